/* plan publish: keeps a folder of packages and roots with a signed, numbered index of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "cli/message.h"
#include "cli/secret.h"
#include "cli/subject.h"
#include "cli/workspace.h"
#include "package/lines.h"
#include "package/shelf.h"
#include "publisher/chain.h"
#include "publisher/commands.h"
#include "publisher/package_file.h"
#include "publisher/roots.h"

#define HOLDS_DAYS 180 /* an index, where --expires does not say otherwise */

const zc_option zc_plan_publish_options[] =
    {{"key", 0, "FILE", N_("the publisher's secret key, which signs the index")},
     {"roots", 0, "DIR", N_("the folder of the roots, which are published with it")},
     {"expires", 0, "DAY",
      N_("the last day on which the index holds; else 180 days from today")},
     {"withdraw", 0, "NAME@SERIAL",
      N_("take this package out of the folder; may be repeated")},
     {NULL, 0, NULL, NULL}};

typedef struct {
  zc_cli *cli;
  const char *folder;
  int fd;         /* the folder; locked */
  zc_chain chain; /* of all its roots */
  zc_secret_key key;
  const zc_root_key *by; /* whose key it is */
  zc_shelf index;
  size_t room;     /* of its packages */
  json_t *removed; /* files that are withdrawn */
} publishing;

/* ---- the folder ---------------------------------------------------------------- */

static zc_code open_folder(publishing *p, zc_err *err)
{
  zc_code code = zc_subject_make_folder(p->folder, &p->fd, err);
  if (code != ZC_OK)
    return code;
  if (flock(p->fd, LOCK_EX | LOCK_NB) != 0)
    return zc_fail(
        err, ZC_EIO,
        "another command is publishing in {path}; run this one again when it "
        "has ended",
        "path", p->folder, NULL);
  zc_drafts_sweep(p->fd, ".");
  return ZC_OK;
}

/* ---- roots --------------------------------------------------------------------- */

/* A root that is in the folder already stays as it is: another one of its number would divide
 * those who trust them. */
static zc_code check_published(const publishing *p, zc_err *err)
{
  zc_code code = ZC_OK;
  for (int64_t number = 1; code == ZC_OK && number <= p->chain.last.number; number++) {
    zc_root root;
    if (!zc_roots_has(p->fd, number))
      continue;
    const json_t *wanted = json_array_get(p->chain.fingerprints, (size_t)(number - 1));
    code = zc_roots_read_unsigned(p->fd, number, &root, err);
    if (code == ZC_OK && strcmp(root.sha256, json_string_value(wanted)) != 0)
      code = zc_fail(err, ZC_ETRUST,
                     "root {number} in {path} is another than the one that is to be "
                     "published: two roots have the same number",
                     "number", ZC_DIGITS(number), "path", p->folder, NULL);
    zc_root_free(&root);
  }
  return code;
}

/* The chain of the roots that are published: those of --roots, else those in the folder. */
static zc_code open_roots(publishing *p, zc_err *err)
{
  static const zc_root none;
  const char *roots = zc_option_value(p->cli, "roots");
  int64_t newest, published;
  int fd = p->fd;
  zc_code code = roots == NULL ? ZC_OK : zc_folder_open(roots, &fd, err);
  if (code == ZC_OK)
    code = zc_roots_newest(fd, &newest, err);
  if (code == ZC_OK)
    code = zc_roots_newest(p->fd, &published, err);
  if (code == ZC_OK && newest == 0)
    code = zc_fail(err, ZC_EOPEN,
                   "{path} has no root: name the folder of the roots with --roots, or "
                   "make the first with `zicha key rotate`",
                   "path", roots == NULL ? p->folder : roots, NULL);
  if (code == ZC_OK && newest < published)
    code = zc_fail(err, ZC_ETRUST,
                   "{path} has roots up to {number}, and root {published} is published "
                   "already: name the folder with the newest roots",
                   "path", roots, "number", ZC_DIGITS(newest), "published",
                   ZC_DIGITS(published), NULL);
  if (code == ZC_OK)
    code = zc_chain_follow(fd, &none, newest, p->cli->today, &p->chain, err);
  if (roots != NULL && fd >= 0)
    close(fd);
  return code == ZC_OK ? check_published(p, err) : code;
}

