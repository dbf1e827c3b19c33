/* inspections.h: what an office has found where it looked itself: visits to facilities, and the
 * problems that were found there.
 *
 * A visit is told apart by plan, facility (or subject, where there is no facility on the roster, such
 * as an unlicensed practice), day, team and kind; a problem of it by its entry of the checklist and
 * its title. `entry` is the id of an entry, of an item that has several, or "". Inside of events and of the store money is in hundredths of a yuan; what reading
 * functions give has decimals such as "120.50". Handlings are words joined by commas:
 * on_the_spot, order_correct, opinion, talk, points, case, transfer, close_down. */
#ifndef ZC_STORE_INSPECTIONS_H
#define ZC_STORE_INSPECTIONS_H

#include "store/office.h"

/* Writes what the body of an event `inspect_import` says, within a change; verify does the same
 * again. {plan, source, visits: [{facility, subject, day, team, kind, inspectors, handling, scope:
 * [entry], note, found: [{entry, title, found, severity, count, amount, handling, note}]}]}: a
 * visit or a problem that is known gets these values, others stay. An empty scope means everything
 * that the plan asks. */
zc_code zc_visits_put(zc_store *store, const json_t *body, zc_err *err);

/* Which visits are meant; NULL means all. Days are included. */
typedef struct {
  const char *plan, *facility, *from, *to;
} zc_visit_filter;

/* The visits by day: [{no, facility, name, class (of the roster; ""), subject, day, team, kind,
 * inspectors, handling, scope: [entry], source, note, found: [{no, entry, title, found, severity,
 * count, amount, handling, note}]}]. `found` is empty where nothing was found: the visit counts all the
 * same. Owned. */
zc_code zc_visits(zc_store *store, const zc_visit_filter *filter, json_t **visits,
                  zc_err *err);

/* The problems alone, one after the other: [{visit, no, facility, name, class, subject, day, kind,
 * team, scope, entry, title, found, severity, count, amount, handling, note}]. Owned. */
zc_code zc_inspected(zc_store *store, const zc_visit_filter *filter, json_t **problems,
                     zc_err *err);

/* Figures by facility: {code: {visits, problems, amount, orders (visits that ended
 * with an order), opinions, last (day of the last visit), entries: {entry: problems}}}. Facilities that
 * were not visited are not in it: 未检查 is not 0 problems. Subjects that are on no roster are left out. Owned. */
zc_code zc_inspection_figures(zc_store *store, const zc_visit_filter *filter,
                              json_t **figures, zc_err *err);

/* The problems in the counted reports of a round, of facilities that were inspected under the
 * plan: {code: [{no, item, state, source, found, reported, due, severity, counted (0, 1), unreported (0,
 * 1)}]}. Owned. */
zc_code zc_reported_problems(zc_store *store, const char *plan, const char *round,
                             json_t **problems, zc_err *err);

/* The problems in one report (standing.h): a list of the same. Owned. */
zc_code zc_problems_of_report(zc_store *store, int64_t report, json_t **problems,
                              zc_err *err);

#endif
