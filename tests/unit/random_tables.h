/* random_tables.h: two tables of random cells with a view on them, and rows of them with their
 * partners: what random expressions are tried on. */
#ifndef ZC_TEST_RANDOM_TABLES_H
#define ZC_TEST_RANDOM_TABLES_H

#include "base/crew.h"
#include "chance.h"
#include "tables.h"
#include "vector/program.h"

static const char own[] =
    "{'id':'t','title':'表','columns':[{'id':'id','type':'code','key':true},"
    "{'id':'n','type':'int'},{'id':'q','type':'decimal','scale':1},"
    "{'id':'r','type':'decimal','scale':4},{'id':'d','type':'date'},"
    "{'id':'e','type':'date'},{'id':'m','type':'datetime'},{'id':'b','type':'bool'},"
    "{'id':'t','type':'text'},{'id':'u','type':'text'},{'id':'dx','type':'codes'},"
    "{'id':'k','type':'enum','words':['甲','乙'],'values':[{'id':'甲'},{'id':'乙'}]},"
    "{'id':'link','type':'code'}]}";
static const char other[] =
    "{'id':'o','title':'另表','columns':[{'id':'id','type':'code'},"
    "{'id':'a','type':'int'},{'id':'w','type':'text'},{'id':'f','type':'date'},"
    "{'id':'y','type':'bool'},{'id':'x','type':'decimal','scale':2}]}";
static const char names[] =
    "[{'space':'p','name':'words','type':'list','element':'text','fixed':true,"
    "'value':['阿莫西林','ab','']},"
    "{'space':'p','name':'numbers','type':'list','element':'number','fixed':true,"
    "'value':[1,'2.5',7]},"
    "{'space':'p','name':'none','type':'list','element':'text','fixed':true,'value':[]}"
    ",{'space':'p','name':'limits','type':'map','element':'number','fixed':true,"
    "'value':{'ab':3,'阿莫西林':'10.25'}},"
    "{'space':'p','name':'titles','type':'map','element':'text','fixed':true,"
    "'value':{'ab':'乙','甲':'x'}},"
    "{'calendar':{'holidays':['2023-05-03','2023-05-01'],'workdays':['2023-05-06']}}]";

#ifdef ZC_SANITIZED
#define ROWS 300
#else
#define ROWS 1500
#endif
#define OTHERS 90

typedef struct {
  uint64_t chance;
  bool strange; /* large numbers, partners that nobody can tell, figures that are odd */
  world *world;
  char *csv, *other_csv;
  zc_rule *rule;
  json_t *declaration, *more;
  zc_crew *crew;
  uint32_t rows[1 + ZC_TABLE_PREV][ROWS];
  zc_lane *aggregates[2], *running[2]; /* by batch */
  zc_arena arena;
} setting;

static int between(setting *s, int least, int most)
{
  return random_between(&s->chance, least, most);
}

static const char *one(setting *s, const char *const *words, size_t count)
{
  return words[between(s, 0, (int)count - 1)];
}

