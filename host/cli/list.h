/* list.h: lists that people fill in and hand back as CSV: their columns stand in any order,
 * beside others, and spreadsheet programs have saved them as UTF-8 or as GB18030. */
#ifndef ZC_CLI_LIST_H
#define ZC_CLI_LIST_H

#include <stdarg.h>

#include "base/hash.h"
#include "value/json.h"

#define ZC_LIST_COLUMNS 40 /* most columns that a reader may look for */

/* A column is found by either name, also with a unit behind its title: 罚款（元）. */
typedef struct {
  const char *title, *other; /* `other` may be NULL */
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

/* What an unread column may be meant as: the title has one of the words (between blanks) in it. */
typedef struct {
  const char *words, *title;
} zc_list_suspect;

/* Tells on standard error which columns of a list are not read. One that `suspects` (ended by NULL words)
 * has is a mistake, counted in *wrong: what nobody reads would count as none. Where `suspects` is NULL
 * these are titles that end in 日期 or 时间, or have 金额, 罚款, 没收, 退回 or 违法所得 in them or (元) or (万元)
 * behind them. 序号, what begins with 不读 and the titles in `silent` (ended by NULL) pass without a word. */
#define ZC_LIST_UNREAD "不读"
zc_code zc_list_tell_unread(const char *file, const zc_buffer *text,
                            const zc_list_column *columns, const char *const *silent,
                            const zc_list_suspect *suspects, size_t *wrong,
                            zc_err *err);

/* A day of a list, however it is written (zc_day_read), as 2023-06-05 in `room`, which is returned. NULL
 * for what is no day: *hint (may be NULL) says how to mend it. */
#define ZC_DAY_ROOM 11
const char *zc_list_day(const char *text, char room[ZC_DAY_ROOM], const char **hint);

/* «file:line» of a place in a list. Owned; NULL when out of memory. */
json_t *zc_list_place(const char *file, int64_t line);

/* Prints what is wrong in a row: a text with pairs for its arguments, ended by NULL, and the
 * remedy (may be NULL). */
void zc_list_wrong(const char *file, int64_t line, const char *text, const char *hint,
                   ...) __attribute__((sentinel));

/* The same with the pairs of a caller; `file` NULL: of the command line. */
void zc_list_tell_wrong(const char *file, int64_t line, const char *text,
                        const char *hint, va_list pairs);

#endif
