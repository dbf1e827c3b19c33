#include "store/members.h"

#include <stdlib.h>

#include "store/members_sql.h"
#include "store/sql.h"

/* Columns of the query: texts, then whole numbers, then those of the facts. */
enum { TEXTS = 19, REPORT = TEXTS, CHECKLIST, EXPECTED, NUMBERS };

#define COLUMN(name) ", c." #name
static const char query[] = ZC_MEMBERS_SQL
    " SELECT r.code, r.name, r.class, r.grade, r.ownership, r.town, r.contact, r.phone,"
    " r.via, s.state, c.day, c.received, c.file, c.kind, c.statuses, c.measures,"
    " c.digest, r.licence_from, r.licence_to, coalesce(c.no, 0), coalesce(c.checklist, "
    "0),"
    " r.expected" ZC_FACT_NUMBERS(
        COLUMN) " FROM member AS r LEFT JOIN standing AS s ON s.plan = ?1 AND "
                "s.round = ?2"
                "  AND s.facility = r.code AND s.counts = 1"
                " LEFT JOIN collected AS c ON c.no = s.report"
                " ORDER BY r.via, r.position, r.code";
#undef COLUMN

static const char *copy(zc_members *list, sqlite3_stmt *s, int column, bool *failed)
{
  const char *text = (const char *)sqlite3_column_text(s, column);
  int size = sqlite3_column_bytes(s, column);
  char *own = text == NULL || size == 0
                  ? NULL
                  : zc_arena_copy(&list->arena, text, (size_t)size);
  *failed |= size > 0 && own == NULL;
  return own == NULL ? "" : own;
}

static bool read_member(zc_members *list, sqlite3_stmt *s)
{
  bool failed = false;
  zc_member *m = &list->members[list->count++];
  const char **const texts[TEXTS] = {&m->code,      &m->name,      &m->class,
                                     &m->grade,     &m->ownership, &m->town,
                                     &m->contact,   &m->phone,     &m->via,
                                     &m->state,     &m->day,       &m->received,
                                     &m->file,      &m->kind,      &m->statuses,
                                     &m->measures,  &m->digest,    &m->licence_from,
                                     &m->licence_to};
  for (int i = 0; i < TEXTS; i++)
    *texts[i] = copy(list, s, i, &failed);
  m->report = sqlite3_column_int64(s, REPORT);
  m->checklist = sqlite3_column_int64(s, CHECKLIST);
  m->expected = sqlite3_column_int(s, EXPECTED) != 0;
  for (int i = 0; i < ZC_NUMBER_COUNT; i++)
    m->numbers[i] = sqlite3_column_type(s, NUMBERS + i) == SQLITE_NULL
                        ? ZC_UNKNOWN
                        : sqlite3_column_int64(s, NUMBERS + i);
  return !failed;
}

static zc_code read_all(zc_store *store, const json_t *binds, zc_members *list,
                        size_t room, zc_err *err)
{
  sqlite3_stmt *s = NULL;
  bool good = true;
  int result = SQLITE_DONE;
  zc_code code = zc_sql_prepare(store, query, binds, &s, err);
  while (code == ZC_OK && good && list->count < room &&
         (result = sqlite3_step(s)) == SQLITE_ROW)
    good = read_member(list, s);
  if (code == ZC_OK && !good)
    code = zc_fail_memory(err);
  else if (code == ZC_OK && result != SQLITE_DONE && result != SQLITE_ROW)
    code = zc_sql_fail(store, result, err);
  sqlite3_finalize(s);
  return code;
}

