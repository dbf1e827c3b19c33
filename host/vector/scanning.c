#include "vector/scanning.h"

#include <stdlib.h>
#include <string.h>

bool zc_scan_worker_begin(zc_scan_worker *w, const zc_dataset *dataset,
                          const zc_rows *rows, int32_t today, size_t batch)
{
  zc_rows_rest rest = zc_rows_behind_header(rows);
  size_t count = (size_t)dataset->count + 1;
  *w = (zc_scan_worker){.dataset = dataset,
                        .rows = rows,
                        .today = today,
                        .reading = {.data = rest.at, .end = rest.end},
                        .readers = calloc(count, sizeof *w->readers),
                        .odd = calloc(count, sizeof *w->odd),
                        .odd_count = calloc(count, sizeof *w->odd_count),
                        .odd_room = calloc(count, sizeof *w->odd_room),
                        .counted = {.blank = calloc(count, sizeof *w->counted.blank)}};
  bool good = zc_split_begin(&w->split, rest.at, rest.end, 0, rest.cells, batch) &&
              w->readers != NULL && w->odd != NULL && w->odd_count != NULL &&
              w->odd_room != NULL && w->counted.blank != NULL;
  for (int i = 0; good && i < dataset->count; i++)
    if (zc_rows_cell(rows, i) >= 0)
      good = zc_reader_begin(&w->readers[w->count++], &dataset->columns[i], i,
                             (uint32_t)zc_rows_cell(rows, i), rest.cells, false);
  return good;
}

void zc_scan_worker_free(zc_scan_worker *w)
{
  for (int i = 0; i < w->count; i++) {
    zc_reader_free(&w->readers[i]);
    free(w->odd[i]);
  }
  free(w->readers);
  free(w->odd);
  free(w->odd_count);
  free(w->odd_room);
  free(w->counted.blank);
  free(w->strange);
  zc_split_free(&w->split);
  zc_reading_free(&w->reading);
  *w = (zc_scan_worker){0};
}

/* ---- a batch ---------------------------------------------------------------------------- */

static bool note(zc_scan_worker *w, zc_strange strange)
{
  if (w->strange_count == w->strange_room) {
    size_t room = w->strange_room == 0 ? 64 : w->strange_room * 2;
    zc_strange *larger = realloc(w->strange, room * sizeof *larger);
    if (larger == NULL)
      return false;
    w->strange = larger;
    w->strange_room = room;
  }
  w->strange[w->strange_count++] = strange;
  return true;
}

/* Keeps the odd cells that a column had: all columns are told together. */
static bool take_odd(zc_scan_worker *w, int number)
{
  size_t count = w->reading.odd_count;
  if (count > w->odd_room[number]) {
    zc_odd_cell *larger = realloc(w->odd[number], count * sizeof *larger);
    if (larger == NULL)
      return false;
    w->odd[number] = larger;
    w->odd_room[number] = count;
  }
  if (count > 0)
    memcpy(w->odd[number], w->reading.odd, count * sizeof *w->odd[number]);
  w->odd_count[number] = count;
  return true;
}

static zc_cell raw_of(const zc_scan_worker *w, size_t row, int number)
{
  const zc_reader *reader = &w->readers[number];
  return zc_raw_cell(&w->split.batch, row, reader->cell, reader->last);
}

/* A row whose key is blank or wrong: it has no blank cells, nor bad ones. */
static bool note_key(zc_scan_worker *w, size_t row, int64_t line, const char *problem,
                     const zc_cell_state *states)
{
  bool memory = !note(w, (zc_strange){.line = line, .problem = problem});
  for (int i = 0; i < w->count && !memory; i++) {
    zc_reader *reader = &w->readers[i];
    zc_cell cell = raw_of(w, row, i);
    if (states[i] == ZC_CELL_DAMAGED)
      memory = !note(w, (zc_strange){.line = line,
                                     .column = reader->number,
                                     .state = states[i],
                                     .cell = cell});
    /* Doubled marks make no difference to being blank. */
    zc_scalar value;
    if (states[i] == ZC_CELL_GOOD || states[i] == ZC_CELL_BLANK)
      reader->blank -= zc_column_read(reader->column, cell.text, cell.size,
                                      &w->reading.texts, &value,
                                      &memory) == ZC_CELL_BLANK;
  }
  return !memory;
}

/* The first row behind `row` that has an odd cell. */
static size_t next_odd(const zc_scan_worker *w, const size_t *told, size_t rows)
{
  for (int i = 0; i < w->count; i++)
    if (told[i] < w->odd_count[i] && w->odd[i][told[i]].row < rows)
      rows = w->odd[i][told[i]].row;
  return rows;
}

