/* score: points by facility and licence, and the steps of the plan's table that they reach. They propose;
 * people decide. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/plans.h"
#include "store/cases.h"
#include "supervisor/commands.h"
#include "supervisor/scoring.h"

/* ---- steps ----------------------------------------------------------------------------- */

static void sums_key(const zc_scoring *s, const zc_score *score, char *room,
                     size_t size)
{
  size_t at = 0;
  *room = '\0';
  for (size_t i = 0; i < s->table.span_count && at < size; i++)
    at += (size_t)snprintf(room + at, size - at, "%lld ",
                           (long long)score->cycles[i].points);
}

/* Facilities with the same sums have reached the same steps: there are few different ones. */
static zc_code find_steps(zc_scoring *s, zc_plan *plan, zc_err *err)
{
  json_t *sums = json_array(), *answer = NULL;
  s->steps_at = json_object();
  int bad = sums == NULL || s->steps_at == NULL;
  for (size_t i = 0; bad == 0 && i < s->scores.count; i++) {
    char key[ZC_SPANS_MOST * 22];
    const zc_score *score = &s->scores.scores[i];
    if (score->total == 0)
      continue;
    sums_key(s, score, key, sizeof key);
    if (json_object_get(s->steps_at, key) != NULL)
      continue;
    json_t *own = json_array();
    for (size_t k = 0; k < s->table.span_count; k++)
      bad |= json_array_append_new(own, json_integer(score->cycles[k].points));
    bad |= json_object_set_new(s->steps_at, key,
                               json_integer((json_int_t)json_array_size(sums)));
    bad |= json_array_append_new(sums, own);
  }
  if (bad != 0) {
    json_decref(sums);
    return zc_fail_memory(err);
  }
  zc_code code = zc_plan_call(plan, "office_steps",
                              json_pack("{s:O, s:o}", "spans",
                                        json_object_get(s->points, "spans"), "sums",
                                        sums),
                              &answer, err);
  s->steps = json_incref(json_object_get(answer, "steps"));
  json_decref(answer);
  return code;
}

const json_t *zc_steps_of(const zc_scoring *s, const zc_score *score)
{
  char key[ZC_SPANS_MOST * 22];
  sums_key(s, score, key, sizeof key);
  const json_t *at = json_object_get(s->steps_at, key);
  return at == NULL ? NULL : json_array_get(s->steps, (size_t)json_integer_value(at));
}

const zc_cycle *zc_cycle_of(const zc_scoring *s, const zc_score *score,
                            const json_t *step)
{
  json_int_t span = zc_get_integer(step, "span", 0);
  return &score->cycles[span >= 0 && (size_t)span < s->table.span_count ? span : 0];
}

/* ---- texts ----------------------------------------------------------------------------- */

/* 12 or 2.50: points as people write them. */
void zc_points_text(zc_buffer *out, int64_t points)
{
  if (points % 100 == 0)
    zc_buffer_print(out, "%lld", (long long)(points / 100));
  else
    zc_buffer_print(out, "%lld.%02lld", (long long)(points / 100),
                    (long long)(points % 100));
}

static void add_cell(zc_told *told, zc_buffer *text)
{
  zc_buffer_text(text, "");
  told->failed |= text->failed;
  zc_told_cell(told, zc_text_or(text->data, ""));
  zc_buffer_free(text);
}

static void add_points_cell(zc_told *told, int64_t points)
{
  zc_buffer text = {0};
  zc_points_text(&text, points);
  add_cell(told, &text);
}

void zc_cycle_text(zc_buffer *out, const zc_cycle *cycle)
{
  if (*cycle->from == '\0')
    zc_buffer_text(out, "—");
  else
    zc_buffer_print(out, "%s至%s", cycle->from,
                    *cycle->to == '\0' ? "____" : cycle->to);
}

/* 暂缓校验1至6个月（三年累计：62分，2021-03-01至2024-02-29）；… */
static void add_steps(const zc_scoring *s, const zc_score *score, zc_buffer *out)
{
  size_t index;
  const json_t *step, *steps = zc_steps_of(s, score);
  json_array_foreach(steps, index, step)
  {
    const zc_cycle *cycle = zc_cycle_of(s, score, step);
    zc_buffer_print(out, "%s%s（%s%s", index == 0 ? "" : "；",
                    zc_text_of(step, "effect"), zc_text_of(step, "cycle"),
                    *zc_text_of(step, "cycle") == '\0' ? "" : "：");
    zc_points_text(out, cycle->points);
    zc_buffer_text(out, "分，");
    zc_cycle_text(out, cycle);
    zc_buffer_text(out, "）");
  }
  if (json_array_size(steps) == 0)
    zc_buffer_text(out, "—");
}

