#include "office/view.h"

#include <stdlib.h>
#include <string.h>

#include "office/amount.h"
#include "office/letters.h"
#include "store/below.h"

/* ---- versions of a plan ------------------------------------------------------------- */

/* The last checklist of a plan: that of the version which was taken into use last. */
static const json_t *last_of(const json_t *checklists, const char *plan)
{
  size_t index;
  const json_t *one, *found = NULL;
  json_array_foreach(checklists, index, one)
  {
    if (strcmp(zc_text_of(one, "plan"), plan) == 0)
      found = one;
  }
  return found;
}

static int add_places(json_t *places, const json_t *body)
{
  size_t index;
  const json_t *one;
  int bad = 0;
  json_array_foreach(json_object_get(body, "entries"), index, one)
      bad |= json_object_set_new(places, zc_text_of(one, "id"),
                                 json_integer((json_int_t)index));
  json_array_foreach(json_object_get(body, "aliases"), index, one)
  {
    json_t *place = json_object_get(places, zc_text_of(one, "alias_of"));
    if (place != NULL && json_object_get(places, zc_text_of(one, "id")) == NULL)
      bad |= json_object_set(places, zc_text_of(one, "id"), place);
  }
  return bad;
}

/* Where an entry of another version stands in this one: by its id, or by the one that it was an
 * alias of there. */
static int64_t place_in(const json_t *places, const json_t *other, const char *id)
{
  size_t index;
  const json_t *alias, *place = json_object_get(places, id);
  json_array_foreach(json_object_get(other, "aliases"), index, alias)
  {
    if (place == NULL && strcmp(zc_text_of(alias, "alias_of"), id) == 0)
      place = json_object_get(places, zc_text_of(alias, "id"));
  }
  return place == NULL ? -1 : (int64_t)json_integer_value(place);
}

static bool add_version(zc_view *view, const json_t *places, const json_t *list)
{
  size_t index;
  const json_t *entry, *body = json_object_get(list, "body");
  const json_t *entries = json_object_get(body, "entries");
  zc_version *v = &view->versions[view->version_count++];
  *v = (zc_version){.no = zc_get_integer(list, "no", 0),
                    .count = json_array_size(entries)};
  v->places = malloc((v->count + 1) * sizeof *v->places);
  if (v->places == NULL)
    return false;
  json_array_foreach(entries, index, entry)
      v->places[index] = (int32_t)place_in(places, body, zc_text_of(entry, "id"));
  return true;
}

/* Where the entries of each version of the plan stand. */
static bool add_versions(zc_view *view, const json_t *checklists, const char *plan)
{
  size_t index;
  const json_t *one;
  json_t *places = json_object();
  view->versions = calloc(json_array_size(checklists) + 1, sizeof *view->versions);
  bool good = places != NULL && view->versions != NULL &&
              add_places(places, view->checklist) == 0;
  json_array_foreach(checklists, index, one)
  {
    if (good && strcmp(zc_text_of(one, "plan"), plan) == 0)
      good = add_version(view, places, one);
  }
  json_decref(places);
  return good;
}

static const zc_version *version_of(const zc_view *view, int64_t no)
{
  for (size_t i = 0; i < view->version_count; i++)
    if (view->versions[i].no == no)
      return &view->versions[i];
  return NULL;
}

int64_t zc_view_place(const zc_view *view, int64_t checklist, int64_t entry)
{
  const zc_version *v = version_of(view, checklist);
  return v == NULL || entry < 0 || (size_t)entry >= v->count ? -1 : v->places[entry];
}

bool zc_view_asks(const zc_view *view, int64_t checklist, size_t place)
{
  const zc_version *v = version_of(view, checklist);
  for (size_t i = 0; v != NULL && i < v->count; i++)
    if (v->places[i] == (int64_t)place)
      return true;
  return false;
}

/* The letters of a report of another version in this one's order; of entries that have become one,
 * the worst, whichever comes first. Owned by the arena. */
