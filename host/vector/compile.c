/* A syntax tree becomes steps. What reads one column only and calls functions becomes a memo;
 * what no step does is left to the evaluator, row for row. */
#include <stdlib.h>
#include <string.h>

#include "table/function.h"
#include "vector/compiling.h"

/* ---- registers and steps ---------------------------------------------------------------- */

static bool more_registers(zc_program *p)
{
  int room = p->register_room == 0 ? 16 : p->register_room * 2;
  zc_register *registers = realloc(p->registers, (size_t)room * sizeof *registers);
  if (registers != NULL)
    p->registers = registers;
  bool *busy = realloc(p->busy, (size_t)room * sizeof *busy);
  if (busy != NULL)
    p->busy = busy;
  if (registers == NULL || busy == NULL)
    return false;
  p->register_room = room;
  return true;
}

static int new_register(zc_compiler *c)
{
  zc_program *p = c->program;
  if (p->register_count == p->register_room && !more_registers(p)) {
    c->memory = true;
    return 0;
  }
  p->registers[p->register_count] = (zc_register){0};
  p->busy[p->register_count] = true;
  return p->register_count++;
}

/* A register that nobody needs, the lowest one: it is still in the cache. */
static int take_register(zc_compiler *c)
{
  zc_program *p = c->program;
  for (int i = 0; i < p->register_count; i++)
    if (!p->busy[i]) {
      p->busy[i] = true;
      return i;
    }
  return new_register(c);
}

/* Constants keep theirs. */
void zc_compile_give(zc_compiler *c, int at)
{
  const zc_program *p = c->program;
  if (!c->memory && p->registers[at].units == NULL && p->registers[at].truths == NULL)
    p->busy[at] = false;
}

zc_step *zc_compile_step(zc_compiler *c, const zc_node *node,
                         bool (*run)(const zc_step *step, zc_frame *frame))
{
  zc_program *p = c->program;
  if (p->step_count == p->step_room) {
    int room = p->step_room == 0 ? 16 : p->step_room * 2;
    zc_step *steps = realloc(p->steps, (size_t)room * sizeof *steps);
    if (steps == NULL) {
      c->memory = true;
      return &c->spare;
    }
    p->steps = steps;
    p->step_room = room;
  }
  zc_step *step = &p->steps[p->step_count++];
  *step = (zc_step){.run = run,
                    .to = take_register(c),
                    .a = -1,
                    .b = -1,
                    .c = -1,
                    .op = node->op,
                    .node = node};
  return step;
}

zc_operand zc_compile_done(zc_compiler *c, const zc_step *step)
{
  if (step->a >= 0)
    zc_compile_give(c, step->a);
  if (step->b >= 0)
    zc_compile_give(c, step->b);
  return (zc_operand){.node = step->node, .at = step->to};
}

/* ---- constants ----------------------------------------------------------------------------- */

zc_inputs zc_inputs_of(const zc_node *node)
{
  zc_inputs all = {.calls = node->op == ZC_OP_CALL};
  if (node->op == ZC_OP_COLUMN)
    return (zc_inputs){.column = {node->table, node->column}, .columns = 1};
  if (node->op == ZC_OP_AGGREGATE || node->op == ZC_OP_RUNNING)
    return (zc_inputs){.figures = true};
  for (int i = 0; i < node->count; i++) {
    zc_inputs one = zc_inputs_of(node->args[i]);
    bool other = all.columns == 1 && one.columns == 1 &&
                 (all.column.table != one.column.table ||
                  all.column.column != one.column.column);
    if (all.columns == 0)
      all.column = one.column;
    if (one.columns > all.columns)
      all.columns = one.columns;
    if (other)
      all.columns = 2;
    all.figures |= one.figures;
    all.calls += one.calls;
  }
  return all;
}

static zc_operand constant_of(const zc_node *node)
{
  zc_evaluation e = {0};
  zc_operand operand = {.node = node, .constant = true, .at = -1};
  operand.value = zc_evaluate(&e, node);
  if (e.overflow)
    operand.value = zc_decimal(ZC_ODD, 0);
  return operand;
}

static bool constant_truths(zc_compiler *c, zc_register *r, zc_scalar value)
{
  uint8_t *truths = zc_arena_take(&c->program->arena, ZC_LANE);
  bool odd = value.kind == ZC_NUMBER;
  if (truths != NULL)
    memset(truths, odd ? ZC_TRUTH_STRANGE : zc_truth_of(value), ZC_LANE);
  r->truths = truths;
  return truths != NULL;
}

