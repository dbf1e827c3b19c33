/* Views and measures, quotas, rates of groups, levels, and the aggregates that they use. */
#include "tables.h"

static const char fees[] =
    "{'id':'fees','title':'费用明细','columns':["
    "{'id':'no','type':'code','titles':['单号'],'key':true},"
    "{'id':'enc','type':'code','titles':['就诊号']},"
    "{'id':'patient','type':'code','titles':['患者'],'identifies':'patient'},"
    "{'id':'item','type':'code','titles':['项目']},"
    "{'id':'at','type':'datetime'},{'id':'day','type':'date'},"
    "{'id':'qty','type':'int'},{'id':'amount','type':'decimal','scale':2},"
    "{'id':'ok','type':'bool'}]}";

static const char rows[] = "no,enc,patient,item,at,day,qty,amount,ok\n"
                           "A,E1,P1,X,2023-05-01 08:00,2023-05-01,1,10.00,是\n"
                           "B,E1,P1,X,2023-05-01 20:00,2023-05-01,2,20.00,是\n"
                           "C,E1,P1,X,2023-05-02 08:00,2023-05-02,1,10.00,否\n"
                           "D,E2,P2,X,2023-05-01 08:00,2023-05-01,1,40.00,否\n"
                           "E,E2,P2,Y,2023-05-01 09:00,2023-05-01,,5.00,否\n"
                           "F,,P2,Y,2023-05-01 09:00,2023-05-01,1,5.00,\n";

static world *with(const char *csv)
{
  world *w = world_new();
  world_add(w, fees, csv);
  return w;
}

#define DAY                                                                            \
  "{'id':'fee_day','kind':'view','on':'fees','group':{'enc':'enc','item':'item','day'" \
  ":"                                                                                  \
  "'date(at)'},'cols':{'total':'sum(qty)','n':'count()','last':'max(at)'}}"

Test(derived, a_view_is_a_table_of_groups)
{
  world *w = with(rows);
  world_derive(w, DAY);
  expect_rows(
      w,
      "{'on':'fee_day','where':'total > 1','show':['enc','item','day','total','n',"
      "'last']}",
      "2 就诊号=E1 项目=X day=2023-05-01 total=3 n=2 last=2023-05-01 20:00:00");
  world_free(w);
}

Test(derived, what_a_view_cannot_place_or_compute_is_unjudged)
{
  world *w = with(rows);
  world_derive(w, DAY);
  /* F has no encounter; the quantity of E is blank, so that the total of Y is unknown. */
  expect_figures(w, "{'on':'fee_day','where':'total > 1'}",
                 "1 of 4, 1 rows, 2 unjudged");
  expect_figures(w, "{'on':'fee_day','where':'n > 1'}", "1 of 4, 1 rows, 1 unjudged");
  world_free(w);
}

Test(derived, views_stand_on_views_and_are_joined)
{
  world *w = with(rows);
  world_derive(w, DAY);
  world_derive(w,
               "{'id':'fee_stay','kind':'view','on':'fee_day','group':'enc','cols':{'"
               "days':'distinct(day)','busiest':'max(n)'}}");
  expect_rows(w,
              "{'on':'fees','join':[{'as':'s','table':'fee_stay','on':{'enc':'enc'}}],"
              "'where':'s.days > 1 and s.busiest == 2','count':'enc','show':'no'}",
              "2 单号=A; 3 单号=B; 4 单号=C");
  world_free(w);
}

