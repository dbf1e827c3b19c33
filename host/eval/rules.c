/* The rules job: announces entries, loads rule files and tables. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "eval/context.h"
#include "eval/hits.h"
#include "value/frame.h"
#include "vector/engine.h"
#include "vector/load.h"

/* What the files may hold together when another entry begins, which may take as much as
 * a file may: the lock leaves the process 1 GiB. */
#define HELD ((size_t)512 << 20)

bool zc_rules_listed(const json_t *list, const char *text)
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

zc_code zc_rules_begin(zc_rules *j, const char *what, const char *name, int64_t rows,
                       bool declared)
{
  json_t *entry = json_object();
  int bad = json_object_set_new(entry, what, json_string(name));
  bad |= json_object_set_new(entry, "rows", json_integer(rows));
  if (declared)
    bad |= json_object_set_new(entry, "declared", json_true());
  if (bad != 0) {
    json_decref(entry);
    return zc_fail_memory(j->err);
  }
  j->announced = true;
  zc_code code = zc_reply_with("begin", entry, j->err);
  return code == ZC_OK ? zc_reply_flush(j->err) : code;
}

zc_code zc_rules_end(zc_rules *j)
{
  bool announced = j->announced;
  j->announced = false;
  return announced ? zc_reply_flush(j->err) : ZC_OK;
}

bool zc_rules_renew(zc_rules *j, const zc_rulefile *next)
{
  size_t held = 0;
  for (size_t i = 0; i < j->file_count; i++)
    if (&j->files[i] != next)
      held += j->files[i].budget.used;
  return j->again = j->settled && held > HELD;
}

/* ---- files -------------------------------------------------------------------- */

static zc_code report_file(zc_rules *j, const zc_rulefile *file, const zc_err *failed)
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
      if (json_object_get(declaration, "kind") != NULL)
        continue;
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

static zc_code load_files(zc_rules *j)
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
    if (zc_rules_listed(skipped, file->source->name))
      continue;
    if (zc_rules_renew(j, file))
      return ZC_OK;
    code = zc_rules_begin(j, "file", file->source->name, 0, false);
    bool good = code == ZC_OK && zc_rulefile_load(file, keep, &failed) == ZC_OK;
    if (code == ZC_OK)
      code = report_file(j, file, good ? NULL : &failed);
    j->settled |= !good;
    if (code != ZC_OK)
      return code;
  }
  return zc_rules_end(j);
}

/* ---- tables ------------------------------------------------------------------- */

static const json_t *handed_over(const zc_rules *j, const char *id)
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

/* The days that whoever imported the export says it covers. */
static void read_covers(const json_t *covers, zc_table *table)
{
  const char *from = zc_get_text(covers, "from"), *to = zc_get_text(covers, "to");
  int32_t first, last;
  if (from == NULL || to == NULL || !zc_day_parse(from, strlen(from), &first) ||
      !zc_day_parse(to, strlen(to), &last))
    return;
  table->from = first;
  table->to = last;
}

/* The rows that a table of the plan's own has with it, with room behind them as a mapped
 * file has it. False when out of memory. */
static bool copy_text(zc_rules *j, const json_t *json, zc_mapped *mapped)
{
  const json_t *text = json_object_get(json, "text");
  size_t size = json_string_length(text);
  char *room = text == NULL ? NULL : zc_arena_take(&j->arena, size + ZC_PADDING);
  if (room == NULL)
    return text == NULL;
  memcpy(room, json_string_value(text), size);
  *mapped = (zc_mapped){.data = room, .size = size};
  return true;
}

/* A table of the plan's own has its rows with it: `text`, with `file` and `options` as an
 * export has them. What a facility may have handed over under this name is another one. */
static zc_code add_table(zc_rules *j, json_t *json)
{
  zc_dataset *dataset;
  zc_mapped mapped = {0};
  zc_code code = zc_dataset_new(json, &dataset, j->err);
  if (code != ZC_OK)
    return code;
  bool own = zc_get_flag(json, "reference");
  const json_t *handed = own ? json : handed_over(j, dataset->id);
  json_t *options = json_object_get(handed, "options");
  const char *file = zc_text_or(zc_get_text(handed, "file"), dataset->id);
  json_t *faults = json_array();
  bool found = own ||
               (handed != NULL && zc_inputs_find(j->inputs, dataset->id, &mapped));
  if (faults == NULL || (own && !copy_text(j, json, &mapped)) ||
      zc_dataset_adjust(dataset, options, faults) != 0) {
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
  table->mapped = !own && found;
  read_covers(json_object_get(handed, "covers"), table);
  j->table_count++;
  return ZC_OK;
}

static zc_code make_world(zc_rules *j)
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
  j->world = (zc_world){j->tables, j->table_count, j->scope, NULL};
  j->world.derivations = zc_rules_derivations(j, j->scope);
  return j->world.derivations == NULL ? zc_fail_memory(j->err) : ZC_OK;
}

