/* Who is expected to report, and with which keys. */
#include "store/office.h"
#include "store/sql.h"

static const char *const columns[] = {"code",         "name",       "class",
                                      "grade",        "ownership",  "town",
                                      "licence_from", "licence_to", "contact",
                                      "phone",        "expected",   "since",
                                      "until"};
#define COLUMNS (sizeof columns / sizeof *columns)
#define TEXTS 10 /* before `expected` */

static zc_code add_facility(void *context, const json_t *row, zc_err *err)
{
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; i < COLUMNS; i++)
    bad |= json_object_set(map, columns[i], json_array_get(row, i));
  bad |= json_array_append_new(context, map);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code read_list(zc_store *store, const char *sql, const char *plan,
                         json_t **facilities, zc_err *err)
{
  json_t *list = json_array(), *binds = zc_sql_binds("s", plan);
  *facilities = NULL;
  zc_code code = list == NULL || binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store, sql, binds, add_facility, list, err);
  json_decref(binds);
  if (code == ZC_OK)
    *facilities = list;
  else
    json_decref(list);
  return code;
}

#define OWN                                                                            \
  "SELECT code, name, class, grade, ownership, town, licence_from, licence_to,"        \
  " contact, phone, expected, since, until"

zc_code zc_roster(zc_store *store, const char *plan, json_t **facilities, zc_err *err)
{
  return read_list(store, OWN " FROM roster WHERE plan = ?1 ORDER BY position, code",
                   plan, facilities, err);
}

zc_code zc_facilities(zc_store *store, const char *plan, json_t **facilities,
                      zc_err *err)
{
  return read_list(
      store,
      OWN
      " FROM (SELECT *, 0 AS told FROM roster WHERE plan = ?1"
      " UNION ALL SELECT ?1, code, name, class, grade, ownership, town, '', '', '', '',"
      "  expected, position, '', '', max(report) FROM collected_member WHERE report IN"
      "  (SELECT report FROM standing WHERE plan = ?1 AND counts = 1) AND code NOT IN"
      "  (SELECT code FROM roster WHERE plan = ?1) GROUP BY code)"
      " ORDER BY told > 0, position, code",
      plan, facilities, err);
}

static zc_code add_expected(void *context, const json_t *row, zc_err *err)
{
  const char *code = zc_text_or(json_string_value(json_array_get(row, 0)), "");
  json_t *kind = json_array_get(row, 1), *until = json_array_get(row, 2);
  json_t *entry = json_string_length(until) == 0
                      ? json_incref(kind)
                      : json_pack("{s:O, s:O}", "kind", kind, "until", until);
  return json_object_set_new(context, code, entry) == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_roster_expected(zc_store *store, const char *plan, json_t **codes,
                           zc_err *err)
{
  json_t *map = json_object(), *binds = zc_sql_binds("s", plan);
  *codes = NULL;
  zc_code code =
      map == NULL || binds == NULL
          ? zc_fail_memory(err)
          : zc_sql_each(store,
                        "SELECT code, CASE WHEN expected = 0 AND until = '' THEN 0"
                        " WHEN class = '" ZC_OFFICE_CLASS "' THEN 2 ELSE 1 END, until"
                        " FROM roster WHERE plan = ?1",
                        binds, add_expected, map, err);
  json_decref(binds);
  if (code == ZC_OK)
    *codes = map;
  else
    json_decref(map);
  return code;
}

zc_code zc_roster_has(zc_store *store, const char *code, bool *known, zc_err *err)
{
  json_t *row = NULL;
  zc_code result = zc_sql_again(store, "SELECT 1 FROM roster WHERE code = ?1 LIMIT 1",
                                zc_sql_binds("s", code), &row, err);
  *known = row != NULL;
  json_decref(row);
  return result;
}

zc_code zc_roster_put(zc_store *store, const char *plan, const json_t *facility,
                      zc_err *err)
{
  json_t *binds = zc_sql_binds("s", plan);
  int bad = binds == NULL;
  for (size_t i = 0; i < TEXTS; i++)
    bad |= json_array_append_new(binds, json_string(zc_text_of(facility, columns[i])));
  bad |= json_array_append_new(binds,
                               json_integer(zc_get_integer(facility, "expected", 1)));
  bad |= json_array_append_new(binds,
                               json_integer(zc_get_integer(facility, "position", 0)));
  for (size_t i = TEXTS + 1; i < COLUMNS; i++)
    bad |= json_array_append_new(binds, json_string(zc_text_of(facility, columns[i])));
  if (bad != 0) {
    json_decref(binds);
    return zc_fail_memory(err);
  }
  return zc_sql_again(
      store,
      "INSERT INTO roster (plan, code, name, class, grade, ownership, town,"
      " licence_from, licence_to, contact, phone, expected, position, since, until)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
      " ON CONFLICT (plan, code) DO UPDATE SET name = excluded.name,"
      " class = excluded.class, grade = excluded.grade,"
      " ownership = excluded.ownership, town = excluded.town,"
      " licence_from = excluded.licence_from, licence_to = excluded.licence_to,"
      " contact = excluded.contact, phone = excluded.phone,"
      " expected = excluded.expected, since = excluded.since,"
      " until = excluded.until",
      binds, NULL, err);
}

/* ---- keys ------------------------------------------------------------------------- */

zc_code zc_key_trust(zc_store *store, const char *code, const char *key, const char *id,
                     const char *day, zc_err *err)
{
  zc_code result = zc_sql_again(store,
                                "UPDATE facility_key SET until = ?3"
                                " WHERE code = ?1 AND key <> ?2 AND until = ''",
                                zc_sql_binds("sss", code, key, day), NULL, err);
  if (result != ZC_OK)
    return result;
  return zc_sql_again(store,
                      "INSERT INTO facility_key (code, key, id, since, until)"
                      " VALUES (?1, ?2, ?3, ?4, '')"
                      " ON CONFLICT (code, key) DO UPDATE SET until = ''",
                      zc_sql_binds("ssss", code, key, id, day), NULL, err);
}

static zc_code add_key(void *context, const json_t *row, zc_err *err)
{
  json_t *map = json_pack("{s:O, s:O, s:O, s:O, s:O}", "code", json_array_get(row, 0),
                          "key", json_array_get(row, 1), "id", json_array_get(row, 2),
                          "since", json_array_get(row, 3), "until",
                          json_array_get(row, 4));
  return json_array_append_new(context, map) == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_keys_trusted(zc_store *store, const char *code, json_t **keys, zc_err *err)
{
  json_t *list = json_array(), *binds = zc_sql_binds("s", code);
  *keys = NULL;
  zc_code result =
      list == NULL || binds == NULL
          ? zc_fail_memory(err)
          : zc_sql_each(store,
                        "SELECT code, key, id, since, until FROM facility_key"
                        " WHERE ?1 = '' OR code = ?1 ORDER BY code, since, key",
                        binds, add_key, list, err);
  json_decref(binds);
  if (result == ZC_OK)
    *keys = list;
  else
    json_decref(list);
  return result;
}
