/* scan.h: reads an export once, all of it, and says what is in it: for `import`. */
#ifndef ZC_TABLE_SCAN_H
#define ZC_TABLE_SCAN_H

#include "base/watch.h"
#include "table/rows.h"

/* Reads every row and cell of a mapped file. *summary is owned:
 *   {rows, malformed, problems: [{line, text}], kinds: [{code, text, count, line}],
 *    gb18030, from, to, later, later_line, undated_line, undated_title, periods,
 *    unused: [header], columns: [{id, title, type, found, header, key, blank, bad,
 *    lacking, lacking_line, examples: [{line, cell}], unknown: [{cell, count}]}]}
 * rows counts the good ones; problems and examples are the first few, kinds counts all
 * problems; periods is what periods.h finds; lacking counts those of the bad cells that
 * are blank and must not be (missing if there are none), lacking_line is the first of
 * them; unknown are an enum's distinct words that the dataset does not know; from and
 * to are the dates found up to `today`; `later` counts the rows dated after it, which
 * cover nothing. When there is no date at all that can be read, undated_line is the
 * first row and undated_title the column. A cell that a spreadsheet program has spoiled
 * is a fault, and so is what zc_rows_open refuses: ZC_EDATA with the faults. The watch
 * (NULL: none) is told every few thousand rows how many of the file's bytes, and which
 * rows, are read. */
zc_code zc_scan(const char *file, const char *data, size_t size,
                const zc_dataset *dataset, const json_t *options, int32_t today,
                zc_gb18030 *converter, const zc_watch *watch, json_t *faults,
                json_t **summary, zc_err *err);

/* ---- for whoever reads the rows in another way ------------------------------------------ */

typedef struct zc_census zc_census;

/* What is found in an open file. Owned. */
zc_code zc_census_new(const char *file, const zc_dataset *dataset, const zc_rows *rows,
                      int32_t today, json_t *faults, zc_census **census, zc_err *err);
void zc_census_free(zc_census *census);

/* All rows, one by one; `size` is what the watch is told of as the whole file. */
zc_code zc_census_rows(zc_census *census, zc_rows *rows, const zc_watch *watch,
                       size_t size, zc_err *err);

/* Whether it has to see each row itself: by zc_census_rows alone. */
bool zc_census_needs_rows(const zc_census *census);

/* A malformed row; a bad or a damaged cell of a column, as the file has it. In the order of
 * the file; the cells of a malformed row that are damaged are told, too. */
void zc_census_malformed(zc_census *census, int64_t line, const char *problem);
void zc_census_bad(zc_census *census, int column, int64_t line, const zc_cell *cell);
void zc_census_damaged(zc_census *census, int column, int64_t line,
                       const zc_cell *cell);

/* What can be counted of good rows that follow each other. */
typedef struct {
  int64_t rows;
  int64_t *blank;       /* cells, by column */
  int64_t undated_line; /* the first row without a date that can be read; 0: none */
  int64_t later, later_line; /* rows dated after today, and the first of them */
  int32_t first, last;       /* the other dates; first > last: none */
} zc_counted;

void zc_census_counted(zc_census *census, const zc_counted *counted);

/* As zc_scan ends. */
zc_code zc_census_result(zc_census *census, json_t **summary, zc_err *err);

#endif