static void add_remark(const zc_score *score, zc_buffer *out)
{
  if (!score->licensed && score->total > 0)
    zc_buffer_text(out,
                   "名册没有许可证起始日，按自然年计，几年累计的取连续几年中最高的；");
  if (score->lenient > 0) {
    zc_buffer_text(out, "其中自查发现并已整改");
    zc_points_text(out, score->lenient);
    zc_buffer_text(out, "分，是否从宽由主管部门认定；");
  }
  if (score->outside > 0) {
    zc_points_text(out, score->outside);
    zc_buffer_text(out, "分在许可证有效期以外，不计入周期；");
  }
  if (score->unscored > 0)
    zc_buffer_print(out, "%lld个问题没有分值；", (long long)score->unscored);
  if (out->size > 0) {
    out->size -= strlen("；");
    out->data[out->size] = '\0';
  }
}

/* ---- score ------------------------------------------------------------------------------ */

static void add_score(const zc_scoring *s, const zc_score *score, zc_told *told)
{
  const zc_member *m = &s->view.members.members[score->member];
  zc_buffer text = {0};
  zc_told_row(told);
  zc_told_cell(told, m->code);
  zc_told_cell(told, m->name);
  zc_told_cell(told, m->class);
  zc_buffer_print(&text, "%s至%s", *m->licence_from == '\0' ? "____" : m->licence_from,
                  *m->licence_to == '\0' ? "____" : m->licence_to);
  add_cell(told, &text);
  add_points_cell(told, score->total);
  zc_told_number(told, score->problems);
  add_points_cell(told, score->by_cases);
  zc_told_number(told, score->cases);
  for (size_t i = 0; i < s->table.span_count; i++) {
    zc_points_text(&text, score->cycles[i].points);
    zc_buffer_text(&text, "（");
    zc_cycle_text(&text, &score->cycles[i]);
    zc_buffer_text(&text, "）");
    add_cell(told, &text);
  }
  add_steps(s, score, &text);
  add_cell(told, &text);
  add_remark(score, &text);
  add_cell(told, &text);
}

static void begin_scores(const zc_scoring *s, zc_told *told)
{
  static const zc_told_column before[] =
      {{"机构编码", false},     {"机构名称", false}, {"机构类别", false},
       {"许可证有效期", false}, {"记分合计", true},  {"计分问题数", true},
       {"其中案件记分", true},  {"计分案件数", true}};
  enum { BEFORE = sizeof before / sizeof *before };
  zc_told_column columns[BEFORE + ZC_SPANS_MOST + 2];
  char titles[ZC_SPANS_MOST][60];
  size_t count = BEFORE;
  memcpy(columns, before, sizeof before);
  for (size_t i = 0; i < s->table.span_count; i++) {
    if (s->table.spans[i] == 0)
      snprintf(titles[i], sizeof titles[i], "许可证有效期内");
    else
      snprintf(titles[i], sizeof titles[i], "%lld年内最高",
               (long long)s->table.spans[i]);
    columns[count++] = (zc_told_column){titles[i], true};
  }
  columns[count++] = (zc_told_column){"达到档次（待认定）", false};
  columns[count++] = (zc_told_column){"备注", false};
  zc_told_table(told, columns, count);
}

/* Whoever has points, or problems that the table has none for. */
static bool is_told(const zc_scoring *s, const zc_score *score)
{
  return score->total > 0 || (score->unscored > 0 && s->table.points != NULL);
}

static void count_scores(const zc_scoring *s, size_t *scored, size_t *reached,
                         int64_t *total, int64_t *unscored)
{
  *scored = *reached = 0;
  *total = *unscored = 0;
  for (size_t i = 0; i < s->scores.count; i++) {
    const zc_score *score = &s->scores.scores[i];
    *scored += score->total > 0;
    *total += score->total;
    *unscored += score->unscored;
    *reached += json_array_size(zc_steps_of(s, score)) > 0;
  }
}

