/* trusted.h: keys that are the same in every run, and roots that they sign, for tests. */
#ifndef TEST_TRUSTED_H
#define TEST_TRUSTED_H

#include "folder.h"
#include "package/root.h"

/* The key of number 1, 2, 3 … */
static inline zc_secret_key trusted_key(int number)
{
  zc_secret_key key = {0};
  zc_err err;
  memset(key.seed, number, sizeof key.seed);
  memset(key.shown.id, number, sizeof key.shown.id);
  cr_assert(zc_ed25519_point(key.seed, key.shown.point, &err) == ZC_OK);
  return key;
}

static inline zc_root_key trusted_root_key(int number, const char *name)
{
  zc_root_key key = {true, "-", "-", "2029-03-01", trusted_key(number).shown, ""};
  snprintf(key.name, sizeof key.name, "%s", name);
  return key;
}

static inline zc_root_key trusted_publisher(int number, const char *level,
                                            const char *region, const char *name)
{
  zc_root_key key = {false, "", "", "2027-03-01", trusted_key(number).shown, ""};
  snprintf(key.level, sizeof key.level, "%s", level);
  snprintf(key.region, sizeof key.region, "%s", region);
  snprintf(key.name, sizeof key.name, "%s", name);
  return key;
}

static inline zc_root trusted_root(int64_t number, int threshold, zc_root_key *keys,
                                   size_t count)
{
  zc_root root = {.number = number,
                  .issued = "2026-03-01",
                  .expires = "2029-03-01",
                  .threshold = threshold,
                  .keys = keys,
                  .count = count};
  return root;
}

/* Writes NUMBER.root into the folder. */
static inline void trusted_put(const folder *f, const zc_root *root)
{
  char name[40];
  zc_buffer out = {0};
  zc_err err = {0};
  cr_assert(zc_root_print(root, &out, &err) == ZC_OK, "%s", err.text);
  snprintf(name, sizeof name, "%lld.root", (long long)root->number);
  folder_put(f, name, out.data);
  zc_buffer_free(&out);
}

/* Writes a signature of FILE with this comment into SIGNATURE. */
static inline void trusted_sign_as(const folder *f, const char *file,
                                   const char *signature, const char *comment, int key)
{
  unsigned char digest[ZC_BLAKE2B];
  zc_secret_key secret = trusted_key(key);
  zc_buffer out = {0};
  zc_err err;
  const char *text = folder_text(f, file);
  zc_blake2b_of(text, strlen(text), digest, sizeof digest);
  cr_assert(zc_signature_make(digest, &secret, comment, &out, &err) == ZC_OK);
  folder_put(f, signature, out.data);
  zc_buffer_free(&out);
}

/* Signs NUMBER.root, as zicha does. */
static inline void trusted_sign(const folder *f, int64_t number, int key)
{
  char file[40], signature[80], id[ZC_KEY_ID_ROOM];
  zc_secret_key secret = trusted_key(key);
  zc_buffer comment = {0};
  zc_root_comment(number, &comment);
  zc_key_id_text(secret.shown.id, id);
  snprintf(file, sizeof file, "%lld.root", (long long)number);
  snprintf(signature, sizeof signature, "%s.%s.minisig", file, id);
  trusted_sign_as(f, file, signature, comment.data, key);
  zc_buffer_free(&comment);
}

#endif
