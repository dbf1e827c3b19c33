#include "eval/mapping.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vector/load.h"

static zc_code fail_mapping(const char *id, zc_err *err)
{
  return zc_fail_system(err, ZC_EIO, errno, "cannot read {path}: {reason_term}", "path",
                        id, NULL);
}

zc_code zc_map_file(int fd, zc_mapped *mapped, size_t *taken, zc_err *err)
{
  struct stat about;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  if (fstat(fd, &about) != 0)
    return fail_mapping(mapped->id, err);
  mapped->size = (size_t)about.st_size;
  *taken = (mapped->size + ZC_PADDING + page - 1) / page * page;
  /* The room behind the file is no part of it: reading there must not depend on how its
   * size falls on pages. */
  char *room = mmap(NULL, *taken, PROT_READ,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED)
    return fail_mapping(mapped->id, err);
  mapped->data = room;
  if (mapped->size == 0)
    return ZC_OK;
  if (mmap(room, mapped->size, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED)
    return fail_mapping(mapped->id, err);
  /* Read once, from its beginning to its end: a disk then reads far ahead. What is in
   * memory already is read as fast either way. */
  madvise(room, mapped->size, MADV_SEQUENTIAL);
  return ZC_OK;
}