static void build_scores(const zc_scoring *s, zc_told *told)
{
  size_t scored, reached;
  int64_t total, unscored;
  zc_buffer text = {0};
  count_scores(s, &scored, &reached, &total, &unscored);
  zc_told_begin(told, "不良执业行为记分（待认定）");
  if (json_array_size(json_object_get(s->points, "spans")) == 0) {
    zc_told_text(told, "方案没有记分分值，只列案件记分。");
  } else {
    zc_buffer_print(&text, "依据：%s。周期：%s。%s",
                    zc_text_or(zc_get_text(s->points, "basis"), "____"),
                    zc_text_or(zc_get_text(s->points, "cycle"), "____"),
                    zc_get_flag(s->points, "unconfirmed") ? "分值和档次未核实。" : "");
    zc_told_text(told, zc_text_or(text.data, ""));
    zc_buffer_free(&text);
  }
  zc_points_text(&text, total);
  zc_told_line(told,
               "轮次%s：名册%zu家，有记分%zu家，合计%s分，达到档次%"
               "zu家；没有分值的问题%lld个。属实问题按方案分值"
               "计，案件按处罚决定计；本表只提出建议，由主管部门认定。",
               s->round, s->scores.count, scored, zc_text_or(text.data, "?"), reached,
               (long long)unscored);
  zc_buffer_free(&text);
  zc_told_silent(told, s->view.offices);
  if (s->view.all.here == 0)
    zc_told_text(told, "没有收到可以计入的报告，只有案件记分；没有列出的不等于没有。");
  begin_scores(s, told);
  for (size_t i = 0; i < s->scores.count; i++)
    if (is_told(s, &s->scores.scores[i]))
      add_score(s, &s->scores.scores[i], told);
}

static json_t *cycle_json(const zc_scoring *s, const zc_score *score, size_t at)
{
  const zc_cycle *c = &score->cycles[at];
  json_t *one = json_pack("{s:I, s:I, s:s}", "years", (json_int_t)s->table.spans[at],
                          "hundredths", (json_int_t)c->points, "from", c->from);
  if (one != NULL && *c->to != '\0')
    json_object_set_new(one, "to", json_string(c->to));
  return one;
}

static json_t *score_json(const zc_scoring *s, const zc_score *score)
{
  const zc_member *m = &s->view.members.members[score->member];
  json_t *cycles = json_array();
  const json_t *steps = zc_steps_of(s, score);
  int bad = cycles == NULL;
  for (size_t i = 0; i < s->table.span_count; i++)
    bad |= json_array_append_new(cycles, cycle_json(s, score, i));
  json_t *one = json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:O*}",
      "facility", m->code, "name", m->name, "class", m->class, "licence_from",
      m->licence_from, "licence_to", m->licence_to, "hundredths",
      (json_int_t)score->total, "lenient", (json_int_t)score->lenient, "by_cases",
      (json_int_t)score->by_cases, "problems", (json_int_t)score->problems, "cases",
      (json_int_t)score->cases, "unscored", (json_int_t)score->unscored, "outside",
      (json_int_t)score->outside, "cycles", cycles, "steps", steps);
  if (bad == 0)
    return one;
  json_decref(one);
  return NULL;
}

