/* statistics --trace ROW[:GROUP]: from a cell down to the facilities, reports, problems and cases
 * behind it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "office/amount.h"
#include "office/reading.h"
#include "supervisor/lacking.h"
#include "supervisor/registered.h"
#include "supervisor/statistics.h"
#include "supervisor/traced.h"

/* ---- what is traced ------------------------------------------------------------------- */

typedef struct {
  const char *space, *name; /* l["counted"], o["missing"], c["fined"] or a measure */
  int number;               /* of a ledger's figures; -1 */
  bool money;               /* hundredths of a yuan */
  const char **problems; /* of each member, NULL: single problems do not tell. Owned */
  json_t *sources; /* the cases and visits behind it; NULL: it is of reports. Owned */
  int64_t sum; /* of what is listed: a count, hundredths or millionths; ZC_UNKNOWN */
} leaf;

typedef struct {
  zc_counting *c;
  json_t *row;       /* owned */
  const char *group; /* NULL: all */
  int at;            /* of the group; -1 */
  bool off_roster;   /* the group of whom no roster has */
  leaf *leaves;      /* owned */
  int64_t *values;   /* of the facility that is told, a leaf each; ZC_UNKNOWN. Owned */
  size_t count, listed;
  bool others;         /* those on no roster are listed, too */
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

/* A figure of cases or inspections: reports have nothing to do with it. */
static bool is_registered(const leaf *l)
{
  return *l->space == 'c' || (*l->space == 'o' && strcmp(l->name, "inspected") == 0);
}

/* Whether the facility's report is where anything of the row comes from. */
static bool of_report(const tracing *t, const zc_member *m)
{
  bool any = t->count == 0;
  for (size_t i = 0; i < t->count; i++)
    any |= !is_registered(&t->leaves[i]);
  return any && m->report != 0;
}

static zc_code add_leaf(tracing *t, const json_t *name)
{
  zc_days room;
  leaf *l = &t->leaves[t->count];
  const char *space = zc_text_of(name, "space");
  *l = (leaf){.space = space,
              .name = zc_text_of(name, "name"),
              .number = -1,
              .sum = ZC_UNKNOWN};
  t->count++;
  l->number = *space == 'l' ? number_of(l->name) : -1;
  l->money = is_money(t->c, l);
  if (is_registered(l))
    return zc_traced_sources(t->c, l->name, &l->sources, t->err);
  if (l->number < 0)
    return ZC_OK;
  return zc_told_knows(l->name)
             ? zc_told_problems(t->c->office.workspace.store, t->c->id,
                                zc_text_of(t->c->span.round, "id"), l->name,
                                zc_span_days(&t->c->span, &room), &t->c->view.members,
                                &l->problems, t->err)
             : ZC_OK;
}

static zc_code add_leaves(tracing *t)
{
  size_t index;
  const json_t *name, *names = json_object_get(t->row, "names");
  zc_code code = ZC_OK;
  t->leaves = calloc(json_array_size(names) + 1, sizeof *t->leaves);
  t->values = calloc(json_array_size(names) + 1, sizeof *t->values);
  if (t->leaves == NULL || t->values == NULL)
    return zc_fail_memory(t->err);
  json_array_foreach(names, index, name)
  {
    if (code == ZC_OK)
      code = add_leaf(t, name);
  }
  return code;
}

/* ---- a facility ------------------------------------------------------------------------- */

static bool counts(const zc_counting *c, const zc_member *m, const char *name)
{
  bool here = zc_member_here(m);
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
  if (strcmp(name, "zero") == 0)
    return here && zc_view_is_nil(&c->view, m);
  return here && zc_view_is_clean(&c->view, m);
}

static int64_t register_of(const json_t *by_facility, const char *code,
                           const char *name)
{
  const json_t *value = json_object_get(json_object_get(by_facility, code), name);
  return json_is_string(value)
             ? zc_amount_known(zc_amount_read(json_string_value(value)))
             : json_integer_value(value);
}

/* What a facility gives to a leaf; ZC_UNKNOWN where nothing tells it: no register has any entry of the kind,
 * or the report does not say. */
static int64_t value_of(const tracing *t, const zc_member *m, const leaf *l,
                        const json_t *measures)
{
  int64_t value = 0;
  if (is_registered(l) &&
      json_object_get(json_object_get(t->c->cases, ""), l->name) == NULL)
    return ZC_UNKNOWN;
  if (*l->space == 'o' && strcmp(l->name, "inspected") == 0)
    return m->expected && register_of(t->by_facility, m->code, l->name) > 0;
  if (*l->space == 'c')
    return register_of(t->by_facility, m->code, l->name);
  if (*l->space == 'o')
    return counts(t->c, m, l->name);
  if (!zc_member_here(m))
    return ZC_UNKNOWN;
  if (*l->space == 'l')
    return l->number < 0 ? ZC_UNKNOWN : m->numbers[l->number];
  return zc_measure_of(measures, l->name, &value, NULL) ? value : ZC_UNKNOWN;
}

/* Adds a facility's values to the sums; whether there is anything to tell of it. */
static bool add_values(tracing *t)
{
  bool any = false;
  for (size_t i = 0; i < t->count; i++) {
    leaf *l = &t->leaves[i];
    if (t->values[i] == ZC_UNKNOWN)
      continue;
    l->sum = l->sum == ZC_UNKNOWN ? t->values[i] : l->sum + t->values[i];
    any |= t->values[i] != 0;
  }
  return any;
}

static const char *words_of(const leaf *l, int64_t value, char room[32])
{
  if (value == ZC_UNKNOWN)
    return "—";
  if (*l->space == 'm')
    return zc_millionths(room, value);
  if (l->money)
    snprintf(room, 32, "%" PRId64 ".%02" PRId64, value / 100, value % 100);
  else
    snprintf(room, 32, "%" PRId64, value);
  return room;
}

/* What a leaf is called: by its title among Chinese words. */
static const char *title_of(const tracing *t, const leaf *l)
{
  const json_t *titles = json_object_get(json_object_get(t->c->table, "titles"),
                                         l->space);
  const char *title = zc_text_of(titles, l->name);
  if (*l->space == 'm')
    title = zc_text_of(zc_counting_row(t->c, l->name), "title");
  return zc_language_english() || *title == '\0' ? l->name : title;
}

/* The numbers of the problems behind a leaf; NULL where there are none. */
static const char *problems_of(const leaf *l, const size_t *place)
{
  return l->problems == NULL || place == NULL ? NULL : l->problems[*place];
}

/* The file in the inbox that a report stands in, and its hash: of what an office or a paper form tells of
 * several facilities, the whole. */
static const char *file_of(const zc_member *m, char path[ZC_INBOX_PATH])
{
  const char *digest = *m->source != '\0' ? m->source : m->file;
  zc_inbox_path(digest, *m->via != '\0' ? "office" : m->kind, path);
  return digest;
}

static json_t *told_facility(const tracing *t, const zc_member *m, const size_t *place)
{
  char room[32];
  json_t *told = json_object(), *figures = json_object(), *problems = json_object(),
         *sources = json_object();
  int bad = 0;
  for (size_t i = 0; i < t->count; i++) {
    const leaf *l = &t->leaves[i];
    if (t->values[i] != ZC_UNKNOWN)
      bad |= json_object_set_new(figures, l->name,
                                 json_string(words_of(l, t->values[i], room)));
    if (problems_of(l, place) != NULL)
      bad |= json_object_set_new(problems, l->name,
                                 zc_traced_numbers(problems_of(l, place)));
    if (l->sources != NULL)
      bad |= json_object_set_new(sources, l->name,
                                 zc_traced_list(t->c, l->sources, m->code, l->name));
  }
  bad |= json_object_set_new(told, "code", json_string(m->code));
  bad |= json_object_set_new(told, "name", json_string(m->name));
  bad |= json_object_set_new(told, "class", json_string(m->class));
  bad |= json_object_set_new(told, "town", json_string(m->town));
  bad |= json_object_set_new(told, "values", figures);
  bad |= json_object_set_new(told, "problems", problems);
  bad |= json_object_set_new(told, "sources", sources);
  if (of_report(t, m)) {
    char path[ZC_INBOX_PATH];
    const char *digest = file_of(m, path);
    bad |= json_object_set_new(told, "file", json_sprintf("inbox/%s", path));
    bad |= json_object_set_new(told, "sha256", json_string(digest));
    bad |= json_object_set_new(told, "day", json_string(m->day));
    if (*m->ledger_day != '\0')
      bad |= json_object_set_new(told, "ledger_day", json_string(m->ledger_day));
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

static void print_line(const tracing *t, const zc_member *m, const size_t *place)
{
  char room[32];
  zc_buffer text = {0};
  for (size_t i = 0; i < t->count; i++) {
    const leaf *l = &t->leaves[i];
    zc_buffer_print(&text, "%s%s %s", i == 0 ? "" : ", ", title_of(t, l),
                    words_of(l, t->values[i], room));
    const char *problems = problems_of(l, place);
    if (problems != NULL)
      zc_buffer_print(&text, " (#%.200s%s)", problems,
                      strlen(problems) > 200 ? "…" : "");
  }
  zc_say_line(*m->code == '\0' ? N_("{name}: {values}")
                               : N_("{code} {name} ({class}): {values}"),
              json_pack("{s:s, s:s, s:s, s:s}", "code", m->code, "name", m->name,
                        "class", m->class, "values", zc_text_or(text.data, "")));
  for (size_t i = 0; i < t->count; i++)
    zc_traced_print(t->c, t->leaves[i].sources, m->code, t->leaves[i].name,
                    title_of(t, &t->leaves[i]));
  bool later = *m->ledger_day != '\0' && strcmp(m->ledger_day, m->day) != 0;
  char path[ZC_INBOX_PATH];
  if (of_report(t, m)) {
    file_of(m, path);
    zc_say_line(later
                    ? N_("    inbox/{path}, report of {day}, its ledger as of {ledger}")
                    : N_("    inbox/{path}, report of {day}"),
                json_pack("{s:s, s:s, s:s}", "path", path, "day", m->day, "ledger",
                          m->ledger_day));
  }
  zc_buffer_free(&text);
}

static zc_code tell(tracing *t, const zc_member *m, const size_t *place)
{
  zc_code code = ZC_OK;
  if (t->json) {
    json_t *told = told_facility(t, m, place);
    code = told == NULL ? zc_fail_memory(t->err) : print_json(t, told);
    json_decref(told);
  } else {
    print_line(t, m, place);
  }
  t->listed++;
  return code;
}

static zc_code trace_facility(tracing *t, size_t place)
{
  const zc_member *m = &t->c->view.members.members[place];
  json_t *measures = NULL;
  zc_code code = ZC_OK;
  if (t->group != NULL && t->c->counts.group_of[place] != t->at)
    return ZC_OK;
  if (*m->measures != '\0')
    code = zc_json_parse(m->measures, strlen(m->measures), &measures, t->err);
  for (size_t i = 0; code == ZC_OK && i < t->count; i++)
    t->values[i] = value_of(t, m, &t->leaves[i], measures);
  json_decref(measures);
  return code != ZC_OK || !add_values(t) ? code : tell(t, m, &place);
}

/* ---- others ------------------------------------------------------------------------------ */

/* What the register has of those who are on no roster. */
static zc_code trace_others(tracing *t)
{
  zc_member nobody = {.code = "",
                      .name = ZC_OFF_ROSTER_TITLE,
                      .class = "",
                      .town = "",
                      .state = "",
                      .measures = "",
                      .file = "",
                      .kind = "",
                      .ledger_day = "",
                      .day = ""};
  if (t->group != NULL && !t->off_roster)
    return ZC_OK;
  for (size_t i = 0; i < t->count; i++)
    t->values[i] = *t->leaves[i].space == 'c'
                       ? value_of(t, &nobody, &t->leaves[i], NULL)
                       : ZC_UNKNOWN;
  t->others = add_values(t);
  return t->others ? tell(t, &nobody, NULL) : ZC_OK;
}

/* ---- the whole ------------------------------------------------------------------------------ */

/* A row's value in the group that is asked for. */
static const char *cell_of(const tracing *t, const json_t *row)
{
  size_t at = 0;
  if (t->group == NULL)
    return zc_text_of(row, "value");
  for (int i = 0; i < t->at; i++)
    at += zc_counting_shows(t->c, &t->c->counts.groups[i]);
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
                                    "title", zc_text_of(row, "title"), "value",
                                    cell_of(t, row)));
  }
  return list;
}

