#include "office/standing.h"

#include <stdlib.h>
#include <string.h>

#include "office/deciding.h"
#include "office/round.h"

const char *const zc_standing_states[] =
    {"accepted",         "late",         "allowed",  "superseded",
     "replayed",         "broken_chain", "bad_date", "twice",
     "foreign_plan",     "foreign_key",  "unsigned", "tampered",
     "unknown_facility", "unreadable",   NULL};

/* ---- the reports of one facility and plan ---------------------------------------------- */

static int compare_numbers(int64_t a, int64_t b)
{
  return (a > b) - (a < b);
}

/* The day on which it was made, as far as one knows: nothing is here before it is made, and a person
 * may have allowed what is dated later. */
static const char *made_on(const zc_filed *f)
{
  return strcmp(f->day, f->received) > 0 ? f->received : f->day;
}

/* What a person has written down later is meant to replace what was written down of the same day, whatever
 * days he notes them as received on. */
static int by_arrival(const zc_filed *a, const zc_filed *b)
{
  if (zc_filed_is(a, "paper"))
    return compare_numbers(a->no, b->no);
  int order = compare_numbers(a->seq, b->seq);
  return order == 0 ? strcmp(a->received, b->received) : order;
}

/* By facility and plan, what was written down behind the others, then as they were made. */
static int by_time(const void *one, const void *other)
{
  const zc_filed *a = *(zc_filed *const *)one, *b = *(zc_filed *const *)other;
  int order = strcmp(a->facility, b->facility);
  if (order == 0)
    order = strcmp(a->plan, b->plan);
  if (order == 0)
    order = zc_filed_is(a, "paper") - zc_filed_is(b, "paper");
  if (order == 0)
    order = strcmp(made_on(a), made_on(b));
  if (order == 0)
    order = by_arrival(a, b);
  return order == 0 ? strcmp(a->file, b->file) : order;
}

/* Why a report does not continue the one before it; NULL when it does. A ledger only grows, and no
 * problem in it ever goes. */
static const char *chain_fault(zc_deciding *d, const zc_filed *before,
                               const zc_filed *f)
{
  bool kept = true;
  if (f->seq < before->seq)
    return N_("its ledger ends before that of the report of {day}, which is older");
  if (f->seq == before->seq && strcmp(f->head, before->head) != 0)
    return N_("its ledger is not the one that the report of {day} tells of");
  if (d->code == ZC_OK)
    d->code = zc_problems_kept(d->store, before->no, f->no, &kept, d->err);
  return kept ? NULL : N_("problems of the report of {day} are missing in it");
}

static bool is_again(const zc_filed *before, const zc_filed *f)
{
  return strcmp(before->report, f->report) == 0 ||
         (strcmp(before->run, f->run) == 0 && before->seq == f->seq &&
          strcmp(f->corrects, before->report) != 0);
}

/* Takes out what was sent before, or does not continue it. What is left stands at the beginning;
 * its number. */
static size_t check_chain(zc_deciding *d, zc_filed **reports, size_t count)
{
  size_t left = 0;
  for (size_t i = 0; i < count; i++) {
    zc_err why;
    zc_filed *f = reports[i], *again = NULL;
    for (size_t k = 0; k < left; k++)
      if (is_again(reports[k], f))
        again = reports[k];
    if (again != NULL) {
      zc_fail(&why, ZC_EDATA, "it is the report of {day} once more", "day", again->day,
              NULL);
      zc_deciding_state(d, f, "replayed", &why);
      continue;
    }
    const char *fault = left == 0 || zc_deciding_is(d, f, "allow")
                            ? NULL
                            : chain_fault(d, reports[left - 1], f);
    if (fault == NULL) {
      reports[left++] = f;
      continue;
    }
    zc_fail(&why, ZC_EDATA, fault, "day", reports[left - 1]->day, NULL);
    zc_deciding_state(d, f, "broken_chain", &why);
  }
  return left;
}

/* ---- rounds ----------------------------------------------------------------------------- */

/* The round that somebody has named: a person who decided, or wrote it down, or the office whose
 * report it is. NULL: nobody has, or there is none. */
