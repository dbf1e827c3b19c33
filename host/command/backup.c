/* backup: the workspace in another folder, whole or not at all. */
#include "command/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/write.h"
#include "cli/message.h"
#include "command/commands.h"
#include "command/verify.h"
#include "facility/evidence.h"
#include "package/library.h"
#include "store/copy.h"
#include "store/ledger.h"

/* ---- which files ------------------------------------------------------------------------ */

static const char *const files[] = {"facility.yaml", "office.yaml", "people.yaml",
                                    "report.yaml", ZC_STORE_FILE};
static const char *const folders[] = {"data/", "evidence/", "inbox/", "reports/"};

/* Drafts are no part of a workspace. */
static bool is_draft(const char *path)
{
  return strrchr(path, '/')[1] == '.' || zc_evidence_is_draft(path);
}

bool zc_backup_holds(const char *path)
{
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (strcmp(files[i], path) == 0)
      return true;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    if (strncmp(folders[i], path, strlen(folders[i])) == 0)
      return !is_draft(path);
  return false;
}

mode_t zc_backup_mode(const char *path)
{
  bool original = strncmp(path, "evidence/", 9) == 0 || strncmp(path, "inbox/", 6) == 0;
  return original ? 0400 : 0666;
}

typedef struct {
  int fd;
  zc_backup_visit *visit, *others;
  void *context;
} walking;

static zc_code walk(const walking *w, const char *folder, zc_err *err);

/* Whether files beneath this folder may be held. */
static bool is_ours(const char *folder)
{
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    size_t size = strlen(folders[i]) - 1;
    if (strncmp(folders[i], folder, size) == 0 &&
        (folder[size] == '\0' || folder[size] == '/'))
      return true;
  }
  return false;
}

static zc_code walk_entry(const walking *w, const char *path, char kind, zc_err *err)
{
  bool held = zc_backup_holds(path);
  const char *slash = strrchr(path, '/');
  bool hidden = (slash == NULL ? path : slash + 1)[0] ==
                '.'; /* this backup itself, say */
  if (kind == 'd')
    return w->others != NULL || (is_ours(path) && !hidden) ? walk(w, path, err) : ZC_OK;
  if (kind == 'f' && held)
    return w->visit(w->context, path, err);
  if (w->others != NULL)
    return w->others(w->context, path, err);
  if (kind != 'f' && (held || is_ours(path)))
    return zc_fail(err, ZC_EDATA, "{path} is not a regular file", "path", path, NULL);
  return ZC_OK;
}

static zc_code walk(const walking *w, const char *folder, zc_err *err)
{
  zc_names names;
  int fd = w->fd;
  zc_code code = ZC_OK;
  if (strlen(folder) > ZC_BACKUP_DEPTH)
    return zc_fail(err, ZC_EDATA, "the folders in {path} are nested too deep", "path",
                   folder, NULL);
  if (*folder != '\0')
    code = zc_folder_open_beneath(w->fd, folder, false, &fd, err);
  if (code != ZC_OK)
    return code;
  code = zc_folder_names(fd, ".", &names, err);
  if (fd != w->fd)
    close(fd);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    zc_buffer path = {0};
    zc_buffer_print(&path, "%s%s%s", folder, *folder == '\0' ? "" : "/",
                    names.names[i]);
    code = zc_buffer_check(&path, err);
    if (code == ZC_OK)
      code = walk_entry(w, path.data, names.kinds[i], err);
    zc_buffer_free(&path);
  }
  zc_names_free(&names);
  return code;
}

zc_code zc_backup_walk(int fd, zc_backup_visit *visit, zc_backup_visit *others,
                       void *context, zc_err *err)
{
  walking w = {fd, visit, others, context};
  return walk(&w, "", err);
}

/* ---- the new folder ----------------------------------------------------------------------- */

static zc_code fail_exists(const char *path, zc_err *err)
{
  return zc_fail(err, ZC_EWRITE,
                 "{path} exists already and is left as it is; name a new folder",
                 "path", path, NULL);
}

