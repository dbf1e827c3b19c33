#include "office/ranking.h"

#include <criterion/criterion.h>

#include "chance.h"

#define FACILITIES 40

static zc_share random_share(uint64_t *state)
{
  int whole = random_between(state, 0, 14);
  return (zc_share){whole == 0 ? 0 : random_between(state, 0, whole), whole};
}

Test(ranking, the_largest_share_is_first_and_the_smallest_where_that_is_better)
{
  const zc_share shares[] = {{5, 10}, {9, 10}, {6, 6}, {0, 7}, {8, 9}};
  int64_t ranks[5];
  cr_assert_eq(zc_rank(shares, 5, false, ranks), 5);
  const int64_t high[] = {4, 2, 1, 5, 3}, low[] = {2, 4, 5, 1, 3};
  for (int i = 0; i < 5; i++)
    cr_expect_eq(ranks[i], high[i]);
  cr_assert_eq(zc_rank(shares, 5, true, ranks), 5);
  for (int i = 0; i < 5; i++)
    cr_expect_eq(ranks[i], low[i]);
}

Test(ranking, equal_fractions_share_a_rank_and_the_next_ones_are_left_out)
{
  const zc_share shares[] = {{3, 6}, {1, 5}, {5, 10}, {7, 14}, {0, 5}};
  const int64_t wanted[] = {1, 4, 1, 1, 5};
  int64_t ranks[5];
  zc_rank(shares, 5, false, ranks);
  for (int i = 0; i < 5; i++)
    cr_expect_eq(ranks[i], wanted[i]);
}

Test(ranking, fewer_than_five_cases_or_fewer_than_five_facilities_have_no_rank)
{
  const zc_share shares[] = {{4, 4}, {5, 5}, {6, 6}, {7, 7}, {8, 8}, {-1, 9}, {9, -1}};
  int64_t ranks[7];
  cr_assert_eq(zc_rank(shares, 7, false, ranks), 4);
  for (int i = 0; i < 7; i++)
    cr_expect_eq(ranks[i], 0);
}

/* The property of domain d-5: whoever finds and mends one more problem is not put back, and
 * neither is anybody put back by finding none. */
Test(ranking, one_more_problem_found_and_mended_never_lowers_a_rank)
{
  uint64_t state = 20230930;
  for (int round = 0; round < 20000; round++) {
    zc_share shares[FACILITIES];
    int64_t before[FACILITIES], after[FACILITIES];
    int count = random_between(&state, 1, FACILITIES);
    for (int i = 0; i < count; i++)
      shares[i] = random_share(&state);
    int own = random_between(&state, 0, count - 1);
    zc_rank(shares, (size_t)count, false, before);
    shares[own].part++;
    shares[own].whole++;
    zc_rank(shares, (size_t)count, false, after);
    if (before[own] > 0)
      cr_assert(after[own] > 0 && after[own] <= before[own]);
  }
}

Test(ranking, ranks_do_not_depend_on_the_order_of_the_facilities)
{
  uint64_t state = 7;
  for (int round = 0; round < 2000; round++) {
    zc_share shares[FACILITIES], turned[FACILITIES];
    int64_t ranks[FACILITIES], other[FACILITIES];
    for (int i = 0; i < FACILITIES; i++)
      shares[i] = turned[FACILITIES - 1 - i] = random_share(&state);
    bool low = round % 2 == 0;
    zc_rank(shares, FACILITIES, low, ranks);
    zc_rank(turned, FACILITIES, low, other);
    for (int i = 0; i < FACILITIES; i++)
      cr_assert_eq(ranks[i], other[FACILITIES - 1 - i]);
  }
}

Test(ranking, a_rank_says_how_many_are_better)
{
  uint64_t state = 99;
  for (int round = 0; round < 2000; round++) {
    zc_share shares[FACILITIES];
    int64_t ranks[FACILITIES];
    for (int i = 0; i < FACILITIES; i++)
      shares[i] = random_share(&state);
    zc_rank(shares, FACILITIES, false, ranks);
    for (int i = 0; i < FACILITIES; i++) {
      int64_t better = 0;
      for (int k = 0; k < FACILITIES; k++)
        better += zc_share_counts(shares[k]) &&
                  shares[k].part * shares[i].whole > shares[i].part * shares[k].whole;
      if (ranks[i] != 0)
        cr_assert_eq(ranks[i], better + 1);
    }
  }
}
