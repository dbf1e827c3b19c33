/* roots.h: root files in a folder that somebody names, and their fingerprints on paper. */
#ifndef ZC_PUBLISHER_ROOTS_H
#define ZC_PUBLISHER_ROOTS_H

#include "package/root.h"

/* The folder of DIR or DIR/N.root; *number is N, 0 for a folder. *fd is owned. */
zc_code zc_roots_open(const char *path, int *fd, int64_t *number, zc_err *err);

/* The highest number of a root in a folder; 0: there is none. */
zc_code zc_roots_newest(int fd, int64_t *number, zc_err *err);

/* Whether N.root is in the folder. */
bool zc_roots_has(int fd, int64_t number);

/* Reads N.root alone, whoever signed it. The root is the caller's, to be freed even on failure. */
zc_code zc_roots_read_unsigned(int fd, int64_t number, zc_root *root, zc_err *err);

/* A fingerprint in groups of four, as it is read out and printed. */
#define ZC_GROUPED_ROOM (ZC_HASH_ROOM + ZC_HASH_ROOM / 4)
void zc_fingerprint_print(const char sha256[ZC_HASH_ROOM], char room[ZC_GROUPED_ROOM]);

/* Whether a text is that fingerprint: capitals, blanks and hyphens make no difference. */
bool zc_fingerprint_is(const char *text, const char sha256[ZC_HASH_ROOM]);

/* Whether a text could be one at all: 64 hexadecimal digits. */
bool zc_fingerprint_reads(const char *text);

#endif
