#include "office/round.h"

#include <string.h>

#include "base/date.h"

bool zc_round_holds(const json_t *round, const char *day)
{
  const char *from = zc_text_of(round, "from"), *to = zc_text_of(round, "to");
  return (*from == '\0' || strcmp(day, from) >= 0) &&
         (*to == '\0' || strcmp(day, to) <= 0);
}

/* Days from one day to another; false: one of them is none. */
static bool days_between(const char *from, const char *to, int *days)
{
  int32_t first, last;
  if (!zc_day_parse(from, strlen(from), &first) || !zc_day_parse(to, strlen(to), &last))
    return false;
  *days = last - first;
  return true;
}

bool zc_round_just_over(const json_t *round, const char *day, int late_days)
{
  int behind;
  return days_between(zc_text_of(round, "to"), day, &behind) && behind > 0 &&
         behind <= late_days;
}

bool zc_round_takes_correction(const json_t *round, const char *day, int late_days)
{
  int behind;
  const char *due = zc_text_of(round, "due");
  return !days_between(*due == '\0' ? zc_text_of(round, "to") : due, day, &behind) ||
         behind <= late_days;
}

bool zc_round_takes(const json_t *round, const char *day, int late_days)
{
  return zc_round_holds(round, day) || zc_round_just_over(round, day, late_days);
}

const json_t *zc_round_find(const json_t *rounds, const char *id)
{
  size_t index;
  const json_t *round;
  json_array_foreach(rounds, index, round)
  {
    if (strcmp(zc_text_of(round, "id"), id) == 0)
      return round;
  }
  return NULL;
}

const json_t *zc_round_meant(const json_t *rounds, const char *id, const char *from,
                             const char *to)
{
  size_t index;
  int best = 0;
  const json_t *round, *found = NULL;
  json_array_foreach(rounds, index, round)
  {
    bool ends = strcmp(zc_text_of(round, "to"), to) == 0;
    bool same = ends && strcmp(zc_text_of(round, "from"), from) == 0;
    int fit = same && strcmp(zc_text_of(round, "id"), id) == 0 ? 5
              : same                                           ? 4
              : ends                                           ? 3
              : strcmp(zc_text_of(round, "due"), to) == 0      ? 2
              : zc_round_holds(round, to)                      ? 1
                                                               : 0;
    if (fit > best) {
      best = fit;
      found = round;
    }
  }
  return found;
}
