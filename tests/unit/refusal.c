/* What the strict YAML reader refuses, where it says so, and the remedy it gives. */
#include "base/buffer.h"
#include "parsed.h"
#include "seeded.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

typedef struct {
  const char *text, *said;
} refusal;

static void expect_refusals(const refusal *rows, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    char wanted[256];
    snprintf(wanted, sizeof wanted, "%s\n", rows[i].said);
    cr_expect(eq(str, said_of(rows[i].text), wanted), "%s", rows[i].text);
  }
}

static const refusal anchors[] = {
    {"a: &x 1\n", "1:4 anchors (&) are not allowed"},
    {"a: &x [1]\n", "1:4 anchors (&) are not allowed"},
    {"a: &x {b: 1}\n", "1:4 anchors (&) are not allowed"},
    {"a: &x\n  b: 1\n", "1:4 anchors (&) are not allowed"},
    {"a: &x\n", "1:4 anchors (&) are not allowed"},
    {"&x a: 1\n", "1:1 anchors (&) are not allowed"},
    {"- 药品: &x 1\n", "1:7 anchors (&) are not allowed"},
    {"a: 1\nb: [c, &x d]\n", "2:8 anchors (&) are not allowed"},
    {"a: &a [*a]\n",
     "1:4 anchors (&) are not allowed\n1:8 aliases (*) are not allowed"},
};

Test(refusal, anchors)
{
  expect_refusals(anchors, COUNT(anchors));
}

static const refusal aliases[] = {
    {"a: *x\n", "1:4 aliases (*) are not allowed"},
    {"- *x\n", "1:3 aliases (*) are not allowed"},
    {"*x : 1\n", "1:1 aliases (*) are not allowed"},
    {"a: [b, *x]\n", "1:8 aliases (*) are not allowed"},
    {"标题:\n  - *x\n", "2:5 aliases (*) are not allowed"},
};

Test(refusal, aliases)
{
  expect_refusals(aliases, COUNT(aliases));
}

static const refusal tags[] = {
    {"a: !t 1\n", "1:4 tags (!) are not allowed"},
    {"a: !!str 1\n", "1:4 tags (!) are not allowed"},
    {"a: ! 1\n", "1:4 tags (!) are not allowed"},
    {"a: !t [1]\n", "1:4 tags (!) are not allowed"},
    {"a: !t {b: 1}\n", "1:4 tags (!) are not allowed"},
    {"a: !t\n  b: 1\n", "1:4 tags (!) are not allowed"},
    {"!t a: 1\n", "1:1 tags (!) are not allowed"},
    {"a: !x!y 1\n", "1:4 tags (!) are not allowed"},
    {"a: !<x> 1\n", "1:4 tags (!) are not allowed"},
    {"- !!binary aGk=\n", "1:3 tags (!) are not allowed"},
    {"- !!python/object:os.system x\n", "1:3 tags (!) are not allowed"},
};

Test(refusal, tags)
{
  expect_refusals(tags, COUNT(tags));
}

/* A clerk who writes & * or ! before a Chinese word means text; libyaml's own words
 * about alphabetic characters help nobody. */
static const refusal marks[] = {
    {"a: &锚 1\n", "1:4 anchors (&) are not allowed"},
    {"a: & b\n", "1:4 anchors (&) are not allowed"},
    {"a: *重点\n", "1:4 aliases (*) are not allowed"},
    {"- **重点** 处方\n", "1:3 aliases (*) are not allowed"},
    {"a: *\n", "1:4 aliases (*) are not allowed"},
    {"a: !注意 1\n", "1:4 tags (!) are not allowed"},
};

Test(refusal, marks_before_chinese_words_are_named_where_they_stand)
{
  expect_refusals(marks, COUNT(marks));
}

static const refusal merges[] = {
    {"<<: 1\n", "1:1 merge keys (<<) are not allowed"},
    {"a:\n  <<: {b: 1}\n", "2:3 merge keys (<<) are not allowed"},
    {"a: {<<: {b: 1}}\n", "1:5 merge keys (<<) are not allowed"},
};

Test(refusal, merge_keys)
{
  expect_refusals(merges, COUNT(merges));
}

