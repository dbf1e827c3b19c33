/* What a facility's workspace keeps: plans in use, answers, tables, evidence, runs. */
#include <string.h>

#include "base/hash.h"
#include "store/sql.h"

/* ---- small helpers ----------------------------------------------------------- */

/* The database holds UTF-8 alone; the name of a file that an answer came from need not
 * be. */
static json_t *texts(const char *a, const char *b, const char *c, const char *d)
{
  const char *const all[] = {a, b, c, d};
  json_t *list = json_array();
  int bad = 0;
  for (size_t i = 0; i < 4 && all[i] != NULL; i++)
    bad |= json_array_append_new(list, zc_json_lossy(all[i], strlen(all[i])));
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

/* Appends the canonical text of a value. Non-zero when out of memory. */
static int append_body(json_t *binds, const json_t *value)
{
  zc_err ignored;
  zc_buffer text = {0};
  int bad = zc_json_canonical(value, &text, &ignored) != ZC_OK;
  if (bad == 0)
    bad = json_array_append_new(binds, json_stringn(text.data, text.size));
  zc_buffer_free(&text);
  return bad;
}

/* A map, owned. ZC_EDATA when the text is none. */
static zc_code parse_body(const json_t *text, json_t **map, zc_err *err)
{
  *map = NULL;
  zc_code code = zc_json_parse(zc_text_or(json_string_value(text), ""),
                               json_string_length(text), map, err);
  if (code == ZC_OK && !json_is_object(*map)) {
    json_decref(*map);
    *map = NULL;
    code = ZC_EDATA;
  }
  return code;
}

static zc_code damaged_row(zc_store *store, const char *table, const char *entry,
                           zc_err *err)
{
  return zc_fail(
      err, ZC_EDATA,
      "{path} is damaged: the entry {entry} in its table {table} is not what "
      "zicha writes; put a backup in its place",
      "path", store->path, "entry", entry, "table", table, NULL);
}

static const char *cell(const json_t *row, size_t index)
{
  return zc_text_or(json_string_value(json_array_get(row, index)), "");
}

/* Rows as lists of a name and a JSON body: {name: body}, without those whose body is
 * empty. Each body must be `valid`, because whoever reads them relies on it. Takes
 * `rows`. */
static zc_code read_bodies(zc_store *store, const char *table, json_t *rows,
                           bool (*valid)(const json_t *body), json_t **bodies,
                           zc_err *err)
{
  size_t index;
  const json_t *row;
  json_t *map = json_object();
  zc_code code = map == NULL ? zc_fail_memory(err) : ZC_OK;
  json_array_foreach(rows, index, row)
  {
    if (code != ZC_OK)
      break;
    json_t *body;
    code = parse_body(json_array_get(row, 1), &body, err);
    if (code == ZC_EDATA || (code == ZC_OK && !valid(body)))
      code = damaged_row(store, table, cell(row, 0), err);
    else if (code == ZC_OK && json_object_size(body) > 0 &&
             json_object_set(map, cell(row, 0), body) != 0)
      code = zc_fail_memory(err);
    json_decref(body);
  }
  json_decref(rows);
  if (code == ZC_OK)
    *bodies = map;
  else
    json_decref(map);
  return code;
}

/* ---- what a row must hold ---------------------------------------------------- */

typedef struct {
  const char *key;
  json_type type;
  bool needed;
} member;

/* Whether the members are of their types; others are nobody's business. */
static bool has_members(const json_t *map, const member *members, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    const json_t *value = json_object_get(map, members[i].key);
    if (value == NULL ? members[i].needed : json_typeof(value) != members[i].type)
      return false;
  }
  return true;
}

#define HAS(map, members) has_members(map, members, sizeof(members) / sizeof *(members))

/* Hashes become names of files. */
static bool is_hash(const char *text)
{
  size_t size = strspn(text, "0123456789abcdef");
  return size > 0 && size < ZC_HASH_ROOM && text[size] == '\0';
}

