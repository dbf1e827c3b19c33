/* utf8.h: characters of UTF-8 texts, and what a terminal makes of them. Everything
 * inside zicha is UTF-8; other encodings end in text.h. */
#ifndef ZC_BASE_UTF8_H
#define ZC_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Columns that a text takes on a terminal by the C library's table: CJK count two, wrong
 * bytes one. The process must have set LC_CTYPE to C.UTF-8. */
int zc_text_width(const char *text, size_t size);

/* ASCII twins of full-width forms (Ａ → A, ０ → 0, （ → (, U+3000 → space); other
 * characters as they are. */
uint32_t zc_text_narrow(uint32_t character);

#endif
