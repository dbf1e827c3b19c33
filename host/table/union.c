#include "table/union.h"

#include <stdlib.h>
#include <string.h>

#include "table/run.h"

static void free_marks(zc_marks *marks)
{
  free(marks->population);
  free(marks->hits);
  *marks = (zc_marks){0};
}

bool zc_marks_new(zc_marks *marks, size_t rows)
{
  size_t words = rows / 64 + 1;
  marks->population = calloc(words, sizeof *marks->population);
  marks->hits = calloc(words, sizeof *marks->hits);
  if (marks->population != NULL && marks->hits != NULL)
    return true;
  free_marks(marks);
  return false;
}

/* ---- units ------------------------------------------------------------------- */

bool zc_counts_groups(const zc_rule *rule)
{
  return rule->form == ZC_FORM_GROUP || rule->form == ZC_FORM_WINDOW;
}

/* What a rule counts: 0 keys are rows, else the values of these expressions. */
static int unit_keys(const zc_rule *rule)
{
  return zc_counts_groups(rule) ? rule->group_count : rule->count_column >= 0;
}

/* A key's text as the rule file has it. */
static const char *unit_text(const zc_rule *rule, int key)
{
  const json_t *group = json_object_get(rule->declaration, "group");
  if (!zc_counts_groups(rule))
    return zc_get_text(rule->declaration, "count");
  return zc_text_or(json_string_value(json_is_array(group)
                                          ? json_array_get(group, (size_t)key)
                                          : group),
                    "");
}

static bool counts_rows_of_a_table(const zc_rule *rule)
{
  return rule->form == ZC_FORM_ROW || rule->form == ZC_FORM_SEQUENCE ||
         rule->form == ZC_FORM_EACH || zc_counts_groups(rule);
}

static bool same_unit(const zc_rule *a, const zc_rule *b)
{
  if (!counts_rows_of_a_table(a) || !counts_rows_of_a_table(b) ||
      a->tables[0] != b->tables[0] || unit_keys(a) != unit_keys(b))
    return false;
  for (int k = 0; k < unit_keys(a); k++)
    if (strcmp(unit_text(a, k), unit_text(b, k)) != 0)
      return false;
  return true;
}

/* ---- counting ---------------------------------------------------------------- */

static void read_unit(zc_run *run, size_t row, zc_scalar key[ZC_KEYS])
{
  const zc_rule *rule = run->rule;
  zc_run_enter(run, row, NULL);
  if (!zc_counts_groups(rule))
    key[0] = run->e.rows[0][rule->tables[0]->slot[rule->count_column]];
  for (int k = 0; zc_counts_groups(rule) && k < rule->group_count; k++)
    key[k] = zc_evaluate(&run->e, rule->group[k].root);
}

/* The marked rows, and how many units they make. False when out of memory. */
static bool count_units(zc_plain *plain, const zc_ran *ran, size_t count, bool hits,
                        int64_t *rows, int64_t *units)
{
  const zc_rule *rule = ran[0].rule;
  zc_run run;
  zc_scalar key[ZC_KEYS];
  zc_index seen;
  bool memory = true;
  if (plain->engine != NULL && plain->engine->unite(plain->engine, plain, ran, count,
                                                    hits, rows, units, &memory))
    return memory;
  *rows = 0;
  memory = zc_run_open(&run, plain, ran[0].rule);
  zc_index_begin(&seen, unit_keys(rule) == 0 ? 1 : unit_keys(rule));
  for (size_t i = 0; i < rule->tables[0]->count && memory; i++) {
    uint64_t word = 0;
    for (size_t n = 0; n < count; n++)
      word |= (hits ? ran[n].marks->hits : ran[n].marks->population)[i / 64];
    if ((word >> (i % 64) & 1) == 0)
      continue;
    ++*rows;
    if (unit_keys(rule) == 0)
      continue;
    read_unit(&run, i, key);
    memory = zc_index_put(&seen, key, NULL) >= 0;
  }
  *units = unit_keys(rule) == 0 ? *rows : (int64_t)seen.count;
  zc_index_free(&seen);
  zc_run_close(&run);
  return memory;
}

zc_code zc_union(zc_plain *plain, const zc_ran *ran, size_t count, json_t **result,
                 zc_err *err)
{
  int64_t rows, population, hit_units, hit_rows;
  *result = NULL;
  for (size_t i = 0; i < count; i++)
    if (!same_unit(ran[0].rule, ran[i].rule))
      return ZC_OK;
  if (!count_units(plain, ran, count, false, &rows, &population) ||
      !count_units(plain, ran, count, true, &hit_rows, &hit_units))
    return zc_fail_memory(err);
  json_t *out = json_object();
  int bad = json_object_set_new(out, "population", json_integer(population));
  bad |= json_object_set_new(out, "count", json_integer(hit_units));
  bad |= json_object_set_new(out, "rows", json_integer(hit_rows));
  if (bad == 0) {
    *result = out;
    return ZC_OK;
  }
  json_decref(out);
  return zc_fail_memory(err);
}
