#include "vector/column.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "table/rule.h"

/* ---- one value ------------------------------------------------------------------------ */

static zc_scalar missing(bool unreadable)
{
  return unreadable ? zc_unreadable() : zc_nil();
}

zc_scalar zc_column_scalar(const zc_column_vector *v, size_t row)
{
  switch (v->kind) {
  case ZC_NUMBER: {
    int64_t unit = zc_column_unit(v, row);
    return unit <= ZC_UNREAD ? missing(unit == ZC_UNREAD) : zc_decimal(unit, v->scale);
  }
  case ZC_MOMENT:
    return v->units[row] <= ZC_UNREAD ? missing(v->units[row] == ZC_UNREAD)
                                      : zc_moment(v->units[row]);
  case ZC_DATE:
    return v->small[row] <= ZC_SMALL_UNREAD ? missing(v->small[row] == ZC_SMALL_UNREAD)
                                            : zc_date(v->small[row]);
  case ZC_BOOL:
    return v->truths[row] >= ZC_TRUTH_NONE ? missing(v->truths[row] == ZC_TRUTH_UNREAD)
                                           : zc_bool(v->truths[row] == 1);
  case ZC_TEXT:
  case ZC_CODES:
    return zc_dictionary_scalar(v->dictionary, v->codes[row]);
  default:
    return zc_nil();
  }
}

/* ---- entries --------------------------------------------------------------------------- */

size_t zc_entry_size(const zc_column_vector *v)
{
  switch (v->kind) {
  case ZC_NUMBER:
  case ZC_MOMENT:
    return v->narrow ? sizeof(int32_t) : sizeof(int64_t);
  case ZC_BOOL:
    return sizeof(uint8_t);
  default:
    return sizeof(int32_t);
  }
}

bool zc_column_widen(zc_column_vector *v, size_t count, size_t room)
{
  int64_t *units = malloc((room + 1) * sizeof *units);
  if (units == NULL)
    return false;
  for (size_t i = 0; i < count; i++)
    units[i] = zc_unit_of_small(v->small[i]);
  free(v->small);
  v->units = units;
  v->narrow = false;
  return true;
}

/* ---- cells, taken apart ---------------------------------------------------------------- */

/* The kind that the slot's column is declared to have. */
static zc_kind declared_kind(const zc_table *table, int slot)
{
  for (int i = 0; i < table->dataset->count; i++)
    if (table->slot[i] == slot)
      return table->dataset->columns[i].kind;
  return ZC_NIL;
}

/* What kind of array the cells of a slot fit: the declared kind, and numbers that are no
 * quotients and whose largest scale all of them can have. */
static zc_kind kind_of(const zc_table *table, int slot, int *scale, bool *alike)
{
  zc_kind kind = declared_kind(table, slot);
  int first = -1;
  *scale = 0;
  *alike = true;
  for (size_t i = 0; i < table->count; i++) {
    const zc_scalar *cell = &table->cells[i * (size_t)table->width + (size_t)slot];
    if (cell->kind == ZC_NIL)
      continue;
    if (cell->kind != kind || (kind == ZC_NUMBER && cell->divisor != 1))
      return ZC_NIL;
    if (kind != ZC_NUMBER)
      continue;
    first = first < 0 ? cell->scale : first;
    *alike &= cell->scale == first;
    if (cell->scale > *scale)
      *scale = cell->scale;
  }
  return kind == ZC_LIST || kind == ZC_MAP ? ZC_NIL : kind;
}

/* A cell as units; false when it does not fit. */
static bool units_of(const zc_scalar *cell, int scale, int64_t *units)
{
  *units = cell->kind != ZC_NIL      ? cell->units
           : zc_is_unreadable(*cell) ? ZC_UNREAD
                                     : ZC_NONE;
  if (cell->kind == ZC_NIL)
    return true;
  for (int i = cell->kind == ZC_NUMBER ? cell->scale : scale; i < scale; i++)
    if (__builtin_mul_overflow(*units, (int64_t)10, units))
      return false;
  return *units > ZC_UNREAD;
}

static void note_range(zc_column_vector *v, int64_t value)
{
  if (value < v->least)
    v->least = value;
  if (value > v->most)
    v->most = value;
}

