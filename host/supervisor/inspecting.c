#include "supervisor/inspecting.h"

#include <stdlib.h>
#include <string.h>

zc_code zc_inspect_known(zc_store *store, const zc_visit_filter *filter, json_t **known,
                         zc_err *err)
{
  size_t index;
  json_t *visit, *visits = NULL;
  int bad = (*known = json_object()) == NULL;
  zc_code code = zc_visits(store, filter, &visits, err);
  json_array_foreach(visits, index, visit)
  {
    zc_buffer key = {0};
    zc_visit_key(visit, &key);
    bad |= key.failed || json_object_set(*known, zc_text_or(key.data, ""), visit) != 0;
    zc_buffer_free(&key);
  }
  json_decref(visits);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static int by_text(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int zc_inspect_sort_scope(json_t *visit)
{
  size_t index, count = 0;
  const json_t *one, *scope = json_object_get(visit, "scope");
  json_t *sorted = json_array();
  const char **texts = calloc(json_array_size(scope) + 1, sizeof *texts);
  int bad = texts == NULL || sorted == NULL;
  json_array_foreach(scope, index, one) if (bad == 0)
      texts[count++] = json_string_value(one);
  if (bad == 0)
    qsort(texts, count, sizeof *texts, by_text);
  for (size_t i = 0; bad == 0 && i < count; i++)
    if (i == 0 || strcmp(texts[i], texts[i - 1]) != 0)
      bad |= json_array_append_new(sorted, json_string(texts[i]));
  free(texts);
  return bad | json_object_set_new(visit, "scope", sorted);
}

void zc_inspect_days(const zc_cli *cli, const json_t *round, const char **from,
                     const char **to)
{
  static const char *const names[] = {"from", "to"};
  const char **const days[] = {from, to};
  bool given = zc_option_value(cli, "from") != NULL ||
               zc_option_value(cli, "to") != NULL;
  for (size_t i = 0; i < 2; i++) {
    *days[i] = given ? zc_option_value(cli, names[i]) : zc_get_text(round, names[i]);
    if (*days[i] != NULL && **days[i] == '\0')
      *days[i] = NULL;
  }
}
