/* Tables whose rows come from a source: the same bytes as if the rows stood in the tree,
 * in memory that does not grow with them. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <sys/resource.h>

#include "document_source.h"
#include "document_texts.h"

#define ROUNDS 1500

static json_t *texts(seeded *s, size_t count, bool titles)
{
  json_t *list = json_array();
  while (count-- > 0) {
    char *text = random_text(s, true);
    json_array_append_new(list, titles
                                    ? json_pack("{s:s, s:s}", "title", text, "align",
                                                seeded_below(s, 2) ? "right" : "left")
                                    : json_string(text));
    free(text);
  }
  return list;
}

/* A table twice: as a list in one tree, by its source's name in the other. */
static void add_table(seeded *s, size_t width, json_t *listed, json_t *streamed,
                      json_t *lists)
{
  char name[24];
  snprintf(name, sizeof name, "s.%zu", json_object_size(lists));
  json_t *columns = texts(s, width, true), *rows = json_array();
  for (size_t count = seeded_below(s, 4); count > 0; count--)
    json_array_append_new(rows, texts(s, width, false));
  json_array_append_new(listed, json_pack("{s:s, s:O, s:O}", "kind", "table", "columns",
                                          columns, "rows", rows));
  json_array_append_new(streamed, json_pack("{s:s, s:o, s:s}", "kind", "table",
                                            "columns", columns, "rows", name));
  json_object_set_new(lists, name, rows);
}

static json_t *random_block(seeded *s)
{
  char *text = random_text(s, true);
  json_t *node = NULL;
  switch (seeded_below(s, 5)) {
  case 0:
    node = json_pack("{s:s, s:i, s:s}", "kind", "heading", "level",
                     1 + (int)seeded_below(s, 6), "text", text);
    break;
  case 1:
    node = json_pack("{s:s, s:s, s:s}", "kind", "paragraph", "align", "right", "text",
                     text);
    break;
  case 2:
    node = json_pack("{s:s, s:o}", "kind", "list", "items",
                     texts(s, seeded_below(s, 3), false));
    break;
  case 3: /* tells nothing, and is still a block */
    node = json_pack("{s:s, s:s}", "kind", "paragraph", "text",
                     seeded_below(s, 2) ? "" : "\n \n");
    break;
  default:
    node = json_pack("{s:s, s:s}", "kind", "paragraph", "text", text);
  }
  free(text);
  return node;
}

static char *written(const json_t *children, const zc_rows *rows, zc_format format)
{
  zc_err err;
  zc_document *document;
  zc_buffer out = {0};
  zc_sink sink = zc_sink_buffer(&out);
  json_t *tree = json_pack("{s:s, s:O}", "title", "题目", "children", children);
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  cr_assert(eq(int, zc_document_write(document, format, rows, &sink, &err), ZC_OK));
  zc_document_free(document);
  json_decref(tree);
  return zc_buffer_take(&out);
}

Test(document_rows, streamed_rows_give_the_bytes_of_listed_rows)
{
  seeded s = {21};
  for (int round = 0; round < ROUNDS; round++) {
    size_t width = 1 + seeded_below(&s, 4);
    json_t *listed = json_array(), *streamed = json_array(), *lists = json_object();
    for (size_t count = seeded_below(&s, 7); count > 0; count--) {
      if (seeded_below(&s, 2) == 0) {
        add_table(&s, width, listed, streamed, lists);
      } else {
        json_t *node = random_block(&s);
        json_array_append(listed, node);
        json_array_append_new(streamed, node);
      }
    }
    fake_source source = {.lists = lists, .width = width, .fails_at = -1};
    zc_rows rows = fake_rows(&source);
    for (int format = ZC_MARKDOWN; format <= ZC_HTML; format++) {
      char *wanted = written(listed, NULL, format);
      char *found = written(streamed, &rows, format);
      cr_assert(eq(str, found, wanted), "round %d", round);
      free(wanted), free(found);
    }
    cr_assert(eq(int, source.opened, 2 * (int)json_object_size(lists)));
    cr_assert(eq(int, source.closed, source.opened));
    json_decref(listed), json_decref(streamed), json_decref(lists);
  }
}

