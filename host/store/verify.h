/* verify.h: whether a workspace's database still is what zicha has written, and making again
 * what can be made again from the events of the ledger. */
#ifndef ZC_STORE_VERIFY_H
#define ZC_STORE_VERIFY_H

#include "store/ledger.h"

/* What the caller gives. Each may end the verifying by anything but ZC_OK. */
typedef struct {
  /* Hears of a fault. `kind` and `name` say where it is: "seq" 17, "problem" 12, "run" ID,
   * "database" and the name of a table, trigger or index, "table" and that of one of an office. */
  zc_code (*fault)(void *context, const char *kind, const char *name,
                   const zc_err *what, zc_err *err);
  /* Says what events make of problems: of a list of {no, problem, events} (no `problem`: the
   * first event makes it), {problem, row} or {stopped: index} each, in the same order. Owned. */
  zc_code (*replay)(void *context, json_t *problems, json_t **results, zc_err *err);
  void *context;
  /* Makes again what is not made from events alone, in the transaction of zc_mend; NULL: nothing. */
  zc_code (*mend)(void *context, zc_err *err);
} zc_verifier;

/* What was looked at. */
typedef struct {
  int64_t events, problems, runs;
  zc_head head; /* where the chain of events ends, whatever the table `head` says */
} zc_verified;

/* SQLite's own check; that every table, index and trigger is the one that zicha makes; the
 * chain of events and its head; that the events make the problems, instances and citations that
 * are kept; that each run has its inputs and its record. All in one view of the database,
 * which nobody else writes to meanwhile. Faults are no failure. */
zc_code zc_verify(zc_store *store, const zc_verifier *verifier, zc_verified *verified,
                  zc_err *err);

/* Makes problems, instances, citations and what events make of an office again from the events, then
 * what the verifier mends, all in one transaction, after a copy of the database was put beside it,
 * whose name *copy then is (owned). ZC_EDATA when the events are not whole themselves; the faults are
 * told. After any failure nothing has changed, and there is no copy. */
zc_code zc_mend(zc_store *store, const zc_verifier *verifier, char **copy, zc_err *err);

/* The hash of an event; "" when there is none. */
zc_code zc_ledger_hash_at(zc_store *store, int64_t seq, char digits[ZC_HASH_ROOM],
                          zc_err *err);

/* Every document that was ever attached: {sha256, name, size, owner}; of an item `owner` is
 * «PLAN ITEM» and of a problem its number. */
zc_code zc_verify_documents(zc_store *store, zc_ledger_visit *visit, void *context,
                            zc_err *err);

#endif
