/* The population in groups by packed keys, against the plain executor's groups. */
#include "chance.h"
#include "tables.h"
#include "vector/run.h"

static const char visits[] =
    "{'id':'visits','title':'t','columns':["
    "{'id':'no','type':'code'},{'id':'doctor','type':'code'},{'id':'room','type':'text'"
    "},"
    "{'id':'site','type':'int'},{'id':'fee','type':'decimal','scale':2},"
    "{'id':'day','type':'date'},{'id':'at','type':'datetime'},{'id':'paid','type':'"
    "bool'},"
    "{'id':'tags','type':'codes'},{'id':'long','type':'int'},{'id':'wide','type':'int'}"
    "]}";
static const char staff[] = "{'id':'staff','title':'s','columns':["
                            "{'id':'id','type':'code'},{'id':'dept','type':'text'},"
                            "{'id':'level','type':'int'}]}";
static const char staff_rows[] =
    "id,dept,level\n"
    "D1,内科,1\nD2,外科,2\nD3,内科,x\nD4,,4\nD5,儿科,\nD6,内科,1\n";

static void add_cell(zc_buffer *out, uint64_t *state, const char *words)
{
  add_word(out, state, words);
  zc_buffer_text(out, ",");
}

/* `dirty`: blank and unreadable cells are among them. */
static char *visit_rows(uint64_t *state, int count, bool dirty)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, "no,doctor,room,site,fee,day,at,paid,tags,long,wide\n");
  for (int i = 0; i < count; i++) {
    zc_buffer_print(&out, "A%d,", random_between(state, 1, count / 2 + 1));
    add_cell(&out, state, dirty ? "D1|D2|D3|D4|D5|D6|D7|" : "D1|D2|D3|D4|D5|D6");
    add_cell(&out, state, dirty ? "a|b|c|" : "a|b|c");
    add_cell(&out, state, dirty ? "1|2|-3|700|x|" : "1|2|-3|700");
    add_cell(&out, state, "1|1.5|1.50|-2|30.25");
    add_cell(&out, state,
             dirty ? "2023-01-01|2023-02-01|2024-01-01||?" : "2023-01-01|2023-02-01");
    add_cell(&out, state, "2023-01-01 08:00|2023-01-01 08:01|2024-01-01 00:00");
    add_cell(&out, state, dirty ? "true|false|" : "true|false");
    add_cell(&out, state, "a;b|a|b;a");
    zc_buffer_print(&out, "%d00000000000000,%d00000000000001\n",
                    random_between(state, -999, 999), random_between(state, -99, 99));
  }
  return out.data;
}

#define JOIN "'join':[{'as':'s','table':'staff','on':{'doctor':'id'}}],"

/* What stands before «having». */
static const char *const groups[] = {
    "'group':'doctor'",
    "'group':'no'",
    "'group':'paid'",
    "'group':'long'",
    "'group':['doctor','day']",
    "'group':['no','day','doctor','room','paid','tags']",
    "'group':['at','site']",
    "'group':['fee','paid','site']",
    "'group':['long','wide']",
    "'group':['long','wide','fee','at','no']",
    "'group':['doctor','long','wide','long','wide','day']",
    "'group':['site * 2']",
    "'group':['site * 2','fee + 1','doctor']",
    "'group':['site * 2','long + 1','wide - 1','doctor']",
    "'group':['default(doctor, [[D1]])','day']",
    "'group':['day + 3','site > 1']",
    "'group':'doctor','among':'site > 0'",
    "'group':['no','day'],'among':'paid or site == 2'",
    JOIN "'group':'s.dept'",
    JOIN "'group':['s.dept','room'],'among':'s.level ~= 2'",
    JOIN "'group':['s.level','day','long','wide']",
};

/* Groups that only the plain executor can make. */
static const char *const strange[] = {
    "'group':['fee / 3']",
    "'group':['doctor','site / site']",
    "'group':['long * long * 1000']",
};

static zc_rule *grouped_rule(world *w, const char *group)
{
  char text[512];
  snprintf(text, sizeof text, "{'on':'visits',%s,'having':'count() > 1'}", group);
  return world_settled(w, text);
}

static bool same_groups(const zc_groups *a, const zc_groups *b)
{
  return a->total == b->total && a->count == b->count &&
         memcmp(a->row, b->row, a->count * sizeof *a->row) == 0 &&
         memcmp(a->start, b->start, (a->total + 1) * sizeof *a->start) == 0;
}

