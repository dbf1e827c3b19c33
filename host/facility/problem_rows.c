/* problem rows: all rows behind an item's verdict, or behind a problem of the ledger, for
 * whoever verifies them. The last two columns are his: 属实, 部分属实 or 不属实, and why. */
#include <stdio.h>
#include <string.h>

#include "cli/checking.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "cli/values.h"
#include "facility/commands.h"
#include "facility/ledger.h"
#include "facility/row_sheet.h"

/* ---- of an item ------------------------------------------------------------------- */

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

static zc_code write_hits(const json_t *hits, zc_row_sheet *sheet, zc_err *err)
{
  size_t index, number;
  const json_t *of_rule, *row;
  zc_code code = ZC_OK;
  for (int pass = 0; pass < 2; pass++) {
    if (code == ZC_OK && pass == 1)
      code = zc_row_sheet_header(sheet, err);
    json_array_foreach(hits, index, of_rule)
    {
      json_array_foreach(json_object_get(of_rule, "rows"), number, row)
      {
        if (code == ZC_OK)
          code = pass == 0
                     ? zc_row_sheet_learn(sheet, row, err)
                     : zc_row_sheet_add(sheet, zc_get_text(of_rule, "rule"), row, err);
      }
    }
  }
  return code;
}

static zc_code rows_of_item(zc_cli *cli, zc_workspace *workspace, zc_err *err)
{
  zc_plan plan = {0};
  zc_row_sheet sheet;
  json_t *hits = NULL;
  zc_code code = zc_plan_begin(cli, &plan, err);
  if (code == ZC_OK)
    code = zc_workspace_open(cli, workspace, err);
  if (code == ZC_OK)
    code = find_hits(workspace, &plan, &hits, err);
  if (code == ZC_OK) {
    code = zc_row_sheet_begin(cli, &sheet, err);
    sheet.numbered = true;
    sheet.split = zc_get_flag(json_array_get(hits, 0), "split");
    if (code == ZC_OK)
      code = write_hits(hits, &sheet, err);
    code = zc_row_sheet_end(&sheet, code, err);
  }
  json_decref(hits);
  zc_plan_close(&plan);
  return code;
}

/* ---- of a problem ------------------------------------------------------------------ */

static zc_code learn(void *context, const json_t *row, zc_err *err)
{
  return zc_row_sheet_learn(context, row, err);
}

static zc_code add(void *context, const json_t *row, zc_err *err)
{
  return zc_row_sheet_add(context, zc_get_text(row, "rule"), row, err);
}

static zc_code write_instances(zc_store *store, int64_t no, zc_row_sheet *sheet,
                               zc_err *err)
{
  zc_code code = zc_ledger_instances(store, no, learn, sheet, err);
  if (code == ZC_OK)
    code = zc_row_sheet_header(sheet, err);
  return code == ZC_OK ? zc_ledger_instances(store, no, add, sheet, err) : code;
}

static zc_code rows_of_problem(zc_cli *cli, zc_workspace *workspace, zc_err *err)
{
  int64_t no;
  json_t *problem;
  zc_row_sheet sheet;
  zc_code code = zc_workspace_open(cli, workspace, err);
  if (code == ZC_OK)
    code = zc_ledger_find(workspace, cli->arguments[0], &no, &problem, err);
  if (code != ZC_OK)
    return code;
  json_decref(problem);
  code = zc_row_sheet_begin(cli, &sheet, err);
  sheet.numbered = true;
  if (code == ZC_OK)
    code = write_instances(workspace->store, no, &sheet, err);
  return zc_row_sheet_end(&sheet, code, err);
}

/* ---- the command ------------------------------------------------------------------ */

int zc_command_problem_rows(zc_cli *cli)
{
  zc_workspace workspace = {.fd = -1};
  zc_err err;
  zc_code code = zc_is_problem(cli->arguments[0])
                     ? rows_of_problem(cli, &workspace, &err)
                     : rows_of_item(cli, &workspace, &err);
  zc_workspace_close(&workspace);
  return code == ZC_OK ? 0 : zc_exit(code, &err);
}
