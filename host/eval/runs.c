/* What is asked for: compiled, judged, each with its result. */
#include <stdlib.h>
#include <string.h>

#include "eval/context.h"
#include "eval/hits.h"

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

/* What the run knows besides the others: its own parameters, and views and measures under
 * them. Runs of one item stand together and share both: what they see are the same tables. */
static zc_code prepare_names(zc_rules *j, zc_planned_run *run)
{
  const json_t *names = json_object_get(run->request, "names");
  run->scope = j->scope;
  if (json_array_size(names) == 0)
    return ZC_OK;
  const zc_planned_run *before = run == j->runs ? NULL : run - 1;
  if (before != NULL && before->derivations != NULL &&
      json_equal(json_object_get(before->request, "names"), names)) {
    run->scope = before->scope;
    run->derivations = before->derivations;
    return ZC_OK;
  }
  run->scope = zc_scope_new(j->scope);
  if (run->scope == NULL || zc_scope_add_names(run->scope, names, &j->arena) != 0)
    return zc_fail_memory(j->err);
  run->derivations = zc_rules_derivations(j, run->scope);
  return run->derivations == NULL ? zc_fail_memory(j->err) : ZC_OK;
}

/* Compiles one run; what is wrong with it becomes its result. */
static zc_code prepare_run(zc_rules *j, zc_planned_run *run)
{
  json_t *declaration = run->file == NULL ? NULL : zc_rulefile_find(run->file, run->id);
  if (declaration == NULL) {
    run->result = unknown_rule(j, run->id);
    return run->result == NULL ? zc_fail_memory(j->err) : ZC_OK;
  }
  zc_code given = prepare_names(j, run);
  if (given != ZC_OK)
    return given;
  zc_world world = j->world;
  world.scope = run->scope;
  if (run->derivations != NULL)
    world.derivations = run->derivations;
  json_t *faults = json_array();
  zc_code code = faults == NULL ? zc_fail_memory(j->err)
                                : zc_rule_new(declaration, run->file->source->path,
                                              &world, faults, &run->rule, j->err);
  if (code == ZC_OK)
    code = zc_splits_find(run, faults, j->err);
  if (code == ZC_OK && zc_fault_errors(faults) > 0) {
    zc_rule_free(run->rule);
    run->rule = NULL;
    code = ZC_EDATA;
  }
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
    zc_planned_run run = {.key = zc_text_of(entry, "key"),
                          .id = zc_text_of(entry, "rule"),
                          .request = entry};
    run.file = file_of(j, run.id);
    /* The rules of a file that did not load have failed with it. */
    if (zc_rules_listed(skipped, run.key) || (run.file != NULL && run.file->L == NULL))
      continue;
    j->runs[j->run_count] = run;
    if (json_object_set_new(j->numbers, run.key,
                            json_integer((json_int_t)j->run_count)) != 0)
      return zc_fail_memory(j->err);
    zc_planned_run *kept = &j->runs[j->run_count++];
    zc_code code = prepare_run(j, kept);
    if (code != ZC_OK)
      return code;
    kept->listed = kept->rule != NULL &&
                   (zc_get_flag(j->first, "hits") ||
                    zc_rules_listed(json_object_get(j->first, "hits"), kept->key));
    if (kept->listed)
      zc_hits_want_columns(kept);
    if (kept->rule != NULL)
      zc_derived_hold(kept->rule);
  }
  mark_united(j);
  return ZC_OK;
}

/* Why a rule cannot be judged although it is right. */
typedef struct {
  zc_rules *job;
  json_t *absent, *unreadable; /* borrowed: the faults of a table */
  int bad;
} obstacle;

static void look_for_obstacle(zc_table *table, bool judging, void *context)
{
  obstacle *o = context;
  json_t *faults = zc_rules_table_faults(o->job, table);
  if (!judging)
    return;
  if (table->data == NULL)
    o->bad |= json_array_append_new(o->absent, json_string(table->dataset->id));
  else if (zc_fault_errors(faults) > 0)
    o->unreadable = faults;
}

/* A table was not handed over, or cannot be read, or lacks columns. *result stays NULL if
 * there is no obstacle. */
