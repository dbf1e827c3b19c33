/* From a declaration, as its Lua table was written, to a compiled rule, with every mistake
 * in its fields. */
#include "table/declaration.h"

#include <stdlib.h>
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

const char *zc_maker_text(const zc_maker *m, const char *field)
{
  return zc_get_text(m->rule->declaration, field);
}

const char *zc_maker_entry(const json_t *value, size_t index)
{
  if (json_is_string(value))
    return index == 0 ? json_string_value(value) : NULL;
  return json_string_value(json_array_get(value, index));
}

size_t zc_maker_entries(const json_t *value)
{
  return json_is_string(value) ? 1 : json_array_size(value);
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

void zc_maker_compile_text(zc_maker *m, const char *field, const char *text,
                           zc_kind wanted, bool aggregates, zc_expression *expression)
{
  zc_usage usage = {.place = zc_maker_place(m, field),
                    .scope = m->rule->scope,
                    .arena = &m->rule->arena,
                    .sequence = m->rule->form == ZC_FORM_SEQUENCE &&
                                strcmp(field, "where") == 0,
                    .aggregates = aggregates,
                    .grouped = is_group_key,
                    .context = m->rule};
  zc_err err;
  zc_code code = zc_expression_compile(text, wanted, &usage, m->faults, expression,
                                       &err);
  m->memory |= code == ZC_EINTERNAL;
}

void zc_maker_compile(zc_maker *m, const char *field, zc_kind wanted, bool aggregates,
                      zc_expression *expression)
{
  const char *text = zc_maker_text(m, field);
  if (text != NULL)
    zc_maker_compile_text(m, field, text, wanted, aggregates, expression);
}

static void note_column(zc_node *node, void *context)
{
  zc_reading *read = context;
  if (node->op != ZC_OP_COLUMN)
    return;
  const zc_dataset *dataset = read->rule->tables[node->table]->dataset;
  read->any = true;
  for (int j = 0; j < read->rule->join_count; j++)
    read->late |= read->rule->joins[j].table == node->table &&
                  read->rule->joins[j].late;
  if (dataset->columns[node->column].patient)
    read->patient = &dataset->columns[node->column];
}

zc_reading zc_maker_reads(const zc_rule *rule, const zc_expression *expression)
{
  zc_reading read = {.rule = rule};
  zc_expression_walk(expression->root, note_column, &read);
  return read;
}

/* ---- keys ------------------------------------------------------------------------ */

/* A list of expressions that make a key: group or sort. */
static void make_keys(zc_maker *m, const char *field, const json_t *declared,
                      zc_expression **keys, int *key_count)
{
  size_t count = zc_maker_entries(declared);
  if (count > ZC_KEYS) {
    zc_maker_wrong(m, field, "a key of more than 16 columns", "field", field, NULL);
    return;
  }
  *keys = zc_arena_take(&m->rule->arena, (count + 1) * sizeof **keys);
  if (*keys == NULL) {
    m->memory = true;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    zc_expression *key = &(*keys)[*key_count];
    zc_maker_compile_text(m, field, zc_text_or(zc_maker_entry(declared, i), ""), ZC_NIL,
                          false, key);
    *key_count += key->root != NULL;
  }
}

static void make_group(zc_maker *m)
{
  zc_rule *rule = m->rule;
  const json_t *declared = json_object_get(rule->declaration, "group");
  if (declared == NULL &&
      (rule->form == ZC_FORM_GROUP || rule->form == ZC_FORM_WINDOW)) {
    zc_maker_wrong(m, "having", "having needs the field group", "field", "having",
                   N_("name the columns that make a group, such as group = \"rx_no\""));
    return;
  }
  if (json_is_object(declared))
    zc_maker_wrong(m, "group", "only the group of a view has names", "field", "group",
                   N_("write a list: group = { \"supplier\", \"item\" }"));
  else
    make_keys(m, "group", declared, &rule->group, &rule->group_count);
}

static void make_sort(zc_maker *m)
{
  zc_rule *rule = m->rule;
  make_keys(m, "sort", json_object_get(rule->declaration, "sort"), &rule->sort,
            &rule->sort_count);
  if (rule->form != ZC_FORM_WINDOW || rule->sort_count == 0)
    return;
  zc_kind kind = rule->sort[0].root->type.kind;
  if (rule->sort_count > 1 || (kind != ZC_DATE && kind != ZC_MOMENT))
    zc_maker_wrong(m, "sort", "within counts days: sort is one date or time", "field",
                   "sort", NULL);
}

/* ---- figures --------------------------------------------------------------------- */

/* A figure that holds for the rule as a whole. */
static void compile_figure(zc_maker *m, const char *field, const json_t *value,
                           zc_expression *figure)
{
  char digits[24];
  if (json_is_integer(value))
    snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(value));
  const char *text = json_is_integer(value) ? digits : json_string_value(value);
  if (text == NULL)
    return;
  zc_maker_compile_text(m, field, text, ZC_NUMBER, false, figure);
  if (zc_maker_reads(m->rule, figure).any)
    zc_maker_wrong(m, field, "the field {field} must not vary by row", "field", field,
                   N_("write a number or a parameter"));
}

