#include "cli/list.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/asking.h"
#include "cli/message.h"
#include "document/document.h"
#include "table/csv.h"
#include "table/dataset.h"
#include "table/space.h"

/* ---- what is wrong ------------------------------------------------------------------ */

json_t *zc_list_place(const char *file, int64_t line)
{
  zc_buffer text = {0};
  zc_buffer_print(&text, "%s:%lld", file, (long long)line);
  json_t *place = text.failed ? NULL : zc_json_lossy(text.data, text.size);
  zc_buffer_free(&text);
  return place;
}

void zc_list_tell_wrong(const char *file, int64_t line, const char *text,
                        const char *hint, va_list pairs)
{
  json_t *args = json_object();
  json_t *place = file == NULL ? NULL : zc_list_place(file, line);
  for (const char *name; (name = va_arg(pairs, const char *)) != NULL;) {
    const char *value = va_arg(pairs, const char *);
    json_object_set_new(args, name, zc_json_lossy(value, strlen(value)));
  }
  json_t *message = json_pack("{s:s, s:O}", "text", text, "args", args);
  if (message != NULL && hint != NULL)
    json_object_set_new(message, "hint", json_string(hint));
  zc_ask_print_error(json_string_value(place), message);
  json_decref(message);
  json_decref(place);
  json_decref(args);
}

void zc_list_wrong(const char *file, int64_t line, const char *text, const char *hint,
                   ...)
{
  va_list pairs;
  va_start(pairs, hint);
  zc_list_tell_wrong(file, line, text, hint, pairs);
  va_end(pairs);
}

/* Tells what a file is that is no CSV, in the words of import. */
static zc_code fail_kind(const char *file, const char *text, const char *hint,
                         zc_err *err)
{
  json_t *message = json_pack("{s:s, s:{}, s:s}", "text", text, "args", "hint", hint);
  if (message == NULL)
    return zc_fail_memory(err);
  zc_ask_print_error(file, message);
  json_decref(message);
  return zc_fail(err, ZC_EDATA, "{file} is no sheet that can be read: nothing was kept",
                 "file", file, NULL);
}

/* ---- the file ----------------------------------------------------------------------- */

zc_code zc_list_load(const char *file, size_t limit, zc_buffer *text,
                     char digits[ZC_HASH_ROOM], zc_err *err)
{
  const char *hint, *kind;
  zc_code code = zc_file_read(file, limit, text, err);
  if (code != ZC_OK)
    return code;
  kind = zc_csv_foreign(zc_text_or(text->data, ""), text->size, &hint);
  if (kind != NULL)
    return fail_kind(file, kind, hint, err);
  if (digits != NULL)
    code = zc_hash_of(zc_text_or(text->data, ""), text->size, digits, err);
  if (code == ZC_OK)
    code = zc_text_to_utf8(file, text, err); /* Excel saves GB18030 */
  return code;
}

/* ---- cells -------------------------------------------------------------------------- */

/* Whether the apostrophe in front is one that zc_csv_cell puts before what a
 * spreadsheet program would take for a formula. */
static bool is_defused(const char *text)
{
  zc_buffer again = {0};
  if (*text == '\'')
    zc_csv_cell(&again, text + 1, true);
  const char *start = zc_text_or(again.data, "");
  bool defused = start[*start == '"'] == '\'';
  zc_buffer_free(&again);
  return defused;
}

/* Owned; NULL when out of memory. */
static json_t *cell_text(const zc_cell *cell)
{
  zc_buffer text = {0};
  for (uint32_t i = 0; i < cell->size; i++) {
    zc_buffer_char(&text, cell->text[i]);
    i += cell->doubled && cell->text[i] == '"';
  }
  const char *from = zc_text_or(text.data, "");
  size_t size = text.size;
  zc_space_trim(&from, &size);
  if (size > 0 && is_defused(from)) {
    from++;
    size--;
  }
  json_t *value = text.failed ? NULL : zc_json_lossy(from, size);
  zc_buffer_free(&text);
  return value;
}