Test(derived, views_are_four_deep_at_most_and_never_made_of_themselves)
{
  world *w = with(rows);
  char text[256];
  world_derive(
      w, "{'id':'v0','kind':'view','on':'fees','group':'enc','cols':{'n':'count()'}}");
  for (int i = 1; i <= 4; i++) {
    snprintf(
        text, sizeof text,
        "{'id':'v%d','kind':'view','on':'v%d','group':'enc','cols':{'n':'count()'}}", i,
        i - 1);
    world_derive(w, text);
  }
  expect_figures(w, "{'on':'v3','where':'n > 0'}", "2 of 2, 2 rows, 1 unjudged");
  cr_expect(eq(ptr, world_judge(w, "{'on':'v4','where':'n > 0'}"), NULL));
  cr_expect(ne(ptr, strstr(w->said, "4 deep at most"), NULL), "%s", w->said);
  world_derive(
      w, "{'id':'a','kind':'view','on':'b','group':'enc','cols':{'n':'count()'}}");
  world_derive(
      w, "{'id':'b','kind':'view','on':'a','group':'enc','cols':{'n':'count()'}}");
  cr_expect(eq(ptr, world_judge(w, "{'on':'a','where':'n > 0'}"), NULL));
  cr_expect(ne(ptr, strstr(w->said, "is made of itself"), NULL), "%s", w->said);
  world_free(w);
}

/* As the rules of a run need it, and then no more. */
static void expect_made_for(world *w, zc_plain *executor, const char *declaration,
                            size_t rows)
{
  zc_err err;
  json_t *json = json_of(declaration);
  zc_rule *rule = world_rule(w, json);
  zc_derived_hold(rule);
  cr_assert(eq(int, zc_derived_make(executor, rule, &err), ZC_OK));
  cr_expect(eq(sz, rule->tables[0]->count, rows), "%s", declaration);
  zc_derived_let_go(rule);
  cr_expect(eq(sz, rule->tables[0]->count, 0), "%s", declaration);
  zc_rule_free(rule);
  json_decref(json);
}

Test(derived, a_view_that_was_given_back_is_made_again)
{
  world *w = with(rows);
  world_derive(w, DAY);
  world_derive(w, "{'id':'enc_total','kind':'view','on':'fee_day','group':{'enc':'enc'"
                  "},'cols':{'total':'sum(total)'}}");
  for (int i = 0; i < 4; i++) {
    zc_plain *executor = i % 2 == 0 ? &w->vector : &w->plain;
    expect_made_for(w, executor, "{'on':'fee_day','where':'total > 1'}", 4);
    expect_made_for(w, executor, "{'on':'enc_total','where':'total > 3'}", 2);
  }
  expect_figures(w, "{'on':'enc_total','where':'total > 3'}",
                 "1 of 2, 1 rows, 2 unjudged");
  world_free(w);
}

Test(derived, a_measure_is_one_figure_for_all_rules)
{
  world *w = with(rows);
  world_derive(w, "{'id':'fee.mean','kind':'measure','on':'fees','among':'ok ~= nil',"
                  "'value':'avg(amount)'}");
  world_derive(w,
               "{'id':'fee.most','kind':'measure','on':'fees','value':'max(amount)'}");
  /* 85.00 in 5 rows: 17.00. */
  expect_rows(w,
              "{'on':'fees','where':'amount > "
              "m[\\'fee.mean\\']','show':['no','m[\\'fee.mean\\']']}",
              "3 单号=B m[\"fee.mean\"]=17.00; 5 单号=D m[\"fee.mean\"]=17.00");
  expect_figures(w, "{'fail':'m[\\'fee.most\\'] > 39'}", "1 of 1");
  expect_message(w, "{'fail':'m[\\'fee.most\\'] > 39','say':'{m.fee.most}元'}",
                 "40.00元");
  world_free(w);
}

Test(derived, a_measure_of_what_is_not_known_is_not_known)
{
  world *w = with(rows);
  world_derive(w, "{'id':'fee.total','kind':'measure','on':'fees','value':'sum(qty)'}");
  world_derive(w, "{'id':'fee.some','kind':'measure','on':'fees','among':'ok','value':"
                  "'sum(amount)'}");
  world_derive(
      w, "{'id':'fee.none','kind':'measure','on':'fees','among':'qty > 9 and qty ~= "
         "nil','value':'count()'}");
  expect_figures(w, "{'fail':'m[\\'fee.total\\'] > 1'}", "0 of 1, empty: m.fee.total");
  expect_figures(w, "{'fail':'m[\\'fee.some\\'] > 1'}", "0 of 1, empty: m.fee.some");
  expect_figures(w, "{'fail':'m[\\'fee.none\\'] == 0'}", "1 of 1");
  expect_figures(w, "{'on':'fees','where':'qty > m[\\'fee.total\\']'}",
                 "0 of 6, 6 unjudged");
  world_free(w);
}

