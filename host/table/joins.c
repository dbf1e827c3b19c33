/* Which rows of other tables belong to a row. */
#include <stdlib.h>

#include "table/derived.h"
#include "table/run.h"

static void add_malformed(zc_table *table, bool judging, void *context)
{
  int64_t *lost = context;
  *lost += judging ? table->malformed : 0;
}

/* Rows of the joined table that are not there to be found. */
static int64_t lost_rows(const zc_table *table)
{
  if (table->view == NULL)
    return table->malformed;
  int64_t lost = table->unplaced + zc_derived_unplaced(zc_derived_rule(table->view));
  zc_rule_each_table(zc_derived_rule(table->view), add_malformed, &lost);
  return lost;
}

/* ---- the plain executor's own ------------------------------------------------------- */

typedef struct {
  zc_partners shared;
  zc_index index;
  uint32_t *first; /* by key number: the first row, plus one … */
  uint32_t *last;  /* … and the last one */
} indexed;

static uint32_t find_indexed(const zc_partners *partners, const zc_scalar *key)
{
  const indexed *own = (const indexed *)partners;
  int64_t number = zc_index_find(&own->index, key);
  return number < 0 ? 0 : own->first[number];
}

static void release_indexed(zc_partners *partners)
{
  indexed *own = (indexed *)partners;
  zc_index_free(&own->index);
  free(own->first);
  free(own->last);
  free(own->shared.next);
  free(own->shared.open);
  free(own);
}

static indexed *new_indexed(int width, size_t room)
{
  indexed *own = calloc(1, sizeof *own);
  if (own == NULL)
    return NULL;
  zc_index_begin(&own->index, width);
  own->shared.find = find_indexed;
  own->shared.release = release_indexed;
  own->first = calloc(room, sizeof *own->first);
  own->last = calloc(room, sizeof *own->last);
  own->shared.next = calloc(room, sizeof *own->shared.next);
  own->shared.open = calloc(ZC_OPEN_ROWS, sizeof *own->shared.open);
  if (own->first != NULL && own->last != NULL && own->shared.next != NULL &&
      own->shared.open != NULL)
    return own;
  release_indexed(&own->shared);
  return NULL;
}

/* Takes row `i` in, whose key is this. False when out of memory. */
static bool add_row(indexed *own, const zc_scalar *key, bool blank, size_t i)
{
  uint32_t row = (uint32_t)i + 1;
  if (blank && own->shared.open_count < ZC_OPEN_ROWS)
    own->shared.open[own->shared.open_count++] = row;
  else if (blank)
    own->shared.beyond++;
  if (blank)
    return true;
  int64_t number = zc_index_put(&own->index, key, NULL);
  if (number < 0)
    return false;
  if (own->first[number] == 0)
    own->first[number] = row;
  else
    own->shared.next[own->last[number] - 1] = row;
  own->last[number] = row;
  return true;
}

zc_partners *zc_partners_plain(zc_run *r, const zc_join *join)
{
  const zc_table *table = r->rule->tables[join->table];
  indexed *own = new_indexed(join->count, table->count + 1);
  zc_scalar key[ZC_KEYS];
  for (size_t i = 0; own != NULL && i < table->count; i++) {
    const zc_scalar *row = zc_table_row(table, i, r->rooms[join->table]);
    bool blank = false;
    for (int k = 0; k < join->count; k++) {
      key[k] = row[table->slot[join->to[k]]];
      blank |= zc_is_blank(&key[k]);
    }
    if (!add_row(own, key, blank, i)) {
      release_indexed(&own->shared);
      return NULL;
    }
  }
  return own == NULL ? NULL : &own->shared;
}

