/* sampling.h: 双随机: a sample that anybody can draw again with sha256sum.
 *
 * Everybody has tickets: the first is called SEED:CODE, ticket k SEED:CODE:k. Its number is the SHA-256
 * of these bytes as 64 hex digits; the smallest number of all that somebody has is his own. In each
 * stratum those with the smallest numbers are drawn. So neither the order of the roster nor the
 * machine matters, and who is drawn at all does not depend on who is in other strata. */
#ifndef ZC_OFFICE_SAMPLING_H
#define ZC_OFFICE_SAMPLING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"

#define ZC_TICKETS_MOST 100 /* of one */

typedef struct {
  const char *code, *stratum; /* borrowed */
  int64_t tickets;            /* 1 … ZC_TICKETS_MOST */
  /* what is found */
  char number[ZC_HASH_ROOM];
  int64_t drawn; /* 1: the first of all … 0: not drawn */
  int64_t of, taken,
      sold; /* of its stratum: how many there are, are drawn, and tickets in all */
} zc_lot;

/* How much is wanted: `count` of all, divided among the strata by their sizes (largest remainders; of equal
 * ones the stratum whose name comes first), or, with count 0, `percent` of each stratum, rounded
 * up. */
typedef struct {
  const char *seed;
  int64_t count, percent;
} zc_draw;

/* Draws. `lots` are in any order, and are put in the order of their strata and numbers; `drawn`
 * counts on over all strata. ZC_EDATA when more are wanted than there are, or a code stands
 * twice. */
zc_code zc_draw_lots(const zc_draw *draw, zc_lot *lots, size_t count, zc_err *err);

#endif
