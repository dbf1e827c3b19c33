#include "cli/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/list.h"
#include "cli/message.h"
#include "document/document.h"
#include "value/yaml.h"

#define SHEET_LIMIT ((size_t)16 << 20)

static const char *const titles[] = {"编号", "整治重点", "检查项",
                                     "问题", "判定标准", "填写方式",
                                     "答案", "备注",     "责任科室"};
enum { ID, FOCUS, TITLE, ASK, TEXT, HINT, ANSWER, NOTE, OWNER, TITLES };

/* ---- writing ----------------------------------------------------------------- */

zc_code zc_answer_sheet_csv(const json_t *questions, bool prefill, zc_buffer *out,
                            zc_err *err)
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
    zc_buffer answer = {0}, hint = {0};
    zc_buffer_text(&hint, zc_text_of(q, "hint"));
    if (prefill && json_object_get(q, "before") != NULL)
      zc_buffer_print(&hint, "；%s",
                      zc_text_of(json_object_get(q, "before"), "remark"));
    if (prefill && na != NULL)
      zc_buffer_print(&answer, "不适用：%s", na);
    else if (prefill)
      zc_buffer_text(&answer, zc_text_of(q, "answered"));
    const char *const cells[] = {zc_get_text(q, "id"),
                                 zc_get_text(q, "focus"),
                                 zc_get_text(q, "title"),
                                 zc_get_text(q, "ask"),
                                 zc_get_text(q, "text"),
                                 hint.data,
                                 answer.data,
                                 prefill ? zc_get_text(q, "note") : NULL,
                                 zc_get_text(q, "owner")};
    for (int i = 0; i < TITLES; i++)
      zc_csv_cell(out, zc_text_or(cells[i], ""), i == 0);
    zc_buffer_text(out, "\r\n");
    out->failed |= answer.failed || hint.failed;
    zc_buffer_free(&answer);
    zc_buffer_free(&hint);
  }
  return zc_buffer_check(out, err);
}

/* ---- reading ----------------------------------------------------------------- */

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
  int bad = json_object_set_new(place, "place", zc_list_place(r->file, line));
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
  bad |= json_object_set_new(blank, "place", zc_list_place(r->file, line));
  return bad | json_array_append_new(r->sheet->blanks, blank);
}

/* Without its answer a row is blank, whatever else stands in it. */
static zc_code take_row(void *context, const zc_list_row *row, zc_err *err)
{
  reading *r = context;
  const char *item = row->cells[0], *answer = row->cells[1];
  const char *note = zc_text_or(row->cells[2], "");
  if (*answer == '\0') {
    if (note_blank(r, item, row->line) != 0)
      return zc_fail_memory(err);
    return *note == '\0' ? ZC_OK : warn_of_note(r, item, row->line);
  }
  json_t *entry = zc_ask_entry(item, answer), *error;
  int bad = note_item(r, item, row->line, &error);
  if (*note != '\0')
    bad |= json_object_set_new(entry, "note", json_string(note));
  zc_code code = add_entry(r, entry, row->line, error);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static zc_code read_csv(reading *r, const zc_buffer *text)
{
  static const zc_list_column columns[] = {{"编号", "id", true},
                                           {"答案", "answer", true},
                                           {"备注", "note", false},
                                           {NULL, NULL, false}};
  size_t wrong;
  zc_code code = zc_list_read(r->file, text, columns, take_row, r, &wrong, r->err);
  if (code == ZC_OK && wrong > 0)
    code = zc_fail(r->err, ZC_EDATA,
                   "{file} is no sheet that can be read: nothing was kept", "file",
                   r->file, NULL);
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
                 : is_yaml(file) ? zc_file_read(file, SHEET_LIMIT, &text, err)
                                 : zc_list_load(file, SHEET_LIMIT, &text, NULL, err);
  if (code == ZC_OK && is_yaml(file))
    code = zc_text_to_utf8(file, &text, err);
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
