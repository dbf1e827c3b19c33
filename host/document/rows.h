/* rows.h: the rows of a table node, in the tree or streamed, and the tables of a tree. */
#ifndef ZC_DOCUMENT_ROWS_H
#define ZC_DOCUMENT_ROWS_H

#include "document/document.h"

typedef struct {
  const json_t *node;
  const zc_rows *source; /* NULL: the rows are in the tree */
  size_t index, width;
  const char **cells; /* of rows in the tree; owned */
  char (*numbers)[24];
} zc_cursor;

/* Before the first row. On failure there is nothing to close. */
zc_code zc_cursor_open(zc_cursor *cursor, const json_t *node, const zc_rows *rows,
                       zc_err *err);

/* The cells of the next row, borrowed until the next call; NULL after the last. */
zc_code zc_cursor_next(zc_cursor *cursor, const char *const **cells, zc_err *err);
void zc_cursor_close(zc_cursor *cursor);

/* Whether the rows of a table are not in the tree. */
bool zc_table_streamed(const json_t *node);

/* Nothing to write. */
zc_code zc_fail_no_table(zc_err *err);

const char *zc_column_title(const json_t *node, size_t column);

/* "left", "right", "center" or what else the layout says. */
const char *zc_column_align(const json_t *node, size_t column);

#endif
