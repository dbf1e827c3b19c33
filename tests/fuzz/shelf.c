/* What is read as an index is written again as the same bytes: it has one spelling. Whatever is
 * refused has its sentence. Every package of it is a file of the folder itself. */
#include "package/shelf.h"
#include "property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  zc_shelf index;
  zc_buffer out = {0};
  zc_err err = {0};
  zc_code code = zc_shelf_parse("f", (const char *)data, size, &index, &err);
  HOLDS(code == ZC_OK || (code == ZC_EDATA && err.text[0] != '\0'), "code %d", code);
  if (code == ZC_OK) {
    HOLDS(zc_shelf_print(&index, &out, &err) == ZC_OK, "%s", err.text);
    HOLDS(out.size == size && memcmp(out.data, data, size) == 0, "%zu bytes", out.size);
    for (size_t i = 0; i < index.count; i++) {
      const zc_shelf_package *package = &index.packages[i];
      HOLDS(strchr(package->file, '/') == NULL && package->file[0] != '.', "%s",
            package->file);
      HOLDS(package->size <= ZC_ZPK_FILE && package->serial > 0, "%zu", package->size);
    }
  }
  zc_buffer_free(&out);
  zc_shelf_free(&index);
  return 0;
}