static const refusal duplicates[] = {
    {"a: 1\nb: 2\na: 3\n", "3:1 the key {key} stands twice"},
    {"a: {b: 1, b: 2}\n", "1:11 the key {key} stands twice"},
    {"a: 1\n\"a\": 2\n", "2:1 the key {key} stands twice"},
    {"'a': 1\n\"\\x61\": 2\n", "2:1 the key {key} stands twice"},
    {"标题: 1\n\"\\u6807题\": 2\n", "2:1 the key {key} stands twice"},
    {"x:\n  - 标题: 1\n    编号: 2\n    标题: 3\n", "4:5 the key {key} stands twice"},
    {"a:\nb:\na:\n", "3:1 the key {key} stands twice"},
};

Test(refusal, duplicate_keys)
{
  expect_refusals(duplicates, COUNT(duplicates));
}

Test(refusal, a_duplicate_key_names_the_line_of_the_first)
{
  parsed p = parse_text("ab: 0\nx:\n  b: 1\nb: 2\n\nc: 3\nb: 4\n");
  const json_t *args = json_object_get(json_array_get(p.faults, 0), "args");
  cr_expect(eq(str, said(&p), (char *)"7:1 the key {key} stands twice\n"));
  cr_expect(eq(str, (char *)zc_get_text(args, "key"), (char *)"b"));
  cr_expect(eq(str, (char *)zc_get_text(args, "line"), (char *)"4"));
  parsed_free(&p);
}

static const refusal documents[] = {
    {"a: 1\n---\nb: 1\n", "2:1 a second document begins here"},
    {"---\na: 1\n---\n", "3:1 a second document begins here"},
    {"---\n---\na: 1\n", "2:1 a second document begins here"},
    {"a: 1\n--- b\n", "2:1 a second document begins here"},
    {"%YAML 1.1\n---\na: 1\n", "1:1 directives (%) are not allowed"},
    {"%YAML 2.0\n---\na: 1\n", "1:1 directives (%) are not allowed"},
    {"%TAG ! x\n---\na: 1\n", "1:1 directives (%) are not allowed"},
    {"# c\n%TAG ! x\n---\na: !y 1\n", "2:1 directives (%) are not allowed"},
};

Test(refusal, second_documents_and_directives)
{
  expect_refusals(documents, COUNT(documents));
}

Test(refusal, a_document_after_three_dots_is_a_second_one)
{
  parsed p = parse_text("a: 1\n...\nb: 1\n");
  cr_expect(eq(int, p.code, ZC_EDATA));
  cr_expect(eq(int, (int)zc_get_integer(json_array_get(p.faults, 0), "line", 0), 3));
  parsed_free(&p);
}

static const refusal keys[] = {
    {"[a]: 1\n", "1:1 a key must be a plain text"},
    {"{a: 1}: 1\n", "1:1 a key must be a plain text"},
    {"? [a]\n: b\n", "1:3 a key must be a plain text"},
    {"? - a\n: b\n", "1:3 a key must be a plain text"},
    {"a:\n  ? {x: 1}\n  : b\n", "2:5 a key must be a plain text"},
    {"\"a\\tb\": 1\n", "1:1 a key must be a plain text"},
    {"标题: 1\n\"a\\nb\": 1\n", "2:1 a key must be a plain text"},
    {"? |\n  k\n: 1\n", "1:3 a key must be a plain text"},
    {"'': 1\n", "1:1 a key is missing before the colon"},
    {"a:\n  \"\": 1\n", "2:3 a key is missing before the colon"},
};

Test(refusal, keys_that_are_no_plain_texts)
{
  expect_refusals(keys, COUNT(keys));
}

/* The position of the first mistake, whatever the words for it. */
static const refusal tabs[] = {
    {"\ta: 1\n", "1:1"},
    {"a:\n\tb: 1\n", "2:1"},
    {"a:\n\t- b\n", "2:1"},
    {"a:\n  b: 1\n\tc: 2\n", "3:1"},
    {"a:\n  b: 1\n  \tc: 2\n", "3:3"},
    {"- a\n\t- b\n", "2:1"},
    {"a: |\n  x\n\ty\n", "3:1"},
    {"a: |\n\tx\n", "2:1"},
    {"a: x\n\t y\n", "2:1"},
};

static void expect_place(const char *text, const char *place)
{
  char *got = said_of(text);
  got[strcspn(got, " ")] = '\0';
  cr_expect(eq(str, got, (char *)place), "%s", text);
}

Test(refusal, tabs_in_indentation)
{
  for (size_t i = 0; i < COUNT(tabs); i++)
    expect_place(tabs[i].text, tabs[i].said);
}

