#include "store/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/aside.h"
#include "store/copy.h"
#include "store/replay.h"
#include "store/schema.h"
#include "store/sql.h"
#include "store/upgrade.h"

static const char *text_at(const json_t *row, size_t index)
{
  return zc_text_or(json_string_value(json_array_get(row, index)), "");
}

static int64_t number_at(const json_t *row, size_t index)
{
  return json_integer_value(json_array_get(row, index));
}

/* ---- SQLite's check and the schema --------------------------------------------------- */

static zc_code visit_check(void *context, const json_t *row, zc_err *err)
{
  zc_err what;
  if (strcmp(text_at(row, 0), "ok") == 0)
    return ZC_OK;
  zc_fail(&what, ZC_EDATA, "the file is damaged: {reason}", "reason", text_at(row, 0),
          NULL);
  return zc_replay_fault(context, "database", ZC_STORE_FILE, &what, err);
}

typedef struct {
  zc_replaying *r;
  json_t *own; /* "trigger event_stays" → SQL, of what zicha makes */
} schema;

static zc_code note_own(void *context, const json_t *row, zc_err *err)
{
  return json_object_set(context, text_at(row, 0), json_array_get(row, 1)) == 0
             ? ZC_OK
             : zc_fail_memory(err);
}

/* Whether two statements are the same but for their layout, which may change in the sources. */
static bool same_statement(const char *a, const char *b)
{
  static const char blanks[] = " \n\t\r";
  for (;;) {
    a += strspn(a, blanks);
    b += strspn(b, blanks);
    size_t size = strcspn(a, blanks);
    if (size != strcspn(b, blanks) || memcmp(a, b, size) != 0)
      return false;
    if (size == 0)
      return true;
    a += size;
    b += size;
  }
}

static zc_code compare_own(void *context, const json_t *row, zc_err *err)
{
  schema *s = context;
  zc_err what;
  const json_t *own = json_object_get(s->own, text_at(row, 0));
  bool same = own != NULL && same_statement(json_string_value(own), text_at(row, 1));
  if (own == NULL)
    zc_fail(&what, ZC_EDATA, "zicha has not made it: somebody has changed the database",
            NULL);
  else if (!same)
    zc_fail(&what, ZC_EDATA, "it is not as zicha has made it: somebody has changed it",
            NULL);
  json_object_del(s->own, text_at(row, 0));
  return same ? ZC_OK : zc_replay_fault(s->r, "database", text_at(row, 0), &what, err);
}

#define OBJECTS                                                                        \
  "SELECT type || ' ' || name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL"      \
  " AND name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY 1"

static zc_code verify_schema(zc_replaying *r, zc_err *err)
{
  schema s = {.r = r, .own = json_object()};
  zc_store fresh = {0};
  const char *name;
  json_t *sql;
  zc_err what;
  zc_code code = s.own == NULL ? zc_fail_memory(err)
                               : zc_schema_fresh(r->store, &fresh, err);
  if (code == ZC_OK)
    code = zc_sql_each(&fresh, OBJECTS, NULL, note_own, s.own, err);
  sqlite3_close(fresh.db);
  if (code == ZC_OK)
    code = zc_sql_each(r->store, OBJECTS, NULL, compare_own, &s, err);
  json_object_foreach(s.own, name, sql)
  {
    zc_fail(&what, ZC_EDATA, "it is gone: somebody has removed it", NULL);
    if (code == ZC_OK)
      code = zc_replay_fault(r, "database", name, &what, err);
  }
  json_decref(s.own);
  return code;
}

/* ---- the chain ---------------------------------------------------------------------- */

static zc_code tell_seq(zc_replaying *r, int64_t seq, zc_err *what, zc_err *err)
{
  return zc_replay_fault(r, "seq", ZC_DIGITS(seq), what, err);
}

