#include "supervisor/counting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cli/plans.h"
#include "supervisor/lacking.h"
#include "supervisor/registered.h"

/* ---- which days ----------------------------------------------------------------------- */

const zc_days *zc_span_days(const zc_span *span, zc_days *room)
{
  *room = (zc_days){span->from, span->to};
  return span->window ? room : NULL;
}

json_t *zc_span_told(const zc_span *span)
{
  const json_t *round = span->round;
  return json_pack("{s:s, s:s, s:s, s:s, s:b}", "round", zc_text_of(round, "id"),
                   "title", zc_text_of(round, "title"), "from", span->from, "to",
                   span->to, "window", span->window);
}

/* The last round that has begun on a day. */
static const json_t *round_on(const json_t *rounds, const char *day)
{
  size_t index;
  const json_t *one, *found = NULL;
  json_array_foreach(rounds, index, one)
  {
    if (found == NULL || strcmp(zc_text_of(one, "from"), day) <= 0)
      found = one;
  }
  return found;
}

static const json_t *round_before(const json_t *rounds, const json_t *round)
{
  size_t index;
  const json_t *one, *before = NULL;
  json_array_foreach(rounds, index, one)
  {
    if (one == round)
      return before;
    before = one;
  }
  return NULL;
}

static void set_round(zc_span *span, const json_t *round)
{
  span->round = round;
  snprintf(span->from, sizeof span->from, "%s", zc_text_of(round, "from"));
  snprintf(span->to, sizeof span->to, "%s", zc_text_of(round, "to"));
}

static zc_code read_window(const char *text, int32_t *from, int32_t *to, zc_err *err)
{
  if (strlen(text) == 22 && strncmp(text + 10, "..", 2) == 0 &&
      zc_day_parse(text, 10, from) && zc_day_parse(text + 12, 10, to) && *from <= *to)
    return ZC_OK;
  return zc_fail(err, ZC_EUSAGE,
                 "--window {value} is not FROM..TO, such as 2023-05-01..2023-05-31",
                 "value", text, NULL);
}

static void set_window(zc_span *span, const json_t *rounds, int32_t from, int32_t to)
{
  span->window = true;
  zc_day_text(from, span->from);
  zc_day_text(to, span->to);
  span->round = round_on(rounds, span->to);
}

static zc_code find_span(zc_counting *c, bool previous, zc_err *err)
{
  const zc_cli *cli = c->office.workspace.cli;
  const char *window = zc_option_value(cli, "window");
  const json_t *rounds = json_object_get(c->office.rounds, c->id), *round;
  int32_t from, to;
  if (window != NULL && zc_option_value(cli, "round") != NULL)
    return zc_fail(err, ZC_EUSAGE, "give --round or --window, not both", NULL);
  zc_code code = window != NULL ? read_window(window, &from, &to, err)
                                : zc_office_round(&c->office, c->id, &round, err);
  if (code != ZC_OK)
    return code;
  if (window != NULL) {
    set_window(&c->span, rounds, from, to);
    set_window(&c->previous, rounds, from - (to - from) - 1, from - 1);
    c->has_previous = previous;
    return c->span.round != NULL ? ZC_OK
                                 : zc_office_round(&c->office, c->id, &round, err);
  }
  set_round(&c->span, round);
  round = round_before(rounds, round);
  c->has_previous = previous && round != NULL;
  if (c->has_previous)
    set_round(&c->previous, round);
  return ZC_OK;
}

/* Whether figures that people entered belong to a span: to a round, or to its very days. */
static bool has_manual(const zc_span *span)
{
  return !span->window || (strcmp(span->from, zc_text_of(span->round, "from")) == 0 &&
                           strcmp(span->to, zc_text_of(span->round, "to")) == 0);
}

/* What people have entered for a round is of all of its days. */
static zc_code read_manual(const zc_counting *c, const zc_span *span, json_t **list,
                           zc_err *err)
{
  if (has_manual(span))
    return zc_manual(c->office.workspace.store, c->id, zc_text_of(span->round, "id"),
                     list, err);
  *list = json_array();
  return *list == NULL ? zc_fail_memory(err) : ZC_OK;
}

