/* What an office reports of its facilities (docs/json.md, office/1): each that has reported is a
 * report of its own here, in the order of the checklist that is known here. */
#include <stdlib.h>
#include <string.h>

#include "office/amount.h"
#include "office/fact.h"

#define MEMBERS_MOST 200000

typedef struct {
  zc_reading *r;
  int64_t
      *places; /* of the report's entries in the checklist; -1: it has none. Owned */
  size_t count;
  json_t *seen; /* codes. Owned */
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
  m->statuses = zc_arena_take(&m->facts->arena, size + 1);
  m->failed |= m->statuses == NULL;
  if (m->statuses == NULL)
    return;
  memset(m->statuses, ZC_STATUS_ABSENT, size);
  for (size_t i = 0; i < o->count; i++)
    if (o->places[i] >= 0 && (size_t)o->places[i] < size)
      m->statuses[o->places[i]] = zc_fact_worse(m->statuses[o->places[i]], letters[i]);
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
  m->facts->findings = zc_arena_take(&m->facts->arena, (zc_node_count(list) + 1) *
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

static void set_measures(zc_reading *m)
{
  const zc_node *one = zc_node_first(zc_node_get(m->record, "measures"));
  json_t *map = json_object();
  zc_err err;
  zc_buffer text = {0};
  int bad = map == NULL;
  for (; one != NULL; one = one->next)
    if (one->key != NULL && one->kind == ZC_NODE_TEXT && zc_decimal_is(one->text))
      bad |= json_object_set_new(map, one->key, json_string(one->text));
  if (bad == 0 && json_object_size(map) > 0)
    bad |= zc_json_canonical(map, &text, &err) != ZC_OK;
  if (bad == 0 && text.size > 0)
    m->facts->texts[ZC_TEXT_measures] = zc_fact_keep(m, text.data, text.size);
  m->failed |= bad != 0;
  zc_buffer_free(&text);
  json_decref(map);
}

/* ---- one facility ------------------------------------------------------------------------ */

static const char *hash_of(const zc_node *map, const char *key)
{
  const char *text = zc_fact_text_of(map, key);
  return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64 ? text : "";
}

/* The report is named by the file and the facility. */
static void name_member(const offices *o, zc_reading *m, const char *code)
{
  zc_err err;
  char digits[ZC_HASH_ROOM] = "";
  zc_buffer text = {0};
  zc_buffer_print(&text, "%s %s", o->r->facts->texts[ZC_TEXT_file], code);
  m->failed |= zc_buffer_check(&text, &err) != ZC_OK ||
               zc_hash_of(text.data, text.size, digits, &err) != ZC_OK;
  zc_buffer_free(&text);
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
  m->facts->texts[ZC_TEXT_received] = zc_fact_day_of(m, m->record, "received");
  if (m->list != NULL) {
    m->facts->numbers[ZC_NUMBER_checklist] = m->list->no;
    set_letters(o, m, zc_fact_text_of(m->record, "letters"));
    if (!m->failed)
      set_findings(o, m);
  }
  set_numbers(m);
  set_measures(m);
  zc_fact_set_problems(m);
}

static void add_member(offices *o, const zc_node *told)
{
  zc_reading m = {.known = o->r->known,
                  .record = told,
                  .list = o->r->list,
                  .scratch = o->r->scratch};
  m.facts = &o->r->facts->members[o->r->facts->member_count++];
  bool paper = strcmp(zc_fact_text_of(told, "kind"), "paper") == 0;
  zc_fact_begin(m.facts,
                paper ? "paper" : "office"); /* by hand there is by hand here */
  set_member(o, &m);
  if (*m.facts->texts[ZC_TEXT_day] == '\0' || *m.facts->texts[ZC_TEXT_fault] != '\0')
    zc_fact_fault(o->r, "tampered",
                  N_("what it says of a facility's report contradicts itself"));
  o->r->failed |= m.failed;
}

static void add_listed(offices *o, const zc_node *told)
{
  zc_reading *r = o->r;
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
  for (const zc_node *one = zc_node_first(list); one != NULL; one = one->next)
    reported += zc_node_text(one, "letters") != NULL;
  r->facts->listed = zc_arena_take(&r->facts->arena, (zc_node_count(list) + 1) *
                                                         sizeof *r->facts->listed);
  r->facts->members = calloc(reported + 1, sizeof *r->facts->members);
  r->failed |= r->facts->listed == NULL || r->facts->members == NULL;
  return !r->failed;
}

static void check_figures(zc_reading *r)
{
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
  else if (zc_node_integer(totals, "reports", -1) != (int64_t)r->facts->member_count)
    zc_fact_fault(r, "tampered", N_("its totals do not count its facilities"));
}

static void forget_members(zc_facts *facts)
{
  for (size_t i = 0; i < facts->member_count; i++)
    zc_arena_free(&facts->members[i].arena);
  facts->member_count = facts->listed_count = 0;
}

void zc_fact_set_office(zc_reading *r)
{
  const zc_node *list = zc_node_get(r->record, "facilities");
  const zc_node *round = zc_node_get(r->record, "round");
  offices o = {.r = r, .seen = json_object()};
  const zc_node *one = zc_node_first(list);
  r->failed |= o.seen == NULL;
  const char *to = zc_fact_day_of(r, round, "to"),
             *due = zc_fact_day_of(r, round, "due");
  r->facts->texts[ZC_TEXT_round_day] = *to != '\0' ? to : due;
  if (zc_node_count(list) > MEMBERS_MOST)
    zc_fact_fault(r, "unreadable", N_("it has more facilities than can be"));
  else if (!r->failed && make_room(r, list) &&
           find_places(&o, zc_node_get(r->record, "entries")))
    for (; one != NULL && !r->failed; one = one->next)
      add_facility(&o, one);
  check_figures(r);
  const char *fault = r->facts->texts[ZC_TEXT_fault];
  if (strcmp(fault, "tampered") == 0 || strcmp(fault, "unreadable") == 0)
    forget_members(r->facts);
  free(o.places);
  json_decref(o.seen);
}
