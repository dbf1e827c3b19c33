/* summing.h: what the layouts of an office's summary and circular are told (docs/office.md). */
#ifndef ZC_SUPERVISOR_SUMMING_H
#define ZC_SUPERVISOR_SUMMING_H

#include "supervisor/office_rows.h"

/* Adds to `args`: coverage, total, tables, items, sets, focus, lists, figures, register and commands.
 * Everything but rows, which the source streams. */
zc_code zc_summing_gather(zc_counting *counting, const zc_office_source *source,
                          json_t *args, zc_err *err);

#endif
