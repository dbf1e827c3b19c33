#include "base/date.h"

static bool leap(int year)
{
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : days[month - 1];
}

bool zc_civil_valid(zc_civil c)
{
  return c.year >= 1 && c.year <= 9999 && c.month >= 1 && c.month <= 12 && c.day >= 1 &&
         c.day <= days_in_month(c.year, c.month);
}

/* Both directions count years from March, so that the leap day comes last, in
 * eras of 400 years (146,097 days). */
int32_t zc_day_from_civil(zc_civil c)
{
  int year = c.month <= 2 ? c.year - 1 : c.year;
  int era = (year >= 0 ? year : year - 399) / 400;
  int of_era = year - era * 400;
  int of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
  int day = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
  return era * 146097 + day - 719468;
}

zc_civil zc_day_to_civil(int32_t day)
{
  int z = day + 719468;
  int era = (z >= 0 ? z : z - 146096) / 146097;
  int of_era = z - era * 146097;
  int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int of_year = of_era - (365 * year + year / 4 - year / 100);
  int month = (5 * of_year + 2) / 153;
  zc_civil c = {.year = year + era * 400 + (month >= 10),
                .month = month < 10 ? month + 3 : month - 9,
                .day = of_year - (153 * month + 2) / 5 + 1};
  return c;
}

int zc_day_weekday(int32_t day)
{
  int weekday = (int)((day + 3) % 7); /* 1970-01-01 was a Thursday */
  return weekday < 0 ? weekday + 8 : weekday + 1;
}

static bool digits(const char *text, int count, int *number)
{
  *number = 0;
  for (int i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9')
      return false;
    *number = *number * 10 + (text[i] - '0');
  }
  return true;
}

bool zc_day_parse(const char *text, size_t size, int32_t *day)
{
  zc_civil c;
  if (size != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 4, &c.year) ||
      !digits(text + 5, 2, &c.month) || !digits(text + 8, 2, &c.day) ||
      !zc_civil_valid(c))
    return false;
  *day = zc_day_from_civil(c);
  return true;
}

static void put_two(char *at, unsigned number)
{
  at[0] = (char)('0' + number / 10 % 10);
  at[1] = (char)('0' + number % 10);
}

const char *zc_day_text(int32_t day, char *room)
{
  zc_civil c = zc_day_to_civil(day);
  unsigned year = (unsigned)c.year % 10000;
  put_two(room, year / 100);
  put_two(room + 2, year);
  room[4] = room[7] = '-';
  put_two(room + 5, (unsigned)c.month);
  put_two(room + 8, (unsigned)c.day);
  room[10] = '\0';
  return room;
}
