/* findings.h: what reading an export has found, in words. `summary` is the import job's. */
#ifndef ZC_CLI_FINDINGS_H
#define ZC_CLI_FINDINGS_H

#include "value/json.h"

/* Rows, days, encoding, malformed rows, cells that cannot be read, columns. */
void zc_findings_print(const json_t *dataset, const json_t *summary);

/* The malformed rows alone; nothing when there are none. */
void zc_findings_malformed(const json_t *summary);

/* Warns of what makes an export doubtful as a whole; `before`: the rows of the import that
 * it replaces, 0 when there was none. */
void zc_findings_warn(const json_t *summary, json_int_t before, const char *today);

/* Warns that a table which was imported (`before`; NULL: it was not) is now said not to
 * exist. */
void zc_findings_withdrawn(const json_t *dataset, const json_t *before);

#endif
