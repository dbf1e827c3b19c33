#include "cli/values.h"

#include <stdlib.h>
#include <string.h>

#include "cli/judging.h"
#include "runner/judge.h"

/* Whether the plan itself brings the table of "table.column" along. */
static bool is_reference(const zc_plan *plan, const char *name)
{
  char *id = strndup(name, strcspn(name, "."));
  bool reference = id != NULL && zc_get_flag(zc_plan_dataset(plan, id), "reference");
  free(id);
  return reference;
}

/* Whether one of the tables that hold such a column is at hand. */
static bool is_handed(const zc_plan *plan, const json_t *tables)
{
  size_t index;
  const json_t *name;
  json_array_foreach(plan->per, index, name)
  {
    const char *text = json_string_value(name);
    const char *id;
    json_t *table;
    if (is_reference(plan, text))
      return true;
    json_object_foreach((json_t *)tables, id, table)
    {
      if (strlen(id) == strcspn(text, ".") && strncmp(id, text, strlen(id)) == 0 &&
          zc_get_text(table, "file") != NULL)
        return true;
    }
  }
  return false;
}

/* A rules job without rules, over these tables. */
static zc_code read_values(zc_plan *plan, const zc_opened_tables *opened,
                           const json_t *tables, json_t **values, zc_err *err)
{
  json_t *request = zc_plan_rules_request(plan), *outcome = NULL;
  json_t *handed = json_array(), *table;
  const char *id;
  int bad = handed == NULL;
  json_object_foreach((json_t *)tables, id, table)
  {
    if (zc_get_text(table, "file") == NULL)
      continue;
    json_t *entry = json_object();
    bad |= json_object_set_new(entry, "id", json_string(id));
    bad |= json_object_set(entry, "file", json_object_get(table, "file"));
    bad |= json_object_set(entry, "options", json_object_get(table, "options"));
    bad |= json_array_append_new(handed, entry);
  }
  bad |= json_object_set_new(request, "tables", handed);
  bad |= json_object_set_new(request, "runs", json_array());
  bad |= json_object_set_new(request, "unions", json_array());
  bad |= json_object_set(request, "values", plan->per);
  zc_texts none = {0};
  zc_judgement judgement = {.program = plan->home->evaluator,
                            .request = request,
                            .files = &none,
                            .tables = opened->handed,
                            .table_count = opened->count,
                            .threads = plan->cli->threads,
                            .rows = opened->rows,
                            .need_full = zc_judging_needs_full(plan)};
  zc_code code = bad != 0 ? zc_fail_memory(err) : zc_judge(&judgement, &outcome, err);
  *values = json_incref(json_object_get(outcome, "values"));
  json_decref(outcome);
  json_decref(request);
  return code;
}

zc_code zc_values_take(zc_plan *plan, const zc_opened_tables *opened,
                       const json_t *tables, zc_err *err)
{
  json_t *values = NULL, *answer = NULL;
  zc_code code = ZC_OK;
  if (json_array_size(plan->per) == 0)
    return ZC_OK;
  if (is_handed(plan, tables))
    code = read_values(plan, opened, tables, &values, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "take_values",
                        values == NULL ? json_object() : json_incref(values), &answer,
                        err);
  json_decref(answer);
  json_decref(values);
  return code;
}

zc_code zc_values_of_workspace(zc_plan *plan, zc_err *err)
{
  zc_opened_tables opened;
  json_t *tables = NULL;
  if (json_array_size(plan->per) == 0)
    return ZC_OK;
  zc_code code = zc_tables_open(plan->workspace, plan, &opened, err);
  if (code != ZC_OK)
    return code;
  code = zc_tables_of_plan(plan, &opened, &tables, err);
  if (code == ZC_OK)
    code = zc_values_take(plan, &opened, tables, err);
  json_decref(tables);
  zc_tables_close(&opened);
  return code;
}
