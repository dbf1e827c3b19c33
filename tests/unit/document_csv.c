/* CSV files that zicha writes: read back by its own reader and by sqlite3. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <sqlite3.h>
#include <stdio.h>

#include "base/text.h"
#include "document/document.h"
#include "document_source.h"
#include "document_texts.h"
#include "folder.h"
#include "table/csv.h"

#define ROWS 400
#define WIDTH 3

/* A cell: a random text, perhaps with line ends, quotation marks, the start of a formula,
 * a long code, or nothing. */
static char *random_cell(seeded *s)
{
  static const char *const starts[] = {"=",   "+",   "-",  "@",  "＝",
                                       "＋",  "－",  "＠", " =", "\t=",
                                       "\n+", "  -", "\"", ",",  "\r\n"};
  zc_buffer out = {0};
  zc_buffer_text(&out, "");
  switch (seeded_below(s, 8)) {
  case 0:
    break;
  case 1:
    for (size_t i = 8 + seeded_below(s, 12); i > 0; i--)
      zc_buffer_char(&out, (char)('0' + seeded_below(s, 10)));
    break;
  case 2:
    zc_buffer_text(&out, starts[seeded_below(s, sizeof starts / sizeof *starts)]);
    /* fall through */
  default: {
    char *text = random_text(s, true);
    zc_buffer_text(&out, text);
    free(text);
  }
  }
  if (seeded_below(s, 5) == 0)
    zc_buffer_text(&out, "\"\"a\"\r\n,");
  return zc_buffer_take(&out);
}

/* The file: a header, then ROWS rows; `cells` are what was put in. Owned by the test's
 * process. */
static char *cells[ROWS][WIDTH];

static zc_buffer write_file(uint64_t seed)
{
  seeded s = {seed};
  zc_buffer out = {0};
  zc_buffer_text(&out, ZC_CSV_MARK "甲,乙,丙\r\n");
  for (int row = 0; row < ROWS; row++) {
    for (int i = 0; i < WIDTH; i++) {
      cells[row][i] = random_cell(&s);
      zc_csv_cell(&out, cells[row][i], i == 0);
    }
    zc_buffer_text(&out, "\r\n");
  }
  return out;
}

static void free_cells(void)
{
  for (int row = 0; row < ROWS; row++)
    for (int i = 0; i < WIDTH; i++)
      free(cells[row][i]);
}

/* The text that was put in, or that text behind an apostrophe. */
static bool is_cell(const char *found, const char *put)
{
  return strcmp(found, put) == 0 || (found[0] == '\'' && strcmp(found + 1, put) == 0);
}

/* Whether a spreadsheet program computes: = + - @ and their wide forms at the start, but
 * for numbers. Written apart from the program's own notion. */
static bool computes(const char *text)
{
  static const char *const signs[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};
  text += strspn(text, " \t\r\n");
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (strncmp(text, signs[i], strlen(signs[i])) == 0) {
      const char *rest = text + strlen(signs[i]);
      size_t digits = strspn(rest, "0123456789.");
      return !(i < 3 && i > 0 && digits > 0 && rest[digits] == '\0');
    }
  return false;
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

Test(document_csv, our_reader_reads_back_what_was_written)
{
  zc_buffer file = write_file(3);
  static zc_cell room[ZC_CSV_COLUMNS];
  zc_csv csv;
  zc_csv_begin(&csv, file.data, file.size, room);
  cr_assert(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
  csv.wanted = WIDTH;
  for (int row = 0; row < ROWS; row++) {
    cr_assert(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD), "row %d", row);
    for (int i = 0; i < WIDTH; i++) {
      char *found = unquoted(&room[i]);
      cr_expect(is_cell(found, cells[row][i]), "row %d: «%s» is «%s»", row,
                cells[row][i], found);
      free(found);
    }
  }
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_END));
  zc_buffer_free(&file);
  free_cells();
}