bool zc_joins_index(zc_run *r)
{
  const zc_engine *engine = r->plain->engine;
  zc_rule_forget_partners(r->rule);
  for (int j = 0; j < r->rule->join_count; j++) {
    zc_join *join = &r->rule->joins[j];
    join->partners = engine == NULL ? zc_partners_plain(r, join)
                                    : engine->partners(engine, r, join);
    if (join->partners == NULL)
      return false;
    join->lost = lost_rows(r->rule->tables[join->table]) + join->partners->beyond;
  }
  return true;
}

/* What a row's own side of a join says. */
typedef struct {
  bool blank;      /* nothing: nobody knows its partner */
  bool unreadable; /* it could be anybody's */
  uint32_t first;  /* the first row with its key, plus one; 0: none */
  zc_scalar key[ZC_KEYS];
} candidates;

static candidates find_candidates(zc_run *r, const zc_join *join)
{
  candidates found = {0};
  r->e.overflow = false;
  for (int k = 0; k < join->count; k++) {
    found.key[k] = zc_evaluate(&r->e, join->from[k].root);
    found.blank |= zc_is_blank(&found.key[k]);
    found.unreadable |= zc_is_unreadable(found.key[k]) || r->e.overflow;
  }
  if (!found.blank && !found.unreadable)
    found.first = join->partners->find(join->partners, found.key);
  return found;
}

static const zc_scalar *candidate_row(const zc_run *r, const zc_join *join,
                                      uint32_t row)
{
  return zc_table_row(r->rule->tables[join->table], row - 1, r->rooms[join->table]);
}

/* Whether a candidate is a partner: it stands in the evaluation then. */
static zc_truth is_partner(zc_run *r, const zc_join *join, uint32_t row)
{
  r->e.rows[join->table] = candidate_row(r, join, row);
  return join->when.root == NULL ? ZC_TRUE : zc_evaluate_truth(&r->e, join->when.root);
}

/* Whether a row of which nobody knows whose it is might be this one's: what is known of
 * its key fits, and `when` does not rule it out. */
static bool may_belong(zc_run *r, const zc_join *join, const candidates *own,
                       uint32_t row)
{
  const zc_table *table = r->rule->tables[join->table];
  const zc_scalar *cells = candidate_row(r, join, row);
  for (int k = 0; k < join->count; k++) {
    const zc_scalar *part = &cells[table->slot[join->to[k]]];
    if (!zc_is_blank(part) && zc_scalar_compare(part, &own->key[k]) != 0)
      return false;
  }
  return is_partner(r, join, row) != ZC_FALSE;
}

/* Whether a partner may be among the rows that cannot be found by their key, where it
 * decides something that there is none. */
static bool may_be_lost(zc_run *r, const zc_join *join, const candidates *own)
{
  bool may = join->absence && join->lost > 0;
  for (size_t i = 0;
       join->match == ZC_MATCH_NONE && i < join->partners->open_count && !may; i++)
    may = may_belong(r, join, own, join->partners->open[i]);
  r->e.rows[join->table] = NULL;
  return may;
}

typedef enum {
  PARTNER_NONE,
  PARTNER_ONE,     /* it stands in the evaluation */
  PARTNER_SEVERAL, /* nobody can say which is meant */
  PARTNER_LOST     /* it may be one of the rows that nobody can place */
} partner;

/* The one partner that a row has. */
static partner find_single(zc_run *r, const zc_join *join)
{
  candidates found = find_candidates(r, join);
  uint32_t sure = 0;
  int certain = 0, possible = 0;
  r->e.rows[join->table] = NULL;
  if (found.unreadable || (found.blank && join->match == ZC_MATCH_INNER))
    return PARTNER_LOST;
  for (uint32_t row = found.first; row != 0 && certain < 2;
       row = join->partners->next[row - 1]) {
    zc_truth is = is_partner(r, join, row);
    certain += is == ZC_TRUE;
    possible += is == ZC_UNKNOWN;
    if (is == ZC_TRUE)
      sure = row;
  }
  r->e.rows[join->table] = NULL;
  if (certain > 1 || possible > 0)
    return PARTNER_SEVERAL;
  if (certain == 0)
    return !found.blank && may_be_lost(r, join, &found) ? PARTNER_LOST : PARTNER_NONE;
  r->e.rows[join->table] = candidate_row(r, join, sure);
  return PARTNER_ONE;
}

