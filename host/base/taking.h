/* taking.h: a text is taken apart from its beginning on. */
#ifndef ZC_BASE_TAKING_H
#define ZC_BASE_TAKING_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Whether the text, which goes from *at to before `end`, begins with this character, or with
 * this word: *at is behind it then, and stays where it was otherwise. */
static inline bool zc_take(const char **at, const char *end, char c)
{
  if (*at >= end || **at != c)
    return false;
  ++*at;
  return true;
}

static inline bool zc_take_word(const char **at, const char *end, const char *word)
{
  size_t size = strlen(word);
  if ((size_t)(end - *at) < size || memcmp(*at, word, size) != 0)
    return false;
  *at += size;
  return true;
}

#endif
