#include "base/place.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write.h"

zc_code zc_place_file(int at, const char *path, const void *data, size_t size,
                      mode_t mode, zc_err *err)
{
  char draft[512];
  struct stat about;
  if (fstatat(at, path, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode) &&
      about.st_size == (off_t)size)
    return ZC_OK;
  const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
  snprintf(draft, sizeof draft, "%.*s.%.255s.%ld.new", (int)(name - path), path, name,
           (long)gettid());
  unlinkat(at, draft, 0);
  int fd = openat(at, draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                  mode);
  if (fd < 0)
    return zc_fail_write(err, path);
  zc_code code = zc_write_all(fd, path, data, size, err);
  if (close(fd) != 0 && code == ZC_OK)
    code = zc_fail_write(err, path);
  if (code == ZC_OK && renameat(at, draft, at, path) != 0)
    code = zc_fail_write(err, path);
  if (code != ZC_OK)
    unlinkat(at, draft, 0);
  return code;
}

zc_code zc_place_flush(int at, const char *name, zc_err *err)
{
  return syncfs(at) == 0 ? ZC_OK : zc_fail_write(err, name);
}
