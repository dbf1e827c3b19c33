#include "vector/counting.h"

#include <stdlib.h>

#include "table/index.h"

/* Values in so wide a range are looked up in an index instead. */
#define WIDEST ((int64_t)1 << 28)

/* What one worker has seen: a bit for each value, or an index of them. */
typedef struct {
  uint64_t *bits[2];
  zc_index index[2];
} seen;

struct zc_counting {
  const zc_column_vector *vector;
  int64_t least; /* the value of the first bit */
  size_t words;  /* 0: indexes */
  int workers;
  seen seen[];
};

/* The bits in front of the values' own: missing (whether or not it can be read: the plain
 * executor makes no difference between keys that are nil), and the empty text. */
enum { MISSING, EMPTY, FIRST_VALUE };

zc_counting *zc_counting_new(zc_table *table, int column, int workers)
{
  const zc_columns *columns = zc_columns_of(table);
  zc_counting *c = calloc(1, sizeof *c + (size_t)workers * sizeof c->seen[0]);
  if (c == NULL || columns == NULL) {
    free(c);
    return NULL;
  }
  c->vector = &columns->vectors[table->slot[column]];
  c->workers = workers;
  c->least = c->vector->least;
  for (int w = 0; w < workers; w++)
    for (int s = 0; s < 2; s++)
      zc_index_begin(&c->seen[w].index[s], 1);
  int64_t least = c->vector->least, most = c->vector->most;
  if (c->vector->kind == ZC_BOOL) {
    c->least = least = 0;
    most = 1;
  }
  bool ranged = c->vector->kind != ZC_NIL &&
                (least > most || (uint64_t)most - (uint64_t)least < (uint64_t)WIDEST);
  if (!ranged)
    return c;
  c->words = (least > most ? 0 : (size_t)(most - least + 1)) / 64 + 1 + 1;
  for (int w = 0; w < workers; w++)
    for (int s = 0; s < 2; s++)
      if ((c->seen[w].bits[s] = calloc(c->words, sizeof(uint64_t))) == NULL) {
        zc_counting_free(c);
        return NULL;
      }
  return c;
}

void zc_counting_free(zc_counting *c)
{
  for (int w = 0; c != NULL && w < c->workers; w++)
    for (int s = 0; s < 2; s++) {
      free(c->seen[w].bits[s]);
      zc_index_free(&c->seen[w].index[s]);
    }
  free(c);
}

/* Which bit a row's value has. */
static size_t bit_of(const zc_counting *c, size_t row)
{
  const zc_column_vector *v = c->vector;
  switch (v->kind) {
  case ZC_BOOL:
    return v->truths[row] > 1 ? MISSING : (size_t)v->truths[row] + FIRST_VALUE;
  case ZC_TEXT:
  case ZC_CODES: {
    uint32_t code = v->codes[row];
    return code >= ZC_CODE_FIRST   ? (size_t)(code - c->least) + FIRST_VALUE
           : code == ZC_CODE_BLANK ? EMPTY
                                   : MISSING;
  }
  default: {
    int64_t unit = zc_column_unit(v, row);
    return unit <= ZC_UNREAD ? MISSING : (size_t)(unit - c->least) + FIRST_VALUE;
  }
  }
}

bool zc_counting_add(zc_counting *c, int worker, size_t row, bool hit)
{
  seen *own = &c->seen[worker];
  if (c->words == 0) {
    zc_scalar value = zc_column_scalar(c->vector, row);
    return zc_index_put(&own->index[hit], &value, NULL) >= 0;
  }
  size_t bit = bit_of(c, row);
  own->bits[hit][bit / 64] |= (uint64_t)1 << (bit % 64);
  return true;
}

/* Brings what the workers have seen together in the first one's set. */
static bool merge(zc_counting *c, int s)
{
  for (int w = 1; w < c->workers; w++) {
    for (size_t i = 0; i < c->words; i++)
      c->seen[0].bits[s][i] |= c->seen[w].bits[s][i];
    for (size_t i = 0; i < c->seen[w].index[s].count; i++)
      if (zc_index_put(&c->seen[0].index[s], c->seen[w].index[s].keys[i], NULL) < 0)
        return false;
  }
  return true;
}

static int64_t size_of(const zc_counting *c, int s)
{
  int64_t count = (int64_t)c->seen[0].index[s].count;
  for (size_t i = 0; i < c->words; i++)
    count += __builtin_popcountll(c->seen[0].bits[s][i]);
  return count;
}

bool zc_counting_result(zc_counting *c, int64_t *population, int64_t *hits)
{
  if (!merge(c, 0) || !merge(c, 1))
    return false;
  *population = size_of(c, 0);
  *hits = size_of(c, 1);
  return true;
}
