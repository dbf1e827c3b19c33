/* The tables that a rule names: its own, joined ones, views; and measures. */
#include <string.h>

#include "table/declaration.h"
#include "table/derived.h"

/* ---- views and measures --------------------------------------------------------------- */

/* Remembers what has to be made before the rule can run. */
static void note_derived(zc_maker *m, zc_derived *derived)
{
  zc_rule *rule = m->rule;
  for (int i = 0; i < rule->derived_count; i++)
    if (rule->derived[i] == derived)
      return;
  if (rule->derived_count == m->derived_room) {
    int room = m->derived_room == 0 ? 8 : m->derived_room * 2;
    zc_derived **grown = zc_arena_take(&rule->arena, (size_t)room * sizeof *grown);
    if (grown == NULL) {
      m->memory = true;
      return;
    }
    for (int i = 0; i < rule->derived_count; i++)
      grown[i] = rule->derived[i];
    rule->derived = grown;
    m->derived_room = room;
  }
  rule->derived[rule->derived_count++] = derived;
}

/* What stands under a name; NULL when nothing does, or it is wrong: *wrong. */
static zc_derived *find_derived(zc_maker *m, const char *name, bool measure,
                                bool *wrong)
{
  zc_err err;
  *wrong = false;
  if (m->world->derivations == NULL)
    return NULL;
  size_t before = json_array_size(m->faults);
  zc_derived *derived = zc_derivations_find(m->world->derivations, name, measure,
                                            m->faults, wrong, &err);
  if (derived == NULL)
    return NULL;
  if (*wrong) {
    m->memory |= json_array_size(m->faults) == before;
    return NULL;
  }
  note_derived(m, derived);
  return derived;
}

/* Expressions know measures as m["file.name"]. */
static const zc_symbol *find_measure(void *context, const char *space, const char *name)
{
  zc_maker *m = context;
  bool wrong;
  if (strcmp(space, "m") != 0)
    return NULL;
  static const zc_scalar nothing = {.kind = ZC_NIL, .divisor = 1};
  static const zc_symbol unusable = {.space = "m",
                                     .name = "",
                                     .type = {.kind = ZC_NUMBER},
                                     .value = &nothing};
  zc_derived *derived = find_derived(m, name, true, &wrong);
  if (wrong)
    return &unusable; /* what is wrong has been told: the name is known */
  if (derived == NULL)
    return NULL;
  m->memory |= zc_scope_add(m->rule->scope, *zc_derived_symbol(derived)) != 0;
  return zc_derived_symbol(derived);
}

void zc_maker_measures(zc_maker *m, bool on)
{
  zc_scope_ask(m->rule->scope, on ? find_measure : NULL, on ? m : NULL);
}

/* One that is wrong is told by the rules that name it. */
static void note_own(const char *name, bool measure, void *context)
{
  zc_maker *m = context;
  bool wrong;
  json_t *told = m->faults;
  m->faults = json_array();
  find_derived(m, name, measure, &wrong);
  json_decref(m->faults);
  m->faults = told;
}

void zc_maker_own_derived(zc_maker *m)
{
  zc_derivations_each(m->world->derivations, m->rule->file, note_own, m);
}

/* ---- tables --------------------------------------------------------------------------- */

static zc_table *known_table(const zc_world *world, const char *id)
{
  for (size_t i = 0; i < world->table_count; i++)
    if (strcmp(world->tables[i]->dataset->id, id) == 0)
      return world->tables[i];
  return NULL;
}

static const char *nearest_table(const zc_world *world, const char *id)
{
  const char *nearest = zc_derivations_nearest(world->derivations, id, false);
  int best = *nearest == '\0' ? 1000 : zc_text_distance(nearest, id);
  for (size_t i = 0; i < world->table_count; i++) {
    int distance = zc_text_distance(world->tables[i]->dataset->id, id);
    if (distance < best) {
      best = distance;
      nearest = world->tables[i]->dataset->id;
    }
  }
  return nearest;
}

/* The table of a view, if it is not built on too many others. */
static zc_table *view_table(zc_maker *m, const char *field, zc_derived *view)
{
  int depth = zc_derived_rule(view)->depth + 1;
  if (depth > ZC_DEPTH) {
    zc_maker_wrong(m, field, "views stand upon each other 4 deep at most", "field",
                   field, N_("compute the column in one of the views below"));
    return NULL;
  }
  m->rule->depth = depth > m->rule->depth ? depth : m->rule->depth;
  return zc_derived_table(view);
}

zc_table *zc_maker_table(zc_maker *m, const char *field, const char *id)
{
  bool wrong;
  zc_derived *view = find_derived(m, id, false, &wrong);
  zc_table *table = view == NULL && !wrong ? known_table(m->world, id) : NULL;
  if (view != NULL)
    return view_table(m, field, view);
  if (table != NULL || wrong)
    return table;
  const char *nearest = nearest_table(m->world, id);
  m->memory |= zc_fault(m->faults, zc_maker_place(m, field),
                        "the table {table} is unknown", "table", id, "nearest", nearest,
                        "hint",
                        *nearest == '\0' ? N_("declare it in datasets/")
                                         : N_("did you mean {nearest}?"),
                        NULL) != 0;
  return NULL;
}

