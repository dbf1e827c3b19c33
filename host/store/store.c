#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/copy.h"
#include "store/schema.h"
#include "store/sql.h"

#define APPLICATION 0x7a696368 /* "zich" */

/* ---- opening ------------------------------------------------------------------------
 */

static zc_code configure(zc_store *store, zc_err *err)
{
  static const char *const settings[] = {"PRAGMA journal_mode=DELETE",
                                         "PRAGMA synchronous=EXTRA",
                                         "PRAGMA foreign_keys=ON",
                                         "PRAGMA recursive_triggers=ON",
                                         "PRAGMA cell_size_check=ON",
                                         "PRAGMA trusted_schema=OFF",
                                         "PRAGMA temp_store=MEMORY",
                                         /* 64 MB, as far as they are needed: the ids of
                                          * many instances are looked up and written
                                          * all over their index. */
                                         "PRAGMA cache_size=-65536"};
  sqlite3_busy_timeout(store->db, 5000);
  sqlite3_extended_result_codes(store->db, 1);
  sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < sizeof settings / sizeof *settings; i++)
    code = zc_sql(store, settings[i], NULL, NULL, err);
  return code;
}

static zc_code pragma_number(zc_store *store, const char *sql, json_int_t *number,
                             zc_err *err)
{
  json_t *rows;
  zc_code code = zc_sql(store, sql, NULL, &rows, err);
  if (code != ZC_OK)
    return code;
  *number = json_integer_value(json_array_get(json_array_get(rows, 0), 0));
  json_decref(rows);
  return ZC_OK;
}

/* The version is asked for within the transaction: another process may have been quicker.
 * *copy is the name of the copy of what was there; owned. */
