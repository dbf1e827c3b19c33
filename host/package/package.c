#include "package/library.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "package/hashing.h"
#include "value/yaml.h"

/* ---- finding -----------------------------------------------------------------------
 */

bool zc_package_has_plan(const char *folder)
{
  char path[PATH_MAX + 16];
  if (strlen(folder) >= PATH_MAX)
    return false;
  snprintf(path, sizeof path, "%s/plan.yaml", folder);
  return access(path, R_OK) == 0;
}

/* level/name of small letters, digits and hyphens: never a way out of the folder. */
bool zc_package_is_id(const char *name)
{
  const char *slash = strchr(name, '/');
  return slash != NULL && slash != name && slash[1] != '\0' &&
         strchr(slash + 1, '/') == NULL &&
         strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_/") == strlen(name);
}

zc_code zc_package_find_shipped(const zc_home *home, const char *id, char **folder,
                                zc_err *err)
{
  char inner[300], path[PATH_MAX];
  *folder = NULL;
  if (!zc_package_is_id(id) || strlen(id) >= 250)
    return ZC_OK;
  snprintf(inner, sizeof inner, "checklists/%s", id);
  zc_code code = zc_home_path(home, inner, path, err);
  if (code == ZC_OK && zc_package_has_plan(path))
    *folder = realpath(path, NULL);
  return code;
}

/* ID@SERIAL, rather than a folder with such a sign in its name. */
static bool names_serial(const char *name)
{
  char id[ZC_MANIFEST_WORD];
  int64_t serial;
  return zc_installed_name(name, id, &serial) && serial > 0;
}

/* An id alone whose folder is not in the library needs no look into it. */
static zc_code find_installed(const zc_home *home, const char *name, char **folder,
                              zc_err *err)
{
  char path[PATH_MAX + 300];
  zc_library library;
  zc_installed installed;
  bool serial = names_serial(name);
  if (!serial &&
      (*home->library == '\0' || !zc_package_is_id(name) ||
       snprintf(path, sizeof path, "%s/packages/%.255s", home->library, name) < 0 ||
       access(path, F_OK) != 0))
    return ZC_OK;
  zc_code code = zc_library_open(home, false, &library, err);
  if (code != ZC_OK)
    return code;
  code = zc_library_find(&library, name, &installed, err);
  if (code == ZC_OK)
    *folder = installed.folder;
  installed.folder = NULL;
  zc_installed_free(&installed);
  zc_library_close(&library);
  /* What was killed in the middle of installing the first one left its folder. */
  return code == ZC_EOPEN && !serial ? ZC_OK : code;
}

static zc_code find(const zc_home *home, const char *name, bool any, char **folder,
                    zc_err *err)
{
  zc_code code = ZC_OK;
  *folder = NULL;
  if (zc_package_has_plan(name))
    *folder = realpath(name, NULL);
  else if (any || names_serial(name))
    code = find_installed(home, name, folder, err);
  if (code == ZC_OK && *folder == NULL)
    code = zc_package_find_shipped(home, name, folder, err);
  if (code != ZC_OK || *folder != NULL)
    return code;
  return zc_fail(
      err, ZC_EOPEN,
      "there is no plan {name}: name a folder that holds plan.yaml, or a plan "
      "that `zicha plan list` shows",
      "name", name, NULL);
}

zc_code zc_package_find(const zc_home *home, const char *name, char **folder,
                        zc_err *err)
{
  return find(home, name, true, folder, err);
}

zc_code zc_package_find_place(const zc_home *home, const char *place, char **folder,
                              zc_err *err)
{
  return find(home, place, false, folder, err);
}

/* ---- reading ------------------------------------------------------------------------
 */

typedef struct {
  int fd;
  const char *folder;
  const char *label; /* begins the names of files; NULL: none */
  json_t *faults;
  zc_package *package;       /* NULL: only the hash is wanted */
  zc_hash *hash;             /* of what has been read so far */
  size_t count, table_bytes; /* files; what its reference tables hold */
  zc_err *err;
} reading;

/* What messages call a file of the package. */
static void labelled(const reading *r, const char *path, char name[PATH_MAX])
{
  snprintf(name, PATH_MAX, "%.255s%s%.3800s", zc_text_or(r->label, ""),
           r->label == NULL ? "" : "/", path);
}

