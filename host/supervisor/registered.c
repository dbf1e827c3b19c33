#include "supervisor/registered.h"

#include <stdlib.h>
#include <string.h>

#include "store/cases.h"

/* ---- the register's own --------------------------------------------------------------- */

static int64_t count_of(const json_t *figures, const char *name)
{
  return zc_get_integer(figures, name, 0);
}

/* Of what there is no entry at all nothing is known: a 0 would be a claim. */
static int keep_known(json_t *to, const json_t *figures, const zc_register_known *known)
{
  int bad = 0;
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)figures, name, value)
  {
    zc_case_figure figure;
    if (zc_case_figure_of(name, &figure) &&
        (figure.visits ? known->visits : known->cases))
      bad |= json_object_set(to, name, value);
  }
  return bad;
}

static zc_code know_register(zc_store *store, const char *plan,
                             zc_register_known *known, zc_err *err)
{
  json_t *all = NULL;
  zc_code code = zc_case_figures(store, &(zc_case_filter){.plan = plan}, ZC_BY_ALL,
                                 &all, err);
  const json_t *total = json_object_get(all, "");
  *known = (zc_register_known){count_of(total, "visits") > 0,
                               count_of(total, "cases") > 0};
  json_decref(all);
  return code;
}

zc_code zc_register_read(zc_store *store, const zc_register_days *days,
                         const zc_below *below, zc_register_known *known,
                         json_t **figures, zc_err *err)
{
  zc_register_known own;
  const char *facility;
  json_t *all = NULL, *one;
  int bad = 0;
  *figures = json_object();
  zc_code code = *figures == NULL ? zc_fail_memory(err)
                                  : know_register(store, days->plan, &own, err);
  if (code == ZC_OK && (own.visits || own.cases))
    code = zc_case_figures(store,
                           &(zc_case_filter){.plan = days->plan,
                                             .from = days->from,
                                             .to = days->to},
                           ZC_BY_FACILITY, &all, err);
  json_object_foreach(all, facility, one)
  {
    json_t *kept = json_object();
    bad |= keep_known(kept, one, &own);
    bad |= json_object_set_new(*figures, facility, kept);
  }
  json_decref(all);
  if (code != ZC_OK)
    return code;
  *known = (zc_register_known){own.visits || below->visits, own.cases || below->cases};
  bad |= zc_below_add(below, *figures);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_register_own_visits(zc_store *store, const char *plan, bool *visits,
                               zc_err *err)
{
  zc_register_known own;
  zc_code code = know_register(store, plan, &own, err);
  *visits = code == ZC_OK && own.visits;
  return code;
}

/* All figures as 0. Owned; NULL when out of memory. */
static json_t *nothing(const zc_register_known *known)
{
  zc_case_figure figure;
  json_t *none = json_object(), *kept = json_object();
  int bad = none == NULL || kept == NULL;
  for (size_t i = 0; zc_case_figure_at(i, &figure); i++)
    bad |= json_object_set_new(none, figure.name,
                               figure.money ? json_string("0.00") : json_integer(0));
  bad |= keep_known(kept, none, known);
  json_decref(none);
  if (bad == 0)
    return kept;
  json_decref(kept);
  return NULL;
}

/* ---- groups ---------------------------------------------------------------------------- */

/* The figures of a span by facility, with what the offices below report. */
static zc_code read_span(zc_counting *c, const zc_span *span, const zc_below *below,
                         zc_register_known *known, json_t **by, zc_err *err)
{
  const zc_register_days days = {c->id, span->from, span->to};
  return zc_register_read(c->office.workspace.store, &days, below, known, by, err);
}

/* code → the title of its group. Owned; NULL when out of memory. */
static json_t *titles_of(const zc_counting *c)
{
  json_t *titles = json_object();
  int bad = titles == NULL;
  for (size_t i = 0; i < c->view.members.count; i++) {
    int group = c->counts.group_of[i];
    if (group >= 0)
      bad |= json_object_set_new(titles, c->view.members.members[i].code,
                                 json_string(c->counts.groups[group].of.title));
  }
  if (bad == 0)
    return titles;
  json_decref(titles);
  return NULL;
}

static int sort_figures(zc_counting *c, const zc_register_known *known,
                        const json_t *by, json_t *cases)
{
  const char *key;
  json_t *figures, *titles = titles_of(c);
  int bad = titles == NULL;
  json_object_foreach((json_t *)by, key, figures)
  {
    const char *of = *key == '\0' ? NULL : zc_get_text(titles, key);
    const char *group = zc_text_or(of, ZC_OFF_ROSTER);
    if (json_object_get(cases, group) == NULL)
      bad |= json_object_set_new(cases, group, nothing(known));
    bad |= zc_figures_add(json_object_get(cases, group), figures);
  }
  json_decref(titles);
  return bad;
}

zc_code zc_counting_register(zc_counting *c, json_t **by_facility, zc_err *err)
{
  zc_register_known known;
  return read_span(c, &c->span, &c->below, &known, by_facility, err);
}

static const char *bound(const char *day)
{
  return *day == '\0' ? NULL : day;
}

zc_code zc_counting_inspections(zc_counting *c, zc_held_list *list, zc_err *err)
{
  return zc_held_read(c->office.workspace.store, &c->view, c->id, c->span.round,
                      bound(c->span.from), bound(c->span.to), NULL, list, err);
}

json_t *zc_inspections_told(const zc_counting *c, const zc_held_list *list)
{
  const zc_held *all = &list->classes[c->view.class_count];
  return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "problems",
                   (json_int_t)all->inspected, "reported", (json_int_t)all->reported,
                   "reported_after", (json_int_t)all->reported_after, "unreported",
                   (json_int_t)all->unreported, "not_checked",
                   (json_int_t)all->not_checked, "not_in_scope",
                   (json_int_t)all->not_in_scope, "no_report",
                   (json_int_t)all->no_report, "others", (json_int_t)list->others);
}

