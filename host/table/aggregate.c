#include "table/aggregate.h"

#include <stdlib.h>
#include <string.h>

/* Stand for what is larger than anything in an export, and leave room to compute. */
#define FAR INT64_C(1000000000000000)
#define FIRST_DAY (-682637) /* a century after the first day that can be written … */
#define LAST_DAY 2896371    /* … and before the last */

#define SPREAD_SCALE 4 /* decimals of a standard deviation */

typedef unsigned __int128 wide;

/* What grows while the members come. */
typedef struct {
  zc_scalar total, best;
  int64_t members;
  zc_buffer words;
  int64_t origin;           /* the first value: the others are taken from there */
  __int128 sum, of_squares; /* in units of 10^-SPREAD_SCALE */
} tally;

/* Counts how often each value came. */
static bool count_value(zc_run *r, const zc_scalar *value)
{
  int64_t number = zc_index_put(&r->seen, value, NULL);
  if (number < 0)
    return false;
  if ((size_t)number >= r->times_room) {
    size_t room = r->times_room == 0 ? 64 : r->times_room * 2;
    int64_t *grown = realloc(r->times, room * sizeof *grown);
    if (grown == NULL)
      return false;
    memset(grown + r->times_room, 0, (room - r->times_room) * sizeof *grown);
    r->times = grown;
    r->times_room = room;
  }
  r->times[number]++;
  return true;
}

static bool add_word(zc_run *r, tally *t, const zc_scalar *value)
{
  bool fresh = false;
  if (zc_index_put(&r->seen, value, &fresh) < 0)
    return false;
  if (fresh && t->words.size > 0)
    zc_buffer_text(&t->words, "、");
  if (fresh)
    zc_buffer_add(&t->words, value->text, value->size);
  return !t->words.failed;
}

/* Sums of the values and of their squares, exact. False when they do not fit. */
static bool add_spread(tally *t, zc_scalar value)
{
  zc_scalar rounded;
  if (!zc_number_round(value, SPREAD_SCALE, &rounded))
    return false;
  for (int i = rounded.scale; i < SPREAD_SCALE; i++)
    if (__builtin_mul_overflow(rounded.units, 10, &rounded.units))
      return false;
  if (t->members == 1)
    t->origin = rounded.units;
  __int128 away = (__int128)rounded.units - t->origin, square;
  return !__builtin_mul_overflow(away, away, &square) &&
         !__builtin_add_overflow(t->sum, away, &t->sum) &&
         !__builtin_add_overflow(t->of_squares, square, &t->of_squares);
}

static void add_extreme(tally *t, zc_scalar value, bool least)
{
  int order = t->best.kind == ZC_NIL ? 0 : zc_scalar_compare(&value, &t->best);
  if (t->best.kind == ZC_NIL || (least ? order < 0 : order > 0))
    t->best = value;
}

/* Takes a member in. False when it does not fit; r->memory when there is none left. */
static bool add_member(zc_run *r, const zc_node *node, tally *t, zc_scalar value)
{
  t->members++;
  switch (node->aggregate) {
  case ZC_AGGREGATE_COUNT:
    return true;
  case ZC_AGGREGATE_DISTINCT:
    r->memory |= zc_index_put(&r->seen, &value, NULL) < 0;
    return true;
  case ZC_AGGREGATE_TOP:
    r->memory |= !count_value(r, &value);
    return true;
  case ZC_AGGREGATE_SET:
    r->memory |= !add_word(r, t, &value);
    return true;
  case ZC_AGGREGATE_SUM:
  case ZC_AGGREGATE_AVG:
    return zc_number_add(t->total, value, &t->total);
  case ZC_AGGREGATE_SD:
    return add_spread(t, value);
  default:
    add_extreme(t, value, node->aggregate == ZC_AGGREGATE_MIN);
    return true;
  }
}

/* ---- what comes of them ------------------------------------------------------------ */

static int more_often(const void *a, const void *b)
{
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x < y) - (x > y);
}

static zc_scalar most_frequent(zc_run *r, const zc_node *node)
{
  size_t rank = 1;
  if (node->values == 2) {
    zc_scalar wanted = zc_evaluate(&r->e, node->args[1]), whole;
    if (wanted.kind == ZC_NIL || !zc_number_floor(wanted, &whole))
      return zc_nil();
    rank = whole.units < 0 ? 0 : (size_t)whole.units;
  }
  int64_t together = 0;
  if (r->seen.count > 0)
    qsort(r->times, r->seen.count, sizeof *r->times, more_often);
  for (size_t i = 0; i < r->seen.count && i < rank; i++)
    together += r->times[i];
  return zc_integer(together);
}

