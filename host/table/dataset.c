#include "table/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "table/space.h"

/* Headers and spellings are compared without spaces, in half width and lower
 * case: what people see as the same is the same. */
static char *normal(const char *text, size_t size)
{
  zc_buffer out = {0};
  uint32_t c;
  for (size_t at = 0; at < size;) {
    size_t gap = zc_space_first(text + at, size - at);
    if (gap > 0) {
      at += gap;
      continue;
    }
    size_t length = zc_utf8_decode(text + at, size - at, &c);
    if (length == 0) {
      zc_buffer_char(&out, '?');
      at++;
      continue;
    }
    uint32_t narrow = zc_text_narrow(c);
    if (narrow >= 0x80)
      zc_buffer_add(&out, text + at, length);
    else if (narrow > ' ')
      zc_buffer_char(&out,
                     (char)(narrow >= 'A' && narrow <= 'Z' ? narrow + 32 : narrow));
    at += length;
  }
  return zc_buffer_take(&out);
}

static int add_spelling(json_t *spellings, const char *spelling, const char *word)
{
  char *key = normal(spelling, strlen(spelling));
  int bad = key == NULL || json_object_set_new(spellings, key, json_string(word));
  free(key);
  return bad;
}

static int bool_spellings(json_t *spellings)
{
  static const char *const yes[] = {"是",   "有", "y", "yes", "1",
                                    "true", "√",  "✓", "阳性"};
  static const char *const no[] = {"否",    "无", "n", "no",  "0",
                                   "false", "×",  "✗", "阴性"};
  int bad = 0;
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
    bad |= add_spelling(spellings, yes[i], "yes");
  for (size_t i = 0; i < sizeof no / sizeof *no; i++)
    bad |= add_spelling(spellings, no[i], "no");
  return bad;
}

static int enum_spellings(json_t *spellings, const json_t *values)
{
  int bad = 0;
  size_t index, inner;
  const json_t *entry, *spelling;
  json_array_foreach(values, index, entry)
  {
    const char *word = zc_text_of(entry, "id");
    bad |= add_spelling(spellings, word, word);
    json_array_foreach(json_object_get(entry, "spellings"), inner, spelling)
        bad |= add_spelling(spellings, zc_text_or(json_string_value(spelling), ""),
                            word);
  }
  return bad;
}

static bool named(const char *text, const char *name)
{
  return text != NULL && strcmp(text, name) == 0;
}

static zc_blank blank_named(const char *word)
{
  if (named(word, "no"))
    return ZC_BLANK_NO;
  if (named(word, "never"))
    return ZC_BLANK_NEVER;
  return named(word, "zero") ? ZC_BLANK_ZERO : ZC_BLANK_UNKNOWN;
}

/* `bools` are the spellings that all bool columns of a dataset share. */
static int read_column(const json_t *json, json_t *bools, zc_column *column)
{
  const char *type = zc_get_text(json, "type");
  *column = (zc_column){
      .id = zc_get_text(json, "id"),
      .title = json_string_value(json_array_get(json_object_get(json, "titles"), 0)),
      .type = type,
      .kind = zc_kind_named(type),
      .scale = (int)zc_get_integer(json, "scale", 0),
      .key = zc_get_flag(json, "key"),
      .patient = named(zc_get_text(json, "identifies"), "patient"),
      .code = named(type, "code"),
      .enumeration = named(type, "enum"),
      .blank = blank_named(zc_get_text(json, "blank")),
      .optional = zc_get_flag(json, "optional"),
      .words = json_object_get(json, "words"),
  };
  if (column->id == NULL || column->kind == ZC_NIL || column->scale < 0 ||
      column->scale > 9)
    return 1;
  if (column->title == NULL)
    column->title = column->id;
  if (!column->enumeration && column->kind != ZC_BOOL)
    return 0;
  if (!column->enumeration) {
    column->spellings = json_incref(bools);
    return 0;
  }
  column->spellings = json_object();
  return enum_spellings(column->spellings, json_object_get(json, "values")) != 0 ? -1
                                                                                 : 0;
}

