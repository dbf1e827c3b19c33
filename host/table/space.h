/* space.h: what counts as a space in a cell: the ideographic and the no-break ones are
 * as invisible as the others. Inline, because every cell of an export is trimmed. */
#ifndef ZC_TABLE_SPACE_H
#define ZC_TABLE_SPACE_H

#include <stddef.h>
#include <string.h>

/* Bytes of the space that begins at `text` (`size` > 0 bytes left); 0: it is none. */
static inline size_t zc_space_first(const char *text, size_t size)
{
  if (*text == ' ' || *text == '\t' || *text == '\r')
    return 1;
  if (size >= 3 && memcmp(text, "\xe3\x80\x80", 3) == 0)
    return 3;
  return size >= 2 && memcmp(text, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

/* Bytes of the space that ends a text of `size` > 0 bytes; 0: it ends with none. */
static inline size_t zc_space_last(const char *text, size_t size)
{
  const char *end = text + size;
  if (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')
    return 1;
  if (size >= 3 && memcmp(end - 3, "\xe3\x80\x80", 3) == 0)
    return 3;
  return size >= 2 && memcmp(end - 2, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

/* Moves both ends inwards past their spaces. */
static inline void zc_space_trim(const char **text, size_t *size)
{
  size_t gap;
  while (*size > 0 && (gap = zc_space_first(*text, *size)) > 0) {
    *text += gap;
    *size -= gap;
  }
  while (*size > 0 && (gap = zc_space_last(*text, *size)) > 0)
    *size -= gap;
}

#endif
