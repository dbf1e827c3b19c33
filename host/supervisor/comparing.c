#include "supervisor/comparing.h"

#include <stdlib.h>
#include <string.h>

#include "office/amount.h"
#include "office/checklist_parts.h"
#include "supervisor/inspecting.h"

static const json_t *checklist_list(const zc_comparing *c, const char *key)
{
  return json_object_get(c->view.checklist, key);
}

/* ---- which facilities ------------------------------------------------------------------- */

/* Whether an option was not given, or one of its values is this text. */
static bool wants(const zc_cli *cli, const char *option, const char *text)
{
  size_t index;
  const json_t *value, *values = zc_option_values(cli, option);
  json_array_foreach(values, index, value)
  {
    if (strcmp(json_string_value(value), text) == 0)
      return true;
  }
  return values == NULL;
}

static const char *member_text(const zc_member *m, const char *option)
{
  return strcmp(option, "class") == 0  ? m->class
         : strcmp(option, "town") == 0 ? m->town
                                       : m->code;
}

/* A class, town or facility that nobody has is a slip of the pen. */
static zc_code check_option(const zc_comparing *c, const char *option, zc_err *err)
{
  size_t index;
  const json_t *value;
  json_array_foreach(zc_option_values(c->office->workspace.cli, option), index, value)
  {
    bool found = false;
    for (size_t i = 0; !found && i < c->view.members.count; i++)
      found = strcmp(member_text(&c->view.members.members[i], option),
                     json_string_value(value)) == 0;
    if (!found)
      return zc_fail(
          err, ZC_EUSAGE,
          "the roster has no facility with --{option} {value}; `zicha roster "
          "list` tells all",
          "option", option, "value", json_string_value(value), NULL);
  }
  return ZC_OK;
}

static zc_code choose_members(zc_comparing *c, zc_err *err)
{
  static const char *const options[] = {"class", "town", "facility"};
  const zc_cli *cli = c->office->workspace.cli;
  zc_code code = ZC_OK;
  c->chosen = calloc(c->view.members.count + 1, sizeof *c->chosen);
  if (c->chosen == NULL)
    return zc_fail_memory(err);
  for (size_t k = 0; k < sizeof options / sizeof *options && code == ZC_OK; k++)
    code = check_option(c, options[k], err);
  for (size_t i = 0; i < c->view.members.count; i++) {
    c->chosen[i] = true;
    for (size_t k = 0; k < sizeof options / sizeof *options; k++)
      c->chosen[i] &= wants(cli, options[k],
                            member_text(&c->view.members.members[i], options[k]));
  }
  return code;
}

/* Class by class, in a class as the roster has them. */
static zc_code sort_members(zc_comparing *c, zc_err *err)
{
  size_t *starts = calloc(c->view.class_count + 1, sizeof *starts), sum = 0;
  c->order = calloc(c->view.members.count + 1, sizeof *c->order);
  if (c->order == NULL || starts == NULL) {
    free(starts);
    return zc_fail_memory(err);
  }
  for (size_t k = 0; k < c->view.class_count; k++) {
    starts[k] = sum;
    sum += (size_t)c->groups[k].expected;
  }
  for (size_t i = 0; i < c->view.members.count; i++)
    if (c->chosen[i] && c->view.members.members[i].expected)
      c->order[starts[c->view.class_of[i]]++] = i;
  c->order_count = sum;
  free(starts);
  return ZC_OK;
}

bool zc_compared_class(const zc_comparing *comparing, size_t class)
{
  return comparing->groups[class].expected > 0 ||
         (comparing->inspections && comparing->held.classes[class].facilities > 0);
}

int64_t zc_compared_here(const zc_comparing *comparing)
{
  if (comparing->inspections)
    return (int64_t)comparing->held.count;
  if (comparing->other == NULL)
    return comparing->all.here;
  int64_t both = 0;
  for (size_t i = 0; i < comparing->order_count; i++)
    both += zc_pair_both(&comparing->pair, comparing->order[i]);
  return both;
}

/* ---- which entries ---------------------------------------------------------------------- */

