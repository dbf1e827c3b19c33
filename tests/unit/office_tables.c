/* What an office has found and decided, in the database: written from the bodies of events, whole
 * or not at all, also when memory runs out. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

#include "folder.h"
#include "store/cases.h"
#include "store/inspections.h"
#include "store/registers.h"
#include "store/sql.h"

static long left =
    -1; /* allocations of the JSON library until one fails; -1: none does */
static bool failed;

static void *scarce(size_t size)
{
  if (left == 0) {
    failed = true;
    return NULL;
  }
  if (left > 0)
    left--;
  return malloc(size);
}

static json_t *parsed(const char *text)
{
  zc_err err;
  json_t *value;
  cr_assert(eq(int, zc_json_parse(text, strlen(text), &value, &err), ZC_OK), "%s",
            text);
  return value;
}

static const char visits[] =
    "{\"plan\":\"p\",\"source\":\"a.csv\",\"visits\":["
    "{\"facility\":\"F1\",\"subject\":\"\",\"day\":\"2023-05-01\",\"team\":\"甲\","
    "\"kind\":\"on_site\",\"inspectors\":2,\"handling\":\"opinion\",\"scope\":[\"x\"],"
    "\"note\":\"\",\"found\":[{\"entry\":\"x\",\"title\":\"t\",\"found\":\"2023-05-"
    "01\","
    "\"severity\":\"major\",\"count\":3,\"amount\":12050,\"handling\":\"order_"
    "correct\","
    "\"note\":\"\"}]},"
    "{\"facility\":\"F1\",\"day\":\"2023-05-09\"},{\"facility\":\"F2\",\"day\":"
    "\"2023-05-02\"}]}";
static const char cases[] =
    "{\"plan\":\"p\",\"cases\":[{\"no\":\"1号\",\"facility\":\"F1\",\"procedure\":"
    "\"simple\",\"filed\":\"2023-05-01\",\"decided\":\"2023-05-02\",\"fine\":50000}]}";
static const char rows[] =
    "{\"plan\":\"p\",\"register\":\"leads\",\"day\":\"2023-05-01\",\"columns\":[{"
    "\"id\":"
    "\"a\",\"title\":\"A\"}],\"rows\":[{\"line\":\"1\",\"cells\":{\"a\":\"x\"}}]}";

typedef struct {
  folder folder;
  zc_store *store;
  json_t *visits, *cases, *rows;
} office;

static office office_new(void)
{
  zc_err err;
  office o = {.folder = folder_new()};
  cr_assert(eq(int, zc_store_open(o.folder.path, true, &o.store, &err), ZC_OK));
  o.visits = parsed(visits);
  o.cases = parsed(cases);
  o.rows = parsed(rows);
  return o;
}

static void office_free(office *o)
{
  json_decref(o->visits);
  json_decref(o->cases);
  json_decref(o->rows);
  zc_store_close(o->store);
  folder_free(&o->folder);
}

static zc_code put_all(const office *o, zc_err *err)
{
  zc_code code = zc_sql_begin(o->store, err);
  if (code != ZC_OK)
    return code;
  code = zc_visits_put(o->store, o->visits, err);
  if (code == ZC_OK)
    code = zc_cases_put(o->store, o->cases, err);
  if (code == ZC_OK)
    code = zc_register_put(o->store, o->rows, err);
  return zc_sql_end(o->store, code, err);
}

/* Everything that can be read, as one text. Owned; NULL when it cannot be. */
static char *read_all(const office *o, zc_err *err)
{
  const zc_visit_filter of_visits = {.plan = "p"};
  const zc_case_filter of_cases = {.plan = "p"};
  json_t *all = json_array(), *part[7] = {0};
  zc_store *s = o->store;
  zc_code code = all == NULL ? zc_fail_memory(err)
                             : zc_visits(s, &of_visits, &part[0], err);
  if (code == ZC_OK)
    code = zc_inspected(s, &of_visits, &part[1], err);
  if (code == ZC_OK)
    code = zc_inspection_figures(s, &of_visits, &part[2], err);
  if (code == ZC_OK)
    code = zc_cases(s, &of_cases, &part[3], err);
  if (code == ZC_OK)
    code = zc_case_figures(s,
                           &(zc_case_filter){.plan = "p",
                                             .from = "2023-05-01",
                                             .to = "2023-05-31"},
                           ZC_BY_FACILITY, &part[4], err);
  if (code == ZC_OK)
    code = zc_register_rows(s, "p", "leads", &part[5], err);
  if (code == ZC_OK)
    code = zc_register_columns(s, "p", "leads", &part[6], err);
  int bad = 0;
  for (size_t i = 0; i < 7; i++) {
    if (code == ZC_OK)
      bad |= json_array_append(all, part[i]);
    json_decref(part[i]);
  }
  zc_buffer text = {0};
  if (code == ZC_OK)
    code = bad != 0 ? zc_fail_memory(err) : zc_json_canonical(all, &text, err);
  json_decref(all);
  if (code == ZC_OK)
    return zc_buffer_take(&text);
  zc_buffer_free(&text);
  return NULL;
}

