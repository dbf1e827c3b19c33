/* Receipts that were written for files. */
#include "store/sql.h"
#include "store/standing.h"

static zc_code add_receipt(void *context, const json_t *row, zc_err *err)
{
  const char *file = zc_text_or(json_string_value(json_array_get(row, 0)), "");
  return json_object_set(context, file, json_array_get(row, 1)) == 0
             ? ZC_OK
             : zc_fail_memory(err);
}

zc_code zc_receipts(zc_store *store, json_t **receipts, zc_err *err)
{
  json_t *map = json_object();
  *receipts = NULL;
  zc_code code = map == NULL ? zc_fail_memory(err)
                             : zc_sql_each(store, "SELECT file, state FROM receipt",
                                           NULL, add_receipt, map, err);
  if (code == ZC_OK)
    *receipts = map;
  else
    json_decref(map);
  return code;
}

zc_code zc_receipt_put(zc_store *store, const char *file, const char *state,
                       const char *sha256, const char *day, zc_err *err)
{
  return zc_sql_again(store,
                      "INSERT OR REPLACE INTO receipt (file, state, sha256, day)"
                      " VALUES (?1, ?2, ?3, ?4)",
                      zc_sql_binds("ssss", file, state, sha256, day), NULL, err);
}