static bool is_named(const json_t *thing, const char *name, size_t size)
{
  const char *id = zc_text_of(thing, "id"), *title = zc_text_of(thing, "title");
  return (strlen(id) == size && strncmp(id, name, size) == 0) ||
         (strlen(title) == size && strncmp(title, name, size) == 0);
}

static const json_t *find_named(const json_t *list, const char *name, size_t size)
{
  size_t index;
  const json_t *one;
  json_array_foreach(list, index, one)
  {
    if (is_named(one, name, size))
      return one;
  }
  return NULL;
}

/* What --item, --focus and --set ask for, found in the checklist. */
typedef struct {
  const char *item, *area, *set, *member;
} wanted_entries;

static zc_code fail_unknown(zc_err *err, const char *option, const char *value,
                            const json_t *list)
{
  size_t index;
  const json_t *one;
  zc_buffer known = {0};
  json_array_foreach(list, index, one)
      zc_buffer_print(&known, "%s%s", index == 0 ? "" : " ", zc_text_of(one, "id"));
  zc_code code = zc_fail(err, ZC_EUSAGE, "unknown --{option} {value}; known: {list}",
                         "option", option, "value", value, "list",
                         zc_text_or(known.data, ""), NULL);
  zc_buffer_free(&known);
  return code;
}

static bool is_item(const json_t *entry, const char *name)
{
  return is_named(entry, name, strlen(name)) ||
         strcmp(zc_text_of(entry, "item"), name) == 0;
}

static zc_code find_item(const zc_comparing *c, wanted_entries *w, zc_err *err)
{
  size_t index;
  const json_t *entry, *entries = checklist_list(c, "entries");
  json_array_foreach(entries, index, entry)
  {
    if (is_item(entry, w->item))
      return ZC_OK;
  }
  return fail_unknown(err, "item", w->item, entries);
}

/* SET or SET.MEMBER, by ids or titles. */
static zc_code find_set(const zc_comparing *c, const char *value, wanted_entries *w,
                        zc_err *err)
{
  const json_t *sets = checklist_list(c, "sets"), *member = NULL;
  const char *dot = strchr(value, '.');
  size_t size = dot == NULL ? strlen(value) : (size_t)(dot - value);
  const json_t *set = find_named(sets, value, size);
  if (set == NULL)
    return fail_unknown(err, "set", value, sets);
  w->set = zc_text_of(set, "id");
  if (dot == NULL)
    return ZC_OK;
  member = find_named(json_object_get(set, "members"), dot + 1, strlen(dot + 1));
  if (member == NULL)
    return fail_unknown(err, "set", value, json_object_get(set, "members"));
  w->member = zc_text_of(member, "id");
  return ZC_OK;
}

static zc_code find_wanted(const zc_comparing *c, wanted_entries *w, zc_err *err)
{
  const zc_cli *cli = c->office->workspace.cli;
  const char *area = zc_option_value(cli, "focus"), *set = zc_option_value(cli, "set");
  *w = (wanted_entries){.item = zc_option_value(cli, "item")};
  zc_code code = w->item == NULL ? ZC_OK : find_item(c, w, err);
  if (code == ZC_OK && area != NULL) {
    const json_t *found = find_named(checklist_list(c, "focus"), area, strlen(area));
    if (found == NULL)
      return fail_unknown(err, "focus", area, checklist_list(c, "focus"));
    w->area = zc_text_of(found, "id");
  }
  return code == ZC_OK && set != NULL ? find_set(c, set, w, err) : code;
}

static bool is_wanted(const zc_comparing *c, const wanted_entries *w,
                      const json_t *entry)
{
  return (w->item == NULL || is_item(entry, w->item)) &&
         (w->area == NULL || zc_entry_in_area(c->view.checklist, entry, w->area)) &&
         (w->set == NULL || zc_entry_in_set(entry, w->set, w->member));
}

/* ---- rows -------------------------------------------------------------------------------- */

static const json_t *entry_at(const zc_comparing *c, size_t place)
{
  return json_array_get(checklist_list(c, "entries"), place);
}

static size_t count_members(const zc_comparing *c)
{
  size_t index, count = 0;
  const json_t *set;
  json_array_foreach(checklist_list(c, "sets"), index, set)
      count += 1 + json_array_size(json_object_get(set, "members"));
  return count;
}

