/* Lists and counts of what came. */
#include <string.h>

#include "store/members_sql.h"
#include "store/sql.h"
#include "store/standing.h"

static zc_code add_count(void *context, const json_t *row, zc_err *err)
{
  const char *state = zc_text_or(json_string_value(json_array_get(row, 0)), "");
  return json_object_set(context, state, json_array_get(row, 1)) == 0
             ? ZC_OK
             : zc_fail_memory(err);
}

/* Parts of a report that does not count are not worth a line each. */
#define WHOLE_COUNTS                                                                   \
  "EXISTS (SELECT 1 FROM collected AS w JOIN standing AS v ON v.report = w.no"         \
  " WHERE w.file = c.source AND v.counts = 1)"

zc_code zc_standing_counts(zc_store *store, json_t **counts, zc_err *err)
{
  json_t *map = json_object();
  *counts = NULL;
  zc_code code =
      map == NULL
          ? zc_fail_memory(err)
          : zc_sql_each(store,
                        "SELECT iif(via = '', state, 'parts'), count(*)"
                        " FROM standing AS s JOIN collected AS c ON c.no = s.report"
                        " WHERE via = '' OR (s.counts = 0 AND " WHOLE_COUNTS
                        ") GROUP BY 1",
                        NULL, add_count, map, err);
  if (code == ZC_OK)
    *counts = map;
  else
    json_decref(map);
  return code;
}

zc_code zc_standing_missing(zc_store *store, const char *plan, const char *round,
                            int64_t *expected, int64_t *here, zc_err *err)
{
  json_t *row = NULL;
  *expected = *here = 0;
  zc_code code = zc_sql_again(
      store,
      ZC_MEMBERS_SQL
      " SELECT count(*), coalesce(sum(EXISTS (SELECT 1 FROM standing AS s WHERE"
      " s.plan = ?1 AND s.round = ?2 AND s.facility = r.code AND s.counts = 1)), 0)"
      " FROM member AS r WHERE r.expected = 1",
      zc_sql_binds("ss", plan, round), &row, err);
  *expected = json_integer_value(json_array_get(row, 0));
  *here = json_integer_value(json_array_get(row, 1));
  json_decref(row);
  return code;
}

/* ---- lists -------------------------------------------------------------------------- */

typedef struct {
  zc_ledger_visit *visit;
  void *context;
  const char *const *keys;
  size_t count;
} listing;

/* A row as a map; a reason is a message, and one that is blank is left out. */
static zc_code list_row(void *context, const json_t *row, zc_err *err)
{
  const listing *l = context;
  json_t *map = json_object();
  int bad = map == NULL;
  zc_code code = ZC_OK;
  for (size_t i = 0; i < l->count; i++) {
    json_t *value = json_array_get(row, i), *message = NULL;
    if (strcmp(l->keys[i], "reason") != 0) {
      bad |= json_object_set(map, l->keys[i], value);
    } else if (json_string_length(value) > 0) {
      code = zc_json_parse(json_string_value(value), json_string_length(value),
                           &message, err);
      if (code == ZC_OK)
        bad |= json_object_set_new(map, l->keys[i], message);
    }
  }
  if (code == ZC_OK)
    code = bad != 0 ? zc_fail_memory(err) : l->visit(l->context, map, err);
  json_decref(map);
  return code;
}

zc_code zc_standing_list(zc_store *store, const zc_filed_filter *filter,
                         zc_ledger_visit *visit, void *context, zc_err *err)
{
  static const char *const keys[] = {"file",  "name",     "kind",   "received", "plan",
                                     "round", "facility", "title",  "class",    "day",
                                     "state", "counts",   "reason", "report",   "via"};
  listing l = {visit, context, keys, sizeof keys / sizeof *keys};
  json_t *binds = zc_sql_binds("ssssi", filter->plan, filter->round, filter->state,
                               filter->facility, (int64_t)filter->listed);
  zc_code code =
      binds == NULL
          ? zc_fail_memory(err)
          : zc_sql_each(
                store,
                "SELECT c.file, c.name, kind, received, s.plan, round, s.facility,"
                " coalesce(r.name, title), coalesce(r.class, c.class), day, state, "
                "counts,"
                " reason, c.report, c.via FROM standing AS s"
                " JOIN collected AS c ON c.no = s.report"
                " LEFT JOIN roster AS r ON r.plan = s.plan AND r.code = s.facility"
                " WHERE (?1 = '' OR s.plan = ?1) AND (?2 = '' OR round = ?2)"
                " AND (?3 = '' OR state = ?3) AND (?4 = '' OR s.facility = ?4)"
                " AND (?5 = 0 OR (counts = 0 AND state <> 'superseded'))"
                " AND (via = '' OR counts = 1 OR " WHOLE_COUNTS ")"
                " ORDER BY s.facility, day, received, c.file",
                binds, list_row, &l, err);
  json_decref(binds);
  return code;
}

