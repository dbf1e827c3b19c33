#include "cli/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/ledger.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "office/reading.h"

/* ---- what the plans say --------------------------------------------------------------- */

static zc_code learn_checklist(zc_office *office, zc_plan *plan, zc_err *err)
{
  json_t *body = NULL;
  bool added = false;
  const char *hash = plan->package.sha256;
  zc_code code = zc_plan_call(plan, "office_checklist",
                              json_pack("{s:s}", "sha256", hash), &body, err);
  if (code == ZC_OK)
    code = zc_checklist_keep(office->workspace.store,
                             zc_text_or(zc_get_text(plan->about, "id"), ""),
                             zc_text_or(zc_get_text(plan->about, "version"), ""), hash,
                             body, &added, err);
  office->changed |= added;
  json_decref(body);
  return code;
}

static zc_code learn_rounds(zc_office *office, zc_plan *plan, zc_err *err)
{
  json_t *told = NULL, *more = json_object();
  zc_code code = more == NULL
                     ? zc_fail_memory(err)
                     : zc_plan_call_dated(plan, "office_rounds", more, &told, err);
  if (code == ZC_OK)
    code = zc_rounds_keep(office->workspace.store,
                          zc_text_or(zc_get_text(plan->about, "id"), ""),
                          json_object_get(told, "rounds"), err);
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
                            zc_text_or(zc_get_text(plan.about, "version"), ""),
                            "sha256", plan.package.sha256);
  if (json_array_append_new(office->plans, about) != 0 && code == ZC_OK)
    code = zc_fail_memory(err);
  json_decref(office->about);
  office->about = json_incref(plan.office);
  office->take_unsigned = strcmp(zc_text_or(zc_get_text(plan.office, "unsigned"), ""),
                                 "accept") == 0;
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
      code = learn(office, zc_text_or(zc_get_text(plan, "id"), ""), err);
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
    const char *owner = zc_text_or(zc_get_text(one, "code"), "");
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
      code = read_plan(office, zc_text_or(zc_get_text(plan, "id"), ""), err);
  }
  if (code == ZC_OK && !office->decided)
    code = read_keys(office, err);
  if (code == ZC_OK && !office->decided)
    code = zc_decisions(store, &office->decisions, err);
  return code == ZC_OK ? zc_checklists(store, &office->checklists, err) : code;
}

/* {plans, rounds, unsigned, late_days}: what the standing of files depends on besides them. */
static zc_code print_basis(const zc_office *office, zc_buffer *text, zc_err *err)
{
  size_t index;
  const json_t *plan;
  json_t *basis = json_pack("{s:[], s:O, s:b, s:i}", "plans", "rounds", office->rounds,
                            "unsigned", office->take_unsigned, "late_days",
                            office->late_days);
  int bad = basis == NULL;
  json_array_foreach(office->plans, index, plan)
      bad |= json_array_append(json_object_get(basis, "plans"),
                               json_object_get(plan, "id"));
  zc_code code = bad != 0 ? zc_fail_memory(err) : zc_json_canonical(basis, text, err);
  if (code == ZC_OK)
    code = zc_buffer_check(text, err);
  json_decref(basis);
  return code;
}

/* What deciding needs besides what reading does. */
static zc_code read_rest(zc_office *office, zc_err *err)
{
  if (!office->decided)
    return ZC_OK;
  office->decided = false;
  return zc_office_reload(office, err);
}

/* Decides anew when settings, rounds or events are not those by which it was decided: a command
 * may have been killed before it did. */
static zc_code keep_up(zc_office *office, zc_err *err)
{
  zc_basis_row was;
  zc_buffer text = {0};
  zc_code code = office->changed ? read_rest(office, err) : ZC_OK;
  if (code == ZC_OK && office->changed)
    code = zc_office_read_again(office, false, err);
  if (code == ZC_OK)
    code = zc_basis(office->workspace.store, &was, err);
  if (code != ZC_OK)
    return code;
  code = print_basis(office, &text, err);
  if (code == ZC_OK && (was.body == NULL || was.seq < was.last ||
                        strcmp(json_string_value(was.body), text.data) != 0)) {
    code = read_rest(office, err);
    if (code == ZC_OK)
      code = zc_office_decide(office, &office->otherwise, err);
  }
  zc_buffer_free(&text);
  json_decref(was.body);
  return code;
}

