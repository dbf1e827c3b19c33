/* Instances: hits as things that are known again, in the next export and under another
 * plan (docs/rules.md, «What a hit is known by»).
 *
 * The identity is a hash over texts, each with its length before it: the rule, what kind of
 * thing the hit is, the table, and
 *   a row of an export       its key cells, each after its column's name. Where rows may
 *                            share a key, or there is none, also the cells that the rule
 *                            reads: rows that it cannot tell apart are numbered
 *   a row of a view          what the group has in common: its keys
 *   a period of a quota      its first and last day; of the kind `once` nothing: the checked
 *                            interval moves on, the duty is the same
 *   fail, check, a rate      nothing: the rule has one hit at most
 * Cells go in as their type reads them: width, forms of a date and zeros at the end of a
 * decimal say nothing. Lines, parameters, plans and tokens of patients are no part of it. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "table/run.h"

#define ID_DIGITS 32

/* ---- cells -------------------------------------------------------------------------- */

/* The value as people read it, in r->value. */
static void print_cell(zc_run *r, zc_scalar value)
{
  /* An export's four decimals are mostly zeros: two are enough then. */
  while (value.kind == ZC_NUMBER && value.scale > 2 && value.units % 10 == 0 &&
         value.divisor == 1) {
    value.units /= 10;
    value.scale--;
  }
  r->value.size = 0;
  zc_scalar_print(&value, &r->value);
}

json_t *zc_run_cell(zc_run *r, zc_scalar value, bool patient)
{
  if (patient)
    value = zc_patient_token(r->plain->patients, value);
  print_cell(r, value);
  return r->value.failed ? NULL
                         : zc_json_lossy(zc_text_or(r->value.data, ""), r->value.size);
}

static void tell_text(zc_buffer *out, const char *text)
{
  zc_json_text(out, text, strlen(text));
}

/* A patient whom a result has named already keeps that name; others get numbers of their
 * own, so that what results print does not depend on who wants all hits. */
static void tell_patient(zc_run *r, zc_buffer *out, zc_scalar value)
{
  char text[40];
  int64_t number = zc_patient_number(r->plain->patients, value, false);
  if (number >= 0) {
    snprintf(text, sizeof text, "患者#%lld", (long long)number + 1);
    tell_text(out, text);
    return;
  }
  number = zc_patient_number(r->plain->wanted->others, value, true);
  r->memory |= number < 0;
  zc_buffer_number(out, number);
}

static void tell_cell(zc_run *r, zc_buffer *out, zc_scalar value, bool patient)
{
  if (patient && !zc_is_blank(&value)) {
    tell_patient(r, out, value);
    return;
  }
  print_cell(r, value);
  zc_json_lossy_text(out, zc_text_or(r->value.data, ""), r->value.size);
}

/* A cell of the row that is told; nil if it was not decoded. */
static zc_scalar cell_of(const zc_run *r, const zc_scalar *row, int column)
{
  int slot = r->rule->tables[0]->slot[column];
  return slot < 0 ? zc_nil() : row[slot];
}

/* ---- identity ----------------------------------------------------------------------- */

static void add_piece(zc_run *r, const char *text, size_t size)
{
  zc_buffer_number(&r->identity, (int64_t)size);
  zc_buffer_char(&r->identity, ':');
  zc_buffer_add(&r->identity, text, size);
}

static void add_text(zc_run *r, const char *text)
{
  add_piece(r, text, strlen(text));
}

static void add_value(zc_run *r, zc_scalar value)
{
  if (value.kind == ZC_NUMBER && value.divisor != 1)
    zc_number_round(value, 6, &value); /* a view's quotient */
  while (value.kind == ZC_NUMBER && value.scale > 0 && value.units % 10 == 0) {
    value.units /= 10;
    value.scale--;
  }
  r->value.size = 0;
  if (!zc_is_blank(&value))
    zc_scalar_print(&value, &r->value);
  add_piece(r, zc_text_or(r->value.data, ""), r->value.size);
}

