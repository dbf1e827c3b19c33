/* The rules job: loads rule files, compiles what is asked for, judges it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "eval/context.h"
#include "eval/job.h"
#include "eval/rulefile.h"
#include "table/describe.h"
#include "table/scope.h"
#include "table/union.h"
#include "value/frame.h"

/* What the files may hold together when another entry begins, which may take as much as
 * a file may: the lock leaves the process 1 GiB. */
#define HELD ((size_t)512 << 20)
#define RULE_FAULTS 50 /* that are told of one rule */

typedef struct {
  const char *key, *id;
  const json_t *request; /* {key, rule, names} */
  zc_rulefile *file;     /* NULL: it was not loaded */
  zc_scope *scope;       /* its own parameters (`with`) around the others */
  json_t *context;       /* the same for `check` */
  zc_rule *rule;         /* NULL: it has faults */
  bool united;           /* an item adds it up with others … */
  zc_marks marks;        /* … by these rows */
  json_t *result;        /* known before judging: a failure */
} planned_run;

typedef struct {
  const zc_inputs *inputs;
  const json_t *first;
  zc_texts texts;
  zc_rulefile *files;
  size_t file_count;
  zc_table **tables;
  json_t **table_faults; /* why a table cannot be read */
  size_t table_count;
  zc_scope *scope;
  json_t *context; /* the names as `check` gets them */
  zc_arena arena;
  zc_world world;
  planned_run *runs;
  size_t run_count;
  json_t *numbers; /* key → place in `runs` */
  zc_patients patients;
  zc_plain plain;
  bool settled; /* this process has done what the next one need not do */
  bool again;   /* it leaves the rest to the next one */
  zc_err *err;
} job;

static bool listed(const json_t *list, const char *text)
{
  size_t index;
  const json_t *entry;
  json_array_foreach(list, index, entry)
  {
    if (json_is_string(entry) && strcmp(json_string_value(entry), text) == 0)
      return true;
  }
  return false;
}

static zc_code begin(job *j, const char *what, const char *name, int64_t rows)
{
  json_t *entry = json_object();
  int bad = json_object_set_new(entry, what, json_string(name));
  bad |= json_object_set_new(entry, "rows", json_integer(rows));
  if (bad != 0) {
    json_decref(entry);
    return zc_fail_memory(j->err);
  }
  zc_code code = zc_reply_with("begin", entry, j->err);
  return code == ZC_OK ? zc_reply_flush(j->err) : code;
}

/* {text, args} of an error that belongs to one rule or file: not fatal. */
static json_t *failure(const zc_err *err)
{
  json_t *result = json_object();
  if (json_object_set_new(result, "error", zc_message_of(err)) == 0)
    return result;
  json_decref(result);
  return NULL;
}

/* Files that hoard would leave the next entry, which may be honest, too little. True if
 * a new process has to go on. */
static bool renew(job *j, const zc_rulefile *next)
{
  size_t held = 0;
  for (size_t i = 0; i < j->file_count; i++)
    if (&j->files[i] != next)
      held += j->files[i].budget.used;
  return j->again = j->settled && held > HELD;
}

/* ---- files -------------------------------------------------------------------- */

static zc_code report_file(job *j, const zc_rulefile *file, const zc_err *failed)
{
  json_t *frame = json_object(), *rules = json_array();
  int bad = json_object_set_new(frame, "file", json_string(file->source->name));
  if (failed != NULL) {
    bad |= json_object_set_new(frame, "error", zc_message_of(failed));
  } else {
    size_t index;
    const json_t *declaration;
    json_array_foreach(file->declarations, index, declaration)
    {
      json_t *rule = json_object();
      bad |= json_object_set(rule, "id", json_object_get(declaration, "id"));
      bad |= json_object_set(rule, "line", json_object_get(declaration, "line"));
      bad |= json_array_append_new(rules, rule);
    }
    bad |= json_object_set(frame, "rules", rules);
  }
  zc_code code = bad != 0 ? zc_fail_memory(j->err) : zc_reply(frame, j->err);
  json_decref(rules);
  json_decref(frame);
  return code;
}

