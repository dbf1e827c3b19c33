/* backup.h: what a backup of a workspace holds: its database, its settings, its files, and a
 * list of them with their hashes, backup.json. */
#ifndef ZC_COMMAND_BACKUP_H
#define ZC_COMMAND_BACKUP_H

#include "cli/workspace.h"

#define ZC_BACKUP_LIST "backup.json"
#define ZC_BACKUP_SCHEMA "backup/1"
#define ZC_BACKUP_DEPTH 1000 /* bytes of a folder's path: no workspace has more */

/* Whether a backup may hold a file of this name: nothing else is taken into one, or out. */
bool zc_backup_holds(const char *path);

/* 0400 for a document, as `attach` has it; 0666 otherwise. */
mode_t zc_backup_mode(const char *path);

/* Calls `visit` with the path of every file of the folder `fd` that zc_backup_holds, sorted. A
 * link, or anything else that is no plain file, is ZC_EDATA. `others` (may be NULL) is called
 * with those that it does not hold. */
typedef zc_code zc_backup_visit(void *context, const char *path, zc_err *err);
zc_code zc_backup_walk(int fd, zc_backup_visit *visit, zc_backup_visit *others,
                       void *context, zc_err *err);

/* A folder that is filled under another name and gets its own when it is whole. */
typedef struct {
  int parent, fd; /* owned */
  char *path;     /* of the draft */
  char name[256], draft[300];
} zc_fresh_folder;

/* `path` is what the user named: it must not exist or, with `empty`, be an empty folder. */
zc_code zc_fresh_begin(const char *path, bool empty, zc_fresh_folder *fresh,
                       zc_err *err);
/* Flushes it and gives it its name; anything but ZC_OK as `code` removes it and is returned. */
zc_code zc_fresh_end(zc_fresh_folder *fresh, zc_code code, zc_err *err);

#endif
