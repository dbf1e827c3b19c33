/* Rules on rows in their order: sort and where. */
#include <stdlib.h>
#include <string.h>

#include "table/spans.h"
#include "vector/sorting.h"

/* What becomes of a place in a group. */
typedef enum {
  NO_HIT,
  HIT,
  UNJUDGED,
  UNPLACED, /* the row has no place in the order: unjudged, and nobody's row before */
  PLAIN     /* of a group's first place: the plain executor has to judge the group */
} verdict;

/* Rows in their order that are judged together, perhaps of several groups. */
typedef struct {
  uint32_t rows[ZC_LANE], before[ZC_LANE];
  uint32_t place[ZC_LANE], home[ZC_LANE]; /* its own, and the first one of its group */
  size_t count;
  zc_batch_room room;
  zc_lane value;    /* what prevmax looks at, of these rows */
  zc_lane *running; /* the largest of the rows before, by slot */
  int64_t most[ZC_RUNNING];
  bool open[ZC_RUNNING]; /* a row before did not say its own */
} chain;

typedef struct {
  zc_vector_run *judging;
  zc_grouping grouping;
  zc_sorting *sorting;
  zc_program *where;
  zc_program *running[ZC_RUNNING];
  int running_count;
  chain **chains;    /* by worker */
  uint8_t *verdicts; /* by member of the grouping */
  bool *failed;      /* by worker */
  bool plain;        /* partners are tried: every group is the plain executor's */
} judgement;

/* ---- judging ----------------------------------------------------------------------------- */

/* The largest values before each row of the chain. A row with an open one may still be a
 * hit, or none, whatever that is. */
static void run_on(judgement *j, chain *c, int slot)
{
  zc_lane *running = &c->running[slot];
  running->kind = c->value.kind;
  running->scale = c->value.scale;
  running->ratio = false;
  running->dictionary = NULL;
  running->any_odd = false;
  for (size_t i = 0; i < c->count; i++) {
    if (c->place[i] == c->home[i]) {
      c->most[slot] = ZC_NONE;
      c->open[slot] = false;
    } else if (c->open[slot]) {
      j->verdicts[c->home[i]] = PLAIN;
    }
    running->units[i] = c->most[slot];
    int64_t own = c->value.units[i];
    if (c->value.ratio || (c->value.any_odd && c->value.odd[i]) || own <= ZC_UNREAD)
      c->open[slot] = true;
    else if (own > c->most[slot])
      c->most[slot] = own;
  }
}

/* Judges what the chain has. */
static bool judge_chain(judgement *j, chain *c, int worker)
{
  uint8_t truths[ZC_LANE];
  zc_batch batch;
  if (c->count == 0)
    return true;
  zc_vector_batch(j->judging, c->rows, 0, c->count, c->before, &c->room, &batch);
  for (int s = 0; s < j->running_count; s++) {
    if (!zc_program_values(j->running[s], worker, &batch, &c->value))
      return false;
    run_on(j, c, s);
  }
  batch.running = c->running;
  if (!zc_program_truths(j->where, worker, &batch, truths))
    return false;
  for (size_t i = 0; i < c->count; i++) {
    if (c->place[i] == c->home[i])
      continue;
    if (truths[i] == ZC_TRUTH_ODD)
      j->verdicts[c->home[i]] = PLAIN;
    else
      j->verdicts[c->place[i]] = truths[i] == ZC_TRUE      ? HIT
                                 : truths[i] == ZC_UNKNOWN ? UNJUDGED
                                                           : NO_HIT;
  }
  c->count = 0;
  return true;
}

/* Adds the sorted rows of a group. The first one is no hit; only prevmax looks at it. */
static bool add_group(judgement *j, chain *c, int worker, size_t group, size_t kept)
{
  uint32_t home = j->grouping.start[group];
  const uint32_t *rows = j->grouping.row + home;
  for (size_t i = j->running_count > 0 ? 0 : 1; kept > 1 && i < kept; i++) {
    c->rows[c->count] = rows[i];
    c->before[c->count] = i == 0 ? 0 : rows[i - 1] + 1;
    c->place[c->count] = home + (uint32_t)i;
    c->home[c->count++] = home;
    if (c->count == ZC_LANE && !judge_chain(j, c, worker))
      return false;
  }
  return true;
}

