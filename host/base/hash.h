/* hash.h: SHA-256, as lower-case hex wherever people or records see it. */
#ifndef ZC_BASE_HASH_H
#define ZC_BASE_HASH_H

#include <stddef.h>

#include "base/error.h"

#define ZC_HASH_ROOM 65 /* 64 digits and NUL */

typedef struct zc_hash zc_hash;

/* A running hash; owned. NULL when out of memory. */
zc_hash *zc_hash_new(void);
void zc_hash_add(zc_hash *hash, const void *data, size_t size);

/* Ends the hash, writes its digits and frees it. */
zc_code zc_hash_finish(zc_hash *hash, char digits[ZC_HASH_ROOM], zc_err *err);
void zc_hash_free(zc_hash *hash);

/* The hash of one piece. */
zc_code zc_hash_of(const void *data, size_t size, char digits[ZC_HASH_ROOM],
                   zc_err *err);

/* The same in base64 (at least 48 bytes of room), as content security policies have
 * it. */
zc_code zc_hash_base64(const void *data, size_t size, char *text, zc_err *err);

#endif
