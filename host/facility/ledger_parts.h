/* ledger_parts.h: the parts of an item: its instances by split values, new or of problems that the
 * ledger has. Inside the ledger's check only. */
#ifndef ZC_FACILITY_LEDGER_PARTS_H
#define ZC_FACILITY_LEDGER_PARTS_H

#include "cli/checking.h"
#include "cli/plan.h"
#include "store/ledger.h"

/* The new instances of one check, each with the part that came first with it. Owned; NULL when out
 * of memory. */
typedef struct zc_taken zc_taken;
zc_taken *zc_taken_new(void);
void zc_taken_free(zc_taken *taken);

/* Gathers the parts of one item, whose new instances join `taken`. An item is gathered once in a
 * check. Owned; NULL when out of memory. */
typedef struct zc_parts zc_parts;
zc_parts *zc_parts_new(zc_plan *plan, const char *item, zc_taken *taken);
void zc_parts_free(zc_parts *parts);

/* Adds an instance (zc_checked_visit, with the parts as context). */
zc_code zc_parts_add(void *parts, const char *rule, const zc_kept_hit *hit,
                     zc_piece split, zc_err *err);

/* Adds what has no rows as one instance of this id. */
zc_code zc_parts_add_mark(zc_parts *parts, const char *id, zc_err *err);

/* How many were added. */
size_t zc_parts_count(const zc_parts *parts);

/* What the engine is told: [{split, all, added, owners, owned, shared, cited}] (found.lua), with
 * `cited` empty and `more` if there are more instances. *texts is {split: the canonical text of
 * the list of new instances}. Both are owned. */
zc_code zc_parts_tell(zc_parts *parts, bool more, json_t **told, json_t **texts,
                      zc_err *err);

#endif
