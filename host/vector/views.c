/* Views and measures: what expressions make of groups, as cells. */
#include <stdlib.h>

#include "table/derived.h"
#include "vector/aggregates.h"

/* How the cells of a column come about. */
typedef enum {
  COLUMN,    /* a cell of the group's first row, or of its partner */
  AGGREGATE, /* one figure */
  PROGRAM,   /* an expression over those */
  PLAIN      /* by the plain executor */
} way;

typedef struct {
  const zc_expression *expression;
  way way;
  const zc_column_vector *vector; /* COLUMN; NULL: only its table's cells have it */
  zc_column_vector codes;         /* COLUMN of texts, in a view: made instead of cells,
                                     with the other column's dictionary */
  zc_aggregates *aggregates;      /* AGGREGATE, PROGRAM */
  zc_program *program;            /* PROGRAM … */
  zc_lane *lanes;                 /* … and what it gives, by worker */
} maker;

typedef struct {
  zc_vector_run *judging;
  zc_grouping grouping;
  maker *makers;
  int width;
  zc_scalar *cells; /* by group and maker */
  int64_t *lines;   /* by group; NULL for a measure */
  /* By group: a bit for each cell that the plain executor has to make. */
  uint32_t *plain;
  bool *failed; /* by worker */
} making;

_Static_assert(ZC_COLUMNS <= 32, "a bit for each column of a view");

/* ---- preparing --------------------------------------------------------------------------- */

/* Sets, and quotients that are no averages, may not be what the plain executor has. */
static bool prepare_maker(const zc_vector_run *j, const zc_expression *expression,
                          maker *m)
{
  const zc_rule *rule = j->run->rule;
  const zc_node *root = expression->root;
  *m = (maker){.expression = expression, .way = PLAIN};
  if (root->op == ZC_OP_COLUMN) {
    const zc_columns *columns = zc_columns_of(rule->tables[root->table]);
    if (columns == NULL)
      return false;
    m->way = COLUMN;
    m->vector = &columns->vectors[root->column];
    if (m->vector->kind == ZC_NIL)
      m->vector = NULL;
    return true;
  }
  m->aggregates = zc_aggregates_new(j, expression);
  if (m->aggregates == NULL)
    return false;
  if (!zc_aggregates_are_exact(m->aggregates))
    return true;
  if (root->op == ZC_OP_AGGREGATE) {
    /* A text that an expression makes is numbered while others look at it. */
    bool made = root->aggregate == ZC_AGGREGATE_SET &&
                root->args[0]->op != ZC_OP_COLUMN;
    m->way = made ? PLAIN : AGGREGATE;
    return true;
  }
  m->program = zc_program_new(rule, root, j->workers);
  m->lanes = calloc((size_t)j->workers, sizeof *m->lanes);
  if (m->program == NULL || m->lanes == NULL)
    return false;
  m->way = zc_program_is_exact(m->program) ? PROGRAM : PLAIN;
  return true;
}

static void release(making *m)
{
  for (int c = 0; m->makers != NULL && c < m->width; c++) {
    if (m->makers[c].codes.kind != ZC_NIL)
      free(m->makers[c].codes.codes);
    zc_aggregates_free(m->makers[c].aggregates);
    zc_program_free(m->makers[c].program);
    free(m->makers[c].lanes);
  }
  zc_grouping_free(&m->grouping);
  free(m->makers);
  free(m->plain);
  free(m->failed);
}

/* ---- cells ------------------------------------------------------------------------------- */

static zc_scalar missing(int64_t units)
{
  return units == ZC_UNREAD ? zc_unreadable() : zc_nil();
}

/* A value of a lane; texts as their codes. */
static zc_scalar scalar_of(const zc_lane *lane, size_t i)
{
  int64_t units = lane->units[i];
  if (units <= ZC_UNREAD)
    return missing(units);
  switch (lane->kind) {
  case ZC_BOOL:
    return zc_bool(units != 0);
  case ZC_DATE:
    return zc_date((int32_t)units);
  case ZC_MOMENT:
    return zc_moment(units);
  case ZC_NUMBER:
    return zc_decimal(units, lane->scale);
  default:
    return (zc_scalar){.kind = (uint8_t)lane->kind, .units = units};
  }
}

static zc_scalar set_of(const zc_lane *lane, int64_t word)
{
  zc_scalar set = word == ZC_NONE
                      ? zc_text("", 0)
                      : zc_dictionary_scalar(lane->dictionary, (uint32_t)word);
  set.kind = ZC_CODES;
  return set;
}

