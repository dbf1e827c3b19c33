/* Rules on what falls within some days: within and having. A group with a span of which
 * nobody knows whether it holds is the plain executor's. */
#include <stdlib.h>
#include <string.h>

#include "table/spans.h"
#include "vector/aggregates.h"
#include "vector/distinct.h"
#include "vector/sorting.h"

/* Rows of a span, at most, of which extremes and values are looked for. */
#define WIDE 64
/* Sums below it, and what lies between two of them, fit. */
#define LARGE (INT64_MAX / 4)
#define PLAIN UINT32_MAX

/* What one worker needs: the rows of a batch of groups that have a place, in their order. */
typedef struct {
  uint32_t *rows, *group; /* the row, and its group's number in the batch */
  uint32_t *end;          /* by row: before which one the span ends that it begins */
  int64_t *time;          /* seconds */
  /* By slot and row. */
  int64_t *values;  /* what the aggregate takes in */
  uint8_t *taken;   /* whether it does */
  int64_t *sums;    /* of the group up to here … */
  uint32_t *counts; /* … and how many that are */
  size_t count, room;
  uint8_t plain[ZC_LANE]; /* by group of the batch */
  zc_lane *lanes;         /* by slot */
  zc_members members;
  zc_batch_room batch_room;
  zc_distinct seen;
} spans;

/* Rows of the spans in which it holds, of the groups of a part, in their order. */
typedef struct {
  uint32_t *rows;
  size_t count, room;
} found;

typedef struct {
  zc_vector_run *judging;
  zc_grouping grouping;
  zc_sorting *sorting;
  zc_program *having;
  zc_aggregate_programs programs[ZC_AGGREGATES];
  int slots;
  int64_t length, unit; /* seconds of a span, and of what the order counts */
  spans **spans;        /* by worker */
  uint32_t *kept;       /* by group: how many rows have a place, or PLAIN */
  uint32_t *hits;       /* by group: how many of them are found */
  found *founds;        /* by part */
  bool *failed;         /* by worker */
  bool plain;           /* every group is the plain executor's */
} judgement;

/* ---- room -------------------------------------------------------------------------------- */

static void free_rows(spans *s)
{
  free(s->rows);
  free(s->group);
  free(s->end);
  free(s->time);
  free(s->values);
  free(s->taken);
  free(s->sums);
  free(s->counts);
  s->rows = s->group = s->end = s->counts = NULL;
  s->time = s->values = s->sums = NULL;
  s->taken = NULL;
}

static void free_spans(spans *s)
{
  if (s == NULL)
    return;
  free_rows(s);
  free(s->lanes);
  zc_distinct_free(&s->seen);
  free(s);
}

static spans *spans_of(judgement *j, int worker)
{
  spans *s = j->spans[worker];
  if (s != NULL)
    return s;
  s = calloc(1, sizeof *s);
  if (s == NULL)
    return NULL;
  s->lanes = calloc((size_t)j->slots + 1, sizeof *s->lanes);
  if (s->lanes != NULL)
    return j->spans[worker] = s;
  free(s);
  return NULL;
}

static bool take_room(const judgement *j, spans *s, size_t count)
{
  if (s->room >= count && s->rows != NULL)
    return true;
  size_t room = count > s->room * 2 ? count : s->room * 2;
  size_t slots = (size_t)j->slots + 1;
  room = room < ZC_LANE ? ZC_LANE : room;
  free_rows(s);
  s->room = room;
  s->rows = malloc(room * sizeof *s->rows);
  s->group = malloc(room * sizeof *s->group);
  s->end = malloc(room * sizeof *s->end);
  s->time = malloc(room * sizeof *s->time);
  s->values = malloc(slots * room * sizeof *s->values);
  s->taken = malloc(slots * room);
  s->sums = malloc(slots * room * sizeof *s->sums);
  s->counts = malloc(slots * room * sizeof *s->counts);
  return s->rows != NULL && s->group != NULL && s->end != NULL && s->time != NULL &&
         s->values != NULL && s->taken != NULL && s->sums != NULL && s->counts != NULL;
}

/* ---- the rows of a batch ----------------------------------------------------------------- */

