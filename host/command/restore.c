/* restore: a workspace from a backup that is whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "command/backup.h"
#include "command/commands.h"
#include "command/verify.h"

#define LIST_LIMIT ((size_t)1 << 28)

typedef struct {
  zc_cli *cli;
  int from;             /* the backup */
  json_t *list, *known; /* known: path → entry */
  json_t *faults;
  zc_fresh_folder fresh;
  int64_t wrong; /* faults that the workspace had when it was backed up */
  zc_err *err;
} restoring;

/* ---- the list ---------------------------------------------------------------------------- */

static zc_code fail_list(const restoring *r)
{
  return zc_fail(
      r->err, ZC_EDATA,
      "{file} is not the list of a backup of zicha, or was changed; take another "
      "backup",
      "file", ZC_BACKUP_LIST, NULL);
}

static bool is_entry(const json_t *entry)
{
  const char *path = zc_get_text(entry, "path"), *hash = zc_get_text(entry, "sha256");
  return path != NULL && zc_backup_holds(path) && hash != NULL && strlen(hash) == 64 &&
         zc_get_integer(entry, "size", -1) >= 0;
}

static zc_code read_list(restoring *r)
{
  zc_buffer text = {0};
  size_t index;
  json_t *entry;
  zc_code code = zc_file_read_beneath(r->from, ZC_BACKUP_LIST, LIST_LIMIT, &text,
                                      r->err);
  if (code == ZC_OK)
    code = zc_json_parse(text.data, text.size, &r->list, r->err);
  zc_buffer_free(&text);
  if (code == ZC_EDATA)
    return fail_list(r);
  if (code != ZC_OK)
    return code;
  const char *schema = zc_text_of(r->list, "zicha");
  if (strncmp(schema, "backup/", 7) == 0 && strcmp(schema, ZC_BACKUP_SCHEMA) != 0)
    return zc_fail(
        r->err, ZC_EDATA,
        "this backup was made by a newer zicha ({schema}); install the newer "
        "version",
        "schema", schema, NULL);
  const json_t *files = json_object_get(r->list, "files");
  if (strcmp(schema, ZC_BACKUP_SCHEMA) != 0 || !json_is_array(files))
    return fail_list(r);
  json_array_foreach(files, index, entry)
  {
    if (!is_entry(entry) ||
        json_object_get(r->known, zc_get_text(entry, "path")) != NULL)
      return fail_list(r);
    if (json_object_set(r->known, zc_get_text(entry, "path"), entry) != 0)
      return zc_fail_memory(r->err);
  }
  return json_object_get(r->known, ZC_STORE_FILE) != NULL ? ZC_OK : fail_list(r);
}

/* ---- the files --------------------------------------------------------------------------- */

static zc_code tell(restoring *r, const char *path, const char *text)
{
  json_t *name = zc_json_lossy(path, strlen(path));
  int bad = zc_fault(r->faults,
                     (zc_place){zc_text_or(json_string_value(name), "?"), 0, 0}, text,
                     NULL);
  json_decref(name);
  return bad == 0 ? ZC_OK : zc_fail_memory(r->err);
}

static zc_code visit_file(void *context, const char *path, zc_err *err)
{
  restoring *r = context;
  (void)err;
  return json_object_get(r->known, path) != NULL
             ? ZC_OK
             : tell(r, path, N_("the list of the backup does not name this file"));
}

static zc_code visit_other(void *context, const char *path, zc_err *err)
{
  restoring *r = context;
  (void)err;
  /* What is listed and no plain file is told with the others. */
  return strcmp(path, ZC_BACKUP_LIST) == 0 || json_object_get(r->known, path) != NULL
             ? ZC_OK
             : tell(r, path, N_("this is no file of a backup"));
}

static zc_code check_file(restoring *r, const char *path, const json_t *entry)
{
  char digits[ZC_HASH_ROOM];
  struct stat about;
  int fd;
  errno = 0;
  zc_code code = zc_file_open_beneath(r->from, path, &fd, &about, r->err);
  if (code != ZC_OK && (code == ZC_EINTERNAL || zc_verify_is_trouble(errno)))
    return code;
  if (code != ZC_OK)
    return tell(r, path, N_("it is gone, or no plain file"));
  code = zc_file_hash(fd, path, digits, r->err);
  close(fd);
  if (code != ZC_OK)
    return code;
  bool same = strcmp(digits, zc_get_text(entry, "sha256")) == 0 &&
              about.st_size == (off_t)zc_get_integer(entry, "size", -1);
  return same ? ZC_OK : tell(r, path, N_("it is not the file that was backed up"));
}

