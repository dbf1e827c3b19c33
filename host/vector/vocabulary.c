#include "vector/vocabulary.h"

#include <stdlib.h>

bool zc_vocabulary_reserve(zc_vocabulary *v)
{
  unsigned shelf = 31 - (unsigned)__builtin_clz(v->count >> 4 | 1);
  if (shelf >= ZC_SHELVES)
    return false;
  if (v->shelves[shelf] != NULL)
    return true;
  size_t size = sizeof(zc_word), room = shelf == 0 ? 32 : (size_t)16 << shelf;
  v->held[shelf] = malloc((room + 1) * size);
  v->shelves[shelf] = (zc_word *)(((uintptr_t)v->held[shelf] + size - 1) / size * size);
  return v->held[shelf] != NULL;
}

void zc_vocabulary_free(zc_vocabulary *v)
{
  for (int i = 0; i < ZC_SHELVES; i++)
    free(v->held[i]);
  *v = (zc_vocabulary){0};
}
