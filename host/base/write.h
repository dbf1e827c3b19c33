/* write.h: bytes to a descriptor, and why they would not go. Apart from file.h because
 * the evaluator needs no more than this. */
#ifndef ZC_BASE_WRITE_H
#define ZC_BASE_WRITE_H

#include <stddef.h>

#include "base/error.h"

/* Writes all of `data`; `path` is for messages. */
zc_code zc_write_all(int fd, const char *path, const void *data, size_t size,
                     zc_err *err);

/* What errno means for somebody who wanted to write `path`: a full disk and a
 * read-only place want different remedies. */
zc_code zc_fail_write(zc_err *err, const char *path);

#endif
