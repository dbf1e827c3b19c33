/* Rules on groups: having, and a rate of each group. */
#include <stdlib.h>
#include <string.h>

#include "vector/aggregates.h"

static const uint32_t *rows_of(const zc_grouping *g, size_t group, size_t *count)
{
  *count = g->start[group + 1] - g->start[group];
  return g->row + g->start[group];
}

/* ---- having ------------------------------------------------------------------------------ */

typedef enum {
  NO_HIT,
  HIT,
  UNJUDGED,
  PLAIN /* the plain executor has to say */
} outcome;

typedef struct {
  zc_vector_run *judging;
  zc_grouping grouping;
  zc_aggregates *aggregates;
  zc_program *having;
  uint8_t *verdicts; /* by group */
  bool *failed;      /* by worker */
} judgement;

/* As zc_groups_having and its caller: what is incomplete may still be a hit, and else is
 * unjudged. */
static outcome outcome_of(uint8_t truth, bool lost, bool odd)
{
  if (odd || truth == ZC_TRUTH_ODD)
    return PLAIN;
  if (truth == ZC_TRUE)
    return lost ? PLAIN : HIT;
  return lost || truth == ZC_UNKNOWN ? UNJUDGED : NO_HIT;
}

static bool judge_batch(judgement *j, int worker, size_t first, size_t count)
{
  const zc_aggregated *a = zc_aggregates_of(j->aggregates, worker, &j->grouping, first,
                                            count);
  uint8_t truths[ZC_LANE];
  uint32_t rows[ZC_LANE];
  zc_batch_room room;
  zc_batch batch;
  if (a == NULL)
    return false;
  zc_grouped_firsts(&j->grouping, first, count, rows);
  zc_vector_batch(j->judging, rows, 0, count, NULL, &room, &batch);
  batch.aggregates = a->lanes;
  if (!zc_program_truths(j->having, worker, &batch, truths))
    return false;
  for (size_t g = 0; g < count; g++)
    j->verdicts[first + g] = (uint8_t)outcome_of(truths[g], a->lost[g], a->odd[g]);
  return true;
}

static void judge_part(void *context, size_t part, int worker)
{
  judgement *j = context;
  size_t first, end, count;
  zc_grouping_part(&j->grouping, part, &first, &end);
  for (; first < end && !j->failed[worker]; first += count) {
    count = zc_grouping_batch(&j->grouping, first, end);
    j->failed[worker] = !judge_batch(j, worker, first, count);
  }
}

static void judge_plainly(judgement *j, size_t group)
{
  zc_run *run = j->judging->run;
  size_t count;
  bool open;
  const uint32_t *rows = rows_of(&j->grouping, group, &count);
  zc_truth hit = zc_groups_having(run, rows, count, &open);
  if (hit == ZC_TRUE)
    zc_run_hit_group(run, rows, count);
  else if (hit == ZC_UNKNOWN || open)
    run->unjudged++;
}

/* What comes of it, in the order of the groups. */
static void conclude(judgement *j)
{
  zc_run *run = j->judging->run;
  run->population += (int64_t)j->grouping.total;
  zc_grouped_mark(run, j->grouping.row, j->grouping.count, false);
  for (size_t g = 0; g < j->grouping.total && !run->memory; g++) {
    if (j->verdicts[g] == NO_HIT)
      continue;
    if (j->verdicts[g] == UNJUDGED) {
      run->unjudged++;
      continue;
    }
    size_t count;
    const uint32_t *rows = rows_of(&j->grouping, g, &count);
    if (j->verdicts[g] == HIT)
      zc_grouped_hit(run, rows, count);
    else
      judge_plainly(j, g);
    zc_arena_reset(&run->texts);
  }
}

static bool judge_groups(judgement *j)
{
  const zc_rule *rule = j->judging->run->rule;
  j->aggregates = zc_aggregates_new(j->judging, &rule->having);
  j->having = zc_program_new(rule, rule->having.root, j->judging->workers);
  j->verdicts = malloc(j->grouping.total + 1);
  j->failed = calloc((size_t)j->judging->workers, sizeof *j->failed);
  if (j->aggregates == NULL || j->having == NULL || j->verdicts == NULL ||
      j->failed == NULL)
    return false;
  zc_crew_run(j->judging->crew, zc_grouping_parts(&j->grouping), judge_part, j);
  bool good = true;
  for (int w = 0; w < j->judging->workers; w++)
    good &= !j->failed[w];
  return good;
}

bool zc_vector_groups(zc_vector_run *judging)
{
  judgement j = {.judging = judging};
  bool taken = true, good = zc_vector_group_keys(judging, false, &j.grouping, &taken);
  if (good && !taken)
    return false;
  good = good && judge_groups(&j);
  if (good)
    conclude(&j);
  judging->run->memory |= !good;
  zc_aggregates_free(j.aggregates);
  zc_program_free(j.having);
  zc_grouping_free(&j.grouping);
  free(j.verdicts);
  free(j.failed);
  return true;
}

