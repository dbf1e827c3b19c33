/* The forms that look at several rows (groups, rates, sequences, spans), by the vector engine
 * and by the plain executor: random tables and rules, and the same results to the last byte. */
#include "forms.h"

TestSuite(vector_forms, .timeout = 600);

/* ---- rules ---- */

static json_t *groups_rule(trial *t)
{
  json_t *rule = begin_rule(t);
  writing having = {0};
  set_keys(t, rule);
  write_having(t, &having, 2);
  set(rule, "having", &having);
  set_extras(t, rule, true);
  return rule;
}

static json_t *rates_rule(trial *t)
{
  json_t *rule = begin_rule(t);
  writing rate = {0};
  char limit[32];
  set_keys(t, rule);
  write_condition(t, &rate, 2);
  set(rule, "rate", &rate);
  sprintf(limit, "%d / 100", chance_of(t, 1, 99));
  json_object_set_new(rule, chance_of(t, 0, 1) ? "above" : "below", json_string(limit));
  json_object_set_new(rule, "min_n", json_integer(chance_of(t, 1, 3)));
  return rule;
}

static json_t *sequence_rule(trial *t)
{
  static const char *const orders[] = {"['d']",     "['m']",     "['d','w']",
                                       "['n','d']", "['w','q']", "['d + n']"};
  json_t *rule = begin_rule(t);
  writing where = {0};
  set_keys(t, rule);
  json_object_set_new(rule, "sort", json_of(orders[chance_of(t, 0, 5)]));
  t->sequence = true;
  write_condition(t, &where, 2);
  if (strstr(where.text, "prev") == NULL)
    put(&where, " and prev.d <= d");
  t->sequence = false;
  set(rule, "where", &where);
  set_extras(t, rule, false);
  if (chance_of(t, 0, 3) == 0)
    json_object_set_new(rule, "count", json_string(chance_of(t, 0, 1) ? "w" : "n"));
  return rule;
}

static json_t *windows_rule(trial *t)
{
  json_t *rule = begin_rule(t);
  writing having = {0};
  set_keys(t, rule);
  json_object_set_new(rule, "sort", json_string(chance_of(t, 0, 1) ? "d" : "m"));
  json_object_set_new(rule, "within", json_integer(chance_of(t, 0, 9)));
  write_having(t, &having, 1);
  set(rule, "having", &having);
  set_extras(t, rule, true);
  return rule;
}

/* ---- both judgements --------------------------------------------------------------------- */

typedef struct {
  world *world;
  json_t *result, *told; /* and all hits */
  zc_marks marks;
  size_t words;
} judged;

static bool keep_hit(const char *text, size_t size, void *context)
{
  return json_array_append_new(context, json_stringn(text, size)) == 0;
}

/* False when the rule is refused. */
static bool judge(const trial *t, const json_t *rule, const zc_engine *engine,
                  bool wants, bool marks, judged *j)
{
  zc_err err;
  zc_patients others = {0};
  json_t *copy = json_deep_copy(rule);
  *j = (judged){.world = world_of(t, engine), .told = json_array()};
  zc_wanted wanted = {.take = keep_hit,
                      .context = j->told,
                      .others = &others,
                      .left = -1};
  zc_index_begin(&others.index, 1);
  zc_rule *compiled = world_rule(j->world, copy);
  if (compiled != NULL) {
    j->words = (size_t)t->style.rows / 64 + 2;
    cr_assert(zc_marks_new(&j->marks, j->words * 64));
    j->world->plain.marks = marks ? &j->marks : NULL;
    j->world->plain.wanted = wants ? &wanted : NULL;
    cr_assert(eq(int, zc_derived_make(&j->world->plain, compiled, &err), ZC_OK));
    zc_rule_settle(compiled);
    cr_assert(
        eq(int, zc_plain_run(&j->world->plain, compiled, &j->result, &err), ZC_OK));
  }
  zc_rule_free(compiled);
  json_decref(copy);
  zc_index_free(&others.index);
  zc_arena_free(&others.texts);
  return j->result != NULL;
}

static void release(judged *j)
{
  json_decref(j->result);
  json_decref(j->told);
  free(j->marks.population);
  free(j->marks.hits);
  world_free(j->world);
}

/* How much of what rules can find was found. */
typedef struct {
  int judged, hits, open;
} found;

