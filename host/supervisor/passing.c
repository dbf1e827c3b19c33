#include "supervisor/passing.h"

#include <string.h>

#include "cli/plans.h"
#include "store/cases.h"
#include "store/registers.h"
#include "store/told.h"
#include "supervisor/registered.h"
#include "supervisor/registering.h"

#define DIGITS_MOST 12 /* of a figure by hand that offices read (facts_registered.c) */

typedef struct {
  zc_office *office;
  const char *plan;
  const zc_view *view;
  const json_t *round;
  json_t *record;
  zc_below below;
  zc_err *err;
} passing;

static zc_store *store_of(const passing *p)
{
  return p->office->workspace.store;
}

/* ---- cases and inspections -------------------------------------------------------------- */

/* What is not 0. */
static json_t *told_figures(const json_t *figures)
{
  const char *name;
  json_t *value, *told = json_object();
  int bad = told == NULL;
  json_object_foreach((json_t *)figures, name, value)
  {
    if (json_is_string(value) ? strcmp(json_string_value(value), "0.00") != 0
                              : json_integer_value(value) != 0)
      bad |= json_object_set(told, name, value);
  }
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

/* The facilities that the report lists; all else is on no roster. */
static zc_code sort_figures(const passing *p, json_t *by, json_t *facilities,
                            json_t *others)
{
  const char *code;
  json_t *figures;
  int bad = 0;
  for (size_t i = 0; i < p->view->members.count; i++) {
    const char *own = p->view->members.members[i].code;
    json_t *told = json_object_get(by, own) == NULL
                       ? NULL
                       : told_figures(json_object_get(by, own));
    if (json_object_get(by, own) == NULL)
      continue;
    if (told != NULL && json_object_size(told) == 0)
      json_decref(told);
    else
      bad |= json_object_set_new(facilities, own, told);
    json_object_del(by, own);
  }
  json_object_foreach(by, code, figures) bad |= zc_figures_add(others, figures);
  return bad == 0 ? ZC_OK : zc_fail_memory(p->err);
}

static zc_code add_register(const passing *p)
{
  zc_register_known known = {false, false};
  const zc_register_days days = {p->plan, zc_text_of(p->round, "from"),
                                 zc_text_of(p->round, "to")};
  json_t *by = NULL, *facilities = json_object(), *others = json_object();
  zc_code code = facilities == NULL || others == NULL
                     ? zc_fail_memory(p->err)
                     : zc_register_read(store_of(p), &days, &p->below, &known, &by,
                                        p->err);
  if (code == ZC_OK)
    code = sort_figures(p, by, facilities, others);
  json_t *rest = code == ZC_OK ? told_figures(others) : NULL;
  json_t *told = code == ZC_OK
                     ? json_pack("{s:b, s:b, s:O}", "visits", known.visits, "cases",
                                 known.cases, "facilities", facilities)
                     : NULL;
  int bad = code == ZC_OK && (told == NULL || rest == NULL);
  if (code == ZC_OK && bad == 0 && json_object_size(rest) > 0)
    bad |= json_object_set(told, "others", rest);
  if (code == ZC_OK && bad == 0)
    bad |= json_object_set(p->record, "register", told);
  json_decref(told);
  json_decref(rest);
  json_decref(by);
  json_decref(facilities);
  json_decref(others);
  return bad == 0 ? code : zc_fail_memory(p->err);
}

/* ---- figures by hand ---------------------------------------------------------------------- */

static zc_code ask_rates(const passing *p, json_t **rates)
{
  zc_plan plan;
  json_t *told = NULL;
  zc_code code = zc_plan_open(&p->office->workspace, p->plan, &plan, p->err);
  if (code != ZC_OK)
    return code;
  code = zc_plan_call(&plan, "office_measures", json_object(), &told, p->err);
  *rates = json_incref(json_object_get(told, "rates"));
  json_decref(told);
  zc_plan_close(&plan);
  return code;
}

/* What is a number, and not so large that no office would read it. */
static bool can_be_told(const char *value)
{
  size_t whole = strspn(value, "0123456789");
  const char *rest = value + whole;
  size_t places = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;
  return whole > 0 && whole <= DIGITS_MOST && places <= 2 &&
         rest[places + (*rest == '.')] == '\0' && (*rest == '\0' || places > 0);
}

static zc_code tell_entered(const passing *p, const json_t *entered)
{
  const char *row, *class;
  json_t *classes, *value, *list = json_array();
  int bad = list == NULL;
  json_object_foreach((json_t *)entered, row, classes)
      json_object_foreach(classes, class, value)
  {
    if (can_be_told(zc_text_or(json_string_value(value), "")))
      bad |= json_array_append_new(list, json_pack("{s:s, s:s, s:O}", "row", row,
                                                   "class", class, "value", value));
  }
  bad |= json_object_set(p->record, "manual", list);
  json_decref(list);
  return bad == 0 ? ZC_OK : zc_fail_memory(p->err);
}

static zc_code add_manual(const passing *p, json_t **entered)
{
  json_t *own = NULL, *rates = NULL;
  zc_code code = zc_manual(store_of(p), p->plan, zc_text_of(p->round, "id"), &own,
                           p->err);
  if (code == ZC_OK)
    code = ask_rates(p, &rates);
  if (code == ZC_OK) {
    *entered = zc_below_entered(&p->below, own, rates);
    code = *entered == NULL ? zc_fail_memory(p->err) : tell_entered(p, *entered);
  }
  json_decref(own);
  json_decref(rates);
  return code;
}

/* ---- what is not in it -------------------------------------------------------------------- */

static bool is_told(const json_t *list, const json_t *told)
{
  size_t index;
  const json_t *one;
  json_array_foreach(list, index, one)
  {
    if (json_equal(one, told))
      return true;
  }
  return false;
}

static int add_lacking(const passing *p, const char *of, const char *row, json_t *to)
{
  size_t index;
  const json_t *one;
  json_t *list = json_array();
  int bad = list == NULL ? -1 : zc_below_lacking(&p->below, of, row, list);
  json_array_foreach(list, index, one)
  {
    if (strcmp(zc_text_of(one, "why"), "days") == 0)
      continue; /* it is in the sums */
    json_t *told = json_pack("{s:s, s:s}", "of", of, "name", zc_text_of(one, "name"));
    if (row != NULL)
      bad |= json_object_set_new(told, "row", json_string(row));
    bad |= told == NULL ? -1 : is_told(to, told) ? 0 : json_array_append(to, told);
    json_decref(told);
  }
  json_decref(list);
  return bad;
}

static zc_code add_without(const passing *p, const json_t *entered)
{
  const char *row;
  json_t *classes, *list = json_array();
  int bad = list == NULL ? -1 : add_lacking(p, "visits", NULL, list);
  bad |= bad == 0 ? add_lacking(p, "cases", NULL, list) : 0;
  bad |= bad == 0 ? add_lacking(p, "manual", NULL, list) : 0;
  json_object_foreach((json_t *)entered, row, classes)
  {
    if (bad == 0)
      bad |= add_lacking(p, "manual", row, list);
  }
  if (bad == 0 && json_array_size(list) > 0)
    bad |= json_object_set(p->record, "without", list);
  json_decref(list);
  return bad == 0 ? ZC_OK : zc_fail_memory(p->err);
}

/* ---- the rest --------------------------------------------------------------------------- */

static int add_rows(json_t *counts, const char *id, json_int_t rows)
{
  return rows == 0
             ? 0
             : json_object_set_new(counts, id,
                                   json_integer(zc_get_integer(counts, id, 0) + rows));
}

/* How many rows the registers have by now, also those of offices that have told it. */
static zc_code add_registers(const passing *p)
{
  size_t index;
  const char *id;
  json_t *counts = NULL, *cases = NULL, *offices = NULL, *office, *rows;
  zc_code code = zc_register_counts(store_of(p), p->plan, &counts, p->err);
  if (code == ZC_OK)
    code = zc_case_figures(store_of(p), &(zc_case_filter){.plan = p->plan}, ZC_BY_ALL,
                           &cases, p->err);
  if (code == ZC_OK)
    code = zc_below_registers(store_of(p), p->plan, &offices, p->err);
  int bad = 0;
  if (code == ZC_OK)
    bad |= add_rows(counts, ZC_REGISTER_OF_CASES,
                    zc_get_integer(json_object_get(cases, ""), "cases", 0));
  json_array_foreach(offices, index, office)
      json_object_foreach(json_object_get(office, "rows"), id, rows)
          bad |= add_rows(counts, id, json_integer_value(rows));
  if (code == ZC_OK)
    bad |= json_object_set(p->record, "registers", counts);
  json_decref(counts);
  json_decref(cases);
  json_decref(offices);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(p->err) : code;
}

static int tell_silent(const json_t *office, json_t *to)
{
  json_t *one = json_pack("{s:s, s:s}", "code", zc_text_of(office, "code"), "name",
                          zc_text_of(office, "name"));
  const json_t *facilities = json_object_get(office, "facilities");
  int bad = one == NULL ? -1 : 0;
  if (bad == 0 && facilities != NULL)
    bad |= json_object_set(one, "facilities", (json_t *)facilities);
  bad |= bad == 0 ? json_array_append(to, one) : 0;
  json_decref(one);
  return bad;
}

/* An office of which two below it say that it is silent stands there once. */
static zc_code add_silent(const passing *p)
{
  size_t index;
  const json_t *office;
  json_t *list = json_array(), *seen = json_object();
  int bad = list == NULL || seen == NULL;
  json_array_foreach(p->view->offices, index, office)
  {
    const char *own = zc_text_of(office, "code");
    if (bad != 0 || json_object_get(seen, own) != NULL)
      continue;
    bad |= json_object_set_new(seen, own, json_true());
    bad |= tell_silent(office, list);
  }
  bad |= bad == 0 ? json_object_set(p->record, "silent", list) : 0;
  json_decref(list);
  json_decref(seen);
  return bad != 0 ? zc_fail_memory(p->err) : ZC_OK;
}

zc_code zc_passing_add(zc_office *office, const char *plan, const zc_view *view,
                       const json_t *round, json_t *record, zc_err *err)
{
  passing p = {.office = office,
               .plan = plan,
               .view = view,
               .round = round,
               .record = record,
               .err = err};
  json_t *entered = NULL;
  zc_code code = zc_below_read(store_of(&p), &(zc_below_span){plan, round, true},
                               &p.below, err);
  if (code == ZC_OK)
    code = add_register(&p);
  if (code == ZC_OK)
    code = add_manual(&p, &entered);
  if (code == ZC_OK)
    code = add_without(&p, entered);
  if (code == ZC_OK)
    code = add_registers(&p);
  if (code == ZC_OK)
    code = add_silent(&p);
  json_decref(entered);
  zc_below_free(&p.below);
  return code;
}

json_t *zc_passing_sums(const json_t *record)
{
  const char *code;
  json_t *figures, *sums = json_object();
  const json_t *told = json_object_get(record, "register");
  int bad = zc_figures_add(sums, json_object_get(told, "others"));
  json_object_foreach(json_object_get(told, "facilities"), code, figures)
      bad |= zc_figures_add(sums, figures);
  if (bad != 0) {
    json_decref(sums);
    return NULL;
  }
  return json_pack("{s:O, s:O, s:o}", "visits", json_object_get(told, "visits"),
                   "cases", json_object_get(told, "cases"), "sums", sums);
}