Test(derived, a_name_that_means_two_things_means_neither)
{
  world *w = with(rows);
  static const char view[] =
      "{'id':'%s','kind':'view','on':'fees','group':'enc','cols':{'n':'count()'}}";
  char text[256];
  snprintf(text, sizeof text, view, "twice");
  world_derive(w, text);
  world_derive(w, text);
  expect_figures(w, "{'on':'twice','where':'n > 0'}",
                 "0:0 twice stands in t.lua, too — give it another name");
  snprintf(text, sizeof text, view, "fees");
  world_derive(w, text);
  expect_figures(w, "{'on':'fees','where':'qty > 0'}",
                 "0:0 fees is the name of a table — give it another name");
  world_free(w);
}

Test(derived, unknown_views_and_measures_suggest_the_nearest)
{
  world *w = with(rows);
  world_derive(w, DAY);
  cr_expect(eq(ptr, world_judge(w, "{'on':'fee_days','where':'n > 0'}"), NULL));
  cr_expect(ne(ptr, strstr(w->said, "did you mean fee_day?"), NULL), "%s", w->said);
  cr_expect(eq(ptr, world_judge(w, "{'fail':'m[\\'fee.x\\'] > 0'}"), NULL));
  cr_expect(ne(ptr, strstr(w->said, "m.fee.x is unknown"), NULL), "%s", w->said);
  world_free(w);
}

Test(derived, nothing_that_is_made_tells_a_patient)
{
  static const char *const wrong[] =
      {"'group':'enc','cols':{'who':'set(patient)'}",
       "'group':{'who':'left(patient, 2)'},'cols':{'n':'count()'}",
       "'group':'enc','cols':{'n':'sum(len(patient))'}"};
  world *w = with(rows);
  for (size_t i = 0; i < 3; i++) {
    char text[256];
    snprintf(text, sizeof text, "{'id':'v%zu','kind':'view','on':'fees',%s}", i,
             wrong[i]);
    world_derive(w, text);
    snprintf(text, sizeof text, "{'on':'v%zu','where':'true'}", i);
    cr_expect(eq(ptr, world_judge(w, text), NULL), "%s", wrong[i]);
    cr_expect(ne(ptr, strstr(w->said, "the patient identifier patient"), NULL), "%s",
              w->said);
  }
  world_derive(w,
               "{'id':'good','kind':'view','on':'fees','group':'patient','cols':{'n':'"
               "distinct(enc)'}}");
  expect_rows(w, "{'on':'good','where':'n > 0 and n < 2','show':'patient'}",
              "2 患者=患者#1");
  world_free(w);
}

/* ---- aggregates ------------------------------------------------------------------------ */

Test(derived, deviation_set_and_top)
{
  world *w = with("no,enc,item,amount\n1,E,a,2\n2,E,b,4\n3,E,a,4\n4,E,a,4\n5,E,c,5\n"
                  "6,E,b,5\n7,E,d,7\n8,E,e,9\n9,G,a,1\n");
  world_derive(w,
               "{'id':'v','kind':'view','on':'fees','group':'enc','cols':{'sd':"
               "'sd(amount)','all':'set(item)','top':'top(item)','two':'top(item, 2)',"
               "'few':'top(item, 1, amount > 4)','some':'set(item, amount > 4)'}}");
  /* The sample deviation of 2 4 4 4 5 5 7 9 is the root of 32/7. */
  expect_rows(
      w, "{'on':'v','where':'true','show':['enc','sd','all','top','two','few','some']}",
      "2 就诊号=E sd=2.1381 all=a、b、c、d、e top=3 two=5 few=1 some=c、b、d、e; "
      "10 就诊号=G sd=— all=a top=1 two=1 few=0 some=");
  expect_figures(w, "{'on':'v','where':'any_of(all, \\'d\\') and len(all) == 5'}",
                 "1 of 2, 1 rows");
  world_free(w);
}

