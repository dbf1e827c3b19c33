/* ranking: facilities of one class beside each other, by shares and never by how much they have found. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/amount.h"
#include "office/compare.h"
#include "office/held.h"
#include "supervisor/commands.h"
#include "supervisor/inspecting.h"
#include "supervisor/office.h"
#include "supervisor/told.h"

#define NOTHING 2 /* has been reported: exit status, as of compare */

enum { RECTIFIED, ON_TIME, UNREPORTED, SHARES };

static const struct {
  const char *key, *title;
  bool low; /* the smaller, the better */
} shares[SHARES] = {{"rectified", "整改率", false},
                    {"on_time", "按期整改率", false},
                    {"unreported", "应报未报率", true}};

typedef struct {
  zc_share shares[SHARES];
  int64_t ranks[SHARES], of[SHARES]; /* of: how many can be compared */
  bool inspected;                    /* 应报未报 by the office's own inspections */
  zc_progress progress;
  const char *why; /* not comparable; NULL: it is */
} place;

typedef struct {
  zc_office *office;
  const char *plan, *round;
  zc_view view;
  place *places;        /* of all members */
  zc_held_list list;    /* of the office's inspections */
  const zc_held **held; /* of each member; NULL: not inspected. Owned */
  zc_row_entries data;  /* entries that data decide; owned */
} ranking;

/* ---- shares --------------------------------------------------------------------------- */

/* What inspections of the round's days have found. */
static zc_code read_inspections(ranking *r, const json_t *round, zc_err *err)
{
  const char *from, *to;
  zc_inspect_days(r->office->workspace.cli, round, &from, &to);
  zc_code code = zc_held_read(r->office->workspace.store, &r->view, r->plan, round,
                              from, to, NULL, &r->list, err);
  r->held = calloc(r->view.members.count + 1, sizeof *r->held);
  if (code == ZC_OK && r->held == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; code == ZC_OK && i < r->list.count; i++)
    r->held[r->list.rows[i].member] = &r->list.rows[i];
  return code;
}

/* Where the office has inspected, its inspections tell what was not reported; else the ledger does. */
static void set_place(const ranking *r, size_t member, place *p)
{
  const zc_member *m = &r->view.members.members[member];
  const int64_t *n = m->numbers;
  const zc_held *held = r->held[member];
  *p = (place){.shares = {{n[ZC_NUMBER_rectified], n[ZC_NUMBER_counted]},
                          {n[ZC_NUMBER_on_time], n[ZC_NUMBER_due_total]},
                          {n[ZC_NUMBER_unreported], n[ZC_NUMBER_inspected]}},
               .inspected = held != NULL};
  if (held != NULL)
    p->shares[UNREPORTED] = zc_held_unreported(held);
  if (m->report != 0)
    zc_progress_add(&r->view, m, &r->data, &p->progress);
  if (m->report == 0)
    p->why = "未报送";
  else if (n[ZC_NUMBER_counted] == ZC_UNKNOWN)
    p->why = "报告没有台账数字，无法比对";
  else if (r->data.count > 0 && zc_amount_known(n[ZC_NUMBER_data_run]) == 0)
    p->why = "没有数据规则运行，无法比对";
}

static bool rank_share(ranking *r, const size_t *members, size_t count, int share)
{
  zc_share *list = calloc(count + 1, sizeof *list);
  int64_t *ranks = calloc(count + 1, sizeof *ranks), of = -1;
  for (size_t i = 0; list != NULL && i < count; i++) {
    const place *p = &r->places[members[i]];
    list[i] = p->why == NULL ? p->shares[share] : (zc_share){ZC_UNKNOWN, ZC_UNKNOWN};
  }
  if (list != NULL && ranks != NULL)
    of = zc_rank(list, count, shares[share].low, ranks);
  for (size_t i = 0; of >= 0 && i < count; i++) {
    r->places[members[i]].ranks[share] = ranks[i];
    r->places[members[i]].of[share] = of;
  }
  free(list);
  free(ranks);
  return of >= 0;
}

/* ---- telling ---------------------------------------------------------------------------- */

static void add_share(zc_told *told, const place *p, int share)
{
  char text[80];
  zc_share s = p->shares[share];
  zc_told_rate(told, s.part, s.whole);
  if (s.whole < 0 || s.part < 0)
    zc_told_cell(told, "—");
  else {
    snprintf(text, sizeof text, "%lld/%lld", (long long)s.part, (long long)s.whole);
    zc_told_cell(told, text);
  }
  if (p->ranks[share] > 0)
    snprintf(text, sizeof text, "%lld", (long long)p->ranks[share]);
  zc_told_cell(told, p->ranks[share] > 0 ? text : "—");
}

static void add_member(const ranking *r, zc_told *told, size_t at)
{
  const zc_member *m = &r->view.members.members[at];
  const place *p = &r->places[at];
  zc_told_row(told);
  zc_told_cell(told, m->code);
  zc_told_cell(told, m->name);
  zc_told_cell(told, m->class);
  for (int share = 0; share < SHARES; share++)
    add_share(told, p, share);
  zc_told_rate(told, p->progress.data_run,
               m->report == 0 ? ZC_UNKNOWN : p->progress.data_rules);
  zc_told_cell(told, p->why != NULL ? p->why
                     : p->inspected ? "应报未报按本机关检查计"
                                    : "—");
}

