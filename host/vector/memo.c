/* What depends on one column only is computed once for each value that the column has. */
#include "vector/machine.h"

#define MOST_DAYS 100000 /* of a memo by days */

/* ---- values of a column, by number ------------------------------------------------------ */

/* Among days: missing, unreadable, and then the least day. */
#define DAY_FIRST 2

size_t zc_value_count(const zc_column_vector *v)
{
  switch (v->kind) {
  case ZC_TEXT:
  case ZC_CODES:
    return v->dictionary->words.count;
  case ZC_BOOL:
    return 4;
  case ZC_DATE:
    if (v->least > v->most)
      return DAY_FIRST;
    return v->most - v->least >= MOST_DAYS
               ? 0
               : (size_t)(v->most - v->least) + 1 + DAY_FIRST;
  default:
    return 0;
  }
}

static zc_scalar value_at(const zc_column_vector *v, size_t at)
{
  switch (v->kind) {
  case ZC_BOOL:
    return at < ZC_TRUTH_NONE      ? zc_bool(at == 1)
           : at == ZC_TRUTH_UNREAD ? zc_unreadable()
                                   : zc_nil();
  case ZC_DATE:
    return at == 0   ? zc_nil()
           : at == 1 ? zc_unreadable()
                     : zc_date((int32_t)(v->least + (int64_t)at - DAY_FIRST));
  default:
    return zc_dictionary_scalar(v->dictionary, (uint32_t)at);
  }
}

static uint32_t number_of_none(const zc_column_vector *v)
{
  return v->kind == ZC_BOOL ? ZC_TRUTH_NONE : v->kind == ZC_DATE ? 0 : ZC_CODE_NIL;
}

uint32_t zc_value_number(const zc_column_vector *v, size_t row)
{
  switch (v->kind) {
  case ZC_BOOL:
    return v->truths[row];
  case ZC_DATE: {
    int32_t day = v->small[row];
    return day > ZC_SMALL_UNREAD ? (uint32_t)(day - v->least + DAY_FIRST)
                                 : (uint32_t)(day == ZC_SMALL_UNREAD);
  }
  default:
    return v->codes[row];
  }
}

/* The numbers of the batch's values; UINT32_MAX: odd. Perhaps in frame->index. */
static const uint32_t *numbers(const zc_step *step, zc_frame *frame)
{
  const zc_batch *batch = frame->batch;
  const zc_column_vector *v = step->vector;
  const uint32_t *rows = zc_rows_of(frame, step->table);
  if (rows == NULL && step->table == 0 && (v->kind == ZC_TEXT || v->kind == ZC_CODES))
    return v->codes + batch->first;
  uint32_t none = number_of_none(v);
  for (size_t i = 0, count = batch->count; i < count; i++)
    if (rows == NULL)
      frame->index[i] = step->table == 0 ? zc_value_number(v, batch->first + i) : none;
    else
      frame->index[i] = rows[i] == ZC_PARTNER_NONE  ? none
                        : rows[i] == ZC_PARTNER_ODD ? UINT32_MAX
                                                    : zc_value_number(v, rows[i] - 1);
  return frame->index;
}

/* ---- computing one -------------------------------------------------------------------------- */

static zc_scalar compute(const zc_node *node, const zc_use *column, zc_scalar *room,
                         zc_scalar value, bool *overflow)
{
  zc_evaluation e = {0};
  room[column->column] = value;
  e.rows[column->table] = room;
  zc_scalar result = zc_evaluate(&e, node);
  *overflow = e.overflow;
  return result;
}

static zc_scalar compute_step(const zc_step *step, zc_frame *frame, uint32_t number,
                              bool *overflow)
{
  return compute(step->node, step->reads->columns, frame->rooms[step->table],
                 value_at(step->vector, number), overflow);
}

static uint8_t truth_at(const zc_step *step, zc_frame *frame, uint32_t number)
{
  bool overflow;
  zc_scalar value = compute_step(step, frame, number, &overflow);
  uint8_t truth = overflow ? ZC_TRUTH_STRANGE : zc_truth_of(value);
  __atomic_store_n(&step->memo->truths[number], (uint8_t)(truth + 1), __ATOMIC_RELAXED);
  return truth;
}

static int64_t unit_at(const zc_step *step, zc_frame *frame, uint32_t number)
{
  bool overflow;
  zc_scalar value = compute_step(step, frame, number, &overflow);
  int64_t unit = overflow ? ZC_ODD
                          : zc_units_of(value, step->node->type.kind, step->memo->scale,
                                        NULL);
  __atomic_store_n(&step->memo->units[number], unit ^ ZC_MEMO_MARK, __ATOMIC_RELAXED);
  return unit;
}

/* ---- making one ----------------------------------------------------------------------------- */

