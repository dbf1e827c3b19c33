/* Which rows of other tables belong to a row. */
#include <stdlib.h>

#include "table/run.h"

static bool make_index(zc_join *join, const zc_table *table)
{
  join->unreadable = 0;
  zc_index_begin(&join->index, join->count);
  size_t room = table->count + 1;
  join->first = calloc(room, sizeof *join->first);
  join->last = calloc(room, sizeof *join->last);
  join->several = calloc(room, sizeof *join->several);
  join->next = calloc(room, sizeof *join->next);
  if (join->first == NULL || join->last == NULL || join->several == NULL ||
      join->next == NULL)
    return false;
  zc_scalar key[ZC_KEYS];
  for (size_t i = 0; i < table->count; i++) {
    const zc_scalar *row = zc_table_row(table, i);
    bool unreadable = false;
    for (int k = 0; k < join->count; k++) {
      key[k] = row[table->slot[join->to[k]]];
      unreadable |= zc_is_unreadable(key[k]);
    }
    join->unreadable += unreadable;
    int64_t number = zc_index_put(&join->index, key, NULL);
    if (number < 0)
      return false;
    if (join->several[number]++ == 0)
      join->first[number] = (uint32_t)i + 1;
    else
      join->next[join->last[number] - 1] = (uint32_t)i + 1;
    join->last[number] = (uint32_t)i + 1;
  }
  return true;
}

bool zc_joins_index(zc_run *r)
{
  zc_rule_forget_partners(r->rule);
  for (int j = 0; j < r->rule->join_count; j++)
    if (!make_index(&r->rule->joins[j], r->rule->tables[r->rule->joins[j].table]))
      return false;
  return true;
}

/* What a row's own side of a join says. */
typedef struct {
  bool blank;       /* nothing: it has no partner */
  bool unreadable;  /* nobody knows what: it could be anybody's */
  uint32_t first;   /* the first row with its key, plus one; 0: none */
  uint32_t several; /* how many have it */
} candidates;

static candidates find_candidates(zc_run *r, const zc_join *join)
{
  zc_scalar key[ZC_KEYS];
  candidates found = {0};
  r->e.overflow = false;
  for (int k = 0; k < join->count; k++) {
    key[k] = zc_evaluate(&r->e, join->from[k].root);
    found.blank |= zc_is_blank(&key[k]);
    found.unreadable |= zc_is_unreadable(key[k]) || r->e.overflow;
  }
  int64_t number = found.blank || found.unreadable ? -1
                                                   : zc_index_find(&join->index, key);
  if (number >= 0) {
    found.first = join->first[number];
    found.several = join->several[number];
  }
  return found;
}

static const zc_scalar *candidate_row(const zc_run *r, const zc_join *join,
                                      uint32_t row)
{
  return zc_table_row(r->rule->tables[join->table], row - 1);
}

/* Whether a candidate is a partner: it stands in the evaluation then. */
static zc_truth is_partner(zc_run *r, const zc_join *join, uint32_t row)
{
  r->e.rows[join->table] = candidate_row(r, join, row);
  return join->when.root == NULL ? ZC_TRUE : zc_evaluate_truth(&r->e, join->when.root);
}

/* The one partner that a row has: 1 it stands in the evaluation, 0 there is none, -1 it
 * could be several. */
static int find_single(zc_run *r, const zc_join *join)
{
  candidates found = find_candidates(r, join);
  uint32_t partner = 0;
  int certain = 0, possible = 0;
  r->e.rows[join->table] = NULL;
  if (found.unreadable)
    return -1;
  for (uint32_t row = found.first; row != 0 && certain < 2; row = join->next[row - 1]) {
    zc_truth is = is_partner(r, join, row);
    certain += is == ZC_TRUE;
    possible += is == ZC_UNKNOWN;
    if (is == ZC_TRUE)
      partner = row;
    if (join->when.root == NULL && found.several > 1)
      certain = 2;
  }
  r->e.rows[join->table] = NULL;
  if (certain > 1 || possible > 0)
    return -1;
  if (certain == 1)
    r->e.rows[join->table] = candidate_row(r, join, partner);
  return certain;
}

/* Remembers where it happened first, for whoever has to mend the table. */
static void note_ambiguous(zc_run *r, size_t i)
{
  if (r->ambiguous++ > 0)
    return;
  while ((r->e.ambiguous >> r->ambiguous_table & 1) == 0)
    r->ambiguous_table++;
  r->ambiguous_line = r->rule->tables[0]->lines[i];
}

