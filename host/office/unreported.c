#include "office/unreported.h"

#include <stdlib.h>
#include <string.h>

#include "office/sources.h"

const char *const zc_reportings[] = {"unreported",  "reported",  "not_in_scope",
                                     "not_checked", "no_report", NULL};

typedef struct {
  const zc_view *view;
  const char *from, *to; /* the round's days; "" */
  json_t *members;       /* code → its index */
  json_t *reported;      /* code → problems of its report */
  bool *meant;           /* by place: entries that a problem is about */
  size_t count;          /* how many are */
} marking;

/* ---- entries -------------------------------------------------------------------------- */

static bool names(const json_t *entry, const char *id, size_t size)
{
  const char *own = zc_text_of(entry, "id"), *item = zc_text_of(entry, "item");
  return (strlen(own) == size && strncmp(own, id, size) == 0) ||
         (strlen(item) == size && strncmp(item, id, size) == 0);
}

/* Marks the entries that an id means: one, or all of an item; of another version by its alias. */
static void mean(marking *m, const char *id, size_t size)
{
  size_t index;
  const json_t *one;
  const char *other = NULL;
  json_array_foreach(json_object_get(m->view->checklist, "aliases"), index, one)
  {
    if (strlen(zc_text_of(one, "id")) == size &&
        strncmp(zc_text_of(one, "id"), id, size) == 0)
      other = zc_text_of(one, "alias_of");
  }
  json_array_foreach(json_object_get(m->view->checklist, "entries"), index, one)
  {
    if (names(one, id, size) || (other != NULL && names(one, other, strlen(other)))) {
      m->count += !m->meant[index];
      m->meant[index] = true;
    }
  }
}

/* Whether a problem of a report is about an entry that is meant. One that names no entry of the
 * checklist, item[value], is about the item. */
static bool is_meant(const marking *m, const char *item)
{
  int64_t place = zc_view_entry(m->view, item);
  size_t index, base = strcspn(item, "[");
  const json_t *one;
  if (place >= 0)
    return m->meant[place];
  json_array_foreach(json_object_get(m->view->checklist, "entries"), index, one)
  {
    if (m->meant[index] && names(one, item, base))
      return true;
  }
  return false;
}

/* ---- one problem ------------------------------------------------------------------------ */

/* What the ledger in a report says of the meant entries. */
typedef struct {
  bool own;      /* found by the facility itself before the inspection, or on its day */
  bool later;    /* … after it */
  bool foreign;  /* entered because somebody else found it */
  bool admitted; /* … and it ought to have been reported, as the ledger itself says */
} ledger_says;

static ledger_says read_ledger(const marking *m, const char *code, const char *day)
{
  size_t index;
  const json_t *one;
  ledger_says says = {0};
  json_array_foreach(json_object_get(m->reported, code), index, one)
  {
    if (strcmp(zc_text_of(one, "state"), "dismissed") == 0 ||
        !is_meant(m, zc_text_of(one, "item")))
      continue;
    bool others = zc_source_others(zc_text_of(one, "source"));
    says.foreign |= others;
    says.admitted |= others && zc_get_integer(one, "unreported", 0) != 0;
    says.own |= !others && strcmp(zc_text_of(one, "found"), day) <= 0;
    says.later |= !others && strcmp(zc_text_of(one, "found"), day) > 0;
  }
  return says;
}

/* The worst letter of the meant entries that the report's own checklist asks; 不适用 where it asks
 * none. */
static char letter_of(const marking *m, const zc_member *member, size_t *places)
{
  size_t count = 0;
  for (size_t i = 0; i < m->view->entries; i++)
    if (m->meant[i] && zc_view_asks(m->view, member->checklist, i))
      places[count++] = i;
  return zc_view_worst(member, places, count);
}

static const char *state_of(char letter, const ledger_says *says, bool report_after,
                            bool *after)
{
  bool in_ledger = says->own || says->later || says->foreign;
  *after = false;
  if (says->own || (zc_letter_found(letter) && !in_ledger && !report_after))
    return "reported";
  if (letter == ZC_STATUS_NOT_CHECKED || letter == ZC_STATUS_UNDETERMINED ||
      letter == ZC_STATUS_ABSENT)
    return "not_checked";
  if (says->admitted)
    return "unreported";
  if (zc_letter_found(letter) || (in_ledger && report_after)) {
    *after = true;
    return "reported";
  }
  return letter == ZC_STATUS_PASS ? "unreported" : "not_in_scope";
}

/* Whether a report speaks of a day: of its round's, and of those up to its own. */
static bool covers(const marking *m, const zc_member *member, const char *day)
{
  return (*m->from == '\0' || strcmp(day, m->from) >= 0) &&
         (*m->to == '\0' || strcmp(day, m->to) <= 0 || strcmp(day, member->day) <= 0);
}

static int mark_one(marking *m, json_t *problem, size_t *places)
{
  const char *entry = zc_text_of(problem, "entry"),
             *code = zc_text_of(problem, "facility");
  const char *day = zc_text_of(problem, "found"), *state = "not_in_scope";
  const json_t *at = json_object_get(m->members, code);
  const zc_member *member = at == NULL
                                ? NULL
                                : &m->view->members.members[json_integer_value(at)];
  bool after = false;
  if (member != NULL && member->report == 0 && member->expected)
    state = "no_report";
  if (member != NULL && member->report != 0 && covers(m, member, day)) {
    memset(m->meant, 0, m->view->entries * sizeof *m->meant);
    m->count = 0;
    if (*entry != '\0')
      mean(m, entry, strlen(entry));
    ledger_says says = read_ledger(m, code, day);
    state = m->count == 0 ? "not_in_scope"
                          : state_of(letter_of(m, member, places), &says,
                                     strcmp(member->day, day) > 0, &after);
  }
  int bad = json_object_set_new(problem, "reporting", json_string(state));
  return bad | json_object_set_new(problem, "after", json_boolean(after));
}

zc_code zc_unreported_mark(zc_store *store, const zc_view *view, const char *plan,
                           const json_t *round, json_t *problems, zc_err *err)
{
  size_t index;
  json_t *problem;
  marking m = {.view = view,
               .from = zc_text_of(round, "from"),
               .to = zc_text_of(round, "to"),
               .members = json_object()};
  size_t *places = calloc(view->entries + 1, sizeof *places);
  m.meant = calloc(view->entries + 1, sizeof *m.meant);
  int bad = m.members == NULL || places == NULL || m.meant == NULL;
  for (size_t i = 0; bad == 0 && i < view->members.count; i++)
    bad |= json_object_set_new(m.members, view->members.members[i].code,
                               json_integer((json_int_t)i));
  zc_code code = bad != 0 ? zc_fail_memory(err)
                          : zc_reported_problems(store, plan, zc_text_of(round, "id"),
                                                 &m.reported, err);
  json_array_foreach(problems, index, problem)
  {
    if (code == ZC_OK && mark_one(&m, problem, places) != 0)
      code = zc_fail_memory(err);
  }
  json_decref(m.members);
  json_decref(m.reported);
  free(m.meant);
  free(places);
  return code;
}