static int64_t code_of(zc_compiler *c, const zc_scalar *value,
                       const zc_dictionary *dictionary)
{
  if (value->kind == ZC_NIL)
    return zc_is_unreadable(*value) ? ZC_UNREAD : ZC_NONE;
  if (value->kind != dictionary->kind)
    return ZC_ODD;
  if (dictionary != &c->program->own) {
    uint32_t code = zc_dictionary_find(dictionary, value->text, value->size);
    return code == ZC_CODE_NIL ? UINT32_MAX : code;
  }
  uint32_t code = zc_dictionary_put(&c->program->own, value->text, value->size, true);
  c->memory |= code == UINT32_MAX;
  return code;
}

static bool constant_units(zc_compiler *c, zc_register *r, const zc_operand *operand,
                           const zc_dictionary *dictionary)
{
  zc_scalar value = operand->value;
  zc_kind kind = operand->node->type.kind;
  int64_t *units = zc_arena_take(&c->program->arena, 2 * ZC_LANE * sizeof *units);
  if (units == NULL)
    return false;
  int64_t divisor = 1;
  int64_t unit = dictionary != NULL ? code_of(c, &value, dictionary)
                                    : zc_units_of(value, kind, value.scale, &divisor);
  r->scale = value.kind == ZC_NUMBER ? value.scale : 0;
  for (int i = 0; i < ZC_LANE; i++) {
    units[i] = unit;
    units[ZC_LANE + i] = divisor;
  }
  r->units = units;
  r->divisors = divisor == 1 ? NULL : units + ZC_LANE;
  return true;
}

int zc_compile_register(zc_compiler *c, const zc_operand *operand,
                        const zc_dictionary *dictionary)
{
  if (!operand->constant)
    return operand->at;
  int at = new_register(c);
  if (c->memory)
    return at;
  zc_register *r = &c->program->registers[at];
  if (operand->node->type.kind == ZC_BOOL)
    c->memory |= !constant_truths(c, r, operand->value);
  else
    c->memory |= !constant_units(c, r, operand, dictionary);
  return at;
}

/* ---- memos and rows -------------------------------------------------------------------------- */

static bool orders_texts(const zc_node *node)
{
  if ((node->op == ZC_OP_LESS || node->op == ZC_OP_LESS_EQUAL) &&
      node->args[0]->type.kind == ZC_TEXT)
    return true;
  for (int i = 0; i < node->count; i++)
    if (orders_texts(node->args[i]))
      return true;
  return false;
}

bool zc_compile_is_memo(const zc_compiler *c, const zc_node *node)
{
  zc_inputs inputs = zc_inputs_of(node);
  return inputs.columns == 1 && !inputs.figures &&
         (inputs.calls > 0 || orders_texts(node)) &&
         zc_memo_fits(c->program, node, &inputs.column);
}

static zc_reads *reads_of(zc_compiler *c, const zc_node *node)
{
  zc_reads *reads = zc_arena_take(&c->program->arena, sizeof *reads);
  c->memory |= reads == NULL || !zc_reads_of(c->program, node, reads);
  return reads;
}

static zc_operand compile_memo(zc_compiler *c, const zc_node *node)
{
  zc_program *p = c->program;
  zc_use column = zc_inputs_of(node).column;
  zc_reads *reads = reads_of(c, node);
  zc_step *step = zc_compile_step(c, node, zc_step_memo);
  step->table = column.table;
  step->vector = &p->columns[column.table]->vectors[column.column];
  step->reads = reads;
  c->memory |= !zc_memo_new(p, node, &column, &step->memo);
  return zc_compile_done(c, step);
}

zc_operand zc_compile_rowwise(zc_compiler *c, const zc_node *node)
{
  zc_program *p = c->program;
  zc_kind kind = node->type.kind;
  if ((kind == ZC_TEXT || kind == ZC_CODES) && !p->owns) {
    p->owns = zc_dictionary_begin(&p->own, kind);
    c->memory |= !p->owns;
  }
  zc_reads *reads = reads_of(c, node);
  zc_bound bound = zc_bound_of(p, node, NULL);
  zc_step *step = zc_compile_step(c, node, zc_step_rowwise);
  step->reads = reads;
  step->guard = c->guard;
  step->c = bound.known ? bound.scale : -1;
  step->flag = bound.ratio;
  return zc_compile_done(c, step);
}

/* ---- columns and figures --------------------------------------------------------------------- */

