/* A package with the packages that it extends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "package/stored.h"
#include "value/yaml.h"

#define MOST_LAYERS 16

typedef struct {
  const zc_home *home;
  json_t *faults;
  zc_package *package; /* the one that was asked for */
  const char *parent;  /* the folder of what it extends; NULL: it is looked for */
  json_t *below;    /* [{label, folder, sha256, plan, items, source}], nearest first */
  json_t *datasets; /* of the parents, the nearest first */
  json_t *references; /* the same */
  zc_err *err;
} reading;

static const char *says(const json_t *map, const char *english, const char *chinese)
{
  const char *text = zc_get_text(map, english);
  return text != NULL ? text : zc_get_text(map, chinese);
}

const char *zc_package_says_id(const json_t *plan)
{
  return says(plan, "id", "编号");
}

zc_package_parent zc_package_says_parent(const json_t *plan)
{
  const json_t *named = json_object_get(plan, "extends");
  if (named == NULL)
    named = json_object_get(plan, "上级方案");
  return json_is_object(named)
             ? (zc_package_parent){says(named, "id", "编号"),
                                   says(named, "version", "版本"),
                                   says(named, "sha256", "校验值")}
             : (zc_package_parent){json_string_value(named), NULL, NULL};
}

static zc_package_parent parent_of(const json_t *bundle)
{
  return zc_package_says_parent(
      json_object_get(json_object_get(bundle, "plan"), "value"));
}

static zc_place place_of_key(const json_t *bundle)
{
  const json_t *document = json_object_get(bundle, "plan");
  const json_t *at = json_object_get(document, "at");
  json_int_t position = zc_yaml_key_position(at, "extends");
  if (position == 0)
    position = zc_yaml_key_position(at, "上级方案");
  return (zc_place){zc_text_or(zc_get_text(document, "file"), "plan.yaml"),
                    (int)(position / 65536), (int)(position % 65536)};
}

/* Two packages of one id are told, unless they are the same: silently taking one of them
 * would leave it to chance what facilities are asked. Takes `shipped`. */
static zc_code tell_two(reading *r, const zc_package *child, const char *id,
                        const char *folder, char *shipped)
{
  zc_package one = {0}, two = {0};
  json_t *ignored = json_array();
  zc_code code = ignored == NULL ? zc_fail_memory(r->err) : ZC_OK;
  if (code == ZC_OK &&
      zc_package_read(r->home, folder, ignored, &one, r->err) == ZC_OK &&
      zc_package_read(r->home, shipped, ignored, &two, r->err) == ZC_OK &&
      strcmp(one.sha256, two.sha256) != 0 &&
      zc_fault_warning(r->faults, place_of_key(child->bundle),
                       "{id} stands beside this package and is shipped with zicha, and "
                       "they differ; the one in {path} is used",
                       "id", id, "path", folder, NULL) != 0)
    code = zc_fail_memory(r->err);
  zc_package_free(&one);
  zc_package_free(&two);
  json_decref(ignored);
  free(shipped);
  return code;
}

static zc_code tell_missing(reading *r, const zc_package *child, const char *id)
{
  return zc_fault(r->faults, place_of_key(child->bundle),
                  "the parent {id} is not there: neither beside this package nor "
                  "installed nor among those that `zicha plan list` shows",
                  "id", id, "hint",
                  N_("install it, or put its folder at ../../LEVEL/NAME beside this "
                     "one"),
                  NULL) == 0
             ? ZC_OK
             : zc_fail_memory(r->err);
}

/* The folder of a parent: beside the package, installed, or shipped. An installed package has all
 * of its own beside itself, those that its issuer meant, and takes no other. Owned; NULL when
 * there is none (told then). */
