/* inspect list: the visits, and what they found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "document/document.h"
#include "office/unreported.h"
#include "supervisor/cells.h"
#include "supervisor/commands.h"
#include "supervisor/inspecting.h"

const zc_word zc_reporting_words[] = {{"unreported", "应报未报", NULL},
                                      {"reported", "已自查报告", NULL},
                                      {"not_in_scope", "不在自查范围", NULL},
                                      {"not_checked", "未检查", NULL},
                                      {"no_report", "未报送", NULL},
                                      {NULL, NULL, NULL}};

/* What a problem's `reporting` is called: one that was reported only after the inspection is no
 * 主动报告. */
static const char *reporting_title(const json_t *problem)
{
  return zc_get_flag(problem, "after")
             ? "检查后才报告"
             : zc_word_title(zc_reporting_words, zc_text_of(problem, "reporting"));
}

/* ---- against the self-check ------------------------------------------------------------ */

static zc_code mark(zc_office *office, const char *plan, const json_t *round,
                    json_t *problems, zc_err *err)
{
  zc_view view;
  zc_code code = zc_view_read(office->workspace.store, office->checklists, plan,
                              zc_text_of(round, "id"), &view, err);
  if (code == ZC_OK)
    code = zc_unreported_mark(office->workspace.store, &view, plan, round, problems,
                              err);
  zc_view_free(&view);
  return code;
}

/* The problems of all visits, with the facility in each. */
static zc_code mark_visits(zc_office *office, const char *plan, const json_t *round,
                           const json_t *visits, zc_err *err)
{
  size_t index, inner;
  const json_t *visit;
  json_t *problem, *all = json_array();
  int bad = all == NULL;
  json_array_foreach(visits, index, visit)
  {
    json_array_foreach(json_object_get(visit, "found"), inner, problem)
    {
      bad |= json_object_set(problem, "facility", json_object_get(visit, "facility"));
      bad |= json_array_append(all, problem);
    }
  }
  zc_code code = bad != 0 ? zc_fail_memory(err) : mark(office, plan, round, all, err);
  json_decref(all);
  return code;
}

/* ---- CSV -------------------------------------------------------------------------------- */

static void print_row(zc_buffer *out, const zc_cells *cells, const json_t *visit,
                      const json_t *problem)
{
  char inspectors[24], count[24];
  zc_buffer handling = {0}, told = {0};
  zc_cells_void(&told, visit);
  bool amount = problem != NULL && strcmp(zc_text_of(problem, "amount"), "0.00") != 0;
  zc_words_titles(zc_handlings,
                  zc_text_of(problem == NULL ? visit : problem, "handling"), &handling);
  zc_number_text(inspectors, zc_get_integer(visit, "inspectors", 0));
  zc_number_text(count, zc_get_integer(problem, "count", 0));
  const char *name = *zc_text_of(visit, "facility") == '\0'
                         ? zc_text_of(visit, "subject")
                         : zc_text_of(visit, "name");
  const char *const texts[] = {zc_text_of(visit, "facility"),
                               name,
                               zc_text_of(visit, "class"),
                               zc_text_of(visit, "day"),
                               zc_text_of(visit, "team"),
                               zc_word_title(zc_visit_kinds, zc_text_of(visit, "kind")),
                               strcmp(inspectors, "0") == 0 ? "" : inspectors,
                               zc_text_of(problem, "entry"),
                               zc_cells_entry_title(cells,
                                                    zc_text_of(problem, "entry")),
                               zc_text_of(problem, "title"),
                               zc_text_of(problem, "found"),
                               strcmp(count, "0") == 0 ? "" : count,
                               amount ? zc_text_of(problem, "amount") : "",
                               zc_word_title(zc_severities,
                                             zc_text_of(problem, "severity")),
                               zc_text_or(handling.data, ""),
                               zc_text_of(problem == NULL ? visit : problem, "note"),
                               reporting_title(problem),
                               zc_text_or(told.data, "")};
  for (size_t i = 0; i < sizeof texts / sizeof *texts - (told.size == 0); i++)
    zc_csv_cell(out, texts[i], i == 0);
  zc_buffer_text(out, "\r\n");
  zc_buffer_free(&handling);
  zc_buffer_free(&told);
}

