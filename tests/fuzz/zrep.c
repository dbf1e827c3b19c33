/* What is read as a submitted file is written again as the same bytes: it has one
 * spelling. Whatever is refused has its sentence; a comment that is read as a claim is
 * printed as it was. */
#include "package/zrep.h"
#include "property.h"

static void try_claim(const char *data, size_t size)
{
  zc_claim claim;
  zc_buffer out = {0};
  zc_err err = {0};
  char *comment = strndup(data, size);
  HOLDS(comment != NULL, "%s", "memory");
  zc_code code = zc_claim_parse("f", comment, &claim, &err);
  HOLDS(code == ZC_OK || code == ZC_EDATA, "code %d", code);
  if (code == ZC_OK) {
    zc_claim_print(&claim, &out);
    HOLDS(strcmp(out.data, comment) == 0, "%s\n  %s", out.data, comment);
  }
  zc_buffer_free(&out);
  free(comment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *text = (const char *)data;
  zc_zrep parts;
  zc_buffer out = {0};
  zc_err err = {0};
  try_claim(text, size);
  zc_code code = zc_zrep_read("f", text, size, &parts, &err);
  HOLDS(code == ZC_OK || (code == ZC_EDATA && err.text[0] != '\0'), "code %d", code);
  if (code != ZC_OK)
    return 0;
  HOLDS(zc_zrep_write(&parts, &out, &err) == ZC_OK, "%s", err.text);
  HOLDS(out.size == size && memcmp(out.data, text, size) == 0, "%zu bytes", out.size);
  try_claim(parts.signature.data, parts.signature.size);
  zc_buffer_free(&out);
  return 0;
}
