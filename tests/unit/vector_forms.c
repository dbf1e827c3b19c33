/* The forms that look at several rows (groups, rates, sequences, spans, views, measures), by
 * the vector engine and by the plain executor: random tables and rules, and the same results
 * to the last byte. */
#include "chance.h"
#include "tables.h"
#include "vector/engine.h"

TestSuite(vector_forms, .timeout = 600);

static const char dataset[] =
    "{'id':'t','title':'表','columns':[{'id':'id','type':'code','key':true},"
    "{'id':'g','type':'code'},{'id':'w','type':'text'},{'id':'n','type':'int'},"
    "{'id':'q','type':'decimal','scale':2},{'id':'d','type':'date'},"
    "{'id':'m','type':'datetime'},{'id':'b','type':'bool'},"
    "{'id':'e','type':'date'},{'id':'p','type':'code','identifies':'patient'}]}";
static const char partners[] =
    "{'id':'o','title':'另表','columns':[{'id':'g','type':'code','key':true},"
    "{'id':'v','type':'int'},{'id':'f','type':'date'},{'id':'x','type':'text'}]}";

/* What the cells of a table are like. */
typedef struct {
  int rows;
  int keys;      /* different ones; 0: as many as rows; 1: all the same */
  int blank;     /* one in so many cells; 0: none */
  int unread;    /* one in so many cannot be read */
  bool huge;     /* numbers that hardly fit */
  bool sorted;   /* the days ascend */
  bool joined;   /* rules may have a join … */
  bool repeated; /* … and a row several partners */
} style;

typedef struct {
  uint64_t chance;
  style style;
  char *csv, other[1024];
  bool join;     /* of this rule */
  bool sequence; /* prev and prevmax may stand here */
} trial;

static int chance_of(trial *t, int least, int most)
{
  return random_between(&t->chance, least, most);
}

/* ---- tables ------------------------------------------------------------------------------ */

static char *add_text(trial *t, char *at, const char *text)
{
  if (t->style.unread > 0 && chance_of(t, 1, t->style.unread) == 1 &&
      strchr("-0123456789", *text) != NULL)
    text = "??";
  else if (t->style.blank > 0 && chance_of(t, 1, t->style.blank) == 1)
    text = "";
  return at + sprintf(at, ",%s", text);
}

static char *add_row(trial *t, char *at, int i)
{
  static const char *const words[] = {"x", "y", "中文", "药品", "xx"};
  char cell[64];
  int keys = t->style.keys;
  at += sprintf(at, "%d", i);
  sprintf(cell, "K%d", keys == 0 ? i : chance_of(t, 1, keys));
  at = add_text(t, at, cell);
  at = add_text(t, at, words[chance_of(t, 0, 4)]);
  if (t->style.huge && chance_of(t, 0, 2) == 0)
    sprintf(cell, "%s9%017d", chance_of(t, 0, 1) ? "-" : "", chance_of(t, 0, 999999));
  else
    sprintf(cell, "%d", chance_of(t, -3, 9));
  at = add_text(t, at, cell);
  int cents = chance_of(t, 0, 900);
  sprintf(cell, "%s%d.%02d", chance_of(t, 0, 3) == 0 ? "-" : "", cents / 100,
          cents % 100);
  if (t->style.huge && chance_of(t, 0, 2) == 0)
    sprintf(cell, "%d99999999999999.99", chance_of(t, 1, 9));
  at = add_text(t, at, cell);
  int day = t->style.sorted ? (int)((int64_t)i * 28 / (t->style.rows + 1))
                            : chance_of(t, 0, 27);
  sprintf(cell, "2023-02-%02d", day + 1);
  at = add_text(t, at, cell);
  sprintf(cell, "2023-02-%02d %02d:30:00", chance_of(t, 1, 28), chance_of(t, 0, 23));
  at = add_text(t, at, cell);
  at = add_text(t, at, chance_of(t, 0, 1) ? "是" : "否");
  sprintf(cell, "2023-03-%02d", chance_of(t, 1, 28));
  at = add_text(t, at, cell);
  sprintf(cell, "P%d", chance_of(t, 1, 4));
  at = add_text(t, at, cell);
  return at + sprintf(at, "\n");
}