static wide square_root(wide number)
{
  wide root = 0, bit = (wide)1 << 126;
  while (bit > number)
    bit >>= 2;
  for (; bit != 0; bit >>= 2) {
    if (number >= root + bit) {
      number -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return root;
}

/* The sample standard deviation, to SPREAD_SCALE decimals, half up: the root of
 * (n Σx² − (Σx)²) / (n (n − 1)). Nil below two values. */
static bool spread(const tally *t, zc_scalar *deviation)
{
  __int128 over, square;
  *deviation = zc_nil();
  if (t->members < 2)
    return true;
  if (__builtin_mul_overflow(t->of_squares, (__int128)t->members, &over) ||
      __builtin_mul_overflow(t->sum, t->sum, &square) || over >> 120 != 0)
    return false;
  wide rest = (wide)(over - square), under = (wide)t->members * (wide)(t->members - 1);
  wide root = square_root(rest / under);
  /* Above the middle between two roots it is the upper one: (root + ½)² ≤ rest / under. */
  if ((2 * root + 1) * (2 * root + 1) <= 4 * rest / under)
    root++;
  if (root > INT64_MAX)
    return false;
  *deviation = zc_decimal((int64_t)root, SPREAD_SCALE);
  return true;
}

static zc_scalar words(zc_run *r, const tally *t)
{
  const char *text = zc_arena_copy(&r->texts, zc_text_or(t->words.data, ""),
                                   t->words.size);
  r->memory |= text == NULL;
  zc_scalar set = text == NULL ? zc_nil() : zc_text(text, t->words.size);
  if (text != NULL)
    set.kind = ZC_CODES;
  return set;
}

static zc_scalar conclude(zc_run *r, const zc_node *node, const tally *t, zc_loss *lost)
{
  zc_scalar value = zc_nil();
  bool fits = true;
  switch (node->aggregate) {
  case ZC_AGGREGATE_COUNT:
    return zc_integer(t->members);
  case ZC_AGGREGATE_DISTINCT:
    return zc_integer((int64_t)r->seen.count);
  case ZC_AGGREGATE_TOP:
    return most_frequent(r, node);
  case ZC_AGGREGATE_SET:
    return words(r, t);
  case ZC_AGGREGATE_SUM:
    return t->total;
  case ZC_AGGREGATE_AVG:
    fits = zc_number_divide(t->total, zc_integer(t->members), &value);
    break;
  case ZC_AGGREGATE_SD:
    fits = spread(t, &value);
    break;
  default:
    return t->best;
  }
  if (!fits)
    *lost = (zc_loss){true, true};
  return fits ? value : zc_nil();
}

/* Takes in what the row that was entered says. False when a number does not fit. */
static bool take(zc_run *r, const zc_node *node, tally *t, zc_loss *lost)
{
  const zc_node *condition = node->count > node->values ? node->args[node->values]
                                                        : NULL;
  zc_truth chosen = condition == NULL ? ZC_TRUE : zc_evaluate_truth(&r->e, condition);
  lost->unknown |= chosen == ZC_UNKNOWN;
  lost->overflow |= chosen == ZC_UNKNOWN && r->e.overflow;
  if (chosen != ZC_TRUE)
    return true;
  r->e.overflow = false;
  zc_scalar value = node->values == 0 ? zc_bool(true)
                                      : zc_evaluate(&r->e, node->args[0]);
  if (r->e.overflow || zc_is_blank(&value)) {
    lost->unknown = true;
    lost->overflow |= r->e.overflow;
    return true;
  }
  return add_member(r, node, t, value);
}

zc_scalar zc_aggregate_of(zc_run *r, const zc_node *node, const uint32_t *rows,
                          size_t count, zc_loss *lost)
{
  tally t = {.total = zc_integer(0), .best = zc_nil()};
  size_t counted = r->seen.count < r->times_room ? r->seen.count : r->times_room;
  if (counted > 0)
    memset(r->times, 0, counted * sizeof *r->times);
  zc_index_clear(&r->seen);
  zc_scalar value = zc_nil();
  bool fits = true;
  for (size_t i = 0; i < count && fits; i++) {
    zc_run_enter(r, rows[i], NULL);
    fits = take(r, node, &t, lost);
  }
  if (fits)
    value = conclude(r, node, &t, lost);
  else
    *lost = (zc_loss){true, true};
  zc_buffer_free(&t.words);
  return value;
}

zc_scalar zc_far_end(zc_kind kind, bool least)
{
  switch (kind) {
  case ZC_NUMBER:
    return zc_integer(least ? -FAR : FAR);
  case ZC_DATE:
    return zc_date(least ? FIRST_DAY : LAST_DAY);
  case ZC_MOMENT:
    return zc_moment((least ? FIRST_DAY : LAST_DAY) * INT64_C(86400));
  default:
    return zc_unreadable();
  }
}

zc_scalar zc_aggregate_extreme(const zc_node *node)
{
  if (node->aggregate == ZC_AGGREGATE_AVG || node->aggregate == ZC_AGGREGATE_SD)
    return zc_unreadable();
  return zc_far_end(node->type.kind, node->aggregate == ZC_AGGREGATE_MIN);
}
