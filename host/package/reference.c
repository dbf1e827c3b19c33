/* Reference tables: tables/NAME.csv of a package. */
#include <string.h>

#include "package/package.h"
#include "value/source.h"

/* The name of the table in the path tables/NAME.csv within its package. *size is 0 when it
 * is no such path. */
static const char *table_name(const char *path, size_t *size)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
  const char *name = path + strlen("tables/");
  *size = strspn(name, letters);
  if (name[0] < 'a' || name[0] > 'z' || strcmp(name + *size, ".csv") != 0)
    *size = 0;
  return name;
}

static zc_code keep_hash(zc_package *package, const char *name, const zc_buffer *text,
                         zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  zc_code code = zc_hash_of(zc_text_or(text->data, ""), text->size, digits, err);
  if (code == ZC_OK &&
      json_object_set_new(package->tables, name, json_string(digits)) != 0)
    code = zc_fail_memory(err);
  return code;
}

/* {file, id, text}. Non-zero when out of memory. */
static int keep_text(zc_package *package, const char *file, const char *id, size_t size,
                     const char *text, size_t bytes)
{
  json_t *entry = json_object();
  int bad = json_object_set_new(entry, "file", json_string(file));
  bad |= json_object_set_new(entry, "id", json_stringn(id, size));
  bad |= json_object_set_new(entry, "text", json_stringn(text, bytes));
  return bad |
         json_array_append_new(json_object_get(package->bundle, "references"), entry);
}

zc_code zc_package_keep_table(zc_package *package, const char *path, const char *name,
                              const zc_buffer *text, size_t *bytes, json_t *faults,
                              zc_err *err)
{
  zc_place place = {name, 0, 0};
  zc_buffer converted = {0};
  const char *data = zc_text_or(text->data, "");
  size_t size = text->size, length;
  const char *id = table_name(path, &length);
  bool memory = false, within = *bytes + size <= ZC_PACKAGE_TABLES;
  zc_code code = keep_hash(package, name, text, err);
  if (code != ZC_OK)
    return code;
  if (length == 0) {
    memory = zc_fault(faults, place, "this is no reference table", "hint",
                      N_("a reference table is a CSV file called tables/NAME.csv, NAME "
                         "of small letters, digits and _; keep other files elsewhere"),
                      NULL) != 0;
  } else if (!within) {
    memory = zc_fault(faults, place,
                      "the reference tables of the package are over 8 MiB together",
                      "hint", N_("leave out what no rule reads"), NULL) != 0;
  } else if (zc_source_text(name, &data, &size, &converted, faults, &memory) &&
             !memory) {
    *bytes += size;
    memory = keep_text(package, name, id, length, data, size) != 0;
  }
  zc_buffer_free(&converted);
  return memory ? zc_fail_memory(err) : ZC_OK;
}
