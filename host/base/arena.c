#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct zc_arena_block {
  zc_arena_block *before;
  size_t room;
  alignas(max_align_t) char bytes[];
};

#define BLOCK ((size_t)16 << 10)

void *zc_arena_take(zc_arena *arena, size_t size)
{
  if (size > SIZE_MAX / 4)
    return NULL;
  size_t needed = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
  if (arena->last == NULL || arena->last->room - arena->used < needed) {
    /* Blocks double, so that many small pieces cost few allocations. */
    size_t room = arena->last == NULL ? BLOCK : arena->last->room * 2;
    if (room > (size_t)4 << 20)
      room = (size_t)4 << 20;
    if (room < needed)
      room = needed;
    zc_arena_block *block = malloc(sizeof *block + room);
    if (block == NULL)
      return NULL;
    block->before = arena->last;
    block->room = room;
    arena->last = block;
    arena->used = 0;
  }
  void *piece = arena->last->bytes + arena->used;
  arena->used += needed;
  return memset(piece, 0, needed);
}

char *zc_arena_copy(zc_arena *arena, const char *text, size_t size)
{
  char *copy = zc_arena_take(arena, size + 1);
  if (copy != NULL && size > 0)
    memcpy(copy, text, size);
  return copy;
}

size_t zc_arena_size(const zc_arena *arena)
{
  size_t size = 0;
  for (const zc_arena_block *one = arena->last; one != NULL; one = one->before)
    size += one->room;
  return size;
}

void zc_arena_free(zc_arena *arena)
{
  while (arena->last != NULL) {
    zc_arena_block *before = arena->last->before;
    free(arena->last);
    arena->last = before;
  }
  arena->used = 0;
}

void zc_arena_reset(zc_arena *arena)
{
  zc_arena_block *kept = arena->last;
  if (kept == NULL)
    return;
  arena->last = kept->before;
  kept->before = NULL;
  zc_arena_free(arena);
  arena->last = kept;
}
