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

/* What was found in these days and is not untrue. A problem may be entered late, with the day on
 * which it was found. */
static zc_code count_standing(zc_store *store, const json_t *binds, json_t *figures,
                              zc_err *err)
{
  json_t *rows = NULL;
  zc_code code = zc_sql(
      store,
      "SELECT count(*) FROM problem p WHERE state <> 'dismissed' AND EXISTS (SELECT 1"
      " FROM citation c WHERE c.problem = p.no AND c.plan = ?3) AND (found BETWEEN ?1"
      " AND ?2 OR EXISTS (SELECT 1 FROM event e WHERE e.problem = p.no AND e.action ="
      " 'found' AND e.business_date BETWEEN ?1 AND ?2))",
      binds, &rows, err);
  if (code == ZC_OK && json_object_set(figures, "standing",
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
  if (code == ZC_OK)
    code = count_standing(store, binds, out, err);
  json_decref(binds);
  if (code == ZC_OK)
    *figures = out;
  else
    json_decref(out);
  return code;
}

#define OF_PLAN                                                                        \
  " FROM event e WHERE EXISTS (SELECT 1 FROM citation c WHERE c.problem = e.problem"   \
  " AND c.plan = ?1)"

zc_code zc_ledger_days(zc_store *store, const char *plan, char first[11], char last[11],
                       zc_err *err)
{
  json_t *rows = NULL, *binds = zc_sql_binds("s", plan);
  first[0] = last[0] = '\0';
  zc_code code = binds == NULL ? zc_fail_memory(err)
                               : zc_sql(store,
                                        "SELECT coalesce((SELECT business_date" OF_PLAN
                                        " ORDER BY business_date LIMIT 1), ''),"
                                        " coalesce((SELECT business_date" OF_PLAN
                                        " ORDER BY business_date DESC LIMIT 1), '')",
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

zc_code zc_ledger_told(zc_store *store, const char *plan,
                       zc_code (*visit)(void *context, const char *text, size_t size,
                                        zc_err *err),
                       void *context, zc_err *err)
{
  sqlite3_stmt *statement = NULL;
  int result = SQLITE_DONE;
  json_t *binds = zc_sql_binds("s", plan);
  zc_code code =
      binds == NULL
          ? zc_fail_memory(err)
          : zc_sql_prepare(store,
                           "SELECT told FROM problem p WHERE EXISTS (SELECT 1"
                           " FROM citation c WHERE c.problem = p.no AND c.plan"
                           " = ?1) ORDER BY no",
                           binds, &statement, err);
  while (code == ZC_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    if (text == NULL)
      code = zc_fail_memory(err);
    else if (text[0] != '{' || strpbrk(text, "<>\n\r") != NULL)
      /* It goes into a comment of the report as it is: canonical JSON cannot end one. */
      code =
          zc_fail(err, ZC_EDATA,
                  "{path} is damaged: {what} of the ledger is not what zicha writes; "
                  "run `zicha verify`",
                  "path", store->path, "what", "a problem", NULL);
    else
      code = visit(context, text, (size_t)sqlite3_column_bytes(statement, 0), err);
  }
  if (code == ZC_OK && result != SQLITE_DONE)
    code = zc_sql_fail(store, result, err);
  sqlite3_finalize(statement);
  json_decref(binds);
  return code;
}
