/* What figures.json tells of a facility's ledger, counted as host/store/figures.c does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "county.h"

typedef struct {
  json_int_t found, counted, pending, verified, dismissed, assigned, rectifying,
      not_begun, rectified, closed, open, overdue, no_deadline, immediate, deadline,
      long_term, due_10, due_20, extended, due_total, on_time, looked_back, held,
      relapsed, inspected, reported, systems, refund, refund_self;
  int32_t latest_due;
  bool departments[8], people[8];
} sums;

/* A problem on the day of the report, as its row has it. */
typedef struct {
  const problem *p;
  const char *state, *kind;
  int32_t due, done;
  int64_t refund;
  bool counted, unfinished, rectified, closed, verified, overdue, assigned, system;
} row;

static row row_of(const course *c, const problem *p)
{
  int32_t day = c->day;
  row r = {.p = p, .state = problem_state(p, day), .kind = ""};
  bool is_relapsed = strcmp(r.state, "relapsed") == 0;
  r.assigned = p->assigned != 0 && p->assigned <= day;
  if (r.assigned && !is_relapsed) {
    r.due = p->due - (p->extended && p->extends > day ? 30 : 0);
    r.kind = p->kind;
  }
  bool is_done = p->done != 0 && p->done <= day;
  r.done = is_done && !is_relapsed ? p->done : 0;
  r.system = is_done && !is_relapsed && p->system;
  r.refund = is_done ? p->refund : 0;
  r.counted = problem_counted(p, day);
  r.unfinished = problem_unfinished(p, day);
  r.rectified = problem_rectified(p, day);
  r.closed = strcmp(r.state, "closed") == 0 || strcmp(r.state, "held") == 0;
  r.verified = p->verified != 0 && p->verified <= day;
  r.overdue = r.counted && r.unfinished && r.due != 0 && r.due < c->sent;
  return r;
}

static bool is_state(const row *r, const char *state)
{
  return strcmp(r->state, state) == 0;
}

static void count_work(sums *s, const row *r)
{
  bool is_assigned = is_state(r, "assigned"), is_found = is_state(r, "found");
  s->assigned += is_assigned;
  s->rectifying += is_state(r, "rectifying");
  s->not_begun += is_assigned || is_found || is_state(r, "verified") ||
                  is_state(r, "relapsed");
  s->rectified += r->rectified;
  s->closed += r->closed;
  s->open += !r->closed;
  s->overdue += r->overdue;
  s->no_deadline += r->unfinished && r->due == 0;
  s->immediate += strcmp(r->kind, "immediate") == 0;
  s->deadline += strcmp(r->kind, "deadline") == 0;
  s->long_term += strcmp(r->kind, "long_term") == 0;
  s->extended += r->p->extends != 0 && r->due == r->p->due && r->p->extended;
}

static void count_days(sums *s, const row *r, int32_t sent)
{
  if (r->due == 0)
    return;
  s->due_10 += r->unfinished && r->due >= sent && r->due <= sent + 10;
  s->due_20 += r->unfinished && r->due >= sent && r->due <= sent + 20;
  s->due_total += r->due <= sent;
  s->on_time += r->due <= sent && r->rectified && r->done <= r->due;
  if (strcmp(r->kind, "deadline") == 0 && r->due > s->latest_due)
    s->latest_due = r->due;
}

static void count_row(sums *s, const course *c, const row *r)
{
  bool is_dismissed = is_state(r, "dismissed");
  s->found++;
  s->counted += r->counted;
  s->pending += is_state(r, "found");
  s->verified += r->verified || is_dismissed;
  s->dismissed += is_dismissed;
  s->held += is_state(r, "held");
  s->relapsed += is_state(r, "relapsed");
  s->looked_back += is_state(r, "held") || is_state(r, "relapsed");
  s->inspected += r->p->inspected;
  s->reported += problem_reported(r->p, c);
  s->systems += r->system;
  s->refund += r->refund;
  s->refund_self += r->p->inspected ? 0 : r->refund;
  if (r->assigned)
    s->departments[r->p->department] = s->people[r->p->person] = true;
  if (r->counted) {
    count_work(s, r);
    count_days(s, r, c->sent);
  }
}

static json_int_t count_flags(const bool *flags)
{
  json_int_t count = 0;
  for (int i = 0; i < 8; i++)
    count += flags[i];
  return count;
}

static void set(json_t *map, const char *key, json_int_t number)
{
  json_object_set_new(map, key, json_integer(number));
}

static void set_money(json_t *map, const char *key, json_int_t hundredths)
{
  char room[40];
  snprintf(room, sizeof room, "%lld.%02lld", (long long)(hundredths / 100),
           (long long)(hundredths % 100));
  json_object_set_new(map, key, json_string(room));
}

