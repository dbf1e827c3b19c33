/* The rows of lists of inspections, as visits: a row a problem, a visit without problems a row
 * without any. */
#include <stdlib.h>
#include <string.h>

#include "supervisor/inspecting.h"

enum {
  CODE = ZC_INSPECT_CODE,
  NAME = ZC_INSPECT_NAME,
  DAY = ZC_INSPECT_DAY,
  TEAM = ZC_INSPECT_TEAM,
  KIND = ZC_INSPECT_KIND,
  INSPECTORS = ZC_INSPECT_INSPECTORS,
  ENTRY = ZC_INSPECT_ENTRY,
  ITEM = ZC_INSPECT_ITEM,
  MARK = ZC_INSPECT_MARK,
  TITLE = ZC_INSPECT_TITLE,
  FOUND = ZC_INSPECT_FOUND,
  COUNT = ZC_INSPECT_COUNT,
  AMOUNT = ZC_INSPECT_AMOUNT,
  SEVERITY = ZC_INSPECT_SEVERITY,
  HANDLING = ZC_INSPECT_HANDLING,
  NOTE = ZC_INSPECT_NOTE,
  PEOPLE = ZC_INSPECT_PEOPLE
};

const zc_list_column zc_inspect_columns[] =
    {{"机构编码", "code", false},     {"机构名称", "name", false},
     {"检查日期", "day", true},       {"检查组", "team", false},
     {"检查方式", "kind", false},     {"检查人数", "inspectors", false},
     {"检查项编号", "item", false},   {"检查项", "item_title", false},
     {"检查情况", "mark", false},     {"问题表现", "title", true},
     {"发现时间", "found", false},    {"数量", "count", false},
     {"涉及金额", "amount", false},   {"严重程度", "severity", false},
     {"处理方式", "handling", false}, {"备注", "note", false},
     {"检查人员", "people", false},   {NULL, NULL, false}};

#define PASSED "passed"
#define BAD "found"

/* What 检查情况 may say; nothing else is guessed at. */
static const zc_word marks[] = {{PASSED, "合格", "未发现问题 无问题 符合 正常 √ ✓ ✔"},
                                {BAD, "不合格", "发现问题 有问题 不符合 × ✗ ✘"},
                                {"not_checked", "未检查", "未查"},
                                {"not_applicable", "不适用", "不涉及"},
                                {NULL, NULL, NULL}};

static const char *cell(const zc_list_row *row, int column)
{
  return zc_text_or(row->cells[column], "");
}

/* ---- rows ------------------------------------------------------------------------------- */

static int hold(char **held, const char *text)
{
  char *own = strdup(text);
  if (own == NULL)
    return 1;
  free(*held);
  *held = own;
  return 0;
}

/* What is left blank is as in the row above, as long as that is of the same facility and day.
 * Non-zero when out of memory. */
static int carry(zc_inspect_rows *r, const zc_list_row *row,
                 const char *cells[ZC_INSPECT_COLUMNS])
{
  bool own = *cell(row, CODE) != '\0' || *cell(row, NAME) != '\0';
  bool same = !own || (strcmp(cell(row, CODE), zc_text_or(r->held[CODE], "")) == 0 &&
                       (*cell(row, CODE) != '\0' ||
                        strcmp(cell(row, NAME), zc_text_or(r->held[NAME], "")) == 0));
  int bad = 0;
  r->said = 0;
  for (int i = 0; i < ZC_INSPECT_COLUMNS; i++) {
    cells[i] = cell(row, i);
    r->said |= *cells[i] == '\0' ? 0 : 1u << i;
    if (i >= INSPECTORS && strcmp(cells[i], ZC_CELL_NONE) == 0)
      cells[i] = "";
  }
  if (row->cells[TEAM] == NULL && row->cells[PEOPLE] != NULL) {
    cells[TEAM] = cells[PEOPLE]; /* who came is the team where nothing else says it */
    cells[PEOPLE] = "";
    r->said |= *cells[TEAM] == '\0' ? 0 : 1u << TEAM;
  }
  cells[DAY] = zc_text_or(zc_list_day(cells[DAY], r->day, NULL), cells[DAY]);
  same = same &&
         (*cells[DAY] == '\0' || strcmp(cells[DAY], zc_text_or(r->held[DAY], "")) == 0);
  for (int i = CODE; i <= INSPECTORS; i++) {
    bool take = i <= NAME ? own : !same || (r->said & 1u << i) != 0;
    if (take)
      bad |= hold(&r->held[i], cells[i]);
    cells[i] = zc_text_or(r->held[i], "");
  }
  return bad;
}

