/* Texts are compared by their codes, which must be of one dictionary. */
#include <string.h>

#include "table/function.h"
#include "vector/compiling.h"

/* ---- which dictionary ------------------------------------------------------------------- */

/* The arguments of a call that stand for its value; 0: none do. */
static int values_from(const zc_node *node, int *to)
{
  const char *name = node->op == ZC_OP_CALL ? node->function->name : "";
  *to = node->count;
  if (strcmp(name, "choose") == 0 || strcmp(name, "given") == 0)
    return 1;
  if (strcmp(name, "default") == 0)
    return 0;
  *to = 0;
  return 0;
}

/* A text that is in the dictionary, or can be put there. */
static bool belongs(const zc_compiler *c, const zc_node *node,
                    const zc_dictionary *home)
{
  if (zc_compile_is_constant(node)) {
    zc_evaluation e = {0};
    zc_scalar text = zc_evaluate(&e, node);
    return !e.overflow &&
           (text.kind == ZC_NIL || home == &c->program->own ||
            (text.kind == home->kind &&
             zc_dictionary_find(home, text.text, text.size) != ZC_CODE_NIL));
  }
  if (zc_compile_is_memo(c, node))
    return home == &c->program->own;
  if (node->op == ZC_OP_COLUMN)
    return c->program->columns[node->table]->vectors[node->column].dictionary == home;
  int to, from = values_from(node, &to);
  for (int i = from; i < to; i++)
    if (!belongs(c, node->args[i], home))
      return false;
  return to > 0;
}

/* The first column's among the texts that stand for the value; NULL: there is none. */
static const zc_dictionary *first_home(const zc_compiler *c, const zc_node *node)
{
  if (zc_compile_is_memo(c, node))
    return &c->program->own;
  if (node->op == ZC_OP_COLUMN)
    return c->program->columns[node->table]->vectors[node->column].dictionary;
  int to, from = values_from(node, &to);
  for (int i = from; i < to; i++) {
    const zc_dictionary *home = first_home(c, node->args[i]);
    if (home != NULL)
      return home;
  }
  return NULL;
}

const zc_dictionary *zc_compile_home(const zc_compiler *c, const zc_node *node)
{
  const zc_dictionary *home = first_home(c, node);
  if (home == NULL && node->type.kind == ZC_TEXT)
    home = &c->program->own;
  return home != NULL && belongs(c, node, home) ? home : NULL;
}

/* ---- comparing ------------------------------------------------------------------------------ */

/* The codes of one dictionary by those of another; UINT32_MAX: it has no such text. */
static const uint32_t *map_of(zc_compiler *c, const zc_dictionary *from,
                              const zc_dictionary *to)
{
  uint32_t *codes = zc_arena_take(&c->program->arena,
                                  from->words.count * sizeof *codes);
  if (codes == NULL)
    c->memory = true;
  for (uint32_t i = 0; codes != NULL && i < from->words.count; i++) {
    if (i < ZC_CODE_FIRST) {
      codes[i] = i;
      continue;
    }
    codes[i] = zc_dictionary_find_word(to, zc_word_at(&from->words, i));
    if (codes[i] == ZC_CODE_NIL)
      codes[i] = UINT32_MAX;
  }
  return codes;
}

static zc_operand same_as_constant(zc_compiler *c, const zc_node *node,
                                   const zc_node *text, const zc_node *constant)
{
  zc_evaluation e = {0};
  zc_scalar value = zc_evaluate(&e, constant);
  const zc_dictionary *home = zc_compile_home(c, text);
  /* A field of the facility that is nil may be asked for by an empty literal. */
  if (home == NULL || e.overflow || value.kind != ZC_TEXT)
    return zc_compile_rowwise(c, node);
  zc_operand x = zc_compile_node(c, text);
  zc_operand y = {.node = constant, .constant = true, .value = value, .at = -1};
  int b = zc_compile_register(c, &y, home);
  zc_step *step = zc_compile_step(c, node, zc_step_same_texts);
  step->a = x.at;
  step->b = b;
  step->flag = !text->type.fixed && !constant->type.fixed;
  return zc_compile_done(c, step);
}

zc_operand zc_compile_same_texts(zc_compiler *c, const zc_node *node)
{
  const zc_node *a = node->args[0], *b = node->args[1];
  zc_operand done;
  if (zc_compile_fused(c, node, &done))
    return done;
  if (zc_compile_is_constant(a) || zc_compile_is_constant(b))
    return zc_compile_is_constant(a) ? same_as_constant(c, node, b, a)
                                     : same_as_constant(c, node, a, b);
  const zc_dictionary *first = zc_compile_home(c, a), *second = zc_compile_home(c, b);
  if (first == NULL || second == NULL)
    return zc_compile_rowwise(c, node);
  zc_operand x = zc_compile_node(c, a), y = zc_compile_node(c, b);
  const uint32_t *codes = NULL;
  bool turn = first->words.count > second->words.count;
  if (first != second && !c->memory)
    codes = turn ? map_of(c, second, first) : map_of(c, first, second);
  zc_step *step = zc_compile_step(c, node, zc_step_same_texts);
  step->a = turn ? y.at : x.at;
  step->b = turn ? x.at : y.at;
  step->flag = !a->type.fixed && !b->type.fixed;
  step->codes = codes;
  return zc_compile_done(c, step);
}
