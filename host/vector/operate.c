/* Numbers, and values that stand for each other. */
#include <string.h>

#include "vector/machine.h"

static int larger(int a, int b)
{
  return a > b ? a : b;
}

static int64_t power_of_ten(int power)
{
  int64_t result = 1;
  for (int i = 0; i < power; i++)
    result *= 10;
  return result;
}

/* The units of a register at a larger scale, perhaps in `room`; odd where they do not fit. */
static const int64_t *at_scale(const zc_register *r, int scale, int64_t *restrict room,
                               size_t count)
{
  if (r->scale == scale)
    return r->units;
  int64_t factor = power_of_ten(scale - r->scale), units;
  for (size_t i = 0; i < count; i++) {
    bool over = __builtin_mul_overflow(r->units[i], factor, &units) || units <= ZC_ODD;
    room[i] = r->units[i] <= ZC_ODD ? r->units[i] : over ? ZC_ODD : units;
  }
  return room;
}

/* ---- sums, products, quotients ---------------------------------------------------------- */

static void multiply(const zc_register *x, const zc_register *y, zc_register *to,
                     size_t count)
{
  int scale = x->scale + y->scale;
  bool fits = scale <= ZC_SCALE_MAX;
  int64_t *restrict out = zc_own_units(to, fits ? scale : ZC_SCALE_MAX);
  for (size_t i = 0; i < count; i++) {
    int64_t product;
    if (x->units[i] <= ZC_ODD || y->units[i] <= ZC_ODD)
      product = zc_special(x->units[i], y->units[i]);
    else if (!fits || __builtin_mul_overflow(x->units[i], y->units[i], &product) ||
             product <= ZC_ODD)
      product = ZC_ODD;
    out[i] = product;
  }
}

/* A quotient of larger numbers is odd if numbers in it may have own scales (zc_has_own_scales),
 * on which it depends what overflows: as long as they differ by six decimals at most, what is
 * smaller than this overflows nowhere. */
#define MOST_OF_QUOTIENT (INT64_C(1) << 43)

static bool is_modest(int64_t over, int64_t under)
{
  return over < MOST_OF_QUOTIENT && over > -MOST_OF_QUOTIENT &&
         under < MOST_OF_QUOTIENT;
}

static void divide(const zc_register *x, const zc_register *y, bool own_scales,
                   zc_register *to, size_t count)
{
  int scale = x->scale - y->scale;
  int64_t *restrict out = zc_own_units(to, larger(scale, 0));
  int64_t *restrict divisors = zc_own_divisors(to);
  int64_t factor = power_of_ten(larger(-scale, 0));
  const int64_t *a = x->units, *b = y->units;
  for (size_t i = 0; i < count; i++) { /* without jumps: zeros come as they like */
    bool special = (a[i] <= ZC_ODD) | (b[i] <= ZC_ODD), none = b[i] == 0;
    int64_t over = b[i] < 0 ? (int64_t)(0 - (uint64_t)a[i]) : a[i];
    int64_t under = b[i] < 0 ? (int64_t)(0 - (uint64_t)b[i]) : b[i];
    int large = __builtin_mul_overflow(over, factor, &over);
    large |= own_scales ? !is_modest(over, under) : over <= ZC_ODD;
    none |= special;
    divisors[i] = none ? 1 : under;
    over = large ? ZC_ODD : over;
    over = none ? ZC_NONE : over;
    out[i] = special ? zc_special(a[i], b[i]) : over;
  }
  to->divisors = divisors;
}

