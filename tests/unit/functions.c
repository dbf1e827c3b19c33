#include "table/function.h"

#include "values.h"

Test(functions, one_of_compares_with_each_word)
{
  EXPECT({"one_of(kind, \"门诊\", \"急诊\")", "是"}, {"one_of(kind, \"急诊\")", "否"},
         {"one_of(n, 1, 7)", "是"}, {"one_of(n, 1, 7.00)", "是"},
         {"one_of(u, \"ab\", \"abcd\", \"ABC\")", "否"}, {"one_of(n, p.numbers)", "是"},
         {"one_of(k, p.numbers)", "否"}, {"one_of(u, p.words)", "否"},
         {"one_of(u, p.none)", "否"}, {"one_of(d, today, e)", "是"},
         {"one_of(no_number, 1, 7)", "nil"}, {"one_of(no_kind, \"门诊\")", "nil"},
         {"one_of(n, no_number)", "nil"}, {"one_of(blank, \"\", \"x\")", "是"},
         {"one_of(blank, \"x\")", "否"});
}

Test(functions, one_of_finds_a_word_that_stands_beside_a_missing_one)
{
  EXPECT({"one_of(n, 7, no_number)", "是"}, {"one_of(n, no_number, 7)", "是"},
         {"one_of(n, no_number, 8)", "nil"});
}

Test(functions, one_of_two_blank_columns_is_unknown)
{
  EXPECT({"one_of(blank, other_blank)", "nil"}, {"one_of(blank, u)", "nil"},
         {"one_of(u, blank)", "nil"});
}

Test(functions, any_of_looks_at_every_code_of_the_cell)
{
  EXPECT({"any_of(dx, \"A01\")", "是"}, {"any_of(dx, \"I10.9\")", "是"},
         {"any_of(dx, \"B02\")", "是"}, {"any_of(dx, \"C03\")", "是"},
         {"any_of(dx, \"D04\")", "是"}, {"any_of(dx, \"E05\")", "是"},
         {"any_of(dx, \"F06\")", "是"}, {"any_of(dx, \"X\", \"Y\", \"F06\")", "是"},
         {"any_of(dx, \"I10\")", "否"}, {"any_of(dx, \"\")", "否"},
         {"any_of(dx, \"a01\")", "否"}, {"any_of(no_dx, \"A01\")", "否"},
         {"any_of(dx, p.words)", "否"});
}

Test(functions, any_starts_looks_at_the_beginnings_of_codes)
{
  EXPECT({"any_starts(dx, \"I10\")", "是"}, {"any_starts(dx, \"I10.9\")", "是"},
         {"any_starts(dx, \"I10.91\")", "否"}, {"any_starts(dx, \"X\", \"F\")", "是"},
         {"any_starts(dx, \"1\")", "否"}, {"any_starts(dx, \"\")", "否"},
         {"any_starts(no_dx, \"A\")", "否"});
}

Test(functions, a_missing_word_leaves_a_search_open_unless_another_is_found)
{
  EXPECT({"any_of(dx, s.level)", "nil"}, {"any_of(dx, s.level, \"A01\")", "是"},
         {"any_starts(dx, s.level)", "nil"}, {"starts(t, s.level)", "nil"},
         {"starts(t, s.level, \"阿\")", "是"}, {"contains(t, s.level)", "nil"},
         {"contains_any(t, \"头孢\", s.level)", "nil"}, {"mentions(t, s.level)", "nil"},
         {"matches(t, s.level)", "nil"});
}

Test(functions, a_missing_negator_leaves_what_it_could_negate_open)
{
  EXPECT({"mentions(t, \"胶囊\", s.level)", "nil"},
         {"mentions(t, \"头孢\", s.level)", "否"},
         {"mentions(t, \"胶囊\", \"阿\")", "否"});
}

Test(functions, a_missing_text_leaves_a_search_open)
{
  EXPECT({"starts(s.level, \"主\")", "nil"}, {"contains(s.level, \"主\")", "nil"},
         {"contains_any(s.level, \"主\", \"副\")", "nil"},
         {"mentions(s.level, \"主\")", "nil"}, {"matches(s.level, \"*\")", "nil"},
         {"starts(no_kind, \"门\")", "nil"}, {"len(s.level)", "nil"},
         {"left(s.level, 1)", "nil"});
}

Test(functions, starts_compares_beginnings_byte_by_byte)
{
  EXPECT({"starts(t, \"阿莫西林\")", "是"}, {"starts(t, \"阿莫西林胶囊\")", "是"},
         {"starts(t, \"阿莫西林胶囊剂\")", "否"}, {"starts(t, \"莫西\")", "否"},
         {"starts(t, \"头孢\", \"阿\")", "是"}, {"starts(t, p.words)", "是"},
         {"starts(u, p.words)", "否"}, {"starts(u, \"\")", "否"},
         {"starts(blank, \"a\")", "否"}, {"starts(u, \"A\")", "否"});
}