static zc_code check_place(zc_replaying *r, const json_t *row, zc_err *err)
{
  zc_err what;
  int64_t seq = number_at(row, 0), wanted = r->end.seq + 1;
  if (seq != wanted) {
    zc_fail(&what, ZC_EDATA, "events are missing here, up to seq {last}", "last",
            ZC_DIGITS(seq - 1), NULL);
    return tell_seq(r, wanted, &what, err);
  }
  if (strcmp(text_at(row, 7), r->end.hash) == 0)
    return ZC_OK;
  zc_fail(&what, ZC_EDATA,
          "it does not follow the event before: that one, or this one, was changed",
          NULL);
  return tell_seq(r, seq, &what, err);
}

/* What the row says, as it is hashed; the body as a value. NULL when it is none. */
static zc_code fields_of(const json_t *row, json_t **fields, zc_err *err)
{
  static const char *const names[] = {"seq",     "time",   "business_date", "actor",
                                      "problem", "action", "body",          "prev"};
  const json_t *text = json_array_get(row, 6);
  json_t *body;
  zc_err ignored;
  zc_buffer again = {0};
  *fields = NULL;
  zc_code code = zc_json_parse(zc_text_or(json_string_value(text), ""),
                               json_string_length(text), &body, &ignored);
  if (code != ZC_OK)
    return code == ZC_EDATA ? ZC_OK : zc_fail_memory(err);
  code = zc_json_canonical(body, &again, err);
  bool same = code == ZC_OK && again.size == json_string_length(text) &&
              memcmp(again.data, json_string_value(text), again.size) == 0;
  zc_buffer_free(&again);
  if (code == ZC_OK && same) {
    int bad = (*fields = json_object()) == NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
      bad |= json_object_set(*fields, names[i], i == 6 ? body : json_array_get(row, i));
    if (bad != 0) {
      json_decref(*fields);
      *fields = NULL;
      code = zc_fail_memory(err);
    }
  }
  json_decref(body);
  return code;
}

static zc_code visit_event(void *context, const json_t *row, zc_err *err)
{
  zc_replaying *r = context;
  char hash[ZC_HASH_ROOM] = "";
  json_t *fields;
  zc_err what;
  int64_t seq = number_at(row, 0);
  zc_code code = check_place(r, row, err);
  if (code == ZC_OK)
    code = fields_of(row, &fields, err);
  if (code != ZC_OK)
    return code;
  if (fields != NULL)
    code = zc_ledger_hash(fields, hash, err);
  const json_t *body = json_object_get(fields, "body");
  if (code == ZC_OK && strcmp(hash, text_at(row, 8)) != 0) {
    zc_fail(&what, ZC_EDATA,
            "its hash is not that of what it says: the event was changed", NULL);
    code = tell_seq(r, seq, &what, err);
  }
  if (code == ZC_OK && fields != NULL)
    code = zc_replay_event(r, seq, number_at(row, 4), text_at(row, 5), body, err);
  r->events++;
  r->end.seq = seq;
  snprintf(r->end.hash, sizeof r->end.hash, "%s", text_at(row, 8));
  snprintf(r->end.time, sizeof r->end.time, "%s", text_at(row, 1));
  r->end.by_hand += zc_get_flag(json_object_get(body, "noted"), "dated_by_hand");
  json_decref(fields);
  return code;
}

static zc_code verify_chain(zc_replaying *r, zc_err *err)
{
  return zc_sql_each(r->store,
                     "SELECT seq, time, business_date, actor, problem, action, body,"
                     " prev, hash FROM main.event ORDER BY seq",
                     NULL, visit_event, r, err);
}

