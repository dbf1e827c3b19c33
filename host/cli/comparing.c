#include "cli/comparing.h"

#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

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
  return comparing->groups[class].expected > 0;
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
  const char *id = text_of(thing, "id"), *title = text_of(thing, "title");
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

/* Whether an entry stands in a focus area or in one beneath it. */
static bool in_area(const zc_comparing *c, const json_t *entry, const char *area)
{
  const char *at = zc_get_text(entry, "focus");
  for (int depth = 0; at != NULL && depth < 16; depth++) {
    if (strcmp(at, area) == 0)
      return true;
    at = zc_get_text(find_named(checklist_list(c, "focus"), at, strlen(at)), "parent");
  }
  return false;
}

/* `member` NULL: any of the set. */
static bool in_set(const json_t *entry, const char *set, const char *member)
{
  size_t index;
  const json_t *one;
  json_array_foreach(json_object_get(entry, "sets"), index, one)
  {
    if (strcmp(text_of(one, "set"), set) == 0 &&
        (member == NULL || strcmp(text_of(one, "member"), member) == 0))
      return true;
  }
  return false;
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
      zc_buffer_print(&known, "%s%s", index == 0 ? "" : " ", text_of(one, "id"));
  zc_code code = zc_fail(err, ZC_EUSAGE, "unknown --{option} {value}; known: {list}",
                         "option", option, "value", value, "list",
                         zc_text_or(known.data, ""), NULL);
  zc_buffer_free(&known);
  return code;
}

static bool is_item(const json_t *entry, const char *name)
{
  return is_named(entry, name, strlen(name)) ||
         strcmp(text_of(entry, "item"), name) == 0;
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
  w->set = text_of(set, "id");
  if (dot == NULL)
    return ZC_OK;
  member = find_named(json_object_get(set, "members"), dot + 1, strlen(dot + 1));
  if (member == NULL)
    return fail_unknown(err, "set", value, json_object_get(set, "members"));
  w->member = text_of(member, "id");
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
    w->area = text_of(found, "id");
  }
  return code == ZC_OK && set != NULL ? find_set(c, set, w, err) : code;
}

static bool is_wanted(const zc_comparing *c, const wanted_entries *w,
                      const json_t *entry)
{
  return (w->item == NULL || is_item(entry, w->item)) &&
         (w->area == NULL || in_area(c, entry, w->area)) &&
         (w->set == NULL || in_set(entry, w->set, w->member));
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
  size_t all = c->view.entries * (3 + areas + members) + 1;
  struct {
    zc_compared_rows *rows;
    size_t room;
  } const kinds[] = {{&c->items, c->view.entries},
                     {&c->areas, areas},
                     {&c->members, members}};
  c->pool = malloc(all * sizeof *c->pool);
  c->sets = calloc(json_array_size(checklist_list(c, "sets")) + 1, sizeof *c->sets);
  if (c->pool == NULL || c->sets == NULL)
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
  size_t data, index;
  const json_t *entry;
  json_array_foreach(checklist_list(c, "entries"), index, entry)
  {
    if (is_wanted(c, w, entry))
      c->pool[c->pooled++] = index;
  }
  c->entries = (zc_row_entries){c->pool, c->pooled};
  c->narrowed = w->item != NULL || w->area != NULL || w->set != NULL;
  data = c->pooled;
  json_array_foreach(checklist_list(c, "entries"), index, entry)
  {
    if (strcmp(text_of(entry, "kind"), "data") == 0)
      c->pool[c->pooled++] = index;
  }
  c->data = (zc_row_entries){c->pool + data, c->pooled - data};
}

