/* statistics.h: the parts of the command `statistics`. */
#ifndef ZC_SUPERVISOR_STATISTICS_H
#define ZC_SUPERVISOR_STATISTICS_H

#include "supervisor/counting.h"

/* Goes down from the cell that --trace names to the rows, facilities, reports and problems behind it.
 * ZC_EUSAGE for a row or group that there is not. */
zc_code zc_statistics_trace(zc_counting *counting, const char *format, zc_err *err);

/* o.missing, l.overdue, c.fine_amount: a figure that is no row of the plan, as if it were one. Owned; NULL when
 * there is none, or out of memory. */
json_t *zc_statistics_figure(const zc_counting *counting, const char *id);

/* Where the value of a row comes from, in words. Borrowed. */
const char *zc_row_source(const json_t *row);

#endif
