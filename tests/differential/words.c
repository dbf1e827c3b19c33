/* Exports as hospitals have them: blank and broken cells, quotes, line ends of both kinds. */
#include <stdio.h>
#include <string.h>

#include "../unit/chance.h"
#include "differential.h"

const char dataset_t[] =
    "{'id':'t','title':'表','date':'d','repeats':true,'columns':["
    "{'id':'id','type':'code','titles':['编号'],'key':true},"
    "{'id':'g','type':'code','titles':['组']},{'id':'h','type':'text','titles':['类']},"
    "{'id':'n','type':'int','titles':['数']},"
    "{'id':'q','type':'decimal','scale':2,'titles':['金额']},"
    "{'id':'d','type':'date','titles':['日期']},"
    "{'id':'at','type':'datetime','titles':['时间']},"
    "{'id':'b','type':'bool','titles':['是否']},"
    "{'id':'k','type':'enum','titles':['种'],'words':['甲','乙','丙'],"
    "'values':[{'id':'甲','spellings':['A']},{'id':'乙'},{'id':'丙'}]},"
    "{'id':'s','type':'text','titles':['说明']},"
    "{'id':'l','type':'codes','titles':['诊断']},"
    "{'id':'z','type':'int','titles':['零'],'blank':'zero'},"
    "{'id':'p','type':'code','titles':['患者'],'identifies':'patient'}]}";

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
  static const char *const strange[] = {"看不清", "1e5",  "１２",
                                        " 7 ",    "+3",   "7.000",
                                        "-0",     "--1",  "99999999999999999",
                                        "0.005",  "12,5", NULL};
  if (between(m, 0, 11) == 0)
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
  static const char *const strange[] = {"2023-13-01", "2023-02-30",   "昨天",
                                        "2023",       " 2023-05-06 ", NULL};
  int month = between(m, 1, 3), day = between(m, 1, 28);
  const char *form = between(m, 0, 3) > 0 ? forms[0] : one_of(m, forms);
  if (between(m, 0, 14) == 0) {
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
  if (between(m, 0, 15) == 0)
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
  if (between(m, 0, 9) == 0)
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
  bool crlf, quoted, broken;
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
  static const char *const of_t[] = {"id", "g", "h", "n", "q", "d", "at",
                                     "b",  "k", "s", "l", "z", "p", NULL};
  static const char *const of_o[] = {"g", "w", "v", "lo", "hi", NULL};
  static const char *const heads_t[] = {"编号", "组",   "类",   "数", "金额",
                                        "日期", "时间", "是否", "种", "说明",
                                        "诊断", "零",   "患者"};
  static const char *const heads_o[] = {"组", "词", "值", "起", "止"};
  bool first = strcmp(dataset, "t") == 0;
  const char *const *columns = first ? of_t : of_o;
  manner how = {.crlf = between(m, 0, 2) == 0,
                .quoted = between(m, 0, 2) == 0,
                .broken = between(m, 0, 1) == 0};
  char cell[64];
  if (between(m, 0, 2) == 0)
    zc_buffer_text(out, "\xef\xbb\xbf");
  for (int c = 0; columns[c] != NULL; c++) {
    zc_buffer_text(out, c == 0 ? "" : ",");
    zc_buffer_text(out, first ? heads_t[c] : heads_o[c]);
  }
  add_line_end(&how, out);
  for (int i = 0; i < rows; i++) {
    for (int c = 0; columns[c] != NULL; c++) {
      zc_buffer_text(out, c == 0 ? "" : ",");
      make_cell(m, columns[c], rows, cell);
      add_cell(m, &how, cell, out);
    }
    if (i + 1 < rows || between(m, 0, 1) == 0)
      add_line_end(&how, out);
    if (how.broken && between(m, 0, 12) == 0)
      break_row(m, &how, out);
  }
}
