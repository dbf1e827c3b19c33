#include "office/standing.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"

const char *const zc_standing_states[] =
    {"accepted",         "late",         "allowed",  "superseded",
     "replayed",         "broken_chain", "bad_date", "twice",
     "foreign_plan",     "foreign_key",  "unsigned", "tampered",
     "unknown_facility", "unreadable",   NULL};

typedef struct {
  zc_store *store;
  const zc_expected *expected;
  zc_filed_list *list;
  zc_filed **sound; /* those that nothing is against, by facility, plan and time */
  size_t count;
  zc_err *err;
  zc_code code; /* the first failure */
} deciding;

/* ---- reasons ------------------------------------------------------------------------ */

/* A state with a message {text, args} as canonical JSON; `why` may be NULL. */
static void set_state(deciding *d, zc_filed *f, const char *state, const zc_err *why)
{
  zc_buffer text = {0};
  f->state = state;
  f->counts = false;
  f->reason = "";
  if (why == NULL || d->code != ZC_OK)
    return;
  json_t *message = zc_message_of(why);
  d->code = message == NULL ? zc_fail_memory(d->err)
                            : zc_json_canonical(message, &text, d->err);
  char *copy = d->code == ZC_OK ? zc_arena_copy(&d->list->arena, text.data, text.size)
                                : NULL;
  if (d->code == ZC_OK && copy == NULL)
    d->code = zc_fail_memory(d->err);
  f->reason = zc_text_or(copy, "");
  zc_buffer_free(&text);
  json_decref(message);
}

/* ---- each file by itself -------------------------------------------------------------- */

static bool is_decided(const deciding *d, const zc_filed *f, const char *decision)
{
  const json_t *one = json_object_get(d->expected->decisions, f->file);
  return strcmp(zc_text_or(zc_get_text(one, "decision"), ""), decision) == 0;
}

/* A key that is not trusted any more is good for reports of days when it was. */
static bool is_trusted(const deciding *d, const zc_filed *f)
{
  size_t index;
  const json_t *key;
  json_array_foreach(json_object_get(d->expected->keys, f->facility), index, key)
  {
    const char *until = zc_text_or(zc_get_text(key, "until"), "");
    if (strcmp(zc_text_or(zc_get_text(key, "key"), ""), f->signer) == 0)
      return *until == '\0' || strcmp(f->day, until) <= 0;
  }
  return false;
}

static void refuse_key(deciding *d, zc_filed *f)
{
  zc_err why;
  const json_t *keys = json_object_get(d->expected->keys, f->facility);
  const json_t *last = json_array_get(keys, json_array_size(keys) - 1);
  if (last == NULL)
    zc_fail(
        &why, ZC_ETRUST,
        "no key of the facility is registered; it is signed with {key}: compare that "
        "with the facility by telephone, then `zicha roster trust {code} KEYFILE`",
        "key", f->key_id, "code", f->facility, NULL);
  else
    zc_fail(
        &why, ZC_ETRUST,
        "it is signed with {key}, the facility's key is {own}; if it has a new one, "
        "`zicha roster trust {code} KEYFILE`",
        "key", f->key_id, "own", zc_text_or(zc_get_text(last, "id"), ""), "code",
        f->facility, NULL);
  set_state(d, f, "foreign_key", &why);
}

static bool is_kind(const zc_filed *f, const char *kind)
{
  return strcmp(f->kind, kind) == 0;
}

/* Facilities that only another office knows are its business. */
static bool check_roster(deciding *d, zc_filed *f)
{
  zc_err why;
  const json_t *roster = json_object_get(d->expected->rosters, f->plan);
  const json_t *entry = json_object_get(roster, f->facility);
  json_int_t kind = json_integer_value(entry);
  bool office = is_kind(f, "office") && *f->via == '\0';
  if (roster == NULL || (entry == NULL && *f->via != '\0') || kind == (office ? 2 : 1))
    return true;
  zc_fail(&why, ZC_EDATA,
          entry == NULL
              ? N_("the roster has no facility {code}: add it with `zicha roster "
                   "import`, or ask who has sent this")
          : kind == 0 ? N_("the roster says that no report of {code} is expected")
          : office ? N_("it is the report of an office, and the roster has {code} as a "
                        "facility")
                   : N_("it is the report of a facility, and the roster has {code} as "
                        "an office"),
          "code", f->facility, NULL);
  set_state(d, f, "unknown_facility", &why);
  return false;
}