/* Room for the places of all rows: each entry is in few of them, at most in all. */
static zc_code make_room(zc_comparing *c, zc_err *err)
{
  size_t areas = json_array_size(checklist_list(c, "focus")),
         members = count_members(c);
  size_t all = c->view.entries * (2 + areas + members) + 1;
  struct {
    zc_compared_rows *rows;
    size_t room;
  } const kinds[] = {{&c->items, c->view.entries},
                     {&c->areas, areas},
                     {&c->members, members}};
  c->pool = malloc(all * sizeof *c->pool);
  c->sets = calloc(json_array_size(checklist_list(c, "sets")) + 1, sizeof *c->sets);
  if (c->pool == NULL || c->sets == NULL || !zc_data_entries(&c->view, &c->data))
    return zc_fail_memory(err);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    zc_compared_rows *r = kinds[i].rows;
    r->rows = calloc(kinds[i].room + 1, sizeof *r->rows);
    r->entries = calloc(kinds[i].room + 1, sizeof *r->entries);
    if (r->rows == NULL || r->entries == NULL)
      return zc_fail_memory(err);
  }
  return ZC_OK;
}

/* Places at the end of the pool that become the entries of a row. */
static void end_row(zc_comparing *c, zc_compared_rows *to, zc_compared_row row,
                    size_t from)
{
  row.entries = (zc_row_entries){c->pool + from, c->pooled - from};
  if (row.entries.count == 0)
    return;
  to->entries[to->count] = row.entries;
  to->rows[to->count++] = row;
}

static void choose_entries(zc_comparing *c, const wanted_entries *w)
{
  size_t index;
  const json_t *entry;
  json_array_foreach(checklist_list(c, "entries"), index, entry)
  {
    if (is_wanted(c, w, entry))
      c->pool[c->pooled++] = index;
  }
  c->entries = (zc_row_entries){c->pool, c->pooled};
  c->narrowed = w->item != NULL || w->area != NULL || w->set != NULL;
}

static void add_items(zc_comparing *c)
{
  for (size_t i = 0; i < c->entries.count; i++) {
    const json_t *entry = entry_at(c, c->entries.entries[i]);
    size_t from = c->pooled;
    c->pool[c->pooled++] = c->entries.entries[i];
    end_row(c, &c->items,
            (zc_compared_row){.id = zc_text_of(entry, "id"),
                              .title = zc_text_of(entry, "title")},
            from);
  }
}

static void add_areas(zc_comparing *c)
{
  size_t index;
  const json_t *area;
  json_array_foreach(checklist_list(c, "focus"), index, area)
  {
    size_t from = c->pooled;
    for (size_t i = 0; i < c->entries.count; i++)
      if (zc_entry_in_area(c->view.checklist, entry_at(c, c->entries.entries[i]),
                           zc_text_of(area, "id")))
        c->pool[c->pooled++] = c->entries.entries[i];
    end_row(c, &c->areas,
            (zc_compared_row){.id = zc_text_of(area, "id"),
                              .title = zc_text_of(area, "title")},
            from);
  }
}

static void add_member(zc_comparing *c, const json_t *set, const json_t *member)
{
  size_t from = c->pooled;
  for (size_t i = 0; i < c->entries.count; i++)
    if (zc_entry_in_set(entry_at(c, c->entries.entries[i]), zc_text_of(set, "id"),
                        member == NULL ? NULL : zc_text_of(member, "id")))
      c->pool[c->pooled++] = c->entries.entries[i];
  end_row(c, &c->members,
          (zc_compared_row){.id = member == NULL ? "" : zc_text_of(member, "id"),
                            .title = member == NULL ? "" : zc_text_of(member, "title"),
                            .set = c->set_count},
          from);
}

/* Members of sets, and behind those of each set all of it together, with an empty id. */
static void add_sets(zc_comparing *c)
{
  size_t index, inner;
  const json_t *set, *member;
  json_array_foreach(checklist_list(c, "sets"), index, set)
  {
    size_t before = c->members.count;
    json_array_foreach(json_object_get(set, "members"), inner, member)
        add_member(c, set, member);
    add_member(c, set, NULL);
    if (c->members.count > before)
      c->sets[c->set_count++] = set;
  }
}

