/* The record of an office's report: what counts of each facility, in short. */
#include <stdio.h>
#include <string.h>

#include "office/amount.h"
#include "store/verify.h"
#include "supervisor/passing.h"
#include "supervisor/submit_office.h"

typedef struct {
  zc_office *office;
  const zc_view *view;
  const json_t *checklist; /* the plan's last: {no, plan, version, hash, body} */
  zc_err *err;
} making;

static int set_text(json_t *map, const char *key, const char *text)
{
  return *text == '\0' ? 0 : json_object_set_new(map, key, json_string(text));
}

/* Hundredths of a yuan as people write them. */
static json_t *amount_text(int64_t hundredths)
{
  char text[32];
  snprintf(text, sizeof text, "%lld.%02lld", (long long)(hundredths / 100),
           (long long)(hundredths % 100));
  return json_string(text);
}

static const json_t *checklist_of(const zc_office *office, int64_t no)
{
  size_t index;
  const json_t *one;
  json_array_foreach(office->checklists, index,
                     one) if (zc_get_integer(one, "no", 0) == no) return one;
  return NULL;
}

/* ---- one facility ----------------------------------------------------------------------- */

static json_t *figures_of(const zc_member *m)
{
  json_t *figures = json_object();
  int bad = figures == NULL;
  for (int i = ZC_NUMBER_items; i < ZC_NUMBER_COUNT; i++)
    if (m->numbers[i] != ZC_UNKNOWN)
      bad |= json_object_set_new(figures, zc_fact_numbers[i],
                                 i >= ZC_NUMBER_amount
                                     ? amount_text(m->numbers[i])
                                     : json_integer((json_int_t)m->numbers[i]));
  if (bad == 0)
    return figures;
  json_decref(figures);
  return NULL;
}

/* Where an entry of the report's own checklist stands in the record; -1. */
static int64_t place_of(const making *m, const zc_member *member, int64_t entry)
{
  if (member->checklist == zc_get_integer(m->checklist, "no", 0))
    return entry;
  const json_t *own =
      json_object_get(json_object_get(checklist_of(m->office, member->checklist),
                                      "body"),
                      "entries");
  const json_t *one = json_array_get(own, (size_t)entry);
  return one == NULL ? -1 : zc_view_entry(m->view, zc_text_of(one, "id"));
}

static zc_code add_findings(const making *m, const zc_member *member, json_t *facility)
{
  size_t index;
  json_t *one, *list = NULL, *kept = json_array();
  int bad = kept == NULL;
  zc_code code = zc_collected_findings(m->office->workspace.store, member->report,
                                       &list, m->err);
  json_array_foreach(list, index, one)
  {
    int64_t place = place_of(m, member, zc_get_integer(one, "entry", -1));
    const json_t *amount = json_object_get(one, "amount");
    if (place < 0)
      continue;
    bad |= json_object_set_new(one, "entry", json_integer((json_int_t)place));
    json_object_del(one, "status");
    if (amount != NULL)
      bad |= json_object_set_new(one, "amount",
                                 amount_text(json_integer_value(amount)));
    bad |= json_array_append(kept, one);
  }
  bad |= json_object_set(facility, "findings", kept);
  json_decref(list);
  json_decref(kept);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(m->err) : code;
}

/* Without what is blank or zero. */
static int tidy(json_t *problem)
{
  static const char *const flags[] = {"counted", "unreported"};
  const char *key;
  json_t *value;
  void *next;
  int bad = 0;
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
    if (zc_get_integer(problem, flags[i], 0) != 0)
      bad |= json_object_set_new(problem, flags[i], json_true());
  if (zc_get_integer(problem, "refund", 0) != 0)
    bad |= json_object_set_new(problem, "refund",
                               amount_text(zc_get_integer(problem, "refund", 0)));
  json_object_foreach_safe(problem, next, key, value)
  {
    if ((json_is_string(value) && json_string_length(value) == 0) ||
        (json_is_integer(value) && json_integer_value(value) == 0))
      json_object_del(problem, key);
  }
  return bad;
}

