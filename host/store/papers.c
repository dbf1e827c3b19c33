#include "store/papers.h"

#include "store/sql.h"

static zc_code change(zc_store *store, const json_t *files, const char *sql, bool keep,
                      zc_err *err)
{
  const char *path;
  json_t *hash;
  zc_code code = zc_sql_begin(store, err);
  if (code != ZC_OK)
    return code;
  json_object_foreach((json_t *)files, path, hash)
  {
    json_t *binds = keep ? zc_sql_binds("ss", path, json_string_value(hash))
                         : zc_sql_binds("s", path);
    if (code == ZC_OK)
      code = binds == NULL ? zc_fail_memory(err) : zc_sql(store, sql, binds, NULL, err);
    json_decref(binds);
  }
  return zc_sql_end(store, code, err);
}

zc_code zc_papers_forget(zc_store *store, const json_t *files, zc_err *err)
{
  return change(store, files, "DELETE FROM written WHERE path = ?1", false, err);
}

zc_code zc_papers_keep(zc_store *store, const json_t *files, zc_err *err)
{
  return change(store, files, "INSERT OR REPLACE INTO written VALUES (?1, ?2)", true,
                err);
}

static zc_code visit(void *context, const json_t *row, zc_err *err)
{
  return json_object_set(context, json_string_value(json_array_get(row, 0)),
                         json_array_get(row, 1)) == 0
             ? ZC_OK
             : zc_fail_memory(err);
}

zc_code zc_papers_kept(zc_store *store, json_t **files, zc_err *err)
{
  json_t *found = json_object();
  *files = NULL;
  zc_code code = found == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store,
                                   "SELECT path, sha256 FROM written ORDER BY path",
                                   NULL, visit, found, err);
  if (code == ZC_OK)
    *files = found;
  else
    json_decref(found);
  return code;
}
