/* The figures of what an office has done itself: its visits, and its cases. */
#include <stdio.h>
#include <string.h>

#include "store/cases.h"
#include "store/project.h"
#include "store/sql.h"

const char *const zc_case_figure_names[] = {"inspected",
                                            "visits",
                                            "inspectors",
                                            "orders",
                                            "orders_facilities",
                                            "opinions",
                                            "unlicensed_closed",
                                            "inspected_problems",
                                            "inspected_amount",
                                            "cases",
                                            "cases_simple",
                                            "cases_general",
                                            "cases_facilities",
                                            "closed",
                                            "warnings",
                                            "fined",
                                            "fine_amount",
                                            "confiscated",
                                            "suspended",
                                            "revoked",
                                            "cancelled",
                                            "doc_revoked",
                                            "doc_suspended",
                                            "points_fac",
                                            "points_staff",
                                            "scored_fac",
                                            "scored_staff",
                                            "refunds",
                                            "transfers",
                                            "transfers_police",
                                            "transfers_discipline",
                                            "transfers_insurance",
                                            "transfers_market",
                                            "transfers_justice",
                                            "exposed",
                                            NULL};

bool zc_case_figure_is_money(const char *name)
{
  static const char *const money[] = {"inspected_amount", "fine_amount", "confiscated",
                                      "refunds"};
  for (size_t i = 0; i < sizeof money / sizeof *money; i++)
    if (strcmp(name, money[i]) == 0)
      return true;
  return false;
}

/* Who it is: a facility of the roster, or somebody else. */
#define WHO "CASE x.facility WHEN '' THEN '/' || x.subject ELSE x.facility END"
#define WHO_IF(condition) "count(DISTINCT CASE WHEN " condition " THEN " WHO " END)"
/* How a visit, or a problem that it found, was handled. */
#define HANDLED(word)                                                                  \
  "(instr(',' || x.handling || ',', '," word ",') > 0 OR EXISTS (SELECT 1 FROM"        \
  " inspected AS i WHERE i.visit = x.no AND instr(',' || i.handling || ',', '," word   \
  ",') > 0))"
#define SENT(word) "sum(instr(',' || x.transfers || ',', '," word ",') > 0)"

/* Sums of the rows of a table whose day lies in the window. */
static const struct {
  const char *table, *day, *names, *sums;
} parts[] = {
    {"visit", "x.day",
     "inspected visits inspectors orders orders_facilities opinions unlicensed_closed "
     "inspected_problems inspected_amount",
     "count(DISTINCT " WHO "), count(*), sum(x.inspectors),"
     " sum(" HANDLED("order_correct") "), " WHO_IF(HANDLED(
         "order_correct")) ","
                           " sum(" HANDLED("opinion") "), sum(" HANDLED(
                               "close_down") "),"
                                             " sum((SELECT count(*) FROM inspected "
                                             "WHERE visit = x.no)),"
                                             " sum((SELECT coalesce(sum(amount), 0) "
                                             "FROM inspected WHERE visit = x.no))"},
    {"legal_case", "x.filed", "cases cases_simple cases_general cases_facilities",
     "count(*), sum(x.procedure = 'simple'), sum(x.procedure = 'general'),"
     " count(DISTINCT " WHO ")"},
    {"legal_case", "x.closed", "closed", "count(*)"},
    {"legal_case", "x.decided",
     "warnings fined fine_amount confiscated suspended revoked cancelled doc_revoked "
     "doc_suspended points_fac points_staff scored_fac scored_staff refunds",
     "sum(x.warning), " WHO_IF(
         "x.fine > 0") ", sum(x.fine), "
                       "sum(x.confiscated), " WHO_IF(
                           "x."
                           "suspended") ", " WHO_IF("x.revoked") ", " WHO_IF("x."
                                                                             "cancelle"
                                                                             "d") ","
                                                                                  " sum"
                                                                                  "(x."
                                                                                  "doc_"
                                                                                  "revo"
                                                                                  "ked)"
                                                                                  ", "
                                                                                  "sum("
                                                                                  "x."
                                                                                  "doc_"
                                                                                  "susp"
                                                                                  "ende"
                                                                                  "d), "
                                                                                  "sum("
                                                                                  "x."
                                                                                  "poin"
                                                                                  "ts_"
                                                                                  "fac)"
                                                                                  ","
                                                                                  " sum"
                                                                                  "(x."
                                                                                  "poin"
                                                                                  "ts_"
                                                                                  "staf"
                                                                                  "f),"
                                                                                  " " WHO_IF(
                                                                                      "x.points_"
                                                                                      "fac > 0") ", sum(x.staff),"
                                                                                                 " sum(x.refund)"},
    {"legal_case", "x.transferred",
     "transfers transfers_police transfers_discipline transfers_insurance "
     "transfers_market transfers_justice",
     "sum(x.transfers <> ''), " SENT("police") ", " SENT("discipline") ", " SENT(
         "insurance") ", " SENT("market") ", " SENT("justice")},
    {"legal_case", "x.published", "exposed", "count(*)"},
};

