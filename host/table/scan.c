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

typedef struct {
  const zc_dataset *dataset;
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
} scan;

/* The cell as the file has it, cut to what a message can show. */
static json_t *shown(const zc_cell *cell)
{
  size_t size = cell->size > 60 ? 60 : cell->size;
  while (size < cell->size && size > 0 &&
         ((unsigned char)cell->text[size] & 0xc0) == 0x80)
    size--;
  return zc_json_lossy(cell->text, size);
}

static void note_damage(scan *s, const zc_column *column, const zc_row *row,
                        const zc_cell *cell)
{
  if (++s->damages > DAMAGES)
    return;
  zc_place place = {s->file, (int)row->line, 0};
  const char *hint = column->code
                         ? N_("export the data again and do not open and save it in "
                              "Excel: long codes lose their digits")
                         : N_("export the data again, or format the column as a date "
                              "before saving as CSV");
  if (column->patient) {
    s->bad |= zc_fault(s->faults, place,
                       "a cell of {title} was spoiled by a spreadsheet program",
                       "title", column->title, "hint", hint, NULL);
    return;
  }
  json_t *text = shown(cell);
  s->bad |= text == NULL ||
            zc_fault(s->faults, place,
                     "the cell {cell} of {title} was spoiled by a spreadsheet program",
                     "cell", json_string_value(text), "title", column->title, "hint",
                     hint, NULL) != 0;
  json_decref(text);
}

/* Counts the rows that are malformed for one reason. */
static void note_kind(scan *s, const zc_row *row)
{
  json_t *kind = json_object_get(s->kinds, row->problem);
  if (kind == NULL) {
    kind = json_object();
    const char *code = zc_row_problem_code(row->problem);
    s->bad |= json_object_set_new(kind, "code", json_string(code));
    s->bad |= json_object_set_new(kind, "text", json_string(row->problem));
    s->bad |= json_object_set_new(kind, "count", json_integer(0));
    s->bad |= json_object_set_new(kind, "line", json_integer(row->line));
    s->bad |= json_object_set_new(s->kinds, row->problem, kind);
  }
  if (s->bad == 0)
    json_integer_set(json_object_get(kind, "count"),
                     zc_get_integer(kind, "count", 0) + 1);
}

/* A spoiled key makes its row malformed, but it is the file that is refused. */
static void note_problem(scan *s, const zc_rows *rows, const zc_row *row)
{
  s->malformed++;
  note_kind(s, row);
  for (int i = 0; i < s->dataset->count; i++)
    if (row->states[i] == ZC_CELL_DAMAGED)
      note_damage(s, &s->dataset->columns[i], row, &row->raw[zc_rows_cell(rows, i)]);
  if (json_array_size(s->problems) >= PROBLEMS)
    return;
  json_t *problem = json_object();
  s->bad |= json_object_set_new(problem, "line", json_integer(row->line));
  s->bad |= json_object_set_new(problem, "text", json_string(row->problem));
  s->bad |= json_array_append_new(s->problems, problem);
}

static void note_bad(scan *s, int number, const zc_row *row, const zc_cell *cell)
{
  column_count *count = &s->columns[number];
  const zc_column *column = &s->dataset->columns[number];
  const char *text_at = cell->text;
  size_t text_size = cell->size;
  count->bad++;
  zc_space_trim(&text_at, &text_size);
  if (text_size == 0) {
    if (count->lacking++ == 0)
      count->lacking_line = row->line;
    return;
  }
  if (json_array_size(count->examples) < EXAMPLES) {
    json_t *example = json_object();
    s->bad |= json_object_set_new(example, "line", json_integer(row->line));
    if (!column->patient)
      s->bad |= json_object_set_new(example, "cell", shown(cell));
    s->bad |= json_array_append_new(count->examples, example);
  }
  if (!column->enumeration)
    return;
  json_t *text = shown(cell);
  const char *key = json_string_value(text);
  json_t *known = json_object_get(count->unknown, key);
  if (key == NULL)
    s->bad = -1;
  else if (known != NULL)
    json_integer_set(known, json_integer_value(known) + 1);
  else if (json_object_size(count->unknown) < UNKNOWN_WORDS)
    s->bad |= json_object_set_new(count->unknown, key, json_integer(1));
  json_decref(text);
}

