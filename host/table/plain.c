#include "table/plain.h"

#include <stdlib.h>
#include <string.h>

#include "table/aggregate.h"

bool zc_is_blank(const zc_scalar *value)
{
  return value->kind == ZC_NIL ||
         ((value->kind == ZC_TEXT || value->kind == ZC_CODES) && value->size == 0);
}

int64_t zc_patient_number(zc_patients *patients, zc_scalar identifier, bool add)
{
  int64_t number = zc_index_find(&patients->index, &identifier);
  if (number >= 0 || !add)
    return number;
  /* The cell may be a view's, which is given back before the names are. */
  if (identifier.kind == ZC_TEXT || identifier.kind == ZC_CODES)
    identifier.text = zc_arena_copy(&patients->texts, identifier.text, identifier.size);
  bool text = identifier.kind == ZC_TEXT || identifier.kind == ZC_CODES;
  return text && identifier.text == NULL
             ? -1
             : zc_index_put(&patients->index, &identifier, NULL);
}

zc_scalar zc_patient_token(zc_patients *patients, zc_scalar identifier)
{
  char text[40];
  if (zc_is_blank(&identifier))
    return identifier;
  int64_t number = zc_patient_number(patients, identifier, true);
  if (number < 0)
    return zc_nil();
  int size = snprintf(text, sizeof text, "患者#%lld", (long long)number + 1);
  const char *copy = zc_arena_copy(&patients->texts, text, (size_t)size);
  return copy == NULL ? zc_nil() : zc_text(copy, (size_t)size);
}

/* ---- the population ---------------------------------------------------------- */

static zc_scalar counted(const zc_run *r, const zc_scalar *row)
{
  return row[r->rule->tables[0]->slot[r->rule->count_column]];
}

void zc_run_mark(zc_run *r, const uint32_t *rows, size_t count, bool hits)
{
  if (r->plain->marks == NULL)
    return;
  uint64_t *bits = hits ? r->plain->marks->hits : r->plain->marks->population;
  for (size_t i = 0; i < count; i++)
    bits[rows[i] / 64] |= (uint64_t)1 << (rows[i] % 64);
}

void zc_run_count(zc_run *r, size_t i)
{
  uint32_t row = (uint32_t)i;
  zc_run_mark(r, &row, 1, false);
  if (r->rule->count_column < 0) {
    r->population++;
    return;
  }
  zc_scalar key = counted(r, r->e.rows[0]);
  r->memory |= zc_index_put(&r->population_keys, &key, NULL) < 0;
}

/* ---- hits -------------------------------------------------------------------- */

/* The rule's `show`, [[title, text], …]. Owned. */
static json_t *shown(zc_run *r)
{
  json_t *list = json_array();
  for (int i = 0; i < r->rule->show_count; i++) {
    const zc_show *show = &r->rule->shows[i];
    zc_scalar value = zc_evaluate(&r->e, show->value.root);
    json_t *pair = json_array();
    int bad = json_array_append_new(pair, json_string(show->title));
    bad |= json_array_append_new(pair, zc_run_cell(r, value, show->patient));
    bad |= json_array_append_new(list, pair);
    r->memory |= bad != 0;
  }
  return list;
}

static json_t *entry_of(zc_run *r, size_t i)
{
  const zc_table *table = r->rule->tables[0];
  json_t *entry = json_object();
  int bad = json_object_set_new(entry, "table", json_string(table->origin));
  bad |= json_object_set_new(entry, "line", json_integer(zc_table_line(table, i)));
  if (r->rule->show_count > 0)
    bad |= json_object_set_new(entry, "show", shown(r));
  r->memory |= bad != 0;
  return entry;
}

static void show_row(zc_run *r, size_t i)
{
  if (json_array_size(r->first) < ZC_FIRST)
    r->memory |= json_array_append_new(r->first, entry_of(r, i)) != 0;
}

/* ---- how sure a hit is --------------------------------------------------------------- */

static const char *const levels[] = {"certain", "suspect", "hint"};

