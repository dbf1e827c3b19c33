#include "table/rule.h"

#include <stdlib.h>
#include <string.h>

#include "table/declaration.h"
#include "table/derived.h"
#include "table/function.h"

bool zc_rule_needs(const zc_rule *rule, int table)
{
  for (int j = 0; j < rule->join_count; j++)
    if (rule->joins[j].table == table)
      return !rule->joins[j].shown_only;
  return true;
}

void zc_rule_each_node(const zc_rule *rule, void (*visit)(zc_node *node, void *context),
                       void *context)
{
  const zc_expression *single[] = {&rule->among,  &rule->where,    &rule->having,
                                   &rule->rate,   &rule->limit,    &rule->amount,
                                   &rule->fail,   &rule->tolerate, &rule->min_n,
                                   &rule->within, &rule->level,    &rule->at_least,
                                   &rule->value};
  for (size_t i = 0; i < sizeof single / sizeof *single; i++)
    zc_expression_walk(single[i]->root, visit, context);
  for (int i = 0; i < rule->group_count; i++)
    zc_expression_walk(rule->group[i].root, visit, context);
  for (int i = 0; i < rule->sort_count; i++)
    zc_expression_walk(rule->sort[i].root, visit, context);
  for (int i = rule->group_count; i < rule->made_count;
       i++) /* keys are those of group */
    zc_expression_walk(rule->made[i].value.root, visit, context);
  for (int i = 0; i < rule->show_count; i++)
    zc_expression_walk(rule->shows[i].value.root, visit, context);
  for (int j = 0; j < rule->join_count; j++) {
    zc_expression_walk(rule->joins[j].when.root, visit, context);
    for (int i = 0; i < rule->joins[j].count; i++)
      zc_expression_walk(rule->joins[j].from[i].root, visit, context);
  }
}

/* ---- what a rule reads ------------------------------------------------------------------ */

/* Collects what the rule reads; *memory is set on failure. */
typedef struct {
  zc_rule *rule;
  int use_room, source_room;
  bool memory;
} collector;

/* Room for one more of `count` entries. */
static bool make_room(collector *c, void **entries, size_t size, int count, int *room)
{
  if (count < *room)
    return true;
  int larger = *room == 0 ? 16 : *room * 2;
  void *grown = zc_arena_take(&c->rule->arena, (size_t)larger * size);
  if (grown == NULL) {
    c->memory = true;
    return false;
  }
  if (count > 0)
    memcpy(grown, *entries, (size_t)count * size);
  *entries = grown;
  *room = larger;
  return true;
}

static void add_use(collector *c, int table, int column)
{
  zc_rule *rule = c->rule;
  if (table == ZC_TABLE_PREV)
    table = 0;
  for (int i = 0; i < rule->use_count; i++)
    if (rule->uses[i].table == table && rule->uses[i].column == column)
      return;
  void *uses = rule->uses;
  if (!make_room(c, &uses, sizeof *rule->uses, rule->use_count, &c->use_room))
    return;
  rule->uses = uses;
  rule->uses[rule->use_count++] = (zc_use){table, column};
  rule->tables[table]->used[column] = true;
}

static void use_column(zc_node *node, void *context)
{
  if (node->op == ZC_OP_COLUMN)
    add_use(context, node->table, node->column);
}

static void collect_uses(collector *c)
{
  zc_rule *rule = c->rule;
  zc_rule_each_node(rule, use_column, c);
  for (int j = 0; j < rule->join_count; j++)
    for (int i = 0; i < rule->joins[j].count; i++)
      add_use(c, rule->joins[j].table, rule->joins[j].to[i]);
  if (rule->count_column >= 0)
    add_use(c, 0, rule->count_column);
  if (rule->form == ZC_FORM_QUOTA)
    add_use(c, 0, rule->date);
  /* A Lua function may look at any column. */
  for (int t = 0; rule->form == ZC_FORM_EACH && t < rule->table_count; t++)
    for (int i = 0; i < rule->tables[t]->dataset->count; i++)
      add_use(c, t, i);
}

/* What is read for several reasons is read for the weightiest. */
static void add_source(collector *c, zc_source source)
{
  zc_rule *rule = c->rule;
  for (int i = 0; i < rule->source_count; i++) {
    zc_source *known = &rule->sources[i];
    if (known->table != source.table || known->column != source.column)
      continue;
    known->judging |= source.judging;
    known->optional &= source.optional;
    return;
  }
  void *sources = rule->sources;
  if (!make_room(c, &sources, sizeof *rule->sources, rule->source_count,
                 &c->source_room))
    return;
  rule->sources = sources;
  rule->sources[rule->source_count++] = source;
}

static void add_sources_of(collector *c, const zc_rule *other, bool judging)
{
  for (int i = 0; i < other->source_count; i++) {
    zc_source source = other->sources[i];
    source.judging &= judging;
    add_source(c, source);
  }
}

