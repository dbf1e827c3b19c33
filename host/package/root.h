/* root.h: whose signatures count: the root file, a list of keys that several people sign
 * (docs/publishing.md). Each root but the first is signed by enough keys of the one before. */
#ifndef ZC_PACKAGE_ROOT_H
#define ZC_PACKAGE_ROOT_H

#include <stdint.h>

#include "package/manifest.h"
#include "package/signature.h"

#define ZC_ROOT_FILE ((size_t)256 << 10)
#define ZC_ROOT_KEYS 1000
#define ZC_ROOT_SUFFIX ".root"

typedef struct {
  bool root;      /* signs roots; else packages and indexes */
  char level[16]; /* of the packages that it signs; "-" for keys of the root */
  char region[ZC_MANIFEST_WORD];
  char expires[ZC_DAY_ROOM];
  zc_public_key key;
  char name[ZC_MANIFEST_WORD]; /* whose it is */
} zc_root_key;

typedef struct {
  int64_t number; /* 1, 2, 3 … without gaps */
  char issued[ZC_DAY_ROOM], expires[ZC_DAY_ROOM];
  int threshold; /* so many keys of the root have to sign the next one, and this one */
  zc_root_key *keys; /* owned; by their lines' bytes */
  size_t count;
  char sha256[ZC_HASH_ROOM]; /* of the file: its fingerprint */
} zc_root;

/* Appends its text. ZC_EDATA for a member that cannot stand in one, fewer root keys than the
 * threshold, a key or key id that is there twice. */
zc_code zc_root_print(const zc_root *root, zc_buffer *out, zc_err *err);

/* Reads that text, and takes its fingerprint. ZC_EDATA for all that zc_root_print does not write. The
 * root is the caller's, to be freed even then. */
zc_code zc_root_parse(const char *file, const char *text, size_t size, zc_root *root,
                      zc_err *err);
void zc_root_free(zc_root *root);

/* Reads FOLDER/NUMBER.root ("" for the folder `at` itself) with the signatures
 * NUMBER.root.KEYID.minisig beside it, and checks that enough keys of itself and, with `before`,
 * enough of that one have signed it (each key counts once; keys that were over on the day on which it
 * was issued do not count), and that its number and day follow. Its text and signatures are given
 * for keeping: {name: text}, owned. The root is the caller's, to be freed even on failure.
 * ZC_ETRUST: too few, with how many of how many, or a signature that does not fit; ZC_EOPEN: it is
 * not there. */
zc_code zc_root_read(int at, const char *folder, int64_t number, const zc_root *before,
                     zc_root *root, json_t **kept, zc_err *err);

/* How many have signed a root so far, of its own keys and of those of the one before it. */
typedef struct {
  int own, before;
} zc_root_count;

/* The same without asking for enough: the root may still be going from hand to hand. */
zc_code zc_root_read_part(int at, const char *folder, int64_t number,
                          const zc_root *before, zc_root *root, json_t **kept,
                          zc_root_count *count, zc_err *err);

/* The trusted comment of a root's signatures: «zicha-root:1 number:N». */
void zc_root_comment(int64_t number, zc_buffer *out);

/* The key of this id; NULL: there is none. Borrowed. */
const zc_root_key *zc_root_find(const zc_root *root, const unsigned char id[ZC_KEY_ID]);

/* Whether one of its keys made the signature over data with this hash: the key, whatever it may
 * sign. `file` is what was signed, for messages. ZC_ETRUST: none of its keys, or it does not fit. */
zc_code zc_root_check(const zc_root *root, const char *file,
                      const zc_signature *signature,
                      const unsigned char digest[ZC_BLAKE2B], const zc_root_key **key,
                      zc_err *err);

/* Whether the key may sign packages or an index of this level and region on this day: a sentence of its
 * own for each of no key, a key of the root, another level, another region, expired. ZC_ETRUST. */
zc_code zc_root_allows(const zc_root *root, const char *file,
                       const unsigned char id[ZC_KEY_ID], const char *level,
                       const char *region, const char *today, const zc_root_key **key,
                       zc_err *err);

#endif
