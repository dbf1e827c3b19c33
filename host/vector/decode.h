/* decode.h: the cells of a column, of many rows at once, as a typed array.
 *
 * What the fast readers do not know by its looks, zc_column_read decides: values and states
 * of all cells are its own. */
#ifndef ZC_VECTOR_DECODE_H
#define ZC_VECTOR_DECODE_H

#include "vector/column.h"
#include "vector/glance.h"
#include "vector/split.h"

/* A cell that is not good, and whose state counts for its row. */
typedef struct {
  uint32_t row; /* of the batch */
  zc_cell_state state;
} zc_odd_cell;

/* A month whose days have been seen. */
typedef struct {
  uint64_t text; /* 2024-03- */
  int32_t first; /* its first day */
  int32_t length;
} zc_month;

#define ZC_MONTHS 512 /* that are remembered; a power of two */

/* One column, as one thread reads it. */
typedef struct {
  const zc_column *column;
  int number;        /* of the column */
  uint32_t cell;     /* in a row */
  bool last;         /* it is the last one */
  bool keep;         /* its values are wanted; else only what state its cells have */
  bool tells_blanks; /* blank cells are among the odd ones, too */
  zc_column_vector vector;
  size_t room;     /* of its array */
  size_t expected; /* entries that there will probably be */
  int64_t blank;   /* cells */
  /* Texts. Words of enums and bools are remembered by what cells say. */
  zc_dictionary *memo;
  uint32_t *meanings; /* of the codes of `memo` */
  size_t meanings_room;
  zc_recent *recent;
  uint32_t pause, next_pause; /* steps in which nothing is looked for there */
  zc_month *months;
} zc_reader;

/* Room of one thread. */
typedef struct {
  zc_odd_cell *odd; /* of the last zc_read_cells */
  size_t odd_count, odd_room;
  zc_arena texts;         /* cells without their doubled marks, and narrowed ones */
  const char *data, *end; /* the file: texts that lie in it live on */
} zc_reading;

void zc_reading_free(zc_reading *reading);

/* Begins to read the column whose cells are number `cell` of `cells`. False when out of
 * memory; zc_reader_free is due in any case. */
bool zc_reader_begin(zc_reader *reader, const zc_column *column, int number,
                     uint32_t cell, uint32_t cells, bool keep);
void zc_reader_free(zc_reader *reader);

/* Reads the column's cells of all rows of a batch into the vector, from entry `first` on.
 * Cells that are bad or damaged, in ascending order, are in reading->odd. False when out of
 * memory. */
bool zc_read_cells(zc_reader *reader, const zc_row_batch *batch, size_t first,
                   zc_reading *reading);

/* A cell with doubled marks, as a copy that the next zc_read_cells takes back. */
zc_cell zc_single_marks(zc_cell raw, zc_reading *reading, bool *memory);

/* The cell's text without quotation marks: doubled ones are single ones. Sets *memory when
 * there was none. */
static inline zc_cell zc_cell_of(const zc_reader *reader, const zc_row_batch *batch,
                                 size_t row, zc_reading *reading, bool *memory)
{
  zc_cell raw = zc_raw_cell(batch, row, reader->cell, reader->last);
  return __builtin_expect(!raw.doubled, true) ? raw
                                              : zc_single_marks(raw, reading, memory);
}

/* The column's cells in the rows of a batch from `first` on, `most` at most. */
static inline zc_cells zc_cells_of(const zc_reader *reader, const zc_row_batch *batch,
                                   size_t first, uint32_t most)
{
  size_t count = batch->count - first;
  return (zc_cells){.base = batch->base,
                    .ends = batch->ends + reader->cell,
                    .rows = batch->rows + first,
                    .count = count < most ? (uint32_t)count : most,
                    .last = reader->last,
                    .quoted = batch->quoted};
}

/* Notes a cell that is not good. False when out of memory. */
bool zc_note_odd(zc_reading *reading, size_t row, zc_cell_state state);

/* zc_read_cells for a column of texts or truths: texts.c. */
void zc_read_texts(zc_reader *reader, const zc_row_batch *batch, size_t first,
                   zc_reading *reading, bool *memory);

#endif
