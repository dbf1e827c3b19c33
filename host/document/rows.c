#include "document/rows.h"

#include <stdlib.h>

bool zc_table_streamed(const json_t *node)
{
  return json_is_string(json_object_get(node, "rows"));
}

zc_code zc_fail_no_table(zc_err *err)
{
  return zc_fail(err, ZC_EDATA,
                 "this paper has no table; ask for it as markdown or html", NULL);
}

const char *zc_column_title(const json_t *node, size_t column)
{
  const json_t *columns = json_object_get(node, "columns");
  return zc_text_or(zc_get_text(json_array_get(columns, column), "title"), "");
}

const char *zc_column_align(const json_t *node, size_t column)
{
  const json_t *columns = json_object_get(node, "columns");
  return zc_text_or(zc_get_text(json_array_get(columns, column), "align"), "left");
}

static zc_code open_listed(zc_cursor *c, zc_err *err)
{
  c->cells = calloc(c->width, sizeof *c->cells);
  c->numbers = calloc(c->width, sizeof *c->numbers);
  if (c->cells != NULL && c->numbers != NULL)
    return ZC_OK;
  zc_cursor_close(c);
  return zc_fail_memory(err);
}

zc_code zc_cursor_open(zc_cursor *cursor, const json_t *node, const zc_rows *rows,
                       zc_err *err)
{
  *cursor = (zc_cursor){.node = node,
                        .width = json_array_size(json_object_get(node, "columns"))};
  if (!zc_table_streamed(node))
    return open_listed(cursor, err);
  const char *source = zc_get_text(node, "rows");
  if (rows == NULL)
    return zc_fail(err, ZC_EINTERNAL,
                   "a table has its rows from {source}, which is not known here",
                   "source", source, NULL);
  zc_code code = rows->open(rows->context, source, json_object_get(node, "pick"), err);
  if (code == ZC_OK)
    cursor->source = rows;
  return code;
}

static zc_code next_streamed(zc_cursor *c, const char *const **cells, zc_err *err)
{
  size_t count = 0;
  zc_code code = c->source->next(c->source->context, cells, &count, err);
  if (code != ZC_OK || *cells == NULL || count == c->width)
    return code;
  return zc_fail(err, ZC_EINTERNAL,
                 "the rows of {source} have {count} cells, the table has {width} "
                 "columns",
                 "source", zc_get_text(c->node, "rows"), "count", ZC_DIGITS(count),
                 "width", ZC_DIGITS(c->width), NULL);
}

zc_code zc_cursor_next(zc_cursor *cursor, const char *const **cells, zc_err *err)
{
  *cells = NULL;
  if (cursor->source != NULL)
    return next_streamed(cursor, cells, err);
  const json_t *row = json_array_get(json_object_get(cursor->node, "rows"),
                                     cursor->index),
               *cell;
  size_t index;
  if (row == NULL)
    return ZC_OK;
  cursor->index++;
  json_array_foreach(row, index, cell)
      cursor->cells[index] = json_is_string(cell)
                                 ? json_string_value(cell)
                                 : zc_number_text(cursor->numbers[index],
                                                  json_integer_value(cell));
  *cells = cursor->cells;
  return ZC_OK;
}

void zc_cursor_close(zc_cursor *cursor)
{
  if (cursor->source != NULL && cursor->source->close != NULL)
    cursor->source->close(cursor->source->context);
  free(cursor->cells);
  free(cursor->numbers);
  *cursor = (zc_cursor){0};
}
