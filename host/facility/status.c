/* status: what each plan wants now, and how far its self-check has come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/asking.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "cli/stance.h"
#include "facility/debts.h"
#include "facility/status.h"
#include "facility/upgrade.h"

/* ---- what is known of a plan -------------------------------------------------- */

static zc_code add_questions(zc_plan *plan, json_t *told, zc_err *err)
{
  json_t *questions = NULL;
  size_t index, answered = 0, again = 0;
  const json_t *q;
  zc_code code = zc_ask_questions(plan, &questions, err);
  json_array_foreach(questions, index, q)
  {
    answered += zc_ask_settled(q);
    again += json_object_get(q, "before") != NULL;
  }
  if (code == ZC_OK &&
      json_object_set_new(told, "questions",
                          json_pack("{s:I, s:I, s:I}", "answered", (json_int_t)answered,
                                    "all", (json_int_t)json_array_size(questions),
                                    "asked_again", (json_int_t)again)) != 0)
    code = zc_fail_memory(err);
  json_decref(questions);
  return code;
}

/* Each table that the rules read: imported, declared absent, or still wanted. */
static int add_table(json_t *list, const json_t *need, const json_t *table)
{
  static const char *const kept[] = {"absent", "rows", "malformed"};
  json_t *entry = json_object();
  int bad = json_object_set(entry, "id", json_object_get(need, "id"));
  bad |= json_object_set(entry, "title", json_object_get(need, "title"));
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (json_object_get(table, kept[i]) != NULL)
      bad |= json_object_set(entry, kept[i], json_object_get(table, kept[i]));
  bad |= json_object_set_new(entry, "handed", json_boolean(table != NULL));
  return bad | json_array_append_new(list, entry);
}

