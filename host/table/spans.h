/* spans.h: rows in their order: what stands before a row (sort), and what falls within some
 * days (within). Group by group, for whoever finds the groups in another way. */
#ifndef ZC_TABLE_SPANS_H
#define ZC_TABLE_SPANS_H

#include "table/groups.h"

/* Room to sort the rows of a group; zeroed at first. */
typedef struct {
  struct zc_place *places;
  zc_scalar *keys;
  uint32_t *rows;
  size_t count; /* of rows that there is room for */
} zc_order;

void zc_order_free(zc_order *order);

/* Judges the rows of a group, which may stand in any order: those that have no place in the
 * order of `sort` are unjudged, the others belong to the population. Tells the hits. Sets
 * run->memory when there is none left. */
void zc_spans_sequence(zc_run *run, zc_order *order, const uint32_t *rows,
                       size_t count);

/* The length of a span in seconds; -1 when there is none. */
int64_t zc_spans_length(zc_run *run);

/* Judges the spans of a group, whose rows may stand in any order. */
void zc_spans_windows(zc_run *run, zc_order *order, const uint32_t *rows, size_t count,
                      int64_t length);

#endif
