/* What an office keeps beside its events and the files in inbox/: made again from both, and
 * compared. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/office.h"
#include "cli/paper_list.h"
#include "cli/verify.h"
#include "office/reading.h"
#include "package/key.h"
#include "store/office_replay.h"

typedef struct {
  zc_verifying *verifying;
  zc_store *store;
  zc_office office;
  zc_known known;
  int inbox;
  bool files;      /* of the two readings of the events the one that reads files */
  bool behind;     /* files were not decided upon since the last event */
  int64_t missing; /* files that are gone, or others */
  zc_err *err;
} replaying;

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

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

/* A key in a list is taken with the facility's first one. */
static zc_code replay_row(replaying *r, const char *plan, const json_t *row,
                          const char *day)
{
  json_t *keys = NULL;
  const char *code = text_of(row, "code"), *line = text_of(row, "key");
  zc_code result = zc_roster_put(r->store, plan, row, r->err);
  if (result == ZC_OK && *line != '\0' && *code != '\0')
    result = zc_keys_trusted(r->store, code, &keys, r->err);
  if (result == ZC_OK && *line != '\0' && json_array_size(keys) == 0)
    result = trust(r, code, line, day);
  json_decref(keys);
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
      code = replay_row(r, text_of(body, "plan"), row, day);
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
                             text_of(body, "received"), &fresh, r->err);
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

/* A file that is gone, or is another one, is told; what was kept of it is taken over. One that could
 * not be read when it came was never put into the inbox. */
static zc_code tell_file(replaying *r, const char *file, const char *name,
                         const char *received, const char *kind, const zc_err *why)
{
  char path[ZC_INBOX_PATH + 8] = "inbox/";
  json_t *fault = NULL;
  zc_code code = zc_office_take_over(r->store, file, name, received, &fault, r->err);
  bool never = fault != NULL && strcmp(json_string_value(fault), "unreadable") == 0;
  json_decref(fault);
  if (code != ZC_OK || never)
    return code;
  r->missing++;
  zc_inbox_path(file, kind, path + strlen(path));
  return zc_verify_fault(r->verifying, "file", path, 0, why, r->err);
}

static zc_code replay_file(replaying *r, const char *file, const char *name,
                           const char *received)
{
  zc_facts facts;
  zc_err why;
  size_t size = strlen(name);
  const char *kind = size > 3 && strcmp(name + size - 3, ".md") == 0 ? "md" : "zrep";
  errno = 0;
  zc_code code = zc_inbox_read(r->inbox, file, kind, name, &r->known, &facts, &why);
  if (code == ZC_EINTERNAL || (code != ZC_OK && zc_verify_is_trouble(errno)))
    return *r->err = why, code;
  if (code != ZC_OK)
    return tell_file(r, file, name, received, kind, &why);
  zc_facts_receive(&facts, received);
  code = zc_collected_keep(r->store, &facts, r->err);
  zc_facts_free(&facts);
  return code;
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
                         text_of(body, "received"));
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
                     one) if (strcmp(text_of(one, "hash"), hash) == 0) return one;
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
      zc_facts_free(&facts);
    }
  }
  return code;
}

static zc_code replay_paper(replaying *r, const json_t *body)
{
  char path[ZC_INBOX_PATH + 8] = "inbox/";
  zc_err why;
  zc_buffer text = {0};
  zc_paper_read read = {0};
  json_t *facilities = facilities_of(body);
  const zc_paper_list list = {.file = text_of(body, "name"),
                              .name = text_of(body, "name"),
                              .digest = text_of(body, "list"),
                              .received = text_of(body, "received"),
                              .checklist = checklist_of(r, text_of(body, "checklist")),
                              .facilities = facilities};
  zc_code code = facilities == NULL ? zc_fail_memory(r->err) : ZC_OK;
  zc_code found = code == ZC_OK ? read_original(r, list.digest, &text, &why) : code;
  if (code == ZC_OK && found == ZC_EINTERNAL)
    *r->err = why, code = found;
  else if (code == ZC_OK && found != ZC_OK) {
    r->missing++;
    zc_inbox_path(list.digest, "paper", path + strlen(path));
    code = zc_verify_fault(r->verifying, "file", path, 0, &why, r->err);
  } else if (code == ZC_OK) {
    code = zc_paper_list_read(&list, &text, &read, r->err);
    if (code == ZC_OK)
      code = keep_records(r, &list, read.records);
  }
  zc_paper_read_free(&read);
  zc_buffer_free(&text);
  json_decref(facilities);
  return code;
}

/* ---- events ------------------------------------------------------------------------------------- */

