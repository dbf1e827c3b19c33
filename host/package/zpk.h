/* zpk.h: the file in which a package is handed on (docs/publishing.md): manifest, signature, files.
 * No archive: nothing is compressed, and every length is known before a part is read. */
#ifndef ZC_PACKAGE_ZPK_H
#define ZC_PACKAGE_ZPK_H

#include "package/manifest.h"
#include "package/signature.h"
#include "package/zrep.h"

#define ZC_ZPK_FILE ((size_t)16 << 20) /* no package file is larger */
#define ZC_ZPK_SUFFIX ".zpk"

/* Borrowed from the bytes of the file. */
typedef struct {
  zc_part manifest;
  zc_part signature; /* ZC_ZREP_UNSIGNED where nobody has signed */
  zc_part files[ZC_PACKAGE_FILES];
  size_t count;
} zc_zpk;

/* Makes the manifest's list of files and the file contents of a package's folder: all regular files
 * beneath it, but what lint and editors leave (lint.txt, names with a leading dot). Their bytes are
 * appended to `bytes`, one behind the other in the manifest's order. ZC_EDATA: an unsafe name, a
 * link, too many or too large: all of them among `faults`. */
zc_code zc_zpk_collect(const char *folder, json_t *faults, zc_manifest *manifest,
                       zc_buffer *bytes, zc_err *err);

/* Appends the package file; `signature` NULL: unsigned. */
zc_code zc_zpk_write(const zc_manifest *manifest, const zc_buffer *signature,
                     const char *bytes, zc_buffer *out, zc_err *err);

/* Appends the same file with another signature. */
zc_code zc_zpk_resign(const zc_zpk *zpk, const zc_buffer *signature, zc_buffer *out,
                      zc_err *err);

/* Finds the parts in a file's bytes without reading what is in them: no more than sizes and their
 * sum. ZC_EDATA for all that zc_zpk_write does not write. */
zc_code zc_zpk_read(const char *file, const char *data, size_t size, zc_zpk *zpk,
                    zc_err *err);
bool zc_zpk_is_unsigned(const zc_zpk *zpk);

/* Whether the files are those of the manifest: as many, each with its size and hash, and together
 * the plan with its hash. ZC_ETRUST. */
zc_code zc_zpk_check_files(const char *file, const zc_zpk *zpk,
                           const zc_manifest *manifest, zc_err *err);

#endif
