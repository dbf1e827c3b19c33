/* schema.h: what tables a workspace's database has, and how an older one comes to have
 * them. Inside the store only. */
#ifndef ZC_STORE_SCHEMA_H
#define ZC_STORE_SCHEMA_H

#include "store/sql.h"

#define ZC_SCHEMA_VERSION 7

/* The statements that make a database of the version after `version` (0: an empty one). */
const char *zc_schema_step(int version);

/* A database in memory as this version makes it, for comparing; its `db` is to be closed.
 * Errors name the path of `store`. */
zc_code zc_schema_fresh(const zc_store *store, zc_store *fresh, zc_err *err);

#endif
