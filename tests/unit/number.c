#include "table/scalar.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "chance.h"
#include "exact.h"

/* A number as an exact fraction: units over divisor · 10^scale. */
typedef struct {
  whole over, under;
} fraction;

static fraction fraction_of(zc_scalar number)
{
  return (fraction){whole_of(number.units),
                    whole_product(whole_of(number.divisor),
                                  whole_power_of_ten(number.scale))};
}

static bool same_fraction(fraction a, fraction b)
{
  return whole_compare(whole_product(a.over, b.under),
                       whole_product(b.over, a.under)) == 0;
}

static fraction fraction_sum(fraction a, fraction b)
{
  return (fraction){whole_sum(whole_product(a.over, b.under),
                              whole_product(b.over, a.under)),
                    whole_product(a.under, b.under)};
}

static fraction fraction_product(fraction a, fraction b)
{
  return (fraction){whole_product(a.over, b.over), whole_product(a.under, b.under)};
}

static fraction negated(fraction a)
{
  return (fraction){whole_negated(a.over), a.under};
}

/* 1 / a, with the sign above. */
static fraction inverted(fraction a)
{
  fraction f = {a.under, a.over};
  f.over.negative = a.over.negative;
  f.under.negative = false;
  return f;
}

/* A number of up to `bits` bits, of any scale; one in three is a ratio. */
static zc_scalar random_number(uint64_t *random, int bits, int scale)
{
  int64_t units = (int64_t)(next_random(random) >>
                            (64 - random_between(random, 1, bits)));
  zc_scalar number = zc_decimal(random_between(random, 0, 1) ? units : -units,
                                random_between(random, 0, scale));
  if (random_between(random, 0, 2) == 0)
    number.divisor = 1 + (int64_t)(next_random(random) >>
                                   (64 - random_between(random, 1, bits)));
  return number;
}

static const char *shown(zc_scalar number)
{
  static char text[2][96];
  static int turn;
  turn ^= 1;
  snprintf(text[turn], sizeof text[turn], "%lld/(%lld·10^%d)", (long long)number.units,
           (long long)number.divisor, number.scale);
  return text[turn];
}

static char *printed(zc_scalar number)
{
  static char text[64];
  zc_buffer out = {0};
  zc_scalar_print(&number, &out);
  snprintf(text, sizeof text, "%s", out.data);
  zc_buffer_free(&out);
  return text;
}

static zc_scalar number_of(const char *text)
{
  zc_scalar number;
  cr_assert(zc_number_parse(text, strlen(text), &number), "%s", text);
  return number;
}

static zc_scalar ratio(const char *over, const char *under)
{
  zc_scalar quotient;
  cr_assert(zc_number_divide(number_of(over), number_of(under), &quotient));
  return quotient;
}

/* ---- arithmetic ---------------------------------------------------------------- */

typedef bool operation(zc_scalar a, zc_scalar b, zc_scalar *result);

static const struct {
  const char *name;
  operation *run;
} operations[] = {{"+", zc_number_add},
                  {"-", zc_number_subtract},
                  {"*", zc_number_multiply},
                  {"/", zc_number_divide}};

static fraction expected(int which, zc_scalar a, zc_scalar b)
{
  fraction x = fraction_of(a), y = fraction_of(b);
  switch (which) {
  case 0:
    return fraction_sum(x, y);
  case 1:
    return fraction_sum(x, negated(y));
  case 2:
    return fraction_product(x, y);
  default:
    return fraction_product(x, inverted(y));
  }
}

