/* Groups of the plain executor: group and having. */
#include "tables.h"

static const char rx[] = "{'id':'rx','title':'处方明细','repeats':true,'columns':["
                         "{'id':'rx_no','type':'code','titles':['处方号']},"
                         "{'id':'day','type':'date'},"
                         "{'id':'drug','type':'code','titles':['药品']},"
                         "{'id':'tcm','type':'bool'},"
                         "{'id':'qty','type':'decimal','scale':1},"
                         "{'id':'price','type':'int'},"
                         "{'id':'seen','type':'datetime'},"
                         "{'id':'dx','type':'codes'},"
                         "{'id':'patient','type':'code','identifies':'patient'}]}";

#define HEADER "rx_no,day,drug,tcm,qty,price,seen,dx,patient\n"

static const char rows[] = HEADER "A1,2023-05-01,X,否,1.0,10,,,P1\n"
                                  "A2,2023-05-01,X,否,2.0,10,,,P2\n"
                                  "A1,2023-05-01,Y,否,1.5,20,,,P1\n"
                                  "A3,2023-05-02,X,是,1.0,10,,,P3\n"
                                  "A1,2023-05-02,Y,是,0.5,20,,,P1\n"
                                  "A2,2023-05-02,Z,否,4.0,5,,,P2\n"
                                  "A1,2023-05-02,W,否,1.0,1,,,P1\n";

static world *with(const char *csv)
{
  world *w = world_new();
  world_add(w, rx, csv);
  return w;
}

static void expect_having(const char *having, const char *expected)
{
  char rule[512];
  world *w = with(rows);
  snprintf(rule, sizeof rule, "{'on':'rx','group':'rx_no','having':'%s'}", having);
  expect_figures(w, rule, expected);
  world_free(w);
}

Test(groups, population_and_count_are_groups_and_rows_are_their_rows)
{
  expect_having("distinct(drug) > 2", "1 of 3, 4 rows");
  expect_having("distinct(drug) > 1", "2 of 3, 6 rows");
  expect_having("count() > 0", "3 of 3, 7 rows");
  expect_having("count() > 9", "0 of 3");
}

Test(groups, every_aggregate_takes_the_rows_of_its_group)
{
  expect_having("count() == 4", "1 of 3, 4 rows");
  expect_having("count(drug == [[Y]]) == 2", "1 of 3, 4 rows");
  expect_having("distinct(drug, not tcm) == 3", "1 of 3, 4 rows");
  expect_having("distinct(day) == 1", "1 of 3, 1 rows");
  expect_having("sum(qty) == 4", "1 of 3, 4 rows");
  expect_having("sum(qty * price) == 40", "1 of 3, 2 rows");
  expect_having("sum(qty, tcm) == 0.5", "1 of 3, 4 rows");
  expect_having("avg(qty) == 3", "1 of 3, 2 rows");
  expect_having("avg(price) == 12.75", "1 of 3, 4 rows");
  expect_having("min(qty) == 0.5", "1 of 3, 4 rows");
  expect_having("max(price) == 20", "1 of 3, 4 rows");
  expect_having("min(day) == date([[2023-05-02]])", "1 of 3, 1 rows");
  expect_having("max(day) - min(day) == 1", "2 of 3, 6 rows");
  expect_having("max(qty, not tcm) == 1.5", "1 of 3, 4 rows, 1 unjudged");
}

Test(groups, having_may_name_the_keys)
{
  expect_having("rx_no ~= [[A1]] and count() > 1", "1 of 3, 2 rows");
}

Test(groups, among_is_decided_before_grouping)
{
  world *w = with(rows);
  expect_figures(w,
                 "{'on':'rx','among':'not tcm','group':'rx_no','having':'count() > 0'}",
                 "2 of 2, 5 rows");
  expect_figures(w, "{'on':'rx','among':'tcm','group':'rx_no','having':'count() > 1'}",
                 "0 of 2");
  expect_figures(w,
                 "{'on':'rx','among':'false','group':'rx_no','having':'count() > 0'}",
                 "0 of 0");
  world_free(w);
}

