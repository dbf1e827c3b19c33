/* project.h: what is kept of each problem beside the events of the ledger. Inside the store
 * only; within a transaction. */
#ifndef ZC_STORE_PROJECT_H
#define ZC_STORE_PROJECT_H

#include "store/ledger.h"

/* Keeps a problem as it is after the event `seq`. */
zc_code zc_project_problem(zc_store *store, const json_t *problem, const json_t *row,
                           int64_t seq, zc_err *err);

/* Keeps what an event's body says besides: instances and verdicts upon them, citations. */
zc_code zc_project_event(zc_store *store, int64_t no, const char *action,
                         const json_t *body, zc_err *err);

/* Keeps new instances of a problem: the canonical text of their list. */
zc_code zc_project_instances(zc_store *store, int64_t no, const json_t *instances,
                             zc_err *err);

/* zc_ledger_append in a transaction that the caller has begun. */
zc_code zc_ledger_append_within(zc_store *store, const zc_head *known,
                                const json_t *steps, const char *time, zc_err *err);

/* An amount such as 120.5 in hundredths; what is none is 0. */
int64_t zc_hundredths(const char *text);

/* Hundredths as an amount. Owned. */
json_t *zc_amount(int64_t hundredths);

#endif
