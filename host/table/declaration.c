/* From a declaration, as its Lua table was written, to a compiled rule, with every mistake
 * in its fields. */
#include "table/declaration.h"

#include <string.h>

zc_place zc_maker_place(const zc_maker *m, const char *field)
{
  const json_t *at = json_object_get(json_object_get(m->rule->declaration, "at"),
                                     field);
  zc_place place = m->rule->place;
  if (json_array_size(at) == 2) {
    place.line = (int)json_integer_value(json_array_get(at, 0));
    place.column = (int)json_integer_value(json_array_get(at, 1));
  }
  return place;
}

void zc_maker_wrong(zc_maker *m, const char *field, const char *text, const char *name,
                    const char *value, const char *hint)
{
  zc_place place = zc_maker_place(m, field);
  int bad = hint == NULL ? zc_fault(m->faults, place, text, name, value, "rule",
                                    m->rule->id, NULL)
                         : zc_fault(m->faults, place, text, name, value, "rule",
                                    m->rule->id, "hint", hint, NULL);
  m->memory |= bad != 0;
}

static const char *field_text(const zc_maker *m, const char *field)
{
  return zc_get_text(m->rule->declaration, field);
}

static zc_table *find_table(const zc_world *world, const char *id)
{
  for (size_t i = 0; i < world->table_count; i++)
    if (strcmp(world->tables[i]->dataset->id, id) == 0)
      return world->tables[i];
  return NULL;
}

static zc_table *named_table(zc_maker *m, const char *field, const char *id)
{
  zc_table *table = find_table(m->world, id);
  if (table != NULL)
    return table;
  const char *nearest = "";
  int best = 1000;
  for (size_t i = 0; i < m->world->table_count; i++) {
    int distance = zc_text_distance(m->world->tables[i]->dataset->id, id);
    if (distance < best) {
      best = distance;
      nearest = m->world->tables[i]->dataset->id;
    }
  }
  m->memory |= zc_fault(m->faults, zc_maker_place(m, field),
                        "the table {table} is unknown", "table", id, "nearest", nearest,
                        "hint",
                        *nearest == '\0' ? N_("declare it in datasets/")
                                         : N_("did you mean {nearest}?"),
                        NULL) != 0;
  return NULL;
}

/* Makes a table's columns known under `space` ("" for the rule's own). */
static void add_columns(zc_maker *m, const char *space, int number)
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

static bool is_group_key(const void *context, int table, int column)
{
  const zc_rule *rule = context;
  for (int i = 0; i < rule->group_count; i++) {
    const zc_node *key = rule->group[i].root;
    if (key != NULL && key->op == ZC_OP_COLUMN && key->table == table &&
        key->column == column)
      return true;
  }
  return false;
}

static void compile_text(zc_maker *m, const char *field, const char *text,
                         zc_kind wanted, bool aggregates, zc_expression *expression)
{
  zc_usage usage = {.place = zc_maker_place(m, field),
                    .scope = m->rule->scope,
                    .arena = &m->rule->arena,
                    .aggregates = aggregates,
                    .grouped = is_group_key,
                    .context = m->rule};
  zc_err err;
  zc_code code = zc_expression_compile(text, wanted, &usage, m->faults, expression,
                                       &err);
  m->memory |= code == ZC_EINTERNAL;
}

static void compile(zc_maker *m, const char *field, zc_kind wanted, bool aggregates,
                    zc_expression *expression)
{
  const char *text = field_text(m, field);
  if (text != NULL)
    compile_text(m, field, text, wanted, aggregates, expression);
}

/* A text or a list of texts; NULL past the end. */
static const char *entry_of(const json_t *value, size_t index)
{
  if (json_is_string(value))
    return index == 0 ? json_string_value(value) : NULL;
  return json_string_value(json_array_get(value, index));
}

static size_t entries_in(const json_t *value)
{
  return json_is_string(value) ? 1 : json_array_size(value);
}

