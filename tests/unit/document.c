/* Documents: random trees with hostile texts, printed, and read back by cmark and as
 * HTML. Both have to tell what was put in. */
#include "document/document.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "document_texts.h"

#define ROUNDS 1500

static json_t *text_node(const char *kind, const char *text)
{
  return json_pack("{s:s, s:s}", "kind", kind, "text", text);
}

/* ---- random trees, and what they should tell --------------------------------------- */

static json_t *told_text(zc_buffer *wanted, seeded *s, bool lines)
{
  char *text = random_text(s, lines);
  json_t *json = json_string(text);
  tell_text(wanted, text);
  free(text);
  return json;
}

static json_t *random_heading(seeded *s, zc_buffer *wanted)
{
  int level = 1 + (int)seeded_below(s, 6);
  zc_buffer_print(wanted, "h%d ", level);
  json_t *text = told_text(wanted, s, false);
  zc_buffer_char(wanted, '\n');
  return json_pack("{s:s, s:i, s:o}", "kind", "heading", "level", level, "text", text);
}

static json_t *random_paragraph(seeded *s, zc_buffer *wanted)
{
  static const char *const aligns[] = {"right", "center", "address"};
  zc_buffer_text(wanted, "p ");
  json_t *node = json_pack("{s:s, s:o}", "kind", "paragraph", "text",
                           told_text(wanted, s, true));
  zc_buffer_char(wanted, '\n');
  if (seeded_below(s, 3) == 0)
    json_object_set_new(node, "align", json_string(aligns[seeded_below(s, 3)]));
  return node;
}

static json_t *random_list(seeded *s, zc_buffer *wanted)
{
  json_t *items = json_array();
  for (size_t count = seeded_below(s, 4); count > 0; count--) {
    zc_buffer_text(wanted, "li ");
    json_array_append_new(items, told_text(wanted, s, true));
    zc_buffer_char(wanted, '\n');
  }
  return json_pack("{s:s, s:o}", "kind", "list", "items", items);
}

static json_t *random_cell(seeded *s, zc_buffer *wanted)
{
  switch (seeded_below(s, 6)) {
  case 0:
    return json_string("");
  case 1: {
    int number = (int)seeded_below(s, 2000) - 1000;
    zc_buffer_number(wanted, number);
    return json_integer(number);
  }
  default:
    return told_text(wanted, s, false);
  }
}

static json_t *random_table(seeded *s, zc_buffer *wanted)
{
  static const char *const aligns[] = {"left", "right", "center"};
  size_t width = 1 + seeded_below(s, 4), height = seeded_below(s, 4);
  json_t *columns = json_array(), *rows = json_array();
  for (size_t row = 0; row <= height; row++) {
    json_t *cells = json_array();
    zc_buffer_text(wanted, "row ");
    for (size_t i = 0; i < width; i++) {
      if (i > 0)
        zc_buffer_text(wanted, " | ");
      if (row == 0)
        json_array_append_new(columns, json_pack("{s:o, s:s}", "title",
                                                 told_text(wanted, s, false), "align",
                                                 aligns[seeded_below(s, 3)]));
      else
        json_array_append_new(cells, random_cell(s, wanted));
    }
    zc_buffer_char(wanted, '\n');
    if (row > 0)
      json_array_append_new(rows, cells);
    else
      json_decref(cells);
  }
  return json_pack("{s:s, s:o, s:o}", "kind", "table", "columns", columns, "rows",
                   rows);
}

static json_t *random_tree(seeded *s, zc_buffer *wanted)
{
  static json_t *(*const kinds[])(seeded *, zc_buffer *) = {random_heading,
                                                            random_paragraph,
                                                            random_paragraph,
                                                            random_list, random_table};
  json_t *children = json_array();
  zc_buffer_text(wanted, "");
  for (size_t count = 1 + seeded_below(s, 8); count > 0; count--)
    json_array_append_new(children, kinds[seeded_below(s, 5)](s, wanted));
  return json_pack("{s:s, s:o}", "title", "题目", "children", children);
}

