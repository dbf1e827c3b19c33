/* Which rows belong to a rule's population, and who their partners are. */
#include <stdlib.h>
#include <string.h>

#include "vector/run.h"

/* ---- preparing ------------------------------------------------------------------------ */

/* Whether the partner of each row has to be known beforehand. */
static bool is_needed(const zc_join *join)
{
  return !join->late && (!join->shown_only || join->match == ZC_MATCH_INNER);
}

bool zc_vector_begin(const zc_engine *engine, zc_run *run, zc_vector_run *j)
{
  const zc_rule *rule = run->rule;
  size_t rows = rule->tables[0]->count;
  *j = (zc_vector_run){.run = run, .crew = ((const zc_vector_engine *)engine)->crew};
  j->workers = zc_crew_size(j->crew);
  for (int i = 0; i < rule->join_count; i++) {
    const zc_join *join = &rule->joins[i];
    if (!is_needed(join))
      continue;
    j->joinings[i] = zc_joining_new(run, i, j->crew);
    j->partners[join->table] = malloc((rows + 1) * sizeof(uint32_t));
    if (j->joinings[i] == NULL || j->partners[join->table] == NULL)
      return false;
  }
  if (rule->among.root == NULL)
    return true;
  j->among = zc_program_new(rule, rule->among.root, j->workers);
  return j->among != NULL;
}

void zc_vector_end(zc_vector_run *j)
{
  for (int i = 0; i < ZC_JOINS; i++)
    zc_joining_free(j->joinings[i]);
  for (int t = 0; t <= ZC_TABLE_PREV; t++)
    free(j->partners[t]);
  zc_program_free(j->among);
  free(j->rows);
}

/* ---- admitting ------------------------------------------------------------------------ */

/* The partners of join `i`, and what follows from having none. */
static bool join_rows(zc_vector_run *j, int i, int worker, zc_batch *batch,
                      uint8_t *classes)
{
  const zc_join *join = &j->run->rule->joins[i];
  uint32_t *partners = j->partners[join->table] + batch->first;
  if (!zc_joining_find(j->joinings[i], worker, batch, partners))
    return false;
  batch->rows[join->table] = partners;
  for (size_t r = 0; r < batch->count; r++) {
    if (partners[r] == ZC_PARTNER_ODD)
      classes[r] = ZC_TRUTH_ODD;
    else if (partners[r] == ZC_PARTNER_NONE && join->match == ZC_MATCH_INNER &&
             classes[r] == ZC_TRUE)
      classes[r] = ZC_FALSE;
  }
  return true;
}

bool zc_vector_admit(zc_vector_run *j, int worker, size_t first, size_t count,
                     uint8_t *classes)
{
  zc_batch batch = {.first = first, .count = count};
  uint8_t truths[ZC_LANE];
  memset(classes, ZC_TRUE, count);
  for (int i = 0; i < j->run->rule->join_count; i++)
    if (j->joinings[i] != NULL && !join_rows(j, i, worker, &batch, classes))
      return false;
  if (j->among == NULL)
    return true;
  if (!zc_program_truths(j->among, worker, &batch, truths))
    return false;
  /* Out of one of the joins: among changes nothing of that. Odd in one: it may still be out. */
  for (size_t r = 0; r < count; r++) {
    bool out = classes[r] == ZC_TRUTH_ODD && truths[r] == ZC_FALSE;
    classes[r] = classes[r] == ZC_TRUE || out ? truths[r] : classes[r];
  }
  return true;
}

/* ---- the list ------------------------------------------------------------------------- */

typedef struct {
  zc_vector_run *judging;
  uint8_t *classes;  /* by row */
  size_t *members;   /* by part: rows of the population in it, then those before it */
  int64_t *unjudged; /* by part */
  bool *odd;         /* by part: it has odd rows */
  bool *failed;      /* by worker */
} listing;

static size_t part_end(const listing *l, size_t part)
{
  size_t rows = l->judging->run->rule->tables[0]->count, end = (part + 1) * ZC_PART;
  return end < rows ? end : rows;
}

static void admit_part(void *context, size_t part, int worker)
{
  listing *l = context;
  size_t end = part_end(l, part);
  for (size_t at = part * ZC_PART; at < end && !l->failed[worker]; at += ZC_LANE) {
    size_t count = end - at < ZC_LANE ? end - at : ZC_LANE;
    uint8_t *classes = l->classes + at;
    if (!zc_vector_admit(l->judging, worker, at, count, classes)) {
      l->failed[worker] = true;
      return;
    }
    for (size_t r = 0; r < count; r++) {
      l->members[part] += classes[r] == ZC_TRUE;
      l->unjudged[part] += classes[r] == ZC_UNKNOWN;
      l->odd[part] |= classes[r] == ZC_TRUTH_ODD;
    }
  }
}

