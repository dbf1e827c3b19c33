/* Views and measures by the vector engine and by the plain executor: random ones over random
 * tables, and the same cells. */
#include "forms.h"

TestSuite(vector_views, .timeout = 600);

/* A column of a view, or a measure: figures, and what is computed of them. */
static void write_column(trial *t, writing *w)
{
  bool day;
  switch (chance_of(t, 0, 6)) {
  case 0:
    put(w, "sum(n) + %d", chance_of(t, 0, 3));
    break;
  case 1:
    put(w, "sum(q) / count()");
    break;
  case 2:
    put(w, "sum(q, b) * 1.5 - sum(n)");
    break;
  case 3:
    put(w, "max(choose(b, n, q))");
    break;
  default:
    write_figure(t, w, &day);
  }
}

static json_t *view_of(trial *t)
{
  static const char *const more[] = {"set(w)",
                                     "set(w, b)",
                                     "choose(count() > 2, 'some', 'few')",
                                     "min(m)",
                                     "count() > 1",
                                     "sum(q)"};
  static const char *const keys[] = {"{'k':'g'}",
                                     "{'k':'w','l':'year(d) * 100 + month(d)'}",
                                     "{'k':'d'}",
                                     "{'k':'n','l':'b'}",
                                     "{'k':'q'}",
                                     "{'k':'default(w, g)'}"};
  json_t *view = begin_rule(t), *cols = json_object();
  json_object_set_new(view, "kind", json_string("view"));
  json_object_set_new(view, "id", json_string("made"));
  json_object_set_new(view, "group", json_of(keys[chance_of(t, 0, 5)]));
  for (int i = chance_of(t, 1, 4); i > 0; i--) {
    writing w = {0};
    char name[16];
    sprintf(name, "c%d", i);
    if (chance_of(t, 0, 2) == 0)
      put(&w, "%s", more[chance_of(t, 0, 5)]);
    else
      write_column(t, &w);
    set(cols, name, &w);
  }
  if (t->join && chance_of(t, 0, 1))
    json_object_set_new(cols, "j", json_string("max(o.v)"));
  json_object_set_new(view, "cols", cols);
  return view;
}

static bool same_cell(const zc_scalar *a, const zc_scalar *b)
{
  if (a->kind != b->kind)
    return false;
  switch (a->kind) {
  case ZC_NIL:
    return zc_is_unreadable(*a) == zc_is_unreadable(*b);
  case ZC_BOOL:
    return a->truth == b->truth;
  case ZC_NUMBER:
    return a->units == b->units && a->scale == b->scale && a->divisor == b->divisor;
  case ZC_TEXT:
  case ZC_CODES:
    return a->size == b->size &&
           (a->size == 0 || memcmp(a->text, b->text, a->size) == 0);
  default:
    return a->units == b->units;
  }
}

/* Declares a view or a measure, whose texts may have quotes. */
static void derive(world *w, json_t *declaration)
{
  zc_world all = {w->tables, w->count, w->scope, NULL};
  w->derivations = zc_derivations_new(&all);
  cr_assert(eq(int, zc_derivations_add(w->derivations, declaration, "t.lua"), 0));
}

/* The view, made; NULL when it is refused. */
static zc_table *view_made(world *w, json_t *view, zc_rule **rule)
{
  static const char on[] = "{'on':'made','where':'true'}";
  zc_err err;
  json_t *json = json_of(on);
  derive(w, view);
  *rule = world_rule(w, json);
  json_decref(json);
  if (*rule == NULL)
    return NULL;
  cr_assert(eq(int, zc_derived_make(&w->plain, *rule, &err), ZC_OK));
  return (*rule)->tables[0];
}

