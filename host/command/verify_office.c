/* What an office keeps beside its events and the files in inbox/: made again from both, and
 * compared. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "command/verify.h"
#include "command/verify_checklists.h"
#include "office/reading.h"
#include "package/key.h"
#include "store/office_replay.h"
#include "store/received.h"
#include "supervisor/office.h"
#include "supervisor/paper_list.h"

typedef struct {
  zc_verifying *verifying;
  zc_store *store;
  zc_office office;
  zc_known known;
  json_t *checklists; /* {hash: …} that packages at hand make */
  json_t *received;   /* {file: day} where a person has corrected it */
  int inbox;
  bool files;      /* of the two readings of the events the one that reads files */
  bool behind;     /* files were not decided upon since the last event */
  int64_t missing; /* files that are gone, or others */
  zc_err *err;
} replaying;

static const char *text_at(const json_t *list, size_t index)
{
  return zc_text_or(json_string_value(json_array_get(list, index)), "");
}

/* ---- roster, keys, decisions, receipts ----------------------------------------------------- */

static zc_code trust(replaying *r, const char *code, const char *line, const char *day)
{
  zc_public_key key;
  char id[ZC_KEY_ID_ROOM];
  zc_code result = zc_key_parse_line(code, line, &key, r->err);
  if (result != ZC_OK)
    return result;
  zc_key_id_text(key.id, id);
  return zc_key_trust(r->store, code, line, id, day, r->err);
}

/* A key in a list is taken with the facility's first row, in whatever roster. */
static zc_code replay_row(replaying *r, const char *plan, const json_t *row,
                          const char *day)
{
  bool known = false;
  const char *code = zc_text_of(row, "code"), *line = zc_text_of(row, "key");
  zc_code result = zc_roster_has(r->store, code, &known, r->err);
  if (result == ZC_OK)
    result = zc_roster_put(r->store, plan, row, r->err);
  if (result == ZC_OK && !known && *line != '\0' && *code != '\0')
    result = trust(r, code, line, day);
  return result;
}

static zc_code replay_roster(replaying *r, const json_t *body, const char *day)
{
  size_t index;
  const json_t *row;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(body, "rows"), index, row)
  {
    if (code == ZC_OK)
      code = replay_row(r, zc_text_of(body, "plan"), row, day);
  }
  return code;
}

static zc_code replay_arrivals(replaying *r, const json_t *body)
{
  size_t index;
  const json_t *one;
  bool fresh;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(body, "files"), index, one)
  {
    if (code == ZC_OK)
      code = zc_arrival_keep(r->store, text_at(one, 0), text_at(one, 1),
                             zc_text_of(body, "received"), &fresh, r->err);
  }
  return code;
}

static zc_code replay_receipts(replaying *r, const json_t *body, const char *day)
{
  size_t index;
  const json_t *one;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(body, "files"), index, one)
  {
    if (code == ZC_OK)
      code = zc_receipt_put(r->store, text_at(one, 0), text_at(one, 1), text_at(one, 2),
                            day, r->err);
  }
  return code;
}

/* ---- files ------------------------------------------------------------------------------------ */

/* The day on which it was here: what a person has corrected, else what was noted when it came. */
static const char *received_of(const replaying *r, const char *file, const char *noted)
{
  return zc_text_or(zc_get_text(r->received, file), noted);
}

/* Files first have the day that was noted when they came. */
static zc_code correct_day(const replaying *r, const char *file)
{
  const char *day = zc_get_text(r->received, file);
  return day == NULL ? ZC_OK : zc_received_put(r->store, file, day, r->err);
}

static zc_code replay_received(replaying *r, const json_t *body)
{
  size_t index;
  const json_t *one;
  int bad = 0;
  json_array_foreach(json_object_get(body, "files"), index, one)
      bad |= json_object_set(r->received, text_at(one, 0),
                             json_object_get(body, "received"));
  return bad == 0 ? ZC_OK : zc_fail_memory(r->err);
}

/* A file that is gone, or is another one, is told; what was kept of it is taken over. One that could
 * not be read when it came was never put into the inbox. */
static zc_code tell_file(replaying *r, const char *file, const char *name,
                         const char *received, const zc_err *why)
{
  char path[ZC_INBOX_PATH + 8] = "inbox/";
  json_t *taken = NULL;
  zc_code code = zc_office_take_over(r->store, file, name,
                                     received_of(r, file, received), &taken, r->err);
  bool never = strcmp(text_at(taken, 0), "unreadable") == 0;
  if (code == ZC_OK && !never) {
    r->missing++;
    zc_inbox_path(file, taken == NULL ? "zrep" : text_at(taken, 1),
                  path + strlen(path));
    code = zc_verify_lost(r->verifying, path, why, r->err);
  }
  json_decref(taken);
  return code;
}

