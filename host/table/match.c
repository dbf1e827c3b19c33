#include "table/match.h"

#include <stdlib.h>
#include <string.h>

/* No header is longer; the rest of the file is not looked at. */
#define TOP ((size_t)1 << 20)

/* So many columns of one table are no chance, however many others file and table have. */
#define SURE 5

/* The top of the file, read as one of the two encodings. */
typedef struct {
  zc_csv csv;
  zc_cell *cells;
  zc_row_kind kind; /* of the row just read */
  bool possible;
} reading;

typedef struct {
  zc_dataset **datasets;
  size_t count;
  reading utf8, gb18030;
  zc_buffer converted;
  bool mostly_utf8;
  int *cells; /* one a column of the largest dataset */
  json_t *faults;
} matching;

/* How well one dataset fits the row that was read last. */
typedef struct {
  size_t dataset;
  int found, keys, keys_found, columns, headers;
  bool gb18030;
} score;

static bool fits(const score *s)
{
  return s->found > 0 && s->keys_found == s->keys &&
         (2 * s->found >= s->headers || 2 * s->found >= s->columns || s->found >= SURE);
}

/* What explains more of the file comes first; then what the file explains more of: the
 * smaller table. */
static int by_share(const void *a, const void *b)
{
  const score *x = a, *y = b;
  if (x->found != y->found)
    return x->found > y->found ? -1 : 1;
  if (fits(x) != fits(y))
    return fits(x) ? -1 : 1;
  if (x->columns != y->columns)
    return x->columns < y->columns ? -1 : 1;
  return x->dataset < y->dataset ? -1 : x->dataset > y->dataset;
}

/* ---- reading the top ------------------------------------------------------------- */

static bool begin_reading(reading *r, const char *data, size_t size)
{
  r->cells = calloc(ZC_CSV_COLUMNS, sizeof *r->cells);
  if (r->cells == NULL)
    return false;
  zc_csv_begin(&r->csv, data, size, r->cells);
  r->possible = true;
  return true;
}

/* Whole lines of the first mebibyte: half a character at its end would be broken. */
static size_t top_of(const char *data, size_t size)
{
  if (size <= TOP)
    return size;
  const char *end = memrchr(data, '\n', TOP);
  return end == NULL ? TOP : (size_t)(end - data) + 1;
}

static zc_code begin(matching *m, const char *data, size_t size, zc_gb18030 *converter,
                     zc_err *err)
{
  zc_code code = ZC_OK;
  size_t top = top_of(data, size);
  m->mostly_utf8 = converter == NULL || zc_rows_mostly_utf8(data, top);
  if (!begin_reading(&m->utf8, data, top))
    return zc_fail_memory(err);
  if (converter != NULL)
    code = zc_rows_convert(converter, data, top, &m->converted, err);
  if (code == ZC_OK && converter != NULL &&
      !begin_reading(&m->gb18030, zc_text_or(m->converted.data, ""), m->converted.size))
    code = zc_fail_memory(err);
  return code;
}

static void read_rows(matching *m)
{
  m->utf8.kind = zc_csv_next(&m->utf8.csv);
  if (m->gb18030.possible)
    m->gb18030.kind = zc_csv_next(&m->gb18030.csv);
}

/* The row as whoever cannot know better would read it. */
static const reading *likely(const matching *m)
{
  return m->mostly_utf8 || !m->gb18030.possible ? &m->utf8 : &m->gb18030;
}

static zc_code load(matching *m, json_t *datasets, zc_err *err)
{
  size_t index;
  json_t *json;
  int most = 0;
  m->datasets = calloc(json_array_size(datasets) + 1, sizeof(zc_dataset *));
  if (m->datasets == NULL)
    return zc_fail_memory(err);
  json_array_foreach(datasets, index, json)
  {
    zc_code code = zc_dataset_new(json, &m->datasets[m->count], err);
    if (code != ZC_OK)
      return code;
    if (m->datasets[m->count]->count > most)
      most = m->datasets[m->count]->count;
    m->count++;
  }
  m->cells = calloc((size_t)most + 1, sizeof *m->cells);
  return m->cells == NULL ? zc_fail_memory(err) : ZC_OK;
}

static void release(matching *m)
{
  for (size_t i = 0; i < m->count; i++)
    zc_dataset_free(m->datasets[i]);
  free(m->datasets);
  free(m->cells);
  free(m->utf8.cells);
  free(m->gb18030.cells);
  zc_buffer_free(&m->converted);
}

/* ---- scores ---------------------------------------------------------------------- */

static int found_in(matching *m, const reading *r, const zc_dataset *dataset)
{
  if (!r->possible || r->kind != ZC_ROW_GOOD)
    return 0;
  return zc_dataset_bind(dataset, r->csv.cells, r->csv.count, NULL, m->cells, NULL,
                         NULL);
}

