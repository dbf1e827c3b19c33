#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *zc_buffer_reserve(zc_buffer *buffer, size_t size)
{
  if (buffer->failed)
    return NULL;
  if (size >= SIZE_MAX / 2 - buffer->size) {
    buffer->failed = true;
    return NULL;
  }
  size_t needed = buffer->size + size + 1;
  if (needed > buffer->room) {
    size_t room = buffer->room < 64 ? 64 : buffer->room;
    while (room < needed)
      room *= 2;
    char *data = realloc(buffer->data, room);
    if (data == NULL) {
      buffer->failed = true;
      return NULL;
    }
    buffer->data = data;
    buffer->room = room;
  }
  return buffer->data + buffer->size;
}

void zc_buffer_add(zc_buffer *buffer, const void *data, size_t size)
{
  char *room = zc_buffer_reserve(buffer, size);
  if (room == NULL)
    return;
  if (size > 0)
    memcpy(room, data, size);
  buffer->size += size;
  buffer->data[buffer->size] = '\0';
}

void zc_buffer_text(zc_buffer *buffer, const char *text)
{
  zc_buffer_add(buffer, text, strlen(text));
}

void zc_buffer_char(zc_buffer *buffer, char c)
{
  char *room = zc_buffer_reserve(buffer, 1);
  if (room == NULL)
    return;
  room[0] = c;
  room[1] = '\0';
  buffer->size++;
}

void zc_buffer_number(zc_buffer *buffer, int64_t number)
{
  char digits[24];
  size_t at = sizeof digits;
  uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
  do {
    digits[--at] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (number < 0)
    digits[--at] = '-';
  zc_buffer_add(buffer, digits + at, sizeof digits - at);
}

void zc_buffer_print(zc_buffer *buffer, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  int length = vsnprintf(NULL, 0, format, list);
  va_end(list);
  char *room = length < 0 ? NULL : zc_buffer_reserve(buffer, (size_t)length + 1);
  if (room == NULL) {
    buffer->failed = true;
    return;
  }
  va_start(list, format);
  vsnprintf(room, (size_t)length + 1, format, list);
  va_end(list);
  buffer->size += (size_t)length;
}

zc_code zc_buffer_check(const zc_buffer *buffer, zc_err *err)
{
  return buffer->failed ? zc_fail_memory(err) : ZC_OK;
}

char *zc_buffer_take(zc_buffer *buffer)
{
  if (zc_buffer_reserve(buffer, 0) == NULL) {
    zc_buffer_free(buffer);
    return NULL;
  }
  buffer->data[buffer->size] = '\0';
  char *data = buffer->data;
  *buffer = (zc_buffer){0};
  return data;
}

void zc_buffer_free(zc_buffer *buffer)
{
  free(buffer->data);
  *buffer = (zc_buffer){0};
}
