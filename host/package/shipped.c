/* What is shipped with zicha: texts of its folders, and its own packages. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "package/package.h"
#include "value/yaml.h"

static bool wanted(const json_t *stems, const char *file)
{
  size_t index, size = strcspn(file, ".");
  const json_t *stem;
  if (stems == NULL)
    return true;
  json_array_foreach(stems, index, stem)
  {
    if (json_string_length(stem) == size &&
        strncmp(json_string_value(stem), file, size) == 0)
      return true;
  }
  return false;
}

/* Calls `take` for each file of a shipped folder that ends in `suffix`, by name. */
static zc_code each_shipped(const zc_home *home, const char *folder, const char *suffix,
                            const json_t *stems,
                            zc_code (*take)(const char *path, const char *file,
                                            const zc_buffer *text, void *context,
                                            zc_err *err),
                            void *context, zc_err *err)
{
  char full[PATH_MAX], path[PATH_MAX];
  zc_names names;
  int fd;
  zc_code code = zc_home_path(home, folder, full, err);
  if (code == ZC_OK)
    code = zc_folder_open(full, &fd, err);
  if (code != ZC_OK)
    return code;
  code = zc_folder_names(fd, ".", &names, err);
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    const char *file = names.names[i];
    zc_buffer text = {0};
    if (names.kinds[i] != 'f' || !zc_name_ends(file, suffix) || !wanted(stems, file))
      continue;
    snprintf(path, sizeof path, "%.200s/%.255s", folder, file);
    code = zc_file_read_beneath(fd, file, ZC_PACKAGE_FILE, &text, err);
    if (code == ZC_OK)
      code = take(path, file, &text, context, err);
    zc_buffer_free(&text);
  }
  zc_names_free(&names);
  close(fd);
  return code;
}

static zc_code take_text(const char *path, const char *file, const zc_buffer *text,
                         void *context, zc_err *err)
{
  (void)file;
  return zc_texts_add(context, path, zc_text_or(text->data, ""), text->size, err);
}

zc_code zc_shipped_texts(const zc_home *home, const char *folder, const char *suffix,
                         const json_t *stems, zc_texts *texts, zc_err *err)
{
  return each_shipped(home, folder, suffix, stems, take_text, texts, err);
}

zc_code zc_shipped_names(const zc_home *home, const char *folder, const char *suffix,
                         json_t **names, zc_err *err)
{
  char path[PATH_MAX];
  zc_names files;
  json_t *list = json_array();
  *names = NULL;
  zc_code code = list == NULL ? zc_fail_memory(err)
                              : zc_home_path(home, folder, path, err);
  if (code == ZC_OK)
    code = zc_folder_names(AT_FDCWD, path, &files, err);
  if (code != ZC_OK) {
    json_decref(list);
    return code;
  }
  int bad = 0;
  for (size_t i = 0; i < files.count; i++)
    if (files.kinds[i] == 'f' && zc_name_ends(files.names[i], suffix))
      bad |= json_array_append_new(list, json_stringn(files.names[i],
                                                      strcspn(files.names[i], ".")));
  zc_names_free(&files);
  if (bad != 0) {
    json_decref(list);
    return zc_fail_memory(err);
  }
  *names = list;
  return ZC_OK;
}

typedef struct {
  json_t *faults, *documents;
} yaml_list;

static zc_code take_yaml(const char *path, const char *file, const zc_buffer *text,
                         void *context, zc_err *err)
{
  yaml_list *list = context;
  json_t *document;
  (void)file;
  zc_code code = zc_yaml_parse(path, text->data == NULL ? "" : text->data, text->size,
                               list->faults, &document, err);
  if (code == ZC_OK && json_array_append_new(list->documents, document) != 0)
    code = zc_fail_memory(err);
  return code;
}

zc_code zc_shipped_documents(const zc_home *home, const char *folder,
                             const json_t *names, json_t *faults, json_t **documents,
                             zc_err *err)
{
  yaml_list list = {faults, json_array()};
  *documents = list.documents;
  if (list.documents == NULL)
    return zc_fail_memory(err);
  zc_code code = each_shipped(home, folder, ".yaml", names, take_yaml, &list, err);
  if (code != ZC_OK) {
    json_decref(*documents);
    *documents = NULL;
  }
  return code;
}

json_t *zc_package_title(const char *folder)
{
  char path[PATH_MAX + 16];
  zc_buffer text = {0};
  zc_err ignored;
  json_t *faults = json_array(), *document = NULL, *title = NULL;
  snprintf(path, sizeof path, "%s/plan.yaml", folder);
  if (faults != NULL && zc_file_read(path, ZC_PACKAGE_FILE, &text, &ignored) == ZC_OK &&
      zc_yaml_parse("plan.yaml", zc_text_or(text.data, ""), text.size, faults,
                    &document, &ignored) == ZC_OK) {
    const json_t *value = json_object_get(document, "value");
    title = json_object_get(value, "title");
    title = json_incref(title != NULL ? title : json_object_get(value, "标题"));
  }
  zc_buffer_free(&text);
  json_decref(document);
  json_decref(faults);
  return title;
}

static json_t *about_package(const char *id, const char *folder)
{
  json_t *about = json_object(), *title = zc_package_title(folder);
  int bad = json_object_set_new(about, "id", json_string(id));
  if (json_is_string(title))
    bad |= json_object_set(about, "title", title);
  json_decref(title);
  if (bad == 0)
    return about;
  json_decref(about);
  return NULL;
}

/* Adds the packages of one level's folder. */
static zc_code add_level(const zc_home *home, const char *level, json_t *packages,
                         zc_err *err)
{
  char inner[600], path[PATH_MAX];
  zc_names names;
  snprintf(inner, sizeof inner, "checklists/%.255s", level);
  zc_code code = zc_home_path(home, inner, path, err);
  if (code == ZC_OK)
    code = zc_folder_names(AT_FDCWD, path, &names, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    snprintf(inner, sizeof inner, "checklists/%.255s/%.255s", level, names.names[i]);
    code = zc_home_path(home, inner, path, err);
    if (code == ZC_OK && zc_package_has_plan(path) &&
        json_array_append_new(packages,
                              about_package(inner + strlen("checklists/"), path)) != 0)
      code = zc_fail_memory(err);
  }
  zc_names_free(&names);
  return code;
}

zc_code zc_shipped_packages(const zc_home *home, json_t **packages, zc_err *err)
{
  char root[PATH_MAX];
  zc_names levels;
  *packages = json_array();
  zc_code code = *packages == NULL ? zc_fail_memory(err)
                                   : zc_home_path(home, "checklists", root, err);
  if (code == ZC_OK)
    code = zc_folder_names(AT_FDCWD, root, &levels, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < levels.count; i++)
    if (levels.kinds[i] == 'd')
      code = add_level(home, levels.names[i], *packages, err);
  zc_names_free(&levels);
  return code;
}
