#include <string.h>

#include "base/date.h"
#include "table/derived.h"
#include "table/function.h"
#include "table/run.h"

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

/* Parameters that the rule's conditions cannot do without. */
static void note_blanks_of(const zc_rule *rule, empties *e)
{
  const zc_expression *judging[] = {&rule->among,  &rule->where,    &rule->having,
                                    &rule->rate,   &rule->limit,    &rule->amount,
                                    &rule->within, &rule->tolerate, &rule->min_n,
                                    &rule->level,  &rule->at_least};
  for (size_t i = 0; i < sizeof judging / sizeof *judging; i++)
    note_blanks(judging[i]->root, e);
  for (int i = 0; i < rule->group_count; i++)
    note_blanks(rule->group[i].root, e);
  for (int i = 0; i < rule->sort_count; i++)
    note_blanks(rule->sort[i].root, e);
  for (int i = rule->form == ZC_FORM_VIEW ? rule->group_count : 0; i < rule->made_count;
       i++)
    note_blanks(rule->made[i].value.root, e);
  note_blanks(rule->value.root, e);
  for (int j = 0; j < rule->join_count; j++) {
    note_blanks(rule->joins[j].when.root, e);
    for (int i = 0; i < rule->joins[j].count; i++)
      note_blanks(rule->joins[j].from[i].root, e);
  }
  for (int i = 0; i < rule->derived_count; i++)
    note_blanks_of(zc_derived_rule(rule->derived[i]), e);
}

int zc_result_blanks(zc_run *r, json_t *result, bool *found)
{
  const zc_rule *rule = r->rule;
  empties e = {.space = "p", .names = json_array()};
  if (rule->form == ZC_FORM_FAIL) {
    for (int i = 0; i < rule->derived_count; i++)
      note_blanks_of(zc_derived_rule(rule->derived[i]), &e);
  } else {
    note_blanks_of(rule, &e);
  }
  /* What limits a rate or a count is one figure: without it nothing is decided. */
  e.space = NULL;
  const zc_expression *figures[] = {&rule->tolerate, &rule->min_n, &rule->within,
                                    &rule->at_least, &rule->limit};
  size_t fixed = sizeof figures / sizeof *figures - (rule->group_count > 0);
  for (size_t i = 0; i < fixed; i++) /* the limit of a rate may go by its group */
    if (figures[i]->root != NULL && zc_evaluate(&r->e, figures[i]->root).kind == ZC_NIL)
      note_blanks(figures[i]->root, &e);
  *found = json_array_size(e.names) > 0;
  int bad = e.bad | (*found ? json_object_set(result, "empty", e.names) : 0);
  json_decref(e.names);
  return bad;
}

/* Malformed rows of the exports that the rule judges by, each export once. */
static void add_malformed(zc_table *table, bool judging, void *context)
{
  int64_t *malformed = context;
  *malformed += judging ? table->malformed : 0;
}

