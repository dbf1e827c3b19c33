/* Shares and money as papers print them: rounded, never of nothing, and adding up. */
#include "office/amount.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "seeded.h"
#include "store/collected.h"

static void expect_rate(int64_t part, int64_t whole, const char *wanted)
{
  char room[ZC_FIGURE_ROOM];
  cr_expect(eq(str, (char *)zc_rate_text(room, part, whole), (char *)wanted));
}

Test(amounts, shares_have_one_decimal_and_none_of_nothing)
{
  expect_rate(0, 0, "—");
  expect_rate(5, 0, "—");
  expect_rate(ZC_UNKNOWN, 3, "—");
  expect_rate(3, ZC_UNKNOWN, "—");
  expect_rate(0, 3, "0%");
  expect_rate(3, 3, "100%");
  expect_rate(1, 3, "33.3%");
  expect_rate(2, 3, "66.7%");
  expect_rate(1, 2000, "0.1%"); /* half up */
  expect_rate(9, 4, "225%");
  expect_rate(INT64_MAX, INT64_MAX, "100%");
  expect_rate(INT64_MAX / 4, INT64_MAX / 2, "50%");
}

Test(amounts, random_shares_are_those_of_whole_numbers)
{
  seeded s = {13};
  for (int i = 0; i < 20000; i++) {
    int64_t whole = 1 + (int64_t)seeded_below(&s, i % 2 == 0 ? 50 : 2000000000);
    int64_t part = (int64_t)seeded_below(&s, (size_t)whole + 1);
    cr_assert(eq(i64, zc_rate_tenths(part, whole), (part * 2000 + whole) / (whole * 2)),
              "%lld of %lld", (long long)part, (long long)whole);
  }
}

Test(amounts, money_is_told_in_ten_thousand_yuan_with_two_decimals)
{
  static const struct {
    int64_t cents;
    const char *wanted;
  } cases[] = {{0, "0.00"},       {4999, "0.00"},    {5000, "0.01"},
               {10000, "0.01"},   {1000000, "1.00"}, {322790000, "322.79"},
               {1999999, "2.00"}, {ZC_UNKNOWN, "—"}, {-1, "—"}};
  char room[ZC_FIGURE_ROOM];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    cr_expect(eq(str, (char *)zc_wan_text(room, cases[i].cents, ZC_WAN_PLACES),
                 (char *)cases[i].wanted));
}

Test(amounts, money_has_as_many_decimals_as_it_needs_to_add_up_as_it_is_printed)
{
  const int64_t parts[] = {1449, 4951, 4800, ZC_UNKNOWN}, sums[] = {11200, 11200};
  const int one_group[20] = {0};
  char room[ZC_FIGURE_ROOM];
  cr_expect(eq(str, (char *)zc_wan_text(room, 1449, 4), (char *)"0.0014"));
  cr_expect(eq(str, (char *)zc_wan_text(room, 1449, 6), (char *)"0.001449"));
  /* 0.00, 0.00 and 0.00 are not 0.01; 0.001, 0.005 and 0.005 are 0.011. */
  cr_expect(eq(int, zc_wan_fit(2, parts, one_group, 4, sums, 1), 3));
  seeded s = {7};
  for (int round = 0; round < 200; round++) {
    int64_t random[20], groups[4] = {0}, printed[4] = {0}, one = 1;
    int group_of[20];
    for (size_t i = 0; i < 20; i++) {
      group_of[i] = (int)seeded_below(&s, 3);
      groups[group_of[i]] += random[i] = (int64_t)seeded_below(&s, 10000000);
      groups[3] += random[i];
    }
    int places = zc_wan_fit(2, random, group_of, 20, groups, 3);
    for (int i = places; i > 0; i--)
      one *= 10;
    for (size_t i = 0; i < 24; i++) {
      const char *text = zc_wan_text(room, i < 20 ? random[i] : groups[i - 20], places);
      int64_t value = atoll(text) * one + atoll(strchr(text, '.') + 1);
      if (i < 20)
        printed[group_of[i]] += value;
      else
        cr_expect(eq(i64, i == 23 ? printed[3] : printed[i - 20], value));
      printed[3] += i >= 20 && i < 23 ? value : 0;
    }
  }
}
