#include "store/sql.h"

#include <stdarg.h>
#include <string.h>

zc_code zc_sql_fail(zc_store *store, int result, zc_err *err)
{
  switch (result & 0xff) {
  case SQLITE_NOMEM:
    return zc_fail_memory(err);
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return zc_fail(err, ZC_EIO,
                   "another zicha is writing to {path}; wait until it has finished and "
                   "run the command again",
                   "path", store->path, NULL);
  case SQLITE_FULL:
    return zc_fail(err, ZC_EIO,
                   "the disk is full: {path} was not written; free some space and run "
                   "the command again",
                   "path", store->path, NULL);
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return zc_fail(err, ZC_EWRITE,
                   "no permission to write {path}; use a folder of your own or ask for "
                   "the right to write here",
                   "path", store->path, NULL);
  case SQLITE_CANTOPEN:
    return zc_fail(err, ZC_EWRITE, "cannot open {path} for writing", "path",
                   store->path, NULL);
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return zc_fail(err, ZC_EDATA,
                   "{path} is damaged ({reason}); put a backup in its place", "path",
                   store->path, "reason", sqlite3_errmsg(store->db), NULL);
  case SQLITE_IOERR:
    return zc_fail(err, ZC_EIO, "reading or writing {path} failed: {reason}", "path",
                   store->path, "reason", sqlite3_errmsg(store->db), NULL);
  default:
    return zc_fail(err, ZC_EINTERNAL, "the database {path} failed: {reason}", "path",
                   store->path, "reason", sqlite3_errmsg(store->db), NULL);
  }
}

static int bind_as(sqlite3_stmt *statement, const json_t *binds,
                   sqlite3_destructor_type keep)
{
  size_t index;
  const json_t *value;
  int result = SQLITE_OK;
  json_array_foreach(binds, index, value)
  {
    int at = (int)index + 1;
    if (result != SQLITE_OK)
      break;
    if (json_is_integer(value))
      result = sqlite3_bind_int64(statement, at, json_integer_value(value));
    else if (json_is_string(value))
      result = sqlite3_bind_text(statement, at, json_string_value(value),
                                 (int)json_string_length(value), keep);
    else
      result = sqlite3_bind_null(statement, at);
  }
  return result;
}

static int bind(sqlite3_stmt *statement, const json_t *binds)
{
  return bind_as(statement, binds, SQLITE_STATIC);
}

static json_t *read_row(sqlite3_stmt *statement)
{
  json_t *row = json_array();
  int bad = row == NULL;
  for (int i = 0; i < sqlite3_column_count(statement); i++) {
    json_t *value = NULL;
    switch (sqlite3_column_type(statement, i)) {
    case SQLITE_INTEGER:
      value = json_integer(sqlite3_column_int64(statement, i));
      break;
    case SQLITE_NULL:
      value = json_null();
      break;
    default: {
      const char *text = (const char *)sqlite3_column_text(statement, i);
      value = text == NULL
                  ? NULL
                  : zc_json_lossy(text, (size_t)sqlite3_column_bytes(statement, i));
    }
    }
    bad |= json_array_append_new(row, value);
  }
  if (bad == 0)
    return row;
  json_decref(row);
  return NULL;
}

zc_code zc_sql(zc_store *store, const char *sql, const json_t *binds, json_t **rows,
               zc_err *err)
{
  sqlite3_stmt *statement = NULL;
  bool memory = false;
  if (rows != NULL && (*rows = json_array()) == NULL)
    return zc_fail_memory(err);
  int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
  if (result == SQLITE_OK)
    result = bind(statement, binds);
  if (result == SQLITE_OK)
    while (!memory && (result = sqlite3_step(statement)) == SQLITE_ROW)
      if (rows != NULL)
        memory = json_array_append_new(*rows, read_row(statement)) != 0;
  zc_code code = memory                  ? zc_fail_memory(err)
                 : result == SQLITE_DONE ? ZC_OK
                                         : zc_sql_fail(store, result, err);
  sqlite3_finalize(statement);
  if (code != ZC_OK && rows != NULL) {
    json_decref(*rows);
    *rows = NULL;
  }
  return code;
}

zc_code zc_sql_prepare(zc_store *store, const char *sql, const json_t *binds,
                       sqlite3_stmt **statement, zc_err *err)
{
  *statement = NULL;
  int result = sqlite3_prepare_v2(store->db, sql, -1, statement, NULL);
  if (result == SQLITE_OK)
    result = bind_as(*statement, binds, SQLITE_TRANSIENT);
  if (result == SQLITE_OK)
    return ZC_OK;
  zc_code code = zc_sql_fail(store, result, err);
  sqlite3_finalize(*statement);
  *statement = NULL;
  return code;
}

