#include "facility/known.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "cli/message.h"

json_t *zc_known_table(const json_t *tables, const char *id)
{
  size_t index;
  json_t *table;
  json_array_foreach(tables, index, table)
  {
    if (strcmp(zc_text_of(table, "id"), zc_text_or(id, "")) == 0)
      return table;
  }
  return NULL;
}

/* ---- gathering --------------------------------------------------------------------- */

/* The table of this id, added if it is new; NULL when out of memory. */
static json_t *entry_of(json_t *tables, const char *id)
{
  json_t *entry = zc_known_table(tables, id);
  if (entry != NULL)
    return entry;
  entry = json_object();
  int bad = json_object_set_new(entry, "id", json_string(id));
  bad |= json_object_set_new(entry, "uses", json_array());
  bad |= json_object_set_new(entry, "columns", json_array());
  bad |= json_object_set_new(entry, "plans", json_array());
  bad |= json_array_append_new(tables, entry);
  return bad == 0 ? entry : NULL;
}

/* The first plan that knows a table decides what it is, as for `import`. What a plan brings
 * itself, nobody hands over. */
static int take_dataset(const zc_plan *plan, json_t *entry)
{
  json_t *dataset = (json_t *)zc_plan_dataset(plan, zc_get_text(entry, "id"));
  if (dataset == NULL || zc_get_flag(dataset, "reference") ||
      json_object_get(entry, "dataset") != NULL)
    return 0;
  int bad = json_object_set(entry, "title", json_object_get(dataset, "title"));
  return bad | json_object_set(entry, "dataset", dataset);
}

static bool has_day(const json_t *period, const char *key)
{
  int32_t day;
  const char *text = zc_get_text(period, key);
  return text != NULL && zc_day_parse(text, strlen(text), &day);
}

/* The plan, with the days of its period if it names both. */
static json_t *about_plan(const zc_plan *plan)
{
  const json_t *period = json_object_get(plan->about, "period");
  json_t *about = json_object();
  int bad = json_object_set(about, "id", json_object_get(plan->about, "id"));
  bad |= json_object_set(about, "title", json_object_get(plan->about, "title"));
  if (has_day(period, "from") && has_day(period, "to")) {
    bad |= json_object_set(about, "from", json_object_get(period, "from"));
    bad |= json_object_set(about, "to", json_object_get(period, "to"));
  }
  if (bad == 0)
    return about;
  json_decref(about);
  return NULL;
}

/* The columns of several plans' needs, each once. */
static int add_columns(json_t *known, const json_t *columns)
{
  size_t index;
  json_t *column;
  int bad = 0;
  json_array_foreach(columns, index, column)
  {
    if (zc_known_table(known, zc_get_text(column, "id")) == NULL)
      bad |= json_array_append(known, column);
  }
  return bad;
}

static zc_code add_needs(const zc_plan *plan, const json_t *needs, json_t *tables,
                         zc_err *err)
{
  size_t index, inner;
  const json_t *need;
  json_t *use;
  json_array_foreach(needs, index, need)
  {
    json_t *entry = entry_of(tables, zc_get_text(need, "id"));
    int bad = entry == NULL || take_dataset(plan, entry);
    json_array_foreach(json_object_get(need, "uses"), inner, use)
    {
      bad |= json_object_set(use, "plan", json_object_get(plan->about, "id"));
      bad |= json_array_append(json_object_get(entry, "uses"), use);
    }
    bad |= add_columns(json_object_get(entry, "columns"),
                       json_object_get(need, "columns"));
    bad |= json_array_append_new(json_object_get(entry, "plans"), about_plan(plan));
    if (bad != 0)
      return zc_fail_memory(err);
  }
  return ZC_OK;
}

