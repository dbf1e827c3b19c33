/* Where the layers of a package come from, and who vouches for them. */
#include <stdlib.h>
#include <string.h>

#include "package/stored.h"

typedef struct {
  const zc_home *home;
  zc_library packages; /* opened for the first layer that lies in it */
  bool open;
  const zc_package *package;
  json_t *origins;
  bool trusted; /* all layers so far */
  zc_err *err;
} tracing;

static zc_code open_library(tracing *t)
{
  if (t->open)
    return ZC_OK;
  zc_code code = zc_library_open(t->home, false, &t->packages, t->err);
  t->open = code == ZC_OK;
  return code;
}

/* ---- one layer ------------------------------------------------------------------- */

static zc_code add(tracing *t, const char *id, const char *sha256, const char *origin,
                   const zc_installed *installed)
{
  json_t *entry = json_object();
  int bad = json_object_set_new(entry, "id", json_string(id));
  bad |= json_object_set_new(entry, "sha256", json_string(sha256));
  bad |= json_object_set_new(entry, "origin", json_string(origin));
  if (installed != NULL) {
    const zc_manifest *m = &installed->manifest;
    bad |= json_object_set_new(entry, "place", json_string(installed->place));
    bad |= json_object_set_new(entry, "serial", json_integer(m->serial));
    bad |= json_object_set_new(entry, "issuer", json_string(m->issuer));
    bad |= json_object_set_new(entry, "region", json_string(m->region));
    bad |= json_object_set_new(entry, "expires", json_string(m->expires));
    bad |= json_object_set_new(entry, "key", json_string(installed->key_id));
    if (installed->signer[0] != '\0')
      bad |= json_object_set_new(entry, "signer", json_string(installed->signer));
  }
  bad |= json_array_append_new(t->origins, entry);
  t->trusted = t->trusted && (installed != NULL ? installed->signer[0] != '\0'
                                                : strcmp(origin, "shipped") == 0);
  return bad == 0 ? ZC_OK : zc_fail_memory(t->err);
}

/* What is installed is not edited: what was, nobody has signed. */
static zc_code fail_changed(tracing *t, const char *place, const char *folder)
{
  return zc_fail(t->err, ZC_ETRUST,
                 "the installed plan {id} was changed since it was installed ({path}); "
                 "remove its folder of this serial and install its file again",
                 "id", place, "path", folder, NULL);
}

/* Whether a package of this id and hash is installed, and none of them extends what `above` says. */
static zc_code names_another(tracing *t, const json_t *child, const char *above,
                             bool *another)
{
  int64_t *serials;
  size_t count;
  const char *id = zc_text_of(child, "label"), *sha256 = zc_text_of(child, "sha256");
  bool found = false, named = false;
  zc_code code = zc_stored_serials(&t->packages, id, &serials, &count, t->err);
  for (size_t i = 0; code == ZC_OK && !named && i < count; i++) {
    zc_installed installed;
    code = zc_stored_read(&t->packages, id, serials[i], &installed, t->err);
    if (code == ZC_OK && strcmp(installed.manifest.sha256, sha256) == 0) {
      found = true;
      named = strcmp(installed.manifest.parent_sha256, above) == 0;
    }
    zc_installed_free(&installed);
  }
  free(serials);
  *another = found && !named;
  return code;
}

/* Nobody else has a copy of this hash: it may be older than what is installed now, or was edited,
 * which the manifest of the layer below it tells. */
static zc_code trace_unknown(tracing *t, size_t at)
{
  const json_t *layer = json_array_get(t->package->parents, at);
  const json_t *child = json_array_get(t->package->parents, at + 1);
  const char *id = zc_text_of(layer, "label"), *sha256 = zc_text_of(layer, "sha256");
  bool another = false;
  zc_code code = child == NULL ? ZC_OK : names_another(t, child, sha256, &another);
  if (code == ZC_OK && another)
    return fail_changed(t, id, zc_text_of(layer, "folder"));
  return code == ZC_OK ? add(t, id, sha256, "copy", NULL) : code;
}