Test(functions, contains_finds_a_text_anywhere)
{
  EXPECT({"contains(t, \"西林\")", "是"}, {"contains(t, \"胶囊\")", "是"},
         {"contains(t, \"林西\")", "否"}, {"contains(t, p.words)", "是"},
         {"contains(u, \"abcd\")", "否"}, {"contains(u, \"\")", "否"},
         {"contains(blank, \"a\")", "否"},
         {"contains(facility.name, \"卫生院\")", "是"});
}

Test(functions, contains_any_finds_one_of_several)
{
  EXPECT({"contains_any(t, \"头孢\", \"西林\")", "是"},
         {"contains_any(t, \"头孢\", \"青霉素\")", "否"},
         {"contains_any(t, p.words)", "是"}, {"contains_any(u, p.words)", "否"},
         {"contains_any(u, p.none)", "否"});
}

Test(functions, mentions_skips_words_with_a_negator_shortly_before)
{
  EXPECT({"mentions(\"本院根治糖尿病\", \"根治\")", "是"},
         {"mentions(\"本院不能根治糖尿病\", \"根治\", \"不能\")", "否"},
         {"mentions(\"不能。本院根治\", \"根治\", \"不能\", 3)", "是"},
         {"mentions(\"不能。本院根治\", \"根治\", \"不能\", 5)", "否"},
         {"mentions(\"不能。本院根治\", \"根治\", \"不能\", 4)", "是"},
         {"mentions(\"不得使用根治，现承诺根治\", \"根治\", \"不得\", 4)", "是"},
         {"mentions(\"根治不能\", \"根治\", \"不能\")", "是"},
         {"mentions(\"阿莫西林\", p.words)", "是"},
         {"mentions(\"非阿莫西林\", p.words, \"非\")", "否"},
         {"mentions(\"头孢，非阿莫西林\", p.words, \"非\", 1)", "是"},
         {"mentions(\"没有广告\", \"广告\", p.none)", "是"},
         {"mentions(\"不能根治\", \"根治\", \"不能\", 0)", "是"},
         {"mentions(\"\", \"根治\")", "否"}, {"mentions(\"根治\", \"\")", "否"});
}

Test(functions, mentions_looks_back_sixteen_characters_by_default)
{
  EXPECT({"mentions(\"不一二三四五六七八九十一二三四五根治\", \"根治\", \"不\")", "否"},
         {"mentions(\"不一二三四五六七八九十一二三四五六根治\", \"根治\", \"不\")",
          "是"});
}

Test(functions, matches_knows_star_question_mark_and_bar)
{
  EXPECT({"matches(t, \"阿莫西林*\")", "是"}, {"matches(t, \"*胶囊\")", "是"},
         {"matches(t, \"*西林*\")", "是"}, {"matches(t, \"阿莫西林\")", "否"},
         {"matches(t, \"阿?西林胶囊\")", "是"}, {"matches(t, \"??????\")", "是"},
         {"matches(t, \"?????\")", "否"}, {"matches(t, \"???????\")", "否"},
         {"matches(t, \"头孢*|*胶囊\")", "是"}, {"matches(t, \"头孢*|青霉素*\")", "否"},
         {"matches(u, \"a*c\")", "是"}, {"matches(u, \"A*\")", "否"},
         {"matches(u, \"*\")", "是"}, {"matches(u, \"\")", "否"},
         {"matches(u, \"|abc\")", "是"}, {"matches(blank, \"\")", "是"},
         {"matches(blank, \"*\")", "是"}, {"matches(blank, \"?\")", "否"},
         {"matches(\"a.c\", \"a.c\")", "是"}, {"matches(u, \"a.c\")", "否"},
         {"matches(u, \"[a]bc\")", "否"}, {"matches(u, \"**b**\")", "是"});
}

/* A pattern that would take a backtracking matcher longer than the universe lives. */
Test(functions, matches_answers_pathological_patterns, .timeout = 20)
{
  enum { STARS = 1000 }; /* a pattern and a text as long as they may be */
  char text[8 * STARS] = {0}, *at = text;
  values *v = values_new();
  at += sprintf(at, "matches(\"");
  memset(at, 'a', 6 * STARS);
  at += sprintf(at + 6 * STARS, "\", \"") + 6 * STARS;
  for (int i = 0; i < STARS / 2; i++)
    at += sprintf(at, "*a");
  sprintf(at, "b\")");
  cr_expect(eq(str, said(v, text), (char *)"否"));
  values_free(v);
}

