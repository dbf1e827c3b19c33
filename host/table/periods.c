#include "table/periods.h"

#include <stdlib.h>
#include <string.h>

#include "table/index.h"

#define EXAMPLES 10
#define MOST_KEYS 64 /* columns of a key */
#define DAY 86400

typedef struct {
  int64_t from, to; /* seconds; the ends of time where it is open */
  int64_t line;
  uint32_t key;
} period;

struct zc_periods {
  const zc_dataset *dataset;
  int from, to;        /* columns */
  int keys[MOST_KEYS]; /* columns of the key besides them */
  int width;
  zc_index index;
  zc_arena texts;
  period *all;
  size_t count, room;
  int64_t reversed, reversed_line;
};

static bool is_date(const zc_dataset *dataset, int column)
{
  return column >= 0 && (dataset->columns[column].kind == ZC_DATE ||
                         dataset->columns[column].kind == ZC_MOMENT);
}

zc_code zc_periods_new(const zc_dataset *dataset, const zc_rows *rows,
                       zc_periods **periods, zc_err *err)
{
  int from = zc_dataset_column(dataset, "valid_from");
  int to = zc_dataset_column(dataset, "valid_to");
  *periods = NULL;
  if (!is_date(dataset, from) || !is_date(dataset, to) ||
      zc_rows_cell(rows, from) < 0 || zc_rows_cell(rows, to) < 0)
    return ZC_OK;
  zc_periods *p = calloc(1, sizeof *p);
  if (p == NULL)
    return zc_fail_memory(err);
  p->dataset = dataset;
  p->from = from;
  p->to = to;
  for (int i = 0; i < dataset->count && p->width < MOST_KEYS; i++)
    if (dataset->columns[i].key && i != from && i != to)
      p->keys[p->width++] = i;
  zc_index_begin(&p->index, p->width);
  if (p->width > 0)
    *periods = p;
  else
    zc_periods_free(p);
  return ZC_OK;
}

void zc_periods_free(zc_periods *periods)
{
  if (periods == NULL)
    return;
  zc_index_free(&periods->index);
  zc_arena_free(&periods->texts);
  free(periods->all);
  free(periods);
}

/* The key's number. Texts of a new key are copied: those of the row go soon. */
static int64_t key_of(zc_periods *p, const zc_row *row)
{
  zc_scalar key[MOST_KEYS];
  for (int i = 0; i < p->width; i++)
    key[i] = row->cells[p->keys[i]];
  int64_t number = zc_index_find(&p->index, key);
  if (number >= 0)
    return number;
  for (int i = 0; i < p->width; i++)
    if (key[i].kind == ZC_TEXT || key[i].kind == ZC_CODES) {
      key[i].text = zc_arena_copy(&p->texts, key[i].text, key[i].size);
      if (key[i].text == NULL)
        return -1;
    }
  return zc_index_put(&p->index, key, NULL);
}

/* The first or the last second of a day; a moment is itself. */
static int64_t second(zc_scalar value, bool last)
{
  if (value.kind == ZC_MOMENT)
    return value.units;
  return value.units * DAY + (last ? DAY - 1 : 0);
}

int zc_periods_add(zc_periods *p, const zc_row *row)
{
  if (p == NULL)
    return 0;
  unsigned char begun = row->states[p->from], ended = row->states[p->to];
  if ((begun != ZC_CELL_GOOD && begun != ZC_CELL_BLANK) ||
      (ended != ZC_CELL_GOOD && ended != ZC_CELL_BLANK))
    return 0;
  period own = {.from = begun == ZC_CELL_GOOD ? second(row->cells[p->from], false)
                                              : INT64_MIN,
                .to = ended == ZC_CELL_GOOD ? second(row->cells[p->to], true)
                                            : INT64_MAX,
                .line = row->line};
  if (own.from > own.to) {
    if (p->reversed++ == 0)
      p->reversed_line = row->line;
    return 0;
  }
  int64_t number = key_of(p, row);
  if (number < 0)
    return -1;
  own.key = (uint32_t)number;
  if (p->count == p->room) {
    size_t room = p->room == 0 ? 1024 : p->room * 2;
    period *grown = realloc(p->all, room * sizeof *grown);
    if (grown == NULL)
      return -1;
    p->all = grown;
    p->room = room;
  }
  p->all[p->count++] = own;
  return 0;
}

static int by_key_and_day(const void *a, const void *b)
{
  const period *x = a, *y = b;
  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  if (x->from != y->from)
    return x->from < y->from ? -1 : 1;
  return x->line < y->line ? -1 : x->line > y->line;
}

/* The key as people read it. Owned, NULL when out of memory. */
static json_t *key_text(const zc_periods *p, uint32_t number)
{
  zc_buffer out = {0};
  for (int i = 0; i < p->width; i++) {
    if (p->dataset->columns[p->keys[i]].patient)
      continue;
    if (out.size > 0)
      zc_buffer_text(&out, "、");
    zc_scalar_print(&p->index.keys[number][i], &out);
  }
  size_t size = zc_utf8_cut(zc_text_or(out.data, ""), out.size,
                            out.size < 120 ? out.size : 120);
  json_t *text = out.failed ? NULL : zc_json_lossy(zc_text_or(out.data, ""), size);
  zc_buffer_free(&out);
  return text;
}

static int add_example(const zc_periods *p, json_t *examples, const period *own,
                       const period *other)
{
  json_t *example = json_object();
  int bad = json_object_set_new(example, "line", json_integer(own->line));
  bad |= json_object_set_new(example, "other", json_integer(other->line));
  bad |= json_object_set_new(example, "key", key_text(p, own->key));
  return bad | json_array_append_new(examples, example);
}

zc_code zc_periods_result(zc_periods *p, json_t **result, zc_err *err)
{
  int64_t overlapping = 0;
  *result = NULL;
  if (p == NULL)
    return ZC_OK;
  json_t *examples = json_array(), *out = json_object();
  int bad = examples == NULL || out == NULL;
  if (p->count > 1)
    qsort(p->all, p->count, sizeof *p->all, by_key_and_day);
  const period *latest = p->all; /* of this key: the one that ends last */
  for (size_t i = 1; i < p->count; i++) {
    const period *own = &p->all[i];
    if (own->key == latest->key && own->from <= latest->to) {
      if (overlapping++ < EXAMPLES)
        bad |= add_example(p, examples, own, latest);
    }
    if (own->key != latest->key || own->to > latest->to)
      latest = own;
  }
  bad |= json_object_set_new(out, "overlapping", json_integer(overlapping));
  bad |= json_object_set_new(out, "reversed", json_integer(p->reversed));
  if (p->reversed > 0)
    bad |= json_object_set_new(out, "reversed_line", json_integer(p->reversed_line));
  bad |= json_object_set(out, "examples", examples);
  json_decref(examples);
  if (bad == 0 && overlapping + p->reversed > 0)
    *result = out;
  else
    json_decref(out);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}
