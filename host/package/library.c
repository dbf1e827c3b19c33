/* What a package uses of the rule library: the files beside the shipped rules. */
#include <string.h>

#include "package/package.h"

static bool is_known(const json_t *stems, const char *stem, size_t size)
{
  size_t index;
  const json_t *known;
  json_array_foreach(stems, index, known)
  {
    if (json_string_length(known) == size &&
        strncmp(json_string_value(known), stem, size) == 0)
      return true;
  }
  return false;
}

/* rx of rx.over_days. Non-zero when out of memory, as the next. */
static int add_stem(const json_t *rule, json_t *stems)
{
  const char *id = zc_text_or(json_string_value(rule), "");
  size_t size = strcspn(id, ".");
  if (id[size] != '.' || is_known(stems, id, size))
    return 0;
  return json_array_append_new(stems, json_stringn(id, size));
}

/* Of all that stands under `rules`, however deep: the engine says later what of it is
 * a rule. */
static int add_stems(const json_t *value, bool in_rules, json_t *stems)
{
  size_t index;
  const char *key;
  const json_t *inner;
  json_t *member;
  int bad = 0;
  json_array_foreach(value, index, inner) bad |= in_rules && json_is_string(inner)
                                                     ? add_stem(inner, stems)
                                                     : add_stems(inner, false, stems);
  json_object_foreach((json_t *)value, key, member)
      bad |= add_stems(member, strcmp(key, "rules") == 0 || strcmp(key, "规则") == 0,
                       stems);
  return bad;
}

/* The rules of one layer's items, and those that it gives items of its parents. */
static int add_layer(const json_t *layer, json_t *stems)
{
  size_t index;
  const json_t *document;
  const json_t *plan = json_object_get(json_object_get(layer, "plan"), "value");
  int bad = add_stems(json_object_get(plan, "change"), false, stems);
  bad |= add_stems(json_object_get(plan, "变更"), false, stems);
  json_array_foreach(json_object_get(layer, "items"), index, document)
  {
    bad |= add_stems(json_object_get(document, "value"), false, stems);
  }
  return bad;
}

zc_code zc_package_add_library(const zc_home *home, zc_package *package, json_t *faults,
                               zc_err *err)
{
  json_t *stems = json_array(), *documents = NULL;
  size_t index;
  const json_t *parent;
  int bad = stems == NULL ? -1 : add_layer(package->bundle, stems);
  json_array_foreach(json_object_get(package->bundle, "parents"), index, parent)
  {
    bad |= add_layer(parent, stems);
  }
  zc_code code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && json_array_size(stems) > 0)
    code = zc_shipped_documents(home, "scripts/rules", stems, faults, &documents, err);
  if (documents != NULL && json_array_size(documents) > 0 &&
      json_object_set(package->bundle, "library", documents) != 0)
    code = zc_fail_memory(err);
  json_decref(documents);
  json_decref(stems);
  return code;
}