static zc_code open_office(zc_cli *cli, bool decided, zc_office *office, zc_err *err)
{
  *office =
      (zc_office){.workspace = {.fd = -1}, .plans = json_array(), .decided = decided};
  zc_code code = office->plans == NULL
                     ? zc_fail_memory(err)
                     : zc_workspace_open(cli, &office->workspace, err);
  if (code == ZC_OK)
    code = learn_all(office, err);
  if (code == ZC_OK)
    code = zc_office_reload(office, err);
  if (code == ZC_OK)
    code = keep_up(office, err);
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

/* ---- which plan, which round ------------------------------------------------------------ */

zc_code zc_office_plan(zc_office *office, const char **id, zc_err *err)
{
  return zc_workspace_plan(&office->workspace, id, err);
}

static zc_code fail_round(const json_t *rounds, const char *wanted, zc_err *err)
{
  size_t index;
  const json_t *round;
  zc_buffer known = {0};
  json_array_foreach(rounds, index, round)
      zc_buffer_print(&known, "%s%s", index == 0 ? "" : " ",
                      zc_text_or(zc_get_text(round, "id"), ""));
  zc_code code = zc_fail(err, ZC_EUSAGE, "unknown round {id}; known: {list}", "id",
                         wanted, "list", zc_text_or(known.data, ""), NULL);
  zc_buffer_free(&known);
  return code;
}

zc_code zc_office_round_of(const zc_office *office, const char *plan, const char *id,
                           const json_t **round, zc_err *err)
{
  const json_t *rounds = json_object_get(office->rounds, plan), *one;
  size_t index;
  *round = NULL;
  json_array_foreach(rounds, index, one)
  {
    if (strcmp(zc_text_or(zc_get_text(one, "id"), ""), id) == 0)
      *round = one;
  }
  return *round != NULL ? ZC_OK : fail_round(rounds, id, err);
}

zc_code zc_office_round(zc_office *office, const char *plan, const json_t **round,
                        zc_err *err)
{
  const zc_cli *cli = office->workspace.cli;
  const char *wanted = zc_option_value(cli, "round");
  const json_t *rounds = json_object_get(office->rounds, plan), *one;
  size_t index;
  if (wanted != NULL)
    return zc_office_round_of(office, plan, wanted, round, err);
  *round = NULL;
  json_array_foreach(rounds, index, one)
  {
    if (*round == NULL ||
        strcmp(zc_text_or(zc_get_text(one, "from"), ""), cli->today) <= 0)
      *round = one;
  }
  return *round != NULL ? ZC_OK : fail_round(rounds, "?", err);
}

/* ---- events ----------------------------------------------------------------------------- */

zc_code zc_office_check_actor(const zc_cli *cli, zc_err *err)
{
  return zc_ledger_actor(cli) != NULL
             ? ZC_OK
             : zc_fail(err, ZC_EUSAGE,
                       "say who decides this: --by NAME, or the variable ZICHA_BY",
                       NULL);
}

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
  zc_head head;
  const zc_cli *cli = office->workspace.cli;
  changing c = {office->workspace.store, change, context};
  json_t *event = json_pack("{s:s, s:s, s:s, s:o}", "action", action, "by",
                            zc_text_or(zc_ledger_actor(cli), ""), "date", cli->today,
                            "body", body);
  zc_code code = event == NULL ? zc_fail_memory(err)
                               : zc_ledger_head(c.store, &head, err);
  if (code == ZC_OK)
    code = zc_ledger_write_whole(cli, c.store, &head, event, apply, &c, err);
  json_decref(event);
  return code;
}

zc_code zc_office_key(const zc_office *office, char path[ZC_OFFICE_KEY_ROOM],
                      zc_err *err)
{
  const zc_cli *cli = office->workspace.cli;
  const char *given = zc_option_value(cli, "key");
  int size = 0;
  path[0] = '\0';
  if (given != NULL)
    size = snprintf(path, ZC_OFFICE_KEY_ROOM, "%s", given);
  else if (faccessat(office->workspace.fd, ZC_OFFICE_KEY, F_OK, 0) == 0)
    size = snprintf(path, ZC_OFFICE_KEY_ROOM, "%s/" ZC_OFFICE_KEY, cli->folder);
  return size >= 0 && size < ZC_OFFICE_KEY_ROOM
             ? ZC_OK
             : zc_fail(err, ZC_EUSAGE, "the path of the key is too long", NULL);
}

/* ---- what is made of the files ------------------------------------------------------------ */

static zc_code keep_decided(zc_office *office, const zc_filed_list *list,
                            const zc_filed *before, size_t *changed, zc_err *err)
{
  size_t count = 0;
  const zc_filed **others = calloc(list->count + 1, sizeof(zc_filed *));
  if (others == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < list->count; i++) {
    const zc_filed *was = &before[i], *is = &list->files[i];
    if (was->counts != is->counts || strcmp(was->state, is->state) != 0 ||
        strcmp(was->round, is->round) != 0 || strcmp(was->reason, is->reason) != 0)
      others[count++] = is;
  }
  zc_code code = zc_standing_keep(office->workspace.store, others, count, changed, err);
  free(others);
  return code;
}