/* All texts at once: the dictionary then stays as it is while workers read it. */
static bool make_texts(zc_program *program, const zc_node *node, const zc_use *column,
                       const zc_column_vector *v, zc_memo *memo)
{
  size_t width = (size_t)program->columns[column->table]->count;
  zc_scalar *room = zc_arena_take(&program->arena, (width + 1) * sizeof *room);
  if (room == NULL)
    return false;
  for (size_t i = 0; i < memo->count; i++) {
    bool overflow;
    zc_scalar text = compute(node, column, room, value_at(v, i), &overflow);
    if (overflow || (text.kind != ZC_NIL && text.kind != node->type.kind))
      memo->texts[i] = UINT32_MAX;
    else if (text.kind == ZC_NIL)
      memo->texts[i] = zc_is_unreadable(text) ? ZC_CODE_UNREAD : ZC_CODE_NIL;
    else if ((memo->texts[i] = zc_dictionary_put(&program->own, text.text, text.size,
                                                 true)) == UINT32_MAX)
      return false;
  }
  return true;
}

bool zc_memo_fits(const zc_program *program, const zc_node *node, const zc_use *column)
{
  zc_kind kind = node->type.kind;
  return zc_value_count(&program->columns[column->table]->vectors[column->column]) >
             0 &&
         kind != ZC_NIL && kind < ZC_CODES &&
         (kind != ZC_NUMBER || !zc_bound_of(program, node, NULL).ratio);
}

bool zc_memo_new(zc_program *program, const zc_node *node, const zc_use *column,
                 zc_memo **made)
{
  const zc_column_vector *v = &program->columns[column->table]->vectors[column->column];
  size_t count = zc_value_count(v);
  zc_kind kind = node->type.kind;
  zc_bound bound = zc_bound_of(program, node, NULL);
  zc_memo *memo = zc_arena_take(&program->arena, sizeof *memo);
  if (memo == NULL)
    return false;
  *memo = (zc_memo){.count = count, .scale = (int8_t)bound.scale};
  bool good;
  if (kind == ZC_BOOL) {
    memo->truths = zc_arena_take(&program->arena, count);
    good = memo->truths != NULL;
  } else if (kind == ZC_TEXT) {
    memo->texts = zc_arena_take(&program->arena, count * sizeof *memo->texts);
    if (memo->texts != NULL && !program->owns)
      program->owns = zc_dictionary_begin(&program->own, ZC_TEXT);
    good = memo->texts != NULL && program->owns &&
           make_texts(program, node, column, v, memo);
  } else {
    memo->units = zc_arena_take(&program->arena, count * sizeof *memo->units);
    good = memo->units != NULL;
  }
  *made = memo;
  return good;
}

/* ---- running -------------------------------------------------------------------------------- */

static void run_truths(const zc_step *step, zc_frame *frame, const uint32_t *number)
{
  const uint8_t *truths = step->memo->truths;
  uint8_t *out = zc_own_truths(&frame->registers[step->to]);
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    if (number[i] == UINT32_MAX) {
      out[i] = ZC_TRUTH_STRANGE;
      continue;
    }
    uint8_t known = __atomic_load_n(&truths[number[i]], __ATOMIC_RELAXED);
    out[i] = known != 0 ? known - 1 : truth_at(step, frame, number[i]);
  }
}

static void run_units(const zc_step *step, zc_frame *frame, const uint32_t *number)
{
  const int64_t *units = step->memo->units;
  int64_t *out = zc_own_units(&frame->registers[step->to], step->memo->scale);
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    if (number[i] == UINT32_MAX) {
      out[i] = ZC_ODD;
      continue;
    }
    int64_t known = __atomic_load_n(&units[number[i]], __ATOMIC_RELAXED);
    out[i] = known != 0 ? known ^ ZC_MEMO_MARK : unit_at(step, frame, number[i]);
  }
}

static void run_texts(const zc_step *step, zc_frame *frame, const uint32_t *number)
{
  const uint32_t *texts = step->memo->texts;
  int64_t *out = zc_own_units(&frame->registers[step->to], 0);
  for (size_t i = 0, count = frame->batch->count; i < count; i++) {
    uint32_t code = number[i] == UINT32_MAX ? UINT32_MAX : texts[number[i]];
    out[i] = code == UINT32_MAX       ? ZC_ODD
             : code == ZC_CODE_NIL    ? ZC_NONE
             : code == ZC_CODE_UNREAD ? ZC_UNREAD
                                      : (int64_t)code;
  }
}

bool zc_step_memo(const zc_step *step, zc_frame *frame)
{
  const uint32_t *number = numbers(step, frame);
  if (step->memo->truths != NULL)
    run_truths(step, frame, number);
  else if (step->memo->texts != NULL)
    run_texts(step, frame, number);
  else
    run_units(step, frame, number);
  return true;
}
