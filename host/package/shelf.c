#include "package/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "package/lines.h"

#define HEAD "zicha-index 1"
#define KIND "index " /* how the number that was seen last is called */

/* ---- writing ------------------------------------------------------------------- */

static zc_code fail_member(const char *key, const char *value, zc_err *err)
{
  return zc_fail(err, ZC_EDATA, "«{value}» cannot stand behind {key} in an index",
                 "value", value, "key", key, NULL);
}

static zc_code check_head(const zc_shelf *index, zc_err *err)
{
  if (!zc_text_is_name(index->issuer))
    return fail_member("issuer", index->issuer, err);
  if (!zc_text_is_level(index->level))
    return fail_member("level", index->level, err);
  if (!zc_text_is_word(index->region))
    return fail_member("region", index->region, err);
  if (index->number < 1 || index->number >= ZC_MANIFEST_SERIAL)
    return fail_member("number", ZC_DIGITS(index->number), err);
  if (index->root < 0 || index->root >= ZC_MANIFEST_SERIAL)
    return fail_member("root", ZC_DIGITS(index->root), err);
  if (!zc_text_is_day(index->issued))
    return fail_member("issued", index->issued, err);
  if (!zc_text_is_day(index->expires) || strcmp(index->issued, index->expires) > 0)
    return fail_member("expires", index->expires, err);
  if (index->count > ZC_INDEX_PACKAGES)
    return zc_fail(err, ZC_EDATA, "an index has at most {limit} packages", "limit",
                   ZC_DIGITS(ZC_INDEX_PACKAGES), NULL);
  return ZC_OK;
}

static bool is_file(const char *name)
{
  return zc_manifest_path_is_safe(name) && strchr(name, '/') == NULL &&
         zc_name_ends(name, ZC_ZPK_SUFFIX);
}

static zc_code check_package(const zc_shelf_package *package, zc_err *err)
{
  if (!zc_package_is_id(package->name))
    return fail_member("package", package->name, err);
  if (package->serial < 1 || package->serial >= ZC_MANIFEST_SERIAL)
    return fail_member(package->name, ZC_DIGITS(package->serial), err);
  if (!zc_text_is_hash(package->sha256))
    return fail_member(package->name, package->sha256, err);
  if (package->size < 1 || package->size > ZC_ZPK_FILE)
    return fail_member(package->name, ZC_DIGITS(package->size), err);
  return is_file(package->file) ? ZC_OK
                                : fail_member(package->name, package->file, err);
}

static int by_serial(const void *a, const void *b)
{
  const zc_shelf_package *x = *(zc_shelf_package *const *)a;
  const zc_shelf_package *y = *(zc_shelf_package *const *)b;
  int order = strcmp(x->name, y->name);
  return order != 0 ? order : (x->serial > y->serial) - (x->serial < y->serial);
}

/* One serial of a package is one file: two could be taken for each other. */
static zc_code check_single(const zc_shelf *index, zc_err *err)
{
  const zc_shelf_package **sorted = malloc((index->count + 1) * sizeof *sorted);
  if (sorted == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < index->count; i++)
    sorted[i] = &index->packages[i];
  qsort(sorted, index->count, sizeof *sorted, by_serial);
  zc_code code = ZC_OK;
  for (size_t i = 1; code == ZC_OK && i < index->count; i++)
    if (by_serial(&sorted[i - 1], &sorted[i]) == 0)
      code = zc_fail(err, ZC_EDATA,
                     "serial {serial} of {name} stands twice in the index, as {first} "
                     "and {second}",
                     "serial", ZC_DIGITS(sorted[i]->serial), "name", sorted[i]->name,
                     "first", sorted[i - 1]->file, "second", sorted[i]->file, NULL);
  free(sorted);
  return code;
}

static zc_code check_packages(const zc_shelf *index, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < index->count; i++) {
    const zc_shelf_package *package = &index->packages[i];
    code = check_package(package, err);
    if (code == ZC_OK && i > 0 && strcmp(package[-1].file, package->file) >= 0)
      code = zc_fail(err, ZC_EDATA,
                     "the packages of the index are not in the order of their files: "
                     "{file}",
                     "file", package->file, NULL);
  }
  return code == ZC_OK ? check_single(index, err) : code;
}

