/* The ledger's instances: written as values or as texts, and whose they are. */
#include "store/ledger.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "folder.h"
#include "store/sql.h"

#define TIME "2023-06-30T08:00:00"

TestSuite(ledger, .timeout = 60);

static zc_store *store_in(const folder *f)
{
  zc_store *store;
  zc_err err;
  cr_assert(eq(int, zc_store_open(f->path, true, &store, &err), ZC_OK));
  return store;
}

/* The id of the instance of this number: 32 digits. */
static const char *id_of(int number)
{
  static char id[33];
  snprintf(id, sizeof id, "%016llx%016llx",
           (unsigned long long)number * 0x9e3779b97f4a7c15u,
           (unsigned long long)number * 0xc2b2ae3d27d4eb4fu);
  return id;
}

/* Instances from number `from` on; one comes twice, another has an id with a mark in it. */
static json_t *instances(int from, int count)
{
  json_t *list = json_array();
  for (int i = from; i < from + count; i++)
    json_array_append_new(list, json_pack("{s:s, s:[[s, s]], s:i, s:s}", "id", id_of(i),
                                          "keys", "号\"]}", "甲\\{<", "line", i,
                                          "split", ""));
  if (count > 5) {
    json_array_append(list, json_array_get(list, 3));
    json_array_append_new(list, json_pack("{s:s}", "id", "county/\"x\" item"));
    json_array_append_new(list, json_pack("{s:s}", "id", "county/x item 3"));
  }
  return list;
}

/* Appends an event that finds the problem `no` with these instances, which are released. */
static void find_problem(zc_store *store, int no, json_t *list, bool as_text)
{
  zc_head head;
  zc_err err;
  zc_buffer text = {0};
  json_t *body = json_pack("{s:s, s:s, s:s}", "item", "i", "plan", "p", "split", "");
  json_t *step = json_pack("{s:{s:s, s:s, s:s, s:O}, s:{s:i, s:s, s:s, s:s}, s:[]}",
                           "event", "action", "found", "by", "甲", "date", "2023-06-30",
                           "body", body, "problem", "no", no, "plan", "p", "item", "i",
                           "state", "found", "row");
  cr_assert(eq(int, zc_json_canonical(list, &text, &err), ZC_OK));
  if (as_text)
    json_object_set_new(step, "instances", json_stringn(text.data, text.size));
  else
    json_object_set(body, "instances", list);
  json_t *steps = json_pack("[o]", step);
  cr_assert(eq(int, zc_ledger_head(store, &head, &err), ZC_OK));
  cr_assert(eq(int, zc_ledger_append(store, &head, steps, TIME, &err), ZC_OK), "%s",
            err.text);
  json_decref(steps);
  json_decref(body);
  json_decref(list);
  zc_buffer_free(&text);
}

/* All rows of a table as canonical JSON; owned. */
static char *rows_of(zc_store *store, const char *sql)
{
  json_t *rows;
  zc_err err;
  zc_buffer text = {0};
  cr_assert(eq(int, zc_sql(store, sql, NULL, &rows, &err), ZC_OK));
  cr_assert(eq(int, zc_json_canonical(rows, &text, &err), ZC_OK));
  json_decref(rows);
  return zc_buffer_take(&text);
}

Test(ledger, instances_as_texts_are_kept_and_hashed_as_those_that_are_values)
{
  static const char *const tables[] = {"SELECT * FROM event ORDER BY seq",
                                       "SELECT * FROM instance ORDER BY position",
                                       "SELECT * FROM citation ORDER BY problem",
                                       "SELECT * FROM head"};
  static const int counts[] = {1, 7, 8, 9, 16, 30};
  folder f = folder_new(), g = folder_new();
  zc_store *values = store_in(&f), *texts = store_in(&g);
  for (int i = 0; i < 6; i++) {
    find_problem(values, i + 1, instances(i * 100, counts[i]), false);
    find_problem(texts, i + 1, instances(i * 100, counts[i]), true);
  }
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    char *wanted = rows_of(values, tables[i]), *found = rows_of(texts, tables[i]);
    cr_expect(gt(sz, strlen(wanted), 10));
    cr_expect(eq(str, found, wanted), "%s", tables[i]);
    free(wanted);
    free(found);
  }
  zc_store_close(values);
  zc_store_close(texts);
  folder_free(&f);
  folder_free(&g);
}

static int64_t owner_of(zc_owners *owners, const char *id)
{
  int64_t no = -1;
  zc_err err;
  cr_assert(eq(int, zc_owners_find(owners, id, &no, &err), ZC_OK));
  return no;
}

/* Few looks go to the database, many to what was read of it: the answers are the same. */
Test(ledger, an_owner_is_found_whether_ids_were_read_or_are_looked_for)
{
  folder f = folder_new();
  zc_store *store = store_in(&f);
  zc_err err;
  for (int no = 1; no <= 3; no++)
    find_problem(store, no, instances(no * 1000, 300), true);
  zc_owners *owners = zc_owners_new(store);
  cr_assert(eq(int, zc_ledger_hold(store, &err), ZC_OK));
  for (int no = 1; no <= 3; no++)
    for (int i = 0; i < 300; i++)
      cr_expect(eq(long, (long)owner_of(owners, id_of(no * 1000 + i)), no));
  for (int i = 0; i < 300; i++)
    cr_expect(eq(long, (long)owner_of(owners, id_of(9000 + i)), 0));
  cr_expect(eq(long, (long)owner_of(owners, "county/x item 3"), 1));
  cr_expect(eq(long, (long)owner_of(owners, "county/\"x\" item"), 1));
  cr_expect(eq(long, (long)owner_of(owners, "county/x item 4"), 0));
  cr_expect(eq(long, (long)owner_of(owners, ""), 0));
  zc_ledger_release(store);
  zc_owners_free(owners);
  zc_store_close(store);
  folder_free(&f);
}

Test(ledger, in_a_ledger_without_instances_nothing_has_an_owner)
{
  folder f = folder_new();
  zc_store *store = store_in(&f);
  zc_owners *owners = zc_owners_new(store);
  for (int i = 0; i < 100; i++)
    cr_expect(eq(long, (long)owner_of(owners, id_of(i)), 0));
  zc_owners_free(owners);
  zc_store_close(store);
  folder_free(&f);
}