static json_t *told_sums(const tracing *t)
{
  char room[32];
  json_t *sums = json_object();
  for (size_t i = 0; i < t->count; i++)
    if (t->leaves[i].sum != ZC_UNKNOWN)
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
                "formula", zc_text_of(t->row, "formula"), "group",
                zc_text_or(t->group, ""), "lacks", zc_text_of(t->row, "lacks"),
                "manual", zc_traced_entered(t->c, zc_text_of(t->row, "id"), t->group),
                "made_of", told_rows(t), "span", zc_span_told(&t->c->span), "plan",
                t->c->id, "row", zc_text_of(t->row, "id"), "source",
                zc_text_of(t->row, "from"), "unit", zc_text_of(t->row, "unit"), "sums",
                told_sums(t), "zicha", "statistics-trace/1");
  int bad = rest == NULL ||
            json_object_set_new(rest, "value", json_string(cell_of(t, t->row))) != 0;
  bad |= rest == NULL ||
         json_object_set_new(rest, "title", json_string(zc_text_of(t->row, "title"))) !=
             0;
  const json_t *lacking = json_object_get(t->row, "incomplete");
  bad |= lacking != NULL &&
         (rest == NULL || json_object_set(rest, "incomplete", (json_t *)lacking) != 0);
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
              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "row",
                        zc_text_of(t->row, "id"), "title", zc_text_of(t->row, "title"),
                        "group", zc_text_or(t->group, ""), "value",
                        *value == '\0' ? "—" : value, "unit",
                        zc_text_of(t->row, "unit"), "source", zc_row_source(t->row)));
  if (*zc_text_of(t->row, "formula") != '\0')
    zc_say_line(N_("  formula: {formula}"),
                json_pack("{s:s}", "formula",
                          zc_text_of(t->row,
                                     zc_language_english() ? "formula" : "worded")));
  json_array_foreach(rows, index, one)
      zc_say_line(N_("  row {id}, {title}: {value}"),
                  json_pack("{s:s, s:s, s:s}", "id", zc_text_of(one, "id"), "title",
                            zc_text_of(one, "title"), "value",
                            zc_text_of(one, "value")));
  json_decref(rows);
}

