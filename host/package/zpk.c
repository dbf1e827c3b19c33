#include "package/zpk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/taking.h"
#include "package/hashing.h"
#include "package/lines.h"

#define HEAD "zicha-package-file "
#define VERSION "1"
#define MANIFEST "MANIFEST"
#define SIGNATURE MANIFEST ZC_SIGNATURE_SUFFIX

/* ---- writing ----------------------------------------------------------------- */

static void add_part(zc_buffer *out, const char *name, const void *data, size_t size)
{
  zc_buffer_print(out, "part %s %zu\n", name, size);
  zc_buffer_add(out, data, size);
  zc_buffer_char(out, '\n');
}

static void add_head(zc_buffer *out, const zc_part *manifest,
                     const zc_buffer *signature, size_t count)
{
  zc_buffer_text(out, HEAD VERSION "\n");
  add_part(out, MANIFEST, manifest->data, manifest->size);
  if (signature == NULL)
    add_part(out, SIGNATURE, ZC_ZREP_UNSIGNED, strlen(ZC_ZREP_UNSIGNED));
  else
    add_part(out, SIGNATURE, signature->data, signature->size);
  zc_buffer_print(out, "files %zu\n", count);
}

static zc_code finish(const zc_buffer *out, size_t before, zc_err *err)
{
  zc_code code = zc_buffer_check(out, err);
  if (code == ZC_OK && out->size - before > ZC_ZPK_FILE)
    code = zc_fail(err, ZC_EDATA,
                   "the package is larger than {limit} bytes: leave out what no "
                   "facility needs",
                   "limit", ZC_DIGITS(ZC_ZPK_FILE), NULL);
  return code;
}

static zc_code check_room(const zc_buffer *signature, zc_err *err)
{
  if (signature == NULL ||
      (signature->size > 0 && signature->size <= ZC_SIGNATURE_FILE))
    return ZC_OK;
  return zc_fail(err, ZC_EDATA, "the signature is empty or larger than {limit} bytes",
                 "limit", ZC_DIGITS(ZC_SIGNATURE_FILE), NULL);
}

zc_code zc_zpk_write(const zc_manifest *manifest, const zc_buffer *signature,
                     const char *bytes, zc_buffer *out, zc_err *err)
{
  zc_buffer text = {0};
  size_t before = out->size;
  zc_code code = zc_manifest_print(manifest, &text, err);
  if (code == ZC_OK)
    code = check_room(signature, err);
  if (code == ZC_OK) {
    add_head(out, &(zc_part){text.data, text.size}, signature, manifest->count);
    for (size_t i = 0; i < manifest->count; i++) {
      const zc_manifest_file *file = &manifest->files[i];
      zc_buffer_print(out, "%zu %s\n", file->size, file->path);
      zc_buffer_add(out, bytes, file->size);
      zc_buffer_char(out, '\n');
      bytes += file->size;
    }
    code = finish(out, before, err);
  }
  zc_buffer_free(&text);
  return code;
}

zc_code zc_zpk_resign(const zc_zpk *zpk, const zc_buffer *signature, zc_buffer *out,
                      zc_err *err)
{
  size_t before = out->size;
  zc_code code = check_room(signature, err);
  if (code != ZC_OK)
    return code;
  add_head(out, &zpk->manifest, signature, zpk->count);
  for (size_t i = 0; i < zpk->count; i++) {
    zc_buffer_print(out, "%zu ", zpk->files[i].size);
    zc_buffer_add(out, zpk->paths[i].data, zpk->paths[i].size);
    zc_buffer_char(out, '\n');
    zc_buffer_add(out, zpk->files[i].data, zpk->files[i].size);
    zc_buffer_char(out, '\n');
  }
  return finish(out, before, err);
}

/* ---- reading ----------------------------------------------------------------- */

typedef struct {
  const char *file, *at, *end;
} reading;

static bool take(reading *r, const char *word)
{
  return zc_take_word(&r->at, r->end, word);
}

static zc_code fail_short(const reading *r, zc_err *err)
{
  return zc_fail(err, ZC_EDATA,
                 "{file} is not whole: it ends early; have it sent again", "file",
                 r->file, NULL);
}

/* A whole number in its one spelling, and what ends it. */
static zc_code take_number(reading *r, const char *name, size_t limit, char end,
                           size_t *number, zc_err *err)
{
  const char *first = r->at;
  *number = 0;
  for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++)
    if (*number <= limit) /* beyond it the number does not matter */
      *number = 10 * *number + (size_t)(*r->at - '0');
  if (r->at == r->end)
    return fail_short(r, err);
  if (r->at == first || (*first == '0' && r->at - first > 1) || *r->at != end)
    return zc_fail(err, ZC_EDATA, "{file}: the size of {name} is no whole number",
                   "file", r->file, "name", name, NULL);
  r->at++;
  if (*number > limit)
    return zc_fail(err, ZC_EDATA, "{file}: {name} claims more than {limit}", "file",
                   r->file, "name", name, "limit", ZC_DIGITS(limit), NULL);
  return ZC_OK;
}

