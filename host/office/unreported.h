/* unreported.h: 应报未报: what an inspection has found, held against what the facility's own report of
 * a round says of the same entry.
 *
 *   unreported    the report passes the entry (or has entered the problem only because the inspection
 *                 found it, and says itself that it ought to have)
 *   reported      the self-check has found it, too
 *   not_in_scope  the report need not speak of the entry: not applicable, not asked by its version of
 *                 the plan, or the problem belongs to no entry; or of its day: it lies before the round, or behind
 *                 the round and the report; or nobody expects a report of whom was inspected
 *   not_checked   the self-check has left the entry out, could not decide it, or the report lacks it (漏项)
 *   no_report     no report of the facility counts for the round (未报送) */
#ifndef ZC_OFFICE_UNREPORTED_H
#define ZC_OFFICE_UNREPORTED_H

#include "office/view.h"
#include "store/inspections.h"

/* Gives each of `problems` (zc_inspected) its `reporting`, one of the words above, and `after`, true
 * where the facility reported it only after the inspection had found it: that is no 主动报告. The view is
 * of this plan and round, {id, from, to}. */
zc_code zc_unreported_mark(zc_store *store, const zc_view *view, const char *plan,
                           const json_t *round, json_t *problems, zc_err *err);

/* The words in the order of lists, ended by NULL. */
extern const char *const zc_reportings[];

#endif
