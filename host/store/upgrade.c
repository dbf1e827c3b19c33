#include "store/upgrade.h"

#include <stdio.h>
#include <string.h>

#include "store/project.h"
#include "store/sql.h"

/* ---- what an upgrade is made from -------------------------------------------------- */

static const char *const seen_keys[] = {"answer", "document", "event",
                                        "table",  "upgrade",  "place"};

zc_code zc_upgrade_seen(zc_store *store, const char *plan, json_t **seen, zc_err *err)
{
  json_t *rows = NULL, *binds = zc_sql_binds("s", plan), *map = json_object();
  *seen = NULL;
  zc_code code = binds == NULL || map == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(store,
                              "SELECT (SELECT coalesce(max(seq), 0) FROM answer),"
                              " (SELECT coalesce(max(seq), 0) FROM evidence),"
                              " (SELECT coalesce(max(seq), 0) FROM event),"
                              " (SELECT coalesce(max(time), '') || count(*) FROM"
                              " handed),"
                              " (SELECT coalesce(max(no), 0) FROM upgrade),"
                              " coalesce((SELECT place FROM plan WHERE id = ?1), '')",
                              binds, &rows, err);
  int bad = 0;
  for (size_t i = 0; code == ZC_OK && i < sizeof seen_keys / sizeof *seen_keys; i++)
    bad |= json_object_set(map, seen_keys[i],
                           json_array_get(json_array_get(rows, 0), i));
  json_decref(binds);
  json_decref(rows);
  if (code == ZC_OK && bad == 0) {
    *seen = map;
    return ZC_OK;
  }
  json_decref(map);
  return code == ZC_OK ? zc_fail_memory(err) : code;
}

int64_t zc_upgrade_next_answer(const json_t *seen)
{
  return zc_get_integer(seen, "answer", 0) + 1;
}

static zc_code check_seen(zc_store *store, const char *plan, const json_t *seen,
                          zc_err *err)
{
  json_t *now;
  zc_code code = zc_upgrade_seen(store, plan, &now, err);
  if (code == ZC_OK && !json_equal(now, seen))
    code = zc_fail(err, ZC_EIO,
                   "somebody else has written to {path} meanwhile; nothing was "
                   "written: run the command again",
                   "path", store->path, NULL);
  json_decref(now);
  return code;
}

/* ---- rows of answers and documents --------------------------------------------------- */

#define SOURCE_ROOM 300

/* What the new rows name as their source: the upgrade, and the item that a copy is of. */
static void name_source(char room[SOURCE_ROOM], int64_t no, const char *from)
{
  if (from == NULL)
    snprintf(room, SOURCE_ROOM, "upgrade %lld", (long long)no);
  else
    snprintf(room, SOURCE_ROOM, "upgrade %lld: %s", (long long)no, from);
}

/* A copy is the row itself, moved by SQLite: nothing is read and printed in between. */
#define COPY_ANSWER                                                                    \
  "INSERT INTO answer (seq, time, plan, item, body, source) SELECT ?1, ?2, ?3, ?4,"    \
  " body, ?5 FROM answer WHERE plan = ?3 AND item = ?6 AND seq <= ?7 ORDER BY seq "    \
  "DESC"                                                                               \
  " LIMIT 1"
#define BLANK_ANSWER                                                                   \
  "INSERT INTO answer (seq, time, plan, item, body, source) VALUES (?1, ?2, ?3, ?4,"   \
  " '{}', ?5)"
#define COPY_DOCUMENT                                                                  \
  "INSERT INTO evidence (time, plan, item, name, sha256, size) SELECT ?1, ?2, ?3,"     \
  " name, sha256, size FROM evidence WHERE plan = ?2 AND item = ?5 AND name = ?4 AND"  \
  " seq <= ?6 ORDER BY seq DESC LIMIT 1"
#define BLANK_DOCUMENT                                                                 \
  "INSERT INTO evidence (time, plan, item, name, sha256, size) VALUES (?1, ?2, ?3,"    \
  " ?4, '', 0)"

static zc_code wrote_one(zc_store *store, zc_err *err)
{
  return sqlite3_changes(store->db) == 1
             ? ZC_OK
             : zc_fail(err, ZC_EINTERNAL,
                       "an answer that was carried over is not there", NULL);
}

