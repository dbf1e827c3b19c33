#include "table/derived.h"

#include <stdlib.h>
#include <string.h>

#include "table/groups.h"

struct zc_derived {
  const char *name, *file;
  json_t *declaration; /* retained */
  bool measure;
  enum { UNTOUCHED, COMPILING, COMPILED, WRONG } state;
  json_t *faults; /* why it is wrong */
  zc_rule *rule;
  zc_table *table;  /* of a view */
  zc_scalar value;  /* of a measure: nil if it is not known */
  zc_symbol symbol; /* of a measure */
  int64_t unjudged;
  int holders; /* rules that still need it */
  /* Its rule is: a second time it would take places of columns for columns. */
  bool settled;
  /* What has failed stays so: nobody may take it for one that came out empty. */
  enum { UNMADE, MADE, FAILED } making;
  zc_arena texts; /* of the value */
};

struct zc_derivations {
  zc_world world;
  zc_derived **entries;
  size_t count, room;
};

/* ---- the collection ------------------------------------------------------------------ */

zc_derivations *zc_derivations_new(const zc_world *world)
{
  zc_derivations *d = calloc(1, sizeof *d);
  if (d == NULL)
    return NULL;
  d->world = *world;
  d->world.derivations = d;
  return d;
}

static void free_derived(zc_derived *entry)
{
  zc_rule_free(entry->rule);
  zc_table_free(entry->table);
  json_decref(entry->declaration);
  json_decref(entry->faults);
  zc_arena_free(&entry->texts);
  free(entry);
}

void zc_derivations_free(zc_derivations *d)
{
  if (d == NULL)
    return;
  for (size_t i = 0; i < d->count; i++)
    free_derived(d->entries[i]);
  free(d->entries);
  free(d);
}

static zc_derived *named(const zc_derivations *d, const char *name, bool measure)
{
  for (size_t i = 0; d != NULL && i < d->count; i++)
    if (d->entries[i]->measure == measure && strcmp(d->entries[i]->name, name) == 0)
      return d->entries[i];
  return NULL;
}

static zc_place place_of(const zc_derived *entry)
{
  return (zc_place){entry->file, (int)zc_get_integer(entry->declaration, "line", 0), 0};
}

/* Why one that is declared cannot be used: its name means something else, too. */
static int refuse_name(zc_derived *entry, const char *text, const char *file)
{
  entry->state = WRONG;
  if (entry->faults == NULL)
    entry->faults = json_array();
  return zc_fault(entry->faults, place_of(entry), text, "name", entry->name, "file",
                  file, "hint", N_("give it another name"), NULL);
}

/* Nobody could say which of two is meant: neither is used. */
static int check_name(zc_derivations *d, zc_derived *entry)
{
  zc_derived *other = named(d, entry->name, entry->measure);
  int bad = 0;
  if (other != NULL) {
    bad |= refuse_name(entry, N_("{name} stands in {file}, too"), other->file);
    bad |= refuse_name(other, N_("{name} stands in {file}, too"), entry->file);
  }
  for (size_t i = 0; !entry->measure && i < d->world.table_count; i++)
    if (strcmp(d->world.tables[i]->dataset->id, entry->name) == 0)
      bad |= refuse_name(entry, N_("{name} is the name of a table"), "");
  return bad;
}

int zc_derivations_add(zc_derivations *d, json_t *declaration, const char *file)
{
  if (d->count == d->room) {
    size_t room = d->room == 0 ? 16 : d->room * 2;
    zc_derived **grown = realloc(d->entries, room * sizeof *grown);
    if (grown == NULL)
      return -1;
    d->entries = grown;
    d->room = room;
  }
  zc_derived *entry = calloc(1, sizeof *entry);
  if (entry == NULL)
    return -1;
  entry->name = zc_text_of(declaration, "id");
  entry->file = file;
  entry->declaration = json_incref(declaration);
  entry->measure = strcmp(zc_text_of(declaration, "kind"), "measure") == 0;
  int bad = check_name(d, entry);
  d->entries[d->count++] = entry;
  return bad;
}

