#include "table/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "table/periods.h"
#include "table/space.h"

#define PROBLEMS 50
#define EXAMPLES 5
#define UNKNOWN_WORDS 50
#define DAMAGES 20
#define TOLD_ROWS 4096

typedef struct {
  int64_t blank, bad;
  int64_t lacking, lacking_line; /* bad because they are blank, and the first of them */
  json_t *examples;
  json_t *unknown; /* cell → count */
} column_count;

struct zc_census {
  const zc_dataset *dataset;
  const zc_rows *open;
  const char *file;
  json_t *faults;
  json_t *problems;
  json_t *kinds; /* problem → {code, text, count, line} */
  zc_periods *periods;
  column_count *columns;
  int64_t rows, malformed, damages;
  int32_t first, last;
  int32_t today;
  int64_t later, later_line; /* rows dated after today, and the first of them */
  int64_t undated_line;      /* the first row without a date that can be read */
  int bad;                   /* an allocation failed */
};

/* The cell as the file has it, cut to what a message can show. */
static json_t *shown(const zc_cell *cell)
{
  size_t size = cell->size > 60 ? 60 : cell->size;
  while (size < cell->size && size > 0 &&
         ((unsigned char)cell->text[size] & 0xc0) == 0x80)
    size--;
  return zc_json_lossy(cell->text, size);
}

void zc_census_damaged(zc_census *c, int number, int64_t line, const zc_cell *cell)
{
  const zc_column *column = &c->dataset->columns[number];
  if (++c->damages > DAMAGES)
    return;
  zc_place place = {c->file, (int)line, 0};
  const char *hint = column->code
                         ? N_("export the data again and do not open and save it in "
                              "Excel: long codes lose their digits")
                         : N_("export the data again, or format the column as a date "
                              "before saving as CSV");
  if (column->patient) {
    c->bad |= zc_fault(c->faults, place,
                       "a cell of {title} was spoiled by a spreadsheet program",
                       "title", column->title, "hint", hint, NULL);
    return;
  }
  json_t *text = shown(cell);
  c->bad |= text == NULL ||
            zc_fault(c->faults, place,
                     "the cell {cell} of {title} was spoiled by a spreadsheet program",
                     "cell", json_string_value(text), "title", column->title, "hint",
                     hint, NULL) != 0;
  json_decref(text);
}

/* Counts the rows that are malformed for one reason. */
static void note_kind(zc_census *c, int64_t line, const char *text)
{
  json_t *kind = json_object_get(c->kinds, text);
  if (kind == NULL) {
    kind = json_object();
    const char *code = zc_row_problem_code(text);
    c->bad |= json_object_set_new(kind, "code", json_string(code));
    c->bad |= json_object_set_new(kind, "text", json_string(text));
    c->bad |= json_object_set_new(kind, "count", json_integer(0));
    c->bad |= json_object_set_new(kind, "line", json_integer(line));
    c->bad |= json_object_set_new(c->kinds, text, kind);
  }
  if (c->bad == 0)
    json_integer_set(json_object_get(kind, "count"),
                     zc_get_integer(kind, "count", 0) + 1);
}

void zc_census_malformed(zc_census *c, int64_t line, const char *text)
{
  c->malformed++;
  note_kind(c, line, text);
  if (json_array_size(c->problems) >= PROBLEMS)
    return;
  json_t *problem = json_object();
  c->bad |= json_object_set_new(problem, "line", json_integer(line));
  c->bad |= json_object_set_new(problem, "text", json_string(text));
  c->bad |= json_array_append_new(c->problems, problem);
}

/* A spoiled key makes its row malformed, but it is the file that is refused. */
static void note_problem(zc_census *c, const zc_rows *rows, const zc_row *row)
{
  zc_census_malformed(c, row->line, row->problem);
  for (int i = 0; i < c->dataset->count; i++)
    if (row->states[i] == ZC_CELL_DAMAGED)
      zc_census_damaged(c, i, row->line, &row->raw[zc_rows_cell(rows, i)]);
}

void zc_census_bad(zc_census *c, int number, int64_t line, const zc_cell *cell)
{
  column_count *count = &c->columns[number];
  const zc_column *column = &c->dataset->columns[number];
  const char *text_at = cell->text;
  size_t text_size = cell->size;
  count->bad++;
  zc_space_trim(&text_at, &text_size);
  if (text_size == 0) {
    if (count->lacking++ == 0)
      count->lacking_line = line;
    return;
  }
  if (json_array_size(count->examples) < EXAMPLES) {
    json_t *example = json_object();
    c->bad |= json_object_set_new(example, "line", json_integer(line));
    if (!column->patient)
      c->bad |= json_object_set_new(example, "cell", shown(cell));
    c->bad |= json_array_append_new(count->examples, example);
  }
  if (!column->enumeration)
    return;
  json_t *text = shown(cell);
  const char *key = json_string_value(text);
  json_t *known = json_object_get(count->unknown, key);
  if (key == NULL)
    c->bad = -1;
  else if (known != NULL)
    json_integer_set(known, json_integer_value(known) + 1);
  else if (json_object_size(count->unknown) < UNKNOWN_WORDS)
    c->bad |= json_object_set_new(count->unknown, key, json_integer(1));
  json_decref(text);
}

