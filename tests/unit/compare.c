/* Facilities compared: tallies, what has become of entries, versions bridged, shares and money,
 * each against a second, naive computation; and the figures of a published notice. */
#include "office/compare.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "office/amount.h"
#include "office/held.h"
#include "seeded.h"
#include "store/sql.h"

#define OK(call) cr_assert(eq(int, (call), ZC_OK), "%s: %s", #call, err.text)
#define LETTERS "PXSHNCU."
#define WORST_FIRST "XSHCU.PN"

static zc_err err;

/* ---- an office whose letters are random ---------------------------------------------- */

#define MEMBERS 40
#define MOST 12 /* entries */
#define ID 24

typedef struct {
  char ids[MOST][ID];
  size_t count;
} version;

typedef struct {
  folder f;
  zc_store *store;
  version old, new;
  /* old → new names; "" where the id stays */
  char alias[MOST][ID];
  char letters[2][MEMBERS][MOST + 1]; /* as the reports have them */
  bool by_old[2][MEMBERS], here[2][MEMBERS], expected[MEMBERS];
  int class_of[MEMBERS];
  int relapses[2][MEMBERS][MOST]; /* by the report's own order */
  json_t *lists;
} office;

static void run_sql(office *o, const char *sql, json_t *binds)
{
  OK(zc_sql(o->store, sql, binds, NULL, &err));
  json_decref(binds);
}

/* The new version drops some entries, adds some, renames some, and has another order. */
static void make_versions(office *o, seeded *s)
{
  o->old.count = 3 + seeded_below(s, MOST - 4);
  for (size_t i = 0; i < o->old.count; i++)
    snprintf(o->old.ids[i], ID, "i%zu", i);
  for (size_t i = 0; i < o->old.count && o->new.count < MOST; i++) {
    size_t what = seeded_below(s, 4);
    if (what == 0) /* dropped */
      continue;
    size_t at = o->new.count == 0 ? 0 : seeded_below(s, o->new.count + 1);
    memmove(o->new.ids[at + 1], o->new.ids[at], (o->new.count - at) * ID);
    snprintf(o->new.ids[at], ID, what == 1 ? "r%zu" : "i%zu", i);
    if (what == 1)
      snprintf(o->alias[i], ID, "r%zu", i);
    o->new.count++;
  }
  if (o->new.count < MOST)
    snprintf(o->new.ids[o->new.count++], ID, "fresh");
}

static json_t *body_of(const office *o, const version *v, bool aliases)
{
  json_t *entries = json_array(), *list = json_array();
  for (size_t i = 0; i < v->count; i++)
    json_array_append_new(entries, json_pack("{s:s, s:s, s:s}", "id", v->ids[i], "item",
                                             v->ids[i], "kind", "question"));
  for (size_t i = 0; aliases && i < o->old.count; i++)
    if (*o->alias[i] != '\0')
      json_array_append_new(list, json_pack("{s:s, s:s}", "id", o->old.ids[i],
                                            "alias_of", o->alias[i]));
  return json_pack("{s:o, s:o, s:[], s:[]}", "entries", entries, "aliases", list,
                   "sets", "focus");
}

static zc_fact_problem problem_of(int64_t no, int64_t entry, int relapses,
                                  const char *source)
{
  return (zc_fact_problem){.no = no,
                           .entry = entry,
                           .relapses = relapses,
                           .item = "",
                           .state = "",
                           .source = source,
                           .severity = "",
                           .certainty = "",
                           .found = "",
                           .reported = "",
                           .due = "",
                           .done = "",
                           .closed = ""};
}

/* The facts of a report as collecting would have read them. */
static void keep_facts(office *o, int round, size_t m, const char *code,
                       zc_fact_problem *problems, size_t count, int64_t found)
{
  char file[32];
  zc_facts facts = {.problems = problems, .problem_count = count};
  snprintf(file, sizeof file, "%d-%zu", round, m);
  for (size_t i = 0; i < ZC_TEXT_COUNT; i++)
    facts.texts[i] = "";
  for (size_t i = 0; i < ZC_NUMBER_COUNT; i++)
    facts.numbers[i] = ZC_UNKNOWN;
  facts.texts[ZC_TEXT_file] = file;
  facts.texts[ZC_TEXT_facility] = code;
  facts.texts[ZC_TEXT_statuses] = o->letters[round][m];
  facts.numbers[ZC_NUMBER_checklist] = o->by_old[round][m] || o->old.count == 0 ? 1 : 2;
  facts.numbers[ZC_NUMBER_found] = found;
  OK(zc_collected_keep(o->store, &facts, &err));
}