zc_code zc_registered(zc_counting *c, const zc_span *span, const zc_below *below,
                      bool grouped, json_t **cases, zc_err *err)
{
  zc_register_known known;
  const char *key;
  json_t *by = NULL, *figures;
  *cases = json_object();
  zc_code code = read_span(c, span, below, &known, &by, err);
  json_t *total = code == ZC_OK ? nothing(&known) : NULL;
  int bad = code == ZC_OK ? json_object_set_new(*cases, "", total) : 0;
  if (code == ZC_OK && bad == 0)
    json_object_foreach(by, key, figures) bad |= zc_figures_add(total, figures);
  if (code == ZC_OK && bad == 0 && grouped)
    bad |= sort_figures(c, &known, by, *cases);
  json_decref(by);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

zc_code zc_registered_covered(zc_counting *c, const zc_span *span,
                              const zc_below *below, const zc_view *view,
                              const zc_counts *counts, int64_t **covered, zc_err *err)
{
  zc_register_known known = {false, false};
  json_t *by = NULL;
  int64_t *list = *covered = calloc(counts->count + 1, sizeof **covered);
  zc_code code = list == NULL ? zc_fail_memory(err)
                              : read_span(c, span, below, &known, &by, err);
  for (size_t i = 0; code == ZC_OK && known.visits && i < view->members.count; i++) {
    const zc_member *m = &view->members.members[i];
    bool inspected = m->expected &&
                     count_of(json_object_get(by, m->code), "inspected") > 0;
    list[counts->count] += inspected;
    if (counts->group_of[i] >= 0)
      list[counts->group_of[i]] += inspected;
  }
  for (size_t i = 0; code == ZC_OK && !known.visits && i <= counts->count; i++)
    list[i] = -1;
  json_decref(by);
  return code;
}

bool zc_registered_any(const json_t *figures)
{
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)figures, name, value)
  {
    if (json_is_string(value) ? strcmp(json_string_value(value), "0.00") != 0
                              : json_integer_value(value) != 0)
      return true;
  }
  return false;
}