static void take_rows(judgement *j, spans *s, const zc_sorted *sorted, size_t first,
                      size_t count)
{
  uint32_t base = j->grouping.start[first];
  s->count = 0;
  for (size_t g = 0; g < count; g++) {
    uint32_t start = j->grouping.start[first + g];
    s->plain[g] = sorted->odd[g];
    for (size_t i = 0; !sorted->odd[g] && i < sorted->kept[g]; i++) {
      uint32_t place = sorted->from[start - base + i];
      s->rows[s->count] = j->grouping.row[start + i];
      s->group[s->count] = (uint32_t)g;
      s->time[s->count++] = sorted->first_key[place] * j->unit;
    }
  }
  for (size_t i = 0, end = 0; i < s->count; i++) {
    end = end > i ? end : i;
    while (end < s->count && s->group[end] == s->group[i] &&
           s->time[end] - s->time[i] <= j->length)
      end++;
    s->end[i] = (uint32_t)end;
  }
}

/* Takes the members of some rows in, from number `at` on. */
static void take_members(const judgement *j, spans *s, int slot, size_t at,
                         size_t count)
{
  const zc_members *m = &s->members;
  bool valued = j->programs[slot].value != NULL;
  size_t base = (size_t)slot * s->room + at;
  for (size_t i = 0; i < count; i++) {
    uint8_t state = m->all ? ZC_MEMBER_IN : m->state[i];
    s->plain[s->group[at + i]] |= state >= ZC_MEMBER_LOST;
    s->taken[base + i] = state == ZC_MEMBER_IN;
    s->values[base + i] = valued && state == ZC_MEMBER_IN ? m->value.units[i] : 0;
  }
}

static void add_up(const judgement *j, spans *s, int slot)
{
  size_t base = (size_t)slot * s->room;
  bool adds = j->programs[slot].node->aggregate == ZC_AGGREGATE_SUM ||
              j->programs[slot].node->aggregate == ZC_AGGREGATE_AVG;
  int64_t sum = 0;
  uint32_t members = 0;
  for (size_t i = 0; i < s->count; i++) {
    if (i == 0 || s->group[i] != s->group[i - 1]) {
      sum = 0;
      members = 0;
    }
    members += s->taken[base + i];
    s->counts[base + i] = members;
    if (adds && (__builtin_add_overflow(sum, s->values[base + i], &sum) ||
                 sum > LARGE || sum < -LARGE)) {
      s->plain[s->group[i]] = 1;
      sum = 0;
    }
    s->sums[base + i] = sum;
  }
}

static void describe(const judgement *j, spans *s, int slot)
{
  const zc_node *node = j->programs[slot].node;
  zc_lane *lane = &s->lanes[slot];
  bool counts = node->aggregate == ZC_AGGREGATE_COUNT ||
                node->aggregate == ZC_AGGREGATE_DISTINCT;
  lane->kind = node->type.kind;
  lane->scale = counts ? 0 : s->members.value.scale;
  lane->ratio = node->aggregate == ZC_AGGREGATE_AVG;
  lane->dictionary = NULL;
  lane->any_odd = false;
  for (size_t g = 0; node->values > 0 && s->members.value.ratio && g < ZC_LANE; g++)
    s->plain[g] = 1;
}

static bool take_slot(const judgement *j, spans *s, int worker, int slot)
{
  for (size_t at = 0; at < s->count; at += ZC_LANE) {
    size_t count = s->count - at < ZC_LANE ? s->count - at : ZC_LANE;
    zc_batch batch;
    zc_vector_batch(j->judging, s->rows + at, 0, count, NULL, &s->batch_room, &batch);
    if (!zc_aggregate_members(&j->programs[slot], worker, &batch, &s->members))
      return false;
    take_members(j, s, slot, at, count);
    describe(j, s, slot);
  }
  add_up(j, s, slot);
  return true;
}

/* ---- spans ------------------------------------------------------------------------------- */

/* What the span that begins with row `i` comes to, of sums and counts. */
static void span_sum(const spans *s, int slot, size_t i, int64_t *sum, int64_t *members)
{
  size_t base = (size_t)slot * s->room, last = base + s->end[i] - 1;
  bool first = i == 0 || s->group[i] != s->group[i - 1];
  *sum = s->sums[last] - (first ? 0 : s->sums[base + i - 1]);
  *members = (int64_t)s->counts[last] - (first ? 0 : s->counts[base + i - 1]);
}

/* The values that the span's members have. Returns how many. */
static size_t span_values(const spans *s, int slot, size_t i, int64_t values[WIDE])
{
  size_t base = (size_t)slot * s->room, count = 0;
  for (size_t k = i; k < s->end[i]; k++)
    if (s->taken[base + k])
      values[count++] = s->values[base + k];
  return count;
}

static int64_t extreme(const int64_t *values, size_t count, bool least)
{
  int64_t best = count == 0 ? ZC_NONE : values[0];
  for (size_t i = 1; i < count; i++)
    best = (least ? values[i] < best : values[i] > best) ? values[i] : best;
  return best;
}

