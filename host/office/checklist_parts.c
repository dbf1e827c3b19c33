#include "office/checklist_parts.h"

#include <string.h>

#define DEPTH_MOST 16 /* areas beneath one another: none is its own parent */

static const char *parent_of(const json_t *checklist, const char *area)
{
  size_t index;
  const json_t *one;
  json_array_foreach(json_object_get(checklist, "focus"), index, one)
  {
    if (strcmp(zc_text_of(one, "id"), area) == 0)
      return zc_get_text(one, "parent");
  }
  return NULL;
}

bool zc_entry_in_area(const json_t *checklist, const json_t *entry, const char *area)
{
  const char *at = zc_get_text(entry, "focus");
  for (int depth = 0; at != NULL && depth < DEPTH_MOST; depth++) {
    if (strcmp(at, area) == 0)
      return true;
    at = parent_of(checklist, at);
  }
  return false;
}

bool zc_entry_in_set(const json_t *entry, const char *set, const char *member)
{
  size_t index;
  const json_t *one;
  json_array_foreach(json_object_get(entry, "sets"), index, one)
  {
    if (strcmp(zc_text_of(one, "set"), set) == 0 &&
        (member == NULL || strcmp(zc_text_of(one, "member"), member) == 0))
      return true;
  }
  return false;
}