/* Gives the engine the shipped tables that are asked for and that no plan has told of. */
static zc_code load_shipped(zc_plan *plan, const json_t *stored, bool all,
                            const json_t *tables, zc_err *err)
{
  json_t *names = json_array();
  size_t index;
  json_t *name;
  int bad = names == NULL;
  json_array_foreach(plan->shipped, index, name)
  {
    const char *id = json_string_value(name);
    const json_t *known = zc_known_table(tables, id);
    if (zc_plan_dataset(plan, id) == NULL &&
        json_object_get(known, "dataset") == NULL &&
        (all || json_object_get(stored, id) != NULL))
      bad |= json_array_append(names, name);
  }
  zc_code code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && json_array_size(names) > 0)
    code = zc_plan_load_datasets(plan, names, err);
  json_decref(names);
  return code;
}

/* What was handed over, and (with `all`) whatever else the plan knows. */
static int add_others(const zc_plan *plan, const json_t *stored, bool all,
                      json_t *tables)
{
  size_t index;
  const json_t *dataset;
  const char *name;
  json_t *table;
  int bad = 0;
  json_object_foreach((json_t *)stored, name, table)
  {
    json_t *entry = entry_of(tables, name);
    bad |= entry == NULL || take_dataset(plan, entry) ||
           json_object_set(entry, "stored", table);
  }
  json_array_foreach(plan->datasets, index, dataset)
  {
    if (!all || zc_get_flag(dataset, "reference"))
      continue;
    json_t *entry = entry_of(tables, zc_get_text(dataset, "id"));
    bad |= entry == NULL || take_dataset(plan, entry);
  }
  return bad;
}

/* What the rules read. A rule file that cannot be loaded is told: what it reads, nobody
 * knows, and what is listed is not all. */
static zc_code describe_rules(zc_plan *plan, json_t **described, size_t *unread,
                              zc_err *err)
{
  json_t *faults = json_array();
  plan->collected = faults;
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_plan_describe(plan, described, err);
  plan->collected = NULL;
  if (code == ZC_OK)
    code = zc_plan_tell(plan, faults, plan->package.folder, err);
  *unread += zc_fault_errors(faults);
  json_decref(faults);
  return code;
}

/* The rules of one plan, and what they read. The values of columns, for which items may be
 * asked, are not wanted: reading them would fail where a file was changed, which is what
 * these commands are to tell. */
static zc_code open_plan(zc_workspace *workspace, const char *id, zc_plan *plan,
                         json_t **needs, size_t *unread, zc_err *err)
{
  json_t *described = NULL;
  *needs = NULL;
  zc_code code = zc_plan_begin(workspace->cli, plan, err);
  if (code == ZC_OK)
    code = zc_plan_ask(workspace, id, plan, err);
  if (code == ZC_OK)
    code = zc_plan_complete(id, plan, err);
  if (code != ZC_OK)
    return code;
  code = describe_rules(plan, &described, unread, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "needs", json_pack("{s:O}", "described", described),
                        needs, err);
  json_decref(described);
  if (code != ZC_OK)
    zc_plan_close(plan);
  return code;
}

/* Two passes over the plans: what any of them reads stands before what none does. */
static zc_code gather(zc_workspace *workspace, const json_t *ids, const json_t *stored,
                      bool shipped, json_t *tables, size_t *unread, zc_err *err)
{
  size_t index, count = json_array_size(ids);
  const json_t *id;
  zc_plan *plans = calloc(count + 1, sizeof *plans);
  zc_code code = plans == NULL ? zc_fail_memory(err) : ZC_OK;
  json_array_foreach(ids, index, id)
  {
    json_t *needs = NULL;
    if (code == ZC_OK)
      code = open_plan(workspace, json_string_value(id), &plans[index], &needs, unread,
                       err);
    if (code == ZC_OK)
      code = add_needs(&plans[index], needs, tables, err);
    json_decref(needs);
  }
  for (size_t i = 0; code == ZC_OK && i < count; i++) {
    code = load_shipped(&plans[i], stored, shipped, tables, err);
    if (code == ZC_OK && add_others(&plans[i], stored, shipped, tables) != 0)
      code = zc_fail_memory(err);
  }
  for (size_t i = 0; plans != NULL && i < count; i++)
    zc_plan_close(&plans[i]);
  free(plans);
  return code;
}

