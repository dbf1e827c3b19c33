#include "supervisor/paper_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cli/list.h"
#include "cli/message.h"
#include "document/document.h"
#include "office/amount.h"
#include "office/round.h"
#include "supervisor/cells.h"

enum {
  CODE,
  NAME,
  DAY,
  ITEM,
  TITLE,
  RESULT,
  CHECKED,
  FOUND,
  AMOUNT,
  STATE,
  DUE,
  DONE,
  NOTE
};

static const zc_list_column columns[] =
    {{"机构编码", "code", true},      {"机构名称", "name", false},
     {"检查日期", "day", true},       {"检查项编号", "item", true},
     {"检查项", "title", false},      {"结果", "result", true},
     {"检查数", "population", false}, {"问题数", "count", false},
     {"涉及金额", "amount", false},   {"整改情况", "state", false},
     {"整改时限", "due", false},      {"完成日期", "done", false},
     {"备注", "note", false},         {NULL, NULL, false}};

static const struct {
  const char *word, *status, *total;
} results[] = {{"合格", "pass", "pass"},
               {"发现问题", "problem", "problem"},
               {"不适用", "not_applicable", "not_applicable"},
               {"未检查", "not_checked", "not_checked"},
               {"", "not_checked", "not_checked"}};

static const struct {
  const char *word, *state;
} states[] = {{"已整改", "rectified"},
              {"整改中", "rectifying"},
              {"未整改", "verified"},
              {"", "verified"}};

typedef struct {
  const zc_paper_list *list;
  zc_paper_read *read;
  json_t *by_code; /* code → its record. Owned */
  json_t *entries; /* id → {id, severity, …}, also by the names of aliases. Owned */
  json_t *lines; /* code → line of its first row, 0 once a result is filled in. Owned */
  char about[1024]; /* code, name and day of the row before */
} reading;

static const char *cell(const zc_list_row *row, int column)
{
  return zc_text_or(row->cells[column], "");
}

static void wrong(reading *r, const zc_list_row *row, const char *text,
                  const char *hint, const char *value)
{
  zc_list_wrong(row->file, row->line, text, hint, "value", value, "plan",
                zc_text_of(r->list->checklist, "plan"), "day", r->list->received, NULL);
  r->read->wrong++;
}

/* ---- cells -------------------------------------------------------------------------------- */

/* The day in a cell, "" for a blank one. */
static const char *day_of(reading *r, const zc_list_row *row, int column,
                          char room[ZC_DAY_ROOM])
{
  const char *hint, *text = cell(row, column);
  const char *day = *text == '\0' ? "" : zc_list_day(text, room, &hint);
  if (day == NULL)
    wrong(r, row, N_("{value} is no date"), hint, text);
  return zc_text_or(day, "");
}

/* -1 for a blank cell. */
static int64_t count_of(reading *r, const zc_list_row *row, int column)
{
  const char *text = cell(row, column);
  size_t size = strlen(text);
  if (size == 0)
    return -1;
  if (size <= 9 && strspn(text, "0123456789") == size)
    return strtol(text, NULL, 10);
  wrong(r, row, N_("{value} is no whole number"), NULL, text);
  return -1;
}

static const char *amount_of(reading *r, const zc_list_row *row)
{
  const char *text = cell(row, AMOUNT);
  if (*text == '\0' || zc_amount_read(text) != ZC_UNKNOWN)
    return text;
  wrong(r, row, N_("{value} is no amount in yuan"), N_("write it as 120.50"), text);
  return "";
}

/* Nobody is named in a list, and what a spreadsheet program has spoiled is none. */
static void check_texts(reading *r, const zc_list_row *row)
{
  static const int texts[] = {CODE, NAME, NOTE};
  zc_cells cells = {.file = row->file, .line = row->line};
  for (size_t i = 0; r->list->fresh && i < sizeof texts / sizeof *texts; i++)
    zc_cells_text(&cells, columns[texts[i]].title, cell(row, texts[i]));
  r->read->wrong += cells.wrong;
}

static int result_of(reading *r, const zc_list_row *row)
{
  const char *text = cell(row, RESULT);
  for (size_t i = 0; i < sizeof results / sizeof *results; i++)
    if (strcmp(results[i].word, text) == 0)
      return (int)i;
  wrong(r, row, N_("{value} is no result"), N_("known: 合格 发现问题 不适用 未检查"),
        text);
  return -1;
}

