#include "cli/paper_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/message.h"
#include "document/rows.h"

/* Of a column that is not the last: wider cells push the rest aside. */
#define WIDEST 60

typedef struct {
  const zc_rows *rows;
  const zc_sink *sink;
  zc_buffer text, cell;
  int *widths; /* of the present table; owned */
  bool begun;
} writing;

static int width_of(writing *w, const char *text)
{
  w->cell.size = 0;
  zc_add_visible(&w->cell, text);
  return w->cell.size == 0 ? 0 : zc_text_width(w->cell.data, w->cell.size);
}

static void add_spaces(zc_buffer *out, int count)
{
  for (; count > 0; count--)
    zc_buffer_char(out, ' ');
}

/* Behind the last word of a line stand no spaces that nobody sees. */
static void add_line(writing *w, const json_t *node, const char *const *cells,
                     size_t width)
{
  for (size_t i = 0; i < width; i++) {
    int gap = w->widths[i] - width_of(w, cells[i]);
    bool right = strcmp(zc_column_align(node, i), "right") == 0;
    if (right)
      add_spaces(&w->text, gap);
    zc_buffer_add(&w->text, w->cell.data, w->cell.size);
    if (i + 1 < width)
      add_spaces(&w->text, right ? 2 : gap > 0 ? gap + 2 : 2);
  }
  while (w->text.size > 0 && w->text.data[w->text.size - 1] == ' ')
    w->text.size--;
  zc_buffer_char(&w->text, '\n');
}

typedef zc_code visit(writing *w, const json_t *node, const char *const *cells,
                      size_t width, zc_err *err);

static zc_code measure(writing *w, const json_t *node, const char *const *cells,
                       size_t width, zc_err *err)
{
  (void)node;
  (void)err;
  for (size_t i = 0; i < width; i++) {
    int own = width_of(w, cells[i]);
    own = own > WIDEST ? WIDEST : own;
    w->widths[i] = own > w->widths[i] ? own : w->widths[i];
  }
  return ZC_OK;
}

static zc_code print_row(writing *w, const json_t *node, const char *const *cells,
                         size_t width, zc_err *err)
{
  add_line(w, node, cells, width);
  return zc_sink_drain(w->sink, &w->text, ZC_SINK_CHUNK, err);
}

static zc_code each_row(writing *w, const json_t *node, visit *each, zc_err *err)
{
  zc_cursor cursor;
  zc_code code = zc_cursor_open(&cursor, node, w->rows, err);
  if (code != ZC_OK)
    return code;
  for (;;) {
    const char *const *cells;
    code = zc_cursor_next(&cursor, &cells, err);
    if (code == ZC_OK && cells != NULL)
      code = each(w, node, cells, cursor.width, err);
    if (code != ZC_OK || cells == NULL)
      break;
  }
  zc_cursor_close(&cursor);
  return code;
}

static zc_code write_table(writing *w, const json_t *node, zc_err *err)
{
  size_t width = json_array_size(json_object_get(node, "columns"));
  const char **titles = calloc(width + 1, sizeof *titles);
  w->widths = calloc(width + 1, sizeof *w->widths);
  zc_code code = titles == NULL || w->widths == NULL ? zc_fail_memory(err) : ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < width; i++)
    titles[i] = zc_column_title(node, i);
  if (code == ZC_OK)
    code = measure(w, node, titles, width, err);
  if (code == ZC_OK)
    code = each_row(w, node, measure, err);
  if (code == ZC_OK) {
    add_line(w, node, titles, width);
    code = each_row(w, node, print_row, err);
  }
  free(titles);
  free(w->widths);
  w->widths = NULL;
  return code;
}

static void add_words(writing *w, const char *before, const char *text)
{
  zc_buffer_text(&w->text, before);
  zc_add_visible(&w->text, text);
  zc_buffer_char(&w->text, '\n');
}

/* The numbers of a chart, with what they are of; its bars are for pages. */
static void write_chart(writing *w, const json_t *node)
{
  size_t index;
  int widest = 0;
  const json_t *bar, *bars = json_object_get(node, "bars");
  add_words(w, "", zc_get_text(node, "title"));
  json_array_foreach(bars, index, bar)
  {
    int own = width_of(w, zc_get_text(bar, "label"));
    widest = own > widest && own <= WIDEST ? own : widest;
  }
  json_array_foreach(bars, index, bar)
  {
    int own = width_of(w, zc_get_text(bar, "label"));
    zc_buffer_text(&w->text, "  ");
    zc_buffer_add(&w->text, w->cell.data, w->cell.size);
    add_spaces(&w->text, widest - own);
    add_words(w, "  ", zc_get_text(bar, "value"));
  }
}

static zc_code write_node(writing *w, const json_t *node, zc_err *err)
{
  size_t index;
  const json_t *item;
  const char *kind = zc_text_of(node, "kind");
  bool heading = strcmp(kind, "heading") == 0;
  if (w->begun && strcmp(kind, "paragraph") != 0)
    zc_buffer_char(&w->text, '\n');
  w->begun = true;
  if (heading || strcmp(kind, "paragraph") == 0)
    add_words(w, "", zc_get_text(node, "text"));
  else if (strcmp(kind, "table") == 0)
    return write_table(w, node, err);
  else if (strcmp(kind, "chart") == 0)
    write_chart(w, node);
  json_array_foreach(json_object_get(node, "items"), index, item)
      add_words(w, "- ", json_string_value(item));
  return zc_sink_drain(w->sink, &w->text, ZC_SINK_CHUNK, err);
}

zc_code zc_paper_text(const json_t *tree, const zc_rows *rows, const zc_sink *sink,
                      zc_err *err)
{
  size_t index;
  const json_t *node;
  writing w = {.rows = rows, .sink = sink};
  zc_code code = ZC_OK;
  zc_buffer_text(&w.cell, "");
  json_array_foreach(json_object_get(tree, "children"), index, node)
  {
    if (code == ZC_OK)
      code = write_node(&w, node, err);
  }
  if (code == ZC_OK)
    code = zc_buffer_check(&w.cell, err);
  if (code == ZC_OK)
    code = zc_sink_drain(sink, &w.text, 0, err);
  zc_buffer_free(&w.text);
  zc_buffer_free(&w.cell);
  return code;
}