static void make_tables(trial *t)
{
  t->csv = malloc((size_t)t->style.rows * 160 + 64);
  char *at = t->csv + sprintf(t->csv, "id,g,w,n,q,d,m,b,e,p\n");
  for (int i = 1; i <= t->style.rows; i++)
    at = add_row(t, at, i);
  at = t->other + sprintf(t->other, "g,v,f,x\n");
  for (int i = 1; i <= 8; i++)
    at += sprintf(at, "K%d,%d,2023-02-%02d,%s\n",
                  t->style.repeated ? chance_of(t, 1, 5) : i, chance_of(t, 0, 9),
                  chance_of(t, 1, 28), chance_of(t, 0, 1) ? "x" : "乙");
}

/* ---- rules ------------------------------------------------------------------------------- */

/* Expressions, written one behind the other into a text. */
typedef struct {
  char text[2000];
  size_t size;
} writing;

__attribute__((format(printf, 2, 3))) static void put(writing *w, const char *form, ...)
{
  va_list args;
  va_start(args, form);
  if (w->size + 200 < sizeof w->text)
    w->size += (size_t)vsnprintf(w->text + w->size, sizeof w->text - w->size, form,
                                 args);
  va_end(args);
}

static const char *sign(trial *t)
{
  static const char *const signs[] = {"<", "<=", ">", ">=", "==", "~="};
  return signs[chance_of(t, 0, 5)];
}

static void write_number(trial *t, writing *w, int depth)
{
  static const char operators[] = "+-*/";
  int choice = chance_of(t, 0, depth > 0 ? 9 : 5);
  if (choice <= 1) {
    put(w, "n");
  } else if (choice == 2) {
    put(w, t->sequence && chance_of(t, 0, 1) ? "prev.n" : "q");
  } else if (choice == 3) {
    put(w, t->join ? "o.v" : "q");
  } else if (choice == 4) {
    put(w, "%d", chance_of(t, 0, 5));
  } else if (choice == 5) {
    put(w, t->sequence ? "days(prev.d, d)" : "days(d, e)");
  } else if (choice == 6) {
    put(w, chance_of(t, 0, 1) ? "default(n, 0)" : "abs(n)");
  } else {
    put(w, "(");
    write_number(t, w, depth - 1);
    put(w, " %c ", operators[chance_of(t, 0, 3)]);
    write_number(t, w, depth - 1);
    put(w, ")");
  }
}

static void write_condition(trial *t, writing *w, int depth)
{
  static const char *const plain[] = {"b",        "b == true", "n == nil",  "q ~= nil",
                                      "w == 'x'", "w ~= 'y'",  "w == g",    "d < e",
                                      "d == nil", "w == ''",   "p == 'P1'", "n > 2"};
  int choice = chance_of(t, 0, depth > 0 ? 8 : 4);
  if (choice <= 1) {
    put(w, "%s", plain[chance_of(t, 0, 11)]);
  } else if (choice == 2 && t->sequence) {
    static const char *const before[] = {"d - prev.d <= 3", "d < prevmax(d + n)",
                                         "n < prevmax(n)",  "prev.w == w",
                                         "prev.b",          "q <= prevmax(q)",
                                         "prev.n ~= nil",   "m < prevmax(m)"};
    put(w, "%s", before[chance_of(t, 0, 7)]);
  } else if (choice == 3 && t->join) {
    put(w, "%s", chance_of(t, 0, 1) ? "o.v == nil" : "o.f < d");
  } else if (choice <= 5) {
    write_number(t, w, depth);
    put(w, " %s ", sign(t));
    write_number(t, w, depth - 1);
  } else if (choice == 6) {
    put(w, "not (");
    write_condition(t, w, depth - 1);
    put(w, ")");
  } else {
    put(w, "(");
    write_condition(t, w, depth - 1);
    put(w, choice == 7 ? " and " : " or ");
    write_condition(t, w, depth - 1);
    put(w, ")");
  }
}

