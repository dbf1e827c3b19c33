#include "vector/serials.h"

#include <stdlib.h>

#include "base/heap.h"

#define SAMPLE 256u /* words that are looked at */
/* Numbers that have room, for any words and for each one: about what hashes would take. */
#define LEAST (UINT32_C(1) << 16)
#define EACH 8u
#define MOST UINT32_C(100000000) /* no number has more than eight digits */

/* The room that so many words are worth. */
static uint32_t limit(uint32_t count)
{
  return count < LEAST / EACH ? LEAST : count > MOST / EACH ? MOST : count * EACH;
}

static unsigned char byte_of(const zc_word *word, uint32_t at)
{
  unsigned char byte;
  memcpy(&byte, (const char *)&word->halves + at, 1);
  return byte;
}

static bool is_digit(unsigned char c)
{
  return c >= '0' && c <= '9';
}

/* Whether reading a cell leaves such a byte as it is, whatever stands beside it. */
static bool is_plain(unsigned char c)
{
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
}

/* Words like this one: all but its last digits, eight at most, is their beginning. */
static bool take_pattern(zc_serials *s, const zc_word *word)
{
  uint32_t size = word->size, digits = 0;
  if (size > ZC_SHORT)
    return false;
  while (digits < 8 && digits < size && is_digit(byte_of(word, size - digits - 1)))
    digits++;
  for (uint32_t i = 0; i < size - digits; i++)
    if (!is_plain(byte_of(word, i)))
      return false;
  *s = (zc_serials){.size = size,
                    .last = size < 8 ? 0 : size - 8,
                    .shift = size < 8 ? 8 * (8 - size) : 0};
  memset(&s->own, 0xff, size - digits);
  s->digits = digits == 8 ? UINT64_MAX : ~(UINT64_MAX >> 8 * digits);
  s->beginning = (zc_halves){word->halves.low & s->own.low,
                             word->halves.high & s->own.high};
  return digits > 0;
}

static uint32_t number_of(const zc_serials *s, const zc_vocabulary *words,
                          uint32_t code)
{
  return zc_serial_of_word(s, zc_word_at(words, code));
}

/* Whether most of a sample is like the pattern, and near enough to each other; sets the base. */
static bool fits(zc_serials *s, const zc_vocabulary *words)
{
  uint32_t step = words->count / SAMPLE + 1, seen = 0, alike = 0;
  uint32_t least = UINT32_MAX, most = 0;
  for (uint32_t code = ZC_CODE_FIRST; code < words->count; code += step) {
    uint32_t number = number_of(s, words, code);
    seen++;
    if (number == UINT32_MAX)
      continue;
    alike++;
    least = number < least ? number : least;
    most = number > most ? number : most;
  }
  if (alike < seen - seen / 4)
    return false;
  uint32_t margin = (most - least) / 8; /* a sample misses the lowest one */
  s->base = least < margin ? 0 : least - margin;
  return most - s->base < limit(words->count);
}

/* Room for so many numbers, and in it the words. False when out of memory. */
static bool fill(zc_serials *s, uint32_t room, const zc_vocabulary *words)
{
  uint32_t *codes = zc_heap_zeros(room, sizeof *codes);
  if (codes == NULL)
    return false;
  free(s->codes);
  s->codes = codes;
  s->room = room;
  for (uint32_t code = ZC_CODE_FIRST; code < words->count; code++) {
    uint32_t number = number_of(s, words, code);
    if (number < room)
      codes[number] = code;
  }
  return true;
}

static uint32_t room_for(uint32_t number, uint32_t count)
{
  uint32_t most = limit(count), room = 64;
  while (room <= number)
    room *= 2;
  return room < most ? room : most;
}

bool zc_serials_learn(zc_serials *s, const zc_vocabulary *words)
{
  uint32_t last = words->count - 1, middle = (last + ZC_CODE_FIRST) / 2;
  uint32_t examples[] = {last, middle, ZC_CODE_FIRST};
  for (int i = 0; i < 3; i++) {
    if (!take_pattern(s, zc_word_at(words, examples[i])) || !fits(s, words))
      continue;
    uint32_t most = 0;
    for (uint32_t code = ZC_CODE_FIRST; code < words->count; code++) {
      uint32_t number = number_of(s, words, code);
      most = number < limit(words->count) && number > most ? number : most;
    }
    return fill(s, room_for(most, words->count), words);
  }
  *s = (zc_serials){0};
  return true;
}

bool zc_serials_widen(zc_serials *s, uint32_t number, const zc_vocabulary *words)
{
  if (s->room == 0 || number < s->room || number >= limit(words->count))
    return true;
  uint32_t room = room_for(number, words->count);
  /* All words are looked at: not for a few numbers more, whose words may as well be hashed. */
  return room - s->room < s->room / 2 || fill(s, room, words);
}

void zc_serials_free(zc_serials *s)
{
  free(s->codes);
  *s = (zc_serials){0};
}
