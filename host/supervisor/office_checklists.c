/* What events tell of the checklists by which files are read. */
#include <string.h>

#include "supervisor/office.h"

static zc_code add_sum(json_t *sums, const json_t *checklist, zc_err *err)
{
  zc_buffer text = {0};
  char digits[ZC_HASH_ROOM];
  zc_code code = zc_json_canonical(json_object_get(checklist, "body"), &text, err);
  if (code == ZC_OK)
    code = zc_hash_of(text.data, text.size, digits, err);
  if (code == ZC_OK && json_object_set_new(sums, zc_text_of(checklist, "hash"),
                                           json_string(digits)) != 0)
    code = zc_fail_memory(err);
  zc_buffer_free(&text);
  return code;
}

static bool is_in_use(const zc_office *office, const char *hash)
{
  size_t index;
  const json_t *plan;
  json_array_foreach(office->plans, index, plan)
  {
    if (strcmp(zc_text_of(plan, "sha256"), hash) == 0)
      return true;
  }
  return false;
}

zc_code zc_office_checklist_sums(const zc_office *office, json_t **sums, zc_err *err)
{
  size_t index;
  const json_t *one;
  *sums = json_object();
  zc_code code = *sums == NULL ? zc_fail_memory(err) : ZC_OK;
  json_array_foreach(office->checklists, index, one)
  {
    if (code == ZC_OK && is_in_use(office, zc_text_of(one, "hash")))
      code = add_sum(*sums, one, err);
  }
  return code;
}
