/* Workbooks: what is in their cells, and that nothing fails in silence. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/file.h"
#include "document_archive.h"
#include "document_source.h"
#include "folder.h"

static zc_buffer workbook_of(const json_t *tree, const zc_rows *rows, size_t *cut)
{
  zc_err err;
  zc_document *document;
  zc_buffer out = {0};
  zc_sink sink = zc_sink_buffer(&out);
  size_t own;
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  cr_assert(
      eq(int,
         zc_document_workbook(document, rows, &sink, cut == NULL ? &own : cut, &err),
         ZC_OK));
  zc_document_free(document);
  return out;
}

static char *part_of(const json_t *tree, const char *name)
{
  zc_buffer file = workbook_of(tree, NULL, NULL);
  char *text = archive_text(&file, name);
  zc_buffer_free(&file);
  return text;
}

/* A tree of one table of one column with one cell. */
static json_t *one_cell(const char *align, const char *text)
{
  return json_pack("{s:s, s:[{s:s, s:[{s:s, s:s}], s:[[s]]}]}", "title", "台账",
                   "children", "kind", "table", "columns", "title", "列", "align",
                   align, "rows", text);
}

/* The cell A3 of the first sheet, from « s= » to its end. Owned. */
static char *cell_of(const char *align, const char *text)
{
  json_t *tree = one_cell(align, text);
  char *sheet = part_of(tree, "xl/worksheets/sheet1.xml");
  const char *start = strstr(sheet, "<c r=\"A3\" ");
  cr_assert(start != NULL);
  start += strlen("<c r=\"A3\" ");
  char *cell = strndup(start, (size_t)(strstr(start, "</row>") - start));
  free(sheet);
  json_decref(tree);
  return cell;
}

#define TEXT(style, text)                                                              \
  "s=\"" style "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">" text "</t></is></"  \
  "c>"

Test(document_workbook, cells_hold_texts_and_right_hand_columns_whole_numbers)
{
  static const struct {
    const char *align, *text, *wanted;
  } rows[] = {
      {"left", "药品", TEXT("3", "药品")},
      {"left", "12", TEXT("3", "12")},
      {"center", "12", TEXT("5", "12")},
      {"right", "12", "s=\"6\"><v>12</v></c>"},
      {"right", "-12", "s=\"6\"><v>-12</v></c>"},
      {"right", "0", "s=\"6\"><v>0</v></c>"},
      {"right", "999999999999999", "s=\"6\"><v>999999999999999</v></c>"},
      {"right", "1000000000000000", TEXT("4", "1000000000000000")},
      {"right", "610000199001011234", TEXT("4", "610000199001011234")},
      {"right", "007", TEXT("4", "007")},
      {"right", "-0", TEXT("4", "-0")},
      {"right", "12.50", TEXT("4", "12.50")},
      {"right", "1e3", TEXT("4", "1e3")},
      {"right", "—", TEXT("4", "—")},
      {"left", "", "s=\"3\"/>"},
      {"right", "", "s=\"4\"/>"},
      {"left", " a ", TEXT("3", " a ")},
      {"left", "a\nb\r\nc\rd", TEXT("3", "a\nb\nc\nd")},
      {"left", "<a & \"b\">", TEXT("3", "&lt;a &amp; &quot;b&quot;&gt;")},
      {"left", "]]>", TEXT("3", "]]&gt;")},
      {"left", "_x0041_", TEXT("3", "_x005F_x0041_")},
      {"left", "_x004_ _x", TEXT("3", "_x004_ _x")},
      {"left", "a\x01\xef\xbf\xbe", TEXT("3", "a\xef\xbf\xbd\xef\xbf\xbd")},
      {"left", "=1+1", TEXT("3", "'=1+1")},
      {"right", "＝A1", TEXT("4", "'＝A1")},
      {"left", " @SUM(A1)", TEXT("3", "' @SUM(A1)")},
      {"left", "-5", TEXT("3", "-5")},
      {"left", "-A1", TEXT("3", "'-A1")},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *cell = cell_of(rows[i].align, rows[i].text);
    cr_expect(eq(str, cell, (char *)rows[i].wanted));
    free(cell);
  }
}