/* Texts as codes; false when out of memory. */
static bool take_texts(zc_table *table, int slot, zc_column_vector *v)
{
  v->codes = calloc(table->count + 1, sizeof *v->codes);
  v->dictionary = calloc(1, sizeof *v->dictionary);
  if (v->codes == NULL || v->dictionary == NULL ||
      !zc_dictionary_begin(v->dictionary, v->kind))
    return false;
  for (size_t i = 0; i < table->count; i++) {
    const zc_scalar *cell = &table->cells[i * (size_t)table->width + (size_t)slot];
    uint32_t code = cell->kind != ZC_NIL ? zc_dictionary_put(v->dictionary, cell->text,
                                                             cell->size, false)
                    : zc_is_unreadable(*cell) ? ZC_CODE_UNREAD
                                              : ZC_CODE_NIL;
    if (code == UINT32_MAX)
      return false;
    v->codes[i] = code;
    if (code >= ZC_CODE_FIRST)
      note_range(v, code);
  }
  return true;
}

static bool take_days(const zc_table *table, int slot, zc_column_vector *v)
{
  v->small = calloc(table->count + 1, sizeof *v->small);
  for (size_t i = 0; v->small != NULL && i < table->count; i++) {
    const zc_scalar *cell = &table->cells[i * (size_t)table->width + (size_t)slot];
    v->small[i] = cell->kind == ZC_DATE     ? (int32_t)cell->units
                  : zc_is_unreadable(*cell) ? ZC_SMALL_UNREAD
                                            : ZC_SMALL_NONE;
    if (cell->kind == ZC_DATE)
      note_range(v, cell->units);
  }
  return v->small != NULL;
}

static bool take_truths(const zc_table *table, int slot, zc_column_vector *v)
{
  v->truths = calloc(table->count + 1, sizeof *v->truths);
  for (size_t i = 0; v->truths != NULL && i < table->count; i++) {
    const zc_scalar *cell = &table->cells[i * (size_t)table->width + (size_t)slot];
    v->truths[i] = cell->kind == ZC_BOOL     ? cell->truth
                   : zc_is_unreadable(*cell) ? ZC_TRUTH_UNREAD
                                             : ZC_TRUTH_NONE;
  }
  return v->truths != NULL;
}

static bool take_units(const zc_table *table, int slot, zc_column_vector *v)
{
  v->units = calloc(table->count + 1, sizeof *v->units);
  for (size_t i = 0; v->units != NULL && i < table->count; i++) {
    const zc_scalar *cell = &table->cells[i * (size_t)table->width + (size_t)slot];
    if (!units_of(cell, v->scale, &v->units[i])) {
      free(v->units);
      *v = (zc_column_vector){.kind = ZC_NIL};
      return true;
    }
    if (cell->kind != ZC_NIL)
      note_range(v, v->units[i]);
  }
  return v->units != NULL;
}

static bool take_slot(zc_table *table, int slot, zc_column_vector *v)
{
  int scale;
  bool alike;
  *v = (zc_column_vector){.kind = kind_of(table, slot, &scale, &alike),
                          .least = INT64_MAX,
                          .most = INT64_MIN};
  v->scale = (int8_t)scale;
  v->exact = alike;
  switch (v->kind) {
  case ZC_NUMBER:
  case ZC_MOMENT:
    return take_units(table, slot, v);
  case ZC_DATE:
    return take_days(table, slot, v);
  case ZC_BOOL:
    return take_truths(table, slot, v);
  case ZC_TEXT:
  case ZC_CODES:
    return take_texts(table, slot, v);
  default:
    return true;
  }
}

/* ---- keeping ---------------------------------------------------------------------------- */

void zc_columns_free(zc_columns *columns)
{
  if (columns == NULL)
    return;
  while (columns->kept != NULL) {
    zc_kept *kept = columns->kept;
    columns->kept = kept->next;
    kept->forget(kept);
  }
  for (int i = 0; columns->vectors != NULL && i < columns->count; i++) {
    zc_column_vector *v = &columns->vectors[i];
    free(v->kind == ZC_NIL ? NULL : v->units);
    if (v->dictionary != NULL && !v->shared) {
      zc_dictionary_free(v->dictionary);
      free(v->dictionary);
    }
  }
  free(columns->vectors);
  free(columns->shifts);
  zc_rows_free(columns->rows);
  free(columns);
}

