#include "package/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "package/hashing.h"
#include "package/lines.h"
#include "package/zpk.h"

#define HEAD "zicha-manifest 1"
#define FOLDERS 8 /* no file lies deeper: package.c reads no deeper, either */
#define DIGITS "0123456789"
#define SMALL "abcdefghijklmnopqrstuvwxyz" DIGITS

/* ---- words ------------------------------------------------------------------- */

/* An id becomes folders, too. */
static bool is_id(const char *text)
{
  return zc_package_is_id(text) && zc_manifest_path_is_safe(text);
}

bool zc_manifest_is_version(const char *text)
{
  return *text != '\0' &&
         strspn(text, SMALL "ABCDEFGHIJKLMNOPQRSTUVWXYZ._-") == strlen(text);
}

/* Three numbers; false for anything else. */
static bool read_release(const char *text, int64_t numbers[3])
{
  char room[32];
  size_t length;
  for (int i = 0; i < 3; i++, text += length) {
    text += i > 0;
    length = strcspn(text, ".");
    if (length >= sizeof room || (text[length] == '.') != (i < 2))
      return false;
    memcpy(room, text, length);
    room[length] = '\0';
    if (!zc_text_number(room, 999999, &numbers[i]))
      return false;
  }
  return true;
}

bool zc_manifest_is_release(const char *text)
{
  int64_t numbers[3];
  return read_release(text, numbers);
}

/* The lines that hold one word; the serial stands before the day. */
#define BEFORE_SERIAL 5
#define MEMBER(name) offsetof(zc_manifest, name), sizeof((zc_manifest *)NULL)->name
static const struct {
  const char *key;
  size_t offset, room;
  bool (*is_good)(const char *text);
  const char *wanted;
} words[] = {
    {"issuer", MEMBER(issuer), zc_text_is_name,
     N_("a name in which every character can be seen")},
    {"region", MEMBER(region), zc_text_is_word,
     N_("a name without blanks in which every character can be seen")},
    {"level", MEMBER(level), zc_text_is_level,
     N_("one of national, province, city, county and facility")},
    {"name", MEMBER(name), is_id, N_("LEVEL/NAME of small letters, digits, - and _")},
    {"version", MEMBER(version), zc_manifest_is_version,
     N_("letters, digits, dots, _ and -")},
    {"not-before", MEMBER(not_before), zc_text_is_day, N_("a day like 2026-03-01")},
    {"expires", MEMBER(expires), zc_text_is_day, N_("a day like 2026-03-01")},
    {"minimum-zicha", MEMBER(minimum_zicha), zc_manifest_is_release,
     N_("three numbers like 0.1.0")},
};
#define WORDS (sizeof words / sizeof *words)

static const char *word_of(const zc_manifest *manifest, size_t i)
{
  return (const char *)manifest + words[i].offset;
}

/* ---- paths ------------------------------------------------------------------- */

/* Names that are devices in every folder of some systems, whatever ending they have. */
static bool is_device(const char *part, size_t length)
{
  static const char *const names[] = {"con", "prn", "aux", "nul"};
  size_t stem = strcspn(part, ".");
  if (stem > length)
    stem = length;
  for (size_t i = 0; stem == 3 && i < sizeof names / sizeof *names; i++)
    if (strncmp(part, names[i], 3) == 0)
      return true;
  return stem == 4 && strchr(DIGITS, part[3]) != NULL &&
         (strncmp(part, "com", 3) == 0 || strncmp(part, "lpt", 3) == 0);
}

bool zc_manifest_path_is_safe(const char *path)
{
  int folders = 0;
  if (strlen(path) >= ZC_MANIFEST_PATH)
    return false;
  for (const char *part = path;; part++, folders++) {
    size_t length = strcspn(part, "/");
    if (length == 0 || part[0] == '.' || part[length - 1] == '.' ||
        strspn(part, SMALL "_.-") != length || is_device(part, length))
      return false;
    part += length;
    if (*part == '\0')
      return folders <= FOLDERS;
  }
}

