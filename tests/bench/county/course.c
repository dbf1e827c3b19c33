/* What happens in a facility: its answers in each round, the problems that it finds, and what
 * becomes of them. An honest one checks some tens of papers each time, finds something, and
 * needs days or weeks to mend it. */
#include <stdio.h>
#include <string.h>

#include "county.h"

const int32_t round_ends[ROUNDS] = {19447, 19538, 19630}; /* 2023-03-31, 06-30, 09-30 */
#define FIRST_DAY 19358                                   /* 2023-01-01 */

const char *round_id(int round, char room[16])
{
  return zc_day_text(round_ends[round], room);
}

static bool is_here(const course *c, plant what)
{
  return c->p->plant == what && (c->p->round < 0 || c->p->round == c->round);
}

/* ---- problems ------------------------------------------------------------------- */

static bool by(int32_t day, int32_t today)
{
  return day != 0 && day <= today;
}

const char *problem_state(const problem *p, int32_t today)
{
  return by(p->dismissed, today)  ? "dismissed"
         : by(p->relapsed, today) ? "relapsed"
         : by(p->held, today)     ? "held"
         : by(p->closed, today)   ? "closed"
         : by(p->checked, today)  ? "checked"
         : by(p->done, today)     ? "rectified"
         : by(p->started, today)  ? "rectifying"
         : by(p->assigned, today) ? "assigned"
         : by(p->verified, today) ? "verified"
                                  : "found";
}

bool problem_counted(const problem *p, int32_t today)
{
  return !by(p->dismissed, today) && (by(p->verified, today) || !p->suspect);
}

bool problem_rectified(const problem *p, int32_t today)
{
  return by(p->done, today) && !by(p->relapsed, today) && !by(p->dismissed, today);
}

bool problem_unfinished(const problem *p, int32_t today)
{
  return !problem_rectified(p, today) && !by(p->dismissed, today);
}

/* Events that the ledger has of it. */
static int events_of(const problem *p, int32_t today)
{
  const int32_t days[] = {p->found,     p->verified, p->assigned, p->started,
                          p->done,      p->checked,  p->closed,   p->held,
                          p->dismissed, p->relapsed, p->extends};
  int count = 0;
  for (size_t i = 0; i < sizeof days / sizeof *days; i++)
    count += by(days[i], today);
  return count;
}

/* Weeks of work: verified, assigned, begun, mended, checked, closed. */
static void plan_course(problem *p, dice *d)
{
  static const char *const kinds[] = {"immediate", "deadline", "deadline", "long_term"};
  bool slow = dice_chance(d, 35);
  p->verified = p->found + dice_between(d, 1, 3);
  p->assigned = p->verified + dice_between(d, 0, 2);
  p->due = p->assigned + dice_between(d, 15, 40);
  p->started = p->assigned + dice_between(d, 0, 3);
  p->done = p->started + (slow ? dice_between(d, 45, 120) : dice_between(d, 1, 14));
  if (slow && dice_chance(d, 40)) {
    p->extends = p->due - 4;
    p->due += 30;
    p->extended = 1;
  }
  p->checked = p->done + dice_between(d, 1, 4);
  p->closed = p->checked + dice_between(d, 0, 3);
  p->held = dice_chance(d, 25) ? p->closed + dice_between(d, 30, 60) : 0;
  p->kind = kinds[dice_below(d, 4)];
  p->system = dice_chance(d, 30);
  p->department = dice_between(d, 1, 5);
  p->person = dice_between(d, 1, 3);
}

/* Found, and mended before evening: nobody works like that. */
static void plan_same_day(problem *p)
{
  p->verified = p->assigned = p->started = p->done = p->checked = p->closed = p->found;
  p->due = p->found + 30;
  p->kind = "immediate";
  p->department = p->person = 1;
  p->extended = 0;
  p->extends = p->held = p->dismissed = 0;
  p->inspected = false;
}

static bool is_taken(const course *c, int at)
{
  for (int i = 0; i < c->count; i++)
    if (c->problems[i].entry == at)
      return true;
  return false;
}

/* An entry that applies and has had no problem yet; -1: none. */
static int free_entry(course *c)
{
  for (int tries = 0; tries < 40; tries++) {
    int at = dice_below(&c->dice, c->t->count);
    const entry *e = &c->t->entries[at];
    if (e->shape != KEPT && e->shape != EVIDENCE && c->answers[at].status != 'N' &&
        !is_taken(c, at))
      return at;
  }
  return -1;
}

