/* office.h: what an office knows of the facilities that report to it. Each write is one event of the
 * hash chain that the ledger has (zc_ledger_append_whole), of no problem, together with what it
 * changes: both or neither. */
#ifndef ZC_STORE_OFFICE_H
#define ZC_STORE_OFFICE_H

#include "store/ledger.h"

/* The class of those on a roster that are no facilities, but offices which report of theirs. */
#define ZC_OFFICE_CLASS "卫生健康行政部门"

/* What changes beside the event; within its transaction. */
typedef zc_code zc_office_change(zc_store *store, void *context, zc_err *err);

/* ---- the roster ----------------------------------------------------------------------- */

/* The facilities of which a plan's reports are expected, in the roster's order: [{code, name, class,
 * grade, ownership, town, licence_from, licence_to, contact, phone, expected, since, until}],
 * `expected` being 1 or 0 today, since and until days or "" (members_sql.h). Owned. */
zc_code zc_roster(zc_store *store, const char *plan, json_t **facilities, zc_err *err);

/* The same with those behind them that only other offices' reports tell of, as the last report
 * does: whoever can be inspected. Owned. */
zc_code zc_facilities(zc_store *store, const char *plan, json_t **facilities,
                      zc_err *err);

/* Only whether their reports are expected: {code: 1 or 0; 2: of an office, which reports of
 * others; {kind: 1 or 2, until}: in rounds that were over by that day}. Owned. */
zc_code zc_roster_expected(zc_store *store, const char *plan, json_t **codes,
                           zc_err *err);

/* Whether any plan's roster has had it. */
zc_code zc_roster_has(zc_store *store, const char *code, bool *known, zc_err *err);

/* Writes one facility into the roster, within a change; one that is there is replaced in its
 * place, a new one stands at its `position`. */
zc_code zc_roster_put(zc_store *store, const char *plan, const json_t *facility,
                      zc_err *err);

/* Trusts a key (its line of base64 and its id) from a day on, and no other of that facility any
 * more; within a change. */
zc_code zc_key_trust(zc_store *store, const char *code, const char *key, const char *id,
                     const char *day, zc_err *err);

/* The keys of a facility, or (NULL) of all: [{code, key, id, since, until}] by code, the first that was
 * trusted first. Owned. */
zc_code zc_keys_trusted(zc_store *store, const char *code, json_t **keys, zc_err *err);

/* ---- rounds ----------------------------------------------------------------------------- */

/* Replaces a plan's rounds ([{id, title, from, to, due}]); outside of a transaction. Nothing is
 * written when they are what they were. */
zc_code zc_rounds_keep(zc_store *store, const char *plan, const json_t *rounds,
                       zc_err *err);

/* [{id, title, from, to, due}] in their order, "" where a day is not known. Owned. */
zc_code zc_rounds(zc_store *store, const char *plan, json_t **rounds, zc_err *err);

#endif