static zc_code move_answers(zc_store *store, const zc_upgrade *u, int64_t no,
                            int64_t last, zc_err *err)
{
  const json_t *moves = json_object_get(u->body, "moves"), *one;
  size_t index;
  char source[SOURCE_ROOM];
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(moves, "answers"), index, one)
  {
    const char *from = zc_get_text(one, "from"), *item = zc_get_text(one, "item");
    int64_t seq = last + 1 + (int64_t)index;
    if (code != ZC_OK)
      break;
    name_source(source, no, from);
    code = from == NULL ? zc_sql_again(store, BLANK_ANSWER,
                                       zc_sql_binds("issss", seq, u->time, u->plan,
                                                    item, source),
                                       NULL, err)
                        : zc_sql_again(store, COPY_ANSWER,
                                       zc_sql_binds("isssssi", seq, u->time, u->plan,
                                                    item, source, from, last),
                                       NULL, err);
    if (code == ZC_OK)
      code = wrote_one(store, err);
  }
  return code;
}

static zc_code move_documents(zc_store *store, const zc_upgrade *u, int64_t last,
                              zc_err *err)
{
  const json_t *moves = json_object_get(u->body, "moves"), *one;
  size_t index;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(moves, "documents"), index, one)
  {
    const char *from = zc_get_text(one, "from"), *item = zc_get_text(one, "item");
    const char *name = zc_get_text(one, "name");
    if (code != ZC_OK)
      break;
    code = from == NULL
               ? zc_sql_again(store, BLANK_DOCUMENT,
                              zc_sql_binds("ssss", u->time, u->plan, item, name), NULL,
                              err)
               : zc_sql_again(store, COPY_DOCUMENT,
                              zc_sql_binds("sssssi", u->time, u->plan, item, name, from,
                                           last),
                              NULL, err);
    if (code == ZC_OK)
      code = wrote_one(store, err);
  }
  return code;
}

/* ---- the row of the decision --------------------------------------------------------- */

static const char *const columns[] = {"no",     "time",         "business_date",
                                      "actor",  "plan",         "decision",
                                      "reason", "first_answer", "from",
                                      "to",     "body"};
enum { FIRST_JSON = 8, COLUMNS = sizeof columns / sizeof *columns };

/* All that its hash stands for. Owned; NULL when out of memory. */
static json_t *fields_of(const zc_upgrade *u, const json_t *seen)
{
  json_t *fields = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "no",
                             (json_int_t)zc_get_integer(seen, "upgrade", 0) + 1, "time",
                             u->time, "business_date", u->today, "actor",
                             zc_text_or(u->by, ""), "plan", u->plan, "decision",
                             u->decision, "reason", zc_text_or(u->reason, ""),
                             "first_answer", (json_int_t)zc_upgrade_next_answer(seen));
  int bad = json_object_set(fields, "from", (json_t *)u->from);
  bad |= json_object_set(fields, "to", (json_t *)u->to);
  bad |= json_object_set(fields, "body", (json_t *)u->body);
  if (bad == 0)
    return fields;
  json_decref(fields);
  return NULL;
}

/* Appends what a value is in its row: itself, or of a map its canonical text. Non-zero when out of
 * memory. */
static int append_cell(json_t *binds, const json_t *value)
{
  zc_err ignored;
  zc_buffer text = {0};
  if (!json_is_object(value))
    return json_array_append(binds, (json_t *)value);
  int bad = zc_json_canonical(value, &text, &ignored) != ZC_OK;
  if (bad == 0)
    bad = json_array_append_new(binds, json_stringn(text.data, text.size));
  zc_buffer_free(&text);
  return bad;
}

