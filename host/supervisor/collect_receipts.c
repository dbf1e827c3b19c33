/* collect receipts: what the office answers to each report (回执): that it was there, on which day,
 * and whether it is to be sent again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/place.h"
#include "base/utf8.h"
#include "cli/message.h"
#include "cli/secret.h"
#include "facility/ledger.h"
#include "office/round.h"
#include "package/signature.h"
#include "store/papers.h"
#include "supervisor/commands.h"
#include "supervisor/office.h"
#include "supervisor/remedy.h"

#define FOLDER "reports/receipts"
#define BATCH 2000
#define NOTE_MOST 2000 /* bytes; receipt.c takes no more */
#define CODE_MOST 60   /* bytes of a facility's code in a file's name */

typedef struct {
  zc_office *office;
  json_t *known; /* file → the state for which it had its last receipt. Owned */
  json_t *
      wanted; /* [{file, state (of the receipt), of (of the file), name, text, facility}].
                   * Owned */
  int at;     /* the folder */
  bool own;   /* it is in the workspace */
  bool sign, again;
  zc_secret_key key;
  char id[ZC_KEY_ID_ROOM]; /* of the key */
  size_t before;           /* have theirs already */
  json_t *batch;           /* [[file, its state, sha256, name]]. Owned */
  json_t *paths; /* {path: sha256} of the batch, beneath the workspace. Owned */
} answering;

/* ---- what is answered ------------------------------------------------------------------- */

/* The state of a receipt; NULL: the file gets none. One that another report has superseded was
 * there all the same. */
static const char *state_of(const answering *a, const json_t *file)
{
  const char *state = zc_text_of(file, "state"), *kind = zc_text_of(file, "kind");
  if (*zc_text_of(file, "via") != '\0' || strcmp(kind, "paper") == 0)
    return NULL;
  const zc_remedy *remedy = zc_remedy_of(state);
  if (remedy != NULL && remedy->returned)
    return "returned";
  if (strcmp(state, "superseded") == 0) {
    const json_t *rounds = json_object_get(a->office->rounds, zc_text_of(file, "plan"));
    const char *due = zc_text_of(zc_round_find(rounds, zc_text_of(file, "round")),
                                 "due");
    return *due != '\0' && strcmp(zc_text_of(file, "received"), due) > 0 ? "late"
                                                                         : "accepted";
  }
  if (strcmp(state, "allowed") == 0)
    return "accepted";
  return zc_get_integer(file, "counts", 0) != 0 ? state : NULL;
}

/* The text as one line that receipt import takes: what cannot stand in it is left out. */
static json_t *line_of(const char *text)
{
  uint32_t character;
  zc_buffer line = {0};
  size_t length = strlen(text);
  for (size_t at = 0, next; at < length; at = next) {
    next = at + zc_utf8_decode(text + at, length - at, &character);
    if (line.size + next - at > NOTE_MOST)
      break;
    if (character >= ' ' && !zc_text_forbidden(character))
      zc_buffer_add(&line, text + at, next - at);
    else
      zc_buffer_char(&line, ' ');
  }
  json_t *result = line.failed ? NULL
                               : json_stringn(zc_text_or(line.data, ""), line.size);
  zc_buffer_free(&line);
  return result;
}

/* What the reason says, in the language of papers: the same receipt has the same bytes on whatever
 * terminal it was made. Owned; "" where there is none. */
static char *reason_of(const json_t *file)
{
  const json_t *reason = json_object_get(file, "reason");
  return reason == NULL ? strdup("") : zc_message_chinese(reason);
}

/* What the facility has to do about a file that is returned: reasons are written for the office, and
 * name its commands. Only how a ledger is broken is told besides. */
static void print_remedy(const json_t *file, const zc_remedy *remedy,
                         const char *reason, zc_buffer *text)
{
  zc_buffer_print(text, "%s（报告日期%s，收到日期%s", remedy->word,
                  zc_text_of(file, "day"), zc_text_of(file, "received"));
  if (strcmp(remedy->state, "broken_chain") == 0)
    zc_buffer_print(text, "，%s", reason);
  zc_buffer_print(text, "）：%s", zc_remedy_text(remedy, zc_text_of(file, "kind")));
}

