/* glance.h: cells that are known without a second look: numbers of a few digits, serials by
 * their digits, and short texts because the same bytes stood in a cell before.
 *
 * There is a way for every machine, and a faster one for processors that can do it. */
#ifndef ZC_VECTOR_GLANCE_H
#define ZC_VECTOR_GLANCE_H

#include "vector/serials.h"

/* The cells of a column in rows that follow each other, as split.h has them: behind the
 * separator ends[rows[i]], up to the one behind it. */
typedef struct {
  const char *base;
  const uint32_t *ends, *rows;
  uint32_t count;
  bool last;   /* in their rows: a carriage return behind them is not their own */
  bool quoted; /* they may have quotation marks */
} zc_cells;

/* A short cell that was read before, as it stands in the file. */
typedef struct {
  zc_halves halves;
  uint32_t size; /* UINT32_MAX: none */
  uint32_t meaning;
  uint64_t room; /* so that none lies in two lines of the processor's memory */
} zc_recent;

#define ZC_RECENT 256 /* are remembered: by zc_recent_place */

/* least > most: of no numbers. */
typedef struct {
  int64_t least, most;
} zc_range;

typedef struct {
  /* The number of each cell by zc_serial_of; with a quotation mark before and behind it as
   * without. */
  void (*serials)(const zc_cells *cells, const zc_serials *serials, uint32_t *numbers);
  /* What each cell means. Those that are not among the recent ones are listed in `left`, whose
   * number is returned, and their meanings are undefined. */
  uint32_t (*recent)(const zc_cells *cells, const zc_recent *recent, uint32_t *meanings,
                     uint32_t *left);
  /* Each cell of a few digits, perhaps with a minus and a point, as units of 10^-scale; the
   * range grows by them. All other cells, and those that are finer than the scale, are listed
   * in `left`, whose number is returned; their units are undefined. */
  uint32_t (*numbers)(const zc_cells *cells, int scale, int64_t *units, uint32_t *left,
                      zc_range *range);
} zc_glance;

/* The ways of this machine, the fastest first; NULL behind the last one. */
const zc_glance *zc_glance_way(size_t number);

/* A cell as it stands in the file. */
static inline const char *zc_cell_at(const zc_cells *cells, uint32_t row,
                                     uint32_t *size)
{
  const uint32_t *ends = cells->ends + cells->rows[row];
  const char *text = cells->base + (uint32_t)(ends[0] + 1);
  *size = ends[1] - ends[0] - 1;
  if (cells->last && *size > 0 && text[*size - 1] == '\r')
    --*size;
  return text;
}

static inline uint32_t zc_recent_place(zc_halves halves, uint32_t size)
{
  uint64_t mixed = (halves.low ^ (halves.high << 32 | halves.high >> 32) ^ size) *
                   UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)(mixed >> 56);
}

#endif
