#include "value/fault.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int add(json_t *faults, zc_place place, const char *severity, const char *text,
               va_list list)
{
  json_t *fault = json_object(), *args = json_object();
  const char *name;
  int bad = args == NULL;
  if (place.file != NULL)
    bad |= json_object_set_new(fault, "file",
                               zc_json_lossy(place.file, strlen(place.file)));
  bad |= json_object_set_new(fault, "line", json_integer(place.line));
  bad |= json_object_set_new(fault, "column", json_integer(place.column));
  bad |= json_object_set_new(fault, "severity", json_string(severity));
  bad |= json_object_set_new(fault, "text", json_string(text));
  while ((name = va_arg(list, const char *)) != NULL) {
    const char *value = va_arg(list, const char *);
    bool hint = strcmp(name, "hint") == 0;
    bad |= json_object_set_new(hint ? fault : args, name,
                               zc_json_lossy(value, strlen(value)));
  }
  bad |= json_object_set_new(fault, "args", args);
  if (bad == 0)
    return json_array_append_new(faults, fault);
  json_decref(fault);
  return bad;
}

int zc_fault(json_t *faults, zc_place place, const char *text, ...)
{
  va_list list;
  va_start(list, text);
  int bad = add(faults, place, "error", text, list);
  va_end(list);
  return bad;
}

int zc_fault_warning(json_t *faults, zc_place place, const char *text, ...)
{
  va_list list;
  va_start(list, text);
  int bad = add(faults, place, "warning", text, list);
  va_end(list);
  return bad;
}

size_t zc_fault_errors(const json_t *faults)
{
  size_t count = 0, index;
  const json_t *fault;
  json_array_foreach(faults, index, fault)
  {
    const char *severity = zc_get_text(fault, "severity");
    count += severity == NULL || strcmp(severity, "error") == 0;
  }
  return count;
}

typedef struct {
  json_t *fault;
  size_t order;
} entry;

static int by_place(const void *one, const void *two)
{
  const entry *a = one, *b = two;
  const char *file_a = zc_text_of(a->fault, "file");
  const char *file_b = zc_text_of(b->fault, "file");
  int files = strcmp(file_a, file_b);
  if (files != 0)
    return files;
  static const char *const keys[] = {"line", "column"};
  for (size_t i = 0; i < 2; i++) {
    json_int_t at_a = zc_get_integer(a->fault, keys[i], 0);
    json_int_t at_b = zc_get_integer(b->fault, keys[i], 0);
    if (at_a != at_b)
      return at_a < at_b ? -1 : 1;
  }
  return a->order < b->order ? -1 : 1;
}

zc_code zc_fault_sort(json_t *faults, zc_err *err)
{
  size_t count = json_array_size(faults);
  if (count < 2)
    return ZC_OK;
  entry *entries = calloc(count, sizeof *entries);
  if (entries == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < count; i++)
    entries[i] = (entry){json_incref(json_array_get(faults, i)), i};
  qsort(entries, count, sizeof *entries, by_place);
  for (size_t i = 0; i < count; i++)
    json_array_set_new(faults, i, entries[i].fault);
  free(entries);
  return ZC_OK;
}