static void keep_report(office *o, int round, size_t m, const char *code)
{
  const version *v = o->by_old[round][m] ? &o->old : &o->new;
  zc_fact_problem problems[MOST];
  size_t count = 0;
  for (size_t i = 0; i < v->count; i++)
    if (o->relapses[round][m][i] > 0)
      problems[count++] = problem_of((int64_t)i + 1, (int64_t)i,
                                     o->relapses[round][m][i], "");
  keep_facts(o, round, m, code, problems, count, ZC_UNKNOWN);
}

/* The last file that was kept counts for a facility. */
static void stand(office *o, int round, const char *code)
{
  run_sql(o,
          "INSERT INTO standing (report, plan, round, facility, state, counts, reason)"
          " SELECT max(no), 'p', ?1, ?2, 'accepted', 1, '' FROM collected",
          zc_sql_binds("ss", round == 0 ? "a" : "b", code));
}

static void put_report(office *o, int round, size_t m, seeded *s)
{
  const version *v = o->by_old[round][m] ? &o->old : &o->new;
  char code[ID];
  snprintf(code, sizeof code, "F%zu", m);
  for (size_t i = 0; i < v->count; i++) {
    o->letters[round][m][i] = LETTERS[seeded_below(s, 8)];
    o->relapses[round][m][i] = seeded_below(s, 5) == 0 ? 1 + (int)seeded_below(s, 2)
                                                       : 0;
  }
  keep_report(o, round, m, code);
  stand(o, round, code);
}

/* A facility on the roster, without a report. */
static void put_absent(office *o, size_t m, seeded *s)
{
  static const char *const classes[] = {"医院", "诊所", "卫生室"};
  char code[ID];
  snprintf(code, sizeof code, "F%zu", m);
  o->class_of[m] = (int)seeded_below(s, 3);
  o->expected[m] = seeded_below(s, 8) != 0;
  run_sql(o,
          "INSERT INTO roster (plan, code, name, class, grade, ownership, town,"
          " licence_from, licence_to, contact, phone, expected, position)"
          " VALUES ('p', ?1, ?1, ?2, '', '', '', '', '', '', '', ?3, ?4)",
          zc_sql_binds("ssii", code, classes[o->class_of[m]],
                       (json_int_t)o->expected[m], (json_int_t)m));
}

static void put_member(office *o, size_t m, seeded *s)
{
  put_absent(o, m, s);
  for (int round = 0; round < 2; round++) {
    o->here[round][m] = seeded_below(s, 5) != 0;
    o->by_old[round][m] = seeded_below(s, 2) == 0;
    if (o->here[round][m])
      put_report(o, round, m, s);
  }
}

static office *office_new(seeded *s)
{
  office *o = calloc(1, sizeof *o);
  o->f = folder_new();
  OK(zc_store_open(o->f.path, true, &o->store, &err));
  make_versions(o, s);
  json_t *old = body_of(o, &o->old, false), *new = body_of(o, &o->new, true);
  OK(zc_checklist_keep(o->store, "p", "1", "h1", old, &err));
  OK(zc_checklist_keep(o->store, "p", "2", "h2", new, &err));
  json_decref(old);
  json_decref(new);
  run_sql(o, "BEGIN", NULL);
  for (size_t m = 0; m < MEMBERS; m++)
    put_member(o, m, s);
  run_sql(o, "COMMIT", NULL);
  OK(zc_checklists(o->store, &o->lists, &err));
  return o;
}

static void office_free(office *o)
{
  json_decref(o->lists);
  zc_store_close(o->store);
  folder_free(&o->f);
  free(o);
}

/* ---- the second opinion ----------------------------------------------------------------- */

