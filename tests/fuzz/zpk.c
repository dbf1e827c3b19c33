/* What is read as a package file is written again as the same bytes; if its manifest can be read, and
 * the files are those that it names, that manifest and those files make the same file. */
#include "package/zpk.h"
#include "property.h"

/* The package from its manifest and its files alone. */
static void write_again(const zc_zpk *zpk, const zc_manifest *manifest,
                        const zc_buffer *signature, const char *data, size_t size)
{
  zc_buffer bytes = {0}, out = {0};
  zc_err err = {0};
  for (size_t i = 0; i < zpk->count; i++)
    zc_buffer_add(&bytes, zpk->files[i].data, zpk->files[i].size);
  HOLDS(zc_zpk_write(manifest, signature, bytes.data, &out, &err) == ZC_OK, "%s",
        err.text);
  HOLDS(out.size == size && memcmp(out.data, data, size) == 0, "%zu bytes", out.size);
  zc_buffer_free(&bytes);
  zc_buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *text = (const char *)data;
  zc_zpk zpk;
  zc_manifest manifest;
  zc_buffer out = {0};
  zc_err err = {0};
  zc_code code = zc_zpk_read("f", text, size, &zpk, &err);
  HOLDS(code == ZC_OK || (code == ZC_EDATA && err.text[0] != '\0'), "code %d", code);
  if (code != ZC_OK)
    return 0;
  zc_buffer signature = {(char *)zpk.signature.data, zpk.signature.size, 0, false};
  HOLDS(zc_zpk_resign(&zpk, &signature, &out, &err) == ZC_OK, "%s", err.text);
  HOLDS(out.size == size && memcmp(out.data, data, size) == 0, "%zu bytes", out.size);
  zc_buffer_free(&out);
  code = zc_zpk_manifest("f", &zpk, NULL, &manifest, &err);
  HOLDS(code == ZC_OK || (code == ZC_EDATA && err.text[0] != '\0'), "code %d", code);
  if (code == ZC_OK) {
    code = zc_zpk_check_files("f", &zpk, &manifest, &err);
    HOLDS(code == ZC_OK || (code == ZC_ETRUST && err.text[0] != '\0'), "code %d", code);
    if (code == ZC_OK)
      write_again(&zpk, &manifest, &signature, text, size);
  }
  zc_manifest_free(&manifest);
  return 0;
}
