/* What an office reports of its facilities (docs/json.md, office/1): each that has reported is a
 * report of its own here, in the order of the checklist that is known here. */
#include <stdlib.h>
#include <string.h>

#include "office/amount.h"
#include "office/fact.h"
#include "office/letters.h"

#define MEMBERS_MOST 200000

typedef struct {
  zc_reading *r;
  int64_t
      *places; /* of the report's entries in the checklist; -1: it has none. Owned */
  size_t count;
  json_t *seen;     /* codes. Owned */
  const char *from; /* the first day of its round; "": it has none */
  int64_t listed, expected, reported;
} offices;

/* ---- entries -------------------------------------------------------------------------- */

/* An entry is matched by its id, or by its item where that alone is known: a plan keeps the ids of
 * the plan that it extends. */
static bool find_places(offices *o, const zc_node *entries)
{
  size_t index = 0;
  o->count = zc_node_count(entries);
  o->places = calloc(o->count + 1, sizeof *o->places);
  o->r->failed |= o->places == NULL;
  if (o->places == NULL)
    return false;
  for (const zc_node *entry = zc_node_first(entries); entry != NULL;
       entry = entry->next)
    o->places[index++] = zc_fact_place(o->r, zc_fact_text_of(entry, "id"),
                                       zc_node_text(entry, "item"));
  return true;
}

static bool are_letters(const offices *o, const char *letters)
{
  static const char known[] =
      {ZC_STATUS_PASS,         ZC_STATUS_PROBLEM,        ZC_STATUS_SUSPECT,
       ZC_STATUS_HINT,         ZC_STATUS_NOT_APPLICABLE, ZC_STATUS_NOT_CHECKED,
       ZC_STATUS_UNDETERMINED, ZC_STATUS_ABSENT,         '\0'};
  return strlen(letters) == o->count && strspn(letters, known) == o->count;
}

static void set_letters(const offices *o, zc_reading *m, const char *letters)
{
  size_t size = m->list->count;
  m->statuses = zc_arena_take(m->arena, size + 1);
  m->failed |= m->statuses == NULL;
  if (m->statuses == NULL)
    return;
  zc_letters_begin(m->statuses, size);
  for (size_t i = 0; i < o->count; i++)
    if (o->places[i] >= 0 && (size_t)o->places[i] < size)
      m->statuses[o->places[i]] = zc_letter_worse(m->statuses[o->places[i]],
                                                  letters[i]);
  zc_letters_end(m->statuses, size);
  m->facts->texts[ZC_TEXT_statuses] = m->statuses;
}

/* ---- findings and figures --------------------------------------------------------------- */

static void add_finding(const offices *o, zc_reading *m, const zc_node *told)
{
  int64_t at = zc_fact_count_of(told, "entry");
  if (at < 0 || (size_t)at >= o->count || o->places[at] < 0 ||
      (size_t)o->places[at] >= m->list->count)
    return;
  for (size_t i = 0; i < m->facts->finding_count; i++)
    if (m->facts->findings[i].entry == o->places[at])
      return; /* the first of several that are one here */
  m->facts->findings[m->facts->finding_count++] =
      (zc_fact_finding){.entry = o->places[at],
                        .status = m->statuses[o->places[at]],
                        .severity = zc_fact_word_of(told, "severity",
                                                    zc_fact_severities),
                        .count = zc_fact_count_of(told, "count"),
                        .population = zc_fact_count_of(told, "population"),
                        .amount = zc_amount_read(zc_fact_text_of(told, "amount"))};
}

static void set_findings(const offices *o, zc_reading *m)
{
  const zc_node *list = zc_node_get(m->record, "findings"), *told = zc_node_first(list);
  size_t count = zc_node_count(list), most = m->list->count;
  m->facts->findings = zc_arena_take(m->arena, ((count < most ? count : most) + 1) *
                                                   sizeof *m->facts->findings);
  m->failed |= m->facts->findings == NULL;
  for (; !m->failed && told != NULL; told = told->next)
    add_finding(o, m, told);
}