/* A table that nobody knows any more is called as it was when it was imported. */
static int add_titles(json_t *tables)
{
  size_t index;
  json_t *table;
  int bad = 0;
  json_array_foreach(tables, index, table)
  {
    json_t *title = json_object_get(json_object_get(table, "stored"), "title");
    if (zc_get_text(table, "title") == NULL)
      bad |= json_object_set(table, "title",
                             title != NULL ? title : json_object_get(table, "id"));
  }
  return bad;
}

zc_code zc_known_tables(zc_workspace *workspace, bool shipped, json_t **tables,
                        size_t *unread, zc_err *err)
{
  json_t *ids = NULL, *stored = NULL;
  *unread = 0;
  *tables = json_array();
  zc_code code = *tables == NULL ? zc_fail_memory(err)
                                 : zc_workspace_plans(workspace, &ids, err);
  if (code == ZC_OK)
    code = zc_store_tables(workspace->store, &stored, err);
  if (code == ZC_OK)
    code = gather(workspace, ids, stored, shipped, *tables, unread, err);
  if (code == ZC_OK && add_titles(*tables) != 0)
    code = zc_fail_memory(err);
  json_decref(stored);
  json_decref(ids);
  if (code != ZC_OK) {
    json_decref(*tables);
    *tables = NULL;
  }
  return code;
}

/* ---- states ------------------------------------------------------------------------ */

const char *zc_known_state(const zc_workspace *workspace, const json_t *table, int *fd,
                           zc_err *why)
{
  const json_t *stored = json_object_get(table, "stored");
  const char *file = zc_get_text(stored, "file");
  *fd = -1;
  if (zc_get_text(stored, "absent") != NULL)
    return "absent";
  if (file == NULL)
    return "missing";
  zc_code code = zc_table_open(workspace, zc_get_text(table, "id"), stored, fd, why);
  if (code == ZC_OK)
    return "imported";
  *fd = -1;
  if (code == ZC_EDATA)
    return "changed";
  return faccessat(workspace->fd, file, F_OK, 0) == 0 ? "unreadable" : "gone";
}

char *zc_known_state_text(const json_t *table, const char *state)
{
  static const struct {
    const char *state, *text;
  } texts[] = {{"imported", N_("imported")},
               {"changed", N_("its file was changed")},
               {"gone", N_("its file is gone")},
               {"unreadable", N_("its file cannot be opened")},
               {"absent", N_("does not exist here: {why}")},
               {"missing", N_("not handed over yet")},
               {"unknown", N_("no plan in use knows this table: only its file was "
                              "compared with what was imported")}};
  const char *text = "";
  const char *why = zc_get_text(json_object_get(table, "stored"), "absent");
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (strcmp(texts[i].state, state) == 0)
      text = texts[i].text;
  json_t *message = json_pack("{s:s, s:{s:s}}", "text", text, "args", "why",
                              zc_text_or(why, ""));
  char *words = message == NULL ? NULL : zc_message_text(message);
  json_decref(message);
  return words;
}

bool zc_known_optional(const json_t *table, const char *column)
{
  const json_t *dataset = json_object_get(table, "dataset");
  return zc_get_flag(zc_known_table(json_object_get(dataset, "columns"), column),
                     "optional");
}

size_t zc_known_rules(const json_t *table)
{
  json_t *names = json_object();
  size_t index, count;
  const json_t *use;
  json_array_foreach(json_object_get(table, "uses"), index, use)
  {
    if (zc_get_text(use, "rule") != NULL)
      json_object_set_new(names, zc_get_text(use, "rule"), json_true());
  }
  count = json_object_size(names);
  json_decref(names);
  return count;
}
