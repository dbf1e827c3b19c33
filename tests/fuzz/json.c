/* What is read as JSON has one canonical text: reading that gives the same value and the
 * same text again, in whatever order a map was filled. */
#include "property.h"

static json_t *reversed(const json_t *value)
{
  if (json_is_array(value)) {
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(value); i++)
      json_array_append_new(list, reversed(json_array_get(value, i)));
    return list;
  }
  if (!json_is_object(value))
    return json_deep_copy(value);
  size_t count = json_object_size(value), at = 0;
  const char **keys = calloc(count + 1, sizeof *keys), *key;
  json_t *map = json_object(), *entry;
  json_object_foreach((json_t *)value, key, entry) keys[at++] = key;
  while (at-- > 0)
    json_object_set_new(map, keys[at], reversed(json_object_get(value, keys[at])));
  free(keys);
  return map;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  json_t *value, *again;
  zc_err err;
  zc_code code = zc_json_parse((const char *)data, size, &value, &err);
  HOLDS((code == ZC_OK) == (value != NULL), "code %d", code);
  HOLDS(code == ZC_OK || code == ZC_EDATA, "code %d", code);
  if (code != ZC_OK)
    return 0;
  char *text = canonical_text(value);
  HOLDS(strpbrk(text, "<>&\n\r\t") == NULL, "%s", text);
  HOLDS(zc_json_parse(text, strlen(text), &again, &err) == ZC_OK, "%s", text);
  HOLDS(json_equal(value, again), "%s", text);
  char *second = canonical_text(again);
  HOLDS(strcmp(text, second) == 0, "%s\n  %s", text, second);
  json_t *other = reversed(value);
  char *third = canonical_text(other);
  HOLDS(strcmp(text, third) == 0, "%s\n  %s", text, third);
  free(text);
  free(second);
  free(third);
  json_decref(value);
  json_decref(again);
  json_decref(other);
  return 0;
}