/* With quotients among them, one by one. */
static void compute(zc_op op, const zc_register *x, const zc_register *y,
                    bool own_scales, zc_register *to, size_t count)
{
  int scale = op == ZC_OP_MULTIPLY ? x->scale + y->scale
              : op == ZC_OP_DIVIDE ? larger(x->scale - y->scale, 0)
                                   : larger(x->scale, y->scale);
  scale = scale > ZC_SCALE_MAX ? ZC_SCALE_MAX : scale;
  int64_t *out = zc_own_units(to, scale), *divisors = zc_own_divisors(to);
  for (size_t i = 0; i < count; i++) {
    divisors[i] = 1;
    if (x->units[i] <= ZC_ODD || y->units[i] <= ZC_ODD) {
      out[i] = zc_special(x->units[i], y->units[i]);
      continue;
    }
    zc_scalar a = zc_register_number(x, i), b = zc_register_number(y, i), z;
    bool good = op == ZC_OP_ADD        ? zc_number_add(a, b, &z)
                : op == ZC_OP_SUBTRACT ? zc_number_subtract(a, b, &z)
                : op == ZC_OP_MULTIPLY ? zc_number_multiply(a, b, &z)
                                       : zc_number_divide(a, b, &z);
    int64_t units = good ? zc_units_of(z, ZC_NUMBER, scale, &divisors[i]) : ZC_ODD;
    bool odd = own_scales && units > ZC_UNREAD && !is_modest(units, divisors[i]);
    out[i] = odd ? ZC_ODD : units;
  }
  to->divisors = divisors;
}

bool zc_step_arithmetic(const zc_step *step, zc_frame *frame)
{
  const zc_register *x = &frame->registers[step->a], *y = &frame->registers[step->b];
  zc_register *to = &frame->registers[step->to];
  size_t count = frame->batch->count;
  if (x->divisors != NULL || y->divisors != NULL) {
    compute(step->op, x, y, step->flag, to, count);
  } else if (step->op == ZC_OP_MULTIPLY) {
    multiply(x, y, to, count);
  } else if (step->op == ZC_OP_DIVIDE) {
    divide(x, y, step->flag, to, count);
  } else {
    int scale = larger(x->scale, y->scale);
    const int64_t *a = at_scale(x, scale, frame->scratch[0], count);
    const int64_t *b = at_scale(y, scale, frame->scratch[1], count);
    int64_t *out = zc_own_units(to, scale);
    (step->op == ZC_OP_ADD ? frame->loops->add : frame->loops->subtract)(a, b, out,
                                                                         count);
  }
  return true;
}

/* ---- one number ---------------------------------------------------------------------------- */

/* The divisors of `x` stay what they are. */
static void keep_divisors(const zc_register *x, zc_register *to, size_t count)
{
  if (x->divisors == NULL)
    return;
  memcpy(zc_own_divisors(to), x->divisors, count * sizeof *x->divisors);
}

bool zc_step_negate(const zc_step *step, zc_frame *frame)
{
  const zc_register *x = &frame->registers[step->a];
  zc_register *to = &frame->registers[step->to];
  int64_t *restrict out = zc_own_units(to, x->scale);
  for (size_t i = 0, count = frame->batch->count; i < count; i++)
    out[i] = x->units[i] <= ZC_ODD ? x->units[i] : -x->units[i];
  keep_divisors(x, to, frame->batch->count);
  return true;
}

bool zc_step_absolute(const zc_step *step, zc_frame *frame)
{
  const zc_register *x = &frame->registers[step->a];
  zc_register *to = &frame->registers[step->to];
  int64_t *restrict out = zc_own_units(to, x->scale);
  for (size_t i = 0, count = frame->batch->count; i < count; i++)
    out[i] = x->units[i] <= ZC_ODD || x->units[i] >= 0 ? x->units[i] : -x->units[i];
  keep_divisors(x, to, frame->batch->count);
  return true;
}

/* By `change`, one by one. */
static void bring(const zc_register *x, zc_register *to, int scale, size_t count,
                  bool (*change)(zc_scalar x, int scale, zc_scalar *changed))
{
  int64_t *out = zc_own_units(to, scale);
  for (size_t i = 0; i < count; i++) {
    zc_scalar z;
    if (x->units[i] <= ZC_ODD)
      out[i] = x->units[i];
    else
      out[i] = change(zc_register_number(x, i), scale, &z)
                   ? zc_units_of(z, ZC_NUMBER, scale, NULL)
                   : ZC_ODD;
  }
}

static bool floored(zc_scalar x, int scale, zc_scalar *whole)
{
  (void)scale;
  return zc_number_floor(x, whole);
}

