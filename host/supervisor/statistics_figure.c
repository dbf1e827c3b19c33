/* Counts and figures that are no rows of the plan's table. */
#include <string.h>

#include "supervisor/lacking.h"
#include "supervisor/registered.h"
#include "supervisor/statistics.h"

static json_t *as_text(const json_t *value)
{
  return value == NULL ? NULL
         : json_is_string(value)
             ? json_string(json_string_value(value))
             : json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
}

/* A figure of a group as the engine was told it; NULL when there is none of this name. */
static json_t *value_in(const zc_counting *c, const zc_count *g, char space,
                        const char *name)
{
  if (space == 'c')
    return as_text(
        json_object_get(json_object_get(c->cases,
                                        g == &c->counts.all ? "" : g->of.title),
                        name));
  json_t *told = zc_count_told(&c->counts, g);
  json_t *text = as_text(
      json_object_get(json_object_get(told, space == 'l' ? "figures" : "collected"),
                      name));
  json_decref(told);
  return text;
}

/* A figure of whom no roster has: only registers tell of them. */
static json_t *value_off_roster(const zc_counting *c, char space, const char *name)
{
  json_t *text = space != 'c'
                     ? json_string(space == 'o' ? "0" : "")
                     : as_text(json_object_get(json_object_get(c->cases, ZC_OFF_ROSTER),
                                               name));
  return text == NULL ? json_string("") : text;
}

json_t *zc_statistics_figure(const zc_counting *c, const char *id)
{
  const char *name = id + 2, space[] = {*id, '\0'};
  if (*id == '\0' || strchr("loc", *id) == NULL || id[1] != '.')
    return NULL;
  json_t *total = value_in(c, &c->counts.all, *space, name), *cells = json_array();
  /* One of ledgers or facilities is a figure also where nobody can tell its value now. */
  const json_t *titles = json_object_get(json_object_get(c->table, "titles"), space);
  const char *title = zc_text_of(titles, name);
  if (total == NULL && (*space == 'c' || *title == '\0')) {
    json_decref(cells);
    return NULL;
  }
  for (size_t i = 0; i < c->counts.count; i++) {
    json_t *cell = value_in(c, &c->counts.groups[i], *space, name);
    if (zc_counting_shows(c, &c->counts.groups[i]))
      json_array_append_new(cells, cell == NULL ? json_string("") : cell);
    else
      json_decref(cell);
  }
  if (zc_counting_others(c))
    json_array_append_new(cells, value_off_roster(c, *space, name));
  json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:o*, s:o, s:[{s:s, s:s}]}", "id", id,
                          "title", *title == '\0' ? name : title, "unit", "", "from",
                          *space == 'c' ? "cases" : "ledger", "value", total, "cells",
                          cells, "names", "space", space, "name", name);
  if (row != NULL && zc_lacking_row(c, row) == 0)
    return row;
  json_decref(row);
  return NULL;
}
