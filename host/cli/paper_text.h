/* paper_text.h: a paper as text for a terminal: tables aligned in columns, CJK counting two. */
#ifndef ZC_CLI_PAPER_TEXT_H
#define ZC_CLI_PAPER_TEXT_H

#include "document/document.h"

/* Writes the tree that a document was built of. Each table is read twice: for its widths, and for
 * its lines; memory does not grow with its rows. Foreign texts stay on their lines. */
zc_code zc_paper_text(const json_t *tree, const zc_rows *rows, const zc_sink *sink,
                      zc_err *err);

#endif
