/* sink.h: where bytes go that are too many to hold: a buffer, a file in the making. */
#ifndef ZC_BASE_SINK_H
#define ZC_BASE_SINK_H

#include "base/buffer.h"
#include "base/error.h"

typedef struct {
  zc_code (*write)(void *context, const void *data, size_t size, zc_err *err);
  void *context; /* borrowed */
} zc_sink;

/* A sink that appends to a buffer. */
zc_sink zc_sink_buffer(zc_buffer *buffer);

zc_code zc_sink_text(const zc_sink *sink, const char *text, zc_err *err);

/* Hands on what a buffer holds once that is `least` bytes, and empties it. Fails when an
 * append to the buffer has failed. */
zc_code zc_sink_drain(const zc_sink *sink, zc_buffer *buffer, size_t least,
                      zc_err *err);

/* What a writer gathers before it hands it on. */
#define ZC_SINK_CHUNK ((size_t)1 << 16)

#endif
