/* What a facility's workspace keeps: plans, answers, tables, evidence, runs. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "folder.h"
#include "notation.h"
#include "store/sql.h"

#define OK(call) cr_assert(eq(int, (call), ZC_OK), "%s: %s", #call, err.text)
#define MORNING "2023-06-30T08:00:00"
#define NOON "2023-06-30T12:00:00"

typedef struct {
  folder f;
  zc_store *store;
} place;

static zc_err err;

static place place_new(void)
{
  place p = {.f = folder_new()};
  OK(zc_store_open(p.f.path, true, &p.store, &err));
  return p;
}

/* Closes and opens again: what counts is what is in the file. */
static void reopen(place *p)
{
  zc_store_close(p->store);
  OK(zc_store_open(p->f.path, false, &p->store, &err));
}

static void place_free(place *p)
{
  zc_store_close(p->store);
  folder_free(&p->f);
}

/* A value's canonical text with single quotes for double ones; releases the value. */
static char *written(json_t *value)
{
  zc_buffer out = {0};
  if (value == NULL)
    zc_buffer_text(&out, "nothing");
  else
    OK(zc_json_canonical(value, &out, &err));
  json_decref(value);
  for (size_t i = 0; i < out.size; i++)
    if (out.data[i] == '"')
      out.data[i] = '\'';
  return zc_buffer_take(&out);
}

static void expect_written(json_t *value, const char *wanted)
{
  char *found = written(value);
  cr_expect(eq(str, found, (char *)wanted));
  free(found);
}

static json_t *plans(place *p)
{
  json_t *value;
  OK(zc_store_plans(p->store, &value, &err));
  return value;
}

static json_t *answers(place *p, const char *plan)
{
  json_t *value;
  OK(zc_store_answers(p->store, plan, &value, &err));
  return value;
}

static json_t *tables(place *p)
{
  json_t *value;
  OK(zc_store_tables(p->store, &value, &err));
  return value;
}

static json_t *evidence(place *p, const char *plan)
{
  json_t *value;
  OK(zc_store_evidence(p->store, plan, &value, &err));
  return value;
}

static void answer(place *p, const char *plan, const char *item, const char *body)
{
  json_t *value = json_of(body);
  OK(zc_store_answer(p->store, plan, item, value, "command", MORNING, &err));
  json_decref(value);
}

/* ---- plans --------------------------------------------------------------------------------- */

Test(facility, plans_stand_in_the_order_in_which_they_were_taken_into_use)
{
  place p = place_new();
  OK(zc_store_use_plan(p.store, "county/b", "/b", MORNING, &err));
  OK(zc_store_use_plan(p.store, "county/a", "/a", NOON, &err));
  reopen(&p);
  expect_written(plans(&p), "[{'added':'" MORNING "','id':'county/b','place':'/b'},"
                            "{'added':'" NOON "','id':'county/a','place':'/a'}]");
  place_free(&p);
}

Test(facility, a_plan_taken_into_use_again_gets_the_new_place_and_keeps_its_order)
{
  place p = place_new();
  OK(zc_store_use_plan(p.store, "county/b", "/b", MORNING, &err));
  OK(zc_store_use_plan(p.store, "county/a", "/a", MORNING, &err));
  OK(zc_store_use_plan(p.store, "county/b", "/elsewhere", NOON, &err));
  json_t *list = plans(&p);
  cr_expect(eq(sz, json_array_size(list), 2));
  cr_expect(
      eq(str, (char *)zc_get_text(json_array_get(list, 0), "id"), (char *)"county/b"));
  cr_expect(eq(str, (char *)zc_get_text(json_array_get(list, 0), "place"),
               (char *)"/elsewhere"));
  json_decref(list);
  place_free(&p);
}

Test(facility, a_plan_out_of_use_is_gone_and_its_answers_stay)
{
  place p = place_new();
  OK(zc_store_use_plan(p.store, "county/a", "/a", MORNING, &err));
  answer(&p, "county/a", "posted", "{'value':true}");
  OK(zc_store_unuse_plan(p.store, "county/a", &err));
  reopen(&p);
  expect_written(plans(&p), "[]");
  expect_written(answers(&p, "county/a"), "{'posted':{'value':true}}");
  place_free(&p);
}

