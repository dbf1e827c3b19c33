/* signals: reports in which rules see that a self-check may have been gone through for show. Hints for
 * whoever looks, with the figures behind each; never a verdict. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/write.h"
#include "cli/judging.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "office/reported.h"
#include "runner/judge.h"
#include "runner/kept.h"
#include "supervisor/commands.h"
#include "supervisor/inspecting.h"
#include "supervisor/office.h"
#include "supervisor/told.h"

#define NOTHING 2 /* has been reported: exit status, as of compare */

#define TABLE "office_reports"

/* One report that one rule points at. */
typedef struct {
  size_t row, rule;
  json_t *show; /* [[title, text]]. Owned */
} hit;

typedef struct {
  zc_office *office;
  const char *plan_id, *round;
  zc_view view;
  const zc_member *wanted; /* by --facility; NULL: all */
  zc_reported_list reports;
  json_t *rules;   /* [{rule, title, exempt, limits, own}] of the engine. Owned */
  json_t *outcome; /* of the rules job. Owned */
  hit *hits;
  size_t count, room, failed; /* failed: rules that could not be run */
  bool more;                  /* of some rule there are more hits than are kept */
} looking;

/* ---- running the rules ------------------------------------------------------------------ */

/* The reports as a table that has no name; *fd is owned. */
static zc_code make_table(const looking *l, int *fd, zc_err *err)
{
  zc_buffer text = {0};
  *fd = -1;
  zc_code code = zc_reported_csv(&l->reports, &text, err);
  if (code == ZC_OK && (*fd = memfd_create("zicha-" TABLE, MFD_CLOEXEC)) < 0)
    code = zc_fail_system(err, ZC_EIO, errno, "cannot keep a table: {reason_term}",
                          NULL);
  if (code == ZC_OK)
    code = zc_write_all(*fd, TABLE, text.data, text.size, err);
  zc_buffer_free(&text);
  return code;
}

/* Headers are the columns' own ids. */
static json_t *table_options(const zc_plan *plan)
{
  size_t index;
  const json_t *column, *dataset = zc_plan_dataset(plan, TABLE);
  json_t *map = json_object();
  int bad = map == NULL;
  json_array_foreach(json_object_get(dataset, "columns"), index, column)
      bad |= json_object_set(map, zc_text_of(column, "id"),
                             json_object_get(column, "id"));
  json_t *options = bad != 0 ? NULL : json_pack("{s:O}", "map", map);
  json_decref(map);
  return options;
}

