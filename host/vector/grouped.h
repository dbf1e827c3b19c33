/* grouped.h: groups, a batch at a time, and what is told of them. */
#ifndef ZC_VECTOR_GROUPED_H
#define ZC_VECTOR_GROUPED_H

#include "vector/run.h"

/* A grouping is judged in parts of whole groups, and those in batches: as many groups as
 * have ZC_LANE rows together, or one that has more. */
size_t zc_grouping_parts(const zc_grouping *grouping);
void zc_grouping_part(const zc_grouping *grouping, size_t part, size_t *first,
                      size_t *end);

/* How many groups, of those from `first` to before `end`, are the next batch. */
size_t zc_grouping_batch(const zc_grouping *grouping, size_t first, size_t end);

/* The first row of each of these groups. */
void zc_grouped_firsts(const zc_grouping *grouping, size_t first, size_t count,
                       uint32_t *rows);

/* Marks different rows of the population, or of hits: as zc_run_mark, which takes longer
 * when they are all rows of the table. */
void zc_grouped_mark(const zc_run *run, const uint32_t *rows, size_t count, bool hits);

/* Whether nobody asks what the next hit is, only how many there are. */
bool zc_grouped_only_counts(const zc_run *run);

/* A group is a hit: as zc_run_hit_group. */
void zc_grouped_hit(zc_run *run, const uint32_t *rows, size_t count);

#endif
