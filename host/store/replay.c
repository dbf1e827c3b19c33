#include "store/replay.h"

#include <stdio.h>
#include <string.h>

#include "store/aside.h"
#include "store/project.h"
#include "store/sql.h"

/* A batch ends with so many bytes of events: what a problem is made of may be long, but only
 * one batch is in memory. */
#define BATCH_BYTES ((size_t)1 << 20)
#define BATCH_EVENTS 2000

zc_code zc_replay_fault(zc_replaying *r, const char *kind, const char *name,
                        const zc_err *what, zc_err *err)
{
  r->faults++;
  return r->verifier->fault(r->verifier->context, kind, name, what, err);
}

static const char *text_at(const json_t *row, size_t index)
{
  return zc_text_or(json_string_value(json_array_get(row, index)), "");
}

static int64_t number_at(const json_t *row, size_t index)
{
  return json_integer_value(json_array_get(row, index));
}

/* ---- where it goes ------------------------------------------------------------------ */

zc_code zc_replay_aside(zc_store *store, zc_err *err)
{
  zc_code code = zc_aside_make(store, ZC_FROM_PROBLEMS, err);
  return code == ZC_OK ? zc_aside_make(store, ZC_FROM_EVENTS, err) : code;
}

#define MENTION                                                                        \
  "CREATE TEMP TABLE mention (problem INTEGER NOT NULL, seq INTEGER NOT NULL,"         \
  " PRIMARY KEY (problem, seq)) STRICT, WITHOUT ROWID"

zc_code zc_replay_begin(zc_store *store, zc_err *err)
{
  static const char *const makes[] =
      {"PRAGMA temp_store=FILE", MENTION,
       "CREATE TEMP TABLE whole (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT"};
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < sizeof makes / sizeof *makes; i++)
    code = zc_sql(store, makes[i], NULL, NULL, err);
  return code;
}

void zc_replay_end(zc_store *store)
{
  static const char *const ends[] = {"DROP TABLE IF EXISTS temp.mention",
                                     "DROP TABLE IF EXISTS temp.whole",
                                     "PRAGMA temp_store=MEMORY"};
  zc_aside_drop(store, ZC_FROM_PROBLEMS);
  zc_aside_drop(store, ZC_FROM_EVENTS);
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    sqlite3_exec(store->db, ends[i], NULL, NULL, NULL);
}

/* ---- events ------------------------------------------------------------------------- */

static zc_code insert(zc_store *store, const char *sql, json_t *binds, zc_err *err)
{
  return zc_sql_again(store, sql, binds, NULL, err);
}

/* An event of the whole ledger names the problems that it concerns, which may be all: its body
 * is kept once without their numbers, since each of them is told the event. */
static zc_code keep_whole(zc_store *store, int64_t seq, const json_t *body, zc_err *err)
{
  size_t index;
  const json_t *no;
  zc_buffer text = {0};
  const json_t *numbers = json_object_get(body, "problems");
  json_t *rest = json_copy((json_t *)body);
  json_object_del(rest, "problems");
  zc_code code = rest == NULL ? zc_fail_memory(err)
                              : zc_json_canonical(rest, &text, err);
  if (code == ZC_OK)
    code = insert(store, "INSERT INTO whole (seq, body) VALUES (?1, ?2)",
                  zc_sql_binds("is", seq, text.data), err);
  json_array_foreach(numbers, index, no)
  {
    if (code == ZC_OK)
      code = insert(store,
                    "INSERT OR IGNORE INTO mention (problem, seq) VALUES (?1, ?2)",
                    zc_sql_binds("ii", (int64_t)json_integer_value(no), seq), err);
  }
  zc_buffer_free(&text);
  json_decref(rest);
  return code;
}

zc_code zc_replay_event(zc_replaying *r, int64_t seq, int64_t no, const char *action,
                        const json_t *body, zc_err *err)
{
  if (no == 0) {
    zc_code code = keep_whole(r->store, seq, body, err);
    return code == ZC_OK ? zc_replay_office(r->store, action, body, err) : code;
  }
  return zc_project_event(r->store, no, action, body, err);
}

