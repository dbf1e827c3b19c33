/* importing.h: taking in a data export, for `import` and `import auto`. */
#ifndef ZC_FACILITY_IMPORTING_H
#define ZC_FACILITY_IMPORTING_H

#include "cli/workspace.h"

/* Reads the file `source` as this table, prints what it found, and keeps a copy in the
 * workspace, or prints what is wrong and keeps nothing. `options` is {map, values, blank},
 * each by column; `covers` {from, to}, or NULL. `strict` refuses a file with malformed rows.
 * All are borrowed. The file is read once, and copied: an earlier import of the table stands
 * until the new one is whole. */
zc_code zc_import_file(zc_workspace *workspace, json_t *dataset, json_t *options,
                       json_t *covers, bool strict, const char *source, zc_err *err);

#endif
