#include "table/match.h"

#include <iconv.h>

#include "notation.h"

static const char datasets_text[] =
    "[{'id':'staff','title':'人员花名册','columns':["
    "{'id':'staff_id','type':'code','titles':['工号','医师工号'],'key':true},"
    "{'id':'name','type':'text','titles':['姓名']},"
    "{'id':'dept','type':'text','titles':['科室']}]},"
    "{'id':'rx','title':'处方明细','columns':["
    "{'id':'rx_no','type':'code','titles':['处方号'],'key':true},"
    "{'id':'rx_date','type':'date','titles':['处方日期','开方日期']},"
    "{'id':'doctor','type':'code','titles':['医师工号']},"
    "{'id':'dept','type':'text','titles':['科室']}]},"
    "{'id':'twin','title':'职工','columns':["
    "{'id':'staff_id','type':'code','titles':['工号'],'key':true},"
    "{'id':'name','type':'text','titles':['姓名']},"
    "{'id':'office','type':'text','titles':['部门']}]}]";

/* The result for a file; NULL with its faults in `room`. Owned. */
static json_t *matched_with(const char *text, const char *csv, size_t size, char *room,
                            size_t room_size)
{
  zc_err err;
  zc_gb18030 *converter = zc_gb18030_new();
  json_t *datasets = json_of(text), *faults = json_array(), *result;
  char *exact = malloc(size + (size == 0)); /* reading past its end is noticed */
  memcpy(exact, csv, size);
  zc_code code = zc_match("某表.csv", exact, size, datasets, converter, faults, &result,
                          &err);
  print_faults(faults, room, room_size);
  cr_expect(eq(int, code == ZC_OK, result != NULL));
  cr_expect(eq(int, code == ZC_EDATA, json_array_size(faults) > 0));
  zc_gb18030_free(converter);
  json_decref(datasets);
  json_decref(faults);
  free(exact);
  return result;
}

/* The matches as «id found/headers/columns[ fits][ GB]», joined by «; »; or the faults. */
static char *order(const char *csv, size_t size)
{
  static char room[2048];
  json_t *result = matched_with(datasets_text, csv, size, room, sizeof room);
  size_t index;
  const json_t *match;
  if (result != NULL)
    room[0] = '\0';
  json_array_foreach(json_object_get(result, "matches"), index, match)
  {
    size_t used = strlen(room);
    snprintf(room + used, sizeof room - used, "%s%s %d/%d/%d%s%s",
             index == 0 ? "" : "; ", zc_get_text(match, "id"),
             (int)zc_get_integer(match, "found", -1),
             (int)zc_get_integer(match, "headers", -1),
             (int)zc_get_integer(match, "columns", -1),
             zc_get_flag(match, "fits") ? " fits" : "",
             zc_get_flag(match, "gb18030") ? " GB" : "");
  }
  json_decref(result);
  return room;
}

static void expect_order(const char *csv, const char *wanted)
{
  cr_expect(eq(str, order(csv, strlen(csv)), (char *)wanted), "of %s", csv);
}

Test(match, orders_tables_by_how_much_of_the_file_they_explain)
{
  expect_order("处方号,开方日期,医师工号,科室\n", "rx 4/4/4 fits; staff 2/4/3 fits");
  expect_order("工号,姓名,科室\n", "staff 3/3/3 fits; twin 2/3/3 fits; rx 1/3/4");
  expect_order("姓名\n", "staff 1/1/3; twin 1/1/3");
}

Test(match, without_a_key_no_table_fits_however_much_of_it_is_there)
{
  expect_order("单据号,开方日期,医师工号,科室\n", "rx 3/4/4; staff 2/4/3 fits");
}

Test(match, with_few_columns_of_both_sides_no_table_fits)
{
  expect_order("工号,甲,乙,丙,丁\n", "staff 1/5/3; twin 1/5/3");
  expect_order("工号,甲\n", "staff 1/2/3 fits; twin 1/2/3 fits");
}

