/* Figures of the ledger: sums and groups over its problems. */
#include <stdio.h>
#include <string.h>

#include "store/filter.h"
#include "store/project.h"
#include "store/sql.h"

/* Name and sum; those of money are hundredths. Rates are about what counts as a problem. */
static const struct {
  const char *name, *sql;
  bool money;
} sums[] = {
    {"found", "count(*)", false},
    {"counted", "sum(counted)", false},
    {"pending", "sum(state = 'found')", false},
    {"verified", "sum(verified <> '' OR state = 'dismissed')", false},
    {"dismissed", "sum(state = 'dismissed')", false},
    {"untrue_rows", "sum(untrue)", false},
    {"assigned", "sum(counted AND state = 'assigned')", false},
    {"rectifying", "sum(counted AND state = 'rectifying')", false},
    {"not_begun",
     "sum(counted AND state IN ('found', 'verified', 'assigned', 'relapsed'))", false},
    {"rectified", "sum(counted AND " ZC_RECTIFIED ")", false},
    {"closed", "sum(counted AND " ZC_CLOSED ")", false},
    {"open", "sum(counted AND " ZC_OPEN ")", false},
    {"overdue", "sum(counted AND " ZC_OVERDUE ")", false},
    {"no_deadline", "sum(counted AND unfinished AND due = '')", false},
    {"immediate", "sum(counted AND kind = 'immediate')", false},
    {"deadline", "sum(counted AND kind = 'deadline')", false},
    {"long_term", "sum(counted AND kind = 'long_term')", false},
    {"due_10", "sum(counted AND unfinished AND due BETWEEN ?1 AND date(?1, '+10 day'))",
     false},
    {"due_20", "sum(counted AND unfinished AND due BETWEEN ?1 AND date(?1, '+20 day'))",
     false},
    {"extended", "sum(counted AND extensions > 0)", false},
    {"extensions", "sum(extensions)", false},
    {"due_total", "sum(counted AND due <> '' AND due <= ?1)", false},
    {"on_time",
     "sum(counted AND due <> '' AND due <= ?1 AND " ZC_RECTIFIED " AND done <= due)",
     false},
    {"transferred", "sum(transfers > 0)", false},
    {"cases", "sum(cases)", false},
    {"looked_back", "sum(lookbacks > 0)", false},
    {"held", "sum(state = 'held')", false},
    {"relapsed", "sum(relapses > 0)", false},
    {"relapsed_at_look_back", "sum(lookbacks_relapsed > 0)", false},
    {"inspected", "sum(inspected)", false},
    {"unreported", "sum(unreported)", false},
    {"reported", "sum(reported <> '')", false},
    {"systems", "sum(system)", false},
    {"departments", "count(DISTINCT nullif(department, ''))", false},
    {"people", "count(DISTINCT nullif(person, ''))", false},
    {"amount", "sum(CASE WHEN counted THEN amount ELSE 0 END)", true},
    {"refund", "sum(refund)", true},
    {"refund_self", "sum(CASE WHEN source = 'self_check' THEN refund ELSE 0 END)",
     true},
};
#define SUMS (sizeof sums / sizeof *sums)

