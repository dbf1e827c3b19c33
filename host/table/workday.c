#include "table/workday.h"

#include <stdlib.h>

#include "base/date.h"

static bool weekend(int32_t day)
{
  return zc_day_weekday(day) > 5;
}

static int by_day(const void *a, const void *b)
{
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* The days of a list that are weekends, or that are none, sorted and each once: of the
 * others it is no exception that they are off or worked. False when out of memory. */
static bool read_days(const json_t *list, bool weekends, zc_arena *arena,
                      int32_t **days, size_t *count)
{
  size_t index, kept = 0;
  const json_t *entry;
  int32_t day,
      *found = zc_arena_take(arena, (json_array_size(list) + 1) * sizeof *found);
  if (found == NULL)
    return false;
  json_array_foreach(list, index, entry)
  {
    if (json_is_string(entry) &&
        zc_day_parse(json_string_value(entry), json_string_length(entry), &day) &&
        weekend(day) == weekends)
      found[kept++] = day;
  }
  qsort(found, kept, sizeof *found, by_day);
  *days = found;
  *count = 0;
  for (size_t i = 0; i < kept; i++)
    if (i == 0 || found[i] != found[i - 1])
      found[(*count)++] = found[i];
  return true;
}

const zc_calendar *zc_calendar_new(const json_t *json, zc_arena *arena)
{
  zc_calendar *c = zc_arena_take(arena, sizeof *c);
  if (c == NULL)
    return NULL;
  *c = (zc_calendar){0};
  bool made = read_days(json_object_get(json, "holidays"), false, arena, &c->off,
                        &c->off_count) &&
              read_days(json_object_get(json, "workdays"), true, arena, &c->worked,
                        &c->worked_count);
  return made ? c : NULL;
}

/* How many of the sorted days are not after `day`. */
static size_t up_to(const int32_t *days, size_t count, int32_t day)
{
  size_t low = 0;
  while (low < count) {
    size_t middle = low + (count - low) / 2;
    if (days[middle] <= day)
      low = middle + 1;
    else
      count = middle;
  }
  return low;
}

static bool holds(const int32_t *days, size_t count, int32_t day)
{
  size_t after = up_to(days, count, day);
  return after > 0 && days[after - 1] == day;
}

static int64_t within(const int32_t *days, size_t count, int32_t from, int32_t to)
{
  return (int64_t)up_to(days, count, to) - (int64_t)up_to(days, count, from);
}

bool zc_is_workday(const zc_calendar *c, int32_t day)
{
  if (weekend(day))
    return c != NULL && holds(c->worked, c->worked_count, day);
  return c == NULL || !holds(c->off, c->off_count, day);
}

/* `from` is not after `to`: five days in every whole week, those of the days that are
 * left, and the exceptions. */
static int64_t between(const zc_calendar *c, int32_t from, int32_t to)
{
  int64_t count = (int64_t)(to - from) / 7 * 5;
  for (int32_t day = to - (to - from) % 7 + 1; day <= to; day++)
    count += !weekend(day);
  if (c == NULL)
    return count;
  return count - within(c->off, c->off_count, from, to) +
         within(c->worked, c->worked_count, from, to);
}

int64_t zc_workdays(const zc_calendar *calendar, int32_t from, int32_t to)
{
  return from <= to ? between(calendar, from, to) : -between(calendar, to, from);
}
