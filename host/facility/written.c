#include "facility/written.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "package/zrep.h"
#include "store/submission.h"
#include "store/verify.h"

static const char *plan_of(const zc_plan *plan)
{
  return zc_text_of(plan->about, "id");
}

/* ---- which report ----------------------------------------------------------------- */

/* A path as the user sees it, from where he stands, as one beneath the workspace. */
static const char *beneath(const zc_cli *cli, const char *path)
{
  size_t length = strlen(cli->folder);
  while (length > 1 && cli->folder[length - 1] == '/')
    length--;
  if (strncmp(path, cli->folder, length) == 0 && path[length] == '/')
    path += length + 1;
  while (strncmp(path, "./", 2) == 0)
    path += 2;
  return path;
}

/* The folder of a run's report: reports/PLAN-DATE-RUN. */
static bool is_of_run(const char *name, const char *plan, const char *run)
{
  const char *slash = strrchr(plan, '/');
  const char *own = slash == NULL ? plan : slash + 1;
  size_t length = strlen(own), whole = strlen(name);
  return whole == length + strlen("-2023-05-31-") + 8 &&
         strncmp(name, own, length) == 0 && name[length] == '-' &&
         strncmp(name + whole - 8, run, 8) == 0;
}

static bool find_in(const zc_plan *plan, const zc_names *names, const char *run,
                    char path[512])
{
  for (size_t i = names->count; i > 0; i--) {
    const char *name = names->names[i - 1];
    if (names->kinds[i - 1] != 'd' || !is_of_run(name, plan_of(plan), run))
      continue;
    snprintf(path, 512, "reports/%.400s/report.md", name);
    if (faccessat(plan->workspace->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
      return true;
  }
  return false;
}

static zc_code find_last(const zc_plan *plan, char path[512], zc_err *err)
{
  zc_names names = {0};
  json_t *runs = NULL;
  size_t index;
  const json_t *run;
  bool found = false;
  zc_code code = zc_store_run_ids(plan->workspace->store, plan_of(plan), &runs, err);
  if (code == ZC_OK && faccessat(plan->workspace->fd, "reports", F_OK, 0) == 0)
    code = zc_folder_names(plan->workspace->fd, "reports", &names, err);
  json_array_foreach(runs, index, run)
  {
    if (code != ZC_OK || found)
      break;
    found = find_in(plan, &names, json_string_value(run), path);
    if (found && index > 0)
      fprintf(stderr, "%s%s\n", _("note: "),
              _("something was checked after this report was written; `zicha report` "
                "writes it anew"));
  }
  if (code == ZC_OK && !found)
    code = zc_fail(err, ZC_EOPEN,
                   "there is no report of the plan {id} yet: `zicha report` writes it",
                   "id", plan_of(plan), NULL);
  zc_names_free(&names);
  json_decref(runs);
  return code;
}

/* ---- its record ------------------------------------------------------------------- */

/* The last line that begins as a record does; NULL when there is none. */
static const char *last_record(const zc_buffer *text)
{
  const char *found = NULL;
  for (const char *at = text->data; at != NULL && *at != '\0';) {
    if (strncmp(at, ZC_RECORD_MARK, strlen(ZC_RECORD_MARK)) == 0)
      found = at + strlen(ZC_RECORD_MARK);
    at = strchr(at, '\n');
    at = at == NULL ? NULL : at + 1;
  }
  return found;
}

static zc_code fail_record(const zc_written *w, zc_err *err)
{
  return zc_fail(err, ZC_EDATA,
                 "{path}: the record in its last line is not as zicha wrote it; write "
                 "the report anew with `zicha report`",
                 "path", w->path, NULL);
}

/* The record, if it is spelt as it is written: nothing may stand in it that a reader would pass
 * over. */
static zc_code parse_record(zc_written *w, zc_err *err)
{
  zc_buffer spelt = {0};
  const char *from = last_record(&w->text);
  size_t size = from == NULL ? 0 : strcspn(from, "\r\n"), end = strlen(ZC_RECORD_END);
  if (from == NULL || strlen(w->text.data) != w->text.size || size <= end ||
      strncmp(from + size - end, ZC_RECORD_END, end) != 0 ||
      from[size + strspn(from + size, "\r\n")] != '\0')
    return fail_record(w, err);
  size -= end;
  zc_code code = zc_json_parse(from, size, &w->record, err);
  if (code == ZC_EDATA)
    return fail_record(w, err);
  if (code == ZC_OK)
    code = zc_json_canonical(w->record, &spelt, err);
  if (code == ZC_OK && (spelt.size != size || memcmp(spelt.data, from, size) != 0 ||
                        !json_is_object(w->record)))
    code = fail_record(w, err);
  zc_buffer_free(&spelt);
  return code;
}

/* What the report adds to the record of its run. */
static const char *const added[] = {"ledger", "problems", "corrects"};

static json_t *without_added(const json_t *record)
{
  json_t *copy = json_copy((json_t *)record);
  for (size_t i = 0; i < sizeof added / sizeof *added; i++)
    json_object_del(copy, added[i]);
  return copy;
}

static zc_code check_run(const zc_plan *plan, const zc_written *w, zc_err *err)
{
  json_t *kept = NULL;
  const char *run = zc_text_of(w->record, "run");
  zc_code code = zc_store_find_run(plan->workspace->store, run, &kept, err);
  if (code != ZC_OK)
    return code;
  if (kept == NULL)
    return zc_fail(err, ZC_EDATA,
                   "{path}: no run {run} is kept in this workspace; a report of "
                   "another workspace cannot be submitted from here",
                   "path", w->path, "run", run, NULL);
  json_t *own = without_added(w->record), *other = without_added(kept);
  if (own == NULL || other == NULL)
    code = zc_fail_memory(err);
  else if (!json_equal(own, other))
    code = zc_fail(err, ZC_EDATA,
                   "{path}: its record is not that of its run {run}: it was changed "
                   "since; write the report anew with `zicha report`",
                   "path", w->path, "run", run, NULL);
  json_decref(own);
  json_decref(other);
  json_decref(kept);
  return code;
}

static zc_code check_same(const zc_written *w, const char *key, const json_t *own,
                          const char *member, const char *text, zc_err *err)
{
  const char *written = zc_text_or(zc_get_text(json_object_get(w->record, key), member),
                                   "");
  const char *here = zc_text_of(own, member);
  if (strcmp(written, here) == 0)
    return ZC_OK;
  return zc_fail(err, ZC_EDATA, text, "path", w->path, "written", written, "here", here,
                 NULL);
}

/* ---- the ledger as it tells of it --------------------------------------------------- */

typedef struct {
  const zc_store *store;
  const zc_written *written;
  const json_t *problems; /* of the record, by number */
  size_t at;              /* the first that was not compared yet */
  int64_t seq;            /* where the ledger stood */
} comparing;

static zc_code fail_told(const comparing *c, int64_t no, zc_err *err)
{
  return zc_fail(err, ZC_EDATA,
                 "{path}: what it tells of problem {no} is not what the ledger says; "
                 "write the report anew with `zicha report`",
                 "path", c->written->path, "no", ZC_DIGITS(no), NULL);
}

/* Nothing has happened to the problem since: every word is known. */
static zc_code compare_whole(const json_t *told, const char *text, bool *same,
                             zc_err *err)
{
  zc_buffer spelt = {0};
  zc_code code = zc_json_canonical(told, &spelt, err);
  if (code == ZC_OK)
    code = zc_buffer_check(&spelt, err);
  *same = code == ZC_OK && strcmp(spelt.data, text) == 0;
  zc_buffer_free(&spelt);
  return code;
}

/* Something has: how and when it was found is as it was, the rest is there. */
static zc_code compare_fixed(const comparing *c, const json_t *told, const char *text,
                             bool *same, zc_err *err)
{
  static const char *const fixed[] = {"plan", "item", "source", "found"};
  static const char *const texts[] = {"state", "severity", "certainty", "refund"};
  static const char *const numbers[] = {"extended", "relapses"};
  json_t *now = NULL;
  zc_code code = zc_json_parse(text, strlen(text), &now, err);
  if (code == ZC_EDATA)
    code = zc_ledger_damaged(c->store, N_("a problem"), err);
  *same = code == ZC_OK && json_is_boolean(json_object_get(told, "counted"));
  for (size_t i = 0; *same && i < sizeof fixed / sizeof *fixed; i++)
    *same = json_is_string(json_object_get(told, fixed[i])) &&
            json_equal(json_object_get(told, fixed[i]), json_object_get(now, fixed[i]));
  for (size_t i = 0; *same && i < sizeof texts / sizeof *texts; i++)
    *same = json_is_string(json_object_get(told, texts[i]));
  for (size_t i = 0; *same && i < sizeof numbers / sizeof *numbers; i++)
    *same = json_is_integer(json_object_get(told, numbers[i]));
  json_decref(now);
  return code;
}

/* Numbers rise in both, so that one which is missing, invented or told twice does not fit. What
 * has become a problem of the plan since need not be told. */
static zc_code compare(void *context, const zc_ledger_told_row *row, zc_err *err)
{
  comparing *c = context;
  bool same;
  const json_t *told = json_array_get(c->problems, c->at);
  int64_t no = zc_get_integer(told, "no", -1);
  if (told != NULL && no < row->no)
    return fail_told(c, no, err);
  if (told == NULL || no > row->no) {
    if (!row->held && row->last > c->seq)
      return ZC_OK;
    return zc_fail(err, ZC_EDATA,
                   "{path} does not tell of problem {no}, which was in the ledger when "
                   "it was written; write it anew with `zicha report`",
                   "path", c->written->path, "no", ZC_DIGITS(row->no), NULL);
  }
  c->at++;
  zc_code code = row->last <= c->seq ? compare_whole(told, row->text, &same, err)
                                     : compare_fixed(c, told, row->text, &same, err);
  return code == ZC_OK && !same ? fail_told(c, no, err) : code;
}

static zc_code check_problems(const zc_plan *plan, const zc_written *w, int64_t seq,
                              zc_err *err)
{
  comparing c = {plan->workspace->store, w, json_object_get(w->record, "problems"), 0,
                 seq};
  if (!json_is_array(c.problems))
    return fail_record(w, err);
  zc_code code = zc_ledger_told_rows(plan->workspace->store, plan_of(plan), seq,
                                     compare, &c, err);
  const json_t *more = json_array_get(c.problems, c.at);
  return code == ZC_OK && more != NULL
             ? fail_told(&c, zc_get_integer(more, "no", -1), err)
             : code;
}

static zc_code check_ledger(const zc_plan *plan, const zc_written *w, zc_err *err)
{
  char hash[ZC_HASH_ROOM];
  const json_t *head = json_object_get(w->record, "ledger");
  int64_t seq = zc_get_integer(head, "seq", -1);
  if (seq < 0)
    return zc_fail(err, ZC_EDATA,
                   "{path} does not say where the ledger stood: an older zicha wrote "
                   "it; write it anew with `zicha report`",
                   "path", w->path, NULL);
  zc_code code = zc_ledger_hash_at(plan->workspace->store, seq, hash, err);
  if (code == ZC_OK && strcmp(hash, zc_text_of(head, "hash")) != 0)
    code = zc_fail(err, ZC_EDATA,
                   "{path} was written with another ledger than this one, or the "
                   "ledger was changed: run `zicha verify`",
                   "path", w->path, NULL);
  return code == ZC_OK ? check_problems(plan, w, seq, err) : code;
}

/* ---- all of it ---------------------------------------------------------------------- */

static zc_code check(const zc_plan *plan, const zc_written *w, zc_err *err)
{
  zc_code code =
      check_same(w, "plan", plan->about, "id",
                 N_("{path} is a report of the plan {written}, not of {here}"), err);
  if (code == ZC_OK)
    code = check_same(w, "facility", plan->facility, "code",
                      N_("{path} is a report of the facility {written}; facility.yaml "
                         "has the code {here}"),
                      err);
  if (code == ZC_OK)
    code = check_run(plan, w, err);
  if (code == ZC_OK)
    code = check_ledger(plan, w, err);
  const char *day = zc_text_of(w->record, "today");
  if (code == ZC_OK && strcmp(plan->cli->today, day) < 0)
    code = zc_fail(err, ZC_EDATA,
                   "{path} is of {day}, which is still to come on {today}", "path",
                   w->path, "day", day, "today", plan->cli->today, NULL);
  return code;
}

zc_code zc_written_read(zc_plan *plan, const char *path, zc_written *written,
                        zc_err *err)
{
  *written = (zc_written){0};
  zc_code code = ZC_OK;
  if (path == NULL)
    code = find_last(plan, written->path, err);
  else if ((size_t)snprintf(written->path, sizeof written->path, "%s",
                            beneath(plan->cli, path)) >= sizeof written->path)
    code = zc_fail(err, ZC_EUSAGE, "the path of the report is too long", NULL);
  if (code == ZC_OK)
    code = zc_file_read_beneath(plan->workspace->fd, written->path, ZC_ZREP_FILE,
                                &written->text, err);
  if (code == ZC_OK && written->text.size == 0)
    code = fail_record(written, err);
  if (code == ZC_OK)
    code = zc_hash_of(written->text.data, written->text.size, written->sha256, err);
  if (code == ZC_OK)
    code = parse_record(written, err);
  return code == ZC_OK ? check(plan, written, err) : code;
}

void zc_written_free(zc_written *written)
{
  zc_buffer_free(&written->text);
  json_decref(written->record);
  *written = (zc_written){0};
}