/* One row with odd cells; *left_out says that it is malformed. */
static bool tell_odd(zc_scan_worker *w, size_t row, size_t *told, zc_cell_state *states,
                     bool *left_out)
{
  const zc_row_batch *b = &w->split.batch;
  int64_t line = b->line + b->lines[row];
  const char *problem = NULL;
  int keys = 0;
  for (int i = 0; i < w->count; i++) {
    bool odd = told[i] < w->odd_count[i] && w->odd[i][told[i]].row == row;
    states[i] = odd ? w->odd[i][told[i]++].state : ZC_CELL_GOOD;
    if (w->readers[i].column->key && problem == NULL && keys++ < 64)
      problem = zc_row_key_problem(states[i]);
  }
  *left_out = problem != NULL;
  if (problem != NULL)
    return note_key(w, row, line, problem, states);
  for (int i = 0; i < w->count; i++)
    if ((states[i] == ZC_CELL_BAD || states[i] == ZC_CELL_DAMAGED) &&
        !note(w, (zc_strange){.line = line,
                              .column = w->readers[i].number,
                              .state = states[i],
                              .cell = raw_of(w, row, i)}))
      return false;
  return true;
}

/* Days of the rows [first, end), which are good. */
static void note_dates(zc_scan_worker *w, size_t first, size_t end)
{
  const zc_row_batch *b = &w->split.batch;
  zc_counted *c = &w->counted;
  c->rows += (int64_t)(end - first);
  if (w->dataset->date < 0)
    return;
  const zc_reader *reader = NULL;
  for (int i = 0; i < w->count; i++)
    if (w->readers[i].number == w->dataset->date)
      reader = &w->readers[i];
  for (size_t i = first; i < end; i++) {
    int32_t day = ZC_SMALL_NONE;
    if (reader != NULL && reader->vector.kind == ZC_DATE)
      day = reader->vector.small[i];
    else if (reader != NULL && reader->vector.units[i] > ZC_UNREAD)
      day = zc_day_of(zc_moment(reader->vector.units[i]));
    if (day <= ZC_SMALL_UNREAD) {
      if (c->undated_line == 0)
        c->undated_line = b->line + b->lines[i] + 1;
    } else if (day > w->today) {
      if (c->later++ == 0)
        c->later_line = b->line + b->lines[i] + 1;
    } else {
      c->first = day < c->first ? day : c->first;
      c->last = day > c->last ? day : c->last;
    }
  }
}

/* Rows and cells in the order of the file: what is strange, and days between. */
static bool tell_batch(zc_scan_worker *w, size_t *told, zc_cell_state *states)
{
  const zc_row_batch *b = &w->split.batch;
  size_t misfit = 0;
  for (size_t row = 0;;) {
    size_t next = next_odd(w, told, b->count);
    for (; misfit < b->misfit_count && b->misfits[misfit].row <= next; misfit++)
      if (!note(w, (zc_strange){.line = b->line + b->misfits[misfit].line,
                                .problem = b->misfits[misfit].problem}))
        return false;
    note_dates(w, row, next);
    if (next == b->count)
      return true;
    bool left_out;
    if (!tell_odd(w, next, told, states, &left_out))
      return false;
    if (!left_out)
      note_dates(w, next, next + 1);
    row = next + 1;
  }
}

static bool read_batch(zc_scan_worker *w, size_t *told, zc_cell_state *states)
{
  for (int i = 0; i < w->count; i++)
    if (!zc_read_cells(&w->readers[i], &w->split.batch, 0, &w->reading) ||
        !take_odd(w, i))
      return false;
  memset(told, 0, (size_t)w->count * sizeof *told);
  bool good = tell_batch(w, told, states);
  zc_arena_reset(&w->reading.texts);
  return good;
}

void zc_scan_worker_read(zc_scan_worker *w)
{
  size_t count = (size_t)w->count + 1, *told = calloc(count, sizeof *told);
  zc_cell_state *states = calloc(count, sizeof *states);
  w->memory = told == NULL || states == NULL;
  w->split.at = w->at;
  w->split.stop = w->stop;
  w->split.line = 0;
  w->strange_count = 0;
  int64_t *blank = w->counted.blank;
  memset(blank, 0, (size_t)w->dataset->count * sizeof *blank);
  w->counted = (zc_counted){.blank = blank, .first = INT32_MAX, .last = INT32_MIN};
  for (int i = 0; i < w->count; i++)
    w->readers[i].blank = 0;
  while (!w->memory && zc_split_next(&w->split, &w->memory))
    w->memory = !read_batch(w, told, states);
  for (int i = 0; i < w->count; i++)
    blank[w->readers[i].number] = w->readers[i].blank;
  free(told);
  free(states);
}
