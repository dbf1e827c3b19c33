#include "package/root.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "package/lines.h"

#define HEAD "zicha-root 1"
#define NONE "-" /* stands for level and region of a root's keys */
#define ROLE_ROOT "root"
#define ROLE_PUBLISHER "publisher"

/* ---- writing ------------------------------------------------------------------- */

static zc_code check_key(const zc_root_key *key, zc_err *err)
{
  const char *name = key->name;
  if (!zc_text_is_name(name))
    return zc_fail(err, ZC_EDATA,
                   "«{name}» cannot stand in a root: a holder's name is not empty, and "
                   "neither begins nor ends with a blank",
                   "name", name, NULL);
  if (!zc_text_is_day(key->expires))
    return zc_fail(err, ZC_EDATA,
                   "the key of {name}: {day} is no day; write it as 2026-03-01", "name",
                   name, "day", key->expires, NULL);
  if (key->root)
    return strcmp(key->level, NONE) == 0 && strcmp(key->region, NONE) == 0
               ? ZC_OK
               : zc_fail(err, ZC_EDATA,
                         "the key of {name} signs roots: it has neither level nor "
                         "region",
                         "name", name, NULL);
  if (!zc_text_is_level(key->level))
    return zc_fail(err, ZC_EDATA,
                   "the key of {name}: {level} is no level; take national, province, "
                   "city, county or facility",
                   "name", name, "level", key->level, NULL);
  if (!zc_text_is_word(key->region) || strcmp(key->region, NONE) == 0)
    return zc_fail(
        err, ZC_EDATA,
        "the key of {name}: «{region}» is no region; it has no blanks and is "
        "not empty",
        "name", name, "region", key->region, NULL);
  return ZC_OK;
}

/* One holder has one key, and one signature counts once. */
static zc_code check_single(const zc_root *root, zc_err *err)
{
  char id[ZC_KEY_ID_ROOM];
  for (size_t i = 0; i < root->count; i++)
    for (size_t j = 0; j < i; j++) {
      const zc_public_key *a = &root->keys[i].key, *b = &root->keys[j].key;
      if (memcmp(a->id, b->id, sizeof a->id) != 0 &&
          memcmp(a->point, b->point, sizeof a->point) != 0)
        continue;
      zc_key_id_text(a->id, id);
      return zc_fail(err, ZC_EDATA,
                     "the key {id} stands twice in the root, for {first} and {second}: "
                     "each key counts once",
                     "id", id, "first", root->keys[j].name, "second",
                     root->keys[i].name, NULL);
    }
  return ZC_OK;
}

static zc_code check_threshold(const zc_root *root, zc_err *err)
{
  int count = 0;
  for (size_t i = 0; i < root->count; i++)
    count += root->keys[i].root;
  if (root->threshold < 1 || root->threshold > ZC_ROOT_KEYS)
    return zc_fail(err, ZC_EDATA, "the threshold of a root is 1 to {limit} signatures",
                   "limit", ZC_DIGITS(ZC_ROOT_KEYS), NULL);
  if (count < root->threshold)
    return zc_fail(err, ZC_EDATA,
                   "the root has {count} keys of the role root and needs {threshold} "
                   "signatures: nobody could ever replace it",
                   "count", ZC_DIGITS(count), "threshold", ZC_DIGITS(root->threshold),
                   NULL);
  return ZC_OK;
}

static zc_code check_root(const zc_root *root, zc_err *err)
{
  if (root->number < 1 || root->number >= ZC_MANIFEST_SERIAL)
    return zc_fail(err, ZC_EDATA, "{number} cannot be the number of a root", "number",
                   ZC_DIGITS(root->number), NULL);
  if (!zc_text_is_day(root->issued) || !zc_text_is_day(root->expires) ||
      strcmp(root->issued, root->expires) > 0)
    return zc_fail(err, ZC_EDATA,
                   "a root holds from a day to a later day, not from {issued} to "
                   "{expires}",
                   "issued", root->issued, "expires", root->expires, NULL);
  if (root->count > ZC_ROOT_KEYS)
    return zc_fail(err, ZC_EDATA, "a root has at most {limit} keys", "limit",
                   ZC_DIGITS(ZC_ROOT_KEYS), NULL);
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < root->count; i++)
    code = check_key(&root->keys[i], err);
  if (code == ZC_OK)
    code = check_single(root, err);
  return code == ZC_OK ? check_threshold(root, err) : code;
}

