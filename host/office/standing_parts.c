/* What offices report of facilities: it goes with their reports, and each facility counts once. */
#include <stdlib.h>
#include <string.h>

#include "office/deciding.h"

static bool is_whole(const zc_filed *f)
{
  return strcmp(f->kind, "office") == 0 && *f->via == '\0';
}

/* By facility, plan and round; then the one that came directly or is on paper, then by their last
 * day and their offices. */
static int by_round(const void *one, const void *other)
{
  const zc_filed *a = *(zc_filed *const *)one, *b = *(zc_filed *const *)other;
  int order = strcmp(a->facility, b->facility);
  if (order == 0)
    order = strcmp(a->plan, b->plan);
  if (order == 0)
    order = strcmp(a->round, b->round);
  if (order == 0)
    order = (*a->via != '\0') - (*b->via != '\0');
  if (order == 0)
    order = strcmp(b->day, a->day);
  if (order == 0)
    order = strcmp(a->via, b->via);
  return order == 0 ? strcmp(a->file, b->file) : order;
}

static bool same_round(const zc_filed *a, const zc_filed *b)
{
  return strcmp(a->facility, b->facility) == 0 && strcmp(a->plan, b->plan) == 0 &&
         strcmp(a->round, b->round) == 0;
}

static void refuse_second(zc_deciding *d, zc_filed *f, const zc_filed *first)
{
  zc_err why;
  zc_fail(
      &why, ZC_EDATA,
      *first->via == '\0'
          ? N_("{office} reports of the facility, whose report of {day} is here: that "
               "one counts")
          : N_("{office} and {other} both report of the facility: the report of "
               "{day} by {other} counts; the offices have to agree whose it is"),
      "office", f->via, "day", first->day, "other", first->via, NULL);
  zc_deciding_state(d, f, "twice", &why);
}

/* What an office tells of a facility goes with its report. */
static void decide_part(zc_deciding *d, zc_filed *f, const zc_filed *whole)
{
  f->round = "";
  zc_deciding_state(d, f, "accepted", NULL);
  if (whole == NULL || !whole->counts) {
    f->state = whole == NULL ? "unreadable" : whole->state;
    f->reason = whole == NULL ? "" : whole->reason;
    f->round = whole == NULL ? "" : whole->round;
    return;
  }
  f->round = whole->round;
  if (!zc_deciding_roster(d, f))
    return;
  zc_deciding_taken(d, f, json_object_get(d->expected->rounds, f->plan));
}

/* Only one of those that count for a facility and round does. */
static void decide_twice(zc_deciding *d)
{
  size_t count = 0;
  for (size_t i = 0; i < d->list->count; i++)
    if (d->list->files[i].counts)
      d->sound[count++] = &d->list->files[i];
  qsort(d->sound, count, sizeof *d->sound, by_round);
  for (size_t i = 0, first = 0; i < count; i++) {
    if (i == first || !same_round(d->sound[first], d->sound[i])) {
      first = i;
      continue;
    }
    refuse_second(d, d->sound[i], d->sound[first]);
  }
}

/* Whoever has no parts has no need to look for them. */
zc_code zc_deciding_parts(zc_deciding *d)
{
  size_t parts = 0;
  json_t *places = json_object();
  int bad = places == NULL;
  for (size_t i = 0; i < d->list->count; i++) {
    const zc_filed *f = &d->list->files[i];
    parts += *f->via != '\0';
    if (is_whole(f))
      bad |= json_object_set_new(places, f->file, json_integer((json_int_t)i));
  }
  for (size_t i = 0; bad == 0 && i < d->list->count; i++) {
    zc_filed *f = &d->list->files[i];
    const json_t *at = json_object_get(places, f->source);
    if (*f->via != '\0')
      decide_part(d, f, at == NULL ? NULL : &d->list->files[json_integer_value(at)]);
  }
  json_decref(places);
  if (bad != 0)
    return zc_fail_memory(d->err);
  if (parts > 0)
    decide_twice(d);
  return d->code;
}
