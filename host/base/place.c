#include "base/place.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/write.h"

static int open_draft(int at, const char *draft, mode_t mode)
{
  return openat(at, draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
}

zc_code zc_place_file(int at, const char *path, const void *data, size_t size,
                      mode_t mode, zc_err *err)
{
  char draft[512];
  const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
  snprintf(draft, sizeof draft, "%.*s.%.255s.%ld.new", (int)(name - path), path, name,
           (long)gettid());
  int fd = open_draft(at, draft, mode);
  if (fd < 0 && unlinkat(at, draft, 0) == 0)
    fd = open_draft(at, draft, mode);
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
