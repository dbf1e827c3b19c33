/* What an office's events make, made again and compared. */
#include <string.h>

#include "store/cases.h"
#include "store/inspections.h"
#include "store/registers.h"
#include "store/replay.h"
#include "store/sql.h"
#include "store/told.h"

static const struct {
  const char *action;
  zc_code (*put)(zc_store *store, const json_t *body, zc_err *err);
} makers[] = {{"inspect_import", zc_visits_put},    {"case_add", zc_cases_put},
              {"case_import", zc_cases_put},        {"case_close", zc_cases_put},
              {"register_import", zc_register_put}, {"statistics_set", zc_manual_put}};

zc_code zc_replay_office(zc_store *store, const char *action, const json_t *body,
                         zc_err *err)
{
  for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
    if (strcmp(action, makers[i].action) == 0)
      return makers[i].put(store, body, err);
  return ZC_OK;
}

/* How many rows of a table one side has and the other lacks. */
static zc_code count_others(zc_store *store, const char *table, bool missing,
                            int64_t *count, zc_err *err)
{
  json_t *rows = NULL;
  zc_buffer sql = {0};
  zc_buffer_print(&sql,
                  "SELECT count(*) FROM (SELECT * FROM %s.%s EXCEPT SELECT * FROM"
                  " %s.%s)",
                  missing ? "temp" : "main", table, missing ? "main" : "temp", table);
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql(store, sql.data, NULL, &rows, err);
  *count = json_integer_value(json_array_get(json_array_get(rows, 0), 0));
  json_decref(rows);
  zc_buffer_free(&sql);
  return code;
}

static zc_code compare_side(zc_replaying *r, const char *table, bool missing,
                            zc_err *err)
{
  zc_err what;
  int64_t count = 0;
  zc_code code = count_others(r->store, table, missing, &count, err);
  if (code != ZC_OK || count == 0)
    return code;
  zc_fail(&what, ZC_EDATA,
          missing ? N_("it lacks {count} entries that the events of the office make")
                  : N_("it has {count} entries that no event of the office makes"),
          "count", ZC_DIGITS(count), NULL);
  return zc_replay_fault(r, "table", table, &what, err);
}

zc_code zc_replay_compare_office(zc_replaying *r, zc_err *err)
{
  static const char *const tables[] = {"visit",         "inspected",
                                       "legal_case",    "register_row",
                                       "register_head", "manual_figure"};
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < sizeof tables / sizeof *tables; i++) {
    code = compare_side(r, tables[i], true, err);
    if (code == ZC_OK)
      code = compare_side(r, tables[i], false, err);
  }
  return code;
}
