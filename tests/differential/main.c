/* zicha-differential SEED ROUNDS [THREADS]: random tables and random rules, judged by the
 * plain executor and by the vector engine. Says where they differ, and ends with 1 then. TAP. */
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "differential.h"
#include "table/derived.h"
#include "table/run.h"
#include "table/union.h"
#include "vector/engine.h"
#include "vector/load.h"
#include "vector/parts.h"
#include "vector/scanning.h"

/* One executor with its own tables, rules and patients. */
typedef struct {
  bool vector;
  zc_crew *crew;
  const zc_engine *engine;
  zc_table *tables[2];
  zc_scope *scope;
  json_t *names;
  zc_arena arena;
  zc_derivations *derivations;
  zc_patients patients, others;
  zc_plain plain;
  zc_wanted wanted;
  json_t *told; /* all hits of the rule that was judged last */
} side;

typedef struct {
  uint64_t seed;
  char *csv[2];
  size_t size[2];
  const char *dataset[2];
  zc_grain grain;
  zc_gb18030 *converter;
  json_t *view, *measure;
  side sides[2];
} world;

static void fail(const world *w, const char *what, const json_t *rule)
{
  char *text = rule == NULL ? strdup("") : json_dumps(rule, JSON_COMPACT);
  printf("1..1\nnot ok 1 - both executors agree on random rules over random tables\n");
  printf("# seed %llu: %s\n%s\n", (unsigned long long)w->seed, what, text);
  char *view = json_dumps(w->view, JSON_COMPACT);
  char *measure = json_dumps(w->measure, JSON_COMPACT);
  printf("grain %zu %zu\ndataset %s\nview %s\nmeasure %s\n--- t\n%s\n--- o\n%s\n",
         w->grain.batch, w->grain.part, w->dataset[0], view, measure, w->csv[0],
         w->csv[1]);
  exit(1);
}

static json_t *json_from(const char *text)
{
  char *copy = strdup(text);
  for (char *c = copy; *c != '\0'; c++)
    if (*c == '\'')
      *c = '"';
  json_error_t error;
  json_t *json = json_loads(copy, 0, &error);
  if (json == NULL) {
    printf("no JSON: %s\n%s\n", error.text, copy);
    exit(2);
  }
  free(copy);
  return json;
}

/* ---- the two sides ---------------------------------------------------------------------- */

static const char names[] =
    "[{'space':'p','name':'max','type':'number','value':4,'fixed':true},"
    "{'space':'p','name':'share','type':'number','value':'0.3','fixed':true},"
    "{'space':'p','name':'unset','type':'number','fixed':true},"
    "{'space':'period','name':'from','type':'date','value':'2023-01-10'},"
    "{'space':'period','name':'to','type':'date','value':'2023-03-20'},"
    "{'space':'','name':'today','type':'date','value':'2023-03-01'}]";

static bool tell(const char *text, size_t size, void *context)
{
  side *s = context;
  return json_array_append_new(s->told, json_stringn_nocheck(text, size)) == 0;
}

static zc_table *table_of(const world *w, int number)
{
  zc_err err;
  zc_dataset *d;
  json_t *json = json_from(w->dataset[number]);
  if (zc_dataset_new(json, &d, &err) != ZC_OK)
    exit(2);
  json_decref(json);
  zc_table *table = zc_table_new(d, "export.csv", w->csv[number], w->size[number],
                                 NULL);
  for (int i = 0; i < d->count; i++)
    table->used[i] = true;
  return table;
}

/* As the engine does it if the grain is the usual one: what is to be loaded is told at once. */
static void load(const world *w, side *s)
{
  zc_err err;
  zc_loading both[2];
  for (int t = 0; t < 2; t++) {
    s->tables[t] = table_of(w, t);
    both[t] = (zc_loading){.table = s->tables[t], .faults = json_array()};
    if (!s->vector)
      both[t].code = zc_table_load(s->tables[t], w->converter, both[t].faults, &err);
    else if (w->grain.part != zc_usual_grain.part)
      both[t].code = zc_columns_load_by(s->tables[t], s->crew, w->grain, w->converter,
                                        both[t].faults, &err);
  }
  if (s->vector && w->grain.part == zc_usual_grain.part)
    zc_columns_load_several(both, 2, s->crew, w->converter);
  for (int t = 0; t < 2; t++) {
    if (both[t].code != ZC_OK)
      fail(w, "a table does not load", both[t].faults);
    json_decref(both[t].faults);
  }
}

