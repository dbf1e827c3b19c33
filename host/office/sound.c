/* What an office makes of one file by itself: whose it is, of which plan, who has signed it. */
#include <string.h>

#include "office/deciding.h"
#include "office/round.h"

/* ---- reasons ------------------------------------------------------------------------ */

void zc_deciding_state(zc_deciding *d, zc_filed *f, const char *state,
                       const zc_err *why)
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

bool zc_deciding_is(const zc_deciding *d, const zc_filed *f, const char *decision)
{
  const json_t *one = json_object_get(d->expected->decisions, f->file);
  return strcmp(zc_text_of(one, "decision"), decision) == 0;
}

static const json_t *keys_of(const zc_deciding *d, const zc_filed *f)
{
  return json_object_get(d->expected->keys, f->facility);
}

const json_t *zc_key_active(const json_t *keys)
{
  size_t index;
  const json_t *key;
  json_array_foreach(keys, index, key)
  {
    if (*zc_text_of(key, "until") == '\0')
      return key;
  }
  return NULL;
}

/* A key that is not trusted any more is good for what was here while it was. A report can be dated
 * back by whoever has the key; when it came, the office has seen. */
static bool is_trusted(const zc_deciding *d, const zc_filed *f)
{
  size_t index;
  const json_t *key;
  json_array_foreach(keys_of(d, f), index, key)
  {
    const char *until = zc_text_of(key, "until");
    if (strcmp(zc_text_of(key, "key"), f->signer) == 0)
      return *until == '\0' ||
             (strcmp(f->day, until) <= 0 && strcmp(f->received, until) <= 0);
  }
  return false;
}

/* The day until which the key was trusted that has signed it; NULL: it never was. */
static const char *ended_on(const zc_deciding *d, const zc_filed *f)
{
  size_t index;
  const json_t *key;
  json_array_foreach(keys_of(d, f), index, key)
  {
    if (*f->signer != '\0' && strcmp(zc_text_of(key, "key"), f->signer) == 0)
      return zc_get_text(key, "until");
  }
  return NULL;
}

static void refuse_key(zc_deciding *d, zc_filed *f)
{
  zc_err why;
  const json_t *active = zc_key_active(keys_of(d, f));
  const char *until = ended_on(d, f);
  if (until != NULL)
    zc_fail(&why, ZC_ETRUST,
            "it is signed with {key}, trusted until {until} only, and came on "
            "{received}: let the facility sign with {own}, or ask it, then `zicha "
            "collect allow`",
            "key", f->key_id, "until", until, "received", f->received, "own",
            zc_text_of(active, "id"), NULL);
  else if (active != NULL && strcmp(f->key_id, zc_text_of(active, "id")) == 0)
    zc_fail(
        &why, ZC_ETRUST,
        "it is signed with {key}, the facility's key, but could not be read again "
        "since that is trusted: collect it again, or put it back into inbox/ from a "
        "backup",
        "key", f->key_id, NULL);
  else if (active == NULL)
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
        "key", f->key_id, "own", zc_text_of(active, "id"), "code", f->facility, NULL);
  zc_deciding_state(d, f, "foreign_key", &why);
}

/* Whether a report that nobody has signed is taken: where office.yaml says so, and as long as the
 * facility had no key that it could have signed with. */
static bool takes_unsigned(const zc_deciding *d, const zc_filed *f)
{
  size_t index;
  const json_t *key;
  if (!d->expected->take_unsigned)
    return false;
  json_array_foreach(keys_of(d, f), index, key)
  {
    if (strcmp(zc_text_of(key, "since"), f->received) <= 0)
      return false;
  }
  return true;
}

static void refuse_unsigned(zc_deciding *d, zc_filed *f)
{
  zc_err why;
  zc_fail(&why, ZC_ETRUST,
          "it is signed by nobody, and the facility has a key: have it sign and submit "
          "again",
          NULL);
  zc_deciding_state(d, f, "unsigned", d->expected->take_unsigned ? &why : NULL);
  if (!d->expected->take_unsigned)
    f->reason = f->detail;
}

/* What counts has to be whole. */
static bool is_whole(zc_deciding *d, zc_filed *f)
{
  zc_err why;
  f->wanted = f->brief;
  if (!f->brief || !d->last)
    return true;
  zc_fail(&why, ZC_EOPEN,
          "its file is not in inbox/ any more, or is another one: collect it again, or "
          "put it back from a backup",
          NULL);
  zc_deciding_state(d, f, "unreadable", &why);
  return false;
}

bool zc_filed_is(const zc_filed *f, const char *kind)
{
  return strcmp(f->kind, kind) == 0;
}