static bool check_plan(deciding *d, zc_filed *f)
{
  zc_err why;
  if (f->checklist >= 0 && json_object_get(d->expected->rosters, f->plan) != NULL)
    return true;
  zc_fail(
      &why, ZC_EDATA,
      f->checklist >= 0
          ? N_("there is no roster for the plan {plan}: `zicha roster import`")
          : "this version of the plan {plan} is not known here: take it into use with "
            "`zicha plan use`, and collect again",
      "plan", f->plan, NULL);
  set_state(d, f, "foreign_plan", &why);
  return false;
}

/* Whether nothing is against the file as it is. */
static bool is_sound(deciding *d, zc_filed *f)
{
  zc_err why;
  bool allowed = is_decided(d, f, "allow");
  f->round = "";
  set_state(d, f, "accepted", NULL);
  if (strcmp(f->fault, "unreadable") == 0 || strcmp(f->fault, "tampered") == 0) {
    set_state(d, f, f->fault, NULL);
    f->reason = f->detail;
    return false;
  }
  if (f->checklist >= 0 && !check_roster(d, f))
    return false;
  if (*f->fault != '\0' && !d->expected->take_unsigned && !allowed) {
    set_state(d, f, "unsigned", NULL);
    f->reason = f->detail;
    return false;
  }
  if (!check_plan(d, f))
    return false;
  if (*f->fault == '\0' && !is_kind(f, "paper") && !is_trusted(d, f) && !allowed) {
    refuse_key(d, f);
    return false;
  }
  if (strcmp(f->day, f->received) <= 0 || allowed)
    return true;
  zc_fail(
      &why, ZC_EDATA,
      "it is of {day}, but was here on {received}: a clock was wrong; let the facility "
      "check again with the right date",
      "day", f->day, "received", f->received, NULL);
  set_state(d, f, "bad_date", &why);
  return false;
}

/* ---- the reports of one facility and plan ---------------------------------------------- */

static int compare_numbers(int64_t a, int64_t b)
{
  return (a > b) - (a < b);
}

/* By facility and plan, then as they were made. */
static int by_time(const void *one, const void *other)
{
  const zc_filed *a = *(zc_filed *const *)one, *b = *(zc_filed *const *)other;
  int order = strcmp(a->facility, b->facility);
  if (order == 0)
    order = strcmp(a->plan, b->plan);
  if (order == 0)
    order = strcmp(a->day, b->day);
  if (order == 0)
    order = compare_numbers(a->seq, b->seq);
  if (order == 0)
    order = strcmp(a->received, b->received);
  /* What a person has written down later is meant to replace it. */
  if (order == 0 && is_kind(a, "paper") && is_kind(b, "paper"))
    order = compare_numbers(a->no, b->no);
  return order == 0 ? strcmp(a->file, b->file) : order;
}

/* Why a report does not continue the one before it; NULL when it does. A ledger only grows, and no
 * problem in it ever goes. */
static const char *chain_fault(deciding *d, const zc_filed *before, const zc_filed *f)
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
static size_t check_chain(deciding *d, zc_filed **reports, size_t count)
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
      set_state(d, f, "replayed", &why);
      continue;
    }
    const char *fault = left == 0 || is_decided(d, f, "allow")
                            ? NULL
                            : chain_fault(d, reports[left - 1], f);
    if (fault == NULL) {
      reports[left++] = f;
      continue;
    }
    zc_fail(&why, ZC_EDATA, fault, "day", reports[left - 1]->day, NULL);
    set_state(d, f, "broken_chain", &why);
  }
  return left;
}

/* ---- rounds ----------------------------------------------------------------------------- */

static const char *member(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

static bool holds(const json_t *round, const char *day)
{
  const char *from = member(round, "from"), *to = member(round, "to");
  return (*from == '\0' || strcmp(day, from) >= 0) &&
         (*to == '\0' || strcmp(day, to) <= 0);
}

/* Days from the end of a round to a day; -1 when that is not behind it. */
static int days_behind(const json_t *round, const char *day)
{
  int32_t end, at;
  const char *to = member(round, "to");
  if (!zc_day_parse(to, strlen(to), &end) || !zc_day_parse(day, strlen(day), &at) ||
      at <= end)
    return -1;
  return at - end;
}

static bool has_report(zc_filed *const *reports, size_t count, const char *round)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(reports[i]->round, round) == 0)
      return true;
  return false;
}

