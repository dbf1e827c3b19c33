/* The library's folder: its lock, the trusted roots, and what was last seen. */
#include "package/library.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/write.h"
#include "package/stored.h"

#define ROOTS "roots"
#define SEEN "seen"
#define SEEN_FILE ((size_t)4 << 20)

/* ---- the folder ---------------------------------------------------------------- */

/* Makes a folder with those above it; links among them are the user's own business. Each new
 * name is flushed, or what is installed could be gone after a power failure. */
static zc_code make_folder(const char *path, zc_err *err)
{
  char part[PATH_MAX];
  size_t size = strlen(path);
  for (size_t at = 1; at <= size; at++) {
    if (path[at] != '/' && path[at] != '\0')
      continue;
    memcpy(part, path, at);
    part[at] = '\0';
    if (mkdir(part, 0777) != 0) {
      if (errno == EEXIST)
        continue;
      return zc_fail_write(err, path);
    }
    *strrchr(part, '/') = '\0';
    int above = open(*part == '\0' ? "/" : part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = above >= 0 && fsync(above) == 0;
    if (above >= 0)
      close(above);
    if (!good)
      return zc_fail_write(err, path);
  }
  return ZC_OK;
}

static zc_code take_lock(zc_library *library, zc_err *err)
{
  library->lock = openat(library->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                         0666);
  if (library->lock < 0)
    return zc_fail_write(err, library->home->library);
  if (flock(library->lock, LOCK_EX | LOCK_NB) == 0)
    return ZC_OK;
  if (errno != EWOULDBLOCK)
    return zc_fail_write(err, library->home->library);
  return zc_fail(err, ZC_EIO,
                 "another command is writing to the installed packages in {path}; run "
                 "this one again when it has ended",
                 "path", library->home->library, NULL);
}

/* ---- roots --------------------------------------------------------------------- */

/* How many roots there are: their numbers have no gaps. */
static zc_code count_roots(const zc_library *library, int64_t *count, zc_err *err)
{
  zc_names names;
  *count = 0;
  if (faccessat(library->fd, ROOTS, F_OK, 0) != 0 && errno == ENOENT)
    return ZC_OK;
  zc_code code = zc_folder_names(library->fd, ROOTS, &names, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; i < names.count; i++)
    *count += names.kinds[i] == 'f' && names.names[i][0] != '.' &&
              zc_name_ends(names.names[i], ZC_ROOT_SUFFIX);
  zc_names_free(&names);
  return ZC_OK;
}

/* Whether a root is wrong or missing, rather than the system unable to read it. */
static bool is_wrong(const zc_library *library, int64_t number, zc_code code)
{
  char path[64];
  snprintf(path, sizeof path, ROOTS "/%lld" ZC_ROOT_SUFFIX, (long long)number);
  return code == ZC_ETRUST || code == ZC_EDATA ||
         (code == ZC_EOPEN && faccessat(library->fd, path, R_OK, 0) != 0);
}

static zc_code fail_roots(const zc_library *library, zc_err *err)
{
  char path[PATH_MAX + 8];
  snprintf(path, sizeof path, "%s/" ROOTS, library->home->library);
  return zc_fail(err, ZC_ETRUST,
                 "the trusted keys in {path} were changed or are damaged; remove that "
                 "folder and trust the office's root anew with `zicha key trust`",
                 "path", path, NULL);
}

static zc_code read_roots(zc_library *library, zc_err *err)
{
  int64_t count;
  zc_code code = count_roots(library, &count, err);
  for (int64_t number = 1; code == ZC_OK && number <= count; number++) {
    zc_root next = {0};
    json_t *kept = NULL;
    code = zc_root_read(library->fd, ROOTS, number, number == 1 ? NULL : &library->root,
                        &next, &kept, err);
    json_decref(kept);
    zc_root_free(&library->root);
    library->root = next;
    if (code != ZC_OK && is_wrong(library, number, code))
      code = fail_roots(library, err);
  }
  return code;
}

zc_code zc_library_keep_root(zc_library *library, int64_t number, const json_t *kept,
                             zc_err *err)
{
  char own[40];
  const char *name;
  json_t *text;
  int fd;
  snprintf(own, sizeof own, "%lld" ZC_ROOT_SUFFIX, (long long)number);
  zc_code code = zc_folder_open_beneath(library->fd, ROOTS, true, &fd, err);
  if (code != ZC_OK)
    return code;
  /* The root itself comes last: without it its signatures mean nothing. */
  for (int last = 0; last < 2; last++)
    json_object_foreach((json_t *)kept, name, text)
    {
      if (code == ZC_OK && (strcmp(name, own) == 0) == (last == 1))
        code = zc_file_write(fd, name, json_string_value(text),
                             json_string_length(text), 0666, err);
    }
  if (code == ZC_OK && fsync(library->fd) != 0)
    code = zc_fail_write(err, library->home->library);
  close(fd);
  if (code != ZC_OK)
    return code;
  zc_root_free(&library->root);
  library->root = (zc_root){0};
  return read_roots(library, err);
}

/* ---- what was seen --------------------------------------------------------------- */

static zc_code read_seen(zc_library *library, zc_err *err)
{
  char path[PATH_MAX + 8];
  zc_buffer text = {0};
  if (faccessat(library->fd, SEEN, F_OK, 0) != 0 && errno == ENOENT)
    return ZC_OK;
  zc_code code = zc_file_read_beneath(library->fd, SEEN, SEEN_FILE, &text, err);
  if (code == ZC_OK) {
    json_t *seen = NULL;
    code = zc_json_parse(zc_text_or(text.data, ""), text.size, &seen, err);
    if (code == ZC_OK && json_is_object(seen)) {
      json_decref(library->seen);
      library->seen = json_incref(seen);
    } else if (code == ZC_OK) {
      code = ZC_EDATA;
    }
    json_decref(seen);
  }
  zc_buffer_free(&text);
  snprintf(path, sizeof path, "%s/" SEEN, library->home->library);
  return code != ZC_EDATA
             ? code
             : zc_fail(err, ZC_EDATA,
                       "{path} is damaged: it keeps which serials were seen; put it "
                       "back from a backup, or remove it, and what is installed counts",
                       "path", path, NULL);
}

zc_code zc_library_keep_seen(zc_library *library, zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = zc_json_canonical(library->seen, &text, err);
  zc_buffer_char(&text, '\n');
  if (code == ZC_OK)
    code = zc_buffer_check(&text, err);
  if (code == ZC_OK)
    code = zc_file_write(library->fd, SEEN, text.data, text.size, 0666, err);
  zc_buffer_free(&text);
  return code;
}

/* ---- opening ------------------------------------------------------------------- */

static zc_code open_folder(zc_library *library, bool change, zc_err *err)
{
  const char *path = library->home->library;
  if (*path == '\0')
    return !change ? ZC_OK
                   : zc_fail(err, ZC_EWRITE,
                             "there is no place for installed packages: neither HOME "
                             "nor ZICHA_LIBRARY names a folder",
                             NULL);
  zc_code code = change ? make_folder(path, err) : ZC_OK;
  if (code != ZC_OK)
    return code;
  if (!change && access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
    return ZC_OK;
  return zc_folder_open(path, &library->fd, err);
}

zc_code zc_library_open(const zc_home *home, bool change, zc_library *library,
                        zc_err *err)
{
  *library = (zc_library){.home = home, .fd = -1, .lock = -1, .seen = json_object()};
  zc_code code = library->seen == NULL ? zc_fail_memory(err)
                                       : open_folder(library, change, err);
  if (code == ZC_OK && change)
    code = take_lock(library, err);
  if (code == ZC_OK && change)
    zc_stored_sweep(library);
  if (code == ZC_OK && library->fd >= 0)
    code = read_roots(library, err);
  if (code == ZC_OK && library->fd >= 0)
    code = read_seen(library, err);
  if (code != ZC_OK)
    zc_library_close(library);
  return code;
}

void zc_library_close(zc_library *library)
{
  zc_root_free(&library->root);
  json_decref(library->seen);
  if (library->lock >= 0)
    close(library->lock); /* which ends the lock */
  if (library->fd >= 0)
    close(library->fd);
  *library = (zc_library){.fd = -1, .lock = -1};
}