/* A file stands in the events once more when it could not be read the first time. */
static zc_code replay_file(replaying *r, const char *file, const char *name,
                           const char *received)
{
  zc_facts facts;
  zc_err why;
  int64_t no;
  bool whole = false;
  zc_code code = zc_collected_number(r->store, file, &no, r->err);
  if (code != ZC_OK || no != 0)
    return code;
  code = zc_office_was_whole(r->store, file, &whole, r->err);
  if (code != ZC_OK)
    return code;
  errno = 0;
  code = zc_inbox_read(r->inbox, file, name, whole, &r->known, &facts, &why);
  if (code == ZC_EINTERNAL || (code != ZC_OK && zc_verify_is_trouble(errno)))
    return *r->err = why, code;
  if (code != ZC_OK)
    return tell_file(r, file, name, received, &why);
  zc_facts_receive(&facts, received);
  code = zc_collected_keep(r->store, &facts, r->err);
  zc_facts_free(&facts);
  return code == ZC_OK ? correct_day(r, file) : code;
}

static zc_code replay_files(replaying *r, const json_t *body)
{
  size_t index;
  const json_t *one;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(body, "files"), index, one)
  {
    if (code == ZC_OK)
      code = replay_file(r, text_at(one, 0), text_at(one, 1),
                         zc_text_of(body, "received"));
  }
  return code;
}

/* ---- lists of paper ------------------------------------------------------------------------------ */

