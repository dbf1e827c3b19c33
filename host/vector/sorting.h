/* sorting.h: the rows of each group in the order of `sort`. */
#ifndef ZC_VECTOR_SORTING_H
#define ZC_VECTOR_SORTING_H

#include "vector/grouped.h"

typedef struct zc_sorting zc_sorting;

/* Of the run's rule. Owned; NULL when out of memory. */
zc_sorting *zc_sorting_new(const zc_vector_run *judging, zc_grouping *grouping);
void zc_sorting_free(zc_sorting *sorting);

/* Rows of a batch of groups (zc_grouping_batch) in their order: those that have a place in
 * it stand first in their group's place in the grouping; the others behind them. */
typedef struct {
  uint32_t kept[ZC_LANE]; /* by group of the batch: how many have a place … */
  uint8_t odd[ZC_LANE]; /* … or the plain executor has to say, and nothing was moved */
  const int64_t *first_key; /* by row of the batch, in the old order … */
  const uint32_t *from;     /* … and where in that each row stood that has a place */
} zc_sorted;

/* NULL when out of memory. What it gives holds until the worker's next call. */
const zc_sorted *zc_sorting_sort(zc_sorting *sorting, int worker, size_t first,
                                 size_t count);

#endif