static zc_code add_sums(zc_store *store, const zc_condition *c, json_t *out,
                        zc_err *err)
{
  zc_buffer sql = {0};
  json_t *rows = NULL, *figures = json_object();
  zc_buffer_text(&sql, "SELECT ");
  for (size_t i = 0; i < SUMS; i++)
    zc_buffer_print(&sql, "coalesce(%s, 0), ", sums[i].sql);
  zc_buffer_print(&sql,
                  "max(CASE WHEN counted AND kind = 'deadline' THEN due END)"
                  " FROM problem%s",
                  c->sql.data);
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql(store, sql.data, c->binds, &rows, err);
  zc_buffer_free(&sql);
  const json_t *row = json_array_get(rows, 0);
  int bad = figures == NULL;
  for (size_t i = 0; code == ZC_OK && i < SUMS; i++) {
    json_int_t value = json_integer_value(json_array_get(row, i));
    bad |= json_object_set_new(figures, sums[i].name,
                               sums[i].money ? zc_amount(value) : json_integer(value));
  }
  const char *latest = json_string_value(json_array_get(row, SUMS));
  if (latest != NULL && *latest != '\0')
    bad |= json_object_set_new(figures, "latest_due", json_string(latest));
  bad |= json_object_set(out, "figures", figures);
  json_decref(figures);
  json_decref(rows);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static const struct {
  const char *name, *key, *title;
} groups[] = {{"focus", "focus", "max(focus_title)"},
              {"severity", "severity", "''"},
              {"source", "source", "''"},
              {"department", "department", "''"},
              {"state", "state", "''"},
              {"item", "item", "''"}};

/* An item has the problems that it was cited in, too: of another item or another plan. */
static void print_from(zc_buffer *sql, const zc_condition *c, bool is_cited)
{
  if (!is_cited) {
    zc_buffer_print(sql, " FROM problem%s", c->sql.data);
    return;
  }
  zc_buffer_print(
      sql,
      " FROM problem JOIN (SELECT problem AS cited_in, item AS cited, split AS"
      " cited_split FROM citation WHERE plan = ?%d) ON cited_in = no AND NOT"
      " EXISTS (SELECT 1 FROM citation AS d WHERE d.problem = cited_in AND"
      " d.plan = ?%d AND d.item = cited AND d.split < cited_split)%s",
      c->plan, c->plan, c->sql.data);
}

static zc_code add_group(zc_store *store, const zc_condition *c, size_t at, json_t *by,
                         zc_err *err)
{
  static const char *const names[] = {"id",        "title",   "found",
                                      "counted",   "pending", "dismissed",
                                      "rectified", "closed",  "overdue"};
  zc_buffer sql = {0};
  json_t *rows = NULL, *list = json_array();
  size_t index;
  const json_t *row;
  bool is_cited = c->plan > 0 && strcmp(groups[at].name, "item") == 0;
  zc_buffer_print(&sql,
                  "SELECT %s, %s, count(*), sum(counted), sum(state = 'found'),"
                  " sum(state = 'dismissed'), sum(counted AND " ZC_RECTIFIED
                  "), sum(counted AND " ZC_CLOSED "), sum(counted AND " ZC_OVERDUE ")",
                  is_cited ? "cited" : groups[at].key, groups[at].title);
  print_from(&sql, c, is_cited);
  zc_buffer_text(&sql, " GROUP BY 1 ORDER BY min(no)");
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql(store, sql.data, c->binds, &rows, err);
  zc_buffer_free(&sql);
  int bad = list == NULL;
  json_array_foreach(rows, index, row)
  {
    json_t *entry = json_object();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
      bad |= json_object_set(entry, names[i], json_array_get(row, i));
    bad |= json_array_append_new(list, entry);
  }
  json_decref(rows);
  bad |= json_object_set(by, groups[at].name, list);
  json_decref(list);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

zc_code zc_ledger_sums(zc_store *store, const zc_ledger_filter *filter,
                       json_t **figures, zc_err *err)
{
  zc_condition c;
  json_t *out = json_object();
  *figures = NULL;
  zc_code code = zc_condition_make(filter, &c, err);
  if (code == ZC_OK) {
    code = add_sums(store, &c, out, err);
    zc_condition_free(&c);
  }
  if (code == ZC_OK)
    *figures = json_incref(json_object_get(out, "figures"));
  json_decref(out);
  return code;
}

zc_code zc_ledger_figures(zc_store *store, const zc_ledger_filter *filter,
                          json_t **figures, zc_err *err)
{
  zc_condition c;
  json_t *out = json_object(), *by = json_object();
  *figures = NULL;
  zc_code code = zc_condition_make(filter, &c, err);
  if (code == ZC_OK) {
    code = add_sums(store, &c, out, err);
    for (size_t i = 0; code == ZC_OK && i < sizeof groups / sizeof *groups; i++)
      code = add_group(store, &c, i, by, err);
    zc_condition_free(&c);
  }
  if (code == ZC_OK && json_object_set(out, "by", by) != 0)
    code = zc_fail_memory(err);
  json_decref(by);
  if (code == ZC_OK)
    *figures = out;
  else
    json_decref(out);
  return code;
}

zc_code zc_ledger_marks(zc_store *store, const zc_ledger_filter *filter, json_t **marks,
                        zc_err *err)
{
  zc_condition c;
  zc_buffer sql = {0};
  json_t *rows = NULL, *list = json_array();
  *marks = NULL;
  zc_code code = zc_condition_make(filter, &c, err);
  if (code != ZC_OK) {
    json_decref(list);
    return code;
  }
  zc_buffer_text(&sql, "SELECT 0");
  for (int i = 1; i <= ZC_LEDGER_GATES; i++)
    zc_buffer_print(&sql,
                    ", coalesce(sum(substr(gates, %d, 1) = '1'), 0),"
                    " coalesce(sum(substr(gates, %d, 1) = '0'), 0)",
                    i, i);
  zc_buffer_print(&sql, " FROM problem%s AND counted = 1", c.sql.data);
  code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql(store, sql.data, c.binds, &rows, err);
  const json_t *row = json_array_get(rows, 0);
  int bad = list == NULL;
  for (size_t i = 0; code == ZC_OK && i < ZC_LEDGER_GATES; i++)
    bad |= json_array_append_new(list,
                                 json_pack("{s:O, s:O}", "passed",
                                           json_array_get(row, i * 2 + 1), "failed",
                                           json_array_get(row, i * 2 + 2)));
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  zc_buffer_free(&sql);
  zc_condition_free(&c);
  json_decref(rows);
  if (code == ZC_OK)
    *marks = list;
  else
    json_decref(list);
  return code;
}
