/* signature.h: detached signatures in the format of minisign, NAME.minisig beside NAME.
 *
 * Signed is the BLAKE2b hash of the file («prehashed», what minisign makes since 0.10), and
 * then that signature together with the trusted comment. The untrusted comment is signed
 * by nobody: it is read, checked for its form, and believed in nothing. Signatures of the
 * old kind, over the file itself, are refused: whoever made one can sign again. */
#ifndef ZC_PACKAGE_SIGNATURE_H
#define ZC_PACKAGE_SIGNATURE_H

#include "package/key.h"

#define ZC_SIGNATURE_FILE ((size_t)16 << 10) /* no signature file is larger */
#define ZC_SIGNATURE_SUFFIX ".minisig"

typedef struct {
  unsigned char id[ZC_KEY_ID]; /* of the key that it says made it */
  unsigned char own[ZC_ED25519_SIGNATURE], all[ZC_ED25519_SIGNATURE];
  char comment[ZC_TRUSTED_COMMENT]; /* trusted once the signature was checked */
} zc_signature;

/* Appends the text of a signature file over data with this hash (zc_blake2b_of,
 * zc_blake2b_file). ZC_EDATA: the comment cannot be one. */
zc_code zc_signature_make(const unsigned char digest[ZC_BLAKE2B],
                          const zc_secret_key *key, const char *comment, zc_buffer *out,
                          zc_err *err);

/* Appends the text that zicha writes for a signature: minisign, which made another, may have put
 * other words into the comment that nobody signs. */
void zc_signature_print(const zc_signature *signature, zc_buffer *out);

/* Reads that text; `file` is for messages. ZC_EDATA. Nothing is checked yet. */
zc_code zc_signature_parse(const char *file, const char *text, size_t size,
                           zc_signature *signature, zc_err *err);

/* Whether the key signed data with this hash and the trusted comment; `file` is what was
 * signed, for messages. ZC_ETRUST: another key did, or either was changed since. */
zc_code zc_signature_check(const zc_signature *signature, const zc_public_key *key,
                           const char *file, const unsigned char digest[ZC_BLAKE2B],
                           zc_err *err);

#endif