/* A copy of a parent in an installed package's tree: the parent itself is installed, too, or
 * shipped, unless somebody has removed it since, or zicha ships another version now. */
static zc_code trace_copy(tracing *t, size_t at, const char *id, const char *sha256)
{
  zc_installed installed;
  char *folder = NULL;
  bool found;
  zc_code code = zc_stored_by_hash(&t->packages, id, sha256, &found, &installed,
                                   t->err);
  if (code == ZC_OK && found) {
    code = add(t, id, sha256, "installed", &installed);
    zc_installed_free(&installed);
    return code;
  }
  if (code == ZC_OK)
    code = zc_package_find_shipped_as(t->home, id, sha256, &folder, t->err);
  if (code == ZC_OK)
    code = folder != NULL ? add(t, id, sha256, "shipped", NULL) : trace_unknown(t, at);
  free(folder);
  return code;
}

/* The package itself: its files, and those of the copy of its parent, are what was signed. */
static zc_code trace_installed(tracing *t, size_t at, const zc_installed *installed,
                               const char *folder, const char *sha256)
{
  const zc_manifest *m = &installed->manifest;
  const json_t *above = at == 0 ? NULL : json_array_get(t->package->parents, at - 1);
  if (strcmp(m->sha256, sha256) != 0)
    return fail_changed(t, installed->place, folder);
  if (above != NULL && strcmp(m->parent_sha256, zc_text_of(above, "sha256")) != 0)
    return fail_changed(t, installed->place, zc_text_of(above, "folder"));
  return add(t, m->name, sha256, "installed", installed);
}

static zc_code trace_stored(tracing *t, size_t at, const char *id, const char *folder,
                            const char *sha256)
{
  zc_installed installed;
  bool found;
  zc_code code = zc_library_about(t->home, folder, &found, &installed, t->err);
  if (code == ZC_OK)
    code = open_library(t);
  if (code != ZC_OK || !found)
    return code == ZC_OK ? trace_copy(t, at, id, sha256) : code;
  code = trace_installed(t, at, &installed, folder, sha256);
  zc_installed_free(&installed);
  return code;
}

/* The layer `at`, counted from the root; the package itself stands behind its parents. */
static zc_code trace(tracing *t, size_t at, const char *id, const char *folder,
                     const char *sha256)
{
  if (zc_package_is_shipped(t->home, folder))
    return add(t, id, sha256, "shipped", NULL);
  if (zc_stored_is_within(t->home, folder))
    return trace_stored(t, at, id, folder, sha256);
  return add(t, id, sha256, "folder", NULL);
}

/* ---- all layers --------------------------------------------------------------------- */

zc_code zc_package_trace(const zc_home *home, zc_package *package, zc_err *err)
{
  tracing t = {.home = home,
               .package = package,
               .origins = json_array(),
               .trusted = true,
               .err = err};
  size_t index;
  const json_t *parent;
  const json_t *plan = json_object_get(json_object_get(package->bundle, "plan"),
                                       "value");
  zc_code code = t.origins == NULL ? zc_fail_memory(err) : ZC_OK;
  json_array_foreach(package->parents, index, parent)
  {
    if (code == ZC_OK)
      code = trace(&t, index, zc_text_of(parent, "label"), zc_text_of(parent, "folder"),
                   zc_text_of(parent, "sha256"));
  }
  if (code == ZC_OK)
    code = trace(&t, json_array_size(package->parents),
                 zc_text_or(zc_package_says_id(plan), ""), package->folder,
                 package->sha256);
  if (t.open)
    zc_library_close(&t.packages);
  package->origins = t.origins;
  package->trusted = code == ZC_OK && t.trusted;
  return code;
}

const json_t *zc_package_origin(const zc_package *package)
{
  size_t count = json_array_size(package->origins);
  return count == 0 ? NULL : json_array_get(package->origins, count - 1);
}
