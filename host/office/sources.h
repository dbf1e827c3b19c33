/* sources.h: who has found the problems that reports tell of: the facility itself, or somebody else. */
#ifndef ZC_OFFICE_SOURCES_H
#define ZC_OFFICE_SOURCES_H

#include "office/view.h"
#include "store/told.h"

/* Whether a source of problems (plan-format) is the facility's own self-check, or somebody who told
 * it. A 回头看 is neither: it finds what was known. */
bool zc_source_own(const char *source);
bool zc_source_others(const char *source);

/* Problems of one report. */
typedef struct {
  int64_t all, own, others;
} zc_found;

/* Those of each member of the view, `days` NULL or not; 0 for who has not reported. Owned; of a plan
 * and round that the view is of. */
zc_code zc_found_read(zc_store *store, const zc_view *view, const char *plan,
                      const char *round, const zc_days *days, zc_found **found,
                      zc_err *err);

/* What a member that is here has found itself; ZC_UNKNOWN where its report tells of no ledger. */
int64_t zc_found_own(const zc_member *member, const zc_found *found);

#endif
