/* Functions that have steps of their own. */
#include <string.h>

#include "table/function.h"
#include "vector/compiling.h"

#define ENTRIES_MOST 32 /* of one_of, compared one after the other */

static zc_operand compile_one(zc_compiler *c, const zc_node *node,
                              bool (*run)(const zc_step *step, zc_frame *frame),
                              int extra)
{
  zc_operand x = zc_compile_node(c, node->args[0]);
  int at = zc_compile_register(c, &x, NULL);
  zc_step *step = zc_compile_step(c, node, run);
  step->a = at;
  step->c = extra;
  return zc_compile_done(c, step);
}

static zc_operand compile_absolute(zc_compiler *c, const zc_node *node)
{
  return compile_one(c, node, zc_step_absolute, -1);
}

static zc_operand compile_floor(zc_compiler *c, const zc_node *node)
{
  return compile_one(c, node, zc_step_floor, -1);
}

static zc_operand compile_round(zc_compiler *c, const zc_node *node)
{
  return compile_one(c, node, zc_step_round,
                     node->count == 2 ? (int)node->args[1]->literal.units : 0);
}

static zc_operand compile_extreme(zc_compiler *c, const zc_node *node)
{
  zc_operand best = zc_compile_node(c, node->args[0]);
  for (int i = 1; i < node->count; i++) {
    zc_operand x = zc_compile_node(c, node->args[i]);
    int a = zc_compile_register(c, &best, NULL), b = zc_compile_register(c, &x, NULL);
    zc_step *step = zc_compile_step(c, node, zc_step_extreme);
    step->a = a;
    step->b = b;
    step->flag = strcmp(node->function->name, "max") == 0;
    best = zc_compile_done(c, step);
  }
  return best;
}

/* ---- days and times ------------------------------------------------------------------------- */

/* A day or a moment as days, or as seconds. */
static int moments(zc_compiler *c, const zc_node *node, bool seconds)
{
  zc_operand x = zc_compile_node(c, node);
  int at = zc_compile_register(c, &x, NULL);
  if ((node->type.kind == ZC_MOMENT) == seconds)
    return at;
  zc_step *step = zc_compile_step(c, node, seconds ? zc_step_seconds : zc_step_date);
  step->a = at;
  return zc_compile_done(c, step).at;
}

static zc_operand compile_civil(zc_compiler *c, const zc_node *node)
{
  int at = moments(c, node->args[0], false);
  zc_step *step = zc_compile_step(c, node, zc_step_civil);
  step->a = at;
  step->c = node->function->name[0];
  return zc_compile_done(c, step);
}

static zc_operand compile_date(zc_compiler *c, const zc_node *node)
{
  return (zc_operand){.node = node, .at = moments(c, node->args[0], false)};
}

static zc_operand compile_days(zc_compiler *c, const zc_node *node)
{
  int a = moments(c, node->args[0], false), b = moments(c, node->args[1], false);
  zc_step *step = zc_compile_step(c, node, zc_step_days);
  step->a = a;
  step->b = b;
  return zc_compile_done(c, step);
}

static zc_operand compile_elapsed(zc_compiler *c, const zc_node *node)
{
  int a = moments(c, node->args[0], true), b = moments(c, node->args[1], true);
  zc_step *step = zc_compile_step(c, node, zc_step_elapsed);
  step->a = a;
  step->b = b;
  step->c = node->function->name[0] == 'h' ? 3600 : 60;
  return zc_compile_done(c, step);
}

/* ---- values that stand for each other --------------------------------------------------------- */

/* For texts the dictionary of both; *good is false when they have none in common. */
static const zc_dictionary *home_of(zc_compiler *c, const zc_node *node, bool *good)
{
  zc_kind kind = node->type.kind;
  const zc_dictionary *wanted = c->home;
  c->home = NULL;
  *good = kind != ZC_NIL && kind != ZC_LIST && kind != ZC_MAP;
  if (kind != ZC_TEXT && kind != ZC_CODES)
    return NULL;
  const zc_dictionary *home = wanted != NULL ? wanted : zc_compile_home(c, node);
  *good = home != NULL;
  if (home == &c->program->own && !c->program->owns) {
    c->program->owns = zc_dictionary_begin(&c->program->own, kind);
    c->memory |= !c->program->owns;
  }
  return home;
}

/* One of the values, in a register, by codes of that dictionary. */
static int value_of(zc_compiler *c, const zc_node *node, const zc_dictionary *home)
{
  c->home = home;
  zc_operand x = zc_compile_node(c, node);
  c->home = NULL;
  return zc_compile_register(c, &x, home);
}

