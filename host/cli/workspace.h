/* workspace.h: a facility's folder, its plans, and the engine that knows a plan. */
#ifndef ZC_CLI_WORKSPACE_H
#define ZC_CLI_WORKSPACE_H

#include "cli/option.h"
#include "package/package.h"
#include "runner/engine.h"
#include "store/store.h"

typedef struct {
  zc_cli *cli;
  int fd; /* its folder */
  zc_store *store;
  json_t *plans; /* in use: [{id, place}] */
} zc_workspace;

/* A plan that is ready: its files read, resolved by the engine, and the facility known
 * to it. */
typedef struct {
  const zc_home *home;
  zc_workspace *workspace; /* NULL: opened without one */
  zc_package package;
  zc_engine *engine;
  json_t *about;    /* {id, title, version, …} */
  json_t *facility; /* typed facility.yaml; NULL without a workspace */
  json_t *blanks;   /* places left to fill */
} zc_plan;

/* Opens the workspace that the command line names. */
zc_code zc_workspace_open(zc_cli *cli, zc_workspace *workspace, zc_err *err);
void zc_workspace_close(zc_workspace *workspace);

/* The ids of the plans that the command is about: the one that --plan names, else all
 * in use. Owned: a list. ZC_EDATA when there is none. */
zc_code zc_workspace_plans(zc_workspace *workspace, json_t **ids, zc_err *err);
/* Exactly one: --plan, or the only one in use. Borrowed. */
zc_code zc_workspace_plan(zc_workspace *workspace, const char **id, zc_err *err);

/* Opens a plan of the workspace and reads facility.yaml. Faults in either are printed;
 * ZC_EDATA then. */
zc_code zc_plan_open(zc_workspace *workspace, const char *id, zc_plan *plan,
                     zc_err *err);

/* Opens a package by folder or id, without a workspace or facility. */
zc_code zc_plan_open_package(zc_cli *cli, const char *name, zc_plan *plan, zc_err *err);

/* Reads a facility.yaml (the text is borrowed; `file` names it in messages) for an open
 * plan. Faults are printed. */
zc_code zc_plan_read_facility(zc_plan *plan, const char *file, const zc_buffer *text,
                              zc_err *err);
void zc_plan_close(zc_plan *plan);

/* Calls the engine with `args`, which is released; NULL counts as out of memory. */
zc_code zc_plan_call(zc_plan *plan, const char *function, json_t *args, json_t **result,
                     zc_err *err);

/* What the rules of the plan are and read: the `described` of a rules job. Owned. */
zc_code zc_plan_describe(zc_plan *plan, json_t **described, zc_err *err);

/* rule → tables that it reads, from what zc_plan_describe gave. Owned. */
json_t *zc_plan_reads(const json_t *described);

/* The first frame of a rules job, without runs: files, datasets. Owned. */
zc_code zc_plan_rules_request(zc_plan *plan, json_t **request, zc_err *err);

/* The dataset called `id`, or NULL; `datasets` is what the engine lists. Borrowed. */
json_t *zc_dataset_named(const json_t *datasets, const char *id);

/* The table called `name` among the datasets of the plans in use. Owned. ZC_EDATA with
 * the known ones when there is none. */
zc_code zc_workspace_dataset(zc_workspace *workspace, const char *name,
                             json_t **dataset, zc_err *err);

/* Writes what --out FORMAT:PATH asks for. `texts` maps a format's name to its text.
 * Prints each path. ZC_EUSAGE for an unknown format. */
zc_code zc_write_outputs(zc_cli *cli, const json_t *texts, zc_err *err);

/* Prints the error, if any, and gives the exit status. */
int zc_exit(zc_code code, const zc_err *err);

#endif
