/* Joins of the plain executor: one partner, none, several. */
#include "tables.h"

static const char rx[] =
    "{'id':'rx','title':'处方明细','columns':["
    "{'id':'rx_no','type':'code','titles':['处方号'],'key':true},"
    "{'id':'doctor','type':'code','titles':['医师']},"
    "{'id':'site','type':'int'},"
    "{'id':'day','type':'date'},"
    "{'id':'patient','type':'code','titles':['患者'],'identifies':'patient'}]}";
static const char staff[] = "{'id':'staff','title':'人员','columns':["
                            "{'id':'staff_id','type':'code','titles':['工号']},"
                            "{'id':'site_no','type':'decimal','scale':1},"
                            "{'id':'dept','type':'text','titles':['科室']},"
                            "{'id':'until','type':'date','titles':['有效期']},"
                            "{'id':'boss','type':'code','identifies':'patient'}]}";
static const char depts[] =
    "{'id':'depts','title':'科室','columns':[{'id':'name','type':"
    "'text'},{'id':'floor','type':'int','titles':['楼层']}]}";

/* D1 has one entry, D2 two, D3 none; one entry has no number. */
static const char staff_rows[] = "staff_id,site_no,dept,until,boss\n"
                                 "D1,1.0,内科,2023-04-30,B7\n"
                                 "D2,1,外科,2023-12-31,\n"
                                 "D2,2,儿科,2023-01-31,\n"
                                 ",3,空,2022-01-01,\n"
                                 "D4,2,外科,,B7\n";
static const char rx_rows[] = "rx_no,doctor,site,day,patient\n"
                              "A1,D1,1,2023-05-01,P1\n"
                              "A2,D2,1,2023-05-01,P2\n"
                              "A3,D3,1,2023-05-01,P3\n"
                              "A4,,3,2023-05-01,P4\n"
                              "A5,D4,2,2023-05-01,P5\n";

static world *with_staff(void)
{
  world *w = world_new();
  world_add(w, rx, rx_rows);
  world_add(w, staff, staff_rows);
  return w;
}

#define JOIN "'on':'rx','join':[{'as':'s','table':'staff','on':{'doctor':'staff_id'}}]"

Test(joins, the_columns_of_the_one_partner_are_there)
{
  world *w = with_staff();
  expect_rows(w,
              "{" JOIN ",'where':'s.until < day','show':['rx_no','s.dept','s.until']}",
              "2 处方号=A1 科室=内科 有效期=2023-04-30");
  world_free(w);
}

Test(joins, without_a_partner_its_columns_are_nil)
{
  world *w = with_staff();
  expect_rows(w, "{" JOIN ",'where':'s.staff_id == nil','show':['rx_no','s.dept']}",
              "4 处方号=A3 科室=—; 5 处方号=A4 科室=—");
  world_free(w);
}

Test(joins, comparing_with_a_missing_partner_leaves_the_row_unjudged)
{
  world *w = with_staff();
  json_t *result = world_judge(w, "{" JOIN ",'where':'s.until < day'}");
  /* A2 has two partners; A3 and A4 none; A5's partner has no date. */
  cr_expect(eq(int, (int)zc_get_integer(result, "count", -1), 1));
  cr_expect(eq(int, (int)zc_get_integer(result, "unjudged", -1), 4));
  json_decref(result);
  world_free(w);
}

Test(joins, a_row_with_several_partners_is_unjudged_even_if_where_asks_for_none)
{
  world *w = with_staff();
  json_t *result = world_judge(w, "{" JOIN ",'where':'s.dept == nil','show':'rx_no'}");
  cr_expect(eq(str, shown_rows(result), (char *)"4 处方号=A3; 5 处方号=A4"));
  cr_expect(eq(int, (int)zc_get_integer(result, "unjudged", -1), 1));
  json_decref(result);
  world_free(w);
}

Test(joins, a_row_with_several_partners_is_unjudged_even_if_among_asks_for_one)
{
  world *w = with_staff();
  json_t *result =
      world_judge(w, "{" JOIN
                     ",'among':'s.staff_id ~= nil','where':'s.dept == [[内科]]'}");
  cr_expect(eq(int, (int)zc_get_integer(result, "unjudged", -1), 1), "%s",
            figures(result));
  json_decref(result);
  world_free(w);
}

Test(joins, what_looks_at_a_row_with_several_partners_is_open_unless_kleene_decides)
{
  world *w = with_staff();
  expect_figures(w,
                 "{" JOIN
                 ",'among':'rx_no == [[A2]] and s.dept == nil','where':'true'}",
                 "0 of 0, 1 unjudged");
  expect_figures(w,
                 "{" JOIN
                 ",'among':'s.dept == nil and rx_no ~= [[A2]]','where':'true'}",
                 "2 of 2, 2 rows");
  world_free(w);
}

