/* What the standing of files was decided by, besides the files. */
#include "store/sql.h"
#include "store/standing.h"

zc_code zc_basis(zc_store *store, zc_basis_row *basis, zc_err *err)
{
  json_t *row = NULL;
  *basis = (zc_basis_row){0};
  zc_code code = zc_sql_again(store, "SELECT seq, body FROM basis", zc_sql_binds(""),
                              &row, err);
  if (code == ZC_OK && row != NULL) {
    basis->seq = json_integer_value(json_array_get(row, 0));
    basis->body = json_incref(json_array_get(row, 1));
  }
  json_decref(row);
  if (code != ZC_OK)
    return code;
  code =
      zc_sql_again(store,
                   "SELECT coalesce(max(seq), 0) FROM event WHERE problem = 0 AND"
                   " action IN ('roster_import', 'roster_change', 'roster_trust',"
                   " 'collect', 'collect_again', 'collect_allow', 'collect_withdraw',"
                   " 'collect_paper', 'collect_received', 'read_again')",
                   zc_sql_binds(""), &row, err);
  basis->last = json_integer_value(json_array_get(row, 0));
  json_decref(row);
  if (code != ZC_OK) {
    json_decref(basis->body);
    basis->body = NULL;
  }
  return code;
}

zc_code zc_basis_keep(zc_store *store, int64_t seq, const char *body, zc_err *err)
{
  return zc_sql_write(store,
                      "INSERT INTO basis (one, seq, body) VALUES (1, ?1, ?2)"
                      " ON CONFLICT (one) DO UPDATE SET seq = excluded.seq,"
                      " body = excluded.body",
                      zc_sql_binds("is", seq, body), err);
}
