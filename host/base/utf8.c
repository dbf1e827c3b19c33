#include "base/utf8.h"

#include <string.h>
#include <wchar.h>

size_t zc_utf8_decode(const char *text, size_t size, uint32_t *character)
{
  const unsigned char *s = (const unsigned char *)text;
  unsigned char lead = s[0];
  if (lead < 0x80) {
    *character = lead;
    return 1;
  }
  size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || size < length)
    return 0;
  uint32_t c = lead & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if ((s[i] & 0xc0) != 0x80)
      return 0;
    c = c << 6 | (s[i] & 0x3f);
  }
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
    return 0;
  *character = c;
  return length;
}

bool zc_utf8_valid(const char *text, size_t size, size_t *bad)
{
  uint32_t character;
  for (size_t at = 0; at < size;) {
    uint64_t eight; /* at a time, as long as all are ASCII */
    if (at + sizeof eight <= size &&
        (memcpy(&eight, text + at, sizeof eight), eight & 0x8080808080808080u) == 0) {
      at += sizeof eight;
      continue;
    }
    size_t length = zc_utf8_decode(text + at, size - at, &character);
    if (length == 0) {
      if (bad != NULL)
        *bad = at;
      return false;
    }
    at += length;
  }
  return true;
}

size_t zc_utf8_cut(const char *text, size_t size, size_t room)
{
  if (size <= room)
    return size;
  while (room > 0 && ((unsigned char)text[room] & 0xc0) == 0x80)
    room--;
  return room;
}

size_t zc_utf8_count(const char *text, size_t size)
{
  size_t count = 0;
  for (size_t i = 0; i < size; i++)
    count += ((unsigned char)text[i] & 0xc0) != 0x80;
  return count;
}

bool zc_text_forbidden(uint32_t c)
{
  if (c < 0x20)
    return c != '\t' && c != '\n' && c != '\r';
  if (c >= 0x7f && c < 0xa0)
    return true;
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
         c == 0x200f || c == 0x061c || (c & 0xfffe) == 0xfffe ||
         (c >= 0xfdd0 && c <= 0xfdef) || c == 0xfeff;
}

int zc_text_width(const char *text, size_t size)
{
  int width = 0;
  uint32_t c;
  for (size_t at = 0; at < size;) {
    size_t length = zc_utf8_decode(text + at, size - at, &c);
    int columns = length == 0 ? 1 : wcwidth((wchar_t)c);
    width += columns < 0 ? 0 : columns;
    at += length == 0 ? 1 : length;
  }
  return width;
}

uint32_t zc_text_narrow(uint32_t c)
{
  if (c >= 0xff01 && c <= 0xff5e)
    return c - 0xff01 + '!';
  return c == 0x3000 || c == 0xa0 ? ' ' : c;
}