static zc_code find_parent(reading *r, const zc_package *child,
                           const zc_package_parent *wanted, char **folder)
{
  char beside[PATH_MAX];
  const char *id = wanted->id;
  zc_err ignored = {0};
  zc_code code = ZC_OK;
  *folder = NULL;
  if (r->parent != NULL && child == r->package) {
    *folder = strdup(r->parent);
    return *folder != NULL ? ZC_OK : zc_fail_memory(r->err);
  }
  int length = snprintf(beside, sizeof beside, "%s/../../%s", child->folder, id);
  if (!zc_package_is_id(id))
    return ZC_OK; /* the engine says so */
  if (length < (int)sizeof beside && zc_package_has_plan(beside))
    *folder = realpath(beside, NULL);
  if (zc_stored_is_within(r->home, child->folder))
    return *folder != NULL ? ZC_OK : tell_missing(r, child, id);
  char *shipped = NULL;
  zc_package_find_shipped(r->home, id, &shipped, &ignored);
  if (*folder != NULL && shipped != NULL && strcmp(shipped, *folder) != 0)
    return tell_two(r, child, id, *folder, shipped);
  if (*folder == NULL)
    code = zc_stored_parent(r->home, wanted, folder, r->err);
  if (code == ZC_OK && *folder == NULL) {
    *folder = shipped;
    shipped = NULL;
  }
  free(shipped);
  return code == ZC_OK && *folder == NULL ? tell_missing(r, child, id) : code;
}

static bool is_read(const reading *r, const char *folder)
{
  size_t index;
  const json_t *known;
  if (strcmp(r->package->folder, folder) == 0)
    return true;
  json_array_foreach(r->below, index, known)
  {
    if (strcmp(zc_get_text(known, "folder"), folder) == 0)
      return true;
  }
  return false;
}

static zc_code tell_circle(reading *r, const zc_package *child, const char *id)
{
  return zc_fault(r->faults, place_of_key(child->bundle),
                  "{id} extends, in the end, itself", "id", id, "hint",
                  N_("one of the packages has to stand alone"), NULL) == 0
             ? ZC_OK
             : zc_fail_memory(r->err);
}

/* Rule files and layouts of all layers live side by side: two of one name would leave it
 * to chance which one judges. */
static zc_code check_names(reading *r, const zc_texts *own, const zc_texts *parents)
{
  for (size_t i = 0; i < parents->count; i++) {
    const zc_text_file *other = zc_texts_find(own, parents->files[i].name);
    if (other != NULL && zc_fault(r->faults, (zc_place){other->path, 0, 0},
                                  "the parent has a file of this name already: {path}",
                                  "path", parents->files[i].path, "hint",
                                  N_("give the file another name"), NULL) != 0)
      return zc_fail_memory(r->err);
  }
  return ZC_OK;
}

static zc_code take_layer(reading *r, const char *label, const zc_package *parent)
{
  json_t *entry = json_object();
  zc_package *own = r->package;
  int bad = json_object_set_new(entry, "label", json_string(label));
  bad |= json_object_set_new(entry, "folder", json_string(parent->folder));
  bad |= json_object_set_new(entry, "sha256", json_string(parent->sha256));
  bad |= json_object_update_missing(entry, parent->bundle);
  bad |= json_object_del(entry, "datasets");
  bad |= json_object_del(entry, "references");
  bad |= json_array_append_new(r->below, entry);
  bad |= json_array_extend(r->datasets, json_object_get(parent->bundle, "datasets"));
  bad |= json_array_extend(r->references,
                           json_object_get(parent->bundle, "references"));
  bad |= json_object_update(own->tables, parent->tables); /* each by its label */
  zc_code code = bad != 0 ? zc_fail_memory(r->err)
                          : check_names(r, &own->rules, &parent->rules);
  if (code == ZC_OK)
    code = check_names(r, &own->layouts, &parent->layouts);
  if (code == ZC_OK)
    code = zc_texts_extend(&own->rules, &parent->rules, r->err);
  if (code == ZC_OK)
    code = zc_texts_extend(&own->layouts, &parent->layouts, r->err);
  own->shipped = own->shipped && parent->shipped;
  return code;
}

