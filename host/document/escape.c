#include "document/escape.h"

#include <string.h>

#include "base/text.h"

/* The next character, with what no reader can see replaced. Returns its length in the
 * text; `shown` are the bytes to print. */
static size_t next(const char *text, size_t size, const char **shown, size_t *length,
                   uint32_t *c)
{
  size_t own = zc_utf8_decode(text, size, c);
  *shown = text;
  *length = own;
  if (own == 0 || zc_text_forbidden(*c)) {
    *c = 0xfffd;
    *shown = "\xef\xbf\xbd";
    *length = 3;
  } else if (*c == '\n' || *c == '\r' || *c == '\t') {
    *c = ' ';
    *shown = " ";
    *length = 1;
  }
  return own == 0 ? 1 : own;
}

/* At the start of a line these would begin a block: # + - = : and 1. or 1) before a
 * space. */
static bool begins_block(const char *text, size_t size)
{
  if (size == 0)
    return false;
  if (strchr("#+-=:", *text) != NULL)
    return true;
  size_t digits = 0;
  while (digits < size && text[digits] >= '0' && text[digits] <= '9')
    digits++;
  if (digits == 0 || digits == size || (text[digits] != '.' && text[digits] != ')'))
    return false;
  return digits + 1 == size || text[digits + 1] == ' ' || text[digits + 1] == '\t' ||
         text[digits + 1] == '\n';
}

static bool starts(const char *text, size_t size, const char *word)
{
  size_t length = strlen(word);
  return size >= length && strncasecmp(text, word, length) == 0;
}

void zc_escape_markdown(zc_buffer *out, const char *text, size_t size)
{
  const char *shown;
  size_t length;
  uint32_t c;
  size_t at = 0, end = size; /* behind the last character that is no blank */
  while (end > 0 && strchr(" \t\r\n", text[end - 1]) != NULL)
    end--;
  while (at < size &&
         (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r'))
    at++;
  if (begins_block(text + at, size - at)) {
    /* 1. → 1\.   - → \- */
    while (at < size && text[at] >= '0' && text[at] <= '9')
      zc_buffer_char(out, text[at++]);
    zc_buffer_char(out, '\\');
    zc_buffer_char(out, text[at++]);
  }
  while (at < size) {
    /* Bare addresses would become links in GitHub's dialect. */
    if (starts(text + at, size - at, "www.")) {
      zc_buffer_add(out, text + at, 3);
      at += 3;
      zc_buffer_char(out, '\\');
    } else if (starts(text + at, size - at, "://")) {
      zc_buffer_char(out, '\\');
    }
    at += next(text + at, size - at, &shown, &length, &c);
    /* # at the end of a heading would close it. */
    bool closes = c == '#' && at == end;
    if (closes || (c < 0x80 && strchr("\\`*_[]<>&|~", (int)c) != NULL))
      zc_buffer_char(out, '\\');
    zc_buffer_add(out, shown, length);
  }
}

bool zc_escape_entity(zc_buffer *out, uint32_t c)
{
  switch (c) {
  case '&':
    zc_buffer_text(out, "&amp;");
    return true;
  case '<':
    zc_buffer_text(out, "&lt;");
    return true;
  case '>':
    zc_buffer_text(out, "&gt;");
    return true;
  case '"':
    zc_buffer_text(out, "&quot;");
    return true;
  default:
    return false;
  }
}

void zc_escape_html(zc_buffer *out, const char *text, size_t size)
{
  const char *shown;
  size_t length;
  uint32_t c;
  for (size_t at = 0; at < size;) {
    at += next(text + at, size - at, &shown, &length, &c);
    if (c == '\'')
      zc_buffer_text(out, "&#39;");
    else if (!zc_escape_entity(out, c))
      zc_buffer_add(out, shown, length);
  }
}

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

/* = + - @ and their full-width twins, also after spaces. */
bool zc_escape_computes(const char *text)
{
  text += strspn(text, " \t\r\n");
  uint32_t c = 0;
  size_t size = strlen(text);
  if (size == 0 || zc_utf8_decode(text, size, &c) == 0)
    return false;
  uint32_t narrow = zc_text_narrow(c);
  return (narrow == '=' || narrow == '+' || narrow == '-' || narrow == '@') &&
         !plain_number(text);
}
