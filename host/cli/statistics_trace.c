/* statistics --trace ROW[:GROUP]: from a cell down to the facilities, reports, problems and cases
 * behind it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/statistics.h"
#include "office/amount.h"

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

/* ---- what is traced ------------------------------------------------------------------- */

typedef struct {
  const char *space, *name; /* l["counted"], o["missing"], c["fined"] or a measure */
  int number;               /* of a ledger's figures; -1 */
  bool money;               /* hundredths of a yuan */
  const char **problems; /* of each member, NULL: single problems do not tell. Owned */
  int64_t sum;           /* of what is listed: a count, hundredths or millionths */
} leaf;

#define LEAVES 12

typedef struct {
  zc_counting *c;
  json_t *row;       /* owned */
  const char *group; /* NULL: all */
  int at;            /* of the group; -1 */
  leaf leaves[LEAVES];
  size_t count, listed;
  json_t *by_facility; /* of the register. Owned */
  bool json;
  zc_err *err;
} tracing;

static int number_of(const char *name)
{
  for (int i = ZC_NUMBER_found; i < ZC_NUMBER_COUNT; i++)
    if (strcmp(zc_fact_numbers[i], name) == 0)
      return i;
  return -1;
}

static bool is_money(const zc_counting *c, const leaf *l)
{
  const json_t *total = json_object_get(c->cases, "");
  return *l->space == 'c' ? json_is_string(json_object_get(total, l->name))
                          : l->number >= ZC_NUMBER_amount;
}

static zc_code add_leaf(tracing *t, const json_t *name)
{
  zc_days room;
  leaf *l = &t->leaves[t->count];
  const char *space = text_of(name, "space");
  if (t->count == LEAVES)
    return ZC_OK;
  *l = (leaf){.space = space, .name = text_of(name, "name"), .number = -1};
  t->count++;
  l->number = *space == 'l' ? number_of(l->name) : -1;
  l->money = is_money(t->c, l);
  if (l->number < 0)
    return ZC_OK;
  return zc_told_knows(l->name)
             ? zc_told_problems(t->c->office.workspace.store, t->c->id,
                                text_of(t->c->span.round, "id"), l->name,
                                zc_span_days(&t->c->span, &room), &t->c->view.members,
                                &l->problems, t->err)
             : ZC_OK;
}

static zc_code add_leaves(tracing *t)
{
  size_t index;
  const json_t *name;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(t->row, "names"), index, name)
  {
    if (code == ZC_OK)
      code = add_leaf(t, name);
  }
  return code;
}

/* ---- a facility ------------------------------------------------------------------------- */

static bool counts(const zc_counting *c, const zc_member *m, const char *name)
{
  bool here = m->report != 0 && m->expected;
  if (strcmp(name, "roster") == 0)
    return true;
  if (strcmp(name, "expected") == 0 || strcmp(name, "self_check_due") == 0 ||
      strcmp(name, "inspection_due") == 0)
    return m->expected;
  if (strcmp(name, "missing") == 0)
    return m->expected && m->report == 0;
  if (strcmp(name, "reported") == 0 || strcmp(name, "counted") == 0 ||
      strcmp(name, "self_checked") == 0)
    return here;
  if (strcmp(name, "late") == 0 || strcmp(name, "on_time") == 0)
    return here && (strcmp(m->state, "late") == 0) == (*name == 'l');
  if (strcmp(name, "paper") == 0)
    return here && strcmp(m->kind, "paper") == 0;
  if (strcmp(name, "left_out") == 0)
    return here && zc_view_left_out(&c->view, m) > 0;
  bool found = here && zc_view_has_found(&c->view, m);
  if (strcmp(name, "zero") == 0)
    return here && !found;
  return here && !found && zc_view_left_out(&c->view, m) == 0; /* clean */
}

static int64_t register_of(const json_t *by_facility, const char *code,
                           const char *name)
{
  const json_t *value = json_object_get(json_object_get(by_facility, code), name);
  return json_is_string(value)
             ? zc_amount_known(zc_amount_read(json_string_value(value)))
             : json_integer_value(value);
}

