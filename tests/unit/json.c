#include "value/json.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "characters.h"
#include "seeded.h"
#include "value/json_read.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* The canonical text of a value; owned. */
static char *canonical(const json_t *value)
{
  zc_buffer out = {0};
  zc_err err;
  cr_assert(eq(int, zc_json_canonical(value, &out, &err), ZC_OK));
  return zc_buffer_take(&out);
}

/* The canonical text of a JSON text, or « refused »; owned. */
static char *rewritten(const char *text, size_t size)
{
  json_t *value;
  zc_err err;
  zc_code code = zc_json_parse(text, size, &value, &err);
  if (code != ZC_OK) {
    cr_expect(eq(int, code, ZC_EDATA), "%s", text);
    cr_expect(eq(ptr, value, NULL), "%s", text);
    return strdup("refused");
  }
  char *out = canonical(value);
  json_decref(value);
  return out;
}

/* What the quick reader reads is what the library reads; it may leave anything to that. */
static void expect_same_reading(const char *text, size_t size)
{
  json_t *quick = zc_json_read(text, size);
  if (quick == NULL)
    return;
  json_t *slow = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
  cr_expect(json_equal(quick, slow), "%.*s", (int)size, text);
  json_decref(quick);
  json_decref(slow);
}

Test(json, the_quick_reader_reads_what_the_library_reads)
{
  static const char *const read[] =
      {"{\"b\": [1, -20, 0, true, false, \"\"], \"a\": {\"\": {}}}",
       " \t\r\n[ ] ",
       "\"\\u4e2d\\u003c\\u00e9\\/\\b\\f\\n\\r\\t\\\"\\\\中\"",
       "999999999999999",
       "-999999999999999",
       "[[[]]]"};
  for (size_t i = 0; i < COUNT(read); i++) {
    json_t *value = zc_json_read(read[i], strlen(read[i]));
    cr_expect(value != NULL, "%s", read[i]);
    json_decref(value);
    expect_same_reading(read[i], strlen(read[i]));
  }
}

Test(json, the_quick_reader_refuses_what_the_library_refuses_or_the_contract_forbids)
{
  static const char *const refused[] = {"",
                                        " ",
                                        "{",
                                        "[",
                                        "[1",
                                        "[1,",
                                        "[1,]",
                                        "{,}",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{a:1}",
                                        "{\"a\":1,\"a\":2}",
                                        "01",
                                        "-0",
                                        "-",
                                        "1.5",
                                        "1e3",
                                        "+1",
                                        "null",
                                        "True",
                                        "9007199254740993",
                                        "\"",
                                        "\"\\",
                                        "\"\\x\"",
                                        "\"\\u12\"",
                                        "\"\\u0000\"",
                                        "\"\\ud800\"",
                                        "\"\\ud83d\\ude00\"",
                                        "\"\n\"",
                                        "\"\x80\"",
                                        "\"\xc0\x80\"",
                                        "\"\xed\xa0\x80\"",
                                        "1 2",
                                        "[1 2]",
                                        "{} x",
                                        "[\"a\":1]",
                                        "tru",
                                        "\xef\xbb\xbf{}"};
  for (size_t i = 0; i < COUNT(refused); i++)
    cr_expect(eq(ptr, zc_json_read(refused[i], strlen(refused[i])), NULL), "%s",
              refused[i]);
  cr_expect(eq(ptr, zc_json_read("\"\0\"", 3), NULL));
  char deep[400] = "";
  for (int i = 0; i < 130; i++)
    deep[i] = '[';
  for (int i = 130; i < 260; i++)
    deep[i] = ']';
  cr_expect(eq(ptr, zc_json_read(deep, 260), NULL));
}

/* Documents with a byte that was changed, lost or put in. */
Test(json, the_quick_reader_agrees_with_the_library_on_spoiled_documents)
{
  static const char text[] =
      "{\"a\":[1,-20,true,{\"中\":\"\\u003c药\\n\"}],\"b\":false, \"c\":[]}";
  static const char bytes[] = "{}[]\",:\\ue01-.9 tfn\n\x80\xe4\xff/x";
  char spoiled[sizeof text + 1];
  for (size_t at = 0; at < sizeof text; at++)
    for (size_t i = 0; i < sizeof bytes; i++) {
      memcpy(spoiled, text, sizeof text);
      spoiled[at] = bytes[i];
      expect_same_reading(spoiled, sizeof text - 1);
      memcpy(spoiled, text, at);
      spoiled[at] = bytes[i];
      memcpy(spoiled + at + 1, text + at, sizeof text - at);
      expect_same_reading(spoiled, sizeof text);
      memcpy(spoiled + at, text + at + 1, sizeof text - at - 1);
      expect_same_reading(spoiled, sizeof text - 2);
      expect_same_reading(text, at);
    }
}

