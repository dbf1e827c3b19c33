/* Which rows an aggregate takes in, and with which values. */
#include <string.h>

#include "vector/aggregates.h"

/* ---- programs --------------------------------------------------------------------------- */

bool zc_aggregate_compile(const zc_rule *rule, const zc_node *node, int workers,
                          zc_aggregate_programs *p)
{
  *p = (zc_aggregate_programs){.node = node};
  if (node->values > 0)
    p->value = zc_program_new(rule, node->args[0], workers);
  if (node->count > node->values)
    p->condition = zc_program_new(rule, node->args[node->values], workers);
  return (node->values == 0) == (p->value == NULL) &&
         (node->count == node->values) == (p->condition == NULL);
}

void zc_aggregate_release(zc_aggregate_programs *p)
{
  zc_program_free(p->value);
  zc_program_free(p->condition);
}

/* ---- members ---------------------------------------------------------------------------- */

static bool is_text(zc_kind kind)
{
  return kind == ZC_TEXT || kind == ZC_CODES;
}

/* Whether every row has a value. */
static bool is_complete(const zc_lane *lane, size_t count)
{
  int64_t below = is_text(lane->kind) ? ZC_CODE_BLANK : ZC_UNREAD;
  unsigned missing = lane->any_odd;
  for (size_t i = 0; i < count; i++)
    missing |= lane->units[i] <= below;
  return missing == 0;
}

static void take_conditions(zc_members *m, const uint8_t *truths, size_t count)
{
  static const uint8_t states[] = {[ZC_FALSE] = ZC_MEMBER_OUT,
                                   [ZC_TRUE] = ZC_MEMBER_IN,
                                   [ZC_UNKNOWN] = ZC_MEMBER_LOST,
                                   [ZC_TRUTH_ODD] = ZC_MEMBER_ODD};
  for (size_t i = 0; i < count; i++) {
    m->state[i] = states[truths[i]];
    m->any_lost |= truths[i] >= ZC_UNKNOWN;
  }
}

/* What has no value is lost, if its condition holds. */
static void take_values(zc_members *m, size_t count)
{
  int64_t below = is_text(m->value.kind) ? ZC_CODE_BLANK : ZC_UNREAD;
  for (size_t i = 0; i < count; i++) {
    if (m->state[i] != ZC_MEMBER_IN)
      continue;
    if (m->value.any_odd && m->value.odd[i])
      m->state[i] = ZC_MEMBER_ODD;
    else if (m->value.units[i] <= below)
      m->state[i] = ZC_MEMBER_LOST;
    m->any_lost |= m->state[i] != ZC_MEMBER_IN;
  }
}

bool zc_aggregate_members(const zc_aggregate_programs *p, int worker,
                          const zc_batch *batch, zc_members *m)
{
  uint8_t truths[ZC_LANE];
  m->any_lost = false;
  if (p->value != NULL && !zc_program_values(p->value, worker, batch, &m->value))
    return false;
  bool complete = p->value == NULL || is_complete(&m->value, batch->count);
  m->all = complete && p->condition == NULL;
  if (m->all)
    return true;
  if (p->condition == NULL) {
    memset(m->state, ZC_MEMBER_IN, batch->count);
  } else {
    if (!zc_program_truths(p->condition, worker, batch, truths))
      return false;
    take_conditions(m, truths, batch->count);
  }
  if (!complete)
    take_values(m, batch->count);
  return true;
}