/* The office that reports of a facility; NULL: none does, or there is no memory, which d->code says. */
static const char *office_of(zc_deciding *d, const char *code)
{
  if (d->reporting == NULL) {
    int bad = (d->reporting = json_object()) == NULL;
    for (size_t i = 0; bad == 0 && i < d->list->count; i++) {
      const zc_filed *f = &d->list->files[i];
      if (*f->via != '\0')
        bad |= json_object_set_new(d->reporting, f->facility, json_string(f->via));
    }
    if (bad != 0 && d->code == ZC_OK)
      d->code = zc_fail_memory(d->err);
  }
  return zc_get_text(d->reporting, code);
}

/* Whether a round was over on the day on which the facility was taken off the roster. */
static bool was_over(const zc_deciding *d, const zc_filed *f, const char *until)
{
  const json_t *rounds = json_object_get(d->expected->rounds, f->plan);
  const char *due = zc_text_of(zc_round_find(rounds, f->round), "due");
  return *f->round == '\0' || (*due != '\0' && strcmp(due, until) < 0);
}

bool zc_deciding_roster(zc_deciding *d, zc_filed *f)
{
  zc_err why;
  const json_t *roster = json_object_get(d->expected->rosters, f->plan);
  const json_t *entry = json_object_get(roster, f->facility);
  const char *until = zc_text_of(entry, "until");
  json_int_t kind = json_is_object(entry) ? zc_get_integer(entry, "kind", 0)
                                          : json_integer_value(entry);
  bool office = zc_filed_is(f, "office") && *f->via == '\0', gone = false;
  if (roster == NULL || (entry == NULL && *f->via != '\0'))
    return true;
  if (kind == (office ? 2 : 1)) {
    gone = *until != '\0' && !was_over(d, f, until);
    if (!gone)
      return true;
  }
  const char *via = entry == NULL ? office_of(d, f->facility) : NULL;
  zc_fail(
      &why, ZC_EDATA,
      via != NULL ? N_("the roster has no facility {code}, and {office} reports of it: "
                       "let it report there, or add it with `zicha roster import` if "
                       "it is to report here")
      : entry == NULL
          ? N_("the roster has no facility {code}: add it with `zicha roster "
               "import`, or ask who has sent this")
      : gone ? N_("the roster does not expect reports of {code} since {day}: if one is "
                  "expected, write 应报 是 into its row and `zicha roster import`")
      : kind == 0 ? N_("the roster says that no report of {code} is expected: if "
                       "one is, write 应报 是 into its row and `zicha roster "
                       "import`")
      : office    ? N_("it is the report of an office, and the roster has {code} as a "
                          "facility")
                  : N_("it is the report of a facility, and the roster has {code} as "
                          "an office"),
      "code", f->facility, "day", until, "office", zc_text_or(via, ""), NULL);
  zc_deciding_state(d, f, "unknown_facility", &why);
  return false;
}

static bool check_plan(zc_deciding *d, zc_filed *f)
{
  zc_err why;
  if (f->checklist >= 0 && json_object_get(d->expected->rosters, f->plan) != NULL)
    return true;
  zc_fail(
      &why, ZC_EDATA,
      f->checklist >= 0 && json_object_get(d->expected->rounds, f->plan) == NULL
          ? N_("the plan {plan} is not in use here any more: nothing is to be done, or "
               "`zicha plan use` it again")
      : f->checklist >= 0
          ? N_("there is no roster for the plan {plan}: `zicha roster import`")
          : "this version of the plan {plan} is not known here: take it into use with "
            "`zicha plan use`, and the next command reads it again",
      "plan", f->plan, NULL);
  zc_deciding_state(d, f, "foreign_plan", &why);
  return false;
}

bool zc_deciding_sound(zc_deciding *d, zc_filed *f)
{
  zc_err why;
  bool allowed = zc_deciding_is(d, f, "allow");
  f->round = "";
  f->wanted = false;
  zc_deciding_state(d, f, "accepted", NULL);
  if (strcmp(f->fault, "unreadable") == 0 || strcmp(f->fault, "tampered") == 0) {
    zc_deciding_state(d, f, f->fault, NULL);
    f->reason = f->detail;
    return false;
  }
  if (f->checklist >= 0 && !zc_deciding_roster(d, f))
    return false;
  if (*f->fault != '\0' && !allowed && !takes_unsigned(d, f)) {
    refuse_unsigned(d, f);
    return false;
  }
  if (!check_plan(d, f))
    return false;
  if (*f->fault == '\0' && !zc_filed_is(f, "paper") && !is_trusted(d, f) && !allowed) {
    refuse_key(d, f);
    return false;
  }
  if (strcmp(f->day, f->received) <= 0 || allowed)
    return is_whole(d, f);
  zc_fail(
      &why, ZC_EDATA,
      "it is of {day}, but noted as received on {received}: either the facility's "
      "clock "
      "was wrong, and it checks again with the right date, or the office has mistyped "
      "the day",
      "day", f->day, "received", f->received, NULL);
  zc_deciding_state(d, f, "bad_date", &why);
  return false;
}