static void print_key(const zc_root_key *key, zc_buffer *out)
{
  char line[ZC_KEY_LINE_ROOM];
  zc_key_line(&key->key, line);
  zc_buffer_print(out, "key %s %s %s %s %s %s\n",
                  key->root ? ROLE_ROOT : ROLE_PUBLISHER, key->level, key->region,
                  key->expires, line, key->name);
}

static int by_line(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static zc_code print_keys(const zc_root *root, zc_buffer *out, zc_err *err)
{
  char **lines = calloc(root->count + 1, sizeof *lines);
  zc_code code = lines == NULL ? zc_fail_memory(err) : ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < root->count; i++) {
    zc_buffer line = {0};
    print_key(&root->keys[i], &line);
    lines[i] = zc_buffer_take(&line);
    if (lines[i] == NULL)
      code = zc_fail_memory(err);
  }
  if (code == ZC_OK) {
    qsort(lines, root->count, sizeof *lines, by_line);
    for (size_t i = 0; i < root->count; i++)
      zc_buffer_text(out, lines[i]);
    code = zc_buffer_check(out, err);
  }
  for (size_t i = 0; lines != NULL && i < root->count; i++)
    free(lines[i]);
  free(lines);
  return code;
}

zc_code zc_root_print(const zc_root *root, zc_buffer *out, zc_err *err)
{
  zc_code code = check_root(root, err);
  if (code != ZC_OK)
    return code;
  zc_buffer_text(out, HEAD "\nnumber ");
  zc_buffer_number(out, root->number);
  zc_buffer_print(out, "\nissued %s\nexpires %s\nthreshold %d\n", root->issued,
                  root->expires, root->threshold);
  return print_keys(root, out, err);
}

/* ---- reading ------------------------------------------------------------------- */

/* Copies a word of a line, if it fits. */
static bool fits(const char *word, char *room, size_t size)
{
  size_t length = strlen(word);
  if (length >= size)
    return false;
  memcpy(room, word, length + 1);
  return true;
}

static zc_code parse_key(zc_lines *lines, zc_root_key *key, zc_err *err)
{
  char line[16 + 16 + ZC_MANIFEST_WORD + ZC_DAY_ROOM + ZC_KEY_LINE_ROOM +
            ZC_MANIFEST_WORD];
  char *word[6] = {line};
  zc_code code = zc_lines_value(lines, "key", line, sizeof line, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 1; i < 6 && word[i - 1] != NULL; i++)
    word[i] = zc_word_cut(word[i - 1]);
  key->root = strcmp(word[0], ROLE_ROOT) == 0;
  if (word[5] == NULL || !(key->root || strcmp(word[0], ROLE_PUBLISHER) == 0) ||
      !fits(word[1], key->level, sizeof key->level) ||
      !fits(word[2], key->region, sizeof key->region) ||
      !fits(word[3], key->expires, sizeof key->expires) ||
      !fits(word[5], key->name, sizeof key->name))
    return zc_fail(
        err, ZC_EDATA,
        "{file}, line {line}: a key's line has its role (root or publisher), "
        "level, region, last day, key and holder",
        "file", lines->file, "line", ZC_DIGITS(lines->line), NULL);
  return zc_key_parse_line(word[5], word[4], &key->key, err);
}

static zc_code parse_keys(zc_lines *lines, zc_root *root, zc_err *err)
{
  zc_code code = ZC_OK;
  size_t room = 0;
  while (code == ZC_OK && root->count < ZC_ROOT_KEYS && zc_lines_is(lines, "key")) {
    if (root->count == room) {
      room = room == 0 ? 16 : 2 * room;
      zc_root_key *grown = realloc(root->keys, room * sizeof *grown);
      if (grown == NULL)
        return zc_fail_memory(err);
      root->keys = grown;
    }
    memset(&root->keys[root->count], 0, sizeof *root->keys);
    code = parse_key(lines, &root->keys[root->count], err);
    root->count += code == ZC_OK;
  }
  return code == ZC_OK ? zc_lines_end(lines, err) : code;
}