/* A day that has not come yet is a slip of the pen: what it covers nobody has seen. */
static void note_date(scan *s, const zc_row *row)
{
  if (s->dataset->date < 0)
    return;
  if (row->states[s->dataset->date] != ZC_CELL_GOOD) {
    if (s->undated_line == 0)
      s->undated_line = row->line;
    return;
  }
  zc_scalar date = row->cells[s->dataset->date];
  int64_t day = date.kind == ZC_MOMENT ? date.units / 86400 - (date.units % 86400 < 0)
                                       : date.units;
  if (day > s->today) {
    if (s->later++ == 0)
      s->later_line = row->line;
    return;
  }
  if (day < s->first)
    s->first = (int32_t)day;
  if (day > s->last)
    s->last = (int32_t)day;
}

static void note_row(scan *s, const zc_rows *rows, const zc_row *row)
{
  s->rows++;
  note_date(s, row);
  s->bad |= zc_periods_add(s->periods, row);
  for (int i = 0; i < s->dataset->count; i++) {
    int cell = zc_rows_cell(rows, i);
    if (cell < 0)
      continue;
    s->columns[i].blank += row->states[i] == ZC_CELL_BLANK;
    if (row->states[i] == ZC_CELL_BAD)
      note_bad(s, i, row, &row->raw[cell]);
    else if (row->states[i] == ZC_CELL_DAMAGED)
      note_damage(s, &s->dataset->columns[i], row, &row->raw[cell]);
  }
}

static json_t *unknown_words(scan *s, json_t *counts)
{
  json_t *list = json_array();
  const char *cell;
  json_t *count;
  json_object_foreach(counts, cell, count)
  {
    json_t *entry = json_object();
    s->bad |= json_object_set_new(entry, "cell", json_string(cell));
    s->bad |= json_object_set(entry, "count", count);
    s->bad |= json_array_append_new(list, entry);
  }
  return list;
}

static json_t *column_summary(scan *s, const zc_rows *rows, int number)
{
  const zc_column *column = &s->dataset->columns[number];
  const column_count *count = &s->columns[number];
  json_t *out = json_object();
  s->bad |= json_object_set_new(out, "id", json_string(column->id));
  s->bad |= json_object_set_new(out, "title", json_string(column->title));
  s->bad |= json_object_set_new(out, "type", json_string(column->type));
  s->bad |= json_object_set_new(out, "key", json_boolean(column->key));
  s->bad |= json_object_set_new(out, "found",
                                json_boolean(zc_rows_cell(rows, number) >= 0));
  if (zc_rows_cell(rows, number) >= 0)
    s->bad |= json_object_set_new(out, "header",
                                  json_string(zc_rows_header(rows, number)));
  s->bad |= json_object_set_new(out, "blank", json_integer(count->blank));
  s->bad |= json_object_set_new(out, "bad", json_integer(count->bad));
  if (count->lacking > 0) {
    s->bad |= json_object_set_new(out, "lacking", json_integer(count->lacking));
    s->bad |= json_object_set_new(out, "lacking_line",
                                  json_integer(count->lacking_line));
  }
  s->bad |= json_object_set(out, "examples", count->examples);
  s->bad |= json_object_set_new(out, "unknown", unknown_words(s, count->unknown));
  return out;
}

static json_t *kinds_of_problems(scan *s)
{
  json_t *list = json_array(), *kind;
  const char *problem;
  json_object_foreach(s->kinds, problem, kind) s->bad |= json_array_append(list, kind);
  return list;
}

