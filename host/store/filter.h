/* filter.h: which problems are meant, as a condition of SQL. Inside the store only. */
#ifndef ZC_STORE_FILTER_H
#define ZC_STORE_FILTER_H

#include "store/ledger.h"

/* ?1 is always today. */
#define ZC_OVERDUE                                                                     \
  "(unfinished = 1 AND due <> '' AND due < ?1 AND state <> 'dismissed')"
#define ZC_OPEN "state NOT IN ('closed', 'held', 'dismissed')"
#define ZC_RECTIFIED "state IN ('rectified', 'checked', 'closed', 'held')"
#define ZC_CLOSED "state IN ('closed', 'held')"

typedef struct {
  zc_buffer sql;
  json_t *binds;
  int count, bad;
  int plan; /* where the plan is bound; 0: none is */
} zc_condition;

/* " WHERE …" with its binds; to be freed. */
zc_code zc_condition_make(const zc_ledger_filter *filter, zc_condition *c, zc_err *err);
void zc_condition_free(zc_condition *c);

#endif
