/* load.h: an export becomes columns, by as many threads as there are.
 *
 * What rows and cells are, and which are malformed or bad, is what rows.h says: the same
 * file gives the same rows, cells, lines and counts. */
#ifndef ZC_VECTOR_LOAD_H
#define ZC_VECTOR_LOAD_H

#include "base/crew.h"
#include "table/table.h"

/* As zc_table_load, with the rows kept as columns (column.h): sets count, malformed, bad,
 * present, slot, width, first, last, and the keeper. At least ZC_PADDING bytes behind the
 * table's own must be readable. `crew` may be NULL. */
#define ZC_PADDING 64
zc_code zc_columns_load(zc_table *table, zc_crew *crew, zc_gb18030 *converter,
                        json_t *faults, zc_err *err);

typedef struct {
  zc_table *table; /* with a size; of each table one loading only */
  json_t *faults;
  zc_code code; /* what zc_columns_load says */
  zc_err err;
} zc_loading;

/* The same for several tables. Many of about the same size are loaded side by side, by one
 * thread each, which leaves nothing to put together; large ones by all threads. Sets code and
 * err of each. */
void zc_columns_load_several(zc_loading *several, size_t count, zc_crew *crew,
                             zc_gb18030 *converter);

#endif
