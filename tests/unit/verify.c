/* Verifying a ledger without the engine: what the store asks of it, and what it does with the
 * answers. A problem here is its number and how many events it has had. */
#include "store/verify.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "folder.h"
#include "store/sql.h"

#define TIME "2023-06-30T08:00:00"

typedef struct {
  int faults, calls;
  size_t longest; /* list of one call */
  char last[200]; /* fault, as «kind name text» */
} hearing;

static zc_code hear(void *context, const char *kind, const char *name,
                    const zc_err *what, zc_err *err)
{
  hearing *h = context;
  (void)err;
  h->faults++;
  snprintf(h->last, sizeof h->last, "%s %s %.150s", kind, name, what->text);
  return ZC_OK;
}

/* {no, state, count}: the event «stop» is not possible. */
static json_t *count_events(const json_t *entry)
{
  size_t index;
  const json_t *event;
  json_int_t count = zc_get_integer(json_object_get(entry, "problem"), "count", 0);
  json_array_foreach(json_object_get(entry, "events"), index, event)
  {
    if (strcmp(zc_get_text(event, "action"), "stop") == 0)
      return json_pack("{s:I}", "stopped", (json_int_t)index + 1);
    cr_expect(
        eq(ptr, json_object_get(json_object_get(event, "body"), "problems"), NULL));
    count++;
  }
  return json_pack("{s:{s:O, s:s, s:I}, s:[]}", "problem", "no",
                   json_object_get(entry, "no"), "state", "found", "count", count,
                   "row");
}

static zc_code replay(void *context, json_t *problems, json_t **results, zc_err *err)
{
  hearing *h = context;
  size_t index;
  const json_t *entry;
  (void)err;
  h->calls++;
  *results = json_array();
  json_array_foreach(problems, index, entry)
  {
    size_t size = json_array_size(json_object_get(entry, "events"));
    h->longest = size > h->longest ? size : h->longest;
    json_array_append_new(*results, count_events(entry));
  }
  return ZC_OK;
}

typedef struct {
  folder folder;
  zc_store *store;
  hearing hearing;
  zc_verified verified;
} fixture;

static void begin(fixture *f)
{
  zc_err err;
  *f = (fixture){0};
  f->folder = folder_new();
  cr_assert(eq(int, zc_store_open(f->folder.path, true, &f->store, &err), ZC_OK), "%s",
            err.text);
}

static void end(fixture *f)
{
  zc_store_close(f->store);
  folder_free(&f->folder);
}

static json_t *event_of(const char *action, json_t *body)
{
  return json_pack("{s:s, s:s, s:s, s:o}", "action", action, "by", "张某", "date",
                   "2023-06-30", "body", body);
}

static json_t *after(int no, int count)
{
  return json_pack("{s:{s:i, s:s, s:i}, s:[]}", "problem", "no", no, "state", "found",
                   "count", count, "row");
}

/* Appends steps; takes them. */
static void append_all(fixture *f, json_t *steps)
{
  zc_err err;
  zc_head head;
  cr_assert(eq(int, zc_ledger_head(f->store, &head, &err), ZC_OK));
  cr_assert(eq(int, zc_ledger_append(f->store, &head, steps, TIME, &err), ZC_OK), "%s",
            err.text);
  json_decref(steps);
}

static void append(fixture *f, json_t *step)
{
  append_all(f, json_pack("[o]", step));
}

/* An event of a problem that has had `count` with it. */
static json_t *step_of(int no, const char *action, int count)
{
  json_t *step = after(no, count);
  json_object_set_new(step, "event", event_of(action, json_object()));
  return step;
}

static void add(fixture *f, int no, const char *action, int count)
{
  append(f, step_of(no, action, count));
}

static void verify(fixture *f)
{
  zc_err err;
  zc_verifier verifier = {.fault = hear, .replay = replay, .context = &f->hearing};
  f->hearing = (hearing){0};
  cr_assert(eq(int, zc_verify(f->store, &verifier, &f->verified, &err), ZC_OK), "%s",
            err.text);
}

Test(verify, an_event_of_the_whole_ledger_is_told_to_its_problems_in_order)
{
  fixture f;
  begin(&f);
  for (int no = 1; no <= 3; no++)
    add(&f, no, "found", 1);
  json_t *step = json_pack("{s:[o, o]}", "problems", after(1, 2), after(3, 2));
  json_object_set_new(step, "event",
                      event_of("submit", json_pack("{s:[i, i]}", "problems", 1, 3)));
  append(&f, step);
  add(&f, 3, "verify", 3);
  verify(&f);
  cr_expect(eq(int, f.hearing.faults, 0), "%s", f.hearing.last);
  cr_expect(eq(i64, f.verified.events, 5));
  cr_expect(eq(i64, f.verified.problems, 3));
  cr_expect(eq(i64, f.verified.head.seq, 5));
  end(&f);
}

Test(verify, a_problem_with_many_events_is_told_in_pieces)
{
  fixture f;
  begin(&f);
  json_t *steps = json_array();
  for (int i = 1; i <= 4500; i++)
    json_array_append_new(steps, step_of(1, i == 1 ? "found" : "seen", i));
  append_all(&f, steps);
  verify(&f);
  cr_expect(eq(int, f.hearing.faults, 0), "%s", f.hearing.last);
  cr_expect(eq(int, f.hearing.calls, 3));
  cr_expect(eq(sz, f.hearing.longest, 2000));
  end(&f);
}

Test(verify, a_problem_that_is_stopped_is_one_fault_and_is_not_compared)
{
  fixture f;
  begin(&f);
  add(&f, 1, "found", 1);
  add(&f, 1, "stop", 2);
  add(&f, 2, "found", 1);
  verify(&f);
  cr_expect(eq(int, f.hearing.faults, 1));
  cr_expect(eq(
      str, f.hearing.last,
      (char
           *)"seq 2 this event ({action}) is not possible: problem {no} was in another "
             "state"));
  end(&f);
}

Test(verify, nothing_of_it_is_left_in_the_database)
{
  zc_err err;
  fixture f;
  json_t *rows;
  begin(&f);
  add(&f, 1, "found", 1);
  verify(&f);
  verify(&f);
  cr_expect(eq(int, f.hearing.faults, 0));
  cr_assert(
      eq(int,
         zc_sql(f.store, "SELECT count(*) FROM temp.sqlite_schema", NULL, &rows, &err),
         ZC_OK));
  cr_expect(eq(i64, json_integer_value(json_array_get(json_array_get(rows, 0), 0)), 0));
  json_decref(rows);
  add(&f, 1, "verify", 2); /* and goes on */
  verify(&f);
  cr_expect(eq(int, f.hearing.faults, 0), "%s", f.hearing.last);
  end(&f);
}

Test(verify, what_was_edited_is_told_and_mended)
{
  fixture f;
  zc_err err;
  begin(&f);
  add(&f, 1, "found", 1);
  sqlite3_exec(f.store->db, "UPDATE problem SET state = 'closed'", NULL, NULL, NULL);
  verify(&f);
  cr_expect(eq(int, f.hearing.faults, 1));
  char *copy;
  zc_verifier verifier = {.fault = hear, .replay = replay, .context = &f.hearing};
  cr_assert(eq(int, zc_mend(f.store, &verifier, &copy, &err), ZC_OK), "%s", err.text);
  free(copy);
  cr_expect(eq(int, sqlite3_get_autocommit(f.store->db), 1));
  verify(&f);
  cr_expect(eq(int, f.hearing.faults, 0), "%s", f.hearing.last);
  end(&f);
}