/* Whether it may be made: *parent is the folder that it will be in. */
static zc_code check_target(zc_fresh_folder *f, const char *path, bool empty,
                            zc_err *err)
{
  zc_names names;
  int fd;
  if (faccessat(f->parent, f->name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
    return ZC_OK;
  if (!empty || zc_folder_open_beneath(f->parent, f->name, false, &fd, err) != ZC_OK)
    return fail_exists(path, err);
  zc_code code = zc_folder_names(fd, ".", &names, err);
  close(fd);
  if (code != ZC_OK)
    return code;
  if (names.count > 0)
    code = fail_exists(path, err);
  zc_names_free(&names);
  return code;
}

/* What killed processes have left of the same folder. */
static void sweep(const zc_fresh_folder *f)
{
  zc_names names;
  zc_err ignored;
  size_t size = strlen(f->name);
  if (zc_folder_names(f->parent, ".", &names, &ignored) != ZC_OK)
    return;
  for (size_t i = 0; i < names.count; i++) {
    const char *name = names.names[i];
    if (names.kinds[i] == 'd' && name[0] == '.' &&
        strncmp(name + 1, f->name, size) == 0 && name[size + 1] == '.' &&
        strspn(name + size + 2, "0123456789") == strcspn(name + size + 2, ".") &&
        zc_draft_is_left(name))
      zc_folder_remove(f->parent, name);
  }
  zc_names_free(&names);
}

/* The folder that `path` is in, as text: "" is here. Its last component is copied. */
static zc_code split(const char *path, zc_fresh_folder *f, zc_buffer *parent,
                     zc_err *err)
{
  size_t size = strlen(path);
  while (size > 1 && path[size - 1] == '/')
    size--;
  size_t start = size;
  while (start > 0 && path[start - 1] != '/')
    start--;
  size_t length = size - start;
  if (length == 0 || length > 200 || strncmp(path + start, ".", size - start) == 0 ||
      strncmp(path + start, "..", length) == 0)
    return zc_fail(err, ZC_EUSAGE, "{path} is no name of a folder to be made", "path",
                   path, NULL);
  snprintf(f->name, sizeof f->name, "%.*s", (int)length, path + start);
  snprintf(f->draft, sizeof f->draft, ".%s.%ld.new", f->name, (long)getpid());
  zc_buffer_print(parent, "%.*s", (int)start, path);
  return zc_buffer_check(parent, err);
}

zc_code zc_fresh_begin(const char *path, bool empty, zc_fresh_folder *f, zc_err *err)
{
  zc_buffer parent = {0};
  *f = (zc_fresh_folder){.parent = -1, .fd = -1};
  zc_code code = split(path, f, &parent, err);
  if (code == ZC_OK)
    code = zc_folder_open(parent.size == 0 ? "." : parent.data, &f->parent, err);
  if (code == ZC_OK)
    code = check_target(f, path, empty, err);
  if (code == ZC_OK) {
    zc_buffer_text(&parent, f->draft);
    code = zc_buffer_check(&parent, err);
  }
  if (code == ZC_OK) {
    sweep(f);
    zc_folder_remove(f->parent, f->draft);
    code = zc_folder_open_beneath(f->parent, f->draft, true, &f->fd, err);
  }
  f->path = zc_buffer_take(&parent);
  if (code != ZC_OK)
    return zc_fresh_end(f, code, err);
  return ZC_OK;
}

zc_code zc_fresh_end(zc_fresh_folder *f, zc_code code, zc_err *err)
{
  if (code == ZC_OK && fsync(f->fd) != 0)
    code = zc_fail_write(err, f->name);
  if (f->fd >= 0)
    close(f->fd);
  if (code == ZC_OK)
    code = zc_file_rename(f->parent, f->draft, f->name, err);
  if (code != ZC_OK && f->parent >= 0 && f->draft[0] != '\0')
    zc_folder_remove(f->parent, f->draft);
  if (f->parent >= 0)
    close(f->parent);
  free(f->path);
  f->path = NULL;
  return code;
}

/* ---- copying ------------------------------------------------------------------------------ */

typedef struct {
  zc_workspace *workspace;
  zc_fresh_folder fresh;
  json_t *list; /* [{path, size, sha256}] */
  int64_t bytes;
  int64_t faults; /* files that are gone or others, and were when it began */
} copying;

static zc_code note_file(copying *c, const char *path, size_t size, const char *digits,
                         zc_err *err)
{
  c->bytes += (int64_t)size;
  json_t *entry = json_object();
  int bad = json_object_set_new(entry, "path", json_string(path));
  bad |= json_object_set_new(entry, "size", json_integer((json_int_t)size));
  bad |= json_object_set_new(entry, "sha256", json_string(digits));
  bad |= json_array_append_new(c->list, entry);
  return bad == 0 ? ZC_OK
                  : zc_fail(err, ZC_EDATA,
                            "the name of the file {path} is no text: rename it", "path",
                            path, NULL);
}

static zc_code copy_file(void *context, const char *path, zc_err *err)
{
  copying *c = context;
  char digits[ZC_HASH_ROOM];
  size_t size;
  int from;
  if (strcmp(path, ZC_STORE_FILE) == 0)
    return ZC_OK;
  zc_code code = zc_file_open_beneath(c->workspace->fd, path, &from, NULL, err);
  if (code != ZC_OK)
    return code;
  code = zc_file_copy(from, c->fresh.fd, path, zc_backup_mode(path), SIZE_MAX, digits,
                      &size, err);
  close(from);
  return code == ZC_OK ? note_file(c, path, size, digits, err) : code;
}

static zc_code hash_copy(copying *c, const char *path, char digits[ZC_HASH_ROOM],
                         size_t *size, zc_err *err)
{
  struct stat about;
  int fd;
  zc_code code = zc_file_open_beneath(c->fresh.fd, path, &fd, &about, err);
  if (code != ZC_OK)
    return code;
  /* From the disk, as far as the system lets one, not from what was just written. */
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  code = zc_file_hash(fd, path, digits, err);
  close(fd);
  *size = (size_t)about.st_size;
  return code;
}

static zc_code copy_database(copying *c, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  size_t size;
  zc_buffer path = {0};
  zc_buffer_print(&path, "%s/%s", c->fresh.path, ZC_STORE_FILE);
  zc_code code = zc_buffer_check(&path, err);
  if (code == ZC_OK)
    code = zc_store_copy(c->workspace->store, path.data, err);
  if (code == ZC_OK)
    code = hash_copy(c, ZC_STORE_FILE, digits, &size, err);
  if (code == ZC_OK)
    code = note_file(c, ZC_STORE_FILE, size, digits, err);
  zc_buffer_free(&path);
  return code;
}

/* Reads everything back. */
static zc_code check_copies(copying *c, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  size_t index, size;
  const json_t *entry;
  zc_code code = ZC_OK;
  json_array_foreach(c->list, index, entry)
  {
    const char *path = zc_get_text(entry, "path");
    if (code == ZC_OK)
      code = hash_copy(c, path, digits, &size, err);
    if (code == ZC_OK && strcmp(digits, zc_get_text(entry, "sha256")) != 0)
      code = zc_fail(
          err, ZC_EIO,
          "the copy of {path} is not what was written: the disk is broken; take "
          "another one",
          "path", path, NULL);
  }
  return code;
}

static zc_code write_list(copying *c, const zc_head *head, zc_err *err)
{
  zc_buffer text = {0};
  json_t *list = json_object();
  int bad = json_object_set_new(list, "zicha", json_string(ZC_BACKUP_SCHEMA));
  bad |= json_object_set_new(list, "today", json_string(c->workspace->cli->today));
  bad |= json_object_set(list, "files", c->list);
  bad |= json_object_set_new(list, "head",
                             json_pack("{s:I, s:s}", "seq", (json_int_t)head->seq,
                                       "hash", head->hash));
  zc_code code = bad != 0 ? zc_fail_memory(err) : zc_json_canonical(list, &text, err);
  zc_buffer_text(&text, "\n");
  if (code == ZC_OK)
    code = zc_buffer_check(&text, err);
  if (code == ZC_OK)
    code = zc_file_write(c->fresh.fd, ZC_BACKUP_LIST, text.data, text.size, 0666, err);
  zc_buffer_free(&text);
  json_decref(list);
  return code;
}

static zc_code copy_all(copying *c, zc_head *head, zc_err *err)
{
  zc_store *store = c->workspace->store;
  int64_t before, after;
  zc_code code = zc_store_version(store, &before, err);
  if (code == ZC_OK)
    code = zc_ledger_head(store, head, err);
  if (code == ZC_OK)
    code = copy_database(c, err);
  if (code == ZC_OK)
    code = zc_backup_walk(c->workspace->fd, copy_file, NULL, c, err);
  if (code == ZC_OK)
    code = zc_store_version(store, &after, err);
  if (code == ZC_OK && before != after)
    code =
        zc_fail(err, ZC_EIO,
                "somebody has worked in the workspace meanwhile; run the command again",
                NULL);
  if (code == ZC_OK)
    code = check_copies(c, err);
  return code == ZC_OK ? write_list(c, head, err) : code;
}

/* ---- the command --------------------------------------------------------------------------- */

/* Packages that stand in folders of their own, or are installed, are no part of the workspace. */
static void tell_packages(const zc_workspace *workspace)
{
  char id[ZC_MANIFEST_WORD];
  int64_t serial;
  size_t index;
  const json_t *plan;
  json_array_foreach(workspace->plans, index, plan)
  {
    const char *place = zc_get_text(plan, "place");
    if (zc_installed_name(place, id, &serial) && serial > 0)
      zc_say_line(N_("the installed plan {place} is not in it: on another computer "
                     "install its file, too"),
                  json_pack("{s:O}", "place", json_object_get(plan, "place")));
    else if (access(place, F_OK) == 0)
      zc_say_line(N_("the package of {id} is not in it: keep {place}, too"),
                  json_pack("{s:O, s:O}", "id", json_object_get(plan, "id"), "place",
                            json_object_get(plan, "place")));
  }
}

/* A key in a backup would sign for whoever finds the stick. */
static void tell_keys(const zc_workspace *workspace)
{
  static const char *const keys[] = {"keys/facility.key", "keys/office.key"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (faccessat(workspace->fd, keys[i], F_OK, 0) == 0)
      zc_say_line(N_("the key is not in it: keep {path} apart"),
                  json_pack("{s:s}", "path", keys[i]));
}

/* Whether a folder is the other one, or beneath it. */
static bool is_within(int folder, int other)
{
  struct stat wanted, here, before = {0};
  int fd = dup(folder);
  bool within = false;
  if (fstat(other, &wanted) != 0)
    return false;
  while (fd >= 0 && fstat(fd, &here) == 0 &&
         (here.st_dev != before.st_dev || here.st_ino != before.st_ino)) {
    within = here.st_dev == wanted.st_dev && here.st_ino == wanted.st_ino;
    int above = within ? -1 : openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    before = here;
    close(fd);
    fd = above;
  }
  if (fd >= 0)
    close(fd);
  return within;
}

static zc_code check_place(const copying *c, const char *path, zc_err *err)
{
  return is_within(c->fresh.parent, c->workspace->fd)
             ? zc_fail(
                   err, ZC_EUSAGE,
                   "{path} is inside the workspace, where it is lost together with "
                   "it and later backups would hold it: name a folder elsewhere, on "
                   "another disk",
                   "path", path, NULL)
             : ZC_OK;
}

/* Whether the copy has what the database knows of: a backup of what is gone already would be taken for
 * one. It is told, and kept all the same. */
static zc_code check_originals(copying *c, zc_err *err)
{
  zc_workspace copy = {.cli = c->workspace->cli,
                       .fd = c->fresh.fd,
                       .store = c->workspace->store};
  zc_verifying v = {.workspace = &copy};
  zc_code code = zc_verify_originals(&v, err);
  if (code == ZC_OK)
    zc_verify_print_faults(&v, true);
  c->faults = v.fault_count;
  zc_verifying_free(&v);
  return code;
}

static zc_code fill(copying *c, const char *path, zc_head *head, zc_err *err)
{
  zc_code code = check_place(c, path, err);
  if (code == ZC_OK)
    code = copy_all(c, head, err);
  return code == ZC_OK ? check_originals(c, err) : code;
}

static zc_code backup(zc_workspace *workspace, zc_err *err)
{
  const char *path = workspace->cli->arguments[0];
  copying c = {.workspace = workspace, .list = json_array()};
  zc_head head;
  zc_code code = c.list == NULL ? zc_fail_memory(err)
                                : zc_fresh_begin(path, false, &c.fresh, err);
  if (code == ZC_OK)
    code = zc_fresh_end(&c.fresh, fill(&c, path, &head, err), err);
  if (code == ZC_OK) {
    zc_say_line(N_("backed up into {path}: {count} files, {bytes} bytes"),
                json_pack("{s:s, s:I, s:I}", "path", path, "count",
                          (json_int_t)json_array_size(c.list), "bytes",
                          (json_int_t)c.bytes));
    if (head.seq > 0)
      zc_say_line(N_("the ledger ends with seq {seq}, {hash}"),
                  json_pack("{s:I, s:s}", "seq", (json_int_t)head.seq, "hash",
                            head.hash));
    tell_packages(workspace);
    tell_keys(workspace);
  }
  json_decref(c.list);
  if (code == ZC_OK && c.faults > 0)
    code = zc_fail(err, ZC_EDATA,
                   "{count} files that the database knows are gone or changed, and so "
                   "they are in this backup: keep earlier ones",
                   "count", ZC_DIGITS(c.faults), NULL);
  return code;
}

int zc_command_backup(zc_cli *cli)
{
  zc_workspace workspace;
  zc_err err;
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = backup(&workspace, &err);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
