/* chain.h: roots that follow each other in a folder, checked one after the other before any is kept. */
#ifndef ZC_PUBLISHER_CHAIN_H
#define ZC_PUBLISHER_CHAIN_H

#include "package/library.h"

typedef struct {
  json_t *kept;         /* of each root what is to be kept: {name: text} */
  json_t *fingerprints; /* of each */
  zc_root last;         /* the newest; number 0: none was newer */
} zc_chain;

/* Checks the roots behind `own` (number 0: from the first) up to `newest` in a folder. The chain is
 * the caller's, to be freed even on failure. ZC_ETRUST: one is missing, one is not signed by enough
 * keys of the one before it and of its own, or the last one has expired on this day. */
zc_code zc_chain_follow(int fd, const zc_root *own, int64_t newest, const char *today,
                        zc_chain *chain, zc_err *err);
void zc_chain_free(zc_chain *chain);

/* Has the library trust them. */
zc_code zc_chain_keep(const zc_chain *chain, zc_library *library, zc_err *err);

#endif
