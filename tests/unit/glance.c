/* What is known at a glance is what a second look says: all ways of a machine agree, and a
 * dictionary that finds serials by their numbers has the codes of one that hashes. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "seeded.h"
#include "vector/dictionary.h"
#include "vector/glance.h"
#include "vector/spread.h"

#define CELLS 500

/* Cells behind each other, with commas between them. */
typedef struct {
  char text[CELLS * 32 + 64];
  uint32_t ends[CELLS + 1], rows[CELLS];
  zc_cells cells;
} line;

static void fill(line *l, seeded *s, const char *(*word)(seeded *s, char *room))
{
  char room[64];
  uint32_t at = 1;
  memset(l->text, ',', sizeof l->text);
  l->ends[0] = 0;
  for (uint32_t i = 0; i < CELLS; i++) {
    const char *own = word(s, room);
    memcpy(l->text + at, own, strlen(own));
    at += (uint32_t)strlen(own);
    l->ends[i + 1] = at++;
    l->rows[i] = i;
  }
  l->cells = (zc_cells){.base = l->text,
                        .ends = l->ends,
                        .rows = l->rows,
                        .count = CELLS,
                        .last = seeded_below(s, 2) == 0,
                        .quoted = true};
}

static const char *number(seeded *s, char *room)
{
  static const char *const strange[] = {"",           "-",   ".",   "-.",
                                        "-.5",        "5.",  ".5",  "1-",
                                        "1.2.3",      "+1",  "1e3", "\"12.5\"",
                                        "７",         "0-1", "7\r", "123456789",
                                        "12345678.9", "--1", "1 "};
  int digits = (int)seeded_below(s, 1000000), scale = (int)seeded_below(s, 4);
  if (seeded_below(s, 4) == 0)
    return strange[seeded_below(s, sizeof strange / sizeof *strange)];
  if (scale == 0)
    snprintf(room, 64, "%s%d", seeded_below(s, 5) == 0 ? "-" : "", digits);
  else
    snprintf(room, 64, "%s%d.%0*d", seeded_below(s, 5) == 0 ? "-" : "", digits / 1000,
             scale, digits % 10);
  return room;
}

static bool is_left(const uint32_t *left, uint32_t count, uint32_t row)
{
  for (uint32_t i = 0; i < count; i++)
    if (left[i] == row)
      return true;
  return false;
}

Test(glance, all_ways_read_the_same_numbers)
{
  seeded s = {3};
  static line l;
  for (int round = 0; round < 300; round++) {
    int scale = (int)seeded_below(&s, 4);
    int64_t one[CELLS], other[CELLS];
    uint32_t left_one[CELLS], left_other[CELLS], read = 0;
    fill(&l, &s, number);
    zc_range range = {INT64_MAX, INT64_MIN};
    uint32_t few = zc_glance_way(0)->numbers(&l.cells, scale, one, left_one, &range);
    for (uint32_t i = 0; i < CELLS; i++) {
      uint32_t size;
      const char *text = zc_cell_at(&l.cells, i, &size);
      if (is_left(left_one, few, i))
        continue;
      char copy[64] = {0}, *end;
      read++;
      memcpy(copy, text + (*text == '"'), size - 2 * (*text == '"'));
      double power = scale == 0 ? 1 : scale == 1 ? 10 : scale == 2 ? 100 : 1000;
      double expected = strtod(copy, &end) * power;
      cr_assert(end[0] == 0 && expected - (double)one[i] < 0.01 &&
                    (double)one[i] - expected < 0.01,
                "«%s» is %lld", copy, (long long)one[i]);
      cr_assert(range.least <= one[i] && one[i] <= range.most);
    }
    cr_assert(read > CELLS / 10);
    for (size_t way = 1; zc_glance_way(way) != NULL; way++) {
      uint32_t many = zc_glance_way(way)->numbers(&l.cells, scale, other, left_other,
                                                  &range);
      for (uint32_t i = 0; i < CELLS; i++)
        if (!is_left(left_one, few, i) && !is_left(left_other, many, i))
          cr_assert(one[i] == other[i], "round %d, cell %u", round, i);
    }
  }
}

static const char *serial(seeded *s, char *room)
{
  static const char *const strange[] = {"",          "P",       "P12", "P12345678",
                                        "Q123456",   "P12345x", "无",  "\"P123456\"",
                                        "P123456\r", "p123456"};
  if (seeded_below(s, 6) == 0)
    return strange[seeded_below(s, sizeof strange / sizeof *strange)];
  snprintf(room, 64, "P%06d", 123000 + (int)seeded_below(s, 2000));
  return room;
}

