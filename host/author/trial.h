/* trial.h: the cases of a package, each through a whole check. A case is what the engine
 * makes of an entry of tests/NAME.yaml (scripts/author/cases.lua). */
#ifndef ZC_AUTHOR_TRIAL_H
#define ZC_AUTHOR_TRIAL_H

#include "cli/plan.h"

/* Reads the tables of all cases as an import would; what is wrong in them is added to
 * `faults`. Each case then has `imported`, its tables as the store would have them. */
zc_code zc_trial_import(zc_plan *plan, json_t *cases, json_t *faults, zc_err *err);

/* Checks each case and appends to `results` what became of its expectations, and to
 * `rule_faults` what is wrong in rules, each once. */
zc_code zc_trial_run(zc_plan *plan, const json_t *cases, json_t *results,
                     json_t *rule_faults, zc_err *err);

#endif
