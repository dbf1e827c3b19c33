#include "table/scalar.h"

#include <string.h>

#include "base/date.h"
#include "table/space.h"

typedef __int128 wide;

zc_scalar zc_nil(void)
{
  return (zc_scalar){.kind = ZC_NIL};
}

zc_scalar zc_unreadable(void)
{
  return (zc_scalar){.kind = ZC_NIL, .size = 1};
}

bool zc_is_unreadable(zc_scalar value)
{
  return value.kind == ZC_NIL && value.size == 1;
}

zc_scalar zc_missing(zc_scalar a, zc_scalar b)
{
  return zc_is_unreadable(a) || zc_is_unreadable(b) ? zc_unreadable() : zc_nil();
}

int32_t zc_day_of(zc_scalar value)
{
  if (value.kind == ZC_DATE)
    return (int32_t)value.units;
  return (int32_t)(value.units / 86400 - (value.units % 86400 < 0));
}

zc_scalar zc_bool(bool truth)
{
  return (zc_scalar){.kind = ZC_BOOL, .truth = truth};
}

zc_scalar zc_integer(int64_t number)
{
  return zc_decimal(number, 0);
}

zc_scalar zc_decimal(int64_t units, int scale)
{
  return (zc_scalar){.kind = ZC_NUMBER,
                     .scale = (int8_t)scale,
                     .units = units,
                     .divisor = 1};
}

zc_scalar zc_text(const char *text, size_t size)
{
  return (zc_scalar){.kind = ZC_TEXT, .size = (uint32_t)size, .text = text};
}

zc_scalar zc_date(int32_t day)
{
  return (zc_scalar){.kind = ZC_DATE, .units = day};
}

zc_scalar zc_moment(int64_t second)
{
  return (zc_scalar){.kind = ZC_MOMENT, .units = second};
}

bool zc_number_parse(const char *text, size_t size, zc_scalar *number)
{
  size_t at = 0;
  bool negative = size > 0 && text[0] == '-';
  if (size > 0 && (text[0] == '-' || text[0] == '+'))
    at++;
  int64_t units = 0;
  int digits = 0, scale = -1;
  for (; at < size; at++) {
    if (text[at] == '.' && scale < 0 && digits > 0) {
      scale = 0;
      continue;
    }
    if (text[at] < '0' || text[at] > '9' || digits == ZC_SCALE_MAX)
      return false;
    units = units * 10 + (text[at] - '0');
    digits += digits > 0 || text[at] != '0' || scale >= 0 || at + 1 == size ||
              text[at + 1] == '.';
    scale += scale >= 0;
  }
  if (digits == 0 || scale == 0)
    return false;
  *number = zc_decimal(negative ? -units : units, scale < 0 ? 0 : scale);
  return true;
}

/* Multiplies by 10^power; false when it does not fit. */
static bool shift(int64_t *units, int power)
{
  for (; power > 0; power--)
    if (__builtin_mul_overflow(*units, (int64_t)10, units))
      return false;
  return true;
}