/* Who was visited: a facility of the roster, or somebody who is on none. */
static bool read_who(zc_inspect_rows *r, const char *const *cells, json_t *visit)
{
  bool listed = *cells[CODE] != '\0';
  const char *code = zc_cells_facility(&r->cells, cells[CODE]);
  const char *subject = listed ? "" : zc_cells_text(&r->cells, "机构名称", cells[NAME]);
  if (!listed && *subject == '\0')
    zc_cells_wrong(&r->cells, N_("the row does not say which facility was visited"),
                   N_("write its code; who is on no roster stands without a code, with "
                      "a name"),
                   NULL);
  zc_cells_check_name(&r->cells, "机构名称", cells[CODE], cells[NAME]);
  json_object_set_new(visit, "facility", json_string(code));
  json_object_set_new(visit, "subject", json_string(subject));
  return *code != '\0' || *subject != '\0';
}

static const char *read_day(zc_inspect_rows *r, const char *const *cells)
{
  if (*cells[DAY] == '\0')
    zc_cells_wrong(&r->cells, N_("the day of the inspection is missing"),
                   N_("write it as 2026-12-31 into the column 检查日期"), NULL);
  return zc_cells_day(&r->cells, "检查日期", cells[DAY]);
}

static int begin_visit(zc_inspect_rows *r, json_t *visit, const char *key)
{
  static const char *const lists[] = {"found", "scope"};
  int bad = 0;
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    bad |= json_object_set_new(visit, lists[i], json_array());
  bad |= json_object_set_new(visit, "lines", json_object());
  bad |= json_object_set_new(visit, "handling", json_string(""));
  bad |= json_object_set_new(visit, "note", json_string(""));
  bad |= json_object_set_new(visit, "line", json_integer(r->cells.line));
  bad |= json_object_set_new(visit, "said", json_integer(0));
  if (bad == 0)
    bad |= json_object_set(r->visits, key, visit);
  return bad == 0 ? json_array_append_new(r->order, json_string(key)) : bad;
}

/* What a row says of its visit, by which it is known. Owned; NULL when out of memory. */
static json_t *read_visit(zc_inspect_rows *r, const char *const *cells, bool *told)
{
  json_t *visit = json_object();
  bool who = read_who(r, cells, visit);
  const char *day = read_day(r, cells);
  const char *kind = zc_cells_word(&r->cells, zc_visit_kinds, "检查方式", cells[KIND]);
  int64_t inspectors = zc_cells_count(&r->cells, "检查人数", cells[INSPECTORS]);
  const char *team = zc_cells_text(&r->cells, "检查组", cells[TEAM]);
  int bad = json_object_set_new(visit, "day", json_string(day));
  bad |= json_object_set_new(visit, "team", json_string(team));
  bad |= json_object_set_new(visit, "kind",
                             json_string(*kind == '\0' ? "on_site" : kind));
  bad |= json_object_set_new(visit, "inspectors", json_integer(inspectors));
  *told = !who || *day == '\0';
  if (bad == 0 && json_object_size(visit) == 6)
    return visit;
  json_decref(visit);
  return NULL;
}

