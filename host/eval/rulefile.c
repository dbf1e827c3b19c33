#include "eval/rulefile.h"

#include <lauxlib.h>
#include <string.h>

#include "eval/context.h"
#include "eval/declare.h"
#include "eval/luavalue.h"
#include "eval/sandbox.h"

/* ---- outcomes of check ------------------------------------------------------- */

static void set_outcome(lua_State *L, const char *outcome)
{
  lua_pushstring(L, outcome);
  lua_setfield(L, -2, "outcome");
}

/* Copies the options at `from`, which may be left out, into the outcome on the top: the
 * first `count` of the known ones. A slip of the pen in one of them would lose a figure
 * without a word. */
static void copy_options(lua_State *L, int from, size_t count, const char *refusal)
{
  static const char *const known[] = {"population", "count", "rows", "amount"};
  int outcome = lua_gettop(L);
  if (!lua_istable(L, from))
    return; /* problem(text:gsub(…)) passes a number on */
  lua_pushnil(L);
  while (lua_next(L, from) != 0) {
    size_t i = 0;
    bool text = lua_type(L, -2) == LUA_TSTRING;
    while (text && i < count && strcmp(known[i], lua_tostring(L, -2)) != 0)
      i++;
    if (!text || i == count)
      luaL_error(L, "%s", refusal);
    lua_setfield(L, outcome, known[i]);
  }
}

/* pass{population = n} */
static int pass(lua_State *L)
{
  lua_settop(L, 1);
  lua_newtable(L);
  copy_options(L, 1, 1, N_("pass takes population and nothing else"));
  set_outcome(L, "pass");
  return 1;
}

/* problem(text, {count =, rows =}) */
static int problem(lua_State *L)
{
  luaL_checkstring(L, 1);
  lua_settop(L, 2);
  lua_newtable(L);
  lua_pushvalue(L, 1);
  lua_setfield(L, 3, "text");
  copy_options(L, 2, 4,
               N_("problem takes the options population, count, rows and amount"));
  set_outcome(L, "problem");
  return 1;
}

/* unknown(text), not_applicable(text): the upvalue is the outcome. */
static int with_text(lua_State *L)
{
  luaL_checkstring(L, 1);
  lua_settop(L, 1);
  lua_newtable(L);
  lua_pushvalue(L, 1);
  lua_setfield(L, 2, "text");
  set_outcome(L, lua_tostring(L, lua_upvalueindex(1)));
  return 1;
}

static int open_rule_globals(lua_State *L)
{
  static const char *const words[] = {"unknown", "not_applicable"};
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushcfunction(L, pass);
  lua_setfield(L, -2, "pass");
  lua_pushcfunction(L, problem);
  lua_setfield(L, -2, "problem");
  for (size_t i = 0; i < 2; i++) {
    lua_pushstring(L, words[i]);
    lua_pushcclosure(L, with_text, 1);
    lua_setfield(L, -2, words[i]);
  }
  zc_declare_open(L, lua_touserdata(L, 1));
  return 0;
}

/* ---- loading ----------------------------------------------------------------- */

/* What stops from now on is told with this rule and its line. */
static void enter_rule(zc_rulefile *file, const char *id)
{
  snprintf(file->at, sizeof file->at, "%.190s:%d: %.90s: ", file->source->path,
           (int)zc_get_integer(zc_rulefile_find(file, id), "line", 0), id);
}

zc_code zc_rulefile_load(zc_rulefile *file, size_t keep, zc_err *err)
{
  char name[200];
  snprintf(name, sizeof name, "@%.190s", file->source->path);
  snprintf(file->at, sizeof file->at, "%.190s: ", file->source->path);
  file->budget = (zc_budget){.cap = ZC_LUA_MEMORY, .at = file->at};
  file->room = ZC_LUA_RESULT;
  file->declarations = json_array();
  file->by_id = json_object();
  file->faults = json_array();
  file->L = zc_state_new(&file->budget);
  if (file->L == NULL || file->declarations == NULL || file->by_id == NULL ||
      file->faults == NULL)
    return zc_fail_memory(err);
  lua_pushcfunction(file->L, open_rule_globals);
  lua_pushlightuserdata(file->L, file);
  zc_code code = zc_state_call(file->L, 1, 0, ZC_LUA_INSTRUCTIONS, err);
  if (code == ZC_OK)
    code = zc_state_load(file->L, name, file->source->text, file->source->size, err);
  if (code == ZC_OK)
    code = zc_state_call(file->L, 0, 0, ZC_LUA_INSTRUCTIONS, err);
  if (code == ZC_OK) {
    lua_gc(file->L, LUA_GCCOLLECT);
    if (file->budget.used > keep)
      code = zc_fail(err, ZC_EINTERNAL,
                     "{at}stopped: the file keeps more than {limit} KiB of memory",
                     "limit", ZC_DIGITS(keep >> 10), "at", file->at, NULL);
  }
  file->sealed = true;
  if (code == ZC_OK && !zc_declare_finish(file))
    code = zc_fail_memory(err);
  if (code != ZC_OK)
    file->L = NULL; /* never closed: it may hold anything */
  return code;
}

