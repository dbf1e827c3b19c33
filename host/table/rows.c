#include "table/rows.h"

#include <stdlib.h>
#include <string.h>

#include "table/index.h"

struct zc_rows {
  const zc_dataset *dataset;
  const char *file;
  zc_buffer converted; /* the whole file as UTF-8, when it was GB18030 */
  bool gb18030;
  zc_csv csv;
  zc_cell *cells;
  int *bound; /* column → cell, -1 */
  bool *wanted;
  json_t *unused;
  json_t *headers; /* of each column its header's text, "" without one */
  zc_scalar *values;
  unsigned char *states;
  zc_index keys; /* of good rows, when keys must not repeat */
  zc_arena key_texts;
  int key_count;
};

#define PADDING 64 /* bytes behind a converted file */
#define HIGH_BITS UINT64_C(0x8080808080808080)

static uint64_t eight(const char *text)
{
  uint64_t bytes;
  memcpy(&bytes, text, sizeof bytes);
  return bytes;
}

/* How many bytes at the beginning of a text are ASCII. */
static size_t ascii_length(const char *text, size_t size)
{
  size_t at = 0;
  for (; at + 32 <= size; at += 32)
    if (((eight(text + at) | eight(text + at + 8) | eight(text + at + 16) |
          eight(text + at + 24)) &
         HIGH_BITS) != 0)
      break;
  while (at < size && (unsigned char)text[at] < 0x80)
    at++;
  return at;
}

static bool ascii(const char *text, size_t size)
{
  return ascii_length(text, size) == size;
}

bool zc_rows_mostly_utf8(const char *data, size_t size)
{
  int64_t good = 0, bad = 0;
  const char *end = data + size;
  /* From one byte that is not ASCII to the end of its line: what stands before it in the
   * line is valid in any case. */
  for (const char *at = data; good + bad < 100000;) {
    at += ascii_length(at, (size_t)(end - at));
    if (at == end)
      break;
    const char *line = memchr(at, '\n', (size_t)(end - at));
    size_t length = (size_t)((line == NULL ? end : line) - at);
    if (zc_utf8_valid(at, length, NULL))
      good++;
    else
      bad++;
    at += length;
  }
  return good >= bad;
}

zc_code zc_rows_convert(zc_gb18030 *converter, const char *data, size_t size,
                        zc_buffer *out, zc_err *err)
{
  while (size > 0) {
    size_t bad = size;
    zc_code code = zc_gb18030_decode(converter, data, size, out, &bad, err);
    if (code == ZC_OK)
      return ZC_OK;
    if (code != ZC_EDATA)
      return code;
    zc_buffer_add(out, "\xff", 1);
    data += bad + 1;
    size -= bad + 1;
  }
  return zc_buffer_check(out, err);
}

/* Columns that a header line names when read as it is. */
static int recognised(const zc_rows *r, const char *line, size_t size,
                      const json_t *options)
{
  zc_csv csv;
  zc_csv_begin(&csv, line, size, r->cells);
  if (zc_csv_next(&csv) != ZC_ROW_GOOD)
    return 0;
  return zc_dataset_bind(r->dataset, csv.cells, csv.count, options, r->bound, NULL,
                         NULL);
}

/* The header decides; where both readings know as many columns, the lines do. */
static zc_code decide_encoding(zc_rows *r, const char *data, size_t size,
                               const json_t *options, zc_gb18030 *converter,
                               zc_err *err)
{
  const char *end = memchr(data, '\n', size);
  size_t header = end == NULL ? size : (size_t)(end - data);
  if (header > ZC_HEADER_MOST)
    return ZC_OK; /* it names no columns, in whatever encoding */
  if (converter == NULL || ascii(data, size < 65536 ? size : 65536)) {
    if (converter == NULL || zc_rows_mostly_utf8(data, size))
      return ZC_OK;
  } else {
    zc_buffer line = {0};
    zc_code code = zc_rows_convert(converter, data, header, &line, err);
    int utf8 = zc_utf8_valid(data, header, NULL) ? recognised(r, data, header, options)
                                                 : 0;
    int gb18030 = code == ZC_OK && line.data != NULL
                      ? recognised(r, line.data, line.size, options)
                      : 0;
    zc_buffer_free(&line);
    if (code != ZC_OK)
      return code;
    if (utf8 < 0 || gb18030 < 0)
      return zc_fail_memory(err);
    if (utf8 > gb18030 || (utf8 == gb18030 && zc_rows_mostly_utf8(data, size)))
      return ZC_OK;
  }
  r->gb18030 = true;
  zc_code code = zc_rows_convert(converter, data, size, &r->converted, err);
  char *behind = code == ZC_OK ? zc_buffer_reserve(&r->converted, PADDING) : NULL;
  if (behind != NULL)
    memset(behind, 0, PADDING);
  return code == ZC_OK && behind == NULL ? zc_fail_memory(err) : code;
}

