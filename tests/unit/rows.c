#include "table/rows.h"

#include <iconv.h>

#include "notation.h"

static const char dataset_text[] =
    "{'id':'rx','title':'处方明细','date':'rx_date','columns':["
    "{'id':'rx_no','type':'code','titles':['处方号'],'key':true},"
    "{'id':'rx_date','type':'date','titles':['处方日期']},"
    "{'id':'drug','type':'text','titles':['药品']},"
    "{'id':'days','type':'int','titles':['天数']}]}";

/* The same without unique keys, and with a key of two columns. */
static const char repeating_text[] =
    "{'id':'rx','title':'处方明细','repeats':true,'columns':["
    "{'id':'rx_no','type':'code','titles':['处方号'],'key':true},"
    "{'id':'days','type':'int'}]}";
static const char pair_text[] =
    "{'id':'rx','title':'处方明细','columns':["
    "{'id':'rx_no','type':'code','key':true},{'id':'row_no','type':'int','key':true},"
    "{'id':'days','type':'int'}]}";
static const char keyless_text[] =
    "{'id':'rx','title':'处方明细','columns':[{'id':'drug','type':'text'},"
    "{'id':'days','type':'int'}]}";

typedef struct {
  const char *dataset, *options;
  const bool *wanted;
  bool no_converter;
} reader;

static void print_row(const zc_row *row, int columns, zc_buffer *out)
{
  zc_buffer_print(out, "%s%d ", out->size == 0 ? "" : "; ", (int)row->line);
  if (row->problem != NULL) {
    zc_buffer_print(out, "! %s", row->problem);
    return;
  }
  for (int i = 0; i < columns; i++) {
    zc_buffer_text(out, i == 0 ? "" : "|");
    zc_scalar_print(&row->cells[i], out);
    zc_buffer_text(out, row->states[i] == ZC_CELL_BAD ? "?" : "");
  }
}

/* All rows as «line cell|cell; line ! problem»; or what the file is refused with. GB: in
 * front when the file was read as GB18030. */
static char *read_with(reader how, const char *data, size_t size)
{
  static char room[8192];
  zc_err err;
  zc_dataset *dataset;
  zc_rows *rows = NULL;
  zc_arena arena = {0};
  zc_buffer out = {0};
  json_t *json = json_of(how.dataset == NULL ? dataset_text : how.dataset);
  json_t *options = json_of(how.options == NULL ? "{}" : how.options);
  json_t *faults = json_array();
  zc_gb18030 *converter = how.no_converter ? NULL : zc_gb18030_new();
  char *exact = malloc(size +
                       (size == 0)); /* so that reading past the end is noticed */
  memcpy(exact, data, size);
  cr_assert(eq(int, zc_dataset_new(json, &dataset, &err), ZC_OK));
  zc_code code = zc_rows_open("处方.csv", exact, size, dataset, options, how.wanted,
                              converter, faults, &rows, &err);
  print_faults(faults, room, sizeof room);
  cr_expect(eq(int, code == ZC_OK, rows != NULL));
  cr_expect(eq(int, code == ZC_EDATA, json_array_size(faults) > 0));
  if (code == ZC_OK) {
    zc_row row;
    for (;;) {
      cr_assert(eq(int, zc_rows_next(rows, &arena, &row, &err), ZC_OK));
      if (row.kind == ZC_ROW_END)
        break;
      print_row(&row, dataset->count, &out);
    }
    snprintf(room, sizeof room, "%s%s", zc_rows_gb18030(rows) ? "GB: " : "",
             zc_text_or(out.data, ""));
  }
  zc_rows_free(rows);
  zc_buffer_free(&out);
  zc_arena_free(&arena);
  zc_gb18030_free(converter);
  zc_dataset_free(dataset);
  json_decref(json);
  json_decref(options);
  json_decref(faults);
  free(exact);
  return room;
}

static char *read_text(const char *data)
{
  return read_with((reader){0}, data, strlen(data));
}

/* UTF-8 as GB18030. */
static char *encoded(const char *text, size_t *size)
{
  static char room[300000];
  iconv_t handle = iconv_open("GB18030", "UTF-8");
  char *in = (char *)text, *out = room;
  size_t left = strlen(text), free_room = sizeof room;
  cr_assert(iconv(handle, &in, &left, &out, &free_room) != (size_t)-1);
  iconv_close(handle);
  *size = (size_t)(out - room);
  return room;
}