/* A text parameter of so many bytes; what the expression over it is worth. */
static char *said_of(const char *text, const char *type, int bytes, bool fixed)
{
  static char room[2048];
  values *v = values_new();
  char *long_text = malloc((size_t)bytes + 1);
  memset(long_text, 'a', (size_t)bytes);
  long_text[bytes] = '\0';
  json_t *names = json_pack("[{s:s, s:s, s:s, s:s, s:b}]", "space", "p", "name", "long",
                            "type", type, "value", long_text, "fixed", fixed);
  cr_assert(eq(int, zc_scope_add_names(v->scope, names, &v->arena), 0));
  snprintf(room, sizeof room, "%s", said(v, text));
  json_decref(names);
  free(long_text);
  values_free(v);
  return room;
}

Test(functions, what_is_too_long_to_be_searched_is_refused_where_it_is_written)
{
  static const struct {
    const char *text, *said;
    int bytes;
  } rows[] = {
      {"matches(t, p.long)", "否", 1024},
      {"matches(t, p.long)", "1:12 this text is longer than 1024 bytes", 1025},
      {"matches(p.long, \"*\")", "是", 16384},
      {"matches(p.long, \"*\")", "1:9 this text is longer than 16384 bytes", 16385},
      {"mentions(p.long, \"b\")", "否", 16384},
      {"mentions(p.long, \"b\")", "1:10 this text is longer than 16384 bytes", 16385},
      {"mentions(t, \"b\", \"c\", 200)", "否", 1},
      {"mentions(t, \"b\", \"c\", 201)",
       "1:23 mentions looks back 200 characters at most", 1},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *got = said_of(rows[i].text, "text", rows[i].bytes, true);
    cr_expect(eq(str, got, (char *)rows[i].said), "%s", rows[i].text);
  }
}

Test(functions, of_data_that_is_too_long_to_be_searched_nothing_is_known)
{
  static const struct {
    const char *text, *said;
    int bytes;
  } rows[] = {
      {"matches(t, p.long)", "nil", 1025},
      {"matches(p.long, \"*\")", "nil", 16385},
      {"mentions(p.long, \"a\")", "nil", 16385},
      {"contains(p.long, \"a\")", "是", 16385},
      {"matches(p.long, \"*\")", "是", 16384},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *got = said_of(rows[i].text, "text", rows[i].bytes, false);
    cr_expect(eq(str, got, (char *)rows[i].said), "%s", rows[i].text);
  }
}

Test(functions, a_list_parameter_without_a_value_is_unknown_and_not_empty)
{
  values *v = values_new();
  json_t *names = json_of("[{'space':'p','name':'none','type':'list','element':'text',"
                          "'fixed':true},{'space':'p','name':'empty','type':'list',"
                          "'element':'text','fixed':true,'value':[]}]");
  cr_assert(eq(int, zc_scope_add_names(v->scope, names, &v->arena), 0));
  cr_expect(eq(str, said(v, "one_of(t, p.none)"), (char *)"nil"));
  cr_expect(eq(str, said(v, "one_of(t, p.empty)"), (char *)"否"));
  json_decref(names);
  values_free(v);
}

Test(functions, len_counts_characters_or_codes)
{
  EXPECT({"len(t)", "6"}, {"len(u)", "3"}, {"len(blank)", "0"}, {"len(dx)", "7"},
         {"len(no_dx)", "0"}, {"len(\"𠮷a\")", "2"});
}

Test(functions, left_takes_whole_characters)
{
  EXPECT({"left(t, 2)", "阿莫"}, {"left(t, 6)", "阿莫西林胶囊"},
         {"left(t, 99)", "阿莫西林胶囊"}, {"left(t, 0)", ""}, {"left(t, -1)", ""},
         {"left(u, 1.9)", "a"}, {"left(blank, 3)", ""}, {"left(u, no_number)", "nil"});
}

Test(functions, abs_drops_the_sign)
{
  EXPECT({"abs(-7)", "7"}, {"abs(n)", "7"}, {"abs(k - n)", "5"}, {"abs(0)", "0"},
         {"abs(-1/3)", "ratio 0.33"}, {"abs(no_number)", "nil"},
         {"abs(-big - 1)", "overflow"});
}

