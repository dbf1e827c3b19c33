/* status: how far each plan's self-check has come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/plans.h"

static void print_questions(const json_t *questions)
{
  size_t index, answered = 0;
  const json_t *q;
  json_array_foreach(questions, index, q) answered += zc_ask_settled(q);
  zc_say_line(N_("  questions: {answered} of {all} answered"),
              json_pack("{s:I, s:I}", "answered", (json_int_t)answered, "all",
                        (json_int_t)json_array_size(questions)));
}

/* Each table that the rules read: imported, declared absent, or still wanted. */
static zc_code print_tables(zc_plan *plan, zc_err *err)
{
  json_t *described = NULL, *needs = NULL, *tables = NULL;
  size_t index;
  const json_t *need;
  zc_code code = zc_plan_describe(plan, &described, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "needs", json_pack("{s:O}", "described", described),
                        &needs, err);
  if (code == ZC_OK)
    code = zc_store_tables(plan->workspace->store, &tables, err);
  json_array_foreach(needs, index, need)
  {
    const char *id = zc_get_text(need, "id"), *title = zc_get_text(need, "title");
    const json_t *table = json_object_get(tables, id);
    if (zc_get_text(table, "absent") != NULL)
      zc_say_line(N_("  table {id} {title}: does not exist here ({why})"),
                  json_pack("{s:s, s:s, s:s}", "id", id, "title", title, "why",
                            zc_get_text(table, "absent")));
    else if (table != NULL)
      zc_say_line(zc_get_integer(table, "malformed", 0) == 0
                      ? N_("  table {id} {title}: {rows} rows")
                      : N_("  table {id} {title}: {rows} rows, {malformed} malformed"),
                  json_pack("{s:s, s:s, s:I, s:I}", "id", id, "title", title, "rows",
                            zc_get_integer(table, "rows", 0), "malformed",
                            zc_get_integer(table, "malformed", 0)));
    else
      zc_say_line(N_("  table {id} {title}: not handed over yet"),
                  json_pack("{s:s, s:s}", "id", id, "title", title));
  }
  json_decref(described);
  json_decref(needs);
  json_decref(tables);
  return code;
}

static zc_code print_last_run(zc_plan *plan, zc_err *err)
{
  json_t *run;
  zc_code code = zc_store_last_run(plan->workspace->store,
                                   zc_get_text(plan->about, "id"), &run, err);
  if (code != ZC_OK)
    return code;
  const json_t *record = json_object_get(run, "record");
  const json_t *totals = json_object_get(record, "totals");
  if (run == NULL)
    zc_say_line(N_("  not checked yet: `zicha check`"), NULL);
  else
    zc_say_line(N_("  last check {today} (run {run}): {pass} pass, {problem} problems, "
                   "{open} not checked or undetermined"),
                json_pack("{s:s, s:s, s:I, s:I, s:I}", "today",
                          zc_text_or(zc_get_text(record, "today"), ""), "run",
                          zc_get_text(run, "id"), "pass",
                          zc_get_integer(totals, "pass", 0), "problem",
                          zc_get_integer(totals, "problem", 0), "open",
                          zc_get_integer(totals, "not_checked", 0) +
                              zc_get_integer(totals, "undetermined", 0)));
  json_decref(run);
  return ZC_OK;
}

static zc_code print_plan(zc_plan *plan, void *unused, zc_err *err)
{
  json_t *questions = NULL;
  (void)unused;
  printf("%s  %s (%s)\n", zc_get_text(plan->about, "title"),
         zc_get_text(plan->about, "id"), zc_get_text(plan->about, "version"));
  zc_code code = zc_ask_questions(plan, &questions, err);
  if (code == ZC_OK)
    print_questions(questions);
  if (code == ZC_OK)
    code = print_tables(plan, err);
  if (code == ZC_OK)
    code = print_last_run(plan, err);
  json_decref(questions);
  return code;
}

int zc_command_status(zc_cli *cli)
{
  zc_err err;
  return zc_exit(zc_plan_with_each(cli, print_plan, NULL, &err), &err);
}