static int state_of(reading *r, const zc_list_row *row)
{
  const char *text = cell(row, STATE);
  for (size_t i = 0; i < sizeof states / sizeof *states; i++)
    if (strcmp(states[i].word, text) == 0)
      return (int)i;
  wrong(r, row, N_("{value} is no state of rectification"),
        N_("known: 已整改 整改中 未整改"), text);
  return -1;
}

/* ---- the facility ----------------------------------------------------------------------------- */

/* Whether the row is of another facility or day than the one before: what is wrong with these is told
 * once, and not beside each of its sixty items. */
static bool is_another(reading *r, const zc_list_row *row)
{
  char about[sizeof r->about];
  int size = snprintf(about, sizeof about, "%s\n%s\n%s", cell(row, CODE),
                      cell(row, NAME), cell(row, DAY));
  bool another = size >= (int)sizeof about || strcmp(r->about, about) != 0;
  snprintf(r->about, sizeof r->about, "%s", about);
  return another;
}

/* A report beside the wrong code would be another facility's. Names of the roster may have changed since a
 * list was taken in. */
static void check_name(reading *r, const zc_list_row *row)
{
  const char *name = cell(row, NAME), *code = cell(row, CODE);
  const json_t *facility = json_object_get(r->list->facilities, code);
  const char *known = zc_text_of(facility, "name");
  if (!r->list->fresh || *name == '\0' || *known == '\0' ||
      strstr(known, name) != NULL || strstr(name, known) != NULL)
    return;
  zc_list_wrong(row->file, row->line,
                N_("{title}: {value} is not what {code} is called: {name}"),
                N_("mend the code or the name"), "title", columns[NAME].title, "value",
                name, "code", code, "name", known, NULL);
  r->read->wrong++;
}

static void check_day(reading *r, const zc_list_row *row, const char *day)
{
  if (*day == '\0' && *cell(row, DAY) == '\0')
    wrong(r, row, N_("the row has no day of the check (检查日期)"), NULL, "");
  else if (*day != '\0' && strcmp(day, r->list->received) > 0)
    wrong(r, row, N_("{value} is still to come on {day}"),
          N_("write the day on which it was done, or give the right --received"), day);
  else if (*day != '\0' && r->list->round != NULL &&
           !zc_round_takes(r->list->round, day, r->list->late_days))
    wrong(r, row, N_("{value} is not in the round that --round names"),
          N_("mend the day, or name its round; `zicha collect list --rounds` tells "
             "their days"),
          day);
}

static json_t *new_record(reading *r, const zc_list_row *row, const json_t *facility,
                          const char *day)
{
  const json_t *list = r->list->checklist;
  const char *name = zc_text_of(facility, "name");
  return json_pack(
      "{s:{s:s, s:s, s:s}, s:{s:O, s:O, s:O, s:[]}, s:s, s:[], s:[], s:{}}", "facility",
      "code", cell(row, CODE), "name", *name == '\0' ? cell(row, NAME) : name, "class",
      zc_text_of(facility, "class"), "plan", "id", json_object_get(list, "plan"),
      "version", json_object_get(list, "version"), "sha256",
      json_object_get(list, "hash"), "chain", "today", day, "items", "problems",
      "totals");
}

/* The facility's record. Borrowed; NULL: there can be none. */
static json_t *record_of(reading *r, const zc_list_row *row, const char *day,
                         bool another, int *bad)
{
  const char *code = cell(row, CODE);
  const json_t *facility = json_object_get(r->list->facilities, code);
  json_t *record = json_object_get(r->by_code, code);
  if (record != NULL) {
    if (another && *day != '\0' && strcmp(zc_text_of(record, "today"), day) != 0)
      wrong(r, row, N_("the rows of {value} have several days of the check"),
            N_("a list has one report of a facility"), code);
    return record;
  }
  if (*code == '\0')
    wrong(r, row, N_("the row has no code of a facility"), NULL, "");
  else if (another &&
           (facility == NULL || zc_get_integer(facility, "expected", 1) == 0))
    wrong(r, row, N_("no report of {value} is expected for the plan {plan}"),
          N_("`zicha roster list` tells whose are"), code);
  if (facility == NULL)
    return NULL;
  record = new_record(r, row, facility, day);
  *bad |= json_object_set_new(r->by_code, code, record);
  *bad |= json_array_append(r->read->records, record);
  return record;
}

/* ---- the item --------------------------------------------------------------------------------- */

