/* document_archive.h: what is in a ZIP archive, found by its directory. */
#ifndef TEST_DOCUMENT_ARCHIVE_H
#define TEST_DOCUMENT_ARCHIVE_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/buffer.h"

static inline size_t archive_number(const zc_buffer *file, size_t at, int bytes)
{
  size_t value = 0;
  cr_assert(le(sz, at + (size_t)bytes, file->size));
  for (int i = bytes; i-- > 0;)
    value = value << 8 | (unsigned char)file->data[at + (size_t)i];
  return value;
}

/* The text of a file in the archive, its sum and sizes checked; NULL when it is not there.
 * Owned. */
static inline char *archive_text(const zc_buffer *file, const char *name)
{
  size_t end = file->size - 22;
  cr_assert(eq(sz, archive_number(file, end, 4), (size_t)0x06054b50));
  size_t count = archive_number(file, end + 10, 2),
         at = archive_number(file, end + 16, 4);
  for (; count > 0; count--) {
    cr_assert(eq(sz, archive_number(file, at, 4), (size_t)0x02014b50));
    cr_assert(
        eq(sz, archive_number(file, at + 12, 4), (size_t)0x210000)); /* no clock */
    size_t length = archive_number(file, at + 28, 2);
    if (length == strlen(name) && memcmp(file->data + at + 46, name, length) == 0)
      break;
    at += 46 + length;
  }
  if (count == 0)
    return NULL;
  size_t packed = archive_number(file, at + 20, 4),
         size = archive_number(file, at + 24, 4);
  size_t local = archive_number(file, at + 42, 4);
  cr_assert(eq(sz, archive_number(file, local, 4), (size_t)0x04034b50));
  size_t data = local + 30 + archive_number(file, local + 26, 2);
  cr_assert(eq(sz, archive_number(file, data + packed, 4), (size_t)0x08074b50));
  char *text = calloc(1, size + 1);
  z_stream stream = {.next_in = (unsigned char *)file->data + data,
                     .avail_in = (uInt)packed,
                     .next_out = (unsigned char *)text,
                     .avail_out = (uInt)size + 1};
  cr_assert(eq(int, inflateInit2(&stream, -15), Z_OK));
  cr_assert(eq(int, inflate(&stream, Z_FINISH), Z_STREAM_END));
  cr_assert(eq(sz, (size_t)stream.total_out, size));
  inflateEnd(&stream);
  size_t sum = crc32(0, (unsigned char *)text, (uInt)size);
  cr_assert(eq(sz, sum, archive_number(file, at + 16, 4)));
  cr_assert(eq(sz, sum, archive_number(file, data + packed + 4, 4)));
  return text;
}

#endif
