#include "facility/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "cli/asking.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "value/yaml.h"

static const struct {
  const char *state, *title;
} states[] = {{"found", N_("found")},         {"verified", N_("verified")},
              {"assigned", N_("assigned")},   {"rectifying", N_("being rectified")},
              {"rectified", N_("rectified")}, {"checked", N_("checked")},
              {"closed", N_("closed")},       {"held", N_("held at look-back")},
              {"relapsed", N_("relapsed")},   {"dismissed", N_("dismissed")}};

const char *zc_ledger_state_title(const char *state)
{
  for (size_t i = 0; i < sizeof states / sizeof *states; i++)
    if (strcmp(states[i].state, zc_text_or(state, "")) == 0)
      return _(states[i].title);
  return zc_text_or(state, "");
}

const char *zc_ledger_actor(const zc_cli *cli)
{
  const char *by = zc_option_value(cli, "by");
  if (by == NULL)
    by = getenv("ZICHA_BY");
  return by == NULL || *by == '\0' ? NULL : by;
}

/* ---- writing ---------------------------------------------------------------------- */

/* {dated_by_hand, clock_reason}, as far as there is anything to note. Owned. */
static json_t *remarks(const zc_cli *cli)
{
  const char *reason = zc_option_value(cli, "clock-reason");
  json_t *noted = json_object();
  int bad = noted == NULL;
  if (cli->today_given)
    bad |= json_object_set_new(noted, "dated_by_hand", json_true());
  if (reason != NULL)
    bad |= json_object_set_new(noted, "clock_reason", json_string(reason));
  if (bad == 0)
    return noted;
  json_decref(noted);
  return NULL;
}

/* Puts the remarks into an event. Non-zero when out of memory. */
static int note(json_t *event, json_t *noted)
{
  if (noted == NULL)
    return -1;
  return json_object_size(noted) == 0
             ? 0
             : json_object_set(json_object_get(event, "body"), "noted", noted);
}

