#include "vector/translation.h"

#include <stdlib.h>

#include "base/heap.h"

#define STEP 128 /* words that are looked up together */

zc_translation *zc_translation_of(zc_dictionary *from, zc_dictionary *to)
{
  for (zc_translation *t = from->outward; t != NULL; t = t->outward)
    if (t->to == to)
      return t;
  zc_translation *t = zc_heap_zeros(1,
                                    sizeof *t + from->words.count * sizeof t->found[0]);
  if (t == NULL)
    return NULL;
  t->from = from;
  t->to = to;
  t->outward = from->outward;
  t->inward = to->inward;
  from->outward = to->inward = t;
  return t;
}

static void leave_outward(zc_translation *t)
{
  zc_translation **at = &t->from->outward;
  while (*at != t)
    at = &(*at)->outward;
  *at = t->outward;
}

static void leave_inward(zc_translation *t)
{
  zc_translation **at = &t->to->inward;
  while (*at != t)
    at = &(*at)->inward;
  *at = t->inward;
}

void zc_translations_free(zc_dictionary *dictionary)
{
  while (dictionary->outward != NULL || dictionary->inward != NULL) {
    zc_translation *t = dictionary->outward != NULL ? dictionary->outward
                                                    : dictionary->inward;
    leave_outward(t);
    leave_inward(t);
    free(t);
  }
}

static void look_up(zc_translation *t, const uint32_t *codes, const zc_word *words,
                    size_t count)
{
  uint32_t found[STEP];
  zc_dictionary_find_many(t->to, words, count, found);
  for (size_t i = 0; i < count; i++)
    atomic_store_explicit(&t->found[codes[i]],
                          (found[i] == 0 ? ZC_CODE_NIL : found[i]) + 1,
                          memory_order_relaxed);
}

void zc_translation_look(zc_translation *t, const int64_t *codes, size_t count)
{
  uint32_t wanted[STEP];
  zc_word words[STEP];
  size_t pending = 0;
  for (size_t i = 0; i < count; i++) {
    if (codes[i] < ZC_CODE_FIRST || codes[i] >= t->from->words.count ||
        atomic_load_explicit(&t->found[codes[i]], memory_order_relaxed) != 0)
      continue;
    wanted[pending] = (uint32_t)codes[i];
    words[pending++] = *zc_word_at(&t->from->words, (uint32_t)codes[i]);
    if (pending < STEP)
      continue;
    look_up(t, wanted, words, pending);
    pending = 0;
  }
  if (pending > 0)
    look_up(t, wanted, words, pending);
}
