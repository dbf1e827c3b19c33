/* sample: 双随机 — whom to inspect, and who does it, drawn so that anybody can draw it again
 * (office/sampling.h). Each draw is an event: nobody draws until he likes the result without
 * being seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/list.h"
#include "cli/message.h"
#include "office/amount.h"
#include "office/sampling.h"
#include "office/view.h"
#include "store/cases.h"
#include "supervisor/commands.h"
#include "supervisor/inspectors.h"
#include "supervisor/office.h"
#include "supervisor/told.h"

#define LIST_LIMIT ((size_t)64 << 20)
#define TEAM_MOST 20

typedef struct {
  zc_office *office;
  const char *plan, *round, *per, *weight;
  zc_draw draw;
  int64_t team;
  zc_view view;
  json_t *excluded; /* code → true. Owned */
  json_t *gave;     /* code → points that cases gave. Owned */
  zc_inspectors inspectors;
  size_t unknown, wrong; /* rows of the lists */
  zc_lot *lots;
  size_t count;
  json_t *at;    /* code → its place in the view. Owned */
  json_t *teams; /* code → names joined by 、. Owned */
  char lots_hash[ZC_HASH_ROOM];
} sampling;

/* ---- options -------------------------------------------------------------------------- */

/* A whole number from 1 on, with an end such as % if `end` is one. */
static bool read_number(const char *text, char end, int64_t most, int64_t *number)
{
  char *rest;
  long long value = strtoll(text, &rest, 10);
  *number = value;
  if (end != '\0' && *rest == end)
    rest++;
  return *text >= '0' && *text <= '9' && *rest == '\0' && value >= 1 && value <= most;
}

static zc_code check_word(const char *option, const char *word,
                          const char *const *known, zc_err *err)
{
  zc_buffer list = {0};
  bool found = word == NULL;
  for (; *known != NULL; known++) {
    found = found || strcmp(word, *known) == 0;
    zc_buffer_print(&list, "%s%s", list.size == 0 ? "" : " ", *known);
  }
  zc_code code = found ? ZC_OK
                       : zc_fail(err, ZC_EUSAGE,
                                 "--{option} {value} is not known; known: {list}",
                                 "option", option, "value", word, "list",
                                 zc_text_or(list.data, ""), NULL);
  zc_buffer_free(&list);
  return code;
}

static zc_code read_options(sampling *s, const zc_cli *cli, zc_err *err)
{
  static const char *const strata[] = {"class", "town", NULL};
  static const char *const weights[] = {"points", "relapse", NULL};
  const char *count = zc_option_value(cli, "count"),
             *share = zc_option_value(cli, "share"),
             *team = zc_option_value(cli, "team");
  s->draw.seed = zc_option_value(cli, "seed");
  s->per = zc_option_value(cli, "per");
  s->weight = zc_option_value(cli, "weight");
  if (s->draw.seed == NULL || *s->draw.seed == '\0')
    return zc_fail(
        err, ZC_EUSAGE,
        "say by what the lots are drawn: --seed TEXT; agree on it in public, "
        "before anybody draws",
        NULL);
  if ((count == NULL) == (share == NULL))
    return zc_fail(err, ZC_EUSAGE,
                   "say how many are to be drawn: --count N or --share P%", NULL);
  if (count != NULL && !read_number(count, '\0', 10000000, &s->draw.count))
    return zc_fail(err, ZC_EUSAGE, "--count {value} is no number from 1 on", "value",
                   count, NULL);
  if (share != NULL && !read_number(share, '%', 100, &s->draw.percent))
    return zc_fail(err, ZC_EUSAGE, "--share {value} is no percentage from 1% to 100%",
                   "value", share, NULL);
  s->team = 2;
  if (team != NULL && !read_number(team, '\0', TEAM_MOST, &s->team))
    return zc_fail(err, ZC_EUSAGE, "--team {value} is no number from 1 to {most}",
                   "value", team, "most", ZC_DIGITS(TEAM_MOST), NULL);
  zc_code code = check_word("per", s->per, strata, err);
  return code == ZC_OK ? check_word("weight", s->weight, weights, err) : code;
}

/* ---- lists -------------------------------------------------------------------------------- */