#define ONE(s, ...)                                                                    \
  one(s, (const char *const[]){__VA_ARGS__},                                           \
      sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static char *number_cell(setting *s, char *at, int scale, bool large)
{
  int kind = between(s, 0, 19);
  if (kind == 0)
    return at;
  if (kind == 1)
    return at + sprintf(at, "bad");
  if (kind < 4 && large && s->strange)
    return at + sprintf(at, "%s%0*d", between(s, 0, 1) ? "-9" : "8",
                        17 - scale - between(s, 0, 3), between(s, 0, 99999));
  if (kind == 4 && scale == 0)
    return at + sprintf(at, "%s", ONE(s, "2147483647", "-2147483646", "2147483646"));
  if (kind < 6)
    return at + sprintf(at, "%s", ONE(s, "1", "7", "0", "65"));
  at += sprintf(at, "%d", between(s, -40, 400));
  if (scale > 0 && between(s, 0, 3) > 0)
    at += sprintf(at, ".%d", between(s, 0, 9));
  return at;
}

static char *date_cell(setting *s, char *at)
{
  int kind = between(s, 0, 19);
  if (kind == 0)
    return at;
  if (kind == 1)
    return at + sprintf(at, "2023-13-45");
  return at + sprintf(at, "2023-%02d-%02d", between(s, 3, 6), between(s, 1, 28));
}

static char *text_cell(setting *s, char *at)
{
  if (between(s, 0, 3) == 0)
    return at + sprintf(at, "w%d", between(s, 0, 30));
  return at + sprintf(at, "%s",
                      ONE(s, "", "", "ab", "abcd", "ＡＢ", "阿莫西林", "乙", "x",
                          "头孢 禁用", "清河镇卫生院"));
}

static char *own_csv(setting *s)
{
  char *csv = malloc(ROWS * 256), *at = csv;
  at += sprintf(at, "id,n,q,r,d,e,m,b,t,u,dx,k,link\n");
  for (int i = 0; i < ROWS; i++) {
    at += sprintf(at, "%d,", i);
    at = number_cell(s, at, 0, true);
    *at++ = ',';
    at = number_cell(s, at, 1, false);
    *at++ = ',';
    at = number_cell(s, at, 4, true);
    *at++ = ',';
    at = date_cell(s, at);
    *at++ = ',';
    at = date_cell(s, at);
    *at++ = ',';
    at = date_cell(s, at);
    at += sprintf(at, "%s,%s,", at[-1] == ',' ? "" : ONE(s, " 08:30", " 23:59:59", ""),
                  ONE(s, "是", "否", "", "是", "否", "?"));
    at = text_cell(s, at);
    *at++ = ',';
    at = text_cell(s, at);
    at += sprintf(at, ",%s,%s,K%d\n", ONE(s, "", "ab;甲", "A01", "ab，x、乙", "  "),
                  ONE(s, "甲", "乙", "", "丙"), between(s, 0, OTHERS));
  }
  return csv;
}

static char *other_rows(setting *s)
{
  char *csv = malloc(OTHERS * 128), *at = csv;
  at += sprintf(at, "id,a,w,f,y,x\n");
  for (int i = 0; i < OTHERS; i++) {
    at += sprintf(at, "K%d,", i);
    at = number_cell(s, at, 0, false);
    *at++ = ',';
    at = text_cell(s, at);
    *at++ = ',';
    at = date_cell(s, at);
    at += sprintf(at, ",%s,", ONE(s, "是", "否", "", "x"));
    at = number_cell(s, at, 2, true);
    *at++ = '\n';
  }
  *at = '\0';
  return csv;
}

/* Numbers that fit have small units, as those that are loaded from a file. */
static void make_narrow(zc_table *table)
{
  const zc_columns *columns = zc_columns_of(table);
  cr_assert(ne(ptr, (void *)(uintptr_t)columns, NULL));
  for (int i = 0; i < columns->count; i++) {
    zc_column_vector *v = &columns->vectors[i];
    if (v->kind != ZC_NUMBER || v->narrow || v->least <= ZC_SMALL_UNREAD ||
        v->most > INT32_MAX)
      continue;
    int32_t *small = malloc((table->count + 1) * sizeof *small);
    for (size_t j = 0; j < table->count; j++)
      small[j] = v->units[j] > ZC_UNREAD    ? (int32_t)v->units[j]
                 : v->units[j] == ZC_UNREAD ? ZC_SMALL_UNREAD
                                            : ZC_SMALL_NONE;
    free(v->units);
    v->small = small;
    v->narrow = true;
  }
}

/* A rule over them, so that there are its tables and names; its conditions do not matter. */
static void begin(setting *s, uint64_t seed, bool strange)
{
  zc_err err;
  *s = (setting){.chance = seed, .strange = strange};
  world *w = s->world = world_new();
  s->more = json_of(names);
  cr_assert(eq(int, zc_scope_add_names(w->scope, s->more, &w->arena), 0));
  s->csv = own_csv(s);
  s->other_csv = other_rows(s);
  world_add(w, own, s->csv);
  world_add(w, other, s->other_csv);
  world_derive(w, "{'id':'v','kind':'view','on':'t','group':'link','cols':{'mean':"
                  "'avg(q)','total':'sum(r)','some':'choose(count() > 9, sum(r), 1)',"
                  "'last':'max(m)','most':'max(d)','all':'set(k)','rows':'count()'}}");
  s->declaration = json_of(
      "{'on':'t','join':[{'as':'o','table':'o','on':{'link':'id'}},"
      "{'as':'v','table':'v','on':{'link':'link'}}],'sort':'d','group':'k','where':"
      "'n > prev.n and o.a > 1 and v.mean > 1'}");
  s->rule = world_rule(w, s->declaration);
  cr_assert(ne(ptr, s->rule, NULL), "%s", w->said);
  cr_assert(eq(int, zc_derived_make(&w->plain, s->rule, &err), ZC_OK));
  zc_rule_settle(s->rule);
  make_narrow(s->rule->tables[0]);
  make_narrow(s->rule->tables[1]);
  cr_assert(eq(int, zc_crew_new(3, &s->crew, &err), ZC_OK));
  for (int t = 0; t <= ZC_TABLE_PREV; t++)
    for (int i = 0; s->rule->tables[t] != NULL && i < ROWS; i++) {
      int kind = between(s, 0, 30), count = (int)s->rule->tables[t]->count;
      s->rows[t][i] = t > 0 && kind == 0              ? ZC_PARTNER_NONE
                      : t > 0 && kind == 1 && strange ? ZC_PARTNER_ODD
                                                      : (uint32_t)between(s, 1, count);
    }
}

static void end(setting *s)
{
  zc_rule_free(s->rule);
  world_free(s->world);
  zc_crew_free(s->crew);
  json_decref(s->declaration);
  json_decref(s->more);
  zc_arena_free(&s->arena);
  free(s->csv);
  free(s->other_csv);
}

#endif
