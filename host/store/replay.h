/* replay.h: the projections of the ledger made again from its events. Inside the store only. */
#ifndef ZC_STORE_REPLAY_H
#define ZC_STORE_REPLAY_H

#include "store/verify.h"

/* What the reading of all events hands on to the replay. */
typedef struct {
  zc_store *store;
  const zc_verifier *verifier;
  zc_head end; /* of the chain, as far as it was read */
  int64_t events;
  int64_t faults; /* that were told */
  json_t *
      stopped; /* numbers of problems whose events are not possible one after the other */
} zc_replaying;

/* Tells a fault. */
zc_code zc_replay_fault(zc_replaying *replaying, const char *kind, const char *name,
                        const zc_err *what, zc_err *err);

/* Makes temporary tables of the same names, which SQLite finds before the kept ones: what is
 * projected from here on goes there. They are on the disk, not in memory. */
zc_code zc_replay_aside(zc_store *store, zc_err *err);

/* What is needed besides: which events of the whole ledger concern which problems. */
zc_code zc_replay_begin(zc_store *store, zc_err *err);
void zc_replay_end(zc_store *store);

/* Projects what the body of an event says besides its problem. */
zc_code zc_replay_event(zc_replaying *replaying, int64_t seq, int64_t no,
                        const char *action, const json_t *body, zc_err *err);

/* Does again what an event of an office has done to the tables that events alone make
 * (office_replay.c). */
zc_code zc_replay_office(zc_store *store, const char *action, const json_t *body,
                         zc_err *err);

/* Projects the problems, one after the other, in batches. */
zc_code zc_replay_problems(zc_replaying *replaying, zc_err *err);

/* Tells where the kept tables differ from those that were made aside. */
zc_code zc_replay_compare(zc_replaying *replaying, zc_err *err);

#endif