static zc_code choose_rows(zc_comparing *c, zc_err *err)
{
  wanted_entries wanted;
  zc_code code = find_wanted(c, &wanted, err);
  if (code == ZC_OK)
    code = make_room(c, err);
  if (code != ZC_OK)
    return code;
  choose_entries(c, &wanted);
  add_items(c);
  add_areas(c);
  add_sets(c);
  return ZC_OK;
}

/* ---- counting ------------------------------------------------------------------------------ */

static zc_code sum_groups(zc_comparing *c, zc_err *err)
{
  size_t classes = c->view.class_count;
  c->groups = calloc(classes + 1, sizeof *c->groups);
  c->progress = calloc(classes + 1, sizeof *c->progress);
  if (c->groups == NULL || c->progress == NULL)
    return zc_fail_memory(err);
  for (size_t k = 0; k < classes; k++)
    c->groups[k] = zc_group_empty(c->view.classes[k].title);
  c->all = zc_group_empty("");
  zc_view_sum(&c->view, c->chosen, c->groups, &c->all);
  for (size_t i = 0; i < c->view.members.count; i++) {
    const zc_member *m = &c->view.members.members[i];
    if (!c->chosen[i] || !m->expected || m->report == 0)
      continue;
    zc_progress_add(&c->view, m, &c->data, &c->progress[c->view.class_of[i]]);
    zc_progress_add(&c->view, m, &c->data, &c->progress[classes]);
  }
  return ZC_OK;
}

static zc_code count_rows(zc_comparing *c, zc_compared_rows *rows, zc_err *err)
{
  return c->other == NULL ? zc_tallies_count(&c->view, c->chosen, rows->entries,
                                             rows->count, &rows->tallies, err)
                          : zc_pair_count(&c->pair, c->chosen, rows->entries,
                                          rows->count, &rows->changes, err);
}

static zc_code count(zc_comparing *c, zc_err *err)
{
  zc_code code = sum_groups(c, err);
  if (code == ZC_OK)
    code = sort_members(c, err);
  if (code == ZC_OK)
    code = count_rows(c, &c->items, err);
  if (code == ZC_OK)
    code = count_rows(c, &c->areas, err);
  return code == ZC_OK ? count_rows(c, &c->members, err) : code;
}

/* ---- reading -------------------------------------------------------------------------------- */

static zc_code read_view(zc_comparing *c, const json_t *round, zc_view *view,
                         zc_err *err)
{
  return zc_view_read(c->office->workspace.store, c->office->checklists, c->plan,
                      zc_text_of(round, "id"), view, err);
}

static zc_code read_other(zc_comparing *c, zc_err *err)
{
  zc_relapses earlier = {0}, later = {0};
  zc_store *store = c->office->workspace.store;
  zc_code code = read_view(c, c->other, &c->before, err);
  if (code == ZC_OK)
    code = zc_relapses_read(store, c->plan, zc_text_of(c->other, "id"), &earlier, err);
  if (code == ZC_OK)
    code = zc_relapses_read(store, c->plan, zc_text_of(c->round, "id"), &later, err);
  if (code == ZC_OK)
    code = zc_pair_make(&c->before, &c->view, &earlier, &later, &c->pair, err);
  zc_relapses_free(&earlier);
  zc_relapses_free(&later);
  return code;
}

/* What was inspected on the round's days, or those that are asked for, held against its reports. */
static zc_code read_inspections(zc_comparing *c, zc_err *err)
{
  zc_inspect_days(c->office->workspace.cli, c->round, &c->from, &c->to);
  return zc_held_read(c->office->workspace.store, &c->view, c->plan, c->round, c->from,
                      c->to, c->chosen, &c->held, err);
}

static zc_code find_rounds(zc_comparing *c, zc_err *err)
{
  const char *with = zc_option_value(c->office->workspace.cli, "with");
  zc_code code = zc_office_plan(c->office, &c->plan, err);
  if (code == ZC_OK)
    code = zc_office_round(c->office, c->plan, &c->round, err);
  if (code == ZC_OK && with != NULL)
    code = zc_office_round_of(c->office, c->plan, with, &c->other, err);
  if (code == ZC_OK && c->other == c->round)
    return zc_fail(err, ZC_EUSAGE,
                   "--with names the round that is compared: give another one, or "
                   "another --round",
                   NULL);
  return code;
}

