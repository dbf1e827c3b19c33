/* joining.h: the rows of joined tables, for many rows at once. */
#ifndef ZC_VECTOR_JOINING_H
#define ZC_VECTOR_JOINING_H

#include "base/crew.h"
#include "table/run.h"
#include "vector/program.h"

/* The engine's `partners`: by packed keys, kept for all rules that join the same columns of
 * the same table. */
zc_partners *zc_vector_partners(const zc_engine *engine, zc_run *run,
                                const zc_join *join);

typedef struct zc_joining zc_joining;

/* Of the rule's join number `join`, whose partners are there, for the crew's workers; `crew` may
 * be NULL. Owned; NULL when out of memory. */
zc_joining *zc_joining_new(const zc_run *run, int join, zc_crew *crew);
void zc_joining_free(zc_joining *joining);

/* For each row of the batch (which has the partners of the joins before) the first row with
 * its key, plus one; 0: there is none, or a part of its key is blank, which `blank` says
 * then. ZC_PARTNER_ODD: its key cannot be read, or is odd. False when out of memory. */
bool zc_joining_candidates(zc_joining *joining, int worker, const zc_batch *batch,
                           uint32_t *first, uint8_t *blank);

/* Whether what is known of the key of a row of the joined table, of which a part is blank, is
 * what row `i` of the worker's last batch of candidates has; that row has a whole key. */
bool zc_joining_fits(const zc_joining *joining, int worker, size_t i, uint32_t row);

/* The one partner, as the plain executor finds it for a join that is not late: its number
 * plus one; ZC_PARTNER_NONE; ZC_PARTNER_ODD where that one has to say (several, a key that
 * cannot be read, a partner that may be lost). */
bool zc_joining_find(zc_joining *joining, int worker, const zc_batch *batch,
                     uint32_t *partner);

#endif
