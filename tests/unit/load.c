/* Exports as columns: by any number of threads, cut anywhere, they are what the plain reader
 * makes of them. */
#include <iconv.h>

#include "exports.h"
#include "vector/load.h"
#include "vector/scanning.h"

static zc_crew *crews[8];

static zc_crew *crew_of(int size)
{
  zc_err err;
  if (crews[size] == NULL)
    cr_assert(zc_crew_new(size, &crews[size], &err) == ZC_OK);
  return crews[size];
}

/* Both readers, over the same bytes. */
static void expect_same(json_t *dataset, const zc_buffer *bytes, unsigned used,
                        int crew, zc_grain grain, zc_gb18030 *converter,
                        const char *which)
{
  zc_err err;
  char *data = padded(bytes);
  json_t *faults = json_array(), *others = json_array();
  zc_table *plain = table_over(dataset, data, bytes->size, used);
  zc_table *fast = table_over(dataset, data, bytes->size, used);
  zc_code code = zc_table_load(plain, converter, faults, &err);
  cr_assert(code == ZC_OK || code == ZC_EDATA, "%s", err.text);
  zc_code other = zc_columns_load_by(fast, crew == 1 ? NULL : crew_of(crew), grain,
                                     converter, others, &err);
  cr_assert(eq(int, code, other), "%s", which);
  cr_assert(json_equal(faults, others), "%s", which);
  const char *differs = difference(plain, fast);
  cr_assert(differs == NULL, "%s: %s", which, differs);
  if (code == ZC_OK) {
    const zc_columns *columns = zc_columns_of(fast);
    for (int i = 0; i < columns->count; i++)
      for (size_t j = 0; j < fast->count; j++) {
        const zc_column_vector *v = &columns->vectors[i];
        zc_scalar value = zc_column_scalar(v, j);
        int64_t entry = v->dictionary != NULL ? v->codes[j] : value.units;
        if (value.kind != ZC_NIL && value.kind != ZC_BOOL &&
            (v->dictionary == NULL || value.size > 0))
          cr_assert(entry >= v->least && entry <= v->most, "%s: range of %d", which, i);
      }
  }
  zc_table_free(plain);
  zc_table_free(fast);
  json_decref(faults);
  json_decref(others);
  free(data);
}

static const int sizes[] = {1, 2, 3, 7};

/* A grain that is mostly far too fine. */
static zc_grain grain_of(seeded *s)
{
  static const size_t batches[] = {64, 128, 192, 512, 4096, ZC_SPLIT_BYTES};
  static const size_t parts[] = {1, 50, 400, 3000, 100000};
  return (zc_grain){batches[seeded_below(s, 6)], parts[seeded_below(s, 5)]};
}

Test(load, any_export_is_what_the_plain_reader_makes_of_it)
{
  seeded s = {20240801};
  for (int round = 0; round < 1500; round++) {
    char which[64];
    static const size_t oddness[] = {0, 3, 20, 150, 600};
    static const size_t rows[] = {0, 1, 3, 40, 400};
    json_t *dataset = export_dataset(seeded_below(&s, KEY_WAYS));
    zc_buffer bytes = random_export(&s, rows[seeded_below(&s, 5)],
                                    oddness[seeded_below(&s, 5)]);
    unsigned used = seeded_below(&s, 3) ? ~0u : (unsigned)seeded_next(&s);
    int crew = sizes[seeded_below(&s, 4)];
    snprintf(which, sizeof which, "round %d, %d threads", round, crew);
    expect_same(dataset, &bytes, used, crew, grain_of(&s), NULL, which);
    zc_buffer_free(&bytes);
    json_decref(dataset);
  }
}

static zc_buffer in_gb18030(iconv_t back, const zc_buffer *bytes)
{
  zc_buffer out = {0};
  size_t from = bytes->size, room = bytes->size * 2;
  char *at = bytes->data, *to = zc_buffer_reserve(&out, room);
  iconv(back, &at, &from, &to, &room);
  out.size = bytes->size * 2 - room;
  return out;
}

Test(load, gb18030_is_what_the_plain_reader_makes_of_it)
{
  seeded s = {5};
  zc_gb18030 *converter = zc_gb18030_new();
  iconv_t back = iconv_open("GB18030", "UTF-8");
  for (int round = 0; round < 100; round++) {
    char which[64];
    json_t *dataset = export_dataset(seeded_below(&s, KEY_WAYS));
    zc_buffer bytes = random_export(&s, 60, 0), out = in_gb18030(back, &bytes);
    snprintf(which, sizeof which, "round %d", round);
    expect_same(dataset, &out, ~0u, sizes[round % 4], grain_of(&s), converter, which);
    zc_buffer_free(&bytes);
    zc_buffer_free(&out);
    json_decref(dataset);
  }
  iconv_close(back);
  zc_gb18030_free(converter);
}

