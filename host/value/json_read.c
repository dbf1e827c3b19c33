/* A reader for what zicha itself has written: the library takes every character for itself, which
 * took most of the time that hits of a large check need on their way into the ledger. It must
 * accept nothing that the library refuses, and read the same from what it accepts. */
#include "value/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/taking.h"
#include "base/text.h"

typedef struct {
  const char *at, *end;
  zc_buffer text; /* of the string that is read, without its escapes */
} reader;

static void skip_blanks(reader *r)
{
  while (r->at < r->end &&
         (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
    r->at++;
}

static bool take(reader *r, char c)
{
  return zc_take(&r->at, r->end, c);
}

static bool take_word(reader *r, const char *word)
{
  return zc_take_word(&r->at, r->end, word);
}

/* ---- texts ------------------------------------------------------------------------ */

static int hex_digit(char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four digits behind \u; 0 for what is left to the library. */
static unsigned take_code(reader *r)
{
  unsigned code = 0;
  if (r->end - r->at < 4)
    return 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(r->at[i]);
    if (digit < 0)
      return 0;
    code = code * 16 + (unsigned)digit;
  }
  r->at += 4;
  return code >= 0xd800 && code < 0xe000 ? 0 : code;
}

/* As UTF-8. Says how many bytes that are. */
static size_t put_character(char *out, unsigned code)
{
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xc0 | code >> 6);
    out[1] = (char)(0x80 | (code & 63));
    return 2;
  }
  out[0] = (char)(0xe0 | code >> 12);
  out[1] = (char)(0x80 | (code >> 6 & 63));
  out[2] = (char)(0x80 | (code & 63));
  return 3;
}

#define LONGEST 3 /* bytes of what an escape means */

/* What stands behind a backslash goes to `out`. 0 for what is left to the library. */
static size_t take_escape(reader *r, char *out)
{
  char c = r->at < r->end ? *r->at++ : '\0';
  unsigned code;
  switch (c) {
  case '"':
  case '\\':
  case '/':
    *out = c;
    return 1;
  case 'b':
    *out = '\b';
    return 1;
  case 'f':
    *out = '\f';
    return 1;
  case 'n':
    *out = '\n';
    return 1;
  case 'r':
    *out = '\r';
    return 1;
  case 't':
    *out = '\t';
    return 1;
  case 'u':
    code = take_code(r);
    return code == 0 ? 0 : put_character(out, code);
  default:
    return 0;
  }
}

/* The bytes up to the next one that is not as it is. */
static size_t plain_bytes(const reader *r)
{
  const char *at = r->at;
  while (at < r->end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
    at++;
  return (size_t)(at - r->at);
}

/* A text that has escapes, from its beginning to where it ends: in r->text. */
static bool take_escaped(reader *r)
{
  r->text.size = 0;
  for (;;) {
    size_t plain = plain_bytes(r);
    char *room = zc_buffer_reserve(&r->text, plain + LONGEST);
    if (room == NULL)
      return false;
    memcpy(room, r->at, plain);
    r->text.size += plain;
    r->at += plain;
    if (take(r, '"'))
      return true;
    size_t size = take(r, '\\') ? take_escape(r, room + plain) : 0;
    if (size == 0)
      return false;
    r->text.size += size;
  }
}

/* A text behind its quotation mark: borrowed until the next one. */
static bool take_text(reader *r, const char **text, size_t *size)
{
  const char *from = r->at;
  *size = plain_bytes(r);
  *text = from;
  r->at += *size;
  if (!take(r, '"')) {
    r->at = from;
    if (!take_escaped(r))
      return false;
    *text = r->text.data;
    *size = r->text.size;
  }
  return zc_utf8_valid(*text, *size, NULL);
}

/* ---- values ----------------------------------------------------------------------- */

#define DIGITS 15 /* as many are certainly within 2^53 */

static json_t *read_integer(reader *r)
{
  json_int_t number = 0;
  bool minus = take(r, '-');
  const char *from = r->at;
  while (r->at < r->end && *r->at >= '0' && *r->at <= '9' && r->at - from <= DIGITS)
    number = number * 10 + (*r->at++ - '0');
  ptrdiff_t digits = r->at - from;
  char next = r->at < r->end ? *r->at : ' ';
  if (digits == 0 || digits > DIGITS || (*from == '0' && (digits > 1 || minus)) ||
      next == '.' || next == 'e' || next == 'E')
    return NULL;
  return json_integer(minus ? -number : number);
}

static json_t *read_value(reader *r, int depth);

/* A member, with the comma before it unless it is the first. */
static bool read_member(reader *r, json_t *map, int depth)
{
  const char *text;
  size_t size, count = json_object_size(map);
  skip_blanks(r);
  if (!take(r, '"') || !take_text(r, &text, &size))
    return false;
  char room[64], *key = size < sizeof room ? room : malloc(size + 1);
  if (key == NULL)
    return false;
  memcpy(key, text, size);
  skip_blanks(r);
  json_t *value = take(r, ':') ? read_value(r, depth) : NULL;
  bool good = value != NULL &&
              json_object_setn_new_nocheck(map, key, size, value) == 0 &&
              json_object_size(map) > count;
  if (key != room)
    free(key);
  return good;
}

static json_t *read_map(reader *r, int depth)
{
  json_t *map = json_object();
  bool good = map != NULL;
  skip_blanks(r);
  if (good && take(r, '}'))
    return map;
  do {
    good = good && read_member(r, map, depth);
    skip_blanks(r);
  } while (good && take(r, ','));
  if (good && take(r, '}'))
    return map;
  json_decref(map);
  return NULL;
}

static json_t *read_list(reader *r, int depth)
{
  json_t *list = json_array();
  bool good = list != NULL;
  skip_blanks(r);
  if (good && take(r, ']'))
    return list;
  do {
    good = good && json_array_append_new(list, read_value(r, depth)) == 0;
    skip_blanks(r);
  } while (good && take(r, ','));
  if (good && take(r, ']'))
    return list;
  json_decref(list);
  return NULL;
}

static json_t *read_value(reader *r, int depth)
{
  const char *text;
  size_t size;
  skip_blanks(r);
  if (r->at >= r->end || depth >= ZC_VALUE_DEPTH)
    return NULL;
  if (take(r, '"'))
    return take_text(r, &text, &size) ? json_stringn_nocheck(text, size) : NULL;
  if (take(r, '{'))
    return read_map(r, depth + 1);
  if (take(r, '['))
    return read_list(r, depth + 1);
  if (take_word(r, "true"))
    return json_true();
  if (take_word(r, "false"))
    return json_false();
  return read_integer(r);
}

json_t *zc_json_read(const char *text, size_t size)
{
  reader r = {.at = text, .end = text + size};
  json_t *value = read_value(&r, 0);
  skip_blanks(&r);
  zc_buffer_free(&r.text);
  if (value == NULL || r.at == r.end)
    return value;
  json_decref(value);
  return NULL;
}