static zc_code not_text(reading *r, const char *path)
{
  if (zc_fault(r->faults, (zc_place){path, 0, 0}, "the file is not UTF-8 text", "hint",
               N_("save it as UTF-8"), NULL) != 0)
    return zc_fail_memory(r->err);
  return ZC_OK;
}

#define OPEN_MARK "# 待核对"

/* Remembers the lines with an open mark: drafts have them where a person has to look. */
static zc_code note_marks(reading *r, const char *path, const zc_buffer *text)
{
  json_int_t line = 1;
  const char *at = zc_text_or(text->data, ""), *end;
  const char *mark = strstr(at, OPEN_MARK);
  int bad = 0;
  for (; mark != NULL && *at != '\0'; at = *end == '\0' ? end : end + 1, line++) {
    end = at + strcspn(at, "\n");
    if (mark < at)
      mark = strstr(at, OPEN_MARK);
    if (mark != NULL && mark < end)
      bad |= json_array_append_new(r->package->marks,
                                   json_pack("{s:s, s:I, s:i}", "file", path, "line",
                                             line, "column", 1));
  }
  return bad != 0 ? zc_fail_memory(r->err) : ZC_OK;
}

static zc_code keep_yaml(reading *r, const char *path, const zc_buffer *text,
                         json_t *list, const char *member)
{
  json_t *document;
  const char *data = text->data == NULL ? "" : text->data;
  zc_code code = zc_yaml_parse(path, data, text->size, r->faults, &document, r->err);
  if (code != ZC_OK)
    return code == ZC_EDATA ? ZC_OK : code;
  if (strlen(data) == text->size && (code = note_marks(r, path, text)) != ZC_OK) {
    json_decref(document);
    return code;
  }
  int bad = list != NULL ? json_array_append_new(list, document)
                         : json_object_set_new(r->package->bundle, member, document);
  return bad != 0 ? zc_fail_memory(r->err) : ZC_OK;
}

static zc_code keep_script(reading *r, const char *path, const zc_buffer *text,
                           zc_texts *list)
{
  size_t bad;
  const char *data = zc_text_or(text->data, "");
  /* Bytecode is refused by the evaluator, and only its own items suffer. */
  if (*data == '\033')
    return zc_texts_add(list, path, data, text->size, r->err);
  if (!zc_utf8_valid(data, text->size, &bad) || strlen(data) != text->size)
    return not_text(r, path);
  return zc_texts_add(list, path, data, text->size, r->err);
}

/* The modules that all layouts share: a package that had its own would change every
 * report of zicha's. */
static const char *const shared_modules[] = {"layout", "wording", "plan_words",
                                             "figures"};

static zc_code keep_layout(reading *r, const char *path, const zc_buffer *text)
{
  zc_texts *layouts = &r->package->layouts;
  zc_code code = keep_script(r, path, text, layouts);
  for (size_t i = 0; i < sizeof shared_modules / sizeof *shared_modules; i++)
    if (code == ZC_OK && layouts->count > 0 &&
        strcmp(layouts->files[layouts->count - 1].name, shared_modules[i]) == 0 &&
        zc_fault(r->faults, (zc_place){path, 0, 0},
                 "{name} is the name of a module that all layouts share", "name",
                 shared_modules[i], "hint", N_("give the file another name"),
                 NULL) != 0)
      code = zc_fail_memory(r->err);
  return code;
}

static zc_code keep_source(reading *r, const char *path, const zc_buffer *text)
{
  json_t *source = json_object();
  json_t *words = json_stringn(text->data == NULL ? "" : text->data, text->size);
  if (words == NULL) {
    json_decref(source);
    return not_text(r, path);
  }
  int bad = json_object_set_new(source, "file", json_string(path));
  bad |= json_object_set_new(source, "text", words);
  bad |= json_object_set_new(r->package->bundle, "source", source);
  return bad != 0 ? zc_fail_memory(r->err) : ZC_OK;
}

