/* The checks of a package file before it is installed, in the order of docs/publishing.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "package/stored.h"
#include "value/yaml.h"

typedef struct {
  const zc_library *packages;
  const char *file; /* for messages */
  const char *data;
  size_t size;
  const char *today;
  zc_zpk *zpk;
  zc_manifest *manifest;
  zc_signature signature;
  zc_err *err;
} checking;

/* ---- the signature, before anything that it covers is read -------------------------- */

/* Nobody signs the first comment of minisign's files, so it could hold anything: only the
 * words that zicha itself writes are taken, and a changed byte is noticed wherever it is. */
static zc_code check_spelling(checking *c)
{
  zc_buffer own = {0};
  zc_signature_print(&c->signature, &own);
  zc_code code = zc_buffer_check(&own, c->err);
  if (code == ZC_OK && (own.size != c->zpk->signature.size ||
                        memcmp(own.data, c->zpk->signature.data, own.size) != 0))
    code = zc_fail(c->err, ZC_ETRUST,
                   "the comment above the signature in {file} was changed; get the "
                   "file again from whoever published it",
                   "file", c->file, NULL);
  zc_buffer_free(&own);
  return code;
}

static zc_code check_signature(checking *c)
{
  unsigned char digest[ZC_BLAKE2B];
  const zc_root_key *key;
  zc_code code = zc_zpk_signature(c->file, c->zpk, &c->signature, c->err);
  if (code == ZC_OK && c->packages->root.number == 0)
    return zc_fail(c->err, ZC_ETRUST,
                   "no key is trusted on this computer yet: take the root of your "
                   "office with `zicha key trust DIR`, and compare its fingerprint "
                   "with the one on paper",
                   NULL);
  if (code != ZC_OK)
    return code;
  zc_blake2b_of(c->zpk->manifest.data, c->zpk->manifest.size, digest, sizeof digest);
  code = zc_root_check(&c->packages->root, c->file, &c->signature, digest, &key,
                       c->err);
  return code == ZC_OK ? check_spelling(c) : code;
}

static zc_code check_root(checking *c)
{
  const zc_root *root = &c->packages->root;
  if (strcmp(root->expires, c->today) >= 0)
    return ZC_OK;
  return zc_fail(c->err, ZC_ETRUST,
                 "the list of trusted keys, root {number}, was valid until {day}; take "
                 "the next one with `zicha key trust DIR`, then install again",
                 "number", ZC_DIGITS(root->number), "day", root->expires, NULL);
}

/* ---- serials -------------------------------------------------------------------------- */

/* The last serial that was seen: whoever was killed between installing and remembering has
 * installed all the same. */
static zc_code last_serial(const checking *c, int64_t *last)
{
  char key[ZC_MANIFEST_WORD + 16];
  int64_t *serials;
  size_t count;
  snprintf(key, sizeof key, "package %s", c->manifest->name);
  *last = zc_get_integer(c->packages->seen, key, 0);
  zc_code code = zc_stored_serials(c->packages, c->manifest->name, &serials, &count,
                                   c->err);
  if (count > 0 && serials[count - 1] > *last)
    *last = serials[count - 1];
  free(serials);
  return code;
}

static zc_code fail_serial(checking *c, const char *text, int64_t last)
{
  return zc_fail(c->err, ZC_ETRUST, text, "file", c->file, "id", c->manifest->name,
                 "serial", ZC_DIGITS(c->manifest->serial), "last", ZC_DIGITS(last),
                 "limit", ZC_DIGITS(ZC_SERIAL_JUMP), NULL);
}

/* An id belongs to the region that it was first installed for: the office of another one, whose key is
 * as good, would otherwise replace its plan. */
static zc_code check_home(checking *c)
{
  zc_installed installed;
  int64_t *serials;
  size_t count;
  zc_code code = zc_stored_serials(c->packages, c->manifest->name, &serials, &count,
                                   c->err);
  if (code == ZC_OK && count > 0) {
    code = zc_stored_read(c->packages, c->manifest->name, serials[count - 1],
                          &installed, c->err);
    if (code == ZC_OK && strcmp(installed.manifest.region, c->manifest->region) != 0)
      code =
          zc_fail(c->err, ZC_ETRUST,
                  "{file} publishes {id} for {region}, and the one installed here is "
                  "for {own}: two offices use one id; have one of them take another",
                  "file", c->file, "id", c->manifest->name, "region",
                  c->manifest->region, "own", installed.manifest.region, NULL);
    zc_installed_free(&installed);
  }
  free(serials);
  return code == ZC_EDATA ? ZC_OK : code; /* a newer one mends one that is damaged */
}

static zc_code check_serial(checking *c)
{
  int64_t last, serial = c->manifest->serial;
  bool there, same;
  zc_code code = zc_stored_is_same(c->packages, c->manifest, c->data, c->size, &there,
                                   &same, c->err);
  if (code == ZC_OK)
    code = last_serial(c, &last);
  if (code != ZC_OK || same)
    return code;
  if (there)
    return fail_serial(c,
                       N_("another file of {id} with serial {serial} is installed, and "
                          "{file} is not the same; ask its issuer which one is right"),
                       last);
  if (serial < last)
    return fail_serial(c,
                       N_("{file} is older than what was seen here already: it has "
                          "serial {serial} of {id}, the last one was {last}"),
                       last);
  if (serial - last > ZC_SERIAL_JUMP)
    return fail_serial(c,
                       N_("serial {serial} of {id} is more than {limit} above the last "
                          "one, {last}: nothing could follow it; ask its issuer"),
                       last);
  return ZC_OK;
}

