/* package_file.h: a package file that somebody named on the command line. */
#ifndef ZC_PUBLISHER_PACKAGE_FILE_H
#define ZC_PUBLISHER_PACKAGE_FILE_H

#include "package/zpk.h"

typedef struct {
  const char *path; /* borrowed */
  zc_buffer data;
  zc_zpk zpk;           /* borrowed from the data */
  zc_manifest manifest; /* once it was read */
} zc_package_file;

/* Reads it and finds its parts: nothing that is in them is looked at. The file is the caller's, to be
 * freed even on failure. */
zc_code zc_package_file_open(const char *path, zc_package_file *file, zc_err *err);
void zc_package_file_free(zc_package_file *file);

/* Reads the manifest and compares it with the files. The signature, whose comment has to fit, may be
 * NULL. */
zc_code zc_package_file_check(zc_package_file *file, const zc_signature *signature,
                              zc_err *err);

/* Prints what the manifest says: whose, which, for whom and when, how many files. */
void zc_package_file_tell(const zc_package_file *file);

#endif