/* So many bytes, and the end of a line behind them. */
static zc_code take_bytes(reading *r, const char *name, size_t size, zc_part *part,
                          zc_err *err)
{
  if ((size_t)(r->end - r->at) <= size)
    return fail_short(r, err);
  *part = (zc_part){r->at, size};
  r->at += size;
  if (!take(r, "\n"))
    return zc_fail(err, ZC_EDATA,
                   "{file}: the size of {name} is wrong; have it sent as zicha wrote "
                   "it, neither opened nor saved by another program",
                   "file", r->file, "name", name, NULL);
  return ZC_OK;
}

static zc_code fail_place(const reading *r, const char *word, const char *name,
                          zc_err *err)
{
  size_t left = (size_t)(r->end - r->at);
  if (left < strlen(word) && memcmp(r->at, word, left) == 0)
    return fail_short(r, err);
  return zc_fail(err, ZC_EDATA, "{file}: {name} is not in its place", "file", r->file,
                 "name", name, NULL);
}

static zc_code take_part(reading *r, const char *name, size_t limit, zc_part *part,
                         zc_err *err)
{
  char line[64];
  size_t size;
  snprintf(line, sizeof line, "part %s ", name);
  if (!take(r, line))
    return fail_place(r, line, name, err);
  zc_code code = take_number(r, name, limit, '\n', &size, err);
  if (code == ZC_OK && size == 0)
    code = zc_fail(err, ZC_EDATA, "{file}: {name} is empty", "file", r->file, "name",
                   name, NULL);
  return code == ZC_OK ? take_bytes(r, name, size, part, err) : code;
}

/* The path is compared with the manifest's later: here it only has to fit on its line. */
static zc_code take_file(reading *r, zc_part *path, zc_part *file, zc_err *err)
{
  size_t size;
  zc_code code = take_number(r, "files", ZC_ZPK_FILE, ' ', &size, err);
  if (code != ZC_OK)
    return code;
  size_t left = (size_t)(r->end - r->at);
  const char *end = memchr(r->at, '\n',
                           left < ZC_MANIFEST_PATH ? left : ZC_MANIFEST_PATH);
  if (end == NULL && left < ZC_MANIFEST_PATH)
    return fail_short(r, err);
  if (end == NULL || end == r->at)
    return zc_fail(
        err, ZC_EDATA,
        "{file}: a file in it has no name, or one of more than {limit} bytes", "file",
        r->file, "limit", ZC_DIGITS(ZC_MANIFEST_PATH - 1), NULL);
  *path = (zc_part){r->at, (size_t)(end - r->at)};
  r->at = end + 1;
  return take_bytes(r, "files", size, file, err);
}

static zc_code take_files(reading *r, zc_zpk *zpk, zc_err *err)
{
  size_t count;
  if (!take(r, "files "))
    return fail_place(r, "files ", "files", err);
  zc_code code = take_number(r, "files", ZC_PACKAGE_FILES, '\n', &count, err);
  if (code == ZC_OK && count == 0)
    code = zc_fail(err, ZC_EDATA, "{file}: {name} is empty", "file", r->file, "name",
                   "files", NULL);
  for (size_t i = 0; code == ZC_OK && i < count; i++)
    code = take_file(r, &zpk->paths[i], &zpk->files[i], err);
  if (code == ZC_OK)
    zpk->count = count;
  return code;
}

static zc_code take_head(reading *r, zc_err *err)
{
  if (!take(r, HEAD))
    return zc_fail(err, ZC_EDATA,
                   "{file} is no package file: it does not begin with «{head}»", "file",
                   r->file, "head", "zicha-package-file", NULL);
  if (!take(r, VERSION "\n"))
    return zc_fail(err, ZC_EDATA,
                   "{file} is cut off, or of another version than {version}; a newer "
                   "zicha may read it",
                   "file", r->file, "version", VERSION, NULL);
  return ZC_OK;
}

zc_code zc_zpk_read(const char *file, const char *data, size_t size, zc_zpk *zpk,
                    zc_err *err)
{
  reading r = {file, data, data + size};
  zpk->count = 0;
  if (size > ZC_ZPK_FILE)
    return zc_fail(err, ZC_EDATA, "{path} is larger than {limit} bytes", "path", file,
                   "limit", ZC_DIGITS(ZC_ZPK_FILE), NULL);
  zc_code code = take_head(&r, err);
  if (code == ZC_OK)
    code = take_part(&r, MANIFEST, ZC_MANIFEST_FILE, &zpk->manifest, err);
  if (code == ZC_OK)
    code = take_part(&r, SIGNATURE, ZC_SIGNATURE_FILE, &zpk->signature, err);
  if (code == ZC_OK)
    code = take_files(&r, zpk, err);
  if (code == ZC_OK && r.at != r.end)
    code = zc_fail(err, ZC_EDATA, "{file}: something stands behind {name}", "file",
                   file, "name", "files", NULL);
  return code;
}

/* ---- signatures -------------------------------------------------------------- */

bool zc_zpk_is_unsigned(const zc_zpk *zpk)
{
  return zpk->signature.size == strlen(ZC_ZREP_UNSIGNED) &&
         memcmp(zpk->signature.data, ZC_ZREP_UNSIGNED, zpk->signature.size) == 0;
}

