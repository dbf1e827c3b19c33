/* index.h: rows by key, for repeated keys, joins, groups and distinct values.
 *
 * Keys are tuples of scalars, kept by the caller; equal hashes are confirmed by the
 * keys themselves. Each new key gets the next number, from 0, so numbers follow the
 * order of first appearance. */
#ifndef ZC_TABLE_INDEX_H
#define ZC_TABLE_INDEX_H

#include "base/arena.h"
#include "table/scalar.h"

typedef struct {
  int width; /* scalars in a key */
  zc_arena arena;
  const zc_scalar **keys; /* by number */
  uint32_t *hashes;
  uint32_t *slots; /* open addressing: number + 1, 0 is empty */
  size_t count, room, capacity;
} zc_index;

void zc_index_begin(zc_index *index, int width);
void zc_index_free(zc_index *index);

/* Forgets all keys; keeps some memory, for an index that is filled many times. */
void zc_index_clear(zc_index *index);

/* The key's number; *fresh (may be NULL) says whether it is new. The key's tuple is
 * copied, its texts are borrowed. -1 when out of memory. */
int64_t zc_index_put(zc_index *index, const zc_scalar *key, bool *fresh);

/* The key's number, or -1 when it is unknown. */
int64_t zc_index_find(const zc_index *index, const zc_scalar *key);

#endif
