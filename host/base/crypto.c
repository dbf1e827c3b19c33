#include "base/crypto.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define MOST_BASE64 256 /* bytes that are read at once */

/* What the library does not say before its first use is not to be relied upon. */
static zc_code begin(zc_err *err)
{
  return sodium_init() >= 0
             ? ZC_OK
             : zc_fail(err, ZC_EINTERNAL,
                       "libsodium failed; close other programs and try again, or see "
                       "whether it is installed as it should be",
                       NULL);
}

zc_code zc_random_bytes(void *bytes, size_t size, zc_err *err)
{
  assert(size <= 256);
  if (getentropy(bytes, size) != 0)
    return zc_fail_system(err, ZC_EINTERNAL, errno,
                          "the system gives no random bytes: {reason_term}", NULL);
  return ZC_OK;
}

void zc_forget(void *secret, size_t size)
{
  sodium_memzero(secret, size);
}

/* ---- Ed25519 ----------------------------------------------------------------- */

zc_code zc_ed25519_point(const unsigned char seed[ZC_ED25519_SEED],
                         unsigned char point[ZC_ED25519_POINT], zc_err *err)
{
  unsigned char secret[crypto_sign_ed25519_SECRETKEYBYTES];
  zc_code code = begin(err);
  if (code == ZC_OK)
    crypto_sign_ed25519_seed_keypair(point, secret, seed);
  zc_forget(secret, sizeof secret);
  return code;
}

zc_code zc_ed25519_sign(const unsigned char seed[ZC_ED25519_SEED], const void *data,
                        size_t size, unsigned char signature[ZC_ED25519_SIGNATURE],
                        zc_err *err)
{
  unsigned char secret[crypto_sign_ed25519_SECRETKEYBYTES], point[ZC_ED25519_POINT];
  zc_code code = begin(err);
  if (code == ZC_OK) {
    crypto_sign_ed25519_seed_keypair(point, secret, seed);
    crypto_sign_ed25519_detached(signature, NULL, data, size, secret);
  }
  zc_forget(secret, sizeof secret);
  return code;
}

zc_code zc_ed25519_check(const unsigned char point[ZC_ED25519_POINT], const void *data,
                         size_t size,
                         const unsigned char signature[ZC_ED25519_SIGNATURE],
                         bool *good, zc_err *err)
{
  zc_code code = begin(err);
  *good = code == ZC_OK &&
          crypto_sign_ed25519_verify_detached(signature, data, size, point) == 0;
  return code;
}

/* ---- BLAKE2b ----------------------------------------------------------------- */

void zc_blake2b_of(const void *data, size_t size, unsigned char *digest, size_t room)
{
  assert(room >= 1 && room <= ZC_BLAKE2B);
  crypto_generichash_blake2b(digest, room, data, size, NULL, 0);
}

/* ---- scrypt ------------------------------------------------------------------ */

zc_code zc_scrypt(const char *passphrase, size_t length, const unsigned char *salt,
                  size_t salt_size, unsigned log_n, uint32_t r, uint32_t p,
                  unsigned char *key, size_t key_size, zc_err *err)
{
  zc_code code = begin(err);
  if (code != ZC_OK)
    return code;
  /* Whoever calls has bounded what this takes. */
  if (crypto_pwhash_scryptsalsa208sha256_ll((const uint8_t *)passphrase, length, salt,
                                            salt_size, (uint64_t)1 << log_n, r, p, key,
                                            key_size) == 0)
    return ZC_OK;
  uint64_t bytes = ((uint64_t)128 * r) << log_n;
  return zc_fail(
      err, ZC_EINTERNAL,
      "the passphrase cannot be tried: that takes {size} MiB of memory; close "
      "other programs and try again",
      "size", ZC_DIGITS(bytes >> 20), NULL);
}

/* ---- base64 ------------------------------------------------------------------ */

void zc_base64_encode(const unsigned char *bytes, size_t size, char *text)
{
  sodium_bin2base64(text, ZC_BASE64(size) + 1, bytes, size,
                    sodium_base64_VARIANT_ORIGINAL);
}

bool zc_base64_decode(const char *text, unsigned char *bytes, size_t size)
{
  char again[ZC_BASE64(MOST_BASE64) + 1];
  size_t got;
  assert(size <= MOST_BASE64);
  bool good = sodium_base642bin(bytes, size, text, ZC_BASE64(size), NULL, &got, NULL,
                                sodium_base64_VARIANT_ORIGINAL) == 0 &&
              got == size;
  if (good) {
    /* The library takes further spellings; one is enough. */
    zc_base64_encode(bytes, size, again);
    good = memcmp(text, again, ZC_BASE64(size)) == 0;
    zc_forget(again, sizeof again);
  }
  return good;
}
