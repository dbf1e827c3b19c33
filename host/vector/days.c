/* Days and moments. */
#include "base/date.h"
#include "vector/machine.h"

#define DAY_SECONDS 86400

/* Days that dates can be, as arithmetic on them has it. */
#define FIRST_DAY (-719162)
#define LAST_DAY 2932896
#define MOST_DAYS 4000000

static int64_t day_of(int64_t second)
{
  return second / DAY_SECONDS - (second % DAY_SECONDS < 0);
}

/* A day and a whole number. */
bool zc_step_shift_day(const zc_step *step, zc_frame *frame)
{
  const int64_t *x = frame->registers[step->a].units;
  const int64_t *y = frame->registers[step->b].units;
  int64_t *restrict out = zc_own_units(&frame->registers[step->to], 0);
  int64_t sign = step->op == ZC_OP_ADD ? 1 : -1;
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    bool special = x[i] <= ZC_ODD || y[i] <= ZC_ODD;
    bool far = y[i] > MOST_DAYS || y[i] < -MOST_DAYS;
    int64_t day = special || far ? 0 : x[i] + sign * y[i];
    far = far || day < FIRST_DAY || day > LAST_DAY;
    out[i] = special ? zc_special(x[i], y[i]) : far ? ZC_ODD : day;
  }
  return true;
}

bool zc_step_days(const zc_step *step, zc_frame *frame)
{
  const int64_t *x = frame->registers[step->a].units;
  const int64_t *y = frame->registers[step->b].units;
  int64_t *restrict out = zc_own_units(&frame->registers[step->to], 0);
  frame->loops->subtract(y, x, out, frame->batch->count);
  return true;
}

bool zc_step_elapsed(const zc_step *step, zc_frame *frame)
{
  const int64_t *x = frame->registers[step->a].units;
  const int64_t *y = frame->registers[step->b].units;
  zc_register *to = &frame->registers[step->to];
  int64_t *restrict out = zc_own_units(to, 0);
  int64_t *restrict divisors = zc_own_divisors(to);
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    divisors[i] = step->c;
    out[i] = x[i] <= ZC_ODD || y[i] <= ZC_ODD ? zc_special(x[i], y[i]) : y[i] - x[i];
  }
  to->divisors = divisors;
  return true;
}

bool zc_step_seconds(const zc_step *step, zc_frame *frame)
{
  const int64_t *x = frame->registers[step->a].units;
  int64_t *restrict out = zc_own_units(&frame->registers[step->to], 0);
  for (size_t i = 0, count = frame->batch->count; i < count; i++)
    out[i] = x[i] <= ZC_ODD ? x[i] : x[i] * DAY_SECONDS;
  return true;
}

bool zc_step_date(const zc_step *step, zc_frame *frame)
{
  const int64_t *x = frame->registers[step->a].units;
  int64_t *restrict out = zc_own_units(&frame->registers[step->to], 0);
  for (size_t i = 0, count = frame->batch->count; i < count; i++)
    out[i] = x[i] <= ZC_ODD ? x[i] : day_of(x[i]);
  return true;
}

/* c: y, m or d, of a day. */
bool zc_step_civil(const zc_step *step, zc_frame *frame)
{
  const int64_t *x = frame->registers[step->a].units;
  int64_t *out = zc_own_units(&frame->registers[step->to], 0);
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    if (x[i] <= ZC_ODD) {
      out[i] = x[i];
      continue;
    }
    zc_civil civil = zc_day_to_civil((int32_t)x[i]);
    out[i] = step->c == 'y' ? civil.year : step->c == 'm' ? civil.month : civil.day;
  }
  return true;
}
