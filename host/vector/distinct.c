#include "vector/distinct.h"

#include <stdlib.h>

#define EMPTY INT64_MIN
#define FEW 12 /* so many are compared with each other */
#define LEAST_SLOTS ((size_t)64)

void zc_distinct_free(zc_distinct *d)
{
  free(d->slots);
  *d = (zc_distinct){0};
}

static size_t slot_of(const zc_distinct *d, int64_t value)
{
  uint64_t hash = (uint64_t)value * UINT64_C(0x9e3779b97f4a7c15);
  size_t slot = (size_t)(hash >> 32 ^ hash >> 7) & d->mask;
  while (d->slots[slot] != EMPTY && d->slots[slot] != value)
    slot = (slot + 1) & d->mask;
  return slot;
}

/* Empties so many slots, a power of two, for what comes. False when out of memory. */
static bool begin(zc_distinct *d, size_t slots)
{
  if (slots > d->room) {
    free(d->slots);
    d->slots = malloc(slots * sizeof *d->slots);
    d->room = d->slots == NULL ? 0 : slots;
    d->count = 0;
    d->mask = 0;
    if (d->slots == NULL)
      return false;
  }
  for (size_t i = 0; i < slots; i++)
    d->slots[i] = EMPTY;
  d->mask = slots - 1;
  d->count = 0;
  return true;
}

static void put(zc_distinct *d, int64_t value)
{
  size_t slot = slot_of(d, value);
  d->count += d->slots[slot] == EMPTY;
  d->slots[slot] = value;
}

/* Room for twice as many. */
static bool grow(zc_distinct *d)
{
  zc_distinct grown = {0};
  if (!begin(&grown, (d->mask + 1) * 2))
    return false;
  for (size_t i = 0; i <= d->mask; i++)
    if (d->slots[i] != EMPTY)
      put(&grown, d->slots[i]);
  free(d->slots);
  *d = grown;
  return true;
}

void zc_distinct_clear(zc_distinct *d)
{
  d->mask = 0;
  d->count = 0;
}

bool zc_distinct_add(zc_distinct *d, const int64_t *values, size_t count)
{
  if (d->mask == 0 && !begin(d, LEAST_SLOTS))
    return false;
  for (size_t i = 0; i < count; i++) {
    if (d->count * 2 > d->mask && !grow(d))
      return false;
    put(d, values[i]);
  }
  return true;
}

static int64_t compare_all(const int64_t *values, size_t count)
{
  int64_t different = 0;
  for (size_t i = 0; i < count; i++) {
    unsigned known = 0;
    for (size_t k = 0; k < i; k++)
      known |= values[k] == values[i];
    different += known == 0;
  }
  return different;
}

bool zc_distinct_count(zc_distinct *d, const int64_t *values, size_t count,
                       int64_t *different)
{
  if (count <= FEW) {
    *different = compare_all(values, count);
    return true;
  }
  size_t slots = LEAST_SLOTS;
  while (slots < count * 2)
    slots *= 2;
  if (!begin(d, slots))
    return false;
  for (size_t i = 0; i < count; i++)
    put(d, values[i]);
  *different = (int64_t)d->count;
  return true;
}
