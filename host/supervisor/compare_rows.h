/* compare_rows.h: the rows of the tables that a paper of `compare` only names (docs/rules.md,
 * «Layouts»). */
#ifndef ZC_SUPERVISOR_COMPARE_ROWS_H
#define ZC_SUPERVISOR_COMPARE_ROWS_H

#include "cli/paper_sources.h"
#include "document/document.h"
#include "supervisor/comparing.h"

typedef struct zc_compare_source zc_compare_source;

/* Of what is compared, which is borrowed. Owned. */
zc_code zc_compare_source_new(const zc_comparing *comparing, zc_compare_source **source,
                              zc_err *err);
void zc_compare_source_free(zc_compare_source *source);

/* As the document reads them; borrowed from the source. */
zc_rows zc_compare_source_rows(zc_compare_source *source);

/* Rows of what is compared, as papers name them. */
extern const zc_paper_rows zc_compare_paper_rows;

#endif