static const json_t *named_round(const zc_deciding *d, const zc_filed *f,
                                 const json_t *rounds)
{
  const json_t *decision = json_object_get(d->expected->decisions, f->file);
  const json_t *round = zc_round_find(rounds, zc_text_of(decision, "round"));
  if (round == NULL && zc_filed_is(f, "paper"))
    round = zc_round_find(rounds, f->round_id);
  if (round == NULL && *f->round_day != '\0')
    round = zc_round_meant(rounds, f->round_id, f->round_from, f->round_day);
  return round;
}

static bool has_report(zc_filed *const *reports, size_t count, const char *round)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(reports[i]->state, "accepted") == 0 || reports[i]->counts)
      if (strcmp(reports[i]->round, round) == 0)
        return true;
  return false;
}

/* The report that this one corrects, of those that stand before it; NULL: none. */
static const zc_filed *corrected_by(zc_filed *const *reports, size_t at)
{
  const char *corrects = reports[at]->corrects;
  for (size_t i = 0; *corrects != '\0' && i < at; i++)
    if (strcmp(reports[i]->report, corrects) == 0)
      return reports[i];
  return NULL;
}

/* The round that a report is of by its day: one that ended shortly before and has none yet, else
 * the one that its day is in. */
static const char *round_by_day(const zc_deciding *d, zc_filed *const *reports,
                                size_t count, const char *day, const json_t *rounds)
{
  size_t index;
  const json_t *round;
  const char *found = NULL, *over = NULL;
  json_array_foreach(rounds, index, round)
  {
    const char *id = zc_text_of(round, "id");
    bool just_over = zc_round_just_over(round, day, d->expected->late_days);
    if (just_over && !has_report(reports, count, id))
      return id;
    if (just_over)
      over = id;
    if (found == NULL && zc_round_holds(round, day))
      found = id;
  }
  return found != NULL ? found : zc_text_or(over, "");
}

/* The round that was named, else that of the report which it corrects as long as that is due, else
 * that of its day; "": none. */
static const char *round_of(const zc_deciding *d, zc_filed *const *reports, size_t at,
                            const json_t *rounds)
{
  const zc_filed *f = reports[at], *before = corrected_by(reports, at);
  const json_t *round = named_round(d, f, rounds);
  if (round != NULL || *f->round_day != '\0')
    return zc_text_of(round, "id");
  round = before == NULL ? NULL : zc_round_find(rounds, before->round);
  if (round != NULL && zc_round_takes_correction(round, f->day, d->expected->late_days))
    return before->round;
  return round_by_day(d, reports, at, f->day, rounds);
}

void zc_deciding_taken(zc_deciding *d, zc_filed *f, const json_t *rounds)
{
  const char *due = zc_text_of(zc_round_find(rounds, f->round), "due");
  bool late = *due != '\0' && strcmp(f->received, due) > 0;
  zc_deciding_state(d, f,
                    zc_deciding_is(d, f, "allow") ? "allowed"
                    : late                        ? "late"
                                                  : "accepted",
                    NULL);
  f->counts = true;
}

/* Why a report gives way to a later one, and what whoever meant the earlier one can do: only facilities
 * can say which report another one corrects. */
static const char *replaced_by(const zc_filed *f, const zc_filed *later)
{
  if (strcmp(later->corrects, f->report) == 0)
    return N_("the report of {day} corrects it");
  if (zc_filed_is(f, "paper"))
    return strcmp(later->day, f->day) == 0
               ? N_("another list of {day} was collected behind it and is taken "
                    "instead; if this one is right, collect it again")
               : N_("what was written down of {day}, a later day of this round, is "
                    "taken instead; if that is wrong, collect a list of that day that "
                    "is right");
  if (zc_filed_is(f, "office"))
    return N_("a later report of the same office on this round, of {day}, is taken "
              "instead; if this one is right, let the office report the round again");
  return N_("a second report of this round, of {day}, is taken instead; whoever sends "
            "two says with --corrects which one the second is for");
}

