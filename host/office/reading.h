/* reading.h: many submitted files at once, by several threads, told in one order. */
#ifndef ZC_OFFICE_READING_H
#define ZC_OFFICE_READING_H

#include "office/inbox.h"

/* One of them: its path, of which the first `root` bytes are the folder that people named and the
 * slash behind it. 0: they have named the file itself. */
typedef struct {
  char *path; /* owned */
  size_t root;
} zc_found_file;

/* What was found where people looked. */
typedef struct {
  zc_found_file
      *files; /* .zrep and .md, in the order of the list, sorted within a folder */
  size_t count, room;
  size_t others;  /* files of other kinds */
  size_t strange; /* links, devices and the like, and folders that cannot be read */
  size_t own;     /* folders that are the office's own inbox, or in it */
} zc_found_files;

/* Finds the files of a path: itself, or all .zrep and .md in the folder and those below it, no
 * deeper than sixteen, but what lies in the folder `inbox` (-1: there is none). No link is followed
 * but the path itself, which people have named. ZC_EOPEN when it is not there. */
zc_code zc_files_find(const char *path, int inbox, zc_found_files *files, zc_err *err);
void zc_files_free(zc_found_files *files);

/* What was read of one file. */
typedef struct {
  const char *path, *name; /* the name is the last part of the path */
  char digest[ZC_HASH_ROOM];
  bool seen;      /* it was read before: there are no facts */
  bool room;      /* there was no memory for it: its facts say that it is unreadable */
  bool put;       /* it was seen, was not in the inbox any more, and is again */
  zc_facts facts; /* whoever is told takes them */
} zc_read_file;

typedef zc_code zc_read_tell(void *context, zc_read_file *file, zc_err *err);

/* Reads the files with so many threads and tells of each, in their order, from the calling one. What
 * can be read is put into the folder `inbox` under its hash (sha256/ab/…, not flushed; -1: is not).
 * `seen` has the hashes that are known: true of what was read, false of what was unreadable and is
 * read again. What is held at a time is bounded, but for one file: one that does not fit into the
 * memory is unreadable. Fails for want of room in the inbox, or of memory where there is none at
 * all, and with what `tell` gives. */
zc_code zc_files_read(const zc_found_files *files, const zc_known *known,
                      const json_t *seen, int inbox, unsigned threads,
                      zc_read_tell *tell, void *context, zc_err *err);

#endif
