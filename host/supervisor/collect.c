/* collect: takes in what facilities have sent, from folders of any size. What is there already
 * changes nothing; a process that is killed has kept whole batches, and the next one goes on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/place.h"
#include "cli/message.h"
#include "office/reading.h"
#include "store/members.h"
#include "supervisor/collect_paper.h"
#include "supervisor/commands.h"
#include "supervisor/office.h"

/* A batch is written when it has so many files, or their facts so many bytes. */
#ifndef BATCH /* a program of the tests has smaller ones */
#define BATCH 2000
#endif
#define BATCH_BYTES ((size_t)64 << 20)

typedef struct {
  zc_office *office;
  const char *received;
  bool given; /* it was given as --received */
  int inbox;
  json_t *seen;  /* hashes that were known before, as zc_collected_files has them */
  json_t *fresh; /* {hash: whether it could be read} of this run */
  /* Of the batch that is not written yet. */
  zc_facts *facts;
  int64_t *instead; /* the number of the file whose place each takes; 0: it is new */
  size_t count, bytes;
  json_t *names; /* [[hash, name]] of it */
  json_t *again; /* [[hash, name]]: known files that may have come under another name */
  json_t *met;   /* {hash: true} of known files, where --received is given */
  size_t read, known, written, renamed, put;
} collecting;

/* ---- writing a batch ------------------------------------------------------------------ */

static zc_code keep_batch(zc_store *store, void *context, zc_err *err)
{
  collecting *c = context;
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < c->count; i++)
    code = c->instead[i] == 0
               ? zc_collected_keep(store, &c->facts[i], err)
               : zc_collected_replace(store, &c->facts[i], c->instead[i], err);
  return code;
}

static void forget_batch(collecting *c)
{
  for (size_t i = 0; i < c->count; i++)
    zc_facts_free(&c->facts[i]);
  c->count = c->bytes = 0;
  json_array_clear(c->names);
}

/* The files are on the disk before anything says that they are. */
static zc_code write_batch(collecting *c, zc_err *err)
{
  if (c->count == 0)
    return ZC_OK;
  json_t *sums = NULL;
  zc_code code = zc_place_flush(c->inbox, "inbox", err);
  if (code == ZC_OK)
    code = zc_office_checklist_sums(c->office, &sums, err);
  if (code == ZC_OK)
    code = zc_office_record(c->office, "collect",
                            json_pack("{s:s, s:O, s:O}", "received", c->received,
                                      "files", c->names, "checklists", sums),
                            keep_batch, c, err);
  json_decref(sums);
  if (code == ZC_OK)
    c->written += c->count;
  forget_batch(c);
  return code;
}

static int add_name(json_t *list, const zc_read_file *file)
{
  return json_array_append_new(list, json_pack("[s, o]", file->digest,
                                               zc_json_lossy(file->name,
                                                             strlen(file->name))));
}

static bool is_readable(const zc_facts *facts)
{
  return strcmp(facts->texts[ZC_TEXT_fault], "unreadable") != 0;
}

/* Whether it is known as what it is, or as something that can be read. What cannot be read never
 * stands in the place of what can: of both, which came first does not matter. */
static bool is_known(const collecting *c, const zc_read_file *file)
{
  const json_t *before = json_object_get(c->seen, file->digest);
  const json_t *fresh = json_object_get(c->fresh, file->digest);
  return file->seen || json_is_true(fresh) ||
         ((before != NULL || fresh != NULL) && !is_readable(&file->facts));
}

/* The file that could not be read and can be now, so that its place is taken. */
static zc_code find_place(collecting *c, const zc_read_file *file, int64_t *no,
                          zc_err *err)
{
  *no = json_integer_value(json_object_get(c->seen, file->digest));
  if (*no != 0 || json_object_get(c->fresh, file->digest) == NULL)
    return ZC_OK;
  zc_code code = write_batch(c, err);
  return code == ZC_OK
             ? zc_collected_number(c->office->workspace.store, file->digest, no, err)
             : code;
}

