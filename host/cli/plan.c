#include "cli/plan.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/spoken.h"
#include "cli/validity.h"
#include "package/library.h"
#include "runner/judge.h"
#include "value/yaml.h"

/* Who answers in a workspace: the file that says so, and what the engine calls it. */
static const struct {
  const char *name, *file;
} subjects[] = {{"facility", "facility.yaml"}, {"office", "office.yaml"}};

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

zc_code zc_plan_tell(const zc_plan *plan, json_t *faults, const char *folder,
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
  zc_code code = zc_plan_tell(plan, faults, folder, err);
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

/* What the plan's rules speak of; of the library by itself, all of it. */
static bool is_spoken(const zc_plan *plan, const char *name)
{
  return zc_is_spoken(plan->spoken.count > 0 ? &plan->spoken : &plan->files, name);
}

bool zc_plan_reads_table(const zc_plan *plan, const char *table)
{
  return is_spoken(plan, table) || is_listed(plan->per, table);
}

zc_code zc_plan_load_datasets(zc_plan *plan, const json_t *names, zc_err *err)
{
  json_t *faults = json_array(), *documents = NULL, *answer = NULL;
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_shipped_documents(plan->home, "scripts/datasets",
                                                       names, faults, &documents, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "tables", json_pack("{s:O}", "documents", documents),
                        &answer, err);
  if (code == ZC_OK)
    code = check_faults(plan, answer, plan->package.folder, plan->package.folder, err);
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
    if (zc_plan_reads_table(plan, json_string_value(name)))
      bad |= json_array_append(names, name);
  }
  zc_code code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  /* Also without any: the engine then says which column of an item is none. */
  if (code == ZC_OK && (json_array_size(names) > 0 || json_array_size(plan->per) > 0))
    code = zc_plan_load_datasets(plan, names, err);
  json_decref(names);
  return code;
}

/* Gives the engine the calendar, if the plan's expressions or rules count working days:
 * most plans do not, and reading it takes as long as judging some items. */
static zc_code load_calendar(zc_plan *plan, const json_t *opened, zc_err *err)
{
  if (!zc_get_flag(opened, "counts_workdays") && !is_spoken(plan, "workdays") &&
      !is_spoken(plan, "is_workday"))
    return ZC_OK;
  json_t *faults = json_array(), *calendars = NULL, *answer = NULL;
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_shipped_documents(plan->home, "scripts/calendars",
                                                       NULL, faults, &calendars, err);
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

static bool of_office(const zc_plan *plan)
{
  return plan->workspace != NULL && plan->workspace->office;
}

/* The rules of such a plan are those of signals. */
static bool wants_signals(const zc_plan *plan)
{
  return strcmp(plan->cli->command->name, "signals") == 0;
}

/* Sends the package, with a facility.yaml or office.yaml if there is one. */
static zc_code ask_engine(zc_plan *plan, json_t *subject, zc_err *err)
{
  json_t *bundle = json_copy(plan->package.bundle);
  zc_code code = zc_shipped_names(plan->home, "scripts/datasets", ".yaml",
                                  &plan->shipped, err);
  if (code == ZC_OK) {
    int bad = json_object_set(bundle, "shipped_tables", plan->shipped);
    if (wants_signals(plan))
      bad |= json_object_set_new(bundle, "signals", json_string(ZC_SIGNALS));
    if (subject != NULL)
      bad |= json_object_set(bundle, subjects[of_office(plan)].name, subject);
    code = bad != 0 ? zc_fail_memory(err)
                    : zc_engine_ask(plan->engine, "open", bundle, err);
  }
  json_decref(bundle);
  return code;
}

/* Takes what the engine found a facility or an office to be. */
static zc_code take_subject(zc_plan *plan, const json_t *answer, bool office,
                            const char *file, zc_err *err)
{
  json_t **place = office ? &plan->office : &plan->facility;
  zc_code code = check_faults(plan, answer, NULL, file, err);
  if (code == ZC_OK) {
    json_decref(*place);
    *place = member(answer, subjects[office].name);
  }
  return code;
}

const json_t *zc_plan_subject(const zc_plan *plan)
{
  return plan->office != NULL ? plan->office : plan->facility;
}

/* Who makes plans asks more of the engine than who only uses them: it has more scripts then. */
static bool is_author(const zc_cli *cli)
{
  return strcmp(cli->command->group, "office") == 0 ||
         zc_option_value(cli, "parent") != NULL;
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
    plan->measures = member(answer, "measures");
    plan->per = member(answer, "per");
    plan->datasets = member(answer, "datasets");
    code = load_rules(plan, json_object_get(answer, "stems"), err);
  }
  if (code == ZC_OK)
    code = zc_spoken(&plan->files, plan->runs, plan->measures, &plan->spoken, err);
  if (code == ZC_OK)
    code = load_named_datasets(plan, plan->shipped, err);
  if (code == ZC_OK)
    code = load_calendar(plan, answer, err);
  for (int i = 0; i < 2 && code == ZC_OK; i++)
    if (json_object_get(answer, subjects[i].name) != NULL)
      code = take_subject(plan, json_object_get(answer, subjects[i].name), i != 0,
                          subjects[i].file, err);
  if (code == ZC_OK && is_author(plan->cli))
    code = zc_plan_tell_rules(plan, plan->package.bundle, err);
  json_decref(answer);
  return code;
}

