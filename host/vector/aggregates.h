/* aggregates.h: figures over rows that belong together, for many groups at once. */
#ifndef ZC_VECTOR_AGGREGATES_H
#define ZC_VECTOR_AGGREGATES_H

#include "vector/grouped.h"

/* ---- what one aggregate takes in -------------------------------------------------------- */

/* What a row is to an aggregate. */
typedef enum {
  ZC_MEMBER_OUT,  /* its condition does not hold */
  ZC_MEMBER_IN,   /* its value counts */
  ZC_MEMBER_LOST, /* its value, or its condition, is unknown */
  ZC_MEMBER_ODD   /* the plain executor has to say */
} zc_member_state;

/* Rows as an aggregate sees them. */
typedef struct {
  bool all;      /* every one counts: `state` is not set */
  bool any_lost; /* some are lost, or odd */
  zc_lane value; /* not set for an aggregate without a value */
  uint8_t state[ZC_LANE];
} zc_members;

/* The argument and the condition of an aggregate. */
typedef struct {
  const zc_node *node;
  zc_program *value, *condition; /* NULL: it has none */
} zc_aggregate_programs;

bool zc_aggregate_compile(const zc_rule *rule, const zc_node *node, int workers,
                          zc_aggregate_programs *programs);
void zc_aggregate_release(zc_aggregate_programs *programs);

/* False when out of memory. */
bool zc_aggregate_members(const zc_aggregate_programs *programs, int worker,
                          const zc_batch *batch, zc_members *members);

/* ---- the aggregates of an expression ---------------------------------------------------- */

/* Of one aggregate, by group of the batch. */
typedef struct {
  uint32_t members[ZC_LANE]; /* how many it has taken in */
  int64_t shown[ZC_LANE];    /* set: the code of its only word, if it has just one */
} zc_figures;

/* Of a batch of groups. */
typedef struct {
  zc_lane *lanes;      /* by slot; a group is odd where the plain executor has to say */
  zc_figures *figures; /* by slot */
  uint8_t lost[ZC_LANE]; /* by group: some aggregate could not take in a member */
  uint8_t odd[ZC_LANE];  /* by group: it is odd in some lane */
  bool any;              /* there are lost or odd ones */
} zc_aggregated;

typedef struct zc_aggregates zc_aggregates;

/* Of an expression of the run's rule, which may have none. Owned; NULL when out of memory. */
zc_aggregates *zc_aggregates_new(const zc_vector_run *judging,
                                 const zc_expression *expression);
void zc_aggregates_free(zc_aggregates *aggregates);

/* Whether every value that is not odd has just the scale of its lane. */
bool zc_aggregates_are_exact(const zc_aggregates *aggregates);

/* A batch of `count` groups from `first` on. NULL when out of memory. What it gives holds
 * until the worker's next call. */
const zc_aggregated *zc_aggregates_of(zc_aggregates *aggregates, int worker,
                                      const zc_grouping *grouping, size_t first,
                                      size_t count);

#endif