/* What else knows how far the ledger went: its head, and the problems. */
static zc_code verify_head(zc_replaying *r, zc_err *err)
{
  json_t *rows = NULL;
  zc_err what;
  zc_code code =
      zc_sql(r->store,
             "SELECT (SELECT seq FROM main.head), (SELECT hash FROM"
             " main.head), (SELECT time FROM main.head), (SELECT by_hand FROM"
             " main.head), (SELECT max(last) FROM main.problem)",
             NULL, &rows, err);
  if (code != ZC_OK)
    return code;
  const json_t *row = json_array_get(rows, 0);
  int64_t seq = number_at(row, 0), last = number_at(row, 4);
  int64_t known = seq > last ? seq : last;
  what.code = ZC_OK;
  if (known > r->end.seq) {
    zc_fail(
        &what, ZC_EDATA,
        "the end of the ledger was cut off: its head, or a problem, knows of events up "
        "to seq {last}",
        "last", ZC_DIGITS(known), NULL);
    code = tell_seq(r, r->end.seq + 1, &what, err);
  } else if (seq < r->end.seq) {
    zc_fail(&what, ZC_EDATA, "the head of the ledger does not know it: it says {seq}",
            "seq", ZC_DIGITS(seq), NULL);
    code = tell_seq(r, seq + 1, &what, err);
  } else if (r->end.seq > 0 && (strcmp(text_at(row, 1), r->end.hash) != 0 ||
                                strcmp(text_at(row, 2), r->end.time) != 0 ||
                                number_at(row, 3) != r->end.by_hand)) {
    zc_fail(&what, ZC_EDATA, "the head of the ledger tells something else of it", NULL);
    code = tell_seq(r, seq, &what, err);
  }
  json_decref(rows);
  return code;
}

/* ---- runs --------------------------------------------------------------------------- */

typedef struct {
  zc_replaying *r;
  int64_t count;
} running;

static zc_code hash_cell(const json_t *row, size_t index, char digits[ZC_HASH_ROOM],
                         zc_err *err)
{
  const json_t *text = json_array_get(row, index);
  return zc_hash_of(zc_text_or(json_string_value(text), ""), json_string_length(text),
                    digits, err);
}

static zc_code visit_run(void *context, const json_t *row, zc_err *err)
{
  running *v = context;
  char record[ZC_HASH_ROOM], inputs[ZC_HASH_ROOM];
  zc_err what;
  const char *id = text_at(row, 0);
  v->count++;
  zc_code code = hash_cell(row, 2, record, err);
  if (code == ZC_OK)
    code = hash_cell(row, 1, inputs, err);
  /* Its id is the beginning of the hash of its inputs. */
  if (code == ZC_OK && (*id == '\0' || strncmp(inputs, id, strlen(id)) != 0)) {
    zc_fail(&what, ZC_EDATA, "its inputs are not those of the run: they were changed",
            NULL);
    code = zc_replay_fault(v->r, "run", id, &what, err);
  }
  if (code == ZC_OK && strcmp(record, text_at(row, 3)) != 0) {
    zc_fail(&what, ZC_EDATA, "its record is not the one that was kept: it was changed",
            NULL);
    code = zc_replay_fault(v->r, "run", id, &what, err);
  }
  return code;
}

static zc_code tell_upgrade(void *context, const char *no, const zc_err *what,
                            zc_err *err)
{
  return zc_replay_fault(context, "upgrade", no, what, err);
}

/* ---- all of it ------------------------------------------------------------------------- */

/* Damage that keeps a part from being read is a fault like others, and the next part is read. */
static zc_code go_on(zc_replaying *r, zc_code code, zc_err *failed, zc_err *err)
{
  if (code != ZC_EDATA && code != ZC_EINTERNAL)
    return code;
  if (strcmp(failed->text, ZC_MEMORY_TEXT) == 0)
    return code;
  zc_err what = *failed;
  return zc_replay_fault(r, "database", ZC_STORE_FILE, &what, err);
}

