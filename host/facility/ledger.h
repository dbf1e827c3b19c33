/* ledger.h: writing to a workspace's ledger: the engine says what an event makes of a problem,
 * the store keeps both. */
#ifndef ZC_FACILITY_LEDGER_H
#define ZC_FACILITY_LEDGER_H

#include "cli/checking.h"
#include "store/ledger.h"

#define ZC_BY_ROOM 200 /* bytes of a name that is typed in */

/* Adds what a check has found to the ledger: new problems, new instances of known ones,
 * citations. The same check again adds nothing. */
zc_code zc_ledger_found(zc_plan *plan, const zc_checked *checked, zc_err *err);

/* Whether a word on the command line is meant as a problem's number: ids of items never begin
 * with a digit. */
bool zc_is_problem(const char *word);

/* Finds the problem of this number; *problem is owned. ZC_EUSAGE when `word` is no number,
 * ZC_EDATA when there is no such problem. */
zc_code zc_ledger_find(zc_workspace *workspace, const char *word, int64_t *no,
                       json_t **problem, zc_err *err);

/* Opens the problem of this number with its plan: *problem is owned, the plan is to be closed.
 * ZC_EUSAGE when `word` is no number, ZC_EDATA when there is no such problem or its plan is
 * not in use. */
zc_code zc_ledger_open(zc_workspace *workspace, const char *word, zc_plan *plan,
                       json_t **problem, zc_err *err);

/* One step of a person: --by, or ZICHA_BY, takes `action` with this body, which is released.
 * *after (may be NULL) is the problem afterwards, owned. What is missing is asked for on a
 * terminal; otherwise all of it is printed, nothing is written, and ZC_EDATA. */
zc_code zc_ledger_step(zc_plan *plan, const json_t *problem, const char *action,
                       json_t *body, json_t **after, zc_err *err);

/* The same from what was read at `head`. `beside` (may be NULL) is what only the host keeps
 * of the event, such as verdicts upon rows: it joins the body behind the engine's back, which
 * a hundred thousand rows would be too much for. */
zc_code zc_ledger_step_at(zc_plan *plan, const zc_head *head, const json_t *problem,
                          const char *action, json_t *body, json_t *beside,
                          json_t **after, zc_err *err);

/* Asks people at a terminal for the fields that are refused, into `body`, and `by` for who
 * acts; false when nobody is there, a field cannot be asked for, or nothing is answered. */
bool zc_ledger_ask(const json_t *refusals, json_t *body, char by[ZC_BY_ROOM]);

/* Prints refusals, each with its remedy. */
void zc_ledger_print_refusals(const json_t *refusals);

/* Appends steps that the engine has made (store/ledger.h). A business date that was given by
 * hand, and --clock-reason, are noted in each event. */
zc_code zc_ledger_write(const zc_cli *cli, zc_store *store, const zc_head *head,
                        json_t *steps, zc_err *err);

/* Notes the same in steps that the caller appends himself. */
zc_code zc_ledger_remark(const zc_cli *cli, json_t *steps, zc_err *err);

/* The same for one event of the whole ledger (zc_ledger_append_whole). */
zc_code zc_ledger_write_whole(const zc_cli *cli, zc_store *store, const zc_head *head,
                              json_t *event, zc_ledger_batch *batch, void *context,
                              zc_err *err);

/* Whether the one who acts may write an event of the whole ledger: he is named, and
 * people.yaml, if there is one, knows him. Prints what is wrong; ZC_EDATA then. */
zc_code zc_ledger_check_actor(zc_plan *plan, zc_err *err);

/* Who acts: --by, else ZICHA_BY, else NULL. Borrowed. */
const char *zc_ledger_actor(const zc_cli *cli);

/* What a state is called. Borrowed. */
const char *zc_ledger_state_title(const char *state);

/* The names of people.yaml; NULL when there is no such file, and anybody may act. Owned. */
zc_code zc_ledger_people(zc_plan *plan, json_t **people, zc_err *err);

#endif
