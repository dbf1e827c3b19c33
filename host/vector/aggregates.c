#include "vector/aggregates.h"

#include <stdlib.h>
#include <string.h>

#include "vector/distinct.h"

/* ZC_LANE numbers below this add up without an overflow, on top of a sum below HALF. */
#define SMALL ((uint64_t)1 << 52)
#define HALF (INT64_MAX / 2)

/* What one worker needs. */
typedef struct {
  zc_aggregated result;
  zc_members members;
  zc_batch_room rows;
  uint32_t bounds[ZC_LANE + 1]; /* where the groups begin among the batch's rows */
  int64_t sums[ZC_LANE + 1];
  zc_distinct seen;
} room;

struct zc_aggregates {
  const zc_vector_run *judging;
  int count, workers;
  zc_aggregate_programs *programs; /* by slot */
  bool exact;
  bool alone;    /* the expression is nothing but an aggregate */
  room *rooms[]; /* by worker, when it first needs it */
};

static bool is_set(const zc_node *node)
{
  return node->aggregate == ZC_AGGREGATE_SET;
}

static bool compile(zc_aggregates *a, const zc_expression *expression)
{
  const zc_rule *rule = a->judging->run->rule;
  for (int i = 0; i < a->count; i++) {
    zc_aggregate_programs *p = &a->programs[i];
    if (!zc_aggregate_compile(rule, expression->aggregates[i], a->workers, p))
      return false;
    if (p->value != NULL)
      a->exact &= zc_program_is_exact(p->value);
  }
  return true;
}

zc_aggregates *zc_aggregates_new(const zc_vector_run *judging,
                                 const zc_expression *expression)
{
  zc_aggregates *a = calloc(1,
                            sizeof *a + (size_t)judging->workers * sizeof a->rooms[0]);
  if (a == NULL)
    return NULL;
  a->judging = judging;
  a->workers = judging->workers;
  a->exact = true;
  a->alone = expression->root->op == ZC_OP_AGGREGATE;
  a->programs = calloc((size_t)expression->aggregate_count + 1, sizeof *a->programs);
  a->count = a->programs == NULL ? 0 : expression->aggregate_count;
  if (a->programs != NULL && compile(a, expression))
    return a;
  zc_aggregates_free(a);
  return NULL;
}

static void free_room(room *r)
{
  if (r == NULL)
    return;
  zc_distinct_free(&r->seen);
  free(r->result.lanes);
  free(r->result.figures);
  free(r);
}

void zc_aggregates_free(zc_aggregates *a)
{
  if (a == NULL)
    return;
  for (int w = 0; w < a->workers; w++)
    free_room(a->rooms[w]);
  for (int i = 0; i < a->count; i++)
    zc_aggregate_release(&a->programs[i]);
  free(a->programs);
  free(a);
}

bool zc_aggregates_are_exact(const zc_aggregates *a)
{
  return a->exact;
}

static room *room_of(zc_aggregates *a, int worker)
{
  room *r = a->rooms[worker];
  if (r != NULL)
    return r;
  r = calloc(1, sizeof *r);
  if (r == NULL)
    return NULL;
  r->result.lanes = calloc((size_t)a->count + 1, sizeof *r->result.lanes);
  r->result.figures = calloc((size_t)a->count + 1, sizeof *r->result.figures);
  if (r->result.lanes == NULL || r->result.figures == NULL) {
    free_room(r);
    return NULL;
  }
  return a->rooms[worker] = r;
}

/* ---- taking rows in --------------------------------------------------------------------- */

/* Rows of one batch that stand together by groups, and what becomes of one aggregate. */
typedef struct {
  room *room;
  const zc_node *node;
  zc_lane *lane;
  zc_figures *figures;
  size_t rows, groups;
} taking;

