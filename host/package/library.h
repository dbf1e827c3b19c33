/* library.h: the packages that are installed for a user of this computer, and the roots that it
 * trusts (docs/publishing.md). A folder:
 *
 *   roots/N.root …                      every trusted root since the first, with its signatures
 *   packages/LEVEL/NAME/SERIAL/         package.zpk as it came, and plans/LEVEL/NAME/…: its files,
 *                                       beside copies of all packages that it extends
 *   seen                                the last serial of each package, the last number of each index
 *   lock
 *
 * What is installed is never changed; a newer one stands beside it. */
#ifndef ZC_PACKAGE_LIBRARY_H
#define ZC_PACKAGE_LIBRARY_H

#include "package/root.h"
#include "package/zpk.h"

#define ZC_SERIAL_JUMP 10000 /* no serial is further than this above the last one */
#define ZC_EXPIRY_WARNING 30 /* days */

typedef struct {
  const zc_home *home; /* borrowed */
  int fd;              /* its folder; -1: there is none yet */
  int lock;            /* held while it is written; -1: only read */
  zc_root root;        /* the newest one; number 0: nothing is trusted yet */
  json_t *seen; /* {"package ID": serial, "index LEVEL REGION": {number, sha256}} */
} zc_library;

/* Opens home->library; with `change`, makes it and waits for no other command: ZC_EIO when one is
 * writing there. Roots are checked from the first to the last each time. A folder that is not there
 * is an empty library. */
zc_code zc_library_open(const zc_home *home, bool change, zc_library *library,
                        zc_err *err);
void zc_library_close(zc_library *library);

/* Writes `seen`, whole or not at all. */
zc_code zc_library_keep_seen(zc_library *library, zc_err *err);

/* Takes a root that zc_root_read has checked. */
zc_code zc_library_keep_root(zc_library *library, int64_t number, const json_t *kept,
                             zc_err *err);

/* What is known of an installed package. */
typedef struct {
  zc_manifest manifest;
  char key_id[ZC_KEY_ID_ROOM]; /* that signed it */
  char signer
      [ZC_MANIFEST_WORD]; /* whose key it is by the root of today; "" : it was revoked */
  char place[ZC_MANIFEST_WORD + 24]; /* ID@SERIAL: what a workspace keeps */
  char *folder;                      /* where its plan.yaml is; owned */
} zc_installed;
void zc_installed_free(zc_installed *installed);

/* The checks of a package file, in the order of docs/publishing.md, up to the parent: whoever
 * installs and whoever only verifies do the same. `today` is the business date. The manifest is the
 * caller's even on failure. */
zc_code zc_library_check(const zc_library *library, const char *file, const char *data,
                         size_t size, const char *today, zc_zpk *zpk,
                         zc_manifest *manifest, const zc_root_key **key, zc_err *err);

/* Checks it and installs it. *fresh is false when these very bytes are installed already. */
zc_code zc_library_install(zc_library *library, const char *file, const char *data,
                           size_t size, const char *today, zc_manifest *manifest,
                           bool *fresh, zc_err *err);

/* Whether a text is ID@SERIAL, or ID: *serial is 0 then. */
bool zc_installed_name(const char *name, char id[ZC_MANIFEST_WORD], int64_t *serial);

/* An installed package: ID@SERIAL, or ID: the one with the highest serial. ZC_EOPEN with what to do
 * when there is none. */
zc_code zc_library_find(const zc_library *library, const char *name,
                        zc_installed *installed, zc_err *err);

/* The same by the folder of its plan; *found is false when the folder is not of the library. */
zc_code zc_library_about(const zc_home *home, const char *folder, bool *found,
                         zc_installed *installed, zc_err *err);

/* Calls `take` for each, by id and then serial. */
zc_code zc_library_each(const zc_library *library,
                        zc_code (*take)(const zc_installed *installed, void *context,
                                        zc_err *err),
                        void *context, zc_err *err);

#endif
