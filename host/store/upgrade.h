/* upgrade.h: which versions of its plans a workspace has worked with: each change from one to the
 * next, with what became of its answers, and each decision to stay.
 *
 * Rows are never changed or deleted. What an upgrade does to answers, documents and the ledger
 * happens in one transaction with its row. */
#ifndef ZC_STORE_UPGRADE_H
#define ZC_STORE_UPGRADE_H

#include "store/ledger.h"

/* Where everything ends that an upgrade of this plan is made from: {answer, document, event, table,
 * upgrade, place}. Owned. */
zc_code zc_upgrade_seen(zc_store *store, const char *plan, json_t **seen, zc_err *err);

/* A decision about a plan. `from` and `to` are {version, sha256, place}; `body` is what the engine
 * made of it (upgrade.lua), an empty map for the decision to stay. All borrowed. */
typedef struct {
  const char *plan;
  const char *decision; /* "upgrade" or "stay" */
  const char *by, *reason;
  const char *today, *time;
  const json_t *from, *to, *body;
} zc_upgrade;

/* Writes it, all or nothing. Of an upgrade also: body.moves, the rows of answers and documents;
 * `steps`, events of the ledger that were made at `head` (zc_ledger_append); and the plan's place. ZC_EIO
 * when anything of `seen` is no longer so. */
zc_code zc_upgrade_write(zc_store *store, const zc_upgrade *upgrade, const json_t *seen,
                         const zc_head *head, const json_t *steps, zc_err *err);

/* The number that the next answer will have, so that events can name it. */
int64_t zc_upgrade_next_answer(const json_t *seen);

/* The last decision of this kind about a plan: {no, time, business_date, actor, plan, decision,
 * reason, from, to, body}; NULL when there is none. Owned. */
zc_code zc_upgrade_last(zc_store *store, const char *plan, const char *decision,
                        json_t **found, zc_err *err);

/* What an upgrade has asked again, as it told them ([{id, …}]); an empty list when there is
 * none. Owned. */
zc_code zc_upgrade_priors(zc_store *store, const char *plan, json_t **priors,
                          zc_err *err);

/* How many problems of the plan's own the ledger has of each item: [{item, open, all}]. Owned. */
zc_code zc_upgrade_problems(zc_store *store, const char *plan, json_t **items,
                            zc_err *err);

/* The numbers of the plan's own problems of an item. Owned. */
zc_code zc_upgrade_numbers(zc_store *store, const char *plan, const char *item,
                           json_t **numbers, zc_err *err);

/* Tells each row that is not what was written, or whose answers and documents are not: `fault` hears its
 * number. */
zc_code zc_upgrade_verify(zc_store *store,
                          zc_code (*fault)(void *context, const char *no,
                                           const zc_err *what, zc_err *err),
                          void *context, zc_err *err);

#endif