static bool allocate(zc_rows *r, const bool *wanted)
{
  size_t count = (size_t)r->dataset->count;
  r->cells = calloc(ZC_CSV_COLUMNS, sizeof *r->cells);
  r->bound = calloc(count + 1, sizeof *r->bound);
  r->wanted = calloc(count + 1, sizeof *r->wanted);
  r->values = calloc(count + 1, sizeof *r->values);
  r->states = calloc(count + 1, sizeof *r->states);
  r->unused = json_array();
  r->headers = json_array();
  if (r->cells == NULL || r->bound == NULL || r->wanted == NULL || r->values == NULL ||
      r->states == NULL || r->unused == NULL || r->headers == NULL)
    return false;
  for (size_t i = 0; i < count; i++) {
    const zc_column *column = &r->dataset->columns[i];
    r->wanted[i] = wanted == NULL || wanted[i] || column->key ||
                   (int)i == r->dataset->date;
    r->key_count += column->key;
  }
  zc_index_begin(&r->keys, r->key_count);
  return true;
}

static bool has_keys(const zc_rows *r)
{
  for (int i = 0; i < r->dataset->count; i++)
    if (r->dataset->columns[i].key && r->bound[i] < 0)
      return false;
  return true;
}

/* The line of the header when what stands above it are titles: a row further down has
 * all keys, this one has not. 0: there is none. */
static int64_t header_below(zc_rows *r, const json_t *options)
{
  if (zc_dataset_bind(r->dataset, r->csv.cells, r->csv.count, options, r->bound, NULL,
                      NULL) < 0 ||
      has_keys(r))
    return 0;
  zc_csv below = r->csv;
  zc_cell *cells = calloc(ZC_CSV_COLUMNS, sizeof *cells);
  int64_t line = 0;
  below.cells = cells;
  below.wanted = 0;
  for (int i = 0; cells != NULL && line == 0 && i < ZC_TITLE_ROWS; i++) {
    zc_row_kind kind = zc_csv_next(&below);
    if (kind == ZC_ROW_END)
      break;
    if (kind == ZC_ROW_GOOD &&
        zc_dataset_bind(r->dataset, cells, below.count, options, r->bound, NULL, NULL) >
            0 &&
        has_keys(r))
      line = below.row_line;
  }
  free(cells);
  return line;
}

/* The header's columns, once it is known to be one. Its texts are kept: the cells are
 * those of the next row soon. */
static int bind_header(zc_rows *r, const json_t *options, json_t *faults)
{
  if (zc_dataset_bind(r->dataset, r->csv.cells, r->csv.count, options, r->bound, faults,
                      r->unused) < 0)
    return -1;
  for (int i = 0; i < r->dataset->count; i++) {
    char *text = r->bound[i] < 0 ? strdup("")
                                 : zc_dataset_header(&r->csv.cells[r->bound[i]]);
    int bad = text == NULL ||
              json_array_append_new(r->headers, zc_json_lossy(text, strlen(text)));
    free(text);
    if (bad)
      return -1;
  }
  return zc_dataset_keys(r->dataset, r->csv.cells, r->csv.count, options, r->bound,
                         r->file, faults);
}

int zc_rows_refuse_header(zc_row_kind kind, const zc_csv *csv, int64_t below,
                          const char *file, json_t *faults)
{
  zc_place top = {file, 1, 0};
  const char *separator, *hint;
  if (kind == ZC_ROW_END)
    return zc_fault(faults, top, "the file is empty", "hint",
                    N_("the first line must name the columns"), NULL);
  if (kind != ZC_ROW_GOOD)
    return zc_fault(faults, top, "the header line cannot be read", "hint",
                    N_("the first line must name the columns, separated by commas"),
                    NULL);
  if (below > 0)
    return zc_fault(
        faults, top,
        "line 1 looks like a title, not the header, which is on line {line}", "line",
        ZC_DIGITS(below), "hint",
        N_("delete the lines above the header and import again"), NULL);
  if ((separator = zc_csv_separator(csv, &hint)) != NULL)
    return zc_fault(faults, top, separator, "hint", hint, NULL);
  return 0;
}

