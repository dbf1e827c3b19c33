#include "table/expression.h"

#include "values.h"

/* ---- literals and names --------------------------------------------------------- */

Test(expression, literals_are_written_as_in_lua)
{
  EXPECT({"7", "7"}, {"0.050", "0.050"}, {"true", "是"}, {"false", "否"},
         {"nil", "nil"}, {"\"a b\"", "a b"}, {"'a\"b'", "a\"b"}, {"\"a'b\"", "a'b"},
         {"[[a\"b'c]]", "a\"b'c"}, {"[[]]", ""}, {"\"\\\\ \\\" \\'\"", "\\ \" '"},
         {"'a\\nb'", "a\nb"}, {"[[a\nb\\n]]", "a\nb\\n"},
         {"\"头孢，（A）\"", "头孢，（A）"}, {" \t\r\n n \n", "7"});
}

Test(expression, names_live_in_their_spaces)
{
  EXPECT({"n", "7"}, {"p.max", "7"}, {"p.share", "0.03"}, {"p . max", "7"},
         {"facility.name", "清河镇卫生院"}, {"facility.beds", "30"},
         {"answers.posted", "是"}, {"answers.checked_rx.wrong", "2"},
         {"answers.checked_rx.checked", "50"}, {"m[\"fee.total\"]", "1234.50"},
         {"today", "2023-05-01"}, {"period.from", "nil"}, {"s.level", "nil"},
         {"facility.staff", "nil"}, {"answers.trained", "nil"},
         {"facility.owner", "nil"});
}

/* ---- operators ------------------------------------------------------------------ */

Test(expression, comparisons_work_on_numbers_texts_dates_and_times)
{
  EXPECT({"n == 7", "是"}, {"n == 7.00", "是"}, {"n ~= 7", "否"}, {"n < 7", "否"},
         {"n <= 7", "是"}, {"n > 6", "是"}, {"n >= 8", "否"}, {"7 > k", "是"},
         {"u == \"abc\"", "是"}, {"u ~= \"abc\"", "否"}, {"u < \"abd\"", "是"},
         {"u > \"ab\"", "是"}, {"\"B\" < \"a\"", "是"}, {"\"一\" < \"丁\"", "是"},
         {"d == today", "是"}, {"d < e", "是"}, {"d >= e", "否"},
         {"start < stop", "是"}, {"start ~= stop", "是"}, {"yes == true", "是"},
         {"yes ~= no", "是"});
}

Test(expression, arithmetic_is_exact)
{
  EXPECT({"0.1 + 0.2 == 0.3", "是"}, {"price / 9 > 0.03", "否"},
         {"price / 9 == p.share", "是"}, {"n / k", "ratio 3.50"},
         {"n / k * k == n", "是"}, {"n - k", "5"}, {"n * k", "14"}, {"-n", "-7"},
         {"price * 100 == 27", "是"}, {"1.10 + 2", "3.10"}, {"1.10 * 1.1", "1.210"});
}

Test(expression, dates_move_by_days_and_differ_by_days)
{
  EXPECT({"e - d", "7"}, {"d - e", "-7"}, {"d + 7 == e", "是"}, {"7 + d == e", "是"},
         {"e - 7 == d", "是"}, {"d + k", "2023-05-03"}, {"d - 1", "2023-04-30"},
         {"d + no_number", "nil"}, {"no_day - d", "nil"}, {"no_day + 1", "nil"},
         {"e - d > p.max - 1", "是"});
}

Test(expression, what_does_not_fit_is_reported)
{
  EXPECT({"big + 1", "overflow"}, {"big * 2", "overflow"}, {"-big - 2", "overflow"},
         {"big * big > 1", "overflow"}, {"d + big", "overflow"},
         {"d - 4000000", "overflow"}, {"d + 3000000", "overflow"},
         {"big + zero > 1", "是"});
}

Test(expression, anything_by_zero_is_nil)
{
  EXPECT({"n / zero", "nil"}, {"n / 0", "nil"}, {"zero / zero", "nil"},
         {"n / zero > 1", "nil"}, {"n / zero == nil", "是"},
         {"zero / n", "ratio 0.00"});
}

