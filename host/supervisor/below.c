#include "supervisor/below.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/amount.h"
#include "office/count.h"
#include "store/cases.h"

#define KINDS 3
static const char *const kinds[KINDS] = {"visits", "cases", "manual"};

/* ---- reading ---------------------------------------------------------------------------- */

typedef struct {
  zc_below *below;
  json_t *office;   /* borrowed */
  const char *code; /* of the office */
  bool told[KINDS], kept[KINDS];
} reading;

static json_t *member(json_t *map, const char *key)
{
  json_t *known = json_object_get(map, key);
  if (known != NULL)
    return known;
  return json_object_set_new(map, key, json_object()) == 0 ? json_object_get(map, key)
                                                           : NULL;
}

static int note_known(reading *r, const char *name, json_int_t value)
{
  for (size_t i = 0; i < KINDS; i++)
    if (strcmp(kinds[i], name) == 0) {
      r->told[i] = true;
      r->kept[i] = value != 0;
    }
  return 0;
}

static int note_case(reading *r, const char *facility, const char *name,
                     json_int_t value)
{
  zc_case_figure figure;
  json_t *to = member(member(r->below->figures, facility), r->code);
  if (!zc_case_figure_of(name, &figure)) /* of a later zicha: not told here */
    return 0;
  return json_object_set_new(to, figure.name,
                             figure.money ? json_sprintf("%" JSON_INTEGER_FORMAT
                                                         ".%02" JSON_INTEGER_FORMAT,
                                                         value / 100, value % 100)
                                          : json_integer(value));
}

static int note_manual(reading *r, const char *class, const char *row, json_int_t value)
{
  char room[32];
  int bad = json_object_set_new(member(r->office, "rows"), row, json_true());
  return bad | json_array_append_new(r->below->manual,
                                     json_pack("{s:s, s:s, s:s, s:s}", "office",
                                               r->code, "row", row, "class", class,
                                               "value", zc_millionths(room, value)));
}

static int note_without(reading *r, const char *of, const char *name)
{
  return json_array_append_new(json_object_get(r->office, "without"),
                               json_pack("{s:s, s:s}", "of", of, "name", name));
}

static zc_code take_figure(void *context, const json_t *told, zc_err *err)
{
  reading *r = context;
  const char *kind = zc_text_or(json_string_value(json_array_get(told, 0)), "");
  const char *key = zc_text_or(json_string_value(json_array_get(told, 1)), "");
  const char *name = zc_text_or(json_string_value(json_array_get(told, 2)), "");
  json_int_t value = json_integer_value(json_array_get(told, 3));
  int bad = strcmp(kind, "known") == 0     ? note_known(r, name, value)
            : strcmp(kind, "case") == 0    ? note_case(r, key, name, value)
            : strcmp(kind, "manual") == 0  ? note_manual(r, key, name, value)
            : strcmp(kind, "without") == 0 ? note_without(r, key, name)
                                           : 0;
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- days -------------------------------------------------------------------------------- */

static bool is_same_days(const zc_below_span *span, const json_t *office)
{
  const char *last = zc_text_of(span->round, "to");
  if (*last == '\0')
    last = zc_text_of(span->round, "due"); /* as reports name it (facts_office.c) */
  return strcmp(zc_text_of(office, "from"), zc_text_of(span->round, "from")) == 0 &&
         strcmp(zc_text_of(office, "to"), last) == 0;
}

/* Why nothing of an office can be in the sums; NULL: something may be. */
static const char *outside(const zc_below_span *span, const json_t *office)
{
  return zc_get_integer(office, "report", 0) == 0 ? "silent"
         : !span->whole                           ? "window"
                                                  : NULL;
}

static zc_code read_office(zc_store *store, const zc_below_span *span, zc_below *below,
                           json_t *office, zc_err *err)
{
  reading r = {.below = below, .office = office, .code = zc_text_of(office, "code")};
  const char *why = outside(span, office);
  zc_code code = ZC_OK;
  int bad = json_object_set_new(office, "without", json_array());
  if (bad == 0 && why == NULL)
    code = zc_below_figures(store, zc_get_integer(office, "report", 0), take_figure, &r,
                            err);
  for (size_t i = 0; i < KINDS; i++)
    bad |= json_object_set_new(office, kinds[i],
                               json_string(why != NULL                  ? why
                                           : !r.told[i]                 ? "untold"
                                           : !r.kept[i]                 ? "not_kept"
                                           : is_same_days(span, office) ? ""
                                                                        : "days"));
  below->visits |= r.kept[0];
  below->cases |= r.kept[1];
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

zc_code zc_below_read(zc_store *store, const zc_below_span *span, zc_below *below,
                      zc_err *err)
{
  size_t index;
  json_t *office;
  *below = (zc_below){.figures = json_object(), .manual = json_array()};
  zc_code code = below->figures == NULL || below->manual == NULL
                     ? zc_fail_memory(err)
                     : zc_below_offices(store, span->plan,
                                        zc_text_of(span->round, "id"), &below->offices,
                                        err);
  json_array_foreach(below->offices, index, office)
  {
    if (code == ZC_OK)
      code = read_office(store, span, below, office, err);
  }
  return code;
}

void zc_below_free(zc_below *below)
{
  json_decref(below->offices);
  json_decref(below->figures);
  json_decref(below->manual);
  *below = (zc_below){0};
}

const json_t *zc_below_office(const zc_below *below, const char *code)
{
  size_t index;
  const json_t *office;
  json_array_foreach(below->offices, index, office)
  {
    if (strcmp(zc_text_of(office, "code"), code) == 0)
      return office;
  }
  return NULL;
}

/* ---- cases and inspections ------------------------------------------------------------------ */

static json_t *added(const json_t *a, const json_t *b)
{
  if (!json_is_string(a))
    return json_integer(
        (json_int_t)zc_amount_add(json_integer_value(a), json_integer_value(b)));
  int64_t sum = 0;
  const char *const both[] = {json_string_value(a),
                              zc_text_or(json_string_value(b), "0.00")};
  for (int i = 0; i < 2; i++) {
    const char *point = strchr(both[i], '.');
    sum = zc_amount_add(sum, strtoll(both[i], NULL, 10) * 100 +
                                 (point != NULL ? strtoll(point + 1, NULL, 10) : 0));
  }
  return json_sprintf("%lld.%02lld", (long long)(sum / 100), (long long)(sum % 100));
}

int zc_figures_add(json_t *to, const json_t *figures)
{
  int bad = to == NULL ? -1 : 0;
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)figures, name, value)
  {
    const json_t *known = json_object_get(to, name);
    bad |= known == NULL ? json_object_set(to, name, value)
                         : json_object_set_new(to, name, added(known, value));
  }
  return bad;
}

