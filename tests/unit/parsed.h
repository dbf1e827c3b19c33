/* parsed.h: a YAML text read, and what the reader said about it, for tests. */
#ifndef TEST_PARSED_H
#define TEST_PARSED_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value/yaml.h"

typedef struct {
  zc_code code;
  json_t *faults, *document;
  zc_err err;
} parsed;

/* What always holds is asserted here: a document or an error, never both. */
static inline parsed parse_bytes(const char *bytes, size_t size)
{
  parsed p = {.faults = json_array(), .document = NULL};
  char *copy = malloc(size > 0 ? size : 1); /* no byte more than it may read */
  memcpy(copy, bytes, size);
  p.code = zc_yaml_parse("f.yaml", copy, size, p.faults, &p.document, &p.err);
  free(copy);
  cr_expect(eq(int, p.code == ZC_OK, p.document != NULL));
  cr_expect(eq(int, p.code == ZC_OK, zc_fault_errors(p.faults) == 0));
  cr_expect(p.code == ZC_OK || p.code == ZC_EDATA);
  return p;
}

static inline parsed parse_text(const char *text)
{
  return parse_bytes(text, strlen(text));
}

static inline void parsed_free(parsed *p)
{
  json_decref(p->faults);
  json_decref(p->document);
}

/* The faults as « line:column text », one a line, or « accepted »; good until the next. */
static inline char *said(const parsed *p)
{
  static char room[4096];
  size_t index, used = 0;
  const json_t *fault;
  snprintf(room, sizeof room, "accepted\n");
  json_array_foreach(p->faults, index, fault)
  {
    used += (size_t)snprintf(room + used, sizeof room - used, "%d:%d %s\n",
                             (int)zc_get_integer(fault, "line", -1),
                             (int)zc_get_integer(fault, "column", -1),
                             zc_text_or(zc_get_text(fault, "text"), "-"));
    if (used >= sizeof room)
      break;
  }
  return room;
}

/* The same for a text. */
static inline char *said_of(const char *text)
{
  parsed p = parse_text(text);
  char *room = said(&p);
  parsed_free(&p);
  return room;
}

/* The value as canonical text, « nothing » for none; owned. */
static inline char *value_text(const parsed *p, const char *member)
{
  zc_buffer out = {0};
  zc_err err;
  const json_t *value = json_object_get(p->document, member);
  if (value == NULL)
    return strdup("nothing");
  cr_assert(eq(int, zc_json_canonical(value, &out, &err), ZC_OK));
  return zc_buffer_take(&out);
}

#endif
