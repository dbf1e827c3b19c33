/* What is read of the ledger: problems, their instances and events, lists and figures. */
#include "store/ledger.h"

#include <stdio.h>
#include <string.h>

#include "store/project.h"
#include "store/sql.h"

/* ---- one problem ------------------------------------------------------------------ */

static zc_code parse(zc_store *store, const json_t *text, const char *what,
                     json_t **value, zc_err *err)
{
  *value = NULL;
  if (zc_json_parse(zc_text_or(json_string_value(text), ""), json_string_length(text),
                    value, err) == ZC_OK)
    return ZC_OK;
  return zc_fail(
      err, ZC_EDATA,
      "{path} is damaged: {what} of the ledger is not what zicha writes; run "
      "`zicha verify`",
      "path", store->path, "what", what, NULL);
}

/* One cell of one row, or NULL. Owned. */
static zc_code one_cell(zc_store *store, const char *sql, json_t *binds, json_t **value,
                        zc_err *err)
{
  json_t *rows = NULL;
  *value = NULL;
  zc_code code = binds == NULL ? zc_fail_memory(err)
                               : zc_sql(store, sql, binds, &rows, err);
  json_decref(binds);
  if (code == ZC_OK)
    *value = json_incref(json_array_get(json_array_get(rows, 0), 0));
  json_decref(rows);
  return code;
}

zc_code zc_ledger_problem(zc_store *store, int64_t no, json_t **problem, zc_err *err)
{
  json_t *text;
  *problem = NULL;
  zc_code code = one_cell(store, "SELECT body FROM problem WHERE no = ?1",
                          zc_sql_binds("i", no), &text, err);
  if (code == ZC_OK && text != NULL)
    code = parse(store, text, "problem", problem, err);
  json_decref(text);
  return code;
}

zc_code zc_ledger_cited(zc_store *store, const char *plan, const char *item,
                        const char *split, json_t **numbers, zc_err *err)
{
  json_t *rows = NULL, *binds = zc_sql_binds("sss", plan, item, split), *list = NULL;
  size_t index;
  const json_t *row;
  *numbers = NULL;
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(store,
                              "SELECT problem FROM citation WHERE plan = ?1 AND item ="
                              " ?2 AND split = ?3 ORDER BY problem",
                              binds, &rows, err);
  json_decref(binds);
  int bad = code == ZC_OK && (list = json_array()) == NULL;
  json_array_foreach(rows, index, row)
  {
    bad |= json_array_append(list, json_array_get(row, 0));
  }
  json_decref(rows);
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    *numbers = list;
  else
    json_decref(list);
  return code;
}

zc_code zc_ledger_owner(zc_store *store, const char *instance, int64_t *no, zc_err *err)
{
  json_t *row;
  zc_code code = zc_sql_again(store, "SELECT problem FROM instance WHERE id = ?1",
                              zc_sql_binds("s", instance), &row, err);
  *no = json_integer_value(json_array_get(row, 0));
  json_decref(row);
  return code;
}

/* A quotation mark within a text is escaped, so that nothing else can look like a key. */
zc_code zc_ledger_known_list(zc_store *store, const char *plan, const char *digits,
                             json_t **known, zc_err *err)
{
  static const char *const names[] = {"rows", "problems", "date", "by"};
  char list[ZC_HASH_ROOM + 16];
  zc_buffer of_plan = {0};
  json_t *rows = NULL, *told = NULL;
  *known = NULL;
  snprintf(list, sizeof list, "\"list\":\"%s\"", digits);
  zc_buffer_print(&of_plan, "\"plan\":\"%s\"", plan);
  json_t *binds = of_plan.failed ? NULL : zc_sql_binds("ss", list, of_plan.data);
  zc_buffer_free(&of_plan);
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(store,
                              "SELECT count(*), count(DISTINCT problem),"
                              " min(business_date), min(actor) FROM event WHERE action"
                              " IN ('found', 'cite') AND instr(body, ?1) > 0 AND"
                              " instr(body, ?2) > 0",
                              binds, &rows, err);
  json_decref(binds);
  const json_t *row = json_array_get(rows, 0);
  int bad = 0;
  if (code == ZC_OK && json_integer_value(json_array_get(row, 0)) > 0) {
    bad |= (told = json_object()) == NULL;
    for (size_t i = 0; i < 4; i++)
      bad |= json_object_set(told, names[i], json_array_get(row, i));
  }
  json_decref(rows);
  if (bad == 0) {
    *known = told;
    return code;
  }
  json_decref(told);
  return zc_fail_memory(err);
}