static int level_named(const char *word, size_t size)
{
  for (int i = 0; word != NULL && i < 3; i++)
    if (strlen(levels[i]) == size && memcmp(levels[i], word, size) == 0)
      return i;
  return 0;
}

/* `level` may lower the rule's own certainty and never raises it; where it cannot be told,
 * a hit is no more than suspect. */
static const char *level_of(zc_run *r)
{
  const char *own = zc_get_text(r->rule->declaration, "certainty");
  int level = level_named(own, own == NULL ? 0 : strlen(own));
  if (r->rule->level.root != NULL) {
    zc_scalar word = zc_evaluate(&r->e, r->rule->level.root);
    int lower = word.kind == ZC_TEXT ? level_named(word.text, word.size) : 1;
    level = lower > level ? lower : level;
  }
  r->levels[level]++;
  return levels[level];
}

static void add_amount(zc_run *r)
{
  if (r->rule->amount.root == NULL)
    return;
  r->e.overflow = false;
  zc_scalar value = zc_evaluate(&r->e, r->rule->amount.root);
  if (r->e.overflow)
    r->amount_overflow = true;
  else if (value.kind != ZC_NIL && !zc_number_add(r->amount, value, &r->amount))
    r->amount_overflow = true;
}

void zc_run_hit(zc_run *r, size_t i)
{
  uint32_t row = (uint32_t)i;
  r->rows++;
  if (r->rule->count_column < 0) {
    r->count++;
  } else {
    zc_scalar key = counted(r, r->e.rows[0]);
    r->memory |= zc_index_put(&r->count_keys, &key, NULL) < 0;
  }
  zc_run_mark(r, &row, 1, true);
  add_amount(r);
  show_row(r, i);
  zc_run_tell_row(r, i, level_of(r));
}

/* The figures of an expression over a group's rows; what they could not take in is told by
 * `lost`. */
static void figures_of(zc_run *r, const zc_expression *expression, const uint32_t *rows,
                       size_t count, zc_scalar *values, zc_loss *lost)
{
  for (int i = 0; i < expression->aggregate_count; i++)
    values[i] = zc_aggregate_of(r, expression->aggregates[i], rows, count, lost);
}

void zc_run_hit_group(zc_run *r, const uint32_t *rows, size_t count)
{
  zc_scalar amounts[ZC_AGGREGATES], sureness[ZC_AGGREGATES];
  zc_loss left_out = {0}, ignored = {0};
  r->count++;
  r->rows += (int64_t)count;
  zc_run_mark(r, rows, count, true);
  figures_of(r, &r->rule->amount, rows, count, amounts, &left_out);
  figures_of(r, &r->rule->level, rows, count, sureness, &ignored);
  zc_run_enter(r, rows[0], NULL);
  r->e.aggregates = amounts;
  add_amount(r);
  r->amount_overflow |= left_out.overflow;
  r->e.aggregates = sureness;
  const char *level = level_of(r);
  r->e.aggregates = NULL;
  show_row(r, rows[0]);
  for (size_t i = 0; i < count && zc_run_wants(r); i++) {
    zc_run_enter(r, rows[i], NULL);
    zc_run_tell_row(r, rows[i], level);
  }
}

/* ---- forms ------------------------------------------------------------------------
 */

static void run_rows(zc_run *r)
{
  for (size_t i = 0; i < r->rule->tables[0]->count && !r->memory; i++) {
    if (zc_run_admit(r, i) != ZC_TRUE)
      continue;
    zc_run_count(r, i);
    zc_truth hit = r->rule->form == ZC_FORM_EACH
                       ? r->plain->each(r->rule, &r->e, r->plain->context)
                       : zc_run_where(r);
    if (r->plain->stopped)
      return;
    if (hit == ZC_TRUE)
      zc_run_hit(r, i);
    r->unjudged += hit == ZC_UNKNOWN;
  }
}

