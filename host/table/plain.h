/* plain.h: the plain executor. It takes rows one at a time and defines what rules
 * mean; whatever is faster must give the same results (docs/rules.md). */
#ifndef ZC_TABLE_PLAIN_H
#define ZC_TABLE_PLAIN_H

#include "table/rule.h"

/* Run-local names of patients: the same identifier is the same token everywhere in
 * a run, in the order in which they are first printed. */
typedef struct {
  zc_index index; /* zc_index_begin(&index, 1) */
  zc_arena texts;
} zc_patients;

/* A token (患者#17) as a scalar, its text in the arena; nil when out of memory. */
zc_scalar zc_patient_token(zc_patients *patients, zc_scalar identifier);

/* The patient's number, from 0; without `add` only if it has one. -1 when it has none, or
 * when out of memory. */
int64_t zc_patient_number(zc_patients *patients, zc_scalar identifier, bool add);

/* What a Lua function says of the current row; the rows stand in `evaluation`. */
typedef zc_truth (*zc_each)(const zc_rule *rule, const zc_evaluation *evaluation,
                            void *context);

/* One bit for each row of the rule's first table: whether it belongs to the population,
 * or to a hit. */
typedef struct {
  uint64_t *population, *hits;
} zc_marks;

/* Room for so many rows, for as long as the process lives. False when out of memory. */
bool zc_marks_new(zc_marks *marks, size_t rows);

/* What becomes of a hit of which all are wanted: {id, table, line, show, keys: [[title,
 * text], …], level, split: [text, …]} as canonical JSON, borrowed. Instead of a patient's token
 * stands a whole number where only `others` know it. False when out of memory. */
typedef bool (*zc_instance)(const char *text, size_t size, void *context);

/* Who wants all hits of a rule. What results print must not depend on it: the patients that
 * no result has named yet are numbered in `others`. */
typedef struct {
  zc_instance take;
  void *context;
  zc_patients *others;
  const int *splits; /* columns of the rule's first table that each hit tells */
  int split_count;
  int64_t left; /* so many more are wanted; below 0: all */
  bool more;    /* there were more */
} zc_wanted;

typedef struct zc_run zc_run;       /* run.h */
typedef struct zc_groups zc_groups; /* groups.h */
struct zc_ran;                      /* union.h */

/* Whoever judges faster, with the same results. It answers false to what it leaves to the
 * plain executor, as if it had not been asked; when there is no memory left it answers true
 * and sets run->memory. */
typedef struct zc_engine zc_engine;
typedef struct zc_plain zc_plain;

struct zc_engine {
  /* The rows of a joined table by their keys. NULL when out of memory. */
  zc_partners *(*partners)(const zc_engine *engine, zc_run *run, const zc_join *join);
  /* Judges the run's form: its counts, hits, periods. */
  bool (*judge)(const zc_engine *engine, zc_run *run);
  /* The population in groups, as zc_groups_collect has them. */
  bool (*collect)(const zc_engine *engine, zc_run *run, zc_groups *groups);
  /* Fills a view: cells, lines, count and unplaced. */
  bool (*fill)(const zc_engine *engine, zc_run *run, zc_table *view);
  /* The value of a measure. */
  bool (*measure)(const zc_engine *engine, zc_run *run, zc_scalar *value);
  /* Rows that one of the rules has marked, and how many units they make. */
  bool (*unite)(const zc_engine *engine, zc_plain *plain, const struct zc_ran *ran,
                size_t count, bool hits, int64_t *rows, int64_t *units, bool *memory);
};

struct zc_plain {
  const zc_engine *engine; /* NULL: nobody */
  zc_patients *patients;
  zc_each each; /* for ZC_FORM_EACH */
  void *context;
  zc_wanted *wanted; /* all hits; may be NULL */
  zc_marks *marks;   /* filled in by the run if it is not NULL */
  bool stopped;      /* set by `each` to end the run: the rule's result is not used */
};

/* Rows that a result shows. */
#define ZC_FIRST 20

/* Judges one rule whose tables are loaded and settled. *result is owned:
 *   {id, population, count, rows, unjudged, malformed, bad, tolerated, first:
 *    [{table, line, show: [[title, text], …]}], message} and
 *   amount: sum of `amount` over the hits; rate: {part, whole, unknown, verdict};
 *   levels: {certain, suspect, hint}, how many of the hits are so, if the rule has `level`;
 *   few: groups with too few cases for a rate; periods: [{from, to, done, verdict}] of a
 *   quota; ambiguous: {table, rows, line, lost} if rows have several partners, or a lost one;
 *   empty: [names] for a `fail` whose fields are missing; alone, for a rule that reads a
 *   parameter without a value.
 * malformed and bad count rows and cells of all exports that it reads; unjudged also rows
 * that its views could not place. */
zc_code zc_plain_run(zc_plain *plain, zc_rule *rule, json_t **result, zc_err *err);

/* Tells the hit of a rule that is one by itself, as a `check` function's is. False when out
 * of memory. */
bool zc_plain_tell(zc_plain *plain, zc_rule *rule);

/* Decodes by what hits are known again. Before the rule's tables are loaded. */
void zc_rule_want_keys(const zc_rule *rule);

/* The column of the rule's first table by which its hits are told apart; -1, with a fault at
 * `place`, when there is none. Non-zero when out of memory. */
int zc_rule_split(const zc_rule *rule, const char *name, zc_place place, json_t *faults,
                  int *column);

#endif