/* What has no more decimals than it may have is merely written with more. */
bool zc_step_round(const zc_step *step, zc_frame *frame)
{
  const zc_register *x = &frame->registers[step->a];
  zc_register *to = &frame->registers[step->to];
  size_t count = frame->batch->count;
  if (x->divisors != NULL || x->scale > step->c) {
    bring(x, to, step->c, count, zc_number_round);
    return true;
  }
  int64_t *out = zc_own_units(to, step->c);
  if (at_scale(x, step->c, out, count) == x->units)
    memcpy(out, x->units, count * sizeof *out);
  return true;
}

bool zc_step_floor(const zc_step *step, zc_frame *frame)
{
  const zc_register *x = &frame->registers[step->a];
  zc_register *to = &frame->registers[step->to];
  if (x->divisors != NULL || x->scale > 0) {
    bring(x, to, 0, frame->batch->count, floored);
    return true;
  }
  memcpy(zc_own_units(to, 0), x->units, frame->batch->count * sizeof *x->units);
  return true;
}

/* ---- one of two ------------------------------------------------------------------------------ */

/* Two registers at one scale, from which values are taken. */
typedef struct {
  const int64_t *a, *b;
  const int64_t *a_divisors, *b_divisors;
  int64_t *out, *divisors; /* NULL: no quotients */
} pair;

static pair pair_of(const zc_step *step, zc_frame *frame)
{
  const zc_register *x = &frame->registers[step->a];
  const zc_register *y = step->b < 0 ? x : &frame->registers[step->b];
  zc_register *to = &frame->registers[step->to];
  size_t count = frame->batch->count;
  int scale = larger(x->scale, y->scale);
  pair p = {.a = at_scale(x, scale, frame->scratch[0], count),
            .b = at_scale(y, scale, frame->scratch[1], count),
            .a_divisors = x->divisors,
            .b_divisors = y->divisors,
            .out = zc_own_units(to, scale)};
  if (x->divisors != NULL || y->divisors != NULL) {
    p.divisors = zc_own_divisors(to);
    to->divisors = p.divisors;
  }
  return p;
}

static void take(const pair *p, size_t i, bool second)
{
  const int64_t *divisors = second ? p->b_divisors : p->a_divisors;
  p->out[i] = (second ? p->b : p->a)[i];
  if (p->divisors != NULL)
    p->divisors[i] = divisors == NULL || p->out[i] <= ZC_ODD ? 1 : divisors[i];
}

static void put(const pair *p, size_t i, int64_t special)
{
  p->out[i] = special;
  if (p->divisors != NULL)
    p->divisors[i] = 1;
}

bool zc_step_extreme(const zc_step *step, zc_frame *frame)
{
  const zc_register *x = &frame->registers[step->a], *y = &frame->registers[step->b];
  pair p = pair_of(step, frame);
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    if (p.a[i] <= ZC_ODD || p.b[i] <= ZC_ODD) {
      put(&p, i, zc_special(p.a[i], p.b[i]));
      continue;
    }
    int order = p.divisors == NULL ? (p.b[i] > p.a[i]) - (p.b[i] < p.a[i])
                                   : zc_number_compare(zc_register_number(y, i),
                                                       zc_register_number(x, i));
    take(&p, i, step->flag ? order > 0 : order < 0);
  }
  return true;
}

bool zc_step_choose(const zc_step *step, zc_frame *frame)
{
  const uint8_t *condition = frame->registers[step->c].truths;
  pair p = pair_of(step, frame);
  for (size_t i = 0, count = frame->batch->count; i < count; i++)
    if (condition[i] >= ZC_TRUTH_NONE)
      put(&p, i, condition[i] - ZC_TRUTH_NONE + ZC_NONE);
    else if (condition[i] == 0 && step->b < 0)
      put(&p, i, ZC_NONE);
    else
      take(&p, i, condition[i] == 0);
  return true;
}

bool zc_step_default(const zc_step *step, zc_frame *frame)
{
  pair p = pair_of(step, frame);
  for (size_t i = 0, count = frame->batch->count; i < count; i++)
    take(&p, i, p.a[i] == ZC_NONE || (step->flag && p.a[i] == ZC_CODE_BLANK));
  return true;
}