static void begin_table(zc_told *told)
{
  static const zc_told_column columns[] =
      {{"机构编码", false},  {"机构名称", false},     {"机构类别", false},
       {"整改率", true},     {"已整改/属实", true},   {"整改率名次", true},
       {"按期整改率", true}, {"按期/到期", true},     {"按期整改率名次", true},
       {"应报未报率", true}, {"未报/检查发现", true}, {"应报未报率名次", true},
       {"数据覆盖率", true}, {"备注", false}};
  zc_told_table(told, columns, sizeof columns / sizeof *columns);
}

/* How many of each class can be compared by each share. */
static void begin_classes(zc_told *told)
{
  static const zc_told_column columns[] = {{"机构类别", false},
                                           {"应报", true},
                                           {"已报", true},
                                           {"整改率可比家数", true},
                                           {"按期整改率可比家数", true},
                                           {"应报未报率可比家数", true}};
  zc_told_heading(told, "各类可比家数（不足5家的不排名）");
  zc_told_table(told, columns, sizeof columns / sizeof *columns);
}

static void add_class(const ranking *r, zc_told *told, int class, const place *first)
{
  zc_told_row(told);
  zc_told_cell(told, r->view.classes[class].title);
  zc_told_number(told, r->view.classes[class].expected);
  zc_told_number(told, r->view.classes[class].here);
  for (int share = 0; share < SHARES; share++)
    zc_told_number(told, first->of[share]);
}

static json_t *share_json(const place *p, int share)
{
  zc_share s = p->shares[share];
  json_t *one = json_object();
  int bad = one == NULL;
  if (s.part >= 0 && s.whole >= 0) {
    bad |= json_object_set_new(one, "part", json_integer(s.part));
    bad |= json_object_set_new(one, "whole", json_integer(s.whole));
  }
  if (p->ranks[share] > 0) {
    bad |= json_object_set_new(one, "rank", json_integer(p->ranks[share]));
    bad |= json_object_set_new(one, "of", json_integer(p->of[share]));
  }
  if (bad == 0)
    return one;
  json_decref(one);
  return NULL;
}

static json_t *member_json(const ranking *r, size_t at)
{
  const zc_member *m = &r->view.members.members[at];
  const place *p = &r->places[at];
  json_t *one = json_pack("{s:s, s:s, s:s}", "facility", m->code, "name", m->name,
                          "class", m->class);
  int bad = one == NULL;
  for (int share = 0; share < SHARES; share++)
    bad |= json_object_set_new(one, shares[share].key, share_json(p, share));
  if (m->report != 0)
    bad |= json_object_update_new(one, json_pack("{s:I, s:I}", "data_run",
                                                 (json_int_t)p->progress.data_run,
                                                 "data_rules",
                                                 (json_int_t)p->progress.data_rules));
  if (p->why != NULL)
    bad |= json_object_set_new(one, "not_comparable", json_string(p->why));
  if (bad == 0)
    return one;
  json_decref(one);
  return NULL;
}

/* ---- in order ---------------------------------------------------------------------------- */

/* A class's members stand together; in it the best 整改率 first, and those without a rank in the
 * roster's order. */
typedef struct {
  int class;
  int64_t rank; /* INT64_MAX: none */
  size_t at;
} ordered;

static int by_rank(const void *a, const void *b)
{
  const ordered *x = a, *y = b;
  if (x->class != y->class)
    return x->class - y->class;
  return x->rank != y->rank ? (x->rank > y->rank ? 1 : -1)
                            : (x->at > y->at) - (x->at < y->at);
}

/* Those that are expected; *count of them. Owned. */
static ordered *order_of(const ranking *r, size_t *count)
{
  ordered *list = calloc(r->view.members.count + 1, sizeof *list);
  *count = 0;
  for (size_t i = 0; list != NULL && i < r->view.members.count; i++) {
    int64_t rank = r->places[i].ranks[RECTIFIED];
    if (r->view.members.members[i].expected)
      list[(*count)++] = (ordered){r->view.class_of[i], rank == 0 ? INT64_MAX : rank,
                                   i};
  }
  if (list != NULL && *count > 0)
    qsort(list, *count, sizeof *list, by_rank);
  return list;
}

static size_t end_of_class(const ordered *list, size_t count, size_t first)
{
  size_t end = first + 1;
  while (end < count && list[end].class == list[first].class)
    end++;
  return end;
}

static bool rank_classes(ranking *r)
{
  size_t count;
  ordered *list = order_of(r, &count);
  size_t *members = calloc(r->view.members.count + 1, sizeof *members);
  bool good = list != NULL && members != NULL;
  for (size_t first = 0, end; good && first < count; first = end) {
    end = end_of_class(list, count, first);
    for (size_t i = first; i < end; i++)
      members[i - first] = list[i].at;
    for (int share = 0; good && share < SHARES; share++)
      good = rank_share(r, members, end - first, share);
  }
  free(list);
  free(members);
  return good;
}

