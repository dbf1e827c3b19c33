/* The low-level calls: the others load providers first, which takes longer than all the
 * hashing of a small self-check. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdlib.h>

struct zc_hash {
  SHA256_CTX context;
  bool failed;
};

static void begin(zc_hash *hash)
{
  hash->failed = SHA256_Init(&hash->context) != 1;
}

static zc_code end(zc_hash *hash, unsigned char raw[SHA256_DIGEST_LENGTH], zc_err *err)
{
  if (hash->failed || SHA256_Final(raw, &hash->context) != 1)
    return zc_fail(err, ZC_EINTERNAL, "the hash function failed", NULL);
  return ZC_OK;
}

static zc_code end_digits(zc_hash *hash, char digits[ZC_HASH_ROOM], zc_err *err)
{
  unsigned char raw[SHA256_DIGEST_LENGTH];
  zc_code code = end(hash, raw, err);
  for (size_t i = 0; code == ZC_OK && i < sizeof raw; i++) {
    digits[2 * i] = "0123456789abcdef"[raw[i] >> 4];
    digits[2 * i + 1] = "0123456789abcdef"[raw[i] & 15];
  }
  digits[2 * sizeof raw] = '\0';
  return code;
}

zc_hash *zc_hash_new(void)
{
  zc_hash *hash = malloc(sizeof *hash);
  if (hash != NULL)
    begin(hash);
  return hash;
}

void zc_hash_add(zc_hash *hash, const void *data, size_t size)
{
  if (SHA256_Update(&hash->context, data, size) != 1)
    hash->failed = true;
}

zc_code zc_hash_finish(zc_hash *hash, char digits[ZC_HASH_ROOM], zc_err *err)
{
  zc_code code = end_digits(hash, digits, err);
  zc_hash_free(hash);
  return code;
}

void zc_hash_free(zc_hash *hash)
{
  free(hash);
}

zc_code zc_hash_of(const void *data, size_t size, char digits[ZC_HASH_ROOM],
                   zc_err *err)
{
  zc_hash hash;
  begin(&hash);
  zc_hash_add(&hash, data, size);
  return end_digits(&hash, digits, err);
}

zc_code zc_hash_base64(const void *data, size_t size, char *text, zc_err *err)
{
  unsigned char raw[SHA256_DIGEST_LENGTH];
  zc_hash hash;
  begin(&hash);
  zc_hash_add(&hash, data, size);
  zc_code code = end(&hash, raw, err);
  if (code == ZC_OK)
    EVP_EncodeBlock((unsigned char *)text, raw, sizeof raw);
  return code;
}
