/* text.h: UTF-8, GB18030 and what a terminal makes of them. Everything inside
 * zicha is UTF-8; other encodings end here. */
#ifndef ZC_BASE_TEXT_H
#define ZC_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

/* Decodes one character at `text` (`size` > 0 bytes left) and returns its length
 * in bytes, or 0 when the bytes are not valid UTF-8. */
size_t zc_utf8_decode(const char *text, size_t size, uint32_t *character);

/* True if all of `text` is valid; else *bad is the offset of the first wrong byte. */
bool zc_utf8_valid(const char *text, size_t size, size_t *bad);

/* The longest length ≤ room at which `text` can be cut between characters. */
size_t zc_utf8_cut(const char *text, size_t size, size_t room);

/* Characters in a valid text. */
size_t zc_utf8_count(const char *text, size_t size);

/* True for characters that no file of ours may hold because a reader cannot see
 * them: controls other than tab and line end, bidirectional overrides, and
 * non-characters. */
bool zc_text_forbidden(uint32_t character);

/* Columns that a valid text takes on a terminal: CJK count two. */
int zc_text_width(const char *text, size_t size);

/* Whether bytes are UTF-8 or GB18030 is decided for a whole file: the bytes of
 * single words (药品, 医院) are valid in both. */
typedef struct zc_gb18030 zc_gb18030;

/* A converter from GB18030; owned. Opens files (the conversion table), so an
 * evaluator makes one before it is locked down. NULL when the C library has no
 * such table. */
zc_gb18030 *zc_gb18030_new(void);
void zc_gb18030_free(zc_gb18030 *converter);

/* Appends the bytes as UTF-8. ZC_EDATA with *bad = offset of the first byte that
 * is not GB18030. */
zc_code zc_gb18030_decode(zc_gb18030 *converter, const char *bytes, size_t size,
                          zc_buffer *out, size_t *bad, zc_err *err);

/* ASCII twins of full-width forms (Ａ → A, ０ → 0, （ → (, U+3000 → space); other
 * characters as they are. */
uint32_t zc_text_narrow(uint32_t character);

#endif