static bool all_texts(const json_t *map)
{
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)map, key,
                      value) if (!json_is_string(value)) return false;
  return true;
}

static bool are_options(const json_t *options)
{
  static const member members[] = {{"map", JSON_OBJECT, false},
                                   {"values", JSON_OBJECT, false},
                                   {"blank", JSON_OBJECT, false}};
  const char *key;
  json_t *words;
  if (!HAS(options, members) || !all_texts(json_object_get(options, "map")) ||
      !all_texts(json_object_get(options, "blank")))
    return false;
  json_object_foreach(json_object_get(options, "values"), key, words)
  {
    if (!json_is_object(words) || !all_texts(words))
      return false;
  }
  return true;
}

static bool are_blanks(const json_t *blanks)
{
  static const member members[] = {{"title", JSON_STRING, true},
                                   {"as", JSON_STRING, true},
                                   {"count", JSON_INTEGER, true}};
  size_t index;
  const json_t *blank;
  json_array_foreach(blanks, index, blank)
  {
    if (!json_is_object(blank) || !HAS(blank, members))
      return false;
  }
  return true;
}

static bool is_table(const json_t *table)
{
  static const member absent[] = {{"absent", JSON_STRING, true},
                                  {"title", JSON_STRING, true}};
  static const member members[] =
      {{"file", JSON_STRING, true},         {"sha256", JSON_STRING, true},
       {"title", JSON_STRING, true},        {"options", JSON_OBJECT, true},
       {"size", JSON_INTEGER, true},        {"rows", JSON_INTEGER, true},
       {"malformed", JSON_INTEGER, false},  {"bad", JSON_INTEGER, false},
       {"fingerprint", JSON_STRING, false}, {"from", JSON_STRING, false},
       {"to", JSON_STRING, false},          {"covers", JSON_OBJECT, false},
       {"read_on", JSON_STRING, false},     {"blanks", JSON_ARRAY, false}};
  static const member days[] = {{"from", JSON_STRING, true}, {"to", JSON_STRING, true}};
  const json_t *covers = json_object_get(table, "covers");
  if (json_object_get(table, "absent") != NULL)
    return HAS(table, absent);
  return HAS(table, members) && is_hash(zc_get_text(table, "sha256")) &&
         zc_get_integer(table, "rows", 0) >= 0 &&
         are_options(json_object_get(table, "options")) &&
         are_blanks(json_object_get(table, "blanks")) &&
         (covers == NULL || HAS(covers, days));
}

/* Of the value only what no answer can be is refused: which one fits its question is the
 * engine's business. */
static bool is_answer(const json_t *answer)
{
  static const member members[] = {{"na", JSON_STRING, false},
                                   {"note", JSON_STRING, false}};
  const json_t *value = json_object_get(answer, "value");
  return HAS(answer, members) && !json_is_array(value) &&
         (json_object_size(answer) == 0 || value != NULL ||
          json_object_get(answer, "na") != NULL);
}

/* ---- plans ------------------------------------------------------------------- */

zc_code zc_store_use_plan(zc_store *store, const char *id, const char *place,
                          const char *time, zc_err *err)
{
  return zc_sql_write(
      store,
      "INSERT INTO plan (id, place, added, position) VALUES (?1, ?2, ?3,"
      " (SELECT coalesce(max(position), 0) + 1 FROM plan))"
      " ON CONFLICT (id) DO UPDATE SET place = excluded.place",
      texts(id, place, time, NULL), err);
}

zc_code zc_store_unuse_plan(zc_store *store, const char *id, zc_err *err)
{
  zc_code code = zc_sql_write(store, "DELETE FROM plan WHERE id = ?1",
                              texts(id, NULL, NULL, NULL), err);
  if (code == ZC_OK && sqlite3_changes(store->db) == 0)
    code = zc_fail(err, ZC_EDATA, "the plan {id} is not in use here", "id", id, NULL);
  return code;
}