/* Keeps the file for what it is; files of no known place are only hashed. */
static zc_code sort_file(reading *r, const char *path, const char *name,
                         const zc_buffer *text)
{
  json_t *bundle = r->package->bundle;
  if (strcmp(path, "plan.yaml") == 0)
    return keep_yaml(r, name, text, NULL, "plan");
  if (strcmp(path, "items.yaml") == 0 ||
      (strncmp(path, "items/", 6) == 0 && zc_name_ends(path, ".yaml")))
    return keep_yaml(r, name, text, json_object_get(bundle, "items"), NULL);
  if (strncmp(path, "datasets/", 9) == 0 && zc_name_ends(path, ".yaml"))
    return keep_yaml(r, name, text, json_object_get(bundle, "datasets"), NULL);
  if (strcmp(path, "source.md") == 0)
    return keep_source(r, name, text);
  if (strncmp(path, "rules/", 6) == 0 && zc_name_ends(path, ".lua"))
    return keep_script(r, name, text, &r->package->rules);
  if (strncmp(path, "layouts/", 8) == 0 && zc_name_ends(path, ".lua"))
    return keep_layout(r, name, text);
  if (strncmp(path, "tables/", 7) == 0)
    return zc_package_keep_table(r->package, path, name, text, &r->table_bytes,
                                 r->faults, r->err);
  return ZC_OK;
}

static zc_code read_file(reading *r, const char *path)
{
  zc_buffer text = {0};
  char name[PATH_MAX];
  labelled(r, path, name);
  zc_code code = zc_file_read_beneath(r->fd, path, ZC_PACKAGE_FILE, &text, r->err);
  if (code == ZC_EDATA) {
    zc_buffer_free(&text);
    return zc_fault(r->faults, (zc_place){name, 0, 0}, "the file is over 2 MiB", "hint",
                    N_("split it into several files"), NULL) != 0
               ? zc_fail_memory(r->err)
               : ZC_OK;
  }
  if (code == ZC_OK && ++r->count > ZC_PACKAGE_FILES)
    code = zc_fail(r->err, ZC_EDATA, "the package {path} has more than 500 files",
                   "path", r->folder, NULL);
  if (code == ZC_OK) {
    zc_package_hash_file(r->hash, path, text.data, text.size);
    code = r->package == NULL ? ZC_OK : sort_file(r, path, name, &text);
  }
  zc_buffer_free(&text);
  return code;
}

/* What no one can see in a name, nobody can name in a message or compare by eye. */
static bool is_plain(const char *name)
{
  uint32_t c;
  size_t size = strlen(name);
  for (size_t at = 0, length; at < size; at += length) {
    length = zc_utf8_decode(name + at, size - at, &c);
    if (length == 0 || c == '\t' || c == '\n' || c == '\r' || zc_text_forbidden(c))
      return false;
  }
  return true;
}

static zc_code refuse_name(reading *r, const char *path)
{
  char name[PATH_MAX];
  labelled(r, path, name);
  if (zc_fault(r->faults, (zc_place){name, 0, 0},
               "the file's name holds invisible characters or is not UTF-8", "hint",
               N_("rename it"), NULL) != 0)
    return zc_fail_memory(r->err);
  return ZC_OK;
}

/* Reads `path` ("" is the package itself) and what is beneath it, sorted. */
static zc_code read_folder(reading *r, const char *path, int depth)
{
  zc_names names;
  char inner[PATH_MAX];
  int fd = -1;
  zc_code code = ZC_OK;
  if (depth > 8)
    return zc_fail(r->err, ZC_EDATA, "the package {path} is nested too deeply", "path",
                   r->folder, NULL);
  if (*path != '\0')
    code = zc_folder_open_beneath(r->fd, path, false, &fd, r->err);
  if (code == ZC_OK)
    code = zc_folder_names(*path == '\0' ? r->fd : fd, ".", &names, r->err);
  if (fd >= 0)
    close(fd);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    int length = snprintf(inner, sizeof inner, "%s%s%s", path, *path == '\0' ? "" : "/",
                          names.names[i]);
    if (length >= (int)sizeof inner)
      code = zc_fail(r->err, ZC_EDATA, "the package {path} is nested too deeply",
                     "path", r->folder, NULL);
    else if (!zc_package_counts(inner))
      continue;
    else if (!is_plain(names.names[i]))
      code = refuse_name(r, inner);
    else if (names.kinds[i] == 'd')
      code = read_folder(r, inner, depth + 1);
    else if (names.kinds[i] == 'f')
      code = read_file(r, inner);
    else
      code = zc_fail(r->err, ZC_EDATA,
                     "{path} in a package is a link or a device; put the file itself "
                     "there",
                     "path", inner, NULL);
  }
  zc_names_free(&names);
  return code;
}