static int compare_paths(const void *a, const void *b)
{
  return strcmp(((const zc_manifest_file *)a)->path,
                ((const zc_manifest_file *)b)->path);
}

/* Whether one of the folders that a file lies in is a file itself. */
static bool lies_in_file(const zc_manifest *manifest, const char *path)
{
  zc_manifest_file folder;
  for (const char *slash = strchr(path, '/'); slash != NULL;
       slash = strchr(slash + 1, '/')) {
    snprintf(folder.path, sizeof folder.path, "%.*s", (int)(slash - path), path);
    if (bsearch(&folder, manifest->files, manifest->count, sizeof folder,
                compare_paths) != NULL)
      return true;
  }
  return false;
}

/* ---- checking ---------------------------------------------------------------- */

static zc_code fail_word(const char *file, const char *key, const char *value,
                         const char *wanted, zc_err *err)
{
  return zc_fail(err, ZC_EDATA, "{file}: {key} has to be {wanted_term}, not «{value}»",
                 "file", file, "key", key, "wanted_term", wanted, "value", value, NULL);
}

static zc_code check_words(const char *file, const zc_manifest *manifest, zc_err *err)
{
  for (size_t i = 0; i < WORDS; i++)
    if (!words[i].is_good(word_of(manifest, i)))
      return fail_word(file, words[i].key, word_of(manifest, i), words[i].wanted, err);
  if (manifest->serial < 1 || manifest->serial >= ZC_MANIFEST_SERIAL)
    return fail_word(file, "serial", ZC_DIGITS(manifest->serial),
                     N_("a whole number from 1"), err);
  if (!zc_text_is_hash(manifest->sha256))
    return fail_word(file, "plan", manifest->sha256, N_("a SHA-256"), err);
  return ZC_OK;
}

/* What the words have to be to each other. The level decides whose key may sign, so that
 * a name of another level would let a county replace what the nation publishes. */
static zc_code check_claims(const char *file, const zc_manifest *m, zc_err *err)
{
  size_t level = strlen(m->level);
  if (strncmp(m->name, m->level, level) != 0 || m->name[level] != '/')
    return zc_fail(err, ZC_EDATA,
                   "{file}: the name {name} does not begin with the level {level}; "
                   "nobody publishes for another level",
                   "file", file, "name", m->name, "level", m->level, NULL);
  if (strcmp(m->not_before, m->expires) >= 0)
    return zc_fail(err, ZC_EDATA,
                   "{file}: it holds until {expires}, which is not after {from}",
                   "file", file, "expires", m->expires, "from", m->not_before, NULL);
  if (m->parent[0] == '\0' && m->parent_sha256[0] == '\0')
    return ZC_OK;
  if (!is_id(m->parent) || strcmp(m->parent, m->name) == 0)
    return fail_word(file, "parent", m->parent,
                     N_("- or the id of another package and its SHA-256"), err);
  return zc_text_is_hash(m->parent_sha256)
             ? ZC_OK
             : fail_word(file, "parent", m->parent_sha256,
                         N_("- or the id of another package and its SHA-256"), err);
}

static zc_code check_file(const char *file, const zc_manifest *manifest, size_t i,
                          zc_err *err)
{
  const zc_manifest_file *one = &manifest->files[i];
  if (!zc_manifest_path_is_safe(one->path))
    return zc_fail(err, ZC_EDATA,
                   "{file}: «{path}» cannot be the name of a file in a package", "file",
                   file, "path", one->path, NULL);
  if (!zc_text_is_hash(one->sha256))
    return fail_word(file, one->path, one->sha256, N_("a SHA-256"), err);
  if (i > 0 && strcmp(manifest->files[i - 1].path, one->path) >= 0)
    return zc_fail(err, ZC_EDATA,
                   "{file}: {path} is there twice, or the files are not in order",
                   "file", file, "path", one->path, NULL);
  if (lies_in_file(manifest, one->path))
    return zc_fail(err, ZC_EDATA, "{file}: {path} lies in a file as in a folder",
                   "file", file, "path", one->path, NULL);
  return ZC_OK;
}

