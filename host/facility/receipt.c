/* receipt import: what the office answers to a report that it was sent (回执): evidence of when it
 * was there. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "facility/commands.h"
#include "facility/debts.h"
#include "facility/evidence.h"
#include "facility/ledger.h"
#include "facility/written.h"
#include "package/signature.h"
#include "store/submission.h"

#define RECEIPT_FILE ((size_t)64 << 10) /* no receipt is larger */
#define TEXT_MOST 2000

typedef struct {
  zc_workspace *workspace;
  const char *path;
  zc_buffer text;
  char sha256[ZC_HASH_ROOM];
  zc_head head; /* what is read later is not older */
  json_t *receipt;
  char
      key_id[ZC_KEY_ID_ROOM]; /* of the key that has signed it; "" when nobody looked */
  json_t *submission;         /* what it answers. Owned */
  zc_err *err;
} taking;

static const char *member(const taking *t, const char *key)
{
  return zc_text_of(t->receipt, key);
}

static zc_code fail_form(const taking *t, const char *what)
{
  return zc_fail(t->err, ZC_EDATA, "{path} is no receipt: {what_term}", "path", t->path,
                 "what_term", what, NULL);
}

/* ---- reading -------------------------------------------------------------------------- */

static bool is_hash(const char *text)
{
  return strlen(text) == ZC_HASH_ROOM - 1 &&
         strspn(text, "0123456789abcdef") == ZC_HASH_ROOM - 1;
}

static bool is_word(const char *text)
{
  size_t length = strlen(text);
  return length > 0 && length < 40 &&
         strspn(text, "abcdefghijklmnopqrstuvwxyz_") == length;
}

/* One line of people's text. */
static bool is_line(const char *text)
{
  uint32_t character;
  size_t length = strlen(text);
  if (length > TEXT_MOST)
    return false;
  for (size_t at = 0; at < length;) {
    at += zc_utf8_decode(text + at, length - at, &character);
    if (character < ' ' || zc_text_forbidden(character))
      return false;
  }
  return true;
}

static zc_code check_members(const taking *t)
{
  static const char *const known[] = {"zicha",  "office",   "facility", "plan",
                                      "report", "received", "state",    "note"};
  const char *key, *day = member(t, "received");
  json_t *value;
  int32_t number;
  size_t i;
  json_object_foreach(t->receipt, key, value)
  {
    for (i = 0; i < sizeof known / sizeof *known && strcmp(known[i], key) != 0; i++)
      continue;
    if (i == sizeof known / sizeof *known || !json_is_string(value) ||
        !is_line(json_string_value(value)))
      return fail_form(t, N_("it holds something that a receipt does not have"));
  }
  if (*member(t, "office") == '\0' || *member(t, "facility") == '\0' ||
      *member(t, "plan") == '\0')
    return fail_form(t, N_("office, facility or plan are missing"));
  if (!is_hash(member(t, "report")))
    return fail_form(t, N_("it does not say which report it is for"));
  if (strlen(day) != 10 || !zc_day_parse(day, 10, &number))
    return fail_form(t, N_("the day on which the report was received is none"));
  if (!is_word(member(t, "state")))
    return fail_form(t, N_("its state is none"));
  return ZC_OK;
}

/* One line of canonical JSON, so that one receipt has one hash. */
static zc_code parse(taking *t)
{
  zc_buffer spelt = {0};
  zc_code code = zc_json_parse(t->text.data, t->text.size, &t->receipt, t->err);
  if (code == ZC_EDATA)
    return fail_form(t, N_("it is no JSON"));
  if (code == ZC_OK && strcmp(member(t, "zicha"), "receipt/1") != 0)
    return fail_form(t, N_("it does not say that it is a receipt/1"));
  if (code == ZC_OK)
    code = zc_json_canonical(t->receipt, &spelt, t->err);
  zc_buffer_char(&spelt, '\n');
  if (code == ZC_OK)
    code = zc_buffer_check(&spelt, t->err);
  if (code == ZC_OK &&
      (spelt.size != t->text.size || memcmp(spelt.data, t->text.data, spelt.size) != 0))
    code = fail_form(t, N_("it is not one line as zicha writes it"));
  zc_buffer_free(&spelt);
  return code == ZC_OK ? check_members(t) : code;
}

