/* The rows of the ledger, one by one, without reading JSON: there may be a hundred thousand. */
#include <stdlib.h>
#include <string.h>

#include "store/filter.h"
#include "store/sql.h"

struct zc_ledger_rows {
  zc_store *store;
  sqlite3_stmt *statement;
  zc_ledger_row row;
  zc_buffer cells; /* of the row, a NUL behind each */
};

static zc_code prepare(zc_ledger_rows *rows, const zc_condition *c, zc_err *err)
{
  zc_buffer sql = {0};
  zc_buffer_print(&sql,
                  "SELECT no, state, due, severity, cells, body FROM problem%s"
                  " ORDER BY no",
                  c->sql.data);
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql_prepare(rows->store, sql.data, c->binds, &rows->statement, err);
  zc_buffer_free(&sql);
  return code;
}

zc_code zc_ledger_rows_open(zc_store *store, const zc_ledger_filter *filter,
                            zc_ledger_rows **out, zc_err *err)
{
  zc_condition c;
  zc_ledger_rows *rows = calloc(1, sizeof *rows);
  *out = NULL;
  if (rows == NULL)
    return zc_fail_memory(err);
  rows->store = store;
  zc_code code = zc_condition_make(filter, &c, err);
  if (code == ZC_OK) {
    code = prepare(rows, &c, err);
    zc_condition_free(&c);
  }
  if (code == ZC_OK)
    *out = rows;
  else
    zc_ledger_rows_close(rows);
  return code;
}

void zc_ledger_rows_close(zc_ledger_rows *rows)
{
  if (rows == NULL)
    return;
  sqlite3_finalize(rows->statement);
  zc_buffer_free(&rows->cells);
  free(rows);
}

/* Takes the text of the cells apart; false when it does not hold all of them. */
static bool split(zc_ledger_rows *rows, const char *text, size_t size)
{
  rows->cells.size = 0;
  zc_buffer_add(&rows->cells, text, size);
  char *at = rows->cells.data, *end = at == NULL ? NULL : at + rows->cells.size;
  for (size_t i = 0; i < ZC_LEDGER_CELLS; i++) {
    char *stop = at == NULL ? NULL : memchr(at, ZC_LEDGER_END, (size_t)(end - at));
    if (stop == NULL)
      return false;
    *stop = '\0';
    rows->row.cells[i] = at;
    at = stop + 1;
  }
  return at == end;
}

static const char *text_at(zc_ledger_rows *rows, int column)
{
  return zc_text_or((const char *)sqlite3_column_text(rows->statement, column), "");
}

zc_code zc_ledger_rows_next(zc_ledger_rows *rows, const zc_ledger_row **row,
                            zc_err *err)
{
  *row = NULL;
  int result = sqlite3_step(rows->statement);
  if (result == SQLITE_DONE)
    return ZC_OK;
  if (result != SQLITE_ROW)
    return zc_sql_fail(rows->store, result, err);
  rows->row.no = sqlite3_column_int64(rows->statement, 0);
  rows->row.state = text_at(rows, 1);
  rows->row.due = text_at(rows, 2);
  rows->row.severity = text_at(rows, 3);
  rows->row.body = text_at(rows, 5);
  const char *cells = text_at(rows, 4);
  if (!split(rows, cells, (size_t)sqlite3_column_bytes(rows->statement, 4)) ||
      rows->row.body[0] != '{')
    return rows->cells.failed ? zc_fail_memory(err)
                              : zc_ledger_damaged(rows->store, N_("a problem"), err);
  *row = &rows->row;
  return ZC_OK;
}
