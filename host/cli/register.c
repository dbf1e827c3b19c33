/* register list, show, import: the registers that a plan wants of an office (专门台账). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/asking.h"
#include "cli/casing.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "document/document.h"
#include "store/registers.h"

#define LIST_LIMIT ((size_t)16 << 20)
#define CASES "cases" /* the register of cases is what `case` keeps */

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

/* ---- which ------------------------------------------------------------------------------ */

static zc_code fail_register(const json_t *registers, const char *id, zc_err *err)
{
  size_t index;
  const json_t *one;
  zc_buffer known = {0};
  json_array_foreach(registers, index, one)
      zc_buffer_print(&known, "%s%s", index == 0 ? "" : " ", text_of(one, "id"));
  zc_code code = zc_fail(err, ZC_EUSAGE,
                         known.size == 0
                             ? N_("the plan wants no registers")
                             : N_("the plan wants no register {id}; it wants {list}"),
                         "id", id, "list", zc_text_or(known.data, ""), NULL);
  zc_buffer_free(&known);
  return code;
}

/* Borrowed from the list. */
static zc_code find_register(const json_t *registers, const char *id,
                             const json_t **found, zc_err *err)
{
  size_t index;
  const json_t *one;
  *found = NULL;
  json_array_foreach(registers, index, one)
  {
    if (strcmp(text_of(one, "id"), id) == 0)
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

/* What a command does with an office, a plan of it and its registers. */
typedef zc_code work(zc_office *office, zc_plan *plan, const json_t *registers,
                     zc_err *err);

static int with_registers(zc_cli *cli, work *take)
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
      code = take(&office, &plan, registers, &err);
    zc_plan_close(&plan);
  }
  json_decref(registers);
  zc_office_close(&office);
  return zc_exit(code, &err);
}

static const char *plan_id(const zc_plan *plan)
{
  return text_of(plan->about, "id");
}

/* ---- list --------------------------------------------------------------------------------- */

static int add_counts(const json_t *registers, const json_t *counts, json_int_t cases)
{
  size_t index;
  json_t *one;
  int bad = 0;
  json_array_foreach(registers, index, one)
  {
    const char *id = text_of(one, "id");
    json_int_t count = strcmp(id, CASES) == 0 ? cases : zc_get_integer(counts, id, 0);
    bad |= json_object_set_new(one, "rows", json_integer(count));
  }
  return bad;
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
  if (code != ZC_OK)
    return code;
  if (strcmp(zc_output_format(office->workspace.cli), "json") == 0)
    return zc_print_document(json_pack("{s:s, s:O}", "plan", plan_id(plan), "registers",
                                       registers),
                             "registers/1", err);
  if (json_array_size(registers) == 0)
    zc_say_line(N_("the plan wants no registers"), NULL);
  json_array_foreach(registers, index, one)
      zc_say_line(N_("{id}  {title}: {rows} rows ({by})"),
                  json_pack("{s:s, s:s, s:O, s:s}", "id", text_of(one, "id"), "title",
                            text_of(one, "title"), "rows", json_object_get(one, "rows"),
                            "by",
                            *text_of(one, "by_title") == '\0'
                                ? "—"
                                : text_of(one, "by_title")));
  return ZC_OK;
}

