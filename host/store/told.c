#include "store/told.h"

#include <stdlib.h>
#include <string.h>

#include "store/filter.h"
#include "store/members_sql.h"
#include "store/sql.h"

/* ---- figures that single problems tell ------------------------------------------------ */

/* As the figures of a ledger (figures.c), as of the same day: that on which the report was handed in; of paper,
 * that on which the list was received; of reports that came without figures, that of the report. */
#define DAY "coalesce(nullif(c.ledger_day, ''), c.day)"
static const struct {
  const char *name, *sql;
  int at;
} figures[] = {
    {"found", "1", ZC_NUMBER_found},
    {"counted", "p.counted", ZC_NUMBER_counted},
    {"pending", "p.state = 'found'", ZC_NUMBER_pending},
    {"dismissed", "p.state = 'dismissed'", ZC_NUMBER_dismissed},
    {"assigned", "p.counted AND p.state = 'assigned'", ZC_NUMBER_assigned},
    {"rectifying", "p.counted AND p.state = 'rectifying'", ZC_NUMBER_rectifying},
    {"not_begun",
     "p.counted AND p.state IN ('found', 'verified', 'assigned', 'relapsed')",
     ZC_NUMBER_not_begun},
    {"rectified", "p.counted AND p." ZC_RECTIFIED, ZC_NUMBER_rectified},
    {"closed", "p.counted AND p." ZC_CLOSED, ZC_NUMBER_closed},
    {"open", "p.counted AND p." ZC_OPEN, ZC_NUMBER_open},
    {"overdue", "p.counted AND NOT p." ZC_RECTIFIED " AND p.due <> '' AND p.due < " DAY,
     ZC_NUMBER_overdue},
    {"due_total", "p.counted AND p.due <> '' AND p.due <= " DAY, ZC_NUMBER_due_total},
    {"on_time",
     "p.counted AND p.due <> '' AND p.due <= " DAY " AND p." ZC_RECTIFIED
     " AND p.done <= p.due",
     ZC_NUMBER_on_time},
    {"extended", "p.counted AND p.extended > 0", ZC_NUMBER_extended},
    {"extensions", "p.extended", ZC_NUMBER_extensions},
    {"held", "p.state = 'held'", ZC_NUMBER_held},
    {"relapsed", "p.relapses > 0", ZC_NUMBER_relapsed},
    {"inspected", "p.source = 'inspection'", ZC_NUMBER_inspected},
    {"unreported", "p.unreported", ZC_NUMBER_unreported},
    {"reported", "p.reported <> ''", ZC_NUMBER_reported},
    {"refund", "p.refund", ZC_NUMBER_refund},
    {"refund_self", "(p.source = 'self_check') * p.refund", ZC_NUMBER_refund_self},
};
#define FIGURES (sizeof figures / sizeof *figures)

static const char *sql_of(const char *figure)
{
  for (size_t i = 0; i < FIGURES; i++)
    if (strcmp(figures[i].name, figure) == 0)
      return figures[i].sql;
  return NULL;
}

bool zc_told_knows(const char *figure)
{
  return sql_of(figure) != NULL;
}

/* ---- of some days --------------------------------------------------------------------- */

const char *zc_told_until(const zc_member *m)
{
  return *m->ledger_day == '\0' || strcmp(m->kind, "paper") == 0 ? m->day
                                                                 : m->ledger_day;
}

/* Of days behind its own a report tells nothing: a 0 would be a claim. */
static void forget(zc_member *m, const zc_days *days)
{
  for (int i = ZC_NUMBER_found; i < ZC_NUMBER_COUNT; i++)
    m->numbers[i] = ZC_UNKNOWN;
  for (size_t i = 0; i < FIGURES && strcmp(zc_told_until(m), days->from) >= 0; i++)
    m->numbers[figures[i].at] = 0;
}

static zc_code take_rows(zc_store *store, sqlite3_stmt *s, zc_members *members,
                         zc_err *err)
{
  int result;
  while ((result = sqlite3_step(s)) == SQLITE_ROW) {
    ptrdiff_t at = zc_members_find(members, sqlite3_column_int64(s, 0));
    for (size_t i = 0; at >= 0 && i < FIGURES; i++)
      members->members[at].numbers[figures[i].at] = sqlite3_column_int64(s, (int)i + 1);
  }
  return result == SQLITE_DONE ? ZC_OK : zc_sql_fail(store, result, err);
}

