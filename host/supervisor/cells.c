#include "supervisor/cells.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cli/asking.h"
#include "cli/message.h"
#include "office/amount.h"
#include "table/scope.h"

#define TEXT_MOST 2000 /* characters, as of every field of the ledger */
#define COUNT_MOST 1000000

/* ---- words -------------------------------------------------------------------------- */

const zc_word zc_visit_kinds[] = {{"on_site", "现场检查", "现场 监督检查 日常检查"},
                                  {"unannounced", "飞行检查", "暗访 四不两直 突击检查"},
                                  {"random", "双随机抽查", "双随机 随机抽查 抽查"},
                                  {"cross", "交叉检查", "交叉互查"},
                                  {"special", "专项检查", "专项督查"},
                                  {"data_screening", "数据筛查", "非现场监管"},
                                  {"complaint", "举报核查", "投诉核查 投诉举报核查"},
                                  {"review", "复查", "整改复查 核查"},
                                  {"look_back", "回头看", NULL},
                                  {"other", "其他", "其它"},
                                  {NULL, NULL, NULL}};

const zc_word zc_handlings[] = {{"on_the_spot", "当场整改", "立行立改 立即整改"},
                                {"order_correct", "责令改正",
                                 "限期整改 责令整改 责令限期改正"},
                                {"opinion", "监督意见书",
                                 "下达监督意见书 卫生监督意见书"},
                                {"talk", "约谈", "提醒约谈"},
                                {"points", "记分", "不良执业行为记分"},
                                {"case", "立案", "立案查处"},
                                {"transfer", "移送", "线索移送"},
                                {"close_down", "取缔", NULL},
                                {NULL, NULL, NULL}};

const zc_word zc_severities[] = {{"general", "一般", NULL},
                                 {"major", "较重", "较大"},
                                 {"grave", "严重", "重大"},
                                 {NULL, NULL, NULL}};

const zc_word zc_procedures[] = {{"simple", "简易", "简易程序 当场处罚"},
                                 {"general", "一般", "一般程序 普通 普通程序"},
                                 {NULL, NULL, NULL}};

const zc_word zc_receivers[] = {{"police", "公安", "公安机关"},
                                {"discipline", "纪检监察",
                                 "纪检 纪委监委 纪检监察机关"},
                                {"insurance", "医保", "医保局 医疗保障"},
                                {"market", "市监", "市场监管 市场监督管理"},
                                {"justice", "司法机关", "司法 检察院 检察机关 法院"},
                                {"other", "其他", "其他部门"},
                                {NULL, NULL, NULL}};

const char *zc_word_title(const zc_word *words, const char *code)
{
  for (; words->code != NULL; words++)
    if (strcmp(words->code, code) == 0)
      return words->title;
  return code;
}

void zc_words_titles(const zc_word *words, const char *codes, zc_buffer *out)
{
  char code[32];
  for (bool first = true; *codes != '\0'; first = false) {
    size_t size = strcspn(codes, ",");
    snprintf(code, sizeof code, "%.*s", (int)size, codes);
    zc_buffer_print(out, "%s%s", first ? "" : "、", zc_word_title(words, code));
    codes += size + (codes[size] == ',');
  }
}

static bool is_spelling(const char *others, const char *text, size_t size)
{
  while (others != NULL && *others != '\0') {
    size_t length = strcspn(others, " ");
    if (length == size && strncmp(others, text, size) == 0)
      return true;
    others += length + (others[length] == ' ');
  }
  return false;
}

static const zc_word *find_word(const zc_word *words, const char *text, size_t size)
{
  for (; words->code != NULL; words++)
    if ((strlen(words->code) == size && strncmp(words->code, text, size) == 0) ||
        (strlen(words->title) == size && strncmp(words->title, text, size) == 0) ||
        is_spelling(words->others, text, size))
      return words;
  return NULL;
}

const char *zc_word_code(const zc_word *words, const char *text)
{
  const zc_word *found = find_word(words, text, strlen(text));
  return found == NULL ? NULL : found->code;
}

