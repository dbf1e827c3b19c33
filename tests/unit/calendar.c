/* Calendars that zicha writes, unfolded and unescaped again: any text comes back. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "document/calendar.h"

/* A calendar of one event. Owned. */
static zc_buffer print(const char *title, const char *description)
{
  zc_err err;
  zc_buffer out = {0};
  json_t *events = json_pack("[{s:s, s:s, s:s, s:s, s:s, s:i}]", "uid", "p duty d",
                             "from", "2023-12-31", "to", "2023-12-31", "title", title,
                             "description", description, "alarm", 3);
  cr_assert(events != NULL);
  cr_assert(zc_calendar_print("日程", "2023-12-01", events, &out, &err) == ZC_OK);
  json_decref(events);
  return out;
}

/* The value of a property, unfolded and unescaped. Owned; NULL where there is none. */
static char *value_of(const zc_buffer *out, const char *name)
{
  zc_buffer flat = {0}, value = {0};
  for (size_t i = 0; i < out->size; i++) {
    if (out->size - i > 2 && memcmp(out->data + i, "\r\n ", 3) == 0)
      i += 2;
    else
      zc_buffer_char(&flat, out->data[i]);
  }
  char start[40];
  snprintf(start, sizeof start, "\r\n%s:", name);
  const char *at = strstr(flat.data, start);
  for (at = at == NULL ? NULL : at + strlen(start); at != NULL && *at != '\r'; at++) {
    if (*at == '\\')
      zc_buffer_char(&value, *++at == 'n' ? '\n' : *at);
    else
      zc_buffer_char(&value, *at);
  }
  zc_buffer_free(&flat);
  return zc_buffer_take(&value);
}

/* Every line ends with CRLF, holds whole characters and at most 75 octets. */
static void check_lines(const zc_buffer *out)
{
  size_t start = 0;
  for (size_t i = 0; i < out->size; i++) {
    if (out->data[i] != '\r')
      continue;
    size_t bad;
    cr_assert(out->data[i + 1] == '\n');
    cr_assert(i - start <= 75, "a line of %zu octets", i - start);
    cr_assert(zc_utf8_valid(out->data + start, i - start, &bad));
    start = i + 2;
  }
  cr_assert(eq(sz, start, out->size));
}

Test(calendar, folds_between_characters_wherever_they_stand)
{
  for (size_t before = 0; before < 90; before++) {
    zc_buffer text = {0};
    for (size_t i = 0; i < before; i++)
      zc_buffer_char(&text, 'a');
    zc_buffer_text(
        &text, "é整𝄞治整治整治整治整治整治整治整治整治整治整治整治整治整治整治整治");
    zc_buffer out = print(text.data, "");
    check_lines(&out);
    char *back = value_of(&out, "SUMMARY");
    cr_assert(eq(str, back, text.data));
    free(back);
    zc_buffer_free(&out);
    zc_buffer_free(&text);
  }
}

Test(calendar, separators_and_line_ends_come_back)
{
  static const char *const texts[] = {"a,b;c\\d\ne",
                                      "\\n",
                                      "\\\\n,",
                                      ";;;",
                                      "\n\n",
                                      "甲，乙：\\；",
                                      "BEGIN:VEVENT\nEND:VEVENT"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    zc_buffer out = print("题", texts[i]);
    check_lines(&out);
    char *back = value_of(&out, "DESCRIPTION");
    cr_assert(eq(str, back, (char *)texts[i]));
    free(back);
    zc_buffer_free(&out);
  }
}

Test(calendar, control_characters_cannot_begin_a_line)
{
  zc_buffer out = print("a\r\nATTACH:x\x01\x7f\tb", "");
  check_lines(&out);
  cr_assert(strstr(out.data, "\nATTACH") == NULL);
  char *back = value_of(&out, "SUMMARY");
  cr_assert(eq(str, back, (char *)"a\nATTACH:x b"));
  free(back);
  zc_buffer_free(&out);
}

Test(calendar, the_end_is_the_day_after_across_a_year)
{
  zc_buffer out = print("题", "");
  cr_assert(strstr(out.data,
                   "DTSTART;VALUE=DATE:20231231\r\nDTEND;VALUE=DATE:20240101\r\n") !=
            NULL);
  cr_assert(strstr(out.data, "DTSTAMP:20231201T000000Z\r\n") != NULL);
  cr_assert(strstr(out.data, "DESCRIPTION:\r\n") == NULL,
            "an empty text is no property");
  zc_buffer_free(&out);
}

Test(calendar, an_event_without_days_or_name_is_refused)
{
  static const char *const events[] = {
      "[{\"uid\":\"a\",\"title\":\"t\",\"from\":\"2023-02-29\",\"to\":\"2023-03-01\"}]",
      "[{\"uid\":\"a\",\"title\":\"t\",\"from\":\"2023-03-02\",\"to\":\"2023-03-01\"}]",
      "[{\"title\":\"t\",\"from\":\"2023-03-01\",\"to\":\"2023-03-01\"}]",
      "[{\"uid\":\"a\",\"from\":\"2023-03-01\",\"to\":\"2023-03-01\"}]"};
  for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
    zc_err err;
    zc_buffer out = {0};
    json_t *list = json_loads(events[i], 0, NULL);
    cr_assert(zc_calendar_print("n", "2023-01-01", list, &out, &err) == ZC_EINTERNAL);
    json_decref(list);
    zc_buffer_free(&out);
  }
}
