/* Finding what is installed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "package/stored.h"

#define PACKAGES "packages"

void zc_stored_path(const char *id, int64_t serial, char room[ZC_STORED_ROOM])
{
  snprintf(room, ZC_STORED_ROOM, PACKAGES "/%.255s/%lld", id, (long long)serial);
}

/* ---- sweeping ------------------------------------------------------------------ */

/* Calls `take` with the path of each folder in one, and its name. */
static void each_folder(const zc_library *library, const char *path,
                        void (*take)(const zc_library *library, const char *path))
{
  char inner[PATH_MAX];
  zc_names names;
  zc_err ignored;
  if (zc_folder_names(library->fd, path, &names, &ignored) != ZC_OK)
    return;
  for (size_t i = 0; i < names.count; i++) {
    snprintf(inner, sizeof inner, "%.2000s/%.255s", path, names.names[i]);
    if (names.kinds[i] == 'd')
      take(library, inner);
  }
  zc_names_free(&names);
}

static bool is_unfinished(const char *name)
{
  return name[0] == '.' && zc_name_ends(name, ".new");
}

/* Nobody else has the lock: whoever began this is gone, whatever has its number now. */
static void sweep_name(const zc_library *library, const char *path)
{
  if (is_unfinished(zc_path_name(path)))
    zc_folder_remove(library->fd, path);
}

static void sweep_package(const zc_library *library, const char *path)
{
  each_folder(library, path, sweep_name);
}

static void sweep_level(const zc_library *library, const char *path)
{
  each_folder(library, path, sweep_package);
}

static void sweep_files(const zc_library *library, const char *path)
{
  char inner[PATH_MAX];
  zc_names names;
  zc_err ignored;
  if (zc_folder_names(library->fd, path, &names, &ignored) != ZC_OK)
    return;
  for (size_t i = 0; i < names.count; i++) {
    snprintf(inner, sizeof inner, "%s/%.255s", path, names.names[i]);
    if (names.kinds[i] == 'f' && is_unfinished(names.names[i]))
      unlinkat(library->fd, inner, 0);
  }
  zc_names_free(&names);
}

void zc_stored_sweep(const zc_library *library)
{
  sweep_files(library, ".");
  sweep_files(library, "roots");
  each_folder(library, PACKAGES, sweep_level);
}

/* ---- serials -------------------------------------------------------------------- */

/* The number that a text is, in its one spelling; 0 for anything else. */
static int64_t serial_of(const char *text)
{
  size_t size = strspn(text, "0123456789");
  if (size == 0 || size > 16 || text[size] != '\0' || text[0] == '0')
    return 0;
  int64_t serial = strtoll(text, NULL, 10);
  return serial < ZC_MANIFEST_SERIAL ? serial : 0;
}

static int by_number(const void *a, const void *b)
{
  int64_t one = *(const int64_t *)a, two = *(const int64_t *)b;
  return (one > two) - (one < two);
}

zc_code zc_stored_serials(const zc_library *library, const char *id, int64_t **serials,
                          size_t *count, zc_err *err)
{
  char path[ZC_STORED_ROOM];
  zc_names names;
  *serials = NULL;
  *count = 0;
  snprintf(path, sizeof path, PACKAGES "/%.255s", id);
  if (library->fd < 0 || !zc_package_is_id(id) ||
      (faccessat(library->fd, path, F_OK, 0) != 0 && errno == ENOENT))
    return ZC_OK;
  zc_code code = zc_folder_names(library->fd, path, &names, err);
  if (code != ZC_OK)
    return code;
  *serials = calloc(names.count + 1, sizeof **serials);
  for (size_t i = 0; *serials != NULL && i < names.count; i++) {
    int64_t serial = names.kinds[i] == 'd' ? serial_of(names.names[i]) : 0;
    if (serial > 0)
      (*serials)[(*count)++] = serial;
  }
  zc_names_free(&names);
  if (*serials == NULL)
    return zc_fail_memory(err);
  qsort(*serials, *count, sizeof **serials, by_number);
  return ZC_OK;
}

/* ---- one package ----------------------------------------------------------------- */

