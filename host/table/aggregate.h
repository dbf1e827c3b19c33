/* aggregate.h: one figure over rows that belong together. */
#ifndef ZC_TABLE_AGGREGATE_H
#define ZC_TABLE_AGGREGATE_H

#include "table/run.h"

/* What an aggregate could not take in. */
typedef struct {
  bool unknown;  /* a member was */
  bool overflow; /* a number did not fit */
} zc_loss;

/* The aggregate over these rows of the first table. A text that it makes lives in
 * run->texts. run->memory is set when there is none left. */
zc_scalar zc_aggregate_of(zc_run *run, const zc_node *node, const uint32_t *rows,
                          size_t count, zc_loss *lost);

/* What it might be, were its unknown members as large as can be (for a least value: as
 * small). Of an average, and of what has no far end, nobody can say. */
zc_scalar zc_aggregate_extreme(const zc_node *node);

/* What is larger than any value of a kind in an export, or, for `least`, smaller. */
zc_scalar zc_far_end(zc_kind kind, bool least);

#endif
