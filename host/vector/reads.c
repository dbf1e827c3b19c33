/* What an expression reads, and which numbers it can give. */
#include <string.h>

#include "table/function.h"
#include "vector/machine.h"

/* ---- reads --------------------------------------------------------------------------------- */

/* The arguments of an aggregate are not the expression's: it reads the figure. */
static bool is_figure(const zc_node *node)
{
  return node->op == ZC_OP_AGGREGATE || node->op == ZC_OP_RUNNING;
}

static int count_columns(const zc_node *node)
{
  int count = node->op == ZC_OP_COLUMN;
  for (int i = 0; !is_figure(node) && i < node->count; i++)
    count += count_columns(node->args[i]);
  return count;
}

static void collect(const zc_node *node, zc_reads *reads, zc_use *columns)
{
  if (node->op == ZC_OP_AGGREGATE)
    reads->aggregates |= 1u << node->slot;
  if (node->op == ZC_OP_RUNNING)
    reads->running |= 1u << node->slot;
  for (int i = 0; !is_figure(node) && i < node->count; i++)
    collect(node->args[i], reads, columns);
  if (node->op != ZC_OP_COLUMN)
    return;
  reads->tables[node->table] = true;
  for (int i = 0; i < reads->column_count; i++)
    if (columns[i].table == node->table && columns[i].column == node->column)
      return;
  columns[reads->column_count++] = (zc_use){node->table, node->column};
}

bool zc_reads_of(zc_program *program, const zc_node *node, zc_reads *reads)
{
  size_t count = (size_t)count_columns(node) + 1;
  zc_use *columns = zc_arena_take(&program->arena, count * sizeof *columns);
  *reads = (zc_reads){.columns = columns};
  if (columns == NULL)
    return false;
  collect(node, reads, columns);
  return true;
}

/* ---- bounds -------------------------------------------------------------------------------- */

static zc_bound wider(zc_bound a, zc_bound b)
{
  return (zc_bound){a.scale > b.scale ? a.scale : b.scale, a.ratio || b.ratio,
                    a.known && b.known};
}

static zc_bound sure(int scale, bool ratio)
{
  return (zc_bound){scale > ZC_SCALE_MAX ? ZC_SCALE_MAX : scale, ratio, true};
}

static zc_bound of_value(const zc_scalar *value)
{
  zc_bound bound = sure(0, false);
  if (value->kind == ZC_NUMBER)
    return sure(value->scale, value->divisor != 1);
  for (uint32_t i = 0; value->kind == ZC_MAP && i < value->size; i++)
    bound = wider(bound, of_value(&value->entries[i]));
  return bound;
}

/* Cells that fit no array: the largest scale among them. */
static zc_bound of_cells(const zc_table *table, int slot)
{
  zc_bound bound = sure(0, true);
  for (size_t i = 0; table->cells != NULL && i < table->count; i++)
    bound = wider(bound,
                  of_value(&table->cells[i * (size_t)table->width + (size_t)slot]));
  return bound;
}

static zc_bound of_column(const zc_program *program, const zc_node *node)
{
  const zc_column_vector *v = &program->columns[node->table]->vectors[node->column];
  if (v->kind == ZC_NIL)
    return of_cells(program->rule->tables[node->table], node->column);
  return sure(v->kind == ZC_NUMBER ? v->scale : 0, false);
}

static zc_bound of_lane(const zc_node *node, const zc_batch *batch)
{
  if (batch == NULL)
    return (zc_bound){0, false, false};
  const zc_lane *lanes = node->op == ZC_OP_RUNNING ? batch->running : batch->aggregates;
  return sure(lanes[node->slot].scale, lanes[node->slot].ratio);
}

/* Whether a function gives one of its arguments, or what lies in one. */
static bool passes_one(const char *name)
{
  return strcmp(name, "abs") == 0 || strcmp(name, "min") == 0 ||
         strcmp(name, "max") == 0 || strcmp(name, "at") == 0 ||
         strcmp(name, "default") == 0 || strcmp(name, "given") == 0 ||
         strcmp(name, "choose") == 0;
}

