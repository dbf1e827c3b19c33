/* Instances: what is told of hits, how many, and what the host keeps of it. */
#include "cli/checking.h"
#include "runner/kept.h"
#include "tables.h"

#define same(a, b) eq(str, (char *)(a), (char *)(b))

TestSuite(instances, .timeout = 60);

static const char stays[] =
    "{'id':'stays','title':'住院','columns':["
    "{'id':'no','type':'code','titles':['住院号'],'key':true},"
    "{'id':'days','type':'int','titles':['天数']},"
    "{'id':'patient','type':'code','titles':['患者编号'],'identifies':'patient'}]}";

static const char csv[] = "住院号,天数,患者编号\nA,9,P1\nB,8,P2\nC,3,P3\nD,9,P1\n";

/* What is told is canonical JSON: read and written again it is the same. */
static bool keep_hit(const char *text, size_t size, void *context)
{
  json_t *entry;
  zc_buffer again = {0};
  zc_err err;
  cr_assert(eq(int, zc_json_parse(text, size, &entry, &err), ZC_OK));
  cr_assert(eq(int, zc_json_canonical(entry, &again, &err), ZC_OK));
  cr_expect(eq(sz, again.size, size));
  cr_expect(same(again.data, text));
  zc_buffer_free(&again);
  return json_array_append_new(context, entry) == 0;
}

/* All hits of a rule on this table, or `most` of them. */
static json_t *hits_of(const char *text, const char *rule, int64_t most, bool *more)
{
  world *w = world_new();
  json_t *list = json_array();
  zc_patients others = {0};
  static const int splits[] = {1};
  zc_wanted wanted = {.take = keep_hit,
                      .context = list,
                      .others = &others,
                      .splits = splits,
                      .split_count = 1,
                      .left = most};
  zc_index_begin(&others.index, 1);
  world_add(w, stays, text);
  w->plain.wanted = &wanted;
  json_decref(world_judge(w, rule));
  *more = wanted.more;
  zc_index_free(&others.index);
  zc_arena_free(&others.texts);
  world_free(w);
  return list;
}

static const char over[] =
    "{'on':'stays','where':'days > 7','show':['days','patient']}";

static const char *id_of(const json_t *list, size_t place)
{
  return zc_text_or(zc_get_text(json_array_get(list, place), "id"), "");
}

