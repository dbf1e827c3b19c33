#include "supervisor/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "facility/ledger.h"
#include "supervisor/commands.h"

/* ---- what the plans say --------------------------------------------------------------- */

static zc_code learn_checklist(zc_office *office, zc_plan *plan, zc_err *err)
{
  json_t *body = NULL;
  const char *hash = plan->package.sha256;
  zc_code code = zc_plan_call(plan, "office_checklist",
                              json_pack("{s:s}", "sha256", hash), &body, err);
  if (code == ZC_OK)
    code = zc_checklist_keep(office->workspace.store, zc_text_of(plan->about, "id"),
                             zc_text_of(plan->about, "version"), hash, body, err);
  json_decref(body);
  return code;
}

static int keep_notices(zc_office *office, const char *plan, const json_t *notices)
{
  size_t index;
  json_t *notice;
  int bad = office->notices == NULL && (office->notices = json_array()) == NULL;
  json_array_foreach((json_t *)notices, index, notice)
      bad |= json_array_append_new(office->notices, json_pack("{s:s, s:O}", "plan",
                                                              plan, "notice", notice));
  return bad;
}

void zc_office_print_notices(const zc_office *office)
{
  size_t index;
  const json_t *one;
  json_array_foreach(office->notices, index, one)
  {
    char *text = zc_message_text(json_object_get(one, "notice"));
    fflush(stdout);
    fprintf(stderr, "%s%s: %s\n", _("note: "), zc_text_of(one, "plan"),
            zc_text_or(text, ""));
    free(text);
  }
}

static zc_code learn_rounds(zc_office *office, zc_plan *plan, zc_err *err)
{
  json_t *told = NULL, *more = json_object();
  zc_code code = more == NULL
                     ? zc_fail_memory(err)
                     : zc_plan_call_dated(plan, "office_rounds", more, &told, err);
  if (code == ZC_OK)
    code = zc_rounds_keep(office->workspace.store, zc_text_of(plan->about, "id"),
                          json_object_get(told, "rounds"), err);
  if (code == ZC_OK && keep_notices(office, zc_text_of(plan->about, "id"),
                                    json_object_get(told, "notices")) != 0)
    code = zc_fail_memory(err);
  json_decref(more);
  json_decref(told);
  return code;
}

static zc_code learn(zc_office *office, const char *id, zc_err *err)
{
  zc_plan plan;
  zc_code code = zc_plan_open(&office->workspace, id, &plan, err);
  if (code != ZC_OK)
    return code;
  code = learn_checklist(office, &plan, err);
  if (code == ZC_OK)
    code = learn_rounds(office, &plan, err);
  json_t *about = json_pack("{s:O, s:O, s:s, s:s}", "id",
                            json_object_get(plan.about, "id"), "title",
                            json_object_get(plan.about, "title"), "version",
                            zc_text_of(plan.about, "version"), "sha256",
                            plan.package.sha256);
  if (json_array_append_new(office->plans, about) != 0 && code == ZC_OK)
    code = zc_fail_memory(err);
  json_decref(office->about);
  office->about = json_incref(plan.office);
  office->take_unsigned = strcmp(zc_text_of(plan.office, "unsigned"), "accept") == 0;
  office->late_days = (int)zc_get_integer(plan.office, "late_days", 0);
  zc_plan_close(&plan);
  return code;
}

static zc_code learn_all(zc_office *office, zc_err *err)
{
  size_t index;
  const json_t *plan;
  zc_code code = ZC_OK;
  if (json_array_size(office->workspace.plans) == 0)
    return zc_fail(
        err, ZC_EDATA,
        "no plan is in use here; take one into use with `zicha plan use PLAN`", NULL);
  json_array_foreach(office->workspace.plans, index, plan)
  {
    if (code == ZC_OK)
      code = learn(office, zc_text_of(plan, "id"), err);
  }
  return code;
}