static zc_code check_files(restoring *r)
{
  const char *path;
  json_t *entry;
  zc_code code = zc_backup_walk(r->from, visit_file, visit_other, r, r->err);
  json_object_foreach(r->known, path, entry)
  {
    if (code == ZC_OK)
      code = check_file(r, path, entry);
  }
  if (code == ZC_OK)
    code = zc_fault_sort(r->faults, r->err);
  zc_print_faults(r->faults, NULL);
  if (code == ZC_OK && zc_fault_errors(r->faults) > 0)
    code = zc_fail(r->err, ZC_EDATA, "this backup is not whole: nothing was restored",
                   NULL);
  return code;
}

static zc_code copy_file(restoring *r, const char *path, const json_t *entry)
{
  char digits[ZC_HASH_ROOM];
  int from;
  zc_code code = zc_file_open_beneath(r->from, path, &from, NULL, r->err);
  if (code != ZC_OK)
    return code;
  code = zc_file_copy(from, r->fresh.fd, path, zc_backup_mode(path), SIZE_MAX, digits,
                      NULL, r->err);
  close(from);
  if (code == ZC_OK && strcmp(digits, zc_get_text(entry, "sha256")) != 0)
    code = zc_fail(r->err, ZC_EIO, "{path} was changed while it was read", "path", path,
                   NULL);
  return code;
}

/* ---- the new workspace --------------------------------------------------------------------- */

/* What was wrong in the workspace when it was backed up is told; only a ledger that is not
 * whole keeps it from being restored. */
static zc_code judge(restoring *r, const zc_verifying *v)
{
  size_t index;
  const json_t *fault, *head = json_object_get(r->list, "head");
  zc_verify_print_faults(v, true);
  json_array_foreach(v->faults, index, fault)
  {
    const char *kind = zc_text_of(fault, "kind");
    if (strcmp(kind, "seq") == 0 || strcmp(kind, "database") == 0)
      return zc_fail(r->err, ZC_EDATA,
                     "the database in this backup is not whole: nothing was restored",
                     NULL);
  }
  if (zc_get_integer(head, "seq", -1) != v->verified.head.seq ||
      strcmp(zc_text_of(head, "hash"), v->verified.head.hash) != 0)
    return fail_list(r);
  return ZC_OK;
}

static zc_code verify(restoring *r)
{
  zc_workspace workspace = {.cli = r->cli, .fd = r->fresh.fd};
  zc_verifying v = {.workspace = &workspace};
  zc_code code = zc_store_open(r->fresh.path, false, &workspace.store, r->err);
  if (code == ZC_OK)
    code = zc_verify_workspace(&v, r->err);
  if (code == ZC_OK)
    code = judge(r, &v);
  r->wrong = v.fault_count;
  zc_store_close(workspace.store);
  zc_verifying_free(&v);
  return code;
}

static zc_code fill(restoring *r)
{
  const char *path;
  json_t *entry;
  zc_code code = ZC_OK;
  json_object_foreach(r->known, path, entry)
  {
    if (code == ZC_OK)
      code = copy_file(r, path, entry);
  }
  return code == ZC_OK ? verify(r) : code;
}

static zc_code restore(restoring *r)
{
  const char *to = r->cli->arguments[1];
  zc_code code = zc_folder_open(r->cli->arguments[0], &r->from, r->err);
  if (code == ZC_OK)
    code = read_list(r);
  if (code == ZC_OK)
    code = check_files(r);
  if (code == ZC_OK)
    code = zc_fresh_begin(to, true, &r->fresh, r->err);
  if (code == ZC_OK)
    code = zc_fresh_end(&r->fresh, fill(r), r->err);
  if (code == ZC_OK)
    zc_say_line(N_("restored into {path}: {count} files"),
                json_pack("{s:s, s:I}", "path", to, "count",
                          (json_int_t)json_object_size(r->known)));
  if (code == ZC_OK && r->wrong > 0)
    code = zc_fail(r->err, ZC_EDATA,
                   "{count} faults were there when it was backed up, and are now: "
                   "`zicha -C {path} verify` tells them",
                   "count", ZC_DIGITS(r->wrong), "path", to, NULL);
  return code;
}

int zc_command_restore(zc_cli *cli)
{
  zc_err err;
  restoring r = {.cli = cli,
                 .from = -1,
                 .known = json_object(),
                 .faults = json_array(),
                 .err = &err};
  zc_code code = r.known == NULL || r.faults == NULL ? zc_fail_memory(&err)
                                                     : restore(&r);
  if (r.from >= 0)
    close(r.from);
  json_decref(r.list);
  json_decref(r.known);
  json_decref(r.faults);
  return zc_exit(code, &err);
}
