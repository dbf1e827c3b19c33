/* Where things stand in a YAML file: the member `at` of a document (value/yaml.h). */
#include "parsed.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "seeded.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define AT(line, column) ((json_int_t)(line)*65536 + (column))

/* The `at` of a text against one written with positions as «line:column»; owned texts
 * are freed. */
static void expect_at(const char *text, const char *wanted)
{
  zc_buffer expanded = {0};
  for (const char *c = wanted; *c != '\0';) {
    int line, column, length = 0;
    if (*c == '<' && sscanf(c, "<%d:%d>%n", &line, &column, &length) == 2 &&
        length > 0) {
      zc_buffer_print(&expanded, "%lld", (long long)AT(line, column));
      c += length;
    } else {
      zc_buffer_char(&expanded, *c++);
    }
  }
  parsed p = parse_text(text);
  char *got = value_text(&p, "at");
  cr_expect(eq(str, got, expanded.data), "%s", text);
  free(got);
  zc_buffer_free(&expanded);
  parsed_free(&p);
}

Test(position, a_scalar_document_has_its_position)
{
  expect_at("a\n", "<1:1>");
  expect_at("\n# c\n  'a'\n", "<3:3>");
  expect_at("--- >\n x\n", "<1:5>");
}

Test(position, entries_of_maps_have_those_of_key_and_value)
{
  expect_at(
      "a: b\nlonger:   c\n",
      "{\"of\":\"\\na\\t<1:1>\\t<1:4>\\nlonger\\t<2:1>\\t<2:11>\",\"pos\":<1:1>}");
  expect_at("'a b': \"c\"\n? d\n: e\n",
            "{\"of\":\"\\na b\\t<1:1>\\t<1:8>\\nd\\t<2:3>\\t<3:3>\",\"pos\":<1:1>}");
}

Test(position, entries_of_lists_have_their_own)
{
  expect_at("- a\n-   b\n", "{\"of\":\"\\n<1:3>\\n<2:5>\",\"pos\":<1:1>}");
  expect_at("[a,  b,\n c]\n", "{\"of\":\"\\n<1:2>\\n<1:6>\\n<2:2>\",\"pos\":<1:1>}");
}

Test(position, columns_are_characters_and_not_bytes)
{
  expect_at(
      "标题: 药品\n\"编 号\": 𠮷\n",
      "{\"of\":\"\\n标题\\t<1:1>\\t<1:5>\\n编 号\\t<2:1>\\t<2:8>\",\"pos\":<1:1>}");
  expect_at("[药品, 😀, 医院]\n", "{\"of\":\"\\n<1:2>\\n<1:6>\\n<1:9>\",\"pos\":<1:1>}");
}

Test(position, inner_containers_stand_by_key_or_number)
{
  expect_at("a:\n  b: c\n  d: [e]\nf: g\nh:\n- i\n- {j: k}\n",
            "{\"inner\":{\"a\":{\"inner\":{\"d\":{\"of\":\"\\n<3:7>\",\"pos\":<3:6>}},"
            "\"of\":\"\\nb\\t<2:3>\\t<2:6>\\nd\\t<3:3>\\t<3:6>\",\"pos\":<2:3>},"
            "\"h\":{\"inner\":{\"2\":{\"of\":\"\\nj\\t<7:4>\\t<7:7>\",\"pos\":<7:3>}},"
            "\"of\":\"\\n<6:3>\\n<7:3>\",\"pos\":<6:1>}},"
            "\"of\":\"\\na\\t<1:1>\\t<2:3>\\nf\\t<4:1>\\t<4:4>\\nh\\t<5:1>\\t<6:1>\","
            "\"pos\":<1:1>}");
}

Test(position, the_shape_of_a_checklist)
{
  expect_at(
      "- focus: 过度用药\n  items:\n    - id: rx\n      basis: [{id: p, article: "
      "十九}]\n",
      "{\"inner\":{\"1\":{\"inner\":{\"items\":{\"inner\":{\"1\":{\"inner\":{\"basis\":"
      "{\"inner\":{\"1\":{\"of\":\"\\nid\\t<4:16>\\t<4:20>\\narticle\\t<4:23>\\t<4:32>"
      "\","
      "\"pos\":<4:15>}},\"of\":\"\\n<4:15>\",\"pos\":<4:14>}},"
      "\"of\":\"\\nid\\t<3:7>\\t<3:11>\\nbasis\\t<4:7>\\t<4:14>\",\"pos\":<3:7>}},"
      "\"of\":\"\\n<3:7>\",\"pos\":<3:5>}},"
      "\"of\":\"\\nfocus\\t<1:3>\\t<1:10>\\nitems\\t<2:3>\\t<3:5>\",\"pos\":<1:3>}},"
      "\"of\":\"\\n<1:3>\",\"pos\":<1:1>}");
}