static zc_code load_files(job *j)
{
  const json_t *skipped = json_object_get(json_object_get(j->first, "skip"), "files");
  zc_texts *texts = &j->texts;
  zc_code code = zc_frame_read_texts(STDIN_FILENO, texts, j->err);
  if (code != ZC_OK)
    return code;
  j->files = calloc(texts->count + 1, sizeof *j->files);
  if (j->files == NULL)
    return zc_fail_memory(j->err);
  size_t keep = ZC_LUA_MEMORY / (texts->count == 0 ? 1 : texts->count);
  if (keep > (size_t)64 << 20)
    keep = (size_t)64 << 20;
  if (keep < (size_t)1 << 20)
    keep = (size_t)1 << 20;
  for (size_t i = 0; i < texts->count; i++) {
    zc_rulefile *file = &j->files[j->file_count++];
    zc_err failed;
    file->source = &texts->files[i];
    if (listed(skipped, file->source->name))
      continue;
    if (renew(j, file))
      return ZC_OK;
    code = begin(j, "file", file->source->name, 0);
    bool good = code == ZC_OK && zc_rulefile_load(file, keep, &failed) == ZC_OK;
    if (code == ZC_OK)
      code = report_file(j, file, good ? NULL : &failed);
    j->settled |= !good;
    if (code != ZC_OK)
      return code;
  }
  /* The host's clock must not run on for the last file. */
  return zc_reply_flush(j->err);
}

/* ---- tables ------------------------------------------------------------------- */

static const json_t *handed_over(const job *j, const char *id)
{
  size_t index;
  const json_t *entry;
  json_array_foreach(json_object_get(j->first, "tables"), index, entry)
  {
    const char *found = zc_get_text(entry, "id");
    if (found != NULL && strcmp(found, id) == 0)
      return entry;
  }
  return NULL;
}

static zc_code add_table(job *j, json_t *json)
{
  zc_dataset *dataset;
  zc_mapped mapped = {0};
  zc_code code = zc_dataset_new(json, &dataset, j->err);
  if (code != ZC_OK)
    return code;
  const json_t *handed = handed_over(j, dataset->id);
  json_t *options = json_object_get(handed, "options");
  const char *file = zc_text_or(zc_get_text(handed, "file"), dataset->id);
  json_t *faults = json_array();
  bool found = handed != NULL && zc_inputs_find(j->inputs, dataset->id, &mapped);
  if (faults == NULL || zc_dataset_adjust(dataset, options, faults) != 0) {
    zc_dataset_free(dataset);
    json_decref(faults);
    return zc_fail_memory(j->err);
  }
  zc_table *table = zc_table_new(dataset, file, found ? mapped.data : NULL, mapped.size,
                                 options);
  j->table_faults[j->table_count] = faults;
  j->tables[j->table_count] = table;
  if (table == NULL)
    return zc_fail_memory(j->err);
  j->table_count++;
  return ZC_OK;
}

static zc_code make_world(job *j)
{
  const json_t *datasets = json_object_get(j->first, "datasets");
  size_t count = json_array_size(datasets), index;
  json_t *dataset;
  j->scope = zc_scope_new(NULL);
  j->context = zc_context_new(json_object_get(j->first, "names"));
  j->tables = calloc(count + 1, sizeof *j->tables);
  j->table_faults = calloc(count + 1, sizeof *j->table_faults);
  if (j->scope == NULL || j->context == NULL || j->tables == NULL ||
      j->table_faults == NULL ||
      zc_scope_add_names(j->scope, json_object_get(j->first, "names"), &j->arena) != 0)
    return zc_fail_memory(j->err);
  json_array_foreach(datasets, index, dataset)
  {
    zc_code code = add_table(j, dataset);
    if (code != ZC_OK)
      return code;
  }
  j->world = (zc_world){j->tables, j->table_count, j->scope};
  return ZC_OK;
}

static size_t number_of(const job *j, const zc_table *table)
{
  size_t number = 0;
  while (j->tables[number] != table)
    number++;
  return number;
}

/* Loads each table once. One that cannot be read leaves the others. */
static zc_code load_tables(job *j, const zc_rule *rule)
{
  for (int t = 0; t < rule->table_count; t++) {
    zc_err failed;
    zc_table *table = rule->tables[t];
    zc_code code = zc_table_load(table, j->inputs->converter,
                                 j->table_faults[number_of(j, table)], &failed);
    if (code != ZC_OK && code != ZC_EDATA) {
      *j->err = failed;
      return code;
    }
  }
  return ZC_OK;
}

/* ---- runs --------------------------------------------------------------------- */

static zc_rulefile *file_of(const job *j, const char *rule)
{
  size_t stem = strcspn(rule, ".");
  for (size_t i = 0; i < j->file_count; i++)
    if (strlen(j->files[i].source->name) == stem &&
        strncmp(j->files[i].source->name, rule, stem) == 0)
      return &j->files[i];
  return NULL;
}