/* What a facility gives to a leaf; 0 where it gives nothing. */
static int64_t value_of(const tracing *t, const zc_member *m, const leaf *l,
                        const json_t *measures)
{
  int64_t value = 0;
  if (*l->space == 'c' || (*l->space == 'o' && strcmp(l->name, "inspected") == 0))
    return register_of(t->by_facility, m->code, l->name);
  if (*l->space == 'o')
    return counts(t->c, m, l->name);
  if (m->report == 0 || !m->expected)
    return 0;
  if (*l->space == 'l')
    return l->number < 0 ? 0 : zc_amount_known(m->numbers[l->number]);
  return zc_measure_of(measures, l->name, &value, NULL) ? value : 0;
}

static const char *words_of(const leaf *l, int64_t value, char room[32])
{
  if (*l->space == 'm')
    return zc_millionths(room, value);
  if (l->money)
    snprintf(room, 32, "%" PRId64 ".%02" PRId64, value / 100, value % 100);
  else
    snprintf(room, 32, "%" PRId64, value);
  return room;
}

static json_t *list_of(const char *numbers)
{
  json_t *list = json_array();
  for (const char *at = numbers; *at != '\0';) {
    char *end;
    json_array_append_new(list, json_integer(strtoll(at, &end, 10)));
    at = *end == ',' ? end + 1 : end;
  }
  return list;
}

/* The numbers of the problems behind a leaf; NULL where there are none. */
static const char *problems_of(const leaf *l, const size_t *place)
{
  return l->problems == NULL || place == NULL ? NULL : l->problems[*place];
}