zc_code zc_window_of(const zc_cli *cli, const char **from, const char **to, zc_err *err)
{
  const char **const days[] = {from, to};
  static const char *const names[] = {"from", "to"};
  for (size_t i = 0; i < 2; i++) {
    int32_t day;
    const char *text = *days[i] = zc_option_value(cli, names[i]);
    if (text != NULL && (strlen(text) != 10 || !zc_day_parse(text, 10, &day)))
      return zc_fail(err, ZC_EUSAGE,
                     "--{name} {value} is no day; write it as 2026-12-31", "name",
                     names[i], "value", text, NULL);
  }
  if (*from != NULL && *to != NULL && strcmp(*from, *to) > 0)
    return zc_fail(err, ZC_EUSAGE,
                   "--from {from} is later than --to {to}: turn them round", "from",
                   *from, "to", *to, NULL);
  return ZC_OK;
}

/* ---- mistakes ------------------------------------------------------------------------- */

void zc_cells_wrong(zc_cells *cells, const char *text, const char *hint, ...)
{
  va_list pairs;
  va_start(pairs, hint);
  zc_list_tell_wrong(cells->file, cells->line, text, hint, pairs);
  va_end(pairs);
  cells->wrong++;
}

static void unknown_word(zc_cells *cells, const zc_word *words, const char *title,
                         const char *text)
{
  zc_buffer list = {0};
  for (const zc_word *w = words; w->code != NULL; w++)
    zc_buffer_print(&list, "%s%s", w == words ? "" : "、", w->title);
  zc_cells_wrong(cells, N_("{title}: {value} is no word that is known here"),
                 N_("write one of {list}"), "title", title, "value", text, "list",
                 zc_text_or(list.data, ""), NULL);
  zc_buffer_free(&list);
}

/* ---- plain values --------------------------------------------------------------------- */

const char *zc_cells_day(zc_cells *cells, const char *title, const char *text)
{
  const char *hint, *today = cells->office->workspace.cli->today;
  if (text == NULL || *text == '\0')
    return "";
  const char *day = zc_list_day(text, cells->days[cells->day++ % 4], &hint);
  if (day == NULL) {
    zc_cells_wrong(cells, N_("{title}: {value} is no date"), hint, "title", title,
                   "value", text, NULL);
    return "";
  }
  if (strcmp(day, today) > 0) {
    zc_cells_wrong(cells, N_("{title}: {value} is later than {today}"),
                   N_("mend the date, or wait until it has happened"), "title", title,
                   "value", text, "today", today, NULL);
    return "";
  }
  return day;
}

int64_t zc_cells_money(zc_cells *cells, const char *title, const char *text)
{
  if (text == NULL || *text == '\0')
    return 0;
  int64_t amount = zc_amount_read(text);
  if (amount != ZC_UNKNOWN)
    return amount;
  zc_cells_wrong(cells, N_("{title}: {value} is no amount"),
                 N_("write yuan as 1200 or 1200.50, without commas or units"), "title",
                 title, "value", text, NULL);
  return 0;
}

int64_t zc_cells_count(zc_cells *cells, const char *title, const char *text)
{
  if (text == NULL || *text == '\0')
    return 0;
  size_t digits = strspn(text, "0123456789");
  int64_t number = digits > 0 && digits <= 7 && text[digits] == '\0'
                       ? strtoll(text, NULL, 10)
                       : COUNT_MOST + 1;
  if (number <= COUNT_MOST)
    return number;
  zc_cells_wrong(cells, N_("{title}: {value} is no whole number"),
                 N_("write a number from 0 to 1000000"), "title", title, "value", text,
                 NULL);
  return 0;
}

bool zc_cells_flag(zc_cells *cells, const char *title, const char *text)
{
  static const char *const yes[] = {"是", "有", "√", "1", "Y", "yes", NULL};
  static const char *const no[] = {"否", "无", "×", "0", "N", "no", "—", NULL};
  if (text == NULL || *text == '\0')
    return false;
  for (size_t i = 0; yes[i] != NULL; i++)
    if (strcmp(text, yes[i]) == 0)
      return true;
  for (size_t i = 0; no[i] != NULL; i++)
    if (strcmp(text, no[i]) == 0)
      return false;
  zc_cells_wrong(cells, N_("{title}: {value} is neither 是 nor 否"), NULL, "title",
                 title, "value", text, NULL);
  return false;
}

