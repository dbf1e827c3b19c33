#include "cli/plan.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/values.h"
#include "runner/judge.h"
#include "value/yaml.h"

#define FACILITY "facility.yaml"

/* ---- calling the engine ------------------------------------------------------ */

zc_code zc_plan_call(zc_plan *plan, const char *function, json_t *args, json_t **result,
                     zc_err *err)
{
  *result = NULL;
  if (args == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_engine_call(plan->engine, function, args, result, err);
  json_decref(args);
  return code;
}

/* Prints faults, or keeps them for whoever collects. */
static zc_code tell(const zc_plan *plan, json_t *faults, const char *folder,
                    zc_err *err)
{
  if (plan->collected != NULL)
    return json_array_extend(plan->collected, faults) == 0 ? ZC_OK
                                                           : zc_fail_memory(err);
  zc_print_layered(faults, folder, plan->package.parents);
  return ZC_OK;
}

/* Tells the faults of an engine's answer; ZC_EDATA if there are errors. */
static zc_code check_faults(const zc_plan *plan, const json_t *answer,
                            const char *folder, const char *what, zc_err *err)
{
  json_t *faults = json_object_get(answer, "faults");
  zc_code code = tell(plan, faults, folder, err);
  if (code != ZC_OK)
    return code;
  size_t errors = zc_fault_errors(faults);
  if (errors == 0)
    return ZC_OK;
  return zc_fail(err, ZC_EDATA, "{path} has {count} errors", "path", what, "count",
                 ZC_DIGITS(errors), NULL);
}

static json_t *member(const json_t *answer, const char *name)
{
  return json_incref(json_object_get(answer, name));
}

/* ---- opening ----------------------------------------------------------------- */

/* A package's file may not take the name of a shipped one. */
static zc_code check_stems(const zc_plan *plan, zc_err *err)
{
  json_t *shipped;
  size_t index;
  const json_t *name;
  if (plan->package.rules.count == 0)
    return ZC_OK;
  zc_code code = zc_shipped_names(plan->home, "scripts/rules", ".lua", &shipped, err);
  json_array_foreach(shipped, index, name)
  {
    const zc_text_file *own = zc_texts_find(&plan->package.rules,
                                            json_string_value(name));
    if (code == ZC_OK && own != NULL)
      code = zc_fail(err, ZC_EDATA,
                     "{path}: {name} is the name of a rule file that zicha ships; give "
                     "the file another name",
                     "path", own->path, "name", own->name, NULL);
  }
  json_decref(shipped);
  return code;
}

/* The shipped rule files that the items name, and all of the package's. */
static zc_code load_rules(zc_plan *plan, const json_t *stems, zc_err *err)
{
  zc_code code = check_stems(plan, err);
  if (code == ZC_OK)
    code = zc_shipped_texts(plan->home, "scripts/rules", ".lua", stems, &plan->files,
                            err);
  if (code == ZC_OK)
    code = zc_texts_extend(&plan->files, &plan->package.rules, err);
  return code;
}

/* Whether an item is asked for the values of one of its columns. */
static bool is_listed(const json_t *per, const char *table)
{
  size_t index;
  const json_t *name;
  json_array_foreach(per, index, name)
  {
    const char *text = json_string_value(name);
    if (strncmp(text, table, strlen(table)) == 0 && text[strlen(table)] == '.')
      return true;
  }
  return false;
}

/* Whether a rule file speaks of a table: its name stands somewhere in the text. A name
 * too many costs a moment, one too few would be a false «unknown table». */
static bool is_named(const zc_texts *files, const char *table)
{
  for (size_t i = 0; i < files->count; i++)
    if (strstr(files->files[i].text, table) != NULL)
      return true;
  return false;
}

/* Gives the engine the shipped datasets of these names and takes all that it knows. */
static zc_code load_datasets(zc_plan *plan, const json_t *names, zc_err *err)
{
  json_t *faults = json_array(), *documents = NULL, *answer = NULL;
  zc_code code = faults == NULL
                     ? zc_fail_memory(err)
                     : zc_shipped_documents(plan->home, "scripts/datasets", names, faults, &documents, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "tables", json_pack("{s:O}", "documents", documents),
                        &answer, err);
  if (code == ZC_OK)
    code = check_faults(plan, answer, plan->home->share, plan->home->share, err);
  if (code == ZC_OK) {
    json_decref(plan->datasets);
    plan->datasets = member(answer, "datasets");
  }
  json_decref(answer);
  json_decref(documents);
  json_decref(faults);
  return code;
}

/* Only the tables that the plan's rules speak of: reading all that are shipped would
 * take longer than a small self-check. */
static zc_code load_named_datasets(zc_plan *plan, const json_t *shipped, zc_err *err)
{
  json_t *names = json_array(), *name;
  size_t index;
  int bad = names == NULL;
  json_array_foreach(shipped, index, name)
  {
    if (is_named(&plan->files, json_string_value(name)) ||
        is_listed(plan->per, json_string_value(name)))
      bad |= json_array_append(names, name);
  }
  zc_code code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && json_array_size(names) > 0)
    code = load_datasets(plan, names, err);
  json_decref(names);
  return code;
}