static zc_code fail_many(const char *file, zc_err *err)
{
  return zc_fail(err, ZC_EDATA, "{file}: more than {limit} files", "file", file,
                 "limit", ZC_DIGITS(ZC_PACKAGE_FILES), NULL);
}

static zc_code check_files(const char *file, const zc_manifest *manifest, zc_err *err)
{
  size_t total = 0;
  bool plan = false;
  if (manifest->count > ZC_PACKAGE_FILES)
    return fail_many(file, err);
  for (size_t i = 0; i < manifest->count; i++) {
    zc_code code = check_file(file, manifest, i, err);
    if (code != ZC_OK)
      return code;
    if (manifest->files[i].size > ZC_ZPK_FILE - total)
      return zc_fail(err, ZC_EDATA,
                     "{file}: the files together are larger than {limit} bytes", "file",
                     file, "limit", ZC_DIGITS(ZC_ZPK_FILE), NULL);
    total += manifest->files[i].size;
    plan |= strcmp(manifest->files[i].path, "plan.yaml") == 0;
  }
  return plan ? ZC_OK
              : zc_fail(err, ZC_EDATA, "{file}: there is no plan.yaml among the files",
                        "file", file, NULL);
}

static zc_code check(const char *file, const zc_manifest *manifest, zc_err *err)
{
  zc_code code = check_words(file, manifest, err);
  if (code == ZC_OK)
    code = check_claims(file, manifest, err);
  return code == ZC_OK ? check_files(file, manifest, err) : code;
}

/* ---- writing ----------------------------------------------------------------- */

zc_code zc_manifest_print(const zc_manifest *manifest, zc_buffer *out, zc_err *err)
{
  zc_code code = check("MANIFEST", manifest, err);
  if (code != ZC_OK)
    return code;
  zc_buffer_text(out, HEAD "\n");
  for (size_t i = 0; i < WORDS; i++) {
    if (i == BEFORE_SERIAL)
      zc_buffer_print(out, "serial %lld\n", (long long)manifest->serial);
    zc_buffer_print(out, "%s %s\n", words[i].key, word_of(manifest, i));
  }
  if (manifest->parent[0] == '\0')
    zc_buffer_text(out, "parent -\n");
  else
    zc_buffer_print(out, "parent %s %s\n", manifest->parent, manifest->parent_sha256);
  zc_buffer_print(out, "plan %s\n", manifest->sha256);
  for (size_t i = 0; i < manifest->count; i++)
    zc_buffer_print(out, "file %s %zu %s\n", manifest->files[i].sha256,
                    manifest->files[i].size, manifest->files[i].path);
  return zc_buffer_check(out, err);
}

void zc_manifest_comment(const zc_manifest *manifest, zc_buffer *out)
{
  zc_buffer_print(out, "zicha-package:1 name:%s serial:%lld", manifest->name,
                  (long long)manifest->serial);
}

/* ---- reading ----------------------------------------------------------------- */

static zc_code read_words(zc_lines *lines, zc_manifest *manifest, zc_err *err)
{
  zc_code code = zc_lines_head(lines, HEAD, err);
  for (size_t i = 0; code == ZC_OK && i < WORDS; i++) {
    if (i == BEFORE_SERIAL)
      code = zc_lines_number(lines, "serial", ZC_MANIFEST_SERIAL - 1, &manifest->serial,
                             err);
    if (code == ZC_OK)
      code = zc_lines_value(lines, words[i].key, (char *)manifest + words[i].offset,
                            words[i].room, err);
  }
  return code;
}

