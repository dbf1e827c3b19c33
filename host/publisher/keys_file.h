/* keys_file.h: the list of keys as people write it, from which a root is made (docs/publishing.md). */
#ifndef ZC_PUBLISHER_KEYS_FILE_H
#define ZC_PUBLISHER_KEYS_FILE_H

#include "package/root.h"
#include "value/fault.h"

/* Reads days, threshold and keys into a root whose number and day of issue are set. ZC_EDATA: the
 * faults say what is wrong, all of it. */
zc_code zc_keys_file_read(const char *path, json_t *faults, zc_root *root, zc_err *err);

#endif
