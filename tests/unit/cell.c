#include "notation.h"
#include "table/dataset.h"

/* A dataset of one column, as the engine would send it. */
static zc_dataset *column_of(const char *column)
{
  char text[512];
  zc_dataset *dataset;
  zc_err err;
  snprintf(text, sizeof text, "{'id':'t','title':'表','columns':[{'id':'x',%s}]}",
           column);
  json_t *json = json_of(text);
  cr_assert(eq(int, zc_dataset_new(json, &dataset, &err), ZC_OK), "%s", text);
  json_decref(json);
  return dataset;
}

/* How a cell is read: its state and its value. */
static void read_cell(const zc_dataset *dataset, const char *cell, char *room,
                      size_t size)
{
  static const char *const states[] = {"good", "blank", "bad", "damaged"};
  zc_arena arena = {0};
  zc_scalar value;
  bool memory = false;
  size_t length = strlen(cell);
  char *exact = malloc(length + (length == 0));
  memcpy(exact, cell, length);
  zc_cell_state state = zc_column_read(&dataset->columns[0], exact, length, &arena,
                                       &value, &memory);
  zc_buffer out = {0};
  zc_scalar_print(&value, &out);
  snprintf(room, size, "%s%s%s", states[state],
           value.kind != ZC_NIL && value.kind != dataset->columns[0].kind ? " OF KIND"
                                                                          : "",
           value.kind == ZC_NIL ? " nil" : " ");
  if (value.kind != ZC_NIL)
    snprintf(room + strlen(room), size - strlen(room), "%s", zc_text_or(out.data, ""));
  cr_expect(not(memory));
  zc_buffer_free(&out);
  zc_arena_free(&arena);
  free(exact);
}

typedef struct {
  const char *cell, *outcome;
} reading;

static void expect_readings(const char *column, const reading *rows, size_t count)
{
  char room[512];
  zc_dataset *dataset = column_of(column);
  for (size_t i = 0; i < count; i++) {
    read_cell(dataset, rows[i].cell, room, sizeof room);
    cr_expect(eq(str, room, (char *)rows[i].outcome), "«%s» is «%s», not «%s»",
              rows[i].cell, room, rows[i].outcome);
  }
  zc_dataset_free(dataset);
}

#define EXPECT(column, ...)                                                            \
  expect_readings(column, (const reading[]){__VA_ARGS__},                              \
                  sizeof((const reading[]){__VA_ARGS__}) / sizeof(reading))

#define NBSP "\xc2\xa0"

/* ---- numbers --------------------------------------------------------------------- */

Test(cell, a_whole_number_is_digits)
{
  EXPECT("'type':'int'", {"7", "good 7"}, {"-7", "good -7"}, {"+7", "good 7"},
         {"007", "good 7"}, {" 7 ", "good 7"}, {"7.00", "good 7"}, {"0", "good 0"},
         {"45012", "good 45012"}, {"999999999999999999", "good 999999999999999999"},
         {"7.5", "bad nil"}, {"7天", "bad nil"}, {"七", "bad nil"},
         {"7,000", "bad nil"}, {"1.23E+17", "bad nil"}, {"7 8", "bad nil"},
         {"-", "bad nil"}, {"#N/A", "bad nil"}, {"1000000000000000000", "bad nil"});
}

Test(cell, full_width_digits_and_signs_are_read)
{
  EXPECT("'type':'int'", {"１２", "good 12"}, {"－５", "good -5"},
         {"　１２　", "good 12"}, {"＋3", "good 3"}, {"1２", "good 12"});
  EXPECT("'type':'decimal','scale':2", {"７．５", "good 7.50"},
         {"１．２５", "good 1.25"});
}

Test(cell, a_decimal_keeps_its_scale)
{
  EXPECT("'type':'decimal','scale':2", {"7", "good 7.00"}, {"7.5", "good 7.50"},
         {"7.50", "good 7.50"}, {"7.500", "good 7.50"}, {"-0.01", "good -0.01"},
         {"0.00", "good 0.00"}, {"1,234.50", "bad nil"}, {"￥7", "bad nil"},
         {"7.5元", "bad nil"}, {"1e3", "bad nil"}, {".5", "bad nil"},
         {"5.", "bad nil"});
}