static zc_code parse_lines(zc_lines *lines, zc_root *root, zc_err *err)
{
  int64_t threshold = 0;
  zc_code code = zc_lines_head(lines, HEAD, err);
  if (code == ZC_OK)
    code = zc_lines_number(lines, "number", ZC_MANIFEST_SERIAL - 1, &root->number, err);
  if (code == ZC_OK)
    code = zc_lines_value(lines, "issued", root->issued, sizeof root->issued, err);
  if (code == ZC_OK)
    code = zc_lines_value(lines, "expires", root->expires, sizeof root->expires, err);
  if (code == ZC_OK)
    code = zc_lines_number(lines, "threshold", ZC_ROOT_KEYS, &threshold, err);
  root->threshold = (int)threshold;
  return code == ZC_OK ? parse_keys(lines, root, err) : code;
}

zc_code zc_root_parse(const char *file, const char *text, size_t size, zc_root *root,
                      zc_err *err)
{
  zc_lines lines = {file, text, text + size, 0};
  zc_buffer again = {0};
  *root = (zc_root){0};
  if (size > ZC_ROOT_FILE)
    return zc_fail(err, ZC_EDATA, "{path} is larger than {limit} bytes", "path", file,
                   "limit", ZC_DIGITS(ZC_ROOT_FILE), NULL);
  zc_code code = parse_lines(&lines, root, err);
  if (code == ZC_OK)
    code = zc_root_print(root, &again, err);
  if (code == ZC_OK)
    code = zc_lines_same(file, text, size, &again, err);
  if (code == ZC_OK)
    code = zc_hash_of(text, size, root->sha256, err);
  zc_buffer_free(&again);
  return code;
}

void zc_root_free(zc_root *root)
{
  free(root->keys);
  *root = (zc_root){0};
}

/* ---- who signed it ------------------------------------------------------------- */

void zc_root_comment(int64_t number, zc_buffer *out)
{
  zc_buffer_text(out, "zicha-root:1 number:");
  zc_buffer_number(out, number);
}

/* A root that is being read. */
typedef struct {
  int at;
  const char *folder;
  const zc_root *root, *before;
  unsigned char digest[ZC_BLAKE2B];
  char file[64]; /* its name */
  json_t *kept;
  zc_root_count count;
} reading;

static zc_code path_of(const reading *r, const char *name, zc_buffer *path, zc_err *err)
{
  path->size = 0;
  if (r->folder[0] != '\0')
    zc_buffer_print(path, "%s/", r->folder);
  zc_buffer_text(path, name);
  return zc_buffer_check(path, err);
}

static zc_code keep(const reading *r, const char *name, const zc_buffer *text,
                    zc_err *err)
{
  return json_object_set_new(r->kept, name, json_stringn(text->data, text->size)) != 0
             ? zc_fail_memory(err)
             : ZC_OK;
}

/* Whether the comment is that of this root: a signature stands for one number alone. */
static zc_code check_comment(const reading *r, const char *path,
                             const zc_signature *signature, zc_err *err)
{
  zc_buffer wanted = {0};
  zc_root_comment(r->root->number, &wanted);
  zc_code code = zc_buffer_check(&wanted, err);
  if (code == ZC_OK && strcmp(signature->comment, wanted.data) != 0)
    code = zc_fail(err, ZC_ETRUST,
                   "{file} was made for something else than root {number}: its trusted "
                   "comment is to be «{wanted}»",
                   "file", path, "number", ZC_DIGITS(r->root->number), "wanted",
                   wanted.data, NULL);
  zc_buffer_free(&wanted);
  return code;
}

/* Looks for the signature of one key; *good when it is there. One that is there and wrong
 * is an error: somebody has changed what was signed. */