Test(position, empty_containers_have_no_entries)
{
  expect_at("{}\n", "{\"of\":\"\",\"pos\":<1:1>}");
  expect_at("a: []\nb: {}\n",
            "{\"inner\":{\"a\":{\"of\":\"\",\"pos\":<1:4>},\"b\":{\"of\":\"\",\"pos\":<"
            "2:4>}},"
            "\"of\":\"\\na\\t<1:1>\\t<1:4>\\nb\\t<2:1>\\t<2:4>\",\"pos\":<1:1>}");
}

Test(position, texts_over_several_lines_have_a_line_and_no_column)
{
  expect_at("a: |\n  x\n  y\nb: >-\n  z\n",
            "{\"of\":\"\\na\\t<1:1>\\t<1:0>\\nb\\t<4:1>\\t<4:0>\",\"pos\":<1:1>}");
}

Test(position, a_blank_value_stands_behind_its_colon)
{
  expect_at("a:\nb: c\n",
            "{\"of\":\"\\na\\t<1:1>\\t<1:3>\\nb\\t<2:1>\\t<2:4>\",\"pos\":<1:1>}");
}

Test(position, comments_and_line_ends_are_counted)
{
  expect_at("# c\r\n\r\na: b # d\r\n# e\r\nf: g\r\n",
            "{\"of\":\"\\na\\t<3:1>\\t<3:4>\\nf\\t<5:1>\\t<5:4>\",\"pos\":<3:1>}");
}

Test(position, a_byte_order_mark_takes_no_column)
{
  expect_at("\xef\xbb\xbf"
            "a: b\n",
            "{\"of\":\"\\na\\t<1:1>\\t<1:4>\",\"pos\":<1:1>}");
}

Test(position, a_gb18030_file_has_the_positions_of_its_characters)
{
  expect_at("\xb1\xea\xcc\xe2: \xd2\xa9\n\xb1\xe0: [\x95\x34\xb2\x35, b]\n",
            "{\"inner\":{\"编\":{\"of\":\"\\n<2:5>\\n<2:8>\",\"pos\":<2:4>}},"
            "\"of\":\"\\n标题\\t<1:1>\\t<1:5>\\n编\\t<2:1>\\t<2:4>\",\"pos\":<1:1>}");
}

/* Too far right to be told exactly; the line must not change for it. */
Test(position, a_column_that_does_not_fit_is_the_last_that_does)
{
  char *text = malloc(70100);
  memset(text, ' ', 70100);
  memcpy(text, "\na:", 3);
  memcpy(text + 70000, "b\n", 3);
  expect_at(text, "{\"of\":\"\\na\\t<2:1>\\t<2:65535>\",\"pos\":<2:1>}");
  free(text);
}

Test(position, a_key_is_found_by_its_whole_name)
{
  parsed p = parse_text("ab: 1\nb: 2\na: 3\n标题: 4\nabc: 5\n65537: 6\n");
  const json_t *at = json_object_get(p.document, "at");
  static const struct {
    const char *key;
    int line;
  } rows[] = {{"ab", 1},    {"b", 2}, {"a", 3},     {"标题", 4}, {"abc", 5},
              {"65537", 6}, {"c", 0}, {"标", 0},    {"题", 0},   {"", 0},
              {"abcd", 0},  {"1", 0}, {"131073", 0}};
  for (size_t i = 0; i < COUNT(rows); i++)
    cr_expect(eq(int, (int)zc_yaml_key_position(at, rows[i].key),
                 rows[i].line == 0 ? 0 : (int)AT(rows[i].line, 1)),
              "%s", rows[i].key);
  parsed_free(&p);
}

