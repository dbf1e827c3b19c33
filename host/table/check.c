/* Types: every name is looked up, every operation gets operands that fit, so that
 * evaluation needs no checks of its own. */
#include <string.h>

#include "table/function.h"

/* What a kind is called in messages. */
static const char *kind_title(zc_kind kind)
{
  switch (kind) {
  case ZC_NIL:
    return N_("nil");
  case ZC_BOOL:
    return N_("a condition (true or false)");
  case ZC_NUMBER:
    return N_("a number");
  case ZC_TEXT:
    return N_("a text");
  case ZC_DATE:
    return N_("a date");
  case ZC_MOMENT:
    return N_("a date with time");
  case ZC_CODES:
    return N_("a list of codes");
  case ZC_LIST:
    return N_("a list");
  case ZC_MAP:
    return N_("a map");
  }
  return "";
}

static zc_place place_of(const zc_checker *c, const zc_node *node)
{
  return zc_place_within(c->usage->place, c->text, node->offset);
}

bool zc_check_refuse(zc_checker *c, const zc_node *node, const char *text,
                     const char *name, const char *value, const char *hint)
{
  int bad = hint == NULL
                ? zc_fault(c->faults, place_of(c, node), text, name, value, NULL)
                : zc_fault(c->faults, place_of(c, node), text, name, value, "hint",
                           hint, NULL);
  c->memory |= bad != 0;
  c->failed = true;
  return false;
}

bool zc_check_kind(zc_checker *c, const zc_node *node, zc_kind kind)
{
  if (node->type.kind == kind)
    return true;
  c->failed = true;
  c->memory |= zc_fault(c->faults, place_of(c, node),
                        "{wanted_term} is needed here, but this is {found_term}",
                        "wanted_term", kind_title(kind), "found_term",
                        kind_title(node->type.kind), NULL) != 0;
  return false;
}

/* The most similar word of an enum. */
static const char *nearest_word(const json_t *words, const char *text)
{
  const char *nearest = "";
  int best = 1000;
  size_t index;
  const json_t *word;
  json_array_foreach(words, index, word)
  {
    int distance = zc_text_distance(json_string_value(word), text);
    if (distance < best) {
      best = distance;
      nearest = json_string_value(word);
    }
  }
  return nearest;
}

static bool known_word(zc_checker *c, const json_t *words, const zc_node *literal)
{
  if (words == NULL || literal->op != ZC_OP_LITERAL || literal->type.kind != ZC_TEXT ||
      literal->literal.size == 0)
    return true;
  size_t index;
  const json_t *word;
  json_array_foreach(words, index,
                     word) if (strcmp(json_string_value(word), literal->literal.text) ==
                               0) return true;
  c->failed = true;
  zc_buffer list = {0};
  json_array_foreach(words, index, word)
  {
    if (index > 0)
      zc_buffer_text(&list, "、");
    zc_buffer_text(&list, json_string_value(word));
  }
  const char *nearest = nearest_word(words, literal->literal.text);
  c->memory |= list.failed ||
               zc_fault(c->faults, place_of(c, literal),
                        "{word} is not one of its values", "word",
                        literal->literal.text, "nearest", nearest, "list",
                        zc_text_or(list.data, ""), "hint",
                        *nearest != '\0' ? N_("did you mean {nearest}? Known: {list}")
                                         : N_("known: {list}"),
                        NULL) != 0;
  zc_buffer_free(&list);
  return false;
}