/* ---- check ------------------------------------------------------------------- */

typedef struct {
  const char *rule;
  const json_t *context, *own_context;
  const zc_asked *asked;
} calling;

/* Pushes the function that the declaration holds in a field. */
static void push_function(lua_State *L, const char *id, const char *field)
{
  zc_declare_push(L, id);
  lua_getfield(L, -1, field);
  if (lua_type(L, -1) != LUA_TFUNCTION)
    luaL_error(L, "%s is no function any more", field);
}

static int call_check(lua_State *L)
{
  const calling *c = lua_touserdata(L, 1);
  zc_context_ask(L, c->asked);
  push_function(L, c->rule, "check");
  zc_context_push(L, c->context, c->own_context);
  lua_call(L, 1, 1);
  return 1;
}

static bool is_count(const json_t *outcome, const char *field)
{
  const json_t *value = json_object_get(outcome, field);
  return value == NULL || (json_is_integer(value) && json_integer_value(value) >= 0);
}

/* A decimal number written as a text: 1250 or -3.50. */
static bool is_amount(const json_t *outcome)
{
  const json_t *value = json_object_get(outcome, "amount");
  const char *at = json_string_value(value);
  if (at == NULL)
    return value == NULL;
  at += *at == '-';
  size_t whole = strspn(at, "0123456789");
  at += whole;
  size_t decimals = *at == '.' ? strspn(at + 1, "0123456789") : 0;
  return whole > 0 && at[decimals > 0 ? decimals + 1 : 0] == '\0';
}

/* Every outcome but pass says something. */
static bool has_text(const json_t *outcome, bool pass)
{
  const json_t *text = json_object_get(outcome, "text");
  return json_is_string(text) || (pass && text == NULL);
}

/* Scripts can make such a table themselves: the engine relies on its types. */
static zc_code check_outcome(const json_t *outcome, const char *at, zc_err *err)
{
  static const char *const known[] = {"pass", "problem", "unknown", "not_applicable"};
  const char *word = json_is_object(outcome) ? zc_get_text(outcome, "outcome") : NULL;
  bool good = false;
  for (size_t i = 0; word != NULL && i < sizeof known / sizeof *known; i++)
    good |= strcmp(known[i], word) == 0;
  if (!good)
    return zc_fail(err, ZC_EINTERNAL,
                   "{at}check must return pass, problem, unknown or not_applicable",
                   "at", at, NULL);
  if (!has_text(outcome, strcmp(word, "pass") == 0) || !is_amount(outcome) ||
      !is_count(outcome, "count") || !is_count(outcome, "rows") ||
      !is_count(outcome, "population"))
    return zc_fail(err, ZC_EINTERNAL,
                   "{at}count, rows and population of an outcome are whole numbers, "
                   "its text is a text, its amount a number written as a text",
                   "at", at, NULL);
  zc_buffer text = {0};
  zc_code code = zc_json_canonical(outcome, &text, err);
  if (code == ZC_OK && text.size > ZC_LUA_RESULT)
    code = zc_fail(err, ZC_EINTERNAL, "{at}stopped: a result of more than 1 MiB", "at",
                   at, NULL);
  zc_buffer_free(&text);
  return code;
}

zc_code zc_rulefile_check(zc_rulefile *file, const char *id, const json_t *context,
                          const json_t *own_context, const zc_asked *asked,
                          json_t **outcome, zc_err *err)
{
  calling c = {.rule = id, .context = context, .own_context = own_context};
  size_t room = ZC_LUA_RESULT;
  *outcome = NULL;
  enter_rule(file, id);
  lua_settop(file->L, 0);
  c.asked = asked;
  lua_pushcfunction(file->L, call_check);
  lua_pushlightuserdata(file->L, &c);
  zc_code code = zc_state_call(file->L, 1, 1, ZC_LUA_INSTRUCTIONS, err);
  if (code == ZC_OK)
    code = zc_lua_read_foreign(file->L, -1, false, &room, outcome, err);
  lua_settop(file->L, 0);
  if (code == ZC_OK)
    code = check_outcome(*outcome, file->at, err);
  if (code != ZC_OK) {
    json_decref(*outcome);
    *outcome = NULL;
  }
  return code;
}

/* ---- each -------------------------------------------------------------------- */

/* A row as scripts see it: a field is read when it is asked for. Valid during the
 * call only. */
typedef struct {
  zc_rule *rule;
  const zc_evaluation *evaluation; /* NULL outside the call */
  zc_patients *patients;
  int table;
  bool unreadable; /* the call has asked for a cell that cannot be read */
} row_view;

#define ROW "zicha.row"

