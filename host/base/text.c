#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <pthread.h>
#include <stdlib.h>

struct zc_gb18030 {
  iconv_t handle;
  pthread_mutex_t free; /* nobody converts */
};

zc_gb18030 *zc_gb18030_new(void)
{
  zc_gb18030 *converter = malloc(sizeof *converter);
  if (converter == NULL) {
    errno = ENOMEM;
    return NULL;
  }
  converter->handle = iconv_open("UTF-8", "GB18030");
  if (converter->handle == (iconv_t)-1) {
    free(converter);
    return NULL;
  }
  pthread_mutex_init(&converter->free, NULL);
  return converter;
}

void zc_gb18030_free(zc_gb18030 *converter)
{
  if (converter == NULL)
    return;
  iconv_close(converter->handle);
  pthread_mutex_destroy(&converter->free);
  free(converter);
}

static zc_code decode(zc_gb18030 *converter, const char *bytes, size_t size,
                      zc_buffer *out, size_t *bad, zc_err *err)
{
  char *in = (char *)bytes; /* iconv's prototype; it only reads */
  size_t left = size;
  iconv(converter->handle, NULL, NULL, NULL, NULL);
  while (left > 0) {
    size_t room = left * 2 < 256 ? 256 : left * 2;
    char *to = zc_buffer_reserve(out, room);
    if (to == NULL)
      return zc_fail_memory(err);
    char *at = to;
    size_t free_room = room;
    size_t result = iconv(converter->handle, &in, &left, &at, &free_room);
    out->size += (size_t)(at - to);
    out->data[out->size] = '\0';
    if (result == (size_t)-1 && errno != E2BIG) {
      *bad = size - left;
      return zc_fail(err, ZC_EDATA, "the text is neither UTF-8 nor GB18030", NULL);
    }
  }
  return ZC_OK;
}

zc_code zc_gb18030_decode(zc_gb18030 *converter, const char *bytes, size_t size,
                          zc_buffer *out, size_t *bad, zc_err *err)
{
  pthread_mutex_lock(&converter->free);
  zc_code code = decode(converter, bytes, size, out, bad, err);
  pthread_mutex_unlock(&converter->free);
  return code;
}

zc_code zc_text_to_utf8(const char *file, zc_buffer *text, zc_err *err)
{
  size_t bad;
  zc_buffer converted = {0};
  if (text->size == 0 || zc_utf8_valid(text->data, text->size, &bad))
    return ZC_OK;
  zc_gb18030 *converter = zc_gb18030_new();
  zc_code code =
      converter == NULL
          ? zc_fail(err, ZC_EDATA, "{file} is not UTF-8 text", "file", file, NULL)
          : zc_gb18030_decode(converter, text->data, text->size, &converted, &bad, err);
  zc_gb18030_free(converter);
  if (code == ZC_EDATA)
    code = zc_fail(err, ZC_EDATA, "{file} is neither UTF-8 nor GB18030", "file", file,
                   NULL);
  if (code != ZC_OK) {
    zc_buffer_free(&converted);
    return code;
  }
  zc_buffer_free(text);
  *text = converted;
  return ZC_OK;
}
