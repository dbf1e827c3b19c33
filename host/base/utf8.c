#include "base/utf8.h"

#include <string.h>

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
         c == 0x200f || c == 0x061c || (c & 0xfffe) == 0xfffe || c == 0xfeff;
}

typedef struct {
  uint32_t from, to;
} range;

static bool within(uint32_t c, const range *ranges, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (c >= ranges[i].from && c <= ranges[i].to)
      return true;
  return false;
}

int zc_text_width(const char *text, size_t size)
{
  /* East Asian Width W and F, by block, and the characters that take no column. */
  static const range wide[] = {
      {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
      {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},
      {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
  };
  static const range none[] = {{0x0300, 0x036f},
                               {0x200b, 0x200f},
                               {0xfe00, 0xfe0f},
                               {0xfeff, 0xfeff}};
  int width = 0;
  uint32_t c;
  for (size_t at = 0; at < size;) {
    size_t length = zc_utf8_decode(text + at, size - at, &c);
    if (length == 0) {
      length = 1;
      c = '?';
    }
    at += length;
    if (c < 0x300)
      width += c >= 0x20;
    else if (within(c, wide, sizeof wide / sizeof *wide))
      width += 2;
    else
      width += !within(c, none, sizeof none / sizeof *none);
  }
  return width;
}

uint32_t zc_text_narrow(uint32_t c)
{
  if (c >= 0xff01 && c <= 0xff5e)
    return c - 0xff01 + '!';
  return c == 0x3000 || c == 0xa0 ? ' ' : c;
}