static json_t *told_facility(const tracing *t, const zc_member *m, const size_t *place,
                             const int64_t *values)
{
  char room[32];
  json_t *told = json_object(), *figures = json_object(), *problems = json_object();
  int bad = 0;
  for (size_t i = 0; i < t->count; i++) {
    const leaf *l = &t->leaves[i];
    bad |= json_object_set_new(figures, l->name,
                               json_string(words_of(l, values[i], room)));
    if (problems_of(l, place) != NULL)
      bad |= json_object_set_new(problems, l->name, list_of(problems_of(l, place)));
  }
  bad |= json_object_set_new(told, "code", json_string(m->code));
  bad |= json_object_set_new(told, "name", json_string(m->name));
  bad |= json_object_set_new(told, "class", json_string(m->class));
  bad |= json_object_set_new(told, "town", json_string(m->town));
  bad |= json_object_set_new(told, "values", figures);
  bad |= json_object_set_new(told, "problems", problems);
  if (m->report != 0) {
    bad |= json_object_set_new(told, "file",
                               json_sprintf("inbox/sha256/%.2s/%s.%s", m->file, m->file,
                                            m->kind));
    bad |= json_object_set_new(told, "sha256", json_string(m->file));
    bad |= json_object_set_new(told, "day", json_string(m->day));
  }
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

static zc_code print_json(tracing *t, const json_t *told)
{
  zc_buffer text = {0};
  zc_buffer_text(&text, t->listed == 0 ? "" : ",");
  zc_code code = zc_json_canonical(told, &text, t->err);
  if (code == ZC_OK)
    fwrite(text.data, 1, text.size, stdout);
  zc_buffer_free(&text);
  return code;
}

static void print_line(const tracing *t, const zc_member *m, const size_t *place,
                       const int64_t *values)
{
  char room[32];
  zc_buffer text = {0};
  for (size_t i = 0; i < t->count; i++) {
    const leaf *l = &t->leaves[i];
    zc_buffer_print(&text, "%s%s %s", i == 0 ? "" : ", ", l->name,
                    words_of(l, values[i], room));
    const char *problems = problems_of(l, place);
    if (problems != NULL)
      zc_buffer_print(&text, " (#%.200s%s)", problems,
                      strlen(problems) > 200 ? "…" : "");
  }
  zc_say_line(N_("{code} {name} ({class}): {values}"),
              json_pack("{s:s, s:s, s:s, s:s}", "code", m->code, "name", m->name,
                        "class", m->class, "values", zc_text_or(text.data, "")));
  if (m->report != 0)
    zc_say_line(N_("    inbox/sha256/{folder}/{file}.{kind}, report of {day}"),
                json_pack("{s:s%, s:s, s:s, s:s}", "folder", m->file, (size_t)2, "file",
                          m->file, "kind", m->kind, "day", m->day));
  zc_buffer_free(&text);
}

static zc_code tell(tracing *t, const zc_member *m, const size_t *place,
                    const int64_t *values)
{
  zc_code code = ZC_OK;
  if (t->json) {
    json_t *told = told_facility(t, m, place, values);
    code = told == NULL ? zc_fail_memory(t->err) : print_json(t, told);
    json_decref(told);
  } else {
    print_line(t, m, place, values);
  }
  t->listed++;
  return code;
}

static zc_code trace_facility(tracing *t, size_t place)
{
  const zc_member *m = &t->c->view.members.members[place];
  int64_t values[LEAVES] = {0};
  bool any = false;
  json_t *measures = NULL;
  zc_code code = ZC_OK;
  if (t->group != NULL && t->c->counts.group_of[place] != t->at)
    return ZC_OK;
  if (*m->measures != '\0')
    code = zc_json_parse(m->measures, strlen(m->measures), &measures, t->err);
  for (size_t i = 0; code == ZC_OK && i < t->count; i++) {
    values[i] = value_of(t, m, &t->leaves[i], measures);
    t->leaves[i].sum += values[i];
    any |= values[i] != 0;
  }
  json_decref(measures);
  return code != ZC_OK || !any ? code : tell(t, m, &place, values);
}

/* ---- others, figures by hand --------------------------------------------------------------- */

static json_t *entered_of(const tracing *t)
{
  size_t index;
  json_t *one, *list = json_array();
  json_array_foreach(t->c->manual, index, one)
  {
    if (strcmp(text_of(one, "row"), text_of(t->row, "id")) == 0)
      json_array_append(list, one);
  }
  return list;
}

/* What the register has of those who are on no roster. */
static zc_code trace_others(tracing *t)
{
  int64_t values[LEAVES] = {0};
  bool any = false;
  zc_member nobody = {.code = "",
                      .name = "名册外",
                      .class = "",
                      .town = "",
                      .state = "",
                      .measures = "",
                      .file = "",
                      .kind = "",
                      .day = ""};
  if (t->group != NULL)
    return ZC_OK;
  for (size_t i = 0; i < t->count; i++) {
    bool registered = *t->leaves[i].space == 'c' ||
                      strcmp(t->leaves[i].name, "inspected") == 0;
    values[i] = registered ? register_of(t->by_facility, "", t->leaves[i].name) : 0;
    t->leaves[i].sum += values[i];
    any |= values[i] != 0;
  }
  return any ? tell(t, &nobody, NULL, values) : ZC_OK;
}

/* ---- the whole ------------------------------------------------------------------------------ */

/* A row's value in the group that is asked for. */
static const char *cell_of(const tracing *t, const json_t *row)
{
  size_t at = 0;
  if (t->group == NULL)
    return text_of(row, "value");
  for (int i = 0; i < t->at; i++)
    at += zc_counting_shows(&t->c->counts.groups[i]);
  return zc_text_or(json_string_value(
                        json_array_get(json_object_get(row, "cells"), at)),
                    "");
}

static json_t *told_rows(const tracing *t)
{
  size_t index;
  const json_t *id;
  json_t *list = json_array();
  json_array_foreach(json_object_get(t->row, "rows"), index, id)
  {
    const json_t *row = zc_counting_row(t->c, json_string_value(id));
    json_array_append_new(list,
                          json_pack("{s:s, s:s, s:s}", "id", json_string_value(id),
                                    "title", text_of(row, "title"), "value",
                                    cell_of(t, row)));
  }
  return list;
}

static json_t *told_sums(const tracing *t)
{
  char room[32];
  json_t *sums = json_object();
  for (size_t i = 0; i < t->count; i++)
    json_object_set_new(sums, t->leaves[i].name,
                        json_string(words_of(&t->leaves[i], t->leaves[i].sum, room)));
  return sums;
}

/* The keys behind "facilities", which are printed piece by piece, in canonical order. */
static zc_code print_rest(tracing *t)
{
  zc_buffer text = {0};
  json_t *rest =
      json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:o, s:s}",
                "formula", text_of(t->row, "formula"), "group",
                zc_text_or(t->group, ""), "lacks", text_of(t->row, "lacks"), "manual",
                entered_of(t), "made_of", told_rows(t), "span",
                zc_span_told(&t->c->span), "plan", t->c->id, "row",
                text_of(t->row, "id"), "source", text_of(t->row, "from"), "unit",
                text_of(t->row, "unit"), "sums", told_sums(t), "zicha",
                "statistics-trace/1");
  int bad = rest == NULL ||
            json_object_set_new(rest, "value", json_string(cell_of(t, t->row))) != 0;
  bad |= rest == NULL ||
         json_object_set_new(rest, "title", json_string(text_of(t->row, "title"))) != 0;
  zc_code code = bad ? zc_fail_memory(t->err) : zc_json_canonical(rest, &text, t->err);
  if (code == ZC_OK)
    printf("],%s\n", text.data + 1);
  zc_buffer_free(&text);
  json_decref(rest);
  return code;
}

