/* below.h: what the offices below have reported for a round beside their facilities: figures of their
 * registers, and those that were entered by hand there (zc_fact_figure, collected.h). */
#ifndef ZC_STORE_BELOW_H
#define ZC_STORE_BELOW_H

#include "store/collected.h"

/* The offices of whom a report is expected, in the roster's order: [{code, name, report, file, from,
 * to}]: the number of the report that counts for the round (0: there is none, the rest is ""), its file
 * in the inbox, and the days that it is of. Owned. */
zc_code zc_below_offices(zc_store *store, const char *plan, const char *round,
                         json_t **offices, zc_err *err);

/* All figures of a report, row for row: [kind, key, name, value]. */
zc_code zc_below_figures(zc_store *store, int64_t report, zc_ledger_visit *visit,
                         void *context, zc_err *err);

/* Offices of which those that have reported say that they have not reported to them: [{code, name, via,
 * via_name, facilities (-1: nobody knows how many)}]. Owned. */
zc_code zc_below_silent(zc_store *store, const char *plan, const char *round,
                        json_t **offices, zc_err *err);

/* The registers of the offices when they last reported for any round, in the roster's order: [{code, name,
 * day (""), told: 1 where that report tells of registers, rows: {register: rows}}]. Owned. */
zc_code zc_below_registers(zc_store *store, const char *plan, json_t **registers,
                           zc_err *err);

/* The last event of which a report upward depends: of those that decide about files (standing.h), and of
 * inspections, cases, registers and figures by hand; 0: there is none. */
zc_code zc_below_last(zc_store *store, int64_t *seq, zc_err *err);

#endif
