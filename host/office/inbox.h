/* inbox.h: the files that came, each under its hash in the folder inbox/. */
#ifndef ZC_OFFICE_INBOX_H
#define ZC_OFFICE_INBOX_H

#include "office/facts.h"

#define ZC_SENT_LARGEST (ZC_ZREP_FILE + 4096) /* no file that was sent is larger */

/* By what a file is known: the SHA-256 of its bytes; of a report with its signature beside it that
 * of both, as no single file can have it. `signature` is empty where there is none. */
zc_code zc_inbox_hash(const zc_buffer *text, const zc_buffer *signature,
                      char digest[ZC_HASH_ROOM], zc_err *err);

/* Where a file of this hash and kind (of its facts) lies in the inbox. */
#define ZC_INBOX_PATH 96
void zc_inbox_path(const char *digest, const char *kind, char path[ZC_INBOX_PATH]);

/* Puts a file there, which is not flushed to the disk. */
zc_code zc_inbox_put(int inbox, const char *digest, const char *kind,
                     const zc_buffer *text, const zc_buffer *signature, zc_err *err);

/* Whether one of this size lies there. */
bool zc_inbox_has(int inbox, const char *digest, const char *kind, size_t size);

/* Whether the file lies there unchanged. ZC_EDATA when it is not the one that its name tells. */
zc_code zc_inbox_check(int inbox, const char *digest, zc_err *err);

/* Reads one again; with `whole` all of it is kept, whoever has sent it (facts.h). ZC_EDATA as
 * above. */
zc_code zc_inbox_read(int inbox, const char *digest, const char *name, bool whole,
                      const zc_known *known, zc_facts *facts, zc_err *err);

#endif