/* As zc_print_document has it, a facility at a time. */
static zc_code print_scores(const zc_scoring *s, zc_err *err)
{
  size_t scored, reached;
  int64_t total, unscored;
  zc_buffer out = {0};
  zc_code code = ZC_OK;
  bool first = true;
  count_scores(s, &scored, &reached, &total, &unscored);
  zc_buffer_text(&out, "{\"facilities\":[");
  for (size_t i = 0; code == ZC_OK && i < s->scores.count; i++) {
    if (!is_told(s, &s->scores.scores[i]))
      continue;
    zc_buffer_text(&out, first ? "" : ",");
    first = false;
    code = zc_told_piece(score_json(s, &s->scores.scores[i]), &out, err);
  }
  zc_buffer_text(&out, "],");
  if (code == ZC_OK)
    code = zc_told_offices(s->view.offices, &out, err);
  zc_buffer_text(&out, "\"plan\":");
  if (code == ZC_OK)
    code = zc_told_piece(json_string(s->plan), &out, err);
  zc_buffer_print(&out, ",\"roster\":%zu,\"round\":", s->scores.count);
  if (code == ZC_OK)
    code = zc_told_piece(json_string(s->round), &out, err);
  zc_buffer_print(&out, ",\"unscored\":%lld,\"zicha\":\"scores/1\"}\n",
                  (long long)unscored);
  if (code == ZC_OK)
    code = zc_buffer_check(&out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  zc_buffer_free(&out);
  return code;
}

static zc_code tell_scores(zc_scoring *s, zc_err *err)
{
  zc_told told;
  const zc_cli *cli = s->office->workspace.cli;
  if (strcmp(zc_output_format(cli), "json") == 0)
    return print_scores(s, err);
  build_scores(s, &told);
  zc_code code = zc_told_print(cli, &told, NULL, NULL, err);
  zc_told_free(&told);
  return code;
}

/* ---- the commands ----------------------------------------------------------------------------- */

static zc_code take_table(zc_scoring *s, zc_err *err)
{
  size_t index;
  const json_t *span;
  json_array_foreach(json_object_get(s->points, "spans"), index, span)
  {
    if (s->table.span_count == ZC_SPANS_MOST)
      return zc_fail(
          err, ZC_EDATA,
          "the plan's table of points has more than {count} lengths of cycles", "count",
          ZC_DIGITS(ZC_SPANS_MOST), NULL);
    s->table.spans[s->table.span_count++] = json_integer_value(span);
  }
  if (s->table.span_count == 0)
    s->table.spans[s->table.span_count++] = 1;
  s->table.points = json_object_get(s->points, "points");
  s->table.severities = json_object_get(s->points, "severities");
  return ZC_OK;
}

/* With what the plan's engine knows. */
static zc_code add_up(zc_scoring *s, zc_plan *plan, zc_err *err)
{
  const zc_case_filter filter = {.plan = s->plan};
  zc_store *store = s->office->workspace.store;
  zc_code code = zc_plan_call(plan, "office_points", json_object(), &s->points, err);
  if (code == ZC_OK)
    code = take_table(s, err);
  if (code == ZC_OK)
    code = zc_cases(store, &filter, &s->cases, err);
  if (code == ZC_OK)
    code = zc_scores_read(store, &s->view, s->plan, s->round, &s->table, s->cases,
                          &s->scores, err);
  if (code == ZC_OK && json_array_size(json_object_get(s->points, "spans")) > 0)
    code = find_steps(s, plan, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "office_credit", json_pack("{s:O}", "cases", s->cases),
                        &s->credit, err);
  return code == ZC_OK ? zc_credit_count(s, err) : code;
}

static zc_code show(zc_scoring *s, zc_code (*tell)(zc_scoring *s, zc_err *err),
                    zc_err *err)
{
  const json_t *round = NULL;
  zc_plan plan;
  zc_office *o = s->office;
  zc_code code = zc_office_plan(o, &s->plan, err);
  if (code == ZC_OK)
    code = zc_office_round(o, s->plan, &round, err);
  if (code == ZC_OK) {
    s->round = zc_text_of(round, "id");
    code = zc_ledger_hold(o->workspace.store, err);
  }
  if (code == ZC_OK) {
    code = zc_view_read(o->workspace.store, o->checklists, s->plan, s->round, &s->view,
                        err);
  }
  if (code == ZC_OK)
    code = zc_office_check_roster(&s->view, s->plan, err);
  if (code == ZC_OK)
    code = zc_plan_open(&o->workspace, s->plan, &plan, err);
  if (code != ZC_OK)
    return code;
  code = add_up(s, &plan, err);
  zc_ledger_release(o->workspace.store);
  zc_plan_close(&plan);
  return code == ZC_OK ? tell(s, err) : code;
}

static int run(zc_cli *cli, zc_code (*tell)(zc_scoring *s, zc_err *err))
{
  zc_err err;
  zc_office office;
  zc_scoring s = {.office = &office};
  zc_code code = zc_told_check(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  code = show(&s, tell, &err);
  json_decref(s.points);
  json_decref(s.cases);
  json_decref(s.steps);
  json_decref(s.steps_at);
  json_decref(s.credit);
  zc_scores_free(&s.scores);
  zc_view_free(&s.view);
  zc_ledger_release(office.workspace.store);
  zc_office_close(&office);
  return zc_exit(code, &err);
}

int zc_command_score(zc_cli *cli)
{
  return run(cli, tell_scores);
}

int zc_command_credit_list(zc_cli *cli)
{
  return run(cli, zc_credit_tell);
}