/* Whose key signed it, by the root of today. A key that was revoked is no damage. */
static zc_code read_signer(const zc_library *library, const char *file,
                           const zc_zpk *zpk, zc_installed *installed, zc_err *err)
{
  zc_signature signature;
  unsigned char digest[ZC_BLAKE2B];
  zc_err ignored;
  zc_code code = zc_signature_parse(file, zpk->signature.data, zpk->signature.size,
                                    &signature, err);
  if (code != ZC_OK)
    return code;
  zc_key_id_text(signature.id, installed->key_id);
  const zc_root_key *key = zc_root_find(&library->root, signature.id);
  if (key == NULL || key->root || strcmp(key->level, installed->manifest.level) != 0 ||
      strcmp(key->region, installed->manifest.region) != 0)
    return ZC_OK;
  zc_blake2b_of(zpk->manifest.data, zpk->manifest.size, digest, sizeof digest);
  if (zc_signature_check(&signature, &key->key, file, digest, &ignored) == ZC_OK)
    strcpy(installed->signer, key->name);
  return ZC_OK;
}

static zc_code read_package(const zc_library *library, const char *file,
                            zc_installed *installed, zc_err *err)
{
  zc_buffer data = {0};
  zc_zpk zpk;
  zc_code code = zc_file_read_beneath(library->fd, file, ZC_ZPK_FILE, &data, err);
  if (code == ZC_OK)
    code = zc_zpk_read(file, data.data, data.size, &zpk, err);
  if (code == ZC_OK)
    code = zc_manifest_parse(file, zpk.manifest.data, zpk.manifest.size,
                             &installed->manifest, err);
  if (code == ZC_OK)
    code = read_signer(library, file, &zpk, installed, err);
  zc_buffer_free(&data);
  return code;
}

/* Where the plan is, as zc_package_find gives folders: absolute and without links. */
static zc_code find_folder(const zc_library *library, const char *id, int64_t serial,
                           zc_installed *installed, zc_err *err)
{
  char path[2 * PATH_MAX], stored[ZC_STORED_ROOM];
  zc_stored_path(id, serial, stored);
  snprintf(path, sizeof path, "%s/%s/plans/%s", library->home->library, stored, id);
  installed->folder = realpath(path, NULL);
  if (installed->folder == NULL)
    return errno == ENOMEM ? zc_fail_memory(err) : ZC_EDATA;
  return ZC_OK;
}

static zc_code fail_damaged(const zc_library *library, const char *place,
                            const char *stored, zc_err *err)
{
  return zc_fail(err, ZC_EDATA,
                 "the installed plan {id} is damaged; remove the folder {path} in "
                 "{library} and install its file again",
                 "id", place, "path", stored, "library", library->home->library, NULL);
}

zc_code zc_stored_read(const zc_library *library, const char *id, int64_t serial,
                       zc_installed *installed, zc_err *err)
{
  char stored[ZC_STORED_ROOM], file[ZC_STORED_ROOM + 16];
  *installed = (zc_installed){0};
  zc_stored_path(id, serial, stored);
  snprintf(file, sizeof file, "%s/package.zpk", stored);
  snprintf(installed->place, sizeof installed->place, "%.255s@%lld", id,
           (long long)serial);
  zc_code code = read_package(library, file, installed, err);
  if (code == ZC_OK && (strcmp(installed->manifest.name, id) != 0 ||
                        installed->manifest.serial != serial))
    code = ZC_EDATA;
  if (code == ZC_OK)
    code = find_folder(library, id, serial, installed, err);
  if (code == ZC_EDATA || code == ZC_EOPEN)
    code = fail_damaged(library, installed->place, stored, err);
  if (code != ZC_OK)
    zc_installed_free(installed);
  return code;
}

zc_code zc_stored_is_same(const zc_library *library, const zc_manifest *manifest,
                          const char *data, size_t size, bool *there, bool *same,
                          zc_err *err)
{
  char stored[ZC_STORED_ROOM], file[ZC_STORED_ROOM + 16];
  int64_t *serials;
  size_t count;
  zc_buffer own = {0};
  zc_code code = zc_stored_serials(library, manifest->name, &serials, &count, err);
  *there = *same = false;
  for (size_t i = 0; i < count; i++)
    *there = *there || serials[i] == manifest->serial;
  free(serials);
  if (code != ZC_OK || !*there)
    return code;
  zc_stored_path(manifest->name, manifest->serial, stored);
  snprintf(file, sizeof file, "%s/package.zpk", stored);
  code = zc_file_read_beneath(library->fd, file, ZC_ZPK_FILE, &own, err);
  *same = code == ZC_OK && own.size == size && memcmp(own.data, data, size) == 0;
  zc_buffer_free(&own);
  return code == ZC_EOPEN || code == ZC_EDATA
             ? fail_damaged(library, manifest->name, stored, err)
             : code;
}