static zc_code allocate(zc_package *package, const char *folder, zc_hash **hash,
                        zc_err *err)
{
  package->folder = strdup(folder);
  package->bundle = json_object();
  package->marks = json_array();
  package->tables = json_object();
  *hash = zc_hash_new();
  int bad = json_object_set_new(package->bundle, "items", json_array());
  bad |= json_object_set_new(package->bundle, "datasets", json_array());
  bad |= json_object_set_new(package->bundle, "references", json_array());
  bad |= package->folder == NULL || package->marks == NULL || package->tables == NULL;
  if (bad == 0 && *hash != NULL)
    return ZC_OK;
  return zc_fail_memory(err);
}

bool zc_package_is_shipped(const zc_home *home, const char *folder)
{
  zc_err ignored;
  char path[PATH_MAX];
  if (zc_home_path(home, "checklists", path, &ignored) != ZC_OK)
    return false;
  char *own = realpath(path, NULL);
  size_t size = own == NULL ? 0 : strlen(own);
  bool inside = own != NULL && strncmp(folder, own, size) == 0 && folder[size] == '/';
  free(own);
  return inside;
}

zc_code zc_package_read(const zc_home *home, const char *folder, json_t *faults,
                        zc_package *package, zc_err *err)
{
  return zc_package_read_layer(home, folder, NULL, faults, package, err);
}

zc_code zc_package_read_layer(const zc_home *home, const char *folder,
                              const char *label, json_t *faults, zc_package *package,
                              zc_err *err)
{
  zc_hash *hash = NULL;
  *package = (zc_package){0};
  zc_code code = allocate(package, folder, &hash, err);
  reading r = {.fd = -1,
               .folder = folder,
               .label = label,
               .faults = faults,
               .package = package,
               .hash = hash,
               .err = err};
  size_t errors = zc_fault_errors(faults);
  if (code == ZC_OK)
    code = zc_folder_open(folder, &r.fd, err);
  if (code == ZC_OK)
    code = read_folder(&r, "", 0);
  if (code == ZC_OK)
    code = zc_hash_finish(hash, package->sha256, err);
  else
    zc_hash_free(hash);
  if (r.fd >= 0)
    close(r.fd);
  package->shipped = zc_package_is_shipped(home, folder);
  if (code == ZC_OK && zc_fault_errors(faults) > errors)
    code = zc_fail(err, ZC_EDATA, "the package {path} has errors", "path", folder,
                   NULL);
  if (code == ZC_OK && json_object_get(package->bundle, "plan") == NULL)
    code = zc_fail(err, ZC_EOPEN, "the folder {path} holds no plan.yaml", "path",
                   folder, NULL);
  return code;
}

static zc_code hash_folder(const char *folder, char digits[ZC_HASH_ROOM], zc_err *err)
{
  json_t *faults = json_array();
  zc_hash *hash = zc_hash_new();
  reading r = {.fd = -1, .folder = folder, .faults = faults, .hash = hash, .err = err};
  zc_code code = faults == NULL || hash == NULL ? zc_fail_memory(err)
                                                : zc_folder_open(folder, &r.fd, err);
  if (code == ZC_OK)
    code = read_folder(&r, "", 0);
  if (code == ZC_OK)
    code = zc_hash_finish(hash, digits, err);
  else
    zc_hash_free(hash);
  if (r.fd >= 0)
    close(r.fd);
  json_decref(faults);
  return code;
}

zc_code zc_package_find_shipped_as(const zc_home *home, const char *id,
                                   const char *sha256, char **folder, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  zc_code code = zc_package_find_shipped(home, id, folder, err);
  if (code != ZC_OK || *folder == NULL)
    return code;
  code = hash_folder(*folder, digits, err);
  if (code != ZC_OK || strcmp(digits, sha256) != 0) {
    free(*folder);
    *folder = NULL;
  }
  return code;
}

void zc_package_free(zc_package *package)
{
  free(package->folder);
  json_decref(package->bundle);
  zc_texts_free(&package->rules);
  zc_texts_free(&package->layouts);
  json_decref(package->parents);
  json_decref(package->origins);
  json_decref(package->tables);
  json_decref(package->marks);
  *package = (zc_package){0};
}