/* ---- printing ----------------------------------------------------------------------- */

static char *print(const json_t *tree, zc_format format)
{
  zc_err err;
  zc_document *document;
  zc_buffer out = {0};
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK), "%s", err.text);
  cr_assert(eq(int, zc_document_print(document, format, &out, &err), ZC_OK));
  zc_document_free(document);
  return zc_buffer_take(&out);
}

/* Both forms of a tree tell `wanted`. */
static void expect_told(const json_t *tree, const char *wanted, int round)
{
  char *markdown = print(tree, ZC_MARKDOWN), *html = print(tree, ZC_HTML);
  char *read = read_markdown(markdown), *seen = read_html(html);
  cr_expect(eq(str, read, (char *)wanted), "round %d, Markdown:\n%s", round, markdown);
  cr_expect(eq(str, seen, (char *)wanted), "round %d, HTML:\n%s", round, html);
  free(markdown), free(html), free(read), free(seen);
}

static void expect_children(json_t *children, const char *wanted)
{
  json_t *tree = json_pack("{s:s, s:o}", "title", "题目", "children", children);
  expect_told(tree, wanted, 0);
  json_decref(tree);
}

Test(document, random_documents_say_in_both_forms_what_was_put_in)
{
  seeded s = {7};
  for (int round = 0; round < ROUNDS; round++) {
    zc_buffer wanted = {0};
    json_t *tree = random_tree(&s, &wanted);
    expect_told(tree, wanted.data, round);
    json_decref(tree);
    zc_buffer_free(&wanted);
  }
}

Test(document, printing_twice_in_any_order_gives_the_same_bytes)
{
  seeded s = {11};
  for (int round = 0; round < 100; round++) {
    static const zc_format formats[] = {ZC_HTML, ZC_MARKDOWN, ZC_HTML, ZC_MARKDOWN};
    zc_err err;
    zc_document *document;
    zc_buffer wanted = {0}, out[4] = {{0}};
    json_t *tree = random_tree(&s, &wanted);
    cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
    for (int i = 0; i < 4; i++)
      cr_assert(eq(int, zc_document_print(document, formats[i], &out[i], &err), ZC_OK));
    cr_expect(eq(str, out[0].data, out[2].data));
    cr_expect(eq(str, out[1].data, out[3].data));
    for (int i = 0; i < 4; i++)
      zc_buffer_free(&out[i]);
    zc_document_free(document);
    zc_buffer_free(&wanted);
    json_decref(tree);
  }
}

Test(document, all_rows_of_a_table_have_as_many_bars)
{
  json_t *tree = json_pack("{s:s, s:[{s:s, s:[{s:s},{s:s}], s:[[s,s],[s,i]]}]}",
                           "title", "t", "children", "kind", "table", "columns",
                           "title", "a|b", "title", "c", "rows", "x|y\\", "|", "", 3);
  char *markdown = print(tree, ZC_MARKDOWN);
  static const char wanted[] =
      "| a\\|b | c |\n|---|---|\n| x\\|y\\\\ | \\| |\n|  | 3 |\n";
  cr_expect(eq(int, strncmp(markdown, wanted, strlen(wanted)), 0), "%s", markdown);
  free(markdown);
  json_decref(tree);
}

/* ---- line ends ------------------------------------------------------------------------ */

Test(document, a_line_end_in_a_paragraph_is_a_line_break)
{
  expect_children(json_pack("[o]", text_node("paragraph", "一\n# 二\n- 三")),
                  "p 一⏎# 二⏎- 三\n");
}

Test(document, a_blank_line_in_a_paragraph_does_not_end_it)
{
  json_t *tree = json_pack("{s:s, s:[o, o]}", "title", "t", "children",
                           text_node("paragraph", "一\n\n二"),
                           text_node("paragraph", "三"));
  char *markdown = print(tree, ZC_MARKDOWN), *read = read_markdown(markdown);
  int paragraphs = 0;
  for (const char *at = read; (at = strstr(at, "p ")) != NULL; at++)
    paragraphs++;
  cr_expect(eq(int, paragraphs, 2), "%s", markdown);
  free(markdown), free(read);
  json_decref(tree);
}