static bool take_span(const judgement *j, spans *s, int slot, size_t i, size_t entry)
{
  zc_aggregate which = j->programs[slot].node->aggregate;
  zc_lane *lane = &s->lanes[slot];
  int64_t values[WIDE], sum, members;
  size_t count;
  switch (which) {
  case ZC_AGGREGATE_COUNT:
  case ZC_AGGREGATE_SUM:
  case ZC_AGGREGATE_AVG:
    span_sum(s, slot, i, &sum, &members);
    lane->units[entry] = which == ZC_AGGREGATE_COUNT ? members : sum;
    if (which == ZC_AGGREGATE_AVG) {
      lane->units[entry] = members == 0 ? ZC_NONE : sum;
      lane->divisors[entry] = members == 0 ? 1 : members;
    }
    return true;
  default:
    if (s->end[i] - i > WIDE) {
      s->plain[s->group[i]] = 1;
      lane->units[entry] = ZC_NONE;
      return true;
    }
    count = span_values(s, slot, i, values);
    if (which == ZC_AGGREGATE_DISTINCT)
      return zc_distinct_count(&s->seen, values, count, &lane->units[entry]);
    lane->units[entry] = extreme(values, count, which == ZC_AGGREGATE_MIN);
    return true;
  }
}

static bool note_rows(found *f, const uint32_t *rows, size_t count)
{
  if (f->room - f->count < count) {
    size_t room = f->room * 2 > f->count + count ? f->room * 2 : f->count + count;
    uint32_t *grown = realloc(f->rows, room * sizeof *grown);
    if (grown == NULL)
      return false;
    f->rows = grown;
    f->room = room;
  }
  memcpy(f->rows + f->count, rows, count * sizeof *rows);
  f->count += count;
  return true;
}

/* Takes the rows of a span in which it holds, from row `i` on; those before `taken` are
 * found already. */
static bool take_hits(judgement *j, spans *s, found *f, size_t group, size_t i,
                      size_t *taken)
{
  size_t from = *taken > i ? *taken : i;
  if (from >= s->end[i])
    return true;
  *taken = s->end[i];
  j->hits[group] += (uint32_t)(s->end[i] - from);
  return note_rows(f, s->rows + from, s->end[i] - from);
}

/* Judges each span of the groups from `first` on. */
static bool judge_spans(judgement *j, spans *s, int worker, found *f, size_t first)
{
  uint8_t truths[ZC_LANE];
  size_t taken = 0;
  for (size_t at = 0; at < s->count; at += ZC_LANE) {
    size_t count = s->count - at < ZC_LANE ? s->count - at : ZC_LANE;
    zc_batch batch;
    for (int slot = 0; slot < j->slots; slot++)
      for (size_t i = 0; i < count; i++)
        if (!take_span(j, s, slot, at + i, i))
          return false;
    zc_vector_batch(j->judging, s->rows + at, 0, count, NULL, &s->batch_room, &batch);
    batch.aggregates = s->lanes;
    if (!zc_program_truths(j->having, worker, &batch, truths))
      return false;
    for (size_t i = 0; i < count; i++) {
      uint32_t group = s->group[at + i];
      s->plain[group] |= truths[i] >= ZC_UNKNOWN;
      if (truths[i] == ZC_TRUE && !s->plain[group] &&
          !take_hits(j, s, f, first + group, at + i, &taken))
        return false;
    }
  }
  return true;
}

static bool judge_batch(judgement *j, spans *s, int worker, found *f, size_t first,
                        size_t count)
{
  const zc_sorted *sorted = zc_sorting_sort(j->sorting, worker, first, count);
  size_t rows = j->grouping.start[first + count] - j->grouping.start[first];
  if (sorted == NULL || !take_room(j, s, rows))
    return false;
  take_rows(j, s, sorted, first, count);
  for (int slot = 0; slot < j->slots; slot++)
    if (!take_slot(j, s, worker, slot))
      return false;
  if (!judge_spans(j, s, worker, f, first))
    return false;
  for (size_t g = 0; g < count; g++)
    j->kept[first + g] = s->plain[g] ? PLAIN : sorted->kept[g];
  return true;
}

static void judge_part(void *context, size_t part, int worker)
{
  judgement *j = context;
  size_t first, end, count;
  spans *s = spans_of(j, worker);
  j->failed[worker] |= s == NULL;
  zc_grouping_part(&j->grouping, part, &first, &end);
  for (; first < end && !j->failed[worker]; first += count) {
    count = zc_grouping_batch(&j->grouping, first, end);
    j->failed[worker] = !judge_batch(j, s, worker, &j->founds[part], first, count);
  }
}

