/* plan paper: the attachments to a plan's Word document, made from the package. */
#include <string.h>

#include "author/commands.h"
#include "author/plan_paper.h"
#include "cli/message.h"
#include "cli/paper.h"
#include "cli/plans.h"

/* What can be printed, and the layout of each (reports/plan_….lua). */
static const char *const kinds[][2] = {{"text", "plan_text"},
                                       {"form", "plan_form"},
                                       {"schedule", "plan_schedule"},
                                       {"duties", "plan_duties"},
                                       {"statistics", "plan_statistics"}};
#define KINDS (sizeof kinds / sizeof *kinds)

static const char *layout_of(const char *kind)
{
  for (size_t i = 0; i < KINDS; i++)
    if (strcmp(kinds[i][0], kind) == 0)
      return kinds[i][1];
  return NULL;
}

zc_code zc_plan_print_paper(zc_plan *plan, const char *kind, zc_err *err)
{
  json_t *data = NULL;
  zc_code code = zc_plan_call_dated(plan, "paper", NULL, &data, err);
  json_t *wrapped = json_object();
  int bad = json_object_set(wrapped, "data", data);
  if (code == ZC_OK)
    code = bad != 0 ? zc_fail_memory(err)
                    : zc_paper_print(plan, layout_of(kind), wrapped, data, err);
  json_decref(wrapped);
  json_decref(data);
  return code;
}

int zc_command_plan_paper(zc_cli *cli)
{
  zc_err err;
  zc_plan plan;
  zc_code code = ZC_OK;
  if (layout_of(cli->arguments[0]) == NULL)
    code = zc_fail(&err, ZC_EUSAGE,
                   "unknown paper {kind}; known: text form schedule duties statistics",
                   "kind", cli->arguments[0], NULL);
  if (code == ZC_OK)
    code = zc_plan_open_package(cli, cli->arguments[1], &plan, &err);
  if (code == ZC_OK) {
    code = zc_plan_print_paper(&plan, cli->arguments[0], &err);
    zc_plan_close(&plan);
  }
  return zc_exit(code, &err);
}