Test(instances, a_limit_stops_the_telling_and_not_the_counting)
{
  bool more;
  json_t *all = hits_of(csv, over, -1, &more);
  cr_expect(eq(sz, json_array_size(all), 3));
  cr_expect(not(more));
  static const struct {
    int64_t most;
    size_t told;
    bool more;
  } rows[] = {{0, 0, true}, {2, 2, true}, {3, 3, false}, {4, 3, false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    json_t *some = hits_of(csv, over, rows[i].most, &more);
    cr_expect(eq(sz, json_array_size(some), rows[i].told), "row %zu", i);
    cr_expect(eq(int, more, rows[i].more), "row %zu", i);
    for (size_t k = 0; k < json_array_size(some); k++)
      cr_expect(same(id_of(some, k), id_of(all, k)));
    json_decref(some);
  }
  json_decref(all);
}

/* Far more hits than are wanted, and more than any result shows. */
Test(instances, both_executors_tell_the_same_hits_up_to_a_limit)
{
  static const char *const rules[] = {
      "{'on':'stays','where':'days > 7','show':['days']}",
      "{'on':'stays','where':'days > 7','show':['days'],'amount':'days'}",
      "{'on':'stays','group':'days','having':'count() > 1','show':['days']}",
      "{'on':'stays','group':'patient','sort':'no','where':'days >= prev.days'}",
  };
  static const int64_t limits[] = {0, 1, 30, 200, -1};
  static const int splits[] = {1};
  char text[8192], *at = text;
  at += sprintf(at, "住院号,天数,患者编号\n");
  for (int i = 0; i < 180; i++)
    at += sprintf(at, "N%03d,%d,P%d\n", i, 8 + i % 60, i % 7);
  for (size_t i = 0; i < 4 * 5; i++) {
    world *w = world_new();
    zc_wanted wanted[2];
    zc_patients others[2];
    json_t *told[2] = {json_array(), json_array()};
    memset(others, 0, sizeof others);
    for (int k = 0; k < 2; k++) {
      wanted[k] = (zc_wanted){.take = keep_hit,
                              .context = told[k],
                              .others = &others[k],
                              .splits = splits,
                              .split_count = 1,
                              .left = limits[i % 5]};
      zc_index_begin(&others[k].index, 1);
    }
    world_add(w, stays, text);
    w->plain.wanted = &wanted[0];
    w->vector.wanted = &wanted[1];
    json_t *result = world_judge(w, rules[i / 5]);
    cr_assert(ne(ptr, result, NULL), "%s", w->said);
    cr_expect(gt(i64, zc_get_integer(result, "rows", 0), 100));
    cr_expect(json_equal(told[0], told[1]), "rule %zu, limit %zu", i / 5, i % 5);
    cr_expect(eq(int, wanted[0].more, wanted[1].more));
    cr_expect(eq(int, wanted[0].more, limits[i % 5] >= 0 && limits[i % 5] < 100));
    for (int k = 0; k < 2; k++) {
      zc_index_free(&others[k].index);
      zc_arena_free(&others[k].texts);
      json_decref(told[k]);
    }
    json_decref(result);
    world_free(w);
  }
}

Test(instances, the_identity_is_that_of_rule_table_and_key)
{
  bool more;
  json_t *first = hits_of(csv, over, -1, &more);
  json_t *moved = hits_of("天数,住院号,患者编号\n15,Ｂ,P9\n", over, -1, &more);
  json_t *other = hits_of(csv, "{'id':'t.other','on':'stays','where':'days > 7'}", -1,
                          &more);
  cr_expect(eq(sz, strlen(id_of(first, 0)), 32));
  cr_expect(same(id_of(moved, 0), id_of(first, 1)));
  cr_expect(ne(str, (char *)id_of(first, 0), (char *)id_of(first, 1)));
  cr_expect(ne(str, (char *)id_of(other, 0), (char *)id_of(first, 0)));
  json_decref(first);
  json_decref(moved);
  json_decref(other);
}

/* The value itself never leaves; one whom no result has named is a number. */
Test(instances, patients_are_tokens_or_numbers)
{
  bool more;
  json_t *all = hits_of(csv, over, -1, &more);
  char *text = json_dumps(all, JSON_COMPACT);
  cr_expect(ne(ptr, strstr(text, "患者#1"), NULL));
  cr_expect(eq(ptr, strstr(text, "P1"), NULL));
  cr_expect(ne(ptr, strstr(text, "\"split\":[\"9\"]"), NULL), "%s", text);
  free(text);
  json_decref(all);
}

/* ---- what is kept --------------------------------------------------------------------- */

/* The kept rows of r.one as a text; `more` behind it. */
static char *kept_rows(const json_t *kept)
{
  static char room[1000];
  json_t *rows = NULL;
  bool more;
  zc_err err;
  cr_assert(eq(int, zc_kept_rows(kept, "r.one", &rows, &more, &err), ZC_OK));
  char *text = json_dumps(rows, JSON_COMPACT | JSON_SORT_KEYS);
  snprintf(room, sizeof room, "%s%s", text, more ? " more" : "");
  free(text);
  json_decref(rows);
  return room;
}

static void take_row(json_t *kept, const char *rows, bool first, bool more,
                     json_int_t most)
{
  json_t *frame = json_pack("{s:s, s:s, s:b, s:b}", "hits", "r.one", "rows", rows,
                            "first", first, "more", more);
  cr_assert(eq(int, zc_kept_take(kept, frame, most), 0));
  json_decref(frame);
}

Test(instances, a_process_that_begins_a_run_again_replaces_what_was_sent)
{
  json_t *kept = zc_kept_new();
  cr_expect(same(kept_rows(kept), "[]"));
  take_row(kept, "[{\"id\":\"a\"}]", true, false, 1000);
  take_row(kept, "[{\"id\":\"b\"}]", false, false, 1000);
  cr_expect(same(kept_rows(kept), "[{\"id\":\"a\"},{\"id\":\"b\"}]"));
  take_row(kept, "[{\"id\":\"c\"}]", true, true, 1000);
  cr_expect(same(kept_rows(kept), "[{\"id\":\"c\"}] more"));
  zc_kept_forget(kept, "r.one");
  cr_expect(same(kept_rows(kept), "[]"));
  json_decref(kept);
}

Test(instances, more_bytes_than_are_kept_are_left_out_and_told)
{
  json_t *kept = zc_kept_new();
  take_row(kept, "[{\"id\":\"a\"}]", true, false, 20);
  take_row(kept, "[{\"id\":\"b\"}]", false, false, 20);
  take_row(kept, "[]", false, false, 20);
  cr_expect(same(kept_rows(kept), "[{\"id\":\"a\"}] more"));
  json_decref(kept);
}

Test(instances, numbers_of_patients_become_names_process_by_process)
{
  json_t *kept = zc_kept_new(), *numbers = json_pack("[i, i]", 21, 3);
  take_row(kept, "[{\"show\":[[\"患者\",1],[\"天数\",\"9\"]]}]", true, false, 1000);
  cr_expect(eq(int, zc_kept_name(kept, numbers), 0));
  cr_expect(eq(int, zc_kept_next(kept), 0));
  take_row(kept, "[{\"keys\":[[\"患者\",1]]}]", false, false, 1000);
  cr_expect(same(kept_rows(kept),
                 "[{\"show\":[[\"患者\",\"患者#3\"],[\"天数\",\"9\"]]},"
                 "{\"keys\":[[\"患者\",\"患者#?2\"]]}]"));
  json_decref(numbers);
  json_decref(kept);
}

/* The kept hits of r.one as texts, one a line, with their second split value. */
typedef struct {
  zc_buffer lines;
} told;

static zc_code tell_hit(void *context, const zc_kept_hit *hit, zc_err *err)
{
  const zc_piece pieces[] = {hit->id,   hit->keys, hit->level,
                             hit->line, hit->show, zc_kept_split(hit, 1),
                             hit->table};
  told *t = context;
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    zc_buffer_add(&t->lines, pieces[i].text, pieces[i].size);
    zc_buffer_char(&t->lines, i == 6 ? '\n' : ' ');
  }
  return zc_buffer_check(&t->lines, err);
}

