/* The plain executor: rules on rows, rates and single conditions. Groups and joins stand
 * in groups.c and joins.c. */
#include "tables.h"

static const char rx[] =
    "{'id':'rx','title':'处方明细','repeats':true,'columns':["
    "{'id':'rx_no','type':'code','titles':['处方号'],'key':true},"
    "{'id':'visit','type':'enum','titles':['就诊类型'],'words':['门诊','急诊'],"
    " 'values':[{'id':'门诊'},{'id':'急诊'}]},"
    "{'id':'age','type':'int','titles':['年龄']},"
    "{'id':'days','type':'int','titles':['天数']},"
    "{'id':'chronic','type':'bool','titles':['慢病']},"
    "{'id':'reason','type':'text','titles':['理由']},"
    "{'id':'fee','type':'decimal','scale':2,'titles':['金额']},"
    "{'id':'patient','type':'code','titles':['患者'],'identifies':'patient'}]}";

#define HEADER "rx_no,visit,age,days,chronic,reason,fee,patient\n"

/* A world with one table of prescriptions. */
static world *with_rx(const char *csv)
{
  world *w = world_new();
  world_add(w, rx, csv);
  return w;
}

#define OVER_DAYS                                                                      \
  "'on':'rx','among':'visit == [[门诊]] and age < p.elder',"                         \
  "'where':'days > p.max and not chronic and reason == [[]]'"

static const char seven_rows[] = HEADER "A1,门诊,40,8,否,,1.50,P1\n"
                                        "A2,门诊,40,7,否,,2.00,P2\n"
                                        "A3,急诊,40,9,否,,3.00,P3\n"
                                        "A4,门诊,40,10,否,外出,4.00,P4\n"
                                        "A5,门诊,,8,否,,5.00,P5\n"
                                        "A6,门诊,40,,否,,6.00,P6\n"
                                        "A7,门诊,40,30,否,,0.25,P1\n";

/* ---- rows --------------------------------------------------------------------------- */

Test(rules, among_is_the_population_and_where_finds_the_hits)
{
  world *w = with_rx(seven_rows);
  expect_figures(w, "{" OVER_DAYS "}", "2 of 5, 2 rows, 2 unjudged");
  world_free(w);
}

Test(rules, without_among_every_row_is_the_population)
{
  world *w = with_rx(seven_rows);
  expect_figures(w, "{'on':'rx','where':'days > 8'}", "3 of 7, 3 rows, 1 unjudged");
  world_free(w);
}

Test(rules, a_condition_that_kleene_decides_is_judged)
{
  world *w = with_rx(HEADER "A1,门诊,40,,是,,,\n"
                            "A2,门诊,40,,否,有,,\n"
                            "A3,急诊,,8,,,,\n");
  expect_figures(w, "{" OVER_DAYS "}", "0 of 2");
  world_free(w);
}

Test(rules, rows_without_a_population_find_nothing)
{
  world *w = with_rx(HEADER);
  expect_figures(w, "{" OVER_DAYS "}", "0 of 0");
  world_free(w);
  w = with_rx(HEADER "A1,急诊,40,8,否,,,\n");
  expect_figures(w, "{" OVER_DAYS "}", "0 of 0");
  world_free(w);
}

Test(rules, an_overflow_leaves_the_row_unjudged)
{
  world *w = with_rx(HEADER "A1,门诊,999999999999999999,999999999999999999,否,,,\n"
                            "A2,门诊,3,2,否,,,\n");
  expect_figures(w, "{'on':'rx','where':'age * days > 5'}",
                 "1 of 2, 1 rows, 1 unjudged");
  expect_figures(w, "{'on':'rx','among':'age * days > 5','where':'true'}",
                 "1 of 1, 1 rows, 1 unjudged");
  world_free(w);
}

