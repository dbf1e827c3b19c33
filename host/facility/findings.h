/* findings.h: what reading an export has found, in words. `summary` is the import job's. */
#ifndef ZC_FACILITY_FINDINGS_H
#define ZC_FACILITY_FINDINGS_H

#include "value/json.h"

/* Rows, days, encoding, malformed rows, cells that cannot be read, columns. */
void zc_findings_print(const json_t *dataset, const json_t *summary);

/* Parts of it, each nothing when there is nothing to tell: malformed rows; cells that
 * cannot be read, with the words that a column does not know; rows of one key that hold at
 * the same time; columns that the file lacks, and headers that nobody wants. */
void zc_findings_malformed(const json_t *summary);
void zc_findings_kinds(
    const json_t *summary); /* the same, each kind with its first lines */
void zc_findings_cells(const json_t *summary);
void zc_findings_periods(const json_t *summary);
void zc_findings_headers(const json_t *summary);

/* Warns of what makes an export doubtful as a whole; `before`: the rows of the import that
 * it replaces, 0 when there was none. */
void zc_findings_warn(const json_t *summary, json_int_t before, const char *today);

/* Warns that a table which was imported (`before`; NULL: it was not) is now said not to
 * exist. */
void zc_findings_withdrawn(const json_t *dataset, const json_t *before);

#endif
