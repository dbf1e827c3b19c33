/* stored.h: the folders of the library (library.h), for its own files. */
#ifndef ZC_PACKAGE_STORED_H
#define ZC_PACKAGE_STORED_H

#include "package/library.h"

#define ZC_STORED_ROOM (ZC_MANIFEST_WORD + 64)

/* packages/ID/SERIAL */
void zc_stored_path(const char *id, int64_t serial, char room[ZC_STORED_ROOM]);

/* Removes what killed processes have left unfinished; the lock is held. */
void zc_stored_sweep(const zc_library *library);

/* The serials of a package that are installed, growing. Owned. */
zc_code zc_stored_serials(const zc_library *library, const char *id, int64_t **serials,
                          size_t *count, zc_err *err);

/* Reads the one with this serial. ZC_EDATA when it is damaged. */
zc_code zc_stored_read(const zc_library *library, const char *id, int64_t serial,
                       zc_installed *installed, zc_err *err);

/* The installed package of this id with this hash; *found is false when there is none. */
zc_code zc_stored_by_hash(const zc_library *library, const char *id, const char *sha256,
                          bool *found, zc_installed *installed, zc_err *err);

/* The folder of the installed package that a child in a folder extends: the highest serial of those
 * with the version and hash that it names, if it does. *folder is owned; NULL: there is none. */
zc_code zc_stored_parent(const zc_home *home, const zc_package_parent *wanted,
                         char **folder, zc_err *err);

/* The folder of the parent that a manifest names: installed or shipped, with its hash. *folder is owned;
 * NULL where there is none. */
zc_code zc_stored_find_parent(const zc_library *library, const zc_manifest *manifest,
                              char **folder, zc_err *err);

/* Whether a package of this name and serial is installed, and whether it is these very bytes. */
zc_code zc_stored_is_same(const zc_library *library, const zc_manifest *manifest,
                          const char *data, size_t size, bool *there, bool *same,
                          zc_err *err);

/* Whether the folder of a plan lies in the library. */
bool zc_stored_is_within(const zc_home *home, const char *folder);

#endif
