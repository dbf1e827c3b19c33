/* inspecting.h: visits, as lists of them are written and read. */
#ifndef ZC_SUPERVISOR_INSPECTING_H
#define ZC_SUPERVISOR_INSPECTING_H

#include "cli/list.h"
#include "cli/option.h"
#include "store/inspections.h"
#include "store/withdrawn.h"
#include "supervisor/cells.h"

/* The columns that `inspect import` reads and sheets have, in their order. */
enum {
  ZC_INSPECT_CODE,
  ZC_INSPECT_NAME,
  ZC_INSPECT_DAY,
  ZC_INSPECT_TEAM,
  ZC_INSPECT_KIND,
  ZC_INSPECT_INSPECTORS,
  ZC_INSPECT_ENTRY,
  ZC_INSPECT_ITEM,
  ZC_INSPECT_MARK,
  ZC_INSPECT_TITLE,
  ZC_INSPECT_FOUND,
  ZC_INSPECT_COUNT,
  ZC_INSPECT_AMOUNT,
  ZC_INSPECT_SEVERITY,
  ZC_INSPECT_HANDLING,
  ZC_INSPECT_NOTE,
  ZC_INSPECT_PEOPLE, /* on lists alone */
  ZC_INSPECT_COLUMNS
};
extern const zc_list_column zc_inspect_columns[];

/* The rows of a list, as visits. Visits and problems have `said`, the columns in which the list says
 * something, by 1 << column: what it does not say leaves what is known, and «—» erases it. */
typedef struct {
  zc_cells cells;
  char *held[ZC_INSPECT_INSPECTORS + 1]; /* cells of the row before. Owned */
  json_t *
      visits; /* key → {facility …, found: [], scope: [], lines: {}, line, open, counted} */
  json_t *order;         /* of their keys */
  char day[ZC_DAY_ROOM]; /* of this row */
  unsigned said;         /* columns of this row that are not blank, by 1 << column */
  size_t rows, blank;
} zc_inspect_rows;

/* To be freed in any case. */
zc_code zc_inspect_rows_begin(zc_inspect_rows *rows, const zc_office *office,
                              const char *plan, const char *file, zc_err *err);
void zc_inspect_rows_free(zc_inspect_rows *rows);

/* Takes one row (zc_list_visit); what is wrong with it is told and counted. */
zc_code zc_inspect_row(void *rows, const zc_list_row *row, zc_err *err);

/* Behind the last row: tells of sheets with a day on which nothing is marked, which would be
 * visits that saw nothing. */
void zc_inspect_check_marks(zc_inspect_rows *rows);

/* Visits that are kept, by their keys. Owned. */
zc_code zc_inspect_known(zc_store *store, const zc_visit_filter *filter, json_t **known,
                         zc_err *err);

/* Brings the entries of a visit's scope into order, each once. Non-zero when out of memory. */
int zc_inspect_sort_scope(json_t *visit);

/* The days of inspections that are meant: --from and --to, else those of the round. NULL: no bound.
 * Borrowed. */
void zc_inspect_days(const zc_cli *cli, const json_t *round, const char **from,
                     const char **to);

#endif