/* ---- days and versions ------------------------------------------------------------------ */

static zc_code check_time(checking *c)
{
  if (strcmp(c->today, c->manifest->not_before) < 0)
    return zc_fail(c->err, ZC_ETRUST,
                   "{file} holds from {day} on, and today is {today}; install it then",
                   "file", c->file, "day", c->manifest->not_before, "today", c->today,
                   NULL);
  if (!zc_manifest_fits(c->manifest, ZC_VERSION))
    return zc_fail(c->err, ZC_EINSTALL,
                   "{file} needs zicha {wanted} or newer, this is {own}; install the "
                   "newer zicha first",
                   "file", c->file, "wanted", c->manifest->minimum_zicha, "own",
                   ZC_VERSION, NULL);
  return ZC_OK;
}

/* ---- what the plan says of itself --------------------------------------------------------- */

static const zc_part *file_of(const checking *c, const char *path)
{
  for (size_t i = 0; i < c->manifest->count && i < c->zpk->count; i++)
    if (strcmp(c->manifest->files[i].path, path) == 0)
      return &c->zpk->files[i];
  return NULL;
}

/* The plan's own words are those of the manifest: what is found by one name is not another. */
static zc_code check_plan(checking *c)
{
  const zc_part *text = file_of(c, "plan.yaml");
  json_t *faults = json_array(), *document = NULL;
  zc_err ignored;
  zc_code code = faults == NULL ? zc_fail_memory(c->err) : ZC_OK;
  if (code == ZC_OK && text != NULL)
    zc_yaml_parse("plan.yaml", text->data, text->size, faults, &document, &ignored);
  const json_t *plan = json_object_get(document, "value");
  const char *id = zc_text_or(zc_package_says_id(plan), "");
  const char *parent = zc_text_or(zc_package_says_parent(plan).id, "");
  if (code == ZC_OK &&
      (strcmp(id, c->manifest->name) != 0 || strcmp(parent, c->manifest->parent) != 0))
    code = zc_fail(c->err, ZC_ETRUST,
                   "{file} calls itself {id}, and the plan in it says another name or "
                   "parent; ask its issuer for a file made with `zicha plan pack`",
                   "file", c->file, "id", c->manifest->name, NULL);
  json_decref(document);
  json_decref(faults);
  return code;
}

/* ---- the parent ---------------------------------------------------------------------------- */

zc_code zc_stored_find_parent(const zc_library *library, const zc_manifest *manifest,
                              char **folder, zc_err *err)
{
  zc_installed installed;
  bool found;
  *folder = NULL;
  if (manifest->parent[0] == '\0')
    return ZC_OK;
  zc_code code = zc_stored_by_hash(library, manifest->parent, manifest->parent_sha256,
                                   &found, &installed, err);
  if (code != ZC_OK)
    return code;
  if (!found)
    return zc_package_find_shipped_as(library->home, manifest->parent,
                                      manifest->parent_sha256, folder, err);
  *folder = installed.folder;
  installed.folder = NULL;
  zc_installed_free(&installed);
  return ZC_OK;
}

static zc_code check_parent(checking *c)
{
  char *folder;
  zc_code code = zc_stored_find_parent(c->packages, c->manifest, &folder, c->err);
  bool there = folder != NULL || c->manifest->parent[0] == '\0';
  free(folder);
  if (code != ZC_OK || there)
    return code;
  return zc_fail(c->err, ZC_EINSTALL,
                 "{file} extends {parent} in a version that is neither installed here "
                 "nor shipped with this zicha; install that one first (its plan has "
                 "the hash {hash})",
                 "file", c->file, "parent", c->manifest->parent, "hash",
                 c->manifest->parent_sha256, NULL);
}

/* ---- all of them ----------------------------------------------------------------------------- */

zc_code zc_library_check(const zc_library *library, const char *file, const char *data,
                         size_t size, const char *today, zc_zpk *zpk,
                         zc_manifest *manifest, const zc_root_key **key, zc_err *err)
{
  checking c = {.packages = library,
                .file = file,
                .data = data,
                .size = size,
                .today = today,
                .zpk = zpk,
                .manifest = manifest,
                .err = err};
  *manifest = (zc_manifest){0};
  *key = NULL;
  zc_code code = zc_zpk_read(file, data, size, zpk, err);
  if (code == ZC_OK)
    code = check_signature(&c);
  if (code == ZC_OK)
    code = zc_zpk_manifest(file, zpk, &c.signature, manifest, err);
  if (code == ZC_OK)
    code = zc_root_allows(&library->root, file, c.signature.id, manifest->level,
                          manifest->region, today, key, err);
  if (code == ZC_OK)
    code = check_root(&c);
  if (code == ZC_OK)
    code = check_home(&c);
  if (code == ZC_OK)
    code = check_serial(&c);
  if (code == ZC_OK)
    code = check_time(&c);
  if (code == ZC_OK)
    code = zc_zpk_check_files(file, zpk, manifest, err);
  if (code == ZC_OK)
    code = check_plan(&c);
  return code == ZC_OK ? check_parent(&c) : code;
}
