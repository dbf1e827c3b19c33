#include "value/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

zc_code zc_frame_pack(const json_t *value, zc_buffer *out, zc_err *err)
{
  size_t start = out->size;
  zc_buffer_add(out, "\0\0\0\0", ZC_FRAME_HEAD);
  zc_code code = zc_json_canonical(value, out, err);
  if (code != ZC_OK)
    return code;
  size_t length = out->size - start - ZC_FRAME_HEAD;
  if (length > ZC_FRAME_LIMIT)
    return zc_fail(err, ZC_EDATA, "a value of {size} bytes is too large to send",
                   "size", ZC_DIGITS(length), NULL);
  for (int i = 0; i < ZC_FRAME_HEAD; i++)
    out->data[start + i] = (char)(length >> 8 * i & 0xff);
  return ZC_OK;
}

bool zc_frame_length(const unsigned char head[ZC_FRAME_HEAD], size_t limit,
                     size_t *length)
{
  *length =
      head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
  return *length <= limit;
}

zc_code zc_frame_write(int fd, const json_t *value, zc_err *err)
{
  zc_buffer out = {0};
  zc_code code = zc_frame_pack(value, &out, err);
  if (code == ZC_OK)
    code = zc_write_all(fd, "pipe", out.data, out.size, err);
  zc_buffer_free(&out);
  return code;
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

zc_code zc_frame_read(int fd, json_t **value, zc_err *err)
{
  unsigned char head[ZC_FRAME_HEAD];
  size_t length;
  *value = NULL;
  int got = read_all(fd, head, sizeof head);
  if (got == 0)
    return ZC_OK;
  if (got < 0 || !zc_frame_length(head, ZC_FRAME_LIMIT, &length))
    return zc_fail(err, ZC_EIO, "a frame was cut short or is too long", NULL);
  char *text = malloc(length + 1);
  if (text == NULL)
    return zc_fail_memory(err);
  zc_code code = ZC_OK;
  if (length > 0 && read_all(fd, text, length) != 1)
    code = zc_fail(err, ZC_EIO, "a frame was cut short or is too long", NULL);
  if (code == ZC_OK)
    code = zc_json_parse(text, length, value, err);
  free(text);
  return code;
}