/* ---- what is kept --------------------------------------------------------------------- */

static zc_code read_roster(zc_office *office, const char *plan, zc_err *err)
{
  json_t *codes = NULL;
  zc_code code = zc_roster_expected(office->workspace.store, plan, &codes, err);
  if (code == ZC_OK && json_object_size(codes) > 0 &&
      json_object_set(office->rosters, plan, codes) != 0)
    code = zc_fail_memory(err);
  json_decref(codes);
  return code;
}

static int add_to(json_t *map, const char *key, json_t *value)
{
  json_t *list = json_object_get(map, key);
  if (list == NULL) {
    list = json_array();
    if (json_object_set_new(map, key, list) != 0)
      return -1;
  }
  return json_array_append(list, value);
}

static zc_code read_keys(zc_office *office, zc_err *err)
{
  json_t *list = NULL, *one;
  size_t index;
  int bad = 0;
  zc_code code = zc_keys_trusted(office->workspace.store, "", &list, err);
  json_array_foreach(list, index, one)
  {
    const char *owner = zc_text_of(one, "code");
    bad |= add_to(office->keys, owner, one);
    bad |= add_to(office->lines, owner, json_object_get(one, "key"));
  }
  json_decref(list);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static void forget(zc_office *office)
{
  json_t **const kept[] = {&office->rosters, &office->rounds,    &office->keys,
                           &office->lines,   &office->decisions, &office->checklists};
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    json_decref(*kept[i]);
    *kept[i] = NULL;
  }
}

static zc_code read_plan(zc_office *office, const char *plan, zc_err *err)
{
  json_t *rounds = NULL;
  zc_code code = office->decided ? ZC_OK : read_roster(office, plan, err);
  if (code == ZC_OK)
    code = zc_rounds(office->workspace.store, plan, &rounds, err);
  if (code == ZC_OK && json_object_set(office->rounds, plan, rounds) != 0)
    code = zc_fail_memory(err);
  json_decref(rounds);
  return code;
}

zc_code zc_office_reload(zc_office *office, zc_err *err)
{
  size_t index;
  const json_t *plan;
  zc_store *store = office->workspace.store;
  forget(office);
  office->rosters = json_object();
  office->rounds = json_object();
  office->keys = json_object();
  office->lines = json_object();
  if (office->rosters == NULL || office->rounds == NULL || office->keys == NULL ||
      office->lines == NULL)
    return zc_fail_memory(err);
  zc_code code = ZC_OK;
  json_array_foreach(office->plans, index, plan)
  {
    if (code == ZC_OK)
      code = read_plan(office, zc_text_of(plan, "id"), err);
  }
  if (code == ZC_OK && !office->decided)
    code = read_keys(office, err);
  if (code == ZC_OK && !office->decided)
    code = zc_decisions(store, &office->decisions, err);
  return code == ZC_OK ? zc_checklists(store, &office->checklists, err) : code;
}

static zc_code open_office(zc_cli *cli, bool decided, zc_office *office, zc_err *err)
{
  *office =
      (zc_office){.workspace = {.fd = -1}, .plans = json_array(), .decided = decided};
  zc_code code = office->plans == NULL
                     ? zc_fail_memory(err)
                     : zc_workspace_open(cli, &office->workspace, err);
  if (code == ZC_OK)
    code = zc_ledger_head(office->workspace.store, &office->head, err);
  if (code == ZC_OK)
    code = learn_all(office, err);
  if (code == ZC_OK)
    code = zc_office_reload(office, err);
  if (code == ZC_OK)
    code = zc_office_keep_up(office, err);
  if (code != ZC_OK)
    zc_office_close(office);
  return code;
}

zc_code zc_office_open(zc_cli *cli, zc_office *office, zc_err *err)
{
  return open_office(cli, false, office, err);
}

zc_code zc_office_open_decided(zc_cli *cli, zc_office *office, zc_err *err)
{
  return open_office(cli, true, office, err);
}

