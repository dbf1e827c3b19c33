/* frame.h: JSON values on a pipe: four bytes of length (little-endian), then the
 * canonical text. Source texts follow a frame as blocks of the same shape. Both ends
 * treat what arrives as untrusted. */
#ifndef ZC_VALUE_FRAME_H
#define ZC_VALUE_FRAME_H

#include "value/json.h"
#include "value/texts.h"

#define ZC_FRAME_HEAD 4
#define ZC_FRAME_LIMIT ((size_t)256 << 20)

/* Appends a whole frame. */
zc_code zc_frame_pack(const json_t *value, zc_buffer *out, zc_err *err);

/* The same for a value that is canonical JSON already. */
zc_code zc_frame_pack_text(const char *text, size_t size, zc_buffer *out, zc_err *err);

/* Appends texts: for each a path and a text, then an empty path. */
zc_code zc_frame_pack_texts(const zc_texts *texts, zc_buffer *out, zc_err *err);

/* The length that a head announces; false if it is over `limit`. */
bool zc_frame_length(const unsigned char head[ZC_FRAME_HEAD], size_t limit,
                     size_t *length);

/* The blocking end for the evaluator, which may call nothing but read and write.
 * zc_frame_read gives *value = NULL at the end of the stream. */
zc_code zc_frame_read(int fd, json_t **value, zc_err *err);
zc_code zc_frame_read_texts(int fd, zc_texts *texts, zc_err *err);

#endif
