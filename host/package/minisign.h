/* minisign.h: what the files of minisign have in common, for key.c and signature.c. They
 * are lines of text: comments, and bytes in base64. Lines may end as on Windows, and the
 * last one may lack its end; nothing else is forgiven. */
#ifndef ZC_PACKAGE_MINISIGN_H
#define ZC_PACKAGE_MINISIGN_H

#include "base/crypto.h"

#define ZC_KEY_ID 8

/* The longest comments that minisign takes, with its NUL. */
#define ZC_COMMENT 1024
#define ZC_TRUSTED_COMMENT 8192

/* A text that is being read; `file` is what it is called in messages. */
typedef struct {
  const char *file, *at, *end;
  int line; /* the last one that was read */
} zc_minisign;

/* The next line is a comment that begins with `prefix`, which is a word of the format. The
 * rest is copied into `room` and is UTF-8 without invisible characters. ZC_EDATA. */
zc_code zc_minisign_comment(zc_minisign *text, const char *prefix, char *room,
                            size_t size, zc_err *err);

/* The next line is base64 of exactly `size` bytes. ZC_EDATA. */
zc_code zc_minisign_bytes(zc_minisign *text, unsigned char *bytes, size_t size,
                          zc_err *err);

/* How many characters the next line has, read or not. */
size_t zc_minisign_next(const zc_minisign *text);

/* Nothing stands behind the last line. ZC_EDATA. */
zc_code zc_minisign_end(const zc_minisign *text, zc_err *err);

/* Whether a comment may be written: it fits, and is what can be read again. ZC_EDATA. */
zc_code zc_minisign_check_comment(const char *file, const char *comment, size_t length,
                                  size_t room, zc_err *err);

#endif