zc_code zc_rules_obstacle(zc_rules *j, const zc_rule *rule, json_t **result)
{
  obstacle o = {.job = j, .absent = json_array()};
  json_t *missing = json_array(), *found = json_object();
  o.bad |= o.absent == NULL || missing == NULL || found == NULL;
  zc_rule_each_table(rule, look_for_obstacle, &o);
  if (o.bad == 0 && json_array_size(o.absent) == 0 && o.unreadable == NULL)
    o.bad |= zc_rule_missing(rule, missing);
  if (json_array_size(o.absent) > 0)
    o.bad |= json_object_set(found, "absent", o.absent);
  else if (o.unreadable != NULL)
    o.bad |= json_object_set(found, "unreadable", o.unreadable);
  else if (json_array_size(missing) > 0)
    o.bad |= json_object_set(found, "missing", missing);
  *result = json_object_size(found) > 0 ? json_incref(found) : NULL;
  json_decref(o.absent);
  json_decref(missing);
  json_decref(found);
  return o.bad != 0 ? zc_fail_memory(j->err) : ZC_OK;
}

static bool foreign(const zc_rule *rule)
{
  return rule->form == ZC_FORM_EACH || rule->form == ZC_FORM_CHECK;
}

static int64_t rows_of(const zc_rule *rule)
{
  return rule->table_count == 0 ? 0 : (int64_t)rule->tables[0]->count;
}

static void note_most(zc_table *table, bool judging, void *context)
{
  int64_t *most = context;
  (void)judging;
  if ((int64_t)table->count > *most)
    *most = (int64_t)table->count;
}

/* Of its largest table. */
static int64_t most_rows(const zc_rule *rule)
{
  int64_t most = 0;
  zc_rule_each_table(rule, note_most, &most);
  return most;
}

/* What the rule names is made within the time that the rule has, if it is the first. */
static zc_code settle(zc_rules *j, zc_planned_run *run, zc_err *failed)
{
  zc_code code = zc_derived_make(&j->plain, run->rule, failed);
  if (code == ZC_OK)
    zc_rule_settle(run->rule);
  bool marked = run->rule->table_count > 0 && run->united;
  if (code == ZC_OK && marked &&
      !zc_marks_new(&run->marks, run->rule->tables[0]->count))
    return zc_fail_memory(failed);
  j->plain.marks = marked ? &run->marks : NULL;
  return code;
}

/* Rows of a view that a Lua function can look through. */
#define MOST_VIEW_ROWS 10000

/* What a `check` asks for of what its file computes, and what it came upon. */
typedef struct {
  zc_rules *job;
  zc_planned_run *run;
  json_t *used;      /* names of the exports behind it */
  int64_t open;      /* rows that could not be judged or placed … */
  int64_t malformed; /* … or read */
  zc_err failed;
} asking;

static void note_used(zc_table *table, bool judging, void *context)
{
  asking *a = context;
  size_t index;
  const json_t *name;
  if (!judging)
    return;
  json_array_foreach(a->used, index, name)
  {
    if (strcmp(json_string_value(name), table->dataset->id) == 0)
      return;
  }
  json_array_append_new(a->used, json_string(table->dataset->id));
  a->malformed += table->malformed;
}

static json_t *find_derived(void *context, bool measure, const char *name,
                            const char **problem)
{
  asking *a = context;
  json_t *value = NULL;
  for (int i = 0; i < a->run->rule->derived_count; i++) {
    const zc_derived *derived = a->run->rule->derived[i];
    if (zc_derived_is_measure(derived) != measure ||
        strcmp(zc_derived_name(derived), name) != 0)
      continue;
    zc_rule_each_table(zc_derived_rule(derived), note_used, a);
    a->open += zc_derived_open(derived);
    if (zc_derived_value(&a->job->plain, derived, MOST_VIEW_ROWS, &value, &a->failed) !=
        ZC_OK)
      *problem = N_("the view has more than 10000 rows: judge it with a rule on it");
  }
  return value;
}

static json_t *all_derived(void *context, bool measure)
{
  asking *a = context;
  json_t *names = json_array();
  for (int i = 0; i < a->run->rule->derived_count; i++)
    if (zc_derived_is_measure(a->run->rule->derived[i]) == measure)
      json_array_append_new(names,
                            json_string(zc_derived_name(a->run->rule->derived[i])));
  return names;
}

static zc_code run_check(zc_rules *j, zc_planned_run *run, zc_err *failed)
{
  json_t *outcome = NULL;
  asking a = {.job = j, .run = run, .used = json_array()};
  zc_asked asked = {find_derived, all_derived, &a};
  run->context = zc_context_new(json_object_get(run->request, "names"));
  if (run->context == NULL || a.used == NULL)
    return zc_fail_memory(failed);
  zc_code code = zc_rulefile_check(run->file, run->id, j->context, run->context, &asked,
                                   &outcome, failed);
  if (code != ZC_OK) {
    json_decref(a.used);
    return code;
  }
  run->result = json_object();
  int bad = json_object_set_new(run->result, "check", outcome);
  bad |= json_object_set_new(run->result, "used", a.used);
  bad |= json_object_set_new(run->result, "unjudged", json_integer(a.open));
  bad |= json_object_set_new(run->result, "malformed", json_integer(a.malformed));
  if (strcmp(zc_text_of(outcome, "outcome"), "problem") == 0)
    bad |= !zc_plain_tell(&j->plain, run->rule);
  return bad == 0 ? ZC_OK : zc_fail_memory(failed);
}