/* The last report of a round counts, the others are superseded. */
static void set_counting(zc_deciding *d, zc_filed **reports, size_t count, size_t at,
                         const json_t *rounds)
{
  zc_err why;
  zc_filed *f = reports[at], *later = NULL;
  for (size_t i = at + 1; i < count; i++)
    if (strcmp(reports[i]->round, f->round) == 0)
      later = reports[i];
  if (later == NULL) {
    zc_deciding_taken(d, f, rounds);
    return;
  }
  zc_fail(&why, ZC_EDATA, replaced_by(f, later), "day", later->day, NULL);
  zc_deciding_state(d, f, "superseded", &why);
}

static void refuse_day(zc_deciding *d, zc_filed *f)
{
  zc_err why;
  f->round = "";
  zc_fail(
      &why, ZC_EDATA,
      "its day, {day}, is in none of the rounds; `zicha collect list --rounds` tells "
      "their days",
      "day", *f->round_day == '\0' ? f->day : f->round_day, NULL);
  zc_deciding_state(d, f, "bad_date", &why);
}

/* Whether some round may have it. */
static bool is_in_time(const zc_deciding *d, zc_filed *const *reports, size_t at,
                       const json_t *rounds)
{
  size_t index;
  const json_t *round;
  const zc_filed *f = reports[at];
  int late_days = d->expected->late_days;
  bool corrects = corrected_by(reports, at) != NULL;
  if (named_round(d, f, rounds) != NULL || *f->round_day != '\0')
    return named_round(d, f, rounds) != NULL;
  json_array_foreach(rounds, index, round)
  {
    if (zc_round_takes(round, f->day, late_days) ||
        (corrects && zc_round_takes_correction(round, f->day, late_days)))
      return true;
  }
  return false;
}

/* Takes out what is of no round. What is left stands at the beginning; its number. */
static size_t check_days(zc_deciding *d, zc_filed **reports, size_t count,
                         const json_t *rounds)
{
  size_t left = 0;
  for (size_t i = 0; i < count; i++) {
    zc_filed *f = reports[i];
    reports[left] = f;
    if (is_in_time(d, reports, left, rounds))
      left++;
    else
      refuse_day(d, f);
  }
  return left;
}

/* Gives each its round, and takes out what has none, or one in which the facility is not expected. */
static size_t set_rounds(zc_deciding *d, zc_filed **reports, size_t count,
                         const json_t *rounds)
{
  size_t left = 0;
  for (size_t i = 0; i < count; i++) {
    zc_filed *f = reports[i];
    reports[left] = f;
    f->round = round_of(d, reports, left, rounds);
    if (*f->round == '\0')
      refuse_day(d, f);
    else if (zc_deciding_roster(d, f))
      left++;
  }
  return left;
}

/* Reports that continue each other, or (`paper`) that people have written down. */
static void decide_channel(zc_deciding *d, zc_filed **reports, size_t count, bool paper,
                           const json_t *rounds)
{
  count = check_days(d, reports, count, rounds);
  if (!paper)
    count = check_chain(d, reports, count);
  count = set_rounds(d, reports, count, rounds);
  for (size_t i = 0; i < count; i++)
    set_counting(d, reports, count, i, rounds);
}

/* Signed reports, those that nobody has signed, those on paper: each kind by itself, and none
 * takes the place of a better one. */
static int rank_of(const zc_filed *f)
{
  return zc_filed_is(f, "paper") ? 2 : strcmp(f->fault, "unsigned") == 0 ? 1 : 0;
}

/* Puts those of this rank first, each in the order in which they are; their number. */
static size_t part_rank(zc_filed **reports, size_t count, int rank)
{
  size_t first = 0;
  for (size_t i = 0; i < count; i++) {
    zc_filed *f = reports[i];
    if (rank_of(f) != rank)
      continue;
    memmove(reports + first + 1, reports + first, (i - first) * sizeof *reports);
    reports[first++] = f;
  }
  return first;
}

