#include "table/csv.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static zc_cell cells[ZC_CSV_COLUMNS];

static const char *kind_name(zc_row_kind kind)
{
  static const char *const names[] = {"END",      "GOOD",  "UNCLOSED",
                                      "TRAILING", "COUNT", "LONG"};
  return names[kind];
}

/* Every row as «line kind:cell|cell» with line ends shown as / and \, one after
 * another; cells of bad rows are left out. The header decides the number of cells. */
static char *read_all(const char *data, size_t size)
{
  static char out[65536];
  char *exact = malloc(size); /* so that reading past the end is noticed */
  char *at = out;
  memcpy(exact, data, size);
  zc_csv csv;
  zc_csv_begin(&csv, exact, size, cells);
  *at = '\0';
  for (zc_row_kind kind; (kind = zc_csv_next(&csv)) != ZC_ROW_END;) {
    at += sprintf(at, "%s%d", at == out ? "" : " ", (int)csv.row_line);
    if (kind != ZC_ROW_GOOD)
      at += sprintf(at, " %s", kind_name(kind));
    for (uint32_t i = 0; kind == ZC_ROW_GOOD && i < csv.count; i++) {
      *at++ = i == 0 ? ':' : '|';
      for (uint32_t k = 0; k < csv.cells[i].size; k++)
        *at++ = csv.cells[i].text[k] == '\n'   ? '/'
                : csv.cells[i].text[k] == '\r' ? '\\'
                                               : csv.cells[i].text[k];
      if (csv.cells[i].doubled)
        *at++ = '*';
    }
    *at = '\0';
    if (csv.wanted == 0)
      csv.wanted = csv.count;
  }
  free(exact);
  return out;
}

typedef struct {
  const char *csv, *rows;
} reading;

static void expect_readings(const reading *rows, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    char *read = read_all(rows[i].csv, strlen(rows[i].csv));
    cr_expect(eq(str, read, (char *)rows[i].rows), "row %zu: %s", i, read);
  }
}

#define EXPECT(...)                                                                    \
  expect_readings((const reading[]){__VA_ARGS__},                                      \
                  sizeof((const reading[]){__VA_ARGS__}) / sizeof(reading))

Test(csv, rows_end_with_lf_or_crlf_or_the_file)
{
  EXPECT({"a,b\n1,2\n", "1:a|b 2:1|2"}, {"a,b\r\n1,2\r\n", "1:a|b 2:1|2"},
         {"a,b\n1,2", "1:a|b 2:1|2"}, {"a,b\r\n1,2", "1:a|b 2:1|2"},
         {"a,b\r\n1,2\n3,4\r\n", "1:a|b 2:1|2 3:3|4"}, {"a", "1:a"}, {"", ""});
}

Test(csv, lines_without_anything_are_passed_over_and_counted)
{
  EXPECT({"\n\na,b\n\n1,2\n\r\n3,4\n\n", "3:a|b 5:1|2 7:3|4"}, {"\n\r\n\n", ""});
}

Test(csv, cells_may_be_blank)
{
  EXPECT({"a,b,c\n,,\n1,,\n,,3\n", "1:a|b|c 2:|| 3:1|| 4:||3"},
         {"a,b\n\"\",\"\"\n", "1:a|b 2:|"}, {"a,b\n1,\r\n", "1:a|b 2:1|"});
}

Test(csv, quoted_cells_hold_commas_quotes_and_line_ends)
{
  EXPECT({"a,b\n\"1,5\",2\n", "1:a|b 2:1,5|2"},
         {"a,b\n\"x\ny\",2\n3,4\n", "1:a|b 2:x/y|2 4:3|4"},
         {"a,b\r\n\"x\r\ny\",\"2\"\r\n3,4\r\n", "1:a|b 2:x\\/y|2 4:3|4"},
         {"a,b\n\"说\"\"明\"\"\",2\n", "1:a|b 2:说\"\"明\"\"*|2"},
         {"a,b\n\"\"\"\",\"\"\n", "1:a|b 2:\"\"*|"},
         {"a,b\n\"\n\n\n\",2\n3,4\n", "1:a|b 2:///|2 6:3|4"}, {"\"a\",\"b\"", "1:a|b"});
}

Test(csv, a_quotation_mark_inside_a_plain_cell_is_an_ordinary_character)
{
  EXPECT({"a,b\n5\" tube,2\n", "1:a|b 2:5\" tube|2"},
         {"a,b\n1, \"x\"\n", "1:a|b 2:1| \"x\""});
}

