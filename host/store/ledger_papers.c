/* What papers read of the ledger: what happened in a window of days, and the problems as a
 * report hands them on. */
#include <stdio.h>
#include <string.h>

#include "store/ledger.h"
#include "store/project.h"
#include "store/sql.h"

zc_code zc_ledger_hold(zc_store *store, zc_err *err)
{
  return zc_sql(store, "BEGIN", NULL, NULL, err);
}

void zc_ledger_release(zc_store *store)
{
  if (sqlite3_get_autocommit(store->db) == 0)
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- windows ---------------------------------------------------------------------- */

/* A later finding of rows opens a closed problem again: whether it did depends on what came
 * before it. */
#define RELAPSES                                                                       \
  "action = 'lookback' AND json_extract(body, '$.result') = 'relapsed'"                \
  " OR action = 'seen' AND json_extract(body, '$.added') > 0 AND (SELECT p.action = "  \
  "'close' OR p.action = 'lookback' AND json_extract(p.body, '$.result') = 'held' "    \
  "FROM"                                                                               \
  " event p WHERE p.problem = e.problem AND p.seq < e.seq AND (p.action IN ('close',"  \
  " 'lookback', 'reopen', 'dismiss') OR p.action = 'seen' AND"                         \
  " json_extract(p.body, '$.added') > 0) ORDER BY p.seq DESC LIMIT 1)"

/* Figure and the events that make it. */
static const char *const happenings[][2] = {
    {"found", "action = 'found'"},
    {"inspected", "action = 'found' AND json_extract(body, '$.source') = 'inspection'"},
    {"standing", "action = 'found' AND (SELECT state FROM problem WHERE no = e.problem)"
                 " <> 'dismissed'"},
    {"verified", "action = 'verify'"},
    {"dismissed", "action = 'dismiss'"},
    {"assigned", "action = 'assign'"},
    {"rectified", "action = 'rectify'"},
    {"checked", "action = 'check' AND json_extract(body, '$.result') = 'pass'"},
    {"returned", "action = 'check' AND json_extract(body, '$.result') = 'fail'"},
    {"closed", "action = 'close'"},
    {"extended", "action = 'extend'"},
    {"transferred", "action = 'transfer'"},
    {"cases", "action = 'transfer' AND json_extract(body, '$.case') IS NOT NULL"},
    {"looked_back", "action = 'lookback'"},
    {"held", "action = 'lookback' AND json_extract(body, '$.result') = 'held'"},
    {"relapsed", RELAPSES},
    {"reopened", "action = 'reopen'"},
};
#define HAPPENINGS (sizeof happenings / sizeof *happenings)

#define IN_WINDOW                                                                      \
  " FROM event e WHERE business_date BETWEEN ?1 AND ?2 AND EXISTS (SELECT 1 FROM"      \
  " citation c WHERE c.problem = e.problem AND c.plan = ?3)"

static zc_code count_events(zc_store *store, const json_t *binds, json_t *figures,
                            zc_err *err)
{
  zc_buffer sql = {0};
  json_t *rows = NULL;
  int bad = 0;
  for (size_t i = 0; i < HAPPENINGS; i++)
    zc_buffer_print(&sql, "%scount(DISTINCT CASE WHEN %s THEN problem END)",
                    i == 0 ? "SELECT " : ", ", happenings[i][1]);
  zc_buffer_text(&sql, IN_WINDOW);
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql(store, sql.data, binds, &rows, err);
  for (size_t i = 0; code == ZC_OK && i < HAPPENINGS; i++)
    bad |= json_object_set(figures, happenings[i][0],
                           json_array_get(json_array_get(rows, 0), i));
  zc_buffer_free(&sql);
  json_decref(rows);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static zc_code add_refund(void *context, const json_t *row, zc_err *err)
{
  (void)err;
  *(int64_t *)context += zc_hundredths(json_string_value(json_array_get(row, 0)));
  return ZC_OK;
}

/* Who states a refund again, after a check has sent the work back, states the whole of it. */
static zc_code sum_refunds(zc_store *store, const json_t *binds, json_t *figures,
                           zc_err *err)
{
  int64_t sum = 0;
  zc_code code = zc_sql_each(
      store,
      "SELECT json_extract(body, '$.refund') FROM event WHERE seq IN (SELECT "
      "max(seq)" IN_WINDOW
      " AND action = 'rectify' AND json_extract(body, '$.refund') IS NOT NULL"
      " GROUP BY problem)",
      binds, add_refund, &sum, err);
  if (code == ZC_OK && json_object_set_new(figures, "refund", zc_amount(sum)) != 0)
    code = zc_fail_memory(err);
  return code;
}

static zc_code count_reported(zc_store *store, const json_t *binds, json_t *figures,
                              zc_err *err)
{
  json_t *rows = NULL;
  zc_code code = zc_sql(store,
                        "SELECT count(*) FROM problem WHERE reported BETWEEN ?1 AND ?2"
                        " AND EXISTS (SELECT 1 FROM citation c WHERE c.problem ="
                        " no AND c.plan = ?3)",
                        binds, &rows, err);
  if (code == ZC_OK && json_object_set(figures, "reported",
                                       json_array_get(json_array_get(rows, 0), 0)) != 0)
    code = zc_fail_memory(err);
  json_decref(rows);
  return code;
}

zc_code zc_ledger_window(zc_store *store, const char *plan, const char *from,
                         const char *to, json_t **figures, zc_err *err)
{
  json_t *binds = zc_sql_binds("sss", from, to, plan), *out = json_object();
  *figures = NULL;
  zc_code code = binds == NULL || out == NULL ? zc_fail_memory(err)
                                              : count_events(store, binds, out, err);
  if (code == ZC_OK)
    code = sum_refunds(store, binds, out, err);
  if (code == ZC_OK)
    code = count_reported(store, binds, out, err);
  json_decref(binds);
  if (code == ZC_OK)
    *figures = out;
  else
    json_decref(out);
  return code;
}

zc_code zc_ledger_days(zc_store *store, const char *plan, char first[11], char last[11],
                       zc_err *err)
{
  json_t *rows = NULL, *binds = zc_sql_binds("s", plan);
  first[0] = last[0] = '\0';
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(store,
                              "SELECT coalesce(min(business_date), ''),"
                              " coalesce(max(business_date), '') FROM event e WHERE"
                              " EXISTS (SELECT 1 FROM citation c WHERE c.problem"
                              " = e.problem AND c.plan = ?1)",
                              binds, &rows, err);
  const json_t *row = json_array_get(rows, 0);
  if (code == ZC_OK) {
    snprintf(first, 11, "%s",
             zc_text_or(json_string_value(json_array_get(row, 0)), ""));
    snprintf(last, 11, "%s", zc_text_or(json_string_value(json_array_get(row, 1)), ""));
  }
  json_decref(binds);
  json_decref(rows);
  return code;
}

/* ---- problems as they are handed on ----------------------------------------------- */

typedef struct {
  zc_ledger_visit *visit;
  void *context;
} telling;

/* Text columns that are left out when they are empty, numbers when they are 0, flags. */
static const char told_columns[] =
    "no, counted, state, source, severity, certainty, plan, item, found, reported,"
    " verified, due, done, closed, extensions, relapses, unreported, refund,"
    " json_extract(body, '$.split'), CASE WHEN state = 'dismissed' THEN 'false' ELSE"
    " json_extract(body, '$.verified.verdict') END, (SELECT "
    "json_group_array(json_object("
    "'plan', c.plan, 'item', c.item, 'split', c.split)) FROM (SELECT plan, item, split"
    " FROM citation WHERE problem = no AND (plan <> p.plan OR item <> p.item)"
    " ORDER BY plan, item, split) c)";

static int set_text(json_t *problem, const char *key, const json_t *cell)
{
  return json_string_length(cell) == 0 ? 0
                                       : json_object_set(problem, key, (json_t *)cell);
}

static int set_citations(json_t *problem, const json_t *cell)
{
  zc_err ignored;
  json_t *list = NULL, *one;
  size_t index;
  if (strcmp(zc_text_or(json_string_value(cell), "[]"), "[]") == 0)
    return 0;
  if (zc_json_parse(json_string_value(cell), json_string_length(cell), &list,
                    &ignored) != ZC_OK)
    return -1;
  json_array_foreach(list, index, one)
  {
    if (*zc_text_or(zc_get_text(one, "split"), "") == '\0')
      json_object_del(one, "split");
  }
  return json_object_set_new(problem, "citations", list);
}

static zc_code tell(void *context, const json_t *row, zc_err *err)
{
  static const char *const texts[] = {"state",    "source", "severity", "certainty",
                                      "plan",     "item",   "found",    "reported",
                                      "verified", "due",    "done",     "closed"};
  telling *t = context;
  json_t *problem = json_object();
  int bad = json_object_set(problem, "no", json_array_get(row, 0));
  bad |= json_object_set_new(problem, "counted",
                             json_boolean(json_integer_value(json_array_get(row, 1)) !=
                                          0));
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    bad |= set_text(problem, texts[i], json_array_get(row, i + 2));
  bad |= json_object_set(problem, "extended", json_array_get(row, 14));
  bad |= json_object_set(problem, "relapses", json_array_get(row, 15));
  if (json_integer_value(json_array_get(row, 16)) != 0)
    bad |= json_object_set_new(problem, "unreported", json_true());
  bad |= json_object_set_new(problem, "refund",
                             zc_amount(json_integer_value(json_array_get(row, 17))));
  if (json_is_string(json_array_get(row, 18)))
    bad |= json_object_set(problem, "split", json_array_get(row, 18));
  bad |= set_text(problem, "verdict", json_array_get(row, 19));
  bad |= set_citations(problem, json_array_get(row, 20));
  zc_code code = bad != 0 ? zc_fail_memory(err) : t->visit(t->context, problem, err);
  json_decref(problem);
  return code;
}

zc_code zc_ledger_told(zc_store *store, const char *plan, zc_ledger_visit *visit,
                       void *context, zc_err *err)
{
  telling t = {visit, context};
  zc_buffer sql = {0};
  json_t *binds = zc_sql_binds("s", plan);
  zc_buffer_print(
      &sql,
      "SELECT %s FROM problem p WHERE EXISTS (SELECT 1 FROM citation c WHERE"
      " c.problem = p.no AND c.plan = ?1) ORDER BY no",
      told_columns);
  zc_code code = binds == NULL ? zc_fail_memory(err) : zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql_each(store, sql.data, binds, tell, &t, err);
  zc_buffer_free(&sql);
  json_decref(binds);
  return code;
}