static void begin_identity(zc_run *r, const char *kind, const char *table)
{
  r->identity.size = 0;
  add_text(r, r->rule->id);
  add_text(r, kind);
  add_text(r, table);
}

/* How many hits with this identity came before. */
static uint32_t count_told(zc_run *r, const char *digits)
{
  zc_told *told = &r->told;
  const char *copy = zc_arena_copy(&told->texts, digits, ID_DIGITS);
  if (told->index.width == 0)
    zc_index_begin(&told->index, 1);
  zc_scalar key = zc_text(copy, ID_DIGITS);
  int64_t number = copy == NULL ? -1 : zc_index_put(&told->index, &key, NULL);
  if (number >= (int64_t)told->room) {
    size_t room = told->room == 0 ? 256 : told->room * 2;
    uint32_t *grown = realloc(told->times, room * sizeof *grown);
    if (grown != NULL) {
      memset(grown + told->room, 0, (room - told->room) * sizeof *grown);
      told->times = grown;
      told->room = room;
    } else {
      number = -1;
    }
  }
  r->memory |= number < 0;
  return number < 0 ? 0 : told->times[number]++;
}

static void hash_identity(zc_run *r, char digits[ZC_HASH_ROOM])
{
  zc_err ignored;
  r->memory |= r->identity.failed || r->value.failed ||
               zc_hash_of(r->identity.data, r->identity.size, digits, &ignored) !=
                   ZC_OK;
}

/* `shared`: other hits may have the same identity so far. */
static void end_identity(zc_run *r, bool shared, char digits[ZC_HASH_ROOM])
{
  char number[16];
  digits[0] = '\0';
  hash_identity(r, digits);
  uint32_t before = shared && !r->memory ? count_told(r, digits) : 0;
  if (before > 0) {
    snprintf(number, sizeof number, "%lu", (unsigned long)before);
    add_text(r, number);
    hash_identity(r, digits);
  }
  digits[ID_DIGITS] = '\0';
}

static bool is_read(const zc_rule *rule, int column)
{
  for (int i = 0; i < rule->use_count; i++)
    if (rule->uses[i].table == 0 && rule->uses[i].column == column)
      return true;
  return false;
}

static void identify_row(zc_run *r, const zc_scalar *row, char digits[ZC_HASH_ROOM])
{
  const zc_dataset *dataset = r->rule->tables[0]->dataset;
  bool view = r->rule->tables[0]->view != NULL, keyed = false;
  begin_identity(r, view ? "view" : "row", dataset->id);
  for (int c = 0; c < dataset->count; c++) {
    if (!dataset->columns[c].key)
      continue;
    keyed = true;
    add_text(r, dataset->columns[c].id);
    add_value(r, cell_of(r, row, c));
  }
  bool shared = !view && (dataset->repeats || !keyed);
  for (int c = 0; shared && c < dataset->count; c++) {
    zc_scalar value = cell_of(r, row, c);
    if (dataset->columns[c].key || zc_is_blank(&value) || !is_read(r->rule, c))
      continue;
    add_text(r, dataset->columns[c].id);
    add_value(r, value);
  }
  end_identity(r, shared, digits);
}

/* ---- telling ------------------------------------------------------------------------
 * A hit is written as the canonical text that it has as JSON: its members by their names, id,
 * keys, level, line, show, split, table. */

bool zc_run_wants(zc_run *r)
{
  zc_wanted *wanted = r->plain->wanted;
  if (wanted == NULL || r->memory)
    return false;
  wanted->more |= wanted->left == 0;
  return wanted->left != 0;
}

static void tell_pair(zc_run *r, zc_buffer *out, bool first, const char *title,
                      zc_scalar value, bool patient)
{
  zc_buffer_text(out, first ? "[" : ",[");
  tell_text(out, title);
  zc_buffer_char(out, ',');
  tell_cell(r, out, value, patient);
  zc_buffer_char(out, ']');
}

