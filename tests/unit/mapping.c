/* Exports in memory: as long as the file, with room behind them. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "eval/mapping.h"
#include "vector/load.h"

/* Maps a file of so many bytes and reads all that may be read. */
static void check_size(size_t size)
{
  char path[] = "/tmp/zicha-mapping-XXXXXX";
  zc_mapped mapped = {.id = "export"};
  size_t taken = 0, sum = 0;
  zc_err err;
  int fd = mkstemp(path);
  char *text = malloc(size + 1);
  for (size_t i = 0; i < size; i++)
    text[i] = (char)('a' + i % 23);
  cr_assert_eq(write(fd, text, size), (ssize_t)size);
  unlink(path);
  cr_assert_eq(zc_map_file(fd, &mapped, &taken, &err), ZC_OK);
  close(fd);
  cr_expect_eq(mapped.size, size);
  cr_expect_eq(memcmp(mapped.data, text, size), 0, "a file of %zu bytes", size);
  for (size_t i = 0; i < ZC_PADDING; i++)
    sum += (unsigned char)mapped.data[size + i];
  cr_expect_eq(sum, 0, "behind a file of %zu bytes stands nothing", size);
  cr_expect_geq(taken, size + ZC_PADDING);
  free(text);
}

Test(mapping, a_file_has_room_behind_it_wherever_its_last_page_ends)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  static const int near[] = {-ZC_PADDING - 1, -ZC_PADDING, -1, 0, 1};
  for (size_t pages = 1; pages <= 3; pages++)
    for (size_t i = 0; i < sizeof near / sizeof *near; i++)
      check_size(pages * page + (size_t)near[i]);
}

Test(mapping, an_empty_file_has_room_as_well)
{
  check_size(0);
  check_size(1);
}

Test(mapping, a_descriptor_that_is_none_is_told)
{
  zc_mapped mapped = {.id = "export"};
  size_t taken;
  zc_err err;
  cr_expect_eq(zc_map_file(-1, &mapped, &taken, &err), ZC_EIO);
}