Test(position, only_maps_have_keys)
{
  static const char *const texts[] = {"a\n", "- a\n- b\n", "[]\n", "{}\n", ""};
  for (size_t i = 0; i < COUNT(texts); i++) {
    parsed p = parse_text(texts[i]);
    const json_t *at = json_object_get(p.document, "at");
    cr_expect(eq(int, (int)zc_yaml_key_position(at, "a"), 0), "%s", texts[i]);
    cr_expect(eq(int, (int)zc_yaml_key_position(at, ""), 0), "%s", texts[i]);
    parsed_free(&p);
  }
}

/* From here on: random documents, written by a hand that notes where everything goes,
 * in block and flow style as both come. */
typedef struct {
  seeded s;
  zc_buffer text;
  int line, column;
  const char *end; /* of a line */
  int keys;        /* so far; makes them different */
} writer;

typedef struct {
  json_t *value, *at; /* at: NULL for a scalar */
  json_int_t position;
} written;

static void put(writer *w, const char *text)
{
  zc_buffer_text(&w->text, text);
  w->column += (int)zc_utf8_count(text, strlen(text));
}

static void put_line(writer *w, int indent)
{
  zc_buffer_text(&w->text, w->end);
  w->line++;
  w->column = 1;
  for (int i = 0; i < indent; i++)
    put(w, " ");
}

static bool chance(writer *w, size_t of)
{
  return seeded_below(&w->s, of) == 0;
}

static written put_scalar(writer *w)
{
  static const struct {
    const char *text, *value;
  } rows[] = {
      {"no", "no"},
      {"012", "012"},
      {"1e3", "1e3"},
      {"药品", "药品"},
      {"a b", "a b"},
      {"处方：甲", "处方：甲"},
      {"~", "~"},
      {"x#y", "x#y"},
      {"'it''s'", "it's"},
      {"\"\"", ""},
      {"''", ""},
      {"'a, b: [c]'", "a, b: [c]"},
      {"\"\\u836f\"", "药"},
      {"\"𠮷\\n\"", "𠮷\n"},
      {"2023-05-01", "2023-05-01"},
      {"-1", "-1"},
      {"\"# 否\"", "# 否"},
      {"😀", "😀"},
  };
  size_t row = seeded_below(&w->s, COUNT(rows));
  written out = {json_string(rows[row].value), NULL, AT(w->line, w->column)};
  put(w, rows[row].text);
  return out;
}

/* A literal text, indented deeper than the entry that it belongs to: only its first line
 * is told. */
static written put_literal(writer *w, int indent)
{
  written out = {json_string("第一行\n line two\n"), NULL, AT(w->line, 0)};
  put(w, "|");
  put_line(w, indent);
  put(w, "第一行");
  put_line(w, indent + 1);
  put(w, "line two");
  return out;
}

/* Writes a key that no other is, and returns it (good until the next). */
static const char *put_key(writer *w)
{
  static const struct {
    const char *before, *after;
  } forms[] = {{"k", ""},        {"标题", ""}, {"'a b", "'"},
               {"\"x: y", "\""}, {"-", ""},    {"", ""}};
  static char key[64];
  char number[16];
  size_t form = seeded_below(&w->s, COUNT(forms));
  snprintf(number, sizeof number, "%d", w->keys++);
  put(w, forms[form].before);
  put(w, number);
  put(w, forms[form].after);
  bool quoted = *forms[form].after != '\0';
  snprintf(key, sizeof key, "%s%s", forms[form].before + quoted, number);
  return key;
}

/* Adds an entry to its container, its position to `of` and its node to `inner`. */
static void join(written *to, const char *key, json_int_t position, written entry,
                 zc_buffer *of)
{
  char name[24];
  if (key != NULL)
    zc_buffer_print(of, "\n%s\t%lld\t%lld", key, (long long)position,
                    (long long)entry.position);
  else
    zc_buffer_print(of, "\n%lld", (long long)entry.position);
  snprintf(name, sizeof name, "%zu", json_array_size(to->value) + 1);
  if (entry.at != NULL) {
    if (json_object_get(to->at, "inner") == NULL)
      json_object_set_new(to->at, "inner", json_object());
    json_object_set_new(json_object_get(to->at, "inner"), key != NULL ? key : name,
                        entry.at);
  }
  if (key != NULL)
    json_object_set_new(to->value, key, entry.value);
  else
    json_array_append_new(to->value, entry.value);
}

static written opened(writer *w, bool map)
{
  json_int_t position = AT(w->line, w->column);
  return (written){map ? json_object() : json_array(),
                   json_pack("{s:I}", "pos", position), position};
}

