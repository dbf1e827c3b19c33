/* sheet.h: 自查表 — a plan's questions as a sheet, and a filled sheet read back. */
#ifndef ZC_CLI_SHEET_H
#define ZC_CLI_SHEET_H

#include "cli/asking.h"

/* Reads answers from a file. CSV: the columns 编号 and 答案, perhaps 备注, whatever
 * else stands beside them; rows without an answer are left out. YAML: {item: answer} or
 * {item: {answer, note, na}}. *entries is what zc_ask_parse takes, *places for each of
 * them {place: file:line, error: what is wrong with it as a row}. Both owned. */
zc_code zc_sheet_read(const char *file, json_t **entries, json_t **places, zc_err *err);

/* Appends questions as CSV; without `prefill` the answers are left blank. */
zc_code zc_sheet_csv(const json_t *questions, bool prefill, zc_buffer *out,
                     zc_err *err);

#endif