/* Checks `rounds` random pairs per operation; returns how many were refused. */
static long compare_with_reference(uint64_t seed, int bits, int scale, int rounds)
{
  uint64_t random = seed;
  long refused = 0;
  for (int round = 0; round < rounds; round++)
    for (int which = 0; which < 4; which++) {
      zc_scalar a = random_number(&random, bits, scale), result;
      zc_scalar b = random_number(&random, bits, scale);
      if (!operations[which].run(a, b, &result)) {
        refused++;
        continue;
      }
      if (which == 3 && b.units == 0) {
        cr_assert(eq(int, result.kind, ZC_NIL), "round %d", round);
        continue;
      }
      cr_assert(result.kind == ZC_NUMBER && result.divisor >= 1 && result.scale >= 0 &&
                    result.scale <= ZC_SCALE_MAX &&
                    same_fraction(fraction_of(result), expected(which, a, b)),
                "round %d: %s %s %s", round, shown(a), operations[which].name,
                shown(b));
    }
  return refused;
}

Test(number, everyday_sums_products_and_quotients_are_exact_and_fit)
{
  cr_expect(eq(long, compare_with_reference(7, 13, 2, 100000), 0));
}

Test(number, arithmetic_on_numbers_of_any_size_is_exact_or_refused)
{
  long refused = compare_with_reference(11, 63, 9, 100000);
  cr_expect(refused > 100000 && refused < 400000, "%ld", refused);
}

Test(number, decimals_stay_decimals_under_plus_minus_and_times)
{
  uint64_t random = 3;
  for (int round = 0; round < 100000; round++) {
    zc_scalar a = zc_decimal(random_between(&random, -99999, 99999),
                             random_between(&random, 0, 4));
    zc_scalar b = zc_decimal(random_between(&random, -99999, 99999),
                             random_between(&random, 0, 4));
    for (int which = 0; which < 3; which++) {
      zc_scalar result;
      cr_assert(operations[which].run(a, b, &result));
      cr_assert(eq(i64, result.divisor, 1), "%s %s %s", shown(a),
                operations[which].name, shown(b));
    }
  }
}

Test(number, twenty_seven_hundredths_by_nine_is_not_above_three_hundredths)
{
  cr_expect(eq(int, zc_number_compare(ratio("0.27", "9"), number_of("0.03")), 0));
  double share = 0.27 / 9;
  cr_expect(share > 0.03, "doubles say otherwise, which is why none are used");
}

