#include "table/function.h"
#include "table/run.h"

#include <string.h>

typedef struct {
  const char *space; /* NULL: all of them */
  json_t *names;
  int bad;
} empties;

static bool is_empty(const zc_node *node, const char *space)
{
  return node->op == ZC_OP_CONSTANT && node->space != NULL && node->space[0] != '\0' &&
         (space == NULL || strcmp(node->space, space) == 0) &&
         node->constant->kind == ZC_NIL;
}

/* Names without a value, each once: of parameters, the facility and answers. */
static void note_empty(zc_node *node, void *context)
{
  empties *e = context;
  size_t index;
  const json_t *known;
  if (!is_empty(node, e->space))
    return;
  char name[160];
  snprintf(name, sizeof name, "%.30s.%.120s", node->space, node->name);
  json_array_foreach(e->names, index, known)
  {
    if (strcmp(json_string_value(known), name) == 0)
      return;
  }
  e->bad |= json_array_append_new(e->names, json_string(name));
}

static bool asks_for_blank(const zc_node *node)
{
  return node->op == ZC_OP_LITERAL && node->literal.kind == ZC_TEXT &&
         node->literal.size == 0;
}

/* Whether the operation asks for a value that is missing, or has another for it. */
static bool provides_for(const zc_node *node)
{
  if (node->op == ZC_OP_EQUAL || node->op == ZC_OP_UNEQUAL)
    return node->args[0]->type.kind == ZC_NIL || node->args[1]->type.kind == ZC_NIL ||
           asks_for_blank(node->args[0]) || asks_for_blank(node->args[1]);
  return node->op == ZC_OP_CALL && strcmp(node->function->name, "default") == 0;
}

static void note_blanks(zc_node *node, empties *e)
{
  if (node == NULL)
    return;
  note_empty(node, e);
  for (int i = 0; i < node->count; i++)
    if (!(is_empty(node->args[i], e->space) && provides_for(node)))
      note_blanks(node->args[i], e);
}

int zc_result_blanks(zc_run *r, json_t *result, bool *found)
{
  const zc_rule *rule = r->rule;
  const zc_expression *judging[] = {&rule->among,    &rule->where, &rule->having,
                                    &rule->rate,     &rule->limit, &rule->amount,
                                    &rule->tolerate, &rule->min_n};
  empties e = {.space = "p", .names = json_array()};
  for (size_t i = 0; i < sizeof judging / sizeof *judging; i++)
    note_blanks(judging[i]->root, &e);
  for (int i = 0; i < rule->group_count; i++)
    note_blanks(rule->group[i].root, &e);
  for (int j = 0; j < rule->join_count; j++)
    for (int i = 0; i < rule->joins[j].count; i++)
      note_blanks(rule->joins[j].from[i].root, &e);
  /* What limits a rate or a count is one figure: without it nothing is decided. */
  e.space = NULL;
  const zc_expression *figures[] = {&rule->limit, &rule->tolerate, &rule->min_n};
  for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
    if (figures[i]->root != NULL && zc_evaluate(&r->e, figures[i]->root).kind == ZC_NIL)
      note_blanks(figures[i]->root, &e);
  *found = json_array_size(e.names) > 0;
  int bad = e.bad | (*found ? json_object_set(result, "empty", e.names) : 0);
  json_decref(e.names);
  return bad;
}

int zc_result_fail(zc_run *r, json_t *result)
{
  zc_truth verdict = zc_evaluate_truth(&r->e, r->rule->fail.root);
  int bad = json_object_set_new(result, "count", json_integer(verdict == ZC_TRUE));
  bad |= json_object_set_new(result, "population", json_integer(1));
  if (verdict != ZC_UNKNOWN)
    return bad;
  empties e = {.names = json_array()};
  zc_expression_walk(r->rule->fail.root, note_empty, &e);
  return bad | e.bad | json_object_set_new(result, "empty", e.names);
}

/* Whether part of whole breaks the limit; unknown for an empty whole. */
static zc_truth breaks(zc_run *r, int64_t part, int64_t whole)
{
  zc_scalar share, limit = zc_evaluate(&r->e, r->rule->limit.root);
  if (whole == 0 || limit.kind == ZC_NIL ||
      !zc_number_divide(zc_integer(part), zc_integer(whole), &share))
    return ZC_UNKNOWN;
  int order = zc_number_compare(share, limit);
  return (r->rule->above ? order > 0 : order < 0) ? ZC_TRUE : ZC_FALSE;
}

/* Fewer cases than this are not judged. */
static int64_t least_cases(zc_run *r)
{
  zc_scalar whole, number;
  if (r->rule->min_n.root == NULL)
    return r->rule->least;
  number = zc_evaluate(&r->e, r->rule->min_n.root);
  return number.kind == ZC_NUMBER && zc_number_floor(number, &whole) ? whole.units : 1;
}