Test(rules, count_counts_distinct_values_of_a_column)
{
  world *w = with_rx(HEADER "A1,门诊,40,8,否,,,\n"
                            "A1,门诊,40,9,否,,,\n"
                            "A1,门诊,40,1,否,,,\n"
                            "A2,门诊,40,1,否,,,\n"
                            "A2,门诊,40,2,否,,,\n"
                            "A3,门诊,40,9,否,,,\n"
                            "A4,急诊,40,9,否,,,\n");
  expect_figures(w, "{" OVER_DAYS ",'count':'rx_no'}", "2 of 3, 3 rows");
  expect_figures(w, "{" OVER_DAYS "}", "3 of 6, 3 rows");
  world_free(w);
}

/* Gives the answers that `context` points to, one a row. */
static zc_truth answer(const zc_rule *asked, const zc_evaluation *evaluation,
                       void *context)
{
  zc_truth **next = context;
  cr_expect(ne(ptr, (void *)evaluation->rows[0], NULL));
  cr_expect(eq(int, asked->form, ZC_FORM_EACH));
  return *(*next)++;
}

Test(rules, each_asks_a_function_about_every_row_of_the_population)
{
  world *w = with_rx(seven_rows);
  zc_err err;
  json_t *json = json_of("{'on':'rx','among':'visit == [[门诊]]','each':true}"),
         *result;
  zc_rule *rule = world_rule(w, json);
  zc_truth answers[] = {ZC_TRUE, ZC_FALSE, ZC_UNKNOWN, ZC_TRUE, ZC_FALSE, ZC_FALSE};
  zc_truth *next = answers;
  w->plain.each = answer;
  w->plain.context = &next;
  zc_rule_settle(rule);
  cr_assert(eq(int, zc_plain_run(&w->plain, rule, &result, &err), ZC_OK));
  cr_expect(eq(str, figures(result), (char *)"2 of 6, 2 rows, 1 unjudged"));
  cr_expect(eq(str, shown_rows(result), (char *)"2; 6"));
  cr_expect(eq(ptr, next, answers + 6));
  json_decref(result);
  zc_rule_free(rule);
  json_decref(json);
  world_free(w);
}

/* ---- what is shown ---------------------------------------------------------------------- */

Test(rules, hits_are_shown_with_their_lines_and_titles)
{
  world *w = with_rx(seven_rows);
  expect_rows(
      w, "{" OVER_DAYS ",'show':['rx_no','days','fee','reason']}",
      "2 处方号=A1 天数=8 金额=1.50 理由=; 8 处方号=A7 天数=30 金额=0.25 理由=");
  expect_rows(w, "{" OVER_DAYS ",'show':'rx_no'}", "2 处方号=A1; 8 处方号=A7");
  expect_rows(w, "{" OVER_DAYS "}", "2; 8");
  expect_rows(w, "{" OVER_DAYS ",'show':['days - p.max','chronic']}",
              "2 days - p.max=1 慢病=否; 8 days - p.max=23 慢病=否");
  world_free(w);
}

Test(rules, lines_are_those_of_the_file_whatever_stands_between)
{
  world *w = with_rx(HEADER "A1,门诊,40,8,否,\"\",,\n"
                            "\n"
                            "A2,门诊,40,1,否,\"两\n行\",,\n"
                            "A3,门诊\n"
                            "A4,门诊,40,9,否,,,\n");
  expect_rows(w, "{" OVER_DAYS "}", "2; 7");
  world_free(w);
}

Test(rules, only_the_first_twenty_hits_are_shown_and_all_are_counted)
{
  char csv[4096] = HEADER, *at = csv + strlen(csv);
  for (int i = 0; i < 25; i++)
    at += sprintf(at, "A%d,门诊,40,8,否,,,\n", i);
  world *w = with_rx(csv);
  json_t *result = world_judge(w, "{" OVER_DAYS "}");
  cr_expect(eq(str, figures(result), (char *)"25 of 25, 25 rows"));
  cr_expect(eq(sz, json_array_size(json_object_get(result, "first")), ZC_FIRST));
  cr_expect(eq(int, strncmp(shown_rows(result), "2; 3; 4", 7), 0));
  json_decref(result);
  world_free(w);
}

