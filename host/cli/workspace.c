#include "cli/workspace.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/screen.h"
#include "runner/judge.h"
#include "value/yaml.h"

/* ---- the workspace
 * --------------------------------------------------------------------- */

zc_code zc_workspace_open(zc_cli *cli, zc_workspace *workspace, zc_err *err)
{
  *workspace = (zc_workspace){.cli = cli, .fd = -1};
  zc_code code = zc_folder_open(cli->folder, &workspace->fd, err);
  if (code == ZC_OK)
    code = zc_store_open(cli->folder, false, &workspace->store, err);
  if (code == ZC_OK)
    code = zc_store_plans(workspace->store, &workspace->plans, err);
  if (code != ZC_OK)
    zc_workspace_close(workspace);
  return code;
}

void zc_workspace_close(zc_workspace *workspace)
{
  if (workspace->fd >= 0)
    close(workspace->fd);
  zc_store_close(workspace->store);
  json_decref(workspace->plans);
  *workspace = (zc_workspace){.fd = -1};
}

static const json_t *plan_in_use(const zc_workspace *workspace, const char *id)
{
  size_t index;
  const json_t *plan;
  json_array_foreach(workspace->plans, index, plan)
  {
    if (strcmp(zc_get_text(plan, "id"), id) == 0)
      return plan;
  }
  return NULL;
}

zc_code zc_workspace_plans(zc_workspace *workspace, json_t **ids, zc_err *err)
{
  const char *wanted = zc_option_value(workspace->cli, "plan");
  size_t index;
  const json_t *plan;
  *ids = NULL;
  if (wanted != NULL && plan_in_use(workspace, wanted) == NULL)
    return zc_fail(err, ZC_EDATA,
                   "the plan {id} is not in use here; `zicha plan list` shows what is",
                   "id", wanted, NULL);
  if (json_array_size(workspace->plans) == 0)
    return zc_fail(
        err, ZC_EDATA,
        "no plan is in use here; take one into use with `zicha plan use PLAN`", NULL);
  json_t *list = json_array();
  int bad = list == NULL;
  json_array_foreach(workspace->plans, index, plan)
  {
    json_t *id = json_object_get(plan, "id");
    if (wanted == NULL || strcmp(json_string_value(id), wanted) == 0)
      bad |= json_array_append(list, id);
  }
  if (bad != 0) {
    json_decref(list);
    return zc_fail_memory(err);
  }
  *ids = list;
  return ZC_OK;
}

zc_code zc_workspace_plan(zc_workspace *workspace, const char **id, zc_err *err)
{
  json_t *ids;
  zc_code code = zc_workspace_plans(workspace, &ids, err);
  if (code != ZC_OK)
    return code;
  if (json_array_size(ids) == 1)
    *id = zc_get_text(plan_in_use(workspace, json_string_value(json_array_get(ids, 0))),
                      "id");
  else
    code = zc_fail(err, ZC_EUSAGE,
                   "several plans are in use here: say which with --plan ID", NULL);
  json_decref(ids);
  return code;
}

/* ---- plans
 * ----------------------------------------------------------------------------- */

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

/* Prints the faults of an engine's answer; ZC_EDATA if there are errors. */
static zc_code check_faults(const json_t *answer, const char *folder, const char *what,
                            zc_err *err)
{
  json_t *faults = json_object_get(answer, "faults");
  zc_print_faults(faults, folder);
  size_t errors = zc_fault_errors(faults);
  if (errors == 0)
    return ZC_OK;
  return zc_fail(err, ZC_EDATA, "{path} has {count} errors", "path", what, "count",
                 ZC_DIGITS(errors), NULL);
}

static zc_code start_engine(zc_plan *plan, zc_err *err)
{
  json_t *scripts;
  zc_code code =
      zc_shipped_texts(plan->home, "scripts/zicha", ".lua", NULL, &scripts, err);
  if (code == ZC_OK)
    code = zc_engine_start(plan->home->evaluator, "plan", scripts, "main",
                           &plan->engine, err);
  json_decref(scripts);
  return code;
}

static zc_code open_in_engine(zc_plan *plan, json_t *shipped, zc_err *err)
{
  json_t *bundle = json_copy(plan->package.bundle), *answer = NULL;
  if (bundle == NULL || json_object_set(bundle, "shipped_datasets", shipped) != 0) {
    json_decref(bundle);
    return zc_fail_memory(err);
  }
  zc_code code = zc_plan_call(plan, "open", bundle, &answer, err);
  if (code == ZC_OK)
    code = check_faults(answer, plan->package.folder, plan->package.folder, err);
  if (code == ZC_OK) {
    plan->about = json_incref(json_object_get(answer, "plan"));
    plan->blanks = json_incref(json_object_get(answer, "blanks"));
  }
  json_decref(answer);
  return code;
}

