#include "vector/sorting.h"

#include <stdlib.h>
#include <string.h>

#define FEW 16 /* so many rows are sorted by insertion */

/* What a row's keys say. */
enum { PLACED, UNPLACED, ODD };

/* One worker's room, for as many rows as its largest batch had. */
typedef struct {
  zc_sorted result;
  zc_lane lane;
  zc_batch_room rows;
  int64_t *keys;   /* of all rows for one key, then for the next */
  uint32_t *order; /* the rows' places in the batch, sorted */
  uint32_t *other; /* the same, while merging; and the rows' numbers */
  uint8_t *states;
  size_t count;
} room;

struct zc_sorting {
  const zc_vector_run *judging;
  zc_grouping *grouping;
  int width, workers;
  bool plain; /* of all groups the plain executor has to say */
  zc_program *programs[ZC_KEYS];
  const zc_dictionary *words[ZC_KEYS]; /* of keys that are texts */
  room *rooms[];                       /* by worker, when it first needs it */
};

static bool is_text(zc_kind kind)
{
  return kind == ZC_TEXT || kind == ZC_CODES;
}

/* Texts that an expression makes are numbered while others look at them; those of a column
 * stay as they are. */
static const zc_dictionary *words_of(const zc_rule *rule, const zc_node *node)
{
  if (node->op != ZC_OP_COLUMN)
    return NULL;
  const zc_columns *columns = zc_columns_of(rule->tables[node->table]);
  return columns == NULL ? NULL : columns->vectors[node->column].dictionary;
}

zc_sorting *zc_sorting_new(const zc_vector_run *judging, zc_grouping *grouping)
{
  const zc_rule *rule = judging->run->rule;
  zc_sorting *s = calloc(1, sizeof *s + (size_t)judging->workers * sizeof s->rooms[0]);
  if (s == NULL)
    return NULL;
  s->judging = judging;
  s->grouping = grouping;
  s->workers = judging->workers;
  s->width = rule->sort_count;
  for (int k = 0; k < s->width; k++) {
    const zc_node *node = rule->sort[k].root;
    s->programs[k] = zc_program_new(rule, node, s->workers);
    if (s->programs[k] == NULL) {
      zc_sorting_free(s);
      return NULL;
    }
    if (!is_text(zc_program_kind(s->programs[k])))
      continue;
    s->words[k] = words_of(rule, node);
    s->plain |= s->words[k] == NULL;
  }
  return s;
}

static void free_room(room *r)
{
  if (r == NULL)
    return;
  free(r->keys);
  free(r->order);
  free(r->other);
  free(r->states);
  free(r);
}

void zc_sorting_free(zc_sorting *s)
{
  if (s == NULL)
    return;
  for (int w = 0; w < s->workers; w++)
    free_room(s->rooms[w]);
  for (int k = 0; k < s->width; k++)
    zc_program_free(s->programs[k]);
  free(s);
}

static room *room_of(zc_sorting *s, int worker, size_t count)
{
  room *r = s->rooms[worker];
  if (r != NULL && r->count >= count)
    return r;
  size_t most = count < ZC_LANE                     ? ZC_LANE
                : r != NULL && count < r->count * 2 ? r->count * 2
                                                    : count;
  free_room(r);
  s->rooms[worker] = NULL;
  r = calloc(1, sizeof *r);
  if (r == NULL)
    return NULL;
  r->keys = malloc(most * (size_t)s->width * sizeof *r->keys);
  r->order = malloc(most * sizeof *r->order);
  r->other = malloc(most * sizeof *r->other);
  r->states = malloc(most);
  r->count = most;
  if (r->keys != NULL && r->order != NULL && r->other != NULL && r->states != NULL)
    return s->rooms[worker] = r;
  free_room(r);
  return NULL;
}

/* ---- keys -------------------------------------------------------------------------------- */

/* Takes the keys of some rows from a lane. */
static void take_lane(const zc_lane *lane, size_t count, int64_t *keys, uint8_t *states)
{
  int64_t below = is_text(lane->kind) ? ZC_CODE_BLANK : ZC_UNREAD;
  memcpy(keys, lane->units, count * sizeof *keys);
  for (size_t i = 0; i < count; i++)
    if (lane->units[i] <= below && states[i] == PLACED)
      states[i] = UNPLACED;
  for (size_t i = 0; lane->ratio && i < count; i++)
    states[i] = ODD;
  for (size_t i = 0; lane->any_odd && i < count; i++)
    states[i] = lane->odd[i] ? ODD : states[i];
}

static bool take_keys(zc_sorting *s, int worker, room *r, const uint32_t *rows,
                      size_t count)
{
  memset(r->states, PLACED, count);
  for (size_t at = 0; at < count; at += ZC_LANE) {
    size_t some = count - at < ZC_LANE ? count - at : ZC_LANE;
    zc_batch batch;
    zc_vector_batch(s->judging, rows + at, 0, some, NULL, &r->rows, &batch);
    for (int k = 0; k < s->width; k++) {
      if (!zc_program_values(s->programs[k], worker, &batch, &r->lane))
        return false;
      take_lane(&r->lane, some, r->keys + (size_t)k * r->count + at, r->states + at);
    }
  }
  return true;
}

