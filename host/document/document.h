/* document.h: a document tree → Markdown and HTML, the only place that knows cmark.
 *
 * A tree is what a report layout returns (docs/rules.md, «Layouts»):
 *   {title, children: [node]}, a node being
 *   {kind: "heading", level, text} · {kind: "paragraph", text, align} ·
 *   {kind: "list", items: [text]} · {kind: "table", columns: [{title, align}],
 *   rows: [[text]]}
 * Texts are data: nothing in them is ever markup, in no format. (Readers of GitHub's
 * dialect may make a link of a bare mail address; its text stays what it is.) */
#ifndef ZC_DOCUMENT_DOCUMENT_H
#define ZC_DOCUMENT_DOCUMENT_H

#include "value/json.h"

typedef struct zc_document zc_document;

typedef enum { ZC_MARKDOWN, ZC_HTML } zc_format;

/* Builds the document; the tree must outlive it. Owned. ZC_EINTERNAL when the tree is
 * not one: {problem_term} says where. */
zc_code zc_document_new(const json_t *tree, zc_document **document, zc_err *err);
void zc_document_free(zc_document *document);

/* Appends it in one format: Markdown as a text, HTML as a whole page without scripts.
 */
zc_code zc_document_print(zc_document *document, zc_format format, zc_buffer *out,
                          zc_err *err);

/* Appends one cell of a CSV file, quoted where need be. A text that a spreadsheet
 * program would take for a formula gets an apostrophe, long codes stay texts. */
void zc_csv_cell(zc_buffer *out, const char *text, bool first);

#define ZC_CSV_MARK "\xef\xbb\xbf" /* spreadsheet programs then read UTF-8 */

#endif