/* The declared rule whose name is most like this one; "" when there is none. */
static const char *nearest_rule(const job *j, const char *id)
{
  const char *nearest = "";
  int best = 1000;
  for (size_t i = 0; i < j->file_count; i++) {
    size_t index;
    const json_t *declaration;
    json_array_foreach(j->files[i].declarations, index, declaration)
    {
      const char *known = zc_get_text(declaration, "id");
      int distance = zc_text_distance(known, id);
      if (distance < best) {
        best = distance;
        nearest = known;
      }
    }
  }
  return nearest;
}

/* The engine knows where the item names it. */
static json_t *unknown_rule(const job *j, const char *id)
{
  json_t *result = json_object();
  if (json_object_set_new(result, "unknown", json_string(nearest_rule(j, id))) == 0)
    return result;
  json_decref(result);
  return NULL;
}

/* Compiles one run; what is wrong with it becomes its result. */
static zc_code prepare_run(job *j, planned_run *run)
{
  json_t *declaration = run->file == NULL ? NULL : zc_rulefile_find(run->file, run->id);
  if (declaration == NULL) {
    run->result = unknown_rule(j, run->id);
    return run->result == NULL ? zc_fail_memory(j->err) : ZC_OK;
  }
  run->scope = zc_scope_new(j->scope);
  if (run->scope == NULL ||
      zc_scope_add_names(run->scope, json_object_get(run->request, "names"),
                         &j->arena) != 0)
    return zc_fail_memory(j->err);
  zc_world world = j->world;
  world.scope = run->scope;
  json_t *faults = json_array();
  zc_code code = faults == NULL ? zc_fail_memory(j->err)
                                : zc_rule_new(declaration, run->file->source->path,
                                              &world, faults, &run->rule, j->err);
  if (code == ZC_EDATA) {
    while (json_array_size(faults) > RULE_FAULTS)
      json_array_remove(faults, json_array_size(faults) - 1);
    run->result = json_object();
    code = json_object_set(run->result, "faults", faults) != 0 ? zc_fail_memory(j->err)
                                                               : ZC_OK;
  }
  json_decref(faults);
  return code;
}

/* The run of a key, or NULL. */
static planned_run *find_run(const job *j, const char *key)
{
  json_int_t number = key == NULL ? -1 : zc_get_integer(j->numbers, key, -1);
  return number < 0 ? NULL : &j->runs[number];
}

/* Notes which runs are added up. */
static void mark_united(job *j)
{
  size_t index, inner;
  const json_t *entry, *key;
  json_array_foreach(json_object_get(j->first, "unions"), index, entry)
  {
    json_array_foreach(json_object_get(entry, "runs"), inner, key)
    {
      planned_run *run = find_run(j, json_string_value(key));
      if (run != NULL)
        run->united = true;
    }
  }
}

static zc_code prepare_runs(job *j)
{
  const json_t *runs = json_object_get(j->first, "runs");
  const json_t *skipped = json_object_get(json_object_get(j->first, "skip"), "runs");
  size_t index;
  const json_t *entry;
  j->runs = calloc(json_array_size(runs) + 1, sizeof *j->runs);
  j->numbers = json_object();
  if (j->runs == NULL || j->numbers == NULL)
    return zc_fail_memory(j->err);
  json_array_foreach(runs, index, entry)
  {
    planned_run run = {.key = zc_text_or(zc_get_text(entry, "key"), ""),
                       .id = zc_text_or(zc_get_text(entry, "rule"), ""),
                       .request = entry};
    run.file = file_of(j, run.id);
    /* The rules of a file that did not load have failed with it. */
    if (listed(skipped, run.key) || (run.file != NULL && run.file->L == NULL))
      continue;
    j->runs[j->run_count] = run;
    if (json_object_set_new(j->numbers, run.key,
                            json_integer((json_int_t)j->run_count)) != 0)
      return zc_fail_memory(j->err);
    zc_code code = prepare_run(j, &j->runs[j->run_count++]);
    if (code != ZC_OK)
      return code;
  }
  mark_united(j);
  return ZC_OK;
}

/* Why a rule cannot be judged although it is right: a table was not handed over, or
 * cannot be read, or lacks columns. *result stays NULL if it can. */
