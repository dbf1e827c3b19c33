/* file.h: files, opened safely and written whole or not at all.
 *
 * Names that come from packages and people are opened *beneath* a folder, one
 * component at a time and through no link, so that no name can lead outside. */
#ifndef ZC_BASE_FILE_H
#define ZC_BASE_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/sink.h"
#include "base/watch.h"

/* The last part of a path, within it. */
const char *zc_path_name(const char *path);

/* Whether a name has this ending, and something before it. */
bool zc_name_ends(const char *name, const char *ending);

/* Opens a folder that the user named (links allowed); *fd is owned. */
zc_code zc_folder_open(const char *path, int *fd, zc_err *err);

/* Opens a regular file for reading that the user named (links allowed). Refuses
 * devices, pipes and folders. *fd is owned. */
zc_code zc_file_open(const char *path, int *fd, struct stat *about, zc_err *err);

/* The same beneath the folder `at`: `path` is relative, without "." or "..", and
 * no component may be a link. */
zc_code zc_file_open_beneath(int at, const char *path, int *fd, struct stat *about,
                             zc_err *err);

/* Opens a folder beneath `at`; with `make`, missing ones are made (mode 0777 less
 * the umask). */
zc_code zc_folder_open_beneath(int at, const char *path, bool make, int *fd,
                               zc_err *err);

/* Opens the folder that holds the last component of `path`, which is copied into `last`.
 * *folder is owned by the caller unless it equals `at`. */
zc_code zc_folder_above(int at, const char *path, bool make, int *folder,
                        char last[NAME_MAX + 1], zc_err *err);

/* Removes drafts (.NAME.PROCESS.new) that processes which are gone have left in a folder
 * beneath `at`; a folder that is not there has none. */
void zc_drafts_sweep(int at, const char *folder);

/* Whether a file's name is that of such a draft. */
bool zc_draft_is_left(const char *name);

/* Removes a folder beneath `at` with all that is in it, as far as that can be done; nothing
 * follows a link. */
void zc_folder_remove(int at, const char *name);

/* Size, times to the nanosecond and inode as one text: whoever touches a file changes it. */
#define ZC_FINGERPRINT_ROOM 128
void zc_file_fingerprint(const struct stat *about, char room[ZC_FINGERPRINT_ROOM]);

/* Appends a whole file that the user named, or one beneath `at`, to `out`. Refuses more
 * than `limit` bytes. */
zc_code zc_file_read(const char *path, size_t limit, zc_buffer *out, zc_err *err);
zc_code zc_file_read_beneath(int at, const char *path, size_t limit, zc_buffer *out,
                             zc_err *err);

/* The same of a file that is open. */
zc_code zc_file_load(int fd, const char *path, size_t limit, zc_buffer *out,
                     zc_err *err);

/* Names in a folder, sorted by bytes, without "." and "..". Owned: free with
 * zc_names_free. `kinds[i]` is 'd', 'f' or '?' (link, device …). */
typedef struct {
  char **names;
  char *kinds;
  size_t count;
} zc_names;
zc_code zc_folder_names(int at, const char *path, zc_names *names, zc_err *err);
void zc_names_free(zc_names *names);

/* Writes `data` to `path` beneath `at`, or not at all: into a fresh file beside
 * it, flushed to disk, renamed, the folder flushed. An existing file is replaced.
 * `at` may be AT_FDCWD for a path that the user named. */
zc_code zc_file_write(int at, const char *path, const void *data, size_t size,
                      mode_t mode, zc_err *err);

/* The same for a file that must not be there yet: ZC_EWRITE when one is, and it stays as it
 * was. */
zc_code zc_file_create(int at, const char *path, const void *data, size_t size,
                       mode_t mode, zc_err *err);
/* The same piece by piece, for what is too large to hold. The path is not touched before
 * the commit; until then, and after a drop, it is what it was. */
typedef struct zc_draft zc_draft;
zc_code zc_draft_begin(int at, const char *path, mode_t mode, zc_draft **draft,
                       zc_err *err); /* owned: commit or drop it */
zc_code zc_draft_add(zc_draft *draft, const void *data, size_t size, zc_err *err);
zc_code zc_draft_commit(zc_draft *draft, zc_err *err); /* takes it, also on failure */
void zc_draft_drop(zc_draft *draft);                   /* takes it; may be NULL */

/* A sink that adds to a draft. */
zc_sink zc_sink_draft(zc_draft *draft);

/* Fills an empty draft with the bytes of an open file (`name` is for messages), from its start; the system starts to
 * write them to the disk. Refuses more than `limit` bytes. The watch may be NULL. */
zc_code zc_draft_copy(zc_draft *draft, int from, const char *name, size_t limit,
                      const zc_watch *watch, zc_err *err);

/* Opens what has been written for reading; *fd is owned. */
zc_code zc_draft_open(const zc_draft *draft, int *fd, zc_err *err);

/* Flushes to the disk what a commit would have to. */
zc_code zc_draft_flush(zc_draft *draft, zc_err *err);

/* Commits under another name in the folder of the draft's own. */
zc_code zc_draft_commit_as(zc_draft *draft, const char *name, zc_err *err);

/* Copies an open file to a new name beneath `at` while hashing it; the copy is
 * flushed to disk and has `mode`. Refuses more than `limit` bytes. On failure
 * nothing is left. *size may be NULL. */
zc_code zc_file_copy(int from, int at, const char *path, mode_t mode, size_t limit,
                     char digits[ZC_HASH_ROOM], size_t *size, zc_err *err);

/* The hash of an open file, from its start. The watch may be NULL. */
zc_code zc_file_hash(int fd, const char *path, char digits[ZC_HASH_ROOM], zc_err *err);
zc_code zc_file_hash_watched(int fd, const char *path, const zc_watch *watch,
                             char digits[ZC_HASH_ROOM], zc_err *err);

/* Renames beneath one folder and flushes it. */
zc_code zc_file_rename(int at, const char *from, const char *to, zc_err *err);

#endif
