/* Expressions that are compiled for many rows say of each row what the evaluator says. They
 * grow from columns and constants by every operator and every function that there is; what
 * the type check refuses is thrown away. */
#include "vector/program.h"

#include "random_tables.h"
#include "table/function.h"

/* ---- expressions ------------------------------------------------------------------------------ */

#define TEXT 400
#define POOL 160

/* Expressions that the type check has let pass, by kind. */
typedef struct {
  char texts[ZC_MAP + 1][POOL][TEXT];
  int count[ZC_MAP + 1];
  int calls[64]; /* of each function, as the root */
  int operations[ZC_OP_RUNNING + 1];
} pool;

static void keep(setting *s, pool *p, zc_kind kind, const char *text)
{
  if (p->count[kind] < POOL)
    strcpy(p->texts[kind][p->count[kind]++], text);
  else /* leaves stay */
    strcpy(p->texts[kind][between(s, POOL / 4, POOL - 1)], text);
}

/* Columns of what was compiled as zc_rule_settle leaves them. */
static void settle(zc_node *node, void *context)
{
  const zc_rule *rule = context;
  if (node->op == ZC_OP_COLUMN)
    node->column = rule->tables[node->table]->slot[node->column];
}

static bool any_column(const void *context, int table, int column)
{
  (void)context;
  return table >= 0 && column >= 0;
}

static bool compile(setting *s, const char *text, bool figures, zc_expression *out)
{
  zc_usage usage = {.scope = s->rule->scope,
                    .arena = &s->arena,
                    .sequence = true,
                    .aggregates = figures,
                    .grouped = any_column};
  zc_err err;
  json_t *faults = json_array();
  zc_code code = zc_expression_compile(text, ZC_NIL, &usage, faults, out, &err);
  json_decref(faults);
  if (code == ZC_OK)
    zc_expression_walk(out->root, settle, s->rule);
  return code == ZC_OK;
}

static void plant(setting *s, pool *p)
{
  static const char *const leaves[] = {"n",
                                       "q",
                                       "r",
                                       "d",
                                       "e",
                                       "m",
                                       "b",
                                       "t",
                                       "u",
                                       "dx",
                                       "k",
                                       "link",
                                       "o.a",
                                       "o.w",
                                       "o.f",
                                       "o.y",
                                       "o.x",
                                       "v.mean",
                                       "v.total",
                                       "v.some",
                                       "v.last",
                                       "v.most",
                                       "v.all",
                                       "v.rows",
                                       "prev.n",
                                       "prev.t",
                                       "prev.d",
                                       "prev.b",
                                       "prev.k",
                                       "p.max",
                                       "p.share",
                                       "p.unset",
                                       "p.words",
                                       "p.numbers",
                                       "p.none",
                                       "p.limits",
                                       "p.titles",
                                       "facility.name",
                                       "facility.grade",
                                       "facility.opened",
                                       "facility.beds",
                                       "answers.posted",
                                       "today",
                                       "nil",
                                       "0",
                                       "1",
                                       "7",
                                       "2.5",
                                       "100",
                                       "\"\"",
                                       "\"ab\"",
                                       "\"阿莫西林\"",
                                       "\"甲\"",
                                       "\"nowhere\"",
                                       "\"a*|*林\"",
                                       "date(\"2023-05-01\")",
                                       "true",
                                       "false"};
  for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++) {
    zc_expression x;
    if (compile(s, leaves[i], false, &x))
      keep(s, p, x.root->type.kind, leaves[i]);
  }
}

static const char *some(setting *s, const pool *p, int kind)
{
  while (kind < 0 || p->count[kind] == 0)
    kind = between(s, ZC_NIL, ZC_MAP);
  int limit = between(s, 0, 2) == 0 ? POOL / 4 : POOL;
  int count = p->count[kind] < limit ? p->count[kind] : limit;
  return p->texts[kind][between(s, 0, count - 1)];
}