static void set_numbers(zc_reading *m)
{
  const zc_node *figures = zc_node_get(m->record, "figures");
  for (int i = ZC_NUMBER_items; i < ZC_NUMBER_COUNT; i++)
    m->facts->numbers[i] = i >= ZC_NUMBER_amount
                               ? zc_amount_read(
                                     zc_fact_text_of(figures, zc_fact_numbers[i]))
                               : zc_fact_count_of(figures, zc_fact_numbers[i]);
}

static const char *measure_of(const zc_node *one, const char **id)
{
  *id = zc_text_or(one->key, "");
  return one->kind == ZC_NODE_TEXT ? one->text : NULL;
}

/* ---- one facility ------------------------------------------------------------------------ */

static const char *hash_of(const zc_node *map, const char *key)
{
  const char *text = zc_fact_text_of(map, key);
  return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64 ? text : "";
}

/* The report is named by the file and the facility, as no file is that lies in the inbox. */
static void name_member(const offices *o, zc_reading *m, const char *code)
{
  zc_err err;
  char digits[ZC_HASH_ROOM] = "";
  zc_buffer text = {0};
  zc_buffer_print(&text, "%s %s", o->r->facts->texts[ZC_TEXT_file], code);
  m->failed |= zc_buffer_check(&text, &err) != ZC_OK ||
               zc_hash_of(text.data, text.size, digits, &err) != ZC_OK;
  zc_buffer_free(&text);
  digits[63] = 'p';
  digits[64] = '\0';
  zc_fact_set(m, ZC_TEXT_file, digits);
}

static void set_member(const offices *o, zc_reading *m)
{
  static const zc_fact_text same[] = {ZC_TEXT_name, ZC_TEXT_plan, ZC_TEXT_version,
                                      ZC_TEXT_plan_hash};
  const zc_facts *whole = o->r->facts;
  const char *code = zc_fact_text_of(m->record, "code");
  name_member(o, m, code);
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    zc_fact_set(m, same[i], whole->texts[same[i]]);
  zc_fact_set(m, ZC_TEXT_facility, code);
  zc_fact_set(m, ZC_TEXT_title, zc_fact_text_of(m->record, "name"));
  zc_fact_set(m, ZC_TEXT_class, zc_fact_text_of(m->record, "class"));
  zc_fact_set(m, ZC_TEXT_report, hash_of(m->record, "file"));
  zc_fact_set(m, ZC_TEXT_digest, hash_of(m->record, "digest"));
  zc_fact_set(m, ZC_TEXT_source, whole->texts[ZC_TEXT_file]);
  zc_fact_set(m, ZC_TEXT_via, whole->texts[ZC_TEXT_facility]);
  m->facts->texts[ZC_TEXT_day] = zc_fact_day_of(m, m->record, "day");
  m->facts->texts[ZC_TEXT_ledger_day] = zc_fact_day_of(m, m->record, "ledger_day");
  m->facts->texts[ZC_TEXT_received] = zc_fact_day_of(m, m->record, "received");
  if (m->list != NULL) {
    m->facts->numbers[ZC_NUMBER_checklist] = m->list->no;
    set_letters(o, m, zc_fact_text_of(m->record, "letters"));
    if (!m->failed)
      set_findings(o, m);
  }
  set_numbers(m);
  zc_fact_set_measures(m, zc_node_get(m->record, "measures"), measure_of);
}

/* Whether a number that is told is this one. */
static bool is_number(const zc_reading *m, zc_fact_number at, int64_t number)
{
  return m->facts->numbers[at] == ZC_UNKNOWN || m->facts->numbers[at] == number;
}

/* Whether the figures of a facility can be those of its verdicts and problems. Only the county knows
 * the items that the letters leave out; whatever is counted is a part of what there is. */
