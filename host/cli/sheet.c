#include "cli/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/message.h"
#include "document/document.h"
#include "table/csv.h"
#include "value/yaml.h"

#define SHEET_LIMIT ((size_t)16 << 20)

static const char *const titles[] = {"编号", "整治重点", "检查项",
                                     "问题", "判定标准", "填写方式",
                                     "答案", "备注",     "责任科室"};
enum { ID, FOCUS, TITLE, ASK, TEXT, HINT, ANSWER, NOTE, OWNER, TITLES };

/* ---- writing ----------------------------------------------------------------- */

zc_code zc_answer_sheet_csv(const json_t *questions, bool prefill, zc_buffer *out, zc_err *err)
{
  size_t index;
  const json_t *q;
  zc_buffer_text(out, ZC_CSV_MARK);
  for (int i = 0; i < TITLES; i++)
    zc_csv_cell(out, titles[i], i == 0);
  zc_buffer_text(out, "\r\n");
  json_array_foreach(questions, index, q)
  {
    const char *na = zc_get_text(q, "na");
    zc_buffer answer = {0};
    if (prefill && na != NULL)
      zc_buffer_print(&answer, "不适用：%s", na);
    else if (prefill)
      zc_buffer_text(&answer, zc_text_or(zc_get_text(q, "answered"), ""));
    const char *const cells[] = {zc_get_text(q, "id"),
                                 zc_get_text(q, "focus"),
                                 zc_get_text(q, "title"),
                                 zc_get_text(q, "ask"),
                                 zc_get_text(q, "text"),
                                 zc_get_text(q, "hint"),
                                 answer.data,
                                 prefill ? zc_get_text(q, "note") : NULL,
                                 zc_get_text(q, "owner")};
    for (int i = 0; i < TITLES; i++)
      zc_csv_cell(out, zc_text_or(cells[i], ""), i == 0);
    zc_buffer_text(out, "\r\n");
    out->failed |= answer.failed;
    zc_buffer_free(&answer);
  }
  return zc_buffer_check(out, err);
}

/* ---- reading ----------------------------------------------------------------- */

static json_t *place_of(const char *file, json_int_t line)
{
  zc_buffer text = {0};
  zc_buffer_print(&text, "%s:%lld", file, (long long)line);
  json_t *place = text.failed ? NULL : zc_json_lossy(text.data, text.size);
  zc_buffer_free(&text);
  return place;
}

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

/* A cell's text: unquoted, trimmed, and as it was before it was defused. Owned. */
static json_t *cell_text(const zc_cell *cell)
{
  zc_buffer text = {0};
  for (uint32_t i = 0; i < cell->size; i++) {
    zc_buffer_char(&text, cell->text[i]);
    i += cell->doubled && cell->text[i] == '"';
  }
  const char *from = zc_text_or(text.data, "");
  size_t size = text.size;
  while (size > 0 && (unsigned char)*from <= ' ') {
    from++;
    size--;
  }
  while (size > 0 && (unsigned char)from[size - 1] <= ' ')
    size--;
  if (size > 0 && is_defused(from)) {
    from++;
    size--;
  }
  json_t *value = text.failed ? NULL : zc_json_lossy(from, size);
  zc_buffer_free(&text);
  return value;
}

typedef struct {
  const char *file;
  zc_answer_sheet *sheet;
  json_t *seen; /* item → line */
  zc_err *err;
} reading;

/* An item that stands twice in one file has no one answer: *error says so. */
static int note_item(reading *r, const char *item, json_int_t line, json_t **error)
{
  const json_t *first = json_object_get(r->seen, item);
  *error = NULL;
  if (first == NULL)
    return json_object_set_new(r->seen, item, json_integer(line));
  *error = json_pack("{s:s, s:{s:s, s:O}}", "text",
                     N_("the item {item} stands twice, also on line {first}"), "args",
                     "item", item, "first", first);
  return *error == NULL ? -1 : 0;
}

/* Takes `entry` and `error`, which may be NULL. */
static zc_code add_entry(reading *r, json_t *entry, json_int_t line, json_t *error)
{
  json_t *place = json_object();
  int bad = json_object_set_new(place, "place", place_of(r->file, line));
  if (error != NULL)
    bad |= json_object_set_new(place, "error", error);
  bad |= json_array_append_new(r->sheet->entries, entry);
  bad |= json_array_append_new(r->sheet->places, place);
  return bad != 0 ? zc_fail_memory(r->err) : ZC_OK;
}

