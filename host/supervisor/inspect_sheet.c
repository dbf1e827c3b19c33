/* inspect sheet: 现场检查表, a paper and a CSV file to fill in for each facility. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/paper_write.h"
#include "cli/plans.h"
#include "document/document.h"
#include "office/view.h"
#include "supervisor/cells.h"
#include "supervisor/commands.h"
#include "supervisor/inspecting.h"

#define LIST_LIMIT ((size_t)64 << 20)

typedef struct {
  zc_office *office;
  zc_plan *plan;
  zc_cells cells;
  const json_t *round;
  json_t *codes;  /* code → true */
  json_t *order;  /* of the codes */
  json_t *roster; /* code → facility */
  zc_view view;
  size_t filled; /* sheets that are left as they are */
  zc_err *err;
} making;

/* ---- which facilities ------------------------------------------------------------------- */

static int add_code(making *m, const char *code)
{
  code = zc_cells_facility(&m->cells, code);
  if (*code == '\0' || json_object_get(m->codes, code) != NULL)
    return 0;
  return json_object_set_new(m->codes, code, json_true()) |
         json_array_append_new(m->order, json_string(code));
}

static zc_code take_code(void *context, const zc_list_row *row, zc_err *err)
{
  making *m = context;
  m->cells.line = row->line;
  return add_code(m, row->cells[0]) == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code read_sample(making *m, const char *file)
{
  static const zc_list_column columns[] = {{"机构编码", "code", true},
                                           {NULL, NULL, false}};
  zc_buffer text = {0};
  size_t unread = 0;
  m->cells.file = file;
  zc_code code = zc_list_load(file, LIST_LIMIT, &text, NULL, m->err);
  if (code == ZC_OK)
    code = zc_list_read(file, &text, columns, take_code, m, &unread, m->err);
  m->cells.wrong += unread;
  zc_buffer_free(&text);
  return code;
}

static zc_code choose(making *m)
{
  const zc_cli *cli = m->office->workspace.cli;
  const char *sample = zc_option_value(cli, "sample");
  int bad = 0;
  for (int i = 0; i < cli->argument_count; i++)
    bad |= add_code(m, cli->arguments[i]);
  zc_code code = bad != 0 ? zc_fail_memory(m->err) : ZC_OK;
  if (code == ZC_OK && sample != NULL)
    code = read_sample(m, sample);
  if (code == ZC_OK && m->cells.wrong > 0)
    return zc_fail(m->err, ZC_EDATA, "{count} mistakes: nothing was written", "count",
                   ZC_DIGITS(m->cells.wrong), NULL);
  if (code == ZC_OK && json_array_size(m->order) == 0)
    return zc_fail(m->err, ZC_EUSAGE,
                   "say which facilities: their codes, or --sample FILE", NULL);
  return code;
}

static zc_code read_roster(making *m)
{
  size_t index;
  json_t *list = NULL, *one;
  int bad = 0;
  zc_code code = zc_facilities(m->office->workspace.store, m->cells.plan, &list,
                               m->err);
  json_array_foreach(list, index, one)
      bad |= json_object_set(m->roster, zc_text_of(one, "code"), one);
  json_decref(list);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(m->err) : code;
}

static const zc_member *member_of(const making *m, const char *code)
{
  for (size_t i = 0; i < m->view.members.count; i++)
    if (strcmp(m->view.members.members[i].code, code) == 0)
      return &m->view.members.members[i];
  return NULL;
}

/* ---- what is known of one ------------------------------------------------------------------ */

static int add_entries(const making *m, const zc_member *member, json_t *entries)
{
  size_t index;
  json_t *one;
  int bad = 0;
  json_array_foreach(json_object_get(m->view.checklist, "entries"), index, one)
  {
    const char letter[2] = {member != NULL && member->report != 0
                                ? member->statuses[index]
                                : ZC_STATUS_ABSENT,
                            '\0'};
    json_t *entry = json_pack("{s:O, s:O, s:O*, s:O*, s:s}", "id",
                              json_object_get(one, "id"), "title",
                              json_object_get(one, "title"), "focus_title",
                              json_object_get(one, "focus_title"), "severity",
                              json_object_get(one, "severity"), "letter", letter);
    bad |= json_array_append_new(entries, entry);
  }
  return bad;
}

static bool is_open(const json_t *problem)
{
  static const char *const over[] = {"closed", "held", "dismissed"};
  for (size_t i = 0; i < sizeof over / sizeof *over; i++)
    if (strcmp(zc_text_of(problem, "state"), over[i]) == 0)
      return false;
  return true;
}

static zc_code add_problems(const making *m, const zc_member *member, json_t *list)
{
  size_t index;
  json_t *one, *all = NULL;
  int bad = 0;
  if (member == NULL || member->report == 0)
    return ZC_OK;
  zc_code code = zc_problems_of_report(m->office->workspace.store, member->report, &all,
                                       m->err);
  json_array_foreach(all, index, one)
  {
    const char *item = zc_text_of(one, "item");
    const char *title = zc_cells_entry_title(&m->cells, item);
    if (!is_open(one))
      continue;
    bad |= json_object_set_new(one, "title",
                               json_string(*title == '\0' ? item : title));
    bad |= json_array_append(list, one);
  }
  json_decref(all);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(m->err) : code;
}

/* What earlier inspections of the facility have found. */
static zc_code add_visits(const making *m, const char *code, json_t *list)
{
  size_t index;
  const json_t *one;
  json_t *all = NULL;
  int bad = 0;
  const zc_visit_filter filter = {.plan = m->cells.plan, .facility = code};
  zc_code result = zc_inspected(m->office->workspace.store, &filter, &all, m->err);
  json_array_foreach(all, index, one)
  {
    zc_buffer handling = {0};
    zc_words_titles(zc_handlings, zc_text_of(one, "handling"), &handling);
    bad |= json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "day",
                                                 zc_text_of(one, "day"), "title",
                                                 zc_text_of(one, "title"), "handling",
                                                 zc_text_or(handling.data, "")));
    zc_buffer_free(&handling);
  }
  json_decref(all);
  return result == ZC_OK && bad != 0 ? zc_fail_memory(m->err) : result;
}

