/* compare_json.h: what `compare` has counted, as values: for programs ("compare/1", docs/json.md) and
 * for its layout. */
#ifndef ZC_SUPERVISOR_COMPARE_JSON_H
#define ZC_SUPERVISOR_COMPARE_JSON_H

#include "base/sink.h"
#include "supervisor/comparing.h"

/* All but the facilities; `classes`: with the tallies of each class, else those of all. Owned. NULL
 * when out of memory. */
json_t *zc_compare_figures(const zc_comparing *comparing, bool classes);

/* The whole document, one facility after the other. */
zc_code zc_compare_write(const zc_comparing *comparing, const zc_sink *sink,
                         zc_err *err);

#endif
