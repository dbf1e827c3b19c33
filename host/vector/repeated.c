/* Rows whose key stands in an earlier row. */
#include <stdlib.h>
#include <string.h>

#include "vector/parts.h"

/* ---- finding them ------------------------------------------------------------------------- */

/* One key column of texts: each code may come once. */
static bool repeated_codes(const zc_part *part, uint8_t *repeated)
{
  const zc_column_vector *v = &part->readers[0].vector;
  uint8_t *seen = calloc(v->dictionary->words.count / 8 + 1, 1);
  if (seen == NULL)
    return false;
  for (size_t i = 0; i < part->rows; i++) {
    uint32_t code = v->codes[i];
    repeated[i] = seen[code / 8] >> code % 8 & 1;
    seen[code / 8] |= (uint8_t)(1 << code % 8);
  }
  free(seen);
  return true;
}

/* Rows are shared out by the hashes of their keys, so that rows with the same key come to
 * the same thread, which takes them in the order of the file. */
typedef struct {
  const zc_parts *parts;
  uint32_t *hashes; /* by row */
  uint8_t *repeated;
  size_t shares;
  bool *good; /* by share */
} search;

static int64_t entry_of(const zc_column_vector *v, size_t row)
{
  switch (v->kind) {
  case ZC_NUMBER:
  case ZC_MOMENT:
  case ZC_DATE:
    return zc_column_unit(v, row);
  case ZC_BOOL:
    return v->truths[row];
  default:
    return v->codes[row];
  }
}

static bool same_key(const search *s, size_t a, size_t b)
{
  for (int i = 0; i < s->parts->keys; i++) {
    const zc_column_vector *v = &s->parts->parts[0].readers[i].vector;
    if (entry_of(v, a) != entry_of(v, b))
      return false;
  }
  return true;
}

static void hash_share(void *context, size_t number, int worker)
{
  search *s = context;
  size_t rows = s->parts->parts[0].rows, end = (number + 1) * rows / s->shares;
  (void)worker;
  for (size_t i = number * rows / s->shares; i < end; i++) {
    uint64_t hash = 0;
    for (int j = 0; j < s->parts->keys; j++)
      hash = zc_halves_mix(hash ^
                               (uint64_t)entry_of(&s->parts->parts[0].readers[j].vector,
                                                  i),
                           UINT64_C(0x9e3779b97f4a7c15));
    s->hashes[i] = (uint32_t)(hash ^ hash >> 32);
  }
}

static void search_share(void *context, size_t number, int worker)
{
  search *s = context;
  size_t rows = s->parts->parts[0].rows, own = 0, room = 64;
  (void)worker;
  for (size_t i = 0; i < rows; i++)
    own += s->hashes[i] % s->shares == number;
  while (room < own * 2)
    room *= 2;
  uint32_t *slots = calloc(room, sizeof *slots); /* rows plus one */
  s->good[number] = slots != NULL;
  for (size_t i = 0; slots != NULL && i < rows; i++) {
    if (s->hashes[i] % s->shares != number)
      continue;
    size_t slot = s->hashes[i] / s->shares & (room - 1);
    while (slots[slot] != 0 && (s->hashes[slots[slot] - 1] != s->hashes[i] ||
                                !same_key(s, slots[slot] - 1, i)))
      slot = (slot + 1) & (room - 1);
    if (slots[slot] != 0)
      s->repeated[i] = 1;
    else
      slots[slot] = (uint32_t)i + 1;
  }
  free(slots);
}

static bool repeated_tuples(const zc_parts *p, zc_crew *crew, uint8_t *repeated)
{
  size_t shares = (size_t)zc_crew_size(crew);
  search s = {.parts = p,
              .hashes = malloc((p->parts[0].rows + 1) * sizeof *s.hashes),
              .repeated = repeated,
              .shares = shares,
              .good = calloc(shares, sizeof *s.good)};
  bool good = s.hashes != NULL && s.good != NULL;
  if (good) {
    zc_crew_run(crew, shares, hash_share, &s);
    zc_crew_run(crew, shares, search_share, &s);
  }
  for (size_t i = 0; good && i < shares; i++)
    good = s.good[i];
  free(s.hashes);
  free(s.good);
  return good;
}

