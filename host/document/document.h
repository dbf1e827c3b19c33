/* document.h: a document tree → Markdown and HTML, the only place that knows cmark; its
 * tables → CSV and workbooks.
 *
 * A tree is what a report layout returns (docs/rules.md, «Layouts»):
 *   {title, children: [node]}, a node being
 *   {kind: "heading", level, text} · {kind: "paragraph", text, align} ·
 *   {kind: "list", items: [text]} · {kind: "table", columns: [{title, align}],
 *   rows: [[text]], or the name of a source with pick: [column], id, title} ·
 *   {kind: "chart", title, label, value, bars: [{label, value, share}]}, share in
 *   thousandths, missing where there is none
 * Texts are data: nothing in them is ever markup, in no format. (Readers of GitHub's
 * dialect may make a link of a bare mail address; its text stays what it is.)
 *
 * What has a sink is written piece by piece: memory does not grow with the rows that a
 * source gives. After a failure the sink holds a part, which is worth nothing. */
#ifndef ZC_DOCUMENT_DOCUMENT_H
#define ZC_DOCUMENT_DOCUMENT_H

#include "base/sink.h"
#include "value/json.h"

typedef struct zc_document zc_document;

typedef enum { ZC_MARKDOWN, ZC_HTML } zc_format;

/* Where the rows are that a table only names. One source is open at a time. */
typedef struct {
  /* `pick` are the ids of the wanted columns, in order; NULL: those that the source has.
   * A source that is not known is a failure. Nothing to close then. */
  zc_code (*open)(void *context, const char *source, const json_t *pick, zc_err *err);
  /* The cells of the next row, borrowed until the next call; *cells stays NULL after the
   * last. */
  zc_code (*next)(void *context, const char *const **cells, size_t *count, zc_err *err);
  void (*close)(void *context); /* may be NULL */
  void *context;                /* borrowed */
} zc_rows;

/* Builds the document; the tree must outlive it. Owned. ZC_EINTERNAL when the tree is
 * not one: {problem_term} says where. */
zc_code zc_document_new(const json_t *tree, zc_document **document, zc_err *err);
void zc_document_free(zc_document *document);

/* Writes it in one format: Markdown as a text, HTML as a whole page without scripts.
 * `rows` may be NULL for a tree that names no source. */
zc_code zc_document_write(zc_document *document, zc_format format, const zc_rows *rows,
                          const zc_sink *sink, zc_err *err);

/* The same for a document that names no source, appended to a buffer. */
zc_code zc_document_print(zc_document *document, zc_format format, zc_buffer *out,
                          zc_err *err);

/* The tree that it was built of. Borrowed. */
const json_t *zc_document_tree(const zc_document *document);

/* Writes one of its tables as a CSV file: UTF-8 with its mark, lines that end with CR LF,
 * cells as zc_csv_cell has them. The table is the one with `id`; with NULL the first
 * whose rows are streamed, or else the first. ZC_EUSAGE, with the known ids, for another one; ZC_EDATA when there is
 * no table. */
zc_code zc_document_csv(const zc_document *document, const char *id,
                        const zc_rows *rows, const zc_sink *sink, zc_err *err);

/* Writes all of its tables as a workbook (.xlsx), a sheet each and more where a table
 * has more rows than a sheet can hold. *cut is the number of cells whose text a cell
 * cannot hold: it ends with a mark that says so. ZC_EDATA when there is no table. */
zc_code zc_document_workbook(const zc_document *document, const zc_rows *rows,
                             const zc_sink *sink, size_t *cut, zc_err *err);

/* Appends one cell of a CSV file, quoted where need be. A text that a spreadsheet
 * program would take for a formula gets an apostrophe, long codes stay texts. */
void zc_csv_cell(zc_buffer *out, const char *text, bool first);

#define ZC_CSV_MARK "\xef\xbb\xbf" /* spreadsheet programs then read UTF-8 */

#endif