/* A figure over rows; *days says that it is a date. */
static void write_figure(trial *t, writing *w, bool *day)
{
  static const char *const values[] = {"n", "q", "g", "w", "b", "d", "m", "p"};
  static const char *const names[] = {"sum", "min", "max", "avg"};
  bool chosen = chance_of(t, 0, 2) == 0;
  int choice = chance_of(t, 0, 11);
  *day = false;
  if (choice <= 1) {
    put(w, chosen ? "count(" : "count()");
  } else if (choice <= 3) {
    put(w, "distinct(%s", values[chance_of(t, 0, 7)]);
  } else if (choice == 4) {
    *day = true;
    put(w, "%s(d", chance_of(t, 0, 1) ? "min" : "max");
  } else if (choice == 5 && chance_of(t, 0, 2) == 0) {
    put(w, chance_of(t, 0, 1) ? "sd(n" : "top(w");
  } else if (choice == 6 && chance_of(t, 0, 2) == 0) {
    put(w, "len(set(w");
  } else {
    put(w, "%s(", names[chance_of(t, 0, 3)]);
    write_number(t, w, chance_of(t, 0, 1));
  }
  bool set = strstr(w->text + (w->size > 9 ? w->size - 9 : 0), "set(w") != NULL;
  if (choice > 1 && chosen)
    put(w, ", ");
  if (chosen)
    write_condition(t, w, 0);
  if (choice > 1 || chosen)
    put(w, set ? "))" : ")");
}

static void write_having(trial *t, writing *w, int depth)
{
  int choice = chance_of(t, 0, depth > 0 ? 5 : 2);
  bool day;
  if (choice <= 2) {
    write_figure(t, w, &day);
    if (day)
      put(w, " %s date('2023-02-%02d')", sign(t), chance_of(t, 1, 28));
    else if (choice == 0)
      put(w, " %s %d.5", sign(t), chance_of(t, -1, 12));
    else
      put(w, " %s %d", sign(t), chance_of(t, -1, 12));
  } else if (choice == 3) {
    put(w, "sum(q) * 2 / count() %s %d", sign(t), chance_of(t, 0, 9));
  } else {
    put(w, "(");
    write_having(t, w, depth - 1);
    put(w, choice == 4 ? " and " : " or ");
    write_having(t, w, depth - 1);
    put(w, ")");
  }
}

static void set(json_t *rule, const char *field, const writing *w)
{
  json_object_set_new(rule, field, json_string(w->text));
}

static json_t *begin_rule(trial *t)
{
  json_t *rule = json_object();
  json_object_set_new(rule, "on", json_string("t"));
  t->join = t->style.joined && chance_of(t, 0, 1);
  t->sequence = false;
  if (t->join)
    json_object_set_new(
        rule, "join",
        json_of(chance_of(t, 0, 1)
                    ? "[{'as':'o','table':'o','on':{'g':'g'}}]"
                    : "[{'as':'o','table':'o','on':{'g':'g'},'match':'inner'}]"));
  if (chance_of(t, 0, 2) == 0) {
    writing among = {0};
    write_condition(t, &among, 1);
    set(rule, "among", &among);
  }
  return rule;
}

static void set_keys(trial *t, json_t *rule)
{
  static const char *const keys[] = {"g", "g", "g", "w", "d", "b", "n", "p", "q"};
  json_t *names = json_array();
  json_array_append_new(names, json_string(keys[chance_of(t, 0, 8)]));
  if (chance_of(t, 0, 3) == 0)
    json_array_append_new(names, json_string(keys[chance_of(t, 3, 8)]));
  if (json_array_size(names) == 2 &&
      json_equal(json_array_get(names, 0), json_array_get(names, 1)))
    json_array_remove(names, 1);
  json_object_set_new(rule, "group", names);
}