/* The visit that a row is of. Borrowed; NULL when the row does not say, which was told. */
static zc_code visit_of(zc_inspect_rows *r, const char *const *cells, json_t **visit,
                        zc_err *err)
{
  bool told;
  zc_buffer key = {0};
  json_t *read = read_visit(r, cells, &told);
  *visit = NULL;
  if (read != NULL)
    zc_visit_key(read, &key);
  int bad = read == NULL || key.failed;
  if (bad == 0 && !told) {
    *visit = json_object_get(r->visits, key.data);
    if (*visit == NULL) {
      bad |= begin_visit(r, read, key.data);
      *visit = read; /* the map keeps it */
    }
  }
  json_decref(read);
  zc_buffer_free(&key);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* The same problem twice in one visit would count twice. *bad: out of memory. */
static bool is_second(zc_inspect_rows *r, json_t *visit, const char *entry,
                      const char *title, int *bad)
{
  zc_buffer key = {0};
  zc_buffer_print(&key, "%s\x1f%s", entry, title);
  json_t *lines = json_object_get(visit, "lines");
  const json_t *first = json_object_get(lines, zc_text_or(key.data, ""));
  *bad |= key.failed;
  if (first != NULL)
    zc_cells_wrong(&r->cells, N_("the same problem stands on line {line} already"),
                   N_("take one of the lines out, or say what is different"), "line",
                   ZC_DIGITS(json_integer_value(first)), NULL);
  else
    *bad |= json_object_set_new(lines, zc_text_or(key.data, ""),
                                json_integer(r->cells.line));
  zc_buffer_free(&key);
  return first != NULL;
}

static int add_problem(zc_inspect_rows *r, json_t *visit, const char *const *cells,
                       const char *entry)
{
  zc_cells *c = &r->cells;
  const char *title = zc_cells_text(c, "问题表现", cells[TITLE]);
  const char *found = zc_cells_day(c, "发现时间", cells[FOUND]);
  const char *severity = zc_cells_word(c, zc_severities, "严重程度", cells[SEVERITY]);
  json_t *handling = zc_cells_words(c, zc_handlings, "处理方式", cells[HANDLING]);
  int bad = handling == NULL;
  if (*title == '\0' || is_second(r, visit, entry, title, &bad)) {
    json_decref(handling);
    return bad;
  }
  json_t *problem =
      json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:o, s:s}", "said",
                (json_int_t)r->said, "entry", entry, "title", title, "found",
                *found == '\0' ? zc_text_of(visit, "day") : found, "severity", severity,
                "count", (json_int_t)zc_cells_count(c, "数量", cells[COUNT]), "amount",
                (json_int_t)zc_cells_money(c, "涉及金额", cells[AMOUNT]), "handling",
                handling, "note", zc_cells_text(c, "备注", cells[NOTE]));
  r->rows++;
  return bad | json_array_append_new(json_object_get(visit, "found"), problem);
}

/* Adds the columns of this row to those in which the list says something of the visit. */
static int add_said(const zc_inspect_rows *r, json_t *visit, unsigned columns)
{
  json_int_t said = zc_get_integer(visit, "said", 0) | (r->said & columns);
  return json_object_set_new(visit, "said", json_integer(said));
}

/* Whether a mark says that nobody has looked. */
static bool is_idle(const char *mark)
{
  return strcmp(mark, PASSED) != 0 && strcmp(mark, BAD) != 0;
}

