/* exact.h: whole numbers of 384 bits, schoolbook fashion, against which the exact
 * arithmetic of host/table is held. Nothing here shares code with it. */
#ifndef ZC_TEST_EXACT_H
#define ZC_TEST_EXACT_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

enum { LIMBS = 12 };

typedef struct {
  bool negative;
  uint32_t limb[LIMBS]; /* the lowest first */
} whole;

static inline whole whole_of(int64_t number)
{
  uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  whole w = {.negative = number < 0};
  w.limb[0] = (uint32_t)size;
  w.limb[1] = (uint32_t)(size >> 32);
  return w;
}

/* Order of the sizes, signs left out. */
static inline int whole_sizes(whole a, whole b)
{
  for (int i = LIMBS - 1; i >= 0; i--)
    if (a.limb[i] != b.limb[i])
      return a.limb[i] < b.limb[i] ? -1 : 1;
  return 0;
}

static inline whole whole_negated(whole a)
{
  a.negative = !a.negative;
  return a;
}

static inline whole whole_sum(whole a, whole b)
{
  whole sum = {.negative = a.negative};
  int64_t carry = 0;
  if (a.negative != b.negative && whole_sizes(a, b) < 0)
    return whole_sum(b, a);
  for (int i = 0; i < LIMBS; i++) {
    carry += a.limb[i];
    carry += a.negative == b.negative ? (int64_t)b.limb[i] : -(int64_t)b.limb[i];
    sum.limb[i] = (uint32_t)(carry & 0xffffffff);
    carry = (carry - sum.limb[i]) / ((int64_t)1 << 32);
  }
  assert(carry == 0);
  return sum;
}

static inline whole whole_product(whole a, whole b)
{
  whole product = {.negative = a.negative != b.negative};
  for (int i = 0; i < LIMBS; i++) {
    uint64_t carry = 0;
    if (a.limb[i] == 0)
      continue;
    for (int k = 0; i + k < LIMBS; k++) {
      carry += (uint64_t)a.limb[i] * b.limb[k] + product.limb[i + k];
      product.limb[i + k] = (uint32_t)carry;
      carry >>= 32;
    }
    assert(carry == 0);
  }
  return product;
}

/* Powers up to 18. */
static inline whole whole_power_of_ten(int power)
{
  int64_t number = 1;
  assert(power <= 18);
  while (power-- > 0)
    number *= 10;
  return whole_of(number);
}

static inline bool whole_zero(whole a)
{
  return whole_sizes(a, whole_of(0)) == 0;
}

static inline int whole_compare(whole a, whole b)
{
  whole difference = whole_sum(a, whole_negated(b));
  return whole_zero(difference) ? 0 : difference.negative ? -1 : 1;
}

#endif
