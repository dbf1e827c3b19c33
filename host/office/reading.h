/* reading.h: many submitted files at once, by several threads, told in one order. */
#ifndef ZC_OFFICE_READING_H
#define ZC_OFFICE_READING_H

#include "office/facts.h"

/* What was found where people looked. */
typedef struct {
  char **
      paths; /* of submitted files and reports, in the order of the list, sorted within a folder */
  size_t count, room;
  size_t others;  /* files of other kinds */
  size_t strange; /* links, devices and the like, and folders that cannot be read */
} zc_found_files;

/* Finds the files of a path: itself, or all .zrep and .md in the folder and those below it, no
 * deeper than sixteen. No link is followed but the path itself. ZC_EOPEN when it is not there. */
zc_code zc_files_find(const char *path, zc_found_files *files, zc_err *err);
void zc_files_free(zc_found_files *files);

/* What was read of one file. */
typedef struct {
  const char *path;
  char digest[ZC_HASH_ROOM];
  bool seen; /* its hash is among those that were known before: there are no facts */
  zc_facts facts; /* whoever is told takes them */
} zc_read_file;

typedef zc_code zc_read_tell(void *context, zc_read_file *file, zc_err *err);

/* Reads the files with so many threads and tells of each, in their order, from the calling one. What
 * can be read is put into the folder `inbox` under its hash (sha256/ab/…, not flushed; -1: is not).
 * `seen` has the hashes that are known. Fails for want of memory or room in the inbox, and with
 * what `tell` gives. */
zc_code zc_files_read(const zc_found_files *files, const zc_known *known,
                      const json_t *seen, int inbox, unsigned threads,
                      zc_read_tell *tell, void *context, zc_err *err);

/* Where a file of this hash and kind (of its facts) lies in the inbox. */
#define ZC_INBOX_PATH 96
void zc_inbox_path(const char *digest, const char *kind, char path[ZC_INBOX_PATH]);

/* Reads one file of the inbox again. ZC_EDATA when it is not the one that its name tells. */
zc_code zc_inbox_read(int inbox, const char *digest, const char *kind, const char *name,
                      const zc_known *known, zc_facts *facts, zc_err *err);

#endif