/* The figures of a key; with 0 for all of them when it is new. Borrowed; NULL when out of
 * memory. */
static json_t *figures_of(json_t *all, const char *key)
{
  json_t *one = json_object_get(all, key);
  if (one != NULL)
    return one;
  one = json_object();
  int bad = json_object_set_new(all, key, one);
  for (const char *const *name = zc_case_figure_names; bad == 0 && *name != NULL;
       name++)
    bad |= json_object_set_new(one, *name,
                               zc_case_figure_is_money(*name) ? zc_amount(0)
                                                              : json_integer(0));
  return bad == 0 ? one : NULL;
}

typedef struct {
  json_t *all;
  const char *names; /* of the sums, with blanks between them */
} adding;

/* key, sum, sum … */
static zc_code add_row(void *context, const json_t *row, zc_err *err)
{
  const adding *a = context;
  json_t *one = figures_of(a->all, json_string_value(json_array_get(row, 0)));
  int bad = one == NULL;
  const char *at = a->names;
  for (size_t i = 1; *at != '\0'; i++) {
    char name[40];
    size_t size = strcspn(at, " ");
    int64_t sum = json_integer_value(json_array_get(row, i));
    snprintf(name, sizeof name, "%.*s", (int)size, at);
    bad |= json_object_set_new(one, name,
                               zc_case_figure_is_money(name) ? zc_amount(sum)
                                                             : json_integer(sum));
    at += size + (at[size] == ' ');
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code add_part(zc_store *store, size_t part, const json_t *binds,
                        zc_case_group by, json_t *all, zc_err *err)
{
  static const char *const keys[] = {"''", "coalesce(r.class, '')", "x.facility"};
  zc_buffer sql = {0};
  adding a = {all, parts[part].names};
  zc_buffer_print(&sql,
                  "SELECT %s, %s FROM %s AS x LEFT JOIN roster AS r ON r.plan = x.plan"
                  " AND r.code = x.facility WHERE x.plan = ?1 AND %s <> ''"
                  " AND (?2 = '' OR %s >= ?2) AND (?3 = '' OR %s <= ?3) GROUP BY 1",
                  keys[by], parts[part].sums, parts[part].table, parts[part].day,
                  parts[part].day, parts[part].day);
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql_each(store, sql.data, binds, add_row, &a, err);
  zc_buffer_free(&sql);
  return code;
}

zc_code zc_case_figures(zc_store *store, const char *plan, const char *from,
                        const char *to, zc_case_group by, json_t **figures, zc_err *err)
{
  json_t *all = json_object(), *binds = zc_sql_binds("sss", plan, from, to);
  *figures = NULL;
  zc_code code = all == NULL || binds == NULL ||
                         (by == ZC_BY_ALL && figures_of(all, "") == NULL)
                     ? zc_fail_memory(err)
                     : ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < sizeof parts / sizeof *parts; i++)
    code = add_part(store, i, binds, by, all, err);
  json_decref(binds);
  if (code == ZC_OK)
    *figures = all;
  else
    json_decref(all);
  return code;
}