/* The round that a report is of: one that ended shortly before and has none yet, else the one
 * that its day is in. */
static const char *round_of(const deciding *d, zc_filed *const *reports, size_t at,
                            const json_t *rounds)
{
  size_t index;
  const json_t *round;
  const char *found = NULL, *over = NULL, *day = reports[at]->day;
  json_array_foreach(rounds, index, round)
  {
    int behind = days_behind(round, day);
    bool shortly = behind >= 0 && behind <= d->expected->late_days;
    if (shortly && !has_report(reports, at, member(round, "id")))
      return member(round, "id");
    if (shortly)
      over = member(round, "id");
    if (found == NULL && holds(round, day))
      found = member(round, "id");
  }
  return found != NULL ? found : zc_text_or(over, "");
}

/* The round that an office says it reports for, by its last day. */
static const char *named_round(const json_t *rounds, const char *day)
{
  size_t index;
  const json_t *round, *found = NULL;
  json_array_foreach(rounds, index, round)
  {
    if (strcmp(member(round, "to"), day) == 0 || strcmp(member(round, "due"), day) == 0)
      return member(round, "id");
    if (found == NULL && holds(round, day))
      found = round;
  }
  return member(found, "id");
}

static const json_t *find_round(const json_t *rounds, const char *id)
{
  size_t index;
  const json_t *round;
  json_array_foreach(rounds, index,
                     round) if (strcmp(member(round, "id"), id) == 0) return round;
  return NULL;
}

/* Whether it was here in time for its round. */
static void set_taken(deciding *d, zc_filed *f, const json_t *rounds)
{
  const char *due = member(find_round(rounds, f->round), "due");
  bool late = *due != '\0' && strcmp(f->received, due) > 0;
  set_state(d, f,
            is_decided(d, f, "allow") ? "allowed"
            : late                    ? "late"
                                      : "accepted",
            NULL);
  f->counts = true;
}

/* The last report of a round counts, the others are superseded. */
static void set_counting(deciding *d, zc_filed **reports, size_t count, size_t at,
                         const json_t *rounds)
{
  zc_err why;
  zc_filed *f = reports[at], *later = NULL;
  for (size_t i = at + 1; i < count; i++)
    if (strcmp(reports[i]->round, f->round) == 0)
      later = reports[i];
  if (later == NULL) {
    set_taken(d, f, rounds);
    return;
  }
  zc_fail(
      &why, ZC_EDATA,
      strcmp(later->corrects, f->report) == 0
          ? N_("the report of {day} corrects it")
          : "a second report of this round, of {day}, is taken instead; whoever sends "
            "two says with --corrects which one the second is for",
      "day", later->day, NULL);
  set_state(d, f, "superseded", &why);
}

/* Whether a day is in one of the rounds, or shortly behind one. */
static bool is_in_time(const deciding *d, const char *day, const json_t *rounds)
{
  size_t index;
  const json_t *round;
  json_array_foreach(rounds, index, round)
  {
    int behind = days_behind(round, day);
    if (holds(round, day) || (behind >= 0 && behind <= d->expected->late_days))
      return true;
  }
  return false;
}

/* Takes out what is of no round. What is left stands at the beginning; its number. */
static size_t check_days(deciding *d, zc_filed **reports, size_t count,
                         const json_t *rounds)
{
  size_t left = 0;
  for (size_t i = 0; i < count; i++) {
    zc_err why;
    zc_filed *f = reports[i];
    const char *day = *f->round_day == '\0' ? f->day : f->round_day;
    if (is_in_time(d, day, rounds)) {
      reports[left++] = f;
      continue;
    }
    zc_fail(
        &why, ZC_EDATA,
        "its day, {day}, is in none of the rounds; `zicha collect list --rounds` tells "
        "their days",
        "day", day, NULL);
    set_state(d, f, "bad_date", &why);
  }
  return left;
}