static const char *bridge(zc_view *view, const zc_version *v, const char *statuses)
{
  char *out = zc_arena_take(&view->members.arena, view->entries + 1);
  if (out == NULL)
    return NULL;
  zc_letters_begin(out, view->entries);
  for (size_t i = 0; v != NULL && i < v->count && statuses[i] != '\0'; i++) {
    int32_t place = v->places[i];
    if (place >= 0)
      out[place] = zc_letter_worse(out[place], statuses[i]);
  }
  zc_letters_end(out, view->entries);
  return out;
}

static bool bridge_all(zc_view *view, int64_t own)
{
  for (size_t i = 0; i < view->members.count; i++) {
    zc_member *m = &view->members.members[i];
    if (m->report == 0 || (m->checklist == own && strlen(m->statuses) == view->entries))
      continue;
    m->statuses = bridge(view, version_of(view, m->checklist), m->statuses);
    if (m->statuses == NULL)
      return false;
  }
  return true;
}

/* ---- classes and sums --------------------------------------------------------------- */

static int class_at(zc_view *view, const char *title, json_t *known)
{
  const json_t *at = json_object_get(known, title);
  if (at != NULL)
    return (int)json_integer_value(at);
  zc_group *grown = realloc(view->classes,
                            (view->class_count + 1) * sizeof *view->classes);
  if (grown == NULL ||
      json_object_set_new(known, title, json_integer((json_int_t)view->class_count)) !=
          0) {
    view->classes = grown == NULL ? view->classes : grown;
    return -1;
  }
  view->classes = grown;
  view->classes[view->class_count] = zc_group_empty(title);
  return (int)view->class_count++;
}

int64_t zc_view_left_out(const zc_view *view, const zc_member *member)
{
  int64_t count = 0;
  for (size_t i = 0; member->report != 0 && i < view->entries; i++)
    count += member->statuses[i] == ZC_STATUS_NOT_CHECKED ||
             member->statuses[i] == ZC_STATUS_UNDETERMINED ||
             member->statuses[i] == ZC_STATUS_ABSENT;
  return count;
}

bool zc_view_has_found(const zc_view *view, const zc_member *m)
{
  for (size_t i = 0; i < view->entries; i++)
    if (zc_letter_found(m->statuses[i]))
      return true;
  return zc_amount_known(m->numbers[ZC_NUMBER_found]) > 0;
}

bool zc_view_is_nil(const zc_view *view, const zc_member *m)
{
  bool looked = false;
  for (size_t i = 0; i < view->entries; i++)
    looked = looked || m->statuses[i] == ZC_STATUS_PASS;
  return looked && !zc_view_has_found(view, m);
}

bool zc_view_is_clean(const zc_view *view, const zc_member *m)
{
  return zc_view_is_nil(view, m) && zc_view_left_out(view, m) == 0;
}

zc_group zc_group_empty(const char *title)
{
  zc_group g = {.title = title};
  for (size_t i = 0; i < ZC_NUMBER_COUNT; i++)
    g.numbers[i] = ZC_UNKNOWN;
  return g;
}

void zc_group_count(const zc_view *view, zc_group *g, const zc_member *m)
{
  g->listed++;
  g->expected += m->expected;
  if (!zc_member_here(m))
    return;
  g->here++;
  g->late += strcmp(m->state, "late") == 0;
  g->paper += strcmp(m->kind, "paper") == 0;
  g->left_out += zc_view_left_out(view, m) > 0;
  g->nil += zc_view_is_nil(view, m);
  g->clean += zc_view_is_clean(view, m);
}

void zc_group_tell(zc_group *g, const zc_member *m)
{
  if (!zc_member_here(m))
    return;
  g->told += m->numbers[ZC_NUMBER_found] != ZC_UNKNOWN;
  for (size_t i = 0; i < ZC_NUMBER_COUNT; i++)
    g->numbers[i] = zc_amount_add(g->numbers[i], m->numbers[i]);
}