/* ---- what comes of it, in the order of the groups ---------------------------------------- */

/* A group that is done with: its rows that have a place come first, in their order. */
static void conclude_group(judgement *j, size_t group, const uint32_t *hits)
{
  zc_run *run = j->judging->run;
  const uint32_t *rows = j->grouping.row + j->grouping.start[group];
  size_t count = j->grouping.start[group + 1] - j->grouping.start[group];
  run->unjudged += (int64_t)count - j->kept[group];
  run->population += j->kept[group] > 0;
  zc_grouped_mark(run, rows, j->kept[group], false);
  if (j->hits[group] > 0)
    zc_grouped_hit(run, hits, j->hits[group]);
}

static void conclude(judgement *j)
{
  zc_run *run = j->judging->run;
  const zc_grouping *g = &j->grouping;
  zc_order order = {0};
  for (size_t part = 0; part < zc_grouping_parts(g); part++) {
    size_t group, end, at = 0;
    zc_grouping_part(g, part, &group, &end);
    for (; group < end && !run->memory; group++) {
      if (j->plain || j->kept[group] == PLAIN)
        zc_spans_windows(run, &order, g->row + g->start[group],
                         g->start[group + 1] - g->start[group], j->length);
      else
        conclude_group(j, group,
                       at == 0 ? j->founds[part].rows : j->founds[part].rows + at);
      at += j->hits[group];
    }
  }
  zc_order_free(&order);
}

/* ---- the form ---------------------------------------------------------------------------- */

static bool is_able(const zc_node *node)
{
  return node->aggregate != ZC_AGGREGATE_SD && node->aggregate != ZC_AGGREGATE_TOP &&
         node->aggregate != ZC_AGGREGATE_SET;
}

static bool prepare(judgement *j)
{
  const zc_rule *rule = j->judging->run->rule;
  int workers = j->judging->workers;
  j->unit = rule->sort[0].root->type.kind == ZC_DATE ? 86400 : 1;
  j->kept = malloc((j->grouping.total + 1) * sizeof *j->kept);
  j->hits = calloc(j->grouping.total + 1, sizeof *j->hits);
  j->founds = calloc(zc_grouping_parts(&j->grouping) + 1, sizeof *j->founds);
  j->failed = calloc((size_t)workers, sizeof *j->failed);
  j->spans = calloc((size_t)workers, sizeof(spans *));
  j->sorting = zc_sorting_new(j->judging, &j->grouping);
  j->having = zc_program_new(rule, rule->having.root, workers);
  for (int i = 0; i < rule->having.aggregate_count; i++) {
    const zc_node *node = rule->having.aggregates[i];
    j->plain |= !is_able(node);
    if (!zc_aggregate_compile(rule, node, workers, &j->programs[j->slots++]))
      return false;
  }
  return j->kept != NULL && j->hits != NULL && j->founds != NULL && j->failed != NULL &&
         j->spans != NULL && j->sorting != NULL && j->having != NULL;
}

static void release(judgement *j)
{
  for (int w = 0; j->spans != NULL && w < j->judging->workers; w++)
    free_spans(j->spans[w]);
  for (int i = 0; i < j->slots; i++)
    zc_aggregate_release(&j->programs[i]);
  zc_program_free(j->having);
  for (size_t i = 0; j->founds != NULL && i < zc_grouping_parts(&j->grouping); i++)
    free(j->founds[i].rows);
  zc_sorting_free(j->sorting);
  zc_grouping_free(&j->grouping);
  free(j->spans);
  free(j->kept);
  free(j->hits);
  free(j->founds);
  free(j->failed);
}

bool zc_vector_windows(zc_vector_run *judging)
{
  zc_run *run = judging->run;
  judgement j = {.judging = judging, .length = zc_spans_length(run)};
  bool taken = true, good = zc_vector_group_keys(judging, false, &j.grouping, &taken);
  if (good && !taken)
    return false;
  good = good && prepare(&j);
  if (good && j.length < 0) {
    run->unjudged += (int64_t)j.grouping.count; /* whether they have a place or not */
  } else if (good) {
    if (!j.plain)
      zc_crew_run(judging->crew, zc_grouping_parts(&j.grouping), judge_part, &j);
    for (int w = 0; w < judging->workers; w++)
      good &= !j.failed[w];
    if (good)
      conclude(&j);
  }
  run->memory |= !good;
  release(&j);
  return true;
}
