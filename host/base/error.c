#include "base/error.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Appends one string with its NUL; cuts it rather than failing, because an error
 * that is too long to tell whole must still be told. */
static size_t append(zc_err *err, size_t at, const char *text)
{
  size_t room = sizeof err->args - 1 - at; /* the last NUL ends the list */
  if (room == 0)
    return at;
  size_t length = zc_utf8_cut(text, strlen(text), room - 1);
  memcpy(err->args + at, text, length);
  err->args[at + length] = '\0';
  return at + length + 1;
}

static void record(zc_err *err, zc_code code, const char *text, const char *reason,
                   va_list list)
{
  assert(code != ZC_OK);
  memset(err, 0, sizeof *err);
  err->code = code;
  size_t length = zc_utf8_cut(text, strlen(text), sizeof err->text - 1);
  assert(length == strlen(text)); /* texts are ours: they must fit */
  memcpy(err->text, text, length);
  size_t at = 0;
  const char *name;
  while ((name = va_arg(list, const char *)) != NULL) {
    const char *value = va_arg(list, const char *);
    at = append(err, at, name);
    at = append(err, at, value != NULL ? value : "");
  }
  if (reason != NULL) {
    at = append(err, at, "reason");
    append(err, at, reason);
  }
}

zc_code zc_fail(zc_err *err, zc_code code, const char *text, ...)
{
  va_list list;
  va_start(list, text);
  record(err, code, text, NULL, list);
  va_end(list);
  return code;
}

zc_code zc_fail_system(zc_err *err, zc_code code, int number, const char *text, ...)
{
  va_list list;
  va_start(list, text);
  record(err, code, text, strerror(number), list);
  va_end(list);
  return code;
}

zc_code zc_fail_memory(zc_err *err)
{
  return zc_fail(err, ZC_EINTERNAL, "out of memory; close other programs and try again",
                 NULL);
}

const char *zc_err_next(const zc_err *err, const char **cursor, const char **value)
{
  const char *name = *cursor == NULL ? err->args : *cursor;
  const char *end = err->args + sizeof err->args;
  if (name >= end || *name == '\0')
    return NULL;
  *value = name + strlen(name) + 1;
  *cursor = *value + strlen(*value) + 1;
  return name;
}

const char *zc_err_argument(const zc_err *err, const char *name)
{
  const char *cursor = NULL, *value, *found;
  while ((found = zc_err_next(err, &cursor, &value)) != NULL)
    if (strcmp(found, name) == 0)
      return value;
  return NULL;
}

const char *zc_number_text(char *room, int64_t number)
{
  snprintf(room, 24, "%lld", (long long)number);
  return room;
}
