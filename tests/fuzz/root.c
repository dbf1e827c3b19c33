/* What is read as a root is written again as the same bytes: it has one spelling. Whatever is
 * refused has its sentence. Enough of its keys can sign the next one. */
#include "package/root.h"
#include "property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  zc_root root;
  zc_buffer out = {0};
  zc_err err = {0};
  int signers = 0;
  zc_code code = zc_root_parse("f", (const char *)data, size, &root, &err);
  HOLDS(code == ZC_OK || (code == ZC_EDATA && err.text[0] != '\0'), "code %d", code);
  if (code == ZC_OK) {
    HOLDS(zc_root_print(&root, &out, &err) == ZC_OK, "%s", err.text);
    HOLDS(out.size == size && memcmp(out.data, data, size) == 0, "%zu bytes", out.size);
    for (size_t i = 0; i < root.count; i++) {
      signers += root.keys[i].root;
      HOLDS(zc_root_find(&root, root.keys[i].key.id) == &root.keys[i], "%s",
            root.keys[i].name);
    }
    HOLDS(root.threshold >= 1 && signers >= root.threshold, "%d", root.threshold);
    HOLDS(strlen(root.sha256) == 64, "%s", root.sha256);
  }
  zc_buffer_free(&out);
  zc_root_free(&root);
  return 0;
}
