#include "table/index.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"

static int64_t put(zc_index *index, zc_scalar key)
{
  return zc_index_put(index, &key, NULL);
}

static int64_t find(const zc_index *index, zc_scalar key)
{
  return zc_index_find(index, &key);
}

static zc_scalar text(const char *word)
{
  return zc_text(word, strlen(word));
}

Test(index, keys_are_numbered_in_the_order_of_first_appearance)
{
  zc_index index;
  bool fresh;
  zc_scalar b = text("b");
  zc_index_begin(&index, 1);
  cr_expect(eq(i64, find(&index, text("a")), -1));
  cr_expect(eq(i64, zc_index_put(&index, &b, &fresh), 0));
  cr_expect(fresh);
  cr_expect(eq(i64, put(&index, text("a")), 1));
  cr_expect(eq(i64, zc_index_put(&index, &b, &fresh), 0));
  cr_expect(not(fresh));
  cr_expect(eq(i64, put(&index, text("c")), 2));
  cr_expect(eq(i64, find(&index, text("a")), 1));
  cr_expect(eq(i64, find(&index, text("x")), -1));
  cr_expect(eq(sz, index.count, 3));
  zc_index_free(&index);
}

Test(index, equal_numbers_of_any_scale_are_one_key)
{
  zc_index index;
  zc_index_begin(&index, 1);
  cr_expect(eq(i64, put(&index, zc_integer(7)), 0));
  cr_expect(eq(i64, put(&index, zc_decimal(700, 2)), 0));
  cr_expect(eq(i64, put(&index, zc_decimal(70, 1)), 0));
  cr_expect(eq(i64, put(&index, zc_decimal(701, 2)), 1));
  cr_expect(eq(i64, put(&index, zc_decimal(0, 2)), 2));
  cr_expect(eq(i64, put(&index, zc_integer(0)), 2));
  cr_expect(eq(i64, put(&index, zc_integer(-7)), 3));
  cr_expect(eq(i64, put(&index, zc_integer(70)), 4));
  zc_index_free(&index);
}

Test(index, equal_ratios_are_one_key)
{
  zc_index index;
  zc_scalar half, two_quarters, two;
  zc_index_begin(&index, 1);
  zc_number_divide(zc_integer(1), zc_integer(2), &half);
  zc_number_divide(zc_integer(2), zc_integer(4), &two_quarters);
  zc_number_divide(zc_integer(6), zc_integer(3), &two);
  cr_expect(eq(i64, put(&index, half), 0));
  cr_expect(eq(i64, put(&index, two_quarters), 0));
  cr_expect(eq(i64, put(&index, zc_decimal(5, 1)), 0));
  cr_expect(eq(i64, put(&index, two), 1));
  cr_expect(eq(i64, put(&index, zc_integer(2)), 1));
  zc_index_free(&index);
}

static zc_scalar ratio(zc_scalar over, zc_scalar under)
{
  zc_scalar quotient;
  cr_assert(zc_number_divide(over, under, &quotient));
  return quotient;
}

Test(index, ratios_of_every_sign_and_size_are_keys)
{
  zc_index index;
  zc_index_begin(&index, 1);
  cr_expect(eq(i64, put(&index, ratio(zc_integer(1), zc_integer(3))), 0));
  cr_expect(eq(i64, put(&index, ratio(zc_decimal(20, 1), zc_decimal(600, 2))), 0));
  cr_expect(eq(i64, put(&index, ratio(zc_integer(-1), zc_integer(3))), 1));
  cr_expect(eq(i64, put(&index, ratio(zc_integer(1), zc_integer(-3))), 1));
  cr_expect(eq(i64, put(&index, ratio(zc_integer(-1), zc_integer(8))), 2));
  cr_expect(eq(i64, put(&index, zc_decimal(-125, 3)), 2));
  cr_expect(eq(i64, put(&index, ratio(zc_integer(0), zc_integer(7))), 3));
  cr_expect(eq(i64, put(&index, zc_decimal(0, 2)), 3));
  zc_scalar small = ratio(zc_decimal(1, 18), zc_integer(INT64_MAX));
  cr_expect(eq(i64, put(&index, small), 4));
  cr_expect(eq(i64, put(&index, small), 4));
  cr_expect(eq(i64, put(&index, ratio(zc_integer(INT64_MAX), zc_integer(2))), 5));
  zc_index_free(&index);
}

