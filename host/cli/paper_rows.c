#include "cli/paper_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/ledger_rows.h"

#define PAGE 500 /* rows that are read at a time */

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

static bool is_known(void *context, int column)
{
  (void)context;
  (void)column;
  return true;
}

static zc_code check_table(const json_t *node, zc_err *err)
{
  const char *source = zc_get_text(node, "rows");
  size_t index;
  const json_t *pick;
  if (source == NULL)
    return ZC_OK;
  if (view_of(source) == NULL)
    return zc_fail(err, ZC_EINTERNAL,
                   "a table has its rows from {source}, which is not "
                   "known here",
                   "source", source, NULL);
  json_array_foreach(json_object_get(node, "pick"), index, pick)
  {
    if (!each_column(zc_text_or(json_string_value(pick), ""), is_known, NULL))
      return zc_fail(err, ZC_EINTERNAL, "the rows of {source} have no column {column}",
                     "source", source, "column",
                     zc_text_or(json_string_value(pick), ""), NULL);
  }
  return ZC_OK;
}

zc_code zc_paper_sources_known(const json_t *tree, zc_err *err)
{
  size_t index;
  const json_t *node;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(tree, "children"), index, node)
  {
    if (code == ZC_OK)
      code = check_table(node, err);
  }
  return code;
}

/* ---- reading ---------------------------------------------------------------------- */

struct zc_paper_source {
  zc_store *store;
  const char *facility, *department;
  zc_ledger_filter filter;
  /* of the open table */
  const json_t *pick; /* NULL: the ledger's columns */
  bool bodies;
  json_t *page; /* owned */
  size_t at;
  int64_t count;
  size_t width;
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
                                 .due_within = -1,
                                 .most = PAGE};
  return ZC_OK;
}

static void close_table(void *context)
{
  zc_paper_source *s = context;
  json_decref(s->page);
  for (size_t i = 0; s->texts != NULL && i < s->width; i++)
    zc_buffer_free(&s->texts[i]);
  free(s->texts);
  free(s->cells);
  s->page = NULL;
  s->texts = NULL;
  s->cells = NULL;
}

void zc_paper_source_free(zc_paper_source *source)
{
  if (source != NULL)
    close_table(source);
  free(source);
}

static bool notice_body(void *context, int column)
{
  bool *bodies = context;
  *bodies |= column < INDEX;
  return true;
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
  size_t index;
  const json_t *column;
  s->filter.view = view_of(source);
  if (s->filter.view == NULL)
    return zc_fail(err, ZC_EINTERNAL,
                   "a table has its rows from {source}, which is not "
                   "known here",
                   "source", source, NULL);
  s->filter.department = strcmp(source, "ledger.department") == 0 ? s->department
                                                                  : NULL;
  s->filter.after = 0;
  s->pick = pick;
  s->bodies = false;
  s->at = 0;
  s->count = 0;
  s->width = pick == NULL ? count_columns() : json_array_size(pick);
  json_array_foreach(pick, index, column)
      each_column(zc_text_or(json_string_value(column), ""), notice_body, &s->bodies);
  s->texts = calloc(s->width + 1, sizeof *s->texts);
  s->cells = calloc(s->width + 1, sizeof *s->cells);
  s->page = json_array();
  if (s->texts != NULL && s->cells != NULL && s->page != NULL)
    return ZC_OK;
  close_table(s);
  return zc_fail_memory(err);
}

static zc_code keep_entry(void *context, const json_t *entry, zc_err *err)
{
  zc_paper_source *s = context;
  return json_array_append(s->page, (json_t *)entry) == 0 ? ZC_OK : zc_fail_memory(err);
}

static int64_t number_of(const json_t *entry)
{
  const json_t *problem = json_object_get(entry, "problem");
  return zc_get_integer(problem != NULL ? problem : entry, "no", 0);
}

/* ---- a cell ----------------------------------------------------------------------- */

typedef struct {
  const zc_paper_source *source;
  const json_t *entry;
  const char *number;
  zc_buffer *out;
  bool
      shared; /* the cell has several columns: those with nothing to say are left out */
} filling;

static const char *extra(const filling *f, size_t at, char room[24])
{
  if (extras[at].key == NULL)
    return zc_number_text(room, f->source->count);
  const json_t *problem = json_object_get(f->entry, "problem");
  if (extras[at].part != NULL)
    problem = json_object_get(problem, extras[at].part);
  const json_t *value = json_object_get(problem, extras[at].key);
  if (json_is_integer(value))
    return zc_number_text(room, json_integer_value(value));
  if (json_is_true(value))
    return "须附";
  return zc_text_or(json_string_value(value), "—");
}

static bool fill(void *context, int column)
{
  filling *f = context;
  char room[24];
  const char *text = column < 0
                         ? extra(f, (size_t)(INDEX - column), room)
                         : zc_ledger_cell(json_object_get(f->entry, "row"), column,
                                          f->number, f->source->facility);
  if (f->shared && strcmp(text, "—") == 0)
    return true;
  if (f->out->size > 0)
    zc_buffer_text(f->out, "、");
  zc_buffer_text(f->out, text);
  return true;
}

static zc_code fill_cells(zc_paper_source *s, const json_t *entry, zc_err *err)
{
  char number[24];
  filling f = {s, entry, zc_number_text(number, number_of(entry)), NULL, false};
  for (size_t i = 0; i < s->width; i++) {
    f.out = &s->texts[i];
    f.out->size = 0;
    if (s->pick == NULL) {
      fill(&f, (int)i);
    } else {
      const char *pick = json_string_value(json_array_get(s->pick, i));
      f.shared = strchr(zc_text_or(pick, ""), '+') != NULL;
      each_column(zc_text_or(pick, ""), fill, &f);
    }
    if (f.out->size == 0)
      zc_buffer_text(f.out, "—");
    zc_code code = zc_buffer_check(f.out, err);
    if (code != ZC_OK)
      return code;
    s->cells[i] = f.out->data;
  }
  return ZC_OK;
}

static zc_code next_row(void *context, const char *const **cells, size_t *count,
                        zc_err *err)
{
  zc_paper_source *s = context;
  *cells = NULL;
  if (s->at == json_array_size(s->page)) {
    json_array_clear(s->page);
    s->at = 0;
    zc_code code = zc_ledger_list(s->store, &s->filter, s->bodies, keep_entry, s, err);
    if (code != ZC_OK)
      return code;
  }
  const json_t *entry = json_array_get(s->page, s->at);
  if (entry == NULL)
    return ZC_OK;
  s->at++;
  s->count++;
  s->filter.after = number_of(entry);
  zc_code code = fill_cells(s, entry, err);
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
