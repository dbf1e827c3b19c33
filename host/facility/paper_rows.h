/* paper_rows.h: the rows of the ledger that a paper's tables only name (docs/rules.md,
 * «Layouts»). */
#ifndef ZC_FACILITY_PAPER_ROWS_H
#define ZC_FACILITY_PAPER_ROWS_H

#include "cli/paper_sources.h"
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

/* Rows of the ledger, as papers name them. */
extern const zc_paper_rows zc_ledger_paper_rows;

#endif
