/* registered.h: what the register of an office, and the reports of the offices below it, tell of cases
 * and inspections, as its tables and papers want it: of what there is no entry at all nothing is known,
 * and nothing is told. */
#ifndef ZC_SUPERVISOR_REGISTERED_H
#define ZC_SUPERVISOR_REGISTERED_H

#include "supervisor/counting.h"

#define ZC_OFF_ROSTER_TITLE "名册外"
#define ZC_OFF_ROSTER "/" /* the group of what is on no roster: no class is called so */

/* Days of a plan; "" is open. */
typedef struct {
  const char *plan, *from, *to;
} zc_register_days;

/* Whether there are inspections, and cases, here or below. */
typedef struct {
  bool visits, cases;
} zc_register_known;

/* What each facility has of all figures that are known: {code: {name: number or decimal}}, "" being
 * whoever is on no roster. Owned. */
zc_code zc_register_read(zc_store *store, const zc_register_days *days,
                         const zc_below *below, zc_register_known *known,
                         json_t **figures, zc_err *err);

/* Whether the office itself has registered any inspection. */
zc_code zc_register_own_visits(zc_store *store, const char *plan, bool *visits,
                               zc_err *err);

/* The figures of a span: {group: {name: number or decimal}}, "" being the total, which is always there;
 * with `grouped` also by the counting's classes or towns, as far as the table shows them: everything else
 * is off the roster. Owned. */
zc_code zc_registered(zc_counting *counting, const zc_span *span, const zc_below *below,
                      bool grouped, json_t **cases, zc_err *err);

/* How many of the expected facilities were inspected in a span, in each group of `counts` and, behind them,
 * in all: what a coverage counts, and nobody else. -1 where no inspection is registered at all. Owned. */
zc_code zc_registered_covered(zc_counting *counting, const zc_span *span,
                              const zc_below *below, const zc_view *view,
                              const zc_counts *counts, int64_t **covered, zc_err *err);

/* Whether any of a group's figures is not 0. */
bool zc_registered_any(const json_t *figures);

#endif