zc_code zc_shelf_print(const zc_shelf *index, zc_buffer *out, zc_err *err)
{
  zc_code code = check_head(index, err);
  if (code == ZC_OK)
    code = check_packages(index, err);
  if (code != ZC_OK)
    return code;
  zc_buffer_print(out, HEAD "\nissuer %s\nlevel %s\nregion %s\nnumber %lld\n",
                  index->issuer, index->level, index->region, (long long)index->number);
  zc_buffer_print(out, "issued %s\nexpires %s\nroot %lld\n", index->issued,
                  index->expires, (long long)index->root);
  for (size_t i = 0; i < index->count; i++) {
    const zc_shelf_package *package = &index->packages[i];
    zc_buffer_print(out, "package %s %lld %s %zu %s\n", package->name,
                    (long long)package->serial, package->sha256, package->size,
                    package->file);
  }
  return zc_buffer_check(out, err);
}

static int by_file(const void *a, const void *b)
{
  return strcmp(((const zc_shelf_package *)a)->file,
                ((const zc_shelf_package *)b)->file);
}

void zc_shelf_sort(zc_shelf *index)
{
  if (index->count > 0)
    qsort(index->packages, index->count, sizeof *index->packages, by_file);
}

void zc_shelf_comment(int64_t number, zc_buffer *out)
{
  zc_buffer_print(out, "zicha-index:1 number:%lld", (long long)number);
}

/* ---- reading ------------------------------------------------------------------- */

static zc_code parse_package(zc_lines *lines, zc_shelf_package *package, zc_err *err)
{
  char line[ZC_MANIFEST_WORD + 24 + ZC_HASH_ROOM + 24 + ZC_MANIFEST_PATH];
  char *word[5] = {line};
  int64_t size;
  zc_code code = zc_lines_value(lines, "package", line, sizeof line, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 1; i < 5 && word[i - 1] != NULL; i++)
    word[i] = zc_word_cut(word[i - 1]);
  if (word[4] == NULL || strlen(word[0]) >= sizeof package->name ||
      !zc_text_number(word[1], ZC_MANIFEST_SERIAL - 1, &package->serial) ||
      strlen(word[2]) >= sizeof package->sha256 ||
      !zc_text_number(word[3], (int64_t)ZC_ZPK_FILE, &size) ||
      strlen(word[4]) >= sizeof package->file)
    return zc_fail(err, ZC_EDATA,
                   "{file}, line {line}: a package's line has its name, serial, "
                   "SHA-256, size and file",
                   "file", lines->file, "line", ZC_DIGITS(lines->line), NULL);
  strcpy(package->name, word[0]);
  strcpy(package->sha256, word[2]);
  strcpy(package->file, word[4]);
  package->size = (size_t)size;
  return ZC_OK;
}

static zc_code parse_packages(zc_lines *lines, zc_shelf *index, zc_err *err)
{
  zc_code code = ZC_OK;
  size_t room = 0;
  while (code == ZC_OK && index->count < ZC_INDEX_PACKAGES &&
         zc_lines_is(lines, "package")) {
    if (index->count == room) {
      room = room == 0 ? 16 : 2 * room;
      zc_shelf_package *grown = realloc(index->packages, room * sizeof *grown);
      if (grown == NULL)
        return zc_fail_memory(err);
      index->packages = grown;
    }
    memset(&index->packages[index->count], 0, sizeof *index->packages);
    code = parse_package(lines, &index->packages[index->count], err);
    index->count += code == ZC_OK;
  }
  return code == ZC_OK ? zc_lines_end(lines, err) : code;
}

static zc_code parse_lines(zc_lines *lines, zc_shelf *index, zc_err *err)
{
  zc_code code = zc_lines_head(lines, HEAD, err);
  if (code == ZC_OK)
    code = zc_lines_value(lines, "issuer", index->issuer, sizeof index->issuer, err);
  if (code == ZC_OK)
    code = zc_lines_value(lines, "level", index->level, sizeof index->level, err);
  if (code == ZC_OK)
    code = zc_lines_value(lines, "region", index->region, sizeof index->region, err);
  if (code == ZC_OK)
    code = zc_lines_number(lines, "number", ZC_MANIFEST_SERIAL - 1, &index->number,
                           err);
  if (code == ZC_OK)
    code = zc_lines_value(lines, "issued", index->issued, sizeof index->issued, err);
  if (code == ZC_OK)
    code = zc_lines_value(lines, "expires", index->expires, sizeof index->expires, err);
  if (code == ZC_OK)
    code = zc_lines_number(lines, "root", ZC_MANIFEST_SERIAL - 1, &index->root, err);
  return code == ZC_OK ? parse_packages(lines, index, err) : code;
}

