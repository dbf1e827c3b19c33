/* package.h: the files of a plan package, and of what is shipped with zicha.
 *
 * Reads and hashes; what the files mean is the engine's business. Everything is
 * opened beneath the package's folder and through no link. */
#ifndef ZC_PACKAGE_PACKAGE_H
#define ZC_PACKAGE_PACKAGE_H

#include "base/hash.h"
#include "base/home.h"
#include "value/fault.h"
#include "value/texts.h"

#define ZC_PACKAGE_FILES 500
#define ZC_PACKAGE_FILE ((size_t)2 << 20)
#define ZC_PACKAGE_TABLES ((size_t)8 << 20) /* its reference tables together */

typedef struct {
  char *folder; /* as it was opened; for messages */
  bool shipped; /* stands beneath zicha's own share folder */
  char sha256[ZC_HASH_ROOM];
  json_t *bundle; /* what the engine opens: {plan, items, datasets, references, source},
                       and with its layers also {parents, library} */
  zc_texts rules; /* the package's own rule files */
  zc_texts layouts; /* its own report layouts */
  json_t *tables;   /* the hashes of its reference tables: {path: sha256} */
  json_t *marks;    /* where it still says 待核对: [{file, line, column}] */
  json_t *parents; /* of a package read with its parents: [{label, folder, sha256}], the
                       root first; their files stand in the members above */
  json_t *
      origins; /* of the same: where each layer comes from, the root first and itself last: [{id,
                      sha256, origin}], which is shipped, installed, folder, or copy: a parent's in
                      an installed package's tree that is nowhere else; what is installed also has
                      place, serial, issuer, region, expires, key, and signer unless its key was
                      revoked */
  bool trusted; /* each layer is shipped, or installed and its key is trusted today */
} zc_package;

/* The folder of a plan that the user named: a path that holds plan.yaml; what is installed
 * (library.h), ID@SERIAL or ID; or the id of a shipped package. *folder is owned and absolute.
 * ZC_EOPEN when there is none. */
zc_code zc_package_find(const zc_home *home, const char *name, char **folder,
                        zc_err *err);

/* The same for the place that a workspace keeps: there an id alone is that of a shipped package, so
 * that what is installed later does not change what is in use. */
zc_code zc_package_find_place(const zc_home *home, const char *place, char **folder,
                              zc_err *err);

/* Whether a folder holds a plan.yaml. */
bool zc_package_has_plan(const char *folder);

/* The folder of a shipped package; *folder is NULL when there is none of this id. */
zc_code zc_package_find_shipped(const zc_home *home, const char *id, char **folder,
                                zc_err *err);

/* The same for one whose files have this hash. */
zc_code zc_package_find_shipped_as(const zc_home *home, const char *id,
                                   const char *sha256, char **folder, zc_err *err);

/* Whether the (real) path of a folder lies in zicha's own checklists. */
bool zc_package_is_shipped(const zc_home *home, const char *folder);

/* level/name of small letters, digits and hyphens: never a way out of a folder. */
bool zc_package_is_id(const char *name);

/* What the value of a plan.yaml says: its own id, and the parent that it names under `extends`, perhaps
 * with version and hash. NULL for what it does not say; what is wrong with it is for the engine to
 * tell. Borrowed. */
typedef struct {
  const char *id, *version, *sha256;
} zc_package_parent;
const char *zc_package_says_id(const json_t *plan);
zc_package_parent zc_package_says_parent(const json_t *plan);

/* Reads the package in a folder. Its hash covers every file outside example/ and
 * tests/: two folders with one hash judge alike. ZC_EDATA: the faults say which
 * files cannot be read as what they should be. The package is the caller's, to be
 * freed even then. */
zc_code zc_package_read(const zc_home *home, const char *folder, json_t *faults,
                        zc_package *package, zc_err *err);

/* The same with all packages that it extends: a parent stands beside it (../../LEVEL/NAME)
 * or is shipped with zicha; where both are and differ, that is an error. The names of a
 * parent's files begin with its label, which is its id; `shipped` holds only if all are.
 * `in_full`: with all that the rule library tells of the rules that they name. `also` is a rule file
 * that counts as named, or NULL. */
zc_code zc_package_read_layers(const zc_home *home, const char *folder, bool in_full,
                               const char *also, json_t *faults, zc_package *package,
                               zc_err *err);

/* The same in full, with the package in the folder `parent` as what it extends, wherever else one of
 * that id stands: how a package would be upon another version of its parent. */
zc_code zc_package_read_upon(const zc_home *home, const char *folder,
                             const char *parent, json_t *faults, zc_package *package,
                             zc_err *err);

/* Adds `rule_library` to the bundle of a package that has been read: the YAML files beside the
 * shipped rule files that its items and figures, or its parents', name; `in_full`, or without what
 * they tell of rules. For the above. */
zc_code zc_package_add_library(const zc_home *home, bool in_full, const char *also,
                               zc_package *package, json_t *faults, zc_err *err);

/* The rule file of signals: known wherever a plan says something of one of its parameters. */
#define ZC_SIGNALS "perfunctory"

/* One layer: `label` begins the names of its files, NULL for none. For the above. */
zc_code zc_package_read_layer(const zc_home *home, const char *folder,
                              const char *label, json_t *faults, zc_package *package,
                              zc_err *err);
void zc_package_free(zc_package *package);

/* Fills `origins` and `trusted` of a package that was read with its parents. ZC_ETRUST when an
 * installed one was changed since. For the above. */
zc_code zc_package_trace(const zc_home *home, zc_package *package, zc_err *err);

/* Its own origin; NULL for one that was read alone. Borrowed. */
const json_t *zc_package_origin(const zc_package *package);

/* For package.c: keeps a file beneath tables/ as {file, id, text} among the bundle's
 * `references`, the text in UTF-8, and its hash. `path` is that within the package, `name`
 * the one in messages; *bytes counts what its tables hold together. Faults: a file that is
 * no tables/NAME.csv, no text, too much of them. */
zc_code zc_package_keep_table(zc_package *package, const char *path, const char *name,
                              const zc_buffer *text, size_t *bytes, json_t *faults,
                              zc_err *err);

/* What the files beside plan and items have differently in the package `b`: rules, datasets,
 * layouts and reference tables. Appends {section: "files", section_title, id: path, change:
 * added | removed | changed, direction: not_comparable} to `differences`, by path. It does
 * not matter which layer holds a file. */
zc_code zc_package_compare(const zc_package *a, const zc_package *b,
                           json_t *differences, zc_err *err);

/* Adds the files with the ending `suffix` in a folder of zicha's own, by name. With
 * `stems`, only those names. */
zc_code zc_shipped_texts(const zc_home *home, const char *folder, const char *suffix,
                         const json_t *stems, zc_texts *texts, zc_err *err);

/* Their names alone (without the ending), sorted. Owned. */
zc_code zc_shipped_names(const zc_home *home, const char *folder, const char *suffix,
                         json_t **names, zc_err *err);

/* The YAML files of a shipped folder, of these names (NULL: all), as documents of the
 * reader. Owned. */
zc_code zc_shipped_documents(const zc_home *home, const char *folder,
                             const json_t *names, json_t *faults, json_t **documents,
                             zc_err *err);

/* What the plan.yaml in a folder calls its plan; NULL when it does not read. Owned. */
json_t *zc_package_title(const char *folder);

/* The shipped packages, sorted by id: [{id, title}], the title where it can be read.
 * Owned. */
zc_code zc_shipped_packages(const zc_home *home, json_t **packages, zc_err *err);

#endif