static zc_code make_request(zc_plan *plan, json_t **request, zc_err *err)
{
  json_t *prepared = NULL;
  *request = NULL;
  zc_code code = zc_plan_call(plan, "prepare",
                              json_pack("{s:{}, s:{}, s:{s:{}}, s:s, s:b}", "answers",
                                        "evidence", "handed", TABLE, "today",
                                        plan->cli->today, "rules", 1),
                              &prepared, err);
  if (code != ZC_OK)
    return code;
  *request = zc_plan_rules_request(plan);
  json_t *options = table_options(plan);
  json_t *tables = json_pack("[{s:s, s:s, s:O}]", "id", TABLE, "file", TABLE, "options",
                             options);
  int bad = json_object_set(*request, "names", json_object_get(prepared, "names"));
  bad |= json_object_set_new(*request, "tables", tables);
  bad |= json_object_set_new(*request, "hits", json_true());
  bad |= json_object_set_new(*request, "hits_most", json_integer(ZC_KEPT_MOST));
  json_decref(options);
  json_decref(prepared);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code run_rules(looking *l, zc_plan *plan, int fd, zc_err *err)
{
  json_t *request = NULL;
  const zc_handed table = {.id = TABLE, .fd = fd};
  zc_code code = make_request(plan, &request, err);
  if (code == ZC_OK) {
    zc_judgement judgement = {.program = plan->home->evaluator,
                              .request = request,
                              .files = &plan->files,
                              .tables = &table,
                              .table_count = 1,
                              .threads = plan->cli->threads,
                              .rows = (int64_t)l->reports.count,
                              .need_full = zc_judging_needs_full(plan)};
    code = zc_judge(&judgement, &l->outcome, err);
  }
  json_decref(request);
  return code;
}

/* ---- what they have found ----------------------------------------------------------------- */

/* Whether a row is of the facility that --facility names, or of any without. */
static bool is_wanted(const looking *l, size_t row)
{
  const zc_member *m = &l->view.members.members[l->reports.rows[row].member];
  return l->wanted == NULL || l->wanted == m;
}

static bool keep_hit(looking *l, size_t rule, const json_t *entry)
{
  json_int_t line = zc_get_integer(entry, "line", 0);
  if (line < 2 || (size_t)line - 2 >= l->reports.count)
    return true; /* of no report: a rule over another table */
  if (l->count == l->room) {
    size_t room = l->room * 2 + 64;
    hit *grown = realloc(l->hits, room * sizeof *grown);
    if (grown == NULL)
      return false;
    l->hits = grown;
    l->room = room;
  }
  l->hits[l->count++] = (hit){(size_t)line - 2, rule,
                              json_incref(json_object_get(entry, "show"))};
  return true;
}

static bool has_run(const json_t *result)
{
  return json_object_get(result, "population") != NULL;
}

static zc_code take_hits(looking *l, zc_err *err)
{
  size_t index, inner;
  const json_t *rule, *entry;
  zc_code code = ZC_OK;
  json_array_foreach(l->rules, index, rule)
  {
    json_t *rows = NULL;
    bool more = false;
    const char *key = zc_text_of(rule, "rule");
    l->failed += !has_run(json_object_get(json_object_get(l->outcome, "results"), key));
    if (code == ZC_OK)
      code = zc_kept_rows(json_object_get(l->outcome, "hits"), key, &rows, &more, err);
    l->more = l->more || more;
    json_array_foreach(rows, inner, entry)
    {
      if (code == ZC_OK && !keep_hit(l, index, entry))
        code = zc_fail_memory(err);
    }
    json_decref(rows);
  }
  return code;
}

static int compare_hits(const void *a, const void *b)
{
  const hit *x = a, *y = b;
  int order = (x->row > y->row) - (x->row < y->row);
  return order != 0 ? order : (x->rule > y->rule) - (x->rule < y->rule);
}

static void tell_faults(const looking *l, const zc_plan *plan)
{
  const char *key;
  json_t *result;
  json_object_foreach(json_object_get(l->outcome, "results"), key, result)
      zc_print_faults(json_object_get(result, "faults"), plan->package.folder);
}

/* ---- telling ---------------------------------------------------------------------------------- */

static const zc_member *member_of(const looking *l, const hit *h)
{
  return &l->view.members.members[l->reports.rows[h->row].member];
}

/* 抽查项数 12；抽查份数中位数 1 */
static char *evidence_text(const json_t *show)
{
  size_t index;
  const json_t *pair;
  zc_buffer text = {0};
  json_array_foreach(show, index, pair)
      zc_buffer_print(&text, "%s%s %s", index == 0 ? "" : "；",
                      zc_text_or(json_string_value(json_array_get(pair, 0)), ""),
                      zc_text_or(json_string_value(json_array_get(pair, 1)), ""));
  zc_buffer_text(&text, "");
  return zc_buffer_take(&text);
}

static void add_text(zc_told *told, char *text)
{
  if (text == NULL)
    told->failed = true;
  else
    zc_told_cell(told, text);
  free(text);
}

/* Which report: its round, day and file. */
static char *report_text(const char *round, const char *day, const char *file)
{
  zc_buffer text = {0};
  if (*file == '\0')
    zc_buffer_text(&text, "—");
  else
    zc_buffer_print(&text, "%s轮次，%s，%.12s", round, day, file);
  return zc_buffer_take(&text);
}

static void add_hits(const looking *l, zc_told *told)
{
  static const zc_told_column columns[] = {{"机构编码", false}, {"机构名称", false},
                                           {"机构类别", false}, {"乡镇", false},
                                           {"提示核查", false}, {"依据", false},
                                           {"本次报告", false}, {"上次报告", false}};
  zc_told_table(told, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; i < l->count; i++) {
    const hit *h = &l->hits[i];
    const zc_member *m = member_of(l, h);
    const zc_reported *row = &l->reports.rows[h->row];
    if (!is_wanted(l, h->row))
      continue;
    zc_told_row(told);
    zc_told_cell(told, m->code);
    zc_told_cell(told, m->name);
    zc_told_cell(told, m->class);
    zc_told_cell(told, m->town);
    zc_told_cell(told, zc_text_of(json_array_get(l->rules, h->rule), "title"));
    add_text(told, evidence_text(h->show));
    add_text(told, report_text(l->round, m->day, m->file));
    add_text(told, report_text(row->before_round, row->before_day, row->before_file));
  }
}

static void add_rules(const looking *l, zc_told *told)
{
  static const zc_told_column columns[] = {{"规则", false},    {"提示", false},
                                           {"判断家数", true}, {"提示家数", true},
                                           {"占比", true},     {"无法判断", true},
                                           {"局限", false}};
  size_t index;
  const json_t *rule;
  zc_told_table(told, columns, sizeof columns / sizeof *columns);
  json_array_foreach(l->rules, index, rule)
  {
    const json_t *result = json_object_get(json_object_get(l->outcome, "results"),
                                           zc_text_of(rule, "rule"));
    json_int_t population = zc_get_integer(result, "population", ZC_UNKNOWN),
               count = zc_get_integer(result, "count", ZC_UNKNOWN);
    zc_told_row(told);
    zc_told_cell(told, zc_text_of(rule, "rule"));
    zc_told_cell(told, zc_text_of(rule, "title"));
    zc_told_number(told, population);
    zc_told_number(told, count);
    zc_told_rate(told, count, population);
    zc_told_number(told, zc_get_integer(result, "unjudged", 0));
    zc_told_cell(told, has_run(result) ? zc_text_or(zc_get_text(rule, "limits"), "—")
                                       : "规则没有运行");
  }
}

/* On the screen a facility has a line, and each of its signals one below it: the table would be too
 * wide. */
static void add_lines(const looking *l, zc_told *told)
{
  for (size_t i = 0; i < l->count; i++) {
    const hit *h = &l->hits[i];
    if (!is_wanted(l, h->row))
      continue;
    const zc_member *m = member_of(l, h);
    const zc_reported *row = &l->reports.rows[h->row];
    char *now = report_text(l->round, m->day, m->file),
         *before = report_text(row->before_round, row->before_day, row->before_file),
         *evidence = evidence_text(h->show);
    if (i == 0 || l->hits[i - 1].row != h->row)
      zc_told_line(told, "%s %s（%s，%s） 本次报告%s；上次报告%s", m->code, m->name,
                   m->class, m->town, zc_text_or(now, "?"), zc_text_or(before, "?"));
    zc_told_line(told, "· %s：%s",
                 zc_text_of(json_array_get(l->rules, h->rule), "title"),
                 zc_text_or(evidence, "?"));
    told->failed |= now == NULL || before == NULL || evidence == NULL;
    free(now);
    free(before);
    free(evidence);
  }
}

/* Without a signal: whether there was a report at all. */
static void add_none(const looking *l, zc_told *told)
{
  const zc_member *m = l->wanted;
  if (m == NULL && l->view.all.here == 0)
    zc_told_text(told, "没有收到可以计入的报告，没有报告可以判断；这不是没有提示。");
  else if (m == NULL)
    zc_told_text(told, "没有提示。各规则判断了多少家见下表。");
  else if (m->report == 0)
    zc_told_line(told, "%s %s%s，没有报告可以判断；这不是没有提示。", m->code, m->name,
                 m->expected ? "未报送" : "不应报送");
  else
    zc_told_line(told, "%s %s没有提示。各规则判断了多少家见下表。", m->code, m->name);
}

static void build(const looking *l, zc_told *told)
{
  const zc_group *all = &l->view.all;
  bool text = strcmp(zc_output_format(l->office->workspace.cli), "text") == 0;
  size_t flagged = 0, own = 0;
  for (size_t i = 0; i < l->count; i++) {
    flagged += i == 0 || l->hits[i].row != l->hits[i - 1].row;
    own += is_wanted(l, l->hits[i].row);
  }
  zc_told_begin(told, "自查走过场提示");
  zc_told_line(
      told,
      "轮次%s：应报%lld家，已报%lld家，未报送%lld家（不在提示之列）。已报机构中%zu"
      "家有提示，共%zu条。",
      l->round, (long long)all->expected, (long long)all->here,
      (long long)(all->expected - all->here), flagged, l->count);
  zc_told_silent(told, l->view.offices);
  zc_told_text(
      told,
      "以下是根据报告本身的数算出的提示，不是结论：请核查原始资料和台账以后再认定。"
      "界限是参数，未经核实的由本地确定。");
  zc_told_heading(told, "一、提示核查的机构");
  if (own == 0)
    add_none(l, told);
  if (text)
    add_lines(l, told);
  else
    add_hits(l, told); /* also without rows: it is what a CSV file holds */
  zc_told_heading(told, "二、各规则判断情况");
  add_rules(l, told);
}

static json_t *report_json(const char *round, const char *day, const char *file)
{
  return json_pack("{s:s, s:s, s:s}", "round", round, "day", day, "file", file);
}

static json_t *hit_json(const looking *l, const hit *h)
{
  size_t index;
  const json_t *pair, *rule = json_array_get(l->rules, h->rule);
  const zc_member *m = member_of(l, h);
  const zc_reported *row = &l->reports.rows[h->row];
  json_t *evidence = json_array();
  int bad = evidence == NULL;
  json_array_foreach(h->show, index, pair)
      bad |= json_array_append_new(evidence, json_pack("{s:O, s:O}", "title",
                                                       json_array_get(pair, 0), "value",
                                                       json_array_get(pair, 1)));
  json_t *one = json_pack("{s:s, s:s, s:s, s:s, s:O, s:O, s:o, s:o}", "facility",
                          m->code, "name", m->name, "class", m->class, "town", m->town,
                          "rule", json_object_get(rule, "rule"), "title",
                          json_object_get(rule, "title"), "evidence", evidence,
                          "report", report_json(l->round, m->day, m->file));
  if (row->before)
    bad |= json_object_set_new(one, "before",
                               report_json(row->before_round, row->before_day,
                                           row->before_file));
  if (bad == 0)
    return one;
  json_decref(one);
  return NULL;
}

static json_t *rule_json(const looking *l, const json_t *rule)
{
  static const char *const kept[] = {"population", "count", "unjudged", "message"};
  const json_t *result = json_object_get(json_object_get(l->outcome, "results"),
                                         zc_text_of(rule, "rule"));
  json_t *one = json_copy((json_t *)rule);
  int bad = one == NULL;
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (json_object_get(result, kept[i]) != NULL)
      bad |= json_object_set(one, kept[i], json_object_get(result, kept[i]));
  bad |= json_object_set_new(one, "run", json_boolean(has_run(result)));
  if (bad == 0)
    return one;
  json_decref(one);
  return NULL;
}

static json_t *document_of(const looking *l)
{
  size_t index;
  const json_t *rule;
  json_t *list = json_array(), *rules = json_array();
  int bad = 0;
  for (size_t i = 0; i < l->count; i++)
    if (is_wanted(l, l->hits[i].row))
      bad |= json_array_append_new(list, hit_json(l, &l->hits[i]));
  json_array_foreach(l->rules, index, rule)
      bad |= json_array_append_new(rules, rule_json(l, rule));
  json_t *document = json_pack("{s:s, s:s, s:I, s:I, s:o, s:o}", "plan", l->plan_id,
                               "round", l->round, "expected",
                               (json_int_t)l->view.all.expected, "here",
                               (json_int_t)l->view.all.here, "signals", list, "rules",
                               rules);
  if (json_array_size(l->view.offices) > 0)
    bad |= json_object_set(document, "offices", l->view.offices);
  if (l->wanted != NULL)
    bad |= json_object_set_new(document, "facility",
                               json_pack("{s:s, s:s, s:s}", "code", l->wanted->code,
                                         "name", l->wanted->name, "state",
                                         l->wanted->report == 0 ? "missing"
                                                                : l->wanted->state));
  if (bad == 0)
    return document;
  json_decref(document);
  return NULL;
}

static zc_code tell(const looking *l, zc_err *err)
{
  zc_told told;
  const zc_cli *cli = l->office->workspace.cli;
  bool json = strcmp(zc_output_format(cli), "json") == 0;
  zc_told_begin(&told, "");
  if (!json) {
    zc_told_free(&told);
    build(l, &told);
  }
  zc_code code = zc_told_print(cli, &told, json ? document_of(l) : NULL, "signals/1",
                               err);
  zc_told_free(&told);
  if (code == ZC_OK && l->more)
    code = zc_fail(err, ZC_EDATA,
                   "a rule points at so many reports that not all of them are listed",
                   NULL);
  if (code == ZC_OK && l->failed > 0)
    code = zc_fail(err, ZC_EDATA, "{count} rules could not be run", "count",
                   ZC_DIGITS(l->failed), NULL);
  return code;
}

/* ---- the command -------------------------------------------------------------------------------- */

static zc_code look(looking *l, zc_err *err)
{
  zc_plan plan;
  int fd = -1;
  json_t *answer = NULL;
  zc_code code = make_table(l, &fd, err);
  if (code == ZC_OK)
    code = zc_plan_open(&l->office->workspace, l->plan_id, &plan, err);
  if (code == ZC_OK) {
    code = zc_plan_call(&plan, "office_signals", json_object(), &answer, err);
    if (code == ZC_OK)
      l->rules = json_incref(json_object_get(answer, "signals"));
    if (code == ZC_OK)
      code = run_rules(l, &plan, fd, err);
    if (code == ZC_OK)
      tell_faults(l, &plan);
    zc_plan_close(&plan);
  }
  if (fd >= 0)
    close(fd);
  json_decref(answer);
  return code == ZC_OK ? take_hits(l, err) : code;
}

/* The facility of --facility; one that is on no roster is a slip of the pen. */
static zc_code find_wanted(looking *l, zc_err *err)
{
  const char *code = zc_option_value(l->office->workspace.cli, "facility");
  for (size_t i = 0; code != NULL && i < l->view.members.count; i++)
    if (strcmp(l->view.members.members[i].code, code) == 0)
      l->wanted = &l->view.members.members[i];
  return code == NULL || l->wanted != NULL
             ? ZC_OK
             : zc_fail(
                   err, ZC_EUSAGE,
                   "the roster has no facility {code}; `zicha roster list` tells all",
                   "code", code, NULL);
}

static zc_code add_inspections(looking *l, const json_t *round, zc_err *err)
{
  zc_held_list held;
  const char *from, *to;
  zc_inspect_days(l->office->workspace.cli, round, &from, &to);
  zc_code code = zc_held_read(l->office->workspace.store, &l->view, l->plan_id, round,
                              from, to, NULL, &held, err);
  if (code == ZC_OK)
    zc_reported_add_inspections(&l->reports, &held);
  zc_held_free(&held);
  return code;
}

static zc_code show(looking *l, zc_err *err)
{
  const json_t *round = NULL;
  zc_office *o = l->office;
  zc_code code = zc_office_plan(o, &l->plan_id, err);
  if (code == ZC_OK)
    code = zc_office_round(o, l->plan_id, &round, err);
  if (code == ZC_OK)
    code = zc_office_check_asked(o, err);
  if (code != ZC_OK)
    return code;
  l->round = zc_text_of(round, "id");
  code = zc_ledger_hold(o->workspace.store, err);
  if (code == ZC_OK)
    code = zc_view_read(o->workspace.store, o->checklists, l->plan_id, l->round,
                        &l->view, err);
  if (code == ZC_OK)
    code = zc_office_check_roster(&l->view, l->plan_id, err);
  if (code == ZC_OK)
    code = find_wanted(l, err);
  if (code == ZC_OK)
    code = zc_reported_read(o->workspace.store, o->checklists, l->plan_id,
                            json_object_get(o->rounds, l->plan_id), l->round, &l->view,
                            &l->reports, err);
  if (code == ZC_OK)
    code = add_inspections(l, round, err);
  zc_ledger_release(o->workspace.store);
  if (code == ZC_OK)
    code = look(l, err);
  if (code == ZC_OK && l->count > 0)
    qsort(l->hits, l->count, sizeof *l->hits, compare_hits);
  return code == ZC_OK ? tell(l, err) : code;
}

int zc_command_signals(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  looking l = {.office = &office};
  zc_code code = zc_told_check(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  code = show(&l, &err);
  bool nothing = l.view.all.here == 0;
  for (size_t i = 0; i < l.count; i++)
    json_decref(l.hits[i].show);
  free(l.hits);
  json_decref(l.rules);
  json_decref(l.outcome);
  zc_reported_free(&l.reports);
  zc_view_free(&l.view);
  zc_office_close(&office);
  return code == ZC_OK && nothing ? NOTHING : zc_exit(code, &err);
}
