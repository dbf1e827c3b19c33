/* row_sheet.h: the rows behind a verdict or a problem as a sheet (CSV), for whoever verifies
 * them. It is written row by row: there may be a hundred thousand.
 *
 * A row is {id, table, line, keys: [[title, text]], show: [[title, text]], level, split,
 * verdict, reason}, as far as it has them; what is no row of an export has no line. */
#ifndef ZC_FACILITY_ROW_SHEET_H
#define ZC_FACILITY_ROW_SHEET_H

#include "base/file.h"
#include "cli/option.h"

#define ZC_ROW_ID "明细编号"
#define ZC_ROW_VERDICT "结论"
#define ZC_ROW_REASON "理由"

/* What a verdict is called in the sheet and in commands, ended by NULLs. */
typedef struct {
  const char *code, *title;
} zc_verdict_word;
extern const zc_verdict_word zc_verdict_words[];

typedef struct {
  bool numbered, split; /* has the columns 明细编号 and 分列; set by the caller */
  size_t count;         /* rows that were written */
  const char *path;     /* of --out; NULL: standard output */
  zc_draft *draft;
  json_t *titles;
  zc_buffer text;
} zc_row_sheet;

/* Begins a sheet that goes where --out says. It must be ended or dropped. */
zc_code zc_row_sheet_begin(const zc_cli *cli, zc_row_sheet *sheet, zc_err *err);

/* First every row's titles are learned, then the header and the rows are written. */
zc_code zc_row_sheet_learn(zc_row_sheet *sheet, const json_t *row, zc_err *err);
zc_code zc_row_sheet_header(zc_row_sheet *sheet, zc_err *err);
zc_code zc_row_sheet_add(zc_row_sheet *sheet, const char *rule, const json_t *row,
                         zc_err *err);

/* Keeps what was written, and tells of it, when `code` is ZC_OK; else drops it. */
zc_code zc_row_sheet_end(zc_row_sheet *sheet, zc_code code, zc_err *err);

#endif