static zc_code insert_row(zc_store *store, const json_t *fields, zc_err *err)
{
  char hash[ZC_HASH_ROOM];
  json_t *binds = json_array();
  int bad = binds == NULL;
  for (size_t i = 0; i < COLUMNS; i++)
    bad |= append_cell(binds, json_object_get(fields, columns[i]));
  zc_code code = zc_ledger_hash(fields, hash, err);
  if (code == ZC_OK && (bad | json_array_append_new(binds, json_string(hash))) != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_sql(store,
                  "INSERT INTO upgrade (no, time, business_date, actor, plan,"
                  " decision, reason, first_answer, origin, target, body, sha256)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                  binds, NULL, err);
  json_decref(binds);
  return code;
}

static zc_code set_place(zc_store *store, const zc_upgrade *u, zc_err *err)
{
  json_t *binds = zc_sql_binds("ss", u->plan, zc_get_text(u->to, "place"));
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(store, "UPDATE plan SET place = ?2 WHERE id = ?1", binds,
                              NULL, err);
  json_decref(binds);
  return code;
}

static zc_code write_all(zc_store *store, const zc_upgrade *u, const json_t *seen,
                         const zc_head *head, const json_t *steps, zc_err *err)
{
  bool moves = strcmp(u->decision, "upgrade") == 0;
  zc_code code = check_seen(store, u->plan, seen, err);
  if (code == ZC_OK && moves)
    code = move_answers(store, u, zc_get_integer(seen, "upgrade", 0) + 1,
                        zc_get_integer(seen, "answer", 0), err);
  if (code == ZC_OK && moves)
    code = move_documents(store, u, zc_get_integer(seen, "document", 0), err);
  if (code == ZC_OK && moves && json_array_size(steps) > 0)
    code = zc_ledger_append_within(store, head, steps, u->time, err);
  if (code == ZC_OK && moves)
    code = set_place(store, u, err);
  json_t *fields = code == ZC_OK ? fields_of(u, seen) : NULL;
  if (code == ZC_OK)
    code = fields == NULL ? zc_fail_memory(err) : insert_row(store, fields, err);
  json_decref(fields);
  return code;
}

zc_code zc_upgrade_write(zc_store *store, const zc_upgrade *upgrade, const json_t *seen,
                         const zc_head *head, const json_t *steps, zc_err *err)
{
  zc_code code = zc_sql_begin(store, err);
  if (code != ZC_OK)
    return code;
  return zc_sql_end(store, write_all(store, upgrade, seen, head, steps, err), err);
}

/* ---- reading ------------------------------------------------------------------------- */

#define SELECT                                                                         \
  "SELECT no, time, business_date, actor, plan, decision, reason, first_answer,"       \
  " origin, target, body, sha256 FROM upgrade"

/* A row as it was hashed; *fields is NULL when it is not what was written. Owned. */
static zc_code parse_row(const json_t *row, json_t **fields, zc_err *err)
{
  char hash[ZC_HASH_ROOM] = "";
  json_t *map = json_object();
  int bad = map == NULL;
  zc_code code = ZC_OK;
  *fields = NULL;
  for (size_t i = 0; code == ZC_OK && bad == 0 && i < COLUMNS; i++) {
    json_t *cell = json_array_get(row, i), *value = NULL;
    if (i < FIRST_JSON) {
      bad |= json_object_set(map, columns[i], cell);
      continue;
    }
    code = zc_json_parse(zc_text_or(json_string_value(cell), ""),
                         json_string_length(cell), &value, err);
    if (code == ZC_OK && !json_is_object(value))
      code = ZC_EDATA;
    if (code == ZC_OK)
      bad |= json_object_set(map, columns[i], value);
    json_decref(value);
  }
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_ledger_hash(map, hash, err);
  const char *kept = zc_text_or(json_string_value(json_array_get(row, COLUMNS)), "");
  if (code == ZC_OK && strcmp(hash, kept) == 0)
    *fields = map;
  else
    json_decref(map);
  return code == ZC_EDATA ? ZC_OK : code;
}

static zc_code fail_row(const zc_store *store, const json_t *row, zc_err *err)
{
  return zc_fail(
      err, ZC_EDATA,
      "{path} is damaged: the entry {entry} in its table {table} is not what "
      "zicha writes; put a backup in its place",
      "path", store->path, "entry",
      ZC_DIGITS(json_integer_value(json_array_get(row, 0))), "table", "upgrade", NULL);
}

zc_code zc_upgrade_last(zc_store *store, const char *plan, const char *decision,
                        json_t **found, zc_err *err)
{
  json_t *rows = NULL, *binds = zc_sql_binds("ss", plan, decision);
  *found = NULL;
  zc_code code = binds == NULL ? zc_fail_memory(err)
                               : zc_sql(store,
                                        SELECT " WHERE plan = ?1 AND decision = ?2"
                                               " ORDER BY no DESC LIMIT 1",
                                        binds, &rows, err);
  const json_t *row = json_array_get(rows, 0);
  json_decref(binds);
  if (code == ZC_OK && row != NULL)
    code = parse_row(row, found, err);
  if (code == ZC_OK && row != NULL && *found == NULL)
    code = fail_row(store, row, err);
  json_decref(rows);
  return code;
}

zc_code zc_upgrade_priors(zc_store *store, const char *plan, json_t **priors,
                          zc_err *err)
{
  json_t *last;
  *priors = NULL;
  zc_code code = zc_upgrade_last(store, plan, "upgrade", &last, err);
  if (code != ZC_OK)
    return code;
  json_t *kept = json_object_get(json_object_get(last, "body"), "priors");
  *priors = kept == NULL ? json_array() : json_incref(kept);
  json_decref(last);
  return *priors == NULL ? zc_fail_memory(err) : ZC_OK;
}

static zc_code add_item(void *context, const json_t *row, zc_err *err)
{
  json_t *one = json_pack("{s:O, s:O, s:O}", "item", json_array_get(row, 0), "open",
                          json_array_get(row, 1), "all", json_array_get(row, 2));
  return json_array_append_new(context, one) == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code add_number(void *context, const json_t *row, zc_err *err)
{
  return json_array_append(context, json_array_get(row, 0)) == 0 ? ZC_OK
                                                                 : zc_fail_memory(err);
}

static zc_code read_list(zc_store *store, const char *sql, json_t *binds,
                         zc_code (*add)(void *context, const json_t *row, zc_err *err),
                         json_t **list, zc_err *err)
{
  *list = json_array();
  zc_code code = binds == NULL || *list == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store, sql, binds, add, *list, err);
  json_decref(binds);
  if (code != ZC_OK) {
    json_decref(*list);
    *list = NULL;
  }
  return code;
}

zc_code zc_upgrade_problems(zc_store *store, const char *plan, json_t **items,
                            zc_err *err)
{
  return read_list(store,
                   "SELECT item, sum(state NOT IN ('closed', 'held', 'dismissed')),"
                   " count(*) FROM problem WHERE plan = ?1 GROUP BY item ORDER BY item",
                   zc_sql_binds("s", plan), add_item, items, err);
}

zc_code zc_upgrade_numbers(zc_store *store, const char *plan, const char *item,
                           json_t **numbers, zc_err *err)
{
  return read_list(store,
                   "SELECT no FROM problem WHERE plan = ?1 AND item = ?2 ORDER BY no",
                   zc_sql_binds("ss", plan, item), add_number, numbers, err);
}

/* ---- verify -------------------------------------------------------------------------- */

typedef struct {
  zc_store *store;
  int64_t last; /* number of the row before */
  zc_code (*fault)(void *context, const char *no, const zc_err *what, zc_err *err);
  void *context;
} verifying;

/* Whether the answer that the upgrade has written there is still the one. */
static zc_code check_answer(const verifying *v, const json_t *fields,
                            const json_t *move, int64_t seq, bool *good, zc_err *err)
{
  char source[SOURCE_ROOM];
  json_t *rows = NULL;
  const char *from = zc_get_text(move, "from");
  name_source(source, zc_get_integer(fields, "no", 0), from);
  json_t *binds = zc_sql_binds("issssi", seq, zc_get_text(fields, "plan"),
                               zc_get_text(move, "item"), source, zc_text_or(from, ""),
                               (int64_t)zc_get_integer(fields, "first_answer", 0));
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(v->store,
                              "SELECT 1 FROM answer a WHERE seq = ?1 AND plan = ?2 AND"
                              " item = ?3 AND source = ?4 AND body = CASE WHEN ?5 = ''"
                              " THEN '{}' ELSE (SELECT body FROM answer WHERE plan = ?2"
                              " AND item = ?5 AND seq < ?6 ORDER BY seq DESC LIMIT 1)"
                              " END",
                              binds, &rows, err);
  *good = json_array_size(rows) == 1;
  json_decref(binds);
  json_decref(rows);
  return code;
}

static zc_code check_answers(const verifying *v, const json_t *fields, const char *no,
                             zc_err *err)
{
  const json_t *moves = json_object_get(json_object_get(fields, "body"), "moves"), *one;
  int64_t seq = zc_get_integer(fields, "first_answer", 0);
  size_t index;
  zc_err what;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(moves, "answers"), index, one)
  {
    bool good = true;
    if (code == ZC_OK)
      code = check_answer(v, fields, one, seq++, &good, err);
    if (code != ZC_OK || good)
      continue;
    zc_fail(&what, ZC_EDATA,
            "the answer to {item} is not the one that was carried over: it was changed",
            "item", zc_text_or(zc_get_text(one, "item"), "?"), NULL);
    code = v->fault(v->context, no, &what, err);
  }
  return code;
}

static zc_code verify_row(void *context, const json_t *row, zc_err *err)
{
  verifying *v = context;
  int64_t number = json_integer_value(json_array_get(row, 0));
  json_t *fields = NULL;
  zc_err what;
  zc_code code = parse_row(row, &fields, err);
  if (code != ZC_OK)
    return code;
  if (number != v->last + 1) {
    zc_fail(&what, ZC_EDATA, "an upgrade before this one is missing", NULL);
    code = v->fault(v->context, ZC_DIGITS(number), &what, err);
  }
  v->last = number;
  if (code == ZC_OK && fields == NULL) {
    zc_fail(&what, ZC_EDATA, "it is not what was written: it was changed", NULL);
    code = v->fault(v->context, ZC_DIGITS(number), &what, err);
  } else if (code == ZC_OK) {
    code = check_answers(v, fields, ZC_DIGITS(number), err);
  }
  json_decref(fields);
  return code;
}

zc_code zc_upgrade_verify(zc_store *store,
                          zc_code (*fault)(void *context, const char *no,
                                           const zc_err *what, zc_err *err),
                          void *context, zc_err *err)
{
  verifying v = {store, 0, fault, context};
  return zc_sql_each(store, SELECT " ORDER BY no", NULL, verify_row, &v, err);
}
