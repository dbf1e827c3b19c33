/* A dictionary has one code for each text, whether it finds it by a number or by its hash: while
 * it learns which texts are serials, when others come, and when memory runs out. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "failing.h"
#include "seeded.h"
#include "vector/dictionary.h"

/* Texts that are a number from `first` on behind the same beginning. */
typedef struct {
  const char *format;
  unsigned first;
} family;

static const family families[] = {
    {"P%06u", 123000},
    {"P%06u", 1}, /* below the numbers that were there first */
    {"P%06u", 900000},
    {"P%08u", 99990000},
    {"Q%06u", 123000},
    {"RX%09u", 1},
    {"%04u", 1},
    {"%08u", 20240105},
    {"2024010500%06u", 7},
    {"20240105-%07u", 12},
    {"far-longer-than-the-others-%06u", 5},
    {"第%u号", 1},
};
#define FAMILIES (sizeof families / sizeof *families)
#define SPAN 3000u
#define ROOM 64

static size_t text_of(size_t kind, uint32_t number, char text[ROOM])
{
  memset(text, '#', ROOM);
  int size = snprintf(text, ROOM, families[kind].format, families[kind].first + number);
  text[size] = '7'; /* whoever reads further sees one digit more */
  return (size_t)size;
}

static void expect_text(const zc_dictionary *d, uint32_t code, size_t kind,
                        uint32_t number)
{
  char text[ROOM];
  size_t size = text_of(kind, number, text);
  cr_assert(zc_dictionary_find(d, text, size) == code, "%.*s", (int)size, text);
  if (code == ZC_CODE_NIL)
    return;
  zc_scalar own = zc_dictionary_scalar(d, code);
  cr_assert(own.size == size && memcmp(own.text, text, size) == 0, "%.*s", (int)size,
            text);
  cr_assert(zc_dictionary_find_word(d, zc_word_at(&d->words, code)) == code);
}

static void expect_all(const zc_dictionary *d, uint32_t codes[FAMILIES][SPAN])
{
  for (size_t kind = 0; kind < FAMILIES; kind++)
    for (uint32_t i = 0; i < SPAN; i++)
      expect_text(d, codes[kind][i] == 0 ? ZC_CODE_NIL : codes[kind][i], kind, i);
}

/* A text that is there gets its code once more, another the next one. False when out of
 * memory. */
static bool put(zc_dictionary *d, uint32_t codes[FAMILIES][SPAN], size_t kind,
                uint32_t number)
{
  char text[ROOM];
  size_t size = text_of(kind, number, text);
  uint32_t expected = codes[kind][number] != 0 ? codes[kind][number] : d->words.count;
  uint32_t code = zc_dictionary_put(d, text, size, true);
  if (code == UINT32_MAX) {
    /* It may have been put before memory ran out. */
    if (d->words.count > expected)
      codes[kind][number] = expected;
    return false;
  }
  cr_assert(code == expected, "%.*s: %u, not %u", (int)size, text, code, expected);
  codes[kind][number] = code;
  return true;
}

Test(serials, each_text_has_one_code_while_kinds_of_texts_take_turns)
{
  static uint32_t codes[FAMILIES][SPAN];
  seeded s = {6};
  size_t learned = 0;
  for (int round = 0; round < 40; round++) {
    zc_dictionary d;
    cr_assert(zc_dictionary_begin(&d, ZC_TEXT));
    memset(codes, 0, sizeof codes);
    for (int turn = 0; turn < 4; turn++) {
      size_t most = seeded_below(&s, FAMILIES), noise = seeded_below(&s, 4);
      uint32_t span = turn % 2 == 0 ? 100 : SPAN, next = 0;
      for (size_t count = 40 << seeded_below(&s, 6); count > 0; count--) {
        size_t kind = seeded_below(&s, 10) < noise ? seeded_below(&s, FAMILIES) : most;
        uint32_t number = count % 3 > 0 ? next++ % SPAN
                                        : (uint32_t)seeded_below(&s, span);
        cr_assert(put(&d, codes, kind, number));
      }
      learned += d.serials.room > 0;
    }
    expect_all(&d, codes);
    zc_dictionary_free(&d);
  }
  cr_assert(learned > 40 && learned < 150, "%zu", learned);
}

/* What hands a dictionary its texts may go on after one of them found no memory. */
Test(serials, nothing_is_lost_when_memory_runs_out)
{
  static uint32_t codes[FAMILIES][SPAN];
  static const size_t kinds[] = {0, 1, 4, 10};
  for (long at = 0;; at++) {
    zc_dictionary d;
    memset(codes, 0, sizeof codes);
    failed = false;
    cr_assert(zc_dictionary_begin(&d, ZC_TEXT));
    left = at;
    for (uint32_t i = 0; i < 4 * 80; i++)
      if (!put(&d, codes, kinds[i / 80], i % 80))
        cr_assert(failed);
    left = -1;
    expect_all(&d, codes);
    zc_dictionary_free(&d);
    if (!failed) {
      cr_expect(at > 8, "only %ld allocations", at);
      return;
    }
  }
}

/* As many numbers between two serials as one word is worth, and about that. */
Test(serials, thinly_spread_ones_are_not_laid_out_again_for_each_word)
{
  for (unsigned stride = 1; stride < 12; stride++) {
    zc_dictionary d;
    cr_assert(zc_dictionary_begin(&d, ZC_TEXT));
    left = 1000000;
    for (unsigned i = 0; i < 40000; i++) {
      char text[ROOM];
      size_t size = (size_t)snprintf(text, sizeof text, "P%08u", i * stride);
      cr_assert(zc_dictionary_put(&d, text, size, true) == ZC_CODE_FIRST + i);
    }
    long used = 1000000 - left;
    left = -1;
    cr_expect(used < 100, "%ld allocations, %u apart", used, stride);
    zc_dictionary_free(&d);
  }
}