/* 家: a facility where two offices were is one. */
static int count_once(json_t *figures)
{
  zc_case_figure figure;
  int bad = 0;
  for (size_t i = 0; zc_case_figure_at(i, &figure); i++)
    if (figure.once && zc_get_integer(figures, figure.name, 0) > 1)
      bad |= json_object_set_new(figures, figure.name, json_integer(1));
  return bad;
}

int zc_below_add(const zc_below *below, json_t *figures)
{
  const char *code, *office;
  json_t *parts, *part;
  int bad = 0;
  json_object_foreach(below->figures, code, parts)
  {
    json_t *to = member(figures, code);
    json_object_foreach(parts, office, part) bad |= zc_figures_add(to, part);
    if (*code != '\0' && to != NULL)
      bad |= count_once(to);
    bad |= to == NULL ? -1 : 0;
  }
  return bad;
}

/* ---- figures by hand ------------------------------------------------------------------------- */

typedef struct {
  json_t *classes;    /* class → millionths */
  int64_t total;      /* of all that were entered */
  bool whole, lost;   /* somebody entered a total; a figure is none that can be added */
  int bad;            /* out of memory */
  size_t from;        /* how many have entered some */
  const char *office; /* the last of them */
  json_t *alone;      /* class → value, as the only one wrote it */
} entering;

static void enter(entering *e, const char *office, const json_t *one)
{
  int64_t value;
  const char *class = zc_text_of(one, "class");
  const json_t *known = json_object_get(e->classes, class);
  if (!zc_measure_of(one, "value", &value, &e->lost)) {
    e->lost = true;
    value = 0;
  }
  e->from += e->office == NULL || strcmp(e->office, office) != 0;
  e->office = office;
  e->whole |= *class == '\0';
  int64_t sum = json_integer_value(known);
  if (__builtin_add_overflow(e->total, value, &e->total) ||
      __builtin_add_overflow(sum, value, &sum))
    e->lost = true;
  e->bad |= json_object_set_new(e->classes, class, json_integer(sum));
  e->bad |= json_object_set(e->alone, class, json_object_get(one, "value"));
}

/* class → value of a row; what cannot be added up is not told. */
static json_t *row_of(const entering *e)
{
  char room[32];
  const char *class;
  json_t *sum, *row = json_object();
  int bad = row == NULL ? -1 : e->bad;
  if (e->from == 1) {
    bad |= json_object_update(row, e->alone);
  } else if (!e->lost && e->whole) {
    bad |= json_object_set_new(row, "", json_string(zc_millionths(room, e->total)));
  } else if (!e->lost) {
    json_object_foreach(e->classes, class, sum) bad |=
        json_object_set_new(row, class,
                            json_string(zc_millionths(room, json_integer_value(sum))));
  }
  if (bad == 0)
    return row;
  json_decref(row);
  return NULL;
}

