/* place.h: many files that are named by their content, flushed to the disk together. */
#ifndef ZC_BASE_PLACE_H
#define ZC_BASE_PLACE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* Writes a file beneath `at` (its folder is there) under a name of its own and renames it; one that
 * stands under this name is replaced. What a killed process leaves is a draft (zc_drafts_sweep). It
 * is not flushed. */
zc_code zc_place_file(int at, const char *path, const void *data, size_t size,
                      mode_t mode, zc_err *err);

/* Has all that was written to the file system of this folder on the disk. */
zc_code zc_place_flush(int at, const char *name, zc_err *err);

#endif
