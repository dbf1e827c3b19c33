/* sheet.h: 自查表 — a plan's questions as a sheet, and a filled sheet read back. */
#ifndef ZC_CLI_SHEET_H
#define ZC_CLI_SHEET_H

#include "cli/asking.h"

typedef struct {
  json_t *entries; /* what zc_ask_parse takes */
  json_t *places;  /* of each: {place: file:line, error: what is wrong as a row} */
  json_t *blanks;  /* items whose answer was left blank: [{item, place}] */
} zc_answer_sheet;

/* Reads answers from a file. CSV: the columns 编号 and 答案, perhaps 备注, whatever
 * else stands beside them. YAML: {item: answer} or {item: {answer, note, na}}. All NULL
 * on failure; what is no sheet at all is printed. */
zc_code zc_answer_sheet_read(const char *file, zc_answer_sheet *sheet, zc_err *err);
void zc_answer_sheet_free(zc_answer_sheet *sheet);

/* Appends questions as CSV; without `prefill` the answers are left blank. */
zc_code zc_answer_sheet_csv(const json_t *questions, bool prefill, zc_buffer *out,
                            zc_err *err);

#endif