static void make_count(zc_maker *m)
{
  const char *text = zc_maker_text(m, "count");
  if (text == NULL)
    return;
  const zc_dataset *dataset = m->rule->tables[0]->dataset;
  m->rule->count_column = zc_dataset_column(dataset, text);
  if (m->rule->count_column < 0)
    zc_maker_wrong(m, "count", "the table has no column {column}", "column", text,
                   N_("count names one column of the rule's own table"));
}

/* The limit of one share is one figure; that of many may go by the group. */
static void make_limit(zc_maker *m, const char *field)
{
  zc_rule *rule = m->rule;
  bool grouped = rule->group_count > 0;
  zc_maker_compile(m, field, ZC_NUMBER, grouped, &rule->limit);
  if (rule->limit.aggregate_count > 0 ||
      (!grouped && zc_maker_reads(rule, &rule->limit).any))
    zc_maker_wrong(m, field, "the limit of a rate must not vary by row", "field",
                   "rate",
                   grouped ? N_("write a number, a parameter or a key of the group")
                           : N_("write a number or a parameter"));
}

static void make_rate(zc_maker *m)
{
  bool above = zc_maker_text(m, "above") != NULL;
  bool below = zc_maker_text(m, "below") != NULL;
  zc_maker_compile(m, "rate", ZC_BOOL, false, &m->rule->rate);
  if (above == below) {
    zc_maker_wrong(m, "rate", "a rate needs either above or below", "field", "rate",
                   NULL);
    return;
  }
  m->rule->above = above;
  make_limit(m, above ? "above" : "below");
  m->rule->least = zc_get_integer(m->rule->declaration, "min_n", 1);
  const json_t *least = json_object_get(m->rule->declaration, "min_n");
  if (json_is_string(least))
    compile_figure(m, "min_n", least, &m->rule->min_n);
}

static bool find_per(zc_maker *m, const char *word)
{
  static const struct {
    const char *word;
    zc_per per;
  } known[] = {{"once", ZC_PER_ONCE},           {"year", ZC_PER_YEAR},
               {"half_year", ZC_PER_HALF_YEAR}, {"quarter", ZC_PER_QUARTER},
               {"month", ZC_PER_MONTH},         {"week", ZC_PER_WEEK}};
  for (size_t i = 0; word != NULL && i < sizeof known / sizeof *known; i++)
    if (strcmp(known[i].word, word) == 0) {
      m->rule->per = known[i].per;
      return true;
    }
  return false;
}

static void make_quota(zc_maker *m)
{
  const json_t *quota = json_object_get(m->rule->declaration, "quota");
  const zc_dataset *dataset = m->rule->tables[0]->dataset;
  const char *date = zc_text_of(quota, "date");
  const json_t *least = json_object_get(quota, "at_least");
  m->rule->date = zc_dataset_column(dataset, date);
  if (!find_per(m, zc_get_text(quota, "per")) || least == NULL || *date == '\0')
    zc_maker_wrong(
        m, "quota", "a quota needs per, at_least and date", "field", "quota",
        N_("write quota = { per = \"half_year\", at_least = 1, date = "
           "\"meet_date\" }; per is once, year, half_year, quarter, month or "
           "week"));
  else if (m->rule->date < 0)
    zc_maker_wrong(m, "quota", "the table has no column {column}", "column", date,
                   NULL);
  else if (dataset->columns[m->rule->date].kind != ZC_DATE &&
           dataset->columns[m->rule->date].kind != ZC_MOMENT)
    zc_maker_wrong(m, "quota", "{column} is no date", "column", date, NULL);
  compile_figure(m, "quota", least, &m->rule->at_least);
}

/* ---- views and measures -------------------------------------------------------------- */

/* Where a patient's identifier stands in what a view or measure computes. */
typedef struct {
  const zc_rule *rule;
  const zc_column *found; /* where it must not stand */
} patient_search;

static void find_patient(const zc_node *node, bool allowed, patient_search *search)
{
  if (node == NULL)
    return;
  if (node->op == ZC_OP_COLUMN) {
    const zc_column *column =
        &search->rule->tables[node->table]->dataset->columns[node->column];
    if (column->patient && !allowed)
      search->found = column;
  }
  bool counts = node->op == ZC_OP_AGGREGATE &&
                (node->aggregate == ZC_AGGREGATE_DISTINCT ||
                 node->aggregate == ZC_AGGREGATE_TOP);
  for (int i = 0; i < node->count; i++)
    find_patient(node->args[i], counts && i == 0, search);
}

