#include "store/registers.h"

#include <string.h>

#include "store/sql.h"

/* `*next` is the place for a row that is new. */
static zc_code put_row(zc_store *store, const json_t *body, const json_t *row,
                       int64_t *next, zc_err *err)
{
  json_t *placed = NULL;
  zc_buffer cells = {0};
  const json_t *map = json_object_get(row, "cells");
  zc_code code = map == NULL
                     ? zc_fail(err, ZC_EDATA, "a row of the register is damaged", NULL)
                     : zc_json_canonical(map, &cells, err);
  if (code == ZC_OK)
    code = zc_sql_again(
        store,
        "INSERT INTO register_row VALUES (?1, ?2, ?3, ?6, ?4, ?5)"
        " ON CONFLICT (plan, register, line) DO UPDATE SET day = excluded.day,"
        " body = excluded.body RETURNING position",
        zc_sql_binds("sssssi", zc_get_text(body, "plan"), zc_get_text(body, "register"),
                     zc_get_text(row, "line"), zc_get_text(body, "day"), cells.data,
                     *next),
        &placed, err);
  *next += json_integer_value(json_array_get(placed, 0)) == *next;
  json_decref(placed);
  zc_buffer_free(&cells);
  return code;
}

/* Adds columns that the register does not have. */
static int join_columns(json_t *known, const json_t *columns)
{
  size_t index, inner;
  const json_t *column, *one;
  int bad = known == NULL;
  json_array_foreach(columns, index, column)
  {
    bool there = false;
    const char *id = zc_text_of(column, "id");
    json_array_foreach(known, inner, one)
        there |= strcmp(zc_text_of(one, "id"), id) == 0;
    if (!there)
      bad |= json_array_append(known, (json_t *)column);
  }
  return bad;
}

static zc_code put_head(zc_store *store, const json_t *body, zc_err *err)
{
  zc_buffer text = {0};
  json_t *known = NULL;
  const char *plan = zc_get_text(body, "plan"), *id = zc_get_text(body, "register");
  const json_t *columns = json_object_get(body, "columns");
  if (json_array_size(columns) == 0)
    return ZC_OK;
  zc_code code = zc_register_columns(store, plan, id, &known, err);
  if (code == ZC_OK && join_columns(known, columns) != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_json_canonical(known, &text, err);
  if (code == ZC_OK)
    code = zc_sql_again(store,
                        "INSERT INTO register_head VALUES (?1, ?2, ?3)"
                        " ON CONFLICT (plan, register) DO UPDATE SET columns ="
                        " excluded.columns",
                        zc_sql_binds("sss", plan, id, text.data), NULL, err);
  zc_buffer_free(&text);
  json_decref(known);
  return code;
}

zc_code zc_register_put(zc_store *store, const json_t *body, zc_err *err)
{
  size_t index;
  const json_t *row;
  json_t *last = NULL;
  zc_code code = put_head(store, body, err);
  if (code == ZC_OK)
    code = zc_sql_again(store,
                        "SELECT coalesce(max(position), 0) + 1 FROM register_row"
                        " WHERE plan = ?1 AND register = ?2",
                        zc_sql_binds("ss", zc_get_text(body, "plan"),
                                     zc_get_text(body, "register")),
                        &last, err);
  int64_t next = json_integer_value(json_array_get(last, 0));
  json_decref(last);
  json_array_foreach(json_object_get(body, "rows"), index, row)
  {
    if (code == ZC_OK)
      code = put_row(store, body, row, &next, err);
  }
  return code;
}

zc_code zc_register_void(zc_store *store, const json_t *body, zc_err *err)
{
  const char *plan = zc_get_text(body, "plan"), *id = zc_get_text(body, "register"),
             *line = zc_get_text(body, "line");
  if (!zc_get_flag(body, "void"))
    return zc_sql_again(store,
                        "DELETE FROM register_void WHERE plan = ?1 AND register = ?2"
                        " AND line = ?3",
                        zc_sql_binds("sss", plan, id, line), NULL, err);
  return zc_sql_again(store,
                      "INSERT OR REPLACE INTO register_void VALUES (?1, ?2, ?3, ?4,"
                      " ?5, ?6)",
                      zc_sql_binds("ssssss", plan, id, line, zc_get_text(body, "on"),
                                   zc_get_text(body, "by"),
                                   zc_get_text(body, "reason")),
                      NULL, err);
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
  if (map != NULL && json_is_string(json_array_get(row, 3)))
    json_object_set_new(map, "void",
                        json_pack("{s:O, s:O, s:O}", "on", json_array_get(row, 3), "by",
                                  json_array_get(row, 4), "reason",
                                  json_array_get(row, 5)));
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
                  "SELECT r.line, r.day, r.body, v.day, v.by, v.reason FROM"
                  " register_row AS r LEFT JOIN register_void AS v USING (plan,"
                  " register, line) WHERE r.plan = ?1 AND r.register = ?2"
                  " ORDER BY r.position",
                  zc_sql_binds("ss", plan, id), json_array(), add_row, rows, err);
}

zc_code zc_register_counts(zc_store *store, const char *plan, json_t **counts,
                           zc_err *err)
{
  return read_all(store,
                  "SELECT register, count(*) FROM register_row AS r WHERE plan = ?1"
                  " AND NOT EXISTS (SELECT 1 FROM register_void AS v WHERE v.plan ="
                  " r.plan AND v.register = r.register AND v.line = r.line)"
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