zc_code zc_office_judge(zc_office *office, zc_filed_list *list, zc_err *err)
{
  const zc_expected expected = {office->rosters,       office->rounds,
                                office->keys,          office->decisions,
                                office->take_unsigned, office->late_days};
  return zc_standing_decide(office->workspace.store, &expected, list, err);
}

/* Up to the last event that there was before the files were read. */
static zc_code keep_basis(zc_office *office, int64_t seq, zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = print_basis(office, &text, err);
  if (code == ZC_OK)
    code = zc_basis_keep(office->workspace.store, seq, text.data, err);
  zc_buffer_free(&text);
  return code;
}

zc_code zc_office_decide(zc_office *office, size_t *changed, zc_err *err)
{
  zc_basis_row basis;
  zc_filed_list list;
  if (changed != NULL)
    *changed = 0;
  zc_code code = zc_basis(office->workspace.store, &basis, err);
  if (code != ZC_OK)
    return code;
  json_decref(basis.body);
  code = zc_filed_read(office->workspace.store, &list, err);
  zc_filed *before = code == ZC_OK ? calloc(list.count + 1, sizeof *before) : NULL;
  if (code == ZC_OK && before == NULL)
    code = zc_fail_memory(err);
  if (code == ZC_OK) {
    memcpy(before, list.files, list.count * sizeof *before);
    code = zc_office_judge(office, &list, err);
  }
  if (code == ZC_OK)
    code = keep_decided(office, &list, before, changed, err);
  if (code == ZC_OK)
    code = keep_basis(office, basis.last, err);
  free(before);
  zc_filed_free(&list);
  return code;
}

/* Whether a file may tell more by now than when it was read. */
static bool may_tell_more(const zc_office *office, const zc_filed *f, bool all)
{
  size_t index;
  const json_t *key;
  if (strcmp(f->fault, "unreadable") == 0 || *f->source != '\0')
    return false; /* what stands in another file is read with it */
  if (f->checklist < 0 && (all || office->changed))
    return true;
  json_array_foreach(json_object_get(office->keys, f->facility), index, key)
  {
    if (*f->signer == '\0' && *f->key_id != '\0' && *f->fault == '\0' &&
        strcmp(zc_text_or(zc_get_text(key, "id"), ""), f->key_id) == 0)
      return true;
  }
  return false;
}

typedef struct {
  zc_office *office;
  const zc_filed_list *list;
  const zc_known *known;
  int inbox;
  bool all;
} reading_again;

static zc_code read_one_again(reading_again *r, zc_store *store, const zc_filed *f,
                              zc_err *err)
{
  zc_facts facts;
  zc_code code = zc_inbox_read(r->inbox, f->file, f->kind, f->name, r->known, &facts,
                               err);
  if (code != ZC_OK)
    return code;
  zc_facts_receive(&facts, f->received);
  code = zc_collected_replace(store, &facts, f->no, err);
  zc_facts_free(&facts);
  return code;
}

static zc_code replace_all(zc_store *store, void *context, zc_err *err)
{
  reading_again *r = context;
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < r->list->count; i++)
    if (may_tell_more(r->office, &r->list->files[i], r->all))
      code = read_one_again(r, store, &r->list->files[i], err);
  return code;
}

zc_code zc_office_read_again(zc_office *office, bool all, zc_err *err)
{
  zc_filed_list list;
  zc_known known = {0};
  size_t count = 0;
  reading_again r = {office, &list, &known, -1, all};
  zc_code code = zc_filed_read(office->workspace.store, &list, err);
  for (size_t i = 0; code == ZC_OK && i < list.count; i++)
    count += may_tell_more(office, &list.files[i], all);
  if (code == ZC_OK && count > 0) {
    code = zc_known_make(office->checklists, office->lines, &known, err);
    if (code == ZC_OK)
      code = zc_folder_open_beneath(office->workspace.fd, "inbox", false, &r.inbox,
                                    err);
    if (code == ZC_OK)
      code = zc_office_record(office, "read_again",
                              json_pack("{s:I}", "files", (json_int_t)count),
                              replace_all, &r, err);
  }
  if (r.inbox >= 0)
    close(r.inbox);
  zc_known_free(&known);
  zc_filed_free(&list);
  return code;
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
