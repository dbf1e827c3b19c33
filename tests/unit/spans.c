/* Rows in their order: prev, prevmax, within. */
#include "tables.h"

static const char rx[] =
    "{'id':'rx','title':'处方明细','columns':["
    "{'id':'no','type':'code','titles':['处方号'],'key':true},"
    "{'id':'patient','type':'code','titles':['患者'],'identifies':'patient'},"
    "{'id':'drug','type':'code'},{'id':'day','type':'date'},{'id':'days','type':'int'},"
    "{'id':'at','type':'datetime'},{'id':'amount','type':'decimal','scale':2}]}";

static world *with(const char *rows)
{
  world *w = world_new();
  world_add(w, rx, rows);
  return w;
}

static const char chain[] = "no,patient,drug,day,days\n"
                            "A1,P1,D,2023-05-10,7\n"
                            "A2,P1,D,2023-05-01,30\n"
                            "A3,P1,D,2023-06-01,7\n"
                            "A4,P2,D,2023-05-05,7\n"
                            "A5,P1,E,2023-05-05,7\n";

Test(spans, rows_are_judged_in_the_order_of_sort_within_their_group)
{
  world *w = with(chain);
  /* P1's D in order: A2 (01, 30 days), A1 (10), A3 (June 1). */
  expect_rows(
      w,
      "{'on':'rx','group':['patient','drug'],'sort':'day','where':'day - prev.day < "
      "10','show':['no','patient']}",
      "2 处方号=A1 患者=患者#1");
  world_free(w);
}

Test(spans, prevmax_remembers_what_lies_further_back)
{
  world *w = with(chain);
  static const char rule[] =
      "{'on':'rx','group':['patient','drug'],'sort':'day','where':'day < prevmax(day + "
      "days)%s','show':'no'}";
  char text[256];
  snprintf(text, sizeof text, rule, "");
  expect_rows(w, text, "2 处方号=A1"); /* until May 31; A3 is a day later */
  snprintf(text, sizeof text, rule, " + 2");
  expect_rows(w, text, "2 处方号=A1; 4 处方号=A3");
  world_free(w);
}

Test(spans, the_first_row_is_judged_and_no_hit)
{
  world *w = with(chain);
  expect_figures(w, "{'on':'rx','group':'patient','sort':'day','where':'true'}",
                 "3 of 5, 3 rows");
  expect_figures(w, "{'on':'rx','sort':'day','where':'true'}", "4 of 5, 4 rows");
  world_free(w);
}

Test(spans, rows_that_are_alike_keep_the_order_of_the_file)
{
  world *w = with("no,patient,drug,day,days\nB,P,D,2023-05-01,1\nA,P,D,2023-05-01,2\n");
  expect_rows(
      w,
      "{'on':'rx','group':'patient','sort':'day','where':'days > prev.days','show':"
      "'no'}",
      "3 处方号=A");
  expect_rows(
      w,
      "{'on':'rx','group':'patient','sort':['day','no'],'where':'days < prev.days',"
      "'show':'no'}",
      "2 处方号=B");
  world_free(w);
}

Test(spans, a_row_without_a_place_is_unjudged_and_no_ones_row_before)
{
  world *w = with("no,patient,drug,day,days\nA,P,D,2023-05-01,1\nB,P,D,,5\n"
                  "C,P,D,2023-05-03,3\nD,,D,2023-05-02,3\n");
  expect_figures(w,
                 "{'on':'rx','group':'patient','sort':'day','where':'prev.days == 1'}",
                 "1 of 2, 1 rows, 2 unjudged");
  world_free(w);
}

Test(spans, what_an_earlier_row_does_not_say_leaves_a_maximum_open)
{
  world *w = with("no,patient,drug,day,days\nA,P,D,2023-05-01,30\nB,P,D,2023-05-02,\n"
                  "C,P,D,2023-05-10,1\nE,P,D,2023-09-10,1\n");
  /* C overlaps with A whatever B says; of E nobody knows; «later than» would be open, too. */
  expect_figures(
      w,
      "{'on':'rx','group':'patient','sort':'day','where':'day < prevmax(day + "
      "days)'}",
      "2 of 4, 2 rows, 1 unjudged");
  expect_figures(
      w,
      "{'on':'rx','group':'patient','sort':'day','where':'day > prevmax(day + "
      "days)'}",
      "0 of 4, 1 unjudged");
  world_free(w);
}