/* The header row: bound, or faults. */
static zc_code open_header(zc_rows *r, const json_t *options, json_t *faults,
                           zc_err *err)
{
  size_t errors = zc_fault_errors(faults);
  zc_row_kind kind = zc_csv_next(&r->csv);
  int64_t below = kind == ZC_ROW_GOOD ? header_below(r, options) : 0;
  int bad = zc_rows_refuse_header(kind, &r->csv, below, r->file, faults);
  if (bad == 0 && zc_fault_errors(faults) == errors)
    bad = bind_header(r, options, faults);
  r->csv.wanted = r->csv.count;
  if (bad != 0)
    return zc_fail_memory(err);
  return zc_fault_errors(faults) == errors
             ? ZC_OK
             : zc_fail(err, ZC_EDATA, "{file} cannot be read as {table}", "file",
                       r->file, "table", r->dataset->title, NULL);
}

zc_code zc_rows_open(const char *file, const char *data, size_t size,
                     const zc_dataset *dataset, const json_t *options,
                     const bool *wanted, zc_gb18030 *converter, json_t *faults,
                     zc_rows **rows, zc_err *err)
{
  zc_rows *r = calloc(1, sizeof *r);
  zc_code code = ZC_OK;
  *rows = NULL;
  if (r == NULL)
    return zc_fail_memory(err);
  r->dataset = dataset;
  r->file = file;
  const char *hint = NULL, *text = zc_csv_foreign(data, size, &hint);
  if (!allocate(r, wanted))
    code = zc_fail_memory(err);
  else if (text != NULL)
    code = zc_fault(faults, (zc_place){file, 0, 0}, text, "hint", hint, NULL) != 0
               ? zc_fail_memory(err)
               : zc_fail(err, ZC_EDATA, "{file} cannot be read as {table}", "file",
                         file, "table", dataset->title, NULL);
  if (code == ZC_OK)
    code = decide_encoding(r, data, size, options, converter, err);
  if (code == ZC_OK) {
    zc_csv_begin(&r->csv, r->gb18030 ? r->converted.data : data,
                 r->gb18030 ? r->converted.size : size, r->cells);
    code = open_header(r, options, faults, err);
  }
  if (code == ZC_OK)
    *rows = r;
  else
    zc_rows_free(r);
  return code;
}

void zc_rows_free(zc_rows *r)
{
  if (r == NULL)
    return;
  zc_buffer_free(&r->converted);
  free(r->cells);
  free(r->bound);
  free(r->wanted);
  free(r->values);
  free(r->states);
  json_decref(r->unused);
  json_decref(r->headers);
  zc_index_free(&r->keys);
  zc_arena_free(&r->key_texts);
  free(r);
}

bool zc_rows_gb18030(const zc_rows *rows)
{
  return rows->gb18030;
}

int zc_rows_cell(const zc_rows *rows, int column)
{
  return rows->bound[column];
}

const char *zc_rows_header(const zc_rows *rows, int column)
{
  return json_string_value(json_array_get(rows->headers, (size_t)column));
}

const json_t *zc_rows_unused(const zc_rows *rows)
{
  return rows->unused;
}

zc_rows_rest zc_rows_behind_header(const zc_rows *r)
{
  return (zc_rows_rest){r->csv.data, r->csv.at, r->csv.end, r->csv.line, r->csv.wanted};
}

bool zc_rows_wants(const zc_rows *rows, int column)
{
  return rows->wanted[column];
}

const char *zc_row_unreadable(const char *text, size_t size)
{
  uint32_t c;
  for (size_t at = 0; at < size;) {
    if ((unsigned char)text[at] >= 0x20 && (unsigned char)text[at] < 0x7f) {
      at++;
      continue;
    }
    size_t length = zc_utf8_decode(text + at, size - at, &c);
    if (length == 0)
      return N_("the encoding is broken");
    if (zc_text_forbidden(c))
      return N_("an invisible character stands in the row");
    at += length;
  }
  return NULL;
}

const char *zc_row_problem_code(const char *problem)
{
  static const struct {
    const char *problem, *code;
  } codes[] = {{"the key is blank", "key-blank"},
               {"the key stands in an earlier row already", "key-repeated"},
               {"the key does not read as its type", "key-unreadable"},
               {"the key was spoiled by a spreadsheet program", "key-unreadable"}};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    if (strcmp(codes[i].problem, problem) == 0)
      return codes[i].code;
  return "malformed";
}