Test(rules, patients_are_tokens_in_the_order_of_first_appearance)
{
  world *w = with_rx(HEADER "A1,门诊,40,1,否,,,P9\n"
                            "A2,门诊,40,8,否,,,P5\n"
                            "A3,门诊,40,8,否,,,P1\n"
                            "A4,门诊,40,8,否,,,P5\n"
                            "A5,门诊,40,8,否,,,\n");
  expect_rows(w, "{" OVER_DAYS ",'show':['rx_no','patient']}",
              "3 处方号=A2 患者=患者#1; 4 处方号=A3 患者=患者#2; "
              "5 处方号=A4 患者=患者#1; 6 处方号=A5 患者=");
  world_free(w);
}

Test(rules, a_patient_has_one_token_in_all_rules_of_a_run)
{
  world *w = with_rx(HEADER "A1,门诊,40,8,否,,,P1\nA2,门诊,40,9,否,,,P2\n"
                            "A3,门诊,40,9,否,,,P1\n");
  expect_rows(w, "{'on':'rx','where':'days == 9','show':'patient'}",
              "3 患者=患者#1; 4 患者=患者#2");
  expect_rows(w, "{'on':'rx','where':'days == 8','show':'patient'}", "2 患者=患者#2");
  world_free(w);
}

/* Whatever a rule shows: the identifier itself never leaves. Refusing is right too. */
static void expect_hidden(const char *dataset, const char *csv, const char *show,
                          const char *identifier)
{
  char rule[256];
  world *w = world_new();
  world_add(w, dataset, csv);
  snprintf(rule, sizeof rule, "{'on':'rx','where':'true','show':'%s'}", show);
  json_t *result = world_judge(w, rule);
  cr_expect(eq(ptr, strstr(shown_rows(result), identifier), NULL), "%s shows %s", show,
            shown_rows(result));
  json_decref(result);
  world_free(w);
}

Test(rules, no_expression_shows_a_patients_identifier)
{
  static const char csv[] = HEADER "A1,门诊,40,8,否,,,P4417\n";
  expect_hidden(rx, csv, "patient", "P4417");
  expect_hidden(rx, csv, "left(patient, 20)", "P4417");
  expect_hidden(rx, csv, "default(patient, [[x]])", "P4417");
  expect_hidden(rx, csv, "choose(days > 1, patient, reason)", "P4417");
  expect_hidden(rx, csv, "given(days > 1, patient)", "P4417");
}

Test(rules, show_refuses_to_compute_with_a_patient_but_compares)
{
  world *w = with_rx(HEADER "A1,门诊,40,8,否,,,P1\n");
  expect_rows(w, "{'on':'rx','where':'true','show':'left(patient, 2)'}",
              "0:0 show cannot compute with the patient identifier patient — name the "
              "column alone: it is printed as 患者#1, never as itself");
  expect_rows(w, "{'on':'rx','where':'true','show':'patient == rx_no'}",
              "2 patient == rx_no=否");
  world_free(w);
}

Test(rules, a_patients_number_is_hidden_as_well_as_a_code)
{
  expect_hidden("{'id':'rx','title':'处方','columns':[{'id':'patient','type':'int',"
                "'identifies':'patient'}]}",
                "patient\n440110\n", "patient", "440110");
}

Test(rules, the_message_is_filled_with_figures_and_parameters)
{
  world *w = with_rx(seven_rows);
  expect_message(w,
                 "{" OVER_DAYS
                 ",'amount':'fee','say':'{population}张中{count}张超过{p.max}日，"
                 "{rows}行，{unjudged}行未判，{amount}元（{facility.name}）'}",
                 "5张中2张超过7日，2行，2行未判，1.75元（清河镇卫生院）");
  world_free(w);
}