Test(json, the_canonical_form_is_that_of_the_vectors)
{
  char line[4096];
  size_t rows = 0;
  FILE *file = fopen(TEST_ROOT "/tests/data/canonical-json.txt", "r");
  cr_assert(file != NULL);
  while (fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    char *tab = strchr(line, '\t');
    if (line[0] == '#')
      continue;
    cr_assert(tab != NULL, "%s", line);
    *tab = '\0';
    char *out = rewritten(line, strlen(line));
    cr_expect(eq(str, out, tab + 1), "%s", line);
    free(out);
    rows++;
  }
  fclose(file);
  cr_expect(gt(sz, rows, 100));
}

Test(json, what_is_not_utf8_is_refused)
{
  static const char *const texts[] = {"\"\xff\"",
                                      "\"\xc0\xaf\"",
                                      "\"\xed\xa0\x80\"",
                                      "\"\xf4\x90\x80\x80\"",
                                      "\"\xd2\xa9\xff\"",
                                      "\"\xe8\x8d\"",
                                      "{\"\xff\":1}",
                                      "[\"\x80\"]",
                                      "\xff",
                                      "\"\xe0\x80\x80\"",
                                      "\xef\xbb\xbf{}"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    char *out = rewritten(texts[i], strlen(texts[i]));
    cr_expect(eq(str, out, (char *)"refused"), "row %zu", i);
    free(out);
  }
}

Test(json, control_bytes_in_a_text_are_refused)
{
  for (char c = 1; c < 0x20; c++) {
    const char text[] = {'"', c, '"'};
    char *out = rewritten(text, sizeof text);
    cr_expect(eq(str, out, (char *)"refused"), "byte %d", c);
    free(out);
  }
}

Test(json, a_document_ends_where_its_bytes_end)
{
  static const struct {
    const char *bytes;
    size_t size;
    const char *out;
  } rows[] = {{"123", 2, "12"},
              {"[1]x", 3, "[1]"},
              {"[1]x", 4, "refused"},
              {"{}\n", 3, "{}"},
              {"\"ab", 3, "refused"}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    char *copy = malloc(rows[i].size); /* no byte more than it may read */
    memcpy(copy, rows[i].bytes, rows[i].size);
    char *out = rewritten(copy, rows[i].size);
    cr_expect(eq(str, out, (char *)rows[i].out), "row %zu", i);
    free(out);
    free(copy);
  }
}

/* The library's own scanner loses a NUL byte that follows a number or a word. */
Test(json, a_nul_byte_is_no_white_space)
{
  static const struct {
    const char *bytes;
    size_t size;
  } rows[] = {{"\0", 1},
              {"1\0", 2},
              {"[1]\0", 4},
              {"[1]\0[2]", 7},
              {"\"a\0b\"", 5},
              {"[1\0]", 4},
              {"[\0]", 3},
              {"[1,\0"
               "2]",
               6},
              {"{\"a\"\0:1}", 8},
              {"true\0", 5},
              {"[false\0,1]", 10}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    char *out = rewritten(rows[i].bytes, rows[i].size);
    cr_expect(eq(str, out, (char *)"refused"), "row %zu", i);
    free(out);
  }
}

/* `depth` lists or maps around an integer; owned. */
static char *nested(size_t depth, bool map)
{
  zc_buffer out = {0};
  for (size_t i = 0; i < depth; i++)
    zc_buffer_text(&out, map ? "{\"a\":" : "[");
  zc_buffer_char(&out, '1');
  for (size_t i = 0; i < depth; i++)
    zc_buffer_char(&out, map ? '}' : ']');
  return zc_buffer_take(&out);
}

