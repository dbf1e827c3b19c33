/* split.h: bytes → rows of cells, many at once.
 *
 * Rows, lines and problems are those of csv.h and rows.h. Rows whose quotation marks stand
 * where they should are split by bit masks; all others are read by zc_csv_next, one by one,
 * from where they begin, and what follows them goes on by masks. */
#ifndef ZC_VECTOR_SPLIT_H
#define ZC_VECTOR_SPLIT_H

#include <string.h>

#include "table/rows.h"
#include "vector/classify.h"

/* A row that is malformed by itself, without a look at its cells. */
typedef struct {
  uint32_t row;  /* it stands before this row of the batch */
  uint32_t line; /* counted from the batch's */
  const char *problem;
} zc_misfit;

/* Rows that stand behind each other, as offsets from `base`. The cells of row i lie between
 * the separators: cell c is what follows ends[rows[i] + c], up to ends[rows[i] + c + 1]. A
 * cell that begins with a quotation mark ends with one, and a carriage return behind the
 * last cell is not its own: zc_raw_cell. */
typedef struct {
  const char *base;
  int64_t line; /* where the batch begins */
  uint32_t *ends;
  uint32_t *rows;  /* their separators */
  uint32_t *lines; /* their lines, counted from the batch's */
  size_t count;
  bool quoted;  /* there may be quotation marks */
  bool doubled; /* and doubled ones */
  zc_misfit *misfits;
  size_t misfit_count, misfit_room;
} zc_row_batch;

typedef struct {
  const char *at;     /* the next row, or blank lines before it */
  const char *stop;   /* rows that begin there or behind it are not asked for */
  const char *end;    /* of the data; ZC_BLOCK bytes behind it can be read */
  int64_t line;       /* of `at` */
  uint32_t cells;     /* in a row */
  size_t most, piece; /* bytes of a batch; bytes that are classified next */
  zc_row_batch batch;
  /* Room. */
  size_t used, room; /* of batch.ends */
  zc_block *blocks;
  uint32_t *line_ends; /* of the rows of a piece */
  uint32_t *inner;     /* line ends inside of quotation marks */
  zc_cell *row;        /* for zc_csv_next */
} zc_split;

#define ZC_SPLIT_BYTES ZC_CSV_CELL /* of a batch, as a rule and at most */

/* Reads rows of `cells` cells from `at` on, which is the beginning of a row on line `line`.
 * `most` is a multiple of ZC_BLOCK. False when out of memory. */
bool zc_split_begin(zc_split *split, const char *at, const char *end, int64_t line,
                    uint32_t cells, size_t most);
void zc_split_free(zc_split *split);

/* The next batch. False at the end, or when out of memory: *memory is set then. */
bool zc_split_next(zc_split *split, bool *memory);

/* Behind the end of the line in which a byte stands. */
static inline const char *zc_line_behind(const char *at, const char *end)
{
  const char *line = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
  return line == NULL ? end : line + 1;
}

/* A cell as csv.h has it, of a batch: without its quotation marks, doubled ones still
 * doubled. */
static inline zc_cell zc_raw_cell(const zc_row_batch *b, size_t row, uint32_t cell,
                                  bool last)
{
  const uint32_t *ends = b->ends + b->rows[row] + cell;
  zc_cell raw = {.text = b->base + (uint32_t)(ends[0] + 1),
                 .size = ends[1] - ends[0] - 1};
  if (last && raw.size > 0 && raw.text[raw.size - 1] == '\r')
    raw.size--;
  if (*raw.text == '"' && raw.size >= 2) {
    raw.text++;
    raw.size -= 2;
    raw.doubled = b->doubled && memchr(raw.text, '"', raw.size) != NULL;
  }
  return raw;
}

#endif