/* ---- money ---------------------------------------------------------------------------------- */

/* The money that a table has of a class, or of all behind them; of inspections two columns of it. */
static int64_t money_of(const zc_comparing *c, size_t class, bool second)
{
  const zc_group *g = class < c->view.class_count ? &c->groups[class] : &c->all;
  const zc_held *h = c->inspections ? &c->held.classes[class] : NULL;
  return h == NULL ? g->numbers[ZC_NUMBER_refund] : second ? h->refund_self : h->amount;
}

static int64_t row_money(const zc_comparing *c, size_t row, bool second)
{
  const zc_held *h = c->inspections ? &c->held.rows[row] : NULL;
  return h != NULL ? (second ? h->refund_self : h->amount)
                   : c->view.members.members[c->order[row]].numbers[ZC_NUMBER_refund];
}

static void fit_column(zc_comparing *c, bool second, int64_t *rows, int64_t *classes,
                       int *class_of)
{
  size_t count = c->inspections ? c->held.count : c->order_count;
  for (size_t i = 0; i < count; i++) {
    rows[i] = row_money(c, i, second);
    class_of[i] =
        c->view.class_of[c->inspections ? c->held.rows[i].member : c->order[i]];
  }
  for (size_t k = 0; k <= c->view.class_count; k++)
    classes[k] = money_of(c, k, second);
  c->places = zc_wan_fit(c->places, rows, class_of, count, classes,
                         c->view.class_count);
}

/* With more decimals for one column another may need more of them, too. */
static zc_code fit_money(zc_comparing *c, zc_err *err)
{
  int64_t *rows = calloc(c->view.members.count + 1, sizeof *rows);
  int64_t *classes = calloc(c->view.class_count + 1, sizeof *classes);
  int *class_of = calloc(c->view.members.count + 1, sizeof *class_of);
  bool good = rows != NULL && classes != NULL && class_of != NULL;
  c->places = ZC_WAN_PLACES;
  for (int before = 0; good && before != c->places;) {
    before = c->places;
    fit_column(c, false, rows, classes, class_of);
    fit_column(c, true, rows, classes, class_of);
  }
  free(rows);
  free(classes);
  free(class_of);
  return good ? ZC_OK : zc_fail_memory(err);
}

/* ---- all of it ------------------------------------------------------------------------------ */

zc_code zc_comparing_open(zc_office *office, zc_comparing *comparing, zc_err *err)
{
  *comparing = (zc_comparing){.office = office};
  zc_code code = find_rounds(comparing, err);
  if (code == ZC_OK)
    code = read_view(comparing, comparing->round, &comparing->view, err);
  if (code == ZC_OK && comparing->other != NULL)
    code = read_other(comparing, err);
  if (code == ZC_OK)
    code = zc_office_check_roster(&comparing->view, comparing->plan, err);
  if (code == ZC_OK)
    code = choose_members(comparing, err);
  if (code == ZC_OK)
    code = choose_rows(comparing, err);
  if (code == ZC_OK)
    code = count(comparing, err);
  comparing->inspections = zc_option_value(office->workspace.cli, "inspection") != NULL;
  if (code == ZC_OK && comparing->inspections)
    code = read_inspections(comparing, err);
  return code == ZC_OK ? fit_money(comparing, err) : code;
}

static void free_rows(zc_compared_rows *rows)
{
  free(rows->rows);
  free(rows->entries);
  zc_tallies_free(&rows->tallies);
  zc_change_tallies_free(&rows->changes);
}

void zc_comparing_close(zc_comparing *comparing)
{
  free_rows(&comparing->items);
  free_rows(&comparing->areas);
  free_rows(&comparing->members);
  free(comparing->chosen);
  free(comparing->order);
  free(comparing->pool);
  free((size_t *)comparing->data.entries);
  free(comparing->sets);
  free(comparing->groups);
  free(comparing->progress);
  zc_held_free(&comparing->held);
  zc_pair_free(&comparing->pair);
  zc_view_free(&comparing->view);
  zc_view_free(&comparing->before);
  *comparing = (zc_comparing){0};
}
