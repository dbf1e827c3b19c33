/* crypto.h: signatures, hashes of 64 bytes, keys from passphrases, base64. What stands in
 * files is the business of host/package; SHA-256 is hash.h's. */
#ifndef ZC_BASE_CRYPTO_H
#define ZC_BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define ZC_ED25519_SEED 32
#define ZC_ED25519_POINT 32
#define ZC_ED25519_SIGNATURE 64
#define ZC_BLAKE2B 64

/* Bytes that nobody can guess, from the system; at most 256. */
zc_code zc_random_bytes(void *bytes, size_t size, zc_err *err);

/* Overwrites a secret, also where a compiler sees that nobody reads it again. */
void zc_forget(void *secret, size_t size);

/* Ed25519 (RFC 8032): the public point that belongs to a seed, a signature, and whether one
 * is good. A point of small order has no good signatures: for those everybody could make
 * some. */
zc_code zc_ed25519_point(const unsigned char seed[ZC_ED25519_SEED],
                         unsigned char point[ZC_ED25519_POINT], zc_err *err);
zc_code zc_ed25519_sign(const unsigned char seed[ZC_ED25519_SEED], const void *data,
                        size_t size, unsigned char signature[ZC_ED25519_SIGNATURE],
                        zc_err *err);
zc_code zc_ed25519_check(const unsigned char point[ZC_ED25519_POINT], const void *data,
                         size_t size,
                         const unsigned char signature[ZC_ED25519_SIGNATURE],
                         bool *good, zc_err *err);

/* BLAKE2b (RFC 7693) of data, with `room` bytes: 1 to 64. */
void zc_blake2b_of(const void *data, size_t size, unsigned char *digest, size_t room);

/* scrypt (RFC 7914) over 2^log_n blocks of r · 128 bytes, p times. */
zc_code zc_scrypt(const char *passphrase, size_t length, const unsigned char *salt,
                  size_t salt_size, unsigned log_n, uint32_t r, uint32_t p,
                  unsigned char *key, size_t key_size, zc_err *err);

/* Characters of base64 for so many bytes. */
#define ZC_BASE64(size) (((size) + 2) / 3 * 4)

/* Writes base64 and a NUL: ZC_BASE64(size) + 1 characters. */
void zc_base64_encode(const unsigned char *bytes, size_t size, char *text);

/* Reads exactly `size` ≤ 256 bytes from ZC_BASE64(size) characters. False for anything but the one
 * spelling that zc_base64_encode gives; `bytes` are of no use then. */
bool zc_base64_decode(const char *text, unsigned char *bytes, size_t size);

#endif
