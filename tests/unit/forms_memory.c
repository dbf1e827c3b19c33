/* Every allocation fails in turn while the vector engine judges forms that look at several
 * rows: the run fails, or says what it says with all memory. */
#include "failing.h"
#include "tables.h"
#include "vector/engine.h"

TestSuite(forms_memory, .timeout = 300);

static const char visits[] =
    "{'id':'t','title':'t','columns':[{'id':'id','type':'code','key':true},"
    "{'id':'g','type':'code'},{'id':'w','type':'text'},{'id':'n','type':'int'},"
    "{'id':'d','type':'date'},{'id':'b','type':'bool'}]}";

/* Blank and odd cells among ordinary ones, and a group that is sorted by merging. */
static char *visit_rows(void)
{
  char *csv = __real_malloc(8192), *at = csv + sprintf(csv, "id,g,w,n,d,b\n");
  for (int i = 0; i < 60; i++)
    at += sprintf(at, "%d,%s,%s,%s%d,2023-02-%02d,%s\n", i, i % 7 == 0 ? "B" : "A",
                  i % 5 == 0 ? "x" : "y", i == 30 ? "90000000000000000" : "",
                  i * 7 % 11, i * 5 % 28 + 1,
                  i == 14 ? ""
                  : i % 2 ? "是"
                          : "否");
  return csv;
}

static const char *const rules[] =
    {"{'on':'t','group':['g'],'having':'distinct(n) > 3 and sum(n, b) > 5','amount':'"
     "sum(n)'}",
     "{'on':'t','group':['w','b'],'having':'count() > 2 and len(set(w)) > 0'}",
     "{'on':'t','group':['g'],'rate':'n > 3','above':'0.1'}",
     "{'on':'t','group':['g'],'sort':['d','w'],'where':'d < prevmax(d + 1) and n > "
     "prev.n','count':'w'}",
     "{'on':'t','group':['w'],'sort':['n'],'where':'prev.b == b','show':['id']}",
     "{'on':'t','group':['w'],'sort':'d','within':3,'having':'sum(n) > 7 and "
     "distinct(n) > 1'}",
     "{'on':'made','where':'total > 5 and words ~= nil and m[\\'t.most\\'] > 2'}"};

static const char view[] =
    "{'id':'made','kind':'view','on':'t','group':{'k':'g','l':'month(d)'},'cols':{"
    "'total':'sum(n)','mean':'avg(n)','words':'set(w)','odd':'sum(n, b) * 2 + 1',"
    "'kinds':'distinct(w)'}}";
static const char measure[] =
    "{'id':'t.most','kind':'measure','on':'t','value':'max(n) + count(b)'}";

static const char upper[] =
    "{'id':'upper','kind':'view','on':'made','group':{'l':'l'},'cols':{'all':'sum("
    "total)','words':'set(k)'}}";

static world *world_of_visits(const char *csv, const zc_engine *engine)
{
  world *w = world_new();
  world_add(w, visits, csv);
  world_derive(w, view);
  world_derive(w, upper);
  world_derive(w, measure);
  w->plain.engine = engine;
  return w;
}

/* What the rule says when allocation `at` fails, from making what it names on; NULL when it
 * fails then, too. */
static char *said_by(world *w, const char *rule, long at)
{
  zc_err err;
  char *said = NULL;
  json_t *json = json_of(rule), *result = NULL;
  zc_rule *compiled = world_rule(w, json);
  cr_assert(ne(ptr, compiled, NULL), "%s: %s", rule, w->said);
  failed = false;
  left = at;
  zc_code code = zc_derived_make(&w->plain, compiled, &err);
  if (code == ZC_OK) {
    zc_rule_settle(compiled);
    code = zc_plain_run(&w->plain, compiled, &result, &err);
  }
  left = -1;
  cr_expect(eq(int, code == ZC_OK, result != NULL));
  if (code == ZC_OK)
    said = json_dumps(result, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(result);
  json_decref(json);
  zc_rule_free(compiled);
  return said;
}

static char *judged(const char *csv, const char *rule, const zc_engine *engine, long at)
{
  world *w = world_of_visits(csv, engine);
  char *said = said_by(w, rule, at);
  world_free(w);
  return said;
}

Test(forms_memory, each_form_fails_cleanly)
{
  zc_err err;
  const zc_engine *engine;
  char *csv = visit_rows();
  cr_assert(eq(int, zc_vectors_new(NULL, &engine, &err), ZC_OK));
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    char *whole = judged(csv, rules[i], NULL, -1);
    bool more = true;
    int stopped = 0;
    for (long at = 0; more; at++) {
      char *said = judged(csv, rules[i], engine, at);
      more = failed;
      stopped += said == NULL;
      cr_assert(said == NULL ? failed : strcmp(said, whole) == 0,
                "%s: allocation %ld: %s, not %s", rules[i], at,
                zc_text_or(said, "nothing"), whole);
      free(said);
    }
    cr_expect(stopped > 5, "%s: %d", rules[i], stopped);
    free(whole);
  }
  zc_vectors_free(engine);
  free(csv);
}

/* The second names what the first fails to make, or what stands on it, or below it. */
static const struct {
  const char *first, *second;
} pairs[] = {
    {"{'on':'made','where':'total > 5'}", "{'on':'made','where':'total < 5'}"},
    {"{'on':'made','where':'total > 5'}", "{'on':'upper','where':'all < 5'}"},
    {"{'on':'upper','where':'all > 5'}", "{'on':'upper','where':'all < 5'}"},
    {"{'on':'upper','where':'all > 5'}", "{'on':'made','where':'total < 5'}"},
    {"{'on':'t','where':'n > m[\\'t.most\\']'}",
     "{'on':'t','where':'n < m[\\'t.most\\']'}"},
};

static void expect_no_empty_view(const char *csv, const zc_engine *engine,
                                 const char *first, const char *second)
{
  char *whole = judged(csv, second, engine, -1);
  bool more = true;
  int stopped = 0;
  for (long at = 0; more; at++) {
    world *w = world_of_visits(csv, engine);
    char *before = said_by(w, first, at);
    more = failed;
    char *said = said_by(w, second, -1);
    stopped += said == NULL;
    cr_expect(said == NULL ? before == NULL : strcmp(said, whole) == 0,
              "%s after %s: allocation %ld: %s, not %s", second, first, at,
              zc_text_or(said, "nothing"), whole);
    free(before);
    free(said);
    world_free(w);
  }
  cr_expect(stopped > 2, "%s after %s: %d", second, first, stopped);
  free(whole);
}

Test(forms_memory, nobody_takes_a_view_that_could_not_be_made_for_an_empty_one)
{
  zc_err err;
  const zc_engine *engine;
  char *csv = visit_rows();
  cr_assert(eq(int, zc_vectors_new(NULL, &engine, &err), ZC_OK));
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    expect_no_empty_view(csv, NULL, pairs[i].first, pairs[i].second);
    expect_no_empty_view(csv, engine, pairs[i].first, pairs[i].second);
  }
  zc_vectors_free(engine);
  free(csv);
}