static char *read_gb(const char *text)
{
  size_t size;
  const char *data = encoded(text, &size);
  return read_with((reader){0}, data, size);
}

static void expect_read(const char *read, const char *expected)
{
  cr_expect(eq(str, (char *)read, (char *)expected), "«%s», not «%s»", read, expected);
}

#define HEADER "处方号,处方日期,药品,天数\n"

/* ---- rows and cells ------------------------------------------------------------------ */

Test(rows, good_rows_have_their_cells_and_lines)
{
  expect_read(read_text(HEADER
                        "A1,2023-05-01,阿莫西林,7\nA2,20230502,\"头孢,克肟\",\n"),
              "2 A1|2023-05-01|阿莫西林|7; 3 A2|2023-05-02|头孢,克肟|—");
}

Test(rows, columns_may_stand_in_any_order_and_be_absent)
{
  expect_read(read_text("天数,备注,处方号\n7,x,A1\n"), "2 A1|—|—|7");
}

Test(rows, quoted_cells_lose_their_doubled_quotes_and_may_span_lines)
{
  expect_read(read_text(HEADER "A1,,\"说\"\"明\"\"\",1\nA2,,\"上\n下\",2\nA3,,x,3\n"),
              "2 A1|—|说\"明\"|1; 3 A2|—|上\n下|2; 5 A3|—|x|3");
}

Test(rows, a_file_may_have_a_mark_crlf_and_blank_lines)
{
  expect_read(read_text("\xef\xbb\xbf处方号,天数\r\n\r\nA1,7\r\n\r\nA2,8\r\n\r\n"),
              "3 A1|—|—|7; 5 A2|—|—|8");
}

Test(rows, a_header_without_rows_is_an_empty_table)
{
  expect_read(read_text(HEADER), "");
  expect_read(read_text("处方号"), "");
}

Test(rows, a_bad_cell_is_nil_and_leaves_its_row)
{
  expect_read(read_text(HEADER "A1,2023-02-30,x,七\n"), "2 A1|—?|x|—?");
}

Test(rows, only_wanted_cells_keys_and_the_date_are_decoded)
{
  static const bool wanted[] = {false, false, false, true};
  const char *text = HEADER "A1,2023-05-01,x,7\n";
  expect_read(read_with((reader){.wanted = wanted}, text, strlen(text)),
              "2 A1|2023-05-01|—|7");
}

/* ---- malformed rows ------------------------------------------------------------------- */

Test(rows, a_stray_quotation_mark_costs_one_row)
{
  expect_read(read_text("处方号,天数\nA1,\"7\nA2,8\nA3,\"9\"x\nA4,1\nA5,\"2\nA6,2\n"),
              "2 ! characters follow a closing quotation mark; 3 A2|—|—|8; "
              "4 ! characters follow a closing quotation mark; 5 A4|—|—|1; "
              "6 ! a quotation mark is not closed; 7 A6|—|—|2");
}

Test(rows, a_wrong_number_of_cells_costs_one_row)
{
  expect_read(read_text("处方号,天数\nA1\nA2,8,9\nA3,9\n"),
              "2 ! the number of cells differs from the header; "
              "3 ! the number of cells differs from the header; 4 A3|—|—|9");
}

Test(rows, a_blank_key_makes_the_row_malformed)
{
  expect_read(read_text("处方号,天数\n,7\n  ,8\n　,9\nA1,1\n"),
              "2 ! the key is blank; 3 ! the key is blank; 4 ! the key is blank; "
              "5 A1|—|—|1");
}

Test(rows, a_repeated_key_makes_the_later_row_malformed)
{
  expect_read(read_text("处方号,天数\nA1,7\nA2,8\nA1,9\n Ａ１,1\na1,2\n"),
              "2 A1|—|—|7; 3 A2|—|—|8; 4 ! the key stands in an earlier row already; "
              "5 ! the key stands in an earlier row already; 6 a1|—|—|2");
}

Test(rows, a_malformed_row_does_not_use_its_key_up)
{
  expect_read(read_text("处方号,天数\nA1,7,8\nA1,9\n"),
              "2 ! the number of cells differs from the header; 3 A1|—|—|9");
}

