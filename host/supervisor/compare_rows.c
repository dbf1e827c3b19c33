#include "supervisor/compare_rows.h"

#include <stdlib.h>
#include <string.h>

#include "supervisor/compare_source.h"

/* ---- cells ------------------------------------------------------------------------------- */

const char *zc_compare_number(char room[ZC_FIGURE_ROOM], int64_t value)
{
  return value == ZC_UNKNOWN ? ZC_NOTHING : zc_number_text(room, value);
}

const char *zc_letter_cell(const zc_tally *tally, size_t at, char room[ZC_FIGURE_ROOM])
{
  const int64_t counts[] = {tally->pass,           tally->problem,
                            tally->suspect,        tally->hint,
                            tally->not_applicable, tally->not_checked,
                            tally->undetermined,   tally->absent};
  return zc_number_text(room, counts[at]);
}

const char *zc_change_cell(const zc_change_tally *tally, size_t at,
                           char room[ZC_FIGURE_ROOM])
{
  const int64_t *c = tally->counts;
  int64_t sum = 0;
  for (int i = 0; i < ZC_CHANGES; i++)
    sum += c[i];
  const int64_t counts[] = {sum,
                            c[ZC_CHANGE_NEW],
                            c[ZC_CHANGE_FIXED],
                            c[ZC_CHANGE_RELAPSED],
                            c[ZC_CHANGE_UNCHANGED],
                            c[ZC_CHANGE_CLEAN],
                            zc_change_scope(tally),
                            c[ZC_CHANGE_SCOPE_NEW],
                            c[ZC_CHANGE_SCOPE_LOST],
                            c[ZC_CHANGE_OUTSIDE]};
  return zc_number_text(room, counts[at]);
}

/* ---- tables ------------------------------------------------------------------------------ */

static const zc_compare_table *find_table(const char *source)
{
  const zc_compare_table *const lists[] = {zc_facility_tables, zc_class_tables};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    for (const zc_compare_table *t = lists[i]; t->source != NULL; t++)
      if (strcmp(t->source, source) == 0)
        return t;
  return NULL;
}

static bool find_column(const zc_compare_table *t, const char *id, size_t *column)
{
  for (*column = 0; t->columns[*column] != NULL; ++*column)
    if (strcmp(t->columns[*column], id) == 0)
      return true;
  return false;
}

static bool is_source(const char *source)
{
  return find_table(source) != NULL;
}

static bool has_column(const char *source, const char *column)
{
  size_t at;
  return find_column(find_table(source), column, &at);
}

const zc_paper_rows zc_compare_paper_rows = {is_source, has_column};

/* ---- reading ------------------------------------------------------------------------------ */

zc_code zc_compare_source_new(const zc_comparing *comparing, zc_compare_source **source,
                              zc_err *err)
{
  *source = calloc(1, sizeof **source);
  if (*source == NULL)
    return zc_fail_memory(err);
  (*source)->c = comparing;
  return ZC_OK;
}

static void close_table(void *context)
{
  zc_compare_source *s = context;
  free(s->columns);
  free(s->room);
  free(s->cells);
  free(s->blocks);
  *s = (zc_compare_source){.c = s->c};
}

void zc_compare_source_free(zc_compare_source *source)
{
  if (source != NULL)
    close_table(source);
  free(source);
}

/* A table that is of two rounds has no rows where one is compared, and so on. */
static bool has_rows(const zc_compare_source *s)
{
  bool changes = strncmp(s->table->source, "changes.", 8) == 0;
  bool held = strncmp(s->table->source, "inspection.", 11) == 0;
  return changes == (s->c->other != NULL) && (!held || s->c->inspections);
}

static bool columns_known(const char *source, const json_t *pick)
{
  size_t index;
  const json_t *one;
  json_array_foreach(pick, index, one)
  {
    if (!has_column(source, zc_text_or(json_string_value(one), "")))
      return false;
  }
  return json_array_size(pick) > 0;
}

static zc_code open_table(void *context, const char *source, const json_t *pick,
                          zc_err *err)
{
  zc_compare_source *s = context;
  size_t index;
  const json_t *one;
  s->table = find_table(source);
  if (s->table == NULL || !columns_known(source, pick))
    return zc_fail(err, ZC_EINTERNAL,
                   "a table has its rows from {source}, which is not known here",
                   "source", source, NULL);
  zc_code code = ZC_OK;
  s->width = json_array_size(pick);
  s->columns = calloc(s->width + 1, sizeof *s->columns);
  s->room = calloc(s->width + 1, sizeof *s->room);
  s->cells = calloc(s->width + 1, sizeof *s->cells);
  if (code == ZC_OK && (s->columns == NULL || s->room == NULL || s->cells == NULL ||
                        (has_rows(s) && !s->table->open(s))))
    code = zc_fail_memory(err);
  if (code != ZC_OK) {
    close_table(s);
    return code;
  }
  json_array_foreach(pick, index, one)
      find_column(s->table, json_string_value(one), &s->columns[index]);
  return ZC_OK;
}

static zc_code next_row(void *context, const char *const **cells, size_t *count,
                        zc_err *err)
{
  (void)err;
  zc_compare_source *s = context;
  *cells = NULL;
  *count = s->width;
  if (s->row == s->rows)
    return ZC_OK;
  s->table->seek(s);
  for (size_t i = 0; i < s->width; i++)
    s->cells[i] = s->table->cell(s, s->columns[i], s->room[i]);
  s->row++;
  *cells = s->cells;
  return ZC_OK;
}

zc_rows zc_compare_source_rows(zc_compare_source *source)
{
  return (zc_rows){open_table, next_row, close_table, source};
}
