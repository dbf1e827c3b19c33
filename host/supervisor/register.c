/* register list, show: the registers that a plan wants of an office (专门台账). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/plans.h"
#include "document/document.h"
#include "store/below.h"
#include "store/registers.h"
#include "supervisor/casing.h"
#include "supervisor/commands.h"
#include "supervisor/registering.h"

#define CASES ZC_REGISTER_OF_CASES

/* ---- which ------------------------------------------------------------------------------ */

static zc_code fail_register(const json_t *registers, const char *id, zc_err *err)
{
  size_t index;
  const json_t *one;
  zc_buffer known = {0};
  json_array_foreach(registers, index, one)
      zc_buffer_print(&known, "%s%s", index == 0 ? "" : " ", zc_text_of(one, "id"));
  zc_code code = zc_fail(err, ZC_EUSAGE,
                         known.size == 0
                             ? N_("the plan wants no registers")
                             : N_("the plan wants no register {id}; it wants {list}"),
                         "id", id, "list", zc_text_or(known.data, ""), NULL);
  zc_buffer_free(&known);
  return code;
}

zc_code zc_register_find(const json_t *registers, const char *id, const json_t **found,
                         zc_err *err)
{
  size_t index;
  const json_t *one;
  *found = NULL;
  json_array_foreach(registers, index, one)
  {
    if (strcmp(zc_text_of(one, "id"), id) == 0)
      *found = one;
  }
  return *found == NULL ? fail_register(registers, id, err) : ZC_OK;
}

/* [{id, title, by, by_title, dataset}] of a plan. Owned. */
static zc_code registers_of(zc_plan *plan, json_t **registers, zc_err *err)
{
  json_t *told = NULL;
  zc_code code = zc_plan_call(plan, "office_registers", json_object(), &told, err);
  *registers = json_incref(json_object_get(told, "registers"));
  json_decref(told);
  return code;
}