/* The place of an entry of the new version in a report; -1. */
static int place_naive(const office *o, int round, size_t m, const char *id)
{
  if (!o->by_old[round][m]) {
    for (size_t i = 0; i < o->new.count; i++)
      if (strcmp(o->new.ids[i], id) == 0)
        return (int)i;
    return -1;
  }
  for (size_t i = 0; i < o->old.count; i++)
    if (strcmp(*o->alias[i] != '\0' ? o->alias[i] : o->old.ids[i], id) == 0)
      return (int)i;
  return -1;
}

static char letter_naive(const office *o, int round, size_t m, const char *id)
{
  int at = place_naive(o, round, m, id);
  return at < 0 ? '.' : o->letters[round][m][at];
}

static int relapses_naive(const office *o, int round, size_t m, const char *id)
{
  int at = o->here[round][m] ? place_naive(o, round, m, id) : -1;
  return at < 0 ? 0 : o->relapses[round][m][at];
}

static char worst_naive(const office *o, int round, size_t m, const zc_row_entries *row)
{
  char letters[MOST + 1] = "";
  for (size_t i = 0; i < row->count; i++)
    letters[i] = letter_naive(o, round, m, o->new.ids[row->entries[i]]);
  for (const char *at = WORST_FIRST; *at != '\0'; at++)
    if (strchr(letters, *at) != NULL)
      return *at;
  return '?';
}

static bool is_meant(const office *o, const zc_view *view, const bool *chosen, size_t m,
                     int class)
{
  static const char *const classes[] = {"医院", "诊所", "卫生室"};
  return chosen[m] && o->expected[m] &&
         (class < 0 ||
          strcmp(classes[o->class_of[m]], view->classes[class].title) == 0);
}

static int64_t count_of(const zc_tally *t, char letter)
{
  const int64_t counts[] = {t->pass,         t->problem,        t->suspect,
                            t->hint,         t->not_applicable, t->not_checked,
                            t->undetermined, t->absent};
  return counts[strchr(LETTERS, letter) - LETTERS];
}

/* Random rows of one or several entries, without one twice; all in `pool`. */
static size_t random_rows(seeded *s, size_t entries, zc_row_entries rows[10],
                          size_t pool[10][MOST])
{
  for (size_t r = 0; r < 10; r++) {
    size_t count = 0;
    for (size_t i = 0; i < entries; i++)
      if (r < 5 ? i == seeded_below(s, entries) && count == 0 : seeded_below(s, 3) == 0)
        pool[r][count++] = i;
    if (count == 0)
      pool[r][count++] = seeded_below(s, entries);
    rows[r] = (zc_row_entries){pool[r], count};
  }
  return 10;
}

static void random_chosen(seeded *s, bool chosen[MEMBERS])
{
  for (size_t m = 0; m < MEMBERS; m++)
    chosen[m] = seeded_below(s, 6) != 0;
}

/* ---- tallies ------------------------------------------------------------------------------ */

static void expect_tallies(const office *o, const zc_view *view, const bool *chosen,
                           const zc_row_entries *rows, const zc_tallies *t)
{
  for (size_t r = 0; r < t->rows; r++)
    for (int class = -1; class < (int)view->class_count; class ++)
      for (const char *letter = LETTERS; *letter != '\0'; letter++) {
        int64_t wanted = 0;
        for (size_t m = 0; m < MEMBERS; m++)
          wanted += is_meant(o, view, chosen, m, class) && o->here[1][m] &&
                    worst_naive(o, 1, m, &rows[r]) == *letter;
        cr_assert(eq(i64, count_of(zc_tallies_at(t, r, class), *letter), wanted),
                  "row %zu, class %d, %c", r, class, *letter);
      }
}

Test(compare, tallies_of_random_letters_are_those_of_a_naive_count_across_versions)
{
  seeded s = {11};
  for (int round = 0; round < 25; round++) {
    office *o = office_new(&s);
    zc_view view;
    zc_tallies t;
    bool chosen[MEMBERS];
    zc_row_entries rows[10];
    size_t pool[10][MOST];
    OK(zc_view_read(o->store, o->lists, "p", "b", &view, &err));
    cr_assert(eq(sz, view.entries, o->new.count));
    random_chosen(&s, chosen);
    size_t count = random_rows(&s, view.entries, rows, pool);
    OK(zc_tallies_count(&view, chosen, rows, count, &t, &err));
    expect_tallies(o, &view, chosen, rows, &t);
    zc_tallies_free(&t);
    zc_view_free(&view);
    office_free(o);
  }
}