static zc_code read_parent(zc_lines *lines, zc_manifest *manifest, zc_err *err)
{
  char room[ZC_MANIFEST_WORD + ZC_HASH_ROOM];
  zc_code code = zc_lines_value(lines, "parent", room, sizeof room, err);
  if (code != ZC_OK || strcmp(room, "-") == 0)
    return code;
  const char *hash = zc_word_cut(room);
  if (hash == NULL || strlen(room) >= sizeof manifest->parent ||
      strlen(hash) >= sizeof manifest->parent_sha256)
    return fail_word(lines->file, "parent", room,
                     N_("- or the id of another package and its SHA-256"), err);
  strcpy(manifest->parent, room);
  strcpy(manifest->parent_sha256, hash);
  return ZC_OK;
}

static zc_code read_file(zc_lines *lines, zc_manifest_file *file, zc_err *err)
{
  char room[ZC_HASH_ROOM + 24 + ZC_MANIFEST_PATH];
  int64_t bytes = 0;
  zc_code code = zc_lines_value(lines, "file", room, sizeof room, err);
  if (code != ZC_OK)
    return code;
  char *size = zc_word_cut(room);
  char *path = size == NULL ? NULL : zc_word_cut(size);
  if (path == NULL || strlen(room) >= sizeof file->sha256 ||
      strlen(path) >= sizeof file->path ||
      !zc_text_number(size, (int64_t)ZC_ZPK_FILE, &bytes))
    return zc_fail(err, ZC_EDATA,
                   "{file}, line {line}: a file's line has its SHA-256, its size up to "
                   "{limit} and its path",
                   "file", lines->file, "line", ZC_DIGITS(lines->line), "limit",
                   ZC_DIGITS(ZC_ZPK_FILE), NULL);
  strcpy(file->sha256, room);
  strcpy(file->path, path);
  file->size = (size_t)bytes;
  return ZC_OK;
}

static zc_code read_files(zc_lines *lines, zc_manifest *manifest, zc_err *err)
{
  zc_code code = ZC_OK;
  manifest->files = calloc(ZC_PACKAGE_FILES, sizeof *manifest->files);
  if (manifest->files == NULL)
    return zc_fail_memory(err);
  while (code == ZC_OK && manifest->count < ZC_PACKAGE_FILES &&
         zc_lines_is(lines, "file")) {
    code = read_file(lines, &manifest->files[manifest->count], err);
    manifest->count += code == ZC_OK;
  }
  if (code == ZC_OK && zc_lines_is(lines, "file"))
    return fail_many(lines->file, err);
  return code == ZC_OK ? zc_lines_end(lines, err) : code;
}

zc_code zc_manifest_parse(const char *file, const char *text, size_t size,
                          zc_manifest *manifest, zc_err *err)
{
  zc_lines lines = {file, text, text + size, 0};
  zc_buffer printed = {0};
  *manifest = (zc_manifest){0};
  zc_code code = read_words(&lines, manifest, err);
  if (code == ZC_OK)
    code = read_parent(&lines, manifest, err);
  if (code == ZC_OK)
    code = zc_lines_value(&lines, "plan", manifest->sha256, sizeof manifest->sha256,
                          err);
  if (code == ZC_OK)
    code = read_files(&lines, manifest, err);
  if (code == ZC_OK)
    code = check(file, manifest, err);
  if (code == ZC_OK)
    code = zc_manifest_print(manifest, &printed, err);
  if (code == ZC_OK)
    code = zc_lines_same(file, text, size, &printed, err);
  zc_buffer_free(&printed);
  return code;
}

void zc_manifest_free(zc_manifest *manifest)
{
  free(manifest->files);
  *manifest = (zc_manifest){0};
}

/* ---- fitting ----------------------------------------------------------------- */

bool zc_manifest_fits(const zc_manifest *manifest, const char *version)
{
  int64_t wanted[3], own[3];
  if (!read_release(manifest->minimum_zicha, wanted) || !read_release(version, own))
    return false;
  for (int i = 0; i < 3; i++)
    if (own[i] != wanted[i])
      return own[i] > wanted[i];
  return true;
}