Test(number, a_quotient_is_not_rounded_before_it_is_compared)
{
  static const struct {
    const char *over, *under, *limit;
    int order;
  } rows[] = {
      {"1", "3", "0.33333333333333333", 1},
      {"1", "3", "0.33333333333333334", -1},
      {"2", "3", "0.66666666666666667", -1},
      {"-1", "3", "-0.33333333333333333", -1},
      {"10", "4", "2.5", 0},
      {"0.30", "0.1", "3", 0},
      {"7", "-2", "-3.5", 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    cr_expect(eq(int,
                 zc_number_compare(ratio(rows[i].over, rows[i].under),
                                   number_of(rows[i].limit)),
                 rows[i].order),
              "row %zu", i);
}

Test(number, a_third_three_times_is_one)
{
  zc_scalar third = ratio("1", "3"), sum, product;
  cr_assert(zc_number_add(third, third, &sum) && zc_number_add(sum, third, &sum));
  cr_expect(eq(int, zc_number_compare(sum, zc_integer(1)), 0));
  cr_assert(zc_number_multiply(third, zc_integer(3), &product));
  cr_expect(eq(int, zc_number_compare(product, zc_integer(1)), 0));
}

Test(number, what_does_not_fit_is_refused_at_the_very_edge)
{
  static const struct {
    int64_t a, b;
    int which;
    bool fits;
  } rows[] = {
      {INT64_MAX, 1, 0, false},           {INT64_MAX, 0, 0, true},
      {INT64_MAX - 1, 1, 0, true},        {INT64_MIN, -1, 0, false},
      {INT64_MIN + 1, -1, 0, true},       {INT64_MIN, 1, 1, false},
      {-2, INT64_MAX, 1, false},          {-1, INT64_MAX, 1, true},
      {0, INT64_MIN, 1, false},           {INT64_MAX, 2, 2, false},
      {INT64_MAX, -1, 2, true},           {INT64_MIN, -1, 2, false},
      {3037000500, 3037000500, 2, false}, {3037000499, 3037000499, 2, true},
      {INT64_MIN, -1, 3, false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_scalar result;
    cr_expect(eq(int,
                 operations[rows[i].which].run(zc_integer(rows[i].a),
                                               zc_integer(rows[i].b), &result),
                 rows[i].fits),
              "row %zu", i);
  }
}

Test(number, a_scale_that_does_not_fit_is_refused)
{
  zc_scalar result;
  zc_scalar nine = zc_decimal(1, 9), ten = zc_decimal(1, 10);
  cr_expect(zc_number_multiply(nine, nine, &result));
  cr_expect(not(zc_number_multiply(nine, ten, &result)));
  cr_expect(not(zc_number_add(zc_integer(10), zc_decimal(1, 18), &result)));
  cr_expect(zc_number_add(zc_integer(9), zc_decimal(1, 18), &result));
}

Test(number, anything_by_zero_is_nil)
{
  static const char *const numbers[] = {"0", "1", "-1", "0.5", "999999999999999999"};
  static const char *const zeros[] = {"0", "0.00", "-0"};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    for (size_t k = 0; k < sizeof zeros / sizeof *zeros; k++) {
      zc_scalar quotient = zc_integer(1);
      cr_expect(
          zc_number_divide(number_of(numbers[i]), number_of(zeros[k]), &quotient));
      cr_expect(eq(int, quotient.kind, ZC_NIL), "%s / %s", numbers[i], zeros[k]);
    }
}

/* ---- order --------------------------------------------------------------------- */

static int reference_order(zc_scalar a, zc_scalar b)
{
  fraction x = fraction_of(a), y = fraction_of(b);
  return whole_compare(whole_product(x.over, y.under), whole_product(y.over, x.under));
}

Test(number, any_two_numbers_compare_exactly)
{
  uint64_t random = 5;
  for (int round = 0; round < 300000; round++) {
    zc_scalar a = random_number(&random, 63, ZC_SCALE_MAX);
    zc_scalar b = random_number(&random, 63, ZC_SCALE_MAX);
    cr_assert(eq(int, zc_number_compare(a, b), reference_order(a, b)), "%s and %s",
              shown(a), shown(b));
  }
}

Test(number, ratios_one_unit_apart_are_told_apart)
{
  uint64_t random = 23;
  for (int round = 0; round < 100000; round++) {
    zc_scalar a = random_number(&random, 63, 3), b = a;
    if (a.divisor == 1 || a.units > INT64_MAX - 2 || a.divisor > INT64_MAX - 2)
      continue;
    b.units += random_between(&random, -1, 1);
    b.divisor += random_between(&random, 0, 1);
    cr_assert(eq(int, zc_number_compare(a, b), reference_order(a, b)), "%s and %s",
              shown(a), shown(b));
  }
}

Test(number, extreme_ratios_compare_without_wrapping)
{
  zc_scalar huge = {.kind = ZC_NUMBER, .units = INT64_MAX, .divisor = 1};
  zc_scalar tiny = {.kind = ZC_NUMBER,
                    .scale = ZC_SCALE_MAX,
                    .units = 1,
                    .divisor = INT64_MAX};
  zc_scalar low = {.kind = ZC_NUMBER, .units = INT64_MIN, .divisor = 1};
  zc_scalar minute = {.kind = ZC_NUMBER,
                      .scale = ZC_SCALE_MAX,
                      .units = -1,
                      .divisor = INT64_MAX};
  const zc_scalar rising[] = {low, minute, zc_integer(0), tiny, huge};
  for (int i = 0; i < 5; i++)
    for (int k = 0; k < 5; k++)
      cr_expect(eq(int, zc_number_compare(rising[i], rising[k]), (i > k) - (i < k)),
                "%d and %d", i, k);
}

/* ---- rounding ------------------------------------------------------------------- */

Test(number, rounding_goes_half_away_from_zero)
{
  static const struct {
    const char *over, *under;
    int scale;
    const char *text;
  } rows[] = {
      {"2.5", "1", 0, "3"},        {"-2.5", "1", 0, "-3"},
      {"2.4999", "1", 0, "2"},     {"0.5", "1", 0, "1"},
      {"-0.5", "1", 0, "-1"},      {"1", "3", 2, "0.33"},
      {"2", "3", 2, "0.67"},       {"-2", "3", 2, "-0.67"},
      {"1", "8", 2, "0.13"},       {"-1", "8", 2, "-0.13"},
      {"7", "1", 2, "7.00"},       {"0.045", "1", 2, "0.05"},
      {"0.004", "1", 2, "0.00"},   {"-0.004", "1", 2, "0.00"},
      {"199.95", "1", 1, "200.0"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_scalar rounded;
    cr_assert(
        zc_number_round(ratio(rows[i].over, rows[i].under), rows[i].scale, &rounded));
    cr_expect(eq(str, printed(rounded), (char *)rows[i].text), "row %zu", i);
  }
}

Test(number, rounding_of_random_numbers_agrees_with_the_reference)
{
  uint64_t random = 17;
  long rounded_count = 0;
  for (int round = 0; round < 200000; round++) {
    zc_scalar a = random_number(&random, 63, 12), r;
    int scale = random_between(&random, 0, 6);
    if (!zc_number_round(a, scale, &r))
      continue;
    rounded_count++;
    /* 2·D·|r| ≤ 2·|units|·10^scale + D < 2·D·(|r| + 1) */
    fraction f = fraction_of(a);
    whole size = whole_of(r.units);
    f.over.negative = size.negative = false;
    whole two_d = whole_product(f.under, whole_of(2));
    whole middle = whole_sum(whole_product(whole_product(f.over, whole_of(2)),
                                           whole_power_of_ten(scale)),
                             f.under);
    whole low = whole_product(two_d, size);
    cr_assert(whole_compare(low, middle) <= 0 &&
                  whole_compare(middle, whole_sum(low, two_d)) < 0 &&
                  (r.units == 0 || (r.units < 0) == (a.units < 0)) && r.divisor == 1 &&
                  r.scale == scale,
              "%s to %d", shown(a), scale);
  }
  cr_expect(rounded_count > 100000, "%ld", rounded_count);
}

Test(number, rounding_that_does_not_fit_is_refused)
{
  zc_scalar rounded;
  cr_expect(not(zc_number_round(zc_integer(INT64_MAX), 1, &rounded)));
  cr_expect(not(zc_number_round(zc_integer(INT64_MIN), 1, &rounded)));
  cr_expect(zc_number_round(zc_integer(INT64_MAX), 0, &rounded));
  cr_expect(eq(i64, rounded.units, INT64_MAX));
}

Test(number, the_floor_of_a_negative_number_lies_below_it)
{
  static const struct {
    const char *over, *under;
    int64_t floor;
  } rows[] = {{"-0.1", "1", -1}, {"-1", "1", -1}, {"-1.01", "1", -2}, {"-7", "2", -4},
              {"7", "2", 3},     {"0", "5", 0},   {"-6", "2", -3},    {"2.99", "1", 2}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_scalar floor;
    cr_assert(zc_number_floor(ratio(rows[i].over, rows[i].under), &floor));
    cr_expect(eq(i64, floor.units, rows[i].floor), "row %zu", i);
  }
}

Test(number, floors_of_random_numbers_agree_with_the_reference)
{
  uint64_t random = 29;
  for (int round = 0; round < 100000; round++) {
    zc_scalar a = random_number(&random, 63, ZC_SCALE_MAX), floor;
    cr_assert(zc_number_floor(a, &floor), "%s", shown(a));
    fraction f = fraction_of(a);
    whole low = whole_product(whole_of(floor.units), f.under);
    cr_assert(whole_compare(low, f.over) <= 0 &&
                  whole_compare(f.over, whole_sum(low, f.under)) < 0 &&
                  floor.scale == 0 && floor.divisor == 1,
              "%s", shown(a));
  }
}

/* ---- texts ---------------------------------------------------------------------- */

Test(number, a_number_is_a_sign_digits_and_a_fraction)
{
  static const struct {
    const char *text;
    int64_t units;
    int scale;
  } rows[] = {{"0", 0, 0},
              {"7", 7, 0},
              {"-7", -7, 0},
              {"+7", 7, 0},
              {"007", 7, 0},
              {"7.00", 700, 2},
              {"-0.05", -5, 2},
              {"0.000", 0, 3},
              {"12.345", 12345, 3},
              {"00000000000000000000000012", 12, 0},
              {"999999999999999999", 999999999999999999, 0},
              {"-999999999999999999", -999999999999999999, 0},
              {"0.99999999999999999", 99999999999999999, 17}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_scalar number = {0};
    cr_expect(zc_number_parse(rows[i].text, strlen(rows[i].text), &number), "%s",
              rows[i].text);
    cr_expect(number.units == rows[i].units && number.scale == rows[i].scale &&
                  number.divisor == 1,
              "%s", rows[i].text);
  }
}

Test(number, nothing_else_is_a_number)
{
  static const char *const wrong[] = {"",
                                      "-",
                                      "+",
                                      ".",
                                      ".5",
                                      "5.",
                                      "-.5",
                                      "1.2.3",
                                      "1e3",
                                      "0x10",
                                      "1,000",
                                      " 1",
                                      "1 ",
                                      "--1",
                                      "+-1",
                                      "１",
                                      "1.23E+17",
                                      "inf",
                                      "nan",
                                      "1000000000000000000",
                                      "0.9999999999999999999"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    zc_scalar number;
    cr_expect(not(zc_number_parse(wrong[i], strlen(wrong[i]), &number)), "«%s»",
              wrong[i]);
  }
}

Test(number, only_the_given_bytes_are_read)
{
  zc_scalar number;
  cr_assert(zc_number_parse("12345", 2, &number));
  cr_expect(eq(i64, number.units, 12));
}

Test(number, a_printed_decimal_reads_back_as_itself)
{
  uint64_t random = 31;
  for (int round = 0; round < 100000; round++) {
    int64_t units = (int64_t)(next_random(&random) % 99999999999999999u) *
                    (random_between(&random, 0, 1) ? 1 : -1);
    zc_scalar a = zc_decimal(units, random_between(&random, 0, 9));
    zc_scalar back = number_of(printed(a));
    cr_assert(back.units == a.units && back.scale == a.scale, "%s", shown(a));
  }
}

Test(number, printing_shows_every_decimal_of_a_decimal)
{
  static const struct {
    int64_t units;
    int scale;
    const char *text;
  } rows[] = {{0, 0, "0"},
              {5, 0, "5"},
              {-5, 0, "-5"},
              {700, 2, "7.00"},
              {5, 2, "0.05"},
              {-5, 2, "-0.05"},
              {0, 2, "0.00"},
              {12345, 1, "1234.5"},
              {1, 18, "0.000000000000000001"},
              {INT64_MAX, 0, "9223372036854775807"},
              {INT64_MIN, 0, "-9223372036854775808"},
              {INT64_MIN, 3, "-9223372036854775.808"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    cr_expect(eq(str, printed(zc_decimal(rows[i].units, rows[i].scale)),
                 (char *)rows[i].text),
              "row %zu", i);
}

Test(number, a_ratio_prints_with_two_decimals)
{
  static const struct {
    const char *over, *under, *text;
  } rows[] = {{"1", "3", "0.33"}, {"2", "3", "0.67"},    {"-2", "3", "-0.67"},
              {"6", "3", "2.00"}, {"-1", "999", "0.00"}, {"1", "8", "0.13"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    cr_expect(eq(str, printed(ratio(rows[i].over, rows[i].under)),
                 (char *)rows[i].text),
              "row %zu", i);
}
