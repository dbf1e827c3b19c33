/* The events of the ledger: a chain of hashes that nobody can change unnoticed. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "store/project.h"
#include "store/sql.h"

static const char *text_at(const json_t *row, size_t index)
{
  return zc_text_or(json_string_value(json_array_get(row, index)), "");
}

zc_code zc_ledger_head(zc_store *store, zc_head *head, zc_err *err)
{
  json_t *rows = NULL;
  *head = (zc_head){0};
  zc_code code = zc_sql(
      store,
      "SELECT seq, hash, time, by_hand, (SELECT coalesce(max(no), 0) FROM problem)"
      " FROM head",
      NULL, &rows, err);
  if (code != ZC_OK)
    return code;
  const json_t *row = json_array_get(rows, 0);
  if (row != NULL) {
    head->seq = json_integer_value(json_array_get(row, 0));
    snprintf(head->hash, sizeof head->hash, "%s", text_at(row, 1));
    snprintf(head->time, sizeof head->time, "%s", text_at(row, 2));
    head->by_hand = json_integer_value(json_array_get(row, 3));
    head->last_problem = json_integer_value(json_array_get(row, 4));
  }
  json_decref(rows);
  return ZC_OK;
}

zc_code zc_ledger_hash(const json_t *fields, char digits[ZC_HASH_ROOM], zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = zc_json_canonical(fields, &text, err);
  if (code == ZC_OK)
    code = zc_hash_of(text.data, text.size, digits, err);
  zc_buffer_free(&text);
  return code;
}

/* ---- appending -------------------------------------------------------------------- */

/* The event as it is hashed, but its body. Owned; NULL when out of memory. */
static json_t *fields_of(const json_t *event, int64_t no, const zc_head *head,
                         const char *time)
{
  json_t *fields = json_object();
  int bad = json_object_set_new(fields, "seq", json_integer(head->seq + 1));
  bad |= json_object_set_new(fields, "time", json_string(time));
  bad |= json_object_set(fields, "business_date", json_object_get(event, "date"));
  bad |= json_object_set(fields, "actor", json_object_get(event, "by"));
  bad |= json_object_set_new(fields, "problem", json_integer(no));
  bad |= json_object_set(fields, "action", json_object_get(event, "action"));
  bad |= json_object_set_new(fields, "prev", json_string(head->hash));
  if (bad == 0)
    return fields;
  json_decref(fields);
  return NULL;
}

/* The text of the body: hundreds of thousands of instances are texts already. */
static zc_code write_body(const json_t *event, const json_t *instances, zc_buffer *body,
                          zc_err *err)
{
  const json_t *map = json_object_get(event, "body");
  if (instances == NULL)
    return zc_json_canonical(map, body, err);
  /* Read only; a text of JSON is never empty. */
  const zc_buffer text = {.data = (char *)(uintptr_t)json_string_value(instances),
                          .size = json_string_length(instances)};
  return zc_json_canonical_with(map, "instances", &text, body, err);
}

static zc_code hash_event(const json_t *fields, const zc_buffer *body,
                          char digits[ZC_HASH_ROOM], zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = zc_json_canonical_with(fields, "body", body, &text, err);
  if (code == ZC_OK)
    code = zc_hash_of(text.data, text.size, digits, err);
  zc_buffer_free(&text);
  return code;
}

static int bind_text(sqlite3_stmt *statement, int at, const char *text)
{
  text = zc_text_or(text, "");
  return sqlite3_bind_text64(statement, at, text, strlen(text), SQLITE_STATIC,
                             SQLITE_UTF8);
}