Test(csv, spaces_and_carriage_returns_inside_a_row_are_kept)
{
  EXPECT({"a,b\n 1 ,2\n", "1:a|b 2: 1 |2"}, {"a,b\n1\r5,2\n", "1:a|b 2:1\\5|2"});
}

Test(csv, a_byte_order_mark_is_no_part_of_the_first_cell)
{
  EXPECT({"\xef\xbb\xbf"
          "a,b\n1,2\n",
          "1:a|b 2:1|2"},
         {"\xef\xbb\xbf\"a\",b\n", "1:a|b"}, {"\xef\xbb\xbf", ""});
}

Test(csv, a_stray_quotation_mark_costs_exactly_its_line)
{
  EXPECT({"a,b\n1,\"2\n3,4\n5,6\n", "1:a|b 2 UNCLOSED 3:3|4 4:5|6"},
         {"a,b\n\"1,2\n3,4\n", "1:a|b 2 UNCLOSED 3:3|4"},
         {"a,b\n1,\"2\n3,\"4\"\n5,6\n", "1:a|b 2 TRAILING 3:3|4 4:5|6"},
         {"a,b\n1,\"2\"x\n3,4\n", "1:a|b 2 TRAILING 3:3|4"},
         {"a,b\n1,\"2\" \n3,4\n", "1:a|b 2 TRAILING 3:3|4"},
         {"a,b\n3,4\n1,\"", "1:a|b 2:3|4 3 UNCLOSED"},
         {"a,b\n1,\"2\n\n3,4\n", "1:a|b 2 UNCLOSED 4:3|4"});
}

Test(csv, a_wrong_number_of_cells_costs_its_line)
{
  EXPECT({"a,b\n1\n1,2\n1,2,3\n4,5\n", "1:a|b 2 COUNT 3:1|2 4 COUNT 5:4|5"},
         {"a,b\n1,2,\n3,4\n", "1:a|b 2 COUNT 3:3|4"},
         {"a,b,c\n1,\"x\ny\"\n3,4,5\n", "1:a|b|c 2 COUNT 3 COUNT 4:3|4|5"},
         {"a,b\n \n1,2\n", "1:a|b 2 COUNT 3:1|2"});
}

Test(csv, a_header_has_at_most_two_thousand_cells)
{
  char text[ZC_CSV_COLUMNS * 2 + 8] = {0};
  for (int i = 0; i < ZC_CSV_COLUMNS; i++)
    memcpy(text + 2 * i, "a,", 2);
  zc_csv csv;
  zc_csv_begin(&csv, text, ZC_CSV_COLUMNS * 2 - 1, cells);
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
  cr_expect(eq(u32, csv.count, ZC_CSV_COLUMNS));
  zc_csv_begin(&csv, text, ZC_CSV_COLUMNS * 2, cells);
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_LONG));
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_END));
}

/* «a,b», a row whose quoted cell holds `size` times `c`, a good row. */
static char *with_long_cell(char c, size_t size, size_t *total)
{
  char *text = malloc(size + 64), *at = text;
  at += sprintf(at, "a,b\n1,\"");
  memset(at, c, size);
  at += size;
  at += sprintf(at, "\"\n3,4\n");
  *total = (size_t)(at - text);
  return text;
}

Test(csv, a_cell_without_quotes_has_at_most_64_kib)
{
  for (size_t more = 0; more < 2; more++) {
    size_t size = ZC_CSV_CELL + more;
    char *text = malloc(size + 100);
    zc_csv csv;
    memcpy(text, "a,b\n1,", 6);
    memset(text + 6, 'x', size);
    memcpy(text + 6 + size, "\n3,4\n", 5);
    zc_csv_begin(&csv, text, size + 11, cells);
    zc_csv_next(&csv);
    cr_expect(eq(int, zc_csv_next(&csv), more ? ZC_ROW_WIDE : ZC_ROW_GOOD));
    cr_expect(eq(sz, csv.row_size, size + 2));
    cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
    cr_expect(eq(i64, csv.row_line, 3));
    free(text);
  }
}

/* Of ASCII only, as UTF-16 without its mark. */
static const char *foreign_as_utf16(const char *text, bool big)
{
  static char wide[400];
  size_t size = strlen(text);
  const char *hint;
  for (size_t i = 0; i < size; i++) {
    wide[2 * i + big] = text[i];
    wide[2 * i + !big] = '\0';
  }
  return zc_csv_foreign(wide, 2 * size, &hint);
}

