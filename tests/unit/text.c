#include "base/text.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "characters.h"
#include "seeded.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

typedef struct {
  zc_code code;
  zc_buffer out;
  size_t bad;
  zc_err err;
} decoded;

static decoded decode(const char *bytes, size_t size)
{
  decoded d = {.bad = SIZE_MAX};
  zc_gb18030 *converter = zc_gb18030_new();
  cr_assert(ne(ptr, converter, NULL));
  d.code = zc_gb18030_decode(converter, bytes, size, &d.out, &d.bad, &d.err);
  zc_gb18030_free(converter);
  return d;
}

Test(text, gb18030_becomes_utf8)
{
  static const struct {
    const char *bytes, *text;
  } rows[] = {
      {"abc\n", "abc\n"},
      {"\xd2\xa9\xc6\xb7", "药品"},
      {"\xd2\xbd\xd4\xba", "医院"},
      {"a\xd6\xd0"
       "b",
       "a中b"},
      {"\x81\x40", "丂"}, /* GBK, outside GB 2312; its second byte is an ASCII @ */
      {"\xa3\xac", "，"},
      {"\xa2\xe3", "€"},
      {"\x81\x30\x81\x30", "\xc2\x80"}, /* the first of four bytes */
      {"\x81\x39\xee\x39", "㐀"},
      {"\x84\x31\xa4\x37", "\xef\xbf\xbd"}, /* U+FFFD itself is no mistake */
      {"\x95\x34\xb2\x35", "𠮷"},
      {"\x94\x39\xfc\x36", "😀"},
      {"\x90\x30\x81\x30", "\U00010000"},
      {"\xe3\x32\x9a\x35", "\U0010ffff"}, /* the last */
      {"\x84\x31\x95\x33"
       "a",
       "\xef\xbb\xbf"
       "a"},
      {"\xb1\xea\xcc\xe2\x3a\x95\x34\xb2\x35\x20", "标题:𠮷 "},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    decoded d = decode(rows[i].bytes, strlen(rows[i].bytes));
    cr_expect(eq(int, d.code, ZC_OK), "row %zu", i);
    cr_expect(eq(str, d.out.data, (char *)rows[i].text), "row %zu", i);
    zc_buffer_free(&d.out);
  }
}

Test(text, nothing_becomes_nothing)
{
  decoded d = decode("", 0);
  cr_expect(eq(int, d.code, ZC_OK));
  cr_expect(eq(sz, d.out.size, 0));
  zc_buffer_free(&d.out);
}

Test(text, a_nul_byte_is_a_character)
{
  decoded d = decode("\xd6\xd0\0a", 4);
  cr_expect(eq(int, d.code, ZC_OK));
  cr_expect(eq(sz, d.out.size, 5));
  cr_expect(eq(int, memcmp(d.out.data, "中\0a", 5), 0));
  zc_buffer_free(&d.out);
}

Test(text, the_first_byte_that_is_not_gb18030_is_found)
{
  static const struct {
    const char *bytes;
    size_t bad;
  } rows[] = {
      {"\xff", 0},
      {"\x80", 0},
      {"abc\xff", 3},
      {"\xd2\xa9\xc6\xb7\xff", 4},
      {"\xd2\xa9\x80\xc6\xb7", 2},
      {"\xd2\xa9 \xc6\x20", 3},    /* a second byte out of range */
      {"\xd2\xa9\xc6", 2},         /* cut after one of two bytes */
      {"\x95\x34\xb2\x35\x95", 4}, /* cut after one, two, three of four */
      {"\x95\x34\xb2\x35\x95\x34", 4},
      {"\x95\x34\xb2\x35\x95\x34\xb2", 4},
      {"a\x95\x34\xb2\x20", 1},  /* a fourth byte that is no digit */
      {"a\x95\x34\x20\x35", 1},  /* a third byte out of range */
      {"ab\xe3\x32\x9a\x36", 2}, /* one past U+10FFFF */
      {"a\xfe\x39\xfe\x39", 1},
      {"\xe5\x8c\xbb\xe9\x99\xa2\xff", 6}, /* UTF-8 that pairs up by chance */
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    decoded d = decode(rows[i].bytes, strlen(rows[i].bytes));
    cr_expect(eq(int, d.code, ZC_EDATA), "row %zu", i);
    cr_expect(eq(sz, d.bad, rows[i].bad), "row %zu", i);
    zc_buffer_free(&d.out);
  }
}