/* A table of many columns, and a small one that has three of them. */
static const char large_text[] =
    "[{'id':'large','title':'大表','columns':["
    "{'id':'no','type':'code','key':true},{'id':'a','type':'text'},{'id':'b','type':'"
    "text'},"
    "{'id':'c','type':'text'},{'id':'d','type':'text'},{'id':'e','type':'text'},"
    "{'id':'f','type':'text'},{'id':'g','type':'text'},{'id':'h','type':'text'},"
    "{'id':'i','type':'text'},{'id':'j','type':'text'},{'id':'k','type':'text'}]},"
    "{'id':'small','title':'小表','columns':["
    "{'id':'no','type':'code','key':true},{'id':'a','type':'text'},{'id':'b','type':'"
    "text'}]}]";

static char *order_of_large(const char *csv)
{
  static char room[1024];
  json_t *result = matched_with(large_text, csv, strlen(csv), room, sizeof room);
  size_t index;
  const json_t *match;
  room[0] = '\0';
  json_array_foreach(json_object_get(result, "matches"), index, match)
  {
    size_t used = strlen(room);
    snprintf(room + used, sizeof room - used, "%s%s%s", index == 0 ? "" : " ",
             zc_get_text(match, "id"), zc_get_flag(match, "fits") ? "+" : "");
  }
  json_decref(result);
  return room;
}

Test(match, a_small_table_comes_before_a_large_one_only_if_it_explains_as_much)
{
  cr_expect(eq(str, order_of_large("no,a,b\n"), (char *)"small+ large+"));
  cr_expect(eq(str, order_of_large("no,a,b,c\n"), (char *)"large+ small+"));
}

Test(match, five_columns_are_enough_however_many_others_there_are)
{
  cr_expect(eq(str, order_of_large("no,a,b,c,d,x1,x2,x3,x4,x5,x6,x7,x8,x9\n"),
               (char *)"large+ small+"));
  cr_expect(eq(str, order_of_large("no,a,c,d,x0,x1,x2,x3,x4,x5,x6,x7,x8,x9\n"),
               (char *)"large small+"));
}

Test(match, tables_that_explain_the_same_stand_in_their_own_order)
{
  expect_order("工号,姓名\n", "staff 2/2/3 fits; twin 2/2/3 fits");
}

Test(match, blank_headers_count_for_nothing)
{
  expect_order("工号,姓名,科室,, \n1,2,3,4,5\n",
               "staff 3/3/3 fits; twin 2/3/3 fits; rx 1/3/4");
}

Test(match, says_which_header_is_which_column_and_what_is_left)
{
  char room[1024];
  const char *csv = "医师工号, 科 室 ,床号\n1,2,3\n";
  json_t *result = matched_with(datasets_text, csv, strlen(csv), room, sizeof room);
  json_t *staff = json_array_get(json_object_get(result, "matches"), 0);
  json_t *wanted = json_of(
      "{'id':'staff','title':'人员花名册','fits':true,'found':2,'headers':3,'columns':"
      "3,"
      "'keys':1,'keys_found':1,'gb18030':false,'matched':[{'column':'staff_id','title':"
      "'工号','key':true,'header':'医师工号'},{'column':'dept','title':'科室','key':"
      "false,"
      "'header':'科 室'}],'missing':[{'column':'name','title':'姓名','key':false}],"
      "'unused':['床号'],'doubts':[]}");
  char *got = json_dumps(staff, JSON_COMPACT);
  cr_expect(json_equal(staff, wanted) != 0, "%s", got);
  free(got);
  json_decref(wanted);
  json_decref(result);
}

/* The doubts of the first match. */
static char *doubts_of(const char *csv)
{
  static char room[1024];
  json_t *result = matched_with(datasets_text, csv, strlen(csv), room, sizeof room);
  const json_t *first = json_array_get(json_object_get(result, "matches"), 0);
  print_faults(json_object_get(first, "doubts"), room, sizeof room);
  json_decref(result);
  return room;
}