Test(json, values_are_nested_to_a_limit)
{
  static const size_t deep[] = {ZC_VALUE_DEPTH + 1, 1000, 2047, 2049, 200000};
  for (int map = 0; map < 2; map++) {
    char *text = nested(ZC_VALUE_DEPTH, map != 0);
    char *out = rewritten(text, strlen(text));
    cr_expect(eq(str, out, text));
    free(out);
    free(text);
    for (size_t i = 0; i < COUNT(deep); i++) {
      text = nested(deep[i], map != 0);
      out = rewritten(text, strlen(text));
      cr_expect(eq(str, out, (char *)"refused"), "%zu levels", deep[i]);
      free(out);
      free(text);
    }
  }
}

Test(json, unclosed_brackets_are_refused)
{
  static const char *const openings[] = {"[", "{\"a\":", "[{\"a\":", "\"", "[1,"};
  for (size_t i = 0; i < COUNT(openings); i++) {
    zc_buffer text = {0};
    for (size_t n = 0; n < 200000; n++)
      zc_buffer_text(&text, openings[i]);
    char *out = rewritten(text.data, text.size);
    cr_expect(eq(str, out, (char *)"refused"), "row %zu", i);
    free(out);
    zc_buffer_free(&text);
  }
}

Test(json, a_refusal_says_why)
{
  static const struct {
    const char *text, *words;
  } rows[] = {{"[1.5]", "real"},
              {"[null]", "null"},
              {"9007199254740993", "2^53"},
              {"{\"a\":1,\"a\":2}", "duplicate"},
              {"[1,", "expected"}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    json_t *value;
    zc_err err;
    cr_expect(eq(int, zc_json_parse(rows[i].text, strlen(rows[i].text), &value, &err),
                 ZC_EDATA));
    const char *problem = zc_err_argument(&err, "problem");
    if (problem == NULL)
      problem = zc_err_argument(&err, "problem_term");
    cr_expect(problem != NULL && strstr(problem, rows[i].words) != NULL, "%s: %s",
              rows[i].text, zc_text_or(problem, "no problem told"));
  }
}

Test(json, the_canonical_text_is_appended)
{
  zc_buffer out = {0};
  zc_err err;
  json_t *value = json_integer(7);
  zc_buffer_text(&out, "<!-- ");
  cr_expect(eq(int, zc_json_canonical(value, &out, &err), ZC_OK));
  cr_expect(eq(str, out.data, (char *)"<!-- 7"));
  json_decref(value);
  zc_buffer_free(&out);
}

Test(json, canonical_texts_cannot_leave_a_comment_or_a_tag)
{
  json_t *value = json_pack("{s:[s,s],s:s}", "--><b>", "-->", "</script>", "a&b",
                            "<!--");
  char *out = canonical(value);
  cr_expect(eq(sz, strcspn(out, "<>&"), strlen(out)));
  free(out);
  json_decref(value);
}

/* Random values. `plain` ones hold no character that jansson writes in another way:
 * it leaves < > & as they are and writes control characters in capitals. */
static char *random_text(seeded *s, bool plain, zc_buffer *out)
{
  static const char special[] = "\"\\/\b\f\n\r\t ~\x7f";
  static const char ours[] = "<>&\x01\x1f\x1b";
  size_t length = seeded_below(s, 9);
  out->size = 0;
  zc_buffer_text(out, "");
  for (size_t i = 0; i < length; i++) {
    char bytes[4];
    uint32_t c;
    switch (seeded_below(s, plain ? 4 : 5)) {
    case 0:
      c = (uint32_t)('a' + seeded_below(s, 3));
      break;
    case 1:
      c = (uint32_t)special[seeded_below(s, sizeof special - 1)];
      break;
    case 2:
      c = (uint32_t)(0x4e00 + seeded_below(s, 0x5000));
      break;
    case 3:
      c = (uint32_t)(0x80 + seeded_below(s, 0x10ff80));
      c = is_character(c) ? c : 0xfffd;
      break;
    default:
      c = (uint32_t)ours[seeded_below(s, sizeof ours - 1)];
    }
    zc_buffer_add(out, bytes, encode(c, bytes));
  }
  return out->data;
}

