/* Documents when memory runs out: each allocation fails in turn, alone and with all that
 * follow. The writer says so, or does its work all the same. The linker hands the
 * allocations of all our code to the functions below (tests/CMakeLists.txt). */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

#include "document/document.h"
#include "document_source.h"
#include "failing.h"

typedef zc_code writer(const json_t *tree, const zc_rows *rows, zc_buffer *out,
                       zc_err *err);

static zc_code as_page(const json_t *tree, const zc_rows *rows, zc_buffer *out,
                       zc_err *err)
{
  zc_document *document;
  zc_sink sink = zc_sink_buffer(out);
  zc_code code = zc_document_new(tree, &document, err);
  if (code == ZC_OK)
    code = zc_document_write(document, ZC_MARKDOWN, rows, &sink, err);
  if (code == ZC_OK)
    code = zc_document_write(document, ZC_HTML, rows, &sink, err);
  zc_document_free(document);
  return code;
}

static zc_code as_csv(const json_t *tree, const zc_rows *rows, zc_buffer *out,
                      zc_err *err)
{
  zc_document *document;
  zc_sink sink = zc_sink_buffer(out);
  zc_code code = zc_document_new(tree, &document, err);
  if (code == ZC_OK)
    code = zc_document_csv(document, "long", rows, &sink, err);
  if (code == ZC_OK)
    code = zc_document_csv(document, "short", rows, &sink, err);
  zc_document_free(document);
  return code;
}

static zc_code as_workbook(const json_t *tree, const zc_rows *rows, zc_buffer *out,
                           zc_err *err)
{
  zc_document *document;
  zc_sink sink = zc_sink_buffer(out);
  size_t cut;
  zc_code code = zc_document_new(tree, &document, err);
  if (code == ZC_OK)
    code = zc_document_workbook(document, rows, &sink, &cut, err);
  zc_document_free(document);
  return code;
}

static zc_code attempt(writer *write, const json_t *tree, const char *const *cells,
                       zc_buffer *out)
{
  zc_err err;
  fake_source source = {.equal = cells, .width = 2, .count = 9, .fails_at = -1};
  zc_rows rows = fake_rows(&source);
  zc_code code = write(tree, &rows, out, &err);
  cr_assert(eq(int, source.opened, source.closed));
  return code;
}

static void sweep(writer *write)
{
  static const char *const cells[] = {"药品", "=1"};
  json_t *tree = json_loads(
      "{\"title\": \"t\", \"children\": [{\"kind\": \"heading\", \"level\": 1, "
      "\"text\": "
      "\"a\"}, {\"kind\": \"list\", \"items\": [\"x\\ny\"]},"
      "{\"kind\": \"table\", \"id\": \"long\", \"columns\": [{\"title\": \"a\"}, "
      "{\"title\": \"b\"}], \"rows\": \"s\"},"
      "{\"kind\": \"table\", \"id\": \"short\", \"columns\": [{\"title\": \"a\"}], "
      "\"rows\": [[\"b\"], [1]]}, {\"kind\": \"chart\", \"title\": \"c\", \"label\": "
      "\"l\", "
      "\"value\": \"v\", \"bars\": [{\"label\": \"a\", \"value\": \"1\", \"share\": "
      "9}]}, "
      "{\"kind\": \"paragraph\", \"text\": \"a\"}]}",
      0, NULL);
  zc_buffer wanted = {0};
  cr_assert(eq(int, attempt(write, tree, cells, &wanted), ZC_OK));
  for (int mode = 0; mode < 2; mode++) {
    long n = 0;
    do {
      zc_buffer out = {0};
      left = n++;
      ever_after = mode != 0;
      failed = false;
      zc_code code = attempt(write, tree, cells, &out);
      left = -1;
      if (code == ZC_OK)
        cr_assert(out.size == wanted.size &&
                      memcmp(out.data, wanted.data, out.size) == 0,
                  "allocation %ld", n);
      else
        cr_assert(eq(int, code, ZC_EINTERNAL), "allocation %ld", n);
      zc_buffer_free(&out);
      cr_assert(lt(long, n, 20000L));
    } while (failed);
    cr_expect(gt(long, n, 5L)); /* there was something to fail */
  }
  zc_buffer_free(&wanted);
  json_decref(tree);
}

Test(document_memory, pages)
{
  sweep(as_page);
}

Test(document_memory, csv_files)
{
  sweep(as_csv);
}

Test(document_memory, workbooks)
{
  sweep(as_workbook);
}
