#include "table/workday.h"

#include "chance.h"
#include "values.h"

/* Around Labour Day 2023: Saturday 6 May is worked, Sunday 23 April, too. */
static const char labour_day[] =
    "[{'calendar':{"
    "'holidays':['2023-05-03','2023-04-29','2023-05-01','2023-04-30','2023-05-02'],"
    "'workdays':['2023-05-06','2023-04-23']}}]";

static int32_t day_of(const char *text)
{
  int32_t day;
  cr_assert(zc_day_parse(text, strlen(text), &day));
  return day;
}

static void expect_with(const char *names, const saying *rows, size_t count)
{
  values *v = values_new();
  json_t *more = json_of(names);
  cr_assert(eq(int, zc_scope_add_names(v->scope, more, &v->arena), 0));
  for (size_t i = 0; i < count; i++)
    expect_saying(v, rows[i]);
  json_decref(more);
  values_free(v);
}

#define EXPECT_WITH(names, ...)                                                        \
  expect_with(names, (const saying[]){__VA_ARGS__},                                    \
              sizeof((const saying[]){__VA_ARGS__}) / sizeof(saying))

/* d is Monday 2023-05-01, e the Monday after. */
Test(workday, is_workday_knows_days_off_and_worked_weekends)
{
  EXPECT_WITH(labour_day, {"is_workday(d)", "否"}, {"is_workday(d + 2)", "否"},
              {"is_workday(d + 3)", "是"}, {"is_workday(d + 5)", "是"},
              {"is_workday(d + 6)", "否"}, {"is_workday(e)", "是"},
              {"is_workday(start)", "否"}, {"is_workday(no_day)", "nil"},
              {"is_workday(date(\"2023-04-23\"))", "是"});
}

Test(workday, workdays_counts_by_the_calendar_in_both_directions)
{
  EXPECT_WITH(labour_day, {"workdays(d, e)", "4"}, {"workdays(e, d)", "-4"},
              {"workdays(d - 3, d + 3)", "1"}, {"workdays(d - 3, d + 2)", "0"},
              {"workdays(d + 4, d + 5)", "1"}, {"workdays(d, d)", "0"},
              {"workdays(date(\"2023-04-17\"), date(\"2023-05-15\"))", "19"},
              {"workdays(start, stop)", "0"}, {"workdays(d, no_day)", "nil"});
}

Test(workday, years_without_exceptions_count_mondays_to_fridays)
{
  EXPECT_WITH(labour_day, {"is_workday(date(\"2031-05-01\"))", "是"},
              {"is_workday(date(\"2031-05-03\"))", "否"},
              {"workdays(date(\"2031-05-01\"), date(\"2031-05-31\"))", "21"});
}

Test(workday, a_calendar_of_nothing_is_like_none)
{
  EXPECT_WITH("[{'calendar':{}}]", {"is_workday(d)", "是"}, {"workdays(d, e)", "5"});
  EXPECT_WITH("[]", {"is_workday(d)", "是"}, {"workdays(d, e)", "5"});
}

Test(workday, what_is_no_exception_or_no_day_changes_nothing)
{
  EXPECT_WITH("[{'calendar':{'holidays':['2023-05-06','x',7,'2023-02-30'],"
              "'workdays':['2023-05-01','2023-05-02']}}]",
              {"is_workday(d)", "是"}, {"is_workday(d + 5)", "否"},
              {"workdays(d, e)", "5"});
}

Test(workday, a_day_that_is_listed_twice_counts_once)
{
  EXPECT_WITH("[{'calendar':{'holidays':['2023-05-02','2023-05-02'],"
              "'workdays':['2023-05-06','2023-05-06']}}]",
              {"workdays(d, e)", "5"});
}

Test(workday, a_scope_inside_counts_by_the_calendar_around_it)
{
  zc_arena arena = {0};
  json_t *names = json_of(labour_day);
  zc_scope *outer = zc_scope_new(NULL), *inner = zc_scope_new(outer);
  cr_expect(zc_scope_calendar(inner) == NULL);
  cr_assert(eq(int, zc_scope_add_names(outer, names, &arena), 0));
  cr_expect(zc_scope_calendar(inner) != NULL);
  cr_expect(zc_scope_calendar(inner) == zc_scope_calendar(outer));
  zc_scope_free(inner);
  zc_scope_free(outer);
  json_decref(names);
  zc_arena_free(&arena);
}

Test(workday, the_calendar_is_no_name)
{
  EXPECT_WITH(labour_day, {"calendar", "1:1 the name calendar is unknown"});
}

/* Counting day by day says the same, whatever the days. */
Test(workday, workdays_is_the_sum_of_is_workday)
{
  uint64_t state = 20230501;
  for (int round = 0; round < 200; round++) {
    zc_arena arena = {0};
    int32_t first = day_of("2023-01-01");
    json_t *json = json_object(), *lists[2] = {json_array(), json_array()};
    for (int i = random_between(&state, 0, 30); i > 0; i--) {
      char room[16];
      zc_day_text(first + random_between(&state, 0, 200), room);
      json_array_append_new(lists[random_between(&state, 0, 1)], json_string(room));
    }
    json_object_set_new(json, "holidays", lists[0]);
    json_object_set_new(json, "workdays", lists[1]);
    const zc_calendar *calendar = zc_calendar_new(json, &arena);
    int32_t from = first + random_between(&state, -10, 210);
    int32_t to = from + random_between(&state, 0, 60);
    int64_t sum = 0;
    for (int32_t day = from + 1; day <= to; day++)
      sum += zc_is_workday(calendar, day);
    cr_expect(eq(i64, zc_workdays(calendar, from, to), sum));
    cr_expect(eq(i64, zc_workdays(calendar, to, from), -sum));
    json_decref(json);
    zc_arena_free(&arena);
  }
}
