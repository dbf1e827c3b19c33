#include "vector/late.h"

#include <stdlib.h>
#include <string.h>

#include "vector/machine.h"

/* The rows of a batch that still have a partner to be tried. */
typedef struct {
  size_t count;
  uint16_t place[ZC_LANE]; /* in the batch */
  uint32_t rows[1 + ZC_TABLE_PREV][ZC_LANE];
  uint32_t candidate[ZC_LANE];
  uint8_t own[ZC_LANE], held[ZC_LANE];
  uint16_t left[ZC_LANE];  /* places that no row without a key has settled yet */
  uint16_t asked[ZC_LANE]; /* the same, before the first of them was tried */
} trying;

struct zc_late {
  const zc_vector_run *judging;
  const zc_join *join;
  zc_joining *joining;
  zc_program *when,
      *where;     /* NULL: always true, or not asked here; `where` is borrowed */
  bool several;   /* more such joins follow: what this one leaves is odd */
  trying *trying; /* by worker */
  /* What a row comes to with all rows of blank keys, by its value in the one column that the
   * conditions read of it (NULL: they read none): the truth plus one; 0: not known yet. NULL:
   * they read more. */
  const zc_column_vector *vector;
  uint8_t *known;
};

static const zc_join *late_join(const zc_rule *rule, int *number, int *count)
{
  const zc_join *found = NULL;
  *count = 0;
  for (int i = 0; i < rule->join_count; i++)
    if (rule->joins[i].late) {
      if (found == NULL) {
        found = &rule->joins[i];
        *number = i;
      }
      ++*count;
    }
  return found;
}

bool zc_late_has_where(const zc_rule *rule)
{
  int number, count;
  late_join(rule, &number, &count);
  return rule->where.root != NULL && count < 2;
}

/* Whether an expression reads nothing but the partner, and at most this one column of the
 * first table (-1: none yet). */
static bool reads_column(const zc_node *node, int partner, int *column)
{
  if (node->op == ZC_OP_AGGREGATE || node->op == ZC_OP_RUNNING)
    return false;
  for (int i = 0; i < node->count; i++)
    if (!reads_column(node->args[i], partner, column))
      return false;
  if (node->op != ZC_OP_COLUMN || node->table == partner)
    return true;
  if (node->table != 0 || (*column >= 0 && *column != node->column))
    return false;
  *column = node->column;
  return true;
}

#define MOST_VALUES 100000 /* that are remembered */

/* Whether the condition is tried with each partner; otherwise it is asked afterwards. */
static bool tries_where(const zc_late *late)
{
  return late->where != NULL && late->join->match == ZC_MATCH_ANY;
}

/* Prepares `known`, where rows of blank keys are partners of every row alike. False when out
 * of memory. */
static bool remember_values(zc_late *late)
{
  const zc_rule *rule = late->judging->run->rule;
  const zc_join *join = late->join;
  int column = -1;
  if (join->count > 1 || join->partners->open_count < 2 ||
      (join->when.root != NULL &&
       !reads_column(join->when.root, join->table, &column)) ||
      (tries_where(late) && !reads_column(rule->where.root, join->table, &column)))
    return true;
  if (column < 0) /* then all rows are alike */
    return (late->known = calloc(1, 1)) != NULL;
  const zc_columns *columns = zc_columns_of(rule->tables[0]);
  if (columns == NULL)
    return false;
  late->vector = &columns->vectors[column];
  size_t count = zc_value_count(late->vector);
  if (count == 0 || count > MOST_VALUES)
    return true;
  late->known = calloc(count, 1);
  return late->known != NULL;
}

bool zc_late_new(const zc_vector_run *j, zc_program *where, zc_late **result)
{
  const zc_rule *rule = j->run->rule;
  int number, count;
  const zc_join *join = late_join(rule, &number, &count);
  *result = NULL;
  if (join == NULL)
    return true;
  zc_late *late = calloc(1, sizeof *late);
  if (late == NULL)
    return false;
  *late = (zc_late){.judging = j, .join = join, .where = where, .several = count > 1};
  late->joining = zc_joining_new(j->run, number, j->crew);
  late->trying = calloc((size_t)j->workers, sizeof *late->trying);
  if (join->when.root != NULL)
    late->when = zc_program_new(rule, join->when.root, j->workers);
  if (late->joining == NULL || late->trying == NULL ||
      (join->when.root != NULL && late->when == NULL) || !remember_values(late)) {
    zc_late_free(late);
    return false;
  }
  *result = late;
  return true;
}

void zc_late_free(zc_late *late)
{
  if (late == NULL)
    return;
  zc_joining_free(late->joining);
  zc_program_free(late->when);
  free(late->trying);
  free(late->known);
  free(late);
}

