/* upgrade: what another version of a plan makes of a workspace; with --apply, going on with it. */
#include "facility/upgrade.h"

#include <string.h>

#include "cli/message.h"
#include "cli/plans.h"
#include "cli/subject.h"
#include "facility/commands.h"
#include "facility/ledger.h"

/* ---- which version ---------------------------------------------------------------------- */

/* A plan in a folder that was changed in place: what it asked before is not there any more. */
static zc_code fail_no_version(const zc_upgrading *u, const char *place, zc_err *err)
{
  json_t *run = NULL;
  zc_code code = zc_store_last_run(u->workspace->store, u->id, &run, err);
  const json_t *plan = json_object_get(json_object_get(run, "record"), "plan");
  const char *hash = zc_get_text(plan, "sha256");
  bool changed = hash != NULL && strcmp(hash, u->old.package.sha256) != 0;
  json_decref(run);
  if (code != ZC_OK)
    return code;
  if (changed)
    return zc_fail(
        err, ZC_EUSAGE,
        "the folder {path} was changed after the last check: what it asked "
        "before is not known there any more, and all answers count; say with "
        "--to where another version is, each in a folder of its own",
        "path", place, NULL);
  return zc_fail(err, ZC_EUSAGE,
                 "the plan {id} is in the folder {path}: say with --to where the new "
                 "version is",
                 "id", u->id, "path", place, NULL);
}

/* What --to says; else, of a plan that is kept by its id, the newest of that id. Owned. */
static zc_code choose(const zc_upgrading *u, char **name, zc_err *err)
{
  const char *to = zc_option_value(u->workspace->cli, "to");
  const char *place = zc_workspace_place(u->workspace, u->id);
  if (to == NULL && *place == '/')
    return fail_no_version(u, place, err);
  *name = to != NULL ? strdup(to) : strndup(place, strcspn(place, "@"));
  return *name == NULL ? zc_fail_memory(err) : ZC_OK;
}

/* {version, sha256, place}. The hash of a plan with parents is that of all of them, which are
 * versions of their own. Owned; NULL when out of memory. */