static void make_join_keys(zc_maker *m, zc_join *join, const json_t *on)
{
  const zc_table *table = m->rule->tables[join->table];
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
  {
    const char *target = zc_text_or(json_string_value(to), "");
    int column = zc_dataset_column(table->dataset, target);
    if (column < 0) {
      m->memory |= zc_fault(m->faults, zc_maker_place(m, "join"),
                            "the table {table} has no column {column}", "table",
                            table->dataset->id, "column", target, NULL) != 0;
      continue;
    }
    compile_text(m, "join", from, ZC_NIL, false, &join->from[join->count]);
    const zc_node *root = join->from[join->count].root;
    if (root != NULL && root->type.kind != table->dataset->columns[column].kind)
      zc_maker_wrong(m, "join",
                     "the columns {column} of this join are of different kinds",
                     "column", from, NULL);
    join->to[join->count++] = column;
  }
  if (join->count == 0)
    zc_maker_wrong(m, "join", "the join names no columns", "field", "join",
                   N_("write on = { doctor_id = \"staff_id\" }"));
}

static void make_join(zc_maker *m, const json_t *declared)
{
  const char *as = zc_get_text(declared, "as"), *id = zc_get_text(declared, "table");
  const json_t *on = json_object_get(declared, "on");
  const char *match = zc_text_or(zc_get_text(declared, "match"), "one");
  if (as == NULL || id == NULL || !json_is_object(on)) {
    zc_maker_wrong(
        m, "join", "a join needs as, table and on", "field", "join",
        N_("write { as = \"s\", table = \"staff\", on = { doctor_id = \"staff_id\" } "
           "}"));
    return;
  }
  if (strcmp(match, "one") != 0 || json_object_get(declared, "when") != NULL) {
    zc_maker_wrong(m, "join",
                   "only match = \"one\" without when is available in this version",
                   "field", "join", NULL);
    return;
  }
  if (zc_scope_has_space(m->rule->scope, as)) {
    zc_maker_wrong(m, "join", "the name {as} is taken", "as", as, NULL);
    return;
  }
  zc_table *table = named_table(m, "join", id);
  if (table == NULL)
    return;
  if (m->rule->join_count == ZC_JOINS) {
    zc_maker_wrong(m, "join", "more than 8 joins", "field", "join", NULL);
    return;
  }
  zc_join *join = &m->rule->joins[m->rule->join_count++];
  *join = (zc_join){.table = m->rule->table_count};
  m->rule->tables[m->rule->table_count++] = table;
  make_join_keys(m, join, on);
  add_columns(m, as, join->table);
}

static void make_group(zc_maker *m)
{
  const json_t *declared = json_object_get(m->rule->declaration, "group");
  size_t count = entries_in(declared);
  if (count > ZC_KEYS) {
    zc_maker_wrong(m, "group", "a key of more than 16 columns", "field", "group", NULL);
    return;
  }
  if (count == 0) {
    zc_maker_wrong(m, "having", "having needs the field group", "field", "having",
                   N_("name the columns that make a group, such as group = \"rx_no\""));
    return;
  }
  m->rule->group = zc_arena_take(&m->rule->arena, count * sizeof *m->rule->group);
  if (m->rule->group == NULL) {
    m->memory = true;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    zc_expression *key = &m->rule->group[m->rule->group_count];
    compile_text(m, "group", zc_text_or(entry_of(declared, i), ""), ZC_NIL, false, key);
    m->rule->group_count += key->root != NULL;
  }
}

/* What an expression reads. */
typedef struct {
  const zc_rule *rule;
  bool any;                 /* a column at all */
  const zc_column *patient; /* one that identifies a patient */
} reading;

static void note_column(zc_node *node, void *context)
{
  reading *read = context;
  if (node->op != ZC_OP_COLUMN)
    return;
  const zc_dataset *dataset = read->rule->tables[node->table]->dataset;
  read->any = true;
  if (dataset->columns[node->column].patient)
    read->patient = &dataset->columns[node->column];
}

static reading columns_of(const zc_rule *rule, const zc_expression *expression)
{
  reading read = {.rule = rule};
  zc_expression_walk(expression->root, note_column, &read);
  return read;
}

/* A figure that holds for the rule as a whole. */
static void compile_figure(zc_maker *m, const char *field, zc_expression *figure)
{
  compile(m, field, ZC_NUMBER, false, figure);
  if (columns_of(m->rule, figure).any)
    zc_maker_wrong(m, field, "the field {field} must not vary by row", "field", field,
                   N_("write a number or a parameter"));
}

