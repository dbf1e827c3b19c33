/* lines.h: what the texts that offices sign have in common (manifests, roots, indexes): lines of a key
 * and a value, in a fixed order, and words, numbers and days that have one spelling. Whoever
 * reads one prints it again, and takes it only if that gives the same bytes. */
#ifndef ZC_PACKAGE_LINES_H
#define ZC_PACKAGE_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/* A text that is being read; `file` is what it is called in messages. */
typedef struct {
  const char *file, *at, *end;
  int line; /* the last one that was read */
} zc_lines;

/* Whether the next line begins with this key and a space. */
bool zc_lines_is(const zc_lines *lines, const char *key);

/* The next line is this key, a space and a value, which is copied into `room`. ZC_EDATA. */
zc_code zc_lines_value(zc_lines *lines, const char *key, char *room, size_t size,
                       zc_err *err);

/* The next line is this text. ZC_EDATA. */
zc_code zc_lines_exact(zc_lines *lines, const char *text, zc_err *err);

/* The first line, a kind and its version. ZC_EINSTALL: it is of the kind, but another version. */
zc_code zc_lines_head(zc_lines *lines, const char *wanted, zc_err *err);

/* The same with a number; nothing that is above `limit` is believed. */
zc_code zc_lines_number(zc_lines *lines, const char *key, int64_t limit,
                        int64_t *number, zc_err *err);

/* Nothing stands behind the last line. ZC_EDATA. */
zc_code zc_lines_end(const zc_lines *lines, zc_err *err);

/* Whether what was read is printed as it was: else ZC_EDATA with the line that differs. */
zc_code zc_lines_same(const char *file, const char *text, size_t size,
                      const zc_buffer *printed, zc_err *err);

/* Cuts the text at the first blank of it: the word stays, the rest is returned; NULL: there is
 * no blank. */
char *zc_word_cut(char *text);

/* Text in which all can be seen, neither beginning nor ending with a blank. */
bool zc_text_is_name(const char *text);

/* The same without any blanks, also those of Chinese texts. */
bool zc_text_is_word(const char *text);

/* The level of an office: national, province, city, county or facility. */
bool zc_text_is_level(const char *text);

/* 64 hexadecimal digits in lower case. */
bool zc_text_is_hash(const char *text);

/* A day that is in the calendar, 2026-03-01. */
bool zc_text_is_day(const char *text);

/* Reads a whole number without sign or leading zeros; false above `limit`. */
bool zc_text_number(const char *text, int64_t limit, int64_t *number);

#endif
