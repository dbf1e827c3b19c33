#include "cli/screen.h"

#include <assert.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/message.h"

void zc_print_padded(FILE *out, const char *text, int width, bool right)
{
  int own = zc_text_width(text, strlen(text));
  int gap = width > own ? width - own : 0;
  if (right)
    fprintf(out, "%*s%s", gap, "", text);
  else
    fprintf(out, "%s%*s", text, gap, "");
}

/* The length of the first piece of `text` that fits into `width` columns: up to a
 * space, or anywhere between CJK characters. */
static size_t fitting(const char *text, int width)
{
  size_t size = strlen(text), at = 0, last = 0;
  int used = 0;
  uint32_t c;
  while (at < size) {
    size_t length = zc_utf8_decode(text + at, size - at, &c);
    if (length == 0)
      length = 1;
    used += zc_text_width(text + at, length);
    if (used > width && at > 0)
      return last > 0 ? last : at;
    at += length;
    if (c == ' ' || c >= 0x2e80)
      last = at;
  }
  return size;
}

void zc_print_wrapped(FILE *out, const char *text, int indent, int width)
{
  while (*text != '\0') {
    size_t size = fitting(text, width - indent);
    fprintf(out, "%*s%.*s\n", indent, "", (int)size, text);
    text += size;
    text += strspn(text, " ");
  }
}

#define MOST_COLUMNS 60

/* A cell as it is printed. Owned. */
static char *cell_text(const json_t *line, size_t column)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, "");
  zc_add_visible(&out, json_string_value(json_array_get(line, column)));
  return zc_buffer_take(&out);
}

static int cell_width(const json_t *line, size_t column)
{
  char *text = cell_text(line, column);
  int width = text == NULL ? 0 : zc_text_width(text, strlen(text));
  free(text);
  return width;
}

void zc_print_grid(FILE *out, const json_t *lines, const char *sides, int indent)
{
  size_t index, columns = strlen(sides);
  const json_t *line;
  int widths[MOST_COLUMNS] = {0};
  assert(columns <= MOST_COLUMNS);
  json_array_foreach(lines, index, line)
  {
    for (size_t c = 0; c < columns; c++) {
      int own = cell_width(line, c);
      widths[c] = own > widths[c] ? own : widths[c];
    }
  }
  json_array_foreach(lines, index, line)
  {
    size_t last = columns;
    while (last > 1 && cell_width(line, last - 1) == 0)
      last--;
    fprintf(out, "%*s", indent, "");
    for (size_t c = 0; c < last; c++) {
      char *text = cell_text(line, c);
      /* Behind the last word of a line stand no spaces that nobody sees. */
      bool bare = c + 1 == last && sides[c] == 'l';
      zc_print_padded(out, zc_text_or(text, "?"), bare ? 0 : widths[c],
                      sides[c] == 'r');
      fprintf(out, c + 1 == last ? "\n" : "  ");
      free(text);
    }
  }
}

bool zc_screen_finish(void)
{
  return fflush(stdout) == 0 && !ferror(stdout);
}

bool zc_screen_unread(void)
{
  struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
  return poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}
