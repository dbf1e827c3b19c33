/* loops.h: the innermost loops, over lanes without gaps; compiled for the processor that is
 * there.
 *
 * Units below or at ZC_ODD are special: ZC_NONE, ZC_UNREAD, ZC_ODD become the truths
 * ZC_TRUTH_NONE, ZC_TRUTH_UNREAD, ZC_TRUTH_STRANGE. Of two special ones the larger stands. */
#ifndef ZC_VECTOR_LOOPS_H
#define ZC_VECTOR_LOOPS_H

#include "vector/column.h"

#define ZC_ODD (INT64_MIN + 2)
#define ZC_TRUTH_STRANGE 4 /* among truths: odd */

typedef struct {
  /* low <= x <= high, or not. */
  void (*within)(const int64_t *x, int64_t low, int64_t high, bool turned, uint8_t *out,
                 size_t count);
  void (*within_small)(const int32_t *x, int32_t low, int32_t high, bool turned,
                       uint8_t *out, size_t count);
  /* A code, that of an ordinary text or none; `blank` is what blank ones give. */
  void (*is_code)(const uint32_t *x, uint32_t code, bool turned, uint8_t blank,
                  uint8_t *out, size_t count);
  void (*equal)(const int64_t *x, const int64_t *y, bool turned, uint8_t *out,
                size_t count);
  void (*less)(const int64_t *x, const int64_t *y, bool or_equal, uint8_t *out,
               size_t count);
  void (*both)(const uint8_t *x, const uint8_t *y, uint8_t deciding, uint8_t *out,
               size_t count);
  void (*add)(const int64_t *x, const int64_t *y, int64_t *out, size_t count);
  void (*subtract)(const int64_t *x, const int64_t *y, int64_t *out, size_t count);
  void (*widen)(const int32_t *small, int64_t *out, size_t count);
  void (*widen_codes)(const uint32_t *codes, int64_t *out, size_t count);
} zc_loops;

/* The best ones for this processor. */
const zc_loops *zc_loops_here(void);

#endif
