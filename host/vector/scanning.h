/* scanning.h: what one thread finds in a piece of an export; for the files that scan. */
#ifndef ZC_VECTOR_SCANNING_H
#define ZC_VECTOR_SCANNING_H

#include "table/scan.h"
#include "vector/parts.h"

/* A malformed row, or a cell that is bad or damaged. */
typedef struct {
  int64_t line;        /* from the beginning of the piece, which is on line 0 */
  const char *problem; /* NULL: it is a cell */
  int column;
  zc_cell_state state;
  zc_cell cell; /* as the file has it */
} zc_strange;

typedef struct {
  const zc_dataset *dataset;
  const zc_rows *rows;
  int32_t today;
  const char *at, *stop; /* of the piece */
  zc_split split;
  zc_reading reading;
  zc_reader *readers; /* in the order of the columns */
  int count;
  zc_odd_cell **odd; /* by reader, of a batch */
  size_t *odd_count, *odd_room;
  /* What was found. Lines count from 1 in `counted`. */
  zc_strange *strange;
  size_t strange_count, strange_room;
  zc_counted counted;
  bool memory; /* ran out */
} zc_scan_worker;

/* False when out of memory; zc_scan_worker_free is due in any case. */
bool zc_scan_worker_begin(zc_scan_worker *worker, const zc_dataset *dataset,
                          const zc_rows *rows, int32_t today, size_t batch);
void zc_scan_worker_free(zc_scan_worker *worker);

/* Reads the piece from worker->at to worker->stop. */
void zc_scan_worker_read(zc_scan_worker *worker);

/* zc_columns_scan, as finely as is wished; for tests. */
zc_code zc_columns_scan_by(const char *file, const char *data, size_t size,
                           const zc_dataset *dataset, const json_t *options,
                           int32_t today, zc_crew *crew, zc_grain grain,
                           zc_gb18030 *converter, const zc_watch *watch, json_t *faults,
                           json_t **summary, zc_err *err);

#endif
