/* What is made of the files that an office has taken in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "office/inbox.h"
#include "supervisor/settings.h"

/* ---- by what is decided ------------------------------------------------------------------- */

/* {plans, rounds, unsigned, late_days}: what the standing of files depends on besides them. */
static zc_code print_basis(const zc_office *office, zc_buffer *text, zc_err *err)
{
  size_t index;
  const json_t *plan;
  json_t *basis = json_pack("{s:[], s:O, s:b, s:i}", "plans", "rounds", office->rounds,
                            "unsigned", office->take_unsigned, "late_days",
                            office->late_days);
  int bad = basis == NULL;
  json_array_foreach(office->plans, index, plan)
      bad |= json_array_append(json_object_get(basis, "plans"),
                               json_object_get(plan, "id"));
  zc_code code = bad != 0 ? zc_fail_memory(err) : zc_json_canonical(basis, text, err);
  if (code == ZC_OK)
    code = zc_buffer_check(text, err);
  json_decref(basis);
  return code;
}

/* ---- reading files again ------------------------------------------------------------------ */

typedef struct {
  zc_office *office;
  const zc_filed_list *list;
  bool *chosen; /* of the list; owned */
  size_t count; /* how many are chosen */
  bool whole;   /* all of them is kept */
  zc_known known;
  int inbox;
  size_t missing; /* of those that were chosen: gone from the inbox, or others */
  const zc_filed *example;
  zc_err why;
} rereading;

/* What is gone stays as it was, and is chosen again the next time. */
static void check_one(rereading *r, size_t at)
{
  zc_err why;
  const zc_filed *f = &r->list->files[at];
  zc_code code = r->inbox < 0
                     ? zc_fail(&why, ZC_EOPEN, "there is no folder inbox", NULL)
                     : zc_inbox_check(r->inbox, f->file, &why);
  if (code == ZC_OK)
    return;
  if (r->missing++ == 0) {
    r->example = f;
    r->why = why;
  }
  r->chosen[at] = false;
  r->count--;
}

static zc_code read_one(rereading *r, zc_store *store, const zc_filed *f, zc_err *err)
{
  zc_facts facts;
  zc_code code = zc_inbox_read(r->inbox, f->file, f->name, r->whole || !f->brief,
                               &r->known, &facts, err);
  if (code != ZC_OK)
    return code;
  zc_facts_receive(&facts, f->received);
  code = zc_collected_replace(store, &facts, f->no, err);
  zc_facts_free(&facts);
  return code;
}

static zc_code replace_chosen(zc_store *store, void *context, zc_err *err)
{
  rereading *r = context;
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < r->list->count; i++)
    if (r->chosen[i])
      code = read_one(r, store, &r->list->files[i], err);
  return code;
}

static void tell_missing(const rereading *r)
{
  zc_err what;
  if (r->missing == 0)
    return;
  json_t *message = zc_message_of(&r->why);
  char *why = message == NULL ? NULL : zc_message_text(message);
  zc_fail(&what, ZC_EOPEN,
          "{count} files that are to be read again cannot be read in inbox/, such as "
          "{file} ({why}): put them back from a backup, or collect them again",
          "count", ZC_DIGITS(r->missing), "file", r->example->name, "why",
          zc_text_or(why, ""), NULL);
  zc_print_warning(&what);
  free(why);
  json_decref(message);
}

/* One event, if there is anything to be read. */
static zc_code reread(rereading *r, zc_err *err)
{
  zc_err ignored;
  zc_office *office = r->office;
  if (zc_folder_open_beneath(office->workspace.fd, "inbox", false, &r->inbox,
                             &ignored) != ZC_OK)
    r->inbox = -1;
  for (size_t i = 0; i < r->list->count; i++)
    if (r->chosen[i])
      check_one(r, i);
  zc_code code = r->count == 0
                     ? ZC_OK
                     : zc_known_make(office->checklists, office->lines, &r->known, err);
  if (code == ZC_OK && r->count > 0)
    code = zc_office_record(office, "read_again",
                            json_pack("{s:I}", "files", (json_int_t)r->count),
                            replace_chosen, r, err);
  if (r->inbox >= 0)
    close(r->inbox);
  zc_known_free(&r->known);
  if (code == ZC_OK)
    tell_missing(r);
  return code;
}