/* FILE.minisig, if somebody has said whose it has to be. */
static zc_code check_signature(taking *t)
{
  zc_buffer text = {0}, path = {0};
  zc_public_key key;
  zc_signature signature;
  unsigned char digest[ZC_BLAKE2B];
  const char *public = zc_option_value(t->workspace->cli, "key");
  if (public == NULL) {
    fprintf(stderr, "%s%s\n", _("note: "),
            _("whether the office has signed it was not checked: --key FILE names its "
              "public key"));
    return ZC_OK;
  }
  zc_buffer_print(&path, "%s" ZC_SIGNATURE_SUFFIX, t->path);
  zc_code code = zc_buffer_check(&path, t->err);
  if (code == ZC_OK)
    code = zc_key_read_public(public, &key, t->err);
  if (code == ZC_OK && faccessat(AT_FDCWD, path.data, F_OK, 0) != 0)
    code = zc_fail(t->err, ZC_ETRUST,
                   "{path} is not there: the receipt is signed by nobody", "path",
                   path.data, NULL);
  if (code == ZC_OK)
    code = zc_file_read(path.data, ZC_SIGNATURE_FILE, &text, t->err);
  if (code == ZC_OK)
    code = zc_signature_parse(path.data, text.data, text.size, &signature, t->err);
  zc_blake2b_of(t->text.data, t->text.size, digest, sizeof digest);
  if (code == ZC_OK)
    code = zc_signature_check(&signature, &key, t->path, digest, t->err);
  if (code == ZC_OK)
    zc_key_id_text(key.id, t->key_id);
  zc_buffer_free(&text);
  zc_buffer_free(&path);
  return code;
}

/* ---- what it answers --------------------------------------------------------------------- */

static zc_code find_submission(taking *t)
{
  json_t *all = NULL, *one;
  size_t index;
  zc_code code = zc_ledger_submissions(t->workspace->store, NULL, &all, t->err);
  json_array_foreach(all, index, one)
  {
    if (t->submission == NULL &&
        strcmp(zc_text_of(one, "report"), member(t, "report")) == 0)
      t->submission = json_incref(one);
  }
  json_decref(all);
  if (code == ZC_OK && t->submission == NULL)
    code = zc_fail(t->err, ZC_EDATA,
                   "{path} is for the report {report}, which was not submitted from "
                   "here; `zicha status` tells those that were",
                   "path", t->path, "report", member(t, "report"), NULL);
  return code;
}

static zc_code check_fit(taking *t, const zc_plan *plan)
{
  const char *code = zc_text_of(zc_plan_subject(plan), "code");
  const char *sent = zc_text_of(t->submission, "date");
  const char *own = zc_text_of(t->submission, "plan");
  const char *received = member(t, "received"), *today = plan->cli->today;
  if (strcmp(member(t, "facility"), code) != 0)
    return zc_fail(t->err, ZC_EDATA,
                   "{path} is a receipt for the facility {other}; {file} has the "
                   "code {code}",
                   "path", t->path, "other", member(t, "facility"), "file",
                   plan->office == NULL ? "facility.yaml" : "office.yaml", "code", code,
                   NULL);
  /* An office above has the plan that this one's extends. */
  if (plan->office == NULL && strcmp(member(t, "plan"), own) != 0)
    return zc_fail(t->err, ZC_EDATA,
                   "{path} is for the plan {other}, the report that it names was of "
                   "{id}",
                   "path", t->path, "other", member(t, "plan"), "id", own, NULL);
  if (strcmp(received, sent) < 0)
    return zc_fail(t->err, ZC_EDATA,
                   "{path} says that the report was received on {received}; it was "
                   "submitted on {sent}",
                   "path", t->path, "received", received, "sent", sent, NULL);
  if (strcmp(received, today) > 0)
    return zc_fail(t->err, ZC_EDATA,
                   "{path} says that the report was received on {received}, which is "
                   "still to come on {today}",
                   "path", t->path, "received", received, "today", today, NULL);
  return ZC_OK;
}

