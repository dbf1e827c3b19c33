/* list.h: lists that people fill in and hand back as CSV: their columns stand in any order,
 * beside others, and spreadsheet programs have saved them as UTF-8 or as GB18030. */
#ifndef ZC_CLI_LIST_H
#define ZC_CLI_LIST_H

#include "base/hash.h"
#include "value/json.h"

#define ZC_LIST_COLUMNS 40 /* most columns that a reader may look for */

typedef struct {
  const char *title, *other; /* by either name; `other` may be NULL */
  bool needed;
} zc_list_column;

typedef struct {
  const char *file;
  int64_t line;
  /* By column: unquoted, trimmed, and as people wrote it where zc_csv_cell had defused a
   * formula. "" when blank, NULL when the list has no such column. */
  const char *cells[ZC_LIST_COLUMNS];
} zc_list_row;

/* What a caller does with a row; anything but ZC_OK ends the reading. The row is borrowed. */
typedef zc_code zc_list_visit(void *context, const zc_list_row *row, zc_err *err);

/* Appends a list's file as UTF-8. `digits` (may be NULL) becomes the hash of its bytes. What
 * is no CSV at all is told with its remedy: ZC_EDATA. */
zc_code zc_list_load(const char *file, size_t limit, zc_buffer *text,
                     char digits[ZC_HASH_ROOM], zc_err *err);

/* Reads the rows. `columns` ends with a NULL title. ZC_EDATA when the header lacks a needed
 * column or has one twice. Rows that cannot be read are told and counted in *wrong. */
zc_code zc_list_read(const char *file, const zc_buffer *text,
                     const zc_list_column *columns, zc_list_visit *visit, void *context,
                     size_t *wrong, zc_err *err);

/* «file:line» of a place in a list. Owned; NULL when out of memory. */
json_t *zc_list_place(const char *file, int64_t line);

/* Prints what is wrong in a row: a text with pairs for its arguments, ended by NULL, and the
 * remedy (may be NULL). */
void zc_list_wrong(const char *file, int64_t line, const char *text, const char *hint,
                   ...);

#endif