Test(groups, a_key_may_be_several_columns_or_an_expression)
{
  world *w = with(rows);
  expect_rows(
      w, "{'on':'rx','group':['rx_no','day'],'having':'count() > 1','show':'rx_no'}",
      "2 处方号=A1; 6 处方号=A1");
  expect_figures(w, "{'on':'rx','group':'month(day)','having':'count() == 7'}",
                 "1 of 1, 7 rows");
  expect_figures(w, "{'on':'rx','group':'price / 10 * 10','having':'count() == 3'}",
                 "1 of 4, 3 rows");
  world_free(w);
}

Test(groups, rows_of_equal_ratios_are_one_group)
{
  world *w = with(HEADER "A1,,,,1.0,2,,,\nA2,,,,2.0,4,,,\nA3,,,,3.0,6,,,\n");
  expect_figures(w, "{'on':'rx','group':'qty / price','having':'count() == 3'}",
                 "1 of 1, 3 rows");
  world_free(w);
}

Test(groups, equal_ratios_are_one_distinct_value)
{
  world *w = with(HEADER "A1,,,,1.0,2,,,\nA1,,,,2.0,4,,,\nA1,,,,3.0,6,,,\n");
  expect_figures(w, "{'on':'rx','group':'rx_no','having':'distinct(qty / price) > 1'}",
                 "0 of 1");
  world_free(w);
}

Test(groups, a_group_shows_its_first_row_in_file_order)
{
  world *w = with(rows);
  expect_rows(
      w,
      "{'on':'rx','group':'rx_no','having':'count() > 1','show':['rx_no','drug',"
      "'patient']}",
      "2 处方号=A1 药品=X patient=患者#1; 3 处方号=A2 药品=X patient=患者#2");
  expect_rows(
      w,
      "{'on':'rx','among':'drug ~= [[X]]','group':'rx_no','having':'count() > 0',"
      "'show':'drug'}",
      "4 药品=Y; 7 药品=Z");
  world_free(w);
}

Test(groups, only_the_first_twenty_groups_are_shown)
{
  char csv[4096] = HEADER, *at = csv + strlen(csv);
  for (int i = 0; i < 60; i++)
    at += sprintf(at, "A%d,,X,,,,,,\n", i % 30);
  world *w = with(csv);
  json_t *result = world_judge(w, "{'on':'rx','group':'rx_no','having':'count() > 1'}");
  cr_expect(eq(str, figures(result), (char *)"30 of 30, 60 rows"));
  cr_expect(eq(sz, json_array_size(json_object_get(result, "first")), ZC_FIRST));
  json_decref(result);
  world_free(w);
}

Test(groups, the_amount_adds_an_aggregate_over_the_groups_that_are_hit)
{
  world *w = with(rows);
  expect_figures(
      w,
      "{'on':'rx','group':'rx_no','having':'count() > 1','amount':'sum(qty * "
      "price)'}",
      "2 of 3, 6 rows, amount 91.0");
  expect_figures(
      w,
      "{'on':'rx','group':'rx_no','having':'count() > 1','amount':'sum(price) - "
      "max(price)'}",
      "2 of 3, 6 rows, amount 36");
  world_free(w);
}

Test(groups, an_amount_that_overflows_in_one_group_is_left_out)
{
  world *w = with(HEADER "A1,,X,,1.0,999999999999999999,,,\n"
                         "A1,,X,,1.0,1,,,\n"
                         "A2,,X,,1.0,5,,,\n");
  expect_figures(
      w,
      "{'on':'rx','group':'rx_no','having':'count() > 0','amount':'sum(price * "
      "price)'}",
      "2 of 2, 3 rows");
  world_free(w);
}

Test(groups, a_sum_that_does_not_fit_leaves_the_group_unjudged)
{
  world *w = with(HEADER "A1,,X,,1.0,999999999999999999,,,\n"
                         "A1,,X,,1.0,999999999999999999,,,\n"
                         "A2,,X,,1.0,5,,,\n");
  expect_figures(w, "{'on':'rx','group':'rx_no','having':'sum(price * 9) > 7'}",
                 "1 of 2, 1 rows, 1 unjudged");
  world_free(w);
}

/* What overflows depends on the scales that numbers have: of a sum of nothing and of cells of a
 * view other ones than of their columns. */
