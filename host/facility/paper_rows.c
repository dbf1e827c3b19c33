#include "facility/paper_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facility/ledger_rows.h"

/* ---- what there is ---------------------------------------------------------------- */

static const struct {
  const char *source, *view;
} sources[] = {{"ledger.all", "all"},           {"ledger.counted", "counted"},
               {"ledger.pending", "found"},     {"ledger.open", "open"},
               {"ledger.overdue", "overdue"},   {"ledger.due", "due"},
               {"ledger.closed", "closed"},     {"ledger.dismissed", "dismissed"},
               {"ledger.relapsed", "relapsed"}, {"ledger.systems", "systems"},
               {"ledger.results", "results"},   {"ledger.department", "open"}};
#define SOURCES (sizeof sources / sizeof *sources)

/* Columns besides those of the ledger: what a problem itself holds under these keys. */
static const struct {
  const char *id, *part, *key;
} extras[] = {{"index", NULL, NULL}, /* counted from 1 */
              {"system", NULL, "system"},
              {"reason", "dismissed", "reason"},
              {"rows", NULL, "rows"},
              {"rows_judged", NULL, "rows_judged"},
              {"rows_untrue", NULL, "rows_untrue"},
              {"wants_evidence", NULL, "wants_evidence"}};
#define EXTRAS (sizeof extras / sizeof *extras)
#define INDEX (-1)

static const char *view_of(const char *source)
{
  for (size_t i = 0; i < SOURCES; i++)
    if (strcmp(sources[i].source, source) == 0)
      return sources[i].view;
  return NULL;
}

/* A column of the ledger from 0 on, one of the extras below that; false: there is none. */
static bool column_at(const char *id, size_t size, int *column)
{
  for (int i = 0; zc_ledger_columns[i].id != NULL; i++)
    if (strlen(zc_ledger_columns[i].id) == size &&
        strncmp(zc_ledger_columns[i].id, id, size) == 0) {
      *column = i;
      return true;
    }
  for (size_t i = 0; i < EXTRAS; i++)
    if (strlen(extras[i].id) == size && strncmp(extras[i].id, id, size) == 0) {
      *column = INDEX - (int)i;
      return true;
    }
  return false;
}

/* Several columns may share a cell: "leader+department+person". `use` is called for each;
 * false when one is not known. */
static bool each_column(const char *pick, bool (*use)(void *context, int column),
                        void *context)
{
  for (;; pick++) {
    size_t size = strcspn(pick, "+");
    int column;
    if (!column_at(pick, size, &column) || !use(context, column))
      return false;
    pick += size;
    if (*pick == '\0')
      return true;
  }
}

static bool is_source(const char *source)
{
  return view_of(source) != NULL;
}

static bool is_known(void *context, int column)
{
  (void)context;
  (void)column;
  return true;
}

static bool has_column(const char *source, const char *pick)
{
  (void)source;
  return each_column(pick, is_known, NULL);
}

const zc_paper_rows zc_ledger_paper_rows = {is_source, has_column};

/* ---- reading ---------------------------------------------------------------------- */

#define SHARED_MOST 8 /* columns that one cell may have */

/* What stands in one column of the open table. */
typedef struct {
  int columns[SHARED_MOST];
  size_t count;
} picked;

struct zc_paper_source {
  zc_store *store;
  const char *facility, *department;
  zc_ledger_filter filter;
  /* of the open table */
  const json_t *pick;   /* NULL: the ledger's columns */
  bool bodies;          /* some of its columns are of the problem itself */
  zc_ledger_rows *rows; /* owned */
  const zc_ledger_row *row;
  json_t *problem; /* of the row, owned; NULL unless `bodies` */
  int64_t count;
  char number[24]; /* of the row */
  size_t width;
  picked *picks;    /* owned */
  zc_buffer *texts; /* a cell each, owned */
  const char **cells;
};

zc_code zc_paper_source_new(const zc_workspace *workspace, const char *facility,
                            const char *plan, const char *department,
                            zc_paper_source **source, zc_err *err)
{
  zc_paper_source *s = calloc(1, sizeof *s);
  *source = s;
  if (s == NULL)
    return zc_fail_memory(err);
  s->store = workspace->store;
  s->facility = facility;
  s->department = department;
  s->filter = (zc_ledger_filter){.today = workspace->cli->today,
                                 .plan = plan,
                                 .due_within = -1};
  return ZC_OK;
}

static void close_table(void *context)
{
  zc_paper_source *s = context;
  zc_ledger_rows_close(s->rows);
  json_decref(s->problem);
  for (size_t i = 0; s->texts != NULL && i < s->width; i++)
    zc_buffer_free(&s->texts[i]);
  free(s->picks);
  free(s->texts);
  free(s->cells);
  s->picks = NULL;
  s->rows = NULL;
  s->problem = NULL;
  s->texts = NULL;
  s->cells = NULL;
}

void zc_paper_source_free(zc_paper_source *source)
{
  if (source != NULL)
    close_table(source);
  free(source);
}

