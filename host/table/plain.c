#include "table/plain.h"

#include <stdlib.h>
#include <string.h>

#include "table/run.h"

/* Stand for what is larger than anything in an export, and leave room to compute. */
#define FAR INT64_C(1000000000000000)
#define FIRST_DAY (-719162) /* 0001-01-01 */
#define LAST_DAY 2932896    /* 9999-12-31 */

#define OPEN_MOST 4 /* incomplete aggregates of a group, tried in every mixture */

/* A key, or a member's value, that says nothing. */
static bool is_blank(const zc_scalar *value)
{
  return value->kind == ZC_NIL ||
         ((value->kind == ZC_TEXT || value->kind == ZC_CODES) && value->size == 0);
}

zc_scalar zc_patient_token(zc_patients *patients, zc_scalar identifier)
{
  char text[40];
  if (is_blank(&identifier))
    return identifier;
  int64_t number = zc_index_put(&patients->index, &identifier, NULL);
  if (number < 0)
    return zc_nil();
  int size = snprintf(text, sizeof text, "患者#%lld", (long long)number + 1);
  const char *copy = zc_arena_copy(&patients->texts, text, (size_t)size);
  return copy == NULL ? zc_nil() : zc_text(copy, (size_t)size);
}

/* ---- joins ------------------------------------------------------------------- */

static bool index_join(zc_run *r, zc_join *join)
{
  const zc_table *table = r->rule->tables[join->table];
  zc_index_free(&join->index);
  free(join->rows);
  free(join->several);
  zc_index_begin(&join->index, join->count);
  join->rows = calloc(table->count + 1, sizeof *join->rows);
  join->several = calloc(table->count + 1, sizeof *join->several);
  if (join->rows == NULL || join->several == NULL)
    return false;
  zc_scalar key[ZC_KEYS];
  for (size_t i = 0; i < table->count; i++) {
    const zc_scalar *row = zc_table_row(table, i);
    for (int k = 0; k < join->count; k++)
      key[k] = row[table->slot[join->to[k]]];
    int64_t number = zc_index_put(&join->index, key, NULL);
    if (number < 0)
      return false;
    if (join->several[number]++ == 0)
      join->rows[number] = (uint32_t)i;
  }
  return true;
}

/* Finds the row's partners. False when one is ambiguous; a blank key has none, and one
 * that cannot be read or computed could be anybody's. */
static bool join_row(zc_run *r)
{
  zc_scalar key[ZC_KEYS];
  r->e.ambiguous = 0;
  for (int j = 0; j < r->rule->join_count; j++) {
    const zc_join *join = &r->rule->joins[j];
    bool blank = false, unreadable = false;
    r->e.overflow = false;
    for (int k = 0; k < join->count; k++) {
      key[k] = zc_evaluate(&r->e, join->from[k].root);
      blank |= is_blank(&key[k]);
      unreadable |= zc_is_unreadable(key[k]);
    }
    int64_t number = blank ? -1 : zc_index_find(&join->index, key);
    bool single = !r->e.overflow && !unreadable &&
                  (number < 0 || join->several[number] == 1);
    r->e.rows[join->table] = NULL;
    if (single && number >= 0)
      r->e.rows[join->table] = zc_table_row(r->rule->tables[join->table],
                                            join->rows[number]);
    else if (!single && !join->shown_only)
      r->e.ambiguous |= 1u << join->table;
  }
  return r->e.ambiguous == 0;
}

bool zc_run_enter(zc_run *r, size_t i)
{
  r->e.rows[0] = zc_table_row(r->rule->tables[0], i);
  return join_row(r);
}

/* ---- the population ---------------------------------------------------------- */

/* Puts row `i` and its partners into the evaluation and asks `among`. Unknown rows
 * are unjudged and outside the population; so are rows with an ambiguous partner,
 * unless `among` leaves them out without looking at it. */
static zc_truth enter(zc_run *r, size_t i)
{
  bool single = zc_run_enter(r, i);
  zc_truth among = r->rule->among.root == NULL
                       ? ZC_TRUE
                       : zc_evaluate_truth(&r->e, r->rule->among.root);
  if (among == ZC_TRUE && !single)
    among = ZC_UNKNOWN;
  r->unjudged += among == ZC_UNKNOWN;
  return among;
}

static zc_scalar counted(const zc_run *r, const zc_scalar *row)
{
  return row[r->rule->tables[0]->slot[r->rule->count_column]];
}

static void mark(uint64_t *bits, size_t i)
{
  bits[i / 64] |= (uint64_t)1 << (i % 64);
}