const char *zc_derivations_nearest(const zc_derivations *d, const char *name,
                                   bool measure)
{
  const char *nearest = "";
  int best = 1000;
  for (size_t i = 0; d != NULL && i < d->count; i++) {
    int distance = zc_text_distance(d->entries[i]->name, name);
    if (d->entries[i]->measure == measure && distance < best) {
      best = distance;
      nearest = d->entries[i]->name;
    }
  }
  return nearest;
}

/* ---- compiling ------------------------------------------------------------------------- */

/* A column of a view as one of a dataset: a key keeps what the column was. */
static void describe_column(const zc_rule *rule, int number, zc_column *column)
{
  const zc_made_column *made = &rule->made[number];
  const zc_node *root = made->value.root;
  *column = (zc_column){.id = made->name,
                        .title = made->name,
                        .type = "",
                        .kind = root->type.kind,
                        .words = root->type.words,
                        .key = number < rule->group_count};
  const json_t *titles = json_object_get(rule->declaration, "titles");
  const char *title = zc_get_text(titles, made->name);
  if (title != NULL)
    column->title = title;
  if (root->op != ZC_OP_COLUMN)
    return;
  const zc_dataset *dataset = rule->tables[root->table]->dataset;
  const zc_column *source = &dataset->columns[root->column];
  column->title = title != NULL ? title : source->title;
  column->type = source->type;
  column->patient = source->patient;
  column->code = source->code;
}

static zc_code make_table(zc_derived *entry, zc_err *err)
{
  const zc_rule *rule = entry->rule;
  zc_dataset *dataset = calloc(1, sizeof *dataset);
  zc_column *columns = calloc((size_t)rule->made_count + 1, sizeof *columns);
  if (dataset == NULL || columns == NULL) {
    free(dataset);
    free(columns);
    return zc_fail_memory(err);
  }
  for (int i = 0; i < rule->made_count; i++)
    describe_column(rule, i, &columns[i]);
  *dataset = (zc_dataset){.id = entry->name,
                          .title = entry->name,
                          .date = -1,
                          .count = rule->made_count,
                          .columns = columns,
                          .json = json_incref(entry->declaration)};
  entry->table = zc_table_new(dataset, entry->file, "", 0, NULL);
  if (entry->table == NULL)
    return zc_fail_memory(err);
  entry->table->view = entry;
  entry->table->origin = rule->tables[0]->origin;
  entry->table->loaded = true;
  for (int i = 0; i < rule->made_count; i++) {
    entry->table->used[i] = entry->table->present[i] = true;
    entry->table->slot[i] = i;
  }
  entry->table->width = rule->made_count;
  return ZC_OK;
}

static void name_measure(zc_derived *entry)
{
  entry->value = zc_nil();
  entry->symbol = (zc_symbol){.space = "m",
                              .name = entry->name,
                              .type = entry->rule->value.root->type,
                              .value = &entry->value};
}