/* What the plain executor says of the odd rows of a part. */
static void admit_odd(listing *l, size_t part)
{
  zc_run *run = l->judging->run;
  for (size_t row = part * ZC_PART; row < part_end(l, part); row++) {
    if (l->classes[row] != ZC_TRUTH_ODD)
      continue;
    l->classes[row] = (uint8_t)zc_run_admit(run, row);
    l->members[part] += l->classes[row] == ZC_TRUE;
  }
}

static void list_part(void *context, size_t part, int worker)
{
  listing *l = context;
  size_t at = l->members[part];
  (void)worker;
  for (size_t row = part * ZC_PART; row < part_end(l, part); row++)
    if (l->classes[row] == ZC_TRUE)
      l->judging->rows[at++] = (uint32_t)row;
}

/* Adds up the parts, and lists their rows unless they are all. */
static bool list_parts(listing *l, size_t parts)
{
  zc_vector_run *j = l->judging;
  size_t total = 0;
  for (size_t part = 0; part < parts; part++) {
    if (l->odd[part])
      admit_odd(l, part);
    size_t members = l->members[part];
    l->members[part] = total;
    total += members;
    j->run->unjudged += l->unjudged[part];
  }
  j->count = total;
  j->listed = true;
  if (total == j->run->rule->tables[0]->count)
    return true;
  j->rows = malloc((total + 1) * sizeof *j->rows);
  if (j->rows == NULL)
    return false;
  zc_crew_run(j->crew, parts, list_part, l);
  return true;
}

bool zc_vector_list(zc_vector_run *j)
{
  size_t rows = j->run->rule->tables[0]->count, parts = (rows + ZC_PART - 1) / ZC_PART;
  listing l = {.judging = j};
  if (j->among == NULL && j->run->rule->join_count == 0) {
    j->count = rows;
    return j->listed = true;
  }
  l.classes = malloc(rows + 1);
  l.members = calloc(parts + 1, sizeof *l.members);
  l.unjudged = calloc(parts + 1, sizeof *l.unjudged);
  l.odd = calloc(parts + 1, sizeof *l.odd);
  l.failed = calloc((size_t)j->workers, sizeof *l.failed);
  bool good = l.classes != NULL && l.members != NULL && l.unjudged != NULL &&
              l.odd != NULL && l.failed != NULL;
  if (good)
    zc_crew_run(j->crew, parts, admit_part, &l);
  for (int w = 0; good && w < j->workers; w++)
    good = !l.failed[w];
  good = good && list_parts(&l, parts);
  free(l.classes);
  free(l.members);
  free(l.unjudged);
  free(l.odd);
  free(l.failed);
  return good;
}

/* ---- batches and rows ----------------------------------------------------------------- */

void zc_vector_batch(const zc_vector_run *j, const uint32_t *rows, size_t first,
                     size_t count, const uint32_t *before, zc_batch_room *room,
                     zc_batch *batch)
{
  *batch = (zc_batch){.first = first, .count = count};
  batch->rows[ZC_TABLE_PREV] = before;
  if (rows != NULL) {
    for (size_t i = 0; i < count; i++)
      room->rows[0][i] = rows[i] + 1;
    batch->rows[0] = room->rows[0];
  }
  for (int t = 1; t < ZC_TABLE_PREV; t++) {
    const uint32_t *partners = j->partners[t];
    if (partners == NULL)
      continue;
    if (rows == NULL) {
      batch->rows[t] = partners + first;
      continue;
    }
    for (size_t i = 0; i < count; i++)
      room->rows[t][i] = partners[rows[i]];
    batch->rows[t] = room->rows[t];
  }
}

void zc_vector_enter(zc_vector_run *j, size_t row)
{
  zc_run *run = j->run;
  const zc_rule *rule = run->rule;
  for (int i = 0; i < rule->join_count; i++) {
    const uint32_t *partners = j->partners[rule->joins[i].table];
    if (!rule->joins[i].late && (partners == NULL || partners[row] == ZC_PARTNER_ODD)) {
      zc_run_enter(run, row, NULL);
      return;
    }
  }
  run->e.ambiguous = 0;
  run->e.lost = false;
  run->e.rows[0] = zc_table_row(rule->tables[0], row, run->rooms[0]);
  for (int i = 0; i < rule->join_count; i++) {
    int t = rule->joins[i].table;
    uint32_t partner = rule->joins[i].late ? ZC_PARTNER_NONE : j->partners[t][row];
    run->e.rows[t] = partner == ZC_PARTNER_NONE
                         ? NULL
                         : zc_table_row(rule->tables[t], partner - 1, run->rooms[t]);
  }
}