Test(expression, precedence_and_grouping_are_those_of_lua)
{
  EXPECT({"1 + 2 * 3", "7"}, {"(1 + 2) * 3", "9"}, {"7 - 2 - 1", "4"},
         {"8 / 4 / 2 == 1", "是"}, {"8 / (4 / 2) == 4", "是"}, {"-2 * -3", "6"},
         {"2 - -2", "4"}, {"-n + 8", "1"}, {"1 + 2 < 4", "是"},
         {"n - k * 2 == 3 and yes", "是"}, {"1 < 2 == true", "是"},
         {"yes or no and no", "是"}, {"(yes or no) and no", "否"},
         {"not no and no", "否"}, {"not (no and no)", "是"}, {"not maybe == nil", "是"},
         {"not (maybe == nil)", "否"}, {"not not yes", "是"},
         {"no and no or yes", "是"}, {"no and (no or yes)", "否"},
         {"not no or yes == no", "是"});
}

Test(expression, chains_of_comparisons_group_to_the_left_as_in_lua)
{
  EXPECT({"1 < 2 < 3",
          "1:9 a condition (true or false) and a number cannot be compared"},
         {"not 1 < 2",
          "1:5 a condition (true or false) is needed here, but this is a number"});
}

Test(expression, two_minus_signs_are_no_double_negation)
{
  /* In Lua they begin a comment: days > 7 -- days would otherwise never be true. */
  values *v = values_new();
  char *outcome = said(v, "n > 6 -- n");
  cr_expect(ne(str, outcome, (char *)"否"));
  values_free(v);
}

Test(expression, two_minus_signs_are_refused_with_the_remedy)
{
  EXPECT({"n > 6 -- n",
          "1:7 the character -- cannot stand here — comments stand outside "
          "the text; write a - (-b) to subtract twice"},
         {"n - (-n)", "14"});
}

/* ---- Kleene --------------------------------------------------------------------- */

Test(expression, and_or_and_not_follow_kleene)
{
  EXPECT({"yes and yes", "是"}, {"yes and no", "否"}, {"yes and maybe", "nil"},
         {"no and yes", "否"}, {"no and no", "否"}, {"no and maybe", "否"},
         {"maybe and yes", "nil"}, {"maybe and no", "否"}, {"maybe and maybe", "nil"},
         {"yes or yes", "是"}, {"yes or no", "是"}, {"yes or maybe", "是"},
         {"no or yes", "是"}, {"no or no", "否"}, {"no or maybe", "nil"},
         {"maybe or yes", "是"}, {"maybe or no", "nil"}, {"maybe or maybe", "nil"},
         {"not yes", "否"}, {"not no", "是"}, {"not maybe", "nil"});
}

static zc_truth truth_of(values *v, const char *text)
{
  char room[512];
  zc_expression expression;
  cr_assert(compiled(v, text, ZC_BOOL, (zc_usage){.place = {"t", 1, 1}}, &expression,
                     room, sizeof room),
            "%s", room);
  zc_evaluation e = {.rows = {v->row, NULL}};
  return zc_evaluate_truth(&e, expression.root);
}

Test(expression, a_condition_that_overflows_is_unknown)
{
  values *v = values_new();
  cr_expect(eq(int, truth_of(v, "big + 1 > 0"), ZC_UNKNOWN));
  cr_expect(eq(int, truth_of(v, "n > 0"), ZC_TRUE));
  cr_expect(eq(int, truth_of(v, "no and big + 1 > 0"), ZC_FALSE));
  cr_expect(eq(int, truth_of(v, "yes or big + 1 > 0"), ZC_TRUE));
  values_free(v);
}

Test(expression, an_overflow_counts_the_same_on_either_side_of_and)
{
  values *v = values_new();
  cr_expect(
      eq(int, truth_of(v, "big + 1 > 0 and no"), truth_of(v, "no and big + 1 > 0")));
  cr_expect(
      eq(int, truth_of(v, "big + 1 > 0 or yes"), truth_of(v, "yes or big + 1 > 0")));
  values_free(v);
}