Test(facility, a_plan_that_is_not_in_use_cannot_be_taken_out_of_use)
{
  place p = place_new();
  OK(zc_store_use_plan(p.store, "county/a", "/a", MORNING, &err));
  cr_expect(eq(int, zc_store_unuse_plan(p.store, "county/b", &err), ZC_EDATA));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "id"), (char *)"county/b"));
  expect_written(plans(&p), "[{'added':'" MORNING "','id':'county/a','place':'/a'}]");
  place_free(&p);
}

/* ---- answers ------------------------------------------------------------------------------- */

Test(facility, the_last_answer_of_an_item_counts)
{
  place p = place_new();
  answer(&p, "county/a", "posted", "{'value':true}");
  answer(&p, "county/a", "meetings", "{'value':3}");
  answer(&p, "county/a", "posted", "{'na':'不对外'}");
  reopen(&p);
  expect_written(answers(&p, "county/a"),
                 "{'meetings':{'value':3},'posted':{'na':'不对外'}}");
  place_free(&p);
}

Test(facility, earlier_answers_stay_as_history_in_their_order)
{
  place p = place_new();
  json_t *rows;
  answer(&p, "county/a", "posted", "{'value':true}");
  answer(&p, "county/a", "posted", "{'value':false}");
  answer(&p, "county/a", "posted", "{'value':true}");
  reopen(&p);
  OK(zc_sql(p.store, "SELECT seq, body, source, time FROM answer ORDER BY seq", NULL,
            &rows, &err));
  expect_written(rows, "[[1,'{\\'value\\':true}','command','" MORNING "'],"
                       "[2,'{\\'value\\':false}','command','" MORNING "'],"
                       "[3,'{\\'value\\':true}','command','" MORNING "']]");
  place_free(&p);
}

Test(facility, each_plan_has_answers_of_its_own)
{
  place p = place_new();
  answer(&p, "county/a", "posted", "{'value':true}");
  answer(&p, "county/b", "posted", "{'value':false}");
  expect_written(answers(&p, "county/a"), "{'posted':{'value':true}}");
  expect_written(answers(&p, "county/b"), "{'posted':{'value':false}}");
  expect_written(answers(&p, "county/c"), "{}");
  place_free(&p);
}

Test(facility, an_answer_comes_back_as_it_was_given)
{
  static const char *const bodies[] =
      {"{'value':'~~~ <script> | --> \\\\ \\n \\u2028 😀','note':'\\u0001'}",
       "{'value':9007199254740992}", "{'value':{'checked':60,'wrong':2},'note':''}",
       "{'value':'; DROP TABLE answer; --'}", "{'value':''}"};
  place p = place_new();
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    json_t *wanted = json_of(bodies[i]);
    answer(&p, "county/a", "posted", bodies[i]);
    json_t *all = answers(&p, "county/a");
    cr_expect(json_equal(json_object_get(all, "posted"), wanted) == 1, "%s", bodies[i]);
    json_decref(all);
    json_decref(wanted);
  }
  place_free(&p);
}

Test(facility, names_of_plans_and_items_are_data)
{
  place p = place_new();
  answer(&p, "a'; DROP TABLE answer; --", "x\" OR 1=1", "{'value':true}");
  json_t *all = answers(&p, "a'; DROP TABLE answer; --");
  cr_expect(eq(sz, json_object_size(all), 1));
  cr_expect(ne(ptr, json_object_get(all, "x\" OR 1=1"), NULL));
  json_decref(all);
  place_free(&p);
}

Test(facility, several_answers_are_kept_in_one_go)
{
  place p = place_new();
  json_t *entries = json_of("[{'item':'b','answer':{'value':1}},"
                            "{'item':'a','answer':{'value':2}},"
                            "{'item':'b','answer':{'value':3}}]");
  OK(zc_store_answer_all(p.store, "county/a", entries, "answers.yaml", MORNING, &err));
  json_decref(entries);
  reopen(&p);
  expect_written(answers(&p, "county/a"), "{'a':{'value':2},'b':{'value':3}}");
  place_free(&p);
}

