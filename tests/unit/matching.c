/* How rows of two tables are matched: match one, inner, any, none, and when. */
#include "tables.h"

static const char lines[] =
    "{'id':'lines','title':'费用明细','columns':["
    "{'id':'no','type':'code','titles':['单号'],'key':true},"
    "{'id':'item','type':'code','titles':['项目']},"
    "{'id':'day','type':'date'},{'id':'price','type':'decimal','scale':2}]}";
static const char prices[] =
    "{'id':'prices','title':'价目','columns':["
    "{'id':'item','type':'code'},{'id':'price','type':'decimal','scale':2},"
    "{'id':'from','type':'date'},{'id':'to','type':'date'},"
    "{'id':'floor','type':'int'}]}";

/* X has two periods that meet and do not overlap, Y two that do, Z one without an end, W one
 * whose beginning nobody can read; V is not there. */
static const char price_rows[] = "item,price,from,to,floor\n"
                                 "X,10.00,2023-01-01,2023-05-31,1\n"
                                 "X,12.00,2023-06-01,2023-12-31,2\n"
                                 "Y,5.00,2023-01-01,2023-06-30,1\n"
                                 "Y,6.00,2023-06-01,,1\n"
                                 "Z,7.00,2023-03-01,,3\n"
                                 "W,8.00,七月,,1\n";
static const char line_rows[] = "no,item,day,price\n"
                                "A1,X,2023-05-31,10.01\n"
                                "A2,X,2023-06-01,10.01\n"
                                "A3,Y,2023-06-15,9.00\n"
                                "A4,Y,2023-07-15,9.00\n"
                                "A5,Z,2023-02-28,9.00\n"
                                "A6,V,2023-05-01,9.00\n"
                                "A7,,2023-05-01,9.00\n"
                                "A8,W,2023-05-01,9.00\n"
                                "A9,X,,10.01\n";

static world *with_prices(void)
{
  world *w = world_new();
  world_add(w, lines, line_rows);
  world_add(w, prices, price_rows);
  return w;
}

#define WHEN "'when':'day >= c.from and (c.to == nil or day <= c.to)'"
#define JOIN(match)                                                                    \
  "'on':'lines','join':[{'as':'c','table':'prices','on':{'item':'item'}," WHEN         \
  ",'match':'" match "'}]"

Test(matching, an_interval_chooses_the_price_of_the_day)
{
  world *w = with_prices();
  /* A3 has two prices; A8 and A9 cannot be compared with the day. */
  expect_figures(w, "{" JOIN("one") ",'where':'price > c.price'}",
                 "2 of 6, 2 rows, 6 unjudged, 1 bad"); /* A5 to A7 have no price */
  expect_rows(w, "{" JOIN("one") ",'where':'price > c.price','show':['no','c.price']}",
              "2 单号=A1 price=10.00; 5 单号=A4 price=6.00");
  world_free(w);
}

Test(matching, inner_leaves_rows_without_a_partner_outside)
{
  world *w = with_prices();
  /* A5 (before Z begins) and A6 (unknown item) are outside; of A7 (blank) nobody knows. */
  expect_figures(w, "{" JOIN("inner") ",'where':'price > c.price'}",
                 "2 of 3, 2 rows, 4 unjudged, 1 bad");
  world_free(w);
}

Test(matching, none_hits_what_has_no_partner)
{
  world *w = with_prices();
  /* A7's blank key says nothing; W's day may or may not fit, and A9 has no day. */
  expect_rows(w, "{" JOIN("none") ",'show':'no'}", "6 单号=A5; 7 单号=A6");
  expect_figures(w, "{" JOIN("none") "}", "2 of 9, 2 rows, 3 unjudged, 1 bad");
  expect_figures(w, "{" JOIN("none") ",'where':'no ~= \\'A6\\''}",
                 "1 of 9, 1 rows, 3 unjudged, 1 bad");
  world_free(w);
}