zc_code zc_members_read(zc_store *store, const char *plan, const char *round,
                        zc_members *members, zc_err *err)
{
  json_t *row = NULL, *binds = zc_sql_binds("ss", plan, round);
  *members = (zc_members){0};
  if (binds == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_sql_again(store, ZC_MEMBERS_SQL " SELECT count(*) FROM member",
                              zc_sql_binds("ss", plan, round), &row, err);
  size_t room = (size_t)json_integer_value(json_array_get(row, 0));
  json_decref(row);
  if (code == ZC_OK) {
    members->members = calloc(room + 1, sizeof *members->members);
    code = members->members == NULL ? zc_fail_memory(err)
                                    : read_all(store, binds, members, room, err);
  }
  json_decref(binds);
  return code;
}

void zc_members_free(zc_members *members)
{
  zc_arena_free(&members->arena);
  free(members->members);
  *members = (zc_members){0};
}

/* ---- relapses --------------------------------------------------------------------------- */

static bool add_relapse(zc_relapses *list, size_t *room, sqlite3_stmt *s)
{
  if (list->count == *room) {
    size_t more = *room == 0 ? 64 : *room * 2;
    zc_relapse *grown = realloc(list->relapses, more * sizeof *grown);
    if (grown == NULL)
      return false;
    list->relapses = grown;
    *room = more;
  }
  list->relapses[list->count++] = (zc_relapse){sqlite3_column_int64(s, 0),
                                               sqlite3_column_int64(s, 1),
                                               sqlite3_column_int64(s, 2)};
  return true;
}

zc_code zc_relapses_read(zc_store *store, const char *plan, const char *round,
                         zc_relapses *relapses, zc_err *err)
{
  sqlite3_stmt *s = NULL;
  size_t room = 0;
  bool good = true;
  int result = SQLITE_DONE;
  json_t *binds = zc_sql_binds("ss", plan, round);
  *relapses = (zc_relapses){0};
  if (binds == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_sql_prepare(
      store,
      "SELECT p.report, p.entry, sum(p.relapses) FROM collected_problem AS p"
      " CROSS JOIN standing AS s ON s.report = p.report AND s.counts = 1"
      "  AND s.plan = ?1 AND s.round = ?2"
      " WHERE p.relapses > 0 AND p.entry >= 0 GROUP BY p.report, p.entry"
      " ORDER BY p.report, p.entry",
      binds, &s, err);
  while (code == ZC_OK && good && (result = sqlite3_step(s)) == SQLITE_ROW)
    good = add_relapse(relapses, &room, s);
  if (code == ZC_OK && !good)
    code = zc_fail_memory(err);
  else if (code == ZC_OK && result != SQLITE_DONE)
    code = zc_sql_fail(store, result, err);
  sqlite3_finalize(s);
  json_decref(binds);
  return code;
}

void zc_relapses_free(zc_relapses *relapses)
{
  free(relapses->relapses);
  *relapses = (zc_relapses){0};
}

/* ---- offices ------------------------------------------------------------------------ */

static zc_code add_office(void *context, const json_t *row, zc_err *err)
{
  static const char *const keys[] = {"code",     "name",  "contact", "phone",
                                     "expected", "state", "day"};
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    bad |= json_object_set(map, keys[i], json_array_get(row, i));
  bad |= json_array_append_new(context, map);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_offices_read(zc_store *store, const char *plan, const char *round,
                        json_t **offices, zc_err *err)
{
  json_t *list = json_array(), *binds = zc_sql_binds("ss", plan, round);
  *offices = NULL;
  zc_code code =
      list == NULL || binds == NULL
          ? zc_fail_memory(err)
          : zc_sql_each(store,
                        "SELECT r.code, r.name, contact, phone, expected,"
                        " coalesce(s.state, ''), coalesce(c.day, '') FROM roster AS r"
                        " LEFT JOIN standing AS s ON s.plan = r.plan AND s.round = ?2"
                        "  AND s.facility = r.code AND s.counts = 1"
                        " LEFT JOIN collected AS c ON c.no = s.report"
                        " WHERE r.plan = ?1 AND r.class = '" ZC_OFFICE_CLASS "'"
                        " ORDER BY r.position, r.code",
                        binds, add_office, list, err);
  json_decref(binds);
  if (code == ZC_OK)
    *offices = list;
  else
    json_decref(list);
  return code;
}