static written put_flow(writer *w, int depth, int indent)
{
  if (depth == 0 || chance(w, 3))
    return put_scalar(w);
  bool map = chance(w, 2);
  size_t count = seeded_below(&w->s, 4);
  zc_buffer of = {0};
  written out = opened(w, map);
  zc_buffer_text(&of, "");
  put(w, map ? "{" : "[");
  for (size_t i = 0; i < count; i++) {
    char key[64];
    if (i > 0)
      put(w, ", ");
    if (i > 0 && chance(w, 4))
      put_line(w, indent + 2);
    json_int_t position = AT(w->line, w->column);
    if (map) {
      strcpy(key, put_key(w));
      put(w, ": ");
    }
    join(&out, map ? key : NULL, position, put_flow(w, depth - 1, indent), &of);
  }
  put(w, map ? "}" : "]");
  json_object_set_new(out.at, "of", json_string(of.data));
  zc_buffer_free(&of);
  return out;
}

static written put_block(writer *w, int depth, int indent);

/* What follows a colon or a dash. */
static written put_entry(writer *w, int depth, int indent, bool map)
{
  if (depth == 0 || chance(w, 3)) {
    put(w, chance(w, 5) ? "   " : " ");
    return chance(w, 8) ? put_literal(w, indent + 2) : put_scalar(w);
  }
  if (chance(w, 3)) {
    put(w, " ");
    return put_flow(w, depth - 1, indent);
  }
  if (map) {
    if (chance(w, 4)) {
      put(w, " # 注");
      put_line(w, 0);
      put(w, "# more");
    }
    put_line(w, indent + 2);
  } else {
    put(w, " ");
  }
  return put_block(w, depth - 1, indent + 2);
}

static written put_block(writer *w, int depth, int indent)
{
  bool map = chance(w, 2);
  size_t count = 1 + seeded_below(&w->s, 4);
  zc_buffer of = {0};
  written out = opened(w, map);
  for (size_t i = 0; i < count; i++) {
    char key[64];
    if (i > 0) {
      if (chance(w, 6))
        put_line(w, 0);
      put_line(w, indent);
    }
    json_int_t position = AT(w->line, w->column);
    if (map)
      strcpy(key, put_key(w));
    put(w, map ? ":" : "-");
    join(&out, map ? key : NULL, position, put_entry(w, depth, indent, map), &of);
  }
  json_object_set_new(out.at, "of", json_string(of.data));
  zc_buffer_free(&of);
  return out;
}

static written put_document(writer *w)
{
  if (chance(w, 5))
    zc_buffer_text(&w->text, "\xef\xbb\xbf");
  if (chance(w, 4)) {
    put(w, "# 说明: [");
    put_line(w, 0);
  }
  if (chance(w, 8)) {
    put(w, "---");
    put_line(w, 0);
  }
  written out = chance(w, 10) ? put_flow(w, 4, 0) : put_block(w, 5, 0);
  put_line(w, 0);
  return out;
}

Test(position, random_documents_are_read_with_every_position, .timeout = 300)
{
  seeded s = {9};
  size_t containers = 0;
  for (int round = 0; round < 2000; round++) {
    writer w = {.s = s, .line = 1, .column = 1, .end = round % 3 == 0 ? "\r\n" : "\n"};
    written out = put_document(&w);
    s = w.s;
    json_t *at = out.at != NULL ? json_incref(out.at) : json_integer(out.position);
    parsed p = parse_bytes(w.text.data, w.text.size);
    cr_assert(eq(int, p.code, ZC_OK), "round %d: %s of\n%s", round, said(&p),
              w.text.data);
    const json_t *value = json_object_get(p.document, "value");
    if (!json_equal(value, out.value))
      cr_fatal("round %d: another value of\n%s", round, w.text.data);
    if (!json_equal(json_object_get(p.document, "at"), at)) {
      char *got = value_text(&p, "at"), *wanted = json_dumps(at, JSON_SORT_KEYS);
      cr_fatal("round %d: %s instead of %s of\n%s", round, got, wanted, w.text.data);
    }
    containers += json_is_object(value) || json_is_array(value);
    json_decref(at);
    json_decref(out.at);
    json_decref(out.value);
    zc_buffer_free(&w.text);
    parsed_free(&p);
  }
  cr_expect(gt(sz, containers, 1000));
}
