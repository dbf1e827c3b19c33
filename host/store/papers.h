/* papers.h: the files of papers as they were when zicha wrote them: path and hash. What was
 * submitted the ledger knows itself (submission.h). */
#ifndef ZC_STORE_PAPERS_H
#define ZC_STORE_PAPERS_H

#include "store/store.h"

/* Forgets files that are about to be written again: a crash in between must not make them look
 * like changed ones. `files` is {path: sha256}, here and below. */
zc_code zc_papers_forget(zc_store *store, const json_t *files, zc_err *err);

/* Keeps the hashes of files that are in place. */
zc_code zc_papers_keep(zc_store *store, const json_t *files, zc_err *err);

/* All that are kept, by their paths. Owned. */
zc_code zc_papers_kept(zc_store *store, json_t **files, zc_err *err);

#endif
