/* inspect void: a visit that never was, or a problem that was none, is taken back. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cli/message.h"
#include "facility/ledger.h"
#include "supervisor/commands.h"
#include "supervisor/inspecting.h"

static bool is_meant(const zc_cli *cli, const json_t *visit)
{
  const char *who = cli->arguments[0], *team = zc_option_value(cli, "team");
  const char *kind = zc_option_value(cli, "kind");
  const char *own = *zc_text_of(visit, "facility") == '\0' ? "subject" : "facility";
  return strcmp(zc_text_of(visit, own), who) == 0 &&
         (team == NULL || strcmp(zc_text_of(visit, "team"), team) == 0) &&
         (kind == NULL || strcmp(zc_text_or(zc_word_code(zc_visit_kinds, kind), ""),
                                 zc_text_of(visit, "kind")) == 0);
}

static zc_code fail_several(const zc_cli *cli, const json_t *visits, zc_err *err)
{
  size_t index;
  const json_t *one;
  zc_buffer list = {0};
  json_array_foreach(visits, index, one) if (is_meant(cli, one))
      zc_buffer_print(&list, "%s%s %s", list.size == 0 ? "" : "、",
                      zc_text_of(one, "team"),
                      zc_word_title(zc_visit_kinds, zc_text_of(one, "kind")));
  zc_code code = zc_fail(err, ZC_EUSAGE,
                         "{who} was visited more than once on {day}: say which visit "
                         "with --team or --kind ({list})",
                         "who", cli->arguments[0], "day", cli->arguments[1], "list",
                         zc_text_or(list.data, ""), NULL);
  zc_buffer_free(&list);
  return code;
}

/* The one visit that is meant. Borrowed from the list. */
static zc_code find_visit(const zc_cli *cli, const json_t *visits, const json_t **visit,
                          zc_err *err)
{
  size_t index, count = 0;
  const json_t *one;
  json_array_foreach(visits, index, one)
  {
    if (!is_meant(cli, one))
      continue;
    *visit = one;
    count++;
  }
  if (count > 1)
    return fail_several(cli, visits, err);
  return count == 1
             ? ZC_OK
             : zc_fail(err, ZC_EDATA,
                       "no such visit to {who} on {day} is known; `zicha inspect "
                       "list --from {day} --to {day}` tells those of the day",
                       "who", cli->arguments[0], "day", cli->arguments[1], NULL);
}

/* The problem of --problem; NULL when the whole visit is meant. Borrowed. */
static zc_code find_problem(const zc_cli *cli, const json_t *visit,
                            const json_t **problem, zc_err *err)
{
  size_t index;
  const json_t *one;
  const char *number = zc_option_value(cli, "problem");
  *problem = NULL;
  if (number == NULL)
    return ZC_OK;
  json_array_foreach(json_object_get(visit, "found"), index, one)
  {
    if (strcmp(ZC_DIGITS(zc_get_integer(one, "no", 0)), number) == 0)
      *problem = one;
  }
  return *problem != NULL ? ZC_OK
                          : zc_fail(err, ZC_EDATA,
                                    "the visit has no problem {number}; `zicha inspect "
                                    "list` has the numbers in front of them",
                                    "number", number, NULL);
}

static zc_code withdraw(zc_store *store, void *body, zc_err *err)
{
  return zc_visit_withdraw(store, body, err);
}

static zc_code take_back(zc_office *office, const char *plan, const json_t *visit,
                         const json_t *problem, zc_err *err)
{
  static const char *const parts[] = {"facility", "subject", "day", "team", "kind"};
  const zc_cli *cli = office->workspace.cli;
  json_t *body = json_pack("{s:s, s:s, s:s, s:s}", "plan", plan, "reason",
                           zc_option_value(cli, "reason"), "on", cli->today, "by",
                           zc_ledger_actor(cli));
  int bad = body == NULL;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    bad |= json_object_set(body, parts[i], json_object_get(visit, parts[i]));
  if (problem != NULL) {
    bad |= json_object_set(body, "entry", json_object_get(problem, "entry"));
    bad |= json_object_set(body, "title", json_object_get(problem, "title"));
  }
  if (bad != 0) {
    json_decref(body);
    return zc_fail_memory(err);
  }
  zc_code code = zc_office_record(office, "inspect_void", body, withdraw, body, err);
  if (code == ZC_OK)
    zc_say_line(problem == NULL
                    ? N_("the visit to {who} on {day} is taken back with its {count} "
                         "problems: it counts nowhere any more")
                    : N_("the problem {title} of {who}, {day}, is taken back: it "
                         "counts nowhere any more"),
                json_pack("{s:s, s:s, s:s, s:I}", "who", cli->arguments[0], "day",
                          cli->arguments[1], "title", zc_text_of(problem, "title"),
                          "count",
                          (json_int_t)json_array_size(
                              json_object_get(visit, "found"))));
  return code;
}

static zc_code void_visit(zc_office *office, zc_err *err)
{
  const zc_cli *cli = office->workspace.cli;
  const json_t *visit = NULL, *problem = NULL;
  json_t *visits = NULL;
  zc_visit_filter filter = {.from = cli->arguments[1], .to = cli->arguments[1]};
  zc_code code = zc_office_plan(office, &filter.plan, err);
  if (code == ZC_OK)
    code = zc_visits(office->workspace.store, &filter, &visits, err);
  if (code == ZC_OK)
    code = find_visit(cli, visits, &visit, err);
  if (code == ZC_OK)
    code = find_problem(cli, visit, &problem, err);
  if (code == ZC_OK)
    code = take_back(office, filter.plan, visit, problem, err);
  json_decref(visits);
  return code;
}

static zc_code check_command(const zc_cli *cli, zc_err *err)
{
  int32_t day;
  const char *kind = zc_option_value(cli, "kind"), *text = cli->arguments[1];
  if (!zc_day_parse(text, strlen(text), &day))
    return zc_fail(err, ZC_EUSAGE, "{value} is no day; write it as 2026-12-31", "value",
                   text, NULL);
  if (kind != NULL && zc_word_code(zc_visit_kinds, kind) == NULL)
    return zc_fail(err, ZC_EUSAGE, "no inspection is of the kind {value}", "value",
                   kind, NULL);
  if (*zc_text_or(zc_option_value(cli, "reason"), "") == '\0')
    return zc_fail(err, ZC_EUSAGE, "say why it is taken back: --reason TEXT", NULL);
  return zc_office_check_actor(cli, err);
}

int zc_command_inspect_void(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  zc_code code = check_command(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = void_visit(&office, &err);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}
