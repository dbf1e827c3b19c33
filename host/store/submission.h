/* submission.h: what the ledger knows of reports that were submitted and of the office's
 * receipts: its events `submit` (in an office `office_submit`) and `receipt`, which belong to no single
 * problem. */
#ifndef ZC_STORE_SUBMISSION_H
#define ZC_STORE_SUBMISSION_H

#include "store/ledger.h"

/* Reports that were submitted, of a plan or (NULL) of all, the first one first: [{seq, date, by,
 * plan, report, run, day, file, path, key, duty, corrects, ledger, round (an office's), held, receipts: [{seq, date, by, receipt,
 * office, received, state, note, key}]}]; `held` counts the problems that it was the first to
 * hold. Keys as the events have them (docs/json.md). Owned. */
zc_code zc_ledger_submissions(zc_store *store, const char *plan, json_t **submissions,
                              zc_err *err);

/* The numbers of the problems that a report of this plan holds and none has held before: those
 * that the plan's checks and people had found or cited up to the event `seq`, without what is
 * dismissed. Lowest first. Owned. */
zc_code zc_ledger_unreported(zc_store *store, const char *plan, int64_t seq,
                             json_t **numbers, zc_err *err);

/* What reports tell of a problem (docs/json.md), as it stands now. Borrowed. */
typedef struct {
  int64_t no, last; /* its last event */
  bool held;        /* it was one of the plan's at the event that was asked for */
  const char *text;
} zc_ledger_told_row;

typedef zc_code zc_ledger_told_visit(void *context, const zc_ledger_told_row *told,
                                     zc_err *err);

/* All problems that belong to a plan or that it cites, by number. */
zc_code zc_ledger_told_rows(zc_store *store, const char *plan, int64_t seq,
                            zc_ledger_told_visit *visit, void *context, zc_err *err);

/* The ids of the plan's runs, the last one first. Owned. */
zc_code zc_store_run_ids(zc_store *store, const char *plan, json_t **ids, zc_err *err);

#endif