Test(compare, entries_that_have_become_one_count_as_the_worse_whichever_comes_first)
{
  static const char *const letters[] = {"P.", ".P", "PX", "XP", "NP", "PN",
                                        "N.", ".N", "NN", "UC", "CU"};
  static const char wanted[] = "..XXPP..NCC";
  office o = {.f = folder_new(),
              .old = {.ids = {"a", "b"}, .count = 2},
              .new = {.ids = {"c"}, .count = 1},
              .alias = {"c", "c"}};
  seeded s = {3};
  zc_view view;
  OK(zc_store_open(o.f.path, true, &o.store, &err));
  json_t *old = body_of(&o, &o.old, false), *new = body_of(&o, &o.new, true);
  OK(zc_checklist_keep(o.store, "p", "1", "h1", old, &err));
  OK(zc_checklist_keep(o.store, "p", "2", "h2", new, &err));
  json_decref(old);
  json_decref(new);
  for (size_t m = 0; m < sizeof letters / sizeof *letters; m++) {
    char code[ID];
    put_absent(&o, m, &s);
    snprintf(code, sizeof code, "F%zu", m);
    strcpy(o.letters[1][m], letters[m]);
    o.by_old[1][m] = true;
    keep_report(&o, 1, m, code);
    stand(&o, 1, code);
  }
  OK(zc_checklists(o.store, &o.lists, &err));
  OK(zc_view_read(o.store, o.lists, "p", "b", &view, &err));
  for (size_t m = 0; m < sizeof letters / sizeof *letters; m++)
    cr_expect(eq(chr, view.members.members[m].statuses[0], wanted[m]), "%s",
              letters[m]);
  zc_view_free(&view);
  json_decref(o.lists);
  zc_store_close(o.store);
  folder_free(&o.f);
}

/* ---- two rounds ----------------------------------------------------------------------------- */

/* Letter by letter, from the definition. */
static zc_change change_naive(char before, char after, bool relapsed)
{
  bool looked = strchr("PXSH", before) != NULL, looks = strchr("PXSH", after) != NULL;
  bool had = strchr("XSH", before) != NULL, has = strchr("XSH", after) != NULL;
  if (!looked && !looks)
    return ZC_CHANGE_OUTSIDE;
  if (!looked || !looks)
    return has ? ZC_CHANGE_SCOPE_NEW : had ? ZC_CHANGE_SCOPE_LOST : ZC_CHANGE_SCOPE;
  if (!has)
    return had ? ZC_CHANGE_FIXED : ZC_CHANGE_CLEAN;
  return relapsed ? ZC_CHANGE_RELAPSED : had ? ZC_CHANGE_UNCHANGED : ZC_CHANGE_NEW;
}

static bool relapsed_naive(const office *o, size_t m, const zc_row_entries *row)
{
  for (size_t i = 0; i < row->count; i++) {
    const char *id = o->new.ids[row->entries[i]];
    if (relapses_naive(o, 1, m, id) > relapses_naive(o, 0, m, id))
      return true;
  }
  return false;
}

static void expect_changes(const office *o, const zc_view *view, const bool *chosen,
                           const zc_row_entries *rows, const zc_change_tallies *t)
{
  for (size_t r = 0; r < t->rows; r++)
    for (int class = -1; class < (int)view->class_count; class ++) {
      int64_t wanted[ZC_CHANGES] = {0};
      for (size_t m = 0; m < MEMBERS; m++)
        if (is_meant(o, view, chosen, m, class) && o->here[0][m] && o->here[1][m])
          wanted[change_naive(worst_naive(o, 0, m, &rows[r]),
                              worst_naive(o, 1, m, &rows[r]),
                              relapsed_naive(o, m, &rows[r]))]++;
      for (int c = 0; c < ZC_CHANGES; c++)
        cr_assert(eq(i64, zc_change_tallies_at(t, r, class)->counts[c], wanted[c]),
                  "row %zu, class %d, change %d", r, class, c);
    }
}