zc_code zc_zpk_signature(const char *file, const zc_zpk *zpk, zc_signature *signature,
                         zc_err *err)
{
  if (zc_zpk_is_unsigned(zpk))
    return zc_fail(err, ZC_ETRUST, "{file} is not signed", "file", file, NULL);
  return zc_signature_parse(file, zpk->signature.data, zpk->signature.size, signature,
                            err);
}

zc_code zc_zpk_check_signature(const char *file, const zc_zpk *zpk,
                               const zc_signature *signature, const zc_public_key *key,
                               zc_err *err)
{
  unsigned char digest[ZC_BLAKE2B];
  zc_blake2b_of(zpk->manifest.data, zpk->manifest.size, digest, sizeof digest);
  return zc_signature_check(signature, key, file, digest, err);
}

static zc_code check_comment(const char *file, const zc_manifest *manifest,
                             const char *comment, zc_err *err)
{
  zc_buffer wanted = {0};
  zc_manifest_comment(manifest, &wanted);
  zc_code code = zc_buffer_check(&wanted, err);
  if (code == ZC_OK && strcmp(wanted.data, comment) != 0)
    code = zc_fail(err, ZC_ETRUST,
                   "{file}: the comment of its signature is not «{comment}»: it was "
                   "signed as something else",
                   "file", file, "comment", wanted.data, NULL);
  zc_buffer_free(&wanted);
  return code;
}

zc_code zc_zpk_manifest(const char *file, const zc_zpk *zpk,
                        const zc_signature *signature, zc_manifest *manifest,
                        zc_err *err)
{
  zc_code code = zc_manifest_parse(file, zpk->manifest.data, zpk->manifest.size,
                                   manifest, err);
  if (code == ZC_OK && signature != NULL)
    code = check_comment(file, manifest, signature->comment, err);
  return code;
}

/* ---- files ------------------------------------------------------------------- */

static zc_code check_file(const char *file, const zc_zpk *zpk,
                          const zc_manifest_file *wanted, size_t i, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  const zc_part *path = &zpk->paths[i], *part = &zpk->files[i];
  if (path->size != strlen(wanted->path) ||
      memcmp(path->data, wanted->path, path->size) != 0)
    return zc_fail(err, ZC_ETRUST,
                   "{file}: another file stands where {path} should; nothing of it is "
                   "used",
                   "file", file, "path", wanted->path, NULL);
  if (part->size != wanted->size)
    return zc_fail(err, ZC_ETRUST,
                   "{file}: {path} has {size} bytes, but its manifest says {wanted}",
                   "file", file, "path", wanted->path, "size", ZC_DIGITS(part->size),
                   "wanted", ZC_DIGITS(wanted->size), NULL);
  zc_code code = zc_hash_of(part->data, part->size, digits, err);
  if (code == ZC_OK && strcmp(digits, wanted->sha256) != 0)
    code = zc_fail(err, ZC_ETRUST,
                   "{file}: {path} is not what its manifest names; have it sent again",
                   "file", file, "path", wanted->path, NULL);
  return code;
}

/* A file's place among those that are hashed. */
typedef struct {
  const char *path, *data;
  size_t size;
} counted;

static int compare_counted(const void *a, const void *b)
{
  return zc_package_order(((const counted *)a)->path, ((const counted *)b)->path);
}

/* The hash of the plan whose files these are, as zc_package_read takes it of a folder. */
zc_code zc_zpk_hash(const zc_manifest *manifest, const zc_part *files,
                    char digits[ZC_HASH_ROOM], zc_err *err)
{
  counted list[ZC_PACKAGE_FILES];
  size_t count = 0;
  zc_hash *hash = zc_hash_new();
  if (hash == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < manifest->count; i++)
    if (zc_package_counts(manifest->files[i].path))
      list[count++] = (counted){manifest->files[i].path, files[i].data, files[i].size};
  qsort(list, count, sizeof *list, compare_counted);
  for (size_t i = 0; i < count; i++)
    zc_package_hash_file(hash, list[i].path, list[i].data, list[i].size);
  return zc_hash_finish(hash, digits, err);
}

zc_code zc_zpk_check_files(const char *file, const zc_zpk *zpk,
                           const zc_manifest *manifest, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  if (zpk->count != manifest->count)
    return zc_fail(err, ZC_ETRUST,
                   "{file} holds {count} files, but its manifest names {wanted}",
                   "file", file, "count", ZC_DIGITS(zpk->count), "wanted",
                   ZC_DIGITS(manifest->count), NULL);
  for (size_t i = 0; i < zpk->count; i++) {
    zc_code code = check_file(file, zpk, &manifest->files[i], i, err);
    if (code != ZC_OK)
      return code;
  }
  zc_code code = zc_zpk_hash(manifest, zpk->files, digits, err);
  if (code == ZC_OK && strcmp(digits, manifest->sha256) != 0)
    code = zc_fail(err, ZC_ETRUST,
                   "{file}: its files are not the plan that its manifest names", "file",
                   file, NULL);
  return code;
}