static zc_code each_kept(const char *rows, char **lines, const json_t *numbers)
{
  json_t *kept = zc_kept_new();
  told t = {0};
  bool more;
  zc_err err;
  take_row(kept, rows, true, false, 100000);
  cr_expect(eq(int, zc_kept_name(kept, (json_t *)numbers), 0));
  zc_code code = zc_kept_each(kept, "r.one", tell_hit, &t, &more, &err);
  cr_expect(not(more));
  zc_buffer_text(&t.lines, "");
  *lines = zc_buffer_take(&t.lines);
  json_decref(kept);
  return code;
}

Test(instances, hits_are_taken_apart_as_the_texts_that_they_are)
{
  json_t *numbers = json_pack("[i, i]", 21, 3);
  char *lines;
  zc_code code = each_kept(
      "[{\"id\":\"a1\",\"keys\":[[\"患者\",1],[\"号\\\"\",\"\\u003c]\"],[\"x\",7]],"
      "\"level\":\"certain\",\"line\":12,\"show\":[],\"split\":[\"x,\\\"\",\"内科\"],"
      "\"table\":\"t\"},{\"id\":\"b2\",\"line\":-3,\"split\":[\"one\"]},{}]",
      &lines, numbers);
  cr_expect(eq(int, code, ZC_OK));
  cr_expect(
      same(lines,
           "a1 [[\"患者\",\"患者#3\"],[\"号\\\"\",\"\\u003c]\"],[\"x\",\"患者#?8\"]] "
           "\"certain\" 12 [] \"内科\" \"t\"\nb2   -3  \"\" \n     \"\" \n"));
  free(lines);
  cr_expect(eq(int, each_kept("[]", &lines, numbers), ZC_OK));
  cr_expect(same(lines, ""));
  free(lines);
  json_decref(numbers);
}

#define SIXTY_FOUR "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