/* Which groups have members that are not known, or odd. */
static void note_lost(taking *t)
{
  const zc_members *m = &t->room->members;
  zc_aggregated *result = &t->room->result;
  const uint32_t *bounds = t->room->bounds;
  result->any = true;
  for (size_t g = 0; g < t->groups; g++)
    for (size_t i = bounds[g]; i < bounds[g + 1]; i++) {
      result->lost[g] |= m->state[i] == ZC_MEMBER_LOST;
      t->lane->odd[g] |= m->state[i] == ZC_MEMBER_ODD;
    }
}

static void count_members(taking *t)
{
  const zc_members *m = &t->room->members;
  const uint32_t *bounds = t->room->bounds;
  int64_t *sums = t->room->sums, sum = 0;
  if (m->all) {
    for (size_t g = 0; g < t->groups; g++)
      t->figures->members[g] += bounds[g + 1] - bounds[g];
    return;
  }
  for (size_t i = 0; i < t->rows; i++) {
    sums[i] = sum;
    sum += m->state[i] == ZC_MEMBER_IN;
  }
  sums[t->rows] = sum;
  for (size_t g = 0; g < t->groups; g++)
    t->figures->members[g] += (uint32_t)(sums[bounds[g + 1]] - sums[bounds[g]]);
}

/* One after the other, as the plain executor adds them. */
static void add_large(taking *t)
{
  const int64_t *units = t->room->members.value.units;
  const uint32_t *bounds = t->room->bounds;
  for (size_t g = 0; g < t->groups; g++)
    for (size_t i = bounds[g]; i < bounds[g + 1]; i++)
      t->lane->odd[g] |= __builtin_add_overflow(t->lane->units[g], units[i],
                                                &t->lane->units[g]);
}

static void add_up(taking *t)
{
  zc_members *m = &t->room->members;
  int64_t *units = m->value.units, *sums = t->room->sums, sum = 0;
  const uint32_t *bounds = t->room->bounds;
  uint64_t size = 0;
  for (size_t i = 0; !m->all && i < t->rows; i++)
    units[i] = m->state[i] == ZC_MEMBER_IN ? units[i] : 0;
  for (size_t i = 0; i < t->rows; i++)
    size |= (uint64_t)(units[i] < 0 ? -units[i] : units[i]);
  if (size >= SMALL) {
    add_large(t);
    return;
  }
  for (size_t i = 0; i < t->rows; i++) {
    sums[i] = sum;
    sum += units[i];
  }
  sums[t->rows] = sum;
  for (size_t g = 0; g < t->groups; g++) {
    int64_t *total = &t->lane->units[g];
    t->lane->odd[g] |= *total > HALF || *total < -HALF;
    *total = t->lane->odd[g] ? 0 : *total + (sums[bounds[g + 1]] - sums[bounds[g]]);
  }
}

/* The extremes begin as the other end. */
static void take_extremes(taking *t)
{
  zc_members *m = &t->room->members;
  int64_t *units = m->value.units;
  const uint32_t *bounds = t->room->bounds;
  bool least = t->node->aggregate == ZC_AGGREGATE_MIN;
  int64_t other = least ? INT64_MAX : INT64_MIN;
  for (size_t i = 0; !m->all && i < t->rows; i++)
    units[i] = m->state[i] == ZC_MEMBER_IN ? units[i] : other;
  for (size_t g = 0; g < t->groups; g++) {
    int64_t best = t->lane->units[g];
    if (least)
      for (size_t i = bounds[g]; i < bounds[g + 1]; i++)
        best = units[i] < best ? units[i] : best;
    else
      for (size_t i = bounds[g]; i < bounds[g + 1]; i++)
        best = units[i] > best ? units[i] : best;
    t->lane->units[g] = best;
  }
}

/* The members' values to the front of their group's place. Returns how many. */
static size_t gather(const zc_members *m, size_t from, size_t to, int64_t *values)
{
  size_t count = 0;
  for (size_t i = from; i < to; i++) {
    values[count] = m->value.units[i];
    count += m->state[i] == ZC_MEMBER_IN;
  }
  return count;
}

/* A batch of several groups has all rows of each; one that is a batch by itself may go on in
 * the next rows. */
