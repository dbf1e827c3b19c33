#include "store/sent.h"

#include "store/sql.h"

static const char query[] =
    "SELECT s.report, p.no, p.entry, p.counted, p.unreported, p.item, p.state,"
    " p.source, p.severity, p.certainty, p.found, p.closed FROM standing AS s"
    " JOIN collected_problem AS p ON p.report = s.report"
    " WHERE s.plan = ?1 AND s.round = ?2 AND s.counts = 1 ORDER BY s.report, p.no";

static const char *text_at(sqlite3_stmt *s, int column)
{
  const char *text = (const char *)sqlite3_column_text(s, column);
  return text == NULL ? "" : text;
}

static zc_code tell(sqlite3_stmt *s, zc_sent_visit *visit, void *context, zc_err *err)
{
  const zc_sent_problem problem = {.report = sqlite3_column_int64(s, 0),
                                   .no = sqlite3_column_int64(s, 1),
                                   .entry = sqlite3_column_int64(s, 2),
                                   .counted = sqlite3_column_int(s, 3) != 0,
                                   .unreported = sqlite3_column_int(s, 4) != 0,
                                   .item = text_at(s, 5),
                                   .state = text_at(s, 6),
                                   .source = text_at(s, 7),
                                   .severity = text_at(s, 8),
                                   .certainty = text_at(s, 9),
                                   .found = text_at(s, 10),
                                   .closed = text_at(s, 11)};
  return visit(context, &problem, err);
}

zc_code zc_sent_problems(zc_store *store, const char *plan, const char *round,
                         zc_sent_visit *visit, void *context, zc_err *err)
{
  sqlite3_stmt *s = NULL;
  int result = SQLITE_DONE;
  json_t *binds = zc_sql_binds("ss", plan, round);
  if (binds == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_sql_prepare(store, query, binds, &s, err);
  while (code == ZC_OK && (result = sqlite3_step(s)) == SQLITE_ROW)
    code = tell(s, visit, context, err);
  if (code == ZC_OK && result != SQLITE_DONE)
    code = zc_sql_fail(store, result, err);
  sqlite3_finalize(s);
  json_decref(binds);
  return code;
}
