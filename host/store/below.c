#include "store/below.h"

#include <string.h>

#include "store/members_sql.h"
#include "store/sql.h"

/* Takes `binds`; a list of maps by these keys. */
typedef struct {
  const char *const *keys;
  size_t count;
  json_t *list;
} listing;

static zc_code add_map(void *context, const json_t *row, zc_err *err)
{
  const listing *l = context;
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; i < l->count; i++)
    bad |= json_object_set(map, l->keys[i], json_array_get(row, i));
  bad |= json_array_append_new(l->list, map);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code read_list(zc_store *store, const char *sql, json_t *binds,
                         const char *const *keys, size_t count, json_t **list,
                         zc_err *err)
{
  listing l = {keys, count, json_array()};
  zc_code code = l.list == NULL || binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store, sql, binds, add_map, &l, err);
  json_decref(binds);
  if (code != ZC_OK) {
    json_decref(l.list);
    l.list = NULL;
  }
  *list = l.list;
  return code;
}

#define COUNT(keys) (sizeof keys / sizeof *keys)

zc_code zc_below_offices(zc_store *store, const char *plan, const char *round,
                         json_t **offices, zc_err *err)
{
  static const char *const keys[] = {"code", "name", "report", "file", "from", "to"};
  return read_list(store,
                   "SELECT r.code, r.name, coalesce(c.no, 0), coalesce(c.file, ''),"
                   " coalesce(c.round_from, ''), coalesce(c.round_day, '')"
                   " FROM roster AS r" ZC_ROUND_OF_ROSTER
                   " LEFT JOIN standing AS s ON s.plan = r.plan"
                   "  AND s.round = ?2 AND s.facility = r.code AND s.counts = 1"
                   " LEFT JOIN collected AS c ON c.no = s.report"
                   " WHERE r.plan = ?1 AND r.class = '" ZC_OFFICE_CLASS "'"
                   " AND " ZC_EXPECTED_SQL " ORDER BY r.position, r.code",
                   zc_sql_binds("ss", plan, round), keys, COUNT(keys), offices, err);
}

zc_code zc_below_figures(zc_store *store, int64_t report, zc_ledger_visit *visit,
                         void *context, zc_err *err)
{
  json_t *binds = zc_sql_binds("i", report);
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store,
                                   "SELECT kind, key, name, value FROM collected_figure"
                                   " WHERE report = ?1 ORDER BY kind, key, name",
                                   binds, visit, context, err);
  json_decref(binds);
  return code;
}

zc_code zc_below_silent(zc_store *store, const char *plan, const char *round,
                        json_t **offices, zc_err *err)
{
  static const char *const keys[] = {"code", "name", "via", "via_name", "facilities"};
  return read_list(
      store,
      "SELECT f.key, f.name, r.code, r.name, f.value FROM roster AS "
      "r" ZC_ROUND_OF_ROSTER " JOIN standing AS s ON s.plan = r.plan AND s.round = ?2"
      "  AND s.facility = r.code AND s.counts = 1"
      " JOIN collected_figure AS f ON f.report = s.report"
      "  AND f.kind = 'silent' WHERE r.plan = ?1 AND r.class = '" ZC_OFFICE_CLASS
      "' AND " ZC_EXPECTED_SQL " ORDER BY r.position, r.code, f.key, f.name",
      zc_sql_binds("ss", plan, round), keys, COUNT(keys), offices, err);
}

static zc_code add_rows(void *context, const json_t *row, zc_err *err)
{
  json_t *office = context;
  const char *kind = zc_text_or(json_string_value(json_array_get(row, 0)), "");
  const char *name = zc_text_or(json_string_value(json_array_get(row, 2)), "");
  int bad = 0;
  if (strcmp(kind, "register") == 0)
    bad = json_object_set(json_object_get(office, "rows"), name,
                          json_array_get(row, 3));
  else if (strcmp(kind, "known") == 0 && strcmp(name, "registers") == 0)
    bad = json_object_set_new(office, "told", json_integer(1));
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_below_registers(zc_store *store, const char *plan, json_t **registers,
                           zc_err *err)
{
  static const char *const keys[] = {"code", "name", "report", "day"};
  size_t index;
  json_t *office;
  zc_code code = read_list(
      store,
      "SELECT r.code, r.name, coalesce(c.no, 0), coalesce(c.day, '') FROM roster AS r"
      " LEFT JOIN collected AS c ON c.no = (SELECT x.no FROM standing AS s"
      "  JOIN collected AS x ON x.no = s.report WHERE s.plan = r.plan"
      "  AND s.facility = r.code AND s.counts = 1"
      "  ORDER BY x.day DESC, x.seq DESC, x.no DESC LIMIT 1)"
      " WHERE r.plan = ?1 AND r.class = '" ZC_OFFICE_CLASS "' AND r.expected = 1"
      " ORDER BY r.position, r.code",
      zc_sql_binds("s", plan), keys, COUNT(keys), registers, err);
  json_array_foreach(code == ZC_OK ? *registers : NULL, index, office)
  {
    if (json_object_set_new(office, "rows", json_object()) != 0)
      code = zc_fail_memory(err);
    if (code == ZC_OK)
      code = zc_below_figures(store, zc_get_integer(office, "report", 0), add_rows,
                              office, err);
    json_object_del(office, "report");
  }
  if (code != ZC_OK) {
    json_decref(*registers);
    *registers = NULL;
  }
  return code;
}

zc_code zc_below_last(zc_store *store, int64_t *seq, zc_err *err)
{
  json_t *row = NULL;
  zc_code code = zc_sql_again(
      store,
      "SELECT coalesce(max(seq), 0) FROM event WHERE problem = 0 AND action IN"
      " ('roster_import', 'roster_change', 'roster_trust', 'collect', 'collect_again',"
      " 'collect_allow', 'collect_withdraw', 'collect_paper', 'collect_received',"
      " 'read_again', 'inspect_import',"
      " 'inspect_void', 'case_add', 'case_import', 'case_close', 'case_void',"
      " 'register_import', 'register_void', 'statistics_set')",
      zc_sql_binds(""), &row, err);
  *seq = json_integer_value(json_array_get(row, 0));
  json_decref(row);
  return code;
}