static void compare(const trial *t, const json_t *rule, const vectors *v, bool wants,
                    int round, found *f)
{
  judged plain, fast;
  char *text = json_dumps(rule, JSON_COMPACT);
  bool marks = round % 3 > 0; /* somebody asks which rows there are */
  if (!judge(t, rule, NULL, wants, marks, &plain)) {
    release(&plain);
    free(text);
    return;
  }
  cr_assert(judge(t, rule, v->engine, wants, marks, &fast), "%s", text);
  char *expected = json_dumps(plain.result, JSON_COMPACT | JSON_SORT_KEYS);
  char *got = json_dumps(fast.result, JSON_COMPACT | JSON_SORT_KEYS);
  cr_assert(eq(str, got, expected), "round %d: %s\n%s\nnot\n%s\n%.4000s\n%s", round,
            text, got, expected, t->csv, t->other);
  cr_assert(json_equal(plain.told, fast.told), "round %d: %s: hits told\n%.4000s",
            round, text, t->csv);
  size_t size = plain.words * sizeof *plain.marks.hits;
  cr_assert(eq(int, memcmp(plain.marks.population, fast.marks.population, size), 0),
            "round %d: %s: population\n%.4000s", round, text, t->csv);
  cr_assert(eq(int, memcmp(plain.marks.hits, fast.marks.hits, size), 0),
            "round %d: %s: hits\n%.4000s", round, text, t->csv);
  f->judged++;
  f->hits += zc_get_integer(plain.result, "count", 0) > 0;
  f->open += zc_get_integer(plain.result, "unjudged", 0) > 0;
  free(expected);
  free(got);
  free(text);
  release(&plain);
  release(&fast);
}

/* ---- one after the other ---- */

typedef json_t *(*maker)(trial *t);

/* Under sanitizers everything takes ten times as long. */
static int fewer(int rounds)
{
#ifdef ZC_SANITIZED
  return rounds > 100 ? rounds / 8 : (rounds + 3) / 4;
#else
  return rounds;
#endif
}

static void run_small(maker make, uint64_t seed, int rounds)
{
  vectors one = begin_vectors(1), three = begin_vectors(3);
  found f = {0};
  trial t = {.chance = seed};
  rounds = fewer(rounds);
  for (int round = 0; round < rounds; round++) {
    t.style = small[round % (int)(sizeof small / sizeof *small)];
    t.style.rows = chance_of(&t, 0, 40);
    make_tables(&t);
    json_t *rule = make(&t);
    compare(&t, rule, round % 2 == 0 ? &one : &three, round % 5 == 0, round, &f);
    json_decref(rule);
    free(t.csv);
  }
  cr_expect(f.judged > rounds / 2 && f.hits > rounds / 10 && f.open > rounds / 10,
            "%d of %d judged, %d with hits, %d with open ones", f.judged, rounds,
            f.hits, f.open);
  end_vectors(&one);
  end_vectors(&three);
}

static void run_styles(maker make, uint64_t seed, int rounds, const style *styles,
                       size_t count)
{
  vectors three = begin_vectors(3);
  found f = {0};
  trial t = {.chance = seed};
  for (size_t i = 0; i < count; i++) {
    t.style = styles[i];
    make_tables(&t);
    for (int round = 0; round < fewer(rounds); round++) {
      json_t *rule = make(&t);
      compare(&t, rule, &three, false, round, &f);
      json_decref(rule);
    }
    free(t.csv);
  }
  cr_expect(f.judged > 2 && f.hits > 0, "%d judged", f.judged);
  end_vectors(&three);
}

static void run_large(maker make, uint64_t seed, int rounds)
{
  run_styles(make, seed, rounds, large, sizeof large / sizeof *large);
}

Test(vector_forms, groups_are_judged_as_by_the_plain_executor)
{
  run_small(groups_rule, 20260801, 3000);
}

Test(vector_forms, large_groups_are_judged_as_by_the_plain_executor)
{
  run_large(groups_rule, 20260802, 12);
}

Test(vector_forms, rates_of_groups_are_judged_as_by_the_plain_executor)
{
  run_small(rates_rule, 20260803, 2000);
  run_large(rates_rule, 20260804, 3);
}

Test(vector_forms, sequences_are_judged_as_by_the_plain_executor)
{
  run_small(sequence_rule, 20260805, 3000);
}

Test(vector_forms, large_sequences_are_judged_as_by_the_plain_executor)
{
  run_large(sequence_rule, 20260806, 10);
}

Test(vector_forms, spans_of_days_are_judged_as_by_the_plain_executor)
{
  run_small(windows_rule, 20260807, 3000);
}

/* The plain executor takes each span's rows anew. */
Test(vector_forms, large_spans_are_judged_as_by_the_plain_executor)
{
  static const style styles[] = {{.rows = 3000, .keys = 700, .blank = 500},
                                 {.rows = 1500, .keys = 1, .sorted = true},
                                 {.rows = 2500, .keys = 2, .blank = 5000},
                                 {.rows = 3000, .keys = 0}};
  run_styles(windows_rule, 20260810, 8, styles, sizeof styles / sizeof *styles);
}
