#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "base/write.h"

#define CHUNK ((size_t)1 << 16)

const char *zc_path_name(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

bool zc_name_ends(const char *name, const char *ending)
{
  size_t size = strlen(name), length = strlen(ending);
  return size > length && strcmp(name + size - length, ending) == 0;
}

static zc_code fail_open(zc_err *err, const char *path)
{
  int number = errno;
  return zc_fail_system(err, ZC_EOPEN, number, "cannot open {path}: {reason_term}",
                        "path", path, NULL);
}

zc_code zc_folder_open(const char *path, int *fd, zc_err *err)
{
  *fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return *fd < 0 ? fail_open(err, path) : ZC_OK;
}

/* Takes `fd`: closes it on failure. */
static zc_code require_regular(int *fd, const char *path, struct stat *about,
                               zc_err *err)
{
  struct stat own;
  if (about == NULL)
    about = &own;
  zc_code code = ZC_OK;
  if (fstat(*fd, about) != 0)
    code = fail_open(err, path);
  else if (!S_ISREG(about->st_mode))
    code = zc_fail(err, ZC_EOPEN, "{path} is not a regular file", "path", path, NULL);
  if (code != ZC_OK) {
    close(*fd);
    *fd = -1;
  }
  return code;
}

/* O_NONBLOCK: opening a pipe that nobody writes must not hang. */
#define READING (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

zc_code zc_file_open(const char *path, int *fd, struct stat *about, zc_err *err)
{
  *fd = open(path, READING);
  if (*fd < 0)
    return fail_open(err, path);
  return require_regular(fd, path, about, err);
}

/* Walks to the folder that holds the last component of `path`, which is copied
 * into `last`. *folder is owned by the caller unless it equals `at`. */
static zc_code walk(int at, const char *path, bool make, int *folder,
                    char last[NAME_MAX + 1], zc_err *err)
{
  int current = at;
  const char *part = path;
  *folder = -1;
  for (;;) {
    size_t length = strcspn(part, "/");
    bool final = part[length] == '\0';
    if (length == 0 || length > NAME_MAX || (length == 1 && part[0] == '.') ||
        (length == 2 && part[0] == '.' && part[1] == '.')) {
      if (current != at)
        close(current);
      return zc_fail(err, ZC_EOPEN,
                     "the name {path} leads outside its folder or is not a plain path",
                     "path", path, NULL);
    }
    memcpy(last, part, length);
    last[length] = '\0';
    if (final)
      break;
    if (make && mkdirat(current, last, 0777) != 0 && errno != EEXIST) {
      zc_code code = zc_fail_write(err, path);
      if (current != at)
        close(current);
      return code;
    }
    int next = openat(current, last, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int number = errno;
    if (current != at)
      close(current);
    errno = number;
    if (next < 0)
      return fail_open(err, path);
    current = next;
    part += length + 1;
  }
  *folder = current;
  return ZC_OK;
}

zc_code zc_file_open_beneath(int at, const char *path, int *fd, struct stat *about,
                             zc_err *err)
{
  char last[NAME_MAX + 1];
  int folder;
  *fd = -1;
  zc_code code = walk(at, path, false, &folder, last, err);
  if (code != ZC_OK)
    return code;
  *fd = openat(folder, last, READING | O_NOFOLLOW);
  code = *fd < 0 ? fail_open(err, path) : require_regular(fd, path, about, err);
  if (folder != at)
    close(folder);
  return code;
}

zc_code zc_folder_open_beneath(int at, const char *path, bool make, int *fd,
                               zc_err *err)
{
  char last[NAME_MAX + 1];
  int folder;
  *fd = -1;
  zc_code code = walk(at, path, make, &folder, last, err);
  if (code != ZC_OK)
    return code;
  if (make && mkdirat(folder, last, 0777) != 0 && errno != EEXIST)
    code = zc_fail_write(err, path);
  if (code == ZC_OK) {
    *fd = openat(folder, last, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*fd < 0)
      code = fail_open(err, path);
  }
  if (folder != at)
    close(folder);
  return code;
}

void zc_file_fingerprint(const struct stat *about, char room[ZC_FINGERPRINT_ROOM])
{
  snprintf(room, ZC_FINGERPRINT_ROOM, "%lld %lld.%09ld %lld.%09ld %llu",
           (long long)about->st_size, (long long)about->st_mtim.tv_sec,
           about->st_mtim.tv_nsec, (long long)about->st_ctim.tv_sec,
           about->st_ctim.tv_nsec, (unsigned long long)about->st_ino);
}

zc_code zc_file_load(int fd, const char *path, size_t limit, zc_buffer *out,
                     zc_err *err)
{
  struct stat about;
  size_t total = 0, step = CHUNK;
  if (fstat(fd, &about) == 0 && about.st_size > 0 && (size_t)about.st_size < CHUNK)
    step = (size_t)about.st_size + 1; /* a small file needs no large room */
  for (;;) {
    char *room = zc_buffer_reserve(out, step);
    if (room == NULL)
      return zc_fail_memory(err);
    ssize_t got = read(fd, room, step);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return zc_fail_system(err, ZC_EIO, errno, "cannot read {path}: {reason_term}",
                            "path", path, NULL);
    if (got == 0)
      break;
    total += (size_t)got;
    if (total > limit)
      return zc_fail(err, ZC_EDATA, "{path} is larger than {limit} bytes", "path", path,
                     "limit", ZC_DIGITS(limit), NULL);
    out->size += (size_t)got;
  }
  out->data[out->size] = '\0';
  return ZC_OK;
}

zc_code zc_file_read(const char *path, size_t limit, zc_buffer *out, zc_err *err)
{
  int fd;
  zc_code code = zc_file_open(path, &fd, NULL, err);
  if (code != ZC_OK)
    return code;
  code = zc_file_load(fd, path, limit, out, err);
  close(fd);
  return code;
}

zc_code zc_file_read_beneath(int at, const char *path, size_t limit, zc_buffer *out,
                             zc_err *err)
{
  int fd;
  zc_code code = zc_file_open_beneath(at, path, &fd, NULL, err);
  if (code != ZC_OK)
    return code;
  code = zc_file_load(fd, path, limit, out, err);
  close(fd);
  return code;
}

static char kind_of(int folder, const char *name)
{
  struct stat about;
  if (fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) != 0)
    return '?';
  return S_ISDIR(about.st_mode) ? 'd' : S_ISREG(about.st_mode) ? 'f' : '?';
}

static int by_bytes(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

zc_code zc_folder_names(int at, const char *path, zc_names *names, zc_err *err)
{
  *names = (zc_names){0};
  int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = fd < 0 ? NULL : fdopendir(fd);
  if (folder == NULL) {
    zc_code code = fail_open(err, path);
    if (fd >= 0)
      close(fd);
    return code;
  }
  zc_code code = ZC_OK;
  size_t room = 0;
  for (;;) {
    errno = 0;
    struct dirent *entry = readdir(folder);
    if (entry == NULL) {
      if (errno != 0)
        code = zc_fail_system(err, ZC_EIO, errno, "cannot read {path}: {reason_term}",
                              "path", path, NULL);
      break;
    }
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    if (names->count == room) {
      room = room == 0 ? 16 : room * 2;
      char **grown = realloc(names->names, room * sizeof *grown);
      if (grown == NULL) {
        code = zc_fail_memory(err);
        break;
      }
      names->names = grown;
    }
    names->names[names->count] = strdup(entry->d_name);
    if (names->names[names->count] == NULL) {
      code = zc_fail_memory(err);
      break;
    }
    names->count++;
  }
  if (code == ZC_OK && names->count > 0) {
    qsort(names->names, names->count, sizeof *names->names, by_bytes);
    names->kinds = malloc(names->count);
    if (names->kinds == NULL)
      code = zc_fail_memory(err);
    for (size_t i = 0; code == ZC_OK && i < names->count; i++)
      names->kinds[i] = kind_of(dirfd(folder), names->names[i]);
  }
  closedir(folder);
  if (code != ZC_OK)
    zc_names_free(names);
  return code;
}

void zc_names_free(zc_names *names)
{
  for (size_t i = 0; i < names->count; i++)
    free(names->names[i]);
  free(names->names);
  free(names->kinds);
  *names = (zc_names){0};
}

/* A fresh file beside the target. The name needs no secret: O_EXCL makes it ours,
 * and the process id keeps two runs apart. */
typedef struct {
  int folder; /* owned unless it is `at` */
  int at, fd;
  char last[NAME_MAX + 1], fresh[NAME_MAX + 32];
} draft;

/* The process that a draft's name ends with; 0 when it is no draft. */
static pid_t draft_owner(const char *name)
{
  size_t size = strlen(name);
  if (name[0] != '.' || size < 6 || strcmp(name + size - 4, ".new") != 0)
    return 0;
  const char *digits = name + size - 4;
  while (digits > name && digits[-1] >= '0' && digits[-1] <= '9')
    digits--;
  return digits > name && digits[-1] == '.' ? (pid_t)strtol(digits, NULL, 10) : 0;
}

bool zc_draft_is_left(const char *name)
{
  pid_t owner = draft_owner(name);
  return owner > 0 && kill(owner, 0) != 0 && errno == ESRCH;
}

void zc_folder_remove(int at, const char *name)
{
  zc_names names;
  zc_err ignored;
  int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return;
  if (zc_folder_names(fd, ".", &names, &ignored) == ZC_OK) {
    for (size_t i = 0; i < names.count; i++)
      if (names.kinds[i] == 'd')
        zc_folder_remove(fd, names.names[i]);
      else
        unlinkat(fd, names.names[i], 0);
    zc_names_free(&names);
  }
  close(fd);
  unlinkat(at, name, AT_REMOVEDIR);
}

void zc_drafts_sweep(int at, const char *folder)
{
  zc_names names;
  zc_err ignored;
  int fd;
  bool own = strcmp(folder, ".") == 0; /* which leads beneath no folder */
  if (own)
    fd = at;
  else if (zc_folder_open_beneath(at, folder, false, &fd, &ignored) != ZC_OK)
    return;
  if (zc_folder_names(fd, ".", &names, &ignored) == ZC_OK) {
    for (size_t i = 0; i < names.count; i++) {
      if (zc_draft_is_left(names.names[i]))
        unlinkat(fd, names.names[i], 0);
    }
    zc_names_free(&names);
  }
  if (!own)
    close(fd);
}

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
      code = fail_open(err, folder);
  } else {
    code = walk(at, path, true, &d->folder, d->last, err);
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
  bool good = fsync(d->fd) == 0;
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

static zc_code add_to_draft(void *context, const void *data, size_t size, zc_err *err)
{
  return zc_draft_add(context, data, size, err);
}

zc_sink zc_sink_draft(zc_draft *d)
{
  return (zc_sink){add_to_draft, d};
}

/* Reads `fd` from its start in chunks, into the hash and, when `to` ≥ 0, a copy. */
static zc_code pump(int fd, int to, const char *path, size_t limit, zc_hash *hash,
                    size_t *size, zc_err *err)
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
    code = pump(from, d.fd, path, limit, hash, size == NULL ? &own : size, err);
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

zc_code zc_file_hash(int fd, const char *path, char digits[ZC_HASH_ROOM], zc_err *err)
{
  size_t size;
  zc_hash *hash = zc_hash_new();
  if (hash == NULL)
    return zc_fail_memory(err);
  zc_code code = pump(fd, -1, path, SIZE_MAX, hash, &size, err);
  if (code == ZC_OK)
    return zc_hash_finish(hash, digits, err);
  zc_hash_free(hash);
  return code;
}

zc_code zc_file_rename(int at, const char *from, const char *to, zc_err *err)
{
  if (renameat(at, from, at, to) != 0 || fsync(at) != 0)
    return zc_fail_write(err, to);
  return ZC_OK;
}
