#include "cli/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/message.h"

#define PAUSE_MS 100
#define COLUMNS 80 /* of a terminal that does not say */

static int64_t now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* How much of a text fits into the terminal's line, whose last column stays free so that
 * nothing wraps. */
static size_t fitting(const char *text, int *width)
{
  struct winsize window;
  size_t size = strlen(text), at = 0;
  uint32_t c;
  int room = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0
                 ? window.ws_col - 1
                 : COLUMNS - 1;
  *width = 0;
  while (at < size) {
    size_t length = zc_utf8_decode(text + at, size - at, &c);
    if (length == 0)
      length = 1;
    int own = zc_text_width(text + at, length);
    if (*width + own > room)
      break;
    *width += own;
    at += length;
  }
  return at;
}

/* Owned; NULL when out of memory. */
static char *filled(const char *text, json_t *args)
{
  json_t *message = json_pack("{s:s, s:o}", "text", text, "args", args);
  char *own = message == NULL ? NULL : zc_message_text(message);
  json_decref(message);
  return own;
}

static char *time_left(uint64_t seconds)
{
  if (seconds < 60)
    return filled(N_("{seconds} s left"),
                  json_pack("{s:I}", "seconds", (json_int_t)seconds));
  return filled(N_("{minutes} min {seconds} s left"),
                json_pack("{s:I, s:I}", "minutes", (json_int_t)(seconds / 60),
                          "seconds", (json_int_t)(seconds % 60)));
}

/* The line. Owned; NULL when out of memory. */
static char *line_of(const zc_meter *m, uint64_t bytes, uint64_t rows,
                     int64_t milliseconds)
{
  double share = m->total == 0 ? 1.0 : (double)bytes / (double)m->total;
  if (m->title == NULL)
    return filled(N_("judging: {done} of {count} rules, {percent}%"),
                  json_pack("{s:I, s:I, s:I}", "done", (json_int_t)bytes, "count",
                            (json_int_t)m->total, "percent",
                            (json_int_t)(share * 100)));
  double rate = (double)bytes / (double)milliseconds / 1000; /* MB/s */
  double left = share > 0 ? (double)milliseconds * (1 / share - 1) / 1000 : 0;
  char speed[32];
  snprintf(speed, sizeof speed, rate < 10 ? "%.1f" : "%.0f", rate);
  char *remains = time_left(left < 1e6 ? (uint64_t)left + 1 : 1000000);
  json_t *args = json_pack("{s:s, s:s, s:I, s:I, s:s, s:s}", "title", m->title,
                           "doing_term", m->doing, "rows", (json_int_t)rows, "percent",
                           (json_int_t)(share * 100), "rate", speed, "left",
                           zc_text_or(remains, ""));
  free(remains);
  if (rows == 0)
    return filled(N_("{title}: {doing_term}, {percent}%, {rate} MB/s, {left}"), args);
  return filled(
      N_("{title}: {doing_term}, {rows} rows, {percent}%, {rate} MB/s, {left}"), args);
}

static void draw(void *context, uint64_t bytes, uint64_t rows)
{
  zc_meter *m = context;
  int64_t time = now();
  int width;
  if (time - m->drawn < PAUSE_MS)
    return;
  m->drawn = time;
  char *line = line_of(m, bytes > m->total ? m->total : bytes, rows, time - m->begun);
  if (line == NULL)
    return;
  size_t size = fitting(line, &width);
  fprintf(stderr, "\r%.*s%*s", (int)size, line, width < m->width ? m->width - width : 0,
          "");
  fflush(stderr);
  m->width = width > m->width ? width : m->width;
  free(line);
}

void zc_meter_begin(zc_meter *m, const char *title, const char *doing, uint64_t total)
{
  *m = (zc_meter){.title = title,
                  .doing = doing,
                  .total = total,
                  .shown = isatty(STDERR_FILENO) == 1,
                  .watch = {draw, m}};
  if (m->shown)
    m->begun = m->drawn = now();
}

void zc_meter_begin_judging(zc_meter *m, uint64_t runs)
{
  zc_meter_begin(m, NULL, NULL, runs);
}

const zc_watch *zc_meter_watch(zc_meter *m)
{
  return m->shown ? &m->watch : NULL;
}

void zc_meter_end(zc_meter *m)
{
  if (m->width > 0)
    fprintf(stderr, "\r%*s\r", m->width, "");
  m->width = 0;
}
