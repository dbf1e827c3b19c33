/* credit list: who is proposed for a list of credit, by points or by a case that is closed. */
#include <stdlib.h>
#include <string.h>

#include "store/registers.h"
#include "supervisor/scoring.h"

/* One proposal, as a row and as JSON. */
typedef struct {
  const char *code, *name, *class, *reason, *source, *day, *period;
} proposal;

static void add_proposal(zc_told *told, json_t *list, const proposal *p)
{
  const char *const cells[] = {p->code,   p->name, p->class,  p->reason,
                               p->source, p->day,  p->period, "待认定"};
  if (list != NULL) {
    told->failed |=
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
                                              "facility", p->code, "name", p->name,
                                              "class", p->class, "reason", p->reason,
                                              "source", p->source, "day", p->day,
                                              "period", p->period)) != 0;
    return;
  }
  zc_told_row(told);
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
    zc_told_cell(told, *cells[i] == '\0' ? "—" : cells[i]);
}

static void propose_scores(const zc_scoring *s, zc_told *told, json_t *list)
{
  for (size_t i = 0; i < s->scores.count; i++) {
    size_t index;
    const zc_score *score = &s->scores.scores[i];
    const json_t *step;
    const zc_member *m = &s->view.members.members[i];
    json_array_foreach(zc_steps_of(s, score), index, step)
    {
      zc_buffer source = {0}, period = {0};
      const zc_cycle *cycle = zc_cycle_of(s, score, step);
      zc_buffer_text(&source, "记分");
      zc_points_text(&source, cycle->points);
      zc_buffer_text(&source, "分");
      zc_cycle_text(&period, cycle);
      const proposal p = {m->code,
                          m->name,
                          m->class,
                          zc_text_of(step, "effect"),
                          zc_text_or(source.data, "?"),
                          "",
                          zc_text_or(period.data, "?")};
      add_proposal(told, list, &p);
      zc_buffer_free(&source);
      zc_buffer_free(&period);
    }
  }
}

static void propose_cases(const zc_scoring *s, zc_told *told, json_t *list)
{
  size_t index;
  const json_t *one;
  json_array_foreach(json_object_get(s->credit, "listed"), index, one)
  {
    const json_t *c = json_array_get(s->cases, (size_t)zc_get_integer(one, "case", 0));
    zc_buffer source = {0}, reason = {0};
    const char *name = zc_text_of(c, "name"), *day = zc_text_of(c, "penalty_day");
    zc_buffer_print(&source, "案件%s", zc_text_of(c, "no"));
    zc_buffer_print(&reason, "%s（%s）", zc_text_of(one, "reason"),
                    zc_text_of(c, "cause"));
    const proposal p = {zc_text_of(c, "facility"),
                        *name == '\0' ? zc_text_of(c, "subject") : name,
                        zc_text_of(c, "class"),
                        zc_text_or(reason.data, "?"),
                        zc_text_or(source.data, "?"),
                        *day == '\0' ? zc_text_of(c, "filed") : day,
                        ""};
    add_proposal(told, list, &p);
    zc_buffer_free(&source);
    zc_buffer_free(&reason);
  }
}

static void add_sanctions(const zc_scoring *s, zc_told *told)
{
  static const zc_told_column columns[] = {{"情形", false}, {"处理", false}};
  size_t index;
  const json_t *sanction, *sanctions = json_object_get(s->credit, "sanctions");
  if (json_array_size(sanctions) == 0)
    return;
  zc_told_heading(told, "方案规定的处理（由主管部门对照认定）");
  zc_told_table(told, columns, sizeof columns / sizeof *columns);
  json_array_foreach(sanctions, index, sanction)
  {
    zc_told_row(told);
    zc_told_cell(told, zc_text_of(sanction, "when"));
    zc_told_cell(told, zc_text_of(sanction, "effect"));
  }
}