/* Makes a table's columns known under `space` ("" for the rule's own). */
void zc_maker_columns(zc_maker *m, const char *space, int number)
{
  const zc_dataset *dataset = m->rule->tables[number]->dataset;
  for (int i = 0; i < dataset->count; i++) {
    const zc_column *column = &dataset->columns[i];
    zc_symbol symbol = {.space = space,
                        .name = column->id,
                        .type = {.kind = column->kind, .words = column->words},
                        .table = number,
                        .column = i};
    m->memory |= zc_scope_add(m->rule->scope, symbol) != 0;
  }
}

/* ---- joins ---------------------------------------------------------------------------- */

/* Where a part of the join stands: «join.1.when». */
static const char *part_of(char room[40], size_t number, const char *part)
{
  snprintf(room, 40, "join.%zu.%s", number + 1, part);
  return room;
}

static void make_key(zc_maker *m, zc_join *join, const char *part, const char *from,
                     const char *target)
{
  const zc_table *table = m->rule->tables[join->table];
  int column = zc_dataset_column(table->dataset, target);
  if (column < 0) {
    m->memory |= zc_fault(m->faults, zc_maker_place(m, part),
                          "the table {table} has no column {column}", "table",
                          table->dataset->id, "column", target, NULL) != 0;
    return;
  }
  zc_expression *own = &join->from[join->count];
  zc_maker_compile_text(m, part, from, ZC_NIL, false, own);
  if (own->root != NULL && own->root->type.kind != table->dataset->columns[column].kind)
    zc_maker_wrong(m, part, "the columns {column} of this join are of different kinds",
                   "column", from, NULL);
  join->to[join->count++] = column;
}

static void make_join_keys(zc_maker *m, zc_join *join, size_t number, const json_t *on)
{
  char part[40];
  size_t room = json_object_size(on) + 1;
  if (room > ZC_KEYS) {
    zc_maker_wrong(m, "join", "a key of more than 16 columns", "field", "join", NULL);
    return;
  }
  join->from = zc_arena_take(&m->rule->arena, room * sizeof *join->from);
  join->to = zc_arena_take(&m->rule->arena, room * sizeof *join->to);
  if (join->from == NULL || join->to == NULL) {
    m->memory = true;
    return;
  }
  const char *from;
  json_t *to;
  json_object_foreach((json_t *)on, from, to)
      make_key(m, join, part_of(part, number, "on"), from,
               zc_text_or(json_string_value(to), ""));
  if (join->count == 0)
    zc_maker_wrong(m, "join", "the join names no columns", "field", "join",
                   N_("write on = { doctor_id = \"staff_id\" }"));
}

static bool find_match(zc_maker *m, const char *part, const char *word, zc_match *match)
{
  static const char *const known[] = {"one", "inner", "any", "none"};
  for (int i = 0; i < 4; i++)
    if (strcmp(known[i], word) == 0) {
      *match = (zc_match)i;
      return true;
    }
  zc_maker_wrong(m, part, "{word} is no way to match", "word", word,
                 N_("write one, any, none or inner"));
  return false;
}

/* Where partners are tried one by one, only the condition on rows can look at them. */
static void check_match(zc_maker *m, const char *part, const zc_join *join)
{
  bool tried = join->match == ZC_MATCH_ANY || join->match == ZC_MATCH_NONE;
  if (tried && m->rule->form != ZC_FORM_ROW && m->rule->form != ZC_FORM_SEQUENCE)
    zc_maker_wrong(m, part, "match any and none belong to rules with where", "field",
                   "join", NULL);
}

/* Why a declaration is no join, or NULL. */
static bool is_join(zc_maker *m, const json_t *declared)
{
  static const char *const known[] = {"as", "table", "on", "when", "match"};
  const char *name;
  json_t *value;
  if (zc_get_text(declared, "as") == NULL || zc_get_text(declared, "table") == NULL ||
      !json_is_object(json_object_get(declared, "on"))) {
    zc_maker_wrong(
        m, "join", "a join needs as, table and on", "field", "join",
        N_("write { as = \"s\", table = \"staff\", on = { doctor_id = \"staff_id\" } "
           "}"));
    return false;
  }
  json_object_foreach((json_t *)declared, name, value)
  {
    size_t i = 0, count = sizeof known / sizeof *known;
    while (i < count && strcmp(known[i], name) != 0)
      i++;
    if (i == count || (i != 2 && !json_is_string(value)))
      zc_maker_wrong(m, "join", "a join has no field {field} like this", "field", name,
                     N_("known: as, table, on, when, match"));
  }
  return true;
}

