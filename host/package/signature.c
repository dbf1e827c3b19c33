#include "package/signature.h"

#include <string.h>

#define UNTRUSTED "untrusted comment: "
#define TRUSTED "trusted comment: "
#define OWN_SIZE (2 + ZC_KEY_ID + ZC_ED25519_SIGNATURE)

/* What the second signature signs: the first, and the comment without its line end. */
typedef struct {
  unsigned char bytes[ZC_ED25519_SIGNATURE + ZC_TRUSTED_COMMENT];
  size_t size;
} signed_whole;

static void join(const unsigned char own[ZC_ED25519_SIGNATURE], const char *comment,
                 signed_whole *whole)
{
  size_t length = strlen(comment);
  memcpy(whole->bytes, own, ZC_ED25519_SIGNATURE);
  memcpy(whole->bytes + ZC_ED25519_SIGNATURE, comment, length);
  whole->size = ZC_ED25519_SIGNATURE + length;
}

zc_code zc_signature_make(const unsigned char digest[ZC_BLAKE2B],
                          const zc_secret_key *key, const char *comment, zc_buffer *out,
                          zc_err *err)
{
  zc_signature made;
  signed_whole whole;
  zc_code code = zc_minisign_check_comment("trusted comment", comment, strlen(comment),
                                           ZC_TRUSTED_COMMENT, err);
  if (code != ZC_OK)
    return code;
  memcpy(made.id, key->shown.id, ZC_KEY_ID);
  strcpy(made.comment, comment);
  code = zc_ed25519_sign(key->seed, digest, ZC_BLAKE2B, made.own, err);
  if (code != ZC_OK)
    return code;
  join(made.own, comment, &whole);
  code = zc_ed25519_sign(key->seed, whole.bytes, whole.size, made.all, err);
  if (code != ZC_OK)
    return code;
  zc_signature_print(&made, out);
  return zc_buffer_check(out, err);
}

void zc_signature_print(const zc_signature *signature, zc_buffer *out)
{
  unsigned char own[OWN_SIZE] = "ED";
  char id[ZC_KEY_ID_ROOM], own_text[ZC_BASE64(sizeof own) + 1];
  char all_text[ZC_BASE64(sizeof signature->all) + 1];
  memcpy(own + 2, signature->id, ZC_KEY_ID);
  memcpy(own + 2 + ZC_KEY_ID, signature->own, ZC_ED25519_SIGNATURE);
  zc_key_id_text(signature->id, id);
  zc_base64_encode(own, sizeof own, own_text);
  zc_base64_encode(signature->all, sizeof signature->all, all_text);
  zc_buffer_print(out, UNTRUSTED "signature of zicha by the key %s\n%s\n", id,
                  own_text);
  zc_buffer_print(out, TRUSTED "%s\n%s\n", signature->comment, all_text);
}

zc_code zc_signature_parse(const char *file, const char *text, size_t size,
                           zc_signature *signature, zc_err *err)
{
  char comment[ZC_COMMENT];
  unsigned char own[OWN_SIZE];
  zc_minisign reading = {file, text, text + size, 0};
  zc_code code = zc_minisign_comment(&reading, UNTRUSTED, comment, sizeof comment, err);
  if (code == ZC_OK)
    code = zc_minisign_bytes(&reading, own, sizeof own, err);
  if (code == ZC_OK && memcmp(own, "Ed", 2) == 0)
    code = zc_fail(err, ZC_EDATA,
                   "{file} is a signature of minisign's old kind; sign again with "
                   "minisign 0.10 or newer, without -l",
                   "file", file, NULL);
  else if (code == ZC_OK && memcmp(own, "ED", 2) != 0)
    code = zc_fail(err, ZC_EDATA, "{file} is no Ed25519 signature", "file", file, NULL);
  if (code == ZC_OK)
    code = zc_minisign_comment(&reading, TRUSTED, signature->comment,
                               sizeof signature->comment, err);
  if (code == ZC_OK)
    code = zc_minisign_bytes(&reading, signature->all, sizeof signature->all, err);
  if (code == ZC_OK)
    code = zc_minisign_end(&reading, err);
  if (code != ZC_OK)
    return code;
  memcpy(signature->id, own + 2, ZC_KEY_ID);
  memcpy(signature->own, own + 2 + ZC_KEY_ID, ZC_ED25519_SIGNATURE);
  return ZC_OK;
}

zc_code zc_signature_check(const zc_signature *signature, const zc_public_key *key,
                           const char *file, const unsigned char digest[ZC_BLAKE2B],
                           zc_err *err)
{
  char id[ZC_KEY_ID_ROOM], wanted[ZC_KEY_ID_ROOM];
  signed_whole whole;
  bool good;
  if (memcmp(signature->id, key->id, ZC_KEY_ID) != 0) {
    zc_key_id_text(signature->id, id);
    zc_key_id_text(key->id, wanted);
    return zc_fail(err, ZC_ETRUST, "{file} is signed with the key {id}, not with {key}",
                   "file", file, "id", id, "key", wanted, NULL);
  }
  zc_code code = zc_ed25519_check(key->point, digest, ZC_BLAKE2B, signature->own, &good,
                                  err);
  if (code == ZC_OK && !good)
    return zc_fail(err, ZC_ETRUST,
                   "the signature does not fit {file}: the file or the signature was "
                   "changed after signing, or another key made it",
                   "file", file, NULL);
  if (code != ZC_OK)
    return code;
  join(signature->own, signature->comment, &whole);
  code = zc_ed25519_check(key->point, whole.bytes, whole.size, signature->all, &good,
                          err);
  if (code == ZC_OK && !good)
    return zc_fail(err, ZC_ETRUST,
                   "the trusted comment in the signature of {file} was changed after "
                   "signing",
                   "file", file, NULL);
  return code;
}