static zc_code take_excluded(void *context, const zc_list_row *row, zc_err *err)
{
  sampling *s = context;
  const char *code = row->cells[0];
  if (json_object_get(s->at, code) == NULL) {
    s->unknown++;
    zc_list_wrong(row->file, row->line, N_("the code {code} is not on the roster"),
                  NULL, "code", code, NULL);
    return ZC_OK;
  }
  return json_object_set_new(s->excluded, code, json_true()) == 0 ? ZC_OK
                                                                  : zc_fail_memory(err);
}

static zc_code take_inspector(void *context, const zc_list_row *row, zc_err *err)
{
  sampling *s = context;
  return zc_inspectors_take(&s->inspectors, row, s->at, &s->wrong, err);
}

static zc_code read_list(sampling *s, const char *option, const zc_list_column *columns,
                         zc_list_visit *visit, zc_err *err)
{
  zc_buffer text = {0};
  size_t wrong = 0;
  const char *file = zc_option_value(s->office->workspace.cli, option);
  if (file == NULL)
    return ZC_OK;
  zc_code code = zc_list_load(file, LIST_LIMIT, &text, NULL, err);
  if (code == ZC_OK)
    code = zc_list_read(file, &text, columns, visit, s, &wrong, err);
  zc_buffer_free(&text);
  s->wrong += wrong;
  return code;
}

static zc_code read_lists(sampling *s, zc_err *err)
{
  static const zc_list_column excluded[] = {{"机构编码", "code", true},
                                            {NULL, NULL, false}};
  static const zc_list_column people[] = {{"检查人员", "姓名", true},
                                          {"回避机构编码", "回避", false},
                                          {NULL, NULL, false}};
  zc_code code = read_list(s, "exclude", excluded, take_excluded, err);
  if (code == ZC_OK)
    code = read_list(s, "inspectors", people, take_inspector, err);
  if (code == ZC_OK && s->unknown + s->wrong > 0)
    code = zc_fail(err, ZC_EDATA,
                   "{count} rows of the lists are wrong; nothing was drawn", "count",
                   ZC_DIGITS(s->unknown + s->wrong), NULL);
  return code;
}

/* ---- lots ----------------------------------------------------------------------------------- */

/* A facility's points of cases; those of the plan's table are what `score` proposes only. */
static zc_code read_points(sampling *s, zc_err *err)
{
  size_t index;
  const json_t *one;
  json_t *cases = NULL;
  const zc_case_filter filter = {.plan = s->plan};
  s->gave = json_object();
  if (s->weight == NULL || strcmp(s->weight, "points") != 0)
    return ZC_OK;
  zc_code code = zc_cases(s->office->workspace.store, &filter, &cases, err);
  int bad = s->gave == NULL;
  json_array_foreach(cases, index, one)
  {
    const char *code_of = zc_text_of(one, "facility");
    json_int_t before = json_integer_value(json_object_get(s->gave, code_of));
    bad |= json_object_set_new(s->gave, code_of,
                               json_integer(before + zc_get_integer(one,
                                                                    "points_facilities",
                                                                    0)));
  }
  json_decref(cases);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static int64_t tickets_of(const sampling *s, const zc_member *m)
{
  int64_t more = 0;
  if (s->weight != NULL && strcmp(s->weight, "points") == 0)
    more = json_integer_value(json_object_get(s->gave, m->code));
  else if (s->weight != NULL)
    more = zc_amount_known(m->numbers[ZC_NUMBER_relapsed]);
  more = more < 0 ? 0 : more;
  return more >= ZC_TICKETS_MOST ? ZC_TICKETS_MOST : 1 + more;
}

static zc_code make_lots(sampling *s, zc_err *err)
{
  s->lots = calloc(s->view.members.count + 1, sizeof *s->lots);
  if (s->lots == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < s->view.members.count; i++) {
    const zc_member *m = &s->view.members.members[i];
    if (!m->expected || json_object_get(s->excluded, m->code) != NULL)
      continue;
    const char *stratum = s->per == NULL                 ? ""
                          : strcmp(s->per, "class") == 0 ? m->class
                                                         : m->town;
    s->lots[s->count++] =
        (zc_lot){.code = m->code, .stratum = stratum, .tickets = tickets_of(s, m)};
  }
  return zc_draw_lots(&s->draw, s->lots, s->count, err);
}

/* In which order they are inspected. */
static int by_drawn(const void *a, const void *b)
{
  const zc_lot *x = a, *y = b;
  if ((x->drawn == 0) != (y->drawn == 0))
    return x->drawn == 0 ? 1 : -1;
  return (x->drawn > y->drawn) - (x->drawn < y->drawn);
}

static int64_t count_drawn(const sampling *s)
{
  int64_t count = 0;
  for (size_t i = 0; i < s->count; i++)
    count += s->lots[i].drawn > 0;
  return count;
}

/* ---- inspectors ------------------------------------------------------------------------------ */

static zc_code draw_team(sampling *s, const char *code, zc_err *err)
{
  zc_buffer team = {0};
  zc_code result = zc_inspectors_draw(&s->inspectors, s->draw.seed, code, s->team,
                                      &team, err);
  if (result == ZC_OK &&
      json_object_set_new(s->teams, code, json_string(zc_text_or(team.data, ""))) != 0)
    result = zc_fail_memory(err);
  zc_buffer_free(&team);
  return result;
}

static zc_code draw_teams(sampling *s, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && s->inspectors.count > 0 && i < s->count; i++)
    if (s->lots[i].drawn > 0)
      code = draw_team(s, s->lots[i].code, err);
  return code;
}

