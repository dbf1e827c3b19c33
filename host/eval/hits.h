/* hits.h: sends all hits of a run to the host, for whoever wants more than the first few. */
#ifndef ZC_EVAL_HITS_H
#define ZC_EVAL_HITS_H

#include "eval/rules.h"

typedef struct zc_hits zc_hits;

/* From now on every hit of `plain` is sent: {hits: key, rows: [{table, line, show, keys,
 * level}], first: true in the first frame}. NULL when out of memory. */
zc_hits *zc_hits_begin(zc_plain *plain, const char *key, zc_err *err);
zc_code zc_hits_end(zc_plain *plain, zc_hits *hits);

/* Hits are told with the keys of their table, which have to be read then. */
void zc_hits_want_keys(const zc_rule *rule);

#endif