const char *zc_list_day(const char *text, char room[ZC_DAY_ROOM], const char **hint)
{
  int32_t day;
  zc_cell_state state = zc_day_read(text, strlen(text), &day);
  if (state == ZC_CELL_GOOD)
    return zc_day_text(day, room);
  if (hint != NULL)
    *hint = state == ZC_CELL_DAMAGED
                ? N_("Excel has stored the day as a number: format the column as text "
                     "and write 2026-12-31")
                : N_("write it as 2026-12-31");
  return NULL;
}

/* ---- rows --------------------------------------------------------------------------- */

typedef struct {
  const char *file;
  const zc_list_column *columns;
  int at[ZC_LIST_COLUMNS], count; /* which cell each column is; -1: none */
  zc_err *err;
} reading;

/* ---- titles ------------------------------------------------------------------------- */

/* The size of a title without the unit in brackets that may stand behind it: 罚款（元） is 罚款. An
 * amount in 万元 is another column, not the same in other words. */
static size_t bare_size(const char *title, const char **unit)
{
  static const char *const units[] = {"元", "万元", "人", "人次", "个", "分",  "家",
                                      "份", "起",   "件", "条",   "天", "户次"};
  size_t size = strlen(title);
  *unit = "";
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    for (int wide = 0; wide < 2; wide++) {
      char tail[24];
      int length = snprintf(tail, sizeof tail, wide ? "（%s）" : "(%s)", units[i]);
      if (size > (size_t)length && strcmp(title + size - (size_t)length, tail) == 0) {
        *unit = units[i];
        size -= (size_t)length;
        while (size > 0 && title[size - 1] == ' ')
          size--;
        return size;
      }
    }
  return size;
}

static bool is_column(const zc_list_column *column, const char *title)
{
  const char *unit;
  size_t size = bare_size(title, &unit);
  bool same = strcmp(title, column->title) == 0 ||
              (column->other != NULL && strcmp(title, column->other) == 0);
  return same || (strcmp(unit, "万元") != 0 && strlen(column->title) == size &&
                  strncmp(title, column->title, size) == 0);
}

/* Whether a title is one of days, or of money, by its words. */
static bool is_of_days(const char *title)
{
  static const char *const ends[] = {"日期", "时间"};
  size_t size = strlen(title);
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (size >= strlen(ends[i]) && strcmp(title + size - strlen(ends[i]), ends[i]) == 0)
      return true;
  return false;
}

static bool is_of_money(const char *title)
{
  static const char *const words[] = {"金额", "罚款", "没收", "退回", "违法所得"};
  const char *unit;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strstr(title, words[i]) != NULL)
      return true;
  bare_size(title, &unit);
  return strcmp(unit, "元") == 0 || strcmp(unit, "万元") == 0;
}

static zc_code fail_columns(const reading *r)
{
  zc_buffer list = {0};
  int left = 0;
  for (int c = 0; c < r->count; c++)
    left += r->columns[c].needed;
  for (int c = 0; c < r->count; c++)
    if (r->columns[c].needed)
      zc_buffer_print(&list, "%s%s", r->columns[c].title,
                      --left > 1  ? ", "
                      : left == 1 ? _(" and ")
                                  : "");
  zc_code code = zc_fail(r->err, ZC_EDATA,
                         "{file}: the first line must name the columns {list}", "file",
                         r->file, "list", zc_text_or(list.data, ""), NULL);
  zc_buffer_free(&list);
  return code;
}

