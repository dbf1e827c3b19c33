/* plans.h: the plans of a workspace: one of them, or one after the other. */
#ifndef ZC_CLI_PLANS_H
#define ZC_CLI_PLANS_H

#include "cli/plan.h"

/* Opens a plan of the workspace and reads facility.yaml. Faults in either are printed;
 * ZC_EDATA then. */
zc_code zc_plan_open(zc_workspace *workspace, const char *id, zc_plan *plan,
                     zc_err *err);

/* The same of another version of a plan in use, as somebody has named it: a folder, or an installed or
 * shipped plan. ZC_EDATA when that is another plan. */
zc_code zc_plan_open_version(zc_workspace *workspace, const char *id, const char *name,
                             zc_plan *plan, zc_err *err);

/* What a command does with a plan that is open. */
typedef zc_code zc_plan_work(zc_plan *plan, void *context, zc_err *err);

/* Opens the workspace and the one plan that the command is about, works, and closes both;
 * the second works on all plans that it may be about, one after the other. */
zc_code zc_plan_with_one(zc_cli *cli, zc_plan_work *work, void *context, zc_err *err);
zc_code zc_plan_with_each(zc_cli *cli, zc_plan_work *work, void *context, zc_err *err);

/* Calls an engine function that tells times: it gets the business date, the shipped
 * calendar of working days, and the members of `more` (may be NULL). *result is owned. */
zc_code zc_plan_call_dated(zc_plan *plan, const char *function, const json_t *more,
                           json_t **result, zc_err *err);

/* The table called `name` of the plans in use, shipped or their own. Owned. ZC_EDATA
 * with the known ones when there is none. */
zc_code zc_find_dataset(zc_workspace *workspace, const char *name, json_t **dataset,
                        zc_err *err);

#endif
