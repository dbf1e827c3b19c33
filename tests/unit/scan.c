#include "table/scan.h"

#include "base/date.h"

#include "notation.h"

static const char dataset_text[] =
    "{'id':'rx','title':'处方明细','date':'rx_date','columns':["
    "{'id':'rx_no','type':'code','titles':['处方号'],'key':true},"
    "{'id':'rx_date','type':'date','titles':['处方日期']},"
    "{'id':'visit','type':'enum','titles':['就诊类型'],'words':['门诊'],"
    " 'values':[{'id':'门诊'}]},"
    "{'id':'days','type':'int','titles':['天数']},"
    "{'id':'doctor','type':'code','titles':['医师']},"
    "{'id':'patient','type':'code','titles':['患者'],'identifies':'patient'},"
    "{'id':'sick_days','type':'int','titles':['病假'],'identifies':'patient'},"
    "{'id':'dose','type':'int','titles':['剂量'],'blank':'never'}]}";

#define HEADER "处方号,处方日期,就诊类型,天数,医师,患者,备注\n"

/* The summary of a file; NULL with its faults in `room`. Owned. */
static json_t *scanned_on(int32_t today, const char *csv, char *room, size_t size)
{
  zc_dataset *dataset;
  zc_err err;
  json_t *json = json_of(dataset_text), *faults = json_array(), *summary;
  cr_assert(eq(int, zc_dataset_new(json, &dataset, &err), ZC_OK));
  zc_code code = zc_scan("处方.csv", csv, strlen(csv), dataset, NULL, today, NULL, NULL,
                         faults, &summary, &err);
  print_faults(faults, room, size);
  cr_expect(eq(int, code == ZC_OK, summary != NULL));
  cr_expect(eq(int, code == ZC_EDATA, json_array_size(faults) > 0));
  zc_dataset_free(dataset);
  json_decref(json);
  json_decref(faults);
  return summary;
}

static json_t *scanned(const char *csv, char *room, size_t size)
{
  return scanned_on(INT32_MAX, csv, room, size);
}