zc_code zc_store_plans(zc_store *store, json_t **plans, zc_err *err)
{
  json_t *rows;
  size_t index;
  const json_t *row;
  *plans = NULL;
  zc_code code = zc_sql(store, "SELECT id, place, added FROM plan ORDER BY position",
                        NULL, &rows, err);
  if (code != ZC_OK)
    return code;
  json_t *list = json_array();
  int bad = list == NULL;
  json_array_foreach(rows, index, row)
  {
    json_t *plan = json_object();
    bad |= json_object_set(plan, "id", json_array_get(row, 0));
    bad |= json_object_set(plan, "place", json_array_get(row, 1));
    bad |= json_object_set(plan, "added", json_array_get(row, 2));
    bad |= json_array_append_new(list, plan);
  }
  json_decref(rows);
  if (bad != 0) {
    json_decref(list);
    return zc_fail_memory(err);
  }
  *plans = list;
  return ZC_OK;
}

/* ---- answers ----------------------------------------------------------------- */

static zc_code insert_answer(zc_store *store, const char *plan, const char *item,
                             const json_t *answer, const char *source, const char *time,
                             zc_err *err)
{
  json_t *binds = texts(time, plan, item, source);
  int bad = binds == NULL || append_body(binds, answer);
  zc_code code = bad ? zc_fail_memory(err)
                     : zc_sql(store,
                              "INSERT INTO answer (time, plan, item, source, body)"
                              " VALUES (?1, ?2, ?3, ?4, ?5)",
                              binds, NULL, err);
  json_decref(binds);
  return code;
}

zc_code zc_store_answer(zc_store *store, const char *plan, const char *item,
                        const json_t *answer, const char *source, const char *time,
                        zc_err *err)
{
  zc_code code = zc_sql_begin(store, err);
  if (code != ZC_OK)
    return code;
  return zc_sql_end(store, insert_answer(store, plan, item, answer, source, time, err),
                    err);
}

zc_code zc_store_answer_all(zc_store *store, const char *plan, const json_t *entries,
                            const char *source, const char *time, zc_err *err)
{
  size_t index;
  const json_t *entry;
  zc_code code = zc_sql_begin(store, err);
  if (code != ZC_OK)
    return code;
  json_array_foreach(entries, index, entry)
  {
    code = insert_answer(store, plan, zc_get_text(entry, "item"),
                         json_object_get(entry, "answer"), source, time, err);
    if (code != ZC_OK)
      break;
  }
  return zc_sql_end(store, code, err);
}

zc_code zc_store_answers(zc_store *store, const char *plan, json_t **answers,
                         zc_err *err)
{
  json_t *rows, *binds = texts(plan, NULL, NULL, NULL);
  *answers = NULL;
  zc_code code =
      binds == NULL
          ? zc_fail_memory(err)
          : zc_sql(store,
                   "SELECT item, body FROM answer WHERE plan = ?1 AND seq IN"
                   " (SELECT max(seq) FROM answer WHERE plan = ?1 GROUP BY item)"
                   " ORDER BY item",
                   binds, &rows, err);
  json_decref(binds);
  if (code != ZC_OK)
    return code;
  /* One that was taken back is {}. */
  return read_bodies(store, "answer", rows, is_answer, answers, err);
}

zc_code zc_store_answer_marks(zc_store *store, const char *plan, json_t **marks,
                              zc_err *err)
{
  json_t *rows, *binds = texts(plan, NULL, NULL, NULL), *map = json_object();
  size_t index;
  const json_t *row;
  *marks = NULL;
  zc_code code =
      binds == NULL || map == NULL
          ? zc_fail_memory(err)
          : zc_sql(store,
                   "SELECT item, max(seq) FROM answer WHERE plan = ?1 GROUP BY item",
                   binds, &rows, err);
  json_decref(binds);
  if (code == ZC_OK) {
    int bad = 0;
    json_array_foreach(rows, index, row)
    {
      bad |= json_object_set(map, cell(row, 0), json_array_get(row, 1));
    }
    json_decref(rows);
    if (bad != 0)
      code = zc_fail_memory(err);
  }
  if (code == ZC_OK)
    *marks = map;
  else
    json_decref(map);
  return code;
}