/* The entry that the row is about; NULL: there is none, or it stood before. */
static const json_t *entry_of(reading *r, const zc_list_row *row, const json_t *record)
{
  size_t index;
  const json_t *one;
  const char *id = cell(row, ITEM);
  const json_t *entry = json_object_get(r->entries, id);
  if (entry == NULL) {
    wrong(r, row, N_("the plan {plan} has no item {value}"),
          N_("`zicha collect paper-form` prints all"), id);
    return NULL;
  }
  json_array_foreach(json_object_get(record, "items"), index, one)
  {
    if (strcmp(zc_text_of(one, "id"), zc_text_of(entry, "id")) == 0) {
      wrong(r, row, N_("the item {value} stands twice for the same facility"), NULL,
            id);
      return NULL;
    }
  }
  return entry;
}

static void check_counts(reading *r, const zc_list_row *row, bool problem,
                         int64_t population, int64_t count)
{
  if (problem && count == 0)
    wrong(r, row, N_("problems were found, and there are 0 of them"), NULL, "");
  else if (!problem && count > 0)
    wrong(r, row, N_("{value} problems, and the result is another one"),
          N_("the result is 发现问题 then"), cell(row, FOUND));
  else if (population >= 0 && count > population)
    wrong(r, row, N_("{value} problems are more than were checked"), NULL,
          cell(row, FOUND));
}

static void check_rectified(reading *r, const zc_list_row *row, bool problem, int state,
                            const char *done, const char *day)
{
  bool rectified = state >= 0 && strcmp(states[state].state, "rectified") == 0;
  if (!problem && (*cell(row, STATE) != '\0' || *done != '\0'))
    wrong(r, row, N_("nothing can be rectified where no problem was found"), NULL, "");
  else if (problem && rectified && *done == '\0')
    wrong(r, row, N_("it has been rectified: on which day (完成日期)?"), NULL, "");
  else if (problem && !rectified && *done != '\0')
    wrong(r, row, N_("it has not been rectified, and has a day on which it was"), NULL,
          "");
  else if (*done != '\0' && strcmp(done, r->list->received) > 0)
    wrong(r, row, N_("{value} is still to come on {day}"),
          N_("write the day on which it was done, or give the right --received"), done);
  else if (*done != '\0' && *day != '\0' && strcmp(done, day) < 0)
    wrong(r, row, N_("rectified on {value}, before the day of the check"),
          N_("what was found that day was rectified on it or later"), done);
}

static int add_count(json_t *totals, const char *key)
{
  return json_object_set_new(totals, key,
                             json_integer(zc_get_integer(totals, key, 0) + 1));
}

static int set_text(json_t *map, const char *key, const char *text)
{
  return *text == '\0' ? 0 : json_object_set_new(map, key, json_string(text));
}

static int add_item(json_t *record, const zc_list_row *row, const json_t *entry,
                    const char *status, int64_t population, int64_t count,
                    const char *amount)
{
  json_t *item = json_pack("{s:O, s:s}", "id", json_object_get(entry, "id"), "status",
                           status);
  int bad = set_text(item, "amount", amount) | set_text(item, "note", cell(row, NOTE)) |
            set_text(item, "severity", zc_text_of(entry, "severity")) |
            set_text(item, "item", zc_text_of(entry, "item"));
  if (strcmp(status, "problem") == 0)
    bad |= set_text(item, "certainty", "certain");
  if (population >= 0)
    bad |= json_object_set_new(item, "population", json_integer(population));
  if (count >= 0)
    bad |= json_object_set_new(item, "count", json_integer(count));
  bad |= json_array_append_new(json_object_get(record, "items"), item);
  return bad;
}

static int add_problem(json_t *record, const json_t *entry, const char *state,
                       const char *due, const char *done)
{
  json_t *list = json_object_get(record, "problems");
  json_t *problem = json_pack("{s:I, s:O, s:s, s:s, s:s, s:O, s:b}", "no",
                              (json_int_t)json_array_size(list) + 1, "item",
                              json_object_get(entry, "id"), "state", state, "source",
                              "self_check", "certainty", "certain", "found",
                              json_object_get(record, "today"), "counted", 1);
  int bad = set_text(problem, "severity", zc_text_of(entry, "severity")) |
            set_text(problem, "due", due) | set_text(problem, "done", done);
  return bad | json_array_append_new(list, problem);
}

static int add_totals(json_t *record, int result)
{
  json_t *totals = json_object_get(record, "totals");
  int bad = add_count(totals, "items") | add_count(totals, results[result].total);
  if (strcmp(results[result].status, "not_applicable") != 0)
    bad |= add_count(totals, "applicable");
  return bad;
}

