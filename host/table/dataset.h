/* dataset.h: what a data export holds, and how its cells are read.
 *
 * A dataset comes from the engine as JSON: {name, title, date, repeats, columns:
 * [{id, type, scale, titles, key, blank, values, identifies}]}. Binding it to a
 * file's header gives each column its cell. */
#ifndef ZC_TABLE_DATASET_H
#define ZC_TABLE_DATASET_H

#include "base/arena.h"
#include "table/csv.h"
#include "table/scope.h"
#include "value/fault.h"

/* ZC_BLANK_NEVER: an export fills the column wherever there is a row; a blank cell is one
 * that was left out, and as bad as one that cannot be read. */
typedef enum { ZC_BLANK_UNKNOWN, ZC_BLANK_NO, ZC_BLANK_ZERO, ZC_BLANK_NEVER } zc_blank;

typedef struct {
  const char *id, *title, *type;
  zc_kind kind;
  int scale;
  bool key, patient, code, enumeration;
  bool optional; /* an export that lacks the column says what a blank cell says */
  zc_blank blank;
  const json_t *words; /* of an enum: the words, a list */
  json_t *spellings;   /* of an enum or bool: cell text → word */
} zc_column;

typedef struct {
  const char *id, *title;
  int date;     /* the column that gives the range; -1: none */
  bool repeats; /* several lines may share a key (lines of one prescription) */
  int count;
  zc_column *columns;
  json_t *json; /* keeps the texts alive */
} zc_dataset;

/* Owned. `json` is retained. ZC_EINTERNAL when the engine sent something else. */
zc_code zc_dataset_new(json_t *json, zc_dataset **dataset, zc_err *err);
void zc_dataset_free(zc_dataset *dataset);

/* -1 when there is no such column. */
int zc_dataset_column(const zc_dataset *dataset, const char *id);

/* Applies what the person who imported the file said: {map: {column: header},
 * values: {column: {cell: word}}, blank: {column: no|zero|unknown}}. `map` is
 * applied by zc_dataset_bind. Unknown columns and words are faults. Non-zero when
 * out of memory. */
int zc_dataset_adjust(zc_dataset *dataset, const json_t *options, json_t *faults);

/* Finds each column in a header row: cells[i] becomes the index of column i's cell,
 * or -1. Matching ignores spaces, width and the case of letters; a header named in
 * options.map comes first. A column that two cells could be is a fault, and so is a
 * mapped header that is not there (`faults` may be NULL). Returns how many were found;
 * -1 when out of memory. `unused` (may be NULL) collects the headers that no column
 * took. */
int zc_dataset_bind(const zc_dataset *dataset, const zc_cell *header, uint32_t count,
                    const json_t *options, int *cells, json_t *faults, json_t *unused);

/* A header's words as messages show them: trimmed, and cut when they are very long. Owned;
 * NULL when out of memory. */
char *zc_dataset_header(const zc_cell *cell);

/* Adds a fault for each key column without a cell: which headers the file has, and which
 * of them it may be. One that a map names in vain is reported by zc_dataset_bind, in the
 * same way. Non-zero when out of memory. */
int zc_dataset_keys(const zc_dataset *dataset, const zc_cell *header, uint32_t count,
                    const json_t *options, const int *cells, const char *file,
                    json_t *faults);

typedef enum {
  ZC_CELL_GOOD,
  ZC_CELL_BLANK,
  ZC_CELL_BAD,    /* does not read as its type */
  ZC_CELL_DAMAGED /* a spreadsheet program has spoiled it: 1.23E+17, 45012 */
} zc_cell_state;

/* Reads a day as people and spreadsheet programs write it: 2023-06-05 2023/6/5 2023.6.5 20230605
 * 2023年6月5日, also with a time behind. ZC_CELL_DAMAGED for the number by which a program stores one. */
zc_cell_state zc_day_read(const char *text, size_t size, int32_t *day);

/* Reads one cell, already unquoted UTF-8. The value's text is borrowed from `text`
 * or the dataset, or lives in `arena` when its full-width forms were narrowed. A
 * blank cell gives the column's blank value, one that cannot be read nil. *memory is
 * set on failure. */
zc_cell_state zc_column_read(const zc_column *column, const char *text, size_t size,
                             zc_arena *arena, zc_scalar *value, bool *memory);

/* What a blank cell of the column is worth. */
zc_scalar zc_column_blank(const zc_column *column);

#endif
