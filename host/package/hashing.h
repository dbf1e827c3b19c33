/* hashing.h: what the hash of a package covers, whether its files lie in a folder or in a package file. */
#ifndef ZC_PACKAGE_HASHING_H
#define ZC_PACKAGE_HASHING_H

#include <stdbool.h>

#include "base/hash.h"

/* Whether a file counts: all do but those beneath example/ and tests/, which nobody is judged by, and
 * those whose name, or whose folder's, begins with a dot. */
bool zc_package_counts(const char *path);

/* Adds one that counts. They come in the order of the next. */
void zc_package_hash_file(zc_hash *hash, const char *path, const void *data,
                          size_t size);

/* Folder by folder, names by their bytes: negative where `a` comes before `b`. */
int zc_package_order(const char *a, const char *b);

#endif
