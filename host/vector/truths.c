/* Conditions: what is compared, and what and, or, not make of it. */
#include <string.h>

#include "vector/machine.h"

typedef __int128 wide;

static uint8_t truth_of_special(int64_t x)
{
  return (uint8_t)(x - ZC_NONE + ZC_TRUTH_NONE);
}

bool zc_step_both(const zc_step *step, zc_frame *frame)
{
  const zc_register *r = frame->registers;
  frame->loops->both(r[step->a].truths, r[step->b].truths, step->op == ZC_OP_OR,
                     zc_own_truths(&frame->registers[step->to]), frame->batch->count);
  return true;
}

bool zc_step_not(const zc_step *step, zc_frame *frame)
{
  const uint8_t *x = frame->registers[step->a].truths;
  uint8_t *restrict out = zc_own_truths(&frame->registers[step->to]);
  for (size_t i = 0, count = frame->batch->count; i < count; i++)
    out[i] = x[i] < ZC_TRUTH_NONE ? x[i] ^ 1 : x[i];
  return true;
}

bool zc_step_same_truths(const zc_step *step, zc_frame *frame)
{
  const uint8_t *x = frame->registers[step->a].truths;
  const uint8_t *y = frame->registers[step->b].truths;
  uint8_t *restrict out = zc_own_truths(&frame->registers[step->to]);
  uint8_t turn = step->op == ZC_OP_UNEQUAL;
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    uint8_t larger = x[i] > y[i] ? x[i] : y[i];
    out[i] = larger >= ZC_TRUTH_NONE ? larger : (uint8_t)(x[i] == y[i]) ^ turn;
  }
  return true;
}

bool zc_step_is_nil(const zc_step *step, zc_frame *frame)
{
  const zc_register *x = &frame->registers[step->a];
  uint8_t *restrict out = zc_own_truths(&frame->registers[step->to]);
  uint8_t yes = step->op == ZC_OP_EQUAL, no = !yes;
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    uint8_t truth = step->flag              ? x->truths[i]
                    : x->units[i] <= ZC_ODD ? truth_of_special(x->units[i])
                                            : 0;
    out[i] = truth == ZC_TRUTH_NONE ? yes : truth < ZC_TRUTH_NONE ? no : truth;
  }
  return true;
}

bool zc_step_choose_truths(const zc_step *step, zc_frame *frame)
{
  const uint8_t *condition = frame->registers[step->c].truths;
  const uint8_t *x = frame->registers[step->a].truths;
  const uint8_t *y = step->b < 0 ? NULL : frame->registers[step->b].truths;
  uint8_t *restrict out = zc_own_truths(&frame->registers[step->to]);
  for (size_t i = 0, count = frame->batch->count; i < count; i++)
    out[i] = condition[i] == 1   ? x[i]
             : condition[i] != 0 ? condition[i]
             : y == NULL         ? ZC_TRUTH_NONE
                                 : y[i];
  return true;
}

bool zc_step_default_truths(const zc_step *step, zc_frame *frame)
{
  const uint8_t *x = frame->registers[step->a].truths;
  const uint8_t *y = frame->registers[step->b].truths;
  uint8_t *restrict out = zc_own_truths(&frame->registers[step->to]);
  for (size_t i = 0, count = frame->batch->count; i < count; i++)
    out[i] = x[i] == ZC_TRUTH_NONE ? y[i] : x[i];
  return true;
}

/* ---- order ---------------------------------------------------------------------------------- */

/* What a comparison says of an order: a bit each for less, equal, greater. */
static unsigned verdicts_of(zc_op op)
{
  return op == ZC_OP_EQUAL ? 2u : op == ZC_OP_UNEQUAL ? 5u : op == ZC_OP_LESS ? 1u : 3u;
}

static uint8_t verdict(unsigned verdicts, int order)
{
  return (uint8_t)(verdicts >> (order + 1) & 1);
}

static wide power_of_ten(int power)
{
  wide result = 1;
  for (int i = 0; i < power; i++)
    result *= 10;
  return result;
}

/* What brings numbers of two scales to one. */
typedef struct {
  int64_t left, right;
} factors;

static factors factors_of(int left_scale, int right_scale)
{
  int power = left_scale - right_scale;
  return (factors){(int64_t)power_of_ten(power < 0 ? -power : 0),
                   (int64_t)power_of_ten(power > 0 ? power : 0)};
}

/* As zc_number_compare: crosswise, and at once where that fits. */
static inline int order_of(zc_scalar x, zc_scalar y, const factors *f)
{
  int64_t left, right;
  bool over = __builtin_mul_overflow(x.units, y.divisor, &left);
  over |= __builtin_mul_overflow(left, f->left, &left);
  over |= __builtin_mul_overflow(y.units, x.divisor, &right);
  over |= __builtin_mul_overflow(right, f->right, &right);
  if (over)
    return zc_number_compare(x, y);
  return (left > right) - (left < right);
}

