/* rules.h: the parts of the rules job (job.h): rules.c loads files and tables, runs.c
 * compiles and judges what is asked for, found.c adds up and describes. For them only. */
#ifndef ZC_EVAL_RULES_H
#define ZC_EVAL_RULES_H

#include "eval/job.h"
#include "eval/rulefile.h"
#include "table/derived.h"

typedef struct {
  const char *key, *id;
  const json_t *request;       /* {key, rule, names, splits} */
  zc_rulefile *file;           /* NULL: it was not loaded */
  zc_scope *scope;             /* its own parameters (`with`) around the others … */
  zc_derivations *derivations; /* … and what views and measures are under them */
  json_t *context;             /* the same for `check` */
  zc_rule *rule;               /* NULL: it has faults */
  bool listed;                 /* all its hits are wanted … */
  int *splits;                 /* … with these columns of its first table */
  int split_count;
  bool united;    /* an item adds it up with others … */
  zc_marks marks; /* … by these rows */
  json_t *result; /* known before judging: a failure */
} zc_planned_run;

typedef struct {
  const zc_inputs *inputs;
  const json_t *first;
  zc_texts texts;
  zc_rulefile *files;
  size_t file_count;
  zc_table **tables;
  json_t **table_faults; /* why a table cannot be read */
  size_t table_count;
  zc_scope *scope;
  json_t *context; /* the names as `check` gets them */
  zc_arena arena;
  zc_world world;
  zc_planned_run *runs;
  size_t run_count;
  json_t *numbers;       /* key → place in `runs` */
  zc_derived **measures; /* that the plan itself names; NULL: unknown, or wrong */
  size_t measure_count;
  zc_patients patients; /* that results name … */
  zc_patients others;   /* … and that only hits do */
  zc_plain plain;
  bool announced; /* the host's clock runs for an entry */
  bool settled;   /* this process has done what the next one need not do */
  bool again;     /* it leaves the rest to the next one */
  zc_err *err;
} zc_rules;

/* Announces an entry to the host, whose clock for it starts: `what` is "file" or "run",
 * `declared` whether it is one of our own forms and no foreign code. */
zc_code zc_rules_begin(zc_rules *job, const char *what, const char *name, int64_t rows,
                       bool declared);

/* Ends the clock of the entry that was announced last, if any. */
zc_code zc_rules_end(zc_rules *job);

/* Files that hoard would leave the next entry, which may be honest, too little. True if
 * a new process has to go on. */
bool zc_rules_renew(zc_rules *job, const zc_rulefile *next);

/* Whether a list of texts, which may be NULL, holds this one. */
bool zc_rules_listed(const json_t *list, const char *text);

/* Loads a table as the executor wants it, once: zc_table_load. */
zc_code zc_rules_load_table(zc_rules *job, zc_table *table, zc_err *err);

/* Loads the rule's tables, each once. One that cannot be read leaves the others. */
zc_code zc_rules_load_tables(zc_rules *job, const zc_rule *rule);

/* The same for all rules that are judged. */
zc_code zc_rules_load_all(zc_rules *job);

/* A collection of all views and measures of the files, as they are under the parameters of
 * a scope. Owned; NULL when out of memory. */
zc_derivations *zc_rules_derivations(const zc_rules *job, const zc_scope *scope);

/* Why the table cannot be read. Borrowed. */
json_t *zc_rules_table_faults(const zc_rules *job, const zc_table *table);

/* Why a rule cannot be judged although it is right: {absent}, {unreadable} or {missing}.
 * *result stays NULL if it can. */
zc_code zc_rules_obstacle(zc_rules *job, const zc_rule *rule, json_t **result);

/* The run of a key, or NULL. */
zc_planned_run *zc_rules_find_run(const zc_rules *job, const char *key);

/* Compiles what is asked for; judges it; sends what items found together; says that all
 * is done. */
zc_code zc_rules_prepare(zc_rules *job);
zc_code zc_rules_judge(zc_rules *job);
zc_code zc_rules_unite(zc_rules *job);

/* Finds the measures that the plan asks for; says what they came to. */
zc_code zc_rules_prepare_measures(zc_rules *job);
zc_code zc_rules_measure(zc_rules *job);

zc_code zc_rules_finish(zc_rules *job);

#endif
