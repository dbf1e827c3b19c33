/* spread.h: bits as the places where they stand. */
#ifndef ZC_VECTOR_SPREAD_H
#define ZC_VECTOR_SPREAD_H

#include "vector/classify.h"

/* Where to write the places of the commas and of the line ends of blocks. Behind the last
 * place there is room for ZC_BLOCK more. */
typedef struct {
  uint32_t *commas, *lines;
} zc_places;

/* Writes them, ascending, the first byte of the first block being `offset`, and moves on behind
 * them. */
typedef void (*zc_spreader)(const zc_block *blocks, size_t count, uint32_t offset,
                            zc_places *places);

/* The ways of this machine, the fastest first; NULL behind the last one. */
zc_spreader zc_spread_way(size_t number);

#endif
