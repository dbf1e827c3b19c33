/* What is known before files are read: checklists, and the keys of facilities. */
#include <stdlib.h>
#include <string.h>

#include "office/facts.h"

/* Item id → its place, for items that stand alone: their entries are not known before. */
static int add_item(zc_checklist *list, const json_t *entry, size_t place)
{
  const char *item = zc_get_text(entry, "item"), *id = zc_get_text(entry, "id");
  if (item != NULL && strcmp(item, id) != 0)
    return 0;
  return json_object_set_new(list->items, id, json_integer((json_int_t)place));
}

/* What a report may call an entry by another name leads to it, too. */
static int add_aliases(zc_checklist *list, const json_t *aliases)
{
  size_t index;
  const json_t *alias;
  int bad = 0;
  json_array_foreach(aliases, index, alias)
  {
    const char *id = zc_text_of(alias, "id");
    json_t *place = json_object_get(list->places, zc_text_of(alias, "alias_of"));
    if (place != NULL && json_object_get(list->places, id) == NULL)
      bad |= json_object_set(list->places, id, place);
  }
  return bad;
}

static zc_code make_list(const json_t *told, zc_checklist *list, zc_err *err)
{
  const json_t *body = json_object_get(told, "body");
  const json_t *entries = json_object_get(body, "entries"), *entry;
  size_t index;
  int bad = 0;
  *list = (zc_checklist){.no = zc_get_integer(told, "no", 0),
                         .plan = zc_text_of(told, "plan"),
                         .hash = zc_text_of(told, "hash"),
                         .count = json_array_size(entries),
                         .places = json_object(),
                         .items = json_object()};
  json_array_foreach(entries, index, entry)
  {
    const char *id = zc_text_of(entry, "id");
    bad |= json_object_set_new(list->places, id, json_integer((json_int_t)index));
    bad |= add_item(list, entry, index);
  }
  bad |= add_aliases(list, json_object_get(body, "aliases"));
  return bad == 0 && list->items != NULL ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_known_make(const json_t *checklists, json_t *keys, zc_known *known,
                      zc_err *err)
{
  size_t index;
  const json_t *told;
  zc_code code = ZC_OK;
  *known = (zc_known){.keys = keys};
  known->lists = calloc(json_array_size(checklists) + 1, sizeof *known->lists);
  if (known->lists == NULL)
    return zc_fail_memory(err);
  json_array_foreach(checklists, index, told)
  {
    if (code == ZC_OK)
      code = make_list(told, &known->lists[known->count++], err);
  }
  if (code != ZC_OK)
    zc_known_free(known);
  return code;
}

void zc_known_free(zc_known *known)
{
  for (size_t i = 0; i < known->count; i++) {
    json_decref(known->lists[i].places);
    json_decref(known->lists[i].items);
  }
  free(known->lists);
  *known = (zc_known){0};
}
