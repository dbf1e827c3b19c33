/* copy.h: copies of a database that is in use. */
#ifndef ZC_STORE_COPY_H
#define ZC_STORE_COPY_H

#include "store/store.h"

/* Copies the database into the fresh file `to`, checks the copy and has it on the disk.
 * On failure nothing is left. ZC_EWRITE when `to` exists. */
zc_code zc_store_copy(const zc_store *store, const char *to, zc_err *err);

/* The same beside it, as zicha.db.WORD or, if that exists, zicha.db.WORD-2 …; *name is that,
 * owned. */
zc_code zc_store_copy_beside(const zc_store *store, const char *word, char **name,
                             zc_err *err);

/* A number that is another one after another process has written to the database. */
zc_code zc_store_version(zc_store *store, int64_t *version, zc_err *err);

#endif
