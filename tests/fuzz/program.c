/* A condition over a table of 300 rows is worth the same, row for row, whether the evaluator
 * takes the rows one by one or a program takes them together; what a program leaves open as
 * odd it leaves to the evaluator. */
#include "vector/program.h"
#include "../differential/differential.h"
#include "property.h"
#include "table/evaluate.h"
#include "table/rule.h"
#include "vector/load.h"

#define ROWS 300

static zc_table *table;

static json_t *json_from(const char *text)
{
  char *copy = strdup(text);
  for (char *c = copy; *c != '\0'; c++)
    *c = *c == '\'' ? '"' : *c;
  json_t *json = json_loads(copy, 0, NULL);
  free(copy);
  return json;
}

/* The same table for every input. */
static void begin(void)
{
  static zc_buffer csv;
  maker m = {.state = 20230501};
  zc_err err;
  zc_dataset *dataset;
  zc_buffer about = {0};
  make_dataset(&m, &about);
  json_t *json = json_from(about.data), *faults = json_array();
  json_object_seed(1);
  zc_buffer_free(&about);
  make_export(&m, "t", ROWS, &csv);
  size_t size = csv.size;
  for (int i = 0; i < ZC_PADDING; i++)
    zc_buffer_char(&csv, '\0');
  HOLDS(zc_dataset_new(json, &dataset, &err) == ZC_OK, "the dataset");
  table = zc_table_new(dataset, "t.csv", csv.data, size, NULL);
  for (int i = 0; i < dataset->count; i++)
    table->used[i] = true;
  HOLDS(zc_columns_load(table, NULL, NULL, faults, &err) == ZC_OK, "the table");
  json_decref(json);
  json_decref(faults);
}

static void compare(const zc_rule *rule, const char *text)
{
  zc_program *program = zc_program_new(rule, rule->where.root, 1);
  zc_scalar *room = calloc((size_t)table->width + 1, sizeof *room);
  uint8_t truths[ZC_LANE];
  HOLDS(program != NULL && room != NULL, "no memory");
  for (size_t first = 0; first < table->count; first += ZC_LANE) {
    size_t left = table->count - first;
    zc_batch batch = {.first = first, .count = left < ZC_LANE ? left : ZC_LANE};
    HOLDS(zc_program_truths(program, 0, &batch, truths), "no memory");
    for (size_t i = 0; i < batch.count; i++) {
      zc_evaluation e = {.rows = {zc_table_row(table, first + i, room)}};
      zc_truth truth = zc_evaluate_truth(&e, rule->where.root);
      HOLDS(truths[i] == ZC_TRUTH_ODD || truths[i] == truth, "row %zu: %d, not %d: %s",
            first + i, truths[i], truth, text);
    }
  }
  free(room);
  zc_program_free(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  zc_err err;
  zc_rule *rule = NULL;
  if (table == NULL)
    begin();
  json_t *condition = json_stringn((const char *)data, size); /* NULL: no UTF-8 */
  json_t *declaration = condition == NULL ? NULL
                                          : json_pack("{s:s, s:s, s:o}", "id", "t.rule",
                                                      "on", "t", "where", condition);
  if (declaration == NULL)
    return 0;
  json_t *faults = json_array();
  zc_world world = {&table, 1, NULL, NULL};
  if (zc_rule_new(declaration, "t.lua", &world, faults, &rule, &err) == ZC_OK) {
    zc_rule_settle(rule);
    compare(rule, json_string_value(condition));
  }
  zc_rule_free(rule);
  json_decref(faults);
  json_decref(declaration);
  return 0;
}
