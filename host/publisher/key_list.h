/* key_list.h: a root as people read it. */
#ifndef ZC_PUBLISHER_KEY_LIST_H
#define ZC_PUBLISHER_KEY_LIST_H

#include "package/root.h"

/* Prints number, days, threshold, each key with whether it has expired on this day, and the
 * fingerprint. */
zc_code zc_root_show(const zc_root *root, const char *today, zc_err *err);

#endif