static zc_code add_problems(const making *m, const zc_member *member, json_t *facility)
{
  size_t index;
  json_t *one, *list = NULL;
  int bad = 0;
  zc_code code = zc_collected_problems(m->office->workspace.store, member->report,
                                       &list, m->err);
  json_array_foreach(list, index, one) bad |= tidy(one);
  if (code == ZC_OK)
    bad |= json_object_set(facility, "problems", list);
  json_decref(list);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(m->err) : code;
}

static zc_code add_measures(const making *m, const zc_member *member, json_t *facility)
{
  json_t *measures = NULL;
  if (*member->measures == '\0')
    return ZC_OK;
  zc_code code = zc_json_parse(member->measures, strlen(member->measures), &measures,
                               m->err);
  if (code == ZC_OK && json_object_set(facility, "measures", measures) != 0)
    code = zc_fail_memory(m->err);
  json_decref(measures);
  return code;
}

static zc_code add_report(const making *m, const zc_member *member, json_t *facility)
{
  int bad = set_text(facility, "letters", member->statuses) |
            set_text(facility, "day", member->day) |
            set_text(facility, "ledger_day", member->ledger_day) |
            set_text(facility, "received", member->received) |
            set_text(facility, "kind", member->kind) |
            set_text(facility, "file", member->file) |
            set_text(facility, "digest", member->digest);
  bad |= json_object_set_new(facility, "figures", figures_of(member));
  if (bad != 0)
    return zc_fail_memory(m->err);
  bool sums = zc_option_value(m->office->workspace.cli, "sums") != NULL;
  zc_code code = add_findings(m, member, facility);
  if (code == ZC_OK && !sums)
    code = add_problems(m, member, facility);
  return code == ZC_OK ? add_measures(m, member, facility) : code;
}

static zc_code add_facility(const making *m, const zc_member *member, json_t *list)
{
  json_t *facility = json_object();
  int bad = json_object_set_new(facility, "code", json_string(member->code));
  bad |= set_text(facility, "name", member->name);
  bad |= set_text(facility, "class", member->class);
  bad |= set_text(facility, "grade", member->grade);
  bad |= set_text(facility, "ownership", member->ownership);
  bad |= set_text(facility, "town", member->town);
  bad |= set_text(facility, "via", member->via);
  bad |= json_object_set_new(facility, "expected", json_integer(member->expected));
  bad |= json_object_set_new(facility, "state",
                             json_string(member->report == 0 ? "missing"
                                                             : member->state));
  bad |= json_array_append(list, facility);
  zc_code code = bad != 0 ? zc_fail_memory(m->err) : ZC_OK;
  if (code == ZC_OK && member->report != 0)
    code = add_report(m, member, facility);
  json_decref(facility);
  return code;
}

/* ---- the whole --------------------------------------------------------------------------- */

/* Ids alone, and the item where that is another. Owned; NULL when out of memory. */
static json_t *entries_of(const zc_view *view)
{
  size_t index;
  const json_t *entry;
  json_t *list = json_array();
  int bad = list == NULL;
  json_array_foreach(json_object_get(view->checklist, "entries"), index, entry)
  {
    json_t *told = json_pack("{s:s}", "id", zc_text_of(entry, "id"));
    if (strcmp(zc_text_of(entry, "item"), zc_text_of(entry, "id")) != 0)
      bad |= set_text(told, "item", zc_text_of(entry, "item"));
    bad |= json_array_append_new(list, told);
  }
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

static json_t *totals_of(const zc_view *view)
{
  json_int_t reports = 0;
  for (size_t i = 0; i < view->members.count; i++)
    reports += view->members.members[i].report != 0;
  const zc_group *all = &view->all;
  return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "listed",
                   (json_int_t)all->listed, "reports", reports, "expected",
                   (json_int_t)all->expected, "here", (json_int_t)all->here, "late",
                   (json_int_t)all->late, "nil", (json_int_t)all->nil, "left_out",
                   (json_int_t)all->left_out);
}

