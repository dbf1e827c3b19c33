#include "package/minisign.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* The length of the next line without its end; *whole counts that, too. */
static size_t line_length(const zc_minisign *text, size_t *whole)
{
  size_t left = (size_t)(text->end - text->at);
  const char *end = left == 0 ? NULL : memchr(text->at, '\n', left);
  size_t length = end == NULL ? left : (size_t)(end - text->at);
  *whole = end == NULL ? length : length + 1;
  if (end != NULL && length > 0 && text->at[length - 1] == '\r')
    length--;
  return length;
}

/* Takes the next line; there has to be one. */
static zc_code take_line(zc_minisign *text, const char **line, size_t *length,
                         zc_err *err)
{
  size_t whole;
  text->line++;
  *line = text->at;
  *length = line_length(text, &whole);
  if (whole == 0)
    return zc_fail(err, ZC_EDATA, "{file} ends before line {line}", "file", text->file,
                   "line", ZC_DIGITS(text->line), NULL);
  text->at += whole;
  return ZC_OK;
}

zc_code zc_minisign_check_comment(const char *file, const char *comment, size_t length,
                                  size_t room, zc_err *err)
{
  uint32_t character;
  if (length >= room)
    return zc_fail(err, ZC_EDATA, "{file}: the comment is longer than {limit} bytes",
                   "file", file, "limit", ZC_DIGITS(room - 1), NULL);
  if (!zc_utf8_valid(comment, length, NULL))
    return zc_fail(err, ZC_EDATA, "{file}: the comment is not UTF-8 text", "file", file,
                   NULL);
  for (size_t at = 0; at < length;) {
    at += zc_utf8_decode(comment + at, length - at, &character);
    if (zc_text_forbidden(character) || character == '\n' || character == '\r')
      return zc_fail(err, ZC_EDATA,
                     "{file}: the comment holds a control character or another that "
                     "cannot be seen",
                     "file", file, NULL);
  }
  return ZC_OK;
}

zc_code zc_minisign_comment(zc_minisign *text, const char *prefix, char *room,
                            size_t size, zc_err *err)
{
  const char *line;
  size_t length, skipped = strlen(prefix);
  zc_code code = take_line(text, &line, &length, err);
  if (code != ZC_OK)
    return code;
  if (length < skipped || memcmp(line, prefix, skipped) != 0)
    return zc_fail(err, ZC_EDATA,
                   "{file}: line {line} does not begin with «{prefix}»; this is not a "
                   "file of minisign's formats",
                   "file", text->file, "line", ZC_DIGITS(text->line), "prefix", prefix,
                   NULL);
  code = zc_minisign_check_comment(text->file, line + skipped, length - skipped, size,
                                   err);
  if (code == ZC_OK) {
    memcpy(room, line + skipped, length - skipped);
    room[length - skipped] = '\0';
  }
  return code;
}

zc_code zc_minisign_bytes(zc_minisign *text, unsigned char *bytes, size_t size,
                          zc_err *err)
{
  const char *line;
  size_t length;
  zc_code code = take_line(text, &line, &length, err);
  if (code != ZC_OK)
    return code;
  if (length != ZC_BASE64(size))
    return zc_fail(err, ZC_EDATA,
                   "{file}: line {line} has {length} characters instead of {wanted}",
                   "file", text->file, "line", ZC_DIGITS(text->line), "length",
                   ZC_DIGITS(length), "wanted", ZC_DIGITS(ZC_BASE64(size)), NULL);
  if (!zc_base64_decode(line, bytes, size))
    return zc_fail(err, ZC_EDATA, "{file}: line {line} is not base64", "file",
                   text->file, "line", ZC_DIGITS(text->line), NULL);
  return ZC_OK;
}

size_t zc_minisign_next(const zc_minisign *text)
{
  size_t whole;
  return line_length(text, &whole);
}

zc_code zc_minisign_end(const zc_minisign *text, zc_err *err)
{
  if (text->at != text->end)
    return zc_fail(err, ZC_EDATA, "{file}: something stands behind line {line}", "file",
                   text->file, "line", ZC_DIGITS(text->line), NULL);
  return ZC_OK;
}
