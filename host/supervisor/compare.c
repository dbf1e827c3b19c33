/* compare: facilities side by side, one round against another, the self-check against inspections. */
#include <string.h>

#include "cli/message.h"
#include "cli/paper_write.h"
#include "cli/plans.h"
#include "store/ledger.h"
#include "supervisor/cells.h"
#include "supervisor/commands.h"
#include "supervisor/compare_json.h"
#include "supervisor/compare_rows.h"

#define DIFFERENT 1
#define NOTHING 2 /* was there to be compared */

/* ---- options ---------------------------------------------------------------------------- */

/* Options that only go with others. */
static zc_code check_options(const zc_cli *cli, zc_err *err)
{
  static const char *const of_entries[] = {"item", "focus", "set"};
  static const char *const of_days[] = {"from", "to"};
  bool inspection = zc_option_value(cli, "inspection") != NULL;
  const char *wrong = NULL;
  if (inspection && zc_option_value(cli, "with") != NULL)
    return zc_fail(err, ZC_EUSAGE,
                   "--with and --inspection are two comparisons: ask for one of them",
                   NULL);
  for (size_t i = 0; i < sizeof of_entries / sizeof *of_entries; i++) {
    const json_t *values = zc_option_values(cli, of_entries[i]);
    if (json_array_size(values) > 1) /* a paper would name both and count one */
      return zc_fail(err, ZC_EUSAGE,
                     "--{option} is given twice: compare what each names by itself",
                     "option", of_entries[i], NULL);
    if (inspection && values != NULL)
      wrong = of_entries[i];
  }
  if (wrong != NULL)
    return zc_fail(err, ZC_EUSAGE, "--{option} does not go with --inspection", "option",
                   wrong, NULL);
  const char *from, *to;
  zc_code code = zc_window_of(cli, &from, &to, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; !inspection && i < sizeof of_days / sizeof *of_days; i++)
    if (zc_option_value(cli, of_days[i]) != NULL)
      wrong = of_days[i];
  return wrong == NULL
             ? ZC_OK
             : zc_fail(err, ZC_EUSAGE, "--{option} goes with --inspection only",
                       "option", wrong, NULL);
}

/* Which table CSV has: --table, by its id in the layout. */
static const char *table_of(const zc_cli *cli)
{
  return zc_option_value(cli, "table");
}

/* 新发现 and 已消除 are told from the other round on: of a later one they would be the wrong way round. */
static void warn_of_later(const zc_comparing *c)
{
  const char *with = zc_text_of(c->other, "to"), *round = zc_text_of(c->round, "to");
  if (c->other != NULL && *with != '\0' && *round != '\0' && strcmp(with, round) > 0)
    zc_warn(
        N_("the round {with} is later than {round}: what it has rectified is told as "
           "new; give the earlier one to --with"),
        json_pack("{s:s, s:s}", "with", zc_text_of(c->other, "id"), "round",
                  zc_text_of(c->round, "id")));
}

/* ---- the paper ---------------------------------------------------------------------------- */

static zc_code write_json(void *context, const zc_sink *sink, zc_err *err)
{
  return zc_compare_write(context, sink, err);
}

static zc_code build(zc_comparing *c, zc_plan *plan, zc_paper *paper, zc_err *err)
{
  json_t *figures = zc_compare_figures(c, false);
  json_t *args = json_pack("{s:o, s:b, s:s}", "figures", figures, "narrowed",
                           c->narrowed, "office", zc_text_of(plan->office, "name"));
  if (args == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_paper_build(plan, "comparison", args, paper, err);
  json_decref(args);
  return code;
}

static zc_code print(zc_comparing *c, const zc_paper *paper, zc_err *err)
{
  zc_compare_source *source = NULL;
  const zc_workspace *workspace = &c->office->workspace;
  const zc_paper_figures figures = {write_json, c, table_of(workspace->cli)};
  zc_code code = zc_compare_source_new(c, &source, err);
  if (code == ZC_OK) {
    zc_rows rows = zc_compare_source_rows(source);
    code = zc_paper_show(workspace, paper->tree, &rows, &figures, err);
  }
  zc_compare_source_free(source);
  return code;
}

/* JSON alone needs no layout. */
static bool wants_paper(const zc_cli *cli)
{
  const char *format = zc_option_value(cli, "format");
  return format == NULL || strcmp(format, "json") != 0 ||
         zc_option_values(cli, "out") != NULL;
}

static zc_code show(zc_comparing *c, bool *fell_back, zc_err *err)
{
  zc_plan plan;
  zc_paper paper = {.tree = json_pack("{s:[]}", "children")};
  zc_code code = ZC_OK;
  if (paper.tree == NULL)
    return zc_fail_memory(err);
  if (wants_paper(c->office->workspace.cli)) {
    json_decref(paper.tree);
    paper.tree = NULL;
    code = zc_plan_open(&c->office->workspace, c->plan, &plan, err);
    if (code != ZC_OK)
      return code;
    code = build(c, &plan, &paper, err);
    *fell_back = plan.layouts_failed;
    zc_plan_close(&plan);
  }
  if (code == ZC_OK)
    code = print(c, &paper, err);
  zc_paper_free(&paper);
  return code;
}

/* ---- the command ---------------------------------------------------------------------------- */

static bool reported_once(const zc_comparing *c)
{
  for (size_t i = 0; i < c->order_count; i++)
    if ((c->view.members.members[c->order[i]].report != 0) !=
        (zc_pair_before(&c->pair, c->order[i])->report != 0))
      return true;
  return false;
}

static int verdict(const zc_comparing *c)
{
  if (zc_compared_here(c) == 0)
    return NOTHING;
  if (c->inspections)
    return c->held.classes[c->view.class_count].unreported > 0 ? DIFFERENT : 0;
  if (c->other == NULL)
    return 0;
  for (size_t i = 0; i < c->items.count; i++)
    if (zc_change_differs(zc_change_tallies_at(&c->items.changes, i, -1)))
      return DIFFERENT;
  return reported_once(c) ? DIFFERENT : 0;
}

/* Nothing that others write meanwhile is seen: two rounds and their papers tell of one moment. */
static zc_code compare(zc_office *office, int *status, bool *fell_back, zc_err *err)
{
  zc_comparing c = {0};
  zc_store *store = office->workspace.store;
  zc_code code = zc_ledger_hold(store, err);
  if (code == ZC_OK)
    code = zc_comparing_open(office, &c, err);
  if (code == ZC_OK) {
    *status = verdict(&c);
    warn_of_later(&c);
    code = show(&c, fell_back, err);
  }
  zc_ledger_release(store);
  zc_comparing_close(&c);
  return code;
}

int zc_command_compare(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  int status = 0;
  bool fell_back = false;
  zc_code code = zc_paper_show_formats(cli, &err);
  if (code == ZC_OK)
    code = zc_paper_check_screen(cli, &err);
  if (code == ZC_OK)
    code = check_options(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open_decided(cli, &office, &err);
  if (code == ZC_OK) {
    code = compare(&office, &status, &fell_back, &err);
    zc_office_close(&office);
  }
  if (code == ZC_OK)
    return fell_back ? ZC_EINTERNAL : status;
  return zc_exit(code, &err);
}
