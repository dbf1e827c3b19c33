#include "base/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/write.h"

static zc_code write_new(int at, const char *path, const void *data, size_t size,
                         mode_t mode, int *number, zc_err *err)
{
  int fd = openat(at, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  *number = fd < 0 ? errno : 0;
  if (fd < 0)
    return zc_fail_write(err, path);
  zc_code code = zc_write_all(fd, path, data, size, err);
  if (close(fd) != 0 && code == ZC_OK)
    code = zc_fail_write(err, path);
  if (code != ZC_OK)
    unlinkat(at, path, 0);
  return code;
}

/* What stands there is of a process that died, or of a thread with the same file. */
static zc_code write_again(int at, const char *path, const void *data, size_t size,
                           mode_t mode, zc_err *err)
{
  char draft[512];
  int number;
  snprintf(draft, sizeof draft, "%.400s.%ld.new", path, (long)gettid());
  unlinkat(at, draft, 0);
  zc_code code = write_new(at, draft, data, size, mode, &number, err);
  if (code == ZC_OK && renameat(at, draft, at, path) != 0) {
    code = zc_fail_write(err, path);
    unlinkat(at, draft, 0);
  }
  return code;
}

zc_code zc_place_file(int at, const char *path, const void *data, size_t size,
                      mode_t mode, zc_err *err)
{
  int number;
  zc_code code = write_new(at, path, data, size, mode, &number, err);
  return number == EEXIST ? write_again(at, path, data, size, mode, err) : code;
}

zc_code zc_place_flush(int at, const char *name, zc_err *err)
{
  return syncfs(at) == 0 ? ZC_OK : zc_fail_write(err, name);
}