zc_code zc_span_below(const zc_counting *c, const zc_span *span, zc_below *below,
                      zc_err *err)
{
  return zc_below_read(c->office.workspace.store,
                       &(zc_below_span){c->id, span->round, has_manual(span)}, below,
                       err);
}

/* ---- what the engine is told ------------------------------------------------------------ */

static bool is_entered(const zc_counting *c, const char *class)
{
  const char *row;
  json_t *classes;
  json_object_foreach(c->entered, row, classes)
  {
    if (c->by == ZC_COUNT_CLASS && json_object_get(classes, class) != NULL)
      return true;
  }
  return false;
}

bool zc_counting_shows(const zc_counting *c, const zc_count *group)
{
  return group->of.expected > 0 || is_entered(c, group->of.title) ||
         zc_registered_any(json_object_get(c->cases, group->of.title));
}

bool zc_counting_others(const zc_counting *c)
{
  return c->by != ZC_COUNT_ALL &&
         zc_registered_any(json_object_get(c->cases, ZC_OFF_ROSTER));
}

/* Nobody has a class any more of which something was entered: it is counted all the same. */
static zc_code add_entered(zc_counting *c, zc_err *err)
{
  const char *row, *class;
  json_t *classes, *value;
  zc_code code = ZC_OK;
  if (c->by != ZC_COUNT_CLASS)
    return ZC_OK;
  json_object_foreach(c->entered, row, classes)
      json_object_foreach(classes, class, value)
  {
    if (code == ZC_OK && *class != '\0')
      code = zc_counts_add(&c->counts, class, err);
  }
  return code;
}

/* `covered`: how many of the group's expected facilities were inspected. */
static json_t *told_group(const zc_counts *counts, const zc_count *group,
                          const json_t *cases, bool kept, int64_t covered)
{
  json_t *told = zc_count_told(counts, group), *empty = NULL;
  json_t *own = json_object_get(cases, group->of.title);
  if (told == NULL)
    return NULL;
  /* Of a class in which nothing was done the register tells 0. */
  if (own == NULL && kept) {
    const char *name;
    json_t *value;
    empty = json_object();
    json_object_foreach(json_object_get(cases, ""), name, value)
        json_object_set_new(empty, name,
                            json_is_string(value) ? json_string("0.00")
                                                  : json_integer(0));
    own = empty;
  }
  if (own != NULL) {
    json_t *collected = json_object_get(told, "collected");
    int bad = kept ? json_object_set(told, "cases", own) : 0;
    if (covered >= 0) {
      bad |= json_object_set_new(collected, "inspected", json_integer(covered));
      if (counts->unheard == 0)
        bad |= json_object_set(collected, "inspection_due",
                               json_object_get(collected, "expected"));
    }
    if (bad != 0) {
      json_decref(told);
      told = NULL;
    }
  }
  json_decref(empty);
  return told;
}

/* What was inspected or filed of those who are on no roster has a column of its own. */
static int add_others(const zc_counting *c, json_t *groups)
{
  json_t *own = json_object_get(c->cases, ZC_OFF_ROSTER), *told;
  zc_count none = {.of = zc_group_empty(ZC_OFF_ROSTER)};
  if (!zc_registered_any(own))
    return 0;
  none.measures = calloc(json_array_size(c->counts.measures) + 1,
                         sizeof *none.measures);
  told = none.measures == NULL ? NULL
                               : told_group(&c->counts, &none, c->cases, true,
                                            c->covered[c->counts.count] < 0 ? -1 : 0);
  free(none.measures);
  return json_array_append_new(groups, told);
}

