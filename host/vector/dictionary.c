#include "vector/dictionary.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_SLOTS 64u

/* Room for so many words, none of which lies in two lines of the processor's memory: to find
 * one far away is then one look. */
static bool take_words(size_t room, zc_word **words, void **held)
{
  *held = malloc((room + 1) * sizeof **words);
  *words = (zc_word *)(((uintptr_t)*held + sizeof **words - 1) / sizeof **words *
                       sizeof **words);
  return *held != NULL;
}

bool zc_dictionary_begin(zc_dictionary *d, zc_kind kind)
{
  *d = (zc_dictionary){.kind = kind, .count = ZC_CODE_FIRST, .room = LEAST_SLOTS / 2};
  bool good = take_words(d->room, &d->words, &d->held);
  if (good)
    memset(d->words, 0, ZC_CODE_FIRST * sizeof *d->words);
  d->slots = calloc(LEAST_SLOTS, sizeof *d->slots);
  d->mask = LEAST_SLOTS - 1;
  if (good && d->slots != NULL)
    return true;
  zc_dictionary_free(d);
  return false;
}

void zc_dictionary_free(zc_dictionary *d)
{
  zc_translations_free(d);
  free(d->held);
  free(d->slots);
  zc_arena_free(&d->texts);
  *d = (zc_dictionary){0};
}

uint32_t zc_text_hash(const char *text, size_t size)
{
  uint64_t hash = size;
  zc_halves halves;
  char room[ZC_SHORT] = {0};
  if (size <= ZC_SHORT) {
    if (size > 0)
      memcpy(room, text, size);
    return zc_halves_hash(zc_halves_of(room, (uint32_t)size), (uint32_t)size);
  }
  for (size_t at = 0; at + ZC_SHORT < size; at += ZC_SHORT) {
    halves = zc_halves_of(text + at, ZC_SHORT);
    hash = zc_halves_mix(halves.low ^ hash, halves.high ^ UINT64_C(0x8ebc6af09c88c6e3));
  }
  halves = zc_halves_of(text + size - ZC_SHORT, ZC_SHORT);
  halves.low ^= hash;
  return zc_halves_hash(halves, (uint32_t)size);
}

/* A text that may lie anywhere. */
static zc_word word_of(const char *text, size_t size)
{
  char room[ZC_SHORT] = {0};
  size_t first = size < ZC_SHORT ? size : ZC_SHORT;
  if (first > 0)
    memcpy(room, text, first);
  return (zc_word){text, (uint32_t)size, zc_text_hash(text, size),
                   zc_halves_of(room, (uint32_t)first)};
}

static inline bool same(const zc_word *a, const zc_word *b)
{
  return a->size == b->size && a->halves.low == b->halves.low &&
         a->halves.high == b->halves.high &&
         (a->size <= ZC_SHORT || memcmp(a->text, b->text, a->size) == 0);
}

/* The slot of a text, or the empty one where it belongs. */
static inline uint32_t slot_of(const zc_dictionary *d, const zc_word *text)
{
  uint32_t slot = text->hash & d->mask;
  while (d->slots[slot].code != 0 && (d->slots[slot].hash != text->hash ||
                                      !same(&d->words[d->slots[slot].code], text)))
    slot = (slot + 1) & d->mask;
  return slot;
}

/* Twice the room. */
static bool grow(zc_dictionary *d)
{
  if (d->room > UINT32_MAX / 8)
    return false;
  uint32_t room = d->room * 2, mask = room * 2 - 1;
  zc_word *words;
  void *held;
  if (!take_words(room, &words, &held))
    return false;
  memcpy(words, d->words, d->count * sizeof *words);
  free(d->held);
  d->words = words;
  d->held = held;
  zc_slot *slots = calloc((size_t)mask + 1, sizeof *slots);
  if (slots == NULL)
    return false;
  for (uint32_t code = ZC_CODE_FIRST; code < d->count; code++) {
    uint32_t slot = words[code].hash & mask;
    while (slots[slot].code != 0)
      slot = (slot + 1) & mask;
    slots[slot] = (zc_slot){code, words[code].hash};
  }
  free(d->slots);
  d->slots = slots;
  d->mask = mask;
  d->room = room;
  return true;
}

uint32_t zc_dictionary_add(zc_dictionary *d, zc_word word, bool copy)
{
  if (d->count == d->room && !grow(d))
    return UINT32_MAX;
  zc_slot *slot = &d->slots[slot_of(d, &word)];
  if (slot->code != 0)
    return slot->code;
  if (copy) {
    char *own = zc_arena_take(&d->texts, word.size + (size_t)ZC_SHORT);
    if (own == NULL)
      return UINT32_MAX;
    word.text = memcpy(own, word.text, word.size);
  }
  d->words[d->count] = word;
  *slot = (zc_slot){d->count, word.hash};
  return d->count++;
}

uint32_t zc_dictionary_put(zc_dictionary *d, const char *text, size_t size, bool copy)
{
  if (size == 0)
    return ZC_CODE_BLANK;
  return zc_dictionary_add(d, word_of(text, size), copy);
}

#define NEAR 1024u /* words of a dictionary that stays near the processor */
#define STEP 256u  /* texts that are fetched at the same time */

void zc_dictionary_find_many(const zc_dictionary *d, const zc_word *words, size_t count,
                             uint32_t *codes)
{
  for (size_t first = 0; first < count; first += STEP) {
    size_t end = count - first < STEP ? count : first + STEP;
    if (d->count > NEAR) {
      /* Each pass asks for what the next one reads, so that their delays overlap. */
      for (size_t i = first; i < end; i++)
        __builtin_prefetch(&d->slots[words[i].hash & d->mask]);
      for (size_t i = first; i < end; i++)
        __builtin_prefetch(&d->words[d->slots[words[i].hash & d->mask].code]);
    }
    for (size_t i = first; i < end; i++)
      codes[i] = d->slots[slot_of(d, &words[i])].code;
  }
}

uint32_t zc_dictionary_find(const zc_dictionary *d, const char *text, size_t size)
{
  if (size == 0)
    return ZC_CODE_BLANK;
  zc_word word = word_of(text, size);
  return zc_dictionary_find_word(d, &word);
}

uint32_t zc_dictionary_find_word(const zc_dictionary *d, const zc_word *word)
{
  uint32_t code = d->slots[slot_of(d, word)].code;
  return code == 0 ? ZC_CODE_NIL : code;
}

/* A word that is short has its bytes in its halves, where these are in order. */
static const char *text_of(const zc_dictionary *d, const zc_word *word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (d->settled && word->size <= ZC_SHORT)
    return (const char *)&word->halves;
#endif
  (void)d;
  return word->text;
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
    text.text = text_of(d, &d->words[code]);
    text.size = d->words[code].size;
    return text;
  }
}
