#include "base/arena.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "seeded.h"

/* A piece of every size, filled, and looked at again after all are taken. */
Test(arena, pieces_are_zeroed_aligned_and_apart)
{
  enum { PIECES = 3000 };
  static unsigned char *pieces[PIECES];
  static size_t sizes[PIECES];
  seeded s = {2};
  zc_arena arena = {0};
  for (size_t i = 0; i < PIECES; i++) {
    sizes[i] = i % 500 == 0 ? 40000 : seeded_below(&s, 300);
    pieces[i] = zc_arena_take(&arena, sizes[i]);
    cr_assert(ne(ptr, pieces[i], NULL));
    if ((uintptr_t)pieces[i] % alignof(max_align_t) != 0)
      cr_fatal("piece %zu is not aligned", i);
    for (size_t j = 0; j < sizes[i]; j++)
      if (pieces[i][j] != 0)
        cr_fatal("piece %zu is not zeroed", i);
    memset(pieces[i], (int)(i % 255 + 1), sizes[i]);
  }
  for (size_t i = 0; i < PIECES; i++)
    for (size_t j = 0; j < sizes[i]; j++)
      if (pieces[i][j] != i % 255 + 1)
        cr_fatal("piece %zu was written over", i);
  zc_arena_free(&arena);
}

Test(arena, a_copy_ends_with_nul)
{
  zc_arena arena = {0};
  char *copy = zc_arena_copy(&arena, "药品采购", strlen("药品"));
  cr_expect(eq(str, copy, (char *)"药品"));
  cr_expect(eq(str, zc_arena_copy(&arena, NULL, 0), (char *)""));
  zc_arena_free(&arena);
}

Test(arena, an_impossible_size_gives_nothing)
{
  zc_arena arena = {0};
  cr_expect(eq(ptr, zc_arena_take(&arena, SIZE_MAX), NULL));
  cr_expect(eq(ptr, zc_arena_take(&arena, SIZE_MAX / 2), NULL));
  zc_arena_free(&arena);
}

Test(arena, what_is_taken_after_a_reset_is_zeroed)
{
  zc_arena arena = {0};
  for (size_t round = 0; round < 50; round++) {
    unsigned char *piece = zc_arena_take(&arena, 1000 + 777 * round);
    cr_assert(ne(ptr, piece, NULL));
    size_t dirty = 0;
    for (size_t i = 0; i < 1000 + 777 * round; i++)
      dirty += piece[i] != 0;
    cr_expect(eq(sz, dirty, 0), "round %zu", round);
    memset(piece, 0xa5, 1000 + 777 * round);
    zc_arena_reset(&arena);
  }
  zc_arena_free(&arena);
}

Test(arena, an_unused_arena_may_be_reset_and_freed)
{
  zc_arena arena = {0};
  zc_arena_reset(&arena);
  zc_arena_free(&arena);
  cr_expect(eq(str, zc_arena_copy(&arena, "usable", 6), (char *)"usable"));
  zc_arena_free(&arena);
}

Test(arena, a_piece_of_no_bytes_is_no_failure)
{
  zc_arena arena = {0};
  cr_expect(ne(ptr, zc_arena_take(&arena, 0), NULL));
  zc_arena_free(&arena);
}

/* Once everything fits one block, further rounds need no more memory. */
Test(arena, a_reset_keeps_a_block_for_what_comes_next)
{
  zc_arena arena = {0};
  for (size_t i = 0; i < 1000; i++)
    cr_assert(ne(ptr, zc_arena_take(&arena, 100), NULL));
  zc_arena_reset(&arena);
  void *first = zc_arena_take(&arena, 100);
  zc_arena_reset(&arena);
  cr_expect(eq(ptr, zc_arena_take(&arena, 100), first));
  zc_arena_free(&arena);
}