int zc_result_fail(zc_run *r, json_t *result)
{
  zc_truth verdict = zc_evaluate_truth(&r->e, r->rule->fail.root);
  int64_t malformed = 0;
  zc_rule_each_table(r->rule, add_malformed, &malformed);
  int bad = json_object_set_new(result, "count", json_integer(verdict == ZC_TRUE));
  if (malformed > 0)
    bad |= json_object_set_new(result, "malformed", json_integer(malformed));
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

zc_rate_verdict zc_rate_judge(zc_run *r, int64_t part, int64_t whole, int64_t unknown)
{
  zc_truth now = breaks(r, part, whole);
  zc_truth if_all = breaks(r, part + unknown, whole + unknown);
  zc_truth if_none = breaks(r, part, whole + unknown);
  int64_t least = least_cases(r);
  if (whole + unknown == 0)
    return ZC_RATE_EMPTY;
  if (whole + unknown < least ||
      (whole < least && if_all == ZC_FALSE && if_none == ZC_FALSE))
    return ZC_RATE_FEW;
  /* Were they known, there would be enough, and perhaps a hit. */
  if (whole < least || now == ZC_UNKNOWN || now != if_all || now != if_none)
    return ZC_RATE_OPEN;
  return now == ZC_TRUE ? ZC_RATE_HIT : ZC_RATE_PASS;
}

int zc_result_rate(zc_run *r, json_t *result)
{
  static const char *const words[] = {"pass", "hit", "open", "few", "empty"};
  zc_rate_verdict verdict = zc_rate_judge(r, r->part, r->whole, r->unknown);
  json_t *rate = json_object();
  int bad = json_object_set_new(rate, "part", json_integer(r->part));
  bad |= json_object_set_new(rate, "whole", json_integer(r->whole));
  bad |= json_object_set_new(rate, "unknown", json_integer(r->unknown));
  bad |= json_object_set_new(rate, "min_n", json_integer(least_cases(r)));
  bad |= json_object_set_new(rate, "verdict", json_string(words[verdict]));
  r->count = verdict == ZC_RATE_HIT;
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

/* As an official text writes it: a day with its characters. */
static void print_value(const zc_scalar *value, zc_buffer *out)
{
  if (value->kind != ZC_DATE) {
    zc_scalar_print(value, out);
    return;
  }
  zc_civil day = zc_day_to_civil(zc_day_of(*value));
  zc_buffer_print(out, "%d年%d月%d日", day.year, day.month, day.day);
}

/* The sum as money is told: exports have prices of four decimals, sums have two. */
static zc_scalar amount(const zc_run *r)
{
  zc_scalar told = r->amount;
  if (r->amount_overflow)
    return zc_nil(); /* never a part of the sum */
  if (told.divisor != 1 || told.scale > 2)
    zc_number_round(r->amount, 2, &told);
  return told;
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
    zc_scalar money = amount(r);
    zc_scalar_print(&money, out);
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
    print_value(symbol->value, out);
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

static int64_t bad_cells_of(const zc_rule *rule)
{
  int64_t bad = 0;
  for (int i = 0; i < rule->source_count; i++) {
    const zc_source *source = &rule->sources[i];
    if (source->judging && source->column >= 0)
      bad += source->table->bad[source->column];
  }
  return bad;
}

static int64_t tolerated_of(zc_run *r)
{
  zc_scalar tolerated;
  if (r->rule->tolerate.root == NULL)
    return 0;
  zc_scalar share = zc_evaluate(&r->e, r->rule->tolerate.root);
  if (share.kind == ZC_NIL ||
      !zc_number_multiply(share, zc_integer(r->population), &tolerated) ||
      !zc_number_floor(tolerated, &tolerated))
    return 0;
  return tolerated.units;
}

typedef struct {
  json_t *names;
  int bad;
} naming;

static void name_once(zc_table *table, bool judging, void *context)
{
  naming *n = context;
  size_t index;
  const json_t *name;
  json_array_foreach(n->names, index, name)
  {
    if (strcmp(json_string_value(name), table->dataset->id) == 0)
      return;
  }
  if (judging)
    n->bad |= json_array_append_new(n->names, json_string(table->dataset->id));
}

/* Exports of which it decides something that a row is not in them. */
static int add_absence(const zc_rule *rule, json_t *result)
{
  naming n = {.names = json_array()};
  for (int j = 0; j < rule->join_count; j++) {
    zc_table *table = rule->tables[rule->joins[j].table];
    if (!rule->joins[j].absence)
      continue;
    if (table->view == NULL)
      name_once(table, true, &n);
    else
      zc_rule_each_table(zc_derived_rule(table->view), name_once, &n);
  }
  if (json_array_size(n.names) > 0)
    n.bad |= json_object_set(result, "absence", n.names);
  json_decref(n.names);
  return n.bad;
}

/* What only some rules have. */
static int add_particulars(zc_run *r, json_t *result)
{
  int bad = 0;
  if (r->rule->level.root != NULL)
    bad |= json_object_set_new(result, "levels",
                               json_pack("{s:I, s:I, s:I}", "certain",
                                         (json_int_t)r->levels[0], "suspect",
                                         (json_int_t)r->levels[1], "hint",
                                         (json_int_t)r->levels[2]));
  if (r->few > 0)
    bad |= json_object_set_new(result, "few", json_integer(r->few));
  if (r->few > 0)
    bad |= json_object_set_new(result, "min_n", json_integer(least_cases(r)));
  if (r->periods != NULL)
    bad |= json_object_set(result, "periods", r->periods);
  bad |= add_absence(r->rule, result);
  if (r->ambiguous > 0) {
    const char *table = r->rule->tables[r->ambiguous_table]->dataset->id;
    bad |= json_object_set_new(result, "ambiguous",
                               json_pack("{s:s, s:I, s:I, s:b}", "table", table, "rows",
                                         (json_int_t)r->ambiguous, "line",
                                         (json_int_t)r->ambiguous_line, "lost",
                                         r->ambiguous_lost));
  }
  if (r->rule->amount.root != NULL && !r->amount_overflow) {
    zc_buffer text = {0};
    zc_scalar money = amount(r);
    zc_scalar_print(&money, &text);
    bad |= json_object_set_new(result, "amount", json_string(text.data));
    zc_buffer_free(&text);
  }
  return bad;
}

int zc_result_counts(zc_run *r, json_t *result)
{
  const zc_rule *rule = r->rule;
  int64_t malformed = 0, unjudged = r->unjudged + zc_derived_unplaced(rule);
  zc_rule_each_table(rule, add_malformed, &malformed);
  int bad = json_object_set_new(result, "population", json_integer(r->population));
  bad |= json_object_set_new(result, "count", json_integer(r->count));
  bad |= json_object_set_new(result, "rows", json_integer(r->rows));
  bad |= json_object_set_new(result, "unjudged", json_integer(unjudged));
  bad |= json_object_set_new(result, "malformed", json_integer(malformed));
  bad |= json_object_set_new(result, "bad", json_integer(bad_cells_of(rule)));
  bad |= json_object_set_new(result, "tolerated", json_integer(tolerated_of(r)));
  bad |= json_object_set(result, "first", r->first);
  return bad | add_particulars(r, result);
}