int zc_command_register_list(zc_cli *cli)
{
  return with_registers(cli, list);
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

static void print_csv_row(zc_buffer *out, const json_t *columns, const json_t *row)
{
  size_t index;
  const json_t *column;
  json_array_foreach(columns, index, column)
  {
    char *text = row == NULL ? strdup(text_of(column, "title"))
                             : shown(json_object_get(json_object_get(row, "cells"),
                                                     text_of(column, "id")));
    zc_csv_cell(out, zc_text_or(text, ""), index == 0);
    out->failed |= text == NULL;
    free(text);
  }
  zc_buffer_text(out, "\r\n");
}

static zc_code print_csv(const json_t *columns, const json_t *rows, zc_err *err)
{
  size_t index;
  const json_t *row;
  zc_buffer out = {0};
  zc_buffer_text(&out, ZC_CSV_MARK);
  print_csv_row(&out, columns, NULL);
  json_array_foreach(rows, index, row) print_csv_row(&out, columns, row);
  zc_code code = zc_buffer_check(&out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  zc_buffer_free(&out);
  return code;
}

static zc_code print_text(const json_t *columns, const json_t *rows, zc_err *err)
{
  size_t index, inner;
  const json_t *row, *column;
  zc_buffer out = {0};
  json_array_foreach(rows, index, row)
  {
    zc_buffer_print(&out, "%s  ", text_of(row, "day"));
    json_array_foreach(columns, inner, column)
    {
      char *text = shown(
          json_object_get(json_object_get(row, "cells"), text_of(column, "id")));
      zc_buffer_text(&out, inner == 0 ? "" : "　");
      zc_add_visible(&out, text_of(column, "title"));
      zc_buffer_text(&out, "：");
      zc_add_visible(&out, text);
      free(text);
    }
    zc_buffer_char(&out, '\n');
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

/* The table that the list is one of; the engine knows those of the plan's rules already. */
static zc_code load_dataset(zc_plan *plan, const char *dataset, zc_err *err)
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
  zc_code code = load_dataset(plan, dataset, err);
  json_array_foreach(json_object_get(zc_plan_dataset(plan, dataset), "columns"), index,
                     column)
  {
    const json_t *title = json_array_get(json_object_get(column, "titles"), 0);
    if (code == ZC_OK && json_object_get(column, "identifies") == NULL)
      bad |= json_array_append_new(columns,
                                   json_pack("{s:s, s:s}", "id", text_of(column, "id"),
                                             "title",
                                             zc_text_or(json_string_value(title),
                                                        text_of(column, "id"))));
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
  zc_code code = find_register(registers, id, &one, err);
  if (code == ZC_OK)
    code = zc_register_rows(store, plan_id(plan), id, &rows, err);
  if (code == ZC_OK)
    code = zc_register_columns(store, plan_id(plan), id, &columns, err);
  if (code == ZC_OK && json_array_size(columns) == 0 &&
      *text_of(one, "dataset") != '\0')
    code = columns_of(plan, text_of(one, "dataset"), columns, err);
  if (code == ZC_OK && strcmp(format, "json") == 0)
    code = zc_print_document(json_pack("{s:s, s:O, s:O, s:O}", "plan", plan_id(plan),
                                       "register", one, "columns", columns, "rows",
                                       rows),
                             "register/1", err);
  else if (code == ZC_OK && strcmp(format, "csv") == 0)
    code = print_csv(columns, rows, err);
  else if (code == ZC_OK)
    code = print_text(columns, rows, err);
  json_decref(rows);
  json_decref(columns);
  return code;
}

int zc_command_register_show(zc_cli *cli)
{
  return with_registers(cli, show);
}

/* ---- import ------------------------------------------------------------------------------- */

typedef struct {
  zc_office *office;
  zc_plan *plan;
  const char *id, *file;
  char sha256[ZC_HASH_ROOM];
  json_t *told;    /* what the engine reads */
  json_t *known;   /* line → cells */
  json_t *fresh;   /* rows that are new or other */
  json_t *changes; /* [{line, was}] */
  zc_err *err;
} importing;

static zc_code tell_wrong(const importing *im)
{
  size_t index;
  const json_t *wrong = json_object_get(im->told, "wrong"), *one;
  fflush(stdout);
  json_array_foreach(wrong, index, one)
  {
    json_t *place = zc_list_place(im->file, zc_get_integer(one, "line", 1));
    zc_ask_print_error(json_string_value(place), one);
    json_decref(place);
  }
  if (json_array_size(wrong) == 0)
    return ZC_OK;
  return zc_fail(im->err, ZC_EDATA,
                 "{file} has {count} mistakes: nothing was taken over", "file",
                 im->file, "count", ZC_DIGITS(json_array_size(wrong)), NULL);
}

static zc_code read_list(importing *im)
{
  zc_buffer text = {0};
  zc_code code = zc_list_load(im->file, LIST_LIMIT, &text, im->sha256, im->err);
  if (code == ZC_OK)
    code = zc_plan_call(im->plan, "office_register_rows",
                        json_pack("{s:s, s:o}", "register", im->id, "text",
                                  zc_json_lossy(zc_text_or(text.data, ""), text.size)),
                        &im->told, im->err);
  zc_buffer_free(&text);
  if (code == ZC_OK)
    code = tell_wrong(im);
  if (code == ZC_OK && json_array_size(json_object_get(im->told, "rows")) == 0)
    code = zc_fail(im->err, ZC_EDATA, "{file} has no row in it", "file", im->file,
                   NULL);
  return code;
}

static zc_code compare(importing *im)
{
  size_t index;
  json_t *row, *rows = NULL;
  int bad = 0;
  zc_code code = zc_register_rows(im->office->workspace.store, plan_id(im->plan),
                                  im->id, &rows, im->err);
  json_array_foreach(rows, index, row)
      bad |= json_object_set(im->known, text_of(row, "line"),
                             json_object_get(row, "cells"));
  json_array_foreach(json_object_get(im->told, "rows"), index, row)
  {
    json_t *was = json_object_get(im->known, text_of(row, "line"));
    if (was != NULL && json_equal(was, json_object_get(row, "cells")))
      continue;
    bad |= json_array_append(im->fresh, row);
    if (was != NULL)
      bad |= json_array_append_new(im->changes,
                                   json_pack("{s:s, s:O}", "line", text_of(row, "line"),
                                             "was", was));
  }
  json_decref(rows);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(im->err) : code;
}

static zc_code put(zc_store *store, void *context, zc_err *err)
{
  return zc_register_put(store, context, err);
}

static zc_code keep(importing *im)
{
  json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:O, s:O}", "plan", plan_id(im->plan),
                           "register", im->id, "day", im->office->workspace.cli->today,
                           "list", im->sha256, "columns",
                           json_object_get(im->told, "columns"), "rows", im->fresh);
  if (json_array_size(im->changes) > 0 &&
      json_object_set(body, "changes", im->changes) != 0) {
    json_decref(body);
    body = NULL;
  }
  return zc_office_record(im->office, "register_import", body, put, body, im->err);
}

static void tell(const importing *im)
{
  json_int_t fresh = (json_int_t)json_array_size(im->fresh);
  json_int_t changed = (json_int_t)json_array_size(im->changes);
  json_int_t all = (json_int_t)json_array_size(json_object_get(im->told, "rows"));
  size_t index;
  const json_t *column;
  zc_say_line(fresh == 0
                  ? N_("{count} rows: all of them are known already, nothing was "
                       "written")
                  : N_("{count} rows: {fresh} new, {changed} changed"),
              json_pack("{s:I, s:I, s:I}", "count", all, "fresh", fresh - changed,
                        "changed", changed));
  json_array_foreach(json_object_get(im->told, "left_out"), index, column)
      zc_say_line(N_("the column {title} names patients and was left out"),
                  json_pack("{s:O}", "title", column));
}

static zc_code import(importing *im)
{
  zc_code code = read_list(im);
  if (code == ZC_OK)
    code = compare(im);
  if (code == ZC_OK && json_array_size(im->fresh) > 0)
    code = keep(im);
  if (code == ZC_OK)
    tell(im);
  return code;
}

static zc_code import_register(zc_office *office, zc_plan *plan,
                               const json_t *registers, zc_err *err)
{
  const json_t *one;
  const zc_cli *cli = office->workspace.cli;
  importing im = {.office = office,
                  .plan = plan,
                  .id = cli->arguments[0],
                  .file = cli->arguments[1],
                  .known = json_object(),
                  .fresh = json_array(),
                  .changes = json_array(),
                  .err = err};
  zc_code code = im.known == NULL || im.fresh == NULL || im.changes == NULL
                     ? zc_fail_memory(err)
                     : find_register(registers, im.id, &one, err);
  if (code == ZC_OK && strcmp(im.id, CASES) == 0)
    code = zc_fail(err, ZC_EUSAGE,
                   "cases are entered with `zicha case import {file}`: their figures "
                   "are counted from there",
                   "file", im.file, NULL);
  if (code == ZC_OK)
    code = load_dataset(plan, text_of(one, "dataset"), err);
  if (code == ZC_OK)
    code = import(&im);
  json_decref(im.told);
  json_decref(im.known);
  json_decref(im.fresh);
  json_decref(im.changes);
  return code;
}

int zc_command_register_import(zc_cli *cli)
{
  return with_registers(cli, import_register);
}
