/* office_replay.h: what the files in inbox/ make of the tables of an office, beside the kept ones (aside.h). */
#ifndef ZC_STORE_OFFICE_REPLAY_H
#define ZC_STORE_OFFICE_REPLAY_H

#include "store/aside.h"
#include "store/office.h"

/* Makes the tables beside, and begins a transaction that reads, unless it is `within` one; the end drops
 * them, and undoes what was done in a transaction of its own unless `code` is ZC_OK. */
zc_code zc_office_aside(zc_store *store, bool within, zc_err *err);
zc_code zc_office_aside_end(zc_store *store, bool within, zc_code code, zc_err *err);

/* Takes over what is kept of a file that the inbox does not have. *taken (owned, NULL: there is no such
 * row) is [what is wrong with the file, its kind]. */
zc_code zc_office_take_over(zc_store *store, const char *file, const char *name,
                            const char *received, json_t **taken, zc_err *err);

/* Whether what is kept of a file is whole (office/facts.h). */
zc_code zc_office_was_whole(zc_store *store, const char *file, bool *whole,
                            zc_err *err);

#endif
