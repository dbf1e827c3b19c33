#include "table/dataset.h"

#include "notation.h"

static const char prescriptions[] =
    "{'id':'rx','title':'处方明细','date':'rx_date','columns':["
    "{'id':'rx_no','type':'code','titles':['处方号','处方编号'],'key':true},"
    "{'id':'rx_date','type':'date','titles':['处方日期','开方日期']},"
    "{'id':'visit','type':'enum','titles':['就诊类型'],'words':['门诊','急诊'],"
    " 'values':[{'id':'门诊','spellings':['普通门诊']},{'id':'急诊'}]},"
    "{'id':'age','type':'int','titles':['年龄（岁）','Age (years)']},"
    "{'id':'is_tcm','type':'bool','titles':['中药饮片'],'blank':'no'},"
    "{'id':'patient_id','type':'code','titles':['患者ID'],'identifies':'patient'},"
    "{'id':'fee','type':'decimal','scale':2}]}";

static zc_dataset *dataset_of(const char *text)
{
  zc_dataset *dataset;
  zc_err err;
  json_t *json = json_of(text);
  cr_assert(eq(int, zc_dataset_new(json, &dataset, &err), ZC_OK));
  json_decref(json);
  return dataset;
}

/* ---- what a dataset is -------------------------------------------------------------- */

Test(dataset, columns_carry_what_the_engine_says)
{
  zc_dataset *d = dataset_of(prescriptions);
  cr_expect(eq(int, d->count, 7));
  cr_expect(eq(str, (char *)d->id, (char *)"rx"));
  cr_expect(eq(str, (char *)d->title, (char *)"处方明细"));
  cr_expect(eq(int, d->date, 1));
  cr_expect(not(d->repeats));
  cr_expect(eq(str, (char *)d->columns[0].title, (char *)"处方号"));
  cr_expect(d->columns[0].key && d->columns[0].code);
  cr_expect(d->columns[2].enumeration);
  cr_expect(eq(int, d->columns[4].blank, ZC_BLANK_NO));
  cr_expect(d->columns[5].patient);
  cr_expect(eq(int, d->columns[6].scale, 2));
  cr_expect(eq(str, (char *)d->columns[6].title, (char *)"fee"));
  zc_dataset_free(d);
}

Test(dataset, columns_are_found_by_id)
{
  zc_dataset *d = dataset_of(prescriptions);
  cr_expect(eq(int, zc_dataset_column(d, "rx_no"), 0));
  cr_expect(eq(int, zc_dataset_column(d, "fee"), 6));
  cr_expect(eq(int, zc_dataset_column(d, "处方号"), -1));
  zc_dataset_free(d);
}

Test(dataset, what_is_no_dataset_is_refused)
{
  static const char *const wrong[] = {
      "{'id':'t','columns':[{'type':'int'}]}",
      "{'id':'t','columns':[{'id':'x'}]}",
      "{'id':'t','columns':[{'id':'x','type':'number-ish'}]}",
      "{'id':'t','columns':[{'id':'x','type':'decimal','scale':10}]}",
      "{'id':'t','columns':[{'id':'x','type':'decimal','scale':-1}]}",
      "{'id':'t','columns':['x']}",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    zc_dataset *dataset = (zc_dataset *)1;
    zc_err err;
    json_t *json = json_of(wrong[i]);
    cr_expect(eq(int, zc_dataset_new(json, &dataset, &err), ZC_EINTERNAL), "row %zu",
              i);
    cr_expect(eq(ptr, dataset, NULL));
    json_decref(json);
  }
}

/* ---- binding to a header ---------------------------------------------------------------- */

