/* match.h: which table an export may be, by its header alone: for `import auto`. */
#ifndef ZC_TABLE_MATCH_H
#define ZC_TABLE_MATCH_H

#include "table/rows.h"

/* Binds the header of a mapped file to each of `datasets` (a list, as the engine has them).
 * *result is owned:
 *   {headers: [header], matches: [{id, title, fits, found, headers, columns, keys,
 *    keys_found, gb18030, matched: [{column, title, header, key}],
 *    missing: [{column, title, key}], unused: [header], doubts: [{text, hint, args}]}]}
 * A table *fits* if the file has all its key columns, and half of the file's columns, half
 * of the table's, or five are the same. `matches` stand in the order of how many of the
 * file's columns they explain, of equals the one with fewer columns of its own first; those
 * without any column are left out, at most ZC_MATCHES; doubts are what import would refuse it for: missing keys, headers
 * that could be two columns, columns that two headers could be. Lists are cut at
 * ZC_MATCH_LIST.
 *
 * ZC_EDATA with faults for what import refuses, too: no CSV, no header, a title above it. */
#define ZC_MATCHES 20
#define ZC_MATCH_LIST 200
zc_code zc_match(const char *file, const char *data, size_t size, json_t *datasets,
                 zc_gb18030 *converter, json_t *faults, json_t **result, zc_err *err);

#endif