static void print_entered(const tracing *t)
{
  json_t *entered = zc_traced_entered(t->c, zc_text_of(t->row, "id"), t->group);
  const json_t *lacking = json_object_get(t->row, "incomplete");
  zc_traced_print_entered(entered);
  json_decref(entered);
  if (lacking == NULL)
    return;
  char *offices = zc_lacking_words(lacking);
  zc_say_line(N_("incomplete, or of other days: {offices}"),
              json_pack("{s:s}", "offices", zc_text_or(offices, "")));
  free(offices);
}

static void print_sums(const tracing *t)
{
  char room[32];
  for (size_t i = 0; i < t->count; i++)
    zc_say_line(t->others ? N_("{count} facilities of the roster, and who is on none, "
                               "{name} in all: {sum}")
                          : N_("{count} facilities, {name} in all: {sum}"),
                json_pack("{s:I, s:s, s:s}", "count",
                          (json_int_t)(t->listed - t->others), "name",
                          title_of(t, &t->leaves[i]), "sum",
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
  zc_code code = id == NULL ? zc_fail_memory(err)
                            : zc_traced_row(counting, id, &t.row, err);
  if (code == ZC_OK && t.group != NULL)
    code = zc_traced_group(counting, t.group, &t.at, &t.off_roster, err);
  if (code == ZC_OK)
    code = add_leaves(&t);
  if (code == ZC_OK)
    code = trace(&t);
  for (size_t i = 0; i < t.count; i++) {
    free(t.leaves[i].problems);
    json_decref(t.leaves[i].sources);
  }
  free(t.leaves);
  free(t.values);
  json_decref(t.row);
  free(id);
  return code;
}