Test(rows, keys_may_repeat_where_the_dataset_says_so_but_not_be_blank)
{
  const char *text = "处方号,days\nA1,7\nA1,8\n,9\n";
  expect_read(read_with((reader){.dataset = repeating_text}, text, strlen(text)),
              "2 A1|7; 3 A1|8; 4 ! the key is blank");
}

Test(rows, a_key_of_two_columns_repeats_only_as_a_whole)
{
  const char *text = "rx_no,row_no,days\nA1,1,7\nA1,2,7\nA2,1,7\nA1,01,9\nA1,,9\n";
  expect_read(read_with((reader){.dataset = pair_text}, text, strlen(text)),
              "2 A1|1|7; 3 A1|2|7; 4 A2|1|7; "
              "5 ! the key stands in an earlier row already; 6 ! the key is blank");
}

Test(rows, invisible_characters_make_a_row_malformed)
{
  static const struct {
    const char *cell;
    size_t size;
  } rows[] = {{"\0", 1},           {"\x01", 1},         {"\x7f", 1},
              {"\xc2\x85", 2},     {"\xe2\x80\xae", 3}, {"\xe2\x81\xa6", 3},
              {"\xef\xbb\xbf", 3}, {"\xe2\x80\x8f", 3}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char data[128] = "处方号,药品\nA1,x";
    size_t size = strlen(data);
    memcpy(data + size, rows[i].cell, rows[i].size);
    size += rows[i].size;
    memcpy(data + size, "\nA2,y\n", 6);
    expect_read(read_with((reader){0}, data, size + 6),
                "2 ! an invisible character stands in the row; 3 A2|—|y|—");
  }
}

Test(rows, tabs_and_line_ends_inside_a_cell_are_allowed)
{
  expect_read(read_text("处方号,药品\nA1,a\tb\nA2,\"a\r\nb\"\n"),
              "2 A1|—|a\tb|—; 3 A2|—|a\r\nb|—");
}

/* ---- encodings --------------------------------------------------------------------------- */

#define UTF8_ROWS "2 A1|—|阿莫西林|7; 3 A2|—|头孢|8"

Test(rows, one_row_of_broken_utf8_costs_one_row)
{
  static const char *const broken[] = {"\xff",         "\xe9\x98",         "\xc0\xaf",
                                       "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    char data[256];
    sprintf(data, "处方号,药品,天数\nA1,阿莫西林,7\nA9,头%s孢,1\nA2,头孢,8\n",
            broken[i]);
    expect_read(read_text(data),
                "2 A1|—|阿莫西林|7; 3 ! the encoding is broken; 4 A2|—|头孢|8");
  }
}

Test(rows, a_gb18030_file_with_chinese_headers_is_read)
{
  expect_read(read_gb("处方号,药品,天数\nA1,阿莫西林,7\nA2,头孢,8\n"),
              "GB: " UTF8_ROWS);
}

Test(rows, headers_that_are_valid_in_both_encodings_are_read_as_what_they_name)
{
  /* The bytes of 药品 in GB18030 happen to be valid UTF-8. */
  const char *dataset =
      "{'id':'t','columns':[{'id':'a','type':'text','titles':['药品']},"
      "{'id':'b','type':'int','titles':['n']}]}";
  size_t size;
  char *data = encoded("药品,n\nx,7\n", &size);
  expect_read(read_with((reader){.dataset = dataset}, data, size), "GB: 2 x|7");
}

Test(rows, an_ascii_header_leaves_the_encoding_to_the_lines)
{
  expect_read(read_gb("rx_no,drug,days\nA1,阿莫西林,7\nA2,头孢,8\n"),
              "GB: 2 A1|—|阿莫西林|7; 3 A2|—|头孢|8");
  expect_read(read_text("rx_no,drug,days\nA1,阿莫西林,7\nA2,头孢,8\n"), UTF8_ROWS);
}

