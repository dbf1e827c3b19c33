#include "base/crypto.h"

#include <assert.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 16)
#define MOST_BASE64 256 /* bytes that are read at once */

/* No configuration of the machine decides what a signature is. */
static void begin(void)
{
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

static zc_code fail_crypto(zc_err *err)
{
  ERR_clear_error();
  return zc_fail(err, ZC_EINTERNAL,
                 "libcrypto failed; close other programs and try again, or see "
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
  OPENSSL_cleanse(secret, size);
}

/* ---- Ed25519 ----------------------------------------------------------------- */

zc_code zc_ed25519_point(const unsigned char seed[ZC_ED25519_SEED],
                         unsigned char point[ZC_ED25519_POINT], zc_err *err)
{
  size_t size = ZC_ED25519_POINT;
  begin();
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed,
                                               ZC_ED25519_SEED);
  bool good = key != NULL && EVP_PKEY_get_raw_public_key(key, point, &size) == 1;
  EVP_PKEY_free(key);
  return good ? ZC_OK : fail_crypto(err);
}

zc_code zc_ed25519_sign(const unsigned char seed[ZC_ED25519_SEED], const void *data,
                        size_t size, unsigned char signature[ZC_ED25519_SIGNATURE],
                        zc_err *err)
{
  size_t length = ZC_ED25519_SIGNATURE;
  begin();
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed,
                                               ZC_ED25519_SEED);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool good = key != NULL && context != NULL &&
              EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestSign(context, signature, &length, data, size) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return good ? ZC_OK : fail_crypto(err);
}

/* The points whose order divides 8, in every spelling, without the sign of x. libcrypto
 * takes them for keys; minisign does not. */
static bool is_small(const unsigned char point[ZC_ED25519_POINT])
{
  static const unsigned char eighth[2][ZC_ED25519_POINT] =
      {{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
        0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
        0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
       {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
        0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
        0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a}};
  unsigned char y[ZC_ED25519_POINT];
  memcpy(y, point, sizeof y);
  y[31] &= 0x7f;
  if (memcmp(y, eighth[0], sizeof y) == 0 || memcmp(y, eighth[1], sizeof y) == 0)
    return true;
  bool nines = y[31] == 0x7f, zeros = y[31] == 0;
  for (size_t i = 1; i < 31; i++) {
    nines &= y[i] == 0xff;
    zeros &= y[i] == 0;
  }
  /* y = 0, 1; p − 1, p, p + 1 with p = 2^255 − 19 */
  return (zeros && y[0] <= 1) || (nines && y[0] >= 0xec && y[0] <= 0xee);
}

zc_code zc_ed25519_check(const unsigned char point[ZC_ED25519_POINT], const void *data,
                         size_t size,
                         const unsigned char signature[ZC_ED25519_SIGNATURE],
                         bool *good, zc_err *err)
{
  *good = false;
  if (is_small(point))
    return ZC_OK;
  begin();
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, point,
                                              ZC_ED25519_POINT);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool ready = key != NULL && context != NULL &&
               EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1;
  if (ready)
    *good = EVP_DigestVerify(context, signature, ZC_ED25519_SIGNATURE, data, size) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  ERR_clear_error(); /* that a signature is wrong is no error of ours */
  return ready ? ZC_OK : fail_crypto(err);
}

/* ---- BLAKE2b ----------------------------------------------------------------- */

zc_code zc_blake2b_of(const void *data, size_t size, unsigned char digest[ZC_BLAKE2B],
                      zc_err *err)
{
  begin();
  return EVP_Digest(data, size, digest, NULL, EVP_blake2b512(), NULL) == 1
             ? ZC_OK
             : fail_crypto(err);
}

zc_code zc_blake2b_file(int fd, const char *path, unsigned char digest[ZC_BLAKE2B],
                        zc_err *err)
{
  begin();
  char *chunk = malloc(CHUNK);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  zc_code code = chunk == NULL || context == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && EVP_DigestInit_ex(context, EVP_blake2b512(), NULL) != 1)
    code = fail_crypto(err);
  for (off_t at = 0; code == ZC_OK;) {
    ssize_t got = pread(fd, chunk, CHUNK, at);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      code = zc_fail_system(err, ZC_EIO, errno, "cannot read {path}: {reason_term}",
                            "path", path, NULL);
    if (got <= 0)
      break;
    at += got;
    if (EVP_DigestUpdate(context, chunk, (size_t)got) != 1)
      code = fail_crypto(err);
  }
  if (code == ZC_OK && EVP_DigestFinal_ex(context, digest, NULL) != 1)
    code = fail_crypto(err);
  EVP_MD_CTX_free(context);
  free(chunk);
  return code;
}

/* ---- scrypt ------------------------------------------------------------------ */

zc_code zc_scrypt(const char *passphrase, size_t length, const unsigned char *salt,
                  size_t salt_size, unsigned log_n, uint32_t r, uint32_t p,
                  unsigned char *key, size_t key_size, zc_err *err)
{
  begin();
  /* Whoever calls has bounded what this takes. */
  if (EVP_PBE_scrypt(passphrase, length, salt, salt_size, (uint64_t)1 << log_n, r, p,
                     UINT64_MAX, key, key_size) == 1)
    return ZC_OK;
  ERR_clear_error();
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
  EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
}

bool zc_base64_decode(const char *text, unsigned char *bytes, size_t size)
{
  unsigned char room[ZC_BASE64(MOST_BASE64)];
  char again[ZC_BASE64(MOST_BASE64) + 1];
  size_t length = ZC_BASE64(size);
  assert(size <= MOST_BASE64);
  bool good = EVP_DecodeBlock(room, (const unsigned char *)text, (int)length) ==
              (int)(length / 4 * 3);
  if (good) {
    /* libcrypto takes bits that belong to no byte, and blanks: one spelling is enough. */
    zc_base64_encode(room, size, again);
    good = memcmp(text, again, length) == 0;
  }
  if (good)
    memcpy(bytes, room, size);
  zc_forget(room, sizeof room);
  zc_forget(again, sizeof again);
  return good;
}