/* What the rule shows, and by what its hits are told apart: in r->shown, because patients are
 * numbered in the order in which they are met, here first. */
static void tell_shown(zc_run *r)
{
  const zc_rule *rule = r->rule;
  r->shown.size = 0;
  for (int i = 0; i < rule->show_count; i++) {
    if (i == 0)
      zc_buffer_text(&r->shown, ",\"show\":[");
    tell_pair(r, &r->shown, i == 0, rule->shows[i].title,
              zc_evaluate(&r->e, rule->shows[i].value.root), rule->shows[i].patient);
  }
  if (rule->show_count > 0)
    zc_buffer_char(&r->shown, ']');
}

static void tell_splits(zc_run *r, const zc_scalar *row)
{
  const zc_wanted *wanted = r->plain->wanted;
  for (int s = 0; s < wanted->split_count; s++) {
    zc_scalar value = cell_of(r, row, wanted->splits[s]);
    zc_buffer_text(&r->shown, s == 0 ? ",\"split\":[" : ",");
    if (zc_is_blank(&value))
      zc_buffer_text(&r->shown, "\"\"");
    else
      tell_cell(r, &r->shown, value, false);
  }
  if (wanted->split_count > 0)
    zc_buffer_char(&r->shown, ']');
}

/* The values of the table's key columns, by which people know the row again. */
static void tell_keys(zc_run *r, const zc_scalar *row)
{
  const zc_table *table = r->rule->tables[0];
  bool first = true;
  for (int c = 0; c < table->dataset->count; c++) {
    const zc_column *column = &table->dataset->columns[c];
    if (!column->key || table->slot[c] < 0)
      continue;
    tell_pair(r, &r->hit, first, column->title, cell_of(r, row, c), column->patient);
    first = false;
  }
}

static void begin_hit(zc_run *r, const char *digits)
{
  r->hit.size = 0;
  zc_buffer_text(&r->hit, "{\"id\":\"");
  zc_buffer_text(&r->hit, digits);
  zc_buffer_text(&r->hit, "\",\"keys\":[");
}

/* Writes what is behind the keys, and hands the hit on. */
static void end_hit(zc_run *r, const char *level, int64_t line, const char *table)
{
  zc_wanted *wanted = r->plain->wanted;
  zc_buffer_text(&r->hit, "],\"level\":");
  tell_text(&r->hit, level);
  zc_buffer_text(&r->hit, ",\"line\":");
  zc_buffer_number(&r->hit, line);
  zc_buffer_add(&r->hit, r->shown.data, r->shown.size);
  zc_buffer_text(&r->hit, ",\"table\":");
  tell_text(&r->hit, table);
  zc_buffer_char(&r->hit, '}');
  r->memory |= r->hit.failed || r->shown.failed || r->value.failed;
  if (wanted->left > 0)
    wanted->left--;
  if (!r->memory)
    r->memory = !wanted->take(r->hit.data, r->hit.size, wanted->context);
}

void zc_run_tell_row(zc_run *r, size_t i, const char *level)
{
  char digits[ZC_HASH_ROOM];
  if (!zc_run_wants(r))
    return;
  const zc_table *table = r->rule->tables[0];
  const zc_scalar *row = r->e.rows[0];
  tell_shown(r);
  tell_splits(r, row);
  identify_row(r, row, digits);
  begin_hit(r, digits);
  tell_keys(r, row);
  end_hit(r, level, zc_table_line(table, i), table->origin);
}

/* What is no row has the certainty that its rule declares, and no line. `period` (may be NULL)
 * is its one key. */
static void tell_thing(zc_run *r, const char *period)
{
  char digits[ZC_HASH_ROOM];
  const char *own = zc_get_text(r->rule->declaration, "certainty");
  const char *table = r->rule->table_count == 0 ? "" : r->rule->tables[0]->origin;
  end_identity(r, false, digits);
  r->shown.size = 0;
  begin_hit(r, digits);
  if (period != NULL)
    tell_pair(r, &r->hit, true, "期间", zc_text(period, strlen(period)), false);
  end_hit(r, zc_text_or(own, "certain"), 0, table);
}

