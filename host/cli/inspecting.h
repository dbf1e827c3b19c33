/* inspecting.h: visits, as lists of them are written and read. */
#ifndef ZC_CLI_INSPECTING_H
#define ZC_CLI_INSPECTING_H

#include "cli/list.h"
#include "store/inspections.h"

/* The columns that `inspect import` reads and sheets have, in their order. */
extern const zc_list_column zc_inspect_columns[];

/* Appends what a visit is known by within its plan. */
void zc_inspect_key(const json_t *visit, zc_buffer *key);

/* Visits that are kept, by their keys. Owned. */
zc_code zc_inspect_known(zc_store *store, const zc_visit_filter *filter, json_t **known,
                         zc_err *err);

/* Brings the entries of a visit's scope into order, each once. Non-zero when out of memory. */
int zc_inspect_sort_scope(json_t *visit);

#endif
