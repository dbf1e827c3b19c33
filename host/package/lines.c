#include "package/lines.h"

#include <string.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/utf8.h"

/* ---- lines ------------------------------------------------------------------- */

bool zc_lines_is(const zc_lines *lines, const char *key)
{
  size_t length = strlen(key), left = (size_t)(lines->end - lines->at);
  return left > length && memcmp(lines->at, key, length) == 0 &&
         lines->at[length] == ' ';
}

/* Takes the next line, which has to have its end. */
static zc_code take_line(zc_lines *lines, const char **text, size_t *length,
                         zc_err *err)
{
  size_t left = (size_t)(lines->end - lines->at);
  const char *end = left == 0 ? NULL : memchr(lines->at, '\n', left);
  lines->line++;
  if (end == NULL)
    return zc_fail(err, ZC_EDATA, "{file} ends before line {line}", "file", lines->file,
                   "line", ZC_DIGITS(lines->line + (left > 0)), NULL);
  *text = lines->at;
  *length = (size_t)(end - lines->at);
  lines->at = end + 1;
  return ZC_OK;
}

static zc_code fail_place(const zc_lines *lines, const char *key, zc_err *err)
{
  return zc_fail(err, ZC_EDATA, "{file}, line {line}: «{key}» has to stand here",
                 "file", lines->file, "line", ZC_DIGITS(lines->line), "key", key, NULL);
}

zc_code zc_lines_value(zc_lines *lines, const char *key, char *room, size_t size,
                       zc_err *err)
{
  const char *text = NULL;
  size_t length = 0, skipped = strlen(key) + 1;
  bool is = zc_lines_is(lines, key);
  zc_code code = take_line(lines, &text, &length, err);
  if (code != ZC_OK)
    return code;
  if (!is)
    return fail_place(lines, key, err);
  text += skipped;
  length -= skipped;
  if (length >= size)
    return zc_fail(err, ZC_EDATA,
                   "{file}, line {line}: «{key}» is longer than {limit} bytes", "file",
                   lines->file, "line", ZC_DIGITS(lines->line), "key", key, "limit",
                   ZC_DIGITS(size - 1), NULL);
  memcpy(room, text, length);
  room[length] = '\0';
  return ZC_OK;
}

zc_code zc_lines_exact(zc_lines *lines, const char *wanted, zc_err *err)
{
  const char *text = NULL;
  size_t length = 0;
  zc_code code = take_line(lines, &text, &length, err);
  if (code == ZC_OK && (length != strlen(wanted) || memcmp(text, wanted, length) != 0))
    code = fail_place(lines, wanted, err);
  return code;
}

/* Whether a line is «kind», a blank and a whole number, whatever that is. */
static bool is_version_of(const char *text, const char *end, const char *wanted)
{
  size_t kind = (size_t)(strrchr(wanted, ' ') - wanted) + 1, digits = 0;
  if ((size_t)(end - text) <= kind || memcmp(text, wanted, kind) != 0)
    return false;
  for (text += kind; text < end && *text >= '0' && *text <= '9'; text++)
    digits++;
  return digits > 0 && text < end && *text == '\n';
}

zc_code zc_lines_head(zc_lines *lines, const char *wanted, zc_err *err)
{
  const char *text = lines->at;
  zc_code code = zc_lines_exact(lines, wanted, err);
  if (code != ZC_EDATA || !is_version_of(text, lines->end, wanted))
    return code;
  return zc_fail(err, ZC_EINSTALL,
                 "{file} is of another version than «{head}», which this zicha reads: "
                 "it was made for a newer one; install the newer zicha first",
                 "file", lines->file, "head", wanted, NULL);
}

zc_code zc_lines_number(zc_lines *lines, const char *key, int64_t limit,
                        int64_t *number, zc_err *err)
{
  char room[24]; /* more digits than any number has */
  zc_code code = zc_lines_value(lines, key, room, sizeof room, err);
  if (code == ZC_OK && !zc_text_number(room, limit, number))
    code = zc_fail(err, ZC_EDATA,
                   "{file}, line {line}: «{key}» has to be a whole number up to "
                   "{limit}",
                   "file", lines->file, "line", ZC_DIGITS(lines->line), "key", key,
                   "limit", ZC_DIGITS(limit), NULL);
  return code;
}

zc_code zc_lines_end(const zc_lines *lines, zc_err *err)
{
  if (lines->at != lines->end)
    return zc_fail(err, ZC_EDATA, "{file}: something stands behind line {line}", "file",
                   lines->file, "line", ZC_DIGITS(lines->line), NULL);
  return ZC_OK;
}

zc_code zc_lines_same(const char *file, const char *text, size_t size,
                      const zc_buffer *printed, zc_err *err)
{
  int64_t line = 1;
  size_t at = 0;
  for (; at < size && at < printed->size && text[at] == printed->data[at]; at++)
    line += text[at] == '\n';
  if (at == size && size == printed->size)
    return ZC_OK;
  return zc_fail(err, ZC_EDATA,
                 "{file}, line {line}: this is not as zicha writes it; have the file "
                 "sent again as it was made",
                 "file", file, "line", ZC_DIGITS(line), NULL);
}

/* ---- words ------------------------------------------------------------------- */

char *zc_word_cut(char *text)
{
  char *blank = strchr(text, ' ');
  if (blank == NULL)
    return NULL;
  *blank = '\0';
  return blank + 1;
}

static bool is_blank(uint32_t character)
{
  return character == '\t' || character == '\n' || character == '\r' ||
         character == 0xa0 || zc_text_narrow(character) == ' ';
}

/* Whether all of it can be seen; blanks only inside, and only where they are allowed. */
static bool is_seen(const char *text, bool blanks)
{
  uint32_t character = ' ';
  size_t length = strlen(text);
  if (length == 0 || !zc_utf8_valid(text, length, NULL))
    return false;
  for (size_t at = 0; at < length;) {
    bool first = at == 0;
    at += zc_utf8_decode(text + at, length - at, &character);
    if (zc_text_forbidden(character) || (character < ' ') ||
        (is_blank(character) && (!blanks || first)))
      return false;
  }
  return !is_blank(character);
}

bool zc_text_is_name(const char *text)
{
  return is_seen(text, true);
}

bool zc_text_is_word(const char *text)
{
  return is_seen(text, false);
}

bool zc_text_is_level(const char *text)
{
  static const char *const levels[] = {N_("national"), N_("province"), N_("city"),
                                       N_("county"), N_("facility")};
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
    if (strcmp(text, levels[i]) == 0)
      return true;
  return false;
}

bool zc_text_is_hash(const char *text)
{
  return strlen(text) == ZC_HASH_ROOM - 1 &&
         strspn(text, "0123456789abcdef") == ZC_HASH_ROOM - 1;
}

bool zc_text_is_day(const char *text)
{
  int32_t day;
  return zc_day_parse(text, strlen(text), &day);
}

bool zc_text_number(const char *text, int64_t limit, int64_t *number)
{
  size_t length = strlen(text);
  *number = 0;
  if (length == 0 || length > 18 || strspn(text, "0123456789") != length ||
      (text[0] == '0' && length > 1))
    return false;
  for (size_t i = 0; i < length; i++)
    *number = 10 * *number + (text[i] - '0');
  return *number <= limit;
}
