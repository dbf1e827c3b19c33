#include "eval/cells.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "eval/luavalue.h"
#include "eval/sandbox.h"
#include "table/index.h"
#include "table/rows.h"

#define READING "zicha.cells"
#define TOLD 250 /* problems; the engine tells of no more */
#define SHOWN 60 /* bytes of a cell that a message shows */

/* Where something stands in a text; moves on, because what is asked for comes in order. */
typedef struct {
  const char *text, *at;
  lua_Integer line, column;
} cursor;

static void move_to(cursor *c, const char *place)
{
  if (place < c->at)
    *c = (cursor){c->text, c->text, 1, 1};
  for (; c->at < place; c->at++) {
    if (*c->at == '\n') {
      c->line++;
      c->column = 1;
    } else {
      c->column += ((unsigned char)*c->at & 0xc0) != 0x80;
    }
  }
}

static void set_integer(lua_State *L, const char *name, lua_Integer value)
{
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

static void set_text(lua_State *L, const char *name, const char *text)
{
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

/* ---- the header ---------------------------------------------------------------- */

static int no_header(lua_State *L, const char *problem, const char *hint)
{
  lua_newtable(L);
  set_text(L, "problem", problem);
  set_text(L, "hint", hint);
  return 1;
}

/* cells.header(text)  (may raise) */
static int header(lua_State *L)
{
  size_t size;
  const char *text = luaL_checklstring(L, 1, &size), *hint;
  const char *problem = zc_csv_foreign(text, size, &hint);
  zc_cell *cells = lua_newuserdatauv(L, ZC_CSV_COLUMNS * sizeof *cells, 0);
  zc_csv csv;
  if (problem != NULL)
    return no_header(L, problem, hint);
  zc_csv_begin(&csv, text, size, cells);
  zc_row_kind kind = zc_csv_next(&csv);
  if (kind == ZC_ROW_END)
    return no_header(L, N_("the file is empty"),
                     N_("the first line must name the columns"));
  if (kind != ZC_ROW_GOOD)
    return no_header(L, N_("the header line cannot be read"),
                     N_("the first line must name the columns, separated by commas"));
  if ((problem = zc_csv_separator(&csv, &hint)) != NULL)
    return no_header(L, problem, hint);
  cursor c = {text, text, 1, 1};
  lua_newtable(L);
  lua_createtable(L, (int)csv.count, 0);
  for (uint32_t i = 0; i < csv.count; i++) {
    move_to(&c, cells[i].text);
    lua_newtable(L);
    lua_pushlstring(L, cells[i].text, cells[i].size);
    lua_setfield(L, -2, "text");
    set_integer(L, "line", c.line);
    set_integer(L, "column", c.column);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "cells");
  return 1;
}

/* ---- the rows ------------------------------------------------------------------- */

/* What reading needs; freed by its own collector entry, so that raising loses nothing. */
typedef struct {
  json_t *json, *faults;
  zc_dataset *dataset;
  zc_rows *rows;
  zc_arena arena;
  zc_index seen;   /* the bytes of rows … */
  zc_buffer stood; /* … and where each stood first */
} reading;

static int release(lua_State *L)
{
  reading *r = luaL_checkudata(L, 1, READING);
  zc_rows_free(r->rows);
  zc_dataset_free(r->dataset);
  json_decref(r->json);
  json_decref(r->faults);
  zc_arena_free(&r->arena);
  zc_index_free(&r->seen);
  zc_buffer_free(&r->stood);
  *r = (reading){0};
  return 0;
}

static reading *new_reading(lua_State *L)
{
  reading *r = lua_newuserdatauv(L, sizeof *r, 0);
  *r = (reading){0};
  luaL_setmetatable(L, READING);
  zc_index_begin(&r->seen, 1);
  r->faults = json_array();
  return r;
}

/* The list of problems stands at the index 5. Pushes a new one. */
static void push_problem(lua_State *L, lua_Integer row, lua_Integer line,
                         lua_Integer column)
{
  lua_newtable(L);
  set_integer(L, "row", row);
  set_integer(L, "line", line);
  set_integer(L, "column", column);
}

static void keep_problem(lua_State *L)
{
  lua_rawseti(L, 5, (lua_Integer)lua_rawlen(L, 5) + 1);
}

/* ____: what a draft leaves open. As a word it would match nothing, and nobody noticed. */
static bool is_open(const zc_scalar *value)
{
  if ((value->kind != ZC_TEXT && value->kind != ZC_CODES) || value->size < 2)
    return false;
  for (uint32_t i = 0; i < value->size; i++)
    if (value->text[i] != '_')
      return false;
  return true;
}

static void tell_cells(lua_State *L, const reading *r, const zc_row *row,
                       lua_Integer number, cursor *c)
{
  for (int i = 0; i < r->dataset->count; i++) {
    int cell = zc_rows_cell(r->rows, i);
    bool open = row->states[i] == ZC_CELL_GOOD && is_open(&row->cells[i]);
    if (cell < 0 ||
        (!open && row->states[i] != ZC_CELL_BAD && row->states[i] != ZC_CELL_DAMAGED))
      continue;
    move_to(c, row->raw[cell].text);
    push_problem(L, number, c->line, c->column);
    set_text(L, "id", r->dataset->columns[i].id);
    size_t size = row->raw[cell].size;
    lua_pushlstring(L, row->raw[cell].text,
                    zc_utf8_cut(row->raw[cell].text, size,
                                size < SHOWN ? size : SHOWN));
    lua_setfield(L, -2, "cell");
    lua_pushboolean(L, row->states[i] == ZC_CELL_DAMAGED);
    lua_setfield(L, -2, "damaged");
    lua_pushboolean(L, open);
    lua_setfield(L, -2, "open");
    keep_problem(L);
  }
}

typedef struct {
  int64_t row, line;
} spot;

/* The last cell of the header that is a column. */
static int last_cell(const reading *r)
{
  int last = 0;
  for (int i = 0; i < r->dataset->count; i++)
    if (zc_rows_cell(r->rows, i) > last)
      last = zc_rows_cell(r->rows, i);
  return last;
}

/* Where the same bytes stood before; row 0: they are new. */
static spot spot_before(lua_State *L, reading *r, const zc_row *row, lua_Integer number)
{
  const zc_cell *last = &row->raw[last_cell(r)];
  const char *begin = row->raw[0].text;
  zc_scalar key = zc_text(begin, (size_t)(last->text + last->size - begin));
  spot own = {number, row->line}, before = {0, 0};
  bool fresh = false;
  int64_t place = zc_index_put(&r->seen, &key, &fresh);
  if (place >= 0 && fresh)
    zc_buffer_add(&r->stood, &own, sizeof own);
  if (place < 0 || r->stood.failed)
    luaL_error(L, "out of memory");
  if (!fresh)
    memcpy(&before, r->stood.data + (size_t)place * sizeof before, sizeof before);
  return before;
}

/* The list of values stands at the index 6, the one of their lines at 7. */
static void keep_values(lua_State *L, const reading *r, const zc_row *row)
{
  lua_newtable(L);
  for (int i = 0; i < r->dataset->count; i++) {
    if (row->states[i] != ZC_CELL_GOOD)
      continue;
    zc_lua_push_scalar(L, &row->cells[i]);
    lua_setfield(L, -2, r->dataset->columns[i].id);
  }
  lua_rawseti(L, 6, (lua_Integer)lua_rawlen(L, 6) + 1);
  lua_pushinteger(L, (lua_Integer)row->line);
  lua_rawseti(L, 7, (lua_Integer)lua_rawlen(L, 7) + 1);
}

static lua_Integer read_rows(lua_State *L, reading *r, const char *text, bool values)
{
  cursor c = {text, text, 1, 1};
  zc_err err;
  lua_Integer count = 0;
  for (;;) {
    zc_row row;
    if (zc_rows_next(r->rows, &r->arena, &row, &err) != ZC_OK)
      return luaL_error(L, "%s", err.text);
    if (row.kind == ZC_ROW_END)
      return count;
    size_t before = lua_rawlen(L, 5);
    count++;
    if (before < TOLD && row.problem != NULL) {
      push_problem(L, count, (lua_Integer)row.line, 1);
      set_text(L, "text", row.problem);
      keep_problem(L);
    } else if (row.problem == NULL) {
      spot same = spot_before(L, r, &row, count);
      if (before < TOLD)
        tell_cells(L, r, &row, count, &c);
      if (before < TOLD && same.row > 0) {
        push_problem(L, count, (lua_Integer)row.line, 1);
        set_integer(L, "same", (lua_Integer)same.line);
        set_integer(L, "same_row", (lua_Integer)same.row);
        keep_problem(L);
      }
      if (values && lua_rawlen(L, 5) == before)
        keep_values(L, r, &row);
    }
    zc_arena_reset(&r->arena);
  }
}

/* cells.read(dataset, text, values)  (may raise) */
static int read_text(lua_State *L)
{
  zc_err err;
  size_t size;
  luaL_checktype(L, 1, LUA_TTABLE);
  const char *text = luaL_checklstring(L, 2, &size);
  bool values = lua_toboolean(L, 3);
  lua_settop(L, 3);
  reading *r = new_reading(L);
  for (int i = 0; i < 3; i++) { /* problems, values, lines: 5, 6, 7 */
    lua_newtable(L);
    zc_sandbox_mark_list(L);
  }
  if (r->faults == NULL)
    return luaL_error(L, "out of memory");
  if (zc_lua_read(L, 1, false, false, &r->json, &err) != ZC_OK ||
      zc_dataset_new(r->json, &r->dataset, &err) != ZC_OK)
    return luaL_error(L, "%s", err.text);
  zc_code code = zc_rows_open("", text, size, r->dataset,
                              json_object_get(r->json, "options"), NULL, NULL,
                              r->faults, &r->rows, &err);
  if (code != ZC_OK && code != ZC_EDATA)
    return luaL_error(L, "%s", err.text);
  lua_Integer count = code == ZC_OK ? read_rows(L, r, text, values) : 0;
  lua_newtable(L);
  set_integer(L, "rows", count);
  zc_lua_push(L, r->faults);
  lua_setfield(L, -2, "faults");
  lua_pushvalue(L, 5);
  lua_setfield(L, -2, "problems");
  lua_pushvalue(L, 6);
  lua_setfield(L, -2, "values");
  lua_pushvalue(L, 7);
  lua_setfield(L, -2, "lines");
  return 1;
}

void zc_cells_open(lua_State *L)
{
  luaL_newmetatable(L, READING);
  lua_pushcfunction(L, release);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushcfunction(L, header);
  lua_setfield(L, -2, "header");
  lua_pushcfunction(L, read_text);
  lua_setfield(L, -2, "read");
}