/* The text between <t …> and </t> in A3, and how many cells were cut. */
static void expect_length(const char *piece, size_t count, size_t units, size_t cuts)
{
  zc_buffer text = {0};
  for (size_t i = 0; i < count; i++)
    zc_buffer_text(&text, piece);
  json_t *tree = one_cell("left", text.data);
  size_t cut, found = 0;
  zc_buffer file = workbook_of(tree, NULL, &cut);
  cr_expect(eq(sz, cut, cuts), "%zu × %s", count, piece);
  char *sheet = archive_text(&file, "xl/worksheets/sheet1.xml");
  const char *at = strstr(strstr(sheet, "<c r=\"A3\""), "preserve\">") + 10;
  const char *end = strstr(at, "</t>");
  cr_expect(eq(int,
               strncmp(end - strlen("〔…已截断〕"), "〔…已截断〕",
                       strlen("〔…已截断〕")) == 0,
               cuts > 0));
  for (; at < end; at++) /* UTF-16 units of UTF-8 */
    found += ((unsigned char)*at & 0xc0) != 0x80 ? 1 + ((unsigned char)*at >= 0xf0) : 0;
  cr_expect(eq(sz, found, units), "%zu × %s", count, piece);
  zc_buffer_free(&text), zc_buffer_free(&file);
  free(sheet);
  json_decref(tree);
}

Test(document_workbook, a_text_longer_than_a_cell_holds_is_cut_with_a_mark_and_counted)
{
  expect_length("a", 32767, 32767, 0);
  expect_length("a", 32768, 32767, 1);
  expect_length("药", 40000, 32767, 1);
  expect_length("𠮷", 16383, 32766, 0);
  expect_length("𠮷", 16384, 32766, 1);
  expect_length("=", 32766, 32767, 0);
  expect_length("=", 32767, 32767, 1);
}

/* ---- sheets ------------------------------------------------------------------------- */

static void add_named(json_t *children, const char *heading)
{
  if (heading != NULL)
    json_array_append_new(children, json_pack("{s:s, s:i, s:s}", "kind", "heading",
                                              "level", 2, "text", heading));
  json_array_append_new(children, json_pack("{s:s, s:[{s:s}], s:[]}", "kind", "table",
                                            "columns", "title", "列", "rows"));
}

Test(document_workbook, sheets_are_named_after_headings_as_spreadsheets_allow)
{
  static const char *const headings[] =
      {NULL,
       "问题台账",
       NULL,
       "问题台账",
       "一/二:三[四]*五?\\",
       "'甲's & <乙>'",
       "abc",
       "ABC",
       "History",
       "",
       "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三",
       "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四",
       "第一行\n第二行"};
  static const char wanted[] =
      "<sheet name=\"题目\" sheetId=\"1\" r:id=\"rId1\"/>"
      "<sheet name=\"问题台账\" sheetId=\"2\" r:id=\"rId2\"/>"
      "<sheet name=\"问题台账 (2)\" sheetId=\"3\" r:id=\"rId3\"/>"
      "<sheet name=\"问题台账 (3)\" sheetId=\"4\" r:id=\"rId4\"/>"
      "<sheet name=\"一／二：三［四］＊五？＼\" sheetId=\"5\" r:id=\"rId5\"/>"
      "<sheet name=\"甲's &amp; &lt;乙&gt;\" sheetId=\"6\" r:id=\"rId6\"/>"
      "<sheet name=\"abc\" sheetId=\"7\" r:id=\"rId7\"/>"
      "<sheet name=\"ABC (2)\" sheetId=\"8\" r:id=\"rId8\"/>"
      "<sheet name=\"History (2)\" sheetId=\"9\" r:id=\"rId9\"/>"
      "<sheet name=\"表\" sheetId=\"10\" r:id=\"rId10\"/>"
      "<sheet name=\"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一\" "
      "sheetId=\"11\" r:id=\"rId11\"/>"
      "<sheet name=\"一二三四五六七八九十一二三四五六七八九十一二三四五六七 (2)\" "
      "sheetId=\"12\" r:id=\"rId12\"/>"
      "<sheet name=\"第一行 第二行\" sheetId=\"13\" r:id=\"rId13\"/></sheets>";
  json_t *children = json_array();
  for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
    add_named(children, headings[i]);
  json_t *tree = json_pack("{s:s, s:o}", "title", "题目", "children", children);
  char *book = part_of(tree, "xl/workbook.xml");
  const char *sheets = strstr(book, "<sheets>");
  cr_assert(sheets != NULL);
  cr_expect(eq(int, strncmp(sheets + 8, wanted, strlen(wanted)), 0), "%s", book);
  cr_expect(ne(ptr,
               strstr(book, "<definedName name=\"_xlnm.Print_Titles\" "
                            "localSheetId=\"5\">'甲''s &amp; &lt;乙&gt;'!$1:$2<"),
               NULL));
  free(book);
  json_decref(tree);
}