static bool judge_batch(judgement *j, chain *c, int worker, size_t first, size_t count)
{
  const zc_sorted *sorted = zc_sorting_sort(j->sorting, worker, first, count);
  if (sorted == NULL)
    return false;
  for (size_t g = 0; g < count; g++) {
    uint32_t home = j->grouping.start[first + g];
    size_t size = j->grouping.start[first + g + 1] - home, kept = sorted->kept[g];
    if (sorted->odd[g]) {
      j->verdicts[home] = PLAIN;
      continue;
    }
    memset(j->verdicts + home, NO_HIT, kept);
    memset(j->verdicts + home + kept, UNPLACED, size - kept);
    if (!add_group(j, c, worker, first + g, kept))
      return false;
  }
  return true;
}

static chain *chain_of(judgement *j, int worker)
{
  chain *c = j->chains[worker];
  if (c != NULL)
    return c;
  c = calloc(1, sizeof *c);
  if (c == NULL)
    return NULL;
  c->running = calloc((size_t)j->running_count + 1, sizeof *c->running);
  if (c->running != NULL)
    return j->chains[worker] = c;
  free(c);
  return NULL;
}

static void judge_part(void *context, size_t part, int worker)
{
  judgement *j = context;
  size_t first, end, count;
  chain *c = chain_of(j, worker);
  j->failed[worker] |= c == NULL;
  zc_grouping_part(&j->grouping, part, &first, &end);
  for (; first < end && !j->failed[worker]; first += count) {
    count = zc_grouping_batch(&j->grouping, first, end);
    j->failed[worker] = !judge_batch(j, c, worker, first, count);
  }
  j->failed[worker] = j->failed[worker] || !judge_chain(j, c, worker);
}

/* ---- what comes of it, in the order of the groups ---------------------------------------- */

/* Different values of the rule's `count` column, by the codes that were seen already. */
typedef struct {
  const zc_column_vector *vector; /* NULL: rows are counted */
  uint8_t *seen;                  /* by code; NULL: it has no codes */
} counted;

static bool begin_counting(const zc_run *run, counted *c)
{
  zc_table *table = run->rule->tables[0];
  *c = (counted){0};
  if (run->rule->count_column < 0)
    return true;
  const zc_columns *columns = zc_columns_of(table);
  if (columns == NULL)
    return false;
  c->vector = &columns->vectors[table->slot[run->rule->count_column]];
  if (c->vector->dictionary != NULL)
    c->seen = calloc((size_t)c->vector->dictionary->words.count + 1, 1);
  return c->vector->dictionary == NULL || c->seen != NULL;
}

static void count_value(zc_run *run, const counted *c, uint32_t row)
{
  if (c->seen != NULL) {
    if (c->seen[c->vector->codes[row]] != 0)
      return;
    c->seen[c->vector->codes[row]] = 1;
  }
  const zc_table *table = run->rule->tables[0];
  zc_scalar value =
      c->vector->kind != ZC_NIL
          ? zc_column_scalar(c->vector, row)
          : zc_table_row(table, row,
                         run->rooms[0])[table->slot[run->rule->count_column]];
  run->memory |= zc_index_put(&run->population_keys, &value, NULL) < 0;
}

static void tell(judgement *j, size_t place)
{
  zc_run *run = j->judging->run;
  uint32_t row = j->grouping.row[place];
  if (run->rule->count_column < 0 && zc_grouped_only_counts(run)) {
    run->count++;
    run->rows++;
    zc_run_mark(run, &row, 1, true);
    return;
  }
  run->e.rows[ZC_TABLE_PREV] = zc_table_row(run->rule->tables[0],
                                            j->grouping.row[place - 1],
                                            run->rooms[ZC_TABLE_PREV]);
  zc_vector_enter(j->judging, row);
  zc_run_hit(run, row);
}

static void conclude_group(judgement *j, const counted *c, size_t group)
{
  zc_run *run = j->judging->run;
  size_t home = j->grouping.start[group], end = j->grouping.start[group + 1];
  size_t kept = end - home;
  const uint8_t *verdicts = j->verdicts;
  while (kept > 0 && verdicts[home + kept - 1] == UNPLACED)
    kept--;
  run->unjudged += (int64_t)(end - home - kept);
  if (c->vector == NULL)
    run->population += (int64_t)kept;
  for (size_t i = 0; c->vector != NULL && i < kept; i++)
    count_value(run, c, j->grouping.row[home + i]);
  if (run->plain->marks != NULL)
    zc_run_mark(run, j->grouping.row + home, kept, false);
  for (size_t place = home + 1; place < home + kept && !run->memory; place++) {
    if (verdicts[place] == HIT)
      tell(j, place);
    run->unjudged += verdicts[place] == UNJUDGED;
  }
}

