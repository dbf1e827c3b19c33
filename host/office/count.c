#include "office/count.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/amount.h"

#define MILLION INT64_C(1000000)

/* ---- groups ------------------------------------------------------------------------- */

static bool add_group(zc_counts *counts, const char *title)
{
  size_t wanted = json_array_size(counts->measures) + 1;
  zc_count *grown = realloc(counts->groups, (counts->count + 1) * sizeof *grown);
  zc_measured *measures = calloc(wanted, sizeof *measures);
  if (grown != NULL)
    counts->groups = grown;
  if (grown == NULL || measures == NULL) {
    free(measures);
    return false;
  }
  counts->groups[counts->count++] = (zc_count){.of = zc_group_empty(title),
                                               .measures = measures};
  return true;
}

static int group_at(zc_counts *counts, const char *title, json_t *known)
{
  const json_t *at = json_object_get(known, title);
  if (at != NULL)
    return (int)json_integer_value(at);
  if (json_object_set_new(known, title, json_integer((json_int_t)counts->count)) != 0 ||
      !add_group(counts, title))
    return -1;
  return (int)counts->count - 1;
}

static bool sort_members(const zc_view *view, zc_count_by by, zc_counts *counts)
{
  json_t *known = json_object();
  bool good = known != NULL;
  for (size_t i = 0; good && i < view->members.count; i++) {
    const zc_member *m = &view->members.members[i];
    counts->group_of[i] = -1;
    if (by != ZC_COUNT_ALL) {
      const char *title = by == ZC_COUNT_CLASS ? m->class : m->town;
      counts->group_of[i] = group_at(counts, *title == '\0' ? "—" : title, known);
      good = counts->group_of[i] >= 0;
    }
  }
  json_decref(known);
  return good;
}

zc_code zc_counts_make(const zc_view *view, zc_count_by by, json_t *measures,
                       zc_counts *counts, zc_err *err)
{
  *counts = (zc_counts){.measures = json_incref(measures)};
  counts->all = (zc_count){.of = zc_group_empty("")};
  counts->unheard = view->members.unheard;
  counts->all.measures = calloc(json_array_size(measures) + 1,
                                sizeof *counts->all.measures);
  counts->group_of = calloc(view->members.count + 1, sizeof *counts->group_of);
  if (counts->all.measures == NULL || counts->group_of == NULL ||
      !sort_members(view, by, counts))
    return zc_fail_memory(err);
  for (size_t i = 0; i < view->members.count; i++) {
    zc_group_count(view, &counts->all.of, &view->members.members[i]);
    if (counts->group_of[i] >= 0)
      zc_group_count(view, &counts->groups[counts->group_of[i]].of,
                     &view->members.members[i]);
  }
  return ZC_OK;
}

zc_code zc_counts_add(zc_counts *counts, const char *title, zc_err *err)
{
  for (size_t i = 0; i < counts->count; i++)
    if (strcmp(counts->groups[i].of.title, title) == 0)
      return ZC_OK;
  return add_group(counts, title) ? ZC_OK : zc_fail_memory(err);
}

void zc_counts_free(zc_counts *counts)
{
  for (size_t i = 0; i < counts->count; i++)
    free(counts->groups[i].measures);
  free(counts->all.measures);
  free(counts->groups);
  free(counts->group_of);
  json_decref(counts->measures);
  *counts = (zc_counts){0};
}

/* ---- measures ----------------------------------------------------------------------- */

static bool read_millionths(const char *text, int64_t *value)
{
  bool negative = *text == '-';
  const char *at = text + negative;
  size_t whole = strspn(at, "0123456789");
  const char *rest = at + whole;
  size_t places = *rest == '.' ? strlen(rest + 1) : 0;
  if (whole == 0 || whole > 12 || places > 6)
    return false;
  int64_t number = 0;
  for (size_t i = 0; i < whole; i++)
    number = number * 10 + (at[i] - '0');
  for (size_t i = 0; i < 6; i++)
    number = number * 10 + (i < places ? rest[1 + i] - '0' : 0);
  *value = negative ? -number : number;
  return true;
}

bool zc_measure_of(const json_t *measures, const char *id, int64_t *value, bool *lost)
{
  const char *text = zc_get_text(measures, id);
  if (text == NULL)
    return false;
  bool good = zc_decimal_is(text) && read_millionths(text, value);
  if (!good && lost != NULL)
    *lost = true;
  return good;
}

const char *zc_millionths(char room[32], int64_t value)
{
  uint64_t size = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
  int end = snprintf(room, 32, "%s%" PRIu64 ".%06" PRIu64, value < 0 ? "-" : "",
                     size / MILLION, size % MILLION);
  while (end > 0 && room[end - 1] == '0')
    end--;
  end -= end > 0 && room[end - 1] == '.';
  room[end] = '\0';
  return room;
}

