#include "document/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "document/escape.h"

#define MOST_ROWS ((size_t)1048576)
#define MOST_COLUMNS ((size_t)16384)
#define MOST_UNITS ((size_t)32767) /* of a cell's text */
#define MOST_BYTES ((size_t)1 << 31)
#define HEAD_ROWS 2
#define CUT_MARK "〔…已截断〕"
#define CUT_UNITS ((size_t)6)

/* The widths of columns are those of the rows in the first bytes: they stand before the
 * rows, and not all rows can be held. */
#define MEASURED ((size_t)1 << 20)
#define WIDEST ((size_t)60)
#define NARROWEST ((size_t)6)
#define MARGIN ((size_t)2) /* of a column, beside its text */

/* Heights: of a line of rows, a line of the title, and the highest row that there is. */
#define LINE_POINTS ((size_t)15)
#define TITLE_POINTS ((size_t)26)
#define MOST_POINTS 409

/* ---- texts -------------------------------------------------------------------------- */

size_t zc_sheet_units(uint32_t c)
{
  return c > 0xffff ? 2 : 1;
}

/* The next character of a text as a sheet shows it, or U+FFFD for what nobody can see;
 * *size is its length in the text. */
static uint32_t next(const char *text, size_t left, size_t *size)
{
  uint32_t c = 0;
  *size = zc_utf8_decode(text, left, &c);
  if (*size == 0) {
    *size = 1;
    return 0xfffd;
  }
  if (c == '\r') { /* CR LF is one line end */
    *size = left > 1 && text[1] == '\n' ? 2 : 1;
    return '\n';
  }
  return zc_text_forbidden(c) ? 0xfffd : c;
}

/* _x0041_ would be read as A. */
static bool looks_escaped(const char *text)
{
  return text[0] == '_' && text[1] == 'x' &&
         strspn(text + 2, "0123456789abcdefABCDEF") >= 4 && text[6] == '_';
}

static void add_character(zc_buffer *out, uint32_t c, const char *text, size_t size)
{
  if (zc_escape_entity(out, c))
    return;
  switch (c) {
  case '\n':
    zc_buffer_char(out, '\n');
    break;
  case 0xfffd:
    zc_buffer_text(out, "\xef\xbf\xbd");
    break;
  default:
    zc_buffer_add(out, text, size);
  }
}

void zc_sheet_text(zc_buffer *out, const char *text, size_t units)
{
  for (size_t left = strlen(text), size; left > 0; text += size, left -= size) {
    uint32_t c = next(text, left, &size);
    if (zc_sheet_units(c) > units)
      return;
    units -= zc_sheet_units(c);
    if (looks_escaped(text))
      zc_buffer_text(out, "_x005F");
    add_character(out, c, text, size);
  }
}

/* How much room a text takes. By a rule of its own, where characters of Chinese and other
 * wide scripts count two: the C library's follows the locale. */
typedef struct {
  size_t units; /* of UTF-16 */
  size_t width; /* of the widest line, in characters */
  size_t lines; /* where a line has `room` characters */
} extent;

static extent measure(const char *text, size_t room)
{
  extent e = {.lines = 1};
  size_t line = 0, here = 0; /* of the whole line; of what was not broken off */
  for (size_t left = strlen(text), size; left > 0; text += size, left -= size) {
    uint32_t c = next(text, left, &size);
    size_t own = c >= 0x1100 && !(c >= 0x1200 && c < 0x2e80) ? 2 : 1;
    e.units += zc_sheet_units(c);
    if (c == '\n' || here + own > room) {
      e.lines++;
      here = 0;
    }
    if (c == '\n') {
      line = 0;
      continue;
    }
    line += own;
    here += own;
    if (line > e.width)
      e.width = line;
  }
  return e;
}

/* Whole numbers that keep all their digits; -0 and 007 are texts. */
static bool whole_number(const char *text)
{
  const char *digits = text + (*text == '-');
  size_t size = strlen(digits);
  if (size == 0 || size > 15 || strspn(digits, "0123456789") != size)
    return false;
  return *digits != '0' || (size == 1 && digits == text);
}

/* ---- cells -------------------------------------------------------------------------- */

/* A, B … Z, AA … XFD; columns count from 0. */
static void add_column(zc_buffer *out, size_t column)
{
  char name[4];
  size_t at = sizeof name;
  name[--at] = '\0';
  for (column++; column > 0 && at > 0; column = (column - 1) / 26)
    name[--at] = (char)('A' + (column - 1) % 26);
  zc_buffer_text(out, name + at);
}

static void add_reference(zc_buffer *out, size_t column, size_t row, zc_style_id style)
{
  zc_buffer_text(out, "<c r=\"");
  add_column(out, column);
  zc_buffer_number(out, (int64_t)row);
  zc_buffer_text(out, "\" s=\"");
  zc_buffer_number(out, style);
}

