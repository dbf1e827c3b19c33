/* problem show: everything that is known of one problem, and how it came about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/screen.h"
#include "facility/commands.h"
#include "facility/ledger.h"
#include "facility/ledger_rows.h"

/* What is known besides the ledger's row: the engine's ledger_show, and the events. */
typedef struct {
  json_t *problem, *told, *events;
} knowledge;

static void forget(knowledge *k)
{
  json_decref(k->problem);
  json_decref(k->told);
  json_decref(k->events);
}

static zc_code take_event(void *context, const json_t *event, zc_err *err)
{
  return json_array_append(context, (json_t *)event) == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code learn(zc_plan *plan, knowledge *k, zc_err *err)
{
  k->events = json_array();
  zc_code code = k->events == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK)
    code = zc_plan_call(plan, "ledger_show", json_pack("{s:O}", "problem", k->problem),
                        &k->told, err);
  if (code == ZC_OK)
    code = zc_ledger_events(plan->workspace->store, zc_get_integer(k->problem, "no", 0),
                            0, take_event, k->events, err);
  return code;
}

/* ---- text ------------------------------------------------------------------------- */

static void print_field(const char *title, const char *text)
{
  zc_buffer line = {0};
  printf("  ");
  zc_print_padded(stdout, title, 18, false);
  zc_add_visible(&line, text);
  printf("%s\n", zc_text_or(line.data, ""));
  zc_buffer_free(&line);
}

static void print_row(const knowledge *k)
{
  for (int i = 2; zc_ledger_columns[i].id != NULL; i++) {
    const char *text =
        zc_text_or(json_string_value(
                       json_array_get(json_object_get(k->told, "row"), (size_t)i)),
                   "");
    if (strcmp(text, "—") != 0 && strcmp(text, "无") != 0)
      print_field(zc_ledger_columns[i].title, text);
  }
}

static void print_gates(const knowledge *k)
{
  size_t index;
  const json_t *gate;
  json_array_foreach(json_object_get(k->told, "gates"), index, gate)
  {
    if (!zc_get_flag(gate, "pass"))
      print_field(zc_get_text(gate, "title"), _(zc_text_of(gate, "reason")));
  }
}

static const struct {
  const char *track, *text;
} tracks[] = {{"self_reported",
               N_("found by the facility and reported before any inspection")},
              {"self_found", N_("found by the facility, not yet reported")},
              {"found_not_reported",
               N_("found by the facility, but not reported before the inspection")},
              {"inspected", N_("found by an inspection")},
              {"unreported",
               N_("found by an inspection where the self-check had passed")},
              {"other", N_("found by others")}};

/* Which rules of the plan may apply: whether they do is the office's decision. */
static void print_leniency(const knowledge *k)
{
  const json_t *leniency = json_object_get(k->told, "leniency"), *rule, *effect;
  const char *track = zc_text_of(leniency, "track");
  size_t index, number;
  for (size_t i = 0; i < sizeof tracks / sizeof *tracks; i++)
    if (strcmp(tracks[i].track, track) == 0)
      print_field(_("how it was found"), _(tracks[i].text));
  json_array_foreach(json_object_get(leniency, "rules"), index, rule)
  {
    zc_buffer line = {0};
    zc_buffer_print(&line, "%s：", zc_text_of(rule, "when"));
    json_array_foreach(json_object_get(rule, "effect"), number, effect)
        zc_buffer_print(&line, "%s%s", number == 0 ? "" : "、",
                        json_string_value(effect));
    print_field(index == 0 ? _("the plan says") : "", zc_text_or(line.data, ""));
    zc_buffer_free(&line);
  }
}

static void print_events(const knowledge *k)
{
  size_t index;
  const json_t *event;
  printf("%s\n", _("history"));
  json_array_foreach(k->events, index, event)
  {
    const json_t *body = json_object_get(event, "body");
    bool by_hand = zc_get_flag(json_object_get(body, "noted"), "dated_by_hand");
    zc_buffer line = {0};
    zc_buffer_print(&line, "  #%lld  %s  ", (long long)zc_get_integer(event, "seq", 0),
                    zc_text_of(event, "business_date"));
    zc_add_visible(&line, zc_get_text(event, "action"));
    zc_buffer_text(&line, "  ");
    zc_add_visible(&line, zc_get_text(event, "actor"));
    if (by_hand)
      zc_buffer_print(&line, "  %s", _("(business date given by hand)"));
    printf("%s\n", zc_text_or(line.data, ""));
    zc_buffer_free(&line);
  }
}

static void print_possible(const knowledge *k)
{
  zc_buffer list = {0};
  size_t index;
  const json_t *action;
  json_array_foreach(json_object_get(k->told, "possible"), index, action)
      zc_buffer_print(&list, "%s%s", index == 0 ? "" : " ", json_string_value(action));
  print_field(_("possible now"), zc_text_or(list.data, ""));
  zc_buffer_free(&list);
}

static void print_text(const knowledge *k)
{
  const json_t *p = k->problem;
  zc_buffer title = {0};
  zc_add_visible(&title, zc_text_of(p, "title"));
  zc_say_line(zc_get_flag(k->told, "counted")
                  ? N_("problem {no}  {state}  {title}")
                  : N_("problem {no}  {state} (does not count as a problem)  {title}"),
              json_pack("{s:I, s:s, s:s}", "no", zc_get_integer(p, "no", 0), "state",
                        zc_ledger_state_title(zc_get_text(p, "state")), "title",
                        zc_text_or(title.data, "")));
  zc_buffer_free(&title);
  print_row(k);
  print_leniency(k);
  if (strcmp(zc_text_of(p, "state"), "dismissed") != 0)
    print_gates(k);
  print_possible(k);
  print_events(k);
}

/* ---- the command ------------------------------------------------------------------ */

static zc_code show(zc_plan *plan, knowledge *k, zc_err *err)
{
  zc_code code = learn(plan, k, err);
  if (code != ZC_OK)
    return code;
  if (strcmp(zc_output_format(plan->cli), "text") == 0) {
    print_text(k);
    return ZC_OK;
  }
  return zc_print_document(json_pack("{s:O, s:O, s:O}", "problem", k->problem, "told",
                                     k->told, "events", k->events),
                           "problem/1", err);
}

int zc_command_problem_show(zc_cli *cli)
{
  static const char *const formats[] = {"text", "json", NULL};
  zc_workspace workspace = {.fd = -1};
  zc_plan plan;
  knowledge k = {0};
  zc_err err;
  zc_code code = zc_check_format(cli, formats, &err);
  if (code == ZC_OK)
    code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = zc_ledger_open(&workspace, cli->arguments[0], &plan, &k.problem, &err);
  if (code == ZC_OK) {
    code = show(&plan, &k, &err);
    zc_plan_close(&plan);
  }
  forget(&k);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
