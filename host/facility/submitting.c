/* submit: the plan's report as one signed file, and the event that says that it has left the
 * house. The file is on the disk before the event is written: what the ledger says was
 * submitted is there. A crash in between leaves a file that the same command finds again. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/asking.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "cli/secret.h"
#include "facility/commands.h"
#include "facility/correction.h"
#include "facility/evidence.h"
#include "facility/ledger.h"
#include "facility/submit.h"
#include "facility/written.h"
#include "store/submission.h"
#include "store/verify.h"

#define DEFAULT_KEY "keys/facility.key"
#define KEY_PATH 4200
#define BATCH 500 /* problems that are in memory at the same time */

typedef struct {
  zc_plan *plan;
  zc_written written;
  const char *out;
  json_t *known;  /* the submission of this very report; NULL: there is none. Owned */
  json_t *ledger; /* where it stood, for the figures. Owned */
  char duty[ZC_CLAIM_WORD];
  bool sign, there; /* the file is written already */
  char key_id[ZC_KEY_ID_ROOM];
  zc_buffer figures, old, packed;
  json_t *numbers; /* of the problems that no report has held before. Owned */
  zc_err *err;
} submitting;

static zc_store *store_of(const submitting *s)
{
  return s->plan->workspace->store;
}

static const char *plan_of(const submitting *s)
{
  return zc_text_of(s->plan->about, "id");
}

/* ---- what is known ------------------------------------------------------------------ */

static zc_code find_known(submitting *s)
{
  json_t *submissions = NULL, *one;
  size_t index;
  zc_code code = zc_ledger_submissions(store_of(s), plan_of(s), &submissions, s->err);
  json_array_foreach(submissions, index, one)
  {
    if (s->known == NULL && strcmp(zc_text_of(one, "report"), s->written.sha256) == 0)
      s->known = json_incref(one);
  }
  json_decref(submissions);
  return code;
}

static zc_code find_duty(submitting *s)
{
  json_t *answer = NULL, *args = json_object();
  const char *duty = zc_option_value(s->plan->cli, "duty");
  int bad = duty == NULL
                ? 0
                : json_object_set_new(args, "duty", zc_json_lossy(duty, strlen(duty)));
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(s->err);
  }
  zc_code code = zc_plan_call(s->plan, "ledger_duty", args, &answer, s->err);
  const json_t *error = json_object_get(answer, "error");
  if (code == ZC_OK && error != NULL) {
    zc_ask_print_error(NULL, error);
    code = zc_fail(s->err, ZC_EUSAGE, "nothing was submitted", NULL);
  }
  snprintf(s->duty, sizeof s->duty, "%s", zc_text_of(answer, "duty"));
  json_decref(answer);
  return code;
}

/* ---- the file ------------------------------------------------------------------------- */

/* A file that is there already may be what an earlier attempt has written. *ledger is what its
 * figures tell of the ledger; NULL when it is another file. Owned. */
