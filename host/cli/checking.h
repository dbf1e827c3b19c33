/* checking.h: one self-check of one plan: from the workspace's files to a record. */
#ifndef ZC_CLI_CHECKING_H
#define ZC_CLI_CHECKING_H

#include "cli/workspace.h"

/* Runs the check, or takes the record of an earlier run with the same inputs: *fresh
 * says which. The record is kept in the workspace. Owned. */
zc_code zc_check(zc_plan *plan, json_t **record, bool *fresh, zc_err *err);

/* What status a record has: 0 complete and clean, 1 problems, 2 incomplete, narrowed by
 * --fail-on. */
int zc_check_status(const zc_cli *cli, const json_t *record);

/* {table: {from, to, absent}}: what the engine wants to know of the tables that were
 * handed over. Owned. NULL when out of memory. */
json_t *zc_handed_tables(const json_t *tables);

#endif