static int64_t count(const office *o, const char *sql)
{
  zc_err err;
  json_t *found;
  cr_assert(eq(int, zc_sql(o->store, sql, NULL, &found, &err), ZC_OK));
  int64_t number = json_integer_value(json_array_get(json_array_get(found, 0), 0));
  json_decref(found);
  return number;
}

Test(office_tables, the_same_events_again_change_nothing)
{
  zc_err err;
  office o = office_new();
  cr_assert(eq(int, put_all(&o, &err), ZC_OK), "%s", err.text);
  char *once = read_all(&o, &err);
  cr_assert(eq(int, put_all(&o, &err), ZC_OK));
  char *twice = read_all(&o, &err);
  cr_assert(once != NULL && twice != NULL);
  cr_expect(eq(str, once, twice));
  free(once);
  free(twice);
  office_free(&o);
}

Test(office_tables, figures_tell_visits_from_facilities_and_money_in_yuan)
{
  zc_err err;
  json_t *figures;
  office o = office_new();
  cr_assert(eq(int, put_all(&o, &err), ZC_OK));
  cr_assert(eq(int,
               zc_case_figures(o.store, &(zc_case_filter){.plan = "p"}, ZC_BY_ALL,
                               &figures, &err),
               ZC_OK));
  const json_t *all = json_object_get(figures, "");
  cr_expect(eq(int, (int)zc_get_integer(all, "visits", -1), 3));
  cr_expect(eq(int, (int)zc_get_integer(all, "inspected", -1), 2));
  cr_expect(eq(int, (int)zc_get_integer(all, "orders", -1), 1));
  cr_expect(eq(int, (int)zc_get_integer(all, "opinions", -1), 1));
  cr_expect(strcmp(zc_get_text(all, "fine_amount"), "500.00") == 0);
  cr_expect(strcmp(zc_get_text(all, "inspected_amount"), "120.50") == 0);
  json_decref(figures);
  office_free(&o);
}

/* Each allocation of values fails in turn: then nothing is written, or all of it. */
Test(office_tables, out_of_memory_writes_all_or_nothing, .timeout = 120)
{
  zc_err err;
  json_set_alloc_funcs(scarce, free);
  for (long at = 0;; at++) {
    office o = office_new();
    left = at;
    failed = false;
    zc_code code = put_all(&o, &err);
    left = -1;
    int64_t written = count(&o, "SELECT (SELECT count(*) FROM visit) + (SELECT count(*)"
                                " FROM legal_case) + (SELECT count(*) FROM"
                                " register_row)");
    cr_expect(eq(int, (int)written, code == ZC_OK ? 5 : 0));
    if (code != ZC_OK)
      cr_expect(eq(int, code, ZC_EINTERNAL), "%s", err.text);
    office_free(&o);
    if (!failed)
      break;
  }
}

Test(office_tables, out_of_memory_reads_the_truth_or_fails, .timeout = 120)
{
  zc_err err;
  office o = office_new();
  cr_assert(eq(int, put_all(&o, &err), ZC_OK));
  char *truth = read_all(&o, &err);
  json_set_alloc_funcs(scarce, free);
  for (long at = 0;; at++) {
    left = at;
    failed = false;
    char *text = read_all(&o, &err);
    left = -1;
    if (text != NULL)
      cr_expect(eq(str, text, truth));
    free(
        text); /* the JSON library has no words of its own for it: any failure will do */
    if (!failed)
      break;
  }
  free(truth);
  office_free(&o);
}
