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

void zc_err_begin(zc_err *err, zc_code code, const char *text)
{
  assert(code != ZC_OK);
  memset(err, 0, sizeof *err);
  err->code = code;
  memcpy(err->text, text, zc_utf8_cut(text, strlen(text), sizeof err->text - 1));
}

void zc_err_add(zc_err *err, const char *name, const char *value)
{
  const char *cursor = NULL, *last;
  while (zc_err_next(err, &cursor, &last) != NULL)
    ;
  size_t at = cursor == NULL ? 0 : (size_t)(cursor - err->args);
  if (at + strlen(name) + 3 > sizeof err->args)
    return; /* a name that is cut would be another one */
  append(err, append(err, at, name), value != NULL ? value : "");
}

static void add_all(zc_err *err, va_list list)
{
  const char *name;
  while ((name = va_arg(list, const char *)) != NULL)
    zc_err_add(err, name, va_arg(list, const char *));
}

zc_code zc_fail(zc_err *err, zc_code code, const char *text, ...)
{
  va_list list;
  assert(strlen(text) < sizeof err->text); /* texts are ours: they must fit */
  va_start(list, text);
  zc_err_begin(err, code, text);
  add_all(err, list);
  va_end(list);
  return code;
}

/* What the common failures of the system are called, with a remedy where one is sure. */
static const struct {
  int number;
  const char *text;
} reasons[] = {
    {EACCES, N_("no permission")},
    {EPERM, N_("not permitted")},
    {ENOENT, N_("it does not exist")},
    {EEXIST, N_("it exists already")},
    {ENOTDIR, N_("part of the path is not a folder")},
    {EISDIR, N_("it is a folder")},
    {ENOTEMPTY, N_("the folder is not empty")},
    {ELOOP, N_("it is a symbolic link, or leads through one")},
    {ENAMETOOLONG, N_("the name is too long")},
    {EROFS, N_("the place is read-only")},
    {ENOSPC, N_("the disk is full: make room and repeat the command")},
    {EDQUOT, N_("the disk quota is used up: make room and repeat the command")},
    {EFBIG, N_("the file would be too large")},
    {EIO, N_("the disk reported an error")},
    {ENODEV, N_("the device is missing")},
    {ENXIO, N_("the device is missing")},
    {EBUSY, N_("it is in use")},
    {ETXTBSY, N_("it is in use")},
    {EXDEV, N_("it lies on another disk")},
    {EMFILE, N_("too many files are open")},
    {ENFILE, N_("too many files are open")},
    {ENOMEM, N_("out of memory")},
    {EAGAIN, N_("the system is short of resources just now")},
    {ENOEXEC, N_("it is no program for this machine")},
    {EPIPE, N_("nobody reads any more")},
    {EINVAL, N_("the system refused it")},
};

static const char *reason_of(int number)
{
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (reasons[i].number == number)
      return reasons[i].text;
  const char *text = strerrordesc_np(number);
  return text != NULL ? text : N_("unknown error");
}

zc_code zc_fail_system(zc_err *err, zc_code code, int number, const char *text, ...)
{
  va_list list;
  assert(strlen(text) < sizeof err->text);
  va_start(list, text);
  zc_err_begin(err, code, text);
  /* First, so that no long path leaves it out. */
  zc_err_add(err, "reason_term", reason_of(number));
  add_all(err, list);
  va_end(list);
  return code;
}

zc_code zc_fail_memory(zc_err *err)
{
  return zc_fail(err, ZC_EINTERNAL, ZC_MEMORY_TEXT, NULL);
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