/* row.column and row.join.column; upvalue: the joined rows by name. */
static int row_field(lua_State *L)
{
  row_view *view = luaL_checkudata(L, 1, ROW);
  const char *name = luaL_checkstring(L, 2);
  if (view->evaluation == NULL)
    return luaL_error(L, N_("a row is gone after its call"));
  const zc_table *table = view->rule->tables[view->table];
  int column = zc_dataset_column(table->dataset, name);
  if (column < 0) {
    lua_getiuservalue(L, 1, 1);
    if (lua_istable(L, -1) && lua_getfield(L, -1, name) == LUA_TUSERDATA)
      return 1;
    return luaL_error(L, "the table %s has no column %s", table->dataset->id, name);
  }
  const zc_scalar *cells = view->evaluation->rows[view->table];
  zc_scalar value = cells == NULL ? zc_nil() : cells[table->slot[column]];
  view->unreadable |= zc_is_unreadable(value);
  if (table->dataset->columns[column].patient)
    value = zc_patient_token(view->patients, value);
  zc_lua_push_scalar(L, &value);
  return 1;
}

static row_view *push_view(lua_State *L, row_view view)
{
  row_view *own = lua_newuserdatauv(L, sizeof *own, 1);
  *own = view;
  if (luaL_newmetatable(L, ROW)) {
    lua_pushcfunction(L, row_field);
    lua_setfield(L, -2, "__index");
  }
  lua_setmetatable(L, -2);
  return own;
}

typedef struct {
  lua_State *L;
  zc_plain *plain;
  zc_rule *rule;
  row_view *views[1 + ZC_JOINS];
  zc_err *err;
  json_t *result;
  zc_code code;
} each_run;

/* The stack holds the function at 1 and the row at 2. */
static int call_each(lua_State *L)
{
  lua_call(L, 1, 1);
  return 1;
}

static zc_truth judge_row(const zc_rule *rule, const zc_evaluation *evaluation,
                          void *context)
{
  each_run *run = context;
  lua_State *L = run->L;
  (void)rule;
  for (int i = 0; i < run->rule->table_count; i++) {
    run->views[i]->evaluation = evaluation;
    run->views[i]->unreadable = false;
  }
  lua_settop(L, 2);
  lua_pushcfunction(L, call_each);
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  zc_budget *budget = zc_state_budget(L);
  int status = lua_pcall(L, 2, 1, 0);
  bool unreadable = false;
  for (int i = 0; i < run->rule->table_count; i++) {
    run->views[i]->evaluation = NULL;
    unreadable |= run->views[i]->unreadable;
  }
  if (status != LUA_OK || budget->spent || budget->memory) {
    run->plain->stopped = true;
    return ZC_UNKNOWN;
  }
  if (lua_isnil(L, -1))
    return ZC_UNKNOWN;
  if (!lua_isboolean(L, -1)) {
    run->plain->stopped = true;
    lua_pushstring(L, N_("each must return true, false or nil"));
    return ZC_UNKNOWN;
  }
  /* Lua sees nil, as for a blank cell; what it makes of that is no acquittal. */
  if (!lua_toboolean(L, -1))
    return unreadable ? ZC_UNKNOWN : ZC_FALSE;
  return ZC_TRUE;
}

/* Runs the rule's rows inside one protected call, so that instructions are counted
 * over all of them. */
static int run_each(lua_State *L)
{
  each_run *run = lua_touserdata(L, 1);
  zc_rule *r = run->rule;
  push_function(L, r->id, "each");
  lua_replace(L, 1);
  lua_settop(L, 1);
  row_view view = {.rule = r, .patients = run->plain->patients};
  run->views[0] = push_view(L, view);
  lua_newtable(L);
  for (int j = 0; j < r->join_count; j++) {
    const json_t *join = json_array_get(json_object_get(r->declaration, "join"),
                                        (size_t)j);
    view.table = r->joins[j].table;
    run->views[view.table] = push_view(L, view);
    lua_setfield(L, 3, zc_text_of(join, "as"));
  }
  lua_setiuservalue(L, 2, 1);
  run->code = zc_plain_run(run->plain, r, &run->result, run->err);
  if (run->plain->stopped)
    return lua_error(L);
  return 0;
}

zc_code zc_rulefile_each(zc_rulefile *file, zc_plain *plain, zc_rule *r,
                         json_t **result, zc_err *err)
{
  each_run run = {.L = file->L, .plain = plain, .rule = r, .err = err};
  plain->each = judge_row;
  plain->context = &run;
  plain->stopped = false;
  enter_rule(file, r->id);
  lua_settop(file->L, 0);
  lua_pushcfunction(file->L, run_each);
  lua_pushlightuserdata(file->L, &run);
  int64_t rows = (int64_t)r->tables[0]->count;
  zc_code code = zc_state_call(file->L, 1, 0,
                               ZC_LUA_INSTRUCTIONS + rows * ZC_LUA_INSTRUCTIONS_ROW,
                               err);
  if (code == ZC_OK)
    code = run.code;
  if (code == ZC_OK)
    *result = run.result;
  else
    json_decref(run.result);
  return code;
}
