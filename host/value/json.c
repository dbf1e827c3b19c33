#include "value/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "value/json_read.h"

static const char *contract_breach(const json_t *value, int depth)
{
  if (depth > ZC_VALUE_DEPTH)
    return N_("the value is nested too deeply");
  switch (json_typeof(value)) {
  case JSON_REAL:
    return N_("the value holds a real number");
  case JSON_NULL:
    return N_("the value holds null");
  case JSON_INTEGER: {
    json_int_t n = json_integer_value(value);
    return n > ZC_INTEGER_MAX || n < -ZC_INTEGER_MAX
               ? N_("the value holds an integer beyond 2^53")
               : NULL;
  }
  case JSON_ARRAY: {
    size_t index;
    const json_t *entry;
    json_array_foreach(value, index, entry)
    {
      const char *breach = contract_breach(entry, depth + 1);
      if (breach != NULL)
        return breach;
    }
    return NULL;
  }
  case JSON_OBJECT: {
    const char *key;
    json_t *entry;
    json_object_foreach((json_t *)value, key, entry)
    {
      const char *breach = contract_breach(entry, depth + 1);
      if (breach != NULL)
        return breach;
    }
    return NULL;
  }
  default:
    return NULL;
  }
}

zc_code zc_json_parse(const char *text, size_t size, json_t **value, zc_err *err)
{
  json_error_t error;
  *value = zc_json_read(text, size);
  if (*value != NULL)
    return ZC_OK;
  const char *nul = memchr(text, '\0', size);
  if (nul != NULL) /* the library passes over one behind a number */
    return zc_fail(err, ZC_EDATA, "not valid JSON: {problem} (byte {offset})",
                   "problem", "NUL", "offset", ZC_DIGITS(nul - text), NULL);
  *value = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
  if (*value == NULL) {
    /* The library has no words for most failed allocations. */
    if (json_error_code(&error) == json_error_out_of_memory || error.text[0] == '\0')
      return zc_fail_memory(err);
    return zc_fail(err, ZC_EDATA, "not valid JSON: {problem} (byte {offset})",
                   "problem", error.text, "offset", ZC_DIGITS(error.position), NULL);
  }
  const char *breach = contract_breach(*value, 0);
  if (breach == NULL)
    return ZC_OK;
  json_decref(*value);
  *value = NULL;
  return zc_fail(err, ZC_EDATA, "not a value of zicha: {problem_term}", "problem_term",
                 breach, NULL);
}

/* Own writing: the canonical form is ours, and the library decodes and writes every
 * character for itself, which took a third of a small self-check. */

/* How a byte is written in a text: 0 as it is, a letter behind a backslash, or 'u'. */
static const char escapes[256] =
    {['"'] = '"',  ['\\'] = '\\', ['<'] = 'u',  ['>'] = 'u',  ['&'] = 'u', ['\b'] = 'b',
     ['\f'] = 'f', ['\n'] = 'n',  ['\r'] = 'r', ['\t'] = 't', [0] = 'u',   [1] = 'u',
     [2] = 'u',    [3] = 'u',     [4] = 'u',    [5] = 'u',    [6] = 'u',   [7] = 'u',
     [11] = 'u',   [14] = 'u',    [15] = 'u',   [16] = 'u',   [17] = 'u',  [18] = 'u',
     [19] = 'u',   [20] = 'u',    [21] = 'u',   [22] = 'u',   [23] = 'u',  [24] = 'u',
     [25] = 'u',   [26] = 'u',    [27] = 'u',   [28] = 'u',   [29] = 'u',  [30] = 'u',
     [31] = 'u'};

#define BLOCK ((size_t)256) /* bytes that are written at a time */
#define LONGEST 6           /* bytes that one may become: \u003c */

static char *write_escape(char *at, unsigned char c)
{
  static const char hex[] = "0123456789abcdef";
  *at++ = '\\';
  *at++ = escapes[c];
  if (escapes[c] == 'u') {
    *at++ = '0';
    *at++ = '0';
    *at++ = hex[c >> 4];
    *at++ = hex[c & 15];
  }
  return at;
}