/* Everything but the facility. */
static zc_code open_folder(zc_plan *plan, const char *name, zc_err *err)
{
  char *folder = NULL;
  json_t *faults = json_array(), *shipped = NULL;
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_package_find(plan->home, name, &folder, err);
  if (code == ZC_OK) {
    code = zc_package_read(plan->home, folder, faults, &plan->package, err);
    zc_print_faults(faults, folder);
  }
  if (code == ZC_OK)
    code = zc_shipped_datasets(plan->home, faults, &shipped, err);
  if (code == ZC_OK)
    code = start_engine(plan, err);
  if (code == ZC_OK)
    code = open_in_engine(plan, shipped, err);
  json_decref(shipped);
  json_decref(faults);
  free(folder);
  return code;
}

zc_code zc_plan_open_package(zc_cli *cli, const char *name, zc_plan *plan, zc_err *err)
{
  *plan = (zc_plan){.home = &cli->home};
  zc_code code = open_folder(plan, name, err);
  if (code != ZC_OK)
    zc_plan_close(plan);
  return code;
}

zc_code zc_plan_read_facility(zc_plan *plan, const char *file, const zc_buffer *text,
                              zc_err *err)
{
  json_t *faults = json_array(), *document = NULL, *answer = NULL;
  zc_code code = faults == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK) {
    code = zc_yaml_parse(file, text->data == NULL ? "" : text->data, text->size, faults,
                         &document, err);
    zc_print_faults(faults, NULL);
  }
  if (code == ZC_OK)
    code = zc_plan_call(plan, "facility", json_incref(document), &answer, err);
  if (code == ZC_OK)
    code = check_faults(answer, NULL, file, err);
  if (code == ZC_OK) {
    json_decref(plan->facility);
    plan->facility = json_incref(json_object_get(answer, "facility"));
  }
  json_decref(answer);
  json_decref(document);
  json_decref(faults);
  return code;
}

zc_code zc_plan_open(zc_workspace *workspace, const char *id, zc_plan *plan,
                     zc_err *err)
{
  const char *place = zc_get_text(plan_in_use(workspace, id), "place");
  zc_buffer text = {0};
  *plan = (zc_plan){.home = &workspace->cli->home, .workspace = workspace};
  zc_code code = open_folder(plan, place, err);
  if (code == ZC_OK)
    code =
        zc_file_read_beneath(workspace->fd, "facility.yaml", ZC_YAML_LIMIT, &text, err);
  if (code == ZC_OK)
    code = zc_plan_read_facility(plan, "facility.yaml", &text, err);
  zc_buffer_free(&text);
  if (code == ZC_OK && strcmp(zc_get_text(plan->about, "id"), id) != 0)
    code =
        zc_fail(err, ZC_EDATA,
                "the folder {path} holds the plan {found} now, not {id}; take it into "
                "use with `zicha plan use`",
                "path", plan->package.folder, "found", zc_get_text(plan->about, "id"),
                "id", id, NULL);
  if (code != ZC_OK)
    zc_plan_close(plan);
  return code;
}

void zc_plan_close(zc_plan *plan)
{
  zc_engine_stop(plan->engine);
  zc_package_free(&plan->package);
  json_decref(plan->about);
  json_decref(plan->facility);
  json_decref(plan->blanks);
  *plan = (zc_plan){0};
}

/* ---- rules
 * ------------------------------------------------------------------------------ */

/* A package's file may not take the name of a shipped one. */
static zc_code check_stems(const zc_plan *plan, const json_t *shipped, zc_err *err)
{
  size_t index, inner;
  const json_t *own, *other;
  json_array_foreach(plan->package.rules, index, own)
  {
    const char *name = zc_get_text(own, "name");
    json_array_foreach(shipped, inner, other)
    {
      if (strcmp(zc_get_text(other, "name"), name) == 0)
        return zc_fail(
            err, ZC_EDATA,
            "{path}: {name} is the name of a rule file that zicha ships; give "
            "the file another name",
            "path", zc_get_text(own, "path"), "name", name, NULL);
    }
  }
  return ZC_OK;
}

zc_code zc_plan_rules_request(zc_plan *plan, json_t **request, zc_err *err)
{
  json_t *rules = NULL, *files = NULL, *all = NULL, *datasets = NULL;
  *request = NULL;
  zc_code code = zc_plan_call(plan, "rules", json_object(), &rules, err);
  if (code == ZC_OK)
    code = zc_shipped_texts(plan->home, "scripts/rules", ".lua", NULL, &all, err);
  if (code == ZC_OK)
    code = check_stems(plan, all, err);
  if (code == ZC_OK)
    code = zc_shipped_texts(plan->home, "scripts/rules", ".lua",
                            json_object_get(rules, "stems"), &files, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "datasets", json_object(), &datasets, err);
  if (code == ZC_OK) {
    json_t *out = json_object();
    int bad = json_array_extend(files, plan->package.rules);
    bad |= json_object_set_new(out, "job", json_string("rules"));
    bad |= json_object_set(out, "files", files);
    bad |= json_object_set(out, "datasets", datasets);
    bad |= json_object_set(out, "runs", json_object_get(rules, "runs"));
    if (bad == 0) {
      *request = out;
    } else {
      json_decref(out);
      code = zc_fail_memory(err);
    }
  }
  json_decref(rules);
  json_decref(all);
  json_decref(files);
  json_decref(datasets);
  return code;
}