bool zc_run_enter(zc_run *r, size_t i, bool *outside)
{
  r->e.rows[0] = zc_table_row(r->rule->tables[0], i);
  r->e.ambiguous = 0;
  for (int j = 0; j < r->rule->join_count; j++) {
    const zc_join *join = &r->rule->joins[j];
    r->e.rows[join->table] = NULL;
    if (join->late)
      continue;
    int partners = find_single(r, join);
    if (partners < 0 && !join->shown_only) {
      r->e.ambiguous |= 1u << join->table;
    } else if (partners == 0 && join->match == ZC_MATCH_INNER && outside != NULL) {
      *outside = true;
    }
  }
  return r->e.ambiguous == 0;
}

zc_truth zc_run_admit(zc_run *r, size_t i)
{
  bool outside = false;
  bool single = zc_run_enter(r, i, &outside);
  if (outside)
    return ZC_FALSE;
  zc_truth among = r->rule->among.root == NULL
                       ? ZC_TRUE
                       : zc_evaluate_truth(&r->e, r->rule->among.root);
  if (among != ZC_FALSE && !single) {
    among = ZC_UNKNOWN;
    note_ambiguous(r, i);
  }
  r->unjudged += among == ZC_UNKNOWN;
  return among;
}

/* ---- partners that are tried one by one ---------------------------------------------- */

static zc_truth both(zc_truth a, zc_truth b)
{
  if (a == ZC_FALSE || b == ZC_FALSE)
    return ZC_FALSE;
  return a == ZC_TRUE && b == ZC_TRUE ? ZC_TRUE : ZC_UNKNOWN;
}

static zc_truth holds_from(zc_run *r, int j);

/* With some partner, or with none. */
static zc_truth holds_with_any(zc_run *r, int j)
{
  const zc_join *join = &r->rule->joins[j];
  candidates found = find_candidates(r, join);
  zc_truth held = found.unreadable ? ZC_UNKNOWN : ZC_FALSE;
  for (uint32_t row = found.first; row != 0; row = join->next[row - 1]) {
    zc_truth partner = is_partner(r, join, row);
    if (partner == ZC_FALSE)
      continue;
    zc_truth here = both(partner, holds_from(r, j + 1));
    if (here == ZC_TRUE)
      return ZC_TRUE; /* and the partner stays where it is, to be shown */
    if (here == ZC_UNKNOWN)
      held = ZC_UNKNOWN;
  }
  r->e.rows[join->table] = NULL;
  return held;
}

/* A blank key says nothing: nobody knows whether there is a partner. */
static zc_truth holds_with_none(zc_run *r, int j)
{
  const zc_join *join = &r->rule->joins[j];
  candidates found = find_candidates(r, join);
  zc_truth lacking = found.blank || found.unreadable || join->unreadable > 0
                         ? ZC_UNKNOWN
                         : ZC_TRUE;
  for (uint32_t row = found.first; row != 0 && lacking != ZC_FALSE;
       row = join->next[row - 1]) {
    zc_truth partner = is_partner(r, join, row);
    if (partner != ZC_FALSE)
      lacking = partner == ZC_TRUE ? ZC_FALSE : ZC_UNKNOWN;
  }
  r->e.rows[join->table] = NULL;
  return lacking == ZC_FALSE ? ZC_FALSE : both(lacking, holds_from(r, j + 1));
}

/* A single partner that depends on one that is tried. */
static zc_truth holds_with_single(zc_run *r, int j)
{
  const zc_join *join = &r->rule->joins[j];
  unsigned bit = 1u << join->table;
  int partners = find_single(r, join);
  r->e.ambiguous = partners < 0 && !join->shown_only ? r->e.ambiguous | bit
                                                     : r->e.ambiguous & ~bit;
  if (partners == 0 && join->match == ZC_MATCH_INNER)
    return ZC_FALSE;
  return holds_from(r, j + 1);
}

/* Whether `where` holds with partners of join `j` and those after it. */
static zc_truth holds_from(zc_run *r, int j)
{
  while (j < r->rule->join_count && !r->rule->joins[j].late)
    j++;
  if (j == r->rule->join_count)
    return r->rule->where.root == NULL ? ZC_TRUE
                                       : zc_evaluate_truth(&r->e, r->rule->where.root);
  switch (r->rule->joins[j].match) {
  case ZC_MATCH_ANY:
    return holds_with_any(r, j);
  case ZC_MATCH_NONE:
    return holds_with_none(r, j);
  default:
    return holds_with_single(r, j);
  }
}

zc_truth zc_run_where(zc_run *r)
{
  return holds_from(r, 0);
}
