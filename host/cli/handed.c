#include "cli/handed.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define READ_MS (30 * 60 * 1000)

json_t *zc_tables_told(const json_t *tables, const char *const *members)
{
  json_t *told = json_object();
  const char *name;
  json_t *table;
  int bad = told == NULL;
  json_object_foreach((json_t *)tables, name, table)
  {
    json_t *entry = json_object();
    for (const char *const *member = members; *member != NULL; member++) {
      json_t *value = json_object_get(table, *member);
      if (value != NULL)
        bad |= json_object_set(entry, *member, value);
    }
    bad |= json_object_set_new(told, name, entry);
  }
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

json_t *zc_handed_tables(const json_t *tables)
{
  static const char *const members[] = {"from", "to", "absent", NULL};
  json_t *told = zc_tables_told(tables, members), *entry;
  const char *name;
  int bad = told == NULL;
  json_object_foreach(told, name, entry)
  {
    /* What the person who exported it says it covers goes before what was found. */
    const json_t *covers = json_object_get(json_object_get((json_t *)tables, name),
                                           "covers");
    if (covers != NULL) {
      bad |= json_object_set(entry, "from", json_object_get(covers, "from"));
      bad |= json_object_set(entry, "to", json_object_get(covers, "to"));
    }
  }
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

/* The fingerprint of the import; otherwise the hash decides. */
static zc_code check_fingerprint(const char *name, const json_t *table, int fd,
                                 const struct stat *about, zc_err *err)
{
  char own[ZC_FINGERPRINT_ROOM], digits[ZC_HASH_ROOM];
  zc_file_fingerprint(about, own);
  if (strcmp(own, zc_text_of(table, "fingerprint")) == 0)
    return ZC_OK;
  zc_code code = zc_file_hash(fd, name, digits, err);
  if (code == ZC_OK && strcmp(digits, zc_text_of(table, "sha256")) != 0)
    code = zc_fail(err, ZC_EDATA,
                   "the file {file} was changed after its import; import {table} again",
                   "file", zc_get_text(table, "file"), "table", name, NULL);
  return code;
}

zc_code zc_table_open(const zc_workspace *workspace, const char *name,
                      const json_t *table, int *fd, zc_err *err)
{
  struct stat about;
  const char *file = zc_get_text(table, "file");
  zc_code code = zc_file_open_beneath(workspace->fd, file, fd, &about, err);
  if (code != ZC_OK && faccessat(workspace->fd, file, F_OK, 0) == 0)
    return code; /* it is there: the error says what keeps it from being read */
  if (code != ZC_OK)
    return zc_fail(err, ZC_EOPEN,
                   "the file {file} of the table {table} is gone; import it again",
                   "file", file, "table", name, NULL);
  code = check_fingerprint(name, table, *fd, &about, err);
  if (code != ZC_OK)
    close(*fd);
  return code;
}

/* Notes why a table cannot be used: no matter, unless the plan reads it. */
static zc_code note_broken(json_t *table, zc_code code, const zc_err *failed,
                           zc_err *err)
{
  json_t *broken = json_object();
  int bad = json_object_set_new(broken, "code", json_integer(code));
  bad |= json_object_set_new(broken, "message", zc_message_of(failed));
  bad |= json_object_set_new(table, "broken", broken);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_tables_open(zc_workspace *workspace, const zc_plan *plan,
                       zc_opened_tables *tables, zc_err *err)
{
  const char *name;
  json_t *table;
  *tables = (zc_opened_tables){0};
  zc_code code = zc_store_tables(workspace->store, &tables->tables, err);
  if (code == ZC_OK) {
    tables->handed = calloc(json_object_size(tables->tables) + 1, sizeof(zc_handed));
    if (tables->handed == NULL)
      code = zc_fail_memory(err);
  }
  json_object_foreach(tables->tables, name, table)
  {
    zc_err failed;
    int fd;
    if (code != ZC_OK || zc_get_text(table, "file") == NULL)
      continue;
    zc_code opened = zc_table_open(workspace, name, table, &fd, &failed);
    if (opened != ZC_OK) {
      code = note_broken(table, opened, &failed, err);
      continue;
    }
    tables->handed[tables->count++] = (zc_handed){name, fd};
    json_int_t rows = zc_get_integer(table, "rows", 0);
    if (rows > tables->rows)
      tables->rows = rows;
  }
  /* Where neither tables nor rules are at hand a process is hardly ever needed. */
  if (code == ZC_OK && (tables->count > 0 || plan->package.rules.count > 0))
    code = zc_worker_start(workspace->cli->home.evaluator, tables->handed,
                           tables->count, workspace->cli->threads, &tables->worker,
                           err);
  if (code != ZC_OK)
    zc_tables_close(tables);
  return code;
}

zc_code zc_tables_of_plan(const zc_plan *plan, const zc_opened_tables *opened,
                          json_t **tables, zc_err *err)
{
  const char *name;
  json_t *table;
  zc_code code = ZC_OK;
  *tables = json_object();
  if (*tables == NULL)
    return zc_fail_memory(err);
  json_object_foreach(opened->tables, name, table)
  {
    const json_t *broken = json_object_get(table, "broken");
    const json_t *dataset = zc_plan_dataset(plan, name);
    /* What another plan of the workspace reads under the name of a reference table. */
    if (code != ZC_OK || dataset == NULL || zc_get_flag(dataset, "reference"))
      continue;
    if (broken != NULL)
      code = zc_fail_message(err, (zc_code)zc_get_integer(broken, "code", ZC_EIO),
                             json_object_get(broken, "message"));
    else if (json_object_set(*tables, name, table) != 0)
      code = zc_fail_memory(err);
  }
  if (code != ZC_OK) {
    json_decref(*tables);
    *tables = NULL;
  }
  return code;
}

void zc_tables_close(zc_opened_tables *tables)
{
  zc_worker_stop(tables->worker);
  for (size_t i = 0; i < tables->count; i++)
    close(tables->handed[i].fd);
  free(tables->handed);
  json_decref(tables->tables);
  *tables = (zc_opened_tables){0};
}

zc_code zc_tables_unchanged(const zc_workspace *workspace, json_t *tables, zc_err *err)
{
  const char *name;
  json_t *table;
  json_object_foreach(tables, name, table)
  {
    int fd;
    if (zc_get_text(table, "file") == NULL)
      continue;
    zc_code code = zc_table_open(workspace, name, table, &fd, err);
    if (code != ZC_OK)
      return code;
    close(fd);
  }
  return ZC_OK;
}

/* An import job over one file; `first` is its first frame, and is released. */
static zc_code run_import(const zc_cli *cli, const char *name, int fd, const char *file,
                          json_t *first, json_t **reply, zc_err *err)
{
  zc_handed table = {name, fd};
  zc_worker *worker = NULL;
  zc_arrival arrival = ZC_DIED;
  int bad = json_object_set_new(first, "job", json_string("import"));
  bad |= json_object_set_new(first, "file", zc_json_lossy(file, strlen(file)));
  *reply = NULL;
  zc_code code = bad != 0 ? zc_fail_memory(err)
                          : zc_worker_start(cli->home.evaluator, &table, 1,
                                            cli->threads, &worker, err);
  if (code == ZC_OK)
    code = zc_worker_send(worker, first, NULL, 30000, err);
  if (code == ZC_OK)
    code = zc_worker_receive(worker, READ_MS, &arrival, reply, err);
  if (code == ZC_OK &&
      (arrival != ZC_REPLY || json_object_get(*reply, "fatal") != NULL))
    code = zc_fail(err, ZC_EDATA, "{file} could not be read (signal {signal})", "file",
                   file, "signal",
                   ZC_DIGITS(arrival == ZC_DIED ? zc_worker_signal(worker) : 0), NULL);
  zc_worker_stop(worker);
  json_decref(first);
  if (code != ZC_OK) {
    json_decref(*reply);
    *reply = NULL;
  }
  return code;
}

zc_code zc_table_scan(const zc_cli *cli, json_t *dataset, int fd, const char *file,
                      json_t *options, const char *today, json_t **reply, zc_err *err)
{
  json_t *first = json_pack("{s:O, s:O*, s:s}", "dataset", dataset, "options", options,
                            "today", today);
  *reply = NULL;
  return first == NULL
             ? zc_fail_memory(err)
             : run_import(cli, zc_get_text(dataset, "id"), fd, file, first, reply, err);
}

zc_code zc_table_match(const zc_cli *cli, json_t *datasets, int fd, const char *file,
                       json_t **reply, zc_err *err)
{
  json_t *first = json_pack("{s:O}", "datasets", datasets);
  *reply = NULL;
  return first == NULL ? zc_fail_memory(err)
                       : run_import(cli, "export", fd, file, first, reply, err);
}