static void add_items(zc_comparing *c)
{
  for (size_t i = 0; i < c->entries.count; i++) {
    const json_t *entry = entry_at(c, c->entries.entries[i]);
    size_t from = c->pooled;
    c->pool[c->pooled++] = c->entries.entries[i];
    end_row(c, &c->items,
            (zc_compared_row){.id = text_of(entry, "id"),
                              .title = text_of(entry, "title")},
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
      if (in_area(c, entry_at(c, c->entries.entries[i]), text_of(area, "id")))
        c->pool[c->pooled++] = c->entries.entries[i];
    end_row(c, &c->areas,
            (zc_compared_row){.id = text_of(area, "id"),
                              .title = text_of(area, "title")},
            from);
  }
}

static void add_member(zc_comparing *c, const json_t *set, const json_t *member)
{
  size_t from = c->pooled;
  for (size_t i = 0; i < c->entries.count; i++)
    if (in_set(entry_at(c, c->entries.entries[i]), text_of(set, "id"),
               member == NULL ? NULL : text_of(member, "id")))
      c->pool[c->pooled++] = c->entries.entries[i];
  end_row(c, &c->members,
          (zc_compared_row){.id = member == NULL ? "" : text_of(member, "id"),
                            .title = member == NULL ? "" : text_of(member, "title"),
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
    c->groups[k].title = c->view.classes[k].title;
  c->all.title = "";
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
                      text_of(round, "id"), view, err);
}

static zc_code read_other(zc_comparing *c, zc_err *err)
{
  zc_relapses earlier = {0}, later = {0};
  zc_store *store = c->office->workspace.store;
  zc_code code = read_view(c, c->other, &c->before, err);
  if (code == ZC_OK)
    code = zc_relapses_read(store, c->plan, text_of(c->other, "id"), &earlier, err);
  if (code == ZC_OK)
    code = zc_relapses_read(store, c->plan, text_of(c->round, "id"), &later, err);
  if (code == ZC_OK)
    code = zc_relapsed_find(&c->before, &c->view, &earlier, &later, &c->relapsed, err);
  zc_relapses_free(&earlier);
  zc_relapses_free(&later);
  c->pair = (zc_rounds_pair){&c->before, &c->view, &c->relapsed};
  return code;
}

/* What was inspected, from --from to --to, held against the reports of the round. */
static zc_code read_inspections(zc_comparing *c, zc_err *err)
{
  const zc_cli *cli = c->office->workspace.cli;
  zc_store *store = c->office->workspace.store;
  const zc_visit_filter filter = {.plan = c->plan,
                                  .from = zc_option_value(cli, "from"),
                                  .to = zc_option_value(cli, "to")};
  json_t *visited = NULL, *problems = NULL;
  zc_code code = zc_inspection_figures(store, &filter, &visited, err);
  if (code == ZC_OK)
    code = zc_inspected(store, &filter, &problems, err);
  if (code == ZC_OK)
    code = zc_unreported_mark(store, &c->view, c->plan, text_of(c->round, "id"),
                              problems, err);
  if (code == ZC_OK)
    code = zc_held_sum(&c->view, c->chosen, visited, problems, &c->held, err);
  json_decref(visited);
  json_decref(problems);
  return code;
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

zc_code zc_comparing_open(zc_office *office, zc_comparing *comparing, zc_err *err)
{
  *comparing = (zc_comparing){.office = office};
  zc_code code = find_rounds(comparing, err);
  if (code == ZC_OK)
    code = read_view(comparing, comparing->round, &comparing->view, err);
  if (code == ZC_OK && comparing->other != NULL)
    code = read_other(comparing, err);
  if (code == ZC_OK && comparing->view.members.count == 0)
    return zc_fail(
        err, ZC_EDATA,
        "nobody is on the roster; take it in with `zicha roster import FILE`", NULL);
  if (code == ZC_OK)
    code = choose_members(comparing, err);
  if (code == ZC_OK)
    code = choose_rows(comparing, err);
  if (code == ZC_OK)
    code = count(comparing, err);
  comparing->inspections = zc_option_value(office->workspace.cli, "inspection") != NULL;
  return code == ZC_OK && comparing->inspections ? read_inspections(comparing, err)
                                                 : code;
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
  free(comparing->sets);
  free(comparing->groups);
  free(comparing->progress);
  zc_held_free(&comparing->held);
  zc_relapsed_free(&comparing->relapsed);
  zc_view_free(&comparing->view);
  zc_view_free(&comparing->before);
  *comparing = (zc_comparing){0};
}
