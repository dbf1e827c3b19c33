/* run.h: one run of one rule, shared by the files that judge its form (plain.c, groups.c,
 * spans.c, quota.c), make views and measures (derived.c), and say what came out (result.c).
 */
#ifndef ZC_TABLE_RUN_H
#define ZC_TABLE_RUN_H

#include "table/plain.h"

/* How often each identity was told already: rows that nothing tells apart. */
typedef struct {
  zc_index index;
  zc_arena texts;
  uint32_t *times;
  size_t room;
} zc_told;

/* One run of one rule. */
struct zc_run {
  zc_plain *plain;
  zc_rule *rule;
  zc_evaluation e;
  zc_scalar *rooms[1 + ZC_TABLE_PREV]; /* for the cells of a row of each table */
  int64_t population, count, rows, unjudged, part, whole, unknown;
  int64_t few;                          /* groups with too few cases for a rate */
  int64_t levels[3];                    /* hits that are certain, suspect, hints */
  int64_t ambiguous;                    /* rows with several partners … */
  int ambiguous_table;                  /* … the table of the first of them … */
  int64_t ambiguous_line;               /* … its line … */
  bool ambiguous_lost;                  /* … and whether its partner may be lost */
  zc_index population_keys, count_keys; /* distinct values of the count column … */
  bool distinct;  /* … are what population and count say already */
  zc_index seen;  /* distinct values within one group … */
  int64_t *times; /* … and how often each came */
  size_t times_room;
  zc_arena texts; /* of values that are made here */
  zc_scalar amount;
  bool amount_overflow;
  json_t *first;
  json_t *periods; /* of a quota */
  zc_told told;
  zc_buffer identity, value, shown, hit; /* of the hit that is told */
  bool memory;
};

/* A key, or a member's value, that says nothing. */
bool zc_is_blank(const zc_scalar *value);

/* Begins a run of the rule, which is settled: empty figures, and the partners of its joins.
 * False when out of memory; zc_run_close is due in any case. */
bool zc_run_open(zc_run *run, zc_plain *plain, zc_rule *rule);
void zc_run_close(zc_run *run);

/* ---- joins.c ---- */

/* Brings the joined tables' rows into order, by their keys. False when out of memory. */
bool zc_joins_index(zc_run *run);

/* The partners of a join as the plain executor finds them. NULL when out of memory. */
zc_partners *zc_partners_plain(zc_run *run, const zc_join *join);

/* Puts row `i` of the first table and its partners into the evaluation. False when a
 * partner is ambiguous. *outside (may be NULL): it lacks a partner that it must have. */
bool zc_run_enter(zc_run *run, size_t i, bool *outside);

/* Enters row `i` and says whether it belongs to the population. An unknown one is unjudged
 * and outside it; so is one with an ambiguous partner, unless `among` leaves it out without
 * looking at it. Counts the unjudged ones. */
zc_truth zc_run_admit(zc_run *run, size_t i);

/* Whether `where` holds for the row that was entered, with the partners that are tried one
 * by one; of a hit they stay in the evaluation. */
zc_truth zc_run_where(zc_run *run);

/* ---- plain.c ---- */

/* The row that was entered belongs to the population; it is a hit. */
void zc_run_count(zc_run *run, size_t i);
void zc_run_hit(zc_run *run, size_t i);

/* A group is a hit: its `rows`, of which the first is shown. The values of its aggregates
 * are those of `level` and `amount`, which it computes. */
void zc_run_hit_group(zc_run *run, const uint32_t *rows, size_t count);

/* Marks rows of the population, or of hits, for the union. */
void zc_run_mark(zc_run *run, const uint32_t *rows, size_t count, bool hits);

/* ---- instance.c ---- */

/* Whether somebody wants the next hit to be told; notes that there is one. */
bool zc_run_wants(zc_run *run);

/* Tells a hit to whoever wants all of them: the row that was entered; a period; the rule as
 * a whole. */
void zc_run_tell_row(zc_run *run, size_t i, const char *level);
void zc_run_tell_period(zc_run *run, const char *from, const char *to);
void zc_run_tell_rule(zc_run *run);

/* A cell as people read it; a patient's as a token. Owned; NULL when out of memory. */
json_t *zc_run_cell(zc_run *run, zc_scalar value, bool patient);

void zc_run_forget_told(zc_run *run);

/* ---- the forms ---- */

void zc_run_groups(zc_run *run);   /* groups.c: group and having */
void zc_run_rates(zc_run *run);    /* groups.c: rate and group */
void zc_run_sequence(zc_run *run); /* spans.c: sort and where */
void zc_run_windows(zc_run *run);  /* spans.c: within */
void zc_run_quota(zc_run *run);    /* quota.c */

/* The periods of a quota, by the days of the population: `undated` rows of it have none, and
 * of `doubtful` ones nobody knows whether they belong to it. */
void zc_run_periods(zc_run *run, const int32_t *days, size_t count, int64_t undated,
                    int64_t doubtful);

/* ---- result.c ---- */

typedef enum {
  ZC_RATE_PASS,
  ZC_RATE_HIT,
  ZC_RATE_OPEN, /* what is unknown could turn it */
  ZC_RATE_FEW,
  ZC_RATE_EMPTY
} zc_rate_verdict;

/* What a share of `part` in `whole` is, beside so many unknown cases. */
zc_rate_verdict zc_rate_judge(zc_run *run, int64_t part, int64_t whole,
                              int64_t unknown);

/* Adds to `result` what the form has found, or which parameters it cannot do without and
 * that are blank in the plan (*found); non-zero when out of memory. */
int zc_result_fail(zc_run *run, json_t *result);
int zc_result_blanks(zc_run *run, json_t *result, bool *found);
int zc_result_rate(zc_run *run, json_t *result);
int zc_result_counts(zc_run *run, json_t *result);

/* `say`, filled in. Owned; NULL when out of memory. */
json_t *zc_result_message(const zc_run *run);

#endif