static void begin_side(world *w, side *s)
{
  zc_err err;
  s->names = json_from(names);
  s->scope = zc_scope_new(NULL);
  if (zc_scope_add_names(s->scope, s->names, &s->arena) != 0)
    exit(2);
  load(w, s);
  zc_index_begin(&s->patients.index, 1);
  zc_index_begin(&s->others.index, 1);
  if (s->vector && zc_vectors_new(s->crew, &s->engine, &err) != ZC_OK)
    exit(2);
  s->wanted = (zc_wanted){.take = tell, .context = s, .others = &s->others, .left = -1};
  s->plain = (zc_plain){.engine = s->engine, .patients = &s->patients};
  zc_world all = {s->tables, 2, s->scope, NULL};
  s->derivations = zc_derivations_new(&all);
  zc_derivations_add(s->derivations, w->view, "t.lua");
  zc_derivations_add(s->derivations, w->measure, "t.lua");
}

static void end_side(side *s)
{
  zc_derivations_free(s->derivations);
  for (int t = 0; t < 2; t++)
    zc_table_free(s->tables[t]);
  zc_scope_free(s->scope);
  json_decref(s->names);
  zc_arena_free(&s->arena);
  zc_index_free(&s->patients.index);
  zc_arena_free(&s->patients.texts);
  zc_index_free(&s->others.index);
  zc_arena_free(&s->others.texts);
  zc_vectors_free(s->engine);
  json_decref(s->told);
}

/* ---- comparing ---------------------------------------------------------------------------- */

static void compare_json(const world *w, const char *what, json_t *a, json_t *b,
                         const json_t *rule)
{
  if (json_equal(a, b))
    return;
  char *x = json_dumps(a, JSON_SORT_KEYS | JSON_ENCODE_ANY);
  char *y = json_dumps(b, JSON_SORT_KEYS | JSON_ENCODE_ANY);
  printf("plain  %s\nvector %s\n", x, y);
  fail(w, what, rule);
}

static bool same_scalar(const zc_scalar *a, const zc_scalar *b)
{
  return a->kind == b->kind && zc_is_unreadable(*a) == zc_is_unreadable(*b) &&
         (a->kind != ZC_NUMBER || (a->scale == b->scale && a->divisor == b->divisor)) &&
         zc_scalar_compare(a, b) == 0;
}

static void compare_tables(const world *w, zc_table *a, zc_table *b, const char *which)
{
  char what[200];
  snprintf(what, sizeof what,
           "%s: %zu and %zu rows, %lld and %lld malformed, %lld and %lld unplaced",
           which, a->count, b->count, (long long)a->malformed, (long long)b->malformed,
           (long long)a->unplaced, (long long)b->unplaced);
  if (a->count != b->count || a->malformed != b->malformed || a->first != b->first ||
      a->last != b->last || a->unplaced != b->unplaced)
    fail(w, what, NULL);
  for (int i = 0; i < a->dataset->count; i++)
    if (a->bad[i] != b->bad[i] || a->present[i] != b->present[i])
      fail(w, "bad cells, or a column", NULL);
  zc_scalar *rooms[2] = {calloc((size_t)a->width + 1, sizeof(zc_scalar)),
                         calloc((size_t)b->width + 1, sizeof(zc_scalar))};
  for (size_t row = 0; row < a->count; row++) {
    const zc_scalar *x = zc_table_row(a, row, rooms[0]);
    const zc_scalar *y = zc_table_row(b, row, rooms[1]);
    snprintf(what, sizeof what, "%s: row %zu on lines %lld and %lld", which, row,
             (long long)zc_table_line(a, row), (long long)zc_table_line(b, row));
    if (zc_table_line(a, row) != zc_table_line(b, row))
      fail(w, what, NULL);
    for (int c = 0; c < a->width; c++)
      if (!same_scalar(&x[c], &y[c])) {
        snprintf(what + strlen(what), 40, ", cell %d", c);
        fail(w, what, NULL);
      }
  }
  free(rooms[0]);
  free(rooms[1]);
}

