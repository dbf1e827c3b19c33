#include "runner/handed.h"

#include <string.h>

#include "base/text.h"

zc_code zc_fail_changed(const char *tables, zc_err *err)
{
  return zc_fail(
      err, ZC_EDATA,
      "table {tables} changed while it was read; import it again and repeat the check",
      "tables", tables, NULL);
}

static zc_code compare(const zc_handed *table, bool *changed, zc_err *err)
{
  struct stat about;
  char own[ZC_FINGERPRINT_ROOM] = "", digits[ZC_HASH_ROOM];
  *changed = false;
  if (table->sha256 == NULL)
    return ZC_OK;
  if (fstat(table->fd, &about) == 0)
    zc_file_fingerprint(&about, own);
  if (strcmp(own, table->fingerprint) == 0)
    return ZC_OK;
  zc_code code = zc_file_hash(table->fd, table->id, digits, err);
  *changed = code == ZC_OK && strcmp(digits, table->sha256) != 0;
  return code;
}

zc_code zc_handed_compare(const zc_handed *tables, size_t count, zc_err *err)
{
  zc_buffer names = {0};
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < count; i++) {
    bool changed;
    code = compare(&tables[i], &changed, err);
    if (changed)
      zc_buffer_print(&names, "%s%s", names.size == 0 ? "" : ", ", tables[i].id);
  }
  if (code == ZC_OK)
    code = zc_buffer_check(&names, err);
  if (code == ZC_OK && names.size > 0)
    code = zc_fail_changed(names.data, err);
  zc_buffer_free(&names);
  return code;
}