static zc_code take_file(void *context, zc_read_file *file, zc_err *err)
{
  collecting *c = context;
  int64_t no = 0;
  c->read++;
  c->put += file->put;
  if (is_known(c, file)) {
    if (!file->seen)
      zc_facts_free(&file->facts);
    c->known++;
    bool bad = add_name(c->again, file) != 0 ||
               (c->given &&
                json_object_set_new(c->met, file->digest, json_true()) != 0);
    return bad ? zc_fail_memory(err) : ZC_OK;
  }
  zc_code code = find_place(c, file, &no, err);
  if (code != ZC_OK) {
    zc_facts_free(&file->facts);
    return code;
  }
  zc_facts_receive(&file->facts, c->received);
  c->instead[c->count] = no;
  c->facts[c->count++] = file->facts;
  c->bytes += zc_facts_size(&file->facts);
  if (json_object_set_new(c->fresh, file->digest,
                          json_boolean(is_readable(&file->facts))) != 0 ||
      add_name(c->names, file) != 0)
    return zc_fail_memory(err);
  return c->count == BATCH || c->bytes >= BATCH_BYTES ? write_batch(c, err) : ZC_OK;
}

/* ---- files under other names ------------------------------------------------------------ */

static zc_code keep_arrivals(zc_store *store, void *context, zc_err *err)
{
  collecting *c = context;
  size_t index;
  const json_t *one;
  zc_code code = ZC_OK;
  json_array_foreach(c->again, index, one)
  {
    bool fresh = false;
    if (code == ZC_OK)
      code = zc_arrival_keep(store, json_string_value(json_array_get(one, 0)),
                             json_string_value(json_array_get(one, 1)), c->received,
                             &fresh, err);
    c->renamed += fresh;
  }
  return code;
}

/* Leaves in `again` what is really under another name, so that nothing is written when nothing is. */
static zc_code find_arrivals(collecting *c, zc_err *err)
{
  json_t *names = NULL;
  zc_code code = zc_arrivals_unknown(c->office->workspace.store, c->again, &names, err);
  if (code != ZC_OK)
    return code;
  json_decref(c->again);
  c->again = names;
  if (json_array_size(names) == 0)
    return ZC_OK;
  return zc_office_record(c->office, "collect_again",
                          json_pack("{s:s, s:O}", "received", c->received, "files",
                                    names),
                          keep_arrivals, c, err);
}

/* ---- all files -------------------------------------------------------------------------- */

static unsigned count_threads(void)
{
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count > 8 ? 8 : (unsigned)count;
}

static zc_code read_files(collecting *c, const zc_found_files *files, zc_err *err)
{
  zc_known known;
  zc_code code = zc_known_make(c->office->checklists, c->office->lines, &known, err);
  if (code != ZC_OK)
    return code;
  code = zc_files_read(files, &known, c->seen, c->inbox, count_threads(), take_file, c,
                       err);
  if (code == ZC_OK)
    code = write_batch(c, err);
  else
    forget_batch(c);
  if (code == ZC_OK && c->put > 0)
    code = zc_place_flush(c->inbox, "inbox", err);
  zc_known_free(&known);
  return code;
}

static zc_code find_files(collecting *c, zc_found_files *files, zc_err *err)
{
  const zc_cli *cli = c->office->workspace.cli;
  zc_code code = zc_folder_open_beneath(c->office->workspace.fd, "inbox", true,
                                        &c->inbox, err);
  for (int i = 0; code == ZC_OK && i < cli->argument_count; i++)
    code = zc_files_find(cli->arguments[i], c->inbox, files, err);
  return code;
}

static void tell_other_files(const zc_found_files *files)
{
  if (files->others > 0)
    zc_say_line(N_("{count} files are no submitted reports (.zrep, .md) and were left"),
                json_pack("{s:I}", "count", (json_int_t)files->others));
  if (files->own > 0)
    zc_say_line(N_("the office's own inbox/ was not looked into: what lies there was "
                   "taken in before"),
                NULL);
  if (files->strange > 0)
    zc_say_line(N_("{count} links, devices or folders were not looked into"),
                json_pack("{s:I}", "count", (json_int_t)files->strange));
}

/* ---- what came of it -------------------------------------------------------------------- */

