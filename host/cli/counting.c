#include "cli/counting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cli/message.h"
#include "cli/paper_write.h"
#include "cli/plans.h"
#include "cli/registered.h"

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

/* ---- which days ----------------------------------------------------------------------- */

const zc_days *zc_span_days(const zc_span *span, zc_days *room)
{
  *room = (zc_days){span->from, span->to};
  return span->window ? room : NULL;
}

json_t *zc_span_told(const zc_span *span)
{
  const json_t *round = span->round;
  return json_pack("{s:s, s:s, s:s, s:s, s:b}", "round", text_of(round, "id"), "title",
                   text_of(round, "title"), "from", span->from, "to", span->to,
                   "window", span->window);
}

/* The last round that has begun on a day. */
static const json_t *round_on(const json_t *rounds, const char *day)
{
  size_t index;
  const json_t *one, *found = NULL;
  json_array_foreach(rounds, index, one)
  {
    if (found == NULL || strcmp(text_of(one, "from"), day) <= 0)
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
  snprintf(span->from, sizeof span->from, "%s", text_of(round, "from"));
  snprintf(span->to, sizeof span->to, "%s", text_of(round, "to"));
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

/* ---- what the engine is told ------------------------------------------------------------ */

bool zc_counting_shows(const zc_count *group)
{
  return group->expected > 0;
}

static json_t *told_group(const zc_counts *counts, const zc_count *group,
                          const json_t *cases, bool kept)
{
  json_t *told = zc_count_told(counts, group), *empty = NULL;
  json_t *own = json_object_get(cases, group->title);
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
    json_t *inspected = json_object_get(own, "inspected");
    int bad = kept ? json_object_set(told, "cases", own) : 0;
    if (inspected != NULL) {
      bad |= json_object_set(collected, "inspected", inspected);
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
  zc_count none = {.title = ZC_OFF_ROSTER};
  if (!zc_registered_any(own))
    return 0;
  none.measures = calloc(json_array_size(c->counts.measures) + 1,
                         sizeof *none.measures);
  told = none.measures == NULL ? NULL : told_group(&c->counts, &none, c->cases, true);
  free(none.measures);
  return json_array_append_new(groups, told);
}

static json_t *told_groups(const zc_counting *c)
{
  json_t *groups = json_array();
  bool kept = json_object_size(json_object_get(c->cases, "")) > 0;
  int bad = json_array_append_new(groups, told_group(&c->counts, &c->counts.all,
                                                     c->cases, kept));
  for (size_t i = 0; c->columns && i < c->counts.count; i++)
    if (zc_counting_shows(&c->counts.groups[i]))
      bad |= json_array_append_new(groups, told_group(&c->counts, &c->counts.groups[i],
                                                      c->cases, kept));
  if (c->columns && c->by != ZC_COUNT_ALL)
    bad |= add_others(c, groups);
  if (bad == 0)
    return groups;
  json_decref(groups);
  return NULL;
}

/* row → {class → value}; classes are told apart only where they are columns. */
static json_t *told_manual(const zc_counting *c, const json_t *list)
{
  size_t index;
  const json_t *one;
  json_t *manual = json_object();
  (void)c;
  json_array_foreach(list, index, one)
  {
    json_t *row = json_object_get(manual, text_of(one, "row"));
    if (row == NULL) {
      row = json_object();
      json_object_set_new(manual, text_of(one, "row"), row);
    }
    json_object_set(row, text_of(one, "class"), json_object_get(one, "value"));
  }
  return manual;
}

/* ---- counting ----------------------------------------------------------------------------- */

static zc_code count_span(zc_counting *c, const zc_span *span, zc_count_by by,
                          json_t *measures, zc_view *view, zc_counts *counts,
                          zc_err *err)
{
  zc_days room;
  const zc_days *days = zc_span_days(span, &room);
  const char *round = text_of(span->round, "id");
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

/* Of the span before only its sums are kept. */
static zc_code add_previous(zc_counting *c, json_t *measures, json_t *args, zc_err *err)
{
  zc_view view = {0};
  zc_counts counts = {0};
  json_t *cases = NULL, *manual = NULL;
  if (!c->has_previous)
    return ZC_OK;
  zc_code code = count_span(c, &c->previous, ZC_COUNT_ALL, measures, &view, &counts,
                            err);
  if (code == ZC_OK)
    code = zc_registered(c, &c->previous, false, &cases, err);
  if (code == ZC_OK)
    code = zc_manual(c->office.workspace.store, c->id, text_of(c->previous.round, "id"),
                     &manual, err);
  if (code == ZC_OK) {
    bool kept = json_object_size(json_object_get(cases, "")) > 0;
    c->before = told_group(&counts, &counts.all, cases, kept);
    int bad = json_object_set(args, "previous", c->before);
    bad |= json_object_set_new(args, "previous_manual", told_manual(c, manual));
    code = bad == 0 ? ZC_OK : zc_fail_memory(err);
  }
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

static zc_code check_row(const json_t *row, zc_err *err)
{
  size_t index;
  const json_t *cell;
  int64_t total, sum = 0, value;
  char room[32];
  const json_t *cells = json_object_get(row, "cells");
  if (!zc_get_flag(row, "additive") || json_array_size(cells) == 0 ||
      !millionths(text_of(row, "value"), &total))
    return ZC_OK;
  json_array_foreach(cells, index, cell)
  {
    if (!millionths(zc_text_or(json_string_value(cell), ""), &value))
      return ZC_OK;
    if (__builtin_add_overflow(sum, value, &sum))
      return ZC_OK;
  }
  if (sum == total)
    return ZC_OK;
  return zc_fail(err, ZC_EINTERNAL,
                 "the columns of «{title}» add up to {sum}, not to {total}", "title",
                 text_of(row, "title"), "sum", zc_millionths(room, sum), "total",
                 text_of(row, "value"), NULL);
}

static zc_code check_totals(const json_t *table, zc_err *err)
{
  size_t index;
  const json_t *row;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(table, "rows"), index, row)
  {
    if (code == ZC_OK)
      code = check_row(row, err);
  }
  return code;
}

static zc_code ask_table(zc_counting *c, json_t *measures, zc_err *err)
{
  json_t *args = json_object();
  zc_code code = args == NULL ? zc_fail_memory(err)
                              : add_previous(c, measures, args, err);
  if (code != ZC_OK) {
    json_decref(args);
    return code;
  }
  int bad = json_object_set_new(args, "groups", told_groups(c));
  bad |= json_object_set_new(args, "manual", told_manual(c, c->manual));
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(err);
  }
  code = zc_plan_call(&c->plan, "office_table", args, &c->table, err);
  return code == ZC_OK ? check_totals(c->table, err) : code;
}

static zc_code check_roster(const zc_counting *c, zc_err *err)
{
  return c->view.members.count > 0
             ? ZC_OK
             : zc_fail(err, ZC_EDATA,
                       "the plan {plan} has no roster: say with `zicha roster import "
                       "FILE` who is expected to report",
                       "plan", c->id, NULL);
}

static zc_code count(zc_counting *c, zc_err *err)
{
  json_t *measures = NULL;
  zc_code code = zc_plan_call(&c->plan, "office_measures", json_object(), &measures,
                              err);
  json_t *ids = json_object_get(measures, "ids");
  if (code == ZC_OK)
    code = count_span(c, &c->span, c->by, ids, &c->view, &c->counts, err);
  if (code == ZC_OK)
    code = check_roster(c, err);
  if (code == ZC_OK)
    code = zc_registered(c, &c->span, c->by != ZC_COUNT_ALL, &c->cases, err);
  if (code == ZC_OK)
    code = zc_manual(c->office.workspace.store, c->id, text_of(c->span.round, "id"),
                     &c->manual, err);
  if (code == ZC_OK)
    code = ask_table(c, ids, err);
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
  code = count(c, err);
  if (code != ZC_OK)
    zc_counting_close(c);
  return code;
}

void zc_counting_close(zc_counting *c)
{
  json_decref(c->cases);
  json_decref(c->manual);
  json_decref(c->table);
  json_decref(c->before);
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
    if (strcmp(text_of(row, "id"), id) == 0)
      return row;
  }
  return NULL;
}

/* ---- papers --------------------------------------------------------------------------------- */

static json_t *told_titles(const zc_counting *c)
{
  json_t *titles = json_array();
  for (size_t i = 0; i < c->counts.count; i++)
    if (zc_counting_shows(&c->counts.groups[i]))
      json_array_append_new(titles, json_string(c->counts.groups[i].title));
  if (c->by != ZC_COUNT_ALL &&
      zc_registered_any(json_object_get(c->cases, ZC_OFF_ROSTER)))
    json_array_append_new(titles, json_string("名册外"));
  return titles;
}

/* Why rows have no value, in the language of papers. */
static int say_reasons(json_t *table)
{
  size_t index;
  json_t *row;
  int bad = 0;
  json_array_foreach(json_object_get(table, "rows"), index, row)
  {
    const json_t *reason = json_object_get(row, "reason");
    char *text = reason == NULL ? NULL : zc_message_chinese(reason);
    if (text != NULL)
      bad |= json_object_set_new(row, "why", json_string(text));
    free(text);
  }
  return bad;
}

static zc_code add_data(zc_counting *c, const char *layout, json_t *args, zc_err *err)
{
  json_t *prose = NULL;
  zc_code code = zc_paper_prose(&c->plan, layout, &prose, err);
  int bad = say_reasons(c->table);
  bad |= json_object_set(args, "prose", prose);
  json_decref(prose);
  bad |= json_object_set(args, "office", c->plan.office);
  bad |= json_object_set(args, "plan", json_object_get(c->view.checklist, "plan"));
  bad |= json_object_set(args, "statistics", c->table);
  bad |= json_object_set_new(args, "groups",
                             c->columns ? told_titles(c) : json_array());
  bad |= json_object_set_new(args, "span", zc_span_told(&c->span));
  if (c->has_previous)
    bad |= json_object_set_new(args, "previous", zc_span_told(&c->previous));
  bad |= json_object_set_new(args, "today",
                             json_string(c->office.workspace.cli->today));
  bad |= json_object_set_new(args, "untold",
                             json_integer(c->counts.all.here - c->counts.all.told));
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static void warn_of_holes(const zc_paper *paper)
{
  size_t index;
  const json_t *hole;
  zc_buffer names = {0};
  json_array_foreach(paper->holes, index, hole)
  {
    zc_buffer_text(&names, index > 0 ? "、" : "");
    zc_add_visible(&names, json_string_value(hole));
  }
  if (names.size > 0) {
    fflush(stdout);
    fprintf(stderr, "%s%s\n", _("warning: "),
            _("these places in the report are blank; fill them in report.yaml, or by "
              "hand:"));
    fprintf(stderr, "  %s\n", names.data);
  }
  zc_buffer_free(&names);
}

zc_code zc_counting_paper(zc_counting *c, const char *layout, const char *name,
                          json_t *args, const zc_rows *rows, bool sheets, zc_err *err)
{
  zc_paper paper = {0};
  zc_buffer base = {0};
  const char *slash = strrchr(c->id, '/');
  zc_code code = add_data(c, layout, args, err);
  if (code == ZC_OK)
    code = zc_paper_build(&c->plan, layout, args, &paper, err);
  zc_buffer_print(&base, "reports/%.200s-%s-%s/%s", slash == NULL ? c->id : slash + 1,
                  c->span.window ? c->span.to : text_of(c->span.round, "id"),
                  c->office.workspace.cli->today, name);
  if (code == ZC_OK)
    code = zc_buffer_check(&base, err);
  if (code == ZC_OK)
    code = zc_paper_write(&c->office.workspace, paper.tree, rows, NULL, base.data,
                          sheets, sheets, err);
  if (code == ZC_OK)
    warn_of_holes(&paper);
  zc_paper_free(&paper);
  zc_buffer_free(&base);
  return code == ZC_OK ? zc_paper_check(&c->plan, err) : code;
}
