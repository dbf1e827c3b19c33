/* problem rows: all rows behind an item's verdict, for whoever verifies them. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/checking.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "cli/values.h"
#include "document/document.h"

/* ---- the sheet ------------------------------------------------------------------- */

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

static json_t *titles_of(const json_t *hits)
{
  json_t *titles = json_array();
  size_t index, number;
  const json_t *of_rule, *row;
  int bad = titles == NULL;
  json_array_foreach(hits, index, of_rule)
  {
    json_array_foreach(json_object_get(of_rule, "rows"), number, row)
    {
      bad |= add_titles(titles, json_object_get(row, "keys"));
      bad |= add_titles(titles, json_object_get(row, "show"));
    }
  }
  if (bad == 0)
    return titles;
  json_decref(titles);
  return NULL;
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
        return json_string_value(json_array_get(pair, 1));
    }
  return "";
}

static const char *sureness(const char *level)
{
  if (strcmp(level, "certain") == 0)
    return "明确违规";
  return strcmp(level, "suspect") == 0 ? "可疑" : "提醒";
}

/* What is no row of an export has no line. */
static void write_row(zc_buffer *out, const char *rule, const json_t *row,
                      const json_t *titles, bool split)
{
  char line[24] = "";
  size_t index;
  const json_t *title;
  const char *part = zc_text_or(zc_get_text(row, "split"), "");
  if (zc_get_integer(row, "line", 0) > 0)
    snprintf(line, sizeof line, "%lld", (long long)zc_get_integer(row, "line", 0));
  zc_csv_cell(out, rule, true);
  zc_csv_cell(out, zc_text_or(zc_get_text(row, "table"), ""), false);
  zc_csv_cell(out, line, false);
  json_array_foreach(titles, index, title) zc_csv_cell(out, cell_of(row, title), false);
  zc_csv_cell(out, sureness(zc_text_or(zc_get_text(row, "level"), "")), false);
  zc_csv_cell(out, "", false);
  zc_csv_cell(out, "", false);
  zc_csv_cell(out, zc_text_or(zc_get_text(row, "id"), ""), false);
  if (split)
    zc_csv_cell(out, *part == '\0' ? "未注明" : part, false);
  zc_buffer_text(out, "\r\n");
}

/* 结论 and 理由 are for whoever verifies: 属实, 部分属实 or 不属实, and why; 实例编号 says
 * which row it was, whatever has become of the sheet. */
static zc_code write_sheet(const json_t *hits, zc_buffer *out, size_t *count,
                           zc_err *err)
{
  static const char *const before[] = {"规则", "数据表", "行号"};
  static const char *const after[] = {"确定程度", "结论", "理由", "实例编号"};
  bool split = zc_get_flag(json_array_get(hits, 0), "split");
  json_t *titles = titles_of(hits);
  size_t index, number;
  const json_t *of_rule, *row, *title;
  *count = 0;
  if (titles == NULL)
    return zc_fail_memory(err);
  zc_buffer_text(out, ZC_CSV_MARK);
  for (size_t i = 0; i < 3; i++)
    zc_csv_cell(out, before[i], i == 0);
  json_array_foreach(titles, index, title)
      zc_csv_cell(out, json_string_value(title), false);
  for (size_t i = 0; i < 4; i++)
    zc_csv_cell(out, after[i], false);
  if (split)
    zc_csv_cell(out, "分列", false);
  zc_buffer_text(out, "\r\n");
  json_array_foreach(hits, index, of_rule)
  {
    json_array_foreach(json_object_get(of_rule, "rows"), number, row)
    {
      write_row(out, zc_get_text(of_rule, "rule"), row, titles, split);
      ++*count;
    }
  }
  json_decref(titles);
  return zc_buffer_check(out, err);
}

/* ---- the command ------------------------------------------------------------------ */

static zc_code find_hits(zc_workspace *workspace, zc_plan *plan, json_t **hits,
                         zc_err *err)
{
  const char *id = NULL;
  zc_opened_tables tables = {0};
  zc_code code = zc_workspace_plan(workspace, &id, err);
  if (code == ZC_OK)
    code = zc_plan_ask(workspace, id, plan, err);
  if (code == ZC_OK)
    code = zc_tables_open(workspace, plan, &tables, err);
  if (code == ZC_OK)
    code = zc_plan_complete(id, plan, err);
  if (code == ZC_OK)
    code = zc_values_of_workspace(plan, err);
  if (code == ZC_OK)
    code = zc_check_hits(plan, &tables, workspace->cli->arguments[0], hits, err);
  zc_tables_close(&tables);
  return code;
}

static zc_code give(const zc_cli *cli, const zc_buffer *out, size_t count, zc_err *err)
{
  const char *path = zc_option_value(cli, "out");
  if (path == NULL) {
    fwrite(out->data, 1, out->size, stdout);
    return ZC_OK;
  }
  zc_code code = zc_file_write(AT_FDCWD, path, out->data, out->size, 0600, err);
  if (code == ZC_EOPEN)
    code = err->code = ZC_EWRITE;
  if (code == ZC_OK)
    zc_say_line(N_("{path}: {count} rows"),
                json_pack("{s:s, s:I}", "path", path, "count", (json_int_t)count));
  return code;
}

int zc_command_problem_rows(zc_cli *cli)
{
  zc_workspace workspace = {.fd = -1};
  zc_plan plan = {0};
  zc_buffer out = {0};
  json_t *hits = NULL;
  zc_err err;
  size_t count = 0;
  zc_code code = zc_plan_begin(cli, &plan, &err);
  if (code == ZC_OK)
    code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = find_hits(&workspace, &plan, &hits, &err);
  if (code == ZC_OK)
    code = write_sheet(hits, &out, &count, &err);
  if (code == ZC_OK)
    code = give(cli, &out, count, &err);
  json_decref(hits);
  zc_buffer_free(&out);
  zc_plan_close(&plan);
  zc_workspace_close(&workspace);
  return code == ZC_OK ? 0 : zc_exit(code, &err);
}
