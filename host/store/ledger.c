/* What is read of the ledger: problems, their instances and events, lists and figures. */
#include "store/ledger.h"

#include <stdio.h>
#include <string.h>

#include "store/filter.h"
#include "store/project.h"
#include "store/sql.h"

/* ---- one problem ------------------------------------------------------------------ */

zc_code zc_ledger_damaged(const zc_store *store, const char *what, zc_err *err)
{
  return zc_fail(
      err, ZC_EDATA,
      "{path} is damaged: {what_term} of the ledger is not what zicha writes; run "
      "`zicha verify`",
      "path", store->path, "what_term", what, NULL);
}

/* A map, or the ledger is damaged. */
static zc_code parse(zc_store *store, const json_t *text, const char *what,
                     json_t **value, zc_err *err)
{
  zc_code code = zc_json_parse(zc_text_or(json_string_value(text), ""),
                               json_string_length(text), value, err);
  if (code == ZC_OK && json_is_object(*value))
    return ZC_OK;
  if (code == ZC_OK)
    json_decref(*value);
  *value = NULL;
  return code != ZC_OK && code != ZC_EDATA ? code : zc_ledger_damaged(store, what, err);
}

/* What everybody takes for granted of a problem. */
static zc_code parse_problem(zc_store *store, const json_t *text, int64_t no,
                             json_t **problem, zc_err *err)
{
  zc_code code = parse(store, text, N_("a problem"), problem, err);
  if (code != ZC_OK ||
      (zc_get_integer(*problem, "no", -1) == no &&
       zc_get_text(*problem, "plan") != NULL && zc_get_text(*problem, "item") != NULL &&
       zc_get_text(*problem, "state") != NULL))
    return code;
  json_decref(*problem);
  *problem = NULL;
  return zc_ledger_damaged(store, N_("a problem"), err);
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
    code = parse_problem(store, text, no, problem, err);
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
  sqlite3_stmt *statement;
  *no = 0;
  zc_code code = zc_sql_kept(store, "SELECT problem FROM instance WHERE id = ?1",
                             &statement, err);
  if (code != ZC_OK)
    return code;
  int result = sqlite3_bind_text64(statement, 1, instance, strlen(instance),
                                   SQLITE_STATIC, SQLITE_UTF8);
  if (result == SQLITE_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
    *no = sqlite3_column_int64(statement, 0);
    result = SQLITE_OK;
  } else if (result == SQLITE_DONE) {
    result = SQLITE_OK;
  }
  code = result == SQLITE_OK ? ZC_OK : zc_sql_fail(store, result, err);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
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

/* ---- many rows -------------------------------------------------------------------- */

typedef struct {
  zc_store *store;
  zc_ledger_visit *visit;
  void *context;
} visiting;

/* Titles and cells: [[text, text]], or nothing. */
static bool are_pairs(const json_t *pairs)
{
  size_t index;
  const json_t *pair;
  if (pairs != NULL && !json_is_array(pairs))
    return false;
  json_array_foreach(pairs, index, pair)
  {
    if (!json_is_string(json_array_get(pair, 0)))
      return false;
  }
  return true;
}

static zc_code visit_instance(void *context, const json_t *row, zc_err *err)
{
  visiting *v = context;
  json_t *instance;
  zc_code code = parse(v->store, json_array_get(row, 0), N_("a row"), &instance, err);
  if (code != ZC_OK)
    return code;
  if (zc_get_text(instance, "id") == NULL ||
      !are_pairs(json_object_get(instance, "keys")) ||
      !are_pairs(json_object_get(instance, "show"))) {
    json_decref(instance);
    return zc_ledger_damaged(v->store, N_("a row"), err);
  }
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
  zc_code code = parse(v->store, json_array_get(row, 6), N_("an event"), &body, err);
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

/* ---- lists ------------------------------------------------------------------------ */

static zc_code visit_problem(void *context, const json_t *row, zc_err *err)
{
  visiting *v = context;
  json_t *problem;
  int64_t no = json_integer_value(json_array_get(row, 1));
  zc_code code = parse_problem(v->store, json_array_get(row, 0), no, &problem, err);
  if (code == ZC_OK)
    code = v->visit(v->context, problem, err);
  json_decref(problem);
  return code;
}

zc_code zc_ledger_list(zc_store *store, const zc_ledger_filter *filter,
                       zc_ledger_visit *visit, void *context, zc_err *err)
{
  visiting v = {store, visit, context};
  zc_condition c;
  zc_buffer sql = {0};
  zc_code code = zc_condition_make(filter, &c, err);
  if (code != ZC_OK)
    return code;
  /* Which ones is told by an index that is a tenth of the table. */
  zc_buffer_print(&sql,
                  "SELECT body, no FROM problem WHERE no IN (SELECT no FROM problem%s"
                  " ORDER BY no",
                  c.sql.data);
  if (filter->most > 0)
    zc_buffer_print(&sql, " LIMIT %lld", (long long)filter->most);
  zc_buffer_text(&sql, ") ORDER BY no");
  code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql_each(store, sql.data, c.binds, visit_problem, &v, err);
  zc_buffer_free(&sql);
  zc_condition_free(&c);
  return code;
}