static bool numbers_fit(const zc_reading *m, const int64_t own[ZC_NUMBER_COUNT])
{
  static const zc_fact_number kinds[] = {ZC_NUMBER_passed, ZC_NUMBER_problems,
                                         ZC_NUMBER_not_applicable,
                                         ZC_NUMBER_not_checked, ZC_NUMBER_undetermined};
  const int64_t *n = m->facts->numbers;
  int64_t sum = 0;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    sum = zc_amount_add(sum, zc_amount_known(n[kinds[i]]));
  return is_number(m, ZC_NUMBER_items, sum) &&
         is_number(m, ZC_NUMBER_applicable,
                   sum - zc_amount_known(n[ZC_NUMBER_not_applicable])) &&
         zc_amount_known(n[ZC_NUMBER_found]) >= own[ZC_NUMBER_found] &&
         zc_fact_figures_fit(n);
}

/* Whether its days can be: it was made before it was there, unless the office has taken it all the
 * same, and both before the office reports. */
static bool days_fit(const offices *o, const zc_reading *m)
{
  const char *day = m->facts->texts[ZC_TEXT_day],
             *received = m->facts->texts[ZC_TEXT_received],
             *today = o->r->facts->texts[ZC_TEXT_day];
  bool allowed = strcmp(zc_fact_text_of(m->record, "state"), "allowed") == 0;
  bool passed_on = *zc_fact_text_of(m->record, "via") != '\0'; /* of another's round */
  return *day != '\0' && *received != '\0' && strcmp(received, today) <= 0 &&
         (allowed || strcmp(day, received) <= 0) &&
         (passed_on || strcmp(day, o->from) >= 0);
}

static void add_member(offices *o, const zc_node *told)
{
  zc_facts alone;
  int64_t own[ZC_NUMBER_COUNT] = {0};
  zc_reading *r = o->r;
  zc_reading m = {.known = r->known,
                  .record = told,
                  .list = r->list,
                  .scratch = r->scratch,
                  .arena = r->brief ? r->scratch : &r->facts->arena,
                  .brief = r->brief};
  m.facts = r->brief ? &alone : &r->facts->members[r->facts->member_count++];
  bool paper = strcmp(zc_fact_text_of(told, "kind"), "paper") == 0;
  zc_fact_begin(m.facts,
                paper ? "paper" : "office"); /* by hand there is by hand here */
  m.facts->numbers[ZC_NUMBER_brief] = m.facts->numbers[ZC_NUMBER_looked] = 0;
  set_member(o, &m);
  zc_fact_set_problems(&m, own);
  o->reported++;
  if (*m.facts->texts[ZC_TEXT_fault] != '\0' || !days_fit(o, &m) ||
      !numbers_fit(&m, own))
    zc_fact_fault(r, "tampered",
                  N_("what it says of a facility's report contradicts itself"));
  r->failed |= m.failed;
}

static void add_listed(offices *o, const zc_node *told)
{
  zc_reading *r = o->r;
  o->listed++;
  o->expected += zc_node_integer(told, "expected", 1) != 0;
  if (r->brief)
    return;
  r->facts->listed[r->facts->listed_count++] =
      (zc_fact_listed){zc_fact_keep(r, zc_fact_text_of(told, "code"), ZC_WORD_MOST),
                       zc_fact_keep(r, zc_fact_text_of(told, "name"), 300),
                       zc_fact_keep(r, zc_fact_text_of(told, "class"), ZC_WORD_MOST),
                       zc_fact_keep(r, zc_fact_text_of(told, "grade"), ZC_WORD_MOST),
                       zc_fact_keep(r, zc_fact_text_of(told, "ownership"),
                                    ZC_WORD_MOST),
                       zc_fact_keep(r, zc_fact_text_of(told, "town"), ZC_WORD_MOST),
                       zc_node_integer(told, "expected", 1) != 0};
}