Test(rows, chinese_that_comes_late_in_the_file_decides_too)
{
  enum { LINES = 8000 };
  static char text[LINES * 16 + 64];
  char *at = text + sprintf(text, "rx_no,drug,days\n");
  for (int i = 0; i < LINES; i++)
    at += sprintf(at, "B%06d,,\n", i);
  sprintf(at, "A1,阿莫西林,7\n");
  size_t size;
  char *data = encoded(text, &size);
  cr_assert(size > 65536);
  cr_expect(ne(ptr, strstr(read_with((reader){0}, data, size), "GB: "), NULL));
}

Test(rows, one_wrong_byte_in_a_gb18030_file_costs_one_row)
{
  static const char *const broken[] = {"\xff", "\x80", "\x81", "\x81\x31",
                                       "\xfe\x39\x01"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    size_t size;
    char data[256], *head = encoded("处方号,药品,天数\nA1,阿莫西林,7\nA9,头孢", &size);
    memcpy(data, head, size);
    size_t used = size, length = strlen(broken[i]);
    memcpy(data + used, broken[i], length);
    used += length;
    char *tail = encoded(",1\nA2,头孢,8\n", &size);
    memcpy(data + used, tail, size);
    expect_read(read_with((reader){0}, data, used + size),
                "GB: 2 A1|—|阿莫西林|7; 3 ! the encoding is broken; 4 A2|—|头孢|8");
  }
}

Test(rows, gb18030_reaches_beyond_the_old_character_sets)
{
  expect_read(read_gb("处方号,药品\nA1,𠮷€㐀\n"), "GB: 2 A1|—|𠮷€㐀|—");
}

Test(rows, without_a_converter_chinese_in_gb18030_is_malformed_and_not_garbled)
{
  size_t size;
  char *data = encoded("rx_no,drug,days\nA1,阿莫西林,7\nA2,x,8\n", &size);
  expect_read(read_with((reader){.no_converter = true}, data, size),
              "2 ! the encoding is broken; 3 A2|—|x|8");
}

/* ---- files that are refused ------------------------------------------------------------------ */

#define SAVE " — open it and save it as «CSV UTF-8 (comma separated)»"

