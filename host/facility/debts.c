#include "facility/debts.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "facility/commands.h"
#include "store/submission.h"

#define SHOWN 5      /* submissions on the screen; the last ones */
#define HASH_SHOWN 8 /* digits, as `report --corrects` wants them at least */

static const struct {
  const char *state, *title;
} states[] = {{"accepted", N_("accepted")},
              {"late", N_("received late")},
              {"returned", N_("returned for correction")}};

const char *zc_receipt_title(const char *state)
{
  for (size_t i = 0; i < sizeof states / sizeof *states; i++)
    if (strcmp(states[i].state, state) == 0)
      return _(states[i].title);
  return state;
}

/* ---- numbers of problems ---------------------------------------------------------------- */

static zc_code read_figures(zc_plan *plan, json_t **figures, zc_err *err)
{
  const zc_ledger_filter filter = {.today = plan->cli->today,
                                   .plan = zc_get_text(plan->about, "id"),
                                   .due_within = -1};
  return zc_ledger_sums(plan->workspace->store, &filter, figures, err);
}

zc_code zc_debts_overdue(zc_plan *plan, int64_t *count, zc_err *err)
{
  json_t *figures = NULL;
  zc_code code = read_figures(plan, &figures, err);
  *count = zc_get_integer(figures, "overdue", 0);
  json_decref(figures);
  return code;
}

static zc_code add_figures(zc_plan *plan, json_t *told, zc_err *err)
{
  static const char *const kept[] = {"found",    "counted",   "pending", "open",
                                     "overdue",  "due_10",    "due_20",  "no_deadline",
                                     "relapsed", "unreported"};
  json_t *figures = NULL, *ledger = json_object();
  zc_code code = read_figures(plan, &figures, err);
  int bad = ledger == NULL;
  for (size_t i = 0; code == ZC_OK && i < sizeof kept / sizeof *kept; i++)
    bad |= json_object_set(ledger, kept[i], json_object_get(figures, kept[i]));
  bad |= json_object_set(told, "ledger", ledger);
  json_decref(ledger);
  json_decref(figures);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* ---- submissions --------------------------------------------------------------------------- */

static zc_code add_submissions(zc_plan *plan, json_t *told, zc_err *err)
{
  json_t *list = NULL, *one;
  size_t index;
  zc_code code = zc_ledger_submissions(plan->workspace->store,
                                       zc_get_text(plan->about, "id"), &list, err);
  if (code != ZC_OK)
    return code;
  json_array_foreach(list, index, one)
  {
    json_object_del(one, "plan");
    json_object_del(one, "ledger"); /* figures of that day */
  }
  return json_object_set_new(told, "submissions", list) == 0 ? ZC_OK
                                                             : zc_fail_memory(err);
}

zc_code zc_debts_add(zc_plan *plan, json_t *told, zc_err *err)
{
  zc_code code = add_figures(plan, told, err);
  return code == ZC_OK ? add_submissions(plan, told, err) : code;
}

/* What the office has said last; NULL: nothing yet. */
static const json_t *last_receipt(const json_t *submission)
{
  const json_t *receipts = json_object_get(submission, "receipts");
  size_t count = json_array_size(receipts);
  return count == 0 ? NULL : json_array_get(receipts, count - 1);
}

json_t *zc_debts_fulfilled(const json_t *told)
{
  json_t *list = json_array();
  size_t index;
  const json_t *one;
  int bad = list == NULL;
  json_array_foreach(json_object_get(told, "submissions"), index, one)
  {
    const char *state = zc_get_text(last_receipt(one), "state");
    const char *duty = zc_get_text(one, "duty");
    if (duty != NULL && strcmp(zc_text_or(state, ""), "returned") != 0)
      bad |= json_array_append_new(list, json_pack("{s:s, s:s}", "duty", duty, "date",
                                                   zc_text_of(one, "date")));
  }
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

/* ---- on the screen --------------------------------------------------------------------------- */

static void print_figures(const json_t *ledger)
{
  if (zc_get_integer(ledger, "found", 0) == 0)
    return;
  printf("  ");
  zc_say_line(
      N_("problems: {found} found, {counted} counted, {pending} to be verified, "
         "{open} open"),
      json_incref((json_t *)ledger));
  printf("  ");
  zc_say_line(N_("problems: {overdue} overdue, {no_deadline} without a deadline, "
                 "{due_10} due within 10 days, {due_20} within 20 days"),
              json_incref((json_t *)ledger));
  if (zc_get_integer(ledger, "relapsed", 0) + zc_get_integer(ledger, "unreported", 0) ==
      0)
    return;
  printf("  ");
  zc_say_line(N_("problems: {relapsed} relapsed, {unreported} that an inspection has "
                 "found and the self-check had passed"),
              json_incref((json_t *)ledger));
}

static void print_submission(const json_t *one)
{
  char report[HASH_SHOWN + 1];
  const json_t *receipt = last_receipt(one);
  const char *round = zc_get_text(one, "round");
  snprintf(report, sizeof report, "%s", zc_text_of(one, "report"));
  printf("  ");
  zc_say_line(round != NULL && receipt == NULL
                  ? N_("submitted on {day}: report {report} of the round {round}; no "
                       "receipt yet")
              : round != NULL
                  ? N_("submitted on {day}: report {report} of the round {round}; "
                       "receipt of {office}, {received}: {state}")
              : receipt == NULL ? N_("submitted on {day}: report {report}, {held} "
                                     "problems for the first time; "
                                     "no receipt yet")
                                : N_("submitted on {day}: report {report}, {held} "
                                     "problems for the first time; "
                                     "receipt of {office}, {received}: {state}"),
              json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "round",
                        zc_text_or(round, ""), "day", zc_text_of(one, "date"), "report",
                        report, "held", zc_get_integer(one, "held", 0), "office",
                        zc_text_of(receipt, "office"), "received",
                        zc_text_of(receipt, "received"), "state",
                        zc_receipt_title(zc_text_of(receipt, "state"))));
}

void zc_debts_print(const json_t *told)
{
  const json_t *list = json_object_get(told, "submissions");
  size_t count = json_array_size(list);
  print_figures(json_object_get(told, "ledger"));
  for (size_t i = count > SHOWN ? count - SHOWN : 0; i < count; i++)
    print_submission(json_array_get(list, i));
}
