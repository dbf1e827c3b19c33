/* The engine's scripts and report layouts: modules in one state, called by name. */
#include <lauxlib.h>
#include <string.h>
#include <unistd.h>

#include "eval/cells.h"
#include "eval/expressions.h"
#include "eval/job.h"
#include "eval/luavalue.h"
#include "eval/sandbox.h"
#include "eval/state.h"
#include "value/frame.h"

/* The first requests of a job, among them the largest, are left to the end of the
 * process: freeing a plan's values takes as long as judging some of its items. */
#define KEPT_REQUESTS 8

/* require(name): upvalues the scripts (borrowed), the table of what is loaded, and the
 * form that scripts have: only the engine's own are compiled. */
static int require(lua_State *L)
{
  const zc_texts *scripts = lua_touserdata(L, lua_upvalueindex(1));
  const char *name = luaL_checkstring(L, 1);
  lua_settop(L, 1);
  if (lua_getfield(L, lua_upvalueindex(2), name) == LUA_TBOOLEAN)
    return luaL_error(L, "the scripts require each other in a circle: %s", name);
  if (!lua_isnil(L, 2))
    return 1;
  const zc_text_file *script = zc_texts_find(scripts, name);
  if (script == NULL)
    return luaL_error(L, "there is no script called %s", name);
  lua_pushboolean(L, 1);
  lua_setfield(L, lua_upvalueindex(2), name);
  lua_pushfstring(L, "@%s", script->path);
  if (luaL_loadbufferx(L, script->text, script->size, lua_tostring(L, -1),
                       lua_tostring(L, lua_upvalueindex(3))) != LUA_OK)
    return lua_error(L);
  lua_call(L, 0, 1);
  if (lua_isnil(L, -1))
    return luaL_error(L, "the script %s returns nothing", name);
  lua_pushvalue(L, -1);
  lua_setfield(L, lua_upvalueindex(2), name);
  return 1;
}

/* What a paper may be: far more than anybody prints. */
#define PAPER_ROOM ((size_t)8 << 20)

typedef struct {
  const zc_texts *scripts;
  const char *main;
  bool engine;
} opening;

static const char module_key = 0; /* the registry's key of the main module */

static int open_module(lua_State *L)
{
  const opening *o = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushlightuserdata(L, (void *)o->scripts);
  lua_newtable(L);
  lua_pushstring(L, o->engine ? "b" : "t");
  lua_pushcclosure(L, require, 3);
  lua_pushvalue(L, -1);
  lua_setfield(L, 2, "require");
  if (o->engine) {
    zc_expressions_open(L);
    lua_setfield(L, 2, "expression");
    zc_cells_open(L);
    lua_setfield(L, 2, "cells");
    zc_sandbox_push_unordered(L);
    lua_setfield(L, 2, "unordered");
  }
  lua_pushstring(L, o->main);
  lua_call(L, 1, 1);
  luaL_checktype(L, -1, LUA_TTABLE);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &module_key);
  return 0;
}

/* Arguments: the function's name and the JSON that it gets. */
static int call_module(lua_State *L)
{
  const char *name = lua_touserdata(L, 1);
  const json_t *args = lua_touserdata(L, 2);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &module_key);
  if (lua_getfield(L, -1, name) != LUA_TFUNCTION)
    return luaL_error(L, "the script has no function %s", name);
  zc_lua_push(L, args);
  lua_call(L, 1, 1);
  return 1;
}

/* Only the engine's own scripts are believed: layouts may be a plan's. */
static zc_code read_result(lua_State *L, bool engine, json_t **value, zc_err *err)
{
  size_t room = PAPER_ROOM;
  if (engine)
    return zc_lua_read(L, -1, false, false, value, err);
  return zc_lua_read_foreign(L, -1, false, &room, value, err);
}

static zc_code answer(lua_State *L, bool engine, const json_t *request, zc_err *err)
{
  const char *name = zc_text_of(request, "call");
  json_t *value = NULL;
  lua_settop(L, 0);
  lua_pushcfunction(L, call_module);
  lua_pushlightuserdata(L, (void *)name);
  lua_pushlightuserdata(L, json_object_get(request, "args"));
  zc_code code = zc_state_call(L, 2, 1, ZC_LUA_UNCOUNTED, err);
  if (code == ZC_OK)
    code = read_result(L, engine, &value, err);
  lua_settop(L, 0);
  if (code == ZC_OK)
    return zc_reply_with("ok", value, err);
  return zc_reply_with("error", zc_message_of(err), err);
}

zc_code zc_job_scripts(const zc_inputs *inputs, const json_t *first, zc_err *err)
{
  (void)inputs;
  zc_texts scripts = {0};
  opening o = {.scripts = &scripts,
               .main = zc_text_of(first, "main"),
               .engine = strcmp(zc_get_text(first, "job"), "plan") == 0};
  zc_code code = zc_frame_read_texts(STDIN_FILENO, &scripts, err);
  if (code != ZC_OK)
    return code;
  zc_budget budget = {.cap = ZC_LUA_MEMORY};
  lua_State *L = zc_state_new(&budget);
  if (L == NULL)
    return zc_fail_memory(err);
  /* These processes are short: collect late, and under pressure. */
  lua_gc(L, LUA_GCSETPAUSE, 1000);
  lua_pushcfunction(L, open_module);
  lua_pushlightuserdata(L, &o);
  code = zc_state_call(L, 1, 0, ZC_LUA_UNCOUNTED, err);
  if (code != ZC_OK)
    return zc_reply_with("error", zc_message_of(err), err);
  code = zc_reply_with("ok", json_true(), err);
  for (int requests = 0; code == ZC_OK; requests++) {
    json_t *request;
    code = zc_reply_flush(err);
    if (code == ZC_OK)
      code = zc_frame_read(STDIN_FILENO, &request, err);
    if (code != ZC_OK || request == NULL)
      break;
    code = answer(L, o.engine, request, err);
    if (requests >= KEPT_REQUESTS)
      json_decref(request);
  }
  return code;
}