/* *note NULL: there is nothing to say. Owned. */
static zc_code note_of(const json_t *file, json_t **note, zc_err *err)
{
  zc_buffer text = {0};
  const zc_remedy *remedy = zc_remedy_of(zc_text_of(file, "state"));
  char *reason = reason_of(file);
  *note = NULL;
  if (reason != NULL && remedy != NULL && remedy->returned)
    print_remedy(file, remedy, reason, &text);
  else
    zc_buffer_text(&text, zc_text_or(reason, ""));
  if (reason != NULL && text.size > 0 && !text.failed)
    *note = line_of(text.data);
  bool good = reason != NULL && !text.failed && (text.size == 0 || *note != NULL);
  zc_buffer_free(&text);
  free(reason);
  return good ? ZC_OK : zc_fail_memory(err);
}

/* One line of canonical JSON. */
static zc_code print_receipt(const answering *a, const json_t *file, const char *state,
                             zc_buffer *text, zc_err *err)
{
  json_t *receipt = json_object(), *note = NULL;
  zc_code code = note_of(file, &note, err);
  int bad = json_object_set_new(receipt, "zicha", json_string("receipt/1"));
  bad |= json_object_set_new(receipt, "office",
                             line_of(zc_text_of(a->office->about, "name")));
  bad |= json_object_set(receipt, "facility", json_object_get(file, "facility"));
  bad |= json_object_set(receipt, "plan", json_object_get(file, "plan"));
  bad |= json_object_set(receipt, "report", json_object_get(file, "report"));
  bad |= json_object_set(receipt, "received", json_object_get(file, "received"));
  bad |= json_object_set_new(receipt, "state", json_string(state));
  if (note != NULL)
    bad |= json_object_set_new(receipt, "note", note);
  if (code == ZC_OK)
    code = bad != 0 ? zc_fail_memory(err) : zc_json_canonical(receipt, text, err);
  zc_buffer_char(text, '\n');
  json_decref(receipt);
  return code == ZC_OK ? zc_buffer_check(text, err) : code;
}

/* CODE-DAY-HASH.json: what cannot stand in a name is a line. */
static void name_file(const json_t *file, const char *digits, zc_buffer *name)
{
  const char *code = zc_text_of(file, "facility");
  size_t size = zc_utf8_cut(code, strlen(code), CODE_MOST);
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)code[i];
    bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                 (c >= 'a' && c <= 'z') || c == '-';
    zc_buffer_char(name, plain ? (char)c : '_');
  }
  zc_buffer_print(name, "-%s-%.8s.json",
                  *zc_text_of(file, "day") == '\0' ? "0" : zc_text_of(file, "day"),
                  digits);
}

static zc_code want(answering *a, const json_t *file, const char *state, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  zc_buffer text = {0}, name = {0};
  zc_code code = print_receipt(a, file, state, &text, err);
  if (code == ZC_OK)
    code = zc_hash_of(text.data, text.size, digits, err);
  if (code == ZC_OK)
    name_file(file, digits, &name);
  if (code == ZC_OK)
    code = zc_buffer_check(&name, err);
  if (code == ZC_OK &&
      json_array_append_new(a->wanted,
                            json_pack("{s:O, s:s, s:O, s:s, s:s, s:s, s:O}", "file",
                                      json_object_get(file, "file"), "state", state,
                                      "of", json_object_get(file, "state"), "sha256",
                                      digits, "name", name.data, "text", text.data,
                                      "facility", json_object_get(file, "facility"))) !=
          0)
    code = zc_fail_memory(err);
  zc_buffer_free(&text);
  zc_buffer_free(&name);
  return code;
}

/* Whether the last receipt was for the same state. Events of an earlier zicha have what the receipt
 * says instead: "returned" stood for all states that return a file. */
static bool is_answered(const answering *a, const json_t *file, const char *state)
{
  const char *last = zc_text_of(a->known, zc_text_of(file, "file"));
  return strcmp(last, zc_text_of(file, "state")) == 0 ||
         (strcmp(last, "returned") == 0 && strcmp(state, last) == 0);
}

static zc_code look_at(void *context, const json_t *file, zc_err *err)
{
  answering *a = context;
  const char *state = state_of(a, file);
  if (state == NULL)
    return ZC_OK;
  if (!a->again && is_answered(a, file, state)) {
    a->before++;
    return ZC_OK;
  }
  return want(a, file, state, err);
}