/* A day that has not come yet is a slip of the pen: what it covers nobody has seen. */
static void note_date(zc_census *c, const zc_row *row)
{
  if (c->dataset->date < 0)
    return;
  if (row->states[c->dataset->date] != ZC_CELL_GOOD) {
    if (c->undated_line == 0)
      c->undated_line = row->line;
    return;
  }
  zc_scalar date = row->cells[c->dataset->date];
  int64_t day = date.kind == ZC_MOMENT ? date.units / 86400 - (date.units % 86400 < 0)
                                       : date.units;
  if (day > c->today) {
    if (c->later++ == 0)
      c->later_line = row->line;
    return;
  }
  if (day < c->first)
    c->first = (int32_t)day;
  if (day > c->last)
    c->last = (int32_t)day;
}

void zc_census_counted(zc_census *c, const zc_counted *counted)
{
  c->rows += counted->rows;
  for (int i = 0; i < c->dataset->count; i++)
    c->columns[i].blank += counted->blank[i];
  if (c->undated_line == 0)
    c->undated_line = counted->undated_line;
  if (c->later == 0)
    c->later_line = counted->later_line;
  c->later += counted->later;
  if (counted->first < c->first)
    c->first = counted->first;
  if (counted->last > c->last)
    c->last = counted->last;
}

static void note_row(zc_census *c, const zc_rows *rows, const zc_row *row)
{
  c->rows++;
  note_date(c, row);
  c->bad |= zc_periods_add(c->periods, row);
  for (int i = 0; i < c->dataset->count; i++) {
    int cell = zc_rows_cell(rows, i);
    if (cell < 0)
      continue;
    c->columns[i].blank += row->states[i] == ZC_CELL_BLANK;
    if (row->states[i] == ZC_CELL_BAD)
      zc_census_bad(c, i, row->line, &row->raw[cell]);
    else if (row->states[i] == ZC_CELL_DAMAGED)
      zc_census_damaged(c, i, row->line, &row->raw[cell]);
  }
}

static json_t *unknown_words(zc_census *c, json_t *counts)
{
  json_t *list = json_array();
  const char *cell;
  json_t *count;
  json_object_foreach(counts, cell, count)
  {
    json_t *entry = json_object();
    c->bad |= json_object_set_new(entry, "cell", json_string(cell));
    c->bad |= json_object_set(entry, "count", count);
    c->bad |= json_array_append_new(list, entry);
  }
  return list;
}

static json_t *column_summary(zc_census *c, const zc_rows *rows, int number)
{
  const zc_column *column = &c->dataset->columns[number];
  const column_count *count = &c->columns[number];
  json_t *out = json_object();
  c->bad |= json_object_set_new(out, "id", json_string(column->id));
  c->bad |= json_object_set_new(out, "title", json_string(column->title));
  c->bad |= json_object_set_new(out, "type", json_string(column->type));
  c->bad |= json_object_set_new(out, "key", json_boolean(column->key));
  c->bad |= json_object_set_new(out, "found",
                                json_boolean(zc_rows_cell(rows, number) >= 0));
  if (zc_rows_cell(rows, number) >= 0)
    c->bad |= json_object_set_new(out, "header",
                                  json_string(zc_rows_header(rows, number)));
  c->bad |= json_object_set_new(out, "blank", json_integer(count->blank));
  c->bad |= json_object_set_new(out, "bad", json_integer(count->bad));
  if (count->lacking > 0) {
    c->bad |= json_object_set_new(out, "lacking", json_integer(count->lacking));
    c->bad |= json_object_set_new(out, "lacking_line",
                                  json_integer(count->lacking_line));
  }
  c->bad |= json_object_set(out, "examples", count->examples);
  c->bad |= json_object_set_new(out, "unknown", unknown_words(c, count->unknown));
  return out;
}

static json_t *kinds_of_problems(zc_census *c)
{
  json_t *list = json_array(), *kind;
  const char *problem;
  json_object_foreach(c->kinds, problem, kind) c->bad |= json_array_append(list, kind);
  return list;
}

static json_t *summarise(zc_census *c, const zc_rows *rows)
{
  char day[16];
  json_t *out = json_object(), *columns = json_array(), *periods = NULL;
  zc_err ignored;
  for (int i = 0; i < c->dataset->count; i++)
    c->bad |= json_array_append_new(columns, column_summary(c, rows, i));
  c->bad |= json_object_set_new(out, "columns", columns);
  c->bad |= json_object_set_new(out, "rows", json_integer(c->rows));
  c->bad |= json_object_set_new(out, "malformed", json_integer(c->malformed));
  c->bad |= json_object_set(out, "problems", c->problems);
  c->bad |= json_object_set_new(out, "kinds", kinds_of_problems(c));
  c->bad |= zc_periods_result(c->periods, &periods, &ignored) != ZC_OK;
  if (periods != NULL)
    c->bad |= json_object_set_new(out, "periods", periods);
  c->bad |= json_object_set_new(out, "gb18030", json_boolean(zc_rows_gb18030(rows)));
  c->bad |= json_object_set(out, "unused", (json_t *)zc_rows_unused(rows));
  if (c->later > 0) {
    c->bad |= json_object_set_new(out, "later", json_integer(c->later));
    c->bad |= json_object_set_new(out, "later_line", json_integer(c->later_line));
  } else if (c->first > c->last && c->undated_line > 0) {
    const char *title = c->dataset->columns[c->dataset->date].title;
    c->bad |= json_object_set_new(out, "undated_line", json_integer(c->undated_line));
    c->bad |= json_object_set_new(out, "undated_title", json_string(title));
  }
  if (c->first <= c->last) {
    c->bad |= json_object_set_new(out, "from", json_string(zc_day_text(c->first, day)));
    c->bad |= json_object_set_new(out, "to", json_string(zc_day_text(c->last, day)));
  }
  return out;
}