bool zc_check_alike(zc_checker *c, const zc_node *a, const zc_node *b)
{
  zc_kind ka = a->type.kind, kb = b->type.kind;
  if (ka != kb) {
    const char *hint = NULL;
    bool text = ka == ZC_TEXT || kb == ZC_TEXT;
    if ((ka == ZC_DATE && kb == ZC_MOMENT) || (ka == ZC_MOMENT && kb == ZC_DATE))
      hint = N_("write date(…) around the one with time");
    else if (text && (ka == ZC_DATE || kb == ZC_DATE))
      hint = N_("write date(\"2023-05-01\") for a fixed day");
    else if (text && (ka == ZC_NUMBER || kb == ZC_NUMBER))
      hint = N_("write numbers without quotation marks, codes with them");
    else if (ka == ZC_CODES || kb == ZC_CODES)
      hint = N_("write any_of(codes, \"…\")");
    else if (ka == ZC_LIST || kb == ZC_LIST)
      hint = N_("write one_of(x, list)");
    c->failed = true;
    zc_place place = place_of(c, b);
    int bad = hint == NULL ? zc_fault(c->faults, place,
                                      "{left_term} and {right_term} cannot be compared",
                                      "left_term", kind_title(ka), "right_term",
                                      kind_title(kb), NULL)
                           : zc_fault(c->faults, place,
                                      "{left_term} and {right_term} cannot be compared",
                                      "left_term", kind_title(ka), "right_term",
                                      kind_title(kb), "hint", hint, NULL);
    c->memory |= bad != 0;
    return false;
  }
  return known_word(c, a->type.words, b) && known_word(c, b->type.words, a);
}

static bool check(zc_checker *c, zc_node *node);

static bool check_args(zc_checker *c, zc_node *node)
{
  bool good = true;
  for (int i = 0; i < node->count; i++)
    good = check(c, node->args[i]) && good;
  return good;
}

/* Whether an unknown space is a slip in a known one. */
static bool unknown_name(zc_checker *c, const zc_node *node)
{
  const zc_scope *scope = c->usage->scope;
  static const char *const spaces[] = {"p",      "facility", "answers",
                                       "period", "plan",     "m"};
  bool lone = node->space[0] == '\0';
  const char *nearest = zc_scope_nearest(scope, node->space, node->name);
  char full[160];
  snprintf(full, sizeof full, lone ? "%s%.120s" : "%.30s.%.120s", node->space,
           node->name);
  c->failed = true;
  const char *hint = NULL;
  if (*nearest != '\0')
    hint = N_("did you mean {nearest}?");
  else if (lone && zc_function_find(node->name) != NULL)
    hint = N_("this is a function: write its arguments in ( )");
  else if (lone && zc_scope_find(scope, "p", node->name) != NULL)
    hint = N_("parameters are written p.{name}");
  else if (strcmp(node->space, "prev") == 0)
    hint = N_("prev needs the field sort");
  else if (!lone && !zc_scope_has_space(scope, node->space)) {
    hint = N_("no joined table has this name; see the field join");
    size_t first = strcspn(node->space, "."); /* answers.posted is of answers */
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
      if (strlen(spaces[i]) == first && strncmp(spaces[i], node->space, first) == 0)
        hint = N_("nothing of this kind is declared here");
  }
  if (*nearest == '\0' && strcmp(node->space, "p") == 0)
    hint = N_("declare it under parameters; one of the type table has no value, but is "
              "joined: table = \"{name}\"");
  zc_place place = place_of(c, node);
  int bad = hint == NULL
                ? zc_fault(c->faults, place, "the name {name} is unknown", "name", full,
                           NULL)
                : zc_fault(c->faults, place, "the name {name} is unknown", "name", full,
                           "nearest", nearest, "hint", hint, NULL);
  c->memory |= bad != 0;
  return false;
}

static bool check_name(zc_checker *c, zc_node *node)
{
  const zc_symbol *symbol = zc_scope_find(c->usage->scope, node->space, node->name);
  if (symbol == NULL)
    return unknown_name(c, node);
  node->type = symbol->type;
  if (symbol->value != NULL) {
    node->op = ZC_OP_CONSTANT;
    node->constant = symbol->value;
    return true;
  }
  if (c->before && symbol->table == ZC_TABLE_PREV)
    return zc_check_refuse(c, node, "prev cannot stand inside prevmax", "name", "",
                           N_("prevmax looks at all earlier rows already"));
  if (c->usage->aggregates && !c->inside &&
      !(c->usage->grouped != NULL &&
        c->usage->grouped(c->usage->context, symbol->table, symbol->column)))
    return zc_check_refuse(
        c, node, "the column {name} differs from row to row", "name", node->name,
        N_("a group has only its keys; use count, distinct, sum, min, max or avg"));
  node->op = ZC_OP_COLUMN;
  node->table = symbol->table;
  node->column = symbol->column;
  return true;
}