static zc_code look_for(const reading *r, const zc_root_key *key, bool *good,
                        zc_err *err)
{
  char id[ZC_KEY_ID_ROOM], name[sizeof r->file + ZC_KEY_ID_ROOM + 16];
  zc_buffer path = {0}, text = {0};
  zc_signature signature;
  *good = false;
  zc_key_id_text(key->key.id, id);
  snprintf(name, sizeof name, "%s.%s" ZC_SIGNATURE_SUFFIX, r->file, id);
  zc_code code = path_of(r, name, &path, err);
  bool there = code == ZC_OK &&
               faccessat(r->at, path.data, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  if (there) {
    code = zc_file_read_beneath(r->at, path.data, ZC_SIGNATURE_FILE, &text, err);
    if (code == ZC_OK)
      code = zc_signature_parse(path.data, zc_text_or(text.data, ""), text.size,
                                &signature, err);
    if (code == ZC_OK)
      code = zc_signature_check(&signature, &key->key, r->file, r->digest, err);
    if (code == ZC_OK)
      code = check_comment(r, path.data, &signature, err);
    if (code == ZC_OK)
      code = keep(r, name, &text, err);
    *good = code == ZC_OK;
  }
  zc_buffer_free(&path);
  zc_buffer_free(&text);
  return code;
}

/* How many root keys of `by` have signed. */
static zc_code count_keys(const reading *r, const zc_root *by, int *count, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < by->count; i++) {
    const zc_root_key *key = &by->keys[i];
    bool good;
    if (!key->root || strcmp(key->expires, r->root->issued) < 0)
      continue;
    code = look_for(r, key, &good, err);
    *count += code == ZC_OK && good;
  }
  return code;
}

/* What a root has to be, signed or not. */
static zc_code check_place(const reading *r, const char *path, int64_t number,
                           zc_err *err)
{
  const zc_root *root = r->root, *before = r->before;
  if (root->number != number)
    return zc_fail(err, ZC_ETRUST,
                   "{file} is root {number} by its own words: it was renamed; have the "
                   "roots sent again",
                   "file", path, "number", ZC_DIGITS(root->number), NULL);
  if (before == NULL)
    return ZC_OK;
  if (root->number != before->number + 1)
    return zc_fail(
        err, ZC_ETRUST,
        "root {number} does not follow root {before}: have all roots between "
        "them sent, too",
        "number", ZC_DIGITS(root->number), "before", ZC_DIGITS(before->number), NULL);
  if (strcmp(root->issued, before->issued) < 0)
    return zc_fail(err, ZC_ETRUST,
                   "root {number} says that it was issued on {day}, before the root "
                   "that it replaces ({before})",
                   "number", ZC_DIGITS(number), "day", root->issued, "before",
                   before->issued, NULL);
  return ZC_OK;
}

static zc_code read_root(reading *r, int64_t number, zc_root *root, zc_err *err)
{
  zc_buffer path = {0}, text = {0};
  snprintf(r->file, sizeof r->file, "%lld" ZC_ROOT_SUFFIX, (long long)number);
  zc_code code = path_of(r, r->file, &path, err);
  if (code == ZC_OK)
    code = zc_file_read_beneath(r->at, path.data, ZC_ROOT_FILE, &text, err);
  if (code == ZC_OK)
    code = zc_root_parse(path.data, zc_text_or(text.data, ""), text.size, root, err);
  if (code == ZC_OK)
    code = check_place(r, path.data, number, err);
  if (code == ZC_OK)
    code = keep(r, r->file, &text, err);
  zc_blake2b_of(zc_text_or(text.data, ""), text.size, r->digest, sizeof r->digest);
  zc_buffer_free(&path);
  zc_buffer_free(&text);
  return code;
}

zc_code zc_root_read_part(int at, const char *folder, int64_t number,
                          const zc_root *before, zc_root *root, json_t **kept,
                          zc_root_count *count, zc_err *err)
{
  reading r = {.at = at, .folder = folder, .root = root, .before = before};
  *root = (zc_root){0};
  *kept = NULL;
  r.kept = json_object();
  zc_code code = r.kept == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK)
    code = read_root(&r, number, root, err);
  if (code == ZC_OK)
    code = count_keys(&r, root, &r.count.own, err);
  if (code == ZC_OK && before != NULL)
    code = count_keys(&r, before, &r.count.before, err);
  *count = r.count;
  if (code == ZC_OK)
    *kept = r.kept;
  else
    json_decref(r.kept);
  return code;
}

