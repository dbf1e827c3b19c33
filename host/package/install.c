/* Installing a package: into a fresh folder, which gets its name when all of it is on the disk. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/place.h"
#include "base/write.h"
#include "package/stored.h"

#define MOST_DEPTH 8

typedef struct {
  zc_library *packages;
  const char *file; /* for messages */
  const zc_manifest *manifest;
  char fresh[ZC_STORED_ROOM + 40]; /* packages/ID/.SERIAL.PROCESS.new */
  int fd;                          /* that folder */
  zc_err *err;
} installing;

/* What is installed is not edited: a changed copy goes beside it, as a folder of its own. */
#define MODE 0444

/* Writes a file beneath the fresh folder, which nobody else knows. */
static zc_code put(installing *in, const char *path, const char *data, size_t size)
{
  char folder[PATH_MAX];
  int fd = -1;
  const char *slash = strrchr(path, '/');
  zc_code code = ZC_OK;
  if (slash != NULL) {
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    code = zc_folder_open_beneath(in->fd, folder, true, &fd, in->err);
  }
  if (code == ZC_OK)
    code = zc_place_file(in->fd, path, data, size, MODE, in->err);
  if (fd >= 0)
    close(fd);
  return code;
}

static zc_code put_files(installing *in, const zc_zpk *zpk)
{
  char path[PATH_MAX];
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < zpk->count; i++) {
    snprintf(path, sizeof path, "plans/%s/%s", in->manifest->name,
             in->manifest->files[i].path);
    code = put(in, path, zpk->files[i].data, zpk->files[i].size);
  }
  return code;
}

/* ---- parents ------------------------------------------------------------------------ */

static zc_code copy_folder(installing *in, int from, const char *to, int depth);

static zc_code copy_entry(installing *in, int from, const char *name, char kind,
                          const char *to, int depth)
{
  char path[PATH_MAX];
  zc_buffer data = {0};
  int fd;
  if (snprintf(path, sizeof path, "%s/%s", to, name) >= (int)sizeof path)
    return zc_fail(in->err, ZC_EDATA, "the path {path} is too long", "path", to, NULL);
  if (kind == 'd') {
    zc_code code = zc_folder_open_beneath(from, name, false, &fd, in->err);
    if (code == ZC_OK) {
      code = copy_folder(in, fd, path, depth + 1);
      close(fd);
    }
    return code;
  }
  zc_code code = zc_file_read_beneath(from, name, ZC_PACKAGE_FILE, &data, in->err);
  if (code == ZC_OK)
    code = put(in, path, zc_text_or(data.data, ""), data.size);
  zc_buffer_free(&data);
  return code;
}

/* What a package's hash covers: not its examples and tests, which judge nothing. */
static zc_code copy_folder(installing *in, int from, const char *to, int depth)
{
  zc_names names;
  zc_code code = zc_folder_names(from, ".", &names, in->err);
  if (code == ZC_OK && depth > MOST_DEPTH)
    code = zc_fail(in->err, ZC_EDATA, "the package {path} is nested too deeply", "path",
                   to, NULL);
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    const char *name = names.names[i];
    bool outside = depth == 0 &&
                   (strcmp(name, "example") == 0 || strcmp(name, "tests") == 0);
    if (name[0] != '.' && !outside)
      code = copy_entry(in, from, name, names.kinds[i], to, depth);
  }
  zc_names_free(&names);
  return code;
}

static zc_code copy_package(installing *in, const char *folder, const char *id)
{
  char to[ZC_STORED_ROOM];
  int fd;
  snprintf(to, sizeof to, "plans/%.255s", id);
  zc_code code = zc_folder_open(folder, &fd, in->err);
  if (code != ZC_OK)
    return code;
  code = copy_folder(in, fd, to, 0);
  close(fd);
  return code;
}

/* The parent with all that it extends, from where it finds them. */
static zc_code copy_parents(installing *in)
{
  char *folder;
  zc_package package = {0};
  json_t *faults = json_array();
  size_t index;
  const json_t *parent;
  zc_code code = faults == NULL ? zc_fail_memory(in->err)
                                : zc_stored_find_parent(in->packages, in->manifest,
                                                        &folder, in->err);
  if (code != ZC_OK || folder == NULL) {
    json_decref(faults);
    return code;
  }
  code = zc_package_read_layers(in->packages->home, folder, false, NULL, faults,
                                &package, in->err);
  if (code == ZC_OK)
    code = copy_package(in, folder, in->manifest->parent);
  json_array_foreach(package.parents, index, parent)
  {
    if (code == ZC_OK)
      code = copy_package(in, zc_get_text(parent, "folder"),
                          zc_get_text(parent, "label"));
  }
  zc_package_free(&package);
  json_decref(faults);
  free(folder);
  return code;
}

/* ---- the fresh folder ----------------------------------------------------------------- */