static const struct {
  const char *name;
  zc_aggregate aggregate;
} aggregates[] = {
    {"count", ZC_AGGREGATE_COUNT}, {"distinct", ZC_AGGREGATE_DISTINCT},
    {"sum", ZC_AGGREGATE_SUM},     {"min", ZC_AGGREGATE_MIN},
    {"max", ZC_AGGREGATE_MAX},     {"avg", ZC_AGGREGATE_AVG},
    {"sd", ZC_AGGREGATE_SD},       {"set", ZC_AGGREGATE_SET},
    {"top", ZC_AGGREGATE_TOP},
};

static bool is_aggregate(const zc_node *node, zc_aggregate *which)
{
  for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++)
    if (strcmp(node->name, aggregates[i].name) == 0) {
      *which = aggregates[i].aggregate;
      return true;
    }
  return false;
}

static bool aggregate_value(zc_checker *c, zc_node *node)
{
  zc_kind kind = node->args[0]->type.kind;
  switch (node->aggregate) {
  case ZC_AGGREGATE_SET:
    node->type = (zc_type){.kind = ZC_CODES};
    return zc_check_kind(c, node->args[0], ZC_TEXT);
  case ZC_AGGREGATE_TOP:
  case ZC_AGGREGATE_DISTINCT:
    if (kind == ZC_NIL || kind >= ZC_CODES)
      return zc_check_refuse(c, node->args[0], "this cannot be counted by value",
                             "name", "", NULL);
    node->type = (zc_type){.kind = ZC_NUMBER};
    return true;
  case ZC_AGGREGATE_MIN:
  case ZC_AGGREGATE_MAX:
    if (kind != ZC_NUMBER && kind != ZC_DATE && kind != ZC_MOMENT)
      return zc_check_kind(c, node->args[0], ZC_NUMBER);
    node->type = (zc_type){.kind = kind};
    return true;
  default:
    node->type = (zc_type){.kind = ZC_NUMBER};
    return zc_check_kind(c, node->args[0], ZC_NUMBER);
  }
}

/* How many of the most frequent values: the same for every group. */
static bool is_rank(zc_checker *c, const zc_node *node)
{
  if (node->op == ZC_OP_CONSTANT ||
      (node->op == ZC_OP_LITERAL && node->literal.scale == 0 &&
       node->literal.units > 0))
    return true;
  return zc_check_refuse(c, node, "top() takes a whole number or a parameter", "name",
                         "", NULL);
}

static bool check_aggregate(zc_checker *c, zc_node *node, zc_aggregate which)
{
  if (!c->usage->aggregates)
    return zc_check_refuse(c, node,
                           "{name}() stands only in having, views and measures", "name",
                           node->name, N_("give the rule the field group"));
  if (c->inside)
    return zc_check_refuse(c, node, "{name}() cannot stand inside another", "name",
                           node->name, NULL);
  int least = which == ZC_AGGREGATE_COUNT ? 0 : 1;
  int most = which == ZC_AGGREGATE_TOP ? 2 : least;
  if (node->count < least || node->count > most + 1)
    return zc_check_refuse(
        c, node,
        which == ZC_AGGREGATE_TOP
            ? N_("top() takes a value and, if need be, how many of "
                 "the most frequent ones, and a condition")
            : N_("{name}() takes a value and, if need be, a condition"),
        "name", node->name, NULL);
  if (c->aggregate_count == ZC_AGGREGATES)
    return zc_check_refuse(c, node, "more than 32 aggregates", "name", "", NULL);
  c->inside = true;
  bool good = check_args(c, node);
  c->inside = false;
  node->op = ZC_OP_AGGREGATE;
  node->aggregate = which;
  node->type = (zc_type){.kind = ZC_NUMBER};
  node->values = least;
  if (good && most == 2 && node->count > 1 && node->args[1]->type.kind == ZC_NUMBER) {
    node->values = 2;
    good = is_rank(c, node->args[1]);
  }
  if (good && node->count > node->values + 1)
    good = zc_check_refuse(c, node,
                           "{name}() takes a value and, if need be, a condition",
                           "name", node->name, NULL);
  if (good && least == 1)
    good = aggregate_value(c, node);
  if (good && node->count > node->values)
    good = zc_check_kind(c, node->args[node->values], ZC_BOOL);
  node->slot = c->aggregate_count;
  c->aggregates[c->aggregate_count++] = node;
  return good;
}

