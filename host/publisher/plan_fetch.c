/* plan fetch: takes from a published folder what is newer: roots, then packages. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/validity.h"
#include "cli/workspace.h"
#include "package/shelf.h"
#include "publisher/chain.h"
#include "publisher/commands.h"
#include "publisher/roots.h"

typedef enum { WAITING, INSTALLED, THERE, OLDER, REFUSED } outcome;

/* A package of the index. */
typedef struct {
  const zc_shelf_package *package;
  outcome outcome;
  zc_err reason; /* of a refusal */
} entry;

typedef struct {
  zc_cli *cli;
  const char *folder;
  int fd;
  zc_library packages;
  zc_shelf index;
  entry *entries; /* by name, then serial */
} fetching;

/* ---- roots --------------------------------------------------------------------- */

static zc_code take_roots(fetching *f, zc_err *err)
{
  zc_chain chain = {0};
  int64_t newest, own = f->packages.root.number;
  zc_code code = zc_roots_newest(f->fd, &newest, err);
  if (code != ZC_OK || newest <= own)
    return code;
  code = zc_chain_follow(f->fd, &f->packages.root, newest, f->cli->today, &chain, err);
  if (code == ZC_OK)
    code = zc_chain_keep(&chain, &f->packages, err);
  zc_chain_free(&chain);
  if (code == ZC_OK)
    zc_say_line(N_("root {number} is trusted from now on"),
                json_pack("{s:I}", "number", (json_int_t)newest));
  return code;
}

static zc_code check_root(const fetching *f, zc_err *err)
{
  const zc_root *root = &f->packages.root;
  if (strcmp(root->expires, f->cli->today) < 0)
    return zc_fail(
        err, ZC_ETRUST,
        "the trusted root {number} expired on {day}, and {path} has no newer "
        "one: nothing was taken; ask the office for its newest root",
        "number", ZC_DIGITS(root->number), "day", root->expires, "path", f->folder,
        NULL);
  return ZC_OK;
}

/* ---- the index ----------------------------------------------------------------- */

