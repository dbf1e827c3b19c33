/* aside.h: tables that are made again beside the kept ones, compared with them, and put in their place.
 * They are temporary tables of the same names, which SQLite finds first: while they stand there,
 * whatever writes into such a table or reads it means the new one. */
#ifndef ZC_STORE_ASIDE_H
#define ZC_STORE_ASIDE_H

#include "store/ledger.h"

/* What tables are made from. */
typedef enum {
  ZC_FROM_PROBLEMS, /* the events of problems (facilities) */
  ZC_FROM_EVENTS,   /* the other events (offices) */
  ZC_FROM_FILES     /* these, and the files in inbox/ */
} zc_made_from;

/* Makes them empty; on the disk, not in memory, if temp_store says so. */
zc_code zc_aside_make(zc_store *store, zc_made_from from, zc_err *err);
void zc_aside_drop(zc_store *store, zc_made_from from);

/* Empties the kept ones. */
zc_code zc_aside_clear(zc_store *store, zc_made_from from, zc_err *err);

/* Puts the new ones in the place of the kept ones. */
zc_code zc_aside_replace(zc_store *store, zc_made_from from, zc_err *err);

/* Visits where they differ: {table, what, count, example}, `what` being "changed", "missing" or "extra",
 * `example` what people know such a row by. Not for those from problems. */
zc_code zc_aside_compare(zc_store *store, zc_made_from from, zc_ledger_visit *visit,
                         void *context, zc_err *err);

/* The same as a fault. */
void zc_aside_fault(const json_t *told, zc_err *what);

/* What people call a table, a message; the table itself when it has no other name. Borrowed. */
const char *zc_table_title(const char *table);

#endif
