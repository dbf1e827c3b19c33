/* What the strict YAML reader accepts; refusal.c has what it does not, position.c where
 * things stand. */
#include "value/yaml.h"

#include "base/buffer.h"
#include "parsed.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static void expect_value(const char *text, const char *value)
{
  parsed p = parse_text(text);
  char *got = value_text(&p, "value");
  cr_expect(eq(int, p.code, ZC_OK), "%s: %s", text, said(&p));
  cr_expect(eq(str, got, (char *)value), "%s", text);
  free(got);
  parsed_free(&p);
}

Test(yaml, every_plain_scalar_stays_a_text)
{
  static const char *const scalars[] = {"no",
                                        "No",
                                        "yes",
                                        "on",
                                        "off",
                                        "true",
                                        "True",
                                        "false",
                                        "null",
                                        "Null",
                                        "~",
                                        "012",
                                        "0o17",
                                        "0x1F",
                                        "1e3",
                                        "1_000",
                                        "1.50",
                                        "-0",
                                        "+1",
                                        ".5",
                                        ".inf",
                                        "-.Inf",
                                        ".NaN",
                                        "0b1",
                                        "1:30",
                                        "12:30:45",
                                        "2023-05-01",
                                        "2023-5-1",
                                        "2001-12-14t21:59:43.10-05:00",
                                        "=",
                                        "9007199254740993",
                                        "123456789012345678",
                                        "处方",
                                        "a b  c",
                                        "x#y",
                                        "-a",
                                        "a-",
                                        "?a",
                                        ":a",
                                        "a:b",
                                        "处方：超量",
                                        "http://x/y?z=1",
                                        "《规定》第三条",
                                        "“引号”",
                                        "_",
                                        "____",
                                        "100%",
                                        "."};
  for (size_t i = 0; i < COUNT(scalars); i++) {
    char text[128];
    snprintf(text, sizeof text, "k: %s\n", scalars[i]);
    parsed p = parse_text(text);
    const json_t *value = json_object_get(json_object_get(p.document, "value"), "k");
    cr_expect(eq(str, (char *)zc_text_or(json_string_value(value), "no text"),
                 (char *)scalars[i]));
    parsed_free(&p);
  }
}

Test(yaml, plain_keys_stay_texts_too)
{
  expect_value(
      "no: 1\n012: 2\n~: 3\ntrue: 4\n标题: 5\n1: 6\n",
      "{\"012\":\"2\",\"1\":\"6\",\"no\":\"1\",\"true\":\"4\",\"~\":\"3\",\"标题\":"
      "\"5\"}");
}

