#include "table/csv.h"

#include <string.h>

#include "base/error.h"
#include "table/space.h"

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
    if (at - cell->text > (ptrdiff_t)ZC_CSV_CELL) {
      *kind = ZC_ROW_WIDE;
      return NULL;
    }
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

/* Nothing but spaces. */
static bool is_space(const char *text, size_t size)
{
  for (size_t at = 0, gap; at < size; at += gap)
    if ((gap = zc_space_first(text + at, size - at)) == 0)
      return false;
  return true;
}

bool zc_csv_blank(const zc_csv *csv, zc_row_kind kind)
{
  if (kind == ZC_ROW_GOOD) {
    for (uint32_t i = 0; i < csv->count; i++)
      if (!is_space(csv->cells[i].text, csv->cells[i].size))
        return false;
    return true;
  }
  if (kind != ZC_ROW_COUNT && kind != ZC_ROW_LONG)
    return false;
  const char *at = csv->row_text, *end = at + csv->row_size;
  for (;;) {
    const char *comma = memchr(at, ',', (size_t)(end - at));
    if (!is_space(at, (size_t)((comma == NULL ? end : comma) - at)))
      return false;
    if (comma == NULL)
      return true;
    at = comma + 1;
  }
}

/* Past the byte order mark and the blank lines that may stand before the first word. */
static size_t lead(const char *data, size_t size)
{
  size_t at = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  while (at < size && data[at] != '\0' && strchr(" \t\r\n", data[at]) != NULL)
    at++;
  return at;
}

#define FIRST_LINE 4096 /* of which so much is looked at */

/* Whether the first line has commas and line ends of two bytes, of which one (the first, or
 * the second) is zero. */
static bool is_utf16(const char *data, size_t size, size_t zero)
{
  const char *end = memchr(data, '\n', size < FIRST_LINE ? size : FIRST_LINE);
  size_t length = end == NULL ? size : (size_t)(end - data) + 2;
  if (length > size)
    length = size;
  if (length > FIRST_LINE)
    length = FIRST_LINE;
  for (size_t at = 0; at + 1 < length; at += 2) {
    char other = data[at + 1 - zero];
    if (data[at + zero] == '\0' && (other == ',' || other == '\n' || other == '\t'))
      return true;
  }
  return false;
}

const char *zc_csv_foreign(const char *data, size_t size, const char **hint)
{
  static const struct {
    const char *magic;
    size_t size;
    const char *text, *hint;
  } known[] = {
      {"PK\003\004", 4, N_("this is an Excel workbook (.xlsx), not a CSV file"),
       N_("open it and save it as «CSV UTF-8 (comma separated)»")},
      {"\xd0\xcf\x11\xe0", 4,
       N_("this is an old Excel workbook (.xls), not a CSV file"),
       N_("open it and save it as «CSV UTF-8 (comma separated)»")},
      {"\xff\xfe", 2, N_("the file is UTF-16"),
       N_("save it as «CSV UTF-8 (comma separated)»")},
      {"\xfe\xff", 2, N_("the file is UTF-16"),
       N_("save it as «CSV UTF-8 (comma separated)»")},
      {"%PDF", 4, N_("this is a PDF, not a CSV file"), N_("ask for the data as CSV")},
      {"<", 1, N_("this is a web page or XML, not a CSV file"),
       N_("export it again as CSV")},
  };
  if (is_utf16(data, size, 0) || is_utf16(data, size, 1)) {
    *hint = N_("save it as «CSV UTF-8 (comma separated)»");
    return N_("the file is UTF-16");
  }
  size_t gap = lead(data, size);
  data += gap;
  size -= gap;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (size >= known[i].size && memcmp(data, known[i].magic, known[i].size) == 0) {
      *hint = known[i].hint;
      return known[i].text;
    }
  /* A carriage return inside quotes does no harm; a file without any line feed is one
   * line to us. */
  if (memchr(data, '\n', size) == NULL && memchr(data, '\r', size) != NULL) {
    *hint = N_("save it as «CSV UTF-8 (comma separated)»");
    return N_("the lines end as on old Macs, with carriage returns alone");
  }
  return NULL;
}

const char *zc_csv_separator(const zc_csv *csv, const char **hint)
{
  *hint = N_("save it as «CSV UTF-8 (comma separated)»");
  if (csv->count == 1 && memchr(csv->row_text, '\t', csv->row_size) != NULL)
    return N_("the columns are separated by tabs, not commas");
  if (csv->count == 1 && memchr(csv->row_text, ';', csv->row_size) != NULL)
    return N_("the columns are separated by semicolons, not commas");
  return NULL;
}
