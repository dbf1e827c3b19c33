/* text.h: GB18030, the encoding that Chinese exports often have. */
#ifndef ZC_BASE_TEXT_H
#define ZC_BASE_TEXT_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/utf8.h"

/* Whether bytes are UTF-8 or GB18030 is decided for a whole file: the bytes of
 * single words (药品, 医院) are valid in both. */
typedef struct zc_gb18030 zc_gb18030;

/* A converter from GB18030; owned. Opens files (the conversion table), so an
 * evaluator makes one before it is locked down. Threads may share it: they wait for
 * each other. NULL when the C library has no such table; errno is ENOMEM when it was
 * for want of memory. */
zc_gb18030 *zc_gb18030_new(void);
void zc_gb18030_free(zc_gb18030 *converter);

/* Appends the bytes as UTF-8. ZC_EDATA with *bad = offset of the first byte that
 * is not GB18030. */
zc_code zc_gb18030_decode(zc_gb18030 *converter, const char *bytes, size_t size,
                          zc_buffer *out, size_t *bad, zc_err *err);

/* Makes the text of a file UTF-8, in place. ZC_EDATA when it is neither that nor GB18030;
 * the text is then as it was. */
zc_code zc_text_to_utf8(const char *file, zc_buffer *text, zc_err *err);

#endif
