/* ledger_rows.h: the columns of the 问题整改台账 (domain.md d-2), and the options by which problems
 * are chosen. */
#ifndef ZC_FACILITY_LEDGER_ROWS_H
#define ZC_FACILITY_LEDGER_ROWS_H

#include "cli/plan.h"
#include "store/ledger.h"

typedef struct {
  const char *id, *title;
} zc_ledger_column;

/* In the order of the cells of a row, ended by a NULL id. */
extern const zc_ledger_column zc_ledger_columns[];

/* The column called `id`; -1 when there is none. */
int zc_ledger_column_at(const char *id);

/* The text of a row's cell. `number` and `facility` are not part of a problem: they are put in
 * here. Borrowed from either. */
const char *zc_ledger_cell(const zc_ledger_row *row, int column, const char *number,
                           const char *facility);

/* Reads --view, --plan, --focus, --severity, --source, --person, --department, --due, --set. The
 * texts are borrowed from the command line; `items` is owned by the filter. ZC_EUSAGE for words
 * that mean nothing. */
zc_code zc_ledger_filter_read(zc_workspace *workspace, zc_ledger_filter *filter,
                              zc_err *err);

#endif