Test(document, a_blank_line_in_a_list_item_does_not_end_the_list)
{
  json_t *tree = json_pack("{s:s, s:[{s:s, s:[s, s]}]}", "title", "t", "children",
                           "kind", "list", "items", "一\n\n二", "三");
  char *markdown = print(tree, ZC_MARKDOWN), *read = read_markdown(markdown);
  cr_expect(eq(ptr, strstr(read, "{more}"), NULL), "%s", markdown);
  cr_expect(ne(ptr, strstr(read, "\nli 三\n"), NULL), "%s", markdown);
  free(markdown), free(read);
  json_decref(tree);
}

Test(document, a_line_end_in_a_heading_does_not_end_it)
{
  json_t *tree = json_pack("{s:s, s:[{s:s, s:i, s:s}]}", "title", "t", "children",
                           "kind", "heading", "level", 1, "text", "一\n# 二");
  char *markdown = print(tree, ZC_MARKDOWN), *read = read_markdown(markdown);
  cr_expect(eq(str, read, (char *)"h1 一 # 二\n"), "%s", markdown);
  free(markdown), free(read);
  json_decref(tree);
}

Test(document, number_signs_at_the_end_of_a_heading_are_its_words)
{
  static const char *const texts[] = {"a #", "a ##", "a # #", "#", "a \\#", "a#"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    json_t *tree = json_pack("{s:s, s:[{s:s, s:i, s:s}]}", "title", "t", "children",
                             "kind", "heading", "level", 2, "text", texts[i]);
    char *markdown = print(tree, ZC_MARKDOWN), *read = read_markdown(markdown);
    cr_expect(eq(int, strncmp(read, "h2 ", 3), 0));
    cr_expect(eq(int, strncmp(read + 3, texts[i], strlen(texts[i])), 0), "%s",
              markdown);
    free(markdown), free(read);
    json_decref(tree);
  }
}

Test(document, a_line_end_in_a_cell_is_a_space)
{
  json_t *table = json_pack("[{s:s, s:[{s:s}], s:[[s]]}]", "kind", "table", "columns",
                            "title", "列", "rows", "一\n| 二 |\n\n三");
  expect_children(table, "row 列\nrow 一 ¦ 二 ¦  三\n");
}

/* ---- pages ---------------------------------------------------------------------------- */

Test(document, a_page_holds_its_title_as_text)
{
  json_t *tree = json_pack("{s:s, s:[]}", "title", "</title><script>&", "children");
  char *html = print(tree, ZC_HTML);
  cr_expect(
      ne(ptr, strstr(html, "<title>&lt;/title&gt;&lt;script&gt;&amp;</title>"), NULL));
  cr_expect(eq(ptr, strstr(html, "<script"), NULL));
  free(html);
  json_decref(tree);
}

Test(document, a_page_forbids_scripts_and_loading)
{
  json_t *tree = json_pack("{s:s, s:[]}", "title", "t", "children");
  char *html = print(tree, ZC_HTML);
  cr_expect(
      ne(ptr, strstr(html, "content=\"default-src 'none'; style-src 'sha256-"), NULL));
  cr_expect(eq(ptr, strstr(html, "unsafe-inline"), NULL));
  free(html);
  json_decref(tree);
}

