/* buffer.h: bytes that grow. A failed allocation is remembered in `failed` and
 * makes every later append a no-op, so a writer checks once, at its end. */
#ifndef ZC_BASE_BUFFER_H
#define ZC_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct {
  char *data; /* NUL after the last byte once anything was appended */
  size_t size, room;
  bool failed;
} zc_buffer;

void zc_buffer_add(zc_buffer *buffer, const void *data, size_t size);
void zc_buffer_text(zc_buffer *buffer, const char *text);
void zc_buffer_char(zc_buffer *buffer, char c);
void zc_buffer_number(zc_buffer *buffer, int64_t number); /* in decimal digits */
void zc_buffer_print(zc_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for `size` more bytes at data + size, uninitialised; NULL when out of
 * memory. The caller adds what it wrote to `size`. */
char *zc_buffer_reserve(zc_buffer *buffer, size_t size);

/* ZC_OK, or out of memory if any append failed. */
zc_code zc_buffer_check(const zc_buffer *buffer, zc_err *err);

/* Hands the text over (owned by the caller, NUL-terminated) and empties the
 * buffer; NULL if any append failed. */
char *zc_buffer_take(zc_buffer *buffer);

/* Frees the bytes; the buffer is empty and usable again. */
void zc_buffer_free(zc_buffer *buffer);

#endif
