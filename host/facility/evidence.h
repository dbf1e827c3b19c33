/* evidence.h: documents in a workspace: evidence/sha256/ab/abcd…, under the name of their own
 * hash. The same content is there once, whatever it is called and whoever attached it. */
#ifndef ZC_FACILITY_EVIDENCE_H
#define ZC_FACILITY_EVIDENCE_H

#include "base/hash.h"
#include "cli/workspace.h"

typedef struct {
  char digits[ZC_HASH_ROOM];
  size_t size;
} zc_evidence;

/* Opens a file that the user named: inside the workspace beneath its folder, through no
 * link; elsewhere only with `copy`, and never a link, device, pipe or folder itself. *fd is
 * owned. */
zc_code zc_evidence_open(const zc_workspace *workspace, const char *file, bool copy,
                         int *fd, zc_err *err);

/* Copies an open file in; `file` names it in messages. Refuses what is empty or larger than
 * 1 GiB before anything is copied, and what somebody changes meanwhile. On failure nothing is
 * left.
 * Once it is kept it stays, even when what should refer to it fails: somebody else may have
 * attached the same content meanwhile. What nobody refers to is a note of `verify`. */
zc_code zc_evidence_keep(const zc_workspace *workspace, int fd, const char *file,
                         zc_evidence *evidence, zc_err *err);

/* Keeps a text whose hash is known. */
zc_code zc_evidence_keep_text(const zc_workspace *workspace, const zc_buffer *text,
                              const char *digits, zc_err *err);

/* Whether a path beneath the workspace is that of a document that is still being copied in, or
 * was when its command was interrupted. */
bool zc_evidence_is_draft(const char *path);

/* What a file is called without its folders, as text: a name may be any bytes. Owned; NULL
 * when out of memory. */
json_t *zc_evidence_name(const char *file);

#endif
