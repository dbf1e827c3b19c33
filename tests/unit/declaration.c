/* Declarations of rules: their fields, forms and mistakes. */
#include "tables.h"

static const char rx[] =
    "{'id':'rx','title':'处方明细','columns':["
    "{'id':'rx_no','type':'code','titles':['处方号'],'key':true},"
    "{'id':'visit','type':'enum','words':['门诊','急诊'],'values':[{'id':'门诊'},{'id':"
    "'急诊'}]},"
    "{'id':'days','type':'int'},{'id':'ok','type':'bool'},{'id':'day','type':'date'}]}";
static const char staff[] =
    "{'id':'staff','title':'人员','columns':[{'id':'staff_id','type':'code'},"
    "{'id':'age','type':'int'}]}";

/* What is wrong with a declaration on line 10; "" when nothing is. */
static char *wrong_with(const char *declaration)
{
  static char room[4096];
  world *w = world_new();
  world_add(w, rx, NULL);
  world_add(w, staff, NULL);
  json_t *json = json_of(declaration);
  json_object_set_new(json, "line", json_integer(10));
  zc_rule_free(world_rule(w, json));
  snprintf(room, sizeof room, "%s", w->said);
  json_decref(json);
  world_free(w);
  return room;
}

typedef struct {
  const char *declaration, *faults;
} verdict;

static void expect_verdicts(const verdict *rows, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    char *faults = wrong_with(rows[i].declaration);
    cr_expect(eq(str, faults, (char *)rows[i].faults), "%s: «%s»", rows[i].declaration,
              faults);
  }
}

#define EXPECT(...)                                                                    \
  expect_verdicts((const verdict[]){__VA_ARGS__},                                      \
                  sizeof((const verdict[]){__VA_ARGS__}) / sizeof(verdict))

Test(declaration, every_form_of_this_version_compiles)
{
  EXPECT(
      {"{'on':'rx','among':'ok','where':'days > 1','count':'rx_no','amount':'days',"
       "'show':['rx_no','days'],'say':'{count}','certainty':'hint','tolerate':'0.01'}",
       ""},
      {"{'on':'rx','among':'ok','group':['visit','day'],'having':'count() > 1','show':"
       "'visit','amount':'sum(days)','tolerate':'0.01','say':'{amount}'}",
       ""},
      {"{'on':'rx','rate':'ok','above':'p.share','min_n':30,'say':'{rate} {part}/"
       "{whole}'}",
       ""},
      {"{'on':'rx','rate':'ok','below':'0.5','min_n':'p.max'}", ""},
      {"{'fail':'facility.beds < 3','say':'{facility.beds}','certainty':'suspect'}",
       ""},
      {"{'on':'rx','each':true,'among':'ok','count':'rx_no','amount':'days'}", ""},
      {"{'check':true,'say':'x'}", ""},
      {"{'on':'rx','join':[{'as':'s','table':'staff','on':{'rx_no':'staff_id'},"
       "'match':'one'}],'where':'s.age > 1'}",
       ""});
}

#define ONE " — give it exactly one of where, having, rate, quota, fail, each, check"

Test(declaration, a_rule_judges_in_exactly_one_way)
{
  EXPECT({"{'on':'rx'}", "10:0 the rule t.rule judges nothing" ONE},
         {"{'on':'rx','among':'ok'}", "10:0 the rule t.rule judges nothing" ONE},
         {"{'on':'rx','where':'ok','rate':'ok','above':'1'}",
          "10:0 the rule t.rule judges in more than one way" ONE},
         {"{'fail':'true','check':true}",
          "10:0 the rule t.rule judges in more than one way" ONE});
}

Test(declaration, group_with_where_points_to_among)
{
  EXPECT({"{'on':'rx','group':'visit','where':'ok'}",
          "10:0 a rule with group judges groups, not rows — write the condition on "
          "rows as "
          "among, and having for the group"},
         {"{'on':'rx','group':'visit','where':'ok','having':'count() > 1'}",
          "10:0 a rule with group judges groups, not rows — write the condition on "
          "rows as "
          "among"},
         {"{'on':'rx','having':'count() > 1'}",
          "10:0 having needs the field group — name the columns that make a group, "
          "such as "
          "group = \"rx_no\""});
}