Test(joins, a_partner_of_one_of_several_partners_is_ambiguous_too)
{
  world *w = with_staff();
  world_add(w, depts, "name,floor\n内科,1\n外科,2\n儿科,3\n");
  expect_figures(w,
                 "{'on':'rx','join':[{'as':'s','table':'staff','on':{'doctor':"
                 "'staff_id'}},{'as':'d','table':'depts','on':{'s.dept':'name'}}],"
                 "'among':'rx_no == [[A2]] and d.floor == nil','where':'true'}",
                 "0 of 0, 1 unjudged");
  world_free(w);
}

Test(joins, a_key_that_does_not_fit_leaves_the_row_unjudged)
{
  world *w = with_staff();
  expect_figures(w,
                 "{'on':'rx','join':[{'as':'s','table':'staff','on':{'site * 9 * "
                 "999999999999999999':'site_no'}}],'where':'s.dept == nil'}",
                 "3 of 3, 3 rows, 2 unjudged");
  world_free(w);
}

Test(joins, a_row_outside_the_population_may_have_several_partners)
{
  world *w = with_staff();
  expect_figures(w, "{" JOIN ",'among':'rx_no ~= [[A2]]','where':'s.dept == nil'}",
                 "2 of 4, 2 rows");
  world_free(w);
}

Test(joins, a_blank_key_has_no_partner)
{
  world *w = with_staff();
  expect_figures(w, "{" JOIN ",'among':'doctor == [[]]','where':'s.dept == [[空]]'}",
                 "0 of 1, 1 unjudged");
  world_free(w);
}

Test(joins, keys_of_several_columns_match_as_a_whole)
{
  world *w = with_staff();
  expect_rows(w,
              "{'on':'rx','join':[{'as':'s','table':'staff','on':{'doctor':'staff_id',"
              "'site':'site_no'}}],'where':'s.dept ~= nil','show':['rx_no','s.dept']}",
              "2 处方号=A1 科室=内科; 3 处方号=A2 科室=外科; 6 处方号=A5 科室=外科");
  world_free(w);
}

Test(joins, a_key_may_be_an_expression)
{
  world *w = with_staff();
  expect_figures(w,
                 "{'on':'rx','join':[{'as':'s','table':'staff','on':{'default(doctor, "
                 "[[D1]])':'staff_id'}}],'among':'rx_no == [[A4]]','where':'s.dept == "
                 "[[内科]]'}",
                 "1 of 1, 1 rows");
  world_free(w);
}

Test(joins, a_later_join_may_use_an_earlier_one)
{
  world *w = with_staff();
  world_add(w, depts, "name,floor\n内科,1\n外科,2\n");
  static const char *const join =
      "'on':'rx','join':[{'as':'s','table':'staff','on':{'doctor':'staff_id'}},"
      "{'as':'d','table':'depts','on':{'s.dept':'name'}}]";
  char rule[512];
  snprintf(rule, sizeof rule, "{%s,'where':'d.floor == 2','show':['rx_no','d.floor']}",
           join);
  expect_rows(w, rule, "6 处方号=A5 楼层=2");
  snprintf(rule, sizeof rule, "{%s,'among':'rx_no == [[A3]]','where':'d.floor == nil'}",
           join);
  expect_figures(w, rule, "1 of 1, 1 rows");
  world_free(w);
}

/* ---- joins that only explain ------------------------------------------------------------ */

#define SHOWN JOIN ",'where':'site == 1','show':['rx_no','s.dept']"

Test(joins, several_partners_do_not_block_a_join_that_only_show_uses)
{
  world *w = with_staff();
  expect_rows(w, "{" SHOWN "}",
              "2 处方号=A1 科室=内科; 3 处方号=A2 科室=—; 4 处方号=A3 科室=—");
  expect_figures(w, "{" SHOWN "}", "3 of 5, 3 rows");
  world_free(w);
}

Test(joins, a_table_that_only_show_uses_need_not_be_handed_over)
{
  world *w = world_new();
  world_add(w, rx, rx_rows);
  world_add(w, staff, NULL);
  json_t *json = json_of("{" SHOWN "}");
  zc_rule *rule = world_rule(w, json);
  cr_expect(zc_rule_needs(rule, 0));
  cr_expect(not(zc_rule_needs(rule, 1)));
  zc_rule_free(rule);
  json_decref(json);
  expect_figures(w, "{" SHOWN "}", "3 of 5, 3 rows");
  world_free(w);
}

Test(joins, a_table_that_was_not_handed_over_may_have_any_number_of_columns)
{
  char wide[4096], *at = wide;
  world *w = world_new();
  world_add(w, rx, rx_rows);
  at += sprintf(at, "{'id':'staff','title':'人员','columns':[{'id':'staff_id','type':"
                    "'code'},{'id':'dept','type':'text'}");
  for (int i = 0; i < 60; i++)
    at += sprintf(at, ",{'id':'c%d','type':'text'}", i);
  sprintf(at, "]}");
  world_add(w, wide, NULL);
  expect_figures(w, "{" SHOWN "}", "3 of 5, 3 rows");
  world_free(w);
}

