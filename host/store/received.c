#include "store/received.h"

#include <string.h>

#include "store/sql.h"
#include "store/told.h"

zc_code zc_received_put(zc_store *store, const char *file, const char *day, zc_err *err)
{
  zc_code code = zc_sql_again(store,
                              "UPDATE collected SET received = ?2 WHERE file = ?1",
                              zc_sql_binds("ss", file, day), NULL, err);
  return code == ZC_OK ? zc_told_paper_again(store, file, day, err) : code;
}

/* body.files is [[file, day before]]. */
static zc_code add_changes(void *context, const json_t *row, zc_err *err)
{
  json_t *body = NULL;
  size_t index;
  const json_t *one;
  const char *text = zc_text_or(json_string_value(json_array_get(row, 0)), "");
  zc_code code = zc_json_parse(text, strlen(text), &body, err);
  int bad = 0;
  json_array_foreach(json_object_get(body, "files"), index, one)
  {
    const char *file = zc_text_or(json_string_value(json_array_get(one, 0)), "");
    bad |= json_object_set_new(context, file,
                               json_pack("{s:O, s:s, s:O, s:O, s:s}", "from",
                                         json_array_get(one, 1), "to",
                                         zc_text_of(body, "received"), "by",
                                         json_array_get(row, 1), "on",
                                         json_array_get(row, 2), "reason",
                                         zc_text_of(body, "reason")));
  }
  json_decref(body);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

zc_code zc_received_changes(zc_store *store, json_t **changes, zc_err *err)
{
  *changes = json_object();
  return *changes == NULL
             ? zc_fail_memory(err)
             : zc_sql_each(store,
                           "SELECT body, actor, business_date FROM event"
                           " WHERE problem = 0 AND action = 'collect_received'"
                           " ORDER BY seq",
                           NULL, add_changes, *changes, err);
}
