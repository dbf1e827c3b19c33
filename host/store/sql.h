/* sql.h: statements over one connection, inside the store only. */
#ifndef ZC_STORE_SQL_H
#define ZC_STORE_SQL_H

#include <sqlite3.h>

#include "store/store.h"

#define ZC_SQL_KEPT 8

struct zc_store {
  sqlite3 *db;
  char *path;
  /* Statements that are run again and again, by the literal that they were made of. */
  struct {
    const char *sql;
    sqlite3_stmt *statement;
  } kept[ZC_SQL_KEPT];
};

/* Runs one statement. `binds` is a list of texts and integers, NULL for none; *rows
 * (may be NULL) becomes a list of lists, owned. */
zc_code zc_sql(zc_store *store, const char *sql, const json_t *binds, json_t **rows,
               zc_err *err);

/* The same for a statement that is run many times and gives at most one row, *row (may be NULL),
 * owned, NULL for none. `sql` is a literal: the statement is kept by its address. Takes `binds`;
 * NULL means that making them ran out of memory. */
zc_code zc_sql_again(zc_store *store, const char *sql, json_t *binds, json_t **row,
                     zc_err *err);

/* The kept statement of a literal, for a caller who binds values himself and gives it back to
 * zc_sql_ran. */
zc_code zc_sql_kept(zc_store *store, const char *sql, sqlite3_stmt **statement,
                    zc_err *err);

/* Runs such a statement, which gives no rows, if `result` (of the binding) is SQLITE_OK, and makes
 * it ready to be run again. */
zc_code zc_sql_ran(zc_store *store, sqlite3_stmt *statement, int result, zc_err *err);

/* A statement to be stepped through by the caller, who finalizes it. The texts of `binds` are
 * copied. */
zc_code zc_sql_prepare(zc_store *store, const char *sql, const json_t *binds,
                       sqlite3_stmt **statement, zc_err *err);

/* Gives back what is kept. */
void zc_sql_forget(zc_store *store);

/* The same, row for row: what `visit` returns but ZC_OK ends the reading and is returned. The
 * row is borrowed. */
zc_code zc_sql_each(zc_store *store, const char *sql, const json_t *binds,
                    zc_code (*visit)(void *context, const json_t *row, zc_err *err),
                    void *context, zc_err *err);

/* A list of texts and integers from pairs of a letter, s (text, NULL is "") or i (int64_t),
 * and a value each. Owned; NULL when out of memory. */
json_t *zc_sql_binds(const char *letters, ...);

/* Writes happen between these two: BEGIN IMMEDIATE waits for other processes. `code`
 * is what happened in between: anything but ZC_OK rolls back and is returned. */
zc_code zc_sql_begin(zc_store *store, zc_err *err);
zc_code zc_sql_end(zc_store *store, zc_code code, zc_err *err);

/* One statement as a transaction of its own. Takes `binds`; NULL means that making
 * them ran out of memory. */
zc_code zc_sql_write(zc_store *store, const char *sql, json_t *binds, zc_err *err);

/* What SQLite's last error means for the user. */
zc_code zc_sql_fail(zc_store *store, int result, zc_err *err);

#endif