static void collect_sources(collector *c)
{
  zc_rule *rule = c->rule;
  for (int t = 0; t < rule->table_count; t++) {
    zc_table *table = rule->tables[t];
    bool judging = zc_rule_needs(rule, t);
    if (table->view != NULL) {
      add_sources_of(c, zc_derived_rule(table->view), judging);
      continue;
    }
    add_source(c, (zc_source){.table = table, .column = -1, .judging = judging});
    for (int i = 0; i < rule->use_count; i++)
      if (rule->uses[i].table == t)
        add_source(c, (zc_source){.table = table,
                                  .column = rule->uses[i].column,
                                  .judging = judging,
                                  .optional = rule->form == ZC_FORM_EACH});
  }
  /* A Lua function that finds one of them missing can say so itself. */
  bool check = rule->form == ZC_FORM_CHECK;
  for (int i = 0; i < rule->derived_count; i++)
    if (check || zc_derived_is_measure(rule->derived[i]))
      add_sources_of(c, zc_derived_rule(rule->derived[i]), !check);
}

static bool collect(zc_rule *rule)
{
  collector c = {.rule = rule};
  collect_uses(&c);
  collect_sources(&c);
  return !c.memory;
}

void zc_rule_each_table(const zc_rule *rule,
                        void (*visit)(zc_table *table, bool judging, void *context),
                        void *context)
{
  for (int i = 0; i < rule->source_count; i++)
    if (rule->sources[i].column < 0)
      visit(rule->sources[i].table, rule->sources[i].judging, context);
}

int zc_rule_missing(const zc_rule *rule, json_t *names)
{
  int bad = 0;
  for (int i = 0; i < rule->source_count; i++) {
    const zc_source *source = &rule->sources[i];
    const zc_table *table = source->table;
    if (source->column < 0 || source->optional || !source->judging ||
        table->data == NULL || table->present[source->column])
      continue;
    const zc_column *column = &table->dataset->columns[source->column];
    json_t *name = json_object();
    bad |= json_object_set_new(name, "table", json_string(table->dataset->id));
    bad |= json_object_set_new(name, "column", json_string(column->id));
    bad |= json_object_set_new(name, "title", json_string(column->title));
    bad |= json_array_append_new(names, name);
  }
  return bad;
}

/* ---- a rule ------------------------------------------------------------------------------ */

zc_code zc_rule_new(json_t *declaration, const char *file, const zc_world *world,
                    json_t *faults, zc_rule **rule, zc_err *err)
{
  zc_rule *r = calloc(1, sizeof *r);
  *rule = NULL;
  if (r == NULL)
    return zc_fail_memory(err);
  r->declaration = json_incref(declaration);
  r->id = zc_text_of(declaration, "id");
  r->file = file;
  r->place = (zc_place){file, (int)zc_get_integer(declaration, "line", 0), 0};
  r->say = zc_get_text(declaration, "say");
  r->scope = zc_scope_new(world->scope);
  size_t before = zc_fault_errors(faults);
  bool memory = r->scope == NULL || zc_rule_declare(r, world, faults) != 0;
  zc_code code = ZC_OK;
  bool good = zc_fault_errors(faults) == before;
  if (memory || (good && !collect(r)))
    code = zc_fail_memory(err);
  else if (!good)
    code = zc_fail(err, ZC_EDATA, "the rule {rule} has errors", "rule", r->id, NULL);
  if (code != ZC_OK) {
    zc_rule_free(r);
    return code;
  }
  *rule = r;
  return ZC_OK;
}

void zc_rule_forget_partners(zc_rule *rule)
{
  for (int i = 0; i < rule->join_count; i++) {
    zc_partners *partners = rule->joins[i].partners;
    if (partners != NULL)
      partners->release(partners);
    rule->joins[i].partners = NULL;
  }
}

void zc_rule_free(zc_rule *rule)
{
  if (rule == NULL)
    return;
  zc_rule_forget_partners(rule);
  zc_scope_free(rule->scope);
  zc_arena_free(&rule->arena);
  json_decref(rule->declaration);
  free(rule);
}

static void find_search(zc_node *node, void *context)
{
  bool *found = context;
  *found |= node->op == ZC_OP_CALL && node->function->searches;
}

bool zc_rule_searches(const zc_rule *rule)
{
  bool found = false;
  zc_rule_each_node(rule, find_search, &found);
  return found;
}

static void settle_node(zc_node *node, void *context)
{
  const zc_rule *rule = context;
  if (node->op == ZC_OP_COLUMN)
    node->column = rule->tables[node->table]->slot[node->column];
}

void zc_rule_settle(zc_rule *rule)
{
  zc_rule_each_node(rule, settle_node, rule);
}