/* ---- problems ----------------------------------------------------------------------- */

typedef struct {
  zc_replaying *r;
  json_t *batch;  /* [{no, problem, events}] */
  json_t *events; /* of the last one; borrowed */
  int64_t no;     /* whose these are */
  size_t bytes, count;
} batching;

static bool is_stopped(const zc_replaying *r, int64_t no)
{
  return json_object_get(r->stopped, ZC_DIGITS(no)) != NULL;
}

static zc_code note_stopped(zc_replaying *r, const json_t *entry, const json_t *result,
                            zc_err *err)
{
  zc_err what;
  int64_t no = zc_get_integer(entry, "no", 0);
  const json_t *event = json_array_get(json_object_get(entry, "events"),
                                       (size_t)(zc_get_integer(result, "stopped", 1) -
                                                1));
  if (json_object_set_new(r->stopped, ZC_DIGITS(no), json_true()) != 0)
    return zc_fail_memory(err);
  zc_fail(&what, ZC_EDATA,
          "this event ({action}) is not possible: problem {no} was in another state",
          "action", zc_text_or(zc_get_text(event, "action"), "?"), "no", ZC_DIGITS(no),
          NULL);
  return zc_replay_fault(r, "seq", ZC_DIGITS(zc_get_integer(event, "seq", 0)), &what,
                         err);
}

static zc_code take_result(zc_replaying *r, const json_t *entry, const json_t *result,
                           zc_err *err)
{
  const json_t *problem = json_object_get(result, "problem");
  const json_t *events = json_object_get(entry, "events");
  const json_t *last = json_array_get(events, json_array_size(events) - 1);
  if (is_stopped(r, zc_get_integer(entry, "no", 0)))
    return ZC_OK;
  if (problem == NULL)
    return note_stopped(r, entry, result, err);
  return zc_project_problem(r->store, problem, json_object_get(result, "row"),
                            zc_get_integer(last, "seq", 0), err);
}

/* Starts the list of a problem's events; a problem that a batch has cut in two goes on from
 * what it was at the cut. */
static zc_code begin_entry(batching *b, int64_t no, json_t *problem, zc_err *err)
{
  json_t *entry = json_object();
  b->no = no;
  b->events = json_array();
  int bad = json_object_set_new(entry, "no", json_integer(no));
  bad |= json_object_set_new(entry, "events", b->events);
  if (problem != NULL)
    bad |= json_object_set(entry, "problem", problem);
  bad |= json_array_append_new(b->batch, entry);
  return bad != 0 ? zc_fail_memory(err) : ZC_OK;
}

static zc_code flush(batching *b, bool goes_on, zc_err *err)
{
  json_t *results = NULL, *problem;
  size_t index;
  const json_t *entry;
  if (json_array_size(b->batch) == 0)
    return ZC_OK;
  zc_code code = b->r->verifier->replay(b->r->verifier->context, b->batch, &results,
                                        err);
  json_array_foreach(b->batch, index, entry)
  {
    if (code == ZC_OK)
      code = take_result(b->r, entry, json_array_get(results, index), err);
  }
  problem = json_incref(
      json_object_get(json_array_get(results, json_array_size(b->batch) - 1),
                      "problem"));
  json_array_clear(b->batch);
  b->bytes = b->count = 0;
  if (code == ZC_OK && goes_on)
    code = begin_entry(b, b->no, problem, err);
  json_decref(problem);
  json_decref(results);
  return code;
}

/* {action, by, date, body, seq}, without the rows, which are no business of the engine. Owned;
 * NULL when the body is damaged. */
