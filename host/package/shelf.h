/* shelf.h: the folder in which an office publishes: packages, roots, and a signed index of them
 * (docs/publishing.md). A stick or any web server carries it. */
#ifndef ZC_PACKAGE_SHELF_H
#define ZC_PACKAGE_SHELF_H

#include "package/library.h"

#define ZC_INDEX_FILE ((size_t)1 << 20)
#define ZC_INDEX_PACKAGES 5000

typedef struct {
  char name[ZC_MANIFEST_WORD]; /* the package's id */
  int64_t serial;
  char sha256[ZC_HASH_ROOM];
  size_t size;
  char file[ZC_MANIFEST_PATH]; /* in the folder */
} zc_index_package;

typedef struct {
  char issuer[ZC_MANIFEST_WORD], level[16], region[ZC_MANIFEST_WORD];
  int64_t number; /* grows by one with each */
  char issued[ZC_DAY_ROOM], expires[ZC_DAY_ROOM];
  int64_t root;               /* the newest root that the folder has; 0: none */
  zc_index_package *packages; /* owned; by file name */
  size_t count;
} zc_index;

zc_code zc_index_print(const zc_index *index, zc_buffer *out, zc_err *err);
zc_code zc_index_parse(const char *file, const char *text, size_t size, zc_index *index,
                       zc_err *err);
void zc_index_free(zc_index *index);

#endif