/* A call or an operation on what is in the pool; "" when it is too long. */
static void grow(setting *s, const pool *p, char text[TEXT])
{
  static const char *const between_two[] = {"and", "or", "==", "~=", "<", "<=",
                                            ">",   ">=", "+",  "-",  "*", "/"};
  static const char *const of_groups[] = {"count",    "sum", "min",     "max", "avg",
                                          "distinct", "set", "prevmax", "sd"};
  /* At the ends of small units, and far beyond. */
  static const char *const extremes[] = {"2147483647", "-2147483646", "-2147483647",
                                         "5000000000", "-5000000000"};
  char room[8 * TEXT], *at = room;
  int count = 0, kind = between(s, 0, 3) == 0 ? -1 : between(s, ZC_BOOL, ZC_MOMENT);
  for (const zc_function *f = zc_functions(); f->name != NULL; f++)
    count++;
  int way = between(s, 0, 9);
  if (way == 0) {
    at += sprintf(at, "%s (%s)", ONE(s, "not", "-"), some(s, p, -1));
  } else if (way < 5) {
    const char *operation = one(s, between_two, 12);
    if (strcmp(operation, "and") == 0 || strcmp(operation, "or") == 0)
      kind = ZC_BOOL;
    const char *one_side = some(s, p, kind);
    const char *other = some(s, p, between(s, 0, 5) == 0 ? -1 : kind);
    if (kind == ZC_NUMBER && strchr("=~<>", *operation) != NULL &&
        between(s, 0, 3) == 0) {
      one_side = ONE(s, "n", "q", "o.a", "o.x", one_side);
      other = one(s, extremes, 5);
    }
    bool turned = between(s, 0, 1);
    at += sprintf(at, "(%s) %s ", turned ? other : one_side, operation);
    at += sprintf(at, "(%s)", turned ? one_side : other);
  } else if (way == 5) {
    at += sprintf(at, "%s(%s)", one(s, of_groups, 9), some(s, p, kind));
  } else {
    const zc_function *f = &zc_functions()[between(s, 0, count - 1)];
    int most = f->most < 4 ? f->most : 4, args = between(s, f->least, most);
    at += sprintf(at, "%s(", f->name);
    for (int i = 0; i < args; i++)
      at += sprintf(at, "%s%s", i == 0 ? "" : ", ",
                    some(s, p, between(s, 0, 1) == 0 ? -1 : kind));
    at += sprintf(at, ")");
  }
  text[0] = '\0';
  if (at - room < TEXT)
    strcpy(text, room);
}

/* ---- figures of groups --------------------------------------------------------------------------- */

/* Lanes of what aggregates say, by slot; and the same as scalars for a row. */
static void fill_lane(setting *s, zc_lane *lane, zc_kind kind,
                      const zc_dictionary *texts, size_t count)
{
  lane->kind = kind;
  lane->scale = kind == ZC_NUMBER ? (int8_t)between(s, 0, 3) : 0;
  lane->ratio = kind == ZC_NUMBER && between(s, 0, 2) == 0;
  lane->dictionary = texts;
  lane->any_odd = s->strange && between(s, 0, 2) == 0;
  for (size_t i = 0; i < count; i++) {
    int way = between(s, 0, 15);
    lane->odd[i] = way == 0;
    lane->divisors[i] = between(s, 1, 9);
    lane->units[i] = way == 1           ? ZC_NONE
                     : way == 2         ? ZC_UNREAD
                     : kind == ZC_DATE  ? between(s, 19400, 19500)
                     : kind == ZC_CODES ? between(s, 3, (int)texts->words.count - 1)
                                        : between(s, -300, 9000);
  }
}

static zc_scalar lane_value(const zc_lane *lane, size_t i)
{
  int64_t units = lane->units[i];
  if (units <= ZC_UNREAD)
    return units == ZC_UNREAD ? zc_unreadable() : zc_nil();
  zc_scalar number = zc_decimal(units, lane->scale);
  number.divisor = lane->ratio ? lane->divisors[i] : 1;
  return lane->kind == ZC_NUMBER ? number
         : lane->kind == ZC_BOOL ? zc_bool(units == 1)
         : lane->kind == ZC_DATE ? zc_date((int32_t)units)
         : lane->kind == ZC_MOMENT
             ? zc_moment(units)
             : zc_dictionary_scalar(lane->dictionary, (uint32_t)units);
}

/* ---- comparing -------------------------------------------------------------------------------------- */

/* What the evaluator has said, and how often the program could not. */
typedef struct {
  setting *s;
  const char *text;
  zc_expression x;
  zc_program *program;
  zc_lane *aggregates, *running;
  int rows, odd, undecided; /* undecided: odd, though nothing overflows */
  bool gathered;
  struct {
    zc_lane lane;
    uint8_t truths[ZC_LANE];
    bool good;
  } * parts;
  size_t part_rows;
} trial;