static const refusal shapes[] = {
    {"a:\n  b: 1\n c: 2\n", "3:2 the indentation does not fit"},
    {"a:\n   b: 1\n  c: 2\n", "3:3 the indentation does not fit"},
    {"a: 1\n- b\n", "2:1 the indentation does not fit"},
    {"- a\nb: 1\n", "2:1 the indentation does not fit"},
    {"  a: 1\nb: 2\n", "2:1 the indentation does not fit"},
    {"a:\n  - b\n  c: 1\n", "3:3 the indentation does not fit"},
    {"a: - b\n", "1:4 a list cannot begin here"},
    {"a: b: c\n", "1:5 a colon with a space cannot stand inside a plain text"},
    {"a: 1\n  b: 2\n", "2:4 a colon with a space cannot stand inside a plain text"},
    {"a: @x\n", "1:4 this character cannot stand here"},
    {"a: `x\n", "1:4 this character cannot stand here"},
    {"a: %x\n", "1:4 this character cannot stand here"},
};

Test(refusal, shapes_that_do_not_fit)
{
  expect_refusals(shapes, COUNT(shapes));
}

/* What is left open is best found where it was opened: the end of a long file, or the
 * first line that no longer fits, says nothing. */
static const refusal unclosed[] = {
    {"a: [1, 2\n", "1:4 a list in brackets is not closed"},
    {"a: [1, 2\nb: 3\n", "1:4 a list in brackets is not closed"},
    {"a: {b: 1\n", "1:4 a map in braces is not closed"},
    {"a: 1\nb: {c: [1, 2\nd: 3\n", "2:8 a list in brackets is not closed"},
    {"a: 'x\nb: 1\n", "1:4 a quoted text is not closed"},
    {"a: 1\nb: \"x\n\nc: 3\nd: 4\n", "2:4 a quoted text is not closed"},
    {"\"a: 1\n", "1:1 a quoted text is not closed"},
};

Test(refusal, what_is_left_open_is_refused)
{
  for (size_t i = 0; i < COUNT(unclosed); i++) {
    parsed p = parse_text(unclosed[i].text);
    const char *words = strchr(unclosed[i].said, ' ') + 1;
    cr_expect(eq(str,
                 (char *)zc_text_or(zc_get_text(json_array_get(p.faults, 0), "text"),
                                    "-"),
                 (char *)words),
              "%s", unclosed[i].text);
    parsed_free(&p);
  }
}

Test(refusal, what_is_left_open_is_found_where_it_was_opened)
{
  expect_refusals(unclosed, COUNT(unclosed));
}

Test(refusal, a_missing_colon_is_found_on_its_own_line)
{
  static const char *const texts[] = {"阶段: 1\n标题：甲\n级别: x\n",
                                      "阶段: 1\n标题：甲\n",
                                      "阶段: 1\n标题\n\n\n级别: x\n",
                                      "a: 1\nb\nc: 2\n"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    parsed p = parse_text(texts[i]);
    cr_expect(eq(int, p.code, ZC_EDATA));
    cr_expect(eq(int, (int)zc_get_integer(json_array_get(p.faults, 0), "line", 0), 2),
              "%s", texts[i]);
    parsed_free(&p);
  }
}

/* The most common mistake of all, in the first line of a file. */
Test(refusal, a_full_width_colon_before_further_keys_is_explained)
{
  parsed p = parse_text("标题：甲\n阶段: 1\n");
  const char *hint = zc_text_or(zc_get_text(json_array_get(p.faults, 0), "hint"), "");
  cr_expect(eq(int, p.code, ZC_EDATA));
  cr_expect(strstr(hint, "ASCII colon") != NULL || strstr(hint, "full-width") != NULL,
            "%s", hint);
  parsed_free(&p);
}

Test(refusal, a_full_width_colon_alone_is_left_to_the_schema)
{
  static const char *const texts[] = {"标题：甲\n", "a: 标题：甲\n", "- 标题：甲\n"};
  for (size_t i = 0; i < COUNT(texts); i++)
    cr_expect(eq(str, said_of(texts[i]), (char *)"accepted\n"), "%s", texts[i]);
}