Test(expression, an_overflow_decides_nothing_and_what_decides_without_it_holds)
{
  values *v = values_new();
  cr_expect(eq(int, truth_of(v, "big + 1 > 0 and no"), ZC_FALSE));
  cr_expect(eq(int, truth_of(v, "big + 1 > 0 or yes"), ZC_TRUE));
  cr_expect(eq(int, truth_of(v, "big + 1 > 0 or no"), ZC_UNKNOWN));
  cr_expect(eq(int, truth_of(v, "big + 1 == nil or no"), ZC_UNKNOWN));
  cr_expect(eq(int, truth_of(v, "default(big + 1, 0) > 5 and yes"), ZC_UNKNOWN));
  cr_expect(eq(int, truth_of(v, "big + 1 > 0 and (big + 1 > 0 or yes)"), ZC_UNKNOWN));
  values_free(v);
}

/* ---- missing values ------------------------------------------------------------- */

Test(expression, an_empty_text_of_the_facility_is_missing_and_both_nil_and_blank_ask)
{
  EXPECT({"facility.owner == \"\"", "是"}, {"\"\" == facility.owner", "是"},
         {"facility.owner ~= \"\"", "否"}, {"facility.owner == p.empty", "是"},
         {"facility.owner == nil", "是"}, {"facility.owner == \"民营\"", "nil"},
         {"facility.owner ~= \"民营\"", "nil"}, {"facility.owner == u", "nil"},
         {"facility.owner == blank", "nil"}, {"facility.owner < \"民营\"", "nil"},
         {"one_of(facility.owner, \"民营\")", "nil"},
         {"one_of(facility.owner, \"民营\", \"\")", "是"},
         {"contains(facility.owner, \"民\")", "nil"}, {"len(facility.owner)", "nil"},
         {"default(facility.owner, \"民营\")", "民营"}, {"facility.name ~= \"\"", "是"},
         {"s.level == \"\"", "nil"});
}

Test(expression, comparing_or_computing_with_nil_is_unknown)
{
  EXPECT({"no_number == 7", "nil"}, {"no_number ~= 7", "nil"}, {"no_number < 7", "nil"},
         {"7 <= no_number", "nil"}, {"no_number == no_number", "nil"},
         {"no_number + 1", "nil"}, {"1 - no_number", "nil"}, {"no_number * 0", "nil"},
         {"no_number / 2", "nil"}, {"-no_number", "nil"}, {"no_day < d", "nil"},
         {"no_time == start", "nil"}, {"maybe == true", "nil"},
         {"maybe ~= maybe", "nil"}, {"no_kind == \"门诊\"", "nil"},
         {"no_kind ~= \"门诊\"", "nil"}, {"s.level == \"主任\"", "nil"},
         {"s.level == \"\"", "nil"}, {"s.grade > 1", "nil"});
}

Test(expression, comparing_with_the_literal_nil_asks)
{
  EXPECT({"no_number == nil", "是"}, {"no_number ~= nil", "否"}, {"n == nil", "否"},
         {"n ~= nil", "是"}, {"nil == no_day", "是"}, {"nil ~= d", "是"},
         {"nil == nil", "是"}, {"maybe == nil", "是"}, {"no_kind == nil", "是"},
         {"s.level == nil", "是"}, {"s.until ~= nil", "否"}, {"blank == nil", "否"},
         {"no_dx == nil", "否"}, {"(maybe and yes) == nil", "是"},
         {"facility.staff == nil", "是"}, {"facility.beds == nil", "否"});
}

Test(expression, a_blank_text_equals_only_the_literal)
{
  EXPECT({"blank == \"\"", "是"}, {"blank ~= \"\"", "否"}, {"\"\" == blank", "是"},
         {"blank == [[]]", "是"}, {"u == \"\"", "否"}, {"u ~= \"\"", "是"},
         {"blank == \"x\"", "否"}, {"blank ~= \"x\"", "是"}, {"blank == p.empty", "是"},
         {"facility.owner == \"\"", "是"});
}

Test(expression, column_against_column_with_a_blank_side_is_unknown)
{
  EXPECT({"blank == other_blank", "nil"}, {"blank == blank", "nil"},
         {"blank == u", "nil"}, {"u == blank", "nil"}, {"blank ~= u", "nil"},
         {"blank < u", "nil"}, {"u >= blank", "nil"},
         {"left(blank, 1) == left(u, 1)", "nil"}, {"facility.owner == u", "nil"},
         {"facility.owner == facility.name", "nil"}, {"u == facility.name", "否"},
         {"t == t", "是"});
}

/* ---- mistakes -------------------------------------------------------------------- */