Test(glance, a_dictionary_of_serials_has_one_code_for_each_text)
{
  seeded s = {5};
  static line l;
  zc_dictionary d;
  static char known[4096][16];
  cr_assert(zc_dictionary_begin(&d, ZC_TEXT));
  for (int round = 0; round < 60; round++) {
    fill(&l, &s, serial);
    l.cells.last = false;
    for (uint32_t i = 0; i < CELLS; i++) {
      uint32_t size;
      const char *text = zc_cell_at(&l.cells, i, &size);
      if (size == 0)
        continue;
      uint32_t code = zc_dictionary_put(&d, text, size, true);
      cr_assert(code >= ZC_CODE_FIRST && code < 4096);
      if (known[code][0] == 0)
        memcpy(known[code], text, size);
      cr_assert(strlen(known[code]) == size && memcmp(known[code], text, size) == 0);
      cr_assert(zc_dictionary_find(&d, text, size) == code);
      zc_scalar own = zc_dictionary_scalar(&d, code);
      cr_assert(own.size == size && memcmp(own.text, text, size) == 0);
    }
  }
  cr_assert(d.serials.room > 0, "nobody saw that they are serials");
  for (size_t way = 0; zc_glance_way(way) != NULL; way++) {
    uint32_t numbers[CELLS], found = 0;
    zc_glance_way(way)->serials(&l.cells, &d.serials, numbers);
    for (uint32_t i = 0; i < CELLS; i++) {
      uint32_t size;
      const char *text = zc_cell_at(&l.cells, i, &size);
      bool quoted = *text == '"' && size > 2;
      if (numbers[i] >= d.serials.room)
        continue;
      found++;
      cr_assert(d.serials.codes[numbers[i]] == 0 ||
                d.serials.codes[numbers[i]] ==
                    zc_dictionary_find(&d, text + quoted, size - 2 * quoted));
    }
    cr_assert(found > CELLS / 2);
  }
  zc_dictionary_free(&d);
}

Test(glance, all_ways_know_the_same_recent_cells)
{
  seeded s = {9};
  static line l;
  zc_recent recent[ZC_RECENT];
  for (int i = 0; i < ZC_RECENT; i++)
    recent[i] = (zc_recent){.size = UINT32_MAX};
  for (int round = 0; round < 100; round++) {
    fill(&l, &s, round % 2 == 0 ? serial : number);
    for (size_t way = 0; zc_glance_way(way) != NULL; way++) {
      uint32_t meanings[CELLS], left[CELLS];
      uint32_t count = zc_glance_way(way)->recent(&l.cells, recent, meanings, left);
      for (uint32_t i = 0; i < CELLS; i++) {
        uint32_t size;
        const char *text = zc_cell_at(&l.cells, i, &size);
        zc_halves halves = zc_halves_of(text, size < ZC_SHORT ? size : ZC_SHORT);
        const zc_recent *own = &recent[zc_recent_place(halves, size)];
        bool known = own->size == size && own->halves.low == halves.low &&
                     own->halves.high == halves.high;
        cr_assert(known != is_left(left, count, i), "way %zu, cell %u", way, i);
        cr_assert(known == false || meanings[i] == own->meaning);
      }
    }
    for (uint32_t i = 0; i < CELLS; i += 3) {
      uint32_t size;
      const char *text = zc_cell_at(&l.cells, i, &size);
      zc_halves halves = zc_halves_of(text, size < ZC_SHORT ? size : ZC_SHORT);
      if (size <= ZC_SHORT)
        recent[zc_recent_place(halves, size)] =
            (zc_recent){.halves = halves, .size = size, .meaning = i};
    }
  }
}

Test(glance, all_ways_write_the_same_places)
{
  seeded s = {4};
  zc_block blocks[4];
  uint32_t commas[2][5 * ZC_BLOCK], lines[2][5 * ZC_BLOCK];
  for (int round = 0; round < 2000; round++) {
    for (int i = 0; i < 4; i++) {
      uint64_t bits = seeded_next(&s);
      for (size_t thin = seeded_below(&s, 4); thin > 0; thin--)
        bits &= seeded_next(&s);
      blocks[i] = (zc_block){.comma = bits, .line = bits & seeded_next(&s)};
    }
    for (size_t way = 0; zc_spread_way(way) != NULL; way++) {
      zc_places at = {commas[way > 0], lines[way > 0]};
      zc_spread_way(way)(blocks, 4, 100, &at);
      size_t count = 0, ends = 0;
      for (uint32_t i = 0; i < 4 * ZC_BLOCK; i++) {
        if (blocks[i / ZC_BLOCK].comma >> i % ZC_BLOCK & 1)
          cr_assert(commas[way > 0][count++] == 100 + i);
        if (blocks[i / ZC_BLOCK].line >> i % ZC_BLOCK & 1)
          cr_assert(lines[way > 0][ends++] == 100 + i);
      }
      cr_assert(at.commas == commas[way > 0] + count &&
                at.lines == lines[way > 0] + ends);
    }
  }
}