zc_derivations *zc_rules_derivations(const zc_rules *j, const zc_scope *scope)
{
  zc_world world = j->world;
  world.scope = scope;
  zc_derivations *all = zc_derivations_new(&world);
  for (size_t i = 0; all != NULL && i < j->file_count; i++) {
    size_t index;
    json_t *declaration;
    json_array_foreach(j->files[i].declarations, index, declaration)
    {
      if (json_object_get(declaration, "kind") == NULL ||
          zc_derivations_add(all, declaration, j->files[i].source->path) == 0)
        continue;
      zc_derivations_free(all);
      return NULL;
    }
  }
  return all;
}

json_t *zc_rules_table_faults(const zc_rules *j, const zc_table *table)
{
  size_t number = 0;
  while (j->tables[number] != table)
    number++;
  return j->table_faults[number];
}

zc_code zc_rules_load_table(zc_rules *j, zc_table *table, zc_err *err)
{
  json_t *faults = zc_rules_table_faults(j, table);
  return j->plain.engine == NULL
             ? zc_table_load(table, j->inputs->converter, faults, err)
             : zc_columns_load(table, j->inputs->crew, j->inputs->converter, faults,
                               err);
}

typedef struct {
  zc_rules *job;
  zc_loading *list; /* each table once */
  size_t count;
} gathering;

static void gather_table(zc_table *table, bool judging, void *context)
{
  gathering *g = context;
  (void)judging;
  for (size_t i = 0; i < g->count; i++)
    if (g->list[i].table == table)
      return;
  g->list[g->count++] = (zc_loading){.table = table,
                                     .faults = zc_rules_table_faults(g->job, table)};
}

static zc_code begin_gathering(zc_rules *j, gathering *g)
{
  *g = (gathering){j, calloc(j->table_count + 1, sizeof *g->list), 0};
  return g->list == NULL ? zc_fail_memory(j->err) : ZC_OK;
}

/* Loads what was gathered; the first that fails tells, in the order in which rules name them. */
static zc_code load_gathered(gathering *g)
{
  zc_rules *j = g->job;
  zc_code code = ZC_OK;
  if (j->plain.engine != NULL)
    zc_columns_load_several(g->list, g->count, j->inputs->crew, j->inputs->converter);
  for (size_t i = 0; i < g->count && code == ZC_OK; i++) {
    zc_loading *l = &g->list[i];
    if (j->plain.engine == NULL)
      l->code = zc_rules_load_table(j, l->table, &l->err);
    if (l->code == ZC_OK || l->code == ZC_EDATA)
      continue;
    code = l->code;
    *j->err = l->err;
  }
  free(g->list);
  return code;
}

zc_code zc_rules_load_tables(zc_rules *j, const zc_rule *rule)
{
  gathering g;
  zc_code code = begin_gathering(j, &g);
  if (code != ZC_OK)
    return code;
  zc_rule_each_table(rule, gather_table, &g);
  return load_gathered(&g);
}

zc_code zc_rules_load_all(zc_rules *j)
{
  gathering g;
  zc_code code = begin_gathering(j, &g);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; i < j->run_count; i++)
    if (j->runs[i].rule != NULL)
      zc_rule_each_table(j->runs[i].rule, gather_table, &g);
  return load_gathered(&g);
}

/* ---- the job ------------------------------------------------------------------ */

/* Who judges rows, and so in which form tables are loaded: without an engine the plain
 * executor, as cells. */
static zc_code choose_executor(zc_rules *j)
{
  bool plain = strcmp(zc_text_or(zc_get_text(j->first, "executor"), "vector"),
                      "plain") == 0;
  return plain ? ZC_OK : zc_vectors_new(j->inputs->crew, &j->plain.engine, j->err);
}

zc_code zc_job_rules(const zc_inputs *inputs, const json_t *first, zc_err *err)
{
  static zc_code (*const steps[])(zc_rules * job) = {choose_executor,
                                                     load_files,
                                                     make_world,
                                                     zc_rules_prepare,
                                                     zc_rules_prepare_measures,
                                                     zc_rules_judge,
                                                     zc_rules_unite,
                                                     zc_rules_measure,
                                                     zc_hits_name,
                                                     zc_rules_finish};
  zc_rules j = {.inputs = inputs, .first = first, .err = err};
  zc_code code = ZC_OK;
  zc_index_begin(&j.patients.index, 1);
  zc_index_begin(&j.others.index, 1);
  j.plain.patients = &j.patients;
  for (size_t i = 0; code == ZC_OK && !j.again && i < sizeof steps / sizeof *steps; i++)
    code = steps[i](&j);
  if (code == ZC_OK && j.again)
    code = zc_hits_name(&j);
  if (code == ZC_OK && j.again)
    code = zc_reply_with("again", json_true(), err);
  return code; /* the process ends: nothing is torn down */
}
