#include "table/table.h"

#include <stdlib.h>
#include <string.h>

zc_table *zc_table_new(zc_dataset *dataset, const char *file, const char *data,
                       size_t size, json_t *options)
{
  zc_table *table = calloc(1, sizeof *table);
  if (table == NULL) {
    zc_dataset_free(dataset);
    return NULL;
  }
  size_t count = (size_t)dataset->count + 1;
  *table = (zc_table){.dataset = dataset,
                      .origin = dataset->id,
                      .file = strdup(file),
                      .data = data,
                      .size = size,
                      .options = json_incref(options),
                      .used = calloc(count, sizeof *table->used),
                      .present = calloc(count, sizeof *table->present),
                      .slot = calloc(count, sizeof *table->slot),
                      .bad = calloc(count, sizeof *table->bad),
                      .from = INT32_MAX,
                      .to = INT32_MIN,
                      .first = INT32_MAX,
                      .last = INT32_MIN};
  if (table->file != NULL && table->used != NULL && table->present != NULL &&
      table->slot != NULL && table->bad != NULL)
    return table;
  zc_table_free(table);
  return NULL;
}

void zc_table_free(zc_table *table)
{
  if (table == NULL)
    return;
  zc_dataset_free(table->dataset);
  free(table->file);
  json_decref(table->options);
  if (table->keeper != NULL)
    table->keeper->forget(table);
  free(table->used);
  free(table->present);
  free(table->slot);
  free(table->bad);
  free(table->cells);
  free(table->lines);
  zc_arena_free(&table->texts);
  free(table);
}

static zc_code grow(zc_table *table, size_t *room, zc_err *err)
{
  size_t larger = *room == 0 ? 256 : *room * 2;
  size_t width = table->width == 0 ? 1 : (size_t)table->width;
  if (larger > SIZE_MAX / 2 / width / sizeof *table->cells)
    return zc_fail_memory(err);
  zc_scalar *cells = realloc(table->cells, larger * width * sizeof *cells);
  if (cells != NULL)
    table->cells = cells;
  int64_t *lines = realloc(table->lines, larger * sizeof *lines);
  if (lines != NULL)
    table->lines = lines;
  if (cells == NULL || lines == NULL)
    return zc_fail_memory(err);
  *room = larger;
  return ZC_OK;
}

static void keep_row(zc_table *table, const zc_row *row)
{
  const zc_dataset *dataset = table->dataset;
  zc_scalar *cells = table->cells + table->count * (size_t)table->width;
  for (int i = 0; i < dataset->count; i++) {
    if (table->slot[i] >= 0)
      cells[table->slot[i]] = row->cells[i];
    if (row->states[i] == ZC_CELL_BAD || row->states[i] == ZC_CELL_DAMAGED)
      table->bad[i]++;
  }
  if (dataset->date >= 0 && row->states[dataset->date] == ZC_CELL_GOOD) {
    int32_t day = zc_day_of(row->cells[dataset->date]);
    if (day < table->first)
      table->first = day;
    if (day > table->last)
      table->last = day;
  }
  table->lines[table->count++] = row->line;
}

zc_code zc_table_load(zc_table *table, zc_gb18030 *converter, json_t *faults,
                      zc_err *err)
{
  if (table->loaded)
    return ZC_OK;
  table->loaded = true;
  table->width = 0;
  for (int i = 0; i < table->dataset->count; i++)
    table->slot[i] = table->used[i] ? table->width++ : -1;
  if (table->data == NULL)
    return ZC_OK;
  zc_rows *rows = NULL;
  zc_code code = zc_rows_open(table->file, table->data, table->size, table->dataset,
                              table->options, table->used, converter, faults, &rows,
                              err);
  size_t room = 0;
  if (code == ZC_OK)
    for (int i = 0; i < table->dataset->count; i++)
      table->present[i] = zc_rows_cell(rows, i) >= 0 ||
                          table->dataset->columns[i].optional;
  while (code == ZC_OK) {
    zc_row row;
    code = zc_rows_next(rows, &table->texts, &row, err);
    if (code != ZC_OK || row.kind == ZC_ROW_END)
      break;
    if (row.problem != NULL) {
      table->malformed++;
      continue;
    }
    if (table->count == room)
      code = grow(table, &room, err);
    if (code == ZC_OK)
      keep_row(table, &row);
  }
  /* A GB18030 file lives as UTF-8 inside `rows`: the texts must outlive it. */
  if (code == ZC_OK && zc_rows_gb18030(rows))
    for (size_t i = 0; i < table->count * (size_t)table->width; i++) {
      zc_scalar *cell = &table->cells[i];
      if ((cell->kind != ZC_TEXT && cell->kind != ZC_CODES) || cell->size == 0)
        continue;
      cell->text = zc_arena_copy(&table->texts, cell->text, cell->size);
      if (cell->text == NULL) {
        code = zc_fail_memory(err);
        break;
      }
    }
  zc_rows_free(rows);
  return code;
}

void zc_table_empty(zc_table *table)
{
  if (table->keeper != NULL)
    table->keeper->forget(table);
  free(table->cells);
  free(table->lines);
  zc_arena_free(&table->texts);
  table->cells = NULL;
  table->lines = NULL;
  table->count = 0;
}

const zc_scalar *zc_table_row(const zc_table *table, size_t row, zc_scalar *room)
{
  if (table->cells != NULL)
    return table->cells + row * (size_t)table->width;
  table->keeper->fetch(table, row, room);
  return room;
}

int64_t zc_table_line(const zc_table *table, size_t row)
{
  return table->lines != NULL ? table->lines[row] : table->keeper->line(table, row);
}