Test(groups, quotients_near_the_end_of_64_bits_overflow_for_both_executors_alike)
{
  static const char *const rules[] = {
      "'having':'(sum(qty, price > 50) + 1 / 97) / 100000000000000000 < 1'",
      "'having':'(sum(qty, price > 50) + 1 / 97) / 10000000000000000 < 1'",
      "'having':'max(v.some) / 97 / 100000000000000000 < 1'",
      "'having':'avg(v.some) / 97 / 100000000000000000 < 1'",
      "'having':'sum(v.some) / 97 / 100000000000000000 < 1'",
      "'having':'max(v.part) / 100000000000000000 < 1'",
      "'having':'count() > 0','amount':'(sum(qty, price > 50) + 1 / 97) / "
      "100000000000000000'",
  };
  world *w = with(rows);
  world_derive(w,
               "{'id':'v','kind':'view','on':'rx','group':'rx_no','cols':{'some':"
               "'choose(count() > 1, sum(qty), sum(price))','part':'choose(count() > "
               "1, sum(qty) / 97, sum(price) / 97)'}}");
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    for (int by = 0; by < 2; by++) {
      char rule[512];
      snprintf(rule, sizeof rule,
               "{'on':'rx','join':[{'as':'v','table':'v','on':{'rx_no':'rx_no'}}],"
               "'group':'%s',%s}",
               by == 0 ? "rx_no" : "drug", rules[i]);
      json_t *result = world_judge(w, rule);
      cr_assert(ne(ptr, result, NULL), "%s: %s", rule, w->said);
      json_decref(result);
    }
  json_t *rows_result = world_judge(
      w, "{'on':'rx','join':[{'as':'v','table':'v','on':{'rx_no':'rx_no'}}],'where':"
         "'v.part / 100000000000000000 < 1'}");
  cr_assert(ne(ptr, rows_result, NULL), "%s", w->said);
  json_decref(rows_result);
  world_free(w);
}

Test(groups, a_join_counts_in_keys_and_aggregates)
{
  world *w = with(rows);
  world_add(w,
            "{'id':'drugs','title':'药品','columns':[{'id':'code','type':'code'},{'id':"
            "'kind','type':'text'},{'id':'cost','type':'int'}]}",
            "code,kind,cost\nX,a,1\nY,a,2\nW,b,4\nZ,b,8\nZ,b,8\n");
  static const char *const join =
      "'on':'rx','join':[{'as':'c','table':'drugs','on':{'drug':'code'}}]";
  char rule[512];
  /* The one row of Z has two partners and is left out, unjudged. */
  snprintf(rule, sizeof rule, "{%s,'group':'c.kind','having':'count() == 5'}", join);
  json_t *result = world_judge(w, rule);
  cr_expect(eq(str, figures(result), (char *)"1 of 2, 5 rows, 1 unjudged"));
  json_decref(result);
  snprintf(rule, sizeof rule,
           "{%s,'group':'rx_no','having':'sum(c.cost) == 9 or distinct(c.kind) == 2'}",
           join);
  expect_figures(w, rule, "1 of 3, 4 rows, 1 unjudged");
  world_free(w);
}

Test(groups, an_average_of_nothing_is_nil)
{
  expect_having("avg(qty, drug == [[none]]) == nil", "3 of 3, 7 rows");
  expect_having("min(qty, drug == [[none]]) == nil", "3 of 3, 7 rows");
  expect_having("sum(qty, drug == [[none]]) == 0", "3 of 3, 7 rows");
}

Test(groups, a_hundred_thousand_interleaved_groups_come_out_right)
{
  enum { ROWS = 100000 };
  char *csv = malloc(ROWS * 24 + 256), *at = csv;
  at += sprintf(at, HEADER);
  for (int i = 0; i < ROWS; i++)
    at += sprintf(at, "G%d,,D%d,,,1,,,\n", i % 40000, i / 40000);
  world *w = with(csv);
  /* Groups below 20,000 have three rows, the others two. */
  expect_figures(w, "{'on':'rx','group':'rx_no','having':'distinct(drug) == 3'}",
                 "20000 of 40000, 60000 rows");
  expect_figures(w, "{'on':'rx','group':'rx_no','having':'sum(price) == 2'}",
                 "20000 of 40000, 40000 rows");
  world_free(w);
  free(csv);
}