static json_t *sum_row(const zc_below *below, const json_t *own, const char *row,
                       bool rate)
{
  size_t index;
  const json_t *one;
  entering e = {.classes = json_object(), .alone = json_object()};
  json_array_foreach(own, index, one)
  {
    if (strcmp(zc_text_of(one, "row"), row) == 0)
      enter(&e, "", one);
  }
  json_array_foreach(below->manual, index, one)
  {
    if (!rate && strcmp(zc_text_of(one, "row"), row) == 0)
      enter(&e, zc_text_of(one, "office"), one);
  }
  json_t *told = e.classes == NULL || e.alone == NULL ? NULL
                 : e.from == 0                        ? json_object()
                                                      : row_of(&e);
  json_decref(e.classes);
  json_decref(e.alone);
  return told;
}

static bool is_in(const json_t *list, const char *text)
{
  size_t index;
  const json_t *one;
  json_array_foreach(list, index, one)
  {
    if (strcmp(zc_text_or(json_string_value(one), ""), text) == 0)
      return true;
  }
  return false;
}

json_t *zc_below_entered(const zc_below *below, const json_t *own, const json_t *rates)
{
  size_t index;
  const json_t *one, *const lists[] = {own, below->manual};
  json_t *entered = json_object();
  int bad = entered == NULL;
  for (size_t i = 0; i < 2; i++)
    json_array_foreach(lists[i], index, one)
    {
      const char *row = zc_text_of(one, "row");
      if (json_object_get(entered, row) != NULL)
        continue;
      json_t *sum = sum_row(below, own, row, is_in(rates, row));
      if (sum != NULL && json_object_size(sum) == 0)
        json_decref(sum); /* nothing that can be told */
      else
        bad |= json_object_set_new(entered, row, sum);
    }
  if (bad == 0)
    return entered;
  json_decref(entered);
  return NULL;
}

/* ---- what is not in it -------------------------------------------------------------------- */

static bool is_known(const json_t *list, const char *code, const char *name,
                     const char *via)
{
  size_t index;
  const json_t *one;
  json_array_foreach(list, index, one)
  {
    if (strcmp(zc_text_of(one, "code"), code) == 0 &&
        strcmp(zc_text_of(one, "name"), name) == 0 &&
        strcmp(zc_text_of(one, "via"), via) == 0)
      return true;
  }
  return false;
}

/* Why an office is not in the sums; "": it is. A row by hand that it tells nothing of is unknown. */
static const char *why_not(const json_t *office, const char *of, const char *row)
{
  const char *why = zc_text_of(office, of);
  bool there = *why == '\0' || strcmp(why, "days") == 0;
  if (there && row != NULL &&
      json_object_get(json_object_get(office, "rows"), row) == NULL)
    return "not_entered";
  return why;
}

/* Takes `one`, which has code, name, why and via. */
static int add_lacking(json_t *list, json_t *one)
{
  if (one != NULL && !is_known(list, zc_text_of(one, "code"), zc_text_of(one, "name"),
                               zc_text_of(one, "via")))
    return json_array_append_new(list, one);
  int bad = one == NULL ? -1 : 0;
  json_decref(one);
  return bad;
}

static int add_office(json_t *list, const json_t *office, const char *why)
{
  json_t *one = json_pack("{s:s, s:s, s:s, s:s}", "code", zc_text_of(office, "code"),
                          "name", zc_text_of(office, "name"), "why", why, "via", "");
  if (one != NULL && strcmp(why, "days") == 0 &&
      (json_object_set(one, "from", json_object_get(office, "from")) != 0 ||
       json_object_set(one, "to", json_object_get(office, "to")) != 0)) {
    json_decref(one);
    return -1;
  }
  return add_lacking(list, one);
}

/* Those that its own sums lack. */
static int add_beneath(json_t *list, const json_t *office, const char *of,
                       const char *row)
{
  size_t index;
  const json_t *one;
  char own[300];
  int bad = 0;
  snprintf(own, sizeof own, "%s/%s", of, zc_text_or(row, ""));
  json_array_foreach(json_object_get(office, "without"), index, one)
  {
    const char *told = zc_text_of(one, "of");
    if (strcmp(told, of) == 0 || (row != NULL && strcmp(told, own) == 0))
      bad |= add_lacking(list, json_pack("{s:s, s:s, s:s, s:s}", "code", "", "name",
                                         zc_text_of(one, "name"), "why", "below", "via",
                                         zc_text_of(office, "name")));
  }
  return bad;
}

int zc_below_lacking(const zc_below *below, const char *of, const char *row,
                     json_t *list)
{
  size_t index;
  const json_t *office;
  int bad = 0;
  json_array_foreach(below->offices, index, office)
  {
    const char *why = why_not(office, of, row);
    if (*why != '\0')
      bad |= add_office(list, office, why);
    bad |= add_beneath(list, office, of, row);
  }
  return bad;
}

json_t *zc_below_told(const zc_below *below)
{
  static const char *const keys[] = {"code",   "name",  "file",
                                     "visits", "cases", "manual"};
  size_t index;
  const json_t *office;
  json_t *list = json_array();
  int bad = list == NULL;
  json_array_foreach(below->offices, index, office)
  {
    json_t *told = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
      bad |= json_object_set(told, keys[i], json_object_get(office, keys[i]));
    bad |= json_array_append_new(list, told);
  }
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}