/* Import sees the same. */
static void compare_scans(const world *w, int number, zc_crew *crew)
{
  zc_err err;
  zc_dataset *d;
  json_t *json = json_from(w->dataset[number]), *said[2] = {NULL};
  if (zc_dataset_new(json, &d, &err) != ZC_OK)
    exit(2);
  for (int i = 0; i < 2; i++) {
    json_t *faults = json_array(), *summary = NULL;
    const char *csv = w->csv[number];
    size_t size = w->size[number];
    zc_code code = i == 0 ? zc_scan("f.csv", csv, size, d, NULL, 19500, w->converter,
                                    NULL, faults, &summary, &err)
                          : zc_columns_scan_by("f.csv", csv, size, d, NULL, 19500, crew,
                                               w->grain, w->converter, NULL, faults,
                                               &summary, &err);
    said[i] = json_pack("{s:i,s:o,s:o*}", "code", code, "faults", faults, "summary",
                        summary);
  }
  compare_json(w, "the imports differ", said[0], said[1], NULL);
  json_decref(said[0]);
  json_decref(said[1]);
  zc_dataset_free(d);
  json_decref(json);
}

/* ---- judging ------------------------------------------------------------------------------ */

/* NULL when the rule is wrong. */
static json_t *judge(const world *w, side *s, json_t *declaration, zc_marks *marks,
                     zc_table **view)
{
  zc_err err;
  zc_rule *rule = NULL;
  json_t *faults = json_array(), *result = NULL;
  zc_world all = {s->tables, 2, s->scope, s->derivations};
  json_decref(s->told);
  s->told = json_array();
  bool wrong;
  zc_derived *v = zc_derivations_find(s->derivations, "v", false, faults, &wrong, &err);
  *view = v == NULL || wrong ? NULL : zc_derived_table(v);
  if (zc_rule_new(declaration, "t.lua", &all, faults, &rule, &err) == ZC_OK) {
    /* Held once more than it is let go: its rows are looked at afterwards. */
    zc_derived_hold(rule);
    if (zc_derived_make(&s->plain, rule, &err) != ZC_OK)
      fail(w, "a view cannot be made", declaration);
    zc_rule_settle(rule);
    bool marked = w->seed % 3 > 0; /* who asks which rows there are */
    if (marked && !zc_marks_new(marks, rule->tables[0]->count))
      exit(2);
    s->plain.marks = marked ? marks : NULL;
    if (zc_plain_run(&s->plain, rule, &result, &err) != ZC_OK)
      fail(w, "a rule cannot be judged", declaration);
    zc_ran ran[2] = {{rule, marks}, {rule, marks}};
    json_t *united = NULL;
    if (marked && zc_union(&s->plain, ran, 2, &united, &err) != ZC_OK)
      fail(w, "rules cannot be united", declaration);
    if (united != NULL)
      json_object_set_new(result, "united", united);
  }
  zc_rule_free(rule);
  json_decref(faults);
  return result;
}

/* Whether the rule was right. */
static bool compare_rule(world *w, json_t *rule)
{
  json_t *results[2];
  zc_marks marks[2] = {{0}};
  zc_table *views[2];
  bool all = w->seed % 2 == 0; /* hits are wanted */
  for (int i = 0; i < 2; i++) {
    w->sides[i].plain.wanted = all ? &w->sides[i].wanted : NULL;
    results[i] = judge(w, &w->sides[i], rule, &marks[i], &views[i]);
  }
  if ((results[0] == NULL) != (results[1] == NULL))
    fail(w, "only one of them takes the rule", rule);
  bool right = results[0] != NULL;
  if (right) {
    compare_json(w, "the results differ", results[0], results[1], rule);
    compare_json(w, "what is told differs", w->sides[0].told, w->sides[1].told, rule);
    bool view = strcmp(json_string_value(json_object_get(rule, "on")), "v") == 0;
    size_t rows = view ? views[0]->count : w->sides[0].tables[0]->count;
    size_t bytes = (rows / 64 + 1) * sizeof(uint64_t);
    if (marks[0].population != NULL &&
        (memcmp(marks[0].population, marks[1].population, bytes) != 0 ||
         memcmp(marks[0].hits, marks[1].hits, bytes) != 0))
      fail(w, "the marks differ", rule);
    if (views[0] != NULL && views[1] != NULL)
      compare_tables(w, views[0], views[1], "the view");
  }
  for (int i = 0; i < 2; i++) {
    json_decref(results[i]);
    free(marks[i].population);
    free(marks[i].hits);
  }
  return right;
}

static int rows_of(maker *m)
{
  int kind = between(m, 0, 29);
  return kind == 0              ? 0
         : kind == 1            ? 1
         : kind < 25            ? between(m, 2, 60)
         : kind < 29            ? between(m, 100, 600)
         : between(m, 0, 3) > 0 ? between(m, 2000, 4000)
                                : between(m, 17000, 36000);
}

