/* parts.h: an export that is read in parts, by one thread each; for the files that load. */
#ifndef ZC_VECTOR_PARTS_H
#define ZC_VECTOR_PARTS_H

#include "base/crew.h"
#include "vector/decode.h"

/* How finely a file is taken apart. */
typedef struct {
  size_t batch; /* bytes: a multiple of ZC_BLOCK, at most ZC_SPLIT_BYTES */
  size_t part;  /* bytes of a part, at least */
} zc_grain;

extern const zc_grain zc_usual_grain;

/* zc_columns_load, as finely as is wished; for tests. */
zc_code zc_columns_load_by(zc_table *table, zc_crew *crew, zc_grain grain,
                           zc_gb18030 *converter, json_t *faults, zc_err *err);

/* Rows that follow each other, and their columns. */
typedef struct {
  const char *at, *stop; /* rows that begin there, and before `stop` */
  const char *finish;    /* behind the last of them */
  int64_t lines;         /* from `at` to `finish` */
  zc_reader *readers;
  int64_t *bad; /* by reader: cells that do not read as their type */
  size_t rows;  /* good ones */
  int64_t malformed;
  zc_shift *shifts; /* of its rows, as if it were a file that begins on line 0 */
  size_t shift_count, shift_room;
  bool memory; /* ran out */
} zc_part;

/* The columns of an open file that are read: keys first. */
typedef struct {
  const zc_dataset *dataset;
  const zc_rows *rows;
  zc_rows_rest rest;
  const bool *kept; /* by column; NULL: of the keys, and nothing else is read */
  int *columns;     /* by reader */
  int count, keys;  /* readers; those of them that read key columns */
  zc_grain grain;
  bool gives_back; /* pages of the file, when their rows have been read */
  zc_part *parts;
  size_t part_count;
} zc_parts;

/* Takes the rest of an open file apart; `kept` NULL: only the keys are read. False when out of memory; zc_parts_free is due in
 * any case. */
bool zc_parts_begin(zc_parts *parts, const zc_dataset *dataset, const zc_rows *rows,
                    const bool *kept, zc_grain grain, int workers);
void zc_parts_free(zc_parts *parts);

/* Reads all parts. False when out of memory. */
bool zc_parts_read(zc_parts *parts, zc_crew *crew);

/* Makes all rows part 0's: its readers have whole columns then. False when out of memory. */
bool zc_parts_join(zc_parts *parts, zc_crew *crew);

/* Leaves out rows of part 0, which has all of them, whose keys stand in an earlier row, and
 * counts them as malformed. False when out of memory. */
bool zc_parts_leave_repeated(zc_parts *parts, zc_crew *crew);

/* Which rows those are: an entry of 1 for each, owned; *found is how many. False when out
 * of memory. */
bool zc_parts_repeated(const zc_parts *parts, zc_crew *crew, uint8_t **repeated,
                       size_t *found);

/* Notes that row i of a part stands on line i + shift. False when out of memory. */
bool zc_part_shift(zc_part *part, size_t row, int64_t shift);

#endif
