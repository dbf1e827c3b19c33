/* register import: a list of rows taken into a register. */
#include <stdio.h>
#include <string.h>

#include "cli/asking.h"
#include "cli/message.h"
#include "store/registers.h"
#include "supervisor/cells.h"
#include "supervisor/commands.h"
#include "supervisor/registering.h"

#define LIST_LIMIT ((size_t)16 << 20)

typedef struct {
  zc_office *office;
  zc_plan *plan;
  const char *plan_id, *id, *file;
  char sha256[ZC_HASH_ROOM];
  json_t *columns; /* that the register has */
  json_t *told;    /* what the engine reads */
  json_t *known;   /* line → row */
  json_t *fresh;   /* rows that are new or other */
  json_t *changes; /* [{line, was}] */
  size_t taken;    /* rows of the list that were taken back */
  zc_err *err;
} importing;

static const char *title_of(const importing *im, const char *id)
{
  size_t index;
  const json_t *column;
  json_array_foreach(json_object_get(im->told, "columns"), index, column)
  {
    if (strcmp(zc_text_of(column, "id"), id) == 0)
      return zc_text_of(column, "title");
  }
  return id;
}

/* Whether the engine has told of this cell: of a spoiled number by which its row is known, for one. */
static bool is_told(const importing *im, int64_t line, const char *text)
{
  size_t index;
  const json_t *one;
  json_array_foreach(json_object_get(im->told, "wrong"), index, one)
  {
    const json_t *args = json_object_get(one, "args");
    if (zc_get_integer(one, "line", 1) == line &&
        strcmp(zc_text_of(args, "cell"), text) == 0)
      return true;
  }
  return false;
}

/* Nobody is named in a register: texts with identity numbers are told. */
static zc_code check_texts(importing *im, size_t *wrong)
{
  zc_cells cells;
  size_t index;
  const json_t *row;
  json_t *value;
  const char *title;
  zc_code code = zc_cells_begin(&cells, im->office, im->plan_id, im->file, im->err);
  json_array_foreach(json_object_get(im->told, "rows"), index, row)
  {
    cells.line = json_integer_value(
        json_array_get(json_object_get(im->told, "lines"), index));
    json_object_foreach(json_object_get(row, "cells"), title, value)
    {
      const char *text = zc_text_or(json_string_value(value), "");
      bool told = zc_cell_is_spoiled(text) && is_told(im, cells.line, text);
      if (code == ZC_OK && json_is_string(value) && !told)
        zc_cells_text(&cells, title_of(im, title), text);
    }
  }
  *wrong = cells.wrong;
  zc_cells_free(&cells);
  return code;
}

static zc_code tell_wrong(importing *im)
{
  size_t index, texts = 0;
  const json_t *wrong = json_object_get(im->told, "wrong"), *one;
  fflush(stdout);
  json_array_foreach(wrong, index, one)
  {
    json_t *place = zc_list_place(im->file, zc_get_integer(one, "line", 1));
    zc_ask_print_error(json_string_value(place), one);
    json_decref(place);
  }
  zc_code code = check_texts(im, &texts);
  if (code != ZC_OK || json_array_size(wrong) + texts == 0)
    return code;
  return zc_fail(im->err, ZC_EDATA,
                 "{file} has {count} mistakes: nothing was taken over", "file",
                 im->file, "count", ZC_DIGITS(json_array_size(wrong) + texts), NULL);
}

static zc_code read_list(importing *im)
{
  zc_buffer text = {0};
  zc_code code = zc_register_columns(im->office->workspace.store, im->plan_id, im->id,
                                     &im->columns, im->err);
  if (code == ZC_OK)
    code = zc_list_load(im->file, LIST_LIMIT, &text, im->sha256, im->err);
  if (code == ZC_OK)
    code = zc_plan_call(im->plan, "office_register_rows",
                        json_pack("{s:s, s:o, s:O}", "register", im->id, "text",
                                  zc_json_lossy(zc_text_or(text.data, ""), text.size),
                                  "known", im->columns),
                        &im->told, im->err);
  zc_buffer_free(&text);
  if (code == ZC_OK)
    code = tell_wrong(im);
  if (code == ZC_OK && json_array_size(json_object_get(im->told, "rows")) == 0)
    code = zc_fail(im->err, ZC_EDATA, "{file} has no row in it", "file", im->file,
                   NULL);
  return code;
}

