/* notation.h: how tests write values down: JSON with single quotes, faults as lines. */
#ifndef ZC_TEST_NOTATION_H
#define ZC_TEST_NOTATION_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value/fault.h"

/* JSON with single quotes, so that it can be read inside C. Owned. */
static inline json_t *json_of(const char *text)
{
  char *copy = strdup(text);
  for (char *at = copy; *at != '\0'; at++)
    *at = *at == '\'' ? '"' : *at;
  json_error_t error;
  json_t *value = json_loads(copy, JSON_DECODE_ANY, &error);
  cr_assert(value != NULL, "%s in %s", error.text, text);
  free(copy);
  return value;
}

/* A fault as «line:column text — hint», its {names} filled in. */
static inline void print_fault(const json_t *fault, char *room, size_t size)
{
  const json_t *args = json_object_get(fault, "args");
  const char *hint = zc_get_text(fault, "hint");
  char *text = zc_message_fill(zc_get_text(fault, "text"), args);
  char *help = hint == NULL ? NULL : zc_message_fill(hint, args);
  snprintf(room, size, "%d:%d %s%s%s", (int)zc_get_integer(fault, "line", -1),
           (int)zc_get_integer(fault, "column", -1), text, help == NULL ? "" : " — ",
           zc_text_or(help, ""));
  free(text);
  free(help);
}

/* All faults, joined by « / »; "" when there are none. */
static inline void print_faults(const json_t *faults, char *room, size_t size)
{
  room[0] = '\0';
  for (size_t i = 0; i < json_array_size(faults); i++) {
    size_t used = strlen(room);
    if (i > 0)
      used += (size_t)snprintf(room + used, size - used, " / ");
    print_fault(json_array_get(faults, i), room + used, size - used);
  }
}

#endif