/* Binds a header of cells separated by commas; «column=cell …; unused; faults». */
static char *bound(const char *text, const char *options)
{
  static char room[2048];
  zc_dataset *d = dataset_of(prescriptions);
  zc_cell header[32];
  zc_csv csv;
  int cells[8];
  json_t *faults = json_array(), *unused = json_array(), *said = json_of(options);
  zc_csv_begin(&csv, text, strlen(text), header);
  cr_assert(eq(int, zc_csv_next(&csv), ZC_ROW_GOOD));
  int found = zc_dataset_bind(d, header, csv.count, said, cells, faults, unused);
  char *at = room + sprintf(room, "%d:", found);
  for (int i = 0; i < d->count; i++)
    if (cells[i] >= 0)
      at += sprintf(at, " %s=%d", d->columns[i].id, cells[i]);
  for (size_t i = 0; i < json_array_size(unused); i++)
    at += sprintf(at, " unused %s", json_string_value(json_array_get(unused, i)));
  if (json_array_size(faults) > 0)
    at += sprintf(at, " ! ");
  print_faults(faults, at, (size_t)(room + sizeof room - at));
  json_decref(faults);
  json_decref(unused);
  json_decref(said);
  zc_dataset_free(d);
  return room;
}

typedef struct {
  const char *header, *options, *outcome;
} binding;

static void expect_bindings(const binding *rows, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    char *outcome = bound(rows[i].header, rows[i].options);
    cr_expect(eq(str, outcome, (char *)rows[i].outcome), "row %zu: %s", i, outcome);
  }
}

#define EXPECT(...)                                                                    \
  expect_bindings((const binding[]){__VA_ARGS__},                                      \
                  sizeof((const binding[]){__VA_ARGS__}) / sizeof(binding))

Test(dataset, columns_are_found_by_any_title_or_their_id_in_any_order)
{
  EXPECT({"处方号,年龄（岁）", "{}", "2: rx_no=0 age=1"},
         {"age,rx_no", "{}", "2: rx_no=1 age=0"},
         {"患者ID,处方编号,fee", "{}", "3: rx_no=1 patient_id=0 fee=2"},
         {"x", "{}", "0: unused x"});
}

Test(dataset, headers_match_whatever_their_spaces_width_and_case)
{
  EXPECT({" 处 方 号 ,年龄(岁)", "{}", "2: rx_no=0 age=1"},
         {"处方　号,AGE（YEARS）", "{}", "2: rx_no=0 age=1"},
         {"ＲＸ＿ＮＯ,患者id", "{}", "2: rx_no=0 patient_id=1"},
         {"\"处方\n号\",age(years)", "{}", "2: rx_no=0 age=1"},
         {"处方\xc2\xa0号,FEE", "{}", "2: rx_no=0 fee=1"});
}

Test(dataset, headers_that_no_column_takes_are_listed)
{
  EXPECT({"处方号,备注,,科室", "{}", "1: rx_no=0 unused 备注 unused 科室"});
}

Test(dataset, two_headers_for_one_column_are_ambiguous)
{
  EXPECT(
      {"处方号,处方编号", "{}",
       "1: rx_no=0 ! 1:0 two columns of the file could be rx_no (处方号) — say which: "
       "--map rx_no=HEADER"},
      {"处方号,处方 号", "{}",
       "1: rx_no=0 ! 1:0 two columns of the file could be rx_no (处方号) — say which: "
       "--map rx_no=HEADER"});
}

Test(dataset, a_map_decides_between_headers_and_replaces_the_titles)
{
  EXPECT({"处方号,处方编号", "{'map':{'rx_no':'处方编号'}}",
          "1: rx_no=1 unused 处方号"},
         {"单号,年龄", "{'map':{'rx_no':'单号','age':'年龄'}}", "2: rx_no=0 age=1"},
         {"单 号", "{'map':{'rx_no':'单号'}}", "1: rx_no=0"});
}

Test(dataset, a_map_to_a_header_that_the_file_lacks_is_an_error)
{
  char *outcome = bound("处方号,年龄（岁）", "{'map':{'age':'年纪'}}");
  cr_expect(ne(ptr, strchr(outcome, '!'), NULL), "%s", outcome);
}

/* ---- what the importer said ---------------------------------------------------------------- */

/* Adjusts a fresh dataset; the faults in `room`. */
static zc_dataset *adjusted(const char *options, char *room, size_t size)
{
  zc_dataset *d = dataset_of(prescriptions);
  json_t *faults = json_array(), *said = json_of(options);
  cr_expect(eq(int, zc_dataset_adjust(d, said, faults), 0));
  print_faults(faults, room, size);
  json_decref(said);
  json_decref(faults);
  return d;
}