int zc_register_command(zc_cli *cli, zc_register_work *work)
{
  zc_err err;
  zc_office office;
  zc_plan plan;
  const char *id;
  json_t *registers = NULL;
  static const char *const formats[] = {"text", "json", "csv", NULL};
  zc_code code = zc_check_format(cli, formats, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  code = zc_office_plan(&office, &id, &err);
  if (code == ZC_OK)
    code = zc_plan_open(&office.workspace, id, &plan, &err);
  if (code == ZC_OK) {
    code = registers_of(&plan, &registers, &err);
    if (code == ZC_OK)
      code = work(&office, &plan, registers, &err);
    zc_plan_close(&plan);
  }
  json_decref(registers);
  zc_office_close(&office);
  return zc_exit(code, &err);
}

static const char *plan_id(const zc_plan *plan)
{
  return zc_text_of(plan->about, "id");
}

/* ---- list --------------------------------------------------------------------------------- */

static int add_counts(const json_t *registers, const json_t *counts, json_int_t cases)
{
  size_t index;
  json_t *one;
  int bad = 0;
  json_array_foreach(registers, index, one)
  {
    const char *id = zc_text_of(one, "id");
    json_int_t count = strcmp(id, CASES) == 0 ? cases : zc_get_integer(counts, id, 0);
    bad |= json_object_set_new(one, "rows", json_integer(count));
  }
  return bad;
}

/* What the offices below have of it: [{code, name, day, rows}]; without rows where they do not tell. */
static json_t *told_below(const json_t *offices, const char *id)
{
  size_t index;
  const json_t *office;
  json_t *list = json_array();
  int bad = list == NULL;
  json_array_foreach(offices, index, office)
  {
    json_t *told = json_pack("{s:O, s:O, s:O}", "code", json_object_get(office, "code"),
                             "name", json_object_get(office, "name"), "day",
                             json_object_get(office, "day"));
    if (zc_get_integer(office, "told", 0) != 0)
      bad |= json_object_set_new(told, "rows",
                                 json_integer(
                                     zc_get_integer(json_object_get(office, "rows"), id,
                                                    0)));
    bad |= json_array_append_new(list, told);
  }
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

static zc_code add_below(zc_store *store, const char *plan, const json_t *registers,
                         zc_err *err)
{
  size_t index;
  json_t *one, *offices = NULL;
  int bad = 0;
  zc_code code = zc_below_registers(store, plan, &offices, err);
  json_array_foreach(registers, index, one)
  {
    if (json_array_size(offices) > 0)
      bad |= json_object_set_new(one, "below",
                                 told_below(offices, zc_text_of(one, "id")));
  }
  json_decref(offices);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static void print_below(const json_t *registered)
{
  size_t index;
  const json_t *office;
  json_array_foreach(json_object_get(registered, "below"), index, office)
      zc_say_line(json_object_get(office, "rows") != NULL
                      ? N_("    {name}: {rows} rows, as it reported on {day}")
                  : *zc_text_of(office, "day") != '\0'
                      ? N_("    {name}: its report of {day} does not tell")
                      : N_("    {name}: has not reported"),
                  json_incref((json_t *)office));
}

static zc_code list(zc_office *office, zc_plan *plan, const json_t *registers,
                    zc_err *err)
{
  size_t index;
  const json_t *one;
  json_t *counts = NULL, *cases = NULL;
  zc_store *store = office->workspace.store;
  const zc_case_filter all = {.plan = plan_id(plan)};
  zc_code code = zc_register_counts(store, plan_id(plan), &counts, err);
  if (code == ZC_OK)
    code = zc_cases(store, &all, &cases, err);
  if (code == ZC_OK &&
      add_counts(registers, counts, (json_int_t)json_array_size(cases)) != 0)
    code = zc_fail_memory(err);
  json_decref(counts);
  json_decref(cases);
  if (code == ZC_OK)
    code = add_below(store, plan_id(plan), registers, err);
  if (code != ZC_OK)
    return code;
  if (strcmp(zc_output_format(office->workspace.cli), "json") == 0)
    return zc_print_document(json_pack("{s:s, s:O}", "plan", plan_id(plan), "registers",
                                       registers),
                             "registers/1", err);
  if (json_array_size(registers) == 0)
    zc_say_line(N_("the plan wants no registers"), NULL);
  json_array_foreach(registers, index, one)
  {
    zc_say_line(N_("{id}  {title}: {rows} rows ({by})"),
                json_pack("{s:s, s:s, s:O, s:s}", "id", zc_text_of(one, "id"), "title",
                          zc_text_of(one, "title"), "rows",
                          json_object_get(one, "rows"), "by",
                          *zc_text_of(one, "by_title") == '\0'
                              ? "—"
                              : zc_text_of(one, "by_title")));
    print_below(one);
  }
  return ZC_OK;
}

int zc_command_register_list(zc_cli *cli)
{
  return zc_register_command(cli, list);
}

/* ---- show --------------------------------------------------------------------------------- */

/* A cell as a text. Owned; NULL when out of memory. */
static char *shown(const json_t *value)
{
  if (json_is_integer(value))
    return strdup(ZC_DIGITS(json_integer_value(value)));
  if (json_is_boolean(value))
    return strdup(json_is_true(value) ? "是" : "否");
  return strdup(zc_text_or(json_string_value(value), ""));
}

/* Whether rows that were taken back are to be shown. */
static bool with_void(const zc_office *office)
{
  return zc_option_value(office->workspace.cli, "void") != NULL;
}

/* Leaves out rows that were taken back. */
static int without_void(json_t *rows)
{
  int bad = 0;
  for (size_t i = json_array_size(rows); i-- > 0;)
    if (json_object_get(json_array_get(rows, i), "void") != NULL)
      bad |= json_array_remove(rows, i);
  return bad;
}

static void print_void_cells(zc_buffer *out, const json_t *row)
{
  static const char *const keys[] = {"on", "by", "reason"};
  static const char *const titles[] = {"作废日期", "作废人", "作废理由"};
  const json_t *taken = json_object_get(row, "void");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    zc_csv_cell(out, row == NULL ? titles[i] : zc_text_of(taken, keys[i]), false);
}

static void print_csv_row(zc_buffer *out, const json_t *columns, const json_t *row,
                          bool taken)
{
  size_t index;
  const json_t *column;
  json_array_foreach(columns, index, column)
  {
    char *text = row == NULL ? strdup(zc_text_of(column, "title"))
                             : shown(json_object_get(json_object_get(row, "cells"),
                                                     zc_text_of(column, "id")));
    zc_csv_cell(out, zc_text_or(text, ""), index == 0);
    out->failed |= text == NULL;
    free(text);
  }
  if (taken)
    print_void_cells(out, row);
  zc_buffer_text(out, "\r\n");
}

static zc_code print_csv(const json_t *columns, const json_t *rows, bool taken,
                         zc_err *err)
{
  size_t index;
  const json_t *row;
  zc_buffer out = {0};
  zc_buffer_text(&out, ZC_CSV_MARK);
  print_csv_row(&out, columns, NULL, taken);
  json_array_foreach(rows, index, row) print_csv_row(&out, columns, row, taken);
  zc_code code = zc_buffer_check(&out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  zc_buffer_free(&out);
  return code;
}

static void print_void(zc_buffer *out, const json_t *taken)
{
  if (taken == NULL)
    return;
  zc_buffer_print(out, "    已作废：%s，", zc_text_of(taken, "on"));
  zc_add_visible(out, zc_text_of(taken, "by"));
  zc_buffer_text(out, "，");
  zc_add_visible(out, zc_text_of(taken, "reason"));
  zc_buffer_char(out, '\n');
}

static zc_code print_text(const json_t *columns, const json_t *rows, zc_err *err)
{
  size_t index, inner;
  const json_t *row, *column;
  zc_buffer out = {0};
  json_array_foreach(rows, index, row)
  {
    zc_buffer_print(&out, "%s  ", zc_text_of(row, "day"));
    json_array_foreach(columns, inner, column)
    {
      char *text = shown(
          json_object_get(json_object_get(row, "cells"), zc_text_of(column, "id")));
      zc_buffer_text(&out, inner == 0 ? "" : "　");
      zc_add_visible(&out, zc_text_of(column, "title"));
      zc_buffer_text(&out, "：");
      zc_add_visible(&out, text);
      free(text);
    }
    zc_buffer_char(&out, '\n');
    print_void(&out, json_object_get(row, "void"));
  }
  zc_code code = zc_buffer_check(&out, err);
  if (code == ZC_OK)
    fwrite(zc_text_or(out.data, ""), 1, out.size, stdout);
  zc_buffer_free(&out);
  if (code == ZC_OK)
    zc_say_line(N_("{count} rows"),
                json_pack("{s:I}", "count", (json_int_t)json_array_size(rows)));
  return code;
}

/* The engine knows those of the plan's rules already. */
zc_code zc_register_table(zc_plan *plan, const char *dataset, zc_err *err)
{
  size_t index;
  const json_t *name;
  if (*dataset == '\0' || zc_plan_dataset(plan, dataset) != NULL)
    return ZC_OK;
  json_t *names = json_array();
  int bad = names == NULL;
  json_array_foreach(plan->shipped, index, name)
  {
    if (strcmp(json_string_value(name), dataset) == 0 ||
        zc_plan_reads_table(plan, json_string_value(name)))
      bad |= json_array_append(names, (json_t *)name);
  }
  zc_code code = bad != 0 ? zc_fail_memory(err)
                          : zc_plan_load_datasets(plan, names, err);
  json_decref(names);
  return code;
}

/* What a list would hold: the columns of the table, without those that name patients. */
static zc_code columns_of(zc_plan *plan, const char *dataset, json_t *columns,
                          zc_err *err)
{
  size_t index;
  const json_t *column;
  int bad = 0;
  zc_code code = zc_register_table(plan, dataset, err);
  json_array_foreach(json_object_get(zc_plan_dataset(plan, dataset), "columns"), index,
                     column)
  {
    const json_t *title = json_array_get(json_object_get(column, "titles"), 0);
    if (code == ZC_OK && json_object_get(column, "identifies") == NULL)
      bad |= json_array_append_new(columns,
                                   json_pack("{s:s, s:s}", "id",
                                             zc_text_of(column, "id"), "title",
                                             zc_text_or(json_string_value(title),
                                                        zc_text_of(column, "id"))));
  }
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static zc_code show(zc_office *office, zc_plan *plan, const json_t *registers,
                    zc_err *err)
{
  const json_t *one;
  json_t *rows = NULL, *columns = NULL;
  const zc_cli *cli = office->workspace.cli;
  const char *id = cli->arguments[0], *format = zc_output_format(cli);
  zc_store *store = office->workspace.store;
  if (strcmp(id, CASES) == 0)
    return zc_case_list(office, err);
  zc_code code = zc_register_find(registers, id, &one, err);
  if (code == ZC_OK)
    code = zc_register_rows(store, plan_id(plan), id, &rows, err);
  if (code == ZC_OK && !with_void(office) && without_void(rows) != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_register_columns(store, plan_id(plan), id, &columns, err);
  if (code == ZC_OK && json_array_size(columns) == 0 &&
      *zc_text_of(one, "dataset") != '\0')
    code = columns_of(plan, zc_text_of(one, "dataset"), columns, err);
  if (code == ZC_OK && strcmp(format, "json") == 0)
    code = zc_print_document(json_pack("{s:s, s:O, s:O, s:O}", "plan", plan_id(plan),
                                       "register", one, "columns", columns, "rows",
                                       rows),
                             "register/1", err);
  else if (code == ZC_OK && strcmp(format, "csv") == 0)
    code = print_csv(columns, rows, with_void(office), err);
  else if (code == ZC_OK)
    code = print_text(columns, rows, err);
  json_decref(rows);
  json_decref(columns);
  return code;
}

int zc_command_register_show(zc_cli *cli)
{
  return zc_register_command(cli, show);
}