/* What the layout gets. Owned. */
static zc_code data_of(const making *m, const char *code, json_t **data)
{
  const zc_member *member = member_of(m, code);
  json_t *entries = json_array(), *problems = json_array(), *visits = json_array();
  int bad = entries == NULL || problems == NULL || visits == NULL ||
            add_entries(m, member, entries) != 0;
  zc_code result = bad != 0 ? zc_fail_memory(m->err)
                            : add_problems(m, member, problems);
  if (result == ZC_OK)
    result = add_visits(m, code, visits);
  *data = json_pack("{s:s, s:s, s:s, s:s, s:O, s:O, s:O, s:O}", "title",
                    zc_text_of(m->plan->about, "title"), "office",
                    zc_text_of(m->plan->office, "name"), "round",
                    *zc_text_of(m->round, "title") == '\0'
                        ? zc_text_of(m->round, "id")
                        : zc_text_of(m->round, "title"),
                    "today", m->plan->cli->today, "facility",
                    json_object_get(m->roster, code), "entries", entries, "problems",
                    problems, "visits", visits);
  bad = *data == NULL;
  if (bad == 0 && member != NULL && member->report != 0)
    bad |= json_object_set_new(*data, "report", json_pack("{s:s}", "day", member->day));
  json_decref(entries);
  json_decref(problems);
  json_decref(visits);
  return result == ZC_OK && bad != 0 ? zc_fail_memory(m->err) : result;
}

/* ---- the CSV file ---------------------------------------------------------------------------- */

