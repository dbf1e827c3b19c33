#include "office/scores.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "office/amount.h"
#include "office/sources.h"
#include "store/sent.h"

/* Points of one problem or case. */
typedef struct {
  size_t member;
  int32_t day;
  int64_t points;
  bool by_case;
} given;

typedef struct {
  const zc_view *view;
  const zc_point_table *table;
  zc_scores *scores;
  given *list;
  size_t count, room;
} adding;

static bool give(adding *a, size_t member, const char *day, int64_t points,
                 bool by_case)
{
  int32_t number;
  zc_score *score = &a->scores->scores[member];
  if (points <= 0 || !zc_day_parse(day, strlen(day), &number))
    return true;
  if (a->count == a->room) {
    size_t room = a->room * 2 + 256;
    given *grown = realloc(a->list, room * sizeof *grown);
    if (grown == NULL)
      return false;
    a->list = grown;
    a->room = room;
  }
  a->list[a->count++] = (given){member, number, points, by_case};
  score->problems += !by_case;
  score->cases += by_case;
  return true;
}

/* ---- problems ----------------------------------------------------------------------- */

/* Whether the facility has found the problem itself, and mended it. */
static bool is_lenient(const zc_sent_problem *p)
{
  static const char *const mended[] = {"rectified", "checked", "closed", "held"};
  bool own = zc_source_own(p->source);
  for (size_t i = 0; own && i < sizeof mended / sizeof *mended; i++)
    if (strcmp(p->state, mended[i]) == 0)
      return true;
  return false;
}

/* What the last version of the plan calls the entry of another version's report: its id, or that of its
 * item; NULL. */
static const json_t *bridged(const adding *a, size_t member, const zc_sent_problem *p)
{
  int64_t place = zc_view_place(a->view, a->view->members.members[member].checklist,
                                p->entry);
  const json_t *entries = json_object_get(a->view->checklist, "entries");
  const json_t *entry = place < 0 ? NULL : json_array_get(entries, (size_t)place);
  const json_t *points = a->table->points;
  const char *id = zc_text_of(entry, "id"), *item = zc_text_of(entry, "item");
  const json_t *found = json_object_get(points, id);
  return found != NULL ? found : json_object_get(points, item);
}

/* Of the entry, by any of its names, else of its item, else of its severity; ZC_UNKNOWN. */
static int64_t points_of(const adding *a, size_t member, const zc_sent_problem *p)
{
  const zc_point_table *t = a->table;
  const json_t *found = json_object_get(t->points, p->item);
  const char *bracket = strchr(p->item, '[');
  char base[256] = "";
  if (found == NULL)
    found = bridged(a, member, p);
  if (found == NULL && bracket != NULL && (size_t)(bracket - p->item) < sizeof base) {
    memcpy(base, p->item, (size_t)(bracket - p->item));
    found = json_object_get(t->points, base);
  }
  if (found == NULL)
    found = json_object_get(t->severities, p->severity);
  return found == NULL ? ZC_UNKNOWN : (int64_t)json_integer_value(found);
}

static zc_code add_problem(void *context, const zc_sent_problem *p, zc_err *err)
{
  adding *a = context;
  ptrdiff_t found = zc_members_find(&a->view->members, p->report);
  size_t member = (size_t)found;
  if (found < 0 || !p->counted)
    return ZC_OK;
  int64_t points = points_of(a, member, p);
  if (points == ZC_UNKNOWN) {
    a->scores->scores[member].unscored++;
    return ZC_OK;
  }
  size_t before = a->count;
  if (!give(a, member, p->found, points, false))
    return zc_fail_memory(err);
  if (a->count > before && is_lenient(p))
    a->scores->scores[member].lenient += points;
  return ZC_OK;
}

/* ---- cases --------------------------------------------------------------------------- */

