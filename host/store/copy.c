#include "store/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write.h"
#include "store/sql.h"

/* Another connection reads: one that is writing cannot be copied from, even when it has not
 * written anything yet. */
static zc_code open_source(const zc_store *store, zc_store *source, zc_err *err)
{
  *source = (zc_store){.path = store->path};
  int result = sqlite3_open_v2(store->path, &source->db, SQLITE_OPEN_READONLY, NULL);
  if (source->db == NULL)
    return zc_fail_memory(err);
  sqlite3_busy_timeout(source->db, 5000);
  return result == SQLITE_OK ? ZC_OK : zc_sql_fail(source, result, err);
}

/* The file is made here, so that nothing that exists is written over; SQLite needs no journal
 * for what is thrown away when it fails. */
static zc_code open_target(const char *to, zc_store *target, zc_err *err)
{
  target->path = (char *)to;
  int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    return errno == EEXIST
               ? zc_fail_system(err, ZC_EWRITE, errno,
                                "cannot write {path}: {reason_term}", "path", to, NULL)
               : zc_fail_write(err, to);
  close(fd);
  int result = sqlite3_open_v2(to, &target->db, SQLITE_OPEN_READWRITE, NULL);
  if (target->db != NULL && result == SQLITE_OK)
    result = sqlite3_exec(target->db, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF",
                          NULL, NULL, NULL);
  if (target->db != NULL && result == SQLITE_OK)
    return ZC_OK;
  zc_code code = target->db == NULL ? zc_fail_memory(err)
                                    : zc_sql_fail(target, result, err);
  sqlite3_close(target->db);
  unlink(to);
  return code;
}

static zc_code copy_pages(zc_store *source, zc_store *target, zc_err *err)
{
  sqlite3_backup *backup = sqlite3_backup_init(target->db, "main", source->db, "main");
  if (backup == NULL)
    return zc_sql_fail(target, sqlite3_errcode(target->db), err);
  int result = sqlite3_backup_step(backup, -1);
  int last = sqlite3_backup_finish(backup);
  if (result == SQLITE_DONE && last == SQLITE_OK)
    return ZC_OK;
  return zc_sql_fail(target, last == SQLITE_OK ? result : last, err);
}

static zc_code flush(const char *path, int flags, zc_err *err)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
  bool good = fd >= 0 && fsync(fd) == 0;
  zc_code code = good ? ZC_OK : zc_fail_write(err, path);
  if (fd >= 0)
    close(fd);
  return code;
}

static zc_code flush_folder_of(const char *path, zc_err *err)
{
  char *copy = strdup(path);
  if (copy == NULL)
    return zc_fail_memory(err);
  zc_code code = flush(dirname(copy), O_DIRECTORY, err);
  free(copy);
  return code;
}

zc_code zc_store_copy(const zc_store *store, const char *to, zc_err *err)
{
  zc_store source = {0}, target = {0};
  zc_code code = open_target(to, &target, err);
  if (code != ZC_OK)
    return code;
  code = open_source(store, &source, err);
  if (code == ZC_OK)
    code = copy_pages(&source, &target, err);
  if (code == ZC_OK)
    code = zc_store_check(&target, err);
  sqlite3_close(source.db);
  sqlite3_close(target.db);
  if (code == ZC_OK)
    code = flush(to, 0, err);
  if (code != ZC_OK)
    unlink(to);
  return code;
}

/* The first of zicha.db.WORD, zicha.db.WORD-2 … that is free. */
static void free_name(const zc_store *store, const char *word, zc_buffer *name)
{
  for (int number = 1; number < 1000000; number++) {
    name->size = 0;
    zc_buffer_print(name, "%s.%s", store->path, word);
    if (number > 1)
      zc_buffer_print(name, "-%d", number);
    if (name->failed || (access(name->data, F_OK) != 0 && errno == ENOENT))
      return;
  }
}

/* Whoever has made a copy of that name meanwhile keeps it. Not every file system can rename so,
 * and not every one knows links. */
static zc_code name_new(const char *draft, const char *name, zc_err *err)
{
  if (renameat2(AT_FDCWD, draft, AT_FDCWD, name, RENAME_NOREPLACE) == 0)
    return ZC_OK;
  if ((errno == EINVAL || errno == ENOSYS) && link(draft, name) == 0) {
    unlink(draft);
    return ZC_OK;
  }
  zc_code code = errno == EEXIST ? zc_fail_system(err, ZC_EWRITE, errno,
                                                  "cannot write {path}: {reason_term}",
                                                  "path", name, NULL)
                                 : zc_fail_write(err, name);
  unlink(draft);
  return code;
}

zc_code zc_store_copy_beside(const zc_store *store, const char *word, char **name,
                             zc_err *err)
{
  zc_buffer draft = {0}, final = {0};
  const char *slash = strrchr(store->path, '/');
  int folder = slash == NULL ? 0 : (int)(slash - store->path) + 1;
  *name = NULL;
  free_name(store, word, &final);
  zc_buffer_print(&draft, "%.*s.%s.%s.%ld.new", folder, store->path, ZC_STORE_FILE,
                  word, (long)getpid());
  zc_code code = zc_buffer_check(&draft, err);
  if (code == ZC_OK)
    code = zc_buffer_check(&final, err);
  if (code == ZC_OK) {
    unlink(draft.data); /* left by a killed run with our process id */
    code = zc_store_copy(store, draft.data, err);
  }
  if (code == ZC_OK)
    code = name_new(draft.data, final.data, err);
  if (code == ZC_OK) {
    code = flush_folder_of(final.data, err);
    if (code != ZC_OK)
      unlink(final.data); /* what it was made for is not done */
  }
  if (code == ZC_OK)
    *name = zc_buffer_take(&final);
  zc_buffer_free(&draft);
  zc_buffer_free(&final);
  return code;
}

zc_code zc_store_version(zc_store *store, int64_t *version, zc_err *err)
{
  json_t *rows = NULL;
  zc_code code = zc_sql(store, "PRAGMA data_version", NULL, &rows, err);
  *version = json_integer_value(json_array_get(json_array_get(rows, 0), 0));
  json_decref(rows);
  return code;
}
