/* translation.h: what the codes of one dictionary are in another one.
 *
 * It is found word by word, as rows need it, and kept for all rules as long as both
 * dictionaries are there. */
#ifndef ZC_VECTOR_TRANSLATION_H
#define ZC_VECTOR_TRANSLATION_H

#include <stdatomic.h>

#include "vector/program.h"

struct zc_translation {
  zc_dictionary *from, *to;
  zc_translation *outward, *inward; /* the next of `from`, and of `to` */
  _Atomic uint32_t found[];         /* by code: the other one, plus one; 0: nobody has
                                       looked yet. All who look write the same */
};

/* The one that is kept, made if there is none; between two dictionaries that nothing is
 * added to. Borrowed; NULL when out of memory. Not for several threads at once. */
zc_translation *zc_translation_of(zc_dictionary *from, zc_dictionary *to);

/* Looks the words up that rows of a batch name: what is no word of its own is passed over.
 * ZC_CODE_NIL stands for a word that the other dictionary lacks. Any thread may call it. */
void zc_translation_look(zc_translation *translation, const int64_t *codes,
                         size_t count);

/* The code of a word that has been looked up. */
static inline uint32_t zc_translated(zc_translation *translation, int64_t code)
{
  return atomic_load_explicit(&translation->found[code], memory_order_relaxed) - 1;
}

#endif