Test(matching, any_hits_what_has_one_partner_that_fits)
{
  world *w = with_prices();
  expect_rows(w,
              "{'on':'lines','join':[{'as':'c','table':'prices','on':{'item':'item'},"
              "'match':'any'}],'where':'c.floor == 2','show':['no','c.price']}",
              "2 单号=A1 price=12.00; 3 单号=A2 price=12.00; 10 单号=A9 price=12.00");
  /* Of W nobody knows, and A7 has no item: they stay open. */
  expect_figures(w, "{" JOIN("any") ",'where':'c.floor == 1'}",
                 "3 of 9, 3 rows, 3 unjudged, 1 bad");
  world_free(w);
}

Test(matching, what_may_be_a_partner_of_any_row_leaves_all_open_that_it_fits)
{
  static const char open_prices[] = "item,price,from,to,floor\n"
                                    ",5.00,2023-01-03,2023-01-05,1\n"
                                    "X,5.00,2023-01-01,2023-12-31,1\n"
                                    ",5.00,2023-01-10,2023-01-10,1\n"
                                    ",,2023-01-20,2023-01-20,1\n";
  char *rows = calloc(3100, 40), *at = rows;
  at += sprintf(at, "no,item,day,price\n");
  for (int i = 0; i < 3000; i++)
    at += sprintf(at, "A%d,V,2023-01-%02d,9.00\n", i, i % 28 + 1);
  world *w = world_new();
  world_add(w, lines, rows);
  world_add(w, prices, open_prices);
  /* 430 lines of the 3rd to 5th and the 10th, and 107 of the 20th. */
  expect_figures(w, "{" JOIN("none") "}", "2463 of 3000, 2463 rows, 537 unjudged");
  expect_figures(w, "{" JOIN("any") ",'where':'true'}", "0 of 3000, 537 unjudged");
  /* The same by conditions that read one value of the line, or two. */
  expect_figures(w, "{" JOIN("any") ",'where':'day ~= nil'}",
                 "0 of 3000, 537 unjudged");
  expect_figures(w, "{" JOIN("any") ",'where':'c.price < 6'}",
                 "0 of 3000, 537 unjudged");
  expect_figures(w, "{" JOIN("any") ",'where':'c.price < price'}",
                 "0 of 3000, 537 unjudged");
  expect_figures(w, "{" JOIN("any") ",'where':'c.price > price'}",
                 "0 of 3000, 107 unjudged");
  world_free(w);
  free(rows);
}

Test(matching, what_may_be_a_partner_of_any_row_is_tried_with_each_value_that_there_is)
{
  static const char *const days[] = {"2023-01-03", "", "2023-01-04", "看不清",
                                     "2023-02-01"};
  static const char open_prices[] = "item,price,from,to,floor\n"
                                    ",5.00,2023-01-03,2023-01-03,1\n"
                                    ",6.00,2023-01-03,2023-01-04,2\n";
  char *rows = calloc(6100, 40), *at = rows, expected[96];
  int counts[5] = {0};
  at += sprintf(at, "no,item,day,price\n");
  for (int i = 0; i < 6000; i++) {
    int day = i * 7 % 5;
    at += sprintf(at, "A%d,V%d,%s,%d.00\n", i, i % 11, days[day], i % 3);
    counts[day] += i % 3 == 1;
  }
  world *w = world_new();
  world_add(w, lines, rows);
  world_add(w, prices, open_prices);
  /* Of lines without a day, or with one that cannot be read, nobody knows. */
  sprintf(expected, "%d of 2000, %d rows, %d unjudged, 1200 bad", counts[4], counts[4],
          2000 - counts[4]);
  expect_figures(w, "{" JOIN("none") ",'among':'price == 1'}", expected);
  expect_figures(w, "{" JOIN("none") ",'among':'price == 1','where':'no ~= item'}",
                 expected);
  sprintf(expected, "0 of 2000, %d unjudged, 1200 bad", 2000 - counts[4]);
  expect_figures(w, "{" JOIN("any") ",'among':'price == 1','where':'c.floor > 0'}",
                 expected);
#define BY_ITEM                                                                        \
  "'on':'lines','join':[{'as':'c','table':'prices','on':{'item':'item'},'match':"      \
  "'any'}]"
  /* Conditions that read nothing of the line are the same for all. */
  expect_figures(w, "{" BY_ITEM ",'where':'c.floor == 2'}", "0 of 6000, 6000 unjudged");
  expect_figures(w, "{" BY_ITEM ",'where':'c.floor == 3'}", "0 of 6000");
  /* Codes have numbers, too; prices have none. */
  expect_figures(w, "{" BY_ITEM ",'where':'item == \\'V3\\' and c.floor == 2'}",
                 "0 of 6000, 546 unjudged");
  expect_figures(w, "{" BY_ITEM ",'where':'c.price > price + 4'}",
                 "0 of 6000, 4000 unjudged");
  world_free(w);
  free(rows);
}