int zc_result_rate(zc_run *r, json_t *result)
{
  zc_truth now = breaks(r, r->part, r->whole);
  zc_truth if_all = breaks(r, r->part + r->unknown, r->whole + r->unknown);
  zc_truth if_none = breaks(r, r->part, r->whole + r->unknown);
  const char *verdict = now == ZC_TRUE ? "hit" : "pass";
  int64_t least = least_cases(r);
  if (r->whole + r->unknown == 0)
    verdict = "empty";
  else if (r->whole + r->unknown < least ||
           (r->whole < least && if_all == ZC_FALSE && if_none == ZC_FALSE))
    verdict = "few";
  else if (r->whole < least)
    verdict = "open"; /* were they known, there would be enough, and a hit */
  else if (now == ZC_UNKNOWN || now != if_all || now != if_none)
    verdict = "open";
  json_t *rate = json_object();
  int bad = json_object_set_new(rate, "part", json_integer(r->part));
  bad |= json_object_set_new(rate, "whole", json_integer(r->whole));
  bad |= json_object_set_new(rate, "unknown", json_integer(r->unknown));
  bad |= json_object_set_new(rate, "min_n", json_integer(least));
  bad |= json_object_set_new(rate, "verdict", json_string(verdict));
  r->count = strcmp(verdict, "hit") == 0;
  r->rows = r->count == 0 ? 0 : r->whole;
  return bad | json_object_set_new(result, "rate", rate);
}

static void print_share(const zc_run *r, zc_buffer *out)
{
  zc_scalar share;
  if (r->whole == 0 ||
      !zc_number_divide(zc_integer(r->part * 100), zc_integer(r->whole), &share) ||
      !zc_number_round(share, 1, &share)) {
    zc_buffer_text(out, "—");
    return;
  }
  zc_scalar_print(&share, out);
  zc_buffer_char(out, '%');
}

/* The value of one {name} of say. */
static void print_figure(const zc_run *r, const char *name, zc_buffer *out)
{
  const struct {
    const char *name;
    int64_t value;
  } figures[] = {{"population", r->population},
                 {"count", r->count},
                 {"rows", r->rows},
                 {"unjudged", r->unjudged},
                 {"part", r->part},
                 {"whole", r->whole}};
  for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
    if (strcmp(figures[i].name, name) == 0) {
      zc_buffer_number(out, figures[i].value);
      return;
    }
  if (strcmp(name, "rate") == 0) {
    print_share(r, out);
    return;
  }
  if (strcmp(name, "amount") == 0) {
    zc_scalar none = zc_nil(); /* never a part of the sum */
    zc_scalar_print(r->amount_overflow ? &none : &r->amount, out);
    return;
  }
  char space[96];
  snprintf(space, sizeof space, "%.90s", name);
  char *dot = strchr(space, '.');
  if (dot == NULL)
    return;
  *dot = '\0';
  const zc_symbol *symbol = zc_scope_find(r->rule->scope, space, dot + 1);
  if (symbol != NULL && symbol->value != NULL)
    zc_scalar_print(symbol->value, out);
}

json_t *zc_result_message(const zc_run *r)
{
  zc_buffer out = {0};
  for (const char *at = r->rule->say; *at != '\0';) {
    size_t plain = strcspn(at, "{");
    zc_buffer_add(&out, at, plain);
    at += plain;
    size_t size = *at == '{' ? strcspn(at + 1, "}") : 0;
    char name[96];
    if (*at == '{' && at[1 + size] == '}' && size < sizeof name) {
      memcpy(name, at + 1, size);
      name[size] = '\0';
      print_figure(r, name, &out);
      at += size + 2;
    } else if (*at == '{') {
      zc_buffer_char(&out, *at++);
    }
  }
  json_t *text = out.failed ? NULL : zc_json_lossy(zc_text_or(out.data, ""), out.size);
  zc_buffer_free(&out);
  return text;
}

int zc_result_counts(zc_run *r, json_t *result)
{
  const zc_rule *rule = r->rule;
  int64_t malformed = 0, bad_cells = 0;
  for (int i = 0; i < rule->use_count; i++)
    if (zc_rule_judges_by(rule, i))
      bad_cells += rule->tables[rule->uses[i].table]->bad[rule->uses[i].column];
  for (int t = 0; t < rule->table_count; t++) {
    bool counted = !zc_rule_needs(rule, t);
    for (int earlier = 0; earlier < t && !counted; earlier++)
      counted = rule->tables[earlier] == rule->tables[t] &&
                zc_rule_needs(rule, earlier);
    if (!counted)
      malformed += rule->tables[t]->malformed;
  }
  zc_scalar tolerated = zc_integer(0);
  if (rule->tolerate.root != NULL) {
    zc_scalar share = zc_evaluate(&r->e, rule->tolerate.root);
    if (share.kind == ZC_NIL ||
        !zc_number_multiply(share, zc_integer(r->population), &tolerated) ||
        !zc_number_floor(tolerated, &tolerated))
      tolerated = zc_integer(0);
  }
  int bad = json_object_set_new(result, "population", json_integer(r->population));
  bad |= json_object_set_new(result, "count", json_integer(r->count));
  bad |= json_object_set_new(result, "rows", json_integer(r->rows));
  bad |= json_object_set_new(result, "unjudged", json_integer(r->unjudged));
  bad |= json_object_set_new(result, "malformed", json_integer(malformed));
  bad |= json_object_set_new(result, "bad", json_integer(bad_cells));
  bad |= json_object_set_new(result, "tolerated", json_integer(tolerated.units));
  bad |= json_object_set(result, "first", r->first);
  if (rule->amount.root != NULL && !r->amount_overflow) {
    zc_buffer text = {0};
    zc_scalar_print(&r->amount, &text);
    bad |= json_object_set_new(result, "amount", json_string(text.data));
    zc_buffer_free(&text);
  }
  return bad;
}
