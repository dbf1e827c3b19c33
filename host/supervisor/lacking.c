#include "supervisor/lacking.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "store/cases.h"

/* ---- which rows --------------------------------------------------------------------------- */

static json_t *member_list(json_t *row, const char *key)
{
  json_t *list = json_object_get(row, key);
  if (list != NULL)
    return list;
  return json_object_set_new(row, key, json_array()) == 0 ? json_object_get(row, key)
                                                          : NULL;
}

/* Of what a figure is: visits, cases, or "" of reports. */
static const char *kind_of(const json_t *name)
{
  zc_case_figure figure;
  const char *space = zc_text_of(name, "space"), *id = zc_text_of(name, "name");
  if (*space == 'c' && zc_case_figure_of(id, &figure))
    return figure.visits ? "visits" : "cases";
  return *space == 'o' && strcmp(id, "inspected") == 0 ? "visits" : "";
}

static bool is_by_hand(const json_t *row)
{
  return zc_get_flag(row, "manual");
}

static int mark_row(json_t *row, const zc_below *below, const char *key, bool additive)
{
  size_t index;
  const json_t *name;
  json_t *list = member_list(row, key);
  int bad = list == NULL ? -1 : 0;
  json_array_foreach(json_object_get(row, "names"), index, name)
  {
    if (bad == 0 && !is_by_hand(row) && *kind_of(name) != '\0')
      bad |= zc_below_lacking(below, kind_of(name), NULL, list);
  }
  if (bad == 0 && additive && is_by_hand(row))
    bad |= zc_below_lacking(below, "manual", zc_text_of(row, "id"), list);
  return bad;
}

/* What a row lacks that is named by another one, that one lacks, too. */
static int take_over(const zc_counting *c, json_t *row, const char *key, bool *more)
{
  size_t index, k, m;
  const json_t *id, *one, *known;
  int bad = 0;
  json_t *list = json_object_get(row, key);
  if (is_by_hand(row))
    return 0;
  json_array_foreach(json_object_get(row, "rows"), index, id)
  {
    const json_t *other = json_object_get(zc_counting_row(c, json_string_value(id)),
                                          key);
    json_array_foreach(other == list ? NULL : other, k, one)
    {
      bool there = false;
      json_array_foreach(list, m, known) there |= json_equal(known, one) != 0;
      if (there)
        continue;
      bad |= json_array_append(list, (json_t *)one);
      *more = true;
    }
  }
  return bad;
}

static int mark(zc_counting *c, const zc_below *below, const char *key,
                const char *value)
{
  size_t index;
  json_t *row, *rows = json_object_get(c->table, "rows");
  int bad = 0;
  json_array_foreach(rows, index, row)
      bad |= mark_row(row, below, key, zc_get_flag(row, "additive"));
  for (bool more = true; bad == 0 && more;) {
    more = false;
    json_array_foreach(rows, index, row) bad |= take_over(c, row, key, &more);
  }
  json_array_foreach(rows, index, row)
  {
    if (bad == 0 && (*zc_text_of(row, value) == '\0' ||
                     json_array_size(json_object_get(row, key)) == 0))
      json_object_del(row, key);
  }
  return bad;
}

int zc_lacking_mark(zc_counting *c)
{
  int bad = mark(c, &c->below, "incomplete", "value");
  return c->has_previous
             ? bad | mark(c, &c->below_before, "previous_incomplete", "previous")
             : bad;
}

int zc_lacking_row(const zc_counting *c, json_t *row)
{
  int bad = mark_row(row, &c->below, "incomplete", true);
  return bad == 0 && json_array_size(json_object_get(row, "incomplete")) == 0
             ? json_object_del(row, "incomplete")
             : bad;
}

json_t *zc_lacking_of(const zc_below *below, const char *of)
{
  json_t *list = json_array();
  if (list != NULL && zc_below_lacking(below, of, NULL, list) == 0)
    return list;
  json_decref(list);
  return NULL;
}

/* ---- in words --------------------------------------------------------------------------- */

static const struct {
  const char *why, *text;
} words[] = {{"silent", N_("has not reported")},
             {"untold", N_("its report tells none")},
             {"not_kept", N_("has registered none")},
             {"not_entered", N_("has entered none")},
             {"window", N_("reports them for whole rounds only")}};

/* Owned; NULL when out of memory. */
static char *words_of(const json_t *one)
{
  const char *why = zc_text_of(one, "why");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(words[i].why, why) == 0)
      return strdup(_(words[i].text));
  json_t *message = json_pack("{s:s, s:O}", "text",
                              strcmp(why, "days") == 0
                                  ? N_("its report is of {from} to {to}")
                                  : N_("not in what {via} reports"),
                              "args", (json_t *)one);
  char *text = message == NULL ? NULL : zc_message_text(message);
  json_decref(message);
  return text;
}

char *zc_lacking_words(const json_t *list)
{
  size_t index;
  const json_t *one;
  zc_buffer text = {0};
  json_array_foreach(list, index, one)
  {
    char *why = words_of(one);
    zc_buffer_text(&text, index == 0 ? "" : "、");
    zc_add_visible(&text, zc_text_of(one, "name"));
    zc_buffer_text(&text, "（");
    zc_add_visible(&text, zc_text_or(why, ""));
    zc_buffer_text(&text, "）");
    free(why);
  }
  zc_err ignored;
  if (zc_buffer_check(&text, &ignored) == ZC_OK)
    return zc_buffer_take(&text);
  zc_buffer_free(&text);
  return NULL;
}

static bool is_printed(const json_t *rows, size_t before, const json_t *list)
{
  for (size_t i = 0; i < before; i++)
    if (json_equal(json_object_get(json_array_get(rows, i), "incomplete"), list))
      return true;
  return false;
}

void zc_lacking_print(const zc_counting *c)
{
  size_t index, other;
  const json_t *row, *one, *rows = json_object_get(c->table, "rows");
  json_array_foreach(rows, index, row)
  {
    const json_t *list = json_object_get(row, "incomplete");
    if (list == NULL || is_printed(rows, index, list))
      continue;
    zc_buffer ids = {0};
    json_array_foreach(rows, other, one)
    {
      if (json_equal(json_object_get(one, "incomplete"), list))
        zc_buffer_print(&ids, "%s%s", ids.size == 0 ? "" : " ", zc_text_of(one, "id"));
    }
    char *offices = zc_lacking_words(list);
    zc_say_line(N_("* incomplete, or of other days: {rows}: {offices}"),
                json_pack("{s:s, s:s}", "rows", zc_text_or(ids.data, ""), "offices",
                          zc_text_or(offices, "")));
    free(offices);
    zc_buffer_free(&ids);
  }
}