/* Signatures before the root that they sign: it is there when it counts. */
static zc_code write_roots(const publishing *p, zc_err *err)
{
  zc_code code = ZC_OK;
  size_t index;
  const json_t *kept;
  json_array_foreach(p->chain.kept, index, kept)
  {
    const char *name;
    json_t *text;
    for (int last = 0; last < 2; last++)
      json_object_foreach((json_t *)kept, name, text)
      {
        if (code == ZC_OK && zc_name_ends(name, ZC_ROOT_SUFFIX) == (last == 1))
          code = zc_file_write(p->fd, name, json_string_value(text),
                               json_string_length(text), 0666, err);
      }
  }
  return code;
}

/* ---- the key ------------------------------------------------------------------- */

static zc_code open_key(publishing *p, zc_err *err)
{
  const char *path = zc_option_value(p->cli, "key");
  if (path == NULL)
    return zc_fail(err, ZC_EUSAGE,
                   "--key is missing: the publisher's secret key signs "
                   "the index",
                   NULL);
  zc_code code = zc_secret_open(path, &p->key, NULL, err);
  if (code != ZC_OK)
    return code;
  const unsigned char *id = p->key.shown.id;
  const zc_root_key *own = zc_root_find(&p->chain.last, id);
  return zc_root_allows(&p->chain.last, ZC_SHELF_INDEX, id,
                        own == NULL ? "" : own->level, own == NULL ? "" : own->region,
                        p->cli->today, &p->by, err);
}

/* ---- the index before ---------------------------------------------------------- */

static zc_code fail_damaged(const publishing *p, zc_err *err)
{
  return zc_fail(
      err, ZC_EDATA,
      "the index in {path} is damaged: copy it back from where the folder was "
      "published to, or facilities would refuse a number that begins anew",
      "path", p->folder, NULL);
}

/* Only number and packages are taken from it, and each package is read again: whose key signed it
 * does not matter, which may have been replaced since. */
static zc_code open_index(publishing *p, zc_err *err)
{
  zc_buffer text = {0};
  zc_err reason;
  if (faccessat(p->fd, ZC_SHELF_INDEX, F_OK, AT_SYMLINK_NOFOLLOW) != 0 &&
      errno == ENOENT)
    return ZC_OK;
  zc_code code = zc_shelf_settle(p->fd, &p->chain.last, err);
  if (code == ZC_OK)
    code = zc_file_read_beneath(p->fd, ZC_SHELF_INDEX, ZC_INDEX_FILE, &text, err);
  if (code == ZC_OK) {
    code = zc_shelf_parse(ZC_SHELF_INDEX, zc_text_or(text.data, ""), text.size,
                          &p->index, &reason);
    *err = reason;
  }
  if (code == ZC_EDATA)
    code = fail_damaged(p, err);
  zc_buffer_free(&text);
  p->room = p->index.count;
  if (code == ZC_OK && (strcmp(p->index.level, p->by->level) != 0 ||
                        strcmp(p->index.region, p->by->region) != 0))
    code =
        zc_fail(err, ZC_ETRUST,
                "{path} is published by {issuer} for {region}, and this key publishes "
                "for {own}: each office has a folder of its own",
                "path", p->folder, "issuer", p->index.issuer, "region", p->index.region,
                "own", p->by->region, NULL);
  return code;
}

static zc_shelf_package *find(publishing *p, const char *name, int64_t serial)
{
  for (size_t i = 0; i < p->index.count; i++)
    if (p->index.packages[i].serial == serial &&
        strcmp(p->index.packages[i].name, name) == 0)
      return &p->index.packages[i];
  return NULL;
}