/* Gives the engine the calendar, if the plan's expressions or rules count working days:
 * most plans do not, and reading it takes as long as judging some items. */
static zc_code load_calendar(zc_plan *plan, const json_t *opened, zc_err *err)
{
  if (!zc_get_flag(opened, "counts_workdays") && !is_named(&plan->files, "workday"))
    return ZC_OK;
  json_t *faults = json_array(), *calendars = NULL, *answer = NULL;
  zc_code code = faults == NULL
                     ? zc_fail_memory(err)
                     : zc_shipped_documents(plan->home, "scripts/calendars", NULL,
                                            faults, &calendars, err);
  if (code == ZC_OK && json_array_size(calendars) > 0)
    code = zc_plan_call(plan, "calendar",
                        json_pack("{s:O}", "calendar", json_array_get(calendars, 0)),
                        &answer, err);
  if (code == ZC_OK && answer != NULL)
    code = check_faults(plan, answer, plan->home->share, plan->home->share, err);
  if (code == ZC_OK)
    plan->calendar = member(answer, "calendar");
  json_decref(answer);
  json_decref(calendars);
  json_decref(faults);
  return code;
}

/* Sends the package, with a facility.yaml if there is one. */
static zc_code ask_engine(zc_plan *plan, json_t *facility, zc_err *err)
{
  json_t *bundle = json_copy(plan->package.bundle);
  zc_code code = zc_shipped_names(plan->home, "scripts/datasets", ".yaml",
                                  &plan->shipped, err);
  if (code == ZC_OK) {
    int bad = json_object_set(bundle, "shipped_tables", plan->shipped);
    if (facility != NULL)
      bad |= json_object_set(bundle, "facility", facility);
    code = bad != 0 ? zc_fail_memory(err)
                    : zc_engine_ask(plan->engine, "open", bundle, err);
  }
  json_decref(bundle);
  return code;
}

/* Takes what the engine found a facility to be. */
static zc_code take_facility(zc_plan *plan, const json_t *answer, const char *file,
                             zc_err *err)
{
  zc_code code = check_faults(plan, answer, NULL, file, err);
  if (code == ZC_OK) {
    json_decref(plan->facility);
    plan->facility = member(answer, "facility");
  }
  return code;
}

static zc_code take_answer(zc_plan *plan, zc_err *err)
{
  json_t *answer = NULL;
  zc_code code = zc_engine_answer(plan->engine, &answer, err);
  if (code == ZC_OK)
    code = check_faults(plan, answer, plan->package.folder, plan->package.folder, err);
  if (code == ZC_OK) {
    plan->about = member(answer, "plan");
    plan->blanks = member(answer, "blanks");
    plan->runs = member(answer, "runs");
    plan->unions = member(answer, "unions");
    plan->per = member(answer, "per");
    plan->datasets = member(answer, "datasets");
    code = load_rules(plan, json_object_get(answer, "stems"), err);
  }
  if (code == ZC_OK)
    code = load_named_datasets(plan, plan->shipped, err);
  if (code == ZC_OK)
    code = load_calendar(plan, answer, err);
  if (code == ZC_OK && json_object_get(answer, "facility") != NULL)
    code = take_facility(plan, json_object_get(answer, "facility"), FACILITY, err);
  json_decref(answer);
  return code;
}

zc_code zc_plan_begin(zc_cli *cli, zc_plan *plan, zc_err *err)
{
  *plan = (zc_plan){.cli = cli, .home = &cli->home};
  zc_code code = zc_engine_start(plan->home->evaluator, &plan->engine, err);
  if (code == ZC_OK)
    code = zc_shipped_texts(plan->home, "engine", ".luac", NULL, &plan->scripts, err);
  if (code == ZC_OK)
    code = zc_engine_load(plan->engine, "plan", &plan->scripts, "main", err);
  if (code != ZC_OK)
    zc_plan_close(plan);
  return code;
}

/* Reads the package and asks the engine what it means. */
static zc_code ask_folder(zc_plan *plan, const char *name, json_t *facility,
                          zc_err *err)
{
  char *folder = NULL;
  json_t *faults = json_array();
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_package_find(plan->home, name, &folder, err);
  if (code == ZC_OK) {
    code = zc_package_read_layers(plan->home, folder, faults, &plan->package, err);
    zc_err ignored;
    if (tell(plan, faults, folder, code == ZC_OK ? err : &ignored) != ZC_OK)
      code = ZC_EINTERNAL;
  }
  if (code == ZC_OK)
    code = ask_engine(plan, facility, err);
  json_decref(faults);
  free(folder);
  return code;
}