/* One of several exports, of any size and encoding, that are loaded at once. */
typedef struct {
  json_t *dataset, *faults;
  char *data;
  zc_table *plain;
  zc_code code;
} another;

static another random_other(seeded *s, zc_gb18030 *converter, iconv_t back,
                            zc_loading *loading)
{
  static const size_t rows[] = {0, 1, 20, 300, 3000};
  zc_err err;
  another a = {.dataset = export_dataset(seeded_below(s, KEY_WAYS)),
               .faults = json_array()};
  bool chinese = seeded_below(s, 3) == 0;
  zc_buffer bytes = random_export(s, rows[seeded_below(s, 5)],
                                  chinese ? 0 : seeded_below(s, 100));
  if (chinese) {
    zc_buffer out = in_gb18030(back, &bytes);
    zc_buffer_free(&bytes);
    bytes = out;
  }
  a.data = seeded_below(s, 10) == 0 ? NULL : padded(&bytes);
  size_t size = a.data == NULL ? 0 : bytes.size;
  a.plain = table_over(a.dataset, a.data, size, ~0u);
  a.code = zc_table_load(a.plain, converter, a.faults, &err);
  *loading = (zc_loading){.table = table_over(a.dataset, a.data, size, ~0u),
                          .faults = json_array(),
                          .code = ZC_EUSAGE};
  zc_buffer_free(&bytes);
  return a;
}

Test(load, several_exports_are_what_the_plain_reader_makes_of_each)
{
  seeded s = {20261123};
  zc_gb18030 *converter = zc_gb18030_new();
  iconv_t back = iconv_open("GB18030", "UTF-8");
  for (int round = 0; round < 150; round++) {
    another others[9];
    zc_loading several[9];
    size_t count = seeded_below(&s, 10);
    int crew = sizes[round % 4];
    for (size_t i = 0; i < count; i++)
      others[i] = random_other(&s, converter, back, &several[i]);
    zc_columns_load_several(several, count, crew == 1 ? NULL : crew_of(crew),
                            converter);
    for (size_t i = 0; i < count; i++) {
      cr_assert(eq(int, several[i].code, others[i].code), "round %d, %zu", round, i);
      cr_assert(json_equal(several[i].faults, others[i].faults), "round %d", round);
      const char *differs = difference(others[i].plain, several[i].table);
      cr_assert(differs == NULL, "round %d, %zu: %s", round, i, differs);
      zc_table_free(others[i].plain);
      zc_table_free(several[i].table);
      json_decref(others[i].dataset);
      json_decref(others[i].faults);
      json_decref(several[i].faults);
      free(others[i].data);
    }
  }
  iconv_close(back);
  zc_gb18030_free(converter);
}

/* Bytes of few kinds, so that quotation marks meet everything. */
Test(load, any_bytes_are_what_the_plain_reader_makes_of_them)
{
  static const char alphabet[] = "\"\"\",,\n\n\ra \xe4\xb8\x80";
  seeded s = {99};
  json_t *dataset = json_of("{'id':'t','title':'t','columns':[{'id':'a','type':'text'},"
                            "{'id':'b','type':'text'}]}");
  for (int round = 0; round < 6000; round++) {
    char which[64];
    zc_buffer bytes = {0};
    zc_buffer_text(&bytes, "a,b\n");
    for (size_t left = seeded_below(&s, 300); left > 0; left--)
      zc_buffer_char(&bytes, alphabet[seeded_below(&s, sizeof alphabet - 1)]);
    snprintf(which, sizeof which, "round %d", round);
    expect_same(dataset, &bytes, ~0u, sizes[round % 4], grain_of(&s), NULL, which);
    zc_buffer_free(&bytes);
  }
  json_decref(dataset);
}

/* What import is told of an export. */
static void expect_same_scan(json_t *json, const zc_buffer *bytes, int crew,
                             zc_grain grain, zc_gb18030 *converter, const char *which)
{
  zc_err err = {0}, other_err = {0};
  zc_dataset *dataset;
  char *data = padded(bytes);
  json_t *faults = json_array(), *others = json_array(), *summary, *other;
  cr_assert(zc_dataset_new(json, &dataset, &err) == ZC_OK);
  int32_t today = 17000;
  zc_code code = zc_scan("f.csv", data, bytes->size, dataset, NULL, today, converter,
                         NULL, faults, &summary, &err);
  zc_code second = zc_columns_scan_by("f.csv", data, bytes->size, dataset, NULL, today,
                                      crew == 1 ? NULL : crew_of(crew), grain,
                                      converter, NULL, others, &other, &other_err);
  cr_assert(eq(int, code, second), "%s", which);
  cr_assert(eq(str, err.text, other_err.text), "%s", which);
  char *one = json_dumps(summary, JSON_INDENT(1) | JSON_ENCODE_ANY),
       *two = json_dumps(other, JSON_INDENT(1) | JSON_ENCODE_ANY);
  cr_assert(strcmp(zc_text_or(one, ""), zc_text_or(two, "")) == 0, "%s:\n%s\n%s", which,
            one, two);
  cr_assert(json_equal(faults, others), "%s", which);
  free(one);
  free(two);
  json_decref(summary);
  json_decref(other);
  json_decref(faults);
  json_decref(others);
  zc_dataset_free(dataset);
  free(data);
}