void zc_installed_free(zc_installed *installed)
{
  zc_manifest_free(&installed->manifest);
  free(installed->folder);
  *installed = (zc_installed){0};
}

/* ---- finding one ----------------------------------------------------------------- */

static zc_code fail_missing(const zc_library *library, const char *id, int64_t serial,
                            int64_t last, zc_err *err)
{
  if (serial > 0 && last > 0)
    return zc_fail(err, ZC_EOPEN,
                   "the plan {id} with serial {serial} is not installed here, the last "
                   "one is {last}; install its file with `zicha plan install FILE`, or "
                   "name {id}@{last}",
                   "id", id, "serial", ZC_DIGITS(serial), "last", ZC_DIGITS(last),
                   NULL);
  if (serial > 0)
    return zc_fail(err, ZC_EOPEN,
                   "the plan {id} with serial {serial} is not installed here; install "
                   "its file with `zicha plan install FILE`",
                   "id", id, "serial", ZC_DIGITS(serial), NULL);
  return zc_fail(err, ZC_EOPEN,
                 "there is no installed plan {id} in {path}; install its file with "
                 "`zicha plan install FILE`",
                 "id", id, "path", library->home->library, NULL);
}

bool zc_installed_name(const char *name, char id[ZC_MANIFEST_WORD], int64_t *serial)
{
  size_t size = strcspn(name, "@");
  *serial = 0;
  if (size >= ZC_MANIFEST_WORD)
    return false;
  memcpy(id, name, size);
  id[size] = '\0';
  if (name[size] == '@' && (*serial = serial_of(name + size + 1)) == 0)
    return false;
  return zc_package_is_id(id);
}

zc_code zc_library_find(const zc_library *library, const char *name,
                        zc_installed *installed, zc_err *err)
{
  char id[ZC_MANIFEST_WORD];
  int64_t serial, *serials = NULL;
  size_t count = 0;
  bool found = false;
  *installed = (zc_installed){0};
  if (!zc_installed_name(name, id, &serial))
    return zc_fail(err, ZC_EOPEN,
                   "{name} names no installed plan: they are called LEVEL/NAME or "
                   "LEVEL/NAME@SERIAL",
                   "name", name, NULL);
  zc_code code = zc_stored_serials(library, id, &serials, &count, err);
  int64_t last = count == 0 ? 0 : serials[count - 1];
  for (size_t i = 0; i < count; i++)
    found = found || serials[i] == serial;
  free(serials);
  if (code != ZC_OK)
    return code;
  if (last == 0 || (serial > 0 && !found))
    return fail_missing(library, id, serial, last, err);
  return zc_stored_read(library, id, serial > 0 ? serial : last, installed, err);
}

/* ---- by folder --------------------------------------------------------------------- */

/* What of a folder's path stands behind the library's packages; NULL: it is elsewhere. */
static const char *within(const zc_home *home, const char *folder, char **own)
{
  char path[PATH_MAX + 16];
  snprintf(path, sizeof path, "%s/" PACKAGES, home->library);
  *own = *home->library == '\0' ? NULL : realpath(path, NULL);
  size_t size = *own == NULL ? 0 : strlen(*own);
  return size > 0 && strncmp(folder, *own, size) == 0 && folder[size] == '/'
             ? folder + size + 1
             : NULL;
}

bool zc_stored_is_within(const zc_home *home, const char *folder)
{
  char *own;
  bool is = within(home, folder, &own) != NULL;
  free(own);
  return is;
}

/* LEVEL/NAME/SERIAL/plans/LEVEL/NAME as ID@SERIAL; false for anything else. */
static bool place_of(const char *inner, char place[ZC_STORED_ROOM])
{
  const char *plans = strstr(inner, "/plans/");
  if (plans == NULL || plans - inner >= ZC_MANIFEST_WORD + 20)
    return false;
  int size = snprintf(place, ZC_STORED_ROOM, "%.*s", (int)(plans - inner), inner);
  char *slash = strrchr(place, '/');
  if (slash == NULL || size >= ZC_STORED_ROOM || serial_of(slash + 1) == 0)
    return false; /* or it is not installed yet */
  *slash = '@';
  size_t length = (size_t)(slash - place);
  const char *id = plans + strlen("/plans/");
  return strlen(id) == length && strncmp(id, place, length) == 0;
}