static bool add_column(void *context, int column)
{
  picked *p = context;
  if (p->count == SHARED_MOST)
    return false;
  p->columns[p->count++] = column;
  return true;
}

/* Which columns of the ledger stand in the table's; without `pick` all of them in order. */
static void find_columns(zc_paper_source *s)
{
  for (size_t i = 0; i < s->width; i++) {
    picked *p = &s->picks[i];
    if (s->pick == NULL)
      add_column(p, (int)i);
    else
      each_column(zc_text_or(json_string_value(json_array_get(s->pick, i)), ""),
                  add_column, p);
    for (size_t j = 0; j < p->count; j++)
      s->bodies |= p->columns[j] < INDEX;
  }
}

static size_t count_columns(void)
{
  size_t count = 0;
  while (zc_ledger_columns[count].id != NULL)
    count++;
  return count;
}

static zc_code open_table(void *context, const char *source, const json_t *pick,
                          zc_err *err)
{
  zc_paper_source *s = context;
  s->filter.view = view_of(source);
  if (s->filter.view == NULL)
    return zc_fail(err, ZC_EINTERNAL,
                   "a table has its rows from {source}, which is not "
                   "known here",
                   "source", source, NULL);
  s->filter.department = strcmp(source, "ledger.department") == 0 ? s->department
                                                                  : NULL;
  s->pick = pick;
  s->bodies = false;
  s->count = 0;
  s->width = pick == NULL ? count_columns() : json_array_size(pick);
  s->picks = calloc(s->width + 1, sizeof *s->picks);
  s->texts = calloc(s->width + 1, sizeof *s->texts);
  s->cells = calloc(s->width + 1, sizeof *s->cells);
  zc_code code = s->texts == NULL || s->cells == NULL || s->picks == NULL
                     ? zc_fail_memory(err)
                     : zc_ledger_rows_open(s->store, &s->filter, &s->rows, err);
  if (code == ZC_OK)
    find_columns(s);
  else
    close_table(s);
  return code;
}

/* ---- a cell ----------------------------------------------------------------------- */

static const char *extra(const zc_paper_source *s, size_t at, char room[24])
{
  if (extras[at].key == NULL)
    return zc_number_text(room, s->count);
  const json_t *problem = s->problem;
  if (extras[at].part != NULL)
    problem = json_object_get(problem, extras[at].part);
  const json_t *value = json_object_get(problem, extras[at].key);
  if (json_is_integer(value))
    return zc_number_text(room, json_integer_value(value));
  if (json_is_true(value))
    return "须附";
  return zc_text_or(json_string_value(value), "—");
}

static const char *text_of(const zc_paper_source *s, int column, const char *number,
                           char room[24])
{
  return column < 0 ? extra(s, (size_t)(INDEX - column), room)
                    : zc_ledger_cell(s->row, column, number, s->facility);
}

/* The texts of several columns in one cell; those with nothing to say are left out. */
static zc_code share(zc_paper_source *s, size_t at, const char *number, zc_err *err)
{
  char room[24];
  zc_buffer *out = &s->texts[at];
  out->size = 0;
  for (size_t i = 0; i < s->picks[at].count; i++) {
    const char *text = text_of(s, s->picks[at].columns[i], number, room);
    if (strcmp(text, "—") == 0)
      continue;
    zc_buffer_text(out, out->size > 0 ? "、" : "");
    zc_buffer_text(out, text);
  }
  if (out->size == 0)
    zc_buffer_text(out, "—");
  s->cells[at] = out->data;
  return zc_buffer_check(out, err);
}

/* Most cells are what the store gave, without a copy. */
static zc_code fill_cells(zc_paper_source *s, zc_err *err)
{
  zc_number_text(s->number, s->row->no);
  for (size_t i = 0; i < s->width; i++) {
    zc_code code = ZC_OK;
    if (s->picks[i].count == 1 && s->picks[i].columns[0] >= 0) {
      const char *text = text_of(s, s->picks[i].columns[0], s->number, NULL);
      s->cells[i] = *text == '\0' ? "—" : text;
    } else {
      code = share(s, i, s->number, err);
    }
    if (code != ZC_OK)
      return code;
  }
  return ZC_OK;
}

static zc_code read_problem(zc_paper_source *s, zc_err *err)
{
  json_decref(s->problem);
  s->problem = NULL;
  return s->bodies ? zc_json_parse(s->row->body, strlen(s->row->body), &s->problem, err)
                   : ZC_OK;
}

static zc_code next_row(void *context, const char *const **cells, size_t *count,
                        zc_err *err)
{
  zc_paper_source *s = context;
  *cells = NULL;
  zc_code code = zc_ledger_rows_next(s->rows, &s->row, err);
  if (code != ZC_OK || s->row == NULL)
    return code;
  s->count++;
  code = read_problem(s, err);
  if (code == ZC_OK)
    code = fill_cells(s, err);
  if (code == ZC_OK) {
    *cells = s->cells;
    *count = s->width;
  }
  return code;
}

zc_rows zc_paper_source_rows(zc_paper_source *source)
{
  return (zc_rows){open_table, next_row, close_table, source};
}
