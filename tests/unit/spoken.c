/* What the rules of a plan speak of: of a shipped file only what can matter to them. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/spoken.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const char shipped[] =
    "-- orders, and other remarks before anything\n"
    "local limits = { on = \"drugs\" }\n"
    "rule \"rx.one\" {\n"
    "  on = \"rx_lines\", join = { { as = \"s\", table = \"staff\" } },\n"
    "}\n"
    "rule \"rx.two\" { on = \"fee_lines\", where = 'm[\"rx.sum\"] > 1' }\n"
    "rule('rx.three') { on = \"rx_day\" }\n"
    "-- a remark on licence\n"
    "view \"rx_day\" { on = \"rx_hour\" }\n"
    "view \"rx_hour\" { on = \"visits\" }\n"
    "view (\"rx_alone\") { on = \"devices\" }\n"
    "measure \"rx.sum\" { on = \"admissions\" }\n"
    "measure \"rx.other\" { on = \"bed_daily\" }\n"
    "for _, name in ipairs { \"rx.four\" } do\n"
    "  rule(name) { on = \"stock_moves\" }\n"
    "end\n";

static const char *const tables[] = {"rx_lines", "staff",      "fee_lines",  "visits",
                                     "devices",  "admissions", "bed_daily",  "drugs",
                                     "orders",   "licence",    "stock_moves"};

/* The tables that are spoken of, joined by spaces. Owned. */
static char *spoken_of(const zc_texts *files, const char *runs, const char *measures)
{
  json_t *run_list = json_loads(runs, 0, NULL);
  json_t *measure_list = measures == NULL ? NULL : json_loads(measures, 0, NULL);
  zc_texts spoken = {0};
  zc_buffer out = {0};
  zc_err err;
  cr_assert(eq(int, zc_spoken(files, run_list, measure_list, &spoken, &err), ZC_OK));
  cr_assert(eq(sz, spoken.count, files->count));
  for (size_t i = 0; i < COUNT(tables); i++)
    if (zc_is_spoken(&spoken, tables[i]))
      zc_buffer_print(&out, "%s%s", out.size == 0 ? "" : " ", tables[i]);
  zc_texts_free(&spoken);
  json_decref(run_list);
  json_decref(measure_list);
  return zc_buffer_take(&out);
}

Test(spoken, of_a_shipped_file_what_the_named_rules_lead_to)
{
  static const struct {
    const char *runs, *measures, *tables;
  } rows[] = {
      {"[]", NULL, "drugs stock_moves"},
      {"[{\"rule\": \"rx.one\"}]", NULL, "rx_lines staff drugs stock_moves"},
      {"[{\"rule\": \"rx.two\"}]", "[]", "fee_lines admissions drugs stock_moves"},
      {"[{\"rule\": \"rx.three\"}]", NULL, "visits drugs licence stock_moves"},
      {"[{\"rule\": \"rx.four\"}]", NULL, "drugs stock_moves"},
      {"[{\"rule\": \"rx.o\"}, {\"rule\": \"x.one\"}]", NULL, "drugs stock_moves"},
      {"[]", "[\"rx.other\"]", "bed_daily drugs stock_moves"},
      {"[{\"rule\": \"rx.one\"}, {\"rule\": \"rx.two\"}]", "[\"rx.other\"]",
       "rx_lines staff fee_lines admissions bed_daily drugs stock_moves"},
  };
  zc_texts files = {0};
  zc_err err;
  cr_assert(
      eq(int,
         zc_texts_add(&files, "scripts/rules/rx.lua", shipped, strlen(shipped), &err),
         ZC_OK));
  for (size_t i = 0; i < COUNT(rows); i++) {
    char *found = spoken_of(&files, rows[i].runs, rows[i].measures);
    cr_expect(eq(str, found, (char *)rows[i].tables), "row %zu", i);
    free(found);
  }
  zc_texts_free(&files);
}

Test(spoken, of_a_package_s_file_everything)
{
  zc_texts files = {0};
  zc_err err;
  cr_assert(eq(int,
               zc_texts_add(&files, "rules/rx.lua", shipped, strlen(shipped), &err),
               ZC_OK));
  char *found = spoken_of(&files, "[]", NULL);
  cr_expect(
      eq(str, found,
         (char *)"rx_lines staff fee_lines visits devices admissions bed_daily drugs "
                 "orders licence stock_moves"));
  free(found);
  zc_texts_free(&files);
}

Test(spoken, a_name_is_a_word_of_its_own)
{
  static const struct {
    const char *text, *name;
    bool is;
  } rows[] = {
      {"staff", "staff", true},
      {"on = \"staff\"", "staff", true},
      {"on = 'staff'", "staff", true},
      {"[[staff]]", "staff", true},
      {"s.staff_id", "staff", false},
      {"own.too_many_drugs", "drugs", false},
      {"minutes_no, minutes", "minutes", true},
      {"minutes2", "minutes", false},
      {"licence_valid_to", "licence", false},
      {"facility.licence", "licence", true},
      {"drugsdrugs", "drugs", false},
      {"药drugs药", "drugs", true},
      {"p.visits", "p.visits", true},
      {"sp.visits", "p.visits", false},
      {"", "staff", false},
      {"staf", "staff", false},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    zc_texts texts = {0};
    zc_err err;
    cr_assert(eq(int,
                 zc_texts_add(&texts, "rules/own.lua", rows[i].text,
                              strlen(rows[i].text), &err),
                 ZC_OK));
    cr_expect(eq(int, zc_is_spoken(&texts, rows[i].name), rows[i].is), "row %zu", i);
    zc_texts_free(&texts);
  }
}

Test(spoken, an_empty_file_speaks_of_nothing)
{
  zc_texts files = {0};
  zc_err err;
  cr_assert(eq(int, zc_texts_add(&files, "scripts/rules/rx.lua", "", 0, &err), ZC_OK));
  char *found = spoken_of(&files, "[{\"rule\": \"rx.one\"}]", NULL);
  cr_expect(eq(int, found == NULL || *found == '\0', 1));
  free(found);
  zc_texts_free(&files);
}
