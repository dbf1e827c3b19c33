/* sent.h: the problems of the ledgers that facilities have sent: of the reports that count for a
 * round. */
#ifndef ZC_STORE_SENT_H
#define ZC_STORE_SENT_H

#include "store/collected.h"

/* One of them; borrowed for the visit. `entry` is a place in the checklist of its report's own
 * version, -1 for none. */
typedef struct {
  int64_t report, no, entry;
  bool counted, unreported;
  const char *item, *state, *source, *severity, *certainty, *found, *closed;
} zc_sent_problem;

typedef zc_code zc_sent_visit(void *context, const zc_sent_problem *problem,
                              zc_err *err);

/* Visits those of a plan and round, a report's together. What `visit` returns but ZC_OK ends it. */
zc_code zc_sent_problems(zc_store *store, const char *plan, const char *round,
                         zc_sent_visit *visit, void *context, zc_err *err);

#endif