zc_code zc_dataset_new(json_t *json, zc_dataset **dataset, zc_err *err)
{
  const json_t *columns = json_object_get(json, "columns");
  size_t count = json_array_size(columns);
  zc_dataset *d = calloc(1, sizeof *d);
  *dataset = NULL;
  if (d == NULL)
    return zc_fail_memory(err);
  d->columns = calloc(count + 1, sizeof *d->columns);
  d->json = json_incref(json);
  d->id = zc_text_of(json, "id");
  d->title = zc_text_or(zc_get_text(json, "title"), d->id);
  d->repeats = zc_get_flag(json, "repeats");
  json_t *bools = json_object();
  int bad = d->columns == NULL || bool_spellings(bools) != 0 ? -1 : 0;
  for (size_t i = 0; bad == 0 && i < count; i++) {
    bad = read_column(json_array_get(columns, i), bools, &d->columns[i]);
    d->count++;
  }
  json_decref(bools);
  if (bad != 0) {
    zc_dataset_free(d);
    return bad < 0
               ? zc_fail_memory(err)
               : zc_fail(err, ZC_EINTERNAL, "a dataset was sent that is not one", NULL);
  }
  const char *date = zc_get_text(json, "date");
  d->date = date == NULL ? -1 : zc_dataset_column(d, date);
  *dataset = d;
  return ZC_OK;
}

void zc_dataset_free(zc_dataset *dataset)
{
  if (dataset == NULL)
    return;
  for (int i = 0; i < dataset->count; i++)
    json_decref(dataset->columns[i].spellings);
  free(dataset->columns);
  json_decref(dataset->json);
  free(dataset);
}

int zc_dataset_column(const zc_dataset *dataset, const char *id)
{
  for (int i = 0; i < dataset->count; i++)
    if (strcmp(dataset->columns[i].id, id) == 0)
      return i;
  return -1;
}

static const char *nearest_column(const zc_dataset *dataset, const char *id)
{
  const char *nearest = "";
  int best = 1000;
  for (int i = 0; i < dataset->count; i++) {
    int distance = zc_text_distance(dataset->columns[i].id, id);
    if (distance < best) {
      best = distance;
      nearest = dataset->columns[i].id;
    }
  }
  return nearest;
}

static int unknown_column(const zc_dataset *dataset, const char *id, json_t *faults)
{
  return zc_fault(faults, (zc_place){NULL, 0, 0},
                  "the table {table} has no column {column}", "table", dataset->id,
                  "column", id, "nearest", nearest_column(dataset, id), "hint",
                  N_("see `zicha template {table}` for its columns"), NULL);
}

static int adjust_values(zc_column *column, const json_t *values, json_t *faults)
{
  int bad = 0;
  if (column->kind == ZC_BOOL) { /* the other columns keep theirs */
    json_t *own = json_copy(column->spellings);
    if (own == NULL)
      return -1;
    json_decref(column->spellings);
    column->spellings = own;
  }
  const char *cell;
  json_t *word;
  json_object_foreach((json_t *)values, cell, word)
  {
    const char *text = zc_text_or(json_string_value(word), "");
    char *key = normal(text, strlen(text));
    const char *known = key == NULL || column->spellings == NULL
                            ? NULL
                            : zc_get_text(column->spellings, key);
    if (key == NULL)
      bad = -1;
    else if (known == NULL)
      bad |= zc_fault(faults, (zc_place){NULL, 0, 0},
                      "{word} is not a value of the column {column}", "word", text,
                      "column", column->id, "hint",
                      N_("write --map-value COLUMN:CELL=VALUE with a known value"),
                      NULL);
    else
      bad |= add_spelling(column->spellings, cell, known);
    free(key);
  }
  return bad;
}

static int adjust_blank(zc_column *column, const char *word, json_t *faults)
{
  zc_blank blank = blank_named(word);
  bool never = blank == ZC_BLANK_NEVER;
  bool fits = never ? !column->key && !column->optional
                    : blank == ZC_BLANK_UNKNOWN ||
                          column->kind == (blank == ZC_BLANK_NO ? ZC_BOOL : ZC_NUMBER);
  /* What an export has to fill is not for the one who exported it to say. */
  if (column->blank == ZC_BLANK_NEVER && !never)
    return zc_fault(faults, (zc_place){NULL, 0, 0},
                    "the column {column} must not be blank", "column", column->id,
                    "hint",
                    N_("export them again with every cell of the column filled"), NULL);
  if (!fits)
    return zc_fault(
        faults, (zc_place){NULL, 0, 0},
        "a blank of the column {column} cannot mean {word}", "column", column->id,
        "word", word, "hint",
        never ? N_("blank: never belongs to columns that are neither keys nor optional")
              : N_("`no` is for columns of yes and no, `zero` for numbers"),
        NULL);
  column->blank = blank;
  return 0;
}