static zc_code migrate(zc_store *store, char **copy, zc_err *err)
{
  char mark[80], word[40];
  json_int_t version;
  zc_code code = pragma_number(store, "PRAGMA user_version", &version, err);
  if (code != ZC_OK || version >= ZC_SCHEMA_VERSION)
    return code;
  snprintf(word, sizeof word, "v%d-backup", (int)version);
  snprintf(mark, sizeof mark, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
           APPLICATION, ZC_SCHEMA_VERSION);
  if (version > 0)
    code = zc_store_copy_beside(store, word, copy, err);
  if (code != ZC_OK)
    return code;
  int result = SQLITE_OK;
  for (; result == SQLITE_OK && version < ZC_SCHEMA_VERSION; version++)
    result = sqlite3_exec(store->db, zc_schema_step((int)version), NULL, NULL, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_exec(store->db, mark, NULL, NULL, NULL);
  return result == SQLITE_OK ? ZC_OK : zc_sql_fail(store, result, err);
}

/* From the version that a database has to the one that this program knows: all steps or
 * none. A database that is not new is copied first. */
static zc_code upgrade(zc_store *store, zc_err *err)
{
  char *copy = NULL;
  zc_code code = zc_sql_begin(store, err);
  if (code == ZC_OK)
    code = zc_sql_end(store, migrate(store, &copy, err), err);
  if (code != ZC_OK && copy != NULL)
    unlink(copy); /* of no use: the database is what it was */
  free(copy);
  return code;
}

/* Ours, and of a version that we know; an empty file is made ours. */
static zc_code recognise(zc_store *store, bool make, zc_err *err)
{
  json_int_t application, version, tables;
  zc_code code = pragma_number(store, "PRAGMA application_id", &application, err);
  if (code == ZC_OK)
    code = pragma_number(store, "PRAGMA user_version", &version, err);
  if (code == ZC_OK)
    code = pragma_number(store, "SELECT count(*) FROM sqlite_schema", &tables, err);
  if (code != ZC_OK)
    return code;
  if (tables == 0 && application == 0 && make)
    return upgrade(store, err);
  if (application != APPLICATION || version < 1)
    return zc_fail(err, ZC_EDATA, "{path} is not a workspace of zicha", "path",
                   store->path, NULL);
  if (version > ZC_SCHEMA_VERSION)
    return zc_fail(
        err, ZC_EDATA,
        "{path} was written by a newer zicha (format {version}, this one knows "
        "{known}); install the newer version",
        "path", store->path, "version", ZC_DIGITS(version), "known",
        ZC_DIGITS(ZC_SCHEMA_VERSION), NULL);
  return version < ZC_SCHEMA_VERSION ? upgrade(store, err) : ZC_OK;
}

/* A link to the folder is as good as the folder; the database itself may be none.
 * SQLite refuses a link anywhere in the path. */
static int open_database(zc_store *store, const char *folder, int flags)
{
  zc_buffer path = {0};
  char *real = realpath(folder, NULL);
  zc_buffer_print(&path, "%s/%s", zc_text_or(real, folder), ZC_STORE_FILE);
  int result = path.failed ? SQLITE_NOMEM
                           : sqlite3_open_v2(path.data, &store->db,
                                             flags | SQLITE_OPEN_NOFOLLOW, NULL);
  zc_buffer_free(&path);
  free(real);
  return result;
}

static zc_code open_file(zc_store *store, const char *folder, bool make, zc_err *err)
{
  zc_buffer path = {0};
  zc_buffer_print(&path, "%s/%s", folder, ZC_STORE_FILE);
  store->path = zc_buffer_take(&path);
  if (store->path == NULL)
    return zc_fail_memory(err);
  if (!make && access(store->path, F_OK) != 0)
    return zc_fail(
        err, ZC_EOPEN,
        "there is no workspace in {path}; make one with `zicha init`, or name "
        "it with -C",
        "path", folder, NULL);
  int flags = SQLITE_OPEN_READWRITE | (make ? SQLITE_OPEN_CREATE : 0);
  int result = open_database(store, folder, flags);
  if (store->db == NULL)
    return zc_fail_memory(err);
  return result == SQLITE_OK ? ZC_OK : zc_sql_fail(store, result, err);
}

/* A journal that is left over: a process died while it wrote. SQLite mends that; what
 * it mended is checked. */
static bool unclean(const zc_store *store)
{
  zc_buffer path = {0};
  zc_buffer_print(&path, "%s-journal", store->path);
  bool left = !path.failed && access(path.data, F_OK) == 0;
  zc_buffer_free(&path);
  return left;
}

zc_code zc_store_open(const char *path, bool make, zc_store **store, zc_err *err)
{
  zc_store *s = calloc(1, sizeof *s);
  *store = NULL;
  if (s == NULL)
    return zc_fail_memory(err);
  zc_code code = open_file(s, path, make, err);
  bool check = code == ZC_OK && unclean(s);
  if (code == ZC_OK)
    code = configure(s, err);
  if (code == ZC_OK)
    code = recognise(s, make, err);
  if (code == ZC_OK && sqlite3_db_readonly(s->db, "main") == 1)
    code = zc_sql_fail(s, SQLITE_READONLY, err);
  if (code == ZC_OK && check)
    code = zc_store_check(s, err);
  if (code == ZC_OK)
    *store = s;
  else
    zc_store_close(s);
  return code;
}

void zc_store_close(zc_store *store)
{
  if (store == NULL)
    return;
  zc_sql_forget(store);
  sqlite3_close(store->db);
  free(store->path);
  free(store);
}

zc_code zc_store_check(zc_store *store, zc_err *err)
{
  json_t *rows;
  zc_code code = zc_sql(store, "PRAGMA quick_check(1)", NULL, &rows, err);
  if (code != ZC_OK)
    return code;
  const char *word =
      zc_text_or(json_string_value(json_array_get(json_array_get(rows, 0), 0)), "?");
  if (strcmp(word, "ok") != 0)
    code = zc_fail(err, ZC_EDATA,
                   "{path} is damaged ({reason}); put a backup in its place", "path",
                   store->path, "reason", word, NULL);
  json_decref(rows);
  return code;
}
