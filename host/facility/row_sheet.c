#include "facility/row_sheet.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "document/document.h"

#define PIECE ((size_t)1 << 16)

const zc_verdict_word zc_verdict_words[] = {{"true", "属实"},
                                            {"partly", "部分属实"},
                                            {"false", "不属实"},
                                            {NULL, NULL}};

static const char *verdict_title(const char *code)
{
  for (const zc_verdict_word *word = zc_verdict_words; word->code != NULL; word++)
    if (code != NULL && strcmp(word->code, code) == 0)
      return word->title;
  return "";
}

static const char *sureness(const char *level)
{
  if (level == NULL)
    return "";
  if (strcmp(level, "certain") == 0)
    return "明确违规";
  return strcmp(level, "suspect") == 0 ? "可疑" : "提醒";
}

/* ---- titles ----------------------------------------------------------------------- */

/* What people know a row by and what the rule shows of it: titles in the order in which
 * they first come, each once, though several rules show different columns. */
static int add_titles(json_t *titles, const json_t *pairs)
{
  size_t index, known;
  const json_t *pair, *title;
  int bad = 0;
  json_array_foreach(pairs, index, pair)
  {
    bool found = false;
    json_array_foreach(titles, known, title)
    {
      found |= json_equal(title, json_array_get(pair, 0));
    }
    if (!found)
      bad |= json_array_append(titles, json_array_get(pair, 0));
  }
  return bad;
}

zc_code zc_row_sheet_learn(zc_row_sheet *sheet, const json_t *row, zc_err *err)
{
  int bad = add_titles(sheet->titles, json_object_get(row, "keys"));
  bad |= add_titles(sheet->titles, json_object_get(row, "show"));
  return bad != 0 ? zc_fail_memory(err) : ZC_OK;
}

static const char *cell_of(const json_t *row, const json_t *title)
{
  static const char *const parts[] = {"keys", "show"};
  size_t index;
  const json_t *pair;
  for (size_t i = 0; i < 2; i++)
    json_array_foreach(json_object_get(row, parts[i]), index, pair)
    {
      if (json_equal(json_array_get(pair, 0), title))
        return zc_text_or(json_string_value(json_array_get(pair, 1)), "");
    }
  return "";
}

/* ---- writing ---------------------------------------------------------------------- */

zc_code zc_row_sheet_begin(const zc_cli *cli, zc_row_sheet *sheet, zc_err *err)
{
  *sheet = (zc_row_sheet){.path = zc_option_value(cli, "out"), .titles = json_array()};
  zc_code code = sheet->titles == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && sheet->path != NULL)
    code = zc_draft_begin(AT_FDCWD, sheet->path, 0600, &sheet->draft, err);
  if (code == ZC_EOPEN)
    code = err->code = ZC_EWRITE;
  return code;
}

static zc_code flush(zc_row_sheet *sheet, zc_err *err)
{
  zc_code code = zc_buffer_check(&sheet->text, err);
  if (code == ZC_OK && sheet->draft != NULL)
    code = zc_draft_add(sheet->draft, sheet->text.data, sheet->text.size, err);
  else if (code == ZC_OK)
    fwrite(sheet->text.data, 1, sheet->text.size, stdout);
  sheet->text.size = 0;
  return code;
}

zc_code zc_row_sheet_header(zc_row_sheet *sheet, zc_err *err)
{
  static const char *const before[] = {"规则", "数据表", "行号"};
  static const char *const after[] = {"确定程度", ZC_ROW_VERDICT, ZC_ROW_REASON};
  size_t index;
  const json_t *title;
  zc_buffer_text(&sheet->text, ZC_CSV_MARK);
  if (sheet->numbered)
    zc_csv_cell(&sheet->text, ZC_ROW_ID, true);
  for (size_t i = 0; i < 3; i++)
    zc_csv_cell(&sheet->text, before[i], i == 0 && !sheet->numbered);
  json_array_foreach(sheet->titles, index, title)
      zc_csv_cell(&sheet->text, json_string_value(title), false);
  if (sheet->split)
    zc_csv_cell(&sheet->text, "分列", false);
  for (size_t i = 0; i < 3; i++)
    zc_csv_cell(&sheet->text, after[i], false);
  zc_buffer_text(&sheet->text, "\r\n");
  return flush(sheet, err);
}

zc_code zc_row_sheet_add(zc_row_sheet *sheet, const char *rule, const json_t *row,
                         zc_err *err)
{
  char line[24] = "";
  size_t index;
  const json_t *title;
  zc_buffer *out = &sheet->text;
  const char *part = zc_text_of(row, "split");
  if (zc_get_integer(row, "line", 0) > 0)
    zc_number_text(line, zc_get_integer(row, "line", 0));
  if (sheet->numbered)
    zc_csv_cell(out, zc_text_of(row, "id"), true);
  zc_csv_cell(out, zc_text_or(rule, ""), !sheet->numbered);
  zc_csv_cell(out, zc_text_of(row, "table"), false);
  zc_csv_cell(out, line, false);
  json_array_foreach(sheet->titles, index, title)
      zc_csv_cell(out, cell_of(row, title), false);
  if (sheet->split)
    zc_csv_cell(out, *part == '\0' ? "未注明" : part, false);
  zc_csv_cell(out, sureness(zc_get_text(row, "level")), false);
  zc_csv_cell(out, verdict_title(zc_get_text(row, "verdict")), false);
  zc_csv_cell(out, zc_text_of(row, "reason"), false);
  zc_buffer_text(out, "\r\n");
  sheet->count++;
  return out->size < PIECE ? ZC_OK : flush(sheet, err);
}

zc_code zc_row_sheet_end(zc_row_sheet *sheet, zc_code code, zc_err *err)
{
  if (code == ZC_OK)
    code = flush(sheet, err);
  if (code == ZC_OK && sheet->draft != NULL)
    code = zc_draft_commit(sheet->draft, err);
  else
    zc_draft_drop(sheet->draft);
  if (code == ZC_OK && sheet->path != NULL)
    zc_say_line(N_("{path}: {count} rows"),
                json_pack("{s:s, s:I}", "path", sheet->path, "count",
                          (json_int_t)sheet->count));
  json_decref(sheet->titles);
  zc_buffer_free(&sheet->text);
  return code;
}