static int compare_views(const trial *t, json_t *view, const vectors *v, int round)
{
  char *text = json_dumps(view, JSON_COMPACT);
  world *plain = world_of(t, NULL), *fast = world_of(t, v->engine);
  zc_rule *rules[2];
  zc_table *a = view_made(plain, view, &rules[0]),
           *b = view_made(fast, view, &rules[1]);
  int rows = a == NULL ? -1 : (int)a->count;
  cr_assert(eq(int, a == NULL, b == NULL));
  if (a != NULL) {
    cr_assert(eq(sz, a->count, b->count), "round %d: %s\n%.3000s", round, text, t->csv);
    cr_assert(eq(int, a->unplaced, b->unplaced), "round %d: %s", round, text);
    for (size_t i = 0; i < a->count; i++) {
      cr_assert(eq(int, zc_table_line(a, i), zc_table_line(b, i)), "round %d: %s",
                round, text);
      for (int c = 0; c < a->width; c++) {
        zc_scalar rooms[2][ZC_COLUMNS];
        const zc_scalar *x = &zc_table_row(a, i, rooms[0])[c];
        const zc_scalar *y = &zc_table_row(b, i, rooms[1])[c];
        cr_assert(same_cell(x, y),
                  "round %d: %s: row %zu, column %d: kinds %d %d, units %lld %lld, "
                  "scales %d %d\n%.3000s",
                  round, text, i, c, x->kind, y->kind, (long long)x->units,
                  (long long)y->units, x->scale, y->scale, t->csv);
      }
    }
  }
  zc_rule_free(rules[0]);
  zc_rule_free(rules[1]);
  world_free(plain);
  world_free(fast);
  free(text);
  return rows;
}

Test(vector_views, views_have_the_cells_that_the_plain_executor_makes)
{
  vectors one = begin_vectors(1), three = begin_vectors(3);
  trial t = {.chance = 20260808};
  int made = 0;
  for (int round = 0; round < 3000; round++) {
    t.style = small[round % (int)(sizeof small / sizeof *small)];
    t.style.rows = chance_of(&t, 0, 40);
    make_tables(&t);
    json_t *view = view_of(&t);
    made += compare_views(&t, view, round % 2 ? &one : &three, round) > 0;
    json_decref(view);
    free(t.csv);
  }
  cr_expect(made > 1500, "%d made", made);
  for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
    t.style = large[i];
    make_tables(&t);
    for (int round = 0; round < 6; round++) {
      json_t *view = view_of(&t);
      compare_views(&t, view, &three, round);
      json_decref(view);
    }
    free(t.csv);
  }
  end_vectors(&one);
  end_vectors(&three);
}

static json_t *measured(const trial *t, json_t *measure, const zc_engine *engine)
{
  zc_err err;
  world *w = world_of(t, engine);
  json_t *faults = json_array(), *result = NULL;
  bool wrong;
  derive(w, measure);
  zc_derived *entry = zc_derivations_find(w->derivations, "t.value", true, faults,
                                          &wrong, &err);
  if (!wrong)
    cr_assert(eq(int, zc_derived_measure(&w->plain, entry, &result, &err), ZC_OK));
  json_decref(faults);
  world_free(w);
  return result;
}

Test(vector_views, measures_are_what_the_plain_executor_says)
{
  vectors one = begin_vectors(1), three = begin_vectors(3);
  trial t = {.chance = 20260809};
  int made = 0;
  for (int round = 0; round < 2000; round++) {
    bool few = round % 100 != 0;
    t.style = few ? small[round % (int)(sizeof small / sizeof *small)]
                  : large[round / 100 % (int)(sizeof large / sizeof *large)];
    t.style.rows = few ? chance_of(&t, 0, 40) : t.style.rows;
    make_tables(&t);
    json_t *measure = begin_rule(&t);
    writing w = {0};
    json_object_set_new(measure, "kind", json_string("measure"));
    json_object_set_new(measure, "id", json_string("t.value"));
    write_column(&t, &w);
    set(measure, "value", &w);
    char *text = json_dumps(measure, JSON_COMPACT);
    json_t *plain = measured(&t, measure, NULL);
    json_t *fast = measured(&t, measure, round % 2 ? one.engine : three.engine);
    cr_assert(plain == NULL ? fast == NULL : json_equal(plain, fast),
              "round %d: %s: %s, not %s\n%.3000s", round, text,
              zc_text_or(zc_get_text(fast, "value"), "-"),
              zc_text_or(zc_get_text(plain, "value"), "-"), t.csv);
    made += json_object_get(plain, "value") != NULL;
    json_decref(plain);
    json_decref(fast);
    json_decref(measure);
    free(text);
    free(t.csv);
  }
  cr_expect(made > 700, "%d made", made);
  end_vectors(&one);
  end_vectors(&three);
}
