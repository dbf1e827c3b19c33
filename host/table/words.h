/* words.h: the functions of expressions that look into texts and lists of codes. */
#ifndef ZC_TABLE_WORDS_H
#define ZC_TABLE_WORDS_H

#include "table/evaluate.h"

/* Bytes of a text, and of a pattern, that matches and mentions take; of longer ones they
 * know nothing: their time is the product of the two. */
#define ZC_SEARCH_TEXT 16384
#define ZC_SEARCH_PATTERN 1024
#define ZC_SEARCH_DISTANCE 200 /* characters that mentions looks back for a negator */

zc_scalar zc_word_one_of(zc_evaluation *evaluation, const zc_node *node);
zc_scalar zc_word_any_of(zc_evaluation *evaluation, const zc_node *node);
zc_scalar zc_word_any_starts(zc_evaluation *evaluation, const zc_node *node);
zc_scalar zc_word_starts(zc_evaluation *evaluation, const zc_node *node);
zc_scalar zc_word_contains(zc_evaluation *evaluation, const zc_node *node);
zc_scalar zc_word_mentions(zc_evaluation *evaluation, const zc_node *node);
zc_scalar zc_word_matches(zc_evaluation *evaluation, const zc_node *node);
zc_scalar zc_word_len(zc_evaluation *evaluation, const zc_node *node);
zc_scalar zc_word_left(zc_evaluation *evaluation, const zc_node *node);

#endif
