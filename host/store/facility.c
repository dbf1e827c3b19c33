/* What a facility's workspace keeps: plans in use, answers, tables, evidence, runs. */
#include <string.h>

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

static json_t *parse_body(const json_t *text)
{
  zc_err ignored;
  json_t *value = NULL;
  if (json_is_string(text))
    zc_json_parse(json_string_value(text), json_string_length(text), &value, &ignored);
  return value;
}

static zc_code damaged_row(zc_store *store, zc_err *err)
{
  return zc_fail(err, ZC_EDATA,
                 "{path} is damaged: an entry is not JSON; put a backup in its place",
                 "path", store->path, NULL);
}

static const char *cell(const json_t *row, size_t index)
{
  return zc_text_or(json_string_value(json_array_get(row, index)), "");
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
  size_t index;
  const json_t *row;
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
  json_t *map = json_object();
  json_array_foreach(rows, index, row)
  {
    json_t *answer = parse_body(json_array_get(row, 1));
    if (answer == NULL)
      code = damaged_row(store, err);
    else if (json_object_size(answer) == 0)
      json_decref(answer); /* taken back: {} */
    else if (json_object_set_new(map, cell(row, 0), answer) != 0)
      code = zc_fail_memory(err);
    if (code != ZC_OK)
      break;
  }
  json_decref(rows);
  if (code == ZC_OK)
    *answers = map;
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
  size_t index;
  const json_t *row;
  *tables = NULL;
  zc_code code = zc_sql(store, "SELECT name, body FROM handed ORDER BY name", NULL,
                        &rows, err);
  if (code != ZC_OK)
    return code;
  json_t *map = json_object();
  json_array_foreach(rows, index, row)
  {
    json_t *table = parse_body(json_array_get(row, 1));
    if (table == NULL)
      code = damaged_row(store, err);
    else if (json_object_set_new(map, cell(row, 0), table) != 0)
      code = zc_fail_memory(err);
    if (code != ZC_OK)
      break;
  }
  json_decref(rows);
  if (code == ZC_OK)
    *tables = map;
  else
    json_decref(map);
  return code;
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
                   "         GROUP BY item, name) ORDER BY item, name",
                   binds, &rows, err);
  json_decref(binds);
  if (code != ZC_OK)
    return code;
  json_t *map = json_object();
  int bad = map == NULL;
  json_array_foreach(rows, index, row)
  {
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
  if (bad != 0) {
    json_decref(map);
    return zc_fail_memory(err);
  }
  *evidence = map;
  return ZC_OK;
}

/* ---- runs -------------------------------------------------------------------- */

zc_code zc_store_run(zc_store *store, const char *id, const char *plan,
                     const zc_buffer *inputs, const json_t *record, const char *time,
                     zc_err *err)
{
  json_t *binds = texts(id, time, plan, NULL);
  if (binds == NULL ||
      json_array_append_new(binds, json_stringn_nocheck(inputs->data, inputs->size)) !=
          0 ||
      append_body(binds, record) != 0) {
    json_decref(binds);
    return zc_fail_memory(err);
  }
  return zc_sql_write(store,
                      "INSERT INTO run (id, time, plan, inputs, record)"
                      " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE"
                      " SET seq = (SELECT max(seq) + 1 FROM run), time = excluded.time"
                      ", record = excluded.record"
                      " WHERE record <> excluded.record OR seq <"
                      " (SELECT max(seq) FROM run WHERE plan = excluded.plan)",
                      binds, err);
}

zc_code zc_store_find_run(zc_store *store, const char *id, json_t **record, zc_err *err)
{
  json_t *rows, *binds = texts(id, NULL, NULL, NULL);
  *record = NULL;
  zc_code code = binds == NULL ? zc_fail_memory(err)
                               : zc_sql(store, "SELECT record FROM run WHERE id = ?1",
                                        binds, &rows, err);
  json_decref(binds);
  if (code != ZC_OK)
    return code;
  if (json_array_size(rows) > 0) {
    *record = parse_body(json_array_get(json_array_get(rows, 0), 0));
    if (*record == NULL)
      code = damaged_row(store, err);
  }
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
                              "SELECT id, time, record FROM run WHERE plan = ?1"
                              " ORDER BY seq DESC LIMIT 1",
                              binds, &rows, err);
  json_decref(binds);
  if (code != ZC_OK)
    return code;
  const json_t *row = json_array_get(rows, 0);
  if (row != NULL) {
    json_t *record = parse_body(json_array_get(row, 2)), *found = json_object();
    int bad = json_object_set(found, "id", json_array_get(row, 0));
    bad |= json_object_set(found, "time", json_array_get(row, 1));
    if (record == NULL)
      code = damaged_row(store, err);
    else if (bad != 0 || json_object_set(found, "record", record) != 0)
      code = zc_fail_memory(err);
    json_decref(record);
    if (code == ZC_OK)
      *run = found;
    else
      json_decref(found);
  }
  json_decref(rows);
  return code;
}