/* Header cells that say something. */
static int headers_of(const reading *r, int *bad)
{
  int count = 0;
  for (uint32_t i = 0; i < r->csv.count; i++) {
    char *text = zc_dataset_header(&r->csv.cells[i]);
    *bad |= text == NULL;
    count += text != NULL && *text != '\0';
    free(text);
  }
  return count;
}

static const reading *reading_of(const matching *m, const score *s)
{
  return s->gb18030 ? &m->gb18030 : &m->utf8;
}

/* Like import, each table takes the encoding that names more of its columns. */
static int rate(matching *m, size_t number, score *s)
{
  const zc_dataset *dataset = m->datasets[number];
  int bad = 0;
  int utf8 = found_in(m, &m->utf8, dataset);
  int gb18030 = found_in(m, &m->gb18030, dataset);
  if (utf8 < 0 || gb18030 < 0)
    return -1;
  *s = (score){.dataset = number, .columns = dataset->count};
  s->gb18030 = gb18030 > utf8 || (gb18030 == utf8 && likely(m) == &m->gb18030);
  s->found = found_in(m, reading_of(m, s), dataset);
  for (int i = 0; i < dataset->count; i++) {
    s->keys += dataset->columns[i].key;
    s->keys_found += dataset->columns[i].key && s->found > 0 && m->cells[i] >= 0;
  }
  s->headers = headers_of(reading_of(m, s), &bad);
  return s->found < 0 ? -1 : bad;
}

/* All scores of the row just read, the best first. */
static zc_code rate_all(matching *m, score *scores, zc_err *err)
{
  for (size_t i = 0; i < m->count; i++)
    if (rate(m, i, &scores[i]) != 0)
      return zc_fail_memory(err);
  if (m->count > 1)
    qsort(scores, m->count, sizeof *scores, by_share);
  return ZC_OK;
}

static bool any_fits(const matching *m, const score *scores)
{
  for (size_t i = 0; i < m->count; i++)
    if (fits(&scores[i]))
      return true;
  return false;
}

/* The line of a header that stands below titles; 0: there is none. The rows are read on a
 * copy, for those of the top are still wanted. */
static zc_code header_below(const matching *m, int64_t *line, zc_err *err)
{
  matching below = *m;
  score *scores = calloc(m->count + 1, sizeof *scores);
  below.utf8.cells = below.utf8.csv.cells = calloc(ZC_CSV_COLUMNS, sizeof(zc_cell));
  below.gb18030.cells = below.gb18030.csv.cells = calloc(ZC_CSV_COLUMNS,
                                                         sizeof(zc_cell));
  zc_code code = scores == NULL || below.utf8.cells == NULL ||
                         below.gb18030.cells == NULL
                     ? zc_fail_memory(err)
                     : ZC_OK;
  *line = 0;
  for (int i = 0; code == ZC_OK && *line == 0 && i < ZC_TITLE_ROWS; i++) {
    read_rows(&below);
    code = rate_all(&below, scores, err);
    if (code == ZC_OK && any_fits(&below, scores))
      *line = likely(&below)->csv.row_line;
  }
  free(below.utf8.cells);
  free(below.gb18030.cells);
  free(scores);
  return code;
}

/* ---- telling --------------------------------------------------------------------- */

static int add_text(json_t *list, const zc_cell *cell)
{
  char *text = zc_dataset_header(cell);
  int bad = text == NULL;
  if (text != NULL && *text != '\0' && json_array_size(list) < ZC_MATCH_LIST)
    bad |= json_array_append_new(list, zc_json_lossy(text, strlen(text)));
  free(text);
  return bad;
}

static int add_column(json_t *list, const zc_column *column, const zc_cell *header)
{
  if (json_array_size(list) >= ZC_MATCH_LIST)
    return 0;
  json_t *entry = json_object();
  int bad = json_object_set_new(entry, "column", json_string(column->id));
  bad |= json_object_set_new(entry, "title", json_string(column->title));
  bad |= json_object_set_new(entry, "key", json_boolean(column->key));
  if (header != NULL) {
    char *text = zc_dataset_header(header);
    bad |= text == NULL ||
           json_object_set_new(entry, "header", zc_json_lossy(text, strlen(text)));
    free(text);
  }
  return bad | json_array_append_new(list, entry);
}

static bool is_bound(const matching *m, const zc_dataset *dataset, uint32_t header)
{
  for (int i = 0; i < dataset->count; i++)
    if (m->cells[i] == (int)header)
      return true;
  return false;
}