Test(functions, min_and_max_choose_among_values_of_one_kind)
{
  EXPECT({"min(n, k, 5)", "2"}, {"max(n, k, 5)", "7"}, {"min(n, no_number)", "nil"},
         {"max(no_number, n)", "nil"}, {"min(1/3, 0.33)", "0.33"},
         {"max(1/3, 0.33)", "ratio 0.33"}, {"min(d, e)", "2023-05-01"},
         {"max(d, e)", "2023-05-08"}, {"max(d, no_day)", "nil"},
         {"max(start, stop)", "2023-05-02 09:15:30"});
}

Test(functions, round_goes_half_away_from_zero)
{
  EXPECT({"round(2.5)", "3"}, {"round(-2.5)", "-3"}, {"round(n / 3, 2)", "2.33"},
         {"round(price, 1)", "0.3"}, {"round(n, 2)", "7.00"},
         {"round(no_number)", "nil"}, {"round(n / zero)", "nil"},
         {"round(big, 1)", "overflow"});
}

Test(functions, floor_goes_down)
{
  EXPECT({"floor(2.9)", "2"}, {"floor(-2.1)", "-3"}, {"floor(n / k)", "3"},
         {"floor(-n / k)", "-4"}, {"floor(no_number)", "nil"});
}

Test(functions, year_month_and_day_take_dates_and_times)
{
  EXPECT({"year(e)", "2023"}, {"month(e)", "5"}, {"day(e)", "8"}, {"day(stop)", "2"},
         {"year(no_day)", "nil"}, {"month(no_time)", "nil"}, {"day(s.until)", "nil"},
         {"day(date(\"2024-02-29\"))", "29"}, {"year(date(\"1969-12-31\"))", "1969"});
}

Test(functions, date_is_a_fixed_day_or_the_day_of_a_time)
{
  EXPECT({"date(\"2023-05-01\") == d", "是"}, {"date(start) == d", "是"},
         {"date(stop)", "2023-05-02"}, {"date(d)", "2023-05-01"},
         {"date(no_time)", "nil"},
         {"date(\"2023-5-1\")", "1:6 this is not a day — write it as 2023-05-01"},
         {"date(\"2023-02-30\")", "1:6 this is not a day — write it as 2023-05-01"});
}

Test(functions, hours_and_minutes_count_from_the_first_to_the_second)
{
  EXPECT({"minutes(start, stop)", "ratio 1485.50"}, {"hours(d, e) == 168", "是"},
         {"hours(start, stop) > 24.75", "是"}, {"hours(start, stop) < 24.76", "是"},
         {"minutes(start, stop) == 1485.5", "是"}, {"hours(stop, start) < -24.7", "是"},
         {"hours(d, start) == 8.5", "是"}, {"hours(no_time, stop)", "nil"},
         {"minutes(start, no_time)", "nil"});
}

Test(functions, days_counts_midnights)
{
  EXPECT({"days(d, e)", "7"}, {"days(e, d)", "-7"}, {"days(start, stop)", "1"},
         {"days(d, d)", "0"}, {"days(no_day, e)", "nil"}, {"days(d, no_time)", "nil"});
}

Test(functions, workdays_skips_weekends)
{
  EXPECT({"workdays(d, e)", "5"}, {"workdays(e, d)", "-5"}, {"workdays(d, d)", "0"},
         {"workdays(d, d + 4)", "4"}, {"workdays(d, d + 5)", "4"},
         {"workdays(d, d + 6)", "4"}, {"workdays(d - 1, d)", "1"},
         {"workdays(d - 3, d)", "1"}, {"workdays(start, stop)", "1"},
         {"workdays(d, no_day)", "nil"}, {"workdays(no_day, d)", "nil"},
         {"workdays(d + 5, d + 6)", "0"}, {"workdays(d + 6, d + 18)", "10"},
         {"workdays(d + 18, d + 5)", "-10"},
         {"workdays(date(\"1900-01-01\"), date(\"2300-01-01\"))", "104355"});
}

Test(functions, is_workday_knows_weekends_only_without_a_calendar)
{
  EXPECT({"is_workday(d)", "是"}, {"is_workday(d + 4)", "是"},
         {"is_workday(d + 5)", "否"}, {"is_workday(d + 6)", "否"},
         {"is_workday(start)", "是"}, {"is_workday(no_day)", "nil"});
}

Test(functions, at_looks_a_key_up)
{
  EXPECT({"at(p.limits, kind)", "7"}, {"at(p.limits, \"急诊\")", "3"},
         {"at(p.limits, \"住院\")", "nil"}, {"at(p.limits, no_kind)", "nil"},
         {"at(p.limits, blank)", "nil"}, {"n > at(p.limits, \"急诊\")", "是"});
}

