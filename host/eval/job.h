/* job.h: the four jobs of an evaluator process; it does one and ends.
 *
 * The first frame names the job; what follows is described at each. A job ends when
 * its pipe does. What it returns is the process's exit status. */
#ifndef ZC_EVAL_JOB_H
#define ZC_EVAL_JOB_H

#include "base/crew.h"
#include "base/text.h"
#include "eval/mapping.h"
#include "value/json.h"

#define ZC_EVAL_TABLES 256

typedef struct {
  zc_gb18030 *converter; /* may be NULL */
  zc_crew *crew;         /* NULL: nobody but the job itself */
  zc_mapped tables[ZC_EVAL_TABLES];
  size_t table_count;
} zc_inputs;

/* The mapped bytes of a table; false if it was not handed over. */
bool zc_inputs_find(const zc_inputs *inputs, const char *id, zc_mapped *mapped);

/* Sends one frame to the host, at the latest when the process ends: whoever waits for
 * an answer, or runs foreign code, flushes before. */
zc_code zc_reply(const json_t *frame, zc_err *err);
/* The same for a frame that is canonical JSON already. */
zc_code zc_reply_text(const char *text, size_t size, zc_err *err);
zc_code zc_reply_flush(zc_err *err);
/* Sends {name: value} and releases `value`; NULL counts as out of memory. */
zc_code zc_reply_with(const char *name, json_t *value, zc_err *err);

/* {job: "plan" or "paper", main}, then the scripts as texts: loads the main one (the
 * others by `require`), answers {ok: true}, then each {call, args} with {ok} or
 * {error}. "plan" scripts are the engine and may use expressions. */
zc_code zc_job_scripts(const zc_inputs *inputs, const json_t *first, zc_err *err);

/* {job: "rules", datasets (those that are a `reference` with their text, file and
 * options), tables: [{id, file, options}], names, runs: [{key, rule, names}], unions:
 * [{item, runs: [key]}], skip: {files, runs}, describe, executor: "plain", or "vector" as
 * without it}, then the rule files as texts: loads them and judges. Sends {file, rules} or
 * {file, error} for each file, {run, result} for each run, {union, result} for each item
 * whose runs count the same, {done: {tables, described, faults}} at last; before foreign
 * code runs, and before a declared rule that may take a while, {begin: {file | run, rows,
 * declared}}. A file that fails has no runs. {again: true} instead of the rest: its files
 * hold so much memory that a new process has to go on. */
zc_code zc_job_rules(const zc_inputs *inputs, const json_t *first, zc_err *err);

/* {job: "import", dataset, file, options, today, tell}: reads the one table of argv and
 * sends {summary, faults}; before, with `tell`, {progress: {bytes, rows}} now and then. With
 * `datasets` instead of a dataset only its header is looked at, and what it may be is sent:
 * {match, faults}. */
zc_code zc_job_import(const zc_inputs *inputs, const json_t *first, zc_err *err);

/* {job: "breach", name}: does what the lock forbids, for `doctor`; sends {breached}
 * if it lives. */
zc_code zc_job_breach(const zc_inputs *inputs, const json_t *first, zc_err *err);

#endif