static zc_code add_tables(zc_plan *plan, json_t *told, zc_err *err)
{
  json_t *described = NULL, *needs = NULL, *tables = NULL, *list = json_array();
  size_t index;
  const json_t *need;
  int bad = 0;
  zc_code code = zc_plan_describe(plan, &described, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "needs", json_pack("{s:O}", "described", described),
                        &needs, err);
  if (code == ZC_OK)
    code = zc_store_tables(plan->workspace->store, &tables, err);
  json_array_foreach(needs, index, need)
  {
    const char *id = zc_text_of(need, "id");
    bad |= add_table(list, need, json_object_get(tables, id));
  }
  bad |= json_object_set_new(told, "tables", list);
  json_decref(described);
  json_decref(needs);
  json_decref(tables);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static zc_code add_last_run(zc_plan *plan, json_t *told, zc_err *err)
{
  json_t *run;
  zc_code code = zc_store_last_run(plan->workspace->store,
                                   zc_get_text(plan->about, "id"), &run, err);
  if (code != ZC_OK || run == NULL)
    return code;
  const json_t *record = json_object_get(run, "record");
  json_t *last = json_object();
  int bad = json_object_set(last, "run", json_object_get(run, "id"));
  bad |= json_object_set(last, "today", json_object_get(record, "today"));
  bad |= json_object_set(last, "totals", json_object_get(record, "totals"));
  bad |= json_object_set_new(told, "last_check", last);
  json_decref(run);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* The phase of today and what is due: the engine's `days`, told what was submitted. */
static zc_code add_days(zc_plan *plan, json_t *told, zc_err *err)
{
  static const char *const kept[] = {"stance", "phases", "due", "overdue",
                                     "facility_duties"};
  json_t *days = NULL;
  json_t *more = json_pack("{s:o}", "submitted", zc_debts_fulfilled(told));
  int bad = 0;
  zc_code code = more == NULL ? zc_fail_memory(err)
                              : zc_plan_call_dated(plan, "days", more, &days, err);
  for (size_t i = 0; code == ZC_OK && i < sizeof kept / sizeof *kept; i++)
    if (json_object_get(days, kept[i]) != NULL)
      bad |= json_object_set(told, kept[i], json_object_get(days, kept[i]));
  json_decref(days);
  json_decref(more);
  return bad == 0 ? code : zc_fail_memory(err);
}

static zc_code tell_plan(zc_plan *plan, const zc_status_more *more, json_t **told,
                         zc_err *err)
{
  static const char *const kept[] = {"id", "title", "version"};
  json_t *own = json_object();
  int bad = own == NULL;
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (json_object_get(plan->about, kept[i]) != NULL)
      bad |= json_object_set(own, kept[i], json_object_get(plan->about, kept[i]));
  zc_code code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK)
    code = zc_debts_add(plan, own, err);
  if (code == ZC_OK)
    code = add_days(plan, own, err);
  if (code == ZC_OK)
    code = add_questions(plan, own, err);
  if (code == ZC_OK)
    code = add_tables(plan, own, err);
  if (code == ZC_OK)
    code = add_last_run(plan, own, err);
  if (code == ZC_OK && more != NULL)
    code = more->add(plan, own, err);
  if (code == ZC_OK)
    *told = own;
  else
    json_decref(own);
  return code;
}

/* ---- on the screen ------------------------------------------------------------- */

#define DUE_SHOWN 5 /* of what is still to come; what is over is told in full */

/* The days of a phase that has them; the line above has told its title. */
static void print_phase(const json_t *phase)
{
  json_int_t left = zc_get_integer(phase, "left", -1);
  printf("  ");
  zc_say_line(left < 0 ? N_("{title}: from {from}, its end is not known")
                       : N_("{title}: {from} to {to}, {left} days left"),
              json_pack("{s:s, s:s, s:s, s:I}", "title", zc_text_of(phase, "title"),
                        "from", zc_text_or(zc_get_text(phase, "from"), "…"), "to",
                        zc_text_of(phase, "to"), "left", left));
}

static void print_due(const json_t *entry, const char *text, const char *count)
{
  printf("  ");
  zc_say_line(text, json_pack("{s:s, s:s, s:I}", "title", zc_text_of(entry, "title"),
                              "day", zc_text_of(entry, "due"), "count",
                              zc_get_integer(entry, count, 0)));
}

static void print_days(const json_t *told)
{
  const json_t *due = json_object_get(told, "due"), *entry;
  size_t index, count = json_array_size(due);
  char *doubt = zc_stance_doubt(json_object_get(told, "stance"));
  zc_stance_print(json_object_get(told, "stance"), "  ");
  if (doubt != NULL)
    printf("  %s%s\n", _("note: "), doubt);
  free(doubt);
  json_array_foreach(json_object_get(told, "phases"), index, entry) print_phase(entry);
  json_array_foreach(json_object_get(told, "overdue"), index, entry)
      print_due(entry, N_("OVERDUE by {count} days unless it is done: {title} ({day})"),
                "over");
  for (index = 0; index < count && index < DUE_SHOWN; index++)
    print_due(json_array_get(due, index), N_("due in {count} days: {title} ({day})"),
              "left");
  if (count > DUE_SHOWN) {
    printf("  ");
    zc_say_line(N_("and {count} later: `zicha calendar` has all"),
                json_pack("{s:I}", "count", (json_int_t)(count - DUE_SHOWN)));
  }
}

static void print_table(const json_t *table)
{
  const char *id = zc_get_text(table, "id"), *title = zc_get_text(table, "title");
  if (zc_get_text(table, "absent") != NULL)
    zc_say_line(N_("  table {id} {title}: does not exist here ({why})"),
                json_pack("{s:s, s:s, s:s}", "id", id, "title", title, "why",
                          zc_get_text(table, "absent")));
  else if (zc_get_flag(table, "handed"))
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

static void print_last_run(const json_t *last)
{
  const json_t *totals = json_object_get(last, "totals");
  if (last == NULL)
    zc_say_line(N_("  not checked yet: `zicha check`"), NULL);
  else
    zc_say_line(N_("  last check {today} (run {run}): {pass} pass, {problem} problems, "
                   "{open} not checked or undetermined"),
                json_pack("{s:s, s:s, s:I, s:I, s:I}", "today",
                          zc_text_of(last, "today"), "run", zc_get_text(last, "run"),
                          "pass", zc_get_integer(totals, "pass", 0), "problem",
                          zc_get_integer(totals, "problem", 0), "open",
                          zc_get_integer(totals, "not_checked", 0) +
                              zc_get_integer(totals, "undetermined", 0)));
}

static void print_plan(const json_t *told, const zc_status_more *more)
{
  const json_t *questions = json_object_get(told, "questions"), *table;
  size_t index;
  printf("%s  %s (%s)\n", zc_text_of(told, "title"), zc_text_of(told, "id"),
         zc_text_of(told, "version"));
  print_days(told);
  if (more != NULL)
    more->print(told);
  zc_debts_print(told);
  if (more != NULL && zc_get_integer(questions, "all", 0) == 0)
    return; /* an office of which the plan asks nothing */
  zc_say_line(N_("  questions: {answered} of {all} answered"),
              json_pack("{s:I, s:I}", "answered",
                        zc_get_integer(questions, "answered", 0), "all",
                        zc_get_integer(questions, "all", 0)));
  if (zc_get_integer(questions, "asked_again", 0) > 0)
    zc_say_line(
        N_("  {count} of the open ones have changed with the version of the plan: "
           "`zicha answer` shows what was answered before"),
        json_pack("{s:I}", "count", zc_get_integer(questions, "asked_again", 0)));
  json_array_foreach(json_object_get(told, "tables"), index, table) print_table(table);
  print_last_run(json_object_get(told, "last_check"));
}

/* ---- the command ------------------------------------------------------------- */

typedef struct {
  const zc_status_more *more;
  json_t *plans; /* of a document for programs; NULL: text is printed plan by plan */
} giving;

static zc_code give_plan(zc_plan *plan, void *context, zc_err *err)
{
  giving *g = context;
  json_t *told = NULL;
  zc_code code = tell_plan(plan, g->more, &told, err);
  if (code == ZC_OK)
    code = zc_upgrade_notice(plan, err);
  if (code == ZC_OK && g->plans != NULL)
    return json_array_append_new(g->plans, told) == 0 ? ZC_OK : zc_fail_memory(err);
  if (code == ZC_OK)
    print_plan(told, g->more);
  json_decref(told);
  return code;
}

static zc_code give_document(zc_cli *cli, const zc_status_more *more, zc_err *err)
{
  giving g = {more, json_array()};
  zc_code code = g.plans == NULL ? zc_fail_memory(err)
                                 : zc_plan_with_each(cli, give_plan, &g, err);
  if (code == ZC_OK)
    code = zc_print_document(json_pack("{s:s, s:O}", "today", cli->today, "plans",
                                       g.plans),
                             "status/1", err);
  json_decref(g.plans);
  return code;
}

int zc_status(zc_cli *cli, const zc_status_more *more)
{
  static const char *const formats[] = {"text", "json", NULL};
  zc_err err;
  giving text = {more, NULL};
  zc_code code = zc_check_format(cli, formats, &err);
  if (code == ZC_OK && strcmp(zc_output_format(cli), "json") == 0)
    code = give_document(cli, more, &err);
  else if (code == ZC_OK)
    code = zc_plan_with_each(cli, give_plan, &text, &err);
  return zc_exit(code, &err);
}
