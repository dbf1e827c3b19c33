/* exports.h: exports as no program should write them, at random, and tables that must be
 * the same. */
#ifndef ZC_TEST_EXPORTS_H
#define ZC_TEST_EXPORTS_H

#include "notation.h"
#include "seeded.h"
#include "table/table.h"
#include "vector/parts.h"

/* Keys: 0: one text that must not repeat; 1: two columns, together; 2: may repeat; 3: a day;
 * 4: none. */
#define KEY_WAYS 5

static inline json_t *export_dataset(size_t way)
{
  static const char columns[] =
      "{'id':'code','type':'code','titles':['编号']%s},"
      "{'id':'number','type':'int'%s},{'id':'day','type':'date'%s},"
      "{'id':'amount','type':'decimal','scale':2,'blank':'zero'},"
      "{'id':'at','type':'datetime'},{'id':'note','type':'text'},"
      "{'id':'kind','type':'enum','values':[{'id':'门诊'},{'id':'急诊','spellings':"
      "['急','ER']},{'id':'住院'}],'words':['门诊','急诊','住院']},"
      "{'id':'flag','type':'bool'%s},{'id':'codes','type':'codes'},"
      "{'id':'sure','type':'int','blank':'never'},"
      "{'id':'extra','type':'%s','optional':true,'scale':1},{'id':'lost','type':'date'"
      "}";
  static const char key[] = ",'key':true";
  static const char *const extras[] = {"decimal", "bool", "text", "codes", "date"};
  char text[2048], all[4096];
  snprintf(text, sizeof text, columns, way < 3 ? key : "", way == 1 ? key : "",
           way == 3 ? key : "", way % 2 ? ",'blank':'no'" : "", extras[way]);
  snprintf(all, sizeof all,
           "{'id':'t','title':'表','date':'%s','repeats':%s,'columns':[%s]}",
           way == 1 ? "at" : "day", way == 2 ? "true" : "false", text);
  return json_of(all);
}

/* What else may stand in a cell. */
static const char *const odd_cells[] = {"",
                                        " ",
                                        "\t",
                                        "　",
                                        "\xc2\xa0",
                                        "Ａ１２",
                                        "１２",
                                        "１２．５",
                                        "1.23E+17",
                                        "45012",
                                        "\"a,b\"",
                                        "\"a\"\"b\"",
                                        "\"two\nlines\"",
                                        "\"\r\n\"",
                                        "\"\"",
                                        "\" \"",
                                        "a\"b",
                                        "\"a\"b",
                                        "\"",
                                        "\"open",
                                        "x\xe2\x80\xaay",
                                        "x\xe2\x80\xa6y",
                                        "“引”",
                                        "\xff",
                                        "\xe4\xb8",
                                        "\x01",
                                        "\x7f",
                                        "\xc2\x85",
                                        "\xd8\x9c",
                                        "\xef\xbb\xbf",
                                        "\xf0\xa0\x80\x80",
                                        "\xf4\x90\x80\x80",
                                        "\xed\xa0\x80",
                                        "\xe0\x80\x80",
                                        "\xc0\xaf",
                                        "\xef\xbf\xbe",
                                        "￥5",
                                        "-",
                                        "+5",
                                        "-0",
                                        ".5",
                                        "5.",
                                        "0007",
                                        "12345678",
                                        "123456789",
                                        "-12345678.9",
                                        "2147483647",
                                        "2147483648",
                                        "-2147483646",
                                        "-2147483647",
                                        "-2147483648",
                                        "21474836.47",
                                        "21474836.48",
                                        "-21474836.47",
                                        "999999999999999999",
                                        "9999999999999999999",
                                        "7.00",
                                        "7.05",
                                        "1e5",
                                        "2023-02-29",
                                        "2024-02-29",
                                        "2023/3/5",
                                        "2023年3月5日",
                                        "20230305",
                                        "2023-03-05 8:05",
                                        "2023-03-05T08:05:09",
                                        "2023-03-05 24:00",
                                        "2023-03-05 08:05:09.5",
                                        "0000-01-01",
                                        "2023-13-01",
                                        "2023-00-10",
                                        "2023-01-32",
                                        "门诊 ",
                                        "急",
                                        "er",
                                        "ＥＲ",
                                        "门 诊",
                                        "是",
                                        "否",
                                        "Y",
                                        "no",
                                        "√",
                                        "a;b; c",
                                        "\xe5\xad\x97",
                                        "一段比十六个字节长得多的说明",
                                        "一段比十六个字节长得多的说明。",
                                        "\r",
                                        " x ",
                                        "\"  x\t\""};