Test(match, doubts_are_what_import_would_refuse_the_file_for)
{
  cr_expect(eq(str, doubts_of("处方号,处方日期,开方日期,科室\n"),
               (char *)"1:0 two columns of the file could be rx_date (处方日期) — say "
                       "which: --map rx_date=HEADER"));
  cr_expect(eq(str, doubts_of("单据号,处方日期,医师工号,科室\n"),
               (char *)"1:0 the key column rx_no (处方号) is missing — is it «单据号»? "
                       "then add --map rx_no=单据号; the columns of the file are: "
                       "单据号、处方日期、医师工号、科室"));
}

Test(match, a_header_of_no_table_is_no_fault_and_matches_nothing)
{
  char room[1024];
  const char *csv = "甲,乙\n1,2\n";
  json_t *result = matched_with(datasets_text, csv, strlen(csv), room, sizeof room);
  cr_assert(ne(ptr, result, NULL), "%s", room);
  cr_expect(eq(sz, json_array_size(json_object_get(result, "matches")), 0));
  json_t *headers = json_of("['甲','乙']");
  cr_expect(json_equal(json_object_get(result, "headers"), headers) != 0);
  json_decref(headers);
  json_decref(result);
}

Test(match, a_file_in_gb18030_is_read_as_that)
{
  char csv[] = "工号,姓名,科室\n1,张三,内科\n", gb[256], *in = csv, *out = gb;
  size_t left = strlen(csv), free_room = sizeof gb;
  iconv_t handle = iconv_open("GB18030", "UTF-8");
  cr_assert(iconv(handle, &in, &left, &out, &free_room) != (size_t)-1);
  iconv_close(handle);
  cr_expect(eq(str, order(gb, (size_t)(out - gb)),
               (char *)"staff 3/3/3 fits GB; twin 2/3/3 fits GB; rx 1/3/4 GB"));
}

Test(match, refuses_what_import_refuses)
{
  static const struct {
    const char *csv;
    size_t size;
    const char *said;
  } rows[] = {
      {"", 0, "1:0 the file is empty"},
      {"\n\n", 2, "1:0 the file is empty"},
      {"PK\003\004....", 8, "0:0 this is an Excel workbook (.xlsx)"},
      {"\xff\xfe\xe5\x5d", 4, "0:0 the file is UTF-16"},
      {"工号\t姓名\t科室\n", 0, "1:0 the columns are separated by tabs, not commas"},
      {"工号;姓名;科室\n", 0, "1:0 the columns are separated by semicolons"},
      {"\"工号,姓名,科室\n", 0, "1:0 the header line cannot be read"},
      {"职工名单\n\n工号,姓名,科室\n", 0,
       "1:0 line 1 looks like a title, not the header, which is on line 3"},
      {"<html>\n", 0, "0:0 this is a web page or XML"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t size = rows[i].size > 0 ? rows[i].size : strlen(rows[i].csv);
    char *said = order(rows[i].csv, size);
    cr_expect(ne(ptr, strstr(said, rows[i].said), NULL), "row %zu: %s", i, said);
  }
}

Test(match, only_the_top_of_a_large_file_is_looked_at)
{
  size_t size = (size_t)3 << 20;
  char *csv = malloc(size + 1), *said;
  strcpy(csv, "工号,姓名,科室\n");
  for (size_t at = strlen(csv); at < size; at += 24)
    memcpy(csv + at, "1,张三,内科,甲乙丙\n", at + 24 <= size ? 24 : size - at);
  said = order(csv, size);
  cr_expect(eq(str, said, (char *)"staff 3/3/3 fits; twin 2/3/3 fits; rx 1/3/4"));
  /* One line without an end is no header. */
  memset(csv, 'x', size);
  cr_expect(eq(str, order(csv, size),
               (char *)"1:0 the header line cannot be read — the first line must name "
                       "the columns, separated by commas"));
  free(csv);
}

Test(match, no_table_at_all_matches_nothing)
{
  char room[256];
  json_t *result = matched_with("[]", "工号\n1\n", strlen("工号\n1\n"), room,
                                sizeof room);
  cr_expect(eq(sz, json_array_size(json_object_get(result, "matches")), 0));
  json_decref(result);
}