/* ---- telling ---------------------------------------------------------------------------------- */

static const zc_member *member_of(const sampling *s, const zc_lot *lot)
{
  return &s->view.members
              .members[json_integer_value(json_object_get(s->at, lot->code))];
}

static const char *team_of(const sampling *s, const zc_lot *lot)
{
  return zc_text_or(json_string_value(json_object_get(s->teams, lot->code)), "");
}

/* Who has no town stands under the same sign everywhere. */
static const char *shown(const char *name)
{
  return *name == '\0' ? "—" : name;
}

static bool any_excluded(const sampling *s)
{
  for (size_t i = 0; i < s->view.members.count; i++)
    if (s->view.members.members[i].expected &&
        json_object_get(s->excluded, s->view.members.members[i].code) != NULL)
      return true;
  return false;
}

/* Who was expected to be in it, and was not. */
static void add_excluded(const sampling *s, zc_told *told)
{
  zc_buffer text = {0};
  size_t count = 0;
  for (size_t i = 0; i < s->view.members.count; i++) {
    const zc_member *m = &s->view.members.members[i];
    if (!m->expected || json_object_get(s->excluded, m->code) == NULL)
      continue;
    zc_buffer_print(&text, "%s%s %s", count++ == 0 ? "" : "、", m->code, m->name);
  }
  if (count > 0)
    zc_told_line(told, "名册应查%zu家，%zu家列入排除名单，没有参加抽取：%s。",
                 s->count + count, count, zc_text_or(text.data, "?"));
  told->failed |= text.failed;
  zc_buffer_free(&text);
}

static void add_lot(const sampling *s, const zc_lot *lot, zc_told *told)
{
  char tickets[60];
  const zc_member *m = member_of(s, lot);
  snprintf(tickets, sizeof tickets, "%lld/%lld", (long long)lot->tickets,
           (long long)lot->sold);
  zc_told_row(told);
  zc_told_cell(told, m->code);
  zc_told_cell(told, m->name);
  zc_told_cell(told, m->class);
  zc_told_number(told, lot->drawn);
  zc_told_cell(told, team_of(s, lot));
  zc_told_cell(told, shown(m->town));
  zc_told_cell(told, s->per == NULL ? "全部" : shown(lot->stratum));
  zc_told_number(told, lot->taken);
  zc_told_number(told, lot->of);
  if (s->weight == NULL)
    zc_told_rate(told, lot->taken, lot->of);
  else
    zc_told_cell(told, tickets);
  zc_told_cell(told, lot->number);
}

