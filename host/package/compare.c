/* How the files of two packages differ, where the engine does not look. */
#include <stdlib.h>
#include <string.h>

#include "package/package.h"

/* The path within its layer. */
static const char *path_within(const zc_package *package, const char *path)
{
  size_t index;
  const json_t *parent;
  json_array_foreach(package->parents, index, parent)
  {
    const char *label = zc_get_text(parent, "label");
    size_t size = strlen(label);
    if (strncmp(path, label, size) == 0 && path[size] == '/')
      return path + size + 1;
  }
  return path;
}

/* Adds what a file holds: `content` is taken. Two layers may have files of one path. */
static int add(json_t *files, const zc_package *package, const char *path,
               json_t *content)
{
  const char *within = path_within(package, path);
  json_t *held = json_object_get(files, within);
  if (held != NULL)
    return json_array_append_new(held, content);
  json_t *list = json_array();
  int bad = json_array_append_new(list, content);
  return bad | json_object_set_new(files, within, list);
}

static int add_texts(json_t *files, const zc_package *package, const zc_texts *texts)
{
  int bad = 0;
  for (size_t i = 0; i < texts->count; i++)
    bad |= add(files, package, texts->files[i].path,
               zc_json_lossy(texts->files[i].text, texts->files[i].size));
  return bad;
}

/* {path: [content]}: texts as they are, datasets without places and comments. Owned. */
static json_t *files_of(const zc_package *package)
{
  json_t *files = json_object(), *sha256;
  const json_t *dataset;
  const char *path;
  size_t index;
  int bad = files == NULL;
  bad |= add_texts(files, package, &package->rules);
  bad |= add_texts(files, package, &package->layouts);
  json_array_foreach(json_object_get(package->bundle, "datasets"), index, dataset)
      bad |= add(files, package, zc_get_text(dataset, "file"),
                 json_incref(json_object_get(dataset, "value")));
  json_object_foreach(package->tables, path, sha256)
      bad |= add(files, package, path, json_incref(sha256));
  if (bad == 0)
    return files;
  json_decref(files);
  return NULL;
}

static int tell(json_t *differences, const char *path, const char *change)
{
  json_t *difference = json_object();
  int bad = json_object_set_new(difference, "section", json_string("files"));
  bad |= json_object_set_new(difference, "section_title", json_string("文件"));
  bad |= json_object_set_new(difference, "id", json_string(path));
  bad |= json_object_set_new(difference, "change", json_string(change));
  bad |= json_object_set_new(difference, "direction", json_string("not_comparable"));
  return bad | json_array_append_new(differences, difference);
}

static int by_path(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Tells the paths of both in their order. */
static zc_code compare(json_t *a, json_t *b, json_t *differences, zc_err *err)
{
  size_t count = 0;
  const char *path;
  json_t *content;
  const char **paths = calloc(json_object_size(a) + json_object_size(b) + 1,
                              sizeof *paths);
  int bad = paths == NULL;
  if (paths == NULL)
    return zc_fail_memory(err);
  json_object_foreach(a, path, content) paths[count++] = path;
  json_object_foreach(b, path, content)
  {
    if (json_object_get(a, path) == NULL)
      paths[count++] = path;
  }
  qsort(paths, count, sizeof *paths, by_path);
  for (size_t i = 0; i < count; i++) {
    const json_t *one = json_object_get(a, paths[i]),
                 *two = json_object_get(b, paths[i]);
    if (one == NULL)
      bad |= tell(differences, paths[i], "added");
    else if (two == NULL)
      bad |= tell(differences, paths[i], "removed");
    else if (!json_equal(one, two))
      bad |= tell(differences, paths[i], "changed");
  }
  free(paths);
  return bad != 0 ? zc_fail_memory(err) : ZC_OK;
}

zc_code zc_package_compare(const zc_package *a, const zc_package *b,
                           json_t *differences, zc_err *err)
{
  json_t *one = files_of(a), *two = files_of(b);
  zc_code code = one == NULL || two == NULL || differences == NULL
                     ? zc_fail_memory(err)
                     : compare(one, two, differences, err);
  json_decref(one);
  json_decref(two);
  return code;
}
