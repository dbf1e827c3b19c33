#include "table/describe.h"

#include "base/date.h"

static const char *form_name(zc_form form)
{
  static const char *const names[] = {"row", "group", "rate", "fail", "each", "check"};
  return names[form];
}

json_t *zc_describe_rule(const zc_rule *rule)
{
  json_t *out = json_object(), *tables = json_array();
  int bad = json_object_set_new(out, "rule", json_string(rule->id));
  bad |= json_object_set_new(out, "file", json_string(rule->file));
  bad |= json_object_set_new(out, "line", json_integer(rule->place.line));
  bad |= json_object_set_new(out, "form", json_string(form_name(rule->form)));
  for (int t = 0; t < rule->table_count; t++) {
    json_t *table = json_object(), *columns = json_array();
    for (int i = 0; i < rule->use_count; i++)
      if (rule->uses[i].table == t && rule->form != ZC_FORM_EACH)
        bad |= json_array_append_new(
            columns,
            json_string(rule->tables[t]->dataset->columns[rule->uses[i].column].id));
    bad |= json_object_set_new(table, "id", json_string(rule->tables[t]->dataset->id));
    bad |= json_object_set_new(table, "columns", columns);
    bad |= json_array_append_new(tables, table);
  }
  bad |= json_object_set_new(out, "tables", tables);
  if (bad == 0)
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