static zc_code withdraw(publishing *p, const char *word, zc_err *err)
{
  char name[ZC_MANIFEST_WORD];
  int64_t serial;
  size_t length = strcspn(word, "@");
  zc_shelf_package *package = NULL;
  if (word[length] == '@' && length < sizeof name &&
      zc_text_number(word + length + 1, ZC_MANIFEST_SERIAL - 1, &serial)) {
    memcpy(name, word, length);
    name[length] = '\0';
    package = find(p, name, serial);
  }
  if (package == NULL)
    return zc_fail(err, ZC_EUSAGE,
                   "{word} is not in the index of {path}: name a package as it is "
                   "there, NAME@SERIAL",
                   "word", word, "path", p->folder, NULL);
  if (json_array_append_new(p->removed, json_string(package->file)) != 0)
    return zc_fail_memory(err);
  size_t at = (size_t)(package - p->index.packages);
  memmove(package, package + 1, (p->index.count - at - 1) * sizeof *package);
  p->index.count--;
  return ZC_OK;
}

static zc_code withdraw_all(publishing *p, zc_err *err)
{
  zc_code code = ZC_OK;
  size_t index;
  const json_t *word;
  json_array_foreach(zc_option_values(p->cli, "withdraw"), index, word)
  {
    if (code == ZC_OK)
      code = withdraw(p, json_string_value(word), err);
  }
  return code;
}

/* What stays in the index is in the folder as it was. */
static zc_code check_kept(const publishing *p, const zc_shelf_package *package,
                          zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  struct stat about;
  int fd;
  zc_code code = zc_file_open_beneath(p->fd, package->file, &fd, &about, err);
  if (code != ZC_OK)
    return code;
  code = zc_file_hash(fd, package->file, digits, err);
  close(fd);
  if (code == ZC_OK && strcmp(digits, package->sha256) != 0)
    code =
        zc_fail(err, ZC_EDATA,
                "{file} was changed since it was published: put it back, or withdraw "
                "it with --withdraw {name}@{serial}",
                "file", package->file, "name", package->name, "serial",
                ZC_DIGITS(package->serial), NULL);
  return code;
}

/* ---- packages ------------------------------------------------------------------ */

/* What facilities will ask of it, as far as it can be asked here. */
static zc_code check_package(const publishing *p, zc_package_file *file, zc_err *err)
{
  unsigned char digest[ZC_BLAKE2B];
  zc_signature signature;
  const zc_root_key *key;
  const zc_part *manifest = &file->zpk.manifest;
  zc_code code = zc_zpk_signature(file->path, &file->zpk, &signature, err);
  zc_blake2b_of(manifest->data, manifest->size, digest, sizeof digest);
  if (code == ZC_OK)
    code = zc_root_check(&p->chain.last, file->path, &signature, digest, &key, err);
  if (code == ZC_OK)
    code = zc_package_file_check(file, &signature, err);
  return code == ZC_OK ? zc_root_allows(&p->chain.last, file->path, signature.id,
                                        file->manifest.level, file->manifest.region,
                                        p->cli->today, &key, err)
                       : code;
}

/* Serials only grow: facilities take nothing that is older than what they have. */
static zc_code check_serial(publishing *p, const zc_package_file *file,
                            const char digits[ZC_HASH_ROOM], bool *known, zc_err *err)
{
  const zc_manifest *m = &file->manifest;
  *known = false;
  for (size_t i = 0; i < p->index.count; i++) {
    const zc_shelf_package *other = &p->index.packages[i];
    if (strcmp(other->name, m->name) != 0)
      continue;
    *known |= strcmp(other->sha256, digits) == 0;
    if (other->serial == m->serial && strcmp(other->sha256, digits) != 0)
      return zc_fail(
          err, ZC_EDATA,
          "{file} is not the {name} with serial {serial} that was published: "
          "pack it again with a higher serial",
          "file", file->path, "name", m->name, "serial", ZC_DIGITS(m->serial), NULL);
  }
  return ZC_OK;
}