Test(joins, a_table_that_any_condition_uses_must_be_handed_over)
{
  static const char *const fields[] = {
      "'where':'s.dept == nil'",
      "'among':'s.dept == nil','where':'true'",
      "'where':'true','amount':'days(s.until, day)'",
      "'group':'s.dept','having':'count() > 1'",
      "'group':'rx_no','having':'count(s.dept == nil) > 1'",
      "'rate':'s.dept == nil','above':'0.5'",
      "'each':true",
  };
  world *w = with_staff();
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    char text[512];
    snprintf(text, sizeof text, "{" JOIN ",%s}", fields[i]);
    json_t *json = json_of(text);
    zc_rule *rule = world_rule(w, json);
    cr_assert(ne(ptr, rule, NULL), "%s: %s", text, w->said);
    cr_expect(zc_rule_needs(rule, 1), "%s", fields[i]);
    zc_rule_free(rule);
    json_decref(json);
  }
  world_free(w);
}

Test(joins, a_join_is_needed_if_the_key_of_a_needed_one_reads_it)
{
  world *w = with_staff();
  world_add(w, depts, "name,floor\n");
  json_t *json = json_of(
      "{'on':'rx','join':[{'as':'s','table':'staff','on':{'doctor':"
      "'staff_id'}},{'as':'d','table':'depts','on':{'s.dept':'name'}}],"
      "'where':'d.floor == 2'}");
  zc_rule *rule = world_rule(w, json);
  cr_expect(zc_rule_needs(rule, 1));
  zc_rule_free(rule);
  json_decref(json);
  world_free(w);
}

Test(joins, faults_of_a_table_that_only_show_uses_are_not_counted)
{
  world *w = world_new();
  world_add(w, rx, rx_rows);
  world_add(w, staff, "staff_id,until\nD1,not a day\nD1\n");
  expect_figures(w, "{" JOIN ",'where':'site == 1','show':'s.until'}",
                 "3 of 5, 3 rows");
  expect_figures(w, "{" JOIN ",'among':'site == 2','where':'s.until == nil'}",
                 "0 of 0, 1 unjudged, 1 malformed, 1 bad"); /* it may be that row's */
  world_free(w);
}

Test(joins, malformed_rows_of_a_table_that_is_used_twice_are_counted_once)
{
  world *w = world_new();
  world_add(w, rx, "rx_no,doctor,site,day,patient\nA1,A2,1,,\nA2,,x,,\nA3\n");
  expect_figures(w,
                 "{'on':'rx','join':[{'as':'o','table':'rx','on':{'doctor':'rx_no'}}],"
                 "'where':'o.site == nil and site ~= nil'}",
                 "0 of 2, 2 unjudged, 1 malformed, 1 bad");
  world_free(w);
}

Test(joins, patients_of_a_joined_table_are_tokens_too)
{
  world *w = with_staff();
  expect_rows(w,
              "{" JOIN ",'where':'site == 1 or site == 2','show':['patient','s.boss']}",
              "2 患者=患者#1 boss=患者#2; 3 患者=患者#3 boss=—; 4 患者=患者#4 boss=—; "
              "6 患者=患者#5 boss=患者#2");
  world_free(w);
}

Test(joins, columns_that_the_file_lacks_are_named_unless_only_shown)
{
  world *w = world_new();
  world_add(w, rx, "rx_no,doctor\nA1,D1\n");
  world_add(w, staff, "dept\n内科\n");
  json_t *json = json_of("{" JOIN
                         ",'among':'day ~= nil','where':'site == 1 and s.until == "
                         "nil','count':'rx_no'}");
  json_t *shown = json_of("{" SHOWN "}");
  json_t *missing = json_array();
  zc_rule *rule = world_rule(w, json);
  cr_expect(eq(int, zc_rule_missing(rule, missing), 0));
  char *text = json_dumps(missing, JSON_COMPACT | JSON_SORT_KEYS);
  static const char *const expected[] =
      {"{\"column\":\"day\",\"table\":\"rx\",\"title\":\"day\"}",
       "{\"column\":\"site\",\"table\":\"rx\",\"title\":\"site\"}",
       "{\"column\":\"until\",\"table\":\"staff\",\"title\":\"有效期\"}",
       "{\"column\":\"staff_id\",\"table\":\"staff\",\"title\":\"工号\"}"};
  for (size_t i = 0; i < 4; i++)
    cr_expect(ne(ptr, strstr(text, expected[i]), NULL), "%s in %s", expected[i], text);
  cr_expect(eq(sz, json_array_size(missing), 4));
  zc_rule_free(rule);
  free(text);
  json_array_clear(missing);
  rule = world_rule(w, shown);
  cr_expect(eq(int, zc_rule_missing(rule, missing), 0));
  cr_expect(eq(sz, json_array_size(missing), 1)); /* rx.site alone */
  zc_rule_free(rule);
  json_decref(missing);
  json_decref(json);
  json_decref(shown);
  world_free(w);
}