Test(csv, utf_16_without_its_mark_is_told_from_text_with_zeros)
{
  static const char *const wide[] = {"a,b\n1,2\n", "a\n1\n", "a,b", "a\tb\n"};
  const char *hint;
  for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
    cr_expect(ne(ptr, (void *)foreign_as_utf16(wide[i], false), NULL), "%s", wide[i]);
    cr_expect(ne(ptr, (void *)foreign_as_utf16(wide[i], true), NULL), "%s", wide[i]);
  }
  /* 就诊号,天数 in both orders: the other bytes are anything. */
  cr_expect(
      ne(ptr,
         (void *)zc_csv_foreign("\x31\x5c\xca\x8b\xf7\x53,\0)Yp\x65\n\0", 14, &hint),
         NULL));
  cr_expect(
      ne(ptr,
         (void *)zc_csv_foreign("\x5c\x31\x8b\xca\x53\xf7\0,Y)\x65p\0\n", 14, &hint),
         NULL));
  cr_expect(eq(ptr, (void *)zc_csv_foreign("a,b\n1,\0\n,\0\0,\n", 15, &hint), NULL));
  cr_expect(eq(ptr, (void *)zc_csv_foreign("", 0, &hint), NULL));
  cr_expect(eq(ptr, (void *)zc_csv_foreign("\0", 1, &hint), NULL));
}

Test(csv, a_quoted_cell_has_at_most_64_kib)
{
  size_t size;
  char *text = with_long_cell('x', ZC_CSV_CELL - 2, &size);
  zc_csv csv;
  zc_csv_begin(&csv, text, size, cells);
  zc_csv_next(&csv);
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
  cr_expect(eq(u32, csv.cells[1].size, ZC_CSV_CELL - 2));
  free(text);
  text = with_long_cell('x', ZC_CSV_CELL + 1, &size);
  zc_csv_begin(&csv, text, size, cells);
  zc_csv_next(&csv);
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_UNCLOSED));
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
  cr_expect(eq(i64, csv.row_line, 3));
  free(text);
}

Test(csv, a_quoted_cell_has_at_most_256_line_ends)
{
  size_t size;
  char *text = with_long_cell('\n', ZC_CSV_CELL_LINES, &size);
  zc_csv csv;
  zc_csv_begin(&csv, text, size, cells);
  zc_csv_next(&csv);
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
  cr_expect(eq(i64, csv.row_line, 3 + ZC_CSV_CELL_LINES));
  free(text);
  text = with_long_cell('\n', ZC_CSV_CELL_LINES + 1, &size);
  zc_csv_begin(&csv, text, size, cells);
  zc_csv_next(&csv);
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_UNCLOSED));
  free(text);
}

Test(csv, bytes_that_are_no_text_are_handed_on)
{
  static const char data[] = "a,b\n\0x,\xff\xfe\n1,2\n";
  zc_csv csv;
  zc_csv_begin(&csv, data, sizeof data - 1, cells);
  zc_csv_next(&csv);
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
  cr_expect(eq(u32, csv.cells[0].size, 2));
  cr_expect(eq(u32, csv.cells[1].size, 2));
  cr_expect(eq(int, csv.cells[0].text[0], 0));
  cr_expect(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
}

/* Whatever the bytes are, no row is read twice, and none is lost: the bytes between the
 * rows are line ends alone. */
Test(csv, rows_of_any_bytes_follow_each_other_without_a_gap)
{
  static const char alphabet[] = "\",\n\r\"a,\nb,\"\n";
  char data[64];
  unsigned random = 12345;
  for (int round = 0; round < 200000; round++) {
    size_t size = 0;
    random = random * 1103515245u + 12345u;
    for (unsigned length = (random >> 16) % sizeof data; size < length; size++) {
      random = random * 1103515245u + 12345u;
      data[size] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
    }
    zc_csv csv;
    zc_csv_begin(&csv, data, size, cells);
    csv.wanted = (random >> 8) % 4;
    const char *done = data;
    int64_t line = 0;
    for (zc_row_kind kind; (kind = zc_csv_next(&csv)) != ZC_ROW_END;) {
      for (; done < csv.row_text; done++)
        cr_assert(done[0] == '\n' || done[0] == '\r', "round %d", round);
      cr_assert(csv.row_text >= done && csv.row_line > line, "round %d", round);
      line = csv.row_line;
      done = csv.row_text + csv.row_size;
      cr_assert(done <= data + size, "round %d", round);
      if (kind == ZC_ROW_GOOD && csv.wanted > 0)
        cr_assert(eq(u32, csv.count, csv.wanted));
    }
    for (; done < data + size; done++)
      cr_assert(done[0] == '\n' || done[0] == '\r', "round %d", round);
  }
}