/* A visit whose own handling or note stands with none of its problems has a row for them. */
static bool has_own_row(const json_t *visit)
{
  return json_array_size(json_object_get(visit, "found")) == 0 ||
         *zc_text_of(visit, "handling") != '\0' || *zc_text_of(visit, "note") != '\0';
}

static zc_code print_csv(const zc_cells *cells, const json_t *visits, zc_err *err)
{
  static const char *const titles[] = {"机构编码", "机构名称", "机构类别", "检查日期",
                                       "检查组",   "检查方式", "检查人数", "检查项编号",
                                       "检查项",   "问题表现", "发现时间", "数量",
                                       "涉及金额", "严重程度", "处理方式", "备注",
                                       "自查情况", "作废"};
  zc_buffer out = {0};
  size_t index, inner;
  const json_t *visit, *problem;
  zc_buffer_text(&out, ZC_CSV_MARK);
  bool voided = json_object_get(json_array_get(visits, 0), "void") != NULL;
  for (size_t i = 0; i < sizeof titles / sizeof *titles - !voided; i++)
    zc_csv_cell(&out, titles[i], i == 0);
  zc_buffer_text(&out, "\r\n");
  json_array_foreach(visits, index, visit)
  {
    if (has_own_row(visit))
      print_row(&out, cells, visit, NULL);
    json_array_foreach(json_object_get(visit, "found"), inner, problem)
        print_row(&out, cells, visit, problem);
  }
  zc_code code = zc_buffer_check(&out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  zc_buffer_free(&out);
  return code;
}

/* ---- text ------------------------------------------------------------------------------- */

static void print_visit(const json_t *visit)
{
  const json_t *found = json_object_get(visit, "found");
  bool listed = *zc_text_of(visit, "facility") != '\0';
  zc_buffer more = {0};
  zc_cells_void(&more, visit);
  zc_say_line(json_array_size(found) == 0
                  ? N_("{day}  {facility} {name}: {kind}, {team}, no problem "
                       "found{more}")
                  : N_("{day}  {facility} {name}: {kind}, {team}, {count} "
                       "problems{more}"),
              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "more",
                        zc_text_or(more.data, ""), "day", zc_text_of(visit, "day"),
                        "facility", listed ? zc_text_of(visit, "facility") : "—",
                        "name", zc_text_of(visit, listed ? "name" : "subject"), "kind",
                        zc_word_title(zc_visit_kinds, zc_text_of(visit, "kind")),
                        "team",
                        *zc_text_of(visit, "team") == '\0' ? "—"
                                                           : zc_text_of(visit, "team"),
                        "count", (json_int_t)json_array_size(found)));
  zc_buffer_free(&more);
}

static void print_problem(const json_t *problem)
{
  zc_buffer more = {0};
  if (strcmp(zc_text_of(problem, "amount"), "0.00") != 0)
    zc_buffer_print(&more, "  %s元", zc_text_of(problem, "amount"));
  if (*zc_text_of(problem, "handling") != '\0') {
    zc_buffer_text(&more, "  ");
    zc_words_titles(zc_handlings, zc_text_of(problem, "handling"), &more);
  }
  if (*zc_text_of(problem, "reporting") != '\0')
    zc_buffer_print(&more, "  %s", reporting_title(problem));
  printf("    ");
  zc_say_line(N_("{no}  {entry}  {title}{more}"),
              json_pack("{s:I, s:s, s:s, s:s}", "no",
                        (json_int_t)zc_get_integer(problem, "no", 0), "entry",
                        *zc_text_of(problem, "entry") == '\0'
                            ? "—"
                            : zc_text_of(problem, "entry"),
                        "title", zc_text_of(problem, "title"), "more",
                        zc_text_or(more.data, "")));
  zc_buffer_free(&more);
}

static void print_text(const json_t *visits)
{
  size_t index, inner, problems = 0;
  const json_t *visit, *problem;
  json_array_foreach(visits, index, visit)
  {
    print_visit(visit);
    json_array_foreach(json_object_get(visit, "found"), inner, problem)
    {
      print_problem(problem);
      problems++;
    }
  }
  zc_say_line(N_("{visits} visits, {problems} problems"),
              json_pack("{s:I, s:I}", "visits", (json_int_t)json_array_size(visits),
                        "problems", (json_int_t)problems));
}

/* ---- the command ------------------------------------------------------------------------ */