const char *zc_row_kind_problem(zc_row_kind kind)
{
  switch (kind) {
  case ZC_ROW_UNCLOSED:
    return N_("a quotation mark is not closed");
  case ZC_ROW_TRAILING:
    return N_("characters follow a closing quotation mark");
  case ZC_ROW_COUNT:
  case ZC_ROW_LONG:
    return N_("the number of cells differs from the header");
  case ZC_ROW_WIDE:
    return N_("a cell is longer than 64 KiB");
  default:
    return NULL;
  }
}

/* The cell's text without doubled quotes; in `arena` if it had any. */
static zc_cell undouble(zc_cell cell, zc_arena *arena, bool *memory)
{
  if (!cell.doubled)
    return cell;
  char *copy = zc_arena_take(arena, cell.size + 1);
  if (copy == NULL) {
    *memory = true;
    return cell;
  }
  uint32_t size = 0;
  for (uint32_t i = 0; i < cell.size; i++) {
    copy[size++] = cell.text[i];
    i += cell.text[i] == '"';
  }
  return (zc_cell){.text = copy, .size = size};
}

static void read_cells(zc_rows *r, zc_arena *arena, bool *memory)
{
  for (int i = 0; i < r->dataset->count; i++) {
    const zc_column *column = &r->dataset->columns[i];
    r->states[i] = ZC_CELL_BLANK;
    r->values[i] = zc_nil();
    if (r->bound[i] < 0 && column->optional)
      r->values[i] = zc_column_blank(column);
    if (!r->wanted[i] || r->bound[i] < 0)
      continue;
    zc_cell cell = undouble(r->csv.cells[r->bound[i]], arena, memory);
    r->states[i] = (unsigned char)zc_column_read(column, cell.text, cell.size, arena,
                                                 &r->values[i], memory);
  }
}

const char *zc_row_key_problem(zc_cell_state state)
{
  switch (state) {
  case ZC_CELL_DAMAGED:
    return N_("the key was spoiled by a spreadsheet program");
  case ZC_CELL_BAD:
    return N_("the key does not read as its type");
  case ZC_CELL_BLANK:
    return N_("the key is blank");
  default:
    return NULL;
  }
}

/* Blank and repeated keys. The texts of keys are copied when the arena that holds
 * the row's may go before the index does. */
static const char *key_problem(zc_rows *r, bool *memory)
{
  zc_scalar key[64];
  int width = 0;
  for (int i = 0; i < r->dataset->count && width < 64; i++) {
    if (!r->dataset->columns[i].key)
      continue;
    const char *problem = zc_row_key_problem((zc_cell_state)r->states[i]);
    if (problem != NULL)
      return problem;
    key[width++] = r->values[i];
  }
  if (width == 0 || r->dataset->repeats)
    return NULL;
  if (zc_index_find(&r->keys, key) >= 0)
    return N_("the key stands in an earlier row already");
  for (int i = 0; i < width; i++)
    if (key[i].kind == ZC_TEXT) {
      key[i].text = zc_arena_copy(&r->key_texts, key[i].text, key[i].size);
      *memory |= key[i].text == NULL;
    }
  if (!*memory && zc_index_put(&r->keys, key, NULL) < 0)
    *memory = true;
  return NULL;
}

double zc_rows_share(const zc_rows *r)
{
  ptrdiff_t all = r->csv.end - r->csv.data;
  return all == 0 ? 1.0 : (double)(r->csv.at - r->csv.data) / (double)all;
}

zc_code zc_rows_next(zc_rows *r, zc_arena *arena, zc_row *row, zc_err *err)
{
  bool memory = false;
  zc_row_kind kind;
  do
    kind = zc_csv_next(&r->csv);
  while (kind != ZC_ROW_END && zc_csv_blank(&r->csv, kind));
  *row = (zc_row){.kind = kind,
                  .line = r->csv.row_line,
                  .cells = r->values,
                  .states = r->states,
                  .raw = r->cells};
  if (kind == ZC_ROW_END)
    return ZC_OK;
  row->problem = zc_row_kind_problem(kind);
  if (row->problem == NULL)
    row->problem = zc_row_unreadable(r->csv.row_text, r->csv.row_size);
  if (row->problem == NULL) {
    read_cells(r, arena, &memory);
    row->problem = key_problem(r, &memory);
  } else {
    memset(r->states, ZC_CELL_BLANK, (size_t)r->dataset->count);
  }
  return memory ? zc_fail_memory(err) : ZC_OK;
}