zc_code zc_ledger_judged(zc_store *store, int64_t no, int64_t *judged, int64_t *untrue,
                         zc_err *err)
{
  json_t *rows = NULL, *binds = zc_sql_binds("i", no);
  zc_code code =
      binds == NULL ? zc_fail_memory(err)
                    : zc_sql(store,
                             "SELECT count(*), coalesce(sum(verdict = 'false'), 0) FROM"
                             " instance WHERE problem = ?1 AND verdict <> ''",
                             binds, &rows, err);
  json_decref(binds);
  *judged = json_integer_value(json_array_get(json_array_get(rows, 0), 0));
  *untrue = json_integer_value(json_array_get(json_array_get(rows, 0), 1));
  json_decref(rows);
  return code;
}

/* ---- many rows -------------------------------------------------------------------- */

typedef struct {
  zc_store *store;
  zc_ledger_visit *visit;
  void *context;
} visiting;

static zc_code visit_instance(void *context, const json_t *row, zc_err *err)
{
  visiting *v = context;
  json_t *instance;
  zc_code code = parse(v->store, json_array_get(row, 0), "an instance", &instance, err);
  if (code != ZC_OK)
    return code;
  int bad = json_object_set(instance, "verdict", json_array_get(row, 1));
  bad |= json_object_set(instance, "reason", json_array_get(row, 2));
  code = bad != 0 ? zc_fail_memory(err) : v->visit(v->context, instance, err);
  json_decref(instance);
  return code;
}

zc_code zc_ledger_instances(zc_store *store, int64_t no, zc_ledger_visit *visit,
                            void *context, zc_err *err)
{
  visiting v = {store, visit, context};
  json_t *binds = zc_sql_binds("i", no);
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store,
                                   "SELECT body, verdict, reason FROM instance WHERE"
                                   " problem = ?1 ORDER BY position",
                                   binds, visit_instance, &v, err);
  json_decref(binds);
  return code;
}

static zc_code visit_event(void *context, const json_t *row, zc_err *err)
{
  static const char *const names[] = {"seq",   "time",    "business_date",
                                      "actor", "problem", "action",
                                      "body",  "prev",    "hash"};
  visiting *v = context;
  json_t *event = json_object(), *body;
  zc_code code = parse(v->store, json_array_get(row, 6), "an event", &body, err);
  int bad = event == NULL;
  for (size_t i = 0; code == ZC_OK && i < sizeof names / sizeof *names; i++)
    bad |= json_object_set(event, names[i], i == 6 ? body : json_array_get(row, i));
  if (code == ZC_OK)
    code = bad != 0 ? zc_fail_memory(err) : v->visit(v->context, event, err);
  json_decref(body);
  json_decref(event);
  return code;
}

zc_code zc_ledger_events(zc_store *store, int64_t no, int64_t after,
                         zc_ledger_visit *visit, void *context, zc_err *err)
{
  visiting v = {store, visit, context};
  json_t *binds = zc_sql_binds("ii", after, no);
  zc_code code =
      binds == NULL
          ? zc_fail_memory(err)
          : zc_sql_each(
                store,
                no == 0 ? "SELECT seq, time, business_date, actor, problem, action,"
                          " body, prev, hash FROM event WHERE seq > ?1 AND ?2 = 0"
                          " ORDER BY seq"
                        : "SELECT seq, time, business_date, actor, problem, action,"
                          " body, prev, hash FROM event WHERE seq > ?1 AND problem ="
                          " ?2 ORDER BY seq",
                binds, visit_event, &v, err);
  json_decref(binds);
  return code;
}

