/* compiling.h: how a syntax tree becomes steps; for compile.c and compile_calls.c. */
#ifndef ZC_VECTOR_COMPILING_H
#define ZC_VECTOR_COMPILING_H

#include "vector/machine.h"

typedef struct {
  zc_program *program;
  const zc_guard *guard; /* of what is compiled now */
  /* Of the text that is compiled next; NULL: its own choice. */
  const zc_dictionary *home;
  bool memory;   /* there is none left */
  zc_step spare; /* written to then, never run */
} zc_compiler;

/* A part of the tree that has been compiled: a constant, or in a register. */
typedef struct {
  const zc_node *node;
  bool constant;
  zc_scalar value; /* of a constant; units ZC_ODD of ZC_NUMBER: it overflows */
  int at;          /* register */
} zc_operand;

/* What a part of the tree depends on. */
typedef struct {
  zc_use column; /* the only one, or the first */
  int columns;   /* none, one, or more */
  bool figures;  /* aggregates, prevmax */
  int calls;
} zc_inputs;
zc_inputs zc_inputs_of(const zc_node *node);

/* ---- compile.c ---- */

zc_operand zc_compile_node(zc_compiler *c, const zc_node *node);

/* The operand in a register; a text as a code of `dictionary`. */
int zc_compile_register(zc_compiler *c, const zc_operand *operand,
                        const zc_dictionary *dictionary);

/* A new step, of the node, with a register to fill. The registers that it reads are given
 * back after that, so that it never writes what it reads. */
zc_step *zc_compile_step(zc_compiler *c, const zc_node *node,
                         bool (*run)(const zc_step *step, zc_frame *frame));
void zc_compile_give(zc_compiler *c, int at);

/* What the step with these registers gives. */
zc_operand zc_compile_done(zc_compiler *c, const zc_step *step);

zc_operand zc_compile_rowwise(zc_compiler *c, const zc_node *node);

/* Whether the node becomes a memo. */
bool zc_compile_is_memo(const zc_compiler *c, const zc_node *node);

/* ---- compile_texts.c ---- */

/* The dictionary of the codes that a text's steps give; NULL: its texts are in several. */
const zc_dictionary *zc_compile_home(const zc_compiler *c, const zc_node *node);

/* == and ~= of two texts. */
zc_operand zc_compile_same_texts(zc_compiler *c, const zc_node *node);

/* ---- compile_fused.c ---- */

/* Whether a node has the same value for all rows. */
bool zc_compile_is_constant(const zc_node *node);

/* The comparison of a column of small entries or texts with a constant of its kind; false
 * when it is not that. */
bool zc_compile_fused(zc_compiler *c, const zc_node *node, zc_operand *done);

/* ---- compile_calls.c ---- */

zc_operand zc_compile_call(zc_compiler *c, const zc_node *node);

#endif