static void build(const sampling *s, zc_told *told)
{
  const zc_told_column columns[] =
      {{"机构编码", false}, {"机构名称", false},
       {"机构类别", false}, {"抽取序号", true},
       {"检查人员", false}, {"乡镇", false},
       {"层", false},       {"层内抽取", true},
       {"层内机构", true},  {s->weight == NULL ? "中签机会" : "签数/层内签数", true},
       {"签号", false}};
  zc_told_begin(told, "双随机抽取名单");
  add_excluded(s, told);
  zc_told_line(
      told,
      "种子：%s。%s%zu家中抽取%lld家%s%s。签号是“种子:机构编码”的SHA-256"
      "（printf '%%s' '种子:编码' | sha256sum），每层取签号最小的，谁都可以重算。",
      s->draw.seed, any_excluded(s) ? "其余" : "名册应查", s->count,
      (long long)count_drawn(s),
      s->per == NULL                 ? ""
      : strcmp(s->per, "class") == 0 ? "，按机构类别分层"
                                     : "，按乡镇分层",
      s->weight == NULL                  ? ""
      : strcmp(s->weight, "points") == 0 ? "，案件记分每1分加一签"
                                         : "，反弹问题每1个加一签");
  zc_told_silent(told, s->view.offices);
  zc_told_table(told, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; i < s->count && s->lots[i].drawn > 0; i++)
    add_lot(s, &s->lots[i], told);
}

static json_t *lot_json(const sampling *s, const zc_lot *lot)
{
  const zc_member *m = member_of(s, lot);
  return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:s}",
                   "facility", m->code, "name", m->name, "class", m->class, "town",
                   m->town, "order", (json_int_t)lot->drawn, "inspectors",
                   team_of(s, lot), "stratum", lot->stratum, "taken",
                   (json_int_t)lot->taken, "of", (json_int_t)lot->of, "tickets",
                   (json_int_t)lot->tickets, "sold", (json_int_t)lot->sold, "number",
                   lot->number);
}

