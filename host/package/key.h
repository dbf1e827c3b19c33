/* key.h: keys that sign, in the files of minisign (https://jedisct1.github.io/minisign).
 *
 * Secrets are in memory no longer than needed: whoever has one forgets it. */
#ifndef ZC_PACKAGE_KEY_H
#define ZC_PACKAGE_KEY_H

#include "base/buffer.h"
#include "package/minisign.h"

#define ZC_KEY_FILE ((size_t)4096) /* no key file is larger */
#define ZC_KEY_ID_ROOM (2 * ZC_KEY_ID + 1)
#define ZC_KEY_LINE_ROOM 57 /* a public key as a line of base64 */
/* The longest passphrase that minisign reads, with its NUL. */
#define ZC_PASSPHRASE 1024

typedef struct {
  unsigned char id[ZC_KEY_ID];
  unsigned char point[ZC_ED25519_POINT];
} zc_public_key;

typedef struct {
  zc_public_key shown; /* what others may know of it */
  unsigned char seed[ZC_ED25519_SEED];
} zc_secret_key;

/* A secret key as its file holds it. */
#define ZC_SEALED 158
typedef struct {
  bool locked; /* by a passphrase */
  unsigned char bytes[ZC_SEALED];
} zc_sealed_key;

/* A fresh key. */
zc_code zc_key_new(zc_secret_key *key, zc_err *err);
void zc_key_forget(zc_secret_key *key);
void zc_key_forget_sealed(zc_sealed_key *sealed);

/* The id as minisign prints it: 16 hexadecimal digits. */
void zc_key_id_text(const unsigned char id[ZC_KEY_ID], char room[ZC_KEY_ID_ROOM]);

/* The key as a line, as `minisign -P` takes it. */
void zc_key_line(const zc_public_key *key, char room[ZC_KEY_LINE_ROOM]);

/* Reads such a line; `name` is what it is called in messages. ZC_EDATA. */
zc_code zc_key_parse_line(const char *name, const char *line, zc_public_key *key,
                          zc_err *err);

/* ---- public keys ------------------------------------------------------------- */

/* Appends the text of a public key file. */
void zc_key_print_public(const zc_public_key *key, zc_buffer *out);

/* Reads that text; `file` is for messages. ZC_EDATA. */
zc_code zc_key_parse_public(const char *file, const char *text, size_t size,
                            zc_public_key *key, zc_err *err);
zc_code zc_key_read_public(const char *path, zc_public_key *key, zc_err *err);

/* ---- secret keys ------------------------------------------------------------- */

/* Appends the text of a secret key file, locked by `passphrase`; NULL: by none, so that
 * whoever reads the file can sign. Locking takes 128 MiB of memory for a moment: minisign
 * itself takes 1 GiB, which a clinic's computer may not have, and reads both. */
zc_code zc_key_print_secret(const zc_secret_key *key, const char *passphrase,
                            zc_buffer *out, zc_err *err);

/* Reads the text of a secret key file without unlocking it. ZC_EDATA, also for one whose
 * unlocking would take more than minisign's own keys do. */
zc_code zc_key_parse_secret(const char *file, const char *text, size_t size,
                            zc_sealed_key *sealed, zc_err *err);
zc_code zc_key_read_secret(const char *path, zc_sealed_key *sealed, zc_err *err);

/* Unlocks it; `passphrase` is not looked at where there is none. ZC_ETRUST: it is a wrong
 * one. ZC_EDATA: the key is damaged. */
zc_code zc_key_unlock(const char *file, const zc_sealed_key *sealed,
                      const char *passphrase, zc_secret_key *key, zc_err *err);

/* Whether a key file's text has a secret key in it rather than a public one, by its
 * length alone. */
bool zc_key_is_secret(const char *text, size_t size);

#endif