static const refusal invisible[] = {
    {"a: \x07\n", "1:4 an invisible character ({character}) stands here"},
    {"标题: 甲\x07\n", "1:6 an invisible character ({character}) stands here"},
    {"a: 1\nb: \x7f\n", "2:4 an invisible character ({character}) stands here"},
    {"a: \xc2\x85"
     "b\n",
     "1:4 an invisible character ({character}) stands here"},
    {"a: \xe2\x80\xae"
     "1\n",
     "1:4 an invisible character ({character}) stands here"},
    {"标题: \xe2\x81\xa6"
     "1\n",
     "1:5 an invisible character ({character}) stands here"},
    {"\xe2\x80\x8f"
     "a: 1\n",
     "1:1 an invisible character ({character}) stands here"},
    {"a: \xef\xbb\xbf"
     "1\n",
     "1:4 an invisible character ({character}) stands here"},
    {"a: \xef\xbf\xbe\n", "1:4 an invisible character ({character}) stands here"},
    {"# \x1b[31m\na: 1\n", "1:3 an invisible character ({character}) stands here"},
    {"a: 1\r\n\r\nb: \x0b\r\n", "3:4 an invisible character ({character}) stands here"},
};

Test(refusal, control_and_bidi_characters)
{
  expect_refusals(invisible, COUNT(invisible));
}

Test(refusal, a_nul_byte_is_a_control_character)
{
  static const char text[] = "a: b\nc: \0d\n";
  parsed p = parse_bytes(text, sizeof text - 1);
  cr_expect(eq(str, said(&p),
               (char *)"2:4 an invisible character ({character}) stands here\n"));
  parsed_free(&p);
}

Test(refusal, an_invisible_character_is_named)
{
  parsed p = parse_text("a: \xe2\x80\xae\n");
  const json_t *args = json_object_get(json_array_get(p.faults, 0), "args");
  cr_expect(eq(str, (char *)zc_text_or(zc_get_text(args, "character"), "none"),
               (char *)"U+202E"));
  parsed_free(&p);
}

/* An escape brings into the value what may not stand in the file. */
static const char *const escaped[] = {"a: \"\\0\"\n",       "a: \"x\\x07\"\n",
                                      "a: \"\\e[31m\"\n",   "a: \"\\b\"\n",
                                      "a: \"\\x7f\"\n",     "a: \"\\u202e\"\n",
                                      "a: \"\\u2066\"\n",   "a: \"\\uFEFF\"\n",
                                      "a: \"\\uFFFE\"\n",   "a: \"\\U0010FFFF\"\n",
                                      "a: \"\\N\"\n",       "- \"\\v\"\n",
                                      "\"a\\u202eb\": 1\n", "\"a\\x01\": 1\n",
                                      "\"a\\0b\": 1\n"};

Test(refusal, control_and_bidi_characters_behind_escapes)
{
  for (size_t i = 0; i < COUNT(escaped); i++) {
    parsed p = parse_text(escaped[i]);
    cr_expect(eq(int, p.code, ZC_EDATA), "%s", escaped[i]);
    parsed_free(&p);
  }
}

static void expect_depth(const char *opening, const char *closing, bool lines)
{
  for (size_t depth = ZC_YAML_DEPTH; depth <= ZC_YAML_DEPTH + 1; depth++) {
    zc_buffer text = {0};
    for (size_t i = 0; i < depth; i++) {
      if (lines)
        zc_buffer_print(&text, "%*s", (int)i, "");
      zc_buffer_text(&text, opening);
    }
    if (*closing == '\0')
      zc_buffer_print(&text, "%*sx", lines ? (int)depth : 0, "");
    for (size_t i = 0; i < depth; i++)
      zc_buffer_text(&text, closing);
    zc_buffer_char(&text, '\n');
    char *got = said_of(text.data);
    if (depth == ZC_YAML_DEPTH)
      cr_expect(eq(str, got, (char *)"accepted\n"), "%s", opening);
    else
      cr_expect(ne(ptr, strstr(got, "nested more than 32 levels deep"), NULL), "%s: %s",
                opening, got);
    zc_buffer_free(&text);
  }
}

Test(refusal, more_than_32_levels)
{
  expect_depth("[", "]", false);
  expect_depth("{a: ", "}", false);
  expect_depth("- ", "", false);
  expect_depth("a:\n", "", true);
}

Test(refusal, the_place_of_the_33rd_level_is_told)
{
  char text[2 * (ZC_YAML_DEPTH + 1) + 1];
  memset(text, '[', ZC_YAML_DEPTH + 1);
  memset(text + ZC_YAML_DEPTH + 1, ']', ZC_YAML_DEPTH + 1);
  text[sizeof text - 1] = '\0';
  cr_expect(eq(str, said_of(text), (char *)"1:33 nested more than 32 levels deep\n"));
}