static zc_code find_columns(reading *r, const zc_csv *csv)
{
  for (uint32_t i = 0; i < csv->count; i++) {
    json_t *cell = cell_text(&csv->cells[i]);
    const char *text = zc_text_or(json_string_value(cell), "");
    zc_code code = cell == NULL ? zc_fail_memory(r->err) : ZC_OK;
    for (int c = 0; code == ZC_OK && c < r->count; c++) {
      const zc_list_column *column = &r->columns[c];
      if (!is_column(column, text))
        continue;
      if (r->at[c] >= 0)
        code =
            zc_fail(r->err, ZC_EDATA,
                    "{file}: the column {title} stands twice in the first line; take "
                    "one of them out",
                    "file", r->file, "title", text, NULL);
      r->at[c] = (int)i;
    }
    json_decref(cell);
    if (code != ZC_OK)
      return code;
  }
  for (int c = 0; c < r->count; c++)
    if (r->columns[c].needed && r->at[c] < 0)
      return fail_columns(r);
  return ZC_OK;
}

static zc_code read_header(reading *r, zc_csv *csv)
{
  const char *hint;
  zc_row_kind kind = zc_csv_next(csv);
  const char *separator = kind == ZC_ROW_GOOD ? zc_csv_separator(csv, &hint) : NULL;
  if (separator != NULL)
    return fail_kind(r->file, separator, hint, r->err);
  if (kind != ZC_ROW_GOOD)
    return fail_columns(r);
  zc_code code = find_columns(r, csv);
  csv->wanted = csv->count;
  return code;
}

static zc_code take_row(reading *r, const zc_csv *csv, zc_list_visit *visit,
                        void *context)
{
  json_t *texts[ZC_LIST_COLUMNS] = {0};
  zc_list_row row = {.file = r->file, .line = csv->row_line};
  zc_code code = ZC_OK;
  for (int c = 0; c < r->count; c++) {
    if (r->at[c] < 0)
      continue;
    texts[c] = cell_text(&csv->cells[r->at[c]]);
    row.cells[c] = json_string_value(texts[c]);
    if (texts[c] == NULL)
      code = zc_fail_memory(r->err);
  }
  if (code == ZC_OK)
    code = visit(context, &row, r->err);
  for (int c = 0; c < r->count; c++)
    json_decref(texts[c]);
  return code;
}

static zc_code read_rows(reading *r, zc_csv *csv, zc_list_visit *visit, void *context,
                         size_t *wrong)
{
  zc_row_kind kind;
  zc_code code = read_header(r, csv);
  while (code == ZC_OK && (kind = zc_csv_next(csv)) != ZC_ROW_END) {
    if (zc_csv_blank(csv, kind))
      continue;
    if (kind == ZC_ROW_GOOD) {
      code = take_row(r, csv, visit, context);
    } else {
      zc_list_wrong(
          r->file, csv->row_line,
          N_("the row cannot be read: its cells or quotation marks do not fit "
             "the header"),
          NULL, NULL);
      ++*wrong;
    }
  }
  return code;
}

zc_code zc_list_read(const char *file, const zc_buffer *text,
                     const zc_list_column *columns, zc_list_visit *visit, void *context,
                     size_t *wrong, zc_err *err)
{
  zc_csv csv;
  reading r = {.file = file, .columns = columns, .err = err};
  zc_cell *cells = calloc(ZC_CSV_COLUMNS, sizeof *cells);
  for (; columns[r.count].title != NULL; r.count++)
    r.at[r.count] = -1;
  *wrong = 0;
  if (cells == NULL)
    return zc_fail_memory(err);
  zc_csv_begin(&csv, zc_text_or(text->data, ""), text->size, cells);
  zc_code code = read_rows(&r, &csv, visit, context, wrong);
  free(cells);
  return code;
}

/* ---- what is not read --------------------------------------------------------------- */

static bool passes(const char *title, const zc_list_column *columns,
                   const char *const *silent)
{
  if (*title == '\0' || strcmp(title, "序号") == 0 ||
      strncmp(title, ZC_LIST_UNREAD, strlen(ZC_LIST_UNREAD)) == 0)
    return true;
  for (; columns->title != NULL; columns++)
    if (is_column(columns, title))
      return true;
  for (; *silent != NULL; silent++)
    if (strcmp(*silent, title) == 0)
      return true;
  return false;
}

