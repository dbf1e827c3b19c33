#include "document/table.h"

#include <string.h>

#include "document/escape.h"
#include "document/rows.h"

static void markdown_cell(zc_buffer *out, const char *text)
{
  zc_buffer_text(out, "| ");
  zc_escape_markdown(out, text, strlen(text));
  zc_buffer_char(out, ' ');
}

static void markdown_head(zc_buffer *out, const json_t *node, size_t width)
{
  for (size_t i = 0; i < width; i++)
    markdown_cell(out, zc_column_title(node, i));
  zc_buffer_text(out, "|\n");
  for (size_t i = 0; i < width; i++) {
    const char *align = zc_column_align(node, i);
    zc_buffer_text(out, strcmp(align, "right") == 0    ? "|---:"
                        : strcmp(align, "center") == 0 ? "|:---:"
                                                       : "|---");
  }
  zc_buffer_text(out, "|");
}

static void markdown_row(zc_buffer *out, const char *const *cells, size_t width)
{
  zc_buffer_char(out, '\n');
  for (size_t i = 0; i < width; i++)
    markdown_cell(out, cells[i]);
  zc_buffer_char(out, '|');
}

static void html_cell(zc_buffer *out, const char *tag, const char *align,
                      const char *text)
{
  zc_buffer_char(out, '<');
  zc_buffer_text(out, tag);
  if (strcmp(align, "left") != 0)
    zc_buffer_text(out, strcmp(align, "right") == 0 ? " class=\"right\""
                                                    : " class=\"center\"");
  zc_buffer_char(out, '>');
  zc_escape_html(out, text, strlen(text));
  zc_buffer_text(out, "</");
  zc_buffer_text(out, tag);
  zc_buffer_char(out, '>');
}

static void html_head(zc_buffer *out, const json_t *node, size_t width)
{
  zc_buffer_text(out, "<table>\n<thead>\n<tr>");
  for (size_t i = 0; i < width; i++)
    html_cell(out, "th", zc_column_align(node, i), zc_column_title(node, i));
  zc_buffer_text(out, "</tr>\n</thead>\n<tbody>\n");
}

static void html_row(zc_buffer *out, const json_t *node, const char *const *cells,
                     size_t width)
{
  zc_buffer_text(out, "<tr>");
  for (size_t i = 0; i < width; i++)
    html_cell(out, "td", zc_column_align(node, i), cells[i]);
  zc_buffer_text(out, "</tr>\n");
}

static zc_code write_rows(zc_cursor *cursor, zc_format format, zc_buffer *text,
                          const zc_sink *sink, zc_err *err)
{
  for (;;) {
    const char *const *cells;
    zc_code code = zc_cursor_next(cursor, &cells, err);
    if (code != ZC_OK || cells == NULL)
      return code;
    if (format == ZC_HTML)
      html_row(text, cursor->node, cells, cursor->width);
    else
      markdown_row(text, cells, cursor->width);
    code = zc_sink_drain(sink, text, ZC_SINK_CHUNK, err);
    if (code != ZC_OK)
      return code;
  }
}

zc_code zc_table_write(const json_t *node, zc_format format, const zc_rows *rows,
                       const zc_sink *sink, zc_err *err)
{
  zc_cursor cursor;
  zc_buffer text = {0};
  zc_code code = zc_cursor_open(&cursor, node, rows, err);
  if (code != ZC_OK)
    return code;
  if (format == ZC_HTML)
    html_head(&text, node, cursor.width);
  else
    markdown_head(&text, node, cursor.width);
  code = write_rows(&cursor, format, &text, sink, err);
  zc_cursor_close(&cursor);
  if (format == ZC_HTML)
    zc_buffer_text(&text, "</tbody>\n</table>");
  if (code == ZC_OK)
    code = zc_sink_drain(sink, &text, 0, err);
  zc_buffer_free(&text);
  return code;
}
