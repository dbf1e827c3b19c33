/* handed.h: the tables that an evaluator process gets, and whether they stayed what they were. */
#ifndef ZC_RUNNER_HANDED_H
#define ZC_RUNNER_HANDED_H

#include <stddef.h>

#include "base/file.h"

/* A table: its name and an open descriptor, and how it was found when it was opened. All but
 * the fingerprint is borrowed. */
typedef struct {
  const char *id;
  int fd;
  const char *sha256; /* NULL: nobody compares */
  char fingerprint[ZC_FINGERPRINT_ROOM];
} zc_handed;

/* Looks whether one of them has changed since: where fingerprints differ the hash decides, for
 * files are touched and moved. ZC_EDATA names all that have. */
zc_code zc_handed_compare(const zc_handed *tables, size_t count, zc_err *err);

/* How it is told that these tables, a list by commas, have changed. */
zc_code zc_fail_changed(const char *tables, zc_err *err);

#endif
