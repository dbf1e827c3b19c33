/* zpk.h: the file in which a package is handed on (docs/publishing.md): manifest, signature, files.
 * No archive: nothing is compressed, and every length is known before a part is read. */
#ifndef ZC_PACKAGE_ZPK_H
#define ZC_PACKAGE_ZPK_H

#include "package/manifest.h"
#include "package/signature.h"
#include "package/zrep.h"

#define ZC_ZPK_FILE ((size_t)16 << 20) /* no package file is larger */
#define ZC_ZPK_SUFFIX ".zpk"

/* Borrowed from the bytes of the file; not NUL-terminated. */
typedef struct {
  zc_part manifest;
  zc_part signature; /* ZC_ZREP_UNSIGNED where nobody has signed */
  zc_part
      paths[ZC_PACKAGE_FILES]; /* as the package file has them: the manifest's count */
  zc_part files[ZC_PACKAGE_FILES];
  size_t count;
} zc_zpk;

/* Makes the manifest's list of files, the plan's hash and the contents of a package's folder: all
 * files beneath it but those whose name begins with a dot. Their bytes are appended to `bytes`,
 * one behind the other in the manifest's order. ZC_EDATA: unsafe names, links, too many files or too
 * large ones: all of them among `faults`. */
zc_code zc_zpk_collect(const char *folder, json_t *faults, zc_manifest *manifest,
                       zc_buffer *bytes, zc_err *err);

/* Appends the package file; `signature` NULL: unsigned. `bytes` are those of all files of the
 * manifest. */
zc_code zc_zpk_write(const zc_manifest *manifest, const zc_buffer *signature,
                     const char *bytes, zc_buffer *out, zc_err *err);

/* Appends the same file with another signature; NULL: with none. */
zc_code zc_zpk_resign(const zc_zpk *zpk, const zc_buffer *signature, zc_buffer *out,
                      zc_err *err);

/* Finds the parts in a file's bytes without reading what is in them: no more than sizes and their
 * sum. ZC_EDATA for all that zc_zpk_write does not write. */
zc_code zc_zpk_read(const char *file, const char *data, size_t size, zc_zpk *zpk,
                    zc_err *err);
bool zc_zpk_is_unsigned(const zc_zpk *zpk);

/* Reads the signature. ZC_ETRUST: there is none. ZC_EDATA: it is malformed. */
zc_code zc_zpk_signature(const char *file, const zc_zpk *zpk, zc_signature *signature,
                         zc_err *err);

/* Whether the key made it, and for this manifest, of which nothing is parsed. ZC_ETRUST. */
zc_code zc_zpk_check_signature(const char *file, const zc_zpk *zpk,
                               const zc_signature *signature, const zc_public_key *key,
                               zc_err *err);

/* Reads the manifest. With the signature, its comment has to be of it: else ZC_ETRUST; NULL: nobody
 * has signed yet. The manifest is the caller's even on failure. */
zc_code zc_zpk_manifest(const char *file, const zc_zpk *zpk,
                        const zc_signature *signature, zc_manifest *manifest,
                        zc_err *err);

/* The hash of the plan whose files these are, as zc_package_read takes it of a folder. */
zc_code zc_zpk_hash(const zc_manifest *manifest, const zc_part *files,
                    char digits[ZC_HASH_ROOM], zc_err *err);

/* Whether the files are those of the manifest: as many, each with its name, size and hash, and
 * together the plan with its hash. ZC_ETRUST. */
zc_code zc_zpk_check_files(const char *file, const zc_zpk *zpk,
                           const zc_manifest *manifest, zc_err *err);

#endif
