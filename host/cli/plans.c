#include "cli/plans.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/values.h"

zc_code zc_plan_open(zc_workspace *workspace, const char *id, zc_plan *plan,
                     zc_err *err)
{
  zc_code code = zc_plan_begin(workspace->cli, plan, err);
  if (code == ZC_OK)
    code = zc_plan_ask(workspace, id, plan, err);
  if (code == ZC_OK)
    code = zc_plan_complete(id, plan, err);
  if (code == ZC_OK) {
    code = zc_values_of_workspace(plan, err);
    if (code != ZC_OK)
      zc_plan_close(plan);
  }
  return code;
}

/* The workspace as if the plan stood in this folder. */
static zc_code open_at(zc_workspace *workspace, const char *id, const char *folder,
                       zc_plan *plan, zc_err *err)
{
  zc_workspace other = *workspace;
  other.plans = json_pack("[{s:s, s:s}]", "id", id, "place", folder);
  zc_code code = other.plans == NULL ? zc_fail_memory(err)
                                     : zc_plan_open(&other, id, plan, err);
  if (code == ZC_OK)
    plan->workspace = workspace;
  json_decref(other.plans);
  return code;
}

zc_code zc_plan_open_version(zc_workspace *workspace, const char *id, const char *name,
                             zc_plan *plan, zc_err *err)
{
  char *folder = NULL;
  zc_code code = zc_package_find(&workspace->cli->home, name, &folder, err);
  if (code == ZC_OK)
    code = open_at(workspace, id, folder, plan, err);
  free(folder);
  return code;
}

static zc_code work_on(zc_workspace *workspace, const char *id, zc_plan_work *work,
                       void *context, zc_err *err)
{
  zc_plan plan;
  zc_code code = zc_plan_open(workspace, id, &plan, err);
  if (code != ZC_OK)
    return code;
  code = work(&plan, context, err);
  zc_plan_close(&plan);
  return code;
}

zc_code zc_plan_with_one(zc_cli *cli, zc_plan_work *work, void *context, zc_err *err)
{
  zc_workspace workspace;
  const char *id;
  zc_code code = zc_workspace_open(cli, &workspace, err);
  if (code == ZC_OK)
    code = zc_workspace_plan(&workspace, &id, err);
  if (code == ZC_OK)
    code = work_on(&workspace, id, work, context, err);
  zc_workspace_close(&workspace);
  return code;
}

zc_code zc_plan_with_each(zc_cli *cli, zc_plan_work *work, void *context, zc_err *err)
{
  zc_workspace workspace;
  json_t *ids = NULL;
  const json_t *id;
  size_t index;
  zc_code code = zc_workspace_open(cli, &workspace, err);
  if (code == ZC_OK)
    code = zc_workspace_plans(&workspace, &ids, err);
  json_array_foreach(ids, index, id)
  {
    if (code == ZC_OK)
      code = work_on(&workspace, json_string_value(id), work, context, err);
  }
  json_decref(ids);
  zc_workspace_close(&workspace);
  return code;
}

/* ---- rules ------------------------------------------------------------------- */

/* In one plan: a table of its own or of its rules, else a shipped one of this name. */
static zc_code find_in_plan(zc_plan *plan, const char *name, json_t **dataset,
                            zc_err *err)
{
  const json_t *found = zc_plan_dataset(plan, name);
  if (found == NULL) {
    json_t *names = json_pack("[s]", name);
    zc_code code = names == NULL ? zc_fail_memory(err)
                                 : zc_plan_load_datasets(plan, names, err);
    json_decref(names);
    if (code != ZC_OK)
      return code;
    found = zc_plan_dataset(plan, name);
  }
  *dataset = json_incref((json_t *)found);
  return ZC_OK;
}

