/* Exact arithmetic against a big-number reference: OpenSSL's, of any size. What the engine
 * computes equals the reference, and what it refuses does not fit. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <openssl/bn.h>

#include "chance.h"
#include "table/scalar.h"

/* A fraction of any size. */
typedef struct {
  BIGNUM *over, *under;
} fraction;

static BN_CTX *context;

static BIGNUM *big(int64_t number)
{
  BIGNUM *out = BN_new();
  BN_set_word(out, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
  BN_set_negative(out, number < 0);
  return out;
}

static fraction of(zc_scalar number)
{
  fraction f = {big(number.units), big(number.divisor)};
  for (int i = 0; i < number.scale; i++)
    BN_mul_word(f.under, 10);
  return f;
}

static void forget(fraction f)
{
  BN_free(f.over);
  BN_free(f.under);
}

static BIGNUM *product(const BIGNUM *a, const BIGNUM *b)
{
  BIGNUM *out = BN_new();
  BN_mul(out, a, b, context);
  return out;
}

/* -1, 0, 1: cross-multiplied; divisors are positive. */
static int compare(fraction a, fraction b)
{
  BIGNUM *left = product(a.over, b.under), *right = product(b.over, a.under);
  int order = BN_cmp(left, right);
  BN_free(left);
  BN_free(right);
  return order;
}

static fraction sum(fraction a, fraction b, bool minus)
{
  BIGNUM *left = product(a.over, b.under), *right = product(b.over, a.under);
  fraction out = {BN_new(), product(a.under, b.under)};
  if (minus)
    BN_sub(out.over, left, right);
  else
    BN_add(out.over, left, right);
  BN_free(left);
  BN_free(right);
  return out;
}

static fraction times(fraction a, fraction b, bool divide)
{
  fraction out = {product(a.over, divide ? b.under : b.over),
                  product(a.under, divide ? b.over : b.under)};
  if (BN_is_negative(out.under)) {
    BN_set_negative(out.under, 0);
    BN_set_negative(out.over, !BN_is_negative(out.over));
  }
  return out;
}

/* Small, large and in between; some with decimals; some quotients. */
static zc_scalar random_number(uint64_t *chance)
{
  int digits = random_between(chance, 1, 18), scale = random_between(chance, 0, 6);
  int64_t most = 1;
  while (digits-- > 0)
    most *= 10;
  int64_t units = (int64_t)(next_random(chance) % (uint64_t)most);
  zc_scalar number = zc_decimal(random_between(chance, 0, 1) ? units : -units, scale);
  if (random_between(chance, 0, 2) == 0)
    zc_number_divide(number, zc_integer(random_between(chance, 1, 5000)), &number);
  return number;
}

Test(big_numbers, what_fits_is_exact_and_what_does_not_is_refused)
{
  uint64_t chance = 20230701;
  int exact = 0, refused = 0;
  context = BN_CTX_new();
  for (int round = 0; round < 200000; round++) {
    zc_scalar a = random_number(&chance), b = random_number(&chance), found = zc_nil();
    fraction x = of(a), y = of(b), wanted;
    bool good = false;
    int operation = random_between(&chance, 0, 3);
    switch (operation) {
    case 0:
      good = zc_number_add(a, b, &found);
      wanted = sum(x, y, false);
      break;
    case 1:
      good = zc_number_subtract(a, b, &found);
      wanted = sum(x, y, true);
      break;
    case 2:
      good = zc_number_multiply(a, b, &found);
      wanted = times(x, y, false);
      break;
    default:
      good = zc_number_divide(a, b, &found);
      wanted = times(x, y, b.units != 0);
    }
    if (operation == 3 && b.units == 0) {
      cr_assert(good && found.kind == ZC_NIL);
    } else if (good) {
      fraction got = of(found);
      cr_assert(eq(int, compare(got, wanted), 0), "round %d", round);
      forget(got);
      exact++;
    } else {
      refused++;
      /* Small numbers with few decimals are never refused. */
      bool small = llabs(a.units) < 100000 && llabs(b.units) < 100000 &&
                   a.divisor == 1 && b.divisor == 1;
      cr_assert(not(small), "round %d: %lld %d, %lld %d", round, (long long)a.units,
                a.scale, (long long)b.units, b.scale);
    }
    forget(x);
    forget(y);
    forget(wanted);
  }
  cr_expect(exact > 100000 && refused > 1000, "%d exact, %d refused", exact, refused);
  BN_CTX_free(context);
}

Test(big_numbers, comparisons_are_exact_for_every_pair)
{
  uint64_t chance = 20230702;
  int equal = 0;
  context = BN_CTX_new();
  for (int round = 0; round < 200000; round++) {
    zc_scalar a = random_number(&chance), b = random_number(&chance);
    if (round % 4 == 0) { /* the same number, written otherwise */
      b = a;
      if (b.scale < 10 && llabs(b.units) < INT64_MAX / 30) {
        b.units *= 30;
        b.divisor *= 3;
        b.scale++;
      }
    }
    fraction x = of(a), y = of(b);
    int wanted = compare(x, y);
    cr_assert(eq(int, zc_number_compare(a, b), wanted), "round %d", round);
    equal += wanted == 0;
    forget(x);
    forget(y);
  }
  cr_expect(equal > 40000, "%d equal", equal);
  BN_CTX_free(context);
}

/* Rounded to `scale` decimals, half away from zero; or down, to a whole number. */
static BIGNUM *rounded(fraction f, int scale, bool down)
{
  BIGNUM *over = BN_dup(f.over), *whole = BN_new(), *rest = BN_new();
  for (int i = 0; i < scale; i++)
    BN_mul_word(over, 10);
  bool negative = BN_is_negative(over);
  BN_set_negative(over, 0);
  BN_div(whole, rest, over, f.under, context);
  BN_lshift1(rest, rest);
  if (down ? negative && !BN_is_zero(rest) : BN_cmp(rest, f.under) >= 0)
    BN_add_word(whole, 1);
  BN_set_negative(whole, negative);
  BN_free(over);
  BN_free(rest);
  return whole;
}

Test(big_numbers, rounding_is_half_away_from_zero_and_floor_is_down)
{
  uint64_t chance = 20230703;
  context = BN_CTX_new();
  for (int round = 0; round < 100000; round++) {
    zc_scalar a = random_number(&chance), found;
    int scale = random_between(&chance, 0, 6);
    bool down = random_between(&chance, 0, 1);
    if (!(down ? zc_number_floor(a, &found) : zc_number_round(a, scale, &found)))
      continue;
    fraction x = of(a);
    BIGNUM *wanted = rounded(x, down ? 0 : scale, down), *got = big(found.units);
    cr_assert(eq(int, BN_cmp(got, wanted), 0), "round %d", round);
    BN_free(wanted);
    BN_free(got);
    forget(x);
  }
  BN_CTX_free(context);
}

/* Of thousands of quotients, as a hospital's year has them. */
Test(big_numbers, a_sum_of_many_quotients_stays_exact)
{
  static const int doses[] = {2, 3, 4, 6, 8, 15, 25, 30, 75, 240};
  uint64_t chance = 20230704;
  zc_scalar total = zc_integer(0);
  fraction wanted = of(total);
  context = BN_CTX_new();
  for (int i = 0; i < 20000; i++) {
    zc_scalar quotient;
    cr_assert(zc_number_divide(zc_decimal(random_between(&chance, 1, 100000), 2),
                               zc_decimal(doses[random_between(&chance, 0, 9)], 1),
                               &quotient));
    cr_assert(zc_number_add(total, quotient, &total), "after %d", i);
    if (i < 300) { /* the reference never shortens its fractions */
      fraction one = of(quotient), next = sum(wanted, one, false);
      forget(one);
      forget(wanted);
      wanted = next;
      fraction got = of(total);
      cr_assert(eq(int, compare(got, wanted), 0), "after %d", i);
      forget(got);
    }
  }
  forget(wanted);
  BN_CTX_free(context);
}
