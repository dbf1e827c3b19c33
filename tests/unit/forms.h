/* forms.h: random tables and the parts of random rules that look at several rows, for the
 * tests that hold the vector engine against the plain executor. */
#ifndef ZC_TEST_FORMS_H
#define ZC_TEST_FORMS_H

#include "chance.h"
#include "tables.h"
#include "vector/engine.h"

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

static inline int chance_of(trial *t, int least, int most)
{
  return random_between(&t->chance, least, most);
}

/* ---- tables ------------------------------------------------------------------------------ */

static inline char *add_text(trial *t, char *at, const char *text)
{
  if (t->style.unread > 0 && chance_of(t, 1, t->style.unread) == 1 &&
      strchr("-0123456789", *text) != NULL)
    text = "??";
  else if (t->style.blank > 0 && chance_of(t, 1, t->style.blank) == 1)
    text = "";
  return at + sprintf(at, ",%s", text);
}

static inline char *add_row(trial *t, char *at, int i)
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

static inline void make_tables(trial *t)
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

__attribute__((format(printf, 2, 3))) static inline void put(writing *w,
                                                             const char *form, ...)
{
  va_list args;
  va_start(args, form);
  if (w->size + 200 < sizeof w->text)
    w->size += (size_t)vsnprintf(w->text + w->size, sizeof w->text - w->size, form,
                                 args);
  va_end(args);
}

static inline const char *sign(trial *t)
{
  static const char *const signs[] = {"<", "<=", ">", ">=", "==", "~="};
  return signs[chance_of(t, 0, 5)];
}

static inline void write_number(trial *t, writing *w, int depth)
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

static inline void write_condition(trial *t, writing *w, int depth)
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
static inline void write_figure(trial *t, writing *w, bool *day)
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

static inline void write_having(trial *t, writing *w, int depth)
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

static inline void set(json_t *rule, const char *field, const writing *w)
{
  json_object_set_new(rule, field, json_string(w->text));
}

static inline json_t *begin_rule(trial *t)
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

static inline void set_keys(trial *t, json_t *rule)
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

static inline void set_extras(trial *t, json_t *rule, bool grouped)
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

/* ---- many small tables, and some large ones ---- */

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

/* ---- both executors ---- */

static inline world *world_of(const trial *t, const zc_engine *engine)
{
  world *w = world_new();
  world_add(w, dataset, t->csv);
  world_add(w, partners, t->other);
  w->plain.engine = engine;
  return w;
}

typedef struct {
  zc_crew *crew;
  const zc_engine *engine;
} vectors;

static inline vectors begin_vectors(int workers)
{
  vectors v = {NULL, NULL};
  zc_err err;
  if (workers > 1)
    cr_assert(eq(int, zc_crew_new(workers, &v.crew, &err), ZC_OK));
  cr_assert(eq(int, zc_vectors_new(v.crew, &v.engine, &err), ZC_OK));
  return v;
}

static inline void end_vectors(const vectors *v)
{
  zc_vectors_free(v->engine);
  zc_crew_free(v->crew);
}

#endif
