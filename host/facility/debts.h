/* debts.h: what a plan's ledger owes, and what was submitted of it. */
#ifndef ZC_FACILITY_DEBTS_H
#define ZC_FACILITY_DEBTS_H

#include "cli/plan.h"

/* Puts `ledger` (numbers of problems) and `submissions` (reports that were submitted, with their
 * receipts) into a plan's status. */
zc_code zc_debts_add(zc_plan *plan, json_t *told, zc_err *err);

/* The submissions of a status that fulfil a duty: [{duty, date}]; what the office has returned
 * fulfils none. Owned; NULL when out of memory. */
json_t *zc_debts_fulfilled(const json_t *told);

/* Prints both. */
void zc_debts_print(const json_t *told);

/* What a receipt's state is called; one that is not known, as it is. Borrowed. */
const char *zc_receipt_title(const char *state);

/* How many problems of a plan are overdue on the business date. */
zc_code zc_debts_overdue(zc_plan *plan, int64_t *count, zc_err *err);

#endif