Test(cell, a_decimal_with_too_many_digits_is_bad_and_never_rounded)
{
  EXPECT("'type':'decimal','scale':2", {"7.505", "bad nil"}, {"7.001", "bad nil"},
         {"0.005", "bad nil"}, {"9999999999999999.99", "good 9999999999999999.99"},
         {"99999999999999999", "bad nil"}, {"999999999999999999", "bad nil"},
         {"99999999999999999999999999", "bad nil"});
  EXPECT("'type':'decimal','scale':9", {"9.123456789", "good 9.123456789"},
         {"99999999999", "bad nil"});
}

/* ---- dates ------------------------------------------------------------------------ */

Test(cell, every_form_of_a_date_is_read)
{
  EXPECT("'type':'date'", {"2023-03-05", "good 2023-03-05"},
         {"2023-3-5", "good 2023-03-05"}, {"2023/3/5", "good 2023-03-05"},
         {"2023/03/05", "good 2023-03-05"}, {"2023.3.5", "good 2023-03-05"},
         {"20230305", "good 2023-03-05"}, {"2023年3月5日", "good 2023-03-05"},
         {"2023年03月05日", "good 2023-03-05"},
         {"２０２３－０３－０５", "good 2023-03-05"},
         {"２０２３／３／５", "good 2023-03-05"},
         {"２０２３年３月５日", "good 2023-03-05"}, {" 2024-02-29 ", "good 2024-02-29"},
         {"2023-03-05 08:30", "good 2023-03-05"},
         {"2023/3/5 0:00:00", "good 2023-03-05"},
         {"2023-03-05T08:30:00", "good 2023-03-05"},
         {"20230305083000", "good 2023-03-05"});
}

Test(cell, what_is_no_date_is_bad)
{
  EXPECT("'type':'date'", {"2023-02-29", "bad nil"}, {"2023-13-01", "bad nil"},
         {"2023-00-10", "bad nil"}, {"2023-04-31", "bad nil"}, {"20230229", "bad nil"},
         {"2023-3", "bad nil"}, {"2023", "bad nil"}, {"3/5/2023", "bad nil"},
         {"23-03-05", "bad nil"}, {"2023/3-5", "bad nil"}, {"2023年3月5", "bad nil"},
         {"2023-03-05x", "bad nil"}, {"2023-03-05 25:00", "bad nil"},
         {"2023-03-05 08:60", "bad nil"}, {"2023-03-05 08", "bad nil"},
         {"0000-01-01", "bad nil"}, {"不详", "bad nil"}, {"/", "bad nil"},
         {"202303055", "bad nil"}, {"2023-003-05", "bad nil"});
}

Test(cell, every_form_of_a_time_is_read)
{
  EXPECT("'type':'datetime'", {"2023-03-05 08:30", "good 2023-03-05 08:30:00"},
         {"2023-03-05 8:30", "good 2023-03-05 08:30:00"},
         {"2023/3/5 23:59:59", "good 2023-03-05 23:59:59"},
         {"2023-03-05T08:30:15", "good 2023-03-05 08:30:15"},
         {"2023-03-05 08:30:15.123", "good 2023-03-05 08:30:15"},
         {"2023-03-05  08:30", "good 2023-03-05 08:30:00"},
         {"20230305083015", "good 2023-03-05 08:30:15"},
         {"202303050830", "good 2023-03-05 08:30:00"},
         {"20230305 083015", "good 2023-03-05 08:30:15"},
         {"2023年3月5日 8时30分", "good 2023-03-05 08:30:00"},
         {"2023年3月5日 8时30分15秒", "good 2023-03-05 08:30:15"},
         {"2023-03-05", "good 2023-03-05 00:00:00"},
         {"２０２３－０３－０５　０８：３０", "good 2023-03-05 08:30:00"},
         {"1969-12-31 23:00", "good 1969-12-31 23:00:00"},
         {"2023-03-05 24:00", "bad nil"}, {"2023-03-05 08:30:60", "bad nil"},
         {"2023-03-05 08:30x", "bad nil"}, {"2023-03-05 08:", "bad nil"},
         {"2023-03-05T", "bad nil"}, {"08:30", "bad nil"});
}

Test(cell, a_time_that_lacks_digits_is_bad)
{
  EXPECT("'type':'datetime'", {"2023-03-05 080", "bad nil"},
         {"2023-03-05 123", "bad nil"}, {"2023-03-05 12345", "bad nil"});
}

/* ---- what a spreadsheet program spoils --------------------------------------------- */

