/* collect: takes in what facilities have sent, from folders of any size. What is there already
 * changes nothing; a process that is killed has kept whole batches, and the next one goes on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/place.h"
#include "cli/collect_paper.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/office.h"
#include "office/reading.h"

#define BATCH 2000

typedef struct {
  zc_office *office;
  const char *received;
  int inbox;
  json_t *seen;  /* hashes that were known before */
  json_t *fresh; /* {hash: true} of this run */
  /* Of the batch that is not written yet. */
  zc_facts *facts;
  size_t count;
  json_t *names; /* [[hash, name]] of it */
  json_t *again; /* [[hash, name]]: known files that may have come under another name */
  size_t read, known, written, renamed;
} collecting;

/* ---- writing a batch ------------------------------------------------------------------ */

static zc_code keep_batch(zc_store *store, void *context, zc_err *err)
{
  collecting *c = context;
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < c->count; i++)
    code = zc_collected_keep(store, &c->facts[i], err);
  return code;
}

static void forget_batch(collecting *c)
{
  for (size_t i = 0; i < c->count; i++)
    zc_facts_free(&c->facts[i]);
  c->count = 0;
  json_array_clear(c->names);
}

/* The files are on the disk before anything says that they are. */
static zc_code write_batch(collecting *c, zc_err *err)
{
  if (c->count == 0)
    return ZC_OK;
  json_t *body = json_pack("{s:s, s:O}", "received", c->received, "files", c->names);
  zc_code code = zc_place_flush(c->inbox, "inbox", err);
  if (code == ZC_OK)
    code = zc_office_record(c->office, "collect", body, keep_batch, c, err);
  else
    json_decref(body);
  if (code == ZC_OK)
    c->written += c->count;
  forget_batch(c);
  return code;
}

static const char *name_of(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static int add_name(json_t *list, const zc_read_file *file)
{
  const char *name = name_of(file->path);
  return json_array_append_new(list, json_pack("[s, o]", file->digest,
                                               zc_json_lossy(name, strlen(name))));
}

static zc_code take_file(void *context, zc_read_file *file, zc_err *err)
{
  collecting *c = context;
  bool twice = !file->seen && json_object_get(c->fresh, file->digest) != NULL;
  c->read++;
  if (file->seen || twice) {
    if (twice)
      zc_facts_free(&file->facts);
    c->known++;
    return add_name(c->again, file) == 0 ? ZC_OK : zc_fail_memory(err);
  }
  zc_facts_receive(&file->facts, c->received);
  c->facts[c->count++] = file->facts;
  if (json_object_set_new(c->fresh, file->digest, json_true()) != 0 ||
      add_name(c->names, file) != 0)
    return zc_fail_memory(err);
  return c->count == BATCH ? write_batch(c, err) : ZC_OK;
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
  zc_known_free(&known);
  return code;
}

static zc_code find_files(const zc_cli *cli, zc_found_files *files, zc_err *err)
{
  zc_code code = ZC_OK;
  for (int i = 0; code == ZC_OK && i < cli->argument_count; i++)
    code = zc_files_find(cli->arguments[i], files, err);
  return code;
}

static void tell_other_files(const zc_found_files *files)
{
  if (files->others > 0)
    zc_say_line(N_("{count} files are no submitted reports (.zrep, .md) and were left"),
                json_pack("{s:I}", "count", (json_int_t)files->others));
  if (files->strange > 0)
    zc_say_line(N_("{count} links, devices or folders were not looked into"),
                json_pack("{s:I}", "count", (json_int_t)files->strange));
}

/* ---- what came of it -------------------------------------------------------------------- */

static zc_code tell_states(zc_office *office, size_t changed, size_t *listed,
                           zc_err *err)
{
  json_t *counts = NULL;
  zc_code code = zc_standing_counts(office->workspace.store, &counts, err);
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
  if (*listed > 0)
    zc_say_line(
        N_("`zicha collect list` tells what is wrong with those that do not count"),
        NULL);
  if (changed > 0)
    zc_say_line(N_("{count} files count otherwise than before, or for the first time"),
                json_pack("{s:I}", "count", (json_int_t)changed));
  json_decref(counts);
  return code;
}

static zc_code tell_missing(zc_office *office, zc_err *err)
{
  size_t index;
  const json_t *plan;
  zc_code code = ZC_OK;
  json_array_foreach(office->plans, index, plan)
  {
    const json_t *round;
    int64_t expected = 0, here = 0;
    const char *id = zc_text_or(zc_get_text(plan, "id"), "");
    if (code != ZC_OK || json_object_get(office->rosters, id) == NULL ||
        zc_office_round(office, id, &round, err) != ZC_OK)
      continue;
    code = zc_standing_missing(office->workspace.store, id,
                               zc_text_or(zc_get_text(round, "id"), ""), &expected,
                               &here, err);
    if (code == ZC_OK)
      zc_say_line(N_("{title}, {round}: {here} of {expected} facilities have reported, "
                     "{missing} have not"),
                  json_pack("{s:s, s:s, s:I, s:I, s:I}", "title",
                            zc_text_or(zc_get_text(plan, "title"), ""), "round",
                            zc_text_or(zc_get_text(round, "title"), ""), "here",
                            (json_int_t)here, "expected", (json_int_t)expected,
                            "missing", (json_int_t)(expected - here)));
  }
  return code;
}

static zc_code tell(collecting *c, const zc_found_files *files, size_t changed,
                    int *status, zc_err *err)
{
  size_t listed = 0;
  zc_say_line(N_("{read} files read: {new} new, {known} known already"),
              json_pack("{s:I, s:I, s:I}", "read", (json_int_t)c->read, "new",
                        (json_int_t)c->written, "known", (json_int_t)c->known));
  if (c->renamed > 0)
    zc_say_line(N_("{count} of the known ones came under another name"),
                json_pack("{s:I}", "count", (json_int_t)c->renamed));
  tell_other_files(files);
  zc_say_line(N_("all that was collected so far:"), NULL);
  zc_code code = tell_states(c->office, changed, &listed, err);
  if (code == ZC_OK)
    code = tell_missing(c->office, err);
  *status = listed > 0 || files->strange > 0 ? 1 : c->read == 0 ? 2 : 0;
  return code;
}

static zc_code check_received(collecting *c, zc_err *err)
{
  int32_t day;
  const zc_cli *cli = c->office->workspace.cli;
  const char *given = zc_option_value(cli, "received");
  c->received = given == NULL ? cli->today : given;
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
  zc_code code = zc_office_read_again(office, all, err);
  if (code == ZC_OK)
    code = zc_folder_open_beneath(office->workspace.fd, "inbox", true, &c->inbox, err);
  if (code == ZC_OK)
    code = zc_collected_files(office->workspace.store, &c->seen, err);
  if (code == ZC_OK)
    code = read_files(c, files, err);
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
  c->facts = calloc(BATCH, sizeof *c->facts);
  return c->fresh != NULL && c->names != NULL && c->again != NULL && c->facts != NULL;
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
    code = find_files(cli, &files, &err);
  if (code == ZC_OK)
    code = take_paper(&c, &err);
  if (code == ZC_OK && cli->argument_count > 0)
    code = collect(&c, &files, &status, &err);
  zc_files_free(&files);
  json_decref(c.seen);
  json_decref(c.fresh);
  json_decref(c.names);
  json_decref(c.again);
  free(c.facts);
  if (c.inbox >= 0)
    close(c.inbox);
  zc_office_close(&office);
  return code == ZC_OK ? status : zc_exit(code, &err);
}