const char *zc_cells_word(zc_cells *cells, const zc_word *words, const char *title,
                          const char *text)
{
  if (text == NULL || *text == '\0')
    return "";
  const char *code = zc_word_code(words, text);
  if (code == NULL)
    unknown_word(cells, words, title, text);
  return zc_text_or(code, "");
}

/* The size of the separator at `at`; 0 when there is none. */
static size_t separator(const char *at)
{
  static const char *const known[] = {"、", "，", "；", ",", ";", "/", "+", " ", "\n"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strncmp(at, known[i], strlen(known[i])) == 0)
      return strlen(known[i]);
  return 0;
}

json_t *zc_cells_words(zc_cells *cells, const zc_word *words, const char *title,
                       const char *text)
{
  unsigned seen = 0;
  zc_buffer codes = {0}, part = {0};
  for (const char *at = zc_text_or(text, ""); *at != '\0';) {
    const char *begin = at;
    while (*at != '\0' && separator(at) == 0)
      at++;
    size_t size = (size_t)(at - begin);
    const zc_word *found = find_word(words, begin, size);
    if (found != NULL) {
      seen |= 1u << (found - words);
    } else if (size > 0 && strncmp(begin, "无", size) != 0) {
      zc_buffer_add(&part, begin, size);
      unknown_word(cells, words, title, zc_text_or(part.data, ""));
      zc_buffer_free(&part);
    }
    at += separator(at);
  }
  for (size_t i = 0; words[i].code != NULL; i++)
    if ((seen & (1u << i)) != 0)
      zc_buffer_print(&codes, "%s%s", codes.size == 0 ? "" : ",", words[i].code);
  json_t *value = codes.failed ? NULL : json_string(zc_text_or(codes.data, ""));
  zc_buffer_free(&codes);
  return value;
}

/* Whether eighteen characters are an identity number: a region, a birthday of the last two
 * centuries, a serial number and a digit or X. */
static bool is_identity(const char *text)
{
  if (strspn(text, "0123456789") < 17 ||
      (!isdigit((unsigned char)text[17]) && text[17] != 'X' && text[17] != 'x') ||
      isdigit((unsigned char)text[18]))
    return false;
  int year = (text[6] - '0') * 10 + text[7] - '0';
  int month = (text[10] - '0') * 10 + text[11] - '0';
  int day = (text[12] - '0') * 10 + text[13] - '0';
  return (year == 19 || year == 20) && month >= 1 && month <= 12 && day >= 1 &&
         day <= 31;
}

bool zc_cell_is_spoiled(const char *text)
{
  static const char *const errors[] = {"#REF!",   "#N/A",    "#NAME?",
                                       "#VALUE!", "#DIV/0!", "#NUM!",
                                       "#NULL!",  "#SPILL!", "#CALC!"};
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (strcmp(text, errors[i]) == 0)
      return true;
  size_t size = strspn(text, "#"), digits = strspn(text, "0123456789.");
  if (size > 1 && text[size] == '\0')
    return true; /* a column that was too narrow */
  if (digits == 0 || (text[digits] | 0x20) != 'e' || text[digits + 1] != '+')
    return false;
  size = strspn(text + digits + 2, "0123456789");
  return size > 0 && text[digits + 2 + size] == '\0';
}

const char *zc_cells_text(zc_cells *cells, const char *title, const char *text)
{
  size_t characters = 0;
  if (text == NULL)
    return "";
  if (zc_cell_is_spoiled(text)) {
    zc_cells_wrong(cells, N_("{title}: a spreadsheet program has made {value} of it"),
                   N_("format the column as text and write it again"), "title", title,
                   "value", text, NULL);
    return "";
  }
  for (const char *at = text; *at != '\0'; at++) {
    characters += ((unsigned char)*at & 0xc0) != 0x80;
    bool begins = at == text || !isdigit((unsigned char)at[-1]);
    if (begins && is_identity(at)) {
      zc_cells_wrong(cells, N_("{title}: there is an identity number in it"),
                     N_("leave it out: patients are never named, staff by their role"),
                     "title", title, NULL);
      return "";
    }
  }
  if (characters <= TEXT_MOST)
    return text;
  zc_cells_wrong(cells, N_("{title}: the text is longer than {most} characters"),
                 N_("say it shorter"), "title", title, "most", ZC_DIGITS(TEXT_MOST),
                 NULL);
  return "";
}