static zc_operand compile_choose(zc_compiler *c, const zc_node *node)
{
  bool good;
  const zc_dictionary *home = home_of(c, node, &good);
  if (!good || c->memory)
    return zc_compile_rowwise(c, node);
  zc_operand condition = zc_compile_node(c, node->args[0]);
  int at = zc_compile_register(c, &condition, NULL);
  int a = value_of(c, node->args[1], home);
  int b = node->count > 2 ? value_of(c, node->args[2], home) : -1;
  zc_step *step = zc_compile_step(c, node,
                                  node->type.kind == ZC_BOOL ? zc_step_choose_truths
                                                             : zc_step_choose);
  step->a = a;
  step->b = b;
  step->c = at;
  zc_operand done = zc_compile_done(c, step);
  zc_compile_give(c, at);
  return done;
}

static zc_operand compile_default(zc_compiler *c, const zc_node *node)
{
  bool good;
  const zc_dictionary *home = home_of(c, node, &good);
  if (!good || c->memory)
    return zc_compile_rowwise(c, node);
  int a = value_of(c, node->args[0], home), b = value_of(c, node->args[1], home);
  zc_step *step = zc_compile_step(c, node,
                                  node->type.kind == ZC_BOOL ? zc_step_default_truths
                                                             : zc_step_default);
  step->a = a;
  step->b = b;
  step->flag = node->type.kind == ZC_TEXT;
  return zc_compile_done(c, step);
}

/* ---- one_of --------------------------------------------------------------------------------------- */

/* The entries that a value is compared with, all of them there and of its kind. */
static int entries_of(const zc_node *node, zc_scalar entries[ENTRIES_MOST])
{
  int count = 0;
  for (int i = 1; i < node->count; i++) {
    zc_inputs inputs = zc_inputs_of(node->args[i]);
    zc_evaluation e = {0};
    if (inputs.columns > 0 || inputs.figures)
      return 0;
    zc_scalar value = zc_evaluate(&e, node->args[i]);
    const zc_scalar *all = value.kind == ZC_LIST ? value.entries : &value;
    uint32_t size = value.kind == ZC_LIST ? value.size : 1;
    if (e.overflow || size > (uint32_t)(ENTRIES_MOST - count))
      return 0;
    for (uint32_t k = 0; k < size; k++)
      if (all[k].kind != node->args[0]->type.kind || all[k].units <= ZC_ODD)
        return 0;
      else
        entries[count++] = all[k];
  }
  return count;
}

static zc_operand compile_one_of(zc_compiler *c, const zc_node *node)
{
  zc_scalar entries[ENTRIES_MOST];
  zc_kind kind = node->args[0]->type.kind;
  int count = kind == ZC_NUMBER || kind == ZC_DATE || kind == ZC_MOMENT
                  ? entries_of(node, entries)
                  : 0;
  if (count == 0)
    return zc_compile_rowwise(c, node);
  zc_operand x = zc_compile_node(c, node->args[0]), found = {.at = -1};
  for (int i = 0; i < count; i++) {
    zc_step *step = zc_compile_step(c, node, zc_step_compare_constant);
    step->a = x.at;
    step->constant = entries[i];
    step->op = ZC_OP_EQUAL;
    zc_operand same = {.node = node, .at = step->to};
    if (found.at >= 0) {
      zc_step *both = zc_compile_step(c, node, zc_step_both);
      both->a = found.at;
      both->b = same.at;
      both->op = ZC_OP_OR;
      same = zc_compile_done(c, both);
    }
    found = same;
  }
  zc_compile_give(c, x.at);
  return found;
}

/* ---- the table ------------------------------------------------------------------------------------- */

static const struct {
  const char *name;
  zc_operand (*compile)(zc_compiler *c, const zc_node *node);
} calls[] = {
    {"abs", compile_absolute}, {"choose", compile_choose}, {"date", compile_date},
    {"day", compile_civil},    {"days", compile_days},     {"default", compile_default},
    {"floor", compile_floor},  {"given", compile_choose},  {"hours", compile_elapsed},
    {"max", compile_extreme},  {"min", compile_extreme},   {"minutes", compile_elapsed},
    {"month", compile_civil},  {"one_of", compile_one_of}, {"round", compile_round},
    {"year", compile_civil},
};

zc_operand zc_compile_call(zc_compiler *c, const zc_node *node)
{
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (strcmp(calls[i].name, node->function->name) == 0)
      return calls[i].compile(c, node);
  return zc_compile_rowwise(c, node);
}