static bool count_values(taking *t, bool begins)
{
  zc_members *m = &t->room->members;
  const uint32_t *bounds = t->room->bounds;
  int64_t *values = t->room->sums;
  for (size_t g = 0; g < t->groups; g++) {
    size_t from = bounds[g], to = bounds[g + 1];
    const int64_t *taken = m->all ? m->value.units + from : values;
    size_t count = m->all ? to - from : gather(m, from, to, values);
    if (t->groups > 1) {
      if (!zc_distinct_count(&t->room->seen, taken, count, &t->lane->units[g]))
        return false;
      continue;
    }
    if (begins)
      zc_distinct_clear(&t->room->seen);
    if (!zc_distinct_add(&t->room->seen, taken, count))
      return false;
    t->lane->units[g] = (int64_t)t->room->seen.count;
  }
  return true;
}

/* The one word that all members have; with several the group is odd. */
static void take_words(taking *t)
{
  const zc_members *m = &t->room->members;
  const uint32_t *bounds = t->room->bounds;
  for (size_t g = 0; g < t->groups; g++)
    for (size_t i = bounds[g]; i < bounds[g + 1]; i++) {
      int64_t word = m->value.units[i];
      if (!m->all && m->state[i] != ZC_MEMBER_IN)
        continue;
      t->lane->odd[g] |= t->figures->shown[g] != ZC_NONE &&
                         t->figures->shown[g] != word;
      t->figures->shown[g] = word;
    }
}

static bool take_in(taking *t, bool begins)
{
  const zc_members *m = &t->room->members;
  if (!m->all && m->any_lost)
    note_lost(t);
  count_members(t);
  switch (t->node->aggregate) {
  case ZC_AGGREGATE_COUNT:
    return true;
  case ZC_AGGREGATE_DISTINCT:
    return count_values(t, begins);
  case ZC_AGGREGATE_SUM:
  case ZC_AGGREGATE_AVG:
    add_up(t);
    return true;
  case ZC_AGGREGATE_MIN:
  case ZC_AGGREGATE_MAX:
    take_extremes(t);
    return true;
  case ZC_AGGREGATE_SET:
    take_words(t);
    return true;
  default:
    return true;
  }
}

/* ---- before and after ------------------------------------------------------------------- */

/* Quotients are exact only with a divisor of their own each; a lane has no lists;
 * deviations and the most frequent are left to the plain executor. */
static bool is_able(const zc_aggregates *a, const zc_node *node, const zc_members *m)
{
  if (node->aggregate == ZC_AGGREGATE_SD || node->aggregate == ZC_AGGREGATE_TOP ||
      (is_set(node) && !a->alone))
    return false;
  return node->values == 0 || !m->value.ratio;
}

static void begin(taking *t)
{
  int64_t first = t->node->aggregate == ZC_AGGREGATE_MIN   ? INT64_MAX
                  : t->node->aggregate == ZC_AGGREGATE_MAX ? INT64_MIN
                                                           : 0;
  memset(t->figures->members, 0, t->groups * sizeof t->figures->members[0]);
  memset(t->lane->odd, 0, t->groups);
  for (size_t g = 0; g < t->groups; g++)
    t->lane->units[g] = first;
  for (size_t g = 0; is_set(t->node) && g < t->groups; g++)
    t->figures->shown[g] = ZC_NONE;
}

/* What the lane is of. */
static void describe(taking *t)
{
  const zc_lane *value = &t->room->members.value;
  zc_aggregate which = t->node->aggregate;
  bool counts = which == ZC_AGGREGATE_COUNT || which == ZC_AGGREGATE_DISTINCT;
  t->lane->kind = t->node->type.kind;
  t->lane->scale = counts || t->node->values == 0 ? 0 : value->scale;
  t->lane->ratio = which == ZC_AGGREGATE_AVG;
  t->lane->dictionary = NULL;
  if (is_set(t->node))
    t->lane->dictionary = value->dictionary;
}