void zc_json_text(zc_buffer *out, const char *text, size_t size)
{
  zc_buffer_char(out, '"');
  for (size_t from = 0; from < size; from += BLOCK) {
    size_t end = size - from < BLOCK ? size : from + BLOCK;
    char *room = zc_buffer_reserve(out, (end - from) * LONGEST), *at = room;
    if (room == NULL)
      return;
    for (size_t i = from; i < end; i++) {
      unsigned char c = (unsigned char)text[i];
      if (escapes[c] == 0)
        *at++ = (char)c;
      else
        at = write_escape(at, c);
    }
    out->size += (size_t)(at - room);
  }
  zc_buffer_char(out, '"');
}

typedef struct {
  const char *key;
  const json_t *value; /* NULL: a text that is canonical already */
} member;

static int by_key(const void *a, const void *b)
{
  return strcmp(((const member *)a)->key, ((const member *)b)->key);
}

/* Most maps are small and nearly in order. */
static void sort_members(member *members, size_t count)
{
  if (count > 32) {
    qsort(members, count, sizeof *members, by_key);
    return;
  }
  for (size_t i = 1; i < count; i++) {
    member moved = members[i];
    size_t at = i;
    for (; at > 0 && strcmp(members[at - 1].key, moved.key) > 0; at--)
      members[at] = members[at - 1];
    members[at] = moved;
  }
}

static void write_value(zc_buffer *out, const json_t *value);

/* `more` (may be NULL) is a member besides: it has the text `ready`. */
static void write_map(zc_buffer *out, const json_t *map, const char *more,
                      const zc_buffer *ready)
{
  size_t count = json_object_size(map) + (more != NULL), at = 0;
  member few[32], *members = few;
  const char *key;
  json_t *entry;
  if (count > sizeof few / sizeof *few)
    members = malloc(count * sizeof *members);
  if (members == NULL) {
    out->failed = true;
    return;
  }
  json_object_foreach((json_t *)map, key, entry) members[at++] = (member){key, entry};
  if (more != NULL)
    members[at++] = (member){more, NULL};
  sort_members(members, count);
  zc_buffer_char(out, '{');
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      zc_buffer_char(out, ',');
    zc_json_text(out, members[i].key, strlen(members[i].key));
    zc_buffer_char(out, ':');
    if (members[i].value != NULL)
      write_value(out, members[i].value);
    else
      zc_buffer_add(out, ready->data, ready->size);
  }
  zc_buffer_char(out, '}');
  if (members != few)
    free(members);
}

static void write_value(zc_buffer *out, const json_t *value)
{
  size_t index;
  const json_t *entry;
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    write_map(out, value, NULL, NULL);
    break;
  case JSON_ARRAY:
    zc_buffer_char(out, '[');
    json_array_foreach(value, index, entry)
    {
      if (index > 0)
        zc_buffer_char(out, ',');
      write_value(out, entry);
    }
    zc_buffer_char(out, ']');
    break;
  case JSON_STRING:
    zc_json_text(out, json_string_value(value), json_string_length(value));
    break;
  case JSON_INTEGER:
    zc_buffer_number(out, json_integer_value(value));
    break;
  case JSON_TRUE:
    zc_buffer_text(out, "true");
    break;
  case JSON_FALSE:
    zc_buffer_text(out, "false");
    break;
  default:
    assert(json_is_string(value)); /* reals and null are no values of zicha */
    out->failed = true;
  }
}

zc_code zc_json_canonical(const json_t *value, zc_buffer *out, zc_err *err)
{
  write_value(out, value);
  return zc_buffer_check(out, err);
}

zc_code zc_json_canonical_with(const json_t *map, const char *key,
                               const zc_buffer *text, zc_buffer *out, zc_err *err)
{
  write_map(out, map, key, text);
  return zc_buffer_check(out, err);
}

const char *zc_get_text(const json_t *map, const char *key)
{
  return json_string_value(json_object_get(map, key));
}

