/* paper_data.h: what layouts are told of the ledger (docs/rules.md, «Layouts»), and the record as
 * a report hands it on. */
#ifndef ZC_FACILITY_PAPER_DATA_H
#define ZC_FACILITY_PAPER_DATA_H

#include "base/sink.h"
#include "cli/plan.h"
#include "store/ledger.h"

/* A copy of a record whose messages are Chinese sentences. Owned; NULL when out of memory. */
json_t *zc_record_spoken(const json_t *record);

/* The ledger of the plan's problems as layouts have it. With a department also {department,
 * of_department}. Owned. */
zc_code zc_paper_ledger(zc_plan *plan, const char *department, json_t **ledger,
                        zc_err *err);

/* Writes a record with the plan's problems and the ledger's head in it (docs/json.md), piece by
 * piece: there may be a hundred thousand. */
zc_code zc_record_write(zc_store *store, const char *plan, const json_t *record,
                        const zc_sink *sink, zc_err *err);

#endif
