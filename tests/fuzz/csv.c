/* The readers of one row and of many agree about all rows, and: every line of an export is accounted for: it belongs to one row, or is empty; a good
 * row's cells are its bytes; a row that does not parse costs its first line alone. */
#include "table/csv.h"
#include "property.h"
#include "vector/split.h"

static int64_t line_of(const uint8_t *data, const char *at)
{
  int64_t line = 1;
  for (const uint8_t *c = data; c < (const uint8_t *)at; c++)
    line += *c == '\n';
  return line;
}

/* The row from its cells, with their quotes and commas. */
static void expect_cells(const zc_csv *csv)
{
  zc_buffer row = {0};
  for (uint32_t i = 0; i < csv->count; i++) {
    const zc_cell *cell = &csv->cells[i];
    HOLDS(cell->text >= csv->row_text &&
              cell->text + cell->size <= csv->row_text + csv->row_size,
          "cell %u lies outside of its row", i);
    bool quoted = cell->text > csv->row_text && cell->text[-1] == '"';
    HOLDS(!cell->doubled || quoted, "cell %u", i);
    HOLDS(quoted || memchr(cell->text, ',', cell->size) == NULL, "cell %u", i);
    for (uint32_t j = 0; quoted && j < cell->size; j++)
      if (cell->text[j] == '"')
        HOLDS(cell->doubled && ++j < cell->size && cell->text[j] == '"', "cell %u", i);
    zc_buffer_text(&row, i == 0 ? "" : ",");
    zc_buffer_text(&row, quoted ? "\"" : "");
    zc_buffer_add(&row, cell->text, cell->size);
    zc_buffer_text(&row, quoted ? "\"" : "");
  }
  size_t size = csv->row_size;
  if (row.size + 1 == size && csv->row_text[size - 1] == '\r')
    size--;
  HOLDS(row.size == size && (size == 0 || memcmp(row.data, csv->row_text, size) == 0),
        "the cells are «%.*s»", (int)row.size, zc_text_or(row.data, ""));
  zc_buffer_free(&row);
}

/* Rows by masks, in batches of so many bytes, against rows one by one. */
static void expect_batches(const char *data, size_t size, uint32_t cells, size_t most)
{
  static zc_cell room[ZC_CSV_COLUMNS];
  zc_csv csv = {.data = data,
                .end = data + size,
                .at = data,
                .line = 1,
                .wanted = cells,
                .cells = room};
  zc_split split;
  bool memory = false;
  HOLDS(zc_split_begin(&split, data, data + size, 1, cells, most), "no memory");
  while (zc_split_next(&split, &memory)) {
    const zc_row_batch *b = &split.batch;
    for (size_t row = 0, misfit = 0; row < b->count || misfit < b->misfit_count;) {
      zc_row_kind kind;
      do
        kind = zc_csv_next(&csv);
      while (kind != ZC_ROW_END && zc_csv_blank(&csv, kind));
      HOLDS(kind != ZC_ROW_END, "more rows than there are");
      const char *problem = zc_row_kind_problem(kind);
      if (problem == NULL)
        problem = zc_row_unreadable(csv.row_text, csv.row_size);
      bool wrong = misfit < b->misfit_count && b->misfits[misfit].row == row;
      HOLDS(wrong == (problem != NULL), "line %lld", (long long)csv.row_line);
      HOLDS(b->line + (wrong ? b->misfits[misfit].line : b->lines[row]) == csv.row_line,
            "line %lld", (long long)csv.row_line);
      if (wrong) {
        HOLDS(strcmp(b->misfits[misfit++].problem, problem) == 0, "%s", problem);
        continue;
      }
      for (uint32_t i = 0; i < cells; i++) {
        zc_cell cell = zc_raw_cell(b, row, i, i + 1 == cells);
        HOLDS(cell.text == room[i].text && cell.size == room[i].size &&
                  cell.doubled == room[i].doubled,
              "line %lld, cell %u", (long long)csv.row_line, i);
      }
      row++;
    }
  }
  zc_row_kind kind;
  do
    kind = zc_csv_next(&csv);
  while (kind != ZC_ROW_END && zc_csv_blank(&csv, kind));
  HOLDS(!memory && kind == ZC_ROW_END, "line %lld is left", (long long)csv.row_line);
  zc_split_free(&split);
}

static void expect_all_batches(const uint8_t *data, size_t size)
{
  char *copy = malloc(size + ZC_BLOCK);
  HOLDS(copy != NULL, "no memory");
  memcpy(copy, data, size);
  memset(copy + size, '"', ZC_BLOCK);
  for (uint32_t cells = 1; cells < 5; cells++) {
    expect_batches(copy, size, cells, ZC_BLOCK);
    expect_batches(copy, size, cells, 8 * ZC_BLOCK);
  }
  free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static zc_cell cells[ZC_CSV_COLUMNS];
  zc_csv csv;
  const char *end = (const char *)data + size;
  zc_csv_begin(&csv, (const char *)data, size, cells);
  const char *behind = csv.at; /* of the byte order mark */
  for (;;) {
    zc_row_kind kind = zc_csv_next(&csv);
    const char *row = kind == ZC_ROW_END ? end : csv.row_text;
    HOLDS(row >= behind && row <= end, "rows overlap");
    for (; behind < row; behind++)
      HOLDS(*behind == '\n' ||
                (*behind == '\r' && behind + 1 < end && behind[1] == '\n'),
            "the byte %02x at %td was passed over", (unsigned char)*behind,
            behind - (const char *)data);
    if (kind == ZC_ROW_END)
      break;
    HOLDS(csv.row_line == line_of(data, row), "line %lld", (long long)csv.row_line);
    HOLDS(csv.row_size > 0, "an empty row on line %lld", (long long)csv.row_line);
    behind = row + csv.row_size;
    HOLDS(behind == end || *behind == '\n', "line %lld ends in the middle",
          (long long)csv.row_line);
    if (kind == ZC_ROW_GOOD) {
      HOLDS(csv.wanted == 0 || csv.count == csv.wanted, "%u cells", csv.count);
      expect_cells(&csv);
    } else {
      HOLDS(memchr(row, '\n', csv.row_size) == NULL, "more than a line of line %lld",
            (long long)csv.row_line);
      HOLDS(kind != ZC_ROW_LONG || csv.wanted == 0, "line %lld",
            (long long)csv.row_line);
    }
    if (behind < end)
      behind++;
    if (csv.wanted == 0)
      csv.wanted = csv.count > 0 ? csv.count : 1;
  }
  HOLDS(csv.at == end, "%td bytes are left", end - csv.at);
  expect_all_batches(data, size);
  return 0;
}