static zc_code add_cases(adding *a, const json_t *cases, zc_err *err)
{
  size_t index;
  const json_t *one;
  json_t *places = json_object();
  int bad = places == NULL;
  for (size_t i = 0; json_array_size(cases) > 0 && i < a->view->members.count; i++)
    bad |= json_object_set_new(places, a->view->members.members[i].code,
                               json_integer((json_int_t)i));
  json_array_foreach(cases, index, one)
  {
    const json_t *at = json_object_get(places, zc_text_of(one, "facility"));
    const char *day = zc_text_of(one, "penalty_day");
    if (*day == '\0')
      day = zc_text_of(one, "filed");
    if (at != NULL && !give(a, (size_t)json_integer_value(at), day,
                            100 * zc_get_integer(one, "points_facilities", 0), true))
      bad = -1;
  }
  json_decref(places);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- cycles --------------------------------------------------------------------------- */

/* The same day so many years later; of 29 February the 28th where there is none. */
static int32_t years_later(int32_t day, int64_t years)
{
  zc_civil civil = zc_day_to_civil(day);
  civil.year += (int)years;
  if (!zc_civil_valid(civil))
    civil.day = 28;
  return zc_day_from_civil(civil);
}

/* The licence's term: from its first day, or the beginning of a calendar year, on. `to` is the
 * largest day where it has no end. */
static void find_term(const zc_member *m, int32_t day, int32_t *from, int32_t *to,
                      bool *licensed)
{
  zc_civil civil = zc_day_to_civil(day);
  *licensed = zc_day_parse(m->licence_from, strlen(m->licence_from), from);
  if (!*licensed)
    *from = zc_day_from_civil((zc_civil){civil.year, 1, 1});
  if (!*licensed || !zc_day_parse(m->licence_to, strlen(m->licence_to), to))
    *to = INT32_MAX;
}

/* The cycle of so many years (0: the term) in which a day lies. */
static void find_cycle(int32_t from, int32_t to, int64_t years, int32_t day,
                       int32_t *first, int32_t *last)
{
  *first = from;
  *last = to;
  if (years <= 0)
    return;
  int64_t n = (zc_day_to_civil(day).year - zc_day_to_civil(from).year) / years;
  while (n > 0 && years_later(from, n * years) > day)
    n--;
  *first = years_later(from, n * years);
  *last = years_later(from, (n + 1) * years) - 1;
  if (*last > to)
    *last = to;
}

static int by_member(const void *a, const void *b)
{
  const given *x = a, *y = b;
  if (x->member != y->member)
    return x->member < y->member ? -1 : 1;
  return (x->day > y->day) - (x->day < y->day);
}

static void keep_most(zc_cycle *best, int64_t sum, int32_t first, int32_t last)
{
  if (sum <= best->points)
    return;
  best->points = sum;
  zc_day_text(first, best->from);
  best->to[0] = '\0';
  if (last != INT32_MAX)
    zc_day_text(last, best->to);
}

/* Days rise, so that a cycle's points stand together. */
static void best_cycle(const given *list, size_t count, int64_t years,
                       const zc_member *m, zc_cycle *best)
{
  int32_t from, to, first = 0, last = -1, own_first, own_last;
  int64_t sum = 0;
  bool licensed, begun = false;
  find_term(m, list->day, &from, &to, &licensed);
  for (size_t i = 0; i < count; i++) {
    if (list[i].day < from || list[i].day > to)
      continue;
    find_cycle(from, to, years, list[i].day, &own_first, &own_last);
    sum = begun && own_first == first && own_last == last ? sum + list[i].points
                                                          : list[i].points;
    begun = true;
    first = own_first;
    last = own_last;
    keep_most(best, sum, first, last);
  }
}

/* Nobody knows when its cycles begin: so many calendar years in a row, whichever have most. */
static void best_years(const given *list, size_t count, int64_t years, zc_cycle *best)
{
  for (size_t i = 0; i < count; i++) {
    int year = zc_day_to_civil(list[i].day).year;
    int32_t first = zc_day_from_civil((zc_civil){year, 1, 1}), last = INT32_MAX;
    int64_t sum = 0;
    if (years > 0)
      last = zc_day_from_civil((zc_civil){year + (int)years, 1, 1}) - 1;
    for (size_t k = i; k < count && list[k].day <= last; k++)
      sum = zc_amount_add(sum, list[k].points);
    keep_most(best, sum, first, last);
    while (i + 1 < count && zc_day_to_civil(list[i + 1].day).year == year)
      i++;
  }
}

static void add_up(const adding *a, const given *list, size_t count)
{
  zc_score *score = &a->scores->scores[list->member];
  const zc_member *m = &a->view->members.members[list->member];
  int32_t from, to;
  for (size_t i = 0; i < count; i++) {
    find_term(m, list[i].day, &from, &to, &score->licensed);
    score->total = zc_amount_add(score->total, list[i].points);
    if (list[i].by_case)
      score->by_cases = zc_amount_add(score->by_cases, list[i].points);
    if (list[i].day < from || list[i].day > to)
      score->outside = zc_amount_add(score->outside, list[i].points);
  }
  for (size_t i = 0; i < a->table->span_count; i++) {
    if (score->licensed)
      best_cycle(list, count, a->table->spans[i], m, &score->cycles[i]);
    else
      best_years(list, count, a->table->spans[i], &score->cycles[i]);
  }
}

zc_code zc_scores_read(zc_store *store, const zc_view *view, const char *plan,
                       const char *round, const zc_point_table *table,
                       const json_t *cases, zc_scores *scores, zc_err *err)
{
  adding a = {.view = view, .table = table, .scores = scores};
  *scores = (zc_scores){.count = view->members.count};
  scores->scores = calloc(scores->count + 1, sizeof *scores->scores);
  if (scores->scores == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < scores->count; i++)
    scores->scores[i].member = i;
  zc_code code = zc_sent_problems(store, plan, round, add_problem, &a, err);
  if (code == ZC_OK)
    code = add_cases(&a, cases, err);
  if (code == ZC_OK && a.count > 0)
    qsort(a.list, a.count, sizeof *a.list, by_member);
  for (size_t first = 0, end; code == ZC_OK && first < a.count; first = end) {
    for (end = first + 1; end < a.count && a.list[end].member == a.list[first].member;
         end++)
      ;
    add_up(&a, a.list + first, end - first);
  }
  free(a.list);
  return code;
}

void zc_scores_free(zc_scores *scores)
{
  free(scores->scores);
  *scores = (zc_scores){0};
}
