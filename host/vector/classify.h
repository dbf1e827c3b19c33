/* classify.h: where commas, line ends and quotation marks stand among bytes. */
#ifndef ZC_VECTOR_CLASSIFY_H
#define ZC_VECTOR_CLASSIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZC_BLOCK 64 /* bytes of a block */

/* A bit for each byte of a block; the first byte has the lowest. */
typedef struct {
  uint64_t comma, line, quote;
  uint64_t look; /* not 0: what stands there may be no UTF-8, or a character that
                    zc_text_forbidden names, and needs a closer look */
} zc_block;

/* Classifies `count` blocks; `size` is how many bytes there are, and what is missing behind
 * them counts as line ends. The bytes before the first one are taken for a line end: a
 * character that is cut off at the end is seen only if a block lies behind it. */
void zc_classify(const char *text, size_t size, zc_block *blocks, size_t count);

/* The ways in which this machine can do that; the first one is what zc_classify takes. For
 * tests. NULL behind the last. */
typedef void (*zc_classifier)(const char *text, size_t size, zc_block *blocks,
                              size_t count);
zc_classifier zc_classify_way(size_t number);

#endif