static zc_code insert_event(zc_store *store, const json_t *fields,
                            const zc_buffer *body, const char *hash, zc_err *err)
{
  sqlite3_stmt *statement;
  zc_code code =
      zc_sql_kept(store,
                  "INSERT INTO event (seq, time, business_date, actor, problem, action,"
                  " body, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                  &statement, err);
  if (code != ZC_OK)
    return code;
  int result = sqlite3_bind_int64(statement, 1, zc_get_integer(fields, "seq", 0));
  result |= bind_text(statement, 2, zc_get_text(fields, "time"));
  result |= bind_text(statement, 3, zc_get_text(fields, "business_date"));
  result |= bind_text(statement, 4, zc_get_text(fields, "actor"));
  result |= sqlite3_bind_int64(statement, 5, zc_get_integer(fields, "problem", 0));
  result |= bind_text(statement, 6, zc_get_text(fields, "action"));
  result |= sqlite3_bind_text64(statement, 7, body->data, body->size, SQLITE_STATIC,
                                SQLITE_UTF8);
  result |= bind_text(statement, 8, zc_get_text(fields, "prev"));
  result |= bind_text(statement, 9, hash);
  return zc_sql_ran(store, statement, result, err);
}

/* A clock that runs backwards makes times worthless: whoever knows why says so. */
static zc_code check_clock(const zc_head *head, const json_t *event, const char *time,
                           zc_err *err)
{
  const json_t *noted = json_object_get(json_object_get(event, "body"), "noted");
  if (strcmp(time, head->time) >= 0 || zc_get_text(noted, "clock_reason") != NULL)
    return ZC_OK;
  return zc_fail(err, ZC_EDATA,
                 "the computer's clock says {now}, but the ledger was last written on "
                 "{last}; set the clock, or say why with --clock-reason",
                 "now", time, "last", head->time, NULL);
}

static zc_code project_all(zc_store *store, const json_t *problems, int64_t seq,
                           zc_err *err)
{
  size_t index;
  const json_t *one;
  zc_code code = ZC_OK;
  json_array_foreach(problems, index, one)
  {
    if (code == ZC_OK)
      code = zc_project_problem(store, json_object_get(one, "problem"),
                                json_object_get(one, "row"), seq, err);
  }
  return code;
}

static zc_code project(zc_store *store, const json_t *step, int64_t seq, zc_err *err)
{
  const json_t *event = json_object_get(step, "event");
  const json_t *problem = json_object_get(step, "problem");
  int64_t no = zc_get_integer(step, "no", zc_get_integer(problem, "no", 0));
  if (no == 0)
    return project_all(store, json_object_get(step, "problems"), seq, err);
  zc_code code = ZC_OK;
  if (problem != NULL)
    code = zc_project_problem(store, problem, json_object_get(step, "row"), seq, err);
  if (code == ZC_OK)
    code = zc_project_event(store, no, zc_text_of(event, "action"),
                            json_object_get(event, "body"), err);
  if (code == ZC_OK && json_object_get(step, "instances") != NULL)
    code = zc_project_instances(store, no, json_object_get(step, "instances"), err);
  return code;
}

/* One event of a problem, or of the whole ledger (0); `head` moves on. `instances` (may be NULL)
 * is the text of those that its body has besides. */
static zc_code append_event(zc_store *store, zc_head *head, const json_t *event,
                            const json_t *instances, int64_t no, const char *time,
                            zc_err *err)
{
  char hash[ZC_HASH_ROOM];
  zc_code code = check_clock(head, event, time, err);
  if (code != ZC_OK)
    return code;
  json_t *fields = fields_of(event, no, head, time);
  zc_buffer body = {0};
  code = fields == NULL ? zc_fail_memory(err)
                        : write_body(event, instances, &body, err);
  if (code == ZC_OK)
    code = hash_event(fields, &body, hash, err);
  if (code == ZC_OK)
    code = insert_event(store, fields, &body, hash, err);
  zc_buffer_free(&body);
  json_decref(fields);
  if (code != ZC_OK)
    return code;
  const json_t *noted = json_object_get(json_object_get(event, "body"), "noted");
  head->seq++;
  head->by_hand += zc_get_flag(noted, "dated_by_hand");
  memcpy(head->hash, hash, sizeof hash);
  snprintf(head->time, sizeof head->time, "%s", time);
  return ZC_OK;
}

/* One event and what follows from it. */
static zc_code append(zc_store *store, zc_head *head, const json_t *step,
                      const char *time, zc_err *err)
{
  const json_t *problem = json_object_get(step, "problem");
  int64_t no = zc_get_integer(step, "no", zc_get_integer(problem, "no", 0));
  zc_code code = append_event(store, head, json_object_get(step, "event"),
                              json_object_get(step, "instances"), no, time, err);
  return code == ZC_OK ? project(store, step, head->seq, err) : code;
}

static zc_code keep_head(zc_store *store, const zc_head *head, zc_err *err)
{
  json_t *binds = zc_sql_binds("issi", head->seq, head->hash, head->time,
                               head->by_hand);
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(store,
                              "INSERT INTO head (one, seq, hash, time, by_hand)"
                              " VALUES (1, ?1, ?2, ?3, ?4) ON CONFLICT (one) DO UPDATE"
                              " SET seq = excluded.seq, hash = excluded.hash,"
                              " time = excluded.time, by_hand = excluded.by_hand",
                              binds, NULL, err);
  json_decref(binds);
  return code;
}

/* Where the ledger ends, if that is still what the caller has seen. */
static zc_code read_head(zc_store *store, const zc_head *known, zc_head *head,
                         zc_err *err)
{
  zc_code code = zc_ledger_head(store, head, err);
  if (code == ZC_OK && head->seq != known->seq)
    code =
        zc_fail(err, ZC_EIO,
                "somebody else has written to the ledger of {path} meanwhile; nothing "
                "was written: run the command again",
                "path", store->path, NULL);
  return code;
}

zc_code zc_ledger_append_within(zc_store *store, const zc_head *known,
                                const json_t *steps, const char *time, zc_err *err)
{
  zc_head head;
  size_t index;
  const json_t *step;
  zc_code code = read_head(store, known, &head, err);
  json_array_foreach(steps, index, step)
  {
    if (code == ZC_OK)
      code = append(store, &head, step, time, err);
  }
  return code == ZC_OK ? keep_head(store, &head, err) : code;
}

zc_code zc_ledger_append(zc_store *store, const zc_head *known, const json_t *steps,
                         const char *time, zc_err *err)
{
  if (json_array_size(steps) == 0)
    return ZC_OK;
  zc_code code = zc_sql_begin(store, err);
  if (code != ZC_OK)
    return code;
  return zc_sql_end(store, zc_ledger_append_within(store, known, steps, time, err),
                    err);
}

static zc_code append_whole(zc_store *store, const zc_head *known, const json_t *event,
                            zc_ledger_batch *batch, void *context, const char *time,
                            zc_err *err)
{
  zc_head head;
  json_t *problems = NULL;
  zc_code code = read_head(store, known, &head, err);
  if (code == ZC_OK)
    code = append_event(store, &head, event, NULL, 0, time, err);
  while (code == ZC_OK && (code = batch(context, &problems, err)) == ZC_OK &&
         problems != NULL) {
    code = project_all(store, problems, head.seq, err);
    json_decref(problems);
    problems = NULL;
  }
  return code == ZC_OK ? keep_head(store, &head, err) : code;
}

zc_code zc_ledger_append_whole(zc_store *store, const zc_head *known,
                               const json_t *event, zc_ledger_batch *batch,
                               void *context, const char *time, zc_err *err)
{
  zc_code code = zc_sql_begin(store, err);
  if (code != ZC_OK)
    return code;
  code = append_whole(store, known, event, batch, context, time, err);
  return zc_sql_end(store, code, err);
}