#define MISSING "a name or a value is missing here"
#define END "the expression should end here — write and, or between two conditions"
#define STRAY(c) "the character " c " cannot stand here"
#define ARITHMETIC " — the arithmetic here is + - * /"
#define NO_NUMBER                                                                      \
  "this is not a number — write digits and at most one point, such as 0.05"

Test(expression, every_syntax_error_has_its_place_and_remedy)
{
  EXPECT({"", "1:1 " MISSING}, {"  ", "1:3 " MISSING}, {"n >", "1:4 " MISSING},
         {"n > > 3", "1:5 " MISSING}, {"and yes", "1:1 " MISSING},
         {"yes and or no", "1:9 " MISSING}, {"()", "1:2 " MISSING},
         {"* 3", "1:1 " MISSING}, {".5", "1:1 " MISSING}, {"not", "1:4 " MISSING},
         {"one_of(, 3)", "1:8 " MISSING}, {"(n > 3", "1:7 a closing ) is missing here"},
         {"n > 3)", "1:6 " END}, {"n > 3 k < 2", "1:7 " END},
         {"function() end", "1:12 " END}, {"p.a.b.c", "1:6 " END},
         {"one_of(n 7)", "1:10 a comma or ) is missing here"},
         {"one_of(n, 7", "1:12 a comma or ) is missing here"},
         {"p.", "1:3 a name is missing after the point"},
         {"p.7", "1:3 a name is missing after the point"},
         {"n..k", "1:3 a name is missing after the point"},
         {"m[fee]", "1:3 a quoted name is missing in the brackets — write "
                    "m[\"file.measure\"]"},
         {"m[\"fee.total\"", "1:14 a closing ] is missing here"},
         {"t == \"头孢",
          "1:6 this text is not closed — put the closing quotation mark"},
         {"t == 'a\nb'",
          "1:6 this text is not closed — put the closing quotation mark"},
         {"t == [[头孢]", "1:6 this text is not closed — put the closing ]]"},
         {"t == \"a\\q\"",
          "1:9 an unknown escape stands in this text — write \\\\ for a backslash"},
         {"3days", "1:1 " NO_NUMBER}, {"n > 1.2.3", "1:5 " NO_NUMBER},
         {"n > 1e5", "1:5 " NO_NUMBER}, {"n > 5.", "1:5 " NO_NUMBER},
         {"n > 0x1F", "1:5 " NO_NUMBER}, {"n > 1234567890123456789", "1:5 " NO_NUMBER});
}

Test(expression, characters_of_other_languages_are_explained)
{
  EXPECT({"n = 7", "1:3 " STRAY("=") " — write == to compare"},
         {"n != 7", "1:3 " STRAY("!") " — write ~= for unequal and not for negation"},
         {"!yes", "1:1 " STRAY("!") " — write ~= for unequal and not for negation"},
         {"yes && no", "1:5 " STRAY("&") " — write and, or"},
         {"yes || no", "1:5 " STRAY("|") " — write and, or"},
         {"n % 2", "1:3 " STRAY("%") ARITHMETIC},
         {"n ^ 2", "1:3 " STRAY("^") ARITHMETIC},
         {"#t > 2", "1:1 " STRAY("#") ARITHMETIC}, {"n > 3;", "1:6 " STRAY(";")},
         {"n @ 3", "1:3 " STRAY("@")}, {"~n", "1:1 " STRAY("~")},
         {"{n}", "1:1 " STRAY("{")});
}

Test(expression, full_width_characters_and_chinese_quotation_marks_are_explained)
{
  EXPECT({"n ＞ 7", "1:3 " STRAY("＞") " — write it in half width"},
         {"（n > 7）", "1:1 " STRAY("（") " — write it in half width"},
         {"(n > 7）", "1:7 " STRAY("）") " — write it in half width"},
         {"n > ７", "1:5 " STRAY("７") " — write it in half width"},
         {"one_of(n，7)", "1:9 " STRAY("，") " — write it in half width"},
         {"yes　and no", "1:4 " STRAY("　") " — write it in half width"},
         {"t == “头孢”",
          "1:6 " STRAY("“") " — use the straight quotation marks \" or '"},
         {"t == ‘头孢’",
          "1:6 " STRAY("‘") " — use the straight quotation marks \" or '"},
         {"t == 头孢", "1:6 " STRAY("头") " — put texts in quotation marks"},
         {"t == 'x' and 天数 > 7",
          "1:14 " STRAY("天") " — put texts in quotation marks"},
         {"t == \"胶囊\" and k ＝ 2", "1:17 " STRAY("＝") " — write it in half width"});
}