Test(facility, of_several_answers_all_are_kept_or_none)
{
  place p = place_new();
  json_t *entries = json_of("[{'item':'a','answer':{'value':1}}]");
  zc_buffer text = {0};
  for (int i = 0; i < 100000; i++)
    zc_buffer_text(&text, "长文");
  json_array_append_new(entries, json_pack("{s:s, s:{s:s}}", "item", "b", "answer",
                                           "value", text.data));
  zc_buffer_free(&text);
  /* A file that may not grow is a full disk. */
  OK(zc_sql(p.store, "PRAGMA max_page_count = 1", NULL, NULL, &err));
  cr_expect(eq(int,
               zc_store_answer_all(p.store, "county/a", entries, "f", MORNING, &err),
               ZC_EIO));
  cr_expect(ne(ptr, strstr(err.text, "the disk is full"), NULL));
  json_decref(entries);
  expect_written(answers(&p, "county/a"), "{}");
  reopen(&p);
  expect_written(answers(&p, "county/a"), "{}");
  answer(&p, "county/a", "a", "{'value':1}");
  place_free(&p);
}

/* ---- tables -------------------------------------------------------------------------------- */

Test(facility, a_table_is_replaced_by_its_next_import)
{
  place p = place_new();
  json_t *first = json_of(
      "{'file':'data/a.csv','sha256':'00','title':'处方','options':{},'size':1,"
      "'rows':1}");
  json_t *second = json_of("{'absent':'手写处方','title':'处方'}");
  OK(zc_store_table(p.store, "rx_lines", first, MORNING, &err));
  OK(zc_store_table(p.store, "rx_lines", second, NOON, &err));
  OK(zc_store_table(p.store, "staff", first, NOON, &err));
  reopen(&p);
  json_t *all = tables(&p);
  cr_expect(json_equal(json_object_get(all, "rx_lines"), second) == 1);
  cr_expect(json_equal(json_object_get(all, "staff"), first) == 1);
  cr_expect(eq(sz, json_object_size(all), 2));
  json_decref(all);
  json_decref(first);
  json_decref(second);
  place_free(&p);
}

Test(facility, a_new_workspace_has_no_tables)
{
  place p = place_new();
  expect_written(tables(&p), "{}");
  place_free(&p);
}

/* ---- evidence ------------------------------------------------------------------------------ */

static void attach(place *p, const char *item, const char *name, const char *hash,
                   int size)
{
  OK(zc_store_attach(p->store, "county/a", item, name, hash, size, MORNING, &err));
}

Test(facility, evidence_stands_in_the_order_of_attaching)
{
  place p = place_new();
  attach(&p, "group", "乙.pdf", "22", 2);
  attach(&p, "plan", "丙.pdf", "33", 3);
  attach(&p, "group", "甲.pdf", "11", 1);
  reopen(&p);
  expect_written(evidence(&p, "county/a"),
                 "{'group':[{'name':'乙.pdf','sha256':'22','size':2},"
                 "{'name':'甲.pdf','sha256':'11','size':1}],"
                 "'plan':[{'name':'丙.pdf','sha256':'33','size':3}]}");
  expect_written(evidence(&p, "county/b"), "{}");
  place_free(&p);
}

Test(facility, the_last_file_of_a_name_counts)
{
  place p = place_new();
  attach(&p, "group", "甲.pdf", "11", 1);
  attach(&p, "group", "甲.pdf", "22", 2);
  attach(&p, "other", "甲.pdf", "33", 3);
  expect_written(evidence(&p, "county/a"),
                 "{'group':[{'name':'甲.pdf','sha256':'22','size':2}],"
                 "'other':[{'name':'甲.pdf','sha256':'33','size':3}]}");
  place_free(&p);
}

/* ---- runs ---------------------------------------------------------------------------------- */

static void run(place *p, const char *id, const char *plan, const char *record,
                const char *time)
{
  zc_buffer inputs = {0};
  json_t *value = json_of(record);
  zc_buffer_print(&inputs, "{\"of\":\"%s\"}", id);
  OK(zc_store_run(p->store, id, plan, &inputs, value, time, &err));
  zc_buffer_free(&inputs);
  json_decref(value);
}

static json_t *find_run(place *p, const char *id)
{
  json_t *record;
  OK(zc_store_find_run(p->store, id, &record, &err));
  return record;
}

static json_t *last_run(place *p, const char *plan)
{
  json_t *found;
  OK(zc_store_last_run(p->store, plan, &found, &err));
  return found;
}

Test(facility, a_run_keeps_its_record_and_its_inputs)
{
  place p = place_new();
  json_t *rows;
  run(&p, "aa", "county/a", "{'run':'aa','items':[]}", MORNING);
  reopen(&p);
  expect_written(find_run(&p, "aa"), "{'items':[],'run':'aa'}");
  OK(zc_sql(p.store, "SELECT inputs FROM run", NULL, &rows, &err));
  expect_written(rows, "[['{\\'of\\':\\'aa\\'}']]");
  place_free(&p);
}

