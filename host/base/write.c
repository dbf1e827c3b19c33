#include "base/write.h"

#include <errno.h>
#include <unistd.h>

zc_code zc_fail_write(zc_err *err, const char *path)
{
  int number = errno;
  if (number == ENOSPC || number == EDQUOT)
    return zc_fail(err, ZC_EIO,
                   "the disk is full: {path} was not written; free some space and run "
                   "the command again",
                   "path", path, NULL);
  if (number == EROFS || number == EACCES || number == EPERM)
    return zc_fail(err, ZC_EWRITE,
                   "no permission to write {path}; use a folder of your own or ask for "
                   "the right to write here",
                   "path", path, NULL);
  return zc_fail_system(err, ZC_EIO, number, "cannot write {path}: {reason_term}",
                        "path", path, NULL);
}

zc_code zc_write_all(int fd, const char *path, const void *data, size_t size,
                     zc_err *err)
{
  const char *from = data;
  while (size > 0) {
    ssize_t put = write(fd, from, size);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return zc_fail_write(err, path);
    from += put;
    size -= (size_t)put;
  }
  return ZC_OK;
}