Test(declaration, unknown_fields_suggest_the_nearest)
{
  EXPECT({"{'on':'rx','were':'ok','where':'ok'}",
          "10:0 the rule t.rule has an unknown field were — did you mean where?"},
         {"{'on':'rx','where':'ok','amoung':'ok'}",
          "10:0 the rule t.rule has an unknown field amoung — did you mean among?"});
}

Test(declaration, an_unknown_field_like_no_other_suggests_none)
{
  EXPECT(
      {"{'on':'rx','where':'ok','zzzzzzzzzz':'ok'}",
       "10:0 the rule t.rule has an unknown field zzzzzzzzzz — docs/rules.md lists the "
       "fields of a rule"});
}

Test(declaration, what_could_not_be_read_is_the_only_thing_that_is_told)
{
  EXPECT({"{'on':'rx','rate':'ok','faults':[{'file':'t.lua','line':7,'column':3,"
          "'severity':'error','text':'broken','args':{}}]}",
          "7:3 broken"});
}

Test(declaration, fields_of_another_form_are_refused)
{
  EXPECT({"{'on':'rx','where':'ok','min_n':3}",
          "10:0 the field min_n does not belong to this form of rule"},
         {"{'on':'rx','group':'visit','having':'count() > 1','count':'rx_no'}",
          "10:0 the field count does not belong to this form of rule"},
         {"{'fail':'true','on':'rx'}",
          "10:0 the field on does not belong to this form of rule"},
         {"{'on':'rx','rate':'ok','above':'1','sort':'day'}",
          "10:0 the field sort does not belong to this form of rule"});
}

#define KIND                                                                           \
  " holds the wrong kind of value — write expressions and numbers with decimals as " \
  "texts"

Test(declaration, fields_hold_the_kind_of_value_they_should)
{
  EXPECT({"{'on':'rx','where':true}", "10:0 the field where" KIND},
         {"{'on':'rx','where':'ok','show':3}", "10:0 the field show" KIND},
         {"{'on':'rx','rate':'ok','above':1}",
          "10:0 the field above" KIND " / 10:0 a rate "
          "needs either above or below"},
         {"{'on':'rx','where':'ok','certainty':['hint']}",
          "10:0 the field certainty" KIND},
         {"{'on':'rx','each':'ok'}", "10:0 the field each" KIND});
}

Test(declaration, tables_and_columns_must_exist)
{
  EXPECT(
      {"{'where':'ok'}", "10:0 the rule t.rule names no table — give it the field on"},
      {"{'on':'stuff','where':'ok'}",
       "10:0 the table stuff is unknown — did you mean staff?"},
      {"{'on':'purchases','where':'true'}",
       "10:0 the table purchases is unknown — declare it in datasets/"},
      {"{'on':'rx','where':'ok','count':'rx_nr'}",
       "10:0 the table has no column rx_nr — count names one column of the rule's own "
       "table"});
}

#define WRITE_JOIN                                                                     \
  " — write { as = \"s\", table = \"staff\", on = { doctor_id = \"staff_id\" } }"

Test(declaration, joins_must_be_complete_and_fit)
{
  EXPECT(
      {"{'on':'rx','join':[{'table':'staff','on':{'rx_no':'staff_id'}}],'where':'ok'}",
       "10:0 a join needs as, table and on" WRITE_JOIN},
      {"{'on':'rx','join':['staff'],'where':'ok'}",
       "10:0 a join needs as, table and on" WRITE_JOIN},
      {"{'on':'rx','join':[{'as':'s','table':'staff','on':{}}],'where':'ok'}",
       "10:0 the join names no columns — write on = { doctor_id = \"staff_id\" }"},
      {"{'on':'rx','join':[{'as':'s','table':'staff','on':{'rx_no':'id'}}],'where':'ok'"
       "}",
       "10:0 the table staff has no column id / 10:0 the join names no columns — write "
       "on = { doctor_id = \"staff_id\" }"},
      {"{'on':'rx','join':[{'as':'s','table':'staff','on':{'days':'staff_id'}}],'where'"
       ":"
       "'ok'}",
       "10:0 the columns days of this join are of different kinds"},
      {"{'on':'rx','join':[{'as':'p','table':'staff','on':{'rx_no':'staff_id'}}],'"
       "where':"
       "'ok'}",
       "10:0 the name p is taken"},
      {"{'on':'rx','join':[{'as':'s','table':'staf','on':{'rx_no':'staff_id'}}],'where'"
       ":"
       "'ok'}",
       "10:0 the table staf is unknown — did you mean staff?"});
}

