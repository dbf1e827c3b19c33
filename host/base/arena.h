/* arena.h: memory that is freed all at once. For what lives as long as one table,
 * one syntax tree or one document: no piece has an owner of its own. */
#ifndef ZC_BASE_ARENA_H
#define ZC_BASE_ARENA_H

#include <stddef.h>

typedef struct zc_arena_block zc_arena_block;

typedef struct {
  zc_arena_block *last;
  size_t used; /* of the last block */
} zc_arena;

/* Zeroed memory, aligned for any type; NULL when out of memory. */
void *zc_arena_take(zc_arena *arena, size_t size);

/* A NUL-terminated copy; NULL when out of memory. */
char *zc_arena_copy(zc_arena *arena, const char *text, size_t size);

/* How many bytes it holds. */
size_t zc_arena_size(const zc_arena *arena);

/* Frees everything; the arena is empty and usable again. */
void zc_arena_free(zc_arena *arena);

/* Forgets everything and keeps one block for what comes next. */
void zc_arena_reset(zc_arena *arena);

#endif
