/* Groups of rows: having, and a rate of each group. */
#include "table/groups.h"

#include <stdlib.h>
#include <string.h>

#define OPEN_MOST 4 /* incomplete aggregates of a group, tried in every mixture */

/* ---- collecting ----------------------------------------------------------------- */

static bool collect(zc_run *r, zc_groups *g)
{
  size_t room = r->rule->tables[0]->count + 1;
  g->row = calloc(room, sizeof *g->row);
  g->group = calloc(room, sizeof *g->group);
  if (g->row == NULL || g->group == NULL)
    return false;
  zc_scalar key[ZC_KEYS];
  for (size_t i = 0; i + 1 < room; i++) {
    if (zc_run_admit(r, i) != ZC_TRUE)
      continue;
    bool blank = false;
    for (int k = 0; k < r->rule->group_count; k++) {
      key[k] = zc_evaluate(&r->e, r->rule->group[k].root);
      blank |= zc_is_blank(&key[k]);
    }
    if (blank) {
      r->unjudged++;
      continue;
    }
    int64_t number = r->rule->group_count == 0 ? 0 : zc_index_put(&g->keys, key, NULL);
    if (number < 0)
      return false;
    g->row[g->count] = (uint32_t)i;
    g->group[g->count++] = (uint32_t)number;
  }
  g->total = r->rule->group_count == 0 ? g->count > 0 : g->keys.count;
  return true;
}

/* Brings each group's rows together, in file order (a counting sort). */
static bool bring_together(zc_groups *g)
{
  uint32_t *sorted = calloc(g->count + 1, sizeof *sorted);
  g->start = calloc(g->total + 2, sizeof *g->start);
  if (sorted == NULL || g->start == NULL) {
    free(sorted);
    return false;
  }
  for (size_t i = 0; i < g->count; i++)
    g->start[g->group[i] + 2]++;
  for (size_t i = 2; i < g->total + 2; i++)
    g->start[i] += g->start[i - 1];
  for (size_t i = 0; i < g->count; i++)
    sorted[g->start[g->group[i] + 1]++] = g->row[i];
  free(g->row);
  g->row = sorted;
  return true;
}

void zc_groups_collect(zc_run *r, zc_groups *g)
{
  const zc_engine *engine = r->plain->engine;
  *g = (zc_groups){0};
  if (engine != NULL && engine->collect(engine, r, g))
    return;
  zc_index_begin(&g->keys, r->rule->group_count == 0 ? 1 : r->rule->group_count);
  if (!collect(r, g) || !bring_together(g)) {
    r->memory = true;
    g->total = 0;
  }
}

void zc_groups_free(zc_groups *g)
{
  zc_index_free(&g->keys);
  free(g->row);
  free(g->group);
  free(g->start);
}

const uint32_t *zc_groups_rows(const zc_groups *g, size_t group, size_t *count)
{
  *count = g->start[group + 1] - g->start[group];
  return g->row + g->start[group];
}

/* Whether an incomplete aggregate stands below the node. */
static bool is_incomplete(const zc_node *node, const zc_loss *lost)
{
  if (node->op == ZC_OP_AGGREGATE)
    return lost[node->slot].unknown;
  bool any = node->op == ZC_OP_RUNNING && lost[node->slot].unknown;
  for (int i = 0; i < node->count; i++)
    any |= is_incomplete(node->args[i], lost);
  return any;
}

bool zc_ends_decide(const zc_node *node, const zc_loss *lost)
{
  if (!is_incomplete(node, lost))
    return true;
  switch (node->op) {
  case ZC_OP_AGGREGATE:
  case ZC_OP_RUNNING:
    return true;
  case ZC_OP_EQUAL:
  case ZC_OP_UNEQUAL:
  case ZC_OP_CALL:
    return false;
  case ZC_OP_DIVIDE:
  case ZC_OP_MULTIPLY:
    if (is_incomplete(node->args[1], lost) &&
        (node->op == ZC_OP_DIVIDE || is_incomplete(node->args[0], lost)))
      return false;
    break;
  default:
    break;
  }
  for (int i = 0; i < node->count; i++)
    if (!zc_ends_decide(node->args[i], lost))
      return false;
  return true;
}