zc_code zc_filed_homeless(zc_store *store, const zc_filed_filter *filter,
                          int64_t *count, zc_err *err)
{
  json_t *row = NULL;
  zc_code code = zc_sql_again(store,
                              "SELECT count(*) FROM standing WHERE round = ''"
                              " AND (?1 = '' OR plan IN (?1, ''))"
                              " AND (?2 = '' OR state = ?2)"
                              " AND (?3 = '' OR facility = ?3)",
                              zc_sql_binds("sss", filter->plan, filter->state,
                                           filter->facility),
                              &row, err);
  *count = json_integer_value(json_array_get(row, 0));
  json_decref(row);
  return code;
}

zc_code zc_arrivals_list(zc_store *store, const zc_filed_filter *filter,
                         zc_ledger_visit *visit, void *context, zc_err *err)
{
  static const char *const keys[] = {"file",  "name",     "received", "plan",
                                     "round", "facility", "title",    "class",
                                     "day",   "before",   "since"};
  listing l = {visit, context, keys, sizeof keys / sizeof *keys};
  json_t *binds = zc_sql_binds("sss", filter->plan, filter->round, filter->facility);
  zc_code code =
      binds == NULL
          ? zc_fail_memory(err)
          : zc_sql_each(
                store,
                "SELECT a.file, a.name, a.received, s.plan, s.round, s.facility,"
                " coalesce(r.name, title), coalesce(r.class, c.class), day,"
                " c.name, c.received"
                " FROM arrival AS a JOIN collected AS c USING (file)"
                " JOIN standing AS s ON s.report = c.no"
                " LEFT JOIN roster AS r ON r.plan = s.plan AND r.code = s.facility"
                " WHERE a.received > c.received"
                " AND (?1 = '' OR s.plan = ?1) AND (?2 = '' OR s.round = ?2)"
                " AND (?3 = '' OR s.facility = ?3)"
                " ORDER BY s.facility, a.name, a.file",
                binds, list_row, &l, err);
  json_decref(binds);
  return code;
}

zc_code zc_arrivals_count(zc_store *store, int64_t *count, zc_err *err)
{
  json_t *rows = NULL;
  zc_code code = zc_sql(store,
                        "SELECT count(*) FROM arrival AS a JOIN collected AS c"
                        " USING (file) WHERE a.received > c.received",
                        NULL, &rows, err);
  *count = json_integer_value(json_array_get(json_array_get(rows, 0), 0));
  json_decref(rows);
  return code;
}

static zc_code has_row(zc_store *store, const char *sql, const char *value, bool *known,
                       zc_err *err)
{
  json_t *row = NULL;
  zc_code code = zc_sql_again(store, sql, zc_sql_binds("s", value), &row, err);
  *known = row != NULL;
  json_decref(row);
  return code;
}

zc_code zc_filed_has_plan(zc_store *store, const char *plan, bool *known, zc_err *err)
{
  return has_row(store, "SELECT 1 FROM standing WHERE plan = ?1 LIMIT 1", plan, known,
                 err);
}

zc_code zc_filed_has_facility(zc_store *store, const char *code, bool *known,
                              zc_err *err)
{
  return has_row(store,
                 "SELECT 1 FROM (SELECT 1 FROM roster WHERE code = ?1"
                 " UNION ALL SELECT 1 FROM standing WHERE facility = ?1"
                 " UNION ALL SELECT 1 FROM collected_member WHERE code = ?1"
                 " UNION ALL SELECT 1 FROM visit WHERE facility = ?1"
                 " UNION ALL SELECT 1 FROM legal_case WHERE facility = ?1) LIMIT 1",
                 code, known, err);
}

zc_code zc_arrivals_unknown(zc_store *store, const json_t *names, json_t **unknown,
                            zc_err *err)
{
  size_t index;
  json_t *one, *list = json_array();
  zc_code code = list == NULL ? zc_fail_memory(err) : ZC_OK;
  *unknown = NULL;
  json_array_foreach((json_t *)names, index, one)
  {
    json_t *row = NULL;
    if (code == ZC_OK)
      code =
          zc_sql_again(store,
                       "SELECT 1 FROM collected WHERE file = ?1 AND name = ?2 UNION ALL"
                       " SELECT 1 FROM arrival WHERE file = ?1 AND name = ?2",
                       zc_sql_binds("ss", json_string_value(json_array_get(one, 0)),
                                    json_string_value(json_array_get(one, 1))),
                       &row, err);
    if (code == ZC_OK && row == NULL && json_array_append(list, one) != 0)
      code = zc_fail_memory(err);
    json_decref(row);
  }
  if (code == ZC_OK)
    *unknown = list;
  else
    json_decref(list);
  return code;
}
