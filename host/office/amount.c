#include "office/amount.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/collected.h"

int64_t zc_amount_read(const char *text)
{
  int64_t number = 0;
  size_t digits = strspn(text, "0123456789");
  const char *rest = text + digits;
  if (digits == 0 || digits > 12)
    return ZC_UNKNOWN;
  for (size_t i = 0; i < digits; i++)
    number = number * 10 + (text[i] - '0');
  number *= 100;
  if (*rest != '\0') {
    size_t places = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;
    if (places == 0 || places > 2 || rest[1 + places] != '\0')
      return ZC_UNKNOWN;
    number += (rest[1] - '0') * 10 + (places == 2 ? rest[2] - '0' : 0);
  }
  return number <= ZC_AMOUNT_MOST ? number : ZC_UNKNOWN;
}

int64_t zc_amount_add(int64_t a, int64_t b)
{
  if (a == ZC_UNKNOWN || b == ZC_UNKNOWN)
    return a == ZC_UNKNOWN ? b : a;
  return a > INT64_MAX - b ? INT64_MAX : a + b;
}

int64_t zc_amount_known(int64_t number)
{
  return number == ZC_UNKNOWN ? 0 : number;
}

/* Digit by digit: sums of foreign numbers may be too large to be multiplied. */
int64_t zc_rate_tenths(int64_t part, int64_t whole)
{
  const int64_t most = INT64_MAX / 16;
  if (part == ZC_UNKNOWN || whole == ZC_UNKNOWN || whole <= 0 || part < 0)
    return -1;
  for (; part > most || whole > most; whole = whole < 2 ? 1 : whole / 2)
    part /= 2;
  if (part / whole > 1000000)
    return INT64_C(1000000000);
  int64_t tenths = part / whole, rest = part % whole;
  for (int i = 0; i < 3; i++) {
    tenths = tenths * 10 + rest * 10 / whole;
    rest = rest * 10 % whole;
  }
  return tenths + (rest >= whole - rest);
}

const char *zc_rate_text(char room[ZC_FIGURE_ROOM], int64_t part, int64_t whole)
{
  int64_t tenths = zc_rate_tenths(part, whole);
  if (tenths < 0)
    snprintf(room, ZC_FIGURE_ROOM, "—");
  else if (tenths % 10 == 0)
    snprintf(room, ZC_FIGURE_ROOM, "%" PRId64 "%%", tenths / 10);
  else
    snprintf(room, ZC_FIGURE_ROOM, "%" PRId64 ".%d%%", tenths / 10, (int)(tenths % 10));
  return room;
}

const char *zc_wan_text(char room[ZC_FIGURE_ROOM], int64_t cents)
{
  if (cents == ZC_UNKNOWN || cents < 0) {
    snprintf(room, ZC_FIGURE_ROOM, "—");
    return room;
  }
  int64_t hundredths = cents / 10000 + (cents % 10000 >= 5000);
  snprintf(room, ZC_FIGURE_ROOM, "%" PRId64 ".%02d", hundredths / 100,
           (int)(hundredths % 100));
  return room;
}

bool zc_decimal_is(const char *text)
{
  const char *at = text + (*text == '-');
  size_t digits = strspn(at, "0123456789");
  if (digits == 0 || strlen(text) > 30)
    return false;
  at += digits;
  if (*at == '.') {
    digits = strspn(at + 1, "0123456789");
    at += digits == 0 ? 0 : digits + 1;
  }
  return *at == '\0';
}