static zc_code tell_states(zc_office *office, size_t changed, size_t *listed,
                           zc_err *err)
{
  json_t *counts = NULL;
  int64_t again = 0;
  zc_code code = zc_arrivals_count(office->workspace.store, &again, err);
  if (code == ZC_OK)
    code = zc_standing_counts(office->workspace.store, &counts, err);
  if (code != ZC_OK)
    return code;
  for (const char *const *state = zc_standing_states; *state != NULL; state++) {
    json_int_t count = zc_get_integer(counts, *state, 0);
    bool counting = state < zc_standing_states + 4; /* or replaced by one that does */
    if (count == 0)
      continue;
    *listed += counting ? 0 : (size_t)count;
    zc_say_line(N_("  {state}: {count}"),
                json_pack("{s:s, s:I}", "state", zc_office_state(*state), "count",
                          count));
  }
  json_int_t parts = zc_get_integer(counts, "parts", 0);
  *listed += (size_t)parts;
  if (parts > 0)
    zc_say_line(N_("  {count} facilities of which offices report do not count"),
                json_pack("{s:I}", "count", parts));
  *listed += (size_t)again;
  if (again > 0)
    zc_say_line(N_("  came again under another name on a later day: {count}"),
                json_pack("{s:I}", "count", (json_int_t)again));
  if (*listed > 0)
    zc_say_line(
        N_("`zicha collect list` tells what is wrong with those that do not count"),
        NULL);
  if (changed > 0)
    zc_say_line(N_("{count} files have another state than before, or their first one"),
                json_pack("{s:I}", "count", (json_int_t)changed));
  json_decref(counts);
  return code;
}

/* Offices on the roster of which no report counts for the round, by their names. */
static zc_code find_silent(zc_office *office, const char *plan, const char *round,
                           zc_buffer *names, size_t *count, zc_err *err)
{
  size_t index;
  json_t *list = NULL;
  const json_t *one;
  zc_code code = zc_offices_read(office->workspace.store, plan, round, &list, err);
  json_array_foreach(list, index, one)
  {
    if (zc_get_integer(one, "expected", 1) == 0 || *zc_text_of(one, "state") != '\0')
      continue;
    zc_buffer_print(names, "%s%s", *count == 0 ? "" : "、", zc_text_of(one, "name"));
    ++*count;
  }
  json_decref(list);
  return code == ZC_OK ? zc_buffer_check(names, err) : code;
}

/* Who has not reported for a round: facilities, and offices, whose facilities are not known. */
static zc_code tell_round(zc_office *office, const json_t *plan, const json_t *round,
                          zc_err *err)
{
  int64_t expected = 0, here = 0;
  size_t silent = 0;
  zc_buffer names = {0};
  const char *id = zc_text_of(plan, "id");
  const char *wanted = zc_text_of(round, "id");
  zc_code code = zc_standing_missing(office->workspace.store, id, wanted, &expected,
                                     &here, err);
  if (code == ZC_OK)
    code = find_silent(office, id, wanted, &names, &silent, err);
  json_t *args = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:s}", "title",
                           zc_text_of(plan, "title"), "round",
                           zc_text_of(round, "title"), "here", (json_int_t)here,
                           "expected", (json_int_t)expected, "missing",
                           (json_int_t)(expected - here), "count", (json_int_t)silent,
                           "list", zc_text_or(names.data, ""));
  if (code == ZC_OK && (expected > 0 || silent == 0))
    zc_say_line(N_("{title}, {round}: {here} of {expected} facilities have reported, "
                   "{missing} have not"),
                json_incref(args));
  if (code == ZC_OK && silent > 0)
    zc_say_line(N_("{title}, {round}: {count} offices have not reported, their "
                   "facilities are not among these: {list}"),
                json_incref(args));
  json_decref(args);
  zc_buffer_free(&names);
  return code;
}

/* Whether reports of a round are still due, or something of it has changed just now. */
static bool is_told(const zc_office *office, const char *plan, const json_t *round)
{
  const char *today = office->workspace.cli->today, *from = zc_text_of(round, "from"),
             *due = zc_text_of(round, "due");
  if (json_object_get(json_object_get(office->touched, plan),
                      zc_text_of(round, "id")) != NULL)
    return true;
  return strcmp(from, today) <= 0 && (*due == '\0' || strcmp(due, today) >= 0);
}