/* The day on which the same receipt was taken in before; NULL: it is new. Borrowed. */
static const char *known_since(const taking *t)
{
  size_t index;
  const json_t *one;
  json_array_foreach(json_object_get(t->submission, "receipts"), index, one)
  {
    if (strcmp(zc_text_of(one, "receipt"), t->sha256) == 0)
      return zc_text_of(one, "date");
  }
  return NULL;
}

/* ---- taking it in -------------------------------------------------------------------------- */

static json_t *make_step(const taking *t, const zc_plan *plan)
{
  static const char *const kept[] = {"office",   "plan",  "report",
                                     "received", "state", "note"};
  json_t *body = json_object();
  int bad = json_object_set_new(body, "receipt", json_string(t->sha256));
  const char *id = zc_text_of(t->submission, "plan");
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (json_object_get(t->receipt, kept[i]) != NULL)
      bad |= json_object_set(body, kept[i], json_object_get(t->receipt, kept[i]));
  bad |= json_object_set_new(body, "plan", json_string(id));
  if (t->key_id[0] != '\0')
    bad |= json_object_set_new(body, "key", json_string(t->key_id));
  json_t *steps = json_pack("[{s:{s:s, s:s, s:s, s:O}, s:[]}]", "event", "action",
                            "receipt", "by", zc_text_or(zc_ledger_actor(plan->cli), ""),
                            "date", plan->cli->today, "body", body, "problems");
  json_decref(body);
  if (bad == 0)
    return steps;
  json_decref(steps);
  return NULL;
}

static zc_code keep(taking *t, zc_plan *plan)
{
  zc_code code = zc_evidence_keep_text(t->workspace, &t->text, t->sha256, t->err);
  if (code != ZC_OK)
    return code;
  json_t *steps = make_step(t, plan);
  code = steps == NULL
             ? zc_fail_memory(t->err)
             : zc_ledger_write(plan->cli, t->workspace->store, &t->head, steps, t->err);
  json_decref(steps);
  return code;
}

static void tell(const taking *t, const char *before)
{
  zc_say_line(before == NULL
                  ? N_("{office} has received the report of {sent} on {received}: "
                       "{state}")
                  : N_("this receipt was taken in on {before} already: nothing has "
                       "changed"),
              json_pack("{s:s, s:s, s:s, s:s, s:s}", "office", member(t, "office"),
                        "sent", zc_text_of(t->submission, "date"), "received",
                        member(t, "received"), "state",
                        zc_receipt_title(member(t, "state")), "before",
                        zc_text_or(before, "")));
}

static zc_code take(taking *t)
{
  zc_plan plan;
  zc_code code = zc_ledger_head(t->workspace->store, &t->head, t->err);
  if (code == ZC_OK)
    code = find_submission(t);
  const char *id = zc_text_of(t->submission, "plan");
  if (code == ZC_OK && zc_workspace_place(t->workspace, id) == NULL)
    code = zc_fail(t->err, ZC_EDATA,
                   "the plan {id} of this report is not in use here: `zicha plan use` "
                   "takes it into use again",
                   "id", id, NULL);
  if (code == ZC_OK)
    code = zc_plan_open(t->workspace, id, &plan, t->err);
  if (code != ZC_OK)
    return code;
  const char *before = known_since(t);
  code = check_fit(t, &plan);
  if (code == ZC_OK && before == NULL)
    code = zc_ledger_check_actor(&plan, t->err);
  if (code == ZC_OK && before == NULL)
    code = keep(t, &plan);
  if (code == ZC_OK)
    tell(t, before);
  zc_plan_close(&plan);
  return code;
}

int zc_command_receipt_import(zc_cli *cli)
{
  zc_err err;
  zc_workspace workspace = {.fd = -1};
  taking t = {.workspace = &workspace, .path = cli->arguments[0], .err = &err};
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = zc_file_read(t.path, RECEIPT_FILE, &t.text, &err);
  if (code == ZC_OK)
    code = zc_hash_of(zc_text_or(t.text.data, ""), t.text.size, t.sha256, &err);
  if (code == ZC_OK)
    code = t.text.size == 0 ? fail_form(&t, N_("it is no JSON")) : parse(&t);
  if (code == ZC_OK)
    code = check_signature(&t);
  if (code == ZC_OK)
    code = take(&t);
  json_decref(t.receipt);
  json_decref(t.submission);
  zc_buffer_free(&t.text);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
