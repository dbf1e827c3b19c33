/* Aggregates, and the limits of expressions. */
#include "values.h"

/* What compiling an expression of `having` says; "" when nothing is wrong. The group's
 * key is t. */
static char *group_says(values *v, const char *text)
{
  static char room[1024];
  zc_expression expression;
  zc_usage usage = {.place = {"t", 1, 1},
                    .aggregates = true,
                    .grouped = only_t,
                    .context = v};
  compiled(v, text, ZC_BOOL, usage, &expression, room, sizeof room);
  return room;
}

static void expect_groups(const saying *rows, size_t count)
{
  values *v = values_new();
  for (size_t i = 0; i < count; i++) {
    char *outcome = group_says(v, rows[i].text);
    cr_expect(eq(str, outcome, (char *)rows[i].outcome), "%s: «%s»", rows[i].text,
              outcome);
  }
  values_free(v);
}

#define EXPECT_GROUP(...)                                                              \
  expect_groups((const saying[]){__VA_ARGS__},                                         \
                sizeof((const saying[]){__VA_ARGS__}) / sizeof(saying))

Test(having, aggregates_take_a_value_and_a_condition)
{
  EXPECT_GROUP({"count() > 1", ""}, {"count(kind == \"门诊\") > 1", ""},
               {"distinct(u) > 3", ""}, {"distinct(d, yes) > 3", ""},
               {"sum(n * price) > 5", ""}, {"sum(n, kind == \"门诊\") > 5", ""},
               {"avg(n) > p.max", ""}, {"round(avg(n), 1) > 2.5", ""},
               {"min(d) < today", ""}, {"max(start) > min(stop)", ""},
               {"sum(min(n, k)) > 3", ""}, {"count() > 1 and t == \"x\"", ""},
               {"count(n > 1 and no_number == nil) == count()", ""});
}

Test(having, aggregates_with_wrong_arguments_are_refused)
{
  EXPECT_GROUP({"count(n) > 1",
                "1:7 a condition (true or false) is needed here, but this "
                "is a number"},
               {"count(yes, no) > 1", "1:1 count() takes a value and, if need be, a "
                                      "condition"},
               {"sum() > 1", "1:1 sum() takes a value and, if need be, a condition"},
               {"sum(n, yes, no) > 1", "1:1 sum() takes a value and, if need be, a "
                                       "condition"},
               {"sum(t) > 1", "1:5 a number is needed here, but this is a text"},
               {"avg(d) > 1", "1:5 a number is needed here, but this is a date"},
               {"min(u) > 1", "1:5 a number is needed here, but this is a text"},
               {"sum(n, k) > 1",
                "1:8 a condition (true or false) is needed here, but this "
                "is a number"},
               {"distinct(dx) > 1", "1:10 this cannot be counted by value"},
               {"sum(count()) > 1", "1:5 count() cannot stand inside another"},
               {"avg(kind) > 1", "1:5 a number is needed here, but this is a text"});
}

#define KEYS                                                                           \
  " differs from row to row — a group has only its keys; use count, distinct, sum, " \
  "min, max or avg"

Test(having, columns_outside_the_group_keys_are_refused)
{
  EXPECT_GROUP({"n > 5", "1:1 the column n" KEYS},
               {"sum(n) > n", "1:10 the column n" KEYS},
               {"count() > 1 and left(u, 1) == \"a\"", "1:22 the column u" KEYS},
               {"s.grade > 1", "1:1 the column grade" KEYS}, {"t ~= \"\"", ""});
}

Test(having, a_group_rule_may_have_thirty_two_aggregates)
{
  char text[1024] = "count() > 1", *at = text + strlen(text);
  values *v = values_new();
  for (int i = 1; i < 32; i++)
    at += sprintf(at, " and count() > 1");
  cr_expect(eq(str, group_says(v, text), (char *)""));
  sprintf(at, " and count() > 1");
  cr_expect(eq(str, group_says(v, text), (char *)"1:513 more than 32 aggregates"));
  values_free(v);
}

