/* vocabulary.h: the words of a dictionary by their codes. A word that has been added stays
 * where it is, however many follow. */
#ifndef ZC_VECTOR_VOCABULARY_H
#define ZC_VECTOR_VOCABULARY_H

#include "vector/padded.h"

/* The first code of a word; what lower ones mean, dictionary.h says. */
#define ZC_CODE_FIRST 3

#define ZC_SHELVES 27

/* Each shelf but the first has room for as many words as all before it. */
typedef struct {
  /* No word lies in two lines of the processor's memory: to find one far away is one look. */
  zc_word *shelves[ZC_SHELVES];
  void *held[ZC_SHELVES];
  uint32_t count; /* of codes, with those below ZC_CODE_FIRST */
} zc_vocabulary;

static inline zc_word *zc_word_at(const zc_vocabulary *vocabulary, uint32_t code)
{
  unsigned shelf = 31 - (unsigned)__builtin_clz(code >> 4 | 1);
  return &vocabulary->shelves[shelf][code - (UINT32_C(16) << shelf & ~UINT32_C(16))];
}

/* Makes room for one word more. False when out of memory, or of codes. */
bool zc_vocabulary_reserve(zc_vocabulary *vocabulary);

void zc_vocabulary_free(zc_vocabulary *vocabulary);

#endif