Test(scan_by_columns, any_export_is_told_as_the_plain_reader_tells_it)
{
  seeded s = {4711};
  zc_gb18030 *converter = zc_gb18030_new();
  for (int round = 0; round < 1000; round++) {
    char which[64];
    static const size_t oddness[] = {0, 3, 20, 150, 600};
    static const size_t rows[] = {0, 1, 3, 40, 400};
    json_t *dataset = export_dataset(round % 3 == 0 ? seeded_below(&s, KEY_WAYS) : 2);
    zc_buffer bytes = random_export(&s, rows[seeded_below(&s, 5)],
                                    oddness[seeded_below(&s, 5)]);
    snprintf(which, sizeof which, "round %d", round);
    expect_same_scan(dataset, &bytes, sizes[seeded_below(&s, 4)], grain_of(&s),
                     round % 5 == 0 ? converter : NULL, which);
    zc_buffer_free(&bytes);
    json_decref(dataset);
  }
  zc_gb18030_free(converter);
}

/* A cell of more than ZC_CSV_CELL bytes, or of more than ZC_CSV_CELL_LINES line ends. */
Test(load, cells_that_are_too_long_end_where_the_plain_reader_ends_them)
{
  json_t *dataset = export_dataset(2);
  for (int kind = 0; kind < 4; kind++)
    for (int more = -2; more < 3; more++) {
      zc_buffer bytes = {0};
      zc_buffer_text(&bytes, "编号,note\nK1,before\nK2,");
      zc_buffer_text(&bytes, kind < 3 ? "\"" : "");
      int size = kind % 2 ? (int)ZC_CSV_CELL : ZC_CSV_CELL_LINES;
      for (int i = 0; i < size + more; i++)
        zc_buffer_char(&bytes, kind % 2 ? 'x' : '\n');
      zc_buffer_text(&bytes, kind < 3 ? "\"\n" : "\n");
      for (int i = 0; i < 5000; i++)
        zc_buffer_print(&bytes, "K%d,\"x\"\n", i);
      for (int crew = 1; crew < 4; crew++)
        expect_same(dataset, &bytes, ~0u, crew, (zc_grain){ZC_SPLIT_BYTES, 1000}, NULL,
                    "a long cell");
      zc_buffer_free(&bytes);
    }
  json_decref(dataset);
}

Test(load, a_table_that_was_not_handed_over_stays_empty)
{
  zc_err err;
  json_t *dataset = export_dataset(0), *faults = json_array();
  zc_table *table = table_over(dataset, NULL, 0, ~0u);
  cr_expect(eq(int, zc_columns_load(table, NULL, NULL, faults, &err), ZC_OK));
  cr_expect(eq(sz, table->count, 0));
  cr_expect(zc_columns_of(table) != NULL);
  zc_table_free(table);
  json_decref(dataset);
  json_decref(faults);
}

Test(classify, all_ways_see_the_same)
{
  static const char alphabet[] =
      ",\n\"\r\t x\x01\x7f\xc2\xa0\x85\xe4\xb8\x80\xe2\x80\xaa"
      "\xef\xbb\xbf\xbc\xed\xe0\xf0\xd8\x9c\xc0\xb7\x90";
  seeded s = {7};
  zc_block one[8], other[8];
  for (int round = 0; round < 20000; round++) {
    size_t size = seeded_below(&s, 400), blocks = size / ZC_BLOCK + 1;
    zc_buffer bytes = {0};
    for (size_t i = 0; i < size; i++)
      zc_buffer_char(&bytes, seeded_below(&s, 4)
                                 ? 'a'
                                 : alphabet[seeded_below(&s, sizeof alphabet - 1)]);
    char *data = padded(&bytes);
    zc_classify(data, size, one, blocks);
    for (size_t way = 1; zc_classify_way(way) != NULL; way++) {
      zc_classify_way(way)(data, size, other, blocks);
      for (size_t i = 0; i < blocks; i++) {
        cr_assert(one[i].comma == other[i].comma && one[i].line == other[i].line &&
                      one[i].quote == other[i].quote,
                  "round %d, block %zu", round, i);
        /* What is cut off by the end of a block may be seen in the next one. */
        cr_assert(other[i].look == 0 || one[i].look != 0 ||
                      (i + 1 < blocks && one[i + 1].look != 0),
                  "round %d, block %zu", round, i);
      }
    }
    free(data);
    zc_buffer_free(&bytes);
  }
}