/* A text is always a text, whatever it looks like: a spreadsheet program does not compute
 * it. What it would compute if the sheet were saved as CSV and read again has an
 * apostrophe all the same. Returns whether the text was cut. */
static bool add_text(zc_buffer *out, size_t column, size_t row, zc_style_id style,
                     const char *text, size_t units)
{
  bool apostrophe = zc_escape_computes(text);
  bool cut = units + apostrophe > MOST_UNITS;
  add_reference(out, column, row, style);
  if (units == 0) {
    zc_buffer_text(out, "\"/>");
    return false;
  }
  zc_buffer_text(out, "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
  if (apostrophe)
    zc_buffer_char(out, '\'');
  zc_sheet_text(out, text, cut ? MOST_UNITS - CUT_UNITS - apostrophe : units);
  if (cut)
    zc_buffer_text(out, CUT_MARK);
  zc_buffer_text(out, "</t></is></c>");
  return cut;
}

/* Returns whether the text was cut. */
static bool add_cell(zc_buffer *out, size_t column, size_t row, const char *align,
                     const char *text, size_t units)
{
  bool right = strcmp(align, "right") == 0;
  if (right && whole_number(text)) {
    add_reference(out, column, row, ZC_STYLE_NUMBER);
    zc_buffer_text(out, "\"><v>");
    zc_buffer_text(out, text);
    zc_buffer_text(out, "</v></c>");
    return false;
  }
  zc_style_id style = right                          ? ZC_STYLE_RIGHT
                      : strcmp(align, "center") == 0 ? ZC_STYLE_CENTER
                                                     : ZC_STYLE_LEFT;
  return add_text(out, column, row, style, text, units);
}

/* Not all programs find the height of a row by themselves. */
static void open_row(zc_buffer *out, size_t row, size_t lines, size_t points)
{
  zc_buffer_text(out, "<row r=\"");
  zc_buffer_number(out, (int64_t)row);
  if (lines > 1 || points != LINE_POINTS) {
    zc_buffer_text(out, "\" customHeight=\"1\" ht=\"");
    zc_buffer_number(out, lines * points > MOST_POINTS ? MOST_POINTS
                                                       : (int64_t)(lines * points));
  }
  zc_buffer_text(out, "\">");
}

/* ---- before and after the rows ------------------------------------------------------ */

static size_t column_width(const zc_sheet *s, size_t column)
{
  size_t width = s->widths[column] + MARGIN;
  return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
}

static void add_columns(const zc_sheet *s, zc_buffer *out)
{
  zc_buffer_text(out, "<cols>");
  for (size_t i = 0; i < s->width; i++)
    zc_buffer_print(out,
                    "<col min=\"%zu\" max=\"%zu\" width=\"%zu\" customWidth=\"1\"/>",
                    i + 1, i + 1, column_width(s, i));
  zc_buffer_text(out, "</cols>");
}

/* The title over all columns, in letters half as large again as those of the rows. */
static void add_title(zc_sheet *s, zc_buffer *out)
{
  size_t room = 0;
  for (size_t i = 0; i < s->width; i++)
    room += column_width(s, i);
  extent title = measure(s->title, room * 2 / 3);
  open_row(out, 1, title.lines, TITLE_POINTS);
  s->cut += add_text(out, 0, 1, ZC_STYLE_TITLE, s->title, title.units);
  for (size_t i = 1; i < s->width; i++) {
    add_reference(out, i, 1, ZC_STYLE_TITLE);
    zc_buffer_text(out, "\"/>");
  }
  zc_buffer_text(out, "</row>");
}

static void add_heads(zc_sheet *s, zc_buffer *out)
{
  size_t lines = 1;
  for (size_t i = 0; i < s->width; i++) {
    extent head = measure(zc_column_title(s->node, i), column_width(s, i) - MARGIN);
    s->units[i] = head.units;
    lines = head.lines > lines ? head.lines : lines;
  }
  open_row(out, HEAD_ROWS, lines, LINE_POINTS);
  for (size_t i = 0; i < s->width; i++)
    s->cut += add_text(out, i, HEAD_ROWS, ZC_STYLE_HEAD, zc_column_title(s->node, i),
                       s->units[i]);
  zc_buffer_text(out, "</row>");
}

static zc_code write_head(zc_sheet *s, zc_err *err)
{
  zc_buffer out = {0};
  zc_buffer_print(&out,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                  "<worksheet xmlns=\"http://schemas.openxmlformats.org/"
                  "spreadsheetml/2006/main\"><sheetPr><pageSetUpPr fitToPage=\"1\"/>"
                  "</sheetPr><sheetViews><sheetView%s workbookViewId=\"0\">"
                  "<pane ySplit=\"%d\" topLeftCell=\"A%d\" activePane=\"bottomLeft\" "
                  "state=\"frozen\"/></sheetView></sheetViews>"
                  "<sheetFormatPr defaultRowHeight=\"15\"/>",
                  s->first ? " tabSelected=\"1\"" : "", HEAD_ROWS, HEAD_ROWS + 1);
  add_columns(s, &out);
  zc_buffer_text(&out, "<sheetData>");
  add_title(s, &out);
  add_heads(s, &out);
  zc_code code = zc_buffer_check(&out, err);
  if (code == ZC_OK)
    code = zc_zip_add(s->zip, out.data, out.size, err);
  zc_buffer_free(&out);
  s->headed = true;
  return code;
}

/* A4 across, one page wide, as many as it takes; no marks at codes that are texts. */
static void add_tail(const zc_sheet *s, zc_buffer *out)
{
  zc_buffer_text(out, "</sheetData>");
  if (s->width > 1) {
    zc_buffer_text(out, "<mergeCells count=\"1\"><mergeCell ref=\"A1:");
    add_column(out, s->width - 1);
    zc_buffer_text(out, "1\"/></mergeCells>");
  }
  zc_buffer_text(out,
                 "<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" "
                 "header=\"0.3\" footer=\"0.3\"/><pageSetup paperSize=\"9\" "
                 "orientation=\"landscape\" fitToWidth=\"1\" fitToHeight=\"0\"/>"
                 "<headerFooter><oddFooter>&amp;C第 &amp;P 页 共 &amp;N 页</oddFooter>"
                 "</headerFooter><ignoredErrors><ignoredError sqref=\"A1:");
  add_column(out, s->width - 1);
  zc_buffer_number(out, (int64_t)(HEAD_ROWS + s->rows));
  zc_buffer_text(out, "\" numberStoredAsText=\"1\"/></ignoredErrors></worksheet>");
}

/* ---- a sheet ------------------------------------------------------------------------ */

static zc_code drain(zc_sheet *s, zc_err *err)
{
  zc_code code = zc_buffer_check(&s->text, err);
  if (code == ZC_OK && !s->headed)
    code = write_head(s, err);
  if (code == ZC_OK)
    code = zc_zip_add(s->zip, s->text.data, s->text.size, err);
  s->bytes += s->text.size;
  s->text.size = 0;
  return code;
}

zc_code zc_sheet_begin(zc_sheet *sheet, zc_zip *zip, const json_t *node,
                       const char *title, bool first, zc_err *err)
{
  *sheet = (zc_sheet){.zip = zip,
                      .node = node,
                      .title = title,
                      .first = first,
                      .width = json_array_size(json_object_get(node, "columns"))};
  if (sheet->width > MOST_COLUMNS)
    return zc_fail(err, ZC_EDATA,
                   "a table has more columns than a workbook can hold; ask for csv "
                   "instead",
                   NULL);
  sheet->widths = calloc(sheet->width, sizeof *sheet->widths);
  sheet->units = calloc(sheet->width, sizeof *sheet->units);
  if (sheet->widths == NULL || sheet->units == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < sheet->width; i++)
    sheet->widths[i] = measure(zc_column_title(node, i), WIDEST).width;
  return ZC_OK;
}

bool zc_sheet_full(const zc_sheet *sheet)
{
  return sheet->rows + HEAD_ROWS == MOST_ROWS || sheet->bytes > MOST_BYTES;
}

/* Measures the cells of a row; returns how many lines it has. As long as columns still grow
 * with their cells, a cell is in one line or its column is as wide as columns get. */
static size_t measure_row(zc_sheet *s, const char *const *cells)
{
  size_t lines = 1;
  for (size_t i = 0; i < s->width; i++) {
    size_t width = s->headed ? column_width(s, i) : WIDEST;
    extent cell = measure(cells[i], width - MARGIN);
    s->units[i] = cell.units;
    lines = cell.lines > lines ? cell.lines : lines;
    if (!s->headed && cell.width > s->widths[i])
      s->widths[i] = cell.width;
  }
  return lines;
}

zc_code zc_sheet_row(zc_sheet *sheet, const char *const *cells, zc_err *err)
{
  size_t row = HEAD_ROWS + ++sheet->rows;
  open_row(&sheet->text, row, measure_row(sheet, cells), LINE_POINTS);
  for (size_t i = 0; i < sheet->width; i++)
    sheet->cut += add_cell(&sheet->text, i, row, zc_column_align(sheet->node, i),
                           cells[i], sheet->units[i]);
  zc_buffer_text(&sheet->text, "</row>");
  if (sheet->text.size < (sheet->headed ? ZC_SINK_CHUNK : MEASURED))
    return zc_buffer_check(&sheet->text, err);
  return drain(sheet, err);
}

zc_code zc_sheet_end(zc_sheet *sheet, zc_err *err)
{
  zc_code code = drain(sheet, err);
  if (code != ZC_OK)
    return code;
  add_tail(sheet, &sheet->text);
  return drain(sheet, err);
}

void zc_sheet_free(zc_sheet *sheet)
{
  zc_buffer_free(&sheet->text);
  free(sheet->widths);
  free(sheet->units);
  sheet->widths = sheet->units = NULL;
}
