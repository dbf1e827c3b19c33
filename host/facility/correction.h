/* correction.h: a report that corrects one which was submitted before (更正). */
#ifndef ZC_FACILITY_CORRECTION_H
#define ZC_FACILITY_CORRECTION_H

#include "cli/plan.h"

/* Puts `corrects` {report, submitted, reason} into a copy of the record, as --corrects and --reason
 * say; *corrected is the record itself where they say nothing. Owned. ZC_EUSAGE when one of
 * both is missing, ZC_EDATA when no such report of this plan was submitted. */
zc_code zc_correction_add(zc_plan *plan, json_t *record, json_t **corrected,
                          zc_err *err);

/* Whether what a record says of a correction is so; one that corrects nothing is fine. */
zc_code zc_correction_check(zc_plan *plan, const json_t *record, zc_err *err);

#endif