static bool has_word(const char *title, const char *words)
{
  char word[64];
  while (*words != '\0') {
    size_t size = strcspn(words, " ");
    snprintf(word, sizeof word, "%.*s", (int)size, words);
    if (strstr(title, word) != NULL)
      return true;
    words += size + (words[size] == ' ');
  }
  return false;
}

static bool refuse_suspect(const char *file, const char *title,
                           const zc_list_suspect *suspects)
{
  while (suspects->words != NULL && !has_word(title, suspects->words))
    suspects++;
  if (suspects->words == NULL)
    return false;
  zc_list_wrong(file, 1,
                N_("the column {title} is not read, and it looks like {meant}"),
                N_("if it is that, call it so; else write 不读 in front of its title, "
                   "or take it out"),
                "title", title, "meant", suspects->title, NULL);
  return true;
}

/* An amount or a day that nobody reads would be 0, or none, without a word. */
static bool refuse_title(const char *file, const char *title,
                         const zc_list_column *columns)
{
  zc_buffer list = {0};
  bool days = is_of_days(title);
  if (!days && !is_of_money(title))
    return false;
  for (; columns->title != NULL; columns++)
    if (days ? is_of_days(columns->title) : is_of_money(columns->title))
      zc_buffer_print(&list, "%s%s", list.size == 0 ? "" : "、", columns->title);
  zc_list_wrong(file, 1,
                days ? N_("the column {title} is not read, and it looks like one of "
                          "days")
                     : N_("the column {title} is not read, and it looks like one of "
                          "money"),
                days ? N_("if it is one of {list}, call it so; else write 不读 in "
                          "front of its title, or take it out")
                     : N_("if it is one of {list}, call it so, in yuan; else write "
                          "不读 in front of its title, or take it out"),
                "title", title, "list", zc_text_or(list.data, ""), NULL);
  zc_buffer_free(&list);
  return true;
}

static void note_titles(const char *file, const char *titles)
{
  zc_note(N_("{file}: these columns are not read: {list}"),
          json_pack("{s:o, s:s}", "file", zc_json_lossy(file, strlen(file)), "list",
                    titles));
}

zc_code zc_list_tell_unread(const char *file, const zc_buffer *text,
                            const zc_list_column *columns, const char *const *silent,
                            const zc_list_suspect *suspects, size_t *wrong, zc_err *err)
{
  zc_csv csv;
  zc_buffer others = {0};
  zc_code code = ZC_OK;
  zc_cell *cells = calloc(ZC_CSV_COLUMNS, sizeof *cells);
  if (cells == NULL)
    return zc_fail_memory(err);
  zc_csv_begin(&csv, zc_text_or(text->data, ""), text->size, cells);
  zc_row_kind kind = zc_csv_next(&csv);
  for (uint32_t i = 0; kind == ZC_ROW_GOOD && code == ZC_OK && i < csv.count; i++) {
    json_t *cell = cell_text(&csv.cells[i]);
    const char *title = zc_text_or(json_string_value(cell), "");
    if (cell == NULL) {
      code = zc_fail_memory(err);
    } else if (passes(title, columns, silent)) {
      /* nothing to tell */
    } else if (suspects == NULL ? refuse_title(file, title, columns)
                                : refuse_suspect(file, title, suspects)) {
      ++*wrong;
    } else {
      zc_buffer_print(&others, "%s%s", others.size == 0 ? "" : "、", title);
    }
    json_decref(cell);
  }
  if (code == ZC_OK && others.size > 0)
    note_titles(file, zc_text_or(others.data, ""));
  free(cells);
  if (code == ZC_OK)
    code = zc_buffer_check(&others, err);
  zc_buffer_free(&others);
  return code;
}