Test(rules, a_missing_parameter_in_the_message_is_a_dash)
{
  world *w = with_rx(seven_rows);
  expect_message(w, "{" OVER_DAYS ",'say':'{facility.beds} {p.unset}'}", "— —");
  world_free(w);
}

/* ---- amounts ------------------------------------------------------------------------------- */

Test(rules, the_amount_is_the_exact_sum_over_the_hits)
{
  char csv[4096] = HEADER, *at = csv + strlen(csv);
  for (int i = 0; i < 10; i++)
    at += sprintf(at, "A%d,门诊,40,8,否,,0.10,\n", i);
  world *w = with_rx(csv);
  expect_figures(w, "{" OVER_DAYS ",'amount':'fee'}", "10 of 10, 10 rows, amount 1.00");
  expect_figures(w, "{" OVER_DAYS ",'amount':'fee * 3'}",
                 "10 of 10, 10 rows, amount 3.00");
  expect_figures(w, "{'on':'rx','where':'days > 99','amount':'fee'}",
                 "0 of 10, amount 0");
  world_free(w);
}

static const char huge_fees[] = HEADER "A1,门诊,40,8,否,,9000000000000000.00,\n"
                                       "A2,门诊,40,8,否,,9000000000000000.00,\n"
                                       "A3,门诊,40,8,否,,1.00,\n";

Test(rules, an_amount_that_does_not_fit_is_left_out)
{
  world *w = with_rx(huge_fees);
  expect_figures(w, "{'on':'rx','where':'true','amount':'fee * 6'}", "3 of 3, 3 rows");
  world_free(w);
}

Test(rules, an_amount_of_one_row_that_does_not_fit_is_not_passed_over)
{
  world *w = with_rx(huge_fees);
  expect_figures(w, "{'on':'rx','where':'true','amount':'fee * 1000'}",
                 "3 of 3, 3 rows");
  world_free(w);
}

Test(rules, the_message_never_shows_part_of_an_amount)
{
  world *w = with_rx(huge_fees);
  json_t *result =
      world_judge(w,
                  "{'on':'rx','where':'true','amount':'fee * 6','say':'共{amount}元'}");
  const char *message = zc_get_text(result, "message");
  cr_expect(eq(ptr, (void *)strpbrk(message, "0123456789"), NULL), "%s", message);
  json_decref(result);
  world_free(w);
}

/* ---- what could not be judged ----------------------------------------------------------------- */

Test(rules, malformed_rows_and_bad_cells_of_named_columns_are_counted)
{
  world *w = with_rx(HEADER "A1,门诊,40,8,否,,,\n"
                            "A2,门诊,40,八,否,,,\n"
                            "A3,门诊,四十,8,否,,x,\n"
                            "A4,体检,40,8,否,,,\n"
                            "A5,门诊\n"
                            ",门诊,40,8,否,,,\n");
  expect_figures(w, "{" OVER_DAYS "}",
                 "1 of 2, 1 rows, 3 unjudged, 2 malformed, 3 bad");
  expect_figures(w, "{'on':'rx','where':'reason ~= [[]]'}", "0 of 4, 2 malformed");
  expect_figures(w, "{'on':'rx','where':'reason == [[]]','amount':'fee'}",
                 "4 of 4, 4 rows, 2 malformed, 1 bad, amount 0");
  world_free(w);
}

