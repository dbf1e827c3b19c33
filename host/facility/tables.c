/* needs, template: which tables a plan wants. */
#include <stdio.h>
#include <string.h>

#include "cli/paper.h"
#include "cli/plans.h"
#include "document/document.h"
#include "facility/commands.h"

/* ---- template ---------------------------------------------------------------- */

int zc_command_template(zc_cli *cli)
{
  zc_workspace workspace;
  zc_err err;
  json_t *dataset = NULL, *texts = NULL;
  zc_buffer out = {0};
  size_t index;
  const json_t *column;
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = zc_find_dataset(&workspace, cli->arguments[0], &dataset, &err);
  zc_buffer_text(&out, ZC_CSV_MARK);
  json_array_foreach(json_object_get(dataset, "columns"), index, column)
  {
    const json_t *title = json_array_get(json_object_get(column, "titles"), 0);
    zc_csv_cell(&out, zc_text_or(json_string_value(title), zc_get_text(column, "id")),
                index == 0);
  }
  zc_buffer_text(&out, "\r\n");
  if (code == ZC_OK)
    code = zc_buffer_check(&out, &err);
  if (code == ZC_OK && zc_option_values(cli, "out") != NULL) {
    texts = json_pack("{s:s%}", "csv", out.data, out.size);
    code = texts == NULL ? zc_fail_memory(&err) : zc_write_outputs(cli, texts, &err);
  } else if (code == ZC_OK) {
    fwrite(out.data, 1, out.size, stdout);
  }
  json_decref(texts);
  json_decref(dataset);
  zc_buffer_free(&out);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}

/* ---- needs ------------------------------------------------------------------- */

static zc_code print_needs(zc_plan *plan, void *unused, zc_err *err)
{
  (void)unused;
  json_t *described = NULL, *needs = NULL, *args = NULL;
  zc_cli *cli = plan->workspace->cli;
  zc_code code = zc_plan_describe(plan, &described, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "needs", json_pack("{s:O}", "described", described),
                        &needs, err);
  if (code == ZC_OK) {
    args = json_pack("{s:O, s:s, s:O, s:O, s:s}", "needs", needs, "title",
                     zc_get_text(plan->about, "title"), "period",
                     json_object_get(plan->about, "period"), "facility", plan->facility,
                     "today", cli->today);
    code = args == NULL ? zc_fail_memory(err)
                        : zc_paper_print(plan, "needs", args, needs, err);
  }
  json_decref(args);
  json_decref(needs);
  json_decref(described);
  return code;
}

int zc_command_needs(zc_cli *cli)
{
  zc_err err;
  return zc_exit(zc_plan_with_each(cli, print_needs, NULL, &err), &err);
}