static json_t *told_groups(const zc_counting *c)
{
  json_t *groups = json_array();
  bool kept = json_object_size(json_object_get(c->cases, "")) > 0;
  int bad = json_array_append_new(groups,
                                  told_group(&c->counts, &c->counts.all, c->cases, kept,
                                             c->covered[c->counts.count]));
  for (size_t i = 0; c->columns && i < c->counts.count; i++)
    if (zc_counting_shows(c, &c->counts.groups[i]))
      bad |= json_array_append_new(groups, told_group(&c->counts, &c->counts.groups[i],
                                                      c->cases, kept, c->covered[i]));
  if (c->columns && c->by != ZC_COUNT_ALL)
    bad |= add_others(c, groups);
  if (bad == 0)
    return groups;
  json_decref(groups);
  return NULL;
}

/* ---- counting ----------------------------------------------------------------------------- */

static zc_code count_span(zc_counting *c, const zc_span *span, zc_count_by by,
                          json_t *measures, zc_view *view, zc_counts *counts,
                          zc_err *err)
{
  zc_days room;
  const zc_days *days = zc_span_days(span, &room);
  const char *round = zc_text_of(span->round, "id");
  zc_store *store = c->office.workspace.store;
  json_t *none = json_array();
  zc_code code = zc_view_read(store, c->office.checklists, c->id, round, view, err);
  /* What rules have measured is of the report's own days. */
  if (code == ZC_OK)
    code = zc_counts_make(view, by, days == NULL ? measures : none, counts, err);
  if (code == ZC_OK && days != NULL)
    code = zc_told_window(store, c->id, round, days, &view->members, err);
  if (code == ZC_OK)
    code = zc_counts_sum(view, counts, err);
  json_decref(none);
  return code;
}

/* How far the reports of the round reach into the days of the window. */
static zc_reach reach_of(const zc_view *view, const zc_span *span)
{
  zc_reach reach = {.last = ""};
  for (size_t i = 0; i < view->members.count; i++) {
    const zc_member *m = &view->members.members[i];
    const char *until = zc_told_until(m);
    if (!zc_member_here(m))
      continue;
    reach.before += span->window && strcmp(until, span->from) < 0;
    reach.within += span->window && strcmp(until, span->from) >= 0 &&
                    strcmp(until, span->to) < 0;
    if (strcmp(until, reach.last) > 0)
      reach.last = until;
  }
  return reach;
}

json_t *zc_reach_told(const zc_reach *reach)
{
  return json_pack("{s:I, s:I, s:s}", "before", (json_int_t)reach->before, "within",
                   (json_int_t)reach->within, "last", reach->last);
}

bool zc_counting_behind(const zc_counting *c)
{
  return c->reach.before > 0 && c->reach.before == c->counts.all.of.here;
}

/* The same round's reports twice: only what was inspected and filed can differ. */
static int forget_reports(const zc_counting *c, json_t *before)
{
  static const char *const kept[] = {"inspected", "inspection_due"};
  json_t *collected = json_object();
  const json_t *all = json_object_get(before, "collected");
  int bad = collected == NULL;
  if (c->previous.round != c->span.round) {
    json_decref(collected);
    return bad;
  }
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (json_object_get(all, kept[i]) != NULL)
      bad |= json_object_set(collected, kept[i], json_object_get(all, kept[i]));
  return bad | json_object_set_new(before, "collected", collected);
}

/* Of the span before only its sums are kept. */
static zc_code add_previous(zc_counting *c, const json_t *measures, json_t *args,
                            zc_err *err)
{
  zc_view view = {0};
  zc_counts counts = {0};
  json_t *cases = NULL, *manual = NULL;
  int64_t *covered = NULL;
  const zc_below *below = &c->below_before;
  if (!c->has_previous)
    return ZC_OK;
  zc_code code = count_span(c, &c->previous, ZC_COUNT_ALL,
                            json_object_get(measures, "ids"), &view, &counts, err);
  if (code == ZC_OK)
    code = zc_span_below(c, &c->previous, &c->below_before, err);
  if (code == ZC_OK)
    code = zc_registered(c, &c->previous, below, false, &cases, err);
  if (code == ZC_OK)
    code = zc_registered_covered(c, &c->previous, below, &view, &counts, &covered, err);
  if (code == ZC_OK)
    code = read_manual(c, &c->previous, &manual, err);
  if (code == ZC_OK) {
    bool kept = json_object_size(json_object_get(cases, "")) > 0;
    c->before = told_group(&counts, &counts.all, cases, kept, covered[counts.count]);
    int bad = c->before == NULL || forget_reports(c, c->before) != 0;
    bad |= json_object_set(args, "previous", c->before);
    bad |= json_object_set_new(args, "previous_manual",
                               zc_below_entered(below, manual,
                                                json_object_get(measures, "rates")));
    code = bad == 0 ? ZC_OK : zc_fail_memory(err);
  }
  free(covered);
  json_decref(cases);
  json_decref(manual);
  zc_counts_free(&counts);
  zc_view_free(&view);
  return code;
}

