#include "table/spans.h"

#include <stdlib.h>
#include <string.h>

typedef struct zc_place place;

/* A row and where it stands in the order. */
struct zc_place {
  const zc_scalar *key;
  int width;
  uint32_t row;
};

static int in_order(const void *a, const void *b)
{
  const place *x = a, *y = b;
  for (int k = 0; k < x->width; k++) {
    int order = zc_scalar_compare(&x->key[k], &y->key[k]);
    if (order != 0)
      return order;
  }
  return (x->row > y->row) - (x->row < y->row); /* as in the file */
}

/* Room for the places of so many rows, and their keys. */
static bool take_room(zc_order *o, size_t count, int width)
{
  if (count <= o->count && o->places != NULL)
    return true;
  count = count < o->count * 2 ? o->count * 2 : count;
  zc_order_free(o);
  o->places = calloc(count + 1, sizeof *o->places);
  o->keys = calloc((count + 1) * (size_t)width, sizeof *o->keys);
  o->rows = calloc(2 * count + 1, sizeof *o->rows);
  o->count = count;
  return o->places != NULL && o->keys != NULL && o->rows != NULL;
}

void zc_order_free(zc_order *o)
{
  free(o->places);
  free(o->keys);
  free(o->rows);
  *o = (zc_order){0};
}

/* Sorts the rows of a group; those that have no place in the order are unjudged, and no
 * one's row before. Returns how many are left. */
static size_t sort_rows(zc_run *r, zc_order *o, const uint32_t *rows, size_t count)
{
  size_t kept = 0;
  int width = r->rule->sort_count;
  if (!take_room(o, count, width)) {
    r->memory = true;
    return 0;
  }
  for (size_t i = 0; i < count; i++) {
    zc_scalar *key = o->keys + kept * (size_t)width;
    bool blank = false;
    zc_run_enter(r, rows[i], NULL);
    r->e.overflow = false;
    for (int k = 0; k < width; k++) {
      key[k] = zc_evaluate(&r->e, r->rule->sort[k].root);
      blank |= zc_is_blank(&key[k]);
    }
    if (blank || r->e.overflow)
      r->unjudged++;
    else
      o->places[kept++] = (place){key, width, rows[i]};
  }
  qsort(o->places, kept, sizeof *o->places, in_order);
  return kept;
}

/* ---- sequences ------------------------------------------------------------------- */

/* The largest values so far; `open` if a row before did not say its own. */
typedef struct {
  zc_scalar most[ZC_RUNNING];
  bool open[ZC_RUNNING];
} running;

static void run_on(zc_run *r, running *so_far)
{
  for (int i = 0; i < r->rule->where.running_count; i++) {
    r->e.overflow = false;
    zc_scalar value = zc_evaluate(&r->e, r->rule->where.running[i]->args[0]);
    zc_scalar *most = &so_far->most[i];
    if (value.kind == ZC_NIL || r->e.overflow)
      so_far->open[i] = true;
    else if (most->kind == ZC_NIL || zc_scalar_compare(&value, most) > 0)
      *most = value;
  }
}

/* As for groups: what is unknown may be large, but a hit that stands with the known values
 * and with the largest that could be is one. */
static zc_truth judge_row(zc_run *r, const running *so_far)
{
  const zc_expression *where = &r->rule->where;
  zc_truth hit = ZC_TRUE;
  bool open = false;
  zc_loss lost[ZC_RUNNING] = {{0}};
  for (int i = 0; i < where->running_count; i++) {
    lost[i].unknown = so_far->open[i];
    open |= so_far->open[i];
  }
  if (open && !zc_ends_decide(where->root, lost))
    return ZC_UNKNOWN;
  for (int mixture = 0; mixture < (open ? 1 << where->running_count : 1); mixture++) {
    zc_scalar tried[ZC_RUNNING];
    for (int i = 0; i < where->running_count; i++) {
      bool far = so_far->open[i] && mixture >> i & 1;
      tried[i] = far ? zc_far_end(where->running[i]->type.kind, false)
                     : so_far->most[i];
    }
    r->e.running = tried;
    zc_truth here = zc_run_where(r);
    if (mixture > 0 && here != hit)
      return ZC_UNKNOWN;
    hit = here;
  }
  return hit;
}