/* The last checklist that is known. */
static int64_t last_checklist(const zc_office *office)
{
  size_t count = json_array_size(office->checklists);
  return count == 0
             ? 0
             : zc_get_integer(json_array_get(office->checklists, count - 1), "no", 0);
}

/* Whether a file may tell more by now than when it was read. */
static bool may_tell_more(const zc_office *office, const zc_filed *f, bool all)
{
  size_t index;
  const json_t *key;
  if (strcmp(f->fault, "unreadable") == 0 || *f->source != '\0')
    return false; /* what stands in another file is read with it */
  if (f->looked < 0 || (f->looked > 0 && (all || f->looked < last_checklist(office))))
    return true;
  json_array_foreach(json_object_get(office->keys, f->facility), index, key)
  {
    if (*f->signer == '\0' && *f->key_id != '\0' && *f->fault == '\0' &&
        strcmp(zc_text_of(key, "id"), f->key_id) == 0)
      return true;
  }
  return false;
}

zc_code zc_office_read_again(zc_office *office, bool all, zc_err *err)
{
  zc_filed_list list;
  rereading r = {.office = office, .list = &list, .inbox = -1};
  zc_code code = zc_filed_read(office->workspace.store, &list, err);
  r.chosen = code == ZC_OK ? calloc(list.count + 1, sizeof *r.chosen) : NULL;
  if (code == ZC_OK && r.chosen == NULL)
    code = zc_fail_memory(err);
  for (size_t i = 0; code == ZC_OK && i < list.count; i++)
    r.count += r.chosen[i] = may_tell_more(office, &list.files[i], all);
  if (code == ZC_OK && r.count > 0)
    code = reread(&r, err);
  free(r.chosen);
  zc_filed_free(&list);
  return code;
}

/* Those of a list that count and are brief; *some: one of them was read. */
static zc_code read_whole(zc_office *office, const zc_filed_list *list, bool *some,
                          zc_err *err)
{
  rereading r = {.office = office, .list = list, .whole = true, .inbox = -1};
  r.chosen = calloc(list->count + 1, sizeof *r.chosen);
  if (r.chosen == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < list->count; i++)
    r.count += r.chosen[i] = list->files[i].wanted;
  zc_code code = r.count == 0 ? ZC_OK : reread(&r, err);
  *some = r.count > 0;
  free(r.chosen);
  return code;
}

/* ---- what is made of the files ------------------------------------------------------------ */

static int touch(zc_office *office, const zc_filed *f)
{
  json_t *rounds = json_object_get(office->touched, f->plan);
  if (office->touched == NULL && (office->touched = json_object()) == NULL)
    return -1;
  if (rounds == NULL) {
    rounds = json_object();
    if (json_object_set_new(office->touched, f->plan, rounds) != 0)
      return -1;
  }
  return json_object_set_new(rounds, f->round, json_true());
}

/* *changed counts files, not what stands in them of single facilities. */
static zc_code keep_decided(zc_office *office, const zc_filed_list *list,
                            const zc_filed *before, size_t *changed, zc_err *err)
{
  size_t count = 0, files = 0;
  int bad = 0;
  const zc_filed **others = calloc(list->count + 1, sizeof(zc_filed *));
  if (others == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < list->count; i++) {
    const zc_filed *was = &before[i], *is = &list->files[i];
    if (was->counts == is->counts && strcmp(was->state, is->state) == 0 &&
        strcmp(was->round, is->round) == 0 && strcmp(was->reason, is->reason) == 0)
      continue;
    others[count++] = is;
    bad |= touch(office, is);
    files += *is->via == '\0';
  }
  zc_code code = bad != 0 ? zc_fail_memory(err)
                          : zc_standing_keep(office->workspace.store, others, count,
                                             NULL, err);
  if (changed != NULL)
    *changed = files;
  free(others);
  return code;
}

zc_code zc_office_judge(zc_office *office, bool last, zc_filed_list *list, zc_err *err)
{
  const zc_expected expected = {office->rosters,       office->rounds,
                                office->keys,          office->decisions,
                                office->take_unsigned, office->late_days};
  return zc_standing_decide(office->workspace.store, &expected, last, list, err);
}