Test(facility, an_unknown_run_is_nothing)
{
  place p = place_new();
  expect_written(find_run(&p, "aa"), "nothing");
  expect_written(last_run(&p, "county/a"), "nothing");
  place_free(&p);
}

Test(facility, the_last_run_is_the_plans_own)
{
  place p = place_new();
  run(&p, "aa", "county/a", "{'run':'aa'}", MORNING);
  run(&p, "bb", "county/a", "{'run':'bb'}", NOON);
  run(&p, "cc", "county/b", "{'run':'cc'}", NOON);
  expect_written(last_run(&p, "county/a"),
                 "{'id':'bb','record':{'run':'bb'},'time':'" NOON "'}");
  place_free(&p);
}

Test(facility, the_same_run_again_is_kept_once_and_is_the_last)
{
  place p = place_new();
  json_t *rows;
  run(&p, "aa", "county/a", "{'run':'aa'}", MORNING);
  run(&p, "bb", "county/a", "{'run':'bb'}", MORNING);
  run(&p, "aa", "county/a", "{'run':'aa'}", NOON);
  reopen(&p);
  OK(zc_sql(p.store, "SELECT count(*) FROM run", NULL, &rows, &err));
  expect_written(rows, "[[2]]");
  expect_written(last_run(&p, "county/a"),
                 "{'id':'aa','record':{'run':'aa'},'time':'" NOON "'}");
  place_free(&p);
}

Test(facility, the_last_run_again_stays_as_it_is)
{
  place p = place_new();
  run(&p, "aa", "county/a", "{'run':'aa'}", MORNING);
  json_t *first = last_run(&p, "county/a");
  run(&p, "aa", "county/a", "{'run':'aa'}", NOON);
  json_t *second = last_run(&p, "county/a");
  cr_expect(json_equal(first, second) == 1);
  json_decref(first);
  json_decref(second);
  place_free(&p);
}

static void change_run(place *p, const char *change)
{
  char sql[200];
  snprintf(sql, sizeof sql, "UPDATE run SET %s", change);
  OK(zc_sql(p->store, sql, NULL, NULL, &err));
}

Test(facility, a_run_whose_record_was_changed_is_not_there)
{
  static const char *const changes[] = {"record = '{}'", "record = 'x'",
                                        "record = replace(record, 'false', 'true')",
                                        "sha256 = ''"};
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    place p = place_new();
    run(&p, "aa", "county/a", "{'run':'aa','bad':false}", MORNING);
    change_run(&p, changes[i]);
    cr_expect(eq(ptr, find_run(&p, "aa"), NULL), "%s", changes[i]);
    cr_expect(eq(ptr, last_run(&p, "county/a"), NULL), "%s", changes[i]);
    run(&p, "aa", "county/a", "{'run':'aa','bad':false}", NOON);
    expect_written(find_run(&p, "aa"), "{'bad':false,'run':'aa'}");
    place_free(&p);
  }
}

Test(facility, the_record_of_another_run_is_none)
{
  place p = place_new();
  run(&p, "aa", "county/a", "{'run':'aa'}", MORNING);
  run(&p, "bb", "county/a", "{'run':'bb'}", NOON);
  change_run(&p, "(record, sha256) = (SELECT record, sha256 FROM run WHERE id = 'aa')");
  cr_expect(eq(ptr, find_run(&p, "bb"), NULL));
  expect_written(find_run(&p, "aa"), "{'run':'aa'}");
  place_free(&p);
}

Test(facility, a_row_that_is_no_json_is_told_as_damage)
{
  place p = place_new();
  json_t *value;
  OK(zc_sql(p.store,
            "INSERT INTO answer (time, plan, item, body, source)"
            " VALUES ('', 'county/a', 'posted', '{', '')",
            NULL, NULL, &err));
  OK(zc_sql(p.store, "INSERT INTO handed (name, time, body) VALUES ('staff', '', 'x')",
            NULL, NULL, &err));
  cr_expect(eq(int, zc_store_answers(p.store, "county/a", &value, &err), ZC_EDATA));
  cr_expect(eq(ptr, value, NULL));
  cr_expect(eq(int, zc_store_tables(p.store, &value, &err), ZC_EDATA));
  cr_expect(eq(ptr, value, NULL));
  place_free(&p);
}