zc_code zc_plan_begin(zc_cli *cli, zc_plan *plan, zc_err *err)
{
  *plan = (zc_plan){.cli = cli, .home = &cli->home};
  zc_code code = zc_engine_start(plan->home->evaluator, &plan->engine, err);
  if (code == ZC_OK)
    code = zc_shipped_texts(plan->home, "engine", ".luac", NULL, &plan->scripts, err);
  if (code == ZC_OK && is_author(cli))
    code = zc_shipped_texts(plan->home, "author", ".luac", NULL, &plan->scripts, err);
  if (code == ZC_OK)
    code = zc_engine_load(plan->engine, "plan", &plan->scripts,
                          is_author(cli) ? "author" : "main", err);
  if (code != ZC_OK)
    zc_plan_close(plan);
  return code;
}

/* The folder of what somebody named, or of the place that the workspace keeps. */
static zc_code find_folder(const zc_plan *plan, const char *name, char **folder,
                           zc_err *err)
{
  return plan->workspace == NULL ? zc_package_find(plan->home, name, folder, err)
                                 : zc_package_find_place(plan->home, name, folder, err);
}

/* Reads the package and asks the engine what it means. */
static zc_code ask_folder(zc_plan *plan, const char *name, json_t *subject, zc_err *err)
{
  char *folder = NULL;
  json_t *faults = json_array();
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : find_folder(plan, name, &folder, err);
  if (code == ZC_OK) {
    code = zc_package_read_layers(plan->home, folder,
                                  strcmp(plan->cli->command->name, "check") != 0,
                                  wants_signals(plan) ? ZC_SIGNALS : NULL, faults,
                                  &plan->package, err);
    zc_err ignored;
    if (zc_plan_tell(plan, faults, folder, code == ZC_OK ? err : &ignored) != ZC_OK)
      code = ZC_EINTERNAL;
  }
  if (code == ZC_OK && plan->collected == NULL)
    zc_validity_warn(plan);
  if (code == ZC_OK)
    code = ask_engine(plan, subject, err);
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

/* The engine opens the YAML files; the rule files name the tables. */
static zc_code open_library(zc_plan *plan, zc_err *err)
{
  json_t *faults = json_array(), *documents = NULL, *answer = NULL;
  plan->runs = json_array();
  plan->unions = json_array();
  plan->package.bundle = json_object();
  plan->package.shipped = true;
  zc_code code = faults == NULL || plan->runs == NULL || plan->unions == NULL
                     ? zc_fail_memory(err)
                     : zc_shipped_documents(plan->home, "scripts/rules", NULL, faults,
                                            &documents, err);
  if (zc_fault_errors(faults) > 0)
    zc_print_faults(faults, NULL);
  if (code == ZC_OK &&
      json_object_set(plan->package.bundle, "rule_library", documents) != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "open_library",
                        json_pack("{s:O}", "documents", documents), &answer, err);
  if (code == ZC_OK)
    code = check_faults(plan, answer, NULL, "scripts/rules", err);
  if (code == ZC_OK)
    code = zc_shipped_texts(plan->home, "scripts/rules", ".lua", NULL, &plan->files,
                            err);
  if (code == ZC_OK)
    code = zc_plan_tell_rules(plan, plan->package.bundle, err);
  json_decref(answer);
  json_decref(documents);
  json_decref(faults);
  return code;
}

zc_code zc_plan_open_library(zc_cli *cli, zc_plan *plan, zc_err *err)
{
  zc_code code = zc_plan_begin(cli, plan, err);
  if (code != ZC_OK)
    return code;
  plan->is_library = true;
  code = open_library(plan, err);
  if (code == ZC_OK)
    code = zc_shipped_names(plan->home, "scripts/datasets", ".yaml", &plan->shipped,
                            err);
  if (code == ZC_OK)
    code = load_named_datasets(plan, plan->shipped, err);
  if (code == ZC_OK)
    code = load_calendar(plan, NULL, err);
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

static zc_code parse_subject(const char *file, const zc_buffer *text, json_t **document,
                             zc_err *err)
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

static zc_code read_subject(zc_plan *plan, bool office, const char *file,
                            const zc_buffer *text, zc_err *err)
{
  json_t *document, *answer = NULL;
  zc_code code = parse_subject(file, text, &document, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, subjects[office].name, json_incref(document), &answer,
                        err);
  if (code == ZC_OK)
    code = take_subject(plan, answer, office, file, err);
  json_decref(answer);
  json_decref(document);
  return code;
}

zc_code zc_plan_read_facility(zc_plan *plan, const char *file, const zc_buffer *text,
                              zc_err *err)
{
  return read_subject(plan, false, file, text, err);
}

zc_code zc_plan_read_office(zc_plan *plan, const char *file, const zc_buffer *text,
                            zc_err *err)
{
  return read_subject(plan, true, file, text, err);
}

/* The facility.yaml or office.yaml of a workspace. *document is owned. */
static zc_code load_subject(const zc_workspace *workspace, json_t **document,
                            zc_err *err)
{
  const char *file = subjects[workspace->office].file;
  zc_buffer text = {0};
  *document = NULL;
  zc_code code = zc_file_read_beneath(workspace->fd, file, ZC_YAML_LIMIT, &text, err);
  if (code != ZC_OK && faccessat(workspace->fd, file, F_OK, 0) != 0)
    code = zc_fail(
        err, ZC_EOPEN,
        "there is no facility.yaml in the workspace {path}, and no office.yaml; "
        "put it back, or make a new workspace with `zicha init` and copy the one "
        "from there",
        "path", workspace->cli->folder, NULL);
  if (code == ZC_OK)
    code = parse_subject(file, &text, document, err);
  zc_buffer_free(&text);
  return code;
}

/* The plan in use is where it was no more. Whoever opens a backup on another computer reads this. */
static zc_code fail_gone(const char *id, const char *place, zc_err *err)
{
  char own[ZC_MANIFEST_WORD];
  int64_t serial;
  if (zc_installed_name(place, own, &serial) && serial > 0)
    return zc_fail(err, ZC_EOPEN,
                   "this workspace uses the plan {id} with serial {serial}, which is "
                   "not installed here; its answers are kept: take it with `zicha plan "
                   "fetch DIR` or `zicha plan install FILE`",
                   "id", own, "serial", ZC_DIGITS(serial), NULL);
  return zc_fail(err, ZC_EOPEN,
                 "the plan {id} is not in {path} any more; say where it is with "
                 "`zicha plan use FOLDER`",
                 "id", id, "path", place, NULL);
}

zc_code zc_plan_ask(zc_workspace *workspace, const char *id, zc_plan *plan, zc_err *err)
{
  json_t *subject = NULL;
  const char *place = zc_workspace_place(workspace, id);
  plan->workspace = workspace;
  zc_code code = load_subject(workspace, &subject, err);
  if (code == ZC_OK)
    code = ask_folder(plan, place, subject, err);
  if (code == ZC_EOPEN && subject != NULL && plan->package.folder == NULL)
    code = fail_gone(id, place, err);
  json_decref(subject);
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
  if (code != ZC_OK)
    zc_plan_close(plan);
  return code;
}

void zc_plan_close(zc_plan *plan)
{
  zc_engine_stop(plan->engine);
  zc_package_free(&plan->package);
  zc_texts_free(&plan->scripts);
  json_decref(plan->about);
  json_decref(plan->facility);
  json_decref(plan->office);
  json_decref(plan->blanks);
  json_decref(plan->shipped);
  zc_texts_free(&plan->files);
  zc_texts_free(&plan->spoken);
  json_decref(plan->runs);
  json_decref(plan->unions);
  json_decref(plan->measures);
  json_decref(plan->per);
  json_decref(plan->calendar);
  json_decref(plan->datasets);
  *plan = (zc_plan){0};
}

const json_t *zc_plan_dataset(const zc_plan *plan, const char *id)
{
  size_t index;
  const json_t *dataset;
  json_array_foreach(plan->datasets, index, dataset)
  {
    if (strcmp(zc_text_of(dataset, "id"), id) == 0)
      return dataset;
  }
  return NULL;
}
