/* Package files when memory runs out: each allocation fails in turn, alone and with all that follow. Whoever
 * reads or writes one says so, or does the work all the same. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

#include "failing.h"
#include "folder.h"
#include "packed.h"

/* Makes the file of a folder, reads it again and compares its files. */
static zc_code course(const char *folder, zc_buffer *out, zc_err *err)
{
  zc_manifest manifest = packed_words(), again = {0};
  zc_buffer bytes = {0};
  zc_zpk zpk;
  json_t *faults = json_array();
  zc_code code = faults == NULL
                     ? zc_fail_memory(err)
                     : zc_zpk_collect(folder, faults, &manifest, &bytes, err);
  if (code == ZC_OK)
    code = zc_zpk_write(&manifest, NULL, bytes.data, out, err);
  if (code == ZC_OK)
    code = zc_zpk_read("f", out->data, out->size, &zpk, err);
  if (code == ZC_OK)
    code = zc_zpk_manifest("f", &zpk, NULL, &again, err);
  if (code == ZC_OK)
    code = zc_zpk_check_files("f", &zpk, &again, err);
  zc_manifest_free(&manifest);
  zc_manifest_free(&again);
  zc_buffer_free(&bytes);
  json_decref(faults);
  return code;
}

Test(package_memory, a_package_is_made_and_read_whole_or_not_at_all)
{
  folder f = folder_new();
  zc_buffer wanted = {0};
  zc_err err;
  folder_put(&f, "plan.yaml", "id: county/demo\n");
  folder_put(&f, "items.yaml", "- a\n");
  cr_assert(eq(int, course(f.path, &wanted, &err), ZC_OK));
  for (int mode = 0; mode < 2; mode++) {
    long n = 0;
    do {
      zc_buffer out = {0};
      left = n++;
      ever_after = mode != 0;
      failed = false;
      zc_code code = course(f.path, &out, &err);
      left = -1;
      if (code == ZC_OK)
        cr_assert(out.size == wanted.size &&
                      memcmp(out.data, wanted.data, out.size) == 0,
                  "allocation %ld", n);
      else /* a folder of which the C library cannot make a list is one that does not open */
        cr_assert(code == ZC_EINTERNAL || code == ZC_EOPEN, "allocation %ld: %d", n,
                  code);
      zc_buffer_free(&out);
      cr_assert(lt(long, n, 20000L));
    } while (failed);
    cr_expect(gt(long, n, 5L)); /* there was something to fail */
  }
  zc_buffer_free(&wanted);
  folder_free(&f);
}