static problem *find_problem(course *c, int at)
{
  if (at < 0 || c->count == MOST_PROBLEMS)
    return NULL;
  problem *p = &c->problems[c->count++];
  const entry *e = &c->t->entries[at];
  memset(p, 0, sizeof *p);
  p->no = c->count;
  p->entry = at;
  p->found = c->day - dice_between(&c->dice, 1, 45);
  p->suspect = strcmp(e->certainty, "certain") != 0;
  p->inspected = c->round > 0 && dice_chance(&c->dice, 5);
  plan_course(p, &c->dice);
  if (dice_chance(&c->dice, 25))
    p->refund = dice_between(&c->dice, 1000, 250000);
  if (p->suspect && dice_chance(&c->dice, 40)) { /* it was a false alarm */
    p->dismissed = p->verified;
    p->verified = p->assigned = p->started = p->done = p->checked = p->closed = 0;
    p->held = p->due = p->extends = 0;
    p->refund = p->extended = p->department = p->person = 0;
    p->system = false;
    p->kind = "";
  }
  if (c->p->plant == SAME_DAY)
    plan_same_day(p);
  return p;
}

/* The data rules hit, just now; all is mended before the next round, which has no data. */
static void find_by_data(course *c)
{
  for (int at = 0; at < c->t->count; at++) {
    problem *p = c->t->entries[at].shape == DATA && !is_taken(c, at)
                     ? find_problem(c, at)
                     : NULL;
    if (p == NULL)
      continue;
    plan_same_day(p);
    p->found = c->day - 3;
    p->verified = p->assigned = p->started = c->day - 2;
    p->done = p->checked = p->closed = c->day + 10;
    p->due = c->day + 20;
  }
}

static void find_more(course *c)
{
  int low = c->round == 0, most = c->p->large ? (c->round == 0 ? 5 : 3) : 2;
  int wanted = dice_between(&c->dice, c->p->plant == SAME_DAY ? 2 : low, most);
  if (c->p->plant == NIL || c->p->plant == UNCHANGED || c->p->plant == TOKEN_SAMPLE)
    return;
  if (c->round == 0 && c->p->plant == SILENT_DATA)
    find_by_data(c);
  for (int i = 0; i < wanted; i++)
    find_problem(c, free_entry(c));
  if (c->round == 0 && c->p->plant == RELAPSED && c->count > 0) {
    problem *p = &c->problems[0];
    p->found = c->day - 20;
    p->dismissed = 0;
    plan_same_day(p);
    p->suspect = p->inspected = false;
    p->verified++, p->assigned++, p->started++, p->done += 5;
    p->checked += 6, p->closed += 6;
  }
  if (is_here(c, RELAPSED)) {
    problem *p = &c->problems[0];
    p->relapsed = c->day - 9;
    p->relapses = 1;
  }
}

/* ---- answers ---------------------------------------------------------------------- */

/* What classes have nothing of: the same for all of a class. */
static bool has_none(const course *c, int at)
{
  const entry *e = &c->t->entries[at];
  dice d = dice_of(7, (uint64_t)at, c->p->class);
  return e->member != NULL && dice_chance(&d, c->p->large ? 15 : 50);
}

static char open_status(const course *c, int at)
{
  const char *certainty = c->t->entries[at].certainty;
  for (int i = 0; i < c->count; i++)
    if (c->problems[i].entry == at && problem_unfinished(&c->problems[i], c->day) &&
        c->problems[i].found <= c->day)
      return *certainty == 's' ? 'S' : *certainty == 'h' ? 'H' : 'X';
  return 'P';
}

static void answer_sample(course *c, answer *a, dice *d)
{
  a->checked = dice_between(d, 10, 60);
  a->wrong = a->status == 'P' ? 0 : dice_between(d, 1, a->checked / 8 + 1);
  if (c->p->plant == TOKEN_SAMPLE)
    a->checked = 1;
}

static void answer_data(const entry *e, answer *a, dice *d)
{
  int population = e->population < 20 ? 20 : (int)e->population;
  a->checked = dice_between(d, population / 3, population * 2);
  a->wrong = a->status == 'P' ? 0 : dice_between(d, 1, population / 40 + 1);
}

static void answer_all(course *c)
{
  /* Whoever walks through gives the same answers again. */
  dice walk = dice_of(c->p->seed, (uint64_t)c->p->no, "walk");
  dice *d = c->p->plant == UNCHANGED ? &walk : &c->dice;
  for (int at = 0; at < c->t->count; at++) {
    answer *a = &c->answers[at];
    const entry *e = &c->t->entries[at];
    if (a->status == 'N')
      continue;
    a->status = open_status(c, at);
    a->manual = e->shape == DATA && !c->tables;
    if (e->shape == DATA && c->tables)
      answer_data(e, a, d);
    else
      answer_sample(c, a, d);
  }
}

