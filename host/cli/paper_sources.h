/* paper_sources.h: where tables of papers that only name their rows have them from (docs/rules.md,
 * «Layouts»). */
#ifndef ZC_CLI_PAPER_SOURCES_H
#define ZC_CLI_PAPER_SOURCES_H

#include "cli/option.h"

/* Rows of one kind: of the ledger, of an office's facilities … What opens them stands with them. */
struct zc_paper_rows {
  bool (*names)(const char *source); /* whether a table of this name has such rows … */
  bool (*has)(const char *source, const char *column); /* … and they this column */
};

/* ZC_EINTERNAL when a table of the tree names a source or column that none of the sources has. */
zc_code zc_paper_sources_known(const zc_paper_rows *const *sources, const json_t *tree,
                               zc_err *err);

#endif