static json_t *summarise(scan *s, const zc_rows *rows)
{
  char day[16];
  json_t *out = json_object(), *columns = json_array(), *periods = NULL;
  zc_err ignored;
  for (int i = 0; i < s->dataset->count; i++)
    s->bad |= json_array_append_new(columns, column_summary(s, rows, i));
  s->bad |= json_object_set_new(out, "columns", columns);
  s->bad |= json_object_set_new(out, "rows", json_integer(s->rows));
  s->bad |= json_object_set_new(out, "malformed", json_integer(s->malformed));
  s->bad |= json_object_set(out, "problems", s->problems);
  s->bad |= json_object_set_new(out, "kinds", kinds_of_problems(s));
  s->bad |= zc_periods_result(s->periods, &periods, &ignored) != ZC_OK;
  if (periods != NULL)
    s->bad |= json_object_set_new(out, "periods", periods);
  s->bad |= json_object_set_new(out, "gb18030", json_boolean(zc_rows_gb18030(rows)));
  s->bad |= json_object_set(out, "unused", (json_t *)zc_rows_unused(rows));
  if (s->later > 0) {
    s->bad |= json_object_set_new(out, "later", json_integer(s->later));
    s->bad |= json_object_set_new(out, "later_line", json_integer(s->later_line));
  } else if (s->first > s->last && s->undated_line > 0) {
    const char *title = s->dataset->columns[s->dataset->date].title;
    s->bad |= json_object_set_new(out, "undated_line", json_integer(s->undated_line));
    s->bad |= json_object_set_new(out, "undated_title", json_string(title));
  }
  if (s->first <= s->last) {
    s->bad |= json_object_set_new(out, "from", json_string(zc_day_text(s->first, day)));
    s->bad |= json_object_set_new(out, "to", json_string(zc_day_text(s->last, day)));
  }
  return out;
}

static bool allocate(scan *s)
{
  size_t count = (size_t)s->dataset->count;
  s->columns = calloc(count + 1, sizeof *s->columns);
  s->problems = json_array();
  s->kinds = json_object();
  for (size_t i = 0; s->columns != NULL && i < count; i++) {
    s->columns[i].examples = json_array();
    s->columns[i].unknown = json_object();
    s->bad |= s->columns[i].examples == NULL || s->columns[i].unknown == NULL;
  }
  return s->columns != NULL && s->problems != NULL && s->kinds != NULL && s->bad == 0;
}

static void release(scan *s)
{
  for (int i = 0; s->columns != NULL && i < s->dataset->count; i++) {
    json_decref(s->columns[i].examples);
    json_decref(s->columns[i].unknown);
  }
  free(s->columns);
  json_decref(s->problems);
  json_decref(s->kinds);
  zc_periods_free(s->periods);
}

/* Rarely enough that it costs nothing. */
static void tell(const scan *s, const zc_rows *rows, const zc_watch *watch, size_t size)
{
  int64_t read = s->rows + s->malformed;
  if (watch != NULL && read % TOLD_ROWS == 0)
    zc_watch_tell(watch, (uint64_t)(zc_rows_share(rows) * (double)size),
                  (uint64_t)read);
}

zc_code zc_scan(const char *file, const char *data, size_t size,
                const zc_dataset *dataset, const json_t *options, int32_t today,
                zc_gb18030 *converter, const zc_watch *watch, json_t *faults,
                json_t **summary, zc_err *err)
{
  scan s = {.dataset = dataset,
            .file = file,
            .faults = faults,
            .today = today,
            .first = INT32_MAX,
            .last = INT32_MIN};
  zc_rows *rows = NULL;
  zc_arena arena = {0};
  *summary = NULL;
  zc_code code = allocate(&s) ? ZC_OK : zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_rows_open(file, data, size, dataset, options, NULL, converter, faults,
                        &rows, err);
  if (code == ZC_OK)
    code = zc_periods_new(dataset, rows, &s.periods, err);
  while (code == ZC_OK && s.bad == 0) {
    zc_row row;
    code = zc_rows_next(rows, &arena, &row, err);
    if (code != ZC_OK || row.kind == ZC_ROW_END)
      break;
    if (row.problem != NULL)
      note_problem(&s, rows, &row);
    else
      note_row(&s, rows, &row);
    zc_arena_reset(&arena);
    tell(&s, rows, watch, size);
  }
  json_t *result = code == ZC_OK ? summarise(&s, rows) : NULL;
  if (code == ZC_OK && s.bad != 0)
    code = zc_fail_memory(err);
  else if (code == ZC_OK && s.damages > 0)
    code = zc_fail(err, ZC_EDATA, "{file} was spoiled by a spreadsheet program", "file",
                   file, NULL);
  if (code == ZC_OK)
    *summary = result;
  else
    json_decref(result);
  zc_arena_free(&arena);
  zc_rows_free(rows);
  release(&s);
  return code;
}