static void batch_of(const trial *t, size_t part, zc_batch *batch)
{
  size_t first = part * t->part_rows;
  *batch = (zc_batch){.first = first,
                      .count = ROWS - first < t->part_rows ? ROWS - first
                                                           : t->part_rows,
                      .aggregates = t->aggregates,
                      .running = t->running};
  for (int i = 0; i <= ZC_TABLE_PREV; i++)
    if (t->s->rule->tables[i] != NULL && (i > 0 || t->gathered))
      batch->rows[i] = t->s->rows[i] + first;
}

static void run_part(void *context, size_t part, int worker)
{
  trial *t = context;
  zc_batch batch;
  batch_of(t, part, &batch);
  t->parts[part].good = zc_program_values(t->program, worker, &batch,
                                          &t->parts[part].lane);
  if (t->x.root->type.kind == ZC_BOOL)
    t->parts[part].good &= zc_program_truths(t->program, worker, &batch,
                                             t->parts[part].truths);
}

static void enter(const trial *t, const zc_batch *batch, size_t i, zc_evaluation *e)
{
  static zc_scalar rooms[1 + ZC_TABLE_PREV][64];
  for (int k = 0; k <= ZC_TABLE_PREV; k++) {
    if (t->s->rule->tables[k] == NULL)
      continue;
    uint32_t row = batch->rows[k] != NULL ? batch->rows[k][i]
                                          : (uint32_t)(batch->first + i) + 1;
    if (row == ZC_PARTNER_ODD)
      e->ambiguous |= 1u << k;
    else if (row != ZC_PARTNER_NONE)
      e->rows[k] = zc_table_row(t->s->rule->tables[k], row - 1, rooms[k]);
  }
}

static char *printed(zc_scalar value)
{
  zc_buffer out = {0};
  zc_scalar_print(&value, &out);
  zc_buffer_add(&out, "", 1);
  return out.data;
}

static void expect_same(trial *t, size_t part, size_t i, const zc_batch *batch)
{
  zc_scalar aggregates[ZC_AGGREGATES] = {{0}}, running[ZC_RUNNING] = {{0}};
  zc_evaluation e = {.aggregates = aggregates, .running = running};
  const zc_lane *lane = &t->parts[part].lane;
  bool figure_odd = false;
  for (int k = 0; k < t->x.aggregate_count; k++) {
    aggregates[k] = lane_value(&t->aggregates[k], i);
    figure_odd |= t->aggregates[k].any_odd && t->aggregates[k].odd[i];
  }
  for (int k = 0; k < t->x.running_count; k++) {
    running[k] = lane_value(&t->running[k], i);
    figure_odd |= t->running[k].any_odd && t->running[k].odd[i];
  }
  enter(t, batch, i, &e);
  zc_scalar value = zc_evaluate(&e, t->x.root);
  bool overflow = e.overflow, odd = lane->any_odd && lane->odd[i];
  t->rows++;
  t->odd += odd;
  t->undecided += odd && !overflow && !figure_odd;
  if (t->x.root->type.kind == ZC_BOOL) {
    zc_truth truth = zc_evaluate_truth(&e, t->x.root);
    uint8_t said = t->parts[part].truths[i];
    cr_assert(said == ZC_TRUTH_ODD || said == (uint8_t)truth, "%s: row %zu: %d, not %d",
              t->text, batch->first + i, said, truth);
    cr_assert(eq(int, said == ZC_TRUTH_ODD, odd), "%s", t->text);
  }
  if (odd || figure_odd)
    return;
  zc_scalar got = lane_value(lane, i);
  char *a = printed(got), *b = printed(value);
  bool same = zc_scalar_compare(&got, &value) == 0 &&
              zc_is_unreadable(got) == zc_is_unreadable(value);
  cr_assert(same && !overflow, "%s: row %zu: %s, not %s%s", t->text, batch->first + i,
            a, b, overflow ? " (overflow)" : "");
  if (zc_program_is_exact(t->program) && lane->dictionary == NULL)
    cr_assert(t->x.aggregate_count > 0 || t->x.running_count > 0 || strcmp(a, b) == 0,
              "%s: %s, not %s", t->text, a, b);
  free(a);
  free(b);
}

static void run_and_compare(trial *t, bool together)
{
  size_t parts = (ROWS + t->part_rows - 1) / t->part_rows;
  zc_crew_run(together ? t->s->crew : NULL, parts, run_part, t);
  for (size_t part = 0; part < parts; part++) {
    zc_batch batch;
    batch_of(t, part, &batch);
    cr_assert(t->parts[part].good);
    for (size_t i = 0; i < batch.count; i++)
      expect_same(t, part, i, &batch);
  }
}