Test(functions, default_stands_in_for_what_is_missing)
{
  EXPECT({"default(no_number, 3)", "3"}, {"default(n, 3)", "7"},
         {"default(blank, \"无\")", "无"}, {"default(u, \"无\")", "abc"},
         {"default(no_day, today)", "2023-05-01"}, {"default(maybe, false)", "否"},
         {"default(no_kind, \"住院\")", "住院"},
         {"default(no_number, no_number)", "nil"}, {"default(n / zero, 0)", "0"});
}

Test(functions, given_is_nil_unless_its_condition_holds)
{
  EXPECT({"given(yes, n)", "7"}, {"given(no, n)", "nil"}, {"given(maybe, n)", "nil"},
         {"given(n > 5, e)", "2023-05-08"});
}

Test(functions, choose_takes_the_second_or_the_third)
{
  EXPECT({"choose(yes, n, k)", "7"}, {"choose(no, n, k)", "2"},
         {"choose(maybe, n, k)", "nil"}, {"choose(kind == \"急诊\", 3, 7)", "7"},
         {"choose(yes, u, blank)", "abc"}, {"choose(no, 1 / zero, 2)", "2"});
}

Test(functions, wrong_arguments_are_refused_where_they_stand)
{
  EXPECT({"len(n)", "1:5 a text is needed here, but this is a number"},
         {"contains(n, \"7\")", "1:10 a text is needed here, but this is a number"},
         {"starts(t, 7)", "1:11 a text is needed here, but this is a number"},
         {"any_of(t, \"A\")", "1:8 a list of codes is needed here, but this is a text"},
         {"any_starts(dx, n)", "1:16 a text is needed here, but this is a number"},
         {"one_of(n, p.words)", "1:11 the list holds other things than this"},
         {"one_of(n, \"7\")",
          "1:11 a number and a text cannot be compared — write numbers without "
          "quotation marks, codes with them"},
         {"mentions(t, \"a\", 3)", "1:18 a text is needed here, but this is a number"},
         {"mentions(t, \"a\", \"b\", \"c\")",
          "1:23 a number is needed here, but this is a text"},
         {"matches(t, n)", "1:12 a text is needed here, but this is a number"},
         {"abs(t)", "1:5 a number is needed here, but this is a text"},
         {"min(n, d)", "1:8 a number is needed here, but this is a date"},
         {"max(d, n)", "1:8 a date is needed here, but this is a number"},
         {"round(n, 7)", "1:10 round takes 0 to 6 decimals"},
         {"round(n, k)", "1:10 round takes 0 to 6 decimals"},
         {"round(n, -1)", "1:10 round takes 0 to 6 decimals"},
         {"year(n)", "1:6 a date is needed here, but this is a number"},
         {"date(t)", "1:6 a date is needed here, but this is a text"},
         {"hours(d, n)", "1:10 a date is needed here, but this is a number"},
         {"at(n, \"x\")", "1:4 a map is needed here, but this is a number"},
         {"at(p.limits, n)", "1:14 a text is needed here, but this is a number"},
         {"given(n, k)",
          "1:7 a condition (true or false) is needed here, but this is a number"},
         {"choose(n, 1, 2)",
          "1:8 a condition (true or false) is needed here, but this is a number"},
         {"left(t, u)", "1:9 a number is needed here, but this is a text"},
         {"left(n, 1)", "1:6 a text is needed here, but this is a number"});
}

Test(functions, every_function_counts_its_arguments)
{
  values *v = values_new();
  for (const zc_function *f = zc_functions(); f->name != NULL; f++) {
    char text[1024], expected[256], *at = text;
    at += sprintf(at, "%s(", f->name);
    for (int i = 1; i < f->least; i++)
      at += sprintf(at, "%sn", i > 1 ? ", " : "");
    sprintf(at, ")");
    snprintf(expected, sizeof expected, "1:1 %s() takes %d to %d arguments, not %d",
             f->name, f->least, f->most, f->least - 1);
    cr_expect(eq(str, said(v, text), expected));
  }
  values_free(v);
}

Test(functions, the_functions_are_those_of_the_plan_language)
{
  static const char *const names[] =
      {"one_of",   "any_of",  "starts", "any_starts", "contains",   "contains_any",
       "mentions", "matches", "len",    "abs",        "min",        "max",
       "round",    "floor",   "year",   "month",      "day",        "date",
       "hours",    "minutes", "days",   "workdays",   "is_workday", "at",
       "default",  "given",   "choose", "left"};
  int count = 0;
  for (const zc_function *f = zc_functions(); f->name != NULL; f++)
    count++;
  cr_expect(eq(int, count, (int)(sizeof names / sizeof *names)));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    cr_expect(zc_function_find(names[i]) != NULL, "%s", names[i]);
}