/* The kept statement of a literal, made when it is new and there is room. */
static int kept_statement(zc_store *store, const char *sql, sqlite3_stmt **statement)
{
  size_t i = 0;
  while (i < ZC_SQL_KEPT && store->kept[i].sql != NULL && store->kept[i].sql != sql)
    i++;
  if (i == ZC_SQL_KEPT) {
    zc_sql_forget(store);
    i = 0;
  }
  *statement = store->kept[i].statement;
  if (*statement != NULL)
    return SQLITE_OK;
  int result = sqlite3_prepare_v2(store->db, sql, -1, statement, NULL);
  if (result == SQLITE_OK) {
    store->kept[i].sql = sql;
    store->kept[i].statement = *statement;
  }
  return result;
}

void zc_sql_forget(zc_store *store)
{
  for (size_t i = 0; i < ZC_SQL_KEPT; i++) {
    sqlite3_finalize(store->kept[i].statement);
    store->kept[i].sql = NULL;
    store->kept[i].statement = NULL;
  }
}

zc_code zc_sql_again(zc_store *store, const char *sql, json_t *binds, json_t **row,
                     zc_err *err)
{
  sqlite3_stmt *statement = NULL;
  json_t *found = NULL;
  if (row != NULL)
    *row = NULL;
  if (binds == NULL)
    return zc_fail_memory(err);
  bool memory = false;
  int result = kept_statement(store, sql, &statement);
  if (result == SQLITE_OK)
    result = bind(statement, binds);
  while (result == SQLITE_OK || result == SQLITE_ROW) {
    result = sqlite3_step(statement);
    if (result == SQLITE_ROW && row != NULL && found == NULL)
      memory = (found = read_row(statement)) == NULL;
  }
  zc_code code = memory                  ? zc_fail_memory(err)
                 : result == SQLITE_DONE ? ZC_OK
                                         : zc_sql_fail(store, result, err);
  if (statement != NULL) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
  json_decref(binds);
  if (code == ZC_OK && row != NULL)
    *row = found;
  else
    json_decref(found);
  return code;
}

zc_code zc_sql_kept(zc_store *store, const char *sql, sqlite3_stmt **statement,
                    zc_err *err)
{
  int result = kept_statement(store, sql, statement);
  return result == SQLITE_OK ? ZC_OK : zc_sql_fail(store, result, err);
}

zc_code zc_sql_ran(zc_store *store, sqlite3_stmt *statement, int result, zc_err *err)
{
  if (result == SQLITE_OK)
    result = sqlite3_step(statement);
  zc_code code = result == SQLITE_DONE ? ZC_OK : zc_sql_fail(store, result, err);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return code;
}

zc_code zc_sql_each(zc_store *store, const char *sql, const json_t *binds,
                    zc_code (*visit)(void *context, const json_t *row, zc_err *err),
                    void *context, zc_err *err)
{
  sqlite3_stmt *statement = NULL;
  zc_code code = ZC_OK;
  int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
  if (result == SQLITE_OK)
    result = bind(statement, binds);
  if (result == SQLITE_OK)
    while (code == ZC_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
      json_t *row = read_row(statement);
      code = row == NULL ? zc_fail_memory(err) : visit(context, row, err);
      json_decref(row);
    }
  if (code == ZC_OK && result != SQLITE_DONE)
    code = zc_sql_fail(store, result, err);
  sqlite3_finalize(statement);
  return code;
}

json_t *zc_sql_binds(const char *letters, ...)
{
  json_t *list = json_array();
  int bad = list == NULL;
  va_list values;
  va_start(values, letters);
  for (; *letters != '\0'; letters++) {
    if (*letters == 's') {
      const char *text = zc_text_or(va_arg(values, const char *), "");
      bad |= json_array_append_new(list, zc_json_lossy(text, strlen(text)));
    } else {
      bad |= json_array_append_new(list, json_integer(va_arg(values, int64_t)));
    }
  }
  va_end(values);
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

zc_code zc_sql_begin(zc_store *store, zc_err *err)
{
  return zc_sql(store, "BEGIN IMMEDIATE", NULL, NULL, err);
}

zc_code zc_sql_end(zc_store *store, zc_code code, zc_err *err)
{
  if (code == ZC_OK)
    code = zc_sql(store, "COMMIT", NULL, NULL, err);
  if (code != ZC_OK && sqlite3_get_autocommit(store->db) == 0)
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
  return code;
}

zc_code zc_sql_write(zc_store *store, const char *sql, json_t *binds, zc_err *err)
{
  if (binds == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_sql_begin(store, err);
  if (code == ZC_OK)
    code = zc_sql_end(store, zc_sql(store, sql, binds, NULL, err), err);
  json_decref(binds);
  return code;
}