static void add_to_population(zc_run *r, size_t i)
{
  if (r->plain->marks != NULL)
    mark(r->plain->marks->population, i);
  if (r->rule->count_column < 0) {
    r->population++;
    return;
  }
  zc_scalar key = counted(r, r->e.rows[0]);
  r->memory |= zc_index_put(&r->population_keys, &key, NULL) < 0;
}

/* ---- hits -------------------------------------------------------------------- */

static json_t *shown(zc_run *r)
{
  json_t *list = json_array();
  for (int i = 0; i < r->rule->show_count; i++) {
    const zc_show *show = &r->rule->shows[i];
    zc_scalar value = zc_evaluate(&r->e, show->value.root);
    if (show->patient)
      value = zc_patient_token(r->plain->patients, value);
    zc_buffer text = {0};
    zc_scalar_print(&value, &text);
    json_t *pair = json_array();
    int bad = json_array_append_new(pair, json_string(show->title));
    bad |= json_array_append_new(pair,
                                 zc_json_lossy(zc_text_or(text.data, ""), text.size));
    bad |= json_array_append_new(list, pair);
    r->memory |= bad != 0 || text.failed;
    zc_buffer_free(&text);
  }
  return list;
}

static void show_row(zc_run *r, size_t i)
{
  const zc_table *table = r->rule->tables[0];
  if (json_array_size(r->first) >= ZC_FIRST)
    return;
  json_t *entry = json_object();
  int bad = json_object_set_new(entry, "table", json_string(table->dataset->id));
  bad |= json_object_set_new(entry, "line", json_integer(table->lines[i]));
  if (r->rule->show_count > 0)
    bad |= json_object_set_new(entry, "show", shown(r));
  bad |= json_array_append_new(r->first, entry);
  r->memory |= bad != 0;
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

static void hit_row(zc_run *r, size_t i)
{
  r->rows++;
  if (r->rule->count_column < 0) {
    r->count++;
  } else {
    zc_scalar key = counted(r, r->e.rows[0]);
    r->memory |= zc_index_put(&r->count_keys, &key, NULL) < 0;
  }
  if (r->plain->marks != NULL)
    mark(r->plain->marks->hits, i);
  add_amount(r);
  show_row(r, i);
}

/* ---- forms ------------------------------------------------------------------------
 */

static void run_rows(zc_run *r)
{
  for (size_t i = 0; i < r->rule->tables[0]->count && !r->memory; i++) {
    if (enter(r, i) != ZC_TRUE)
      continue;
    add_to_population(r, i);
    zc_truth hit = r->rule->form == ZC_FORM_EACH
                       ? r->plain->each(r->rule, &r->e, r->plain->context)
                       : zc_evaluate_truth(&r->e, r->rule->where.root);
    if (r->plain->stopped)
      return;
    if (hit == ZC_TRUE)
      hit_row(r, i);
    r->unjudged += hit == ZC_UNKNOWN;
  }
}

/* A rate is a share of the rows that say yes or no; unknown ones are left out. */
static void run_rate(zc_run *r)
{
  for (size_t i = 0; i < r->rule->tables[0]->count; i++) {
    if (enter(r, i) != ZC_TRUE)
      continue;
    r->population++;
    zc_truth value = zc_evaluate_truth(&r->e, r->rule->rate.root);
    r->unknown += value == ZC_UNKNOWN;
    r->whole += value != ZC_UNKNOWN;
    r->part += value == ZC_TRUE;
  }
}

/* The rows of the population, by group; rows with a blank key are unjudged. */
typedef struct {
  zc_index keys;
  uint32_t *row, *group; /* one pair a member, in file order */
  uint32_t *start;       /* after sorting: where each group's members begin */
  size_t count;
} groups;

static bool collect_groups(zc_run *r, groups *g)
{
  size_t room = r->rule->tables[0]->count + 1;
  g->row = calloc(room, sizeof *g->row);
  g->group = calloc(room, sizeof *g->group);
  if (g->row == NULL || g->group == NULL)
    return false;
  zc_scalar key[ZC_KEYS];
  for (size_t i = 0; i + 1 < room; i++) {
    if (enter(r, i) != ZC_TRUE)
      continue;
    bool blank = false;
    for (int k = 0; k < r->rule->group_count; k++) {
      key[k] = zc_evaluate(&r->e, r->rule->group[k].root);
      blank |= is_blank(&key[k]);
    }
    if (blank) {
      r->unjudged++;
      continue;
    }
    int64_t number = zc_index_put(&g->keys, key, NULL);
    if (number < 0)
      return false;
    g->row[g->count] = (uint32_t)i;
    g->group[g->count++] = (uint32_t)number;
  }
  return true;
}

/* Brings each group's rows together, in file order (a counting sort). */
static bool sort_groups(groups *g)
{
  size_t count = g->keys.count;
  uint32_t *sorted = calloc(g->count + 1, sizeof *sorted);
  g->start = calloc(count + 2, sizeof *g->start);
  if (sorted == NULL || g->start == NULL) {
    free(sorted);
    return false;
  }
  for (size_t i = 0; i < g->count; i++)
    g->start[g->group[i] + 2]++;
  for (size_t i = 2; i < count + 2; i++)
    g->start[i] += g->start[i - 1];
  for (size_t i = 0; i < g->count; i++)
    sorted[g->start[g->group[i] + 1]++] = g->row[i];
  free(g->row);
  g->row = sorted;
  return true;
}

static void free_groups(groups *g)
{
  zc_index_free(&g->keys);
  free(g->row);
  free(g->group);
  free(g->start);
}

/* What an aggregate could not take in. */
typedef struct {
  bool unknown;  /* a member was */
  bool overflow; /* a number did not fit */
} loss;

/* One aggregate over a group's rows. */
static zc_scalar aggregate(zc_run *r, const zc_node *node, const uint32_t *rows,
                           size_t count, loss *lost)
{
  int values = node->aggregate == ZC_AGGREGATE_COUNT ? 0 : 1;
  const zc_node *condition = node->count > values ? node->args[values] : NULL;
  zc_scalar total = zc_integer(0), best = zc_nil();
  int64_t members = 0;
  zc_index_clear(&r->seen);
  for (size_t i = 0; i < count; i++) {
    zc_run_enter(r, rows[i]);
    zc_truth chosen = condition == NULL ? ZC_TRUE : zc_evaluate_truth(&r->e, condition);
    lost->unknown |= chosen == ZC_UNKNOWN;
    lost->overflow |= chosen == ZC_UNKNOWN && r->e.overflow;
    if (chosen != ZC_TRUE)
      continue;
    if (values == 0) {
      members++;
      continue;
    }
    r->e.overflow = false;
    zc_scalar value = zc_evaluate(&r->e, node->args[0]);
    if (r->e.overflow || is_blank(&value)) {
      lost->unknown = true;
      lost->overflow |= r->e.overflow;
      continue;
    }
    members++;
    if (node->aggregate == ZC_AGGREGATE_DISTINCT) {
      r->memory |= zc_index_put(&r->seen, &value, NULL) < 0;
    } else if (node->aggregate == ZC_AGGREGATE_SUM ||
               node->aggregate == ZC_AGGREGATE_AVG) {
      if (!zc_number_add(total, value, &total)) {
        *lost = (loss){true, true};
        return zc_nil();
      }
    } else {
      int order = best.kind == ZC_NIL ? 0 : zc_scalar_compare(&value, &best);
      bool better = node->aggregate == ZC_AGGREGATE_MIN ? order < 0 : order > 0;
      if (best.kind == ZC_NIL || better)
        best = value;
    }
  }
  switch (node->aggregate) {
  case ZC_AGGREGATE_COUNT:
    return zc_integer(members);
  case ZC_AGGREGATE_DISTINCT:
    return zc_integer((int64_t)r->seen.count);
  case ZC_AGGREGATE_SUM:
    return total;
  case ZC_AGGREGATE_AVG:
    if (zc_number_divide(total, zc_integer(members), &best))
      return best;
    *lost = (loss){true, true};
    return zc_nil();
  default:
    return best;
  }
}

/* What an aggregate might be, were its unknown members as large as can be (for a least
 * value: as small). Of an average, and of what has no far end, nobody can say. */
static zc_scalar extreme(const zc_node *node)
{
  bool least = node->aggregate == ZC_AGGREGATE_MIN;
  if (node->aggregate == ZC_AGGREGATE_AVG)
    return zc_unreadable();
  switch (node->type.kind) {
  case ZC_NUMBER:
    return zc_integer(least ? -FAR : FAR);
  case ZC_DATE:
    return zc_date(least ? FIRST_DAY : LAST_DAY);
  case ZC_MOMENT:
    return zc_moment((least ? FIRST_DAY : LAST_DAY) * INT64_C(86400));
  default:
    return zc_unreadable();
  }
}

/* Whether the known members make it a hit whatever the unknown ones are: the condition
 * holds with each incomplete aggregate as it is and at its extreme, in every mixture. */
static bool stands(zc_run *r, const zc_scalar *values, const loss *lost)
{
  const zc_expression *having = &r->rule->having;
  int open[OPEN_MOST], count = 0;
  for (int i = 0; i < having->aggregate_count; i++) {
    if (!lost[i].unknown)
      continue;
    if (count == OPEN_MOST)
      return false;
    open[count++] = i;
  }
  for (int mixture = 1; mixture < 1 << count; mixture++) {
    zc_scalar tried[32];
    memcpy(tried, values, (size_t)having->aggregate_count * sizeof *tried);
    for (int i = 0; i < count; i++)
      if (mixture >> i & 1)
        tried[open[i]] = extreme(having->aggregates[open[i]]);
    r->e.aggregates = tried;
    if (zc_evaluate_truth(&r->e, having->root) != ZC_TRUE)
      return false;
  }
  return true;
}

/* Known members may already make it a hit; otherwise unknown ones leave it open. */
static void judge_group(zc_run *r, const uint32_t *rows, size_t count)
{
  zc_scalar values[32], amounts[32];
  const zc_expression *having = &r->rule->having, *amount = &r->rule->amount;
  loss lost[32] = {{0}}, left_out = {0};
  bool open = false;
  for (int i = 0; i < having->aggregate_count; i++) {
    values[i] = aggregate(r, having->aggregates[i], rows, count, &lost[i]);
    open |= lost[i].unknown;
  }
  for (int i = 0; i < amount->aggregate_count; i++)
    amounts[i] = aggregate(r, amount->aggregates[i], rows, count, &left_out);
  zc_run_enter(r, rows[0]);
  r->e.aggregates = values;
  zc_truth hit = zc_evaluate_truth(&r->e, having->root);
  if (hit == ZC_TRUE && open && !stands(r, values, lost))
    hit = ZC_UNKNOWN;
  r->population++;
  for (size_t i = 0; r->plain->marks != NULL && i < count; i++) {
    mark(r->plain->marks->population, rows[i]);
    if (hit == ZC_TRUE)
      mark(r->plain->marks->hits, rows[i]);
  }
  if (hit == ZC_TRUE) {
    r->count++;
    r->rows += (int64_t)count;
    r->e.aggregates = amounts;
    add_amount(r);
    r->amount_overflow |= left_out.overflow;
    r->e.aggregates = values;
    show_row(r, rows[0]);
  } else if (hit == ZC_UNKNOWN || open) {
    r->unjudged++;
  }
}

static void run_groups(zc_run *r)
{
  groups g = {0};
  zc_index_begin(&g.keys, r->rule->group_count);
  if (!collect_groups(r, &g) || !sort_groups(&g))
    r->memory = true;
  for (size_t i = 0; i < g.keys.count && !r->memory; i++)
    judge_group(r, g.row + g.start[i], g.start[i + 1] - g.start[i]);
  free_groups(&g);
}

zc_code zc_plain_run(zc_plain *plain, zc_rule *rule, json_t **result, zc_err *err)
{
  zc_run r = {.plain = plain,
              .rule = rule,
              .amount = zc_integer(0),
              .first = json_array()};
  json_t *out = json_object();
  int bad = json_object_set_new(out, "id", json_string(rule->id));
  zc_index_begin(&r.population_keys, 1);
  zc_index_begin(&r.count_keys, 1);
  zc_index_begin(&r.seen, 1);
  for (int j = 0; j < rule->join_count; j++)
    r.memory |= !index_join(&r, &rule->joins[j]);
  *result = NULL;
  bool blank = false;
  if (rule->form != ZC_FORM_FAIL)
    bad |= zc_result_blanks(&r, out, &blank);
  if (!r.memory && rule->form == ZC_FORM_FAIL) {
    bad |= zc_result_fail(&r, out);
  } else if (!r.memory && !blank) {
    if (rule->form == ZC_FORM_GROUP)
      run_groups(&r);
    else if (rule->form == ZC_FORM_RATE)
      run_rate(&r);
    else
      run_rows(&r);
    if (rule->count_column >= 0) {
      r.population = (int64_t)r.population_keys.count;
      r.count = (int64_t)r.count_keys.count;
    }
    if (rule->form == ZC_FORM_RATE)
      bad |= zc_result_rate(&r, out);
    bad |= zc_result_counts(&r, out);
  }
  if (bad == 0 && !blank && rule->say != NULL)
    bad |= json_object_set_new(out, "message", zc_result_message(&r));
  zc_index_free(&r.population_keys);
  zc_index_free(&r.count_keys);
  zc_index_free(&r.seen);
  json_decref(r.first);
  if (bad == 0 && !r.memory) {
    *result = out;
    return ZC_OK;
  }
  json_decref(out);
  return zc_fail_memory(err);
}