/* ---- filters ---------------------------------------------------------------------- */

const char *const zc_ledger_views[] = {"all",        "counted",   "open",
                                       "overdue",    "due",       "relapsed",
                                       "unreported", "reported",  "systems",
                                       "results",    "dismissed", "found",
                                       "verified",   "assigned",  "rectifying",
                                       "rectified",  "checked",   "closed",
                                       "held",       NULL};

#define OVERDUE "(unfinished = 1 AND due <> '' AND due < ?1 AND state <> 'dismissed')"
#define OPEN "state NOT IN ('closed', 'held', 'dismissed')"
#define RECTIFIED "state IN ('rectified', 'checked', 'closed', 'held')"
#define CLOSED "state IN ('closed', 'held')"

typedef struct {
  zc_buffer sql;
  json_t *binds;
  int count, bad;
} condition;

static void add_bind(condition *c, const char *before, const char *value,
                     const char *after)
{
  c->bad |= json_array_append_new(c->binds, zc_json_lossy(value, strlen(value)));
  c->count++;
  zc_buffer_print(&c->sql, " AND %s?%d%s", before, c->count, after);
}

static void add_items(condition *c, const json_t *items)
{
  size_t index;
  const json_t *item;
  if (items == NULL)
    return;
  zc_buffer_text(&c->sql, " AND item IN (''");
  json_array_foreach(items, index, item)
  {
    c->bad |= json_array_append(c->binds, (json_t *)item);
    c->count++;
    zc_buffer_print(&c->sql, ", ?%d", c->count);
  }
  zc_buffer_text(&c->sql, ")");
}

static void add_view(condition *c, const char *view)
{
  if (view == NULL || strcmp(view, "all") == 0)
    return;
  if (strcmp(view, "open") == 0)
    zc_buffer_text(&c->sql, " AND " OPEN);
  else if (strcmp(view, "overdue") == 0)
    zc_buffer_text(&c->sql, " AND " OVERDUE);
  else if (strcmp(view, "due") == 0)
    zc_buffer_text(&c->sql, " AND unfinished = 1 AND due <> ''");
  else if (strcmp(view, "closed") == 0)
    zc_buffer_text(&c->sql, " AND " CLOSED);
  else if (strcmp(view, "counted") == 0)
    zc_buffer_text(&c->sql, " AND counted = 1");
  else if (strcmp(view, "relapsed") == 0)
    zc_buffer_text(&c->sql, " AND relapses > 0");
  else if (strcmp(view, "systems") == 0)
    zc_buffer_text(&c->sql, " AND counted = 1 AND system = 1");
  else if (strcmp(view, "results") == 0)
    zc_buffer_text(&c->sql,
                   " AND counted = 1 AND (" CLOSED " OR refund > 0 OR system = 1)");
  else if (strcmp(view, "unreported") == 0)
    zc_buffer_text(&c->sql, " AND unreported = 1");
  else if (strcmp(view, "reported") == 0)
    zc_buffer_text(&c->sql, " AND reported <> ''");
  else
    add_bind(c, "state = ", view, "");
}

/* ?1 is always today. */
static zc_code make_condition(const zc_ledger_filter *f, condition *c, zc_err *err)
{
  const char *today = zc_text_or(f->today, "");
  *c = (condition){.binds = zc_sql_binds("s", today), .count = 1};
  zc_buffer_text(&c->sql, " WHERE ?1 = ?1");
  add_view(c, f->view);
  if (f->plan != NULL)
    add_bind(c,
             "EXISTS (SELECT 1 FROM citation WHERE citation.problem = problem.no AND"
             " citation.plan = ",
             f->plan, ")");
  if (f->focus != NULL)
    add_bind(c, "focus = ", f->focus, "");
  if (f->severity != NULL)
    add_bind(c, "severity = ", f->severity, "");
  if (f->source != NULL)
    add_bind(c, "source = ", f->source, "");
  if (f->department != NULL)
    add_bind(c, "department = ", f->department, "");
  if (f->person != NULL) {
    add_bind(c, "(person = ", f->person, "");
    zc_buffer_print(&c->sql, " OR leader = ?%d)", c->count);
  }
  if (f->due_within >= 0) {
    char days[40];
    snprintf(days, sizeof days, "+%lld day", (long long)f->due_within);
    add_bind(c, "unfinished = 1 AND due <> '' AND due >= ?1 AND due <= date(?1, ", days,
             ")");
  }
  add_items(c, f->items);
  if (f->after > 0)
    zc_buffer_print(&c->sql, " AND no > %lld", (long long)f->after);
  if (c->binds != NULL && c->bad == 0 && !c->sql.failed)
    return ZC_OK;
  json_decref(c->binds);
  zc_buffer_free(&c->sql);
  return zc_fail_memory(err);
}