/* What the list has no column for stays as it was. */
static int keep_cells(const importing *im, json_t *cells, const json_t *was)
{
  int bad = 0;
  size_t index;
  const json_t *column;
  const char *id;
  json_t *value, *rest = json_copy((json_t *)was);
  json_array_foreach(json_object_get(im->told, "columns"), index, column)
      json_object_del(rest, zc_text_of(column, "id"));
  json_object_foreach(rest, id, value) bad |= json_object_set(cells, id, value);
  bad |= rest == NULL;
  json_decref(rest);
  return bad;
}

static int compare_row(importing *im, json_t *row)
{
  const json_t *known = json_object_get(im->known, zc_text_of(row, "line"));
  json_t *was = json_object_get(known, "cells"), *cells = json_object_get(row, "cells");
  if (known == NULL)
    return json_array_append(im->fresh, row);
  im->taken += json_object_get(known, "void") != NULL;
  int bad = keep_cells(im, cells, was);
  if (json_equal(was, cells))
    return bad;
  bad |= json_array_append(im->fresh, row);
  return bad | json_array_append_new(im->changes,
                                     json_pack("{s:s, s:O}", "line",
                                               zc_text_of(row, "line"), "was", was));
}

static zc_code compare(importing *im)
{
  size_t index;
  json_t *row, *rows = NULL;
  int bad = 0;
  zc_code code = zc_register_rows(im->office->workspace.store, im->plan_id, im->id,
                                  &rows, im->err);
  json_array_foreach(rows, index, row)
      bad |= json_object_set(im->known, zc_text_of(row, "line"), row);
  json_array_foreach(json_object_get(im->told, "rows"), index, row)
      bad |= compare_row(im, row);
  json_decref(rows);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(im->err) : code;
}

static zc_code put(zc_store *store, void *context, zc_err *err)
{
  return zc_register_put(store, context, err);
}

static zc_code keep(importing *im)
{
  json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:O, s:O}", "plan", im->plan_id,
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
  if (im->taken > 0)
    zc_say_line(N_("{count} of these rows were taken back and do not count: "
                   "`zicha register void {id} KEY --undo` lets one count again"),
                json_pack("{s:I, s:s}", "count", (json_int_t)im->taken, "id", im->id));
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
                  .plan_id = zc_text_of(plan->about, "id"),
                  .id = cli->arguments[0],
                  .file = cli->arguments[1],
                  .known = json_object(),
                  .fresh = json_array(),
                  .changes = json_array(),
                  .err = err};
  zc_code code = im.known == NULL || im.fresh == NULL || im.changes == NULL
                     ? zc_fail_memory(err)
                     : zc_register_find(registers, im.id, &one, err);
  if (code == ZC_OK && strcmp(im.id, ZC_REGISTER_OF_CASES) == 0)
    code = zc_fail(err, ZC_EUSAGE,
                   "cases are entered with `zicha case import {file}`: their figures "
                   "are counted from there",
                   "file", im.file, NULL);
  if (code == ZC_OK)
    code = zc_register_table(plan, zc_text_of(one, "dataset"), err);
  if (code == ZC_OK)
    code = import(&im);
  json_decref(im.columns);
  json_decref(im.told);
  json_decref(im.known);
  json_decref(im.fresh);
  json_decref(im.changes);
  return code;
}

int zc_command_register_import(zc_cli *cli)
{
  zc_err err;
  zc_code code = zc_office_check_actor(cli, &err);
  return code == ZC_OK ? zc_register_command(cli, import_register)
                       : zc_exit(code, &err);
}