Test(expression, a_comma_before_a_closing_parenthesis_is_refused_as_in_lua)
{
  EXPECT({"one_of(n, 7,)", "1:13 " MISSING});
}

#define NUMBER_NEEDED "a number is needed here, but this is "
#define CONDITION_NEEDED "a condition (true or false) is needed here, but this is "

Test(expression, every_type_error_has_its_place_and_remedy)
{
  EXPECT(
      {"yes and n", "1:9 " CONDITION_NEEDED "a number"},
      {"t or yes", "1:1 " CONDITION_NEEDED "a text"},
      {"not d", "1:5 " CONDITION_NEEDED "a date"},
      {"-t", "1:2 " NUMBER_NEEDED "a text"}, {"t + 1", "1:1 " NUMBER_NEEDED "a text"},
      {"1 * u", "1:5 " NUMBER_NEEDED "a text"},
      {"d + e", "1:1 " NUMBER_NEEDED "a date"},
      {"n - d", "1:5 " NUMBER_NEEDED "a date"},
      {"d * 2", "1:1 " NUMBER_NEEDED "a date"}, {"n + nil", "1:5 " NUMBER_NEEDED "nil"},
      {"yes + 1", "1:1 " NUMBER_NEEDED "a condition (true or false)"},
      {"start - stop",
       "1:7 times cannot be added or subtracted — write hours(from, to) "
       "or minutes(from, to)"},
      {"start + 1", "1:7 times cannot be added or subtracted — write hours(from, to) "
                    "or minutes(from, to)"},
      {"yes < no", "1:5 conditions have no order — compare twice and join the two with "
                   "and"},
      {"dx == dx", "1:4 these cannot be compared — use any_of, one_of or at"},
      {"p.limits == p.limits", "1:10 these cannot be compared — use any_of, one_of or "
                               "at"},
      {"n == yes", "1:6 a number and a condition (true or false) cannot be compared"});
}

Test(expression, values_of_two_kinds_cannot_be_compared)
{
  EXPECT({"n == \"7\"", "1:6 a number and a text cannot be compared — write numbers "
                        "without quotation marks, codes with them"},
         {"u == 7",
          "1:6 a text and a number cannot be compared — write numbers without "
          "quotation marks, codes with them"},
         {"d < \"2023-05-01\"", "1:5 a date and a text cannot be compared — write "
                                "date(\"2023-05-01\") for a fixed day"},
         {"d <= start",
          "1:6 a date and a date with time cannot be compared — write date(…) "
          "around the one with time"},
         {"dx == \"A01\"", "1:7 a list of codes and a text cannot be compared — write "
                           "any_of(codes, \"…\")"},
         {"n == p.numbers",
          "1:6 a number and a list cannot be compared — write one_of(x, "
          "list)"},
         {"nil < n", "1:7 nil and a number cannot be compared"});
}

Test(expression, more_and_less_report_the_same_mistake_alike)
{
  EXPECT({"d > \"2023-05-01\"", "1:5 a date and a text cannot be compared — write "
                                "date(\"2023-05-01\") for a fixed day"},
         {"n >= \"7\"", "1:6 a number and a text cannot be compared — write numbers "
                        "without quotation marks, codes with them"});
}

#define KNOWN "nown: 门诊、急诊、住院"

Test(expression, a_word_that_an_enum_does_not_have_is_an_error)
{
  EXPECT({"kind == \"门珍\"",
          "1:9 门珍 is not one of its values — did you mean 门诊? K" KNOWN},
         {"kind ~= \"体检\"", "1:9 体检 is not one of its values — k" KNOWN},
         {"\"急疹\" == kind",
          "1:1 急疹 is not one of its values — did you mean 急诊? K" KNOWN},
         {"one_of(kind, \"门诊\", \"住完\")",
          "1:20 住完 is not one of its values — did you mean 住院? K" KNOWN},
         {"default(kind, \"门珍\") == \"门诊\"",
          "1:15 门珍 is not one of its values — did you mean 门诊? K" KNOWN},
         {"kind == \"门诊\"", "是"}, {"kind == u", "否"});
}

