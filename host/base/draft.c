/* Files in the making: written beside their place, then renamed into it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "base/write.h"

#define CHUNK ((size_t)1 << 16)
#define COPY ((size_t)32 << 20) /* what the system copies before it is asked again */

/* A fresh file beside the target. The name needs no secret: O_EXCL makes it ours,
 * and the process id keeps two runs apart. */
typedef struct {
  int folder; /* owned unless it is `at` */
  int at, fd;
  bool flushed; /* nothing was written since */
  char last[NAME_MAX + 1], fresh[NAME_MAX + 32];
} draft;

static zc_code draft_open(draft *d, int at, const char *path, mode_t mode, zc_err *err)
{
  *d = (draft){.folder = -1, .at = at, .fd = -1};
  zc_code code = ZC_OK;
  if (at == AT_FDCWD) {
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    char folder[PATH_MAX];
    size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    if (length >= sizeof folder || strlen(name) > NAME_MAX || *name == '\0')
      return zc_fail(err, ZC_EOPEN, "{path} is not a file name", "path", path, NULL);
    memcpy(folder, length == 0 ? "." : path, length == 0 ? 1 : length);
    folder[length == 0 ? 1 : length] = '\0';
    strcpy(d->last, name);
    d->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (d->folder < 0)
      code = zc_fail_system(err, ZC_EOPEN, errno, "cannot open {path}: {reason_term}",
                            "path", folder, NULL);
  } else {
    code = zc_folder_above(at, path, true, &d->folder, d->last, err);
  }
  if (code != ZC_OK)
    return code;
  size_t stem = zc_utf8_cut(d->last, strlen(d->last), NAME_MAX - 24);
  snprintf(d->fresh, sizeof d->fresh, ".%.*s.%ld.new", (int)stem, d->last,
           (long)getpid());
  unlinkat(d->folder, d->fresh, 0); /* left by a killed run with our process id */
  d->fd = openat(d->folder, d->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  return d->fd < 0 ? zc_fail_write(err, path) : ZC_OK;
}

static void draft_drop(draft *d)
{
  if (d->fd >= 0)
    close(d->fd);
  if (d->folder >= 0 && d->fresh[0] != '\0')
    unlinkat(d->folder, d->fresh, 0);
  if (d->folder >= 0 && d->folder != d->at)
    close(d->folder);
}

/* Gives the draft its name although nothing of that name may be there. Not every file
 * system can rename so, and not every one knows links. */
static bool name_new(draft *d)
{
  if (renameat2(d->folder, d->fresh, d->folder, d->last, RENAME_NOREPLACE) == 0)
    return true;
  return (errno == EINVAL || errno == ENOSYS) &&
         linkat(d->folder, d->fresh, d->folder, d->last, 0) == 0 &&
         unlinkat(d->folder, d->fresh, 0) == 0;
}

/* Flushes, renames into place and flushes the folder; frees the draft. */
static zc_code draft_commit(draft *d, bool replace, const char *path, zc_err *err)
{
  bool good = d->flushed || fsync(d->fd) == 0;
  if (close(d->fd) != 0)
    good = false;
  d->fd = -1;
  if (good)
    good = replace ? renameat(d->folder, d->fresh, d->folder, d->last) == 0
                   : name_new(d);
  if (!good) {
    zc_code code = !replace && errno == EEXIST
                       ? zc_fail(err, ZC_EWRITE,
                                 "{path} is there already and is not overwritten; take "
                                 "another name or folder",
                                 "path", path, NULL)
                       : zc_fail_write(err, path);
    draft_drop(d);
    return code;
  }
  d->fresh[0] = '\0';
  zc_code code = fsync(d->folder) == 0 ? ZC_OK : zc_fail_write(err, path);
  draft_drop(d);
  return code;
}

static zc_code write_file(int at, bool replace, const char *path, const void *data,
                          size_t size, mode_t mode, zc_err *err)
{
  draft d;
  zc_code code = draft_open(&d, at, path, mode, err);
  if (code == ZC_OK)
    code = zc_write_all(d.fd, path, data, size, err);
  if (code == ZC_OK)
    return draft_commit(&d, replace, path, err);
  draft_drop(&d);
  return code;
}

zc_code zc_file_write(int at, const char *path, const void *data, size_t size,
                      mode_t mode, zc_err *err)
{
  return write_file(at, true, path, data, size, mode, err);
}

zc_code zc_file_create(int at, const char *path, const void *data, size_t size,
                       mode_t mode, zc_err *err)
{
  return write_file(at, false, path, data, size, mode, err);
}

struct zc_draft {
  draft file;
  bool failed; /* what a failed write left is not to be committed */
  char path[]; /* for messages */
};

zc_code zc_draft_begin(int at, const char *path, mode_t mode, zc_draft **out,
                       zc_err *err)
{
  size_t size = strlen(path) + 1;
  zc_draft *d = malloc(sizeof *d + size);
  *out = NULL;
  if (d == NULL)
    return zc_fail_memory(err);
  d->failed = false;
  memcpy(d->path, path, size);
  zc_code code = draft_open(&d->file, at, path, mode, err);
  if (code != ZC_OK) {
    draft_drop(&d->file);
    free(d);
    return code;
  }
  *out = d;
  return ZC_OK;
}

zc_code zc_draft_add(zc_draft *d, const void *data, size_t size, zc_err *err)
{
  d->file.flushed = false;
  zc_code code = zc_write_all(d->file.fd, d->path, data, size, err);
  d->failed = d->failed || code != ZC_OK;
  return code;
}

zc_code zc_draft_commit(zc_draft *d, zc_err *err)
{
  zc_code code = ZC_OK;
  if (d->failed) {
    code = zc_fail(err, ZC_EIO, "{path} was not written", "path", d->path, NULL);
    draft_drop(&d->file);
  } else {
    code = draft_commit(&d->file, true, d->path, err);
  }
  free(d);
  return code;
}

void zc_draft_drop(zc_draft *d)
{
  if (d == NULL)
    return;
  draft_drop(&d->file);
  free(d);
}

zc_code zc_draft_open(const zc_draft *d, int *fd, zc_err *err)
{
  *fd = openat(d->file.folder, d->file.fresh, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  return *fd >= 0
             ? ZC_OK
             : zc_fail_system(err, ZC_EOPEN, errno, "cannot open {path}: {reason_term}",
                              "path", d->path, NULL);
}

zc_code zc_draft_flush(zc_draft *d, zc_err *err)
{
  if (fsync(d->file.fd) != 0) {
    d->failed = true;
    return zc_fail_write(err, d->path);
  }
  d->file.flushed = true;
  return ZC_OK;
}

zc_code zc_draft_commit_as(zc_draft *d, const char *name, zc_err *err)
{
  if (*name == '\0' || strchr(name, '/') != NULL || strlen(name) > NAME_MAX) {
    zc_draft_drop(d);
    return zc_fail(err, ZC_EOPEN, "{path} is not a file name", "path", name, NULL);
  }
  strcpy(d->file.last, name);
  return zc_draft_commit(d, err);
}

static zc_code add_to_draft(void *context, const void *data, size_t size, zc_err *err)
{
  return zc_draft_add(context, data, size, err);
}

zc_sink zc_sink_draft(zc_draft *d)
{
  return (zc_sink){add_to_draft, d};
}

/* ---- copies --------------------------------------------------------------------------- */

/* Reads `fd` from its start in chunks, into the hash and, when `to` ≥ 0, a copy. */
static zc_code pump(int fd, int to, const char *path, size_t limit, zc_hash *hash,
                    const zc_watch *watch, size_t *size, zc_err *err)
{
  char *chunk = malloc(CHUNK);
  if (chunk == NULL)
    return zc_fail_memory(err);
  zc_code code = ZC_OK;
  *size = 0;
  for (off_t at = 0; code == ZC_OK;) {
    ssize_t got = pread(fd, chunk, CHUNK, at);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      code = zc_fail_system(err, ZC_EIO, errno, "cannot read {path}: {reason_term}",
                            "path", path, NULL);
    if (got <= 0)
      break;
    at += got;
    *size += (size_t)got;
    if (*size > limit)
      code = zc_fail(err, ZC_EDATA, "{path} is larger than {limit} bytes", "path", path,
                     "limit", ZC_DIGITS(limit), NULL);
    zc_hash_add(hash, chunk, (size_t)got);
    if (code == ZC_OK && to >= 0)
      code = zc_write_all(to, path, chunk, (size_t)got, err);
    zc_watch_tell(watch, *size, 0);
  }
  free(chunk);
  return code;
}

zc_code zc_file_copy(int from, int at, const char *path, mode_t mode, size_t limit,
                     char digits[ZC_HASH_ROOM], size_t *size, zc_err *err)
{
  size_t own;
  draft d = {.folder = -1, .at = at, .fd = -1};
  zc_hash *hash = zc_hash_new();
  zc_code code = hash == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK)
    code = draft_open(&d, at, path, mode, err);
  if (code == ZC_OK)
    code = pump(from, d.fd, path, limit, hash, NULL, size == NULL ? &own : size, err);
  if (code == ZC_OK) {
    code = zc_hash_finish(hash, digits, err);
    hash = NULL;
  }
  zc_hash_free(hash);
  if (code == ZC_OK)
    return draft_commit(&d, true, path, err);
  draft_drop(&d);
  return code;
}

zc_code zc_file_hash_watched(int fd, const char *path, const zc_watch *watch,
                             char digits[ZC_HASH_ROOM], zc_err *err)
{
  size_t size;
  zc_hash *hash = zc_hash_new();
  if (hash == NULL)
    return zc_fail_memory(err);
  zc_code code = pump(fd, -1, path, SIZE_MAX, hash, watch, &size, err);
  if (code == ZC_OK)
    return zc_hash_finish(hash, digits, err);
  zc_hash_free(hash);
  return code;
}

zc_code zc_file_hash(int fd, const char *path, char digits[ZC_HASH_ROOM], zc_err *err)
{
  return zc_file_hash_watched(fd, path, NULL, digits, err);
}

/* Copies a piece that begins at `at` within the system, which need not move the bytes where
 * two files can share them. Not every file system can; 0 and -1 both mean that reading and
 * writing has to show whether there is more. */
static ssize_t copy_within(int from, int to, off_t at)
{
  off_t source = at, target = at;
  ssize_t got;
  do
    got = copy_file_range(from, &source, to, &target, COPY, 0);
  while (got < 0 && errno == EINTR);
  return got;
}

/* The same by hand; -1 with the error told. */
static ssize_t copy_by_hand(const zc_draft *d, int from, const char *name, off_t at,
                            char *chunk, zc_code *code, zc_err *err)
{
  ssize_t got;
  do
    got = pread(from, chunk, CHUNK, at);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    *code = zc_fail_system(err, ZC_EIO, errno, "cannot read {path}: {reason_term}",
                           "path", name, NULL);
  else if (lseek(d->file.fd, at, SEEK_SET) != at)
    *code = zc_fail_write(err, d->path);
  else
    *code = zc_write_all(d->file.fd, d->path, chunk, (size_t)got, err);
  return *code == ZC_OK ? got : -1;
}

static zc_code copy_pieces(zc_draft *d, int from, const char *name, size_t limit,
                           char *chunk, const zc_watch *watch, zc_err *err)
{
  zc_code code = ZC_OK;
  bool within = true;
  off_t at = 0;
  for (;;) {
    ssize_t got = within ? copy_within(from, d->file.fd, at) : 0;
    if (got <= 0) {
      within = false;
      got = copy_by_hand(d, from, name, at, chunk, &code, err);
    }
    if (got <= 0)
      break;
    /* The disk works while the rest is copied. Only a wish: a commit flushes. */
    if (within)
      sync_file_range(d->file.fd, at, got, SYNC_FILE_RANGE_WRITE);
    at += got;
    if ((size_t)at > limit)
      return zc_fail(err, ZC_EDATA, "{path} is larger than {limit} bytes", "path", name,
                     "limit", ZC_DIGITS(limit), NULL);
    zc_watch_tell(watch, (uint64_t)at, 0);
  }
  /* What a piece that failed has left beyond the end of a file which shrank. */
  if (code == ZC_OK && ftruncate(d->file.fd, at) != 0)
    code = zc_fail_write(err, d->path);
  return code;
}

zc_code zc_draft_copy(zc_draft *d, int from, const char *name, size_t limit,
                      const zc_watch *watch, zc_err *err)
{
  char *chunk = malloc(CHUNK);
  d->file.flushed = false;
  zc_code code = chunk == NULL ? zc_fail_memory(err)
                               : copy_pieces(d, from, name, limit, chunk, watch, err);
  d->failed = d->failed || code != ZC_OK;
  free(chunk);
  return code;
}
