/* Exports as hospitals have them: blank and broken cells, quotes, line ends of both kinds. */
#include <stdio.h>
#include <string.h>

#include "../unit/chance.h"
#include "differential.h"

/* Columns of t; which of them are keys, and which the export lacks, differs. */
static const struct {
  const char *id, *title, *rest;
} columns_t[] = {
    {"id", "编号", "'type':'code','key':true"},
    {"g", "组", "'type':'code'"},
    {"h", "类", "'type':'text'"},
    {"n", "数", "'type':'int'"},
    {"q", "金额", "'type':'decimal'"},
    {"d", "日期", "'type':'date'"},
    {"at", "时间", "'type':'datetime'"},
    {"b", "是否", "'type':'bool'"},
    {"k", "种",
     "'type':'enum','words':['甲','乙','丙'],"
     "'values':[{'id':'甲','spellings':['A']},{'id':'乙'},{'id':'丙'}]"},
    {"s", "说明", "'type':'text'"},
    {"l", "诊断", "'type':'codes'"},
    {"z", "零", "'type':'int','blank':'zero'"},
    {"p", "患者", "'type':'code','identifies':'patient'"},
};
#define COLUMNS_T ((int)(sizeof columns_t / sizeof *columns_t))

void make_dataset(maker *m, zc_buffer *out)
{
  static const char *const blanks[] =
      {"", "", "", ",'blank':'no'", ",'blank':'zero'", ",'blank':'never'", NULL};
  static const char *const scales[] = {"2", "2", "0", "6", "9", NULL};
  bool odd = between(m, 0, 1) == 0, repeats = between(m, 0, 1) == 0;
  int second = between(m, 0, 2) == 0 ? between(m, 1, COLUMNS_T - 1) : 0;
  m->lacks = 0;
  zc_buffer_text(out, "{'id':'t','title':'表','date':'d',");
  zc_buffer_text(out, repeats ? "'repeats':true,'columns':[" : "'columns':[");
  for (int c = 0; c < COLUMNS_T; c++) {
    zc_buffer_print(out, "%s{'id':'%s','titles':['%s'],%s", c == 0 ? "" : ",",
                    columns_t[c].id, columns_t[c].title, columns_t[c].rest);
    if (strcmp(columns_t[c].id, "q") == 0)
      zc_buffer_print(out, ",'scale':%s", odd ? one_of(m, scales) : "2");
    if (c > 0 && c == second)
      zc_buffer_text(out, ",'key':true");
    else if (odd && c > 0 && between(m, 0, 5) == 0) {
      m->lacks |= 1u << c;
      zc_buffer_text(out, between(m, 0, 1) == 0 ? ",'optional':true" : "");
    }
    if (odd && strstr(columns_t[c].rest, "blank") == NULL)
      zc_buffer_text(out, one_of(m, blanks));
    zc_buffer_text(out, "}");
  }
  zc_buffer_text(out, "]}");
}

const char dataset_o[] = "{'id':'o','title':'另表','columns':["
                         "{'id':'g','type':'code','titles':['组']},"
                         "{'id':'w','type':'text','titles':['词']},"
                         "{'id':'v','type':'decimal','scale':1,'titles':['值']},"
                         "{'id':'lo','type':'date','titles':['起']},"
                         "{'id':'hi','type':'date','titles':['止']}]}";

int between(maker *m, int least, int most)
{
  return random_between(&m->state, least, most);
}

const char *one_of(maker *m, const char *const *words)
{
  int count = 0;
  while (words[count] != NULL)
    count++;
  return words[between(m, 0, count - 1)];
}

/* ---- cells -------------------------------------------------------------------------------- */