/* Strata by their names' bytes, as the lots stood after the draw. */
static json_t *strata_json(const sampling *s)
{
  json_t *list = json_array(), *known = json_object();
  int bad = list == NULL || known == NULL;
  for (size_t i = 0; i < s->count; i++) {
    const zc_lot *lot = &s->lots[i];
    if (json_object_get(known, lot->stratum) != NULL)
      continue;
    bad |= json_object_set_new(known, lot->stratum, json_true());
    bad |= json_array_append_new(list,
                                 json_pack("{s:s, s:I, s:I, s:I}", "stratum",
                                           lot->stratum, "of", (json_int_t)lot->of,
                                           "taken", (json_int_t)lot->taken, "sold",
                                           (json_int_t)lot->sold));
  }
  json_decref(known);
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

/* Those who had more than one. */
static json_t *tickets_json(const sampling *s)
{
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; i < s->count; i++)
    if (s->lots[i].tickets > 1)
      bad |= json_object_set_new(map, s->lots[i].code,
                                 json_integer((json_int_t)s->lots[i].tickets));
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

static int by_code(const void *a, const void *b)
{
  return strcmp((*(const zc_lot *const *)a)->code, (*(const zc_lot *const *)b)->code);
}

/* The SHA-256 of all lots: lines CODE, STRATUM and TICKETS with tabs, by code. Whoever draws again from the
 * roster sees by it that the same were in it. */
static zc_code hash_lots(const sampling *s, char hash[ZC_HASH_ROOM], zc_err *err)
{
  zc_buffer text = {0};
  const zc_lot **order = calloc(s->count + 1, sizeof *order);
  for (size_t i = 0; order != NULL && i < s->count; i++)
    order[i] = &s->lots[i];
  if (order != NULL)
    qsort(order, s->count, sizeof *order, by_code);
  for (size_t i = 0; order != NULL && i < s->count; i++)
    zc_buffer_print(&text, "%s\t%s\t%lld\n", order[i]->code, order[i]->stratum,
                    (long long)order[i]->tickets);
  zc_code code = order == NULL ? zc_fail_memory(err) : zc_buffer_check(&text, err);
  if (code == ZC_OK)
    code = zc_hash_of(zc_text_or(text.data, ""), text.size, hash, err);
  zc_buffer_free(&text);
  free(order);
  return code;
}

/* What was drawn, and from what: enough to draw again. */
static json_t *drawn_json(const sampling *s, bool in_full)
{
  json_t *list = json_array();
  int bad = list == NULL;
  for (size_t i = 0; i < s->count && s->lots[i].drawn > 0; i++)
    bad |= json_array_append_new(list, in_full
                                           ? lot_json(s, &s->lots[i])
                                           : json_pack("{s:s, s:s}", "facility",
                                                       s->lots[i].code, "inspectors",
                                                       team_of(s, &s->lots[i])));
  json_t *told = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s*, s:s*, s:O, "
                           "s:o, s:o, s:o, s:s, s:o}",
                           "plan", s->plan, "round", s->round, "seed", s->draw.seed,
                           "algorithm", "sha256/1", "count", (json_int_t)s->draw.count,
                           "percent", (json_int_t)s->draw.percent, "eligible",
                           (json_int_t)s->count, "team", (json_int_t)s->team, "per",
                           s->per, "weight", s->weight, "excluded", s->excluded,
                           "inspectors", zc_inspectors_told(&s->inspectors), "strata",
                           strata_json(s), "tickets", tickets_json(s), "lots_sha256",
                           s->lots_hash, "drawn", list);
  if (in_full && json_array_size(s->view.offices) > 0)
    bad |= json_object_set(told, "offices", s->view.offices);
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

static zc_code tell(sampling *s, zc_err *err)
{
  zc_told told;
  const zc_cli *cli = s->office->workspace.cli;
  build(s, &told);
  zc_code code = zc_told_print(cli, &told, drawn_json(s, true), "sample/1", err);
  zc_told_free(&told);
  return code;
}

/* ---- the command -------------------------------------------------------------------------------- */

static zc_code find_places(sampling *s, zc_err *err)
{
  s->at = json_object();
  s->excluded = json_object();
  s->teams = json_object();
  int bad = s->at == NULL || s->excluded == NULL || s->teams == NULL;
  for (size_t i = 0; i < s->view.members.count; i++)
    bad |= json_object_set_new(s->at, s->view.members.members[i].code,
                               json_integer((json_int_t)i));
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code draw(sampling *s, zc_err *err)
{
  const json_t *round = NULL;
  zc_office *o = s->office;
  zc_code code = zc_office_plan(o, &s->plan, err);
  if (code == ZC_OK)
    code = zc_office_round(o, s->plan, &round, err);
  if (code != ZC_OK)
    return code;
  s->round = zc_text_of(round, "id");
  code = zc_ledger_hold(o->workspace.store, err);
  if (code == ZC_OK)
    code = zc_view_read(o->workspace.store, o->checklists, s->plan, s->round, &s->view,
                        err);
  if (code == ZC_OK)
    code = zc_office_check_roster(&s->view, s->plan, err);
  if (code == ZC_OK)
    code = find_places(s, err);
  if (code == ZC_OK)
    code = read_lists(s, err);
  if (code == ZC_OK)
    code = read_points(s, err);
  zc_ledger_release(o->workspace.store);
  if (code == ZC_OK)
    code = make_lots(s, err);
  if (code == ZC_OK && s->count > 0)
    qsort(s->lots, s->count, sizeof *s->lots, by_drawn);
  if (code == ZC_OK)
    code = draw_teams(s, err);
  if (code == ZC_OK)
    code = hash_lots(s, s->lots_hash, err);
  if (code == ZC_OK)
    code = zc_office_record(o, "sample", drawn_json(s, false), NULL, NULL, err);
  return code == ZC_OK ? tell(s, err) : code;
}

static void forget(sampling *s)
{
  zc_inspectors_free(&s->inspectors);
  free(s->lots);
  json_decref(s->excluded);
  json_decref(s->gave);
  json_decref(s->at);
  json_decref(s->teams);
  zc_view_free(&s->view);
}

int zc_command_sample(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  sampling s = {.office = &office};
  zc_code code = zc_told_check(cli, &err);
  if (code == ZC_OK)
    code = read_options(&s, cli, &err);
  if (code == ZC_OK)
    code = zc_office_check_actor(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  code = draw(&s, &err);
  forget(&s);
  zc_office_close(&office);
  return zc_exit(code, &err);
}
