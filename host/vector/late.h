/* late.h: `where` with a partner that is tried one by one (match any, match none). Of several
 * such joins, one within the other, the first is tried here: it decides about most rows, and the
 * others are odd. */
#ifndef ZC_VECTOR_LATE_H
#define ZC_VECTOR_LATE_H

#include "vector/run.h"

typedef struct zc_late zc_late;

/* Whether the rule has a condition that is judged here: not within several joins. */
bool zc_late_has_where(const zc_rule *rule);

/* *late is NULL if the rule tries no partners. Owned. False when out of memory. */
bool zc_late_new(const zc_vector_run *judging, zc_program *where, zc_late **late);
void zc_late_free(zc_late *late);

/* What zc_run_where says of the rows of a batch, or ZC_TRUTH_ODD. False when out of memory. */
bool zc_late_truths(zc_late *late, int worker, const zc_batch *batch, uint8_t *truths);

#endif
