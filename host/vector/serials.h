/* serials.h: words that are a number behind a beginning that is always the same, as identity
 * numbers mostly are (P205112, RX000000001, 20240105000123). They are found by their number,
 * without a hash and without a look at the word itself. */
#ifndef ZC_VECTOR_SERIALS_H
#define ZC_VECTOR_SERIALS_H

#include "vector/vocabulary.h"

typedef struct {
  uint32_t size;        /* of each such word */
  uint32_t last, shift; /* where its last eight bytes are, and how far below the top */
  zc_halves beginning, own; /* the beginning, and the bits that it has */
  uint64_t digits;          /* the bits of the last eight bytes that are the number's */
  uint32_t base;            /* the lowest number that has room */
  uint32_t room;   /* numbers from there on; 0: no words are known to be such */
  uint32_t *codes; /* by number - base; 0: no word */
} zc_serials;

/* The number of a word, less the base, by its first ZC_SHORT bytes, among which there may be
 * some behind it. What is no such word, or has no room, gives a number that is not below
 * `room`. */
static inline uint32_t zc_serial_of(const zc_serials *s, const char *text,
                                    uint32_t size)
{
  zc_halves halves;
  uint64_t last;
  memcpy(&halves, text, sizeof halves);
  memcpy(&last, text + s->last, sizeof last);
  uint64_t other = ((halves.low & s->own.low) ^ s->beginning.low) |
                   ((halves.high & s->own.high) ^ s->beginning.high) | (size ^ s->size);
  last = ((zc_half_number(last) << s->shift) ^ UINT64_C(0x3030303030303030)) &
         s->digits;
  return other == 0 && zc_are_digits(last) ? zc_of_digits(last) - s->base : UINT32_MAX;
}

static inline uint32_t zc_serial_of_word(const zc_serials *s, const zc_word *word)
{
  return zc_serial_of(s, (const char *)&word->halves, word->size);
}

/* Finds out whether most of the words are such, and which. Those of them that have room are
 * then known by their codes; `serials`, which need not be set, has no room if they are not.
 * False when out of memory. */
bool zc_serials_learn(zc_serials *serials, const zc_vocabulary *words);

/* Makes room for a number as far as this is worth its memory, and the time. False when out of
 * memory. */
bool zc_serials_widen(zc_serials *serials, uint32_t number, const zc_vocabulary *words);

void zc_serials_free(zc_serials *serials);

#endif