/* ---- large ones ---------------------------------------------------------------------- */

#define WIDTH 36

static json_t *wide_tree(void)
{
  json_t *columns = json_array();
  for (int i = 0; i < WIDTH; i++)
    json_array_append_new(columns, json_pack("{s:s}", "title", "整改时限"));
  return json_pack("{s:s, s:[{s:s, s:i, s:s}, {s:s, s:o, s:s}]}", "title", "台账",
                   "children", "kind", "heading", "level", 1, "text", "问题台账",
                   "kind", "table", "columns", columns, "rows", "ledger.all");
}

static long peak_kilobytes(void)
{
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

Test(document_rows, a_hundred_thousand_rows_take_no_memory, .timeout = 300)
{
#ifdef ZC_SANITIZED
  cr_skip_test("a sanitizer keeps what is freed");
#endif
  const char *cells[WIDTH];
  for (int i = 0; i < WIDTH; i++)
    cells[i] = "门诊处方超过七日用量且未注明理由";
  fake_source source = {.equal = cells,
                        .width = WIDTH,
                        .count = 100000,
                        .fails_at = -1};
  zc_rows rows = fake_rows(&source);
  json_t *tree = wide_tree();
  zc_err err;
  zc_document *document;
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  long before = peak_kilobytes();
  for (int format = ZC_MARKDOWN; format <= ZC_HTML; format++) {
    fake_sink counted = {.fails_at = -1};
    zc_sink sink = {fake_write, &counted};
    cr_expect(eq(int, zc_document_write(document, format, &rows, &sink, &err), ZC_OK));
    cr_expect(gt(sz, counted.size, (size_t)100000 * WIDTH * 48));
    cr_expect(lt(sz, counted.largest, (size_t)1 << 20));
  }
  cr_expect(lt(long, peak_kilobytes() - before, 8192L));
  zc_document_free(document);
  json_decref(tree);
}

/* ---- what fails ---------------------------------------------------------------------- */

static json_t *two_tables(void)
{
  return json_loads(
      "{\"title\": \"t\", \"children\": [{\"kind\": \"paragraph\", \"text\": \"a\"},"
      "{\"kind\": \"table\", \"columns\": [{\"title\": \"a\"}, {\"title\": \"b\"}],"
      " \"rows\": \"one\", \"pick\": [\"x\", \"y\"]},"
      "{\"kind\": \"paragraph\", \"text\": \"b\"},"
      "{\"kind\": \"table\", \"columns\": [{\"title\": \"a\"}, {\"title\": \"b\"}],"
      " \"rows\": \"two\"}]}",
      0, NULL);
}

static json_t *two_lists(void)
{
  return json_loads(
      "{\"one\": [[\"1\", \"2\"], [\"3\", \"4\"]], \"two\": [[\"5\", \"6\"]]}", 0,
      NULL);
}

static zc_code write_two(zc_format format, fake_source *source, fake_sink *counted,
                         zc_err *err)
{
  json_t *tree = two_tables(), *lists = two_lists();
  zc_document *document;
  source->lists = lists;
  zc_rows rows = fake_rows(source);
  zc_sink sink = {fake_write, counted};
  cr_assert(eq(int, zc_document_new(tree, &document, err), ZC_OK));
  zc_code code = zc_document_write(document, format, &rows, &sink, err);
  zc_document_free(document);
  cr_expect(eq(int, source->opened, source->closed));
  json_decref(tree), json_decref(lists);
  return code;
}

Test(document_rows, each_write_that_fails_ends_the_printing)
{
  for (int format = ZC_MARKDOWN; format <= ZC_HTML; format++) {
    zc_err err;
    fake_source source = {.width = 2, .fails_at = -1};
    fake_sink all = {.fails_at = -1};
    cr_assert(eq(int, write_two(format, &source, &all, &err), ZC_OK));
    cr_assert(ge(long, all.writes, 4L));
    for (long n = 0; n < all.writes; n++) {
      fake_sink sink = {.fails_at = n};
      cr_expect(eq(int, write_two(format, &source, &sink, &err), ZC_EIO));
      cr_expect(eq(str, err.text, (char *)"the disk is full"));
      cr_expect(not(sink.after_failure), "write %ld", n);
    }
  }
}

Test(document_rows, a_source_that_fails_half_way_is_a_failure_and_is_closed)
{
  for (long n = 0; n < 2; n++) {
    zc_err err;
    fake_source source = {.width = 2, .fails_at = n};
    fake_sink sink = {.fails_at = -1};
    cr_expect(eq(int, write_two(ZC_MARKDOWN, &source, &sink, &err), ZC_EIO));
    cr_expect(eq(str, err.text, (char *)"no more"));
    cr_expect(eq(int, source.opened, 1));
  }
}

Test(document_rows, a_source_is_told_which_columns_are_wanted)
{
  json_t *tree = two_tables(), *lists = two_lists();
  fake_source source = {.lists = lists, .width = 2, .fails_at = 0};
  zc_rows rows = fake_rows(&source);
  fake_sink counted = {.fails_at = -1};
  zc_sink sink = {fake_write, &counted};
  zc_err err;
  zc_document *document;
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  cr_expect(eq(int, zc_document_write(document, ZC_HTML, &rows, &sink, &err), ZC_EIO));
  const json_t *wanted =
      json_object_get(json_array_get(json_object_get(tree, "children"), 1), "pick");
  cr_expect(source.picked == wanted && wanted != NULL);
  zc_document_free(document);
  json_decref(tree), json_decref(lists);
}

Test(document_rows, rows_of_another_width_are_refused)
{
  zc_err err;
  json_t *lists = json_loads("{\"s\": [[\"1\", \"2\"], [\"3\"]]}", 0, NULL);
  json_t *tree = json_loads("{\"children\": [{\"kind\": \"table\", \"rows\": \"s\","
                            "\"columns\": [{\"title\": \"a\"}, {\"title\": \"b\"}]}]}",
                            0, NULL);
  fake_source source = {.lists = lists, .width = 2, .fails_at = -1};
  zc_rows rows = fake_rows(&source);
  fake_sink counted = {.fails_at = -1};
  zc_sink sink = {fake_write, &counted};
  zc_document *document;
  cr_assert(eq(int, zc_document_new(tree, &document, &err), ZC_OK));
  cr_expect(eq(int, zc_document_write(document, ZC_MARKDOWN, &rows, &sink, &err),
               ZC_EINTERNAL));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "source"), (char *)"s"));
  cr_expect(eq(int, source.closed, 1));
  /* Nobody gives the source, or not this one. */
  cr_expect(
      eq(int, zc_document_write(document, ZC_HTML, NULL, &sink, &err), ZC_EINTERNAL));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "source"), (char *)"s"));
  source.lists = NULL;
  cr_expect(
      eq(int, zc_document_write(document, ZC_HTML, &rows, &sink, &err), ZC_EDATA));
  cr_expect(eq(int, source.opened, 1));
  zc_document_free(document);
  json_decref(tree), json_decref(lists);
}