/* Decimals of at most six places as millionths; false for what is none. */
static bool millionths(const char *text, int64_t *value)
{
  bool lost = false;
  json_t *map = json_pack("{s:s}", "x", text);
  bool good = zc_measure_of(map, "x", value, &lost);
  json_decref(map);
  return good;
}

/* Whether a row is made of nothing but reports: a column without reports has none of it. */
static bool is_of_reports(const json_t *row)
{
  size_t index;
  const json_t *name, *names = json_object_get(row, "names");
  json_array_foreach(names, index, name)
  {
    const char *space = zc_text_of(name, "space");
    if (*space != 'l' && *space != 'm')
      return false;
  }
  return json_array_size(names) > 0;
}

/* The reports behind each column of the table; 0 behind what is on no roster. */
static int64_t reports_of(const zc_counting *c, size_t column)
{
  for (size_t i = 0; i < c->counts.count; i++)
    if (zc_counting_shows(c, &c->counts.groups[i]) && column-- == 0)
      return c->counts.groups[i].of.here;
  return 0;
}

static zc_code check_row(const zc_counting *c, const json_t *row, zc_err *err)
{
  size_t index;
  const json_t *cell;
  int64_t total, sum = 0, value;
  char room[32];
  const json_t *cells = json_object_get(row, "cells");
  if (!zc_get_flag(row, "additive") || json_array_size(cells) == 0 ||
      !millionths(zc_text_of(row, "value"), &total))
    return ZC_OK;
  json_array_foreach(cells, index, cell)
  {
    const char *text = zc_text_or(json_string_value(cell), "");
    if (*text == '\0' && is_of_reports(row) && reports_of(c, index) == 0)
      continue;
    if (!millionths(text, &value))
      return ZC_OK;
    if (__builtin_add_overflow(sum, value, &sum))
      return ZC_OK;
  }
  if (sum == total)
    return ZC_OK;
  return zc_fail(err, ZC_EINTERNAL,
                 "the columns of «{title}» add up to {sum}, not to {total}: leave out "
                 "--by; `zicha statistics --trace {row}` tells what is behind it",
                 "title", zc_text_of(row, "title"), "sum", zc_millionths(room, sum),
                 "total", zc_text_of(row, "value"), "row", zc_text_of(row, "id"), NULL);
}

static zc_code check_totals(const zc_counting *c, zc_err *err)
{
  size_t index;
  const json_t *row;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(c->table, "rows"), index, row)
  {
    if (code == ZC_OK)
      code = check_row(c, row, err);
  }
  return code;
}

static zc_code ask_table(zc_counting *c, const json_t *measures, zc_err *err)
{
  json_t *args = json_object();
  zc_code code = args == NULL ? zc_fail_memory(err)
                              : add_previous(c, measures, args, err);
  if (code != ZC_OK) {
    json_decref(args);
    return code;
  }
  int bad = json_object_set_new(args, "groups", told_groups(c));
  bad |= json_object_set(args, "manual", c->entered);
  bad |= json_object_set_new(args, "days", json_boolean(!has_manual(&c->span)));
  if (zc_counting_behind(c))
    bad |= json_object_set_new(args, "until", json_string(c->reach.last));
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(err);
  }
  code = zc_plan_call(&c->plan, "office_table", args, &c->table, err);
  if (code == ZC_OK && zc_lacking_mark(c) != 0)
    code = zc_fail_memory(err);
  return code == ZC_OK ? check_totals(c, err) : code;
}