zc_code zc_shelf_parse(const char *file, const char *text, size_t size, zc_shelf *index,
                       zc_err *err)
{
  zc_lines lines = {file, text, text + size, 0};
  zc_buffer again = {0};
  *index = (zc_shelf){0};
  if (size > ZC_INDEX_FILE)
    return zc_fail(err, ZC_EDATA, "{path} is larger than {limit} bytes", "path", file,
                   "limit", ZC_DIGITS(ZC_INDEX_FILE), NULL);
  zc_code code = parse_lines(&lines, index, err);
  if (code == ZC_OK)
    code = zc_shelf_print(index, &again, err);
  if (code == ZC_OK)
    code = zc_lines_same(file, text, size, &again, err);
  if (code == ZC_OK)
    code = zc_hash_of(text, size, index->sha256, err);
  zc_buffer_free(&again);
  return code;
}

void zc_shelf_free(zc_shelf *index)
{
  free(index->packages);
  *index = (zc_shelf){0};
}

/* ---- trusting it --------------------------------------------------------------- */

/* Checks one of the signatures. ZC_EOPEN: it is not there. */
static zc_code check_signature(int at, const char *name, const zc_root *root,
                               const zc_buffer *text, zc_signature *signature,
                               zc_err *err)
{
  unsigned char digest[ZC_BLAKE2B];
  const zc_root_key *key;
  zc_buffer own = {0};
  zc_code code = zc_file_read_beneath(at, name, ZC_SIGNATURE_FILE, &own, err);
  if (code == ZC_OK)
    code = zc_signature_parse(name, zc_text_or(own.data, ""), own.size, signature, err);
  zc_blake2b_of(zc_text_or(text->data, ""), text->size, digest, sizeof digest);
  if (code == ZC_OK)
    code = zc_root_check(root, ZC_SHELF_INDEX, signature, digest, &key, err);
  zc_buffer_free(&own);
  return code;
}

/* The old signature, or the next one where that fits: whoever published may have been
 * interrupted between index and signature. */
static zc_code check_either(int at, const zc_root *root, const zc_buffer *text,
                            zc_signature *signature, zc_err *err)
{
  zc_err other;
  zc_code code = check_signature(at, ZC_SHELF_SIGNATURE, root, text, signature, err);
  if (code == ZC_OK ||
      check_signature(at, ZC_SHELF_NEXT, root, text, signature, &other) == ZC_OK)
    return ZC_OK;
  if (code == ZC_EOPEN && faccessat(at, ZC_SHELF_SIGNATURE, F_OK, 0) != 0 &&
      errno == ENOENT)
    return zc_fail(err, ZC_ETRUST,
                   "the folder's index is not signed: {file} is missing; nothing of it "
                   "is taken; have the whole folder sent again",
                   "file", ZC_SHELF_SIGNATURE, NULL);
  return code;
}

static zc_code check_comment(const zc_shelf *index, const zc_signature *signature,
                             zc_err *err)
{
  zc_buffer wanted = {0};
  zc_shelf_comment(index->number, &wanted);
  zc_code code = zc_buffer_check(&wanted, err);
  if (code == ZC_OK && strcmp(signature->comment, wanted.data) != 0)
    code =
        zc_fail(err, ZC_ETRUST,
                "the signature of the index was made for something else: its trusted "
                "comment is to be «{wanted}»",
                "wanted", wanted.data, NULL);
  zc_buffer_free(&wanted);
  return code;
}

zc_code zc_shelf_read(int at, const zc_root *root, const char *today, zc_shelf *index,
                      const zc_root_key **key, zc_err *err)
{
  zc_buffer text = {0};
  zc_signature signature;
  *index = (zc_shelf){0};
  zc_code code = zc_file_read_beneath(at, ZC_SHELF_INDEX, ZC_INDEX_FILE, &text, err);
  if (code == ZC_OK)
    code = check_either(at, root, &text, &signature, err);
  if (code == ZC_OK)
    code = zc_shelf_parse(ZC_SHELF_INDEX, text.data, text.size, index, err);
  if (code == ZC_OK)
    code = check_comment(index, &signature, err);
  if (code == ZC_OK)
    code = zc_root_allows(root, ZC_SHELF_INDEX, signature.id, index->level,
                          index->region, today, key, err);
  zc_buffer_free(&text);
  return code;
}