Test(matching, a_later_join_may_depend_on_one_that_is_tried)
{
  world *w = with_prices();
  world_add(w,
            "{'id':'floors','title':'楼层','columns':[{'id':'floor','type':'int'},"
            "{'id':'name','type':'text'}]}",
            "floor,name\n1,门诊\n2,住院\n");
  static const char join[] =
      "'on':'lines','join':[{'as':'c','table':'prices','on':{'item':'item'},"
      "'match':'any'},{'as':'f','table':'floors','on':{'c.floor':'floor'}%s}]";
  char text[512], all[640];
  snprintf(text, sizeof text, join, "");
  snprintf(all, sizeof all, "{%s,'where':'f.name == \\'住院\\'','show':'no'}", text);
  expect_rows(w, all, "2 单号=A1; 3 单号=A2; 10 单号=A9");
  snprintf(text, sizeof text, join, ",'match':'none'");
  snprintf(all, sizeof all, "{%s,'show':'no'}", text);
  expect_rows(w, all, "6 单号=A5"); /* Z is on floor 3, which has no name */
  world_free(w);
}

Test(matching, a_table_joins_itself)
{
  world *w = with_prices();
  expect_rows(w,
              "{'on':'lines','join':[{'as':'o','table':'lines','on':{'item':'item'},"
              "'when':'o.no ~= no and o.day == day + 1','match':'any'}],'where':'true',"
              "'show':['no','o.no']}",
              "2 单号=A1 单号=A2");
  world_free(w);
}

Test(matching, several_partners_are_told_with_table_and_line)
{
  world *w = with_prices();
  json_t *result = world_judge(w, "{'on':'lines','join':[{'as':'c','table':'prices',"
                                  "'on':{'item':'item'}}],'where':'price > c.price'}");
  json_t *told = json_object_get(result, "ambiguous");
  cr_expect(eq(str, (char *)zc_get_text(told, "table"), (char *)"prices"));
  cr_expect(eq(int, (int)zc_get_integer(told, "rows", 0), 5));
  cr_expect(eq(int, (int)zc_get_integer(told, "line", 0), 2));
  json_decref(result);
  world_free(w);
}

Test(matching, what_is_decided_before_partners_are_tried_cannot_look_at_them)
{
  static const char *const fields[] = {"'where':'true','among':'c.floor == 1'",
                                       "'where':'true','sort':'c.floor'"};
  world *w = with_prices();
  for (size_t i = 0; i < 2; i++) {
    char text[512];
    snprintf(text, sizeof text, "{" JOIN("any") ",%s}", fields[i]);
    json_t *result = world_judge(w, text);
    cr_expect(eq(ptr, result, NULL), "%s", text);
    cr_expect(ne(ptr, strstr(w->said, "cannot read a table joined with match any"),
                 NULL),
              "%s", w->said);
  }
  json_t *result = world_judge(w, "{" JOIN(
                                      "any") ",'group':'item','having':'count() > 1'}");
  cr_expect(eq(ptr, result, NULL));
  cr_expect(ne(ptr, strstr(w->said, "match any and none belong to rules with where"),
               NULL),
            "%s", w->said);
  world_free(w);
}