/* Title of what `show` names: the column's first header, else the text itself. A
 * patient is shown as a token; what is made of an identifier could not be hidden. */
static void make_show(zc_maker *m, const char *text)
{
  zc_show *show = &m->rule->shows[m->rule->show_count];
  compile_text(m, "show", text, ZC_NIL, false, &show->value);
  const zc_node *root = show->value.root;
  if (root == NULL)
    return;
  show->title = text;
  if (root->op == ZC_OP_COLUMN) {
    const zc_column *column =
        &m->rule->tables[root->table]->dataset->columns[root->column];
    show->title = column->title;
    show->patient = column->patient;
  } else if (root->type.kind != ZC_BOOL) {
    const zc_column *patient = columns_of(m->rule, &show->value).patient;
    if (patient != NULL)
      zc_maker_wrong(
          m, "show", "show cannot compute with the patient identifier {column}",
          "column", patient->id,
          N_("name the column alone: it is printed as 患者#1, never as itself"));
  }
  m->rule->show_count++;
}

/* A sum over one hit would tell the identifier. */
static void make_amount(zc_maker *m, bool aggregates)
{
  compile(m, "amount", ZC_NUMBER, aggregates, &m->rule->amount);
  const zc_column *patient = columns_of(m->rule, &m->rule->amount).patient;
  if (patient != NULL)
    zc_maker_wrong(m, "amount",
                   "amount cannot compute with the patient identifier {column}",
                   "column", patient->id, NULL);
}

static void make_shows(zc_maker *m)
{
  const json_t *declared = json_object_get(m->rule->declaration, "show");
  size_t count = entries_in(declared);
  m->rule->shows = zc_arena_take(&m->rule->arena, (count + 1) * sizeof *m->rule->shows);
  m->memory |= m->rule->shows == NULL;
  for (size_t i = 0; i < count && !m->memory; i++)
    make_show(m, zc_text_or(entry_of(declared, i), ""));
}

static void make_count(zc_maker *m)
{
  const char *text = field_text(m, "count");
  if (text == NULL)
    return;
  const zc_dataset *dataset = m->rule->tables[0]->dataset;
  m->rule->count_column = zc_dataset_column(dataset, text);
  if (m->rule->count_column < 0)
    zc_maker_wrong(m, "count", "the table has no column {column}", "column", text,
                   N_("count names one column of the rule's own table"));
}

static void make_rate(zc_maker *m)
{
  bool above = field_text(m, "above") != NULL, below = field_text(m, "below") != NULL;
  compile(m, "rate", ZC_BOOL, false, &m->rule->rate);
  if (above == below) {
    zc_maker_wrong(m, "rate", "a rate needs either above or below", "field", "rate",
                   NULL);
    return;
  }
  m->rule->above = above;
  compile(m, above ? "above" : "below", ZC_NUMBER, false, &m->rule->limit);
  if (columns_of(m->rule, &m->rule->limit).any)
    zc_maker_wrong(m, above ? "above" : "below",
                   "the limit of a rate must not vary by row", "field", "rate",
                   N_("write a number or a parameter"));
  m->rule->least = zc_get_integer(m->rule->declaration, "min_n", 1);
  compile_figure(m, "min_n", &m->rule->min_n);
}

/* {names} in say: figures of the result, parameters, facility fields. */
static void check_say(zc_maker *m)
{
  static const char *const figures[] = {"population", "count",    "rows", "amount",
                                        "rate",       "unjudged", "part", "whole"};
  const char *say = m->rule->say;
  for (const char *at = strchr(say, '{'); at != NULL; at = strchr(at + 1, '{')) {
    char name[96];
    size_t size = strcspn(at + 1, "}");
    bool known = false;
    if (at[1 + size] == '}' && size < sizeof name) {
      memcpy(name, at + 1, size);
      name[size] = '\0';
      for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        known |= strcmp(figures[i], name) == 0;
      char *dot = strchr(name, '.');
      if (dot != NULL) {
        *dot = '\0';
        const zc_symbol *symbol = zc_scope_find(m->rule->scope, name, dot + 1);
        known = symbol != NULL && symbol->value != NULL;
        *dot = '.';
      }
    } else {
      snprintf(name, sizeof name, "%.40s", at + 1);
    }
    if (!known)
      zc_maker_wrong(
          m, "say", "the name {name} in say is unknown", "name", name,
          N_("known: population, count, rows, amount, rate, part, whole, unjudged, "
             "p.…, facility.…"));
  }
}

