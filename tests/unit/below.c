/* What offices below report beside their facilities: kept, read and added up, whole or not at all, also when
 * memory runs out. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

#include "folder.h"
#include "store/sql.h"
#include "supervisor/registered.h"

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

typedef struct {
  folder folder;
  zc_store *store;
  json_t *round;
} office;

static void run(const office *o, const char *sql)
{
  zc_err err;
  cr_assert(eq(int, zc_sql(o->store, sql, NULL, NULL, &err), ZC_OK), "%s", err.text);
}

/* The report number `no` of an office, for the round r. */
static void report(const office *o, int no, const char *code, zc_fact_figure *told,
                   size_t count)
{
  zc_err err;
  char sql[300], digest[65];
  zc_facts facts = {.told = told, .told_count = count};
  for (size_t i = 0; i < ZC_TEXT_COUNT; i++)
    facts.texts[i] = "";
  for (size_t i = 0; i < ZC_NUMBER_COUNT; i++)
    facts.numbers[i] = ZC_UNKNOWN;
  snprintf(digest, sizeof digest, "%064d", no);
  facts.texts[ZC_TEXT_file] = digest;
  facts.texts[ZC_TEXT_facility] = code;
  facts.texts[ZC_TEXT_day] = "2023-04-05";
  facts.texts[ZC_TEXT_round_from] = "2023-01-01";
  facts.texts[ZC_TEXT_round_day] = "2023-03-31";
  cr_assert(eq(int, zc_sql_begin(o->store, &err), ZC_OK));
  cr_assert(eq(int,
               zc_sql_end(o->store, zc_collected_keep(o->store, &facts, &err), &err),
               ZC_OK),
            "%s", err.text);
  snprintf(sql, sizeof sql,
           "INSERT INTO standing VALUES (%d, 'p', 'r', '%s', 'accepted', 1, '')", no,
           code);
  run(o, sql);
}

#define OFFICE(code, at)                                                               \
  "INSERT INTO roster VALUES ('p', '" code "', 'name of " code                         \
  "', '卫生健康行政部门', '', '', '', '', '', '', '', 1, " #at ", '', '')"

/* A and B have both to do with F1; C is silent, D tells nothing. */
static office office_new(void)
{
  static zc_fact_figure a[] = {{"known", "", "visits", 1},
                               {"known", "", "cases", 1},
                               {"known", "", "manual", 1},
                               {"case", "F1", "cases", 2},
                               {"case", "F1", "fined", 1},
                               {"case", "F1", "fine_amount", 120050},
                               {"case", "", "fined", 3},
                               {"case", "F1", "figure_of_tomorrow", 3},
                               {"manual", "甲", "trained", 1500000},
                               {"manual", "乙", "trained", 2000000},
                               {"manual", "", "rate", 5000000}};
  static zc_fact_figure b[] = {{"known", "", "visits", 0},
                               {"known", "", "cases", 1},
                               {"known", "", "manual", 1},
                               {"case", "F1", "cases", 1},
                               {"case", "F1", "fined", 1},
                               {"case", "F1", "fine_amount", 1},
                               {"manual", "", "trained", 4000000},
                               {"without", "cases", "E", 0}};
  zc_err err;
  office o = {.folder = folder_new()};
  cr_assert(eq(int, zc_store_open(o.folder.path, true, &o.store, &err), ZC_OK));
  run(&o, OFFICE("A", 1));
  run(&o, OFFICE("B", 2));
  run(&o, OFFICE("C", 3));
  run(&o, OFFICE("D", 4));
  report(&o, 1, "A", a, sizeof a / sizeof *a);
  report(&o, 2, "B", b, sizeof b / sizeof *b);
  report(&o, 3, "D", NULL, 0);
  o.round = json_pack("{s:s, s:s, s:s, s:s}", "id", "r", "from", "2023-01-01", "to",
                      "2023-03-31", "due", "2023-04-10");
  return o;
}

static void office_free(office *o)
{
  json_decref(o->round);
  zc_store_close(o->store);
  folder_free(&o->folder);
}