zc_code zc_ledger_remark(const zc_cli *cli, json_t *steps, zc_err *err)
{
  size_t index;
  json_t *step, *noted = remarks(cli);
  int bad = noted == NULL;
  json_array_foreach(steps, index, step)
  {
    bad |= note(json_object_get(step, "event"), noted);
  }
  json_decref(noted);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_ledger_write(const zc_cli *cli, zc_store *store, const zc_head *head,
                        json_t *steps, zc_err *err)
{
  zc_code code = zc_ledger_remark(cli, steps, err);
  return code == ZC_OK ? zc_ledger_append(store, head, steps, cli->now, err) : code;
}

zc_code zc_ledger_write_whole(const zc_cli *cli, zc_store *store, const zc_head *head,
                              json_t *event, zc_ledger_batch *batch, void *context,
                              zc_err *err)
{
  json_t *noted = remarks(cli);
  int bad = note(event, noted);
  json_decref(noted);
  if (bad != 0)
    return zc_fail_memory(err);
  return zc_ledger_append_whole(store, head, event, batch, context, cli->now, err);
}

/* ---- people ----------------------------------------------------------------------- */

static zc_code read_people(zc_plan *plan, const zc_buffer *text, json_t **people,
                           zc_err *err)
{
  json_t *faults = json_array(), *document = NULL, *answer = NULL;
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_yaml_parse("people.yaml", text->data, text->size,
                                                faults, &document, err);
  if (code == ZC_OK && zc_fault_errors(faults) == 0)
    code = zc_plan_call(plan, "people", json_incref(document), &answer, err);
  if (code == ZC_OK &&
      json_array_extend(faults, json_object_get(answer, "faults")) != 0)
    code = zc_fail_memory(err);
  zc_print_faults(faults, NULL);
  if (code == ZC_OK && zc_fault_errors(faults) > 0)
    code = zc_fail(err, ZC_EDATA, "{file} has errors", "file", "people.yaml", NULL);
  if (code == ZC_OK)
    *people = json_incref(json_object_get(answer, "people"));
  json_decref(answer);
  json_decref(document);
  json_decref(faults);
  return code;
}

zc_code zc_ledger_people(zc_plan *plan, json_t **people, zc_err *err)
{
  zc_buffer text = {0};
  *people = NULL;
  if (faccessat(plan->workspace->fd, "people.yaml", F_OK, 0) != 0)
    return ZC_OK;
  zc_code code = zc_file_read_beneath(plan->workspace->fd, "people.yaml", ZC_YAML_LIMIT,
                                      &text, err);
  if (code == ZC_OK)
    code = read_people(plan, &text, people, err);
  zc_buffer_free(&text);
  return code;
}

zc_code zc_ledger_check_actor(zc_plan *plan, zc_err *err)
{
  json_t *people = NULL, *refusals = NULL, *args = json_object();
  const char *by = zc_ledger_actor(plan->cli);
  size_t index;
  const json_t *refusal;
  zc_code code = zc_ledger_people(plan, &people, err);
  int bad = by == NULL ? 0 : json_object_set_new(args, "by", json_string(by));
  if (people != NULL)
    bad |= json_object_set(args, "people", people);
  json_decref(people);
  if (code == ZC_OK && bad == 0) {
    code = zc_plan_call(plan, "ledger_refused", args, &refusals, err);
  } else {
    json_decref(args);
    code = code == ZC_OK ? zc_fail_memory(err) : code;
  }
  fflush(stdout);
  json_array_foreach(refusals, index, refusal) zc_ask_print_error(NULL, refusal);
  if (code == ZC_OK && json_array_size(refusals) > 0)
    code = zc_fail(err, ZC_EDATA, "the ledger is as it was: nothing was written", NULL);
  json_decref(refusals);
  return code;
}

/* ---- one problem ------------------------------------------------------------------ */

bool zc_is_problem(const char *word)
{
  return *word >= '0' && *word <= '9';
}

zc_code zc_ledger_find(zc_workspace *workspace, const char *word, int64_t *no,
                       json_t **problem, zc_err *err)
{
  char *end;
  *no = strtoll(word, &end, 10);
  *problem = NULL;
  if (*word < '1' || *word > '9' || *end != '\0')
    return zc_fail(err, ZC_EUSAGE,
                   "{word} is no number of a problem; `zicha problem list` tells them",
                   "word", word, NULL);
  zc_code code = zc_ledger_problem(workspace->store, *no, problem, err);
  if (code == ZC_OK && *problem == NULL)
    code = zc_fail(err, ZC_EDATA,
                   "the ledger has no problem {no}; `zicha problem list` tells them",
                   "no", word, NULL);
  return code;
}

zc_code zc_ledger_open(zc_workspace *workspace, const char *word, zc_plan *plan,
                       json_t **problem, zc_err *err)
{
  int64_t no;
  zc_code code = zc_ledger_find(workspace, word, &no, problem, err);
  const char *id = zc_text_of(*problem, "plan");
  if (code == ZC_OK && zc_workspace_place(workspace, id) == NULL)
    code = zc_fail(err, ZC_EDATA,
                   "the plan {id} of this problem is not in use here: `zicha plan use` "
                   "takes it into use again",
                   "id", id, NULL);
  if (code == ZC_OK)
    code = zc_plan_open(workspace, id, plan, err);
  if (code != ZC_OK) {
    json_decref(*problem);
    *problem = NULL;
  }
  return code;
}

/* ---- a step ----------------------------------------------------------------------- */

typedef struct {
  zc_plan *plan;
  const json_t *problem;
  const char *action;
  json_t *body, *beside, *people;
  char by[ZC_BY_ROOM];
} taking;

/* {problem, event, row} or {refusals}. */
static zc_code ask_engine(const taking *t, json_t **answer, zc_err *err)
{
  json_t *event = json_pack("{s:s, s:s, s:O}", "action", t->action, "date",
                            t->plan->cli->today, "body", t->body);
  json_t *args = json_object();
  int bad = event == NULL;
  if (t->by[0] != '\0')
    bad |= json_object_set_new(event, "by", json_string(t->by));
  bad |= json_object_set(args, "problem", (json_t *)t->problem);
  bad |= json_object_set_new(args, "event", event);
  if (t->people != NULL)
    bad |= json_object_set(args, "people", t->people);
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(err);
  }
  return zc_plan_call(t->plan, "ledger_step", args, answer, err);
}

/* Whether people at a terminal can still mend all that is refused, by giving a field. */
static bool can_ask(const json_t *refusals)
{
  size_t index;
  const json_t *refusal;
  if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
    return false;
  json_array_foreach(refusals, index, refusal)
  {
    if (zc_get_text(refusal, "field") == NULL)
      return false;
  }
  return true;
}

