#include "base/sink.h"

#include <string.h>

static zc_code append(void *context, const void *data, size_t size, zc_err *err)
{
  zc_buffer *buffer = context;
  zc_buffer_add(buffer, data, size);
  return zc_buffer_check(buffer, err);
}

zc_sink zc_sink_buffer(zc_buffer *buffer)
{
  return (zc_sink){append, buffer};
}

zc_code zc_sink_text(const zc_sink *sink, const char *text, zc_err *err)
{
  return sink->write(sink->context, text, strlen(text), err);
}

zc_code zc_sink_drain(const zc_sink *sink, zc_buffer *buffer, size_t least, zc_err *err)
{
  zc_code code = zc_buffer_check(buffer, err);
  if (code != ZC_OK || buffer->size < least || buffer->size == 0)
    return code;
  code = sink->write(sink->context, buffer->data, buffer->size, err);
  buffer->size = 0;
  buffer->data[0] = '\0';
  return code;
}