static zc_code name_package(const zc_manifest *manifest, char *room, size_t size,
                            zc_err *err)
{
  int length = snprintf(room, size, "%s-%lld" ZC_ZPK_SUFFIX, manifest->name,
                        (long long)manifest->serial);
  for (char *at = room; *at != '\0'; at++)
    if (*at == '/')
      *at = '-';
  return (size_t)length < size
             ? ZC_OK
             : zc_fail(err, ZC_EDATA, "the name {name} is too long for a file", "name",
                       manifest->name, NULL);
}

static zc_code enter(publishing *p, const zc_package_file *file,
                     const char digits[ZC_HASH_ROOM], zc_err *err)
{
  const zc_manifest *m = &file->manifest;
  if (p->index.count == p->room) {
    p->room = p->room < 8 ? 16 : 2 * p->room;
    zc_shelf_package *grown = realloc(p->index.packages,
                                      p->room * sizeof *p->index.packages);
    if (grown == NULL)
      return zc_fail_memory(err);
    p->index.packages = grown;
  }
  zc_shelf_package *package = &p->index.packages[p->index.count];
  *package = (zc_shelf_package){.serial = m->serial, .size = file->data.size};
  strcpy(package->name, m->name);
  strcpy(package->sha256, digits);
  zc_code code = name_package(m, package->file, sizeof package->file, err);
  p->index.count += code == ZC_OK;
  return code;
}

/* Reads and checks a file; the index has it then. The file itself is copied later, when all that
 * are named have been found good. */
static zc_code take_package(publishing *p, const char *path, zc_err *err)
{
  zc_package_file *file = calloc(1, sizeof *file);
  char digits[ZC_HASH_ROOM];
  bool known = false;
  zc_code code = file == NULL ? zc_fail_memory(err)
                              : zc_package_file_open(path, file, err);
  if (code == ZC_OK)
    code = check_package(p, file, err);
  if (code == ZC_OK)
    code = zc_hash_of(file->data.data, file->data.size, digits, err);
  if (code == ZC_OK)
    code = check_serial(p, file, digits, &known, err);
  if (code == ZC_OK && !known)
    code = enter(p, file, digits, err);
  if (file != NULL)
    zc_package_file_free(file);
  free(file);
  return code;
}

/* Copies a file that was checked, if its bytes are still those. */
static zc_code copy_package(publishing *p, const char *path, zc_err *err)
{
  zc_buffer data = {0};
  char digits[ZC_HASH_ROOM];
  const zc_shelf_package *package = NULL;
  zc_code code = zc_file_read(path, ZC_ZPK_FILE, &data, err);
  if (code == ZC_OK)
    code = zc_hash_of(zc_text_or(data.data, ""), data.size, digits, err);
  for (size_t i = 0; code == ZC_OK && i < p->index.count; i++)
    if (strcmp(p->index.packages[i].sha256, digits) == 0)
      package = &p->index.packages[i];
  if (code == ZC_OK && package == NULL)
    code = zc_fail(err, ZC_EIO, "{path} was changed while it was published", "path",
                   path, NULL);
  if (code == ZC_OK)
    code = zc_file_write(p->fd, package->file, data.data, data.size, 0666, err);
  zc_buffer_free(&data);
  return code;
}

/* ---- the next index ------------------------------------------------------------ */

static zc_code find_expiry(const publishing *p, char room[ZC_DAY_ROOM], zc_err *err)
{
  const char *given = zc_option_value(p->cli, "expires");
  int32_t day;
  if (given == NULL && zc_day_parse(p->cli->today, 10, &day)) {
    zc_day_text(day + HOLDS_DAYS, room);
    return ZC_OK;
  }
  if (given == NULL || !zc_text_is_day(given) || strcmp(given, p->cli->today) < 0)
    return zc_fail(err, ZC_EUSAGE,
                   "--expires is a day from today on, like 2026-12-31, not {given}",
                   "given", zc_text_or(given, p->cli->today), NULL);
  strcpy(room, given);
  return ZC_OK;
}