/* ---- order ------------------------------------------------------------------------------- */

static int compare_words(const zc_dictionary *words, int64_t a, int64_t b)
{
  const zc_word *x = zc_word_at(&words->words, (uint32_t)a),
                *y = zc_word_at(&words->words, (uint32_t)b);
  uint32_t shared = x->size < y->size ? x->size : y->size;
  int order = zc_halves_compare(x->halves, y->halves);
  if (order == 0 && shared > ZC_SHORT)
    order = memcmp(x->text, y->text, shared);
  return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

/* Whether row `b` of the batch comes before row `a`. */
static bool is_before(const zc_sorting *s, const room *r, uint32_t b, uint32_t a)
{
  for (int k = 0; k < s->width; k++) {
    const int64_t *keys = r->keys + (size_t)k * r->count;
    if (keys[a] == keys[b])
      continue;
    return s->words[k] == NULL ? keys[b] < keys[a]
                               : compare_words(s->words[k], keys[b], keys[a]) < 0;
  }
  return false;
}

static void insert(const zc_sorting *s, const room *r, uint32_t *order, size_t count)
{
  for (size_t i = 1; i < count; i++) {
    uint32_t own = order[i];
    size_t at = i;
    for (; at > 0 && is_before(s, r, own, order[at - 1]); at--)
      order[at] = order[at - 1];
    order[at] = own;
  }
}

static void merge(const zc_sorting *s, const room *r, const uint32_t *from, size_t low,
                  size_t middle, size_t high, uint32_t *to)
{
  size_t a = low, b = middle;
  for (size_t at = low; at < high; at++)
    to[at] = b < high && (a == middle || is_before(s, r, from[b], from[a])) ? from[b++]
                                                                            : from[a++];
}

/* Sorts places; those with equal keys stay in the order of the file. */
static void sort(const zc_sorting *s, const room *r, uint32_t *order, uint32_t *other,
                 size_t count)
{
  size_t i = 1;
  while (i < count && !is_before(s, r, order[i], order[i - 1]))
    i++;
  if (i >= count)
    return;
  for (size_t at = 0; at < count; at += FEW)
    insert(s, r, order + at, count - at < FEW ? count - at : FEW);
  uint32_t *from = order, *to = other;
  for (size_t width = FEW; width < count; width *= 2) {
    for (size_t low = 0; low < count; low += 2 * width) {
      size_t middle = low + width < count ? low + width : count;
      size_t high = middle + width < count ? middle + width : count;
      merge(s, r, from, low, middle, high, to);
    }
    uint32_t *swapped = from;
    from = to;
    to = swapped;
  }
  if (from != order)
    memcpy(order, from, count * sizeof *order);
}

/* Brings the rows of one group, which begin at `base` of the batch, into order. */
static uint32_t sort_group(const zc_sorting *s, room *r, uint32_t *rows, size_t base,
                           size_t count)
{
  uint32_t *order = r->order + base, *numbers = r->other + base;
  size_t kept = 0, left;
  for (size_t i = base; i < base + count; i++)
    if (r->states[i] == PLACED)
      order[kept++] = (uint32_t)i;
  sort(s, r, order, numbers, kept);
  left = kept;
  for (size_t i = 0; i < kept; i++)
    numbers[i] = rows[order[i] - base];
  for (size_t i = 0; left < count && i < count; i++)
    if (r->states[base + i] != PLACED)
      numbers[left++] = rows[i];
  memcpy(rows, numbers, count * sizeof *rows);
  return (uint32_t)kept;
}

static bool has_odd(const room *r, size_t base, size_t count)
{
  unsigned odd = 0;
  for (size_t i = base; i < base + count; i++)
    odd |= r->states[i] == ODD;
  return odd != 0;
}

const zc_sorted *zc_sorting_sort(zc_sorting *s, int worker, size_t first, size_t count)
{
  zc_grouping *grouping = s->grouping;
  uint32_t base = grouping->start[first];
  size_t rows = grouping->start[first + count] - base;
  room *r = room_of(s, worker, rows);
  if (r == NULL)
    return NULL;
  zc_sorted *result = &r->result;
  result->first_key = r->keys;
  result->from = r->order;
  if (s->plain) {
    memset(result->odd, 1, count);
    return result;
  }
  if (!take_keys(s, worker, r, grouping->row + base, rows))
    return NULL;
  for (size_t g = 0; g < count; g++) {
    size_t start = grouping->start[first + g] - base;
    size_t size = grouping->start[first + g + 1] - base - start;
    result->odd[g] = has_odd(r, start, size);
    result->kept[g] = result->odd[g]
                          ? 0
                          : sort_group(s, r, grouping->row + base + start, start, size);
  }
  return result;
}