/* Each is refused at its beginning; none may keep the reader busy. */
Test(refusal, endless_openings, .timeout = 60)
{
  static const struct {
    const char *piece, *said;
  } rows[] = {
      {"[", "1:33 nested more than 32 levels deep"},
      {"{a: ", "1:129 nested more than 32 levels deep"},
      {"- ", "1:65 nested more than 32 levels deep"},
      {"{", "1:2 a key must be a plain text"},
      {"? ", "1:3 a key must be a plain text"},
      {"[{a: ", "1:81 nested more than 32 levels deep"},
      {"a: ", "1:5 a colon with a space cannot stand inside a plain text"},
      {"&a ", "1:1 anchors (&) are not allowed"},
      {"*a ", "1:1 aliases (*) are not allowed"},
      {"!a ", "1:1 tags (!) are not allowed"},
      {"---\n", "2:1 a second document begins here"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    zc_buffer text = {0};
    while (text.size < 200000)
      zc_buffer_text(&text, rows[i].piece);
    parsed p = parse_bytes(text.data, text.size);
    char *got = said(&p);
    got[strcspn(got, "\n")] = '\0';
    cr_expect(eq(str, got, (char *)rows[i].said), "«%s» without end", rows[i].piece);
    zc_buffer_free(&text);
    parsed_free(&p);
  }
}

/* libyaml compares every %TAG with all before it. */
Test(refusal, endless_directives, .timeout = 60)
{
  zc_buffer text = {0};
  for (int i = 0; text.size < ZC_YAML_LIMIT / 8; i++)
    zc_buffer_print(&text, "%%TAG !%d! a\n", i);
  parsed p = parse_bytes(text.data, text.size);
  cr_expect(eq(str, said(&p), (char *)"1:1 directives (%) are not allowed\n"));
  zc_buffer_free(&text);
  parsed_free(&p);
}

Test(refusal, files_over_two_mebibytes)
{
  char *text = malloc(ZC_YAML_LIMIT + 1);
  memset(text, '#', ZC_YAML_LIMIT + 1);
  parsed p = parse_bytes(text, ZC_YAML_LIMIT + 1);
  cr_expect(eq(str, said(&p), (char *)"0:0 the file is over 2 MiB\n"));
  free(text);
  parsed_free(&p);
}

Test(refusal, bytes_of_no_encoding)
{
  static const refusal rows[] = {
      {"\xff\xfe"
       "a",
       "1:1 the text is neither UTF-8 nor GB18030"},
      {"a: 1\nb\xff\n", "2:2 the text is neither UTF-8 nor GB18030"},
      {"a: \xff\xff\n", "1:4 the text is neither UTF-8 nor GB18030"},
  };
  expect_refusals(rows, COUNT(rows));
}

/* One broken byte in a file that is UTF-8 otherwise: an odd number of Chinese
 * characters before it is no GB18030, but that is not where the mistake is. */
Test(refusal, a_broken_byte_in_a_utf8_file_is_found_where_it_stands)
{
  static const refusal rows[] = {
      {"医院药品: 1\nb: \xff\n", "2:4 the text is neither UTF-8 nor GB18030"},
      {"标题甲: 1\nb: 2\nc: \xff\n", "3:4 the text is neither UTF-8 nor GB18030"},
      {"标题: 处方药\nb: 医\xff\n", "2:5 the text is neither UTF-8 nor GB18030"},
  };
  expect_refusals(rows, COUNT(rows));
}

Test(refusal, columns_of_a_gb18030_file_are_characters)
{
  parsed p = parse_text("\xb1\xea\xcc\xe2: &x 1\n");
  cr_expect(eq(
      str, said(&p),
      (char *)"0:0 the file was read as GB18030\n1:5 anchors (&) are not allowed\n"));
  parsed_free(&p);
  expect_place("\xb1\xea\xcc\xe2: \xff\n", "1:5");
}

/* Every refusal of the tables above. */
Test(refusal, every_refusal_has_a_remedy)
{
  static const struct {
    const refusal *rows;
    size_t count;
  } tables[] = {{anchors, COUNT(anchors)},   {aliases, COUNT(aliases)},
                {tags, COUNT(tags)},         {marks, COUNT(marks)},
                {merges, COUNT(merges)},     {duplicates, COUNT(duplicates)},
                {keys, COUNT(keys)},         {documents, COUNT(documents)},
                {tabs, COUNT(tabs)},         {shapes, COUNT(shapes)},
                {unclosed, COUNT(unclosed)}, {invisible, COUNT(invisible)}};
  for (size_t t = 0; t < COUNT(tables); t++)
    for (size_t i = 0; i < tables[t].count; i++) {
      parsed p = parse_text(tables[t].rows[i].text);
      const char *hint = zc_get_text(json_array_get(p.faults, 0), "hint");
      cr_expect(hint != NULL && *hint != '\0', "%s: %s", tables[t].rows[i].text,
                said(&p));
      parsed_free(&p);
    }
}

/* A clerk mends a file once and not once for each mistake in it. */
Test(refusal, all_mistakes_of_a_file_are_told_at_once)
{
  static const refusal rows[] = {
      {"a: &x 1\nb: *x\nc: !t 1\nd: 1\nd: 2\n",
       "1:4 anchors (&) are not allowed\n2:4 aliases (*) are not allowed\n"
       "3:4 tags (!) are not allowed\n5:1 the key {key} stands twice"},
      {"a: 1\na: 2\nb: 3\na: 4\nb: 5\n",
       "2:1 the key {key} stands twice\n4:1 the key {key} stands twice\n"
       "5:1 the key {key} stands twice"},
      {"a: \x07\nb: 1\nc: \xe2\x80\xae\n",
       "1:4 an invisible character ({character}) stands here\n"
       "3:4 an invisible character ({character}) stands here"},
      {"x: {a: 1, a: 2}\ny: [b,c]\nx: 3\n",
       "1:11 the key {key} stands twice\n"
       "2:7 this list was split at a comma without a space\n3:1 the key {key} stands "
       "twice"},
  };
  expect_refusals(rows, COUNT(rows));
}

/* A line is what an editor shows as one: it ends with a line feed. */
static bool places_inside(const char *text, const json_t *faults)
{
  size_t index;
  const json_t *fault;
  int lines = 1;
  for (const char *at = text; *at != '\0'; at++)
    lines += *at == '\n';
  json_array_foreach(faults, index, fault)
  {
    int line = (int)zc_get_integer(fault, "line", -1);
    int column = (int)zc_get_integer(fault, "column", -1);
    bool whole = line == 0 && column == 0;
    if (!whole && (line < 1 || line > lines || column < 1))
      return false;
  }
  return true;
}

Test(refusal, no_place_lies_beyond_the_lines_that_an_editor_shows)
{
  static const char *const texts[] = {"a: 甲\xe2\x80\xa8乙\xe2\x80\xa8\nb: &x 1\n",
                                      "a: 甲\xe2\x80\xa9乙\nb: &x 1\n",
                                      "a: 甲\r\nb: &x 1\r\n"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    parsed p = parse_text(texts[i]);
    cr_expect(places_inside(texts[i], p.faults), "%s: %s", texts[i], said(&p));
    parsed_free(&p);
  }
}

/* Pieces of YAML thrown together: read or refused, with places inside the text, and
 * what is read is a value (parse_bytes asserts the rest). */
Test(refusal, random_texts_are_read_or_refused_inside_themselves, .timeout = 300)
{
  static const char *const pieces[] = {"a",   "b",    "标题", ": ",    ":",
                                       "- ",  "\n",   "\n",   "\n  ",  "\n    ",
                                       " ",   "[",    "]",    "{",     "}",
                                       ", ",  ",",    "'",    "\"",    "# ",
                                       "|\n", ">-\n", "? ",   "&a ",   "*a ",
                                       "!t ", "<<: ", "%",    "---\n", "...\n",
                                       "\t",  "\xff", "\x01", "药",    "\r\n",
                                       "@"};
  seeded s = {8};
  size_t accepted = 0, refused = 0;
  for (int round = 0; round < 20000; round++) {
    zc_buffer text = {0};
    size_t count = 1 + seeded_below(&s, 12);
    bool tame = seeded_below(&s, 2) ==
                0; /* without the pieces that are always refused */
    for (size_t i = 0; i < count; i++)
      zc_buffer_text(&text, pieces[seeded_below(&s, tame ? 20 : COUNT(pieces))]);
    zc_buffer_char(&text, '\n');
    parsed p = parse_bytes(text.data, text.size);
    if (!places_inside(text.data, p.faults))
      cr_fatal("round %d: %s of «%s»", round, said(&p), text.data);
    accepted += p.code == ZC_OK;
    refused += p.code != ZC_OK;
    char *value = value_text(&p, "at");
    free(value);
    zc_buffer_free(&text);
    parsed_free(&p);
  }
  cr_expect(gt(sz, accepted, 2000));
  cr_expect(gt(sz, refused, 2000));
}