/* Reads the parent of `child`, and its parents. */
static zc_code read_parent(reading *r, const zc_package *child, int depth)
{
  char *folder = NULL;
  zc_package parent = {0};
  zc_package_parent wanted = parent_of(child->bundle);
  const char *id = wanted.id;
  if (id == NULL)
    return ZC_OK;
  if (depth == MOST_LAYERS)
    return zc_fail(r->err, ZC_EDATA, "{path} has more than 16 layers", "path",
                   r->package->folder, NULL);
  zc_code code = find_parent(r, child, &wanted, &folder);
  if (code != ZC_OK || folder == NULL)
    return code;
  if (is_read(r, folder)) {
    code = tell_circle(r, child, id);
  } else {
    code = zc_package_read_layer(r->home, folder, id, r->faults, &parent, r->err);
    if (code == ZC_OK)
      code = take_layer(r, id, &parent);
    if (code == ZC_OK)
      code = read_parent(r, &parent, depth + 1);
    zc_package_free(&parent);
  }
  free(folder);
  return code;
}

/* The root first, as the engine reads them. */
static zc_code finish(reading *r)
{
  json_t *parents = json_array(), *told = json_array();
  int bad = parents == NULL || told == NULL;
  for (size_t i = json_array_size(r->below); bad == 0 && i > 0; i--) {
    json_t *entry = json_array_get(r->below, i - 1);
    json_t *place = json_object();
    bad |= json_array_append(parents, entry);
    bad |= json_object_set(place, "label", json_object_get(entry, "label"));
    bad |= json_object_set(place, "folder", json_object_get(entry, "folder"));
    bad |= json_object_set(place, "sha256", json_object_get(entry, "sha256"));
    bad |= json_array_append_new(told, place);
    bad |= json_object_del(entry, "folder");
  }
  bad |= json_object_set(r->package->bundle, "parents", parents);
  bad |= json_array_extend(r->datasets,
                           json_object_get(r->package->bundle, "datasets"));
  bad |= json_object_set(r->package->bundle, "datasets", r->datasets);
  bad |= json_array_extend(r->references,
                           json_object_get(r->package->bundle, "references"));
  bad |= json_object_set(r->package->bundle, "references", r->references);
  json_decref(parents);
  r->package->parents = told;
  return bad == 0 ? ZC_OK : zc_fail_memory(r->err);
}

static zc_code read_parents(reading *r, const char *folder)
{
  r->below = json_array();
  r->datasets = json_array();
  r->references = json_array();
  size_t errors = zc_fault_errors(r->faults);
  zc_code code = r->below == NULL || r->datasets == NULL || r->references == NULL
                     ? zc_fail_memory(r->err)
                     : read_parent(r, r->package, 1);
  if (code == ZC_OK)
    code = finish(r);
  if (code == ZC_OK && zc_fault_errors(r->faults) > errors)
    code = zc_fail(r->err, ZC_EDATA, "the package {path} has errors", "path", folder,
                   NULL);
  json_decref(r->below);
  json_decref(r->datasets);
  json_decref(r->references);
  return code;
}

/* Reads what `r` has been told of. */
static zc_code read_all(reading *r, const char *folder, bool in_full, const char *also)
{
  zc_package *package = r->package;
  zc_code code = zc_package_read(r->home, folder, r->faults, package, r->err);
  if (code == ZC_OK && parent_of(package->bundle).id != NULL)
    code = read_parents(r, folder);
  if (code == ZC_OK)
    code = zc_package_trace(r->home, package, r->err);
  return code == ZC_OK ? zc_package_add_library(r->home, in_full, also, package,
                                                r->faults, r->err)
                       : code;
}

zc_code zc_package_read_layers(const zc_home *home, const char *folder, bool in_full,
                               const char *also, json_t *faults, zc_package *package,
                               zc_err *err)
{
  reading r = {.home = home, .faults = faults, .package = package, .err = err};
  return read_all(&r, folder, in_full, also);
}

zc_code zc_package_read_upon(const zc_home *home, const char *folder,
                             const char *parent, json_t *faults, zc_package *package,
                             zc_err *err)
{
  reading r = {.home = home,
               .faults = faults,
               .package = package,
               .parent = parent,
               .err = err};
  return read_all(&r, folder, true, NULL);
}