/* prevmax(x): the largest x of the rows before, in a sequence. */
static bool check_running(zc_checker *c, zc_node *node)
{
  if (!c->usage->sequence || c->before)
    return zc_check_refuse(c, node,
                           c->before
                               ? N_("prevmax cannot stand inside another")
                               : N_("prevmax stands only in the where of a sequence"),
                           "name", "",
                           c->before ? NULL : N_("prevmax needs the field sort"));
  if (node->count != 1)
    return zc_check_refuse(c, node, "prevmax takes one value", "name", "", NULL);
  if (c->running_count == ZC_RUNNING)
    return zc_check_refuse(c, node, "more than 4 times prevmax", "name", "", NULL);
  c->before = true;
  bool good = check_args(c, node);
  c->before = false;
  zc_kind kind = node->args[0]->type.kind;
  if (good && kind != ZC_DATE && kind != ZC_MOMENT)
    good = zc_check_kind(c, node->args[0], ZC_NUMBER);
  node->op = ZC_OP_RUNNING;
  node->type = (zc_type){.kind = kind};
  node->slot = c->running_count;
  c->running[c->running_count++] = node;
  return good;
}

static bool check_call(zc_checker *c, zc_node *node)
{
  zc_aggregate which;
  if (node->space[0] == '\0' && strcmp(node->name, "prevmax") == 0)
    return check_running(c, node);
  const zc_function *function = node->space[0] == '\0' ? zc_function_find(node->name)
                                                       : NULL;
  /* min and max of several values are functions of a row; of a group's rows they
   * are aggregates. */
  if (node->space[0] == '\0' && is_aggregate(node, &which) &&
      (function == NULL || (c->usage->aggregates && !c->inside)))
    return check_aggregate(c, node, which);
  if (function == NULL) {
    const char *nearest = zc_function_nearest(node->name);
    c->failed = true;
    zc_place place = place_of(c, node);
    int bad = *nearest == '\0'
                  ? zc_fault(c->faults, place, "the function {name} is unknown", "name",
                             node->name, NULL)
                  : zc_fault(c->faults, place, "the function {name} is unknown", "name",
                             node->name, "nearest", nearest, "hint",
                             N_("did you mean {nearest}?"), NULL);
    c->memory |= bad != 0;
    return false;
  }
  if (node->count < function->least || node->count > function->most) {
    c->failed = true;
    c->memory |= zc_fault(c->faults, place_of(c, node),
                          "{name}() takes {least} to {most} arguments, not {count}",
                          "name", node->name, "least", ZC_DIGITS(function->least),
                          "most", ZC_DIGITS(function->most), "count",
                          ZC_DIGITS(node->count), NULL) != 0;
    return false;
  }
  node->function = function;
  return check_args(c, node) && function->check(c, node);
}

static bool check_comparison(zc_checker *c, zc_node *node)
{
  zc_node *a = node->args[0], *b = node->args[1];
  bool equality = node->op == ZC_OP_EQUAL || node->op == ZC_OP_UNEQUAL;
  node->type = (zc_type){.kind = ZC_BOOL};
  if (equality && (a->type.kind == ZC_NIL || b->type.kind == ZC_NIL))
    return true;
  /* a > b was turned into b < a: mistakes are told in the order of the text. */
  bool turned = a->offset > b->offset;
  if (!zc_check_alike(c, turned ? b : a, turned ? a : b))
    return false;
  zc_kind kind = a->type.kind;
  if (kind >= ZC_CODES || (kind == ZC_NIL))
    return zc_check_refuse(c, node, "these cannot be compared", "name", "",
                           N_("use any_of, one_of or at"));
  if (!equality && kind == ZC_BOOL)
    return zc_check_refuse(c, node, "conditions have no order", "name", "",
                           N_("compare twice and join the two with and"));
  return true;
}

