/* zip.h: a ZIP archive, written from its start to its end: nothing is held or gone back
 * to, so a sink is enough. The same input gives the same bytes: no times, no names but
 * those that are given. */
#ifndef ZC_DOCUMENT_ZIP_H
#define ZC_DOCUMENT_ZIP_H

#include "base/sink.h"

typedef struct zc_zip zc_zip;

/* Owned; the sink must outlive it. */
zc_code zc_zip_new(const zc_sink *sink, zc_zip **zip, zc_err *err);
void zc_zip_free(zc_zip *zip); /* may be NULL */

/* Files one after the other: begin, any number of pieces, end. Names are ASCII. A file
 * that does not fit into 4 GB is refused. */
zc_code zc_zip_begin(zc_zip *zip, const char *name, zc_err *err);
zc_code zc_zip_add(zc_zip *zip, const void *data, size_t size, zc_err *err);
zc_code zc_zip_end(zc_zip *zip, zc_err *err);

/* The directory, behind the last file. */
zc_code zc_zip_finish(zc_zip *zip, zc_err *err);

#endif