static wide common_divisor(wide a, wide b)
{
  while (b != 0) {
    wide rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

/* over / under · 10^-scale as a number, in its lowest terms if it does not fit as it is: a
 * sum of many quotients has a divisor that hardly grows. False when it does not fit. */
static bool fit(wide over, wide under, int scale, zc_scalar *number)
{
  if (over > INT64_MAX || over < INT64_MIN || under > INT64_MAX) {
    wide common = common_divisor(over, under);
    over /= common;
    under /= common;
    if (over > INT64_MAX || over < INT64_MIN || under > INT64_MAX)
      return false;
  }
  *number = zc_decimal((int64_t)over, scale);
  number->divisor = (int64_t)under;
  return true;
}

bool zc_number_add(zc_scalar a, zc_scalar b, zc_scalar *sum)
{
  int scale = a.scale > b.scale ? a.scale : b.scale;
  if (!shift(&a.units, scale - a.scale) || !shift(&b.units, scale - b.scale))
    return false;
  if (a.divisor == b.divisor)
    return fit((wide)a.units + b.units, a.divisor, scale, sum);
  wide over;
  if (__builtin_add_overflow((wide)a.units * b.divisor, (wide)b.units * a.divisor,
                             &over))
    return false;
  return fit(over, (wide)a.divisor * b.divisor, scale, sum);
}

bool zc_number_subtract(zc_scalar a, zc_scalar b, zc_scalar *difference)
{
  if (b.units == INT64_MIN)
    return false;
  b.units = -b.units;
  return zc_number_add(a, b, difference);
}

bool zc_number_multiply(zc_scalar a, zc_scalar b, zc_scalar *product)
{
  int scale = a.scale + b.scale;
  return scale <= ZC_SCALE_MAX &&
         fit((wide)a.units * b.units, (wide)a.divisor * b.divisor, scale, product);
}

bool zc_number_divide(zc_scalar a, zc_scalar b, zc_scalar *quotient)
{
  if (b.units == 0) {
    *quotient = zc_nil();
    return true;
  }
  zc_scalar q = {.kind = ZC_NUMBER};
  if (b.units == INT64_MIN || a.units == INT64_MIN)
    return false;
  if (b.units < 0) {
    a.units = -a.units;
    b.units = -b.units;
  }
  if (!fit((wide)a.units * b.divisor, (wide)a.divisor * b.units, 0, &q))
    return false;
  /* A negative scale only makes the number larger: put it into the units. */
  int scale = a.scale - b.scale;
  if (scale < 0) {
    if (!shift(&q.units, -scale))
      return false;
    scale = 0;
  }
  q.scale = (int8_t)scale;
  *quotient = q;
  return true;
}

int zc_number_compare(zc_scalar a, zc_scalar b)
{
  wide left = (wide)a.units * b.divisor;
  wide right = (wide)b.units * a.divisor;
  int power = a.scale - b.scale;
  bool shift_right = power > 0;
  wide *smaller = shift_right ? &right : &left;
  for (int i = shift_right ? power : -power; i > 0; i--)
    if (__builtin_mul_overflow(*smaller, (wide)10, smaller)) {
      /* Beyond 128 bits: larger in size than the other side, so its sign decides. */
      bool above = (shift_right ? b.units : a.units) > 0;
      return above == shift_right ? -1 : 1;
    }
  return (left > right) - (left < right);
}

/* The quotient that rounding starts from: units·10^scale over divisor·10^own. */
static bool quotient_at(zc_scalar a, int scale, wide *over, wide *under)
{
  *over = a.units;
  *under = a.divisor;
  int power = scale - a.scale;
  wide *grows = power > 0 ? over : under;
  for (int i = power > 0 ? power : -power; i > 0; i--)
    if (__builtin_mul_overflow(*grows, (wide)10, grows))
      return false;
  return true;
}

bool zc_number_round(zc_scalar a, int scale, zc_scalar *rounded)
{
  wide over, under;
  if (scale < 0 || scale > ZC_SCALE_MAX || !quotient_at(a, scale, &over, &under))
    return false;
  wide whole = over / under, rest = over % under;
  if (rest < 0)
    rest = -rest;
  if (rest >= under - rest)
    whole += over < 0 ? -1 : 1;
  if (whole > INT64_MAX || whole < INT64_MIN)
    return false;
  *rounded = zc_decimal((int64_t)whole, scale);
  return true;
}

bool zc_number_floor(zc_scalar a, zc_scalar *whole)
{
  wide over, under;
  if (!quotient_at(a, 0, &over, &under))
    return false;
  wide result = over / under - (over % under < 0);
  *whole = zc_integer((int64_t)result);
  return true;
}

int zc_scalar_compare(const zc_scalar *a, const zc_scalar *b)
{
  if (a->kind != b->kind)
    return a->kind < b->kind ? -1 : 1;
  switch (a->kind) {
  case ZC_NIL:
    return 0;
  case ZC_BOOL:
    return a->truth - b->truth;
  case ZC_NUMBER:
    return zc_number_compare(*a, *b);
  case ZC_DATE:
  case ZC_MOMENT:
    return (a->units > b->units) - (a->units < b->units);
  default: {
    uint32_t shared = a->size < b->size ? a->size : b->size;
    int order = shared == 0 ? 0 : memcmp(a->text, b->text, shared);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
  }
  }
}

/* Codes are separated by ; , | and their Chinese twins ； ， 、 */
static size_t separator(const char *text, size_t left)
{
  if (*text == ';' || *text == ',' || *text == '|')
    return 1;
  if (left < 3)
    return 0;
  return memcmp(text, "；", 3) == 0 || memcmp(text, "，", 3) == 0 ||
                 memcmp(text, "、", 3) == 0
             ? 3
             : 0;
}

bool zc_codes_next(const zc_scalar *codes, size_t *at, zc_scalar *code)
{
  while (*at < codes->size) {
    const char *text = codes->text + *at;
    size_t left = codes->size - *at, size = 0, gap = 0;
    while (size < left && (gap = separator(text + size, left - size)) == 0)
      size++;
    *at += size + gap;
    zc_space_trim(&text, &size);
    if (size > 0) {
      *code = zc_text(text, size);
      return true;
    }
  }
  return false;
}

static void print_number(zc_scalar number, zc_buffer *out)
{
  if (number.divisor != 1 && !zc_number_round(number, 2, &number)) {
    zc_buffer_text(out, "—");
    return;
  }
  uint64_t units = number.units < 0 ? 0 - (uint64_t)number.units
                                    : (uint64_t)number.units;
  char digits[48];
  int at = (int)sizeof digits;
  for (int i = 0; units > 0 || i <= number.scale; i++) {
    if (i == number.scale && i > 0)
      digits[--at] = '.';
    digits[--at] = (char)('0' + units % 10);
    units /= 10;
  }
  if (number.units < 0)
    digits[--at] = '-';
  zc_buffer_add(out, digits + at, sizeof digits - (size_t)at);
}

static void print_list(const zc_scalar *list, zc_buffer *out)
{
  for (uint32_t i = 0; i < list->size; i++) {
    if (i > 0)
      zc_buffer_text(out, "、");
    zc_scalar_print(&list->entries[i], out);
  }
}

void zc_scalar_print(const zc_scalar *value, zc_buffer *out)
{
  char room[16];
  switch (value->kind) {
  case ZC_NIL:
    zc_buffer_text(out, "—");
    break;
  case ZC_BOOL:
    zc_buffer_text(out, value->truth ? "是" : "否");
    break;
  case ZC_NUMBER:
    print_number(*value, out);
    break;
  case ZC_DATE:
    zc_buffer_text(out, zc_day_text((int32_t)value->units, room));
    break;
  case ZC_MOMENT: {
    int32_t day = zc_day_of(*value);
    int64_t second = value->units - (int64_t)day * 86400;
    zc_buffer_text(out, zc_day_text(day, room));
    zc_buffer_print(out, " %02d:%02d:%02d", (int)(second / 3600),
                    (int)(second / 60 % 60), (int)(second % 60));
    break;
  }
  case ZC_LIST:
  case ZC_MAP:
    print_list(value, out);
    break;
  default:
    zc_buffer_add(out, value->text, value->size);
  }
}
