#include "vector/dictionary.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_SLOTS 64u

bool zc_dictionary_begin(zc_dictionary *d, zc_kind kind)
{
  *d = (zc_dictionary){.kind = kind, .count = ZC_CODE_FIRST, .room = LEAST_SLOTS / 2};
  d->words = calloc(d->room, sizeof *d->words);
  d->slots = calloc(LEAST_SLOTS, sizeof *d->slots);
  d->mask = LEAST_SLOTS - 1;
  if (d->words != NULL && d->slots != NULL)
    return true;
  zc_dictionary_free(d);
  return false;
}

void zc_dictionary_free(zc_dictionary *d)
{
  free(d->words);
  free(d->slots);
  zc_arena_free(&d->texts);
  *d = (zc_dictionary){0};
}

uint32_t zc_text_hash(const char *text, size_t size)
{
  uint64_t hash = size * UINT64_C(0x9e3779b97f4a7c15), word;
  size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    memcpy(&word, text + at, 8);
    hash = (hash ^ word) * UINT64_C(0xd6e8feb86659fd93);
    hash ^= hash >> 32;
  }
  word = 0;
  memcpy(&word, text + at, size - at);
  hash = (hash ^ word) * UINT64_C(0xd6e8feb86659fd93);
  hash ^= hash >> 32;
  return (uint32_t)(hash * UINT64_C(0xd6e8feb86659fd93) >> 32);
}

/* The slot of a text, or the empty one where it belongs. */
static uint32_t slot_of(const zc_dictionary *d, const char *text, size_t size,
                        uint32_t hash)
{
  uint32_t slot = hash & d->mask;
  while (d->slots[slot] != 0) {
    const zc_word *word = &d->words[d->slots[slot]];
    if (word->hash == hash && word->size == size && memcmp(word->text, text, size) == 0)
      break;
    slot = (slot + 1) & d->mask;
  }
  return slot;
}

/* Twice the room. */
static bool grow(zc_dictionary *d)
{
  if (d->room > UINT32_MAX / 8)
    return false;
  uint32_t room = d->room * 2, mask = room * 2 - 1;
  zc_word *words = realloc(d->words, room * sizeof *words);
  if (words == NULL)
    return false;
  d->words = words;
  uint32_t *slots = calloc((size_t)mask + 1, sizeof *slots);
  if (slots == NULL)
    return false;
  for (uint32_t code = ZC_CODE_FIRST; code < d->count; code++) {
    uint32_t slot = words[code].hash & mask;
    while (slots[slot] != 0)
      slot = (slot + 1) & mask;
    slots[slot] = code;
  }
  free(d->slots);
  d->slots = slots;
  d->mask = mask;
  d->room = room;
  return true;
}

uint32_t zc_dictionary_put(zc_dictionary *d, const char *text, size_t size, bool copy)
{
  if (size == 0)
    return ZC_CODE_BLANK;
  if (d->count == d->room && !grow(d))
    return UINT32_MAX;
  uint32_t hash = zc_text_hash(text, size), slot = slot_of(d, text, size, hash);
  if (d->slots[slot] != 0)
    return d->slots[slot];
  if (copy)
    text = zc_arena_copy(&d->texts, text, size);
  if (text == NULL)
    return UINT32_MAX;
  d->words[d->count] = (zc_word){text, (uint32_t)size, hash};
  d->slots[slot] = d->count;
  return d->count++;
}

uint32_t zc_dictionary_find(const zc_dictionary *d, const char *text, size_t size)
{
  if (size == 0)
    return ZC_CODE_BLANK;
  uint32_t code = d->slots[slot_of(d, text, size, zc_text_hash(text, size))];
  return code == 0 ? ZC_CODE_NIL : code;
}

zc_scalar zc_dictionary_scalar(const zc_dictionary *d, uint32_t code)
{
  zc_scalar text = zc_text("", 0);
  text.kind = (uint8_t)d->kind;
  switch (code) {
  case ZC_CODE_BLANK:
    return text;
  case ZC_CODE_UNREAD:
    return zc_unreadable();
  case ZC_CODE_NIL:
    return zc_nil();
  default:
    text.text = d->words[code].text;
    text.size = d->words[code].size;
    return text;
  }
}
