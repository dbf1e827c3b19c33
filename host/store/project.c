#include "store/project.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/sql.h"

/* Appends the canonical text of a value. Non-zero when out of memory. */
static int append_canonical(json_t *binds, const json_t *value)
{
  zc_err ignored;
  zc_buffer text = {0};
  int bad = zc_json_canonical(value, &text, &ignored) != ZC_OK;
  if (bad == 0)
    bad = json_array_append_new(binds, json_stringn(text.data, text.size));
  zc_buffer_free(&text);
  return bad;
}

/* ---- a problem -------------------------------------------------------------------- */

int64_t zc_hundredths(const char *text)
{
  static const int64_t most =
      100000000000000; /* a million millions of yuan; sums stay exact */
  int64_t value = 0;
  int places = -1;
  for (; text != NULL && *text != '\0' && places < 2; text++) {
    if (*text == '.' && places < 0) {
      places = 0;
      continue;
    }
    if (*text < '0' || *text > '9' || value >= most / 10)
      return 0;
    value = value * 10 + (*text - '0');
    places += places >= 0;
  }
  for (places = places < 0 ? 0 : places; places < 2; places++)
    value *= 10;
  return value;
}

json_t *zc_amount(int64_t hundredths)
{
  char text[32];
  snprintf(text, sizeof text, "%lld.%02lld", (long long)(hundredths / 100),
           (long long)(hundredths % 100));
  return json_string(text);
}

static int64_t count_of(const json_t *problem, const char *key)
{
  return (int64_t)json_array_size(json_object_get(problem, key));
}

static int64_t count_cases(const json_t *problem)
{
  size_t index;
  const json_t *transfer;
  int64_t count = 0;
  json_array_foreach(json_object_get(problem, "transfers"), index, transfer)
  {
    count += zc_get_text(transfer, "case") != NULL;
  }
  return count;
}

/* Look-backs that have found it again: relapses have other origins, too. */
static int64_t count_lookbacks_relapsed(const json_t *problem)
{
  size_t index;
  const json_t *lookback;
  int64_t count = 0;
  json_array_foreach(json_object_get(problem, "lookbacks"), index, lookback)
  {
    count += strcmp(zc_text_of(lookback, "result"), "relapsed") == 0;
  }
  return count;
}

/* An inspection has found it, first or after others. */
static bool is_inspected(const json_t *problem)
{
  size_t index;
  const json_t *one;
  if (strcmp(zc_text_of(problem, "source"), "inspection") == 0)
    return true;
  json_array_foreach(json_object_get(problem, "citations"), index, one)
  {
    if (strcmp(zc_text_of(one, "source"), "inspection") == 0)
      return true;
  }
  return false;
}

/* Counts as a problem: verified, or certain at once; and not dismissed (ledger.lua has the
 * same for papers). */
static bool is_counted(const json_t *problem)
{
  const char *state = zc_text_of(problem, "state");
  return strcmp(state, "dismissed") != 0 &&
         (json_object_get(problem, "verified") != NULL ||
          strcmp(zc_text_of(problem, "certainty"), "certain") == 0);
}

static bool is_unfinished(const char *state)
{
  static const char *const states[] = {"found", "verified", "assigned", "rectifying",
                                       "relapsed"};
  for (size_t i = 0; i < sizeof states / sizeof *states; i++)
    if (strcmp(states[i], state) == 0)
      return true;
  return false;
}

/* ---- the problem as reports hand it on ------------------------------------------------ */