static bool allocate(zc_census *c)
{
  size_t count = (size_t)c->dataset->count;
  c->columns = calloc(count + 1, sizeof *c->columns);
  c->problems = json_array();
  c->kinds = json_object();
  for (size_t i = 0; c->columns != NULL && i < count; i++) {
    c->columns[i].examples = json_array();
    c->columns[i].unknown = json_object();
    c->bad |= c->columns[i].examples == NULL || c->columns[i].unknown == NULL;
  }
  return c->columns != NULL && c->problems != NULL && c->kinds != NULL && c->bad == 0;
}

void zc_census_free(zc_census *c)
{
  if (c == NULL)
    return;
  for (int i = 0; c->columns != NULL && i < c->dataset->count; i++) {
    json_decref(c->columns[i].examples);
    json_decref(c->columns[i].unknown);
  }
  free(c->columns);
  json_decref(c->problems);
  json_decref(c->kinds);
  zc_periods_free(c->periods);
  free(c);
}

zc_code zc_census_new(const char *file, const zc_dataset *dataset, const zc_rows *rows,
                      int32_t today, json_t *faults, zc_census **census, zc_err *err)
{
  zc_census *c = calloc(1, sizeof *c);
  *census = NULL;
  if (c == NULL)
    return zc_fail_memory(err);
  *c = (zc_census){.dataset = dataset,
                   .open = rows,
                   .file = file,
                   .faults = faults,
                   .today = today,
                   .first = INT32_MAX,
                   .last = INT32_MIN};
  zc_code code = allocate(c) ? zc_periods_new(dataset, rows, &c->periods, err)
                             : zc_fail_memory(err);
  if (code == ZC_OK)
    *census = c;
  else
    zc_census_free(c);
  return code;
}

bool zc_census_needs_rows(const zc_census *c)
{
  return c->periods != NULL;
}

zc_code zc_census_result(zc_census *c, json_t **summary, zc_err *err)
{
  json_t *result = summarise(c, c->open);
  zc_code code = ZC_OK;
  if (c->bad != 0)
    code = zc_fail_memory(err);
  else if (c->damages > 0)
    code = zc_fail(err, ZC_EDATA, "{file} was spoiled by a spreadsheet program", "file",
                   c->file, NULL);
  if (code == ZC_OK)
    *summary = result;
  else
    json_decref(result);
  return code;
}

/* Rarely enough that it costs nothing. */
static void tell(const zc_census *c, const zc_watch *watch, size_t size)
{
  int64_t read = c->rows + c->malformed;
  if (watch != NULL && read % TOLD_ROWS == 0)
    zc_watch_tell(watch, (uint64_t)(zc_rows_share(c->open) * (double)size),
                  (uint64_t)read);
}

zc_code zc_census_rows(zc_census *c, zc_rows *rows, const zc_watch *watch, size_t size,
                       zc_err *err)
{
  zc_arena arena = {0};
  zc_code code = ZC_OK;
  while (code == ZC_OK && c->bad == 0) {
    zc_row row;
    code = zc_rows_next(rows, &arena, &row, err);
    if (code != ZC_OK || row.kind == ZC_ROW_END)
      break;
    if (row.problem != NULL)
      note_problem(c, rows, &row);
    else
      note_row(c, rows, &row);
    zc_arena_reset(&arena);
    tell(c, watch, size);
  }
  zc_arena_free(&arena);
  return code;
}

zc_code zc_scan(const char *file, const char *data, size_t size,
                const zc_dataset *dataset, const json_t *options, int32_t today,
                zc_gb18030 *converter, const zc_watch *watch, json_t *faults,
                json_t **summary, zc_err *err)
{
  zc_census *c = NULL;
  zc_rows *rows = NULL;
  *summary = NULL;
  zc_code code = zc_rows_open(file, data, size, dataset, options, NULL, converter,
                              faults, &rows, err);
  if (code == ZC_OK)
    code = zc_census_new(file, dataset, rows, today, faults, &c, err);
  if (code == ZC_OK)
    code = zc_census_rows(c, rows, watch, size, err);
  if (code == ZC_OK)
    code = zc_census_result(c, summary, err);
  zc_census_free(c);
  zc_rows_free(rows);
  return code;
}