static zc_code tell_plan(zc_office *office, const json_t *plan, zc_err *err)
{
  size_t index, told = 0;
  const json_t *round;
  zc_code code = ZC_OK;
  const char *id = zc_text_of(plan, "id");
  json_array_foreach(json_object_get(office->rounds, id), index, round)
  {
    if (code != ZC_OK || !is_told(office, id, round))
      continue;
    code = tell_round(office, plan, round, err);
    told++;
  }
  if (code == ZC_OK && told == 0 && zc_office_round(office, id, &round, err) == ZC_OK)
    code = tell_round(office, plan, round, err);
  return code;
}

static zc_code tell_missing(zc_office *office, zc_err *err)
{
  size_t index;
  const json_t *plan;
  zc_code code = ZC_OK;
  json_array_foreach(office->plans, index, plan)
  {
    const char *id = zc_text_of(plan, "id");
    if (code == ZC_OK && json_object_get(office->rosters, id) != NULL)
      code = tell_plan(office, plan, err);
  }
  return code;
}

/* ---- days that were mistyped ------------------------------------------------------------- */

/* A mistyped --received makes the dates of a whole run wrong: the facilities are not to blame. */
static void warn_of_new(const collecting *c, const zc_filed_list *list)
{
  size_t wrong = 0;
  for (size_t i = 0; i < list->count; i++) {
    const zc_filed *f = &list->files[i];
    wrong += strcmp(f->state, "bad_date") == 0 && strcmp(f->day, f->received) > 0 &&
             json_object_get(c->fresh, f->file) != NULL;
  }
  if (wrong < 2 || wrong * 2 <= c->written)
    return;
  zc_warn(N_("{wrong} of {count} new files are dated after {day}, on which they are "
             "noted as received: was --received mistyped? `zicha collect received DAY "
             "--from {day} --reason TEXT` corrects it"),
          json_pack("{s:I, s:I, s:s}", "wrong", (json_int_t)wrong, "count",
                    (json_int_t)c->written, "day", c->received));
}

/* What is known keeps the day on which it came. */
static void note_of_known(const collecting *c, const zc_filed_list *list)
{
  size_t count = 0;
  const char *day = "";
  for (size_t i = 0; i < list->count; i++) {
    const zc_filed *f = &list->files[i];
    if (json_object_get(c->met, f->file) == NULL ||
        strcmp(f->received, c->received) == 0)
      continue;
    day = f->received;
    count++;
  }
  if (count > 0)
    zc_note(N_("{count} of the known files stay noted as received on the day on which "
               "they came, such as {day}: `zicha collect received {received} --from "
               "{day} --reason TEXT` corrects it"),
            json_pack("{s:I, s:s, s:s}", "count", (json_int_t)count, "day", day,
                      "received", c->received));
}

static zc_code tell_days(const collecting *c, zc_err *err)
{
  zc_filed_list list;
  zc_code code = zc_filed_read(c->office->workspace.store, &list, err);
  if (code == ZC_OK) {
    warn_of_new(c, &list);
    note_of_known(c, &list);
  }
  zc_filed_free(&list);
  return code;
}

static zc_code tell(collecting *c, const zc_found_files *files, size_t changed,
                    int *status, zc_err *err)
{
  size_t listed = 0;
  zc_say_line(N_("{read} files read: {new} new, {known} known already"),
              json_pack("{s:I, s:I, s:I}", "read", (json_int_t)c->read, "new",
                        (json_int_t)c->written, "known", (json_int_t)c->known));
  if (c->put > 0)
    zc_say_line(N_("{count} of the known ones were gone from inbox/ and were put back"),
                json_pack("{s:I}", "count", (json_int_t)c->put));
  if (c->renamed > 0)
    zc_say_line(N_("{count} of the known ones came under another name"),
                json_pack("{s:I}", "count", (json_int_t)c->renamed));
  tell_other_files(files);
  zc_say_line(N_("all that was collected so far:"), NULL);
  zc_code code = tell_states(c->office, changed, &listed, err);
  if (code == ZC_OK)
    code = tell_missing(c->office, err);
  if (code == ZC_OK)
    code = tell_days(c, err);
  zc_office_print_notices(c->office);
  *status = listed > 0 || files->strange > 0 ? 1 : c->read == 0 ? 2 : 0;
  return code;
}

