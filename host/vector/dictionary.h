/* dictionary.h: texts by numbers, so that texts are compared, grouped and joined as numbers.
 *
 * A text has one code in a dictionary, and a code one text. Codes are given in the
 * order in which texts are put in. Equal hashes are confirmed by the texts themselves. */
#ifndef ZC_VECTOR_DICTIONARY_H
#define ZC_VECTOR_DICTIONARY_H

#include "base/arena.h"
#include "table/scalar.h"
#include "vector/serials.h"

/* Codes that stand for no word of their own. */
#define ZC_CODE_BLANK 0  /* the empty text */
#define ZC_CODE_UNREAD 1 /* a cell that cannot be read */
#define ZC_CODE_NIL 2    /* missing */
/* From ZC_CODE_FIRST on: texts that are not empty. */

uint32_t zc_text_hash(const char *text, size_t size);

/* The text of a cell as a word, but for its hash, which is needed for few. */
static inline zc_word zc_word_of(const char *text, uint32_t size)
{
  return (zc_word){text, size, 0, zc_halves_of(text, size)};
}

typedef struct {
  uint32_t code, hash; /* code 0: nothing stands here */
} zc_slot;

/* What its codes are in other dictionaries, and theirs in it (translation.h). */
typedef struct zc_translation zc_translation;

typedef struct {
  zc_kind kind; /* of its values: ZC_TEXT or ZC_CODES */
  zc_vocabulary words;
  zc_serials serials; /* words that are found by a number */
  zc_slot *slots;     /* of all others, by their hashes; open addressing */
  uint32_t mask;
  uint32_t hashed; /* words that have a slot */
  zc_arena texts;  /* of long words that live nowhere else */
  zc_translation *outward, *inward;
} zc_dictionary;

bool zc_dictionary_begin(zc_dictionary *dictionary, zc_kind kind);
void zc_dictionary_free(zc_dictionary *dictionary);

/* Gives the translations of a dictionary back: it goes. */
void zc_translations_free(zc_dictionary *dictionary);

/* The code of a text, which must live as long as the dictionary, unless `copy`, or it is short;
 * the empty text is ZC_CODE_BLANK. `size` < 4 GiB. UINT32_MAX when out of memory. */
uint32_t zc_dictionary_put(zc_dictionary *dictionary, const char *text, size_t size,
                           bool copy);

/* The same for a word that is known already, and not empty; its hash need not be set. */
uint32_t zc_dictionary_add(zc_dictionary *dictionary, zc_word word, bool copy);

/* The same for a serial that it does not have yet, and that has room for its number. */
uint32_t zc_dictionary_add_serial(zc_dictionary *dictionary, uint32_t number,
                                  const char *text);

/* The codes of many words, none of them empty, whose hashes need not be set; 0 for those that
 * it does not have. Fast also where a dictionary is larger than the processor's memory. */
void zc_dictionary_find_many(const zc_dictionary *dictionary, const zc_word *words,
                             size_t count, uint32_t *codes);

/* ZC_CODE_NIL when it has no such text. */
uint32_t zc_dictionary_find(const zc_dictionary *dictionary, const char *text,
                            size_t size);
/* The same for a word of another dictionary. */
uint32_t zc_dictionary_find_word(const zc_dictionary *dictionary, const zc_word *word);

/* The value of a code: a text, an empty one, unreadable, or nil. Short texts are the
 * dictionary's own: the file that they stand in need not be in memory. */
zc_scalar zc_dictionary_scalar(const zc_dictionary *dictionary, uint32_t code);

#endif