void zc_view_sum(const zc_view *view, const bool *chosen, zc_group *classes,
                 zc_group *all)
{
  for (size_t i = 0; i < view->members.count; i++) {
    const zc_member *m = &view->members.members[i];
    zc_group *const groups[] = {&classes[view->class_of[i]], all};
    for (size_t k = 0; k < 2 && (chosen == NULL || chosen[i]); k++) {
      zc_group_count(view, groups[k], m);
      zc_group_tell(groups[k], m);
    }
  }
}

static bool sort_into_classes(zc_view *view)
{
  json_t *known = json_object();
  bool good = known != NULL;
  view->class_of = calloc(view->members.count + 1, sizeof *view->class_of);
  good = good && view->class_of != NULL;
  for (size_t i = 0; good && i < view->members.count; i++) {
    view->class_of[i] = class_at(view, view->members.members[i].class, known);
    good = view->class_of[i] >= 0;
  }
  json_decref(known);
  if (good)
    zc_view_sum(view, NULL, view->classes, &view->all);
  return good;
}

/* ---- reading ------------------------------------------------------------------------ */

static int add_silent(const zc_view *view, const json_t *office, json_t *to)
{
  static const char *const keys[] = {"code", "name", "contact", "phone"};
  json_t *one = json_object();
  json_int_t count = 0;
  int bad = one == NULL;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    bad |= json_object_set(one, keys[i], json_object_get(office, keys[i]));
  for (size_t i = 0; i < view->members.count; i++)
    count += strcmp(view->members.members[i].via, zc_text_of(office, "code")) == 0;
  if (zc_get_integer(office, "heard", 0) != 0)
    bad |= json_object_set_new(one, "facilities", json_integer(count));
  return bad | json_array_append_new(to, one);
}

