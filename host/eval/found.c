/* What has been found: items' rules added up, and rules and tables described. */
#include <stdlib.h>
#include <string.h>

#include "eval/hits.h"
#include "table/describe.h"
#include "table/union.h"

/* ---- unions ------------------------------------------------------------------ */

/* Runs that were judged and saw rows; those that failed are left out. */
static zc_code unite(zc_rules *j, const json_t *keys, json_t **result)
{
  zc_ran *ran = calloc(json_array_size(keys) + 1, sizeof *ran);
  size_t count = 0, index;
  const json_t *key;
  *result = NULL;
  if (ran == NULL)
    return zc_fail_memory(j->err);
  json_array_foreach(keys, index, key)
  {
    const zc_planned_run *run = zc_rules_find_run(j, json_string_value(key));
    if (run != NULL && run->marks.hits != NULL && run->rule->form != ZC_FORM_RATE &&
        json_object_get(run->result, "error") == NULL)
      ran[count++] = (zc_ran){run->rule, &run->marks};
  }
  zc_code code = count < 2 ? ZC_OK : zc_union(&j->plain, ran, count, result, j->err);
  free(ran);
  return code;
}

zc_code zc_rules_unite(zc_rules *j)
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

/* Whether somebody wants to know what is wrong in a rule: of a file that zicha ships only
 * the rules that the plan uses concern it. */
static bool concerns(const zc_rules *j, const char *path, const json_t *declaration)
{
  const char *id = zc_get_text(declaration, "id");
  const json_t *wanted = json_object_get(j->first, "wanted");
  return strncmp(path, "scripts/", 8) != 0 || wanted == NULL || id == NULL ||
         zc_rules_listed(wanted, id);
}

/* What items want split by a column that the rule's table has not. */
static int check_splits(const zc_rules *j, const zc_rule *rule, json_t *faults)
{
  size_t index;
  const json_t *split;
  int bad = 0, ignored;
  json_array_foreach(json_object_get(j->first, "splits"), index, split)
  {
    if (strcmp(zc_text_of(split, "rule"), rule->id) == 0)
      bad |= zc_split_find(rule, split, faults, &ignored);
  }
  return bad;
}

static zc_code describe(zc_rules *j, json_t *list, json_t *faults)
{
  for (size_t i = 0; i < j->file_count; i++) {
    size_t index;
    json_t *declaration;
    if (j->files[i].L == NULL)
      continue;
    if (json_array_extend(faults, j->files[i].faults) != 0)
      return zc_fail_memory(j->err);
    json_array_foreach(j->files[i].declarations, index, declaration)
    {
      zc_rule *rule;
      if (!concerns(j, j->files[i].source->path, declaration))
        continue;
      zc_code code = zc_rule_new(declaration, j->files[i].source->path, &j->world,
                                 faults, &rule, j->err);
      if (code == ZC_EDATA)
        continue;
      if (code != ZC_OK)
        return code;
      int bad = json_array_append_new(list, zc_describe_rule(rule));
      bad |= check_splits(j, rule, faults);
      zc_rule_free(rule);
      if (bad != 0)
        return zc_fail_memory(j->err);
    }
  }
  return ZC_OK;
}

/* ---- distinct values ------------------------------------------------------------ */

/* Most values of a column for which an item is asked one by one. */
#define MOST_VALUES 1000

static zc_table *table_of(const zc_rules *j, const char *id, size_t size)
{
  for (size_t i = 0; i < j->table_count; i++)
    if (strlen(j->tables[i]->dataset->id) == size &&
        strncmp(j->tables[i]->dataset->id, id, size) == 0)
      return j->tables[i];
  return NULL;
}

/* The texts of a column, each once, in the order of the file, and how many rows have none.
 * Patients are no such thing: whoever they are does not leave this process. */