static json_t *sums_json(const sums *s)
{
  json_t *f = json_object();
  const struct {
    const char *name;
    json_int_t value;
  } numbers[] = {{"found", s->found},
                 {"counted", s->counted},
                 {"pending", s->pending},
                 {"verified", s->verified},
                 {"dismissed", s->dismissed},
                 {"untrue_rows", 0},
                 {"assigned", s->assigned},
                 {"rectifying", s->rectifying},
                 {"not_begun", s->not_begun},
                 {"rectified", s->rectified},
                 {"closed", s->closed},
                 {"open", s->open},
                 {"overdue", s->overdue},
                 {"no_deadline", s->no_deadline},
                 {"immediate", s->immediate},
                 {"deadline", s->deadline},
                 {"long_term", s->long_term},
                 {"due_10", s->due_10},
                 {"due_20", s->due_20},
                 {"extended", s->extended},
                 {"extensions", s->extended},
                 {"due_total", s->due_total},
                 {"on_time", s->on_time},
                 {"transferred", 0},
                 {"cases", 0},
                 {"looked_back", s->looked_back},
                 {"held", s->held},
                 {"relapsed", s->relapsed},
                 {"relapsed_at_look_back", s->relapsed},
                 {"inspected", s->inspected},
                 {"unreported", s->inspected},
                 {"reported", s->reported},
                 {"systems", s->systems},
                 {"departments", count_flags(s->departments)},
                 {"people", count_flags(s->people)}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    set(f, numbers[i].name, numbers[i].value);
  set_money(f, "amount", 0);
  set_money(f, "refund", s->refund);
  set_money(f, "refund_self", s->refund_self);
  if (s->latest_due != 0)
    json_object_set_new(f, "latest_due", day_json(s->latest_due));
  return f;
}

/* ---- groups --------------------------------------------------------------------------- */

typedef struct {
  const char *id, *title;
} label;

enum { FOCUS, SEVERITY, SOURCE, DEPARTMENT, STATE, ITEM, GROUPS };
static const char *const group_names[GROUPS] = {"focus",      "severity", "source",
                                                "department", "state",    "item"};
static const char *const departments[] = {"",       "医务科", "药剂科",
                                          "收费科", "护理部", "办公室"};

static label label_of(const course *c, const row *r, int group)
{
  const entry *e = &c->t->entries[r->p->entry];
  switch (group) {
  case FOCUS:
    return (label){e->focus, e->focus_title};
  case SEVERITY:
    return (label){e->severity, ""};
  case SOURCE:
    return (label){r->p->inspected ? "inspection" : "self_check", ""};
  case DEPARTMENT:
    return (label){r->assigned ? departments[r->p->department] : "", ""};
  case STATE:
    return (label){r->state, ""};
  default:
    return (label){e->id, ""};
  }
}

static void add(json_t *map, const char *key, bool more)
{
  set(map, key, zc_get_integer(map, key, 0) + more);
}

static json_t *member_of(json_t *list, label l)
{
  size_t index;
  json_t *one;
  json_array_foreach(list, index, one)
  {
    if (strcmp(zc_get_text(one, "id"), l.id) == 0)
      return one;
  }
  one = json_pack("{s:s, s:s}", "id", l.id, "title", l.title);
  json_array_append_new(list, one);
  return one;
}

static void count_group(json_t *list, label l, const row *r)
{
  json_t *one = member_of(list, l);
  add(one, "found", true);
  add(one, "counted", r->counted);
  add(one, "pending", is_state(r, "found"));
  add(one, "dismissed", is_state(r, "dismissed"));
  add(one, "rectified", r->counted && r->rectified);
  add(one, "closed", r->counted && r->closed);
  add(one, "overdue", r->overdue);
}

json_t *course_ledger(const course *c)
{
  sums s = {0};
  json_t *groups[GROUPS], *grouped = json_object();
  for (int g = 0; g < GROUPS; g++)
    groups[g] = json_array();
  for (int i = 0; i < c->count; i++) {
    row r = row_of(c, &c->problems[i]);
    if (r.p->gone)
      continue;
    count_row(&s, c, &r);
    for (int g = 0; g < GROUPS; g++)
      count_group(groups[g], label_of(c, &r, g), &r);
  }
  for (int g = 0; g < GROUPS; g++)
    json_object_set_new(grouped, group_names[g], groups[g]);
  return json_pack("{s:o, s:I, s:s, s:o, s:o}", "today", day_json(c->sent), "seq",
                   (json_int_t)c->seq, "hash", c->hash, "figures", sums_json(&s), "by",
                   grouped);
}
