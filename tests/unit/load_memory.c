/* Exports as columns when memory runs out: each allocation fails in turn, alone and with all
 * that follow. The reader says so, or does its work all the same. The linker hands the
 * allocations of all our code to the functions of failing.h (tests/CMakeLists.txt). */
#include "exports.h"
#include "failing.h"
#include "vector/load.h"
#include "vector/scanning.h"

static const zc_grain grain = {512, 700};

static zc_code load(json_t *json, const char *data, size_t size, zc_crew *crew,
                    const zc_table *plain, long fails)
{
  zc_err err;
  json_t *faults = json_array();
  zc_table *table = table_over(json, data, size, ~0u);
  failed = false;
  left = fails;
  zc_code code = zc_columns_load_by(table, crew, grain, NULL, faults, &err);
  left = -1;
  if (code == ZC_OK)
    cr_assert(difference(plain, table) == NULL);
  zc_table_free(table);
  json_decref(faults);
  return code;
}

/* Three tables at once. The first failure. */
static zc_code load_several(json_t *json, const char *data, size_t size, zc_crew *crew,
                            const zc_table *plain, long fails)
{
  zc_loading several[3];
  zc_code code = ZC_OK;
  for (int i = 0; i < 3; i++)
    several[i] = (zc_loading){.table = table_over(json, data, size, ~0u),
                              .faults = json_array()};
  failed = false;
  left = fails;
  zc_columns_load_several(several, 3, crew, NULL);
  left = -1;
  for (int i = 0; i < 3; i++) {
    if (several[i].code == ZC_OK)
      cr_assert(difference(plain, several[i].table) == NULL);
    else if (code == ZC_OK)
      code = several[i].code;
    zc_table_free(several[i].table);
    json_decref(several[i].faults);
  }
  return code;
}

static zc_code scan(json_t *json, const char *data, size_t size, zc_crew *crew,
                    const zc_table *plain, long fails)
{
  zc_err err;
  zc_dataset *dataset;
  json_t *faults = json_array(), *summary = NULL;
  cr_assert(zc_dataset_new(json, &dataset, &err) == ZC_OK);
  failed = false;
  left = fails;
  zc_code code = zc_columns_scan_by("f.csv", data, size, dataset, NULL, 20000, crew,
                                    grain, NULL, NULL, faults, &summary, &err);
  left = -1;
  if (code == ZC_OK)
    cr_assert(eq(int, (int)zc_get_integer(summary, "rows", -1), (int)plain->count));
  json_decref(summary);
  json_decref(faults);
  zc_dataset_free(dataset);
  return code;
}

typedef zc_code attempt(json_t *json, const char *data, size_t size, zc_crew *crew,
                        const zc_table *plain, long fails);

static void fail_each(attempt *try, size_t way, int threads)
{
  seeded s = {11 + way};
  zc_err err;
  zc_crew *crew;
  cr_assert(zc_crew_new(threads, &crew, &err) == ZC_OK);
  json_t *json = export_dataset(way), *faults = json_array();
  zc_buffer bytes = random_export(&s, 0, 0);
  while (bytes.size < 5000) {
    zc_buffer_free(&bytes);
    bytes = random_export(&s, 120, way == 2 ? 30 : 0);
  }
  char *data = padded(&bytes);
  zc_table *plain = table_over(json, data, bytes.size, ~0u);
  cr_assert(zc_table_load(plain, NULL, faults, &err) == ZC_OK);
  for (int after = 0; after < 2; after++) {
    ever_after = after;
    for (long i = 0;; i++) {
      zc_code code = try(json, data, bytes.size, crew, plain, i);
      cr_assert(code == ZC_OK || code == ZC_EINTERNAL, "%d at %ld", (int)code, i);
      if (!failed)
        break;
      cr_assert(i < 20000);
    }
  }
  zc_table_free(plain);
  json_decref(json);
  json_decref(faults);
  zc_buffer_free(&bytes);
  free(data);
  zc_crew_free(crew);
}

Test(load_memory, loading_fails_cleanly)
{
  for (size_t way = 0; way < 4; way++)
    fail_each(load, way, 1);
}

Test(load_memory, loading_several_fails_cleanly)
{
  fail_each(load_several, 0, 1);
}

Test(load_memory, scanning_fails_cleanly)
{
  for (size_t way = 0; way < 4; way++)
    fail_each(scan, way, 1);
}
