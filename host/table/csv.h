/* csv.h: bytes → rows of cells, as RFC 4180 has it and as exports really are.
 *
 * Rows end with LF or CRLF; cells may be quoted and then hold commas, doubled
 * quotes and line ends. A row that does not parse costs exactly its first line:
 * reading goes on at the next one, so that one stray quotation mark cannot swallow
 * the rest of the file. Quote, comma and line end are never part of another
 * character in UTF-8 or GB18030, so rows can be split before they are decoded. */
#ifndef ZC_TABLE_CSV_H
#define ZC_TABLE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZC_CSV_COLUMNS 2000            /* most cells in a row */
#define ZC_CSV_CELL ((size_t)64 << 10) /* longest cell, in bytes */
#define ZC_CSV_CELL_LINES 256          /* most line ends in a quoted cell */

typedef struct {
  const char *text; /* without its quotes; doubled quotes still doubled */
  uint32_t size;
  bool doubled; /* has doubled quotes inside */
} zc_cell;

typedef enum {
  ZC_ROW_END,
  ZC_ROW_GOOD,
  ZC_ROW_UNCLOSED, /* a quotation mark is not closed */
  ZC_ROW_TRAILING, /* characters follow a closing quotation mark */
  ZC_ROW_COUNT,    /* another number of cells than the header has */
  ZC_ROW_LONG,     /* more than ZC_CSV_COLUMNS cells */
  ZC_ROW_WIDE      /* a cell without quotation marks has more than ZC_CSV_CELL bytes */
} zc_row_kind;

typedef struct {
  const char *data, *end, *at;
  int64_t line;    /* of `at` */
  uint32_t wanted; /* cells in a row; 0: as many as there are (the header) */
  zc_cell *cells;  /* of the last row; room for ZC_CSV_COLUMNS */
  uint32_t count;
  int64_t row_line;     /* where the last row begins */
  const char *row_text; /* its bytes, without the line end */
  size_t row_size;
} zc_csv;

/* Borrows `data` and `cells`. Skips a UTF-8 byte order mark. */
void zc_csv_begin(zc_csv *csv, const char *data, size_t size, zc_cell *cells);

/* The next row that is not empty. */
zc_row_kind zc_csv_next(zc_csv *csv);

/* Whether no cell of the row just read holds anything, however many there are: lines that
 * spreadsheet programs leave behind the last row. */
bool zc_csv_blank(const zc_csv *csv, zc_row_kind kind);

/* What a file is that is no CSV at all (a workbook, UTF-16 with or without its mark, a PDF, a web page), as a
 * message, with *hint what to do; NULL when it may be CSV. */
const char *zc_csv_foreign(const char *data, size_t size, const char **hint);

/* The same for a header row whose columns something else than commas separates. */
const char *zc_csv_separator(const zc_csv *csv, const char **hint);

#endif