Test(rules, tolerate_is_a_share_of_the_population_rounded_down)
{
  char csv[4096] = HEADER, *at = csv + strlen(csv);
  for (int i = 0; i < 39; i++)
    at += sprintf(at, "A%d,门诊,40,8,否,,,\n", i);
  world *w = with_rx(csv);
  static const struct {
    const char *tolerate, *figures;
  } rows[] = {{"0.05", "39 of 39, 39 rows, 1 tolerated"},
              {"0.02", "39 of 39, 39 rows"},
              {"2 / 39", "39 of 39, 39 rows, 2 tolerated"},
              {"p.share", "39 of 39, 39 rows, 1 tolerated"},
              {"1", "39 of 39, 39 rows, 39 tolerated"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char rule[512];
    snprintf(rule, sizeof rule, "{" OVER_DAYS ",'tolerate':'%s'}", rows[i].tolerate);
    expect_figures(w, rule, rows[i].figures);
  }
  world_free(w);
}

Test(rules, neither_what_is_tolerated_nor_the_least_number_of_cases_varies_by_row)
{
  static const char *const rules[] =
      {"{" OVER_DAYS ",'tolerate':'days'}",
       "{'on':'rx','rate':'chronic','above':'0.5','min_n':'days'}"};
  world *w = with_rx(seven_rows);
  for (size_t i = 0; i < 2; i++) {
    json_t *result = world_judge(w, rules[i]);
    cr_expect(eq(ptr, result, NULL), "%s", rules[i]);
    json_decref(result);
  }
  world_free(w);
}

/* ---- rates ---------------------------------------------------------------------------------------- */

static const char exams[] =
    "{'id':'exam','title':'检查','columns':[{'id':'kind','type':'code'},"
    "{'id':'positive','type':'bool'}]}";

/* `yes` positive, `no` negative, `open` unknown examinations, and two of another kind. */
static world *with_exams(int yes, int no, int open)
{
  static char csv[65536];
  char *at = csv + sprintf(csv, "kind,positive\nMR,是\n");
  for (int i = 0; i < yes; i++)
    at += sprintf(at, "CT,是\n");
  for (int i = 0; i < no; i++)
    at += sprintf(at, "CT,否\n");
  for (int i = 0; i < open; i++)
    at += sprintf(at, "CT,\n");
  sprintf(at, "MR,否\n");
  world *w = world_new();
  world_add(w, exams, csv);
  return w;
}

static void expect_rate(int yes, int no, int open, const char *limit,
                        const char *expected)
{
  char rule[256];
  world *w = with_exams(yes, no, open);
  snprintf(rule, sizeof rule,
           "{'on':'exam','among':'kind == [[CT]]','rate':'positive',%s}", limit);
  expect_figures(w, rule, expected);
  world_free(w);
}

Test(rules, a_rate_is_the_share_of_the_population_and_its_limit_is_allowed)
{
  expect_rate(3, 97, 0, "'above':'0.03'", "0 of 100, 3/100 and 0 unknown: pass");
  expect_rate(4, 96, 0, "'above':'0.03'",
              "1 of 100, 100 rows, 4/100 and 0 unknown: hit");
  expect_rate(3, 97, 0, "'below':'p.share'", "0 of 100, 3/100 and 0 unknown: pass");
  expect_rate(2, 98, 0, "'below':'p.share'",
              "1 of 100, 100 rows, 2/100 and 0 unknown: hit");
  expect_rate(1, 2, 0, "'below':'1 / 3'", "0 of 3, 1/3 and 0 unknown: pass");
}

Test(rules, fewer_cases_than_min_n_are_not_judged)
{
  expect_rate(0, 29, 0, "'below':'0.5','min_n':30", "0 of 29, 0/29 and 0 unknown: few");
  expect_rate(0, 30, 0, "'below':'0.5','min_n':30",
              "1 of 30, 30 rows, 0/30 and 0 unknown: hit");
  expect_rate(0, 7, 0, "'below':'0.5','min_n':'p.max'",
              "1 of 7, 7 rows, 0/7 and 0 unknown: hit");
  expect_rate(0, 6, 0, "'below':'0.5','min_n':'p.max'",
              "0 of 6, 0/6 and 0 unknown: few");
}

Test(rules, a_rate_of_nothing_is_empty)
{
  expect_rate(0, 0, 0, "'below':'0.5'", "0 of 0, 0/0 and 0 unknown: empty");
  expect_rate(0, 0, 0, "'above':'0.5','min_n':30", "0 of 0, 0/0 and 0 unknown: empty");
}

Test(rules, unknown_values_leave_a_rate_open_if_they_could_flip_it)
{
  expect_rate(50, 40, 10, "'below':'0.5'", "0 of 100, 50/90 and 10 unknown: pass");
  expect_rate(49, 41, 10, "'below':'0.5'", "0 of 100, 49/90 and 10 unknown: open");
  expect_rate(30, 60, 10, "'below':'0.5'",
              "1 of 100, 90 rows, 30/90 and 10 unknown: hit");
  expect_rate(40, 50, 10, "'below':'0.5'", "0 of 100, 40/90 and 10 unknown: open");
  expect_rate(39, 51, 10, "'below':'0.5'",
              "1 of 100, 90 rows, 39/90 and 10 unknown: hit");
  expect_rate(51, 49, 0, "'above':'0.5'",
              "1 of 100, 100 rows, 51/100 and 0 unknown: hit");
  expect_rate(51, 47, 2, "'above':'0.5'",
              "1 of 100, 98 rows, 51/98 and 2 unknown: hit");
  expect_rate(50, 48, 2, "'above':'0.5'", "0 of 100, 50/98 and 2 unknown: open");
  expect_rate(40, 50, 10, "'above':'0.5'", "0 of 100, 40/90 and 10 unknown: pass");
}

Test(rules, a_rate_against_a_limit_without_a_value_names_it)
{
  expect_rate(50, 50, 0, "'above':'p.unset'", "-1 of -1, empty: p.unset");
  expect_rate(50, 50, 0, "'above':'0.4','min_n':'p.unset'", "-1 of -1, empty: p.unset");
  expect_rate(50, 50, 0, "'above':'facility.beds'", "-1 of -1, empty: facility.beds");
}

Test(rules, the_message_of_a_rate_has_one_decimal)
{
  world *w = with_exams(1, 2, 1);
  expect_message(
      w,
      "{'on':'exam','among':'kind == [[CT]]','rate':'positive','below':'0.9',"
      "'say':'{part}/{whole} {rate} {population}'}",
      "1/3 33.3% 4");
  world_free(w);
  w = with_exams(0, 0, 0);
  expect_message(
      w,
      "{'on':'exam','among':'kind == [[CT]]','rate':'positive','below':'0.9',"
      "'say':'{rate}'}",
      "—");
  world_free(w);
}

/* ---- fail ------------------------------------------------------------------------------------------ */

Test(rules, fail_judges_one_condition_on_the_facility)
{
  world *w = world_new();
  expect_figures(w, "{'fail':'facility.licence_valid_to < today'}", "1 of 1");
  expect_figures(w, "{'fail':'facility.licence_valid_to > today'}", "0 of 1");
  expect_figures(w, "{'fail':'facility.opened == nil'}", "1 of 1");
  world_free(w);
}

Test(rules, a_fail_that_is_unknown_names_the_empty_fields)
{
  world *w = world_new();
  expect_figures(w, "{'fail':'facility.opened < today'}",
                 "0 of 1, empty: facility.opened");
  expect_figures(w,
                 "{'fail':'facility.opened < facility.licence_valid_to and "
                 "facility.beds > 3'}",
                 "0 of 1, empty: facility.opened facility.beds");
  expect_figures(w, "{'fail':'answers.posted and answers.spot.wrong > 0'}",
                 "0 of 1, empty: answers.posted answers.spot.wrong");
  expect_figures(w,
                 "{'fail':'facility.beds > 3 and facility.licence_valid_to > today'}",
                 "0 of 1");
  world_free(w);
}

Test(rules, a_field_that_is_named_twice_is_missed_once)
{
  world *w = world_new();
  expect_figures(w, "{'fail':'facility.beds < 3 or facility.beds > 9'}",
                 "0 of 1, empty: facility.beds");
  world_free(w);
}
