#include "publisher/roots.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "package/lines.h"
#include "value/json.h"

/* ---- folders ------------------------------------------------------------------- */

/* 12.root → 12; 0 for another name. */
static int64_t number_of(const char *name)
{
  char digits[24];
  int64_t number;
  size_t length = strcspn(name, ".");
  if (!zc_name_ends(name, ZC_ROOT_SUFFIX) || length >= sizeof digits ||
      strcmp(name + length, ZC_ROOT_SUFFIX) != 0)
    return 0;
  memcpy(digits, name, length);
  digits[length] = '\0';
  return zc_text_number(digits, ZC_MANIFEST_SERIAL - 1, &number) ? number : 0;
}

zc_code zc_roots_open(const char *path, int *fd, int64_t *number, zc_err *err)
{
  char folder[PATH_MAX];
  const char *name = zc_path_name(path);
  *number = number_of(name);
  if (*number == 0)
    return zc_folder_open(path, fd, err);
  int length = (int)(name - path);
  snprintf(folder, sizeof folder, "%.*s", length, length == 0 ? "" : path);
  return zc_folder_open(length == 0 ? "." : folder, fd, err);
}

zc_code zc_roots_newest(int fd, int64_t *number, zc_err *err)
{
  zc_names names;
  *number = 0;
  zc_code code = zc_folder_names(fd, ".", &names, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; i < names.count; i++)
    if (names.kinds[i] == 'f' && number_of(names.names[i]) > *number)
      *number = number_of(names.names[i]);
  zc_names_free(&names);
  return ZC_OK;
}

static void name_of(int64_t number, char room[40])
{
  snprintf(room, 40, "%lld" ZC_ROOT_SUFFIX, (long long)number);
}

bool zc_roots_has(int fd, int64_t number)
{
  char name[40];
  name_of(number, name);
  return faccessat(fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

zc_code zc_roots_read_unsigned(int fd, int64_t number, zc_root *root, zc_err *err)
{
  char name[40];
  zc_buffer text = {0};
  *root = (zc_root){0};
  name_of(number, name);
  zc_code code = zc_file_read_beneath(fd, name, ZC_ROOT_FILE, &text, err);
  if (code == ZC_OK)
    code = zc_root_parse(name, zc_text_or(text.data, ""), text.size, root, err);
  zc_buffer_free(&text);
  return code;
}

/* ---- fingerprints -------------------------------------------------------------- */

void zc_fingerprint_print(const char sha256[ZC_HASH_ROOM], char room[ZC_GROUPED_ROOM])
{
  size_t to = 0;
  for (size_t i = 0; sha256[i] != '\0'; i++) {
    if (i > 0 && i % 4 == 0)
      room[to++] = ' ';
    room[to++] = sha256[i];
  }
  room[to] = '\0';
}

/* The digits of a text; false when there is anything else, or not 64 of them. */
static bool digits_of(const char *text, char digits[ZC_HASH_ROOM])
{
  size_t count = 0;
  for (; *text != '\0'; text++) {
    if (*text == ' ' || *text == '-')
      continue;
    if (count == ZC_HASH_ROOM - 1 || !isxdigit((unsigned char)*text))
      return false;
    digits[count++] = (char)tolower((unsigned char)*text);
  }
  digits[count] = '\0';
  return count == ZC_HASH_ROOM - 1;
}

bool zc_fingerprint_is(const char *text, const char sha256[ZC_HASH_ROOM])
{
  char digits[ZC_HASH_ROOM];
  return digits_of(text, digits) && strcmp(digits, sha256) == 0;
}

bool zc_fingerprint_reads(const char *text)
{
  char digits[ZC_HASH_ROOM];
  return digits_of(text, digits);
}