/* Has sqlite3 import the file; the test is skipped where that program is missing. */
static sqlite3 *imported(folder *f, const zc_buffer *file)
{
  char command[3 * PATH_MAX];
  sqlite3 *db;
  FILE *out = fopen(folder_path(f, "t.csv"), "wb");
  cr_assert(out != NULL && fwrite(file->data, 1, file->size, out) == file->size);
  cr_assert(eq(int, fclose(out), 0));
  if (system("command -v sqlite3 >/dev/null") != 0)
    cr_skip_test("sqlite3 is not installed");
  snprintf(command, sizeof command,
           "cd '%s' && sqlite3 -batch -bail t.db 'CREATE TABLE t (a, b, c)' "
           "'.import --csv --skip 1 t.csv t'",
           f->path);
  cr_assert(eq(int, system(command), 0));
  cr_assert(eq(int, sqlite3_open(folder_path(f, "t.db"), &db), SQLITE_OK));
  return db;
}

Test(document_csv, sqlite_reads_back_what_was_written)
{
  folder f = folder_new();
  zc_buffer file = write_file(5);
  sqlite3 *db = imported(&f, &file);
  sqlite3_stmt *rows;
  cr_assert(eq(int,
               sqlite3_prepare_v2(db, "SELECT a, b, c FROM t ORDER BY rowid", -1, &rows,
                                  NULL),
               SQLITE_OK));
  int row = 0;
  for (; sqlite3_step(rows) == SQLITE_ROW; row++)
    for (int i = 0; i < WIDTH; i++) {
      const char *found = (const char *)sqlite3_column_text(rows, i);
      cr_assert(row < ROWS && found != NULL && is_cell(found, cells[row][i]),
                "row %d: «%s» is «%s»", row, cells[row][i], found);
    }
  cr_expect(eq(int, row, ROWS));
  sqlite3_finalize(rows);
  sqlite3_close(db);
  zc_buffer_free(&file);
  free_cells();
  folder_free(&f);
}

static char *written(const char *text)
{
  zc_buffer out = {0};
  zc_csv_cell(&out, text, true);
  return zc_buffer_take(&out);
}

Test(document_csv, no_cell_computes)
{
  seeded s = {9};
  for (int round = 0; round < 20000; round++) {
    char *text = random_cell(&s), *cell = written(text);
    char *inside = cell + (*cell == '"');
    if (*cell == '"')
      cell[strlen(cell) - 1] = '\0';
    cr_assert(eq(int, computes(inside), false), "«%s» is written as «%s»", text, cell);
    free(text), free(cell);
  }
}

Test(document_csv, formulas_get_an_apostrophe)
{
  static const char *const texts[] = {"=1+1", "+A1", "-A1",  "@SUM(A1)", "＝1",  "＋A",
                                      "－A",  "＠A", " =1",  "\t=1",     "\n=1", "=",
                                      "-",    "1=1", "-1-1", "+1+1",     "--1"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *cell = written(texts[i]);
    const char *inside = cell + (*cell == '"');
    cr_expect(eq(int, *inside == '\'', strcmp(texts[i], "1=1") != 0), "«%s»", texts[i]);
    free(cell);
  }
}

Test(document_csv, numbers_stay_numbers)
{
  static const char *const texts[] = {"0",           "-1",  "+5",  "-3.50",
                                      "12345678901", "0.5", "100%"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *cell = written(texts[i]);
    cr_expect(eq(str, cell, (char *)texts[i]));
    free(cell);
  }
}

Test(document_csv, codes_that_would_lose_digits_stay_texts)
{
  static const char *const texts[] = {"123456789012", "610000199001011234",
                                      "0000000000000000"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *cell = written(texts[i]);
    cr_expect(eq(int, cell[0], '\''), "%s", cell);
    cr_expect(eq(str, cell + 1, (char *)texts[i]));
    free(cell);
  }
}

Test(document_csv, the_mark_is_the_byte_order_mark_of_utf_8)
{
  cr_expect(eq(str, (char *)ZC_CSV_MARK, (char *)"\xef\xbb\xbf"));
}

Test(document_csv, every_cell_but_the_first_begins_with_a_comma)
{
  zc_buffer out = {0};
  zc_csv_cell(&out, "", true);
  zc_csv_cell(&out, "a", false);
  zc_csv_cell(&out, "", false);
  cr_expect(eq(str, out.data, (char *)",a,"));
  zc_buffer_free(&out);
}