/* One match with all that people want to see of it. Owned. */
static json_t *tell(matching *m, const score *s, int *bad)
{
  const zc_dataset *dataset = m->datasets[s->dataset];
  const reading *r = reading_of(m, s);
  json_t *out = json_object(), *matched = json_array(), *missing = json_array();
  json_t *unused = json_array(), *doubts = json_array();
  *bad |= zc_dataset_bind(dataset, r->csv.cells, r->csv.count, NULL, m->cells, doubts,
                          NULL) < 0;
  *bad |= zc_dataset_keys(dataset, r->csv.cells, r->csv.count, NULL, m->cells, NULL,
                          doubts) != 0;
  for (int i = 0; i < dataset->count; i++)
    *bad |= add_column(m->cells[i] < 0 ? missing : matched, &dataset->columns[i],
                       m->cells[i] < 0 ? NULL : &r->csv.cells[m->cells[i]]);
  for (uint32_t h = 0; h < r->csv.count; h++)
    if (!is_bound(m, dataset, h))
      *bad |= add_text(unused, &r->csv.cells[h]);
  *bad |= json_object_set_new(out, "id", json_string(dataset->id));
  *bad |= json_object_set_new(out, "title", json_string(dataset->title));
  *bad |= json_object_set_new(out, "fits", json_boolean(fits(s)));
  *bad |= json_object_set_new(out, "found", json_integer(s->found));
  *bad |= json_object_set_new(out, "headers", json_integer(s->headers));
  *bad |= json_object_set_new(out, "columns", json_integer(s->columns));
  *bad |= json_object_set_new(out, "keys", json_integer(s->keys));
  *bad |= json_object_set_new(out, "keys_found", json_integer(s->keys_found));
  *bad |= json_object_set_new(out, "gb18030", json_boolean(s->gb18030));
  *bad |= json_object_set_new(out, "matched", matched);
  *bad |= json_object_set_new(out, "missing", missing);
  *bad |= json_object_set_new(out, "unused", unused);
  *bad |= json_object_set_new(out, "doubts", doubts);
  return out;
}

static zc_code tell_all(matching *m, const score *scores, json_t **result, zc_err *err)
{
  json_t *out = json_object(), *matches = json_array(), *headers = json_array();
  const reading *r = m->count > 0 && scores[0].found > 0 ? reading_of(m, &scores[0])
                                                         : likely(m);
  int bad = 0;
  for (uint32_t i = 0; i < r->csv.count; i++)
    bad |= add_text(headers, &r->csv.cells[i]);
  for (size_t i = 0; i < m->count && i < ZC_MATCHES && scores[i].found > 0; i++) {
    json_t *one = tell(m, &scores[i], &bad);
    bad |= json_array_append_new(matches, one);
  }
  bad |= json_object_set_new(out, "headers", headers);
  bad |= json_object_set_new(out, "matches", matches);
  if (bad != 0) {
    json_decref(out);
    return zc_fail_memory(err);
  }
  *result = out;
  return ZC_OK;
}

/* The header's scores, or faults when the first row is none. */
static zc_code look(matching *m, const char *file, score *scores, json_t *faults,
                    zc_err *err)
{
  int64_t below = 0;
  zc_code code = ZC_OK;
  read_rows(m);
  const reading *top = likely(m);
  if (top->kind == ZC_ROW_GOOD)
    code = rate_all(m, scores, err);
  if (code == ZC_OK && top->kind == ZC_ROW_GOOD && !any_fits(m, scores))
    code = header_below(m, &below, err);
  if (code == ZC_OK &&
      zc_rows_refuse_header(top->kind, &top->csv, below, file, faults) != 0)
    code = zc_fail_memory(err);
  return code;
}

static zc_code fail_refused(const char *file, zc_err *err)
{
  return zc_fail(err, ZC_EDATA, "{file} cannot be read", "file", file, NULL);
}

zc_code zc_match(const char *file, const char *data, size_t size, json_t *datasets,
                 zc_gb18030 *converter, json_t *faults, json_t **result, zc_err *err)
{
  const char *hint = NULL, *text = zc_csv_foreign(data, size, &hint);
  matching m = {0};
  *result = NULL;
  if (text != NULL)
    return zc_fault(faults, (zc_place){file, 0, 0}, text, "hint", hint, NULL) != 0
               ? zc_fail_memory(err)
               : fail_refused(file, err);
  zc_code code = load(&m, datasets, err);
  score *scores = calloc(m.count + 1, sizeof *scores);
  if (code == ZC_OK && scores == NULL)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = begin(&m, data, size, converter, err);
  if (code == ZC_OK)
    code = look(&m, file, scores, faults, err);
  if (code == ZC_OK && zc_fault_errors(faults) > 0)
    code = fail_refused(file, err);
  if (code == ZC_OK)
    code = tell_all(&m, scores, result, err);
  free(scores);
  release(&m);
  return code;
}