Test(cell, a_code_in_exponent_notation_is_damaged)
{
  EXPECT("'type':'code'", {"1.23E+17", "damaged nil"}, {"1.23457E+11", "damaged nil"},
         {"1E+11", "damaged nil"}, {"4.4e+17", "damaged nil"},
         {"１.23Ｅ+17", "damaged nil"}, {" 1.23E+17 ", "damaged nil"},
         {"1.23E17", "good 1.23E17"}, {"E+17", "good E+17"},
         {"1.23E+17A", "good 1.23E+17A"}, {"A1.23E+17", "good A1.23E+17"},
         {"440101199001011234", "good 440101199001011234"});
}

Test(cell, a_five_digit_serial_number_in_a_date_is_damaged)
{
  EXPECT("'type':'date'", {"45012", "damaged nil"}, {"20000", "damaged nil"},
         {"４５０１２", "damaged nil"}, {"4501", "bad nil"}, {"450123", "bad nil"});
  EXPECT("'type':'datetime'", {"45012", "damaged nil"});
}

Test(cell, what_looks_spoiled_elsewhere_is_a_text)
{
  EXPECT("'type':'text'", {"1.23E+17", "good 1.23E+17"}, {"45012", "good 45012"});
}

/* ---- texts and codes ----------------------------------------------------------------- */

Test(cell, texts_lose_their_outer_spaces_only)
{
  EXPECT("'type':'text'", {" 头孢 克肟 ", "good 头孢 克肟"}, {"　头孢　", "good 头孢"},
         {NBSP "头孢" NBSP, "good 头孢"}, {"\t头孢\t", "good 头孢"},
         {"ＡＢ（甲）１", "good ＡＢ（甲）１"}, {"No", "good No"});
}

Test(cell, codes_are_narrowed)
{
  EXPECT("'type':'code'", {"ＡＢ１２－３", "good AB12-3"}, {"00012", "good 00012"},
         {"处方１", "good 处方1"}, {" X1 ", "good X1"}, {"ab", "good ab"});
}

static void expect_codes(const char *cell, const char *expected)
{
  char listed[256] = "";
  zc_arena arena = {0};
  zc_scalar value, code;
  bool memory = false;
  zc_dataset *dataset = column_of("'type':'codes'");
  zc_column_read(&dataset->columns[0], cell, strlen(cell), &arena, &value, &memory);
  cr_expect(eq(int, value.kind, ZC_CODES));
  for (size_t at = 0; zc_codes_next(&value, &at, &code);)
    snprintf(listed + strlen(listed), sizeof listed - strlen(listed), "[%.*s]",
             (int)code.size, code.text);
  cr_expect(eq(str, listed, (char *)expected), "«%s»: %s", cell, listed);
  zc_dataset_free(dataset);
  zc_arena_free(&arena);
}

Test(cell, codes_are_split_at_every_separator_and_trimmed)
{
  expect_codes("A01;B02", "[A01][B02]");
  expect_codes("A01,B02|C03", "[A01][B02][C03]");
  expect_codes("A01、B02；C03，D04", "[A01][B02][C03][D04]");
  expect_codes(" A01 ; B02 ", "[A01][B02]");
  expect_codes(";;A01;;、", "[A01]");
  expect_codes("Ａ０１；　Ｂ０２", "[A01][B02]");
  expect_codes("I10.9 高血压;J44", "[I10.9 高血压][J44]");
  expect_codes("", "");
}

Test(cell, codes_are_trimmed_of_wide_spaces_too)
{
  expect_codes("A01、　B02", "[A01][B02]");
  expect_codes("A01;" NBSP "B02", "[A01][B02]");
}

/* ---- words ---------------------------------------------------------------------------- */

Test(cell, bools_are_written_in_many_ways)
{
  EXPECT("'type':'bool'", {"是", "good 是"}, {"有", "good 是"}, {"Y", "good 是"},
         {"y", "good 是"}, {"1", "good 是"}, {"√", "good 是"}, {"Ｙ", "good 是"},
         {"１", "good 是"}, {" 是 ", "good 是"}, {"TRUE", "good 是"}, {"否", "good 否"},
         {"无", "good 否"}, {"N", "good 否"}, {"n", "good 否"}, {"0", "good 否"},
         {"×", "good 否"}, {"０", "good 否"}, {"False", "good 否"}, {"2", "bad nil"},
         {"不详", "bad nil"}, {"是否", "bad nil"}, {"-", "bad nil"});
}