Test(yaml, values_are_read_as_they_are_written)
{
  static const struct {
    const char *text, *value;
  } rows[] = {
      {"a\n", "\"a\""},
      {"a:\n", "{\"a\":\"\"}"},
      {"a: ''\n", "{\"a\":\"\"}"},
      {"a: \"\"\n", "{\"a\":\"\"}"},
      {"a: {}\nb: []\n", "{\"a\":{},\"b\":[]}"},
      {"{}\n", "{}"},
      {"[]\n", "[]"},
      {"- a\n-\n- b\n", "[\"a\",\"\",\"b\"]"},
      {"- - a\n  - b\n- c\n", "[[\"a\",\"b\"],\"c\"]"},
      {"a:\n- b\n- c\n", "{\"a\":[\"b\",\"c\"]}"},
      {"a:\n  b:\n    c: d\n", "{\"a\":{\"b\":{\"c\":\"d\"}}}"},
      {"a: [b, {c: d}, [e]]\n", "{\"a\":[\"b\",{\"c\":\"d\"},[\"e\"]]}"},
      {"a: {b: [c, d], e: f}\n", "{\"a\":{\"b\":[\"c\",\"d\"],\"e\":\"f\"}}"},
      {"a: [b,\n  c]\n", "{\"a\":[\"b\",\"c\"]}"},
      {"a: 'it''s'\n", "{\"a\":\"it's\"}"},
      {"a: \"\\u836f\\t\\x41\\\"\\\\\\n\"\n", "{\"a\":\"药\\tA\\\"\\\\\\n\"}"},
      {"a: 'x: y # z'\n", "{\"a\":\"x: y # z\"}"},
      {"a: b # c\n", "{\"a\":\"b\"}"},
      {"# c\na: b\n# d\n", "{\"a\":\"b\"}"},
      {"a: |\n  x\n\n  y\n", "{\"a\":\"x\\n\\ny\\n\"}"},
      {"a: |-\n  x\n   y\n", "{\"a\":\"x\\n y\"}"},
      {"a: >\n  x\n  y\n\n  z\n", "{\"a\":\"x y\\nz\\n\"}"},
      {"a: x\n  y\n", "{\"a\":\"x y\"}"},
      {"a: 'x\n  y'\n", "{\"a\":\"x y\"}"},
      {"---\na: b\n", "{\"a\":\"b\"}"},
      {"a: b\n...\n", "{\"a\":\"b\"}"},
      {"a: b", "{\"a\":\"b\"}"},
      {"? a\n: b\n", "{\"a\":\"b\"}"},
      {"\"<<\": b\n", "{\"\\u003c\\u003c\":\"b\"}"},
      {"a b c: d\n", "{\"a b c\":\"d\"}"},
      {"\"a: b\": c\n", "{\"a: b\":\"c\"}"},
      {"a: \"&x\"\nb: '*x'\nc: '!x'\n",
       "{\"a\":\"\\u0026x\",\"b\":\"*x\",\"c\":\"!x\"}"},
      {"a: b & c\nd: e*f\ng: h!\n",
       "{\"a\":\"b \\u0026 c\",\"d\":\"e*f\",\"g\":\"h!\"}"},
      {"a:\tb\n", "{\"a\":\"b\"}"},
      {"a: b\t# c\n", "{\"a\":\"b\"}"},
      {"a: \"b\tc\"\n", "{\"a\":\"b\\tc\"}"},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    expect_value(rows[i].text, rows[i].value);
}

Test(yaml, windows_line_ends_leave_nothing_in_the_values)
{
  expect_value("a: b\r\nc: |\r\n  x\r\n  y\r\nd:\r\n- e\r\n",
               "{\"a\":\"b\",\"c\":\"x\\ny\\n\",\"d\":[\"e\"]}");
}

Test(yaml, the_same_key_may_stand_in_different_maps)
{
  expect_value(
      "a: {a: {a: b}}\nb:\n  a: 1\nc:\n  - a: 1\n  - a: 2\n",
      "{\"a\":{\"a\":{\"a\":\"b\"}},\"b\":{\"a\":\"1\"},\"c\":[{\"a\":\"1\"},{\"a\":"
      "\"2\"}]}");
}

Test(yaml, a_document_names_its_file)
{
  parsed p = parse_text("a: b\n");
  cr_expect(eq(str, (char *)zc_get_text(p.document, "file"), (char *)"f.yaml"));
  cr_expect(eq(sz, json_object_size(p.document), 3));
  parsed_free(&p);
}

Test(yaml, an_empty_file_has_no_value)
{
  static const char *const texts[] =
      {"",    "\n",           "\n\n  \n",          "# c\n",
       "# c", "\xef\xbb\xbf", "\xef\xbb\xbf# c\n", "\r\n"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    parsed p = parse_text(texts[i]);
    cr_expect(eq(int, p.code, ZC_OK), "row %zu", i);
    cr_expect(eq(sz, json_object_size(p.document), 1), "row %zu", i);
    cr_expect(eq(str, said(&p), (char *)"accepted\n"), "row %zu", i);
    parsed_free(&p);
  }
}

Test(yaml, a_byte_order_mark_is_no_part_of_the_text)
{
  expect_value("\xef\xbb\xbf"
               "标题: a\n",
               "{\"标题\":\"a\"}");
}

Test(yaml, a_gb18030_file_is_read_with_a_notice)
{
  parsed p = parse_text(
      "\xb1\xea\xcc\xe2: \xd2\xa9\xc6\xb7\n\xd3\xb1: \x95\x34\xb2\x35\n");
  char *value = value_text(&p, "value");
  cr_expect(eq(str, value, (char *)"{\"标题\":\"药品\",\"颖\":\"𠮷\"}"));
  cr_expect(eq(str, said(&p), (char *)"0:0 the file was read as GB18030\n"));
  const json_t *notice = json_array_get(p.faults, 0);
  cr_expect(ne(str, (char *)zc_text_or(zc_get_text(notice, "severity"), ""),
               (char *)"error"));
  cr_expect(eq(str, (char *)zc_get_text(notice, "file"), (char *)"f.yaml"));
  cr_expect(ne(ptr, (void *)zc_get_text(notice, "hint"), NULL));
  free(value);
  parsed_free(&p);
}

Test(yaml, a_utf8_file_is_read_without_a_notice)
{
  cr_expect(eq(str, said_of("标题: 药品\n"), (char *)"accepted\n"));
}

/* Its bytes for the words alone would be valid UTF-8; the rest of the file decides. */
Test(yaml, the_encoding_is_decided_for_the_whole_file)
{
  parsed p = parse_text("a: \xd2\xa9\xc6\xb7\nb: \xd6\xd0\n");
  char *value = value_text(&p, "value");
  cr_expect(eq(str, value, (char *)"{\"a\":\"药品\",\"b\":\"中\"}"));
  free(value);
  parsed_free(&p);
}

Test(yaml, a_gb18030_byte_order_mark_is_no_part_of_the_text)
{
  parsed p = parse_text("\x84\x31\x95\x33"
                        "a: \xd6\xd0\n");
  char *value = value_text(&p, "value");
  cr_expect(eq(str, value, (char *)"{\"a\":\"中\"}"));
  free(value);
  parsed_free(&p);
}

Test(yaml, a_list_split_at_a_comma_without_a_space_is_warned_of)
{
  static const struct {
    const char *text, *said;
  } rows[] = {
      {"[a,b]\n", "1:4"},
      {"a: [1,000]\n", "1:7"},
      {"a: [甲,乙]\n", "1:7"},
      {"a: [\"甲\",乙]\n", "1:9"},
      {"- [a, b]\n- [a, b,c]\n", "2:9"},
      {"a: [[b],c]\n", "1:9"},
      {"a: [b,[c]]\n", "1:7"},
      {"a: [{b: c},d]\n", "1:12"},
      {"a: {b: [c,d]}\n", "1:11"},
      {"a: [b,\n  c,d]\n", "2:5"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    char wanted[128];
    parsed p = parse_text(rows[i].text);
    snprintf(wanted, sizeof wanted,
             "%s this list was split at a comma without a space\n", rows[i].said);
    cr_expect(eq(str, said(&p), wanted), "%s", rows[i].text);
    cr_expect(eq(str,
                 (char *)zc_text_or(zc_get_text(json_array_get(p.faults, 0),
                                                "severity"),
                                    "none"),
                 (char *)"warning"),
              "%s", rows[i].text);
    parsed_free(&p);
  }
}

Test(yaml, lists_written_with_spaces_are_not_warned_of)
{
  static const char *const texts[] = {"[a, b]\n",        "[a ,b]\n",
                                      "[a,\n b]\n",      "[a, b, ]\n",
                                      "['a,b', c]\n",    "[\"a,b\"]\n",
                                      "- a,b\n- c,d\n",  "a: b,c\n",
                                      "{a: b,c: d}\n",   "[a ,[b] ,c]\n",
                                      "[[a, b], [c]]\n", "[[], []]\n"};
  for (size_t i = 0; i < COUNT(texts); i++)
    cr_expect(eq(str, said_of(texts[i]), (char *)"accepted\n"), "%s", texts[i]);
}

/* Someone who writes a table in brackets should not get a million lines back. */
Test(yaml, a_very_long_list_is_not_warned_of_entry_by_entry)
{
  zc_buffer text = {0};
  zc_buffer_text(&text, "a: [1");
  for (int i = 0; i < 50000; i++)
    zc_buffer_text(&text, ",2");
  zc_buffer_text(&text, "]\n");
  parsed p = parse_bytes(text.data, text.size);
  cr_expect(ge(sz, json_array_size(p.faults), 1));
  cr_expect(le(sz, json_array_size(p.faults), 1000));
  zc_buffer_free(&text);
  parsed_free(&p);
}

Test(yaml, a_file_may_have_two_mebibytes)
{
  char *text = malloc(ZC_YAML_LIMIT);
  memset(text, 'x', ZC_YAML_LIMIT);
  memcpy(text, "a: ", 3);
  parsed p = parse_bytes(text, ZC_YAML_LIMIT);
  cr_expect(eq(int, p.code, ZC_OK), "%s", said(&p));
  cr_expect(
      eq(sz,
         json_string_length(json_object_get(json_object_get(p.document, "value"), "a")),
         ZC_YAML_LIMIT - 3));
  free(text);
  parsed_free(&p);
}

Test(yaml, a_map_may_have_many_keys)
{
  enum { MANY = 2000 }; /* and no more: refusal.c */
  zc_buffer text = {0};
  for (int i = 0; i < MANY; i++)
    zc_buffer_print(&text, "项目%d: %d\n", i, i);
  parsed p = parse_bytes(text.data, text.size);
  const json_t *value = json_object_get(p.document, "value");
  cr_expect(eq(sz, json_object_size(value), MANY));
  cr_expect(eq(str, (char *)zc_get_text(value, "项目1234"), (char *)"1234"));
  zc_buffer_free(&text);
  parsed_free(&p);
}

Test(yaml, what_is_read_can_be_written_as_a_value)
{
  static const char *const texts[] = {"a: \"\\x01\\x1b\\x7f\"\n", "a: \"\\0\"\n",
                                      "\"\\0\": a\n", "a: \"\\uFFFF\\U0010FFFF\"\n",
                                      "a: \"\\N\\_\\L\\P\"\n"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    parsed p = parse_text(texts[i]);
    zc_buffer out = {0};
    zc_err err;
    json_t *again = NULL;
    if (p.document != NULL) { /* which of them are refused, refusal.c says */
      cr_expect(eq(int, zc_json_canonical(p.document, &out, &err), ZC_OK), "%s",
                texts[i]);
      cr_expect(eq(int, zc_json_parse(out.data, out.size, &again, &err), ZC_OK), "%s",
                texts[i]);
      cr_expect(json_equal(again, p.document), "%s", texts[i]);
    }
    json_decref(again);
    zc_buffer_free(&out);
    parsed_free(&p);
  }
}
