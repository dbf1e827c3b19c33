/* handed.h: the tables that a facility has handed over, opened for a check. */
#ifndef ZC_CLI_HANDED_H
#define ZC_CLI_HANDED_H

#include "cli/plan.h"
#include "runner/worker.h"

/* The files of the imported tables, opened and unchanged, and the process that will
 * read them: it starts while the plan is resolved. */
typedef struct {
  json_t *tables; /* as the store has them; `broken` says why one cannot be used */
  zc_handed *handed;
  size_t count;
  int64_t rows;      /* of the largest */
  zc_worker *worker; /* may be NULL */
} zc_opened_tables;

/* Opens one table's file (`table` is the store's) and checks that it is the one that was
 * imported. *fd is owned. ZC_EOPEN when it is gone, ZC_EDATA when it was changed. */
zc_code zc_table_open(const zc_workspace *workspace, const char *name,
                      const json_t *table, int *fd, zc_err *err);

/* Opens every imported table of the workspace and starts the process, if the plan (whose
 * package has been read) seems to need one. */
zc_code zc_tables_open(zc_workspace *workspace, const zc_plan *plan,
                       zc_opened_tables *tables, zc_err *err);
void zc_tables_close(zc_opened_tables *tables);

/* Those that the plan knows, by id. Owned. ZC_EOPEN or ZC_EDATA when one of them is gone or
 * was changed. */
zc_code zc_tables_of_plan(const zc_plan *plan, const zc_opened_tables *opened,
                          json_t **tables, zc_err *err);

/* Looks again after a check, at what was opened and at what has its name now: whatever changed
 * meanwhile was not what was judged. ZC_EDATA says which of these tables; ZC_EOPEN when one is
 * gone. */
zc_code zc_tables_unchanged(const zc_workspace *workspace,
                            const zc_opened_tables *opened, json_t *tables,
                            zc_err *err);

/* Of each table these members, as far as it has them; the list ends with NULL. Owned; NULL
 * when out of memory. */
json_t *zc_tables_told(const json_t *tables, const char *const *members);

/* {table: {from, to, absent}}: what the engine wants to know of the tables that were
 * handed over. Owned. NULL when out of memory. */
json_t *zc_handed_tables(const json_t *tables);

#endif
