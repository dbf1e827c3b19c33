#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>

struct zc_hash {
  EVP_MD_CTX *context;
  bool failed;
};

/* Reading OpenSSL's configuration file takes longer than a small self-check's hashes,
 * and nothing in it may change what a hash is. */
static void begin(void)
{
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

zc_hash *zc_hash_new(void)
{
  begin();
  zc_hash *hash = calloc(1, sizeof *hash);
  if (hash == NULL)
    return NULL;
  hash->context = EVP_MD_CTX_new();
  if (hash->context == NULL ||
      EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) != 1) {
    zc_hash_free(hash);
    return NULL;
  }
  return hash;
}

void zc_hash_add(zc_hash *hash, const void *data, size_t size)
{
  if (EVP_DigestUpdate(hash->context, data, size) != 1)
    hash->failed = true;
}

zc_code zc_hash_finish(zc_hash *hash, char digits[ZC_HASH_ROOM], zc_err *err)
{
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  bool good = !hash->failed && EVP_DigestFinal_ex(hash->context, raw, &size) == 1 &&
              size == 32;
  zc_hash_free(hash);
  if (!good)
    return zc_fail_memory(err);
  for (unsigned i = 0; i < size; i++) {
    digits[2 * i] = "0123456789abcdef"[raw[i] >> 4];
    digits[2 * i + 1] = "0123456789abcdef"[raw[i] & 15];
  }
  digits[2 * size] = '\0';
  return ZC_OK;
}

void zc_hash_free(zc_hash *hash)
{
  if (hash == NULL)
    return;
  EVP_MD_CTX_free(hash->context);
  free(hash);
}

zc_code zc_hash_of(const void *data, size_t size, char digits[ZC_HASH_ROOM],
                   zc_err *err)
{
  zc_hash *hash = zc_hash_new();
  if (hash == NULL)
    return zc_fail_memory(err);
  zc_hash_add(hash, data, size);
  return zc_hash_finish(hash, digits, err);
}

zc_code zc_hash_base64(const void *data, size_t size, char *text, zc_err *err)
{
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  begin();
  if (EVP_Digest(data, size, raw, &length, EVP_sha256(), NULL) != 1)
    return zc_fail_memory(err);
  EVP_EncodeBlock((unsigned char *)text, raw, (int)length);
  return ZC_OK;
}
