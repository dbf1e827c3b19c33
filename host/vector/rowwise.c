/* What no other step does: each row by the evaluator that the plain executor has. */
#include "vector/machine.h"

/* ---- what the evaluator reads --------------------------------------------------------------- */

static zc_scalar of_lane(const zc_lane *lane, size_t i, bool *odd)
{
  if (lane->any_odd && lane->odd[i]) {
    *odd = true;
    return zc_nil();
  }
  int64_t units = lane->units[i];
  if (units <= ZC_UNREAD)
    return units == ZC_UNREAD ? zc_unreadable() : zc_nil();
  switch (lane->kind) {
  case ZC_BOOL:
    return zc_bool(units == 1);
  case ZC_NUMBER: {
    zc_scalar number = zc_decimal(units, lane->scale);
    if (lane->ratio)
      number.divisor = lane->divisors[i];
    return number;
  }
  case ZC_DATE:
    return zc_date((int32_t)units);
  case ZC_MOMENT:
    return zc_moment(units);
  default:
    return zc_dictionary_scalar(lane->dictionary, (uint32_t)units);
  }
}

/* The figures of row i; false when one that is read is odd. */
static bool fill_figures(uint32_t slots, const zc_lane *lanes, size_t i,
                         zc_scalar *values)
{
  bool odd = false;
  for (int slot = 0; slots >> slot != 0; slot++) {
    if ((slots >> slot & 1) != 0)
      values[slot] = of_lane(&lanes[slot], i, &odd);
    if (slot == 31)
      break;
  }
  return !odd;
}

static void fill_row(const zc_step *step, zc_frame *frame, int table, size_t row)
{
  const zc_program *program = frame->program;
  for (int i = 0; i < step->reads->column_count; i++) {
    const zc_use *column = &step->reads->columns[i];
    if (column->table == table)
      frame->rooms[table][column->column] =
          zc_column_scalar(&program->columns[table]->vectors[column->column], row);
  }
}

/* The rows that stand at i, of those tables that are read. */
static void fill_rows(const zc_step *step, zc_frame *frame, size_t i, zc_evaluation *e)
{
  const zc_rule *rule = frame->program->rule;
  for (int t = 0; t <= ZC_TABLE_PREV; t++) {
    e->rows[t] = NULL;
    if (!step->reads->tables[t])
      continue;
    const uint32_t *rows = zc_rows_of(frame, t);
    uint32_t row = rows != NULL ? rows[i]
                   : t == 0     ? (uint32_t)(frame->batch->first + i) + 1
                                : ZC_PARTNER_NONE;
    if (row == ZC_PARTNER_ODD)
      e->ambiguous |= 1u << t;
    if (row == ZC_PARTNER_NONE || row == ZC_PARTNER_ODD)
      continue;
    const zc_table *table = rule->tables[t];
    if (table->cells != NULL) {
      e->rows[t] = table->cells + (size_t)(row - 1) * (size_t)table->width;
    } else {
      fill_row(step, frame, t, row - 1);
      e->rows[t] = frame->rooms[t];
    }
  }
}

/* The value of row i; *odd when it cannot be said here. */
static zc_scalar value_of(const zc_step *step, zc_frame *frame, size_t i, bool *odd)
{
  const zc_batch *batch = frame->batch;
  const zc_reads *reads = step->reads;
  zc_evaluation e = {.aggregates = frame->aggregates, .running = frame->running};
  *odd = !fill_figures(reads->aggregates, batch->aggregates, i, frame->aggregates) ||
         !fill_figures(reads->running, batch->running, i, frame->running);
  if (*odd)
    return zc_nil();
  fill_rows(step, frame, i, &e);
  zc_scalar value = zc_evaluate(&e, step->node);
  *odd = e.overflow;
  return value;
}

/* ---- what it gives --------------------------------------------------------------------------- */

/* Whether the condition beside this one has decided the row: what is said of it then does
 * not matter. */
static bool is_decided(const zc_step *step, const zc_frame *frame, size_t i)
{
  for (const zc_guard *g = step->guard; g != NULL; g = g->outer)
    if (frame->registers[g->truths].truths[i] == g->deciding)
      return true;
  return false;
}

static void run_truths(const zc_step *step, zc_frame *frame)
{
  uint8_t *out = zc_own_truths(&frame->registers[step->to]);
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    if (is_decided(step, frame, i)) {
      out[i] = ZC_TRUTH_NONE;
      continue;
    }
    bool odd;
    zc_scalar value = value_of(step, frame, i, &odd);
    out[i] = odd ? ZC_TRUTH_STRANGE : zc_truth_of(value);
  }
}

static void run_units(const zc_step *step, zc_frame *frame)
{
  zc_bound bound = {step->c, step->flag, true};
  if (step->c < 0)
    bound = zc_bound_of(frame->program, step->node, frame->batch);
  zc_kind kind = step->node->type.kind;
  zc_register *to = &frame->registers[step->to];
  int64_t *out = zc_own_units(to, kind == ZC_NUMBER ? bound.scale : 0);
  int64_t *divisors = kind == ZC_NUMBER && bound.ratio ? zc_own_divisors(to) : NULL;
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    bool odd = false;
    if (divisors != NULL)
      divisors[i] = 1;
    out[i] = ZC_NONE;
    if (is_decided(step, frame, i))
      continue;
    zc_scalar value = value_of(step, frame, i, &odd);
    out[i] = odd ? ZC_ODD
                 : zc_units_of(value, kind, bound.scale,
                               divisors == NULL ? NULL : &divisors[i]);
  }
  to->divisors = divisors;
}

static bool run_texts(const zc_step *step, zc_frame *frame)
{
  zc_program *program = frame->program;
  int64_t *out = zc_own_units(&frame->registers[step->to], 0);
  bool memory = true;
  for (size_t i = 0; memory && i < frame->batch->count; i++) {
    bool odd;
    zc_scalar value = value_of(step, frame, i, &odd);
    if (odd || (value.kind != ZC_NIL && value.kind != program->own.kind)) {
      out[i] = ZC_ODD;
    } else if (value.kind == ZC_NIL) {
      out[i] = zc_is_unreadable(value) ? ZC_UNREAD : ZC_NONE;
    } else {
      pthread_mutex_lock(&program->lock);
      uint32_t code = zc_dictionary_put(&program->own, value.text, value.size, true);
      pthread_mutex_unlock(&program->lock);
      memory = code != UINT32_MAX;
      out[i] = code;
    }
  }
  return memory;
}

bool zc_step_rowwise(const zc_step *step, zc_frame *frame)
{
  zc_kind kind = step->node->type.kind;
  if (kind == ZC_TEXT || kind == ZC_CODES)
    return run_texts(step, frame);
  if (kind == ZC_BOOL)
    run_truths(step, frame);
  else
    run_units(step, frame);
  return true;
}