void zc_office_release(zc_office *office)
{
  forget(office);
  json_decref(office->plans);
  json_decref(office->about);
  json_decref(office->touched);
  json_decref(office->notices);
  *office = (zc_office){.workspace = {.fd = -1}};
}

void zc_office_close(zc_office *office)
{
  zc_workspace workspace = office->workspace;
  zc_office_release(office);
  zc_workspace_close(&workspace);
}

/* The plans of a basis, each as {id}. */
static zc_code read_basis(zc_office *office, const zc_basis_row *basis, zc_err *err)
{
  size_t index;
  json_t *id, *body = NULL;
  const char *text = zc_text_or(json_string_value(basis->body), "{}");
  zc_code code = zc_json_parse(text, strlen(text), &body, err);
  int bad = 0;
  json_array_foreach(json_object_get(body, "plans"), index, id)
      bad |= json_array_append_new(office->plans, json_pack("{s:O}", "id", id));
  office->take_unsigned = zc_get_flag(body, "unsigned");
  office->late_days = (int)zc_get_integer(body, "late_days", 0);
  json_decref(body);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

zc_code zc_office_of_basis(const zc_workspace *workspace, zc_office *office,
                           bool *behind, zc_err *err)
{
  zc_basis_row basis;
  *office = (zc_office){.workspace = *workspace, .plans = json_array()};
  zc_code code = office->plans == NULL ? zc_fail_memory(err)
                                       : zc_basis(workspace->store, &basis, err);
  if (code != ZC_OK)
    return code;
  *behind = basis.body == NULL ? basis.last > 0 : basis.seq < basis.last;
  code = read_basis(office, &basis, err);
  json_decref(basis.body);
  return code;
}

/* ---- events ----------------------------------------------------------------------------- */

typedef struct {
  zc_store *store;
  zc_office_change *change;
  void *context;
} changing;

static zc_code apply(void *context, json_t **problems, zc_err *err)
{
  changing *c = context;
  *problems = NULL;
  return c->change == NULL ? ZC_OK : c->change(c->store, c->context, err);
}

zc_code zc_office_record(zc_office *office, const char *action, json_t *body,
                         zc_office_change *change, void *context, zc_err *err)
{
  const zc_cli *cli = office->workspace.cli;
  changing c = {office->workspace.store, change, context};
  json_t *event = json_pack("{s:s, s:s, s:s, s:o}", "action", action, "by",
                            zc_text_or(zc_ledger_actor(cli), ""), "date", cli->today,
                            "body", body);
  zc_code code = event == NULL ? zc_fail_memory(err)
                               : zc_ledger_write_whole(cli, c.store, &office->head,
                                                       event, apply, &c, err);
  json_decref(event);
  if (code == ZC_OK)
    office->head.seq++; /* our own event is nothing that we do not know */
  return code;
}

const json_t *zc_office_active_key(const zc_office *office, const char *code)
{
  return zc_key_active(json_object_get(office->keys, code));
}

/* ---- words ------------------------------------------------------------------------------ */

static const struct {
  const char *state, *title;
} titles[] = {{"accepted", N_("accepted")},
              {"late", N_("late")},
              {"allowed", N_("allowed by a person")},
              {"superseded", N_("superseded")},
              {"replayed", N_("sent again")},
              {"broken_chain", N_("ledger broken")},
              {"bad_date", N_("wrong date")},
              {"twice", N_("reported twice")},
              {"foreign_plan", N_("other plan")},
              {"foreign_key", N_("other key")},
              {"unsigned", N_("unsigned")},
              {"tampered", N_("tampered with")},
              {"unknown_facility", N_("not on the roster")},
              {"unreadable", N_("unreadable")},
              {"missing", N_("not submitted")}};

const char *zc_office_state(const char *state)
{
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (strcmp(titles[i].state, state) == 0)
      return _(titles[i].title);
  return state;
}
