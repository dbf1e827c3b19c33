/* dictionary.h: texts by numbers, so that texts are compared, grouped and joined as numbers.
 *
 * A text has one code in a dictionary, and a code one text. Codes follow the order in which
 * texts came. Equal hashes are confirmed by the texts themselves. */
#ifndef ZC_VECTOR_DICTIONARY_H
#define ZC_VECTOR_DICTIONARY_H

#include "base/arena.h"
#include "table/scalar.h"

/* Codes that stand for no word of their own. */
#define ZC_CODE_BLANK 0  /* the empty text */
#define ZC_CODE_UNREAD 1 /* a cell that cannot be read */
#define ZC_CODE_NIL 2    /* missing */
#define ZC_CODE_FIRST 3  /* the first text that is not empty */

typedef struct {
  const char *text;
  uint32_t size, hash;
} zc_word;

typedef struct {
  zc_kind kind;   /* of its values: ZC_TEXT or ZC_CODES */
  zc_word *words; /* by code; the first ZC_CODE_FIRST are no words */
  uint32_t count; /* of codes, with those */
  uint32_t room;
  uint32_t *slots; /* open addressing: codes, 0 is empty */
  uint32_t mask;
  zc_arena texts; /* of words that live nowhere else */
} zc_dictionary;

bool zc_dictionary_begin(zc_dictionary *dictionary, zc_kind kind);
void zc_dictionary_free(zc_dictionary *dictionary);

uint32_t zc_text_hash(const char *text, size_t size);

/* The code of a text, which must live as long as the dictionary, unless `copy`; the empty
 * text is ZC_CODE_BLANK. 0 < `size` < 4 GiB. UINT32_MAX when out of memory. */
uint32_t zc_dictionary_put(zc_dictionary *dictionary, const char *text, size_t size,
                           bool copy);

/* ZC_CODE_NIL when it has no such text. */
uint32_t zc_dictionary_find(const zc_dictionary *dictionary, const char *text,
                            size_t size);

/* The value of a code: a text, an empty one, unreadable, or nil. */
zc_scalar zc_dictionary_scalar(const zc_dictionary *dictionary, uint32_t code);

#endif