/* Some entries that are well become something else. */
static void leave_open(course *c, char status, int wanted)
{
  for (int tries = 0; wanted > 0 && tries < 2000; tries++) {
    int at = dice_below(&c->dice, c->t->count);
    shape s = c->t->entries[at].shape;
    if (c->answers[at].status != 'P' || s == KEPT || s == EVIDENCE ||
        (status == 'U') != (s == DATA) || is_taken(c, at))
      continue;
    c->answers[at].status = status;
    wanted--;
  }
}

/* ---- rounds ------------------------------------------------------------------------ */

void course_begin(course *c, const template *t, const place *p)
{
  memset(c, 0, sizeof *c);
  c->t = t;
  c->p = p;
  c->dice = dice_of(p->seed, (uint64_t)p->twin, "course");
  for (int at = 0; at < t->count; at++) {
    const char *status = zc_text_or(zc_get_text(t->entries[at].item, "status"), "");
    bool is_none = strcmp(status, "not_applicable") == 0 || has_none(c, at);
    c->answers[at].status = is_none ? 'N' : 'P';
  }
}

static void set_days(course *c)
{
  c->to = round_ends[c->round];
  c->shift = 0;
  c->from = c->round == 0 ? FIRST_DAY : round_ends[c->round - 1] + 1;
  c->day = c->to - dice_between(&c->dice, 4, 20);
  int wait = dice_between(&c->dice, 0, 3);
  if (is_here(c, LATE))
    c->day = c->to + dice_between(&c->dice, 5, 12);
  c->sent = c->day + wait;
}

static void set_hash(course *c)
{
  char text[300];
  zc_err err;
  snprintf(text, sizeof text, "%llu %s %lld%s", (unsigned long long)c->p->seed,
           c->p->code, (long long)c->seq, is_here(c, SEQ_FORKED) ? " another" : "");
  must(zc_hash_of(text, strlen(text), c->hash, &err), &err);
  if (c->seq == 0)
    c->hash[0] = '\0';
}

static void set_ledger(course *c)
{
  c->seq = c->submissions;
  for (int i = 0; i < c->count; i++)
    c->seq += events_of(&c->problems[i], c->day);
  c->problems[0].gone = is_here(c, PROBLEM_GONE);
  if (is_here(c, SEQ_BACK))
    c->seq = c->last_seq - 1;
  if (is_here(c, SEQ_FORKED))
    c->seq = c->last_seq;
  set_hash(c);
}

static void set_run(course *c)
{
  char text[200];
  zc_err err;
  snprintf(text, sizeof text, "%llu %s %d run", (unsigned long long)c->p->seed,
           c->p->code, (int)c->today);
  must(zc_hash_of(text, strlen(text), c->run, &err), &err);
  c->run[16] = '\0';
}

void course_round(course *c, int round)
{
  c->round = round;
  c->tables = c->p->large && !(c->p->plant == SILENT_DATA && round >= c->p->round);
  set_days(c);
  c->rows = dice_between(&c->dice, 800, 6000);
  find_more(c);
  answer_all(c);
  if (is_here(c, NOT_CHECKED))
    leave_open(c, 'C', 3);
  if (is_here(c, UNDETERMINED))
    leave_open(c, 'U', 2);
  if (is_here(c, LEFT_OUT))
    leave_open(c, '.', 2);
  set_ledger(c);
  if (is_here(c, YEAR_BEFORE) || is_here(c, YEAR_AFTER)) {
    c->shift = c->p->plant == YEAR_BEFORE ? -365 : 366;
    c->sent += c->shift, c->from += c->shift, c->to += c->shift;
  }
  c->today = c->day + c->shift;
  set_run(c);
}

void course_sent(course *c)
{
  for (int i = 0; i < c->count; i++)
    if (c->problems[i].reported == 0 && c->problems[i].dismissed == 0)
      c->problems[i].reported = c->sent - c->shift;
  c->last_seq = c->seq;
  c->submissions++;
}

void course_corrected(course *c)
{
  c->today += 3;
  c->sent = c->today;
  c->submissions++;
  c->seq++; /* the submission of the first one */
  set_hash(c);
  set_run(c);
}

bool problem_reported(const problem *p, const course *c)
{
  return p->reported != 0 && p->reported < c->day;
}