bool zc_parts_repeated(const zc_parts *p, zc_crew *crew, uint8_t **repeated,
                       size_t *found)
{
  size_t rows = p->parts[0].rows;
  *found = 0;
  *repeated = calloc(rows + 1, 1);
  if (*repeated == NULL)
    return false;
  bool texts = p->keys == 1 && p->parts[0].readers[0].vector.dictionary != NULL;
  if (!(texts ? repeated_codes(&p->parts[0], *repeated)
              : repeated_tuples(p, crew, *repeated)))
    return false;
  for (size_t i = 0; i < rows; i++)
    *found += (*repeated)[i];
  return true;
}

/* ---- leaving them out --------------------------------------------------------------------- */

typedef struct {
  zc_part *part;
  const uint8_t *repeated;
  int keys;
} leaving;

static bool unread(const zc_column_vector *v, size_t row)
{
  switch (v->kind) {
  case ZC_NUMBER:
  case ZC_MOMENT:
  case ZC_DATE:
    return zc_column_unit(v, row) == ZC_UNREAD;
  case ZC_BOOL:
    return v->truths[row] == ZC_TRUTH_UNREAD;
  default:
    return v->codes[row] == ZC_CODE_UNREAD;
  }
}

static bool there(const zc_column_vector *v, size_t row)
{
  switch (v->kind) {
  case ZC_NUMBER:
  case ZC_MOMENT:
  case ZC_DATE:
    return zc_column_unit(v, row) > ZC_UNREAD;
  default:
    return false;
  }
}

/* One column without those rows; what is counted over its rows is counted again. */
static void leave_task(void *context, size_t number, int worker)
{
  leaving *l = context;
  zc_reader *reader = &l->part->readers[number];
  zc_column_vector *v = &reader->vector;
  size_t size = zc_entry_size(v), left = 0;
  (void)worker;
  if (v->dictionary == NULL) {
    v->least = INT64_MAX;
    v->most = INT64_MIN;
  }
  l->part->bad[number] = 0;
  for (size_t i = 0; i < l->part->rows; i++) {
    if (l->repeated[i] != 0)
      continue;
    l->part->bad[number] += unread(v, i);
    if (there(v, i)) {
      int64_t entry = entry_of(v, i);
      v->least = entry < v->least ? entry : v->least;
      v->most = entry > v->most ? entry : v->most;
    }
    memmove((char *)v->truths + left++ * size, (char *)v->truths + i * size, size);
  }
}

/* Lines of the rows that are left. */
static bool leave_lines(zc_part *part, const uint8_t *repeated)
{
  zc_part old = *part;
  size_t left = 0, shift = 0;
  part->shifts = NULL;
  part->shift_count = part->shift_room = 0;
  bool good = true;
  for (size_t i = 0; good && i < part->rows; i++) {
    while (shift + 1 < old.shift_count && old.shifts[shift + 1].row <= i)
      shift++;
    if (repeated[i] != 0)
      continue;
    good = zc_part_shift(part, left, old.shifts[shift].shift + (int64_t)(i - left));
    left++;
  }
  free(old.shifts);
  part->malformed += (int64_t)(part->rows - left);
  part->rows = left;
  return good;
}

bool zc_parts_leave_repeated(zc_parts *p, zc_crew *crew)
{
  uint8_t *repeated = NULL;
  size_t found;
  bool good = zc_parts_repeated(p, crew, &repeated, &found);
  if (good && found > 0) {
    leaving l = {&p->parts[0], repeated, p->keys};
    zc_crew_run(crew, (size_t)p->count, leave_task, &l);
    good = leave_lines(&p->parts[0], repeated);
  }
  free(repeated);
  return good;
}
