/* Workbooks as LibreOffice reads them: it makes CSV of each sheet, which our own reader
 * reads, and every cell is what was put in. Skipped where LibreOffice is missing. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

#include "base/file.h"
#include "document/escape.h"
#include "document_source.h"
#include "document_texts.h"
#include "folder.h"
#include "table/csv.h"

#define ROWS 300
#define WIDTH 4

static const char *const hard[] = {"=1+1",
                                   "=HYPERLINK(\"http://x.y\",\"a\")",
                                   "+A1",
                                   "-A1",
                                   "@SUM(A1)",
                                   "＝1+1",
                                   " =1",
                                   "\t=cmd|'/c calc'!A1",
                                   "药品和医院",
                                   "610000199001011234",
                                   "000123456789",
                                   "007",
                                   "1e5",
                                   "1E400",
                                   "2023-06-05",
                                   "1/2",
                                   "12:30",
                                   "TRUE",
                                   "100%",
                                   "￥12.50",
                                   "一\n二\n三",
                                   "a\r\nb",
                                   "\"引号\", 逗号",
                                   "'已有撇号",
                                   "_x0041_",
                                   "_x000D_",
                                   "&lt;b&gt;",
                                   "]]><c/>",
                                   " 前后空格 ",
                                   "𠮷😀",
                                   "#REF!",
                                   "123456789012345678901234567890",
                                   "-5",
                                   "+8613800000000"};

/* What a spreadsheet shows for a text of ours: line ends are LF, an apostrophe is before
 * what would compute. Owned. */
static char *shown(const char *text)
{
  zc_buffer out = {0};
  if (zc_escape_computes(text))
    zc_buffer_char(&out, '\'');
  zc_buffer_text(&out, "");
  for (; *text != '\0'; text++)
    if (*text != '\r')
      zc_buffer_char(&out, *text);
    else if (text[1] != '\n')
      zc_buffer_char(&out, '\n');
  return zc_buffer_take(&out);
}

static json_t *make_rows(seeded *s)
{
  json_t *rows = json_array();
  for (size_t row = 0; row < ROWS; row++) {
    json_t *cells = json_array();
    for (size_t i = 0; i < WIDTH; i++) {
      size_t at = row * WIDTH + i;
      char *text = at < sizeof hard / sizeof *hard ? NULL : random_text(s, true);
      json_array_append_new(cells, json_string(text == NULL ? hard[at] : text));
      free(text);
    }
    json_array_append_new(rows, cells);
  }
  return rows;
}

static void write_book(const folder *f, const json_t *rows)
{
  zc_err err;
  zc_document *document;
  zc_draft *draft;
  size_t cut;
  json_t *tree = json_pack(
      "{s:s, s:[{s:s, s:i, s:s}, {s:s, s:[{s:s}, {s:s, s:s}, {s:s, s:s}, {s:s}], s:s}, "
      "{s:s, s:[{s:s}], s:[[s]]}]}",
      "title", "台账", "children", "kind", "heading", "level", 1, "text", "问题台账",
      "kind", "table", "columns", "title", "甲", "title", "乙", "align", "right",
      "title", "丙", "align", "center", "title", "=丁", "rows", "rows", "kind", "table",
      "columns", "title", "列", "rows", "第二张表");
  json_t *lists = json_pack("{s:O}", "rows", rows);
  fake_source source = {.lists = lists, .width = WIDTH, .fails_at = -1};
  zc_rows streamed = fake_rows(&source);
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  cr_assert(eq(int, zc_draft_begin(f->fd, "book.xlsx", 0644, &draft, &err), ZC_OK));
  zc_sink sink = zc_sink_draft(draft);
  cr_assert(
      eq(int, zc_document_workbook(document, &streamed, &sink, &cut, &err), ZC_OK));
  cr_assert(eq(int, zc_draft_commit(draft, &err), ZC_OK));
  zc_document_free(document);
  json_decref(tree), json_decref(lists);
}

/* Has LibreOffice make CSV of all sheets: with commas, UTF-8, texts in quotation marks,
 * cells as they are shown. */
static void convert(const folder *f)
{
  char command[3 * PATH_MAX];
  if (system("command -v soffice >/dev/null") != 0)
    cr_skip_test("LibreOffice is not installed");
  snprintf(
      command, sizeof command,
      "cd '%s' && HOME='%s' LC_ALL=C.UTF-8 timeout 240 soffice --headless "
      "'-env:UserInstallation=file://%s/profile' --convert-to 'csv:Text - txt - csv "
      "(StarCalc):44,34,76,1,,0,false,true,false,false,false,-1' book.xlsx "
      ">convert.txt 2>&1",
      f->path, f->path, f->path);
  cr_assert(eq(int, system(command), 0));
}

static char *unquoted(const zc_cell *cell)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, "");
  for (uint32_t i = 0; i < cell->size; i++) {
    zc_buffer_char(&out, cell->text[i]);
    if (cell->doubled && cell->text[i] == '"')
      i++;
  }
  return zc_buffer_take(&out);
}

static void expect_cell(const zc_cell *cell, const char *wanted, size_t row)
{
  char *found = unquoted(cell);
  cr_expect(eq(str, found, (char *)wanted), "row %zu", row);
  free(found);
}

Test(document_office, libreoffice_reads_every_cell_as_it_was_put_in, .timeout = 300)
{
  folder f = folder_new();
  seeded s = {31};
  json_t *rows = make_rows(&s), *row, *cell;
  write_book(&f, rows);
  convert(&f);
  zc_buffer text = {0};
  zc_err err;
  static zc_cell room[ZC_CSV_COLUMNS];
  zc_csv csv;
  cr_assert(eq(int,
               zc_file_read_beneath(f.fd, "book-问题台账.csv", 1 << 24, &text, &err),
               ZC_OK));
  zc_csv_begin(&csv, text.data, text.size, room);
  cr_assert(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
  expect_cell(&room[0], "问题台账", 0);
  csv.wanted = WIDTH;
  cr_assert(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
  expect_cell(&room[3], "'=丁", 0);
  size_t index, inner;
  json_array_foreach(rows, index, row)
  {
    cr_assert(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD), "row %zu", index);
    json_array_foreach(row, inner, cell)
    {
      char *wanted = shown(json_string_value(cell));
      expect_cell(&room[inner], wanted, index);
      free(wanted);
    }
  }
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_END));
  cr_expect(
      ne(ptr, strstr(folder_text(&f, "book-问题台账 (2).csv"), "第二张表"), NULL));
  zc_buffer_free(&text);
  json_decref(rows);
  folder_free(&f);
}