Test(index, values_of_different_kinds_are_different_keys)
{
  zc_index index;
  zc_index_begin(&index, 1);
  zc_scalar codes = text("7");
  codes.kind = ZC_CODES;
  const zc_scalar keys[] = {zc_nil(), zc_integer(7), text("7"),     zc_date(7),
                            codes,    zc_moment(7),  zc_bool(true), zc_bool(false),
                            text(""), zc_integer(1), zc_integer(0), text("nil")};
  for (int i = 0; i < 12; i++)
    cr_expect(eq(i64, put(&index, keys[i]), i));
  for (int i = 0; i < 12; i++)
    cr_expect(eq(i64, find(&index, keys[i]), i));
  zc_index_free(&index);
}

Test(index, every_part_of_a_key_counts_and_their_order)
{
  zc_index index;
  zc_index_begin(&index, 2);
  const zc_scalar keys[][2] = {{text("ab"), text("c")}, {text("a"), text("bc")},
                               {text("c"), text("ab")}, {text("ab"), text("d")},
                               {text("ab"), zc_nil()},  {text(""), text("abc")}};
  for (int i = 0; i < 6; i++)
    cr_expect(eq(i64, zc_index_put(&index, keys[i], NULL), i));
  for (int i = 0; i < 6; i++)
    cr_expect(eq(i64, zc_index_find(&index, keys[i]), i));
  zc_index_free(&index);
}

Test(index, texts_that_differ_anywhere_are_told_apart)
{
  zc_index index;
  char words[40][32];
  zc_index_begin(&index, 1);
  for (int i = 0; i < 20; i++) {
    memset(words[i], 'x', 20);
    words[i][i] = 'y';
    cr_expect(eq(i64, put(&index, zc_text(words[i], 20)), i));
  }
  for (int i = 0; i < 20; i++) /* and by their length */
    cr_expect(eq(i64, put(&index, zc_text("zzzzzzzzzzzzzzzzzzzz", (size_t)i)), 20 + i));
  zc_index_free(&index);
}

Test(index, a_hundred_thousand_keys_keep_their_numbers)
{
  enum { KEYS = 100000 };
  zc_index index;
  uint64_t random = 99;
  zc_index_begin(&index, 2);
  for (int i = 0; i < KEYS; i++) {
    zc_scalar key[] = {zc_integer(i % 317), zc_decimal(i / 317, 1)};
    cr_assert(eq(i64, zc_index_put(&index, key, NULL), i));
  }
  for (int round = 0; round < KEYS; round++) {
    int i = random_between(&random, 0, KEYS - 1);
    zc_scalar key[] = {zc_decimal((i % 317) * 10, 1), zc_decimal(i / 317 * 100, 3)};
    cr_assert(eq(i64, zc_index_find(&index, key), i));
    key[1] = zc_decimal(KEYS, 1);
    cr_assert(eq(i64, zc_index_find(&index, key), -1));
  }
  cr_expect(eq(sz, index.count, KEYS));
  zc_index_free(&index);
}

Test(index, a_cleared_index_knows_nothing_and_counts_from_zero)
{
  static const int sizes[] = {1, 3, 600, 5000, 2};
  zc_index index;
  zc_index_begin(&index, 1);
  for (size_t round = 0; round < sizeof sizes / sizeof *sizes; round++) {
    zc_index_clear(&index);
    cr_expect(eq(sz, index.count, 0));
    cr_expect(eq(i64, find(&index, zc_integer(0)), -1));
    for (int i = 0; i < sizes[round]; i++)
      cr_assert(eq(i64, put(&index, zc_integer(1000 - i)), i));
  }
  zc_index_free(&index);
}

Test(index, the_key_is_copied_and_only_its_texts_are_borrowed)
{
  zc_index index;
  zc_index_begin(&index, 1);
  zc_scalar key = zc_integer(5);
  zc_index_put(&index, &key, NULL);
  key = zc_integer(6);
  cr_expect(eq(i64, find(&index, zc_integer(5)), 0));
  cr_expect(eq(i64, find(&index, zc_integer(6)), -1));
  zc_index_free(&index);
}
