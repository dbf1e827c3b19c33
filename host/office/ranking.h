/* ranking.h: shares put in order without wronging anybody: within one class only, nobody by fewer than
 * five cases, nothing where fewer than five can be compared, and the same rank for the same
 * share (domain d-5).
 *
 * A share is compared as a fraction, exactly. Who finds one more problem himself and mends it has a
 * share of mended ones that is no smaller than before, and so no worse a rank. */
#ifndef ZC_OFFICE_RANKING_H
#define ZC_OFFICE_RANKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZC_RANK_CASES 5  /* fewer, and a share says nothing of the facility */
#define ZC_RANK_OTHERS 5 /* fewer facilities, and a rank says nothing */

/* part of whole; below zero, such as ZC_UNKNOWN: not known. */
typedef struct {
  int64_t part, whole;
} zc_share;

/* Whether a share can be compared: enough cases, and no more of them than there are. */
bool zc_share_counts(zc_share share);

/* Writes the rank of each, 1 being the best: the largest share, or with `low` the smallest; 0: no
 * rank. Those that are equal share a rank, and as many are left out after it. Returns
 * how many can be compared, also where these are too few to be ranked; -1 when out of
 * memory. */
int64_t zc_rank(const zc_share *shares, size_t count, bool low, int64_t *ranks);

#endif