Test(document_rows, what_names_no_source_rightly_is_refused)
{
  static const struct {
    const char *rest, *problem;
  } rows[] = {{"\"rows\": \"\"", "a table needs columns and rows"},
              {"\"rows\": {}", "a table needs columns and rows"},
              {"\"rows\": \"s\", \"pick\": []", "a table picks as many columns"},
              {"\"rows\": \"s\", \"pick\": [\"a\", \"b\"]", "a table picks as many"},
              {"\"rows\": \"s\", \"pick\": \"a\"", "a table picks as many columns"},
              {"\"rows\": \"s\", \"pick\": [1]", "what a table picks of a source"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[300];
    zc_err err;
    zc_document *document;
    snprintf(text, sizeof text,
             "{\"children\": [{\"kind\": \"table\", \"columns\": [{\"title\": \"a\"}], "
             "%s}]}",
             rows[i].rest);
    json_t *tree = json_loads(text, 0, NULL);
    cr_expect(eq(int, zc_document_new(tree, &document, &err), ZC_EINTERNAL));
    const char *problem = zc_err_argument(&err, "problem_term");
    cr_expect(problem != NULL &&
                  strncmp(problem, rows[i].problem, strlen(rows[i].problem)) == 0,
              "row %zu: %s", i, problem);
    json_decref(tree);
  }
}