static zc_cell_state state_of(const zc_dataset *d, const char *column, const char *cell,
                              zc_scalar *value)
{
  zc_arena arena = {0};
  bool memory = false;
  zc_cell_state state = zc_column_read(&d->columns[zc_dataset_column(d, column)], cell,
                                       strlen(cell), &arena, value, &memory);
  zc_arena_free(&arena);
  return state;
}

Test(dataset, a_mapped_value_is_read_as_the_word)
{
  char room[512];
  zc_scalar value;
  zc_dataset *d = adjusted("{'values':{'visit':{'普门':'门诊','9':'普通门诊'},"
                           "'is_tcm':{'饮片':'是'}}}",
                           room, sizeof room);
  cr_expect(eq(str, room, (char *)""));
  cr_expect(eq(int, state_of(d, "visit", "普门", &value), ZC_CELL_GOOD));
  cr_expect(eq(int, strncmp(value.text, "门诊", value.size), 0));
  cr_expect(eq(int, state_of(d, "visit", " 普 门", &value), ZC_CELL_GOOD));
  cr_expect(eq(int, state_of(d, "visit", "９", &value), ZC_CELL_GOOD));
  cr_expect(eq(int, strncmp(value.text, "门诊", value.size), 0));
  cr_expect(eq(int, state_of(d, "is_tcm", "饮片", &value), ZC_CELL_GOOD));
  cr_expect(value.truth);
  cr_expect(eq(int, state_of(d, "visit", "体检", &value), ZC_CELL_BAD));
  zc_dataset_free(d);
}

Test(dataset, a_mapped_value_with_a_wide_space_is_read_as_the_word)
{
  char room[512];
  zc_scalar value;
  zc_dataset *d = adjusted("{'values':{'visit':{'普　门':'门诊'}}}", room, sizeof room);
  cr_expect(eq(int, state_of(d, "visit", "普　门", &value), ZC_CELL_GOOD));
  zc_dataset_free(d);
}

Test(dataset, a_value_mapped_to_an_unknown_word_is_an_error)
{
  static const char *const options[] = {"{'values':{'visit':{'普门':'门珍'}}}",
                                        "{'values':{'age':{'不详':'0'}}}"};
  static const char *const faults[] = {"0:0 门珍 is not a value of the column visit — "
                                       "write --map-value COLUMN:CELL=VALUE "
                                       "with a known value",
                                       "0:0 0 is not a value of the column age — write "
                                       "--map-value COLUMN:CELL=VALUE with a "
                                       "known value"};
  for (size_t i = 0; i < 2; i++) {
    char room[512];
    zc_dataset_free(adjusted(options[i], room, sizeof room));
    cr_expect(eq(str, room, (char *)faults[i]));
  }
}

Test(dataset, the_importer_says_what_blank_cells_mean)
{
  char room[512];
  zc_dataset *d = adjusted("{'blank':{'age':'zero','is_tcm':'unknown'}}", room,
                           sizeof room);
  cr_expect(eq(str, room, (char *)""));
  zc_scalar age = zc_column_blank(&d->columns[3]),
            tcm = zc_column_blank(&d->columns[4]);
  cr_expect(age.kind == ZC_NUMBER && age.units == 0);
  cr_expect(eq(int, tcm.kind, ZC_NIL));
  zc_dataset_free(d);
}

Test(dataset, unknown_columns_are_errors_wherever_they_are_named)
{
  static const char *const options[] = {"{'map':{'ages':'年龄'}}",
                                        "{'blank':{'ages':'no'}}",
                                        "{'values':{'ages':{'a':'b'}}}"};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    char room[512];
    zc_dataset_free(adjusted(options[i], room, sizeof room));
    cr_expect(
        eq(str, room,
           (char *)"0:0 the table rx has no column ages — see `zicha template rx` for "
                   "its columns"));
  }
}