Test(expression, an_unknown_name_suggests_the_nearest_or_says_where_to_look)
{
  EXPECT({"pirce > 1", "1:1 the name pirce is unknown — did you mean price?"},
         {"n > p.mex", "1:5 the name p.mex is unknown — did you mean max?"},
         {"facility.bed > 1",
          "1:1 the name facility.bed is unknown — did you mean beds?"},
         {"s.levl == \"x\"", "1:1 the name s.levl is unknown — did you mean level?"},
         {"answers.poste",
          "1:1 the name answers.poste is unknown — did you mean posted?"},
         {"answers.checked_rx.wrnog > 1",
          "1:1 the name answers.checked_rx.wrnog is unknown — did you mean wrong?"},
         {"m[\"fee.totl\"] > 1",
          "1:1 the name m.fee.totl is unknown — did you mean fee.total?"},
         {"limits", "1:1 the name limits is unknown — parameters are written p.limits"},
         {"round > 3", "1:1 the name round is unknown — this is a function: write its "
                       "arguments in ( )"},
         {"c.price > 1",
          "1:1 the name c.price is unknown — no joined table has this name; "
          "see the field join"},
         {"prev.d < d", "1:1 the name prev.d is unknown — prev needs the field sort"},
         {"plan.issued < d",
          "1:1 the name plan.issued is unknown — nothing of this kind is "
          "declared here"},
         {"facility.zzzzzz == 1", "1:1 the name facility.zzzzzz is unknown"},
         {"qqqqqqqqqq", "1:1 the name qqqqqqqqqq is unknown"});
}

Test(expression, an_unknown_part_of_an_answer_is_not_taken_for_a_join)
{
  static const char *const texts[] = {"answers.posted.wrong > 1",
                                      "answers.chekced_rx.wrong > 1"};
  values *v = values_new();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *outcome = said(v, texts[i]);
    cr_expect(ne(ptr, strstr(outcome, "is unknown"), NULL), "%s", outcome);
    cr_expect(eq(ptr, strstr(outcome, "join"), NULL), "%s", outcome);
  }
  values_free(v);
}

Test(expression, an_unknown_function_suggests_the_nearest)
{
  EXPECT({"contain(t, \"a\")", "1:1 the function contain is unknown — did you mean "
                               "contains?"},
         {"n > aps(k)", "1:5 the function aps is unknown — did you mean abs?"},
         {"frobnicate(n)", "1:1 the function frobnicate is unknown"});
}

Test(expression, all_mistakes_of_an_expression_are_reported_together)
{
  EXPECT({"n > p.mex and len(n) > 1 or pirce == 2",
          "1:5 the name p.mex is unknown — did you mean max? / "
          "1:19 a text is needed here, but this is a number / "
          "1:29 the name pirce is unknown — did you mean price?"});
}

Test(expression, places_follow_the_lines_and_characters_of_the_file)
{
  char room[512];
  zc_expression expression;
  values *v = values_new();
  cr_expect(not(compiled(v, "t == \"胶囊\" and zz > 1\n  and pirce > 2", ZC_BOOL,
                         (zc_usage){.place = {"rx.lua", 12, 20}}, &expression, room,
                         sizeof room)));
  cr_expect(eq(str, room,
               (char *)"12:34 the name zz is unknown / "
                       "13:7 the name pirce is unknown — did you mean price?"));
  values_free(v);
}

Test(expression, the_value_must_be_of_the_kind_that_the_field_wants)
{
  char room[512];
  zc_expression expression;
  values *v = values_new();
  zc_usage usage = {.place = {"rx.lua", 3, 5}};
  cr_expect(not(compiled(v, "n", ZC_BOOL, usage, &expression, room, sizeof room)));
  cr_expect(eq(str, room, (char *)"3:5 " CONDITION_NEEDED "a number"));
  cr_expect(
      not(compiled(v, "n > 1", ZC_NUMBER, usage, &expression, room, sizeof room)));
  cr_expect(compiled(v, "n > 1", ZC_BOOL, usage, &expression, room, sizeof room));
  values_free(v);
}