static void check_certainty(zc_maker *m)
{
  static const char *const known[] = {"certain", "suspect", "hint"};
  const char *word = field_text(m, "certainty");
  for (size_t i = 0; word != NULL && i < sizeof known / sizeof *known; i++)
    if (strcmp(word, known[i]) == 0)
      return;
  if (word != NULL)
    zc_maker_wrong(m, "certainty", "{word} is not a certainty", "word", word,
                   N_("write certain, suspect or hint"));
}

/* Marks the tables that an expression reads. */
static void mark_table(zc_node *node, void *context)
{
  bool *judged = context;
  if (node->op == ZC_OP_COLUMN)
    judged[node->table] = true;
}

/* A join that only `show` looks at explains hits and decides none: the rule can be
 * judged without its table. */
static void find_shown_only(zc_rule *rule)
{
  bool judged[1 + ZC_JOINS] = {true};
  const zc_expression *judging[] = {&rule->among, &rule->where, &rule->having,
                                    &rule->rate,  &rule->limit, &rule->amount};
  for (size_t i = 0; i < sizeof judging / sizeof *judging; i++)
    zc_expression_walk(judging[i]->root, mark_table, judged);
  for (int i = 0; i < rule->group_count; i++)
    zc_expression_walk(rule->group[i].root, mark_table, judged);
  for (int j = rule->join_count - 1; j >= 0; j--) {
    zc_join *join = &rule->joins[j];
    join->shown_only = !judged[join->table] && rule->form != ZC_FORM_EACH;
    for (int i = 0; !join->shown_only && i < join->count; i++)
      zc_expression_walk(join->from[i].root, mark_table, judged);
  }
}

static void make(zc_maker *m)
{
  zc_rule *rule = m->rule;
  if (!zc_form_find(m))
    return;
  zc_form_check(m);
  check_certainty(m);
  rule->count_column = -1;
  if (rule->form != ZC_FORM_FAIL && rule->form != ZC_FORM_CHECK) {
    const char *on = field_text(m, "on");
    if (on == NULL) {
      zc_maker_wrong(m, "on", "the rule {rule} names no table", "rule", rule->id,
                     N_("give it the field on"));
      return;
    }
    rule->tables[0] = named_table(m, "on", on);
    if (rule->tables[0] == NULL)
      return;
    rule->table_count = 1;
    add_columns(m, "", 0);
    size_t index;
    const json_t *declared;
    json_array_foreach(json_object_get(rule->declaration, "join"), index, declared)
        make_join(m, declared);
    make_count(m);
  }
  if (m->memory)
    return;
  compile(m, "among", ZC_BOOL, false, &rule->among);
  compile(m, "where", ZC_BOOL, false, &rule->where);
  compile(m, "fail", ZC_BOOL, false, &rule->fail);
  compile_figure(m, "tolerate", &rule->tolerate);
  make_shows(m);
  if (rule->form == ZC_FORM_GROUP) {
    make_group(m);
    compile(m, "having", ZC_BOOL, true, &rule->having);
  }
  make_amount(m, rule->form == ZC_FORM_GROUP);
  if (rule->form == ZC_FORM_RATE)
    make_rate(m);
  if (rule->say != NULL)
    check_say(m);
  find_shown_only(rule);
}

int zc_rule_declare(zc_rule *rule, const zc_world *world, json_t *faults)
{
  zc_maker m = {.rule = rule, .world = world, .faults = faults};
  json_t *known = json_object_get(rule->declaration, "faults");
  if (json_array_size(known) > 0)
    return json_array_extend(faults, known);
  make(&m);
  return m.memory ? -1 : 0;
}