static void free_condition(condition *c)
{
  json_decref(c->binds);
  zc_buffer_free(&c->sql);
}

/* ---- lists ------------------------------------------------------------------------ */

static zc_code visit_entry(void *context, const json_t *row, zc_err *err)
{
  visiting *v = context;
  json_t *entry = json_object(), *cells = NULL, *problem = NULL;
  zc_code code = parse(v->store, json_array_get(row, 0), "a row", &cells, err);
  bool bodies = json_array_size(row) == 2;
  if (code == ZC_OK && bodies)
    code = parse(v->store, json_array_get(row, 1), "a problem", &problem, err);
  int bad = json_object_set(entry, "row", cells);
  if (bodies) {
    bad |= json_object_set(entry, "problem", problem);
  } else {
    static const char *const names[] = {"no", "state", "due", "severity"};
    for (size_t i = 0; i < 4; i++)
      bad |= json_object_set(entry, names[i], json_array_get(row, i + 1));
  }
  if (code == ZC_OK)
    code = bad != 0 ? zc_fail_memory(err) : v->visit(v->context, entry, err);
  json_decref(cells);
  json_decref(problem);
  json_decref(entry);
  return code;
}

zc_code zc_ledger_list(zc_store *store, const zc_ledger_filter *filter, bool bodies,
                       zc_ledger_visit *visit, void *context, zc_err *err)
{
  visiting v = {store, visit, context};
  condition c;
  zc_buffer sql = {0};
  zc_code code = make_condition(filter, &c, err);
  if (code != ZC_OK)
    return code;
  zc_buffer_print(&sql, "SELECT %s FROM problem%s ORDER BY no",
                  bodies ? "cells, body" : "cells, no, state, due, severity",
                  c.sql.data);
  if (filter->most > 0)
    zc_buffer_print(&sql, " LIMIT %lld", (long long)filter->most);
  code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql_each(store, sql.data, c.binds, visit_entry, &v, err);
  zc_buffer_free(&sql);
  free_condition(&c);
  return code;
}

/* ---- figures ---------------------------------------------------------------------- */

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
    {"rectifying", "sum(counted AND state IN ('rectifying', 'assigned'))", false},
    {"not_begun", "sum(counted AND state IN ('found', 'verified', 'relapsed'))", false},
    {"rectified", "sum(counted AND " RECTIFIED ")", false},
    {"closed", "sum(counted AND " CLOSED ")", false},
    {"open", "sum(counted AND " OPEN ")", false},
    {"overdue", "sum(counted AND " OVERDUE ")", false},
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
     "sum(counted AND due <> '' AND due <= ?1 AND " RECTIFIED " AND done <= due)",
     false},
    {"transferred", "sum(transfers > 0)", false},
    {"cases", "sum(cases)", false},
    {"looked_back", "sum(lookbacks > 0)", false},
    {"held", "sum(state = 'held')", false},
    {"relapsed", "sum(relapses > 0)", false},
    {"relapsed_at_look_back", "sum(relapses > 0 AND lookbacks > 0)", false},
    {"inspected", "sum(inspected)", false},
    {"unreported", "sum(unreported)", false},
    {"reported", "sum(reported <> '')", false},
    {"systems", "sum(system)", false},
    {"departments", "count(DISTINCT nullif(department, ''))", false},
    {"people", "count(DISTINCT nullif(person, ''))", false},
    {"amount", "sum(CASE WHEN counted THEN amount ELSE 0 END)", true},
    {"refund", "sum(refund)", true},
};
#define SUMS (sizeof sums / sizeof *sums)

