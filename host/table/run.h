/* run.h: one run of one rule; shared by plain.c, which judges, and result.c, which says
 * what came out. */
#ifndef ZC_TABLE_RUN_H
#define ZC_TABLE_RUN_H

#include "table/plain.h"

/* One run of one rule. */
typedef struct {
  zc_plain *plain;
  zc_rule *rule;
  zc_evaluation e;
  int64_t population, count, rows, unjudged, part, whole, unknown;
  zc_index population_keys, count_keys; /* distinct values of the count column */
  zc_index seen;                        /* distinct values within one group */
  zc_scalar amount;
  bool amount_overflow;
  json_t *first;
  bool memory;
} zc_run;

/* Puts row `i` of the first table and its partners into the evaluation. False when a
 * partner is ambiguous. The joins must be indexed, as they are after a run. */
bool zc_run_enter(zc_run *run, size_t i);

/* Adds to `result` what the form has found, or which parameters it cannot do without and
 * that are blank in the plan (*found); non-zero when out of memory. */
int zc_result_fail(zc_run *run, json_t *result);
int zc_result_blanks(zc_run *run, json_t *result, bool *found);
int zc_result_rate(zc_run *run, json_t *result);
int zc_result_counts(zc_run *run, json_t *result);

/* `say`, filled in. Owned; NULL when out of memory. */
json_t *zc_result_message(const zc_run *run);

#endif