#define VISIT                                                                          \
  "'type':'enum','words':['门诊','急诊'],'values':[{'id':'门诊','spellings':['"  \
  "普通门诊',"                                                                     \
  "'O','1']},{'id':'急诊','spellings':['E']}]"

Test(cell, an_enum_takes_its_words_and_their_spellings)
{
  EXPECT(VISIT, {"门诊", "good 门诊"}, {"普通门诊", "good 门诊"}, {"O", "good 门诊"},
         {"o", "good 门诊"}, {"Ｏ", "good 门诊"}, {"1", "good 门诊"},
         {"１", "good 门诊"}, {" 急诊 ", "good 急诊"}, {"普通 门诊", "good 门诊"},
         {"急 诊", "good 急诊"}, {"e", "good 急诊"});
}

Test(cell, an_enum_cell_that_the_dataset_does_not_know_is_bad)
{
  EXPECT(VISIT, {"体检", "bad nil"}, {"门诊部", "bad nil"}, {"2", "bad nil"},
         {"门诊门诊门诊门诊门诊门诊门诊门诊门诊门诊门诊门诊门诊门诊门诊门诊门诊门诊门诊"
          "门诊"
          "门诊门诊门诊",
          "bad nil"});
}

Test(cell, an_enum_cell_with_a_wide_space_inside_is_the_word_that_people_see)
{
  EXPECT(VISIT, {"普通　门诊", "good 门诊"}, {"急" NBSP "诊", "good 急诊"});
}

/* ---- blanks ----------------------------------------------------------------------------- */

Test(cell, a_blank_cell_is_nil_and_a_blank_text_or_code_is_the_empty_text)
{
  static const struct {
    const char *column, *outcome;
  } rows[] = {{"'type':'int'", "blank nil"},
              {"'type':'decimal','scale':2", "blank nil"},
              {"'type':'bool'", "blank nil"},
              {"'type':'date'", "blank nil"},
              {"'type':'datetime'", "blank nil"},
              {VISIT, "blank nil"},
              {"'type':'text'", "blank "},
              {"'type':'code'", "blank "},
              {"'type':'codes'", "blank "}};
  static const char *const blanks[] = {"", " ", "\t", "　", NBSP, " 　 "};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (size_t k = 0; k < sizeof blanks / sizeof *blanks; k++)
      EXPECT(rows[i].column, {blanks[k], rows[i].outcome});
}

Test(cell, blank_no_and_zero_give_blank_cells_a_value)
{
  EXPECT("'type':'bool','blank':'no'", {"", "blank 否"}, {"是", "good 是"});
  EXPECT("'type':'bool','blank':'unknown'", {"", "blank nil"});
  EXPECT("'type':'int','blank':'zero'", {"", "blank 0"}, {"3", "good 3"});
  EXPECT("'type':'decimal','scale':2,'blank':'zero'", {" ", "blank 0.00"});
  EXPECT("'type':'int','blank':'unknown'", {"", "blank nil"});
}

Test(cell, a_bad_cell_is_never_taken_for_a_blank_one)
{
  EXPECT("'type':'bool','blank':'no'", {"不详", "bad nil"}, {"-", "bad nil"});
  EXPECT("'type':'int','blank':'zero'", {"x", "bad nil"});
}

Test(cell, a_blank_cell_that_must_not_be_is_a_bad_one_of_any_type)
{
  static const char *const types[] = {"'type':'text'",  "'type':'code'",
                                      "'type':'codes'", "'type':'int'",
                                      "'type':'date'",  "'type':'datetime'",
                                      "'type':'bool'",  "'type':'decimal','scale':2"};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    char column[128];
    zc_arena arena = {0};
    zc_scalar value;
    bool memory = false;
    snprintf(column, sizeof column, "%s,'blank':'never'", types[i]);
    zc_dataset *dataset = column_of(column);
    static const char *const blanks[] = {"", " ", "　"};
    for (size_t b = 0; b < sizeof blanks / sizeof *blanks; b++) {
      cr_expect(eq(int,
                   zc_column_read(&dataset->columns[0], blanks[b], strlen(blanks[b]),
                                  &arena, &value, &memory),
                   ZC_CELL_BAD),
                "%s", column);
      cr_expect(zc_is_unreadable(value), "%s", column);
    }
    zc_dataset_free(dataset);
    zc_arena_free(&arena);
  }
}