/* ---- writing ------------------------------------------------------------------------------ */

static zc_code sign(const answering *a, const json_t *one, zc_buffer *signature,
                    zc_err *err)
{
  unsigned char digest[ZC_BLAKE2B];
  zc_buffer comment = {0};
  const char *text = zc_text_of(one, "text");
  zc_buffer_print(&comment, "zicha:1 receipt:%s", zc_text_of(one, "sha256"));
  zc_code code = zc_buffer_check(&comment, err);
  zc_blake2b_of(text, strlen(text), digest, sizeof digest);
  if (code == ZC_OK)
    code = zc_signature_make(digest, &a->key, comment.data, signature, err);
  zc_buffer_free(&comment);
  return code;
}

static zc_code place(answering *a, const char *name, const char *data, size_t size,
                     zc_err *err)
{
  char path[300], digits[ZC_HASH_ROOM];
  zc_code code = zc_place_file(a->at, name, data, size, 0666, err);
  if (code != ZC_OK || !a->own)
    return code;
  snprintf(path, sizeof path, FOLDER "/%.240s", name);
  code = zc_hash_of(data, size, digits, err);
  return code == ZC_OK && json_object_set_new(a->paths, path, json_string(digits)) != 0
             ? zc_fail_memory(err)
             : code;
}

/* A receipt is named by what it says; a signature is another one with another key. */
static zc_code write_one(answering *a, const json_t *one, zc_err *err)
{
  char beside[300];
  zc_buffer signature = {0};
  const char *name = zc_text_of(one, "name"), *text = zc_text_of(one, "text");
  zc_code code = place(a, name, text, strlen(text), err);
  if (code == ZC_OK && a->sign) {
    snprintf(beside, sizeof beside, "%.240s" ZC_SIGNATURE_SUFFIX, name);
    code = sign(a, one, &signature, err);
    if (code == ZC_OK) {
      unlinkat(a->at, beside, 0);
      code = place(a, beside, signature.data, signature.size, err);
    }
  }
  zc_buffer_free(&signature);
  if (code == ZC_OK &&
      json_array_append_new(a->batch, json_pack("[s, s, s, s]", zc_text_of(one, "file"),
                                                zc_text_of(one, "of"),
                                                zc_text_of(one, "sha256"), name)) != 0)
    code = zc_fail_memory(err);
  return code;
}

static zc_code put_batch(zc_store *store, void *context, zc_err *err)
{
  const answering *a = context;
  size_t index;
  const json_t *one;
  zc_code code = ZC_OK;
  json_array_foreach(a->batch, index, one)
  {
    if (code == ZC_OK)
      code = zc_receipt_put(store, json_string_value(json_array_get(one, 0)),
                            json_string_value(json_array_get(one, 1)),
                            json_string_value(json_array_get(one, 2)),
                            a->office->workspace.cli->today, err);
  }
  return code;
}

/* The receipts are on the disk before the event says so. */
static zc_code end_batch(answering *a, zc_err *err)
{
  zc_store *store = a->office->workspace.store;
  if (json_array_size(a->batch) == 0)
    return ZC_OK;
  zc_code code = zc_place_flush(a->at, FOLDER, err);
  if (code == ZC_OK)
    code = zc_office_record(a->office, "receipts",
                            a->sign ? json_pack("{s:O, s:s}", "files", a->batch, "key",
                                                a->id)
                                    : json_pack("{s:O}", "files", a->batch),
                            put_batch, a, err);
  if (code == ZC_OK && a->own)
    code = zc_papers_keep(store, a->paths, err);
  json_array_clear(a->batch);
  json_object_clear(a->paths);
  return code;
}

static zc_code write_all(answering *a, zc_err *err)
{
  size_t index;
  const json_t *one;
  zc_code code = ZC_OK;
  json_array_foreach(a->wanted, index, one)
  {
    if (code == ZC_OK)
      code = write_one(a, one, err);
    if (code == ZC_OK && json_array_size(a->batch) == BATCH)
      code = end_batch(a, err);
  }
  return code == ZC_OK ? end_batch(a, err) : code;
}

/* ---- the command ---------------------------------------------------------------------------- */