const char *zc_text_of(const json_t *map, const char *key)
{
  const char *text = zc_get_text(map, key);
  return text == NULL ? "" : text;
}

json_int_t zc_get_integer(const json_t *map, const char *key, json_int_t otherwise)
{
  const json_t *value = json_object_get(map, key);
  return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool zc_get_flag(const json_t *map, const char *key)
{
  return json_is_true(json_object_get(map, key));
}

const char *zc_text_or(const char *text, const char *otherwise)
{
  return text == NULL ? otherwise : text;
}

static bool is_clean(const char *bytes, size_t size)
{
  size_t bad;
  return zc_utf8_valid(bytes, size, &bad) && memchr(bytes, '\0', size) == NULL;
}

static void add_clean(zc_buffer *clean, const char *bytes, size_t size)
{
  uint32_t c;
  for (size_t at = 0; at < size;) {
    size_t length = zc_utf8_decode(bytes + at, size - at, &c);
    if (length == 0 || c == 0)
      zc_buffer_text(clean, "\xef\xbf\xbd");
    else
      zc_buffer_add(clean, bytes + at, length);
    at += length == 0 ? 1 : length;
  }
}

void zc_json_lossy_text(zc_buffer *out, const char *bytes, size_t size)
{
  zc_buffer clean = {0};
  if (is_clean(bytes, size)) {
    zc_json_text(out, bytes, size);
    return;
  }
  add_clean(&clean, bytes, size);
  zc_json_text(out, zc_text_or(clean.data, ""), clean.size);
  out->failed |= clean.failed;
  zc_buffer_free(&clean);
}

json_t *zc_json_lossy(const char *bytes, size_t size)
{
  if (is_clean(bytes, size))
    return json_stringn(bytes, size);
  zc_buffer clean = {0};
  add_clean(&clean, bytes, size);
  json_t *value = clean.failed ? NULL : json_stringn(clean.data, clean.size);
  zc_buffer_free(&clean);
  return value;
}

static void add_argument(zc_buffer *out, const json_t *value)
{
  if (json_is_string(value))
    zc_buffer_add(out, json_string_value(value), json_string_length(value));
  else
    zc_buffer_number(out, json_integer_value(value));
}

char *zc_message_fill(const char *text, const json_t *args)
{
  zc_buffer out = {0};
  while (*text != '\0') {
    size_t plain = strcspn(text, "{");
    zc_buffer_add(&out, text, plain);
    text += plain;
    if (*text == '\0')
      break;
    size_t name = strcspn(text + 1, "{}");
    const json_t *value = NULL;
    if (text[1 + name] == '}')
      value = json_object_getn(args, text + 1, name);
    if (json_is_string(value) || json_is_integer(value)) {
      add_argument(&out, value);
      text += name + 2;
    } else {
      zc_buffer_char(&out, '{');
      text++;
    }
  }
  return zc_buffer_take(&out);
}

json_t *zc_message_of(const zc_err *err)
{
  json_t *args = json_object();
  json_t *message = json_object();
  int bad = args == NULL;
  const char *cursor = NULL, *name, *value;
  while ((name = zc_err_next(err, &cursor, &value)) != NULL)
    bad |= json_object_set_new(args, name, zc_json_lossy(value, strlen(value)));
  bad |= json_object_set_new(message, "text", json_string(err->text));
  bad |= json_object_set_new(message, "args", args);
  if (bad == 0)
    return message;
  json_decref(message);
  return NULL;
}

zc_code zc_fail_message(zc_err *err, zc_code code, const json_t *message)
{
  const char *name;
  json_t *value;
  zc_err_begin(err, code, zc_text_or(zc_get_text(message, "text"), "?"));
  json_object_foreach(json_object_get(message, "args"), name, value)
  {
    if (json_is_integer(value))
      zc_err_add(err, name, ZC_DIGITS(json_integer_value(value)));
    else if (json_is_string(value))
      zc_err_add(err, name, json_string_value(value));
  }
  return code;
}
