/* collect allow: a person decides that a file counts, and for which round; what comes of it is told
 * before and after, and the decision can be taken back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "facility/ledger.h"
#include "supervisor/commands.h"
#include "supervisor/effect.h"

typedef struct {
  zc_office *office;
  const char *reason, *round; /* of the options; `round` "" where none is named */
  zc_filed_list list;
  zc_filed_list first; /* the same before anything was decided */
  zc_filed *
      before; /* as they were then; their texts are those of `first` or `list`. Owned */
  size_t at;  /* the file's place */
  zc_err *err;
} allowing;

/* ---- which file ------------------------------------------------------------------------- */

static zc_code find_file(allowing *a, const char *prefix)
{
  size_t found = 0;
  zc_code code = zc_filed_read(a->office->workspace.store, &a->list, a->err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; i < a->list.count; i++)
    if (strncmp(a->list.files[i].file, prefix, strlen(prefix)) == 0) {
      a->at = i;
      found++;
    }
  a->before = calloc(a->list.count + 1, sizeof *a->before);
  if (a->before == NULL)
    return zc_fail_memory(a->err);
  memcpy(a->before, a->list.files, a->list.count * sizeof *a->before);
  if (found != 1)
    return zc_fail(a->err, ZC_EUSAGE,
                   found == 0
                       ? N_("no file begins with {value}; `zicha collect list` tells "
                            "the beginnings of their hashes")
                       : "several files begin with {value}: give more of its hash",
                   "value", prefix, NULL);
  const zc_filed *f = &a->before[a->at];
  return *f->via == '\0'
             ? ZC_OK
             : zc_fail(a->err, ZC_EDATA,
                       "the file is part of the report of {office}: that one counts as "
                       "a whole; allow it, or let {office} mend it",
                       "office", f->via, NULL);
}

/* ---- what comes of it ------------------------------------------------------------------- */

/* Of all other files that something else is made of by now. */
static void tell_others(const allowing *a)
{
  for (size_t i = 0; i < a->list.count; i++)
    if (i != a->at)
      zc_effect_tell_file(a->office, &a->before[i], &a->list.files[i]);
}

/* Why a file does not count. Owned; NULL when out of memory. */
static char *reason_of(const zc_filed *f)
{
  zc_err unused;
  json_t *message = NULL;
  if (*f->reason == '\0' ||
      zc_json_parse(f->reason, strlen(f->reason), &message, &unused) != ZC_OK)
    return strdup("—");
  char *text = zc_message_text(message);
  json_decref(message);
  return text;
}

static zc_code refuse(const allowing *a, const zc_filed *f)
{
  char *why = reason_of(f);
  bool date = strcmp(f->state, "bad_date") == 0;
  zc_code code = zc_fail(
      a->err, ZC_EDATA,
      date ? N_("it would not count all the same: {state}: {reason}. Say for which "
                "round it is to count: --round ID")
           : "it would not count all the same: {state}: {reason}. Nobody can make it "
             "count; let the facility submit it again",
      "state", zc_office_state(f->state), "reason", zc_text_or(why, "—"), NULL);
  free(why);
  return code;
}

/* What is made of all files is kept, and the list is read anew: a file that was kept in brief is read
 * whole as soon as it counts, and what it tells then may be something else. */
static zc_code decide(allowing *a)
{
  zc_code code = zc_office_reload(a->office, a->err);
  if (code == ZC_OK)
    code = zc_office_decide(a->office, NULL, a->err);
  if (code != ZC_OK)
    return code;
  a->first = a->list;
  a->list = (zc_filed_list){0};
  code = zc_filed_read(a->office->workspace.store, &a->list, a->err);
  if (code == ZC_OK && a->list.count != a->first.count)
    code = zc_fail(a->err, ZC_EINTERNAL, "files have come or gone meanwhile", NULL);
  return code;
}

/* ---- allowing ----------------------------------------------------------------------------- */

static zc_code put(zc_store *store, void *context, zc_err *err)
{
  const allowing *a = context;
  const zc_cli *cli = a->office->workspace.cli;
  return zc_decision_put(store, a->list.files[a->at].file, "allow", a->round, a->reason,
                         cli->today, zc_ledger_actor(cli), err);
}

/* The file was in brief, and is nothing that can count now that all of it was read. */
static zc_code fail_whole(const allowing *a, const zc_filed *f)
{
  char *why = reason_of(f);
  zc_code code =
      zc_fail(a->err, ZC_EDATA,
              "the decision is noted, but read as a whole the file is {state}: "
              "{reason}; let the facility submit it again",
              "state", zc_office_state(f->state), "reason", zc_text_or(why, "—"), NULL);
  free(why);
  return code;
}

