#include <string.h>

#include "document/document.h"
#include "document/escape.h"
#include "document/rows.h"

/* Codes of more than 11 digits lose digits when they are read as numbers. */
static bool long_code(const char *text)
{
  size_t size = strlen(text);
  return size > 11 && strspn(text, "0123456789") == size;
}

void zc_csv_cell(zc_buffer *out, const char *text, bool first)
{
  if (!first)
    zc_buffer_char(out, ',');
  bool quoted = strpbrk(text, ",\"\r\n") != NULL || *text == ' ';
  if (quoted)
    zc_buffer_char(out, '"');
  if (zc_escape_computes(text) || long_code(text + strspn(text, " \t\r\n")))
    zc_buffer_char(out, '\'');
  for (; *text != '\0'; text++) {
    if (*text == '"')
      zc_buffer_char(out, '"');
    zc_buffer_char(out, *text);
  }
  if (quoted)
    zc_buffer_char(out, '"');
}

/* ---- a table ------------------------------------------------------------------ */

static const json_t *find_table(const json_t *tree, const char *id)
{
  const json_t *node, *first = NULL;
  size_t index;
  json_array_foreach(json_object_get(tree, "children"), index, node)
  {
    if (strcmp(zc_get_text(node, "kind"), "table") != 0)
      continue;
    if (id != NULL && strcmp(zc_text_of(node, "id"), id) == 0)
      return node;
    if (id == NULL && zc_table_streamed(node))
      return node;
    if (first == NULL)
      first = node;
  }
  return id == NULL ? first : NULL;
}

/* None of that id: the ones that there are. */
static zc_code fail_unknown(const json_t *tree, const char *id, zc_err *err)
{
  const json_t *node;
  size_t index;
  zc_buffer known = {0};
  json_array_foreach(json_object_get(tree, "children"), index, node)
  {
    const char *own = zc_text_of(node, "id");
    if (strcmp(zc_text_of(node, "kind"), "table") == 0 && *own != '\0')
      zc_buffer_print(&known, " %s", own);
  }
  zc_code code = zc_buffer_check(&known, err);
  if (code == ZC_OK)
    code = zc_fail(err, ZC_EUSAGE, "this paper has no table {table}; known:{known}",
                   "table", id, "known", known.size == 0 ? " —" : known.data, NULL);
  zc_buffer_free(&known);
  return code;
}

static zc_code write_rows(zc_cursor *cursor, zc_buffer *text, const zc_sink *sink,
                          zc_err *err)
{
  const char *const *cells;
  zc_code code = zc_cursor_next(cursor, &cells, err);
  while (code == ZC_OK && cells != NULL) {
    for (size_t i = 0; i < cursor->width; i++)
      zc_csv_cell(text, cells[i], i == 0);
    zc_buffer_text(text, "\r\n");
    code = zc_sink_drain(sink, text, ZC_SINK_CHUNK, err);
    if (code == ZC_OK)
      code = zc_cursor_next(cursor, &cells, err);
  }
  return code;
}

zc_code zc_document_csv(const zc_document *document, const char *id,
                        const zc_rows *rows, const zc_sink *sink, zc_err *err)
{
  const json_t *tree = zc_document_tree(document), *node = find_table(tree, id);
  if (node == NULL)
    return id == NULL ? zc_fail_no_table(err) : fail_unknown(tree, id, err);
  zc_cursor cursor;
  zc_code code = zc_cursor_open(&cursor, node, rows, err);
  if (code != ZC_OK)
    return code;
  zc_buffer text = {0};
  zc_buffer_text(&text, ZC_CSV_MARK);
  for (size_t i = 0; i < cursor.width; i++)
    zc_csv_cell(&text, zc_column_title(node, i), i == 0);
  zc_buffer_text(&text, "\r\n");
  code = write_rows(&cursor, &text, sink, err);
  zc_cursor_close(&cursor);
  if (code == ZC_OK)
    code = zc_sink_drain(sink, &text, 0, err);
  zc_buffer_free(&text);
  return code;
}