static void number_cell(maker *m, bool decimal, char cell[64])
{
  static const char *const strange[] = {"看不清",
                                        "1e5",
                                        "１２",
                                        " 7 ",
                                        "+3",
                                        "7.000",
                                        "-0",
                                        "--1",
                                        "99999999999999999",
                                        "0.005",
                                        "12,5",
                                        "-0.00",
                                        "0.123456789",
                                        "9007199254740992",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "92233720368547758.07",
                                        "9223372036.854775807",
                                        "1,234.50",
                                        "1e400",
                                        ".5",
                                        "5.",
                                        "１．５",
                                        "00012",
                                        "-",
                                        "￥12",
                                        NULL};
  if (!m->whole && between(m, 0, 11) == 0)
    strcpy(cell, one_of(m, strange));
  else if (decimal)
    sprintf(cell, "%d.%02d", between(m, -3, 12), between(m, 0, 99));
  else
    sprintf(cell, "%d", between(m, -3, 12));
}

static void day_cell(maker *m, bool time, char cell[64])
{
  static const char *const forms[] = {"2023-%02d-%02d", "2023/%d/%d", "2023%02d%02d",
                                      "2023年%d月%d日", "2023.%d.%d", NULL};
  static const char *const strange[] = {"2023-13-01",
                                        "2023-02-30",
                                        "昨天",
                                        "2023",
                                        " 2023-05-06 ",
                                        "1969-12-31",
                                        "1900-01-01",
                                        "0001-01-01",
                                        "9999-12-31",
                                        "45012",
                                        "1899-12-31 23:59:59",
                                        "1969-12-31 23:59:59",
                                        "9999-12-31 23:59:59",
                                        "2023-01-01T08:00",
                                        "2023-01-01 24:00:00",
                                        NULL};
  int month = between(m, 1, 3), day = between(m, 1, 28);
  const char *form = between(m, 0, 3) > 0 ? forms[0] : one_of(m, forms);
  if (!m->whole && between(m, 0, 14) == 0) {
    strcpy(cell, one_of(m, strange));
    return;
  }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  sprintf(cell, form, month, day);
#pragma GCC diagnostic pop
  if (time && between(m, 0, 5) > 0)
    sprintf(cell + strlen(cell), " %02d:%02d:%02d", between(m, 0, 23),
            between(m, 0, 59), between(m, 0, 2) * 20);
}

static void code_cell(maker *m, int many, char cell[64])
{
  static const char *const strange[] = {"Ａ１",    " K1",  "K1 ",   "　K2", "k1",
                                        "1.2E+17", "K\"1", "甲,乙", NULL};
  if (!m->whole && between(m, 0, 15) == 0)
    strcpy(cell, one_of(m, strange));
  else
    sprintf(cell, "K%d", between(m, 1, many));
}

static void text_cell(maker *m, char cell[64])
{
  static const char *const words[] =
      {"头孢", "阿莫西林胶囊", "无",  "急诊 观察", "复方甘草片（口服）",
       "a\nb", "他说\"好\"",   "x,y", "—",         "“引”",
       "K1",   "K2",           NULL};
  strcpy(cell, one_of(m, words));
}

static void make_cell(maker *m, const char *column, int rows, char cell[64])
{
  static const char *const flags[] = {"是", "否", "Y", "N", "√", "0", "也许", NULL};
  static const char *const kinds[] = {"甲", "乙", "丙", "A", " 甲 ", "丁", NULL};
  static const char *const lists[] = {"A1", "A1;B2", "A1；C3、", "B2|A1", ";", NULL};
  cell[0] = '\0';
  if (strcmp(column, "id") == 0) {
    sprintf(cell, "R%d", between(m, 1, rows * 3));
    return;
  }
  if (!m->whole && between(m, 0, 9) == 0)
    return;
  if (strcmp(column, "n") == 0 || strcmp(column, "z") == 0)
    number_cell(m, false, cell);
  else if (strcmp(column, "q") == 0 || strcmp(column, "v") == 0)
    number_cell(m, true, cell);
  else if (strcmp(column, "d") == 0 || strcmp(column, "lo") == 0 ||
           strcmp(column, "hi") == 0 || strcmp(column, "at") == 0)
    day_cell(m, strcmp(column, "at") == 0, cell);
  else if (strcmp(column, "b") == 0)
    strcpy(cell, one_of(m, flags));
  else if (strcmp(column, "k") == 0)
    strcpy(cell, one_of(m, kinds));
  else if (strcmp(column, "l") == 0)
    strcpy(cell, one_of(m, lists));
  else if (strcmp(column, "s") == 0)
    text_cell(m, cell);
  else
    code_cell(m, strcmp(column, "p") == 0 ? rows / 4 + 2 : 5, cell);
}