zc_code zc_plan_describe(zc_plan *plan, json_t **described, zc_err *err)
{
  json_t *request, *prepared = NULL, *outcome = NULL;
  *described = NULL;
  zc_code code = zc_plan_rules_request(plan, &request, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "prepare",
                        json_pack("{s:{}, s:{}, s:{}, s:s}", "answers", "evidence",
                                  "handed", "today", "2000-01-01"),
                        &prepared, err);
  if (code == ZC_OK) {
    int bad = json_object_set(request, "names", json_object_get(prepared, "names"));
    bad |= json_object_set_new(request, "runs", json_array());
    bad |= json_object_set_new(request, "describe", json_true());
    zc_judgement judgement = {.program = plan->home->evaluator, .request = request};
    code = bad != 0 ? zc_fail_memory(err) : zc_judge(&judgement, &outcome, err);
  }
  if (code == ZC_OK)
    *described = json_incref(json_object_get(outcome, "described"));
  json_decref(outcome);
  json_decref(prepared);
  json_decref(request);
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
    json_array_foreach(json_object_get(rule, "tables"), inner, table) bad |=
        json_array_append(tables, json_object_get(table, "id"));
    bad |= json_object_set_new(reads, zc_get_text(rule, "rule"), tables);
  }
  if (bad == 0)
    return reads;
  json_decref(reads);
  return NULL;
}

json_t *zc_dataset_named(const json_t *datasets, const char *id)
{
  size_t index;
  json_t *dataset;
  json_array_foreach(datasets, index, dataset)
  {
    if (strcmp(zc_text_or(zc_get_text(dataset, "id"), ""), id) == 0)
      return dataset;
  }
  return NULL;
}

/* ---- datasets
 * ---------------------------------------------------------------------------- */

zc_code zc_workspace_dataset(zc_workspace *workspace, const char *name,
                             json_t **dataset, zc_err *err)
{
  json_t *ids, *datasets;
  const json_t *id;
  size_t index;
  zc_buffer known = {0};
  *dataset = NULL;
  zc_code code = zc_workspace_plans(workspace, &ids, err);
  if (code != ZC_OK)
    return code;
  json_array_foreach(ids, index, id)
  {
    zc_plan plan;
    code = zc_plan_open(workspace, json_string_value(id), &plan, err);
    if (code != ZC_OK)
      break;
    code = zc_plan_call(&plan, "datasets", json_object(), &datasets, err);
    if (code == ZC_OK)
      *dataset = json_incref(zc_dataset_named(datasets, name));
    size_t inner;
    const json_t *other;
    known.size = 0;
    json_array_foreach(datasets, inner, other)
        zc_buffer_print(&known, "%s%s", inner == 0 ? "" : " ",
                        zc_get_text(other, "id"));
    json_decref(datasets);
    zc_plan_close(&plan);
    if (code != ZC_OK || *dataset != NULL)
      break;
  }
  json_decref(ids);
  if (code == ZC_OK && *dataset == NULL)
    code = zc_fail(err, ZC_EDATA, "the table {table} is unknown; known: {list}",
                   "table", name, "list", zc_text_or(known.data, ""), NULL);
  zc_buffer_free(&known);
  return code;
}

/* ---- output
 * ----------------------------------------------------------------------------- */

zc_code zc_write_outputs(zc_cli *cli, const json_t *texts, zc_err *err)
{
  size_t index;
  const json_t *value;
  json_array_foreach(zc_option_values(cli, "out"), index, value)
  {
    const char *out = json_string_value(value), *colon = strchr(out, ':');
    char format[16] = "";
    if (colon != NULL && colon - out < (ptrdiff_t)sizeof format) {
      memcpy(format, out, (size_t)(colon - out));
      format[colon - out] = '\0';
    }
    const json_t *text = json_object_get(texts, format);
    if (text == NULL || colon[1] == '\0')
      return zc_fail(err, ZC_EUSAGE,
                     "--out {value} is not FORMAT:PATH with a format of this command",
                     "value", out, NULL);
    zc_code code = zc_file_write(AT_FDCWD, colon + 1, json_string_value(text),
                                 json_string_length(text), 0666, err);
    if (code != ZC_OK)
      return code;
    fprintf(stderr, "%s\n", colon + 1);
  }
  return ZC_OK;
}

int zc_exit(zc_code code, const zc_err *err)
{
  if (code != ZC_OK)
    zc_print_error(err);
  return (int)code;
}