static zc_code print_list(zc_office *office, const zc_cells *cells,
                          const zc_visit_filter *filter, json_t *visits, zc_err *err)
{
  const char *format = zc_output_format(office->workspace.cli);
  if (strcmp(format, "json") == 0)
    return zc_print_document(json_pack("{s:s, s:O, s:{s:s, s:s}}", "plan", cells->plan,
                                       "visits", visits, "window", "from",
                                       zc_text_or(filter->from, ""), "to",
                                       zc_text_or(filter->to, "")),
                             "inspections/1", err);
  if (strcmp(format, "csv") == 0)
    return print_csv(cells, visits, err);
  if (filter->from != NULL || filter->to != NULL)
    zc_say_line(N_("inspections from {from} to {to}"),
                json_pack("{s:s, s:s}", "from", zc_text_or(filter->from, "…"), "to",
                          zc_text_or(filter->to, "…")));
  print_text(visits);
  return ZC_OK;
}

static int by_day(const void *a, const void *b)
{
  const json_t *const *x = a, *const *y = b;
  return strcmp(zc_text_of(*x, "day"), zc_text_of(*y, "day"));
}

/* Those of a kind that were taken back within the days. */
static zc_code add_void(zc_store *store, const char *kind,
                        const zc_visit_filter *filter, json_t *visits, zc_err *err)
{
  const char *key;
  json_t *map = NULL, *one;
  int bad = 0;
  zc_code code = zc_withdrawn(store, kind, filter->plan, filter->facility, &map, err);
  json_object_foreach(map, key, one)
  {
    const char *day = zc_text_of(one, "day");
    if ((filter->from == NULL || strcmp(day, filter->from) >= 0) &&
        (filter->to == NULL || strcmp(day, filter->to) <= 0))
      bad |= json_array_append(visits, one);
  }
  json_decref(map);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* Visits and problems that were taken back, a problem as a visit that found nothing else. */
static zc_code read_void(zc_store *store, const zc_visit_filter *filter,
                         json_t **visits, zc_err *err)
{
  json_t *found = json_array();
  *visits = json_array();
  zc_code code = found == NULL || *visits == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK)
    code = add_void(store, ZC_VOID_VISIT, filter, found, err);
  if (code == ZC_OK)
    code = add_void(store, ZC_VOID_PROBLEM, filter, found, err);
  size_t count = json_array_size(found);
  json_t **sorted = calloc(count + 1, sizeof *sorted);
  int bad = sorted == NULL;
  for (size_t i = 0; bad == 0 && i < count; i++)
    sorted[i] = json_array_get(found, i);
  if (bad == 0)
    qsort(sorted, count, sizeof *sorted, by_day);
  for (size_t i = 0; bad == 0 && i < count; i++)
    bad |= json_array_append(*visits, sorted[i]);
  free(sorted);
  json_decref(found);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static zc_code list(zc_office *office, zc_err *err)
{
  const zc_cli *cli = office->workspace.cli;
  const json_t *round = NULL;
  json_t *visits = NULL;
  zc_cells cells = {0};
  zc_visit_filter filter = {.facility = zc_option_value(cli, "facility")};
  zc_code code = zc_window_of(cli, &filter.from, &filter.to, err);
  if (code == ZC_OK)
    code = zc_office_plan(office, &filter.plan, err);
  if (code == ZC_OK && zc_option_value(cli, "round") != NULL)
    code = zc_office_round(office, filter.plan, &round, err);
  if (code == ZC_OK)
    zc_inspect_days(cli, round, &filter.from, &filter.to);
  if (code == ZC_OK)
    code = zc_cells_begin(&cells, office, filter.plan, NULL, err);
  if (code == ZC_OK)
    code = zc_cells_check_facility(&cells, filter.facility, err);
  if (code == ZC_OK)
    code = zc_option_value(cli, "void") != NULL
               ? read_void(office->workspace.store, &filter, &visits, err)
               : zc_visits(office->workspace.store, &filter, &visits, err);
  if (code == ZC_OK && round != NULL)
    code = mark_visits(office, filter.plan, round, visits, err);
  if (code == ZC_OK)
    code = print_list(office, &cells, &filter, visits, err);
  json_decref(visits);
  zc_cells_free(&cells);
  return code;
}

int zc_command_inspect_list(zc_cli *cli)
{
  static const char *const formats[] = {"text", "json", "csv", NULL};
  zc_err err;
  zc_office office;
  zc_code code = zc_check_format(cli, formats, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = list(&office, &err);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}
