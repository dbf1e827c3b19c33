#include "value/json.h"

#include <string.h>

#include "base/text.h"

static const char *contract_breach(const json_t *value, int depth)
{
  if (depth > ZC_VALUE_DEPTH)
    return "the value is nested too deeply";
  switch (json_typeof(value)) {
  case JSON_REAL:
    return "the value holds a real number";
  case JSON_NULL:
    return "the value holds null";
  case JSON_INTEGER: {
    json_int_t n = json_integer_value(value);
    return n > ZC_INTEGER_MAX || n < -ZC_INTEGER_MAX
               ? "the value holds an integer beyond 2^53"
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
  *value = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
  if (*value == NULL) {
    if (json_error_code(&error) == json_error_out_of_memory)
      return zc_fail_memory(err);
    return zc_fail(err, ZC_EDATA, "not valid JSON: {problem} (byte {offset})",
                   "problem", error.text, "offset", ZC_DIGITS(error.position), NULL);
  }
  const char *breach = contract_breach(*value, 0);
  if (breach == NULL)
    return ZC_OK;
  json_decref(*value);
  *value = NULL;
  return zc_fail(err, ZC_EDATA, "not a value of zicha: {problem}", "problem", breach,
                 NULL);
}

/* jansson leaves < > & alone and writes them only inside texts and keys, so they
 * can be replaced in its output as it streams by. */
static int add_escaped(const char *bytes, size_t size, void *out)
{
  static const char *const escapes[] = {
      ['&'] = "\\u0026", ['<'] = "\\u003c", ['>'] = "\\u003e"};
  size_t from = 0;
  for (size_t i = 0; i < size; i++) {
    char c = bytes[i];
    if (c != '<' && c != '>' && c != '&')
      continue;
    zc_buffer_add(out, bytes + from, i - from);
    zc_buffer_text(out, escapes[(unsigned char)c]);
    from = i + 1;
  }
  zc_buffer_add(out, bytes + from, size - from);
  return ((zc_buffer *)out)->failed ? -1 : 0;
}

zc_code zc_json_canonical(const json_t *value, zc_buffer *out, zc_err *err)
{
  int result = json_dump_callback(value, add_escaped, out,
                                  JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  return result == 0 && !out->failed ? ZC_OK : zc_fail_memory(err);
}

const char *zc_get_text(const json_t *map, const char *key)
{
  return json_string_value(json_object_get(map, key));
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

json_t *zc_json_lossy(const char *bytes, size_t size)
{
  size_t bad;
  if (zc_utf8_valid(bytes, size, &bad) && memchr(bytes, '\0', size) == NULL)
    return json_stringn(bytes, size);
  zc_buffer clean = {0};
  uint32_t c;
  for (size_t at = 0; at < size;) {
    size_t length = zc_utf8_decode(bytes + at, size - at, &c);
    if (length == 0 || c == 0)
      zc_buffer_text(&clean, "\xef\xbf\xbd");
    else
      zc_buffer_add(&clean, bytes + at, length);
    at += length == 0 ? 1 : length;
  }
  json_t *value = clean.failed ? NULL : json_stringn(clean.data, clean.size);
  zc_buffer_free(&clean);
  return value;
}

static void add_argument(zc_buffer *out, const json_t *value)
{
  if (json_is_string(value))
    zc_buffer_add(out, json_string_value(value), json_string_length(value));
  else
    zc_buffer_print(out, "%lld", (long long)json_integer_value(value));
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