/* ---- tables --------------------------------------------------------------------------- */

/* The file of one table of a tree; NULL when it has none of that id. */
static char *file_of(const char *tree_text, const char *id, fake_source *source)
{
  zc_err err;
  zc_document *document;
  zc_buffer out = {0};
  zc_sink sink = zc_sink_buffer(&out);
  zc_rows rows = fake_rows(source);
  json_t *tree = json_loads(tree_text, 0, NULL);
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  zc_code code = zc_document_csv(document, id, &rows, &sink, &err);
  cr_expect(eq(int, source->opened, source->closed));
  if (code != ZC_OK) {
    cr_expect(eq(int, code, id == NULL ? ZC_EDATA : ZC_EUSAGE));
    cr_expect(eq(sz, out.size, 0));
  }
  zc_document_free(document);
  json_decref(tree);
  return code == ZC_OK ? zc_buffer_take(&out) : NULL;
}

#define SHORT                                                                          \
  "{\"kind\": \"table\", \"id\": \"short\", \"columns\": [{\"title\": \"列\"}], "     \
  "\"rows\": [[\"=1\"], [7]]}"
#define LONG                                                                           \
  "{\"kind\": \"table\", \"id\": \"long\", \"columns\": [{\"title\": \"=甲\"}, "      \
  "{\"title\": \"乙\"}], \"rows\": \"s\"}"

Test(document_csv, a_table_is_a_file_with_its_titles)
{
  static const char *const cells[] = {"610000199001011234", "一,二\n三"};
  static const char of_short[] = ZC_CSV_MARK "列\r\n'=1\r\n7\r\n";
  static const char of_long[] = ZC_CSV_MARK
      "'=甲,乙\r\n'610000199001011234,\"一,二\n三\"\r\n"
      "'610000199001011234,\"一,二\n三\"\r\n";
  static const struct {
    const char *tree, *id, *wanted;
  } rows[] = {
      {"{\"children\": [" SHORT ", " LONG "]}", NULL, of_long},
      {"{\"children\": [" SHORT ", " LONG "]}", "short", of_short},
      {"{\"children\": [" SHORT ", " LONG "]}", "long", of_long},
      {"{\"children\": [{\"kind\": \"paragraph\", \"text\": \"a\"}, " SHORT "]}", NULL,
       of_short},
      {"{\"children\": [" SHORT ", " LONG "]}", "other", NULL},
      {"{\"children\": []}", NULL, NULL},
      {"{\"children\": []}", "short", NULL},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fake_source source = {.equal = cells, .width = 2, .count = 2, .fails_at = -1};
    char *file = file_of(rows[i].tree, rows[i].id, &source);
    if (rows[i].wanted == NULL)
      cr_expect(eq(ptr, file, NULL), "row %zu", i);
    else
      cr_expect(eq(str, file, (char *)rows[i].wanted), "row %zu", i);
    free(file);
  }
}

Test(document_csv, each_write_that_fails_is_told)
{
  static const char *const cells[] = {"药品", "医院"};
  json_t *tree = json_loads("{\"children\": [" LONG "]}", 0, NULL);
  zc_err err;
  zc_document *document;
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  fake_source source = {.equal = cells, .width = 2, .count = 20000, .fails_at = -1};
  zc_rows rows = fake_rows(&source);
  fake_sink counted = {.fails_at = -1};
  zc_sink sink = {fake_write, &counted};
  cr_assert(eq(int, zc_document_csv(document, NULL, &rows, &sink, &err), ZC_OK));
  long writes = counted.writes;
  cr_expect(gt(long, writes, 3L));
  for (long n = 0; n < writes; n++) {
    counted = (fake_sink){.fails_at = n};
    cr_expect(eq(int, zc_document_csv(document, NULL, &rows, &sink, &err), ZC_EIO));
    cr_expect(not(counted.after_failure));
  }
  source.fails_at = 7;
  counted = (fake_sink){.fails_at = -1};
  cr_expect(eq(int, zc_document_csv(document, NULL, &rows, &sink, &err), ZC_EIO));
  cr_expect(eq(str, err.text, (char *)"no more"));
  zc_document_free(document);
  json_decref(tree);
}
