#include "supervisor/told.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/screen.h"
#include "cli/workspace.h"
#include "document/document.h"
#include "office/amount.h"
#include "store/collected.h"

void zc_told_begin(zc_told *told, const char *title)
{
  *told = (zc_told){.title = title, .children = json_array()};
  told->failed = told->children == NULL;
}

void zc_told_free(zc_told *told)
{
  json_decref(told->children);
  *told = (zc_told){0};
}

static void add(zc_told *told, json_t *child)
{
  told->failed |= json_array_append_new(told->children, child) != 0;
}

void zc_told_heading(zc_told *told, const char *text)
{
  add(told, json_pack("{s:s, s:i, s:s}", "kind", "heading", "level", 2, "text", text));
}

void zc_told_text(zc_told *told, const char *text)
{
  add(told, json_pack("{s:s, s:s}", "kind", "paragraph", "text", text));
}

void zc_told_line(zc_told *told, const char *format, ...)
{
  char *text = NULL;
  va_list values;
  va_start(values, format);
  int size = vasprintf(&text, format, values);
  va_end(values);
  if (size < 0) {
    told->failed = true;
    return;
  }
  zc_told_text(told, text);
  free(text);
}

/* In the words of reports/office_words.lua. */
void zc_told_silent(zc_told *told, const json_t *offices)
{
  size_t index;
  const json_t *one;
  bool unheard = false;
  zc_buffer names = {0};
  json_array_foreach(offices, index, one)
  {
    const json_t *facilities = json_object_get(one, "facilities");
    zc_buffer_print(&names, "%s%s", index == 0 ? "" : "、", zc_text_of(one, "name"));
    const char *via = zc_text_of(one, "via_name");
    zc_buffer_print(&names, "（%s%s%s", *via == '\0' ? "" : "据", via,
                    *via == '\0' ? "" : "上报，");
    if (facilities == NULL)
      zc_buffer_text(&names, "从未上报，所辖机构数不明）");
    else
      zc_buffer_print(&names, "按其另一轮次上报的名单，%lld家机构计为未报送）",
                      (long long)json_integer_value(facilities));
    unheard |= facilities == NULL;
  }
  if (names.failed)
    told->failed = true;
  else if (names.size > 0)
    zc_told_line(told, "未报送汇总的下级卫生健康行政部门%zu家：%s。%s",
                 json_array_size(offices), names.data,
                 unheard ? "应报家数因此不全，只列已知的家数。" : "");
  zc_buffer_free(&names);
}

void zc_told_table(zc_told *told, const zc_told_column *columns, size_t count)
{
  told->columns = json_array();
  told->rows = json_array();
  for (size_t i = 0; i < count; i++)
    told->failed |= json_array_append_new(told->columns,
                                          json_pack("{s:s, s:s}", "title",
                                                    columns[i].title, "align",
                                                    columns[i].figures ? "right"
                                                                       : "left")) != 0;
  add(told, json_pack("{s:s, s:o, s:o}", "kind", "table", "columns", told->columns,
                      "rows", told->rows));
}

void zc_told_row(zc_told *told)
{
  told->failed |= json_array_append_new(told->rows, json_array()) != 0;
}

void zc_told_cell(zc_told *told, const char *text)
{
  json_t *row = json_array_get(told->rows, json_array_size(told->rows) - 1);
  told->failed |= json_array_append_new(row, json_string(text)) != 0;
}

void zc_told_number(zc_told *told, int64_t number)
{
  char text[24];
  snprintf(text, sizeof text, "%lld", (long long)number);
  zc_told_cell(told, number == ZC_UNKNOWN ? "—" : text);
}

void zc_told_rate(zc_told *told, int64_t part, int64_t whole)
{
  char room[ZC_FIGURE_ROOM];
  zc_told_cell(told, zc_rate_text(room, part, whole));
}

/* ---- printing ------------------------------------------------------------------------ */

static const char *const formats[] = {"text", "markdown", "html", "csv", "json", NULL};