Test(document, an_aligned_paragraph_has_its_class_in_html_and_none_in_markdown)
{
  json_t *tree = json_pack("{s:s, s:[{s:s, s:s, s:s}]}", "title", "t", "children",
                           "kind", "paragraph", "text", "某某医院", "align", "right");
  char *html = print(tree, ZC_HTML), *markdown = print(tree, ZC_MARKDOWN);
  const char *division = strstr(html, "<div class=\"right\">");
  cr_assert(ne(ptr, (void *)division, NULL));
  cr_expect(eq(sz, strcspn(division, "p"), strlen("<div class=\"right\">\n<")));
  cr_expect(ne(ptr, strstr(division, "<p>某某医院</p>\n</div>"), NULL));
  cr_expect(eq(int, strncmp(markdown, "某某医院\n", strlen("某某医院\n")), 0));
  cr_expect(
      eq(sz, strspn(strchr(markdown, '\n'), "\n"), strlen(strchr(markdown, '\n'))));
  free(html), free(markdown);
  json_decref(tree);
}

Test(document, a_document_without_children_is_empty_markdown)
{
  json_t *tree = json_pack("{s:s, s:[]}", "title", "t", "children");
  char *markdown = print(tree, ZC_MARKDOWN);
  cr_expect(le(sz, strspn(markdown, "\n"), 1));
  cr_expect(eq(sz, strspn(markdown, "\n"), strlen(markdown)));
  free(markdown);
  json_decref(tree);
}

/* ---- trees that are none --------------------------------------------------------------- */