/* So many bits have the numbers without their signs, at most. */
static int bits_of(const int64_t *x, size_t count)
{
  int64_t all = 0;
  for (size_t i = 0; i < count; i++)
    all |= x[i] <= ZC_ODD ? 0 : x[i] ^ x[i] >> 63;
  return all == 0 ? 0 : 64 - __builtin_clzll((uint64_t)all);
}

static int bits_of_divisors(const zc_register *x, size_t count)
{
  return x->divisors == NULL ? 1 : bits_of(x->divisors, count);
}

/* Numbers of which no product crosswise is too large. */
static void compare_small(zc_op op, const zc_register *x, const zc_register *y,
                          const factors *f, uint8_t *restrict out, size_t count)
{
  unsigned verdicts = verdicts_of(op);
  for (size_t i = 0; i < count; i++) {
    int64_t a = x->units[i] <= ZC_ODD ? 0 : x->units[i];
    int64_t b = y->units[i] <= ZC_ODD ? 0 : y->units[i];
    int64_t left = a * f->left * (y->divisors == NULL ? 1 : y->divisors[i]);
    int64_t right = b * f->right * (x->divisors == NULL ? 1 : x->divisors[i]);
    bool missing = (x->units[i] <= ZC_ODD) | (y->units[i] <= ZC_ODD);
    out[i] = missing ? truth_of_special(zc_special(x->units[i], y->units[i]))
                     : verdict(verdicts, (left > right) - (left < right));
  }
}

/* Quotients, or numbers of two scales. */
static void compare_numbers(zc_op op, const zc_register *x, const zc_register *y,
                            uint8_t *out, size_t count)
{
  factors f = factors_of(x->scale, y->scale);
  int left = bits_of(x->units, count) + bits_of_divisors(y, count) +
             bits_of(&f.left, 1);
  int right = bits_of(y->units, count) + bits_of_divisors(x, count) +
              bits_of(&f.right, 1);
  if (left < 64 && right < 64) {
    compare_small(op, x, y, &f, out, count);
    return;
  }
  unsigned verdicts = verdicts_of(op);
  for (size_t i = 0; i < count; i++) {
    if (x->units[i] <= ZC_ODD || y->units[i] <= ZC_ODD) {
      out[i] = truth_of_special(zc_special(x->units[i], y->units[i]));
      continue;
    }
    out[i] = verdict(verdicts,
                     order_of(zc_register_number(x, i), zc_register_number(y, i), &f));
  }
}

bool zc_step_compare(const zc_step *step, zc_frame *frame)
{
  const zc_register *x = &frame->registers[step->a], *y = &frame->registers[step->b];
  uint8_t *out = zc_own_truths(&frame->registers[step->to]);
  size_t count = frame->batch->count;
  if (x->divisors != NULL || y->divisors != NULL || x->scale != y->scale)
    compare_numbers(step->op, x, y, out, count);
  else if (step->op == ZC_OP_EQUAL || step->op == ZC_OP_UNEQUAL)
    frame->loops->equal(x->units, y->units, step->op == ZC_OP_UNEQUAL, out, count);
  else
    frame->loops->less(x->units, y->units, step->op == ZC_OP_LESS_EQUAL, out, count);
  return true;
}

/* ---- a constant beside a register ----------------------------------------------------------- */

/* The largest unit of the scale that is not above the number; *exact: it is the number. */
static wide floor_at(zc_scalar number, int scale, bool *exact)
{
  int power = scale - number.scale;
  wide over = (wide)number.units * power_of_ten(power > 0 ? power : 0);
  wide under = (wide)number.divisor * power_of_ten(power < 0 ? -power : 0);
  *exact = over % under == 0;
  return over / under - (over % under < 0);
}

/* low <= x <= high, or not, for a comparison with a constant: in units of the scale. */
typedef struct {
  int64_t low, high;
  bool turned;
} range;

static range range_of(zc_op op, bool left, zc_scalar constant, int scale)
{
  bool exact = true;
  wide at = constant.kind == ZC_NUMBER ? floor_at(constant, scale, &exact)
                                       : (wide)constant.units;
  wide low = ZC_ODD, high = INT64_MAX;
  if (op == ZC_OP_EQUAL || op == ZC_OP_UNEQUAL) {
    low = exact ? at : 1;
    high = exact ? at : 0;
  } else if (left) {
    low = exact && op == ZC_OP_LESS_EQUAL ? at : at + 1;
  } else {
    high = exact && op == ZC_OP_LESS ? at - 1 : at;
  }
  if (low > INT64_MAX || high < INT64_MIN) {
    low = 1;
    high = 0;
  }
  return (range){(int64_t)(low < ZC_ODD ? ZC_ODD : low),
                 (int64_t)(high > INT64_MAX ? INT64_MAX : high), op == ZC_OP_UNEQUAL};
}