static zc_code compile(zc_derivations *d, zc_derived *entry, zc_err *err)
{
  entry->state = COMPILING;
  entry->faults = json_array();
  if (entry->faults == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_rule_new(entry->declaration, entry->file, &d->world, entry->faults,
                             &entry->rule, err);
  if (code == ZC_EDATA) {
    entry->state = WRONG;
    return ZC_OK;
  }
  if (code == ZC_OK && entry->measure)
    name_measure(entry);
  else if (code == ZC_OK)
    code = make_table(entry, err);
  entry->state = COMPILED;
  return code;
}

zc_derived *zc_derivations_find(zc_derivations *d, const char *name, bool measure,
                                json_t *faults, bool *wrong, zc_err *err)
{
  zc_derived *entry = named(d, name, measure);
  *wrong = false;
  if (entry == NULL)
    return NULL;
  zc_code code = entry->state == UNTOUCHED ? compile(d, entry, err) : ZC_OK;
  if (code != ZC_OK) {
    entry->state = WRONG;
    *wrong = true;
    return entry;
  }
  if (entry->state == COMPILING) {
    *wrong = true;
    zc_fault(faults, place_of(entry), "{name} is made of itself", "name", name, "hint",
             N_("a view or measure can only be made of others"), NULL);
  } else if (entry->state == WRONG) {
    *wrong = true;
    json_array_extend(faults, entry->faults);
  }
  return entry;
}

zc_table *zc_derived_table(const zc_derived *entry)
{
  return entry->table;
}

const zc_symbol *zc_derived_symbol(const zc_derived *entry)
{
  return &entry->symbol;
}

const zc_rule *zc_derived_rule(const zc_derived *entry)
{
  return entry->rule;
}

/* ---- making ---------------------------------------------------------------------------- */

zc_scalar zc_derived_figure(zc_run *r, const zc_expression *expression,
                            const uint32_t *rows, size_t count)
{
  zc_scalar values[ZC_AGGREGATES];
  zc_loss lost = {0};
  for (int i = 0; i < expression->aggregate_count; i++)
    values[i] = zc_aggregate_of(r, expression->aggregates[i], rows, count, &lost);
  if (count > 0)
    zc_run_enter(r, rows[0], NULL);
  r->e.aggregates = values;
  r->e.overflow = false;
  zc_scalar value = zc_evaluate(&r->e, expression->root);
  r->e.aggregates = NULL;
  return lost.unknown || r->e.overflow ? zc_unreadable() : value;
}

bool zc_derived_keep(zc_arena *arena, zc_scalar *value)
{
  if ((value->kind != ZC_TEXT && value->kind != ZC_CODES) || value->size == 0)
    return true;
  value->text = zc_arena_copy(arena, value->text, value->size);
  return value->text != NULL;
}

bool zc_derived_is_readable(const zc_derived *entry)
{
  for (int i = 0; i < entry->rule->source_count; i++) {
    const zc_source *source = &entry->rule->sources[i];
    if (source->judging &&
        (source->table->data == NULL ||
         (source->column >= 0 && !source->table->present[source->column])))
      return false;
  }
  return true;
}

static void fill_table(zc_run *r, zc_derived *entry)
{
  const zc_engine *engine = r->plain->engine;
  zc_table *table = entry->table;
  zc_groups g;
  if (engine != NULL && engine->fill(engine, r, table))
    return;
  zc_groups_collect(r, &g);
  table->cells = calloc(g.total * (size_t)table->width + 1, sizeof *table->cells);
  table->lines = calloc(g.total + 1, sizeof *table->lines);
  r->memory |= table->cells == NULL || table->lines == NULL;
  for (size_t i = 0; i < g.total && !r->memory; i++) {
    size_t count;
    const uint32_t *rows = zc_groups_rows(&g, i, &count);
    zc_scalar *cells = table->cells + i * (size_t)table->width;
    for (int c = 0; c < table->width; c++) {
      cells[c] = zc_derived_figure(r, &r->rule->made[c].value, rows, count);
      r->memory |= !zc_derived_keep(&table->texts, &cells[c]);
    }
    table->lines[table->count++] = zc_table_line(r->rule->tables[0], rows[0]);
    zc_arena_reset(&r->texts);
  }
  table->unplaced = r->unjudged;
  zc_groups_free(&g);
}

static zc_scalar plain_measure(zc_run *r)
{
  zc_groups g;
  size_t count = 0;
  zc_scalar value = zc_nil();
  zc_groups_collect(r, &g);
  const uint32_t *rows = g.total == 0 || r->memory ? NULL
                                                   : zc_groups_rows(&g, 0, &count);
  if (!r->memory)
    value = zc_derived_figure(r, &r->rule->value, rows, count);
  zc_groups_free(&g);
  return value;
}

static void fill_measure(zc_run *r, zc_derived *entry)
{
  const zc_engine *engine = r->plain->engine;
  if (engine == NULL || !engine->measure(engine, r, &entry->value))
    entry->value = plain_measure(r);
  entry->unjudged = r->unjudged + zc_derived_unplaced(r->rule);
  if (entry->unjudged > 0 || !zc_derived_is_readable(entry))
    entry->value = zc_unreadable();
  r->memory |= !zc_derived_keep(&entry->texts, &entry->value);
}

static void settle(zc_derived *entry)
{
  if (!entry->settled)
    zc_rule_settle(entry->rule);
  entry->settled = true;
}

/* False when out of memory. */
static bool fill(zc_plain *plain, zc_derived *entry)
{
  zc_plain own = {.engine = plain->engine, .patients = plain->patients};
  zc_run r;
  settle(entry);
  bool opened = zc_run_open(&r, &own, entry->rule);
  r.memory = !opened;
  if (opened && entry->measure)
    fill_measure(&r, entry);
  else if (opened)
    fill_table(&r, entry);
  zc_run_close(&r);
  zc_rule_forget_partners(entry->rule);
  return !r.memory;
}

static zc_code make(zc_plain *plain, zc_derived *entry, zc_err *err)
{
  if (entry->making == MADE)
    return ZC_OK;
  if (entry->making == FAILED)
    return zc_fail_memory(err);
  zc_code code = zc_derived_make(plain, entry->rule, err);
  if (code == ZC_OK && !fill(plain, entry))
    code = zc_fail_memory(err);
  entry->making = code == ZC_OK ? MADE : FAILED;
  if (code != ZC_OK && entry->table != NULL)
    zc_table_empty(entry->table);
  return code;
}

void zc_derived_hold(const zc_rule *rule)
{
  for (int i = 0; i < rule->derived_count; i++) {
    rule->derived[i]->holders++;
    zc_derived_hold(rule->derived[i]->rule);
  }
}

void zc_derived_let_go(const zc_rule *rule)
{
  for (int i = 0; i < rule->derived_count; i++) {
    zc_derived *entry = rule->derived[i];
    zc_derived_let_go(entry->rule);
    if (--entry->holders != 0 || entry->table == NULL)
      continue;
    zc_table_empty(entry->table);
    if (entry->making == MADE)
      entry->making = UNMADE;
  }
}

zc_code zc_derived_make(zc_plain *plain, const zc_rule *rule, zc_err *err)
{
  zc_code code = ZC_OK;
  for (int i = 0; code == ZC_OK && i < rule->derived_count; i++)
    code = make(plain, rule->derived[i], err);
  return code;
}

/* Adds what the views of a rule could not place, each view once. */
static int64_t unplaced_below(const zc_rule *rule, const zc_derived **seen, int *count,
                              int most)
{
  int64_t unplaced = 0;
  for (int i = 0; i < rule->derived_count; i++) {
    const zc_derived *entry = rule->derived[i];
    bool known = entry->measure;
    for (int k = 0; k < *count && !known; k++)
      known = seen[k] == entry;
    if (known)
      continue;
    if (*count < most)
      seen[(*count)++] = entry;
    unplaced += entry->table->unplaced;
    unplaced += unplaced_below(entry->rule, seen, count, most);
  }
  return unplaced;
}

int64_t zc_derived_unplaced(const zc_rule *rule)
{
  const zc_derived *seen[64];
  int count = 0;
  return unplaced_below(rule, seen, &count, 64);
}

zc_code zc_derived_measure(zc_plain *plain, zc_derived *entry, json_t **result,
                           zc_err *err)
{
  *result = NULL;
  zc_code code = make(plain, entry, err);
  if (code != ZC_OK)
    return code;
  zc_buffer text = {0};
  json_t *out = json_object();
  int bad = json_object_set_new(out, "unjudged", json_integer(entry->unjudged));
  if (entry->value.kind != ZC_NIL) {
    zc_scalar_print(&entry->value, &text);
    bad |= json_object_set_new(out, "value", json_string(zc_text_or(text.data, "")));
  }
  bad |= text.failed;
  zc_buffer_free(&text);
  if (bad == 0) {
    *result = out;
    return ZC_OK;
  }
  json_decref(out);
  return zc_fail_memory(err);
}

int64_t zc_derived_open(const zc_derived *entry)
{
  if (entry->measure)
    return entry->unjudged + (entry->value.kind == ZC_NIL && entry->unjudged == 0);
  return entry->table->unplaced + zc_derived_unplaced(entry->rule);
}

/* ---- for Lua functions ------------------------------------------------------------------ */

/* As Lua sees values: whole numbers as such, decimals and dates as texts, nil not at all. */
static json_t *plain_value(const zc_scalar *value)
{
  if (value->kind == ZC_BOOL)
    return json_boolean(value->truth);
  if (value->kind == ZC_NUMBER && value->scale == 0 && value->divisor == 1)
    return json_integer(value->units);
  zc_buffer text = {0};
  zc_scalar_print(value, &text);
  json_t *out = text.failed ? NULL
                            : zc_json_lossy(zc_text_or(text.data, ""), text.size);
  zc_buffer_free(&text);
  return out;
}

/* `room`: for the cells of a row that somebody else keeps. */
static json_t *row_value(zc_plain *plain, const zc_table *table, size_t number,
                         zc_scalar *room)
{
  const zc_scalar *row = zc_table_row(table, number, room);
  json_t *out = json_object();
  int bad = out == NULL;
  for (int i = 0; i < table->width && bad == 0; i++) {
    const zc_column *column = &table->dataset->columns[i];
    zc_scalar cell = column->patient ? zc_patient_token(plain->patients, row[i])
                                     : row[i];
    if (cell.kind != ZC_NIL)
      bad |= json_object_set_new(out, column->id, plain_value(&cell));
  }
  if (bad == 0)
    return out;
  json_decref(out);
  return NULL;
}

zc_code zc_derived_value(zc_plain *plain, const zc_derived *entry, size_t most,
                         json_t **value, zc_err *err)
{
  *value = NULL;
  if (!zc_derived_is_readable(entry) || (entry->measure && entry->value.kind == ZC_NIL))
    return ZC_OK;
  if (entry->measure) {
    *value = plain_value(&entry->value);
    return *value == NULL ? zc_fail_memory(err) : ZC_OK;
  }
  if (entry->table->count > most)
    return zc_fail(
        err, ZC_EDATA,
        "the view {view} has more than {most} rows: judge it with a rule on it", "view",
        entry->name, "most", ZC_DIGITS((int64_t)most), NULL);
  json_t *rows = json_array();
  zc_scalar *room = calloc((size_t)entry->table->width + 1, sizeof *room);
  int bad = rows == NULL || room == NULL;
  for (size_t i = 0; i < entry->table->count && bad == 0; i++)
    bad |= json_array_append_new(rows, row_value(plain, entry->table, i, room));
  free(room);
  if (bad == 0) {
    *value = rows;
    return ZC_OK;
  }
  json_decref(rows);
  return zc_fail_memory(err);
}

void zc_derivations_each(const zc_derivations *d, const char *file,
                         void (*visit)(const char *name, bool measure, void *context),
                         void *context)
{
  for (size_t i = 0; d != NULL && i < d->count; i++)
    if (strcmp(d->entries[i]->file, file) == 0)
      visit(d->entries[i]->name, d->entries[i]->measure, context);
}

bool zc_derived_is_measure(const zc_derived *entry)
{
  return entry->measure;
}

const char *zc_derived_name(const zc_derived *entry)
{
  return entry->name;
}
