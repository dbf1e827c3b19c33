/* document_source.h: rows that a table only names, and sinks that fail. */
#ifndef TEST_DOCUMENT_SOURCE_H
#define TEST_DOCUMENT_SOURCE_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

#include "document/document.h"

/* ---- sources -------------------------------------------------------------------- */

/* The sources are lists of rows by name, or any number of equal rows. */
typedef struct {
  const json_t *lists; /* {name: [[text]]} */
  const char *const *equal;
  size_t count;  /* of equal rows */
  size_t width;  /* of all rows */
  long fails_at; /* the row, from 0, that cannot be had; -1: none */
  int opened, closed;
  const json_t *picked;
  /* the open one */
  const json_t *list;
  size_t at;
  const char **cells;
} fake_source;

static inline zc_code fake_open(void *context, const char *source, const json_t *pick,
                                zc_err *err)
{
  fake_source *s = context;
  s->list = json_object_get(s->lists, source);
  if (s->list == NULL && s->equal == NULL)
    return zc_fail(err, ZC_EDATA, "no source {source}", "source", source, NULL);
  cr_assert(eq(int, s->opened, s->closed)); /* one at a time */
  s->opened++;
  s->at = 0;
  s->picked = pick;
  s->cells = calloc(s->width, sizeof *s->cells);
  return ZC_OK;
}

static inline zc_code fake_next(void *context, const char *const **cells, size_t *count,
                                zc_err *err)
{
  fake_source *s = context;
  if (s->fails_at >= 0 && s->at == (size_t)s->fails_at)
    return zc_fail(err, ZC_EIO, "no more", NULL);
  *count = s->width;
  if (s->equal != NULL) {
    *cells = s->at++ < s->count ? s->equal : NULL;
    return ZC_OK;
  }
  const json_t *row = json_array_get(s->list, s->at++), *cell;
  size_t index;
  if (row == NULL)
    return ZC_OK;
  *count = json_array_size(row);
  json_array_foreach(row, index, cell) s->cells[index] = json_string_value(cell);
  *cells = s->cells;
  return ZC_OK;
}

static inline void fake_close(void *context)
{
  fake_source *s = context;
  s->closed++;
  free(s->cells);
  s->cells = NULL;
}

static inline zc_rows fake_rows(fake_source *s)
{
  return (zc_rows){fake_open, fake_next, fake_close, s};
}

/* ---- sinks ---------------------------------------------------------------------- */

/* Counts what comes, and fails from the write `fails_at` on; -1: never. */
typedef struct {
  long fails_at, writes;
  size_t size, largest;
  bool after_failure;
} fake_sink;

static inline zc_code fake_write(void *context, const void *data, size_t size,
                                 zc_err *err)
{
  fake_sink *s = context;
  (void)data;
  if (s->fails_at >= 0 && s->writes > s->fails_at)
    s->after_failure = true;
  if (s->writes++ == s->fails_at)
    return zc_fail(err, ZC_EIO, "the disk is full", NULL);
  s->size += size;
  s->largest = size > s->largest ? size : s->largest;
  return ZC_OK;
}

#endif