/* ---- replacing it -------------------------------------------------------------- */

zc_code zc_shelf_write(int at, const zc_buffer *text, const zc_buffer *signature,
                       zc_err *err)
{
  zc_code code = zc_file_write(at, ZC_SHELF_NEXT, signature->data, signature->size,
                               0666, err);
  if (code == ZC_OK)
    code = zc_file_write(at, ZC_SHELF_INDEX, text->data, text->size, 0666, err);
  return code == ZC_OK ? zc_file_rename(at, ZC_SHELF_NEXT, ZC_SHELF_SIGNATURE, err)
                       : code;
}

zc_code zc_shelf_settle(int at, const zc_root *root, zc_err *err)
{
  zc_buffer text = {0};
  zc_signature signature;
  zc_err ignored;
  if (faccessat(at, ZC_SHELF_NEXT, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
    return ZC_OK;
  zc_code code = zc_file_read_beneath(at, ZC_SHELF_INDEX, ZC_INDEX_FILE, &text, err);
  if (code == ZC_OK &&
      check_signature(at, ZC_SHELF_NEXT, root, &text, &signature, &ignored) == ZC_OK)
    code = zc_file_rename(at, ZC_SHELF_NEXT, ZC_SHELF_SIGNATURE, err);
  zc_buffer_free(&text);
  return code == ZC_EOPEN ? ZC_OK : code; /* the very first index was interrupted */
}

/* ---- no older, and not too old ------------------------------------------------- */

static zc_code seen_name(const zc_shelf *index, zc_buffer *name, zc_err *err)
{
  zc_buffer_print(name, KIND "%s %s", index->level, index->region);
  return zc_buffer_check(name, err);
}

static zc_code check_seen(const zc_shelf *index, const json_t *last, zc_err *err)
{
  json_int_t number = zc_get_integer(last, "number", 0);
  if (index->number < number)
    return zc_fail(err, ZC_ETRUST,
                   "index {number} of {issuer} is older than the last one seen here, "
                   "{last}: somebody has put an old folder in place of a newer one; "
                   "nothing was taken",
                   "number", ZC_DIGITS(index->number), "issuer", index->issuer, "last",
                   ZC_DIGITS(number), NULL);
  if (index->number == number && strcmp(index->sha256, zc_text_of(last, "sha256")) != 0)
    return zc_fail(err, ZC_ETRUST,
                   "index {number} of {issuer} is another than the one of this number "
                   "that was seen here before; ask the office which of them it made",
                   "number", ZC_DIGITS(index->number), "issuer", index->issuer, NULL);
  if (index->number - number > ZC_SERIAL_JUMP)
    return zc_fail(
        err, ZC_ETRUST,
        "index {number} of {issuer} is more than {limit} above the last one "
        "seen here, {last}: no later one could follow it; nothing was taken; "
        "ask the office which number it is at",
        "number", ZC_DIGITS(index->number), "issuer", index->issuer, "limit",
        ZC_DIGITS(ZC_SERIAL_JUMP), "last", ZC_DIGITS(number), NULL);
  return ZC_OK;
}

zc_code zc_shelf_is_fresh(const zc_shelf *index, const json_t *seen, const char *today,
                          zc_err *err)
{
  zc_buffer name = {0};
  zc_code code = seen_name(index, &name, err);
  if (code == ZC_OK)
    code = check_seen(index, json_object_get(seen, name.data), err);
  zc_buffer_free(&name);
  if (code == ZC_OK && strcmp(index->expires, today) < 0)
    code =
        zc_fail(err, ZC_ETRUST,
                "index {number} of {issuer} expired on {day}: newer ones may be held "
                "back from you; get the folder of today from the office",
                "number", ZC_DIGITS(index->number), "issuer", index->issuer, "day",
                index->expires, NULL);
  return code;
}

zc_code zc_shelf_keep_seen(const zc_shelf *index, json_t *seen, zc_err *err)
{
  zc_buffer name = {0};
  zc_code code = seen_name(index, &name, err);
  if (code == ZC_OK &&
      json_object_set_new(seen, name.data,
                          json_pack("{s:I, s:s}", "number", (json_int_t)index->number,
                                    "sha256", index->sha256)) != 0)
    code = zc_fail_memory(err);
  zc_buffer_free(&name);
  return code;
}
