/* What is read as a signature or a key holds nothing that cannot be seen, and whatever is
 * refused has its sentence. A public key that was read is written as a file that gives the
 * same key. No input is a good signature of the one key. */
#include "package/signature.h"
#include "property.h"

static void try_signature(const char *text, size_t size)
{
  static const zc_public_key key = {{0}, {0x58, 0x66}};
  static const unsigned char digest[ZC_BLAKE2B];
  zc_signature signature;
  zc_err err = {0};
  zc_code code = zc_signature_parse("f", text, size, &signature, &err);
  HOLDS(code == ZC_OK || (code == ZC_EDATA && err.text[0] != '\0'), "code %d", code);
  if (code != ZC_OK)
    return;
  HOLDS(strlen(signature.comment) < size, "%s", signature.comment);
  HOLDS(strpbrk(signature.comment, "\r\n\033") == NULL, "%s", signature.comment);
  HOLDS(zc_signature_check(&signature, &key, "f", digest, &err) == ZC_ETRUST, "%s",
        "a signature of nobody");
}

static void try_public(const char *text, size_t size)
{
  zc_public_key key, again;
  zc_buffer out = {0};
  zc_err err = {0};
  zc_code code = zc_key_parse_public("f", text, size, &key, &err);
  HOLDS(code == ZC_OK || (code == ZC_EDATA && err.text[0] != '\0'), "code %d", code);
  if (code != ZC_OK)
    return;
  zc_key_print_public(&key, &out);
  HOLDS(zc_key_parse_public("f", out.data, out.size, &again, &err) == ZC_OK, "%s",
        out.data);
  HOLDS(memcmp(&key, &again, sizeof key) == 0, "%s", out.data);
  HOLDS(!zc_key_is_secret(text, size), "%s", out.data);
  zc_buffer_free(&out);
}

static void try_secret(const char *text, size_t size)
{
  zc_sealed_key sealed;
  zc_secret_key key;
  zc_err err = {0};
  zc_code code = zc_key_parse_secret("f", text, size, &sealed, &err);
  HOLDS(code == ZC_OK || (code == ZC_EDATA && err.text[0] != '\0'), "code %d", code);
  HOLDS(code != ZC_OK || zc_key_is_secret(text, size), "%s", "it is not recognised");
  if (code != ZC_OK || sealed.locked) /* unlocking would take all the time */
    return;
  code = zc_key_unlock("f", &sealed, NULL, &key, &err);
  HOLDS(code == ZC_OK || code == ZC_EDATA, "code %d", code);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *text = (const char *)data;
  try_signature(text, size);
  try_public(text, size);
  try_secret(text, size);
  return 0;
}