static zc_code run_foreign(zc_rules *j, zc_planned_run *run)
{
  zc_err failed;
  zc_code code = zc_rules_begin(j, "run", run->key, rows_of(run->rule), false);
  if (code != ZC_OK)
    return code;
  code = settle(j, run, &failed);
  if (code == ZC_OK && run->rule->form == ZC_FORM_EACH)
    code = zc_rulefile_each(run->file, &j->plain, run->rule, &run->result, &failed);
  else if (code == ZC_OK)
    code = run_check(j, run, &failed);
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
  if (settle(j, run, &failed) != ZC_OK ||
      zc_plain_run(&j->plain, run->rule, &run->result, &failed) != ZC_OK)
    run->result = failure(&failed);
  return run->result == NULL ? zc_fail_memory(j->err) : ZC_OK;
}

static zc_code run_one(zc_rules *j, zc_planned_run *run, bool late)
{
  zc_hits *hits = run->listed ? zc_hits_begin(j, run) : NULL;
  if (run->listed && hits == NULL)
    return zc_fail_memory(j->err);
  zc_code code = late ? run_foreign(j, run) : run_declared(j, run);
  zc_code sent = hits == NULL ? ZC_OK : zc_hits_end(&j->plain, hits);
  /* What is added up is looked at once more. */
  if (!run->united) {
    zc_rule_forget_partners(run->rule);
    zc_derived_let_go(run->rule);
  }
  return code == ZC_OK ? sent : code;
}

/* How sure the surest of the hits is. */
static const char *certainty_of(const zc_planned_run *run)
{
  static const char *const words[] = {"certain", "suspect", "hint"};
  const json_t *levels = json_object_get(run->result, "levels");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (zc_get_integer(levels, words[i], 0) > 0)
      return words[i];
  return zc_text_or(zc_get_text(run->rule->declaration, "certainty"), "certain");
}

typedef struct {
  json_t *names;
  int bad;
} naming;

static void name_table(zc_table *table, bool judging, void *context)
{
  naming *n = context;
  (void)judging;
  n->bad |= json_array_append_new(n->names, json_string(table->dataset->id));
}

static zc_code send_result(zc_rules *j, zc_planned_run *run)
{
  json_t *frame = json_object();
  int bad = json_object_set_new(frame, "run", json_string(run->key));
  if (run->rule != NULL && bad == 0) {
    naming n = {.names = json_array()};
    bad |= json_object_set_new(run->result, "certainty",
                               json_string(certainty_of(run)));
    json_t *used = json_object_get(run->result, "used");
    if (used != NULL)
      bad |= json_array_extend(n.names, used);
    else
      zc_rule_each_table(run->rule, name_table, &n);
    bad |= n.bad | json_object_set_new(run->result, "tables", n.names);
  }
  bad |= json_object_set(frame, "result", run->result);
  zc_code code = bad != 0 ? zc_fail_memory(j->err) : zc_reply(frame, j->err);
  json_decref(frame);
  return code;
}

/* Declared forms first: they need no foreign code and cannot be stopped by it. */
zc_code zc_rules_judge(zc_rules *j)
{
  zc_code loaded = zc_rules_load_all(j);
  if (loaded != ZC_OK)
    return loaded;
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < j->run_count; i++) {
      zc_planned_run *run = &j->runs[i];
      bool late = run->rule != NULL && foreign(run->rule);
      if (late != (pass == 1))
        continue;
      zc_code code = ZC_OK;
      if (run->rule != NULL)
        code = zc_rules_obstacle(j, run->rule, &run->result);
      if (run->rule != NULL && run->result != NULL)
        zc_derived_let_go(run->rule);
      if (code == ZC_OK && run->result == NULL) {
        if (late && zc_rules_renew(j, run->file))
          return ZC_OK;
        code = run_one(j, run, late);
        j->settled |= late && !run->united;
      }
      if (code == ZC_OK)
        code = send_result(j, run);
      if (code != ZC_OK)
        return code;
    }
  return zc_rules_end(j);
}
