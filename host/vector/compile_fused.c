/* A column that is compared with a constant is not copied to a register first. */
#include "vector/compiling.h"

bool zc_compile_is_constant(const zc_node *node)
{
  zc_inputs inputs = zc_inputs_of(node);
  return inputs.columns == 0 && !inputs.figures;
}

static void fuse_text(zc_compiler *c, const zc_node *node, const zc_node *column,
                      const zc_node *constant, zc_scalar value, zc_operand *done)
{
  const zc_column_vector *v =
      &c->program->columns[column->table]->vectors[column->column];
  uint32_t code = zc_dictionary_find(v->dictionary, value.text, value.size);
  zc_step *step = zc_compile_step(c, node, zc_step_code);
  step->table = column->table;
  step->vector = v;
  step->c = (int)(code == ZC_CODE_NIL ? UINT32_MAX : code);
  step->flag = !constant->type.fixed;
  *done = zc_compile_done(c, step);
}

bool zc_compile_fused(zc_compiler *c, const zc_node *node, zc_operand *done)
{
  bool left = node->args[1]->op == ZC_OP_COLUMN;
  const zc_node *column = node->args[left], *constant = node->args[!left];
  if (column->op != ZC_OP_COLUMN || !zc_compile_is_constant(constant))
    return false;
  const zc_column_vector *v =
      &c->program->columns[column->table]->vectors[column->column];
  zc_evaluation e = {0};
  zc_scalar value = zc_evaluate(&e, constant);
  if (e.overflow || value.kind != v->kind)
    return false;
  if (v->kind == ZC_TEXT && !column->type.fixed) {
    fuse_text(c, node, column, constant, value, done);
    return true;
  }
  if (!zc_has_small(v))
    return false;
  zc_step *step = zc_compile_step(c, node, zc_step_within);
  step->table = column->table;
  step->vector = v;
  step->constant = value;
  step->flag = left;
  *done = zc_compile_done(c, step);
  return true;
}