static zc_code record(allowing *a)
{
  zc_code code = zc_office_record(a->office, "collect_allow",
                                  json_pack("{s:s, s:s, s:s}", "file",
                                            a->list.files[a->at].file, "round",
                                            a->round, "reason", a->reason),
                                  put, a, a->err);
  if (code == ZC_OK)
    code = decide(a);
  if (code != ZC_OK)
    return code;
  const zc_filed *f = &a->list.files[a->at];
  if (!f->counts)
    code = fail_whole(a, f);
  if (code == ZC_OK)
    zc_say_line(N_("{name} ({facility}) counts for {round} now, by decision of {by}"),
                json_pack("{s:s, s:s, s:s, s:s}", "name", f->name, "facility",
                          f->facility, "round", zc_effect_round(a->office, f), "by",
                          zc_ledger_actor(a->office->workspace.cli)));
  if (code == ZC_OK)
    tell_others(a);
  return code;
}

/* Whether a file counts for the round already, so that there is nothing to decide. */
static bool counts_already(const allowing *a, const zc_filed *was)
{
  return was->counts && strcmp(was->state, "late") != 0 &&
         (*a->round == '\0' || strcmp(a->round, was->round) == 0);
}

/* Tries the decision before it is written down: one that changes nothing is none. */
static zc_code allow(allowing *a)
{
  const json_t *round;
  const zc_filed *was = &a->before[a->at], *is = &a->list.files[a->at];
  zc_code code = *a->round == '\0' ? ZC_OK
                                   : zc_office_round_of(a->office, was->plan, a->round,
                                                        &round, a->err);
  if (code == ZC_OK && counts_already(a, was)) {
    zc_say_line(N_("{name} ({facility}) counts for {round} already ({state}): nothing "
                   "was written"),
                json_pack("{s:s, s:s, s:s, s:s}", "name", was->name, "facility",
                          was->facility, "round", zc_effect_round(a->office, was),
                          "state", zc_office_state(was->state)));
    return ZC_OK;
  }
  if (code == ZC_OK && json_object_set_new(a->office->decisions, was->file,
                                           json_pack("{s:s, s:s}", "decision", "allow",
                                                     "round", a->round)) != 0)
    code = zc_fail_memory(a->err);
  if (code == ZC_OK)
    code = zc_office_judge(a->office, false, &a->list, a->err);
  if (code == ZC_OK && !is->counts)
    code = refuse(a, is);
  return code == ZC_OK ? record(a) : code;
}

/* ---- taking it back -------------------------------------------------------------------------- */

static zc_code drop(zc_store *store, void *context, zc_err *err)
{
  const allowing *a = context;
  return zc_decision_drop(store, a->list.files[a->at].file, err);
}

static zc_code withdraw(allowing *a)
{
  const zc_filed *is = &a->list.files[a->at];
  json_t *decision = json_incref(json_object_get(a->office->decisions, is->file));
  zc_code code = decision != NULL
                     ? ZC_OK
                     : zc_fail(a->err, ZC_EDATA,
                               "nobody has allowed {name}: there is nothing to take "
                               "back",
                               "name", is->name, NULL);
  if (code == ZC_OK)
    code = zc_office_record(a->office, "collect_withdraw",
                            json_pack("{s:s, s:s}", "file", is->file, "reason",
                                      a->reason),
                            drop, a, a->err);
  if (code == ZC_OK)
    code = decide(a);
  if (code == ZC_OK) {
    is = &a->list.files[a->at];
    zc_say_line(
        N_("the decision of {day} by {by} is taken back: {name} ({facility}) is "
           "{state} now"),
        json_pack("{s:O, s:O, s:s, s:s, s:s}", "day", json_object_get(decision, "day"),
                  "by", json_object_get(decision, "by"), "name", is->name, "facility",
                  is->facility, "state", zc_office_state(is->state)));
    tell_others(a);
  }
  json_decref(decision);
  return code;
}

/* ---- the command ------------------------------------------------------------------------------ */

int zc_command_collect_allow(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  bool back = zc_option_value(cli, "withdraw") != NULL;
  const char *round = zc_option_value(cli, "round");
  allowing a = {.office = &office, .round = zc_text_or(round, ""), .err = &err};
  zc_code code = zc_office_check_actor(cli, &err);
  if (code == ZC_OK)
    code =
        zc_office_reason(cli,
                         back ? N_("say why the decision is taken back: --reason TEXT")
                              : N_("say why it is to count: --reason TEXT"),
                         &a.reason, &err);
  if (code == ZC_OK && back && round != NULL)
    code = zc_fail(&err, ZC_EUSAGE, "--round and --withdraw contradict each other",
                   NULL);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = find_file(&a, cli->arguments[0]);
    if (code == ZC_OK)
      code = back ? withdraw(&a) : allow(&a);
    zc_filed_free(&a.list);
    zc_filed_free(&a.first);
    free(a.before);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}