static void conclude(judgement *j)
{
  zc_run *run = j->judging->run;
  const zc_grouping *g = &j->grouping;
  zc_order order = {0};
  counted c;
  run->memory |= !begin_counting(run, &c);
  run->population += (int64_t)g->lone;
  for (size_t i = 0; i < g->total && !run->memory; i++) {
    if (j->plain || j->verdicts[g->start[i]] == PLAIN)
      zc_spans_sequence(run, &order, g->row + g->start[i],
                        g->start[i + 1] - g->start[i]);
    else
      conclude_group(j, &c, i);
  }
  zc_order_free(&order);
  free(c.seen);
}

/* ---- the form ---------------------------------------------------------------------------- */

static bool prepare(judgement *j)
{
  const zc_rule *rule = j->judging->run->rule;
  int workers = j->judging->workers;
  for (int i = 0; i < rule->join_count; i++)
    j->plain |= rule->joins[i].late;
  j->verdicts = malloc(j->grouping.count + 1);
  j->failed = calloc((size_t)workers, sizeof *j->failed);
  j->chains = calloc((size_t)workers, sizeof(chain *));
  j->sorting = zc_sorting_new(j->judging, &j->grouping);
  j->where = zc_program_new(rule, rule->where.root, workers);
  for (int i = 0; i < rule->where.running_count; i++) {
    j->running[i] = zc_program_new(rule, rule->where.running[i]->args[0], workers);
    if (j->running[i] == NULL)
      return false;
    j->running_count++;
  }
  return j->verdicts != NULL && j->failed != NULL && j->chains != NULL &&
         j->sorting != NULL && j->where != NULL;
}

static void release(judgement *j)
{
  for (int w = 0; j->chains != NULL && w < j->judging->workers; w++)
    if (j->chains[w] != NULL) {
      free(j->chains[w]->running);
      free(j->chains[w]);
    }
  for (int i = 0; i < j->running_count; i++)
    zc_program_free(j->running[i]);
  zc_program_free(j->where);
  zc_sorting_free(j->sorting);
  zc_grouping_free(&j->grouping);
  free(j->chains);
  free(j->verdicts);
  free(j->failed);
}

/* Whether the column that a rule sorts by says something in every row. */
static bool is_complete(const zc_column_vector *v, size_t rows)
{
  unsigned missing = 0;
  if (zc_has_small(v)) {
    for (size_t i = 0; i < rows; i++)
      missing |= v->small[i] <= ZC_SMALL_UNREAD;
    return missing == 0;
  }
  switch (v->kind) {
  case ZC_NUMBER:
  case ZC_MOMENT:
    for (size_t i = 0; i < rows; i++)
      missing |= v->units[i] <= ZC_UNREAD;
    return missing == 0;
  default:
    return false;
  }
}

/* Whether a row that is alone in its group is a member of the population and no more: it has
 * its place, is no hit, and nobody asks which rows there are. False when out of memory. */
static bool leaves_lone(const zc_vector_run *judging, bool *lone)
{
  const zc_run *run = judging->run;
  const zc_rule *rule = run->rule;
  *lone = rule->count_column < 0 && run->plain->marks == NULL;
  const zc_columns *columns = zc_columns_of(rule->tables[0]);
  for (int k = 0; columns != NULL && *lone && k < rule->sort_count; k++) {
    const zc_node *node = rule->sort[k].root;
    *lone = node->op == ZC_OP_COLUMN && node->table == 0 &&
            is_complete(&columns->vectors[node->column], rule->tables[0]->count);
  }
  return columns != NULL;
}

bool zc_vector_sequence(zc_vector_run *judging)
{
  judgement j = {.judging = judging};
  bool taken = true, lone,
       good = leaves_lone(judging, &lone) &&
              zc_vector_group_keys(judging, lone, &j.grouping, &taken);
  if (good && !taken)
    return false;
  good = good && prepare(&j);
  if (good && !j.plain)
    zc_crew_run(judging->crew, zc_grouping_parts(&j.grouping), judge_part, &j);
  for (int w = 0; good && w < judging->workers; w++)
    good = !j.failed[w];
  if (good)
    conclude(&j);
  judging->run->memory |= !good;
  release(&j);
  return true;
}
