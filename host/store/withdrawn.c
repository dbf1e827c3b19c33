#include "store/withdrawn.h"

#include <string.h>

#include "store/members_sql.h"
#include "store/sql.h"

void zc_visit_key(const json_t *visit, zc_buffer *key)
{
  static const char *const parts[] = {"facility", "subject", "day", "team", "kind"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    zc_buffer_print(key, "%s\x1f", zc_text_of(visit, parts[i]));
}

void zc_problem_key(const json_t *visit, const json_t *problem, zc_buffer *key)
{
  zc_visit_key(visit, key);
  zc_buffer_print(key, "%s\x1f%s", zc_text_of(problem, "entry"),
                  zc_text_of(problem, "title"));
}

/* ---- writing ------------------------------------------------------------------------ */

static zc_code fail_absent(const char *what, zc_err *err)
{
  return zc_fail(err, ZC_EDATA, "there is no {what} to be taken back", "what", what,
                 NULL);
}

/* Keeps what is taken back, without what the roster says of it. */
static zc_code keep(zc_store *store, const char *kind, const char *key, json_t *one,
                    const json_t *body, zc_err *err)
{
  static const char *const foreign[] = {"name", "class", "penalty_day", "transfer_day"};
  zc_buffer text = {0};
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
    json_object_del(one, foreign[i]);
  zc_code code = zc_json_canonical(one, &text, err);
  if (code == ZC_OK)
    code = zc_sql_again(
        store,
        "INSERT INTO withdrawn VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        " ON CONFLICT (plan, kind, key) DO UPDATE SET facility = excluded.facility,"
        " day = excluded.day, by = excluded.by, reason = excluded.reason,"
        " body = excluded.body",
        zc_sql_binds("ssssssss", zc_text_of(body, "plan"), kind, key,
                     zc_text_of(one, "facility"), zc_text_of(body, "on"),
                     zc_text_of(body, "by"), zc_text_of(body, "reason"), text.data),
        NULL, err);
  zc_buffer_free(&text);
  return code;
}

zc_code zc_case_withdraw(zc_store *store, const json_t *body, zc_err *err)
{
  json_t *cases = NULL;
  const zc_case_filter filter = {.plan = zc_text_of(body, "plan"),
                                 .no = zc_text_of(body, "no")};
  zc_code code = *filter.no == '\0' ? fail_absent(ZC_VOID_CASE, err)
                                    : zc_cases(store, &filter, &cases, err);
  json_t *one = json_array_get(cases, 0);
  if (code == ZC_OK && one == NULL)
    code = fail_absent(ZC_VOID_CASE, err);
  if (code == ZC_OK)
    code = keep(store, ZC_VOID_CASE, filter.no, one, body, err);
  if (code == ZC_OK)
    code = zc_sql_again(store, "DELETE FROM legal_case WHERE plan = ?1 AND no = ?2",
                        zc_sql_binds("ss", filter.plan, filter.no), NULL, err);
  json_decref(cases);
  return code;
}

/* The visit that a body means. Borrowed from `visits`. */
static json_t *find_visit(const json_t *visits, const json_t *body, zc_err *err)
{
  size_t index;
  json_t *one, *found = NULL;
  zc_buffer key = {0}, own = {0};
  zc_visit_key(body, &key);
  json_array_foreach(visits, index, one)
  {
    own.size = 0;
    zc_visit_key(one, &own);
    if (!own.failed && !key.failed && strcmp(own.data, key.data) == 0)
      found = one;
  }
  if (key.failed || own.failed)
    zc_fail_memory(err);
  else if (found == NULL)
    fail_absent(ZC_VOID_VISIT, err);
  zc_buffer_free(&key);
  zc_buffer_free(&own);
  return found;
}

/* Leaves of a visit only the problem that a body means; false when it has none such. */
static bool leave_problem(json_t *visit, const json_t *body)
{
  json_t *found = json_object_get(visit, "found");
  for (size_t i = json_array_size(found); i-- > 0;) {
    const json_t *one = json_array_get(found, i);
    if (strcmp(zc_text_of(one, "entry"), zc_text_of(body, "entry")) != 0 ||
        strcmp(zc_text_of(one, "title"), zc_text_of(body, "title")) != 0)
      json_array_remove(found, i);
  }
  return json_array_size(found) == 1;
}

static zc_code drop(zc_store *store, int64_t no, const json_t *body, bool problem,
                    zc_err *err)
{
  if (problem)
    return zc_sql_again(
        store, "DELETE FROM inspected WHERE visit = ?1 AND entry = ?2 AND title = ?3",
        zc_sql_binds("iss", no, zc_text_of(body, "entry"), zc_text_of(body, "title")),
        NULL, err);
  zc_code code = zc_sql_again(store, "DELETE FROM inspected WHERE visit = ?1",
                              zc_sql_binds("i", no), NULL, err);
  return code != ZC_OK ? code
                       : zc_sql_again(store, "DELETE FROM visit WHERE no = ?1",
                                      zc_sql_binds("i", no), NULL, err);
}

zc_code zc_visit_withdraw(zc_store *store, const json_t *body, zc_err *err)
{
  json_t *visits = NULL, *visit = NULL;
  zc_buffer key = {0};
  bool problem = json_object_get(body, "title") != NULL;
  const zc_visit_filter filter = {.plan = zc_text_of(body, "plan"),
                                  .facility = zc_text_of(body, "facility"),
                                  .from = zc_text_of(body, "day"),
                                  .to = zc_text_of(body, "day")};
  zc_code code = zc_visits(store, &filter, &visits, err);
  if (code == ZC_OK && (visit = find_visit(visits, body, err)) == NULL)
    code = ZC_EDATA;
  if (code == ZC_OK && problem && !leave_problem(visit, body))
    code = fail_absent(ZC_VOID_PROBLEM, err);
  if (code == ZC_OK) {
    if (problem)
      zc_problem_key(visit, body, &key);
    else
      zc_visit_key(visit, &key);
    code = zc_buffer_check(&key, err);
  }
  int64_t no = zc_get_integer(visit, "no", 0);
  json_object_del(visit, "no");
  if (code == ZC_OK)
    code = keep(store, problem ? ZC_VOID_PROBLEM : ZC_VOID_VISIT, key.data, visit, body,
                err);
  if (code == ZC_OK)
    code = drop(store, no, body, problem, err);
  json_decref(visits);
  zc_buffer_free(&key);
  return code;
}

/* ---- reading ------------------------------------------------------------------------ */

static zc_code add_row(void *context, const json_t *row, zc_err *err)
{
  enum { KEY, DAY, BY, REASON, NAME, CLASS, BODY };
  json_t *one = NULL;
  const json_t *text = json_array_get(row, BODY);
  zc_code code = zc_json_parse(zc_text_or(json_string_value(text), ""),
                               json_string_length(text), &one, err);
  if (code != ZC_OK)
    return code;
  int bad = json_object_set(one, "name", json_array_get(row, NAME));
  bad |= json_object_set(one, "class", json_array_get(row, CLASS));
  bad |= json_object_set_new(one, "void",
                             json_pack("{s:O, s:O, s:O}", "on",
                                       json_array_get(row, DAY), "by",
                                       json_array_get(row, BY), "reason",
                                       json_array_get(row, REASON)));
  bad |= json_object_set(context, json_string_value(json_array_get(row, KEY)), one);
  json_decref(one);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_withdrawn(zc_store *store, const char *kind, const char *plan,
                     const char *facility, json_t **map, zc_err *err)
{
  json_t *binds = zc_sql_binds("sss", plan, kind, facility);
  *map = json_object();
  zc_code code =
      *map == NULL || binds == NULL
          ? zc_fail_memory(err)
          : zc_sql_each(
                store,
                "SELECT w.key, w.day, w.by, w.reason,"
                " " ZC_FACILITY_SQL(name, "w.facility") ", " ZC_FACILITY_SQL(
                    class,
                    "w.facility") ", w.body FROM withdrawn AS w"
                                  " LEFT JOIN roster AS r ON r.plan = w.plan AND"
                                  " r.code = w.facility WHERE w.plan = ?1 AND w.kind = "
                                  "?2"
                                  " AND (?3 = '' OR w.facility = ?3) ORDER BY w.key",
                binds, add_row, *map, err);
  json_decref(binds);
  return code;
}
