/* statistics.h: the parts of the command `statistics`. */
#ifndef ZC_CLI_STATISTICS_H
#define ZC_CLI_STATISTICS_H

#include "cli/counting.h"

/* Goes down from the cell that --trace names to the rows, facilities, reports and problems behind it.
 * ZC_EUSAGE for a row or group that there is not. */
zc_code zc_statistics_trace(zc_counting *counting, const char *format, zc_err *err);

/* Where the value of a row comes from, in words. Borrowed. */
const char *zc_row_source(const json_t *row);

#endif
