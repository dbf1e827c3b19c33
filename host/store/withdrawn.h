/* withdrawn.h: cases, visits and problems that were taken back (作废). They leave the tables that are
 * counted, so that no figure can count them, and stay here with the reason. */
#ifndef ZC_STORE_WITHDRAWN_H
#define ZC_STORE_WITHDRAWN_H

#include "store/cases.h"
#include "store/inspections.h"

#define ZC_VOID_CASE "case"
#define ZC_VOID_VISIT "visit"
#define ZC_VOID_PROBLEM "problem"

/* What the bodies of the events `case_void` and `inspect_void` say, within a change; verify does the
 * same again: {plan, no, reason, on, by}, and {plan, facility, subject, day, team, kind, reason, on, by}
 * with `entry` and `title` where it is one problem. ZC_EDATA when there is no such thing. */
zc_code zc_case_withdraw(zc_store *store, const json_t *body, zc_err *err);
zc_code zc_visit_withdraw(zc_store *store, const json_t *body, zc_err *err);

/* What was taken back of a plan, of a facility (NULL: all), by its key: {key: {…, void: {on, by,
 * reason}}}, a case as zc_cases has it, a visit as zc_visits, a problem as a visit that found nothing
 * else. The keys are those of zc_visit_key and zc_problem_key, and the number of a case. Owned. */
zc_code zc_withdrawn(zc_store *store, const char *kind, const char *plan,
                     const char *facility, json_t **map, zc_err *err);

/* Appends what a visit is known by in its plan, or one of its problems. */
void zc_visit_key(const json_t *visit, zc_buffer *key);
void zc_problem_key(const json_t *visit, const json_t *problem, zc_buffer *key);

#endif