Test(document_workbook, a_sheet_is_ready_to_print_and_as_wide_as_its_texts)
{
  json_t *tree = json_loads(
      "{\"title\": \"t\", \"children\": [{\"kind\": \"table\", \"title\": \"整改台账\","
      "\"columns\": [{\"title\": \"号\"}, {\"title\": \"a\"}, {\"title\": \"b\"}],"
      "\"rows\": [[1, \"药品药品药品\", \"x\"], [2, \"1234567\\n12\", "
      "\"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三\"]]}]}",
      0, NULL);
  char *sheet = part_of(tree, "xl/worksheets/sheet1.xml");
  static const char *const wanted[] =
      {"<pageSetUpPr fitToPage=\"1\"/>",
       "<pane ySplit=\"2\" topLeftCell=\"A3\" activePane=\"bottomLeft\" "
       "state=\"frozen\"/>",
       "<cols><col min=\"1\" max=\"1\" width=\"6\" customWidth=\"1\"/>"
       "<col min=\"2\" max=\"2\" width=\"14\" customWidth=\"1\"/>"
       "<col min=\"3\" max=\"3\" width=\"60\" customWidth=\"1\"/></cols>",
       "整改台账</t></is></c><c r=\"B1\"",
       "<c r=\"C2\"",
       "<mergeCell ref=\"A1:C1\"/>",
       "<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToWidth=\"1\" "
       "fitToHeight=\"0\"/>",
       "sqref=\"A1:C4\""};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    cr_expect(ne(ptr, strstr(sheet, wanted[i]), NULL), "%s in %s", wanted[i], sheet);
  free(sheet);
  json_decref(tree);
}

Test(document_workbook, columns_beyond_z_have_two_letters)
{
  json_t *columns = json_array(), *row = json_array();
  for (int i = 0; i < 704; i++) {
    json_array_append_new(columns, json_pack("{s:s}", "title", "列"));
    json_array_append_new(row, json_integer(i));
  }
  json_t *tree = json_pack("{s:s, s:[{s:s, s:o, s:[o]}]}", "title", "t", "children",
                           "kind", "table", "columns", columns, "rows", row);
  char *sheet = part_of(tree, "xl/worksheets/sheet1.xml");
  static const char *const wanted[] = {"r=\"Z3\" s=\"3\" t=\"inlineStr\"><is><t "
                                       "xml:space=\"preserve\">25<",
                                       "r=\"AA3\"",
                                       "r=\"AZ3\"",
                                       "r=\"BA3\"",
                                       "r=\"ZZ3\"",
                                       "r=\"AAA3\"",
                                       "ref=\"A1:AAB1\""};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    cr_expect(ne(ptr, strstr(sheet, wanted[i]), NULL), "%s", wanted[i]);
  free(sheet);
  json_decref(tree);
}

Test(document_workbook, more_rows_than_a_sheet_holds_go_on_in_the_next, .timeout = 300)
{
  const char *const cells[] = {"x"};
  fake_source source = {.equal = cells, .width = 1, .count = 1048580, .fails_at = -1};
  zc_rows rows = fake_rows(&source);
  json_t *tree = json_pack("{s:s, s:[{s:s, s:[{s:s}], s:s}]}", "title", "台账",
                           "children", "kind", "table", "columns", "title", "列",
                           "rows", "ledger.all");
  zc_buffer file = workbook_of(tree, &rows, NULL);
  char *first = archive_text(&file, "xl/worksheets/sheet1.xml");
  char *second = archive_text(&file, "xl/worksheets/sheet2.xml");
  char *book = archive_text(&file, "xl/workbook.xml");
  cr_expect(ne(ptr, strstr(first, "<row r=\"1048576\">"), NULL));
  cr_expect(eq(ptr, strstr(first, "<row r=\"1048577\">"), NULL));
  cr_expect(ne(ptr, strstr(second, ">列</t></is></c></row><row r=\"3\">"), NULL));
  cr_expect(ne(ptr, strstr(second, "<row r=\"8\">"), NULL));
  cr_expect(eq(ptr, strstr(second, "<row r=\"9\">"), NULL));
  cr_expect(ne(ptr, strstr(book, "<sheet name=\"台账 (2)\""), NULL));
  cr_expect(eq(ptr, archive_text(&file, "xl/worksheets/sheet3.xml"), NULL));
  free(first), free(second), free(book);
  zc_buffer_free(&file);
  json_decref(tree);
}

