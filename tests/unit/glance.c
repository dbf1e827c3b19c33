/* What is known at a glance is what a second look says, in all ways of a machine. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "seeded.h"
#include "table/dataset.h"
#include "vector/dictionary.h"
#include "vector/glance.h"
#include "vector/spread.h"

#define CELLS 500

/* Cells behind each other, with commas between them. */
typedef struct line {
  char text[CELLS * 32 + 64];
  uint32_t ends[CELLS + 1], rows[CELLS];
  zc_cells cells;
  const char *format; /* of serials */
} line;

static void fill(line *l, seeded *s,
                 const char *(*word)(seeded *s, const line *l, char *room))
{
  char room[64];
  uint32_t at = 1;
  memset(l->text, ',', sizeof l->text);
  l->ends[0] = 0;
  for (uint32_t i = 0; i < CELLS; i++) {
    const char *own = word(s, l, room);
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

static const char *number(seeded *s, const line *l, char *room)
{
  static const char *const strange[] = {"",          "-",
                                        ".",         "-.",
                                        "-.5",       "5.",
                                        ".5",        "1-",
                                        "1.2.3",     "+1",
                                        "1e3",       "\"12.5\"",
                                        "７",        "0-1",
                                        "7\r",       "123456789",
                                        "-0",        "0007",
                                        "--1",       "1 ",
                                        "\"-7\"",    "0x10",
                                        "1,5",       "99999999",
                                        "9999999.9", "-9999999",
                                        "-99999999", "12345678.9",
                                        "1:",        "/1",
                                        "7.000",     "-7.050",
                                        "0.0000001", "123456789012345678"};
  (void)l;
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

/* The value that the plain reader gives a cell; false when it is no number. */
static bool is_number(const char *text, uint32_t size, int scale, int64_t *units)
{
  const zc_column column = {.kind = ZC_NUMBER, .scale = scale};
  zc_arena arena = {0};
  zc_scalar value;
  bool memory = false, quoted = *text == '"';
  zc_cell_state state = zc_column_read(&column, text + quoted, size - 2 * quoted,
                                       &arena, &value, &memory);
  zc_arena_free(&arena);
  *units = value.units;
  return state == ZC_CELL_GOOD && !memory;
}

static bool is_left(const uint32_t *left, uint32_t count, uint32_t row)
{
  for (uint32_t i = 0; i < count; i++)
    if (left[i] == row)
      return true;
  return false;
}

Test(glance, all_ways_read_numbers_as_the_plain_reader_does)
{
  seeded s = {3};
  static line l;
  for (int round = 0; round < 300; round++) {
    int scale = (int)seeded_below(&s, 10);
    fill(&l, &s, number);
    for (size_t way = 0; zc_glance_way(way) != NULL; way++) {
      int64_t units[CELLS], expected;
      uint32_t left[CELLS], read = 0, size;
      zc_range range = {INT64_MAX, INT64_MIN};
      uint32_t few = zc_glance_way(way)->numbers(&l.cells, scale, units, left, &range);
      for (uint32_t i = 0; i < CELLS; i++) {
        const char *text = zc_cell_at(&l.cells, i, &size);
        if (is_left(left, few, i))
          continue;
        read++;
        cr_assert(is_number(text, size, scale, &expected) && expected == units[i],
                  "way %zu: «%.*s» is %lld", way, (int)size, text, (long long)units[i]);
        cr_assert(range.least <= units[i] && units[i] <= range.most);
      }
      cr_assert(read > CELLS / 10);
    }
  }
}

static const char *const formats[] = {"P%06d", "RX%09d", "%08d", "2024010500%06d"};
#define FORMATS (sizeof formats / sizeof *formats)

/* Mostly serials of one format, of which the first digits may differ. */
static const char *serial(seeded *s, const line *l, char *room)
{
  static const char *const strange[] = {"",          "P",
                                        "P12",       "P12345678",
                                        "Q123456",   "P12345x",
                                        "无",        "p123456",
                                        "0000012",   "2024010500123456789",
                                        "123456",    "RX0001234",
                                        "12345678x", "RX000000001"};
  if (seeded_below(s, 6) == 0)
    return strange[seeded_below(s, sizeof strange / sizeof *strange)];
  int base = seeded_below(s, 20) == 0 ? 100000 : 123000;
  size_t way = seeded_below(s, 10);
  char *at = room + sprintf(room, "%s", way == 0 ? "\"" : "");
  at += sprintf(at, l->format, base + (int)seeded_below(s, 2000));
  sprintf(at, "%s", way == 0 ? "\"" : way == 1 ? "\r" : "");
  return room;
}

/* A dictionary that has learned such serials; others of the same line are in it, too. */
static void learn(zc_dictionary *d, line *l, seeded *s)
{
  cr_assert(zc_dictionary_begin(d, ZC_TEXT));
  for (int round = 0; round < 10; round++) {
    fill(l, s, serial);
    for (uint32_t i = 0; i < CELLS; i++) {
      uint32_t size;
      const char *text = zc_cell_at(&l->cells, i, &size);
      uint32_t marks = *text == '"';
      if (size > 0 && text[size - 1] != '\r')
        cr_assert(zc_dictionary_put(d, text + marks, size - 2 * marks, true) !=
                  UINT32_MAX);
    }
  }
  cr_assert(d->serials.room > 0, "nobody saw that they are serials");
}

Test(glance, all_ways_know_serials_by_their_numbers)
{
  seeded s = {5};
  static line l;
  for (size_t format = 0; format < FORMATS; format++) {
    zc_dictionary d;
    l.format = formats[format];
    learn(&d, &l, &s);
    fill(&l, &s, serial);
    for (size_t way = 0; zc_glance_way(way) != NULL; way++) {
      uint32_t numbers[CELLS], found = 0;
      zc_glance_way(way)->serials(&l.cells, &d.serials, numbers);
      for (uint32_t i = 0; i < CELLS; i++) {
        uint32_t size;
        const char *text = zc_cell_at(&l.cells, i, &size);
        uint32_t marks = *text == '"';
        uint32_t number = zc_serial_of(&d.serials, text + marks, size - 2 * marks);
        cr_assert(numbers[i] == number ||
                      (numbers[i] >= d.serials.room && number >= d.serials.room),
                  "way %zu, «%.*s»", way, (int)size, text);
        if (number >= d.serials.room)
          continue;
        found++;
        cr_assert(d.serials.codes[number] == 0 ||
                  d.serials.codes[number] ==
                      zc_dictionary_find(&d, text + marks, size - 2 * marks));
      }
      cr_assert(found > CELLS / 2);
    }
    zc_dictionary_free(&d);
  }
}

Test(glance, all_ways_know_the_same_recent_cells)
{
  seeded s = {9};
  static line l;
  zc_recent recent[ZC_RECENT];
  size_t seen = 0;
  for (int i = 0; i < ZC_RECENT; i++)
    recent[i] = (zc_recent){.size = UINT32_MAX};
  l.format = formats[0];
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
        seen += known;
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
  cr_assert(seen > 1000, "%zu", seen);
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
