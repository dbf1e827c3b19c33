#include "document/calendar.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/utf8.h"

#define LINE_OCTETS 75 /* of a line, without its end */

/* ---- lines ------------------------------------------------------------------- */

/* Appends a content line, folded between characters: what follows begins with a space,
 * which counts. */
static void add_line(zc_buffer *out, const zc_buffer *line)
{
  size_t room = LINE_OCTETS;
  for (size_t at = 0; at < line->size;) {
    size_t size = zc_utf8_cut(line->data + at, line->size - at, room);
    if (at > 0)
      zc_buffer_text(out, " ");
    zc_buffer_add(out, line->data + at, size);
    zc_buffer_text(out, "\r\n");
    at += size;
    room = LINE_OCTETS - 1;
  }
}

/* Appends a value of the type TEXT. Control characters other than a line's end have no
 * place in one. */
static void add_text(zc_buffer *line, const char *text)
{
  for (; *text != '\0'; text++) {
    if (*text == '\n')
      zc_buffer_text(line, "\\n");
    else if (*text == '\t')
      zc_buffer_char(line, ' ');
    else if ((unsigned char)*text >= 0x20 && *text != 0x7f) {
      if (*text == '\\' || *text == ';' || *text == ',')
        zc_buffer_char(line, '\\');
      zc_buffer_char(line, *text);
    }
  }
}

/* A property whose value is a TEXT; none where there is no text. */
static void add_property(zc_buffer *out, const char *name, const char *text)
{
  zc_buffer line = {0};
  if (text == NULL || *text == '\0')
    return;
  zc_buffer_print(&line, "%s:", name);
  add_text(&line, text);
  if (line.failed)
    out->failed = true;
  else
    add_line(out, &line);
  zc_buffer_free(&line);
}

/* 20230501 */
static void add_day(zc_buffer *out, const char *name, int32_t day)
{
  zc_civil civil = zc_day_to_civil(day);
  zc_buffer_print(out, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, civil.year, civil.month,
                  civil.day);
}

/* ---- events ------------------------------------------------------------------ */

static bool read_day(const json_t *event, const char *key, int32_t *day)
{
  const char *text = zc_get_text(event, key);
  return text != NULL && zc_day_parse(text, strlen(text), day);
}

/* So many days before, at nine in the morning: midnight wakes people. */
static void add_alarm(zc_buffer *out, const json_t *event)
{
  json_int_t before = zc_get_integer(event, "alarm", 0);
  if (before < 1)
    return;
  zc_buffer_text(out, "BEGIN:VALARM\r\nACTION:DISPLAY\r\n");
  add_property(out, "DESCRIPTION", zc_get_text(event, "title"));
  zc_buffer_print(out, "TRIGGER:-P%lldDT15H\r\nEND:VALARM\r\n", (long long)before - 1);
}

static zc_code add_event(zc_buffer *out, const json_t *event, const char *stamp,
                         zc_err *err)
{
  const char *uid = zc_get_text(event, "uid");
  char digits[ZC_HASH_ROOM];
  int32_t from, to;
  if (uid == NULL || zc_get_text(event, "title") == NULL ||
      !read_day(event, "from", &from) || !read_day(event, "to", &to) || to < from)
    return zc_fail(err, ZC_EINTERNAL, "an event of the calendar has no name or no days",
                   NULL);
  zc_code code = zc_hash_of(uid, strlen(uid), digits, err);
  if (code != ZC_OK)
    return code;
  zc_buffer_print(out, "BEGIN:VEVENT\r\nUID:%.32s@zicha\r\nDTSTAMP:%s\r\n", digits,
                  stamp);
  add_day(out, "DTSTART", from);
  add_day(out, "DTEND", to + 1); /* the first day that is over */
  add_property(out, "SUMMARY", zc_get_text(event, "title"));
  add_property(out, "DESCRIPTION", zc_get_text(event, "description"));
  add_property(out, "CATEGORIES", zc_get_text(event, "category"));
  zc_buffer_text(out, "TRANSP:TRANSPARENT\r\n"); /* nobody is busy because of it */
  add_alarm(out, event);
  zc_buffer_text(out, "END:VEVENT\r\n");
  return ZC_OK;
}

zc_code zc_calendar_print(const char *name, const char *stamp, const json_t *events,
                          zc_buffer *out, zc_err *err)
{
  int32_t day;
  char moment[32];
  size_t index;
  const json_t *event;
  if (!zc_day_parse(stamp, strlen(stamp), &day))
    return zc_fail(err, ZC_EINTERNAL, "an event of the calendar has no name or no days",
                   NULL);
  zc_civil civil = zc_day_to_civil(day);
  snprintf(moment, sizeof moment, "%04d%02d%02dT000000Z", civil.year, civil.month,
           civil.day);
  zc_buffer_text(out,
                 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//zicha//calendar//ZH\r\n"
                 "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
  add_property(out, "X-WR-CALNAME", name);
  zc_code code = ZC_OK;
  json_array_foreach(events, index, event)
  {
    if (code == ZC_OK)
      code = add_event(out, event, moment, err);
  }
  zc_buffer_text(out, "END:VCALENDAR\r\n");
  return code == ZC_OK ? zc_buffer_check(out, err) : code;
}