Test(rows, what_is_no_csv_file_is_refused_with_a_remedy)
{
  static const struct {
    const char *data;
    size_t size;
    const char *fault;
  } rows[] = {
      {"PK\003\004rest", 8,
       "0:0 this is an Excel workbook (.xlsx), not a CSV file" SAVE},
      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8,
       "0:0 this is an old Excel workbook (.xls), not a CSV file" SAVE},
      {"\xff\xfer\0x\0", 6,
       "0:0 the file is UTF-16 — save it as «CSV UTF-8 (comma separated)»"},
      {"\xfe\xff\0r\0x", 6,
       "0:0 the file is UTF-16 — save it as «CSV UTF-8 (comma separated)»"},
      {"%PDF-1.7\n", 9, "0:0 this is a PDF, not a CSV file — ask for the data as CSV"},
      {"<html><table>", 13,
       "0:0 this is a web page or XML, not a CSV file — export it again as CSV"},
      {"<?xml version", 13,
       "0:0 this is a web page or XML, not a CSV file — export it again as CSV"},
      {"rx_no\tdays\nA1\t7\n", 16,
       "1:0 the columns are separated by tabs, not commas — save it as «CSV UTF-8 "
       "(comma "
       "separated)»"},
      {"", 0, "1:0 the file is empty — the first line must name the columns"},
      {"\xef\xbb\xbf\r\n\r\n", 7,
       "1:0 the file is empty — the first line must name the columns"},
      {"rx_no,\"days\n", 12,
       "1:0 the header line cannot be read — the first line must name the columns, "
       "separated "
       "by commas"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    expect_read(read_with((reader){0}, rows[i].data, rows[i].size), rows[i].fault);
}

Test(rows, a_web_page_is_recognised_behind_a_mark_or_blank_lines)
{
  static const char *const pages[] = {"\xef\xbb\xbf<html><table>", "\r\n<html><table>"};
  for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
    cr_expect(ne(ptr, strstr(read_text(pages[i]), "web page"), NULL), "row %zu", i);
}

Test(rows, a_file_cut_off_after_any_of_its_first_bytes_is_answered)
{
  static const char *const files[] = {"PK\003\004x", "\xd0\xcf\x11\xe0x",
                                      "\xef\xbb\xbfrx_no,days\n", "%PDF-1",
                                      "rx_no,days\nA1,\"7\"\n"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    for (size_t size = 0; size <= strlen(files[i]); size++)
      cr_expect(ne(ptr, read_with((reader){0}, files[i], size), NULL));
}

Test(rows, a_missing_key_column_is_refused)
{
  expect_read(read_text("药品,天数\nx,7\n"),
              "1:0 the key column rx_no (处方号) is missing — say which column it is: "
              "--map rx_no=HEADER; the columns of the file are: 药品、天数");
}

Test(rows, of_the_headers_of_a_file_without_a_key_column_the_nearest_is_offered)
{
  expect_read(
      read_text("药品,处方单号,天数\nx,A1,7\n"),
      "1:0 the key column rx_no (处方号) is missing — is it «处方单号»? then add "
      "--map rx_no=处方单号; the columns of the file are: 药品、处方单号、天数");
}

Test(rows, titles_above_the_header_are_told_for_titles)
{
  expect_read(
      read_text("某卫生院,,,\n\n" HEADER "A1,,x,3\n"),
      "1:0 line 1 looks like a title, not the header, which is on line 3 — delete "
      "the lines above the header and import again");
}

Test(rows, a_file_separated_by_semicolons_is_recognised)
{
  expect_read(
      read_text("处方号;天数\nA1;3\n"),
      "1:0 the columns are separated by semicolons, not commas — save it as «CSV "
      "UTF-8 (comma separated)»");
}

Test(rows, ambiguous_headers_are_refused)
{
  expect_read(read_text("处方号,rx_no,天数\nA1,A1,7\n"),
              "1:0 two columns of the file could be rx_no (处方号) — say which: --map "
              "rx_no=HEADER");
}

Test(rows, a_map_names_the_column_for_good)
{
  const char *text = "单号,rx_no,天数\nA1,B1,7\n";
  reader how = {.options = "{'map':{'rx_no':'单号'}}"};
  expect_read(read_with(how, text, strlen(text)), "2 A1|—|—|7");
}

Test(rows, a_table_without_keys_keeps_every_row)
{
  const char *text = "drug,days\nx,7\nx,7\n,8\n";
  expect_read(read_with((reader){.dataset = keyless_text}, text, strlen(text)),
              "2 x|7; 3 x|7; 4 |8");
}

Test(rows, a_row_whose_cells_are_all_empty_is_no_row)
{
  expect_read(read_text(HEADER ",,,\n ,\t,　,\r\nA1,,x,1\n\"\",,,\n,\n,,,,,,\n  \n"),
              "4 A1|—|x|1");
  expect_read(read_text(HEADER ",,\"\"\"\",\n,,,0\n,,\"\n"),
              "2 ! the key is blank; 3 ! the key is blank; 4 ! a quotation mark is not "
              "closed");
}

Test(rows, five_thousand_keys_are_told_apart_across_reallocations)
{
  enum { ROWS = 5000 };
  static char text[ROWS * 16 + 64];
  char *at = text + sprintf(text, "drug,rx_no\n");
  for (int i = 0; i < ROWS; i++)
    at += sprintf(at, "x,Ａ%d\n", i % (ROWS - 1));
  zc_err err;
  zc_dataset *dataset;
  json_t *json = json_of(dataset_text), *faults = json_array();
  cr_assert(eq(int, zc_dataset_new(json, &dataset, &err), ZC_OK));
  zc_rows *rows;
  cr_assert(eq(int,
               zc_rows_open("t", text, strlen(text), dataset, NULL, NULL, NULL, faults,
                            &rows, &err),
               ZC_OK));
  int good = 0, bad = 0;
  for (;;) {
    zc_arena arena = {0}; /* each row's texts go before the next row comes */
    zc_row row;
    cr_assert(eq(int, zc_rows_next(rows, &arena, &row, &err), ZC_OK));
    good += row.kind != ZC_ROW_END && row.problem == NULL;
    bad += row.problem != NULL;
    zc_arena_free(&arena);
    if (row.kind == ZC_ROW_END)
      break;
  }
  cr_expect(eq(int, good, ROWS - 1));
  cr_expect(eq(int, bad, 1));
  zc_rows_free(rows);
  zc_dataset_free(dataset);
  json_decref(json);
  json_decref(faults);
}