/* The figure of a group that is neither lost nor odd. */
static zc_scalar figure_of(const zc_node *node, const zc_lane *lane,
                           const zc_figures *figures, size_t g)
{
  zc_scalar value;
  switch (node->aggregate) {
  case ZC_AGGREGATE_SUM:
    return figures->members[g] == 0 ? zc_integer(0) : scalar_of(lane, g);
  case ZC_AGGREGATE_AVG:
    value = scalar_of(lane, g);
    if (value.kind == ZC_NUMBER)
      value.divisor = lane->divisors[g];
    return value;
  case ZC_AGGREGATE_SET:
    return set_of(lane, figures->shown[g]);
  default:
    return scalar_of(lane, g);
  }
}

/* A sum of nothing has no decimals: in an expression its lane may say too much. */
static bool is_bare(const zc_expression *expression, const zc_aggregated *a, size_t g)
{
  for (int s = 0; s < expression->aggregate_count; s++)
    if (expression->aggregates[s]->aggregate == ZC_AGGREGATE_SUM &&
        a->lanes[s].scale > 0 && a->figures[s].members[g] == 0)
      return true;
  return false;
}

static void make_column(making *m, int c, size_t first, size_t count)
{
  const zc_vector_run *j = m->judging;
  const maker *own = &m->makers[c];
  const zc_node *root = own->expression->root;
  const zc_table *table = j->run->rule->tables[root->table];
  const uint32_t *partners = j->partners[root->table];
  zc_scalar *cell = m->cells + first * (size_t)m->width + c;
  uint32_t *codes = own->codes.kind == ZC_NIL ? NULL : own->codes.codes;
  for (size_t g = first; g < first + count; g++, cell += m->width) {
    uint32_t row = m->grouping.row[m->grouping.start[g]];
    if (codes != NULL)
      codes[g] = ZC_CODE_NIL;
    if (root->table > 0) {
      uint32_t partner = partners == NULL ? ZC_PARTNER_ODD : partners[row];
      if (partner == ZC_PARTNER_ODD)
        m->plain[g] |= 1u << c;
      if (partner == ZC_PARTNER_NONE || partner == ZC_PARTNER_ODD)
        continue;
      row = partner - 1;
    }
    if (codes != NULL)
      codes[g] = own->vector->codes[row];
    else
      *cell = own->vector != NULL
                  ? zc_column_scalar(own->vector, row)
                  : table->cells[row * (size_t)table->width + (size_t)root->column];
  }
}

static bool make_figures(making *m, int c, int worker, size_t first, size_t count)
{
  const maker *own = &m->makers[c];
  const zc_aggregated *a = zc_aggregates_of(own->aggregates, worker, &m->grouping,
                                            first, count);
  zc_scalar *cell = m->cells + first * (size_t)m->width + c;
  if (a == NULL)
    return false;
  for (size_t g = 0; g < count; g++, cell += m->width)
    if (a->lost[g])
      *cell = zc_unreadable();
    else if (a->odd[g])
      m->plain[first + g] |= 1u << c;
    else
      *cell = figure_of(own->expression->root, &a->lanes[0], &a->figures[0], g);
  return true;
}

static bool make_values(making *m, int c, int worker, size_t first, size_t count,
                        zc_batch *batch)
{
  maker *own = &m->makers[c];
  zc_lane *lane = &own->lanes[worker];
  const zc_aggregated *a = zc_aggregates_of(own->aggregates, worker, &m->grouping,
                                            first, count);
  zc_scalar *cell = m->cells + first * (size_t)m->width + c;
  if (a == NULL)
    return false;
  batch->aggregates = a->lanes;
  if (!zc_program_values(own->program, worker, batch, lane))
    return false;
  for (size_t g = 0; g < count; g++, cell += m->width)
    if (a->lost[g])
      *cell = zc_unreadable();
    else if (a->odd[g] || lane->ratio || (lane->any_odd && lane->odd[g]) ||
             is_bare(own->expression, a, g))
      m->plain[first + g] |= 1u << c;
    else
      *cell = scalar_of(lane, g);
  return true;
}