/* ---- the same bytes, in little memory ------------------------------------------------- */

#define WIDTH 36

static json_t *wide_tree(void)
{
  json_t *columns = json_array();
  for (int i = 0; i < WIDTH; i++)
    json_array_append_new(columns, json_pack("{s:s, s:s}", "title", "整改时限", "align",
                                             i % 2 == 0 ? "left" : "right"));
  return json_pack("{s:s, s:[{s:s, s:o, s:s}]}", "title", "台账", "children", "kind",
                   "table", "columns", columns, "rows", "ledger.all");
}

Test(document_workbook, listed_and_streamed_rows_give_the_same_bytes_each_time)
{
  const char *cells[WIDTH];
  for (int i = 0; i < WIDTH; i++)
    cells[i] = i % 3 == 0 ? "1024" : "门诊处方";
  fake_source source = {.equal = cells, .width = WIDTH, .count = 500, .fails_at = -1};
  zc_rows rows = fake_rows(&source);
  json_t *tree = wide_tree(), *row = json_array(), *list = json_array();
  zc_buffer one = workbook_of(tree, &rows, NULL), two = workbook_of(tree, &rows, NULL);
  for (int i = 0; i < WIDTH; i++)
    json_array_append_new(row, json_string(cells[i]));
  for (int i = 0; i < 500; i++)
    json_array_append(list, row);
  json_object_set_new(json_array_get(json_object_get(tree, "children"), 0), "rows",
                      list);
  zc_buffer three = workbook_of(tree, NULL, NULL);
  cr_assert(eq(sz, one.size, two.size));
  cr_assert(eq(sz, one.size, three.size));
  cr_expect(eq(int, memcmp(one.data, two.data, one.size), 0));
  cr_expect(eq(int, memcmp(one.data, three.data, one.size), 0));
  zc_buffer_free(&one), zc_buffer_free(&two), zc_buffer_free(&three);
  json_decref(row), json_decref(tree);
}