/* Narrows the batch to the rows in `t`, with their candidates as partners. */
static void narrow(const zc_late *late, const zc_batch *batch, trying *t, zc_batch *own)
{
  *own = (zc_batch){.count = t->count};
  for (int table = 0; table <= ZC_TABLE_PREV; table++) {
    if (table == late->join->table || (batch->rows[table] == NULL && table != 0))
      continue;
    for (size_t i = 0; i < t->count; i++)
      t->rows[table][i] = batch->rows[table] == NULL
                              ? (uint32_t)(batch->first + t->place[i]) + 1
                              : batch->rows[table][t->place[i]];
    own->rows[table] = t->rows[table];
  }
  own->rows[late->join->table] = t->candidate;
}

static bool truths_or_true(zc_program *program, int worker, const zc_batch *batch,
                           uint8_t *truths)
{
  memset(truths, ZC_TRUE, batch->count);
  return program == NULL || zc_program_truths(program, worker, batch, truths);
}

/* Whether what the row says so far can still be changed by another candidate. */
static bool goes_on(const zc_late *late, uint8_t truth)
{
  uint8_t decided = late->join->match == ZC_MATCH_ANY ? ZC_TRUE : ZC_FALSE;
  return truth != decided && truth != ZC_TRUTH_ODD;
}

/* What a candidate makes of a row: `own`, whether it is a partner, and `held`, whether the
 * condition holds with it. */
static uint8_t take_candidate(const zc_late *late, uint8_t truth, uint8_t own,
                              uint8_t held)
{
  if (own == ZC_TRUTH_ODD)
    return ZC_TRUTH_ODD;
  if (own == ZC_FALSE)
    return truth;
  if (late->join->match == ZC_MATCH_NONE)
    return own == ZC_TRUE ? ZC_FALSE : ZC_UNKNOWN;
  if (held == ZC_TRUTH_ODD)
    return ZC_TRUTH_ODD;
  if (held == ZC_FALSE)
    return truth;
  return own == ZC_TRUE && held == ZC_TRUE ? ZC_TRUE : ZC_UNKNOWN;
}

/* Tries the candidates of all rows of the batch, the first of each, then the second … */
static bool try_all(zc_late *late, int worker, const zc_batch *batch, trying *t,
                    uint8_t *truths)
{
  const uint32_t *next = late->join->partners->next;
  bool any = late->join->match == ZC_MATCH_ANY;
  while (t->count > 0) {
    zc_batch own;
    narrow(late, batch, t, &own);
    if (!truths_or_true(late->when, worker, &own, t->own) ||
        (any && !truths_or_true(late->where, worker, &own, t->held)))
      return false;
    size_t left = 0;
    for (size_t i = 0; i < t->count; i++) {
      uint16_t place = t->place[i];
      truths[place] = take_candidate(late, truths[place], t->own[i], t->held[i]);
      uint32_t candidate = next[t->candidate[i] - 1];
      if (candidate == 0 || !goes_on(late, truths[place]))
        continue;
      t->place[left] = place;
      t->candidate[left++] = candidate;
    }
    t->count = left;
  }
  return true;
}

/* Whether there are rows of which nobody knows whose they are, nor where they are, so that no
 * row can be sure that it has no partner. */
static bool all_may_lack(const zc_late *late)
{
  const zc_join *join = late->join;
  return join->match == ZC_MATCH_NONE && join->absence && join->lost > 0;
}

/* Takes the rows at `left` whose key can be that of an open row, with it as their candidate. */
static void take_open(const zc_late *late, int worker, trying *t, size_t left,
                      uint32_t open)
{
  t->count = 0;
  for (size_t i = 0; i < left; i++) {
    if (late->join->count > 1 &&
        !zc_joining_fits(late->joining, worker, t->left[i], open - 1))
      continue;
    t->place[t->count] = t->left[i];
    t->candidate[t->count++] = open;
  }
}

static uint8_t *known_of(const zc_late *late, const zc_batch *batch, size_t place)
{
  size_t row = batch->rows[0] == NULL ? batch->first + place
                                      : batch->rows[0][place] - 1;
  return &late->known[late->vector == NULL ? 0 : zc_value_number(late->vector, row)];
}

/* Lists the rows of this truth that have to be tried; of others it is known what they come
 * to. */
static size_t ask(const zc_late *late, const zc_batch *batch, uint8_t lacking,
                  trying *t, uint8_t *truths)
{
  size_t asked = 0;
  for (size_t i = 0; i < batch->count; i++) {
    if (truths[i] != lacking)
      continue;
    uint8_t known = late->known == NULL
                        ? 0
                        : __atomic_load_n(known_of(late, batch, i), __ATOMIC_RELAXED);
    if (known != 0)
      truths[i] = known - 1;
    else
      t->asked[asked++] = (uint16_t)i;
  }
  memcpy(t->left, t->asked, asked * sizeof *t->left);
  return asked;
}

