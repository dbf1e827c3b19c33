#include "store/members.h"

#include <stdlib.h>

#include "store/members_sql.h"
#include "store/sql.h"

/* Columns of the query: texts, then whole numbers, then those of the facts. */
enum { TEXTS = 21, REPORT = TEXTS, CHECKLIST, EXPECTED, NUMBERS };

#define COLUMN(name) ", c." #name
static const char query[] = ZC_MEMBERS_SQL
    " SELECT r.code, r.name, r.class, r.grade, r.ownership, r.town, r.contact, r.phone,"
    " r.via, s.state, c.day, c.received, c.file, c.source, c.kind, c.statuses, "
    "c.measures,"
    " c.digest, r.licence_from, r.licence_to, c.ledger_day, coalesce(c.no, 0), "
    "coalesce(c.checklist, "
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
  const char **const texts[TEXTS] = {&m->code,         &m->name,       &m->class,
                                     &m->grade,        &m->ownership,  &m->town,
                                     &m->contact,      &m->phone,      &m->via,
                                     &m->state,        &m->day,        &m->received,
                                     &m->file,         &m->source,     &m->kind,
                                     &m->statuses,     &m->measures,   &m->digest,
                                     &m->licence_from, &m->licence_to, &m->ledger_day};
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

bool zc_member_here(const zc_member *m)
{
  return m->report != 0 && m->expected;
}

static int compare_reports(const void *a, const void *b, void *context)
{
  const zc_member *members = context;
  int64_t x = members[*(const size_t *)a].report,
          y = members[*(const size_t *)b].report;
  return (x > y) - (x < y);
}

static zc_code sort_by_report(zc_members *members, zc_err *err)
{
  members->by_report = calloc(members->count + 1, sizeof *members->by_report);
  if (members->by_report == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < members->count; i++)
    if (members->members[i].report != 0)
      members->by_report[members->reports++] = i;
  qsort_r(members->by_report, members->reports, sizeof *members->by_report,
          compare_reports, members->members);
  return ZC_OK;
}

ptrdiff_t zc_members_find(const zc_members *members, int64_t report)
{
  size_t low = 0, high = members->reports;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (members->members[members->by_report[middle]].report < report)
      low = middle + 1;
    else
      high = middle;
  }
  bool found = low < members->reports &&
               members->members[members->by_report[low]].report == report;
  return found ? (ptrdiff_t)members->by_report[low] : -1;
}

zc_code zc_members_read(zc_store *store, const char *plan, const char *round,
                        zc_members *members, zc_err *err)
{
  json_t *row = NULL, *binds = zc_sql_binds("ss", plan, round);
  *members = (zc_members){0};
  if (binds == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_sql_again(store,
                              ZC_MEMBERS_SQL
                              " SELECT count(*), (SELECT count(*) FROM origin"
                              " WHERE report IS NULL) + (SELECT count(*) FROM origin"
                              " JOIN collected_figure AS f ON f.report ="
                              " origin.report AND f.kind = 'silent' AND f.value < 0)"
                              " FROM member",
                              zc_sql_binds("ss", plan, round), &row, err);
  size_t room = (size_t)json_integer_value(json_array_get(row, 0));
  members->unheard = json_integer_value(json_array_get(row, 1));
  json_decref(row);
  if (code == ZC_OK) {
    members->members = calloc(room + 1, sizeof *members->members);
    code = members->members == NULL ? zc_fail_memory(err)
                                    : read_all(store, binds, members, room, err);
  }
  if (code == ZC_OK)
    code = sort_by_report(members, err);
  json_decref(binds);
  return code;
}

zc_code zc_members_count(zc_store *store, const char *plan, const char *round,
                         zc_member_counts *counts, zc_err *err)
{
  json_t *row = NULL;
  zc_code code =
      zc_sql_again(store,
                   ZC_MEMBERS_SQL
                   " SELECT count(*), count(s.report), coalesce(sum(s.state = 'late'),"
                   " 0) FROM member AS r LEFT JOIN standing AS s ON s.plan = ?1 AND"
                   " s.round = ?2 AND s.facility = r.code AND s.counts = 1"
                   " WHERE r.expected",
                   zc_sql_binds("ss", plan, round), &row, err);
  *counts = (zc_member_counts){.expected = json_integer_value(json_array_get(row, 0)),
                               .received = json_integer_value(json_array_get(row, 1)),
                               .late = json_integer_value(json_array_get(row, 2))};
  json_decref(row);
  return code;
}

void zc_members_free(zc_members *members)
{
  zc_arena_free(&members->arena);
  free(members->members);
  free(members->by_report);
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
                                     "expected", "state", "day",     "heard"};
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
          : zc_sql_each(
                store,
                "SELECT r.code, r.name, contact, phone, " ZC_EXPECTED_SQL ","
                " coalesce(s.state, ''), coalesce(c.day, ''), EXISTS ("
                "SELECT 1 FROM round AS t CROSS JOIN standing AS x ON x.plan ="
                " ?1 AND x.round = t.id AND x.facility = r.code AND x.counts = 1"
                " WHERE t.plan = ?1) FROM roster AS r" ZC_ROUND_OF_ROSTER
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
