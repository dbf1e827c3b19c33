#include <string.h>

#include "base/text.h"
#include "document/document.h"

/* A number as people write it, which no spreadsheet takes for more than that. */
static bool plain_number(const char *text)
{
  size_t at = *text == '-' || *text == '+';
  size_t digits = strspn(text + at, "0123456789");
  at += digits;
  if (text[at] == '.')
    at += 1 + strspn(text + at + 1, "0123456789");
  return digits > 0 && digits <= 11 && text[at] == '\0';
}

/* = + - @ and their full-width twins, also after spaces; codes of more than 11 digits
 * lose digits when they are read as numbers. */
static bool formula(const char *text)
{
  text += strspn(text, " \t\r\n");
  uint32_t c = 0;
  size_t size = strlen(text);
  if (size == 0 || zc_utf8_decode(text, size, &c) == 0)
    return false;
  uint32_t narrow = zc_text_narrow(c);
  if (narrow == '=' || narrow == '+' || narrow == '-' || narrow == '@')
    return !plain_number(text);
  return size > 11 && strspn(text, "0123456789") == size;
}

void zc_csv_cell(zc_buffer *out, const char *text, bool first)
{
  if (!first)
    zc_buffer_char(out, ',');
  bool quoted = strpbrk(text, ",\"\r\n") != NULL || *text == ' ';
  if (quoted)
    zc_buffer_char(out, '"');
  if (formula(text))
    zc_buffer_char(out, '\'');
  for (; *text != '\0'; text++) {
    if (*text == '"')
      zc_buffer_char(out, '"');
    zc_buffer_char(out, *text);
  }
  if (quoted)
    zc_buffer_char(out, '"');
}