static zc_code verify_all(zc_replaying *r, zc_verified *verified, zc_err *err)
{
  running runs = {.r = r};
  zc_code code = zc_sql_each(r->store, "PRAGMA main.quick_check(20)", NULL, visit_check,
                             r, err);
  code = go_on(r, code, err, err);
  if (code == ZC_OK)
    code = go_on(r, verify_schema(r, err), err, err);
  if (code == ZC_OK)
    code = go_on(r, verify_chain(r, err), err, err);
  if (code == ZC_OK)
    code = go_on(r, verify_head(r, err), err, err);
  if (code == ZC_OK)
    code = zc_replay_problems(r, err);
  if (code == ZC_OK)
    code = go_on(r, zc_replay_compare(r, err), err, err);
  if (code == ZC_OK)
    code = go_on(r,
                 zc_sql_each(r->store,
                             "SELECT id, inputs, record, sha256 FROM main.run ORDER BY"
                             " seq",
                             NULL, visit_run, &runs, err),
                 err, err);
  if (code == ZC_OK)
    code = go_on(r, zc_upgrade_verify(r->store, tell_upgrade, r, err), err, err);
  json_t *rows = NULL;
  if (code == ZC_OK)
    code = zc_sql(r->store, "SELECT count(*) FROM temp.problem", NULL, &rows, err);
  *verified = (zc_verified){.events = r->events,
                            .runs = runs.count,
                            .head = r->end,
                            .problems = number_at(json_array_get(rows, 0), 0)};
  json_decref(rows);
  return code;
}

zc_code zc_verify(zc_store *store, const zc_verifier *verifier, zc_verified *verified,
                  zc_err *err)
{
  zc_replaying r = {.store = store, .verifier = verifier, .stopped = json_object()};
  *verified = (zc_verified){0};
  zc_code code = r.stopped == NULL ? zc_fail_memory(err) : zc_replay_begin(store, err);
  if (code == ZC_OK)
    code = zc_replay_aside(store, err);
  if (code == ZC_OK)
    code = zc_sql(store, "BEGIN", NULL, NULL, err);
  if (code == ZC_OK)
    code = zc_sql_end(store, verify_all(&r, verified, err), err);
  zc_replay_end(store);
  json_decref(r.stopped);
  return code;
}

/* ---- mending -------------------------------------------------------------------------- */

static zc_code keep_head(zc_replaying *r, zc_err *err)
{
  json_t *binds = zc_sql_binds("si", r->end.time, r->end.by_hand);
  zc_code code = binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql(r->store, "UPDATE head SET time = ?1, by_hand = ?2",
                              binds, NULL, err);
  json_decref(binds);
  return code;
}

/* Whether the chain ends where the head and the problems say ({seq, hash}): otherwise what is
 * made again would hide that something is missing. */
static zc_code check_end(zc_replaying *r, const json_t *known, zc_err *err)
{
  zc_err what;
  if (number_at(known, 0) == r->end.seq && strcmp(text_at(known, 1), r->end.hash) == 0)
    return ZC_OK;
  zc_fail(&what, ZC_EDATA, "the ledger does not end where its head says", NULL);
  return tell_seq(r, r->end.seq, &what, err);
}

static zc_code refuse(const zc_store *store, zc_err *err)
{
  return zc_fail(
      err, ZC_EDATA,
      "the events in {path} are not whole: nothing can be made from them and "
      "nothing was changed; put a backup in its place",
      "path", store->path, NULL);
}

/* All problems are made anew, so what they knew of the ledger's end is asked first. */
static zc_code mend_all(zc_replaying *r, zc_err *err)
{
  json_t *rows = NULL;
  zc_code code = zc_sql(r->store,
                        "SELECT max(coalesce((SELECT max(last) FROM main.problem), 0),"
                        " coalesce((SELECT seq FROM main.head), 0)),"
                        " (SELECT hash FROM main.head)",
                        NULL, &rows, err);
  if (code == ZC_OK)
    code = verify_schema(r, err);
  if (code == ZC_OK)
    code = zc_aside_clear(r->store, ZC_FROM_PROBLEMS, err);
  if (code == ZC_OK)
    code = zc_aside_clear(r->store, ZC_FROM_EVENTS, err);
  if (code == ZC_OK)
    code = verify_chain(r, err);
  if (code == ZC_OK)
    code = check_end(r, json_array_get(rows, 0), err);
  if (code == ZC_OK && r->faults == 0)
    code = zc_replay_problems(r, err);
  if (code == ZC_OK && r->faults > 0)
    code = refuse(r->store, err);
  json_decref(rows);
  return code == ZC_OK ? keep_head(r, err) : code;
}

