/* The figures of what an office has done itself: its visits, and its cases. */
#include <string.h>

#include "store/case_days.h"
#include "store/cases.h"
#include "store/handled.h"
#include "store/project.h"
#include "store/sql.h"

/* Within the window; "" is no day. */
#define IN(day)                                                                        \
  day " <> '' AND (?2 = '' OR " day " >= ?2) AND (?3 = '' OR " day " <= ?3)"

/* What is counted: rows of a table, by the day that decides. */
typedef enum { VISITED, FILED, CLOSED, OPEN, DECIDED, SENT, PUBLISHED, PARTS } part;

static const struct {
  const char *table, *meant, *day;
} parts[PARTS] = {
    [VISITED] = {"visit", IN("x.day"), "x.day"},
    [FILED] = {"legal_case", IN("x.filed"), "x.filed"},
    [CLOSED] = {"legal_case", IN("x.closed"), "x.closed"},
    /* On the last day of the window. */
    [OPEN] = {"legal_case",
              "?2 = ?2 AND (?3 = '' OR x.filed <= ?3) AND"
              " (x.closed = '' OR (?3 <> '' AND x.closed > ?3))",
              "x.filed"},
    [DECIDED] = {"legal_case", IN(ZC_PENALTY_DAY), ZC_PENALTY_DAY},
    [SENT] = {"legal_case", IN(ZC_TRANSFER_DAY), ZC_TRANSFER_DAY},
    [PUBLISHED] = {"legal_case", IN("x.published"), "x.published"},
};

/* Who it is: a facility of the roster, or somebody else. */
#define WHO "CASE x.facility WHEN '' THEN '/' || x.subject ELSE x.facility END"
#define ONCE "count(DISTINCT "
#define WHO_IF(condition) ONCE "CASE WHEN " condition " THEN " WHO " END)"
/* A warning goes to a facility or to one of its people (家/人): each once. */
#define WARNED ONCE "CASE WHEN x.warning THEN x.facility || '/' || x.subject END)"

#define PROBLEMS(what) "sum((SELECT " what " FROM inspected WHERE visit = x.no))"
#define TO(word) "sum(instr(',' || x.transfers || ',', '," word ",') > 0)"

static const struct {
  const char *name;
  part of;
  const char *sql;
  bool money;
} figures[] = {
    {"inspected", VISITED, ONCE WHO ")", false},
    {"visits", VISITED, "count(*)", false},
    {"inspectors", VISITED, "sum(x.inspectors)", false},
    {"orders", VISITED, "sum(" ZC_HANDLED("x", "order_correct") ")", false},
    {"orders_facilities", VISITED, WHO_IF(ZC_HANDLED("x", "order_correct")), false},
    {"opinions", VISITED, "sum(" ZC_HANDLED("x", "opinion") ")", false},
    {"unlicensed_closed", VISITED, "sum(" ZC_HANDLED("x", "close_down") ")", false},
    {"inspected_problems", VISITED, PROBLEMS("count(*)"), false},
    {"inspected_amount", VISITED, PROBLEMS("coalesce(sum(amount), 0)"), true},
    {"cases", FILED, "count(*)", false},
    {"simple", FILED, "sum(x.procedure = 'simple')", false},
    {"general", FILED, "sum(x.procedure = 'general')", false},
    {"cases_facilities", FILED, ONCE WHO ")", false},
    {"closed", CLOSED, "count(*)", false},
    {"open", OPEN, "count(*)", false},
    {"warnings", DECIDED, WARNED, false},
    {"fined", DECIDED, WHO_IF("x.fine > 0"), false},
    {"fine_amount", DECIDED, "sum(x.fine)", true},
    {"confiscated", DECIDED, "sum(x.confiscated)", true},
    {"suspended", DECIDED, WHO_IF("x.suspended"), false},
    {"revoked", DECIDED, WHO_IF("x.revoked"), false},
    {"cancelled", DECIDED, WHO_IF("x.cancelled"), false},
    {"doctors_suspended", DECIDED, "sum(x.doctors_suspended)", false},
    {"doctors_revoked", DECIDED, "sum(x.doctors_revoked)", false},
    {"points_facilities", DECIDED, "sum(x.points_facilities)", false},
    {"points_staff", DECIDED, "sum(x.points_staff)", false},
    {"scored_facilities", DECIDED, WHO_IF("x.points_facilities > 0"), false},
    {"scored_staff", DECIDED, "sum(x.staff)", false},
    {"refunds", DECIDED, "sum(x.refund)", true},
    {"transfers", SENT, "sum(x.transfers <> '')", false},
    {"transfers_police", SENT, TO("police"), false},
    {"transfers_discipline", SENT, TO("discipline"), false},
    {"transfers_insurance", SENT, TO("insurance"), false},
    {"transfers_market", SENT, TO("market"), false},
    {"transfers_justice", SENT, TO("justice"), false},
    {"transfers_other", SENT, TO("other"), false},
    {"exposed", PUBLISHED, "count(*)", false},
};
#define FIGURES (sizeof figures / sizeof *figures)

bool zc_case_figure_at(size_t place, zc_case_figure *figure)
{
  if (place >= FIGURES)
    return false;
  *figure = (zc_case_figure){.name = figures[place].name,
                             .visits = figures[place].of == VISITED,
                             .money = figures[place].money,
                             .once = strstr(figures[place].sql, WHO) != NULL};
  return true;
}

bool zc_case_figure_of(const char *name, zc_case_figure *figure)
{
  for (size_t i = 0; zc_case_figure_at(i, figure); i++)
    if (strcmp(figure->name, name) == 0)
      return true;
  return false;
}