zc_code zc_told_window(zc_store *store, const char *plan, const char *round,
                       const zc_days *days, zc_members *members, zc_err *err)
{
  sqlite3_stmt *s = NULL;
  zc_buffer sql = {0};
  json_t *binds = zc_sql_binds("ssss", plan, round, days->from, days->to);
  zc_buffer_text(&sql, "SELECT c.no");
  for (size_t i = 0; i < FIGURES; i++)
    zc_buffer_print(&sql, ", sum(%s)", figures[i].sql);
  zc_buffer_text(&sql, " FROM standing AS s JOIN collected AS c ON c.no = s.report"
                       " JOIN collected_problem AS p ON p.report = c.no"
                       " WHERE s.plan = ?1 AND s.round = ?2 AND s.counts = 1"
                       " AND p.found BETWEEN ?3 AND ?4 GROUP BY c.no ORDER BY c.no");
  zc_code code = binds == NULL ? zc_fail_memory(err) : zc_buffer_check(&sql, err);
  for (size_t i = 0; code == ZC_OK && i < members->reports; i++)
    forget(&members->members[members->by_report[i]], days);
  if (code == ZC_OK)
    code = zc_sql_prepare(store, sql.data, binds, &s, err);
  if (code == ZC_OK)
    code = take_rows(store, s, members, err);
  for (size_t i = 0; code == ZC_OK && i < members->count; i++)
    if (strcmp(members->members[i].kind, "paper") == 0)
      zc_facts_forget_unasked(members->members[i].numbers);
  sqlite3_finalize(s);
  zc_buffer_free(&sql);
  json_decref(binds);
  return code;
}

/* ---- lists on paper ------------------------------------------------------------------- */

zc_code zc_told_paper_again(zc_store *store, const char *file, const char *day,
                            zc_err *err)
{
  static const char *const by_day[] = {"overdue", "due_total", "on_time"};
  zc_buffer sql = {0};
  zc_code code = zc_sql_again(store,
                              "UPDATE collected SET ledger_day = ?2 WHERE file = ?1"
                              " AND kind = 'paper' AND via = ''",
                              zc_sql_binds("ss", file, day), NULL, err);
  zc_buffer_text(&sql, "UPDATE collected AS c SET ");
  for (size_t i = 0; i < sizeof by_day / sizeof *by_day; i++)
    zc_buffer_print(&sql,
                    "%s%s = (SELECT coalesce(sum(%s), 0) FROM collected_problem AS p"
                    " WHERE p.report = c.no)",
                    i == 0 ? "" : ", ", by_day[i], sql_of(by_day[i]));
  zc_buffer_text(&sql, " WHERE c.file = ?1 AND c.kind = 'paper' AND c.via = ''");
  if (code == ZC_OK)
    code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql_again(store, sql.data, zc_sql_binds("s", file), NULL, err);
  zc_buffer_free(&sql);
  return code;
}

/* ---- behind a figure ------------------------------------------------------------------ */

static zc_code take_numbers(zc_store *store, sqlite3_stmt *s, zc_members *members,
                            const char **numbers, zc_err *err)
{
  int result;
  while ((result = sqlite3_step(s)) == SQLITE_ROW) {
    ptrdiff_t at = zc_members_find(members, sqlite3_column_int64(s, 0));
    const char *text = (const char *)sqlite3_column_text(s, 1);
    if (at < 0 || text == NULL)
      continue;
    const char *own = zc_arena_copy(&members->arena, text, strlen(text));
    if (own == NULL)
      return zc_fail_memory(err);
    numbers[at] = own;
  }
  return result == SQLITE_DONE ? ZC_OK : zc_sql_fail(store, result, err);
}

zc_code zc_told_problems(zc_store *store, const char *plan, const char *round,
                         const char *figure, const zc_days *days, zc_members *members,
                         const char ***numbers, zc_err *err)
{
  sqlite3_stmt *s = NULL;
  zc_buffer sql = {0};
  json_t *binds = zc_sql_binds("ssss", plan, round, days == NULL ? "" : days->from,
                               days == NULL ? "" : days->to);
  *numbers = calloc(members->count + 1, sizeof **numbers);
  zc_buffer_print(&sql,
                  "SELECT report, group_concat(no) FROM (SELECT c.no AS report, p.no AS"
                  " no FROM standing AS s JOIN collected AS c ON c.no = s.report"
                  " JOIN collected_problem AS p ON p.report = c.no"
                  " WHERE s.plan = ?1 AND s.round = ?2 AND s.counts = 1"
                  " AND (?3 = '' OR p.found BETWEEN ?3 AND ?4) AND (%s) > 0"
                  " ORDER BY c.no, p.no) GROUP BY report ORDER BY report",
                  zc_text_or(sql_of(figure), "0"));
  zc_code code = binds == NULL || *numbers == NULL ? zc_fail_memory(err)
                                                   : zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql_prepare(store, sql.data, binds, &s, err);
  if (code == ZC_OK)
    code = take_numbers(store, s, members, *numbers, err);
  sqlite3_finalize(s);
  zc_buffer_free(&sql);
  json_decref(binds);
  return code;
}

