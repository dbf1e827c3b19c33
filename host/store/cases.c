#include "store/cases.h"

#include "store/case_days.h"
#include "store/members_sql.h"
#include "store/project.h"
#include "store/sql.h"

/* In the order of the table's columns behind plan, no and position. */
const zc_case_field zc_case_fields[] = {{"no", ZC_CASE_TEXT},
                                        {"facility", ZC_CASE_TEXT},
                                        {"subject", ZC_CASE_TEXT},
                                        {"entry", ZC_CASE_TEXT},
                                        {"cause", ZC_CASE_TEXT},
                                        {"procedure", ZC_CASE_TEXT},
                                        {"filed", ZC_CASE_DAY},
                                        {"decided", ZC_CASE_DAY},
                                        {"closed", ZC_CASE_DAY},
                                        {"warning", ZC_CASE_FLAG},
                                        {"fine", ZC_CASE_MONEY},
                                        {"confiscated", ZC_CASE_MONEY},
                                        {"suspended", ZC_CASE_FLAG},
                                        {"revoked", ZC_CASE_FLAG},
                                        {"cancelled", ZC_CASE_FLAG},
                                        {"doctors_suspended", ZC_CASE_COUNT},
                                        {"doctors_revoked", ZC_CASE_COUNT},
                                        {"points_facilities", ZC_CASE_COUNT},
                                        {"points_staff", ZC_CASE_COUNT},
                                        {"staff", ZC_CASE_COUNT},
                                        {"refund", ZC_CASE_MONEY},
                                        {"transfers", ZC_CASE_TEXT},
                                        {"transferred", ZC_CASE_DAY},
                                        {"lead", ZC_CASE_TEXT},
                                        {"published", ZC_CASE_DAY},
                                        {"note", ZC_CASE_TEXT},
                                        {NULL, ZC_CASE_TEXT}};

#define COLUMNS                                                                        \
  "no, facility, subject, entry, cause, procedure, filed, decided, closed, warning,"   \
  " fine, confiscated, suspended, revoked, cancelled, doctors_suspended, "             \
  "doctors_revoked,"                                                                   \
  " points_facilities, points_staff, staff, refund, transfers, transferred, lead, "    \
  "published,"                                                                         \
  " note"

/* ---- writing ------------------------------------------------------------------------ */

static json_t *binds_of(const json_t *one, const char *plan)
{
  json_t *binds = zc_sql_binds("s", plan);
  int bad = binds == NULL;
  for (const zc_case_field *f = zc_case_fields; f->key != NULL; f++)
    bad |= json_array_append_new(binds,
                                 f->kind == ZC_CASE_TEXT || f->kind == ZC_CASE_DAY
                                     ? json_string(zc_text_of(one, f->key))
                                     : json_integer(zc_get_integer(one, f->key, 0)));
  if (bad == 0)
    return binds;
  json_decref(binds);
  return NULL;
}

/* `*next` is the place for a case that is new. */
static zc_code put_case(zc_store *store, const char *plan, const json_t *one,
                        int64_t *next, zc_err *err)
{
  json_t *row = NULL, *binds = binds_of(one, plan);
  if (binds != NULL && json_array_append_new(binds, json_integer(*next)) != 0) {
    json_decref(binds);
    binds = NULL;
  }
  zc_code code = zc_sql_again(
      store,
      "INSERT INTO legal_case (plan, " COLUMNS ", position) VALUES (?1, ?2, ?3, ?4, ?5,"
      " ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, "
      "?22,"
      " ?23, ?24, ?25, ?26, ?27, ?28)"
      " ON CONFLICT (plan, no) DO UPDATE SET facility = excluded.facility,"
      " subject = excluded.subject, entry = excluded.entry, cause = excluded.cause,"
      " procedure = excluded.procedure, filed = excluded.filed,"
      " decided = excluded.decided, closed = excluded.closed,"
      " warning = excluded.warning, fine = excluded.fine,"
      " confiscated = excluded.confiscated, suspended = excluded.suspended,"
      " revoked = excluded.revoked, cancelled = excluded.cancelled,"
      " doctors_suspended = excluded.doctors_suspended, doctors_revoked = "
      "excluded.doctors_revoked,"
      " points_facilities = excluded.points_facilities, points_staff = "
      "excluded.points_staff,"
      " staff = excluded.staff, refund = excluded.refund,"
      " transfers = excluded.transfers, transferred = excluded.transferred,"
      " lead = excluded.lead, published = excluded.published, note = excluded.note"
      " RETURNING position",
      binds, &row, err);
  *next += json_integer_value(json_array_get(row, 0)) == *next;
  json_decref(row);
  return code;
}

zc_code zc_cases_put(zc_store *store, const json_t *body, zc_err *err)
{
  size_t index;
  const json_t *one;
  json_t *row = NULL;
  const char *plan = zc_text_of(body, "plan");
  zc_code code = zc_sql_again(store,
                              "SELECT coalesce(max(position), 0) + 1 FROM legal_case"
                              " WHERE plan = ?1",
                              zc_sql_binds("s", plan), &row, err);
  int64_t next = json_integer_value(json_array_get(row, 0));
  json_decref(row);
  json_array_foreach(json_object_get(body, "cases"), index, one)
  {
    if (code == ZC_OK)
      code = put_case(store, plan, one, &next, err);
  }
  return code;
}

/* ---- reading ------------------------------------------------------------------------ */

static zc_code add_case(void *context, const json_t *row, zc_err *err)
{
  json_t *map = json_object();
  size_t at = 0;
  int bad = map == NULL;
  for (const zc_case_field *f = zc_case_fields; f->key != NULL; f++, at++) {
    json_t *value = json_array_get(row, at);
    bad |= json_object_set_new(map, f->key,
                               f->kind == ZC_CASE_MONEY
                                   ? zc_amount(json_integer_value(value))
                                   : json_incref(value));
  }
  at += 2; /* plan and position */
  bad |= json_object_set(map, "name", json_array_get(row, at));
  bad |= json_object_set(map, "class", json_array_get(row, at + 1));
  bad |= json_object_set(map, "penalty_day", json_array_get(row, at + 2));
  bad |= json_object_set(map, "transfer_day", json_array_get(row, at + 3));
  bad |= json_array_append_new(context, map);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_cases(zc_store *store, const zc_case_filter *f, json_t **cases, zc_err *err)
{
  json_t *list = json_array();
  json_t *binds = zc_sql_binds("sssssi", f->plan, f->no, f->facility, f->from, f->to,
                               (int64_t)f->open);
  *cases = NULL;
  zc_code code =
      list == NULL || binds == NULL
          ? zc_fail_memory(err)
          : zc_sql_each(
                store,
                "SELECT x.*, " ZC_FACILITY_SQL(name, "x.facility") ", " ZC_FACILITY_SQL(
                    class,
                    "x.facility") ", " ZC_PENALTY_DAY ", " ZC_TRANSFER_DAY " FROM "
                                  "(SELECT " COLUMNS
                                  ", plan, position FROM legal_case WHERE plan = ?1"
                                  " AND (?2 = '' OR no = ?2) AND (?3 = '' OR facility "
                                  "= ?3)"
                                  " AND (?4 = '' OR filed >= ?4) AND (?5 = '' OR filed "
                                  "<= ?5)"
                                  " AND (?6 = 0 OR closed = '')) AS x LEFT JOIN roster "
                                  "AS r"
                                  " ON r.plan = x.plan AND r.code = x.facility ORDER "
                                  "BY x.position",
                binds, add_case, list, err);
  json_decref(binds);
  if (code == ZC_OK)
    *cases = list;
  else
    json_decref(list);
  return code;
}