static zc_code write_index(publishing *p, zc_err *err)
{
  unsigned char digest[ZC_BLAKE2B];
  zc_buffer text = {0}, comment = {0}, signature = {0};
  zc_shelf *index = &p->index;
  index->number++;
  index->root = p->chain.last.number;
  strcpy(index->issuer, p->by->name);
  strcpy(index->level, p->by->level);
  strcpy(index->region, p->by->region);
  snprintf(index->issued, sizeof index->issued, "%.10s", p->cli->today);
  zc_shelf_sort(index);
  zc_shelf_comment(index->number, &comment);
  zc_code code = zc_shelf_print(index, &text, err);
  if (code == ZC_OK)
    code = zc_buffer_check(&comment, err);
  if (code == ZC_OK) {
    zc_blake2b_of(text.data, text.size, digest, sizeof digest);
    code = zc_signature_make(digest, &p->key, comment.data, &signature, err);
  }
  if (code == ZC_OK)
    code = zc_shelf_write(p->fd, &text, &signature, err);
  zc_buffer_free(&text);
  zc_buffer_free(&comment);
  zc_buffer_free(&signature);
  return code;
}

static bool is_named(const publishing *p, const char *file)
{
  for (size_t i = 0; i < p->index.count; i++)
    if (strcmp(p->index.packages[i].file, file) == 0)
      return true;
  return false;
}

static void remove_withdrawn(const publishing *p)
{
  size_t index;
  const json_t *name;
  json_array_foreach(p->removed, index, name)
  {
    if (!is_named(p, json_string_value(name)))
      unlinkat(p->fd, json_string_value(name), 0);
  }
}

/* ---- the command --------------------------------------------------------------- */

static zc_code check_all(publishing *p, zc_err *err)
{
  zc_code code = withdraw_all(p, err);
  for (size_t i = 0; code == ZC_OK && i < p->index.count; i++)
    code = check_kept(p, &p->index.packages[i], err);
  for (int i = 1; code == ZC_OK && i < p->cli->argument_count; i++)
    code = take_package(p, p->cli->arguments[i], err);
  return code;
}

/* The index comes last: what it names is there. */
static zc_code write_all(publishing *p, zc_err *err)
{
  zc_code code = write_roots(p, err);
  for (int i = 1; code == ZC_OK && i < p->cli->argument_count; i++)
    code = copy_package(p, p->cli->arguments[i], err);
  if (code == ZC_OK)
    code = write_index(p, err);
  if (code == ZC_OK)
    remove_withdrawn(p);
  return code;
}

static zc_code publish(publishing *p, zc_err *err)
{
  zc_code code = open_roots(p, err);
  if (code == ZC_OK)
    code = open_key(p, err);
  if (code == ZC_OK)
    code = open_index(p, err);
  if (code == ZC_OK)
    code = find_expiry(p, p->index.expires, err);
  if (code == ZC_OK)
    code = check_all(p, err);
  if (code == ZC_OK)
    code = write_all(p, err);
  if (code == ZC_OK)
    zc_say_line(N_("published index {number} of {issuer} in {path}: {count} packages, "
                   "root {root}, valid until {day}"),
                json_pack("{s:I, s:s, s:o, s:I, s:I, s:s}", "number",
                          (json_int_t)p->index.number, "issuer", p->index.issuer,
                          "path", zc_json_lossy(p->folder, strlen(p->folder)), "count",
                          (json_int_t)p->index.count, "root", (json_int_t)p->index.root,
                          "day", p->index.expires));
  return code;
}

int zc_command_plan_publish(zc_cli *cli)
{
  publishing p = {.cli = cli, .folder = cli->arguments[0], .fd = -1};
  zc_err err;
  p.removed = json_array();
  zc_code code = p.removed == NULL ? zc_fail_memory(&err) : open_folder(&p, &err);
  if (code == ZC_OK)
    code = publish(&p, &err);
  zc_key_forget(&p.key);
  zc_chain_free(&p.chain);
  zc_shelf_free(&p.index);
  json_decref(p.removed);
  if (p.fd >= 0)
    close(p.fd);
  return zc_exit(code, &err);
}