Test(derived, a_deviation_of_large_equal_amounts_is_zero)
{
  world *w = with("no,enc,amount\n1,E,123456789012.34\n2,E,123456789012.34\n"
                  "3,E,123456789012.34\n");
  expect_figures(w, "{'on':'fees','group':'enc','having':'sd(amount) == 0'}",
                 "1 of 1, 3 rows");
  world_free(w);
}

/* ---- rates of groups --------------------------------------------------------------------- */

Test(derived, each_group_has_its_rate)
{
  world *w = with("no,enc,ok\n1,A,是\n2,A,是\n3,A,否\n4,B,是\n5,B,否\n6,B,否\n7,C,是\n"
                  "8,D,是\n9,D,\n10,D,否\n,A,是\n");
  static const char rule[] =
      "{'on':'fees','group':'enc','rate':'ok','below':'%s','min_n':2,"
      "'show':'enc'}";
  char text[256];
  snprintf(text, sizeof text, rule, "0.5");
  expect_rows(w, text, "5 就诊号=B");
  /* D has one of two, and a blank that could make it one of three; C is too few. */
  expect_figures(w, text, "1 of 3, 3 rows, 1 unjudged, 1 malformed");
  snprintf(text, sizeof text, rule, "choose(enc == \\'A\\', 0.9, 0.1)");
  expect_rows(w, text, "2 就诊号=A");
  world_free(w);
}

/* ---- levels -------------------------------------------------------------------------------- */

Test(derived, a_level_lowers_a_hit_and_never_raises_it)
{
  world *w = with("no,enc,qty\n1,A,1\n2,A,2\n3,A,3\n4,A,\n");
  json_t *result =
      world_judge(w, "{'on':'fees','where':'enc == \\'A\\'','level':'choose(qty "
                     "== 1, \\'certain\\', choose(qty == 2, \\'suspect\\', "
                     "\\'hint\\'))'}");
  const json_t *levels = json_object_get(result, "levels");
  cr_expect(eq(int, (int)zc_get_integer(levels, "certain", -1), 1));
  cr_expect(eq(int, (int)zc_get_integer(levels, "suspect", -1), 2),
            "a blank is suspect");
  cr_expect(eq(int, (int)zc_get_integer(levels, "hint", -1), 1));
  json_decref(result);
  result = world_judge(w, "{'on':'fees','where':'qty > 0','certainty':'hint','level':"
                          "'\\'certain\\''}");
  cr_expect(
      eq(int, (int)zc_get_integer(json_object_get(result, "levels"), "hint", -1), 3));
  json_decref(result);
  cr_expect(eq(ptr,
               world_judge(w, "{'on':'fees','where':'true','level':'choose(qty == 1, "
                              "\\'sure\\', \\'hint\\')'}"),
               NULL));
  cr_expect(ne(ptr, strstr(w->said, "sure is not a certainty"), NULL), "%s", w->said);
  world_free(w);
}

/* ---- quotas ---------------------------------------------------------------------------------- */

static const char quota_names[] =
    "[{'space':'period','name':'from','type':'date','value':'2023-01-15'},"
    "{'space':'period','name':'to','type':'date','value':'2023-12-31'},"
    "{'space':'','name':'today','type':'date','value':'2023-08-10'}]";

static char *periods(world *w, const char *rule)
{
  static char room[8192];
  char *at = room;
  size_t index;
  const json_t *entry;
  json_t *result = world_judge(w, rule);
  at += sprintf(at, "%s", result == NULL ? w->said : figures(result));
  json_array_foreach(json_object_get(result, "periods"), index, entry)
      at += sprintf(at, "; %s %d %s", zc_get_text(entry, "from"),
                    (int)zc_get_integer(entry, "done", -1),
                    zc_get_text(entry, "verdict"));
  json_decref(result);
  return room;
}

