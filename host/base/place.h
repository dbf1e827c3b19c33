/* place.h: many files that are named by their content, flushed to the disk together. */
#ifndef ZC_BASE_PLACE_H
#define ZC_BASE_PLACE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* Writes a file beneath `at` (its folder is there) that nobody knows of yet; one that stands under
 * this name is replaced. It is not flushed: until it is, and something says that it is there, it may
 * be half of it. */
zc_code zc_place_file(int at, const char *path, const void *data, size_t size,
                      mode_t mode, zc_err *err);

/* Has all that was written to the file system of this folder on the disk. */
zc_code zc_place_flush(int at, const char *name, zc_err *err);

#endif
