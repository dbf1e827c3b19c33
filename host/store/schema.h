/* schema.h: what tables a workspace's database has, and how an older one comes to have
 * them. Inside the store only. */
#ifndef ZC_STORE_SCHEMA_H
#define ZC_STORE_SCHEMA_H

#define ZC_SCHEMA_VERSION 2

/* The statements that make a database of the version after `version` (0: an empty one). */
const char *zc_schema_step(int version);

#endif