/* What 检查情况 says, held against the rest of the row. */
static const char *read_mark(zc_inspect_rows *r, const char *const *cells)
{
  zc_cells *c = &r->cells;
  const char *mark = zc_cells_word(c, marks, "检查情况", cells[MARK]);
  bool found = *cells[TITLE] != '\0',
       named = *cells[ENTRY] != '\0' || *cells[ITEM] != '\0';
  if (*mark != '\0' && found && strcmp(mark, BAD) != 0)
    zc_cells_wrong(c, N_("检查情况 is {value}, and 问题表现 tells of a problem"),
                   N_("write 不合格, or take the problem out"), "value", cells[MARK],
                   NULL);
  else if (strcmp(mark, BAD) == 0 && !found)
    zc_cells_wrong(c, N_("检查情况 is {value}, and 问题表现 is blank"),
                   N_("say in 问题表现 what was found"), "value", cells[MARK], NULL);
  else if (*mark != '\0' && is_idle(mark) && !named)
    zc_cells_wrong(c, N_("检查情况 is {value}, and the row names no entry"),
                   N_("name the entry in 检查项编号, or take the row out: who was not "
                      "inspected is not listed"),
                   "value", cells[MARK], NULL);
  return mark;
}

/* All handlings that the rows of a visit tell are its own … */
static int add_handlings(zc_inspect_rows *r, json_t *visit, const char *text)
{
  zc_buffer all = {0};
  zc_buffer_print(&all, "%s,%s", zc_text_of(visit, "handling"), text);
  json_t *united = all.failed
                       ? NULL
                       : zc_cells_words(&r->cells, zc_handlings, "处理方式", all.data);
  zc_buffer_free(&all);
  return json_object_set_new(visit, "handling", united);
}

/* … and all remarks, each once. */
static int add_note(zc_inspect_rows *r, json_t *visit, const char *text)
{
  static const char between[] = "；";
  zc_buffer all = {0};
  size_t size = strlen(text);
  for (const char *at = zc_text_of(visit, "note"); *text != '\0' && at != NULL;) {
    const char *end = strstr(at, between);
    if (strncmp(at, text, size) == 0 && (at[size] == '\0' || at + size == end))
      return 0;
    at = end == NULL ? NULL : end + strlen(between);
  }
  zc_buffer_print(&all, "%s%s%s", zc_text_of(visit, "note"),
                  *zc_text_of(visit, "note") == '\0' || *text == '\0' ? "" : between,
                  text);
  json_t *note = all.failed ? NULL
                            : json_string(zc_cells_text(&r->cells, "备注", all.data));
  zc_buffer_free(&all);
  return json_object_set_new(visit, "note", note);
}

/* Who came, beside a team, is a remark. */
static int add_people(zc_inspect_rows *r, json_t *visit, const char *people)
{
  zc_buffer text = {0};
  if (*people == '\0')
    return 0;
  zc_buffer_print(&text, "检查人员：%s", people);
  int bad = text.failed || add_note(r, visit, text.data) != 0;
  zc_buffer_free(&text);
  return bad;
}

/* How many inspectors there were: what a row says itself, once. */
static int add_inspectors(zc_inspect_rows *r, json_t *visit, const char *const *cells)
{
  if ((r->said & 1u << INSPECTORS) == 0)
    return 0;
  json_int_t line = zc_get_integer(visit, "counted", 0);
  json_int_t known = zc_get_integer(visit, "inspectors", 0);
  json_int_t count = zc_cells_count(&r->cells, "检查人数", cells[INSPECTORS]);
  if (line != 0 && count != known)
    zc_cells_wrong(
        &r->cells,
        N_("检查人数 is {value} here, and {other} on line {line} of the same "
           "visit"),
        N_("mend one of them; visits of several teams on a day are told "
           "apart by 检查组"),
        "value", ZC_DIGITS(count), "other", ZC_DIGITS(known), "line", ZC_DIGITS(line),
        NULL);
  int bad = json_object_set_new(visit, "inspectors", json_integer(count));
  return bad | json_object_set_new(visit, "counted", json_integer(r->cells.line));
}

