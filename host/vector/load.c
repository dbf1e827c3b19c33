#include "vector/load.h"

#include <stdlib.h>

#include "vector/parts.h"

/* A column that the file lacks: of each row what a blank cell says, or nothing. */
static bool fill(const zc_column *column, size_t rows, zc_column_vector *v)
{
  zc_scalar value = column->optional ? zc_column_blank(column) : zc_nil();
  bool nil = value.kind == ZC_NIL, unread = zc_is_unreadable(value);
  *v = (zc_column_vector){.kind = column->kind,
                          .scale = (int8_t)column->scale,
                          .least = INT64_MAX,
                          .most = INT64_MIN};
  v->units = malloc((rows + 1) * zc_entry_size(v));
  if (v->units == NULL)
    return false;
  if (v->kind == ZC_TEXT || v->kind == ZC_CODES) {
    v->dictionary = calloc(1, sizeof *v->dictionary);
    if (v->dictionary == NULL || !zc_dictionary_begin(v->dictionary, v->kind))
      return false;
  }
  for (size_t i = 0; i < rows; i++)
    switch (v->kind) {
    case ZC_NUMBER:
    case ZC_MOMENT:
      v->units[i] = !nil ? value.units : unread ? ZC_UNREAD : ZC_NONE;
      break;
    case ZC_DATE:
      v->small[i] = unread ? ZC_SMALL_UNREAD : ZC_SMALL_NONE;
      break;
    case ZC_BOOL:
      v->truths[i] = !nil ? value.truth : unread ? ZC_TRUTH_UNREAD : ZC_TRUTH_NONE;
      break;
    default:
      v->codes[i] = !nil ? ZC_CODE_BLANK : unread ? ZC_CODE_UNREAD : ZC_CODE_NIL;
    }
  if (!nil && rows > 0 && v->kind == ZC_NUMBER)
    v->least = v->most = value.units;
  return true;
}

/* The days between which the dates lie. */
static void note_dates(zc_table *table, const zc_column_vector *v)
{
  if (v->least > v->most)
    return;
  bool moment = v->kind == ZC_MOMENT;
  table->first = zc_day_of(moment ? zc_moment(v->least) : zc_date((int32_t)v->least));
  table->last = zc_day_of(moment ? zc_moment(v->most) : zc_date((int32_t)v->most));
}

/* Hands the columns over; lines are the file's. False when out of memory. */
static bool hand_over(zc_table *table, zc_parts *p, zc_columns *columns)
{
  zc_part *whole = &p->parts[0];
  const zc_dataset *dataset = table->dataset;
  for (int i = 0; i < p->count; i++) {
    int number = p->columns[i];
    zc_column_vector *v = &whole->readers[i].vector;
    table->bad[number] = i < p->keys ? 0 : whole->bad[i];
    if (number == dataset->date && (v->kind == ZC_DATE || v->kind == ZC_MOMENT))
      note_dates(table, v);
    if (table->slot[number] < 0)
      continue;
    columns->vectors[table->slot[number]] = *v;
    *v = (zc_column_vector){0};
  }
  for (int i = 0; i < dataset->count; i++)
    if (table->slot[i] >= 0 && zc_rows_cell(p->rows, i) < 0 &&
        !fill(&dataset->columns[i], whole->rows, &columns->vectors[table->slot[i]]))
      return false;
  for (size_t i = 0; i < whole->shift_count; i++)
    whole->shifts[i].shift += p->rest.line;
  columns->shifts = whole->shifts;
  columns->shift_count = whole->shift_count;
  whole->shifts = NULL;
  table->count = whole->rows;
  table->malformed = whole->malformed;
  return true;
}

static bool read_all(zc_table *table, zc_crew *crew, const zc_rows *rows,
                     zc_grain grain, bool *kept, zc_columns *columns)
{
  zc_parts p;
  const zc_dataset *dataset = table->dataset;
  for (int i = 0; i < dataset->count; i++)
    kept[i] = zc_rows_wants(rows, i);
  bool good = zc_parts_begin(&p, dataset, rows, kept, grain, zc_crew_size(crew));
  p.gives_back = table->mapped && !zc_rows_gb18030(rows);
  good = good && zc_parts_read(&p, crew) && zc_parts_join(&p, crew);
  if (good && p.keys > 0 && !dataset->repeats)
    good = zc_parts_leave_repeated(&p, crew);
  good = good && p.parts[0].rows < UINT32_MAX - 2 && hand_over(table, &p, columns);
  zc_parts_free(&p);
  return good;
}

zc_code zc_columns_load_by(zc_table *table, zc_crew *crew, zc_grain grain,
                           zc_gb18030 *converter, json_t *faults, zc_err *err)
{
  if (table->loaded)
    return ZC_OK;
  table->loaded = true;
  table->width = 0;
  const zc_dataset *dataset = table->dataset;
  for (int i = 0; i < dataset->count; i++)
    table->slot[i] = table->used[i] ? table->width++ : -1;
  if (table->data == NULL)
    return ZC_OK;
  zc_rows *rows = NULL;
  zc_code code = zc_rows_open(table->file, table->data, table->size, dataset,
                              table->options, table->used, converter, faults, &rows,
                              err);
  if (code != ZC_OK)
    return code;
  for (int i = 0; i < dataset->count; i++)
    table->present[i] = zc_rows_cell(rows, i) >= 0 || dataset->columns[i].optional;
  zc_columns *columns = calloc(1, sizeof *columns);
  bool *kept = calloc((size_t)dataset->count + 1, sizeof *kept);
  if (columns != NULL) {
    columns->count = table->width;
    columns->vectors = calloc((size_t)table->width + 1, sizeof *columns->vectors);
  }
  bool good = columns != NULL && columns->vectors != NULL && kept != NULL &&
              read_all(table, crew, rows, grain, kept, columns);
  free(kept);
  if (good && zc_rows_gb18030(rows)) {
    columns->rows = rows; /* texts lie in what it has converted */
    rows = NULL;
  }
  zc_rows_free(rows);
  if (!good) {
    zc_columns_free(columns);
    table->count = 0;
    return zc_fail_memory(err);
  }
  zc_columns_give(table, columns);
  return ZC_OK;
}

zc_code zc_columns_load(zc_table *table, zc_crew *crew, zc_gb18030 *converter,
                        json_t *faults, zc_err *err)
{
  return zc_columns_load_by(table, crew, zc_usual_grain, converter, faults, err);
}