/* One that is unsigned or on paper gives way to a better one of its round. */
static void give_way(zc_deciding *d, zc_filed *const *reports, size_t count,
                     zc_filed *f)
{
  zc_err why;
  for (size_t i = 0; i < count; i++) {
    if (!reports[i]->counts || strcmp(reports[i]->round, f->round) != 0)
      continue;
    zc_fail(&why, ZC_EDATA,
            zc_filed_is(f, "paper")
                ? N_("the facility's own report of {day} counts for this round, not "
                     "what was written down of it")
                : N_("the facility's signed report of {day} counts for this round, not "
                     "one that nobody has signed"),
            "day", reports[i]->day, NULL);
    zc_deciding_state(d, f, "superseded", &why);
    return;
  }
}

static void decide_group(zc_deciding *d, zc_filed **reports, size_t count)
{
  const json_t *rounds = json_object_get(d->expected->rounds, reports[0]->plan);
  size_t better = 0;
  for (int rank = 0; rank < 3; rank++) {
    size_t own = part_rank(reports + better, count - better, rank);
    decide_channel(d, reports + better, own, rank == 2, rounds);
    for (size_t i = better; i < better + own; i++)
      if (reports[i]->counts)
        give_way(d, reports, better, reports[i]);
    better += own;
  }
}

static bool same_group(const zc_filed *a, const zc_filed *b)
{
  return strcmp(a->facility, b->facility) == 0 && strcmp(a->plan, b->plan) == 0;
}

/* ---- what counts nowhere ------------------------------------------------------------------ */

static int by_group(const void *one, const void *other)
{
  const zc_filed *a = *(zc_filed *const *)one, *b = *(zc_filed *const *)other;
  int order = strcmp(a->facility, b->facility);
  return order == 0 ? strcmp(a->plan, b->plan) : order;
}

/* The reports of the same facility and plan among those that nothing was against. */
static zc_filed *const *find_group(const zc_deciding *d, const zc_filed *f,
                                   size_t *count)
{
  zc_filed *const *at = bsearch(&f, d->sound, d->count, sizeof *d->sound, by_group);
  zc_filed *const *end = at;
  *count = 0;
  if (at == NULL)
    return NULL;
  while (at > d->sound && same_group(at[-1], f))
    at--;
  while (end < d->sound + d->count && same_group(*end, f))
    end++;
  *count = (size_t)(end - at);
  return at;
}

/* The round that a refused file was meant for: by its day, or by the day on which it was here where
 * its own is wrong or not known. */
static const char *meant_round(const zc_deciding *d, const zc_filed *f)
{
  size_t count;
  const json_t *rounds = json_object_get(d->expected->rounds, f->plan);
  const json_t *named = named_round(d, f, rounds);
  bool dated = *f->day != '\0' && strcmp(f->state, "bad_date") != 0;
  zc_filed *const *group = find_group(d, f, &count);
  return named != NULL
             ? zc_text_of(named, "id")
             : round_by_day(d, group, count, dated ? f->day : f->received, rounds);
}

static void set_meant(zc_deciding *d)
{
  for (size_t i = 0; i < d->list->count; i++) {
    zc_filed *f = &d->list->files[i];
    if (*f->via == '\0' && *f->round == '\0')
      f->round = meant_round(d, f);
  }
}

zc_code zc_standing_decide(zc_store *store, const zc_expected *expected, bool last,
                           zc_filed_list *list, zc_err *err)
{
  zc_deciding d = {.store = store,
                   .expected = expected,
                   .list = list,
                   .last = last,
                   .err = err};
  d.sound = calloc(list->count + 1, sizeof(zc_filed *));
  if (d.sound == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < list->count; i++)
    if (*list->files[i].via == '\0' && zc_deciding_sound(&d, &list->files[i]))
      d.sound[d.count++] = &list->files[i];
  qsort(d.sound, d.count, sizeof *d.sound, by_time);
  for (size_t i = 0; d.code == ZC_OK && i < d.count;) {
    size_t end = i + 1;
    while (end < d.count && same_group(d.sound[i], d.sound[end]))
      end++;
    decide_group(&d, d.sound + i, end - i);
    i = end;
  }
  if (d.code == ZC_OK) {
    set_meant(&d);
    d.code = zc_deciding_parts(&d);
  }
  free(d.sound);
  json_decref(d.reporting);
  return d.code;
}