zc_code zc_plan_open_package(zc_cli *cli, const char *name, zc_plan *plan, zc_err *err)
{
  return zc_plan_open_collecting(cli, name, NULL, plan, err);
}

zc_code zc_plan_open_collecting(zc_cli *cli, const char *name, json_t *faults,
                                zc_plan *plan, zc_err *err)
{
  zc_code code = zc_plan_begin(cli, plan, err);
  if (code == ZC_OK)
    plan->collected = faults;
  if (code == ZC_OK)
    code = ask_folder(plan, name, NULL, err);
  if (code == ZC_OK)
    code = take_answer(plan, err);
  if (code != ZC_OK)
    zc_plan_close(plan);
  return code;
}

zc_code zc_plan_counts(zc_cli *cli, const char *name, json_t *faults, json_t **counts,
                       char **folder, zc_err *err)
{
  zc_plan plan;
  json_t *answer = NULL;
  *counts = NULL;
  *folder = NULL;
  zc_code code = zc_plan_begin(cli, &plan, err);
  if (code != ZC_OK)
    return code;
  plan.collected = faults;
  code = ask_folder(&plan, name, NULL, err);
  if (code == ZC_OK)
    code = zc_engine_answer(plan.engine, &answer, err);
  if (code == ZC_OK) {
    *counts = member(answer, "counts");
    *folder = strdup(plan.package.folder);
    code = *folder == NULL ? zc_fail_memory(err) : ZC_OK;
  } else if (plan.package.folder != NULL) {
    zc_print_layered(faults, plan.package.folder, plan.package.parents);
  }
  json_decref(answer);
  zc_plan_close(&plan);
  return code;
}