static void set_extras(trial *t, json_t *rule, bool grouped)
{
  if (chance_of(t, 0, 1))
    json_object_set_new(rule, "show", json_of("['id','g','n','d','p']"));
  if (chance_of(t, 0, 3) == 0)
    json_object_set_new(rule, "amount", json_string(grouped ? "sum(q)" : "q"));
  if (chance_of(t, 0, 3) == 0)
    json_object_set_new(rule, "level",
                        json_string(grouped ? "choose(count() > 2, 'hint', 'suspect')"
                                            : "choose(n > 2, 'hint', 'suspect')"));
  if (chance_of(t, 0, 1))
    json_object_set_new(rule, "say",
                        json_string("{count}/{population} {rows} {unjudged} {rate}"));
}

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

static bool keep_hit(const json_t *entry, void *context)
{
  return json_array_append_new(context, json_deep_copy(entry)) == 0;
}

static world *world_of(const trial *t, const zc_engine *engine)
{
  world *w = world_new();
  world_add(w, dataset, t->csv);
  world_add(w, partners, t->other);
  w->plain.engine = engine;
  return w;
}

/* False when the rule is refused. */
static bool judge(const trial *t, const json_t *rule, const zc_engine *engine,
                  bool wants, judged *j)
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
    j->world->plain.marks = &j->marks;
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

typedef struct {
  zc_crew *crew;
  const zc_engine *engine;
} vectors;

static vectors begin_vectors(int workers)
{
  vectors v = {NULL, NULL};
  zc_err err;
  if (workers > 1)
    cr_assert(eq(int, zc_crew_new(workers, &v.crew, &err), ZC_OK));
  cr_assert(eq(int, zc_vectors_new(v.crew, &v.engine, &err), ZC_OK));
  return v;
}

static void end_vectors(const vectors *v)
{
  zc_vectors_free(v->engine);
  zc_crew_free(v->crew);
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
  if (!judge(t, rule, NULL, wants, &plain)) {
    release(&plain);
    free(text);
    return;
  }
  cr_assert(judge(t, rule, v->engine, wants, &fast), "%s", text);
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

/* ---- many small tables, and some large ones ----------------------------------------------- */

typedef json_t *(*maker)(trial *t);

static const style small[] =
    {{.keys = 4},
     {.keys = 4, .blank = 8},
     {.keys = 5, .unread = 9, .joined = true},
     {.keys = 3, .blank = 20, .unread = 30, .huge = true},
     {.keys = 6, .joined = true},
     {.keys = 6, .blank = 10, .joined = true, .repeated = true},
     {.keys = 0, .blank = 15},
     {.keys = 1, .sorted = true}};

static const style large[] =
    {{.rows = 3000, .keys = 700, .joined = true},
     {.rows = 40000, .keys = 9000, .blank = 400, .unread = 700},
     {.rows = 40000, .keys = 3, .blank = 30000},
     {.rows = 30000, .keys = 0, .sorted = true},
     {.rows = 30000, .keys = 1, .sorted = true, .joined = true},
     {.rows = 5000, .keys = 40, .huge = true}};

static void run_small(maker make, uint64_t seed, int rounds)
{
  vectors one = begin_vectors(1), three = begin_vectors(3);
  found f = {0};
  trial t = {.chance = seed};
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
    for (int round = 0; round < rounds; round++) {
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

/* ---- views and measures -------------------------------------------------------------------- */

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
        const zc_scalar *x = &a->cells[i * (size_t)a->width + (size_t)c];
        const zc_scalar *y = &b->cells[i * (size_t)a->width + (size_t)c];
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

Test(vector_forms, views_have_the_cells_that_the_plain_executor_makes)
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

Test(vector_forms, measures_are_what_the_plain_executor_says)
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
