/* evidence.h: documents in a workspace: evidence/sha256/ab/abcd…, under the name of their own
 * hash. The same content is there once, whatever it is called and whoever attached it. */
#ifndef ZC_CLI_EVIDENCE_H
#define ZC_CLI_EVIDENCE_H

#include "base/hash.h"
#include "cli/workspace.h"
#include "store/ledger.h"

typedef struct {
  char digits[ZC_HASH_ROOM];
  size_t size;
  bool fresh; /* was not there before */
} zc_evidence;

/* Opens a file that the user named: inside the workspace beneath its folder, through no
 * link; elsewhere only with `copy`, and never a link, device, pipe or folder itself. *fd is
 * owned. */
zc_code zc_evidence_open(const zc_workspace *workspace, const char *file, bool copy,
                         int *fd, zc_err *err);

/* Copies an open file in; `file` names it in messages. Refuses what is empty or larger than
 * 1 GiB before anything is copied, and what somebody changes meanwhile. On failure nothing is
 * left. */
zc_code zc_evidence_keep(const zc_workspace *workspace, int fd, const char *file,
                         zc_evidence *evidence, zc_err *err);

/* Keeps a text whose hash is known. */
zc_code zc_evidence_keep_text(const zc_workspace *workspace, const zc_buffer *text,
                              const char *digits, zc_err *err);

/* Takes it out again after what should refer to it has failed, if it was not there before.
 * Where the ledger has gone on since `before` it stays: an event may have been written although
 * the last flush to the disk failed. */
void zc_evidence_drop(const zc_workspace *workspace, const zc_head *before,
                      const zc_evidence *evidence);

/* What a file is called without its folders, as text: a name may be any bytes. Owned; NULL
 * when out of memory. */
json_t *zc_evidence_name(const char *file);

#endif
