/* counting.h: distinct values of one column of a rule's first table, counted by several
 * threads: for rules with `count`. */
#ifndef ZC_VECTOR_COUNTING_H
#define ZC_VECTOR_COUNTING_H

#include "table/run.h"
#include "vector/column.h"

typedef struct zc_counting zc_counting;

/* Counts the values of the column in two sets: of the population, and of the hits. Owned;
 * NULL when out of memory. */
zc_counting *zc_counting_new(zc_table *table, int column, int workers);
void zc_counting_free(zc_counting *counting);

/* Takes the value of a row into the population's set, or the hits'. No two threads may be
 * the same worker. False when out of memory. */
bool zc_counting_add(zc_counting *counting, int worker, size_t row, bool hit);

/* How many values each set has. False when out of memory. */
bool zc_counting_result(zc_counting *counting, int64_t *population, int64_t *hits);

#endif
