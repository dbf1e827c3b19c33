#include "table/csv.h"

#include <string.h>

void zc_csv_begin(zc_csv *csv, const char *data, size_t size, zc_cell *cells)
{
  *csv =
      (zc_csv){.data = data, .end = data + size, .at = data, .line = 1, .cells = cells};
  if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
    csv->at += 3;
}

/* The end of the line that begins at `from`: its LF, or the end of the data. */
static const char *line_end(const zc_csv *csv, const char *from)
{
  if (from == csv->end)
    return from;
  const char *end = memchr(from, '\n', (size_t)(csv->end - from));
  return end == NULL ? csv->end : end;
}

/* Reads the cell at `at`; returns where it ends (a comma, a line end or the end of
 * the data), or NULL with *kind when its quotes are broken. */
static const char *read_cell(const zc_csv *csv, const char *at, zc_cell *cell,
                             int64_t *lines, zc_row_kind *kind)
{
  *cell = (zc_cell){.text = at};
  if (at == csv->end || *at != '"') {
    while (at < csv->end && *at != ',' && *at != '\n')
      at++;
    cell->size = (uint32_t)(at - cell->text);
    if ((at == csv->end || *at == '\n') && cell->size > 0 && at[-1] == '\r')
      cell->size--;
    return at;
  }
  const char *limit = csv->end - at > (ptrdiff_t)ZC_CSV_CELL ? at + ZC_CSV_CELL
                                                             : csv->end;
  int64_t own_lines = 0;
  cell->text = ++at;
  for (; at < limit && own_lines <= ZC_CSV_CELL_LINES; at++) {
    own_lines += *at == '\n';
    if (*at != '"')
      continue;
    if (at + 1 < csv->end && at[1] == '"') {
      cell->doubled = true;
      at++;
      continue;
    }
    cell->size = (uint32_t)(at - cell->text);
    at++;
    *lines += own_lines;
    if (at < csv->end && *at == '\r' && at + 1 < csv->end && at[1] == '\n')
      return at + 1;
    if (at == csv->end || *at == ',' || *at == '\n')
      return at;
    *kind = ZC_ROW_TRAILING;
    return NULL;
  }
  *kind = ZC_ROW_UNCLOSED;
  return NULL;
}

static zc_row_kind read_row(zc_csv *csv)
{
  zc_row_kind kind = ZC_ROW_GOOD;
  int64_t lines = 0;
  const char *at = csv->at, *first_end = line_end(csv, at);
  csv->count = 0;
  csv->row_line = csv->line;
  csv->row_text = csv->at;
  uint32_t most = csv->wanted == 0 ? ZC_CSV_COLUMNS : csv->wanted;
  for (;;) {
    if (csv->count == most) {
      kind = csv->wanted == 0 ? ZC_ROW_LONG : ZC_ROW_COUNT;
      break;
    }
    at = read_cell(csv, at, &csv->cells[csv->count], &lines, &kind);
    if (at == NULL)
      break;
    csv->count++;
    if (at < csv->end && *at == ',') {
      at++;
      continue;
    }
    if (csv->wanted != 0 && csv->count != csv->wanted)
      kind = ZC_ROW_COUNT;
    break;
  }
  if (kind != ZC_ROW_GOOD) {
    at = first_end;
    lines = 0;
  }
  csv->row_size = (size_t)(at - csv->row_text);
  csv->line += lines + 1;
  csv->at = at == csv->end ? at : at + 1;
  return kind;
}

zc_row_kind zc_csv_next(zc_csv *csv)
{
  for (;;) {
    const char *at = csv->at;
    if (at == csv->end)
      return ZC_ROW_END;
    if (*at == '\r' && at + 1 < csv->end && at[1] == '\n')
      at++;
    if (*at != '\n')
      return read_row(csv);
    csv->at = at + 1;
    csv->line++;
  }
}
