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

#define WAN_MOST 6 /* decimals: hundredths of a yuan */

static int64_t power_of_ten(int places)
{
  int64_t power = 1;
  while (places-- > 0)
    power *= 10;
  return power;
}

static int64_t rounded(int64_t cents, int places)
{
  int64_t unit = power_of_ten(WAN_MOST - places);
  return cents / unit + (cents % unit >= unit - cents % unit);
}

const char *zc_wan_text(char room[ZC_FIGURE_ROOM], int64_t cents, int places)
{
  if (cents == ZC_UNKNOWN || cents < 0) {
    snprintf(room, ZC_FIGURE_ROOM, "—");
    return room;
  }
  int64_t whole = rounded(cents, places), one = power_of_ten(places);
  snprintf(room, ZC_FIGURE_ROOM, "%" PRId64 ".%0*" PRId64, whole / one, places,
           whole % one);
  return room;
}

/* group_of NULL: all are of the group. */
static bool adds_up(int places, const int64_t *rows, const int *group_of, size_t count,
                    int group, int64_t total)
{
  int64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    if (rows[i] != ZC_UNKNOWN && (group_of == NULL || group_of[i] == group))
      sum = zc_amount_add(sum, rounded(rows[i], places));
  return sum == rounded(zc_amount_known(total), places);
}

int zc_wan_fit(int places, const int64_t *rows, const int *group_of, size_t count,
               const int64_t *groups, size_t group_count)
{
  for (; places < WAN_MOST; places++) {
    bool fits = adds_up(places, groups, NULL, group_count, 0, groups[group_count]);
    for (size_t k = 0; fits && k < group_count; k++)
      fits = adds_up(places, rows, group_of, count, (int)k, groups[k]);
    if (fits)
      break;
  }
  return places;
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
