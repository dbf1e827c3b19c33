/* Rules on rows: where, and each. */
#include <stdlib.h>
#include <string.h>

#include "vector/counting.h"
#include "vector/grouped.h"
#include "vector/late.h"

/* What has to be done about a row once all are judged, in the order of the rows. */
typedef enum {
  HIT,       /* it is to be told */
  ODD_WHERE, /* it belongs to the population; whether it is a hit the plain executor says */
  ODD_ROW /* that one says everything about it */
} event;

typedef struct {
  uint32_t *rows;
  uint8_t *events;
  size_t count, room;
  int64_t population, unjudged;
} part_result;

typedef struct {
  zc_vector_run *judging;
  zc_program *where; /* NULL: there is none, or it is not asked here */
  zc_late *late;     /* NULL: no partners are tried */
  bool plain;        /* whether a row is a hit only the plain executor knows */
  zc_counting *counting;
  part_result *parts;
  bool *failed; /* by worker */
} judgement;

/* ---- judging a part --------------------------------------------------------------------- */

static bool note(part_result *p, size_t row, event what)
{
  if (p->count == p->room) {
    size_t room = p->room == 0 ? 64 : p->room * 2;
    uint32_t *rows = realloc(p->rows, room * sizeof *rows);
    if (rows != NULL)
      p->rows = rows;
    uint8_t *events = realloc(p->events, room);
    if (events != NULL)
      p->events = events;
    if (rows == NULL || events == NULL)
      return false;
    p->room = room;
  }
  p->rows[p->count] = (uint32_t)row;
  p->events[p->count++] = (uint8_t)what;
  return true;
}

/* Whether the rows of the population are hits. */
static bool judge_rows(const judgement *g, int worker, const zc_batch *batch,
                       uint8_t *truths)
{
  if (g->plain) {
    memset(truths, ZC_TRUTH_ODD, batch->count);
    return true;
  }
  if (g->late != NULL)
    return zc_late_truths(g->late, worker, batch, truths);
  memset(truths, ZC_TRUE, batch->count);
  return g->where == NULL || zc_program_truths(g->where, worker, batch, truths);
}

/* The population is dense: all rows of the batch are judged. Otherwise those that belong to
 * it stand together in `rows`, of which there are `members`. */
static bool judge_members(const judgement *g, int worker, size_t first, size_t count,
                          const uint8_t *classes, size_t members, uint8_t *truths)
{
  zc_batch batch;
  zc_batch_room room;
  uint32_t rows[ZC_LANE];
  uint8_t packed[ZC_LANE];
  if (members == 0)
    return true;
  if (members * 2 > count) {
    zc_vector_batch(g->judging, NULL, first, count, NULL, &room, &batch);
    return judge_rows(g, worker, &batch, truths);
  }
  size_t at = 0;
  for (size_t i = 0; i < count; i++)
    if (classes[i] == ZC_TRUE)
      rows[at++] = (uint32_t)(first + i);
  zc_vector_batch(g->judging, rows, 0, members, NULL, &room, &batch);
  if (!judge_rows(g, worker, &batch, packed))
    return false;
  for (size_t i = 0; i < members; i++)
    truths[rows[i] - first] = packed[i];
  return true;
}

static bool take_row(const judgement *g, part_result *p, int worker, size_t row,
                     uint8_t class, uint8_t truth)
{
  if (class == ZC_TRUTH_ODD)
    return note(p, row, ODD_ROW);
  p->unjudged += class == ZC_UNKNOWN;
  if (class != ZC_TRUE)
    return true;
  p->population++;
  if (g->counting != NULL && !zc_counting_add(g->counting, worker, row, false))
    return false;
  p->unjudged += truth == ZC_UNKNOWN;
  if (truth == ZC_TRUTH_ODD)
    return note(p, row, ODD_WHERE);
  if (truth != ZC_TRUE)
    return true;
  return (g->counting == NULL || zc_counting_add(g->counting, worker, row, true)) &&
         note(p, row, HIT);
}

/* As take_row of all rows, of which most are no hits, where no values are counted. */
static bool take_most(const judgement *g, part_result *p, int worker, size_t first,
                      size_t count, const uint8_t *classes, const uint8_t *truths)
{
  uint8_t told[ZC_LANE + sizeof(uint64_t)];
  uint32_t population = 0, unjudged = 0;
  for (size_t i = 0; i < count; i++) {
    uint8_t own = classes[i] == ZC_TRUE, truth = truths[i];
    told[i] = (classes[i] == ZC_TRUTH_ODD) |
              (own & ((truth == ZC_TRUE) | (truth == ZC_TRUTH_ODD)));
    population += own & !told[i];
    unjudged += (classes[i] == ZC_UNKNOWN) | (own & (truth == ZC_UNKNOWN));
  }
  memset(told + count, 0, sizeof(uint64_t));
  for (size_t i = 0; i < count; i += sizeof(uint64_t)) {
    uint64_t eight;
    memcpy(&eight, told + i, sizeof eight);
    for (size_t k = i; eight != 0 && k < i + sizeof eight; k++)
      if (told[k] && !take_row(g, p, worker, first + k, classes[k], truths[k]))
        return false;
  }
  p->population += population;
  p->unjudged += unjudged;
  return true;
}

/* Parts begin at multiples of 64 rows, so that no two write the same word. */
static void mark_population(const zc_run *run, size_t first, size_t count,
                            const uint8_t *classes)
{
  for (size_t i = 0; run->plain->marks != NULL && i < count; i++)
    if (classes[i] == ZC_TRUE)
      run->plain->marks->population[(first + i) / 64] |= (uint64_t)1
                                                         << ((first + i) % 64);
}

