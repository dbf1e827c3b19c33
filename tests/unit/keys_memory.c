/* Every allocation fails in turn while rows are grouped and joined by their keys. */
#include "failing.h"
#include "tables.h"
#include "vector/run.h"

static const char visits[] =
    "{'id':'visits','title':'t','columns':[{'id':'no','type':'code'},"
    "{'id':'doctor','type':'code'},{'id':'day','type':'date'},"
    "{'id':'long','type':'int'},{'id':'wide','type':'int'}]}";
static const char visit_rows[] = "no,doctor,day,long,wide\n"
                                 "A2,D1,2023-05-01,900000000000000000,-1\n"
                                 "A1,D2,2023-05-02,-900000000000000000,7\n"
                                 "A2,D1,2023-05-01,900000000000000000,-1\n"
                                 "A3,,2023-05-01,5,900000000000000000\n"
                                 "A3,D3,,5,900000000000000000\n";
static const char staff[] = "{'id':'staff','title':'s','columns':["
                            "{'id':'id','type':'code'},{'id':'start','type':'date'}]}";
static const char staff_rows[] =
    "id,start\nD1,2023-01-01\nD2,2023-05-02\n,\nD1,2024-01-01\n";

static world *two_tables(void)
{
  world *w = world_new();
  world_add(w, visits, visit_rows);
  world_add(w, staff, staff_rows);
  return w;
}

/* Calls `act` with its first allocation failing, then the second, until none does; true is
 * what it says when it had all memory. */
static void fail_each(bool (*act)(void *context), void *context)
{
  for (long at = 0;; at++) {
    failed = false;
    left = at;
    bool good = act(context);
    left = -1;
    cr_assert(eq(int, good, !failed), "allocation %ld", at);
    if (!failed) {
      cr_expect(gt(i64, at, 3));
      return;
    }
  }
}

static bool group_keys(void *context)
{
  const uint64_t *keys = context;
  zc_grouping g;
  bool good = zc_grouping_of(NULL, keys, 5000, NULL, &g);
  cr_expect(good || g.row == NULL);
  zc_grouping_free(&g);
  return good;
}

Test(keys_memory, grouping_fails_cleanly)
{
  static uint64_t keys[5000];
  for (size_t i = 0; i < 5000; i++)
    keys[i] = i *
              UINT64_C(0x9e3779b97f4a7c15); /* more groups than a table begins with */
  fail_each(group_keys, keys);
  for (size_t i = 0; i < 5000; i++)
    keys[i] = (5000 - i) / 2;
  fail_each(group_keys, keys);
  for (size_t i = 0; i < 5000; i++)
    keys[i] = i / 2;
  zc_grouping g;
  for (long at = 0; at < 3; at++) {
    left = at;
    cr_expect(not(zc_grouping_of(NULL, keys, 5000, NULL, &g)));
    left = -1;
  }
}

static bool take_keys(void *context)
{
  zc_grouping g;
  uint64_t *keys = __real_malloc(5000 * sizeof *keys);
  memcpy(keys, context, 5000 * sizeof *keys);
  bool good = zc_grouping_take(NULL, keys, 5000, false, NULL, &g);
  zc_grouping_free(&g);
  return good;
}

Test(keys_memory, keys_that_are_handed_over_are_freed_whatever_happens)
{
  static uint64_t keys[5000];
  for (size_t i = 0; i < 5000; i++)
    keys[i] = i * UINT64_C(0x9e3779b97f4a7c15);
  fail_each(take_keys, keys);
}

typedef struct {
  world *w;
  zc_rule *rule;
} ruled;

static const zc_vector_engine engine = {.shared = {.partners = zc_vector_partners}};

/* Opens a run with partners, finds those of all rows, and groups them. */
static bool group_rule(void *context)
{
  ruled *own = context;
  zc_plain plain = {.engine = &engine.shared, .patients = &own->w->patients};
  zc_run run;
  zc_vector_run judging = {0};
  zc_grouping g = {0};
  bool taken = true;
  bool good = zc_run_open(&run, &plain, own->rule) &&
              zc_vector_begin(&engine.shared, &run, &judging) &&
              zc_vector_list(&judging);
  if (good) {
    good = zc_vector_group_keys(&judging, false, &g, &taken);
    cr_expect(taken, "what fails is no odd key");
  }
  zc_grouping_free(&g);
  zc_vector_end(&judging);
  zc_rule_forget_partners(own->rule);
  zc_run_close(&run);
  for (size_t i = 0; i < own->w->count; i++) /* all is made anew */
    if (own->w->tables[i]->keeper != NULL)
      own->w->tables[i]->keeper->forget(own->w->tables[i]);
  return good;
}

Test(keys_memory, joining_and_grouping_a_population_fail_cleanly)
{
  static const char *const rules[] = {
      "{'on':'visits','group':['doctor','day'],'having':'count() > 1'}",
      "{'on':'visits','group':['long','wide','no'],'having':'count() > 1'}",
      "{'on':'visits','join':[{'as':'s','table':'staff','on':{'default(doctor, "
      "[[D1]])':"
      "'id'},'when':'s.start <= day'}],'group':['s.id','day'],'having':'count() > 1'}",
  };
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    ruled own = {.w = two_tables()};
    own.rule = world_settled(own.w, rules[i]);
    fail_each(group_rule, &own);
    zc_rule_free(own.rule);
    world_free(own.w);
  }
}
