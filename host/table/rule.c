#include "table/rule.h"

#include <stdlib.h>
#include <string.h>

#include "table/declaration.h"
#include "table/function.h"

bool zc_rule_needs(const zc_rule *rule, int table)
{
  for (int j = 0; j < rule->join_count; j++)
    if (rule->joins[j].table == table)
      return !rule->joins[j].shown_only;
  return true;
}

/* Every expression of the rule, for what must be done to all of them. */
static void each_expression(const zc_rule *rule,
                            void (*visit)(zc_node *node, void *context), void *context)
{
  const zc_expression *single[] = {&rule->among, &rule->where,    &rule->having,
                                   &rule->rate,  &rule->limit,    &rule->amount,
                                   &rule->fail,  &rule->tolerate, &rule->min_n};
  for (size_t i = 0; i < sizeof single / sizeof *single; i++)
    zc_expression_walk(single[i]->root, visit, context);
  for (int i = 0; i < rule->group_count; i++)
    zc_expression_walk(rule->group[i].root, visit, context);
  for (int i = 0; i < rule->show_count; i++)
    zc_expression_walk(rule->shows[i].value.root, visit, context);
  for (int j = 0; j < rule->join_count; j++)
    for (int i = 0; i < rule->joins[j].count; i++)
      zc_expression_walk(rule->joins[j].from[i].root, visit, context);
}

/* Collects what the rule reads; *memory is set on failure. */
typedef struct {
  zc_rule *rule;
  int room;
  bool memory;
} collector;

static void add_use(collector *c, int table, int column)
{
  zc_rule *rule = c->rule;
  for (int i = 0; i < rule->use_count; i++)
    if (rule->uses[i].table == table && rule->uses[i].column == column)
      return;
  if (rule->use_count == c->room) {
    int room = c->room == 0 ? 16 : c->room * 2;
    zc_use *grown = zc_arena_take(&rule->arena, (size_t)room * sizeof *grown);
    if (grown == NULL) {
      c->memory = true;
      return;
    }
    if (rule->use_count > 0)
      memcpy(grown, rule->uses, (size_t)rule->use_count * sizeof *grown);
    rule->uses = grown;
    c->room = room;
  }
  rule->uses[rule->use_count++] = (zc_use){table, column};
  rule->tables[table]->used[column] = true;
}

static void use_column(zc_node *node, void *context)
{
  if (node->op == ZC_OP_COLUMN)
    add_use(context, node->table, node->column);
}

static bool collect_uses(zc_rule *rule)
{
  collector c = {.rule = rule};
  each_expression(rule, use_column, &c);
  for (int j = 0; j < rule->join_count; j++)
    for (int i = 0; i < rule->joins[j].count; i++)
      add_use(&c, rule->joins[j].table, rule->joins[j].to[i]);
  if (rule->count_column >= 0)
    add_use(&c, 0, rule->count_column);
  /* A Lua function may look at any column. */
  for (int t = 0; rule->form == ZC_FORM_EACH && t < rule->table_count; t++)
    for (int i = 0; i < rule->tables[t]->dataset->count; i++)
      add_use(&c, t, i);
  return !c.memory;
}

zc_code zc_rule_new(json_t *declaration, const char *file, const zc_world *world,
                    json_t *faults, zc_rule **rule, zc_err *err)
{
  zc_rule *r = calloc(1, sizeof *r);
  *rule = NULL;
  if (r == NULL)
    return zc_fail_memory(err);
  r->declaration = json_incref(declaration);
  r->id = zc_text_or(zc_get_text(declaration, "id"), "");
  r->file = file;
  r->place = (zc_place){file, (int)zc_get_integer(declaration, "line", 0), 0};
  r->say = zc_get_text(declaration, "say");
  r->scope = zc_scope_new(world->scope);
  size_t before = zc_fault_errors(faults);
  bool memory = r->scope == NULL || zc_rule_declare(r, world, faults) != 0;
  zc_code code = ZC_OK;
  bool good = zc_fault_errors(faults) == before;
  if (memory || (good && !collect_uses(r)))
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

void zc_rule_free(zc_rule *rule)
{
  if (rule == NULL)
    return;
  for (int i = 0; i < rule->join_count; i++) {
    zc_index_free(&rule->joins[i].index);
    free(rule->joins[i].rows);
    free(rule->joins[i].several);
  }
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
  each_expression(rule, find_search, &found);
  return found;
}

bool zc_rule_judges_by(const zc_rule *rule, int use)
{
  const zc_use *own = &rule->uses[use];
  for (int i = 0; i < use; i++)
    if (rule->uses[i].column == own->column &&
        rule->tables[rule->uses[i].table] == rule->tables[own->table] &&
        zc_rule_needs(rule, rule->uses[i].table))
      return false;
  return zc_rule_needs(rule, own->table);
}

static void settle_node(zc_node *node, void *context)
{
  const zc_rule *rule = context;
  if (node->op == ZC_OP_COLUMN)
    node->column = rule->tables[node->table]->slot[node->column];
}

void zc_rule_settle(zc_rule *rule)
{
  each_expression(rule, settle_node, rule);
}

int zc_rule_missing(const zc_rule *rule, json_t *names)
{
  int bad = 0;
  for (int i = 0; rule->form != ZC_FORM_EACH && i < rule->use_count; i++) {
    const zc_table *table = rule->tables[rule->uses[i].table];
    int number = rule->uses[i].column;
    if (table->data == NULL || table->present[number] || !zc_rule_judges_by(rule, i))
      continue;
    const zc_column *column = &table->dataset->columns[number];
    json_t *name = json_object();
    bad |= json_object_set_new(name, "table", json_string(table->dataset->id));
    bad |= json_object_set_new(name, "column", json_string(column->id));
    bad |= json_object_set_new(name, "title", json_string(column->title));
    bad |= json_array_append_new(names, name);
  }
  return bad;
}
