/* What an office keeps, made again: by its events alone (inspections, cases, registers, figures by hand), or
 * beside the kept tables by events and files together. */
#include "store/office_replay.h"

#include <string.h>

#include "store/aside.h"
#include "store/cases.h"
#include "store/collected.h"
#include "store/inspections.h"
#include "store/registers.h"
#include "store/replay.h"
#include "store/sql.h"
#include "store/told.h"
#include "store/withdrawn.h"

/* ---- beside -------------------------------------------------------------------------- */

zc_code zc_office_aside(zc_store *store, bool within, zc_err *err)
{
  zc_sql_forget(store);
  zc_code code = within ? ZC_OK
                        : zc_sql(store, "PRAGMA temp_store=FILE", NULL, NULL, err);
  if (code == ZC_OK)
    code = zc_aside_make(store, ZC_FROM_FILES, err);
  if (code == ZC_OK && !within)
    code = zc_sql(store, "BEGIN", NULL, NULL, err);
  if (code != ZC_OK)
    zc_aside_drop(store, ZC_FROM_FILES);
  return code;
}

zc_code zc_office_aside_end(zc_store *store, bool within, zc_code code, zc_err *err)
{
  if (!within)
    code = zc_sql_end(store, code, err);
  zc_aside_drop(store, ZC_FROM_FILES);
  if (!within)
    sqlite3_exec(store->db, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL);
  return code;
}

/* ---- what the other events make ---------------------------------------------------------- */

static const struct {
  const char *action;
  zc_code (*put)(zc_store *store, const json_t *body, zc_err *err);
} makers[] = {{"inspect_import", zc_visits_put},    {"case_add", zc_cases_put},
              {"case_import", zc_cases_put},        {"case_close", zc_cases_put},
              {"register_import", zc_register_put}, {"register_void", zc_register_void},
              {"statistics_set", zc_manual_put},    {"case_void", zc_case_withdraw},
              {"inspect_void", zc_visit_withdraw}};

zc_code zc_replay_office(zc_store *store, const char *action, const json_t *body,
                         zc_err *err)
{
  for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
    if (strcmp(action, makers[i].action) == 0)
      return makers[i].put(store, body, err);
  return ZC_OK;
}

/* ---- files that were never kept ------------------------------------------------------------ */

#define COLUMN(name) #name ", "
#define COLUMNS ZC_FACT_TEXTS(COLUMN) ZC_FACT_NUMBERS(COLUMN)

/* Its findings and problems. */
static zc_code take_parts(zc_store *store, const char *file, zc_err *err)
{
#define FROM(columns, table)                                                           \
  "INSERT INTO temp." table                                                            \
  " SELECT (SELECT no FROM temp.collected WHERE file = ?1), " columns                  \
  " FROM main." table " WHERE report = (SELECT no FROM main.collected WHERE"           \
  " file = ?1)"
  static const char *const takes[] =
      {FROM("entry, status, severity, count, population, amount", "collected_finding"),
       FROM("no, entry, item, state, source, severity, certainty, found, reported, due,"
            " done, closed, counted, extended, relapses, unreported, refund",
            "collected_problem"),
       FROM("kind, key, name, value", "collected_figure"),
       FROM("code, name, class, grade, ownership, town, expected, position",
            "collected_member")};
#undef FROM
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < sizeof takes / sizeof *takes; i++)
    code = zc_sql_again(store, takes[i], zc_sql_binds("s", file), NULL, err);
  return code;
}

zc_code zc_office_take_over(zc_store *store, const char *file, const char *name,
                            const char *received, json_t **taken, zc_err *err)
{
  json_t *row = NULL;
  *taken = NULL;
  zc_code code =
      zc_sql_again(store,
                   "SELECT fault, kind FROM main.collected WHERE file = ?1 AND"
                   " name = ?2 AND received = ?3",
                   zc_sql_binds("sss", file, name, received), &row, err);
  if (code == ZC_OK && row != NULL)
    code = zc_sql_again(store,
                        "INSERT INTO temp.collected (" COLUMNS "no) SELECT " COLUMNS
                        "NULL FROM main.collected WHERE file = ?1",
                        zc_sql_binds("s", file), NULL, err);
  if (code == ZC_OK && row != NULL)
    code = take_parts(store, file, err);
  if (code == ZC_OK)
    *taken = json_incref(row);
  json_decref(row);
  return code;
}

zc_code zc_office_was_whole(zc_store *store, const char *file, bool *whole, zc_err *err)
{
  json_t *row = NULL;
  zc_code code =
      zc_sql_again(store, "SELECT 1 FROM main.collected WHERE file = ?1 AND brief = 0",
                   zc_sql_binds("s", file), &row, err);
  *whole = row != NULL;
  json_decref(row);
  return code;
}