static zc_code check_received(collecting *c, zc_err *err)
{
  int32_t day;
  const zc_cli *cli = c->office->workspace.cli;
  const char *given = zc_option_value(cli, "received");
  c->received = given == NULL ? cli->today : given;
  c->given = given != NULL;
  if (strlen(c->received) == 10 && zc_day_parse(c->received, 10, &day) &&
      strcmp(c->received, cli->today) <= 0)
    return ZC_OK;
  return zc_fail(err, ZC_EUSAGE,
                 "--received {value} is no day up to today, such as 2026-01-31",
                 "value", c->received, NULL);
}

static zc_code collect(collecting *c, const zc_found_files *files, int *status,
                       zc_err *err)
{
  size_t changed = 0;
  zc_office *office = c->office;
  bool all = zc_option_value(office->workspace.cli, "again") != NULL;
  zc_code code = zc_collected_files(office->workspace.store, false, &c->seen, err);
  if (code == ZC_OK)
    code = read_files(c, files, err);
  if (code == ZC_OK) /* also what was put back */
    code = zc_office_read_again(office, all, err);
  if (code == ZC_OK)
    code = find_arrivals(c, err);
  if (code == ZC_OK)
    code = zc_office_decide(office, &changed, err);
  return code == ZC_OK ? tell(c, files, changed + office->otherwise, status, err)
                       : code;
}

/* What was written down, beside files or alone. */
static zc_code take_paper(collecting *c, zc_err *err)
{
  const char *paper = zc_option_value(c->office->workspace.cli, "paper");
  return paper == NULL ? ZC_OK : zc_collect_paper(c->office, paper, c->received, err);
}

static bool prepare(collecting *c)
{
  c->fresh = json_object();
  c->names = json_array();
  c->again = json_array();
  c->met = json_object();
  c->facts = calloc(BATCH, sizeof *c->facts);
  c->instead = calloc(BATCH, sizeof *c->instead);
  return c->fresh != NULL && c->names != NULL && c->again != NULL && c->met != NULL &&
         c->facts != NULL && c->instead != NULL;
}

static zc_code check_usage(const zc_cli *cli, zc_err *err)
{
  bool paper = zc_option_value(cli, "paper") != NULL;
  if (cli->argument_count == 0 && !paper)
    return zc_fail(err, ZC_EUSAGE,
                   "say what to take in: files, folders, or --paper FILE", NULL);
  if (!paper &&
      (zc_option_value(cli, "round") != NULL || zc_option_value(cli, "plan") != NULL))
    return zc_fail(err, ZC_EUSAGE,
                   "--plan and --round are for --paper: a report says itself of which "
                   "plan and day it is",
                   NULL);
  return ZC_OK;
}

int zc_command_collect(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  zc_found_files files = {0};
  collecting c = {.office = &office, .inbox = -1};
  int status = 0;
  zc_code code = check_usage(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  code = prepare(&c) ? check_received(&c, &err) : zc_fail_memory(&err);
  if (code == ZC_OK)
    code = find_files(&c, &files, &err);
  if (code == ZC_OK)
    code = take_paper(&c, &err);
  if (code == ZC_OK && cli->argument_count > 0)
    code = collect(&c, &files, &status, &err);
  zc_files_free(&files);
  json_decref(c.seen);
  json_decref(c.fresh);
  json_decref(c.names);
  json_decref(c.again);
  json_decref(c.met);
  free(c.facts);
  free(c.instead);
  if (c.inbox >= 0)
    close(c.inbox);
  zc_office_close(&office);
  if (code != ZC_OK && c.written > 0)
    zc_say_line(N_("{count} new files were taken in before it ended and are kept: "
                   "collecting again goes on from there"),
                json_pack("{s:I}", "count", (json_int_t)c.written));
  return code == ZC_OK ? status : zc_exit(code, &err);
}