static void expect_periods(world *w, const char *rule, const char *expected)
{
  char *got = periods(w, rule);
  cr_expect(eq(str, got, (char *)expected), "%s: «%s», not «%s»", rule, got, expected);
}

static world *with_period(const char *csv)
{
  world *w = with(csv);
  json_t *names = json_of(quota_names);
  json_array_extend(w->names, names); /* they live as long as the world */
  cr_assert(eq(int, zc_scope_add_names(w->scope, names, &w->arena), 0));
  json_decref(names);
  return w;
}

#define QUOTA(per, least)                                                              \
  "{'on':'fees','quota':{'per':'" per "','at_least':" least ",'date':'day'}}"

Test(derived, each_period_that_is_over_needs_its_number)
{
  world *w = with_period(
      "no,day\n1,2023-01-02\n2,2023-03-31\n3,2023-04-01\n4,2023-07-01\n");
  expect_periods(w, QUOTA("quarter", "2"),
                 "1 of 2; 2023-01-01 2 pass; 2023-04-01 1 hit; 2023-07-01 1 due; "
                 "2023-10-01 0 due");
  expect_periods(w, QUOTA("half_year", "1"),
                 "0 of 2; 2023-01-01 3 pass; 2023-07-01 1 pass");
  expect_periods(w, QUOTA("year", "'p.max'"), "0 of 0; 2023-01-01 4 due");
  expect_periods(w, QUOTA("once", "4"), "0 of 0; 2023-01-15 3 due");
  expect_periods(
      w, QUOTA("month", "1"),
      "3 of 7; 2023-01-01 1 pass; 2023-02-01 0 hit; 2023-03-01 1 pass; 2023-04-01 "
      "1 pass; 2023-05-01 0 hit; 2023-06-01 0 hit; 2023-07-01 1 pass; 2023-08-01 0 "
      "due; 2023-09-01 0 due; 2023-10-01 0 due; 2023-11-01 0 due; 2023-12-01 0 due");
  world_free(w);
}

Test(derived, what_has_no_date_could_be_what_a_period_lacks)
{
  world *w = with_period("no,day\n1,2023-01-02\n2,\n3,2023-04-01\n");
  expect_periods(
      w, QUOTA("quarter", "2"),
      "0 of 2, 3 unjudged; 2023-01-01 1 open; 2023-04-01 1 open; 2023-07-01 0 due; "
      "2023-10-01 0 due");
  expect_periods(
      w, QUOTA("quarter", "3"),
      "1 of 2, 2 unjudged; 2023-01-01 1 open; 2023-04-01 1 hit; 2023-07-01 0 due; "
      "2023-10-01 0 due");
  world_free(w);
}

Test(derived, a_quota_says_what_it_wants)
{
  static const char *const wrong[] =
      {"{'on':'fees','quota':{'per':'day','at_least':1,'date':'day'}}",
       "{'on':'fees','quota':{'per':'year','date':'day'}}",
       "{'on':'fees','quota':{'per':'year','at_least':1,'date':'enc'}}",
       "{'on':'fees','quota':{'per':'year','at_least':1,'date':'dai'}}",
       "{'on':'fees','quota':{'per':'year','at_least':'qty','date':'day'}}"};
  static const char *const said[] = {"a quota needs per", "a quota needs per",
                                     "enc is no date", "has no column dai",
                                     "must not vary by row"};
  world *w = with(rows);
  for (size_t i = 0; i < 5; i++) {
    cr_expect(eq(ptr, world_judge(w, wrong[i]), NULL), "%s", wrong[i]);
    cr_expect(ne(ptr, strstr(w->said, said[i]), NULL), "%s: %s", wrong[i], w->said);
  }
  world_free(w);
}
