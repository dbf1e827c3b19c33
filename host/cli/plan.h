/* plan.h: a plan that is ready to work with: its files read, resolved by the engine,
 * and the facility or office known to it. */
#ifndef ZC_CLI_PLAN_H
#define ZC_CLI_PLAN_H

#include "cli/workspace.h"
#include "package/package.h"
#include "runner/engine.h"

typedef struct {
  zc_workspace *workspace; /* NULL: opened without one */
  const zc_cli *cli;
  const zc_home *home;
  zc_package package;
  bool is_library;     /* no package, but the rule library by itself */
  bool layouts_failed; /* its own layouts: the shipped ones are used now */
  zc_texts scripts;    /* the engine's own */
  zc_engine *engine;
  json_t *about; /* {id, title, version, …} */
  json_t
      *facility;   /* typed facility.yaml; NULL without a workspace, and in an office */
  json_t *office;  /* typed office.yaml; NULL without a workspace, and in a facility */
  json_t *blanks;  /* places left to fill */
  json_t *shipped; /* names of the tables that zicha ships */
  zc_texts files;  /* the rule files that it needs */
  zc_texts spoken; /* of these files what the rules that it names speak of */
  json_t *runs;    /* the rules that its items use: [{key, rule, names}] */
  json_t *unions;  /* items with several rules: [{item, runs: [key]}] */
  json_t *measures;  /* figures that the plan itself wants: ["file.name"] */
  json_t *per;       /* columns whose values items are asked for: ["table.column"] */
  json_t *datasets;  /* the tables that it may read, as the table engine wants them */
  json_t *calendar;  /* what expressions count working days by; NULL: none does */
  json_t *collected; /* faults go here and are not printed; NULL: they are. Borrowed */
} zc_plan;

/* Opens a plan in three steps: the engine loads its scripts, and resolves the plan, while
 * the caller goes on. A plan that is begun must be closed. */
zc_code zc_plan_begin(zc_cli *cli, zc_plan *plan, zc_err *err);
/* These close the plan when they fail. */
zc_code zc_plan_ask(zc_workspace *workspace, const char *id, zc_plan *plan,
                    zc_err *err);
zc_code zc_plan_complete(const char *id, zc_plan *plan, zc_err *err);

/* Opens a package by folder or id, without a workspace or facility. */
zc_code zc_plan_open_package(zc_cli *cli, const char *name, zc_plan *plan, zc_err *err);

/* The same for lint: faults are added to `faults` instead of being printed. With errors
 * among them ZC_EDATA. */
zc_code zc_plan_open_collecting(zc_cli *cli, const char *name, json_t *faults,
                                zc_plan *plan, zc_err *err);

/* Opens the rule library by itself: all rule files that are shipped, with their tables. Its
 * rules can be described, and listed by the engine (`plan rules`). */
zc_code zc_plan_open_library(zc_cli *cli, zc_plan *plan, zc_err *err);

/* What a package's `counts` should say, whatever errors it has besides those of its YAML
 * (they are added to `faults`), and its folder. Both owned. */
zc_code zc_plan_counts(zc_cli *cli, const char *name, json_t *faults, json_t **counts,
                       char **folder, zc_err *err);
void zc_plan_close(zc_plan *plan);

/* Reads a facility.yaml (the text is borrowed; `file` names it in messages) for an open
 * plan. Faults are printed. */
zc_code zc_plan_read_facility(zc_plan *plan, const char *file, const zc_buffer *text,
                              zc_err *err);

/* The same for an office.yaml. */
zc_code zc_plan_read_office(zc_plan *plan, const char *file, const zc_buffer *text,
                            zc_err *err);

/* Who answers: the facility or the office; both have `code` and `name`. NULL without a
 * workspace. Borrowed. */
const json_t *zc_plan_subject(const zc_plan *plan);

/* Prints faults, or keeps them for whoever collects. */
zc_code zc_plan_tell(const zc_plan *plan, json_t *faults, const char *folder,
                     zc_err *err);

/* Calls the engine with `args`, which is released; NULL counts as out of memory. */
zc_code zc_plan_call(zc_plan *plan, const char *function, json_t *args, json_t **result,
                     zc_err *err);

/* Gives the engine the texts of the shipped rule files of a bundle's library, from which
 * it sees what rules read. Whoever shows parameters needs it; a check does not. */
zc_code zc_plan_tell_rules(zc_plan *plan, const json_t *bundle, zc_err *err);

/* What the rules of the plan are and read: the `described` of a rules job. Owned. */
zc_code zc_plan_describe(zc_plan *plan, json_t **described, zc_err *err);

/* Has a rules job describe the rules that the plan uses. Non-zero when out of memory. */
int zc_plan_want_description(const zc_plan *plan, json_t *request);

/* rule → tables that it reads, from what zc_plan_describe gave. Owned. */
json_t *zc_plan_reads(const json_t *described);

/* Whether there is anything that the rules job has to find out. */
bool zc_plan_has_rules(const zc_plan *plan);

/* The first frame of a rules job: datasets and runs. Owned. NULL when out of memory. */
json_t *zc_plan_rules_request(const zc_plan *plan);

/* The most rows that a table has which the plan brings along. */
int64_t zc_plan_rows(const zc_plan *plan);

/* Whether its rules may read a table, or items are asked for what one of its columns
 * holds. */
bool zc_plan_reads_table(const zc_plan *plan, const char *table);

/* Gives the engine the shipped datasets of these names and takes all that it knows. */
zc_code zc_plan_load_datasets(zc_plan *plan, const json_t *names, zc_err *err);

/* One of the plan's tables, or NULL. Borrowed. */
const json_t *zc_plan_dataset(const zc_plan *plan, const char *id);

#endif
