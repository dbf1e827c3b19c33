/* told.h: what the problems of those reports tell that count for a plan's round: figures of some days,
 * which problems are behind a figure, and groups. And what people have entered besides. */
#ifndef ZC_STORE_TOLD_H
#define ZC_STORE_TOLD_H

#include "store/members.h"

/* ---- problems ------------------------------------------------------------------------- */

/* Some days, included; NULL: all. */
typedef struct {
  const char *from, *to;
} zc_days;

/* The last day on which a member's report can have found something: that on which it was handed in; of
 * paper, on which it was checked, and of reports that came without figures, that of the report. Borrowed; "" without a report. */
const char *zc_told_until(const zc_member *member);

/* Replaces the figures of the members' ledgers by those of the problems that were found on these
 * days; what problems do not tell becomes ZC_UNKNOWN, and so does everything of a report that ends
 * before them. */
zc_code zc_told_window(zc_store *store, const char *plan, const char *round,
                       const zc_days *days, zc_members *members, zc_err *err);

/* Whether single problems tell a figure ("counted", "refund" …). */
bool zc_told_knows(const char *figure);

/* The numbers of the problems that a figure counts, joined by commas, of each member in its place;
 * NULL where there is none. The list is owned, its texts are the members'. */
zc_code zc_told_problems(zc_store *store, const char *plan, const char *round,
                         const char *figure, const zc_days *days, zc_members *members,
                         const char ***numbers, zc_err *err);

/* Of expected facilities: [{entry (a place of the report's own checklist, -1: of none that is known),
 * checklist, source, class, found, counted, unverified (pending, and does not count), dismissed, rectified,
 * closed, overdue}], one for each combination that there is. Owned. */
zc_code zc_told_groups(zc_store *store, const char *plan, const char *round,
                       const zc_days *days, json_t **groups, zc_err *err);

/* Figures of a report on paper are as of the day on which its list was received: counts those that go by
 * it again, within a change. Other files have days of their own, and are left as they are. */
zc_code zc_told_paper_again(zc_store *store, const char *file, const char *day,
                            zc_err *err);

/* ---- entered figures ------------------------------------------------------------------ */

/* Writes what the body of an event `statistics_set` says, within a change; verify does the same
 * again: {plan, round, figures: [{row, class, value}], day, by, reason}. "" takes a value away. */
zc_code zc_manual_put(zc_store *store, const json_t *body, zc_err *err);

/* What was entered for a round: [{row, class, value, day, by, reason}] by row and class. Owned. */
zc_code zc_manual(zc_store *store, const char *plan, const char *round,
                  json_t **figures, zc_err *err);

#endif