/* The words that make deciding word by word impossible. */
Test(text, common_words_are_valid_in_both_encodings)
{
  static const struct {
    const char *bytes, *text;
  } rows[] = {{"\xd2\xa9\xc6\xb7", "药品"}, {"\xd2\xbd\xd4\xba", "医院"}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    cr_expect(zc_utf8_valid(rows[i].bytes, 4, NULL), "row %zu", i);
    decoded d = decode(rows[i].bytes, 4);
    cr_expect(eq(int, d.code, ZC_OK), "row %zu", i);
    cr_expect(eq(str, d.out.data, (char *)rows[i].text), "row %zu", i);
    zc_buffer_free(&d.out);
  }
}

Test(text, a_converter_forgets_the_text_before)
{
  zc_gb18030 *converter = zc_gb18030_new();
  zc_buffer out = {0};
  zc_err err;
  size_t bad;
  cr_assert(ne(ptr, converter, NULL));
  cr_expect(
      eq(int, zc_gb18030_decode(converter, "\xd6", 1, &out, &bad, &err), ZC_EDATA));
  zc_buffer_free(&out);
  cr_expect(
      eq(int, zc_gb18030_decode(converter, "\xd6\xd0", 2, &out, &bad, &err), ZC_OK));
  cr_expect(eq(str, out.data, (char *)"中"));
  zc_buffer_free(&out);
  zc_gb18030_free(converter);
}

Test(text, the_text_is_appended)
{
  zc_gb18030 *converter = zc_gb18030_new();
  zc_buffer out = {0};
  zc_err err;
  size_t bad;
  cr_assert(ne(ptr, converter, NULL));
  zc_buffer_text(&out, "a");
  cr_expect(
      eq(int, zc_gb18030_decode(converter, "\xd6\xd0", 2, &out, &bad, &err), ZC_OK));
  cr_expect(eq(str, out.data, (char *)"a中"));
  zc_buffer_free(&out);
  zc_gb18030_free(converter);
}

/* The C library encodes; what it has no code for is left out. */
Test(text, every_character_survives_the_round_trip)
{
  size_t room = (size_t)0x110000 * 4, size = 0, free_room = room, without = 0;
  char *text = malloc(room), *bytes = malloc(room), *to = bytes;
  iconv_t handle = iconv_open("GB18030", "UTF-8");
  cr_assert(text != NULL && bytes != NULL && handle != (iconv_t)-1);
  for (uint32_t c = 0; c <= 0x10ffff; c++) {
    if (!is_character(c))
      continue;
    size_t length = encode(c, text + size), left = length;
    char *in = text + size;
    if (iconv(handle, &in, &left, &to, &free_room) == 0)
      size += length;
    else
      without++;
  }
  iconv_close(handle);
  cr_expect(lt(sz, without, 100));
  decoded d = decode(bytes, room - free_room);
  cr_expect(eq(int, d.code, ZC_OK));
  cr_expect(eq(sz, d.out.size, size));
  cr_expect(d.out.size == size && memcmp(d.out.data, text, size) == 0);
  zc_buffer_free(&d.out);
  free(text);
  free(bytes);
}

Test(text, what_random_bytes_become_is_valid_utf8)
{
  seeded s = {18030};
  for (size_t round = 0; round < 20000; round++) {
    char bytes[24];
    size_t size = 1 + seeded_below(&s, sizeof bytes);
    for (size_t i = 0; i < size; i++) /* mostly what characters are made of */
      bytes[i] = (char)(seeded_below(&s, 3) == 0 ? 0x30 + seeded_below(&s, 10)
                                                 : 0x81 + seeded_below(&s, 0x7e));
    decoded d = decode(bytes, size);
    bool good = zc_utf8_valid(d.out.data, d.out.size, NULL);
    if (!good || (d.code != ZC_OK && d.bad >= size))
      cr_fatal("round %zu: code %d, bad %zu", round, (int)d.code, d.bad);
    zc_buffer_free(&d.out);
  }
}