Test(compare, what_has_become_of_entries_is_what_the_definition_says_across_versions)
{
  seeded s = {12};
  for (int round = 0; round < 25; round++) {
    office *o = office_new(&s);
    zc_view before, after;
    zc_relapses earlier, later;
    zc_rounds_pair pair;
    zc_change_tallies t;
    bool chosen[MEMBERS];
    zc_row_entries rows[10];
    size_t pool[10][MOST];
    OK(zc_view_read(o->store, o->lists, "p", "a", &before, &err));
    OK(zc_view_read(o->store, o->lists, "p", "b", &after, &err));
    OK(zc_relapses_read(o->store, "p", "a", &earlier, &err));
    OK(zc_relapses_read(o->store, "p", "b", &later, &err));
    OK(zc_pair_make(&before, &after, &earlier, &later, &pair, &err));
    random_chosen(&s, chosen);
    size_t count = random_rows(&s, after.entries, rows, pool);
    OK(zc_pair_count(&pair, chosen, rows, count, &t, &err));
    expect_changes(o, &after, chosen, rows, &t);
    zc_change_tallies_free(&t);
    zc_pair_free(&pair);
    zc_relapses_free(&earlier);
    zc_relapses_free(&later);
    zc_view_free(&before);
    zc_view_free(&after);
    office_free(o);
  }
}

Test(compare, what_is_not_looked_at_any_more_is_never_fixed)
{
  for (const char *was = "XSH"; *was != '\0'; was++)
    for (const char *is = "NCU."; *is != '\0'; is++) {
      cr_expect(eq(int, zc_change_of(*was, *is, false), ZC_CHANGE_SCOPE_LOST));
      cr_expect(eq(int, zc_change_of(*is, *was, false), ZC_CHANGE_SCOPE_NEW));
    }
}

/* ---- self-check against inspection ---------------------------------------------------------------- */

/* A notice of the national insurance administration (国家医保局) names seven hospitals whose
 * self-checks paid back little of what inspections then found: problems, 万元 found, 万元 paid back by
 * themselves; the first hospital's 3.23 came two weeks later and are in the published total. In all
 * 8868.7 found, 322.8 paid back: «不到4%». The shares are computed from these numbers. */
static const struct {
  const char *name;
  int problems;
  int64_t found, refunded; /* hundredths of 万元 */
  const char *share;
} hospitals[] = {{"内蒙古自治区人民医院", 82, 346670, 323, "0.1%"},
                 {"九江市第一人民医院", 42, 59280, 196, "0.3%"},
                 {"长春市中医院", 38, 163870, 12010, "7.3%"},
                 {"石家庄市人民医院", 86, 200090, 10820, "5.4%"},
                 {"甘肃医学院附属医院", 34, 97940, 8740, "8.9%"},
                 {"济南肾病医院", 10, 11230, 0, "0%"},
                 {"五大连池福康医院", 25, 7790, 190, "2.4%"}};
#define HOSPITALS (sizeof hospitals / sizeof *hospitals)

static char *yuan(int64_t hundredths_of_wan)
{
  static char text[32];
  snprintf(text, sizeof text, "%lld.00", (long long)hundredths_of_wan * 100);
  return text;
}

Test(compare, the_seven_hospitals_come_out_as_they_were_published)
{
  zc_member members[HOSPITALS] = {{0}};
  int class_of[HOSPITALS] = {0};
  zc_group class = {.title = "医院"};
  zc_view view = {.members = {.members = members, .count = HOSPITALS},
                  .classes = &class,
                  .class_count = 1,
                  .class_of = class_of};
  json_t *visited = json_object(), *problems = json_array();
  for (size_t i = 0; i < HOSPITALS; i++) {
    members[i] = (zc_member){.code = hospitals[i].name, .report = 1, .expected = true};
    members[i].numbers[ZC_NUMBER_refund_self] = hospitals[i].refunded * 10000;
    json_object_set_new(visited, hospitals[i].name, json_pack("{s:i}", "visits", 1));
    for (int k = 0; k < hospitals[i].problems; k++)
      json_array_append_new(problems,
                            json_pack("{s:s, s:s, s:s}", "facility", hospitals[i].name,
                                      "reporting", "unreported", "amount",
                                      k == 0 ? yuan(hospitals[i].found) : "0.00"));
  }
  zc_held_list list;
  char room[ZC_FIGURE_ROOM];
  const zc_found found[HOSPITALS] = {{0}};
  OK(zc_held_sum(&view, found, NULL, visited, problems, &list, &err));
  cr_assert(eq(sz, list.count, HOSPITALS));
  for (size_t i = 0; i < HOSPITALS; i++) {
    const zc_held *h = &list.rows[i];
    cr_expect(eq(i64, h->inspected, hospitals[i].problems));
    cr_expect(eq(i64, h->amount, hospitals[i].found * 10000));
    cr_expect(eq(str, (char *)zc_rate_text(room, h->refund_self, h->amount),
                 (char *)hospitals[i].share));
  }
  const zc_held *all = &list.classes[view.class_count];
  cr_expect(eq(i64, all->inspected, 317));
  cr_expect(eq(str, (char *)zc_wan_text(room, all->amount, ZC_WAN_PLACES),
               (char *)"8868.70"));
  cr_expect(eq(str, (char *)zc_wan_text(room, all->refund_self, ZC_WAN_PLACES),
               (char *)"322.79"));
  cr_expect(eq(str, (char *)zc_rate_text(room, all->refund_self, all->amount),
               (char *)"3.6%"));
  zc_held_free(&list);
  json_decref(visited);
  json_decref(problems);
}

