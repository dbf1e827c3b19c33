/* chance.h: numbers that look random and are the same in every run. */
#ifndef ZC_TEST_CHANCE_H
#define ZC_TEST_CHANCE_H

#include <stdint.h>

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

#endif
