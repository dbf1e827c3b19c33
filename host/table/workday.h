/* workday.h: which days are worked. Mondays to Fridays are, but for the exceptions that
 * offices make each year (scripts/calendars, scripts/zicha/calendar.lua). */
#ifndef ZC_TABLE_WORKDAY_H
#define ZC_TABLE_WORKDAY_H

#include "base/arena.h"
#include "value/json.h"

/* The exceptions, sorted: Mondays to Fridays that are off, weekend days that are worked. */
typedef struct {
  int32_t *off, *worked;
  size_t off_count, worked_count;
} zc_calendar;

/* Makes a calendar of {holidays: [day], workdays: [day]}, days as 2023-05-01; what is no
 * day is left out. It lives in `arena`; NULL when out of memory. */
const zc_calendar *zc_calendar_new(const json_t *json, zc_arena *arena);

/* Whether a day is worked. Without a calendar (NULL): Mondays to Fridays. */
bool zc_is_workday(const zc_calendar *calendar, int32_t day);

/* How many days after `from`, up to and with `to`, are worked; negative if `to` is the
 * earlier one. */
int64_t zc_workdays(const zc_calendar *calendar, int32_t from, int32_t to);

#endif
