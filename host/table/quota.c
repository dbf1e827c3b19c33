/* How often something was done, against how often it has to be. The periods are those of
 * scripts/zicha/periods.lua: calendar years, half-years, quarters, months and weeks that lie
 * wholly or partly in the checked interval. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "table/run.h"

typedef struct {
  int32_t from, to;
} span;

#define MOST_PERIODS 2000 /* of one quota: weeks of forty years */

static int months_of(zc_per per)
{
  switch (per) {
  case ZC_PER_YEAR:
    return 12;
  case ZC_PER_HALF_YEAR:
    return 6;
  case ZC_PER_QUARTER:
    return 3;
  default:
    return 1;
  }
}

/* The period in which a day lies. */
static span period_of(zc_per per, int32_t day)
{
  if (per == ZC_PER_WEEK) {
    int32_t monday = day - (zc_day_weekday(day) - 1);
    return (span){monday, monday + 6};
  }
  int length = months_of(per);
  zc_civil civil = zc_day_to_civil(day);
  int first = (civil.month - 1) / length * length + 1;
  int year = civil.year, after = first + length;
  zc_civil end = {after > 12 ? year + 1 : year, after > 12 ? after - 12 : after, 1};
  return (span){zc_day_from_civil((zc_civil){year, first, 1}),
                zc_day_from_civil(end) - 1};
}

static bool day_named(const zc_run *r, const char *space, const char *name,
                      int32_t *day)
{
  const zc_symbol *symbol = zc_scope_find(r->rule->scope, space, name);
  if (symbol == NULL || symbol->value == NULL || symbol->value->kind != ZC_DATE)
    return false;
  *day = zc_day_of(*symbol->value);
  return true;
}

/* How many rows of the population lie in a period. Rows without a date could lie in any. */
static int64_t rows_in(const int32_t *days, size_t count, span period)
{
  int64_t found = 0;
  for (size_t i = 0; i < count; i++)
    found += days[i] >= period.from && days[i] <= period.to;
  return found;
}

/* The days of the population; *undated counts those that have none. */
static size_t collect_days(zc_run *r, int32_t *days, int64_t *undated)
{
  const zc_table *table = r->rule->tables[0];
  size_t count = 0;
  for (size_t i = 0; i < table->count; i++) {
    if (zc_run_admit(r, i) != ZC_TRUE)
      continue;
    zc_scalar date = r->e.rows[0][table->slot[r->rule->date]];
    if (date.kind == ZC_NIL)
      ++*undated;
    else
      days[count++] = zc_day_of(date);
  }
  return count;
}

static void note_period(zc_run *r, span period, int64_t done, const char *verdict)
{
  char from[16], to[16];
  json_t *entry = json_object();
  int bad = json_object_set_new(entry, "from",
                                json_string(zc_day_text(period.from, from)));
  bad |= json_object_set_new(entry, "to", json_string(zc_day_text(period.to, to)));
  bad |= json_object_set_new(entry, "done", json_integer(done));
  bad |= json_object_set_new(entry, "verdict", json_string(verdict));
  bad |= json_array_append_new(r->periods, entry);
  r->memory |= bad != 0;
}

/* Whether the export shows all of a period. Within the checked interval it is to be
 * complete; beyond it nobody asked for more than it holds. */
static bool is_shown(const zc_run *r, span period, span interval)
{
  const zc_table *table = r->rule->tables[0];
  bool said = table->from <= table->to;
  int32_t from = said ? table->from : table->first, to = said ? table->to : table->last;
  return (period.from >= interval.from || period.from >= from) &&
         (period.to <= interval.to || period.to <= to);
}

/* One period that is over, or already has enough. `maybe` rows nobody can place. */
static void judge_period(zc_run *r, span period, int64_t done, int64_t maybe,
                         int64_t least, bool shown)
{
  r->population++;
  if (done >= least) {
    note_period(r, period, done, "pass");
  } else if (done + maybe >= least || !shown) {
    r->unjudged++;
    note_period(r, period, done, "open");
  } else {
    char from[16], to[16];
    r->count++;
    note_period(r, period, done, "hit");
    zc_run_tell_period(r, zc_day_text(period.from, from), zc_day_text(period.to, to));
  }
}

static int64_t least_of(zc_run *r)
{
  zc_scalar least, whole;
  if (r->rule->at_least.root == NULL)
    return r->rule->least;
  least = zc_evaluate(&r->e, r->rule->at_least.root);
  return least.kind == ZC_NUMBER && zc_number_floor(least, &whole) ? whole.units : 1;
}

void zc_run_periods(zc_run *r, const int32_t *days, size_t count, int64_t undated,
                    int64_t doubtful)
{
  int32_t from, to, today;
  r->periods = json_array();
  r->memory |= r->periods == NULL;
  /* What may belong to the population, cannot be read, or has no date, may be what a
   * period lacks. */
  int64_t maybe = undated + doubtful + r->rule->tables[0]->malformed;
  int64_t least = least_of(r);
  r->unjudged += undated;
  bool known = day_named(r, "period", "from", &from) &&
               day_named(r, "period", "to", &to) && day_named(r, "", "today", &today);
  span period = known && r->rule->per != ZC_PER_ONCE ? period_of(r->rule->per, from)
                                                     : (span){from, to};
  for (int i = 0; known && i < MOST_PERIODS && period.from <= to && !r->memory; i++) {
    int64_t done = rows_in(days, count, period);
    if (period.to < today || done >= least)
      judge_period(r, period, done, maybe, least,
                   is_shown(r, period, (span){from, to}));
    else
      note_period(r, period, done, "due");
    if (r->rule->per == ZC_PER_ONCE)
      break;
    period = period_of(r->rule->per, period.to + 1);
  }
}

void zc_run_quota(zc_run *r)
{
  int64_t undated = 0, before = r->unjudged;
  int32_t *days = calloc(r->rule->tables[0]->count + 1, sizeof *days);
  if (days == NULL) {
    r->memory = true;
    return;
  }
  size_t count = collect_days(r, days, &undated);
  zc_run_periods(r, days, count, undated, r->unjudged - before);
  free(days);
}