/* Keys and rosters first: by them files are read. */
static zc_code replay_event(void *context, const json_t *event, zc_err *err)
{
  (void)err;
  replaying *r = context;
  const json_t *body = json_object_get(event, "body");
  const char *action = text_of(event, "action"), *day = text_of(event, "business_date");
  if (r->files)
    return strcmp(action, "collect") == 0         ? replay_files(r, body)
           : strcmp(action, "collect_paper") == 0 ? replay_paper(r, body)
           : strcmp(action, "collect_again") == 0 ? replay_arrivals(r, body)
                                                  : ZC_OK;
  if (strcmp(action, "roster_import") == 0 || strcmp(action, "roster_change") == 0)
    return replay_roster(r, body, day);
  if (strcmp(action, "roster_trust") == 0)
    return trust(r, text_of(body, "code"), text_of(body, "key"), day);
  if (strcmp(action, "collect_allow") == 0)
    return zc_decision_put(r->store, text_of(body, "file"), "allow",
                           text_of(body, "reason"), day, text_of(event, "actor"),
                           r->err);
  if (strcmp(action, "receipts") == 0)
    return replay_receipts(r, body, day);
  return ZC_OK;
}

static zc_code decide(replaying *r)
{
  zc_filed_list list;
  zc_code code = zc_filed_read(r->store, &list, r->err);
  const zc_filed **files = calloc(list.count + 1, sizeof(zc_filed *));
  if (code == ZC_OK && files == NULL)
    code = zc_fail_memory(r->err);
  if (code == ZC_OK)
    code = zc_office_judge(&r->office, &list, r->err);
  for (size_t i = 0; code == ZC_OK && i < list.count; i++)
    files[i] = &list.files[i];
  if (code == ZC_OK)
    code = zc_standing_put(r->store, files, list.count, NULL, r->err);
  free(files);
  zc_filed_free(&list);
  return code;
}

static zc_code replay_all(replaying *r)
{
  zc_code code = zc_ledger_events(r->store, 0, 0, replay_event, r, r->err);
  if (code == ZC_OK)
    code = zc_office_reload(&r->office, r->err);
  if (code == ZC_OK)
    code = zc_known_make(r->office.checklists, r->office.lines, &r->known, r->err);
  if (code != ZC_OK)
    return code;
  r->files = true;
  code = zc_ledger_events(r->store, 0, 0, replay_event, r, r->err);
  zc_known_free(&r->known);
  return code == ZC_OK ? decide(r) : code;
}

/* ---- comparing ------------------------------------------------------------------------------------ */

static zc_code tell_table(void *context, const json_t *told, zc_err *err)
{
  replaying *r = context;
  zc_err what;
  const char *table = text_of(told, "table");
  if (r->behind && strcmp(table, "standing") == 0)
    return ZC_OK;
  zc_fail(&what, ZC_EDATA,
          "{count} rows are not what the events and the files in inbox/ make, such as "
          "that of {example}; `zicha verify --mend` makes them again",
          "count", ZC_DIGITS(zc_get_integer(told, "count", 0)), "example",
          text_of(told, "example"), NULL);
  return zc_verify_fault(r->verifying, "office", table, 0, &what, err);
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
  return zc_verify_note(r->verifying, "office", "standing", &what, r->err);
}

static zc_code check_tables(replaying *r)
{
  json_t *known = NULL;
  zc_code code = replay_all(r);
  if (code == ZC_OK)
    code = zc_office_compare(r->store, tell_table, r, r->err);
  if (code == ZC_OK)
    code = note_behind(r);
  if (code == ZC_OK)
    code = zc_collected_files(r->store, &known, r->err);
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
                   "can be made again; put them back from a backup",
                   "count", ZC_DIGITS(r->missing), NULL);
  return code == ZC_OK ? zc_office_replace(r->store, r->err) : code;
}

zc_code zc_verify_office(zc_verifying *verifying, bool mend, zc_err *err)
{
  const zc_workspace *workspace = verifying->workspace;
  replaying r = {.verifying = verifying,
                 .store = workspace->store,
                 .inbox = -1,
                 .err = err};
  if (faccessat(workspace->fd, "office.yaml", F_OK, 0) != 0)
    return ZC_OK;
  zc_code code = zc_office_of_basis(workspace, &r.office, &r.behind, err);
  if (code == ZC_OK)
    code = zc_folder_open_beneath(workspace->fd, "inbox", true, &r.inbox, err);
  if (code == ZC_OK)
    code = zc_office_aside(r.store, mend, err);
  if (code == ZC_OK)
    code = zc_office_aside_end(r.store, mend ? mend_tables(&r) : check_tables(&r), err);
  if (r.inbox >= 0)
    close(r.inbox);
  zc_office_release(&r.office);
  return code;
}