static long peak_kilobytes(void)
{
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

Test(document_workbook, a_hundred_thousand_rows_take_little_memory, .timeout = 300)
{
#ifdef ZC_SANITIZED
  cr_skip_test("a sanitizer keeps what is freed");
#endif
  const char *cells[WIDTH];
  for (int i = 0; i < WIDTH; i++)
    cells[i] = i % 3 == 0 ? "1024" : "门诊处方超过七日用量且未注明理由";
  fake_source source = {.equal = cells,
                        .width = WIDTH,
                        .count = 100000,
                        .fails_at = -1};
  zc_rows rows = fake_rows(&source);
  json_t *tree = wide_tree();
  zc_err err;
  zc_document *document;
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  long before = peak_kilobytes();
  fake_sink counted = {.fails_at = -1};
  zc_sink sink = {fake_write, &counted};
  size_t cut;
  cr_expect(eq(int, zc_document_workbook(document, &rows, &sink, &cut, &err), ZC_OK));
  cr_expect(lt(sz, counted.largest, (size_t)1 << 20));
  cr_expect(lt(long, peak_kilobytes() - before, 16384L));
  counted = (fake_sink){.fails_at = -1};
  cr_expect(eq(int, zc_document_csv(document, NULL, &rows, &sink, &err), ZC_OK));
  cr_expect(gt(sz, counted.size, (size_t)100000 * WIDTH * 30));
  cr_expect(lt(long, peak_kilobytes() - before, 16384L));
  zc_document_free(document);
  json_decref(tree);
}

/* ---- what fails ------------------------------------------------------------------------ */

static zc_code write_wide(long sink_fails, long source_fails, fake_sink *counted,
                          zc_err *err)
{
  const char *cells[WIDTH];
  for (int i = 0; i < WIDTH; i++)
    cells[i] = "药";
  fake_source source = {.equal = cells,
                        .width = WIDTH,
                        .count = 2000,
                        .fails_at = source_fails};
  zc_rows rows = fake_rows(&source);
  *counted = (fake_sink){.fails_at = sink_fails};
  zc_sink sink = {fake_write, counted};
  json_t *tree = wide_tree();
  zc_document *document;
  size_t cut;
  cr_assert(eq(int, zc_document_new(tree, &document, err), ZC_OK));
  zc_code code = zc_document_workbook(document, &rows, &sink, &cut, err);
  cr_expect(eq(int, source.opened, source.closed));
  zc_document_free(document);
  json_decref(tree);
  return code;
}

Test(document_workbook, each_write_that_fails_is_told)
{
  zc_err err;
  fake_sink all, some;
  cr_assert(eq(int, write_wide(-1, -1, &all, &err), ZC_OK));
  cr_assert(gt(long, all.writes, 30L));
  for (long n = 0; n < all.writes; n++) {
    cr_expect(eq(int, write_wide(n, -1, &some, &err), ZC_EIO), "write %ld", n);
    cr_expect(eq(str, err.text, (char *)"the disk is full"));
    cr_expect(not(some.after_failure), "write %ld", n);
  }
}

/* As on a full disk: files of ours cannot grow beyond some bytes. */
Test(document_workbook, a_full_disk_leaves_the_old_file_and_nothing_else)
{
  static const rlim_t sizes[] = {0, 500, 4096, 9000};
  signal(SIGXFSZ, SIG_IGN);
  const char *cells[WIDTH];
  for (int i = 0; i < WIDTH; i++)
    cells[i] = "药";
  json_t *tree = wide_tree();
  zc_err err;
  zc_document *document;
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    folder f = folder_new();
    zc_draft *draft;
    size_t cut;
    fake_source source = {.equal = cells,
                          .width = WIDTH,
                          .count = 2000,
                          .fails_at = -1};
    zc_rows rows = fake_rows(&source);
    struct rlimit limit;
    cr_assert(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    rlim_t before = limit.rlim_cur;
    folder_put(&f, "book.xlsx", "old");
    cr_assert(eq(int, zc_draft_begin(f.fd, "book.xlsx", 0644, &draft, &err), ZC_OK));
    zc_sink sink = zc_sink_draft(draft);
    limit.rlim_cur = sizes[i];
    cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    zc_code code = zc_document_workbook(document, &rows, &sink, &cut, &err);
    limit.rlim_cur = before;
    cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    cr_expect(eq(int, code, ZC_EIO), "%zu bytes", (size_t)sizes[i]);
    zc_draft_drop(draft);
    cr_expect(eq(str, folder_text(&f, "book.xlsx"), (char *)"old"));
    cr_expect(eq(sz, folder_count(&f), 1));
    folder_free(&f);
  }
  zc_document_free(document);
  json_decref(tree);
}

Test(document_workbook, a_row_that_cannot_be_had_is_told)
{
  static const long rows[] = {0, 1, 1999, 2000};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_err err;
    fake_sink sink;
    cr_expect(eq(int, write_wide(-1, rows[i], &sink, &err), ZC_EIO));
    cr_expect(eq(str, err.text, (char *)"no more"));
  }
}

Test(document_workbook, a_paper_without_a_table_is_no_workbook)
{
  zc_err err;
  zc_document *document;
  fake_sink counted = {.fails_at = -1};
  zc_sink sink = {fake_write, &counted};
  size_t cut;
  json_t *tree = json_pack("{s:s, s:[{s:s, s:s}]}", "title", "t", "children", "kind",
                           "paragraph", "text", "a");
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  cr_expect(eq(int, zc_document_workbook(document, NULL, &sink, &cut, &err), ZC_EDATA));
  cr_expect(eq(int, zc_document_csv(document, NULL, NULL, &sink, &err), ZC_EDATA));
  zc_document_free(document);
  json_decref(tree);
}
