/* mapping.h: the tables that were handed over, as bytes in memory. */
#ifndef ZC_EVAL_MAPPING_H
#define ZC_EVAL_MAPPING_H

#include "base/error.h"

/* A table of argv, mapped before the lock, or of a plan. ZC_PADDING bytes behind it can be
 * read too, whatever they hold. */
typedef struct {
  const char *id;
  const char *data;
  size_t size;
} zc_mapped;

/* Maps a file for good; `mapped` keeps its id. *taken is what the mapping takes of the
 * address space. A file that becomes shorter while it is read ends the process (SIGBUS). */
zc_code zc_map_file(int fd, zc_mapped *mapped, size_t *taken, zc_err *err);

#endif