static zc_operand compile_column(zc_compiler *c, const zc_node *node)
{
  const zc_column_vector *v = &c->program->columns[node->table]->vectors[node->column];
  if (v->kind == ZC_NIL)
    return zc_compile_rowwise(c, node);
  zc_step *step = zc_compile_step(c, node, zc_step_load);
  step->table = node->table;
  step->vector = v;
  return zc_compile_done(c, step);
}

static zc_operand compile_figure(zc_compiler *c, const zc_node *node)
{
  zc_kind kind = node->type.kind;
  if (kind == ZC_BOOL || kind == ZC_TEXT || kind == ZC_CODES)
    return zc_compile_rowwise(c, node);
  zc_step *step = zc_compile_step(c, node, zc_step_lane);
  step->c = node->slot;
  step->flag = node->op == ZC_OP_RUNNING;
  return zc_compile_done(c, step);
}

/* ---- conditions ------------------------------------------------------------------------------- */

/* The side that calls fewer functions goes first: the other need not look at rows that are
 * decided then. */
static zc_operand compile_both(zc_compiler *c, const zc_node *node)
{
  bool second = zc_inputs_of(node->args[0]).calls > zc_inputs_of(node->args[1]).calls;
  zc_operand x = zc_compile_node(c, node->args[second]);
  zc_guard *guard = zc_arena_take(&c->program->arena, sizeof *guard);
  int at = zc_compile_register(c, &x, NULL);
  const zc_guard *outer = c->guard;
  if (guard == NULL)
    c->memory = true;
  else
    *guard = (zc_guard){at, node->op == ZC_OP_OR, outer};
  c->guard = guard;
  zc_operand y = zc_compile_node(c, node->args[!second]);
  c->guard = outer;
  int other = zc_compile_register(c, &y, NULL);
  zc_step *step = zc_compile_step(c, node, zc_step_both);
  step->a = at;
  step->b = other;
  return zc_compile_done(c, step);
}

static zc_operand compile_not(zc_compiler *c, const zc_node *node)
{
  zc_operand x = zc_compile_node(c, node->args[0]);
  int at = zc_compile_register(c, &x, NULL);
  zc_step *step = zc_compile_step(c, node, zc_step_not);
  step->a = at;
  return zc_compile_done(c, step);
}

/* x == nil, x ~= nil */
static zc_operand compile_asks(zc_compiler *c, const zc_node *node)
{
  bool first = node->args[0]->type.kind == ZC_NIL;
  const zc_node *asked = node->args[first], *nil = node->args[!first];
  zc_inputs inputs = zc_inputs_of(nil);
  bool texts = asked->type.kind == ZC_TEXT || asked->type.kind == ZC_CODES;
  if (inputs.columns > 0 || inputs.figures || asked->type.kind == ZC_NIL ||
      asked->type.kind > ZC_CODES || (texts && zc_compile_home(c, asked) == NULL))
    return zc_compile_rowwise(c, node);
  zc_operand x = zc_compile_node(c, asked);
  int at = zc_compile_register(c, &x, NULL);
  zc_step *step = zc_compile_step(c, node, zc_step_is_nil);
  step->a = at;
  step->flag = asked->type.kind == ZC_BOOL;
  return zc_compile_done(c, step);
}

/* A constant that stands for itself: neither missing nor odd. */
static bool is_plain(const zc_operand *x)
{
  return x->constant && x->value.kind == x->node->type.kind && x->value.units > ZC_ODD;
}

static zc_operand compile_comparison(zc_compiler *c, const zc_node *node)
{
  zc_kind kind = node->args[0]->type.kind;
  bool same = node->op == ZC_OP_EQUAL || node->op == ZC_OP_UNEQUAL;
  zc_operand done;
  if (kind == ZC_NIL || node->args[1]->type.kind == ZC_NIL)
    return same ? compile_asks(c, node) : zc_compile_rowwise(c, node);
  if (kind == ZC_TEXT)
    return same ? zc_compile_same_texts(c, node) : zc_compile_rowwise(c, node);
  if (zc_compile_fused(c, node, &done))
    return done;
  zc_operand x = zc_compile_node(c, node->args[0]);
  zc_operand y = zc_compile_node(c, node->args[1]);
  if (kind != ZC_BOOL && is_plain(&x) != is_plain(&y)) {
    bool left = is_plain(&x);
    zc_step *step = zc_compile_step(c, node, zc_step_compare_constant);
    step->a = left ? y.at : x.at;
    step->constant = left ? x.value : y.value;
    step->flag = left;
    if (step->a >= 0)
      return zc_compile_done(c, step);
  }
  int a = zc_compile_register(c, &x, NULL), b = zc_compile_register(c, &y, NULL);
  zc_step *step =
      zc_compile_step(c, node, kind == ZC_BOOL ? zc_step_same_truths : zc_step_compare);
  step->a = a;
  step->b = b;
  return zc_compile_done(c, step);
}

