/* written.h: a report that was written, read again before it leaves the house. */
#ifndef ZC_FACILITY_WRITTEN_H
#define ZC_FACILITY_WRITTEN_H

#include "base/hash.h"
#include "cli/plan.h"

/* What stands before the record in a report's last line; canonical JSON holds no < or >, so it
 * cannot end the comment. */
#define ZC_RECORD_MARK "<!-- zicha-record "
#define ZC_RECORD_END " -->"

typedef struct {
  char path[512]; /* beneath the workspace */
  zc_buffer text;
  char sha256[ZC_HASH_ROOM];
  json_t *record;
} zc_written;

/* Reads the plan's last report, or the one at `path` (as people name it; NULL: the last one),
 * and makes sure that its record is whole, is that of a run that is kept here, fits plan and
 * facility, and tells of the ledger as it is. The text above the record may have been
 * completed by hand. ZC_EDATA otherwise; `written` is to be freed in any case. */
zc_code zc_written_read(zc_plan *plan, const char *path, zc_written *written,
                        zc_err *err);
void zc_written_free(zc_written *written);

#endif
