/* office_rows.h: lists of facilities that an office's papers only name (docs/office.md): who has not
 * reported, who found nothing, who left something out … */
#ifndef ZC_CLI_OFFICE_ROWS_H
#define ZC_CLI_OFFICE_ROWS_H

#include "cli/counting.h"

typedef struct zc_office_source zc_office_source;

/* Rows of what is counted; borrowed. Owned. */
zc_code zc_office_source_new(zc_counting *counting, zc_office_source **source,
                             zc_err *err);
void zc_office_source_free(zc_office_source *source);

/* As the document reads them; borrowed from the source. */
zc_rows zc_office_source_rows(zc_office_source *source);

/* How many facilities each list has: {missing: n, …}. Owned; NULL when out of memory. */
json_t *zc_office_source_counts(const zc_office_source *source);

/* Whether there is such a source, and whether its rows have such a column; both without knowing any
 * office. */
bool zc_office_source_is(const char *name);
bool zc_office_column_is(const char *column, size_t size);

#endif