/* ---- the file ----------------------------------------------------------------------------- */

typedef struct {
  bool crlf, quoted, broken, lengthy;
  bool runs; /* what is no key often stands in the row before, too */
} manner;

static void add_cell(maker *m, const manner *how, const char *cell, zc_buffer *out)
{
  bool needs = strpbrk(cell, ",\"\n") != NULL;
  if (!needs && !how->quoted) {
    zc_buffer_text(out, cell);
    return;
  }
  if (needs && how->broken && between(m, 0, 9) == 0) {
    zc_buffer_text(out, cell); /* somebody forgot the quotation marks */
    return;
  }
  zc_buffer_char(out, '"');
  if (how->lengthy && between(m, 0, 15) == 0) { /* about as long as cells may be */
    static const int sizes[] = {63, 64, 200, 32767, 32768, 65535, 65536, 65537};
    int size = sizes[between(m, 0, between(m, 0, 20) == 0 ? 7 : 2)];
    bool lines = between(m, 0, 2) == 0;
    for (int i = (int)strlen(cell); i < size; i++)
      zc_buffer_char(out, lines && i % 3 == 0 ? '\n' : 'x');
  }
  for (; *cell != '\0'; cell++) {
    if (*cell == '"')
      zc_buffer_char(out, '"');
    zc_buffer_char(out, *cell);
  }
  zc_buffer_char(out, '"');
}

static void add_line_end(const manner *how, zc_buffer *out)
{
  zc_buffer_text(out, how->crlf ? "\r\n" : "\n");
}

static void break_row(maker *m, const manner *how, zc_buffer *out)
{
  static const char *const wrecks[] = {",,,",          "x",        "\"",
                                       "a\"b,c",       "\"a\"b,c", "",
                                       "   ",          "\xff\xfe", "\x01,2",
                                       "\xe2\x80\xae", NULL};
  zc_buffer_text(out, one_of(m, wrecks));
  add_line_end(how, out);
}

void make_export(maker *m, const char *dataset, int rows, zc_buffer *out)
{
  static const char *const of_o[] = {"g", "w", "v", "lo", "hi"};
  static const char *const heads_o[] = {"组", "词", "值", "起", "止"};
  bool first = strcmp(dataset, "t") == 0;
  const char *columns[COLUMNS_T + 1] = {NULL}, *heads[COLUMNS_T];
  for (int c = 0, count = 0; c < (first ? COLUMNS_T : 5); c++)
    if (!first || (m->lacks >> c & 1) == 0) {
      columns[count] = first ? columns_t[c].id : of_o[c];
      heads[count++] = first ? columns_t[c].title : heads_o[c];
    }
  manner how = {.crlf = between(m, 0, 2) == 0,
                .quoted = between(m, 0, 2) == 0,
                .broken = between(m, 0, 1) == 0,
                .lengthy = between(m, 0, 3) == 0,
                .runs = between(m, 0, 2) == 0};
  char cells[COLUMNS_T][64];
  m->whole = between(m, 0, 3) == 0;
  if (between(m, 0, 2) == 0)
    zc_buffer_text(out, "\xef\xbb\xbf");
  for (int c = 0; columns[c] != NULL; c++) {
    zc_buffer_text(out, c == 0 ? "" : ",");
    add_cell(m, &(manner){.quoted = how.quoted}, heads[c], out);
  }
  add_line_end(&how, out);
  for (int i = 0; i < rows; i++) {
    for (int c = 0; columns[c] != NULL; c++) {
      zc_buffer_text(out, c == 0 ? "" : ",");
      if (i == 0 || !how.runs || strcmp(columns[c], "id") == 0 || between(m, 0, 2) == 0)
        make_cell(m, columns[c], rows, cells[c]);
      add_cell(m, &how, cells[c], out);
    }
    if (i + 1 < rows || between(m, 0, 1) == 0)
      add_line_end(&how, out);
    if (how.broken && between(m, 0, 12) == 0)
      break_row(m, &how, out);
  }
}