/* Up to the last event that there was before the files were read. */
static zc_code keep_basis(zc_office *office, int64_t seq, zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = print_basis(office, &text, err);
  if (code == ZC_OK)
    code = zc_basis_keep(office->workspace.store, seq, text.data, err);
  zc_buffer_free(&text);
  return code;
}

typedef struct {
  zc_filed_list list;
  zc_filed *before; /* the same files as they were; owned */
  int64_t seq;      /* of the last event */
} deciding;

static void forget(deciding *d)
{
  free(d->before);
  zc_filed_free(&d->list);
}

static zc_code judge(zc_office *office, bool last, deciding *d, zc_err *err)
{
  zc_basis_row basis;
  *d = (deciding){0};
  zc_code code = zc_basis(office->workspace.store, &basis, err);
  if (code != ZC_OK)
    return code;
  json_decref(basis.body);
  /* Rosters and keys are those of the head: what somebody else has done since is decided upon by the
   * next command. */
  d->seq = basis.last < office->head.seq ? basis.last : office->head.seq;
  code = zc_filed_read(office->workspace.store, &d->list, err);
  d->before = code == ZC_OK ? calloc(d->list.count + 1, sizeof *d->before) : NULL;
  if (code == ZC_OK && d->before == NULL)
    code = zc_fail_memory(err);
  if (code != ZC_OK)
    return code;
  memcpy(d->before, d->list.files, d->list.count * sizeof *d->before);
  return zc_office_judge(office, last, &d->list, err);
}

static bool is_any_wanted(const zc_filed_list *list)
{
  for (size_t i = 0; i < list->count; i++)
    if (list->files[i].wanted)
      return true;
  return false;
}

/* What counts and was kept in brief is read whole; what cannot be read then does not count. */
static zc_code judge_whole(zc_office *office, deciding *d, zc_err *err)
{
  bool some = false;
  zc_code code = judge(office, false, d, err);
  if (code != ZC_OK || !is_any_wanted(&d->list))
    return code;
  code = read_whole(office, &d->list, &some, err);
  forget(d);
  *d = (deciding){0};
  return code == ZC_OK ? judge(office, true, d, err) : code;
}

zc_code zc_office_decide(zc_office *office, size_t *changed, zc_err *err)
{
  deciding d;
  if (changed != NULL)
    *changed = 0;
  zc_code code = judge_whole(office, &d, err);
  if (code == ZC_OK)
    code = keep_decided(office, &d.list, d.before, changed, err);
  if (code == ZC_OK)
    code = keep_basis(office, d.seq, err);
  forget(&d);
  return code;
}

/* ---- keeping up --------------------------------------------------------------------------- */

/* What deciding needs besides what reading does. */
static zc_code read_rest(zc_office *office, zc_err *err)
{
  if (!office->decided)
    return ZC_OK;
  office->decided = false;
  return zc_office_reload(office, err);
}

/* Reads again what is of plans that are known by now. */
static zc_code catch_up(zc_office *office, zc_err *err)
{
  bool behind;
  zc_code code = zc_collected_behind(office->workspace.store, last_checklist(office),
                                     &behind, err);
  if (code != ZC_OK || !behind)
    return code;
  code = read_rest(office, err);
  return code == ZC_OK ? zc_office_read_again(office, false, err) : code;
}

zc_code zc_office_keep_up(zc_office *office, zc_err *err)
{
  zc_basis_row was;
  zc_buffer text = {0};
  json_t *changes = NULL;
  zc_code code = catch_up(office, err);
  if (code == ZC_OK)
    code = zc_basis(office->workspace.store, &was, err);
  if (code != ZC_OK)
    return code;
  code = print_basis(office, &text, err);
  if (code == ZC_OK && (was.body == NULL || was.seq < was.last ||
                        strcmp(json_string_value(was.body), text.data) != 0)) {
    code = read_rest(office, err);
    if (code == ZC_OK && was.body != NULL)
      code = zc_settings_compare(office, json_string_value(was.body), text.data,
                                 &changes, err);
    if (code == ZC_OK)
      code = zc_office_decide(office, &office->otherwise, err);
    if (code == ZC_OK)
      zc_settings_tell(changes, office->otherwise);
  }
  zc_buffer_free(&text);
  json_decref(was.body);
  json_decref(changes);
  return code;
}
