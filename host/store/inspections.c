#include "store/inspections.h"

#include <string.h>

#include "store/handled.h"
#include "store/members_sql.h"
#include "store/project.h"
#include "store/sql.h"

static int64_t number_of(const json_t *map, const char *key)
{
  return (int64_t)zc_get_integer(map, key, 0);
}

/* ---- writing ------------------------------------------------------------------------ */

static zc_code put_found(zc_store *store, int64_t visit, const json_t *found,
                         zc_err *err)
{
  return zc_sql_again(
      store,
      "INSERT INTO inspected VALUES (?1,"
      " (SELECT coalesce(max(no), 0) + 1 FROM inspected WHERE visit = ?1),"
      " ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
      " ON CONFLICT (visit, entry, title) DO UPDATE SET found = excluded.found,"
      " severity = excluded.severity, count = excluded.count,"
      " amount = excluded.amount, handling = excluded.handling, note = excluded.note",
      zc_sql_binds("issssiiss", visit, zc_text_of(found, "entry"),
                   zc_text_of(found, "title"), zc_text_of(found, "found"),
                   zc_text_of(found, "severity"), number_of(found, "count"),
                   number_of(found, "amount"), zc_text_of(found, "handling"),
                   zc_text_of(found, "note")),
      NULL, err);
}

static zc_code put_visit(zc_store *store, const json_t *body, const json_t *visit,
                         int64_t *no, zc_err *err)
{
  json_t *row = NULL;
  zc_buffer scope = {0};
  const json_t *entries = json_object_get(visit, "scope");
  zc_code code = json_array_size(entries) == 0
                     ? ZC_OK
                     : zc_json_canonical(entries, &scope, err);
  if (code == ZC_OK)
    code = zc_sql_again(
        store,
        "INSERT INTO visit (plan, facility, subject, day, team, kind, inspectors,"
        " handling, scope, source, note)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        " ON CONFLICT (plan, facility, subject, day, team, kind) DO UPDATE SET"
        " inspectors = excluded.inspectors, handling = excluded.handling,"
        " scope = excluded.scope, source = excluded.source, note = excluded.note"
        " RETURNING no",
        zc_sql_binds("ssssssissss", zc_text_of(body, "plan"),
                     zc_text_of(visit, "facility"), zc_text_of(visit, "subject"),
                     zc_text_of(visit, "day"), zc_text_of(visit, "team"),
                     zc_text_of(visit, "kind"), number_of(visit, "inspectors"),
                     zc_text_of(visit, "handling"), zc_text_or(scope.data, ""),
                     zc_text_of(body, "source"), zc_text_of(visit, "note")),
        &row, err);
  *no = json_integer_value(json_array_get(row, 0));
  json_decref(row);
  zc_buffer_free(&scope);
  return code;
}

zc_code zc_visits_put(zc_store *store, const json_t *body, zc_err *err)
{
  size_t index, inner;
  const json_t *visit, *found;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(body, "visits"), index, visit)
  {
    int64_t no = 0;
    if (code == ZC_OK)
      code = put_visit(store, body, visit, &no, err);
    json_array_foreach(json_object_get(visit, "found"), inner, found)
    {
      if (code == ZC_OK)
        code = put_found(store, no, found, err);
    }
  }
  return code;
}

/* ---- reading ------------------------------------------------------------------------ */

/* A row as a map with these keys; one that begins with $ is money, one with [ a list. Owned; NULL
 * when out of memory. */
static json_t *map_of(const json_t *row, size_t from, const char *const *keys)
{
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; keys[i] != NULL; i++) {
    json_t *value = json_array_get(row, from + i), *made = NULL;
    zc_err ignored;
    const char *key = keys[i];
    if (*key == '$')
      made = zc_amount(json_integer_value(value));
    else if (*key != '[')
      made = json_incref(value);
    else if (json_string_length(value) == 0)
      made = json_array();
    else if (zc_json_parse(json_string_value(value), json_string_length(value), &made,
                           &ignored) != ZC_OK)
      made = NULL;
    bad |= json_object_set_new(map, *key == '$' || *key == '[' ? key + 1 : key, made);
  }
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

static json_t *binds_of(const zc_visit_filter *f)
{
  return zc_sql_binds("ssss", f->plan, f->facility, f->from, f->to);
}

