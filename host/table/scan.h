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

#endif