static void add_measure(zc_measured *m, const json_t *told, const char *id)
{
  int64_t value;
  if (!zc_measure_of(told, id, &value, &m->lost))
    return;
  m->told++;
  m->lost |= __builtin_add_overflow(m->sum, value, &m->sum);
}

/* ---- sums --------------------------------------------------------------------------- */

static zc_code add_measures(zc_counts *counts, zc_count *own, const zc_member *m,
                            zc_err *err)
{
  size_t index;
  const json_t *id;
  json_t *told = NULL;
  if (*m->measures == '\0' || json_array_size(counts->measures) == 0)
    return ZC_OK;
  zc_code code = zc_json_parse(m->measures, strlen(m->measures), &told, err);
  json_array_foreach(counts->measures, index, id)
  {
    add_measure(&counts->all.measures[index], told, json_string_value(id));
    if (own != NULL)
      add_measure(&own->measures[index], told, json_string_value(id));
  }
  json_decref(told);
  return code;
}

zc_code zc_counts_sum(const zc_view *view, zc_counts *counts, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < view->members.count; i++) {
    const zc_member *m = &view->members.members[i];
    zc_count *own = counts->group_of[i] < 0 ? NULL
                                            : &counts->groups[counts->group_of[i]];
    if (!zc_member_here(m))
      continue;
    zc_group_tell(&counts->all.of, m);
    if (own != NULL)
      zc_group_tell(&own->of, m);
    code = add_measures(counts, own, m, err);
  }
  return code;
}

/* ---- for the engine ----------------------------------------------------------------- */

static json_t *told_figures(const zc_count *count)
{
  json_t *figures = json_object();
  for (int i = ZC_NUMBER_found; i < ZC_NUMBER_COUNT; i++) {
    int64_t n = count->of.numbers[i];
    if (n == ZC_UNKNOWN)
      continue;
    json_t *value = i >= ZC_NUMBER_amount
                        ? json_sprintf("%" PRId64 ".%02" PRId64, n / 100, n % 100)
                        : json_integer(n);
    if (json_object_set_new(figures, zc_fact_numbers[i], value) != 0) {
      json_decref(figures);
      return NULL;
    }
  }
  return figures;
}

static json_t *told_measures(const zc_counts *counts, const zc_count *count)
{
  size_t index;
  const json_t *id;
  char room[32];
  json_t *told = json_object();
  json_array_foreach(counts->measures, index, id)
  {
    const zc_measured *m = &count->measures[index];
    if (m->lost || m->told == 0)
      continue;
    if (json_object_set_new(told, json_string_value(id),
                            json_string(zc_millionths(room, m->sum))) != 0) {
      json_decref(told);
      return NULL;
    }
  }
  return told;
}

/* o["…"] of docs/office.md. While nobody knows whom an office looks after, nobody knows how many there
 * are, and how many are missing. */
static json_t *told_counts(const zc_counts *counts, const zc_group *c)
{
  json_t *here = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "reported",
                           (json_int_t)c->here, "late", (json_int_t)c->late, "on_time",
                           (json_int_t)(c->here - c->late), "zero", (json_int_t)c->nil,
                           "counted", (json_int_t)c->here, "paper",
                           (json_int_t)c->paper, "left_out", (json_int_t)c->left_out,
                           "clean", (json_int_t)c->clean, "self_checked",
                           (json_int_t)c->here);
  if (counts->unheard > 0)
    return here;
  json_t *all = json_pack("{s:I, s:I, s:I, s:I}", "roster", (json_int_t)c->listed,
                          "expected", (json_int_t)c->expected, "missing",
                          (json_int_t)(c->expected - c->here), "self_check_due",
                          (json_int_t)c->expected);
  if (here == NULL || all == NULL || json_object_update(here, all) != 0) {
    json_decref(here);
    here = NULL;
  }
  json_decref(all);
  return here;
}

json_t *zc_count_told(const zc_counts *counts, const zc_count *count)
{
  json_t *figures = told_figures(count), *measures = told_measures(counts, count);
  json_t *collected = told_counts(counts, &count->of);
  json_t *told = figures == NULL || measures == NULL || collected == NULL
                     ? NULL
                     : json_pack("{s:s, s:O, s:O, s:O}", "id", count->of.title,
                                 "figures", figures, "measures", measures, "collected",
                                 collected);
  json_decref(figures);
  json_decref(measures);
  json_decref(collected);
  return told;
}
