/* The rounds in which reports are expected. */
#include "store/office.h"

#include "store/sql.h"

static const char *const round_keys[] = {"id", "title", "from", "to", "due"};
#define ROUND_KEYS (sizeof round_keys / sizeof *round_keys)

/* A row of texts as a map with these keys, appended to a list. */
static zc_code add_map(json_t *list, const json_t *row, const char *const *keys,
                       size_t count, zc_err *err)
{
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; i < count; i++)
    bad |= json_object_set(map, keys[i], json_array_get(row, i));
  bad |= json_array_append_new(list, map);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code add_round(void *context, const json_t *row, zc_err *err)
{
  return add_map(context, row, round_keys, ROUND_KEYS, err);
}

zc_code zc_rounds(zc_store *store, const char *plan, json_t **rounds, zc_err *err)
{
  json_t *list = json_array(), *binds = zc_sql_binds("s", plan);
  *rounds = NULL;
  zc_code code = list == NULL || binds == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store,
                                   "SELECT id, title, first, last, due FROM round"
                                   " WHERE plan = ?1 ORDER BY position",
                                   binds, add_round, list, err);
  json_decref(binds);
  if (code == ZC_OK)
    *rounds = list;
  else
    json_decref(list);
  return code;
}

/* With "" for what is missing, so that two lists can be compared. Owned. */
static json_t *complete(const json_t *rounds)
{
  size_t index;
  const json_t *round;
  json_t *list = json_array();
  int bad = list == NULL;
  json_array_foreach(rounds, index, round)
  {
    json_t *map = json_object();
    for (size_t i = 0; i < ROUND_KEYS; i++)
      bad |= json_object_set_new(map, round_keys[i],
                                 json_string(zc_text_of(round, round_keys[i])));
    bad |= json_array_append_new(list, map);
  }
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

static zc_code write_rounds(zc_store *store, const char *plan, const json_t *rounds,
                            zc_err *err)
{
  size_t index;
  const json_t *round;
  json_t *binds = zc_sql_binds("s", plan);
  zc_code code = binds == NULL ? zc_fail_memory(err)
                               : zc_sql(store, "DELETE FROM round WHERE plan = ?1",
                                        binds, NULL, err);
  json_decref(binds);
  json_array_foreach(rounds, index, round)
  {
    if (code == ZC_OK)
      code = zc_sql_again(store,
                          "INSERT INTO round VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                          zc_sql_binds("ssssssi", plan, zc_get_text(round, "id"),
                                       zc_get_text(round, "title"),
                                       zc_get_text(round, "from"),
                                       zc_get_text(round, "to"),
                                       zc_get_text(round, "due"), (int64_t)index),
                          NULL, err);
  }
  return code;
}

zc_code zc_rounds_keep(zc_store *store, const char *plan, const json_t *rounds,
                       zc_err *err)
{
  json_t *before = NULL, *after = complete(rounds);
  zc_code code = after == NULL ? zc_fail_memory(err)
                               : zc_rounds(store, plan, &before, err);
  if (code == ZC_OK && !json_equal(before, after)) {
    code = zc_sql_begin(store, err);
    if (code == ZC_OK)
      code = zc_sql_end(store, write_rounds(store, plan, after, err), err);
  }
  json_decref(before);
  json_decref(after);
  return code;
}