/* A row that tells no problem: of the visit as a whole, or of an entry that was looked at. */
static int add_plain(zc_inspect_rows *r, json_t *visit, const char *const *cells,
                     const char *entry, bool idle)
{
  zc_cells *c = &r->cells;
  int bad = 0;
  if (*cells[COUNT] != '\0' || *cells[AMOUNT] != '\0' || *cells[SEVERITY] != '\0')
    zc_cells_wrong(c,
                   N_("the row has a number, an amount or a severity, but no problem"),
                   N_("say in 问题表现 what was found, or take them out"), NULL);
  if (*entry != '\0' && idle) {
    r->blank++;
    bad |= json_object_set_new(visit, "open", json_true());
  }
  bad |= add_said(r, visit, 1u << HANDLING | 1u << NOTE);
  bad |= add_handlings(r, visit, cells[HANDLING]);
  return bad | add_note(r, visit, cells[NOTE]);
}

/* A sheet that nobody has filled in: a facility that was not visited. */
static bool is_unused(const zc_list_row *row, const char *const *cells)
{
  const char *mark = zc_word_code(marks, cells[MARK]);
  return *cells[DAY] == '\0' && row->cells[MARK] != NULL &&
         (*cells[MARK] == '\0' || (mark != NULL && is_idle(mark))) &&
         *cells[TITLE] == '\0' && *cells[ENTRY] != '\0';
}

zc_code zc_inspect_row(void *context, const zc_list_row *row, zc_err *err)
{
  zc_inspect_rows *r = context;
  const char *cells[ZC_INSPECT_COLUMNS];
  json_t *visit;
  r->cells.line = row->line;
  if (carry(r, row, cells) != 0)
    return zc_fail_memory(err);
  if (is_unused(row, cells)) {
    r->blank++;
    return ZC_OK;
  }
  zc_code code = visit_of(r, cells, &visit, err);
  if (code != ZC_OK)
    return code;
  const char *entry = zc_cells_entry(&r->cells, cells[ENTRY], cells[ITEM]);
  const char *mark = read_mark(r, cells);
  if (visit == NULL)
    return ZC_OK; /* told */
  int bad = add_said(r, visit, 1u << INSPECTORS) | add_inspectors(r, visit, cells);
  bad |= add_people(r, visit, cells[PEOPLE]);
  bool looked_at = !is_idle(mark) || *cells[TITLE] != '\0';
  if (row->cells[MARK] != NULL && *entry != '\0' && looked_at)
    bad |= json_array_append_new(json_object_get(visit, "scope"), json_string(entry));
  bad |= *cells[TITLE] != '\0' ? add_problem(r, visit, cells, entry)
                               : add_plain(r, visit, cells, entry, !looked_at);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* A sheet with a day on which nothing is marked would be a visit that saw nothing. */
void zc_inspect_check_marks(zc_inspect_rows *r)
{
  const char *key;
  json_t *visit;
  json_object_foreach(r->visits, key, visit)
  {
    if (!zc_get_flag(visit, "open") ||
        json_array_size(json_object_get(visit, "scope")) > 0)
      continue;
    r->cells.line = zc_get_integer(visit, "line", 0);
    zc_cells_wrong(&r->cells,
                   N_("the sheet names entries, and none is marked as inspected"),
                   N_("write 合格 into 检查情况 where an entry was in order, or the "
                      "problem into 问题表现"),
                   NULL);
  }
}

zc_code zc_inspect_rows_begin(zc_inspect_rows *r, const zc_office *office,
                              const char *plan, const char *file, zc_err *err)
{
  *r = (zc_inspect_rows){.visits = json_object(), .order = json_array()};
  return r->visits == NULL || r->order == NULL
             ? zc_fail_memory(err)
             : zc_cells_begin(&r->cells, office, plan, file, err);
}

void zc_inspect_rows_free(zc_inspect_rows *r)
{
  zc_cells_free(&r->cells);
  json_decref(r->visits);
  json_decref(r->order);
  for (size_t i = 0; i < sizeof r->held / sizeof *r->held; i++)
    free(r->held[i]);
  *r = (zc_inspect_rows){0};
}