static bool make_batch(making *m, int worker, size_t first, size_t count)
{
  const zc_table *table = m->judging->run->rule->tables[0];
  uint32_t rows[ZC_LANE];
  zc_batch_room room;
  zc_batch batch;
  bool good = true;
  zc_grouped_firsts(&m->grouping, first, count, rows);
  zc_vector_batch(m->judging, rows, 0, count, NULL, &room, &batch);
  for (size_t g = 0; m->lines != NULL && g < count; g++)
    m->lines[first + g] = zc_table_line(table, rows[g]);
  for (int c = 0; good && c < m->width; c++)
    switch (m->makers[c].way) {
    case COLUMN:
      make_column(m, c, first, count);
      break;
    case AGGREGATE:
      good = make_figures(m, c, worker, first, count);
      break;
    case PROGRAM:
      good = make_values(m, c, worker, first, count, &batch);
      break;
    case PLAIN:
      for (size_t g = first; g < first + count; g++)
        m->plain[g] |= 1u << c;
      break;
    }
  return good;
}

static void make_part(void *context, size_t part, int worker)
{
  making *m = context;
  size_t first, end, count;
  zc_grouping_part(&m->grouping, part, &first, &end);
  for (; first < end && !m->failed[worker]; first += count) {
    count = zc_grouping_batch(&m->grouping, first, end);
    m->failed[worker] = !make_batch(m, worker, first, count);
  }
}

/* ---- what is left ------------------------------------------------------------------------ */

static bool is_text(zc_kind kind)
{
  return kind == ZC_TEXT || kind == ZC_CODES;
}

/* Texts that a program made instead of their codes, where they live longer than it. */
static bool take_texts(making *m, int c, zc_arena *texts)
{
  const maker *own = &m->makers[c];
  const zc_dictionary *words = NULL;
  for (int w = 0; w < m->judging->workers && words == NULL; w++)
    words = own->lanes[w].dictionary;
  for (size_t g = 0; g < m->grouping.total; g++) {
    zc_scalar *cell = &m->cells[g * (size_t)m->width + (size_t)c];
    if ((m->plain[g] >> c & 1) != 0 || !is_text(cell->kind))
      continue;
    zc_kind kind = cell->kind;
    *cell = zc_dictionary_scalar(words, (uint32_t)cell->units);
    cell->kind = (uint8_t)kind;
    if (!zc_derived_keep(texts, cell))
      return false;
  }
  return true;
}

static void make_plainly(making *m, size_t group, zc_arena *texts)
{
  zc_run *run = m->judging->run;
  const uint32_t *rows = m->grouping.row + m->grouping.start[group];
  size_t count = m->grouping.start[group + 1] - m->grouping.start[group];
  for (int c = 0; c < m->width; c++) {
    zc_scalar *cell = &m->cells[group * (size_t)m->width + (size_t)c];
    if ((m->plain[group] >> c & 1) == 0)
      continue;
    *cell = zc_derived_figure(run, m->makers[c].expression, rows, count);
    run->memory |= !zc_derived_keep(texts, cell);
  }
  zc_arena_reset(&run->texts);
}

/* Makes all cells. A text lives in `texts`, or as long as the table that it comes from,
 * which is given back later than what is made of it. False when out of memory. */
static bool make_cells(making *m, zc_arena *texts)
{
  zc_run *run = m->judging->run;
  m->plain = calloc(m->grouping.total + 1, sizeof *m->plain);
  m->failed = calloc((size_t)m->judging->workers, sizeof *m->failed);
  if (m->plain == NULL || m->failed == NULL)
    return false;
  zc_crew_run(m->judging->crew, zc_grouping_parts(&m->grouping), make_part, m);
  for (int w = 0; w < m->judging->workers; w++)
    if (m->failed[w])
      return false;
  for (int c = 0; c < m->width; c++)
    if (m->makers[c].way == PROGRAM &&
        is_text(m->makers[c].expression->root->type.kind) && !take_texts(m, c, texts))
      return false;
  for (size_t g = 0; g < m->grouping.total && !run->memory; g++)
    if (m->plain[g] != 0)
      make_plainly(m, g, texts);
  return !run->memory;
}

/* ---- texts of other columns --------------------------------------------------------------- */

/* Room for the codes of a column that has the texts of another one. */
static bool prepare_codes(maker *m, size_t groups)
{
  if (m->way != COLUMN || m->vector == NULL || !is_text(m->vector->kind))
    return true;
  uint32_t *codes = malloc((groups + 1) * sizeof *codes);
  if (codes == NULL)
    return false;
  m->codes = (zc_column_vector){.kind = m->vector->kind,
                                .codes = codes,
                                .dictionary = m->vector->dictionary,
                                .shared = true,
                                .exact = true,
                                .least = INT64_MAX,
                                .most = INT64_MIN};
  return true;
}

/* Takes in what the plain executor has made of some groups. False where it is no text of the
 * dictionary: there are only cells then. */