int zc_dataset_adjust(zc_dataset *dataset, const json_t *options, json_t *faults)
{
  int bad = 0;
  const char *id;
  json_t *entry;
  json_object_foreach(json_object_get(options, "values"), id, entry)
  {
    int column = zc_dataset_column(dataset, id);
    bad |= column < 0 ? unknown_column(dataset, id, faults)
                      : adjust_values(&dataset->columns[column], entry, faults);
  }
  json_object_foreach(json_object_get(options, "blank"), id, entry)
  {
    int column = zc_dataset_column(dataset, id);
    if (column < 0)
      bad |= unknown_column(dataset, id, faults);
    else
      bad |= adjust_blank(&dataset->columns[column], json_string_value(entry), faults);
  }
  json_object_foreach(json_object_get(options, "map"), id, entry)
  {
    if (zc_dataset_column(dataset, id) < 0)
      bad |= unknown_column(dataset, id, faults);
  }
  return bad;
}

/* A header that names a column: its id, one of its titles, or the one that is mapped. */
typedef struct {
  char *key; /* normalised; owned */
  int column;
} alias;

static int add_alias(alias *aliases, size_t *used, const char *header, int column)
{
  if (header == NULL)
    return 0;
  char *key = normal(header, strlen(header));
  aliases[*used] = (alias){key, column};
  *used += key != NULL;
  return key == NULL ? -1 : 0;
}

static void free_aliases(alias *aliases, size_t count)
{
  for (size_t i = 0; i < count; i++)
    free(aliases[i].key);
  free(aliases);
}

/* All of them, those of a column side by side; explicit maps replace a column's own.
 * Owned; NULL when out of memory. */
static alias *list_aliases(const zc_dataset *dataset, const json_t *map, size_t *count)
{
  const json_t *columns = json_object_get(dataset->json, "columns"), *column, *title;
  size_t index, inner, room = 1;
  json_array_foreach(columns, index, column)
      room += json_array_size(json_object_get(column, "titles")) + 1;
  alias *aliases = calloc(room, sizeof *aliases);
  int bad = aliases == NULL ? -1 : 0;
  *count = 0;
  for (int i = 0; bad == 0 && i < dataset->count; i++) {
    const char *mapped = zc_get_text(map, dataset->columns[i].id);
    bad = add_alias(aliases, count, mapped != NULL ? mapped : dataset->columns[i].id,
                    i);
    if (mapped != NULL)
      continue;
    column = json_array_get(columns, (size_t)i);
    json_array_foreach(json_object_get(column, "titles"), inner, title)
        bad |= add_alias(aliases, count, json_string_value(title), i);
  }
  if (bad == 0)
    return aliases;
  free_aliases(aliases, *count);
  return NULL;
}

/* ---- a column that no header names ------------------------------------------------ */

#define LISTED 12 /* headers that a message shows */

char *zc_dataset_header(const zc_cell *cell)
{
  const char *text = cell->text;
  size_t size = cell->size;
  zc_buffer out = {0};
  zc_space_trim(&text, &size);
  zc_buffer_add(&out, text, zc_utf8_cut(text, size, size < 60 ? size : 60));
  return zc_buffer_take(&out);
}

/* How far a header is from the names of a column, or from the one that was mapped. */
static int header_distance(const json_t *column, const char *mapped, const char *header)
{
  const json_t *titles = json_object_get(column, "titles"), *title;
  size_t index;
  if (mapped != NULL)
    return zc_text_distance(mapped, header);
  int best = zc_text_distance(zc_text_of(column, "id"), header);
  json_array_foreach(titles, index, title)
  {
    int distance = zc_text_distance(zc_text_or(json_string_value(title), ""), header);
    best = distance < best ? distance : best;
  }
  return best;
}

static bool is_taken(const zc_dataset *dataset, const int *cells, uint32_t header)
{
  for (int i = 0; i < dataset->count; i++)
    if (cells[i] == (int)header)
      return true;
  return false;
}

/* Says that a column is not there, which headers are, and which of them it may be. */
static int add_missing(const zc_dataset *dataset, int number, const zc_cell *header,
                       uint32_t count, const json_t *options, const int *cells,
                       zc_place place, json_t *faults)
{
  const zc_column *column = &dataset->columns[number];
  const json_t *json = json_array_get(json_object_get(dataset->json, "columns"),
                                      (size_t)number);
  const char *mapped = zc_get_text(json_object_get(options, "map"), column->id);
  zc_buffer list = {0};
  char *nearest = NULL;
  int best = 1000;
  for (uint32_t h = 0; h < count; h++) {
    char *text = zc_dataset_header(&header[h]);
    list.failed |= text == NULL;
    if (text != NULL && h < LISTED)
      zc_buffer_print(&list, "%s%s", h == 0 ? "" : "、", text);
    int distance = text == NULL || *text == '\0' || is_taken(dataset, cells, h)
                       ? best
                       : header_distance(json, mapped, text);
    if (distance < best) {
      best = distance;
      free(nearest);
      nearest = text;
      text = NULL;
    }
    free(text);
  }
  if (count > LISTED)
    zc_buffer_text(&list, "…");
  int bad =
      list.failed ||
      zc_fault(faults, place,
               mapped == NULL
                   ? N_("the key column {column} ({title}) is missing")
                   : N_("the file has no column {mapped} to be {column} ({title})"),
               "column", column->id, "title", column->title, "mapped",
               zc_text_or(mapped, ""), "nearest", zc_text_or(nearest, ""), "headers",
               zc_text_or(list.data, ""), "hint",
               nearest != NULL
                   ? N_("is it «{nearest}»? then add --map {column}={nearest}; the "
                        "columns of the file are: {headers}")
                   : N_("say which column it is: --map {column}=HEADER; the "
                        "columns of the file are: {headers}"),
               NULL) != 0;
  free(nearest);
  zc_buffer_free(&list);
  return bad;
}