static inline void add_cell(zc_buffer *out, seeded *s, int column, size_t oddness)
{
  static const char *const kinds[] = {"门诊", "急诊", "住院", "ER"};
  if (seeded_below(s, 1000) < oddness) {
    zc_buffer_text(out,
                   odd_cells[seeded_below(s, sizeof odd_cells / sizeof *odd_cells)]);
    return;
  }
  bool quoted = seeded_below(s, 8) == 0;
  zc_buffer_text(out, quoted ? "\"" : "");
  switch (column) {
  case 0:
    zc_buffer_print(out, "K%zu", seeded_below(s, 400));
    break;
  case 2:
    zc_buffer_print(out, "20%02zu-%02zu-%02zu", 10 + seeded_below(s, 20),
                    1 + seeded_below(s, 12), 1 + seeded_below(s, 28));
    break;
  case 3:
    zc_buffer_print(out, "%s%zu.%02zu", seeded_below(s, 9) == 0 ? "-" : "",
                    seeded_below(s, 20000), seeded_below(s, 100));
    break;
  case 4:
    zc_buffer_print(out, "2023-%02zu-%02zu %02zu:%02zu", 1 + seeded_below(s, 12),
                    1 + seeded_below(s, 28), seeded_below(s, 24), seeded_below(s, 60));
    break;
  case 5:
    zc_buffer_print(out, "%s%zu",
                    seeded_below(s, 2) ? "说明"
                                       : (quoted ? "a longer note, " : "note, "),
                    seeded_below(s, 50));
    break;
  case 6:
    zc_buffer_text(out, kinds[seeded_below(s, 4)]);
    break;
  case 7:
    zc_buffer_text(out, seeded_below(s, 2) ? "是" : "0");
    break;
  case 8:
    zc_buffer_print(out, "J%zu;K%zu", seeded_below(s, 9), seeded_below(s, 9));
    break;
  default:
    zc_buffer_print(out, "%zu", seeded_below(s, 300));
  }
  zc_buffer_text(out, quoted ? "\"" : "");
}

/* An export of up to `most` rows; of its cells, of its rows some are odd in a thousand. */
static inline zc_buffer random_export(seeded *s, size_t most, size_t oddness)
{
  zc_buffer out = {0};
  const char *end = seeded_below(s, 3) == 0 ? "\r\n" : "\n";
  size_t rows = most == 0 ? 0 : seeded_below(s, most + 1);
  zc_buffer_text(&out, seeded_below(s, 4) == 0 ? "\xef\xbb\xbf" : "");
  zc_buffer_text(&out, "编号,number,day,amount,at,note,kind,flag,codes,sure,不用的");
  zc_buffer_text(&out, end);
  for (size_t i = 0; i < rows; i++) {
    size_t cells = 11;
    if (seeded_below(s, 2000) < oddness)
      cells = seeded_below(s, 14);
    bool blank = seeded_below(s, 3000) < oddness;
    for (size_t j = 0; j < cells; j++) {
      zc_buffer_text(&out, j > 0 ? "," : "");
      if (!blank)
        add_cell(&out, s, (int)j, oddness);
      else if (seeded_below(s, 4) == 0)
        zc_buffer_text(&out, seeded_below(s, 2) ? " " : "\"\"");
    }
    if (seeded_below(s, 5000) < oddness)
      for (size_t j = seeded_below(s, 400); j > 0; j--)
        zc_buffer_text(&out, j % 2 ? "x\n" : "\n");
    zc_buffer_text(&out, i + 1 == rows && seeded_below(s, 3) == 0 ? "" : end);
  }
  return out;
}

/* The bytes with what must be readable behind them, and nothing more. Owned. */
static inline char *padded(const zc_buffer *bytes)
{
  char *copy = malloc(bytes->size + ZC_BLOCK);
  memcpy(copy, bytes->data == NULL ? "" : bytes->data, bytes->size);
  memset(copy + bytes->size, '"', ZC_BLOCK);
  return copy;
}

static inline zc_table *table_over(json_t *json, const char *data, size_t size,
                                   unsigned used)
{
  zc_dataset *dataset;
  zc_err err;
  cr_assert(zc_dataset_new(json, &dataset, &err) == ZC_OK, "%s", err.text);
  zc_table *table = zc_table_new(dataset, "export.csv", data, size, NULL);
  for (int i = 0; i < dataset->count; i++)
    table->used[i] = used >> i & 1;
  return table;
}

static inline bool same_scalar(const zc_scalar *a, const zc_scalar *b)
{
  if (a->kind != b->kind || zc_is_unreadable(*a) != zc_is_unreadable(*b))
    return false;
  switch (a->kind) {
  case ZC_NIL:
    return true;
  case ZC_BOOL:
    return a->truth == b->truth;
  case ZC_NUMBER:
    return a->units == b->units && a->scale == b->scale && a->divisor == b->divisor;
  case ZC_TEXT:
  case ZC_CODES:
    return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
  default:
    return a->units == b->units;
  }
}

/* What differs first; NULL: nothing. In static room. */
static inline const char *difference(const zc_table *a, const zc_table *b)
{
  static char room[256];
  zc_scalar one[32], other[32];
#define DIFFERS(...) return snprintf(room, sizeof room, __VA_ARGS__), room
  if (a->count != b->count)
    DIFFERS("%zu rows, and %zu", a->count, b->count);
  if (a->malformed != b->malformed)
    DIFFERS("%d malformed, and %d", (int)a->malformed, (int)b->malformed);
  if (a->first != b->first || a->last != b->last || a->width != b->width)
    DIFFERS("days %d to %d, and %d to %d", a->first, a->last, b->first, b->last);
  for (int i = 0; i < a->dataset->count; i++)
    if (a->bad[i] != b->bad[i] || a->present[i] != b->present[i] ||
        a->slot[i] != b->slot[i])
      DIFFERS("column %d: %d bad, and %d", i, (int)a->bad[i], (int)b->bad[i]);
  for (size_t i = 0; i < a->count; i++) {
    if (zc_table_line(a, i) != zc_table_line(b, i))
      DIFFERS("row %zu: line %d, and %d", i, (int)zc_table_line(a, i),
              (int)zc_table_line(b, i));
    const zc_scalar *cells = zc_table_row(a, i, one),
                    *others = zc_table_row(b, i, other);
    for (int j = 0; j < a->width; j++)
      if (!same_scalar(&cells[j], &others[j]))
        DIFFERS("row %zu, line %d: cell %d", i, (int)zc_table_line(a, i), j);
  }
#undef DIFFERS
  return NULL;
}

#endif
