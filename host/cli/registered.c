#include "cli/registered.h"

#include <stdlib.h>
#include <string.h>

#include "store/cases.h"

static int64_t count_of(const json_t *figures, const char *name)
{
  return zc_get_integer(figures, name, 0);
}

static bool is_of_visits(const char *name)
{
  static const char *const names[] = {"inspected",         "visits",
                                      "inspectors",        "orders",
                                      "orders_facilities", "opinions",
                                      "unlicensed_closed", "inspected_problems",
                                      "inspected_amount"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(names[i], name) == 0)
      return true;
  return false;
}

/* Of what there is no entry at all nothing is known: a 0 would be a claim. */
static int keep_known(json_t *to, json_t *figures, bool visits, bool cases)
{
  int bad = 0;
  const char *name;
  json_t *value;
  json_object_foreach(figures, name, value)
  {
    if (is_of_visits(name) ? visits : cases)
      bad |= json_object_set(to, name, value);
  }
  return bad;
}

/* group → figures; by town, facility after facility. */
static int add_figure(json_t *to, const char *name, const json_t *value)
{
  const json_t *known = json_object_get(to, name);
  if (known == NULL)
    return json_object_set(to, name, (json_t *)value);
  if (!json_is_string(value))
    return json_object_set_new(to, name,
                               json_integer(json_integer_value(known) +
                                            json_integer_value(value)));
  long long sum = 0;
  const char *const both[] = {json_string_value(known), json_string_value(value)};
  for (int i = 0; i < 2; i++) {
    const char *point = strchr(zc_text_or(both[i], "0"), '.');
    sum += strtoll(zc_text_or(both[i], "0"), NULL, 10) * 100 +
           (point != NULL ? strtoll(point + 1, NULL, 10) : 0);
  }
  return json_object_set_new(to, name,
                             json_sprintf("%lld.%02lld", sum / 100, sum % 100));
}

static int add_group_figures(json_t *cases, const char *group, json_t *figures)
{
  int bad = 0;
  const char *name;
  json_t *value, *to = json_object_get(cases, group);
  if (to == NULL) {
    to = json_object();
    bad |= json_object_set_new(cases, group, to);
  }
  json_object_foreach(figures, name, value) bad |= add_figure(to, name, value);
  return bad;
}

static const char *town_of(const json_t *towns, const char *code)
{
  const char *town = zc_get_text(towns, code);
  return zc_text_or(town, NULL);
}

static int sort_figures(zc_counting *c, const json_t *known, json_t *by, json_t *cases)
{
  int bad = 0;
  const char *key;
  json_t *figures, *towns = json_object();
  for (size_t i = 0; c->by == ZC_COUNT_TOWN && i < c->view.members.count; i++)
    bad |= json_object_set_new(towns, c->view.members.members[i].code,
                               json_string(c->view.members.members[i].town));
  json_object_foreach(by, key, figures)
  {
    json_t *own = json_object();
    const char *group = *key == '\0' ? ZC_OFF_ROSTER
                        : c->by == ZC_COUNT_TOWN
                            ? zc_text_or(town_of(towns, key), ZC_OFF_ROSTER)
                            : key;
    bad |= keep_known(own, figures, json_is_true(json_object_get(known, "visits")),
                      json_is_true(json_object_get(known, "cases")));
    bad |= add_group_figures(cases, group, own);
    json_decref(own);
  }
  json_decref(towns);
  return bad;
}

static zc_code know_register(zc_counting *c, json_t **known, zc_err *err)
{
  json_t *all = NULL;
  zc_code code = zc_case_figures(c->office.workspace.store, c->id, "", "", ZC_BY_ALL,
                                 &all, err);
  const json_t *total = json_object_get(all, "");
  *known = json_pack("{s:b, s:b}", "visits", count_of(total, "visits") > 0, "cases",
                     count_of(total, "cases") > 0);
  json_decref(all);
  return code == ZC_OK && *known == NULL ? zc_fail_memory(err) : code;
}

zc_code zc_counting_register(zc_counting *c, json_t **by_facility, zc_err *err)
{
  json_t *known = NULL, *all = NULL, *figures;
  const char *code_of;
  int bad = 0;
  *by_facility = json_object();
  zc_code code = know_register(c, &known, err);
  bool visits = json_is_true(json_object_get(known, "visits"));
  bool cases = json_is_true(json_object_get(known, "cases"));
  if (code == ZC_OK && (visits || cases))
    code = zc_case_figures(c->office.workspace.store, c->id, c->span.from, c->span.to,
                           ZC_BY_FACILITY, &all, err);
  json_object_foreach(all, code_of, figures)
  {
    json_t *own = json_object();
    bad |= keep_known(own, figures, visits, cases);
    bad |= json_object_set_new(*by_facility, code_of, own);
  }
  json_decref(known);
  json_decref(all);
  return code == ZC_OK && (*by_facility == NULL || bad != 0) ? zc_fail_memory(err)
                                                             : code;
}

zc_code zc_registered(zc_counting *c, const zc_span *span, bool grouped, json_t **cases,
                      zc_err *err)
{
  zc_store *store = c->office.workspace.store;
  json_t *known = NULL, *all = NULL, *by = NULL;
  *cases = json_object();
  zc_code code = know_register(c, &known, err);
  if (code == ZC_OK)
    code = zc_case_figures(store, c->id, span->from, span->to, ZC_BY_ALL, &all, err);
  if (code == ZC_OK && grouped)
    code = zc_case_figures(store, c->id, span->from, span->to,
                           c->by == ZC_COUNT_TOWN ? ZC_BY_FACILITY : ZC_BY_CLASS, &by,
                           err);
  json_t *total = json_object();
  int bad = keep_known(total, json_object_get(all, ""),
                       json_is_true(json_object_get(known, "visits")),
                       json_is_true(json_object_get(known, "cases")));
  bad |= json_object_set_new(*cases, "", total);
  if (code == ZC_OK && grouped)
    bad |= sort_figures(c, known, by, *cases);
  json_decref(known);
  json_decref(all);
  json_decref(by);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
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