static const char *verdict_title(char letter, bool reported)
{
  static const struct {
    char letter;
    const char *title;
  } titles[] = {{ZC_STATUS_PASS, "合格"},
                {ZC_STATUS_PROBLEM, "发现问题"},
                {ZC_STATUS_SUSPECT, "发现问题（可疑）"},
                {ZC_STATUS_HINT, "发现问题（提醒）"},
                {ZC_STATUS_NOT_APPLICABLE, "不适用"},
                {ZC_STATUS_NOT_CHECKED, "未检查"},
                {ZC_STATUS_UNDETERMINED, "未判定"},
                {ZC_STATUS_ABSENT, "报告中无此项"}};
  for (size_t i = 0; reported && i < sizeof titles / sizeof *titles; i++)
    if (titles[i].letter == letter)
      return titles[i].title;
  return "未报送";
}

static void make_csv(const json_t *data, zc_buffer *out)
{
  size_t index;
  const json_t *entry, *facility = json_object_get(data, "facility");
  bool reported = json_object_get(data, "report") != NULL;
  zc_buffer_text(out, ZC_CSV_MARK);
  for (size_t i = 0; i < ZC_INSPECT_PEOPLE; i++)
    zc_csv_cell(out, zc_inspect_columns[i].title, i == 0);
  zc_csv_cell(out, "自查结论", false);
  zc_buffer_text(out, "\r\n");
  json_array_foreach(json_object_get(data, "entries"), index, entry)
  {
    for (size_t i = 0; i < ZC_INSPECT_PEOPLE; i++)
      zc_csv_cell(out,
                  i == ZC_INSPECT_CODE    ? zc_text_of(facility, "code")
                  : i == ZC_INSPECT_NAME  ? zc_text_of(facility, "name")
                  : i == ZC_INSPECT_ENTRY ? zc_text_of(entry, "id")
                  : i == ZC_INSPECT_ITEM  ? zc_text_of(entry, "title")
                                          : "",
                  i == 0);
    zc_csv_cell(out, verdict_title(*zc_text_of(entry, "letter"), reported), false);
    zc_buffer_text(out, "\r\n");
  }
}

static zc_code see_cells(void *context, const zc_list_row *row, zc_err *err)
{
  (void)err;
  bool *filled = context;
  for (size_t i = 0; zc_inspect_columns[i].title != NULL; i++)
    if (i != ZC_INSPECT_CODE && i != ZC_INSPECT_NAME && i != ZC_INSPECT_ENTRY &&
        i != ZC_INSPECT_ITEM)
      *filled |= row->cells[i] != NULL && *row->cells[i] != '\0';
  return ZC_OK;
}

/* A sheet that somebody has filled in is not written over. */
static zc_code spare_filled(making *m, const char *name)
{
  char path[PATH_MAX];
  zc_buffer text = {0};
  zc_err ignored;
  size_t unread = 0;
  bool filled = false;
  snprintf(path, sizeof path, "%s/%s", m->plan->cli->folder, name);
  if (access(path, F_OK) != 0)
    return ZC_OK;
  zc_code code = zc_list_load(path, LIST_LIMIT, &text, NULL, &ignored);
  if (code == ZC_OK)
    code = zc_list_read(path, &text, zc_inspect_columns, see_cells, &filled, &unread,
                        &ignored);
  zc_buffer_free(&text);
  if (code == ZC_OK && !filled && unread == 0)
    return ZC_OK;
  m->filled++;
  return zc_fail(m->err, ZC_EWRITE,
                 "{path} has been filled in: read it with `zicha inspect import "
                 "{path}`, then put the file elsewhere",
                 "path", path, NULL);
}

static zc_code write_csv(const making *m, const char *name, const json_t *data)
{
  zc_buffer text = {0};
  int folder = -1;
  const char *base = m->plan->cli->folder;
  make_csv(data, &text);
  zc_code code = zc_buffer_check(&text, m->err);
  if (code == ZC_OK)
    code = zc_folder_open_beneath(m->office->workspace.fd, "reports", true, &folder,
                                  m->err);
  if (code == ZC_OK)
    code = zc_file_write(folder, strchr(name, '/') + 1, text.data, text.size, 0666,
                         m->err);
  if (code == ZC_OK)
    printf("%s%s%s\n", strcmp(base, ".") == 0 ? "" : base,
           strcmp(base, ".") == 0 ? "" : "/", name);
  if (folder >= 0)
    close(folder);
  zc_buffer_free(&text);
  return code;
}

