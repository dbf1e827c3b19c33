/* manifest.h: what a package file says of itself (docs/publishing.md). One text has one meaning,
 * and one meaning one text: what is read was written by zc_manifest_print, byte for byte. */
#ifndef ZC_PACKAGE_MANIFEST_H
#define ZC_PACKAGE_MANIFEST_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "package/package.h"

#define ZC_MANIFEST_FILE ((size_t)256 << 10)  /* no manifest is larger */
#define ZC_MANIFEST_WORD 256                  /* the longest name, with its NUL */
#define ZC_MANIFEST_SERIAL ((int64_t)1 << 53) /* serials lie below */
#define ZC_MANIFEST_PATH 200                  /* the longest path, with its NUL */
#define ZC_DAY_ROOM 11                        /* 2026-03-01 and NUL */

/* A file of the package, in the order of the bytes of their paths. */
typedef struct {
  char path[ZC_MANIFEST_PATH];
  char sha256[ZC_HASH_ROOM];
  size_t size;
} zc_manifest_file;

typedef struct {
  char issuer[ZC_MANIFEST_WORD]; /* who publishes, as people call it */
  char region[ZC_MANIFEST_WORD]; /* for which place: 全国, 某县 */
  char level[16];                /* national province city county facility */
  char name[ZC_MANIFEST_WORD];   /* the package's id, LEVEL/NAME-WITH-HYPHENS */
  char version[64];              /* the plan's, for people */
  int64_t serial;                /* grows with everything that is published, from 1 */
  char not_before[ZC_DAY_ROOM], expires[ZC_DAY_ROOM];
  char minimum_zicha[32];           /* 0.1.0 */
  char parent[ZC_MANIFEST_WORD];    /* its id; "" where the plan stands alone */
  char parent_sha256[ZC_HASH_ROOM]; /* zc_package.sha256 of that layer */
  char sha256[ZC_HASH_ROOM];        /* zc_package.sha256 of this one */
  zc_manifest_file *files;          /* owned */
  size_t count;
} zc_manifest;

/* Appends its text. ZC_EDATA for a member that cannot stand in one. */
zc_code zc_manifest_print(const zc_manifest *manifest, zc_buffer *out, zc_err *err);

/* Reads that text; `file` is for messages. ZC_EDATA for all that zc_manifest_print does not write:
 * another order, unsafe or repeated paths, days that are none, sizes that together are over
 * ZC_ZPK_FILE. The manifest is the caller's, to be freed even then. */
zc_code zc_manifest_parse(const char *file, const char *text, size_t size,
                          zc_manifest *manifest, zc_err *err);
void zc_manifest_free(zc_manifest *manifest);

/* Whether a path may stand in a package: parts of small letters, digits, _ . and -, none of which
 * begins or ends with a dot, is empty, or is a device's name on some system (con, nul, com1.yaml …);
 * at most eight folders. */
bool zc_manifest_path_is_safe(const char *path);

/* Whether a text may be a version: letters, digits, dots, _ and -; and a release of zicha: three
 * numbers, 0.1.0. */
bool zc_manifest_is_version(const char *text);
bool zc_manifest_is_release(const char *text);

/* Whether this zicha is as new as the manifest wants: three numbers, compared one by one. */
bool zc_manifest_fits(const zc_manifest *manifest, const char *version);

/* The trusted comment of its signature: «zicha-package:1 name:ID serial:N». */
void zc_manifest_comment(const zc_manifest *manifest, zc_buffer *out);

#endif
