/* What is asked for: compiled, judged, each with its result. */
#include <stdlib.h>
#include <string.h>

#include "eval/context.h"
#include "eval/rules.h"

#define RULE_FAULTS 50 /* that are told of one rule */

/* {text, args} of an error that belongs to one rule or file: not fatal. */
static json_t *failure(const zc_err *err)
{
  json_t *result = json_object();
  if (json_object_set_new(result, "error", zc_message_of(err)) == 0)
    return result;
  json_decref(result);
  return NULL;
}

static zc_rulefile *file_of(const zc_rules *j, const char *rule)
{
  size_t stem = strcspn(rule, ".");
  for (size_t i = 0; i < j->file_count; i++)
    if (strlen(j->files[i].source->name) == stem &&
        strncmp(j->files[i].source->name, rule, stem) == 0)
      return &j->files[i];
  return NULL;
}

/* The declared rule whose name is most like this one; "" when there is none. */
static const char *nearest_rule(const zc_rules *j, const char *id)
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
static json_t *unknown_rule(const zc_rules *j, const char *id)
{
  json_t *result = json_object();
  if (json_object_set_new(result, "unknown", json_string(nearest_rule(j, id))) == 0)
    return result;
  json_decref(result);
  return NULL;
}

/* Compiles one run; what is wrong with it becomes its result. */
static zc_code prepare_run(zc_rules *j, zc_planned_run *run)
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

zc_planned_run *zc_rules_find_run(const zc_rules *j, const char *key)
{
  json_int_t number = key == NULL ? -1 : zc_get_integer(j->numbers, key, -1);
  return number < 0 ? NULL : &j->runs[number];
}

/* Notes which runs are added up. */
static void mark_united(zc_rules *j)
{
  size_t index, inner;
  const json_t *entry, *key;
  json_array_foreach(json_object_get(j->first, "unions"), index, entry)
  {
    json_array_foreach(json_object_get(entry, "runs"), inner, key)
    {
      zc_planned_run *run = zc_rules_find_run(j, json_string_value(key));
      if (run != NULL)
        run->united = true;
    }
  }
}

zc_code zc_rules_prepare(zc_rules *j)
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
    zc_planned_run run = {.key = zc_text_or(zc_get_text(entry, "key"), ""),
                          .id = zc_text_or(zc_get_text(entry, "rule"), ""),
                          .request = entry};
    run.file = file_of(j, run.id);
    /* The rules of a file that did not load have failed with it. */
    if (zc_rules_listed(skipped, run.key) || (run.file != NULL && run.file->L == NULL))
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
static zc_code find_obstacle(zc_rules *j, const zc_rule *rule, json_t **result)
{
  json_t *absent = json_array(), *missing = json_array();
  json_t *obstacle = json_object(), *unreadable = NULL;
  int bad = absent == NULL || missing == NULL || obstacle == NULL;
  for (int t = 0; t < rule->table_count && bad == 0; t++) {
    const zc_table *table = rule->tables[t];
    json_t *faults = zc_rules_table_faults(j, table);
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

/* Of its largest table. */
static int64_t most_rows(const zc_rule *rule)
{
  size_t most = 0;
  for (int t = 0; t < rule->table_count; t++)
    if (rule->tables[t]->count > most)
      most = rule->tables[t]->count;
  return (int64_t)most;
}

static zc_code run_foreign(zc_rules *j, zc_planned_run *run)
{
  zc_err failed;
  json_t *outcome = NULL;
  zc_code code = zc_rules_begin(j, "run", run->key, rows_of(run->rule), false);
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

/* Rows from which on a declared rule is announced: it may take a while. Announcing costs
 * a write, and a small check has hundreds of small rules. */
#define ANNOUNCED_ROWS 1000

/* A form that needs more than there is, or more time than the host gives it, fails
 * alone. */
static zc_code run_declared(zc_rules *j, zc_planned_run *run)
{
  zc_err failed;
  int64_t rows = most_rows(run->rule);
  bool announced = rows >= ANNOUNCED_ROWS || zc_rule_searches(run->rule);
  zc_code code = announced ? zc_rules_begin(j, "run", run->key, rows, true)
                           : zc_rules_end(j);
  if (code != ZC_OK)
    return code;
  if (zc_plain_run(&j->plain, run->rule, &run->result, &failed) != ZC_OK)
    run->result = failure(&failed);
  return run->result == NULL ? zc_fail_memory(j->err) : ZC_OK;
}

static zc_code run_one(zc_rules *j, zc_planned_run *run)
{
  zc_rule_settle(run->rule);
  bool marked = run->rule->table_count > 0 && run->united;
  if (marked && !zc_marks_new(&run->marks, run->rule->tables[0]->count))
    return zc_fail_memory(j->err);
  j->plain.marks = marked ? &run->marks : NULL;
  return foreign(run->rule) ? run_foreign(j, run) : run_declared(j, run);
}

static zc_code send_result(zc_rules *j, zc_planned_run *run)
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
zc_code zc_rules_judge(zc_rules *j)
{
  for (size_t i = 0; i < j->run_count; i++) {
    zc_planned_run *run = &j->runs[i];
    zc_code code = run->rule == NULL ? ZC_OK : zc_rules_load_tables(j, run->rule);
    if (code != ZC_OK)
      return code;
  }
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < j->run_count; i++) {
      zc_planned_run *run = &j->runs[i];
      bool late = run->rule != NULL && foreign(run->rule);
      if (late != (pass == 1))
        continue;
      zc_code code = ZC_OK;
      if (run->rule != NULL)
        code = find_obstacle(j, run->rule, &run->result);
      if (code == ZC_OK && run->result == NULL) {
        if (late && zc_rules_renew(j, run->file))
          return ZC_OK;
        code = run_one(j, run);
        j->settled |= late && !run->united;
      }
      if (code == ZC_OK)
        code = send_result(j, run);
      if (code != ZC_OK)
        return code;
    }
  return zc_rules_end(j);
}