static zc_code find_obstacle(job *j, const zc_rule *rule, json_t **result)
{
  json_t *absent = json_array(), *missing = json_array();
  json_t *obstacle = json_object(), *unreadable = NULL;
  int bad = absent == NULL || missing == NULL || obstacle == NULL;
  for (int t = 0; t < rule->table_count && bad == 0; t++) {
    const zc_table *table = rule->tables[t];
    json_t *faults = j->table_faults[number_of(j, table)];
    if (!zc_rule_needs(rule, t))
      continue;
    if (table->data == NULL)
      bad |= json_array_append_new(absent, json_string(table->dataset->id));
    else if (zc_fault_errors(faults) > 0)
      unreadable = faults;
  }
  if (bad == 0 && json_array_size(absent) == 0 && unreadable == NULL)
    bad |= zc_rule_missing(rule, missing);
  if (json_array_size(absent) > 0)
    bad |= json_object_set(obstacle, "absent", absent);
  else if (unreadable != NULL)
    bad |= json_object_set(obstacle, "unreadable", unreadable);
  else if (json_array_size(missing) > 0)
    bad |= json_object_set(obstacle, "missing", missing);
  *result = json_object_size(obstacle) > 0 ? json_incref(obstacle) : NULL;
  json_decref(absent);
  json_decref(missing);
  json_decref(obstacle);
  return bad != 0 ? zc_fail_memory(j->err) : ZC_OK;
}

static bool foreign(const zc_rule *rule)
{
  return rule->form == ZC_FORM_EACH || rule->form == ZC_FORM_CHECK;
}

static int64_t rows_of(const zc_rule *rule)
{
  return rule->table_count == 0 ? 0 : (int64_t)rule->tables[0]->count;
}

static zc_code run_foreign(job *j, planned_run *run)
{
  zc_err failed;
  json_t *outcome = NULL;
  zc_code code = begin(j, "run", run->key, rows_of(run->rule));
  if (code != ZC_OK)
    return code;
  if (run->rule->form == ZC_FORM_EACH) {
    code = zc_rulefile_each(run->file, &j->plain, run->rule, &run->result, &failed);
  } else {
    run->context = zc_context_new(json_object_get(run->request, "names"));
    if (run->context == NULL)
      return zc_fail_memory(j->err);
    code = zc_rulefile_check(run->file, run->id, j->context, run->context, &outcome,
                             &failed);
    if (code == ZC_OK) {
      run->result = json_object();
      if (json_object_set_new(run->result, "check", outcome) != 0)
        return zc_fail_memory(j->err);
    }
  }
  if (code != ZC_OK)
    run->result = failure(&failed);
  return run->result == NULL ? zc_fail_memory(j->err) : ZC_OK;
}

/* A form that needs more than there is fails alone. */
static zc_code run_declared(job *j, planned_run *run)
{
  zc_err failed;
  if (zc_plain_run(&j->plain, run->rule, &run->result, &failed) != ZC_OK)
    run->result = failure(&failed);
  return run->result == NULL ? zc_fail_memory(j->err) : ZC_OK;
}

static zc_code run_one(job *j, planned_run *run)
{
  zc_rule_settle(run->rule);
  bool marked = run->rule->table_count > 0 && run->united;
  if (marked && !zc_marks_new(&run->marks, run->rule->tables[0]->count))
    return zc_fail_memory(j->err);
  j->plain.marks = marked ? &run->marks : NULL;
  return foreign(run->rule) ? run_foreign(j, run) : run_declared(j, run);
}

static zc_code send_result(job *j, planned_run *run)
{
  json_t *frame = json_object();
  int bad = json_object_set_new(frame, "run", json_string(run->key));
  if (run->rule != NULL && bad == 0) {
    const char *certainty = zc_get_text(run->rule->declaration, "certainty");
    bad |= json_object_set_new(run->result, "certainty",
                               json_string(zc_text_or(certainty, "certain")));
    json_t *tables = json_array();
    for (int t = 0; t < run->rule->table_count; t++)
      bad |= json_array_append_new(tables,
                                   json_string(run->rule->tables[t]->dataset->id));
    bad |= json_object_set_new(run->result, "tables", tables);
  }
  bad |= json_object_set(frame, "result", run->result);
  zc_code code = bad != 0 ? zc_fail_memory(j->err) : zc_reply(frame, j->err);
  json_decref(frame);
  return code;
}

/* Declared forms first: they need no foreign code and cannot be stopped by it. */
static zc_code judge(job *j)
{
  for (size_t i = 0; i < j->run_count; i++) {
    planned_run *run = &j->runs[i];
    zc_code code = run->rule == NULL ? ZC_OK : load_tables(j, run->rule);
    if (code != ZC_OK)
      return code;
  }
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < j->run_count; i++) {
      planned_run *run = &j->runs[i];
      bool late = run->rule != NULL && foreign(run->rule);
      if (late != (pass == 1))
        continue;
      zc_code code = ZC_OK;
      if (run->rule != NULL)
        code = find_obstacle(j, run->rule, &run->result);
      if (code == ZC_OK && run->result == NULL) {
        if (late && renew(j, run->file))
          return ZC_OK;
        code = run_one(j, run);
        j->settled |= late && !run->united;
      }
      if (code == ZC_OK)
        code = send_result(j, run);
      if (code != ZC_OK)
        return code;
    }
  return zc_reply_flush(j->err); /* as after the files */
}