/* Whoever finds the same writes the same. */
static void remember(const zc_late *late, const zc_batch *batch, const trying *t,
                     size_t asked, const uint8_t *truths)
{
  for (size_t i = 0; late->known != NULL && i < asked; i++)
    __atomic_store_n(known_of(late, batch, t->asked[i]),
                     (uint8_t)(truths[t->asked[i]] + 1), __ATOMIC_RELAXED);
}

/* What rows come to that have no partner by their key, where the key of other rows of the
 * joined table is blank: each of those may be one. */
static bool try_open(zc_late *late, int worker, const zc_batch *batch, trying *t,
                     uint8_t *truths)
{
  const zc_partners *partners = late->join->partners;
  bool any = late->join->match == ZC_MATCH_ANY;
  uint8_t lacking = any ? ZC_FALSE : ZC_TRUE;
  if (partners->open_count == 0)
    return true;
  size_t asked = ask(late, batch, lacking, t, truths), left = asked;
  for (size_t k = 0; k < partners->open_count && left > 0; k++) {
    zc_batch own;
    take_open(late, worker, t, left, partners->open[k]);
    if (t->count == 0)
      continue;
    narrow(late, batch, t, &own);
    own.single = 1u << late->join->table;
    if (!truths_or_true(late->when, worker, &own, t->own) ||
        (any && !truths_or_true(late->where, worker, &own, t->held)))
      return false;
    for (size_t i = 0; i < t->count; i++) {
      uint8_t truth = any && t->own[i] != ZC_TRUTH_ODD ? t->held[i] : t->own[i];
      if (t->own[i] == ZC_FALSE || truth == ZC_FALSE)
        continue;
      truths[t->place[i]] = any && truth != ZC_TRUTH_ODD ? ZC_UNKNOWN : ZC_TRUTH_ODD;
    }
    size_t kept = 0;
    for (size_t i = 0; i < left; i++)
      if (truths[t->left[i]] == lacking)
        t->left[kept++] = t->left[i];
    left = kept;
  }
  remember(late, batch, t, asked, truths);
  return true;
}

/* The condition itself, where there is no partner. */
static bool judge_lacking(zc_late *late, int worker, const zc_batch *batch, trying *t,
                          uint8_t *truths)
{
  if (late->where == NULL)
    return true;
  zc_batch own;
  t->count = 0;
  for (size_t i = 0; i < batch->count; i++)
    if (truths[i] == ZC_TRUE || truths[i] == ZC_UNKNOWN) {
      t->candidate[t->count] = ZC_PARTNER_NONE;
      t->place[t->count++] = (uint16_t)i;
    }
  narrow(late, batch, t, &own);
  if (!zc_program_truths(late->where, worker, &own, t->held))
    return false;
  for (size_t i = 0; i < t->count; i++) {
    uint8_t *truth = &truths[t->place[i]], held = t->held[i];
    if (held == ZC_FALSE || held == ZC_TRUTH_ODD)
      *truth = held;
    else if (held == ZC_UNKNOWN)
      *truth = ZC_UNKNOWN;
  }
  return true;
}

bool zc_late_truths(zc_late *late, int worker, const zc_batch *batch, uint8_t *truths)
{
  uint32_t first[ZC_LANE];
  uint8_t blank[ZC_LANE];
  trying *t = &late->trying[worker];
  bool any = late->join->match == ZC_MATCH_ANY;
  memset(blank, 0, sizeof blank);
  if (!zc_joining_candidates(late->joining, worker, batch, first, blank))
    return false;
  t->count = 0;
  for (size_t i = 0; i < batch->count; i++) {
    truths[i] = first[i] == ZC_PARTNER_ODD ? ZC_TRUTH_ODD
                : blank[i]                 ? ZC_UNKNOWN
                : any                      ? ZC_FALSE
                                           : ZC_TRUE;
    if (first[i] == ZC_PARTNER_ODD || first[i] == 0)
      continue;
    t->place[t->count] = (uint16_t)i;
    t->candidate[t->count++] = first[i];
  }
  if (!try_all(late, worker, batch, t, truths))
    return false;
  for (size_t i = 0; i < batch->count && all_may_lack(late); i++)
    if (truths[i] == ZC_TRUE)
      truths[i] = ZC_TRUTH_ODD;
  if (!try_open(late, worker, batch, t, truths))
    return false;
  for (size_t i = 0; late->several && i < batch->count; i++)
    if (truths[i] != ZC_FALSE)
      truths[i] = ZC_TRUTH_ODD;
  return any || judge_lacking(late, worker, batch, t, truths);
}