zc_code zc_library_about(const zc_home *home, const char *folder, bool *found,
                         zc_installed *installed, zc_err *err)
{
  char *own, place[ZC_STORED_ROOM];
  zc_library library;
  const char *inner = within(home, folder, &own);
  *installed = (zc_installed){0};
  *found = inner != NULL && place_of(inner, place);
  free(own);
  if (!*found)
    return ZC_OK;
  zc_code code = zc_library_open(home, false, &library, err);
  if (code != ZC_OK)
    return code;
  code = zc_library_find(&library, place, installed, err);
  zc_library_close(&library);
  return code;
}

zc_code zc_stored_by_hash(const zc_library *library, const char *id, const char *sha256,
                          bool *found, zc_installed *installed, zc_err *err)
{
  int64_t *serials;
  size_t count;
  *found = false;
  zc_code code = zc_stored_serials(library, id, &serials, &count, err);
  for (size_t i = count; code == ZC_OK && !*found && i > 0; i--) {
    code = zc_stored_read(library, id, serials[i - 1], installed, err);
    *found = code == ZC_OK && strcmp(installed->manifest.sha256, sha256) == 0;
    if (code == ZC_OK && !*found)
      zc_installed_free(installed);
  }
  free(serials);
  return code;
}

static bool is_wanted(const char *wanted, const char *own)
{
  return wanted == NULL || strcmp(wanted, own) == 0;
}

static zc_code find_parent(const zc_library *library, const zc_package_parent *wanted,
                           char **folder, zc_err *err)
{
  int64_t *serials;
  size_t count;
  zc_code code = zc_stored_serials(library, wanted->id, &serials, &count, err);
  for (size_t i = count; code == ZC_OK && *folder == NULL && i > 0; i--) {
    zc_installed installed;
    code = zc_stored_read(library, wanted->id, serials[i - 1], &installed, err);
    if (code != ZC_OK)
      break;
    if (is_wanted(wanted->version, installed.manifest.version) &&
        is_wanted(wanted->sha256, installed.manifest.sha256)) {
      *folder = installed.folder;
      installed.folder = NULL;
    }
    zc_installed_free(&installed);
  }
  free(serials);
  return code;
}

zc_code zc_stored_parent(const zc_home *home, const zc_package_parent *wanted,
                         char **folder, zc_err *err)
{
  zc_library library;
  *folder = NULL;
  zc_code code = zc_library_open(home, false, &library, err);
  if (code != ZC_OK)
    return code;
  code = find_parent(&library, wanted, folder, err);
  zc_library_close(&library);
  return code;
}

/* ---- all of them ------------------------------------------------------------------- */

typedef struct {
  const zc_library *library;
  zc_code (*take)(const zc_installed *installed, void *context, zc_err *err);
  void *context;
  zc_err *err;
} walk;

static zc_code each_serial(const walk *w, const char *id)
{
  int64_t *serials;
  size_t count;
  zc_code code = zc_stored_serials(w->library, id, &serials, &count, w->err);
  for (size_t i = 0; code == ZC_OK && i < count; i++) {
    zc_installed installed;
    code = zc_stored_read(w->library, id, serials[i], &installed, w->err);
    if (code == ZC_OK)
      code = w->take(&installed, w->context, w->err);
    zc_installed_free(&installed);
  }
  free(serials);
  return code;
}

static zc_code each_name(const walk *w, const char *level)
{
  char path[300], id[600];
  zc_names names;
  snprintf(path, sizeof path, PACKAGES "/%.255s", level);
  zc_code code = zc_folder_names(w->library->fd, path, &names, w->err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    snprintf(id, sizeof id, "%.255s/%.255s", level, names.names[i]);
    if (names.kinds[i] == 'd' && zc_package_is_id(id))
      code = each_serial(w, id);
  }
  zc_names_free(&names);
  return code;
}

zc_code zc_library_each(const zc_library *library,
                        zc_code (*take)(const zc_installed *installed, void *context,
                                        zc_err *err),
                        void *context, zc_err *err)
{
  walk w = {library, take, context, err};
  zc_names levels;
  if (library->fd < 0 ||
      (faccessat(library->fd, PACKAGES, F_OK, 0) != 0 && errno == ENOENT))
    return ZC_OK;
  zc_code code = zc_folder_names(library->fd, PACKAGES, &levels, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < levels.count; i++)
    if (levels.kinds[i] == 'd' && levels.names[i][0] != '.')
      code = each_name(&w, levels.names[i]);
  zc_names_free(&levels);
  return code;
}
