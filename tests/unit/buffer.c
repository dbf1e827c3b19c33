#include "base/buffer.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "seeded.h"

Test(buffer, appended_pieces_stand_in_a_row)
{
  zc_buffer b = {0};
  zc_buffer_text(&b, "药品");
  zc_buffer_char(&b, ':');
  zc_buffer_add(&b, "a\0b", 3);
  zc_buffer_print(&b, "%d%s", 42, "医院");
  cr_expect(eq(sz, b.size, strlen("药品") + 1 + 3 + 2 + strlen("医院")));
  cr_expect(eq(int, memcmp(b.data, "药品:a\0b42医院", b.size + 1), 0));
  zc_buffer_free(&b);
}

Test(buffer, bytes_survive_every_growth)
{
  seeded s = {1};
  zc_buffer b = {0};
  for (size_t round = 0; round < 20000; round++) {
    unsigned char piece[40];
    size_t size = seeded_below(&s, sizeof piece);
    for (size_t i = 0; i < size; i++)
      piece[i] = (unsigned char)((b.size + i) * 31 >> 3);
    zc_buffer_add(&b, piece, size);
  }
  size_t wrong = 0;
  for (size_t i = 0; i < b.size; i++)
    wrong += (unsigned char)b.data[i] != (unsigned char)(i * 31 >> 3);
  cr_expect(gt(sz, b.size, 300000));
  cr_expect(eq(sz, wrong, 0));
  cr_expect(eq(chr, b.data[b.size], '\0'));
  zc_buffer_free(&b);
}

Test(buffer, an_empty_text_is_still_a_text)
{
  zc_buffer b = {0};
  zc_buffer_text(&b, "");
  cr_expect(eq(sz, b.size, 0));
  cr_expect(eq(str, b.data, (char *)""));
  zc_buffer_free(&b);
}

Test(buffer, a_printed_text_may_be_longer_than_the_room)
{
  char digits[5000];
  memset(digits, '7', sizeof digits - 1);
  digits[sizeof digits - 1] = '\0';
  zc_buffer b = {0};
  zc_buffer_print(&b, "<%s>", digits);
  cr_expect(eq(sz, b.size, sizeof digits + 1));
  cr_expect(eq(chr, b.data[0], '<'));
  cr_expect(eq(int, strncmp(b.data + 1, digits, sizeof digits - 1), 0));
  cr_expect(eq(str, b.data + sizeof digits, (char *)">"));
  zc_buffer_free(&b);
}

Test(buffer, reserved_room_counts_once_it_is_claimed)
{
  zc_buffer b = {0};
  zc_buffer_text(&b, "a");
  char *room = zc_buffer_reserve(&b, 1000);
  cr_assert(ne(ptr, room, NULL));
  memset(room, 'b', 1000);
  cr_expect(eq(sz, b.size, 1));
  b.size += 1000;
  zc_buffer_text(&b, "c");
  cr_expect(eq(sz, b.size, 1002));
  cr_expect(eq(chr, b.data[1000], 'b'));
  cr_expect(eq(str, b.data + 1001, (char *)"c"));
  zc_buffer_free(&b);
}

Test(buffer, a_failed_append_is_remembered)
{
  zc_buffer b = {0};
  zc_err err;
  zc_buffer_text(&b, "a");
  cr_expect(eq(int, zc_buffer_check(&b, &err), ZC_OK));
  cr_expect(eq(ptr, zc_buffer_reserve(&b, SIZE_MAX), NULL));
  zc_buffer_text(&b, "b");
  cr_expect(eq(sz, b.size, 1));
  cr_expect(eq(int, zc_buffer_check(&b, &err), ZC_EINTERNAL));
  cr_expect(eq(ptr, zc_buffer_take(&b), NULL));
}

Test(buffer, a_taken_text_leaves_the_buffer_empty)
{
  zc_buffer b = {0};
  zc_buffer_text(&b, "药品");
  char *text = zc_buffer_take(&b);
  cr_expect(eq(str, text, (char *)"药品"));
  free(text);
  cr_expect(eq(sz, b.size, 0));
  cr_expect(eq(ptr, b.data, NULL));
}

Test(buffer, an_empty_buffer_gives_an_empty_text)
{
  zc_buffer b = {0};
  char *text = zc_buffer_take(&b);
  cr_assert(ne(ptr, text, NULL));
  cr_expect(eq(str, text, (char *)""));
  free(text);
}

Test(buffer, a_freed_buffer_is_usable_again)
{
  zc_buffer b = {0};
  cr_expect(eq(ptr, zc_buffer_reserve(&b, SIZE_MAX), NULL));
  zc_buffer_free(&b);
  zc_buffer_text(&b, "new");
  cr_expect(eq(str, b.data, (char *)"new"));
  zc_buffer_free(&b);
}
