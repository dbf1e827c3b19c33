/* judge.h: runs rules in evaluator processes and survives whatever they do.
 *
 * The host's clock starts when a process announces an entry: foreign code, or a declared
 * rule that may take a while. One that does not end in time, or takes the process down, is
 * guilty: it alone has failed, and one new process gets the rest. */
#ifndef ZC_RUNNER_JUDGE_H
#define ZC_RUNNER_JUDGE_H

#include "base/watch.h"
#include "runner/worker.h"

typedef struct {
  const char *program;
  json_t *request; /* the first frame of a rules job, zc_job_rules; without skip */
  const zc_texts *files; /* the rule files */
  const zc_handed *tables;
  size_t table_count;
  int threads;      /* as zc_worker_start has them */
  int64_t rows;     /* of the largest table: bounds the clock */
  zc_worker *first; /* a process that was started ahead, or NULL; it is taken */
  bool need_full;   /* refuse to run below full isolation: ZC_ETRUST */
  const zc_watch
      *watch; /* told how many runs have their result, in place of bytes; or NULL */
} zc_judgement;

/* Runs them all. *outcome is owned: {results: {key: result}, unions: {item: result},
 * files: {name: {rules} or {error}}, measures: {name: result}, hits: those of the
 * runs of which all are wanted (kept.h), tables, described, values, faults, isolation}. A table that changed while it
 * was read is ZC_EDATA. */
zc_code zc_judge(const zc_judgement *judgement, json_t **outcome, zc_err *err);

/* What is said of a foreign package on a system without full isolation. */
zc_code zc_fail_isolation(zc_err *err);

#endif