static void print_head(const tracing *t)
{
  size_t index;
  const json_t *one;
  const char *value = cell_of(t, t->row);
  json_t *rows = told_rows(t);
  zc_say_line(t->group == NULL
                  ? N_("{row}, {title}: {value} {unit} ({source})")
                  : N_("{row}, {title}, {group}: {value} {unit} ({source})"),
              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "row", text_of(t->row, "id"),
                        "title", text_of(t->row, "title"), "group",
                        zc_text_or(t->group, ""), "value", *value == '\0' ? "—" : value,
                        "unit", text_of(t->row, "unit"), "source",
                        zc_row_source(t->row)));
  if (*text_of(t->row, "formula") != '\0')
    zc_say_line(N_("  formula: {formula}"),
                json_pack("{s:s}", "formula", text_of(t->row, "formula")));
  json_array_foreach(rows, index, one)
      zc_say_line(N_("  row {id}, {title}: {value}"),
                  json_pack("{s:s, s:s, s:s}", "id", text_of(one, "id"), "title",
                            text_of(one, "title"), "value", text_of(one, "value")));
  json_decref(rows);
}

static void print_entered(const tracing *t)
{
  size_t index;
  const json_t *one;
  json_t *entered = entered_of(t);
  json_array_foreach(entered, index, one)
      zc_say_line(N_("entered by hand: {class} {value}, {day}, by {by} {reason}"),
                  json_pack("{s:s, s:s, s:s, s:s, s:s}", "class", text_of(one, "class"),
                            "value", text_of(one, "value"), "day", text_of(one, "day"),
                            "by", text_of(one, "by"), "reason",
                            text_of(one, "reason")));
  json_decref(entered);
}

static void print_sums(const tracing *t)
{
  char room[32];
  for (size_t i = 0; i < t->count; i++)
    zc_say_line(N_("{count} facilities, {name} in all: {sum}"),
                json_pack("{s:I, s:s, s:s}", "count", (json_int_t)t->listed, "name",
                          t->leaves[i].name, "sum",
                          words_of(&t->leaves[i], t->leaves[i].sum, room)));
}

static zc_code trace(tracing *t)
{
  zc_code code = zc_counting_register(t->c, &t->by_facility, t->err);
  if (code == ZC_OK && t->json)
    printf("{\"facilities\":[");
  else if (code == ZC_OK)
    print_head(t);
  for (size_t i = 0; code == ZC_OK && i < t->c->view.members.count; i++)
    code = trace_facility(t, i);
  if (code == ZC_OK)
    code = trace_others(t);
  if (code == ZC_OK && t->json)
    code = print_rest(t);
  else if (code == ZC_OK) {
    print_entered(t);
    print_sums(t);
  }
  json_decref(t->by_facility);
  return code;
}