Test(declaration, a_rate_has_one_limit_that_is_the_same_for_all_rows)
{
  EXPECT(
      {"{'on':'rx','rate':'ok'}", "10:0 a rate needs either above or below"},
      {"{'on':'rx','rate':'ok','above':'1','below':'0'}",
       "10:0 a rate needs either above or below"},
      {"{'on':'rx','rate':'ok','above':'days'}",
       "10:0 the limit of a rate must not vary by row — write a number or a parameter"},
      {"{'on':'rx','rate':'ok','above':'p.max / 100'}", ""});
}

Test(declaration, a_limit_computed_from_parameters_alone_is_allowed)
{
  EXPECT({"{'on':'rx','rate':'ok','above':'default(p.unset, 0.5)'}", ""},
         {"{'on':'rx','rate':'ok','above':'round(p.share, 1)'}", ""},
         {"{'on':'rx','rate':'ok','above':'min(p.share, 0.05)'}", ""});
}

Test(declaration, names_in_say_must_be_known)
{
  static const char *const hint =
      " — known: population, count, rows, amount, rate, part, whole, unjudged, p.…, "
      "facility.…, m.…";
  static const char *const names[] = {"counts", "rx_no", "p.mex", "", "days"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char declaration[256], faults[512];
    snprintf(declaration, sizeof declaration,
             "{'on':'rx','where':'ok','say':'有{%s}张'}", names[i]);
    snprintf(faults, sizeof faults, "10:0 the name %s in say is unknown%s", names[i],
             hint);
    EXPECT({declaration, faults});
  }
}

Test(declaration, a_certainty_is_one_of_three_words)
{
  EXPECT({"{'on':'rx','where':'ok','certainty':'sure'}",
          "10:0 sure is not a certainty — write certain, suspect or hint"},
         {"{'on':'rx','where':'ok','certainty':'certain'}", ""});
}

Test(declaration, every_condition_is_a_condition_and_every_amount_a_number)
{
  EXPECT({"{'on':'rx','where':'days'}",
          "10:0 a condition (true or false) is needed here, but this is a number"},
         {"{'on':'rx','among':'visit','where':'ok'}",
          "10:0 a condition (true or false) is needed here, but this is a text"},
         {"{'on':'rx','where':'ok','amount':'visit'}",
          "10:0 a number is needed here, but this is a text"},
         {"{'on':'rx','group':'visit','having':'count()'}",
          "10:0 a condition (true or false) is needed here, but this is a number"},
         {"{'on':'rx','rate':'days','above':'1'}",
          "10:0 a condition (true or false) is needed here, but this is a number"});
}

Test(declaration, mistakes_stand_at_the_place_of_their_field_and_all_are_told)
{
  EXPECT({"{'on':'rx','among':'okk','where':'days > p.mex','show':['rx_nr'],"
          "'at':{'among':[11,14],'where':[12,14],'show':[13,16]}}",
          "11:14 the name okk is unknown — did you mean ok? / "
          "12:21 the name p.mex is unknown — did you mean max? / "
          "13:16 the name rx_nr is unknown — did you mean rx_no?"});
}

Test(declaration, a_rule_says_which_columns_it_reads)
{
  world *w = world_new();
  zc_table *table = world_add(w, rx, NULL);
  for (int i = 0; i < 5; i++)
    table->used[i] = false;
  json_t *json = json_of("{'on':'rx','among':'ok','where':'days > 1 and days < 9'}");
  zc_rule *rule = world_rule(w, json);
  static const bool expected[] = {false, false, true, true, false};
  for (int i = 0; i < 5; i++)
    cr_expect(eq(int, table->used[i], expected[i]), "column %d", i);
  cr_expect(eq(int, rule->use_count, 2));
  zc_rule_free(rule);
  json_decref(json);
  world_free(w);
}