/* A rate is a share of the rows that say yes or no; unknown ones are left out. */
static void run_rate(zc_run *r)
{
  for (size_t i = 0; i < r->rule->tables[0]->count; i++) {
    if (zc_run_admit(r, i) != ZC_TRUE)
      continue;
    r->population++;
    zc_truth value = zc_evaluate_truth(&r->e, r->rule->rate.root);
    r->unknown += value == ZC_UNKNOWN;
    r->whole += value != ZC_UNKNOWN;
    r->part += value == ZC_TRUE;
  }
}

static void run_form(zc_run *r)
{
  const zc_engine *engine = r->plain->engine;
  if (engine != NULL && engine->judge(engine, r))
    return;
  switch (r->rule->form) {
  case ZC_FORM_GROUP:
    zc_run_groups(r);
    break;
  case ZC_FORM_SEQUENCE:
    zc_run_sequence(r);
    break;
  case ZC_FORM_WINDOW:
    zc_run_windows(r);
    break;
  case ZC_FORM_QUOTA:
    zc_run_quota(r);
    break;
  case ZC_FORM_RATE:
    if (r->rule->group_count > 0)
      zc_run_rates(r);
    else
      run_rate(r);
    break;
  default:
    run_rows(r);
  }
}

/* Room for the rows of tables that somebody else keeps. */
static bool take_rooms(zc_run *r)
{
  for (int t = 0; t <= ZC_TABLE_PREV; t++) {
    const zc_table *table = t == ZC_TABLE_PREV         ? r->rule->tables[0]
                            : t < r->rule->table_count ? r->rule->tables[t]
                                                       : NULL;
    if (table == NULL || table->keeper == NULL)
      continue;
    r->rooms[t] = calloc((size_t)table->width + 1, sizeof *r->rooms[t]);
    if (r->rooms[t] == NULL)
      return false;
  }
  return true;
}

bool zc_run_open(zc_run *r, zc_plain *plain, zc_rule *rule)
{
  *r = (zc_run){.plain = plain,
                .rule = rule,
                .amount = zc_integer(0),
                .first = json_array()};
  zc_index_begin(&r->population_keys, 1);
  zc_index_begin(&r->count_keys, 1);
  zc_index_begin(&r->seen, 1);
  return r->first != NULL && take_rooms(r) && zc_joins_index(r);
}

void zc_run_close(zc_run *r)
{
  for (int t = 0; t <= ZC_TABLE_PREV; t++)
    free(r->rooms[t]);
  zc_index_free(&r->population_keys);
  zc_index_free(&r->count_keys);
  zc_index_free(&r->seen);
  zc_arena_free(&r->texts);
  zc_run_forget_told(r);
  free(r->times);
  json_decref(r->first);
  json_decref(r->periods);
}

zc_code zc_plain_run(zc_plain *plain, zc_rule *rule, json_t **result, zc_err *err)
{
  zc_run r;
  json_t *out = json_object();
  int bad = json_object_set_new(out, "id", json_string(rule->id));
  bool opened = zc_run_open(&r, plain, rule);
  r.memory = !opened;
  *result = NULL;
  bool blank = false;
  bad |= zc_result_blanks(&r, out, &blank);
  if (!r.memory && !blank && rule->form == ZC_FORM_FAIL) {
    bad |= zc_result_fail(&r, out);
    if (zc_get_integer(out, "count", 0) > 0)
      zc_run_tell_rule(&r);
  } else if (!r.memory && !blank) {
    run_form(&r);
    if (rule->count_column >= 0 && !r.distinct) {
      r.population = (int64_t)r.population_keys.count;
      r.count = (int64_t)r.count_keys.count;
    }
    if (rule->form == ZC_FORM_RATE && rule->group_count == 0)
      bad |= zc_result_rate(&r, out);
    if (rule->form == ZC_FORM_RATE && rule->group_count == 0 && r.count > 0)
      zc_run_tell_rule(&r);
    bad |= zc_result_counts(&r, out);
  }
  if (bad == 0 && !blank && rule->say != NULL)
    bad |= json_object_set_new(out, "message", zc_result_message(&r));
  zc_run_close(&r);
  if (bad == 0 && !r.memory) {
    *result = out;
    return ZC_OK;
  }
  json_decref(out);
  return zc_fail_memory(err);
}
