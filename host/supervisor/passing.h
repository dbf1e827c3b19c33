/* passing.h: what an office's report upward tells beside its facilities: figures of its register and
 * those entered by hand, with what the offices below it report of theirs, and which of these are not in it
 * (docs/json.md, office/1). */
#ifndef ZC_SUPERVISOR_PASSING_H
#define ZC_SUPERVISOR_PASSING_H

#include "office/view.h"
#include "supervisor/below.h"
#include "supervisor/office.h"

/* Adds `register`, `manual`, `registers`, `silent` and `without` to the record of a plan and round. */
zc_code zc_passing_add(zc_office *office, const char *plan, const zc_view *view,
                       const json_t *round, json_t *record, zc_err *err);

/* What the record tells of the register, added up: {visits, cases, sums: {name: value}}. Owned; NULL when out of
 * memory. */
json_t *zc_passing_sums(const json_t *record);

#endif