/* Everything that is made of the reports, as one value. Owned; NULL when it cannot be. */
static json_t *read_all(const office *o, bool whole, zc_err *err)
{
  zc_below below;
  zc_register_known known = {false, false};
  json_t *figures = NULL, *all = json_object(), *lacking = json_array();
  json_t *rates = json_pack("[s]", "rate"),
         *own = json_pack("[{s:s, s:s, s:s}]", "row", "trained", "class", "甲", "value",
                          "0.50");
  zc_code code = zc_below_read(o->store, &(zc_below_span){"p", o->round, whole}, &below,
                               err);
  if (code == ZC_OK)
    code = zc_register_read(o->store, &(zc_register_days){"p", "", ""}, &below, &known,
                            &figures, err);
  int bad = rates == NULL || own == NULL || all == NULL || lacking == NULL;
  if (code == ZC_OK && bad == 0) {
    bad |= json_object_set(all, "figures", figures);
    bad |= json_object_set_new(all, "entered", zc_below_entered(&below, own, rates));
    bad |= json_object_set_new(all, "told", zc_below_told(&below));
    bad |= zc_below_lacking(&below, "cases", NULL, lacking);
    bad |= json_object_set(all, "lacking", lacking);
  }
  json_decref(figures);
  json_decref(lacking);
  json_decref(rates);
  json_decref(own);
  zc_below_free(&below);
  if (code == ZC_OK && bad == 0)
    return all;
  json_decref(all);
  return NULL;
}

static void is_text(const json_t *value, const char *text)
{
  zc_err err;
  zc_buffer out = {0};
  cr_assert(eq(int, zc_json_canonical(value, &out, &err), ZC_OK));
  cr_expect(eq(str, out.data, (char *)text));
  zc_buffer_free(&out);
}

Test(below, parts_are_added_and_a_facility_is_counted_once)
{
  zc_err err;
  office o = office_new();
  json_t *all = read_all(&o, true, &err);
  is_text(json_object_get(all, "figures"),
          "{\"\":{\"fined\":3},\"F1\":{\"cases\":3,\"fine_amount\":\"1200.51\","
          "\"fined\":1}}");
  json_decref(all);
  office_free(&o);
}

Test(below,
     figures_by_hand_are_a_total_where_somebody_entered_one_and_rates_are_not_added)
{
  zc_err err;
  office o = office_new();
  json_t *all = read_all(&o, true, &err);
  is_text(json_object_get(all, "entered"), "{\"trained\":{\"\":\"8\"}}");
  json_decref(all);
  office_free(&o);
}

Test(below, whose_figures_are_not_in_the_sums_is_told_with_why)
{
  zc_err err;
  office o = office_new();
  json_t *all = read_all(&o, true, &err);
  is_text(json_object_get(all, "lacking"),
          "[{\"code\":\"\",\"name\":\"E\",\"via\":\"name of B\",\"why\":\"below\"},"
          "{\"code\":\"C\",\"name\":\"name of C\",\"via\":\"\",\"why\":\"silent\"},"
          "{\"code\":\"D\",\"name\":\"name of D\",\"via\":\"\",\"why\":\"untold\"}]");
  json_decref(all);
  all = read_all(&o, false, &err); /* single days */
  is_text(json_object_get(all, "figures"), "{}");
  is_text(json_object_get(json_array_get(json_object_get(all, "lacking"), 0), "why"),
          "\"window\"");
  json_decref(all);
  office_free(&o);
}

Test(below, out_of_memory_reads_the_truth_or_fails, .timeout = 120)
{
  zc_err err;
  office o = office_new();
  json_t *truth = read_all(&o, true, &err);
  cr_assert(truth != NULL);
  json_set_alloc_funcs(scarce, free);
  for (long at = 0;; at++) {
    left = at;
    failed = false;
    json_t *all = read_all(&o, true, &err);
    left = -1;
    cr_expect(all == NULL || json_equal(all, truth), "allocation %ld", at);
    json_decref(all);
    if (!failed)
      break;
  }
  json_decref(truth);
  office_free(&o);
}