/* An export in the encoding of most hospitals; one with broken bytes stays as it is. */
static void as_gb18030(const zc_buffer *text, world *w, int number)
{
  iconv_t to = iconv_open("GB18030", "UTF-8");
  char *from = text->data, *at = w->csv[number];
  size_t left = text->size, room = 2 * left;
  memset(at, 0, 2 * left);
  if (iconv(to, &from, &left, &at, &room) == (size_t)-1)
    memcpy(w->csv[number], text->data, text->size);
  else
    w->size[number] = (size_t)(at - w->csv[number]);
  iconv_close(to);
}

/* A table with a few rules. Returns how many of them were right. */
static int one_round(uint64_t seed, zc_crew *crew, zc_gb18030 *converter)
{
  maker m = {.state = seed * 0x9e3779b97f4a7c15u + 1};
  zc_buffer texts[5] = {{0}};
  world w = {.seed = seed, .grain = zc_usual_grain, .converter = converter};
  if (between(&m, 0, 2) > 0) /* as if the file were large */
    w.grain = (zc_grain){(size_t)between(&m, 1, 40) * ZC_BLOCK,
                         (size_t)between(&m, 1, 4000)};
  make_dataset(&m, &texts[4]);
  w.dataset[0] = texts[4].data;
  w.dataset[1] = dataset_o;
  make_export(&m, "t", rows_of(&m), &texts[0]);
  make_export(&m, "o", between(&m, 0, 12), &texts[1]);
  make_view(&m, &texts[2]);
  make_measure(&m, &texts[3]);
  for (int t = 0; t < 2; t++) { /* readable bytes behind the end */
    w.size[t] = texts[t].size;
    w.csv[t] = calloc(1, 2 * texts[t].size + ZC_PADDING + 1);
    memcpy(w.csv[t], texts[t].data, texts[t].size);
    if (between(&m, 0, 5) == 0)
      as_gb18030(&texts[t], &w, t);
  }
  w.view = json_from(texts[2].data);
  w.measure = json_from(texts[3].data);
  for (int i = 0; i < 2; i++) {
    w.sides[i].vector = i == 1;
    w.sides[i].crew = crew;
    begin_side(&w, &w.sides[i]);
  }
  for (int t = 0; t < 2; t++)
    compare_tables(&w, w.sides[0].tables[t], w.sides[1].tables[t],
                   t == 0 ? "the table t" : "the table o");
  for (int t = 0; t < 2; t++)
    compare_scans(&w, t, crew);
  int right = 0;
  m.measure = true;
  for (int form = 0; form < FORMS; form++) {
    zc_buffer text = {0};
    make_rule(&m, form, &text);
    json_t *rule = json_from(text.data);
    json_object_set_new(rule, "id", json_string("t.rule"));
    right += compare_rule(&w, rule);
    json_decref(rule);
    zc_buffer_free(&text);
  }
  for (int i = 0; i < 2; i++)
    end_side(&w.sides[i]);
  json_decref(w.view);
  json_decref(w.measure);
  for (int t = 0; t < 5; t++)
    zc_buffer_free(&texts[t]);
  free(w.csv[0]);
  free(w.csv[1]);
  return right;
}

int main(int count, char **words)
{
  zc_err err;
  zc_crew *crew;
  if (count < 3) {
    fprintf(stderr, "usage: zicha-differential SEED ROUNDS [THREADS]\n");
    return 64;
  }
  uint64_t seed = strtoull(words[1], NULL, 10), rounds = strtoull(words[2], NULL, 10);
  int threads = count > 3 ? atoi(words[3]) : 3;
  if (zc_crew_new(threads, &crew, &err) != ZC_OK)
    return 70;
  json_object_seed(1);
  zc_gb18030 *converter = zc_gb18030_new();
  int64_t right = 0, all = (int64_t)rounds * FORMS;
  for (uint64_t i = 0; i < rounds; i++)
    right += one_round(seed + i, crew, converter);
  zc_crew_free(crew);
  zc_gb18030_free(converter);
  bool enough = right * 10 > all * 9; /* rules that are wrong try nothing */
  printf("1..1\n%s 1 - both executors agree on random rules over random tables\n"
         "# %lld of %lld rules were right\n",
         enough ? "ok" : "not ok", (long long)right, (long long)all);
  return enough ? 0 : 3;
}