/* Reads what was written as it will be read: the plan and the parent are those of the manifest. */
static zc_code check_fresh(installing *in)
{
  char folder[2 * PATH_MAX];
  zc_package package = {0};
  json_t *faults = json_array();
  snprintf(folder, sizeof folder, "%s/%s/plans/%s", in->packages->home->library,
           in->fresh, in->manifest->name);
  char *real = realpath(folder, NULL);
  zc_code code = faults == NULL || (real == NULL && errno == ENOMEM)
                     ? zc_fail_memory(in->err)
                 : real == NULL
                     ? ZC_EDATA
                     : zc_package_read_layers(in->packages->home, real, false, NULL,
                                              faults, &package, in->err);
  size_t above = json_array_size(package.parents);
  const char *parent = above == 0
                           ? ""
                           : zc_text_of(json_array_get(package.parents, above - 1),
                                        "sha256");
  if (code == ZC_EDATA || code == ZC_EOPEN)
    code = zc_fail(in->err, ZC_EDATA,
                   "the plan in {file} cannot be read although it was signed; tell its "
                   "issuer. Nothing was installed",
                   "file", in->file, NULL);
  else if (code == ZC_OK && (strcmp(package.sha256, in->manifest->sha256) != 0 ||
                             strcmp(parent, in->manifest->parent_sha256) != 0))
    code = zc_fail(in->err, ZC_ETRUST,
                   "what {file} holds is not what its manifest names; nothing was "
                   "installed. Get the file again from whoever published it",
                   "file", in->file, NULL);
  zc_package_free(&package);
  json_decref(faults);
  free(real);
  return code;
}

static zc_code fill_fresh(installing *in, const char *data, size_t size,
                          const zc_zpk *zpk)
{
  zc_code code = put(in, "package.zpk", data, size);
  if (code == ZC_OK)
    code = put_files(in, zpk);
  if (code == ZC_OK)
    code = copy_parents(in);
  if (code == ZC_OK)
    code = check_fresh(in);
  return code == ZC_OK ? zc_place_flush(in->fd, in->file, in->err) : code;
}

/* Gives the folder its name: from now on it is installed. */
static zc_code name_fresh(installing *in)
{
  char above[ZC_STORED_ROOM], own[24];
  int fd;
  snprintf(above, sizeof above, "packages/%s", in->manifest->name);
  snprintf(own, sizeof own, "%lld", (long long)in->manifest->serial);
  zc_code code = zc_folder_open_beneath(in->packages->fd, above, false, &fd, in->err);
  if (code != ZC_OK)
    return code;
  code = zc_file_rename(fd, zc_path_name(in->fresh), own, in->err);
  close(fd);
  return code;
}

static zc_code place(installing *in, const char *data, size_t size, const zc_zpk *zpk)
{
  snprintf(in->fresh, sizeof in->fresh, "packages/%s/.%lld.%ld.new", in->manifest->name,
           (long long)in->manifest->serial, (long)getpid());
  zc_code code = zc_folder_open_beneath(in->packages->fd, in->fresh, true, &in->fd,
                                        in->err);
  if (code == ZC_OK) {
    code = fill_fresh(in, data, size, zpk);
    close(in->fd);
  }
  if (code == ZC_OK)
    code = name_fresh(in);
  if (code != ZC_OK)
    zc_folder_remove(in->packages->fd, in->fresh);
  return code;
}

/* ---- remembering ------------------------------------------------------------------------ */

static zc_code remember(zc_library *library, const zc_manifest *manifest, zc_err *err)
{
  char key[ZC_MANIFEST_WORD + 16];
  snprintf(key, sizeof key, "package %s", manifest->name);
  if (zc_get_integer(library->seen, key, 0) >= manifest->serial)
    return ZC_OK;
  if (json_object_set_new(library->seen, key, json_integer(manifest->serial)) != 0)
    return zc_fail_memory(err);
  return zc_library_keep_seen(library, err);
}

zc_code zc_library_install(zc_library *library, const char *file, const char *data,
                           size_t size, const char *today, zc_manifest *manifest,
                           bool *fresh, zc_err *err)
{
  zc_zpk zpk;
  const zc_root_key *key;
  bool there = false, same = false;
  installing in = {.packages = library,
                   .file = file,
                   .manifest = manifest,
                   .fd = -1,
                   .err = err};
  *fresh = false;
  zc_code code = zc_library_check(library, file, data, size, today, &zpk, manifest,
                                  &key, err);
  if (code == ZC_OK)
    code = zc_stored_is_same(library, manifest, data, size, &there, &same, err);
  if (code != ZC_OK)
    return code;
  if (same) /* whoever installed it may have been killed before this */
    return remember(library, manifest, err);
  code = place(&in, data, size, &zpk);
  *fresh = code == ZC_OK;
  return code == ZC_OK ? remember(library, manifest, err) : code;
}
