/* What is read as a manifest is printed as the same bytes: it has one spelling, and whatever it
 * names can be put into a folder. Whatever is refused has its sentence. */
#include "package/manifest.h"
#include "property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  zc_manifest manifest;
  zc_buffer out = {0};
  zc_err err = {0};
  zc_code code = zc_manifest_parse("f", (const char *)data, size, &manifest, &err);
  HOLDS(code == ZC_OK || (code == ZC_EDATA && err.text[0] != '\0'), "code %d", code);
  if (code == ZC_OK) {
    HOLDS(zc_manifest_print(&manifest, &out, &err) == ZC_OK, "%s", err.text);
    HOLDS(out.size == size && memcmp(out.data, data, size) == 0, "%zu bytes", out.size);
    for (size_t i = 0; i < manifest.count; i++)
      HOLDS(zc_manifest_path_is_safe(manifest.files[i].path), "%s",
            manifest.files[i].path);
  }
  zc_buffer_free(&out);
  zc_manifest_free(&manifest);
  return 0;
}
