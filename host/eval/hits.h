/* hits.h: all hits of a rule, as frames: {hits: key, rows, first, more}, where `rows` is the
 * text of a list. For the rules job only. */
#ifndef ZC_EVAL_HITS_H
#define ZC_EVAL_HITS_H

#include "eval/rules.h"

typedef struct zc_hits zc_hits;

/* From now on the rule that is run tells all its hits, or as many as the host wants
 * (`hits_most`). NULL when out of memory. zc_hits_end sends the rest. */
zc_hits *zc_hits_begin(zc_rules *job, const zc_planned_run *run);
zc_code zc_hits_end(zc_plain *plain, zc_hits *hits);

/* Ends what this process tells of hits: {patients: [number]}, the names of patients that
 * stand as whole numbers in them. */
zc_code zc_hits_name(zc_rules *job);

/* Finds the columns by which the run's hits are told apart; wrong ones are faults. */
zc_code zc_splits_find(zc_planned_run *run, json_t *faults, zc_err *err);

/* The same for one {column, at}; non-zero when out of memory. */
int zc_split_find(const zc_rule *rule, const json_t *split, json_t *faults,
                  int *column);

/* Decodes by what hits are known again, and told apart. Before the tables are loaded. */
void zc_hits_want_columns(const zc_planned_run *run);

#endif
