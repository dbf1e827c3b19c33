/* rows.h: an export, row by row: encoding, header, cells, and what is wrong.
 *
 * A *malformed* row (broken quotes, wrong number of cells, bad encoding, invisible
 * characters, a blank or repeated key) has no cells; a *bad cell* is nil. Import and
 * judging read files by this one function, so that they see the same rows. */
#ifndef ZC_TABLE_ROWS_H
#define ZC_TABLE_ROWS_H

#include "base/text.h"
#include "table/dataset.h"

typedef struct zc_rows zc_rows;

/* Opens an export that is mapped at `data`. Reads the header, decides the encoding
 * and binds the columns; `dataset` must be adjusted already. `wanted` (one flag a
 * column; NULL: all) says which cells are decoded, besides keys and the date.
 *
 * Faults: what is no CSV at all (a workbook, UTF-16, tab-separated), no header,
 * ambiguous columns, missing key columns. ZC_EDATA with them. */
zc_code zc_rows_open(const char *file, const char *data, size_t size,
                     const zc_dataset *dataset, const json_t *options,
                     const bool *wanted, zc_gb18030 *converter, json_t *faults,
                     zc_rows **rows, zc_err *err);
void zc_rows_free(zc_rows *rows);

/* True if the file's text was GB18030. */
bool zc_rows_gb18030(const zc_rows *rows);

/* The index of the column's cell in the header, or -1 when the file lacks it. */
int zc_rows_cell(const zc_rows *rows, int column);

/* The header of the column's cell; "" when the file lacks it. Borrowed. */
const char *zc_rows_header(const zc_rows *rows, int column);

/* Headers that no column took: a list of texts. Borrowed. */
const json_t *zc_rows_unused(const zc_rows *rows);

/* How much of the export's rows has been read, from 0 to 1. */
double zc_rows_share(const zc_rows *rows);

typedef struct {
  zc_row_kind kind;
  int64_t line;
  const char *problem;         /* of a malformed row: a message; NULL: it is good */
  const zc_scalar *cells;      /* one a column of the dataset; nil if not decoded */
  const unsigned char *states; /* zc_cell_state of each; blank without cells */
  const zc_cell *raw;          /* the row's own cells, for messages */
} zc_row;

/* The next row; kind ZC_ROW_END at the end. The cells are valid until the next
 * call, their texts as long as `arena` and the file. */
zc_code zc_rows_next(zc_rows *rows, zc_arena *arena, zc_row *row, zc_err *err);

/* What kind of problem a malformed row has, for programs: key-blank, key-repeated,
 * key-unreadable, or malformed for all that is no matter of its key. */
const char *zc_row_problem_code(const char *problem);

/* ---- for whoever reads the rows of an open file in another way ---------------------- */

/* What follows the header. */
typedef struct {
  const char *data; /* the text before it, and all of it; UTF-8, borrowed from the file or
                       from `rows`; 64 bytes behind it are readable if they were behind the
                       file */
  const char *at, *end;
  int64_t line;   /* of `at` */
  uint32_t cells; /* in a row */
} zc_rows_rest;

zc_rows_rest zc_rows_behind_header(const zc_rows *rows);

/* Whether a column's cells are decoded: what was wanted, keys and the date. */
bool zc_rows_wants(const zc_rows *rows, int column);

/* What is wrong with a row of this kind, with its bytes, or with a key whose cell has this
 * state; NULL: nothing. */
const char *zc_row_kind_problem(zc_row_kind kind);
const char *zc_row_unreadable(const char *text, size_t size);
const char *zc_row_key_problem(zc_cell_state state);

/* ---- what opening consists of, for whoever only looks at a header ----------------- */

#define ZC_HEADER_MOST ((size_t)1 << 20) /* bytes of a header that is looked at */
#define ZC_TITLE_ROWS 5                  /* rows that may stand above a header */

/* Adds a fault when a first row (of this kind) cannot be a header; `below` is the line of
 * the header when what stands above it are titles, else 0. Non-zero when out of memory. */
int zc_rows_refuse_header(zc_row_kind kind, const zc_csv *csv, int64_t below,
                          const char *file, json_t *faults);

/* Appends GB18030 bytes as UTF-8; one that is not GB18030 becomes 0xFF, so that its row,
 * and only its row, is malformed. */
zc_code zc_rows_convert(zc_gb18030 *converter, const char *data, size_t size,
                        zc_buffer *out, zc_err *err);

/* Whether most lines with other than ASCII are UTF-8: they decide when the header cannot. */
bool zc_rows_mostly_utf8(const char *data, size_t size);

#endif
