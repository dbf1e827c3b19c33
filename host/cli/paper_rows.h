/* paper_rows.h: the rows of the ledger that a paper's tables only name (docs/rules.md,
 * «Layouts»). */
#ifndef ZC_CLI_PAPER_ROWS_H
#define ZC_CLI_PAPER_ROWS_H

#include "cli/workspace.h"
#include "document/document.h"

typedef struct zc_paper_source zc_paper_source;

/* Rows of a plan's problems; `facility`, `plan` and `department` (NULL: no paper to one
 * department) are borrowed. Owned. */
zc_code zc_paper_source_new(const zc_workspace *workspace, const char *facility,
                            const char *plan, const char *department,
                            zc_paper_source **source, zc_err *err);
void zc_paper_source_free(zc_paper_source *source);

/* As the document reads them; borrowed from the source. */
zc_rows zc_paper_source_rows(zc_paper_source *source);

/* ZC_EINTERNAL when a table of the tree names a source or column that there is not. */
zc_code zc_paper_sources_known(const json_t *tree, zc_err *err);

#endif