/* Compares a part of the summary with JSON in single quotes. */
static void expect_part(const json_t *part, const char *expected)
{
  json_t *wanted = json_of(expected);
  char *got = json_dumps(part, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  cr_expect(json_equal(part, wanted) != 0, "%s, not %s", got, expected);
  free(got);
  json_decref(wanted);
}

static const json_t *column(const json_t *summary, int number)
{
  return json_array_get(json_object_get(summary, "columns"), (size_t)number);
}

Test(scan, a_clean_file_is_counted_with_its_dates)
{
  char room[1024];
  json_t *summary = scanned(HEADER "A1,2023-05-03,门诊,7,D1,P1,x\n"
                                   "A2,2023-04-01,门诊,,D1,P1,\n"
                                   "A3,,门诊,8,D1,P1,\n",
                            room, sizeof room);
  cr_assert(ne(ptr, summary, NULL), "%s", room);
  cr_expect(eq(int, (int)zc_get_integer(summary, "rows", -1), 3));
  cr_expect(eq(int, (int)zc_get_integer(summary, "malformed", -1), 0));
  cr_expect(eq(str, (char *)zc_get_text(summary, "from"), (char *)"2023-04-01"));
  cr_expect(eq(str, (char *)zc_get_text(summary, "to"), (char *)"2023-05-03"));
  expect_part(json_object_get(summary, "unused"), "['备注']");
  expect_part(column(summary, 3),
              "{'id':'days','title':'天数','type':'int','key':false,'found':true,"
              "'header':'天数','blank':1,'bad':0,'examples':[],'unknown':[]}");
  expect_part(column(summary, 6),
              "{'id':'sick_days','title':'病假','type':'int','key':false,'found':false,"
              "'blank':0,'bad':0,'examples':[],'unknown':[]}");
  json_decref(summary);
}

Test(scan, a_file_without_dates_has_no_range)
{
  char room[1024];
  json_t *summary = scanned("处方号\nA1\n", room, sizeof room);
  cr_expect(eq(ptr, json_object_get(summary, "from"), NULL));
  cr_expect(eq(ptr, json_object_get(summary, "to"), NULL));
  json_decref(summary);
}

Test(scan, days_that_have_not_come_yet_cover_nothing_and_are_counted)
{
  char room[1024];
  int32_t today;
  cr_assert(zc_day_parse("2023-05-02", 10, &today));
  json_t *summary = scanned_on(today,
                               HEADER "A1,2023-05-01,,,,,\nA2,2032-05-01,,,,,\n"
                                      "A3,2023-05-02,,,,,\nA4,2023-05-03,,,,,\n",
                               room, sizeof room);
  cr_expect(eq(str, (char *)zc_get_text(summary, "from"), (char *)"2023-05-01"));
  cr_expect(eq(str, (char *)zc_get_text(summary, "to"), (char *)"2023-05-02"));
  cr_expect(eq(int, (int)zc_get_integer(summary, "later", 0), 2));
  cr_expect(eq(int, (int)zc_get_integer(summary, "later_line", 0), 3));
  json_decref(summary);
}

Test(scan, a_table_in_which_no_date_can_be_read_says_where_it_begins)
{
  char room[1024];
  json_t *summary = scanned(HEADER "A1,,,,,,\nA2,五月,,,,,\n", room, sizeof room);
  cr_expect(eq(int, (int)zc_get_integer(summary, "undated_line", 0), 2));
  json_decref(summary);
  summary = scanned(HEADER "A1,,,,,,\nA2,2023-05-01,,,,,\n", room, sizeof room);
  cr_expect(eq(ptr, json_object_get(summary, "undated_line"), NULL));
  json_decref(summary);
}

Test(scan, malformed_rows_are_listed_by_line_and_not_counted_as_rows)
{
  char room[1024];
  json_t *summary = scanned(HEADER "A1,2023-05-03,门诊,7,D1,P1,x\n"
                                   "A2,2023\n"
                                   ",2023-05-03,门诊,7,D1,P1,x\n"
                                   "A1,2029-05-03,门诊,7,D1,P1,x\n",
                            room, sizeof room);
  cr_expect(eq(int, (int)zc_get_integer(summary, "rows", -1), 1));
  cr_expect(eq(int, (int)zc_get_integer(summary, "malformed", -1), 3));
  cr_expect(eq(str, (char *)zc_get_text(summary, "to"), (char *)"2023-05-03"));
  expect_part(json_object_get(summary, "problems"),
              "[{'line':3,'text':'the number of cells differs from the header'},"
              "{'line':4,'text':'the key is blank'},"
              "{'line':5,'text':'the key stands in an earlier row already'}]");
  json_decref(summary);
}

Test(scan, only_the_first_fifty_malformed_rows_are_listed_and_all_are_counted)
{
  char csv[4096] = HEADER, *at = csv + strlen(csv), room[1024];
  for (int i = 0; i < 60; i++)
    at += sprintf(at, "x\n");
  json_t *summary = scanned(csv, room, sizeof room);
  cr_expect(eq(int, (int)zc_get_integer(summary, "malformed", -1), 60));
  cr_expect(eq(sz, json_array_size(json_object_get(summary, "problems")), 50));
  json_decref(summary);
}

Test(scan, bad_cells_are_counted_with_examples)
{
  char csv[4096] = HEADER, *at = csv + strlen(csv), room[1024];
  for (int i = 0; i < 7; i++)
    at += sprintf(at, "A%d,,,%d天,,,\n", i, i);
  json_t *summary = scanned(csv, room, sizeof room);
  expect_part(column(summary, 3),
              "{'id':'days','title':'天数','type':'int','key':false,'found':true,"
              "'header':'天数','blank':0,'bad':7,'unknown':[],'examples':[{'line':2,'"
              "cell':'0天'},{'line':3,'cell':"
              "'1天'},{'line':4,'cell':'2天'},{'line':5,'cell':'3天'},{'line':6,'cell':"
              "'4天'}]}");
  json_decref(summary);
}

Test(scan, unknown_words_are_listed_with_their_counts)
{
  char room[1024];
  json_t *summary = scanned(HEADER
                            "A1,,体检,,,,\nA2,,普门,,,,\nA3,,体检,,,,\nA4,,门诊,,,,\n"
                            "A5,,,,,,\n",
                            room, sizeof room);
  expect_part(json_object_get(column(summary, 2), "unknown"),
              "[{'cell':'体检','count':2},{'cell':'普门','count':1}]");
  expect_part(json_object_get(column(summary, 2), "bad"), "3");
  json_decref(summary);
}

Test(scan, blank_cells_that_must_not_be_are_bad_ones_without_an_example)
{
  char room[1024];
  json_t *summary = scanned("处方号,剂量\nA1,一\nA2,　\nA3,\nA4,5\n", room,
                            sizeof room);
  expect_part(column(summary, 7),
              "{'id':'dose','title':'剂量','type':'int','key':false,'found':true,"
              "'header':'剂量','blank':0,'bad':3,'lacking':2,'lacking_line':3,"
              "'unknown':[],'examples':[{'line':2,'cell':'一'}]}");
  json_decref(summary);
}

Test(scan, bad_cells_of_patients_are_counted_but_not_shown)
{
  char room[1024];
  json_t *summary = scanned("处方号,病假\nA1,4401x\n", room, sizeof room);
  expect_part(json_object_get(column(summary, 6), "examples"), "[{'line':2}]");
  expect_part(json_object_get(column(summary, 6), "bad"), "1");
  json_decref(summary);
}

#define SPOILED " was spoiled by a spreadsheet program"
#define EXPORT_CODES                                                                   \
  " — export the data again and do not open and save it in Excel: long codes lose "  \
  "their digits"
#define EXPORT_DATES                                                                   \
  " — export the data again, or format the column as a date before saving as CSV"

Test(scan, what_a_spreadsheet_program_spoiled_is_refused_with_its_line)
{
  char room[2048];
  json_t *summary = scanned(HEADER "A1,2023-05-03,门诊,7,D1,P1,x\n"
                                   "A2,2023-05-03,门诊,7,1.23E+17,P1,x\n"
                                   "A3,45012,门诊,7,D1,P1,x\n",
                            room, sizeof room);
  cr_expect(eq(ptr, summary, NULL));
  cr_expect(eq(str, room,
               (char *)"3:0 the cell 1.23E+17 of 医师" SPOILED EXPORT_CODES
                       " / 4:0 the cell 45012 of 处方日期" SPOILED EXPORT_DATES));
}

Test(scan, a_spoiled_key_is_refused_and_not_taken_for_a_blank_one)
{
  char room[2048];
  json_t *summary = scanned(HEADER "A1,2023-05-03,门诊,7,D1,P1,x\n"
                                   "1.23E+17,2023-05-03,门诊,7,D1,P1,x\n",
                            room, sizeof room);
  cr_expect(eq(ptr, summary, NULL));
  cr_expect(
      eq(str, room, (char *)"3:0 the cell 1.23E+17 of 处方号" SPOILED EXPORT_CODES));
  json_decref(summary);
}

Test(scan, a_spoiled_identifier_of_a_patient_is_refused_but_not_shown)
{
  char room[2048];
  json_t *summary = scanned(HEADER "A1,,,,,4.40101E+17,\n", room, sizeof room);
  cr_expect(eq(ptr, summary, NULL));
  cr_expect(ne(ptr, strstr(room, "2:0 "), NULL), "%s", room);
  cr_expect(eq(ptr, strstr(room, "4.40101"), NULL), "%s", room);
}

Test(scan, the_first_twenty_spoiled_cells_are_enough)
{
  char csv[4096] = HEADER, *at = csv + strlen(csv), room[8192];
  for (int i = 0; i < 30; i++)
    at += sprintf(at, "A%d,45012,,,,,\n", i);
  json_t *summary = scanned(csv, room, sizeof room);
  cr_expect(eq(ptr, summary, NULL));
  cr_expect(ne(ptr, strstr(room, "21:0 "), NULL));
  cr_expect(eq(ptr, strstr(room, "22:0 "), NULL));
}

Test(scan, what_cannot_be_opened_is_refused_alike)
{
  char room[1024];
  json_t *summary = scanned("天数\n7\n", room, sizeof room);
  cr_expect(eq(ptr, summary, NULL));
  cr_expect(ne(ptr, strstr(room, "the key column rx_no (处方号) is missing"), NULL));
}

Test(scan, malformed_rows_are_counted_by_their_reason)
{
  char room[1024];
  json_t *summary = scanned(HEADER "A1,,,,,,\n,,,,,,x\nA1,,,,,,\nA2\n,,,,,,y\n", room,
                            sizeof room);
  expect_part(
      json_object_get(summary, "kinds"),
      "[{'code':'key-blank','text':'the key is blank','count':2,'line':3},"
      "{'code':'key-repeated','text':'the key stands in an earlier row already',"
      "'count':1,'line':4},"
      "{'code':'malformed','text':'the number of cells differs from the header',"
      "'count':1,'line':5}]");
  json_decref(summary);
}

Test(scan, a_key_that_does_not_read_as_its_type_has_a_code_of_its_own)
{
  zc_dataset *dataset;
  zc_err err;
  json_t *json = json_of("{'id':'t','columns':[{'id':'no','type':'int','key':true}]}");
  json_t *faults = json_array(), *summary;
  cr_assert(eq(int, zc_dataset_new(json, &dataset, &err), ZC_OK));
  cr_assert(eq(int,
               zc_scan("t.csv", "no\n7\nx\n", 7, dataset, NULL, INT32_MAX, NULL, NULL,
                       faults, &summary, &err),
               ZC_OK));
  expect_part(json_object_get(summary, "kinds"),
              "[{'code':'key-unreadable','text':'the key does not read as its type',"
              "'count':1,'line':3}]");
  zc_dataset_free(dataset);
  json_decref(json);
  json_decref(faults);
  json_decref(summary);
}

Test(scan, a_column_tells_its_header_as_the_file_has_it)
{
  char room[1024];
  json_t *summary = scanned(" 处方 号 ,天数\nA1,7\n", room, sizeof room);
  expect_part(json_object_get(column(summary, 0), "header"), "'处方 号'");
  cr_expect(eq(ptr, json_object_get(column(summary, 1), "header"), NULL));
  json_decref(summary);
}

/* ---- how far it has come ---------------------------------------------------------------- */

typedef struct {
  uint64_t calls, bytes, rows;
} come;

static void note_come(void *context, uint64_t bytes, uint64_t rows)
{
  come *c = context;
  cr_expect(bytes >= c->bytes && rows > c->rows);
  *c = (come){c->calls + 1, bytes, rows};
}

Test(scan, whoever_waits_is_told_the_bytes_and_rows_read)
{
  zc_buffer csv = {0};
  zc_dataset *dataset;
  zc_err err;
  come seen = {0};
  zc_watch watch = {note_come, &seen};
  json_t *json = json_of("{'id':'t','title':'表','columns':[{'id':'no','type':'code',"
                         "'titles':['no'],'key':true}]}");
  json_t *faults = json_array(), *summary;
  zc_buffer_text(&csv, "no,x\n");
  for (int i = 0; i < 20000; i++)
    zc_buffer_print(&csv, i % 7 == 0 ? "%d\n" : "%d,abc\n", i);
  cr_assert(eq(int, zc_dataset_new(json, &dataset, &err), ZC_OK));
  cr_assert(eq(int,
               zc_scan("t.csv", csv.data, csv.size, dataset, NULL, INT32_MAX, NULL,
                       &watch, faults, &summary, &err),
               ZC_OK));
  cr_expect(seen.calls >= 2);
  cr_expect(seen.bytes > csv.size / 2 && seen.bytes <= csv.size);
  cr_expect(seen.rows > 10000 && seen.rows <= 20000);
  zc_dataset_free(dataset);
  zc_buffer_free(&csv);
  json_decref(json);
  json_decref(faults);
  json_decref(summary);
}
