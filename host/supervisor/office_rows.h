/* office_rows.h: lists of facilities that an office's papers only name (docs/office.md): who has not
 * reported, who found nothing, who left something out … */
#ifndef ZC_SUPERVISOR_OFFICE_ROWS_H
#define ZC_SUPERVISOR_OFFICE_ROWS_H

#include "cli/paper_sources.h"
#include "supervisor/counting.h"

typedef struct zc_office_source zc_office_source;

/* Rows of what is counted; borrowed. Owned. */
zc_code zc_office_source_new(zc_counting *counting, zc_office_source **source,
                             zc_err *err);
void zc_office_source_free(zc_office_source *source);

/* As the document reads them; borrowed from the source. */
zc_rows zc_office_source_rows(zc_office_source *source);

/* The next expected facility with all of its cells by their columns' names, and `lists`, the names of the
 * lists that it is in; *told NULL behind the last. Owned. No table may be open. */
zc_code zc_office_source_next(zc_office_source *source, json_t **told, zc_err *err);

/* What inspections have found, beside the reports; borrowed from the source. */
const zc_held_list *zc_office_source_inspections(const zc_office_source *source);

/* How many facilities each list has: {missing: n, …}. Owned; NULL when out of memory. */
json_t *zc_office_source_counts(const zc_office_source *source);

/* Rows of what an office counts, as papers name them. */
extern const zc_paper_rows zc_office_paper_rows;

#endif