static void forget(zc_table *table)
{
  zc_columns_free(table->kept);
  table->kept = NULL;
}

static void fetch(const zc_table *table, size_t row, zc_scalar *cells)
{
  const zc_columns *columns = table->kept;
  const zc_column_vector *vectors = columns->vectors;
  /* What the columns have of a row lies far apart: it is asked for together. */
  for (int i = 0; i < columns->count; i++)
    if (vectors[i].kind != ZC_NIL)
      __builtin_prefetch((const char *)vectors[i].units +
                         row * zc_entry_size(&vectors[i]));
  for (int i = 0; i < columns->count; i++)
    if (vectors[i].dictionary != NULL && vectors[i].codes[row] >= ZC_CODE_FIRST)
      __builtin_prefetch(
          zc_word_at(&vectors[i].dictionary->words, vectors[i].codes[row]));
  for (int i = 0; i < columns->count; i++)
    cells[i] = zc_column_scalar(&vectors[i], row);
}

static int64_t line_of(const zc_table *table, size_t row)
{
  const zc_columns *columns = table->kept;
  size_t low = 0,
         high = columns->shift_count; /* the last one that is not behind the row */
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (columns->shifts[middle].row <= row)
      low = middle + 1;
    else
      high = middle;
  }
  return (int64_t)row + (low == 0 ? 0 : columns->shifts[low - 1].shift);
}

static const zc_keeper keeper = {fetch, line_of, forget};

void zc_columns_give(zc_table *table, zc_columns *columns)
{
  table->kept = columns;
  table->keeper = &keeper;
}

void zc_columns_keep(zc_table *table, zc_kept *kept)
{
  zc_columns *columns = table->kept;
  kept->next = columns->kept;
  columns->kept = kept;
}

typedef struct {
  zc_table *table;
  zc_columns *columns;
  zc_column_vector *known; /* NULL: none is */
  atomic_bool failed;
} taking;

static void take_column(void *context, size_t slot, int worker)
{
  taking *t = context;
  zc_column_vector *v = &t->columns->vectors[slot];
  (void)worker;
  if (t->known != NULL && t->known[slot].kind != ZC_NIL) {
    *v = t->known[slot];
    t->known[slot] = (zc_column_vector){.kind = ZC_NIL};
  } else if (!take_slot(t->table, (int)slot, v)) {
    t->failed = true;
  }
}

/* Of the cells, but for the columns that are known. NULL when out of memory. */
static zc_columns *take_cells(zc_table *table, zc_column_vector *known, zc_crew *crew)
{
  taking t = {.table = table, .known = known};
  zc_columns *columns = calloc(1, sizeof *columns);
  if (columns == NULL)
    return NULL;
  columns->count = table->width;
  columns->vectors = calloc((size_t)table->width + 1, sizeof *columns->vectors);
  bool good = columns->vectors != NULL;
  t.columns = columns;
  if (good)
    zc_crew_run(crew, (size_t)table->width, take_column, &t);
  if (good && !t.failed)
    return columns;
  zc_columns_free(columns);
  return NULL;
}

const zc_columns *zc_columns_of(zc_table *table)
{
  if (table->kept != NULL)
    return table->kept;
  zc_columns *columns = take_cells(table, NULL, NULL);
  if (columns != NULL)
    zc_columns_give(table, columns);
  return columns;
}

bool zc_columns_make(zc_table *view, zc_column_vector *known, zc_crew *crew)
{
  bool set[ZC_COLUMNS] = {false}, exact = true;
  for (int i = 0; i < view->width; i++)
    set[i] = known[i].kind == ZC_NIL;
  zc_columns *columns = take_cells(view, known, crew);
  if (columns == NULL)
    return false;
  zc_columns_give(view, columns);
  for (int i = 0; i < view->width; i++)
    exact &= columns->vectors[i].kind != ZC_NIL && columns->vectors[i].exact;
  if (exact) {
    free(view->cells);
    view->cells = NULL;
    return true;
  }
  for (int i = 0; i < view->width; i++)
    for (size_t row = 0; !set[i] && row < view->count; row++)
      view->cells[row * (size_t)view->width + (size_t)i] =
          zc_column_scalar(&columns->vectors[i], row);
  return true;
}