/* A note alone is nothing that could be kept, and somebody wrote it. */
static zc_code warn_of_note(const reading *r, const char *item, json_int_t line)
{
  json_t *faults = json_array();
  zc_place place = {r->file, (int)line, 0};
  int bad = zc_fault_warning(faults, place,
                             "{item} has a note but no answer: the note is not kept",
                             "item", item, NULL);
  zc_print_faults(faults, NULL);
  json_decref(faults);
  return bad != 0 ? zc_fail_memory(r->err) : ZC_OK;
}

static int note_blank(reading *r, const char *item, json_int_t line)
{
  json_t *blank = json_object();
  int bad = json_object_set_new(blank, "item", json_string(item));
  bad |= json_object_set_new(blank, "place", place_of(r->file, line));
  return bad | json_array_append_new(r->sheet->blanks, blank);
}

static zc_code take_row(reading *r, const zc_csv *csv, const int *columns)
{
  json_t *item = cell_text(&csv->cells[columns[ID]]);
  json_t *answer = cell_text(&csv->cells[columns[ANSWER]]);
  json_t *note = columns[NOTE] < 0 ? NULL : cell_text(&csv->cells[columns[NOTE]]);
  const char *text = zc_text_or(json_string_value(answer), "");
  bool noted = note != NULL && json_string_length(note) > 0;
  zc_code code = ZC_OK;
  if (item == NULL || answer == NULL) {
    code = zc_fail_memory(r->err);
  } else if (*text != '\0') {
    json_t *entry = zc_ask_entry(json_string_value(item), text), *error;
    int bad = note_item(r, json_string_value(item), csv->row_line, &error);
    if (noted)
      bad |= json_object_set(entry, "note", note);
    code = add_entry(r, entry, csv->row_line, error);
    if (bad != 0)
      code = zc_fail_memory(r->err);
  } else {
    if (note_blank(r, json_string_value(item), csv->row_line) != 0)
      code = zc_fail_memory(r->err);
    else if (noted)
      code = warn_of_note(r, json_string_value(item), csv->row_line);
  }
  json_decref(item);
  json_decref(answer);
  json_decref(note);
  return code;
}

