/* office_replay.h: the tables of an office made again beside the kept ones. While they stand beside,
 * whatever writes into such a table or reads it means the new one. */
#ifndef ZC_STORE_OFFICE_REPLAY_H
#define ZC_STORE_OFFICE_REPLAY_H

#include "store/office.h"

/* Makes empty tables of the same names, and begins a transaction (which writes with `write`); the
 * end drops them, and undoes what was done unless `code` is ZC_OK. */
zc_code zc_office_aside(zc_store *store, bool write, zc_err *err);
zc_code zc_office_aside_end(zc_store *store, zc_code code, zc_err *err);

/* Takes over what is kept of a file that the inbox does not have. *fault (owned, NULL: there is no such
 * row) is what is wrong with the file. */
zc_code zc_office_take_over(zc_store *store, const char *file, const char *name,
                            const char *received, json_t **fault, zc_err *err);

/* Visits the tables that differ: {table, count, example}. */
zc_code zc_office_compare(zc_store *store, zc_ledger_visit *visit, void *context,
                          zc_err *err);

/* Puts the new tables in the place of the kept ones. */
zc_code zc_office_replace(zc_store *store, zc_err *err);

#endif
