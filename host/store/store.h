/* store.h: a workspace's database, zicha.db. The only place with SQL.
 *
 * Every write is one transaction that is on the disk when the call returns; what was
 * acknowledged survives a crash. Values go in and out as JSON; a row that does not hold
 * what its table holds is ZC_EDATA, so whoever reads need not look again. Times are given
 * by the caller: nothing here reads a clock. */
#ifndef ZC_STORE_STORE_H
#define ZC_STORE_STORE_H

#include "value/json.h"

typedef struct zc_store zc_store;

#define ZC_STORE_FILE "zicha.db"

/* Opens the database in the folder `path`; with `make`, a missing one is made. Owned.
 * ZC_EOPEN when there is none, ZC_EWRITE when it cannot be written, ZC_EDATA when it
 * is no workspace, was written by a newer zicha, or is damaged. */
zc_code zc_store_open(const char *path, bool make, zc_store **store, zc_err *err);
void zc_store_close(zc_store *store);

/* SQLite's own check of the file. ZC_EDATA when it finds damage. */
zc_code zc_store_check(zc_store *store, zc_err *err);

/* ---- plans in use: {id, place, added} ---------------------------------------- */

/* Takes a plan into use; the same id again replaces its place. */
zc_code zc_store_use_plan(zc_store *store, const char *id, const char *place,
                          const char *time, zc_err *err);
/* ZC_EDATA when it was not in use. Its answers and runs stay. */
zc_code zc_store_unuse_plan(zc_store *store, const char *id, zc_err *err);
/* A list, in the order in which they were taken into use. Owned. */
zc_code zc_store_plans(zc_store *store, json_t **plans, zc_err *err);

/* ---- answers: {value, note} or {na} per item; older ones stay as history ----- */

/* `source` says how it came in: "prompt", "command", a file's name. */
zc_code zc_store_answer(zc_store *store, const char *plan, const char *item,
                        const json_t *answer, const char *source, const char *time,
                        zc_err *err);
/* Several at once: [{item, answer}], all or none. */
zc_code zc_store_answer_all(zc_store *store, const char *plan, const json_t *entries,
                            const char *source, const char *time, zc_err *err);
/* The last answer of each item: {item: answer}. Owned. */
zc_code zc_store_answers(zc_store *store, const char *plan, json_t **answers,
                         zc_err *err);

/* Which answer each item has last: {item: number}; every answer has another number. Owned. */
zc_code zc_store_answer_marks(zc_store *store, const char *plan, json_t **marks,
                              zc_err *err);

/* ---- tables: {name, file, sha256, size, …} or {name, absent} ----------------- */

/* Records an import (or that a table does not exist), replacing an earlier one. The map
 * holds what `check` needs to read the file again in the same way. */
zc_code zc_store_table(zc_store *store, const char *name, const json_t *table,
                       const char *time, zc_err *err);
/* {name: table}. Owned. */
zc_code zc_store_tables(zc_store *store, json_t **tables, zc_err *err);

/* ---- evidence: files attached to items --------------------------------------- */

zc_code zc_store_attach(zc_store *store, const char *plan, const char *item,
                        const char *name, const char *sha256, int64_t size,
                        const char *time, zc_err *err);
/* {item: [{name, sha256, size}]}, each item's in the order of attaching; the last one
 * of a name counts, unless an upgrade has put it aside (store/upgrade.h). Owned. */
zc_code zc_store_evidence(zc_store *store, const char *plan, json_t **evidence,
                          zc_err *err);

/* ---- runs -------------------------------------------------------------------- */

/* Keeps a run: the canonical text of its inputs, whose hash `id` is, and its record. One
 * that is kept already becomes the plan's last run again. */
zc_code zc_store_run(zc_store *store, const char *id, const char *plan,
                     const zc_buffer *inputs, const json_t *record, const char *time,
                     zc_err *err);
/* The record of a run, or *record = NULL when it is unknown. Owned. A run whose record is
 * not the one that was kept (its hash stands beside it) counts as unknown, here and
 * below. */
zc_code zc_store_find_run(zc_store *store, const char *id, json_t **record,
                          zc_err *err);
/* The plan's last run: {id, time, record}; NULL when there is none. Owned. */
zc_code zc_store_last_run(zc_store *store, const char *plan, json_t **run, zc_err *err);
/* Its runs with their business dates, the last one last: [[id, day]]. Owned. */
zc_code zc_store_run_days(zc_store *store, const char *plan, json_t **runs,
                          zc_err *err);

#endif
