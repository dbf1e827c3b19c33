/* The record of a report, from the template's and what happened in the facility; of its
 * ledger what figures.json tells. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "county.h"

json_t *day_json(int32_t day)
{
  char room[16];
  return json_string(zc_day_text(day, room));
}

static void set_text(json_t *map, const char *key, const char *text)
{
  json_object_set_new(map, key, json_string(text));
}

static void set_number(json_t *map, const char *key, json_int_t number)
{
  json_object_set_new(map, key, json_integer(number));
}

static void set_day(json_t *map, const char *key, int32_t day)
{
  json_object_set_new(map, key, day_json(day));
}

/* Money as zicha prints it. */
static void set_money(json_t *map, const char *key, int64_t hundredths)
{
  char room[40];
  snprintf(room, sizeof room, "%lld.%02lld", (long long)(hundredths / 100),
           (long long)(hundredths % 100));
  set_text(map, key, room);
}

/* ---- items ------------------------------------------------------------------------ */

/* The template's sentence with other numbers. */
static json_t *message_of(const char *text, const entry *e, const answer *a)
{
  zc_buffer out = {0};
  while (*text != '\0') {
    char *end;
    if (!isdigit((unsigned char)*text)) {
      zc_buffer_char(&out, *text++);
      continue;
    }
    json_int_t number = strtoll(text, &end, 10);
    if (number == e->population || number == e->found)
      zc_buffer_number(&out, number == e->found ? a->wrong : a->checked);
    else
      zc_buffer_add(&out, text, (size_t)(end - text));
    text = end;
  }
  json_t *message = json_string(out.data == NULL ? "" : out.data);
  zc_buffer_free(&out);
  return message;
}

static void set_counts(json_t *map, const entry *e, const answer *a)
{
  const char *message = zc_get_text(map, "message");
  set_number(map, "population", a->checked);
  set_number(map, "count", a->wrong);
  set_number(map, "rows", a->wrong);
  if (message != NULL)
    json_object_set_new(map, "message", message_of(message, e, a));
}

static void write_rules(json_t *item, const entry *e, const answer *a, bool absent)
{
  size_t index;
  const json_t *rule, *rules = json_object_get(e->item, "rules");
  json_t *list = json_array();
  if (rules == NULL) {
    json_decref(list);
    return;
  }
  json_array_foreach(rules, index, rule)
  {
    json_t *one = json_copy((json_t *)rule);
    if (absent) {
      static const char *const gone[] = {"bad",  "count",      "malformed", "message",
                                         "rate", "population", "rows",      "unjudged"};
      for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        json_object_del(one, gone[i]);
      json_object_set_new(one, "reason",
                          json_pack("{s:s, s:{s:s, s:s}}", "text",
                                    "the table {table} does not exist here: {why}",
                                    "args", "table", "处方明细", "why",
                                    "信息系统不能导出"));
      set_text(one, "status", "not_checked");
    } else {
      set_counts(one, e, a);
      set_text(one, "status", a->status == 'P' ? "pass" : "problem");
    }
    json_array_append_new(list, one);
  }
  json_object_set_new(item, "rules", list);
}

static void write_rows(json_t *item, const entry *e, const answer *a)
{
  size_t index;
  const json_t *row;
  json_t *first = json_array();
  json_array_foreach(json_object_get(e->item, "first"), index, row)
  {
    if ((int)index < a->wrong)
      json_array_append(first, (json_t *)row);
  }
  json_object_set_new(item, "first", first);
}

static const char *status_word(char status)
{
  switch (status) {
  case 'P':
    return "pass";
  case 'N':
    return "not_applicable";
  case 'C':
    return "not_checked";
  case 'U':
    return "undetermined";
  default:
    return "problem";
  }
}

static void set_reason(json_t *item, const course *c, int at)
{
  const entry *e = &c->t->entries[at];
  const json_t *reason = json_object_get(e->item, "reason");
  switch (c->answers[at].status) {
  case 'C':
    reason = json_pack("{s:s, s:{}}", "text", "not answered", "args");
    break;
  case 'U':
    reason = json_pack("{s:s, s:{s:s, s:o, s:o}}", "text",
                       "the table {table} covers only {from} to {to}", "args", "table",
                       "处方明细", "from", day_json(c->from + 20), "to",
                       day_json(c->today - 10));
    break;
  default:
    if (reason != NULL && e->shape == KEPT)
      return;
    reason = json_pack("{s:s, s:{s:s}}", "text",
                       "there is nothing of «{member}» in this facility", "args",
                       "member", zc_text_or(e->member, e->base));
  }
  json_object_set_new(item, "reason", (json_t *)reason);
}