static zc_code parse_facility(const char *file, const zc_buffer *text,
                              json_t **document, zc_err *err)
{
  json_t *faults = json_array();
  *document = NULL;
  if (faults == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_yaml_parse(file, zc_text_or(text->data, ""), text->size, faults,
                               document, err);
  zc_print_faults(faults, NULL);
  json_decref(faults);
  return code;
}

zc_code zc_plan_read_facility(zc_plan *plan, const char *file, const zc_buffer *text,
                              zc_err *err)
{
  json_t *document, *answer = NULL;
  zc_code code = parse_facility(file, text, &document, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "facility", json_incref(document), &answer, err);
  if (code == ZC_OK)
    code = take_facility(plan, answer, file, err);
  json_decref(answer);
  json_decref(document);
  return code;
}

zc_code zc_plan_ask(zc_workspace *workspace, const char *id, zc_plan *plan, zc_err *err)
{
  zc_buffer text = {0};
  json_t *facility = NULL;
  const char *place = zc_workspace_place(workspace, id);
  plan->workspace = workspace;
  zc_code code = zc_file_read_beneath(workspace->fd, FACILITY, ZC_YAML_LIMIT, &text,
                                      err);
  if (code != ZC_OK && faccessat(workspace->fd, FACILITY, F_OK, 0) != 0)
    code = zc_fail(err, ZC_EOPEN,
                   "there is no facility.yaml in the workspace {path}; put it back, or "
                   "make a new workspace with `zicha init` and copy the one from there",
                   "path", workspace->cli->folder, NULL);
  if (code == ZC_OK)
    code = parse_facility(FACILITY, &text, &facility, err);
  if (code == ZC_OK)
    code = ask_folder(plan, place, facility, err);
  if (code == ZC_EOPEN && facility != NULL && plan->package.folder == NULL)
    code = zc_fail(err, ZC_EOPEN,
                   "the plan {id} is not in {path} any more; say where it is with "
                   "`zicha plan use FOLDER`",
                   "id", id, "path", place, NULL);
  json_decref(facility);
  zc_buffer_free(&text);
  if (code != ZC_OK)
    zc_plan_close(plan);
  return code;
}

zc_code zc_plan_complete(const char *id, zc_plan *plan, zc_err *err)
{
  zc_code code = take_answer(plan, err);
  if (code == ZC_OK && strcmp(zc_get_text(plan->about, "id"), id) != 0)
    code =
        zc_fail(err, ZC_EDATA,
                "the folder {path} holds the plan {found} now, not {id}; take it into "
                "use with `zicha plan use`",
                "path", plan->package.folder, "found", zc_get_text(plan->about, "id"),
                "id", id, NULL);
  if (code == ZC_OK)
    code = zc_values_of_workspace(plan, err);
  if (code != ZC_OK)
    zc_plan_close(plan);
  return code;
}

zc_code zc_plan_open(zc_workspace *workspace, const char *id, zc_plan *plan,
                     zc_err *err)
{
  zc_code code = zc_plan_begin(workspace->cli, plan, err);
  if (code == ZC_OK)
    code = zc_plan_ask(workspace, id, plan, err);
  return code == ZC_OK ? zc_plan_complete(id, plan, err) : code;
}

void zc_plan_close(zc_plan *plan)
{
  zc_engine_stop(plan->engine);
  zc_package_free(&plan->package);
  zc_texts_free(&plan->scripts);
  json_decref(plan->about);
  json_decref(plan->facility);
  json_decref(plan->blanks);
  json_decref(plan->shipped);
  zc_texts_free(&plan->files);
  json_decref(plan->runs);
  json_decref(plan->unions);
  json_decref(plan->per);
  json_decref(plan->calendar);
  json_decref(plan->datasets);
  *plan = (zc_plan){0};
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

json_t *zc_plan_rules_request(const zc_plan *plan)
{
  json_t *request = json_object();
  int bad = json_object_set_new(request, "job", json_string("rules"));
  bad |= json_object_set(request, "datasets", plan->datasets);
  bad |= json_object_set(request, "runs", plan->runs);
  bad |= json_object_set(request, "unions", plan->unions);
  if (bad == 0)
    return request;
  json_decref(request);
  return NULL;
}

/* A run of no rules over no tables: the files are loaded and described. */
static zc_code describe(zc_plan *plan, json_t *names, json_t **described, zc_err *err)
{
  json_t *request = zc_plan_rules_request(plan), *outcome = NULL;
  int bad = json_object_set(request, "names", names);
  bad |= json_object_set_new(request, "runs", json_array());
  bad |= json_object_set_new(request, "unions", json_array());
  bad |= json_object_set_new(request, "describe", json_true());
  zc_judgement judgement = {.program = plan->home->evaluator,
                            .request = request,
                            .files = &plan->files};
  zc_code code = bad != 0 ? zc_fail_memory(err) : zc_judge(&judgement, &outcome, err);
  if (code == ZC_OK) {
    code = tell(plan, json_object_get(outcome, "faults"), plan->package.folder, err);
    *described = member(outcome, "described");
  }
  json_decref(outcome);
  json_decref(request);
  return code;
}

zc_code zc_plan_describe(zc_plan *plan, json_t **described, zc_err *err)
{
  json_t *prepared = NULL;
  *described = NULL;
  zc_code code = zc_plan_call(plan, "prepare",
                              json_pack("{s:{}, s:{}, s:{}, s:s, s:b}", "answers",
                                        "evidence", "handed", "today", "2000-01-01",
                                        "rules", 1),
                              &prepared, err);
  if (code == ZC_OK)
    code = describe(plan, json_object_get(prepared, "names"), described, err);
  json_decref(prepared);
  return code;
}

json_t *zc_plan_reads(const json_t *described)
{
  json_t *reads = json_object();
  size_t index, inner;
  const json_t *rule, *table;
  int bad = reads == NULL;
  json_array_foreach(described, index, rule)
  {
    json_t *tables = json_array();
    json_array_foreach(json_object_get(rule, "tables"), inner, table)
    {
      bad |= json_array_append(tables, json_object_get(table, "id"));
    }
    bad |= json_object_set_new(reads, zc_get_text(rule, "rule"), tables);
  }
  if (bad == 0)
    return reads;
  json_decref(reads);
  return NULL;
}

/* ---- datasets ---------------------------------------------------------------- */

const json_t *zc_plan_dataset(const zc_plan *plan, const char *id)
{
  size_t index;
  const json_t *dataset;
  json_array_foreach(plan->datasets, index, dataset)
  {
    if (strcmp(zc_text_or(zc_get_text(dataset, "id"), ""), id) == 0)
      return dataset;
  }
  return NULL;
}

/* In one plan: a table of its own or of its rules, else a shipped one of this name. */
static zc_code find_in_plan(zc_plan *plan, const char *name, json_t **dataset,
                            zc_err *err)
{
  const json_t *found = zc_plan_dataset(plan, name);
  if (found == NULL) {
    json_t *names = json_pack("[s]", name);
    zc_code code = names == NULL ? zc_fail_memory(err)
                                 : load_datasets(plan, names, err);
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
      bad |= json_object_set_new(names, zc_text_or(zc_get_text(dataset, "id"), ""),
                                 json_true());
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

zc_code zc_find_dataset(zc_workspace *workspace, const char *name, json_t **dataset,
                        zc_err *err)
{
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
    if (code == ZC_OK && add_names(&plan, names) != 0)
      code = zc_fail_memory(err);
    zc_plan_close(&plan);
  }
  json_decref(ids);
  if (code == ZC_OK && *dataset == NULL)
    code = fail_unknown(&workspace->cli->home, names, name, err);
  json_decref(names);
  return code;
}
