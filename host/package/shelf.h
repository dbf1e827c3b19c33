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
} zc_shelf_package;

typedef struct {
  char issuer[ZC_MANIFEST_WORD], level[16], region[ZC_MANIFEST_WORD];
  int64_t number; /* grows by one with each */
  char issued[ZC_DAY_ROOM], expires[ZC_DAY_ROOM];
  int64_t root;               /* the newest root that the folder has; 0: none */
  zc_shelf_package *packages; /* owned; by file name */
  size_t count;
  char sha256[ZC_HASH_ROOM]; /* of the text that was read */
} zc_shelf;

/* Appends its text. ZC_EDATA for a member that cannot stand in one, packages that are not in the order
 * of their files, one serial of a package twice. */
zc_code zc_shelf_print(const zc_shelf *index, zc_buffer *out, zc_err *err);

/* Reads that text; `file` is for messages. ZC_EDATA for all that zc_shelf_print does not write. The
 * index is the caller's, to be freed even then. */
zc_code zc_shelf_parse(const char *file, const char *text, size_t size, zc_shelf *index,
                       zc_err *err);
void zc_shelf_free(zc_shelf *index);

/* Puts the packages into their order. */
void zc_shelf_sort(zc_shelf *index);

/* The trusted comment of its signature: «zicha-index:1 number:N». */
void zc_shelf_comment(int64_t number, zc_buffer *out);

/* The names of index and signature in the folder. The next signature stands beside the old one
 * while the index is replaced: whichever fits counts, so that there is always a whole one. */
#define ZC_SHELF_INDEX "index"
#define ZC_SHELF_SIGNATURE ZC_SHELF_INDEX ZC_SIGNATURE_SUFFIX
#define ZC_SHELF_NEXT ZC_SHELF_SIGNATURE ".next"

/* Reads the index of a folder and checks that a key of the root signed it which may do so for its
 * level and region on this day; nothing of it is parsed before the signature has been found good.
 * The index is the caller's, to be freed even on failure. ZC_EOPEN: there is none; ZC_ETRUST: it is
 * not signed, or not by such a key. */
zc_code zc_shelf_read(int at, const zc_root *root, const char *today, zc_shelf *index,
                      const zc_root_key **key, zc_err *err);

/* Replaces index and signature: at every moment one of the two is there whole. */
zc_code zc_shelf_write(int at, const zc_buffer *text, const zc_buffer *signature,
                       zc_err *err);

/* Gives the next signature its place where a publication was interrupted behind the index. */
zc_code zc_shelf_settle(int at, const zc_root *root, zc_err *err);

/* Whether an index is no older than the one of its level and region that was seen last
 * (zc_library.seen), and not expired. ZC_ETRUST: somebody holds newer ones back, or brings an old
 * one. */
zc_code zc_shelf_is_fresh(const zc_shelf *index, const json_t *seen, const char *today,
                          zc_err *err);

/* Remembers it among those. */
zc_code zc_shelf_keep_seen(const zc_shelf *index, json_t *seen, zc_err *err);

#endif