/* Figures by hand, those of the offices below among them. */
static zc_code enter_figures(zc_counting *c, const json_t *rates, zc_err *err)
{
  zc_code code = read_manual(c, &c->span, &c->manual, err);
  if (code != ZC_OK)
    return code;
  c->entered = zc_below_entered(&c->below, c->manual, rates);
  return c->entered == NULL ? zc_fail_memory(err) : add_entered(c, err);
}

static zc_code count(zc_counting *c, const zc_counting_wish *wish, zc_err *err)
{
  zc_days room;
  json_t *measures = NULL;
  zc_code code = zc_plan_call(&c->plan, "office_measures", json_object(), &measures,
                              err);
  if (code == ZC_OK)
    code = count_span(c, &c->span, c->by, json_object_get(measures, "ids"), &c->view,
                      &c->counts, err);
  if (code == ZC_OK)
    code = zc_office_check_roster(&c->view, c->id, err);
  if (code == ZC_OK)
    c->reach = reach_of(&c->view, &c->span);
  if (code == ZC_OK && wish->found)
    code = zc_found_read(c->office.workspace.store, &c->view, c->id,
                         zc_text_of(c->span.round, "id"), zc_span_days(&c->span, &room),
                         &c->found, err);
  if (code == ZC_OK)
    code = zc_span_below(c, &c->span, &c->below, err);
  if (code == ZC_OK)
    code = zc_register_own_visits(c->office.workspace.store, c->id, &c->own_visits,
                                  err);
  if (code == ZC_OK)
    code = zc_registered(c, &c->span, &c->below, c->by != ZC_COUNT_ALL, &c->cases, err);
  if (code == ZC_OK)
    code = enter_figures(c, json_object_get(measures, "rates"), err);
  if (code == ZC_OK)
    code = zc_registered_covered(c, &c->span, &c->below, &c->view, &c->counts,
                                 &c->covered, err);
  if (code == ZC_OK)
    code = ask_table(c, measures, err);
  json_decref(measures);
  return code;
}

zc_code zc_counting_open(zc_cli *cli, const zc_counting_wish *wish, zc_counting *c,
                         zc_err *err)
{
  *c = (zc_counting){.by = wish->by, .columns = wish->columns};
  zc_code code = zc_office_open_decided(cli, &c->office, err);
  if (code != ZC_OK)
    return code;
  code = zc_office_plan(&c->office, &c->id, err);
  if (code == ZC_OK)
    code = find_span(c, wish->previous, err);
  if (code == ZC_OK)
    code = zc_plan_open(&c->office.workspace, c->id, &c->plan, err);
  if (code != ZC_OK) {
    zc_office_close(&c->office);
    return code;
  }
  if (wish->hold)
    code = zc_ledger_hold(c->office.workspace.store, err);
  if (code == ZC_OK)
    code = count(c, wish, err);
  if (code != ZC_OK)
    zc_counting_close(c);
  return code;
}

void zc_counting_close(zc_counting *c)
{
  zc_ledger_release(c->office.workspace.store);
  json_decref(c->cases);
  json_decref(c->manual);
  json_decref(c->entered);
  zc_below_free(&c->below);
  zc_below_free(&c->below_before);
  json_decref(c->table);
  json_decref(c->before);
  free(c->found);
  free(c->covered);
  zc_counts_free(&c->counts);
  zc_view_free(&c->view);
  zc_plan_close(&c->plan);
  zc_office_close(&c->office);
  *c = (zc_counting){.office = {.workspace = {.fd = -1}}};
}

const json_t *zc_counting_row(const zc_counting *c, const char *id)
{
  size_t index;
  const json_t *row;
  json_array_foreach(json_object_get(c->table, "rows"), index, row)
  {
    if (strcmp(zc_text_of(row, "id"), id) == 0)
      return row;
  }
  return NULL;
}
