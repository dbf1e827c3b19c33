#include "cli/screen.h"

#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

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

bool zc_screen_finish(void)
{
  return fflush(stdout) == 0 && !ferror(stdout);
}

bool zc_screen_unread(void)
{
  struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
  return poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}
