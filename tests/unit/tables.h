/* tables.h: exports written as CSV texts, and declared rules judged over them. */
#ifndef ZC_TEST_TABLES_H
#define ZC_TEST_TABLES_H

#include "notation.h"
#include "table/derived.h"
#include "vector/engine.h"

/* Tables, names and what the last rule said. */
typedef struct {
  zc_table *tables[8];
  size_t count;
  zc_scope *scope;
  json_t *names;
  zc_arena arena;
  zc_patients patients;
  zc_plain plain;
  zc_patients other_patients;
  zc_plain vector;             /* the other executor, over the same tables */
  zc_derivations *derivations; /* views and measures; NULL: none yet */
  char said[4096];             /* the faults of the last declaration */
} world;

static const char world_names[] =
    "[{'space':'p','name':'max','type':'number','value':7,'fixed':true},"
    "{'space':'p','name':'elder','type':'number','value':65,'fixed':true},"
    "{'space':'p','name':'share','type':'number','value':'0.03','fixed':true},"
    "{'space':'p','name':'unset','type':'number','fixed':true},"
    "{'space':'facility','name':'name','type':'text','value':'清河镇卫生院'},"
    "{'space':'facility','name':'grade','type':'text'},"
    "{'space':'facility','name':'licence_valid_to','type':'date','value':'2023-04-30'},"
    "{'space':'facility','name':'opened','type':'date'},"
    "{'space':'facility','name':'beds','type':'number'},"
    "{'space':'answers','name':'posted','type':'bool'},"
    "{'space':'answers.spot','name':'wrong','type':'number'},"
    "{'space':'','name':'today','type':'date','value':'2023-05-01'}]";

static inline world *world_new(void)
{
  world *w = calloc(1, sizeof *w);
  w->names = json_of(world_names);
  w->scope = zc_scope_new(NULL);
  cr_assert(eq(int, zc_scope_add_names(w->scope, w->names, &w->arena), 0));
  zc_index_begin(&w->patients.index, 1);
  w->plain.patients = &w->patients;
  zc_index_begin(&w->other_patients.index, 1);
  w->vector.patients = &w->other_patients;
  zc_err err;
  cr_assert(eq(int, zc_vectors_new(NULL, &w->vector.engine, &err), ZC_OK));
  return w;
}

static inline void world_free(world *w)
{
  for (size_t i = 0; i < w->count; i++)
    zc_table_free(w->tables[i]);
  zc_derivations_free(w->derivations);
  zc_scope_free(w->scope);
  json_decref(w->names);
  zc_arena_free(&w->arena);
  zc_index_free(&w->patients.index);
  zc_arena_free(&w->patients.texts);
  zc_index_free(&w->other_patients.index);
  zc_arena_free(&w->other_patients.texts);
  zc_vectors_free(w->vector.engine);
  free(w);
}

/* Adds a table; `csv` NULL: the facility did not hand it over. Every column is decoded,
 * so that any number of rules can follow. */
static inline zc_table *world_add(world *w, const char *dataset, const char *csv)
{
  zc_dataset *d;
  zc_err err;
  json_t *json = json_of(dataset), *faults = json_array();
  cr_assert(eq(int, zc_dataset_new(json, &d, &err), ZC_OK), "%s", dataset);
  zc_table *table = zc_table_new(d, "export.csv", csv, csv == NULL ? 0 : strlen(csv),
                                 NULL);
  for (int i = 0; i < d->count; i++)
    table->used[i] = true;
  cr_assert(eq(int, zc_table_load(table, NULL, faults, &err), ZC_OK), "%s", csv);
  json_decref(json);
  json_decref(faults);
  w->tables[w->count++] = table;
  return table;
}

/* Declares a view or a measure; all tables are there already. */
static inline void world_derive(world *w, const char *declaration)
{
  zc_world all = {w->tables, w->count, w->scope, NULL};
  json_t *json = json_of(declaration);
  if (w->derivations == NULL)
    w->derivations = zc_derivations_new(&all);
  cr_assert(eq(int, zc_derivations_add(w->derivations, json, "t.lua"), 0));
  json_decref(json);
}

/* The declared rule, compiled; NULL with the faults in `said`. */
static inline zc_rule *world_rule(world *w, json_t *declaration)
{
  zc_rule *rule;
  zc_err err;
  zc_world all = {w->tables, w->count, w->scope, w->derivations};
  json_t *faults = json_array();
  if (json_object_get(declaration, "id") == NULL)
    json_object_set_new(declaration, "id", json_string("t.rule"));
  zc_code code = zc_rule_new(declaration, "t.lua", &all, faults, &rule, &err);
  print_faults(faults, w->said, sizeof w->said);
  cr_expect(eq(int, code == ZC_OK, rule != NULL));
  cr_expect(eq(int, code == ZC_EDATA, json_array_size(faults) > 0));
  json_decref(faults);
  return rule;
}