Test(instances, what_is_no_canonical_list_of_hits_is_refused)
{
  static const char *const wrong[] = {"[",
                                      "{}",
                                      "[{}",
                                      "[{},]",
                                      "[{}]x",
                                      "[1]",
                                      "[[]]",
                                      "[{}{}]",
                                      "[{\"id\":7}]",
                                      "[{\"id\":\"a\\\"b\"}]",
                                      "[{\"id\":\"a\"]",
                                      "[{\"id\":\"a}]",
                                      "[{\"id\":\"\"}]",
                                      "[{\"id\":\"a1g\"}]",
                                      "[{\"id\":\"A1\"}]",
                                      "[{\"id\":\"患者\"}]",
                                      "[{\"id\":\"" SIXTY_FOUR "0\"}]",
                                      "[{\"x\":1}]",
                                      "[{\"level\":\"a\",\"keys\":[]}]",
                                      "[{,\"id\":\"a\"}]",
                                      "[{\"id\":\"a\",}]",
                                      "[{\"line\":01}]",
                                      "[{\"line\":1.5}]",
                                      "[{\"line\":-0}]",
                                      "[{\"line\":1234567890123456}]",
                                      "[{\"level\":\"<\"}]",
                                      "[{\"level\":\"\\x\"}]",
                                      "[{\"level\":\"\\u0041\"}]",
                                      "[{\"level\":\"\\u000a\"}]",
                                      "[{\"level\":\"\n\"}]",
                                      "[{\"keys\":[[\"a\"]]}]",
                                      "[{\"keys\":[[\"a\",[]]]}]",
                                      "[{\"keys\":[[1,\"a\"]]}]",
                                      "[{\"keys\":[[\"a\",\"b\",\"c\"]]}]",
                                      "[{\"keys\":[[\"a\",\"b\"],]}]",
                                      "[{\"keys\":\"a\"}]",
                                      "[{\"split\":[1]}]",
                                      "[{\"split\":[\"a\",]}]",
                                      "[ {} ]"};
  json_t *numbers = json_array();
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char *lines;
    cr_expect(eq(int, each_kept(wrong[i], &lines, numbers), ZC_EINTERNAL), "%s",
              wrong[i]);
    free(lines);
  }
  json_decref(numbers);
}

Test(instances, what_is_no_list_of_hits_is_an_error_or_nothing)
{
  static const char *const texts[] =
      {"",      "{\"id\":\"a\"}", "[",
       "[1.5]", "null",           "[{\"show\":[1,[],[\"a\"],{}],\"keys\":7},3,\"a\"]"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    json_t *kept = zc_kept_new(), *rows = NULL;
    bool more;
    zc_err err;
    take_row(kept, texts[i], true, false, 1000);
    zc_kept_rows(kept, "r.one", &rows, &more, &err);
    json_decref(rows);
    json_decref(kept);
  }
}

/* ---- what a check knows of its items ---------------------------------------------------- */

static zc_checked checked_with(json_t *kept)
{
  zc_checked checked = {.fresh = true, .hits = kept};
  checked.record = json_of(
      "{'items':[{'id':'i','rules':[{'id':'r.one','status':'problem'},"
      "{'id':'r.two','status':'undetermined'}]}]}");
  checked.items = json_of("{'i':[{'rule':'r.one','key':'r.one','split':2},"
                          "{'rule':'r.two','key':'r.two'}]}");
  return checked;
}

static zc_code name_hit(void *context, const char *rule, const zc_kept_hit *hit,
                        zc_piece split, zc_err *err)
{
  zc_buffer *out = context;
  zc_buffer_print(out, "%.*s %s %.*s;", (int)hit->id.size, hit->id.text, rule,
                  (int)split.size, split.text);
  return zc_buffer_check(out, err);
}

/* The instances of an item, and whether there are more. */
static char *instances_of(const zc_checked *checked, const char *item, bool *more)
{
  zc_buffer out = {0};
  zc_err err;
  cr_assert(eq(int, zc_checked_each(checked, item, name_hit, &out, more, &err), ZC_OK));
  zc_buffer_text(&out, "");
  return zc_buffer_take(&out);
}

Test(instances, an_item_has_those_of_the_rules_that_found_its_problem)
{
  json_t *kept = zc_kept_new();
  bool more;
  take_row(kept, "[{\"id\":\"a\",\"split\":[\"x\",\"内科\"]}]", true, true, 1000);
  json_t *frame = json_pack("{s:s, s:s}", "hits", "r.two", "rows", "[{\"id\":\"b\"}]");
  cr_assert(eq(int, zc_kept_take(kept, frame, 1000), 0));
  json_decref(frame);
  zc_checked checked = checked_with(kept);
  char *text = instances_of(&checked, "i", &more);
  cr_expect(same(text, "a r.one \"内科\";"));
  cr_expect(more);
  free(text);
  text = instances_of(&checked, "j", &more);
  cr_expect(same(text, ""));
  cr_expect(not(more));
  free(text);
  zc_checked_free(&checked);
}