/* Asks for one field; false when nothing more is to be read. */
static bool ask_field(const json_t *refusal, json_t *body, char by[ZC_BY_ROOM])
{
  char line[4096];
  const char *field = zc_get_text(refusal, "field");
  zc_ask_print_error(NULL, refusal);
  fprintf(stderr, "%s > ", field);
  if (fgets(line, sizeof line, stdin) == NULL)
    return false;
  line[strcspn(line, "\r\n")] = '\0';
  if (line[0] == '\0')
    return false;
  if (strcmp(field, "by") == 0) {
    size_t size = zc_utf8_cut(line, strlen(line), ZC_BY_ROOM - 1);
    memcpy(by, line, size);
    by[size] = '\0';
    return true;
  }
  return json_object_set_new(body, field, zc_json_lossy(line, strlen(line))) == 0;
}

bool zc_ledger_ask(const json_t *refusals, json_t *body, char by[ZC_BY_ROOM])
{
  size_t index;
  const json_t *refusal;
  if (!can_ask(refusals))
    return false;
  json_array_foreach(refusals, index, refusal)
  {
    if (!ask_field(refusal, body, by))
      return false;
  }
  return true;
}

void zc_ledger_print_refusals(const json_t *refusals)
{
  size_t index;
  const json_t *refusal;
  fflush(stdout);
  json_array_foreach(refusals, index, refusal) zc_ask_print_error(NULL, refusal);
}

static zc_code keep(const taking *t, const zc_head *head, json_t *answer,
                    json_t **after, zc_err *err)
{
  json_t *steps = json_pack("[O]", answer);
  json_t *body = json_object_get(json_object_get(answer, "event"), "body");
  if (steps != NULL && t->beside != NULL && json_object_update(body, t->beside) != 0) {
    json_decref(steps);
    steps = NULL;
  }
  zc_code code = steps == NULL
                     ? zc_fail_memory(err)
                     : zc_ledger_write(t->plan->cli, t->plan->workspace->store, head,
                                       steps, err);
  if (code == ZC_OK && after != NULL)
    *after = json_incref(json_object_get(answer, "problem"));
  json_decref(steps);
  return code;
}

/* Until the engine takes the step, or nobody can say what is missing. */
static zc_code take(taking *t, const zc_head *head, json_t **after, zc_err *err)
{
  for (;;) {
    json_t *answer = NULL;
    zc_code code = ask_engine(t, &answer, err);
    const json_t *refusals = json_object_get(answer, "refusals");
    if (code != ZC_OK || refusals == NULL) {
      if (code == ZC_OK)
        code = keep(t, head, answer, after, err);
      json_decref(answer);
      return code;
    }
    bool again = zc_ledger_ask(refusals, t->body, t->by);
    if (!again)
      zc_ledger_print_refusals(refusals);
    json_decref(answer);
    if (!again)
      return zc_fail(err, ZC_EDATA, "problem {no} is as it was: nothing was written",
                     "no", ZC_DIGITS(zc_get_integer(t->problem, "no", 0)), NULL);
  }
}

zc_code zc_ledger_step_at(zc_plan *plan, const zc_head *head, const json_t *problem,
                          const char *action, json_t *body, json_t *beside,
                          json_t **after, zc_err *err)
{
  taking t = {.plan = plan,
              .problem = problem,
              .action = action,
              .body = body,
              .beside = beside};
  snprintf(t.by, sizeof t.by, "%s", zc_text_or(zc_ledger_actor(plan->cli), ""));
  if (after != NULL)
    *after = NULL;
  if (body == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_ledger_people(plan, &t.people, err);
  if (code == ZC_OK)
    code = take(&t, head, after, err);
  json_decref(t.people);
  json_decref(body);
  return code;
}

/* Somebody else may have taken a step since the caller has read the problem. */
zc_code zc_ledger_step(zc_plan *plan, const json_t *problem, const char *action,
                       json_t *body, json_t **after, zc_err *err)
{
  zc_head head;
  json_t *now = NULL;
  zc_store *store = plan->workspace->store;
  zc_code code = zc_ledger_head(store, &head, err);
  if (code == ZC_OK)
    code = zc_ledger_problem(store, zc_get_integer(problem, "no", 0), &now, err);
  if (code == ZC_OK)
    code = zc_ledger_step_at(plan, &head, now, action, body, NULL, after, err);
  else
    json_decref(body);
  json_decref(now);
  return code;
}