/* Reports that continue each other, or (`paper`) that people have written down. */
static void decide_channel(deciding *d, zc_filed **reports, size_t count, bool paper,
                           const json_t *rounds)
{
  count = check_days(d, reports, count, rounds);
  if (!paper)
    count = check_chain(d, reports, count);
  for (size_t i = 0; i < count; i++)
    reports[i]->round = *reports[i]->round_day == '\0'
                            ? round_of(d, reports, i, rounds)
                            : named_round(rounds, reports[i]->round_day);
  for (size_t i = 0; i < count; i++)
    set_counting(d, reports, count, i, rounds);
}

/* Those on paper behind the others, each in the order in which they are. */
static size_t part_paper(zc_filed **reports, size_t count)
{
  size_t signed_ones = 0;
  for (size_t i = 0; i < count; i++) {
    zc_filed *f = reports[i];
    if (is_kind(f, "paper"))
      continue;
    memmove(reports + signed_ones + 1, reports + signed_ones,
            (i - signed_ones) * sizeof *reports);
    reports[signed_ones++] = f;
  }
  return signed_ones;
}

/* One on paper gives way to a signed one of its round. */
static void give_way(deciding *d, zc_filed *const *reports, size_t count,
                     zc_filed *paper)
{
  zc_err why;
  for (size_t i = 0; i < count; i++) {
    if (!reports[i]->counts || strcmp(reports[i]->round, paper->round) != 0)
      continue;
    zc_fail(&why, ZC_EDATA,
            "the facility's own report of {day} counts for this round, not what was "
            "written down of it",
            "day", reports[i]->day, NULL);
    set_state(d, paper, "superseded", &why);
    return;
  }
}

static void decide_group(deciding *d, zc_filed **reports, size_t count)
{
  const json_t *rounds = json_object_get(d->expected->rounds, reports[0]->plan);
  size_t own = part_paper(reports, count);
  decide_channel(d, reports, own, false, rounds);
  decide_channel(d, reports + own, count - own, true, rounds);
  for (size_t i = own; i < count; i++)
    if (reports[i]->counts)
      give_way(d, reports, own, reports[i]);
}

static bool same_group(const zc_filed *a, const zc_filed *b)
{
  return strcmp(a->facility, b->facility) == 0 && strcmp(a->plan, b->plan) == 0;
}

/* ---- what offices report ------------------------------------------------------------------ */

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
  return same_group(a, b) && strcmp(a->round, b->round) == 0;
}

static void refuse_second(deciding *d, zc_filed *f, const zc_filed *first)
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
  set_state(d, f, "twice", &why);
}

/* What an office tells of a facility goes with its report. */
static void decide_part(deciding *d, zc_filed *f, const zc_filed *whole)
{
  f->round = "";
  set_state(d, f, "accepted", NULL);
  if (whole == NULL || !whole->counts) {
    f->state = whole == NULL ? "unreadable" : whole->state;
    f->reason = whole == NULL ? "" : whole->reason;
    f->round = whole == NULL ? "" : whole->round;
    return;
  }
  if (!check_roster(d, f))
    return;
  f->round = whole->round;
  set_taken(d, f, json_object_get(d->expected->rounds, f->plan));
}

/* Only one of those that count for a facility and round does. */
static void decide_twice(deciding *d)
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
static zc_code decide_parts(deciding *d)
{
  size_t parts = 0;
  json_t *places = json_object();
  int bad = places == NULL;
  for (size_t i = 0; i < d->list->count; i++) {
    const zc_filed *f = &d->list->files[i];
    parts += *f->via != '\0';
    if (is_kind(f, "office") && *f->via == '\0')
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

zc_code zc_standing_decide(zc_store *store, const zc_expected *expected,
                           zc_filed_list *list, zc_err *err)
{
  deciding d = {.store = store, .expected = expected, .list = list, .err = err};
  d.sound = calloc(list->count + 1, sizeof(zc_filed *));
  if (d.sound == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < list->count; i++)
    if (*list->files[i].via == '\0' && is_sound(&d, &list->files[i]))
      d.sound[d.count++] = &list->files[i];
  qsort(d.sound, d.count, sizeof *d.sound, by_time);
  for (size_t i = 0; d.code == ZC_OK && i < d.count;) {
    size_t end = i + 1;
    while (end < d.count && same_group(d.sound[i], d.sound[end]))
      end++;
    decide_group(&d, d.sound + i, end - i);
    i = end;
  }
  if (d.code == ZC_OK)
    d.code = decide_parts(&d);
  free(d.sound);
  return d.code;
}