static zc_code open_folder(answering *a, zc_err *err)
{
  const char *out = zc_option_value(a->office->workspace.cli, "out");
  a->own = out == NULL;
  if (a->own)
    return zc_folder_open_beneath(a->office->workspace.fd, FOLDER, true, &a->at, err);
  mkdir(out, 0777);
  return zc_folder_open(out, &a->at, err);
}

/* The key of the last receipts that were signed. */
static zc_code note_key(void *context, const json_t *event, zc_err *err)
{
  (void)err;
  answering *a = context;
  if (strcmp(zc_text_of(event, "action"), "receipts") == 0)
    snprintf(a->id, sizeof a->id, "%s",
             zc_text_or(zc_get_text(json_object_get(event, "body"), "key"), a->id));
  return ZC_OK;
}

static zc_code tell_unsigned(answering *a, zc_err *err)
{
  zc_code code = zc_ledger_events(a->office->workspace.store, 0, 0, note_key, a, err);
  if (code != ZC_OK)
    return code;
  zc_note(a->id[0] == '\0'
              ? N_("the receipts are signed by nobody: `zicha key new` makes the "
                   "office's key")
              : N_("the receipts are signed by nobody, though earlier ones were with "
                   "the key {id}: put {path} back, and write them with `zicha collect "
                   "receipts --again`"),
          json_pack("{s:s, s:s}", "id", a->id, "path", ZC_OFFICE_KEY));
  return ZC_OK;
}

static zc_code open_key(answering *a, zc_err *err)
{
  char path[ZC_OFFICE_KEY_ROOM];
  zc_code code = zc_office_key(a->office, path, err);
  if (code == ZC_OK && path[0] == '\0')
    return tell_unsigned(a, err);
  if (code == ZC_OK)
    code = zc_secret_open(path, &a->key, NULL, err);
  if (code == ZC_OK)
    zc_key_id_text(a->key.shown.id, a->id);
  a->sign = code == ZC_OK;
  return code;
}

static void tell(const answering *a)
{
  size_t index, returned = 0;
  const json_t *one;
  const char *out = zc_option_value(a->office->workspace.cli, "out");
  json_array_foreach(a->wanted, index, one)
      returned += strcmp(zc_text_of(one, "state"), "returned") == 0;
  zc_say_line(
      N_("{count} receipts were written into {folder}, {returned} of them return "
         "the report; {before} files have theirs already"),
      json_pack("{s:I, s:s, s:I, s:I}", "count", (json_int_t)json_array_size(a->wanted),
                "folder", out == NULL ? FOLDER : out, "returned", (json_int_t)returned,
                "before", (json_int_t)a->before));
}

static zc_code answer(answering *a, zc_err *err)
{
  const zc_cli *cli = a->office->workspace.cli;
  const zc_filed_filter filter = {.plan = zc_option_value(cli, "plan"),
                                  .round = zc_option_value(cli, "round"),
                                  .facility = zc_option_value(cli, "facility")};
  zc_code code = zc_office_check_asked(a->office, err);
  if (code == ZC_OK)
    code = zc_receipts(a->office->workspace.store, &a->known, err);
  if (code == ZC_OK)
    code = zc_standing_list(a->office->workspace.store, &filter, look_at, a, err);
  if (code == ZC_OK && json_array_size(a->wanted) > 0) {
    code = open_key(a, err);
    if (code == ZC_OK)
      code = open_folder(a, err);
    if (code == ZC_OK)
      code = write_all(a, err);
  }
  if (code == ZC_OK)
    tell(a);
  return code;
}

int zc_command_collect_receipts(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  answering a = {.office = &office,
                 .at = -1,
                 .again = zc_option_value(cli, "again") != NULL,
                 .wanted = json_array(),
                 .batch = json_array(),
                 .paths = json_object()};
  zc_code code = a.wanted == NULL || a.batch == NULL || a.paths == NULL
                     ? zc_fail_memory(&err)
                     : zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = answer(&a, &err);
    zc_office_close(&office);
  }
  if (a.sign)
    zc_key_forget(&a.key);
  if (a.at >= 0)
    close(a.at);
  json_decref(a.known);
  json_decref(a.wanted);
  json_decref(a.batch);
  json_decref(a.paths);
  return zc_exit(code, &err);
}