static zc_code print_class(const ranking *r, const ordered *list, size_t first,
                           size_t end, zc_buffer *out, zc_err *err)
{
  zc_buffer_print(out, "%s{\"class\":", first == 0 ? "" : ",");
  zc_code code = zc_told_piece(json_string(r->view.classes[list[first].class].title),
                               out, err);
  zc_buffer_text(out, ",\"facilities\":[");
  for (size_t i = first; code == ZC_OK && i < end; i++) {
    if (i > first)
      zc_buffer_char(out, ',');
    code = zc_told_piece(member_json(r, list[i].at), out, err);
  }
  zc_buffer_text(out, "]}");
  return code;
}

/* As zc_print_document has it, piece by piece: as a value, a hundred thousand facilities would take
 * more memory than all else. */
static zc_code print_json(const ranking *r, const ordered *list, size_t count,
                          zc_err *err)
{
  zc_buffer out = {0};
  zc_code code = ZC_OK;
  zc_buffer_text(&out, "{\"classes\":[");
  for (size_t first = 0, end; code == ZC_OK && first < count; first = end) {
    end = end_of_class(list, count, first);
    code = print_class(r, list, first, end, &out, err);
  }
  zc_buffer_print(&out, "],\"data_items\":%lld,", (long long)r->data.count);
  if (code == ZC_OK)
    code = zc_told_offices(r->view.offices, &out, err);
  zc_buffer_text(&out, "\"plan\":");
  if (code == ZC_OK)
    code = zc_told_piece(json_string(r->plan), &out, err);
  zc_buffer_text(&out, ",\"round\":");
  if (code == ZC_OK)
    code = zc_told_piece(json_string(r->round), &out, err);
  zc_buffer_text(&out, ",\"zicha\":\"ranking/1\"}\n");
  if (code == ZC_OK)
    code = zc_buffer_check(&out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  zc_buffer_free(&out);
  return code;
}

static void build(const ranking *r, const ordered *list, size_t count, zc_told *told)
{
  zc_told_line(
      told,
      "轮次%s。只在同类机构之间比；分母不足5的不排名，可比不足5家的类别不排名，相同的"
      "并列。自查发现多少问题不影响名次。",
      r->round);
  zc_told_silent(told, r->view.offices);
  if (r->view.all.here == 0)
    zc_told_text(told, "没有收到可以计入的报告，没有可以比较的机构。");
  begin_table(told);
  for (size_t i = 0; i < count; i++)
    add_member(r, told, list[i].at);
  begin_classes(told);
  for (size_t first = 0; first < count; first = end_of_class(list, count, first))
    add_class(r, told, list[first].class, &r->places[list[first].at]);
}

static zc_code tell(ranking *r, zc_err *err)
{
  zc_told told;
  size_t count = 0;
  const zc_cli *cli = r->office->workspace.cli;
  ordered *list = order_of(r, &count);
  if (list == NULL)
    return zc_fail_memory(err);
  if (strcmp(zc_output_format(cli), "json") == 0) {
    zc_code printed = print_json(r, list, count, err);
    free(list);
    return printed;
  }
  zc_told_begin(&told, "机构比对名次（分类排列，不混排）");
  build(r, list, count, &told);
  free(list);
  zc_code code = zc_told_print(cli, &told, NULL, NULL, err);
  zc_told_free(&told);
  return code;
}

/* ---- the command ------------------------------------------------------------------------ */

static zc_code rank_all(ranking *r, zc_err *err)
{
  const json_t *round = NULL;
  zc_office *o = r->office;
  zc_code code = zc_office_plan(o, &r->plan, err);
  if (code == ZC_OK)
    code = zc_office_round(o, r->plan, &round, err);
  if (code != ZC_OK)
    return code;
  r->round = zc_text_of(round, "id");
  code = zc_ledger_hold(o->workspace.store, err);
  if (code == ZC_OK)
    code = zc_view_read(o->workspace.store, o->checklists, r->plan, r->round, &r->view,
                        err);
  if (code == ZC_OK)
    code = zc_office_check_roster(&r->view, r->plan, err);
  if (code == ZC_OK)
    code = read_inspections(r, round, err);
  zc_ledger_release(o->workspace.store);
  if (code != ZC_OK)
    return code;
  r->places = calloc(r->view.members.count + 1, sizeof *r->places);
  if (r->places == NULL || !zc_data_entries(&r->view, &r->data))
    return zc_fail_memory(err);
  for (size_t i = 0; i < r->view.members.count; i++)
    set_place(r, i, &r->places[i]);
  return rank_classes(r) ? tell(r, err) : zc_fail_memory(err);
}

int zc_command_ranking(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  ranking r = {.office = &office};
  zc_code code = zc_told_check(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  code = rank_all(&r, &err);
  bool nothing = r.view.all.here == 0;
  free(r.places);
  free((size_t *)r.data.entries);
  free(r.held);
  zc_held_free(&r.list);
  zc_view_free(&r.view);
  zc_office_close(&office);
  return code == ZC_OK && nothing ? NOTHING : zc_exit(code, &err);
}