/* Which cell each title is; English names are known too. */
static bool find_columns(const zc_csv *csv, int columns[TITLES])
{
  static const char *const english[] = {"id",   "focus",  "title", "ask",  "text",
                                        "hint", "answer", "note",  "owner"};
  for (int t = 0; t < TITLES; t++)
    columns[t] = -1;
  for (uint32_t i = 0; i < csv->count; i++) {
    json_t *text = cell_text(&csv->cells[i]);
    for (int t = 0; text != NULL && t < TITLES; t++)
      if (strcmp(json_string_value(text), titles[t]) == 0 ||
          strcmp(json_string_value(text), english[t]) == 0)
        columns[t] = (int)i;
    json_decref(text);
  }
  return columns[ID] >= 0 && columns[ANSWER] >= 0;
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

static zc_code read_csv(reading *r, const zc_buffer *text)
{
  zc_csv csv;
  int columns[TITLES];
  zc_cell *cells = calloc(ZC_CSV_COLUMNS, sizeof *cells);
  if (cells == NULL)
    return zc_fail_memory(r->err);
  zc_csv_begin(&csv, text->data, text->size, cells);
  zc_row_kind kind = zc_csv_next(&csv);
  const char *hint,
      *separator = kind == ZC_ROW_GOOD ? zc_csv_separator(&csv, &hint) : NULL;
  zc_code code = ZC_OK;
  if (separator != NULL)
    code = fail_kind(r->file, separator, hint, r->err);
  else if (kind != ZC_ROW_GOOD || !find_columns(&csv, columns))
    code = zc_fail(r->err, ZC_EDATA,
                   "{file}: the first line must name the columns 编号 and 答案", "file",
                   r->file, NULL);
  csv.wanted = csv.count;
  while (code == ZC_OK && (kind = zc_csv_next(&csv)) != ZC_ROW_END) {
    if (zc_csv_blank(&csv, kind))
      continue;
    code =
        kind == ZC_ROW_GOOD
            ? take_row(r, &csv, columns)
            : zc_fail(r->err, ZC_EDATA,
                      "{file}:{line}: the row cannot be read: its cells or quotation "
                      "marks do not fit the header",
                      "file", r->file, "line", ZC_DIGITS(csv.row_line), NULL);
  }
  free(cells);
  return code;
}

/* What a key beside an answer is called in an entry; NULL when it is none. */
static const char *yaml_key(const char *key)
{
  static const char *const keys[][3] = {{"answer", "答案", "text"},
                                        {"note", "备注", "note"},
                                        {"na", "不适用", "na"}};
  for (size_t i = 0; i < 3; i++)
    if (strcmp(key, keys[i][0]) == 0 || strcmp(key, keys[i][1]) == 0)
      return keys[i][2];
  return NULL;
}

/* {answer: …, note: …}: *error is the first key that is unknown or stands twice. */
static int read_yaml_entry(const json_t *value, json_t *entry, json_t **error)
{
  const char *item = zc_get_text(entry, "item");
  const char *key;
  json_t *found;
  int bad = 0;
  json_object_foreach((json_t *)value, key, found)
  {
    const char *name = yaml_key(key);
    if (name != NULL && json_is_string(found) && json_object_get(entry, name) == NULL)
      bad |= json_object_set(entry, name, found);
    else if (*error == NULL)
      *error = json_pack("{s:s, s:{s:s}, s:s}", "text",
                         name == NULL ? N_("unknown key {id}")
                                      : N_("the key {id} must stand once, with a text"),
                         "args", "id", key, "hint",
                         N_("write item: answer, or item: {answer: …, note: …}"));
  }
  const char *text = zc_get_text(entry, "text");
  if (text == NULL || json_object_get(entry, "na") != NULL)
    return bad;
  json_t *again = zc_ask_entry(item, text); /* 不适用：原因 may stand here too */
  bad |= json_object_del(entry, "text");
  bad |= again == NULL || json_object_update(entry, again) != 0;
  json_decref(again);
  return bad;
}

static zc_code take_yaml_entry(reading *r, const char *item, const json_t *value,
                               json_int_t line)
{
  json_t *entry, *error = NULL;
  int bad = 0;
  if (json_is_string(value)) {
    entry = zc_ask_entry(item, json_string_value(value));
  } else if (json_is_object(value)) {
    entry = json_object();
    bad = json_object_set_new(entry, "item", json_string(item));
    bad |= read_yaml_entry(value, entry, &error);
  } else {
    return zc_fail(r->err, ZC_EDATA,
                   "{file}:{line}: write item: answer, or item: {answer: …, note: …}",
                   "file", r->file, "line", ZC_DIGITS(line), NULL);
  }
  zc_code code = add_entry(r, entry, line, error);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(r->err) : code;
}

static zc_code read_yaml(reading *r, const zc_buffer *text)
{
  json_t *faults = json_array(), *document = NULL;
  const char *item;
  json_t *value;
  zc_code code = faults == NULL ? zc_fail_memory(r->err)
                                : zc_yaml_parse(r->file, text->data, text->size, faults,
                                                &document, r->err);
  zc_print_faults(faults, NULL);
  const json_t *map = json_object_get(document, "value");
  const json_t *at = json_object_get(document, "at");
  if (code == ZC_OK && !json_is_object(map))
    code = zc_fail(r->err, ZC_EDATA, "{file}: the file must be a map of item: answer",
                   "file", r->file, NULL);
  json_object_foreach((json_t *)map, item, value)
  {
    if (code != ZC_OK)
      break;
    code = take_yaml_entry(r, item, value, zc_yaml_key_position(at, item) >> 16);
  }
  json_decref(document);
  json_decref(faults);
  return code;
}

static zc_code check_kind(const char *file, const zc_buffer *text, zc_err *err)
{
  const char *hint,
      *kind = zc_csv_foreign(zc_text_or(text->data, ""), text->size, &hint);
  return kind == NULL ? ZC_OK : fail_kind(file, kind, hint, err);
}

static bool is_yaml(const char *file)
{
  size_t size = strlen(file);
  return (size > 5 && strcmp(file + size - 5, ".yaml") == 0) ||
         (size > 4 && strcmp(file + size - 4, ".yml") == 0);
}

zc_code zc_answer_sheet_read(const char *file, zc_answer_sheet *sheet, zc_err *err)
{
  zc_buffer text = {0};
  *sheet = (zc_answer_sheet){json_array(), json_array(), json_array()};
  reading r = {.file = file, .sheet = sheet, .seen = json_object(), .err = err};
  zc_code code = sheet->entries == NULL || sheet->places == NULL ||
                         sheet->blanks == NULL || r.seen == NULL
                     ? zc_fail_memory(err)
                     : zc_file_read(file, SHEET_LIMIT, &text, err);
  if (code == ZC_OK && !is_yaml(file))
    code = check_kind(file, &text, err);
  if (code == ZC_OK)
    code = zc_text_to_utf8(file, &text, err); /* Excel saves GB18030 */
  if (code == ZC_OK)
    code = is_yaml(file) ? read_yaml(&r, &text) : read_csv(&r, &text);
  zc_buffer_free(&text);
  json_decref(r.seen);
  if (code != ZC_OK)
    zc_answer_sheet_free(sheet);
  return code;
}

void zc_answer_sheet_free(zc_answer_sheet *sheet)
{
  json_decref(sheet->entries);
  json_decref(sheet->places);
  json_decref(sheet->blanks);
  *sheet = (zc_answer_sheet){0};
}
