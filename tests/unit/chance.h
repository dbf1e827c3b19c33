/* chance.h: numbers that look random and are the same in every run. */
#ifndef ZC_TEST_CHANCE_H
#define ZC_TEST_CHANCE_H

#include <stdint.h>
#include <string.h>

#include "base/buffer.h"

/* The next of a stream (xorshift); the state must not be 0. */
static inline uint64_t next_random(uint64_t *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* From `least` to `most`. */
static inline int random_between(uint64_t *state, int least, int most)
{
  return least + (int)((next_random(state) >> 11) % (uint64_t)(most - least + 1));
}

/* Adds one of some words, which «|» separates. */
static inline void add_word(zc_buffer *out, uint64_t *state, const char *words)
{
  int count = 1;
  for (const char *at = words; *at != '\0'; at++)
    count += *at == '|';
  for (int skip = random_between(state, 0, count - 1); skip > 0; skip--)
    words = strchr(words, '|') + 1;
  zc_buffer_add(out, words, strcspn(words, "|"));
}

#endif