static json_t *office_of(const zc_office *office)
{
  static const char *const keys[] = {"code", "name", "level", "region"};
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    bad |= set_text(map, keys[i], zc_text_of(office->about, keys[i]));
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

static json_t *plan_of(const json_t *checklist)
{
  const json_t *plan = json_object_get(json_object_get(checklist, "body"), "plan");
  json_t *chain = json_object_get(plan, "chain");
  json_t *map = json_pack("{s:O, s:s, s:O, s:O}", "id",
                          json_object_get(checklist, "plan"), "title",
                          zc_text_of(plan, "title"), "version",
                          json_object_get(checklist, "version"), "sha256",
                          json_object_get(checklist, "hash"));
  int bad = chain != NULL && json_is_array(chain)
                ? json_object_set(map, "chain", chain)
                : json_object_set_new(map, "chain", json_array());
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

static json_t *round_of(const json_t *round)
{
  static const char *const keys[] = {"id", "title", "from", "to", "due"};
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    bad |= set_text(map, keys[i], zc_text_of(round, keys[i]));
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

/* Where the events end that all of this depends on: other events change nothing in a report. */
static zc_code find_end(const making *m, json_t **end)
{
  int64_t last;
  char hash[ZC_HASH_ROOM] = "";
  zc_code code = zc_below_last(m->office->workspace.store, &last, m->err);
  if (code == ZC_OK)
    code = zc_ledger_hash_at(m->office->workspace.store, last, hash, m->err);
  if (code != ZC_OK)
    return code;
  *end = json_pack("{s:I, s:s}", "seq", (json_int_t)last, "hash", hash);
  return *end == NULL ? zc_fail_memory(m->err) : ZC_OK;
}

static zc_code fill(const making *m, const json_t *round, json_t *record)
{
  json_t *end = NULL, *list = json_array();
  zc_code code = find_end(m, &end);
  int bad = json_object_set_new(record, "zicha", json_string("office/1"));
  bad |= json_object_set_new(record, "office", office_of(m->office));
  bad |= json_object_set_new(record, "plan", plan_of(m->checklist));
  bad |= json_object_set_new(record, "round", round_of(round));
  bad |= json_object_set_new(record, "today",
                             json_string(m->office->workspace.cli->today));
  bad |= json_object_set(record, "ledger", end);
  bad |= json_object_set_new(record, "entries", entries_of(m->view));
  bad |= json_object_set_new(record, "totals", totals_of(m->view));
  bad |= json_object_set(record, "facilities", list);
  if (zc_option_value(m->office->workspace.cli, "sums") != NULL)
    bad |= json_object_set_new(record, "sums", json_true());
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(m->err);
  for (size_t i = 0; code == ZC_OK && i < m->view->members.count; i++)
    code = add_facility(m, &m->view->members.members[i], list);
  if (code == ZC_OK)
    code = zc_passing_add(m->office, zc_text_of(m->checklist, "plan"), m->view, round,
                          record, m->err);
  json_decref(end);
  json_decref(list);
  return code;
}

zc_code zc_office_report(zc_office *office, const zc_view *view, const json_t *round,
                         json_t **record, zc_err *err)
{
  making m = {office, view, NULL, err};
  size_t index;
  const json_t *one, *plan = json_object_get(view->checklist, "plan");
  *record = json_object();
  json_array_foreach(office->checklists, index,
                     one) if (strcmp(zc_text_of(one, "plan"), zc_text_of(plan, "id")) ==
                              0) m.checklist = one;
  zc_code code = *record == NULL ? zc_fail_memory(err) : fill(&m, round, *record);
  if (code != ZC_OK) {
    json_decref(*record);
    *record = NULL;
  }
  return code;
}
