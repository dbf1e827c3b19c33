#include "store/registers.h"

#include "store/sql.h"

static zc_code put_row(zc_store *store, const json_t *body, const json_t *row,
                       zc_err *err)
{
  zc_buffer cells = {0};
  const json_t *map = json_object_get(row, "cells");
  zc_code code = map == NULL
                     ? zc_fail(err, ZC_EDATA, "a row of the register is damaged", NULL)
                     : zc_json_canonical(map, &cells, err);
  if (code == ZC_OK)
    code = zc_sql_again(
        store,
        "INSERT INTO register_row VALUES (?1, ?2, ?3, (SELECT coalesce(max(position),"
        " 0) + 1 FROM register_row WHERE plan = ?1 AND register = ?2), ?4, ?5)"
        " ON CONFLICT (plan, register, line) DO UPDATE SET day = excluded.day,"
        " body = excluded.body",
        zc_sql_binds("sssss", zc_get_text(body, "plan"), zc_get_text(body, "register"),
                     zc_get_text(row, "line"), zc_get_text(body, "day"), cells.data),
        NULL, err);
  zc_buffer_free(&cells);
  return code;
}

/* The columns of the list that came last. */
static zc_code put_head(zc_store *store, const json_t *body, zc_err *err)
{
  zc_buffer text = {0};
  const json_t *columns = json_object_get(body, "columns");
  if (json_array_size(columns) == 0)
    return ZC_OK;
  zc_code code = zc_json_canonical(columns, &text, err);
  if (code == ZC_OK)
    code = zc_sql_again(store,
                        "INSERT INTO register_head VALUES (?1, ?2, ?3)"
                        " ON CONFLICT (plan, register) DO UPDATE SET columns ="
                        " excluded.columns",
                        zc_sql_binds("sss", zc_get_text(body, "plan"),
                                     zc_get_text(body, "register"), text.data),
                        NULL, err);
  zc_buffer_free(&text);
  return code;
}

zc_code zc_register_put(zc_store *store, const json_t *body, zc_err *err)
{
  size_t index;
  const json_t *row;
  zc_code code = put_head(store, body, err);
  json_array_foreach(json_object_get(body, "rows"), index, row)
  {
    if (code == ZC_OK)
      code = put_row(store, body, row, err);
  }
  return code;
}

static zc_code add_row(void *context, const json_t *row, zc_err *err)
{
  json_t *cells = NULL;
  const json_t *text = json_array_get(row, 2);
  zc_code code = zc_json_parse(zc_text_or(json_string_value(text), ""),
                               json_string_length(text), &cells, err);
  if (code != ZC_OK)
    return code;
  json_t *map = json_pack("{s:O, s:O, s:o}", "line", json_array_get(row, 0), "day",
                          json_array_get(row, 1), "cells", cells);
  return json_array_append_new(context, map) == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code add_count(void *context, const json_t *row, zc_err *err)
{
  return json_object_set(context, json_string_value(json_array_get(row, 0)),
                         json_array_get(row, 1)) == 0
             ? ZC_OK
             : zc_fail_memory(err);
}

/* Takes `made` and `binds`. */
static zc_code read_all(zc_store *store, const char *sql, json_t *binds, json_t *made,
                        zc_code (*visit)(void *, const json_t *, zc_err *),
                        json_t **result, zc_err *err)
{
  zc_code code = made == NULL || binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store, sql, binds, visit, made, err);
  json_decref(binds);
  *result = code == ZC_OK ? made : NULL;
  if (code != ZC_OK)
    json_decref(made);
  return code;
}

zc_code zc_register_rows(zc_store *store, const char *plan, const char *id,
                         json_t **rows, zc_err *err)
{
  return read_all(store,
                  "SELECT line, day, body FROM register_row WHERE plan = ?1 AND"
                  " register = ?2 ORDER BY position",
                  zc_sql_binds("ss", plan, id), json_array(), add_row, rows, err);
}

zc_code zc_register_counts(zc_store *store, const char *plan, json_t **counts,
                           zc_err *err)
{
  return read_all(store,
                  "SELECT register, count(*) FROM register_row WHERE plan = ?1"
                  " GROUP BY register",
                  zc_sql_binds("s", plan), json_object(), add_count, counts, err);
}

zc_code zc_register_columns(zc_store *store, const char *plan, const char *id,
                            json_t **columns, zc_err *err)
{
  json_t *row = NULL;
  *columns = NULL;
  zc_code code = zc_sql_again(
      store, "SELECT columns FROM register_head WHERE plan = ?1 AND register = ?2",
      zc_sql_binds("ss", plan, id), &row, err);
  const json_t *text = json_array_get(row, 0);
  if (code == ZC_OK && row != NULL)
    code = zc_json_parse(zc_text_or(json_string_value(text), ""),
                         json_string_length(text), columns, err);
  else if (code == ZC_OK && (*columns = json_array()) == NULL)
    code = zc_fail_memory(err);
  json_decref(row);
  return code;
}