/* The rule of a declaration that is right and names no view: it can be run. */
static inline zc_rule *world_settled(world *w, const char *declaration)
{
  json_t *json = json_of(declaration);
  zc_rule *rule = world_rule(w, json);
  cr_assert(ne(ptr, rule, NULL), "%s: %s", declaration, w->said);
  zc_rule_settle(rule);
  json_decref(json);
  return rule;
}

/* Both executors find the same. */
static inline void world_agree(world *w, json_t *declaration, json_t *result)
{
  zc_err err;
  json_t *other = NULL;
  zc_rule *rule = world_rule(w, declaration);
  zc_rule_settle(rule);
  cr_assert(eq(int, zc_plain_run(&w->vector, rule, &other, &err), ZC_OK));
  char *one = json_dumps(result, JSON_SORT_KEYS),
       *two = json_dumps(other, JSON_SORT_KEYS);
  cr_assert(eq(str, two, one));
  free(one);
  free(two);
  json_decref(other);
  zc_rule_free(rule);
}

/* What the rule finds; NULL when its declaration is wrong. Owned. */
static inline json_t *world_judge(world *w, const char *declaration)
{
  zc_err err;
  json_t *json = json_of(declaration), *result = NULL;
  zc_rule *rule = world_rule(w, json);
  if (rule != NULL) {
    cr_assert(eq(int, zc_derived_make(&w->plain, rule, &err), ZC_OK));
    zc_rule_settle(rule);
    cr_assert(eq(int, zc_plain_run(&w->plain, rule, &result, &err), ZC_OK));
    world_agree(w, json, result);
  }
  zc_rule_free(rule);
  json_decref(json);
  return result;
}

/* A result in words: «4 of 10, 5 rows, 1 unjudged, 2 malformed, 1 bad»; what is zero
 * beyond the first two figures is left out. */
static inline char *figures(const json_t *result)
{
  static char room[1024];
  static const char *const rest[] = {"rows", "unjudged", "malformed", "bad",
                                     "tolerated"};
  const json_t *rate = json_object_get(result, "rate"), *name;
  char *at = room;
  at += sprintf(at, "%d of %d", (int)zc_get_integer(result, "count", -1),
                (int)zc_get_integer(result, "population", -1));
  for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
    if (zc_get_integer(result, rest[i], 0) != 0)
      at += sprintf(at, ", %d %s", (int)zc_get_integer(result, rest[i], 0), rest[i]);
  if (zc_get_text(result, "amount") != NULL)
    at += sprintf(at, ", amount %s", zc_get_text(result, "amount"));
  if (rate != NULL)
    at += sprintf(at, ", %d/%d and %d unknown: %s",
                  (int)zc_get_integer(rate, "part", -1),
                  (int)zc_get_integer(rate, "whole", -1),
                  (int)zc_get_integer(rate, "unknown", -1),
                  zc_get_text(rate, "verdict"));
  size_t index;
  if (json_object_get(result, "empty") != NULL)
    at += sprintf(at, ", empty:");
  json_array_foreach(json_object_get(result, "empty"), index, name)
      at += sprintf(at, " %s", json_string_value(name));
  return room;
}

/* The rows that a result shows: «2 处方号=A1 天数=8; 5 …». */
static inline char *shown_rows(const json_t *result)
{
  static char room[8192];
  char *at = room;
  size_t row_index, pair_index;
  const json_t *row, *pair;
  room[0] = '\0';
  json_array_foreach(json_object_get(result, "first"), row_index, row)
  {
    at += sprintf(at, "%s%d", row_index > 0 ? "; " : "",
                  (int)zc_get_integer(row, "line", -1));
    json_array_foreach(json_object_get(row, "show"), pair_index, pair)
    {
      at += sprintf(at, " %s=%s", json_string_value(json_array_get(pair, 0)),
                    json_string_value(json_array_get(pair, 1)));
    }
  }
  return room;
}

/* Judges and compares the figures; the faults stand for them when it is wrong. */
static inline void expect_figures(world *w, const char *rule, const char *expected)
{
  json_t *result = world_judge(w, rule);
  char *got = result == NULL ? w->said : figures(result);
  cr_expect(eq(str, got, (char *)expected), "%s: «%s», not «%s»", rule, got, expected);
  json_decref(result);
}

static inline void expect_rows(world *w, const char *rule, const char *expected)
{
  json_t *result = world_judge(w, rule);
  char *got = result == NULL ? w->said : shown_rows(result);
  cr_expect(eq(str, got, (char *)expected), "%s: «%s», not «%s»", rule, got, expected);
  json_decref(result);
}

static inline void expect_message(world *w, const char *rule, const char *expected)
{
  json_t *result = world_judge(w, rule);
  const char *got = result == NULL ? w->said
                                   : zc_text_or(zc_get_text(result, "message"), "");
  cr_expect(eq(str, (char *)got, (char *)expected), "%s: «%s», not «%s»", rule, got,
            expected);
  json_decref(result);
}

#endif