Test(having, aggregates_stand_only_in_having)
{
  EXPECT({"count() > 1",
          "1:1 count() stands only in having, views and measures — give the "
          "rule the field group"},
         {"n > 1 and sum(n) > 2",
          "1:11 sum() stands only in having, views and measures — "
          "give the rule the field group"},
         {"distinct(t) > 1",
          "1:1 distinct() stands only in having, views and measures — "
          "give the rule the field group"},
         {"avg(n) > 1",
          "1:1 avg() stands only in having, views and measures — give the "
          "rule the field group"});
}

/* `text` between `count` opening and closing marks. */
static char *nested(const char *open, int count, const char *text, const char *close)
{
  static char room[65536];
  char *at = room;
  for (int i = 0; i < count; i++)
    at += sprintf(at, "%s", open);
  at += sprintf(at, "%s", text);
  for (int i = 0; i < count; i++)
    at += sprintf(at, "%s", close);
  return room;
}

Test(having, nesting_is_limited)
{
  static const struct {
    const char *open, *close, *text, *outcome;
  } rows[] = {{"(", ")", "n", "7"},
              {"not ", "", "yes", "是"},
              {"- ", "", "n", "7"},
              {"abs(", ")", "n", "7"}};
  values *v = values_new();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *text = nested(rows[i].open, 60, rows[i].text, rows[i].close);
    cr_expect(eq(str, said(v, text), (char *)rows[i].outcome), "row %zu", i);
    text = nested(rows[i].open, 65, rows[i].text, rows[i].close);
    cr_expect(ne(ptr, strstr(said(v, text), "the expression is nested too deeply"),
                 NULL),
              "row %zu", i);
    text = nested(rows[i].open, 1500, rows[i].text, "");
    cr_expect(ne(ptr, strstr(said(v, text), "the expression is nested too deeply"),
                 NULL),
              "row %zu", i);
  }
  values_free(v);
}

Test(having, length_is_limited)
{
  static char text[ZC_EXPRESSION_LIMIT + 2];
  values *v = values_new();
  memset(text, ' ', ZC_EXPRESSION_LIMIT);
  text[0] = 'n';
  cr_expect(eq(str, said(v, text), (char *)"7"));
  text[ZC_EXPRESSION_LIMIT] = ' ';
  cr_expect(eq(str, said(v, text),
               (char *)"1:1 the expression is longer than 8 KiB — put word lists into "
                       "parameters"));
  values_free(v);
}

/* 1+1+…: a literal and an operation each. */
static void add_ones(char *text, int ones)
{
  for (int i = 0; i < ones; i++)
    memcpy(text + 2 * i, i + 1 < ones ? "1+" : "1", 2);
}

Test(having, a_chain_of_as_many_parts_as_the_limit_is_evaluated)
{
  static char text[ZC_EXPRESSION_LIMIT];
  values *v = values_new();
  add_ones(text, ZC_EXPRESSION_NODES / 2);
  cr_expect(eq(str, said(v, text), (char *)"500"));
  values_free(v);
}

Test(having, an_expression_of_more_parts_than_the_limit_is_refused)
{
  static char text[ZC_EXPRESSION_LIMIT];
  values *v = values_new();
  add_ones(text, ZC_EXPRESSION_NODES / 2 + 1);
  cr_expect(eq(int,
               strstr(said(v, text), "an expression of more than 1000 parts — keep "
                                     "words and codes in a list parameter") != NULL,
               1),
            "%s", said(v, text));
  values_free(v);
}

Test(having, a_call_takes_sixty_four_arguments)
{
  char text[512] = "one_of(n", *at = text + strlen(text);
  values *v = values_new();
  for (int i = 1; i < 64; i++)
    at += sprintf(at, ", %d", i % 9);
  sprintf(at, ")");
  cr_expect(eq(str, said(v, text), (char *)"是"));
  sprintf(at, ", 1)");
  cr_expect(ne(ptr, strstr(said(v, text), "more than 64 arguments"), NULL));
  values_free(v);
}