/* ---- rates ------------------------------------------------------------------------------- */

#define KNOWN_MOST 64 /* of so few cases verdicts are remembered */

typedef struct {
  zc_vector_run *judging;
  zc_grouping grouping;
  zc_program *rate;
  uint8_t *truths; /* by member */
  bool *failed;    /* by worker */
  bool fixed;      /* the limit is the same for all groups */
  uint8_t known[KNOWN_MOST]
               [KNOWN_MOST]; /* verdicts of so many parts and wholes, plus one */
} rating;

static void rate_part(void *context, size_t part, int worker)
{
  rating *r = context;
  size_t at = part * ZC_PART, end = at + ZC_PART;
  zc_batch_room room;
  zc_batch batch;
  end = end < r->grouping.count ? end : r->grouping.count;
  for (; at < end && !r->failed[worker]; at += ZC_LANE) {
    size_t count = end - at < ZC_LANE ? end - at : ZC_LANE;
    uint8_t truths[ZC_LANE];
    zc_vector_batch(r->judging, r->grouping.row + at, 0, count, NULL, &room, &batch);
    r->failed[worker] = !zc_program_truths(r->rate, worker, &batch, truths);
    memcpy(r->truths + at, truths, count);
  }
}

static zc_truth truth_of(rating *r, size_t place)
{
  zc_run *run = r->judging->run;
  if (r->truths[place] != ZC_TRUTH_ODD)
    return r->truths[place];
  zc_run_enter(run, r->grouping.row[place], NULL);
  return zc_evaluate_truth(&run->e, run->rule->rate.root);
}

static zc_rate_verdict verdict_of_share(rating *r, const uint32_t *rows, int64_t part,
                                        int64_t whole, int64_t unknown)
{
  zc_run *run = r->judging->run;
  bool known = r->fixed && unknown == 0 && whole < KNOWN_MOST;
  if (known && r->known[part][whole] != 0)
    return r->known[part][whole] - 1;
  zc_vector_enter(r->judging, rows[0]);
  zc_rate_verdict verdict = zc_rate_judge(run, part, whole, unknown);
  if (known)
    r->known[part][whole] = (uint8_t)(verdict + 1);
  return verdict;
}

/* Each group with enough cases is one of the population. */
static void judge_share(rating *r, size_t group)
{
  zc_run *run = r->judging->run;
  int64_t part = 0, whole = 0, unknown = 0;
  size_t count, first = r->grouping.start[group];
  const uint32_t *rows = rows_of(&r->grouping, group, &count);
  for (size_t i = first; i < first + count; i++) {
    zc_truth value = truth_of(r, i);
    unknown += value == ZC_UNKNOWN;
    whole += value != ZC_UNKNOWN;
    part += value == ZC_TRUE;
  }
  zc_rate_verdict verdict = verdict_of_share(r, rows, part, whole, unknown);
  if (verdict == ZC_RATE_FEW || verdict == ZC_RATE_EMPTY) {
    run->few++;
    return;
  }
  run->population++;
  run->part += part;
  run->whole += whole;
  run->unknown += unknown;
  run->unjudged += verdict == ZC_RATE_OPEN;
  if (verdict == ZC_RATE_HIT)
    zc_grouped_hit(run, rows, count);
}

static void find_column(zc_node *node, void *context)
{
  *(bool *)context |= node->op == ZC_OP_COLUMN;
}

static bool judge_shares(rating *r)
{
  const zc_rule *rule = r->judging->run->rule;
  bool varies = false;
  zc_expression_walk(rule->limit.root, find_column, &varies);
  r->fixed = !varies;
  r->rate = zc_program_new(rule, rule->rate.root, r->judging->workers);
  r->truths = malloc(r->grouping.count + 1);
  r->failed = calloc((size_t)r->judging->workers, sizeof *r->failed);
  if (r->rate == NULL || r->truths == NULL || r->failed == NULL)
    return false;
  zc_crew_run(r->judging->crew, zc_grouping_parts(&r->grouping), rate_part, r);
  for (int w = 0; w < r->judging->workers; w++)
    if (r->failed[w])
      return false;
  for (size_t g = 0; g < r->grouping.total && !r->judging->run->memory; g++)
    judge_share(r, g);
  return true;
}

bool zc_vector_rates(zc_vector_run *judging)
{
  rating *r = calloc(1, sizeof *r);
  bool taken = true;
  if (r == NULL) {
    judging->run->memory = true;
    return true;
  }
  r->judging = judging;
  bool good = zc_vector_group_keys(judging, false, &r->grouping, &taken);
  if (good && !taken) {
    free(r);
    return false;
  }
  good = good && judge_shares(r);
  judging->run->memory |= !good;
  zc_program_free(r->rate);
  zc_grouping_free(&r->grouping);
  free(r->truths);
  free(r->failed);
  free(r);
  return true;
}
