#include "table/describe.h"

#include <string.h>

#include "base/date.h"
#include "table/derived.h"

static const char *form_name(zc_form form)
{
  static const char *const names[] = {"row",   "sequence", "group",  "window",
                                      "rate",  "quota",    "fail",   "each",
                                      "check", "view",     "measure"};
  return names[form];
}

/* The columns of one export that the rule reads; a Lua function may read any. */
static json_t *columns_of(const zc_rule *rule, const zc_table *table)
{
  json_t *columns = json_array();
  for (int i = 0; i < rule->source_count; i++) {
    const zc_source *source = &rule->sources[i];
    if (source->table == table && source->column >= 0 && !source->optional)
      json_array_append_new(columns,
                            json_string(table->dataset->columns[source->column].id));
  }
  return columns;
}

typedef struct {
  const zc_rule *rule;
  json_t *tables;
  int bad;
} describing;

static void describe_source(zc_table *table, bool judging, void *context)
{
  describing *d = context;
  json_t *entry = json_object();
  (void)judging;
  d->bad |= json_object_set_new(entry, "id", json_string(table->dataset->id));
  d->bad |= json_object_set_new(entry, "columns", columns_of(d->rule, table));
  d->bad |= json_array_append_new(d->tables, entry);
}

/* The parameters that the rule reads, each once. */
static void note_parameter(zc_node *node, void *context)
{
  json_t *names = context;
  if (node->op == ZC_OP_CONSTANT && node->space != NULL &&
      strcmp(node->space, "p") == 0)
    json_object_set_new(names, node->name, json_true());
}

static void note_parameters(const zc_rule *rule, json_t *names)
{
  zc_rule_each_node(rule, note_parameter, names);
  for (int i = 0; i < rule->derived_count; i++)
    note_parameters(zc_derived_rule(rule->derived[i]), names);
}

static json_t *parameters_of(const zc_rule *rule)
{
  json_t *names = json_object(), *list = json_array();
  const char *name;
  json_t *value;
  note_parameters(rule, names);
  json_object_foreach(names, name, value)
      json_array_append_new(list, json_string(name));
  json_decref(names);
  return list;
}

/* Whether every key of the table stands among the join's columns. */
static bool covers_keys(const zc_table *table, const zc_join *join)
{
  bool any = false;
  for (int c = 0; c < table->dataset->count; c++) {
    bool named = !table->dataset->columns[c].key;
    any |= !named;
    for (int i = 0; i < join->count && !named; i++)
      named = join->to[i] == c;
    if (!named)
      return false;
  }
  return any && !table->dataset->repeats;
}

static json_t *join_columns(const zc_table *table, const zc_join *join)
{
  json_t *columns = json_array();
  for (int i = 0; i < join->count; i++)
    json_array_append_new(columns,
                          json_string(table->dataset->columns[join->to[i]].id));
  return columns;
}

/* Joins that want one partner where no key makes sure that there is only one: [{table,
 * columns}]. */
static json_t *open_joins(const zc_rule *rule)
{
  json_t *list = json_array();
  for (int j = 0; j < rule->join_count; j++) {
    const zc_join *join = &rule->joins[j];
    const zc_table *table = rule->tables[join->table];
    bool single = join->match == ZC_MATCH_ONE || join->match == ZC_MATCH_INNER;
    if (single && !join->shown_only && join->when.root == NULL &&
        !covers_keys(table, join))
      json_array_append_new(list, json_pack("{s:s, s:o}", "table", table->dataset->id,
                                            "columns", join_columns(table, join)));
  }
  return list;
}

json_t *zc_describe_rule(const zc_rule *rule)
{
  describing d = {.rule = rule, .tables = json_array()};
  json_t *out = json_object(), *names = json_array();
  int bad = json_object_set_new(out, "rule", json_string(rule->id));
  bad |= json_object_set_new(out, "file", json_string(rule->file));
  bad |= json_object_set_new(out, "line", json_integer(rule->place.line));
  bad |= json_object_set_new(out, "form", json_string(form_name(rule->form)));
  zc_rule_each_table(rule, describe_source, &d);
  bad |= json_object_set_new(out, "tables", d.tables);
  bad |= json_object_set_new(out, "parameters", parameters_of(rule));
  bad |= json_object_set_new(out, "open_joins", open_joins(rule));
  for (int i = 0; i < rule->derived_count; i++)
    bad |= json_array_append_new(names,
                                 json_string(zc_derived_rule(rule->derived[i])->id));
  bad |= json_object_set_new(out, "derived", names);
  if (bad == 0 && d.bad == 0)
    return out;
  json_decref(out);
  return NULL;
}

json_t *zc_describe_table(const zc_table *table)
{
  char day[16];
  json_t *out = json_object();
  int bad = json_object_set_new(out, "id", json_string(table->dataset->id));
  bad |= json_object_set_new(out, "rows", json_integer((json_int_t)table->count));
  bad |= json_object_set_new(out, "malformed", json_integer(table->malformed));
  if (table->first <= table->last) {
    bad |= json_object_set_new(out, "from",
                               json_string(zc_day_text(table->first, day)));
    bad |= json_object_set_new(out, "to", json_string(zc_day_text(table->last, day)));
  }
  if (bad == 0)
    return out;
  json_decref(out);
  return NULL;
}