/* The facilities as the roster had them then. Owned; NULL when out of memory. */
static json_t *facilities_of(const json_t *body)
{
  size_t index;
  const json_t *one;
  json_t *map = json_object();
  int bad = map == NULL;
  json_array_foreach(json_object_get(body, "facilities"), index, one)
      bad |= json_object_set_new(map, text_at(one, 0),
                                 json_pack("{s:s, s:s, s:i}", "name", text_at(one, 1),
                                           "class", text_at(one, 2), "expected", 1));
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

static const json_t *checklist_of(const replaying *r, const char *hash)
{
  size_t index;
  const json_t *one;
  json_array_foreach(r->office.checklists, index,
                     one) if (strcmp(zc_text_of(one, "hash"), hash) == 0) return one;
  return NULL;
}

static zc_code read_original(replaying *r, const char *digest, zc_buffer *text,
                             zc_err *why)
{
  char path[ZC_INBOX_PATH], own[ZC_HASH_ROOM];
  zc_inbox_path(digest, "paper", path);
  zc_code code = zc_file_read_beneath(r->inbox, path, ZC_PAPER_LIST_LIMIT, text, why);
  if (code == ZC_OK)
    code = zc_hash_of(zc_text_or(text->data, ""), text->size, own, why);
  if (code == ZC_OK && strcmp(own, digest) != 0)
    code = zc_fail(why, ZC_EDATA, "{path} is another file than it was", "path", path,
                   NULL);
  return code == ZC_OK ? zc_text_to_utf8(path, text, why) : code;
}

static zc_code keep_records(replaying *r, const zc_paper_list *list, json_t *records)
{
  size_t index;
  json_t *record;
  zc_facts facts;
  zc_code code = ZC_OK;
  json_array_foreach(records, index, record)
  {
    if (code != ZC_OK)
      continue;
    code = zc_paper_facts(list, record, &r->known, &facts, r->err);
    if (code == ZC_OK) {
      code = zc_collected_keep(r->store, &facts, r->err);
      if (code == ZC_OK)
        code = correct_day(r, facts.texts[ZC_TEXT_file]);
      zc_facts_free(&facts);
    }
  }
  return code;
}

/* A list that is gone, or is another one, is one fault; what was kept of its facilities is taken over. */
static zc_code tell_list(replaying *r, const zc_paper_list *list, const json_t *body,
                         const zc_err *why)
{
  char path[ZC_INBOX_PATH + 8] = "inbox/", digits[ZC_HASH_ROOM];
  size_t index;
  const json_t *one;
  r->missing++;
  zc_inbox_path(list->digest, "paper", path + strlen(path));
  zc_code code = zc_verify_lost(r->verifying, path, why, r->err);
  json_array_foreach(json_object_get(body, "facilities"), index, one)
  {
    json_t *taken = NULL;
    if (code == ZC_OK)
      code = zc_paper_digest(list, text_at(one, 0), digits, r->err);
    if (code == ZC_OK)
      code = zc_office_take_over(r->store, digits, list->name,
                                 received_of(r, digits, list->received), &taken,
                                 r->err);
    json_decref(taken);
  }
  return code;
}

static zc_code replay_list(replaying *r, const zc_paper_list *list, const json_t *body)
{
  zc_err why;
  zc_buffer text = {0};
  zc_paper_read read = {0};
  errno = 0;
  zc_code code = read_original(r, list->digest, &text, &why);
  if (code == ZC_EINTERNAL || (code != ZC_OK && zc_verify_is_trouble(errno))) {
    *r->err = why;
  } else if (code != ZC_OK) {
    code = tell_list(r, list, body, &why);
  } else {
    code = zc_paper_list_read(list, &text, &read, r->err);
    if (code == ZC_OK)
      code = keep_records(r, list, read.records);
  }
  zc_paper_read_free(&read);
  zc_buffer_free(&text);
  return code;
}

static zc_code replay_paper(replaying *r, const json_t *body)
{
  json_t *facilities = facilities_of(body);
  const zc_paper_list list = {.file = zc_text_of(body, "name"),
                              .name = zc_text_of(body, "name"),
                              .digest = zc_text_of(body, "list"),
                              .received = zc_text_of(body, "received"),
                              .round_id = zc_text_of(body, "round"),
                              .repeat = zc_get_integer(body, "repeat", 0),
                              .checklist = checklist_of(r,
                                                        zc_text_of(body, "checklist")),
                              .facilities = facilities};
  zc_code code = facilities == NULL ? zc_fail_memory(r->err) : ZC_OK;
  if (code == ZC_OK && list.checklist == NULL)
    code = zc_fail(r->err, ZC_EDATA, "the checklist of {plan} is missing", "plan",
                   zc_text_of(body, "plan"), NULL); /* told, and refused, before */
  if (code == ZC_OK)
    code = replay_list(r, &list, body);
  json_decref(facilities);
  return code;
}

/* ---- events ------------------------------------------------------------------------------------- */

/* Keys, rosters and days that were corrected first: by them files are read. */
static zc_code replay_event(void *context, const json_t *event, zc_err *err)
{
  (void)err;
  replaying *r = context;
  const json_t *body = json_object_get(event, "body");
  const char *action = zc_text_of(event, "action"),
             *day = zc_text_of(event, "business_date");
  if (r->files)
    return strcmp(action, "collect") == 0         ? replay_files(r, body)
           : strcmp(action, "collect_paper") == 0 ? replay_paper(r, body)
           : strcmp(action, "collect_again") == 0 ? replay_arrivals(r, body)
                                                  : ZC_OK;
  if (strcmp(action, "roster_import") == 0 || strcmp(action, "roster_change") == 0)
    return replay_roster(r, body, day);
  if (strcmp(action, "roster_trust") == 0)
    return trust(r, zc_text_of(body, "code"), zc_text_of(body, "key"), day);
  if (strcmp(action, "collect_allow") == 0)
    return zc_decision_put(r->store, zc_text_of(body, "file"), "allow",
                           zc_text_of(body, "round"), zc_text_of(body, "reason"), day,
                           zc_text_of(event, "actor"), r->err);
  if (strcmp(action, "collect_withdraw") == 0)
    return zc_decision_drop(r->store, zc_text_of(body, "file"), r->err);
  if (strcmp(action, "collect_received") == 0)
    return replay_received(r, body);
  if (strcmp(action, "receipts") == 0)
    return replay_receipts(r, body, day);
  return ZC_OK;
}

static zc_code read_whole(replaying *r, const zc_filed *f)
{
  zc_facts facts;
  zc_err ignored;
  if (zc_inbox_read(r->inbox, f->file, f->name, true, &r->known, &facts, &ignored) !=
      ZC_OK)
    return ZC_OK; /* this was told before */
  zc_facts_receive(&facts, f->received);
  zc_code code = zc_collected_replace(r->store, &facts, f->no, r->err);
  zc_facts_free(&facts);
  return code;
}

/* What a command that was interrupted has not read whole yet, the next one does. */
static zc_code read_undecided(replaying *r, const zc_filed *f)
{
  bool whole = true;
  zc_code code = r->behind ? zc_office_was_whole(r->store, f->file, &whole, r->err)
                           : ZC_OK;
  return code == ZC_OK && whole ? read_whole(r, f) : code;
}

/* Decides, and keeps that when nothing is left that would have to be read whole first. */
static zc_code decide(replaying *r, bool last)
{
  zc_filed_list list;
  size_t wanted = 0;
  zc_code code = zc_filed_read(r->store, &list, r->err);
  const zc_filed **files = calloc(list.count + 1, sizeof(zc_filed *));
  if (code == ZC_OK && files == NULL)
    code = zc_fail_memory(r->err);
  if (code == ZC_OK)
    code = zc_office_judge(&r->office, last, &list, r->err);
  for (size_t i = 0; code == ZC_OK && i < list.count; i++) {
    files[i] = &list.files[i];
    if (!files[i]->wanted || last)
      continue;
    wanted++;
    code = read_undecided(r, files[i]);
  }
  if (code == ZC_OK && wanted == 0)
    code = zc_standing_put(r->store, files, list.count, NULL, r->err);
  free(files);
  zc_filed_free(&list);
  return code != ZC_OK || wanted == 0 ? code : decide(r, true);
}

/* Files are read by what packages make, where these are at hand. */
static zc_code take_checklists(replaying *r)
{
  size_t index;
  json_t *one;
  int bad = 0;
  json_array_foreach(r->office.checklists, index, one)
  {
    const json_t *made = json_object_get(r->checklists, zc_text_of(one, "hash"));
    if (made != NULL)
      bad |= json_object_set(one, "body", json_object_get(made, "body"));
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(r->err);
}

static zc_code replay_all(replaying *r)
{
  zc_code code = zc_ledger_events(r->store, 0, 0, replay_event, r, r->err);
  if (code == ZC_OK)
    code = zc_office_reload(&r->office, r->err);
  if (code == ZC_OK)
    code = take_checklists(r);
  if (code == ZC_OK)
    code = zc_known_make(r->office.checklists, r->office.lines, &r->known, r->err);
  if (code != ZC_OK)
    return code;
  r->files = true;
  code = zc_ledger_events(r->store, 0, 0, replay_event, r, r->err);
  if (code == ZC_OK)
    code = decide(r, false);
  zc_known_free(&r->known);
  return code;
}

/* ---- comparing ------------------------------------------------------------------------------------ */

static zc_code tell_table(void *context, const json_t *told, zc_err *err)
{
  replaying *r = context;
  zc_err what;
  const char *table = zc_text_of(told, "table");
  if (r->behind && strcmp(table, "standing") == 0)
    return ZC_OK;
  zc_aside_fault(told, &what);
  return zc_verify_fault(r->verifying, "table", table, 0, &what, err);
}

static zc_code note_behind(replaying *r)
{
  zc_err what;
  if (!r->behind)
    return ZC_OK;
  zc_fail(&what, ZC_EDATA,
          "a command was interrupted before it decided about the files: the next one "
          "does",
          NULL);
  return zc_verify_note(r->verifying, "table", "standing", &what, r->err);
}

static zc_code check_tables(replaying *r)
{
  json_t *known = NULL;
  zc_code code = replay_all(r);
  if (code == ZC_OK)
    code = zc_aside_compare(r->store, ZC_FROM_FILES, tell_table, r, r->err);
  if (code == ZC_OK)
    code = note_behind(r);
  if (code == ZC_OK)
    code = zc_collected_files(r->store, true, &known, r->err);
  if (code == ZC_OK)
    code = zc_verify_inbox(r->verifying, known, r->err);
  json_decref(known);
  return code;
}

static zc_code mend_tables(replaying *r)
{
  zc_code code = replay_all(r);
  if (code == ZC_OK && r->missing > 0)
    return zc_fail(r->err, ZC_EDATA,
                   "{count} files of inbox/ are gone or changed: without them nothing "
                   "can be made again, and nothing was changed; put them back from a "
                   "backup",
                   "count", ZC_DIGITS(r->missing), NULL);
  return code == ZC_OK ? zc_aside_replace(r->store, ZC_FROM_FILES, r->err) : code;
}

static zc_code check(replaying *r)
{
  bool readable = false;
  zc_code code = zc_verify_checklists(r->verifying, r->checklists, &readable, r->err);
  if (code != ZC_OK || !readable)
    return code;
  code = zc_office_aside(r->store, false, r->err);
  return code == ZC_OK ? zc_office_aside_end(r->store, false, check_tables(r), r->err)
                       : code;
}

/* Within the transaction of whoever mends. */
static zc_code mend(replaying *r)
{
  zc_code code = zc_mend_checklists(r->store, r->checklists, r->err);
  if (code == ZC_OK)
    code = zc_office_aside(r->store, true, r->err);
  return code == ZC_OK ? zc_office_aside_end(r->store, true, mend_tables(r), r->err)
                       : code;
}

zc_code zc_verify_office(zc_verifying *verifying, bool mending, zc_err *err)
{
  zc_workspace *workspace = verifying->workspace;
  replaying r = {.verifying = verifying,
                 .store = workspace->store,
                 .inbox = -1,
                 .err = err};
  if (faccessat(workspace->fd, "office.yaml", F_OK, 0) != 0)
    return ZC_OK;
  r.received = json_object();
  zc_code code = zc_office_of_basis(workspace, &r.office, &r.behind, err);
  if (code == ZC_OK && r.received == NULL)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_folder_open_beneath(workspace->fd, "inbox", true, &r.inbox, err);
  if (code == ZC_OK)
    code = zc_checklists_made(workspace, &r.checklists, err);
  if (code == ZC_OK)
    code = mending ? mend(&r) : check(&r);
  if (r.inbox >= 0)
    close(r.inbox);
  zc_office_release(&r.office);
  json_decref(r.checklists);
  json_decref(r.received);
  return code;
}