static void add_facility(offices *o, const zc_node *told)
{
  const char *code = zc_fact_text_of(told, "code");
  const char *letters = zc_node_text(told, "letters");
  if (*code == '\0' || strlen(code) > ZC_WORD_MOST) {
    zc_fact_fault(o->r, "unreadable", N_("a facility in it has no code"));
    return;
  }
  if (json_object_get(o->seen, code) != NULL) {
    zc_fact_fault(o->r, "tampered", N_("a facility stands twice in it"));
    return;
  }
  if (letters != NULL && !are_letters(o, letters)) {
    zc_fact_fault(o->r, "tampered",
                  N_("its verdicts upon a facility are not those of its entries"));
    return;
  }
  o->r->failed |= json_object_set_new(o->seen, code, json_true()) != 0;
  add_listed(o, told);
  if (letters != NULL)
    add_member(o, told);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static bool make_room(zc_reading *r, const zc_node *list)
{
  size_t reported = 0;
  if (r->brief)
    return true;
  for (const zc_node *one = zc_node_first(list); one != NULL; one = one->next)
    reported += zc_node_text(one, "letters") != NULL;
  r->facts->listed = zc_arena_take(&r->facts->arena, (zc_node_count(list) + 1) *
                                                         sizeof *r->facts->listed);
  r->facts->members = calloc(reported + 1, sizeof *r->facts->members);
  r->failed |= r->facts->listed == NULL || r->facts->members == NULL;
  return !r->failed;
}

static void check_figures(const offices *o)
{
  zc_reading *r = o->r;
  static const char *const same[] = {"office", "plan",  "round",
                                     "run",    "today", "totals"};
  const zc_node *totals = zc_node_get(r->record, "totals");
  bool fits = strcmp(zc_fact_text_of(r->figures, "report"),
                     r->facts->texts[ZC_TEXT_report]) == 0;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    fits = fits && zc_node_equal(zc_node_get(r->figures, same[i]),
                                 zc_node_get(r->record, same[i]));
  if (!fits)
    zc_fact_fault(r, "tampered", N_("its figures are not those of its report"));
  else if (zc_node_integer(totals, "reports", -1) != o->reported ||
           zc_node_integer(totals, "listed", -1) != o->listed ||
           zc_node_integer(totals, "expected", -1) != o->expected)
    zc_fact_fault(r, "tampered", N_("its totals do not count its facilities"));
}

static void forget_members(zc_facts *facts)
{
  for (size_t i = 0; i < facts->member_count; i++)
    zc_arena_free(&facts->members[i].arena);
  facts->member_count = facts->listed_count = facts->told_count = 0;
}

void zc_fact_set_office(zc_reading *r)
{
  const zc_node *list = zc_node_get(r->record, "facilities");
  const zc_node *round = zc_node_get(r->record, "round");
  offices o = {.r = r, .seen = json_object()};
  o.from = zc_fact_day_of(r, round, "from");
  const zc_node *one = zc_node_first(list);
  r->failed |= o.seen == NULL;
  const char *to = zc_fact_day_of(r, round, "to"),
             *due = zc_fact_day_of(r, round, "due");
  r->facts->texts[ZC_TEXT_round_day] = *to != '\0' ? to : due;
  r->facts->texts[ZC_TEXT_round_from] = zc_fact_day_of(r, round, "from");
  zc_fact_set(r, ZC_TEXT_round_id, zc_fact_text_of(round, "id"));
  if (zc_node_count(list) > MEMBERS_MOST)
    zc_fact_fault(r, "unreadable", N_("it has more facilities than can be"));
  else if (!r->failed && make_room(r, list) &&
           find_places(&o, zc_node_get(r->record, "entries")))
    for (; one != NULL && !r->failed; one = one->next)
      add_facility(&o, one);
  if (!r->failed)
    zc_fact_set_registered(r, o.seen);
  check_figures(&o);
  const char *fault = r->facts->texts[ZC_TEXT_fault];
  if (strcmp(fault, "tampered") == 0 || strcmp(fault, "unreadable") == 0)
    forget_members(r->facts);
  free(o.places);
  json_decref(o.seen);
}