/* The names of a plan's tables, as keys of a map. Non-zero when out of memory. */
static int add_names(const zc_plan *plan, json_t *names)
{
  size_t index;
  const json_t *dataset;
  int bad = 0;
  json_array_foreach(plan->datasets, index, dataset)
  {
    if (!zc_get_flag(dataset, "reference"))
      bad |= json_object_set_new(names, zc_text_of(dataset, "id"), json_true());
  }
  return bad;
}

/* `own` has the plans' tables as keys; they stand before the shipped ones. */
static zc_code fail_unknown(const zc_home *home, const json_t *own, const char *name,
                            zc_err *err)
{
  json_t *shipped;
  zc_buffer known = {0};
  size_t index;
  const json_t *other;
  const char *table;
  json_t *unused;
  zc_code code = zc_shipped_names(home, "scripts/datasets", ".yaml", &shipped, err);
  if (code != ZC_OK)
    return code;
  json_object_foreach((json_t *)own, table, unused)
      zc_buffer_print(&known, "%s%s", known.size == 0 ? "" : " ", table);
  json_array_foreach(shipped, index, other)
  {
    if (json_object_get(own, json_string_value(other)) == NULL)
      zc_buffer_print(&known, "%s%s", known.size == 0 ? "" : " ",
                      json_string_value(other));
  }
  json_decref(shipped);
  code = zc_fail(err, ZC_EDATA, "the table {table} is unknown; known: {list}", "table",
                 name, "list", zc_text_or(known.data, ""), NULL);
  zc_buffer_free(&known);
  return code;
}

/* The rows of a reference table come with the plan; no facility has others. */
static zc_code fail_reference(const char *name, const char *id, zc_err *err)
{
  return zc_fail(
      err, ZC_EDATA,
      "the rows of the table {table} stand in the plan {id}: there is nothing to "
      "hand over",
      "table", name, "id", id, NULL);
}

zc_code zc_find_dataset(zc_workspace *workspace, const char *name, json_t **dataset,
                        zc_err *err)
{
  const char *owner = NULL; /* a plan that has a reference table of this name */
  json_t *ids, *names = json_object();
  const json_t *id;
  size_t index;
  *dataset = NULL;
  zc_code code = zc_workspace_plans(workspace, &ids, err);
  json_array_foreach(ids, index, id)
  {
    zc_plan plan;
    if (code != ZC_OK || *dataset != NULL)
      break;
    code = zc_plan_open(workspace, json_string_value(id), &plan, err);
    if (code != ZC_OK)
      break;
    code = find_in_plan(&plan, name, dataset, err);
    if (zc_get_flag(*dataset, "reference")) {
      json_decref(*dataset);
      *dataset = NULL;
      owner = json_string_value(id);
    }
    if (code == ZC_OK && add_names(&plan, names) != 0)
      code = zc_fail_memory(err);
    zc_plan_close(&plan);
  }
  if (code == ZC_OK && *dataset == NULL)
    code = owner != NULL ? fail_reference(name, owner, err)
                         : fail_unknown(&workspace->cli->home, names, name, err);
  json_decref(ids);
  json_decref(names);
  return code;
}

/* ---- what tells times ------------------------------------------------------------------- */

zc_code zc_plan_call_dated(zc_plan *plan, const char *function, const json_t *more,
                           json_t **result, zc_err *err)
{
  json_t *faults = json_array(), *calendars = NULL, *args = json_object();
  *result = NULL;
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_shipped_documents(plan->home, "scripts/calendars",
                                                       NULL, faults, &calendars, err);
  zc_print_faults(faults, plan->home->share);
  int bad = json_object_set_new(args, "today", json_string(plan->cli->today));
  if (more != NULL)
    bad |= json_object_update(args, (json_t *)more);
  if (json_array_size(calendars) > 0)
    bad |= json_object_set(args, "calendar", json_array_get(calendars, 0));
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, function, json_incref(args), result, err);
  json_decref(args);
  json_decref(calendars);
  json_decref(faults);
  return code;
}
