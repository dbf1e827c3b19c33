/* Rules on a table as a whole: a rate, and a quota. */
#include <stdlib.h>

#include "base/date.h"
#include "vector/run.h"

/* ---- rates -------------------------------------------------------------------------------- */

typedef struct {
  int64_t part, whole, unknown;
} share;

typedef struct {
  zc_vector_run *judging;
  zc_program *rate;
  share *shares;  /* by part */
  uint32_t **odd; /* by part: rows of which the plain executor has to say, and … */
  size_t *odd_count;
  bool *failed; /* by worker */
} counting;

static void count_truth(share *s, zc_truth truth)
{
  s->unknown += truth == ZC_UNKNOWN;
  s->whole += truth != ZC_UNKNOWN;
  s->part += truth == ZC_TRUE;
}

static bool note_odd(counting *c, size_t part, size_t row)
{
  if (c->odd[part] == NULL)
    c->odd[part] = malloc(ZC_PART * sizeof **c->odd);
  if (c->odd[part] == NULL)
    return false;
  c->odd[part][c->odd_count[part]++] = (uint32_t)row;
  return true;
}

static bool count_batch(counting *c, size_t part, int worker, size_t at, size_t count)
{
  uint8_t truths[ZC_LANE];
  uint32_t rows[ZC_LANE];
  zc_batch batch;
  zc_batch_room room;
  bool all = c->judging->rows == NULL;
  for (size_t i = 0; i < count; i++)
    rows[i] = zc_vector_row(c->judging, at + i);
  zc_vector_batch(c->judging, all ? NULL : rows, at, count, NULL, &room, &batch);
  if (!zc_program_truths(c->rate, worker, &batch, truths))
    return false;
  for (size_t i = 0; i < count; i++) {
    if (truths[i] != ZC_TRUTH_ODD)
      count_truth(&c->shares[part], truths[i]);
    else if (!note_odd(c, part, rows[i]))
      return false;
  }
  return true;
}

static void count_part(void *context, size_t part, int worker)
{
  counting *c = context;
  size_t rows = c->judging->count, end = (part + 1) * ZC_PART;
  end = end < rows ? end : rows;
  for (size_t at = part * ZC_PART; at < end && !c->failed[worker]; at += ZC_LANE)
    c->failed[worker] = !count_batch(c, part, worker, at,
                                     end - at < ZC_LANE ? end - at : ZC_LANE);
}

static void add_up(counting *c, size_t parts)
{
  zc_run *run = c->judging->run;
  share all = {0};
  for (size_t p = 0; p < parts; p++) {
    all.part += c->shares[p].part;
    all.whole += c->shares[p].whole;
    all.unknown += c->shares[p].unknown;
    for (size_t i = 0; i < c->odd_count[p]; i++) {
      zc_vector_enter(c->judging, c->odd[p][i]);
      count_truth(&all, zc_evaluate_truth(&run->e, run->rule->rate.root));
    }
  }
  run->population += (int64_t)c->judging->count;
  run->part += all.part;
  run->whole += all.whole;
  run->unknown += all.unknown;
}

bool zc_vector_rate(zc_vector_run *j)
{
  size_t parts = (j->count + ZC_PART - 1) / ZC_PART;
  counting c = {.judging = j};
  c.rate = zc_program_new(j->run->rule, j->run->rule->rate.root, j->workers);
  c.shares = calloc(parts + 1, sizeof *c.shares);
  c.odd = calloc(parts + 1, sizeof *c.odd);
  c.odd_count = calloc(parts + 1, sizeof *c.odd_count);
  c.failed = calloc((size_t)j->workers, sizeof *c.failed);
  bool good = c.rate != NULL && c.shares != NULL && c.odd != NULL &&
              c.odd_count != NULL && c.failed != NULL;
  if (good)
    zc_crew_run(j->crew, parts, count_part, &c);
  for (int w = 0; good && w < j->workers; w++)
    good = !c.failed[w];
  if (good)
    add_up(&c, parts);
  j->run->memory |= !good;
  for (size_t p = 0; c.odd != NULL && p < parts; p++)
    free(c.odd[p]);
  zc_program_free(c.rate);
  free(c.shares);
  free(c.odd);
  free(c.odd_count);
  free(c.failed);
  return true;
}

/* ---- quotas ------------------------------------------------------------------------------- */

bool zc_vector_quota(zc_vector_run *j)
{
  zc_run *run = j->run;
  zc_table *table = run->rule->tables[0];
  const zc_columns *columns = zc_columns_of(table);
  int32_t *days = calloc(j->count + 1, sizeof *days);
  int64_t undated = 0;
  size_t count = 0;
  if (columns == NULL || days == NULL) {
    run->memory = true;
    free(days);
    return true;
  }
  const zc_column_vector *dates = &columns->vectors[table->slot[run->rule->date]];
  for (size_t i = 0; i < j->count; i++) {
    zc_scalar date = zc_column_scalar(dates, zc_vector_row(j, i));
    if (date.kind == ZC_NIL)
      undated++;
    else
      days[count++] = zc_day_of(date);
  }
  zc_run_periods(run, days, count, undated, run->unjudged);
  free(days);
  return true;
}
