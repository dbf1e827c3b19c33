/* json.h: the one value type (jansson's json_t) and its canonical text.
 *
 * Values are maps, lists, texts, integers within ±2^53 and booleans. There are no
 * reals (decimals and dates travel as texts) and no null (a missing key is the
 * only nothing). What builds a value returns NULL, or a non-zero int, when out of
 * memory; jansson's setters accept NULL values and then fail, so a builder may
 * `bad |= json_object_set_new(…)` all the way and look once. */
#ifndef ZC_VALUE_JSON_H
#define ZC_VALUE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

#define ZC_INTEGER_MAX ((json_int_t)1 << 53)
#define ZC_VALUE_DEPTH 128

/* Parses one JSON document that keeps to the contract above; anything else —
 * reals, null, duplicate keys, trailing bytes, depth over ZC_VALUE_DEPTH — is
 * ZC_EDATA. *value is owned. */
zc_code zc_json_parse(const char *text, size_t size, json_t **value, zc_err *err);

/* Appends the canonical text: compact, keys sorted by bytes, `< > &` written as
 * \u003c \u003e \u0026 so that it can stand inside an HTML comment. The same value
 * always gives the same bytes. */
zc_code zc_json_canonical(const json_t *value, zc_buffer *out, zc_err *err);

/* The same of a map with one member more, whose canonical text is at hand: what has become text
 * once need not become values again. */
zc_code zc_json_canonical_with(const json_t *map, const char *key,
                               const zc_buffer *text, zc_buffer *out, zc_err *err);

/* Appends the canonical form of a text, which is valid UTF-8; what cannot be appended is
 * remembered in the buffer. zc_json_lossy_text makes it valid first (zc_json_lossy). */
void zc_json_text(zc_buffer *out, const char *text, size_t size);
void zc_json_lossy_text(zc_buffer *out, const char *bytes, size_t size);

/* Members of a map; the texts are borrowed. A member of another type counts as
 * absent: NULL, `otherwise`, false. */
const char *zc_get_text(const json_t *map, const char *key);
/* The same, "" for what is absent. */
const char *zc_text_of(const json_t *map, const char *key);
json_int_t zc_get_integer(const json_t *map, const char *key, json_int_t otherwise);
bool zc_get_flag(const json_t *map, const char *key);

/* The text, or "" for NULL: for what is printed. */
const char *zc_text_or(const char *text, const char *otherwise);

/* A text that may not be valid UTF-8, made so: wrong bytes become U+FFFD. */
json_t *zc_json_lossy(const char *bytes, size_t size);

/* Fills {names} in `text` from `args` (texts and integers); an unknown name stays
 * as it is. Owned; NULL when out of memory. */
char *zc_message_fill(const char *text, const json_t *args);

/* An error as a message {text, args}. Owned; NULL when out of memory. */
json_t *zc_message_of(const zc_err *err);

/* The other way round: a message that came as data, as the reason of a failure. */
zc_code zc_fail_message(zc_err *err, zc_code code, const json_t *message);

#endif
