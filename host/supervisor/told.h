/* told.h: what a command of an office tells, on the screen, on paper and for programs: texts and tables
 * in official Chinese, whatever the language of messages. */
#ifndef ZC_SUPERVISOR_TOLD_H
#define ZC_SUPERVISOR_TOLD_H

#include "cli/option.h"
#include "value/json.h"

typedef struct {
  const char *title;
  json_t *children;       /* of a document tree (document/document.h). Owned */
  json_t *columns, *rows; /* of the table that is being filled. Borrowed */
  bool failed;            /* out of memory */
} zc_told;

/* A column: its title, and whether it holds figures. */
typedef struct {
  const char *title;
  bool figures;
} zc_told_column;

void zc_told_begin(zc_told *told, const char *title);
void zc_told_free(zc_told *told);

void zc_told_heading(zc_told *told, const char *text);
void zc_told_text(zc_told *told, const char *text);
/* The same of a text that printf makes. */
void zc_told_line(zc_told *told, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Names the offices that are silent (zc_view.offices), and says what that means; nothing without any. */
void zc_told_silent(zc_told *told, const json_t *offices);

/* Begins a table, and a row of it, to which cells are added. */
void zc_told_table(zc_told *told, const zc_told_column *columns, size_t count);
void zc_told_row(zc_told *told);
void zc_told_cell(zc_told *told, const char *text);
void zc_told_number(zc_told *told, int64_t number);            /* ZC_UNKNOWN: — */
void zc_told_rate(zc_told *told, int64_t part, int64_t whole); /* one decimal; — */

/* Whether --format is one that can be printed: text markdown html csv json. */
zc_code zc_told_check(const zc_cli *cli, zc_err *err);

/* Prints it: csv is the first table alone, json `data`, a document of that schema. `data` is released. */
zc_code zc_told_print(const zc_cli *cli, const zc_told *told, json_t *data,
                      const char *schema, zc_err *err);

/* Appends a value of a document that is printed piece by piece, because as a value all of it would
 * take more memory than anything else. Takes `value`; NULL counts as out of memory. */
zc_code zc_told_piece(json_t *value, zc_buffer *out, zc_err *err);
/* Appends silent offices as a member of such a document, with a comma behind it; nothing without any. */
zc_code zc_told_offices(const json_t *offices, zc_buffer *out, zc_err *err);

#endif
