#include "table/index.h"

#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t word)
{
  hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 29;
}

typedef unsigned __int128 wide;

static wide common_divisor(wide a, wide b)
{
  while (b != 0) {
    wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* 1/2, 2/4 and 0.5 are one number: reduced, and as a decimal if it is one. */
static uint64_t hash_ratio(uint64_t hash, zc_scalar value)
{
  wide over = value.units < 0 ? 0 - (uint64_t)value.units : (uint64_t)value.units;
  wide under = (wide)value.divisor;
  for (int i = 0; i < value.scale; i++)
    under *= 10;
  wide common = common_divisor(over, under);
  over /= common;
  under /= common;
  int scale = 0;
  while (scale < ZC_SCALE_MAX && (common = common_divisor(under, 10)) > 1) {
    over *= 10 / common;
    under /= common;
    scale++;
  }
  hash = mix(mix(hash, (uint64_t)(value.units < 0 ? 0 - over : over)), (uint64_t)scale);
  return under == 1 ? hash : mix(hash, (uint64_t)under);
}

/* Equal values must hash alike: 7 and 7.00 are one number. */
static uint64_t hash_scalar(uint64_t hash, zc_scalar value)
{
  switch (value.kind) {
  case ZC_NUMBER:
    if (value.divisor != 1)
      return hash_ratio(hash, value);
    while (value.scale > 0 && value.units % 10 == 0) {
      value.units /= 10;
      value.scale--;
    }
    return mix(mix(hash, (uint64_t)value.units), (uint64_t)value.scale);
  case ZC_TEXT:
  case ZC_CODES: {
    size_t at = 0;
    for (; at + 8 <= value.size; at += 8) {
      uint64_t word;
      memcpy(&word, value.text + at, 8);
      hash = mix(hash, word);
    }
    uint64_t rest = value.size;
    for (; at < value.size; at++)
      rest = rest << 8 | (unsigned char)value.text[at];
    return mix(hash, rest);
  }
  case ZC_BOOL:
    return mix(hash, value.truth);
  case ZC_NIL:
    return mix(hash, 77);
  default:
    return mix(hash, (uint64_t)value.units);
  }
}

static uint32_t hash_key(const zc_scalar *key, int width)
{
  uint64_t hash = 0x243f6a8885a308d3u;
  for (int i = 0; i < width; i++)
    hash = hash_scalar(hash, key[i]);
  return (uint32_t)(hash >> 32);
}

static bool same_key(const zc_scalar *a, const zc_scalar *b, int width)
{
  for (int i = 0; i < width; i++)
    if (zc_scalar_compare(&a[i], &b[i]) != 0)
      return false;
  return true;
}

void zc_index_begin(zc_index *index, int width)
{
  *index = (zc_index){.width = width};
}

void zc_index_free(zc_index *index)
{
  zc_arena_free(&index->arena);
  free(index->keys);
  free(index->hashes);
  free(index->slots);
  *index = (zc_index){0};
}

void zc_index_clear(zc_index *index)
{
  if (index->count == 0)
    return;
  if (index->capacity > 1024) {
    int width = index->width;
    zc_index_free(index);
    zc_index_begin(index, width);
    return;
  }
  memset(index->slots, 0, index->capacity * sizeof *index->slots);
  zc_arena_reset(&index->arena);
  index->count = 0;
}

/* The slot where the key stands, or the empty one where it belongs. */
static size_t slot_of(const zc_index *index, const zc_scalar *key, uint32_t hash)
{
  size_t mask = index->capacity - 1;
  size_t slot = hash & mask;
  while (index->slots[slot] != 0) {
    uint32_t number = index->slots[slot] - 1;
    if (index->hashes[number] == hash &&
        same_key(index->keys[number], key, index->width))
      break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

static bool grow(zc_index *index)
{
  size_t room = index->room == 0 ? 64 : index->room * 2;
  const zc_scalar **keys = realloc(index->keys, room * sizeof *keys);
  if (keys != NULL)
    index->keys = keys;
  uint32_t *hashes = realloc(index->hashes, room * sizeof *hashes);
  if (hashes != NULL)
    index->hashes = hashes;
  uint32_t *slots = calloc(room * 2, sizeof *slots);
  if (keys == NULL || hashes == NULL || slots == NULL || room > UINT32_MAX / 4) {
    free(slots);
    return false;
  }
  free(index->slots);
  index->slots = slots;
  index->capacity = room * 2;
  index->room = room;
  size_t mask = index->capacity - 1;
  for (size_t number = 0; number < index->count; number++) {
    size_t slot = index->hashes[number] & mask;
    while (slots[slot] != 0)
      slot = (slot + 1) & mask;
    slots[slot] = (uint32_t)number + 1;
  }
  return true;
}

int64_t zc_index_put(zc_index *index, const zc_scalar *key, bool *fresh)
{
  if (index->count == index->room && !grow(index))
    return -1;
  uint32_t hash = hash_key(key, index->width);
  size_t slot = slot_of(index, key, hash);
  if (fresh != NULL)
    *fresh = index->slots[slot] == 0;
  if (index->slots[slot] != 0)
    return index->slots[slot] - 1;
  size_t size = (size_t)index->width * sizeof *key;
  zc_scalar *copy = zc_arena_take(&index->arena, size);
  if (copy == NULL)
    return -1;
  memcpy(copy, key, size);
  index->keys[index->count] = copy;
  index->hashes[index->count] = hash;
  index->slots[slot] = (uint32_t)++index->count;
  return (int64_t)index->count - 1;
}

int64_t zc_index_find(const zc_index *index, const zc_scalar *key)
{
  if (index->count == 0)
    return -1;
  size_t slot = slot_of(index, key, hash_key(key, index->width));
  return (int64_t)index->slots[slot] - 1;
}