static zc_code read_old(submitting *s, json_t **ledger)
{
  zc_zrep parts;
  zc_err ignored;
  json_t *figures = NULL;
  *ledger = NULL;
  s->there = faccessat(AT_FDCWD, s->out, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  if (!s->there)
    return ZC_OK;
  zc_code code = zc_file_read(s->out, ZC_ZREP_FILE, &s->old, s->err);
  if (code != ZC_OK)
    return code;
  if (zc_zrep_read(s->out, s->old.data, s->old.size, &parts, &ignored) == ZC_OK &&
      zc_json_parse(parts.figures.data, parts.figures.size, &figures, &ignored) ==
          ZC_OK)
    *ledger = json_incref(json_object_get(figures, "ledger"));
  json_decref(figures);
  return ZC_OK;
}

/* What the figures tell of the ledger: as it was when the report was first submitted. */
static zc_code find_ledger(submitting *s)
{
  json_t *old = NULL;
  char hash[ZC_HASH_ROOM] = "";
  zc_code code = read_old(s, &old);
  if (code != ZC_OK)
    return code;
  if (json_object_get(s->known, "ledger") != NULL) {
    s->ledger = json_incref(json_object_get(s->known, "ledger"));
    json_decref(old);
    return ZC_OK;
  }
  if (old != NULL)
    code = zc_ledger_hash_at(store_of(s), zc_get_integer(old, "seq", -1), hash, s->err);
  if (old != NULL && strcmp(hash, zc_text_or(zc_get_text(old, "hash"), "?")) == 0)
    s->ledger = json_incref(old);
  json_decref(old);
  return code == ZC_OK && s->ledger == NULL
             ? zc_submit_ledger(s->plan, &s->ledger, s->err)
             : code;
}

/* The key's path as it is opened: --key, or the workspace's own. "" when there is none. */
static zc_code find_key(submitting *s, char path[KEY_PATH])
{
  const zc_cli *cli = s->plan->cli;
  const char *given = zc_option_value(cli, "key");
  s->sign = zc_option_value(cli, "unsigned") == NULL;
  path[0] = '\0';
  if (!s->sign)
    return given == NULL ? ZC_OK
                         : zc_fail(s->err, ZC_EUSAGE,
                                   "--key and --unsigned contradict each other", NULL);
  int size = 0;
  if (given != NULL)
    size = snprintf(path, KEY_PATH, "%s", given);
  else if (faccessat(s->plan->workspace->fd, DEFAULT_KEY, F_OK, 0) == 0)
    size = snprintf(path, KEY_PATH, "%s/" DEFAULT_KEY, cli->folder);
  else
    return zc_fail(
        s->err, ZC_EUSAGE,
        "there is no key to sign with: `zicha key new` makes {path}; or give "
        "--key FILE, or --unsigned if the office takes reports that nobody "
        "has signed",
        "path", DEFAULT_KEY, NULL);
  if (size < 0 || size >= KEY_PATH)
    return zc_fail(s->err, ZC_EUSAGE, "the path of the key is too long", NULL);
  return ZC_OK;
}

static zc_code pack(submitting *s)
{
  char path[KEY_PATH];
  zc_secret_key key;
  zc_submission submission = {.facility = zc_text_of(s->plan->facility, "code"),
                              .run = zc_text_of(s->written.record, "run"),
                              .report = {s->written.text.data, s->written.text.size},
                              .figures = {s->figures.data, s->figures.size}};
  zc_code code = find_key(s, path);
  if (code == ZC_OK && !s->sign)
    return zc_submission_pack(&submission, NULL, &s->packed, s->err);
  if (code == ZC_OK)
    code = zc_secret_open(path, &key, NULL, s->err);
  if (code != ZC_OK)
    return code;
  zc_key_id_text(key.shown.id, s->key_id);
  code = zc_submission_pack(&submission, &key, &s->packed, s->err);
  zc_key_forget(&key);
  return code;
}

/* Never over another file. */
static zc_code write_file(submitting *s)
{
  if (!s->there)
    return zc_file_create(AT_FDCWD, s->out, s->packed.data, s->packed.size, 0666,
                          s->err);
  if (s->old.size == s->packed.size &&
      memcmp(s->old.data, s->packed.data, s->old.size) == 0)
    return ZC_OK;
  return zc_fail(s->err, ZC_EWRITE,
                 "{path} is there already and holds something else; it is not "
                 "overwritten: take another name",
                 "path", s->out, NULL);
}

/* ---- the event ------------------------------------------------------------------------ */

typedef struct {
  submitting *submitting;
  json_t *event; /* without the numbers of all problems */
  size_t at;
} batching;

static zc_code read_batch(batching *b, json_t *problems, zc_err *err)
{
  zc_code code = ZC_OK;
  size_t end = b->at + BATCH;
  for (; code == ZC_OK && b->at < end; b->at++) {
    json_t *problem = NULL;
    const json_t *no = json_array_get(b->submitting->numbers, b->at);
    if (no == NULL)
      break;
    code = zc_ledger_problem(store_of(b->submitting), json_integer_value(no), &problem,
                             err);
    if (code == ZC_OK && json_array_append_new(problems, problem) != 0)
      code = zc_fail_memory(err);
  }
  return code;
}

static zc_code next_batch(void *context, json_t **problems, zc_err *err)
{
  batching *b = context;
  *problems = NULL;
  if (b->at >= json_array_size(b->submitting->numbers))
    return ZC_OK;
  json_t *before = json_array();
  zc_code code = before == NULL ? zc_fail_memory(err) : read_batch(b, before, err);
  if (code == ZC_OK)
    code = zc_plan_call(b->submitting->plan, "ledger_submit",
                        json_pack("{s:O, s:O}", "problems", before, "event", b->event),
                        problems, err);
  json_decref(before);
  return code;
}

/* The file's name without its folder, which is nobody's business. */
static const char *name_of(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static json_t *make_body(const submitting *s)
{
  const json_t *corrects = json_object_get(s->written.record, "corrects");
  const char *file = name_of(s->out);
  json_t *body = json_object();
  int bad = json_object_set_new(body, "plan", json_string(plan_of(s)));
  bad |= json_object_set_new(body, "report", json_string(s->written.sha256));
  bad |= json_object_set(body, "run", json_object_get(s->written.record, "run"));
  bad |= json_object_set(body, "day", json_object_get(s->written.record, "today"));
  bad |= json_object_set_new(body, "file", zc_json_lossy(file, strlen(file)));
  bad |= json_object_set_new(body, "path",
                             zc_json_lossy(s->written.path, strlen(s->written.path)));
  bad |= json_object_set(body, "ledger", s->ledger);
  if (s->sign)
    bad |= json_object_set_new(body, "key", json_string(s->key_id));
  if (s->duty[0] != '\0')
    bad |= json_object_set_new(body, "duty", json_string(s->duty));
  if (corrects != NULL)
    bad |= json_object_set(body, "corrects", (json_t *)corrects);
  if (bad == 0)
    return body;
  json_decref(body);
  return NULL;
}

static zc_code append(submitting *s, const zc_head *head)
{
  json_t *body = make_body(s), *whole = json_copy(body);
  const char *by = zc_text_or(zc_ledger_actor(s->plan->cli), "");
  batching b = {s, NULL, 0};
  b.event = json_pack("{s:s, s:s, s:s, s:O}", "action", "submit", "by", by, "date",
                      s->plan->cli->today, "body", body);
  json_t *event = json_copy(b.event);
  int bad = b.event == NULL || json_object_set(whole, "problems", s->numbers) != 0;
  bad |= json_object_set(event, "body", whole);
  zc_code code = bad != 0 ? zc_fail_memory(s->err)
                          : zc_ledger_write_whole(s->plan->cli, store_of(s), head,
                                                  event, next_batch, &b, s->err);
  json_decref(event);
  json_decref(b.event);
  json_decref(whole);
  json_decref(body);
  return code;
}

/* ---- the command ------------------------------------------------------------------------ */

static void tell(const submitting *s)
{
  json_t *args = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "path", s->out, "report",
                           s->written.path, "run", zc_text_of(s->written.record, "run"),
                           "key", s->key_id, "sha256", s->written.sha256, "count",
                           (json_int_t)json_array_size(s->numbers));
  zc_say_line(s->there  ? N_("{path} was there already, with this report")
              : s->sign ? N_("wrote {path}: {report}, signed with the key {key}")
                        : N_("wrote {path}: {report}, signed by nobody"),
              json_incref(args));
  zc_say_line(N_("SHA-256 of the report: {sha256}"), json_incref(args));
  if (s->known == NULL)
    zc_say_line(N_("the ledger notes the submission; {count} problems are reported for "
                   "the first time"),
                json_incref(args));
  else
    zc_say_line(N_("this report was submitted on {day} already: the ledger stays as it "
                   "is"),
                json_pack("{s:s}", "day", zc_text_of(s->known, "date")));
  json_decref(args);
  const char *before = zc_get_text(s->known, "key");
  if (s->known != NULL && strcmp(zc_text_or(before, ""), s->key_id) != 0) {
    fflush(stdout);
    fprintf(stderr, "%s%s\n", _("note: "),
            _("it was signed otherwise then, as the ledger says"));
  }
}

static zc_code prepare(submitting *s)
{
  const zc_cli *cli = s->plan->cli;
  const char *path = cli->argument_count > 0 ? cli->arguments[0] : NULL;
  char unused[KEY_PATH];
  zc_code code = find_key(s, unused); /* before anything that takes long */
  if (code == ZC_OK)
    code = zc_ledger_check_actor(s->plan, s->err);
  if (code == ZC_OK)
    code = find_duty(s);
  if (code == ZC_OK)
    code = zc_written_read(s->plan, path, &s->written, s->err);
  if (code == ZC_OK)
    code = zc_correction_check(s->plan, s->written.record, s->err);
  return code == ZC_OK ? find_known(s) : code;
}

static zc_code submit_all(submitting *s)
{
  zc_head head; /* what is read later is not older */
  zc_code code = zc_ledger_head(store_of(s), &head, s->err);
  if (code == ZC_OK)
    code = prepare(s);
  if (code == ZC_OK)
    code = find_ledger(s);
  if (code == ZC_OK)
    code = zc_submit_figures(s->written.record, s->written.sha256, s->ledger,
                             &s->figures, s->err);
  if (code == ZC_OK)
    code = pack(s);
  if (code == ZC_OK)
    code = zc_ledger_unreported(store_of(s), plan_of(s),
                                zc_get_integer(json_object_get(s->written.record,
                                                               "ledger"),
                                               "seq", 0),
                                &s->numbers, s->err);
  if (code == ZC_OK)
    code = zc_evidence_keep_text(s->plan->workspace, &s->written.text,
                                 s->written.sha256, s->err);
  if (code == ZC_OK)
    code = write_file(s);
  if (code == ZC_OK && s->known == NULL)
    code = append(s, &head);
  return code;
}

static zc_code submit(zc_plan *plan, void *unused, zc_err *err)
{
  (void)unused;
  submitting s = {.plan = plan, .out = zc_option_value(plan->cli, "out"), .err = err};
  zc_code code = submit_all(&s);
  if (code == ZC_OK)
    tell(&s);
  zc_written_free(&s.written);
  zc_buffer_free(&s.figures);
  zc_buffer_free(&s.old);
  zc_buffer_free(&s.packed);
  json_decref(s.known);
  json_decref(s.ledger);
  json_decref(s.numbers);
  return code;
}

int zc_submit_facility(zc_cli *cli)
{
  zc_err err;
  if (zc_option_value(cli, "round") != NULL)
    return zc_exit(zc_fail(&err, ZC_EUSAGE,
                           "--round is an office's: a facility's report says itself of "
                           "which day it is",
                           NULL),
                   &err);
  if (zc_option_value(cli, "empty") != NULL || zc_option_value(cli, "sums") != NULL)
    return zc_exit(zc_fail(&err, ZC_EUSAGE,
                           "--empty and --sums are an office's: they are about the "
                           "reports of its facilities",
                           NULL),
                   &err);
  return zc_exit(zc_plan_with_one(cli, submit, NULL, &err), &err);
}