zc_code zc_told_check(const zc_cli *cli, zc_err *err)
{
  return zc_check_format(cli, formats, err);
}

static void print_table(const json_t *table)
{
  char sides[64];
  size_t index, count = 0;
  json_t *row, *column, *head = json_array(), *lines = json_array();
  json_array_foreach(json_object_get(table, "columns"), index, column)
  {
    bool right = strcmp(zc_text_of(column, "align"), "right") == 0;
    if (count + 1 < sizeof sides)
      sides[count++] = right ? 'r' : 'l';
    json_array_append(head, json_object_get(column, "title"));
  }
  sides[count] = '\0';
  json_array_append(lines, head);
  json_array_foreach(json_object_get(table, "rows"), index, row)
      json_array_append(lines, row);
  if (json_array_size(lines) > 1)
    zc_print_grid(stdout, lines, sides, 0);
  json_decref(head);
  json_decref(lines);
}

static zc_code print_text(const zc_told *told, zc_err *err)
{
  size_t index;
  const json_t *child;
  (void)err;
  printf("%s\n", told->title);
  json_array_foreach(told->children, index, child)
  {
    const char *kind = zc_text_of(child, "kind");
    if (strcmp(kind, "table") == 0) {
      print_table(child);
      continue;
    }
    if (strcmp(kind, "heading") == 0)
      printf("\n");
    zc_buffer text = {0};
    zc_add_visible(&text, zc_text_of(child, "text"));
    zc_print_wrapped(stdout, zc_text_or(text.data, ""), 0, 100);
    zc_buffer_free(&text);
  }
  return ZC_OK;
}

static zc_code to_screen(void *context, const void *data, size_t size, zc_err *err)
{
  (void)context;
  (void)err;
  fwrite(data, 1, size, stdout); /* whether it could be is looked at in the end */
  return ZC_OK;
}

static zc_code print_document(const zc_told *told, const char *format, zc_err *err)
{
  zc_document *document = NULL;
  const zc_sink sink = {to_screen, NULL};
  json_t *children = json_pack("[{s:s, s:i, s:s}]", "kind", "heading", "level", 1,
                               "text", told->title);
  int bad = json_array_extend(children, told->children);
  json_t *tree = json_pack("{s:s, s:o}", "title", told->title, "children",
                           bad == 0 ? children : NULL);
  zc_code code = tree == NULL ? zc_fail_memory(err)
                              : zc_document_new(tree, &document, err);
  if (code == ZC_OK && strcmp(format, "csv") == 0)
    code = zc_document_csv(document, NULL, NULL, &sink, err);
  else if (code == ZC_OK)
    code = zc_document_write(document,
                             strcmp(format, "html") == 0 ? ZC_HTML : ZC_MARKDOWN, NULL,
                             &sink, err);
  zc_document_free(document);
  json_decref(tree);
  return code;
}

zc_code zc_told_print(const zc_cli *cli, const zc_told *told, json_t *data,
                      const char *schema, zc_err *err)
{
  const char *format = zc_output_format(cli);
  if (strcmp(format, "json") == 0)
    return zc_print_document(data, schema, err);
  json_decref(data);
  if (told->failed)
    return zc_fail_memory(err);
  return strcmp(format, "text") == 0 ? print_text(told, err)
                                     : print_document(told, format, err);
}

zc_code zc_told_piece(json_t *value, zc_buffer *out, zc_err *err)
{
  zc_code code = value == NULL ? zc_fail_memory(err)
                               : zc_json_canonical(value, out, err);
  json_decref(value);
  return code;
}

zc_code zc_told_offices(const json_t *offices, zc_buffer *out, zc_err *err)
{
  if (json_array_size(offices) == 0)
    return ZC_OK;
  zc_buffer_text(out, "\"offices\":");
  zc_code code = zc_told_piece(json_incref((json_t *)offices), out, err);
  zc_buffer_char(out, ',');
  return code;
}