static void answer_item(json_t *item, const entry *e, const answer *a)
{
  char text[60];
  bool is_pass = a->status == 'P';
  if (e->shape == YESNO) {
    set_text(item, "answer", is_pass ? e->good : e->bad);
    if (!is_pass)
      set_number(item, "count", 1);
    return;
  }
  snprintf(text, sizeof text, "%d/%d", a->checked, a->wrong);
  set_text(item, "answer", text);
  set_number(item, "population", a->checked);
  set_number(item, "count", a->wrong);
}

static json_t *item_of(const course *c, int at)
{
  /* What every item has, and what a question adds to it. */
  static const char *const always[] = {"id",    "item",   "member", "title",
                                       "focus", "clause", "kind",   "severity"};
  const entry *e = &c->t->entries[at];
  const answer *a = &c->answers[at];
  bool is_kept = e->shape == KEPT || e->shape == EVIDENCE;
  bool is_data = e->shape == DATA && !a->manual;
  bool is_judged = a->status != 'N' && a->status != 'C' && a->status != 'U';
  if (is_kept && is_judged)
    return json_incref((json_t *)e->item);
  json_t *item = is_data && is_judged ? json_copy((json_t *)e->item) : json_object();
  for (size_t i = 0; i < sizeof always / sizeof *always; i++)
    if (json_object_get(e->item, always[i]) != NULL)
      json_object_set(item, always[i], json_object_get(e->item, always[i]));
  set_text(item, "status", status_word(a->status));
  if (a->manual)
    json_object_set_new(item, "manual", json_true());
  if (e->shape == DATA && a->status != 'N' && (is_judged || a->manual))
    write_rules(item, e, a, a->manual);
  if (!is_judged) {
    set_reason(item, c, at);
  } else if (is_data) {
    set_counts(item, e, a);
    write_rows(item, e, a);
  } else {
    answer_item(item, e, a);
  }
  if (is_judged && a->status != 'P') {
    set_text(item, "certainty", e->certainty);
  } else {
    json_object_del(item, "certainty");
    json_object_del(item, "message");
  }
  return item;
}

/* ---- sets, totals, tables ------------------------------------------------------------ */

static json_t *member_of(const course *c, const json_t *member, const bool *bound)
{
  int items = 0, problems = 0, none = 0, open = 0, undetermined = 0, pass = 0;
  json_t *one = json_copy((json_t *)member);
  for (int at = 0; at < c->t->count; at++) {
    char status = c->answers[at].status;
    if (!bound[at] || status == '.')
      continue;
    items++;
    none += status == 'N';
    open += status == 'C';
    undetermined += status == 'U';
    pass += status == 'P';
    problems += strchr("XSH", status) != NULL;
  }
  set_number(one, "items", items);
  set_number(one, "problems", problems);
  set_number(one, "not_applicable", none);
  set_text(one, "status",
           problems > 0             ? "problem"
           : open > 0 || items == 0 ? "not_checked"
           : undetermined > 0       ? "undetermined"
           : pass > 0               ? "pass"
                                    : "not_applicable");
  return one;
}

static json_t *sets_of(const course *c)
{
  size_t i, j;
  const json_t *set, *member;
  json_t *sets = json_array();
  int at = 0;
  json_array_foreach(json_object_get(c->t->record, "sets"), i, set)
  {
    json_t *copy = json_copy((json_t *)set), *members = json_array();
    json_array_foreach(json_object_get(set, "members"), j, member)
        json_array_append_new(members, member_of(c, member, c->t->bound[at++]));
    json_object_set_new(copy, "members", members);
    json_array_append_new(sets, copy);
  }
  return sets;
}

static json_t *totals_of(const course *c)
{
  static const char letters[] = "PXNCU";
  static const char *const names[] = {"pass", "problem", "not_applicable",
                                      "not_checked", "undetermined"};
  json_int_t counts[5] = {0}, items = 0, manual = 0;
  json_t *totals = json_object();
  for (int at = 0; at < c->t->count; at++) {
    char status = c->answers[at].status;
    if (status == '.')
      continue;
    items++;
    counts[strchr(letters, strchr("SH", status) ? 'X' : status) - letters]++;
    manual += c->answers[at].manual;
  }
  for (size_t i = 0; i < 5; i++)
    set_number(totals, names[i], counts[i]);
  set_number(totals, "items", items);
  set_number(totals, "applicable", items - counts[2]);
  set_number(totals, "manual", manual);
  set_number(totals, "external",
             zc_get_integer(json_object_get(c->t->record, "totals"), "external", 0));
  return totals;
}

