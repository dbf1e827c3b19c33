#include "supervisor/traced.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "office/inbox.h"
#include "store/cases.h"
#include "supervisor/cells.h"

zc_code zc_traced_sources(zc_counting *c, const char *figure, json_t **sources,
                          zc_err *err)
{
  return zc_case_sources(c->office.workspace.store, c->id, c->span.from, c->span.to,
                         figure, sources, err);
}

static json_t *value_of(const json_t *source)
{
  const json_t *value = json_object_get(source, "value");
  return json_is_string(value) ? json_incref((json_t *)value)
                               : json_string(ZC_DIGITS(json_integer_value(value)));
}

/* ---- what offices report ----------------------------------------------------------------- */

/* Adds the office's name, and the file in the inbox that holds its report. */
static int add_file(const zc_counting *c, const char *code, json_t *to)
{
  char path[ZC_INBOX_PATH];
  const json_t *office = zc_below_office(&c->below, code);
  const char *file = zc_text_of(office, "file");
  zc_inbox_path(file, "office", path);
  return to == NULL
             ? -1
             : json_object_set_new(to, "office", json_string(code)) |
                   json_object_set_new(to, "name",
                                       json_string(zc_text_of(office, "name"))) |
                   json_object_set_new(to, "file", json_sprintf("inbox/%s", path)) |
                   json_object_set_new(to, "sha256", json_string(file));
}

/* [{office, name, value, file, sha256}] of a facility and figure. */
static json_t *told_below(const zc_counting *c, const char *facility,
                          const char *figure)
{
  const char *code;
  json_t *figures, *list = json_array();
  int bad = list == NULL;
  json_object_foreach(json_object_get(c->below.figures, facility), code, figures)
  {
    const json_t *value = json_object_get(figures, figure);
    if (value == NULL)
      continue;
    json_t *told = json_pack("{s:o}", "value",
                             json_is_string(value)
                                 ? json_incref((json_t *)value)
                                 : json_string(ZC_DIGITS(json_integer_value(value))));
    bad |= add_file(c, code, told) | json_array_append_new(list, told);
  }
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

static void print_below(const zc_counting *c, const char *facility, const char *figure,
                        const char *title)
{
  size_t index;
  json_t *one, *list = told_below(c, facility, figure);
  json_array_foreach(list, index, one)
  {
    json_object_set_new(one, "figure", json_string(title));
    zc_say_line(N_("    {name} ({office}) reports {figure} {value}: {file}"),
                json_incref(one));
  }
  json_decref(list);
}

/* ---- what is registered here -------------------------------------------------------------- */

json_t *zc_traced_list(const zc_counting *c, const json_t *sources,
                       const char *facility, const char *figure)
{
  size_t index;
  const json_t *one;
  json_t *list = json_array(), *below = told_below(c, facility, figure);
  int bad = list == NULL || below == NULL;
  json_array_foreach(json_object_get(sources, facility), index, one)
  {
    bool visit = *zc_text_of(one, "no") == '\0';
    json_t *told = json_pack("{s:s, s:s, s:o}", "day", zc_text_of(one, "day"),
                             "subject", zc_text_of(one, "subject"), "value",
                             value_of(one));
    bad |= json_object_set_new(told, visit ? "team" : "case",
                               json_string(zc_text_of(one, visit ? "team" : "no")));
    if (visit)
      bad |= json_object_set_new(told, "kind", json_string(zc_text_of(one, "kind")));
    bad |= json_array_append_new(list, told);
  }
  bad |= bad == 0 ? json_array_extend(list, below) : 0;
  json_decref(below);
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

void zc_traced_print(const zc_counting *c, const json_t *sources, const char *facility,
                     const char *figure, const char *title)
{
  size_t index;
  const json_t *one;
  json_array_foreach(json_object_get(sources, facility), index, one)
  {
    bool visit = *zc_text_of(one, "no") == '\0';
    zc_say_line(
        visit ? N_("    visit of {day}, {kind}, {team}{subject}: {figure} {value}")
              : N_("    case {no}, {day}{subject}: {figure} {value}"),
        json_pack("{s:s, s:s, s:s, s:s, s:s+, s:s, s:o}", "no", zc_text_of(one, "no"),
                  "day", zc_text_of(one, "day"), "kind",
                  zc_word_title(zc_visit_kinds, zc_text_of(one, "kind")), "team",
                  zc_text_of(one, "team"), "subject",
                  *zc_text_of(one, "subject") == '\0' ? "" : "，",
                  zc_text_of(one, "subject"), "figure", title, "value", value_of(one)));
  }
  if (sources != NULL)
    print_below(c, facility, figure, title);
}

json_t *zc_traced_numbers(const char *numbers)
{
  json_t *list = json_array();
  for (const char *at = numbers; *at != '\0';) {
    char *end;
    json_array_append_new(list, json_integer(strtoll(at, &end, 10)));
    at = *end == ',' ? end + 1 : end;
  }
  return list;
}

/* ---- what people have entered -------------------------------------------------------------- */

static bool is_entered_for(const zc_counting *c, const json_t *one, const char *row,
                           const char *group)
{
  return strcmp(zc_text_of(one, "row"), row) == 0 &&
         (group == NULL ||
          (c->by == ZC_COUNT_CLASS && strcmp(zc_text_of(one, "class"), group) == 0));
}

json_t *zc_traced_entered(const zc_counting *c, const char *row, const char *group)
{
  size_t index;
  const json_t *one;
  json_t *list = json_array();
  int bad = list == NULL;
  json_array_foreach(c->manual, index, one)
  {
    if (is_entered_for(c, one, row, group))
      bad |= json_array_append(list, (json_t *)one);
  }
  json_array_foreach(c->below.manual, index, one)
  {
    if (!is_entered_for(c, one, row, group))
      continue;
    json_t *told = json_copy((json_t *)one);
    bad |= add_file(c, zc_text_of(one, "office"), told);
    bad |= json_array_append_new(list, told);
  }
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

void zc_traced_print_entered(const json_t *entered)
{
  size_t index;
  const json_t *one;
  json_array_foreach(entered, index, one)
      zc_say_line(*zc_text_of(one, "office") != '\0'
                      ? N_("entered by hand: {class} {value}, as {name} ({office}) "
                           "reports: {file}")
                      : N_("entered by hand: {class} {value}, {day}, by {by} {reason}"),
                  json_incref((json_t *)one));
}
