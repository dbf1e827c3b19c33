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

zc_code zc_folder_above(int at, const char *path, bool make, int *folder,
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
  zc_code code = zc_folder_above(at, path, false, &folder, last, err);
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
  zc_code code = zc_folder_above(at, path, make, &folder, last, err);
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

zc_code zc_file_rename(int at, const char *from, const char *to, zc_err *err)
{
  if (renameat(at, from, at, to) != 0 || fsync(at) != 0)
    return zc_fail_write(err, to);
  return ZC_OK;
}