/* A figure of a group as the engine was told it; NULL when there is none of this name. */
static json_t *value_in(const zc_counting *c, const zc_count *g, bool ledger,
                        const char *name)
{
  json_t *told = zc_count_told(&c->counts, g);
  json_t *value =
      json_object_get(json_object_get(told, ledger ? "figures" : "collected"), name);
  json_t *text = value == NULL ? NULL
                 : json_is_string(value)
                     ? json_string(json_string_value(value))
                     : json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
  json_decref(told);
  return text;
}

/* o.missing, l.overdue: a figure that is no row of the plan, as if it were one. */
static json_t *figure_row(const zc_counting *c, const char *id)
{
  bool ledger = strncmp(id, "l.", 2) == 0;
  const char *name = id + 2, *space = ledger ? "l" : "o";
  if (!ledger && strncmp(id, "o.", 2) != 0)
    return NULL;
  json_t *total = value_in(c, &c->counts.all, ledger, name), *cells = json_array();
  if (total == NULL) {
    json_decref(cells);
    return NULL;
  }
  for (size_t i = 0; i < c->counts.count; i++)
    if (zc_counting_shows(&c->counts.groups[i]))
      json_array_append_new(cells, value_in(c, &c->counts.groups[i], ledger, name));
  return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:[{s:s, s:s}]}", "id", id, "title",
                   name, "unit", "", "from", "ledger", "value", total, "cells", cells,
                   "names", "space", space, "name", name);
}

static zc_code find_row(tracing *t, const char *id)
{
  size_t index;
  const json_t *one;
  zc_buffer known = {0};
  t->row = json_incref((json_t *)zc_counting_row(t->c, id));
  if (t->row == NULL)
    t->row = figure_row(t->c, id);
  if (t->row != NULL)
    return ZC_OK;
  json_array_foreach(json_object_get(t->c->table, "rows"), index, one)
      zc_buffer_print(&known, "%s%s", index == 0 ? "" : " ", text_of(one, "id"));
  zc_code code =
      zc_fail(t->err, ZC_EUSAGE,
              "the plan's table has no row {row}; known: {list}, and counts and "
              "figures such as o.missing, l.overdue",
              "row", id, "list", zc_text_or(known.data, "—"), NULL);
  zc_buffer_free(&known);
  return code;
}

static zc_code find_group(tracing *t)
{
  zc_buffer known = {0};
  if (t->group == NULL)
    return ZC_OK;
  for (size_t i = 0; i < t->c->counts.count; i++) {
    const zc_count *group = &t->c->counts.groups[i];
    if (strcmp(group->title, t->group) == 0 && zc_counting_shows(group))
      t->at = (int)i;
    if (zc_counting_shows(group))
      zc_buffer_print(&known, "%s%s", known.size == 0 ? "" : " ", group->title);
  }
  zc_code code = t->at >= 0 ? ZC_OK
                            : zc_fail(t->err, ZC_EUSAGE,
                                      "the roster has no group {group}; known: {list}",
                                      "group", t->group, "list",
                                      zc_text_or(known.data, "—"), NULL);
  zc_buffer_free(&known);
  return code;
}

zc_code zc_statistics_trace(zc_counting *counting, const char *format, zc_err *err)
{
  const char *cell = zc_option_value(counting->office.workspace.cli, "trace");
  const char *colon = strchr(cell, ':');
  tracing t = {.c = counting,
               .at = -1,
               .json = strcmp(format, "json") == 0,
               .err = err};
  char *id = strndup(cell, colon == NULL ? strlen(cell) : (size_t)(colon - cell));
  t.group = colon == NULL ? NULL : colon + 1;
  zc_code code = id == NULL ? zc_fail_memory(err) : find_row(&t, id);
  if (code == ZC_OK)
    code = find_group(&t);
  if (code == ZC_OK)
    code = add_leaves(&t);
  if (code == ZC_OK)
    code = trace(&t);
  for (size_t i = 0; i < t.count; i++)
    free(t.leaves[i].problems);
  json_decref(t.row);
  free(id);
  return code;
}