/* The same expression by one and by three, of rows that follow each other and of others. */
static void try_expression(trial *t)
{
  setting *s = t->s;
  zc_dictionary codes;
  zc_dictionary_begin(&codes, ZC_CODES);
  zc_dictionary_put(&codes, "ab;x", 4, true);
  zc_dictionary_put(&codes, "A01", 3, true);
  t->aggregates = calloc(ZC_AGGREGATES, sizeof *t->aggregates);
  t->running = calloc(ZC_RUNNING, sizeof *t->running);
  for (int k = 0; k < t->x.aggregate_count; k++)
    fill_lane(s, &t->aggregates[k], t->x.aggregates[k]->type.kind, &codes, ZC_LANE);
  for (int k = 0; k < t->x.running_count; k++)
    fill_lane(s, &t->running[k], t->x.running[k]->type.kind, NULL, ZC_LANE);
  static const size_t sizes[] = {ZC_LANE, 1000, 333};
  t->part_rows = sizes[between(s, 0, 2)];
  t->gathered = between(s, 0, 1);
  bool together = between(s, 0, 1);
  t->program = zc_program_new(s->rule, t->x.root, together ? 3 : 1);
  cr_assert(ne(ptr, t->program, NULL));
  cr_assert(eq(int, zc_program_kind(t->program), t->x.root->type.kind));
  run_and_compare(t, together);
  zc_program_free(t->program);
  free(t->aggregates);
  free(t->running);
  zc_dictionary_free(&codes);
}

/* Whether every function and every operation has stood at the top, some times. */
static bool is_complete(const pool *p)
{
  for (const zc_function *f = zc_functions(); f->name != NULL; f++)
    if (p->calls[f - zc_functions()] < 3)
      return false;
  for (int op = ZC_OP_NAME + 1; op <= ZC_OP_RUNNING; op++)
    if (p->operations[op] < 3)
      return false;
  return true;
}

static const char *const once_wrong[] = {"date(e) - 2.5 <= date(date(d) + 1)",
                                         "n < 5000000000",
                                         "o.a ~= -5000000000",
                                         "2.5 / v.some * n",
                                         "2.5 / v.some * n * 10",
                                         "2.5 / v.some * n * 100",
                                         "2.5 / v.some * prev.n",
                                         "2.5 / v.some * prev.n * 10",
                                         "2.5 / v.some * prev.n * 100"};

static void try_many(uint64_t seed, bool strange, int wanted)
{
  setting *s = malloc(sizeof *s);
  pool *p = calloc(1, sizeof *p);
  trial t = {.s = s, .parts = calloc(8, sizeof *t.parts)};
  begin(s, seed, strange);
  plant(s, p);
  int done = 0, undecided = 0, rows = 0;
  for (int i = 0; i < 400000 && (done < wanted || !is_complete(p)); i++) {
    char text[TEXT];
    bool fresh = i >= (int)(sizeof once_wrong / sizeof *once_wrong);
    if (fresh)
      grow(s, p, text);
    else
      strcpy(text, once_wrong[i]);
    if (text[0] == '\0' || !compile(s, text, between(s, 0, 4) == 0, &t.x)) {
      cr_assert(fresh, "%s", text);
      continue;
    }
    const zc_node *root = t.x.root;
    p->operations[root->op]++;
    if (root->op == ZC_OP_CALL)
      p->calls[root->function - zc_functions()]++;
    if (fresh && t.x.aggregate_count == 0)
      keep(s, p, root->type.kind, text);
    t.text = text;
    int before = t.undecided;
    try_expression(&t);
    if (root->type.kind == ZC_LIST || root->type.kind == ZC_MAP)
      t.undecided = before; /* no lane holds them */
    else if (!strange && t.undecided > before)
      cr_log_info("%d odd: %s", t.undecided - before, text);
    done++;
  }
  undecided = t.undecided;
  rows = t.rows;
  cr_expect(is_complete(p), "some function or operation never stood");
  if (!strange)
    cr_expect(undecided * 1000 <= rows, "%d of %d are odd", undecided, rows);
  cr_log_info("%d expressions, %d of %d rows odd, %d of them without need", done, t.odd,
              rows, undecided);
  end(s);
  free(t.parts);
  free(p);
  free(s);
}

Test(program, ordinary_rows_have_the_values_that_the_evaluator_gives)
{
  try_many(20230501, false, 2500);
}

Test(program, what_a_lane_cannot_hold_is_odd_and_never_wrong)
{
  try_many(20240229, true, 2500);
}
