/* periods.h: rows that hold for a time only, from valid_from to valid_to (a price list):
 * whether two of one key hold on the same day.
 *
 * A table has such periods if it has both columns, as dates, and a key besides them. A
 * blank beginning or end is open; a row in which one of them cannot be read is left out,
 * for nobody knows when it holds. */
#ifndef ZC_TABLE_PERIODS_H
#define ZC_TABLE_PERIODS_H

#include "table/rows.h"

typedef struct zc_periods zc_periods;

/* *periods is owned; NULL when the table has none, or the file lacks one of the columns.
 * `rows` must be open. */
zc_code zc_periods_new(const zc_dataset *dataset, const zc_rows *rows,
                       zc_periods **periods, zc_err *err);
void zc_periods_free(zc_periods *periods);

/* Takes a good row. Non-zero when out of memory. NULL is fine. */
int zc_periods_add(zc_periods *periods, const zc_row *row);

/* {overlapping, reversed, examples: [{line, other, key}], reversed_line}: rows that begin
 * before another one of their key has ended, the first few of them with the line of that
 * one and the key's text (none if it names patients); rows that end before they begin. NULL
 * in *result when there is nothing of either. Owned. */
zc_code zc_periods_result(zc_periods *periods, json_t **result, zc_err *err);

#endif
