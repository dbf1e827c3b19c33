/* entering.h: problems that people enter, one by hand or a whole list. */
#ifndef ZC_FACILITY_ENTERING_H
#define ZC_FACILITY_ENTERING_H

#include "facility/ledger.h"

typedef struct {
  zc_plan *plan;
  zc_head head;       /* what is read later is not older */
  json_t *people;     /* who may act; NULL: anybody */
  json_t *entries;    /* [{item or item_title, title, source, …}] (enter.lua) */
  const char *source; /* of entries without one, or NULL */
  const char *list;   /* the hash of the list that they stand in, or NULL */
  char by[ZC_BY_ROOM];
} zc_entering;

/* Begins with no entries; to be freed, also after a failure. */
zc_code zc_entering_begin(zc_plan *plan, zc_entering *entering, zc_err *err);
void zc_entering_free(zc_entering *entering);

/* Has the engine read the entries: *read is [{id, found}] of each, or NULL with all that is
 * *wrong: [{index, text, args, hint, field}]. Both owned. */
zc_code zc_entering_read(zc_entering *entering, json_t **read, json_t **wrong,
                         zc_err *err);

/* Writes them into the ledger, all or none. *told is [{no, outcome, unreported}] of each,
 * owned. */
zc_code zc_entering_write(zc_entering *entering, const json_t *read, json_t **told,
                          zc_err *err);

/* Prints what became of one, after `place` (may be NULL). */
void zc_entering_tell(const char *place, const json_t *told);

#endif