static void judge_sequence(zc_run *r, const place *places, size_t count)
{
  running so_far = {0};
  for (size_t i = 0; i < count && !r->memory; i++) {
    r->e.rows[ZC_TABLE_PREV] = i == 0
                                   ? NULL
                                   : zc_table_row(r->rule->tables[0], places[i - 1].row,
                                                  r->rooms[ZC_TABLE_PREV]);
    zc_run_enter(r, places[i].row, NULL);
    zc_run_count(r, places[i].row);
    zc_truth hit = i == 0 ? ZC_FALSE : judge_row(r, &so_far);
    if (hit == ZC_TRUE)
      zc_run_hit(r, places[i].row);
    r->unjudged += hit == ZC_UNKNOWN;
    run_on(r, &so_far);
  }
}

void zc_spans_sequence(zc_run *r, zc_order *o, const uint32_t *rows, size_t count)
{
  size_t kept = sort_rows(r, o, rows, count);
  judge_sequence(r, o->places, kept);
}

void zc_run_sequence(zc_run *r)
{
  zc_groups g;
  zc_order o = {0};
  zc_groups_collect(r, &g);
  for (size_t i = 0; i < g.total && !r->memory; i++) {
    size_t count;
    const uint32_t *rows = zc_groups_rows(&g, i, &count);
    zc_spans_sequence(r, &o, rows, count);
  }
  zc_order_free(&o);
  zc_groups_free(&g);
}

/* ---- windows ---------------------------------------------------------------------- */

static int64_t second_of(const zc_scalar *time)
{
  return time->kind == ZC_DATE ? time->units * 86400 : time->units;
}

/* The rows that lie within `length` seconds after a row, in turn from each row: whether
 * `having` holds for one of these spans. Rows of such spans are collected in `hits`. */
static zc_truth judge_windows(zc_run *r, const place *places, size_t count,
                              int64_t length, uint32_t *rows, uint32_t *hits,
                              size_t *hit_count, bool *open)
{
  zc_truth held = ZC_FALSE;
  size_t end = 0, taken = 0;
  for (size_t i = 0; i < count; i++)
    rows[i] = places[i].row;
  for (size_t i = 0; i < count && !r->memory; i++) {
    bool incomplete;
    while (end < count &&
           second_of(places[end].key) - second_of(places[i].key) <= length)
      end++;
    zc_truth here = zc_groups_having(r, rows + i, end - i, &incomplete);
    zc_arena_reset(&r->texts);
    *open |= incomplete;
    if (here == ZC_UNKNOWN && held == ZC_FALSE)
      held = ZC_UNKNOWN;
    if (here != ZC_TRUE)
      continue;
    held = ZC_TRUE;
    for (taken = taken > i ? taken : i; taken < end; taken++)
      hits[(*hit_count)++] = rows[taken];
  }
  return held;
}

static void judge_group(zc_run *r, const place *places, size_t count, int64_t length,
                        uint32_t *room)
{
  uint32_t *rows = room, *hits = room + count;
  size_t hit_count = 0;
  bool open = false;
  if (count == 0)
    return;
  zc_truth hit = judge_windows(r, places, count, length, rows, hits, &hit_count, &open);
  r->population++;
  zc_run_mark(r, rows, count, false);
  if (hit == ZC_TRUE)
    zc_run_hit_group(r, hits, hit_count);
  else if (hit == ZC_UNKNOWN || open)
    r->unjudged++;
}

int64_t zc_spans_length(zc_run *r)
{
  zc_scalar days = zc_evaluate(&r->e, r->rule->within.root), seconds;
  if (days.kind == ZC_NIL || !zc_number_multiply(days, zc_integer(86400), &seconds) ||
      !zc_number_floor(seconds, &seconds) || seconds.units < 0)
    return -1;
  return seconds.units;
}

void zc_spans_windows(zc_run *r, zc_order *o, const uint32_t *rows, size_t count,
                      int64_t length)
{
  size_t kept = sort_rows(r, o, rows, count);
  if (length < 0)
    r->unjudged += (int64_t)kept;
  else if (!r->memory)
    judge_group(r, o->places, kept, length, o->rows);
}

void zc_run_windows(zc_run *r)
{
  zc_groups g;
  zc_order o = {0};
  int64_t length = zc_spans_length(r);
  zc_groups_collect(r, &g);
  for (size_t i = 0; i < g.total && !r->memory; i++) {
    size_t count;
    const uint32_t *rows = zc_groups_rows(&g, i, &count);
    zc_spans_windows(r, &o, rows, count, length);
  }
  zc_order_free(&o);
  zc_groups_free(&g);
}
