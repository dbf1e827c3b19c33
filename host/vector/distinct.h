/* distinct.h: how many different numbers there are. */
#ifndef ZC_VECTOR_DISTINCT_H
#define ZC_VECTOR_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed at first; owned by its user. None of the numbers is INT64_MIN. */
typedef struct {
  int64_t *slots; /* open addressing; INT64_MIN is empty */
  size_t mask;    /* of those that are in use */
  size_t room, count;
} zc_distinct;

void zc_distinct_free(zc_distinct *distinct);

/* Forgets all numbers. */
void zc_distinct_clear(zc_distinct *distinct);

/* Takes numbers in; `count` says how many different ones there were so far. False when out
 * of memory. */
bool zc_distinct_add(zc_distinct *distinct, const int64_t *values, size_t count);

/* How many different ones there are among these alone; clears what was there. */
bool zc_distinct_count(zc_distinct *distinct, const int64_t *values, size_t count,
                       int64_t *different);

#endif