static bool judge_batch(const judgement *g, part_result *p, int worker, size_t first,
                        size_t count)
{
  uint8_t classes[ZC_LANE], truths[ZC_LANE];
  size_t members = 0, odd = 0;
  memset(truths, ZC_FALSE, count);
  if (!zc_vector_admit(g->judging, worker, first, count, classes))
    return false;
  for (size_t i = 0; i < count; i++) {
    members += classes[i] == ZC_TRUE;
    odd += classes[i] >= ZC_UNKNOWN;
  }
  if (!judge_members(g, worker, first, count, classes, members, truths))
    return false;
  mark_population(g->judging->run, first, count, classes);
  if (members == 0 && odd == 0)
    return true;
  if (g->counting == NULL)
    return take_most(g, p, worker, first, count, classes, truths);
  for (size_t i = 0; i < count; i++)
    if (classes[i] != ZC_FALSE &&
        !take_row(g, p, worker, first + i, classes[i], truths[i]))
      return false;
  return true;
}

static void judge_part(void *context, size_t part, int worker)
{
  judgement *g = context;
  size_t rows = g->judging->run->rule->tables[0]->count;
  size_t end = (part + 1) * ZC_PART < rows ? (part + 1) * ZC_PART : rows;
  for (size_t at = part * ZC_PART; at < end && !g->failed[worker]; at += ZC_LANE)
    g->failed[worker] = !judge_batch(g, &g->parts[part], worker, at,
                                     end - at < ZC_LANE ? end - at : ZC_LANE);
}

/* ---- what comes of it, in the order of the rows ------------------------------------------- */

static void tell_hit(judgement *g, size_t row)
{
  zc_run *run = g->judging->run;
  uint32_t number = (uint32_t)row;
  if (zc_grouped_only_counts(run)) {
    run->rows++;
    run->count++;
    zc_run_mark(run, &number, 1, true);
    return;
  }
  zc_vector_enter(g->judging, row);
  if (g->late != NULL)
    zc_run_where(run); /* the partner with which it holds may be shown */
  zc_run_hit(run, row);
}

static zc_truth judge_plainly(judgement *g)
{
  zc_run *run = g->judging->run;
  return run->rule->form == ZC_FORM_EACH
             ? run->plain->each(run->rule, &run->e, run->plain->context)
             : zc_run_where(run);
}

/* The row was entered, and belongs to the population. */
static void finish_row(judgement *g, size_t row)
{
  zc_run *run = g->judging->run;
  zc_truth hit = judge_plainly(g);
  if (run->plain->stopped)
    return;
  run->unjudged += hit == ZC_UNKNOWN;
  if (hit != ZC_TRUE)
    return;
  if (g->counting != NULL)
    run->memory |= !zc_counting_add(g->counting, 0, row, true);
  zc_run_hit(run, row);
}

static void finish_odd_row(judgement *g, size_t row)
{
  zc_run *run = g->judging->run;
  uint32_t number = (uint32_t)row;
  if (zc_run_admit(run, row) != ZC_TRUE)
    return;
  run->population++;
  zc_run_mark(run, &number, 1, false);
  if (g->counting != NULL)
    run->memory |= !zc_counting_add(g->counting, 0, row, false);
  finish_row(g, row);
}

static void finish_part(judgement *g, const part_result *p)
{
  zc_run *run = g->judging->run;
  run->population += p->population;
  run->unjudged += p->unjudged;
  for (size_t i = 0; i < p->count && !run->memory && !run->plain->stopped; i++) {
    size_t row = p->rows[i];
    if (p->events[i] == HIT) {
      tell_hit(g, row);
    } else if (p->events[i] == ODD_ROW) {
      finish_odd_row(g, row);
    } else {
      zc_vector_enter(g->judging, row);
      finish_row(g, row);
    }
  }
}

/* ---- the form ----------------------------------------------------------------------------- */

static bool prepare(judgement *g, size_t parts)
{
  const zc_run *run = g->judging->run;
  const zc_rule *rule = run->rule;
  g->plain = rule->form == ZC_FORM_EACH;
  g->parts = calloc(parts + 1, sizeof *g->parts);
  g->failed = calloc((size_t)g->judging->workers, sizeof *g->failed);
  if (g->parts == NULL || g->failed == NULL)
    return false;
  if (rule->count_column >= 0) {
    g->counting = zc_counting_new(rule->tables[0], rule->count_column,
                                  g->judging->workers);
    if (g->counting == NULL)
      return false;
  }
  if (!g->plain && zc_late_has_where(rule)) {
    g->where = zc_program_new(rule, rule->where.root, g->judging->workers);
    if (g->where == NULL)
      return false;
  }
  return g->plain || zc_late_new(g->judging, g->where, &g->late);
}

static void release(judgement *g, size_t parts)
{
  for (size_t i = 0; g->parts != NULL && i < parts; i++) {
    free(g->parts[i].rows);
    free(g->parts[i].events);
  }
  zc_counting_free(g->counting);
  zc_late_free(g->late);
  zc_program_free(g->where);
  free(g->parts);
  free(g->failed);
}

bool zc_vector_rows(zc_vector_run *j)
{
  zc_run *run = j->run;
  size_t parts = (run->rule->tables[0]->count + ZC_PART - 1) / ZC_PART;
  judgement g = {.judging = j};
  bool good = prepare(&g, parts);
  if (good)
    zc_crew_run(j->crew, parts, judge_part, &g);
  for (int w = 0; good && w < j->workers; w++)
    good = !g.failed[w];
  for (size_t i = 0; good && i < parts && !run->memory && !run->plain->stopped; i++)
    finish_part(&g, &g.parts[i]);
  if (good && g.counting != NULL) {
    good = zc_counting_result(g.counting, &run->population, &run->count);
    run->distinct = true;
  }
  run->memory |= !good;
  release(&g, parts);
  return true;
}
