/* words.h: the functions of expressions that look into texts and lists of codes. */
#ifndef ZC_TABLE_WORDS_H
#define ZC_TABLE_WORDS_H

#include "table/evaluate.h"

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
