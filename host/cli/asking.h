/* asking.h: what a plan asks the people of a facility, and taking their answers. */
#ifndef ZC_CLI_ASKING_H
#define ZC_CLI_ASKING_H

#include "cli/plan.h"

/* What is asked now, in the plan's order: the engine's `questions`, with `attached` where
 * all wanted documents are in the workspace, and `before` ({shown, ask, version, remark}) where another
 * version asked something else and nobody has answered since. Owned. */
zc_code zc_ask_questions(zc_plan *plan, json_t **questions, zc_err *err);

/* Whether nobody needs to be asked any more: it is answered, or its documents are
 * attached. */
bool zc_ask_settled(const json_t *question);

/* {item: true} for the items that imported tables decide, where an answer would not be
 * used. Owned. */
zc_code zc_ask_judged(zc_plan *plan, json_t **judged, zc_err *err);

/* An entry for zc_ask_parse from what somebody wrote: ":na 原因" (or 不适用：原因)
 * states that the item does not apply, ":clear" takes its answer back, anything else is
 * an answer. Owned; NULL when out of memory or not UTF-8. */
json_t *zc_ask_entry(const char *item, const char *text);

/* Has the engine read answers: [{item, text, note, na, clear}] → [{item, answer, shown,
 * before | error}]; shown and before are the texts of the answer and of the one that is
 * kept now. `entries` is released. Owned. */
zc_code zc_ask_parse(zc_plan *plan, json_t *entries, json_t **parsed, zc_err *err);

/* Whether an entry that was read takes an answer back. */
bool zc_ask_cleared(const json_t *parsed);

/* Prints an answer's error {text, args, hint} after `place` (may be NULL). */
void zc_ask_print_error(const char *place, const json_t *error);

#endif