/* ---- having ---------------------------------------------------------------------- */

/* Whether the known members make it a hit whatever the unknown ones are: the condition
 * holds with each incomplete aggregate as it is and at its extreme, in every mixture. */
static bool stands(zc_run *r, const zc_scalar *values, const zc_loss *lost)
{
  const zc_expression *having = &r->rule->having;
  int open[OPEN_MOST], count = 0;
  if (!zc_ends_decide(having->root, lost))
    return false;
  for (int i = 0; i < having->aggregate_count; i++) {
    if (!lost[i].unknown)
      continue;
    if (count == OPEN_MOST)
      return false;
    open[count++] = i;
  }
  for (int mixture = 1; mixture < 1 << count; mixture++) {
    zc_scalar tried[ZC_AGGREGATES];
    memcpy(tried, values, (size_t)having->aggregate_count * sizeof *tried);
    for (int i = 0; i < count; i++)
      if (mixture >> i & 1)
        tried[open[i]] = zc_aggregate_extreme(having->aggregates[open[i]]);
    r->e.aggregates = tried;
    if (zc_evaluate_truth(&r->e, having->root) != ZC_TRUE)
      return false;
  }
  return true;
}

zc_truth zc_groups_having(zc_run *r, const uint32_t *rows, size_t count, bool *open)
{
  zc_scalar values[ZC_AGGREGATES];
  const zc_expression *having = &r->rule->having;
  zc_loss lost[ZC_AGGREGATES] = {{0}};
  *open = false;
  for (int i = 0; i < having->aggregate_count; i++) {
    values[i] = zc_aggregate_of(r, having->aggregates[i], rows, count, &lost[i]);
    *open |= lost[i].unknown;
  }
  zc_run_enter(r, rows[0], NULL);
  r->e.aggregates = values;
  zc_truth hit = zc_evaluate_truth(&r->e, having->root);
  if (hit == ZC_TRUE && *open && !stands(r, values, lost))
    hit = ZC_UNKNOWN;
  r->e.aggregates = NULL;
  return hit;
}

void zc_run_groups(zc_run *r)
{
  zc_groups g;
  zc_groups_collect(r, &g);
  for (size_t i = 0; i < g.total && !r->memory; i++) {
    size_t count;
    bool open;
    const uint32_t *rows = zc_groups_rows(&g, i, &count);
    zc_truth hit = zc_groups_having(r, rows, count, &open);
    r->population++;
    zc_run_mark(r, rows, count, false);
    if (hit == ZC_TRUE)
      zc_run_hit_group(r, rows, count);
    else if (hit == ZC_UNKNOWN || open)
      r->unjudged++;
    zc_arena_reset(&r->texts);
  }
  zc_groups_free(&g);
}

/* ---- rates ------------------------------------------------------------------------ */

/* Each group with enough cases is one of the population. */
static void judge_share(zc_run *r, const uint32_t *rows, size_t count)
{
  int64_t part = 0, whole = 0, unknown = 0;
  for (size_t i = 0; i < count; i++) {
    zc_run_enter(r, rows[i], NULL);
    zc_truth value = zc_evaluate_truth(&r->e, r->rule->rate.root);
    unknown += value == ZC_UNKNOWN;
    whole += value != ZC_UNKNOWN;
    part += value == ZC_TRUE;
  }
  zc_run_enter(r, rows[0], NULL);
  zc_rate_verdict verdict = zc_rate_judge(r, part, whole, unknown);
  if (verdict == ZC_RATE_FEW || verdict == ZC_RATE_EMPTY) {
    r->few++;
    return;
  }
  r->population++;
  r->part += part;
  r->whole += whole;
  r->unknown += unknown;
  r->unjudged += verdict == ZC_RATE_OPEN;
  if (verdict == ZC_RATE_HIT)
    zc_run_hit_group(r, rows, count);
}

void zc_run_rates(zc_run *r)
{
  zc_groups g;
  zc_groups_collect(r, &g);
  for (size_t i = 0; i < g.total && !r->memory; i++) {
    size_t count;
    const uint32_t *rows = zc_groups_rows(&g, i, &count);
    judge_share(r, rows, count);
  }
  zc_groups_free(&g);
}
