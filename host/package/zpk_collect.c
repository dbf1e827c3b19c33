/* What of a folder goes into a package file. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "package/zpk.h"

typedef struct {
  int fd;
  json_t *faults;
  zc_manifest *manifest; /* room for ZC_PACKAGE_FILES files */
  size_t found;          /* also those that are too many */
  zc_err *err;
} walk;

static zc_code fault(walk *w, const char *path, const char *text, const char *hint)
{
  if (zc_fault(w->faults, (zc_place){path, 0, 0}, text, "path", path, "hint", hint,
               NULL) != 0)
    return zc_fail_memory(w->err);
  return ZC_OK;
}

static zc_code note_file(walk *w, const char *path)
{
  if (!zc_manifest_path_is_safe(path))
    return fault(w, path, N_("«{path}» cannot be the name of a file in a package"),
                 N_("take small letters, digits, _, - and dots inside, and no name of "
                    "a device (con, nul, com1 …)"));
  if (++w->found == ZC_PACKAGE_FILES + 1)
    return fault(w, path, N_("the package has more than 500 files; {path} is over"),
                 N_("leave out what no facility needs"));
  if (w->found > ZC_PACKAGE_FILES)
    return ZC_OK;
  strcpy(w->manifest->files[w->manifest->count++].path, path);
  return ZC_OK;
}

static zc_code note_folder(walk *w, const char *path, int depth);

static zc_code note_entry(walk *w, const char *path, char kind, int depth)
{
  if (kind == 'f')
    return note_file(w, path);
  if (kind != 'd')
    return fault(w, path, N_("{path} in a package is a link or a device"),
                 N_("put the file itself there"));
  if (!zc_manifest_path_is_safe(path))
    return fault(w, path, N_("«{path}» cannot be the name of a folder in a package"),
                 N_("take small letters, digits, _, - and dots inside, and no name of "
                    "a device (con, nul, com1 …)"));
  return note_folder(w, path, depth + 1);
}

/* Notes what lies in a folder and beneath it; "." is the package itself. */
static zc_code note_folder(walk *w, const char *path, int depth)
{
  zc_names names;
  char inner[ZC_MANIFEST_PATH + NAME_MAX + 2];
  bool top = depth == 0;
  int fd = w->fd;
  zc_code code = top ? ZC_OK : zc_folder_open_beneath(w->fd, path, false, &fd, w->err);
  if (code != ZC_OK)
    return code;
  code = zc_folder_names(fd, ".", &names, w->err);
  if (!top)
    close(fd);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    if (names.names[i][0] == '.')
      continue;
    snprintf(inner, sizeof inner, "%s%s%s", top ? "" : path, top ? "" : "/",
             names.names[i]);
    code = note_entry(w, inner, names.kinds[i], depth);
  }
  zc_names_free(&names);
  return code;
}

static int compare_files(const void *a, const void *b)
{
  return strcmp(((const zc_manifest_file *)a)->path,
                ((const zc_manifest_file *)b)->path);
}

/* Reads the noted files, until they are more than fits. */
static zc_code read_files(walk *w, zc_buffer *bytes)
{
  size_t before = bytes->size;
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < w->manifest->count; i++) {
    zc_manifest_file *file = &w->manifest->files[i];
    size_t start = bytes->size;
    code = zc_file_read_beneath(w->fd, file->path, ZC_ZPK_FILE - (start - before),
                                bytes, w->err);
    if (code == ZC_EDATA)
      return fault(w, file->path,
                   N_("with {path} the files together are larger than 16 MiB"),
                   N_("leave out what no facility needs"));
    file->size = bytes->size - start;
    if (code == ZC_OK)
      code = zc_hash_of(zc_text_or(bytes->data, "") + start, file->size, file->sha256,
                        w->err);
  }
  return code;
}

static zc_code hash_plan(zc_manifest *manifest, const char *bytes, zc_err *err)
{
  zc_part parts[ZC_PACKAGE_FILES];
  for (size_t i = 0; i < manifest->count; i++) {
    parts[i] = (zc_part){bytes, manifest->files[i].size};
    bytes += parts[i].size;
  }
  return zc_zpk_hash(manifest, parts, manifest->sha256, err);
}

zc_code zc_zpk_collect(const char *folder, json_t *faults, zc_manifest *manifest,
                       zc_buffer *bytes, zc_err *err)
{
  walk w = {-1, faults, manifest, 0, err};
  size_t errors = zc_fault_errors(faults), before = bytes->size;
  manifest->count = 0;
  free(manifest->files);
  manifest->files = calloc(ZC_PACKAGE_FILES, sizeof *manifest->files);
  zc_code code = manifest->files == NULL ? zc_fail_memory(err)
                                         : zc_folder_open(folder, &w.fd, err);
  if (code == ZC_OK)
    code = note_folder(&w, ".", 0);
  if (code == ZC_OK) {
    qsort(manifest->files, manifest->count, sizeof *manifest->files, compare_files);
    code = read_files(&w, bytes);
  }
  if (w.fd >= 0)
    close(w.fd);
  if (code == ZC_OK && zc_fault_errors(faults) > errors)
    code = zc_fail(err, ZC_EDATA, "the package {path} cannot be packed", "path", folder,
                   NULL);
  return code == ZC_OK ? hash_plan(manifest, zc_text_or(bytes->data, "") + before, err)
                       : code;
}