static int note_result(reading *r, const zc_list_row *row)
{
  const char *code = cell(row, CODE);
  if (*cell(row, RESULT) != '\0')
    return json_object_set_new(r->lines, code, json_integer(0));
  return json_object_get(r->lines, code) != NULL
             ? 0
             : json_object_set_new(r->lines, code, json_integer(row->line));
}

static zc_code take_row(void *context, const zc_list_row *row, zc_err *err)
{
  reading *r = context;
  int bad = 0;
  char days[3][ZC_DAY_ROOM];
  const char *day = day_of(r, row, DAY, days[0]), *due = day_of(r, row, DUE, days[1]),
             *done = day_of(r, row, DONE, days[2]), *amount = amount_of(r, row);
  int result = result_of(r, row), state = state_of(r, row);
  int64_t population = count_of(r, row, CHECKED), count = count_of(r, row, FOUND);
  bool another = is_another(r, row);
  if (another) {
    check_day(r, row, day);
    check_name(r, row);
  }
  check_texts(r, row);
  json_t *record = record_of(r, row, day, another, &bad);
  const json_t *entry = entry_of(r, row, record);
  bool problem = result >= 0 && strcmp(results[result].status, "problem") == 0;
  if (result >= 0) {
    check_counts(r, row, problem, population, count);
    check_rectified(r, row, problem, state, done, day);
  }
  if (record != NULL)
    bad |= note_result(r, row);
  if (bad == 0 && record != NULL && entry != NULL && result >= 0 && state >= 0) {
    bad |= add_item(record, row, entry, results[result].status, population, count,
                    amount);
    bad |= add_totals(record, result);
    if (problem)
      bad |= add_problem(record, entry, states[state].state, due, done);
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static int know_entries(reading *r)
{
  size_t index;
  const json_t *one, *body = json_object_get(r->list->checklist, "body");
  int bad = 0;
  json_array_foreach(json_object_get(body, "entries"), index, one)
      bad |= json_object_set(r->entries, zc_text_of(one, "id"), (json_t *)one);
  json_array_foreach(json_object_get(body, "aliases"), index, one)
  {
    json_t *entry = json_object_get(r->entries, zc_text_of(one, "alias_of"));
    if (entry != NULL && json_object_get(r->entries, zc_text_of(one, "id")) == NULL)
      bad |= json_object_set(r->entries, zc_text_of(one, "id"), entry);
  }
  return bad;
}

/* What the totals of a record have all. */
static int complete_totals(json_t *records)
{
  static const char *const keys[] = {"items",       "applicable",     "pass",
                                     "problem",     "not_applicable", "not_checked",
                                     "undetermined"};
  size_t index;
  json_t *record;
  int bad = 0;
  json_array_foreach(records, index, record)
  {
    json_t *totals = json_object_get(record, "totals");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
      if (json_object_get(totals, keys[i]) == NULL)
        bad |= json_object_set_new(totals, keys[i], json_integer(0));
  }
  return bad;
}

/* A form that nobody has filled in is no self-check. */
static void check_blank(reading *r)
{
  const char *code;
  json_t *line;
  json_object_foreach(r->lines, code, line)
  {
    if (json_integer_value(line) == 0)
      continue;
    zc_list_wrong(r->list->file, json_integer_value(line),
                  N_("no result is filled in for {value}: a blank form is no report"),
                  N_("fill in what was checked, or take its rows out"), "value", code,
                  NULL);
    r->read->wrong++;
  }
}

static zc_code read_rows(reading *r, const zc_buffer *text, zc_err *err)
{
  static const char *const printed[] = {NULL};
  const zc_paper_list *list = r->list;
  size_t unreadable = 0;
  zc_code code = !list->fresh ? ZC_OK
                              : zc_list_tell_unread(list->file, text, columns, printed,
                                                    NULL, &r->read->wrong, err);
  if (code == ZC_OK)
    code = zc_list_read(list->file, text, columns, take_row, r, &unreadable, err);
  r->read->wrong += unreadable;
  return code;
}

zc_code zc_paper_list_read(const zc_paper_list *list, const zc_buffer *text,
                           zc_paper_read *read, zc_err *err)
{
  *read = (zc_paper_read){.records = json_array()};
  reading r = {list, read, json_object(), json_object(), json_object(), ""};
  zc_code code = read->records == NULL || r.by_code == NULL || r.entries == NULL ||
                         r.lines == NULL || know_entries(&r) != 0
                     ? zc_fail_memory(err)
                     : read_rows(&r, text, err);
  if (code == ZC_OK)
    check_blank(&r);
  if (code == ZC_OK && complete_totals(read->records) != 0)
    code = zc_fail_memory(err);
  json_decref(r.by_code);
  json_decref(r.entries);
  json_decref(r.lines);
  return code;
}

void zc_paper_read_free(zc_paper_read *read)
{
  json_decref(read->records);
  *read = (zc_paper_read){0};
}

const json_t *zc_paper_checklist(const json_t *checklists, const char *plan)
{
  size_t index;
  const json_t *one, *found = NULL;
  json_array_foreach(checklists, index,
                     one) if (strcmp(zc_text_of(one, "plan"), plan) == 0) found = one;
  return found;
}

/* ---- facts -------------------------------------------------------------------------------------- */

/* What the rows tell of the figures that a ledger would have. */
static void set_figures(zc_facts *facts)
{
  int64_t *n = facts->numbers, amount = 0;
  n[ZC_NUMBER_verified] = n[ZC_NUMBER_found];
  n[ZC_NUMBER_open] = n[ZC_NUMBER_counted];
  n[ZC_NUMBER_rectifying] = n[ZC_NUMBER_not_begun] = n[ZC_NUMBER_no_deadline] = 0;
  for (size_t i = 0; i < facts->problem_count; i++) {
    const zc_fact_problem *p = &facts->problems[i];
    bool rectified = strcmp(p->state, "rectified") == 0;
    n[ZC_NUMBER_rectifying] += strcmp(p->state, "rectifying") == 0;
    n[ZC_NUMBER_not_begun] += strcmp(p->state, "verified") == 0;
    n[ZC_NUMBER_no_deadline] += !rectified && *p->due == '\0';
  }
  for (size_t i = 0; i < facts->finding_count; i++)
    amount = zc_amount_add(amount, zc_amount_known(facts->findings[i].amount));
  n[ZC_NUMBER_amount] = amount;
}

zc_code zc_paper_digest(const zc_paper_list *list, const char *facility,
                        char digits[ZC_HASH_ROOM], zc_err *err)
{
  zc_buffer text = {0};
  zc_buffer_print(&text, "%s %s %s", list->digest, facility,
                  zc_text_of(list->checklist, "plan"));
  if (list->repeat > 0)
    zc_buffer_print(&text, " %lld", (long long)list->repeat);
  zc_code code = zc_buffer_check(&text, err);
  if (code == ZC_OK)
    code = zc_hash_of(text.data, text.size, digits, err);
  zc_buffer_free(&text);
  return code;
}

zc_code zc_paper_facts(const zc_paper_list *list, json_t *record, const zc_known *known,
                       zc_facts *facts, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  const json_t *facility = json_object_get(record, "facility");
  zc_code code = zc_paper_digest(list, zc_text_of(facility, "code"), digits, err);
  if (code == ZC_OK)
    code = zc_facts_of_record(record, known, digits, list->digest, list->name,
                              list->received, facts, err);
  if (code == ZC_OK) {
    zc_facts_receive(facts, list->received);
    facts->texts[ZC_TEXT_round_id] = list->round_id;
    set_figures(facts);
  }
  return code;
}

/* ---- the form ----------------------------------------------------------------------------------- */

static void print_rows(const json_t *entries, const json_t *facility, zc_buffer *out)
{
  size_t index;
  const json_t *entry;
  json_array_foreach(entries, index, entry)
  {
    zc_csv_cell(out, zc_text_of(facility, "code"), true);
    zc_csv_cell(out, zc_text_of(facility, "name"), false);
    zc_csv_cell(out, "", false);
    zc_csv_cell(out, zc_text_of(entry, "id"), false);
    zc_csv_cell(out, zc_text_of(entry, "title"), false);
    for (int i = RESULT; i <= NOTE; i++)
      zc_csv_cell(out, "", false);
    zc_buffer_text(out, "\r\n");
  }
}

zc_code zc_paper_form(const json_t *checklist, const json_t *facilities, zc_buffer *out,
                      zc_err *err)
{
  size_t index;
  const json_t *one;
  const json_t *entries = json_object_get(json_object_get(checklist, "body"),
                                          "entries");
  zc_buffer_text(out, ZC_CSV_MARK);
  for (int i = 0; columns[i].title != NULL; i++)
    zc_csv_cell(out, columns[i].title, i == 0);
  zc_buffer_text(out, "\r\n");
  if (json_array_size(facilities) == 0)
    print_rows(entries, NULL, out);
  json_array_foreach(facilities, index, one) print_rows(entries, one, out);
  return zc_buffer_check(out, err);
}
