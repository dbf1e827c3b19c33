/* sample list: the draws that were made. Whoever draws until he likes the result is seen here. */
#include <stdio.h>
#include <string.h>

#include "supervisor/commands.h"
#include "supervisor/office.h"
#include "supervisor/told.h"

typedef struct {
  const char *plan;
  json_t *list; /* [{seq, day, by, and what the event says}] */
} listing;

static zc_code add_draw(void *context, const json_t *event, zc_err *err)
{
  static const char *const kept[] = {"round",   "seed",       "count",    "percent",
                                     "per",     "weight",     "eligible", "excluded",
                                     "strata",  "algorithm",  "team",     "inspectors",
                                     "tickets", "lots_sha256"};
  const listing *l = context;
  size_t index;
  const json_t *one, *body = json_object_get(event, "body");
  if (strcmp(zc_text_of(event, "action"), "sample") != 0 ||
      strcmp(zc_text_of(body, "plan"), l->plan) != 0)
    return ZC_OK;
  json_t *drawn = json_array();
  json_t *told = json_pack("{s:O, s:O, s:O, s:o}", "seq", json_object_get(event, "seq"),
                           "day", json_object_get(event, "business_date"), "by",
                           json_object_get(event, "actor"), "drawn", drawn);
  int bad = told == NULL;
  json_array_foreach(json_object_get(body, "drawn"), index, one)
      bad |= json_array_append(drawn, json_object_get(one, "facility"));
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (json_object_get(body, kept[i]) != NULL)
      bad |= json_object_set(told, kept[i], json_object_get(body, kept[i]));
  bad |= json_array_append_new(l->list, told);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* 抽取5家; 每层抽取10%. */
static void add_wanted(const json_t *draw, zc_told *told)
{
  char text[80];
  long long percent = (long long)zc_get_integer(draw, "percent", 0);
  if (percent > 0)
    snprintf(text, sizeof text, "%lld%%", percent);
  else
    snprintf(text, sizeof text, "%lld家", (long long)zc_get_integer(draw, "count", 0));
  zc_told_cell(told, text);
}

/* 诊所2/40、门诊部1/12. */
static void add_strata(const json_t *draw, zc_told *told)
{
  size_t index;
  const json_t *one;
  zc_buffer text = {0};
  json_array_foreach(json_object_get(draw, "strata"), index, one)
      zc_buffer_print(&text, "%s%s%lld/%lld", text.size == 0 ? "" : "、",
                      *zc_text_of(draw, "per") == '\0' ? ""
                      : *zc_text_of(one, "stratum") == '\0'
                          ? "—"
                          : zc_text_of(one, "stratum"),
                      (long long)zc_get_integer(one, "taken", 0),
                      (long long)zc_get_integer(one, "of", 0));
  zc_told_cell(told, zc_text_or(text.data, "—"));
  told->failed |= text.failed;
  zc_buffer_free(&text);
}

static void add_row(const json_t *draw, zc_told *told)
{
  const char *per = zc_text_of(draw, "per"), *weight = zc_text_of(draw, "weight");
  zc_told_row(told);
  zc_told_cell(told, zc_text_of(draw, "day"));
  zc_told_cell(told, zc_text_of(draw, "seed"));
  zc_told_cell(told, zc_text_of(draw, "by"));
  add_wanted(draw, told);
  zc_told_cell(told, *per == '\0'                ? "—"
                     : strcmp(per, "class") == 0 ? "机构类别"
                                                 : "乡镇");
  zc_told_cell(told, *weight == '\0'                 ? "—"
                     : strcmp(weight, "points") == 0 ? "记分"
                                                     : "反弹");
  zc_told_number(told, zc_get_integer(draw, "eligible", 0));
  zc_told_number(told, (int64_t)json_object_size(json_object_get(draw, "excluded")));
  zc_told_number(told, (int64_t)json_array_size(json_object_get(draw, "drawn")));
  add_strata(draw, told);
}

static zc_code tell(const zc_cli *cli, const listing *l, zc_err *err)
{
  static const zc_told_column columns[] =
      {{"日期", false}, {"种子", false},         {"办理人", false},  {"要求抽取", true},
       {"分层", false}, {"加签", false},         {"参加机构", true}, {"不参加", true},
       {"抽中", true},  {"各层抽中/机构", false}};
  zc_told told;
  size_t index;
  const json_t *draw;
  zc_told_begin(&told, "双随机抽取记录");
  zc_told_line(&told, "共抽取%zu次，依先后排列；种子相同的，结果相同，谁都可以重算。",
               json_array_size(l->list));
  zc_told_table(&told, columns, sizeof columns / sizeof *columns);
  json_array_foreach(l->list, index, draw) add_row(draw, &told);
  zc_code code = told.failed ? zc_fail_memory(err)
                             : zc_told_print(cli, &told,
                                             json_pack("{s:s, s:O}", "plan", l->plan,
                                                       "samples", l->list),
                                             "samples/1", err);
  zc_told_free(&told);
  return code;
}

int zc_command_sample_list(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  listing l = {.list = json_array()};
  zc_code code = l.list == NULL ? zc_fail_memory(&err) : zc_told_check(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open_decided(cli, &office, &err);
  if (code == ZC_OK) {
    code = zc_office_plan(&office, &l.plan, &err);
    if (code == ZC_OK)
      code = zc_ledger_events(office.workspace.store, 0, 0, add_draw, &l, &err);
    if (code == ZC_OK)
      code = tell(cli, &l, &err);
    zc_office_close(&office);
  }
  json_decref(l.list);
  return zc_exit(code, &err);
}