zc_code zc_root_read(int at, const char *folder, int64_t number, const zc_root *before,
                     zc_root *root, json_t **kept, zc_err *err)
{
  zc_root_count count;
  zc_code code = zc_root_read_part(at, folder, number, before, root, kept, &count, err);
  if (code == ZC_OK && before != NULL && count.before < before->threshold)
    code =
        zc_fail(err, ZC_ETRUST,
                "root {number} is signed by {count} keys of root {before}, which "
                "asks for {threshold}: new keys alone cannot replace a root; nothing "
                "was trusted",
                "number", ZC_DIGITS(number), "count", ZC_DIGITS(count.before), "before",
                ZC_DIGITS(before->number), "threshold", ZC_DIGITS(before->threshold),
                NULL);
  if (code == ZC_OK && count.own < root->threshold)
    code = zc_fail(err, ZC_ETRUST,
                   "root {number} is signed by {count} of its own keys and asks for "
                   "{threshold}: have more holders sign it with `zicha key rotate "
                   "--sign`",
                   "number", ZC_DIGITS(number), "count", ZC_DIGITS(count.own),
                   "threshold", ZC_DIGITS(root->threshold), NULL);
  if (code != ZC_OK) {
    json_decref(*kept);
    *kept = NULL;
  }
  return code;
}

/* ---- what its keys may sign ---------------------------------------------------- */

const zc_root_key *zc_root_find(const zc_root *root, const unsigned char id[ZC_KEY_ID])
{
  for (size_t i = 0; i < root->count; i++)
    if (memcmp(root->keys[i].key.id, id, ZC_KEY_ID) == 0)
      return &root->keys[i];
  return NULL;
}

static zc_code fail_unknown(const char *file, const unsigned char id[ZC_KEY_ID],
                            zc_err *err)
{
  char text[ZC_KEY_ID_ROOM];
  zc_key_id_text(id, text);
  return zc_fail(
      err, ZC_ETRUST,
      "{file} is signed with the key {id}, which is not in the trusted root: "
      "it is a stranger's, or was revoked; ask the office by telephone, and "
      "take its newest root",
      "file", file, "id", text, NULL);
}

zc_code zc_root_check(const zc_root *root, const char *file,
                      const zc_signature *signature,
                      const unsigned char digest[ZC_BLAKE2B], const zc_root_key **key,
                      zc_err *err)
{
  *key = zc_root_find(root, signature->id);
  return *key == NULL ? fail_unknown(file, signature->id, err)
                      : zc_signature_check(signature, &(*key)->key, file, digest, err);
}

zc_code zc_root_allows(const zc_root *root, const char *file,
                       const unsigned char id[ZC_KEY_ID], const char *level,
                       const char *region, const char *today, const zc_root_key **key,
                       zc_err *err)
{
  char text[ZC_KEY_ID_ROOM];
  zc_key_id_text(id, text);
  *key = zc_root_find(root, id);
  const zc_root_key *by = *key;
  if (by == NULL)
    return fail_unknown(file, id, err);
  if (by->root)
    return zc_fail(
        err, ZC_ETRUST,
        "{file} is signed with the key {id} of {name}, which signs roots and "
        "nothing else; have it signed with the key of a publisher",
        "file", file, "id", text, "name", by->name, NULL);
  if (strcmp(by->level, level) != 0)
    return zc_fail(err, ZC_ETRUST,
                   "{file} is of the level {level_term}, but the key {id} of {name} "
                   "signs for the level {own_term}",
                   "file", file, "level_term", level, "id", text, "name", by->name,
                   "own_term", by->level, NULL);
  if (strcmp(by->region, region) != 0)
    return zc_fail(err, ZC_ETRUST,
                   "{file} is for {region}, but the key {id} of {name} signs for {own} "
                   "alone",
                   "file", file, "region", region, "id", text, "name", by->name, "own",
                   by->region, NULL);
  if (strcmp(by->expires, today) < 0)
    return zc_fail(err, ZC_ETRUST,
                   "the key {id} of {name}, with which {file} is signed, expired on "
                   "{day}: take a newer root, or have it signed anew",
                   "id", text, "name", by->name, "file", file, "day", by->expires,
                   NULL);
  return ZC_OK;
}
