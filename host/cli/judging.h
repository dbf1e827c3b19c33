/* judging.h: one check of one plan, wherever its answers, documents and tables come from:
 * a workspace (checking.h) or a case of the plan's tests (trial.h). */
#ifndef ZC_CLI_JUDGING_H
#define ZC_CLI_JUDGING_H

#include "cli/handed.h"

typedef struct {
  zc_plan *plan;              /* its facility is known to the engine */
  json_t *answers, *evidence; /* as the store has them; borrowed */
  json_t *tables; /* those that the plan knows, as the store has them; borrowed */
  zc_opened_tables *opened; /* their files, and their process, which is taken */
  const char *today;
  const char *from, *to; /* the checked interval, or NULL */
  const char *run;       /* the run's id; need not stand before zc_judging_end */
  json_t *wanted_hits; /* keys of the runs of which all hits are wanted, borrowed … */
  bool want_hits;      /* … or of all runs, as many of each as one can look through */
  json_t *prepared;    /* the engine's {names, interval} */
  json_t *faults;      /* after zc_judging_end: what is wrong in rules … */
  json_t *hits;        /* … and the wanted hits (runner/kept.h) */
} zc_judging;

/* Tells the engine what there is and lets it judge what needs no rule while the caller goes
 * on. One of the next two must follow before anything else is asked of the engine. */
zc_code zc_judging_begin(zc_judging *judging, zc_err *err);

/* Runs the rules. *record is owned. */
zc_code zc_judging_end(zc_judging *judging, json_t **record, zc_err *err);

/* There is a record already. */
zc_code zc_judging_leave(zc_judging *judging, zc_err *err);

/* Frees what the two members at the end hold. */
void zc_judging_free(zc_judging *judging);

/* Whether somebody else's package may only run fully isolated. */
bool zc_judging_needs_full(const zc_plan *plan);

#endif
