/* Columns of the batch's rows, and lanes that somebody else has computed, into registers. */
#include <string.h>

#include "vector/machine.h"

const uint32_t *zc_rows_of(const zc_frame *frame, int table)
{
  return frame->batch->rows[table];
}

/* ---- columns of the rows that follow each other --------------------------------------- */

static void load_consecutive(const zc_step *step, zc_frame *frame)
{
  const zc_column_vector *v = step->vector;
  zc_register *to = &frame->registers[step->to];
  size_t first = frame->batch->first, count = frame->batch->count;
  if (zc_has_small(v)) {
    frame->loops->widen(v->small + first,
                        zc_own_units(to, v->kind == ZC_NUMBER ? v->scale : 0), count);
    return;
  }
  switch (v->kind) {
  case ZC_BOOL:
    to->truths = v->truths + first;
    break;
  case ZC_TEXT:
  case ZC_CODES:
    frame->loops->widen_codes(v->codes + first, zc_own_units(to, 0), count);
    break;
  default:
    to->units = v->units + first;
    to->divisors = NULL;
    to->scale = v->kind == ZC_NUMBER ? v->scale : 0;
    break;
  }
}

/* ---- columns of any rows ---------------------------------------------------------------- */

static int64_t unit_at(const zc_column_vector *v, uint32_t row)
{
  switch (v->kind) {
  case ZC_TEXT:
  case ZC_CODES: {
    uint32_t code = v->codes[row];
    return code == ZC_CODE_NIL      ? ZC_NONE
           : code == ZC_CODE_UNREAD ? ZC_UNREAD
                                    : (int64_t)code;
  }
  default:
    return zc_column_unit(v, row);
  }
}

int64_t zc_unit_of_row(const zc_column_vector *v, uint32_t row)
{
  if (row == ZC_PARTNER_NONE)
    return ZC_NONE;
  return row == ZC_PARTNER_ODD ? ZC_ODD : unit_at(v, row - 1);
}

static uint8_t truth_of_row(const zc_column_vector *v, uint32_t row)
{
  if (row == ZC_PARTNER_NONE)
    return ZC_TRUTH_NONE;
  return row == ZC_PARTNER_ODD ? ZC_TRUTH_STRANGE : v->truths[row - 1];
}

/* What a row that is there is not: 0 if it is. */
static inline int64_t absent(uint32_t row)
{
  return row == ZC_PARTNER_NONE ? ZC_NONE : row == ZC_PARTNER_ODD ? ZC_ODD : 0;
}

static void gather_small(const int32_t *small, const uint32_t *rows, int64_t *units,
                         size_t count)
{
  for (size_t i = 0; i < count; i++) {
    int64_t none = absent(rows[i]);
    units[i] = none != 0 ? none : zc_unit_of_small(small[rows[i] - 1]);
  }
}

static void gather_codes(const uint32_t *codes, const uint32_t *rows, int64_t *units,
                         size_t count)
{
  for (size_t i = 0; i < count; i++) {
    int64_t none = absent(rows[i]);
    uint32_t code = none != 0 ? 0 : codes[rows[i] - 1];
    units[i] = none != 0                ? none
               : code == ZC_CODE_NIL    ? ZC_NONE
               : code == ZC_CODE_UNREAD ? ZC_UNREAD
                                        : (int64_t)code;
  }
}

static void gather_units(const int64_t *from, const uint32_t *rows, int64_t *units,
                         size_t count)
{
  for (size_t i = 0; i < count; i++) {
    int64_t none = absent(rows[i]);
    units[i] = none != 0 ? none : from[rows[i] - 1];
  }
}

/* One value for all rows. */
static void spread(int64_t value, int64_t *units, size_t count)
{
  for (size_t i = 0; i < count; i++)
    units[i] = value;
}

bool zc_step_load(const zc_step *step, zc_frame *frame)
{
  const zc_batch *batch = frame->batch;
  const uint32_t *rows = zc_rows_of(frame, step->table);
  const zc_column_vector *v = step->vector;
  zc_register *to = &frame->registers[step->to];
  size_t count = batch->count;
  if (rows == NULL && step->table == 0) {
    load_consecutive(step, frame);
    return true;
  }
  if (v->kind == ZC_BOOL) {
    uint8_t *truths = zc_own_truths(to);
    for (size_t i = 0; i < count; i++)
      truths[i] = rows == NULL ? ZC_TRUTH_NONE : truth_of_row(v, rows[i]);
    return true;
  }
  int64_t *units = zc_own_units(to, v->kind == ZC_NUMBER ? v->scale : 0);
  if (rows == NULL)
    spread(ZC_NONE, units, count);
  else if (count > 0 && (batch->single >> step->table & 1) != 0)
    spread(zc_unit_of_row(v, rows[0]), units, count);
  else if (zc_has_small(v))
    gather_small(v->small, rows, units, count);
  else if (v->kind == ZC_TEXT || v->kind == ZC_CODES)
    gather_codes(v->codes, rows, units, count);
  else
    gather_units(v->units, rows, units, count);
  return true;
}

/* ---- lanes of aggregates and of prevmax -------------------------------------------------- */

bool zc_step_lane(const zc_step *step, zc_frame *frame)
{
  const zc_batch *batch = frame->batch;
  const zc_lane *lane = &(step->flag ? batch->running : batch->aggregates)[step->c];
  zc_register *to = &frame->registers[step->to];
  if (lane->any_odd) {
    int64_t *units = zc_own_units(to, lane->scale);
    for (size_t i = 0, count = batch->count; i < count; i++)
      units[i] = lane->odd[i] ? ZC_ODD : lane->units[i];
  } else {
    to->units = lane->units;
    to->scale = lane->scale;
  }
  to->divisors = lane->ratio ? lane->divisors : NULL;
  return true;
}
