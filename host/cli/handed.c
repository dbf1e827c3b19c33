#include "cli/handed.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

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
                                 const char *fingerprint, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  if (strcmp(fingerprint, zc_text_of(table, "fingerprint")) == 0)
    return ZC_OK;
  zc_code code = zc_file_hash(fd, name, digits, err);
  if (code == ZC_OK && strcmp(digits, zc_text_of(table, "sha256")) != 0)
    code = zc_fail(err, ZC_EDATA,
                   "the file {file} was changed after its import; import {table} again",
                   "file", zc_get_text(table, "file"), "table", name, NULL);
  return code;
}

/* *handed borrows from the table; its descriptor is owned. */
static zc_code open_table(const zc_workspace *workspace, const char *name,
                          const json_t *table, zc_handed *handed, zc_err *err)
{
  struct stat about;
  const char *file = zc_get_text(table, "file");
  *handed = (zc_handed){.id = name, .sha256 = zc_get_text(table, "sha256")};
  zc_code code = zc_file_open_beneath(workspace->fd, file, &handed->fd, &about, err);
  if (code != ZC_OK && faccessat(workspace->fd, file, F_OK, 0) == 0)
    return code; /* it is there: the error says what keeps it from being read */
  if (code != ZC_OK)
    return zc_fail(err, ZC_EOPEN,
                   "the file {file} of the table {table} is gone; import it again",
                   "file", file, "table", name, NULL);
  zc_file_fingerprint(&about, handed->fingerprint);
  code = check_fingerprint(name, table, handed->fd, handed->fingerprint, err);
  if (code != ZC_OK)
    close(handed->fd);
  return code;
}

zc_code zc_table_open(const zc_workspace *workspace, const char *name,
                      const json_t *table, int *fd, zc_err *err)
{
  zc_handed handed;
  zc_code code = open_table(workspace, name, table, &handed, err);
  *fd = handed.fd;
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
    if (code != ZC_OK || zc_get_text(table, "file") == NULL)
      continue;
    zc_code opened = open_table(workspace, name, table, &tables->handed[tables->count],
                                &failed);
    if (opened != ZC_OK) {
      code = note_broken(table, opened, &failed, err);
      continue;
    }
    tables->count++;
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

/* What was handed over may be another file than the one that has its name by now. */
static zc_code compare_handed(const zc_opened_tables *opened, const char *name,
                              zc_err *err)
{
  for (size_t i = 0; i < opened->count; i++)
    if (strcmp(opened->handed[i].id, name) == 0)
      return zc_handed_compare(&opened->handed[i], 1, err);
  return ZC_OK;
}

zc_code zc_tables_unchanged(const zc_workspace *workspace,
                            const zc_opened_tables *opened, json_t *tables, zc_err *err)
{
  const char *name;
  json_t *table;
  json_object_foreach(tables, name, table)
  {
    zc_handed now;
    if (zc_get_text(table, "file") == NULL)
      continue;
    zc_code code = compare_handed(opened, name, err);
    if (code != ZC_OK)
      return code;
    code = open_table(workspace, name, table, &now, err);
    if (code != ZC_OK)
      return code == ZC_EDATA ? zc_fail_changed(name, err) : code;
    close(now.fd);
  }
  return ZC_OK;
}