#define MEANT                                                                          \
  " WHERE v.plan = ?1 AND (?2 = '' OR v.facility = ?2) AND (?3 = '' OR v.day >= ?3)"   \
  " AND (?4 = '' OR v.day <= ?4)"

static zc_code read_each(zc_store *store, const char *sql, json_t *binds,
                         zc_code (*visit)(void *, const json_t *, zc_err *),
                         json_t *made, json_t **result, zc_err *err)
{
  *result = NULL;
  zc_code code = made == NULL || binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store, sql, binds, visit, made, err);
  json_decref(binds);
  if (code == ZC_OK)
    *result = made;
  else
    json_decref(made);
  return code;
}

static const char *const found_keys[] = {"no",       "entry", "title",   "found",
                                         "severity", "count", "$amount", "handling",
                                         "note",     NULL};
#define FOUND                                                                          \
  "i.no, i.entry, i.title, i.found, i.severity, i.count, i.amount, i.handling, i.note"

/* The last visit of the list is the row's, or a new one is begun. */
static zc_code add_visit(void *context, const json_t *row, zc_err *err)
{
  static const char *const keys[] = {"no",         "facility", "name",   "class",
                                     "subject",    "day",      "team",   "kind",
                                     "inspectors", "handling", "[scope", "source",
                                     "note",       NULL};
  enum { COUNT = sizeof keys / sizeof *keys - 1 };
  json_t *list = context;
  json_t *last = json_array_get(list, json_array_size(list) - 1);
  int bad = 0;
  if (last == NULL || json_integer_value(json_object_get(last, "no")) !=
                          json_integer_value(json_array_get(row, 0))) {
    last = map_of(row, 0, keys);
    bad |= json_object_set_new(last, "found", json_array());
    bad |= json_array_append_new(list, last);
  }
  if (bad == 0 && json_is_integer(json_array_get(row, COUNT)))
    bad |= json_array_append_new(json_object_get(last, "found"),
                                 map_of(row, COUNT, found_keys));
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_visits(zc_store *store, const zc_visit_filter *filter, json_t **visits,
                  zc_err *err)
{
  return read_each(
      store,
      "SELECT v.no, v.facility, " ZC_FACILITY_SQL(
          name,
          "v.facility") ", " ZC_FACILITY_SQL(class,
                                             "v.facility") ", v.subject,"
                                                           " v.day, v.team, v.kind, "
                                                           "v.inspectors, v.handling, "
                                                           "v.scope, v.source, v.note,"
                                                           " " FOUND
                                                           " FROM visit AS v LEFT JOIN "
                                                           "roster AS r ON r.plan = "
                                                           "v.plan"
                                                           " AND r.code = v.facility "
                                                           "LEFT JOIN inspected AS i "
                                                           "ON i.visit = v.no" MEANT
                                                           " ORDER BY v.day, v.no, "
                                                           "i.no",
      binds_of(filter), add_visit, json_array(), visits, err);
}

static zc_code add_problem(void *context, const json_t *row, zc_err *err)
{
  static const char *const keys[] = {"visit", "facility", "name", "class",  "subject",
                                     "day",   "kind",     "team", "[scope", NULL};
  json_t *map = map_of(row, 0, keys);
  json_t *found = map_of(row, sizeof keys / sizeof *keys - 1, found_keys);
  int bad = found == NULL || json_object_update(map, found) != 0;
  json_decref(found);
  bad |= json_array_append_new(context, map);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_inspected(zc_store *store, const zc_visit_filter *filter, json_t **problems,
                     zc_err *err)
{
  return read_each(
      store,
      "SELECT v.no, v.facility, " ZC_FACILITY_SQL(
          name,
          "v.facility") ", " ZC_FACILITY_SQL(class,
                                             "v.facility") ", v.subject,"
                                                           " v.day, v.kind, v.team, "
                                                           "v.scope, " FOUND
                                                           " FROM visit AS v JOIN "
                                                           "inspected AS i ON i.visit "
                                                           "= v.no"
                                                           " LEFT JOIN roster AS r ON "
                                                           "r.plan = v.plan AND r.code "
                                                           "= v.facility" MEANT
                                                           " ORDER BY v.day, v.no, "
                                                           "i.no",
      binds_of(filter), add_problem, json_array(), problems, err);
}

/* ---- figures ------------------------------------------------------------------------ */

static zc_code add_figures(void *context, const json_t *row, zc_err *err)
{
  static const char *const keys[] = {"visits",   "problems", "$amount", "orders",
                                     "opinions", "last",     NULL};
  json_t *map = map_of(row, 1, keys);
  int bad = json_object_set_new(map, "entries", json_object());
  bad |= json_object_set_new(context, json_string_value(json_array_get(row, 0)), map);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code add_entry(void *context, const json_t *row, zc_err *err)
{
  json_t *of = json_object_get(context, json_string_value(json_array_get(row, 0)));
  return json_object_set(json_object_get(of, "entries"),
                         json_string_value(json_array_get(row, 1)),
                         json_array_get(row, 2)) == 0
             ? ZC_OK
             : zc_fail_memory(err);
}

zc_code zc_inspection_figures(zc_store *store, const zc_visit_filter *filter,
                              json_t **figures, zc_err *err)
{
  json_t *binds = binds_of(filter);
  zc_code code = read_each(
      store,
      "SELECT v.facility, count(*), sum((SELECT count(*) FROM inspected WHERE visit ="
      " v.no)), sum((SELECT coalesce(sum(amount), 0) FROM inspected WHERE visit ="
      " v.no)), sum(" ZC_HANDLED("v", "order_correct") "), sum(" ZC_HANDLED(
          "v", "opinion") "),"
                          " max(v.day) FROM visit AS v" MEANT
                          " AND v.facility <> '' GROUP BY v.facility",
      json_incref(binds), add_figures, json_object(), figures, err);
  if (code == ZC_OK)
    code = zc_sql_each(store,
                       "SELECT v.facility, i.entry, count(*) FROM visit AS v"
                       " JOIN inspected AS i ON i.visit = v.no" MEANT
                       " AND v.facility <> '' GROUP BY v.facility, i.entry",
                       binds, add_entry, *figures, err);
  json_decref(binds);
  if (code != ZC_OK) {
    json_decref(*figures);
    *figures = NULL;
  }
  return code;
}

/* ---- what facilities have reported ---------------------------------------------------- */

static const char *const reported_keys[] = {"no",         "item",     "state",
                                            "source",     "found",    "reported",
                                            "due",        "severity", "counted",
                                            "unreported", NULL};
#define REPORTED                                                                       \
  "p.no, p.item, p.state, p.source, p.found, p.reported, p.due, p.severity, "          \
  "p.counted,"                                                                         \
  " p.unreported"

static zc_code add_reported(void *context, const json_t *row, zc_err *err)
{
  const char *facility = json_string_value(json_array_get(row, 0));
  json_t *list = json_object_get(context, facility);
  int bad = 0;
  if (list == NULL) {
    list = json_array();
    bad |= json_object_set_new(context, facility, list);
  }
  if (bad == 0)
    bad |= json_array_append_new(list, map_of(row, 1, reported_keys));
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_reported_problems(zc_store *store, const char *plan, const char *round,
                             json_t **problems, zc_err *err)
{
  return read_each(
      store,
      "SELECT s.facility, " REPORTED " FROM standing AS s"
      " JOIN collected_problem AS p ON p.report = s.report"
      " WHERE s.plan = ?1 AND s.round = ?2 AND s.counts = 1 AND s.facility IN"
      " (SELECT facility FROM visit WHERE plan = ?1) ORDER BY s.facility, p.no",
      zc_sql_binds("ss", plan, round), add_reported, json_object(), problems, err);
}

static zc_code add_of_report(void *context, const json_t *row, zc_err *err)
{
  return json_array_append_new(context, map_of(row, 0, reported_keys)) == 0
             ? ZC_OK
             : zc_fail_memory(err);
}

zc_code zc_problems_of_report(zc_store *store, int64_t report, json_t **problems,
                              zc_err *err)
{
  return read_each(store,
                   "SELECT " REPORTED " FROM collected_problem AS p"
                   " WHERE p.report = ?1 ORDER BY p.no",
                   zc_sql_binds("i", report), add_of_report, json_array(), problems,
                   err);
}