static json_t *random_value(seeded *s, size_t depth, bool plain)
{
  zc_buffer text = {0};
  json_t *value = NULL;
  size_t count = seeded_below(s, 30) == 0 ? 30 + seeded_below(s, 40)
                                          : seeded_below(s, 5);
  switch (seeded_below(s, depth == 0 ? 4 : 7)) {
  case 0:
    value = json_boolean(seeded_below(s, 2));
    break;
  case 1:
    value = json_integer((json_int_t)seeded_below(s, 2000) - 1000);
    break;
  case 2:
    value = json_integer((json_int_t)seeded_below(s, 2 * ZC_INTEGER_MAX + 1) -
                         ZC_INTEGER_MAX);
    break;
  case 3:
    value = json_string(random_text(s, plain, &text));
    break;
  case 4:
    value = json_array();
    for (size_t i = 0; i < count; i++)
      json_array_append_new(value, random_value(s, depth - 1, plain));
    break;
  default:
    value = json_object();
    for (size_t i = 0; i < count; i++) {
      json_t *member = random_value(s, depth - 1, plain);
      json_object_set_new(value, random_text(s, plain, &text), member);
    }
  }
  zc_buffer_free(&text);
  cr_assert(ne(ptr, value, NULL));
  return value;
}

enum { ROUNDS = 4000 };

Test(json, every_value_survives_the_round_trip)
{
  seeded s = {1};
  for (int round = 0; round < ROUNDS; round++) {
    json_t *value = random_value(&s, 5, false), *again;
    char *text = canonical(value);
    zc_err err;
    cr_assert(eq(int, zc_json_parse(text, strlen(text), &again, &err), ZC_OK), "%s",
              text);
    char *second = canonical(again);
    if (!json_equal(value, again) || strcmp(text, second) != 0)
      cr_fatal("round %d: %s became %s", round, text, second);
    free(text);
    free(second);
    json_decref(value);
    json_decref(again);
  }
}

Test(json, the_canonical_form_is_that_of_the_library_where_both_agree)
{
  seeded s = {2};
  size_t containers = 0;
  for (int round = 0; round < ROUNDS; round++) {
    json_t *value = random_value(&s, 5, true);
    char *ours = canonical(value);
    char *theirs = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
    if (strcmp(ours, theirs) != 0)
      cr_fatal("round %d: %s is written %s", round, theirs, ours);
    containers += json_is_object(value) && json_object_size(value) > 32;
    free(ours);
    free(theirs);
    json_decref(value);
  }
  cr_expect(gt(sz, containers, 10)); /* both ways of sorting were seen */
}

/* The same members, put in from last to first. */
static json_t *reversed(const json_t *value)
{
  if (json_is_array(value)) {
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(value); i++)
      json_array_append_new(list, reversed(json_array_get(value, i)));
    return list;
  }
  if (!json_is_object(value))
    return json_deep_copy(value);
  json_t *map = json_object(), *entry;
  const char *keys[128], *key;
  size_t count = 0;
  json_object_foreach((json_t *)value, key, entry) keys[count++] = key;
  while (count-- > 0)
    json_object_set_new(map, keys[count],
                        reversed(json_object_get(value, keys[count])));
  return map;
}

Test(json, the_order_of_members_does_not_show)
{
  seeded s = {3};
  for (int round = 0; round < ROUNDS / 4; round++) {
    json_t *value = random_value(&s, 4, false), *other = reversed(value);
    char *text = canonical(value), *second = canonical(other);
    if (strcmp(text, second) != 0)
      cr_fatal("round %d: %s and %s", round, text, second);
    free(text);
    free(second);
    json_decref(value);
    json_decref(other);
  }
}

/* Canonical texts with some bytes changed: refused, or read as a value whose canonical
 * form is read as the same value. */
Test(json, a_damaged_text_is_refused_or_is_a_value)
{
  seeded s = {4};
  size_t refused = 0, read = 0;
  for (int round = 0; round < ROUNDS; round++) {
    json_t *value = random_value(&s, 3, false), *again, *third;
    char *text = canonical(value);
    size_t size = strlen(text);
    zc_err err;
    json_decref(value);
    for (size_t i = 0; i < 1 + seeded_below(&s, 3); i++)
      text[seeded_below(&s, size)] =
          "[]{},:\"\\u0019e.- \x80\xe8<"[seeded_below(&s, 21)];
    if (zc_json_parse(text, size, &again, &err) != ZC_OK) {
      refused++;
    } else {
      char *out = canonical(again);
      cr_assert(eq(int, zc_json_parse(out, strlen(out), &third, &err), ZC_OK), "%s",
                out);
      cr_assert(json_equal(again, third), "%s", out);
      json_decref(third);
      json_decref(again);
      free(out);
      read++;
    }
    free(text);
  }
  cr_expect(gt(sz, refused, 100));
  cr_expect(gt(sz, read, 100));
}