bool zc_has_own_scales(const zc_program *program, const zc_node *node)
{
  zc_kind kind = node->type.kind;
  if (kind != ZC_NUMBER && kind != ZC_LIST && kind != ZC_MAP)
    return false;
  if (node->op == ZC_OP_COLUMN)
    return program->rule->tables[node->table]->view != NULL;
  if (node->op == ZC_OP_AGGREGATE || node->op == ZC_OP_RUNNING ||
      (node->op == ZC_OP_CALL && node->count > 1 && passes_one(node->function->name)))
    return true;
  for (int i = 0; i < node->count; i++)
    if (zc_has_own_scales(program, node->args[i]))
      return true;
  return false;
}

static zc_bound of_call(const zc_program *program, const zc_node *node,
                        const zc_batch *batch)
{
  const char *name = node->function->name;
  if (strcmp(name, "round") == 0)
    return sure(node->count == 2 ? (int)node->args[1]->literal.units : 0, false);
  if (strcmp(name, "hours") == 0 || strcmp(name, "minutes") == 0)
    return sure(0, true);
  bool passes = passes_one(name);
  zc_bound bound = sure(0, false);
  for (int i = 0; passes && i < node->count; i++)
    bound = wider(bound, zc_bound_of(program, node->args[i], batch));
  return bound;
}

zc_bound zc_bound_of(const zc_program *program, const zc_node *node,
                     const zc_batch *batch)
{
  zc_bound a, b;
  zc_kind kind = node->type.kind;
  if (kind != ZC_NUMBER && kind != ZC_LIST && kind != ZC_MAP)
    return sure(0, false); /* a day less a fraction is a day */
  switch (node->op) {
  case ZC_OP_LITERAL:
    return of_value(&node->literal);
  case ZC_OP_CONSTANT:
    return of_value(node->constant);
  case ZC_OP_COLUMN:
    return of_column(program, node);
  case ZC_OP_AGGREGATE:
  case ZC_OP_RUNNING:
    return of_lane(node, batch);
  case ZC_OP_CALL:
    return of_call(program, node, batch);
  case ZC_OP_NEGATE:
    return zc_bound_of(program, node->args[0], batch);
  case ZC_OP_ADD:
  case ZC_OP_SUBTRACT:
  case ZC_OP_MULTIPLY:
  case ZC_OP_DIVIDE:
    a = zc_bound_of(program, node->args[0], batch);
    b = zc_bound_of(program, node->args[1], batch);
    break;
  default:
    return sure(0, false);
  }
  if (node->op == ZC_OP_MULTIPLY)
    return (zc_bound){sure(a.scale + b.scale, false).scale, a.ratio || b.ratio,
                      a.known && b.known};
  if (node->op == ZC_OP_DIVIDE)
    return (zc_bound){a.scale > b.scale ? a.scale - b.scale : 0, true,
                      a.known && b.known};
  return wider(a, b);
}

/* ---- exactness ------------------------------------------------------------------------------ */

/* Values that stand for each other are printed alike only if all of them have one scale. */
static bool alike(const zc_program *program, const zc_node *node, int from)
{
  zc_bound first = zc_bound_of(program, node->args[from], NULL);
  for (int i = from; i < node->count; i++) {
    zc_bound bound = zc_bound_of(program, node->args[i], NULL);
    if (!bound.known || bound.scale != first.scale || !zc_exact(program, node->args[i]))
      return false;
  }
  return true;
}

static bool exact_call(const zc_program *program, const zc_node *node)
{
  const char *name = node->function->name;
  if (strcmp(name, "abs") == 0)
    return zc_exact(program, node->args[0]);
  if (strcmp(name, "given") == 0)
    return zc_exact(program, node->args[1]);
  if (strcmp(name, "min") == 0 || strcmp(name, "max") == 0 ||
      strcmp(name, "default") == 0)
    return alike(program, node, 0);
  if (strcmp(name, "choose") == 0)
    return alike(program, node, 1);
  return strcmp(name, "at") != 0;
}

bool zc_exact(const zc_program *program, const zc_node *node)
{
  if (node->type.kind != ZC_NUMBER)
    return node->type.kind != ZC_LIST && node->type.kind != ZC_MAP;
  if (node->op == ZC_OP_COLUMN)
    return program->rule->tables[node->table]->view == NULL ||
           program->columns[node->table]->vectors[node->column].exact;
  if (node->op == ZC_OP_CALL)
    return exact_call(program, node);
  if (node->op == ZC_OP_AGGREGATE || node->op == ZC_OP_RUNNING)
    return true;
  for (int i = 0; i < node->count; i++)
    if (!zc_exact(program, node->args[i]))
      return false;
  return true;
}