Test(compare, what_others_have_found_is_nothing_that_the_facility_has_found)
{
  static const char *const sources[] =
      {"self_check", "inspection",     "complaint",         "transfer_in",
       "media",      "data_screening", "superior_feedback", "look_back"};
  office o = {.f = folder_new(), .new = {.ids = {"c"}, .count = 1}};
  seeded s = {3};
  zc_fact_problem problems[8];
  zc_found *found;
  zc_view view;
  OK(zc_store_open(o.f.path, true, &o.store, &err));
  json_t *body = body_of(&o, &o.new, true);
  OK(zc_checklist_keep(o.store, "p", "1", "h", body, &err));
  json_decref(body);
  for (size_t i = 0; i < 8; i++)
    problems[i] = problem_of((int64_t)i + 1, 0, 0, sources[i]);
  for (size_t m = 0; m < 2; m++)
    put_absent(&o, m, &s);
  strcpy(o.letters[1][1], "X");
  keep_facts(&o, 1, 1, "F1", problems, 8, 8);
  stand(&o, 1, "F1");
  OK(zc_checklists(o.store, &o.lists, &err));
  OK(zc_view_read(o.store, o.lists, "p", "b", &view, &err));
  OK(zc_found_read(o.store, &view, "p", "b", NULL, &found, &err));
  cr_expect(eq(i64, found[1].all, 8));
  cr_expect(eq(i64, found[1].own, 2));
  cr_expect(eq(i64, found[1].others, 5));
  cr_expect(eq(i64, zc_found_own(&view.members.members[1], &found[1]), 2));
  cr_expect(eq(i64, zc_found_own(&view.members.members[0], &found[0]), ZC_UNKNOWN));
  free(found);
  zc_view_free(&view);
  json_decref(o.lists);
  zc_store_close(o.store);
  folder_free(&o.f);
}

Test(compare, what_inspections_find_off_the_roster_is_told_apart)
{
  zc_member member = {.code = "A", .expected = true};
  int class_of[1] = {0};
  zc_group class = {.title = "医院"};
  zc_view view = {.members = {.members = &member, .count = 1},
                  .classes = &class,
                  .class_count = 1,
                  .class_of = class_of};
  json_t *visited = json_pack("{s:{s:i}}", "A", "visits", 2);
  json_t *problems = json_pack("[{s:s, s:s, s:s}, {s:s, s:s}]", "facility", "A",
                               "reporting", "no_report", "amount", "12.50", "facility",
                               "", "reporting", "no_report");
  zc_held_list list;
  const zc_found found = {0};
  OK(zc_held_sum(&view, &found, NULL, visited, problems, &list, &err));
  cr_expect(eq(i64, list.others, 1));
  cr_expect(eq(i64, list.rows[0].no_report, 1));
  cr_expect(eq(i64, list.rows[0].refund_self, ZC_UNKNOWN)); /* 未报送 is not 0 */
  cr_expect(eq(i64, list.classes[1].amount, 1250));
  zc_held_free(&list);
  json_decref(visited);
  json_decref(problems);
}