/* ---- arithmetic -------------------------------------------------------------------------------- */

static zc_operand compile_shift(zc_compiler *c, const zc_node *node, bool day_first)
{
  zc_operand day = zc_compile_node(c, node->args[!day_first]);
  zc_operand number = zc_compile_node(c, node->args[day_first]);
  int at = zc_compile_register(c, &number, NULL),
      other = zc_compile_register(c, &day, NULL);
  zc_step *whole = zc_compile_step(c, node, zc_step_floor);
  whole->a = at;
  zc_operand days = zc_compile_done(c, whole);
  zc_step *step = zc_compile_step(c, node, zc_step_shift_day);
  step->a = other;
  step->b = days.at;
  return zc_compile_done(c, step);
}

static zc_operand compile_arithmetic(zc_compiler *c, const zc_node *node)
{
  zc_kind x = node->args[0]->type.kind, y = node->args[1]->type.kind;
  if (node->type.kind == ZC_DATE)
    return compile_shift(c, node, x == ZC_DATE);
  bool days = x == ZC_DATE && y == ZC_DATE;
  zc_operand first = zc_compile_node(c, node->args[0]);
  zc_operand second = zc_compile_node(c, node->args[1]);
  int a = zc_compile_register(c, &first, NULL),
      b = zc_compile_register(c, &second, NULL);
  zc_step *step = zc_compile_step(c, node, days ? zc_step_days : zc_step_arithmetic);
  step->a = days ? b : a;
  step->b = days ? a : b;
  step->flag = zc_has_own_scales(c->program, node);
  return zc_compile_done(c, step);
}

static zc_operand compile_negate(zc_compiler *c, const zc_node *node)
{
  zc_operand x = zc_compile_node(c, node->args[0]);
  int at = zc_compile_register(c, &x, NULL);
  zc_step *step = zc_compile_step(c, node, zc_step_negate);
  step->a = at;
  return zc_compile_done(c, step);
}

/* ---- any node ------------------------------------------------------------------------------------ */

zc_operand zc_compile_node(zc_compiler *c, const zc_node *node)
{
  if (zc_compile_is_constant(node))
    return constant_of(node);
  if (zc_compile_is_memo(c, node))
    return compile_memo(c, node);
  switch (node->op) {
  case ZC_OP_COLUMN:
    return compile_column(c, node);
  case ZC_OP_AGGREGATE:
  case ZC_OP_RUNNING:
    return compile_figure(c, node);
  case ZC_OP_AND:
  case ZC_OP_OR:
    return compile_both(c, node);
  case ZC_OP_NOT:
    return compile_not(c, node);
  case ZC_OP_EQUAL:
  case ZC_OP_UNEQUAL:
  case ZC_OP_LESS:
  case ZC_OP_LESS_EQUAL:
    return compile_comparison(c, node);
  case ZC_OP_ADD:
  case ZC_OP_SUBTRACT:
  case ZC_OP_MULTIPLY:
  case ZC_OP_DIVIDE:
    return compile_arithmetic(c, node);
  case ZC_OP_NEGATE:
    return compile_negate(c, node);
  case ZC_OP_CALL:
    return zc_compile_call(c, node);
  default:
    return zc_compile_rowwise(c, node);
  }
}

bool zc_program_compile(zc_program *p)
{
  zc_compiler c = {.program = p};
  const zc_node *root = p->root;
  zc_kind kind = root->type.kind;
  bool texts = kind == ZC_TEXT || kind == ZC_CODES;
  p->result = -1;
  if (kind == ZC_LIST || kind == ZC_MAP)
    return true;
  const zc_dictionary *home = texts ? zc_compile_home(&c, root) : NULL;
  if (texts && (home == NULL || home == &p->own) && !p->owns) {
    p->owns = zc_dictionary_begin(&p->own, kind);
    if (!p->owns)
      return false;
  }
  zc_operand result = texts && home == NULL ? zc_compile_rowwise(&c, root)
                                            : zc_compile_node(&c, root);
  p->dictionary = !texts ? NULL : home == NULL ? &p->own : home;
  p->result = zc_compile_register(&c, &result, p->dictionary);
  return !c.memory;
}
