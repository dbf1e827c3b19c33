#include "vector/program.h"

#include <stdlib.h>
#include <string.h>

#include "vector/machine.h"

/* ---- scalars --------------------------------------------------------------------------------- */

int64_t zc_units_of(zc_scalar value, zc_kind kind, int scale, int64_t *divisor)
{
  if (value.kind == ZC_NIL)
    return zc_is_unreadable(value) ? ZC_UNREAD : ZC_NONE;
  if (value.kind != kind || kind == ZC_TEXT || kind > ZC_MOMENT)
    return ZC_ODD;
  int64_t units = kind == ZC_BOOL ? value.truth : value.units;
  if (kind == ZC_NUMBER) {
    if (value.scale > scale || (value.divisor != 1 && divisor == NULL))
      return ZC_ODD;
    for (int i = value.scale; i < scale; i++)
      if (__builtin_mul_overflow(units, (int64_t)10, &units))
        return ZC_ODD;
    if (divisor != NULL)
      *divisor = value.divisor;
  }
  return units <= ZC_ODD ? ZC_ODD : units;
}

uint8_t zc_truth_of(zc_scalar value)
{
  if (value.kind == ZC_BOOL)
    return value.truth;
  if (value.kind != ZC_NIL)
    return ZC_TRUTH_STRANGE;
  return zc_is_unreadable(value) ? ZC_TRUTH_UNREAD : ZC_TRUTH_NONE;
}

/* ---- what workers need ------------------------------------------------------------------------ */

#define ROOM (2 * (ZC_LANE + 8)) /* of a register: units and divisors */

static void free_frame(zc_frame *frame)
{
  for (int i = 0; frame->registers != NULL && i < frame->program->register_count; i++)
    free(frame->registers[i].room);
  free(frame->registers);
  for (int t = 0; t <= ZC_TABLE_PREV; t++)
    free(frame->rooms[t]);
}

static bool make_frame(zc_program *p, zc_frame *frame)
{
  *frame = (zc_frame){.program = p, .loops = zc_loops_here()};
  frame->registers = calloc((size_t)p->register_count + 1, sizeof *frame->registers);
  bool good = frame->registers != NULL;
  for (int i = 0; good && i < p->register_count; i++) {
    zc_register *r = &frame->registers[i];
    *r = p->registers[i];
    if (r->units != NULL || r->truths != NULL)
      continue; /* a constant */
    r->room = calloc(ROOM, sizeof *r->room);
    good = r->room != NULL;
  }
  for (int t = 0; good && t <= ZC_TABLE_PREV; t++) {
    if (p->columns[t] == NULL)
      continue;
    frame->rooms[t] = calloc((size_t)p->columns[t]->count + 1, sizeof *frame->rooms[t]);
    good = frame->rooms[t] != NULL;
  }
  return good;
}

/* ---- making ------------------------------------------------------------------------------------ */

/* The columns of the tables that the expression reads. */
static bool find_columns(zc_program *p)
{
  zc_reads reads;
  if (!zc_reads_of(p, p->root, &reads))
    return false;
  for (int t = 0; t <= ZC_TABLE_PREV; t++)
    if (reads.tables[t] && (p->columns[t] = zc_columns_of(p->rule->tables[t])) == NULL)
      return false;
  return true;
}

zc_program *zc_program_new(const zc_rule *rule, const zc_node *root, int workers)
{
  zc_program *p = calloc(1, sizeof *p);
  if (p == NULL)
    return NULL;
  p->rule = rule;
  p->root = root;
  p->locks = pthread_mutex_init(&p->lock, NULL) == 0;
  bool good = p->locks && find_columns(p) && zc_program_compile(p);
  if (good) {
    p->exact = zc_exact(p, root);
    p->frames = calloc((size_t)workers, sizeof *p->frames);
    good = p->frames != NULL;
  }
  for (; good && p->workers < workers; p->workers++)
    good = make_frame(p, &p->frames[p->workers]);
  if (good)
    return p;
  zc_program_free(p);
  return NULL;
}

void zc_program_free(zc_program *p)
{
  if (p == NULL)
    return;
  for (int i = 0; i < p->workers; i++)
    free_frame(&p->frames[i]);
  free(p->frames);
  free(p->steps);
  free(p->registers);
  free(p->busy);
  if (p->owns)
    zc_dictionary_free(&p->own);
  if (p->locks)
    pthread_mutex_destroy(&p->lock);
  zc_arena_free(&p->arena);
  free(p);
}

zc_kind zc_program_kind(const zc_program *p)
{
  return p->root->type.kind;
}

bool zc_program_is_exact(const zc_program *p)
{
  return p->exact;
}

/* ---- running ------------------------------------------------------------------------------------ */

static const zc_register *run(zc_program *p, int worker, const zc_batch *batch)
{
  zc_frame *frame = &p->frames[worker];
  frame->batch = batch;
  for (int i = 0; i < p->step_count; i++)
    if (!p->steps[i].run(&p->steps[i], frame))
      return NULL;
  return &frame->registers[p->result];
}

static void mark_odd(zc_lane *lane, size_t count)
{
  int64_t any = 0;
  for (size_t i = 0; i < count; i++)
    any |= lane->units[i] == ZC_ODD;
  lane->any_odd = any != 0;
  for (size_t i = 0; lane->any_odd && i < count; i++)
    lane->odd[i] = lane->units[i] == ZC_ODD;
}

static void lane_of_truths(const uint8_t *truths, size_t count, zc_lane *lane)
{
  for (size_t i = 0; i < count; i++)
    lane->units[i] = truths[i] < ZC_TRUTH_NONE ? truths[i]
                                               : truths[i] - ZC_TRUTH_NONE + ZC_NONE;
}

static void lane_of_nothing(size_t count, zc_lane *lane)
{
  for (size_t i = 0; i < count; i++)
    lane->units[i] = ZC_ODD;
}

bool zc_program_values(zc_program *p, int worker, const zc_batch *batch, zc_lane *lane)
{
  size_t count = batch->count;
  lane->kind = p->root->type.kind;
  lane->dictionary = p->dictionary;
  lane->scale = 0;
  lane->ratio = false;
  const zc_register *r = p->result < 0 ? NULL : run(p, worker, batch);
  if (p->result >= 0 && r == NULL)
    return false;
  if (r == NULL) {
    lane_of_nothing(count, lane);
  } else if (lane->kind == ZC_BOOL) {
    lane_of_truths(r->truths, count, lane);
  } else {
    memcpy(lane->units, r->units, count * sizeof *lane->units);
    lane->scale = r->scale;
    lane->ratio = r->divisors != NULL;
    if (lane->ratio)
      memcpy(lane->divisors, r->divisors, count * sizeof *lane->divisors);
  }
  mark_odd(lane, count);
  return true;
}

/* Unreadable is unknown, too. */
static void name_truths(const uint8_t *from, size_t count, uint8_t *restrict truths)
{
  for (size_t i = 0; i < count; i++)
    truths[i] = (uint8_t)(from[i] - (from[i] > ZC_TRUTH_NONE));
}

bool zc_program_truths(zc_program *p, int worker, const zc_batch *batch,
                       uint8_t truths[ZC_LANE])
{
  const zc_register *r = run(p, worker, batch);
  if (r == NULL)
    return false;
  name_truths(r->truths, batch->count, truths);
  return true;
}
