#include "vector/dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"

#define LEAST_SLOTS 64u

bool zc_dictionary_begin(zc_dictionary *d, zc_kind kind)
{
  *d = (zc_dictionary){.kind = kind,
                       .words = {.count = ZC_CODE_FIRST},
                       .mask = LEAST_SLOTS - 1};
  d->slots = calloc(LEAST_SLOTS, sizeof *d->slots);
  return d->slots != NULL;
}

void zc_dictionary_free(zc_dictionary *d)
{
  zc_translations_free(d);
  zc_vocabulary_free(&d->words);
  free(d->slots);
  zc_serials_free(&d->serials);
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

/* A text that may lie anywhere, but for its hash. */
static zc_word word_of(const char *text, size_t size)
{
  char room[ZC_SHORT] = {0};
  size_t first = size < ZC_SHORT ? size : ZC_SHORT;
  if (first > 0)
    memcpy(room, text, first);
  return (zc_word){text, (uint32_t)size, 0, zc_halves_of(room, (uint32_t)first)};
}

static inline bool same(const zc_word *a, const zc_word *b)
{
  return a->size == b->size && a->halves.low == b->halves.low &&
         a->halves.high == b->halves.high &&
         (a->size <= ZC_SHORT || memcmp(a->text, b->text, a->size) == 0);
}

static inline uint32_t hash_of(const zc_word *word)
{
  return word->size <= ZC_SHORT ? zc_halves_hash(word->halves, word->size)
                                : zc_text_hash(word->text, word->size);
}

/* The slot of a word, or the empty one where it belongs. */
static inline uint32_t slot_of(const zc_dictionary *d, const zc_word *word,
                               uint32_t hash)
{
  uint32_t slot = hash & d->mask;
  while (d->slots[slot].code != 0 &&
         (d->slots[slot].hash != hash ||
          !same(zc_word_at(&d->words, d->slots[slot].code), word)))
    slot = (slot + 1) & d->mask;
  return slot;
}

static void put_slot(zc_slot *slots, uint32_t mask, zc_slot own)
{
  uint32_t slot = own.hash & mask;
  while (slots[slot].code != 0)
    slot = (slot + 1) & mask;
  slots[slot] = own;
}

/* Twice the slots. */
static bool grow_slots(zc_dictionary *d)
{
  if (d->mask > UINT32_MAX / 4)
    return false;
  uint32_t mask = d->mask * 2 + 1;
  zc_slot *slots = zc_heap_zeros((size_t)mask + 1, sizeof *slots);
  if (slots == NULL)
    return false;
  for (uint32_t i = 0; i <= d->mask; i++)
    if (d->slots[i].code != 0)
      put_slot(slots, mask, d->slots[i]);
  free(d->slots);
  d->slots = slots;
  d->mask = mask;
  return true;
}

static bool is_serial(const zc_dictionary *d, const zc_serials *serials, uint32_t code)
{
  return zc_serial_of_word(serials, zc_word_at(&d->words, code)) < serials->room;
}

/* Finds out whether the words are serials, which then need no slots. */
static bool learn(zc_dictionary *d)
{
  zc_serials serials;
  if (!zc_serials_learn(&serials, &d->words))
    return false;
  if (serials.room == 0 && d->serials.room == 0)
    return true;
  uint32_t hashed = 0, room = LEAST_SLOTS;
  for (uint32_t code = ZC_CODE_FIRST; code < d->words.count; code++)
    hashed += !is_serial(d, &serials, code);
  while (room < hashed * 2)
    room *= 2;
  zc_slot *slots = zc_heap_zeros(room, sizeof *slots);
  if (slots == NULL) {
    zc_serials_free(&serials);
    return false;
  }
  for (uint32_t code = ZC_CODE_FIRST; code < d->words.count; code++)
    if (!is_serial(d, &serials, code))
      put_slot(slots, room - 1, (zc_slot){code, zc_word_at(&d->words, code)->hash});
  zc_serials_free(&d->serials);
  d->serials = serials;
  free(d->slots);
  d->slots = slots;
  d->mask = room - 1;
  d->hashed = hashed;
  return true;
}

/* Whenever there are twice the words, those that are hashed may turn out to be serials. */
static bool is_time_to_learn(const zc_dictionary *d)
{
  uint32_t count = d->words.count;
  return count >= LEAST_SLOTS / 2 && (count & (count - 1)) == 0 &&
         d->hashed > count / 2;
}

uint32_t zc_dictionary_add(zc_dictionary *d, zc_word word, bool copy)
{
  if (!zc_vocabulary_reserve(&d->words))
    return UINT32_MAX;
  uint32_t number = zc_serial_of_word(&d->serials, &word);
  if (!zc_serials_widen(&d->serials, number, &d->words))
    return UINT32_MAX;
  bool serial = number < d->serials.room;
  if (!serial && d->hashed * 2 > d->mask && !grow_slots(d))
    return UINT32_MAX;
  word.hash = hash_of(&word);
  zc_slot *slot = serial ? NULL : &d->slots[slot_of(d, &word, word.hash)];
  uint32_t *code = serial ? &d->serials.codes[number] : &slot->code;
  if (*code != 0)
    return *code;
  if (copy && word.size > ZC_SHORT) {
    char *own = zc_arena_take(&d->texts, word.size);
    if (own == NULL)
      return UINT32_MAX;
    word.text = memcpy(own, word.text, word.size);
  }
  *zc_word_at(&d->words, d->words.count) = word;
  *code = d->words.count;
  if (!serial) {
    slot->hash = word.hash;
    d->hashed++;
  }
  d->words.count++;
  return is_time_to_learn(d) && !learn(d) ? UINT32_MAX : d->words.count - 1;
}

uint32_t zc_dictionary_add_serial(zc_dictionary *d, uint32_t number, const char *text)
{
  if (!zc_vocabulary_reserve(&d->words))
    return UINT32_MAX;
  zc_word word = zc_word_of(text, d->serials.size);
  word.hash = hash_of(&word);
  *zc_word_at(&d->words, d->words.count) = word;
  return d->serials.codes[number] = d->words.count++;
}

uint32_t zc_dictionary_put(zc_dictionary *d, const char *text, size_t size, bool copy)
{
  if (size == 0)
    return ZC_CODE_BLANK;
  return zc_dictionary_add(d, word_of(text, size), copy);
}

#define NEAR 1024u /* words of a dictionary that stays near the processor */
#define STEP 256u  /* texts that are fetched at the same time */

/* Words that are found by a number, mostly. */
static void find_serials(const zc_dictionary *d, const zc_word *words, size_t count,
                         uint32_t *codes)
{
  uint32_t numbers[STEP];
  for (size_t i = 0; i < count; i++) {
    numbers[i] = zc_serial_of_word(&d->serials, &words[i]);
    __builtin_prefetch(
        &d->serials.codes[numbers[i] < d->serials.room ? numbers[i] : 0]);
  }
  for (size_t i = 0; i < count; i++)
    codes[i] = numbers[i] < d->serials.room
                   ? d->serials.codes[numbers[i]]
                   : d->slots[slot_of(d, &words[i], hash_of(&words[i]))].code;
}

static void find_hashed(const zc_dictionary *d, const zc_word *words, size_t count,
                        uint32_t *codes)
{
  uint32_t hashes[STEP];
  for (size_t i = 0; i < count; i++)
    hashes[i] = hash_of(&words[i]);
  if (d->words.count > NEAR) {
    /* Each pass asks for what the next one reads, so that their delays overlap. */
    for (size_t i = 0; i < count; i++)
      __builtin_prefetch(&d->slots[hashes[i] & d->mask]);
    for (size_t i = 0; i < count; i++)
      __builtin_prefetch(zc_word_at(&d->words, d->slots[hashes[i] & d->mask].code));
  }
  for (size_t i = 0; i < count; i++)
    codes[i] = d->slots[slot_of(d, &words[i], hashes[i])].code;
}

void zc_dictionary_find_many(const zc_dictionary *d, const zc_word *words, size_t count,
                             uint32_t *codes)
{
  for (size_t first = 0; first < count; first += STEP) {
    size_t part = count - first < STEP ? count - first : STEP;
    if (d->serials.room > 0)
      find_serials(d, words + first, part, codes + first);
    else
      find_hashed(d, words + first, part, codes + first);
  }
}

uint32_t zc_dictionary_find(const zc_dictionary *d, const char *text, size_t size)
{
  if (size == 0)
    return ZC_CODE_BLANK;
  zc_word word = word_of(text, size);
  uint32_t code;
  zc_dictionary_find_many(d, &word, 1, &code);
  return code == 0 ? ZC_CODE_NIL : code;
}

uint32_t zc_dictionary_find_word(const zc_dictionary *d, const zc_word *word)
{
  uint32_t number = zc_serial_of_word(&d->serials, word);
  uint32_t code = number < d->serials.room
                      ? d->serials.codes[number]
                      : d->slots[slot_of(d, word, word->hash)].code;
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
  default: {
    const zc_word *word = zc_word_at(&d->words, code);
    text.text = word->size > ZC_SHORT ? word->text : (const char *)&word->halves;
    text.size = word->size;
    return text;
  }
  }
}