static json_t *value_of(size_t figure, int64_t sum)
{
  return figures[figure].money ? zc_amount(sum) : json_integer(sum);
}

/* The figures of a key; with 0 for all of them when it is new. Borrowed; NULL when out of
 * memory. */
static json_t *figures_of(json_t *all, const char *key)
{
  json_t *one = json_object_get(all, key);
  if (one != NULL)
    return one;
  one = json_object();
  int bad = json_object_set_new(all, key, one);
  for (size_t i = 0; bad == 0 && i < FIGURES; i++)
    bad |= json_object_set_new(one, figures[i].name, value_of(i, 0));
  return bad == 0 ? one : NULL;
}

typedef struct {
  json_t *all;
  part of;
} adding;

/* The key, then the sums of a part in their order. */
static zc_code add_row(void *context, const json_t *row, zc_err *err)
{
  const adding *a = context;
  json_t *one = figures_of(a->all, json_string_value(json_array_get(row, 0)));
  int bad = one == NULL;
  for (size_t i = 0, at = 1; bad == 0 && i < FIGURES; i++)
    if (figures[i].of == a->of)
      bad |= json_object_set_new(one, figures[i].name,
                                 value_of(i, json_integer_value(
                                                 json_array_get(row, at++))));
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code add_part(zc_store *store, part of, const json_t *binds, zc_case_group by,
                        json_t *all, zc_err *err)
{
  static const char *const keys[] = {"''", "coalesce(r.class, '')", "x.facility"};
  zc_buffer sql = {0};
  adding a = {all, of};
  zc_buffer_print(&sql, "SELECT %s", keys[by]);
  for (size_t i = 0; i < FIGURES; i++)
    if (figures[i].of == of)
      zc_buffer_print(&sql, ", %s", figures[i].sql);
  zc_buffer_print(&sql,
                  " FROM %s AS x LEFT JOIN roster AS r ON r.plan = x.plan"
                  " AND r.code = x.facility WHERE x.plan = ?1 AND (?4 = '' OR"
                  " x.facility = ?4) AND %s AND %s GROUP BY 1",
                  parts[of].table, parts[of].meant,
                  of == VISITED ? "?5 = ?5" : "(?5 = 0 OR x.closed = '')");
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql_each(store, sql.data, binds, add_row, &a, err);
  zc_buffer_free(&sql);
  return code;
}

zc_code zc_case_figures(zc_store *store, const zc_case_filter *filter, zc_case_group by,
                        json_t **result, zc_err *err)
{
  json_t *all = json_object(),
         *binds = zc_sql_binds("ssssi", filter->plan, filter->from, filter->to,
                               filter->facility, (int64_t)filter->open);
  *result = NULL;
  zc_code code = all == NULL || binds == NULL ||
                         (by == ZC_BY_ALL && figures_of(all, "") == NULL)
                     ? zc_fail_memory(err)
                     : ZC_OK;
  for (part of = 0; code == ZC_OK && of < PARTS; of++)
    code = add_part(store, of, binds, by, all, err);
  json_decref(binds);
  if (code == ZC_OK)
    *result = all;
  else
    json_decref(all);
  return code;
}

/* ---- what a figure is made of ------------------------------------------------------------- */

typedef struct {
  json_t *all;
  size_t figure;
} tracing;

/* facility, no, subject, day, team, kind, value. */
static zc_code add_source(void *context, const json_t *row, zc_err *err)
{
  static const char *const names[] = {"no", "subject", "day", "team", "kind"};
  const tracing *t = context;
  const char *code = zc_text_or(json_string_value(json_array_get(row, 0)), "");
  json_t *list = json_object_get(t->all, code), *one = json_object();
  int bad = one == NULL;
  if (list == NULL) {
    list = json_array();
    bad |= json_object_set_new(t->all, code, list);
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    bad |= json_object_set(one, names[i], json_array_get(row, i + 1));
  bad |= json_object_set_new(one, "value",
                             value_of(t->figure,
                                      json_integer_value(json_array_get(row, 6))));
  bad |= bad == 0 ? json_array_append(list, one) : 0;
  json_decref(one);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code read_sources(zc_store *store, size_t figure, const json_t *binds,
                            json_t *all, zc_err *err)
{
  zc_buffer sql = {0};
  part of = figures[figure].of;
  tracing t = {all, figure};
  zc_buffer_print(&sql,
                  "SELECT x.facility, %s, x.subject, %s, %s, %s AS value FROM %s AS x"
                  " WHERE x.plan = ?1 AND %s GROUP BY x.no HAVING value <> 0"
                  " ORDER BY %s, x.no",
                  of == VISITED ? "''" : "x.no", parts[of].day,
                  of == VISITED ? "x.team, x.kind" : "'', ''", figures[figure].sql,
                  parts[of].table, parts[of].meant, parts[of].day);
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql_each(store, sql.data, binds, add_source, &t, err);
  zc_buffer_free(&sql);
  return code;
}

zc_code zc_case_sources(zc_store *store, const char *plan, const char *from,
                        const char *to, const char *figure, json_t **sources,
                        zc_err *err)
{
  json_t *all = json_object(), *binds = zc_sql_binds("sss", plan, from, to);
  *sources = NULL;
  zc_code code = all == NULL || binds == NULL ? zc_fail_memory(err) : ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < FIGURES; i++)
    if (strcmp(figures[i].name, figure) == 0)
      code = read_sources(store, i, binds, all, err);
  json_decref(binds);
  if (code == ZC_OK)
    *sources = all;
  else
    json_decref(all);
  return code;
}