/* Quotients and a constant. */
static void compare_quotients(const zc_step *step, const zc_register *x, uint8_t *out,
                              size_t count)
{
  factors f = factors_of(x->scale, step->constant.scale);
  unsigned verdicts = verdicts_of(step->op);
  for (size_t i = 0; i < count; i++) {
    if (x->units[i] <= ZC_ODD) {
      out[i] = truth_of_special(x->units[i]);
      continue;
    }
    int order = order_of(zc_register_number(x, i), step->constant, &f);
    out[i] = verdict(verdicts, step->flag ? -order : order);
  }
}

bool zc_step_compare_constant(const zc_step *step, zc_frame *frame)
{
  const zc_register *x = &frame->registers[step->a];
  uint8_t *out = zc_own_truths(&frame->registers[step->to]);
  size_t count = frame->batch->count;
  if (x->divisors != NULL) {
    compare_quotients(step, x, out, count);
    return true;
  }
  range r = range_of(step->op, step->flag, step->constant, x->scale);
  frame->loops->within(x->units, r.low, r.high, r.turned, out, count);
  return true;
}

/* ---- a constant beside a column, without a register between --------------------------------- */

bool zc_step_code(const zc_step *step, zc_frame *frame)
{
  const zc_batch *batch = frame->batch;
  const uint32_t *rows = zc_rows_of(frame, step->table);
  const zc_column_vector *v = step->vector;
  uint8_t *out = zc_own_truths(&frame->registers[step->to]);
  uint32_t code = (uint32_t)step->c;
  bool turned = step->op == ZC_OP_UNEQUAL;
  /* A blank text says nothing, beside one that is not a literal either. */
  uint8_t blank = step->flag ? ZC_TRUTH_NONE : (code == ZC_CODE_BLANK) != turned;
  if (rows == NULL && step->table == 0) {
    frame->loops->is_code(v->codes + batch->first, code, turned, blank, out,
                          batch->count);
    return true;
  }
  for (size_t i = 0, count = batch->count; i < count; i++) {
    uint32_t row = rows == NULL ? ZC_PARTNER_NONE : rows[i];
    uint32_t x = row == ZC_PARTNER_NONE || row == ZC_PARTNER_ODD ? ZC_CODE_NIL
                                                                 : v->codes[row - 1];
    uint8_t in = x >= ZC_CODE_FIRST   ? (x == code) != turned
                 : x == ZC_CODE_BLANK ? blank
                                      : (uint8_t)(4 - x);
    out[i] = row == ZC_PARTNER_ODD ? ZC_TRUTH_STRANGE : in;
  }
  return true;
}

static int32_t small_of(int64_t unit)
{
  return unit < INT32_MIN ? INT32_MIN : unit > INT32_MAX ? INT32_MAX : (int32_t)unit;
}

bool zc_step_within(const zc_step *step, zc_frame *frame)
{
  const zc_batch *batch = frame->batch;
  const uint32_t *rows = zc_rows_of(frame, step->table);
  const zc_column_vector *v = step->vector;
  uint8_t *out = zc_own_truths(&frame->registers[step->to]);
  range r = range_of(step->op, step->flag, step->constant, v->scale);
  if (r.low > INT32_MAX || r.high < INT32_MIN)
    r = (range){1, 0, r.turned};
  if (rows == NULL && step->table == 0) {
    frame->loops->within_small(v->small + batch->first, small_of(r.low),
                               small_of(r.high), r.turned, out, batch->count);
    return true;
  }
  for (size_t i = 0, count = batch->count; i < count; i++) {
    int64_t x = rows == NULL ? ZC_NONE : zc_unit_of_row(v, rows[i]);
    out[i] = x <= ZC_ODD ? truth_of_special(x)
                         : (x >= r.low && x <= r.high) != r.turned;
  }
  return true;
}

/* ---- texts ------------------------------------------------------------------------------------ */

bool zc_step_same_texts(const zc_step *step, zc_frame *frame)
{
  const int64_t *x = frame->registers[step->a].units;
  const int64_t *y = frame->registers[step->b].units;
  uint8_t *restrict out = zc_own_truths(&frame->registers[step->to]);
  uint8_t turn = step->op == ZC_OP_UNEQUAL;
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    if (x[i] <= ZC_ODD || y[i] <= ZC_ODD) {
      out[i] = truth_of_special(zc_special(x[i], y[i]));
    } else if (step->flag && (x[i] == ZC_CODE_BLANK || y[i] == ZC_CODE_BLANK)) {
      out[i] = ZC_TRUTH_NONE;
    } else {
      int64_t same = step->codes == NULL ? x[i] : (int64_t)step->codes[x[i]];
      out[i] = (uint8_t)(same == y[i]) ^ turn;
    }
  }
  return true;
}