static zc_code mend(zc_replaying *r, char **copy, zc_err *err)
{
  zc_code code = zc_store_copy_beside(r->store, "before-mend", copy, err);
  if (code == ZC_OK)
    code = mend_all(r, err);
  return code == ZC_OK && r->verifier->mend != NULL
             ? r->verifier->mend(r->verifier->context, err)
             : code;
}

zc_code zc_mend(zc_store *store, const zc_verifier *verifier, char **copy, zc_err *err)
{
  zc_replaying r = {.store = store, .verifier = verifier, .stopped = json_object()};
  *copy = NULL;
  zc_code code = r.stopped == NULL ? zc_fail_memory(err) : zc_replay_begin(store, err);
  if (code == ZC_OK)
    code = zc_sql_begin(store, err);
  if (code == ZC_OK)
    code = zc_sql_end(store, mend(&r, copy, err), err);
  zc_replay_end(store);
  json_decref(r.stopped);
  if (code != ZC_OK && *copy != NULL) {
    unlink(*copy); /* of no use: the database is what it was */
    free(*copy);
    *copy = NULL;
  }
  return code;
}

/* ---- for the files --------------------------------------------------------------------- */

zc_code zc_ledger_hash_at(zc_store *store, int64_t seq, char digits[ZC_HASH_ROOM],
                          zc_err *err)
{
  json_t *rows = NULL, *binds = zc_sql_binds("i", seq);
  zc_code code = binds == NULL ? zc_fail_memory(err)
                               : zc_sql(store, "SELECT hash FROM event WHERE seq = ?1",
                                        binds, &rows, err);
  snprintf(digits, ZC_HASH_ROOM, "%s", text_at(json_array_get(rows, 0), 0));
  json_decref(binds);
  json_decref(rows);
  return code;
}

typedef struct {
  zc_ledger_visit *visit;
  void *context;
} documents;

static zc_code hand_on(const documents *d, json_t *document, zc_err *err)
{
  zc_code code = document == NULL ? zc_fail_memory(err)
                                  : d->visit(d->context, document, err);
  json_decref(document);
  return code;
}

static zc_code visit_document(void *context, const json_t *row, zc_err *err)
{
  return hand_on(context,
                 json_pack("{s:O, s:O, s:O, s:O}", "sha256", json_array_get(row, 0),
                           "name", json_array_get(row, 1), "size",
                           json_array_get(row, 2), "owner", json_array_get(row, 3)),
                 err);
}

/* A document whose paper original is kept elsewhere may have no file. */
static zc_code visit_attached(void *context, const json_t *row, zc_err *err)
{
  json_t *body;
  zc_err ignored;
  const json_t *text = json_array_get(row, 1);
  if (zc_json_parse(zc_text_or(json_string_value(text), ""), json_string_length(text),
                    &body, &ignored) != ZC_OK)
    return ZC_OK; /* told with the chain */
  zc_code code = ZC_OK;
  if (zc_get_text(body, "sha256") != NULL)
    code = hand_on(context,
                   json_pack("{s:s, s:s, s:I, s:O}", "sha256",
                             zc_get_text(body, "sha256"), "name",
                             zc_text_or(zc_get_text(body, "name"), "?"), "size",
                             zc_get_integer(body, "size", 0), "owner",
                             json_array_get(row, 0)),
                   err);
  json_decref(body);
  return code;
}

zc_code zc_verify_documents(zc_store *store, zc_ledger_visit *visit, void *context,
                            zc_err *err)
{
  documents d = {visit, context};
  zc_code code = zc_sql_each(store,
                             "SELECT sha256, name, size, plan || ' ' || item FROM"
                             " evidence WHERE sha256 <> '' ORDER BY seq",
                             NULL, visit_document, &d, err);
  if (code == ZC_OK)
    code = zc_sql_each(store,
                       "SELECT problem, body FROM event WHERE action = 'attach'"
                       " ORDER BY seq",
                       NULL, visit_attached, &d, err);
  return code;
}
