/* received.h: on which day a file was here, where a person has corrected it. The first day stands in the
 * event that has taken the file in, later ones in events of their own (collect_received). */
#ifndef ZC_STORE_RECEIVED_H
#define ZC_STORE_RECEIVED_H

#include "store/ledger.h"

/* Notes another day for a file, within a change of the office (office.h). */
zc_code zc_received_put(zc_store *store, const char *file, const char *day,
                        zc_err *err);

/* The last correction of each file, as the events tell it: {file: {from, to, by, on, reason}}. Owned. */
zc_code zc_received_changes(zc_store *store, json_t **changes, zc_err *err);

#endif