/* Remembers where it happened first, for whoever has to mend the table. */
static void note_ambiguous(zc_run *r, size_t i)
{
  if (r->ambiguous++ > 0)
    return;
  while ((r->e.ambiguous >> r->ambiguous_table & 1) == 0)
    r->ambiguous_table++;
  r->ambiguous_line = zc_table_line(r->rule->tables[0], i);
  r->ambiguous_lost = r->e.lost;
}

bool zc_run_enter(zc_run *r, size_t i, bool *outside)
{
  r->e.rows[0] = zc_table_row(r->rule->tables[0], i, r->rooms[0]);
  r->e.ambiguous = 0;
  r->e.lost = false;
  for (int j = 0; j < r->rule->join_count; j++) {
    const zc_join *join = &r->rule->joins[j];
    r->e.rows[join->table] = NULL;
    if (join->late)
      continue;
    partner found = find_single(r, join);
    if (found > PARTNER_ONE && !join->shown_only) {
      r->e.lost |= r->e.ambiguous == 0 && found == PARTNER_LOST;
      r->e.ambiguous |= 1u << join->table;
    } else if (found == PARTNER_NONE && join->match == ZC_MATCH_INNER &&
               outside != NULL) {
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
  zc_truth held = found.unreadable || found.blank ? ZC_UNKNOWN : ZC_FALSE;
  for (uint32_t row = found.first; row != 0; row = join->partners->next[row - 1]) {
    zc_truth own = is_partner(r, join, row);
    if (own == ZC_FALSE)
      continue;
    zc_truth here = both(own, holds_from(r, j + 1));
    if (here == ZC_TRUE)
      return ZC_TRUE; /* and the partner stays where it is, to be shown */
    if (here == ZC_UNKNOWN)
      held = ZC_UNKNOWN;
  }
  /* One of the others may be a partner with which it holds. */
  for (size_t i = 0; i < join->partners->open_count && held == ZC_FALSE; i++)
    if (may_belong(r, join, &found, join->partners->open[i]) &&
        holds_from(r, j + 1) != ZC_FALSE)
      held = ZC_UNKNOWN;
  r->e.rows[join->table] = NULL;
  return held;
}

/* A blank key says nothing: nobody knows whether there is a partner. */
static zc_truth holds_with_none(zc_run *r, int j)
{
  const zc_join *join = &r->rule->joins[j];
  candidates found = find_candidates(r, join);
  zc_truth lacking = found.blank || found.unreadable ? ZC_UNKNOWN : ZC_TRUE;
  for (uint32_t row = found.first; row != 0 && lacking != ZC_FALSE;
       row = join->partners->next[row - 1]) {
    zc_truth own = is_partner(r, join, row);
    if (own != ZC_FALSE)
      lacking = own == ZC_TRUE ? ZC_FALSE : ZC_UNKNOWN;
  }
  if (lacking == ZC_TRUE && may_be_lost(r, join, &found)) {
    lacking = ZC_UNKNOWN;
    r->e.lost = true;
  }
  r->e.rows[join->table] = NULL;
  return lacking == ZC_FALSE ? ZC_FALSE : both(lacking, holds_from(r, j + 1));
}

/* A single partner that depends on one that is tried. */
static zc_truth holds_with_single(zc_run *r, int j)
{
  const zc_join *join = &r->rule->joins[j];
  unsigned bit = 1u << join->table;
  partner found = find_single(r, join);
  r->e.ambiguous = found > PARTNER_ONE && !join->shown_only ? r->e.ambiguous | bit
                                                            : r->e.ambiguous & ~bit;
  if (found == PARTNER_NONE && join->match == ZC_MATCH_INNER)
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