static zc_code event_of(const json_t *row, json_t **event, zc_err *err)
{
  zc_err ignored;
  json_t *body;
  const json_t *text = json_array_get(row, 5);
  *event = NULL;
  zc_code code = zc_json_parse(zc_text_or(json_string_value(text), ""),
                               json_string_length(text), &body, &ignored);
  if (code != ZC_OK)
    return code == ZC_EDATA ? ZC_OK : zc_fail_memory(err);
  json_object_del(body, "instances");
  json_object_del(body, "verdicts");
  *event = json_object();
  int bad = json_object_set(*event, "seq", json_array_get(row, 1));
  bad |= json_object_set(*event, "action", json_array_get(row, 2));
  bad |= json_object_set(*event, "by", json_array_get(row, 3));
  bad |= json_object_set(*event, "date", json_array_get(row, 4));
  bad |= json_object_set(*event, "body", body);
  json_decref(body);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code visit_event(void *context, const json_t *row, zc_err *err)
{
  batching *b = context;
  int64_t no = number_at(row, 0);
  bool same = b->events != NULL && no == b->no;
  json_t *event;
  zc_code code = event_of(row, &event, err);
  /* Damage was told when the chain was read; otherwise the JSON library has run out of memory,
   * for which it has no words. */
  if (code == ZC_OK && event == NULL && b->r->faults == 0)
    return zc_fail_memory(err);
  if (code == ZC_OK && event == NULL)
    return json_object_set_new(b->r->stopped, ZC_DIGITS(no), json_true()) == 0
               ? ZC_OK
               : zc_fail_memory(err);
  if (code == ZC_OK && (b->bytes > BATCH_BYTES || b->count >= BATCH_EVENTS))
    code = flush(b, same, err);
  if (code == ZC_OK && !same)
    code = begin_entry(b, no, NULL, err);
  if (code == ZC_OK && json_array_append(b->events, event) != 0)
    code = zc_fail_memory(err);
  json_decref(event);
  b->count++;
  b->bytes += json_string_length(json_array_get(row, 5));
  return code;
}

zc_code zc_replay_problems(zc_replaying *r, zc_err *err)
{
  batching b = {.r = r, .batch = json_array()};
  if (b.batch == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_sql_each(
      r->store,
      "SELECT problem, seq, action, actor, business_date, body FROM main.event"
      " WHERE problem > 0 UNION ALL SELECT m.problem, e.seq, e.action, e.actor,"
      " e.business_date, w.body FROM mention AS m JOIN main.event AS e ON e.seq = m.seq"
      " JOIN whole AS w ON w.seq = m.seq ORDER BY 1, 2",
      NULL, visit_event, &b, err);
  if (code == ZC_OK)
    code = flush(&b, false, err);
  json_decref(b.batch);
  return code;
}

/* ---- comparing ---------------------------------------------------------------------- */

typedef struct {
  zc_replaying *r;
  const char *table;
  json_t *columns;
} comparing;

static zc_code tell(comparing *c, int64_t no, zc_err *what, zc_err *err)
{
  return is_stopped(c->r, no)
             ? ZC_OK
             : zc_replay_fault(c->r, "problem", ZC_DIGITS(no), what, err);
}

static zc_code visit_missing(void *context, const json_t *row, zc_err *err)
{
  comparing *c = context;
  zc_err what;
  zc_fail(&what, ZC_EDATA,
          "the table {table} lacks {count} entries that the events of the problem make",
          "table", c->table, "count", ZC_DIGITS(number_at(row, 1)), NULL);
  return tell(c, number_at(row, 0), &what, err);
}

static zc_code visit_extra(void *context, const json_t *row, zc_err *err)
{
  comparing *c = context;
  zc_err what;
  zc_fail(&what, ZC_EDATA,
          "the table {table} has {count} entries that no event of the problem makes",
          "table", c->table, "count", ZC_DIGITS(number_at(row, 1)), NULL);
  return tell(c, number_at(row, 0), &what, err);
}

/* The row has the problem's number, then 1 or 0 a column. */
static zc_code visit_other(void *context, const json_t *row, zc_err *err)
{
  comparing *c = context;
  zc_buffer names = {0};
  zc_err what;
  size_t index;
  const json_t *column;
  json_array_foreach(c->columns, index, column)
  {
    if (number_at(row, index + 1) == 0)
      zc_buffer_print(&names, "%s%s", names.size == 0 ? "" : ", ", text_at(column, 0));
  }
  zc_code code = zc_buffer_check(&names, err);
  if (code == ZC_OK) {
    zc_fail(&what, ZC_EDATA,
            "what is kept of it is not what its events make of it ({table}: {list})",
            "table", c->table, "list", zc_text_or(names.data, ""), NULL);
    code = tell(c, number_at(row, 0), &what, err);
  }
  zc_buffer_free(&names);
  return code;
}

static zc_code run(comparing *c, zc_buffer *sql,
                   zc_code (*visit)(void *, const json_t *, zc_err *), zc_err *err)
{
  zc_code code = zc_buffer_check(sql, err);
  if (code == ZC_OK)
    code = zc_sql_each(c->r->store, sql->data, NULL, visit, c, err);
  zc_buffer_free(sql);
  return code;
}

/* Rows of one table whose keys the other lacks, by problem. */
static zc_code compare_keys(comparing *c, const char *key, bool missing, zc_err *err)
{
  zc_buffer sql = {0};
  const char *here = missing ? "temp" : "main", *there = missing ? "main" : "temp";
  const char *no = strcmp(c->table, "problem") == 0 ? "no" : "problem";
  zc_buffer_print(&sql,
                  "SELECT %s, count(*) FROM %s.%s WHERE (%s) NOT IN (SELECT %s FROM"
                  " %s.%s) GROUP BY 1 ORDER BY 1",
                  no, here, c->table, key, key, there, c->table);
  return run(c, &sql, missing ? visit_missing : visit_extra, err);
}

static zc_code compare_rows(comparing *c, const char *key, zc_err *err)
{
  zc_buffer sql = {0}, same = {0};
  size_t index;
  const json_t *column;
  const char *no = strcmp(c->table, "problem") == 0 ? "no" : "problem";
  zc_buffer_print(&sql, "SELECT b.%s", no);
  json_array_foreach(c->columns, index, column)
  {
    zc_buffer_print(&sql, ", a.%s IS b.%s", text_at(column, 0), text_at(column, 0));
    zc_buffer_print(&same, "%sa.%s IS b.%s", index == 0 ? "" : " AND ",
                    text_at(column, 0), text_at(column, 0));
  }
  zc_buffer_print(&sql,
                  " FROM main.%s AS a JOIN temp.%s AS b ON a.%s = b.%s WHERE NOT (%s)"
                  " ORDER BY 1",
                  c->table, c->table, key, key, zc_text_or(same.data, "1"));
  zc_code code = zc_buffer_check(&same, err);
  if (code == ZC_OK)
    code = run(c, &sql, visit_other, err);
  zc_buffer_free(&sql);
  zc_buffer_free(&same);
  return code;
}

static zc_code visit_table(void *context, const json_t *told, zc_err *err)
{
  zc_err what;
  zc_aside_fault(told, &what);
  return zc_replay_fault(context, "table", zc_text_of(told, "table"), &what, err);
}

zc_code zc_replay_compare(zc_replaying *r, zc_err *err)
{
  static const struct {
    const char *table, *key;
    bool rows;
  } tables[] = {{"problem", "no", true},
                {"instance", "position", true},
                {"citation", "plan, item, split, problem", false}};
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < sizeof tables / sizeof *tables; i++) {
    comparing c = {.r = r, .table = tables[i].table};
    code = compare_keys(&c, tables[i].key, true, err);
    if (code == ZC_OK)
      code = compare_keys(&c, tables[i].key, false, err);
    if (code == ZC_OK && tables[i].rows) {
      json_t *binds = zc_sql_binds("s", tables[i].table);
      code = binds == NULL
                 ? zc_fail_memory(err)
                 : zc_sql(r->store, "SELECT name FROM pragma_table_info(?1, 'temp')",
                          binds, &c.columns, err);
      json_decref(binds);
      if (code == ZC_OK)
        code = compare_rows(&c, tables[i].key, err);
      json_decref(c.columns);
    }
  }
  return code == ZC_OK ? zc_aside_compare(r->store, ZC_FROM_EVENTS, visit_table, r, err)
                       : code;
}
