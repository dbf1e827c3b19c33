/* characters.h: UTF-8 written out by the definition, for tests to hold decoders to. */
#ifndef TEST_CHARACTERS_H
#define TEST_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Code points that are characters: all but the surrogates. */
static inline bool is_character(uint32_t c)
{
  return c < 0xd800 || (c >= 0xe000 && c <= 0x10ffff);
}

/* Writes at most four bytes and returns their number; no NUL. */
static inline size_t encode(uint32_t c, char *out)
{
  unsigned char *to = (unsigned char *)out;
  if (c < 0x80) {
    to[0] = (unsigned char)c;
    return 1;
  }
  size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (size_t i = length - 1; i > 0; i--, c >>= 6)
    to[i] = (unsigned char)(0x80 | (c & 0x3f));
  static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
  to[0] = (unsigned char)(leads[length] | c);
  return length;
}

#endif
