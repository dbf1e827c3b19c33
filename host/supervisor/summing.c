#include "supervisor/summing.h"

#include <stdlib.h>
#include <string.h>

#include "office/checklist_parts.h"
#include "store/cases.h"
#include "supervisor/lacking.h"

/* ---- coverage --------------------------------------------------------------------------- */

/* `partly`: some office below does not tell whom it has inspected. */
static json_t *told_count(const zc_count *count, size_t at, const json_t *targets,
                          int64_t inspected, bool partly)
{
  json_t *told = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
                           "title", count->of.title, "at", (json_int_t)at, "listed",
                           (json_int_t)count->of.listed, "expected",
                           (json_int_t)count->of.expected, "here",
                           (json_int_t)count->of.here, "missing",
                           (json_int_t)(count->of.expected - count->of.here), "late",
                           (json_int_t)count->of.late, "nil", (json_int_t)count->of.nil,
                           "left_out", (json_int_t)count->of.left_out, "clean",
                           (json_int_t)count->of.clean);
  int bad = 0;
  if (targets != NULL)
    bad |= json_object_set(told, "targets", (json_t *)targets);
  if (inspected >= 0)
    bad |= json_object_set_new(told, "inspected", json_integer(inspected));
  if (partly)
    bad |= json_object_set_new(told, "partly", json_true());
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

static zc_code ask_classes(zc_counting *c, json_t **classes, zc_err *err)
{
  json_t *titles = json_array(), *answer = NULL;
  int bad = titles == NULL;
  for (size_t i = 0; i < c->counts.count; i++)
    bad |= json_array_append_new(titles, json_string(c->counts.groups[i].of.title));
  json_t *args = json_pack("{s:o}", "classes", titles);
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(err);
  }
  zc_code code = zc_plan_call(&c->plan, "office_classes", args, &answer, err);
  *classes = json_incref(json_object_get(answer, "classes"));
  json_decref(answer);
  return code;
}

/* Inspected places that are no expected facilities; -1: nothing is registered. */
static int64_t off_roster(const zc_counting *c)
{
  int64_t all = zc_get_integer(json_object_get(c->cases, ""), "inspected", -1);
  return all < 0 ? -1 : all - c->covered[c->counts.count];
}

