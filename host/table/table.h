/* table.h: an export, or a view, in memory: the cells that rules name, in file order.
 *
 * A table is announced with its dataset and, if the facility handed it over, its
 * mapped bytes; rules then say which columns they use; loading decodes those. */
#ifndef ZC_TABLE_TABLE_H
#define ZC_TABLE_TABLE_H

#include "table/evaluate.h"
#include "table/index.h"
#include "table/rows.h"

typedef struct zc_table zc_table;

/* Whoever keeps the rows of a table in another form than as cells (the vector engine), and
 * gives them as they are asked for. */
typedef struct {
  void (*fetch)(const zc_table *table, size_t row, zc_scalar *cells);
  int64_t (*line)(const zc_table *table, size_t row);
  void (*forget)(zc_table *table); /* gives `kept` back */
} zc_keeper;

struct zc_table {
  zc_dataset *dataset;
  struct zc_derived *view; /* what makes it (derived.h); NULL: it is an export */
  const char *origin;      /* the id of the export that its lines are of */
  char *file;              /* its name in messages */
  const char *data;        /* NULL: not handed over */
  size_t size;
  bool mapped;             /* they are a file in memory, and come back if given back */
  json_t *options;         /* what the importer said, zc_dataset_adjust */
  bool *used;              /* by column */
  bool *present;           /* by column: the file has it; after loading */
  int *slot;               /* by column: place in a row's cells, -1 */
  int width;               /* cells a row */
  zc_scalar *cells;        /* count × width; NULL: the keeper has them */
  int64_t *lines;          /* of each row */
  const zc_keeper *keeper; /* NULL: nobody keeps anything … */
  void *kept;              /* … of this table */
  size_t count;            /* good rows */
  int64_t malformed;
  int64_t unplaced; /* of a view: rows that belong to no group, or nobody knows */
  int64_t *bad;     /* cells that did not read, by column */
  int32_t from,
      to; /* what the export covers, if somebody said so; from > to: nobody did */
  int32_t first, last; /* dates found; first > last: none */
  bool loaded;
  zc_arena texts;
};

/* Takes `dataset`; copies `file`; retains `options` (may be NULL). Borrows the
 * bytes. Owned; NULL when out of memory (then `dataset` is freed). */
zc_table *zc_table_new(zc_dataset *dataset, const char *file, const char *data,
                       size_t size, json_t *options);
void zc_table_free(zc_table *table);

/* Decodes the used columns, once. A table without bytes stays empty. ZC_EDATA: the
 * faults say why the file cannot be read at all. */
zc_code zc_table_load(zc_table *table, zc_gb18030 *converter, json_t *faults,
                      zc_err *err);

/* Gives the rows back: nobody asks for them any more. */
void zc_table_empty(zc_table *table);

/* The cells of a row, perhaps in `room` (width of them), and the line of the file that it
 * stands on. */
const zc_scalar *zc_table_row(const zc_table *table, size_t row, zc_scalar *room);
int64_t zc_table_line(const zc_table *table, size_t row);

#endif