static json_t *describe(const zc_plan *plan, const char *place)
{
  json_t *told = json_pack("{s:s, s:s, s:s}", "version",
                           zc_text_of(plan->about, "version"), "sha256",
                           plan->package.sha256, "place", place);
  json_t *parents = json_array();
  size_t index;
  const json_t *parent;
  int bad = told == NULL || parents == NULL;
  json_array_foreach(plan->package.parents, index, parent)
      bad |= json_array_append(parents, json_object_get(parent, "sha256"));
  if (json_array_size(parents) > 0)
    bad |= json_object_set(told, "parents", parents);
  json_decref(parents);
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

static zc_code open_both(zc_upgrading *u, zc_err *err)
{
  char *name = NULL;
  zc_code code = zc_plan_open(u->workspace, u->id, &u->old, err);
  if (code == ZC_OK)
    code = choose(u, &name, err);
  if (code == ZC_OK)
    code = zc_plan_open_version(u->workspace, u->id, name, &u->next, err);
  free(name);
  if (code != ZC_OK)
    return code;
  u->from = describe(&u->old, zc_workspace_place(u->workspace, u->id));
  u->to = describe(&u->next, zc_subject_place(&u->next));
  return u->from == NULL || u->to == NULL ? zc_fail_memory(err) : ZC_OK;
}

/* ---- what becomes of everything ------------------------------------------------------------ */

/* item → the names of its documents. Owned. */
static zc_code read_documents(const zc_upgrading *u, json_t **documents, zc_err *err)
{
  json_t *evidence = NULL, *files;
  const char *item;
  size_t index;
  const json_t *file;
  int bad = (*documents = json_object()) == NULL;
  zc_code code = zc_store_evidence(u->workspace->store, u->id, &evidence, err);
  json_object_foreach(evidence, item, files)
  {
    json_t *names = json_array();
    json_array_foreach(files, index, file)
        bad |= json_array_append(names, json_object_get(file, "name"));
    bad |= json_object_set_new(*documents, item, names);
  }
  json_decref(evidence);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* What a version asks (upgrade.list). Owned. */
static zc_code list(zc_upgrading *u, zc_plan *plan, json_t **told, zc_err *err)
{
  return zc_plan_call(plan, "upgrade_list", json_pack("{s:O}", "answers", u->answers),
                      told, err);
}

/* Every answer is in exactly one place; one that is not would be lost or look answered. */
static bool adds_up(const json_t *counts, const char *of, const char *const *parts)
{
  const json_t *numbers = json_object_get(counts, of);
  int64_t sum = 0;
  for (; *parts != NULL; parts++)
    sum += zc_get_integer(numbers, *parts, 0);
  return sum == zc_get_integer(numbers, "in", -1);
}

static zc_code check_counts(const zc_upgrading *u, zc_err *err)
{
  static const char *const sorted[] = {"carried", "asked_again", "retired", NULL};
  static const char *const problems[] = {"kept", "renamed", "retired", NULL};
  const json_t *counts = json_object_get(u->sorted, "counts");
  json_int_t in = zc_get_integer(json_object_get(counts, "answers"), "in", -1);
  if (adds_up(counts, "answers", sorted) && adds_up(counts, "documents", sorted) &&
      adds_up(counts, "problems", problems) &&
      in == (json_int_t)json_object_size(u->answers))
    return ZC_OK;
  return zc_fail(err, ZC_EINTERNAL,
                 "not everything has a place in the new version: nothing was written",
                 NULL);
}

static zc_code sort(zc_upgrading *u, json_t *args, zc_err *err)
{
  zc_store *store = u->workspace->store;
  json_t *old = NULL, *next = NULL, *documents = NULL, *problems = NULL, *priors = NULL;
  zc_code code = list(u, &u->old, &old, err);
  if (code == ZC_OK)
    code = list(u, &u->next, &next, err);
  if (code == ZC_OK)
    code = read_documents(u, &documents, err);
  if (code == ZC_OK)
    code = zc_upgrade_problems(store, u->id, &problems, err);
  if (code == ZC_OK)
    code = zc_upgrade_priors(store, u->id, &priors, err);
  int bad = json_object_set_new(args, "old", old);
  bad |= json_object_set_new(args, "new", next);
  bad |= json_object_set_new(args, "evidence", documents);
  bad |= json_object_set_new(args, "problems", problems);
  bad |= json_object_set_new(args, "priors", priors);
  bad |= json_object_set(args, "answers", u->answers);
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_plan_call(&u->next, "upgrade_sort", json_incref(args), &u->sorted, err);
  return code == ZC_OK ? check_counts(u, err) : code;
}

/* Where everything ends is read first: what is written later rests upon it. */
static zc_code prepare(zc_upgrading *u, zc_err *err)
{
  zc_store *store = u->workspace->store;
  json_t *args = json_object();
  zc_code code = zc_upgrade_seen(store, u->id, &u->seen, err);
  if (code == ZC_OK)
    code = zc_ledger_head(store, &u->head, err);
  if (code == ZC_OK)
    code = open_both(u, err);
  if (code == ZC_OK)
    code = zc_store_answers(store, u->id, &u->answers, err);
  if (code == ZC_OK)
    code = args == NULL ? zc_fail_memory(err) : sort(u, args, err);
  json_decref(args);
  return code;
}

/* ---- the command ------------------------------------------------------------------------------ */

static zc_code check_options(const zc_cli *cli, zc_err *err)
{
  static const char *const formats[] = {"text", "json", NULL};
  bool stay = zc_option_value(cli, "stay") != NULL;
  if (stay && zc_option_value(cli, "apply") != NULL)
    return zc_fail(err, ZC_EUSAGE,
                   "--apply and --stay are two decisions: give one of them", NULL);
  if (stay && (zc_option_value(cli, "reason") == NULL || zc_ledger_actor(cli) == NULL))
    return zc_fail(err, ZC_EUSAGE,
                   "say why the version in use stays with --reason, and who has "
                   "decided it with --by",
                   NULL);
  return zc_check_format(cli, formats, err);
}

/* What the options want done; *decision is NULL when nothing was. */
static zc_code decide(zc_upgrading *u, const char **decision, zc_err *err)
{
  const zc_cli *cli = u->workspace->cli;
  bool apply = zc_option_value(cli, "apply") != NULL;
  bool stay = zc_option_value(cli, "stay") != NULL;
  *decision = NULL;
  if (!zc_upgrade_is_due(u) || (!apply && !stay))
    return ZC_OK;
  *decision = apply ? "upgrade" : "stay";
  return apply ? zc_upgrade_apply(u, err) : zc_upgrade_stay(u, err);
}

static void finish(zc_upgrading *u)
{
  zc_plan_close(&u->old);
  zc_plan_close(&u->next);
  json_decref(u->from);
  json_decref(u->to);
  json_decref(u->seen);
  json_decref(u->answers);
  json_decref(u->sorted);
}

/* 1 while there is something to decide. */
static zc_code work(zc_workspace *workspace, int *status, zc_err *err)
{
  zc_upgrading u = {.workspace = workspace};
  const char *decision = NULL;
  zc_code code = zc_workspace_plan(workspace, &u.id, err);
  if (code == ZC_OK)
    code = prepare(&u, err);
  if (code == ZC_OK)
    code = decide(&u, &decision, err);
  if (code == ZC_OK)
    code = zc_upgrade_print(&u, decision, err);
  if (code == ZC_OK)
    *status = zc_upgrade_is_due(&u) && decision == NULL ? 1 : 0;
  finish(&u);
  return code;
}

int zc_upgrade_workspace(zc_cli *cli)
{
  zc_workspace workspace = {.fd = -1};
  zc_err err;
  int status = 0;
  zc_code code = check_options(cli, &err);
  if (code == ZC_OK)
    code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = work(&workspace, &status, &err);
  zc_workspace_close(&workspace);
  return code == ZC_OK ? status : zc_exit(code, &err);
}