Test(document, what_is_no_tree_is_refused_with_the_reason)
{
  static const struct {
    const char *tree, *problem;
  } rows[] = {
      {"{}", "it has no children"},
      {"[]", "it has no children"},
      {"{\"children\":[[]]}", "a node has an unknown kind"},
      {"{\"children\":[{\"kind\":\"image\"}]}", "a node has an unknown kind"},
      {"{\"children\":[{\"kind\":\"html\",\"text\":\"<b>\"}]}",
       "a node has an unknown kind"},
      {"{\"children\":[{\"kind\":\"heading\",\"text\":\"a\"}]}", "a heading needs"},
      {"{\"children\":[{\"kind\":\"heading\",\"level\":0,\"text\":\"a\"}]}",
       "a heading needs"},
      {"{\"children\":[{\"kind\":\"heading\",\"level\":7,\"text\":\"a\"}]}",
       "a heading needs"},
      {"{\"children\":[{\"kind\":\"heading\",\"level\":1}]}", "a heading needs"},
      {"{\"children\":[{\"kind\":\"paragraph\",\"text\":1}]}",
       "a paragraph needs a text"},
      {"{\"children\":[{\"kind\":\"paragraph\",\"text\":\"a\",\"align\":\"\\\"><b\"}]}",
       "a paragraph is aligned"},
      {"{\"children\":[{\"kind\":\"list\",\"items\":\"a\"}]}", "a list needs items"},
      {"{\"children\":[{\"kind\":\"list\",\"items\":[1]}]}",
       "the items of a list are texts"},
      {"{\"children\":[{\"kind\":\"table\",\"columns\":[],\"rows\":[]}]}",
       "a table needs columns and rows"},
      {"{\"children\":[{\"kind\":\"table\",\"columns\":[{\"title\":\"a\"}]}]}",
       "a table needs columns and rows"},
      {"{\"children\":[{\"kind\":\"table\",\"columns\":[{}],\"rows\":[]}]}",
       "each column of a table needs a title"},
      {"{\"children\":[{\"kind\":\"table\",\"columns\":[{\"title\":\"a\"}],"
       "\"rows\":[[\"a\",\"b\"]]}]}",
       "each row of a table has as many cells"},
      {"{\"children\":[{\"kind\":\"table\",\"columns\":[{\"title\":\"a\"}],"
       "\"rows\":[[[]]]}]}",
       "the cells of a table are texts or whole numbers"},
      {"{\"children\":[{\"kind\":\"chart\",\"label\":\"a\",\"value\":\"b\",\"bars\":[]}"
       "]}",
       "a chart needs a title"},
      {"{\"children\":[{\"kind\":\"chart\",\"title\":\"t\",\"label\":\"a\",\"value\":"
       "\"b\"}]}",
       "a chart needs a title"},
      {"{\"children\":[{\"kind\":\"chart\",\"title\":\"t\",\"label\":\"a\",\"value\":"
       "\"b\","
       "\"bars\":[{\"label\":\"x\"}]}]}",
       "each bar of a chart needs"},
      {"{\"children\":[{\"kind\":\"chart\",\"title\":\"t\",\"label\":\"a\",\"value\":"
       "\"b\","
       "\"bars\":[{\"label\":\"x\",\"value\":\"1\",\"share\":1001}]}]}",
       "the share of a bar"},
      {"{\"children\":[{\"kind\":\"chart\",\"title\":\"t\",\"label\":\"a\",\"value\":"
       "\"b\","
       "\"bars\":[{\"label\":\"x\",\"value\":\"1\",\"share\":\"9\"}]}]}",
       "the share of a bar"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_err err;
    zc_document *document;
    json_t *tree = json_loads(rows[i].tree, 0, NULL);
    cr_assert(ne(ptr, tree, NULL), "row %zu", i);
    cr_expect(eq(int, zc_document_new(tree, &document, &err), ZC_EINTERNAL), "row %zu",
              i);
    cr_expect(eq(ptr, document, NULL));
    const char *problem = zc_err_argument(&err, "problem_term");
    cr_expect(problem != NULL &&
                  strncmp(problem, rows[i].problem, strlen(rows[i].problem)) == 0,
              "row %zu: %s", i, problem);
    json_decref(tree);
  }
}

Test(document, an_alignment_that_a_table_does_not_know_is_no_markup)
{
  json_t *tree =
      json_loads("{\"children\":[{\"kind\":\"table\",\"columns\":[{\"title\":"
                 "\"a\",\"align\":\"\\\"><script>\"}],\"rows\":[]}]}",
                 0, NULL);
  char *html = print(tree, ZC_HTML);
  cr_expect(eq(ptr, strstr(html, "<script"), NULL));
  free(html);
  json_decref(tree);
}

/* A chart of these texts, everywhere. */
static json_t *chart_of(const char *text)
{
  return json_pack("{s:s, s:[{s:s, s:s, s:s, s:s, s:[{s:s, s:s, s:i}, {s:s, s:s}]}]}",
                   "title", "t", "children", "kind", "chart", "title", text, "label",
                   text, "value", text, "bars", "label", text, "value", text, "share",
                   333, "label", text, "value", text);
}

Test(document, the_texts_of_a_chart_are_text_in_both_forms)
{
  seeded s = {17};
  for (int round = 0; round < 300; round++) {
    char *text = random_text(&s, false);
    zc_buffer row = {0}, wanted = {0};
    json_t *tree = chart_of(text);
    char *markdown = print(tree, ZC_MARKDOWN), *html = print(tree, ZC_HTML);
    zc_buffer_text(&row, "row ");
    tell_text(&row, text);
    zc_buffer_text(&row, " | ");
    tell_text(&row, text);
    for (int i = 0; i < 3; i++)
      zc_buffer_print(&wanted, "%s\n", row.data);
    char *read = read_markdown(markdown);
    cr_assert(eq(str, read, wanted.data), "round %d:\n%s", round, markdown);
    cr_assert(eq(ptr, strstr(html, "<b>"), NULL), "round %d:\n%s", round, html);
    free(text), free(markdown), free(html), free(read);
    zc_buffer_free(&row);
    zc_buffer_free(&wanted);
    json_decref(tree);
  }
}

Test(document, a_bar_is_as_long_as_its_share_and_there_is_none_without_one)
{
  json_t *tree = chart_of("<a>");
  char *html = print(tree, ZC_HTML);
  const char *first = strstr(html, "<rect width=\"333\"");
  cr_expect(ne(ptr, (void *)first, NULL));
  cr_expect(eq(ptr, strstr(strstr(html, "</svg>") + 1, "<svg"), NULL));
  cr_expect(eq(ptr, strstr(html, "<a>"), NULL));
  cr_expect(eq(ptr, strstr(html, "style=\""), NULL)); /* the policy forbids it */
  free(html);
  json_decref(tree);
}