static const char split[] = "no,drug,day,amount\n"
                            "A,X,2023-01-01,6\nB,X,2023-03-31,5\nC,X,2023-04-01,5\n"
                            "D,Y,2023-01-01,6\nE,Y,2023-04-02,6\n"
                            "F,Z,2023-01-01,6\nG,Z,,6\n"
                            "H,,2023-01-01,6\n";

#define WITHIN                                                                         \
  "'on':'rx','group':'drug','sort':'day','within':90,'having':'sum(amount) > 10'"

Test(spans, a_group_is_a_hit_if_some_window_is)
{
  world *w = with(split);
  /* X: the first two in 89 days, and all three in 90; Y: 91 days apart; Z has a row without
   * a day, H no key. */
  expect_figures(w, "{" WITHIN "}", "1 of 3, 3 rows, 2 unjudged");
  expect_figures(w, "{" WITHIN ",'amount':'sum(amount)'}",
                 "1 of 3, 3 rows, 2 unjudged, amount 16.00");
  world_free(w);
}

Test(spans, a_window_takes_in_its_last_day_and_no_more)
{
  world *w = with("no,drug,day,amount\nA,X,2023-01-01,6\nB,X,2023-04-01,6\n"
                  "C,Y,2023-01-01,6\nD,Y,2023-04-02,6\n");
  expect_rows(w, "{" WITHIN ",'show':'drug'}", "2 drug=X");
  world_free(w);
}

Test(spans, a_window_of_hours)
{
  world *w = with("no,drug,at,amount\nA,X,2023-01-01 08:00,1\nB,X,2023-01-02 08:00,1\n"
                  "C,Y,2023-01-01 08:00,1\nD,Y,2023-01-02 08:01,1\n");
  expect_rows(
      w,
      "{'on':'rx','group':'drug','sort':'at','within':'1','having':'count() > 1',"
      "'show':'drug'}",
      "2 drug=X");
  expect_figures(
      w,
      "{'on':'rx','group':'drug','sort':'at','within':'0.5','having':'count() > "
      "1'}",
      "0 of 2");
  world_free(w);
}

Test(spans, mistakes_are_told)
{
  static const struct {
    const char *rule, *said;
  } rows[] = {
      {"{'on':'rx','where':'prev.day < day'}", "prev needs the field sort"},
      {"{'on':'rx','where':'day < prevmax(day)'}", "prevmax needs the field sort"},
      {"{'on':'rx','sort':'day','where':'day < prevmax(prev.day)'}",
       "prev cannot stand inside prevmax"},
      {"{'on':'rx','sort':'day','where':'day < prevmax(prevmax(day))'}",
       "prevmax cannot stand inside another"},
      {"{'on':'rx','sort':'day','where':'days < prevmax(drug)'}", "a number"},
      {"{'on':'rx','group':'drug','within':90,'having':'count() > 1'}",
       "within needs the field sort"},
      {"{'on':'rx','group':'drug','sort':'days','within':90,'having':'count() > 1'}",
       "within counts days"},
      {"{'on':'rx','group':'drug','sort':'day','within':'days','having':'count() > 1'}",
       "must not vary by row"},
      {"{'on':'rx','group':'drug','sort':'day','having':'count() > 1'}",
       "the field sort does not belong"},
  };
  world *w = with("no\n");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    json_t *result = world_judge(w, rows[i].rule);
    cr_expect(eq(ptr, result, NULL), "%s", rows[i].rule);
    cr_expect(ne(ptr, strstr(w->said, rows[i].said), NULL), "%s: %s", rows[i].rule,
              w->said);
  }
  world_free(w);
}
