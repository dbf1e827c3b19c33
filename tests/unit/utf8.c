#include "base/utf8.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <locale.h>
#include <string.h>

#include "characters.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* One, two, three and four bytes a character. */
static const char mixed[] = "a中é😀b药\xcc\x81";

Test(utf8, every_character_decodes_to_itself)
{
  for (uint32_t c = 0; c <= 0x10ffff; c++) {
    if (!is_character(c))
      continue;
    char text[4];
    size_t length = encode(c, text);
    uint32_t got = 0;
    if (zc_utf8_decode(text, length, &got) != length || got != c)
      cr_fatal("U+%04X", (unsigned)c);
  }
}

Test(utf8, a_character_cut_short_does_not_decode)
{
  for (uint32_t c = 0x80; c <= 0x10ffff; c++) {
    if (!is_character(c))
      continue;
    char text[4];
    uint32_t got;
    for (size_t size = encode(c, text) - 1; size > 0; size--)
      if (zc_utf8_decode(text, size, &got) != 0)
        cr_fatal("U+%04X decodes from %zu bytes", (unsigned)c, size);
  }
}

/* Bytes that decode must be the one encoding of a character: this excludes overlong
 * forms, surrogates and what lies beyond U+10FFFF without a list of them. */
Test(utf8, only_the_one_encoding_of_a_character_decodes)
{
  static const unsigned char later[] = {0x00, 0x7f, 0x80, 0x8f, 0x90,
                                        0x9f, 0xa0, 0xbf, 0xc0, 0xff};
  for (unsigned pair = 0; pair < 0x10000; pair++)
    for (size_t i = 0; i < COUNT(later); i++)
      for (size_t j = 0; j < COUNT(later); j++) {
        const char text[] = {(char)(pair >> 8), (char)pair, (char)later[i],
                             (char)later[j]};
        char again[4];
        uint32_t c;
        size_t length = zc_utf8_decode(text, sizeof text, &c);
        if (length == 0)
          continue;
        if (!is_character(c) || encode(c, again) != length ||
            memcmp(text, again, length) != 0)
          cr_fatal("%02x %02x %02x %02x decodes", pair >> 8, pair & 0xff, later[i],
                   later[j]);
      }
}

Test(utf8, the_first_wrong_byte_is_found_at_every_offset)
{
  size_t size = strlen(mixed);
  cr_expect(zc_utf8_valid(mixed, size, NULL));
  for (size_t at = 0; at < size; at++) {
    char text[sizeof mixed];
    memcpy(text, mixed, sizeof mixed);
    text[at] = '\xff';
    size_t start = at; /* a broken character is wrong from its first byte on */
    while (((unsigned char)mixed[start] & 0xc0) == 0x80)
      start--;
    size_t bad = SIZE_MAX;
    cr_expect(not(zc_utf8_valid(text, size, &bad)), "offset %zu", at);
    cr_expect(eq(sz, bad, start), "offset %zu", at);
  }
}

Test(utf8, a_text_is_cut_at_the_last_character_that_fits)
{
  size_t size = strlen(mixed);
  for (size_t room = 0; room <= size + 2; room++) {
    size_t best = 0, at = 0;
    uint32_t c;
    while (at < size) {
      at += zc_utf8_decode(mixed + at, size - at, &c);
      if (at <= room)
        best = at;
    }
    cr_expect(eq(sz, zc_utf8_cut(mixed, size, room), best), "room %zu", room);
  }
}

Test(utf8, characters_are_counted_and_not_bytes)
{
  cr_expect(eq(sz, zc_utf8_count(mixed, strlen(mixed)), 7));
  cr_expect(eq(sz, zc_utf8_count("", 0), 0));
}

Test(utf8, what_a_reader_cannot_see_is_forbidden)
{
  static const struct {
    uint32_t from, to;
  } rows[] = {
      {0x00, 0x08},     {0x0b, 0x0c},     {0x0e, 0x1f},       {0x7f, 0x9f},
      {0x061c, 0x061c}, {0x200e, 0x200f}, {0x202a, 0x202e},   {0x2066, 0x2069},
      {0xfeff, 0xfeff}, {0xfffe, 0xffff}, {0x1fffe, 0x1ffff}, {0x10fffe, 0x10ffff},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    for (uint32_t c = rows[i].from; c <= rows[i].to; c++)
      cr_expect(zc_text_forbidden(c), "U+%04X", (unsigned)c);
}

Test(utf8, all_noncharacters_are_forbidden)
{
  size_t allowed = 0;
  for (uint32_t c = 0xfdd0; c <= 0xfdef; c++)
    allowed += !zc_text_forbidden(c);
  for (uint32_t plane = 0; plane <= 0x100000; plane += 0x10000)
    allowed += !zc_text_forbidden(plane | 0xfffe) + !zc_text_forbidden(plane | 0xffff);
  cr_expect(eq(sz, allowed, 0));
}

Test(utf8, what_people_write_is_allowed)
{
  static const char text[] = "\t\r\n aZ~药品（０１）“”——…·　×≥℃①Ⅷ㎡é𠮷😀\xcc\x81";
  uint32_t c;
  for (size_t at = 0; at < strlen(text);) {
    at += zc_utf8_decode(text + at, strlen(text) - at, &c);
    cr_expect(not(zc_text_forbidden(c)), "U+%04X", (unsigned)c);
  }
}

Test(utf8, widths_are_terminal_columns)
{
  cr_assert(ne(ptr, setlocale(LC_CTYPE, "C.UTF-8"), NULL));
  static const struct {
    const char *text;
    int width;
  } rows[] = {
      {"", 0},
      {"abc", 3},
      {"处方", 4},
      {"处a方", 5},
      {"（１）", 6}, /* full-width forms */
      {"、。《》", 8},
      {"𠮷", 2}, /* a name's rare character, four bytes */
      {"ｱｲ", 2}, /* half-width forms */
      {"é", 1},
      {"e\xcc\x81", 1}, /* combining: no column of its own */
      {"中\xcc\x81文", 4},
      {"a\xe2\x80\x8b"
       "b",
       2}, /* zero-width space */
      {"　", 2},
      {"한글", 4},
      {"かな", 4},
      {"😀", 2},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    cr_expect(eq(int, zc_text_width(rows[i].text, strlen(rows[i].text)), rows[i].width),
              "row %zu: %s", i, rows[i].text);
}

Test(utf8, a_wrong_byte_takes_one_column)
{
  cr_assert(ne(ptr, setlocale(LC_CTYPE, "C.UTF-8"), NULL));
  cr_expect(eq(int,
               zc_text_width("a\xff"
                             "b",
                             3),
               3));
}

Test(utf8, full_width_forms_have_ascii_twins)
{
  static const struct {
    uint32_t wide, narrow;
  } rows[] = {{0xff21, 'A'}, {0xff10, '0'}, {0xff08, '('}, {0xff1a, ':'}, {0xff5e, '~'},
              {0xff01, '!'}, {0xff1d, '='}, {0x3000, ' '}, {0xff20, '@'}};
  for (size_t i = 0; i < COUNT(rows); i++)
    cr_expect(eq(u32, zc_text_narrow(rows[i].wide), rows[i].narrow), "row %zu", i);
}

Test(utf8, all_other_characters_stay_when_narrowed)
{
  for (uint32_t c = 0; c <= 0x10ffff; c++) {
    bool twin = (c >= 0xff01 && c <= 0xff5e) || c == 0x3000 || c == 0xa0;
    if (!twin && zc_text_narrow(c) != c)
      cr_fatal("U+%04X", (unsigned)c);
  }
}