/* ---- the roster ----------------------------------------------------------------------- */

static int learn_facility(zc_cells *cells, const json_t *one)
{
  const char *name = zc_text_of(one, "name");
  const char *code = zc_text_of(one, "code");
  int bad = json_object_set_new(cells->facilities, code, json_string(name));
  bool twice = json_object_get(cells->names, name) != NULL;
  return bad | json_object_set_new(cells->names, name, json_string(twice ? "" : code));
}

zc_code zc_cells_begin(zc_cells *cells, const zc_office *office, const char *plan,
                       const char *file, zc_err *err)
{
  size_t index;
  const json_t *one;
  json_t *list = NULL;
  *cells = (zc_cells){.file = file,
                      .office = office,
                      .plan = plan,
                      .facilities = json_object(),
                      .names = json_object()};
  if (cells->facilities == NULL || cells->names == NULL)
    return zc_fail_memory(err);
  int bad = 0;
  zc_code code = zc_facilities(office->workspace.store, plan, &list, err);
  json_array_foreach(list, index, one) bad |= learn_facility(cells, one);
  json_array_foreach(office->checklists, index, one)
  {
    if (strcmp(zc_text_of(one, "plan"), plan) == 0)
      cells->checklist = json_object_get(one, "body");
  }
  json_decref(list);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

void zc_cells_free(zc_cells *cells)
{
  json_decref(cells->facilities);
  json_decref(cells->names);
  *cells = (zc_cells){0};
}

/* The better of two known words. */
static void take_nearer(const char *known, const char *word, const char **nearest,
                        int *best)
{
  int distance = zc_text_distance(known, word);
  if (distance < *best) {
    *best = distance;
    *nearest = known;
  }
}

/* How far a word may be from one that is suggested: a third of it. */
static int near_enough(const char *word)
{
  return (int)strlen(word) / 3 + 2;
}

/* The code that was probably meant; NULL when none is near. Borrowed. */
static const char *nearest_facility(const zc_cells *cells, const char *code)
{
  const char *known, *nearest = NULL;
  json_t *name;
  const char *named = zc_get_text(cells->names, code);
  int best = near_enough(code);
  if (named != NULL && *named != '\0')
    return named;
  json_object_foreach(cells->facilities, known, name)
      take_nearer(known, code, &nearest, &best);
  return nearest;
}

const char *zc_cells_facility(zc_cells *cells, const char *code)
{
  if (code == NULL || *code == '\0')
    return "";
  if (json_object_get(cells->facilities, code) != NULL)
    return code;
  const char *nearest = nearest_facility(cells, code);
  const char *shown = zc_text_or(nearest, "");
  zc_cells_wrong(cells, N_("the roster has no facility {code}"),
                 nearest == NULL
                     ? N_("`zicha roster list` tells all; who is on no roster stands "
                          "without a code, with a name")
                     : N_("did you mean {nearest} ({name})?"),
                 "code", code, "nearest", shown, "name",
                 zc_text_of(cells->facilities, shown), NULL);
  return "";
}

zc_code zc_cells_check_facility(const zc_cells *cells, const char *code, zc_err *err)
{
  if (code == NULL || json_object_get(cells->facilities, code) != NULL)
    return ZC_OK;
  const char *nearest = nearest_facility(cells, code);
  const char *shown = zc_text_or(nearest, "");
  return zc_fail(err, ZC_EUSAGE,
                 nearest == NULL
                     ? N_("the roster has no facility {code}; `zicha roster "
                          "list` tells all")
                     : N_("the roster has no facility {code}; did you mean "
                          "{nearest} ({name})?"),
                 "code", code, "nearest", shown, "name",
                 zc_text_of(cells->facilities, shown), NULL);
}

void zc_cells_check_name(zc_cells *cells, const char *title, const char *code,
                         const char *name)
{
  const char *known = zc_get_text(cells->facilities, code);
  const char *own = zc_get_text(cells->names, name);
  if (*name == '\0')
    return;
  if (*code == '\0' && own != NULL)
    zc_cells_wrong(cells,
                   N_("{title}: {value} is on the roster, and the row has no code"),
                   *own == '\0'
                       ? N_("several facilities are called so: write the code of "
                            "the one that is meant")
                       : N_("write its code {code} as 机构编码"),
                   "title", title, "value", name, "code", own, NULL);
  else if (known != NULL && strstr(known, name) == NULL && strstr(name, known) == NULL)
    zc_cells_wrong(cells, N_("{title}: {value} is not what {code} is called: {name}"),
                   N_("mend the code or the name"), "title", title, "value", name,
                   "code", code, "name", known, NULL);
}

/* ---- the checklist ---------------------------------------------------------------------- */

static const char *by_id(const zc_cells *cells, const char *id, const char **nearest)
{
  size_t index;
  const json_t *one;
  int best = near_enough(id);
  json_array_foreach(json_object_get(cells->checklist, "entries"), index, one)
  {
    if (strcmp(zc_text_of(one, "id"), id) == 0)
      return zc_text_of(one, "id");
    if (strcmp(zc_text_of(one, "item"), id) == 0)
      return zc_text_of(one, "item");
    take_nearer(zc_text_of(one, "id"), id, nearest, &best);
  }
  json_array_foreach(json_object_get(cells->checklist, "aliases"), index, one)
  {
    if (strcmp(zc_text_of(one, "id"), id) == 0)
      return zc_text_of(one, "alias_of");
  }
  return NULL;
}

/* "" when several entries have the title. */
static const char *by_title(const zc_cells *cells, const char *title,
                            const char **nearest)
{
  size_t index;
  const json_t *one;
  const char *found = NULL;
  int best = near_enough(title);
  json_array_foreach(json_object_get(cells->checklist, "entries"), index, one)
  {
    if (strcmp(zc_text_of(one, "title"), title) == 0)
      found = found == NULL ? zc_text_of(one, "id") : "";
    take_nearer(zc_text_of(one, "title"), title, nearest, &best);
  }
  return found;
}

const char *zc_cells_entry(zc_cells *cells, const char *id, const char *title)
{
  const char *nearest = NULL, *found;
  bool has_id = id != NULL && *id != '\0';
  if (!has_id && (title == NULL || *title == '\0'))
    return "";
  found = has_id ? by_id(cells, id, &nearest) : by_title(cells, title, &nearest);
  if (found != NULL && *found != '\0')
    return found;
  if (found != NULL)
    zc_cells_wrong(cells, N_("several entries are called {value}"),
                   N_("give the id of the one that is meant"), "value", title, NULL);
  else
    zc_cells_wrong(cells, N_("the plan has no entry {value}"),
                   nearest == NULL ? N_("`zicha plan show` prints the entries; a "
                                        "problem beyond the plan has none")
                                   : N_("did you mean {nearest}?"),
                   "value", has_id ? id : title, "nearest", zc_text_or(nearest, ""),
                   NULL);
  return "";
}

const char *zc_cells_entry_title(const zc_cells *cells, const char *id)
{
  size_t index;
  const json_t *one;
  const char *title = "";
  json_array_foreach(json_object_get(cells->checklist, "entries"), index, one)
  {
    if (strcmp(zc_text_of(one, "id"), id) == 0)
      return zc_text_of(one, "title");
    if (strcmp(zc_text_of(one, "item"), id) == 0)
      title = zc_text_of(one, "title");
  }
  return title;
}

/* ---- what was taken back ------------------------------------------------------------------ */

void zc_cells_note_void(const char *what, const json_t *one)
{
  const json_t *told = json_object_get(one, "void");
  zc_note(N_("{what} was taken back on {day} ({reason}) and is passed over; --again "
             "enters it anew"),
          json_pack("{s:s, s:s, s:s}", "what", what, "day", zc_text_of(told, "on"),
                    "reason", zc_text_of(told, "reason")));
}

void zc_cells_void(zc_buffer *out, const json_t *one)
{
  const json_t *told = json_object_get(one, "void");
  if (told != NULL)
    zc_buffer_print(out, "  已作废（%s %s：%s）", zc_text_of(told, "on"),
                    zc_text_of(told, "by"), zc_text_of(told, "reason"));
}
