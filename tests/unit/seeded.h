/* seeded.h: a generator for property tests. A seed gives the same run everywhere, so
 * that a failure can be repeated from its round number. */
#ifndef TEST_SEEDED_H
#define TEST_SEEDED_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint64_t state;
} seeded;

/* SplitMix64. */
static inline uint64_t seeded_next(seeded *s)
{
  uint64_t z = s->state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

/* 0 … limit − 1. */
static inline size_t seeded_below(seeded *s, size_t limit)
{
  return (size_t)(seeded_next(s) % limit);
}

#endif