static void conclude(taking *t)
{
  zc_lane *lane = t->lane;
  const uint32_t *members = t->figures->members;
  switch (t->node->aggregate) {
  case ZC_AGGREGATE_COUNT:
    for (size_t g = 0; g < t->groups; g++)
      lane->units[g] = members[g];
    break;
  case ZC_AGGREGATE_SUM:
    for (size_t g = 0; g < t->groups; g++)
      lane->odd[g] |= lane->units[g] <= ZC_UNREAD;
    break;
  case ZC_AGGREGATE_AVG:
    for (size_t g = 0; g < t->groups; g++) {
      lane->odd[g] |= lane->units[g] <= ZC_UNREAD;
      lane->units[g] = members[g] == 0 ? ZC_NONE : lane->units[g];
      lane->divisors[g] = members[g] == 0 ? 1 : members[g];
    }
    break;
  case ZC_AGGREGATE_MIN:
  case ZC_AGGREGATE_MAX:
    for (size_t g = 0; g < t->groups; g++)
      lane->units[g] = members[g] == 0 ? ZC_NONE : lane->units[g];
    break;
  default:
    break;
  }
}

/* Brings together which groups are odd. */
static void unite_odd(const zc_aggregates *a, room *r, size_t groups)
{
  unsigned any = 0;
  for (int s = 0; s < a->count; s++) {
    zc_lane *lane = &r->result.lanes[s];
    unsigned own = 0;
    for (size_t g = 0; g < groups; g++) {
      own |= lane->odd[g];
      r->result.odd[g] |= lane->odd[g];
    }
    lane->any_odd = own != 0;
    any |= own;
  }
  r->result.any |= any != 0;
}

/* All aggregates of some rows of the batch, which stand within `bounds`. */
static bool take_rows(zc_aggregates *a, int worker, room *r, const uint32_t *rows,
                      size_t count, size_t groups, bool begins)
{
  zc_batch batch;
  zc_vector_batch(a->judging, rows, 0, count, NULL, &r->rows, &batch);
  for (int s = 0; s < a->count; s++) {
    const zc_aggregate_programs *p = &a->programs[s];
    taking t = {r, p->node, &r->result.lanes[s], &r->result.figures[s], count, groups};
    if (!zc_aggregate_members(p, worker, &batch, &r->members))
      return false;
    if (begins)
      begin(&t);
    describe(&t);
    if (!is_able(a, p->node, &r->members)) {
      memset(t.lane->odd, 1, groups);
      if (!r->members.all && r->members.any_lost)
        note_lost(&t);
    } else if (!take_in(&t, begins)) {
      return false;
    }
  }
  return true;
}

const zc_aggregated *zc_aggregates_of(zc_aggregates *a, int worker,
                                      const zc_grouping *grouping, size_t first,
                                      size_t count)
{
  room *r = room_of(a, worker);
  if (r == NULL)
    return NULL;
  size_t from = grouping->start[first], end = grouping->start[first + count];
  r->result.any = false;
  memset(r->result.lost, 0, count);
  memset(r->result.odd, 0, count);
  for (size_t at = from; a->count > 0 && at < end; at += ZC_LANE) {
    size_t rows = end - at < ZC_LANE ? end - at : ZC_LANE;
    for (size_t g = 0; count > 1 && g <= count; g++)
      r->bounds[g] = grouping->start[first + g] - (uint32_t)from;
    if (count == 1) {
      r->bounds[0] = 0;
      r->bounds[1] = (uint32_t)rows;
    }
    if (!take_rows(a, worker, r, grouping->row + at, rows, count, at == from))
      return NULL;
  }
  for (int s = 0; s < a->count; s++) {
    taking t = {.room = r,
                .node = a->programs[s].node,
                .lane = &r->result.lanes[s],
                .figures = &r->result.figures[s],
                .groups = count};
    conclude(&t);
  }
  unite_odd(a, r, count);
  return &r->result;
}