/* ---- tables ------------------------------------------------------------------ */

zc_code zc_store_table(zc_store *store, const char *name, const json_t *table,
                       const char *time, zc_err *err)
{
  json_t *binds = texts(name, time, NULL, NULL);
  if (binds == NULL || append_body(binds, table) != 0) {
    json_decref(binds);
    return zc_fail_memory(err);
  }
  return zc_sql_write(store,
                      "INSERT INTO handed (name, time, body) VALUES (?1, ?2, ?3)"
                      " ON CONFLICT (name) DO UPDATE SET time = excluded.time,"
                      " body = excluded.body",
                      binds, err);
}

zc_code zc_store_tables(zc_store *store, json_t **tables, zc_err *err)
{
  json_t *rows;
  *tables = NULL;
  zc_code code = zc_sql(store, "SELECT name, body FROM handed ORDER BY name", NULL,
                        &rows, err);
  if (code != ZC_OK)
    return code;
  return read_bodies(store, "handed", rows, is_table, tables, err);
}

/* ---- evidence ---------------------------------------------------------------- */

zc_code zc_store_attach(zc_store *store, const char *plan, const char *item,
                        const char *name, const char *sha256, int64_t size,
                        const char *time, zc_err *err)
{
  json_t *binds = texts(time, plan, item, name);
  int bad = binds == NULL || json_array_append_new(binds, json_string(sha256)) != 0 ||
            json_array_append_new(binds, json_integer(size)) != 0;
  if (bad) {
    json_decref(binds);
    return zc_fail_memory(err);
  }
  return zc_sql_write(store,
                      "INSERT INTO evidence (time, plan, item, name, sha256, size)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                      binds, err);
}

zc_code zc_store_evidence(zc_store *store, const char *plan, json_t **evidence,
                          zc_err *err)
{
  json_t *rows, *binds = texts(plan, NULL, NULL, NULL);
  size_t index;
  const json_t *row;
  *evidence = NULL;
  zc_code code =
      binds == NULL
          ? zc_fail_memory(err)
          : zc_sql(store,
                   "SELECT item, name, sha256, size FROM evidence WHERE plan = ?1 AND"
                   " seq IN (SELECT max(seq) FROM evidence WHERE plan = ?1"
                   "         GROUP BY item, name) AND sha256 <> ''"
                   " ORDER BY item, name",
                   binds, &rows, err);
  json_decref(binds);
  if (code != ZC_OK)
    return code;
  json_t *map = json_object();
  int bad = map == NULL;
  json_array_foreach(rows, index, row)
  {
    json_int_t size = json_integer_value(json_array_get(row, 3));
    if (!is_hash(cell(row, 2)) || size < 0 || size > ZC_INTEGER_MAX) {
      code = damaged_row(store, "evidence", cell(row, 0), err);
      break;
    }
    json_t *list = json_object_get(map, cell(row, 0)), *file = json_object();
    if (list == NULL) {
      list = json_array();
      bad |= json_object_set_new(map, cell(row, 0), list);
    }
    bad |= json_object_set(file, "name", json_array_get(row, 1));
    bad |= json_object_set(file, "sha256", json_array_get(row, 2));
    bad |= json_object_set(file, "size", json_array_get(row, 3));
    bad |= json_array_append_new(list, file);
    if (bad != 0)
      break;
  }
  json_decref(rows);
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    *evidence = map;
  else
    json_decref(map);
  return code;
}

/* ---- runs -------------------------------------------------------------------- */

/* Appends the hash of the text that was bound last. Non-zero when it cannot be made. */
static int append_hash(json_t *binds)
{
  zc_err ignored;
  char digits[ZC_HASH_ROOM];
  const json_t *text = json_array_get(binds, json_array_size(binds) - 1);
  if (zc_hash_of(json_string_value(text), json_string_length(text), digits, &ignored) !=
      ZC_OK)
    return -1;
  return json_array_append_new(binds, json_string(digits));
}

/* The record of a row's cells `id`, `record`, `sha256`; NULL when it is not the one that
 * was kept: such a run counts as not there. */
static zc_code intact_record(const json_t *row, json_t **record, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  const json_t *text = json_array_get(row, 1);
  *record = NULL;
  zc_code code = zc_hash_of(zc_text_or(json_string_value(text), ""),
                            json_string_length(text), digits, err);
  if (code != ZC_OK || strcmp(digits, cell(row, 2)) != 0)
    return code;
  code = parse_body(text, record, err);
  /* A record knows its run: one row's is no good in another. */
  if (code == ZC_OK && strcmp(zc_text_of(*record, "run"), cell(row, 0)) != 0) {
    json_decref(*record);
    *record = NULL;
  }
  return code == ZC_EDATA ? ZC_OK : code;
}

zc_code zc_store_run(zc_store *store, const char *id, const char *plan,
                     const zc_buffer *inputs, const json_t *record, const char *time,
                     zc_err *err)
{
  json_t *binds = texts(id, time, plan, NULL);
  if (binds == NULL ||
      json_array_append_new(binds, json_stringn_nocheck(inputs->data, inputs->size)) !=
          0 ||
      append_body(binds, record) != 0 || append_hash(binds) != 0) {
    json_decref(binds);
    return zc_fail_memory(err);
  }
  return zc_sql_write(store,
                      "INSERT INTO run (id, time, plan, inputs, record, sha256)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE"
                      " SET seq = (SELECT max(seq) + 1 FROM run), time = excluded.time"
                      ", record = excluded.record, sha256 = excluded.sha256"
                      " WHERE record <> excluded.record OR sha256 <> excluded.sha256"
                      " OR seq < (SELECT max(seq) FROM run WHERE plan = excluded.plan)",
                      binds, err);
}

zc_code zc_store_find_run(zc_store *store, const char *id, json_t **record, zc_err *err)
{
  json_t *rows, *binds = texts(id, NULL, NULL, NULL);
  *record = NULL;
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(store, "SELECT id, record, sha256 FROM run WHERE id = ?1",
                              binds, &rows, err);
  json_decref(binds);
  if (code != ZC_OK)
    return code;
  if (json_array_size(rows) > 0)
    code = intact_record(json_array_get(rows, 0), record, err);
  json_decref(rows);
  return code;
}

zc_code zc_store_last_run(zc_store *store, const char *plan, json_t **run, zc_err *err)
{
  json_t *rows, *binds = texts(plan, NULL, NULL, NULL);
  *run = NULL;
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(store,
                              "SELECT id, record, sha256, time FROM run WHERE plan = ?1"
                              " ORDER BY seq DESC LIMIT 1",
                              binds, &rows, err);
  json_decref(binds);
  if (code != ZC_OK)
    return code;
  const json_t *row = json_array_get(rows, 0);
  json_t *record = NULL;
  if (row != NULL)
    code = intact_record(row, &record, err);
  if (record != NULL) {
    json_t *found = json_object();
    int bad = json_object_set(found, "id", json_array_get(row, 0));
    bad |= json_object_set(found, "time", json_array_get(row, 3));
    bad |= json_object_set(found, "record", record);
    if (bad == 0) {
      *run = found;
    } else {
      json_decref(found);
      code = zc_fail_memory(err);
    }
  }
  json_decref(record);
  json_decref(rows);
  return code;
}

zc_code zc_store_run_days(zc_store *store, const char *plan, json_t **runs, zc_err *err)
{
  json_t *binds = texts(plan, NULL, NULL, NULL);
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(store,
                              "SELECT id, CASE WHEN json_valid(record) THEN"
                              " coalesce(json_extract(record, '$.today'), '') ELSE ''"
                              " END FROM run WHERE plan = ?1 ORDER BY seq",
                              binds, runs, err);
  json_decref(binds);
  return code;
}