int zc_dataset_keys(const zc_dataset *dataset, const zc_cell *header, uint32_t count,
                    const json_t *options, const int *cells, const char *file,
                    json_t *faults)
{
  const json_t *map = json_object_get(options, "map");
  int bad = 0;
  for (int i = 0; i < dataset->count; i++)
    if (dataset->columns[i].key && cells[i] < 0 &&
        zc_get_text(map, dataset->columns[i].id) == NULL)
      bad |= add_missing(dataset, i, header, count, options, cells,
                         (zc_place){file, 1, 0}, faults);
  return bad;
}

/* One header for two columns: nobody knows which of them it is. */
static int add_shared(const zc_dataset *dataset, const zc_cell *header, int first,
                      int second, json_t *faults)
{
  char *text = zc_dataset_header(header);
  int bad = text == NULL ||
            (faults != NULL &&
             zc_fault(faults, (zc_place){NULL, 1, 0},
                      "«{header}» would be both {first} and {second}", "header", text,
                      "first", dataset->columns[first].id, "second",
                      dataset->columns[second].id, "hint",
                      N_("say with --map what each of the two is"), NULL) != 0);
  free(text);
  return bad;
}

int zc_dataset_bind(const zc_dataset *dataset, const zc_cell *header, uint32_t count,
                    const json_t *options, int *cells, json_t *faults, json_t *unused)
{
  const json_t *map = json_object_get(options, "map");
  size_t known;
  alias *aliases = list_aliases(dataset, map, &known);
  if (aliases == NULL)
    return -1;
  bool memory = false;
  int found = 0;
  for (int i = 0; i < dataset->count; i++)
    cells[i] = -1;
  for (uint32_t h = 0; h < count; h++) {
    char *key = normal(header[h].text, header[h].size);
    int owner = -1, last = -1;
    memory |= key == NULL;
    for (size_t a = 0; key != NULL && a < known; a++) {
      int i = aliases[a].column;
      if (i == last || strcmp(aliases[a].key, key) != 0)
        continue;
      last = i;
      if (owner >= 0) {
        memory |= add_shared(dataset, &header[h], owner, i, faults) != 0;
        continue;
      }
      owner = i;
      if (cells[i] < 0) {
        cells[i] = (int)h;
        found++;
        continue;
      }
      memory |= faults != NULL &&
                zc_fault(faults, (zc_place){NULL, 1, 0},
                         "two columns of the file could be {column} ({title})",
                         "column", dataset->columns[i].id, "title",
                         dataset->columns[i].title, "hint",
                         N_("say which: --map {column}=HEADER"), NULL) != 0;
    }
    if (owner < 0 && key != NULL && *key != '\0' && unused != NULL)
      memory |= json_array_append_new(unused, zc_json_lossy(header[h].text,
                                                            header[h].size)) != 0;
    free(key);
  }
  free_aliases(aliases, known);
  for (int i = 0; faults != NULL && i < dataset->count; i++) {
    if (zc_get_text(map, dataset->columns[i].id) != NULL && cells[i] < 0)
      memory |= add_missing(dataset, i, header, count, options, cells,
                            (zc_place){NULL, 1, 0}, faults) != 0;
  }
  return memory ? -1 : found;
}

zc_scalar zc_column_blank(const zc_column *column)
{
  if (column->blank == ZC_BLANK_NEVER)
    return zc_unreadable();
  if (column->kind == ZC_BOOL && column->blank == ZC_BLANK_NO)
    return zc_bool(false);
  if (column->kind == ZC_NUMBER && column->blank == ZC_BLANK_ZERO)
    return zc_decimal(0, column->scale);
  if (column->kind == ZC_CODES)
    return (zc_scalar){.kind = ZC_CODES, .text = ""};
  if (column->kind == ZC_TEXT && !column->enumeration)
    return zc_text("", 0);
  return zc_nil();
}
