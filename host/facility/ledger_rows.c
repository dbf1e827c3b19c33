#include "facility/ledger_rows.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/plans.h"

const zc_ledger_column zc_ledger_columns[] = {{"no", "序号"},
                                              {"facility", "机构"},
                                              {"campaign", "专项行动"},
                                              {"focus", "整治重点"},
                                              {"item", "检查项编号"},
                                              {"title", "问题表现"},
                                              {"found", "发现时间"},
                                              {"source", "发现方式"},
                                              {"reported", "主动报告时间"},
                                              {"severity", "严重程度"},
                                              {"count", "数量"},
                                              {"amount", "涉及金额"},
                                              {"basis", "法规依据"},
                                              {"verified_by", "核实人"},
                                              {"verified", "核实时间"},
                                              {"verdict", "核实结论"},
                                              {"leader", "整改责任领导"},
                                              {"department", "责任部门"},
                                              {"person", "责任人"},
                                              {"measure", "整改措施"},
                                              {"target", "整改目标"},
                                              {"due", "整改时限"},
                                              {"kind", "类型"},
                                              {"done", "完成时间"},
                                              {"progress", "整改进展"},
                                              {"extended", "延期次数与理由"},
                                              {"refund", "退回金额"},
                                              {"transferred", "移送/立案情况"},
                                              {"gate_problem", "问题准"},
                                              {"gate_responsibility", "责任明确"},
                                              {"gate_measure", "措施具体"},
                                              {"gate_rectified", "整改到位"},
                                              {"gate_system", "制度完善"},
                                              {"closed", "核销时间"},
                                              {"closed_by", "核销人"},
                                              {"lookback", "回头看时间与结果"},
                                              {"evidence", "佐证材料"},
                                              {"remarks", "备注"},
                                              {NULL, NULL}};
_Static_assert(sizeof zc_ledger_columns / sizeof *zc_ledger_columns ==
                   ZC_LEDGER_CELLS + 1,
               "a row has a cell for each column");

int zc_ledger_column_at(const char *id)
{
  for (int i = 0; zc_ledger_columns[i].id != NULL; i++)
    if (strcmp(zc_ledger_columns[i].id, id) == 0)
      return i;
  return -1;
}

const char *zc_ledger_cell(const zc_ledger_row *row, int column, const char *number,
                           const char *facility)
{
  if (column == 0)
    return number;
  return column == 1 ? facility : row->cells[column];
}

/* ---- filters ---------------------------------------------------------------------- */

static bool is_one_of(const char *word, const char *const *words)
{
  for (; *words != NULL; words++)
    if (strcmp(word, *words) == 0)
      return true;
  return false;
}

/* ZC_EUSAGE with the known words when the option has another. */
static zc_code read_word(const zc_cli *cli, const char *option,
                         const char *const *words, const char **value, zc_err *err)
{
  zc_buffer list = {0};
  *value = zc_option_value(cli, option);
  if (*value == NULL || is_one_of(*value, words))
    return ZC_OK;
  for (; *words != NULL; words++)
    zc_buffer_print(&list, "%s%s", list.size == 0 ? "" : " ", *words);
  zc_code code = zc_fail(err, ZC_EUSAGE,
                         "--{option} {value} means nothing; known: {list}", "option",
                         option, "value", *value, "list", zc_text_or(list.data, ""),
                         NULL);
  zc_buffer_free(&list);
  return code;
}

static zc_code items_of_set(zc_plan *plan, void *context, zc_err *err)
{
  zc_ledger_filter *filter = context;
  json_t *answer = NULL;
  zc_code code = zc_plan_call(plan, "ledger_set",
                              json_pack("{s:s}", "set",
                                        zc_option_value(plan->cli, "set")),
                              &answer, err);
  if (code == ZC_OK && json_object_get(answer, "error") != NULL)
    code = zc_fail_message(err, ZC_EUSAGE, json_object_get(answer, "error"));
  if (code == ZC_OK)
    filter->items = json_incref(json_object_get(answer, "items"));
  json_decref(answer);
  return code;
}

static zc_code read_set(zc_workspace *workspace, zc_ledger_filter *filter, zc_err *err)
{
  zc_plan plan;
  const char *id;
  if (zc_option_value(workspace->cli, "set") == NULL)
    return ZC_OK;
  zc_code code = zc_workspace_plan(workspace, &id, err);
  if (code == ZC_OK)
    code = zc_plan_open(workspace, id, &plan, err);
  if (code != ZC_OK)
    return code;
  code = items_of_set(&plan, filter, err);
  zc_plan_close(&plan);
  return code;
}

static zc_code read_due(const zc_cli *cli, zc_ledger_filter *filter, zc_err *err)
{
  char *end;
  const char *days = zc_option_value(cli, "due");
  filter->due_within = -1;
  if (days == NULL)
    return ZC_OK;
  filter->due_within = strtoll(days, &end, 10);
  if (*days < '0' || *days > '9' || *end != '\0' || filter->due_within > 36500)
    return zc_fail(err, ZC_EUSAGE, "--due {value} is no number of days", "value", days,
                   NULL);
  return ZC_OK;
}

zc_code zc_ledger_filter_read(zc_workspace *workspace, zc_ledger_filter *filter,
                              zc_err *err)
{
  static const char *const severities[] = {"general", "major", "grave", NULL};
  static const char *const sources[] =
      {"self_check",     "inspection",        "complaint", "transfer_in", "media",
       "data_screening", "superior_feedback", "look_back", NULL};
  const zc_cli *cli = workspace->cli;
  *filter = (zc_ledger_filter){.today = cli->today,
                               .plan = zc_option_value(cli, "plan"),
                               .focus = zc_option_value(cli, "focus"),
                               .person = zc_option_value(cli, "person"),
                               .department = zc_option_value(cli, "department")};
  zc_code code = read_word(cli, "view", zc_ledger_views, &filter->view, err);
  if (code == ZC_OK)
    code = read_word(cli, "severity", severities, &filter->severity, err);
  if (code == ZC_OK)
    code = read_word(cli, "source", sources, &filter->source, err);
  if (code == ZC_OK)
    code = read_due(cli, filter, err);
  if (code == ZC_OK)
    code = read_set(workspace, filter, err);
  return code;
}