/* ---- groups --------------------------------------------------------------------------- */

/* `unverified` are those that wait for a judgement and do not count yet: what data show for certain counts
 * before. So found = counted + unverified + dismissed. */
static const char *const group_figures[] = {"found",     "counted",   "unverified",
                                            "dismissed", "rectified", "closed",
                                            "overdue"};
#define GROUP_FIGURES (sizeof group_figures / sizeof *group_figures)

static const char *sql_of_group(const char *figure)
{
  return strcmp(figure, "unverified") == 0 ? "p.state = 'found' AND NOT p.counted"
                                           : sql_of(figure);
}

static zc_code add_group(void *context, const json_t *row, zc_err *err)
{
  static const char *const keys[] = {"entry", "checklist", "source", "class"};
  const size_t count = sizeof keys / sizeof *keys;
  json_t *group = json_object();
  int bad = 0;
  for (size_t i = 0; i < count; i++)
    bad |= json_object_set(group, keys[i], json_array_get(row, i));
  for (size_t i = 0; i < GROUP_FIGURES; i++)
    bad |= json_object_set(group, group_figures[i], json_array_get(row, i + count));
  bad |= json_array_append_new(context, group);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_told_groups(zc_store *store, const char *plan, const char *round,
                       const zc_days *days, json_t **groups, zc_err *err)
{
  zc_buffer sql = {0};
  json_t *binds = zc_sql_binds("ssss", plan, round, days == NULL ? "" : days->from,
                               days == NULL ? "" : days->to);
  *groups = json_array();
  zc_buffer_text(&sql, ZC_MEMBERS_SQL " SELECT p.entry, c.checklist, p.source,"
                                      " r.class");
  for (size_t i = 0; i < GROUP_FIGURES; i++)
    zc_buffer_print(&sql, ", coalesce(sum(%s), 0)", sql_of_group(group_figures[i]));
  zc_buffer_text(&sql,
                 " FROM member AS r JOIN standing AS s ON s.plan = ?1 AND s.round = ?2"
                 " AND s.facility = r.code AND s.counts = 1"
                 " JOIN collected AS c ON c.no = s.report"
                 " JOIN collected_problem AS p ON p.report = c.no"
                 " WHERE r.expected = 1 AND (?3 = '' OR p.found BETWEEN ?3 AND ?4)"
                 " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4");
  zc_code code = *groups == NULL || binds == NULL ? zc_fail_memory(err)
                                                  : zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql_each(store, sql.data, binds, add_group, *groups, err);
  zc_buffer_free(&sql);
  json_decref(binds);
  return code;
}

/* ---- entered figures ------------------------------------------------------------------ */

static zc_code put_figure(zc_store *store, const json_t *body, const json_t *one,
                          zc_err *err)
{
  const char *plan = zc_text_of(body, "plan"), *round = zc_text_of(body, "round");
  const char *row = zc_text_of(one, "row"), *class = zc_text_of(one, "class");
  const char *value = zc_text_of(one, "value");
  if (*value == '\0')
    return zc_sql_again(store,
                        "DELETE FROM manual_figure WHERE plan = ?1 AND round = ?2"
                        " AND line = ?3 AND class = ?4",
                        zc_sql_binds("ssss", plan, round, row, class), NULL, err);
  return zc_sql_again(
      store,
      "INSERT OR REPLACE INTO manual_figure (plan, round, line, class,"
      " value, day, by, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      zc_sql_binds("ssssssss", plan, round, row, class, value, zc_text_of(body, "day"),
                   zc_text_of(body, "by"), zc_text_of(body, "reason")),
      NULL, err);
}

zc_code zc_manual_put(zc_store *store, const json_t *body, zc_err *err)
{
  size_t index;
  const json_t *one;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(body, "figures"), index, one)
  {
    if (code == ZC_OK)
      code = put_figure(store, body, one, err);
  }
  return code;
}

static zc_code add_manual(void *context, const json_t *row, zc_err *err)
{
  static const char *const keys[] = {"row", "class", "value", "day", "by", "reason"};
  json_t *one = json_object();
  int bad = 0;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    bad |= json_object_set(one, keys[i], json_array_get(row, i));
  bad |= json_array_append_new(context, one);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_manual(zc_store *store, const char *plan, const char *round, json_t **list,
                  zc_err *err)
{
  json_t *binds = zc_sql_binds("ss", plan, round);
  *list = json_array();
  zc_code code = *list == NULL || binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store,
                                   "SELECT line, class, value, day, by, reason FROM"
                                   " manual_figure WHERE plan = ?1 AND round = ?2"
                                   " ORDER BY line, class",
                                   binds, add_manual, *list, err);
  json_decref(binds);
  return code;
}