/* ---- unions ------------------------------------------------------------------ */

/* Runs that were judged and saw rows; those that failed are left out. */
static zc_code unite(job *j, const json_t *keys, json_t **result)
{
  zc_ran *ran = calloc(json_array_size(keys) + 1, sizeof *ran);
  size_t count = 0, index;
  const json_t *key;
  *result = NULL;
  if (ran == NULL)
    return zc_fail_memory(j->err);
  json_array_foreach(keys, index, key)
  {
    const planned_run *run = find_run(j, json_string_value(key));
    if (run != NULL && run->marks.hits != NULL && run->rule->form != ZC_FORM_RATE &&
        json_object_get(run->result, "error") == NULL)
      ran[count++] = (zc_ran){run->rule, &run->marks};
  }
  zc_code code = count < 2 ? ZC_OK : zc_union(&j->plain, ran, count, result, j->err);
  free(ran);
  return code;
}

static zc_code send_unions(job *j)
{
  size_t index;
  const json_t *entry;
  json_array_foreach(json_object_get(j->first, "unions"), index, entry)
  {
    json_t *result;
    zc_code code = unite(j, json_object_get(entry, "runs"), &result);
    if (code != ZC_OK)
      return code;
    if (result == NULL)
      continue;
    json_t *frame = json_object();
    int bad = json_object_set(frame, "union", json_object_get(entry, "item"));
    bad |= json_object_set_new(frame, "result", result);
    code = bad != 0 ? zc_fail_memory(j->err) : zc_reply(frame, j->err);
    json_decref(frame);
    if (code != ZC_OK)
      return code;
  }
  return ZC_OK;
}

/* ---- describing --------------------------------------------------------------- */

static zc_code describe(job *j, json_t *list, json_t *faults)
{
  for (size_t i = 0; i < j->file_count; i++) {
    size_t index;
    json_t *declaration;
    if (j->files[i].L == NULL)
      continue;
    json_array_foreach(j->files[i].declarations, index, declaration)
    {
      zc_rule *rule;
      zc_code code = zc_rule_new(declaration, j->files[i].source->path, &j->world,
                                 faults, &rule, j->err);
      if (code == ZC_EDATA)
        continue;
      if (code != ZC_OK)
        return code;
      int bad = json_array_append_new(list, zc_describe_rule(rule));
      zc_rule_free(rule);
      if (bad != 0)
        return zc_fail_memory(j->err);
    }
  }
  return ZC_OK;
}

static zc_code finish(job *j)
{
  json_t *done = json_object(), *tables = json_array();
  json_t *described = json_array(), *faults = json_array();
  int bad = done == NULL || described == NULL || faults == NULL;
  for (size_t i = 0; i < j->table_count; i++)
    if (j->tables[i]->loaded && j->tables[i]->data != NULL)
      bad |= json_array_append_new(tables, zc_describe_table(j->tables[i]));
  zc_code code = ZC_OK;
  if (zc_get_flag(j->first, "describe"))
    code = describe(j, described, faults);
  bad |= json_object_set_new(done, "tables", tables);
  bad |= json_object_set_new(done, "described", described);
  bad |= json_object_set_new(done, "faults", faults);
  if (code == ZC_OK)
    code = bad != 0 ? zc_fail_memory(j->err)
                    : zc_reply_with("done", json_incref(done), j->err);
  json_decref(done);
  return code;
}

zc_code zc_job_rules(const zc_inputs *inputs, const json_t *first, zc_err *err)
{
  static zc_code (*const steps[])(job * j) = {load_files, make_world,  prepare_runs,
                                              judge,      send_unions, finish};
  job j = {.inputs = inputs, .first = first, .err = err};
  zc_code code = ZC_OK;
  zc_index_begin(&j.patients.index, 1);
  j.plain.patients = &j.patients;
  for (size_t i = 0; code == ZC_OK && !j.again && i < sizeof steps / sizeof *steps; i++)
    code = steps[i](&j);
  if (code == ZC_OK && j.again)
    code = zc_reply_with("again", json_true(), err);
  return code; /* the process ends: nothing is torn down */
}