static void make_join(zc_maker *m, size_t number, const json_t *declared)
{
  char part[40];
  zc_rule *rule = m->rule;
  const char *as = zc_get_text(declared, "as");
  if (!is_join(m, declared))
    return;
  if (zc_scope_has_space(rule->scope, as)) {
    zc_maker_wrong(m, part_of(part, number, "as"), "the name {as} is taken", "as", as,
                   NULL);
    return;
  }
  zc_table *table = zc_maker_table(m, part_of(part, number, "table"),
                                   zc_get_text(declared, "table"));
  if (table == NULL)
    return;
  if (rule->join_count == ZC_JOINS) {
    zc_maker_wrong(m, "join", "more than 8 joins", "field", "join", NULL);
    return;
  }
  zc_join *join = &rule->joins[rule->join_count++];
  *join = (zc_join){.table = rule->table_count};
  rule->tables[rule->table_count++] = table;
  if (!find_match(m, part_of(part, number, "match"),
                  zc_text_or(zc_get_text(declared, "match"), "one"), &join->match))
    return;
  check_match(m, part_of(part, number, "match"), join);
  make_join_keys(m, join, number, json_object_get(declared, "on"));
  zc_maker_columns(m, as, join->table);
  const char *when = zc_get_text(declared, "when");
  if (when != NULL)
    zc_maker_compile_text(m, part_of(part, number, "when"), when, ZC_BOOL, false,
                          &join->when);
  join->late = join->match == ZC_MATCH_ANY || join->match == ZC_MATCH_NONE ||
               zc_maker_reads(rule, &join->when).late;
  for (int i = 0; i < join->count; i++)
    join->late |= zc_maker_reads(rule, &join->from[i]).late;
}

void zc_maker_joins(zc_maker *m)
{
  size_t number;
  const json_t *declared;
  json_array_foreach(json_object_get(m->rule->declaration, "join"), number, declared)
      make_join(m, number, declared);
}

/* Marks the tables that an expression reads. */
static void mark_table(zc_node *node, void *context)
{
  bool *judged = context;
  if (node->op == ZC_OP_COLUMN)
    judged[node->table] = true;
}

/* Marks the tables of which an expression asks whether there is a row: x == nil, and what
 * stands for a missing x. */
static void mark_asked(zc_node *node, void *context)
{
  bool equality = node->op == ZC_OP_EQUAL || node->op == ZC_OP_UNEQUAL;
  bool fallback = node->op == ZC_OP_CALL && strcmp(node->name, "default") == 0;
  if (!equality && !fallback)
    return;
  for (int i = 0; i < (equality ? 2 : 1); i++)
    if (fallback || node->args[1 - i]->type.kind == ZC_NIL)
      zc_expression_walk(node->args[i], mark_table, context);
}

void zc_maker_absence(zc_rule *rule)
{
  bool asked[1 + ZC_TABLE_PREV] = {false};
  const zc_expression *judging[] = {&rule->among, &rule->where, &rule->having,
                                    &rule->rate,  &rule->level, &rule->value};
  for (size_t i = 0; i < sizeof judging / sizeof *judging; i++)
    zc_expression_walk(judging[i]->root, mark_asked, asked);
  for (int i = 0; i < rule->made_count; i++)
    zc_expression_walk(rule->made[i].value.root, mark_asked, asked);
  for (int j = 0; j < rule->join_count; j++) {
    zc_expression_walk(rule->joins[j].when.root, mark_asked, asked);
    rule->joins[j].absence = rule->joins[j].match == ZC_MATCH_NONE;
  }
  for (int j = 0; j < rule->join_count; j++)
    rule->joins[j].absence |= asked[rule->joins[j].table];
}

/* A join that only `show` looks at explains hits and decides none: the rule can be
 * judged without its table. One that must, or must not, find a partner decides. */
void zc_maker_shown_only(zc_rule *rule)
{
  bool judged[1 + ZC_TABLE_PREV] = {true};
  const zc_expression *judging[] = {&rule->among, &rule->where, &rule->having,
                                    &rule->rate,  &rule->limit, &rule->amount,
                                    &rule->level, &rule->value};
  for (size_t i = 0; i < sizeof judging / sizeof *judging; i++)
    zc_expression_walk(judging[i]->root, mark_table, judged);
  for (int i = 0; i < rule->group_count; i++)
    zc_expression_walk(rule->group[i].root, mark_table, judged);
  for (int i = 0; i < rule->sort_count; i++)
    zc_expression_walk(rule->sort[i].root, mark_table, judged);
  for (int i = 0; i < rule->made_count; i++)
    zc_expression_walk(rule->made[i].value.root, mark_table, judged);
  for (int j = rule->join_count - 1; j >= 0; j--) {
    zc_join *join = &rule->joins[j];
    join->shown_only = !judged[join->table] && join->match == ZC_MATCH_ONE &&
                       rule->form != ZC_FORM_EACH;
    if (join->shown_only)
      continue;
    zc_expression_walk(join->when.root, mark_table, judged);
    for (int i = 0; i < join->count; i++)
      zc_expression_walk(join->from[i].root, mark_table, judged);
  }
}