static zc_code add_coverage(zc_counting *c, json_t *args, zc_err *err)
{
  json_t *classes = NULL, *coverage = json_array();
  json_t *lacking = zc_lacking_of(&c->below, "visits");
  bool partly = json_array_size(lacking) > 0;
  int bad = coverage == NULL || lacking == NULL;
  zc_code code = ask_classes(c, &classes, err);
  json_decref(lacking);
  for (size_t i = 0; code == ZC_OK && i < c->counts.count; i++) {
    const zc_count *group = &c->counts.groups[i];
    const json_t *targets = json_object_get(json_array_get(classes, i), "targets");
    if (group->of.expected > 0)
      bad |= json_array_append_new(coverage, told_count(group, i, targets,
                                                        c->covered[i], partly));
  }
  bad |= json_object_set_new(args, "coverage", coverage);
  bad |= json_object_set_new(args, "total",
                             told_count(&c->counts.all, 0, NULL,
                                        c->covered[c->counts.count], partly));
  if (off_roster(c) > 0)
    bad |= json_object_set_new(args, "off_roster", json_integer(off_roster(c)));
  json_decref(classes);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* ---- what was checked and found ----------------------------------------------------------- */

static int add_tally(json_t *to, const zc_tally *t)
{
  int64_t found = t->problem + t->suspect + t->hint;
  int64_t open = t->not_checked + t->undetermined + t->absent;
  int bad = json_object_set_new(to, "checked", json_integer(t->pass + found));
  bad |= json_object_set_new(to, "found", json_integer(found));
  bad |= json_object_set_new(to, "clean", json_integer(t->pass));
  bad |= json_object_set_new(to, "certain", json_integer(t->problem));
  bad |= json_object_set_new(to, "open", json_integer(open));
  bad |= json_object_set_new(to, "not_applicable", json_integer(t->not_applicable));
  return bad;
}

/* The classes in which somebody was checked. */
static int add_classes(const zc_counting *c, const zc_tally *tallies, json_t *to)
{
  int bad = 0;
  json_t *list = json_array();
  for (size_t i = 0; i < c->view.class_count; i++) {
    const zc_tally *t = &tallies[i];
    if (t->pass + t->problem + t->suspect + t->hint == 0)
      continue;
    json_t *own = json_object();
    bad |= json_object_set_new(own, "title", json_string(c->view.classes[i].title));
    bad |= add_tally(own, t);
    bad |= json_array_append_new(list, own);
  }
  return bad | json_object_set_new(to, "classes", list);
}

static json_t *told_entries(const zc_counting *c, const char *title, const char *id,
                            const size_t *places, size_t count, bool classes)
{
  json_t *told = json_pack("{s:s, s:s, s:I}", "title", title, "id", id, "entries",
                           (json_int_t)count);
  zc_tally *tallies = calloc(c->view.class_count + 1, sizeof *tallies);
  int bad = tallies == NULL;
  if (bad == 0) {
    zc_view_tally_classes(&c->view, places, count, tallies);
    bad |= add_tally(told, &tallies[c->view.class_count]);
    bad |= classes ? add_classes(c, tallies, told) : 0;
  }
  free(tallies);
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

static json_t *told_items(const zc_counting *c)
{
  size_t index;
  const json_t *entry;
  json_t *items = json_array();
  int bad = 0;
  json_array_foreach(json_object_get(c->view.checklist, "entries"), index, entry)
  {
    json_t *told = told_entries(c, zc_text_of(entry, "title"), zc_text_of(entry, "id"),
                                &index, 1, false);
    bad |= json_object_set_new(told, "focus", json_string(zc_text_of(entry, "focus")));
    bad |= json_object_set_new(told, "kind", json_string(zc_text_of(entry, "kind")));
    bad |= json_object_set_new(told, "severity",
                               json_string(zc_text_of(entry, "severity")));
    bad |= json_array_append_new(items, told);
  }
  if (bad == 0)
    return items;
  json_decref(items);
  return NULL;
}

/* The places of a focus area (set is NULL) or of a member of a set. */
static size_t places_of(const zc_counting *c, const char *set, const char *id,
                        size_t *places)
{
  size_t index, count = 0;
  const json_t *entry;
  json_array_foreach(json_object_get(c->view.checklist, "entries"), index, entry)
  {
    if (set == NULL ? zc_entry_in_area(c->view.checklist, entry, id)
                    : zc_entry_in_set(entry, set, id))
      places[count++] = index;
  }
  return count;
}

static json_t *told_set(const zc_counting *c, const json_t *set, size_t *places)
{
  size_t index;
  const json_t *member;
  json_t *members = json_array();
  int bad = 0;
  json_array_foreach(json_object_get(set, "members"), index, member)
  {
    size_t count = places_of(c, zc_text_of(set, "id"), zc_text_of(member, "id"),
                             places);
    bad |= json_array_append_new(members, told_entries(c, zc_text_of(member, "title"),
                                                       zc_text_of(member, "id"), places,
                                                       count, true));
  }
  if (bad != 0) {
    json_decref(members);
    return NULL;
  }
  return json_pack("{s:s, s:s, s:o}", "id", zc_text_of(set, "id"), "title",
                   zc_text_of(set, "title"), "members", members);
}

static zc_code add_verdicts(zc_counting *c, json_t *args, zc_err *err)
{
  size_t index;
  const json_t *one;
  json_t *sets = json_array(), *focus = json_array();
  size_t *places = calloc(c->view.entries + 1, sizeof *places);
  int bad = places == NULL;
  json_array_foreach(json_object_get(c->view.checklist, "sets"), index, one)
      bad |= bad != 0 || json_array_append_new(sets, told_set(c, one, places));
  json_array_foreach(json_object_get(c->view.checklist, "focus"), index, one)
  {
    size_t count = bad != 0 ? 0 : places_of(c, NULL, zc_text_of(one, "id"), places);
    json_t *told = told_entries(c, zc_text_of(one, "title"), zc_text_of(one, "id"),
                                places, count, false);
    bad |= json_array_append_new(focus, told);
  }
  free(places);
  bad |= json_object_set_new(args, "items", told_items(c));
  bad |= json_object_set_new(args, "sets", sets);
  bad |= json_object_set_new(args, "focus", focus);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- problems ------------------------------------------------------------------------------ */

static const char *const figures[] = {"found",     "counted", "unverified", "dismissed",
                                      "rectified", "closed",  "overdue"};
#define FIGURES (sizeof figures / sizeof *figures)

static int add_group(json_t *table, const char *key, const char *title,
                     const json_t *group)
{
  int bad = 0;
  json_t *row = json_object_get(table, key);
  if (row == NULL) {
    row = json_pack("{s:s, s:s}", "id", key, "title", title);
    bad |= json_object_set_new(table, key, row);
  }
  for (size_t i = 0; i < FIGURES; i++)
    bad |= json_object_set_new(row, figures[i],
                               json_integer(zc_get_integer(row, figures[i], 0) +
                                            zc_get_integer(group, figures[i], 0)));
  return bad;
}

static const json_t *entry_of(const zc_counting *c, const json_t *group)
{
  size_t index;
  const json_t *one;
  json_array_foreach(c->office.checklists, index, one)
  {
    if (zc_get_integer(one, "no", -1) == zc_get_integer(group, "checklist", -2))
      return json_array_get(json_object_get(json_object_get(one, "body"), "entries"),
                            (size_t)zc_get_integer(group, "entry", -1));
  }
  return NULL;
}

/* By a member of their entries and what that is called. A problem of no known entry is of no focus area
 * and of no item: "". */
static int sort_by_entry(const zc_counting *c, const json_t *groups, const char *key,
                         const char *title, json_t *table)
{
  size_t index;
  const json_t *group;
  int bad = 0;
  json_array_foreach(groups, index, group)
  {
    const json_t *entry = zc_get_integer(group, "entry", -1) < 0 ? NULL
                                                                 : entry_of(c, group);
    bad |= add_group(table, zc_text_of(entry, key), zc_text_of(entry, title), group);
  }
  return bad;
}

static int sort_by(const json_t *groups, const char *key, json_t *table)
{
  size_t index;
  const json_t *group;
  int bad = 0;
  json_array_foreach(groups, index, group)
      bad |= add_group(table, zc_text_of(group, key), zc_text_of(group, key), group);
  return bad;
}

/* The tables have every problem of the facilities that count, as it was read with them. */
static zc_code check_tables(const zc_counting *c, const json_t *groups, zc_err *err)
{
  size_t index;
  const json_t *group;
  int64_t tabled = 0, told = 0;
  json_array_foreach(groups, index, group) tabled += zc_get_integer(group, "found", 0);
  for (size_t i = 0; i < c->view.members.count; i++)
    told += c->view.members.members[i].expected ? c->found[i].all : 0;
  return tabled == told
             ? ZC_OK
             : zc_fail(
                   err, ZC_EINTERNAL,
                   "the tables of problems add up to {sum}, and the reports tell of "
                   "{total}",
                   "sum", ZC_DIGITS(tabled), "total", ZC_DIGITS(told), NULL);
}

static zc_code add_tables(zc_counting *c, json_t *args, zc_err *err)
{
  zc_days room;
  json_t *groups = NULL, *focus = json_object(), *source = json_object();
  json_t *class = json_object(), *item = json_object();
  zc_code code = zc_told_groups(c->office.workspace.store, c->id,
                                zc_text_of(c->span.round, "id"),
                                zc_span_days(&c->span, &room), &groups, err);
  if (code == ZC_OK)
    code = check_tables(c, groups, err);
  int bad = sort_by_entry(c, groups, "focus", "focus_title", focus);
  bad |= sort_by_entry(c, groups, "id", "title", item);
  bad |= sort_by(groups, "source", source);
  bad |= sort_by(groups, "class", class);
  bad |= json_object_set_new(args, "tables",
                             json_pack("{s:o, s:o, s:o, s:o}", "focus", focus, "source",
                                       source, "class", class, "item", item));
  json_decref(groups);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* ---- the rest -------------------------------------------------------------------------------- */

/* How a reader asks for the same figures again. */
static json_t *told_command(const zc_counting *c)
{
  const zc_span *span = &c->span;
  if (span->window)
    return json_sprintf("--plan %s --window %s..%s", c->id, span->from, span->to);
  return json_sprintf("--plan %s --round %s", c->id, zc_text_of(span->round, "id"));
}

static zc_code add_register(zc_counting *c, json_t *args, zc_err *err)
{
  json_t *total = json_object_get(c->cases, "");
  int bad = json_object_set(args, "register", total);
  bad |= json_object_set_new(args, "own_visits", json_boolean(c->own_visits));
  if (json_array_size(c->below.offices) > 0) {
    bad |= json_object_set_new(args, "below", zc_below_told(&c->below));
    bad |= json_object_set_new(args, "lacking",
                               json_pack("{s:o, s:o}", "visits",
                                         zc_lacking_of(&c->below, "visits"), "cases",
                                         zc_lacking_of(&c->below, "cases")));
  }
  bad |= json_object_set_new(args, "command", told_command(c));
  json_t *told = zc_count_told(&c->counts, &c->counts.all);
  bad |= json_object_set(args, "figures", json_object_get(told, "figures"));
  json_decref(told);
  if (c->before != NULL)
    bad |= json_object_set(args, "before", c->before);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_summing_gather(zc_counting *c, const zc_office_source *source, json_t *args,
                          zc_err *err)
{
  zc_code code = add_coverage(c, args, err);
  if (code == ZC_OK)
    code = add_verdicts(c, args, err);
  if (code == ZC_OK)
    code = add_tables(c, args, err);
  if (code == ZC_OK)
    code = add_register(c, args, err);
  if (code == ZC_OK &&
      (json_object_set_new(args, "lists", zc_office_source_counts(source)) != 0 ||
       json_object_set_new(args, "inspections",
                           zc_inspections_told(c, zc_office_source_inspections(
                                                      source))) != 0))
    code = zc_fail_memory(err);
  return code;
}