static zc_code distinct(zc_rules *j, const zc_table *table, int column, json_t *values,
                        json_int_t *blank)
{
  zc_index seen;
  zc_scalar *room = calloc((size_t)table->width + 1, sizeof *room);
  int bad = room == NULL;
  zc_index_begin(&seen, 1);
  for (size_t i = 0; i < table->count && bad == 0; i++) {
    const zc_scalar *cell = &zc_table_row(table, i, room)[table->slot[column]];
    bool fresh = false;
    if ((cell->kind != ZC_TEXT && cell->kind != ZC_CODES) || cell->size == 0) {
      (*blank)++;
      continue;
    }
    if (seen.count > MOST_VALUES)
      continue;
    bad |= zc_index_put(&seen, cell, &fresh) < 0;
    if (fresh)
      bad |= json_array_append_new(values, json_stringn(cell->text, cell->size));
  }
  zc_index_free(&seen);
  free(room);
  return bad == 0 ? ZC_OK : zc_fail_memory(j->err);
}

/* What a column holds; NULL for a file that cannot be read. */
static zc_code look_into(zc_rules *j, zc_table *table, int column, json_t **found)
{
  zc_err failed;
  json_int_t blank = 0;
  *found = NULL;
  table->used[column] = true;
  zc_code code = zc_rules_load_table(j, table, &failed);
  if (code != ZC_OK)
    return code == ZC_EDATA ? ZC_OK : zc_fail_memory(j->err);
  json_t *values = json_array();
  code = values == NULL ? zc_fail_memory(j->err)
                        : distinct(j, table, column, values, &blank);
  bool many = json_array_size(values) > MOST_VALUES;
  if (code == ZC_OK)
    *found = json_pack("{s:O, s:I, s:I, s:I, s:b}", "values", values, "rows",
                       (json_int_t)table->count, "blank", blank, "malformed",
                       (json_int_t)table->malformed, "missing",
                       !table->present[column]);
  if (code == ZC_OK && *found == NULL)
    code = zc_fail_memory(j->err);
  if (code == ZC_OK && many &&
      (json_array_clear(values) != 0 ||
       json_object_set_new(*found, "most", json_integer(MOST_VALUES)) != 0))
    code = zc_fail_memory(j->err);
  json_decref(values);
  return code;
}

/* {"table.column": {values, rows, blank, malformed, missing, most}} of what is asked for
 * and was handed over. `rows` are the good ones, `blank` those of them without a value;
 * `most` is there when there are more values than that, which then are left out. */
static zc_code find_values(zc_rules *j, json_t *found)
{
  size_t index;
  const json_t *wanted;
  json_array_foreach(json_object_get(j->first, "values"), index, wanted)
  {
    const char *name = zc_text_or(json_string_value(wanted), "");
    size_t size = strcspn(name, ".");
    zc_table *table = table_of(j, name, size);
    json_t *held = NULL;
    if (table == NULL || table->data == NULL || name[size] == '\0')
      continue;
    int column = zc_dataset_column(table->dataset, name + size + 1);
    if (column < 0 || table->dataset->columns[column].patient)
      continue;
    zc_code code = look_into(j, table, column, &held);
    if (code == ZC_OK && held != NULL && json_object_set(found, name, held) != 0)
      code = zc_fail_memory(j->err);
    json_decref(held);
    if (code != ZC_OK)
      return code;
  }
  return ZC_OK;
}

zc_code zc_rules_finish(zc_rules *j)
{
  json_t *values = json_object();
  json_t *done = json_object(), *tables = json_array();
  json_t *described = json_array(), *faults = json_array();
  int bad = done == NULL || described == NULL || faults == NULL;
  for (size_t i = 0; i < j->table_count; i++)
    if (j->tables[i]->loaded && j->tables[i]->data != NULL)
      bad |= json_array_append_new(tables, zc_describe_table(j->tables[i]));
  zc_code code = ZC_OK;
  if (zc_get_flag(j->first, "describe"))
    code = describe(j, described, faults);
  if (code == ZC_OK)
    code = values == NULL ? zc_fail_memory(j->err) : find_values(j, values);
  if (json_object_size(values) > 0)
    bad |= json_object_set(done, "values", values);
  json_decref(values);
  bad |= json_object_set_new(done, "tables", tables);
  bad |= json_object_set_new(done, "described", described);
  bad |= json_object_set_new(done, "faults", faults);
  if (code == ZC_OK)
    code = bad != 0 ? zc_fail_memory(j->err)
                    : zc_reply_with("done", json_incref(done), j->err);
  json_decref(done);
  return code;
}