/* A column alone stays a patient; what counts patients tells no identifier; anything else
 * made of one would, be it by asking for each. */
static void refuse_patient(zc_maker *m, const char *field, const zc_expression *value)
{
  patient_search search = {.rule = m->rule};
  find_patient(value->root, true, &search);
  if (search.found != NULL)
    zc_maker_wrong(m, field, "nothing is computed from the patient identifier {column}",
                   "column", search.found->id,
                   N_("only distinct and top may count it"));
}

static bool is_name(const char *name)
{
  return *name >= 'a' && *name <= 'z' &&
         strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static zc_made_column *add_made(zc_maker *m, const char *field, const char *name)
{
  zc_rule *rule = m->rule;
  for (int i = 0; i < rule->made_count; i++)
    if (strcmp(rule->made[i].name, name) == 0)
      zc_maker_wrong(m, field, "the column {column} is there twice", "column", name,
                     NULL);
  if (!is_name(name))
    zc_maker_wrong(m, field, "{column} is no name for a column", "column", name,
                   N_("a to z, 0 to 9 and _, beginning with a letter"));
  if (rule->made_count == ZC_COLUMNS) {
    zc_maker_wrong(m, field, "a view has 32 columns at most", "field", field, NULL);
    return NULL;
  }
  zc_made_column *made = &rule->made[rule->made_count++];
  made->name = name;
  return made;
}

/* A key of a view is a column, by its own name or another, or what is made of columns. */
static void make_view_key(zc_maker *m, const char *name, const char *text)
{
  zc_rule *rule = m->rule;
  zc_expression *key = &rule->group[rule->group_count];
  zc_maker_compile_text(m, "group", text, ZC_NIL, false, key);
  if (key->root == NULL)
    return;
  zc_reading read = zc_maker_reads(rule, key);
  if (read.patient != NULL && key->root->op != ZC_OP_COLUMN)
    zc_maker_wrong(m, "group",
                   "nothing is computed from the patient identifier {column}", "column",
                   read.patient->id, N_("name the column alone"));
  zc_made_column *made = add_made(m, "group", name);
  if (made == NULL)
    return;
  made->value = *key;
  rule->group_count++;
}

static int compare_names(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* {name: column}, by name: a map comes in another order each time, but by its keys, in their
 * order, a row of the view is known again. There are ZC_KEYS at most. */
static void make_named_keys(zc_maker *m, const json_t *declared)
{
  const char *names[ZC_KEYS], *name;
  json_t *text;
  size_t count = 0;
  json_object_foreach((json_t *)declared, name, text) names[count++] = name;
  qsort(names, count, sizeof *names, compare_names);
  for (size_t i = 0; i < count; i++)
    make_view_key(m, names[i], zc_text_of(declared, names[i]));
}

static void make_view_keys(zc_maker *m)
{
  const json_t *declared = json_object_get(m->rule->declaration, "group");
  size_t count = json_is_object(declared) ? json_object_size(declared)
                                          : zc_maker_entries(declared);
  m->rule->group = zc_arena_take(&m->rule->arena, (count + 1) * sizeof *m->rule->group);
  m->memory |= m->rule->group == NULL;
  if (count == 0 || count > ZC_KEYS)
    zc_maker_wrong(m, "group",
                   count == 0 ? N_("a view needs the field group")
                              : N_("a key of more than 16 columns"),
                   "field", "group", N_("name what makes a row of the view"));
  if (m->memory || count > ZC_KEYS)
    return;
  if (json_is_object(declared)) {
    make_named_keys(m, declared);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    const char *text = zc_text_or(zc_maker_entry(declared, i), "");
    make_view_key(m, text, text);
  }
}

/* A title for what is no column would be lost without a word. */
static void check_titles(zc_maker *m)
{
  const char *name;
  json_t *title;
  json_object_foreach(json_object_get(m->rule->declaration, "titles"), name, title)
  {
    bool known = false;
    for (int i = 0; i < m->rule->made_count; i++)
      known |= strcmp(m->rule->made[i].name, name) == 0;
    if (!known || !json_is_string(title))
      zc_maker_wrong(m, "titles", "the view has no column {column} for this title",
                     "column", name, NULL);
  }
}

static void make_view(zc_maker *m)
{
  zc_rule *rule = m->rule;
  const char *name;
  json_t *text;
  rule->made = zc_arena_take(&rule->arena, ZC_COLUMNS * sizeof *rule->made);
  m->memory |= rule->made == NULL;
  if (!m->memory)
    make_view_keys(m);
  if (m->memory)
    return;
  json_object_foreach(json_object_get(rule->declaration, "cols"), name, text)
  {
    zc_made_column *made = add_made(m, "cols", name);
    if (made == NULL)
      return;
    zc_maker_compile_text(m, "cols", zc_text_or(json_string_value(text), ""), ZC_NIL,
                          true, &made->value);
    refuse_patient(m, "cols", &made->value);
  }
  check_titles(m);
}

static void make_measure(zc_maker *m)
{
  zc_maker_compile(m, "value", ZC_NIL, true, &m->rule->value);
  refuse_patient(m, "value", &m->rule->value);
  const zc_node *root = m->rule->value.root;
  if (root != NULL && root->type.kind != ZC_NUMBER && root->type.kind != ZC_DATE &&
      root->type.kind != ZC_MOMENT)
    zc_maker_wrong(m, "value", "a measure is a number or a date", "field", "value",
                   NULL);
}

/* ---- the whole ------------------------------------------------------------------------ */

/* The population, the groups and the order are decided before partners are tried. */
static void refuse_late(zc_maker *m, const char *field, const zc_expression *expression)
{
  if (zc_maker_reads(m->rule, expression).late)
    zc_maker_wrong(
        m, field, "the field {field} cannot read a table joined with match any or none",
        "field", field, N_("write the condition as the join's when"));
}

static bool has_table(const zc_rule *rule)
{
  return rule->form != ZC_FORM_FAIL && rule->form != ZC_FORM_CHECK;
}

/* The tables that the rule names, and their columns. False when its own is unknown. */
static bool make_tables(zc_maker *m)
{
  zc_rule *rule = m->rule;
  const char *on = zc_maker_text(m, "on");
  if (on == NULL) {
    zc_maker_wrong(m, "on", "the rule {rule} names no table", "rule", rule->id,
                   N_("give it the field on"));
    return false;
  }
  rule->tables[0] = zc_maker_table(m, "on", on);
  if (rule->tables[0] == NULL)
    return false;
  rule->table_count = 1;
  zc_maker_columns(m, "", 0);
  if (rule->form == ZC_FORM_SEQUENCE) {
    rule->tables[ZC_TABLE_PREV] = rule->tables[0];
    zc_maker_columns(m, "prev", ZC_TABLE_PREV);
  }
  zc_maker_joins(m);
  make_count(m);
  return true;
}

static void make_form(zc_maker *m)
{
  zc_rule *rule = m->rule;
  const json_t *declared = rule->declaration;
  if (rule->form == ZC_FORM_VIEW)
    make_view(m);
  else
    make_group(m);
  make_sort(m);
  zc_maker_compile(m, "having", ZC_BOOL, true, &rule->having);
  compile_figure(m, "within", json_object_get(declared, "within"), &rule->within);
  if (rule->form == ZC_FORM_RATE)
    make_rate(m);
  else if (rule->form == ZC_FORM_QUOTA)
    make_quota(m);
  else if (rule->form == ZC_FORM_MEASURE)
    make_measure(m);
}

static void make(zc_maker *m)
{
  zc_rule *rule = m->rule;
  if (!zc_form_find(m))
    return;
  zc_form_check(m);
  rule->count_column = -1;
  zc_maker_measures(m, true);
  if (rule->form == ZC_FORM_CHECK)
    zc_maker_own_derived(m);
  if ((has_table(rule) && !make_tables(m)) || m->memory)
    return;
  zc_maker_compile(m, "among", ZC_BOOL, false, &rule->among);
  zc_maker_compile(m, "where", ZC_BOOL, false, &rule->where);
  zc_maker_compile(m, "fail", ZC_BOOL, false, &rule->fail);
  compile_figure(m, "tolerate", json_object_get(rule->declaration, "tolerate"),
                 &rule->tolerate);
  make_form(m);
  zc_maker_words(m);
  refuse_late(m, "among", &rule->among);
  refuse_late(m, "rate", &rule->rate);
  for (int i = 0; i < rule->group_count; i++)
    refuse_late(m, "group", &rule->group[i]);
  for (int i = 0; i < rule->sort_count; i++)
    refuse_late(m, "sort", &rule->sort[i]);
  zc_maker_shown_only(rule);
  zc_maker_absence(rule);
}

int zc_rule_declare(zc_rule *rule, const zc_world *world, json_t *faults)
{
  zc_maker m = {.rule = rule, .world = world, .faults = faults};
  json_t *known = json_object_get(rule->declaration, "faults");
  if (json_array_size(known) > 0)
    return json_array_extend(faults, known);
  make(&m);
  zc_maker_measures(&m, false);
  return m.memory ? -1 : 0;
}
