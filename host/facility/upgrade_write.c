/* What an upgrade writes: problems of renamed items follow as events of the ledger, everything else
 * is moved by the store, in one transaction. */
#include <string.h>

#include "facility/ledger.h"
#include "facility/upgrade.h"
#include "store/collected.h"

bool zc_upgrade_is_due(const zc_upgrading *u)
{
  return !json_equal(u->from, u->to);
}

static zc_store *store_of(const zc_upgrading *u)
{
  return u->workspace->store;
}

/* ---- problems of renamed items --------------------------------------------------------- */

/* Which number the copy of an answer will have; 0: it is not copied. */
static int64_t number_of_copy(const zc_upgrading *u, const char *item)
{
  const json_t *moves = json_object_get(u->sorted, "moves"), *one;
  size_t index;
  json_array_foreach(json_object_get(moves, "answers"), index, one)
  {
    if (zc_get_text(one, "from") != NULL && strcmp(zc_text_of(one, "item"), item) == 0)
      return zc_upgrade_next_answer(u->seen) + (int64_t)index;
  }
  return 0;
}

/* PLAN ITEM, and the number of the answer behind it: as ledger_found.c names what has no rows. Owned;
 * NULL when out of memory. */
static char *name_of(const zc_upgrading *u, const char *item, int64_t answer)
{
  zc_buffer name = {0};
  zc_buffer_print(&name, "%s %s", u->id, item);
  if (answer > 0)
    zc_buffer_print(&name, " %lld", (long long)answer);
  return zc_buffer_take(&name);
}

/* What the ledger has found already must not look new because it is called otherwise: a problem that is
 * closed would relapse. */
static zc_code add_instance(const zc_upgrading *u, int64_t no, char *was, char *now,
                            json_t *instances, zc_err *err)
{
  int64_t owner = 0;
  zc_code code = was == NULL || now == NULL
                     ? zc_fail_memory(err)
                     : zc_ledger_owner(store_of(u), was, &owner, err);
  if (code == ZC_OK && owner == no &&
      json_array_append_new(instances, json_pack("{s:s}", "id", now)) != 0)
    code = zc_fail_memory(err);
  free(was);
  free(now);
  return code;
}

static zc_code add_instances(const zc_upgrading *u, int64_t no, const json_t *renamed,
                             const json_t *marks, json_t *instances, zc_err *err)
{
  const char *was = zc_text_of(renamed, "was"), *item = zc_text_of(renamed, "id");
  int64_t before = zc_get_integer(marks, was, 0), copy = number_of_copy(u, item);
  zc_code code = add_instance(u, no, name_of(u, was, 0), name_of(u, item, 0), instances,
                              err);
  if (code == ZC_OK && before > 0 && copy > 0)
    code = add_instance(u, no, name_of(u, was, before), name_of(u, item, copy),
                        instances, err);
  return code;
}

/* Appends {problem, item, instances} for each problem of a renamed item. */
static zc_code add_problems(const zc_upgrading *u, const json_t *renamed,
                            const json_t *marks, json_t *problems, zc_err *err)
{
  json_t *numbers = NULL;
  size_t index;
  const json_t *no;
  zc_code code = zc_upgrade_numbers(store_of(u), u->id, zc_text_of(renamed, "was"),
                                    &numbers, err);
  json_array_foreach(numbers, index, no)
  {
    json_t *problem = NULL, *instances = json_array();
    if (code == ZC_OK)
      code = zc_ledger_problem(store_of(u), json_integer_value(no), &problem, err);
    if (code == ZC_OK)
      code = add_instances(u, json_integer_value(no), renamed, marks, instances, err);
    json_t *one = json_pack("{s:o, s:O, s:o}", "problem", problem, "item",
                            json_object_get(renamed, "id"), "instances", instances);
    if (code == ZC_OK && json_array_append(problems, one) != 0)
      code = zc_fail_memory(err);
    json_decref(one);
  }
  json_decref(numbers);
  return code;
}

/* The events of problems that go on under another item. Owned. */
static zc_code make_steps(zc_upgrading *u, json_t **steps, zc_err *err)
{
  const json_t *sorted = json_object_get(u->sorted, "problems"), *renamed;
  const char *by = zc_text_or(zc_ledger_actor(u->workspace->cli), "zicha");
  json_t *problems = json_array(), *marks = NULL;
  size_t index;
  *steps = NULL;
  zc_code code = zc_store_answer_marks(store_of(u), u->id, &marks, err);
  json_array_foreach(json_object_get(sorted, "renamed"), index, renamed)
  {
    if (code == ZC_OK)
      code = add_problems(u, renamed, marks, problems, err);
  }
  if (code == ZC_OK && json_array_size(problems) > 0)
    code = zc_plan_call(&u->next, "ledger_renamed",
                        json_pack("{s:O, s:s, s:s}", "problems", problems, "by", by,
                                  "date", u->workspace->cli->today),
                        steps, err);
  if (code == ZC_OK && *steps != NULL)
    code = zc_ledger_remark(u->workspace->cli, *steps, err);
  json_decref(marks);
  json_decref(problems);
  return code;
}

/* ---- writing ------------------------------------------------------------------------- */

static zc_code write(zc_upgrading *u, const char *decision, const json_t *body,
                     const json_t *steps, zc_err *err)
{
  const zc_cli *cli = u->workspace->cli;
  const zc_upgrade row = {.plan = u->id,
                          .decision = decision,
                          .by = zc_ledger_actor(cli),
                          .reason = zc_option_value(cli, "reason"),
                          .today = cli->today,
                          .time = cli->now,
                          .from = u->from,
                          .to = u->to,
                          .body = body};
  return zc_upgrade_write(store_of(u), &row, u->seen, &u->head, steps, err);
}

/* An office reads reports of the version that it leaves by what that one asked. */
static zc_code keep_checklist(zc_upgrading *u, zc_err *err)
{
  json_t *body = NULL;
  const char *hash = u->old.package.sha256;
  zc_code code = zc_plan_call(&u->old, "office_checklist",
                              json_pack("{s:s}", "sha256", hash), &body, err);
  if (code == ZC_OK)
    code = zc_checklist_keep(store_of(u), u->id, zc_text_of(u->old.about, "version"),
                             hash, body, err);
  json_decref(body);
  return code;
}

zc_code zc_upgrade_apply(zc_upgrading *u, zc_err *err)
{
  json_t *steps = NULL;
  zc_code code = make_steps(u, &steps, err);
  if (code == ZC_OK && u->workspace->office)
    code = keep_checklist(u, err);
  if (code == ZC_OK)
    code = write(u, "upgrade", u->sorted, steps, err);
  json_decref(steps);
  return code;
}

zc_code zc_upgrade_stay(zc_upgrading *u, zc_err *err)
{
  json_t *nothing = json_object();
  zc_code code = nothing == NULL ? zc_fail_memory(err)
                                 : write(u, "stay", nothing, NULL, err);
  json_decref(nothing);
  return code;
}
