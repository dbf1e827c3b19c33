#include "table/evaluate.h"

#include "table/function.h"

static zc_scalar overflow(zc_evaluation *e)
{
  e->overflow = true;
  return zc_nil();
}

/* A blank text that is data, not a literal, may be anything. */
static bool blank(const zc_node *node, zc_scalar value)
{
  return value.kind == ZC_TEXT && value.size == 0 && !node->type.fixed;
}

/* An empty field of the facility is nil; the literal "" asks for it as nil does. */
static bool asks_for_empty(const zc_node *field, const zc_node *literal, zc_scalar text)
{
  return field->op == ZC_OP_CONSTANT && literal->type.fixed && text.kind == ZC_TEXT &&
         text.size == 0;
}

zc_scalar zc_evaluate_equal(const zc_node *a, zc_scalar x, const zc_node *b,
                            zc_scalar y)
{
  if (x.kind == ZC_NIL || y.kind == ZC_NIL) {
    bool empty = x.kind == ZC_NIL ? asks_for_empty(a, b, y) : asks_for_empty(b, a, x);
    return empty ? zc_bool(true) : zc_missing(x, y);
  }
  if (!a->type.fixed && !b->type.fixed && (blank(a, x) || blank(b, y)))
    return zc_nil();
  return zc_bool(zc_scalar_compare(&x, &y) == 0);
}

static zc_scalar equal(zc_evaluation *e, const zc_node *node)
{
  zc_node *a = node->args[0], *b = node->args[1];
  zc_scalar x = zc_evaluate(e, a), y = zc_evaluate(e, b);
  bool asks = a->type.kind == ZC_NIL || b->type.kind == ZC_NIL;
  if (asks && (zc_is_unreadable(x) || zc_is_unreadable(y)))
    return zc_unreadable();
  zc_scalar same = asks ? zc_bool(x.kind == ZC_NIL && y.kind == ZC_NIL)
                        : zc_evaluate_equal(a, x, b, y);
  if (same.kind == ZC_BOOL && node->op == ZC_OP_UNEQUAL)
    same.truth = !same.truth;
  return same;
}

static zc_scalar less(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]), y = zc_evaluate(e, node->args[1]);
  if (x.kind == ZC_NIL || y.kind == ZC_NIL || blank(node->args[0], x) ||
      blank(node->args[1], y))
    return zc_missing(x, y);
  int order = zc_scalar_compare(&x, &y);
  return zc_bool(node->op == ZC_OP_LESS ? order < 0 : order <= 0);
}

/* Kleene: the one that decides alone need not wait for the other, and what overflows in
 * the other does not matter then, on whichever side it stands. */
static zc_scalar both(zc_evaluation *e, const zc_node *node)
{
  bool deciding = node->op == ZC_OP_OR;
  bool unknown = false, before = e->overflow, after = before;
  zc_scalar missing = zc_nil();
  for (int i = 0; i < 2; i++) {
    e->overflow = false;
    zc_scalar x = zc_evaluate(e, node->args[i]);
    if (x.kind == ZC_NIL || e->overflow) {
      unknown = true;
      missing = zc_missing(missing, x);
      after |= e->overflow;
    } else if (x.truth == deciding) {
      e->overflow = before;
      return zc_bool(deciding);
    }
  }
  e->overflow = after;
  return unknown ? missing : zc_bool(!deciding);
}

static zc_scalar shift_day(zc_evaluation *e, int64_t day, zc_scalar number, int sign)
{
  zc_scalar whole;
  if (!zc_number_floor(number, &whole) || whole.units > 4000000 ||
      whole.units < -4000000)
    return overflow(e);
  int64_t moved = day + sign * whole.units;
  return moved < -719162 || moved > 2932896 ? overflow(e) : zc_date((int32_t)moved);
}

static zc_scalar arithmetic(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]), y = zc_evaluate(e, node->args[1]), z;
  if (x.kind == ZC_NIL || y.kind == ZC_NIL)
    return zc_missing(x, y);
  bool good;
  switch (node->op) {
  case ZC_OP_ADD:
    if (x.kind == ZC_DATE)
      return shift_day(e, x.units, y, 1);
    if (y.kind == ZC_DATE)
      return shift_day(e, y.units, x, 1);
    good = zc_number_add(x, y, &z);
    break;
  case ZC_OP_SUBTRACT:
    if (x.kind == ZC_DATE)
      return y.kind == ZC_DATE ? zc_integer(x.units - y.units)
                               : shift_day(e, x.units, y, -1);
    good = zc_number_subtract(x, y, &z);
    break;
  case ZC_OP_MULTIPLY:
    good = zc_number_multiply(x, y, &z);
    break;
  default:
    good = zc_number_divide(x, y, &z);
    break;
  }
  return good ? z : overflow(e);
}

zc_scalar zc_evaluate(zc_evaluation *e, const zc_node *node)
{
  switch (node->op) {
  case ZC_OP_LITERAL:
    return node->literal;
  case ZC_OP_CONSTANT:
    return *node->constant;
  case ZC_OP_COLUMN: {
    const zc_scalar *row = e->rows[node->table];
    if (row != NULL)
      return row[node->column];
    e->overflow |= (e->ambiguous >> node->table & 1) != 0;
    return zc_nil();
  }
  case ZC_OP_AGGREGATE:
    return e->aggregates[node->slot];
  case ZC_OP_RUNNING:
    return e->running[node->slot];
  case ZC_OP_CALL:
    return node->function->evaluate(e, node);
  case ZC_OP_AND:
  case ZC_OP_OR:
    return both(e, node);
  case ZC_OP_NOT: {
    zc_scalar x = zc_evaluate(e, node->args[0]);
    return x.kind == ZC_NIL ? x : zc_bool(!x.truth);
  }
  case ZC_OP_NEGATE: {
    zc_scalar x = zc_evaluate(e, node->args[0]), z;
    if (x.kind == ZC_NIL)
      return x;
    return zc_number_subtract(zc_integer(0), x, &z) ? z : overflow(e);
  }
  case ZC_OP_EQUAL:
  case ZC_OP_UNEQUAL:
    return equal(e, node);
  case ZC_OP_LESS:
  case ZC_OP_LESS_EQUAL:
    return less(e, node);
  case ZC_OP_ADD:
  case ZC_OP_SUBTRACT:
  case ZC_OP_MULTIPLY:
  case ZC_OP_DIVIDE:
    return arithmetic(e, node);
  case ZC_OP_NAME:
    break;
  }
  return zc_nil();
}

zc_truth zc_evaluate_truth(zc_evaluation *e, const zc_node *node)
{
  e->overflow = false;
  zc_scalar value = zc_evaluate(e, node);
  if (value.kind == ZC_NIL || e->overflow)
    return ZC_UNKNOWN;
  return value.truth ? ZC_TRUE : ZC_FALSE;
}

void zc_expression_walk(zc_node *node, void (*visit)(zc_node *node, void *context),
                        void *context)
{
  if (node == NULL)
    return;
  visit(node, context);
  for (int i = 0; i < node->count; i++)
    zc_expression_walk(node->args[i], visit, context);
}