/* Groups the rule's population in both ways; says whether the engine could. */
static bool compare(world *w, const char *group, int workers)
{
  zc_rule *rule = grouped_rule(w, group);
  zc_vector_engine engine = {.shared = {.partners = zc_vector_partners}};
  zc_plain plain = {.engine = &engine.shared, .patients = &w->patients};
  zc_run slow, fast;
  zc_groups expected, got = {0};
  zc_vector_run judging;
  zc_err err;
  cr_assert(eq(int, zc_crew_new(workers, &engine.crew, &err), ZC_OK));
  cr_assert(zc_run_open(&slow, &w->plain, rule));
  zc_groups_collect(&slow, &expected);
  cr_assert(zc_run_open(&fast, &plain, rule));
  cr_assert(zc_vector_begin(&engine.shared, &fast, &judging));
  cr_assert(zc_vector_list(&judging));
  int64_t before = fast.unjudged;
  bool taken = zc_vector_collect(&judging, &got);
  cr_expect(not(fast.memory));
  if (taken) {
    cr_expect(same_groups(&expected, &got), "%s", group);
    cr_expect(eq(i64, fast.unjudged, slow.unjudged), "%s", group);
  } else {
    cr_expect(eq(ptr, got.row, NULL));
    cr_expect(eq(i64, fast.unjudged, before));
  }
  zc_vector_end(&judging);
  zc_groups_free(&expected);
  zc_groups_free(&got);
  zc_run_close(&fast);
  zc_run_close(&slow);
  zc_rule_free(rule);
  zc_crew_free(engine.crew);
  return taken;
}

static world *random_world(uint64_t seed, int count, bool dirty, char **rows)
{
  uint64_t state = seed;
  world *w = world_new();
  *rows = visit_rows(&state, count, dirty);
  world_add(w, visits, *rows);
  world_add(w, staff, staff_rows);
  return w;
}

static void compare_all(uint64_t seed, int count, bool dirty, int workers)
{
  char *rows;
  world *w = random_world(seed, count, dirty, &rows);
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
    cr_expect(compare(w, groups[i], workers), "%s", groups[i]);
  world_free(w);
  free(rows);
}

Test(grouping, the_groups_are_those_of_the_plain_executor)
{
  for (uint64_t seed = 1; seed <= 4; seed++)
    for (int workers = 1; workers <= 3; workers++)
      compare_all(seed * 104729, 700, seed % 2 == 0, workers);
}

Test(grouping, many_rows_are_shared_by_the_workers)
{
  compare_all(31, 60000, true, 3);
  compare_all(37, 60000, false, 2);
}

Test(grouping, few_rows_make_few_groups)
{
  for (int count = 0; count < 4; count++)
    compare_all(41, count, count % 2 == 0, 2);
}

Test(grouping, keys_that_no_number_can_be_are_left_to_the_plain_executor)
{
  char *rows;
  world *w = random_world(43, 500, true, &rows);
  for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
    cr_expect(not(compare(w, strange[i], 2)), "%s", strange[i]);
  world_free(w);
  free(rows);
}

/* Measures and views may have no keys. */
Test(grouping, without_keys_all_rows_are_one_group)
{
  char *rows;
  for (int count = 0; count < 500; count += 250) {
    world *w = random_world(47, count, true, &rows);
    zc_rule *rule = grouped_rule(w, "'group':'doctor','among':'site > 0'");
    rule->group_count = 0;
    zc_vector_engine engine = {.shared = {.partners = zc_vector_partners}};
    zc_plain plain = {.engine = &engine.shared, .patients = &w->patients};
    zc_run slow, fast;
    zc_groups expected, got = {0};
    zc_vector_run judging;
    cr_assert(zc_run_open(&slow, &w->plain, rule));
    zc_groups_collect(&slow, &expected);
    cr_assert(zc_run_open(&fast, &plain, rule));
    cr_assert(zc_vector_begin(&engine.shared, &fast, &judging));
    cr_assert(zc_vector_list(&judging));
    cr_expect(zc_vector_collect(&judging, &got));
    cr_expect(same_groups(&expected, &got));
    cr_expect(eq(sz, got.total, count > 0));
    zc_vector_end(&judging);
    zc_groups_free(&expected);
    zc_groups_free(&got);
    zc_run_close(&fast);
    zc_run_close(&slow);
    zc_rule_free(rule);
    world_free(w);
    free(rows);
  }
}