static bool settle_codes(making *m, int c)
{
  zc_column_vector *v = &m->makers[c].codes;
  for (size_t g = 0; g < m->grouping.total; g++) {
    const zc_scalar *cell = &m->cells[g * (size_t)m->width + (size_t)c];
    if ((m->plain[g] >> c & 1) != 0) {
      if (cell->kind != ZC_NIL && cell->kind != v->kind)
        return false;
      v->codes[g] = zc_is_unreadable(*cell) ? ZC_CODE_UNREAD
                    : cell->kind == ZC_NIL
                        ? ZC_CODE_NIL
                        : zc_dictionary_find(v->dictionary, cell->text, cell->size);
      if (cell->kind != ZC_NIL && v->codes[g] == ZC_CODE_NIL)
        return false;
    }
    int64_t code = v->codes[g];
    if (code < ZC_CODE_FIRST)
      continue;
    v->least = code < v->least ? code : v->least;
    v->most = code > v->most ? code : v->most;
  }
  return true;
}

static void make_cells_of_codes(making *m, int c)
{
  zc_column_vector *v = &m->makers[c].codes;
  for (size_t g = 0; g < m->grouping.total; g++)
    if ((m->plain[g] >> c & 1) == 0)
      m->cells[g * (size_t)m->width + (size_t)c] = zc_dictionary_scalar(v->dictionary,
                                                                        v->codes[g]);
  free(v->codes);
  *v = (zc_column_vector){.kind = ZC_NIL};
}

/* The view's columns; its cells are kept only where they say more. */
static bool make_columns(making *m, zc_table *view)
{
  zc_column_vector known[ZC_COLUMNS] = {0};
  for (int c = 0; c < m->width; c++)
    if (m->makers[c].codes.kind != ZC_NIL && !settle_codes(m, c))
      make_cells_of_codes(m, c);
  for (int c = 0; c < m->width; c++) {
    known[c] = m->makers[c].codes;
    m->makers[c].codes = (zc_column_vector){.kind = ZC_NIL};
  }
  bool good = zc_columns_make(view, known, m->judging->crew);
  for (int c = 0; c < m->width; c++)
    if (known[c].kind != ZC_NIL)
      free(known[c].codes);
  return good;
}

/* ---- views ------------------------------------------------------------------------------- */

static bool prepare_view(making *m, zc_table *view)
{
  const zc_rule *rule = m->judging->run->rule;
  m->makers = calloc((size_t)rule->made_count + 1, sizeof *m->makers);
  m->width = m->makers == NULL ? 0 : rule->made_count;
  view->cells = calloc(m->grouping.total * (size_t)view->width + 1,
                       sizeof *view->cells);
  view->lines = calloc(m->grouping.total + 1, sizeof *view->lines);
  m->cells = view->cells;
  m->lines = view->lines;
  bool good = m->makers != NULL && m->cells != NULL && m->lines != NULL;
  for (int c = 0; good && c < m->width; c++)
    good = prepare_maker(m->judging, &rule->made[c].value, &m->makers[c]) &&
           prepare_codes(&m->makers[c], m->grouping.total);
  return good;
}

bool zc_vector_fill(zc_vector_run *judging, zc_table *view)
{
  zc_run *run = judging->run;
  making m = {.judging = judging};
  bool taken = true, good = zc_vector_group_keys(judging, false, &m.grouping, &taken);
  if (good && !taken)
    return false;
  good = good && prepare_view(&m, view) && make_cells(&m, &view->texts);
  if (good)
    view->count = m.grouping.total;
  good = good && make_columns(&m, view);
  view->unplaced = run->unjudged;
  run->memory |= !good;
  release(&m);
  return true;
}

/* ---- measures ---------------------------------------------------------------------------- */

bool zc_vector_measure(zc_vector_run *judging, zc_scalar *value)
{
  zc_run *run = judging->run;
  maker own = {0};
  making m = {.judging = judging, .cells = value};
  bool taken = true, good = zc_vector_group_keys(judging, false, &m.grouping, &taken);
  if (good && !taken)
    return false;
  *value = zc_nil();
  if (good && m.grouping.total == 0) {
    *value = zc_derived_figure(run, &run->rule->value, NULL, 0);
  } else if (good) {
    m.makers = malloc(sizeof *m.makers);
    good = m.makers != NULL && prepare_maker(judging, &run->rule->value, &own);
    if (m.makers != NULL) {
      m.makers[0] = own;
      m.width = 1;
    }
    good = good && make_cells(&m, &run->texts);
  }
  run->memory |= !good;
  release(&m);
  return true;
}