static bool check_arithmetic(zc_checker *c, zc_node *node)
{
  zc_node *a = node->args[0], *b = node->args[1];
  zc_kind ka = a->type.kind, kb = b->type.kind;
  node->type = (zc_type){.kind = ZC_NUMBER, .fixed = a->type.fixed && b->type.fixed};
  if (node->op == ZC_OP_SUBTRACT && ka == ZC_DATE && kb == ZC_DATE)
    return true;
  if ((node->op == ZC_OP_ADD || node->op == ZC_OP_SUBTRACT) && ka == ZC_DATE &&
      kb == ZC_NUMBER) {
    node->type.kind = ZC_DATE;
    return true;
  }
  if (node->op == ZC_OP_ADD && ka == ZC_NUMBER && kb == ZC_DATE) {
    node->type.kind = ZC_DATE;
    return true;
  }
  if (ka == ZC_MOMENT || kb == ZC_MOMENT)
    return zc_check_refuse(c, node, "times cannot be added or subtracted", "name", "",
                           N_("write hours(from, to) or minutes(from, to)"));
  return zc_check_kind(c, a, ZC_NUMBER) && zc_check_kind(c, b, ZC_NUMBER);
}

static bool check(zc_checker *c, zc_node *node)
{
  if (++c->nodes > ZC_EXPRESSION_NODES)
    return !c->failed &&
           zc_check_refuse(c, node, "an expression of more than {limit} parts", "limit",
                           ZC_DIGITS(ZC_EXPRESSION_NODES),
                           N_("keep words and codes in a list parameter"));
  if (node->op == ZC_OP_NAME)
    return check_name(c, node);
  if (node->op == ZC_OP_CALL)
    return check_call(c, node);
  if (!check_args(c, node))
    return false;
  switch (node->op) {
  case ZC_OP_AND:
  case ZC_OP_OR:
    node->type = (zc_type){.kind = ZC_BOOL};
    return zc_check_kind(c, node->args[0], ZC_BOOL) &&
           zc_check_kind(c, node->args[1], ZC_BOOL);
  case ZC_OP_NOT:
    node->type = (zc_type){.kind = ZC_BOOL};
    return zc_check_kind(c, node->args[0], ZC_BOOL);
  case ZC_OP_NEGATE:
    node->type = (zc_type){.kind = ZC_NUMBER, .fixed = node->args[0]->type.fixed};
    return zc_check_kind(c, node->args[0], ZC_NUMBER);
  case ZC_OP_EQUAL:
  case ZC_OP_UNEQUAL:
  case ZC_OP_LESS:
  case ZC_OP_LESS_EQUAL:
    return check_comparison(c, node);
  case ZC_OP_ADD:
  case ZC_OP_SUBTRACT:
  case ZC_OP_MULTIPLY:
  case ZC_OP_DIVIDE:
    return check_arithmetic(c, node);
  default:
    return true;
  }
}

static bool keep_nodes(const zc_usage *usage, zc_node **nodes, int count,
                       zc_node ***kept)
{
  size_t size = (size_t)count * sizeof *nodes;
  if (count == 0)
    return true;
  *kept = zc_arena_take(usage->arena, size);
  if (*kept != NULL)
    memcpy(*kept, nodes, size);
  return *kept != NULL;
}

zc_code zc_expression_compile(const char *text, zc_kind wanted, const zc_usage *usage,
                              json_t *faults, zc_expression *expression, zc_err *err)
{
  zc_node *root;
  *expression = (zc_expression){0};
  zc_code code = zc_expression_parse(text, usage, faults, &root, err);
  if (code != ZC_OK)
    return code;
  zc_checker c = {.text = text, .usage = usage, .faults = faults};
  if (check(&c, root) && wanted != ZC_NIL)
    zc_check_kind(&c, root, wanted);
  if (c.memory)
    return zc_fail_memory(err);
  if (c.failed)
    return zc_fail(err, ZC_EDATA, "an expression has errors", NULL);
  expression->root = root;
  expression->aggregate_count = c.aggregate_count;
  expression->running_count = c.running_count;
  if (keep_nodes(usage, c.aggregates, c.aggregate_count, &expression->aggregates) &&
      keep_nodes(usage, c.running, c.running_count, &expression->running))
    return ZC_OK;
  return zc_fail_memory(err);
}