void zc_run_tell_period(zc_run *r, const char *from, const char *to)
{
  char both[48];
  if (!zc_run_wants(r))
    return;
  begin_identity(r, "period", r->rule->tables[0]->dataset->id);
  if (r->rule->per != ZC_PER_ONCE) {
    add_text(r, from);
    add_text(r, to);
  }
  snprintf(both, sizeof both, "%s至%s", from, to);
  tell_thing(r, both);
}

void zc_run_tell_rule(zc_run *r)
{
  if (!zc_run_wants(r))
    return;
  begin_identity(r, "rule", "");
  tell_thing(r, NULL);
}

bool zc_plain_tell(zc_plain *plain, zc_rule *rule)
{
  zc_run r = {.plain = plain, .rule = rule};
  zc_run_tell_rule(&r);
  zc_run_forget_told(&r);
  return !r.memory;
}

void zc_run_forget_told(zc_run *r)
{
  if (r->told.index.width > 0)
    zc_index_free(&r->told.index);
  zc_arena_free(&r->told.texts);
  free(r->told.times);
  zc_buffer_free(&r->identity);
  zc_buffer_free(&r->value);
  zc_buffer_free(&r->shown);
  zc_buffer_free(&r->hit);
  r->told = (zc_told){0};
}

/* ---- what hits are told apart by ------------------------------------------------------ */

void zc_rule_want_keys(const zc_rule *rule)
{
  zc_table *table = rule->table_count == 0 ? NULL : rule->tables[0];
  for (int i = 0; table != NULL && table->view == NULL && i < table->dataset->count;
       i++)
    table->used[i] |= table->dataset->columns[i].key;
}

/* Whether hits are rows. */
static bool has_rows(const zc_rule *rule)
{
  return rule->table_count > 0 && rule->form != ZC_FORM_FAIL &&
         rule->form != ZC_FORM_CHECK && rule->form != ZC_FORM_QUOTA &&
         (rule->form != ZC_FORM_RATE || rule->group_count > 0);
}

/* A column is asked for that is not there: the one most like it, or all. */
static int refuse_column(const zc_dataset *dataset, const char *name, zc_place place,
                         json_t *faults)
{
  const char *nearest = "";
  int best = 1000;
  zc_buffer known = {0};
  for (int i = 0; i < dataset->count; i++) {
    int distance = zc_text_distance(dataset->columns[i].id, name);
    if (dataset->columns[i].patient)
      continue;
    if (known.size > 0)
      zc_buffer_char(&known, ' ');
    zc_buffer_text(&known, dataset->columns[i].id);
    if (distance < best) {
      best = distance;
      nearest = dataset->columns[i].id;
    }
  }
  int bad = known.failed;
  bad |= zc_fault(faults, place, N_("the table {section} has no column {id}"),
                  "section", dataset->id, "id", name, "nearest", nearest, "list",
                  zc_text_or(known.data, "—"), "hint",
                  *nearest != '\0' ? N_("did you mean {nearest}?")
                                   : N_("known: {list}"),
                  NULL);
  zc_buffer_free(&known);
  return bad;
}

int zc_rule_split(const zc_rule *rule, const char *name, zc_place place, json_t *faults,
                  int *column)
{
  *column = -1;
  if (!has_rows(rule))
    return zc_fault(faults, place, N_("{rule} judges no rows that could be split"),
                    "rule", rule->id, "hint", N_("leave split out"), NULL);
  const zc_table *table = rule->tables[0];
  int found = zc_dataset_column(table->dataset, name);
  if (found < 0)
    return refuse_column(table->dataset, name, place, faults);
  if (table->dataset->columns[found].patient)
    return zc_fault(faults, place,
                    N_("{column} identifies a patient: nothing is split by patients"),
                    "column", name, "hint",
                    N_("split by whom a problem belongs to: a department, a doctor"),
                    NULL);
  *column = found;
  return 0;
}