static zc_code add_sums(zc_store *store, const condition *c, json_t *out, zc_err *err)
{
  zc_buffer sql = {0};
  json_t *rows = NULL, *figures = json_object();
  zc_buffer_text(&sql, "SELECT ");
  for (size_t i = 0; i < SUMS; i++)
    zc_buffer_print(&sql, "coalesce(%s, 0), ", sums[i].sql);
  zc_buffer_print(&sql,
                  "max(CASE WHEN counted AND unfinished THEN due END) FROM problem%s",
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

static zc_code add_group(zc_store *store, const condition *c, size_t at, json_t *by,
                         zc_err *err)
{
  static const char *const names[] = {"id",        "title",   "found",
                                      "counted",   "pending", "dismissed",
                                      "rectified", "closed",  "overdue"};
  zc_buffer sql = {0};
  json_t *rows = NULL, *list = json_array();
  size_t index;
  const json_t *row;
  zc_buffer_print(&sql,
                  "SELECT %s, %s, count(*), sum(counted), sum(state = 'found'),"
                  " sum(state = 'dismissed'), sum(counted AND " RECTIFIED
                  "), sum(counted AND " CLOSED "), sum(counted AND " OVERDUE
                  ") FROM problem%s GROUP BY 1 ORDER BY min(no)",
                  groups[at].key, groups[at].title, c->sql.data);
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
  condition c;
  json_t *out = json_object();
  *figures = NULL;
  zc_code code = make_condition(filter, &c, err);
  if (code == ZC_OK) {
    code = add_sums(store, &c, out, err);
    free_condition(&c);
  }
  if (code == ZC_OK)
    *figures = json_incref(json_object_get(out, "figures"));
  json_decref(out);
  return code;
}

zc_code zc_ledger_figures(zc_store *store, const zc_ledger_filter *filter,
                          json_t **figures, zc_err *err)
{
  condition c;
  json_t *out = json_object(), *by = json_object();
  *figures = NULL;
  zc_code code = make_condition(filter, &c, err);
  if (code == ZC_OK) {
    code = add_sums(store, &c, out, err);
    for (size_t i = 0; code == ZC_OK && i < sizeof groups / sizeof *groups; i++)
      code = add_group(store, &c, i, by, err);
    free_condition(&c);
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

zc_code zc_ledger_marks(zc_store *store, const zc_ledger_filter *filter, int first,
                        int count, json_t **marks, zc_err *err)
{
  condition c;
  zc_buffer sql = {0};
  json_t *rows = NULL, *list = json_array();
  *marks = NULL;
  zc_code code = make_condition(filter, &c, err);
  if (code != ZC_OK) {
    json_decref(list);
    return code;
  }
  zc_buffer_text(&sql, "SELECT ");
  for (int i = first; i < first + count; i++)
    zc_buffer_print(&sql,
                    "%scoalesce(sum(json_extract(cells, '$[%d]') = '√'), 0),"
                    " coalesce(sum(json_extract(cells, '$[%d]') = '×'), 0)",
                    i == first ? "" : ", ", i, i);
  zc_buffer_print(&sql, " FROM problem%s AND counted = 1", c.sql.data);
  code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql(store, sql.data, c.binds, &rows, err);
  const json_t *row = json_array_get(rows, 0);
  int bad = list == NULL;
  for (size_t i = 0; code == ZC_OK && i < (size_t)count; i++)
    bad |= json_array_append_new(list, json_pack("{s:O, s:O}", "passed",
                                                 json_array_get(row, i * 2), "failed",
                                                 json_array_get(row, i * 2 + 1)));
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  zc_buffer_free(&sql);
  free_condition(&c);
  json_decref(rows);
  if (code == ZC_OK)
    *marks = list;
  else
    json_decref(list);
  return code;
}