/* ---- all of them ------------------------------------------------------------------------------- */

/* A code or an id as a part of a file's name. */
static void add_name(zc_buffer *name, const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    zc_buffer_char(name,
                   *at == '/' || *at == '\\' || (unsigned char)*at < ' ' ? '_' : *at);
}

static zc_code make_one(making *m, const char *code)
{
  zc_paper paper;
  json_t *data = NULL;
  zc_buffer base = {0}, csv = {0};
  zc_buffer_text(&base, "reports/inspection-");
  add_name(&base, zc_text_of(m->round, "id"));
  zc_buffer_char(&base, '-');
  add_name(&base, code);
  zc_buffer_print(&csv, "%s.csv", zc_text_or(base.data, ""));
  zc_code result = base.failed || csv.failed ? zc_fail_memory(m->err)
                                             : spare_filled(m, csv.data);
  if (result == ZC_OK)
    result = data_of(m, code, &data);
  if (result == ZC_OK)
    result = zc_paper_build(m->plan, "inspection_sheet", data, &paper, m->err);
  if (result == ZC_OK) {
    result = zc_paper_write(&m->office->workspace, paper.tree, NULL, NULL, base.data,
                            false, false, m->err);
    zc_paper_free(&paper);
  }
  if (result == ZC_OK)
    result = write_csv(m, csv.data, data);
  json_decref(data);
  zc_buffer_free(&base);
  zc_buffer_free(&csv);
  return result;
}

/* One that is filled in keeps no other from being made. */
static zc_code make_unless_filled(making *m, const char *code)
{
  size_t before = m->filled;
  zc_code result = make_one(m, code);
  if (result == ZC_OK || m->filled == before)
    return result;
  zc_print_error(m->err);
  return ZC_OK;
}

static zc_code make_all(making *m)
{
  size_t index;
  const json_t *code;
  zc_code result = zc_office_round(m->office, m->cells.plan, &m->round, m->err);
  if (result == ZC_OK)
    result = choose(m);
  if (result == ZC_OK)
    result = read_roster(m);
  if (result == ZC_OK)
    result = zc_view_read(m->office->workspace.store, m->office->checklists,
                          m->cells.plan, zc_text_of(m->round, "id"), &m->view, m->err);
  json_array_foreach(m->order, index, code)
  {
    if (result == ZC_OK)
      result = make_unless_filled(m, json_string_value(code));
  }
  zc_view_free(&m->view);
  if (result == ZC_OK)
    result = zc_paper_check(m->plan, m->err);
  if (result != ZC_OK || m->filled == 0)
    return result;
  return zc_fail(m->err, ZC_EWRITE,
                 "{count} sheets had been filled in and were left as they are; the "
                 "others were made",
                 "count", ZC_DIGITS(m->filled), NULL);
}

int zc_command_inspect_sheet(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  zc_plan plan;
  const char *id;
  making m = {.office = &office,
              .plan = &plan,
              .codes = json_object(),
              .order = json_array(),
              .roster = json_object(),
              .err = &err};
  zc_code code = m.codes == NULL || m.order == NULL || m.roster == NULL
                     ? zc_fail_memory(&err)
                     : zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = zc_office_plan(&office, &id, &err);
    if (code == ZC_OK)
      code = zc_cells_begin(&m.cells, &office, id, NULL, &err);
    if (code == ZC_OK)
      code = zc_plan_open(&office.workspace, id, &plan, &err);
    if (code == ZC_OK) {
      code = make_all(&m);
      zc_plan_close(&plan);
    }
    zc_cells_free(&m.cells);
    zc_office_close(&office);
  }
  json_decref(m.codes);
  json_decref(m.order);
  json_decref(m.roster);
  return zc_exit(code, &err);
}