static int compare_texts(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The plans and items besides its own that cite it, each once, by id. Owned; NULL when out of
 * memory. */
static json_t *citations_of(const json_t *problem)
{
  json_t *by_key = json_object(), *list = json_array(), *value;
  const json_t *one;
  const char *key, **keys = NULL;
  size_t index, count = 0;
  int bad = by_key == NULL || list == NULL;
  json_array_foreach(json_object_get(problem, "citations"), index, one)
  {
    const char *plan = zc_get_text(one, "plan"), *item = zc_get_text(one, "item");
    const char *split = zc_text_of(one, "split");
    if (plan == NULL || item == NULL ||
        (strcmp(plan, zc_text_of(problem, "plan")) == 0 &&
         strcmp(item, zc_text_of(problem, "item")) == 0))
      continue;
    zc_buffer name = {0};
    json_t *told = json_pack("{s:s, s:s}", "plan", plan, "item", item);
    zc_buffer_print(&name, "%s\x01%s\x01%s", plan, item, split);
    if (*split != '\0')
      bad |= json_object_set_new(told, "split", json_string(split));
    bad |= name.failed ? -1 : json_object_set_new(by_key, name.data, told);
    zc_buffer_free(&name);
  }
  keys = calloc(json_object_size(by_key) + 1, sizeof *keys);
  bad |= keys == NULL;
  json_object_foreach(by_key, key, value)
  {
    if (keys != NULL)
      keys[count++] = key;
  }
  if (keys != NULL)
    qsort(keys, count, sizeof *keys, compare_texts);
  for (size_t i = 0; bad == 0 && i < count; i++)
    bad |= json_array_append(list, json_object_get(by_key, keys[i]));
  free(keys);
  json_decref(by_key);
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

static int set_known(json_t *told, const char *key, const char *text)
{
  return text == NULL || *text == '\0'
             ? 0
             : json_object_set_new(told, key, json_string(text));
}

/* What the record of a report says of a problem (docs/json.md). Owned; NULL when out of memory. */
static json_t *told_of(const json_t *problem)
{
  static const char *const texts[] = {"state",     "source",   "severity",
                                      "certainty", "plan",     "item",
                                      "found",     "reported", "due"};
  const json_t *verified = json_object_get(problem, "verified");
  bool dismissed = strcmp(zc_text_of(problem, "state"), "dismissed") == 0;
  json_t *told = json_object(), *citations = citations_of(problem);
  int bad = json_object_set(told, "no", json_object_get(problem, "no"));
  bad |= json_object_set_new(told, "counted", json_boolean(is_counted(problem)));
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    bad |= set_known(told, texts[i], zc_get_text(problem, texts[i]));
  bad |= set_known(told, "verified", zc_get_text(verified, "date"));
  bad |= set_known(told, "done",
                   zc_get_text(json_object_get(problem, "rectified"), "done"));
  bad |= set_known(told, "closed",
                   zc_get_text(json_object_get(problem, "closed"), "date"));
  bad |= set_known(told, "verdict",
                   dismissed ? "false" : zc_get_text(verified, "verdict"));
  bad |= json_object_set_new(told, "extended",
                             json_integer(count_of(problem, "extensions")));
  bad |= json_object_set_new(told, "relapses",
                             json_integer(zc_get_integer(problem, "relapses", 0)));
  bad |= json_object_set_new(told, "refund",
                             zc_amount(zc_hundredths(zc_get_text(problem, "refund"))));
  if (json_object_get(problem, "unreported") != NULL)
    bad |= json_object_set_new(told, "unreported", json_true());
  if (json_object_get(problem, "split") != NULL)
    bad |= json_object_set(told, "split", json_object_get(problem, "split"));
  if (json_array_size(citations) > 0)
    bad |= json_object_set(told, "citations", citations);
  bad |= citations == NULL;
  json_decref(citations);
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

/* The five gates in the order of their columns: 1 passed, 0 not, - nothing to ask. */
static void gates_of(const json_t *row, char gates[ZC_LEDGER_GATES + 1])
{
  for (size_t i = 0; i < ZC_LEDGER_GATES; i++) {
    const char *cell = zc_text_or(json_string_value(
                                      json_array_get(row, ZC_LEDGER_FIRST_GATE + i)),
                                  "");
    gates[i] = strcmp(cell, "√") == 0 ? '1' : strcmp(cell, "×") == 0 ? '0' : '-';
  }
  gates[ZC_LEDGER_GATES] = '\0';
}

/* The cells in one text, a unit separator behind each: it is taken apart without reading JSON.
 * Non-zero when out of memory. */
static int append_cells(json_t *binds, const json_t *row)
{
  zc_buffer text = {0};
  size_t index;
  const json_t *cell;
  json_array_foreach(row, index, cell)
  {
    for (const char *at = zc_text_or(json_string_value(cell), ""); *at != '\0'; at++)
      zc_buffer_char(&text, *at == ZC_LEDGER_END ? ' ' : *at);
    zc_buffer_char(&text, ZC_LEDGER_END);
  }
  int bad = text.failed
                ? -1
                : json_array_append_new(binds, json_stringn(zc_text_or(text.data, ""),
                                                            text.size));
  zc_buffer_free(&text);
  return bad;
}

/* Appends body, told, gates and cells. Non-zero when out of memory. */
static int append_texts(json_t *binds, const json_t *problem, const json_t *row)
{
  char gates[ZC_LEDGER_GATES + 1];
  json_t *told = told_of(problem);
  int bad = told == NULL || append_canonical(binds, problem) != 0 ||
            append_canonical(binds, told) != 0;
  json_decref(told);
  gates_of(row, gates);
  if (bad == 0)
    bad = json_array_append_new(binds, json_string(gates)) != 0 ||
          append_cells(binds, row) != 0;
  return bad;
}

zc_code zc_project_problem(zc_store *store, const json_t *problem, const json_t *row,
                           int64_t seq, zc_err *err)
{
  const json_t *assigned = json_object_get(problem, "assigned");
  const char *state = zc_text_of(problem, "state");
  json_t *binds = zc_sql_binds(
      "issssssssiisssssssssssiiiiiiiiiiiii", (int64_t)zc_get_integer(problem, "no", 0),
      zc_get_text(problem, "plan"), zc_get_text(problem, "item"),
      zc_get_text(problem, "focus"), zc_get_text(problem, "focus_title"),
      zc_get_text(problem, "split"), state, zc_get_text(problem, "source"),
      zc_get_text(problem, "severity"), (int64_t)is_counted(problem),
      (int64_t)is_unfinished(state), zc_get_text(problem, "certainty"),
      zc_get_text(assigned, "leader"), zc_get_text(assigned, "department"),
      zc_get_text(assigned, "person"), zc_get_text(assigned, "kind"),
      zc_get_text(problem, "found"),
      zc_get_text(json_object_get(problem, "verified"), "date"),
      zc_get_text(problem, "due"),
      zc_get_text(json_object_get(problem, "rectified"), "done"),
      zc_get_text(json_object_get(problem, "closed"), "date"),
      zc_get_text(problem, "reported"), (int64_t)zc_get_integer(problem, "relapses", 0),
      count_of(problem, "lookbacks"), count_lookbacks_relapsed(problem),
      count_of(problem, "extensions"), count_of(problem, "transfers"),
      count_cases(problem), (int64_t)(json_object_get(problem, "unreported") != NULL),
      (int64_t)is_inspected(problem), (int64_t)(zc_get_text(problem, "system") != NULL),
      (int64_t)zc_get_integer(problem, "rows_untrue", 0),
      zc_hundredths(zc_get_text(problem, "amount")),
      zc_hundredths(zc_get_text(problem, "refund")), seq);
  if (binds != NULL && append_texts(binds, problem, row) != 0) {
    json_decref(binds);
    binds = NULL;
  }
  return zc_sql_again(
      store,
      "INSERT OR REPLACE INTO problem (no, plan, item, focus, focus_title, split,"
      " state, source, severity, counted, unfinished, certainty, leader,"
      " department, person, kind, found, verified, due, done, closed, reported,"
      " relapses, lookbacks, lookbacks_relapsed, extensions, transfers, cases,"
      " unreported, inspected, system, untrue, amount, refund, last, body, told,"
      " gates, cells) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
      " ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28,"
      " ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39)",
      binds, NULL, err);
}

/* ---- what else an event says ------------------------------------------------------- */

static zc_code add_instances(zc_store *store, int64_t no, const json_t *instances,
                             zc_err *err)
{
  size_t index;
  const json_t *instance;
  zc_code code = ZC_OK;
  json_array_foreach(instances, index, instance)
  {
    json_t *binds = zc_sql_binds("si", zc_get_text(instance, "id"), no);
    if (binds != NULL && append_canonical(binds, instance) != 0) {
      json_decref(binds);
      binds = NULL;
    }
    code = zc_sql_again(
        store,
        "INSERT OR IGNORE INTO instance (id, problem, verdict, reason, body)"
        " VALUES (?1, ?2, '', '', ?3)",
        binds, NULL, err);
    if (code != ZC_OK)
      return code;
  }
  return code;
}

/* Where the text of a value in a list ends. */
static const char *behind_value(const char *at, const char *end)
{
  int depth = 0;
  bool text = false;
  for (; at < end; at++) {
    if (text) {
      if (*at == '\\')
        at++;
      text = *at != '"';
    } else if (*at == '"') {
      text = true;
    } else if (*at == '{' || *at == '[') {
      depth++;
    } else if ((*at == '}' || *at == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return end;
}

/* What is not as it usually is becomes a value first. */
static zc_code insert_parsed(zc_store *store, int64_t no, const char *text, size_t size,
                             zc_err *err)
{
  json_t *instance, *list = json_array();
  zc_code code = zc_json_parse(text, size, &instance, err);
  if (code == ZC_OK && json_array_append_new(list, instance) != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = add_instances(store, no, list, err);
  json_decref(list);
  return code;
}

static const char before_id[] = "{\"id\":\"";

/* One {id, …}, whose id is its first member. */
static zc_code insert_instance(zc_store *store, int64_t no, const char *text,
                               size_t size, zc_err *err)
{
  sqlite3_stmt *statement;
  size_t before = sizeof before_id - 1;
  const char *id = text + before;
  const char *mark = size <= before || memcmp(text, before_id, before) != 0
                         ? NULL
                         : memchr(id, '"', size - before);
  if (mark == NULL || memchr(id, '\\', (size_t)(mark - id)) != NULL)
    return insert_parsed(store, no, text, size, err);
  zc_code code =
      zc_sql_kept(store,
                  "INSERT OR IGNORE INTO instance (id, problem, verdict, reason, body)"
                  " VALUES (?1, ?2, '', '', ?3)",
                  &statement, err);
  if (code != ZC_OK)
    return code;
  int result = sqlite3_bind_text64(statement, 1, id, (sqlite3_uint64)(mark - id),
                                   SQLITE_STATIC, SQLITE_UTF8);
  result |= sqlite3_bind_int64(statement, 2, no);
  result |= sqlite3_bind_text64(statement, 3, text, size, SQLITE_STATIC, SQLITE_UTF8);
  return zc_sql_ran(store, statement, result, err);
}

zc_code zc_project_instances(zc_store *store, int64_t no, const json_t *instances,
                             zc_err *err)
{
  const char *at = json_string_value(instances) + 1;
  const char *end = at + json_string_length(instances) - 2;
  zc_code code = ZC_OK;
  while (code == ZC_OK && at < end) {
    const char *behind = behind_value(at, end);
    code = insert_instance(store, no, at, (size_t)(behind - at), err);
    at = behind + 1;
  }
  return code;
}

static zc_code add_verdicts(zc_store *store, int64_t no, const json_t *verdicts,
                            zc_err *err)
{
  const char *id;
  json_t *verdict;
  zc_code code = ZC_OK;
  json_object_foreach((json_t *)verdicts, id, verdict)
  {
    if (code == ZC_OK)
      code =
          zc_sql_again(store,
                       "UPDATE instance SET verdict = ?1, reason = ?2 WHERE id = ?3 AND"
                       " problem = ?4",
                       zc_sql_binds("sssi", zc_get_text(verdict, "verdict"),
                                    zc_get_text(verdict, "reason"), id, no),
                       NULL, err);
  }
  return code;
}

zc_code zc_project_event(zc_store *store, int64_t no, const char *action,
                         const json_t *body, zc_err *err)
{
  const char *plan = zc_get_text(body, "plan"), *item = zc_get_text(body, "item");
  zc_code code = add_instances(store, no, json_object_get(body, "instances"), err);
  if (code == ZC_OK)
    code = add_verdicts(store, no, json_object_get(body, "verdicts"), err);
  if (code != ZC_OK || plan == NULL || item == NULL ||
      (strcmp(action, "found") != 0 && strcmp(action, "cite") != 0 &&
       strcmp(action, "rename") != 0))
    return code;
  return zc_sql_again(store,
                      "INSERT OR IGNORE INTO citation (plan, item, split, problem)"
                      " VALUES (?1, ?2, ?3, ?4)",
                      zc_sql_binds("sssi", plan, item, zc_get_text(body, "split"), no),
                      NULL, err);
}
