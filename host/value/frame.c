#include "value/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put_length(char *at, size_t length)
{
  for (int i = 0; i < ZC_FRAME_HEAD; i++)
    at[i] = (char)(length >> 8 * i & 0xff);
}

static zc_code too_large(zc_err *err, size_t size)
{
  return zc_fail(err, ZC_EDATA, "a value of {size} bytes is too large to send", "size",
                 ZC_DIGITS(size), NULL);
}

zc_code zc_frame_pack(const json_t *value, zc_buffer *out, zc_err *err)
{
  size_t start = out->size;
  zc_buffer_add(out, "\0\0\0\0", ZC_FRAME_HEAD);
  zc_code code = zc_json_canonical(value, out, err);
  if (code != ZC_OK)
    return code;
  size_t length = out->size - start - ZC_FRAME_HEAD;
  if (length > ZC_FRAME_LIMIT)
    return too_large(err, length);
  put_length(out->data + start, length);
  return ZC_OK;
}

static void pack_block(const char *text, size_t size, zc_buffer *out)
{
  char head[ZC_FRAME_HEAD];
  put_length(head, size);
  zc_buffer_add(out, head, sizeof head);
  zc_buffer_add(out, text, size);
}

zc_code zc_frame_pack_text(const char *text, size_t size, zc_buffer *out, zc_err *err)
{
  if (size > ZC_FRAME_LIMIT)
    return too_large(err, size);
  pack_block(text, size, out);
  return zc_buffer_check(out, err);
}

zc_code zc_frame_pack_texts(const zc_texts *texts, zc_buffer *out, zc_err *err)
{
  for (size_t i = 0; i < texts->count; i++) {
    const zc_text_file *file = &texts->files[i];
    if (file->size > ZC_FRAME_LIMIT)
      return too_large(err, file->size);
    pack_block(file->path, strlen(file->path), out);
    pack_block(file->text, file->size, out);
  }
  pack_block("", 0, out);
  return zc_buffer_check(out, err);
}

bool zc_frame_length(const unsigned char head[ZC_FRAME_HEAD], size_t limit,
                     size_t *length)
{
  *length = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 |
            (size_t)head[3] << 24;
  return *length <= limit;
}

/* 1 when `size` bytes came, 0 at a clean end before the first, -1 otherwise. */
static int read_all(int fd, void *to, size_t size)
{
  char *at = to;
  size_t left = size;
  while (left > 0) {
    ssize_t got = read(fd, at, left);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return got == 0 && left == size ? 0 : -1;
    at += got;
    left -= (size_t)got;
  }
  return 1;
}

/* One block, NUL-terminated; *text is owned, NULL at a clean end of the stream. */
static zc_code read_block(int fd, char **text, size_t *size, zc_err *err)
{
  unsigned char head[ZC_FRAME_HEAD];
  *text = NULL;
  int got = read_all(fd, head, sizeof head);
  if (got == 0)
    return ZC_OK;
  if (got < 0 || !zc_frame_length(head, ZC_FRAME_LIMIT, size))
    return zc_fail(err, ZC_EIO, "a frame was cut short or is too long", NULL);
  char *block = malloc(*size + 1);
  if (block == NULL)
    return zc_fail_memory(err);
  if (*size > 0 && read_all(fd, block, *size) != 1) {
    free(block);
    return zc_fail(err, ZC_EIO, "a frame was cut short or is too long", NULL);
  }
  block[*size] = '\0';
  *text = block;
  return ZC_OK;
}

zc_code zc_frame_read(int fd, json_t **value, zc_err *err)
{
  char *text;
  size_t size;
  *value = NULL;
  zc_code code = read_block(fd, &text, &size, err);
  if (code == ZC_OK && text != NULL)
    code = zc_json_parse(text, size, value, err);
  free(text);
  return code;
}

zc_code zc_frame_read_texts(int fd, zc_texts *texts, zc_err *err)
{
  for (;;) {
    char *path, *text = NULL;
    size_t size = 0;
    zc_code code = read_block(fd, &path, &size, err);
    if (code == ZC_OK && (path == NULL || strlen(path) != size))
      code = zc_fail(err, ZC_EIO, "a frame was cut short or is too long", NULL);
    if (code != ZC_OK || size == 0) {
      free(path);
      return code;
    }
    code = read_block(fd, &text, &size, err);
    if (code == ZC_OK && text == NULL)
      code = zc_fail(err, ZC_EIO, "a frame was cut short or is too long", NULL);
    if (code == ZC_OK)
      code = zc_texts_add(texts, path, text, size, err);
    free(path);
    free(text);
    if (code != ZC_OK)
      return code;
  }
}
