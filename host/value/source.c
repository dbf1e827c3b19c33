#include "value/source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define FORBIDDEN_TOLD 20

typedef struct {
  const char *file;
  json_t *faults;
  bool *memory;
} reader;

bool zc_source_forbidden(uint32_t character)
{
  return zc_text_forbidden(character) || character == 0x2028 || character == 0x2029;
}

/* Counts lines and columns up to an offset. */
static zc_place place_at(const char *file, const char *text, size_t offset)
{
  zc_place place = {file, 1, 1};
  for (size_t i = 0; i < offset; i++) {
    if (text[i] == '\n') {
      place.line++;
      place.column = 1;
    } else {
      place.column += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
  }
  return place;
}

/* The bytes as UTF-8. A file that is neither is what it was longer. */
static bool decode(reader *r, const char **text, size_t *size, zc_buffer *converted)
{
  size_t bad = 0, bad_gb18030 = 0;
  zc_err err;
  if (zc_utf8_valid(*text, *size, &bad))
    return true;
  zc_gb18030 *converter = zc_gb18030_new();
  if (converter == NULL && errno == ENOMEM) {
    *r->memory = true;
    return false;
  }
  zc_code code = ZC_EDATA;
  if (converter != NULL)
    code = zc_gb18030_decode(converter, *text, *size, converted, &bad_gb18030, &err);
  zc_gb18030_free(converter);
  if (converted->failed) {
    *r->memory = true;
    return false;
  }
  if (code != ZC_OK) {
    zc_place place = bad_gb18030 > bad
                         ? place_at(r->file, converted->data, converted->size)
                         : place_at(r->file, *text, bad);
    *r->memory |= zc_fault(r->faults, place, "the text is neither UTF-8 nor GB18030",
                           "hint", N_("save the file as UTF-8 in the editor"),
                           NULL) != 0;
    return false;
  }
  *r->memory |= zc_fault_warning(r->faults, (zc_place){r->file, 0, 0},
                                 "the file was read as GB18030", "hint",
                                 N_("save it as UTF-8 to be safe"), NULL) != 0;
  *text = converted->data;
  *size = converted->size;
  return true;
}

static bool check_characters(reader *r, const char *text, size_t size)
{
  uint32_t c;
  int told = 0;
  for (size_t at = 0; at < size && told < FORBIDDEN_TOLD;) {
    size_t length = zc_utf8_decode(text + at, size - at, &c);
    if (zc_source_forbidden(c)) {
      char name[16];
      snprintf(name, sizeof name, "U+%04X", (unsigned)c);
      *r->memory |= zc_fault(r->faults, place_at(r->file, text, at),
                             "an invisible character ({character}) stands here",
                             "character", name, "hint", N_("delete it"), NULL) != 0;
      told++;
    }
    at += length;
  }
  return told == 0;
}

/* Directives stand before a document: at the beginning, or after the end of another. */
static bool check_directives(reader *r, const char *text, size_t size)
{
  bool before = true;
  for (const char *line = text, *end = text + size; line < end;) {
    const char *next = memchr(line, '\n', (size_t)(end - line));
    size_t length = (size_t)((next == NULL ? end : next) - line);
    size_t blank = 0;
    while (blank < length && strchr(" \t\r", line[blank]) != NULL)
      blank++;
    if (before && line[0] == '%') {
      *r->memory |= zc_fault(r->faults, place_at(r->file, text, (size_t)(line - text)),
                             "directives (%) are not allowed", "hint",
                             N_("delete the line, or quote the text"), NULL) != 0;
      return false;
    }
    if (length >= 3 && memcmp(line, "...", 3) == 0)
      before = true;
    else if (blank < length && line[blank] != '#')
      before = false;
    line += length + 1;
  }
  return true;
}

bool zc_source_text(const char *file, const char **text, size_t *size,
                    zc_buffer *converted, json_t *faults, bool *memory)
{
  reader r = {file, faults, memory};
  if (!decode(&r, text, size, converted))
    return false;
  if (*size >= 3 && memcmp(*text, "\xef\xbb\xbf", 3) == 0) {
    *text += 3;
    *size -= 3;
  }
  return check_characters(&r, *text, *size);
}

bool zc_source_open(const char *file, const char **text, size_t *size,
                    zc_buffer *converted, json_t *faults, bool *memory)
{
  reader r = {file, faults, memory};
  return zc_source_text(file, text, size, converted, faults, memory) &&
         check_directives(&r, *text, *size);
}
