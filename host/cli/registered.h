/* registered.h: what the register of an office tells of cases and inspections, as its tables and papers
 * want it: of what there is no entry at all nothing is known, and nothing is told. */
#ifndef ZC_CLI_REGISTERED_H
#define ZC_CLI_REGISTERED_H

#include "cli/counting.h"

#define ZC_OFF_ROSTER "/" /* the group of what is on no roster: no class is called so */

/* The figures of a span: {group: {name: number or decimal}}, "" being the total, which is always there;
 * with `grouped` also by the counting's classes or towns. Owned. */
zc_code zc_registered(zc_counting *counting, const zc_span *span, bool grouped,
                      json_t **cases, zc_err *err);

/* Whether any of a group's figures is not 0. */
bool zc_registered_any(const json_t *figures);

#endif