static zc_code take_index(fetching *f, zc_err *err)
{
  const zc_root_key *key;
  zc_code code = zc_shelf_read(f->fd, &f->packages.root, f->cli->today, &f->index, &key,
                               err);
  if (code == ZC_EOPEN &&
      faccessat(f->fd, ZC_SHELF_INDEX, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
    return zc_fail(err, ZC_EOPEN,
                   "{path} is no published folder: it has no index; name the folder "
                   "that `zicha plan publish` has made",
                   "path", f->folder, NULL);
  if (code == ZC_OK && f->index.root > f->packages.root.number)
    code = zc_fail(err, ZC_ETRUST,
                   "the index goes with root {number}, which is missing in {path}: "
                   "somebody holds it back, or the copy is not whole",
                   "number", ZC_DIGITS(f->index.root), "path", f->folder, NULL);
  if (code == ZC_OK)
    code = zc_shelf_is_fresh(&f->index, f->packages.seen, f->cli->today, err);
  if (code == ZC_OK)
    code = zc_shelf_keep_seen(&f->index, f->packages.seen, err);
  return code == ZC_OK ? zc_library_keep_seen(&f->packages, err) : code;
}

/* ---- packages ------------------------------------------------------------------ */

static int by_serial(const void *a, const void *b)
{
  const zc_shelf_package *x = ((const entry *)a)->package;
  const zc_shelf_package *y = ((const entry *)b)->package;
  int order = strcmp(x->name, y->name);
  return order != 0 ? order : (x->serial > y->serial) - (x->serial < y->serial);
}

static zc_code list_entries(fetching *f, zc_err *err)
{
  f->entries = calloc(f->index.count + 1, sizeof *f->entries);
  if (f->entries == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < f->index.count; i++)
    f->entries[i].package = &f->index.packages[i];
  qsort(f->entries, f->index.count, sizeof *f->entries, by_serial);
  return ZC_OK;
}

/* The bytes have to be those of the index before anything else is asked of them. */
static zc_code read_package(const fetching *f, const zc_shelf_package *package,
                            zc_buffer *data, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  zc_code code = zc_file_read_beneath(f->fd, package->file, ZC_ZPK_FILE, data, err);
  if (code == ZC_OK)
    code = zc_hash_of(zc_text_or(data->data, ""), data->size, digits, err);
  if (code == ZC_OK &&
      (data->size != package->size || strcmp(digits, package->sha256) != 0))
    code =
        zc_fail(err, ZC_ETRUST,
                "{file} is not the file that the index names: it was changed, or the "
                "copy is not whole",
                "file", package->file, NULL);
  return code;
}

/* Whether a newer one was seen here: an old one stays where it is, which is no mistake. */
static bool is_older(const fetching *f, const zc_shelf_package *package)
{
  char key[ZC_MANIFEST_WORD + 16];
  snprintf(key, sizeof key, "package %s", package->name);
  return zc_get_integer(f->packages.seen, key, 0) > package->serial;
}

static void try_entry(fetching *f, entry *e)
{
  const zc_shelf_package *package = e->package;
  zc_buffer data = {0};
  zc_manifest manifest = {0};
  bool fresh = false;
  zc_code code = read_package(f, package, &data, &e->reason);
  if (code != ZC_OK) {
    e->outcome = REFUSED;
  } else {
    code = zc_library_install(&f->packages, package->file, data.data, data.size,
                              f->cli->today, &manifest, &fresh, &e->reason);
    if (code == ZC_OK) {
      e->outcome = fresh ? INSTALLED : THERE;
      zc_validity_warn_of(&manifest, f->cli->today);
    } else if (is_older(f, package)) {
      e->outcome = OLDER;
    }
    zc_manifest_free(&manifest);
  }
  zc_buffer_free(&data);
}

/* Whether this computer, not the package, is at fault: the next one would fare no better. */
static bool is_our_trouble(zc_code code)
{
  return code == ZC_EINTERNAL || code == ZC_EIO || code == ZC_EWRITE;
}

/* Tries all that wait; one that waits holds back the newer ones of its name, unless `all`. What is
 * missing now, such as a parent, may be there when the others have been tried. */
static zc_code try_round(fetching *f, bool all, bool *progress, size_t *waiting,
                         zc_err *err)
{
  *progress = false;
  *waiting = 0;
  for (size_t i = 0; i < f->index.count; i++) {
    entry *e = &f->entries[i];
    bool held = i > 0 && e[-1].outcome == WAITING &&
                strcmp(e[-1].package->name, e->package->name) == 0;
    if (e->outcome == WAITING && (all || !held))
      try_entry(f, e);
    else if (e->outcome != WAITING)
      continue;
    if (e->outcome == WAITING && is_our_trouble(e->reason.code)) {
      *err = e->reason;
      return err->code;
    }
    *progress |= e->outcome != WAITING;
    *waiting += e->outcome == WAITING;
  }
  return ZC_OK;
}

static zc_code install_all(fetching *f, zc_err *err)
{
  bool all = false, progress;
  size_t waiting;
  for (;;) {
    zc_code code = try_round(f, all, &progress, &waiting, err);
    if (code != ZC_OK || waiting == 0 || (all && !progress))
      return code;
    all = !progress;
  }
}

/* ---- telling ------------------------------------------------------------------- */

static void tell(const entry *e)
{
  static const char *const texts[] =
      {[INSTALLED] = N_("{file}: installed, {name} with serial {serial}"),
       [THERE] = N_("{file}: installed already, {name} with serial {serial}"),
       [OLDER] = N_("{file}: not needed, a newer {name} than serial {serial} was here "
                    "before"),
       [REFUSED] = N_("{file}: refused: {reason}")};
  json_t *message = NULL;
  char *reason = NULL;
  outcome shown = e->outcome == WAITING ? REFUSED : e->outcome;
  if (shown == REFUSED) {
    message = zc_message_of(&e->reason);
    reason = message == NULL ? NULL : zc_message_text(message);
    json_decref(message);
  }
  zc_say_line(texts[shown],
              json_pack("{s:s, s:s, s:I, s:s}", "file", e->package->file, "name",
                        e->package->name, "serial", (json_int_t)e->package->serial,
                        "reason", zc_text_or(reason, "")));
  free(reason);
}

/* Each package, then how it ended: one that is refused does not stop the others, and is not
 * passed over, either. */
static zc_code tell_all(const fetching *f, zc_err *err)
{
  size_t refused = 0;
  zc_code code = ZC_OK;
  for (size_t i = 0; i < f->index.count; i++) {
    const entry *e = &f->entries[i];
    tell(e);
    if (e->outcome != WAITING && e->outcome != REFUSED)
      continue;
    refused++;
    code = code == ZC_OK ? e->reason.code : code;
  }
  zc_say_line(N_("index {number} of {issuer}, valid until {day}: {count} packages"),
              json_pack("{s:I, s:s, s:s, s:I}", "number", (json_int_t)f->index.number,
                        "issuer", f->index.issuer, "day", f->index.expires, "count",
                        (json_int_t)f->index.count));
  return refused == 0
             ? ZC_OK
             : zc_fail(err, code, "{count} of {total} packages were refused", "count",
                       ZC_DIGITS(refused), "total", ZC_DIGITS(f->index.count), NULL);
}

/* ---- the command --------------------------------------------------------------- */

static zc_code fetch(fetching *f, zc_err *err)
{
  if (f->packages.root.number == 0)
    return zc_fail(err, ZC_ETRUST,
                   "no keys are trusted on this computer yet: take the office's root "
                   "first, with `zicha key trust {path}` and the fingerprint on paper",
                   "path", f->folder, NULL);
  zc_code code = take_roots(f, err);
  if (code == ZC_OK)
    code = check_root(f, err);
  if (code == ZC_OK)
    code = take_index(f, err);
  if (code == ZC_OK)
    code = list_entries(f, err);
  if (code == ZC_OK)
    code = install_all(f, err);
  return code == ZC_OK ? tell_all(f, err) : code;
}

int zc_command_plan_fetch(zc_cli *cli)
{
  fetching f = {.cli = cli, .folder = cli->arguments[0]};
  zc_err err;
  zc_code code = zc_folder_open(f.folder, &f.fd, &err);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  code = zc_library_open(&cli->home, true, &f.packages, &err);
  if (code == ZC_OK) {
    code = fetch(&f, &err);
    zc_library_close(&f.packages);
  }
  free(f.entries);
  zc_shelf_free(&f.index);
  close(f.fd);
  return zc_exit(code, &err);
}