static json_t *table_of(const course *c, const json_t *table)
{
  char text[ZC_HASH_ROOM + 200];
  zc_err err;
  const char *id = zc_text_or(zc_get_text(table, "id"), "");
  json_t *one = json_copy((json_t *)table);
  if (json_object_get(table, "absent") != NULL)
    return one;
  if (!c->tables) {
    json_object_clear(one);
    json_object_set(one, "id", json_object_get(table, "id"));
    json_object_set(one, "title", json_object_get(table, "title"));
    set_text(one, "absent", "信息系统不能导出");
    return one;
  }
  snprintf(text, sizeof text, "%s %s %s", c->run, c->p->code, id);
  must(zc_hash_of(text, strlen(text), text, &err), &err);
  set_text(one, "sha256", text);
  text[12] = '\0';
  char file[400];
  snprintf(file, sizeof file, "data/%.100s-%s.csv", id, text);
  set_text(one, "file", file);
  set_number(one, "rows", c->rows / (int)(1 + strlen(id) % 7));
  if (json_object_get(table, "from") != NULL) {
    set_day(one, "from", c->from);
    set_day(one, "to", c->today < c->to ? c->today : c->to);
  }
  return one;
}

/* ---- problems ------------------------------------------------------------------------ */

static void set_reached(json_t *one, const char *key, int32_t day, int32_t today)
{
  if (day != 0 && day <= today)
    set_day(one, key, day);
}

static json_t *problem_of(const course *c, const problem *p)
{
  const entry *e = &c->t->entries[p->entry];
  const char *state = problem_state(p, c->day);
  bool is_relapsed = strcmp(state, "relapsed") == 0;
  json_t *one = json_object();
  set_number(one, "no", p->no);
  json_object_set(one, "plan",
                  json_object_get(json_object_get(c->t->record, "plan"), "id"));
  set_text(one, "item", e->id);
  set_text(one, "state", state);
  json_object_set_new(one, "counted", json_boolean(problem_counted(p, c->day)));
  set_text(one, "source", p->inspected ? "inspection" : "self_check");
  set_text(one, "severity", e->severity);
  set_text(one, "certainty", e->certainty);
  set_day(one, "found", p->found);
  if (problem_reported(p, c))
    set_day(one, "reported", p->reported);
  set_reached(one, "verified", p->verified, c->day);
  if (p->verified != 0 && p->verified <= c->day)
    set_text(one, "verdict", "true");
  if (strcmp(state, "dismissed") == 0)
    set_text(one, "verdict", "false");
  if (p->assigned != 0 && p->assigned <= c->day && !is_relapsed)
    set_day(one, "due", p->due - (p->extended && p->extends > c->day ? 30 : 0));
  if (!is_relapsed) {
    set_reached(one, "done", p->done, c->day);
    set_reached(one, "closed", p->closed, c->day);
  }
  set_number(one, "extended",
             p->extends != 0 && p->extends <= c->day ? p->extended : 0);
  set_number(one, "relapses", p->relapsed != 0 && p->relapsed <= c->day ? 1 : 0);
  set_money(one, "refund", p->done != 0 && p->done <= c->day ? p->refund : 0);
  if (p->inspected)
    json_object_set_new(one, "unreported", json_true());
  return one;
}

static json_t *problems_of(const course *c)
{
  json_t *list = json_array();
  for (int i = 0; i < c->count; i++)
    if (!c->problems[i].gone)
      json_array_append_new(list, problem_of(c, &c->problems[i]));
  return list;
}

json_t *course_record(const course *c)
{
  json_t *record = json_copy(c->t->record), *items = json_array();
  json_t *tables = json_array();
  size_t index;
  const json_t *table;
  for (int at = 0; at < c->t->count; at++)
    if (c->answers[at].status != '.')
      json_array_append_new(items, item_of(c, at));
  json_array_foreach(json_object_get(c->t->record, "tables"), index, table)
      json_array_append_new(tables, table_of(c, table));
  json_object_set_new(record, "facility",
                      json_pack("{s:s, s:s, s:s}", "code", c->p->code, "name",
                                c->p->name, "class", c->p->class));
  set_day(record, "today", c->today);
  json_object_set_new(record, "interval",
                      json_pack("{s:o, s:o, s:b}", "from", day_json(c->from), "to",
                                day_json(c->to), "given", 1));
  set_text(record, "run", c->run);
  json_object_set_new(record, "items", items);
  json_object_set_new(record, "tables", tables);
  json_object_set_new(record, "sets", sets_of(c));
  json_object_set_new(record, "totals", totals_of(c));
  json_object_set_new(record, "problems", problems_of(c));
  json_object_set_new(record, "ledger",
                      json_pack("{s:I, s:s}", "seq", (json_int_t)c->seq, "hash",
                                c->hash));
  if (c->corrects != NULL)
    json_object_set(record, "corrects", c->corrects);
  return record;
}