static void add_open(const zc_scoring *s, zc_told *told)
{
  size_t index;
  const json_t *one;
  zc_buffer text = {0};
  json_array_foreach(json_object_get(s->credit, "open"), index, one)
  {
    const json_t *c = json_array_get(s->cases, (size_t)zc_get_integer(one, "case", 0));
    zc_buffer_print(&text, "%s%s（%s）", index == 0 ? "" : "、", zc_text_of(c, "no"),
                    zc_text_of(one, "reason"));
  }
  if (text.size > 0)
    zc_told_line(told, "未结案，暂不提出：%s。", zc_text_or(text.data, "?"));
  told->failed |= text.failed;
  zc_buffer_free(&text);
}

static void add_lists(const zc_scoring *s, zc_told *told)
{
  static const zc_told_column columns[] = {{"名单", false},
                                           {"台账", false},
                                           {"已登记", true}};
  size_t index;
  const json_t *one, *lists = json_object_get(s->credit, "lists");
  if (json_array_size(lists) == 0)
    return;
  zc_told_heading(told, "方案要求的名单（用 register 登记，以登记的为准）");
  zc_told_table(told, columns, sizeof columns / sizeof *columns);
  json_array_foreach(lists, index, one)
  {
    zc_told_row(told);
    zc_told_cell(told, zc_text_of(one, "title"));
    zc_told_cell(told, zc_text_of(one, "id"));
    zc_told_cell(told, ZC_DIGITS(zc_get_integer(one, "rows", 0)));
  }
}

zc_code zc_credit_count(zc_scoring *s, zc_err *err)
{
  size_t index;
  json_t *one, *counts = NULL;
  int bad = 0;
  zc_code code = zc_register_counts(s->office->workspace.store, s->plan, &counts, err);
  json_array_foreach(json_object_get(s->credit, "lists"), index, one)
      bad |= json_object_set_new(one, "rows",
                                 json_integer(
                                     zc_get_integer(counts, zc_text_of(one, "id"), 0)));
  json_decref(counts);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static json_t *open_json(const zc_scoring *s)
{
  size_t index;
  const json_t *one;
  json_t *list = json_array();
  json_array_foreach(json_object_get(s->credit, "open"), index, one)
  {
    const json_t *c = json_array_get(s->cases, (size_t)zc_get_integer(one, "case", 0));
    json_array_append_new(list,
                          json_pack("{s:s, s:s, s:s}", "case", zc_text_of(c, "no"),
                                    "facility", zc_text_of(c, "facility"), "reason",
                                    zc_text_of(one, "reason")));
  }
  return list;
}

zc_code zc_credit_tell(zc_scoring *s, zc_err *err)
{
  static const zc_told_column columns[] = {{"机构编码", false}, {"机构名称", false},
                                           {"机构类别", false}, {"事由", false},
                                           {"来源", false},     {"认定日期", false},
                                           {"统计周期", false}, {"状态", false}};
  zc_told told;
  const zc_cli *cli = s->office->workspace.cli;
  bool json = strcmp(zc_output_format(cli), "json") == 0;
  json_t *list = json ? json_array() : NULL;
  zc_told_begin(&told, "信用信息（待认定）");
  zc_told_text(
      &told,
      "以下由记分档次和案件处罚提出，都是建议：列入与否、列入期限由主管部门依法认定。"
      "没有列出的不等于没有。");
  if (s->view.all.here == 0)
    zc_told_text(&told, "没有收到可以计入的报告，只有案件提出的。");
  zc_told_table(&told, columns, sizeof columns / sizeof *columns);
  propose_scores(s, &told, list);
  propose_cases(s, &told, list);
  add_open(s, &told);
  add_sanctions(s, &told);
  add_lists(s, &told);
  json_t *data = !json ? NULL
                       : json_pack("{s:s, s:s, s:o, s:o, s:O, s:O}", "plan", s->plan,
                                   "round", s->round, "proposed", list, "open",
                                   open_json(s), "sanctions",
                                   json_object_get(s->credit, "sanctions"), "lists",
                                   json_object_get(s->credit, "lists"));
  zc_code code = told.failed ? zc_fail_memory(err)
                             : zc_told_print(cli, &told, data, "credit/1", err);
  zc_told_free(&told);
  return code;
}