/* Of whom those that have reported say that they are silent. */
static zc_code add_beneath(zc_store *store, const char *plan, const char *round,
                           json_t *to, zc_err *err)
{
  size_t index;
  json_t *one, *all = NULL;
  zc_code code = zc_below_silent(store, plan, round, &all, err);
  int bad = 0;
  json_array_foreach(all, index, one)
  {
    bad |= json_object_set_new(one, "contact", json_string("")) |
           json_object_set_new(one, "phone", json_string(""));
    if (zc_get_integer(one, "facilities", -1) < 0)
      json_object_del(one, "facilities");
    bad |= json_array_append(to, one);
  }
  json_decref(all);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static zc_code read_offices(zc_store *store, const char *plan, const char *round,
                            zc_view *view, zc_err *err)
{
  size_t index;
  const json_t *one;
  json_t *all = NULL;
  view->offices = json_array();
  zc_code code = zc_offices_read(store, plan, round, &all, err);
  int bad = view->offices == NULL;
  json_array_foreach(all, index, one)
  {
    if (zc_get_integer(one, "expected", 1) != 0 && *zc_text_of(one, "state") == '\0')
      bad |= add_silent(view, one, view->offices);
  }
  json_decref(all);
  if (code == ZC_OK && bad == 0)
    return add_beneath(store, plan, round, view->offices, err);
  return code == ZC_OK ? zc_fail_memory(err) : code;
}

zc_code zc_view_read(zc_store *store, const json_t *checklists, const char *plan,
                     const char *round, zc_view *view, zc_err *err)
{
  const json_t *own = last_of(checklists, plan);
  *view = (zc_view){.all = zc_group_empty("")};
  if (own == NULL)
    return zc_fail(err, ZC_EDATA,
                   "nothing is known of the plan {plan} yet: take it into use with "
                   "`zicha plan use`",
                   "plan", plan, NULL);
  view->checklist = json_incref(json_object_get(own, "body"));
  view->entries = json_array_size(json_object_get(view->checklist, "entries"));
  zc_code code = zc_members_read(store, plan, round, &view->members, err);
  if (code == ZC_OK &&
      (!add_versions(view, checklists, plan) ||
       !bridge_all(view, zc_get_integer(own, "no", 0)) || !sort_into_classes(view)))
    code = zc_fail_memory(err);
  return code == ZC_OK ? read_offices(store, plan, round, view, err) : code;
}

void zc_view_free(zc_view *view)
{
  zc_members_free(&view->members);
  json_decref(view->checklist);
  json_decref(view->offices);
  for (size_t i = 0; i < view->version_count; i++)
    free(view->versions[i].places);
  free(view->versions);
  free(view->classes);
  free(view->class_of);
  *view = (zc_view){0};
}

int64_t zc_view_entry(const zc_view *view, const char *id)
{
  size_t index;
  const json_t *entry;
  json_array_foreach(json_object_get(view->checklist, "entries"), index, entry)
  {
    if (strcmp(zc_text_of(entry, "id"), id) == 0)
      return (int64_t)index;
  }
  return -1;
}

/* ---- another round ------------------------------------------------------------------ */

static int compare_codes(const void *a, const void *b)
{
  const zc_member *const *x = a, *const *y = b;
  return strcmp((*x)->code, (*y)->code);
}

/* Mostly in the same place. */
static const zc_member *find_member(const zc_view *other, const zc_member **sorted,
                                    size_t at, const zc_member *wanted)
{
  static const zc_member nobody = {.code = "",
                                   .name = "",
                                   .class = "",
                                   .state = "",
                                   .kind = "",
                                   .statuses = "",
                                   .day = "",
                                   .file = "",
                                   .source = "",
                                   .digest = ""};
  const zc_members *members = &other->members;
  if (at < members->count && strcmp(members->members[at].code, wanted->code) == 0)
    return &members->members[at];
  const zc_member **found = members->count == 0
                                ? NULL
                                : bsearch(&wanted, sorted, members->count,
                                          sizeof *sorted, compare_codes);
  return found == NULL ? &nobody : *found;
}

const zc_member **zc_view_match(const zc_view *view, const zc_view *other)
{
  const zc_member **sorted = calloc(other->members.count + 1, sizeof *sorted);
  const zc_member **matched = calloc(view->members.count + 1, sizeof *matched);
  if (sorted == NULL || matched == NULL) {
    free(sorted);
    free(matched);
    return NULL;
  }
  for (size_t i = 0; i < other->members.count; i++)
    sorted[i] = &other->members.members[i];
  if (other->members.count > 0)
    qsort(sorted, other->members.count, sizeof *sorted, compare_codes);
  for (size_t i = 0; i < view->members.count; i++)
    matched[i] = find_member(other, sorted, i, &view->members.members[i]);
  free(sorted);
  return matched;
}

/* ---- tallies ------------------------------------------------------------------------ */

bool zc_letter_found(char letter)
{
  return letter == ZC_STATUS_PROBLEM || letter == ZC_STATUS_SUSPECT ||
         letter == ZC_STATUS_HINT;
}

char zc_view_worst(const zc_member *member, const size_t *entries, size_t count)
{
  char worst = ZC_STATUS_NOT_APPLICABLE;
  for (size_t i = 0; i < count; i++)
    worst = zc_letter_worse(worst, member->statuses[entries[i]]);
  return worst;
}

static void add_letter(zc_tally *t, char letter)
{
  t->pass += letter == ZC_STATUS_PASS;
  t->problem += letter == ZC_STATUS_PROBLEM;
  t->suspect += letter == ZC_STATUS_SUSPECT;
  t->hint += letter == ZC_STATUS_HINT;
  t->not_applicable += letter == ZC_STATUS_NOT_APPLICABLE;
  t->not_checked += letter == ZC_STATUS_NOT_CHECKED;
  t->undetermined += letter == ZC_STATUS_UNDETERMINED;
  t->absent += letter == ZC_STATUS_ABSENT;
}

void zc_view_tally_classes(const zc_view *view, const size_t *entries, size_t count,
                           zc_tally *tallies)
{
  memset(tallies, 0, (view->class_count + 1) * sizeof *tallies);
  for (size_t i = 0; count > 0 && i < view->members.count; i++) {
    if (!zc_member_here(&view->members.members[i]))
      continue;
    char worst = zc_view_worst(&view->members.members[i], entries, count);
    add_letter(&tallies[view->class_of[i]], worst);
    add_letter(&tallies[view->class_count], worst);
  }
}
